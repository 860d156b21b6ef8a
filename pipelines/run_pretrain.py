"""Pretrain: the three stages of SEQUENCES shards -> checkpoints, log, summary.

Writes OUT/pretrain/<digest>/config.json, which is all that `python -m pretrain.train` or torchrun needs to train or to go on
elsewhere, and trains in this process or on workers of Ray Train. The digest is over model, schedule, shards, code and torch's
version: the same again is nothing to do.

    python -m pipelines.run_pretrain OUT/pretrain/<digest>/config.json --workers 8        the same by Ray Train, on such a file

Ray Train starts the ranks and joins them; the run is pretrain.train's, digit by digit, as under torchrun.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.metadata
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from corpus import shards
from corpus.config import build
from corpus.errors import InputError, RecipeError, StageError, TercetError, require
from corpus.ids import code_digest, config_digest
from pipelines.engine import Context, StageResult
from pipelines.executors import ExecutionConfig, RayExecutor
from pipelines.progress import LINE_EVERY_S
from pretrain.config import ModelConfig, PretrainConfig, StageConfig, TrainConfig, identity, require_torch
from pretrain.schedule import StageTraining

if TYPE_CHECKING:
    from pretrain.train import StepLog

PACKAGES = ("corpus", "pretrain")


@dataclass(frozen=True, kw_only=True)
class PretrainRecipe:
    """What a recipe says about training."""

    model: ModelConfig
    stages: tuple[StageTraining, ...]
    """The `training:` sections in order."""
    names: tuple[str, ...]
    """The stages' names, as the log and the report show them."""
    training: TrainConfig = field(default_factory=TrainConfig)


@dataclass(frozen=True, kw_only=True)
class PretrainResult:
    """A finished training run."""

    directory: str
    digest: str
    summary: str
    """Path of summary.json."""
    log: str
    """Path of log.jsonl: one line a step."""
    num_steps: int
    num_steps_now: int
    """Steps of this call; 0: the run was there already."""

    @property
    def did_work(self) -> bool:
        return self.num_steps_now > 0


def run(
    recipe: PretrainRecipe,
    stages: Sequence[StageResult | str],
    context: Context,
    *,
    out: str | None = None,
    workers: int = 0,
) -> PretrainResult:
    """Trains on the stages' shards (results of mix, or folders with a manifest), resuming what an earlier call left.

    `out` is where checkpoints go if `context.out_url` is an object store, on which they cannot be renamed into place. `workers`
    of Ray Train do it, 0: this process.
    """
    require_torch()
    from pretrain.train import main

    directories = [stage if isinstance(stage, str) else stage.directory for stage in stages]
    config, digest = configure(recipe, directories, out_url=out or context.out_url)
    summary, log = shards.join(config.out, "summary.json"), shards.join(config.out, "log.jsonl")
    finished = read_finished(summary)
    if finished:
        _say(f"{'pretrain':<14} {finished['steps']:>9} steps  nothing to do, all there", quiet=context.progress.quiet)
        return _result(config, digest, summary, log, num_steps=finished["steps"], num_steps_now=0)
    shards.write_json(asdict(config), shards.join(config.out, "config.json"))
    with show_steps(quiet=context.progress.quiet) as on_step:
        if workers:
            steps_before = train_on_ray(config, workers=workers, on_step=on_step)
            steps = int(shards.read_json(summary)["steps"])
            return _result(config, digest, summary, log, num_steps=steps, num_steps_now=steps - steps_before)
        done = main(config, on_step=on_step)
    return _result(config, digest, summary, log, num_steps=done.steps, num_steps_now=done.steps_now)


def configure(recipe: PretrainRecipe, directories: Sequence[str], *, out_url: str) -> tuple[PretrainConfig, str]:
    """The run's configuration and the digest that names its folder. Raises InputError where shards are missing."""
    from pretrain.train import open_rows

    if len(directories) != len(recipe.stages):
        raise RecipeError(f"{len(recipe.stages)} stages have a training section, shards were given for {len(directories)}")
    stages = tuple(
        StageConfig(name=name, shards=directory, training=training)
        for name, directory, training in zip(recipe.names, directories, recipe.stages, strict=True)
    )
    config = PretrainConfig(model=recipe.model, stages=stages, out=out_url, training=recipe.training)
    same_run = identity(config, tuple(open_rows(stage, config).digest for stage in stages))
    digest = config_digest([same_run, code_digest(PACKAGES), importlib.metadata.version("torch")])
    out = shards.join(out_url, "pretrain", digest)
    return PretrainConfig(model=recipe.model, stages=stages, out=out, training=recipe.training), digest


def read_finished(summary: str) -> dict[str, Any] | None:
    """The summary of a finished run, None where there is none."""
    try:
        value: dict[str, Any] = shards.read_json(summary)
    except InputError:
        return None
    return value


def _result(config: PretrainConfig, digest: str, summary: str, log: str, *, num_steps: int, num_steps_now: int) -> PretrainResult:
    return PretrainResult(
        directory=config.out, digest=digest, summary=summary, log=log, num_steps=num_steps, num_steps_now=num_steps_now
    )


# ------------------------------------------------------------------------------------------------------------ Ray Train


def train_on_ray(config: PretrainConfig, *, workers: int, on_step: Callable[[StepLog], None] | None = None) -> int:
    """Trains on `workers` of Ray Train from the newest checkpoint in `config.out`, which all nodes share; the steps it has.

    Raises StageError, with what to do next, where a worker raised or died.
    """
    require("ray", extra="ray")
    os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # the default from Ray 2.51 on
    import ray
    from ray.train import FailureConfig, RunConfig, ScalingConfig
    from ray.train.torch import TorchTrainer

    from pretrain.checkpoint import how_to_resume
    from pretrain.train import local_folder

    out = local_folder(config.out)
    steps_before = _steps_saved(out)
    logging.getLogger("ray.train").setLevel(logging.WARNING)
    executor = RayExecutor(ExecutionConfig())  # joins the job's cluster, or starts one
    on_gpus = config.training.device != "cpu" and ray.cluster_resources().get("GPU", 0) > 0
    trainer = TorchTrainer(
        _train_on_worker,
        train_loop_config=asdict(config),
        scaling_config=ScalingConfig(num_workers=workers, use_gpu=on_gpus),
        # No second try: the same command again is one, and goes on from the newest checkpoint.
        run_config=RunConfig(name="ray_train", storage_path=str(out.absolute()), failure_config=FailureConfig(max_failures=0)),
    )
    path = shards.join(config.out, "config.json")
    command = f"python -m pipelines.run_pretrain {path} --workers {workers}"
    try:
        with _following(out, on_step):
            trainer.fit()
    except Exception as error:
        raise StageError(f"{_what_failed(error)}. {how_to_resume(out, command)}") from error
    finally:
        executor.close()
    return steps_before


def _train_on_worker(settings: dict[str, Any]) -> None:
    """On each worker, inside the process group that Ray Train has made."""
    from pretrain.train import main

    main(build(PretrainConfig, settings, where="configuration"))


def _what_failed(error: Exception) -> str:
    """The reason in a line: what a worker raised on purpose, else what the first says of whom."""
    from pretrain.launch import is_of_a_lost_rank

    failures: dict[int, Exception] = getattr(error, "worker_failures", {})
    causes = {rank: getattr(failure, "_base_exc", failure) for rank, failure in sorted(failures.items())}
    ours = [str(cause) for cause in causes.values() if isinstance(cause, TercetError)]
    if ours:
        return ours[0]
    # The others only say that one is gone.
    first = {rank: cause for rank, cause in causes.items() if not is_of_a_lost_rank(cause)} or causes
    if first:
        return "; ".join(f"rank {rank}: {type(cause).__name__}: {_first_line(cause)}" for rank, cause in first.items())
    return f"Ray Train: {_first_line(error)}"


def _first_line(error: Exception) -> str:
    return next((line.strip().rstrip(".") for line in str(error).splitlines() if line.strip()), "no message")


@contextlib.contextmanager
def _following(out: Path, on_step: Callable[[StepLog], None] | None) -> Iterator[None]:
    """Calls `on_step` with the lines that the first rank appends to OUT/log.jsonl meanwhile."""
    if on_step is None:
        yield
        return
    ended = threading.Event()
    thread = threading.Thread(target=_follow, args=(out, ended, on_step), name="log", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _follow(out: Path, ended: threading.Event, on_step: Callable[[StepLog], None]) -> None:
    from pretrain.log import read_line

    log, position, heard, is_last = out / "log.jsonl", 0, _steps_saved(out), False
    while not is_last:
        is_last = ended.wait(1.0)
        if not log.exists():
            continue
        if log.stat().st_size < position:  # a resumed run has dropped the lines after its checkpoint
            position = 0
        with log.open("rb") as stream:
            stream.seek(position)
            whole, newline, _ = stream.read().rpartition(b"\n")
        position += len(whole) + len(newline)
        for line in map(read_line, whole.decode().splitlines()):
            if line.step > heard:
                heard = line.step
                on_step(line)


def _steps_saved(out: Path) -> int:
    """Steps of the newest checkpoint, from which a run goes on."""
    from pretrain.checkpoint import list_checkpoints

    found = list_checkpoints(out)
    return int(shards.read_json(str(found[-1] / "progress.json"))["step"]) if found else 0


# ------------------------------------------------------------------------------------------------------------- progress


@contextlib.contextmanager
def show_steps(*, quiet: bool) -> Iterator[Callable[[StepLog], None] | None]:
    """A callback for training steps: a bar on a terminal, one line every few seconds elsewhere, a last line in any case."""
    console = Console(stderr=True)
    if quiet:
        yield None
    elif console.is_terminal:
        with _bar(console) as on_step:
            yield on_step
    else:
        yield _lines()


@contextlib.contextmanager
def _bar(console: Console) -> Iterator[Callable[[StepLog], None]]:
    last: StepLog | None = None
    columns = (
        TextColumn("{task.description:<14}"),
        BarColumn(bar_width=30),
        TextColumn("{task.percentage:>3.0f} %  {task.fields[state]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as display:
        bar = display.add_task("pretrain", total=1.0, state="")

        def on_step(line: StepLog) -> None:
            nonlocal last
            last = line
            display.update(bar, completed=line.fraction, state=_state(line))

        yield on_step
    if last:
        _say(f"{'pretrain':<14} {_state(last)}", quiet=False)


def _lines() -> Callable[[StepLog], None]:
    shown_at = -LINE_EVERY_S

    def on_step(line: StepLog) -> None:
        nonlocal shown_at
        if line.fraction == 1.0 or time.monotonic() - shown_at > LINE_EVERY_S:
            shown_at = time.monotonic()
            _say(f"{'pretrain':<14} {_state(line)}", quiet=False)

    return on_step


def _state(line: StepLog) -> str:
    return (
        f"{line.fraction:>4.0%}  step {line.step}  {line.stage}  loss {line.loss:.3f}  mtp {line.mtp_loss:.3f}  "
        f"{line.tokens_per_s:,.0f} tokens/s"
    )


def _say(text: str, *, quiet: bool) -> None:
    if not quiet:
        print(text, file=sys.stderr, flush=True)


# --------------------------------------------------------------------------------------------------------- command line


def run_from_command_line(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m pipelines.run_pretrain",
        description="Train by Ray Train: on the cluster of this job, else on one started here.",
    )
    parser.add_argument("config", help="a config.json of the pretraining step")
    parser.add_argument("--workers", type=int, required=True, help="ranks; each takes a GPU where the cluster has any")
    options = parser.parse_args(arguments)
    require_torch()
    from pretrain.log import print_step
    from pretrain.train import read_config

    try:
        config = read_config(options.config)
        train_on_ray(config, workers=options.workers, on_step=print_step)
    except TercetError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(shards.join(config.out, "summary.json"))
    return 0


if __name__ == "__main__":
    sys.exit(run_from_command_line())
