"""Checkpoints: written while training goes on, whole or not there, for any number of ranks."""

from __future__ import annotations

import json
import resource
import shutil
import time
from dataclasses import asdict
from pathlib import Path

import pytest
import torch
from torch.distributed.checkpoint.filesystem import FileSystemReader
from torch.distributed.checkpoint.format_utils import _EmptyStateDictLoadPlanner
from torch.distributed.checkpoint.state_dict_loader import _load_state_dict

from corpus.errors import StageError
from pretrain.checkpoint import Checkpoints, Progress, checkpoint_path, list_checkpoints
from pretrain.config import AdamWConfig, GuardConfig
from pretrain.guard import GuardState
from pretrain.optimizer import build_optimizer
from pretrain.ranks import Ranks
from pretrain.train import StepLog, build_model, main, read_log
from tests.pretrain_ranks import (
    fill_the_disk_after_the_first_checkpoint,
    hang_in_a_write,
    make_config,
    rows_seen,
    run_ranks,
    running,
    spoil_a_gradient_and_fill_the_disk,
)
from tests.pretrain_shards import packed, real_documents, write_stage

torch.set_num_threads(1)

ALONE = Ranks(rank=0, world_size=1, device=torch.device("cpu"))


@pytest.fixture(scope="module")
def stages(tmp_path_factory) -> dict[str, int]:
    """Two stages of shards: 10 steps and 3."""
    root = tmp_path_factory.mktemp("shards")
    sizes = {"stage1": 64, "stage2": 16}
    return {write_stage(root / name, packed(real_documents(), seq_len=64, num_rows=n)): n for name, n in sizes.items()}


@pytest.fixture(scope="module")
def whole(stages, tmp_path_factory):
    """A run of one rank that nothing interrupted: its configuration and its log."""
    config = make_config(stages, tmp_path_factory.mktemp("whole"))
    assert run_ranks(config, 1) == [None]
    return config, read_log(Path(config.out) / "log.jsonl")


def stored(path: Path) -> dict:
    """What a checkpoint has on disk, in no model's types."""
    state: dict = {}
    _load_state_dict(state, FileSystemReader(path), planner=_EmptyStateDictLoadPlanner(), no_dist=True)
    return state


def flat(state: dict, prefix: str = "") -> dict[str, torch.Tensor]:
    found = {}
    for name, value in state.items():
        found |= flat(value, f"{prefix}{name}/") if isinstance(value, dict) else {prefix + name: value}
    return found


def assert_continues(config, whole, *, from_row: int = 0) -> None:
    """The same rows in the same order, the same losses but for rounding."""
    expected, lines = whole
    assert rows_seen(config) == rows_seen(expected)[from_row:]
    found = read_log(Path(config.out) / "log.jsonl")
    assert [(x.step, x.stage, x.row, x.lr) for x in found] == [(x.step, x.stage, x.row, x.lr) for x in lines]
    assert [x.loss for x in found] == pytest.approx([x.loss for x in lines], rel=1e-6)
    assert [x.mtp_loss for x in found] == pytest.approx([x.mtp_loss for x in lines], rel=1e-6)


@pytest.mark.slow
def test_four_ranks_then_two_then_one_are_one_run(whole, stages, tmp_path):
    config = make_config(stages, tmp_path)
    assert run_ranks(config, 4, stop_after=4) == [None] * 4
    assert run_ranks(config, 2, stop_after=5) == [None] * 2
    assert run_ranks(config, 1) == [None]
    assert_continues(config, whole)


@pytest.mark.slow
def test_training_goes_on_during_a_write_and_a_kill_in_its_middle_leaves_the_checkpoint_before(whole, stages, tmp_path):
    config = make_config(stages, tmp_path, checkpoint_every_steps=3)
    aside = checkpoint_path(tmp_path, 6).with_suffix(".tmp")
    with running(config, 2, hook=hang_in_a_write, argument=6):
        until = time.monotonic() + 120
        while len(read_log(tmp_path / "log.jsonl")) < 9 or not list(aside.glob("*.distcp")):
            assert time.monotonic() < until
            time.sleep(0.1)
        time.sleep(0.5)
        # Nine steps are done, the ninth's checkpoint waits for the sixth's.
        assert len(read_log(tmp_path / "log.jsonl")) == 9
    assert list_checkpoints(tmp_path) == [checkpoint_path(tmp_path, 3)]
    shutil.rmtree(tmp_path / "rows")
    assert run_ranks(config, 1) == [None]
    assert not aside.exists()
    assert_continues(config, whole, from_row=whole[1][2].row)


@pytest.mark.slow
def test_what_goes_wrong_on_one_rank_is_decided_on_by_all(stages, tmp_path):
    """NaN gradients of one rank: all skip the step. A write that fails on one: all end, with an error that names it."""
    config = make_config(stages, tmp_path, checkpoint_every_steps=3)
    errors = run_ranks(config, 2, hook=spoil_a_gradient_and_fill_the_disk, argument=(tmp_path, 2, 5))
    lines = read_log(tmp_path / "log.jsonl")
    assert [line.step for line in lines if line.skipped] == [2]
    assert "gradient norm nan" in str(lines[1].skipped)
    path = checkpoint_path(tmp_path, 6)
    for error in errors:
        assert error is not None
        assert error.startswith(f"{path}: the checkpoint could not be written: rank 1: ")
        assert "File too large" in error
        assert f"{checkpoint_path(tmp_path, 3)} is whole" in error
    assert list_checkpoints(tmp_path) == [checkpoint_path(tmp_path, 3)]
    assert not path.with_suffix(".tmp").exists()


def test_a_write_that_fails_ends_the_run_and_the_same_command_goes_on(stages, tmp_path):
    config = make_config(stages, tmp_path, checkpoint_every_steps=3)
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill_the_disk(line: StepLog) -> None:
        if line.step == 4:
            fill_the_disk_after_the_first_checkpoint(tmp_path)

    try:
        with pytest.raises(StageError, match=r"step-00000006: the checkpoint could not be written: .*File too large"):
            main(config, on_step=fill_the_disk)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    result = main(config)
    assert (result.finished, result.steps - result.steps_now) == (True, 3)


@pytest.mark.slow
def test_the_lean_state_of_two_ranks_is_loaded_bit_by_bit_into_one(stages, tmp_path):
    """bf16 weights, the other 16 bits of their masters and bf16 moments, sharded over two ranks; then one rank trains on."""
    lean = {"precision": "bf16", "optimizer": AdamWConfig(state="bf16")}
    config = make_config(stages, tmp_path / "lean", **lean)
    assert run_ranks(config, 2, stop_after=5) == [None] * 2
    (path,) = list_checkpoints(tmp_path / "lean")
    model = build_model(config, ALONE)
    optimizer = build_optimizer(model, config.training.optimizer)
    digest = json.loads((path / "progress.json").read_text())["run"]
    with Checkpoints(tmp_path / "lean", model, optimizer, ALONE, run_digest=digest, keep=2) as checkpoints:
        assert checkpoints.load_newest().step == 5
    on_disk = flat(stored(path))
    in_memory = {f"model/{name}": p.detach() for name, p in model.named_parameters()}
    for name, parameter in model.named_parameters():
        in_memory |= {f"optimizer/{name}/{key}": value for key, value in optimizer.state[parameter].items()}
    assert on_disk.keys() == in_memory.keys()
    for name, value in on_disk.items():
        assert (value.dtype, value.shape) == (in_memory[name].dtype, in_memory[name].shape), name
        assert torch.equal(value, in_memory[name]), name
    remainders = torch.cat([x.flatten() for name, x in on_disk.items() if name.endswith("remainder")])
    assert remainders.dtype == torch.int16
    assert remainders.float().std() > 10_000  # uniform over 16 bits: 18,919

    assert main(config).finished
    once = main(make_config(stages, tmp_path / "once", **lean))
    assert main(config).last.loss == pytest.approx(once.last.loss, rel=5e-3)


def test_a_checkpoint_before_any_update_is_as_if_none_had_been_written(stages, tmp_path):
    """Where the first step is skipped, AdamW has no state yet: writing a checkpoint must not start its step count."""
    config = make_config(stages, tmp_path)
    assert main(config, stop_after=0).steps == 0
    state = stored(checkpoint_path(tmp_path, 0))["optimizer"]
    assert {float(x["step"]) for x in state.values()} == {0.0}
    main(config, stop_after=3)
    other = make_config(stages, tmp_path / "other")
    main(other, stop_after=3)
    found, expected = flat(stored(checkpoint_path(tmp_path, 3))), flat(stored(checkpoint_path(tmp_path / "other", 3)))
    assert all(torch.equal(found[name], expected[name]) for name in expected)


def test_progress_with_its_guard_comes_back(tmp_path, stages):
    config = make_config(stages, tmp_path, guard=GuardConfig(spike_factor=6.0))
    model = build_model(config, ALONE)
    optimizer = build_optimizer(model, config.training.optimizer)
    guard = GuardState(losses=(2.3456789012345678, 1 / 3), in_a_row=2, skipped=5)
    progress = Progress(step=7, stage=1, row=8, tokens=640, guard=guard)
    with Checkpoints(tmp_path, model, optimizer, ALONE, run_digest="x", keep=1) as checkpoints:
        checkpoints.save(progress)
        checkpoints.wait()
        assert checkpoints.load_newest() == progress
    assert asdict(progress.entering(1)) == asdict(progress)
    assert progress.entering(2) == Progress(step=7, stage=2, row=0, tokens=640, guard=GuardState(in_a_row=2, skipped=5))


def test_the_newest_are_kept_and_weights_that_change_during_a_write_do_not_reach_it(tmp_path, stages):
    config = make_config(stages, tmp_path)
    model = build_model(config, ALONE)
    optimizer = build_optimizer(model, config.training.optimizer)
    weight = model.lm_head.weight
    with Checkpoints(tmp_path, model, optimizer, ALONE, run_digest="x", keep=2) as checkpoints:
        for step in (1, 2, 3):
            with torch.no_grad():
                weight.fill_(step)
            checkpoints.save(Progress(step=step))
            with torch.no_grad():
                weight.fill_(-1)
    assert list_checkpoints(tmp_path) == [checkpoint_path(tmp_path, 2), checkpoint_path(tmp_path, 3)]
    assert sorted(path.name for path in (tmp_path / "checkpoints").iterdir()) == ["step-00000002", "step-00000003"]
    assert stored(checkpoint_path(tmp_path, 2))["model"]["lm_head.weight"].unique().tolist() == [2]
