"""Checkpoints: weights, optimizer state and the position in the data, there whole or not at all.

    OUT/checkpoints/step-00000042/    progress.json and the files of torch.distributed.checkpoint

Written under a temporary name by all ranks, renamed by the first. Loading reshards, so another number of ranks may go on.
"""

from __future__ import annotations

import json
import shutil
import warnings
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_state_dict, set_state_dict
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import save

from corpus.errors import InputError
from corpus.shards import TEMPORARY_SUFFIX
from pretrain.schedule import Step

BY_NAME = StateDictOptions(flatten_optimizer_state_dict=True)
"""The optimizer's state by parameter, as the stages of a pipeline each have some."""


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

    def after(self, step: Step, *, stage: int, seq_len: int) -> Progress:
        """Where the run is once `step` of `stage` is done."""
        return Progress(step=self.step + 1, stage=stage, row=step.rows.stop, tokens=self.tokens + len(step.rows) * seq_len)


def checkpoint_path(out: Path, step: int) -> Path:
    return out / "checkpoints" / f"step-{step:08d}"


def list_checkpoints(out: Path) -> list[Path]:
    """Finished checkpoints, oldest first."""
    return sorted(path for path in (out / "checkpoints").glob("step-*") if path.suffix != TEMPORARY_SUFFIX)


def save_checkpoint(
    out: Path, progress: Progress, model: nn.Module, optimizer: torch.optim.Optimizer, *, run_digest: str, keep: int
) -> Path:
    """Writes the checkpoint of `progress` and removes all but the newest `keep`."""
    path = checkpoint_path(out, progress.step)
    if path.exists():
        return path
    aside = path.with_name(path.name + TEMPORARY_SUFFIX)
    if _is_first():
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
    _wait_for_all()
    with _quiet():
        save(_state(model, optimizer), checkpoint_id=aside, no_dist=not dist.is_initialized())
    if _is_first():
        (aside / "progress.json").write_text(json.dumps({**asdict(progress), "run": run_digest}))
        aside.rename(path)
        for old in list_checkpoints(out)[:-keep]:
            shutil.rmtree(old)
    _wait_for_all()
    return path


def load_newest(out: Path, model: nn.Module, optimizer: torch.optim.Optimizer, *, run_digest: str) -> Progress:
    """Puts the newest checkpoint into model and optimizer; the start of the run where there is none.

    Raises InputError where it belongs to another run.
    """
    if _is_first():
        _sweep_unfinished(out)
    found = list_checkpoints(out)
    if not found:
        return Progress()
    progress = json.loads((found[-1] / "progress.json").read_text())
    if progress.pop("run") != run_digest:
        raise InputError(
            f"{found[-1]}: is of a run with another model, schedule or other shards. Give this run a folder of its own (out), "
            f"or delete {out} to start again"
        )
    state = _state(model, optimizer)
    with _quiet():
        load(state, checkpoint_id=found[-1], no_dist=not dist.is_initialized())
    set_state_dict(model, optimizer, model_state_dict=state["model"], optim_state_dict=state["optimizer"], options=BY_NAME)
    return Progress(**progress)


def _sweep_unfinished(out: Path) -> None:
    """Removes what killed runs left aside."""
    for path in (out / "checkpoints").glob(f"*{TEMPORARY_SUFFIX}"):
        shutil.rmtree(path)


def _state(model: nn.Module, optimizer: torch.optim.Optimizer) -> dict[str, Any]:
    model_state, optimizer_state = get_state_dict(model, optimizer, options=BY_NAME)
    return {"model": model_state, "optimizer": optimizer_state}


def _is_first() -> bool:
    return not dist.is_initialized() or dist.get_rank() == 0


def _wait_for_all() -> None:
    if dist.is_initialized():
        dist.barrier()


def _quiet() -> warnings.catch_warnings[None]:
    """torch's note that one process saves without others, which is what no_dist asks for."""
    return warnings.catch_warnings(action="ignore", category=UserWarning)
