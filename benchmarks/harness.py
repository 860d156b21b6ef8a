"""What every benchmark shares: its command line, its table, its verdict, and how CPU seconds are counted.

    def measure(*, quick: bool) -> Result: ...
    if __name__ == "__main__":
        sys.exit(main(__doc__, measure))

`--json` prints one object, `--quick` stays under a minute, `--check` exits 1 when a number is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from corpus.errors import InputError, TercetError


@dataclass(frozen=True, kw_only=True)
class Goal:
    """A number that must be reached."""

    what: str
    value: float
    limit: float
    at_least: bool = True

    @property
    def met(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a benchmark measured."""

    rows: list[dict[str, Any]]
    """One row of the table each; all with the same keys."""
    goals: list[Goal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What was measured on what."""
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Further tables by title, printed below the first."""


def main(
    doc: str | None,
    measure: Callable[..., Result],
    arguments: list[str] | None = None,
    *,
    add_options: Callable[[argparse.ArgumentParser], None] | None = None,
) -> int:
    """Parses the command line, measures, prints; returns the exit code.

    What `add_options` adds to the parser reaches `measure` as keyword arguments.
    """
    parser = argparse.ArgumentParser(description=(doc or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--quick", action="store_true", help="under a minute, on less data")
    parser.add_argument("--check", action="store_true", help="exit 1 when a number is missed")
    if add_options is not None:
        add_options(parser)
    options = parser.parse_args(arguments)
    shared = {"json", "check"}
    try:
        result = measure(**{name: value for name, value in vars(options).items() if name not in shared})
    except TercetError as error:
        print(error, file=sys.stderr)
        return 2
    print_json(result) if options.json else print_table(result)
    return 1 if options.check and not all(goal.met for goal in result.goals) else 0


def evaluation_folder(part: str, *, needs: str) -> Path:
    """The folder of an evaluation set: $TERCET_EVAL, or its subfolder `part`. Raises InputError where `needs` is in neither.

    The sets' pages belong to their publishers and are not in the repository.
    """
    named = os.environ.get("TERCET_EVAL", "")
    for folder in (Path(named) / part, Path(named)) if named else ():
        if (folder / needs).exists():
            return folder
    raise InputError(f"no evaluation set in {named!r}: set TERCET_EVAL to a folder with {needs}, or with {part}/{needs}")


def print_json(result: Result) -> None:
    goals = [{**asdict(goal), "met": goal.met} for goal in result.goals]
    tables = {"tables": result.tables} if result.tables else {}
    machine = {"python": platform.python_version(), "machine": platform.machine()}
    print(json.dumps({"rows": result.rows, "goals": goals, "notes": result.notes, **tables, **machine}))


def print_table(result: Result) -> None:
    console = Console(width=140)
    console.print(_table(result.rows))
    for title, rows in result.tables.items():
        console.print(f"\n{title}", highlight=False)
        console.print(_table(rows))
    for goal in result.goals:
        sign = ">=" if goal.at_least else "<="
        console.print(
            f"{'met   ' if goal.met else 'MISSED'} {goal.what}: {goal.value:.4g} {sign} {goal.limit:g}", highlight=False
        )
    for note in result.notes:
        console.print(note, highlight=False, style="dim")


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table(*rows[0], box=None, header_style="bold") if rows else Table()
    for row in rows:
        table.add_row(*(show(value) for value in row.values()))
    return table


def show(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.3g}" if abs(value) < 100 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


@dataclass
class Clock:
    """Seconds of a block: CPU of this process, CPU of the children that ended in it, wall."""

    cpu_s: float = 0.0
    children_s: float = 0.0
    wall_s: float = 0.0

    @property
    def total_s(self) -> float:
        return self.cpu_s + self.children_s


@contextmanager
def clock() -> Iterator[Clock]:
    times = Clock()
    cpu, children, wall = time.process_time(), _children(), time.perf_counter()
    try:
        yield times
    finally:
        times.cpu_s = time.process_time() - cpu
        times.children_s = _children() - children
        times.wall_s = time.perf_counter() - wall


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
