"""Repeated passages: every span stands where it says, every long repeat is found, whatever the shards; what is left out."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import markup, shards
from corpus.errors import InputError, RecipeError
from corpus.schema import CLUSTERS, DOCUMENTS, REPEATS, SCORES
from dedup import substring_kernel
from dedup.substrings import ANSWERS, SubstringConfig, find_repeats, fingerprints, mark, repeated_keys, without_spans
from mix.recipe import MixConfig
from mix.tokenizing import load_tokenizer, train_tokenizer
from pipelines import run_mix, run_substrings
from pipelines.engine import StageResult
from pipelines.recipe_files import load_pipeline
from tests.dedup_documents import documents
from tests.score_rows import score_row
from tests.test_dedup_pipeline import context_of, stage_of

SMALL = SubstringConfig(min_bytes=10, guaranteed_bytes=17)
WORDS = [f"{a}{b}" for a in ("pa", "lo", "mi", "ke", "ru", "sta") for b in ("ne", "vi", "dor", "ta", "lum", "gri", "so")]
EMOJI = "".join(map(chr, range(0x1F600, 0x1F640)))
CJK = "".join(map(chr, range(0x4E00, 0x4E40)))
LICENCE = "Permission is granted to copy, distribute and modify this text under the terms of the licence that comes with it. " * 3


def prose(seed: int, num_words: int) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=num_words))


def ids(number: int) -> list[str]:
    """doc_ids in ascending order."""
    return [f"{i:016x}{'0' * 16}" for i in range(number)]


def clusters_of(table: pa.Table, dropped: Sequence[int] = ()) -> pa.Table:
    rows = [
        {
            "doc_id": doc_id,
            "keep": i not in dropped,
            "cluster_id": doc_id,
            "kept_id": doc_id,
            "cluster_size": 1,
            "canonical_url": "",
        }
        for i, doc_id in enumerate(table.column("doc_id").to_pylist())
    ]
    return pa.Table.from_pylist(rows, schema=CLUSTERS)


def spans_of(texts: Sequence[str], config: SubstringConfig = SMALL, dropped: Sequence[int] = ()) -> list[list[dict[str, Any]]]:
    """The spans of texts whose doc_ids ascend."""
    table = documents(texts, ids=ids(len(texts)))
    (repeats,) = find_repeats([table], config=config, clusters=[clusters_of(table, dropped)])
    assert repeats.schema.equals(REPEATS)
    spans: list[list[dict[str, Any]]] = repeats.column("spans").to_pylist()
    for found, chars in zip(spans, repeats.column("repeated_chars").to_pylist(), strict=True):
        assert chars == len({i for span in found for i in range(span["start"], span["end"])})
    return spans


def passages(text: str, spans: list[dict[str, Any]]) -> list[str]:
    return [text[span["start"] : span["end"]] for span in spans]


# ---- the guarantee ------------------------------------------------------------------------------------------------------


def check_guarantee(texts: Sequence[str], config: SubstringConfig, dropped: Sequence[int] = ()) -> None:
    """Everything the module promises, by brute force."""
    number = {doc_id: i for i, doc_id in enumerate(ids(len(texts)))}
    spans = spans_of(texts, config, dropped)
    for d, text in enumerate(texts):
        marked = {i for span in spans[d] for i in range(span["start"], span["end"])}
        for span, passage in zip(spans[d], passages(text, spans[d]), strict=True):
            kept = number[span["kept_id"]]
            assert kept < d
            assert kept not in dropped
            assert passage in texts[kept]
            assert len(passage.encode()) > config.min_bytes - 8  # what is cut off a character at either end
            assert 2 <= span["num_documents"] <= len(texts) - len(dropped)
        ends = [(span["start"], span["end"]) for span in spans[d]]
        assert all(a[0] < b[0] and a[1] < b[1] for a, b in itertools.pairwise(ends))
        if d in dropped:
            assert not spans[d]
            continue
        for start, end in repeats_by_brute_force(text, [texts[i] for i in range(d) if i not in dropped], config.guaranteed_bytes):
            inner = [
                i
                for i in range(start, end)
                if len(text[start:i].encode()) >= config.window - 1 and len(text[i + 1 : end].encode()) >= config.window - 1
            ]
            assert marked.issuperset(inner)


def repeats_by_brute_force(text: str, others: Sequence[str], least_bytes: int) -> list[tuple[int, int]]:
    """Longest passages of `text` from each place that stand in another one and have `least_bytes`."""
    found = []
    for other in others:
        for start in range(len(text)):
            end = start
            while end < len(text) and text[start : end + 1] in other:
                end += 1
            if len(text[start:end].encode()) >= least_bytes:
                found.append((start, end))
    return found


@st.composite
def corpora(draw: st.DrawFn) -> list[str]:
    """Texts made of a few shared pieces and some of their own, over a small alphabet so that much repeats by chance too."""
    alphabet = draw(st.sampled_from(["ab", "abcdefgh\n ", "aé漢😀", "a"]))
    piece = st.text(alphabet, min_size=0, max_size=40)
    shared = draw(st.lists(piece, min_size=1, max_size=4))
    text = st.lists(st.one_of(piece, st.sampled_from(shared)), max_size=6).map("".join)
    return draw(st.lists(text, min_size=1, max_size=7))


@settings(deadline=None, max_examples=300)
@given(corpora(), st.data())
def test_every_long_repeat_is_marked_and_every_span_stands_elsewhere(texts: list[str], data: st.DataObject) -> None:
    dropped = data.draw(st.sets(st.integers(0, len(texts) - 1), max_size=2))
    check_guarantee(texts, SMALL, sorted(dropped))


@pytest.mark.parametrize("alphabet", ["ab", "abcdefghijklmnop", CJK, EMOJI, "aé漢😀"])
def test_every_long_repeat_is_marked_in_random_texts(alphabet: str) -> None:
    rng = random.Random(1)
    config = SubstringConfig(min_bytes=24, guaranteed_bytes=40)
    shared = ["".join(rng.choices(alphabet, k=rng.randint(5, 80))) for _ in range(6)]
    own = ["".join(rng.choices(alphabet, k=rng.randint(0, 60))) for _ in range(40)]
    texts = ["".join(rng.choices(shared, k=3) + rng.choices(own, k=3)) for _ in range(16)]
    check_guarantee(texts, config)


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 10**9), st.integers(0, 30), st.integers(17, 200))
def test_between_two_documents_a_passage_is_marked_to_the_character(seed: int, before: int, length: int) -> None:
    rng = random.Random(seed)
    alphabet = CJK + EMOJI + "abcdefghijklmnopqrstuvwxyz"
    passage = "".join(rng.choices(alphabet, k=length))
    texts = [f"{'x' * before}<{passage}>", f"[{passage}]{'y' * before}"]
    assert spans_of(texts) == [[], [{"start": 1, "end": 1 + length, "num_documents": 2, "kept_id": ids(1)[0]}]]


def test_fingerprints_are_those_of_winnowing() -> None:
    """Of every window the smallest hash, against a direct evaluation of the definition."""
    rng = random.Random(3)
    text = "".join(rng.choices("ab", k=400)) + "a" * 200 + prose(1, 100)
    table = documents([text])
    made = fingerprints(table, pa.chunked_array([[True]]), config=SMALL)
    position = made.column("position").to_numpy()
    data = text.encode()
    modulus = 1 << 64
    base = 0xD1342543DE82EF95
    hashes = []
    for i in range(len(data) - 9):
        total = 0
        for byte in data[i : i + 10]:
            total = (total * base + byte) % modulus
        hashes.append(_mix64(total))
    taken = set()
    for first in range(len(hashes) - SMALL.window + 1):
        window = range(first, first + SMALL.window)
        inside = position[(position >= window.start) & (position < window.stop)]
        least = min(hashes[i] for i in window)
        assert least in {hashes[i] for i in inside.tolist()}
        taken.add(least)
    assert {_mix64(value) for value in taken} == set(made.column("key").to_pylist())
    assert np.all(np.diff(position) > 0)
    run_of_equal = ((position >= 420) & (position < 580)).sum()
    assert run_of_equal <= 160 // SMALL.window + 1


def test_what_does_not_fit_is_counted_and_not_written() -> None:
    data = np.frombuffer(prose(1, 500).encode(), np.uint8)
    arguments = (data, np.array([0, data.size]), np.array([True]), 10, 8)
    full, small = ([np.zeros(size, kind) for kind in (np.uint64, np.int32, np.int64)] for size in (data.size, 5))
    count = substring_kernel.winnow(*arguments, *full)
    assert 2 * data.size / 9 * 0.8 < count < 2 * data.size / 9 * 1.2
    assert substring_kernel.winnow(*arguments, *small) == count
    assert all(np.array_equal(one, other[:5]) for one, other in zip(small, full, strict=True))


def test_two_grams_with_one_key_are_no_repeat() -> None:
    """What the kept document answers is compared, not believed."""
    text = prose(1, 60)
    table = documents([text])
    answers = {
        "shard": 0,
        "row": 0,
        "first": 20,
        "last": 180,
        "kept_first": 3,
        "num_documents": 2,
        "kept_id": ids(1)[0],
        "digest": xxhash.xxh3_128_digest(text[20:180].encode()),
        "left": b"x" + text[15:20].encode(),
        "right": text[180:183].encode(),
    }
    (span,) = mark(table, pa.Table.from_pylist([answers], schema=ANSWERS)).column("spans").to_pylist()[0]
    assert (span["start"], span["end"]) == (15, 183)
    answers["digest"] = xxhash.xxh3_128_digest(text[21:181].encode())
    assert mark(table, pa.Table.from_pylist([answers], schema=ANSWERS)).column("spans").to_pylist() == [[]]


def _mix64(x: int) -> int:
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 % (1 << 64)
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB % (1 << 64)
    return x ^ (x >> 31)


def test_repeated_keys_do_not_depend_on_how_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    keys = rng.integers(0, 5000, 6000).astype(np.uint64)
    values, counts = np.unique(keys, return_counts=True)
    for at_once in (1, 100, 1 << 20):
        monkeypatch.setattr("dedup.substrings.KEYS_AT_ONCE", at_once)
        found = repeated_keys(iter(np.array_split(keys, 37)))
        assert np.array_equal(found, values[counts > 1])


# ---- which copy stays, who counts ---------------------------------------------------------------------------------------


def test_the_smallest_doc_id_keeps_a_passage() -> None:
    texts = [prose(i, 20) + LICENCE + prose(10 + i, 20) for i in range(4)]
    spans = spans_of(texts, SubstringConfig())
    assert spans[0] == []
    for text, found in zip(texts[1:], spans[1:], strict=True):
        assert [(span["kept_id"], span["num_documents"]) for span in found] == [(ids(1)[0], 4)]
        assert LICENCE in passages(text, found)[0]


def test_documents_that_dedup_dropped_neither_keep_nor_count() -> None:
    texts = [prose(i, 20) + LICENCE for i in range(4)]
    spans = spans_of(texts, SubstringConfig(), dropped=[0, 2])
    assert [len(found) for found in spans] == [0, 0, 0, 1]
    assert spans[3][0]["kept_id"] == ids(2)[1]
    assert spans[3][0]["num_documents"] == 2
    assert spans_of(texts, SubstringConfig(), dropped=[0, 1, 2]) == [[], [], [], []]


def test_repeats_within_a_document_are_none_but_all_copies_of_a_kept_passage_are_marked() -> None:
    passage = prose(1, 60)
    twice = f"{passage} 1 {prose(2, 30)} 2 {passage} 3"
    assert spans_of([twice, prose(3, 90)], SubstringConfig()) == [[], []]
    kept_first, kept_second = spans_of([twice, f"4 {passage} 5"]), spans_of([f"4 {passage} 5", twice])
    assert kept_first[0] == []
    assert any(passage in found for found in passages(f"4 {passage} 5", kept_first[1]))
    assert kept_second[0] == []
    assert sum(passage in found for found in passages(twice, kept_second[1])) == 2
    assert {span["num_documents"] for span in kept_second[1]} == {2}


def test_empty_short_and_long_documents() -> None:
    long = prose(1, 300_000)
    assert len(long) > 1_000_000
    texts = ["", "a", long, "", long[500_000:510_000], "漢" * 3]
    assert [len(found) for found in spans_of(texts, SubstringConfig())] == [0, 0, 0, 0, 1, 0]
    assert spans_of([], SubstringConfig()) == []
    assert find_repeats([]) == []


def test_offsets_are_characters() -> None:
    passage = "".join(random.Random(5).choices(CJK, k=120))
    texts = [passage, "😀" * 7 + "é" + passage + "😀"]
    (span,) = spans_of(texts, SubstringConfig())[1]
    assert (span["start"], span["end"]) == (8, 128)


def test_a_passage_may_not_begin_inside_a_character() -> None:
    """U+4E2D and U+512D end in the same byte: the bytes of the repeat begin one byte before its characters."""
    passage = prose(1, 60)
    texts = [f"\u4e2d{passage}", f"\u51ad{passage}", f"{passage}\u4e2d", f"{passage}\u4e2e"]
    assert {
        passages(text, found)[0].strip() for text, found in zip(texts[1:], spans_of(texts, SubstringConfig())[1:], strict=True)
    } == {passage}


def test_a_licence_in_very_many_documents_costs_in_proportion() -> None:
    """Ten times the documents take about ten times as long. (With the number before or after it, the licence is also the passage
    of a few neighbours: further spans, but not many.)"""
    seconds = []
    for number in (4_000, 40_000):
        texts = [f"{prose(i, 4)}\n{LICENCE}\n{i}" for i in range(number)]
        table = documents(texts[:1])
        table = pa.table({"doc_id": ids(number), "text": pa.array(texts, pa.large_string())})
        started = time.process_time()
        (repeats,) = find_repeats([table])
        seconds.append(time.process_time() - started)
        found = repeats.column("spans").to_pylist()
        assert found[0] == []
        for text, spans in zip(texts[1:], found[1:], strict=True):
            of_all = [span for span in spans if span["num_documents"] == number]
            assert [LICENCE in passage for passage in passages(text, of_all)] == [True]
        assert sum(map(len, found)) < 3 * number
    assert seconds[1] < 30 * max(seconds[0], 0.05)


def test_settings_that_cannot_be_are_refused() -> None:
    for wrong in ({"min_bytes": 4}, {"guaranteed_bytes": 150}, {"guaranteed_bytes": 300}, {"num_partitions": 0}):
        with pytest.raises(RecipeError, match=next(iter(wrong))):
            SubstringConfig(**wrong)


# ---- over shards --------------------------------------------------------------------------------------------------------


def some_tables() -> list[pa.Table]:
    """Shards with shared passages, one without rows."""
    rng = random.Random(8)
    shared = [prose(100 + i, rng.randint(20, 120)) for i in range(12)]
    texts = [
        "\n".join([prose(i, 40), *rng.choices(shared, k=rng.randint(0, 3)), prose(500 + i, 30), *["é漢😀"] * (i % 3)])
        for i in range(60)
    ]
    table = documents([*texts, "", "x"])
    return [table.slice(0, 11), table.slice(11, 0), table.slice(11, 21), table.slice(32, 9), table.slice(41)]


def run_over(
    tables: Sequence[pa.Table], folder: Path, config: SubstringConfig, dropped: Sequence[int] = ()
) -> tuple[StageResult, list[pa.Table]]:
    folder.mkdir(exist_ok=True)
    context = context_of(folder)
    annotated = [clusters_of(table, dropped) for table in tables]
    documents_ = stage_of(list(tables), "documents", DOCUMENTS, folder, context)
    clusters = stage_of(annotated, "clusters", CLUSTERS, folder, context)
    result = run_substrings.run(config, [documents_], [clusters], context)
    return result, [shards.read_table(url) for url in result.shard_urls]


def test_shards_and_memory_agree(tmp_path: Path) -> None:
    tables = some_tables()
    result, written = run_over(tables, tmp_path, SubstringConfig(), dropped=[3])
    expected = find_repeats(tables, clusters=[clusters_of(table, [3]) for table in tables])
    assert [table.to_pylist() for table in written] == [table.to_pylist() for table in expected]
    assert all(table.schema.equals(REPEATS) for table in written)
    counted = sum(entry.counters.get("repeated_chars", 0) for entry in result.manifest.shards)
    assert counted == sum(sum(table.column("repeated_chars").to_pylist()) for table in expected) > 5000


@pytest.mark.parametrize(("num_partitions", "direct_files"), [(1, 1000), (3, 2), (40, 1)])
def test_neither_the_order_of_shards_nor_the_partitions_change_a_span(
    tmp_path: Path, num_partitions: int, direct_files: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one piece, in many, and with rows routed between every two steps."""
    monkeypatch.setattr(run_substrings, "DIRECT_FILES", direct_files)
    monkeypatch.setattr(run_substrings, "ROUTED_BYTES", 4000 * num_partitions)
    monkeypatch.setattr(run_substrings, "MAX_KEYS_HELD", direct_files)
    monkeypatch.setattr(run_substrings, "MAX_ROWS_PER_GROUP", 20 * num_partitions)
    monkeypatch.setattr(run_substrings, "BATCH_ROWS", 4 * num_partitions)
    monkeypatch.setattr(run_substrings, "FINGERPRINTS_PER_RUN", 30 * num_partitions)
    monkeypatch.setattr(run_substrings, "REGIONS_AT_ONCE", 7 * num_partitions)
    monkeypatch.setattr("dedup.substrings.KEYS_AT_ONCE", 50 * num_partitions)
    monkeypatch.setattr("dedup.substrings.ROWS_AT_ONCE", 3 * num_partitions)
    rows = pa.concat_tables(some_tables())
    expected = {row["doc_id"]: row for table in find_repeats([rows]) for row in table.to_pylist()}
    shuffled = rows.take(pa.array(np.random.default_rng(num_partitions).permutation(rows.num_rows)))
    cut = [shuffled.slice(first, 9) for first in range(0, shuffled.num_rows, 9)]
    _, written = run_over(cut, tmp_path, SubstringConfig(num_partitions=num_partitions))
    assert len(list((tmp_path / "out").glob("*-routed"))) == {1000: 0, 2: 3, 1: 4}[direct_files]
    assert {row["doc_id"]: row for table in written for row in table.to_pylist()} == expected


def test_what_a_kill_left_out_is_made_again_with_the_same_bytes(tmp_path: Path) -> None:
    run_over(some_tables(), tmp_path, SubstringConfig())
    files = {path: path.read_bytes() for path in sorted((tmp_path / "out").rglob("*.parquet"))}
    assert len({path.parent.parent.parent.name for path in files if "substrings" in str(path)}) == 5
    for i, path in enumerate(files):
        if i % 2 and "substrings" in str(path):
            path.unlink()
            path.with_suffix(".parquet.tmp").write_bytes(b"half")
    for path in (tmp_path / "out").rglob("manifest.json"):
        path.unlink()
    result, _ = run_over(some_tables(), tmp_path, SubstringConfig())
    assert result.did_work
    assert {path: path.read_bytes() for path in sorted((tmp_path / "out").rglob("*.parquet"))} == files
    assert not list((tmp_path / "out").rglob("*.tmp"))
    assert not run_over(some_tables(), tmp_path, SubstringConfig())[0].did_work


def test_a_shard_without_clusters_is_named(tmp_path: Path) -> None:
    context = context_of(tmp_path)
    tables = some_tables()
    documents_ = stage_of(tables, "documents", DOCUMENTS, tmp_path, context)
    clusters = stage_of([clusters_of(tables[0])], "clusters", CLUSTERS, tmp_path, context)
    with pytest.raises(InputError, match="no CLUSTERS shard of this name"):
        run_substrings.run(SubstringConfig(), [documents_], [clusters], context)


def test_parts_hold_no_more_rows_than_they_should(tmp_path: Path) -> None:
    urls = [str(tmp_path / f"{i}.parquet") for i in range(2)]
    rows = [(1, 3), (1, 3), (1, 4), (2, 0), (2, 0), (2, 0), (2, 0), (2, 7), (3, 1), (5, 0)]
    for i, url in enumerate(urls):
        of_file = rows[i::2]
        columns = [pa.array([row[j] for row in of_file], pa.int32()) for j in (0, 1)]
        shards.write_shard(pa.table(columns, names=["shard", "row"]), url)
    for max_rows, expected in ((100, [8]), (4, [3, 4, 1]), (3, [3, 4, 1]), (1, [2, 1, 4, 1]), (5, [3, 5])):
        parts = run_substrings._bounded(urls, range(1, 3), max_rows)
        assert (parts[0].first, parts[-1].last) == (1 << 32, 3 << 32)
        assert all(one.last == other.first for one, other in itertools.pairwise(parts))
        found = [sum(run_substrings._read_where(url, part.condition).num_rows for url in urls) for part in parts]
        assert found == expected


def test_partitions_and_groups_grow_with_the_corpus() -> None:
    assert run_substrings.auto_partitions(SubstringConfig(), 1000) == run_substrings.MIN_PARTITIONS
    assert run_substrings.auto_partitions(SubstringConfig(), 25 * 10**12) == 61_275
    assert run_substrings.least_groups(200_000) == 447
    assert [len(group) for group in run_substrings.even_groups(10, 3)] == [3, 3, 4]
    assert run_substrings.even_groups(0, 1) == [range(0)]


def test_the_stage_is_off_unless_the_recipe_has_its_section() -> None:
    assert load_pipeline("tiny").substrings is None
    assert load_pipeline("tiny", ["substrings={}"]).substrings == SubstringConfig()
    assert load_pipeline("tiny", ["substrings.min_bytes=200"]).substrings == SubstringConfig(min_bytes=200)
    with pytest.raises(RecipeError, match="unknown key 'min_byte'; did you mean 'min_bytes'"):
        load_pipeline("tiny", ["substrings.min_byte=200"])
    with pytest.raises(RecipeError, match="leave_out_repeats_from: needs a section `substrings"):
        load_pipeline("tiny", ["mix.leave_out_repeats_from=2"])
    assert load_pipeline("tiny", ["mix.leave_out_repeats_from=2", "substrings={}"]).mix.leave_out_repeats_from == 2


# ---- in the mixture -----------------------------------------------------------------------------------------------------


def scores_of(table: pa.Table) -> pa.Table:
    return pa.Table.from_pylist([score_row(1.0, doc_id=doc_id) for doc_id in table.column("doc_id").to_pylist()], schema=SCORES)


def test_the_mixture_leaves_out_what_is_asked_for(tmp_path: Path) -> None:
    """A licence of five documents and a paragraph of three; the documents that keep them, and a generated one, stay whole."""
    paragraph = prose(77, 60)
    texts = [f"{prose(i, 30)}\n{LICENCE}\n{prose(10 + i, 30)}\n{paragraph if i > 1 else ''}\n{i} end" for i in range(4)]
    texts.append(texts[3])
    table = documents(texts, ids=ids(5))
    at = table.column_names.index("synthetic")
    table = table.set_column(at, table.schema.field(at), pa.array([False] * 4 + [True]))
    context = context_of(tmp_path)
    documents_ = stage_of([table.slice(0, 3), table.slice(3)], "documents", DOCUMENTS, tmp_path, context)
    clusters, scores = (
        stage_of([make(table.slice(0, 3)), make(table.slice(3))], name, schema, tmp_path, context)
        for name, make, schema in (("clusters", clusters_of, CLUSTERS), ("scores", scores_of, SCORES))
    )
    repeats = run_substrings.run(SubstringConfig(), [documents_], [clusters], context)
    tokenizer = tmp_path / "tokenizer.json"
    tokenizer.write_text(train_tokenizer(texts, vocab_size=300, min_frequency=1))
    without_paragraph = texts[3].replace(paragraph + "\n", "")
    for least, expected in (
        (None, texts),
        (2, [texts[0], *(text.replace(LICENCE + "\n", "") for text in (*texts[1:3], without_paragraph)), texts[4]]),
        (4, [texts[0], *(text.replace(LICENCE + "\n", "") for text in texts[1:4]), texts[4]]),
    ):
        config = MixConfig(tokenizer=str(tokenizer), leave_out_repeats_from=least)
        tokenized = run_mix.inventory(config, [documents_], [clusters], [scores], context, repeats=repeats).tokenized
        rows = [row for url in tokenized.shard_urls for row in shards.read_table(url).to_pylist()]
        end = load_tokenizer(str(tokenizer)).decode([row["tokens"][-1] for row in rows[:1]])
        found = {row["doc_id"]: load_tokenizer(str(tokenizer)).decode(row["tokens"]).removesuffix(end) for row in rows}
        assert [found[doc_id] for doc_id in ids(5)] == expected
        counted = sum(entry.counters.get("repeated_chars_left_out", 0) for entry in tokenized.manifest.shards)
        assert counted == sum(map(len, texts)) - sum(map(len, expected))
    with pytest.raises(InputError, match="no REPEATS shard of this name"):
        run_mix.inventory(config, [documents_], [clusters], [scores], context)


# ---- leaving passages out -----------------------------------------------------------------------------------------------


def cut(text: str, passage: str, **options: bool) -> str:
    start = text.index(passage)
    return without_spans(text, [(start, start + len(passage))], **options)


@pytest.mark.parametrize(
    ("text", "passage", "left"),
    [
        ("one\ntwo\nthree\n", "two\n", "one\nthree\n"),
        ("one\ntwo\nthree\n", "two", "one\nthree\n"),
        ("one\ntwo\nthree\n", "e\ntwo\nth", "one\nthree\n"),
        ("one\ntwo\nthree\n", "wo\nthre", "one\ntwo\nthree\n"),
        ("one\ntwo\nthree", "two\nthree", "one\n"),
        ("one\ntwo\nthree", "one\ntwo\nthree", ""),
        ("one\ntwo\nthree", "\ntwo\nthre", "one\nthree"),
        ("one\ntwo", "tw", "one\ntwo"),
        ("a\n```\nx\ny\n```\nb\n", "x\ny", "a\n```\nx\ny\n```\nb\n"),
        ("a\n```\nx\ny\n```\nb\n", "a\n```\nx\n", "```\nx\ny\n```\nb\n"),
        ("a\n```\nx\ny\n```\nb\n", "y\n```\nb\n", "a\n```\nx\ny\n```\n"),
        ("a\n```\nx\ny\n```\nb\n", "```\nx\ny\n```\n", "a\nb\n"),
        ("a\n$$\nx = 1\n$$\nb\n", "x = 1\n$$\nb\n", "a\n$$\nx = 1\n$$\n"),
        ("a\n$$\nx = 1\n$$\nb\n", "a\n$$\nx", "$$\nx = 1\n$$\nb\n"),
        ("a $$x\n= 1$$ and $$y\n= 2$$\nb\nc", "= 1$$ and $$y\n= 2$$\nb\n", "a $$x\n= 1$$ and $$y\n= 2$$\nc"),
        ("cost $$ is\n\nopen\n\nand $$ ends", "\nopen\n\n", "cost $$ is\n\nopen\n\nand $$ ends"),
    ],
)
def test_what_is_left_out(text: str, passage: str, left: str) -> None:
    assert cut(text, passage) == left


def test_source_files_have_no_fences() -> None:
    assert cut("a\n```\nb\nc\n", "```\nb\n", is_markdown=False) == "a\nc\n"


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.sampled_from(["a", "```", "$$", "$x$", "b $$", "~~~~", "", "`c", "$y", "````py", r"\$"]), max_size=14).map(
        "\n".join
    ),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=4),
)
def test_nothing_loses_its_partner(text: str, pairs: list[tuple[int, int]]) -> None:
    spans = [(min(pair, default=0), max(pair)) for pair in pairs]
    spans = [(start, min(end, len(text))) for start, end in spans if start < min(end, len(text))]
    left = without_spans(text, spans)
    before = [(span.kind, span.body) for span in markup.spans(text)]
    after = [(span.kind, span.body) for span in markup.spans(left)]
    assert is_subsequence(after, before)
    assert is_subsequence(left.split("\n")[:-1], text.split("\n"))
    for sign in ("```", "$$"):
        assert markup.mask(left).count(sign) <= markup.mask(text).count(sign)


def is_subsequence(some: Sequence[Any], all_: Sequence[Any]) -> bool:
    rest = iter(all_)
    return all(any(one == other for other in rest) for one in some)
