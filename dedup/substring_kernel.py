"""Winnowing and the extension of matches compiled, straight on the buffers of an Arrow string column.

`dedup/substrings.py` says what they are for; tests/test_dedup_substrings.py holds the definitions in plain Python and compares.
"""

# numba infers the types of what has none here.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False

from __future__ import annotations

from pathlib import Path

import numpy as np

from corpus.kernels import compiler
from dedup.shingles import SHINGLE_BASE

compiled = compiler(Path(__file__).parent, "s*.py", extra="dedup")

_BASE = np.uint64(SHINGLE_BASE)
_ONE = np.uint64(1)


@compiled
def _mix64(x):
    """dedup.shingles.mix64"""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@compiled
def winnow(data, bounds, chosen, gram, window, keys, documents, positions):
    """Fingerprints of the chosen documents of a column, in order; returns their number.

    Document d is data[bounds[d]:bounds[d + 1]]. Of every `window` consecutive grams of `gram` bytes the one with the smallest
    hash is taken, once. Where there is no room for all in the outputs, the rest is counted but not written.
    """
    capacity = keys.size
    count = np.int64(0)
    leaving = _ONE  # what the byte that leaves a gram is multiplied with
    for _ in range(gram):
        leaving *= _BASE
    ring = np.empty(window, np.uint64)  # hashes of the last `window` grams, gram i at i % window
    for d in range(bounds.size - 1):
        start = bounds[d]
        number = bounds[d + 1] - start - gram + 1
        if not chosen[d] or number < window:
            continue
        total = np.uint64(0)
        for i in range(start, start + gram - 1):
            total = total * _BASE + np.uint64(data[i])
        out = np.uint64(0)
        slot = 0
        least = np.uint64(0)
        at = np.int64(-1)  # the gram that is taken; -1: none, look at the whole window
        taken = np.int64(-1)
        for i in range(number):
            total = total * _BASE + np.uint64(data[start + i + gram - 1]) - out * leaving
            out = np.uint64(data[start + i])
            value = _mix64(total)
            ring[slot] = value
            if at <= i - window:
                if i >= window - 1:
                    least, at = value, i
                    j = slot
                    for back in range(1, window):
                        j = j - 1 if j else window - 1
                        if ring[j] < least:
                            least, at = ring[j], i - back
            elif value < least:
                least, at = value, i
            slot = slot + 1 if slot + 1 < window else 0
            if at != taken:
                if count < capacity:
                    keys[count] = _mix64(least)
                    documents[count] = d
                    positions[count] = at
                count += 1
                taken = at
    return count


@compiled
def extend(data, bounds, documents, first, last, left, left_bounds, right, right_bounds):
    """Makes matches data[first[i]:last[i]] longer, in place, by what their surroundings in data[bounds[d]:bounds[d + 1]], d =
    documents[i], have in common with the bytes before and after the other occurrence; then shorter by parts of characters."""
    for i in range(first.size):
        start, end = bounds[documents[i]], bounds[documents[i] + 1]
        at, j = first[i], left_bounds[i + 1]
        while at > start and j > left_bounds[i] and data[at - 1] == left[j - 1]:
            at -= 1
            j -= 1
        first[i] = at
        at, j = last[i], right_bounds[i]
        while at < end and j < right_bounds[i + 1] and data[at] == right[j]:
            at += 1
            j += 1
        last[i] = at
        first[i], last[i] = whole_characters(data, first[i], last[i])


@compiled
def whole_characters(data, first, last):
    """data[first:last] without the parts of UTF-8 characters at its ends."""
    while first < last and (data[first] & 0xC0) == 0x80:
        first += 1
    end = last
    while end > first and (data[end - 1] & 0xC0) == 0x80:
        end -= 1
    if end == first:
        return first, first
    lead = data[end - 1]  # begins the last character
    size = 1 if lead < 0x80 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
    return first, last if end - 1 + size <= last else end - 1


@compiled
def characters(data, starts, first, last):
    """Makes places in bytes, data[first[i]:last[i]] in a document that begins at starts[i], places in the characters of the
    document, in place. Spans of a document follow each other and have both ends in ascending order."""
    i = 0
    while i < first.size:
        stop = i
        while stop < first.size and starts[stop] == starts[i]:
            stop += 1
        at, total, a, b = starts[i], np.int64(0), i, i
        while b < stop:
            is_first = a < stop and first[a] <= last[b]
            place = first[a] if is_first else last[b]
            while at < place:
                total += (data[at] & 0xC0) != 0x80
                at += 1
            if is_first:
                first[a] = total
                a += 1
            else:
                last[b] = total
                b += 1
        i = stop
