"""datatrove's blocks as stages: formatters DOCUMENTS -> DOCUMENTS, filters DOCUMENTS -> DATATROVE, shard by shard.

    datatrove:
      - {block: PIIFormatter}
      - {block: GopherRepetitionFilter, dup_line_frac: 0.3}

Formatters (and filters with `rewrite: true`) change the texts before anything is compared or scored. Filters only say what they
would do, row by row beside the documents, when these have been scored; `mix.leave_out_rejected_by_datatrove` acts on it.
datatrove_blocks/registry.py has the rules of the section, datatrove_blocks/hosting.py the work.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corpus import shards
from corpus.errors import InputError
from corpus.ids import content_id
from corpus.schema import DATATROVE, DOCUMENTS
from corpus.stage import NO_REJECTS, StageOutput, aligned
from pipelines.engine import Context, Stage, StageResult, Task, run_stage, shards_of

if TYPE_CHECKING:
    from datatrove_blocks.registry import BlockSpec

PACKAGES = ("corpus", "datatrove_blocks")
LIBRARIES = ("datatrove", "spacy", "nltk", "ftfy", "tldextract", "fasttext-numpy2-wheel")
"""What blocks of datatrove's own decide with."""
BATCH_ROWS = 256
"""Documents whose texts, and copies of them, are in memory together."""


def read_blocks(blocks: Sequence[Mapping[str, Any]]) -> tuple[BlockSpec, ...]:
    """The section of a recipe, checked as far as that goes without making a block.

    Raises RecipeError naming block and key, MissingExtraError without datatrove.
    """
    if not blocks:
        return ()
    from datatrove_blocks.registry import parse_blocks

    return parse_blocks(blocks)


def check(blocks: Sequence[Mapping[str, Any]]) -> tuple[BlockSpec, ...]:
    """The section of a recipe, every block made and tried here. Raises RecipeError or MissingExtraError where one cannot work."""
    specs = read_blocks(blocks)
    if specs:
        from datatrove_blocks.hosting import check_blocks

        check_blocks(specs)
    return specs


def filters_of(specs: Sequence[BlockSpec]) -> list[BlockSpec]:
    return [spec for spec in specs if not spec.is_formatter]


def rewrite(specs: Sequence[BlockSpec], documents: StageResult, context: Context) -> StageResult:
    """DOCUMENTS of every shard of `documents` with the texts that formatters make of them; `documents` where there is none."""
    changing = [spec for spec in specs if spec.changes_text]
    if not changing:
        return documents
    from datatrove_blocks.hosting import STAGE, rewrite_documents

    step = functools.partial(rewrite_documents, specs=changing, limits=context.document_limits)
    stage = Stage(
        name=STAGE,
        config=_config(changing, context),
        packages=PACKAGES,
        libraries=LIBRARIES,
        read=read_documents,
        steps=(step,),
        output_schema=DOCUMENTS,
    )
    tasks = [Task(shard=entry.name, digest=entry.checksum, payload=url) for entry, url in shards_of([documents])]
    return run_stage(stage, tasks, context)


def read_documents(url: str) -> Iterator[StageOutput]:
    for batch in shards.iterate_batches(url, max_rows=BATCH_ROWS):
        yield StageOutput(batch, NO_REJECTS)


@dataclass(frozen=True, kw_only=True)
class ScoredShard:
    """One shard of documents and its SCORES."""

    documents: str
    scores: str


def judge(
    specs: Sequence[BlockSpec], documents: Sequence[StageResult], scores: StageResult, context: Context
) -> StageResult | None:
    """DATATROVE of every shard of `documents`, under the same names and in the same row order; None where no block is a filter.

    Raises InputError where a shard has no SCORES shard of its name.
    """
    filters = filters_of(specs)
    if not filters:
        return None
    from datatrove_blocks.hosting import judge_documents

    step = functools.partial(judge_documents, specs=filters, limits=context.document_limits)
    stage = Stage(
        name="datatrove",
        config=_config(filters, context),
        packages=PACKAGES,
        libraries=LIBRARIES,
        read=read_scored,
        steps=(step,),
        output_schema=DATATROVE,
    )
    known = {entry.name: (entry.checksum, url) for entry, url in shards_of([scores])}
    tasks = []
    for entry, url in shards_of(documents):
        if entry.name not in known:
            raise InputError(f"{url}: no SCORES shard named {entry.name}; run score over all documents first")
        checksum, scores_url = known[entry.name]
        payload = ScoredShard(documents=url, scores=scores_url)
        tasks.append(Task(shard=entry.name, digest=content_id(entry.checksum, checksum)[:12], payload=payload))
    return run_stage(stage, tasks, context)


def _config(specs: Sequence[BlockSpec], context: Context) -> dict[str, Any]:
    limits = context.document_limits
    blocks = [spec.as_config() for spec in specs]
    return {"blocks": blocks, "timeout_s": limits.timeout_s, "max_memory_bytes": limits.max_memory_bytes}


def read_scored(payload: ScoredShard) -> Iterator[StageOutput]:
    """The documents with the columns of SCORES, null for one that has none. Raises InputError where these are of others."""
    doc_ids = shards.read_table(payload.documents, columns=["doc_id"]).column("doc_id")
    scores = aligned(shards.read_table(payload.scores), doc_ids, what=payload.scores)
    row = 0
    for batch in shards.iterate_batches(payload.documents, max_rows=BATCH_ROWS):
        mine = scores.slice(row, batch.num_rows)
        row += batch.num_rows
        for field in list(mine.schema)[1:]:
            batch = batch.append_column(field, mine.column(field.name))
        yield StageOutput(batch, NO_REJECTS)
