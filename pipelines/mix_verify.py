"""`tercet mix verify OUT`: a finished mixture against its plan.

For each stage: every shard is there and has the manifest's checksum, its rows stand in the plan's order, every bucket has its
rows and stays within the bound on every prefix, epochs go forward, are at most max_epochs and end when their bucket is read; over
all stages: no epoch holds a token twice. A shard with another checksum is made again from the packed units, if those are
still there, to say which rows differ; with `remake` every shard is, which finds rows that were changed along with the checksum.

One core reads about as fast as it emits. Memory: one shard, and `mix.verify.SPANS_AT_ONCE` spans.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpus import shards
from corpus.errors import InputError, StageError
from mix.cells import phases_of
from mix.emit import EmitJob, Emitter
from mix.infeasible import tokens_text
from mix.plan import Plan
from mix.verify import COLUMNS, SPAN_COLUMNS, RunCheck, StageCheck, differing_rows, repeats
from pipelines.report_run import MIX_PREFIX, Run, StageFolder, open_run

MOST_PROBLEMS = 50
"""Problems that are listed; the rest is counted."""


@dataclass
class Verdict:
    """What was checked and what is wrong."""

    lines: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def raise_if_wrong(self) -> None:
        """Raises StageError that lists the problems."""
        if self.problems:
            more = f"\n  and {len(self.problems) - MOST_PROBLEMS:,} more" if len(self.problems) > MOST_PROBLEMS else ""
            listed = "\n".join(f"  {problem}" for problem in self.problems[:MOST_PROBLEMS])
            raise StageError(
                f"{len(self.problems):,} problems:\n{listed}{more}\n"
                "Delete the shards that are named and run tercet mix emit again: it makes them anew, byte for byte the same."
            )


def verify(out_url: str, *, remake: bool = False) -> Verdict:
    """All stages of the run's plan. Raises InputError where the run has no plan, or was not made by one."""
    run = open_run(out_url)
    plan = plan_of(run)
    verdict, check = Verdict(), RunCheck(plan)
    urls: list[str] = []
    num_passed_over = 0
    for index, stage in enumerate(plan.stages):
        folder = run.stages.get(MIX_PREFIX + stage.name)
        if folder is None:
            verdict.problems.append(f"{stage.name}: is in the plan and was not emitted")
            num_passed_over += stage.num_rows
            continue
        one = _Stage(run, plan, index, folder, check.stage(index), remake)
        one.run()
        verdict.lines.append(one.line())
        verdict.problems += [f"{stage.name}: {problem}" for problem in one.problems]
        urls += one.readable
        num_passed_over += one.check.num_passed_over
    if not num_passed_over:
        verdict.problems += check.finish()
    num_spans = sum(_num_spans(url) for url in urls)
    verdict.problems += repeats(lambda: _tables(urls), plan.buckets, num_spans)
    verdict.lines.append(f"{num_spans:,} spans of documents compared; {'wrong' if verdict.problems else 'all as planned'}")
    return verdict


def plan_of(run: Run) -> Plan:
    """The plan that run.json names. Raises InputError where it names none."""
    path = run.record.get("plan")
    if not path:
        raise InputError(f"{run.url}/run.json: has no plan; expected the output folder of tercet mix emit or tercet run")
    return Plan.from_mapping(shards.read_json(run.resolve(path)))


class _Stage:
    """The check of one stage."""

    def __init__(self, run: Run, plan: Plan, index: int, folder: StageFolder, check: StageCheck, remake: bool) -> None:
        self.plan_run, self.plan, self.index, self.folder, self.check, self.remake = run, plan, index, folder, check, remake
        self.problems: list[str] = []
        self.readable: list[str] = []
        self._emitter: Emitter | None = None

    @property
    def config(self) -> Mapping[str, Any]:
        return self.folder.manifest.config

    def run(self) -> None:
        stage = self.plan.stages[self.index]
        if self.config["plan"] != self.plan.first.digest:
            self.problems.append(f"was made by plan {self.config['plan']}, run.json names {self.plan.first.digest}")
            return
        rows_per_shard = int(self.config["rows_per_shard"])
        num_shards = -(-stage.num_rows // rows_per_shard)
        entries = {entry.name: entry for entry in self.folder.manifest.shards}
        names = [f"{k:06d}" for k in range(num_shards)]
        self.problems += [f"shard {name}: is not of this plan" for name in self._files() | set(entries) if name not in names]
        for k, name in enumerate(names):
            first, last = k * rows_per_shard, min((k + 1) * rows_per_shard, stage.num_rows)
            if name not in entries:
                self.problems.append(f"shard {name}: is not in the manifest")
            problems = self._shard(name, entries[name].checksum if name in entries else "", range(first, last))
            self.problems += [f"shard {name}: {problem}" for problem in problems]
        self.problems += self.check.finish(self._max_epochs())

    def _files(self) -> set[str]:
        fs, path = shards.filesystem(shards.join(self.folder.directory, "shards"))
        found = (name.rsplit("/", 1)[-1] for name in fs.ls(path, detail=False)) if fs.isdir(path) else ()
        return {name.removesuffix(".parquet") for name in found if name.endswith(".parquet")}

    def _shard(self, name: str, checksum: str, rows: range) -> list[str]:
        """What is wrong with a shard; its rows are seen by the running check, or passed over where they can't be read."""
        url = shards.join(self.folder.directory, "shards", f"{name}.parquet")
        try:
            same = shards.checksum(url) == checksum
        except InputError:
            self.check.pass_over(rows)
            return [f"is missing (rows {rows.start} to {rows.stop - 1})"]
        try:
            table = shards.read_table(url).select(COLUMNS)
            footer = shards.read_footer(url)
        except (pa.ArrowException, OSError, ValueError, KeyError) as error:
            self.check.pass_over(rows)
            return [f"is damaged: {str(error).splitlines()[0][:160]}"]
        problems = [] if same else ["is damaged or was edited: another checksum than the manifest's"]
        if (self.check.num_rows, table.num_rows) != (rows.start, len(rows)):
            problems.append(
                f"has {table.num_rows} rows from {self.check.num_rows} on, the plan rows {rows.start} to {rows.stop - 1}"
            )
        made_by = self.plan.version_of(self.index, rows.stop - 1).digest
        if (footer.get("plan_digest"), footer.get("first_row")) != (made_by, rows.start):
            problems.append(f"its footer says row {footer.get('first_row')} of plan {footer.get('plan_digest')}")
        problems += self.check.add(table)
        self.check.num_rows = rows.stop
        self.readable.append(url)
        if not same or self.remake:
            problems += self._compare(table, rows)
        return problems

    def _compare(self, table: pa.Table, rows: range) -> list[str]:
        """Against the shard made again."""
        try:
            emitter = self._make_emitter()
            expected = emitter.rows(self.index, rows)
        except (InputError, OSError, pa.ArrowException) as error:
            return [f"can not be made again to compare ({str(error).splitlines()[0][:160]})"]
        return differing_rows(table, expected.select(COLUMNS), rows.start)

    def _make_emitter(self) -> Emitter:
        if self._emitter is None:
            self._emitter = Emitter(emit_job(self.plan_run, self.plan, self.config))
        return self._emitter

    def _max_epochs(self) -> Callable[[str], float]:
        """The stage's max_epochs by source, as run.json has it; no bound for a run that does not say."""
        stages = self.plan_run.config.get("stages") or ()
        mixtures = [stage["mixture"] for stage in stages]
        name = self.plan.stages[self.index].name
        own: dict[str, Any] = dict(next((mixture for mixture in mixtures if mixture["name"] == name), {}))
        for change in own.get("changes") or ():
            own |= {key: change[key] for key in ("max_epochs", "max_epochs_by_source") if change.get(key) is not None}
        by_source = own.get("max_epochs_by_source") or {}
        return lambda source: float(by_source.get(source, own.get("max_epochs", float("inf"))))

    def line(self) -> str:
        check, stage = self.check, self.plan.stages[self.index]
        most = max(check.last_epoch.values(), default=0)
        rows = f"{check.num_rows - check.num_passed_over:,} of {stage.num_rows:,} rows"
        deviation = f"{check.deviation:.2f} rows (bound {check.order.bound:.2f})"
        tokens = tokens_text(check.num_tokens)
        return f"{stage.name}: {rows}, {tokens} tokens; largest deviation on a prefix {deviation}; epochs begun: {most + 1}"


def emit_job(run: Run, plan: Plan, config: Mapping[str, Any]) -> EmitJob:
    """What the stages' shards were made from, found through run.json. Raises InputError where the units are gone."""
    phases = range(1, len(phases_of(plan)) + 1)
    packed = [run.stages[f"pack-{n}"] for n in phases if f"pack-{n}" in run.stages]
    layouts = [run.stages[f"layout-{n}"] for n in phases if f"layout-{n}" in run.stages]
    if not len(packed) == len(layouts) == len(phases):
        raise InputError(f"{run.url}: the packed units are not there any more")
    return EmitJob(
        plan=plan,
        seed=int(config["seed"]),
        rows_per_shard=int(config["rows_per_shard"]),
        layouts=tuple(tuple(layout.shard_urls) for layout in layouts),
        packed=tuple(folder.directory for folder in packed),
    )


def _num_spans(url: str) -> int:
    """From the file's metadata alone."""
    with shards.open_input(url) as stream:
        metadata = pq.ParquetFile(stream).metadata
    total = 0
    for g in range(metadata.num_row_groups):
        group = metadata.row_group(g)
        total += next(
            c.num_values for i in range(group.num_columns) if (c := group.column(i)).path_in_schema.startswith("doc_ends")
        )
    return total


def _tables(urls: list[str]) -> Iterator[pa.Table]:
    for url in urls:
        yield shards.read_table(url, columns=SPAN_COLUMNS)
