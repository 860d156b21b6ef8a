"""Substrings: DOCUMENTS -> REPEATS, the passages that stand verbatim in several documents (dedup/substrings.py has the method).

fingerprint (one task a shard) -> shuffle (one task a key range) -> chain (one task a group of shards) -> kept (one task a group
of shards: what the documents that keep passages hold there) -> mark (one task a shard). A group is a run of the sorted shards;
of S shards there are at least sqrt(S), so that questions and answers are some S sqrt(S) pieces and not S^2. Every task reads what
it needs piece by piece: its memory grows neither with the corpus nor with the number of documents that share a passage.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus import shards
from corpus.errors import InputError
from corpus.ids import content_id
from corpus.schema import REPEATS
from corpus.stage import NO_REJECTS, StageOutput
from dedup.substrings import (
    ANSWERS,
    FINGERPRINTS,
    MATCHES,
    OCCURRENCES,
    REGIONS_AT_ONCE,
    SubstringConfig,
    answer,
    chain,
    distinct_regions,
    fingerprints,
    kept_grams,
    mark,
    occurrences,
    read_passages,
    regions_of,
    repeated_keys,
    sort_fingerprints,
    split_by_key,
)
from pipelines.engine import Context, Stage, StageResult, Task, run_stage, shards_of

PACKAGES = ("corpus", "dedup")
LIBRARIES = ("numpy",)
MAX_KEYS_PER_PARTITION = 32_000_000
"""Fingerprints of a key range: 0.8 GB while the repeated ones are found."""
MIN_PARTITIONS = 8
MAX_ROWS_PER_GROUP = 4_000_000
"""Occurrences that are chained together: 0.8 GB where no two make one match; answers that mark a shard together: 1.2 GB."""
FINGERPRINTS_PER_RUN = 8_000_000
"""Fingerprints sorted together: 0.6 GB, of 0.4 GB of text."""
BATCH_ROWS = 256
"""Documents whose text is in memory together."""


def run(
    config: SubstringConfig, documents: Sequence[StageResult], clusters: Sequence[StageResult], context: Context
) -> StageResult:
    """REPEATS, one shard for each DOCUMENTS shard, row by row; documents that `clusters` (CLUSTERS) drop have no spans.

    Raises InputError where a shard has no CLUSTERS shard of its name.
    """
    sampled = fingerprint(config, documents, clusters, context)
    shared = shuffle(config, sampled, context)
    matched = chain_matches(config, sampled, shared, context)
    answered = ask_kept(config, documents, matched, context)
    return write_repeats(documents, answered, context)


# ---- fingerprint --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Unsampled:
    """One shard and which of its documents take part."""

    documents_url: str
    clusters_url: str


def fingerprint(
    config: SubstringConfig, documents: Sequence[StageResult], clusters: Sequence[StageResult], context: Context
) -> StageResult:
    """DOCUMENTS and CLUSTERS -> FINGERPRINTS, a row group for each of many key ranges."""
    known = {entry.name: (entry.checksum, url) for entry, url in shards_of(clusters)}
    tasks = []
    for entry, url in shards_of(documents):
        if entry.name not in known:
            raise InputError(f"{url}: no CLUSTERS shard of this name; run dedup over all documents first")
        checksum, clusters_url = known[entry.name]
        payload = Unsampled(documents_url=url, clusters_url=clusters_url)
        tasks.append(Task(shard=entry.name, digest=content_id(entry.checksum, checksum), payload=payload))
    num_bytes = sum(entry.num_bytes for entry, _ in shards_of(documents))
    num_partitions = config.num_partitions or auto_partitions(config, num_bytes)
    stage = Stage(
        name="substrings-fingerprint",
        config={**_lengths(config), "num_partitions": num_partitions},
        packages=PACKAGES,
        libraries=LIBRARIES,
        read=functools.partial(read_fingerprints, config=config, num_partitions=num_partitions),
        output_schema=FINGERPRINTS,
        maps_rows=False,
    )
    return run_stage(stage, tasks, context)


def auto_partitions(config: SubstringConfig, num_bytes: int) -> int:
    """Key ranges for that many bytes of DOCUMENTS shards; text is about four times as long as its zstd Parquet."""
    num_fingerprints = 4 * num_bytes * 2 // (config.window + 1)
    return max(MIN_PARTITIONS, -(-num_fingerprints // MAX_KEYS_PER_PARTITION))


def read_fingerprints(payload: Unsampled, *, config: SubstringConfig, num_partitions: int) -> Iterator[StageOutput]:
    keep = shards.read_table(payload.clusters_url, columns=["keep"]).column("keep")
    parts = [FINGERPRINTS.empty_table()]
    row = 0
    for batch in _texts(payload.documents_url):
        parts.append(fingerprints(batch, keep.slice(row, batch.num_rows), config=config, first_row=row))
        row += batch.num_rows
        if sum(part.num_rows for part in parts) >= FINGERPRINTS_PER_RUN:
            yield from _run(parts, num_partitions)
            parts = [FINGERPRINTS.empty_table()]
    yield from _run(parts, num_partitions)


def _run(parts: Sequence[pa.Table], num_partitions: int) -> Iterator[StageOutput]:
    for rows in split_by_key(sort_fingerprints(pa.concat_tables(parts)), num_partitions=num_partitions):
        yield StageOutput(rows, NO_REJECTS)


# ---- shuffle ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class KeyRange:
    """One partition of every shard's fingerprints."""

    urls: tuple[str, ...]
    first: int
    last: int
    """Keys, both included."""


def shuffle(config: SubstringConfig, sampled: StageResult, context: Context) -> StageResult:
    """FINGERPRINTS of all shards -> OCCURRENCES, one shard for each key range, a row group for each of sqrt(shards) groups."""
    stage = Stage(
        name="substrings-shuffle",
        config=_lengths(config),
        packages=PACKAGES,
        libraries=LIBRARIES,
        upstream=(sampled.digest,),
        read=read_key_range,
        output_schema=OCCURRENCES,
        maps_rows=False,
    )
    num_partitions = int(sampled.manifest.config["num_partitions"])  # type: ignore[call-overload]
    bounds = [(p << 64) // num_partitions for p in range(num_partitions + 1)]
    urls = tuple(sampled.shard_urls)
    tasks = [
        Task(shard=f"range-{p:06d}", digest=sampled.digest, payload=KeyRange(urls=urls, first=bounds[p], last=bounds[p + 1] - 1))
        for p in range(num_partitions)
    ]
    return run_stage(stage, tasks, context)


def read_key_range(payload: KeyRange) -> Iterator[StageOutput]:
    """Reads the key range of every shard three times: which keys repeat, who keeps them, who else has them. Memory does not grow
    with the number of documents that share a key."""
    key = pc.field("key")
    inside = (key >= pa.scalar(payload.first, pa.uint64())) & (key <= pa.scalar(payload.last, pa.uint64()))
    repeated = repeated_keys(_read_where(url, inside, columns=["key"]).column("key").to_numpy() for url in payload.urls)
    kept = kept_grams(((i, _read_where(url, inside)) for i, url in enumerate(payload.urls)), repeated)
    for group in even_groups(len(payload.urls), least_groups(len(payload.urls))):
        found = [occurrences(i, _read_where(payload.urls[i], inside), kept) for i in group]
        yield StageOutput(pa.concat_tables(found), NO_REJECTS)


def least_groups(num_shards: int) -> int:
    """Groups of shards, however little they hold."""
    return max(1, math.isqrt(num_shards))


def even_groups(num_shards: int, num_groups: int) -> list[range]:
    """`num_shards` in order in `num_groups` runs of nearly the same length."""
    cuts = [num_shards * g // num_groups for g in range(num_groups + 1)]
    return [range(first, last) for first, last in itertools.pairwise(cuts)]


# ---- chain --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ShardGroup:
    """Some shards, and the files with rows about them among others."""

    shards: range
    urls: tuple[str, ...]
    document_urls: tuple[str, ...] = ()
    """Of all shards."""


def chain_matches(config: SubstringConfig, sampled: StageResult, shared: StageResult, context: Context) -> StageResult:
    """OCCURRENCES -> MATCHES, one shard for each group of DOCUMENTS shards, by the place where they are kept."""
    num_shards = len(sampled.manifest.shards)
    num_rows = sum(entry.rows_out for entry in shared.manifest.shards)
    num_groups = min(max(1, num_shards), max(least_groups(num_shards), -(-num_rows // MAX_ROWS_PER_GROUP)))
    stage = Stage(
        name="substrings-chain",
        config=_lengths(config),
        packages=PACKAGES,
        libraries=LIBRARIES,
        upstream=(shared.digest,),
        read=functools.partial(read_matches, config=config),
        output_schema=MATCHES,
        maps_rows=False,
        row_group_size=1 << 16,
    )
    return run_stage(stage, _group_tasks(even_groups(num_shards, num_groups), shared), context)


def read_matches(payload: ShardGroup, *, config: SubstringConfig) -> Iterator[StageOutput]:
    for inside in _bounded(payload.urls, payload.shards, MAX_ROWS_PER_GROUP):
        found = pa.concat_tables([OCCURRENCES.empty_table(), *(_read_where(url, inside.condition) for url in payload.urls)])
        yield StageOutput(chain(found, config=config), NO_REJECTS)


class Documents(NamedTuple):
    """All documents from one to before another; each is a shard and a row, as one number shard << 32 | row."""

    first: int
    last: int

    @property
    def condition(self) -> pc.Expression:
        """On the columns shard and row; on the former also in a form that a row group's statistics can rule out."""
        shard, row = pc.field("shard"), pc.field("row")
        (low, first), (high, last) = divmod(self.first, 1 << 32), divmod(self.last, 1 << 32)
        after = (shard > low) | ((shard == low) & (row >= first))
        before = (shard < high) | ((shard == high) & (row < last))
        return (shard >= low) & (shard <= high) & after & before


def _bounded(urls: Sequence[str], numbers: range, max_rows: int) -> list[Documents]:
    """The documents of the shards `numbers`, cut so that the files hold at most `max_rows` rows of a part, or one document."""
    whole = Documents(numbers.start << 32, numbers.stop << 32)
    inside = _within("shard", numbers)
    places = [_places(_read_where(url, inside, columns=["shard", "row"])) for url in urls]
    if sum(map(len, places)) <= max_rows:
        return [whole]
    documents, counts = np.unique(np.concatenate(places), return_counts=True)
    ends = np.cumsum(counts)
    cuts, done = [whole.first], 0
    while True:
        at = max(np.searchsorted(ends, done + max_rows, side="right"), np.searchsorted(ends, done, side="right") + 1)
        if at >= documents.size:
            break
        cuts.append(int(documents[at]))
        done = ends[at - 1]
    return [Documents(first, last) for first, last in itertools.pairwise([*cuts, whole.last])]


def _places(rows: pa.Table) -> npt.NDArray[np.int64]:
    shard, row = (rows.column(name).to_numpy().astype(np.int64) for name in ("shard", "row"))
    places: npt.NDArray[np.int64] = (shard << 32) | row
    return places


# ---- kept ---------------------------------------------------------------------------------------------------------------


def ask_kept(config: SubstringConfig, documents: Sequence[StageResult], matched: StageResult, context: Context) -> StageResult:
    """MATCHES -> ANSWERS, one shard for each group of DOCUMENTS shards that keep, row groups by the shards that asked."""
    stage = Stage(
        name="substrings-kept",
        config=_lengths(config),
        packages=PACKAGES,
        libraries=LIBRARIES,
        upstream=(matched.digest,),
        read=functools.partial(read_answers, config=config),
        output_schema=ANSWERS,
        maps_rows=False,
    )
    urls = tuple(url for _, url in shards_of(documents))
    groups = even_groups(len(urls), len(matched.manifest.shards))
    return run_stage(stage, _group_tasks(groups, matched, document_urls=urls), context)


def read_answers(payload: ShardGroup, *, config: SubstringConfig) -> Iterator[StageOutput]:
    """Memory is that of the different passages asked for, however often they are: questions are read twice, file by file."""
    inside = _within("kept_shard", payload.shards)
    regions = distinct_regions(regions_of(_read_where(url, inside)) for url in payload.urls)
    for first in range(0, regions.size, REGIONS_AT_ONCE):
        part = regions[first : first + REGIONS_AT_ONCE]
        passages = read_passages(part, lambda shard: _texts(payload.document_urls[shard]), config=config)
        for url in payload.urls:
            for answers in answer(_read_where(url, inside), part, passages):
                yield StageOutput(answers, NO_REJECTS)


# ---- mark ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Unmarked:
    """One shard whose questions are answered."""

    documents_url: str
    answer_urls: tuple[str, ...]
    shard: int


def write_repeats(documents: Sequence[StageResult], answered: StageResult, context: Context) -> StageResult:
    """DOCUMENTS and ANSWERS -> REPEATS."""
    stage = Stage(
        name="substrings",
        config={},
        packages=PACKAGES,
        libraries=LIBRARIES,
        upstream=(answered.digest,),
        read=read_repeats,
        steps=(count_repeats,),
        output_schema=REPEATS,
    )
    urls = tuple(answered.shard_urls)
    tasks = [
        Task(shard=entry.name, digest=entry.checksum, payload=Unmarked(documents_url=url, answer_urls=urls, shard=i))
        for i, (entry, url) in enumerate(shards_of(documents))
    ]
    return run_stage(stage, tasks, context)


def read_repeats(payload: Unmarked) -> Iterator[StageOutput]:
    parts = iter(_bounded(payload.answer_urls, range(payload.shard, payload.shard + 1), MAX_ROWS_PER_GROUP))
    held, answers = Documents(0, 0), ANSWERS.empty_table()
    row = payload.shard << 32
    for batch in _texts(payload.documents_url):
        end = row + batch.num_rows
        while row < end:
            if row >= held.last:
                held = next(parts)
                answers = _answers_to(held, payload.answer_urls)
            rows = batch.slice(batch.num_rows - (end - row), min(held.last, end) - row)
            yield StageOutput(mark(rows, answers, first_row=row & 0xFFFFFFFF), NO_REJECTS)
            row += rows.num_rows


def _answers_to(asked: Documents, urls: Sequence[str]) -> pa.Table:
    """ANSWERS by row."""
    found = pa.concat_tables([ANSWERS.empty_table(), *(_read_where(url, asked.condition) for url in urls)])
    return found.take(pa.array(np.argsort(found.column("row").to_numpy(), kind="stable")))


def count_repeats(repeats: pa.Table) -> StageOutput:
    """Counts what was found."""
    chars = repeats.column("repeated_chars")
    counters = {"documents_with_repeats": pc.sum(pc.greater(chars, 0)).as_py() or 0, "repeated_chars": pc.sum(chars).as_py() or 0}
    return StageOutput(repeats, NO_REJECTS, counters)


# ---- shared -------------------------------------------------------------------------------------------------------------


def _lengths(config: SubstringConfig) -> dict[str, int]:
    return {name: value for name, value in asdict(config).items() if name != "num_partitions"}


def _group_tasks(groups: Sequence[range], earlier: StageResult, *, document_urls: tuple[str, ...] = ()) -> list[Task]:
    urls = tuple(earlier.shard_urls)
    return [
        Task(
            shard=f"group-{g:06d}",
            digest=content_id(earlier.digest, group.start, group.stop),
            payload=ShardGroup(shards=group, urls=urls, document_urls=document_urls),
        )
        for g, group in enumerate(groups)
    ]


def _texts(url: str) -> Iterator[pa.Table]:
    return shards.iterate_batches(url, columns=["doc_id", "text"], max_rows=BATCH_ROWS)


def _within(name: str, numbers: range) -> pc.Expression:
    return (pc.field(name) >= numbers.start) & (pc.field(name) < numbers.stop)


def _read_where(url: str, condition: pc.Expression, *, columns: list[str] | None = None) -> pa.Table:
    """The rows that satisfy `condition`; row groups whose statistics rule it out are not read."""
    with shards.open_input(url) as stream:
        return pq.read_table(stream, filters=condition, columns=columns)
