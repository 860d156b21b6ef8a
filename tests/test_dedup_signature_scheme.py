"""The signature scheme written a second time, from docs/dedup-signatures.md alone, as anybody could who needs it elsewhere."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import DedupConfig
from dedup.shingles import NUM_CODE_POINTS, UNSPACED_RANGES, alphabet, scheme
from dedup.signatures import sign_texts

DOCS = (Path(__file__).parent.parent / "docs" / "dedup-signatures.md").read_text(encoding="utf-8")
SENTENCE = "The limit of x^2 is 9, see 図 at x_1 = -3."
CONFIG = DedupConfig()
MASK = (1 << 64) - 1


# ------------------------------------------------------------------------------------------------ the scheme in plain Python


def mix64(x: int) -> int:
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB & MASK
    return x ^ (x >> 31)


def fold(c: str) -> str:
    if 0x20000 <= ord(c) < 0xE0000:
        return c
    compatible = unicodedata.normalize("NFKC", c)
    c = compatible if len(compatible) == 1 else c
    return c.lower() if len(c.lower()) == 1 else c


def kind(c: str) -> str:
    category = unicodedata.category(c)
    if 0x20000 <= ord(c) <= 0x3FFFF:
        return "unspaced"
    if category[0] in "LMN" or c == "_":
        if 0xFE00 <= ord(c) <= 0xFE0F or 0xE0100 <= ord(c) <= 0xE01EF:
            return "invisible"
        return "unspaced" if any(first <= ord(c) <= last for first, last in UNSPACED_RANGES) else "word"
    if c in "^=+<>%&" or (category == "Sm" and c not in "|~"):
        return "operator"
    if c in "-!":
        return "prefix"
    return "invisible" if category == "Cf" and c != "\u200b" else "separator"


def words_of(text: str, unit: str = "words") -> list[str]:
    visible = [c for c in map(fold, text) if kind(c) != "invisible"]
    kinds = ["separator", *map(kind, visible), "separator"]
    letters, words, is_open = ("word", "unspaced"), [], False
    for c, before, this, after in zip(visible, kinds, kinds[1:], kinds[2:], strict=False):
        is_prefix = this == "prefix" and before not in letters and after in letters
        if this == "word" and is_open and unit == "words":
            words[-1] += c
        elif this in ("word", "unspaced", "operator") or is_prefix:
            words.append(c)
        is_open = this == "word"
    return words


def polynomial(values: list[int], base: int) -> int:
    return mix64(sum(value * pow(base, i, 1 << 64) for i, value in enumerate(values)) & MASK)


def hash_words(words: list[str]) -> list[int]:
    encoded = [word.encode() for word in words]
    eights = [[int.from_bytes(word[i : i + 8], "little") for i in range(0, len(word), 8)] for word in encoded]
    return [polynomial(each, 0x9E3779B97F4A7C15) for each in eights]


def hash_shingles(words: list[int], width: int) -> list[int]:
    width = min(width, len(words))
    return [polynomial(words[i : i + width], 0xD1342543DE82EF95) for i in range(len(words) - width + 1)] if width else []


def signature_of(shingles: list[int], num_hashes: int, seed: int) -> list[int]:
    stream = [mix64(seed + (i + 1) * 0x9E3779B97F4A7C15 & MASK) >> 32 for i in range(2 * num_hashes)]
    permutations = [(stream[2 * i] | 1, stream[2 * i + 1]) for i in range(num_hashes)]
    return [min((a * (s >> 32) + b) % (1 << 32) for s in shingles) if shingles else (1 << 32) - 1 for a, b in permutations]


# --------------------------------------------------------------------------------------------------------------------- tests


@pytest.mark.parametrize(("unit", "width"), [("words", 5), ("words", 2), ("chars", 25), ("chars", 3)])
@settings(max_examples=60, deadline=None)
@given(text=st.text(st.one_of(st.sampled_from("ab _1-!=.\n\u00ad漢ｆé"), st.characters(exclude_categories=["Cs"])), max_size=80))
def test_the_kernel_signs_as_the_plain_python_does(unit: str, width: int, text: str) -> None:
    config = DedupConfig(shingle_unit=unit, shingle_words=width, shingle_chars=width, num_bands=2, seed=9)  # type: ignore[arg-type]
    signed = sign_texts(pa.chunked_array([[text]], pa.string()), config=config)
    words = words_of(text, unit)
    shingles = hash_shingles(hash_words(words), width)
    assert signed.num_words.tolist() == [len(words)]
    assert signed.num_shingles.tolist() == [len(shingles)]
    assert signed.signatures[0].tolist() == signature_of(shingles, config.num_hashes, config.seed)


def test_the_example_in_the_docs_has_these_numbers() -> None:
    words = words_of(SENTENCE)
    hashed = hash_words(words)
    shingles = hash_shingles(hashed, CONFIG.shingle_words)
    signature = signature_of(shingles, CONFIG.num_hashes, CONFIG.seed)
    assert SENTENCE in DOCS
    assert re.findall(r"^\| \d+ \| `(.+?)` \| `(\w{16})` \|", DOCS, re.M) == [
        (w, f"{h:016x}") for w, h in zip(words, hashed, strict=True)
    ]
    assert re.findall(r"^\| \d+ \|.*\| `(\w{16})` \|$", DOCS, re.M)[: len(shingles)] == [f"{s:016x}" for s in shingles]
    assert re.findall(r"first four values.*?(\d+), (\d+), (\d+), (\d+)", DOCS, re.S)[0] == tuple(map(str, signature[:4]))
    assert sign_texts(pa.chunked_array([[SENTENCE]]), config=CONFIG).signatures[0].tolist() == signature


def test_the_docs_list_the_scripts_without_spaces_and_name_the_scheme() -> None:
    listed = re.findall(r"\b([0-9A-F]{4,5})-([0-9A-F]{4,5})\b", DOCS)
    assert [(int(first, 16), int(last, 16)) for first, last in listed] == list(UNSPACED_RANGES)
    assert scheme().split("/")[0] in DOCS


def test_white_space_is_the_25_characters_of_the_docs() -> None:
    """They are spelled out in the kernel, as bytes, and in no table: a Python with other ones would not agree."""
    ascii_spaces = [*range(0x09, 0x0E), *range(0x1C, 0x21)]
    wide = [0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000]
    assert [code for code in range(NUM_CODE_POINTS) if alphabet().spaces[code]] == sorted([*ascii_spaces, *wide])
