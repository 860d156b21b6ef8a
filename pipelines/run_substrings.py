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

import numpy as np
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
MAX_ROWS_PER_GROUP = 8_000_000
"""Occurrences of a group of shards: 1.0 GB while they are chained."""
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
    inside = _within("shard", payload.shards)
    found = pa.concat_tables([OCCURRENCES.empty_table(), *(_read_where(url, inside) for url in payload.urls)])
    yield StageOutput(chain(found, config=config), NO_REJECTS)


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
    """Reads the questions twice, so that memory is that of the different passages asked for, however often they are."""
    inside = _within("kept_shard", payload.shards)
    regions = distinct_regions(regions_of(_read_where(url, inside)) for url in payload.urls)
    passages = read_passages(regions, lambda shard: _texts(payload.document_urls[shard]), config=config)
    for url in payload.urls:
        for answers in answer(_read_where(url, inside), regions, passages):
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
    mine = _within("shard", range(payload.shard, payload.shard + 1))
    answers = pa.concat_tables([ANSWERS.empty_table(), *(_read_where(url, mine) for url in payload.answer_urls)])
    answers = answers.take(pa.array(np.argsort(answers.column("row").to_numpy(), kind="stable")))
    row = 0
    for batch in _texts(payload.documents_url):
        yield StageOutput(mark(batch, answers, first_row=row), NO_REJECTS)
        row += batch.num_rows


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
