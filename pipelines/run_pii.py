"""PII: DOCUMENTS -> PII, one shard for each DOCUMENTS shard, row by row."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence

import pyarrow as pa

from corpus import shards
from corpus.schema import PII
from corpus.stage import NO_REJECTS, DocumentLimits, StageOutput
from pipelines.engine import Context, Stage, StageResult, Task, run_stage, shards_of
from quality import blocklists
from quality.pii import READS, PiiConfig, annotate


def run(config: PiiConfig, documents: Sequence[StageResult], context: Context) -> StageResult:
    """PII of every shard of `documents`, under the same shard names and in the same row order.

    Raises InputError where a blocklist is not there.
    """
    limits = context.document_limits
    lists = {"urls": config.blocked_urls, "words": config.blocked_words}
    stage = Stage(
        name="pii",
        config={
            "kinds": list(config.kinds),
            "blocklists": {name: shards.checksum(url) for name, url in lists.items() if url},
            "timeout_s": limits.timeout_s,
            "max_memory_bytes": limits.max_memory_bytes,
        },
        packages=("corpus", "quality"),
        read=read_documents,
        steps=(functools.partial(annotate_documents, config=config, limits=limits),),
        output_schema=PII,
    )
    tasks = [Task(shard=entry.name, digest=entry.checksum, payload=url) for entry, url in shards_of(documents)]
    return run_stage(stage, tasks, context)


def read_documents(url: str) -> Iterator[StageOutput]:
    """The columns that are read, and those that name a document that kills its worker."""
    for batch in shards.iterate_batches(url, columns=list(READS)):
        yield StageOutput(batch, NO_REJECTS)


def annotate_documents(table: pa.Table, *, config: PiiConfig, limits: DocumentLimits) -> StageOutput:
    """`quality.pii.annotate` with the lists that the config names, which a worker reads once."""
    lists = blocklists.load(config.blocked_urls, config.blocked_words)
    return annotate(table, config=config, blocklists=lists, limits=limits)
