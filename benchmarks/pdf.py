"""PDF to Markdown against the peers that need no model: text, code, formulas, pages per CPU second.

Every tool reads the same documents in one run, one thread each; the scorer of the evaluation set judges what they wrote. Ours is
also broken down by part of the set, font family and document class. The set (`gold.jsonl.gz`, `pdfs/`, `score_pdf.py`,
`score_katex.mjs`) lies in the folder that the environment variable TERCET_EVAL names (itself or its `pdf`); it belongs to its
publishers and is no part of this repository.

Left out, and said so, where they are not installed: the peers pdftotext (poppler-utils), pypdf, pdfminer.six and pymupdf4llm, and
the comparison of KaTeX's trees, which needs node and KATEX, the path of an npm package katex. `--tables FILE` writes the tables
of docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import io
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.harness import Goal, Result, clock, evaluation_folder, main
from corpus.errors import DocumentError, require
from extract.pdf_document import extract_pdf

Reader = Callable[[bytes], list[str]]
Scores = dict[str, float]

COLUMNS = {
    "w_f1": "word F1",
    "present": "present",
    "order": "order",
    "absent": "heads",
    "code_lines": "code lines",
    "code_exact": "code blocks",
    "disp_recall": "display",
    "inl_recall": "inline",
    "false": "false",
    "katex_disp": "KaTeX disp.",
    "katex_inl": "KaTeX inl.",
}
"""Metric of the scorers -> column of the table."""
GROUP_COLUMNS = ("n_disp", "n_inl", "n_code")
"""Counts of the scorer: what a group of the breakdown rests on."""


@dataclass(frozen=True)
class Wanted:
    """A number that ours must have in a part of the set."""

    part: str
    metric: str
    limit: float
    at_least: bool = True


WHOLE, VECTOR, PPB, TYPE3, OTHER = "whole set", "TeX, vector fonts", "pdf-parse-bench", "TeX, Type 3", "not TeX"
GOALS = (
    Wanted(VECTOR, "disp_recall", 0.88),
    Wanted(VECTOR, "inl_recall", 0.85),
    Wanted(WHOLE, "false", 0.06, at_least=False),
    Wanted(WHOLE, "katex_disp", 0.70),
    Wanted(WHOLE, "katex_inl", 0.80),
    Wanted(PPB, "disp_recall", 0.80),
    Wanted(PPB, "inl_recall", 0.80),
    Wanted(TYPE3, "disp_recall", 0.40),
    Wanted(WHOLE, "disp_recall", 0.75),
    Wanted(WHOLE, "inl_recall", 0.75),
    Wanted(WHOLE, "code_lines", 0.90),
    Wanted(WHOLE, "code_exact", 0.60),
    Wanted(WHOLE, "w_f1", 0.95),
    Wanted(WHOLE, "present", 0.985),
    Wanted(WHOLE, "order", 0.99),
    Wanted(WHOLE, "absent", 0.95),
)
QUICK_METRICS = ("w_f1", "present", "order", "code_lines", "code_exact")
"""What `--quick` asks for: a fourth of the documents says little about single parts, and less about formulas."""
MIN_PAGES_PER_S = 25.0
QUICK_SHARE = 4
"""`--quick` reads every fourth document, and the slow peers every sixteenth of all."""


# ----------------------------------------------------------------------------------------------------------------- the tools


def read_tercet(content: bytes) -> list[str]:
    return list(extract_pdf(content, "").pages)


def read_pymupdf(content: bytes) -> list[str]:
    with require("pymupdf", extra="pdf").open(stream=content, filetype="pdf") as document:
        return [page.get_text() for page in document]


def read_pymupdf4llm(content: bytes) -> list[str]:
    pymupdf4llm = require("pymupdf4llm", extra="pdf")
    options = {"page_chunks": True, "show_progress": False, "use_ocr": False}  # with tesseract installed it reads scans
    with require("pymupdf", extra="pdf").open(stream=content, filetype="pdf") as document:
        return [str(chunk["text"]) for chunk in pymupdf4llm.to_markdown(document, **options)]


def read_pdftotext(content: bytes) -> list[str]:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(content)
        file.flush()
        done = subprocess.run(["pdftotext", "-layout", file.name, "-"], capture_output=True, check=False)
    return done.stdout.decode("utf-8", "replace").split("\f")[:-1]


def read_pypdf(content: bytes) -> list[str]:
    pypdf = require("pypdf", extra="peers")
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def read_pdfminer(content: bytes) -> list[str]:
    text = require("pdfminer.high_level", extra="peers").extract_text(io.BytesIO(content))
    return str(text).split("\f")[:-1]


@dataclass(frozen=True)
class Tool:
    """A reader and how often it is asked."""

    name: str
    read: Reader
    needs: str = ""
    """Module or, for a command, `!command`, that may be missing."""
    share: int = 1
    """With `--quick` it reads one of so many documents."""

    @property
    def is_there(self) -> bool:
        if self.needs.startswith("!"):
            return shutil.which(self.needs[1:]) is not None
        return not self.needs or importlib.util.find_spec(self.needs) is not None


OURS = Tool("tercet", read_tercet)
PEERS = (
    Tool("pymupdf get_text", read_pymupdf),
    Tool("pymupdf4llm", read_pymupdf4llm, "pymupdf4llm", share=4),
    Tool("pdftotext -layout", read_pdftotext, "!pdftotext"),
    Tool("pypdf", read_pypdf, "pypdf"),
    Tool("pdfminer.six", read_pdfminer, "pdfminer", share=4),
)


# ----------------------------------------------------------------------------------------------------------- the measurement


@dataclass(frozen=True)
class Measured:
    """What one tool reached."""

    whole: Scores
    pages_per_s: float
    num_failed: int
    """Documents that it raised an error for; DocumentError, a reject, aside."""
    groups: dict[str, dict[str, Scores]] = field(default_factory=dict)
    """Field (part, family, cls) -> value -> scores."""


def measure(*, quick: bool, tables: Path | None = None) -> Result:
    """All readers over the documents of the evaluation set, scored by its scorer."""
    folder = evaluation_folder("pdf", needs="gold.jsonl.gz")
    documents = sorted((folder / "pdfs").glob("*.pdf"))[:: QUICK_SHARE if quick else 1]
    ours = _measured(OURS, documents, folder, by=("part", "family", "cls"))
    rows = [_row(OURS.name, ours.whole, ours.pages_per_s)]
    notes = [f"{len(documents)} documents of {folder.name}, one thread each"]
    for tool in PEERS:
        if not tool.is_there:
            notes.append(f"left out: {tool.name}, which is not installed")
            continue
        peer = _measured(tool, documents[:: tool.share if quick else 1], folder)
        rows.append(_row(tool.name, peer.whole, peer.pages_per_s))
        if peer.num_failed:
            notes.append(f"{tool.name} failed on {peer.num_failed} documents")
    if "katex_disp" not in ours.whole:
        notes.append("left out: equality of KaTeX's trees, which needs node and KATEX, the path of an npm package katex")
    groups = [_row(f"· {value}", scores, None) for by in ours.groups.values() for value, scores in by.items()]
    if tables:
        tables.write_text(_tables(rows, ours), encoding="utf-8")
    goals = [*_goals(ours, quick=quick), Goal(what="pages per CPU second", value=ours.pages_per_s, limit=MIN_PAGES_PER_S)]
    return Result(rows=[*rows, *groups], goals=goals, notes=notes)


def _goals(ours: Measured, *, quick: bool) -> list[Goal]:
    goals = []
    for wanted in GOALS:
        scores = ours.whole if wanted.part == WHOLE else ours.groups["part"].get(wanted.part, {})
        if (quick and (wanted.part != WHOLE or wanted.metric not in QUICK_METRICS)) or wanted.metric not in scores:
            continue
        what = f"{COLUMNS[wanted.metric]}, {wanted.part}"
        goals.append(Goal(what=what, value=scores[wanted.metric], limit=wanted.limit, at_least=wanted.at_least))
    return goals


def _measured(tool: Tool, documents: Sequence[Path], folder: Path, *, by: Sequence[str] = ()) -> Measured:
    num_pages = num_failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        predictions = Path(scratch) / "predictions.jsonl"
        with predictions.open("w", encoding="utf-8") as out, clock() as times:
            for path in documents:
                try:
                    pages = tool.read(path.read_bytes())
                except DocumentError:
                    continue
                except Exception as error:  # noqa: BLE001 (a peer's crash is a result: counted and said)
                    print(f"{tool.name}: {path.name}: {type(error).__name__}: {error}", file=sys.stderr)
                    num_failed += 1
                    continue
                num_pages += len(pages)
                for number, markdown in enumerate(pages, 1):
                    row = {"pdf": path.stem, "page": number, "markdown": markdown}
                    out.write(json.dumps(row).encode("utf-8", "replace").decode() + "\n")
        gold = Path(scratch) / "gold.jsonl"
        rows = _gold_of(folder / "gold.jsonl.gz", {path.stem for path in documents})
        gold.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
        whole, groups = _scored(folder, gold, predictions, by)
        if by:
            _add_katex(whole, groups, rows, _katex(folder, gold, predictions))
    return Measured(whole, num_pages / max(times.total_s, 1e-9), num_failed, groups)


def _gold_of(gold: Path, stems: set[str]) -> list[dict[str, Any]]:
    """The rows of these documents, each with the part of the set that it belongs to."""
    with gzip.open(gold, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [{**row, "part": part_of(row)} for row in rows if Path(row["pdf"]).stem in stems]


def part_of(row: Mapping[str, Any]) -> str:
    """The part of the set that the goals name, by the record's document class and font family."""
    if row["cls"] == "ppb":
        return PPB
    if row["cls"] == "nontex":
        return OTHER
    return TYPE3 if "type3" in row["family"] else VECTOR


# ---------------------------------------------------------------------------------------------------------------- the scorers


def _scored(folder: Path, gold: Path, predictions: Path, by: Sequence[str]) -> tuple[Scores, dict[str, dict[str, Scores]]]:
    """Scores of everything, and by the values of each field of the gold's rows."""
    groups = {name: _score(folder, gold, predictions, "--by", name) for name in by}
    whole = next(iter(groups.values()))["ALL"] if groups else _score(folder, gold, predictions)["ALL"]
    return whole, {name: {value: s for value, s in sorted(found.items()) if value != "ALL"} for name, found in groups.items()}


def _score(folder: Path, gold: Path, predictions: Path, *options: str) -> dict[str, Scores]:
    command = [sys.executable, str(folder / "score_pdf.py"), str(gold), str(predictions), "--json", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        hint = " (it needs rapidfuzz: pip install rapidfuzz)" if "rapidfuzz" in done.stderr else ""
        raise SystemExit(f"score_pdf.py failed{hint}:\n{done.stderr.strip()[-500:]}")
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return {name: {key: value for key, value in scores.items() if not math.isnan(value)} for name, scores in found.items()}


def _katex(folder: Path, gold: Path, predictions: Path) -> dict[str, bool] | None:
    """Id of a formula -> whether KaTeX makes the same tree of it and of a prediction; None where node or katex is missing."""
    if not (shutil.which("node") and Path(os.environ.get("KATEX") or "/dev/null").is_dir()):
        return None
    pairs, dump = gold.with_name("pairs.jsonl"), gold.with_name("katex.jsonl")
    _score(folder, gold, predictions, "--pairs", str(pairs))
    environment = {**os.environ, "KATEX": str(Path(os.environ["KATEX"]).resolve())}
    command = ["node", str(folder / "score_katex.mjs"), str(pairs), "--dump", str(dump)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise SystemExit(f"score_katex.mjs failed:\n{done.stderr.strip()[-500:]}")
    return {row["id"]: row["eq"] for row in map(json.loads, dump.read_text(encoding="utf-8").splitlines())}


def _add_katex(
    whole: Scores, groups: Mapping[str, dict[str, Scores]], gold: Iterable[Mapping[str, Any]], equal: Mapping[str, bool] | None
) -> None:
    """Writes the shares of formulas with equal trees into the scores."""
    if equal is None:
        return
    metrics = {"formula_display": "katex_disp", "formula_inline": "katex_inl"}
    for place, of in [
        (whole, {}),
        *((scores, {name: value}) for name, found in groups.items() for value, scores in found.items()),
    ]:
        verdicts: dict[str, list[bool]] = defaultdict(list)
        for row in gold:
            if row["kind"] in metrics and row["id"] in equal and all(str(row[name]) == value for name, value in of.items()):
                verdicts[metrics[row["kind"]]].append(equal[row["id"]])
        place.update({metric: sum(found) / len(found) for metric, found in verdicts.items()})


# ----------------------------------------------------------------------------------------------------------------- the tables


def _row(name: str, scores: Mapping[str, float], pages_per_s: float | None) -> dict[str, Any]:
    shown = {title: scores.get(metric, "") for metric, title in COLUMNS.items()}
    return {"tool": name, **shown, "pages/CPU s": "" if pages_per_s is None else pages_per_s}


def _tables(rows: Sequence[Mapping[str, Any]], ours: Measured) -> str:
    """The tools, then ours by part, font family and class, as GFM."""
    blocks = [_gfm(rows)]
    for by, title in (("part", "part of the set"), ("family", "font family"), ("cls", "document class")):
        metrics = (*GROUP_COLUMNS, "disp_recall", "inl_recall", "false", "katex_disp", "katex_inl", "code_lines", "code_exact")
        names = {"n_disp": "displays", "n_inl": "inline formulas", "n_code": "code blocks of the set", **COLUMNS}
        blocks.append(
            _gfm(
                [
                    {title: value, **{names[m]: scores.get(m, "") if not m.startswith("n_") else int(scores[m]) for m in metrics}}
                    for value, scores in ours.groups[by].items()
                ]
            )
        )
    return "\n\n".join(blocks) + "\n"


def _gfm(rows: Sequence[Mapping[str, Any]]) -> str:
    lines = [list(rows[0]), ["---"] * len(rows[0]), *([_cell(value) for value in row.values()] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: Any) -> str:
    """Shares with three digits and without their zero, as docs/benchmarks.md writes them."""
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    if value > 1:
        return f"{value:.3g}"
    return f"{value:.3f}".removeprefix("0") if value else "0"


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tables", type=Path, metavar="FILE", help="also write the tables as Markdown")


if __name__ == "__main__":
    sys.exit(main(__doc__, measure, add_options=_add_options))
