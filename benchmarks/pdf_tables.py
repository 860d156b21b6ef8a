"""The tables of benchmarks/pdf.py as the PDF section of docs/benchmarks.md shows them, between two marks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.harness import Goal, Result, show
from corpus.errors import InputError

BEGIN = "<!-- tables of benchmarks/pdf.py: begin -->"
END = "<!-- tables of benchmarks/pdf.py: end -->"


def write(path: Path, result: Result) -> None:
    """Puts the tables of `result` between the marks in the file. Raises InputError where it has not exactly one pair of them."""
    text = path.read_text(encoding="utf-8")
    before, found, rest = text.partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not (found and closed) or BEGIN in rest:
        raise InputError(f"{path}: the tables go between the lines {BEGIN} and {END}, each once; the file has no such pair")
    path.write_text(f"{before}{BEGIN}\n\n{markdown(result)}\n\n{END}{after}", encoding="utf-8")


def markdown(result: Result) -> str:
    """The tables with their notes, then the goals."""
    parts = [table(result.rows), *(f"{title[0].upper()}{title[1:]}:\n\n{table(rows)}" for title, rows in result.tables.items())]
    notes = "; ".join(result.notes)
    return "\n\n".join([f"{notes[0].upper()}{notes[1:]}.", *parts, f"Goals:\n\n{goals_table(result.goals)}"])


def table(rows: Sequence[dict[str, Any]]) -> str:
    """GFM; what was not measured is left empty."""
    head = [str(name) for name in rows[0]]
    return _gfm(head, [[cell(name, value) for name, value in row.items()] for row in rows])


def goals_table(goals: Sequence[Goal]) -> str:
    rows = [
        [
            goal.what,
            cell("", goal.value),
            f"{'≥' if goal.at_least else '≤'} {cell('', goal.limit)}",
            "met" if goal.met else "missed",
        ]
        for goal in goals
    ]
    return _gfm(["goal", "measured", "asked", ""], rows)


def _gfm(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def cell(name: str, value: Any) -> str:
    """A share as `.889`, a speed as `42`, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, float) and not name.endswith("/CPU s") and 0 <= value <= 1:
        return f"{value:.3f}".removeprefix("0") if 0 < value < 1 else f"{value:.0f}"
    return show(value)
