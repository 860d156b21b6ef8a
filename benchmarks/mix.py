"""The mixture's numbers: order, solver, packing, tokenising, emission; other ways to do the same in the same run.

Peers of the order are the two rules in use, written here in a few lines each: drawing every row independently (nanotron, most
data loaders), and always taking the bucket that lags most (Megatron-LM's `build_blending_indices`), which is as even as ours but
only sequential and stored as two arrays of all rows. Tokens come from the texts of benchmarks.texts.
"""

from __future__ import annotations

import functools
import multiprocessing
import sys
import tempfile
import time
import tracemalloc
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.harness import Goal, Result, main
from benchmarks.texts import texts
from corpus import schema, shards
from corpus.config import build
from corpus.ids import content_id
from corpus.stage import NO_REJECTS, StageOutput
from mix.changes import follow
from mix.emit import BATCH_ROWS as ROWS_OF_A_GROUP
from mix.emit import EmitJob, Emitter, emit_shard
from mix.inventory import Inventory, from_mapping
from mix.order import Order
from mix.packing import best_fit_rows, pack_best_fit, pack_concatenate, split_documents
from mix.plan import Plan, solve
from mix.recipe import Change, Group, MixConfig, StageMixture
from mix.tokenizing import load_tokenizer
from pipelines import run_mix
from pipelines.engine import Context, Stage, StageResult, Task, run_stage
from pipelines.executors import LocalExecutor
from pipelines.recipe_files import RECIPES, read_yaml

F64 = npt.NDArray[np.float64]
Row = dict[str, Any]


def row(what: str, ours: float, unit: str, peers: str = "") -> Row:
    return {"measure": what, "ours": round(ours, 5), "unit": unit, "peers, same run": peers}


def seconds(function: Callable[[], object], repeats: int = 1) -> float:
    """Wall seconds of one call, the best of `repeats`."""
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        function()
        times.append(time.perf_counter() - started)
    return min(times)


# ------------------------------------------------------------------------------------------------------------ order


def quotas_of(num_buckets: int, num_rows: int) -> dict[str, int]:
    """Skewed quotas, as corpora have them (Dirichlet 1/2, seeded)."""
    weights = np.random.default_rng(num_buckets).dirichlet(np.full(num_buckets, 0.5))
    rows = np.floor(weights * num_rows).astype(np.int64)
    rows[np.argmax(rows)] += num_rows - int(rows.sum())
    return {str(i): int(n) for i, n in enumerate(rows)}


def largest_deviation(buckets: npt.NDArray[np.int64], quotas: F64) -> float:
    """Rows that any bucket is from its share on any prefix."""
    rows = np.arange(1, len(buckets) + 1)
    return max(
        float(np.abs(np.cumsum(buckets == b) - quota / len(buckets) * rows).max()) for b, quota in enumerate(quotas) if quota
    )


def drawn_independently(quotas: F64) -> npt.NDArray[np.int64]:
    shares = quotas / quotas.sum()
    return np.random.default_rng(0).choice(len(quotas), int(quotas.sum()), p=shares).astype(np.int64)


def most_lagging(quotas: F64) -> npt.NDArray[np.int64]:
    """Megatron-LM's rule, row after row."""
    shares, taken = quotas / quotas.sum(), np.zeros(len(quotas))
    result = np.empty(int(quotas.sum()), dtype=np.int64)
    for i in range(len(result)):
        result[i] = np.argmax(shares * max(i, 1) - taken)
        taken[result[i]] += 1
    return result


def measure_order(num_rows: int) -> tuple[list[Row], list[Goal]]:
    rows, goals = [], []
    for num_buckets in (8, 64, 256):
        quotas = quotas_of(num_buckets, num_rows)
        order, sizes = Order(quotas), np.array(list(quotas.values()), dtype=float)
        index = np.array([list(quotas).index(bucket) for bucket in order.buckets])
        ours = largest_deviation(index[order.buckets_of_rows(np.arange(num_rows)).bucket], sizes)
        lagging, drawn = largest_deviation(most_lagging(sizes), sizes), largest_deviation(drawn_independently(sizes), sizes)
        what = f"largest deviation on any prefix, {num_buckets} buckets, {num_rows:,} rows (bound {order.bound:.2f})"
        rows.append(row(what, ours, "rows", f"most lagging {lagging:.2f}, independent {drawn:.0f}"))
        goals.append(Goal(what=f"deviation, {num_buckets} buckets", value=max(ours, order.bound), limit=1.6, at_least=False))
    rows += measure_batches(num_rows, goals)
    rows += measure_large_order(100_000 if num_rows < 1_000_000 else 1_000_000, goals)
    order = Order(quotas_of(1000, 2_170_898_438))
    places = np.random.default_rng(1).integers(0, order.num_rows, 1000).tolist()
    seek = seconds(lambda: [order.bucket_of_row(place) for place in places]) / 1000
    rows.append(row("seek one row among 2.17e9 of 1,000 buckets", seek * 1e3, "ms"))
    goals.append(Goal(what="seek, ms", value=seek * 1e3, limit=1.0, at_least=False))
    return rows, goals


def measure_batches(num_rows: int, goals: list[Goal]) -> list[Row]:
    """How far a bucket's rows in any batch of 2,560 consecutive rows are from its share of the batch."""
    quotas = quotas_of(64, num_rows)
    order = Order(quotas)
    bucket = order.buckets_of_rows(np.arange(num_rows)).bucket
    most = 0.0
    for index, name in enumerate(order.buckets):
        before = np.concatenate([[0], np.cumsum(bucket == index)])
        batches = before[BATCH_ROWS:] - before[:-BATCH_ROWS]
        most = max(most, float(np.abs(batches - quotas[name] / num_rows * BATCH_ROWS).max()))
    goals.append(Goal(what="any batch of 2,560 rows, rows from its share", value=most, limit=2.0, at_least=False))
    return [row(f"any batch of {BATCH_ROWS:,} rows of {num_rows:,}, 64 buckets", most, "rows from its share")]


BATCH_ROWS = 2560
"""Rows of MiMo-7B's largest batch."""


def sampled_deviation(order: Order, num_samples: int, seed: int) -> float:
    """Rows that the bucket of a random row is from its share, just before it and just after it, where it is furthest."""
    places = np.random.default_rng(seed).integers(0, order.num_rows, num_samples)
    found = order.buckets_of_rows(places)
    before = np.abs(found.nth - order.share_of(found.bucket, places))
    after = np.abs(found.nth + 1 - order.share_of(found.bucket, places + 1))
    return float(max(before.max(), after.max()))


def measure_large_order(num_samples: int, goals: list[Goal]) -> list[Row]:
    """The prefix bound at the size of the published stages, and what the order takes in memory."""
    rows = []
    for num_buckets in (8, 64, 256):
        order = Order(quotas_of(num_buckets, 2_170_898_438))
        most = sampled_deviation(order, num_samples, num_buckets)
        what = f"largest deviation, {num_buckets} buckets, 2.17e9 rows, {num_samples:,} random prefixes (bound {order.bound:.2f})"
        rows.append(row(what, most, "rows"))
        goals.append(
            Goal(what=f"deviation, {num_buckets} buckets, 2.17e9 rows", value=max(most, order.bound), limit=1.6, at_least=False)
        )
    tracemalloc.start()
    kept = [Order(quotas_of(1000, 2_170_898_438))]
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    rows.append(
        row(f"memory of an order of {kept[0].num_rows:.3g} rows, 1,000 buckets", size / 1e3, "kB", "Megatron-LM 10 bytes a row")
    )
    return rows


# ----------------------------------------------------------------------------------------------------------- solver


def large_inventory(num_buckets: int) -> Inventory:
    """Bucket sizes over four orders of magnitude."""
    rng = np.random.default_rng(0)
    sources = ("web", "papers", "books", "code", "synthetic")
    rows = []
    for i in range(num_buckets):
        source = sources[i % 5]
        tokens = float(10 ** rng.uniform(8, 11.6))
        domain = schema.DOMAINS[i // 5 % len(schema.DOMAINS)]
        bucket = {"source": source, "domain": domain, "quality": i, "synthetic": source == "synthetic"}
        rows.append({**bucket, "documents": 1, "tokens": int(tokens)})
    return from_mapping({"buckets": rows}, where="benchmark")


def recipe_stages() -> list[StageMixture]:
    folder = RECIPES / "mimo-7b"
    return [build(StageMixture, read_yaml(folder / f"stage{i}.yaml")["mixture"], where=f"stage{i}.yaml") for i in (1, 2, 3)]


def measure_solver() -> tuple[list[Row], list[Goal]]:
    stages = recipe_stages()
    published = from_mapping(read_yaml(RECIPES / "mimo-7b" / "inventory.yaml"), where="inventory.yaml")
    large = large_inventory(500)
    scaled = [
        StageMixture(
            name=stage.name,
            tokens=int(stage.tokens / 23.784e12 * large.num_tokens),
            seq_len=stage.seq_len,
            only=stage.only,
            groups=stage.groups,
            max_epochs=4,
        )
        for stage in stages
    ]
    plan = solve(large, scaled)
    wanted = [(group.least + group.most) / 2 for stage in plan.stages for group in stage.groups]
    planned = [group.planned for stage in plan.stages for group in stage.groups]
    off = max(abs(a - b) for a, b in zip(wanted, planned, strict=True))
    time_large = seconds(lambda: solve(large, scaled), 3)
    rows = [
        row(f"solve mimo-7b: {len(published.keys)} buckets x 3 stages", seconds(lambda: solve(published, stages), 3) * 1e3, "ms"),
        row("solve 500 buckets x 3 stages", time_large * 1e3, "ms", f"largest deviation of a group's share in rows {off:.1e}"),
    ]
    goals = [
        Goal(what="solve 500 x 3, ms", value=time_large * 1e3, limit=50, at_least=False),
        Goal(what="solve 500 x 3, shares off", value=off, limit=1e-8, at_least=False),
    ]
    return rows, goals


def measure_walk(num_samples: int) -> tuple[list[Row], list[Goal]]:
    """The published plan, walked without materialising it: random rows of every stage found and found back, totals, epochs."""
    stages = recipe_stages()
    inventory = from_mapping(read_yaml(RECIPES / "mimo-7b" / "inventory.yaml"), where="inventory.yaml")
    started = time.perf_counter()
    plan = solve(inventory, stages)
    most, bound, epochs_over = 0.0, 0.0, 0
    read = np.zeros(len(plan.buckets))
    for s, stage in enumerate(plan.stages):
        order = plan.order(s)
        most, bound = max(most, sampled_deviation(order, num_samples, s)), max(bound, order.bound)
        assert order.counts_before(order.num_rows) == order.quotas, "a bucket ends with exactly its rows"
        assert stage.num_rows == stages[s].num_rows
        places = np.random.default_rng(s).integers(0, order.num_rows, 2000)
        found = order.buckets_of_rows(places)
        for place, bucket, nth in zip(places.tolist(), found.bucket, found.nth.tolist(), strict=True):
            assert order.row_of(order.buckets[bucket], nth) == place, "a row is found back"
        caps = np.array([stages[s].epochs_of(source) for source in plan.sources])
        # In rows, of which an epoch has at least so many: what a cap is rounded down to.
        read = read + np.array(stage.rows) / np.maximum(1, np.ceil(np.array(plan.tokens, dtype=float) / stage.seq_len))
        epochs_over += int((read > caps + 1e-6).sum())
    taken = time.perf_counter() - started
    total = sum(stage.num_tokens for stage in plan.stages)
    rows = [
        row(f"walk the {total / 1e12:.3f}T plan: {num_samples:,} random prefixes a stage", taken, "s"),
        row(f"largest deviation among them (bound {bound:.2f})", most, "rows"),
    ]
    goals = [
        Goal(what="deviation in the 23.784T plan", value=max(most, bound), limit=1.6, at_least=False),
        Goal(what="buckets above their epochs in the 23.784T plan", value=epochs_over, limit=0, at_least=False),
    ]
    return rows, goals


def measure_changes(num_samples: int) -> tuple[list[Row], list[Goal]]:
    """The published plan, changed three times on the way: other shares inside of stages 1 and 2, stage 3 longer by a tenth."""
    inventory = from_mapping(read_yaml(RECIPES / "mimo-7b" / "inventory.yaml"), where="inventory.yaml")
    stages = recipe_stages()
    first = follow(inventory, stages)
    at = [stages[0].num_rows // 3, stages[1].num_rows // 2, stages[2].num_rows]
    more_code = {"math_and_code": Group(domains=("mathematics", "code"), token_fraction=0.35)}
    less_code = {"math_and_code": Group(domains=("mathematics", "code"), token_fraction=0.6)}
    changes = [
        Change(from_row=at[0], groups=more_code),
        Change(from_row=at[1], groups=less_code),
        Change(from_row=at[2], tokens=stages[2].tokens * 11 // 10),
    ]
    changed = [replace(stage, changes=(change,)) for stage, change in zip(stages, changes, strict=True)]
    plan = follow(inventory, changed, first)
    most, bound = 0.0, 0.0
    for s, stage in enumerate(changed):
        order = plan.order(s)
        most, bound = max(most, sampled_deviation(order, num_samples, s)), max(bound, order.bound)
        assert order.counts_before(order.num_rows) == order.quotas, "a bucket ends with exactly its rows"
        assert order.num_rows == stage.changed(1).num_rows
    places = np.random.default_rng(0).integers(0, at[0], num_samples)
    old, new = (one.order(0).buckets_of_rows(places) for one in (first, plan))
    names = [np.array(one.order(0).buckets)[found.bucket] for one, found in ((first, old), (plan, new))]
    moved = int(((names[0] != names[1]) | (old.nth != new.nth)).sum())
    caps = np.array([changed[-1].epochs_of(source) for source in plan.sources])
    rows_of_epochs = [np.maximum(1, np.ceil(np.array(plan.tokens, dtype=float) / stage.seq_len)) for stage in plan.stages]
    read = sum(np.array(stage.rows) / rows_of_epoch for stage, rows_of_epoch in zip(plan.stages, rows_of_epochs, strict=True))
    epochs_over = int((read > caps + 1e-6).sum())
    taken = seconds(lambda: follow(inventory, changed, first), 3)
    rows = [
        row("solve three changes of the 23.784T plan", taken * 1e3, "ms"),
        row(f"largest deviation in it, each prefix from its segment's shares (bound {bound:.2f})", most, "rows"),
        row(f"rows before the change that are others, of {num_samples:,} random ones", moved, "rows"),
    ]
    return rows, [
        Goal(what="deviation in the changed plan", value=max(most, bound), limit=1.6, at_least=False),
        Goal(what="rows before the change that are others", value=moved, limit=0, at_least=False),
        Goal(what="buckets above their epochs in the changed plan", value=epochs_over, limit=0, at_least=False),
    ]


# ---------------------------------------------------------------------------------------------------------- packing


def measure_packing(lengths: npt.NDArray[np.int64], seq_len: int, whose: str) -> tuple[list[Row], list[Goal]]:
    """One cell of documents of these lengths. Padding is what the last row lacks as well: .006 % of 64 Mi tokens on average at
    8,192, .024 % at 32,768, where a row more than the fewest is .05 %."""
    pack_best_fit(lengths, seq_len)
    taken = seconds(lambda: pack_best_fit(lengths, seq_len), 5)
    ours, cut = pack_best_fit(lengths, seq_len), pack_concatenate(lengths, seq_len)
    best_fit = int(best_fit_rows(split_documents(lengths, seq_len, None, 0).length, seq_len).max()) + 1
    fewest = -(-int(lengths.sum()) // seq_len)
    padding, of_best_fit = (100 * (1 - float(lengths.sum()) / (num_rows * seq_len)) for num_rows in (ours.num_rows, best_fit))
    fitting = lengths <= seq_len
    cuts = [float((np.bincount(p.pieces.document, minlength=len(lengths))[fitting] > 1).mean()) for p in (ours, cut)]
    at = f"at {seq_len:,}, {whose}"
    rows = [
        row(f"padding {at}, one cell of {lengths.sum() / 1e6:.1f} Mtok", padding, "%", f"best fit {of_best_fit:.4f}"),
        row(f"rows above the fewest there can be, {at}", ours.num_rows - fewest, "rows", f"best fit {best_fit - fewest}"),
        row(f"documents that fit a row but are cut, {at}", cuts[0] * 100, "%", f"concatenation {cuts[1] * 100:.1f}"),
        row(f"packing speed, one core, {at}", len(lengths) / taken / 1e6, "M documents/s"),
    ]
    goals = [
        Goal(what=f"fitting documents cut, {at}", value=cuts[0], limit=0, at_least=False),
        Goal(what=f"packing, M documents/s, {at}", value=len(lengths) / taken / 1e6, limit=5.0),
    ]
    if seq_len == 8192:
        return rows, [*goals, Goal(what=f"padding {at}, %", value=padding, limit=0.02, at_least=False)]
    return rows, [*goals, Goal(what=f"rows above the fewest, {at}", value=ours.num_rows - fewest, limit=1, at_least=False)]


def lognormal_lengths(median: float, sigma: float, least: int) -> npt.NDArray[np.int64]:
    """A cell of 64 Mi tokens: the shape that lengths of web pages have."""
    lengths = np.maximum(least, np.random.default_rng(1).lognormal(np.log(median), sigma, 400_000)).astype(np.int64)
    return lengths[: np.searchsorted(np.cumsum(lengths), CELL_TOKENS)]


CELL_TOKENS = 64 << 20
"""Of MixConfig."""


def measure_packings(lengths: npt.NDArray[np.int64]) -> tuple[list[Row], list[Goal]]:
    """Rows of 8,192 and 32,768, of the texts' lengths and of others."""
    drawn = np.random.default_rng(0).choice(lengths, int(CELL_TOKENS / lengths.mean()))
    cells = {"lengths of texts": drawn, "lognormal lengths, median 1,100": lognormal_lengths(1100, 1.0, 50)}
    parts = [measure_packing(cell, seq_len, whose) for whose, cell in cells.items() for seq_len in (8192, 32_768)]
    return [one for rows, _ in parts for one in rows], [goal for _, goals in parts for goal in goals]


# ----------------------------------------------------------------------------------- tokenising, packing, emission


def measure_emission(num_bytes: int) -> tuple[list[Row], list[Goal]]:
    path = texts(num_bytes)
    tokenizer = str(RECIPES / "tiny" / "tokenizer.json")
    with tempfile.TemporaryDirectory() as out:
        context = Context(out_url=out, executor=LocalExecutor())
        results = [_finished(name, path, context) for name in ("DOCUMENTS", "CLUSTERS", "SCORES")]
        columns = {"source": "source", "domain": "domain"}
        config = MixConfig(tokenizer=tokenizer, keep="True", bucket_columns=columns, cell_tokens=4 << 20)
        counted = run_mix.inventory(config, results[:1], results[1:2], results[2:], context)
        tokens = counted.inventory.num_tokens
        stages = [_half(tokens, name, seq_len) for name, seq_len in (("one", 8192), ("two", 8192), ("three", 32768))]
        plan = run_mix.plan(stages, counted.inventory)
        emitted = run_mix.emit(config, plan, counted, context)
        emitted_tokens = sum(stage.num_tokens for stage in plan.stages)
        pack_s = sum(result.cpu_s for result in emitted.packed)
        emit_s = sum(result.cpu_s for result in emitted.stages.values())
        scatter_s = sum(result.cpu_s for result in context.finished if result.manifest.stage.startswith("scatter"))
        lengths = _lengths(counted)
        more, more_goals = measure_reading_on(config, plan, emitted)
    packing, goals = measure_packings(lengths)
    size = pq.read_metadata(path).num_rows
    column = pq.read_table(path, columns=["text"]).column("text")
    megabytes = sum(len(text.encode()) for text in column.to_pylist()) / 1e6
    speed = megabytes / counted.tokenized.cpu_s
    rows = [
        row(
            f"tokenise {megabytes:.0f} MB, {size:,} documents (CPU)",
            speed,
            "MB/s",
            "reading, sorting, writing included; encoding alone: benchmarks.tokenizing",
        ),
        row(
            "documents to their cells, then packed in both lengths, read and write included (CPU)",
            2 * tokens / (pack_s + scatter_s) / 1e6,
            "Mtok/s",
            f"to their cells {tokens / scatter_s / 1e6:.0f}, packing {2 * tokens / pack_s / 1e6:.0f}",
        ),
        row("emit after packing (CPU)", emitted_tokens / emit_s / 1e6, "Mtok/s"),
    ]
    load_tokenizer.cache_clear()
    goals.append(Goal(what="emission, Mtok a CPU second", value=emitted_tokens / emit_s / 1e6, limit=60))
    many = measure_many_shards(min(num_bytes, 60_000_000), 64)
    return [*packing, *rows, *many, *more], [*goals, *more_goals]


def measure_reading_on(config: MixConfig, plan: Plan, emitted: run_mix.Emitted) -> tuple[list[Row], list[Goal]]:
    """Starting in the middle of a stage, and two processes beside one."""
    job = EmitJob(
        plan=plan,
        seed=config.seed,
        rows_per_shard=256,
        layouts=tuple(tuple(result.shard_urls) for result in emitted.packed[1::2]),
        packed=tuple(result.directory for result in emitted.packed[::2]),
    )
    middle = plan.stages[1].num_rows // 2
    resume = seconds(lambda: Emitter(job).rows(1, range(middle, middle + 1)), 3)
    shards_of_one = job.num_shards(0)
    again = 2 * max(1, 40 // shards_of_one)
    # Arrow reads with a thread a core: with one each, one process is one core.
    spawn = multiprocessing.get_context("spawn")
    times: dict[tuple[str, int], list[float]] = defaultdict(list)
    with ProcessPoolExecutor(2, mp_context=spawn, initializer=pa.set_cpu_count, initargs=(1,)) as pool:
        emission = [(job, [*range(shards_of_one)] * (again // 2))] * 2
        list(pool.map(_emit_some, emission))
        # What is compared is measured by turns, so that others who use the machine meet all of it.
        for _ in range(3):
            for what, work, halves in (("emission", _emit_some, emission), ("copies", _copy_memory, [COPIES] * 2)):
                times[what, 1].append(seconds(functools.partial(_one_after_the_other, pool, work, halves)))
                times[what, 2].append(seconds(functools.partial(_together, pool, work, halves)))
    emitted_x, copied_x = (min(times[what, 1]) / min(times[what, 2]) for what in ("emission", "copies"))
    copied = 2 * COPIES * 2 * COPY_BYTES / 1e9
    ceiling = f"plain copies of memory, the machine's own ceiling: {copied_x:.2f}x"
    rows = [
        row("resume: from nothing to a row in the middle of stage two", resume, "s", "Streaming 11-14 min at 25T"),
        row("emission by two processes, times one after the other", emitted_x, "x", ceiling),
        row("copies of memory by one process, read and written", copied / min(times["copies", 1]), "GB/s"),
    ]
    return rows, [
        Goal(what="resume, s", value=resume, limit=1.0, at_least=False),
        Goal(what="emission, two processes", value=emitted_x, limit=1.8),
    ]


def _one_after_the_other(pool: ProcessPoolExecutor, work: Callable[[Any], None], halves: Sequence[Any]) -> None:
    for half in halves:
        pool.submit(work, half).result()


def _together(pool: ProcessPoolExecutor, work: Callable[[Any], None], halves: Sequence[Any]) -> None:
    list(pool.map(work, halves))


def _emit_some(work: tuple[EmitJob, Sequence[int]]) -> None:
    """Shards of the first stage, made and written as a task does, but to memory: disks are another matter."""
    job, numbers = work
    for k in numbers:
        with shards.ShardWriter("memory://shard.parquet", schema.SEQUENCES, row_group_size=ROWS_OF_A_GROUP) as writer:
            for output in emit_shard(k, job, 0):
                writer.write(output.table)


COPY_BYTES = 64 << 20
"""More than the caches hold."""
COPIES = 60


def _copy_memory(copies: int) -> None:
    """Nothing but reading and writing memory, back and forth."""
    one, other = np.ones(COPY_BYTES, np.uint8), np.zeros(COPY_BYTES, np.uint8)
    for i in range(copies):
        np.copyto(*((other, one) if i % 2 else (one, other)))


def measure_many_shards(num_bytes: int, parts: int) -> list[Row]:
    """The same documents in few shards and in `parts` times as many: what their way into packed cells costs and opens."""
    rows = []
    path = texts(num_bytes)
    for number in (1, parts):
        with tempfile.TemporaryDirectory() as out:
            context = Context(out_url=out, executor=LocalExecutor())
            results = [_finished(name, path, context, number) for name in ("DOCUMENTS", "CLUSTERS", "SCORES")]
            columns = {"source": "source", "domain": "domain"}
            tokenizer = str(RECIPES / "tiny" / "tokenizer.json")
            config = MixConfig(tokenizer=tokenizer, keep="True", bucket_columns=columns, cell_tokens=1 << 20)
            counted = run_mix.inventory(config, results[:1], results[1:2], results[2:], context)
            tokens = counted.inventory.num_tokens
            plan = run_mix.plan([_half(tokens, "one", 8192)], counted.inventory)
            opened = Counter[str]()

            def counting(url: str, open_input: Callable[[str], Any] = shards.open_input) -> Any:
                opened[url.split("/")[-4]] += 1  # noqa: B023 (called in this turn of the loop)
                return open_input(url)

            with mock.patch.object(shards, "open_input", counting):
                run_mix.emit(config, plan, counted, context)
            names = ("scatter", "scatter-regroup", "pack-1")
            taken = sum(result.cpu_s for result in context.finished if result.manifest.stage in names)
            num_cells = sum(max(1, -(-n // config.cell_tokens)) for n in plan.tokens)
            num_shards = len(counted.tokenized.manifest.shards)
            read = (opened["tokenize"] + opened["scatter"] + opened["scatter-regroup"]) / num_cells
            what = f"into packed cells of 1 Mi tokens, from {num_shards:,} tokenised shards (CPU)"
            rows.append(row(what, tokens / taken / 1e6, "Mtok/s", f"{read:.1f} files opened for a cell, of {num_cells}"))
    return rows


def _half(tokens: int, name: str, seq_len: int) -> StageMixture:
    """A stage of half of what there is, a third of it code."""
    return StageMixture(
        name=name,
        tokens=tokens // 2,
        seq_len=seq_len,
        groups={"code": Group(domains=("code",), token_fraction=0.33)},
        max_epochs=8,
    )


def _lengths(counted: run_mix.Counted) -> npt.NDArray[np.int64]:
    columns = [pq.read_table(url, columns=["num_tokens"]).column("num_tokens").to_numpy() for url in counted.tokenized.shard_urls]
    return np.concatenate(columns).astype(np.int64)


def _finished(name: str, path: Path, context: Context, parts: int = 1) -> StageResult:
    """The texts as a finished stage of `parts` shards a row group; domains by turns, since only sizes matter here."""
    read = functools.partial(_read, name=name)
    stage = Stage(name=name, config={}, packages=(), read=read, output_schema=schema.SCHEMAS[name])
    groups = pq.ParquetFile(path).num_row_groups
    tasks = [
        Task(shard=f"{g:04d}-{part:04d}", digest=f"{g} {part} of {parts}", payload=(str(path), g, slice(part, None, parts)))
        for g in range(groups)
        for part in range(parts)
    ]
    return run_stage(stage, tasks, context)


def _read(payload: tuple[str, int, slice], *, name: str) -> Iterator[StageOutput]:
    path, group, part = payload
    made = []
    for i, source_row in enumerate(pq.ParquetFile(path).read_row_group(group).to_pylist()[part]):
        doc_id = content_id(source_row["id"])
        known = {"doc_id": doc_id, "source": "web", "text": source_row["text"], "domain": schema.DOMAINS[i % 5]}
        made.append({field.name: known.get(field.name, zero(field)) for field in schema.SCHEMAS[name]})
    yield StageOutput(pa.Table.from_pylist(made, schema=schema.SCHEMAS[name]), NO_REJECTS)


def zero(field: pa.Field) -> Any:
    if field.nullable:
        return None
    if pa.types.is_struct(field.type):
        return {inner.name: 0.0 for inner in field.type}
    if pa.types.is_list(field.type):
        return []
    return "" if pa.types.is_large_string(field.type) else pa.scalar(0).cast(field.type).as_py()


def measure(*, quick: bool) -> Result:
    parts = [
        measure_order(50_000 if quick else 2_000_000),
        measure_solver(),
        measure_walk(100_000 if quick else 1_000_000),
        measure_changes(100_000 if quick else 1_000_000),
        measure_emission((20 if quick else 200) * 1_000_000),
    ]
    return Result(
        rows=[one for rows, _ in parts for one in rows],
        goals=[goal for _, goals in parts for goal in goals],
        notes=[
            "Texts: benchmarks.texts. Emission draws half of the tokens in each of three stages at 8,192, 8,192 and 32,768.",
            "Epochs of the 23.784T plan are counted in rows; in tokens, 8 buckets of stage 3 end .1 to .4 rows above their cap.",
            "CPU: seconds of the tasks' processes, reading, checksums and Parquet writing included.",
        ],
    )


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
