"""Contamination: what is found of an evaluation item, what is not taken for one, and the stage that writes it down."""

from __future__ import annotations

import gzip
import json
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.contamination import CONFIG, SHOWN, evaluation_items, lightly_edited, planted_items, rows_of
from corpus import shards
from corpus.errors import InputError, RecipeError
from corpus.schema import CLUSTERS, CONTAMINATION, DOCUMENTS, SCORES
from dedup.substrings import SubstringConfig
from mix.recipe import MixConfig
from mix.tokenizing import train_tokenizer
from pipelines import run_contamination, run_mix, run_substrings
from pipelines.engine import StageResult
from pipelines.recipe_files import load_pipeline
from quality.contamination import (
    BLOCK_WORDS,
    ContaminationConfig,
    EvaluationSet,
    Index,
    annotate,
    build_index,
    document_frequency,
    find_contamination,
    find_hits,
    find_matches,
    gram_keys,
    items_of,
    words_of,
)
from tests.dedup_documents import documents as full_documents
from tests.dedup_documents import stage_of
from tests.test_dedup_pipeline import context_of
from tests.test_dedup_substrings import clusters_of, ids, scores_of

QUESTION = (
    "A gardener plants 1,250 tulips in rows of 25 and waters each row twice a week for 3 months. How many rows does she water?"
)
OTHER = "The lighthouse keeper counts seventeen ships before noon and twice as many after it until the fog hides the harbour."
PROSE = "Nothing of what stands here has anything to do with any evaluation, it is only there to surround what does. " * 3
QUADRATIC = r"$$x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}$$"


def config_of(**changes: Any) -> ContaminationConfig:
    return ContaminationConfig(sets={"own": EvaluationSet(path="own.jsonl")}, **changes)


def index_of(*texts: str, config: ContaminationConfig | None = None) -> Index:
    rows = pa.Table.from_pylist([{"texts": [text]} for text in texts])
    return build_index(items_of(rows, name="own"), config=config or config_of())


def documents(texts: Sequence[str]) -> pa.Table:
    return pa.table({"doc_id": [f"{i:032x}" for i in range(len(texts))], "text": pa.array(texts, pa.large_string())})


def hits_in(texts: Sequence[str], index: Index, config: ContaminationConfig | None = None) -> list[list[dict[str, Any]]]:
    found = find_contamination(documents(texts), index, config=config or config_of())
    assert found.schema.equals(CONTAMINATION)
    hits: list[list[dict[str, Any]]] = found.column("hits").to_pylist()
    return hits


# ---- words --------------------------------------------------------------------------------------------------------------


def reference_words(text: str) -> list[str]:
    """The definition without LaTeX, in Python."""
    folded = "".join(_fold(character) for character in text if unicodedata.category(character) != "Cf" or character == "\u200b")
    return re.findall(r"[^\W\d_]+|\d", folded)


def _fold(character: str) -> str:
    compatible = unicodedata.normalize("NFKC", character)
    lower = (compatible if len(compatible) == 1 else character).lower()
    return lower if len(lower) == 1 else character


@settings(deadline=None)
@given(st.text(alphabet="ab Zé9,._-²Σß\u00ad\u200d\u200b{$\n", max_size=60))
def test_words_are_those_of_the_definition(text: str) -> None:
    words = words_of(text)
    expected = reference_words(text)
    data = text.encode()
    spelt = [data[start:end].decode() for start, end in zip(words.starts, words.ends, strict=True)]
    assert [reference_words(word) for word in spelt] == [[word] for word in expected]
    codes = {word: words_of(word).hashes.tolist() for word in expected}
    assert [[value] for value in words.hashes.tolist()] == [codes[word] for word in expected]
    assert len({tuple(value) for value in codes.values()}) == len(codes)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,000 loaves", "1 000 LOAVES"),
        ("1000 loaves", "**1,000** loaves!"),
        (r"$x_{1}^{2}$", "x_1^2"),
        ("x²", "x^2"),
        (r"\left( \dfrac{a}{b} \right) \, \quad c", r"(\frac{a}{b}) c"),
        (r"f(x)\text{ is even}", "f ( x ) is even"),
        ("3km", "3 km"),
        ("soft\u00adware", "software"),
        ("数学は楽しい", "数 学 は 楽 し い"),
    ],
)
def test_spelling_hides_no_word(one: str, other: str) -> None:
    assert words_of(one).hashes.tolist() == words_of(other).hashes.tolist()


@settings(deadline=None)
@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=40), st.integers(1, 20))
def test_a_gram_has_the_same_key_wherever_it_stands(hashes: list[int], num_words: int) -> None:
    values = np.array(hashes, np.uint64)
    keys = gram_keys(values, num_words)
    assert keys.size == max(0, len(hashes) - num_words + 1)
    assert [gram_keys(values[k : k + num_words].copy(), num_words)[0] for k in range(keys.size)] == keys.tolist()


# ---- hits ---------------------------------------------------------------------------------------------------------------


def test_a_hit_says_what_was_found_and_where() -> None:
    text = f"Été. {PROSE}\n{QUESTION}\n{PROSE}"
    index = index_of(OTHER, QUESTION)
    ((hit,), ()) = hits_in([text, PROSE], index)
    assert text[hit["start"] : hit["end"]] == QUESTION.removesuffix("?")
    assert (hit["set"], hit["item"], hit["num_documents"]) == ("own", "1", 1)
    num_words = words_of(QUESTION).hashes.size
    assert (hit["num_words"], hit["num_grams"], hit["item_fraction"]) == (num_words, num_words - 12, 1)
    table = find_contamination(documents([text]), index, config=config_of())
    assert table.column("contaminated_fraction").to_pylist() == pytest.approx([(len(QUESTION) - 1) / len(text)])


@pytest.mark.parametrize("num_words", [12, 13, 15, 16, 20])
def test_thirteen_words_in_common_are_a_hit_and_twelve_are_none(num_words: int) -> None:
    shared = " ".join(OTHER.split()[:num_words])
    (hits,) = hits_in([f"{PROSE} {shared} {PROSE}"], index_of(OTHER))
    assert [hit["num_words"] for hit in hits] == ([num_words] if num_words >= 13 else [])


def test_what_is_found_does_not_depend_on_blocks_of_words() -> None:
    index = index_of(QUESTION, OTHER, "In which year did the last lamplighter of the city retire?")
    for before in range(BLOCK_WORDS - 70, BLOCK_WORDS + 2):
        text = f"{'word ' * before}{QUESTION} {OTHER} In which year did the last lamplighter of the city retire? Nobody knows."
        (hits,) = hits_in([text], index)
        assert [hit["item_fraction"] for hit in hits] == [1, 1, 1]
        places = find_matches(documents([text]), index).select(["word", "num_words"]).to_pylist()
        assert len({tuple(place.values()) for place in places}) == len(places)


@settings(deadline=None)
@given(st.lists(st.sampled_from(OTHER.split()), max_size=40), st.integers(0, 10))
def test_hits_are_what_comparing_every_gram_finds(words: list[str], first: int) -> None:
    text = " ".join([*words, *OTHER.split()[first : first + 14], *words])
    grams = [tuple(reference_words(OTHER)[k : k + 13]) for k in range(len(OTHER.split()) - 12)]
    spelt = reference_words(text)
    expected = {gram for k in range(len(spelt) - 12) if (gram := tuple(spelt[k : k + 13])) in grams}
    matches = find_matches(documents([text]), index_of(OTHER))
    assert len(set(matches.column("gram").to_pylist())) == len(expected)


def test_every_planted_item_is_found_and_nearly_every_edited_one() -> None:
    index = build_index(evaluation_items(), config=CONFIG)
    random = np.random.default_rng(0)
    for whole, least in ((True, 0.95), (False, 0.85)):
        items = list(planted_items(whole=whole))
        for texts, limit in (
            ([shown for _, _, shown in items], 1.0),
            ([lightly_edited(shown, random) for _, _, shown in items], least),
        ):
            hits = hits_in([f"{PROSE}\n{text}\n{PROSE}" for text in texts], index, CONFIG)
            found = [
                (name, item) in {(h["set"], h["item"]) for h in each} for (name, item, _), each in zip(items, hits, strict=True)
            ]
            assert np.mean(found) >= limit


def test_a_short_text_is_found_as_a_whole_only() -> None:
    short = "In which year did the last lamplighter of the city retire?"
    index = index_of(short, "Too short to look for.")
    assert index.items.column("num_counted").to_pylist() == [1, 0]
    whole, part = hits_in([f"{PROSE} {short}", f"{PROSE} In which year did the last lamplighter of the city work?"], index)
    assert [hit["num_words"] for hit in whole] == [11]
    assert part == []


def test_two_passages_of_an_item_are_one_hit_if_they_are_near() -> None:
    words = f"{QUESTION} {OTHER}".split()
    words[22] = "otherwise"
    near, far = " ".join(words), f"{' '.join(words[:22])} {PROSE * 2} {' '.join(words[23:])}"
    one, two = hits_in([near, far], index_of(f"{QUESTION} {OTHER}"))
    assert len(one) == 1
    assert len(two) == 2
    assert near[one[0]["start"] : one[0]["end"]].startswith("A gardener")


def test_batches_of_a_shard_are_numbered_on() -> None:
    table = documents([PROSE, QUESTION, OTHER, f"{OTHER} é {QUESTION}", ""])
    table = table.append_column("num_chars", pc.utf8_length(table.column("text")))
    index, config = index_of(OTHER, QUESTION), config_of()
    batches = [(first, table.slice(first, 2)) for first in range(0, table.num_rows, 2)]
    matches = pa.concat_tables([find_matches(batch, index, first_row=first) for first, batch in batches])
    assert matches.equals(find_matches(table, index).combine_chunks())
    found = find_hits(matches, document_frequency(matches), index, config=config)
    parts = [annotate(batch, found, index, first_row=first) for first, batch in batches]
    assert pa.concat_tables(parts).to_pylist() == find_contamination(table, index, config=config).to_pylist()


# ---- no hits ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shared",
    [
        QUADRATIC,
        r"\sum_{k=0}^{n} \binom{n}{k} a^k b^{n-k} = (a+b)^n, \quad \sin^2 x + \cos^2 x = 1",
        "for i in range(n): for j in range(n): for k in range(n): a[i][j] = b[i][k]",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20",
        "| x | y | z |\n|---|---|---|\n| 0 | 1 | 0 |\n| 1 | 0 | 1 |\n| 1 | 1 | 0 |",
    ],
)
def test_formulas_tables_and_idioms_are_no_hits(shared: str) -> None:
    item = f"{QUESTION} {shared} {OTHER}"
    (hits,) = hits_in([f"{PROSE}\n{shared}\n{PROSE}"], index_of(item))
    assert hits == []
    ((hit,),) = hits_in([item], index_of(item))
    assert hit["num_words"] == words_of(item).hashes.size  # they lengthen the passage


def test_a_stock_phrase_is_no_hit_where_many_documents_hold_it() -> None:
    stock = "in every right triangle the square of the hypotenuse is equal to the sum of the squares of the other two sides"
    item = f"Recall that {stock}. {QUESTION}"
    texts = [f"{i} pages on, {stock}. {PROSE}" for i in range(6)] + [f"{PROSE} {item}"]
    index = index_of(item)
    config = config_of(max_documents=5)
    hits = hits_in(texts, index, config)
    assert hits[:6] == [[]] * 6
    assert [(hit["num_documents"], hit["item_fraction"]) for hit in hits[6]] == [(1, 1)]
    assert all(hits_in(texts, index, config_of(max_documents=7)))
    matches = find_matches(documents(texts), index)
    found = find_hits(matches, document_frequency(matches), index, config=config)
    assert found.column("is_stock").to_pylist() == [True] * 6 + [False]
    kept = np.array([True] * 3 + [False] * 3 + [True])
    assert not any(find_hits(matches, document_frequency(matches, kept), index, config=config).column("is_stock").to_pylist())


def test_the_wording_of_a_set_is_not_looked_for() -> None:
    wording = "Read the following passage with care and then choose the one answer that fits it best among the four."
    subjects = ("Rivers of the north", "Old clocks", "Bread", "Maps", "Bees in spring", "Tin mines", "Owls")
    index = index_of(*(f"{wording} {subject}: {OTHER[i:]} {subject}" for i, subject in enumerate(subjects)))
    assert hits_in([f"{PROSE} {wording} {PROSE}"], index) == [[]]
    assert hits_in([f"{PROSE} {wording} {PROSE}"], index, config_of(max_items=7)) == [[]]
    wide = config_of(max_items=7)
    (hits,) = hits_in([f"{PROSE} {wording} {PROSE}"], index_of(*(f"{wording} {s}" for s in subjects), config=wide), wide)
    assert len(hits) == 7


def test_documents_without_text_and_an_index_without_grams() -> None:
    assert hits_in(["", "   ", "a"], index_of(QUESTION)) == [[], [], []]
    assert hits_in([QUESTION], index_of("short")) == [[]]
    assert find_contamination(documents([]), index_of(QUESTION), config=config_of()).num_rows == 0
    before = documents(["\\", f"left {OTHER}"])  # the backslash is another document's
    assert find_matches(before, index_of(f"left {OTHER}")).num_rows == words_of(OTHER).hashes.size - 11
    sliced = documents([PROSE, QUESTION, PROSE]).slice(1, 1)
    ((hit,),) = find_contamination(sliced, index_of(QUESTION), config=config_of()).column("hits").to_pylist()
    assert (hit["start"], hit["end"]) == (0, len(QUESTION) - 1)


# ---- evaluation files ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHOWN)
def test_the_four_shapes_are_known_by_their_columns(name: str) -> None:
    rows = rows_of(name)
    items = items_of(pa.Table.from_pylist(rows), name=name)
    question, solution = SHOWN[name](rows[0])
    texts = items.column("texts").to_pylist()[0]
    assert items.column("item").to_pylist()[0] == str(rows[0].get("task_id", 0))
    assert len(texts) == 2
    assert texts[0].startswith(question)
    if name in ("gsm8k", "math"):
        assert texts[1] == solution
    else:
        assert words_of(texts[name == "mmlu"]).hashes.tolist() == words_of(question + "\n" + solution).hashes.tolist()


def test_columns_of_no_format_are_named() -> None:
    with pytest.raises(InputError, match=r"columns prompt, reply; expected .*gsm8k: question, answer"):
        items_of(pa.table({"prompt": ["a"], "reply": ["b"]}), name="own")
    with pytest.raises(InputError, match="expected those of one of these formats: math: problem, solution"):
        items_of(pa.table({"question": ["a"], "answer": ["b"]}), name="own", format="math")


@pytest.mark.parametrize(
    ("changes", "answer"),
    [({"gram_words": 5}, "gram_words: expected 8 to 64"), ({"max_items": 0}, "max_items"), ({"min_distinct_words": 14}, "13")],
)
def test_settings_that_make_no_sense_are_refused(changes: dict[str, int], answer: str) -> None:
    with pytest.raises(RecipeError, match=answer):
        config_of(**changes)


@pytest.mark.parametrize(
    ("name", "content", "answer"),
    [
        ("own.jsonl", b'{"prompt": "a", "reply": "b"}\n', "sets.own: .*columns prompt, reply"),
        ("own.jsonl", b"{not json\n", "line 1: not JSON"),
        ("own.jsonl", b"[1]\n", "line 1: expected an object, saw list"),
        ("own.jsonl", b"\n", "holds no row"),
        ("own.parquet", b"PAR0", "not Parquet"),
        ("other.jsonl", b"{}", "sets.own: .*no file there"),
    ],
)
def test_a_file_that_will_not_do_is_an_error_before_the_run(tmp_path: Path, name: str, content: bytes, answer: str) -> None:
    (tmp_path / name).write_bytes(content)
    path = tmp_path / ("own.jsonl" if name == "other.jsonl" else name)
    with pytest.raises(InputError, match=answer):
        run_contamination.check_sets(ContaminationConfig(sets={"own": EvaluationSet(path=str(path))}))


def test_a_recipe_names_evaluation_files() -> None:
    assert load_pipeline("tiny").contamination is None
    asked = load_pipeline("tiny", ["contamination={sets: {gsm8k: {path: examples/evaluation/gsm8k.jsonl}}}"]).contamination
    assert asked is not None
    assert asked.sets["gsm8k"].path == str(Path("examples/evaluation/gsm8k.jsonl").resolve())
    with pytest.raises(RecipeError, match="unknown key 'pth'; did you mean 'path'"):
        load_pipeline("tiny", ["contamination={sets: {gsm8k: {pth: x}}}"])


# ---- stage --------------------------------------------------------------------------------------------------------------


def test_the_stage_writes_hits_beside_documents_and_a_report(tmp_path: Path) -> None:
    (tmp_path / "gsm8k.jsonl.gz").write_bytes(gzip.compress(json.dumps({"question": QUESTION, "answer": "72"}).encode() + b"\n"))
    pq.write_table(pa.table({"id": ["lighthouse"], "texts": [[OTHER]]}), tmp_path / "own.parquet")
    sets = {
        "gsm8k": EvaluationSet(path=str(tmp_path / "gsm8k.jsonl.gz")),
        "own": EvaluationSet(path=str(tmp_path / "own.parquet")),
    }
    config = ContaminationConfig(sets=sets, max_documents=2)
    texts = [[PROSE, f"{PROSE} é {QUESTION}", PROSE, OTHER, OTHER], [OTHER, f"{OTHER} <b>`", PROSE]]
    fields = ["doc_id", "url", "text", "num_chars"]
    schema = pa.schema([DOCUMENTS.field(name) for name in fields])
    tables = [
        pa.Table.from_pylist(
            [
                {"doc_id": f"{s:016x}{i:016x}", "url": f"https://a.example/{i}", "text": text, "num_chars": len(text)}
                for i, text in enumerate(part)
            ],
            schema=schema,
        )
        for s, part in enumerate(texts)
    ]
    context = context_of(tmp_path)
    read = stage_of(tables, "extract", schema, tmp_path, context)

    def clusters(keep: list[list[bool]]) -> StageResult:
        parts = [pa.table({"keep": part}, schema=pa.schema([CLUSTERS.field("keep")])) for part in keep]
        return stage_of(parts, f"dedup-{sum(map(sum, keep))}", pa.schema([CLUSTERS.field("keep")]), tmp_path, context)

    one_kept = clusters([[True] * 4 + [False], [False] * 3])
    result = run_contamination.run(config, [read], [one_kept], context)
    rows = [row for url in result.shard_urls for row in shards.read_table(url).to_pylist()]
    assert [row["doc_id"] for row in rows] == [doc_id for table in tables for doc_id in table.column("doc_id").to_pylist()]
    found = [[(hit["set"], hit["item"], hit["num_documents"]) for hit in row["hits"]] for row in rows]
    lighthouse = [("own", "lighthouse", 1)]
    assert found == [[], [("gsm8k", "0", 1)], [], lighthouse, lighthouse, lighthouse, lighthouse, []]
    assert result.manifest.shards[0].counters["contaminated_documents"] == 3
    (report,) = [each for each in context.finished if each.manifest.stage == "contamination-report"]
    hits = pa.concat_tables([shards.read_table(url) for url in report.shard_urls]).to_pylist()
    assert len(hits) == 5
    assert f"é {QUESTION}" in hits[0]["document_text"]
    assert hits[0]["item_text"] == f"{QUESTION}\n\n72"
    page = Path(report.directory, "report.md").read_text(encoding="utf-8")
    assert "| own | 1 | 0 | 1 | 4 |" in page
    assert page.count(OTHER) >= 8
    again = run_contamination.run(config, [read], [one_kept], context)
    assert not again.did_work
    kept = run_contamination.run(config, [read], [clusters([[True] * 5, [True] * 3])], context)
    rows = [row for url in kept.shard_urls for row in shards.read_table(url).to_pylist()]
    assert [len(row["hits"]) for row in rows] == [0, 1, 0, 0, 0, 0, 0, 0]  # of more than two documents: a stock phrase
    assert sum(entry.counters["stock_phrases"] for entry in kept.manifest.shards) == 4


def test_the_mixture_leaves_out_contaminated_documents(tmp_path: Path) -> None:
    half = " ".join(OTHER.split()[:14])
    texts = [f"{PROSE} {PROSE[::-1]}", f"{PROSE[:50]} {OTHER}", f"{PROSE[:80]} {half} {PROSE[80:]}", f"One {half} {PROSE}"]
    table = full_documents(texts, ids=ids(4))
    context = context_of(tmp_path)
    read = stage_of([table.slice(0, 3), table.slice(3)], "documents", DOCUMENTS, tmp_path, context)
    clusters, scores = (
        stage_of([make(table.slice(0, 3)), make(table.slice(3))], name, schema, tmp_path, context)
        for name, make, schema in (("clusters", clusters_of, CLUSTERS), ("scores", scores_of, SCORES))
    )
    (tmp_path / "own.jsonl").write_text(json.dumps({"texts": [OTHER]}))
    found = run_contamination.run(
        ContaminationConfig(sets={"own": EvaluationSet(path=str(tmp_path / "own.jsonl"))}), [read], [clusters], context
    )
    tokenizer = tmp_path / "tokenizer.json"
    tokenizer.write_text(train_tokenizer(texts, vocab_size=300, min_frequency=1))
    repeats = run_substrings.run(SubstringConfig(), [read], [clusters], context)
    for least, repeats_from, kept in ((None, None, [0, 1, 2, 3]), (0.5, None, [0, 2, 3]), (0.0, None, [0]), (0.0, 2, [0])):
        config = MixConfig(tokenizer=str(tokenizer), leave_out_contaminated_from=least, leave_out_repeats_from=repeats_from)
        counted = run_mix.inventory(
            config, [read], [clusters], [scores], context, repeats=repeats, contamination=found if least is not None else None
        )
        rows = [row for url in counted.tokenized.shard_urls for row in shards.read_table(url).to_pylist()]
        assert sorted(row["doc_id"] for row in rows if row["tokens"]) == [ids(4)[i] for i in kept]
        assert counted.inventory.documents_left_out == 4 - len(kept)
        counters = [entry.counters.get("contaminated_documents_left_out", 0) for entry in counted.tokenized.manifest.shards]
        assert sum(counters) == 4 - len(kept)
    parts = [shards.read_table(url) for url in found.shard_urls]
    lost = stage_of([parts[0].slice(1), *parts[1:]], "contamination-lost", CONTAMINATION, tmp_path, context)
    config = MixConfig(tokenizer=str(tokenizer), leave_out_contaminated_from=0.5)
    counted = run_mix.inventory(config, [read], [clusters], [scores], context, contamination=lost)
    rows = [row for url in counted.tokenized.shard_urls for row in shards.read_table(url).to_pylist()]
    assert sorted(row["doc_id"] for row in rows if row["tokens"]) == [ids(4)[i] for i in (2, 3)]  # the first: nobody searched it
    with pytest.raises(InputError, match="no CONTAMINATION shard of this name"):
        run_mix.inventory(config, [read], [clusters], [scores], context, repeats=repeats)
    with pytest.raises(RecipeError, match="leave_out_contaminated_from: needs a section `contamination:`"):
        load_pipeline("tiny", ["mix.leave_out_contaminated_from=0.5"])
