"""The plan: how many rows of every bucket each stage takes, solved from the recipe and the inventory.

rates: the I-projection of inventory x preference onto stage totals, groups and epoch caps (projection.py);
rows: the rates rounded by largest remainders, first over the sets of buckets that share their groups, so that a group's rows are
off by less than one for each such set, then inside each set. A recipe that cannot be is answered with the shortfall, the caps
that bind and the smallest change (infeasible.py), and nothing is planned.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from corpus.errors import RecipeError
from corpus.ids import config_digest
from mix.expressions import Kind, compile_expression
from mix.infeasible import Diagnosis, diagnose, tokens_text
from mix.inventory import VALUES, Inventory
from mix.order import ChangedOrder, Order
from mix.projection import F64, Bool, Constraint, Problem, project
from mix.recipe import Group, StageMixture

I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class GroupPlan:
    """A group as asked and as planned, as shares of its stage."""

    name: str
    least: float
    most: float
    planned: float
    """Share of rows."""
    dual: float
    """Logarithm of the factor by which the group's constraint raises (above 0) or lowers the rates of its buckets."""


@dataclass(frozen=True, kw_only=True)
class Segment:
    """The rates of a stage from a row on, up to the next segment or the stage's end."""

    from_row: int
    rows: tuple[int, ...]
    """Of each bucket of the plan, as planned for all rows from from_row on; a later change may use only the first of them."""
    plan: int
    """Which plan set these rates: an index into Plan.ancestors, or their number for the plan itself."""
    groups: tuple[GroupPlan, ...]
    """Shares of the segment."""


@dataclass(frozen=True, kw_only=True)
class StagePlan:
    """One stage."""

    name: str
    seq_len: int
    packing: str
    rows: tuple[int, ...]
    """Of each bucket of the plan."""
    groups: tuple[GroupPlan, ...]
    """Of the last segment."""
    segments: tuple[Segment, ...] = ()
    """Empty where one, of the first plan, holds from row 0 on."""

    @property
    def all_segments(self) -> tuple[Segment, ...]:
        return self.segments or (Segment(from_row=0, rows=self.rows, plan=0, groups=self.groups),)

    def segment_of(self, row: int) -> Segment:
        """The segment of a row."""
        return [segment for segment in self.all_segments if segment.from_row <= row][-1]

    @property
    def num_rows(self) -> int:
        return sum(self.rows)

    @property
    def num_tokens(self) -> int:
        """Tokens of the stage's rows when full."""
        return self.num_rows * self.seq_len


@dataclass(frozen=True, kw_only=True)
class Ancestor:
    """A plan that was changed from a row on."""

    digest: str
    recipe_digest: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A solved mixture; plain values inside, so that it is equal, digested and written the same everywhere."""

    buckets: tuple[str, ...]
    sources: tuple[str, ...]
    """Of each bucket."""
    domains: tuple[str, ...]
    """Of each bucket; empty text where the buckets have no column `domain`."""
    tokens: tuple[int, ...]
    """Available in each bucket."""
    stages: tuple[StagePlan, ...]
    recipe_digest: str
    """Of the stage recipes."""
    ancestors: tuple[Ancestor, ...] = ()
    """The plans before this one, the first one first: each goes on from its predecessor (mix/changes.py)."""

    @cached_property
    def digest(self) -> str:
        return config_digest(self.to_mapping())

    @property
    def first(self) -> Ancestor:
        """The plan that was there before any change; its digest names the stages' folders."""
        return self.versions[0]

    @property
    def versions(self) -> tuple[Ancestor, ...]:
        """The ancestors and the plan itself."""
        return (*self.ancestors, Ancestor(digest=self.digest, recipe_digest=self.recipe_digest))

    def version_of(self, stage: int, row: int) -> Ancestor:
        """The plan that decided a row: whatever was changed later, it stays the same."""
        return self.versions[self.stages[stage].segment_of(row).plan]

    def to_mapping(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_mapping(value: Mapping[str, Any]) -> Plan:
        """What to_mapping wrote."""
        stages = tuple(
            StagePlan(**{**_segment(stage), "segments": tuple(Segment(**_segment(s)) for s in stage.get("segments", ()))})
            for stage in value["stages"]
        )
        columns = {name: tuple(value[name]) for name in ("buckets", "sources", "domains", "tokens")}
        ancestors = tuple(Ancestor(**ancestor) for ancestor in value.get("ancestors", ()))
        return Plan(**columns, stages=stages, recipe_digest=value["recipe_digest"], ancestors=ancestors)

    def order(self, stage: int) -> Order:
        """The order of the stage's rows."""
        planned = self.stages[stage]
        segments = planned.all_segments
        if len(segments) == 1 and segments[0].rows == planned.rows:
            return Order(dict(zip(self.buckets, planned.rows, strict=True)))
        quotas = [(segment.from_row, dict(zip(self.buckets, segment.rows, strict=True))) for segment in segments]
        return ChangedOrder(quotas, planned.num_rows)

    def epochs(self, stage: int) -> F64:
        """How often each bucket has been read when the stage ends, all stages so far counted."""
        read = sum(np.array(s.rows, dtype=float) * s.seq_len for s in self.stages[: stage + 1])
        return np.asarray(read / np.array(self.tokens, dtype=float))

    def table(self) -> str:
        """The plan for people: per source and per domain what there is, what is asked, how often it is read."""
        from mix.plan_table import plan_table

        return plan_table(self)


def _segment(value: Mapping[str, Any]) -> dict[str, Any]:
    """A segment's or a stage's values with tuples for lists."""
    return {**value, "rows": tuple(value["rows"]), "groups": tuple(GroupPlan(**group) for group in value["groups"])}


@dataclass(frozen=True)
class Past:
    """What was read before the rows that are to be planned."""

    tokens: F64
    """Of each bucket."""
    epochs: F64
    """Of each bucket, counted in rows as caps are."""
    first_stage_tokens: int
    """Of the first stage, in the rows of it that are not planned any more."""


def solve(inventory: Inventory, stages: Sequence[StageMixture], past: Past | None = None) -> Plan:
    """The plan. Raises RecipeError for unknown columns and values, and for a mixture that cannot be, saying why.

    With a past, `stages` are what comes after it, the first one without its rows that are past.
    """
    past = past or _no_past(inventory)
    masks = [_masks(stage, inventory) for stage in stages]
    problem, sources = _problem(inventory, stages, masks, past)
    solution = project(problem)
    if not solution.converged:
        diagnosis = diagnose(problem, sources)
        if diagnosis:
            raise RecipeError(_explain(diagnosis, problem, stages, inventory, past))
        raise RecipeError(
            "mixture: can only be met by leaving out some bucket altogether (a group asks for all of what another one holds); "
            f"loosen a token_fraction to a range, or exclude that bucket by `only`. Residual {solution.residual:.1e}."
        )
    rows = _round_rows(solution.tokens, inventory, stages, masks, past)
    names = inventory.table.column_names
    domains = inventory.table.column("domain").to_pylist() if "domain" in names else [""] * len(sources)
    return Plan(
        buckets=tuple(inventory.keys),
        sources=tuple(sources),
        domains=tuple(domains),
        tokens=tuple(inventory.table.column("tokens").to_pylist()),
        stages=tuple(_stage_plan(stage, rows[s], masks[s], solution.duals) for s, stage in enumerate(stages)),
        recipe_digest=config_digest([asdict(stage) for stage in stages]),
    )


def _no_past(inventory: Inventory) -> Past:
    return Past(np.zeros(len(inventory.keys)), np.zeros(len(inventory.keys)), 0)


def cap_factors(inventory: Inventory, stages: Sequence[StageMixture]) -> F64:
    """[S, B]: the factor by which the caps on epochs hold each bucket's rate down, 1 where none does.

    For recipes without changes that `solve` takes.
    """
    return project(
        _problem(inventory, stages, [_masks(stage, inventory) for stage in stages], _no_past(inventory))[0]
    ).cap_factors


def _stage_plan(stage: StageMixture, rows: I64, masks: Mapping[str, Bool], duals: Mapping[str, float]) -> StagePlan:
    groups = []
    for name, group in stage.groups.items():
        least, most = group.bounds()
        planned = float(rows[masks[name]].sum() / rows.sum())
        dual = duals.get(_constraint_name(stage, name), 0.0)
        groups.append(GroupPlan(name=name, least=least, most=most, planned=planned, dual=dual))
    return StagePlan(
        name=stage.name,
        seq_len=stage.seq_len,
        packing=stage.packing,
        rows=tuple(rows.tolist()),
        groups=tuple(groups),
    )


def _masks(stage: StageMixture, inventory: Inventory) -> dict[str, Bool]:
    """Which buckets each group holds."""
    where = f"{stage.name}: mixture.groups"
    masks = {name: _select(group.expression(), inventory, where=f"{where}.{name}") for name, group in stage.groups.items()}
    for name, mask in masks.items():
        if not mask.any() and stage.groups[name].bounds()[0] > 0:
            raise RecipeError(
                f"{where}.{name}: no bucket of the inventory matches {stage.groups[name].expression()!r}, and the group asks for "
                f"{stage.groups[name].bounds()[0]:.2%} of the stage; there are {', '.join(inventory.keys[:8])}, ..."
            )
    return masks


def _select(expression: str, inventory: Inventory, *, where: str) -> Bool:
    """The buckets for which a condition over the bucket columns holds."""
    checked = compile_expression(
        expression, inventory.bucket_schema, where=where, kind="condition", values=_values(inventory.bucket_schema)
    )
    return np.asarray(checked.evaluate(inventory.table).to_numpy(zero_copy_only=False), dtype=bool)


def _values(columns: pa.Schema) -> dict[str, Sequence[str]]:
    """Known values of the text columns: a comparison with any other is a typing mistake. A source that gave no document is not
    known here, so sources are left to the check that a group matches some bucket."""
    return {name: values for name, values in VALUES.items() if name in columns.names}


def check_expressions(stages: Sequence[StageMixture], columns: pa.Schema) -> None:
    """Raises RecipeError for an expression that does not fit the bucket columns: before a run, which counts buckets late."""
    for stage in stages:
        checks: list[tuple[str, str, Kind]] = [
            ("only", stage.only, "condition"),
            *((f"groups.{name}", group.expression(), "condition") for name, group in stage.groups.items()),
            *((f"preferences[{i}].where", each.where, "condition") for i, each in enumerate(stage.preferences)),
            *(
                (f"preferences[{i}].weight", each.weight, "number")
                for i, each in enumerate(stage.preferences)
                if isinstance(each.weight, str)
            ),
        ]
        for key, expression, kind in checks:
            where = f"{stage.name}: mixture.{key}"
            compile_expression(expression, columns, where=where, kind=kind, values=_values(columns))


def _problem(
    inventory: Inventory, stages: Sequence[StageMixture], masks: Sequence[Mapping[str, Bool]], past: Past
) -> tuple[Problem, list[str]]:
    sources: list[str] = inventory.table.column("source").to_pylist()
    tokens = np.array(inventory.table.column("tokens").to_pylist(), dtype=float)
    reference, caps, constraints = [], [], []
    for s, stage in enumerate(stages):
        _check_sources(stage, sources)
        weights = tokens * _preferences(stage, inventory)
        for name, group in stage.groups.items():
            if group.bounds()[1] == 0:
                weights = np.where(masks[s][name], 0.0, weights)
        if not weights.any():
            raise RecipeError(f"{stage.name}: mixture.only: {stage.only!r}: no bucket of the inventory is left to draw from")
        total = float(stage.num_rows * stage.seq_len)
        reference.append(weights / weights.sum() * total)
        caps.append(tokens * np.array([stage.epochs_of(source) for source in sources]) - past.tokens)
        constraints.append(Constraint(_constraint_name(stage, None), s, np.ones(len(tokens), dtype=bool), total, total))
        for name, group in stage.groups.items():
            least, most = group.bounds()
            if most > 0:
                constraints.append(Constraint(_constraint_name(stage, name), s, masks[s][name], least * total, most * total))
    return Problem(np.array(reference), np.maximum(np.array(caps), 1e-9), tuple(constraints), past.tokens), sources


def _preferences(stage: StageMixture, inventory: Inventory) -> F64:
    """The product of all preferences of each bucket; 0 where `only` excludes it."""
    weights = _select(stage.only, inventory, where=f"{stage.name}: mixture.only").astype(float)
    for i, preference in enumerate(stage.preferences):
        where = f"{stage.name}: mixture.preferences[{i}]"
        chosen = _select(preference.where, inventory, where=f"{where}.where")
        weights = np.where(chosen, weights * _weight(preference.weight, inventory, where=f"{where}.weight"), weights)
    return weights


def _weight(weight: float | str, inventory: Inventory, *, where: str) -> F64 | float:
    """The factor of each bucket. Raises RecipeError for one that is negative, infinite or missing."""
    if not isinstance(weight, str):
        return weight
    checked = compile_expression(
        weight, inventory.bucket_schema, where=where, kind="number", values=_values(inventory.bucket_schema)
    )
    factors = np.asarray(checked.evaluate(inventory.table).to_numpy(zero_copy_only=False), dtype=float)
    if (factors < 0).any() or not np.isfinite(factors).all():
        bucket = inventory.keys[int(np.argmin(np.where(np.isfinite(factors), factors, -np.inf)))]
        raise RecipeError(f"{where}: {weight!r} is not a number from 0 on for the bucket {bucket}")
    return factors


def _check_sources(stage: StageMixture, sources: Sequence[str]) -> None:
    for name in stage.max_epochs_by_source:
        if name not in sources:
            near = difflib.get_close_matches(name, sorted(set(sources)), n=1)
            hint = f"; did you mean {near[0]!r}?" if near else "."
            raise RecipeError(
                f"{stage.name}: mixture.max_epochs_by_source: no source {name!r} in the inventory{hint} "
                f"Sources: {', '.join(sorted(set(sources)))}."
            )


def _constraint_name(stage: StageMixture, group: str | None) -> str:
    return f"{stage.name}.{group}" if group else stage.name


# --------------------------------------------------------------------------------------------------------- rounding


def _round_rows(
    tokens: F64, inventory: Inventory, stages: Sequence[StageMixture], masks: Sequence[Mapping[str, Bool]], past: Past
) -> list[I64]:
    """Whole rows of every bucket in every stage; each stage's sum is exact."""
    available = np.array(inventory.table.column("tokens").to_pylist(), dtype=float)
    sources = inventory.table.column("source").to_pylist()
    epochs = past.epochs
    rounded = []
    for s, stage in enumerate(stages):
        rows_of_epoch = least_rows(available, stage.seq_len)
        limit = np.array([stage.epochs_of(source) for source in sources])
        room = np.floor((limit - epochs) * rows_of_epoch + 1e-9)
        rows = _round_stage(tokens[s] / stage.seq_len, stage.num_rows, masks[s], room)
        epochs = epochs + rows / rows_of_epoch
        rounded.append(rows)
    return rounded


def least_rows(tokens: F64, seq_len: int) -> F64:
    """The fewest rows that hold each bucket: packing never makes fewer, so epochs counted by them are never too few."""
    return np.asarray(np.maximum(np.ceil(tokens / seq_len), 1))


def _round_stage(ideal: F64, num_rows: int, masks: Mapping[str, Bool], room: F64) -> I64:
    """`ideal` as whole numbers that sum to `num_rows`, rounded set by set of buckets with equal groups."""
    membership = np.zeros(len(ideal), dtype=np.int64)
    for mask in masks.values():
        membership = membership * 2 + mask
    kinds = np.unique(membership)
    sums = np.array([ideal[membership == kind].sum() for kind in kinds])
    shares = _largest_remainders(sums, num_rows, np.full(len(sums), np.inf))
    rows = np.zeros(len(ideal), dtype=np.int64)
    for kind, share in zip(kinds, shares, strict=True):
        inside = membership == kind
        rows[inside] = _largest_remainders(ideal[inside], int(share), room[inside])
    return rows


def _largest_remainders(ideal: F64, total: int, room: F64) -> I64:
    """Floors, and one more for the largest remainders until the sum is `total`; those without room come last, zeros never."""
    floors = np.floor(ideal + 1e-9).astype(np.int64)
    missing = total - int(floors.sum())
    full = (floors + 1 > room) | (ideal == 0)
    order = np.lexsort((np.arange(len(ideal)), -(ideal - floors), full, ideal == 0))
    for index in order[:missing] if missing >= 0 else order[::-1][:-missing]:
        floors[index] += 1 if missing > 0 else -1
    return floors


# ------------------------------------------------------------------------------------------------------ explanation


def _explain(diagnosis: Diagnosis, problem: Problem, stages: Sequence[StageMixture], inventory: Inventory, past: Past) -> str:
    """The shortfall, the caps that bind, the smallest changes."""
    lines = ["the mixture cannot be met:"]
    for constraint, slack in diagnosis.shortfalls:
        asked = constraint.least if slack > 0 else constraint.most
        verb, difference = ("short by", "at least") if slack > 0 else ("over by", "at most")
        lines.append(
            f"  {constraint.name}: asks for {difference} {tokens_text(asked)} tokens, {tokens_text(asked - slack)} can be had "
            f"together with the rest: {verb} {tokens_text(abs(slack))}"
        )
    lines += _binding_lines(diagnosis, stages, inventory, past)
    several = len(diagnosis.shortfalls) > 1
    lines.append("enough is all of these together:" if several else "any one of these is enough:")
    lines += [f"  {_change_of_constraint(c, slack, stages, problem, past)}" for c, slack in diagnosis.shortfalls]
    if several and diagnosis.raises:
        lines.append("or any one of these:")
    for source, factor in diagnosis.raises:
        epochs = stages[-1].epochs_of(source)
        more = tokens_text((factor - 1) * _tokens_of(source, inventory))
        everywhere = "" if len({stage.epochs_of(source) for stage in stages}) == 1 else ", in the earlier stages in proportion"
        raised = f"raise max_epochs of {source} from {epochs:g} to {_round_up(epochs * factor):g}{everywhere}"
        lines.append(f"  {raised}, or add {more} tokens to it with its present shares of domains")
    return "\n".join(lines)


def _binding_lines(diagnosis: Diagnosis, stages: Sequence[StageMixture], inventory: Inventory, past: Past) -> list[str]:
    if not diagnosis.binding:
        return ["  no epoch cap is in the way: the groups contradict each other or ask for buckets that `only` excludes"]
    lines = []
    for source in diagnosis.binding:
        tokens, epochs = _tokens_of(source, inventory), stages[-1].epochs_of(source)
        product = f"{tokens_text(tokens)} tokens x max_epochs {epochs:g} = {tokens_text(tokens * epochs)}"
        read = sum(n for n, name in zip(past.tokens, inventory.table.column("source").to_pylist(), strict=True) if name == source)
        before = f", {tokens_text(read)} of them read before" if read else ""
        lines.append(f"  binding cap: {source}, {product} over all its buckets{before}")
    return lines


def _change_of_constraint(
    constraint: Constraint, slack: float, stages: Sequence[StageMixture], problem: Problem, past: Past
) -> str:
    stage = stages[constraint.stage]
    possible = constraint.least - slack if slack > 0 else constraint.most - slack
    if constraint.name == stage.name:
        before = past.first_stage_tokens if constraint.stage == 0 else 0
        return f"set {stage.name}'s tokens to {tokens_text(before + possible)} (from {tokens_text(before + constraint.least)})"
    group = constraint.name.removeprefix(f"{stage.name}.")
    total = float(problem.reference[constraint.stage].sum())
    word = "lower" if slack > 0 else "raise"
    return (
        f"{word} {stage.name}'s groups.{group}.token_fraction to {possible / total:.4f} (from {_fraction(stage.groups[group])})"
    )


def _fraction(group: Group) -> str:
    least, most = group.bounds()
    return f"{least:g}" if least == most else f"[{least:g}, {most:g}]"


def _tokens_of(source: str, inventory: Inventory) -> float:
    rows = zip(inventory.table.column("source").to_pylist(), inventory.table.column("tokens").to_pylist(), strict=True)
    return float(sum(tokens for name, tokens in rows if name == source))


def _round_up(value: float) -> float:
    """Three digits, never less than the value."""
    digits = 10.0 ** (2 - math.floor(math.log10(value)))
    return math.ceil(value * digits - 1e-9) / digits
