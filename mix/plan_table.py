"""The table that `tercet mix plan` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mix.infeasible import tokens_text
from mix.order import I64, ChangedOrder

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
        for segment in stage.all_segments:
            where = f"{stage.name} from row {segment.from_row:,}" if segment.from_row else stage.name
            for group in segment.groups:
                asked = f"{group.least:.2%}" if group.least == group.most else f"{group.least:.2%} to {group.most:.2%}"
                rows.append([f"{where} {group.name}", asked, f"{group.planned:.4%}", f"{np.exp(group.dual):.3g}"])
    return _aligned(rows) if len(rows) > 1 else "no groups"


def _bounds(plan: Plan) -> str:
    bounds = ", ".join(f"{stage.name} {_bounds_of(plan, s)}" for s, stage in enumerate(plan.stages))
    return f"on any prefix of a stage every bucket is within this many rows of its share: {bounds}"


def _bounds_of(plan: Plan, stage: int) -> str:
    order = plan.order(stage)
    if not isinstance(order, ChangedOrder):
        return f"{order.bound:.2f}"
    first_rows = [segment.from_row for segment in plan.stages[stage].all_segments]
    return " / ".join(f"{bound:.2f} from row {first:,}" for first, bound in zip(first_rows, order.bounds, strict=True))


def changes_table(before: Plan, after: Plan, stage: int, from_row: int) -> str:
    """What a change of plan changes: tokens of every source from the row on, in the stage and in those after it."""
    kept = f"rows before row {from_row:,} of {after.stages[stage].name} stay"
    lengths = [
        f"{new.name} {tokens_text(old.num_tokens)} -> {tokens_text(new.num_tokens)}"
        for old, new in zip(before.stages, after.stages, strict=True)
        if old.num_tokens != new.num_tokens
    ]
    rows = [["source", "available", "read before", "was to be read", "is to be read", "epochs were", "epochs are"]]
    read = _tokens_until(before, stage, from_row)
    old, new = (
        np.array([sum(s.rows[b] * s.seq_len for s in plan.stages) for b in range(len(plan.buckets))]) for plan in (before, after)
    )
    old, read = (np.concatenate([part, np.zeros(len(after.buckets) - len(part), np.int64)]) for part in (old, read))
    available = np.array(after.tokens, dtype=np.int64)
    for source in [*dict.fromkeys(sorted(after.sources)), "all"]:
        inside = np.array([source in ("all", own) for own in after.sources])
        sums = [int(part[inside].sum()) for part in (available, read, old - read, new - read)]
        epochs = [f"{part[inside].sum() / available[inside].sum():.2f}" for part in (old, new)]
        rows.append([source, *map(tokens_text, sums), *epochs])
    return "\n".join([", ".join([kept, *lengths]), _aligned(rows)])


def _tokens_until(plan: Plan, stage: int, row: int) -> I64:
    """Tokens of each bucket's rows in the stages before, and in the first rows of the stage."""
    counts = plan.order(stage).counts_before(row)
    earlier = [sum(s.rows[b] * s.seq_len for s in plan.stages[:stage]) for b in range(len(plan.buckets))]
    here = np.array([counts.get(bucket, 0) * plan.stages[stage].seq_len for bucket in plan.buckets], dtype=np.int64)
    return np.asarray(np.array(earlier, dtype=np.int64) + here)


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        first, *others = (cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True)))
        lines.append("  ".join([first, *others]).rstrip())
    return "\n".join(lines)
