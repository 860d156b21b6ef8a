"""The corpus as deduplication sees it: SIGNATURES shards by number, in ranges that one task follows each; and its steps."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from corpus.ids import content_id
from corpus.stage import NO_REJECTS, StageOutput
from dedup.config import DedupConfig
from dedup.rows import IntArray, partition_of
from pipelines.engine import Context, Stage, StageResult, Task, run_stage, shards_of
from pipelines.exchange import cut, width_of

PACKAGES = ("corpus", "dedup", "pipelines")
ROWS_PER_PARTITION, DOCUMENTS_PER_RANGE = 4_000_000, 300_000
"""Rows of a key range, on average, and documents of a document range, at most: 0.7 GB while they are sorted."""
LEAST_RANGES = 8
"""Ranges that there are at least, so that every step has work for some cores, down to a size that is not worth a task:"""
LEAST_ROWS, LEAST_DOCUMENTS = 20_000, 5_000
SHINGLES = ("shingle_unit", "shingle_words", "shingle_chars", "min_words")
SIGNING = ("num_bands", "rows_per_band", *SHINGLES, "seed")
BANDS = ("num_bands", "rows_per_band")
DECIDING = ("num_bands", "rows_per_band", *SHINGLES, "jaccard_threshold", "mode")
"""Settings that the stages read."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """One SIGNATURES shard; its number is its place among all of them."""

    name: str
    signatures_url: str
    texts_url: str
    num_rows: int


class Segment(NamedTuple):
    """Files that hold the rows of a range of buckets, both ends included."""

    first: int
    last: int
    urls: tuple[str, ...]


class OldRows(NamedTuple):
    """Sorted ROWS that an index keeps, and the number that its first shard has in this run."""

    segments: tuple[Segment, ...]
    first_shard: int


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """All SIGNATURES shards in ranges of about `documents_per_task` documents, numbered; those of an index come last."""

    places: tuple[Place, ...]
    starts: tuple[int, ...]
    """Number of the first shard of each range."""
    num_new: int
    """Shards of this run."""
    documents_per_task: int
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
        return cls.of_places(places, config, digest=signed.digest)

    @classmethod
    def of_places(cls, places: tuple[Place, ...], config: DedupConfig, *, digest: str) -> Corpus:
        sizes = [place.num_rows for place in places]
        per_task = config.documents_per_task or min(DOCUMENTS_PER_RANGE, max(sum(sizes) // LEAST_RANGES, LEAST_DOCUMENTS))
        starts = range_starts(sizes, per_task)
        return cls(places=places, starts=starts, num_new=len(places), documents_per_task=per_task, digest=digest)

    def extended(self, places: Sequence[Place], rows: Mapping[str, OldRows], *, digest: str) -> Corpus:
        """With ranges of more shards behind those that are there, and their ROWS by pass."""
        sizes = [place.num_rows for place in places]
        starts = tuple(len(self.places) + start for start in range_starts(sizes, self.documents_per_task))
        index_rows = {name: (*self.index_rows.get(name, ()), old) for name, old in rows.items()}
        return Corpus(
            places=(*self.places, *places),
            starts=(*self.starts, *starts) if places else self.starts,
            num_new=self.num_new,
            documents_per_task=self.documents_per_task,
            digest=digest,
            index_rows=index_rows,
        )

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
        first = self.starts[number]
        last = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.places)
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
            name=f"dedup-{step}", config={**settings_of(self.config, settings), **partitions}, packages=PACKAGES,
            upstream=tuple(after), read=functools.partial(read, **arguments), output_schema=schema, maps_rows=False,
        )  # fmt: skip
        digest = content_id(*after)
        listed = [Task(shard=f"range-{at:06d}", digest=digest, payload=payload) for at, payload in tasks]
        return run_stage(stage, listed, self.context)

    def addresses(self, rows_per_document: int = 1) -> Addresses:
        num_rows = self.corpus.num_documents * rows_per_document
        per_range = min(ROWS_PER_PARTITION, max(num_rows // LEAST_RANGES, LEAST_ROWS))
        num_key_ranges = self.config.num_partitions or max(1, math.ceil(num_rows / per_range))
        return Addresses(starts=self.corpus.starts, num_key_ranges=num_key_ranges)


def settings_of(config: DedupConfig, names: tuple[str, ...]) -> dict[str, Any]:
    """The settings that a stage reads, for its digest."""
    return {name: value for name, value in asdict(config).items() if name in names}


def outputs(tables: Iterable[pa.Table]) -> Iterator[StageOutput]:
    yield from (StageOutput(table, NO_REJECTS) for table in tables)


def count_of(result: StageResult, name: str) -> int:
    return sum(entry.counters.get(name, 0) for entry in result.manifest.shards)
