"""Sorted runs to one sorted stream, in memory that does not depend on how long the runs are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pyarrow as pa

from dedup.rows import sorted_rows


def merged(
    runs: Sequence[Callable[[], Iterator[pa.Table]]], *, by: Sequence[str], identity: int | None = None
) -> Iterator[pa.Table]:
    """The rows of all runs sorted by the columns `by`; every run is sorted by them already and comes in tables of any size.

    Rows that agree in the first `identity` columns (none: all) never fall into two tables. Held in memory: one table of each run.
    """
    same = list(by[:identity])
    sources = [run() for run in runs]
    ends: list[tuple[int, ...] | None] = [()] * len(sources)  # the last row read of each run; None: all read
    pending: list[pa.Table] = []
    bound: tuple[int, ...] = ()
    while any(end is not None for end in ends) or pending:
        for at, source in enumerate(sources):
            while ends[at] is not None and ends[at] <= bound:  # type: ignore[operator]
                table = next(source, None)
                if table is None:
                    ends[at] = None
                elif table.num_rows:
                    pending.append(table)
                    ends[at] = _row(table, table.num_rows - 1, same)
        if not pending:
            return
        table = sorted_rows(pa.concat_tables(pending).combine_chunks(), by=by)
        open_ends = [end for end in ends if end is not None]
        if not open_ends:
            yield table
            return
        bound = min(open_ends)
        cut = _place_of(table, bound, same)
        pending = [table.slice(cut)] if cut < table.num_rows else []
        if cut:
            yield table.slice(0, cut)


def _row(table: pa.Table, at: int, names: Sequence[str]) -> tuple[int, ...]:
    return tuple(table.column(name)[at].as_py() for name in names)


def _place_of(table: pa.Table, bound: tuple[int, ...], names: Sequence[str]) -> int:
    """How many rows of the sorted table are before `bound`, which may still come from the run that it is the end of."""
    keys = table.column(names[0]).to_numpy()
    low = int(np.searchsorted(keys, np.array(bound[0], keys.dtype), side="left"))
    high = int(np.searchsorted(keys, np.array(bound[0], keys.dtype), side="right"))
    while low < high:
        middle = (low + high) // 2
        if _row(table, middle, names) < bound:
            low = middle + 1
        else:
            high = middle
    return low
