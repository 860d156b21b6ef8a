"""A whole run: read -> extract -> dedup -> quality -> mix -> three stages of shards -> pretraining -> report.

Every step skips what is there already, so running a recipe up to any stage, again, or after a kill, is the same command.
"""

from __future__ import annotations

import functools
import importlib.metadata
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus import shards
from corpus.errors import InputError
from corpus.readers import list_inputs
from mix.inventory import Inventory
from pipelines import (
    mix_plan,
    run_contamination,
    run_datatrove,
    run_dedup,
    run_extract,
    run_mix,
    run_pii,
    run_pretrain,
    run_score,
    run_substrings,
    run_synth,
)
from pipelines.dedup_index import check_index
from pipelines.engine import Context, StageResult
from pipelines.executors import make_executor
from pipelines.recipe_files import Pipeline, recipe_path
from pipelines.report_plan import SolvedPlan

if TYPE_CHECKING:
    from datatrove_blocks.registry import BlockSpec


@dataclass
class Record:
    """What a run did, as run.json keeps it."""

    pipeline: Pipeline
    recipe: str
    context: Context
    inventory: Inventory | None = None
    plan: str | None = None
    trained: run_pretrain.PretrainResult | None = None
    started: float = field(default_factory=time.monotonic)

    @property
    def out(self) -> str:
        return self.context.out_url

    @property
    def did_work(self) -> bool:
        return any(result.did_work for result in self.context.finished) or bool(self.trained and self.trained.did_work)

    def relative(self, url: str) -> str:
        return url.removeprefix(self.out).lstrip("/")

    def as_json(self) -> dict[str, Any]:
        return {
            "recipe": self.pipeline.name,
            "recipe_path": self.recipe,
            "config": asdict(self.pipeline),
            "versions": {"tercet": importlib.metadata.version("tercet")},
            "stages": [self._stage(result) for result in self.context.finished],
            "plan": self.plan,
            "pretrain": self._pretrain(),
            "wall_s": round(time.monotonic() - self.started, 3),
        }

    def _stage(self, result: StageResult) -> dict[str, Any]:
        return {
            "name": result.manifest.stage,
            "directory": self.relative(result.directory),
            "digest": result.digest,
            "num_shards": len(result.manifest.shards),
            "num_resumed": result.num_resumed,
            "cpu_s": round(result.cpu_s, 3),
            "wall_s": round(result.wall_s, 3),
            "peak_memory_bytes": result.peak_memory_bytes,
        }

    def _pretrain(self) -> dict[str, Any] | None:
        if self.trained is None:
            return None
        return {
            "directory": self.relative(self.trained.directory),
            "log": self.relative(self.trained.log),
            "summary": shards.read_json(self.trained.summary),
        }


def run(pipeline: Pipeline, *, recipe: str, until: str | None = None, before: str | None = None) -> Record:
    """Runs the recipe up to the step `until` (all, and the report, where none) and writes run.json.

    `before`: the plan that a recipe with changes goes on from (mix_plan.solve).
    """
    blocks = _check(pipeline)
    run_mix.check_fim(pipeline.mix)
    executor = make_executor(pipeline.execution)
    context = Context(
        out_url=pipeline.execution.out,
        executor=executor,
        limits=pipeline.limits,
        max_attempts=pipeline.execution.max_attempts,
    )
    record = Record(pipeline=pipeline, recipe=str(recipe_path(recipe)), context=context)
    try:
        _run_steps(pipeline, record, until, blocks, before)
    finally:
        executor.close()
    _finish(record, until)
    return record


def _check(pipeline: Pipeline) -> tuple[BlockSpec, ...]:
    """What can be wrong with a recipe and would only come to light hours into its run. Returns datatrove's blocks.

    Raises RecipeError or InputError.
    """
    if pipeline.dedup.against:
        check_index(pipeline.dedup)
    if pipeline.contamination:
        run_contamination.check_sets(pipeline.contamination)
    blocks = run_datatrove.check(pipeline.datatrove)
    run_mix.check_datatrove(pipeline.mix, blocks)
    run_mix.check_expressions(pipeline.mix, [stage.mixture for stage in pipeline.stages])
    return blocks


def _run_steps(pipeline: Pipeline, record: Record, until: str | None, blocks: Sequence[BlockSpec], before: str | None) -> None:
    """The path of one document, in order."""
    context = record.context
    documents = [run_extract.run(pipeline.extract, pipeline.sources, context)]
    if until == "extract":
        return
    documents = [run_datatrove.rewrite(blocks, documents[0], context)]
    if pipeline.synth:
        documents.append(run_synth.run(pipeline.synth, context))
    is_scored_first = pipeline.dedup.best_by == "quality"
    scores = run_score.run(pipeline.quality, documents, context) if is_scored_first else None
    clusters = run_dedup.run(pipeline.dedup, documents, context, scores)
    repeats = run_substrings.run(pipeline.substrings, documents, [clusters], context) if pipeline.substrings else None
    if until == "dedup":
        return
    scores = scores or run_score.run(pipeline.quality, documents, context)
    sets = pipeline.contamination
    contamination = run_contamination.run(sets, documents, [clusters], context) if sets else None
    pii = run_pii.run(pipeline.pii, documents, context) if pipeline.pii else None
    verdicts = run_datatrove.judge(blocks, documents, scores, context)
    if until == "score":
        return
    optional = {"repeats": repeats, "contamination": contamination, "pii": pii, "datatrove": verdicts}
    counted = run_mix.inventory(pipeline.mix, documents, [clusters], [scores], context, **optional)
    record.inventory = counted.inventory
    if until == "inventory":
        return
    mixtures = [stage.mixture for stage in pipeline.stages]
    plan, _ = mix_plan.solve(mixtures, counted.inventory, mix=pipeline.mix, out=record.out, before=before)
    record.plan = mix_plan.remember(plan, pipeline.mix, record.out, before=before)
    emitted = run_mix.emit(pipeline.mix, plan, counted, context)
    if until == "mix":
        return
    stages = list(emitted.stages.values())
    execution = pipeline.execution
    record.trained = run_pretrain.run(
        _pretrain_recipe(pipeline), stages, context, out=execution.checkpoints, workers=execution.train_workers
    )


def _pretrain_recipe(pipeline: Pipeline) -> run_pretrain.PretrainRecipe:
    return run_pretrain.PretrainRecipe(
        model=pipeline.model,
        stages=tuple(stage.training for stage in pipeline.stages),
        names=tuple(stage.mixture.name for stage in pipeline.stages),
        training=pipeline.training,
    )


def _finish(record: Record, until: str | None) -> None:
    """run.json and the report, unless an earlier run left the same; says where everything lies."""
    run_json, earlier = record.as_json(), _earlier_run(record.out)
    same_as_before = not record.did_work and _identity(run_json) == _identity(earlier)
    # `tercet extract` or `mix plan` on a finished run must not take its later stages out of run.json and the report.
    is_part_of_earlier = until is not None and not record.did_work and _is_part(run_json, earlier)
    if not same_as_before and not is_part_of_earlier:
        shards.write_json(run_json, shards.join(record.out, "run.json"))
    if until is None and not (same_as_before and _exists(shards.join(record.out, "report.html"))):
        from pipelines.report import write_report

        write_report(record.out)
    say = functools.partial(print, file=sys.stderr)
    say("nothing to do: every shard was there already" if not record.did_work else f"done in {run_json['wall_s']:.0f} s")
    for stage in run_json["stages"]:
        if stage["name"] in SHOWN or stage["name"].startswith("mix-"):
            say(f"  {stage['name']:<20} {_from_here(shards.join(record.out, stage['directory'], 'shards'))}")
    if record.trained:
        say(f"  {'pretrain':<20} {_from_here(record.trained.directory)}  {_losses(run_json['pretrain']['summary'])}")
    print(_from_here(shards.join(record.out, "run.json" if until else "report.html")))


def _losses(summary: dict[str, Any]) -> str:
    """How the loss went, by stage: single steps are noisy."""
    means = [(stage["mean_loss"], stage["mean_mtp_loss"]) for stage in summary["stages"] if stage["mean_loss"] is not None]
    losses, mtp_losses = (" -> ".join(f"{pair[i]:.2f}" for pair in means) for i in (0, 1))
    return f"mean loss by stage {losses}, multi-token prediction {mtp_losses}"


SHOWN = ("extract", "synth", "dedup", "substrings", "score", "contamination", "contamination-report", "pii", "datatrove")
"""Stages whose output is for people to read; the others serve those."""


def _from_here(path: str) -> str:
    """A path below the working directory as people would type it."""
    return path.removeprefix(f"{Path.cwd()}/")


def _identity(run_json: dict[str, Any]) -> list[Any]:
    """What makes two runs the same: the folders they end in."""
    pretrain = run_json.get("pretrain") or {}
    folders = [(stage["name"], stage["directory"], stage["digest"]) for stage in run_json.get("stages", [])]
    return [folders, run_json.get("plan"), pretrain.get("directory")]


def _is_part(run_json: dict[str, Any], earlier: dict[str, Any]) -> bool:
    """Whether the earlier run made all that this one did."""
    earlier_folders = _identity(earlier)[0]
    return all(folder in earlier_folders for folder in _identity(run_json)[0])


def _earlier_run(out: str) -> dict[str, Any]:
    try:
        earlier: dict[str, Any] = shards.read_json(shards.join(out, "run.json"))
    except InputError:
        return {}
    return earlier


def _exists(url: str) -> bool:
    fs, path = shards.filesystem(url)
    return bool(fs.exists(path))


def describe(pipeline: Pipeline, *, recipe: str) -> str:
    """What a run would read and where it would write (--dry-run). Raises InputError for an empty source."""
    _check(pipeline)
    lines = [f"recipe {pipeline.name}: {recipe_path(recipe)}", "", f"{'source':<16} {'kind':<12} {'shards':>7} {'MB':>10}  path"]
    for source in pipeline.sources:
        inputs = list_inputs(source)
        megabytes = sum(shard.num_bytes for shard in inputs) / 1e6
        lines.append(f"{source.name:<16} {source.kind:<12} {len(inputs):>7,} {megabytes:>10,.1f}  {source.path}")
    lines += ["", f"{'stage':<16} {'tokens':>20} {'seq_len':>8}"]
    for stage in pipeline.stages:
        lines.append(f"{stage.mixture.name:<16} {stage.mixture.tokens:>20,} {stage.mixture.seq_len:>8,}")
    where = pipeline.execution.address or "this machine, or the cluster of the job"
    lines += ["", f"would run in mode {pipeline.execution.mode} ({where}) and write below {pipeline.execution.out}"]
    return "\n".join(lines)


def solve_plan(pipeline: Pipeline, *, recipe: str, inventory_path: str | None, before: str | None = None) -> SolvedPlan:
    """The plan of a recipe over an inventory file, or over what the run's shards hold."""
    beside = recipe_path(recipe).parent / "inventory.yaml"
    stages = tuple(stage.mixture for stage in pipeline.stages)
    if inventory_path or beside.is_file():
        from pipelines.mix_inventory import read

        inventory = read(Path(inventory_path) if inventory_path else beside)
    else:
        record = run(pipeline, recipe=recipe, until="inventory")
        assert record.inventory is not None
        inventory = record.inventory
    plan, earlier = mix_plan.solve(stages, inventory, mix=pipeline.mix, out=pipeline.execution.out, before=before)
    changes = mix_plan.changes_text(plan, earlier, stages, mix=pipeline.mix)
    return SolvedPlan(recipe=pipeline.name, inventory=inventory, stages=stages, plan=plan, changes=changes)
