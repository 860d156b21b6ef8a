"""The mixture asked for and the mixture emitted: the plan beside what is in the SEQUENCES shards.

Asked: the plan's rows of each bucket, solved from the recipe. Emitted: rows and tokens counted in the shards themselves. A row is
drawn from one bucket, and a bucket has one source and, in the recipes that come with Tercet, one domain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus import shards
from corpus.config import build
from mix.expressions import compile_expression
from mix.plan import Plan
from mix.recipe import Group
from mix.tokens import TOKENS
from pipelines.report_charts import Share
from pipelines.report_run import Run, StageFolder

MAX_SHARDS = 400
"""SEQUENCES shards of a stage that are counted: 400 of 2,048 rows."""
SYNTHETIC_SUFFIX = "/synthetic"
"""Of a bucket's key where the bucket column `synthetic` is true (mix.inventory.bucket_key)."""
MAIN_DOMAINS = ("mathematics", "code")
"""Shown on their own in the bars; MiMo's recipe is told in them."""


@dataclass
class Emitted:
    """What is in the shards of a stage."""

    num_shards: int = 0
    num_shards_read: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    """By bucket."""
    tokens: dict[str, int] = field(default_factory=dict)
    """By bucket; unlike rows x seq_len without what packing left empty."""
    spans: int = 0
    """Documents and pieces of documents."""
    last_epoch: dict[str, int] = field(default_factory=dict)
    """By bucket: the largest epoch of a row."""

    @property
    def num_tokens(self) -> int:
        return sum(self.tokens.values())

    @property
    def num_rows(self) -> int:
        return sum(self.rows.values())


@dataclass(frozen=True)
class Mixture:
    """The plan and what was emitted of it."""

    plan: Plan
    emitted: Mapping[str, Emitted]
    """By training stage."""
    groups: Mapping[str, Mapping[str, Group]]
    """By training stage and name, as the recipe gives them."""
    buckets: pa.Table | None
    """Bucket columns by bucket, where the run keeps its inventory."""
    documents_left_out: int | None


def read_mixture(run: Run) -> Mixture | None:
    """None for a run without a plan."""
    if not run.record.get("plan"):
        return None
    plan = Plan.from_mapping(shards.read_json(run.resolve(run.record["plan"])))
    groups = {stage["mixture"]["name"]: _groups(stage["mixture"]) for stage in run.config.get("stages") or ()}
    emitted = {name: count_emitted(folder) for name, folder in run.mix_stages.items()}
    return Mixture(plan, emitted, groups, *_inventory(run))


def _groups(mixture: Mapping[str, Any]) -> dict[str, Group]:
    groups = mixture.get("groups") or {}
    return {name: build(Group, group, where=f"run.json: groups.{name}") for name, group in groups.items()}


def _inventory(run: Run) -> tuple[pa.Table | None, int | None]:
    """The bucket columns of every bucket, and how many documents are in none; neither where not all shards can be read."""
    folder = run.stages.get("tokenize")
    if folder is None or len(folder.shard_urls) > MAX_SHARDS:
        return None, None
    left_out, found = 0, []
    for url in folder.shard_urls:
        with shards.open_input(url) as stream:
            names = [name for name in pq.read_schema(stream).names if name not in TOKENS.names or name == "bucket"]
        table = shards.read_table(url, columns=names)
        left_out += table.column("bucket").null_count
        found.append(table.filter(pc.is_valid(table.column("bucket"))).group_by(names, use_threads=False).aggregate([]))
    return pa.concat_tables(found).group_by(names, use_threads=False).aggregate([]), left_out


def count_emitted(folder: StageFolder) -> Emitted:
    """Rows, tokens and epochs by bucket in the shards of a stage."""
    urls = folder.shard_urls
    chosen = urls if len(urls) <= MAX_SHARDS else [urls[i * len(urls) // MAX_SHARDS] for i in range(MAX_SHARDS)]
    emitted = Emitted(num_shards=len(urls), num_shards_read=len(chosen))
    for url in chosen:
        table = shards.read_table(url, columns=["bucket", "epoch", "doc_ends"]).combine_chunks()
        ends = table.column("doc_ends").combine_chunks()
        tokens = ends.flatten().to_numpy()[np.cumsum(pc.list_value_length(ends).to_numpy()) - 1]
        emitted.spans += len(ends.flatten())
        counted = table.select(["bucket", "epoch"]).append_column("tokens", pa.array(tokens.astype(np.int64)))
        grouped = counted.group_by("bucket").aggregate([([], "count_all"), ("tokens", "sum"), ("epoch", "max")])
        for row in grouped.to_pylist():
            bucket = row["bucket"]
            emitted.rows[bucket] = emitted.rows.get(bucket, 0) + row["count_all"]
            emitted.tokens[bucket] = emitted.tokens.get(bucket, 0) + row["tokens_sum"]
            emitted.last_epoch[bucket] = max(emitted.last_epoch.get(bucket, 0), row["epoch_max"])
    return emitted


# ------------------------------------------------------------------------------------------------------------ asked, emitted


def shares(mixture: Mixture) -> dict[str, list[Share]]:
    """For each stage: mathematics, code, synthetic and the rest, then the recipe's own groups."""
    plan = mixture.plan
    found: dict[str, list[Share]] = {}
    for stage in plan.stages:
        emitted = mixture.emitted.get(stage.name, Emitted())
        asked = dict(zip(plan.buckets, (rows / stage.num_rows for rows in stage.rows), strict=True))
        got = {bucket: rows / max(1, emitted.num_rows) for bucket, rows in emitted.rows.items()}
        found[stage.name] = [Share(label=k, asked=_sum(asked, v), emitted=_sum(got, v)) for k, v in categories(plan).items()]
        for group in stage.groups:
            members = _members(mixture, stage.name, group.name)
            if members is not None:
                label, bounds = f"group {group.name}", tuple(sorted({group.least, group.most}))
                share = Share(label=label, asked=group.planned, emitted=_sum(got, members), bounds=(bounds[0], bounds[-1]))
                found[stage.name].append(share)
    return found


def categories(plan: Plan) -> dict[str, set[str]]:
    """Buckets by what the mixture is told in: mathematics, code, synthetic, everything else."""
    sets: dict[str, set[str]] = {name: set() for name in (*MAIN_DOMAINS, "synthetic", "everything else")}
    for bucket, domain in zip(plan.buckets, plan.domains, strict=True):
        if bucket.endswith(SYNTHETIC_SUFFIX):
            sets["synthetic"].add(bucket)
        else:
            sets[domain if domain in MAIN_DOMAINS else "everything else"].add(bucket)
    return {name: buckets for name, buckets in sets.items() if buckets}


def _members(mixture: Mixture, stage: str, name: str) -> set[str] | None:
    """Buckets of a group; None where the run does not say enough to know."""
    group = mixture.groups.get(stage, {}).get(name)
    if group is None:
        return None
    if mixture.buckets is not None:
        columns = pa.schema([f for f in mixture.buckets.schema if f.name != "bucket"])
        condition = compile_expression(group.expression(), columns, where=f"groups.{name}", kind="condition")
        chosen = condition.evaluate(mixture.buckets)
        return set(mixture.buckets.filter(chosen).column("bucket").to_pylist())
    if group.where != "True":
        return None
    plan = mixture.plan
    return {
        bucket
        for bucket, source, domain in zip(plan.buckets, plan.sources, plan.domains, strict=True)
        if (not group.domains or domain in group.domains)
        and (not group.sources or source in group.sources)
        and (group.synthetic is None or group.synthetic == bucket.endswith(SYNTHETIC_SUFFIX))
    }


def _sum(values: Mapping[str, float], buckets: set[str]) -> float:
    return sum(value for bucket, value in values.items() if bucket in buckets)


# ------------------------------------------------------------------------------------------------------- by domain and source


def tokens_by(mixture: Mixture, labels: Sequence[str]) -> list[dict[str, Any]]:
    """For each label (of each bucket of the plan): tokens available, and tokens emitted and their share in every stage."""
    plan = mixture.plan
    label_of = dict(zip(plan.buckets, labels, strict=True))
    rows = []
    for label in sorted(set(labels)):
        inside = {bucket for bucket, own in label_of.items() if own == label}
        stages = []
        for stage in plan.stages:
            emitted = mixture.emitted.get(stage.name, Emitted())
            tokens = round(_sum(emitted.tokens, inside))
            stages.append({"tokens": tokens, "share": tokens / max(1, emitted.num_tokens)})
        available = sum(n for bucket, n in zip(plan.buckets, plan.tokens, strict=True) if bucket in inside)
        rows.append({"label": label, "available": available, "stages": stages, "total": sum(s["tokens"] for s in stages)})
    return sorted(rows, key=lambda row: (-row["total"], row["label"]))


def epochs_by_source(mixture: Mixture) -> list[dict[str, Any]]:
    """For each source: how often its tokens had been emitted by the end of every stage, and in its most-read bucket."""
    rows = []
    most = _epochs_by_bucket(mixture)
    plan = mixture.plan
    for row in tokens_by(mixture, plan.sources):
        read, epochs = 0, []
        for stage in row["stages"]:
            read += stage["tokens"]
            epochs.append(read / max(1, row["available"]))
        buckets = [bucket for bucket, source in zip(plan.buckets, plan.sources, strict=True) if source == row["label"]]
        rows.append({**row, "epochs": epochs, "most": max((most[bucket] for bucket in buckets), default=0.0)})
    return rows


def _epochs_by_bucket(mixture: Mixture) -> dict[str, float]:
    plan = mixture.plan
    return {
        bucket: sum(emitted.tokens.get(bucket, 0) for emitted in mixture.emitted.values()) / max(1, available)
        for bucket, available in zip(plan.buckets, plan.tokens, strict=True)
    }


def totals(mixture: Mixture) -> list[dict[str, Any]]:
    """For each stage: rows and tokens asked and emitted, how full the rows are, spans, whether every shard was counted."""
    rows = []
    for stage in mixture.plan.stages:
        emitted = mixture.emitted.get(stage.name, Emitted())
        rows.append(
            {
                "stage": stage.name,
                "seq_len": stage.seq_len,
                "rows_asked": stage.num_rows,
                "rows": emitted.num_rows,
                "tokens_asked": stage.num_tokens,
                "tokens": emitted.num_tokens,
                "filled": emitted.num_tokens / max(1, emitted.num_rows * stage.seq_len),
                "spans": emitted.spans,
                "shards": emitted.num_shards,
                "shards_read": emitted.num_shards_read,
            }
        )
    return rows
