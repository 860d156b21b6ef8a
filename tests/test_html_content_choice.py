"""Blocks, the classifier's arithmetic, and which blocks are chosen."""

from __future__ import annotations

import hashlib
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.html_blocks import (
    CHARS,
    KINDS,
    LINK_CHARS,
    PROTECTED,
    SPAN_END,
    SPAN_FIRST,
    Blocks,
    Matrix,
    lexicon_of,
    name_parts,
    read_blocks,
)
from extract.html_classifier import DEPTH, WEIGHTS, WEIGHTS_SHA256, Forest, shipped_classifier
from extract.html_content import build, choose_blocks, rows_together
from extract.html_document import marked_page
from extract.html_features import FEATURE_NAMES, NUM_FEATURES, PAGE_NAMES, block_features, page_features
from extract.html_markdown import Writer
from extract.html_second_look import SECOND_NAMES, distances, second_features, threshold
from extract.html_tree import Page, Table
from extract.train_blocks import NO_LEXICON, export_forest, label_by_text, log_odds, words_in

PAGE = b"""<html><head><title>On groups</title><meta name=description content="All about groups of prime order and more"></head>
<body><nav class="main-nav"><a href=/>Home</a> <a href=/news>News</a></nav>
<article id=post-12><h1>On groups</h1><p>Every group of <a href=/p>prime</a> order is cyclic.<br>So there.</p>
<table><tr><td>one</td><td>two</td></tr></table><pre>x = 1</pre></article></body></html>"""


LEXICON = lexicon_of(
    {"nav": -2.0, "post": 1.0, "main-nav": -3.0},
    {"home": -1.0},
    kinds={"post": [0, 0, 0, 2, 0, 0, 0]},
    word_kinds={"home": [1, 0, 0, 0, 0, 0, 0]},
    page_kinds=np.zeros((len(PAGE_NAMES) + 1, len(KINDS)), dtype=np.float32),
)


def blocks_of(content: bytes) -> tuple[Table, Page, Blocks]:
    table, page, _ = marked_page(content, None)
    return table, page, read_blocks(table, page, LEXICON)


def look_at(content: bytes) -> Matrix:
    table, page, blocks = blocks_of(content)
    return block_features(blocks, page_features(page, table, "https://example.org/a/b"), LEXICON)[0]


def test_blocks_of_a_page() -> None:
    _, _, blocks = blocks_of(PAGE)
    assert blocks.texts() == ["Home News", "On groups", "Every group of prime order is cyclic.\nSo there.", "one", "two", "x = 1"]
    assert blocks.row_of.tolist() == [-1, -1, -1, 0, 0, -1]
    assert blocks.stats[:, PROTECTED].tolist() == [0, 0, 0, 0, 0, 1]
    assert blocks.stats[:, CHARS].tolist() == [9, 9, 47, 3, 3, 5]
    assert blocks.stats[0, LINK_CHARS] == 9
    assert blocks.spans[0, [SPAN_FIRST, SPAN_END]].tolist() == [0, 6]
    assert (blocks.spans[:, SPAN_FIRST] <= blocks.spans[:, SPAN_END]).all()


def test_text_is_folded_and_its_references_are_resolved() -> None:
    _, _, blocks = blocks_of("<p> a&nbsp;\n b &eacute;&#8211;&#x41;&amp;&unknown; <b>c</b>d\u200b\u00ade\u3000f </p>".encode())
    assert blocks.texts() == ["a b é–A&&unknown; cde f"]


def written(content: bytes, kept: list[bool]) -> list[str]:
    table, _, blocks = blocks_of(content)
    return [part for part in Writer().block(build(table, blocks, np.array(kept))) if part]


def test_a_block_that_goes_leaves_the_others_as_they_were() -> None:
    kept = [False, True, True, False, False, True]
    assert written(PAGE, kept) == ["# On groups", "Every group of prime order is cyclic.\nSo there.", "```\nx = 1\n```"]


def test_nothing_kept_leaves_nothing() -> None:
    assert written(PAGE, [False] * 6) == []


def test_texts_parted_by_a_block_that_goes_stay_apart() -> None:
    page = b"<div>one<p>gone</p>two <b>bold</b><div>gone</div>three <code>c</code></div>"
    assert written(page, [True, False, True, False, True]) == ["one", "two bold", "three `c`"]


def test_loose_text_stays_in_its_place_beside_blocks_in_inline_elements() -> None:
    assert written(b"<div><a>before<div>inside</div>after</a> end</div>", [True, True, True]) == ["before", "inside", "after end"]


def test_empty_cells_of_a_kept_row_keep_their_columns() -> None:
    page = b"<table><tr><th>a</th><th>b</th></tr><tr><td></td><td>2</td></tr></table>"
    assert written(page, [True, True, True]) == ["| a | b |\n|---|---|\n|  | 2 |"]


def test_features_are_finite_and_the_same_every_time() -> None:
    first, second = look_at(PAGE), look_at(PAGE)
    assert first.shape == (NUM_FEATURES, 6)
    assert np.isfinite(first).all()
    assert (first == second).all()
    row = FEATURE_NAMES.index
    assert first[row("word_min"), 0] == -1
    assert first[row("title_like")].tolist() == [0, 1, 0, 0, 0, 0]
    assert first[row("place")].tolist() == pytest.approx([0, 1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6])


def test_paths_inherit_what_stands_above() -> None:
    features = look_at(b'<body>x<nav class="nav-box">x<ul><li class=post>x')
    row = FEATURE_NAMES.index
    assert features[row("in_nav")].tolist() == pytest.approx([0, 1, 1 / 3])
    assert features[row("in_li")].tolist() == [0, 0, 1]
    assert features[[row("name_sum"), row("name_min"), row("name_max"), row("name_before_last")], 2].tolist() == [-1, -2, 1, -2]


@pytest.mark.parametrize(
    ("name", "score"),
    [
        ('class="mainNav"', (-2.5, -3, -2)),
        ("class=x id=main-nav", (-2, -2, -2)),  # an id as a whole is known with its #
        ('class="POST1 post"', (1, 1, 1)),
        ("class=a", (0, 0, 0)),
    ],
)
def test_names_are_scored_by_their_parts(name: str, score: tuple[float, float, float]) -> None:
    _, _, blocks = blocks_of(f"<div {name}>x</div>".encode())
    assert blocks.names[-1].tolist() == list(score)


def test_name_parts() -> None:
    assert name_parts("entryContent post-123 #main") == ("entry", "content", "entry-content", "post", "main")


def guesses(content: bytes, first: list[float]) -> Matrix:
    table, page, blocks = blocks_of(content)
    standing = block_features(blocks, page_features(page, table, ""), LEXICON)[1]
    return second_features(np.array(first, dtype=np.float32), blocks.stats, standing)


def test_second_look_sees_the_first_of_the_neighbours() -> None:
    second = guesses(PAGE, [0, 0.2, 1, 0.5, 0.5, 0.8])
    row = SECOND_NAMES.index
    assert np.isfinite(second).all()
    assert second[row("first_at_-1")].tolist() == pytest.approx([0, 0, 0.2, 1, 0.5, 0.5])
    assert second[row("first_at_1")].tolist() == pytest.approx([0.2, 1, 0.5, 0.5, 0.8, 0])
    assert second[row("page_first")].tolist() == pytest.approx([0.5] * 6)
    assert second[row("level4_first")].tolist() == pytest.approx([0.5] * 6)
    assert second[row("heading_above")].tolist() == pytest.approx([-1, 0.2, 0.2, 0.2, 0.2, 0.2])
    assert second[row("page_highest")].tolist() == [1] * 6


def test_items_of_a_list_are_a_group() -> None:
    page = b"<ul><li>aaaa<li>bb<li><b>c</b>c<p>dddd</ul><p>after"
    features = look_at(page)
    row = FEATURE_NAMES.index
    assert np.expm1(features[row("inner_item_log_items")]).tolist() == pytest.approx([3, 3, 3, 3, 0])
    assert features[row("inner_item_index_share")].tolist() == pytest.approx([0, 1 / 3, 2 / 3, 2 / 3, 0])
    assert features[row("inner_item_offset")].tolist() == [0, 0, 0, 1, 0]
    second = guesses(page, [1, 1, 0, 1, 0.5])
    assert second[SECOND_NAMES.index("inner_item_heavy"), 0] == 1
    group = second[SECOND_NAMES.index("inner_item_group_heavy")]
    assert group[0] == group[3]
    assert 0.5 < group[0] < 1
    assert second[SECOND_NAMES.index("inner_item_heavy"), 4] == 0.5


def test_the_kind_of_a_page_is_told_by_its_names_and_words() -> None:
    table, page, blocks = blocks_of(b"<div class=post><p>Home</div><div class=post>x</div>")
    kinds = LEXICON.kinds(blocks, page_features(page, table, ""))
    assert np.exp(kinds).sum() == pytest.approx(1)
    # Two hits count 3 / sqrt(3) each, however often they stand there.
    assert kinds[KINDS.index("forum")] - kinds[KINDS.index("article")] == pytest.approx(3 / 3**0.5)
    assert kinds[KINDS.index("article")] - kinds[KINDS.index("listing")] == pytest.approx(3 / 3**0.5)


def test_distances_to_what_is_kept() -> None:
    above, below = distances(np.array([False, True, False, False, True]))
    assert above.tolist()[1:] == [0, 1, 2, 0]
    assert below.tolist() == [1, 0, 2, 1, 0]
    assert above[0] > 1000


@pytest.mark.parametrize(
    ("page", "is_reference", "whole"),
    [
        (b"<dl><dt>a<dd>bbbb<dt>cc<dd>dddd</dl>", False, True),
        (b"<table><tr><td>a<td>bbbb<tr><td>cc<td>dddd</table>", False, True),
        (b"<ul><li>a<li>bbbb<li>cc<li>dddd</ul>", False, False),
        (b"<ul><li>a<li>bbbb<li>cc<li>dddd</ul>", True, True),
        (b"<nav><ul><li>a<li>bbbb<li>cc<li>dddd</ul></nav>", True, False),
    ],
)
def test_a_list_is_not_torn(page: bytes, is_reference: bool, whole: bool) -> None:
    _, _, blocks = blocks_of(page + b"<p>after")
    probability = np.array([0.01, 0.9, 0.01, 0.9, 0.9], dtype=np.float32)
    kept = choose_blocks(probability, blocks, is_reference=is_reference)
    assert kept.tolist() == [whole, True, whole, True, True]


def test_a_page_of_navigation_has_no_content() -> None:
    _, _, blocks = blocks_of(b"<nav><p>one</p><p>two</p></nav>")
    assert not choose_blocks(np.array([0.9, 0.9], dtype=np.float32), blocks).any()


def test_a_hidden_copy_of_what_is_kept_goes() -> None:
    page = b"<p>one</p><p class=d-none>one</p><div hidden><p>one</p><p>two</p></div>"
    _, _, blocks = blocks_of(page)
    kept = choose_blocks(np.full(4, 0.9, dtype=np.float32), blocks)
    assert kept.tolist() == [True, False, False, True]


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
    _, _, blocks = blocks_of(
        b"<h1>Title</h1><p>menu</p><p>sure</p><pre>f(x)</pre><p>doubtful</p><p><a href=x>link</a></p><p>sure</p><pre>g(x)</pre>"
        b"<p>after</p><p>sure</p><h2>no heading</h2><p>below</p><h2>heading</h2><p>sure</p>"
    )
    texts = blocks.texts()
    probability = np.array([0.95 if text == "sure" else 0.01 if text == "menu" else 0.2 for text in texts], dtype=np.float32)
    kept = choose_blocks(probability, blocks)
    assert [text for text, keep in zip(texts, kept, strict=True) if keep] == [
        "Title", "sure", "f(x)", "doubtful", "sure", "g(x)", "after", "sure", "no heading", "below", "heading", "sure",
    ]  # fmt: skip


def test_a_page_of_unlikely_blocks_has_no_content() -> None:
    _, _, blocks = blocks_of(b"<p>one</p><p>two</p>")
    assert not choose_blocks(np.array([0.1, 0.2], dtype=np.float32), blocks).any()


def test_rows_of_short_cells_stay_together() -> None:
    _, _, blocks = blocks_of(b"<table><tr><td>aaaa</td><td>bbbb</td></tr><tr><td>cc</td><td><p>d</p></td></tr></table>")
    together = rows_together(np.array([1.0, 0.0, 0.25, 0.75], dtype=np.float32), blocks)
    assert together.tolist() == [0.5, 0.5, 0.25, 0.75]


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_a_forest_is_its_trees(seed: int) -> None:
    random = np.random.default_rng(seed)
    num_trees, num_features, count = 7, 5, 11
    features = random.normal(size=(num_features, count)).astype(np.float32)
    columns = random.integers(0, num_features, (num_trees, DEPTH)).astype(np.int32)
    thresholds = random.normal(size=(num_trees, DEPTH)).astype(np.float32)
    leaves = random.normal(size=(num_trees, 1 << DEPTH)).astype(np.float32)
    forest = Forest(columns, thresholds, leaves, bias=0.5)
    for row, found in zip(features.T, forest.probabilities(features), strict=True):
        total = 0.5
        for tree in range(num_trees):
            answers = row[columns[tree]] > thresholds[tree]
            total += leaves[tree, sum(int(answer) << level for level, answer in enumerate(answers))]
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
    assert exported["questions"] == [[1, 1], [0, 1], [1, 1], [1, 1], [1, 1], [1, 1]]
    assert exported["leaves"] == [1000, 2000, 3000, 4000] * 16 + [10000, 20000] * 32


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
    classifier = shipped_classifier()
    table, page, _ = marked_page(PAGE, None)
    blocks = read_blocks(table, page, classifier.lexicon)
    assert classifier.first.columns.max() < NUM_FEATURES
    assert classifier.second.columns.max() < len(SECOND_NAMES)
    probability = classifier.probabilities(blocks, page_features(page, table, "https://example.org/"))
    assert ((probability > 0) & (probability < 1)).all()
    assert probability[2] > 0.5 > probability[0]


def test_a_lexicon_that_knows_nothing() -> None:
    table, page, _ = marked_page(PAGE, None)
    blocks = read_blocks(table, page, NO_LEXICON)
    assert not blocks.names.any()
