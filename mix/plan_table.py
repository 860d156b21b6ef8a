"""The table that `tercet mix plan` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mix.infeasible import tokens_text

if TYPE_CHECKING:
    from mix.plan import Plan


def plan_table(plan: Plan) -> str:
    """Totals, then a block by source and one by domain, then the groups and the order's bounds."""
    totals = ", ".join(f"{stage.name} {tokens_text(stage.num_tokens)}" for stage in plan.stages)
    asked = sum(stage.num_tokens for stage in plan.stages)
    there = f"{tokens_text(sum(plan.tokens))} available in {len(plan.buckets)} buckets"
    parts = [
        f"{tokens_text(asked)} tokens asked ({totals}); {there}\n"
        "asked: tokens of the stage; share: of the stage; epochs: readings of all of it by the end of the stage; "
        "most: of its most-read bucket",
        _block("source", plan.sources, plan),
    ]
    if any(plan.domains):
        parts.append(_block("domain", plan.domains, plan))
    return "\n\n".join([*parts, _groups(plan), _bounds(plan)])


def _block(title: str, labels: Sequence[str], plan: Plan) -> str:
    header = [title, "available"]
    for stage in plan.stages:
        header += [f"{stage.name}: asked", "share", "epochs"]
    rows = [[*header, "most"]]
    most = plan.epochs(len(plan.stages) - 1)
    for label in [*sorted(set(labels)), "all"]:
        inside = np.array([label in ("all", own) for own in labels])
        available = int(np.array(plan.tokens, dtype=np.int64)[inside].sum())
        row, read = [label, tokens_text(available)], 0
        for stage in plan.stages:
            tokens = int(np.array(stage.rows, dtype=np.int64)[inside].sum()) * stage.seq_len
            read += tokens
            row += [tokens_text(tokens), f"{tokens / stage.num_tokens:.2%}", f"{read / available:.2f}"]
        rows.append([*row, f"{most[inside].max():.2f}"])
    return _aligned(rows)


def _groups(plan: Plan) -> str:
    rows = [["group", "asked", "planned", "rates x"]]
    for stage in plan.stages:
        for group in stage.groups:
            asked = f"{group.least:.2%}" if group.least == group.most else f"{group.least:.2%} to {group.most:.2%}"
            rows.append([f"{stage.name} {group.name}", asked, f"{group.planned:.4%}", f"{np.exp(group.dual):.3g}"])
    return _aligned(rows) if len(rows) > 1 else "no groups"


def _bounds(plan: Plan) -> str:
    bounds = ", ".join(f"{stage.name} {plan.order(s).bound:.2f}" for s, stage in enumerate(plan.stages))
    return f"on any prefix of a stage every bucket is within this many rows of its share: {bounds}"


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        first, *others = (cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True)))
        lines.append("  ".join([first, *others]).rstrip())
    return "\n".join(lines)
