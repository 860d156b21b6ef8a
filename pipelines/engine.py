"""The engine: a stage is a function of one input shard, a finished shard is a file with its final name.

For every task of a stage: read its input in batches, apply the steps, write what was made and what was rejected, rename. The
name is known before the work: OUT/<stage>/<digest>/shards/<shard>.parquet, the digest over configuration, code, library versions
and the stages upstream. So resuming is listing and subtracting, and a rerun after any kill gives the same bytes. A new input
shard adds a file to a folder; a reduction, which reads every shard, gets a new folder.

What can go wrong, and what happens then:

    a document raises, or exceeds its time or memory   a reject row (corpus.stage.map_documents), the shard goes on
    a worker dies                                      the task is tried again, `max_attempts` times in all
    it dies every time                                 its rows are bisected until the ones that kill are known; they are
                                                       quarantined as rejects, everything else of the shard is kept
    a write fails (disk full)                          tried again; then the shard is missing and the run exits nonzero
    the driver dies                                    run the same command again: finished shards are skipped
    rows do not add up                                 StageError, nothing later is run

Measured against Ray Data and datatrove's executors in docs/benchmarks.md.
"""

from __future__ import annotations

import functools
import importlib.metadata
import platform
import resource
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from corpus import schema, shards
from corpus.errors import InputError, MissingExtraError, RecipeError, SchemaError, StageError
from corpus.ids import code_digest, config_digest, content_id
from corpus.manifest import Manifest, ShardEntry, check_rows, read_manifest, write_manifest
from corpus.stage import DocumentLimits, StageOutput, reject_row
from pipelines import interrupts
from pipelines.executors import Executor, TaskFailed, WorkerDied
from pipelines.progress import Progress, StageBar

FATAL = (RecipeError, SchemaError, InputError, MissingExtraError)
"""Mistakes that no other shard would survive either: the stage ends at once."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """One output shard to be."""

    shard: str
    """Stem of the output file; sorted order is the order of everything downstream."""
    digest: str
    """Digest of this task's own input."""
    payload: Any
    """Picklable: what the stage's `read` needs."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage of a run; everything in it is picklable and part of its digest."""

    name: str
    """Folder name."""
    config: Mapping[str, Any]
    """Plain values."""
    packages: tuple[str, ...]
    """Rooms whose source code the output depends on."""
    upstream: tuple[str, ...] = ()
    """Digests of the stages it reads."""
    libraries: tuple[str, ...] = ()
    """Installed distributions whose version the output depends on."""
    read: Callable[[Any], Iterator[StageOutput]]
    """A task's payload -> batches of input rows; its rejects are what could not be read."""
    steps: tuple[Callable[[pa.Table], StageOutput], ...] = ()
    """Applied to every batch, one after the other."""
    output_schema: pa.Schema
    maps_rows: bool = True
    """Whether rows in = rows out + rejects must hold; false for reductions."""
    footer: Callable[[Any], dict[str, Any]] | None = None
    """A task's payload -> extra values for the footer."""
    row_group_size: int | None = None
    """Rows in a row group; none: every batch is one."""

    @functools.cached_property
    def versions(self) -> dict[str, str]:
        names = ("pyarrow", *self.libraries)
        return {"python": platform.python_version(), **{name: _version(name) for name in names}}

    @functools.cached_property
    def digest(self) -> str:
        """12 hexadecimal digits over everything that decides the output, task inputs aside."""
        libraries = {name: self.versions[name] for name in self.libraries}
        code = code_digest(self.packages)
        return config_digest([self.name, dict(self.config), code, list(self.upstream), libraries])


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a runner needs besides its own settings."""

    out_url: str
    executor: Executor
    limits: DocumentLimits = field(default_factory=DocumentLimits)
    progress: Progress = field(default_factory=Progress)
    max_attempts: int = 3
    finished: list[StageResult] = field(default_factory=list)
    """Results of the stages run so far, in order."""

    @functools.cached_property
    def document_limits(self) -> DocumentLimits:
        """The limits as they hold where tasks run: only an isolated worker may be killed for a document."""
        return DocumentLimits(
            timeout_s=self.limits.timeout_s,
            max_memory_bytes=self.limits.max_memory_bytes,
            kill_process=self.executor.isolated,
        )


@dataclass(frozen=True, kw_only=True)
class StageResult:
    """A finished stage."""

    directory: str
    stage_digest: str
    """Digest of the stage, whatever its inputs: `upstream` of a stage that maps this one's shards one by one."""
    digest: str
    """Digest of the stage and all its inputs: `upstream` of a stage that reads all of its shards together."""
    manifest: Manifest
    num_resumed: int
    """Shards that were there already."""
    cpu_s: float
    """CPU seconds of this run's tasks."""
    wall_s: float
    peak_memory_bytes: int
    """Largest resident size of a worker after a task of this run."""

    @property
    def shard_urls(self) -> list[str]:
        """Sorted by shard name."""
        return [shard_url(self.directory, entry.name) for entry in self.manifest.shards]

    @property
    def reject_urls(self) -> list[str]:
        return [reject_url(self.directory, entry.name) for entry in self.manifest.shards if entry.rejects]

    @property
    def did_work(self) -> bool:
        return self.num_resumed < len(self.manifest.shards)


def shards_of(results: Iterable[StageResult]) -> list[tuple[ShardEntry, str]]:
    """Entry and URL of every shard of several stages, sorted by name: what a stage reads that takes them together."""
    found = [pair for result in results for pair in zip(result.manifest.shards, result.shard_urls, strict=True)]
    return sorted(found, key=lambda pair: pair[0].name)


def shard_url(directory: str, shard: str) -> str:
    return shards.join(directory, "shards", f"{shard}.parquet")


def reject_url(directory: str, shard: str) -> str:
    return shards.join(directory, "rejects", f"{shard}.parquet")


def run_stage(stage: Stage, tasks: Iterable[Task], context: Context) -> StageResult:
    """Runs what is not there yet, checks that everything adds up, writes the manifest.

    Raises StageError when shards are missing at the end or rows vanished, and the error itself when a task met a mistake of the
    recipe, the input or the installation.
    """
    started = time.monotonic()
    tasks = sorted(tasks, key=lambda task: task.shard)
    _check_names(stage, tasks)
    inputs_digest = content_id(stage.digest, *(f"{task.shard}:{task.digest}" for task in tasks))[:12]
    directory = shards.join(context.out_url, stage.name, stage.digest if stage.maps_rows else inputs_digest)
    shards.sweep_temporary(directory)
    known, unlisted = _what_is_there(directory, tasks)
    todo = [task for task in tasks if task.shard not in known and task.shard not in unlisted]
    num_resumed = len(tasks) - len(todo)
    with context.progress.stage(stage.name, total=len(tasks), resumed=num_resumed) as bar:
        driver = _Driver(stage, directory, context, bar)
        driver.run([_Attempt(task, audit) for task in tasks if task.shard in unlisted])
        driver.run([_Attempt(task, execute) for task in todo])
    shards.sweep_temporary(directory)
    if driver.failures:
        raise StageError(_missing_message(stage, driver.failures, len(tasks)))
    entries = known | {report.entry.name: report.entry for report in driver.reports}
    manifest = Manifest(
        stage=stage.name,
        digest=stage.digest,
        config=dict(stage.config),
        versions=stage.versions,
        shards=tuple(entries[task.shard] for task in tasks),
        maps_rows=stage.maps_rows,
    )
    if stage.maps_rows:
        check_rows(manifest.shards, stage=stage.name)
    if driver.reports or not _is_written(manifest, directory):
        write_manifest(manifest, directory)
    result = StageResult(
        directory=directory,
        stage_digest=stage.digest,
        digest=inputs_digest,
        manifest=manifest,
        num_resumed=num_resumed,
        cpu_s=sum(report.cpu_s for report in driver.reports),
        wall_s=time.monotonic() - started,
        peak_memory_bytes=max((report.peak_memory_bytes for report in driver.reports), default=0),
    )
    context.finished.append(result)
    return result


def _what_is_there(directory: str, tasks: Sequence[Task]) -> tuple[dict[str, ShardEntry], set[str]]:
    """Finished shards: those that the manifest of an earlier run describes, and those that an interrupted run left unlisted."""
    finished = _finished(directory)
    listed = _listed(directory)
    known, unlisted = {}, set()
    for task in tasks:
        entry = listed.get(task.shard)
        if task.shard not in finished or (entry and entry.input_digest != task.digest):
            continue
        if entry:
            known[task.shard] = entry
        else:
            unlisted.add(task.shard)
    return known, unlisted


# ---------------------------------------------------------------------------------------------------- in the worker


@dataclass(frozen=True, kw_only=True)
class TaskReport:
    """What a finished task tells the driver."""

    entry: ShardEntry
    cpu_s: float
    peak_memory_bytes: int


def execute(stage: Stage, task: Task, directory: str, quarantine: frozenset[int]) -> TaskReport:
    """Reads, processes and writes one shard; its rejects are in place before the shard's own name appears."""
    started = time.process_time()
    rejects: list[pa.Table] = []
    counters: Counter[str] = Counter()
    rows_in = 0
    with shards.ShardWriter(shard_url(directory, task.shard), stage.output_schema, row_group_size=stage.row_group_size) as writer:
        for num_rows, output in process(stage, task, quarantine=quarantine):
            rows_in += num_rows
            writer.write(schema.conform(output.table, stage.output_schema, what=f"{stage.name} {task.shard}"))
            rejects.append(output.rejects)
            counters.update(output.counters)
            interrupts.check()
        rejected = shards.concat(rejects, schema.REJECTS)
        reasons = dict(sorted(Counter(rejected.column("reason").to_pylist()).items()))
        writer.footer |= {
            "stage": stage.name,
            "stage_digest": stage.digest,
            "shard": task.shard,
            "input_digest": task.digest,
            "versions": stage.versions,
            "rows_in": rows_in,
            "rows_out": writer.num_rows,
            "rejects": reasons,
            "counters": dict(sorted(counters.items())),
            **(stage.footer(task.payload) if stage.footer else {}),
        }
        if rejected.num_rows:
            shards.write_shard(rejected, reject_url(directory, task.shard))
    return _report(task, directory, started)


def audit(stage: Stage, task: Task, directory: str, quarantine: frozenset[int]) -> TaskReport:
    """The report of a shard that an interrupted run left unlisted; it is made anew if it came from another input."""
    started = time.process_time()
    if shards.read_footer(shard_url(directory, task.shard)).get("input_digest") != task.digest:
        return execute(stage, task, directory, quarantine)
    return _report(task, directory, started)


def _report(task: Task, directory: str, started: float) -> TaskReport:
    url = shard_url(directory, task.shard)
    footer = shards.read_footer(url)
    fs, path = shards.filesystem(url)
    entry = ShardEntry(
        name=task.shard,
        input_digest=task.digest,
        rows_in=footer["rows_in"],
        rows_out=footer["rows_out"],
        rejects=footer["rejects"],
        counters=footer.get("counters", {}),
        num_bytes=fs.info(path)["size"],
        checksum=shards.checksum(url),
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    return TaskReport(entry=entry, cpu_s=time.process_time() - started, peak_memory_bytes=peak)


def process(
    stage: Stage, task: Task, *, quarantine: frozenset[int] = frozenset(), only: range | None = None
) -> Iterator[tuple[int, StageOutput]]:
    """(rows in, output) for every batch of the task. Rows are numbered in reading order; `only` restricts them to a range."""
    position = 0
    for batch in stage.read(task.payload):
        numbers = range(position, position + batch.table.num_rows)
        position = numbers.stop
        if only is not None and (numbers.stop <= only.start or numbers.start >= only.stop):
            continue
        table, quarantined = _without(batch.table, numbers, quarantine, only, stage.name)
        rejects = [batch.rejects, quarantined]
        num_rows = table.num_rows + batch.rejects.num_rows + quarantined.num_rows
        counters = Counter(batch.counters)
        for step in stage.steps:
            output = step(table)
            table = output.table
            rejects.append(output.rejects)
            counters.update(output.counters)
        yield num_rows, StageOutput(table, pa.concat_tables(rejects), counters)


def _without(
    table: pa.Table, numbers: range, quarantine: frozenset[int], only: range | None, stage: str
) -> tuple[pa.Table, pa.Table]:
    """The rows to process, and reject rows for those that are quarantined."""
    if only is not None:
        start, stop = max(only.start, numbers.start), min(only.stop, numbers.stop)
        table = table.slice(start - numbers.start, max(0, stop - start))
        numbers = range(start, stop)
    killers = [i - numbers.start for i in sorted(quarantine) if i in numbers]
    if not killers:
        return table, schema.REJECTS.empty_table()
    detail = "ended its worker every time it was processed; found by bisection"
    rows = [
        reject_row(
            row, stage=stage, reason="killed_worker", detail=detail, num_bytes=len(row.get("content") or row.get("text") or b"")
        )
        for row in table.take(killers).to_pylist()
    ]
    kept = [i for i in range(table.num_rows) if i not in set(killers)]
    return table.take(kept), pa.Table.from_pylist(rows, schema=schema.REJECTS)


def count_rows(stage: Stage, task: Task) -> int:
    """Rows the task's input has, read and nothing else."""
    return sum(batch.table.num_rows for batch in stage.read(task.payload))


def probe(stage: Stage, task: Task, start: int, stop: int, quarantine: frozenset[int]) -> bool:
    """Processes rows [start, stop) and throws the result away: does the worker live?"""
    for _ in process(stage, task, quarantine=quarantine, only=range(start, stop)):
        pass
    return True


# ---------------------------------------------------------------------------------------------------- in the driver


@dataclass(frozen=True)
class _Attempt:
    task: Task
    function: Callable[..., TaskReport]
    number: int = 1
    quarantine: frozenset[int] = frozenset()

    def again(self) -> _Attempt:
        return _Attempt(self.task, self.function, self.number + 1, self.quarantine)


class _Driver:
    """Runs attempts through a bounded window, tries again what died or failed, and bisects the shards that always kill."""

    def __init__(self, stage: Stage, directory: str, context: Context, bar: StageBar) -> None:
        self.stage, self.directory, self.context, self.bar = stage, directory, context, bar
        self.reports: list[TaskReport] = []
        self.failures: dict[str, str] = {}
        self._deadly: list[_Attempt] = []

    def run(self, attempts: Iterable[_Attempt]) -> None:
        self._drain(deque(attempts))
        deadly, self._deadly = self._deadly, []
        self._drain(deque(filter(None, [self._quarantined(attempt) for attempt in deadly])))

    def _drain(self, queue: deque[_Attempt]) -> None:
        executor = self.context.executor
        running: dict[Any, _Attempt] = {}
        while queue or running:
            while queue and len(running) < executor.window:
                attempt = queue.popleft()
                handle = executor.submit(attempt.function, self.stage, attempt.task, self.directory, attempt.quarantine)
                running[handle] = attempt
            handle, outcome = executor.next(list(running))
            again = self._settle(running.pop(handle), outcome)
            if again:
                queue.append(again)

    def _settle(self, attempt: _Attempt, outcome: Any) -> _Attempt | None:
        """Notes the outcome; returns the attempt to make next, if there is one."""
        if isinstance(outcome, TaskReport):
            self.reports.append(outcome)
            if attempt.function is not audit:  # a shard that an interrupted run left is among those that were there
                self.bar.finished(outcome.entry)
            return None
        if isinstance(outcome, TaskFailed) and isinstance(outcome.error, FATAL):
            raise outcome.error
        if attempt.number < self.context.max_attempts:
            self.bar.retried(attempt.task.shard, _why(outcome))
            return attempt.again()
        if isinstance(outcome, WorkerDied) and not attempt.quarantine:
            self._deadly.append(attempt)
        else:
            self.failures[attempt.task.shard] = _why(outcome)
        return None

    def _quarantined(self, attempt: _Attempt) -> _Attempt | None:
        """The attempt with the rows that kill its worker set aside."""
        self.bar.retried(attempt.task.shard, "its worker died every time: bisecting its rows")
        killers = find_killers(self.stage, attempt.task, self.context)
        if killers:
            return _Attempt(attempt.task, attempt.function, 1, frozenset(killers))
        self.failures[attempt.task.shard] = "its worker died every time, and no single row of it does that"
        return None


def find_killers(stage: Stage, task: Task, context: Context) -> list[int]:
    """Row numbers whose processing ends a worker, by bisection: about 2 log2(rows) probes for one."""
    num_rows = _try(context, count_rows, stage, task)
    if not isinstance(num_rows, int):
        return []
    killers: list[int] = []
    pending = [range(num_rows)]
    while pending:
        rows = pending.pop()
        if len(rows) == 0 or _survives(context, stage, task, rows):
            continue
        if len(rows) == 1:
            killers.append(rows.start)
            continue
        middle = rows.start + len(rows) // 2
        pending += [range(middle, rows.stop), range(rows.start, middle)]
    return sorted(killers)


def _survives(context: Context, stage: Stage, task: Task, rows: range) -> bool:
    """One probe; a single row is only condemned when it kills `max_attempts` workers, since workers die of other causes too."""
    tries = context.max_attempts if len(rows) == 1 else 1
    outcomes = (_try(context, probe, stage, task, rows.start, rows.stop, frozenset()) for _ in range(tries))
    return any(not isinstance(outcome, WorkerDied) for outcome in outcomes)


def _try(context: Context, function: Callable[..., Any], *arguments: Any) -> Any:
    handle = context.executor.submit(function, *arguments)
    return context.executor.next([handle])[1]


def _why(outcome: Any) -> str:
    return outcome.detail if isinstance(outcome, WorkerDied) else f"{type(outcome.error).__name__}: {outcome.error}"


def _missing_message(stage: Stage, failures: Mapping[str, str], num_tasks: int) -> str:
    listed = "\n".join(f"  {shard}: {why}" for shard, why in sorted(failures.items())[:10])
    more = f"\n  and {len(failures) - 10} more" if len(failures) > 10 else ""
    return (
        f"{stage.name}: {len(failures)} of {num_tasks} shards are missing:\n{listed}{more}\n"
        "Every other shard is finished and will be skipped: mend the cause and run the same command again."
    )


def _check_names(stage: Stage, tasks: Sequence[Task]) -> None:
    repeated = [name for name, count in Counter(task.shard for task in tasks).items() if count > 1]
    assert not repeated, f"{stage.name}: shard names are not unique: {repeated[:3]}"


def _finished(directory: str) -> set[str]:
    fs, path = shards.filesystem(shards.join(directory, "shards"))
    if not fs.isdir(path):
        return set()
    names = (name.rsplit("/", 1)[-1] for name in fs.ls(path, detail=False))
    return {name.removesuffix(".parquet") for name in names if name.endswith(".parquet")}


def _listed(directory: str) -> dict[str, ShardEntry]:
    """The shards that an earlier run's manifest describes."""
    try:
        return {entry.name: entry for entry in read_manifest(directory).shards}
    except InputError:
        return {}


def _is_written(manifest: Manifest, directory: str) -> bool:
    try:
        return read_manifest(directory).shards == manifest.shards
    except InputError:
        return False


def _version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "absent"
