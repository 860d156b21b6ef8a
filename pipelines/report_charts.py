"""The report's pictures: matplotlib figures as inline SVG, the same bytes for the same numbers."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from corpus.errors import require
from pipelines.report_scores import coarser

INK, MUTED, GRID, PAPER = "#1f2933", "#616e7c", "#e4e7eb", "#fffffe"
BLUE, ORANGE, GREEN = "#2b6cb0", "#c05621", "#2f855a"
PALE = "#cbd5e0"
SERIES = ("#3b7dc4", "#dd7a2f", "#3a9b63", "#8a63d2", "#d4a419", "#2f9fa5", "#cf4b4b", "#d667a0")
"""Colours of things that are told apart by name only, in an order in which neighbours differ in hue and lightness."""
OTHERS = "#9aa5b1"
VARIABLES = {
    INK: "--ink",
    MUTED: "--muted",
    GRID: "--line",
    PAPER: "--paper",
    BLUE: "--blue",
    ORANGE: "--orange",
    GREEN: "--green",
    PALE: "--pale",
    OTHERS: "--others",
    **{colour: f"--series{i}" for i, colour in enumerate(SERIES)},
}
"""Each colour's variable in templates/style.html, with other values in the dark. Without that page the colour itself holds."""

STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "tercet",
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": PALE,
    "axes.linewidth": 0.8,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.formatter.use_mathtext": False,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "figure.dpi": 72,
}
"""Text stays text, in the page's own font; the hash salt makes the ids of clip paths the same every time."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """One pair of bars: what was asked of a set of documents in a stage, and what was emitted; shares 0-1."""

    label: str
    asked: float
    emitted: float
    bounds: tuple[float, float] | None = None
    """What the recipe says, where it names this set."""


def make_figure(rows: int = 1, columns: int = 1, *, size: tuple[float, float], **options: Any) -> tuple[Any, Any]:
    """A figure that is known to no window system; size in inches of 72 px."""
    matplotlib = require("matplotlib", extra="report")
    figure_class = require("matplotlib.figure", extra="report").Figure
    with matplotlib.rc_context(STYLE):
        figure = figure_class(figsize=size, layout="constrained")
        return figure, figure.subplots(rows, columns, **options)


def as_svg(figure: Any, *, label: str) -> str:
    """The figure as an <svg> element that scales with its column and says what it shows."""
    matplotlib = require("matplotlib", extra="report")
    stream = io.StringIO()
    with matplotlib.rc_context(STYLE):
        figure.savefig(stream, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")), transparent=True)
    svg = stream.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<g id="[^"]*">', "<g>", svg)
    svg = re.sub(r"(font: [^;\"]*?px) [^;\"]*", r"\1 system-ui, sans-serif", svg)
    svg = re.sub(r'\s(?:width|height)="[\d.]+pt"', "", svg, count=2)
    svg = re.sub(r"\n\s*", "\n", svg)
    svg = re.sub(r"#[0-9a-f]{6}\b", _variable, svg)
    return svg.replace(
        "<svg ",
        f'<svg role="img" aria-label="{html.escape(label)}" style="max-width:{figure.get_figwidth() * 72 * 1.5:.0f}px" ',
        1,
    )


def _variable(found: re.Match[str]) -> str:
    """A colour as a variable of the page, where it has one."""
    colour = found[0]
    return f"var({VARIABLES[colour]}, {colour})" if colour in VARIABLES else colour


def mixture_bars(stages: Mapping[str, Sequence[Share]]) -> str:
    """One panel a stage: asked (pale) and emitted (coloured) shares, with the recipe's own bounds marked."""
    labels = list(dict.fromkeys(share.label for shares in stages.values() for share in shares))
    most = max((max(share.asked, share.emitted) for shares in stages.values() for share in shares), default=1.0)
    figure, axes = make_figure(
        1, len(stages), size=(2.75 * len(stages) + 1.6, 0.5 * len(labels) + 0.8), squeeze=False, sharey=True
    )
    for axis, (name, shares) in zip(axes[0], stages.items(), strict=True):
        for share in shares:
            _share_bars(axis, labels.index(share.label), share)
        axis.set_yticks(range(len(labels)), labels)
        axis.tick_params(axis="y", labelcolor=INK)
        axis.set_ylim(len(labels) - 0.45, -0.55)
        axis.set_xlim(0, most + 0.18)
        axis.xaxis.set_major_formatter(require("matplotlib.ticker", extra="report").PercentFormatter(1, decimals=0))
        axis.grid(visible=False, axis="y")
        title_of(axis, name)
    return as_svg(figure, label="Shares asked and emitted in each training stage; the same numbers are in the table below")


def _share_bars(axis: Any, place: int, share: Share) -> None:
    axis.barh(place - 0.19, share.asked, height=0.34, color=PALE)
    axis.barh(place + 0.19, share.emitted, height=0.34, color=BLUE)
    axis.text(share.emitted + 0.012, place + 0.19, f"{share.emitted:.1%}", va="center", fontsize=8, color=INK)
    for bound in share.bounds or ():
        axis.plot([bound, bound], [place - 0.42, place + 0.42], color=ORANGE, linewidth=1.6)


def title_of(axis: Any, text: str) -> None:
    axis.set_title(text, loc="left", fontsize=9.5, fontweight="bold")


def loss_curves(lines: Sequence[Mapping[str, Any]]) -> str:
    """Loss of the next token and of the one after over tokens, with the stages' boundaries; the learning rate below."""
    figure, (upper, lower) = make_figure(2, 1, size=(9.8, 4.6), sharex=True, height_ratios=[3, 1])
    tokens = [line["tokens"] for line in lines]
    upper.plot(tokens, [line["loss"] for line in lines], color=BLUE, linewidth=1.6, label="next token")
    if any(line["mtp_loss"] for line in lines):
        upper.plot(tokens, [line["mtp_loss"] for line in lines], color=ORANGE, linewidth=1.3, label="token after next (MTP)")
    lower.plot(tokens, [line["lr"] for line in lines], color=GREEN, linewidth=1.4)
    top = upper.get_ylim()[1]
    for name, start in stage_starts(lines):
        upper.text(start, top, f" {name}", va="top", fontsize=8.5, color=MUTED)
        for axis in (upper, lower):
            axis.axvline(start, color=MUTED, linewidth=0.8, linestyle=(0, (3, 3)))
    upper.set_ylabel("loss (nats per token)")
    lower.set_ylabel("learning rate")
    lower.set_xlabel("tokens trained on")
    lower.set_ylim(bottom=0)
    lower.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    lower.yaxis.set_major_formatter(lambda value, _: f"{value:.0e}" if value else "0")
    upper.legend(loc="upper right", bbox_to_anchor=(1, 0.93), frameon=False, labelcolor=INK)
    return as_svg(figure, label="Training loss and learning rate over tokens")


def stage_starts(lines: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """(stage, tokens that were done when it began)."""
    starts: list[tuple[str, int]] = []
    before = 0
    for line in lines:
        if not starts or starts[-1][0] != line["stage"]:
            starts.append((line["stage"], before))
        before = line["tokens"]
    return starts


RIDGE_CLASSES = 25
"""Classes of a ridge: 4 of 100 each."""


def ridges(counts: Mapping[str, Any], *, title: str, threshold: float | None = None) -> str:
    """A row for each name: how its numbers from 0 to 1 are distributed, with a dot at their mean.

    `counts` are arrays of documents in equal classes of 0-1. Every row is as high as its own peak, so that small ones show.
    """
    figure, axis = make_figure(size=(3.9, 0.25 * len(counts) + 0.75))
    for place, values in enumerate(counts.values()):
        total = max(1, int(values.sum()))
        heights = coarser(values, RIDGE_CLASSES) / max(1, int(coarser(values, RIDGE_CLASSES).max()))
        edges = [i / RIDGE_CLASSES for i in range(RIDGE_CLASSES) for i in (i, i + 1)]
        outline = [place + 0.42 - 0.8 * height for height in heights for _ in (0, 1)]
        axis.fill_between(edges, place + 0.42, outline, color=BLUE if place else MUTED, alpha=0.75, linewidth=0)
        mean = float((values * (np.arange(len(values)) + 0.5)).sum() / len(values) / total)
        axis.plot([mean], [place + 0.42], "o", color=ORANGE, markersize=3.6, clip_on=False, zorder=4)
    if threshold is not None:
        axis.axvline(threshold, color=ORANGE, linewidth=1.3)
    axis.set_yticks(range(len(counts)), [f"{name}  {int(values.sum()):,}" for name, values in counts.items()])
    axis.tick_params(axis="y", labelcolor=INK)
    axis.set_ylim(len(counts) - 0.45, -0.6)
    axis.set_xlim(0, 1)
    axis.grid(visible=False, axis="y")
    title_of(axis, title)
    return as_svg(figure, label=f"Distribution of {title} in each domain")


def kept_curve(documents: Sequence[float], chars: Sequence[float], *, threshold: float | None = None) -> str:
    """Shares of documents and characters that a threshold keeps, over thresholds from 0 to 1 in equal steps."""
    figure, axis = make_figure(size=(3.9, 2.9))
    steps = [i / (len(documents) - 1) for i in range(len(documents))]
    axis.plot(steps, documents, color=BLUE, linewidth=1.7, label="documents")
    axis.plot(steps, chars, color=GREEN, linewidth=1.7, label="characters")
    if threshold is not None:
        axis.axvline(threshold, color=ORANGE, linewidth=1.3)
    axis.set_xlim(0, 1)
    axis.set_ylim(0, 1.02)
    axis.set_xlabel("threshold")
    axis.yaxis.set_major_formatter(require("matplotlib.ticker", extra="report").PercentFormatter(1, decimals=0))
    axis.legend(loc="lower left", frameon=False, labelcolor=INK)
    title_of(axis, "kept")
    return as_svg(figure, label="Documents and characters that a threshold keeps")


def time_and_memory(stages: Sequence[Mapping[str, Any]]) -> str:
    """Bars of CPU seconds, wall seconds and peak memory of a worker for each stage."""
    figure, (left, right) = make_figure(1, 2, size=(9.8, 0.36 * len(stages) + 0.9), sharey=True)
    places = range(len(stages))
    left.barh([p - 0.19 for p in places], [s["wall_s"] for s in stages], height=0.34, color=PALE)
    left.barh([p + 0.19 for p in places], [s["cpu_s"] for s in stages], height=0.34, color=BLUE)
    right.barh(list(places), [s["peak_memory_bytes"] / 2**20 for s in stages], height=0.5, color=GREEN)
    left.set_yticks(list(places), [s["name"] for s in stages])
    left.tick_params(axis="y", labelcolor=INK)
    left.set_ylim(len(stages) - 0.45, -0.55)
    title_of(left, "seconds")
    title_of(right, "largest worker, MiB")
    for axis in (left, right):
        axis.grid(visible=False, axis="y")
        axis.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}" if value >= 5 or value == int(value) else f"{value:.1f}")
    return as_svg(figure, label="Time and memory of each stage")
