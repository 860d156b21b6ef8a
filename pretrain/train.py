"""The pretraining run: three stages of shards in, checkpoints, a loss curve and a summary out.

    python -m pretrain.train config.json                                  one process
    torchrun --nproc-per-node 8 -m pretrain.train config.json             eight, weights sharded over them (FSDP2)

`main` is the recipe. The loss of a step is the mean over its tokens of -log p(next token), plus the scheduled weight times the
mean of -log p(token after next) from the multi-token-prediction block; means are over all ranks, so that their number changes
nothing but rounding. Everything a step does follows from (config, shards, progress); the progress is in the checkpoint; hence a
run that was interrupted and resumed gives the digits of one that never was.

    OUT/log.jsonl       one line a step         OUT/checkpoints/        newest few, and the end of each stage
    OUT/summary.json    written at the end: a finished run has one
    OUT/config.json     the configuration, where there is none yet
    OUT/tensorboard/    where training.tensorboard asks for it
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import torch

from corpus import shards
from corpus.config import build
from corpus.errors import InputError, StageError, TercetError
from corpus.ids import config_digest
from corpus.sequences import StageRows, micro_batch_rows
from pretrain.attention import choose_backend
from pretrain.checkpoint import Checkpoints, Progress, checkpoint_path, how_to_resume
from pretrain.config import ModelConfig, PretrainConfig, StageConfig, TrainConfig, identity
from pretrain.data import Batch, collate
from pretrain.guard import GuardState, advice, gradient_objection, objection
from pretrain.launch import command_of_this_run, is_of_a_lost_rank, notices
from pretrain.log import (
    StepLog,
    StepWriter,
    check_tensorboard,
    count_labels,
    group_means,
    print_step,
    read_log,
    stage_summary,
    sum_losses,
)
from pretrain.loss import IGNORED
from pretrain.model import Execution, Losses, MiMo, flops_per_token, initialize, num_parameters
from pretrain.optimizer import build_optimizer
from pretrain.optimizer import step as optimizer_step
from pretrain.pipeline import Pipeline, idle_share, join_pipeline, split_layers, stage_costs, weights_kept
from pretrain.ranks import Ranks, shard_model, start_ranks
from pretrain.schedule import Step, for_data, plan_steps
from pretrain.weights import initialize_from

__all__ = ["PretrainConfig", "StepLog", "TrainConfig", "TrainingResult", "main", "read_log"]


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
    InputError where shards, schedule, model and checkpoint do not belong together, StageError where too many steps in a row
    give no usable loss or a checkpoint cannot be written.
    """
    out, training = local_folder(config.out), config.training
    if training.tensorboard:
        check_tensorboard()
    with contextlib.ExitStack() as stack:
        ranks = stack.enter_context(start_ranks(training.device, training.parallel))

        # What there is to train on, the schedule laid over it, and the name of the run that follows from both.
        rows = [open_rows(stage, config) for stage in config.stages]
        stages = [fit_schedule(stage, data) for stage, data in zip(config.stages, rows, strict=True)]
        digest = config_digest(identity(config, tuple(data.digest for data in rows)))
        total_tokens = sum(data.num_rows * data.seq_len for data in rows)

        # The model, its optimizer, and how far they were.
        if ranks.is_first:
            warn_of_idle_stages(stages, config, data_size=ranks.data_size)
            keep_config(out, config)
        pipeline = join_pipeline(ranks, config.model)
        model = build_model(config, ranks)
        optimizer = build_optimizer(model, training.optimizer)
        saved = Checkpoints(out, model, optimizer, ranks, run_digest=digest, keep=training.keep_checkpoints)
        checkpoints = stack.enter_context(saved)
        progress = start = checkpoints.load_newest()
        if training.init_from and start == Progress():
            initialize_from(training.init_from, model, optimizer)
        writer = StepWriter(out, ranks, resume_at=start.step, tensorboard=training.tensorboard, on_step=on_step)
        log = stack.enter_context(writer)

        # One stage after the other: rows in the shards' order, everything scheduled by tokens; the optimizer's state goes on.
        for index in range(start.stage, len(stages)):
            stage, data, progress = stages[index], rows[index], progress.entering(index)
            steps = plan_steps(stage.training, num_rows=data.num_rows, first_row=progress.row)
            for step, batches, timer in prefetched(steps, data, training, ranks):
                if progress.step - start.step == stop_after:
                    checkpoints.save(progress)
                    return _result(digest, out, start, progress, log.last, finished=False)
                outcome = train_step(
                    model,
                    optimizer,
                    step,
                    batches,
                    stage=stage,
                    config=training,
                    ranks=ranks,
                    guard=progress.guard,
                    pipeline=pipeline,
                )
                progress = progress.after(step, seq_len=data.seq_len, guard=outcome.guard)
                log.write(_line(progress, step, stage, outcome, timer, total_tokens, config.model, ranks))
                if outcome.skipped:
                    report_skipped(progress, step, stage, outcome.skipped, training, ranks, out)
                checkpoints.check()
                if progress.step % training.checkpoint_every_steps == 0 or progress.row == data.num_rows:
                    checkpoints.save(progress)

        checkpoints.wait()
        if ranks.is_first:
            write_summary(out, digest, stages, progress, model)
        return _result(digest, out, start, progress, log.last, finished=True)


def keep_config(out: Path, config: PretrainConfig) -> None:
    """OUT/config.json, by which the run can be exported and gone on with, wherever the configuration came from."""
    if not (out / "config.json").exists():
        shards.write_json(asdict(config), str(out / "config.json"))


def open_rows(stage: StageConfig, config: PretrainConfig) -> StageRows:
    rows = StageRows(stage.shards, seq_len=stage.training.seq_len, vocab_size=config.model.vocab_size)
    rows.check_presence()  # says so now, not when training gets there
    return rows


def fit_schedule(stage: StageConfig, data: StageRows) -> StageConfig:
    """The stage with its schedule laid over the rows there are."""
    return replace(stage, training=for_data(stage.training, num_rows=data.num_rows, where=f"{stage.name} ({stage.shards})"))


def warn_of_idle_stages(stages: Sequence[StageConfig], config: PretrainConfig, *, data_size: int) -> None:
    """Warns where a pipeline has more stages than a step has passes at the beginning or the end of a training stage."""
    num_stages = config.training.parallel.pipeline
    for stage in stages:
        seq_len = stage.training.seq_len
        num_rows = min(stage.training.global_batch_size_at(tokens) for tokens in (0, stage.training.tokens - 1))
        size = _micro_batch_size(config.training, seq_len)
        num_passes = len(micro_batch_rows(range(num_rows), rank=0, world_size=data_size, micro_batch_size=size))
        if num_passes < num_stages:
            parts = split_layers(config.model, num_stages, seq_len=seq_len)
            idle = idle_share(stage_costs(config.model, parts, seq_len=seq_len), num_passes)
            warnings.warn(
                f"{stage.name}: a step of {num_rows} rows over {data_size} data-parallel ranks is {num_passes} passes of {size} "
                f"rows, fewer than the {num_stages} stages of the pipeline (parallel.pipeline), which are idle {idle:.0%} of the "
                "time. Lower parallel.pipeline or micro_batch_tokens, or raise global_batch_size",
                stacklevel=2,
            )


def build_model(config: PretrainConfig, ranks: Ranks) -> MiMo:
    """The model with its first weights, compiled, sharded over the ranks."""
    shape, training = config.model, config.training
    is_lean = training.optimizer.state != "fp32"
    backend = choose_backend(
        training.attention_backend,
        num_heads=shape.num_attention_heads // training.parallel.tensor,
        num_key_value_heads=shape.num_key_value_heads // training.parallel.tensor,
        head_dim=shape.head_dim,
        seq_len=config.stages[0].training.seq_len,
        device=ranks.device,
        dtype=torch.float32 if training.precision == "fp32" else torch.bfloat16,
        context=training.parallel.context,
    )
    execution = Execution(
        attention_backend=backend,
        fp8=training.precision == "fp8",
        recompute=training.recompute,
        recompute_layers=training.recompute_layers,
        tensor=ranks.axis("tensor"),
        context=ranks.axis("context"),
    )
    parts = split_layers(shape, ranks.size("pipeline"), seq_len=config.stages[0].training.seq_len)
    with torch.device("meta"):
        model = MiMo(shape, execution, parts[ranks.index("pipeline")])
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
    size = _micro_batch_size(config, data.seq_len)
    passes = micro_batch_rows(step.rows, rank=ranks.data_rank, world_size=ranks.data_size, micro_batch_size=size)
    batches = [collate(data.read(rows), seq_len=data.seq_len) for rows in passes]
    return [batch.pin_memory() for batch in batches] if ranks.device.type == "cuda" else batches


def _micro_batch_size(config: TrainConfig, seq_len: int) -> int:
    """Rows of one pass."""
    return max(1, config.micro_batch_tokens // seq_len)


@dataclass(frozen=True, kw_only=True)
class StepOutcome:
    """What a step gave, the same on all ranks."""

    loss: float
    mtp_loss: float
    group_losses: dict[str, float]
    grad_norm: float
    skipped: str | None
    """Why weights and optimizer state were left as they are; None: they were not."""
    guard: GuardState
    """What the guard knows now."""


def train_step(
    model: MiMo,
    optimizer: torch.optim.Optimizer,
    step: Step,
    batches: Sequence[Batch],
    *,
    stage: StageConfig,
    config: TrainConfig,
    ranks: Ranks,
    guard: GuardState,
    pipeline: Pipeline | None = None,
) -> StepOutcome:
    """One optimizer step over the accumulated gradients of `batches`, unless the guard objects to what they give."""
    labels_by_group = count_labels(batches, config.loss_groups)
    num_main, num_mtp, *labels_by_group = ranks.summed(
        _num_labels([b.labels_BT for b in batches]), _num_labels([b.mtp_labels_BT for b in batches]), *labels_by_group
    )
    num_main, num_mtp = max(1.0, num_main), max(1.0, num_mtp)
    pipeline = pipeline or Pipeline()
    assert pipeline.num_stages == ranks.size("pipeline"), "join_pipeline has not been called"

    def forward(batch: Batch, received_BTD: torch.Tensor | None) -> Losses | torch.Tensor:
        batch = batch.to(ranks.device)
        with _autocast(config, ranks.device):
            result: Losses | torch.Tensor = model(
                batch.tokens_BT,
                batch.layout,
                batch.labels_BT,
                batch.mtp_labels_BT,
                rope_base=stage.training.rope_base,
                scale=1 / num_main,
                mtp_scale=step.mtp_loss_weight / num_mtp,
                received_BTD=received_BTD,
            )
        return result

    main_sum: Any = 0.0
    mtp_sum: Any = 0.0
    losses_B: list[torch.Tensor] = []
    with weights_kept(model, config.parallel):
        for losses in pipeline.run(batches, forward, hidden=partial(empty_hidden, model, ranks)):
            main_sum, mtp_sum = main_sum + losses.main, mtp_sum + losses.mtp
            losses_B.append(losses.rows_B)
    loss_by_group = sum_losses(batches, losses_B, config.loss_groups)
    main_sum, mtp_sum, *loss_by_group = ranks.summed(
        float(main_sum), float(mtp_sum), *loss_by_group, over=("pipeline", "data", "context")
    )
    loss, mtp_loss = main_sum / num_main, mtp_sum / num_mtp
    skipped = objection(config.guard, guard, loss=loss, mtp_loss=mtp_loss)
    grad_norm = optimizer_step(
        model,
        optimizer,
        lr=step.lr,
        max_norm=config.optimizer.max_grad_norm,
        skip=skipped is not None,
        pipeline=pipeline,
    )
    skipped = skipped or gradient_objection(grad_norm)
    return StepOutcome(
        loss=loss,
        mtp_loss=mtp_loss,
        group_losses=group_means(loss_by_group, labels_by_group, config.loss_groups),
        grad_norm=grad_norm,
        skipped=skipped,
        guard=guard.after(config.guard, loss=loss, skipped=skipped is not None),
    )


def report_skipped(
    progress: Progress, step: Step, stage: StageConfig, reason: str, config: TrainConfig, ranks: Ranks, out: Path
) -> None:
    """Says that the step was skipped. Raises StageError where it was one too many in a row."""
    where, count = f"{stage.name}, rows {step.rows.start} to {step.rows.stop - 1}: {reason}", progress.guard.in_a_row
    if ranks.is_first:
        print(f"step {progress.step} skipped: {where} ({count} in a row, {progress.guard.skipped} so far)", file=sys.stderr)
    if count >= config.guard.max_skipped:
        raise StageError(advice(progress.guard, where, checkpoints=f"{out / 'checkpoints'}"))


def empty_hidden(model: MiMo, ranks: Ranks, batch: Batch) -> torch.Tensor:
    """Room for the hidden states of this rank's tokens, in the residual stream's dtype, as they pass from stage to stage."""
    B, T = batch.tokens_BT.shape
    num_tokens = T // (ranks.size("context") * ranks.size("tensor"))
    dtype = next(model.parameters()).dtype
    return torch.empty(B, num_tokens, model.config.hidden_size, dtype=dtype, device=ranks.device)


def _num_labels(labels: Sequence[torch.Tensor]) -> int:
    return sum(int((x != IGNORED).sum()) for x in labels)


def _autocast(config: TrainConfig, device: torch.device) -> contextlib.AbstractContextManager[Any]:
    if config.precision == "fp32" or config.optimizer.state != "fp32":
        return contextlib.nullcontext()
    return torch.autocast(device.type, dtype=torch.bfloat16)


# ---------------------------------------------------------------------------------------------------- log and summary


def _line(
    progress: Progress,
    step: Step,
    stage: StageConfig,
    outcome: StepOutcome,
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
        loss=outcome.loss,
        mtp_loss=outcome.mtp_loss,
        mtp_loss_weight=step.mtp_loss_weight,
        group_losses=outcome.group_losses,
        grad_norm=outcome.grad_norm,
        skipped=outcome.skipped,
        num_skipped=progress.guard.skipped,
        tokens_per_s=round(tokens_per_s, 1),
        mfu=round(flops / (ranks.world_size * ranks.peak_flops), 4),
        peak_memory_gib=round(ranks.peak_memory_bytes() / 2**30, 2),
        data_wait_s=round(timer.wait_s, 4),
        fraction=progress.tokens / total_tokens,
    )


def write_summary(out: Path, digest: str, stages: Sequence[StageConfig], progress: Progress, model: MiMo) -> None:
    """summary.json: the run in a few numbers."""
    lines = read_log(out / "log.jsonl")
    summary = {
        "digest": digest,
        "steps": progress.step,
        "tokens": progress.tokens,
        "num_parameters": num_parameters(_whole(model.config)),
        "checkpoint": str(checkpoint_path(out, progress.step).relative_to(out)),
        "stages": [stage_summary(stage, [line for line in lines if line.stage == stage.name]) for stage in stages],
    }
    shards.write_json(summary, str(out / "summary.json"))


def _whole(shape: ModelConfig) -> MiMo:
    """The model without its weights: a rank of a pipeline has only some of its layers."""
    with torch.device("meta"):
        return MiMo(shape)


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


def local_folder(url: str) -> Path:
    """Raises InputError for an object store: checkpoints are renamed into place, which only a file system can do."""
    fs, path = shards.filesystem(url)
    if not shards.is_local(fs):
        raise InputError(f"{url}: checkpoints need a file system that all ranks share; mount the store or choose a path")
    return Path(path)


# --------------------------------------------------------------------------------------------------------- command line


def read_config(path: str) -> PretrainConfig:
    """The configuration in a JSON file. Raises RecipeError naming the key, InputError where the file is not there."""
    return build(PretrainConfig, shards.read_json(path), where=path)


def run_from_command_line(arguments: Sequence[str]) -> int:
    if len(arguments) != 1 or arguments[0] in ("-h", "--help"):
        print("usage: python -m pretrain.train config.json      (or torchrun --nproc-per-node N -m pretrain.train config.json)")
        return 0 if arguments and arguments[0] in ("-h", "--help") else 2
    try:
        config = read_config(arguments[0])
        with notices(lambda: how_to_resume(Path(config.out), command_of_this_run(arguments[0]))) as notice:
            try:
                result = main(config, on_step=print_step)
            except TercetError:
                raise
            except Exception as error:
                notice(f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no message'}")
                if is_of_a_lost_rank(error):
                    return 1
                raise
    except TercetError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if int(os.environ.get("RANK", "0")) == 0:
        print(result.summary)
    return 0


if __name__ == "__main__":
    sys.exit(run_from_command_line(sys.argv[1:]))
