"""Deduplicate: DOCUMENTS -> CLUSTERS, across every source at once, every step a task over a shard, a key range or a document range.

    sign                     one task a shard             SIGNATURES
    url, text                documents -> key ranges      the best of each URL, then of each text; the others point at it
    bands                    documents -> key ranges      ROWS of the documents that are left
    round 0, 1, 2 ...        key ranges -> documents      who leads each bucket (buckets)
                             documents -> leaders         pairs to compare, with the document's signature (pairs)
                             leaders -> documents         those that are near (verify)
                             documents -> key ranges      who is decided (judge)
    follow                   documents -> documents       pointers at documents that went themselves
    clusters, decide, dedup  one task a shard             CLUSTERS

What a step needs of other tasks comes as mail (pipelines/exchange.py). No task holds more than a range of keys or documents, and a
bucket of any size is read as a stream. The settings of a stage are those it reads, so that another threshold keeps the
signatures, and signatures that are there serve every later run. With an index (pipelines/dedup_index.py) the documents that earlier runs kept
take part as ranges of their own, which come first and are never dropped.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import shards
from corpus.ids import content_id
from corpus.schema import CLUSTERS, PROVENANCE
from corpus.stage import NO_REJECTS, StageOutput
from dedup.buckets import (
    EXACT,
    LIVE,
    LIVE_IDENTITY,
    LIVE_ORDER,
    MESSAGES,
    POINTERS,
    REASONS,
    URL,
    equal_pointers,
    first_pass,
    news,
    next_pass,
    with_news,
)
from dedup.config import DedupConfig
from dedup.judging import (
    MAX_ROUNDS,
    PAIRS,
    SIMILAR,
    STANDING,
    Comparison,
    asks,
    comparisons,
    evidence,
    judge,
    judge_one_by_one,
    near_pointers,
    rows_by_shard,
    similar_pairs,
)
from dedup.resolving import DECISIONS, annotate, decisions, followed, kept_decisions
from dedup.rows import NEW, ORDER, ROWS, IntArray, band_rows, keys_of, partition_of, sorted_rows, text_rows, url_rows
from dedup.shingles import scheme
from dedup.signatures import SIGNATURES, sign_documents
from pipelines.engine import Context, Stage, StageResult, Task, run_stage, shards_of
from pipelines.exchange import Inbox, Mail, addressed, cut, deliver, own, sorted_stream, width_of

PACKAGES = ("corpus", "dedup", "pipelines")
DOCUMENT_COLUMNS = ["doc_id", *(f.name for f in PROVENANCE), "text", "fetched_at", "num_chars"]
ROWS_PER_PARTITION = 6_000_000
"""Rows of a key range, on average."""
PAIRS_IN_MEMORY = {"signature": 400_000, "exact": 40_000}
"""Pairs that a task sorts at once: 200 MB of signatures; of shingle sets as much for documents of 600 words."""
LAST_ROWS = 1_000_000
"""Rows that still wait after MAX_ROUNDS rounds and are then judged in one task, best first: 70,000 documents, 0.5 GB. More than
that go on in rounds."""
SIGNING = ("num_bands", "rows_per_band", "shingle_words", "min_words", "seed")
BANDS = ("num_bands", "rows_per_band")
DECIDING = ("num_bands", "rows_per_band", "shingle_words", "min_words", "jaccard_threshold", "mode")
"""Settings that the stages read."""

ADDRESSED_ROWS, ADDRESSED_POINTERS, ADDRESSED_DECISIONS = addressed(ROWS), addressed(POINTERS), addressed(DECISIONS)
FROM_BUCKETS, FROM_JUDGES = addressed(LIVE, MESSAGES), addressed(STANDING, LIVE)
ADDRESSED_PAIRS, ADDRESSED_SIMILAR = addressed(PAIRS), addressed(SIMILAR)
BY_LEADER = ("leader_shard", "leader_row", "shard", "row")


def run(
    config: DedupConfig, documents: Sequence[StageResult], context: Context, scores: StageResult | None = None
) -> StageResult:
    """CLUSTERS, one shard for each DOCUMENTS shard, row by row; with `scores` (SCORES of the same shards) the best copy stays."""
    signed = sign(config, documents, context, scores)
    corpus = Corpus.of(signed, documents, config)
    decided = decide(config, corpus, context)
    return write_clusters(signed, corpus, decided, context)


# ---- sign ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Unsigned:
    """One shard to sign."""

    documents_url: str
    scores_url: str | None


def sign(
    config: DedupConfig, documents: Sequence[StageResult], context: Context, scores: StageResult | None = None
) -> StageResult:
    """DOCUMENTS -> SIGNATURES."""
    stage = Stage(
        name="dedup-sign",
        config={**_settings(config, SIGNING), "scheme": scheme(), "with_quality": scores is not None},
        packages=("corpus", "dedup"),
        read=read_documents,
        steps=(functools.partial(sign_batch, config=config),),
        output_schema=SIGNATURES,
    )
    scored = {entry.name: (entry.checksum, url) for entry, url in shards_of([scores] if scores else [])}
    tasks = []
    for entry, url in shards_of(documents):
        score_checksum, score_url = scored[entry.name] if scores else ("", None)
        payload = Unsigned(documents_url=url, scores_url=score_url)
        tasks.append(Task(shard=entry.name, digest=content_id(entry.checksum, score_checksum), payload=payload))
    return run_stage(stage, tasks, context)


def read_documents(payload: Unsigned) -> Iterator[StageOutput]:
    """The columns that signing reads, with `quality` where there are scores."""
    batches = shards.iterate_batches(payload.documents_url, columns=DOCUMENT_COLUMNS)
    if payload.scores_url is None:
        yield from (StageOutput(batch, NO_REJECTS) for batch in batches)
        return
    quality = shards.read_table(payload.scores_url, columns=["quality"]).column("quality")
    first = 0
    for batch in batches:
        yield StageOutput(batch.append_column("quality", quality.slice(first, batch.num_rows)), NO_REJECTS)
        first += batch.num_rows


def sign_batch(table: pa.Table, *, config: DedupConfig) -> StageOutput:
    quality = table.column("quality") if "quality" in table.column_names else None
    return StageOutput(sign_documents(table, config=config, quality=quality), NO_REJECTS)


# ---- the corpus, as the steps see it ------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Place:
    """One SIGNATURES shard; its number is its place among all of them."""

    name: str
    signatures_url: str
    texts_url: str
    num_rows: int


class OldRows(NamedTuple):
    """Files of sorted ROWS that an index keeps, and the number that its first shard has in this run."""

    urls: tuple[str, ...]
    first: int


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """All SIGNATURES shards in ranges of about `documents_per_task` documents, numbered; those of an index come last."""

    places: tuple[Place, ...]
    starts: tuple[int, ...]
    """Number of the first shard of each range."""
    num_new: int
    """Shards of this run."""
    digest: str
    index_rows: Mapping[str, tuple[OldRows, ...]] = field(default_factory=dict)
    """Sorted ROWS of an index by pass: url, text, bands."""

    @classmethod
    def of(cls, signed: StageResult, documents: Sequence[StageResult], config: DedupConfig) -> Corpus:
        found = zip(shards_of([signed]), shards_of(documents), strict=True)
        places = tuple(
            Place(name=entry.name, signatures_url=url, texts_url=texts_url, num_rows=entry.rows_out)
            for (entry, url), (_, texts_url) in found
        )
        starts = range_starts([place.num_rows for place in places], config.documents_per_task)
        return cls(places=places, starts=starts, num_new=len(places), digest=signed.digest)

    @property
    def num_ranges(self) -> int:
        return len(self.starts)

    @property
    def num_new_ranges(self) -> int:
        return int(np.searchsorted(self.starts, self.num_new))

    @property
    def num_documents(self) -> int:
        return sum(place.num_rows for place in self.places)

    def range(self, number: int) -> Range:
        first, last = self.starts[number], [*self.starts, len(self.places)][number + 1]
        return Range(first=first, places=self.places[first:last])


@dataclass(frozen=True, kw_only=True)
class Range:
    """Consecutive shards, `first` the number of the first one."""

    first: int
    places: tuple[Place, ...]

    def __iter__(self) -> Iterator[tuple[int, Place]]:
        return enumerate(self.places, self.first)

    def __getitem__(self, shard: int) -> Place:
        return self.places[shard - self.first]


def range_starts(sizes: Sequence[int], documents_per_task: int) -> tuple[int, ...]:
    """Where ranges of consecutive shards begin: each as long as fits into `documents_per_task`, at least one shard."""
    starts, count = [0], 0
    for at, size in enumerate(sizes):
        if count and count + size > documents_per_task:
            starts.append(at)
            count = 0
        count += size
    return tuple(starts)


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Where mail goes: documents to the range of their shard, rows to the range of their bucket."""

    starts: tuple[int, ...]
    num_key_ranges: int

    def of_documents(self, shard: IntArray) -> IntArray:
        return np.searchsorted(np.array(self.starts), shard, side="right") - 1

    @property
    def range_width(self) -> int:
        return width_of(len(self.starts))

    @property
    def key_width(self) -> int:
        return width_of(self.num_key_ranges)

    def to_documents(self, table: pa.Table, schema: pa.Schema, *, column: str = "shard") -> Iterator[pa.Table]:
        yield from cut(table, self.of_documents(table.column(column).to_numpy()), schema, width=self.range_width)

    def to_keys(self, table: pa.Table, schema: pa.Schema) -> Iterator[pa.Table]:
        yield from cut(table, partition_of(table, num_partitions=self.num_key_ranges), schema, width=self.key_width)


# ---- decide -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Steps:
    """Runs one stage of deciding after the other."""

    config: DedupConfig
    corpus: Corpus
    context: Context

    def run(
        self, step: str, tasks: Sequence[tuple[int, Any]], read: Callable[..., Iterator[StageOutput]], schema: pa.Schema,
        *, after: Sequence[str], settings: tuple[str, ...] = (), **arguments: Any,
    ) -> StageResult:  # fmt: skip
        """`read` over the payloads of `tasks`, (number, payload) each; `after`: digests of all that it reads."""
        partitions = {key: getattr(self.config, key) for key in ("num_partitions", "documents_per_task")}
        stage = Stage(
            name=f"dedup-{step}", config={**_settings(self.config, settings), **partitions}, packages=PACKAGES,
            upstream=tuple(after), read=functools.partial(read, **arguments), output_schema=schema, maps_rows=False,
        )  # fmt: skip
        digest = content_id(*after)
        listed = [Task(shard=f"range-{at:06d}", digest=digest, payload=payload) for at, payload in tasks]
        return run_stage(stage, listed, self.context)

    def addresses(self, rows_per_document: int = 1) -> Addresses:
        wanted = -(-self.corpus.num_documents * rows_per_document // ROWS_PER_PARTITION)
        return Addresses(starts=self.corpus.starts, num_key_ranges=self.config.num_partitions or max(1, wanted))


def decide(config: DedupConfig, corpus: Corpus, context: Context) -> StageResult:
    """DECISIONS about all documents of the corpus that are in a cluster with another one, a file for each range."""
    steps = Steps(config=config, corpus=corpus, context=context)
    pointers: list[Mail] = []
    if config.url_duplicates:
        pointers.append(_equal(steps, "url", pointers, URL))
    pointers.append(_equal(steps, "text", pointers, EXACT))
    standing = _near(steps, pointers)
    return _resolve(steps, pointers, standing)


ROW_MAKERS: dict[str, Callable[..., pa.Table]] = {"url": url_rows, "text": text_rows, "bands": band_rows}
ROW_COLUMNS = {
    "url": ["doc_id", "url_hash", "quality", "fetched_at", "num_chars"],
    "text": ["doc_id", "text_hash", "quality", "num_chars"],
    "bands": ["doc_id", "signature", "quality", "num_chars"],
}
"""What the passes read of SIGNATURES."""


@dataclass(frozen=True, kw_only=True)
class Unsorted:
    """A range of documents, and the pointers of those that earlier passes dropped."""

    range: Range
    dropped: tuple[Inbox, ...]


def _send_rows(steps: Steps, name: str, pointers: Sequence[Mail], addresses: Addresses) -> Mail:
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
    yield from _outputs(addresses.to_keys(table, ADDRESSED_ROWS))


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


def _key_ranges(steps: Steps, name: str, mail: Mail) -> list[tuple[int, KeyRange]]:
    ranges = []
    count = mail.num_receivers
    for at in range(count):
        first, last = (-(-(edge << 32) // count) << 32 for edge in (at, at + 1))
        old_rows = steps.corpus.index_rows.get(name, ())
        index = tuple((Inbox(urls=old.urls, first=first, last=last - 1, by="bucket"), old.first) for old in old_rows)
        ranges.append((at, KeyRange(sent=mail.inbox(at), index=index)))
    return ranges


def _equal(steps: Steps, name: str, pointers: Sequence[Mail], reason: int) -> Mail:
    """POINTERS of the documents that are not the best of their URL or text, sent to the ranges of these documents."""
    addresses = steps.addresses()
    mail = _send_rows(steps, name, pointers, addresses)
    sent = steps.run(
        name,
        _key_ranges(steps, name, mail),
        read_equal,
        ADDRESSED_POINTERS,
        after=[mail.digest],
        reason=reason,
        addresses=addresses,
    )
    return deliver(sent, steps.context, num_receivers=steps.corpus.num_ranges)


def read_equal(payload: KeyRange, *, reason: int, addresses: Addresses) -> Iterator[StageOutput]:
    for table in equal_pointers(payload.stream(), reason=reason):
        yield from _outputs(addresses.to_documents(table, ADDRESSED_POINTERS))


# ---- near duplicates, in rounds -----------------------------------------------------------------------------------------


class Near(NamedTuple):
    """Where the near duplicates are written."""

    judged: Mail
    """The last STANDING of every range of documents, left there as its own."""
    rest: Mail | None
    """Pairs found after it."""


def _near(steps: Steps, pointers: Sequence[Mail]) -> Near:
    addresses = steps.addresses(steps.config.num_bands)
    rows = _send_rows(steps, "bands", pointers, addresses)
    buckets = steps.run(
        "round-000-buckets",
        _key_ranges(steps, "bands", rows),
        read_first_pass,
        FROM_BUCKETS,
        after=[rows.digest],
        addresses=addresses,
    )
    judged: Mail | None = None
    for number in itertools.count():
        heard = deliver(buckets, steps.context, num_receivers=steps.corpus.num_ranges)
        similar = _verify(steps, f"round-{number:03d}", heard, addresses) if _count(buckets, "comparisons") else None
        judged = _judge(steps, f"round-{number:03d}", heard, similar, judged, addresses)
        num_waiting = _count(buckets, "rows_waiting")
        if not num_waiting:
            return Near(judged, None)
        if number >= MAX_ROUNDS and num_waiting <= LAST_ROWS:
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
            yield from _outputs(addresses.to_documents(pairs, ADDRESSED_PAIRS, column="leader_shard"))


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
            yield from _outputs(addresses.to_documents(similar_pairs(some, leaders, config=config), ADDRESSED_SIMILAR))


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
    yield from _outputs(own(standing, FROM_JUDGES))
    for shard, at in rows_by_shard(decided):
        here = decided.take(pa.array(at))
        rows = here.column("row").to_numpy().astype(np.int64)
        signatures = shards.read_rows(payload.range[shard].signatures_url, rows, columns=ROW_COLUMNS["bands"])
        changes = news(band_rows(signatures, shard=shard, rows=rows, config=config), here)
        yield from _outputs(addresses.to_keys(changes, FROM_JUDGES))


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
    yield from _outputs(addresses.to_documents(similar, ADDRESSED_SIMILAR))


# ---- follow and count ---------------------------------------------------------------------------------------------------


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


def _resolve(steps: Steps, equal: Sequence[Mail], near: Near) -> StageResult:
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
    longest = sum(_count(pointers, name) > 0 for name in ("url", "exact", "near"))
    for step in range(1, longest):
        followed_on = steps.run(
            f"follow-{step}", _travelling(corpus, mail, start), read_followed, ADDRESSED_POINTERS, after=[mail.digest, start.digest],
            addresses=addresses,
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
        yield from _outputs(addresses.to_documents(followed(batch, pointers), ADDRESSED_POINTERS, column="kept_shard"))


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
            yield from _outputs(addresses.to_documents(kept_decisions(shard, rows, found, sizes[here]), ADDRESSED_DECISIONS))
    ids = pa.concat_arrays(doc_ids)
    for batch in payload.arrived.batches(POINTERS):
        at = np.searchsorted(roots, keys_of(batch, "kept_"))
        yield from _outputs(addresses.to_documents(decisions(batch, ids.take(pa.array(at)), sizes[at]), ADDRESSED_DECISIONS))


def read_sorted_decisions(payload: Inbox) -> Iterator[StageOutput]:
    """The decisions about a range's documents, a row group for each shard."""
    table = payload.table(DECISIONS).sort_by([("shard", "ascending"), ("row", "ascending")])
    yield from _outputs(table.take(pa.array(at)) for _, at in rows_by_shard(table))


# ---- annotate -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Unannotated:
    """One shard whose decisions are made."""

    signatures_url: str
    decisions_url: str
    shard: int


def write_clusters(signed: StageResult, corpus: Corpus, decided: StageResult, context: Context) -> StageResult:
    """SIGNATURES and DECISIONS -> CLUSTERS."""
    stage = Stage(
        name="dedup",
        config={},
        packages=("corpus", "dedup"),
        upstream=(decided.digest,),
        read=read_clusters,
        output_schema=CLUSTERS,
    )
    of_range = np.searchsorted(np.array(corpus.starts), np.arange(corpus.num_new), side="right") - 1
    urls = decided.shard_urls
    tasks = []
    for at, (entry, url) in enumerate(shards_of([signed])):
        payload = Unannotated(signatures_url=url, decisions_url=urls[of_range[at]], shard=at)
        tasks.append(Task(shard=entry.name, digest=entry.checksum, payload=payload))
    return run_stage(stage, tasks, context)


def read_clusters(payload: Unannotated) -> Iterator[StageOutput]:
    signatures = shards.read_table(payload.signatures_url, columns=["doc_id", "canonical_url"])
    decided = Inbox(urls=(payload.decisions_url,), first=payload.shard, last=payload.shard, by="shard").table(DECISIONS)
    yield StageOutput(annotate(signatures, decided), NO_REJECTS)


# ---- shared -------------------------------------------------------------------------------------------------------------


def _settings(config: DedupConfig, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in asdict(config).items() if name in names}


def _outputs(tables: Iterable[pa.Table]) -> Iterator[StageOutput]:
    yield from (StageOutput(table, NO_REJECTS) for table in tables)


def _count(result: StageResult, name: str) -> int:
    return sum(entry.counters.get(name, 0) for entry in result.manifest.shards)
