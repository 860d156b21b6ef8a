"""Read and extract: raw input shards -> DOCUMENTS, one Ray task a shard."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import asdict

import pyarrow as pa
import pyarrow.compute as pc

from corpus import schema
from corpus.readers import InputShard, Source, list_inputs, read_pages
from corpus.stage import NO_REJECTS, StageOutput
from extract.ocr import make_reader
from extract.pages import ExtractConfig, extract_pages
from pipelines.engine import Context, Stage, StageResult, Task, run_stage

LIBRARIES = (
    "selectolax",
    "resiliparse",
    "trafilatura",
    "beautifulsoup4",
    "pymupdf",
    "charset-normalizer",
    "fastwarc",
)
"""What the extracted text depends on besides our code."""


def run(config: ExtractConfig, sources: Sequence[Source], context: Context) -> StageResult:
    """DOCUMENTS of every source, one shard for each input shard.

    Raises InputError for a source with nothing in it, RecipeError where the OCR that the recipe names is not set up here.
    """
    reader = make_reader(config.pdf.ocr) if config.pdf.ocr is not None else None
    version = getattr(reader, "version", None)
    inputs = [shard for source in sources for shard in list_inputs(source)]
    limits = context.document_limits
    synthetic = tuple(sorted(source.name for source in sources if source.synthetic))
    stage = Stage(
        name="extract",
        config={
            "extract": asdict(config),
            **({"ocr_program": version} if version else {}),
            "timeout_s": limits.timeout_s,
            "max_memory_bytes": limits.max_memory_bytes,
            "synthetic_sources": list(synthetic),
        },
        packages=("corpus", "extract"),
        libraries=LIBRARIES,
        read=read_pages,
        steps=(
            functools.partial(extract_pages, config=config, limits=limits),
            functools.partial(mark_synthetic, sources=synthetic),
        ),
        output_schema=schema.DOCUMENTS,
    )
    return run_stage(stage, [_task(shard) for shard in inputs], context)


def mark_synthetic(documents: pa.Table, *, sources: tuple[str, ...]) -> StageOutput:
    """DOCUMENTS with `synthetic` true for the sources that the recipe calls so."""
    flags = pc.is_in(documents.column("source"), value_set=pa.array(sources, pa.string()))
    index = documents.schema.get_field_index("synthetic")
    return StageOutput(documents.set_column(index, schema.DOCUMENTS.field("synthetic"), flags), NO_REJECTS)


def _task(shard: InputShard) -> Task:
    return Task(shard=shard.name, digest=shard.digest, payload=shard)
