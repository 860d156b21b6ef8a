"""What a run says of itself: a line a step, to OUT/log.jsonl, to TensorBoard and to people, and a summary at the end."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import fmean
from types import TracebackType
from typing import Any

import numpy as np
import torch

from corpus import shards
from corpus.errors import require
from pretrain.config import StageConfig
from pretrain.data import Batch
from pretrain.loss import IGNORED
from pretrain.ranks import Ranks

OTHERS = "general"
"""The group of rows that belong to none of TrainConfig.loss_groups."""


@dataclass(frozen=True, kw_only=True)
class StepLog:
    """A line of log.jsonl. Numbers that are not finite stand there as null, and are read as NaN."""

    step: int
    """From 1."""
    stage: str
    row: int
    """Rows of the stage that are done."""
    tokens: int
    """Tokens of the run that are done: rows x seq_len over all stages so far."""
    lr: float
    batch: int
    """Rows of the step."""
    seq_len: int
    loss: float
    """Next token, mean in nats."""
    mtp_loss: float
    """Token after next, mean in nats; 0 without a multi-token-prediction block."""
    mtp_loss_weight: float
    group_losses: dict[str, float] = field(default_factory=dict)
    """`loss` of the step's rows by group (TrainConfig.loss_groups), where the step has any of the group."""
    grad_norm: float
    """Global L2 norm before clipping."""
    skipped: str | None = None
    """Why the step was not taken (pretrain.guard)."""
    num_skipped: int = 0
    """Steps of the run so far that were not."""
    tokens_per_s: float
    mfu: float
    """Share of the GPUs' bf16 peak (PEAK_FLOPS) by the convention of pretrain.model.flops_per_token; 0 where it is unknown."""
    peak_memory_gib: float
    """Most that this rank's tensors ever took of the GPU, GiB; 0 on a CPU."""
    data_wait_s: float
    """Time the step waited for its rows."""
    fraction: float
    """Share of the run's tokens that are done."""


SCALARS = {
    "loss/main": "loss",
    "loss/mtp": "mtp_loss",
    "optimizer/grad_norm": "grad_norm",
    "optimizer/lr": "lr",
    "optimizer/batch": "batch",
    "guard/num_skipped": "num_skipped",
    "speed/tokens_per_s": "tokens_per_s",
    "speed/mfu": "mfu",
    "speed/peak_memory_gib": "peak_memory_gib",
    "speed/data_wait_s": "data_wait_s",
    "progress/tokens": "tokens",
}
"""TensorBoard's tags, beside loss/GROUP, and the fields they show."""


class StepWriter:
    """Appends lines to log.jsonl and TensorBoard on the first rank; a resumed run first drops the lines after its checkpoint."""

    def __init__(
        self,
        out: Path,
        ranks: Ranks,
        *,
        resume_at: int,
        tensorboard: bool = False,
        on_step: Callable[[StepLog], None] | None = None,
    ) -> None:
        self.path = out / "log.jsonl"
        self._writes, self._on_step = ranks.is_first, on_step
        kept = [line for line in read_log(self.path) if line.step <= resume_at]
        self.last: StepLog | None = kept[-1] if kept else None
        self._board: Any = None
        if self._writes:
            shards.write_bytes("".join(_json_line(line) for line in kept).encode(), str(self.path))
            if tensorboard:
                from torch.utils.tensorboard.writer import SummaryWriter

                self._board = SummaryWriter(str(out / "tensorboard"), purge_step=resume_at + 1)

    def write(self, line: StepLog) -> None:
        self.last = line
        if not self._writes:
            return
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(_json_line(line))
        if self._board is not None:
            for tag, value in scalars(line).items():
                self._board.add_scalar(tag, value, line.step)
        if self._on_step:
            self._on_step(line)

    def __enter__(self) -> StepWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._board is not None:
            self._board.close()


def check_tensorboard() -> None:
    """Raises MissingExtraError where it is not installed."""
    require("tensorboard", extra="tensorboard")


def scalars(line: StepLog) -> dict[str, float]:
    """What TensorBoard gets of a line."""
    groups = {f"loss/group/{name}": loss for name, loss in line.group_losses.items()}
    return {tag: getattr(line, name) for tag, name in SCALARS.items()} | groups


def _json_line(line: StepLog) -> str:
    return json.dumps(_finite(asdict(line)), allow_nan=False) + "\n"


def _finite(value: Any) -> Any:
    """The value with None for floats that JSON has no word for."""
    if isinstance(value, dict):
        return {key: _finite(x) for key, x in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value


def read_log(path: Path) -> list[StepLog]:
    """The lines of a log.jsonl, without a last one that a kill cut short; empty where there is no file."""
    if not path.exists():
        return []
    return [read_line(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


def read_line(line: str) -> StepLog:
    values: dict[str, Any] = json.loads(line)
    groups = {name: math.nan if loss is None else loss for name, loss in values.pop("group_losses").items()}
    missing = {name: math.nan for name, value in values.items() if value is None and name != "skipped"}
    return StepLog(**(values | missing), group_losses=groups)


def print_step(line: StepLog) -> None:
    groups = "".join(f"  {name} {loss:.4f}" for name, loss in line.group_losses.items())
    print(
        f"{line.fraction:6.1%}  step {line.step:6d}  {line.stage}  loss {line.loss:.4f}  mtp {line.mtp_loss:.4f}{groups}  "
        f"lr {line.lr:.2e}  batch {line.batch}  grad {line.grad_norm:.2f}  {line.tokens_per_s:,.0f} tokens/s  "
        f"mfu {line.mfu:.1%}  {line.peak_memory_gib:.1f} GiB  waited {line.data_wait_s:.3f} s",
        file=sys.stderr,
        flush=True,
    )


# ----------------------------------------------------------------------------------------------------- loss by group


def group_of(bucket: str, groups: Mapping[str, Sequence[str]]) -> str:
    """The group of a bucket's key: the first that names one of its parts, else OTHERS."""
    parts = bucket.split("/")
    return next((name for name, wanted in groups.items() if any(part in parts for part in wanted)), OTHERS)


def count_labels(batches: Sequence[Batch], groups: Mapping[str, Sequence[str]]) -> list[float]:
    """Tokens that have a next one to predict, by group: those of `groups` in order, then OTHERS."""
    labels = [(batch.labels_BT != IGNORED).sum(dim=1).numpy() for batch in batches]
    return _sum_by_group(batches, labels, groups)


def sum_losses(batches: Sequence[Batch], losses_B: Sequence[torch.Tensor], groups: Mapping[str, Sequence[str]]) -> list[float]:
    """Sums of the rows' losses by group. `losses_B` has the rows of each batch summed over their tokens, or nothing at all.

    One copy from the device for the whole step.
    """
    return _sum_by_group(batches, [torch.cat(list(losses_B)).double().cpu().numpy()] if losses_B else [], groups)


def _sum_by_group(batches: Sequence[Batch], of_rows: Sequence[Any], groups: Mapping[str, Sequence[str]]) -> list[float]:
    names = [*groups, OTHERS]
    if not of_rows:
        return [0.0] * len(names)
    # A batch without rows is a row of padding: without a bucket, and without labels.
    index = [names.index(group_of(bucket, groups)) for batch in batches for bucket in batch.buckets or ("",)]
    sums: list[float] = np.bincount(index, weights=np.concatenate(of_rows), minlength=len(names)).tolist()
    return sums


def group_means(loss: Sequence[float], labels: Sequence[float], groups: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Mean loss of every group that has tokens."""
    return {name: total / num for name, total, num in zip([*groups, OTHERS], loss, labels, strict=True) if num}


# ---------------------------------------------------------------------------------------------------------- summary


def stage_summary(stage: StageConfig, lines: Sequence[StepLog]) -> dict[str, Any]:
    """Its first and last line and its mean losses over the steps taken; null where somebody took the log away."""
    taken = [line for line in lines if line.skipped is None]
    return {
        "name": stage.name,
        "seq_len": stage.training.seq_len,
        "steps": len(lines),
        "rows": lines[-1].row if lines else 0,
        "skipped": len(lines) - len(taken),
        "mean_loss": fmean(line.loss for line in taken) if taken else None,
        "mean_mtp_loss": fmean(line.mtp_loss for line in taken) if taken else None,
        "first": _finite(asdict(lines[0])) if lines else None,
        "last": _finite(asdict(lines[-1])) if lines else None,
    }
