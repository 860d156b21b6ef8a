"""Pictures of a mixture, planned or emitted: shares along the run, epochs by source, what is drawn, how rows are filled.

Inline SVG like report_charts, narrow enough that two stand side by side and one fits a telephone. They take plain numbers, so
that `tercet mix plan` draws a plan that nothing has been emitted of.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.errors import require
from mix.infeasible import tokens_text
from pipelines.report_charts import BLUE, INK, MUTED, ORANGE, OTHERS, PALE, PAPER, SERIES, as_svg, make_figure, title_of

F64 = npt.NDArray[np.float64]

WIDE, NARROW = 5.0, 3.9
"""Widths in inches of 72 px: a picture that has a row for itself or half of it, and one of three in a row."""
LETTER = 0.075
"""Inches that a letter of 9 points takes, generously: system fonts differ."""
MAX_BARS = 24
"""Of a chart of factors; the table has them all."""
MAX_SOURCES = 80
"""Of a chart of epochs, the most read; the table has them all."""


@dataclass(frozen=True, kw_only=True)
class Window:
    """A piece of the run: so many tokens of one stage, and the share of each label in it."""

    stage: str
    tokens: int
    shares: tuple[float, ...]
    """Of each label, 0-1; all together 1, or 0 where nothing was counted."""


@dataclass(frozen=True, kw_only=True)
class EpochBar:
    """How often a source is read."""

    label: str
    epochs: tuple[float, ...]
    """By the end of each stage."""
    most: float
    """Of its most-read bucket by the end of the run."""
    cap: float | None
    """max_epochs at the end of the run; None where that is not known."""


def keep_largest(labels: Sequence[str], weights: F64, *, most: int = len(SERIES)) -> tuple[list[str], F64]:
    """At most `most` labels, the heaviest first, the rest summed as the last one. weights: [rows, labels]; so is the result."""
    order = sorted(range(len(labels)), key=lambda i: (-float(weights[:, i].sum()), labels[i]))
    order = [i for i in order if weights[:, i].any()]
    if len(order) <= most:
        return [labels[i] for i in order], weights[:, order]
    first, rest = order[: most - 1], order[most - 1 :]
    summed = weights[:, rest].sum(axis=1, keepdims=True)
    return [*(labels[i] for i in first), f"{len(rest)} others"], np.hstack([weights[:, first], summed])


def colour_of(place: int, labels: Sequence[str]) -> str:
    """The colour of a label; that of the others is grey."""
    is_rest = place == len(labels) - 1 and labels[place].endswith(" others")
    return OTHERS if is_rest else SERIES[place % len(SERIES)]


def share_areas(windows: Sequence[Window], labels: Sequence[str], *, title: str) -> str:
    """Shares over tokens from the first stage to the last, stacked; windows without rows are left blank."""
    figure, axis = make_figure(size=(WIDE, 2.7))
    edges = np.concatenate([[0], np.cumsum([window.tokens for window in windows])]).astype(float)
    heights = np.array([window.shares for window in windows], dtype=float)
    tops = np.cumsum(heights, axis=1)
    seen = heights.sum(axis=1) > 0
    xs = np.repeat(edges, 2)[1:-1]
    for place in range(len(labels)):
        upper = np.repeat(tops[:, place], 2)
        lower = np.repeat(tops[:, place] - heights[:, place], 2)
        where = np.repeat(seen, 2)
        axis.fill_between(xs, lower, upper, where=where, color=colour_of(place, labels), edgecolor=PAPER, linewidth=0.5)
    axis.set_xlim(0, edges[-1])
    axis.set_ylim(0, 1)
    axis.yaxis.set_major_formatter(require("matplotlib.ticker", extra="report").PercentFormatter(1, decimals=0))
    num_rows = name_stages(axis, stage_spans(windows), width=WIDE - 0.6, height=2.05)
    tokens_axis(axis, edges[-1])
    axis.grid(visible=False)
    title_above(axis, title, num_rows=num_rows)
    listed = "; ".join(f"{stage}: {_said(windows, labels, stage)}" for stage, _, _ in stage_spans(windows))
    return as_svg(figure, label=f"{title}, stacked areas over the tokens of the run. Means by stage: {listed}")


def _said(windows: Sequence[Window], labels: Sequence[str], stage: str) -> str:
    """The largest shares of a stage in words."""
    means = mean_shares([window for window in windows if window.stage == stage])
    largest = sorted(range(len(labels)), key=lambda i: -means[i])[:4]
    return ", ".join(f"{labels[i]} {means[i]:.0%}" for i in largest if means[i] > 0) or "nothing"


def mean_shares(windows: Sequence[Window]) -> F64:
    """Of each label over windows, weighed by their tokens; windows without rows do not count."""
    seen = [window for window in windows if sum(window.shares) > 0]
    if not seen:
        return np.zeros(len(windows[0].shares) if windows else 0)
    return np.average([window.shares for window in seen], axis=0, weights=[window.tokens for window in seen])


def stage_spans(windows: Sequence[Window]) -> list[tuple[str, float, float]]:
    """(stage, first token, last token) of the run, in order."""
    spans: list[tuple[str, float, float]] = []
    at = 0.0
    for window in windows:
        if spans and spans[-1][0] == window.stage:
            spans[-1] = (window.stage, spans[-1][1], at + window.tokens)
        else:
            spans.append((window.stage, at, at + window.tokens))
        at += window.tokens
    return spans


def name_stages(axis: Any, spans: Sequence[tuple[str, float, float]], *, width: float, height: float, above: float = 0.04) -> int:
    """A line where each stage begins, and the stages' names above the axis; returns in how many rows, 1 or 2.

    width, height: of the axis in inches; above: inches between axis and names. A name that has no room in either row is left out;
    the tables have it.
    """
    total = spans[-1][2]
    ends = [-1.0, -1.0]
    for name, first, last in spans:
        if first:
            axis.axvline(first, color=INK, linewidth=0.9, linestyle=(0, (3, 2)))
        half = len(name) * LETTER / 2
        middle = min(max((first + last) / 2 / total * width, half), width - half)
        row = next((row for row in (0, 1) if ends[row] <= middle - half), None)
        if row is None:
            continue
        ends[row] = middle + half + LETTER
        place = {"transform": axis.transAxes, "ha": "center", "va": "bottom", "fontsize": 8.5, "color": MUTED}
        axis.text(middle / width, 1 + (above + 0.17 * row) / height, name, **place)
    return 1 if ends[1] < 0 else 2


def title_above(axis: Any, text: str, *, num_rows: int) -> None:
    """A title that leaves room for the stages' names."""
    axis.set_title(text, loc="left", fontsize=9.5, fontweight="bold", pad=16 if num_rows == 1 else 28)


def tokens_axis(axis: Any, most: float) -> None:
    """Four or five ticks in the units people use for corpora."""
    ticker = require("matplotlib.ticker", extra="report")
    axis.xaxis.set_major_locator(ticker.MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    axis.xaxis.set_major_formatter(lambda value, _: tokens_text(value) if value <= most * 1.001 else "")
    axis.set_xlabel("tokens of the run")


def epoch_bars(bars: Sequence[EpochBar], stages: Sequence[str]) -> str:
    """A bar for each source: epochs after each stage from pale to full, a dot for its most-read bucket, a tick for its cap.

    Caps beyond twice of what is read would leave no room for the bars: they are written only.
    """
    title = "epochs by source" if len(bars) <= MAX_SOURCES else f"epochs by source, {MAX_SOURCES} of {len(bars)}"
    bars = bars[:MAX_SOURCES]
    figure, axis = make_figure(size=(WIDE, 0.24 * len(bars) + 0.85))
    read = max((max(bar.most, *bar.epochs) for bar in bars), default=0.0)
    caps = [bar.cap for bar in bars if bar.cap is not None and bar.cap <= 2 * read]
    limit = max([read, *caps, 1e-9]) * 1.06
    for place, bar in enumerate(bars):
        left = 0.0
        for i, epochs in enumerate(bar.epochs):
            axis.barh(place, epochs - left, left=left, height=0.62, color=BLUE, alpha=shade(i, len(bar.epochs)), linewidth=0)
            left = epochs
        axis.plot([bar.most], [place], "o", color=INK, markersize=3.4, clip_on=False, zorder=4)
        if bar.cap is not None and bar.cap <= limit:
            axis.plot([bar.cap, bar.cap], [place - 0.42, place + 0.42], color=ORANGE, linewidth=2, zorder=3)
        text = f"{left:.2f}" if bar.cap is None else f"{left:.2f} of {bar.cap:g}"
        axis.text(1.02, place, text, transform=axis.get_yaxis_transform(), va="center", fontsize=8.5, color=INK)
    axis.set_yticks(range(len(bars)), [shortened(bar.label, 22) for bar in bars])
    axis.tick_params(axis="y", labelcolor=INK)
    axis.set_ylim(len(bars) - 0.4, -0.6)
    axis.set_xlim(0, limit)
    axis.grid(visible=False, axis="y")
    axis.set_xlabel("epochs")
    title_of(axis, title)
    said = ", ".join(
        f"{bar.label} {bar.epochs[-1]:.2f}" + (f" of {bar.cap:g}" if bar.cap is not None else "") for bar in bars[:8]
    )
    more = f" and {len(bars) - 8} more" if len(bars) > 8 else ""
    return as_svg(figure, label=f"Epochs of each source after {', '.join(stages)}, with its cap: {said}{more}")


def shade(place: int, count: int) -> float:
    """Opacity of a stage among `count`: the later, the fuller."""
    return 1.0 if count == 1 else 0.35 + 0.65 * place / (count - 1)


def shortened(text: str, most: int) -> str:
    """The text, or its beginning and its end around an ellipsis."""
    return text if len(text) <= most else f"{text[: most - most // 3 - 1]}…{text[-(most // 3) :]}"


def drawn_histogram(before: F64, after: Mapping[str, F64], *, title: str) -> str:
    """A number from 0 to 1 over the tokens available (grey area) and over those that each stage draws (lines).

    Counts are in equal classes; every curve sums to 1, so that stages of different length can be compared.
    """
    figure, axis = make_figure(size=(NARROW, 2.3))
    edges = np.linspace(0, 1, len(before) + 1)
    axis.stairs(normed(before), edges, fill=True, color=PALE, alpha=0.75)
    for i, counts in enumerate(after.values()):
        if counts.sum() > 0:
            axis.stairs(normed(counts), edges, color=SERIES[i % len(SERIES)], linewidth=1.5)
    axis.set_xlim(0, 1)
    axis.set_ylim(bottom=0)
    ticker = require("matplotlib.ticker", extra="report")
    axis.yaxis.set_major_locator(ticker.MaxNLocator(5, steps=[1, 2, 5, 10]))
    axis.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.3g}%")
    title_of(axis, title)
    means = ", ".join(f"{name} {mean_class(counts):.2f}" for name, counts in (("available", before), *after.items()))
    return as_svg(figure, label=f"Distribution of {title} over available and drawn tokens. Means: {means}")


def normed(counts: F64) -> F64:
    """Shares of all; zeros where there is nothing."""
    return np.asarray(counts / max(float(counts.sum()), 1e-300))


def mean_class(counts: F64) -> float:
    """Mean of the middles of equal classes of 0-1."""
    return float((normed(counts) * (np.arange(len(counts)) + 0.5)).sum() / len(counts))


def class_bars(classes: Sequence[str], columns: Mapping[str, F64], *, title: str) -> str:
    """For each class a bar for each column (the first, what is available, in grey); every column sums to 1."""
    step = 0.8 / len(columns)
    figure, axis = make_figure(size=(NARROW, max(0.11 * len(columns) + 0.14, 0.34) * len(classes) + 0.75))
    for i, counts in enumerate(columns.values()):
        places = [place - 0.4 + (i + 0.5) * step for place in range(len(classes))]
        axis.barh(places, normed(counts), height=step * 0.86, color=SERIES[(i - 1) % len(SERIES)] if i else PALE)
    axis.set_yticks(range(len(classes)), [shortened(name, 20) for name in classes])
    axis.tick_params(axis="y", labelcolor=INK)
    axis.set_ylim(len(classes) - 0.5, -0.5)
    axis.xaxis.set_major_formatter(require("matplotlib.ticker", extra="report").PercentFormatter(1, decimals=0))
    axis.grid(visible=False, axis="y")
    title_of(axis, title)
    return as_svg(figure, label=f"Shares of tokens by {title}: {', '.join(columns)}; the same numbers are in the table below")


def row_bars(classes: Sequence[str], counts: Sequence[int], *, title: str, what: str) -> str:
    """Rows in each class as bars, with their shares."""
    figure, axis = make_figure(size=(NARROW, 0.24 * len(classes) + 0.75))
    total = max(1, sum(counts))
    shares = [count / total for count in counts]
    axis.barh(range(len(classes)), shares, height=0.66, color=BLUE)
    for place, share in enumerate(shares):
        text = f"{share:.1%}" if share >= 0.0005 or not share else "< .1%"
        axis.text(share + 0.015, place, text if counts[place] else "0", va="center", fontsize=8, color=INK)
    axis.set_yticks(range(len(classes)), classes)
    axis.tick_params(axis="y", labelcolor=INK)
    axis.set_ylim(len(classes) - 0.4, -0.6)
    axis.set_xlim(0, max(shares, default=1) * 1.2 + 0.02)
    axis.xaxis.set_major_formatter(require("matplotlib.ticker", extra="report").PercentFormatter(1, decimals=0))
    axis.grid(visible=False, axis="y")
    title_of(axis, title)
    said = ", ".join(f"{name}: {share:.1%}" for name, share in zip(classes, shares, strict=True) if share)
    return as_svg(figure, label=f"{what}, {title}. {said}")


def factor_bars(factors: Sequence[tuple[str, float]]) -> str:
    """What each constraint multiplies rates by, on a logarithmic axis: raised to the right of 1, held down to the left."""
    shown = sorted(factors, key=lambda item: -abs(math.log(item[1])))[:MAX_BARS]
    shown = [item for item in factors if item in shown]
    figure, axis = make_figure(size=(WIDE, 0.24 * len(shown) + 0.85))
    for place, (_, factor) in enumerate(shown):
        axis.barh(place, factor - 1, left=1, height=0.62, color=BLUE if factor >= 1 else ORANGE)
        axis.text(1.02, place, f"× {factor:.3g}", transform=axis.get_yaxis_transform(), va="center", fontsize=8.5, color=INK)
    axis.set_xscale("log")
    reach = max([2.0, *(max(factor, 1 / factor) for _, factor in shown)]) ** 1.1
    lowest, highest = min((f for _, f in shown), default=1.0), max((f for _, f in shown), default=1.0)
    axis.set_xlim(1 / reach if lowest < 1 else 0.9, reach if highest > 1 else 1.1)
    axis.axvline(1, color=MUTED, linewidth=0.9)
    axis.set_yticks(range(len(shown)), [shortened(name, 30) for name, _ in shown])
    axis.tick_params(axis="y", labelcolor=INK)
    axis.set_ylim(len(shown) - 0.4, -0.6)
    ticker = require("matplotlib.ticker", extra="report")
    axis.xaxis.set_major_locator(ticker.LogLocator(10, subs=(1.0, 2.0, 5.0) if reach < 30 else (1.0,), numticks=8))
    axis.xaxis.set_minor_locator(ticker.NullLocator())
    axis.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axis.grid(visible=False, axis="y")
    axis.set_xlabel("factor on the rates")
    title_of(axis, "what the constraints cost")
    said = ", ".join(f"{name} × {factor:.3g}" for name, factor in shown)
    return as_svg(figure, label=f"Factor by which each constraint raises or lowers the rates of its buckets: {said}")
