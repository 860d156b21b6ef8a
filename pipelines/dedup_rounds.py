"""Near duplicates in rounds: buckets speak to documents, documents ask leaders, and what is decided goes back to the buckets.

    buckets   one task a key range        who leads each bucket, told to its members
    pairs     one task a document range   what is to be compared, with the document's signature, sent to the leader's range
    verify    one task a document range   the pairs that are near, sent back
    judge     one task a document range   who is decided, told to the buckets

Rounds end when no bucket waits, or when so few rows wait that one task judges them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from corpus import shards
from corpus.stage import NO_REJECTS, StageOutput
from dedup.buckets import (
    LIVE,
    LIVE_IDENTITY,
    LIVE_ORDER,
    MESSAGES,
    first_pass,
    news,
    next_pass,
    with_news,
)
from dedup.config import DedupConfig
from dedup.judging import (
    PAIRS,
    SIMILAR,
    STANDING,
    Comparison,
    asks,
    comparisons,
    evidence,
    judge,
    judge_one_by_one,
    rows_by_shard,
    similar_pairs,
)
from dedup.rows import ROW_COLUMNS, IntArray, band_rows, keys_of
from pipelines.dedup_corpus import (
    DECIDING,
    Addresses,
    Corpus,
    Place,
    Range,
    Steps,
    count_of,
    outputs,
)
from pipelines.dedup_equal import KeyRange, key_ranges, send_rows
from pipelines.exchange import Inbox, Mail, addressed, deliver, own, sorted_stream

FROM_BUCKETS, FROM_JUDGES = addressed(LIVE, MESSAGES), addressed(STANDING, LIVE)
ADDRESSED_PAIRS, ADDRESSED_SIMILAR = addressed(PAIRS), addressed(SIMILAR)
BY_LEADER = ("leader_shard", "leader_row", "shard", "row")
PAIRS_IN_MEMORY = {"signature": 400_000, "exact": 40_000}
"""Pairs that a task sorts at once: 200 MB of signatures; of shingle sets as much for documents of 600 words."""
LAST_ROWS = 150_000
"""So few waiting rows are judged in one task, best first, to the same result: 11,000 documents, half a second, 0.2 GB."""


class Near(NamedTuple):
    """Where the near duplicates are written."""

    judged: Mail
    """The last STANDING of every range of documents, left there as its own."""
    rest: Mail | None
    """Pairs found after it."""


def near_pass(steps: Steps, pointers: Sequence[Mail]) -> Near:
    addresses = steps.addresses(steps.config.num_bands)
    rows = send_rows(steps, "bands", pointers, addresses)
    buckets = steps.run(
        "round-000-buckets",
        key_ranges(steps, "bands", rows),
        read_first_pass,
        FROM_BUCKETS,
        after=[rows.digest],
        addresses=addresses,
    )
    judged: Mail | None = None
    for number in itertools.count():
        heard = deliver(buckets, steps.context, num_receivers=steps.corpus.num_ranges)
        similar = _verify(steps, f"round-{number:03d}", heard, addresses) if count_of(buckets, "comparisons") else None
        judged = _judge(steps, f"round-{number:03d}", heard, similar, judged, addresses)
        num_waiting = count_of(buckets, "rows_waiting")
        if not num_waiting:
            return Near(judged, None)
        if num_waiting <= LAST_ROWS:
            return Near(judged, _judge_the_rest(steps, heard, judged, addresses))
        tasks = [(at, Waiting(live=heard.own(at), news=judged.inbox(at))) for at in range(addresses.num_key_ranges)]
        buckets = steps.run(
            f"round-{number + 1:03d}-buckets", tasks, read_next_pass, FROM_BUCKETS, after=[judged.digest], addresses=addresses
        )
    raise AssertionError


def read_first_pass(payload: KeyRange, *, addresses: Addresses) -> Iterator[StageOutput]:
    yield from _from_buckets(first_pass(payload.stream()), addresses)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Buckets of a key range that wait, and what became of their members."""

    live: Inbox
    news: Inbox

    def stream(self) -> Iterator[pa.Table]:
        return sorted_stream([(self.live, None), (self.news, None)], LIVE, by=LIVE_ORDER, identity=LIVE_IDENTITY)


def read_next_pass(payload: Waiting, *, addresses: Addresses) -> Iterator[StageOutput]:
    yield from _from_buckets(next_pass(payload.stream()), addresses)


def _from_buckets(outputs: Iterator[tuple[pa.Table, pa.Table]], addresses: Addresses) -> Iterator[StageOutput]:
    for live, messages in outputs:
        for part in own(live, FROM_BUCKETS):
            yield StageOutput(part, NO_REJECTS, {"rows_waiting": part.num_rows})
        num_pairs = int(asks(messages).sum())
        for part in addresses.to_documents(messages, FROM_BUCKETS):
            yield StageOutput(part, NO_REJECTS, {"comparisons": num_pairs})
            num_pairs = 0


@dataclass(frozen=True, kw_only=True)
class Judging:
    """A range of documents, what they heard, whom they resemble, and where they stood."""

    range: Range
    messages: Inbox
    similar: Inbox | None = None
    standing: Inbox | None = None


def _judge(steps: Steps, name: str, heard: Mail, similar: Mail | None, before: Mail | None, addresses: Addresses) -> Mail:
    """STANDING after a round (left as own), and news for the buckets of the documents that it decided."""
    corpus, config = steps.corpus, steps.config
    tasks = [
        (
            at,
            Judging(
                range=corpus.range(at),
                messages=heard.inbox(at),
                similar=similar.inbox(at) if similar else None,
                standing=before.own(at) if before else None,
            ),
        )
        for at in range(corpus.num_new_ranges)
    ]
    after = [heard.digest, *(mail.digest for mail in (similar, before) if mail)]
    judged = steps.run(
        f"{name}-judge", tasks, read_judged, FROM_JUDGES, after=after, settings=DECIDING, config=config, addresses=addresses
    )
    return deliver(judged, steps.context, num_receivers=addresses.num_key_ranges, by=LIVE_ORDER)


def _verify(steps: Steps, name: str, heard: Mail, addresses: Addresses) -> Mail:
    """The pairs that are near, sent to the range of the document that would go."""
    corpus, config = steps.corpus, steps.config
    arguments = {"config": config, "addresses": addresses}
    tasks: list[tuple[int, Any]] = [
        (at, Judging(range=corpus.range(at), messages=heard.inbox(at))) for at in range(corpus.num_new_ranges)
    ]
    pairs = steps.run(f"{name}-pairs", tasks, read_pairs, ADDRESSED_PAIRS, after=[heard.digest], settings=DECIDING, **arguments)
    mail = deliver(pairs, steps.context, num_receivers=corpus.num_ranges, by=BY_LEADER)
    tasks = [(at, Verifying(range=corpus.range(at), pairs=mail.inbox(at))) for at in range(corpus.num_ranges)]
    near = steps.run(
        f"{name}-verify", tasks, read_verified, ADDRESSED_SIMILAR, after=[mail.digest], settings=DECIDING, **arguments
    )
    return deliver(near, steps.context, num_receivers=corpus.num_ranges)


def read_pairs(payload: Judging, *, config: DedupConfig, addresses: Addresses) -> Iterator[StageOutput]:
    """What is to be compared, with the evidence of the document."""
    asked = comparisons(payload.messages.table(MESSAGES))
    for shard, at in rows_by_shard(asked):
        for first in range(0, at.size, PAIRS_IN_MEMORY[config.mode] // 4):
            pairs = asked.take(pa.array(at[first : first + PAIRS_IN_MEMORY[config.mode] // 4]))
            pairs = pairs.append_column("evidence", _evidence(payload.range[shard], pairs.column("row").to_numpy(), config))
            pairs = pairs.sort_by([(column, "ascending") for column in BY_LEADER])
            yield from outputs(addresses.to_documents(pairs, ADDRESSED_PAIRS, column="leader_shard"))


@dataclass(frozen=True, kw_only=True)
class Verifying:
    """A range of leaders, and the pairs to verify."""

    range: Range
    pairs: Inbox


def read_verified(payload: Verifying, *, config: DedupConfig, addresses: Addresses) -> Iterator[StageOutput]:
    limit = PAIRS_IN_MEMORY[config.mode]
    for pairs in sorted_stream([(payload.pairs, None)], PAIRS, by=BY_LEADER, rows_in_memory=limit):
        for shard, at in rows_by_shard(pairs, shard="leader_shard"):
            some = pairs.take(pa.array(at))
            leaders = _evidence(payload.range[shard], some.column("leader_row").to_numpy(), config)
            yield from outputs(addresses.to_documents(similar_pairs(some, leaders, config=config), ADDRESSED_SIMILAR))


def _evidence(place: Place, rows: IntArray, config: DedupConfig) -> pa.Array:
    """Evidence of the documents with these row numbers, which may repeat."""
    unique, back = np.unique(rows, return_inverse=True)
    if config.mode == "exact":
        texts = shards.read_rows(place.texts_url, unique, columns=["text"]).column("text")
        return evidence(pa.table({}), texts, config=config).take(pa.array(back))
    return evidence(shards.read_rows(place.signatures_url, unique, columns=["signature"]), None, config=config).take(
        pa.array(back)
    )


def read_judged(payload: Judging, *, config: DedupConfig, addresses: Addresses) -> Iterator[StageOutput]:
    before = payload.standing.table(STANDING) if payload.standing else STANDING.empty_table()
    similar = payload.similar.table(SIMILAR) if payload.similar else SIMILAR.empty_table()
    standing, decided = judge(before, payload.messages.table(MESSAGES), similar)
    yield from outputs(own(standing, FROM_JUDGES))
    for shard, at in rows_by_shard(decided):
        here = decided.take(pa.array(at))
        rows = here.column("row").to_numpy().astype(np.int64)
        signatures = shards.read_rows(payload.range[shard].signatures_url, rows, columns=ROW_COLUMNS["bands"])
        changes = news(band_rows(signatures, shard=shard, rows=rows, config=config), here)
        yield from outputs(addresses.to_keys(changes, FROM_JUDGES))


@dataclass(frozen=True, kw_only=True)
class Rest:
    """All buckets that wait; there are few."""

    waiting: tuple[Waiting, ...]
    corpus: Corpus


def _judge_the_rest(steps: Steps, heard: Mail, judged: Mail, addresses: Addresses) -> Mail:
    """The pairs that are near among the few documents that wait, in one task; sent to the ranges of the documents that go."""
    waiting = tuple(Waiting(live=heard.own(at), news=judged.inbox(at)) for at in range(addresses.num_key_ranges))
    payload = Rest(waiting=waiting, corpus=steps.corpus)
    rest = steps.run(
        "rest", [(0, payload)], read_rest, ADDRESSED_SIMILAR, after=[judged.digest], settings=DECIDING,
        config=steps.config, addresses=addresses,
    )  # fmt: skip
    return deliver(rest, steps.context, num_receivers=steps.corpus.num_ranges)


def read_rest(payload: Rest, *, config: DedupConfig, addresses: Addresses) -> Iterator[StageOutput]:
    live = pa.concat_tables([LIVE.empty_table(), *(with_news(table) for part in payload.waiting for table in part.stream())])
    documents = np.unique(keys_of(live))
    shard = documents >> 32
    parts = [pa.array([], pa.large_binary())]
    for number in np.unique(shard).tolist():
        parts.append(_evidence(payload.corpus.places[number], documents[shard == number] & 0xFFFFFFFF, config))
    similar = judge_one_by_one(live.combine_chunks(), documents, Comparison(pa.concat_arrays(parts), config=config))
    yield from outputs(addresses.to_documents(similar, ADDRESSED_SIMILAR))
