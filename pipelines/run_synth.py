"""Generate: a number of verified reasoning tasks -> DOCUMENTS, as if they had been extracted."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import asdict

import pyarrow as pa

from corpus.ids import content_id
from corpus.schema import DOCUMENTS
from corpus.stage import NO_REJECTS, StageOutput
from pipelines.engine import Context, Stage, StageResult, Task, run_stage
from synth.tasks import SOURCE, SynthConfig, generate

DOCUMENTS_PER_BATCH = 1000


def run(config: SynthConfig, context: Context) -> StageResult:
    """DOCUMENTS shards of `config.documents_per_shard` tasks each, named like those of a source called synth."""
    stage = Stage(
        name="synth",
        # The number of documents decides how many shards there are, not what is in one: a larger run keeps the shards it has.
        config={name: value for name, value in asdict(config).items() if name != "num_documents"},
        packages=("corpus", "synth"),
        read=read_positions,
        steps=(functools.partial(generate_positions, config=config),),
        output_schema=DOCUMENTS,
    )
    return run_stage(
        stage, [_task(start, config) for start in range(0, config.num_documents, config.documents_per_shard)], context
    )


def read_positions(positions: range) -> Iterator[StageOutput]:
    """Positions in batches: the rows that a generated document stands for."""
    for start in range(positions.start, positions.stop, DOCUMENTS_PER_BATCH):
        batch = range(start, min(start + DOCUMENTS_PER_BATCH, positions.stop))
        yield StageOutput(pa.table({"position": pa.array(batch, pa.int64())}), NO_REJECTS)


def generate_positions(table: pa.Table, *, config: SynthConfig) -> StageOutput:
    """A document for each position of `table`, which are consecutive."""
    if not table.num_rows:
        return StageOutput(DOCUMENTS.empty_table(), NO_REJECTS)
    first = table.column("position")[0].as_py()
    return StageOutput(generate(config=config, start=first, stop=first + table.num_rows), NO_REJECTS)


def _task(start: int, config: SynthConfig) -> Task:
    stop = min(start + config.documents_per_shard, config.num_documents)
    return Task(
        shard=f"{SOURCE}-{start // config.documents_per_shard:06d}",
        digest=content_id("positions", start, stop),
        payload=range(start, stop),
    )
