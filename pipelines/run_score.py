"""Score: DOCUMENTS -> SCORES, one shard for each DOCUMENTS shard, row by row."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import asdict

from corpus import shards
from corpus.schema import SCORES
from corpus.stage import NO_REJECTS, StageOutput
from pipelines.engine import Context, Stage, StageResult, Task, run_stage
from quality.scores import READS, QualityConfig, score_documents


def run(config: QualityConfig, documents: StageResult, context: Context) -> StageResult:
    """SCORES of every shard of `documents`, under the same shard names and in the same row order."""
    limits = context.document_limits
    stage = Stage(
        name="score",
        config={"quality": asdict(config), "timeout_s": limits.timeout_s, "max_memory_bytes": limits.max_memory_bytes},
        packages=("corpus", "quality"),
        upstream=(documents.stage_digest,),
        libraries=("numpy",),
        read=read_documents,
        steps=(functools.partial(score_documents, config=config, limits=limits),),
        output_schema=SCORES,
    )
    entries = zip(documents.manifest.shards, documents.shard_urls, strict=True)
    return run_stage(stage, [Task(shard=entry.name, digest=entry.checksum, payload=url) for entry, url in entries], context)


def read_documents(url: str) -> Iterator[StageOutput]:
    """The columns that scoring reads, and those that name a document that kills its worker."""
    for batch in shards.iterate_batches(url, columns=list(READS)):
        yield StageOutput(batch, NO_REJECTS)
