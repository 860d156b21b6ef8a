"""Best fit, compiled: the row of each length in a few nanoseconds.

Rows with the same room form a stack (`head`, `below`); which rooms occur stands in bits, in two levels, so that the least room
that holds a length is found by looking at three words.
"""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True)
def _lowest_bit(word):
    """Number of the lowest set bit of a word that is not 0."""
    low, count = word & (~word + np.uint64(1)), 0
    for shift in (32, 16, 8, 4, 2, 1):
        if low >> np.uint64(shift):
            low >>= np.uint64(shift)
            count += shift
    return count


@numba.njit(cache=True)
def _least_room(words, groups, length):
    """The least room of at least `length` that occurs; -1 where none does."""
    at = length >> 6
    word = words[at] & (~np.uint64(0) << np.uint64(length & 63))
    if word:
        return (at << 6) + _lowest_bit(word)
    at += 1
    group = at >> 6
    if group >= len(groups):
        return -1
    summary = groups[group] & (~np.uint64(0) << np.uint64(at & 63))
    while not summary:
        group += 1
        if group == len(groups):
            return -1
        summary = groups[group]
    at = (group << 6) + _lowest_bit(summary)
    return (at << 6) + _lowest_bit(words[at])


@numba.njit(cache=True)
def best_fit(descending, seq_len):
    """The row of each length (descending, 1 to seq_len - 1): the one with the least room that holds it, of equals the latest."""
    num_words = (seq_len >> 6) + 1
    words = np.zeros(num_words, np.uint64)
    groups = np.zeros((num_words >> 6) + 1, np.uint64)
    head = np.full(seq_len + 1, -1, np.int64)
    below = np.full(len(descending), -1, np.int64)
    rows = np.empty(len(descending), np.int64)
    num_rows = 0
    for i in range(len(descending)):
        length = descending[i]
        room = _least_room(words, groups, length)
        if room < 0:
            row, room = num_rows, seq_len
            num_rows += 1
        else:
            row = head[room]
            head[room] = below[row]
            if head[room] < 0:
                words[room >> 6] &= ~(np.uint64(1) << np.uint64(room & 63))
                if not words[room >> 6]:
                    groups[room >> 12] &= ~(np.uint64(1) << np.uint64((room >> 6) & 63))
        rows[i] = row
        left = room - length
        if left:
            below[row] = head[left]
            head[left] = row
            words[left >> 6] |= np.uint64(1) << np.uint64(left & 63)
            groups[left >> 12] |= np.uint64(1) << np.uint64((left >> 6) & 63)
    return rows
