"""Blocks, the classifier's arithmetic, and which blocks are chosen."""

from __future__ import annotations

import hashlib
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.html_blocks import (
    OWN_NAMES,
    PATH_NAMES,
    Lexicon,
    block_features,
    name_parts,
    page_features,
    path_features,
    read_blocks,
)
from extract.html_classifier import WEIGHTS, WEIGHTS_SHA256, Forest, shipped_classifier
from extract.html_content import choose_blocks, empty, rows_together, threshold
from extract.html_document import marked_page
from extract.html_markdown import Writer
from extract.train_blocks import export_forest, label_by_text, log_odds, words_in

PAGE = b"""<html><head><title>On groups</title><meta name=description content="All about groups of prime order and more"></head>
<body><nav class="main-nav"><a href=/>Home</a> <a href=/news>News</a></nav>
<article id=post-12><h1>On groups</h1><p>Every group of <a href=/p>prime</a> order is cyclic.<br>So there.</p>
<table><tr><td>one</td><td>two</td></tr></table><pre>x = 1</pre></article></body></html>"""


def test_blocks_of_a_page() -> None:
    page, _ = marked_page(PAGE, None)
    blocks = read_blocks(page)
    assert blocks.texts == ["Home News", "On groups", "Every group of prime order is cyclic. So there.", "one", "two", "x = 1"]
    assert blocks.row_of == [-1, -1, -1, 0, 0, -1]
    assert [stat[4] for stat in blocks.stats] == [0, 0, 0, 0, 0, 1]  # protected: the code
    assert blocks.stats[0][2] == 8  # characters in links
    first, last = blocks.spans[0][2:4]
    assert (first, last) == (0, 6)
    assert all(start <= end for _, _, start, end, _ in blocks.spans)


def test_a_block_that_goes_leaves_the_others_as_they_were() -> None:
    page, _ = marked_page(PAGE, None)
    blocks = read_blocks(page)
    empty(blocks, np.array([False, True, True, False, False, True]))
    written = ["# On groups", "Every group of prime order is cyclic.\nSo there.", "```\nx = 1\n```"]
    assert [part for part in Writer().block(page.root) if part] == written


def test_nothing_kept_leaves_nothing() -> None:
    page, _ = marked_page(PAGE, None)
    blocks = read_blocks(page)
    empty(blocks, np.zeros(6, dtype=bool))
    assert not page.root.text().strip()


def test_features_are_finite_and_the_same_every_time() -> None:
    lexicon = Lexicon(names={"nav": -2.0, "post": 1.0}, words={"home": -1.0})
    matrices = []
    for _ in range(2):
        page, _ = marked_page(PAGE, None)
        blocks = read_blocks(page)
        features, layout = block_features(blocks, page_features(page, "https://example.org/a/b"), lexicon)
        matrices.append(features)
    assert np.isfinite(matrices[0]).all()
    assert (matrices[0] == matrices[1]).all()
    assert matrices[0][0, OWN_NAMES.index("word_min")] == -1
    assert matrices[0][:, OWN_NAMES.index("title_like")].tolist() == [0, 1, 0, 0, 0, 0]
    assert (layout.ends - layout.starts)[:, -1].tolist() == [6] * 6


def test_paths_inherit_what_stands_above() -> None:
    lexicon = Lexicon(names={"nav": -2.0, "post": 1.0}, words={})
    rows = path_features([(-1, "body", "", 0), (0, "nav", "nav-box", 0), (1, "ul", "", 0), (2, "li", "post", 0)], lexicon)
    column = PATH_NAMES.index
    assert rows[:, column("in_nav")].tolist() == pytest.approx([0, 1, 1 / 2, 1 / 3])
    assert rows[3, column("in_li")] == 1
    assert rows[3, [column("name_sum"), column("name_min"), column("name_max"), column("name_before_last")]].tolist() == [
        -1,
        -2,
        1,
        -2,
    ]


def test_name_parts() -> None:
    assert name_parts("entryContent post-123 #main") == ("entry", "content", "entry-content", "post", "main")


@given(st.lists(st.tuples(st.floats(0.03125, 1, width=32), st.integers(1, 50)), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_the_choice_has_the_highest_expected_f1(blocks: list[tuple[float, int]]) -> None:
    probability = np.array([block[0] for block in blocks], dtype=np.float32)
    words = np.array([block[1] for block in blocks], dtype=np.float32)

    def expected(kept: np.ndarray) -> float:  # type: ignore[type-arg]
        return float(2 * (probability * words)[kept].sum() / (words[kept].sum() + (probability * words).sum()))

    every = [np.array(kept) for kept in itertools.product([False, True], repeat=len(blocks)) if any(kept)]
    assert expected(probability >= threshold(probability, words)) == pytest.approx(max(map(expected, every)), abs=1e-5)


def test_what_stands_between_code_stays() -> None:
    page, _ = marked_page(
        b"<h1>Title</h1><p>menu</p><p>sure</p><pre>f(x)</pre><p>doubtful</p><p><a href=x>link</a></p><p>sure</p><pre>g(x)</pre>"
        b"<p>after</p><p>sure</p><h2>no heading</h2><p>below</p><h2>heading</h2><p>sure</p>",
        None,
    )
    blocks = read_blocks(page)
    probability = np.array(
        [0.95 if text == "sure" else 0.01 if text == "menu" else 0.2 for text in blocks.texts], dtype=np.float32
    )
    kept = choose_blocks(probability, blocks, np.array(blocks.stats, dtype=np.float32))
    assert [text for text, keep in zip(blocks.texts, kept, strict=True) if keep] == [
        "Title", "sure", "f(x)", "doubtful", "sure", "g(x)", "after", "sure", "no heading", "below", "heading", "sure",
    ]  # fmt: skip


def test_a_page_of_unlikely_blocks_has_no_content() -> None:
    page, _ = marked_page(b"<p>one</p><p>two</p>", None)
    blocks = read_blocks(page)
    stats = np.array(blocks.stats, dtype=np.float32)
    assert not choose_blocks(np.array([0.1, 0.2], dtype=np.float32), blocks, stats).any()


def test_rows_of_short_cells_stay_together() -> None:
    page, _ = marked_page(b"<table><tr><td>aaaa</td><td>bbbb</td></tr><tr><td>cc</td><td><p>d</p></td></tr></table>", None)
    blocks = read_blocks(page)
    stats = np.array(blocks.stats, dtype=np.float32)
    together = rows_together(np.array([1.0, 0.0, 0.25, 0.75], dtype=np.float32), blocks, stats)
    assert together.tolist() == [0.5, 0.5, 0.25, 0.75]


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_a_forest_is_its_trees(seed: int) -> None:
    random = np.random.default_rng(seed)
    num_trees, depth, num_features = 7, 3, 5
    features = random.normal(size=(11, num_features)).astype(np.float32)
    columns = random.integers(0, num_features, 9)
    thresholds = random.normal(size=(9, 1)).astype(np.float32)
    questions = random.integers(0, 9, (depth, num_trees))
    leaves = random.normal(size=num_trees << depth).astype(np.float32)
    forest = Forest(columns, thresholds, questions, leaves, bias=0.5)
    for row, found in zip(features, forest.probabilities(features), strict=True):
        total = 0.5
        for tree in range(num_trees):
            answers = [row[columns[questions[level, tree]]] > thresholds[questions[level, tree], 0] for level in range(depth)]
            total += leaves[(tree << depth) + sum(int(answer) << level for level, answer in enumerate(answers))]
        assert found == pytest.approx(1 / (1 + np.exp(-total)), abs=1e-5)


def test_exported_trees_of_different_depth() -> None:
    class Model:
        def save_model(self, path: str, format: str) -> None:
            import json
            from pathlib import Path

            split = [{"float_feature_index": 1, "border": 0.5}, {"float_feature_index": 0, "border": 2.0}]
            trees = [{"splits": split, "leaf_values": [1, 2, 3, 4]}, {"splits": split[:1], "leaf_values": [10, 20]}]
            Path(path).write_text(json.dumps({"oblivious_trees": trees, "scale_and_bias": [1, [0.25]]}), encoding="utf-8")

    exported = export_forest(Model())
    assert exported["bias"] == 0.25
    assert exported["thresholds"] == [[0, [2.0]], [1, [0.5]]]
    assert exported["questions"] == [[1, 1], [0, 1]]
    assert exported["leaves"] == [1000, 2000, 3000, 4000, 10000, 20000, 10000, 20000]


def test_labels_follow_the_gold_text() -> None:
    blocks = ["Home", "On groups", "Every group of prime order is cyclic", "Home", "and more of this kind"]
    gold = words_in("On groups. Every group of prime order is cyclic. Home.")
    assert label_by_text([words_in(block) for block in blocks], gold).tolist() == [0, 1, 1, 1, 0]


def test_log_odds_count_sites_not_pages() -> None:
    votes = [("a", {"x": 1.0}), ("a", {"x": 1.0}), ("b", {"x": 0.0}), ("c", {"y": 1.0})]
    assert log_odds(votes, 2) == {"x": 0.0}


def test_shipped_weights_are_the_ones_the_source_names() -> None:
    assert hashlib.sha256(WEIGHTS.read_bytes()).hexdigest() == WEIGHTS_SHA256


def test_shipped_weights_fit_the_features() -> None:
    page, _ = marked_page(PAGE, None)
    blocks = read_blocks(page)
    classifier = shipped_classifier()
    features = page_features(page, "https://example.org/")
    width = block_features(blocks, features, classifier.lexicon)[0].shape[1]
    assert classifier.first.columns.max() < width
    probability = classifier.probabilities(blocks, features)
    assert ((probability > 0) & (probability < 1)).all()
    assert probability[2] > 0.5 > probability[0]
