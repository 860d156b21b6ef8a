"""A small scored corpus as finished stages, for the tests of the mixture."""

from __future__ import annotations

import dataclasses
import functools
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from corpus import schema, shards
from corpus.ids import content_id
from corpus.stage import NO_REJECTS, StageOutput
from mix.plan import Plan
from mix.recipe import Group, MixConfig, Preference, StageMixture
from mix.tokenizing import train_tokenizer
from pipelines import run_mix
from pipelines.engine import Context, Stage, StageResult, Task, run_stage
from pipelines.executors import LocalExecutor

NUM_SHARDS = 3
DOCUMENTS_PER_SHARD = 80
WORDS = tuple(
    "therefore let x be a prime number and suppose return value the list of items for which def holds \\frac \\sum".split()  # noqa: SIM905
)

Row = dict[str, Any]


def text_of(number: int) -> str:
    """Some lines and paragraphs; every tenth document is long."""
    rng = random.Random(number)
    lines = [
        " ".join(rng.choices(WORDS, k=rng.randint(3, 12))) for _ in range(rng.randint(2, 20) * (12 if number % 10 == 0 else 1))
    ]
    return "\n".join(line + ("\n" if rng.random() < 0.3 else "") for line in lines) + f"\nend of {number}\n"


def rows_of(number: int) -> tuple[Row, Row, Row]:
    """DOCUMENTS, CLUSTERS and SCORES of one document."""
    rng = random.Random(-number)
    source = ("web", "papers", "code", "synth")[number % 4]
    doc_id = content_id("document", number)
    document = {
        "source": source,
        "url": f"https://example.org/{number}",
        "text": text_of(number),
        "num_chars": len(text_of(number)),
        "synthetic": source == "synth",
    }
    scores = {"domain": rng.choice(["mathematics", "code", "news"]), "quality": rng.random(), "extraction_quality": rng.random()}
    return {"doc_id": doc_id, **document}, {"doc_id": doc_id, "keep": rng.random() < 0.9}, {"doc_id": doc_id, **scores}


def _filled(row: Row, table_schema: pa.Schema) -> Row:
    return {field.name: row.get(field.name, _zero(field)) for field in table_schema}


def _zero(field: pa.Field) -> Any:
    kind = field.type
    if field.nullable:
        return None
    if pa.types.is_struct(kind):
        return {inner.name: 0.0 for inner in kind}
    if pa.types.is_list(kind):
        return []
    return pa.scalar(0).cast(kind).as_py() if not pa.types.is_large_string(kind) else ""


def _read(numbers: Sequence[int], *, which: int, table_schema: pa.Schema) -> Iterator[StageOutput]:
    rows = [_filled(rows_of(number)[which], table_schema) for number in numbers]
    yield StageOutput(pa.Table.from_pylist(rows, schema=table_schema), NO_REJECTS)


def finished(name: str, which: int, table_schema: pa.Schema, context: Context, *, lost: Sequence[int] = ()) -> StageResult:
    """The stage, without the rows of the documents `lost`."""
    stage = Stage(
        name=name,
        config={},
        packages=(),
        read=functools.partial(_read, which=which, table_schema=table_schema),
        output_schema=table_schema,
    )
    numbers = [
        [n for n in range(k * DOCUMENTS_PER_SHARD, (k + 1) * DOCUMENTS_PER_SHARD) if n not in lost] for k in range(NUM_SHARDS)
    ]
    return run_stage(stage, [Task(shard=f"part-{k}", digest=str(k), payload=part) for k, part in enumerate(numbers)], context)


def scored_corpus(context: Context) -> tuple[StageResult, StageResult, StageResult]:
    """DOCUMENTS, CLUSTERS, SCORES."""
    return (
        finished("extract", 0, schema.DOCUMENTS, context),
        finished("dedup", 1, schema.CLUSTERS, context),
        finished("score", 2, schema.SCORES, context),
    )


def write_run(
    context: Context, config: MixConfig | None = None, plan: Plan | None = None, stages: Sequence[StageMixture] = ()
) -> None:
    """run.json of the stages finished so far, as pipelines.pipeline writes it, and the plan beside it."""
    if plan:
        shards.write_json(plan.to_mapping(), shards.join(context.out_url, "plan", f"{plan.digest}.json"))
    finished = [
        {
            "name": result.manifest.stage,
            "directory": result.directory.removeprefix(context.out_url).lstrip("/"),
            "digest": result.digest,
        }
        for result in context.finished
    ]
    record = {
        "config": {
            "mix": dataclasses.asdict(config) if config else {},
            "stages": [{"mixture": dataclasses.asdict(stage)} for stage in stages],
        },
        "stages": finished,
        "plan": f"plan/{plan.digest}.json" if plan else None,
    }
    shards.write_json(record, shards.join(context.out_url, "run.json"))


def local_context(out: Path) -> Context:
    return Context(out_url=str(out), executor=LocalExecutor())


def write_tokenizer(folder: Path) -> str:
    """A tokenizer of the corpus; its path."""
    path = folder / "tokenizer.json"
    path.write_text(train_tokenizer(map(text_of, range(NUM_SHARDS * DOCUMENTS_PER_SHARD)), vocab_size=300, min_frequency=1))
    return str(path)


def settings(tokenizer: str, **changes: Any) -> MixConfig:
    return MixConfig(**{"tokenizer": tokenizer, "cell_tokens": 3000, "rows_per_shard": 16, "seed": 5, **changes})


def three_stages(scale: int = 1) -> list[StageMixture]:
    """MiMo's shape: rows of 64, 64 and 256 tokens; synthetic documents only in the last stage."""
    math = Group(domains=("mathematics", "code"), synthetic=False, token_fraction=0.7)
    synthetic = Group(synthetic=True, token_fraction=0.1)
    shared: dict[str, Any] = {"max_epochs": 50, "preferences": (Preference(where="quality == 0", weight=0.5),)}
    return [
        StageMixture(name="one", tokens=64 * 200 * scale, seq_len=64, only="not synthetic", **shared),
        StageMixture(name="two", tokens=64 * 100 * scale, seq_len=64, only="not synthetic", groups={"math": math}, **shared),
        StageMixture(name="three", tokens=256 * 50 * scale, seq_len=256, groups={"math": math, "synthetic": synthetic}, **shared),
    ]


def emit_run(out: Path, stages: Sequence[StageMixture]) -> Plan:
    """The corpus, mixed into `stages` below `out` as a run of `tercet mix emit` leaves it."""
    context = local_context(out)
    documents, clusters, scores = scored_corpus(context)
    config = settings(write_tokenizer(out), rows_per_shard=100)
    counted = run_mix.inventory(config, [documents], [clusters], [scores], context)
    plan = run_mix.plan(stages, counted.inventory)
    run_mix.emit(config, plan, counted, context)
    write_run(context, config, plan, stages)
    return plan
