"""Layers on several ranks train as on one: loss and gradient norm beside one process, checkpoints, who has which layers."""

from __future__ import annotations

import multiprocessing
import warnings
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp

from corpus.errors import RecipeError
from pretrain import train
from pretrain.config import AdamWConfig, ModelConfig, ParallelConfig, PretrainConfig, StageConfig, TrainConfig
from pretrain.model import MiMo
from pretrain.pipeline import EMBEDDING, idle_share, one_forward_one_backward, split_layers, stage_costs
from pretrain.schedule import Segment, StageTraining
from tests.pretrain_shards import REPOSITORY, packed, real_documents, write_stage

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
LEAN = {"precision": "bf16", "optimizer": AdamWConfig(state="bf16")}
MESHES = {
    "PP 4": {"parallel": ParallelConfig(pipeline=4), "recompute": "layer", "recompute_layers": 3},
    "PP 2 x FSDP 2": {"parallel": ParallelConfig(pipeline=2), "micro_batch_tokens": SEQ_LEN},
    "PP 2 x CP 2": {
        "parallel": ParallelConfig(pipeline=2, context=2, pipeline_keeps_weights=False),
        "micro_batch_tokens": 3 * SEQ_LEN,
    },
    "PP 2 x TP 2": {"parallel": ParallelConfig(pipeline=2, tensor=2), "micro_batch_tokens": 3 * SEQ_LEN},
}


def make_config(shards: str, out: Path, **settings) -> PretrainConfig:
    """Rows with several documents, seven a step in passes of two: the last pass is shorter, or on one of two ranks empty."""
    num_tokens = SEQ_LEN * ROWS_PER_STEP * STEPS
    stage = StageTraining(
        seq_len=SEQ_LEN,
        rope_base=1e4,
        lr=(Segment(shape="constant", start=1e-3, tokens=num_tokens),),
        global_batch_size=(Segment(shape="constant", start=ROWS_PER_STEP),),
        # The weight of the prediction loss changes in mid-run.
        mtp_loss_weight=(Segment(shape="constant", start=0.3, tokens=num_tokens // 2), Segment(shape="constant", start=0.1)),
    )
    training = TrainConfig(device="cpu", **({"micro_batch_tokens": 2 * SEQ_LEN} | settings))
    return PretrainConfig(
        model=MODEL, stages=(StageConfig(name="real", shards=shards, training=stage),), out=str(out), training=training
    )


def curve(out: Path) -> torch.Tensor:
    """Loss, prediction loss and gradient norm of each step."""
    return torch.tensor([[x.loss, x.mtp_loss, x.grad_norm] for x in train.read_log(out / "log.jsonl")], dtype=torch.float64)


def train_on_meshes(rank: int, folder: Path) -> None:
    """Every mesh from the start to the end; then two that go on where another one stopped."""
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{folder}/rendezvous", rank=rank, world_size=4)
    models = remember_models()
    shards = str(folder / "shards")
    for name, settings in MESHES.items():
        result = train.main(make_config(shards, folder / name, **settings))
        embedding = dict(models.pop().named_parameters()).get(EMBEDDING)
        torch.save((result.last, None if embedding is None else embedding.full_tensor().detach()), folder / f"{name}.{rank}")
    for name in ("PP 4", "PP 2 x FSDP 2"):
        train.main(make_config(shards, folder / "resumed", **MESHES[name]), stop_after=5)
    train.main(make_config(shards, folder / "lean", parallel=ParallelConfig(pipeline=2), **LEAN), stop_after=8)
    dist.destroy_process_group()


def remember_models() -> list[MiMo]:
    """The models that train.main builds from now on."""
    models: list[MiMo] = []
    build_model = train.build_model

    def build_and_remember(*args) -> MiMo:
        models.append(build_model(*args))
        return models[-1]

    train.build_model = build_and_remember
    return models


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """With a run of one process, one of each mesh, and one that one process begins and ends and others go on with."""
    folder = tmp_path_factory.mktemp("pipeline")
    shards = write_stage(folder / "shards", packed(real_documents(), seq_len=SEQ_LEN, num_rows=ROWS_PER_STEP * STEPS))
    train.main(make_config(shards, folder / "alone"))
    train.main(make_config(shards, folder / "resumed"), stop_after=5)
    train.main(make_config(shards, folder / "lean alone", **LEAN), stop_after=8)
    # One process imports, four are forked from it.
    multiprocessing.set_forkserver_preload([__name__])
    mp.start_processes(train_on_meshes, (folder,), nprocs=4, start_method="forkserver")
    train.main(make_config(shards, folder / "resumed"))
    return folder


@pytest.mark.parametrize("mesh", MESHES)
def test_a_pipeline_trains_as_one_process_does(folder, mesh):
    alone, shared = curve(folder / "alone"), curve(folder / mesh)
    assert shared.shape == (STEPS, 3)
    assert ((shared - alone) / alone).abs().max() < 1e-5  # found: 2e-7
    groups = [[line.group_losses for line in train.read_log(folder / name / "log.jsonl")] for name in ("alone", mesh)]
    assert all(groups[0])
    for one, other in zip(*groups, strict=True):
        assert other == pytest.approx(one, rel=1e-5)


@pytest.mark.parametrize("mesh", MESHES)
def test_all_ranks_know_the_same_numbers_and_first_and_last_stage_have_one_embedding(folder, mesh):
    lines, embeddings = zip(*(torch.load(folder / f"{mesh}.{rank}", weights_only=False) for rank in range(4)), strict=True)
    assert len({(line.loss, line.mtp_loss, line.grad_norm) for line in lines}) == 1
    copies = [embedding for embedding in embeddings if embedding is not None]
    assert len(copies) == (2 if mesh == "PP 4" else 4)
    assert all(torch.equal(copy, copies[0]) for copy in copies)


def test_checkpoints_of_a_pipeline_load_without_it_and_back(folder):
    """Five steps each of one process, four stages, two stages of two ranks, one process."""
    alone, resumed = curve(folder / "alone"), curve(folder / "resumed")
    assert resumed.shape == (STEPS, 3)
    assert ((resumed - alone) / alone).abs().max() < 1e-5


def test_the_lean_optimizer_runs_on_a_pipeline(folder):
    """In bf16 throughout, rounded otherwise than alone: close, not equal."""
    alone, shared = curve(folder / "lean alone"), curve(folder / "lean")
    assert shared.shape == (8, 3)
    assert torch.allclose(shared, alone, rtol=1e-2)


# ------------------------------------------------------------------------------------------------------- split and order

MIMO_7B = ModelConfig(
    vocab_size=151_680,
    hidden_size=4096,
    intermediate_size=11_008,
    num_hidden_layers=36,
    num_attention_heads=32,
    num_key_value_heads=8,
    head_dim=128,
    max_position_embeddings=32_768,
)


@pytest.mark.parametrize("num_stages", [1, 2, 3, 4, 8, 36])
def test_every_layer_has_one_stage_and_no_other_split_is_faster(num_stages):
    parts = split_layers(MIMO_7B, num_stages, seq_len=8192)
    assert [layer for part in parts for layer in part.layers] == list(range(36))
    assert [part.is_first for part in parts] == [True] + [False] * (num_stages - 1)
    assert [part.is_last for part in parts] == [False] * (num_stages - 1) + [True]
    costs = stage_costs(MIMO_7B, parts, seq_len=8192)
    sizes = [len(part.layers) for part in parts]
    assert min(sizes[:-1], default=1) >= 1
    if num_stages > 1:
        layer = costs[0] / sizes[0]
        ends = costs[-1] - layer * sizes[-1]
        # Of any split some stage but the last has the mean of what the last leaves, rounded up.
        fastest = min(
            max(-(-(36 - last) // (num_stages - 1)) * layer, last * layer + ends) for last in range(36 - num_stages + 2)
        )
        assert max(costs) == pytest.approx(fastest)


@pytest.mark.parametrize("num_passes", [1, 2, 3, 8])
def test_a_stage_runs_every_pass_and_holds_no_more_than_its_distance_from_the_end(num_passes):
    for stage in range(4):
        moves = one_forward_one_backward(stage, 4, num_passes)
        for is_forward in (True, False):
            assert [move.micro_batch for move in moves if move.is_forward == is_forward] == list(range(num_passes))
        held = [sum(1 if move.is_forward else -1 for move in moves[: i + 1]) for i in range(len(moves))]
        assert min(held) == 0
        assert max(held) == min(4 - stage, num_passes)


def test_the_idle_share_of_equal_stages_is_the_known_one():
    for num_stages, num_passes in ((1, 5), (2, 1), (4, 4), (4, 32), (8, 3)):
        assert idle_share([1.0] * num_stages, num_passes) == pytest.approx((num_stages - 1) / (num_passes + num_stages - 1))
    assert idle_share([1.0, 3.0], 1000) == pytest.approx(1 / 3, abs=1e-2)


# -------------------------------------------------------------------------------------------------------------- advice


def test_more_stages_than_layers_are_refused(tmp_path):
    with pytest.raises(RecipeError, match=r"parallel.pipeline = 5 is more than num_hidden_layers 4"):
        make_config("unused", tmp_path, parallel=ParallelConfig(pipeline=5))


def test_a_run_with_fewer_passes_than_stages_is_warned_of_its_idle_share(tmp_path):
    config = make_config("unused", tmp_path, parallel=ParallelConfig(pipeline=4), micro_batch_tokens=SEQ_LEN)
    with warnings.catch_warnings(action="error"):
        train.warn_of_idle_stages(config.stages, config, data_size=1)
    with pytest.warns(
        UserWarning, match=r"real: a step of 7 rows .* is 2 passes of 1 rows, fewer than the 4 stages .* idle \d\d%"
    ):
        train.warn_of_idle_stages(config.stages, config, data_size=4)


def test_the_page_has_the_idle_shares():
    """The table of docs/pretrain.md, computed."""
    page = (REPOSITORY / "docs" / "pretrain.md").read_text()
    for num_stages in (2, 4, 8):
        parts = split_layers(MIMO_7B, num_stages, seq_len=8192)
        costs = stage_costs(MIMO_7B, parts, seq_len=8192)
        cells = [str(num_stages), ", ".join(str(len(part.layers)) for part in parts)]
        cells += [f"{idle_share(costs, num_passes):.0%}".replace("%", " %") for num_passes in (8, 16, 32, 64)]
        assert f"| {' | '.join(cells)} |" in page
