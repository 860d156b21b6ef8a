"""`tercet mix plan`: a solved plan as text with bars, and as a page with charts that loads nothing (--html FILE).

    available / asked / share / epochs    by source and by domain, for every stage
    costs                                 the factor by which each group and each cap on epochs changes the rates of its buckets

The factor of caps is that of the bucket that they hold most: 0.25 says that without them it would be drawn four times as often,
all else being equal. Caps count from the first stage on, so one at the end of a late stage holds the stages before it as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import InputError, require
from mix.changes import events_of
from mix.infeasible import tokens_text
from mix.inventory import Inventory
from mix.plan import Plan, cap_factors
from mix.recipe import StageMixture
from pipelines import report, report_drawn
from pipelines import report_mixture as mixing
from pipelines import report_mixture_charts as charts

BAR_LETTERS = 40
"""Of the longest bar of the terminal."""
HELD = 1 - 1e-6
"""A bucket whose factor is below is held by its cap."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one constraint does to the rates of its buckets."""

    what: str
    """`stage2 group math_and_code` or `stage1 caps on web`."""
    asked: str = ""
    """Share that a group asks for."""
    factor: float
    """On the rates: above 1 raised, below held down; of a cap, that of its most held bucket."""
    buckets: str = ""
    """Of a cap: how many of the source's buckets it holds."""
    tokens: int = 0
    """Of a cap: available in those."""


@dataclass(frozen=True, kw_only=True)
class SolvedPlan:
    """A plan with what it was solved from."""

    recipe: str
    inventory: Inventory
    stages: tuple[StageMixture, ...]
    plan: Plan
    changes: str = ""
    """Of a recipe with changes, what the last one changes."""


def costs(solved: SolvedPlan) -> list[Cost]:
    """Groups in the order of the recipe, then the sources of which caps hold a bucket, stage by stage.

    The latter not of a recipe with changes, which is solved in pieces.
    """
    plan = solved.plan
    found = []
    for stage in plan.stages:
        for group in stage.groups:
            asked = f"{group.least:.2%}" if group.least == group.most else f"{group.least:.2%} to {group.most:.2%}"
            found.append(Cost(what=f"{stage.name} group {group.name}", asked=asked, factor=float(np.exp(group.dual))))
    if events_of(solved.stages):
        return found
    sources, tokens = np.array(plan.sources), np.array(plan.tokens, dtype=np.int64)
    for recipe, factors in zip(solved.stages, cap_factors(solved.inventory, solved.stages), strict=True):
        for source in sorted(set(plan.sources)):
            held = (sources == source) & (factors < HELD)
            if not held.any():
                continue
            found.append(
                Cost(
                    what=f"{recipe.name} caps on {source}",
                    factor=float(factors[held].min()),
                    buckets=f"{int(held.sum())} of {int((sources == source).sum())}",
                    tokens=int(tokens[held].sum()),
                )
            )
    return found


def caps(solved: SolvedPlan) -> dict[str, list[float | None]]:
    """max_epochs of each source at the end of each stage."""
    recipes = {stage.name: stage for stage in solved.stages}
    return {source: mixing.caps_of(recipes, list(recipes), source) for source in set(solved.plan.sources)}


def plan_text(solved: SolvedPlan) -> str:
    """The plan's table, what its caps cost, and a bar of epochs for each source."""
    held = [cost for cost in costs(solved) if cost.buckets]
    rows = [["held by caps on epochs", "buckets held", "their tokens", "rates x"]]
    rows += [[cost.what, cost.buckets, tokens_text(cost.tokens), f"{cost.factor:.3g}"] for cost in held]
    of_caps = _aligned(rows) if held else "" if events_of(solved.stages) else "no cap on epochs holds a bucket"
    return "\n\n".join(filter(None, [solved.plan.table(), solved.changes, of_caps, _epoch_text(solved)]))


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(cell.rjust(w) if i else cell.ljust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


def _epoch_text(solved: SolvedPlan) -> str:
    """A bar for each source, as long as its epochs are beside those of the most-read source; | where its cap is."""
    rows = mixing.planned_epochs(solved.plan)
    known = caps(solved)
    most = max(row["epochs"][-1] for row in rows)
    shown = max([most, *(cap for found in known.values() if (cap := found[-1]) is not None and cap <= 2 * most)])
    width = max(len(row["label"]) for row in rows)
    lines = ["epochs by the end of the run, of what is allowed (|: the cap, where it is within reach)"]
    for row in rows:
        cap, epochs = known[row["label"]][-1], row["epochs"][-1]
        bar = list(("#" * round(epochs / shown * BAR_LETTERS)).ljust(BAR_LETTERS + 1, "."))
        if cap is not None and cap <= shown:
            bar[round(cap / shown * BAR_LETTERS)] = "|"
        lines.append(f"{row['label']:<{width}}  {''.join(bar)}  {epochs:.2f}" + (f" of {cap:g}" if cap is not None else ""))
    return "\n".join(lines)


def write_plan_page(solved: SolvedPlan, path: str) -> str:
    """Writes the page; returns its path. Raises InputError where the file cannot be written."""
    page = report.make_page("plan.html", gather(solved, markup=require("markupsafe", extra="report").Markup))
    try:
        Path(path).write_text(page, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from error
    return path


def gather(solved: SolvedPlan, *, markup: Any = str) -> dict[str, Any]:
    """Everything the template shows. `markup` marks what is HTML already."""
    plan, names = solved.plan, [stage.name for stage in solved.plan.stages]
    rows, known, found = mixing.planned_epochs(plan), caps(solved), costs(solved)
    classes = report_drawn.class_tables(plan, solved.inventory.table)
    by_domain = [("domain", plan.domains)] if any(plan.domains) else []
    kinds = [*by_domain, ("source", plan.sources)]
    return {
        "recipe": solved.recipe,
        "plan": plan,
        "stages": names,
        "asked": sum(stage.num_tokens for stage in plan.stages),
        "available": sum(plan.tokens),
        "along": [report.along(title, *mixing.planned_windows(plan, labels), markup=markup) for title, labels in kinds],
        "shades": [(name, charts.shade(i, len(names))) for i, name in enumerate(names)],
        "epoch_chart": markup(charts.epoch_bars(mixing.epoch_chart_bars(rows, known), names)),
        "rows": [{**row, "caps": known[row["label"]]} for row in rows],
        "drawn": {
            "stages": names,
            "key": report.stage_key(names),
            "charts": [report.class_chart(table, markup) for table in classes],
            "means": [],
            "classes": classes,
        },
        "costs": found,
        "cost_chart": markup(charts.factor_bars([(cost.what, cost.factor) for cost in found])) if found else None,
        "bounds": [(stage.name, plan.order(s).bound) for s, stage in enumerate(plan.stages)],
    }
