"""Documents that agree in a hash: rows sent to the range of their bucket, the best of each bucket stays.

Sending rows serves the bands of near duplicates too.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import shards
from corpus.stage import StageOutput
from dedup.buckets import (
    POINTERS,
    equal_pointers,
)
from dedup.rows import NEW, ORDER, ROW_COLUMNS, ROW_MAKERS, ROWS, sorted_rows
from pipelines.dedup_corpus import (
    BANDS,
    Addresses,
    Range,
    Steps,
    outputs,
)
from pipelines.exchange import Inbox, Mail, addressed, deliver, sorted_stream

ADDRESSED_ROWS, ADDRESSED_POINTERS = addressed(ROWS), addressed(POINTERS)


@dataclass(frozen=True, kw_only=True)
class Unsorted:
    """A range of documents, and the pointers of those that earlier passes dropped."""

    range: Range
    dropped: tuple[Inbox, ...]


def send_rows(steps: Steps, name: str, pointers: Sequence[Mail], addresses: Addresses) -> Mail:
    """ROWS of a pass, sent to the ranges of their buckets."""
    corpus, config = steps.corpus, steps.config
    tasks = [
        (at, Unsorted(range=corpus.range(at), dropped=tuple(mail.inbox(at) for mail in pointers)))
        for at in range(corpus.num_new_ranges)
    ]
    after = [corpus.digest, *(mail.digest for mail in pointers)]
    settings = BANDS if name == "bands" else ()
    arguments = {"config": config} if name == "bands" else {}
    sent = steps.run(
        f"{name}-rows", tasks, read_rows, ADDRESSED_ROWS, after=after, settings=settings,
        name=name, addresses=addresses, arguments=arguments,
    )  # fmt: skip
    return deliver(sent, steps.context, num_receivers=addresses.num_key_ranges, by=ORDER)


def read_rows(payload: Unsorted, *, name: str, addresses: Addresses, arguments: dict[str, Any]) -> Iterator[StageOutput]:
    gone = [inbox.table(POINTERS) for inbox in payload.dropped]
    tables: list[pa.Table] = []
    for shard, place in payload.range:
        rows = np.arange(place.num_rows)
        for table in gone:
            here = table.column("shard").to_numpy() == shard
            rows = np.setdiff1d(rows, table.column("row").to_numpy()[here], assume_unique=True)
        signatures = shards.read_table(place.signatures_url, columns=ROW_COLUMNS[name])
        signatures = signatures if rows.size == place.num_rows else signatures.take(pa.array(rows))
        tables.append(ROW_MAKERS[name](signatures, shard=shard, rows=rows, **arguments))
    table = sorted_rows(pa.concat_tables([ROWS.empty_table(), *tables]).combine_chunks())
    yield from outputs(addresses.to_keys(table, ADDRESSED_ROWS))


@dataclass(frozen=True, kw_only=True)
class KeyRange:
    """The rows of one range of buckets: those sent in this run, and those of an index, which lie between two keys."""

    sent: Inbox
    index: tuple[tuple[Inbox, int], ...] = ()
    """With the number that the first shard of each file has in this run."""

    def stream(self) -> Iterator[pa.Table]:
        """ROWS, sorted."""
        old = [(inbox, functools.partial(as_old_rows, first_shard=first)) for inbox, first in self.index]
        return sorted_stream([(self.sent, None), *old], ROWS, by=ORDER)


def as_old_rows(table: pa.Table, *, first_shard: int) -> pa.Table:
    """ROWS of an index: its shards numbered as in this run, and before everything new."""
    shard = pc.add(table.column("shard"), pa.scalar(first_shard, pa.int32()))
    rank = table.column("rank").to_numpy() & ~NEW
    return table.set_column(2, ROWS.field("rank"), pa.array(rank)).set_column(4, ROWS.field("shard"), shard)


def key_ranges(steps: Steps, name: str, mail: Mail) -> list[tuple[int, KeyRange]]:
    """What each task of a pass reads."""
    ranges = []
    for at in range(mail.num_receivers):
        first, last = mail.first_key(at), mail.first_key(at + 1) - 1
        index = tuple(
            (Inbox(urls=segment.urls, first=first, last=last, by="bucket"), old.first_shard)
            for old in steps.corpus.index_rows.get(name, ())
            for segment in old.segments
            if segment.first <= last and segment.last >= first
        )
        ranges.append((at, KeyRange(sent=mail.inbox(at), index=index)))
    return ranges


def equal_pass(steps: Steps, name: str, pointers: Sequence[Mail], reason: int) -> Mail:
    """POINTERS of the documents that are not the best of their URL or text, sent to the ranges of these documents."""
    addresses = steps.addresses()
    mail = send_rows(steps, name, pointers, addresses)
    sent = steps.run(
        name,
        key_ranges(steps, name, mail),
        read_equal,
        ADDRESSED_POINTERS,
        after=[mail.digest],
        reason=reason,
        addresses=addresses,
    )
    return deliver(sent, steps.context, num_receivers=steps.corpus.num_ranges)


def read_equal(payload: KeyRange, *, reason: int, addresses: Addresses) -> Iterator[StageOutput]:
    for table in equal_pointers(payload.stream(), reason=reason):
        yield from outputs(addresses.to_documents(table, ADDRESSED_POINTERS))
