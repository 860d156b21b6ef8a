"""The mixture asked for and the mixture emitted: the plan beside what is in the SEQUENCES shards.

Asked: the plan's rows of each bucket, solved from the recipe. Emitted: rows and tokens counted in the shards themselves. A row is
drawn from one bucket, and a bucket has one source and, in the recipes that come with Tercet, one domain.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus import shards
from corpus.config import build
from corpus.errors import RecipeError
from mix.expressions import compile_expression
from mix.plan import Plan
from mix.recipe import Group, StageMixture
from mix.tokens import TOKENS
from pipelines.report_charts import Share
from pipelines.report_mixture_charts import EpochBar, Window, keep_largest, mean_shares
from pipelines.report_run import Run, StageFolder

MAX_SHARDS = 400
"""SEQUENCES shards of a stage that are counted: 400 of 2,048 rows."""
SYNTHETIC_SUFFIX = "/synthetic"
"""Of a bucket's key where the bucket column `synthetic` is true (mix.inventory.bucket_key)."""
MAIN_DOMAINS = ("mathematics", "code")
"""Shown on their own in the bars; MiMo's recipe is told in them."""
MAX_WINDOWS = 24
"""Pieces of a stage in which shares are counted."""
MIN_WINDOW_ROWS = 20
"""Fewer rows in a window, and a share that is kept to a row is seen to jump by more than 5 points."""

FILL_CLASSES = ("full", "over 99.9 %", "99 to 99.9 %", "95 to 99 %", "80 to 95 %", "50 to 80 %", "under 50 %")
FILL_EDGES = np.array([0.5, 0.8, 0.95, 0.99, 0.999])
"""Lower edges of FILL_CLASSES without the first and the last, ascending. Rows are packed so full that equal ones would have
one bar."""
SPAN_CLASSES = ("1", "2", "3 to 4", "5 to 8", "9 to 16", "17 to 32", "33 to 64", "over 64")
"""Documents (or pieces of one) in a row."""

I64 = npt.NDArray[np.int64]


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
    windows: dict[str, I64] = field(default_factory=dict)
    """By bucket: rows in each of equal pieces of the stage, in the order of training."""
    fill: I64 = field(default_factory=lambda: np.zeros(len(FILL_CLASSES), dtype=np.int64))
    """Rows in each of FILL_CLASSES."""
    spans_of_rows: I64 = field(default_factory=lambda: np.zeros(len(SPAN_CLASSES), dtype=np.int64))
    """Rows in each of SPAN_CLASSES."""

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
    recipes: Mapping[str, StageMixture] = field(default_factory=dict)
    """By training stage, where run.json has all of it."""


def read_mixture(run: Run) -> Mixture | None:
    """None for a run without a plan."""
    if not run.record.get("plan"):
        return None
    plan = Plan.from_mapping(shards.read_json(run.resolve(run.record["plan"])))
    groups = {stage["mixture"]["name"]: _groups(stage["mixture"]) for stage in run.config.get("stages") or ()}
    planned = {stage.name: stage for stage in plan.stages}
    emitted = {
        name: count_emitted(folder, num_rows=planned[name].num_rows, seq_len=planned[name].seq_len)
        for name, folder in run.mix_stages.items()
    }
    return Mixture(plan, emitted, groups, *_inventory(run), _recipes(run))


def _recipes(run: Run) -> dict[str, StageMixture]:
    """The stages' recipes; those that an earlier version wrote otherwise are left out."""
    found = {}
    for stage in run.config.get("stages") or ():
        try:
            recipe = build(StageMixture, stage["mixture"], where="run.json: mixture")
        except RecipeError:
            continue
        found[recipe.name] = recipe
    return found


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


def count_emitted(folder: StageFolder, *, num_rows: int, seq_len: int) -> Emitted:
    """Rows, tokens and epochs by bucket in the shards of a stage that is planned to have `num_rows` rows of `seq_len` tokens."""
    urls = folder.shard_urls
    chosen = urls if len(urls) <= MAX_SHARDS else [urls[i * len(urls) // MAX_SHARDS] for i in range(MAX_SHARDS)]
    emitted = Emitted(num_shards=len(urls), num_shards_read=len(chosen))
    num_windows = window_count(num_rows)
    for url in chosen:
        table = shards.read_table(url, columns=["bucket", "epoch", "doc_ends", "row"]).combine_chunks()
        ends = table.column("doc_ends").combine_chunks()
        spans = pc.list_value_length(ends).to_numpy()
        tokens = ends.flatten().to_numpy()[np.cumsum(spans) - 1]
        emitted.spans += len(ends.flatten())
        emitted.fill += np.bincount(fill_class(tokens, seq_len), minlength=len(FILL_CLASSES))
        emitted.spans_of_rows += np.bincount(span_class(spans), minlength=len(SPAN_CLASSES))
        counted = table.select(["bucket", "epoch"]).append_column("tokens", pa.array(tokens.astype(np.int64)))
        grouped = counted.group_by("bucket").aggregate([([], "count_all"), ("tokens", "sum"), ("epoch", "max")])
        for row in grouped.to_pylist():
            bucket = row["bucket"]
            emitted.rows[bucket] = emitted.rows.get(bucket, 0) + row["count_all"]
            emitted.tokens[bucket] = emitted.tokens.get(bucket, 0) + row["tokens_sum"]
            emitted.last_epoch[bucket] = max(emitted.last_epoch.get(bucket, 0), row["epoch_max"])
        _count_windows(emitted, table, num_rows=num_rows, num_windows=num_windows)
    return emitted


def window_count(num_rows: int) -> int:
    """Into how many pieces a stage of so many rows is cut."""
    return max(1, min(MAX_WINDOWS, num_rows // MIN_WINDOW_ROWS))


def _count_windows(emitted: Emitted, table: pa.Table, *, num_rows: int, num_windows: int) -> None:
    window = np.minimum(table.column("row").to_numpy() * num_windows // num_rows, num_windows - 1)
    names = table.column("bucket").combine_chunks().dictionary_encode()
    at = names.indices.to_numpy() * num_windows + window
    counts = np.bincount(at, minlength=len(names.dictionary) * num_windows).reshape(-1, num_windows)
    for name, found in zip(names.dictionary.to_pylist(), counts, strict=True):
        emitted.windows[name] = emitted.windows.get(name, 0) + found


def fill_class(tokens: I64, seq_len: int) -> I64:
    """Place in FILL_CLASSES of rows with so many tokens."""
    place = len(FILL_CLASSES) - 1 - np.searchsorted(FILL_EDGES, tokens / seq_len, side="right")
    return np.where(tokens >= seq_len, 0, place)


def span_class(spans: I64) -> I64:
    """Place in SPAN_CLASSES of rows with so many documents: powers of two."""
    return np.minimum(np.ceil(np.log2(np.maximum(spans, 1))).astype(np.int64), len(SPAN_CLASSES) - 1)


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


# ------------------------------------------------------------------------------------------------------------- for the charts


def emitted_windows(mixture: Mixture, labels: Sequence[str]) -> tuple[list[str], list[Window]]:
    """Shares of rows in each piece of the run, by `labels` (of each bucket of the plan): the largest, the others summed."""
    plan = mixture.plan
    names = sorted(set(labels))
    place_of = {bucket: names.index(label) for bucket, label in zip(plan.buckets, labels, strict=True)}
    parts, sizes = [], []
    for stage in plan.stages:
        num_windows = window_count(stage.num_rows)
        counts = np.zeros((num_windows, len(names)))
        for bucket, found in mixture.emitted.get(stage.name, Emitted()).windows.items():
            counts[:, place_of[bucket]] += found
        parts.append(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1))
        edges = [stage.num_tokens * i // num_windows for i in range(num_windows + 1)]
        sizes += [(stage.name, last - first) for first, last in itertools.pairwise(edges)]
    return _windows(names, np.vstack(parts), sizes)


def planned_windows(plan: Plan, labels: Sequence[str]) -> tuple[list[str], list[Window]]:
    """The same of a plan, which keeps its shares from a stage's first row to its last."""
    names = sorted(set(labels))
    shares = np.zeros((len(plan.stages), len(names)))
    for s, stage in enumerate(plan.stages):
        np.add.at(shares[s], [names.index(label) for label in labels], np.array(stage.rows) / stage.num_rows)
    return _windows(names, shares, [(stage.name, stage.num_tokens) for stage in plan.stages])


def _windows(
    names: Sequence[str], shares: npt.NDArray[np.float64], sizes: Sequence[tuple[str, int]]
) -> tuple[list[str], list[Window]]:
    weights = np.array([tokens for _, tokens in sizes], dtype=float)[:, None]
    kept, weighed = keep_largest(names, shares * weights)
    rows = weighed / weights
    return kept, [Window(stage=s, tokens=n, shares=tuple(row)) for (s, n), row in zip(sizes, rows.tolist(), strict=True)]


def window_rows(labels: Sequence[str], windows: Sequence[Window]) -> list[dict[str, Any]]:
    """For each label its mean share in each stage, and the least and most in one of the stage's windows."""
    by_stage: dict[str, list[Window]] = {}
    for window in windows:
        by_stage.setdefault(window.stage, []).append(window)
    rows: list[dict[str, Any]] = [{"label": label, "stages": []} for label in labels]
    for found in by_stage.values():
        means = mean_shares(found)
        seen = [window.shares for window in found if sum(window.shares) > 0]
        for i, row in enumerate(rows):
            own = [shares[i] for shares in seen]
            row["stages"].append({"mean": float(means[i]), "least": min(own, default=0.0), "most": max(own, default=0.0)})
    return rows


def caps_of(recipes: Mapping[str, StageMixture], stages: Sequence[str], source: str) -> list[float | None]:
    """max_epochs of a source at the end of each stage; None where the recipe is not known."""
    return [recipes[stage].epochs_of(source) if stage in recipes else None for stage in stages]


def epoch_chart_bars(rows: Sequence[Mapping[str, Any]], caps: Mapping[str, Sequence[float | None]]) -> list[EpochBar]:
    """Rows of `epochs_by_source` or `planned_epochs` as bars."""
    return [
        EpochBar(label=row["label"], epochs=tuple(row["epochs"]), most=row["most"], cap=caps[row["label"]][-1]) for row in rows
    ]


def planned_epochs(plan: Plan) -> list[dict[str, Any]]:
    """For each source of a plan: tokens available, asked in each stage, epochs by the end of each, most in one bucket."""
    most = plan.epochs(len(plan.stages) - 1)
    sources, tokens = np.array(plan.sources), np.array(plan.tokens, dtype=float)
    rows = []
    for label in sorted(set(plan.sources)):
        inside = sources == label
        available = float(tokens[inside].sum())
        asked = [int(np.array(stage.rows, dtype=np.int64)[inside].sum()) * stage.seq_len for stage in plan.stages]
        shares = [n / stage.num_tokens for n, stage in zip(asked, plan.stages, strict=True)]
        epochs = (np.cumsum(asked) / available).tolist()
        rows.append({"label": label, "available": available, "asked": asked, "shares": shares, "epochs": epochs})
        rows[-1]["most"] = float(most[inside].max())
    return sorted(rows, key=lambda row: (-sum(row["asked"]), row["label"]))
