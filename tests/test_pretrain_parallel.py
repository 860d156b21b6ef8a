"""Whatever the ranks share, they train as one does: loss and gradient norm of every mesh beside one process; the work of zig-zag."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp

from pretrain import train
from pretrain.config import ModelConfig, ParallelConfig, PretrainConfig, StageConfig, TrainConfig
from pretrain.optimizer import build_optimizer
from pretrain.ranks import start_ranks
from pretrain.schedule import Segment, StageTraining, plan_steps
from tests.pretrain_shards import packed, real_documents, write_stage

SEQ_LEN, ROWS_PER_STEP, STEPS = 64, 4, 20
MODEL = ModelConfig(
    vocab_size=264,
    hidden_size=32,
    intermediate_size=64,
    num_hidden_layers=2,
    num_attention_heads=8,
    num_key_value_heads=4,
    head_dim=8,
    max_position_embeddings=SEQ_LEN,
)
MESHES = {
    "FSDP 4": ParallelConfig(),
    "TP 4": ParallelConfig(tensor=4),
    "CP 4": ParallelConfig(context=4),
    "FSDP 2 x TP 2": ParallelConfig(tensor=2),
    "FSDP 2 x CP 2": ParallelConfig(context=2),
    "TP 2 x CP 2": ParallelConfig(tensor=2, context=2),
}


def make_config(shards: str, **settings) -> PretrainConfig:
    num_tokens = SEQ_LEN * ROWS_PER_STEP * STEPS
    stage = StageTraining(
        seq_len=SEQ_LEN,
        rope_base=1e4,
        lr=(Segment(shape="constant", start=1e-3, tokens=num_tokens),),
        global_batch_size=(Segment(shape="constant", start=ROWS_PER_STEP),),
        mtp_loss_weight=(Segment(shape="constant", start=0.3),),
    )
    training = TrainConfig(device="cpu", **settings)
    return PretrainConfig(
        model=MODEL, stages=(StageConfig(name="real", shards=shards, training=stage),), out="", training=training
    )


def losses(config: PretrainConfig) -> Iterator[tuple[float, float, float]]:
    """Loss, prediction loss and gradient norm of each step."""
    (stage,) = config.stages
    with start_ranks("cpu", config.training.parallel) as ranks:
        model = train.build_model(config, ranks)
        optimizer = build_optimizer(model, config.training.optimizer)
        data = train.open_rows(stage, config)
        for step in plan_steps(stage.training, num_rows=data.num_rows, first_row=0):
            batches = train.load_batches(step, data, config.training, ranks)
            outcome = train.train_step(model, optimizer, step, batches, stage=stage, config=config.training, ranks=ranks)
            yield outcome["loss"], outcome["mtp_loss"], outcome["grad_norm"]


def train_on_meshes(rank: int, shards: str, folder: str) -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{folder}/rendezvous", rank=rank, world_size=4)
    import time

    for name, parallel in MESHES.items():
        t = time.time()
        curve = list(losses(make_config(shards, parallel=parallel)))
        if rank == 0:
            torch.save(curve, Path(folder) / name)
            print(name, time.time() - t, flush=True)
    dist.destroy_process_group()


@pytest.fixture(scope="module")
def curves(tmp_path_factory) -> dict[str, list[tuple[float, float, float]]]:
    folder = tmp_path_factory.mktemp("parallel")
    shards = write_stage(folder / "real", packed(real_documents(), seq_len=SEQ_LEN, num_rows=ROWS_PER_STEP * STEPS))
    mp.spawn(train_on_meshes, (shards, str(folder)), nprocs=4)
    alone = list(losses(make_config(shards)))
    return {"alone": alone} | {name: torch.load(folder / name) for name in MESHES}


@pytest.mark.parametrize("mesh", MESHES)
def test_a_mesh_trains_as_one_process_does(curves, mesh):
    alone, shared = (torch.tensor(curves[name], dtype=torch.float64) for name in ("alone", mesh))
    assert shared.shape == (STEPS, 3)
    print(mesh, ((shared - alone) / alone).abs().max(0).values, alone[0], alone[-1])
    assert ((shared - alone) / alone).abs().max() < 1e-5
