"""Deduplicate: DOCUMENTS -> CLUSTERS, across every source at once.

sign (one task a shard) -> bucket (one task a shard) -> shuffle (one task a key range) -> decide -> annotate (one task a shard).
The settings of a stage are those it reads, so that another threshold keeps the signatures, and signatures that are there serve
every later run.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus import shards
from corpus.ids import content_id
from corpus.schema import CLUSTERS, PROVENANCE
from corpus.stage import NO_REJECTS, StageOutput
from dedup.clusters import (
    BUCKET_ROWS,
    CANDIDATES,
    DECISIONS,
    SHARED_BUCKETS,
    annotate,
    bucket_rows,
    candidates_of,
    decide,
    shared_buckets,
    split_by_partition,
)
from dedup.config import DedupConfig
from dedup.shingles import scheme
from dedup.signatures import SIGNATURES, shingle_sets, sign_documents
from pipelines.engine import Context, Stage, StageResult, Task, run_stage, shards_of

PACKAGES = ("corpus", "dedup")
DOCUMENT_COLUMNS = ["doc_id", *(field.name for field in PROVENANCE), "text", "fetched_at", "num_chars"]
MAX_ROWS_PER_PARTITION = 20_000_000
"""Bucket rows sorted in one task: 0.7 GB with the sort's temporaries."""
MIN_PARTITIONS = 8
SIGNING = ("num_bands", "rows_per_band", "shingle_words", "min_words", "seed")
BUCKETING = ("num_bands", "rows_per_band", "url_duplicates")
DECIDING = ("num_bands", "rows_per_band", "shingle_words", "min_words", "jaccard_threshold", "mode", "url_duplicates")
"""Settings that the stages read."""


def run(
    config: DedupConfig, documents: Sequence[StageResult], context: Context, scores: StageResult | None = None
) -> StageResult:
    """CLUSTERS, one shard for each DOCUMENTS shard, row by row; with `scores` (SCORES of the same shards) the best copy stays."""
    signed = sign(config, documents, context, scores)
    buckets = bucket(config, signed, context)
    shared = shuffle(config, buckets, context)
    decisions = make_decisions(config, documents, signed, shared, context)
    return write_clusters(signed, decisions, context)


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
        packages=PACKAGES,
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


# ---- bucket and shuffle -------------------------------------------------------------------------------------------------


def bucket(config: DedupConfig, signed: StageResult, context: Context) -> StageResult:
    """SIGNATURES -> BUCKET_ROWS, a row group for each key range."""
    num_partitions = config.num_partitions or auto_partitions(config, sum(entry.rows_out for entry in signed.manifest.shards))
    stage = Stage(
        name="dedup-bucket",
        config={**_settings(config, BUCKETING), "num_partitions": num_partitions},
        packages=PACKAGES,
        upstream=(signed.stage_digest,),
        read=functools.partial(read_bucket_rows, config=config, num_partitions=num_partitions),
        output_schema=BUCKET_ROWS,
        maps_rows=False,
    )
    return run_stage(stage, _tasks(signed), context)


def auto_partitions(config: DedupConfig, num_documents: int) -> int:
    """Key ranges for that many documents; see DedupConfig.num_partitions."""
    return max(MIN_PARTITIONS, -(-num_documents * (config.num_bands + 2) // MAX_ROWS_PER_PARTITION))


def read_bucket_rows(signatures_url: str, *, config: DedupConfig, num_partitions: int) -> Iterator[StageOutput]:
    signatures = shards.read_table(signatures_url, columns=["url_hash", "text_hash", "signature"])
    for rows in split_by_partition(bucket_rows(signatures, config=config), num_partitions=num_partitions):
        yield StageOutput(rows, NO_REJECTS)


@dataclass(frozen=True, kw_only=True)
class KeyRange:
    """One partition of every bucket file."""

    urls: tuple[str, ...]
    first: int
    last: int
    """Bucket keys, both included."""


def shuffle(config: DedupConfig, buckets: StageResult, context: Context) -> StageResult:
    """BUCKET_ROWS of all shards -> SHARED_BUCKETS, one shard for each key range."""
    stage = Stage(
        name="dedup-shuffle",
        config={},
        packages=PACKAGES,
        upstream=(buckets.digest,),
        read=read_key_range,
        output_schema=SHARED_BUCKETS,
        maps_rows=False,
    )
    num_partitions = int(buckets.manifest.config["num_partitions"])  # type: ignore[call-overload]
    bounds = [(p << 64) // num_partitions for p in range(num_partitions + 1)]
    urls = tuple(buckets.shard_urls)
    tasks = [
        Task(shard=f"range-{p:06d}", digest=buckets.digest, payload=KeyRange(urls=urls, first=bounds[p], last=bounds[p + 1] - 1))
        for p in range(num_partitions)
    ]
    return run_stage(stage, tasks, context)


def read_key_range(payload: KeyRange) -> Iterator[StageOutput]:
    key = pc.field("bucket")
    inside = (key >= pa.scalar(payload.first, pa.uint64())) & (key <= pa.scalar(payload.last, pa.uint64()))
    yield StageOutput(shared_buckets((i, _read_where(url, inside)) for i, url in enumerate(payload.urls)), NO_REJECTS)


# ---- decide -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Undecided:
    """Everything that shares a bucket, and where its signatures and texts lie."""

    shared_urls: tuple[str, ...]
    signature_urls: tuple[str, ...]
    document_urls: tuple[str, ...]


def make_decisions(
    config: DedupConfig, documents: Sequence[StageResult], signed: StageResult, shared: StageResult, context: Context
) -> StageResult:
    """SHARED_BUCKETS and the signatures of what they hold -> DECISIONS, one task; a row group for each DOCUMENTS shard."""
    stage = Stage(
        name="dedup-decide",
        config=_settings(config, DECIDING),
        packages=PACKAGES,
        upstream=(shared.digest, signed.digest),
        read=functools.partial(read_decisions, config=config),
        output_schema=DECISIONS,
        maps_rows=False,
    )
    payload = Undecided(
        shared_urls=tuple(shared.shard_urls),
        signature_urls=tuple(signed.shard_urls),
        document_urls=tuple(url for _, url in shards_of(documents)) if config.mode == "exact" else (),
    )
    task = Task(shard="decisions", digest=content_id(shared.digest, signed.digest), payload=payload)
    return run_stage(stage, [task], context)


def read_decisions(payload: Undecided, *, config: DedupConfig) -> Iterator[StageOutput]:
    parts, shingles = [CANDIDATES.empty_table()], []
    for shard, rows in enumerate(_rows_by_shard(payload)):
        if rows.size:
            parts.append(candidates_of(shard, rows, shards.read_table(payload.signature_urls[shard])))
        if rows.size and config.mode == "exact":
            texts = shards.read_table(payload.document_urls[shard], columns=["text"]).column("text")
            shingles += shingle_sets(texts.take(pa.array(rows)), config=config)
    decisions = decide(pa.concat_tables(parts), config=config, shingles=shingles if config.mode == "exact" else None)
    bounds = np.searchsorted(decisions.column("shard").to_numpy(), np.arange(len(payload.signature_urls) + 1))
    for first, last in itertools.pairwise(bounds):
        yield StageOutput(decisions.slice(first, last - first), NO_REJECTS)


def _rows_by_shard(payload: Undecided) -> list[Any]:
    """For every shard the sorted rows that share a bucket with some other document."""
    at = pa.concat_tables(shards.read_table(url, columns=["shard", "row"]) for url in payload.shared_urls)
    at = at.group_by(["shard", "row"]).aggregate([]).sort_by([("shard", "ascending"), ("row", "ascending")])
    bounds = np.searchsorted(at.column("shard").to_numpy(), np.arange(len(payload.signature_urls) + 1))
    rows = at.column("row").to_numpy()
    return [rows[first:last] for first, last in itertools.pairwise(bounds)]


# ---- annotate -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Unannotated:
    """One shard whose decisions are made."""

    signatures_url: str
    decisions_url: str
    shard: int


def write_clusters(signed: StageResult, decisions: StageResult, context: Context) -> StageResult:
    """SIGNATURES and DECISIONS -> CLUSTERS."""
    stage = Stage(
        name="dedup",
        config={},
        packages=PACKAGES,
        upstream=(decisions.digest,),
        read=read_clusters,
        output_schema=CLUSTERS,
    )
    (decisions_url,) = decisions.shard_urls
    tasks = [
        Task(
            shard=task.shard,
            digest=task.digest,
            payload=Unannotated(signatures_url=task.payload, decisions_url=decisions_url, shard=i),
        )
        for i, task in enumerate(_tasks(signed))
    ]
    return run_stage(stage, tasks, context)


def read_clusters(payload: Unannotated) -> Iterator[StageOutput]:
    signatures = shards.read_table(payload.signatures_url, columns=["doc_id", "canonical_url"])
    decided = _read_where(payload.decisions_url, pc.field("shard") == payload.shard)
    yield StageOutput(annotate(signatures, decided), NO_REJECTS)


# ---- shared -------------------------------------------------------------------------------------------------------------


def _settings(config: DedupConfig, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in asdict(config).items() if name in names}


def _tasks(result: StageResult) -> list[Task]:
    """One task for each shard of an earlier stage; its payload is the shard's URL."""
    entries = zip(result.manifest.shards, result.shard_urls, strict=True)
    return [Task(shard=entry.name, digest=entry.checksum, payload=url) for entry, url in entries]


def _read_where(url: str, condition: pc.Expression) -> pa.Table:
    """The rows that satisfy `condition`; row groups whose statistics rule it out are not read."""
    with shards.open_input(url) as stream:
        return pq.read_table(stream, filters=condition)
