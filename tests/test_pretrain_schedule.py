"""The schedule by tokens, and that mimo-7b's recipe says what the report publishes (arXiv:2505.07608v2, section 2.3)."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from corpus.config import build
from corpus.errors import InputError, RecipeError
from pretrain.schedule import Segment, StageTraining, for_data, plan_steps, value_at

RECIPES = Path(__file__).parent.parent / "pipelines" / "recipes"
T, B = 10**12, 10**9


def stage_file(recipe: str, number: int) -> dict:
    return yaml.safe_load((RECIPES / recipe / f"stage{number}.yaml").read_text())


def published(number: int) -> StageTraining:
    return build(StageTraining, stage_file("mimo-7b", number)["training"], where=f"stage{number}.yaml")


def constant(value: float, tokens: int | None = None) -> Segment:
    return Segment(shape="constant", start=value, tokens=tokens)


def small(*, lr: tuple[Segment, ...] = (constant(1.0, 100),), batch: tuple[Segment, ...] = (constant(4),), **changes):
    return StageTraining(seq_len=10, rope_base=1e4, lr=lr, global_batch_size=batch, mtp_loss_weight=(constant(0.3),), **changes)


# ------------------------------------------------------------------------------------------------ the published values


def test_the_stages_of_mimo_7b_are_as_long_as_published():
    assert [published(n).tokens for n in (1, 2, 3)] == [17_784 * B, 4 * T, 2 * T]
    assert [published(n).seq_len for n in (1, 2, 3)] == [8192, 8192, 32_768]
    assert [published(n).rope_base for n in (1, 2, 3)] == [10_000, 10_000, 640_000]


@pytest.mark.parametrize(
    ("stage", "tokens", "lr"),
    [
        (1, 0, 0.0),
        (1, 42 * B, 0.535e-4),
        (1, 84 * B, 1.07e-4),
        (1, 84 * B + 102 * T // 10, 1.07e-4),
        (1, 84 * B + 102 * T // 10 + 375 * T // 100, (1.07e-4 + 3e-5) / 2),
        (1, 17_784 * B, 3e-5),
        (2, 0, 3e-5),
        (2, 4 * T, 3e-5),
        (3, 0, 3e-5),
        (3, 15 * T // 10, 3e-5),
        (3, 175 * T // 100, 2e-5),
        (3, 2 * T, 1e-5),
    ],
)
def test_learning_rate_of_mimo_7b(stage, tokens, lr):
    assert published(stage).lr_at(tokens) == pytest.approx(lr, rel=1e-12)


@pytest.mark.parametrize(
    ("stage", "tokens", "rows"),
    [
        (1, 0, 64),
        (1, 84 * B, 1280),
        (1, 168 * B, 2560),
        (1, 17 * T, 2560),
        (2, 0, 2560),
        (2, 3 * T, 2560),
        (3, 0, 640),
        (3, T, 640),
    ],
)
def test_global_batch_of_mimo_7b(stage, tokens, rows):
    assert published(stage).global_batch_size_at(tokens) == rows


@pytest.mark.parametrize(
    ("stage", "tokens", "weight"), [(1, 0, 0.3), (1, 10_300 * B - 1, 0.3), (1, 10_300 * B, 0.1), (2, 0, 0.1), (3, 2 * T - 1, 0.1)]
)
def test_mtp_loss_weight_of_mimo_7b(stage, tokens, weight):
    assert published(stage).mtp_loss_weight_at(tokens) == weight


def test_a_step_of_mimo_7b_has_the_same_tokens_before_and_after_the_longer_context():
    assert 2560 * published(2).seq_len == 640 * published(3).seq_len == 20_971_520


@pytest.mark.parametrize("recipe", ["tiny", "mimo-7b"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_training_and_mixture_of_a_stage_agree(recipe, number):
    stage = stage_file(recipe, number)
    training = build(StageTraining, stage["training"], where="training")
    mixture = stage["mixture"]
    assert training.seq_len == mixture["seq_len"]
    assert training.fit_to_data or training.tokens == int(float(mixture["tokens"]))


# ----------------------------------------------------------------------------------------------------------- segments


def test_a_boundary_belongs_to_the_later_segment_and_the_end_to_the_last():
    segments = (constant(1, 10), Segment(shape="linear", tokens=10, start=5, end=7))
    assert [value_at(segments, t) for t in (0, 9, 10, 15, 20, 99)] == [1, 1, 5, 6, 7, 7]


@given(
    start=st.floats(0, 1),
    end=st.floats(0, 1),
    tokens=st.integers(1, 10**15),
    fraction=st.floats(0, 1),
    shape=st.sampled_from(["linear", "cosine"]),
)
def test_curves_stay_between_their_ends(start, end, tokens, fraction, shape):
    value = value_at((Segment(shape=shape, tokens=tokens, start=start, end=end),), fraction * tokens)
    assert min(start, end) - 1e-12 <= value <= max(start, end) + 1e-12


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        ({"shape": "cosin", "start": 1}, "cosine"),
        ({"shape": "linear", "start": 0, "tokens": 5}, "needs its end"),
        ({"shape": "linear", "start": 0, "end": 1}, "length in tokens"),
        ({"shape": "constant", "start": 0, "end": 1}, "constant segment"),
    ],
)
def test_a_wrong_segment_says_what_is_wrong(mapping, says):
    with pytest.raises(RecipeError, match=says):
        build(Segment, mapping, where="stage1.yaml")


def test_schedules_of_one_stage_must_cover_the_same_tokens():
    with pytest.raises(RecipeError, match=r"global_batch_size covers 90 tokens, lr covers 100"):
        small(batch=(constant(4, 90),))


# -------------------------------------------------------------------------------------------------------------- steps


@given(num_rows=st.integers(1, 400), batch=st.integers(1, 40), multiple=st.integers(1, 8), cut=st.integers(0, 400))
def test_steps_cover_every_row_once_and_resume_anywhere(num_rows, batch, multiple, cut):
    ramp = (Segment(shape="linear", tokens=500, start=0, end=batch), constant(batch))
    training = small(lr=(constant(1.0, 4000),), batch=ramp, global_batch_multiple=multiple)
    steps = list(plan_steps(training, num_rows=num_rows))
    assert steps[0].rows.start == 0
    assert steps[-1].rows.stop == num_rows
    assert all(a.rows.stop == b.rows.start for a, b in pairwise(steps))
    first = steps[cut % len(steps)].rows.start
    assert list(plan_steps(training, num_rows=num_rows, first_row=first)) == steps[cut % len(steps) :]


def test_the_last_step_is_never_a_few_stray_rows():
    training = small(lr=(constant(1.0, 1000),), batch=(constant(8),))
    assert [len(step.rows) for step in plan_steps(training, num_rows=19)] == [8, 11]
    assert [len(step.rows) for step in plan_steps(training, num_rows=20)] == [8, 8, 4]


def test_the_first_step_of_a_warm_up_moves_and_the_last_step_has_the_end_value():
    lr = (Segment(shape="linear", tokens=80, start=0, end=1), Segment(shape="cosine", tokens=120, start=1, end=0.25))
    rates = [step.lr for step in plan_steps(small(lr=lr), num_rows=20)]
    assert rates[:2] == [0.5, 1.0]
    assert rates[-1] == 0.25


# ------------------------------------------------------------------------------------------------- schedule and shards


def test_shards_that_do_not_match_the_schedule_are_refused_with_both_numbers():
    with pytest.raises(InputError, match=r"50 rows x 10 = 500 tokens, the schedule \(lr\) is 100 tokens"):
        for_data(small(), num_rows=50, where="stage1")


def test_a_difference_of_one_batch_is_rounding():
    assert for_data(small(), num_rows=13, where="stage1") == small()


@given(num_rows=st.integers(3, 10**9))
def test_fit_to_data_stretches_every_curve_alike(num_rows):
    lr = (Segment(shape="linear", tokens=40, start=0, end=1), Segment(shape="cosine", tokens=60, start=1, end=0))
    falling = (Segment(shape="constant", tokens=30, start=8), Segment(shape="cosine", tokens=70, start=8, end=2))
    training = for_data(small(lr=lr, batch=falling, fit_to_data=True), num_rows=num_rows, where="stage1")
    assert training.tokens == num_rows * 10
    assert training.lr[0].tokens == pytest.approx(0.4 * training.tokens, abs=1)
    assert training.lr_at(training.tokens) == pytest.approx(0, abs=1e-12)
