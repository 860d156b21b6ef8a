"""Shingles and MinHash compiled, straight on the buffers of an Arrow string column: no Python string is ever made.

The same definition as `dedup/shingles.py` and `dedup.signatures.minhash`, and the same bits (tests/test_dedup_signatures.py).
Compiled once per machine: numba keeps the machine code beside this file, or in its own cache folder where that is read-only.
"""

# numba has no types for mypy: its decorators return Any.
# mypy: disallow-untyped-decorators=False

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from dedup.shingles import INVISIBLE, OPERATOR, PREFIX, SHINGLE_BASE, UNSPACED, WORD, WORD_BASE

_P = np.uint64(WORD_BASE)
_Q = np.uint64(SHINGLE_BASE)
_ONE = np.uint64(1)
_WORD, _UNSPACED, _OPERATOR = np.uint8(WORD), np.uint8(UNSPACED), np.uint8(OPERATOR)
_PREFIX, _INVISIBLE = np.uint8(PREFIX), np.uint8(INVISIBLE)
_BLOCK = 512
"""Shingles per pass over the permutations: 2 KB that stay in the first-level cache."""


def _compiled(function: Callable[..., Any]) -> Any:
    """`function` as machine code, kept on disk where there is a place to write (a read-only image may have none)."""
    try:
        return numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:
        return numba.njit(nogil=True)(function)


@numba.njit(inline="always")
def _mix64(x):  # type: ignore[no-untyped-def]
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@numba.njit(inline="always")
def _decode(data, i):  # type: ignore[no-untyped-def]
    """The code point at byte `i` of valid UTF-8, and the byte after it."""
    lead = np.uint32(data[i])
    if lead < 0x80:
        return lead, i + 1
    second = np.uint32(data[i + 1]) & np.uint32(0x3F)
    if lead < 0xE0:
        return ((lead & np.uint32(0x1F)) << np.uint32(6)) | second, i + 2
    third = np.uint32(data[i + 2]) & np.uint32(0x3F)
    if lead < 0xF0:
        return ((lead & np.uint32(0x0F)) << np.uint32(12)) | (second << np.uint32(6)) | third, i + 3
    fourth = np.uint32(data[i + 3]) & np.uint32(0x3F)
    high = ((lead & np.uint32(0x07)) << np.uint32(18)) | (second << np.uint32(12))
    return high | (third << np.uint32(6)) | fourth, i + 4


@_compiled
def hash_words(data, start, end, classes, folded, out):  # type: ignore[no-untyped-def]
    """Word hashes of the UTF-8 bytes data[start:end] into `out`; returns their number, at most one per byte."""
    count = np.int64(0)
    total = np.uint64(0)
    power = _ONE
    was_word = np.uint64(0)
    after_letter = False
    pending = np.uint64(0)  # folded code point + 1 of a prefix operator that waits for its operand
    i = start
    while i < end:
        code, i = _decode(data, i)
        kind = classes[code]
        value = np.uint64(folded[code]) + _ONE
        if kind <= _WORD and pending == 0:
            # Nearly all of any text, and no branch on where words end: the processor guesses wrong at every second one.
            # 514 MB/s of source code on one core; 334 with an `if`.
            is_word = np.uint64(kind)  # SEPARATOR is 0, WORD is 1
            all_or_nothing = np.uint64(0) - is_word
            out[count] = total
            count += np.int64(was_word & ~is_word)
            total = (total + value * power) & all_or_nothing
            power = ((power * _P - _ONE) & all_or_nothing) + _ONE
            was_word = is_word
            after_letter = kind == _WORD
            continue
        if kind == _INVISIBLE:
            continue
        if was_word:
            out[count] = total
            count += 1
            was_word = np.uint64(0)
        if pending != 0 and (kind == _WORD or kind == _UNSPACED):  # noqa: SIM109 (numba compiles no set of constants)
            out[count] = pending
            count += 1
        pending = np.uint64(0)
        total = np.uint64(0)
        power = _ONE
        letter_before, after_letter = after_letter, False
        if kind == _WORD:
            total = value
            power = _P
            was_word = _ONE
            after_letter = True
        elif kind == _UNSPACED or kind == _OPERATOR:  # noqa: SIM109
            out[count] = value
            count += 1
            after_letter = kind == _UNSPACED
        elif kind == _PREFIX and not letter_before:
            pending = value
    if was_word:
        out[count] = total
        count += 1
    for k in range(count):
        out[k] = _mix64(out[k])
    return count


@_compiled
def hash_shingles(words, count, width):  # type: ignore[no-untyped-def]
    """Shingle hashes of words[:count], in place; returns their number. Rolls: S' = (S - w) / Q + w' Q^(width-1)."""
    width = min(width, count)
    if width == 0:
        return 0
    total = np.uint64(0)
    power = _ONE
    for i in range(width):
        total += words[i] * power
        if i + 1 < width:
            power *= _Q
    inverse = _Q  # an odd number is its own inverse modulo 8; five Newton steps double the 3 correct bits to 96
    for _ in range(5):
        inverse *= np.uint64(2) - _Q * inverse
    number = count - width + 1
    for i in range(number):
        first = words[i]
        words[i] = _mix64(total)
        if i + 1 < number:
            total = (total - first) * inverse + words[i + width] * power
    return number


@_compiled
def min_hash(shingles, number, multipliers, offsets, signature, block):  # type: ignore[no-untyped-def]
    """signature[i] = min over shingles of multipliers[i] * x + offsets[i] mod 2^32, x the upper half of the shingle's hash."""
    signature[:] = np.uint32(0xFFFFFFFF)
    for first in range(0, number, block.size):
        size = min(block.size, number - first)
        for j in range(size):
            block[j] = np.uint32(shingles[first + j] >> np.uint64(32))
        for i in range(signature.size):
            a = multipliers[i]
            b = offsets[i]
            least = signature[i]
            for j in range(size):
                value = np.uint32(a * block[j] + b)
                least = min(least, value)
            signature[i] = least


@_compiled
def collapse_spaces(data, start, end, spaces, out, position):  # type: ignore[no-untyped-def]
    """data[start:end] with every run of white space as one blank, none at the ends, to `out`; returns the place after it."""
    begin = position
    after_space = True  # blanks at the beginning go
    i = start
    while i < end:
        byte = data[i]
        if byte < 0x80:
            space = spaces[byte]
            out[position] = np.uint8(32) if space else byte
            position += not (space and after_space)
            after_space = space
            i += 1
            continue
        code, after = _decode(data, i)
        if spaces[code]:
            out[position] = 32
            position += not after_space
            after_space = True
        else:
            for k in range(i, after):
                out[position] = data[k]
                position += 1
            after_space = False
        i = after
    return position - 1 if after_space and position > begin else position


@_compiled
def sign(data, bounds, width, classes, folded, spaces, multipliers, offsets, signatures, counts, collapsed, collapsed_bounds):  # type: ignore[no-untyped-def]
    """All documents of a column: bounds has one entry more than there are documents.

    Fills signatures (documents x hashes), counts (documents x 2: words, shingles), collapsed bytes and their bounds.
    """
    longest = 0
    for d in range(bounds.size - 1):
        longest = max(longest, bounds[d + 1] - bounds[d])
    hashes = np.empty(longest, np.uint64)
    block = np.empty(_BLOCK, np.uint32)
    position = 0
    for d in range(bounds.size - 1):
        counts[d, 0] = hash_words(data, bounds[d], bounds[d + 1], classes, folded, hashes)
        counts[d, 1] = hash_shingles(hashes, counts[d, 0], width)
        min_hash(hashes, counts[d, 1], multipliers, offsets, signatures[d], block)
        position = collapse_spaces(data, bounds[d], bounds[d + 1], spaces, collapsed, position)
        collapsed_bounds[d + 1] = position
