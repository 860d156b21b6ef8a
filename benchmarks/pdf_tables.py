"""The tables of the PDF benchmarks as docs/benchmarks.md shows them, each between two marks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.harness import Goal, Result, show
from corpus.errors import InputError

MARK = "<!-- tables of benchmarks/{name}.py: {place} -->"


def write(path: Path, name: str, content: str) -> None:
    """Puts the tables of a benchmark between its marks in the file. Raises InputError where it has not one pair of them."""
    begin, end = (MARK.format(name=name, place=place) for place in ("begin", "end"))
    text = path.read_text(encoding="utf-8")
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed) or begin in rest:
        raise InputError(f"{path}: the tables go between the lines {begin} and {end}, each once; the file has no such pair")
    path.write_text(f"{before}{begin}\n\n{content}\n\n{end}{after}", encoding="utf-8")


def markdown(result: Result) -> str:
    """Notes, tables, goals."""
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
