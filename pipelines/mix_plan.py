"""The plan of a recipe with changes: found through what the run in its folder was planned by.

A run's plans lie in OUT/plan/DIGEST.json; OUT/plan/current.json names the one that rows were last emitted by, and the settings of
the mixture at that time. A recipe whose stages have `changes` goes on from that plan: rows that it decided stay. And a recipe
that has lost its changes is refused, because the old plan would write over rows after them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from corpus import shards
from corpus.errors import InputError, RecipeError
from mix.changes import events_of, follow, inventory_until, recipe_until
from mix.inventory import Inventory
from mix.plan import Plan
from mix.plan_table import changes_table
from mix.recipe import MixConfig, StageMixture
from mix.tokenizing import tokenizer_digest

CURRENT = "plan/current.json"

FREE = ("rows_per_shard",)
"""Settings of `mix:` that decide files but no rows: another value makes another folder, with all rows in it."""


def solve(
    stages: Sequence[StageMixture], inventory: Inventory, *, mix: MixConfig, out: str, before: str | None = None
) -> tuple[Plan, Plan | None]:
    """The recipe's plan, and the plan that it goes on from (where all is solved now, the recipe's without its last change).

    `before`: path or URL of that plan; default: the one of OUT/plan/current.json. Where there is none, or no changes in the
    recipe, all of it is solved. Raises RecipeError where the past would change, and where there is no plan.
    """
    if not events_of(stages):
        return follow(inventory, stages), None
    record = _record(out)
    url = before or (_url(out, record["plan"]) if record else None)
    if url:
        earlier = _read(url)
        _check_settings(record, mix)
        return follow(inventory, stages, earlier), earlier
    plan = follow(inventory, stages)
    without_last = len(plan.ancestors) - 1
    return plan, follow(inventory_until(inventory, stages, without_last), recipe_until(stages, without_last))


def changes_text(plan: Plan, earlier: Plan | None, stages: Sequence[StageMixture], *, mix: MixConfig) -> str:
    """What the recipe's last change changes: rates, and files; nothing for a recipe without one."""
    if not earlier or len(plan.ancestors) <= len(earlier.ancestors):
        return ""
    event = events_of(stages)[len(earlier.ancestors)]
    return f"{changes_table(earlier, plan, event.stage, event.from_row)}\n\n{_files(plan, event.stage, event.from_row, mix)}"


def _files(plan: Plan, stage: int, from_row: int, mix: MixConfig) -> str:
    """Which files stay."""
    whole, inside = divmod(from_row, mix.rows_per_shard)
    name = plan.stages[stage].name
    stay = f"{name}: the first {whole:,} shards stay as they are" if whole else f"{name}: no whole shard is before the row"
    if not inside:
        return f"{stay}; row {from_row:,} begins the next one"
    at = [f"{mix.rows_per_shard * n:,}" for n in (whole, whole + 1)]
    return (
        f"{stay}; shard {whole:06d} is written again, with the same rows before row {from_row:,} (from_row at {' or '.join(at)} "
        "would leave every file)"
    )


def remember(plan: Plan, mix: MixConfig, out: str, *, before: str | None = None) -> str:
    """Writes the plan as the one that rows are emitted by; its path below OUT.

    Raises RecipeError for a plan that was changed since, unless `before` says that this is meant: its rows would be written over
    those after the change.
    """
    record = _record(out)
    current = _read(_url(out, record["plan"])) if record else None
    if current and not before and plan.digest in {ancestor.digest for ancestor in current.ancestors}:
        raise RecipeError(
            f"{out} was mixed by plan {current.digest}, which changed this one in the course of the run; the recipe has lost its "
            "`changes`. Put them back. To take back changes that nothing was trained on, say "
            f"--before {_url(out, plan.digest)}; or write to another folder (execution.out)."
        )
    shards.write_json(plan.to_mapping(), _url(out, plan.digest))
    shards.write_json({"plan": plan.digest, "mix": _settings(mix)}, shards.join(out, CURRENT))
    return f"plan/{plan.digest}.json"


def _settings(mix: MixConfig) -> dict[str, Any]:
    """The settings, the tokenizer by what is in it."""
    found: dict[str, Any] = _plain({**asdict(mix), "tokenizer": tokenizer_digest(mix.tokenizer)})
    return found


def _check_settings(record: Mapping[str, Any], mix: MixConfig) -> None:
    """Raises RecipeError where a setting that decides which documents and rows there are is not what it was."""
    was, now = record.get("mix") or {}, _settings(mix)
    for name, old in was.items():
        if name in now and name not in FREE and old != now[name]:
            what = "another one" if name == "tokenizer" else f"{old!r}"
            raise RecipeError(
                f"mix.{name}: was {what} when the rows so far were emitted, is {getattr(mix, name)!r}: the rows before the "
                "change would be others. Put it back, or write to another folder (execution.out)."
            )


def _plain(value: Any) -> Any:
    """As JSON reads it back: lists for tuples."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _record(out: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = shards.read_json(shards.join(out, CURRENT))
    except InputError:
        return {}
    return found


def _url(out: str, digest: str) -> str:
    return shards.join(out, "plan", f"{digest}.json")


def _read(url: str) -> Plan:
    return Plan.from_mapping(shards.read_json(url))
