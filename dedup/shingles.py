"""Text to words to shingles: the definition, and its NumPy reference. `dedup/shingles_kernel.py` compiles the same, bit for bit.

What is a word is decided by code points alone, so that prose, formulas and code need no parser and any language can recompute it:

1. Every code point is folded: NFKC and lower case where the result is one code point. The fold's class counts.
2. Invisible ones (soft hyphen, joiners, variation selectors) are dropped.
3. A maximal run of letters, digits, marks and `_` is a word: `x_1` and `x_2` are two words.
4. A character of a script that is written without spaces is a word of its own: their shingles are character shingles.
5. An operator is a word: ^ = + < > % & and every Unicode mathematical symbol (but | ~). So is a hyphen or exclamation mark that
   directly precedes a word character and does not follow one: `-x`, `^{-1}`, `!done`, but not `well-known` or `- item`.
6. Everything else (spaces, other punctuation, brackets, Markdown's marks, emoji) only separates.

A word's hash is mix64(sum e_i * P^i mod 2^64) over the UTF-8 of its folded code points, e_i being eight bytes of it as a
little-endian number (the last ones filled up with zeros). A shingle's is mix64(sum w_i * Q^i mod 2^64) over the hashes of
`shingle_words` consecutive words. mix64 is the finaliser of SplitMix64. A document with fewer words is one shingle of all its
words; one without words has none. docs/dedup-signatures.md has an example with its numbers.

With unit `chars` every character of rule 3 is a word of its own, as those of rule 4 always are; nothing else changes. Text whose
spaces or line breaks are in the wrong places, or missing, then has the same shingles as the text it was.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

UInt64Array = npt.NDArray[np.uint64]
Unit = Literal["words", "chars"]

SEPARATOR, WORD, UNSPACED, OPERATOR, PREFIX, INVISIBLE = range(6)
"""Classes of code points. Whoever changes one, or a multiplier, renames `scheme`."""
IS_WORD, IS_UNSPACED, IS_OPERATOR, IS_PREFIX, IS_INVISIBLE = (1 << bit for bit in range(5))
"""The classes as bits, for `Alphabet.kinds`."""

WORD_BASE = 0x9E3779B97F4A7C15 | 1
"""P: 2^64 / golden ratio, odd and so invertible."""
SHINGLE_BASE = 0xD1342543DE82EF95
"""Q: a multiplier with good spectral figures. Source: Steele and Vigna 2021, arXiv:2001.05304, table 5."""

NUM_CODE_POINTS = 0x110000
OPERATORS = frozenset("^=+<>%&")
PREFIX_OPERATORS = frozenset("-!")
NOT_OPERATORS = frozenset("|~")
"""Mathematical symbols that Markdown uses as marks (tables, fences)."""
UNSPACED_RANGES = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x0F00, 0x0FFF),  # Tibetan
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x1950, 0x19DF),  # Tai Le, New Tai Lue
    (0x1A20, 0x1AAF),  # Tai Tham
    (0x2E80, 0x2FDF),  # CJK and Kangxi radicals
    (0x3005, 0x3007),  # ideographic iteration mark, closing mark, zero
    (0x3021, 0x3029),  # Hangzhou numerals
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x3100, 0x312F),  # Bopomofo
    (0x31A0, 0x31BF),  # Bopomofo extended
    (0x31F0, 0x31FF),  # Katakana phonetic extensions
    (0x3400, 0x4DBF),  # ideographs, extension A
    (0x4E00, 0x9FFF),  # ideographs
    (0xA9E0, 0xA9FF),  # Myanmar extended B
    (0xAA60, 0xAADF),  # Myanmar extended A, Tai Viet
    (0xF900, 0xFAFF),  # compatibility ideographs
    (0x1B000, 0x1B16F),  # Kana supplements
    (0x20000, 0x3FFFF),  # ideographs, extensions B and later
)
"""Scripts written without spaces between words. Hangul is not among them: Korean has spaces."""


class Alphabet(NamedTuple):
    """What the scheme knows about every code point, indexed by it."""

    classes: npt.NDArray[np.uint8]
    folded: npt.NDArray[np.uint32]
    spaces: npt.NDArray[np.bool_]
    """What str.split() splits at."""
    kinds: npt.NDArray[np.uint8]
    """The class as a bit, and in the two upper bits the number of bytes of the folded one less 1: what the kernel looks up."""
    encoded: npt.NDArray[np.uint32]
    """UTF-8 of the folded one, its first byte lowest."""


@lru_cache(maxsize=1)
def alphabet() -> Alphabet:
    """Built from the running Python's Unicode data (0.2 s); `scheme` names the version in every footer."""
    classes = np.zeros(NUM_CODE_POINTS, np.uint8)
    folded = np.arange(NUM_CODE_POINTS, dtype=np.uint32)
    spaces = np.zeros(NUM_CODE_POINTS, np.bool_)
    for code in (*range(0xD800), *range(0xE000, 0x20000), *range(0xE0000, 0xE0200)):
        folded[code] = fold = _fold(code)
        classes[code] = _classify(chr(fold))
        spaces[code] = chr(code).isspace()
    for first, last in UNSPACED_RANGES:
        if first >= 0x20000:
            classes[first : last + 1] = UNSPACED
    flags = np.array([0, IS_WORD, IS_UNSPACED, IS_OPERATOR, IS_PREFIX, IS_INVISIBLE], np.uint32)
    kinds = flags[classes] | (num_bytes(folded) - 1) << 6
    return Alphabet(classes, folded, spaces, kinds.astype(np.uint8), _encode(folded))


def scheme() -> str:
    """The scheme's version: signatures of two different ones cannot be compared."""
    return f"tercet-shingles-2/unicode-{unicodedata.unidata_version}"


def _fold(code: int) -> int:
    character = chr(code)
    if code >= 0x80:
        compatible = unicodedata.normalize("NFKC", character)
        character = compatible if len(compatible) == 1 else character
    lower = character.lower()
    return ord(lower) if len(lower) == 1 else ord(character)


def _classify(character: str) -> int:
    category = unicodedata.category(character)
    if category[0] in "LMN" or character == "_":
        if 0xFE00 <= ord(character) <= 0xFE0F or 0xE0100 <= ord(character) <= 0xE01EF:
            return INVISIBLE
        return UNSPACED if any(first <= ord(character) <= last for first, last in UNSPACED_RANGES) else WORD
    if character in OPERATORS or (category == "Sm" and character not in NOT_OPERATORS):
        return OPERATOR
    if character in PREFIX_OPERATORS:
        return PREFIX
    return INVISIBLE if category == "Cf" and character != "\u200b" else SEPARATOR


def num_bytes(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
    """Of the UTF-8 of each code point."""
    count: npt.NDArray[np.int64] = 1 + (codes >= 0x80).astype(np.int64) + (codes >= 0x800) + (codes >= 0x10000)
    return count


def _encode(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    last, third, second = (codes >> shift & 0x3F | 0x80 for shift in (0, 6, 12))
    two = codes >> 6 | 0xC0 | last << 8
    three = codes >> 12 | 0xE0 | third << 8 | last << 16
    four = codes >> 18 | 0xF0 | second << 8 | third << 16 | last << 24
    return np.select([codes < 0x80, codes < 0x800, codes < 0x10000], [codes, two, three], four).astype(np.uint32)


def mix64(x: UInt64Array) -> UInt64Array:
    """The finaliser of SplitMix64: a bijection of 64-bit words. Source: Stafford's variant 13, Steele et al. 2014."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: UInt64Array = x ^ (x >> np.uint64(31))
    return mixed


def word_hashes(text: str, *, unit: Unit = "words") -> UInt64Array:
    """One 64-bit hash per word of `text`, in order; with unit `chars` per character of a word."""
    letters = alphabet()
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    classes = letters.classes[codes]
    visible = classes != INVISIBLE
    codes, classes = letters.folded[codes[visible]], classes[visible]
    starts, ends = _word_bounds(classes, unit)
    if starts.size == 0:
        return np.zeros(0, np.uint64)
    offsets = np.concatenate([[0], np.cumsum(num_bytes(codes))])
    lengths = offsets[ends] - offsets[starts]
    first = np.cumsum(lengths) - lengths
    position = np.arange(lengths.sum()) - np.repeat(first, lengths)
    encoded = np.frombuffer(codes.astype("<u4").tobytes().decode("utf-32-le").encode(), np.uint8)
    letters = encoded[np.repeat(offsets[starts], lengths) + position].astype(np.uint64) << (position % 8 * 8).astype(np.uint64)
    powers = np.full(position.max() // 8 + 1, np.uint64(WORD_BASE))
    powers[0] = 1
    return mix64(np.add.reduceat(letters * np.cumprod(powers, dtype=np.uint64)[position // 8], first))


def _word_bounds(classes: npt.NDArray[np.uint8], unit: Unit) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """First and past-the-last position of every word."""
    padded = np.concatenate([[SEPARATOR], classes, [SEPARATOR]])
    before, after = padded[:-2], padded[2:]
    letter_before = (before == WORD) | (before == UNSPACED)
    letter_after = (after == WORD) | (after == UNSPACED)
    single = (classes == UNSPACED) | (classes == OPERATOR) | ((classes == PREFIX) & ~letter_before & letter_after)
    word = classes == WORD
    if unit == "chars":
        single, word = single | word, np.zeros_like(word)
    starts = np.flatnonzero(single | (word & (before != WORD)))
    ends = np.flatnonzero(single | (word & (after != WORD))) + 1
    return starts, ends


def shingle_hashes(words: UInt64Array, *, shingle_words: int) -> UInt64Array:
    """One 64-bit hash per shingle: max(1, n - shingle_words + 1) of n words, none of none."""
    width = min(shingle_words, words.size)
    if width == 0:
        return np.zeros(0, np.uint64)
    count = words.size - width + 1
    total = np.zeros(count, np.uint64)
    for i in range(width):
        total += words[i : i + count] * np.uint64(pow(SHINGLE_BASE, i, 1 << 64))
    return mix64(total)


def shingle_set(text: str, *, shingle_words: int, unit: Unit = "words") -> UInt64Array:
    """The distinct shingles of `text`, sorted: what Jaccard similarity is defined on."""
    return np.unique(shingle_hashes(word_hashes(text, unit=unit), shingle_words=shingle_words))


def jaccard(one: UInt64Array, other: UInt64Array) -> float:
    """Jaccard similarity of two shingle sets; 0 where either is empty."""
    if one.size == 0 or other.size == 0:
        return 0.0
    common = np.intersect1d(one, other, assume_unique=True).size
    return common / (one.size + other.size - common)
