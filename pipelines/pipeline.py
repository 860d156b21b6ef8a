"""A whole run: read -> extract -> dedup -> quality -> mix -> three stages of shards -> pretraining -> report.

Every step skips what is there already, so running a recipe up to any stage, again, or after a kill, is the same command.
"""

from __future__ import annotations

import importlib.metadata
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from corpus import shards
from corpus.readers import list_inputs
from mix.inventory import Inventory, from_mapping
from mix.plan import Plan
from pipelines import run_dedup, run_extract, run_mix, run_pretrain, run_score, run_synth
from pipelines.engine import Context, StageResult
from pipelines.executors import make_executor
from pipelines.recipe_files import Pipeline, read_yaml, recipe_path


@dataclass
class Record:
    """What a run did, as run.json keeps it."""

    pipeline: Pipeline
    recipe: str
    out: str
    stages: list[dict[str, Any]] = field(default_factory=list)
    inventory: Inventory | None = None
    plan: str | None = None
    pretrain: dict[str, Any] | None = None
    started: float = field(default_factory=time.monotonic)
    lap: float = field(default_factory=time.monotonic)

    def add(self, name: str, result: StageResult) -> StageResult:
        """Notes a finished stage; returns it."""
        now = time.monotonic()
        self.stages.append(
            {
                "name": name,
                "directory": self.relative(result.directory),
                "digest": result.digest,
                "num_shards": len(result.manifest.shards),
                "num_resumed": result.num_resumed,
                "cpu_s": round(result.cpu_s, 3),
                "wall_s": round(now - self.lap, 3),
                "peak_memory_bytes": result.peak_memory_bytes,
            }
        )
        self.lap = now
        return result

    def relative(self, url: str) -> str:
        return url.removeprefix(self.out).lstrip("/")

    def write(self) -> None:
        shards.write_json(
            {
                "recipe": self.pipeline.name,
                "recipe_path": self.recipe,
                "config": asdict(self.pipeline),
                "versions": {"tercet": importlib.metadata.version("tercet")},
                "stages": self.stages,
                "plan": self.plan,
                "pretrain": self.pretrain,
                "wall_s": round(time.monotonic() - self.started, 3),
            },
            shards.join(self.out, "run.json"),
        )


def run(pipeline: Pipeline, *, recipe: str, until: str | None = None) -> Record:
    """Runs the recipe up to the step `until` (all, and the report, where none) and writes run.json."""
    executor = make_executor(pipeline.execution)
    context = Context(
        out_url=pipeline.execution.out,
        executor=executor,
        limits=pipeline.limits,
        max_attempts=pipeline.execution.max_attempts,
    )
    record = Record(pipeline=pipeline, recipe=str(recipe_path(recipe)), out=pipeline.execution.out)
    try:
        _run_steps(pipeline, record, context, until)
    finally:
        executor.close()
    record.write()
    if until is None:
        _report(record)
    elif until != "inventory":
        print(f"{until}: all there, in {shards.join(record.out, record.stages[-1]['directory'])}")
    return record


def _run_steps(pipeline: Pipeline, record: Record, context: Context, until: str | None) -> None:
    """The path of one document, in order."""
    documents = [record.add("extract", run_extract.run(pipeline.extract, pipeline.sources, context))]
    if until == "extract":
        return
    if pipeline.synth:
        documents.append(record.add("synth", run_synth.run(pipeline.synth, context)))
    clusters = record.add("dedup", run_dedup.run(pipeline.dedup, documents, context))
    if until == "dedup":
        return
    scores = record.add("score", run_score.run(pipeline.quality, documents, context))
    if until == "score":
        return
    counted = run_mix.inventory(pipeline.mix, documents, [clusters], [scores], context)
    record.add("tokenize", counted.tokenized)
    record.inventory = counted.inventory
    if until == "inventory":
        return
    plan = run_mix.plan([stage.mixture for stage in pipeline.stages], counted.inventory)
    record.plan = _write_plan(plan, record)
    emitted = run_mix.emit(pipeline.mix, plan, counted, context)
    for name, result in emitted.stages.items():
        record.add(f"mix-{name}", result)
    if until == "mix":
        return
    trained = run_pretrain.run(_pretrain_recipe(pipeline), list(emitted.stages.values()), context)
    record.pretrain = {
        "directory": record.relative(trained.directory),
        "log": record.relative(trained.log),
        "summary": shards.read_json(trained.summary),
    }


def _pretrain_recipe(pipeline: Pipeline) -> run_pretrain.PretrainRecipe:
    return run_pretrain.PretrainRecipe(
        model=pipeline.model,
        stages=tuple(stage.training for stage in pipeline.stages),
        names=tuple(stage.mixture.name for stage in pipeline.stages),
        training=pipeline.training,
    )


def _write_plan(plan: Plan, record: Record) -> str:
    """plan/<digest>.json below the run's folder; its path there."""
    path = f"plan/{plan.digest}.json"
    shards.write_json(plan.to_mapping(), shards.join(record.out, path))
    return path


def _report(record: Record) -> None:
    from pipelines.report import write_report

    print(write_report(record.out))


def describe(pipeline: Pipeline, *, recipe: str) -> str:
    """What a run would read and where it would write (--dry-run). Raises InputError for an empty source."""
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


def plan_table(pipeline: Pipeline, *, recipe: str, inventory_path: str | None) -> str:
    """Tokens available, asked and epochs per source and stage, from an inventory file or from what the run's shards hold."""
    beside = recipe_path(recipe).parent / "inventory.yaml"
    stages = [stage.mixture for stage in pipeline.stages]
    if inventory_path or beside.is_file():
        path = Path(inventory_path) if inventory_path else beside
        return run_mix.plan(stages, from_mapping(read_yaml(path), where=str(path))).table()
    record = run(pipeline, recipe=recipe, until="inventory")
    assert record.inventory is not None
    return run_mix.plan(stages, record.inventory).table()
