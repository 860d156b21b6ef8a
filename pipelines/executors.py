"""Where tasks run: in this process, or on a Ray cluster.

Both give the engine the same two verbs: `submit` a call, and wait for the `next` outcome: the call's value, the exception it
raised, or WorkerDied when the process (or the machine) that ran it is gone.
"""

from __future__ import annotations

import collections
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from corpus.errors import RecipeError, require
from pipelines import interrupts

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True)
class ExecutionConfig:
    """The `execution:` section: machines and paths, nothing that changes a byte of the output."""

    out: str = "out"
    """Directory or fsspec URL that everything is written below."""
    checkpoints: str | None = None
    """Directory for the training run where `out` is an object store, on which checkpoints cannot be renamed into place."""
    mode: Literal["ray", "local"] = "ray"
    """`ray`: tasks on a cluster, or on one started here; `local`: in this process, for debugging."""
    address: str | None = None
    """Ray address; none: the cluster of the environment or the job, else a new one on this machine."""
    num_cpus: int | None = None
    """CPUs of a cluster started here; none: all."""
    window: int | None = None
    """Tasks submitted at a time; none: four for each CPU of the cluster."""
    max_attempts: int = 3
    """Tries of a task whose worker died or whose write failed, before its shard is bisected or given up."""
    memory_per_task: int | None = None
    """Bytes a task reserves of its node's memory; none: no reservation."""
    train_workers: int = 0
    """Ray Train workers of the pretraining step, one GPU each where the cluster has any; 0: it trains in the run's process."""

    def __post_init__(self) -> None:
        if self.train_workers < 0 or (self.train_workers and self.mode == "local"):
            raise RecipeError(
                f"execution.train_workers is {self.train_workers} in mode {self.mode}; Ray Train's workers need mode ray, 0 none"
            )


@dataclass(frozen=True)
class WorkerDied:
    """The worker is gone: a segfault, the kernel's or Ray's memory killer, a node that vanished."""

    detail: str


@dataclass(frozen=True)
class TaskFailed:
    """The call raised."""

    error: Exception


Outcome = Any
"""The call's value, WorkerDied or TaskFailed."""


class Executor(Protocol):
    """Runs calls; `window` is how many it wants submitted at a time."""

    window: int
    isolated: bool
    """Whether a call runs in a process that may die without ending the run."""

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Starts the call; returns its handle."""

    def next(self, handles: list[Any]) -> tuple[Any, Outcome]:
        """Waits until one of `handles` is done; returns it with its outcome."""

    def close(self) -> None:
        """Cancels what still runs."""


class LocalExecutor:
    """Every call at once, in this process: a debugger stops in it, a segfault ends it."""

    window = 1
    isolated = False

    def __init__(self) -> None:
        self._outcomes: collections.OrderedDict[int, Outcome] = collections.OrderedDict()
        self._count = 0

    def submit(self, function: Callable[..., Any], *arguments: Any) -> int:
        self._count += 1
        try:
            with interrupts.deferred():
                self._outcomes[self._count] = function(*arguments)
        except Exception as error:  # noqa: BLE001 (the engine decides what it means)
            self._outcomes[self._count] = TaskFailed(error)
        return self._count

    def next(self, handles: list[int]) -> tuple[int, Outcome]:
        return handles[0], self._outcomes.pop(handles[0])

    def close(self) -> None:
        self._outcomes.clear()


class RayExecutor:
    """Calls as Ray tasks, one CPU each. Ray's own retries are off: the engine's are counted and end in a bisection."""

    isolated = True

    def __init__(self, config: ExecutionConfig) -> None:
        self._ray = require("ray", extra="ray")
        self._started_here = False
        if not self._ray.is_initialized():
            self._connect(config)
        num_cpus = int(self._ray.cluster_resources().get("CPU", 1))
        self.window = config.window or 4 * max(1, num_cpus)
        options: dict[str, Any] = {"num_cpus": 1, "max_retries": 0}
        if config.memory_per_task:
            options["memory"] = config.memory_per_task
        self._remote = self._ray.remote(**options)(_call)

    def _connect(self, config: ExecutionConfig) -> None:
        """Joins the cluster of the job or of the environment; without one, starts one in this machine's processes."""
        # Tasks take no accelerator; without this Ray warns of it at every start.
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        address = config.address or os.environ.get("RAY_ADDRESS")
        if address and address.startswith("http"):
            raise RecipeError(
                f"{address} is the address of the cluster's job API: submit the run there (ray job submit --working-dir . -- "
                "python -m pipelines run ...), unset RAY_ADDRESS, or give the cluster's own address as execution.address"
            )
        inside_job = "RAY_JOB_CONFIG_JSON_ENV_VAR" in os.environ
        options: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
        if address:
            options["address"] = address
            if not inside_job:
                options["runtime_env"] = {"working_dir": str(REPOSITORY), "excludes": [".git", ".venv", "out", "examples"]}
        else:
            self._started_here = True
            path = os.pathsep.join([str(REPOSITORY), *filter(None, [os.environ.get("PYTHONPATH")])])
            options |= {"address": "local", "include_dashboard": False, "num_cpus": config.num_cpus}
            options["runtime_env"] = {"env_vars": {"PYTHONPATH": path}}
        print(f"ray: {'joining ' + address if address else 'starting on this machine'}", file=sys.stderr)
        self._ray.init(**options)

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return self._remote.remote(function, arguments)

    def next(self, handles: list[Any]) -> tuple[Any, Outcome]:
        done, _ = self._ray.wait(handles, num_returns=1)
        return done[0], self._outcome(done[0])

    def _outcome(self, handle: Any) -> Outcome:
        errors = self._ray.exceptions
        try:
            return self._ray.get(handle)
        except errors.RayTaskError as error:
            cause = error.cause if isinstance(error.cause, Exception) else error
            return TaskFailed(cause)
        except errors.RayError as error:
            return WorkerDied(f"{type(error).__name__}: {str(error).splitlines()[0]}")

    def close(self) -> None:
        if self._started_here:
            self._ray.shutdown()


def _call(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """The body of every Ray task. One Arrow thread: the cluster's parallelism is tasks."""
    import pyarrow as pa

    pa.set_cpu_count(1)
    pa.set_io_thread_count(2)
    return function(*arguments)


def make_executor(config: ExecutionConfig) -> Executor:
    return LocalExecutor() if config.mode == "local" else RayExecutor(config)
