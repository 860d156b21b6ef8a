"""PDF to Markdown against the peers that need no model: text, code, formulas, pages per CPU second.

Every tool reads the same documents in one run, one thread each; the scorers of the evaluation set judge what they wrote. Ours is
broken down by part of the set, font family and document class. Peers that are not installed are left out and named. `--docs FILE`
writes the tables between the marks in that file; `--no-peers` measures only ours.
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import pdf_tables
from benchmarks.harness import Goal, Result, clock, evaluation_folder, main
from benchmarks.pdf_scores import (
    ALL,
    BENCH,
    FIELDS,
    TYPE3,
    VECTOR,
    Predictions,
    Scores,
    documents,
    known,
    score,
)
from corpus.errors import DocumentError, require
from extract.pdf_document import extract_pdf

Reader = Callable[[bytes], list[str]]

COLUMNS = {
    "w_f1": "word F1",
    "present": "present",
    "order": "order",
    "absent": "heads removed",
    "code_lines": "code lines",
    "code_exact": "code blocks",
    "disp_recall": "display",
    "inl_recall": "inline",
    "false": "false formulas",
}
"""Metric of the scorer -> column of the table of tools."""
GROUP_COLUMNS = {
    "n_disp": "displays",
    "disp_recall": "display",
    "n_inl": "inlines",
    "inl_recall": "inline",
    "false": "false formulas",
    "code_lines": "code lines",
    "code_exact": "code blocks",
}
"""Metric -> column of the breakdowns: the scorer breaks down formulas and code."""
KATEX_COLUMNS = {"katex_disp": "display, same tree", "katex_inl": "inline, same tree"}
GOALS = (
    (ALL, "w_f1", 0.95, True),
    (ALL, "present", 0.985, True),
    (ALL, "order", 0.99, True),
    (ALL, "absent", 0.95, True),
    (ALL, "code_lines", 0.9, True),
    (ALL, "code_exact", 0.6, True),
)
"""Part, metric, limit, whether more is better."""
FORMULA_GOALS = (
    (VECTOR, "disp_recall", 0.88, True),
    (VECTOR, "inl_recall", 0.85, True),
    (VECTOR, "false", 0.06, False),
    (TYPE3, "disp_recall", 0.4, True),
    (BENCH, "disp_recall", 0.8, True),
    (BENCH, "inl_recall", 0.8, True),
    (ALL, "disp_recall", 0.75, True),
    (ALL, "inl_recall", 0.75, True),
    (ALL, "false", 0.06, False),
    (ALL, "katex_disp", 0.7, True),
    (ALL, "katex_inl", 0.8, True),
)
"""Of the whole set: `--quick` has other documents and no such goals."""
MIN_PAGES_PER_S = 25.0
QUICK_SHARE = 4
"""`--quick` reads every fourth document, and the slow peers every sixteenth of all."""


def read_tercet(content: bytes) -> list[str]:
    return list(extract_pdf(content, "").pages)


def read_pymupdf(content: bytes) -> list[str]:
    with require("pymupdf", extra="pdf").open(stream=content, filetype="pdf") as document:
        return [page.get_text() for page in document]


def read_pymupdf4llm(content: bytes) -> list[str]:
    pymupdf4llm = importlib.import_module("pymupdf4llm")
    options = {"page_chunks": True, "show_progress": False, "use_ocr": False}  # with tesseract installed it would read scans
    with require("pymupdf", extra="pdf").open(stream=content, filetype="pdf") as document:
        return [str(chunk["text"]) for chunk in pymupdf4llm.to_markdown(document, **options)]


def read_pdftotext(content: bytes) -> list[str]:
    """Pages end in a form feed."""
    done = subprocess.run(["pdftotext", "-layout", "-enc", "UTF-8", "-", "-"], input=content, capture_output=True, check=False)
    return done.stdout.decode("utf-8", "replace").split("\f")[:-1]


def read_pypdf(content: bytes) -> list[str]:
    return [page.extract_text() for page in importlib.import_module("pypdf").PdfReader(io.BytesIO(content)).pages]


def read_pdfminer(content: bytes) -> list[str]:
    """Pages end in a form feed."""
    text: str = importlib.import_module("pdfminer.high_level").extract_text(io.BytesIO(content))
    return text.split("\f")[:-1]


@dataclass(frozen=True, kw_only=True)
class Tool:
    """Something that makes text of PDFs."""

    name: str
    read: Reader
    module: str = ""
    """Python module that it needs."""
    program: str = ""
    """Program that it needs."""
    quick_share: int = 1
    """Of how many documents it reads one with `--quick`."""

    @property
    def installed(self) -> bool:
        return all(
            (not self.module or importlib.util.find_spec(self.module) is not None, not self.program or shutil.which(self.program))
        )


TERCET = Tool(name="tercet", read=read_tercet)
PEERS = (
    Tool(name="pymupdf get_text", read=read_pymupdf, module="pymupdf"),
    Tool(name="pymupdf4llm", read=read_pymupdf4llm, module="pymupdf4llm", quick_share=4),
    Tool(name="pdftotext -layout", read=read_pdftotext, program="pdftotext"),
    Tool(name="pypdf", read=read_pypdf, module="pypdf", quick_share=4),
    Tool(name="pdfminer.six", read=read_pdfminer, module="pdfminer", quick_share=4),
)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a tool reached."""

    tool: Tool
    scores: Scores
    pages_per_s: float
    """Pages per CPU second."""
    num_failed: int
    """Documents that it raised an error for."""

    @property
    def row(self) -> dict[str, Any]:
        known_scores = {title: known(self.scores.whole[key]) for key, title in COLUMNS.items()}
        return {"tool": self.tool.name, **known_scores, "pages/CPU s": self.pages_per_s}


def measure(*, quick: bool, no_peers: bool = False, docs: str | None = None) -> Result:
    """All readers over the documents of the evaluation set, scored by its scorers."""
    folder = evaluation_folder("pdf", needs="gold.jsonl.gz")
    chosen = documents(folder)[:: QUICK_SHARE if quick else 1]
    ours = judged(TERCET, chosen, folder, fields=FIELDS)
    peers = () if no_peers else PEERS
    theirs = [judged(peer, chosen[:: peer.quick_share] if quick else chosen, folder) for peer in peers if peer.installed]
    result = Result(
        rows=[one.row for one in (ours, *theirs)],
        tables=breakdowns(ours.scores),
        goals=[
            *goals_of(ours.scores, GOALS if quick else (*GOALS, *FORMULA_GOALS)),
            Goal(what="documents that raised an error", value=ours.num_failed, limit=0, at_least=False),
            Goal(what="pages per CPU second", value=ours.pages_per_s, limit=MIN_PAGES_PER_S),
        ],
        notes=[f"{len(chosen)} documents of the set, one thread each", *_notes(ours, theirs, peers, quick=quick)],
    )
    if docs:
        pdf_tables.write(Path(docs), "pdf", pdf_tables.markdown(result))
    return result


def judged(tool: Tool, chosen: list[Path], folder: Path, *, fields: tuple[str, ...] = ("part",)) -> Judged:
    """A tool's Markdown of the documents `chosen`, timed and scored."""
    num_pages = num_failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "predictions.jsonl"
        with file.open("w", encoding="utf-8", errors="replace") as out, clock() as times:
            for path in chosen:
                try:
                    pages = tool.read(path.read_bytes())
                except DocumentError:
                    continue  # a reject: its pages count as missing
                except Exception as error:  # noqa: BLE001 (a tool's crash is a result: counted and said)
                    print(f"{tool.name}: {path.name}: {type(error).__name__}: {error}", file=sys.stderr)
                    num_failed += 1
                    continue
                num_pages += len(pages)
                rows = ({"pdf": path.stem, "page": number, "markdown": text} for number, text in enumerate(pages, 1))
                out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        scores = score(folder, Predictions(file=file, stems=frozenset(path.stem for path in chosen)), fields=fields)
    return Judged(tool=tool, scores=scores, pages_per_s=num_pages / max(times.total_s, 1e-9), num_failed=num_failed)


def breakdowns(scores: Scores) -> dict[str, list[dict[str, Any]]]:
    """Title -> table: formulas and code by part of the set, font family and document class."""
    columns = GROUP_COLUMNS if scores.katex_missing else GROUP_COLUMNS | KATEX_COLUMNS
    titles = {"part": "part of the set", "family": "font family", "cls": "class"}
    return {
        f"by {title}": [
            {title: "all" if group == ALL else group, **{column: known(found.get(key)) for key, column in columns.items()}}
            for group, found in sorted(scores.groups[name].items(), key=lambda item: (item[0] == ALL, item[0]))
        ]
        for name, title in titles.items()
        if name in scores.groups
    }


def goals_of(scores: Scores, asked: Iterable[tuple[str, str, float, bool]]) -> list[Goal]:
    """What of `asked` was measured, as goals."""
    titles = COLUMNS | KATEX_COLUMNS
    goals = []
    for part, key, limit, at_least in asked:
        value = known(scores.groups["part"].get(part, {}).get(key))
        if value is not None:
            what = titles[key] + ("" if part == ALL else f" ({part})")
            goals.append(Goal(what=what, value=value, limit=limit, at_least=at_least))
    return goals


def _notes(ours: Judged, theirs: Iterable[Judged], peers: Iterable[Tool], *, quick: bool) -> list[str]:
    """What was left out or failed."""
    slow = [peer.name for peer in peers if quick and peer.quick_share > 1]
    missing = [peer.name for peer in peers if not peer.installed]
    return [
        *([f"every fourth of them: {', '.join(slow)}"] if slow else []),
        *([f"left out, not installed: {', '.join(missing)}"] if missing else []),
        *(f"{one.tool.name} failed on {one.num_failed} documents" for one in theirs if one.num_failed),
        *([f"KaTeX's trees left out: {ours.scores.katex_missing}"] if ours.scores.katex_missing else []),
    ]


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-peers", action="store_true", help="only tercet")
    parser.add_argument("--docs", metavar="FILE", help="write the tables between the marks in FILE (docs/benchmarks.md)")


if __name__ == "__main__":
    sys.exit(main(__doc__, measure, add_options=add_options))
