"""Rows on their way from the tasks that make them to the tasks that need them: a shuffle, written by the engine's own primitive.

A sender cuts what it makes by destination, one row group each, with the destination in the column `to`; a receiver reads the row
groups of its own from every sender's file (statistics tell which, nothing else is read). Every file is there whole or not at all,
so any task of either side can be killed and run again.

With S senders and P receivers there are S x P pieces, and each receiver reads S footers of P entries. Beyond `FANOUT` of either a
level is put between: senders cut by coarse ranges of about sqrt(P) receivers, `deliver` gathers each coarse range from up to
`FANOUT` senders and cuts it finely. So no file has more than `FANOUT` pieces for each batch of rows, and no task opens more than
a few times `FANOUT` files, up to FANOUT^2 = 90,000 receivers (docs/scale.md).
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus import shards
from corpus.ids import content_id
from corpus.stage import NO_REJECTS, StageOutput
from dedup.merging import merged
from dedup.rows import sorted_rows
from pipelines.engine import Context, Stage, StageResult, Task, run_stage

FANOUT = 300
"""Pieces that a batch is cut into at most, and files that a receiver reads at a time."""
BYTES_IN_MEMORY = 512 << 20
"""Bytes that a task between senders and receivers gathers before it cuts them, whatever its rows are."""
ROWS_IN_MEMORY = 5_000_000
"""Rows of up to 50 bytes that a task sorts at once, 0.8 GB with the sort's copies; more are merged from sorted runs."""
OWN = -1
"""Destination of rows that the same range needs in its next step."""
TO = pa.field("to", pa.int32(), nullable=False)


def addressed(*schemas: pa.Schema) -> pa.Schema:
    """The columns of several schemas and `to`: what one sender writes for several receivers."""
    fields = {field.name: field for schema in schemas for field in schema}
    return pa.schema([TO, *fields.values()])


def width_of(num_receivers: int) -> int:
    """Receivers in one range that senders cut by: 1, or about the square root of many."""
    return 1 if num_receivers <= FANOUT else math.isqrt(num_receivers - 1) + 1


def cut(table: pa.Table, to: npt.NDArray[np.integer], schema: pa.Schema, *, width: int = 1) -> Iterator[pa.Table]:
    """`table` as tables of the addressed `schema`, one for each range of `width` destinations; order inside is kept."""
    if not table.num_rows:
        return
    ranges = to // width
    if (np.diff(ranges) < 0).any():
        order = np.argsort(ranges, kind="stable")
        table, to, ranges = table.take(pa.array(order)), to[order], ranges[order]
    table = widened(table, to, schema)
    starts = [0, *(np.flatnonzero(np.diff(ranges)) + 1).tolist(), table.num_rows]
    yield from (table.slice(first, last - first) for first, last in itertools.pairwise(starts))


def own(table: pa.Table, schema: pa.Schema) -> Iterator[pa.Table]:
    """`table` as rows of the addressed `schema` that stay in this range."""
    if table.num_rows:
        yield widened(table, np.full(table.num_rows, OWN), schema)


def widened(table: pa.Table, to: npt.NDArray[np.integer], schema: pa.Schema) -> pa.Table:
    """`table` with the destinations `to` and zeros in the columns of `schema` that it lacks."""
    columns = {"to": pa.array(to.astype(np.int32))}
    for field in schema:
        if field.name in table.column_names:
            columns[field.name] = table.column(field.name)
        elif field.name not in columns:
            columns[field.name] = pa.repeat(pa.scalar(_ZEROS.get(field.type, 0), field.type), table.num_rows)
    return pa.table([columns[name] for name in schema.names], schema=schema)


_ZEROS = {pa.bool_(): False, pa.large_binary(): b""}


class Piece(NamedTuple):
    """A row group with rows for a receiver."""

    url: str
    row_group: int
    num_rows: int


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """The rows of some files whose column `by` lies in [first, last]."""

    urls: tuple[str, ...]
    first: int
    last: int
    by: str = "to"

    def pieces(self) -> list[Piece]:
        return [Piece(url, at, file.metadata.row_group(at).num_rows) for url, file, groups in self._files() for at in groups]

    def batches(self, schema: pa.Schema, *, max_rows: int = 1 << 20) -> Iterator[pa.Table]:
        """The rows in the columns of `schema`, in tables of at most `max_rows`, in no order that means anything."""
        for _, file, groups in self._files():
            for batch in file.iter_batches(batch_size=max_rows, row_groups=groups, columns=self._columns(schema)):
                yield self._inside(pa.Table.from_batches([batch]), schema)

    def table(self, schema: pa.Schema) -> pa.Table:
        return pa.concat_tables([schema.empty_table(), *self.tables(schema)]).combine_chunks()

    def tables(self, schema: pa.Schema) -> Iterator[pa.Table]:
        """The rows in the columns of `schema`, a table for each file."""
        for _, file, groups in self._files():
            yield self._inside(file.read_row_groups(groups, columns=self._columns(schema)), schema)

    def read(self, piece: Piece, schema: pa.Schema, max_rows: int) -> Iterator[pa.Table]:
        """The rows of one piece."""
        with shards.open_input(piece.url) as stream:
            file = pq.ParquetFile(stream)
            for batch in file.iter_batches(batch_size=max_rows, row_groups=[piece.row_group], columns=self._columns(schema)):
                yield self._inside(pa.Table.from_batches([batch]), schema)

    def _files(self) -> Iterator[tuple[str, pq.ParquetFile, list[int]]]:
        """Every file that has row groups of ours, open, and their numbers."""
        for url in self.urls:
            with shards.open_input(url) as stream:
                file = pq.ParquetFile(stream)
                if groups := self._groups(file):
                    yield url, file, groups

    def _groups(self, file: pq.ParquetFile) -> list[int]:
        column = file.schema_arrow.get_field_index(self.by)
        found = []
        for at in range(file.metadata.num_row_groups):
            group = file.metadata.row_group(at)
            statistics = group.column(column).statistics
            if group.num_rows and statistics.max >= self.first and statistics.min <= self.last:
                found.append(at)
        return found

    def _columns(self, schema: pa.Schema) -> list[str]:
        return [*schema.names, *([] if self.by in schema.names else [self.by])]

    def _inside(self, table: pa.Table, schema: pa.Schema) -> pa.Table:
        key = table.column(self.by)
        inside = pc.and_(*(test(key, pa.scalar(edge, key.type)) for test, edge in self._edges()))
        return table.filter(inside).select(schema.names).cast(schema)

    def _edges(self) -> Sequence[tuple[Callable[..., pa.ChunkedArray], int]]:
        return (pc.greater_equal, self.first), (pc.less_equal, self.last)


Change = Callable[[pa.Table], pa.Table]
"""What is done to the rows of an inbox as they are read."""


def sorted_stream(
    inboxes: Sequence[tuple[Inbox, Change | None]],
    schema: pa.Schema,
    *,
    by: Sequence[str],
    identity: int | None = None,
    rows_in_memory: int = 0,
) -> Iterator[pa.Table]:
    """All rows of the inboxes sorted by the columns `by`: at once where they fit, else merged from the pieces, which are sorted.

    `identity`: rows that agree in so many of these columns come in one table.
    """
    limit = rows_in_memory or ROWS_IN_MEMORY
    tables = _tables_up_to(limit, inboxes, schema)
    if tables is not None:
        if tables:
            yield sorted_rows(pa.concat_tables(tables).combine_chunks(), by=by)
        return
    runs = [(inbox, change, piece) for inbox, change in inboxes for piece in inbox.pieces()]
    at_once = max(1024, limit // (2 * len(runs)))

    def rows(inbox: Inbox, change: Change | None, piece: Piece) -> Iterator[pa.Table]:
        for table in inbox.read(piece, schema, at_once):
            yield change(table) if change else table

    yield from merged([functools.partial(rows, *run) for run in runs], by=by, identity=identity)


def _tables_up_to(limit: int, inboxes: Sequence[tuple[Inbox, Change | None]], schema: pa.Schema) -> list[pa.Table] | None:
    """All rows of the inboxes; None where they are more than `limit`."""
    tables: list[pa.Table] = []
    num_rows = 0
    for inbox, change in inboxes:
        for table in inbox.tables(schema):
            num_rows += table.num_rows
            if num_rows > limit:
                return None
            if table.num_rows:
                tables.append(change(table) if change else table)
    return tables


@dataclass(frozen=True, kw_only=True)
class Mail:
    """What a stage sent, ready to be received."""

    urls: tuple[str, ...]
    digest: str
    num_receivers: int
    by_range: tuple[tuple[str, ...], ...] = ()
    """Files of each range of receivers, where a level stands between."""

    def first_key(self, receiver: int) -> int:
        """Where the range of a receiver begins, of all 64-bit keys."""
        return -(-(receiver << 32) // self.num_receivers) << 32

    def inbox(self, receiver: int) -> Inbox:
        urls = self.by_range[receiver // width_of(self.num_receivers)] if self.by_range else self.urls
        return Inbox(urls=urls, first=receiver, last=receiver)

    def own(self, number: int) -> Inbox:
        """What the `number`-th sender left for its own next step."""
        return Inbox(urls=(self.urls[number],), first=OWN, last=OWN)

    def all_of(self, number: int) -> Inbox:
        """Everything that the `number`-th sender wrote."""
        return Inbox(urls=(self.urls[number],), first=OWN, last=self.num_receivers)


def deliver(sent: StageResult, context: Context, *, num_receivers: int, by: Sequence[str] = ()) -> Mail:
    """The outputs of a stage as mail to `num_receivers`; where there are many of them, cut once more. `by`: the order of rows."""
    urls = tuple(sent.shard_urls)
    mail = Mail(urls=urls, digest=sent.digest, num_receivers=num_receivers)
    width = width_of(num_receivers)
    if width == 1 and len(urls) <= FANOUT:
        return mail
    num_ranges = -(-num_receivers // width)
    senders = [urls[first : first + FANOUT] for first in range(0, len(urls), FANOUT)]
    schema = shards.read_schema(urls[0])
    name = f"{sent.manifest.stage}-regroup"
    tasks = [
        Task(
            shard=f"range-{at:06d}-{number:06d}",
            digest=content_id(sent.digest, at, number),
            payload=Inbox(urls=some, first=at * width, last=(at + 1) * width - 1),
        )
        for at in range(num_ranges)
        for number, some in enumerate(senders)
    ]
    stage = Stage(
        name=name, config={"fanout": FANOUT}, packages=("corpus", "dedup", "pipelines"), upstream=(sent.digest,),
        output_schema=schema, read=functools.partial(_regrouped, schema=schema, by=tuple(by)), maps_rows=False,
    )  # fmt: skip
    regrouped = run_stage(stage, tasks, context).shard_urls
    count = len(senders)
    by_range = tuple(tuple(regrouped[at * count : (at + 1) * count]) for at in range(num_ranges))
    return Mail(urls=urls, digest=sent.digest, num_receivers=num_receivers, by_range=by_range)


def _regrouped(inbox: Inbox, *, schema: pa.Schema, by: tuple[str, ...]) -> Iterator[StageOutput]:
    """The rows of a range of receivers, cut by receiver."""
    tables: list[pa.Table] = []
    for batch in itertools.chain(inbox.batches(schema), [None]):
        if batch is not None:
            tables.append(batch)
        if tables and (batch is None or _is_much(tables)):
            table = pa.concat_tables(tables).combine_chunks()
            tables.clear()
            table = sorted_rows(table, by=by) if by else table
            for part in cut(table, table.column("to").to_numpy(), schema):
                yield StageOutput(part, NO_REJECTS)


def _is_much(tables: Sequence[pa.Table]) -> bool:
    num_rows, num_bytes = sum(table.num_rows for table in tables), sum(table.nbytes for table in tables)
    return bool(num_rows >= ROWS_IN_MEMORY // 4 or num_bytes >= BYTES_IN_MEMORY)
