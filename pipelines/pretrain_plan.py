"""`tercet pretrain plan RECIPE`: the schedule before anything is spent. Reads the recipe and nothing else; needs no torch.

    learning rate, global batch, row length, RoPE base, weight of the multi-token-prediction loss

as a table of the points where one of them changes its course, and as curves over the tokens of the run (--html FILE). Steps are
counted as pretrain.schedule.plan_steps makes them.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from corpus.errors import InputError, require
from mix.infeasible import tokens_text
from pipelines import report
from pipelines import report_charts as charts
from pipelines import report_mixture_charts as mixture_charts
from pipelines.recipe_files import Pipeline, StageRecipe
from pretrain.schedule import Segment, StageTraining

POINTS = 60
"""Of a curve between two change points."""
MAX_LEVELS = 3
"""Values of a quantity that jumps which are written at its axis; more would overlap."""
EARLY = 0.1
"""Ramps that end in this part of the run are drawn again on their own: MiMo-7B warms up over 0.35 % of its tokens."""


@dataclass(frozen=True, kw_only=True)
class ChangePoint:
    """What holds where a stage begins or ends, or a segment of one of its schedules does."""

    stage: str
    tokens: int
    """Of the run before it."""
    stage_tokens: int
    """Of the stage before it."""
    step: int
    """Optimizer steps of the run that begin before it."""
    lr: float
    batch_rows: int
    seq_len: int
    rope_base: float
    mtp_loss_weight: float
    what: str
    """What begins or ends here."""

    @property
    def batch_tokens(self) -> int:
        return self.batch_rows * self.seq_len


class Steps(NamedTuple):
    """Steps of one size, one after the other."""

    first_row: int
    size: int
    """Rows of each; of the stage's last step those that are left, whatever this says."""
    num_steps: int


def runs_of_steps(training: StageTraining, *, num_rows: int) -> Iterator[Steps]:
    """The steps of a stage as pretrain.schedule.plan_steps makes them, those under a constant batch together.

    MiMo-7B's 1.16 million steps are 38 thousand runs, nearly all of them in the ramp of the batch. The last run is the last step.
    """
    row = 0
    while row < num_rows:
        tokens = row * training.seq_len
        size = training.global_batch_size_at(tokens)
        end = _end_of_constant(training.global_batch_size, tokens)
        # plan_steps gives all that is left to one step where that is under one and a half batches.
        before_last = max(0, (2 * (num_rows - row) - 3 * size) // (2 * size) + 1)
        if not before_last:
            yield Steps(row, size, 1)
            return
        count = before_last if math.isinf(end) else min(before_last, max(1, math.ceil((end / training.seq_len - row) / size)))
        yield Steps(row, size, count)
        row += count * size


def _end_of_constant(segments: Sequence[Segment], tokens: int) -> float:
    """Up to how many tokens of the stage the value after `tokens` stays; `tokens` itself where it is changing."""
    end = 0
    for segment in segments:
        end += segment.tokens or 0
        if segment.tokens is None or tokens < end:
            if segment.shape != "constant":
                return tokens
            return math.inf if segment.tokens is None else end
    return math.inf


def change_points(stages: Sequence[StageRecipe]) -> list[ChangePoint]:
    """Every point of the run where a value begins to change, stops changing or jumps, in order, and the run's end."""
    points: list[ChangePoint] = []
    before = steps_before = 0
    for stage in stages:
        training, name = stage.training, stage.mixture.name
        num_rows = math.ceil(training.tokens / training.seq_len)
        runs = list(runs_of_steps(training, num_rows=num_rows))
        boundaries = _boundaries(training)
        for at in sorted(boundaries):
            # The last value of a stage is that of its last token; the next stage, or nothing, begins there.
            inside = min(at, training.tokens - 1)
            points.append(
                ChangePoint(
                    stage=name,
                    tokens=before + at,
                    stage_tokens=at,
                    step=steps_before + steps_until(runs, at / training.seq_len, num_rows=num_rows),
                    lr=training.lr_at(at),
                    batch_rows=training.global_batch_size_at(inside),
                    seq_len=training.seq_len,
                    rope_base=training.rope_base,
                    mtp_loss_weight=training.mtp_loss_weight_at(inside if at == training.tokens else at),
                    what=", ".join(boundaries[at]),
                )
            )
        before += training.tokens
        steps_before += sum(run.num_steps for run in runs)
    return points


def _boundaries(training: StageTraining) -> dict[int, list[str]]:
    """Tokens of the stage -> what begins or ends there."""
    found: dict[int, list[str]] = {0: ["stage begins"]}
    schedules = (("lr", training.lr), ("batch", training.global_batch_size), ("MTP weight", training.mtp_loss_weight))
    for name, segments in schedules:
        at = 0
        for segment in segments:
            found.setdefault(at, []).append(f"{name}: {_course(segment, name)}")
            at += segment.tokens if segment.tokens is not None else training.tokens - at
    found.setdefault(training.tokens, []).append("stage ends")
    return found


def _course(segment: Segment, name: str) -> str:
    show = f"{{:{'.3g' if name != 'batch' else ',.0f'}}}".format
    return show(segment.start) if segment.shape == "constant" else f"{segment.shape} {show(segment.start)} to {show(segment.end)}"


def steps_until(runs: Sequence[Steps], rows: float, *, num_rows: int) -> int:
    """Steps that begin before row `rows`; all of them at the end of the stage."""
    if rows >= num_rows:
        return sum(run.num_steps for run in runs)
    return sum(min(run.num_steps, max(0, math.ceil((rows - run.first_row) / run.size))) for run in runs)


def remarks(stages: Sequence[StageRecipe]) -> list[str]:
    """What to know beside the table: schedules that are stretched, and those that do not fit what the mixture emits."""
    found = []
    stretched = [stage.mixture.name for stage in stages if stage.training.fit_to_data]
    if stretched:
        found.append(f"{', '.join(stretched)}: fit_to_data stretches these lengths over the rows that the shards hold")
    for stage in stages:
        training, mixture, name = stage.training, stage.mixture, stage.mixture.name
        if training.seq_len != mixture.seq_len:
            found.append(
                f"{name}: the mixture emits rows of {mixture.seq_len:,} tokens, training.seq_len is {training.seq_len:,}"
            )
        emitted = mixture.num_rows * mixture.seq_len
        batch_tokens = training.global_batch_size_at(training.tokens) * training.seq_len
        if not training.fit_to_data and abs(emitted - training.tokens) > batch_tokens:
            found.append(
                f"{name}: the mixture emits {emitted:,} tokens, the schedule (lr) is {training.tokens:,} long, and training will "
                "refuse that; change mixture.tokens or the segments' tokens, or set training.fit_to_data: true"
            )
    return found


# ------------------------------------------------------------------------------------------------------------------ as text


def plan_text(pipeline: Pipeline) -> str:
    """The table of change points, then remarks."""
    points = change_points(pipeline.stages)
    rows = [["tokens", "step", "stage", "lr", "batch", "tokens a step", "row", "RoPE base", "MTP", "here"]]
    rows += [_cells(point) for point in points]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    text_columns = (2, len(widths) - 1)
    lines = [
        "  ".join(
            cell.ljust(w) if i in text_columns else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    head = f"{tokens_text(points[-1].tokens)} tokens in {points[-1].step:,} steps, {len(pipeline.stages)} stages"
    return "\n".join([head, "", *lines, *(f"\n{remark}" for remark in remarks(pipeline.stages))])


def _cells(point: ChangePoint) -> list[str]:
    return [
        tokens_text(point.tokens),
        f"{point.step:,}",
        point.stage,
        f"{point.lr:.3g}",
        f"{point.batch_rows:,}",
        tokens_text(point.batch_tokens),
        f"{point.seq_len:,}",
        f"{point.rope_base:,.0f}",
        f"{point.mtp_loss_weight:g}",
        point.what,
    ]


# --------------------------------------------------------------------------------------------------------------- as a page


def write_plan_page(pipeline: Pipeline, path: str) -> str:
    """Writes the page with table and curves; returns its path. Raises InputError where the file cannot be written."""
    markup = require("markupsafe", extra="report").Markup
    stages = pipeline.stages
    points = change_points(stages)
    early = early_end(points)
    page = report.make_page(
        "pretrain_plan.html",
        {
            "recipe": pipeline.name,
            "points": points,
            "stages": stages,
            "chart": markup(schedule_chart(stages)),
            "early_chart": markup(schedule_chart(stages, until=early)) if early else None,
            "remarks": remarks(stages),
        },
    )
    try:
        Path(path).write_text(page, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from error
    return path


def early_end(points: Sequence[ChangePoint]) -> float | None:
    """Where a picture of the run's beginning ends; None where nothing ends so early that the whole run hides it."""
    total = points[-1].tokens
    early = [point.tokens for point in points if 0 < point.tokens < EARLY * total]
    return max(early) * 1.5 if early else None


class Panel(NamedTuple):
    """One quantity of the chart."""

    title: str
    value: Callable[[StageTraining, float], float]
    """After so many tokens of the stage."""
    show: Callable[[float], str]
    colour: str
    is_level: bool = False
    """Has a few values only, which are the ticks."""
    is_log: bool = False


PANELS = (
    Panel("learning rate", lambda training, tokens: training.lr_at(tokens), lambda value: f"{value:.3g}", charts.GREEN),
    Panel(
        "global batch, rows", lambda training, tokens: training.global_batch_size_at(tokens), lambda v: f"{v:,.0f}", charts.BLUE
    ),
    Panel(
        "row length, tokens", lambda training, _: training.seq_len, lambda value: f"{value:,.0f}", charts.SERIES[3], is_level=True
    ),
    Panel(
        "RoPE base",
        lambda training, _: training.rope_base,
        lambda value: f"{value:,.0f}",
        charts.ORANGE,
        is_level=True,
        is_log=True,
    ),
    Panel(
        "weight of the MTP loss",
        lambda training, t: training.mtp_loss_weight_at(t),
        lambda v: f"{v:.2g}",
        charts.SERIES[5],
        is_level=True,
    ),
)
EARLY_PANELS = PANELS[:2]


def schedule_chart(stages: Sequence[StageRecipe], *, until: float | None = None) -> str:
    """The quantities over the tokens of the run, one above the other; up to `until` tokens only those that ramp at the start."""
    panels = EARLY_PANELS if until else PANELS
    ends = [0, *itertools.accumulate(stage.training.tokens for stage in stages)]
    last = until or ends[-1]
    figure, axes = charts.make_figure(len(panels), 1, size=(mixture_charts.WIDE, 1.12 * len(panels) + 0.75), sharex=True)
    said = []
    for axis, panel in zip(axes, panels, strict=True):
        tokens, values = _curve(stages, panel, until=last)
        axis.plot(tokens, values, color=panel.colour, linewidth=1.7, solid_joinstyle="miter")
        _value_axis(axis, panel, values)
        axis.set_title(panel.title, loc="left", fontsize=9, color=charts.INK, pad=5)
        said.append(f"{panel.title} from {panel.show(values[0])} to {panel.show(values[-1])}, at most {panel.show(max(values))}")
        for end in ends[1:-1]:
            if end < last:
                axis.axvline(end, color=charts.INK, linewidth=0.9, linestyle=(0, (3, 2)))
    axes[-1].set_xlim(0, last)
    mixture_charts.tokens_axis(axes[-1], last)
    spans = [(s.mixture.name, float(a), float(min(b, last))) for s, a, b in zip(stages, ends, ends[1:], strict=False) if a < last]
    width = mixture_charts.WIDE - 0.75
    # A title of the panel stands between the axis and the stages' names.
    mixture_charts.name_stages(axes[0], spans, width=width, height=0.72, above=0.24)
    what = "Schedule over the tokens of the run" if until is None else "The beginning of the run"
    return charts.as_svg(figure, label=f"{what}: {'; '.join(said)}")


def _value_axis(axis: Any, panel: Panel, values: Sequence[float]) -> None:
    ticker = require("matplotlib.ticker", extra="report")
    if panel.is_log:
        axis.set_yscale("log")
        axis.set_ylim(min(values) / 2, max(values) * 2)
        axis.yaxis.set_minor_locator(ticker.NullLocator())
    else:
        axis.set_ylim(0, max(values) * 1.15 or 1)
    levels = sorted(set(values))
    if panel.is_level and len(levels) <= MAX_LEVELS:
        axis.yaxis.set_major_locator(ticker.FixedLocator(levels))
    elif not panel.is_log:
        axis.yaxis.set_major_locator(ticker.MaxNLocator(3, steps=[1, 2, 2.5, 5, 10]))
    axis.yaxis.set_major_formatter(lambda value, _: panel.show(value))


def _curve(stages: Sequence[StageRecipe], panel: Panel, *, until: float) -> tuple[list[float], list[float]]:
    """Points of a curve up to `until` tokens: dense between change points, two on each of them, so that jumps are upright."""
    tokens: list[float] = []
    values: list[float] = []
    before = 0
    for stage in stages:
        training = stage.training
        for first, last in itertools.pairwise(sorted(_boundaries(training))):
            stop = min(float(last), until - before)
            if stop <= first:
                break
            inner = [first + (stop - first) * i / POINTS for i in range(POINTS)]
            # Just before the change point, where the segment that ends there still speaks.
            inner.append(stop if stop < last else math.nextafter(last, first))
            tokens += [before + at for at in inner]
            values += [panel.value(training, at) for at in inner]
        before += training.tokens
    return tokens, values
