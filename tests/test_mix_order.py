"""The order of a stage's rows: exact at the end, near its share on every prefix, seekable both ways; and permutations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import RecipeError
from mix.order import MAX_ROWS, Order
from mix.permutation import permutation

quotas = (
    st.lists(st.integers(0, 60), min_size=1, max_size=12).filter(any).map(lambda rows: {f"b{i}": n for i, n in enumerate(rows)})
)
"""Small enough to walk row by row."""


@given(quotas)
def test_a_walk_deals_every_bucket_its_quota_in_sequence(rows: dict[str, int]) -> None:
    order = Order(rows)
    seen = dict.fromkeys(rows, 0)
    for row in range(order.num_rows):
        bucket, nth = order.bucket_of_row(row)
        assert nth == seen[bucket]
        assert order.row_of(bucket, nth) == row
        seen[bucket] += 1
        assert order.counts_before(row + 1) == {name: count for name, count in seen.items() if rows[name]}
    assert seen == rows


@given(quotas)
def test_every_prefix_is_within_the_printed_bound(rows: dict[str, int]) -> None:
    order = Order(rows)
    dealt = order.buckets_of_rows(np.arange(order.num_rows)).bucket
    for index, bucket in enumerate(order.buckets):
        share = rows[bucket] / order.num_rows * np.arange(1, order.num_rows + 1)
        deviation = np.abs(np.cumsum(dealt == index) - share).max()
        assert deviation <= order.bound_of(bucket) + 1e-9
        assert order.bound_of(bucket) <= order.bound


@given(st.lists(st.integers(1, 10**10), min_size=1, max_size=300), st.data())
@settings(max_examples=50)
def test_many_rows_at_once_are_the_same_as_one_by_one(many_sizes: list[int], data: st.DataObject) -> None:
    order = Order({str(i): size for i, size in enumerate(many_sizes)})
    rows = data.draw(st.lists(st.integers(0, order.num_rows - 1), min_size=1, max_size=20))
    many = order.buckets_of_rows(rows)
    for row, index, nth in zip(rows, many.bucket, many.nth, strict=True):
        assert order.bucket_of_row(row) == (order.buckets[index], nth)
        assert order.row_of(order.buckets[index], int(nth)) == row


def test_hundreds_of_buckets_at_published_size_stay_within_two_rows() -> None:
    weights = np.random.default_rng(7).dirichlet(np.full(256, 0.5))
    order = Order({str(i): int(weight * 2_170_898_438) for i, weight in enumerate(weights)})
    assert order.bound < 1.6
    for row in np.linspace(1, order.num_rows, 50).astype(int).tolist():
        for bucket, count in order.counts_before(row).items():
            assert abs(count - order.quotas[bucket] * row / order.num_rows) <= order.bound


def test_no_rows_too_many_rows_and_rows_outside_are_refused() -> None:
    with pytest.raises(RecipeError):
        Order({"a": 0})
    with pytest.raises(RecipeError):
        Order({"a": MAX_ROWS, "b": 1})
    with pytest.raises(IndexError):
        Order({"a": 3}).bucket_of_row(3)
    with pytest.raises(IndexError):
        Order({"a": 3}).row_of("a", 3)


@given(st.integers(1, 3000), st.integers(), st.text(max_size=4))
def test_a_permutation_is_a_bijection_and_has_its_inverse(size: int, seed: int, name: str) -> None:
    drawn = permutation(size, seed, name)
    values = drawn.apply(np.arange(size))
    assert sorted(values) == list(range(size))
    assert (drawn.apply_inverse(values) == np.arange(size)).all()


def test_permutations_differ_by_key_and_look_random() -> None:
    size = 4096
    one, two = permutation(size, 0, "web", 0).apply(np.arange(size)), permutation(size, 0, "web", 1).apply(np.arange(size))
    # Of a random permutation one element in 4,096 stays put and neighbours are n/3 apart on average.
    assert (one == np.arange(size)).sum() < 10
    assert (one == two).sum() < 10
    assert np.abs(np.diff(one)).mean() == pytest.approx(size / 3, rel=0.1)


def test_a_permutation_is_pinned() -> None:
    """Shards emitted by an older version must be found again: the numbers may not change."""
    assert permutation(10, 0, "rows", "web", 1).apply(np.arange(10)).tolist() == [9, 7, 3, 6, 4, 1, 0, 8, 2, 5]
