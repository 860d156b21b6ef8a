"""Deduplicate: DOCUMENTS -> CLUSTERS, across every source at once; every step a task over a shard or a range.

    sign                     a task a shard            SIGNATURES                                  here
    url, text                documents -> key ranges   the best of each URL, then of each text     pipelines/dedup_equal.py
    bands                    documents -> key ranges   rows of the documents that are left
    round 0, 1, 2 ...        buckets <-> documents     near duplicates of documents that stay      pipelines/dedup_rounds.py
    follow, clusters, decide documents <-> documents   chains followed, clusters counted           pipelines/dedup_follow.py
    dedup                    a task a shard            CLUSTERS                                    here

What a step needs of other tasks comes as mail (pipelines/exchange.py). No task holds more than a range of keys or of documents,
and a bucket of any size is read as a stream. The settings of a stage are those it reads, so that another threshold keeps the
signatures, and signatures that are there serve every later run. With an index (pipelines/dedup_index.py) the documents that
earlier runs kept take part as ranges of their own, which come first and are never dropped.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from corpus import shards
from corpus.ids import content_id
from corpus.schema import CLUSTERS, PROVENANCE
from corpus.stage import NO_REJECTS, StageOutput
from dedup.buckets import (
    EXACT,
    URL,
)
from dedup.config import DedupConfig
from dedup.resolving import DECISIONS, annotate
from dedup.shingles import scheme
from dedup.signatures import SIGNATURES, sign_documents
from pipelines.dedup_corpus import (
    SIGNING,
    Corpus,
    Steps,
    settings_of,
)
from pipelines.dedup_equal import equal_pass
from pipelines.dedup_follow import resolve
from pipelines.dedup_index import extend, open_index
from pipelines.dedup_rounds import near_pass
from pipelines.engine import Context, Stage, StageResult, Task, run_stage, shards_of
from pipelines.exchange import Inbox, Mail

DOCUMENT_COLUMNS = ["doc_id", *(f.name for f in PROVENANCE), "text", "fetched_at", "num_chars"]


def run(
    config: DedupConfig, documents: Sequence[StageResult], context: Context, scores: StageResult | None = None
) -> StageResult:
    """CLUSTERS, one shard for each DOCUMENTS shard, row by row; with `scores` (SCORES of the same shards) the best copy stays."""
    signed = sign(config, documents, context, scores)
    corpus = Corpus.of(signed, documents, config)
    if config.against is None:
        return write_clusters(signed, corpus, decide(config, corpus, context), context)
    index = open_index(config, corpus)
    decided = decide(config, index.joined(corpus), context)
    extend(index, config, corpus, decided, context)
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
        config={**settings_of(config, SIGNING), "scheme": scheme(), "with_quality": scores is not None},
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


# ---- decide and annotate -------------------------------------------------------------------------------------------------


def decide(config: DedupConfig, corpus: Corpus, context: Context) -> StageResult:
    """DECISIONS about all documents of the corpus that are in a cluster with another one, a file for each range."""
    steps = Steps(config=config, corpus=corpus, context=context)
    pointers: list[Mail] = []
    if config.url_duplicates:
        pointers.append(equal_pass(steps, "url", pointers, URL))
    pointers.append(equal_pass(steps, "text", pointers, EXACT))
    standing = near_pass(steps, pointers)
    return resolve(steps, pointers, standing)


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
