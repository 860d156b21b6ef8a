"""The two ways to pack (packing.py), compiled.

exact_fit: which lengths are left stands in bits, and once more mirrored, so that 64 pairs of lengths that fill a room are looked
at together.
best_fit: rows with the same room form a stack (`head`, `below`); which rooms occur stands in bits, in two levels, so that the
least room that holds a length is found by looking at three words.
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


@numba.njit(cache=True)
def _highest_bit(word):
    """Number of the highest set bit of a word that is not 0."""
    count = 0
    for shift in (32, 16, 8, 4, 2, 1):
        if word >> np.uint64(shift):
            word >>= np.uint64(shift)
            count += shift
    return count


@numba.njit(cache=True)
def _flip(words, bit):
    words[bit >> 6] ^= np.uint64(1) << np.uint64(bit & 63)


@numba.njit(cache=True)
def _most_even_pair(left, mirrored, seq_len, room, longest, is_double):
    """The longer of the two lengths left that are `room` together and differ least; -1 where there are none.

    `is_double`: whether there are two of room / 2.
    """
    half = (room + 1) >> 1
    low = half if is_double or room & 1 else half + 1
    # Bit n of the mirrored lengths moved down by this many: whether length room - n is left.
    moved = seq_len - room
    skip, shift = moved >> 6, np.uint64(moved & 63)
    last = min(longest, room - 1)
    for at in range(low >> 6, (last >> 6) + 1):
        partners = mirrored[at + skip] >> shift
        if shift:
            partners |= mirrored[at + skip + 1] << (np.uint64(64) - shift)
        found = left[at] & partners
        if at == low >> 6:
            found &= ~np.uint64(0) << np.uint64(low & 63)
        if found:
            return (at << 6) + _lowest_bit(found)
    return -1


@numba.njit(cache=True)
def _longest_up_to(left, room):
    """The greatest length left that is at most `room`; -1 where there is none."""
    at = room >> 6
    word = left[at] & (~np.uint64(0) >> np.uint64(63 - (room & 63)))
    while not word:
        at -= 1
        if at < 0:
            return -1
        word = left[at]
    return (at << 6) + _highest_bit(word)


@numba.njit(cache=True)
def exact_fit(first, seq_len):
    """The row of each piece, pieces sorted by length; those of length n are numbered first[n] to first[n + 1] - 1."""
    num_words = (seq_len >> 6) + 2
    left = np.zeros(num_words, np.uint64)
    mirrored = np.zeros(num_words, np.uint64)
    following = first[:-1].copy()
    for n in range(1, seq_len + 1):
        if first[n] < first[n + 1]:
            _flip(left, n)
            _flip(mirrored, seq_len - n)
    rows = np.empty(first[-1], np.int64)
    row, longest = 0, seq_len
    taken = np.empty(2, np.int64)
    while True:
        while longest and following[longest] == first[longest + 1]:
            longest -= 1
        if not longest:
            return rows
        room, num_taken = seq_len, 1
        taken[0] = longest
        while True:
            for i in range(num_taken):
                length = taken[i]
                rows[following[length]] = row
                following[length] += 1
                if following[length] == first[length + 1]:
                    _flip(left, length)
                    _flip(mirrored, seq_len - length)
                room -= length
            if not room:
                break
            while longest and following[longest] == first[longest + 1]:
                longest -= 1
            num_taken = 1
            if following[room] < first[room + 1]:
                taken[0] = room
                continue
            if 2 * longest >= room:
                half = room >> 1
                longer = _most_even_pair(left, mirrored, seq_len, room, longest, first[half + 1] - following[half] > 1)
                if longer > 0:
                    taken[0], taken[1], num_taken = longer, room - longer, 2
                    continue
            taken[0] = _longest_up_to(left, min(room, longest))
            if taken[0] < 1:
                break
        row += 1
