"""Change of plan: other rates, more tokens or a new source from a row on, while everything before it stays byte for byte.

A recipe says what was decided in the course of a run under `changes` of its stages (mix/recipe.py). The plan follows them one
after the other: the plan so far is cut at the change's row, what its rows before that read is counted towards the caps on epochs,
and the rest of the stage and all later stages are solved anew. The order goes on in a new segment (order.ChangedOrder); positions
inside buckets run on from where they stood, so nothing repeats before its epoch ends, across the change as well.

What is before a change's row is a function of the plan before the change alone. It is not solved again: rounding on another
machine could make other rows of it. `follow` takes the plan that the rows were made by and adds what the recipe has more than it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.errors import RecipeError
from corpus.ids import config_digest
from mix.inventory import Inventory
from mix.plan import Ancestor, Past, Plan, Segment, StagePlan, least_rows, solve
from mix.recipe import StageMixture


class Event(NamedTuple):
    """One change of a recipe."""

    stage: int
    from_row: int
    number: int
    """Of the change inside its stage, from 0."""


def events_of(stages: Sequence[StageMixture]) -> list[Event]:
    """The changes of all stages in the order of the rows."""
    return [Event(s, change.from_row, n) for s, stage in enumerate(stages) for n, change in enumerate(stage.changes)]


def recipe_until(stages: Sequence[StageMixture], num_events: int) -> list[StageMixture]:
    """The stages with only the first changes of the run."""
    kept = events_of(stages)[:num_events]
    return [stage.until(sum(event.stage == s for event in kept)) for s, stage in enumerate(stages)]


def recipe_digest(stages: Sequence[StageMixture]) -> str:
    return config_digest([asdict(stage) for stage in stages])


def follow(inventory: Inventory, stages: Sequence[StageMixture], before: Plan | None = None) -> Plan:
    """The plan of a recipe with changes.

    `before`: the plan that rows were made by already, which must be this recipe's without its last changes; without it the first
    plan is solved from the recipe without any. Raises RecipeError where the past would change, and for a change that cannot be.
    """
    _check_new_sources(inventory, stages)
    if before is None:
        plan = solve(inventory_until(inventory, stages, 0), recipe_until(stages, 0))
    else:
        plan = before
        check_past(plan, stages)
        _with_inventory(plan, inventory_until(inventory, stages, len(plan.ancestors)))
    for number, event in list(enumerate(events_of(stages)))[len(plan.ancestors) :]:
        plan = _change(plan, event, inventory_until(inventory, stages, number + 1), recipe_until(stages, number + 1))
    return plan


def is_before(plan: Plan, stages: Sequence[StageMixture]) -> bool:
    """Whether the recipe goes on from the plan: is the recipe of the plan, or that and further changes."""
    num_events = len(plan.ancestors)
    enough = num_events <= len(events_of(stages))
    return enough and plan.recipe_digest == recipe_digest(recipe_until(stages, num_events))


def check_past(plan: Plan, stages: Sequence[StageMixture]) -> None:
    """Raises RecipeError where the recipe without its new changes is not the one of the plan."""
    if is_before(plan, stages):
        return
    found = [
        f"{stage.name}: mixture.{name} was {old!r}, is {new!r}"
        for stage, planned in zip(stages, plan.stages, strict=False)
        for name, old, new in (
            ("name", planned.name, stage.name),
            ("seq_len", planned.seq_len, stage.seq_len),
            ("packing", planned.packing, stage.packing),
        )
        if old != new
    ]
    if len(stages) != len(plan.stages):
        found.append(f"the plan has {len(plan.stages)} stages, the recipe {len(stages)}")
    listed = "".join(f"\n  {line}" for line in found)
    raise RecipeError(
        f"without its new changes the recipe is not the one of plan {plan.digest}, and what rows were made by can't change:"
        f"{listed}\nUndo what was edited in the stages and in earlier changes, and write what is new under `changes`, with its "
        "from_row."
    )


def inventory_until(inventory: Inventory, stages: Sequence[StageMixture], num_events: int) -> Inventory:
    """The inventory without the sources that later changes add."""
    names = [name for event in events_of(stages)[num_events:] for name in stages[event.stage].changes[event.number].new_sources]
    table = inventory.table
    return replace(inventory, table=table.filter(pc.invert(pc.is_in(table.column("source"), pa.array(names, pa.string())))))


def _check_new_sources(inventory: Inventory, stages: Sequence[StageMixture]) -> None:
    sources = set(inventory.table.column("source").to_pylist())
    for event in events_of(stages):
        for name in stages[event.stage].changes[event.number].new_sources:
            if name not in sources:
                where = f"{stages[event.stage].name}: mixture.changes[{event.number}].new_sources"
                raise RecipeError(f"{where}: no source {name!r} in the inventory; there are {', '.join(sorted(sources))}")


def _change(plan: Plan, event: Event, inventory: Inventory, stages: Sequence[StageMixture]) -> Plan:
    """The plan with one change more; `stages` are the recipe up to it."""
    current = [stage.changed(len(stage.changes)) for stage in stages]
    change, where = stages[event.stage].changes[-1], f"{current[event.stage].name}: mixture.changes[{event.number}]"
    if event.from_row > plan.stages[event.stage].num_rows:
        raise RecipeError(
            f"{where}: from_row {event.from_row:,} is beyond the stage's {plan.stages[event.stage].num_rows:,} rows; to "
            "extend it, go on from its end"
        )
    padded, inventory = _with_inventory(plan, inventory, change.new_sources)
    past = _past(padded, event)
    stage = current[event.stage]
    num_left = stage.num_rows - event.from_row
    rest = [replace(stage, tokens=num_left * stage.seq_len)] if num_left else []
    try:
        solved = solve(inventory, [*rest, *current[event.stage + 1 :]], past) if rest or current[event.stage + 1 :] else None
    except RecipeError as error:
        raise RecipeError(f"{where}: from row {event.from_row:,} on, with what was read before it: {error}") from None
    version = len(plan.ancestors) + 1
    later = list(solved.stages) if solved else []
    changed = _continued(padded, event, later.pop(0) if rest else None, version)
    after = [replace(one, segments=(Segment(from_row=0, rows=one.rows, plan=version, groups=one.groups),)) for one in later]
    return replace(
        padded,
        stages=(*padded.stages[: event.stage], changed, *after),
        recipe_digest=recipe_digest(stages),
        ancestors=(*plan.ancestors, Ancestor(digest=plan.digest, recipe_digest=plan.recipe_digest)),
    )


def _continued(plan: Plan, event: Event, rest: StagePlan | None, version: int) -> StagePlan:
    """The stage: its segments before the row, and the rest as a new one."""
    planned = plan.stages[event.stage]
    counts = plan.order(event.stage).counts_before(event.from_row)
    rows = [counts.get(bucket, 0) for bucket in plan.buckets]
    kept = tuple(segment for segment in planned.all_segments if segment.from_row < event.from_row)
    if rest is None:
        return replace(planned, rows=tuple(rows), segments=kept)
    new = Segment(from_row=event.from_row, rows=rest.rows, plan=version, groups=rest.groups)
    total = tuple(before + after for before, after in zip(rows, rest.rows, strict=True))
    return replace(planned, rows=total, groups=rest.groups, segments=(*kept, new))


def _past(plan: Plan, event: Event) -> Past:
    """What the rows before the event read."""
    available = np.array(plan.tokens, dtype=float)
    tokens, epochs = np.zeros(len(available)), np.zeros(len(available))
    counts = plan.order(event.stage).counts_before(event.from_row)
    stages = [*plan.stages[: event.stage], replace(plan.stages[event.stage], rows=tuple(counts.get(b, 0) for b in plan.buckets))]
    for stage in stages:
        rows = np.array(stage.rows, dtype=float)
        tokens += rows * stage.seq_len
        epochs += rows / least_rows(available, stage.seq_len)
    return Past(tokens, epochs, event.from_row * plan.stages[event.stage].seq_len)


def _with_inventory(plan: Plan, inventory: Inventory, new_sources: Sequence[str] = ()) -> tuple[Plan, Inventory]:
    """The plan with the buckets of new sources, after its own; the inventory in the plan's order.

    Raises RecipeError for a bucket that is not what it was, and for a new one of another source.
    """
    table = inventory.table
    tokens: Mapping[str, int] = dict(zip(inventory.keys, table.column("tokens").to_pylist(), strict=True))
    for bucket, was in zip(plan.buckets, plan.tokens, strict=True):
        if tokens.get(bucket) != was:
            now = f"{tokens[bucket]:,}" if bucket in tokens else "none"
            raise RecipeError(
                f"bucket {bucket} had {was:,} tokens when the plan was made and has {now}: the rows before the change would be "
                "others. Add documents as a source of their own under `new_sources`, deduplicated against those there are "
                "(dedup.against), and leave the settings of the mixture and the tokenizer as they are."
            )
    added = [bucket for bucket in inventory.keys if bucket not in set(plan.buckets)]
    sources: Mapping[str, str] = dict(zip(inventory.keys, table.column("source").to_pylist(), strict=True))
    for bucket in added:
        if sources[bucket] in plan.sources:
            raise RecipeError(
                f"bucket {bucket} was not there when the plan was made: the documents of a source may not change. Add new ones "
                "as a source of their own under `new_sources`."
            )
        if sources[bucket] not in new_sources:
            raise RecipeError(
                f"source {sources[bucket]} is not in plan {plan.digest}: list it under `new_sources` of the change from which on "
                "it is drawn"
            )
    place = {bucket: i for i, bucket in enumerate(inventory.keys)}
    ordered = table.take(pa.array([place[bucket] for bucket in (*plan.buckets, *added)]))
    return _padded(plan, ordered, len(added)), replace(inventory, table=ordered)


def _padded(plan: Plan, table: pa.Table, num_added: int) -> Plan:
    """The plan with the last buckets of the table added, none of which it reads."""
    zeros = (0,) * num_added
    more = table.slice(len(plan.buckets))
    domains = more.column("domain").to_pylist() if "domain" in table.column_names else [""] * num_added
    stages = tuple(
        replace(
            stage,
            rows=stage.rows + zeros,
            segments=tuple(replace(segment, rows=segment.rows + zeros) for segment in stage.segments),
        )
        for stage in plan.stages
    )
    return replace(
        plan,
        buckets=(*plan.buckets, *more.column("bucket").to_pylist()),
        sources=(*plan.sources, *more.column("source").to_pylist()),
        domains=(*plan.domains, *domains),
        tokens=(*plan.tokens, *more.column("tokens").to_pylist()),
        stages=stages,
    )
