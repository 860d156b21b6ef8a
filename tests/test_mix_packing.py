"""Packing: no token lost or repeated, no fitting document cut, long ones cut where it costs nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mix.packing import (
    I64,
    BreakOf,
    Packing,
    best_fit_reference,
    best_fit_rows,
    exact_fit_reference,
    fewest_rows,
    pack_best_fit,
    pack_concatenate,
    soft_cuts,
    split_documents,
)

lengths_of_documents = st.lists(st.integers(1, 70), max_size=60).map(lambda lengths: np.array(lengths, dtype=np.int64))
seq_lens = st.integers(2, 32)


def random_breaks(seed: int, lengths: I64) -> BreakOf:
    kinds = [np.random.default_rng(seed + i).choice([0, 0, 0, 1, 2], int(n)).astype(np.int64) for i, n in enumerate(lengths)]
    return lambda document: kinds[document]


def check_complete(packing: Packing, lengths: I64, seq_len: int) -> None:
    """Every token of every document is in exactly one row, and no row is too long."""
    pieces = packing.pieces
    for document, length in enumerate(lengths.tolist()):
        own = sorted((int(s), int(n)) for d, s, n in zip(*pieces, strict=True) if d == document)
        assert [start for start, _ in own] == np.cumsum([0, *(n for _, n in own)])[:-1].tolist()
        assert sum(n for _, n in own) == length
    filled = np.bincount(packing.row, weights=pieces.length, minlength=packing.num_rows)
    assert (filled <= seq_len).all()
    assert (filled > 0).all()


@given(lengths_of_documents, seq_lens, st.integers(0, 1000))
def test_best_fit_loses_and_repeats_nothing(lengths: I64, seq_len: int, seed: int) -> None:
    packing = pack_best_fit(lengths, seq_len, random_breaks(seed, lengths))
    check_complete(packing, lengths, seq_len)
    pieces = np.bincount(packing.pieces.document, minlength=len(lengths))
    assert (pieces == -(-lengths // seq_len)).all(), "only documents longer than a row are cut, into as few pieces as can be"


@given(lengths_of_documents, seq_lens, st.integers(0, 1000))
def test_cutting_at_paragraphs_costs_no_row(lengths: I64, seq_len: int, seed: int) -> None:
    hard = pack_best_fit(lengths, seq_len)
    assert pack_best_fit(lengths, seq_len, random_breaks(seed, lengths)).num_rows <= hard.num_rows


@given(lengths_of_documents, seq_lens)
def test_concatenation_fills_every_row_but_the_last(lengths: I64, seq_len: int) -> None:
    packing = pack_concatenate(lengths, seq_len)
    check_complete(packing, lengths, seq_len)
    assert packing.num_rows == -(-int(lengths.sum()) // seq_len)


def test_long_documents_are_cut_after_a_paragraph_else_a_line() -> None:
    breaks = np.zeros(25, dtype=np.int64)
    breaks[[6, 8, 15]] = [2, 1, 1]
    assert soft_cuts(breaks, 25, 10) == [7, 16]
    assert soft_cuts(np.zeros(25, dtype=np.int64), 25, 10) == [10, 20]


def test_a_cut_never_leaves_more_than_the_pieces_after_it_can_hold() -> None:
    early = np.zeros(29, dtype=np.int64)
    early[3] = 2
    assert soft_cuts(early, 29, 10) == [10, 20], "after 4 tokens three more rows would be needed"


def test_soft_cuts_keep_the_number_of_pieces() -> None:
    lengths = np.array([25, 4, 31])
    kinds = [np.full(n, 1) for n in lengths]
    assert len(split_documents(lengths, 10, lambda d: kinds[d], 2)) == len(split_documents(lengths, 10, None, 0)) == 8


@given(lengths_of_documents, seq_lens)
def test_never_more_rows_than_best_fit_and_never_fewer_than_possible(lengths: I64, seq_len: int) -> None:
    pieces = split_documents(lengths, seq_len, None, 0).length
    best = int(best_fit_rows(pieces, seq_len).max(initial=-1)) + 1
    assert fewest_rows(pieces, seq_len) <= pack_best_fit(lengths, seq_len).num_rows <= best


@pytest.mark.parametrize("seq_len", [8192, 32_768])
def test_a_cell_makes_the_fewest_rows_there_can_be(seq_len: int) -> None:
    """64 Mi tokens of documents of 50 tokens and more, half of them longer than 1,100."""
    lengths = np.maximum(50, np.random.default_rng(1).lognormal(7, 1, 60_000)).astype(np.int64)
    lengths = lengths[: np.searchsorted(np.cumsum(lengths), 64 << 20)]
    packing = pack_best_fit(lengths, seq_len)
    assert packing.num_rows == -(-int(lengths.sum()) // seq_len)


def test_rows_are_filled_to_the_token_by_one_piece_or_two() -> None:
    assert pack_best_fit(np.array([7, 6, 3, 4]), 10).row.tolist() == [0, 1, 0, 1]
    # 4 + 4 of 4 + 4, 6 + 2, 7 + 1: the most even pair.
    assert pack_best_fit(np.array([12, 2, 6, 4, 4, 1, 7]), 20).row.tolist() == [0, 1, 1, 0, 0, 1, 1]


@pytest.mark.parametrize("seq_len", [2, 7])
def test_no_documents(seq_len: int) -> None:
    assert pack_best_fit(np.empty(0, np.int64), seq_len).num_rows == 0
    assert pack_concatenate(np.empty(0, np.int64), seq_len).num_rows == 0


@pytest.mark.parametrize("seq_len", [2, 63, 64, 65, 4096, 8192, 32_768])
def test_the_compiled_form_is_the_plain_one(seq_len: int) -> None:
    from mix.packing_kernel import best_fit, exact_fit

    rng = np.random.default_rng(seq_len)
    for most in (seq_len - 1, max(1, seq_len // 3)):
        lengths = np.sort(np.minimum(rng.geometric(3 / (most + 2), 5000), most))[::-1].astype(np.int64).copy()
        assert best_fit(lengths, seq_len).tolist() == best_fit_reference(lengths.tolist(), seq_len)
        first = np.concatenate([[0], np.cumsum(np.bincount(lengths, minlength=seq_len + 1))]).astype(np.int64)
        assert exact_fit(first, seq_len).tolist() == exact_fit_reference(first.tolist(), seq_len)
