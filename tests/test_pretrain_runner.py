"""The runner: writes the JSON configuration, trains, finds its own finished run again, and starts anew when anything changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import InputError, RecipeError
from pipelines.engine import Context
from pipelines.executors import LocalExecutor
from pipelines.progress import Progress
from pipelines.run_pretrain import PretrainRecipe, run
from pretrain.config import ModelConfig, TrainConfig
from pretrain.schedule import Segment, StageTraining
from pretrain.train import main, read_config, read_log
from tests.pretrain_shards import VOCAB_SIZE, packed, real_documents, write_stage

NAMES = ("stage1", "stage2", "stage3")


def training(lr: float = 1e-3) -> StageTraining:
    return StageTraining(
        seq_len=32,
        rope_base=1e4,
        lr=(Segment(shape="cosine", tokens=320, start=lr, end=1e-4),),
        global_batch_size=(Segment(shape="constant", start=4),),
        mtp_loss_weight=(Segment(shape="constant", start=0.3),),
        fit_to_data=True,
    )


RECIPE = PretrainRecipe(
    model=ModelConfig(
        vocab_size=VOCAB_SIZE,
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=8,
        max_position_embeddings=32,
    ),
    stages=(training(),) * 3,
    names=NAMES,
    training=TrainConfig(device="cpu"),
)


@pytest.fixture
def stages(tmp_path) -> list[str]:
    return [write_stage(tmp_path / name, packed(real_documents(), seq_len=32, num_rows=8)) for name in NAMES]


def make_context(tmp_path: Path) -> Context:
    return Context(out_url=str(tmp_path / "out"), executor=LocalExecutor(), progress=Progress(quiet=True))


def test_it_trains_once_and_then_has_nothing_to_do(tmp_path, stages):
    first = run(RECIPE, stages, make_context(tmp_path))
    assert first.did_work
    assert [line.stage for line in read_log(Path(first.log))] == ["stage1"] * 2 + ["stage2"] * 2 + ["stage3"] * 2
    before = {path: path.read_bytes() for path in Path(first.directory).rglob("*") if path.is_file()}
    second = run(RECIPE, stages, make_context(tmp_path))
    assert not second.did_work
    assert (second.directory, second.num_steps) == (first.directory, 6)
    assert {path: path.read_bytes() for path in Path(first.directory).rglob("*") if path.is_file()} == before


def test_the_json_it_leaves_is_enough_to_train_without_it(tmp_path, stages):
    ours = run(RECIPE, stages, make_context(tmp_path))
    config = read_config(str(Path(ours.directory) / "config.json"))
    main(replace(config, out=str(tmp_path / "alone")))
    alone, here = (read_log(path) for path in (tmp_path / "alone" / "log.jsonl", Path(ours.log)))
    assert [line.loss for line in alone] == [line.loss for line in here]


@pytest.mark.parametrize(
    "change",
    [
        {"stages": (training(), training(2e-3), training())},
        {"training": TrainConfig(device="cpu", seed=1)},
        {"model": replace(RECIPE.model, intermediate_size=24)},
    ],
)
def test_another_recipe_is_another_run(tmp_path, stages, change):
    first = run(RECIPE, stages, make_context(tmp_path))
    assert run(replace(RECIPE, **change), stages, make_context(tmp_path)).directory != first.directory


def test_other_shards_are_another_run(tmp_path, stages):
    first = run(RECIPE, stages, make_context(tmp_path))
    write_stage(tmp_path / "stage2", packed(real_documents()[3:], seq_len=32, num_rows=8))
    assert run(RECIPE, stages, make_context(tmp_path)).directory != first.directory


def test_settings_without_effect_on_the_digits_do_not_make_another_run(tmp_path, stages):
    first = run(RECIPE, stages, make_context(tmp_path))
    again = run(replace(RECIPE, training=TrainConfig(micro_batch_tokens=64)), stages, make_context(tmp_path))
    assert (again.directory, again.did_work) == (first.directory, False)


def test_shards_that_are_not_there_are_named(tmp_path, stages):
    with pytest.raises(InputError, match=r"stage4/manifest\.json"):
        run(RECIPE, [*stages[:2], str(tmp_path / "stage4")], make_context(tmp_path))
    with pytest.raises(RecipeError, match="3 stages have a training section, shards were given for 2"):
        run(RECIPE, stages[:2], make_context(tmp_path))
