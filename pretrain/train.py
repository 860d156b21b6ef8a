"""The pretraining run: three stages of shards in, checkpoints, a loss curve and a summary out.

    python -m pretrain.train config.json                                  one process
    torchrun --nproc-per-node 8 -m pretrain.train config.json             eight, weights sharded over them (FSDP2)

`main` is the recipe. The loss of a step is the mean over its tokens of -log p(next token), plus the scheduled weight times the
mean of -log p(token after next) from the multi-token-prediction block; means are over all ranks, so that their number changes
nothing but rounding. Everything a step does follows from (config, shards, position); the position is in the checkpoint; hence a
run that was interrupted and resumed gives the digits of one that never was.

    OUT/log.jsonl       one line a step         OUT/checkpoints/        newest few, and the end of each stage
    OUT/summary.json    written at the end: a finished run has one
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import fmean
from typing import Any

import torch

from corpus import shards
from corpus.config import build
from corpus.errors import InputError, StageError, TercetError
from corpus.ids import config_digest
from corpus.sequences import StageRows, micro_batch_rows
from pretrain.attention import choose_backend
from pretrain.checkpoint import (
    Progress,
    checkpoint_path,
    load_newest,
    save_checkpoint,
)
from pretrain.config import ModelConfig, PretrainConfig, StageConfig, TrainConfig, identity
from pretrain.data import Batch, collate
from pretrain.loss import IGNORED
from pretrain.model import Execution, MiMo, flops_per_token, initialize, num_parameters
from pretrain.optimizer import build_optimizer
from pretrain.optimizer import step as optimizer_step
from pretrain.ranks import Ranks, shard_model, start_ranks
from pretrain.schedule import Step, for_data, plan_steps
from pretrain.weights import initialize_from

__all__ = ["PretrainConfig", "StepLog", "TrainConfig", "TrainingResult", "main"]


@dataclass(frozen=True, kw_only=True)
class StepLog:
    """A line of log.jsonl."""

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
    grad_norm: float
    """Global L2 norm before clipping."""
    tokens_per_s: float
    mfu: float
    """Share of the GPUs' bf16 peak (PEAK_FLOPS) by the convention of pretrain.model.flops_per_token; 0 where it is unknown."""
    peak_memory_gib: float
    """Most that this rank's tensors ever took of the GPU, GiB; 0 on a CPU."""
    data_wait_s: float
    """Time the step waited for its rows."""
    fraction: float
    """Share of the run's tokens that are done."""


@dataclass(frozen=True, kw_only=True)
class TrainingResult:
    """Where a run stands when `main` returns."""

    digest: str
    finished: bool
    """False where `stop_after` ended it."""
    steps: int
    """Of the whole run so far."""
    steps_now: int
    """Of this call: 0 where a finished run was found."""
    tokens: int
    checkpoint: str
    log: str
    summary: str
    """Path of summary.json; written only once finished."""
    last: StepLog | None
    """The last step's line."""


def main(
    config: PretrainConfig, *, on_step: Callable[[StepLog], None] | None = None, stop_after: int | None = None
) -> TrainingResult:
    """Trains through all stages, from the newest checkpoint in `config.out` if there is one.

    `on_step` hears of every step on the first rank. `stop_after` ends this call, with a checkpoint, after so many steps. Raises
    InputError where shards, schedule, model and checkpoint do not belong together, StageError where the loss is no number.
    """
    out = _local_folder(config.out)
    with start_ranks(config.training.device) as ranks:
        # What there is to train on, the schedule laid over it, and the name of the run that follows from both.
        rows = [open_rows(stage, config) for stage in config.stages]
        stages = [fit_schedule(stage, data) for stage, data in zip(config.stages, rows, strict=True)]
        digest = config_digest(identity(config, tuple(data.digest for data in rows)))
        total_tokens = sum(data.num_rows * data.seq_len for data in rows)

        # The model, its optimizer, and how far they were.
        model = build_model(config, ranks)
        optimizer = build_optimizer(model, config.training.optimizer)
        progress = start = load_newest(out, model, optimizer, run_digest=digest)
        if config.training.init_from and start == Progress():
            initialize_from(config.training.init_from, model, optimizer)
        log = StepWriter(out / "log.jsonl", ranks, resume_at=start.step, on_step=on_step)
        checkpoint = partial(save_checkpoint, out, run_digest=digest, keep=config.training.keep_checkpoints)

        # One stage after the other: rows in the shards' order, everything scheduled by tokens; the optimizer's state goes on.
        for index in range(start.stage, len(stages)):
            stage, data = stages[index], rows[index]
            first_row = start.row if index == start.stage else 0
            steps = plan_steps(stage.training, num_rows=data.num_rows, first_row=first_row)
            for step, batches, timer in prefetched(steps, data, config.training, ranks):
                if progress.step - start.step == stop_after:
                    checkpoint(progress, model, optimizer)
                    return _result(digest, out, start, progress, log.last, finished=False)
                outcome = train_step(model, optimizer, step, batches, stage=stage, config=config.training, ranks=ranks)
                progress = progress.after(step, stage=index, seq_len=data.seq_len)
                log.write(_line(progress, step, stage, outcome, timer, total_tokens, config.model, ranks))
                if progress.step % config.training.checkpoint_every_steps == 0 or progress.row == data.num_rows:
                    checkpoint(progress, model, optimizer)

        if ranks.is_first:
            write_summary(out, digest, stages, progress, model)
        return _result(digest, out, start, progress, log.last, finished=True)


def open_rows(stage: StageConfig, config: PretrainConfig) -> StageRows:
    rows = StageRows(stage.shards, seq_len=stage.training.seq_len, vocab_size=config.model.vocab_size)
    rows.check_presence()  # says so now, not when training gets there
    return rows


def fit_schedule(stage: StageConfig, data: StageRows) -> StageConfig:
    """The stage with its schedule laid over the rows there are."""
    return replace(stage, training=for_data(stage.training, num_rows=data.num_rows, where=f"{stage.name} ({stage.shards})"))


def build_model(config: PretrainConfig, ranks: Ranks) -> MiMo:
    """The model with its first weights, compiled, sharded over the ranks."""
    shape, training = config.model, config.training
    is_lean = training.optimizer.state != "fp32"
    backend = choose_backend(
        training.attention_backend,
        num_heads=shape.num_attention_heads,
        num_key_value_heads=shape.num_key_value_heads,
        head_dim=shape.head_dim,
        seq_len=config.stages[0].training.seq_len,
        device=ranks.device,
        dtype=torch.float32 if training.precision == "fp32" else torch.bfloat16,
    )
    execution = Execution(
        attention_backend=backend,
        fp8=training.precision == "fp8",
        recompute=training.recompute,
        recompute_layers=training.recompute_layers,
    )
    with torch.device("meta"):
        model = MiMo(shape, execution)
    model.to(torch.bfloat16 if is_lean else torch.float32).to_empty(device=ranks.device)
    initialize(model, seed=training.seed)
    if training.compile == "on" or (training.compile == "auto" and ranks.device.type == "cuda"):
        model.compile_layers()
    shard_model(model, ranks)
    return model


# ------------------------------------------------------------------------------------------------------------- one step


@dataclass(frozen=True, kw_only=True)
class Timer:
    """When a step began, and how long it then waited for its rows."""

    wait_s: float
    begun: float = field(default_factory=time.perf_counter)

    def seconds(self) -> float:
        return time.perf_counter() - self.begun + self.wait_s


def prefetched(
    steps: Iterator[Step], data: StageRows, config: TrainConfig, ranks: Ranks
) -> Iterator[tuple[Step, list[Batch], Timer]]:
    """Each step with this rank's batches; the next step's rows are read meanwhile."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="rows") as reader:
        pending = deque((step, reader.submit(load_batches, step, data, config, ranks)) for step in islice(steps, 1))
        while pending:
            pending.extend((step, reader.submit(load_batches, step, data, config, ranks)) for step in islice(steps, 1))
            step, batches = pending.popleft()
            asked = time.perf_counter()
            ready = batches.result()
            yield step, ready, Timer(wait_s=time.perf_counter() - asked)


def load_batches(step: Step, data: StageRows, config: TrainConfig, ranks: Ranks) -> list[Batch]:
    """This rank's share of a step, one batch a forward pass."""
    micro_batch_size = max(1, config.micro_batch_tokens // data.seq_len)
    passes = micro_batch_rows(step.rows, rank=ranks.rank, world_size=ranks.world_size, micro_batch_size=micro_batch_size)
    batches = [collate(data.read(rows), seq_len=data.seq_len) for rows in passes]
    return [batch.pin_memory() for batch in batches] if ranks.device.type == "cuda" else batches


def train_step(
    model: MiMo,
    optimizer: torch.optim.Optimizer,
    step: Step,
    batches: Sequence[Batch],
    *,
    stage: StageConfig,
    config: TrainConfig,
    ranks: Ranks,
) -> dict[str, float]:
    """One optimizer step over the accumulated gradients of `batches`; loss, mtp_loss and grad_norm."""
    num_main, num_mtp = ranks.summed(_num_labels([b.labels_BT for b in batches]), _num_labels([b.mtp_labels_BT for b in batches]))
    num_main, num_mtp = max(1.0, num_main), max(1.0, num_mtp)
    main_sum = mtp_sum = 0.0
    for batch in (batch.to(ranks.device) for batch in batches):
        with _autocast(config, ranks.device):
            losses = model(
                batch.tokens_BT,
                batch.layout,
                batch.labels_BT,
                batch.mtp_labels_BT,
                rope_base=stage.training.rope_base,
                scale=1 / num_main,
                mtp_scale=step.mtp_loss_weight / num_mtp,
            )
        losses.total.backward()
        main_sum, mtp_sum = main_sum + losses.main, mtp_sum + losses.mtp
    main_sum, mtp_sum = ranks.summed(float(main_sum), float(mtp_sum))
    grad_norm = optimizer_step(model, optimizer, lr=step.lr, max_norm=config.optimizer.max_grad_norm)
    if not math.isfinite(main_sum + mtp_sum + grad_norm):
        raise StageError(
            f"{stage.name}, rows {step.rows.start} to {step.rows.stop - 1}: loss {main_sum / num_main}, "
            f"gradient norm {grad_norm}; expected finite numbers. The last checkpoint is from before these "
            "rows: resume from it with a lower learning rate, or look at the rows."
        )
    return {"loss": main_sum / num_main, "mtp_loss": mtp_sum / num_mtp, "grad_norm": grad_norm}


def _num_labels(labels: Sequence[torch.Tensor]) -> int:
    return sum(int((x != IGNORED).sum()) for x in labels)


def _autocast(config: TrainConfig, device: torch.device) -> contextlib.AbstractContextManager[Any]:
    if config.precision == "fp32" or config.optimizer.state != "fp32":
        return contextlib.nullcontext()
    return torch.autocast(device.type, dtype=torch.bfloat16)


# ---------------------------------------------------------------------------------------------------- log and summary


class StepWriter:
    """Appends lines to log.jsonl on the first rank; a resumed run first drops the lines after its checkpoint."""

    def __init__(self, path: Path, ranks: Ranks, *, resume_at: int, on_step: Callable[[StepLog], None] | None = None) -> None:
        self.path = path
        self._writes, self._on_step = ranks.is_first, on_step
        kept = [line for line in read_log(path) if line.step <= resume_at]
        self.last: StepLog | None = kept[-1] if kept else None
        if self._writes:
            shards.write_bytes("".join(_json_line(line) for line in kept).encode(), str(path))

    def write(self, line: StepLog) -> None:
        self.last = line
        if not self._writes:
            return
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(_json_line(line))
        if self._on_step:
            self._on_step(line)


def _line(
    progress: Progress,
    step: Step,
    stage: StageConfig,
    outcome: dict[str, float],
    timer: Timer,
    total_tokens: int,
    model: ModelConfig,
    ranks: Ranks,
) -> StepLog:
    seq_len = stage.training.seq_len
    tokens_per_s = len(step.rows) * seq_len / timer.seconds()
    flops = tokens_per_s * flops_per_token(model, seq_len=seq_len)
    return StepLog(
        step=progress.step,
        stage=stage.name,
        row=progress.row,
        tokens=progress.tokens,
        lr=step.lr,
        batch=len(step.rows),
        seq_len=seq_len,
        **outcome,
        mtp_loss_weight=step.mtp_loss_weight,
        tokens_per_s=round(tokens_per_s, 1),
        mfu=round(flops / (ranks.world_size * ranks.peak_flops), 4),
        peak_memory_gib=round(ranks.peak_memory_bytes() / 2**30, 2),
        data_wait_s=round(timer.wait_s, 4),
        fraction=progress.tokens / total_tokens,
    )


def _json_line(line: StepLog) -> str:
    return json.dumps(asdict(line)) + "\n"


def read_log(path: Path) -> list[StepLog]:
    """The lines of a log.jsonl, without a last one that a kill cut short; empty where there is no file."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    return [StepLog(**json.loads(line)) for line in lines]


def write_summary(out: Path, digest: str, stages: Sequence[StageConfig], progress: Progress, model: MiMo) -> None:
    """summary.json: the run in a few numbers."""
    lines = read_log(out / "log.jsonl")
    summary = {
        "digest": digest,
        "steps": progress.step,
        "tokens": progress.tokens,
        "num_parameters": num_parameters(model),
        "checkpoint": str(checkpoint_path(out, progress.step).relative_to(out)),
        "stages": [_stage_summary(stage, [line for line in lines if line.stage == stage.name]) for stage in stages],
    }
    shards.write_json(summary, str(out / "summary.json"))


def _stage_summary(stage: StageConfig, lines: Sequence[StepLog]) -> dict[str, Any]:
    """Its first and last line and its mean losses; null where somebody took the log away."""
    return {
        "name": stage.name,
        "seq_len": stage.training.seq_len,
        "steps": len(lines),
        "rows": lines[-1].row if lines else 0,
        "mean_loss": fmean(line.loss for line in lines) if lines else None,
        "mean_mtp_loss": fmean(line.mtp_loss for line in lines) if lines else None,
        "first": asdict(lines[0]) if lines else None,
        "last": asdict(lines[-1]) if lines else None,
    }


def _result(
    digest: str, out: Path, start: Progress, progress: Progress, last: StepLog | None, *, finished: bool
) -> TrainingResult:
    return TrainingResult(
        digest=digest,
        finished=finished,
        steps=progress.step,
        steps_now=progress.step - start.step,
        tokens=progress.tokens,
        checkpoint=str(checkpoint_path(out, progress.step)),
        log=str(out / "log.jsonl"),
        summary=str(out / "summary.json"),
        last=last,
    )


def _local_folder(url: str) -> Path:
    """Raises InputError for an object store: checkpoints are renamed into place, which only a file system can do."""
    fs, path = shards.filesystem(url)
    if not shards.is_local(fs):
        raise InputError(f"{url}: checkpoints need a file system that all ranks share; mount the store or choose a path")
    return Path(path)


# --------------------------------------------------------------------------------------------------------- command line


def read_config(path: str) -> PretrainConfig:
    """The configuration in a JSON file. Raises RecipeError naming the key, InputError where the file is not there."""
    return build(PretrainConfig, shards.read_json(path), where=path)


def print_step(line: StepLog) -> None:
    print(
        f"{line.fraction:6.1%}  step {line.step:6d}  {line.stage}  loss {line.loss:.4f}  mtp {line.mtp_loss:.4f}  "
        f"lr {line.lr:.2e}  batch {line.batch}  grad {line.grad_norm:.2f}  {line.tokens_per_s:,.0f} tokens/s  "
        f"mfu {line.mfu:.1%}  {line.peak_memory_gib:.1f} GiB",
        file=sys.stderr,
    )


def run_from_command_line(arguments: Sequence[str]) -> int:
    if len(arguments) != 1 or arguments[0] in ("-h", "--help"):
        print("usage: python -m pretrain.train config.json      (or torchrun --nproc-per-node N -m pretrain.train config.json)")
        return 0 if arguments and arguments[0] in ("-h", "--help") else 2
    try:
        result = main(read_config(arguments[0]), on_step=print_step)
    except TercetError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if int(os.environ.get("RANK", "0")) == 0:
        print(result.summary)
    return 0


if __name__ == "__main__":
    sys.exit(run_from_command_line(sys.argv[1:]))
