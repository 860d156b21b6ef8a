"""The evaluation set of PDFs: its documents, its parts, its two scorers.

The set (`gold.jsonl.gz`, `pdfs/`, `score_pdf.py`, `score_katex.mjs`) lies in the folder that the environment variable TERCET_EVAL
names (itself or its `pdf`); it belongs to its publishers and is no part of this repository.
"""

from __future__ import annotations

import gzip
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ALL = "ALL"
"""The scorer's name for everything together."""
VECTOR, TYPE3, BENCH, OTHER = "TeX, vector fonts", "TeX, Type 3 fonts", "pdf-parse-bench", "office, scans"
"""The parts of the set."""
FIELDS = ("part", "family", "cls")
"""What scores are broken down by: part of the set, font family, document class."""


@dataclass(frozen=True, kw_only=True)
class Scores:
    """What the scorers say of one tool's Markdown."""

    groups: dict[str, dict[str, dict[str, float]]]
    """Field -> its value (or ALL) -> metric -> score; NaN where there was nothing to judge."""
    katex_missing: str = ""
    """Why formulas were not compared as KaTeX's trees; empty where they were (metrics `katex_disp`, `katex_inl`)."""

    @property
    def whole(self) -> dict[str, float]:
        """Metrics over everything."""
        return self.groups["part"][ALL]


@dataclass(frozen=True, kw_only=True)
class Predictions:
    """One tool's Markdown, as the scorer reads it."""

    file: Path
    """JSON lines of pdf, page (from 1), markdown."""
    stems: frozenset[str] = field(repr=False)
    """File names (without .pdf) of the documents that the tool was asked for."""


def part_of(family: str) -> str:
    """Part of the set that a font family of the gold belongs to."""
    if family.startswith("ppb-"):
        return BENCH
    if family == "scan" or family.startswith("libreoffice-"):
        return OTHER
    return TYPE3 if family.endswith("-type3") else VECTOR


def score(folder: Path, predictions: Predictions, *, fields: Sequence[str] = ("part",)) -> Scores:
    """The scores of `predictions` by `fields`. Exits with the scorer's own words where it fails."""
    with tempfile.TemporaryDirectory() as scratch:
        gold, pairs = Path(scratch) / "gold.jsonl", Path(scratch) / "pairs.jsonl"
        rows = list(_gold_rows(folder / "gold.jsonl.gz", predictions.stems))
        gold.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        groups = {}
        for name in fields:
            groups[name] = _scored(folder / "score_pdf.py", gold, predictions.file, by=name, pairs=pairs)
        missing = why_no_katex(folder)
        if not missing:
            verdicts = _same_trees(folder / "score_katex.mjs", pairs)
            for name, found in groups.items():
                _add_verdicts(found, verdicts, {row["id"]: str(row[name]) for row in rows})
    return Scores(groups=groups, katex_missing=missing)


def documents(folder: Path) -> list[Path]:
    """The set's PDFs, sorted."""
    return sorted((folder / "pdfs").glob("*.pdf"))


def _gold_rows(gold: Path, stems: frozenset[str]) -> Iterator[dict[str, Any]]:
    """The gold of the documents `stems`, each row with its `part`."""
    with gzip.open(gold, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if Path(row["pdf"]).stem in stems:
                yield row | {"part": part_of(row["family"])}


def _scored(scorer: Path, gold: Path, predictions: Path, *, by: str, pairs: Path) -> dict[str, dict[str, float]]:
    command = [sys.executable, str(scorer), str(gold), str(predictions), "--json", "--by", by, "--pairs", str(pairs)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        hint = " (it needs rapidfuzz: pip install rapidfuzz)" if "rapidfuzz" in done.stderr else ""
        raise SystemExit(f"{scorer.name} failed{hint}:\n{done.stderr.strip()[-500:]}")
    groups: dict[str, dict[str, float]] = json.loads(done.stdout)
    return groups


# ---------------------------------------------------------------------------------------------------------------- KaTeX's trees


def why_no_katex(folder: Path) -> str:
    """What keeps formulas from being compared as KaTeX's trees; empty where nothing does."""
    if not (folder / "score_katex.mjs").is_file():
        return "the set has no score_katex.mjs"
    if shutil.which("node") is None:
        return "node is not installed"
    return "" if _katex().is_dir() else "npm's katex is not installed (npm install katex, or KATEX=its folder)"


def _katex() -> Path:
    return Path(os.environ.get("KATEX") or "node_modules/katex").resolve()


def _same_trees(scorer: Path, pairs: Path) -> dict[str, tuple[str, bool]]:
    """Id of a formula -> `katex_disp` or `katex_inl`, and whether a prediction has its tree."""
    verdicts = pairs.with_suffix(".katex")
    command = ["node", str(scorer), str(pairs), "--dump", str(verdicts)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "KATEX": str(_katex())})
    if done.returncode:
        raise SystemExit(f"{scorer.name} failed:\n{done.stderr.strip()[-500:]}")
    kinds = {row["id"]: f"katex_{row['kind']}" for row in _json_lines(pairs)}
    return {row["id"]: (kinds[row["id"]], row["eq"]) for row in _json_lines(verdicts)}


def _add_verdicts(
    groups: dict[str, dict[str, float]], verdicts: Mapping[str, tuple[str, bool]], values: Mapping[str, str]
) -> None:
    """Writes the shares of equal trees into the scores of every group; `values`: id of a formula -> its group."""
    found: defaultdict[tuple[str, str], list[bool]] = defaultdict(list)
    for id_, (kind, equal) in verdicts.items():
        for group in (ALL, values[id_]):
            found[group, kind].append(equal)
    for (group, kind), equals in found.items():
        groups[group][kind] = sum(equals) / len(equals)


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def known(value: float | None) -> float | None:
    """The scorer writes NaN where there was nothing to judge."""
    return None if value is None or math.isnan(value) else value
