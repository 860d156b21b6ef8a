"""Score: DOCUMENTS -> SCORES, one shard for each DOCUMENTS shard, row by row."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from corpus import shards
from corpus.schema import SCORES
from corpus.stage import NO_REJECTS, StageOutput
from pipelines.engine import Context, Stage, StageResult, Task, run_stage, shards_of
from quality import taggers
from quality.scores import READS, QualityConfig, score_documents


def run(config: QualityConfig, documents: Sequence[StageResult], context: Context) -> StageResult:
    """SCORES of every shard of `documents`, under the same shard names and in the same row order."""
    limits = context.document_limits
    stage = Stage(
        name="score",
        config={
            "quality": asdict(config),
            "taggers": taggers.digest(config.taggers),
            "timeout_s": limits.timeout_s,
            "max_memory_bytes": limits.max_memory_bytes,
        },
        packages=("corpus", "quality"),
        libraries=("numpy", "numba", "fasttext-numpy2-wheel"),
        read=read_documents,
        steps=(functools.partial(score_documents, config=config, limits=limits),),
        output_schema=SCORES,
    )
    tasks = [Task(shard=entry.name, digest=entry.checksum, payload=url) for entry, url in shards_of(documents)]
    return run_stage(stage, tasks, context)


def read_documents(url: str) -> Iterator[StageOutput]:
    """The columns that scoring reads, and those that name a document that kills its worker."""
    for batch in shards.iterate_batches(url, columns=list(READS)):
        yield StageOutput(batch, NO_REJECTS)
