"""Ranks train as one process does, whatever they share: loss and gradient norm of every mesh; zig-zag's shares of the work.

One spawn of four processes goes through all meshes; what does not change the digits (recompute, passes) is on for some of them.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
import torch.nn.functional as F  # noqa: N812 (torch's own name for it)
from torch.distributed.checkpoint.state_dict import get_state_dict
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import save
from torch.utils.checkpoint import CheckpointPolicy

from corpus.errors import RecipeError
from pretrain import train
from pretrain.attention import DocumentLayout, attend, document_layout
from pretrain.config import AdamWConfig, ModelConfig, ParallelConfig, PretrainConfig, StageConfig, TrainConfig
from pretrain.guard import GuardState
from pretrain.model import MiMo, keep_products
from pretrain.optimizer import build_optimizer
from pretrain.ranks import start_ranks
from pretrain.schedule import Segment, StageTraining, plan_steps
from tests.pretrain_shards import packed, real_documents, write_stage

SEQ_LEN, ROWS_PER_STEP, STEPS, LEAN_STEPS = 64, 4, 20, 4
MODEL = ModelConfig(
    vocab_size=264,
    hidden_size=32,
    intermediate_size=96,
    num_hidden_layers=2,
    num_attention_heads=8,
    num_key_value_heads=4,
    head_dim=8,
    max_position_embeddings=SEQ_LEN,
)
LEAN = {"precision": "bf16", "optimizer": AdamWConfig(state="bf16")}
MESHES: dict[str, dict[str, Any]] = {
    "FSDP 4": {},
    "TP 4": {"parallel": ParallelConfig(tensor=4)},
    "CP 4": {"parallel": ParallelConfig(context=4)},
    "FSDP 2 x TP 2": {"parallel": ParallelConfig(tensor=2), "recompute": "mlp"},
    "FSDP 2 x CP 2": {"parallel": ParallelConfig(context=2), "micro_batch_tokens": SEQ_LEN},
    "TP 2 x CP 2": {"parallel": ParallelConfig(tensor=2, context=2), "recompute": "elementwise"},
    "lean TP 2 x CP 2": {"parallel": ParallelConfig(tensor=2, context=2), **LEAN},
}
SAVED = "FSDP 2 x TP 2"
"""The mesh that leaves a checkpoint."""


def make_config(shards: str, **settings: Any) -> PretrainConfig:
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


@dataclass
class Run:
    """A model after some steps, and each step's loss, prediction loss and gradient norm."""

    model: MiMo
    optimizer: torch.optim.Optimizer
    curve: list[tuple[float, float, float]]


def trained(config: PretrainConfig, *, steps: int = STEPS) -> Run:
    (stage,) = config.stages
    with start_ranks("cpu", config.training.parallel) as ranks:
        model = train.build_model(config, ranks)
        run = Run(model, build_optimizer(model, config.training.optimizer), [])
        data = train.open_rows(stage, config)
        for step in islice(plan_steps(stage.training, num_rows=data.num_rows, first_row=0), steps):
            batches = train.load_batches(step, data, config.training, ranks)
            outcome = train.train_step(
                model, run.optimizer, step, batches, stage=stage, config=config.training, ranks=ranks, guard=GuardState()
            )
            run.curve.append((outcome.loss, outcome.mtp_loss, outcome.grad_norm))
        return run


def train_on_meshes(rank: int, shards: str, folder: str) -> None:
    """One of four processes: the curve of each mesh as a file, and the checkpoint of one."""
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{folder}/rendezvous", rank=rank, world_size=4)
    for name, settings in MESHES.items():
        run = trained(make_config(shards, **settings), steps=LEAN_STEPS if name.startswith("lean") else STEPS)
        if rank == 0:
            torch.save(run.curve, Path(folder) / name)
        if name == SAVED:
            save(state_of(run), checkpoint_id=f"{folder}/checkpoint")
    dist.destroy_process_group()


def state_of(run: Run) -> dict[str, Any]:
    return dict(zip(("model", "optimizer"), get_state_dict(run.model, run.optimizer), strict=True))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Where the meshes left what they did."""
    folder = tmp_path_factory.mktemp("parallel")
    shards = write_stage(folder / "real", packed(real_documents(), seq_len=SEQ_LEN, num_rows=ROWS_PER_STEP * STEPS))
    # One process imports, four are forked from it: 3 s of torch instead of 12.
    multiprocessing.set_forkserver_preload([__name__])
    mp.start_processes(train_on_meshes, (shards, str(folder)), nprocs=4, start_method="forkserver")
    return folder


@pytest.fixture(scope="module")
def alone(folder) -> Run:
    return trained(make_config(str(folder / "real")))


def relative(ours: Any, theirs: Any) -> float:
    ours, theirs = (torch.as_tensor(x, dtype=torch.float64) for x in (ours, theirs))
    assert ours.shape == theirs.shape
    return float(((ours - theirs) / theirs).abs().max())


@pytest.mark.slow
@pytest.mark.parametrize("mesh", [name for name in MESHES if not name.startswith("lean")])
def test_a_mesh_trains_as_one_process_does(folder, alone, mesh):
    assert len(alone.curve) == STEPS
    assert relative(torch.load(folder / mesh), alone.curve) < 1e-5  # 2e-7 to 5e-7


@pytest.mark.slow
def test_the_lean_state_is_shared_too(folder):
    """bf16 weights round sums of another order elsewhere: 1e-5 of the loss, 6e-3 of the gradient norm."""
    ours = torch.tensor(torch.load(folder / "lean TP 2 x CP 2"))
    theirs = torch.tensor(trained(make_config(str(folder / "real"), **LEAN), steps=LEAN_STEPS).curve)
    assert relative(ours[:, :2], theirs[:, :2]) < 1e-3
    assert relative(ours[:, 2], theirs[:, 2]) < 3e-2


@pytest.mark.slow
def test_a_checkpoint_of_a_mesh_has_the_tensors_of_one_process(folder, alone):
    fresh = trained(make_config(str(folder / "real")), steps=1)
    state = state_of(fresh)
    load(state, checkpoint_id=folder / "checkpoint", no_dist=True)
    ours, theirs = dict(tensors(state)), dict(tensors(state_of(alone)))
    assert ours.keys() == theirs.keys()
    assert len(ours) > 3 * len(list(alone.model.parameters()))  # weights, two moments, numbers of steps
    for name, expected in theirs.items():
        assert float((ours[name] - expected).norm()) <= 1e-4 * float(expected.norm()), name


def tensors(state: Any, prefix: str = "") -> Iterator[tuple[str, torch.Tensor]]:
    """Those anywhere in nested dictionaries, with their path."""
    if isinstance(state, torch.Tensor):
        yield prefix, state
    elif isinstance(state, dict):
        for key, value in state.items():
            yield from tensors(value, f"{prefix}/{key}")


# ----------------------------------------------------------------------------------------------------------- the layout

DOCUMENTS = torch.stack(
    [
        torch.tensor([0] * 3 + [1] * 17 + [2] * 1 + [3] * 11),
        torch.tensor([0] * 32),
        torch.tensor([0] * 8 + [1] * 8 + [2] * 8 + [3] * 8),
    ]
)
"""Rows whose documents end inside chunks, never, and with them."""


def attention_inputs(layout: DocumentLayout) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    B, T = layout.document_BT.shape
    q, k, v = (torch.randn(B, T, heads, 8, generator=generator) for heads in (4, 2, 2))
    return q, k, v


@pytest.mark.parametrize("backend", ["sdpa", "flex", "varlen"])
@pytest.mark.parametrize("size", [1, 2, 4])
def test_the_queries_of_all_ranks_together_are_the_rows(backend, size):
    layout = document_layout(DOCUMENTS)
    q, k, v = attention_inputs(layout)
    parts = [layout.of_rank(rank, size) for rank in range(size)]
    function = attend_by_segments if backend == "varlen" else partial(attend, backend=backend)
    mixed = torch.cat([function(part.take(q), k, v, part) for part in parts], dim=1)
    torch.testing.assert_close(parts[0].restored(mixed), attend(q, k, v, layout))


def attend_by_segments(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, layout: DocumentLayout) -> torch.Tensor:
    """What varlen kernels do with the bounds: a segment's last query sees all of its keys, the one before one less."""
    whole = ((layout.padded_cu_seqlens, layout.padded_cu_seqlens),)
    bounds = whole if layout.queries is None else layout.queries.bounds
    mixed = []
    for chunk, (cu_q, cu_k) in zip(q.chunk(len(bounds), dim=1), bounds, strict=True):
        q_NHK, k_NGK, v_NGK = (x.flatten(0, 1) for x in (chunk, k, v))
        assert (cu_q[-1], cu_k[-1]) == (len(q_NHK), len(k_NGK))
        parts = []
        for number in range(len(cu_q) - 1):
            queries, keys = slice(*cu_q[number : number + 2].tolist()), slice(*cu_k[number : number + 2].tolist())
            num_q, num_k = queries.stop - queries.start, keys.stop - keys.start
            assert 0 <= num_q <= num_k
            mask = torch.ones(num_q, num_k, dtype=torch.bool).tril(num_k - num_q)
            one = [x[part].transpose(0, 1)[None] for x, part in ((q_NHK, queries), (k_NGK, keys), (v_NGK, keys))]
            if num_q:
                parts.append(F.scaled_dot_product_attention(*one, attn_mask=mask, enable_gqa=True)[0].transpose(0, 1))
        mixed.append(torch.cat(parts).view(chunk.shape))
    return torch.cat(mixed, dim=1)


@pytest.mark.parametrize("size", [2, 4, 8])
def test_zigzag_gives_every_rank_the_same_work(size):
    """Pairs of query and key in a row of one document; in order the last of two ranks would have 1.5 times the mean."""
    layout = document_layout(torch.zeros(1, 4096, dtype=torch.int64))
    work = [float((part.take(part.position_BT) + 1).sum()) for part in (layout.of_rank(r, size) for r in range(size))]
    assert max(work) / fmean(work) == pytest.approx(1, abs=0.01)
    assert sum(work) == 4096 * 4097 / 2


def test_parts_of_sums_are_not_kept_for_the_backward_pass():
    """The sum is: 16 inputs, 32 outputs, of which each rank has a part of the sum if the model is 32 wide."""
    x, weight = torch.zeros(8, 16), torch.zeros(16, 32)
    for partial_width, policy in ((0, CheckpointPolicy.MUST_SAVE), (32, CheckpointPolicy.PREFER_RECOMPUTE)):
        assert policy == keep_products(None, torch.ops.aten.mm.default, x, weight, dropped_width=0, partial_width=partial_width)
    assert (
        keep_products(None, torch.ops._c10d_functional.reduce_scatter_tensor.default, x, dropped_width=0, partial_width=32)
        == CheckpointPolicy.MUST_SAVE
    )


# ------------------------------------------------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("parallel", "message"),
    [
        (ParallelConfig(tensor=3), "parallel.tensor = 3 does not divide num_attention_heads 8"),
        (ParallelConfig(tensor=8), "parallel.tensor = 8 does not divide num_key_value_heads 4"),
        (ParallelConfig(pipeline=3), "parallel.pipeline = 3 is more than num_hidden_layers 2"),
        (ParallelConfig(context=3), r"2 \* context = 6 does not divide seq_len 64"),
        (ParallelConfig(context=32, tensor=4), r"context \* tensor = 128 does not divide seq_len 64"),
    ],
)
def test_axes_that_divide_nothing_are_refused(parallel, message):
    with pytest.raises(RecipeError, match=message):
        make_config("shards", parallel=parallel)


def test_axes_that_do_not_divide_the_ranks_are_refused():
    with pytest.raises(RecipeError, match="tensor 2 x context 3 x pipeline 1 = 6 does not divide the 4 ranks"):
        ParallelConfig(tensor=2, context=3).data(4)
    with pytest.raises(RecipeError, match=r"parallel\.context is 0; expected at least 1"):
        ParallelConfig(context=0)
    assert ParallelConfig(tensor=2, context=2).data(64) == 16
