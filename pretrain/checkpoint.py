"""Checkpoints: weights, optimizer state and the position in the data, there whole or not at all, written while training goes on.

    OUT/checkpoints/step-00000042/    progress.json and the files of torch.distributed.checkpoint

`save` copies the tensors to the CPU and returns; a thread writes the copy under a temporary name, all ranks together, and the
first rank renames it into place and removes the oldest. A kill at any moment leaves the checkpoints before. Tensors are stored
by parameter name and global shape, so that any number of ranks, on any mesh, may go on.
"""

from __future__ import annotations

import json
import os
import shutil
import warnings
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.checkpoint.api import CheckpointException
from torch.distributed.checkpoint.filesystem import FileSystemWriter
from torch.distributed.checkpoint.staging import DefaultStager, StagingOptions
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import async_save
from torch.futures import Future as TorchFuture

from corpus.config import build
from corpus.errors import InputError, StageError
from corpus.shards import TEMPORARY_SUFFIX
from pretrain.guard import GuardState
from pretrain.ranks import AXES, Ranks
from pretrain.schedule import Step

WRITE_TIMEOUT = timedelta(hours=1)
"""How long a rank waits for the others to write their parts: 94 GB of a 7.8-billion model in 1 hour are 26 MB/s."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a run is."""

    step: int = 0
    """Steps done."""
    stage: int = 0
    """Index of the stage that the next row is of."""
    row: int = 0
    """The next row of that stage."""
    tokens: int = 0
    """Tokens of the whole run so far: rows x seq_len, over all stages."""
    guard: GuardState = field(default_factory=GuardState)

    def entering(self, stage: int) -> Progress:
        """The same, before the first row of `stage` unless it is in that stage already."""
        return self if stage == self.stage else replace(self, stage=stage, row=0, guard=self.guard.entering_stage())

    def after(self, step: Step, *, seq_len: int, guard: GuardState) -> Progress:
        """Where the run is once `step` is done."""
        tokens = self.tokens + len(step.rows) * seq_len
        return replace(self, step=self.step + 1, row=step.rows.stop, tokens=tokens, guard=guard)


def checkpoint_path(out: Path, step: int) -> Path:
    return out / "checkpoints" / f"step-{step:08d}"


def list_checkpoints(out: Path) -> list[Path]:
    """Finished checkpoints, oldest first."""
    return sorted(path for path in (out / "checkpoints").glob("step-*") if path.suffix != TEMPORARY_SUFFIX)


def how_to_resume(out: Path, command: str) -> str:
    """Names the newest checkpoint and the command that goes on from it."""
    found = list_checkpoints(out)
    return (
        f"The newest checkpoint is {found[-1]}; to go on from it: {command}" if found else f"No checkpoint yet; again: {command}"
    )


class Checkpoints:
    """The checkpoints of one run. As a context it does not end before the last write has."""

    def __init__(
        self, out: Path, model: nn.Module, optimizer: torch.optim.Optimizer, ranks: Ranks, *, run_digest: str, keep: int
    ) -> None:
        """Every rank must make one: they open a process group of their own, since a thread must not use the training's."""
        self.out, self.keep, self.run_digest = out, keep, run_digest
        self._model, self._optimizer, self._ranks = model, optimizer, ranks
        self._group = dist.new_group(backend="gloo", timeout=WRITE_TIMEOUT) if ranks.world_size > 1 else None
        on_gpu = ranks.device.type == "cuda"
        # The copy's memory is kept from one checkpoint to the next; pinned, a GPU fills it at 50 GB/s.
        self._stager = DefaultStager(
            StagingOptions(
                use_pinned_memory=on_gpu, use_shared_memory=False, use_async_staging=False, use_non_blocking_copy=on_gpu
            )
        )
        # Which is what no_dist asks for; said by the thread, so that catch_warnings cannot hold it back.
        warnings.filterwarnings("ignore", message="torch.distributed is disabled, unavailable or uninitialized")
        self._finisher = ThreadPoolExecutor(max_workers=1, thread_name_prefix="checkpoint")
        self._writing: tuple[Path, Future[None]] | None = None
        self._newest: Path | None = None

    def load_newest(self) -> Progress:
        """Puts the newest checkpoint into model and optimizer; the start of the run where there is none.

        Raises InputError where it belongs to another run.
        """
        if self._ranks.is_first:
            _sweep_unfinished(self.out)
        found = self._told_by_first(list_checkpoints(self.out)[-1:])
        if not found:
            return Progress()
        path = self._newest = found[0]
        progress = json.loads((path / "progress.json").read_text())
        if progress.pop("run") != self.run_digest:
            raise InputError(
                f"{path}: is of a run with another model, schedule or other shards. Give this run a folder of its own (out), "
                f"or delete {self.out} to start again"
            )
        # Into the tensors themselves.
        load(_state(self._model, self._optimizer), checkpoint_id=path, process_group=self._group, no_dist=self._group is None)
        return build(Progress, progress, where=f"{path}/progress.json")

    def save(self, progress: Progress) -> None:
        """Begins to write the checkpoint of `progress`; first waits for the write before. Raises StageError where that failed."""
        self.wait()
        path = checkpoint_path(self.out, progress.step)
        if path == self._newest:
            return
        aside = path.with_name(path.name + TEMPORARY_SUFFIX)
        if self._ranks.is_first:
            shutil.rmtree(aside, ignore_errors=True)
            aside.mkdir(parents=True)
        self._told_by_first(None)  # nobody writes before it is there
        written = async_save(
            _state(self._model, self._optimizer),
            storage_writer=_Writer(aside),
            process_group=self._group,
            async_stager=self._stager,
            no_dist=self._group is None,
        )
        assert isinstance(written, Future)
        self._writing = path, self._finisher.submit(self._finish, written, aside, path, progress)

    def check(self) -> None:
        """Raises StageError on all ranks once the write in progress has failed on any; to be called at every step."""
        if self._writing is None:
            return
        write = self._writing[1]
        done, failed = self._ranks.summed(float(write.done()), float(write.done() and write.exception() is not None), over=AXES)
        if failed or done == self._ranks.world_size:
            self.wait()

    def wait(self) -> None:
        """Returns once nothing is being written. Raises StageError on all ranks where the write failed on any."""
        if self._writing is None:
            return
        (path, write), self._writing = self._writing, None
        error = write.exception()
        errors = [None if error is None else _cause(error)]
        if self._group is not None:
            errors *= self._ranks.world_size
            dist.all_gather_object(errors, errors[0], group=self._group)
        reason = next((error for error in errors if error is not None), None)
        if reason is not None:
            before = f"{self._newest} is whole" if self._newest else "there is none before it"
            raise StageError(
                f"{path}: the checkpoint could not be written: {reason}. {before}; make room or mend the file system, then run "
                "the same command again: it goes on from the newest checkpoint"
            )
        self._newest = path

    def _finish(self, written: Future[Any], aside: Path, path: Path, progress: Progress) -> None:
        """In the thread: once all parts are written (the first rank's write ends last), makes the checkpoint visible."""
        try:
            written.result()
        except BaseException:  # which CheckpointException is
            if self._ranks.is_first:
                shutil.rmtree(aside, ignore_errors=True)  # what there is no room for takes none
            raise
        if not self._ranks.is_first:
            return
        with (aside / "progress.json").open("w") as stream:
            json.dump({**asdict(progress), "run": self.run_digest}, stream)
            stream.flush()
            os.fsync(stream.fileno())
        aside.rename(path)
        for old in list_checkpoints(self.out)[: -self.keep]:
            shutil.rmtree(old.rename(old.with_name(old.name + TEMPORARY_SUFFIX)))

    def _told_by_first(self, value: Any) -> Any:
        """The first rank's value, on all ranks."""
        box = [value]
        if self._group is not None:
            dist.broadcast_object_list(box, src=0, group=self._group)
        return box[0]

    def __enter__(self) -> Checkpoints:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if error is None:
                self.wait()
            elif self._writing is not None and self._writing[1].exception() is not None:
                # What ends the run is the other error; the other ranks may be gone and cannot be asked.
                error.add_note(f"{self._writing[0]}: this checkpoint could not be written")
        finally:
            self._finisher.shutdown()
            self._stager.close()


class _Writer(FileSystemWriter):
    """On a full disk torch's own says `unexpected pos 704 vs 598`: the end of a file could not be written either."""

    def write_data(self, plan: Any, planner: Any) -> TorchFuture[list[Any]]:
        try:
            return super().write_data(plan, planner)
        except Exception as error:
            first: BaseException | None = error
            while first is not None and not isinstance(first, OSError):
                first = first.__context__
            if first is None or first is error:
                raise
            raise OSError(*first.args) from error


def _state(model: nn.Module, optimizer: torch.optim.Optimizer) -> dict[str, dict[str, Any]]:
    """The tensors of model and optimizer by parameter name, themselves and not copies.

    Settings of the optimizer are not among them: they are the run's, the learning rate is the step's.
    """
    parameters = dict(model.named_parameters())
    for parameter in parameters.values():
        if not optimizer.state[parameter]:
            optimizer.state[parameter] |= _first_adamw_state(parameter)
    tensors = {name: parameter.detach() for name, parameter in parameters.items()}
    return {"model": tensors, "optimizer": {name: dict(optimizer.state[parameter]) for name, parameter in parameters.items()}}


def _first_adamw_state(parameter: nn.Parameter) -> dict[str, torch.Tensor]:
    """What torch's fused AdamW has before its first step, which is when it makes it."""
    step = torch.zeros((), dtype=torch.float32, device=parameter.device)
    return {"step": step, "exp_avg": torch.zeros_like(parameter), "exp_avg_sq": torch.zeros_like(parameter)}


def _sweep_unfinished(out: Path) -> None:
    """Removes what killed runs left aside."""
    for path in (out / "checkpoints").glob(f"*{TEMPORARY_SUFFIX}"):
        shutil.rmtree(path)


def _cause(error: BaseException) -> str:
    """What went wrong, in a line: of a write of several ranks, what the first of those says that failed."""
    if isinstance(error, CheckpointException) and error.failures:
        rank, (cause, _) = min(error.failures.items())
        return f"rank {rank}: {type(cause).__name__}: {cause}"
    return f"{type(error).__name__}: {error}"
