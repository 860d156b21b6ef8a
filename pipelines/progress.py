"""Live progress on standard error: one bar a stage on a terminal, one line every few seconds elsewhere."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress

from corpus.manifest import ShardEntry

LINE_EVERY_S = 5.0


@dataclass
class StageBar:
    """Counts of one running stage."""

    name: str
    total: int
    resumed: int
    quiet: bool = False
    display: RichProgress | None = None
    done: int = 0
    rows: int = 0
    rejects: int = 0
    started: float = field(default_factory=time.monotonic)
    last_line: float = field(default_factory=time.monotonic)
    bar_id: int = 0

    def finished(self, entry: ShardEntry) -> None:
        """One more shard is there."""
        self.done += 1
        self.rows += entry.rows_in
        self.rejects += sum(entry.rejects.values())
        if self.display:
            self.display.update(self.bar_id, completed=self.resumed + self.done, counts=self.counts())  # type: ignore[arg-type]
        elif self.resumed + self.done < self.total and time.monotonic() - self.last_line > LINE_EVERY_S:
            self.last_line = time.monotonic()
            self.say(self.line())

    def retried(self, shard: str, why: str) -> None:
        self.say(f"{self.name}: {shard}: {why}; trying again")

    def say(self, text: str) -> None:
        if self.display:
            self.display.console.print(text, highlight=False, markup=False)
        elif not self.quiet:
            print(text, file=sys.stderr, flush=True)

    def counts(self) -> str:
        rate = self.rows / max(1e-9, time.monotonic() - self.started)
        return f"{self.rows:,} rows  {rate:,.0f}/s  {self.rejects:,} rejected"

    def line(self) -> str:
        shards = f"{self.resumed + self.done}/{self.total} shards"
        if not self.done:
            return f"{self.name:<24} {shards:>16}  nothing to do, all there"
        skipped = f"  ({self.resumed} were there)" if self.resumed else ""
        return f"{self.name:<24} {shards:>16}  {self.counts()}  {time.monotonic() - self.started:.1f} s{skipped}"


class Progress:
    """Shows the stages of a run as they go; `quiet` shows nothing."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
        self._console = Console(stderr=True)

    @contextlib.contextmanager
    def stage(self, name: str, *, total: int, resumed: int) -> Iterator[StageBar]:
        bar = StageBar(name=name, total=total, resumed=resumed, quiet=self.quiet)
        if self.quiet or not self._console.is_terminal:
            yield bar
        else:
            with RichProgress(*_columns(), console=self._console, transient=True) as display:
                bar.display = display
                bar.bar_id = display.add_task(name, total=total, completed=resumed, counts="")
                yield bar
            bar.display = None
        bar.say(bar.line())


def _columns() -> tuple[TextColumn | BarColumn | MofNCompleteColumn | TimeElapsedColumn | TimeRemainingColumn, ...]:
    return (
        TextColumn("{task.description:<14}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("shards  {task.fields[counts]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
