"""From pointers to decisions: chains of pointers followed to the documents that stay, clusters counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from corpus import shards
from corpus.stage import NO_REJECTS, StageOutput
from dedup.buckets import (
    POINTERS,
    REASONS,
)
from dedup.judging import (
    SIMILAR,
    STANDING,
    near_pointers,
    rows_by_shard,
)
from dedup.resolving import DECISIONS, decisions, followed, kept_decisions
from dedup.rows import keys_of
from pipelines.dedup_corpus import (
    Addresses,
    Corpus,
    Range,
    Steps,
    count_of,
    outputs,
)
from pipelines.dedup_rounds import Near
from pipelines.engine import StageResult
from pipelines.exchange import Inbox, Mail, addressed, deliver

ADDRESSED_POINTERS, ADDRESSED_DECISIONS = addressed(POINTERS), addressed(DECISIONS)


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """Where the pointers of a range of documents lie."""

    equal: tuple[Inbox, ...]
    standing: Inbox
    rest: Inbox | None


@dataclass(frozen=True, kw_only=True)
class Travelling:
    """Pointers that arrived at their targets' range, and the pointers of the documents of that range."""

    range: Range
    arrived: Inbox
    pointers: Inbox | None


def resolve(steps: Steps, equal: Sequence[Mail], near: Near) -> StageResult:
    """DECISIONS, a file for each range of new documents."""
    corpus = steps.corpus
    addresses = Addresses(starts=corpus.starts, num_key_ranges=1)
    tasks: list[tuple[int, Any]] = [
        (
            at,
            Dropped(
                equal=tuple(mail.inbox(at) for mail in equal),
                standing=near.judged.own(at),
                rest=near.rest.inbox(at) if near.rest else None,
            ),
        )
        for at in range(corpus.num_new_ranges)
    ]
    after = [mail.digest for mail in (*equal, near.judged, near.rest) if mail]
    pointers = steps.run("pointers", tasks, read_pointers, ADDRESSED_POINTERS, after=after, addresses=addresses)
    start = mail = deliver(pointers, steps.context, num_receivers=corpus.num_ranges)
    longest = sum(count_of(pointers, name) > 0 for name in ("url", "exact", "near"))
    for step in range(1, longest):
        followed_on = steps.run(
            f"follow-{step}", _travelling(corpus, mail, start), read_followed, ADDRESSED_POINTERS,
            after=[mail.digest, start.digest], addresses=addresses,
        )  # fmt: skip
        mail = deliver(followed_on, steps.context, num_receivers=corpus.num_ranges)
    counted = steps.run(
        "clusters", _travelling(corpus, mail, start), read_decisions, ADDRESSED_DECISIONS, after=[mail.digest],
        addresses=addresses, num_new=corpus.num_new,
    )  # fmt: skip
    mail = deliver(counted, steps.context, num_receivers=corpus.num_ranges)
    final: list[tuple[int, Any]] = [(at, mail.inbox(at)) for at in range(corpus.num_new_ranges)]
    return steps.run("decide", final, read_sorted_decisions, DECISIONS, after=[mail.digest])


def _travelling(corpus: Corpus, mail: Mail, start: Mail) -> list[tuple[int, Any]]:
    tasks: list[tuple[int, Any]] = []
    for at in range(corpus.num_ranges):
        pointers = start.all_of(at) if at < corpus.num_new_ranges else None
        tasks.append((at, Travelling(range=corpus.range(at), arrived=mail.inbox(at), pointers=pointers)))
    return tasks


def read_pointers(payload: Dropped, *, addresses: Addresses) -> Iterator[StageOutput]:
    """The pointers of a range's documents, sent to the ranges of their targets."""
    similar = payload.rest.table(SIMILAR) if payload.rest else SIMILAR.empty_table()
    near = near_pointers(payload.standing.table(STANDING), similar)
    tables = [near, *(inbox.table(POINTERS) for inbox in payload.equal)]
    pointers = pa.concat_tables(tables).combine_chunks()
    counts = {
        REASONS[number]: int(count) for number, count in enumerate(np.bincount(pointers.column("reason").to_numpy())) if count
    }
    for part in addresses.to_documents(pointers, ADDRESSED_POINTERS, column="kept_shard"):
        yield StageOutput(part, NO_REJECTS, counts)
        counts = {}


def read_followed(payload: Travelling, *, addresses: Addresses) -> Iterator[StageOutput]:
    pointers = payload.pointers.table(POINTERS) if payload.pointers else POINTERS.empty_table()
    for batch in payload.arrived.batches(POINTERS):
        yield from outputs(addresses.to_documents(followed(batch, pointers), ADDRESSED_POINTERS, column="kept_shard"))


def read_decisions(payload: Travelling, *, addresses: Addresses, num_new: int) -> Iterator[StageOutput]:
    """DECISIONS of the clusters whose kept documents are in this range. The rows are read twice: a cluster may be of any size."""
    roots, counts = np.zeros(0, np.int64), np.zeros(0, np.int64)
    for batch in payload.arrived.batches(POINTERS):
        keys, more = np.unique(np.concatenate([roots, keys_of(batch, "kept_")]), return_inverse=True)
        weights = np.concatenate([counts, np.ones(batch.num_rows, np.int64)])
        roots, counts = keys, np.bincount(more, weights=weights, minlength=keys.size).astype(np.int64)
    doc_ids, sizes = [pa.array([], pa.string())], counts + 1
    for shard in np.unique(roots >> 32).tolist():
        here = roots >> 32 == shard
        rows = roots[here] & 0xFFFFFFFF
        found = shards.read_rows(payload.range[shard].signatures_url, rows, columns=["doc_id"]).column("doc_id").combine_chunks()
        doc_ids.append(found)
        if shard < num_new:
            yield from outputs(addresses.to_documents(kept_decisions(shard, rows, found, sizes[here]), ADDRESSED_DECISIONS))
    ids = pa.concat_arrays(doc_ids)
    for batch in payload.arrived.batches(POINTERS):
        at = np.searchsorted(roots, keys_of(batch, "kept_"))
        yield from outputs(addresses.to_documents(decisions(batch, ids.take(pa.array(at)), sizes[at]), ADDRESSED_DECISIONS))


def read_sorted_decisions(payload: Inbox) -> Iterator[StageOutput]:
    """The decisions about a range's documents, a row group for each shard."""
    table = payload.table(DECISIONS).sort_by([("shard", "ascending"), ("row", "ascending")])
    yield from outputs(table.take(pa.array(at)) for _, at in rows_by_shard(table))
