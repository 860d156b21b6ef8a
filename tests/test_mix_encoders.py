"""Ids are Hugging Face's, whichever library makes them."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mix import encoders
from mix.encoders import FASTER, HARD_TEXTS, Encode, choose_encoder, first_difference, reference_encode, sample_of
from mix.tokenizing import END_OF_DOCUMENT, PATTERNS, Tokenizer, load_tokenizer, train_tokenizer
from tests.mix_corpus import text_of


def tokenizer_with(pattern: str, folder: Path) -> Tokenizer:
    path = folder / "tokenizer.json"
    path.write_text(train_tokenizer(map(text_of, range(60)), vocab_size=330, min_frequency=1, pattern=pattern))
    load_tokenizer.cache_clear()
    return load_tokenizer(str(path))


def random_texts(count: int) -> list[str]:
    rng = random.Random(5)
    pool = list("aZ09 \n\r\t'\\{}_^$#.,-–ßſK\u0085\u00a0\u2028\u3000٣½漢👍\u200d\u0301\u0903\u180e\u200b\x00\x1c\x1f")
    return ["".join(rng.choices(pool, k=rng.randint(1, 40))) for _ in range(count)]


@pytest.mark.parametrize("pattern", ["latex", "qwen2", "gpt2"])
@pytest.mark.parametrize("library", FASTER)
def test_a_library_that_takes_a_tokenizer_gives_the_references_ids(pattern: str, library: str, tmp_path: Path) -> None:
    pytest.importorskip(library)
    tokenizer = tokenizer_with(PATTERNS[pattern], tmp_path)
    reference = reference_encode(tokenizer.backend)
    try:
        encode = FASTER[library]((tmp_path / "tokenizer.json").read_text(), reference)
    except Exception as error:  # noqa: BLE001 (what a library raises for a pattern it does not know is its own)
        pytest.skip(f"refused: {error}")
    assert first_difference(encode, reference, [*HARD_TEXTS, *random_texts(3000), *map(text_of, range(80))]) is None


@pytest.mark.parametrize(("pattern", "library"), [("qwen2", "gigatoken"), ("latex", "fastokens"), ("gpt2", "fastokens")])
def test_the_fastest_that_is_right_is_taken(pattern: str, library: str, tmp_path: Path) -> None:
    pytest.importorskip(library)
    tokenizer = tokenizer_with(PATTERNS[pattern], tmp_path)
    tokenizer.encode(["some text"])
    assert tokenizer.encoder is not None
    assert tokenizer.encoder.name == library
    if pattern == "latex":
        assert "refuses this tokenizer" in tokenizer.encoder.refused["gigatoken"]


def wrong_for(bad: str) -> Callable[[str, Encode], Encode]:
    """A library whose ids differ for texts that hold `bad`."""

    def make(_json: str, reference: Encode) -> Encode:
        return lambda text: reference(text)[:-1] if bad in text else reference(text)

    return make


@pytest.mark.parametrize("bad", ["ſ", "therefore"])
def test_a_library_with_other_ids_is_not_taken(bad: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One finds the fault in the hard texts, the other in the sample."""
    monkeypatch.setattr(encoders, "FASTER", {"quick": wrong_for(bad)})
    tokenizer = tokenizer_with(PATTERNS["qwen2"], tmp_path)
    texts = [text_of(number) for number in range(80)]
    ids = tokenizer.encode(texts)
    assert tokenizer.encoder is not None
    assert tokenizer.encoder.name == "tokenizers"
    assert "other ids" in tokenizer.encoder.refused["quick"]
    assert all(np.array_equal(a, reference_encode(tokenizer.backend)(t)) for a, t in zip(ids, texts, strict=True))


def test_a_later_shard_can_unseat_the_encoder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(encoders, "FASTER", {"quick": wrong_for("rare word")})
    tokenizer = tokenizer_with(PATTERNS["qwen2"], tmp_path)
    assert tokenizer.check(["plain"]).name == "quick"
    assert tokenizer.check(["with a rare word in it"]).name == "tokenizers"


def test_a_missing_library_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def absent(_json: str, _reference: Encode) -> Encode:
        raise ImportError("no such module")

    monkeypatch.setattr(encoders, "FASTER", {"quick": absent})
    tokenizer = tokenizer_with(PATTERNS["qwen2"], tmp_path)
    chosen = choose_encoder(reference_encode(tokenizer.backend), "", ["text"])
    assert (chosen.name, chosen.refused) == ("tokenizers", {"quick": "is not installed"})


def test_gigatoken_begins_anew_with_the_same_ids(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("gigatoken")
    monkeypatch.setattr(encoders, "GIGATOKEN_CHARS", 5000)
    tokenizer = tokenizer_with(PATTERNS["qwen2"], tmp_path)
    texts = [text_of(number) for number in range(60)]
    assert all(
        np.array_equal(a, reference_encode(tokenizer.backend)(t)) for a, t in zip(tokenizer.encode(texts), texts, strict=True)
    )


def test_special_tokens_in_a_text_are_text_for_every_encoder(tmp_path: Path) -> None:
    for pattern in PATTERNS.values():
        tokenizer = tokenizer_with(pattern, tmp_path)
        text = f"a {END_OF_DOCUMENT} b"
        ids = tokenizer.encode([text])[0]
        assert tokenizer.end_of_document not in ids
        assert tokenizer.decode(ids.tolist()) == text


def test_the_sample_reaches_over_all_texts() -> None:
    texts = [str(number) * 5000 for number in range(1000)]
    sample = sample_of(texts, 10_000)
    assert sum(map(len, sample)) <= 10_000
    assert sample[-1][:2] in ("98", "99")
