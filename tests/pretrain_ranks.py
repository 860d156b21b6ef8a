"""Training runs in several processes over gloo, forked from one that has torch imported already."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import resource
import socket
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from pretrain.checkpoint import list_checkpoints
from pretrain.config import ModelConfig, PretrainConfig, StageConfig, TrainConfig
from pretrain.schedule import Segment, StageTraining
from tests.pretrain_shards import VOCAB_SIZE

MODEL = ModelConfig(
    vocab_size=VOCAB_SIZE,
    hidden_size=48,
    intermediate_size=96,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    head_dim=12,
    max_position_embeddings=64,
)
SEQ_LEN = 64
TIMEOUT_S = 150

Hook = Callable[[int, Any], None]
"""What a rank does before it trains, of its number and an argument."""


def constant(value: float, tokens: int | None = None) -> Segment:
    return Segment(shape="constant", start=value, tokens=tokens)


def stage_training(num_rows: int, *, lr: float = 2e-3, batch: int = 8) -> StageTraining:
    return StageTraining(
        seq_len=SEQ_LEN,
        rope_base=1e4,
        lr=(constant(lr, num_rows * SEQ_LEN),),
        global_batch_size=(Segment(shape="linear", tokens=1000, start=2, end=batch), constant(batch)),
        mtp_loss_weight=(constant(0.3),),
    )


def make_config(stages: dict[str, int], out: Path, *, lr: float = 2e-3, **training: Any) -> PretrainConfig:
    """A run over folders of shards with so many rows."""
    parts = (StageConfig(name=Path(d).name, shards=d, training=stage_training(n, lr=lr)) for d, n in stages.items())
    return PretrainConfig(model=MODEL, stages=tuple(parts), out=str(out), training=TrainConfig(device="cpu", **training))


@contextlib.contextmanager
def running(
    config: PretrainConfig, num_ranks: int, *, stop_after: int | None = None, hook: Hook | None = None, argument: Any = None
) -> Iterator[list[Any]]:
    """The processes of a run; those still there at the end are killed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pretrain.train", "tests.pretrain_shards"])
    arguments = [(rank, num_ranks, port, config, stop_after, hook, argument) for rank in range(num_ranks)]
    processes = [context.Process(target=_train, args=x) for x in arguments]
    for process in processes:
        process.start()
    try:
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.join()


def run_ranks(config: PretrainConfig, num_ranks: int, **options: Any) -> list[str | None]:
    """Waits for the run; what each rank raised."""
    with running(config, num_ranks, **options) as processes:
        for process in processes:
            process.join(TIMEOUT_S)
        assert [process.exitcode for process in processes] == [0] * num_ranks
    outcomes = [Path(config.out, f"rank{rank}.json") for rank in range(num_ranks)]
    return [json.loads(path.read_text()) for path in outcomes]


def _train(
    rank: int, num_ranks: int, port: int, config: PretrainConfig, stop_after: int | None, hook: Hook | None, argument: Any
) -> None:
    import torch

    from corpus.errors import TercetError
    from pretrain import train

    torch.set_num_threads(1)
    os.environ |= {"RANK": str(rank), "WORLD_SIZE": str(num_ranks), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    Path(config.out).mkdir(parents=True, exist_ok=True)
    _record_rows(Path(config.out) / "rows", rank)
    if hook is not None:
        hook(rank, argument)
    error = None
    try:
        train.main(config, stop_after=stop_after)
    except TercetError as raised:
        error = str(raised)
    Path(config.out, f"rank{rank}.json").write_text(json.dumps(error))


def _record_rows(folder: Path, rank: int) -> None:
    """Leaves what each training step saw: a file FOLDER/STAGE-FIRST_ROW-RANK with a digest a row."""
    from pretrain import train

    original = train.train_step
    folder.mkdir(exist_ok=True)

    def recorded(model: Any, optimizer: Any, step: Any, batches: Any, *, stage: Any, **rest: Any) -> Any:
        rows = [row for batch in batches for row in batch.tokens_BT[: len(batch.buckets)]]
        seen = [sha256(row.numpy().tobytes()).hexdigest() for row in rows]
        (folder / f"{stage.name}-{step.rows.start:06d}-{rank}").write_text("\n".join(seen))
        return original(model, optimizer, step, batches, stage=stage, **rest)

    train.train_step = recorded


def rows_seen(config: PretrainConfig) -> list[str]:
    """The rows of all steps in order, of a step the first rank's first."""
    files = sorted(Path(config.out, "rows").iterdir())
    return [row for file in files for row in file.read_text().split("\n") if row]


# ---------------------------------------------------------------------------------------------------------------- hooks


def hang_in_a_write(rank: int, step: int) -> None:
    """The second rank writes its part of the checkpoint of `step` and then never says so."""
    if rank != 1:
        return
    from torch.distributed.checkpoint.filesystem import FileSystemWriter

    original = FileSystemWriter.write_data

    def write_data(self: Any, plan: Any, planner: Any) -> Any:
        written = original(self, plan, planner)
        if f"step-{step:08d}" in str(self.path):
            time.sleep(600)
        return written

    FileSystemWriter.write_data = write_data


def spoil_a_gradient_and_fill_the_disk(rank: int, argument: tuple[Path, int, int]) -> None:
    """On the second rank: gradients of the one step are NaN, and from the other on no file grows beyond 20 kB."""
    if rank != 1:
        return
    from pretrain import train

    original, (out, spoilt, full) = train.optimizer_step, argument
    count = 0

    def optimizer_step(model: Any, *arguments: Any, **rest: Any) -> float:
        nonlocal count
        count += 1
        if count == full:
            fill_the_disk_after_the_first_checkpoint(out)
        if count == spoilt:
            model.lm_head.weight.grad.to_local().fill_(float("nan"))
        return original(model, *arguments, **rest)

    train.optimizer_step = optimizer_step


def fill_the_disk_after_the_first_checkpoint(out: Path) -> None:
    """From now on no file of this process grows beyond 20 kB."""
    until = time.monotonic() + 60
    while not list_checkpoints(out):
        assert time.monotonic() < until
        time.sleep(0.05)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
