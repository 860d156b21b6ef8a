"""Layers on several ranks train as on one: loss and gradient norm of pipelines and mixes beside one process; who has which layers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp

from corpus.errors import RecipeError
from pretrain import train
from pretrain.config import AdamWConfig, ModelConfig, ParallelConfig, PretrainConfig, StageConfig, TrainConfig
from pretrain.optimizer import build_optimizer
from pretrain.pipeline import EMBEDDING, idle_share, join_pipeline, one_forward_one_backward, split_layers, stage_costs
from pretrain.ranks import start_ranks
from pretrain.schedule import Segment, StageTraining, plan_steps
from tests.pretrain_shards import packed, real_documents, write_stage

SEQ_LEN, ROWS_PER_STEP, STEPS = 64, 7, 20
MODEL = ModelConfig(
    vocab_size=264,
    hidden_size=32,
    intermediate_size=64,
    num_hidden_layers=4,
    num_attention_heads=4,
    num_key_value_heads=2,
    head_dim=8,
    max_position_embeddings=SEQ_LEN,
)
MESHES = {
    "PP 4": {"parallel": ParallelConfig(pipeline=4)},
    "PP 2 x FSDP 2": {"parallel": ParallelConfig(pipeline=2)},
    "PP 2 x FSDP 2, gathered again": {"parallel": ParallelConfig(pipeline=2, pipeline_keeps_weights=False)},
    "PP 2 x FSDP 2, recompute": {"parallel": ParallelConfig(pipeline=2), "recompute": "layer", "recompute_layers": 3},
    "PP 2 x TP 2": {"parallel": ParallelConfig(pipeline=2, tensor=2)},
    "PP 2 x CP 2": {"parallel": ParallelConfig(pipeline=2, context=2)},
}


def make_config(shards: str, out: str = "", **settings) -> PretrainConfig:
    """Rows with several documents, seven of them a step in passes of two: the last pass is shorter."""
    num_tokens = SEQ_LEN * ROWS_PER_STEP * STEPS
    stage = StageTraining(
        seq_len=SEQ_LEN,
        rope_base=1e4,
        lr=(Segment(shape="constant", start=1e-3, tokens=num_tokens),),
        global_batch_size=(Segment(shape="constant", start=ROWS_PER_STEP),),
        # The weight of the prediction loss changes in mid-run.
        mtp_loss_weight=(Segment(shape="constant", start=0.3, tokens=num_tokens // 2), Segment(shape="constant", start=0.1)),
    )
    training = TrainConfig(device="cpu", micro_batch_tokens=2 * SEQ_LEN, **settings)
    return PretrainConfig(
        model=MODEL, stages=(StageConfig(name="real", shards=shards, training=stage),), out=out, training=training
    )


def train_steps(config: PretrainConfig) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Loss, prediction loss and gradient norm of each step; this rank's part of the embedding at the end."""
    (stage,) = config.stages
    curve = []
    with start_ranks("cpu", config.training.parallel) as ranks:
        pipeline = join_pipeline(ranks, config.model)
        model = train.build_model(config, ranks)
        optimizer = build_optimizer(model, config.training.optimizer)
        data = train.open_rows(stage, config)
        for step in plan_steps(stage.training, num_rows=data.num_rows):
            batches = train.load_batches(step, data, config.training, ranks)
            outcome = train.train_step(
                model, optimizer, step, batches, stage=stage, config=config.training, ranks=ranks, pipeline=pipeline
            )
            curve.append([outcome["loss"], outcome["mtp_loss"], outcome["grad_norm"]])
    embedding = dict(model.named_parameters()).get(EMBEDDING)
    if embedding is not None and hasattr(embedding, "full_tensor"):
        embedding = embedding.full_tensor()
    return torch.tensor(curve, dtype=torch.float64), None if embedding is None else embedding.detach()


def train_on_meshes(rank: int, shards: str, folder: str) -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{folder}/rendezvous", rank=rank, world_size=4)
    for name, settings in MESHES.items():
        torch.save(train_steps(make_config(shards, **settings)), Path(folder) / f"{name}.{rank}")
    dist.destroy_process_group()


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> dict[str, list]:
    """What train_steps gave: for each mesh of each rank, and of one process alone."""
    folder = tmp_path_factory.mktemp("pipeline")
    shards = write_stage(folder / "real", packed(real_documents(), seq_len=SEQ_LEN, num_rows=ROWS_PER_STEP * STEPS))
    mp.spawn(train_on_meshes, (shards, str(folder)), nprocs=4)
    return {"alone": [train_steps(make_config(shards))]} | {
        name: [torch.load(folder / f"{name}.{rank}") for rank in range(4)] for name in MESHES
    }


@pytest.mark.parametrize("mesh", MESHES)
def test_a_pipeline_trains_as_one_process_does(runs, mesh):
    ((alone, embedding),) = runs["alone"]
    curves = [curve for curve, _ in runs[mesh]]
    assert alone.shape == (STEPS, 3)
    assert ((curves[0] - alone) / alone).abs().max() < 1e-5
    assert all(torch.equal(curve, curves[0]) for curve in curves), "all ranks know the same numbers"
    copies = [copy for _, copy in runs[mesh] if copy is not None]
    assert len(copies) == (2 if mesh == "PP 4" else 4)
    assert all(torch.equal(copy, copies[0]) for copy in copies), "first and last stage have one embedding"
    assert torch.allclose(copies[0], embedding, atol=1e-5)
