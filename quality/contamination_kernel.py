"""Words of a text and their n-grams looked up in an index, compiled, straight on the buffers of an Arrow string column.

quality/contamination.py says what a word is. A text goes through in blocks of words: memory does not depend on its length.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np

from corpus.kernels import compiler

LETTER, SINGLE, INVISIBLE = 1, 2, 3
"""Classes of code points; 0 separates."""
LETTER_BASE = 0x9E3779B97F4A7C15 | 1
"""2^64 / golden ratio, odd."""
WORD_BASE = 0xD1342543DE82EF95
"""Source: Steele and Vigna 2021, arXiv:2001.05304, table 5."""

_LETTER, _SINGLE, _INVISIBLE = np.uint8(LETTER), np.uint8(SINGLE), np.uint8(INVISIBLE)
_P, _Q = np.uint64(LETTER_BASE), np.uint64(WORD_BASE)
_BACKSLASH = np.uint8(92)

_compiled: Callable[..., Any] = compiler(Path(__file__).parent, "contamination*.py", extra="dedup", borrows=True, nogil=True)
_inlined: Callable[..., Any] = numba.njit(inline="always")


@_inlined
def _mix64(x):
    """The finaliser of SplitMix64. Source: Stafford's variant 13, Steele et al. 2014."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@_inlined
def _decode(data, i):
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
def read_words(data, begin, i, end, classes, folded, commands, replaced, hashes, starts, ends, is_prose, filled):
    """Appends words of data[begin:end] from byte `i` on until the arrays are full: (byte to go on at, number of words)."""
    while i < end and filled < hashes.size:
        code, after = _decode(data, i)
        kind = classes[code]
        if kind == _LETTER:
            start = i
            total = np.uint64(folded[code])
            letters = 1
            i = after
            while i < end:
                code, after = _decode(data, i)
                kind = classes[code]
                if kind == _LETTER:
                    total = total * _P + np.uint64(folded[code])
                    letters += 1
                elif kind != _INVISIBLE:
                    break
                i = after
            value = _mix64(total)
            is_command = start > begin and data[start - 1] == _BACKSLASH
            if is_command:
                dropped = False
                for k in range(commands.size):
                    if commands[k] == value:
                        value = replaced[k]
                        dropped = value == 0
                        break
                if dropped:
                    continue
            hashes[filled], starts[filled], ends[filled] = value, start, i
            is_prose[filled] = letters > 1 and not is_command
            filled += 1
            continue
        if kind == _SINGLE:
            hashes[filled], starts[filled], ends[filled] = _mix64(np.uint64(folded[code])), i, after
            is_prose[filled] = code >= 0x80 and folded[code] >= 0x80
            filled += 1
        i = after
    return i, filled


@_compiled
def gram_keys(hashes, count, width, keys):
    """keys[k]: of the gram hashes[k : k + width]; mix64(sum w_j Q^(width - 1 - j) mod 2^64)."""
    last = np.uint64(1)
    total = np.uint64(0)
    for j in range(width):
        total = total * _Q + hashes[j]
        last *= _Q
    keys[0] = _mix64(total)
    for k in range(1, count - width + 1):
        total = total * _Q + hashes[k + width - 1] - hashes[k - 1] * last
        keys[k] = _mix64(total)


@_compiled
def fill_filter(keys, bits, shift):
    """Sets three bits of one 64-bit word for every key."""
    for key in keys:
        bits[key >> shift] |= _three_bits(key)


@_inlined
def _three_bits(key):
    one, six, low = np.uint64(1), np.uint64(6), np.uint64(63)
    return (one << (key & low)) | (one << ((key >> six) & low)) | (one << ((key >> np.uint64(12)) & low))


@_inlined
def _first_at_least(sorted_keys, key):
    low, high = 0, sorted_keys.size
    while low < high:
        middle = (low + high) >> 1
        if sorted_keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low


@_compiled
def scan(data, bounds, widths, letters, space, index, found):
    """All grams of the documents data[bounds[d]:bounds[d + 1]] that stand in the index; returns how many there are.

    letters: classes, folded, commands, replaced. space: hashes, starts, ends, is_prose, keys. index: sorted keys, filter, its
    shift. found: document, first entry of the key, width, number of the first word, first byte, byte after the last; where they
    are full the rest is only counted.
    """
    classes, folded, commands, replaced = letters
    hashes, starts, ends, is_prose, keys = space
    sorted_keys, bits, shift = index
    documents, entries, sizes, words, firsts, lasts = found
    most = widths[widths.size - 1]
    number = 0
    for d in range(bounds.size - 1):
        i, end = bounds[d], bounds[d + 1]
        carried = 0
        before = 0  # words of the document ahead of hashes[0]
        while True:
            i, filled = read_words(
                data, bounds[d], i, end, classes, folded, commands, replaced, hashes, starts, ends, is_prose, carried
            )
            for width in widths:
                if filled < width:
                    continue
                gram_keys(hashes, filled, width, keys)
                skipped = max(0, carried - width + 1)  # these grams were looked up with the block before
                for k in range(skipped, filled - width + 1):
                    key = keys[k]
                    mask = _three_bits(key)
                    if bits[key >> shift] & mask != mask:
                        continue
                    entry = _first_at_least(sorted_keys, key)
                    if entry < sorted_keys.size and sorted_keys[entry] == key:
                        if number < documents.size:
                            documents[number], entries[number], sizes[number] = d, entry, width
                            words[number], firsts[number], lasts[number] = before + k, starts[k], ends[k + width - 1]
                        number += 1
            if i >= end:
                break
            kept = min(filled, most - 1)
            moved = filled - kept
            for k in range(kept):
                hashes[k], starts[k], ends[k], is_prose[k] = hashes[moved + k], starts[moved + k], ends[moved + k], False
            before += moved
            carried = kept
    return number
