"""Fill-in-the-middle: nothing is lost, the rates are those asked for, the same document is the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import schema, shards
from corpus.config import build
from corpus.errors import RecipeError
from corpus.ids import content_id
from mix.fim import FimConfig, encode, fim_ids, split
from mix.recipe import MixConfig
from mix.tokenizing import END_OF_DOCUMENT, FIM_TOKENS, Tokenizer, load_tokenizer, tokenizer_from_json, train_tokenizer
from pipelines import run_mix
from pipelines.engine import StageResult
from pipelines.recipe_files import load_pipeline
from tests.mix_corpus import finished, local_context, rows_of, settings, text_of, write_tokenizer

ALWAYS = FimConfig(rate=1.0)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    texts = [text_of(number) for number in range(60)]
    special = (END_OF_DOCUMENT, *FIM_TOKENS)
    return tokenizer_from_json(train_tokenizer(texts, vocab_size=310, min_frequency=1, special=special), where="test")


@given(st.text(max_size=60), st.integers(0, 10**6))
def test_the_parts_are_the_document(text: str, number: int) -> None:
    parts = split(text, content_id(number), 1, ALWAYS)
    assert parts is not None
    assert parts.prefix + parts.middle + parts.suffix == text
    assert split(text, content_id(number), 1, ALWAYS) == parts


def test_rates() -> None:
    config = FimConfig(rate=0.9, spm_rate=0.25)
    made = [split("x" * 1000, content_id(n), 3, config) for n in range(4000)]
    found = [parts for parts in made if parts]
    assert len(found) / 4000 == pytest.approx(0.9, abs=0.02)
    assert np.mean([parts.suffix_first for parts in found]) == pytest.approx(0.25, abs=0.03)
    assert np.mean([len(parts.middle) for parts in found]) == pytest.approx(1000 / 3, rel=0.05)
    assert split("x", content_id(1), 3, FimConfig(rate=0.0)) is None
    assert any(split("x" * 99, content_id(n), 4, config) != split("x" * 99, content_id(n), 3, config) for n in range(9))


def test_both_formats(tokenizer: Tokenizer) -> None:
    ids = fim_ids(ALWAYS, tokenizer, where="test")
    prefix, suffix, middle = (np.int32(index) for index in ids)
    for spm_rate, text in ((0.0, text_of(3)), (1.0, text_of(3)), (0.0, "ü漢"), (1.0, "")):
        config = FimConfig(rate=1.0, spm_rate=spm_rate)
        parts = split(text, "0" * 32, 7, config)
        assert parts is not None
        (made,), number = encode([text], ["0" * 32], tokenizer, config, ids=ids, seed=7)
        assert number == 1
        at = {index: int(np.flatnonzero(made == index)[0]) for index in (prefix, suffix, middle)}
        pieces = [made[at[a] + 1 : b] for a, b in ((prefix, at[suffix]), (suffix, at[middle]), (middle, len(made)))]
        decoded = [tokenizer.decode(piece.tolist()) for piece in pieces]
        psm = [parts.prefix, parts.suffix, parts.middle]
        assert decoded == (["", parts.suffix, parts.prefix + parts.middle] if spm_rate else psm)
        assert at[prefix] == 0


def test_names_of_the_tokens_in_a_file_stay_text(tokenizer: Tokenizer) -> None:
    text = f"a = '{FIM_TOKENS[0]}'  # {FIM_TOKENS[1]}"
    ids = fim_ids(ALWAYS, tokenizer, where="test")
    (made,), _ = encode([text], ["1" * 32], tokenizer, ALWAYS, ids=ids, seed=0)
    assert [int((made == index).sum()) for index in ids] == [1, 1, 1]


def test_long_documents_and_other_kinds_stay_as_they_are(tokenizer: Tokenizer) -> None:
    ids = fim_ids(ALWAYS, tokenizer, where="test")
    texts = [text_of(10), text_of(11), text_of(12)]
    plain = tokenizer.encode(texts)
    config = FimConfig(rate=1.0, max_tokens=len(plain[1]) + 20)
    assert len(plain[0]) > config.max_tokens > len(plain[2])
    made, number = encode(texts, ["a" * 32, "b" * 32, None], tokenizer, config, ids=ids, seed=0)
    assert number == 1
    assert np.array_equal(made[0], plain[0])
    assert not np.array_equal(made[1], plain[1])
    assert np.array_equal(made[2], plain[2])


def test_only_source_files_of_a_run_are_rearranged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tests.mix_corpus as corpus

    original = rows_of

    def with_kinds(number: int) -> tuple[dict[str, Any], ...]:
        document, cluster, score = original(number)
        return {**document, "kind": "code" if document["source"] == "code" else "html"}, cluster, score

    monkeypatch.setattr(corpus, "rows_of", with_kinds)
    context = local_context(tmp_path)
    results = [
        finished("extract", 0, schema.DOCUMENTS, context),
        finished("dedup", 1, schema.CLUSTERS, context),
        finished("score", 2, schema.SCORES, context),
    ]
    path = tmp_path / "fim.json"
    special = (END_OF_DOCUMENT, *FIM_TOKENS)
    path.write_text(train_tokenizer(map(text_of, range(60)), vocab_size=310, min_frequency=1, special=special))
    config = settings(str(path), fim=FimConfig(rate=0.5, max_tokens=700))
    rows = tokenized(config, results, tmp_path / "with")
    plain = tokenized(settings(str(path)), results, tmp_path / "without")
    tokenizer = load_tokenizer(str(path))
    prefix = fim_ids(ALWAYS, tokenizer, where="test")[0]
    changed = {doc_id for doc_id, ids in rows.items() if ids != plain[doc_id]}
    sources = {original(n)[0]["doc_id"]: original(n)[0]["source"] for n in range(240)}
    assert {sources[doc_id] for doc_id in changed} == {"code"}
    assert all(rows[doc_id][0] == prefix and len(rows[doc_id]) <= 700 for doc_id in changed)
    assert all(rows[doc_id][-1] == tokenizer.end_of_document for doc_id in changed)
    fitting = [d for d, ids in plain.items() if sources[d] == "code" and 0 < len(ids) <= 690]
    assert 0.2 < len(changed & set(fitting)) / len(fitting) < 0.8


def tokenized(config: MixConfig, results: list[StageResult], out: Path) -> dict[str, list[int]]:
    counted = run_mix.inventory(config, results[:1], results[1:2], results[2:], local_context(out))
    tables = [shards.read_table(url, columns=["doc_id", "tokens"]) for url in counted.tokenized.shard_urls]
    return {row["doc_id"]: row["tokens"] for table in tables for row in table.to_pylist()}


def test_a_tokenizer_without_the_tokens_is_refused_before_anything_runs(tmp_path: Path) -> None:
    config = settings(write_tokenizer(tmp_path), fim=FimConfig())
    with pytest.raises(RecipeError, match="has no special token <.fim_prefix.>, .* It has: <.endoftext.>"):
        run_mix.inventory(config, [], [], [], local_context(tmp_path))


@pytest.mark.parametrize(
    ("settings_", "words"),
    [
        ({"rate": 1.5}, "rate: expected a share"),
        ({"spm": 0.5}, "did you mean 'spm_rate'"),
        ({"max_tokens": 2}, "at least 8"),
        ({"tokens": ["a", "a", "b"]}, "three different names"),
    ],
)
def test_mistakes(settings_: dict[str, Any], words: str) -> None:
    with pytest.raises(RecipeError, match=words):
        build(FimConfig, settings_, where="mix.fim")


def test_documents_longer_than_the_shortest_row_are_not_rearranged() -> None:
    assert load_pipeline("tiny", ["mix.fim.max_tokens=256"]).mix.fim == FimConfig(max_tokens=256)
    with pytest.raises(RecipeError, match="more than the shortest row, 256 tokens"):
        load_pipeline("tiny", ["mix.fim.rate=0.9"])
