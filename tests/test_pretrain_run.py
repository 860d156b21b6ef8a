"""A run in unfriendly circumstances: steps that must not be taken, ranks that die; and what it says of itself."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import psutil
import pytest
import torch

from corpus.errors import MissingExtraError, RecipeError, StageError
from pretrain.checkpoint import checkpoint_path, list_checkpoints
from pretrain.config import AdamWConfig, GuardConfig, PretrainConfig, TrainConfig
from pretrain.data import collate
from pretrain.guard import GuardState, objection
from pretrain.launch import notices
from pretrain.log import count_labels, group_of, scalars, sum_losses
from pretrain.model import MiMo
from pretrain.train import main, open_rows, read_log
from tests.pretrain_ranks import constant, make_config
from tests.pretrain_shards import REPOSITORY, VOCAB_SIZE, packed, real_documents, write_stage
from tests.test_pretrain_checkpoint import flat, stored

torch.set_num_threads(1)

SPIKE_AT = 20
"""The step whose rows are noise, of 24 of 8 rows."""
NUM_ROWS = 24 * 8


@pytest.fixture(scope="module")
def noisy(tmp_path_factory) -> dict[str, int]:
    """Rows of one short text again and again, but for one step's, which are random bytes; three buckets in turn."""
    rows = packed([max(real_documents(), key=len)[:62]], seq_len=64, num_rows=NUM_ROWS)
    draw = random.Random(0)
    for row in range(8 * (SPIKE_AT - 1), 8 * SPIKE_AT):
        rows[row] = [draw.randrange(VOCAB_SIZE) for _ in range(64)], [64]
    buckets = ("web/mathematics/quality2", "books/history/quality1", "code/code/quality2")
    return {write_stage(tmp_path_factory.mktemp("shards") / "noisy", rows, buckets=buckets): NUM_ROWS}


def noisy_config(noisy: dict[str, int], out: Path, *, lr: float = 5e-3, **training) -> PretrainConfig:
    """Batches of 8 rows from the first step on."""
    config = make_config(noisy, out, lr=lr, **training)
    (stage,) = config.stages
    return replace(config, stages=(replace(stage, training=replace(stage.training, global_batch_size=(constant(8),))),))


GUARD = GuardConfig(spike_factor=6.0, window=8)


@pytest.fixture(scope="module")
def guarded(noisy, tmp_path_factory):
    """A run with the guard on: its folder and its log."""
    out = tmp_path_factory.mktemp("guarded")
    main(noisy_config(noisy, out, guard=GUARD, checkpoint_every_steps=1, keep_checkpoints=100))
    return out, read_log(out / "log.jsonl")


# --------------------------------------------------------------------------------------------------------------- guard


@pytest.mark.parametrize("loss", [float("nan"), float("inf"), -float("inf")])
def test_what_is_not_finite_is_always_refused(loss):
    assert "expected a finite number" in str(objection(GuardConfig(), GuardState(), loss=loss))
    assert "mtp_loss" in str(objection(GuardConfig(), GuardState(), loss=1.0, mtp_loss=loss))


def test_a_spike_is_measured_by_the_median_which_one_spike_does_not_move():
    losses = (2.0, 2.1, 1.9, 2.05, 1.95, 2.0, 9.0, 2.0)
    state = GuardState(losses=losses)
    config = GuardConfig(spike_factor=6.0, window=8)
    # median 2, deviations .0 .1 .1 .05 .05 .0 7 .0 -> median .05: 2 + 6 * 1.4826 * .05 = 2.445
    assert objection(config, state, loss=2.44) is None
    assert "expected at most 2.4448 (median 2.0000 of the last 8 steps" in str(objection(config, state, loss=2.45))
    assert objection(config, replace(state, losses=losses[:3]), loss=100.0) is None  # too few to tell
    assert objection(config, state, loss=0.1) is None
    assert objection(GuardConfig(), state, loss=100.0) is None
    assert objection(config, GuardState(losses=(2.0,) * 8), loss=2.001) is None


def test_the_window_moves_and_a_stage_begins_an_empty_one():
    config = GuardConfig(spike_factor=6.0, window=3)
    state = GuardState()
    for loss in (1.0, 2.0, 3.0, 4.0):
        state = state.after(config, loss=loss, skipped=False)
    assert state.losses == (2.0, 3.0, 4.0)
    state = state.after(config, loss=99.0, skipped=True)
    assert state == GuardState(losses=(2.0, 3.0, 4.0), in_a_row=1, skipped=1)
    assert state.entering_stage() == GuardState(in_a_row=1, skipped=1)
    assert state.after(config, loss=1.0, skipped=False) == GuardState(losses=(3.0, 4.0, 1.0), skipped=1)


@pytest.mark.parametrize("settings", [{"max_skipped": 0}, {"window": 1}, {"spike_factor": 0.0}])
def test_settings_that_mean_nothing_are_refused(settings):
    with pytest.raises(RecipeError, match=f"guard.{next(iter(settings))} is"):
        GuardConfig(**settings)


def test_a_spike_is_skipped_reported_and_leaves_no_trace_in_the_weights(guarded, capsys):
    out, lines = guarded
    assert [line.step for line in lines if line.skipped] == [SPIKE_AT]
    line = lines[SPIKE_AT - 1]
    assert line.loss > lines[SPIKE_AT - 2].loss + 1
    assert "guard.spike_factor 6" in str(line.skipped)
    assert [x.num_skipped for x in lines] == [0] * (SPIKE_AT - 1) + [1] * (len(lines) - SPIKE_AT + 1)
    before, after = (flat(stored(checkpoint_path(out, step))) for step in (SPIKE_AT - 1, SPIKE_AT))
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert json.loads((out / "summary.json").read_text())["stages"][0]["skipped"] == 1


def test_a_resumed_run_skips_what_one_that_was_not_interrupted_does(guarded, noisy, tmp_path, capsys):
    """Cut where the window is half full, right before the spike and right after it."""
    config = noisy_config(noisy, tmp_path, guard=GUARD)
    for stop_after in (5, SPIKE_AT - 6, 1):
        assert not main(config, stop_after=stop_after).finished
    assert f"step {SPIKE_AT} skipped: noisy, rows {8 * (SPIKE_AT - 1)} to {8 * SPIKE_AT - 1}: loss" in capsys.readouterr().err
    main(config)
    clock = ("tokens_per_s", "mfu", "data_wait_s")
    found, expected = (
        [{k: v for k, v in asdict(line).items() if k not in clock} for line in lines]
        for lines in (read_log(tmp_path / "log.jsonl"), guarded[1])
    )
    assert found == expected


@pytest.mark.parametrize("state", ["fp32", "bf16"])
def test_gradients_that_are_no_numbers_are_dropped_and_the_next_step_is_clean(noisy, tmp_path, monkeypatch, state):
    """The NaN goes through the whole backward pass; the lean optimizer's fp32 sums must lose it too."""
    original, calls = MiMo.pass_on, 0

    def pass_on(self, *arguments, **rest):
        nonlocal calls
        calls += 1
        states = original(self, *arguments, **rest)
        if calls == 4:
            states.main_BTD.register_hook(lambda gradient: gradient * float("nan"))
        return states

    monkeypatch.setattr(MiMo, "pass_on", pass_on)
    settings = {"precision": "bf16", "optimizer": AdamWConfig(state=state)} if state == "bf16" else {}
    config = noisy_config(noisy, tmp_path, checkpoint_every_steps=1, keep_checkpoints=10, **settings)
    main(config, stop_after=6)
    lines = read_log(tmp_path / "log.jsonl")
    assert [line.step for line in lines if line.skipped] == [4]
    assert "gradient norm nan" in str(lines[3].skipped)
    before, after, later = (flat(stored(checkpoint_path(tmp_path, step))) for step in (3, 4, 5))
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert not torch.equal(after["model/lm_head.weight"], later["model/lm_head.weight"])
    assert all(torch.isfinite(value.float()).all() for value in later.values())
    assert '"grad_norm": null' in (tmp_path / "log.jsonl").read_text().split("\n")[3]


def test_so_many_in_a_row_end_the_run_with_what_to_do(noisy, tmp_path, capsys):
    config = noisy_config(noisy, tmp_path, lr=1e30, checkpoint_every_steps=2, guard=GuardConfig(max_skipped=3))
    message = (
        r"noisy, rows \d+ to \d+: loss nan, expected a finite number; that makes 3 steps skipped in a row \(guard.max_skipped\)"
        r".*lower learning rate"
    )
    with pytest.raises(StageError, match=message):
        main(config)
    assert capsys.readouterr().err.count("skipped: noisy") == 3
    assert len(read_log(tmp_path / "log.jsonl")) == 3 + sum(not x.skipped for x in read_log(tmp_path / "log.jsonl"))


# ---------------------------------------------------------------------------------------------------------------- logs


def test_a_bucket_belongs_to_the_first_group_that_names_a_part_of_its_key():
    groups = TrainConfig().loss_groups
    keys = ("web/mathematics/quality2", "web/code/quality0/synthetic", "code/code/quality1", "web/mathematics2/quality1", "")
    assert [group_of(key, groups) for key in keys] == ["mathematics", "synthetic", "code", "general", "general"]
    assert group_of("books/law", {"own": ("law", "books")}) == "own"


def test_losses_of_groups_are_those_of_their_rows_and_add_up_to_the_loss(guarded, noisy):
    _, lines = guarded
    config = noisy_config(noisy, Path("unused"))
    data = open_rows(config.stages[0], config)
    groups, start = config.training.loss_groups, 0
    for line in lines:
        batch = collate(data.read(range(start, line.row)), seq_len=64)
        start = line.row
        labels = dict(zip([*groups, "general"], count_labels([batch], groups), strict=True))
        assert set(line.group_losses) == {name for name, num in labels.items() if num}
        total = sum(line.group_losses[name] * labels[name] for name in line.group_losses)
        assert total / sum(labels.values()) == pytest.approx(line.loss, rel=1e-6)
    assert set(lines[0].group_losses) == {"mathematics", "general", "code"}


def test_rows_losses_are_summed_into_the_group_of_each(noisy):
    config = noisy_config(noisy, Path("unused"))
    rows = open_rows(config.stages[0], config).read(range(5))
    batches = [collate(rows[:3], seq_len=64), collate(rows[3:], seq_len=64), collate([], seq_len=64)]
    losses = [torch.tensor([1.0, 2.0, 4.0]), torch.tensor([8.0, 16.0]), torch.tensor([0.0])]
    groups = {"mathematics": ("mathematics",), "code": ("code",)}
    assert sum_losses(batches, losses, groups) == [1.0 + 8.0, 4.0, 2.0 + 16.0]
    expected = [sum(int((b.labels_BT[i] != -100).sum()) for b, i in pairs) for pairs in _places(batches)]
    assert count_labels(batches, groups) == expected
    assert sum_losses(batches, [], groups) == [0.0, 0.0, 0.0]


def _places(batches):
    """Of mathematics, code and general: which rows of which batches."""
    return [[(batches[0], 0), (batches[1], 0)], [(batches[0], 2)], [(batches[0], 1), (batches[1], 1)]]


def test_tensorboard_shows_what_the_log_has(noisy, tmp_path):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    config = noisy_config(noisy, tmp_path, tensorboard=True)
    main(config, stop_after=3)
    main(config, stop_after=2)
    events = EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    lines = read_log(tmp_path / "log.jsonl")
    for tag in ("loss/main", "loss/mtp", "loss/group/mathematics", "optimizer/grad_norm", "optimizer/lr", "speed/data_wait_s"):
        found = {event.step: event.value for event in events.Scalars(tag)}
        assert found == pytest.approx({line.step: scalars(line)[tag] for line in lines}, rel=1e-6)


def test_without_tensorboard_the_run_says_which_extra_before_it_begins(noisy, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'tercet\[tensorboard\]'"):
        main(noisy_config(noisy, tmp_path, tensorboard=True))
    assert not (tmp_path / "log.jsonl").exists()


# ---------------------------------------------------------------------------------------------------------- dead ranks


def torchrun(config_path: Path, *, ranks: int) -> subprocess.Popen[str]:
    arguments = ["--standalone", f"--nproc-per-node={ranks}", "-m", "pretrain.train", str(config_path)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-m", "torch.distributed.run", *arguments]
    return subprocess.Popen(
        command,
        cwd=REPOSITORY,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.slow
def test_a_rank_that_dies_ends_the_job_which_says_how_to_resume(tmp_path):
    """The first of two, which is the one that speaks otherwise."""
    stage = write_stage(tmp_path / "long", packed(real_documents(), seq_len=64, num_rows=8000), rows_per_shard=8000)
    config = make_config({stage: 8000}, tmp_path / "out", checkpoint_every_steps=5)
    path = tmp_path / "config.json"
    path.write_text(json.dumps(asdict(config)))
    job = torchrun(path, ranks=2)
    try:
        until = time.monotonic() + 120
        while len(list_checkpoints(tmp_path / "out")) < 2:
            assert job.poll() is None, job.communicate()
            assert time.monotonic() < until
            time.sleep(0.1)
        ranks = {p.environ()["RANK"]: p for p in psutil.Process(job.pid).children() if "RANK" in p.environ()}
        ranks["0"].send_signal(signal.SIGKILL)
        died = time.monotonic()
        _, errors = job.communicate(timeout=60)
    finally:
        if job.poll() is None:
            os.killpg(job.pid, signal.SIGKILL)
    assert time.monotonic() - died < 60
    assert job.returncode != 0
    (said,) = [line for line in errors.splitlines() if line.startswith("error: rank")]
    assert said.startswith("error: rank 1: ")
    assert said.endswith(f"to go on from it: torchrun --nproc-per-node 2 -m pretrain.train {path}")
    assert str(tmp_path / "out" / "checkpoints" / "step-") in said
    resumed = main(config, stop_after=1)
    assert resumed.steps > 10
    assert resumed.steps_now == 1


def test_a_process_that_is_told_to_stop_says_so_even_while_it_waits_for_a_device():
    """The main thread sits in C, as one that waits for a GPU does, and never runs a Python handler."""
    code = (
        "import ctypes\n"
        "from pretrain.launch import notices\n"
        "with notices(lambda: 'To go on: COMMAND'):\n"
        "    print('ready', flush=True)\n"
        "    while True: ctypes.CDLL(None).sleep(100)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.terminate()
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM
    assert "told to stop (SIGTERM)" in errors
    assert errors.endswith("To go on: COMMAND\n")


def test_notices_are_given_once_and_handlers_come_back(capsys):
    before = signal.getsignal(signal.SIGTERM)
    with notices(lambda: "To go on: X") as say:
        say("first")
        say("second")
    assert signal.getsignal(signal.SIGTERM) is before
    assert capsys.readouterr().err == "error: rank 0: first. To go on: X\n"
