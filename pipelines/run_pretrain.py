"""Pretrain: the three stages of SEQUENCES shards -> checkpoints, log, summary.

Writes OUT/pretrain/<digest>/config.json, which is all that `python -m pretrain.train` or torchrun needs to train or to go on
elsewhere, and trains in this process. The digest is over model, schedule, shards, code and torch's version: the same again is
nothing to do.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from corpus import shards
from corpus.errors import InputError, RecipeError
from corpus.ids import code_digest, config_digest
from pipelines.engine import Context, StageResult
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
    recipe: PretrainRecipe, stages: Sequence[StageResult | str], context: Context, *, out: str | None = None
) -> PretrainResult:
    """Trains on the stages' shards (results of mix, or folders with a manifest), resuming what an earlier call left.

    `out` is where checkpoints go if `context.out_url` is an object store, on which they cannot be renamed into place.
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
