"""Our annotators as datatrove blocks, and datatrove's filters as our stages: speed, and what standing in the other's place costs.

The pages are those of examples/corpus as `extract` writes them. Each block is run over the same datatrove documents through its
own `run`, ours and datatrove's in turn, three times; the fastest counts. datatrove's English word splitter needs spaCy, and
without it a regular expression stands in, which is faster.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pyarrow as pa
from datatrove.data import Document
from datatrove.pipeline.filters import (
    C4ParagraphFilter,
    C4QualityFilter,
    FineWebQualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
)

from benchmarks.harness import Goal, Result, clock, main
from benchmarks.quality import _datatrove_filter, _has_spacy
from benchmarks.quality_pages import example_pages
from corpus.stage import DocumentLimits
from datatrove_blocks import TercetPii, TercetQualityFilter, TercetScorer
from datatrove_blocks.hosting import judge_documents
from datatrove_blocks.registry import parse_blocks
from quality import batches
from quality.scores import QualityConfig, score_documents

ROUNDS = 3
STOCK = ("gopher quality", "gopher repetition", "c4", "fineweb")
GOAL_TIMES, GOAL_TIMES_WITHOUT_SPACY = 20, 12
"""The quality filter against datatrove's four together, as they are and with the faster word splitter."""
GOAL_BLOCK_COST = 1.5
"""CPU time of the scoring block against `score_documents` on a table that is there."""
HOSTED = ("C4ParagraphFilter", "GopherRepetitionFilter")


def measure(*, quick: bool) -> Result:
    table = pa.concat_tables([example_pages(name, every=8 if quick else 2) for name in ("mathematics", "code", "prose")])
    megabytes = sum(len(text.encode()) for text in table.column("text").to_pylist()) / 1e6
    batches.prepare()
    _datatrove_filter(STOCK[0])  # puts a word splitter in the place of spaCy where that is missing
    runs: dict[str, Callable[[], Any]] = {
        "score_documents": lambda: score_documents(table, config=QualityConfig()),
        "TercetScorer": lambda: _through(TercetScorer(), table),
        "TercetScorer, no signals": lambda: _through(TercetScorer(signals=False), table),
        "TercetQualityFilter": lambda: _through(TercetQualityFilter("reasoning"), table),
        "TercetPii": lambda: _through(TercetPii(), table),
        "TercetPii, masking": lambda: _through(TercetPii(mask_in_prose=["email"], mask_in_code=["email"]), table),
        "GopherQualityFilter": lambda: _through(GopherQualityFilter(), table),
        "GopherRepetitionFilter": lambda: _through(GopherRepetitionFilter(), table),
        "C4QualityFilter": lambda: _through(C4QualityFilter(), table),
        "FineWebQualityFilter": lambda: _through(FineWebQualityFilter(), table),
        "C4ParagraphFilter": lambda: _through(C4ParagraphFilter(), table),
        **{f"{name} as our stage": _hosted(name, table) for name in HOSTED},
    }
    seconds = dict.fromkeys(runs, float("inf"))
    for _ in range(1 if quick else ROUNDS):
        for name, run in runs.items():
            with clock() as times:
                run()
            seconds[name] = min(seconds[name], times.cpu_s)
    rows = [
        {"block": name, "MB/s": megabytes / each, "ms a page": 1000 * each / table.num_rows} for name, each in seconds.items()
    ]
    stock = sum(
        seconds[name] for name in ("GopherQualityFilter", "GopherRepetitionFilter", "C4QualityFilter", "FineWebQualityFilter")
    )
    rows.append({"block": "datatrove's four", "MB/s": megabytes / stock, "ms a page": 1000 * stock / table.num_rows})
    limit = GOAL_TIMES if _has_spacy() else GOAL_TIMES_WITHOUT_SPACY
    goals = [
        Goal(what="TercetQualityFilter, times datatrove's four", value=stock / seconds["TercetQualityFilter"], limit=limit),
        Goal(
            what="CPU of TercetScorer without signals, times score_documents",
            value=seconds["TercetScorer, no signals"] / seconds["score_documents"],
            limit=GOAL_BLOCK_COST,
            at_least=False,
        ),
    ]
    notes = [f"{table.num_rows} pages, {megabytes:.1f} MB, one core, CPU time"]
    if not _has_spacy():
        notes.append("spaCy is not installed: datatrove's filters ran with a regular expression as their word splitter")
    return Result(rows=rows, goals=goals, notes=notes)


def _through(block: Any, table: pa.Table) -> int:
    """Documents that come out of a block; the documents are made here, as a reader would."""
    rows = table.select(["doc_id", "text", "url", "kind"]).to_pylist()
    documents = (Document(text=row["text"], id=row["doc_id"], metadata={"url": row["url"], "kind": row["kind"]}) for row in rows)
    return sum(1 for _ in block.run(documents))


def _hosted(name: str, table: pa.Table) -> Callable[[], Any]:
    """The block as our stage runs it, over documents with their scores."""
    specs = parse_blocks([{"block": name}])
    scores = score_documents(table, config=QualityConfig()).table
    for field in list(scores.schema)[1:]:
        table = table.append_column(field, scores.column(field.name))

    def run() -> None:
        for first in range(0, table.num_rows, 256):
            judge_documents(table.slice(first, 256), specs=specs, limits=DocumentLimits())

    return run


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
