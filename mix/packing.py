"""Documents into rows of at most seq_len tokens, inside one cell at a time.

Cutting the corpus into rows wherever one is full severs a document at nearly every row end. Here a document that fits a row is
never cut. Rows are filled one after the other: the longest piece that is left, then the one piece, or the two, that fill what
remains to the token, which a bitmap of the lengths that are left tells at once; where there are none, the longest that fits, and
so on. Best fit (Ding et al. 2024, arXiv:2404.10830), each piece into the row with the least room that holds it, leaves gaps
shorter than the shortest document in two rows of five; it is tried where rows filled one by one come out more than they must be,
and taken where it makes fewer. Filling bins one by one as full as can be: minimum bin slack, Gupta and Ho 1999.

Only a document longer than a row is cut, into the fewest pieces possible, at the last paragraph end before a row is full, else at
the last line end; and at paragraph ends only as far as that costs no row more than cutting hard.

Everything is a function of the order of the documents given; the result loses no token and repeats none.
"""

from __future__ import annotations

import bisect
import importlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from corpus.errors import require

I64 = npt.NDArray[np.int64]


class Pieces(NamedTuple):
    """Parts of documents, in the order of the documents."""

    document: I64
    """Index of the document."""
    start: I64
    """First token, counted from the document's beginning."""
    length: I64

    def __len__(self) -> int:
        return len(self.document)


class Packing(NamedTuple):
    """Which row each piece goes to; pieces of a row stay in the order of the documents."""

    pieces: Pieces
    row: I64
    num_rows: int


BreakOf = Callable[[int], I64]
"""Index of a document -> for each of its tokens 2 where a paragraph ends with it, 1 where a line does, else 0."""


def pack_best_fit(lengths: I64, seq_len: int, breaks: BreakOf | None = None) -> Packing:
    """Rows for documents of `lengths` tokens; `breaks` says where long ones are cut best."""
    hard = _pack_pieces(split_documents(lengths, seq_len, None, 0), seq_len)
    num_long = int((lengths > seq_len).sum())
    if breaks is None or not num_long:
        return hard
    # Pieces that end at a paragraph leave room that short documents may or may not fill; take as many long documents that way as
    # cost no row.
    num_soft = num_long
    while num_soft:
        soft = _pack_pieces(split_documents(lengths, seq_len, breaks, num_soft), seq_len)
        if soft.num_rows <= hard.num_rows:
            return soft
        num_soft //= 2
    return hard


def pack_concatenate(lengths: I64, seq_len: int) -> Packing:
    """Documents end to end, cut wherever a row is full: what most trainers do, for comparison."""
    ends = np.cumsum(lengths)
    cuts = np.union1d(ends, np.arange(seq_len, int(ends[-1]) if len(ends) else 0, seq_len))
    starts = np.concatenate([[0], cuts[:-1]]).astype(np.int64)[: len(cuts)]
    document = np.searchsorted(ends, starts, side="right")
    pieces = Pieces(document, starts - (ends - lengths)[document], cuts - starts)
    row = starts // seq_len
    return Packing(pieces, row, int(row[-1]) + 1 if len(row) else 0)


def split_documents(lengths: I64, seq_len: int, breaks: BreakOf | None, num_soft: int) -> Pieces:
    """Every document in the fewest pieces; first `num_soft` long ones are cut at `breaks` where possible."""
    num_pieces = -(-lengths // seq_len)
    document = np.repeat(np.arange(len(lengths)), num_pieces)
    nth = np.arange(len(document)) - np.repeat(np.cumsum(num_pieces) - num_pieces, num_pieces)
    start = nth * seq_len
    end = np.minimum(start + seq_len, lengths[document])
    if breaks is not None:
        first = np.cumsum(num_pieces) - num_pieces
        for long in np.flatnonzero(lengths > seq_len)[:num_soft]:
            cuts = soft_cuts(breaks(int(long)), int(lengths[long]), seq_len)
            here = slice(int(first[long]), int(first[long] + num_pieces[long]))
            start[here], end[here] = [0, *cuts], [*cuts, lengths[long]]
    return Pieces(document, start, end - start)


def soft_cuts(breaks: I64, length: int, seq_len: int) -> list[int]:
    """Where to cut a long document so that it still makes ceil(length / seq_len) pieces: after its paragraphs, else its lines."""
    cuts: list[int] = []
    position = 0
    for pieces_left in range(-(-length // seq_len), 1, -1):
        # At least so far, or the pieces left would not hold the rest.
        least = length - (pieces_left - 1) * seq_len - position
        window = breaks[position + least - 1 : position + seq_len]
        for kind in (2, 1):
            found = np.flatnonzero(window >= kind)
            if len(found):
                position += least + int(found[-1])
                break
        else:
            position += seq_len
        cuts.append(position)
    return cuts


def _pack_pieces(pieces: Pieces, seq_len: int) -> Packing:
    row = exact_fit_rows(pieces.length, seq_len)
    num_rows = _count(row)
    if num_rows > fewest_rows(pieces.length, seq_len):
        other = best_fit_rows(pieces.length, seq_len)
        if _count(other) < num_rows:
            return Packing(pieces, other, _count(other))
    return Packing(pieces, row, num_rows)


def _count(row: I64) -> int:
    return int(row.max()) + 1 if len(row) else 0


def fewest_rows(lengths: I64, seq_len: int) -> int:
    """No packing makes fewer: what all tokens fill, and no two pieces of more than half a row share one."""
    return max(-(-int(lengths.sum()) // seq_len), int((2 * lengths > seq_len).sum()))


def exact_fit_rows(lengths: I64, seq_len: int) -> I64:
    """The row of each piece: rows filled one by one, to the token where one or two pieces do that. Equal lengths go in the order
    given."""
    order = _sorted(lengths, seq_len)
    first = np.concatenate([[0], np.cumsum(np.bincount(lengths, minlength=seq_len + 1))]).astype(np.int64)
    rows = np.empty(len(lengths), dtype=np.int64)
    if len(lengths) >= COMPILED_FROM:
        rows[order] = _compiled().exact_fit(first, seq_len)
    else:
        rows[order] = exact_fit_reference(first.tolist(), seq_len)
    return rows


def _sorted(values: I64, most: int) -> I64:
    """The order of values from 0 to `most`, equal ones as given; numpy counts 16-bit numbers instead of comparing them."""
    return np.argsort(values.astype(np.uint16) if most < 1 << 16 else values, kind="stable")


def best_fit_rows(lengths: I64, seq_len: int) -> I64:
    """Best-fit decreasing: the row of each piece. Equal lengths go in the order given, of equal rooms the latest is filled."""
    order = _sorted(seq_len - lengths, seq_len)
    num_full = int((lengths == seq_len).sum())
    rows = np.empty(len(lengths), dtype=np.int64)
    rows[order[:num_full]] = np.arange(num_full)
    rest = order[num_full:]
    if len(rest) >= COMPILED_FROM:
        rows[rest] = num_full + _compiled().best_fit(lengths[rest].astype(np.int64), seq_len)
    else:
        rows[rest] = num_full + np.array(best_fit_reference(lengths[rest].tolist(), seq_len), dtype=np.int64)
    return rows


COMPILED_FROM = 5_000
"""Pieces from which the compiled form pays for being loaded: Python takes 10 ms for so many."""


def _compiled() -> Any:
    require("numba", extra="mix")
    return importlib.import_module("mix.packing_kernel")


def exact_fit_reference(first: Sequence[int], seq_len: int) -> list[int]:
    """The row of each piece, pieces sorted by length; those of length n are numbered first[n] to first[n + 1] - 1.

    Which lengths are left stands in the bits of one number (bit n: length n) and mirrored in those of another (bit seq_len - n),
    so that the pairs that fill a room are one shift and one `and` away. In plain Python what packing_kernel.py computes.
    """
    following = list(first[:-1])
    rows = [0] * first[-1]
    left = sum(1 << n for n in range(1, seq_len + 1) if first[n] < first[n + 1])
    mirrored = sum(1 << seq_len - n for n in range(1, seq_len + 1) if first[n] < first[n + 1])
    row = 0

    def take(length: int) -> None:
        nonlocal left, mirrored
        rows[following[length]] = row
        following[length] += 1
        if following[length] == first[length + 1]:
            left ^= 1 << length
            mirrored ^= 1 << seq_len - length

    while left:
        longest = left.bit_length() - 1
        take(longest)
        room = seq_len - longest
        while room:
            if left >> room & 1:
                take(room)
                break
            pairs = left & mirrored >> seq_len - room
            # The most even pair: short pieces, which fit anywhere, are kept for the last rows (.013 % padding, else .025 %).
            half = (room + 1) // 2
            if room % 2 == 0 and first[half + 1] - following[half] == 1:
                pairs &= ~(1 << half)
            pairs >>= half
            if pairs:
                longer = half + (pairs & -pairs).bit_length() - 1
                take(longer)
                take(room - longer)
                break
            fitting = (left & (1 << room + 1) - 1).bit_length() - 1
            if fitting < 1:
                break
            take(fitting)
            room -= fitting
        row += 1
    return rows


def best_fit_reference(descending: Sequence[int], seq_len: int) -> list[int]:
    """The row of each length, by a sorted list of the rooms that occur and a stack of rows for each.

    In plain Python what packing_kernel.py computes.
    """
    rooms: list[int] = []
    with_room: dict[int, list[int]] = {}
    rows: list[int] = []
    num_rows = 0
    for length in descending:
        at = bisect.bisect_left(rooms, length)
        if at == len(rooms):
            row, room = num_rows, seq_len
            num_rows += 1
        else:
            room = rooms[at]
            row = with_room[room].pop()
            if not with_room[room]:
                del with_room[room], rooms[at]
        rows.append(row)
        left = room - length
        if left == 0:
            continue
        if left in with_room:
            with_room[left].append(row)
        else:
            with_room[left] = [row]
            bisect.insort(rooms, left)
    return rows
