"""`tercet mix inventory RECIPE`: tokens per source, domain, quality class and so on, counted, or estimated from a sample.

inventory-sizes   documents and characters per bucket, of all shards: narrow columns
sample-rows       which documents are in the sample
sample-...        these documents and their annotations, under the same shard names
tokenize, ...     as the mixture does it (run_mix.inventory), of the sample

All of it lies below OUT/inventory-sample. What is written, FILE.yaml and FILE.parquet, `tercet mix plan --inventory` reads.
"""

from __future__ import annotations

import functools
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from corpus import shards
from corpus.errors import InputError, RecipeError
from corpus.ids import config_digest, content_id
from corpus.stage import NO_REJECTS, StageOutput
from mix import estimate as estimating
from mix.infeasible import tokens_text
from mix.inventory import COUNTS, STANDARD_ERROR, Inventory, bucket_key, bucket_rule, columns_read, from_mapping, join_annotations
from mix.recipe import MixConfig
from pipelines import pipeline as pipelines_pipeline
from pipelines import run_mix
from pipelines.engine import Context, Stage, StageResult, Task, run_stage, shard_url
from pipelines.executors import make_executor
from pipelines.recipe_files import Pipeline, read_yaml

ANNOTATIONS = ("substrings", "contamination", "pii")
"""Stages whose shards the mixture may read beside CLUSTERS and SCORES."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the shards hold."""

    inventory: Inventory
    standard_errors: Mapping[str, float] | None = None
    """Of each bucket's tokens; none where they were counted."""
    num_sampled: int | None = None


def run(pipeline: Pipeline, *, recipe: str, sample: int | None) -> Found:
    """Counts, or estimates from about `sample` documents. Runs what of the recipe comes before."""
    if sample is None:
        record = pipelines_pipeline.run(pipeline, recipe=recipe, until="inventory")
        assert record.inventory is not None
        return Found(inventory=record.inventory)
    if sample < 1:
        raise RecipeError(f"--sample: expected a number of documents, saw {sample}")
    record = pipelines_pipeline.run(pipeline, recipe=recipe, until="score")
    finished = {result.manifest.stage: result for result in record.context.finished}
    executor = make_executor(pipeline.execution)
    out = shards.join(pipeline.execution.out, "inventory-sample")
    context = Context(out_url=out, executor=executor, limits=pipeline.limits, max_attempts=pipeline.execution.max_attempts)
    try:
        return estimate(pipeline.mix, finished, context, sample=sample)
    finally:
        executor.close()


def estimate(config: MixConfig, finished: Mapping[str, StageResult], context: Context, *, sample: int) -> Found:
    """From the finished stages by name: extract, synth, dedup, score and those of ANNOTATIONS that there are."""
    rule = bucket_rule(config)
    documents = [finished[name] for name in ("extract", "synth") if name in finished]
    tasks = run_mix._annotated_tasks(documents, [finished["dedup"]], [finished["score"]])
    columns = {"bucket_columns": list(config.bucket_columns.items()), "keep": config.keep}
    sizes = run_stage(
        Stage(
            name="inventory-sizes",
            config=columns,
            packages=run_mix.PACKAGES,
            read=functools.partial(read_sizes, config=config),
            output_schema=estimating.sizes_schema(rule),
            maps_rows=False,
        ),
        tasks,
        context,
    )
    table = pa.concat_tables([sizes_of_all.cast(estimating.sizes_schema(rule)) for sizes_of_all in _tables(sizes)])
    counted: dict[str, int] = {}
    for row in table.select(["bucket", "documents"]).to_pylist():
        if row["bucket"] is not None:
            counted[row["bucket"]] = counted.get(row["bucket"], 0) + row["documents"]
    rates = estimating.rates_for(counted, sample)
    rows = run_stage(
        Stage(
            name="sample-rows",
            config={**columns, "rates": config_digest(list(rates.items())), "seed": config.seed},
            packages=run_mix.PACKAGES,
            read=functools.partial(read_rows_of_sample, config=config, rates=rates),
            output_schema=estimating.ROWS,
            maps_rows=False,
        ),
        tasks,
        context,
    )
    sampled = {name: _sampled(finished[name], rows, context) for name in _read_by_mix(finished)}
    measured = run_mix.inventory(
        config,
        [sampled[name] for name in ("extract", "synth") if name in sampled],
        [sampled["dedup"]],
        [sampled["score"]],
        context,
        repeats=sampled.get("substrings"),
        contamination=sampled.get("contamination"),
        pii=sampled.get("pii"),
    )
    tokens: dict[str, int] = {}
    for url in measured.tokenized.shard_urls:
        made = shards.read_table(url, columns=["doc_id", "num_tokens"])
        tokens.update(zip(made.column("doc_id").to_pylist(), made.column("num_tokens").to_pylist(), strict=True))
    found = estimating.estimate(table, pa.concat_tables(_tables(rows)), tokens, rule)
    return Found(inventory=found.inventory, standard_errors=found.standard_errors, num_sampled=found.num_sampled)


def _tables(result: StageResult) -> list[pa.Table]:
    return [shards.read_table(url) for url in result.shard_urls]


def _read_by_mix(finished: Mapping[str, StageResult]) -> list[str]:
    return [name for name in ("extract", "synth", "dedup", "score", *ANNOTATIONS) if name in finished]


def _annotated(shard: Any, config: MixConfig) -> pa.Table:
    """The shard's documents with the columns that buckets are made of, and without their texts."""
    wanted = columns_read(bucket_rule(config)) | {"doc_id"}
    tables = []
    for url in shard:
        names = shards.read_schema(url).names
        tables.append(shards.read_table(url, columns=sorted((wanted | {"num_chars"}).intersection(names))))
    return join_annotations(*tables, what=shard.documents)


def read_sizes(shard: Any, *, config: MixConfig) -> Iterator[StageOutput]:
    yield StageOutput(estimating.sizes_of(_annotated(shard, config), bucket_rule(config)), NO_REJECTS)


def read_rows_of_sample(shard: Any, *, config: MixConfig, rates: Mapping[str, float]) -> Iterator[StageOutput]:
    table = estimating.sample_rows(_annotated(shard, config), bucket_rule(config), rates, config.seed)
    yield StageOutput(table, NO_REJECTS)


def _sampled(result: StageResult, rows: StageResult, context: Context) -> StageResult:
    """The shards of a stage with the rows of the sample, under their names."""
    urls = {entry.name: (entry, shard_url(rows.directory, entry.name)) for entry in rows.manifest.shards}
    schema = shards.read_schema(result.shard_urls[0])
    stage = Stage(
        name=f"sample-{result.manifest.stage}",
        config={},
        packages=("corpus",),
        upstream=(rows.digest,),
        read=read_sampled,
        output_schema=schema,
        maps_rows=False,
    )
    tasks = []
    for entry, url in zip(result.manifest.shards, result.shard_urls, strict=True):
        rows_entry, rows_url = urls[entry.name]
        digest = content_id(entry.checksum, rows_entry.checksum)[:12]
        tasks.append(Task(shard=entry.name, digest=digest, payload=(url, rows_url)))
    return run_stage(stage, tasks, context)


def read_sampled(payload: tuple[str, str]) -> Iterator[StageOutput]:
    """The rows of the first file that the second one names; only row groups that hold one are read."""
    url, rows_url = payload
    rows = shards.read_table(rows_url, columns=["row"]).column("row").to_numpy()
    yield StageOutput(shards.read_rows(url, rows), NO_REJECTS)


# ---------------------------------------------------------------------------------------------------- writing, reading


def write(found: Found, file: str) -> tuple[str, str]:
    """FILE.yaml, for people and `mix plan`, and FILE.parquet; returns both. A suffix of `file` is left away."""
    stem = file.removesuffix(".yaml").removesuffix(".yml").removesuffix(".parquet")
    table = found.inventory.table
    if found.standard_errors is not None:
        errors = [found.standard_errors[key] for key in found.inventory.keys]
        table = table.append_column(STANDARD_ERROR, pa.array(errors, pa.float64()))
    shards.write_shard(table, f"{stem}.parquet", footer={"documents_left_out": found.inventory.documents_left_out})
    shards.write_bytes(as_yaml(found).encode("utf-8"), f"{stem}.yaml")
    return f"{stem}.yaml", f"{stem}.parquet"


def as_yaml(found: Found) -> str:
    """One bucket a line."""
    mapping = found.inventory.to_mapping()
    lines = [
        "# Documents and tokens per bucket; tokens include end-of-document tokens. tercet mix plan RECIPE --inventory THIS FILE"
    ]
    if found.standard_errors is not None:
        lines.append(f"# Estimated from {found.num_sampled:,} documents: {_total(found)}.")
    lines += [f"columns: {_flow(mapping['columns'])}", f"documents_left_out: {mapping['documents_left_out']}", "buckets:"]
    for key, bucket in zip(found.inventory.keys, mapping["buckets"], strict=True):
        error = found.standard_errors[key] if found.standard_errors is not None else None
        shown = {**bucket, STANDARD_ERROR: round(error)} if error is not None and math.isfinite(error) else bucket
        lines.append(f"  - {_flow(shown)}")
    return "\n".join(lines) + "\n"


def _flow(value: Any) -> str:
    return yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=math.inf, allow_unicode=True).strip()


def _total(found: Found) -> str:
    total = f"{tokens_text(found.inventory.num_tokens)} tokens"
    if found.standard_errors is None:
        return total
    error = math.sqrt(sum(error**2 for error in found.standard_errors.values()))
    return f"{total}, standard error {tokens_text(error)} ({error / max(1, found.inventory.num_tokens):.2%})"


def read(path: Path) -> Inventory:
    """A FILE.yaml or FILE.parquet, written here or by hand. Raises InputError or RecipeError naming what is wrong."""
    if path.suffix != ".parquet":
        return from_mapping(read_yaml(path), where=str(path))
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    try:
        table = pq.read_table(path)
    except pa.ArrowInvalid as error:
        raise InputError(f"{path}: not a Parquet file: {error}") from error
    counts = dict(COUNTS)
    missing = [name for name in ("source", *counts) if name not in table.column_names]
    if missing:
        raise RecipeError(f"{path}: no column {', '.join(missing)}; expected what tercet mix inventory writes")
    names = [name for name in table.column_names if name not in ("bucket", STANDARD_ERROR, *counts)]
    plain = table.select([*names, *counts])
    keys = bucket_key({name: plain.column(name).combine_chunks() for name in names})
    left_out = int(shards.read_footer(str(path)).get("documents_left_out", 0))
    return Inventory(plain.add_column(0, "bucket", keys).sort_by("bucket"), left_out)


def table_of(found: Found) -> str:
    """Documents and tokens by source and by domain, for people."""
    table = found.inventory.table
    parts = []
    for column in [name for name in ("source", "domain") if name in table.column_names]:
        summed = table.group_by(column, use_threads=False).aggregate([("documents", "sum"), ("tokens", "sum")]).sort_by(column)
        rows = [[column, "documents", "tokens", "share"]]
        for row in summed.to_pylist():
            share = row["tokens_sum"] / max(1, found.inventory.num_tokens)
            rows.append([str(row[column]), f"{row['documents_sum']:,}", tokens_text(row["tokens_sum"]), f"{share:.2%}"])
        parts.append(_aligned(rows))
    how = f"estimated from {found.num_sampled:,} documents" if found.num_sampled is not None else "counted"
    left_out = f"{found.inventory.documents_left_out:,} documents left out"
    return "\n\n".join([*parts, f"{_total(found)}, {how}; {len(found.inventory.keys)} buckets, {left_out}"])


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = (cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True)))
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def command(pipeline: Pipeline, *, recipe: str, sample: int | None, file: str | None) -> str:
    """Runs, writes, and returns the table; says on standard error where the files are."""
    found = run(pipeline, recipe=recipe, sample=sample)
    written = write(found, file or shards.join(pipeline.execution.out, "inventory"))
    print("\n".join(written), file=sys.stderr)
    return table_of(found)
