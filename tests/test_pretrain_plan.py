"""`tercet pretrain plan`: the change points of a schedule, their steps as training counts them, and the page."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.cli import main
from pipelines.pretrain_plan import change_points, early_end, plan_text, remarks, runs_of_steps, schedule_chart
from pipelines.recipe_files import load_pipeline
from pretrain.schedule import Segment, StageTraining, plan_steps
from tests.test_report import Elements


@st.composite
def trainings(draw: st.DrawFn) -> StageTraining:
    total = draw(st.integers(40, 3000))
    shape = draw(st.sampled_from(["constant", "linear", "cosine"]))
    start, end = draw(st.integers(0, 9)), draw(st.integers(1, 20))
    first = Segment(shape=shape, start=start, end=None if shape == "constant" else end, tokens=draw(st.integers(1, total - 1)))
    return StageTraining(
        seq_len=draw(st.integers(3, 9)),
        rope_base=1e4,
        lr=(Segment(shape="constant", start=1, tokens=total),),
        global_batch_size=(first, Segment(shape="constant", start=end)),
        mtp_loss_weight=(Segment(shape="constant", start=0),),
        global_batch_multiple=draw(st.sampled_from([1, 2, 4])),
    )


@settings(max_examples=200, deadline=None)
@given(trainings())
def test_steps_are_those_that_training_makes(training: StageTraining) -> None:
    num_rows = math.ceil(training.tokens / training.seq_len)
    expected = [step.rows.start for step in plan_steps(training, num_rows=num_rows)]
    runs = runs_of_steps(training, num_rows=num_rows)
    assert [run.first_row + i * run.size for run in runs for i in range(run.num_steps)] == expected


def test_change_points_of_mimo_7b_are_the_published_ones() -> None:
    points = change_points(load_pipeline("mimo-7b").stages)
    seen = [(point.tokens, point.batch_rows, point.seq_len, point.rope_base, point.mtp_loss_weight) for point in points]
    assert seen[0] == (0, 64, 8192, 10_000, 0.3)
    for expected in (
        (84_000_000_000, 1280, 8192, 10_000, 0.3),
        (168_000_000_000, 2560, 8192, 10_000, 0.3),
        (10_300_000_000_000, 2560, 8192, 10_000, 0.1),
        (23_284_000_000_000, 640, 32_768, 640_000, 0.1),
        (23_784_000_000_000, 640, 32_768, 640_000, 0.1),
    ):
        assert expected in seen
    rates = {point.tokens: point.lr for point in points}
    assert (rates[84_000_000_000], rates[23_784_000_000_000]) == pytest.approx((1.07e-4, 1e-5))
    begins, ends = (next(p for p in points if p.stage == "stage2" and f"stage {what}" in p.what) for what in ("begins", "ends"))
    assert ends.step - begins.step == pytest.approx(4e12 / (2560 * 8192), abs=1)


def test_steps_of_the_demo_are_counted_one_by_one() -> None:
    stages = load_pipeline("tiny").stages
    steps = [list(plan_steps(s.training, num_rows=s.training.tokens // s.training.seq_len)) for s in stages]
    points = change_points(stages)
    assert points[-1].step == sum(map(len, steps))
    warm = next(point for point in points if point.stage_tokens == 20_480)
    assert warm.step == sum(step.rows.start * 256 < 20_480 for step in steps[0])


def test_a_schedule_that_training_would_refuse_is_said() -> None:
    assert remarks(load_pipeline("mimo-7b").stages) == []
    (longer,) = remarks(load_pipeline("mimo-7b", ["stages.1.mixture.tokens=5e12"]).stages)
    assert longer.startswith("stage2: the mixture emits 4,999,999,995,904 tokens, the schedule (lr) is 4,000,000,000,000 long")
    assert "seq_len is 256" in " ".join(remarks(load_pipeline("tiny", ["stages.0.mixture.seq_len=512"]).stages))


def test_the_beginning_is_drawn_where_the_whole_hides_it() -> None:
    mimo = change_points(load_pipeline("mimo-7b").stages)
    assert early_end(mimo) == 1.5 * 168e9
    assert early_end([point for point in mimo if point.tokens == 0 or point.tokens > 5e12]) is None


def test_curves_end_where_the_schedule_ends() -> None:
    stages = load_pipeline("mimo-7b").stages
    assert "learning rate from 0 to 1e-05, at most 0.000107" in schedule_chart(stages)
    assert "global batch, rows from 64 to 2,560, at most 2,560" in schedule_chart(stages, until=252e9)


@pytest.mark.parametrize("name", ["mimo-7b", "tiny"])
def test_pretrain_plan_prints_and_draws(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "plan.html"
    assert main(["pretrain", "plan", name, "--html", str(path)]) == 0
    printed = capsys.readouterr()
    assert plan_text(load_pipeline(name)) in printed.out
    assert str(path) in printed.err
    page = path.read_text()
    elements = Elements(page).found
    assert [tag for tag, _ in elements].count("svg") == 2
    assert not [tag for tag, _ in elements if tag in ("script", "link", "img", "iframe")]
    assert not re.findall(r"(?:fill|stroke): #[0-9a-f]{6}", page)


def test_a_recipe_or_key_that_is_misspelt_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pretrain", "plan", "mimo7b"]) == 1
    assert "one of: mimo-7b, tiny" in capsys.readouterr().err
    assert main(["pretrain", "plan", "tiny", "stages.0.training.ropebase=1"]) == 1
    assert "did you mean 'rope_base'" in capsys.readouterr().err
