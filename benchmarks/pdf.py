"""PDF to Markdown against the peers that need no model: text, code, formulas, pages per CPU second.

Every tool reads the same documents in one run, one thread each; the scorer of the evaluation set judges what they wrote. The set
(`gold.jsonl.gz`, `pdfs/`, `score_pdf.py`) lies in the folder that the environment variable TERCET_EVAL names (itself or its
`pdf`); it belongs to its publishers and is no part of this repository.
"""

from __future__ import annotations

import gzip
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.harness import Goal, Result, clock, main
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
"""Metric of the scorer -> column of the table."""
GOALS = (
    ("w_f1", 0.95, True),
    ("present", 0.985, True),
    ("order", 0.99, True),
    ("absent", 0.94, True),
    ("code_lines", 0.9, True),
    ("code_exact", 0.6, True),
)
"""Metric, limit, whether more is better."""
FORMULA_GOALS = (("disp_recall", 0.87, True), ("inl_recall", 0.84, True), ("false", 0.06, False))
"""A little under what was measured on the whole set; `--quick` has other documents and no such goals."""
MIN_PAGES_PER_S = 25.0
QUICK_SHARE = 4
"""`--quick` reads every fourth document, and the slow peer every sixteenth of all."""


def read_tercet(content: bytes) -> list[str]:
    return list(extract_pdf(content, "").pages)


def read_pymupdf(content: bytes) -> list[str]:
    with require("pymupdf", extra="pdf").open(stream=content, filetype="pdf") as document:
        return [page.get_text() for page in document]


def read_pymupdf4llm(content: bytes) -> list[str]:
    pymupdf4llm = require("pymupdf4llm", extra="pdf")
    with require("pymupdf", extra="pdf").open(stream=content, filetype="pdf") as document:
        return [str(chunk["text"]) for chunk in pymupdf4llm.to_markdown(document, page_chunks=True, show_progress=False)]


READERS: tuple[tuple[str, Reader, int], ...] = (
    ("tercet", read_tercet, 1),
    ("pymupdf get_text", read_pymupdf, 1),
    ("pymupdf4llm", read_pymupdf4llm, 4),
)
"""Name, reader, and of how many documents it reads one."""


def measure(*, quick: bool) -> Result:
    """All readers over the documents of the evaluation set, scored by its scorer."""
    folder = evaluation_folder()
    documents = sorted((folder / "pdfs").glob("*.pdf"))[:: QUICK_SHARE if quick else 1]
    rows, goals = [], []
    for name, reader, share in READERS:
        chosen = documents[::share] if quick else documents
        scores = _run(reader, chosen, folder)
        rows.append(
            {"tool": name, **{title: _known(scores[key]) for key, title in COLUMNS.items()}, "pages/CPU s": scores["speed"]}
        )
        if name == "tercet":
            asked = GOALS if quick else (*GOALS, *FORMULA_GOALS)
            goals = [Goal(what=COLUMNS[key], value=scores[key], limit=limit, at_least=more) for key, limit, more in asked]
            goals.append(Goal(what="pages per CPU second", value=scores["speed"], limit=MIN_PAGES_PER_S))
    notes = [f"{len(documents)} documents of {folder.name}" + (", pymupdf4llm every fourth of them" if quick else ", one thread")]
    return Result(rows=rows, goals=goals, notes=notes)


def _run(reader: Reader, documents: list[Path], folder: Path) -> dict[str, float]:
    num_pages = 0
    with tempfile.TemporaryDirectory() as scratch:
        predictions = Path(scratch) / "predictions.jsonl"
        with predictions.open("w", encoding="utf-8") as out, clock() as times:
            for path in documents:
                for number, markdown in enumerate(_pages(reader, path), 1):
                    out.write(json.dumps({"pdf": path.stem, "page": number, "markdown": markdown}) + "\n")
                    num_pages += 1
        gold = Path(scratch) / "gold.jsonl"
        gold.write_text("".join(_gold_of(folder / "gold.jsonl.gz", {path.stem for path in documents})), encoding="utf-8")
        scores = _score(folder / "score_pdf.py", gold, predictions)
    return scores | {"speed": num_pages / max(times.total_s, 1e-9)}


def _known(score: float) -> float | None:
    """The scorer writes NaN where there was nothing to judge."""
    return None if math.isnan(score) else score


def _pages(reader: Reader, path: Path) -> list[str]:
    try:
        return reader(path.read_bytes())
    except DocumentError:
        return []


def _gold_of(gold: Path, stems: set[str]) -> Iterator[str]:
    with gzip.open(gold, "rt", encoding="utf-8") as lines:
        for line in lines:
            if Path(json.loads(line)["pdf"]).stem in stems:
                yield line


def _score(scorer: Path, gold: Path, predictions: Path) -> dict[str, Any]:
    command = [sys.executable, str(scorer), str(gold), str(predictions), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        hint = " (it needs rapidfuzz: pip install rapidfuzz)" if "rapidfuzz" in done.stderr else ""
        raise SystemExit(f"{scorer.name} failed{hint}:\n{done.stderr.strip()[-500:]}")
    return dict(json.loads(done.stdout)["ALL"])


def evaluation_folder() -> Path:
    """The set's folder. Exits with 2 where TERCET_EVAL does not name it."""
    named = os.environ.get("TERCET_EVAL", "")
    for folder in (Path(named) / "pdf", Path(named)):
        if named and (folder / "gold.jsonl.gz").is_file() and (folder / "pdfs").is_dir():
            return folder
    print("benchmarks.pdf: no evaluation set; TERCET_EVAL must name its folder (see the module)", file=sys.stderr)
    raise SystemExit(2)


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
