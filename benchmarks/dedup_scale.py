"""Deciding duplicates at scale: time for each band row and peak memory, as the number of documents grows a hundredfold.

Signatures are drawn, everything behind them is the real thing: `pipelines.run_dedup.decide` over SIGNATURES shards on disk, in
one process. Sizes of clusters and similarities inside of them follow what 409 MB of Debian's documentation has (SIZES, JACCARDS:
the clusters of benchmarks/dedup.py's corpus); one document in a hundred belongs to a single giant cluster, as templates make them
on the web. A member's value differs from its cluster's with probability 1 - J, so bands collide as often as those of real texts
of that similarity. 1e8 band rows are 7.1 million documents, 3.3 GB of signatures; `--quick` ends at 1e6.
"""

from __future__ import annotations

import json
import math
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.harness import Goal, Result, main

ROWS = (1_000_000, 10_000_000, 100_000_000)
NUM_BANDS = 14
DOCUMENTS_PER_SHARD = 100_000
SIZES = (
    (1, 41_580), (2, 2746), (3, 486), (4, 190), (5, 75), (6, 62), (7, 38), (8, 38), (9, 17), (10, 18), (11, 26), (12, 27),
    (13, 21), (14, 31), (15, 17), (20, 28), (30, 18), (50, 14),
)  # fmt: skip
"""(documents in a cluster, how many such clusters)."""
JACCARDS = (0.72, 0.741, 0.768, 0.786, 0.812, 0.839, 0.866, 0.884, 0.92, 0.955, 1.0)
"""Deciles of the similarity of removed documents to the one that stays."""
GIANT_SHARE = 0.01


LEVELS = 10_000_000
"""Rows of one more run in which mail takes two levels, as it does from 300 ranges on: what that adds to a row."""


def measure(*, quick: bool) -> Result:
    runs = [_run_alone(size) for size in (ROWS[:1] if quick else ROWS)]
    rows = [_row(f"{run['rows']:.0e}", run) for run in runs]
    goals = [Goal(what="peak memory, GB", value=max(row["peak GB"] for row in rows), limit=2.0, at_least=False)]
    tables = {}
    if not quick:
        levelled = _run_alone(LEVELS, fanout=2)
        rows.append(_row(f"{LEVELS:.0e}, two levels", levelled))
        tables["25e9 documents, from the constants of the largest run"] = cost_model(runs[-1], levelled)
        goals += [
            Goal(what="time for a row, 1e8 / 1e7 rows", value=rows[2]["us/row"] / rows[1]["us/row"], limit=1.2, at_least=False),
            Goal(what="peak memory, 1e8 / 1e7 rows", value=rows[2]["peak GB"] / rows[1]["peak GB"], limit=1.2, at_least=False),
        ]
    notes = ["one process, CPU seconds; reading and writing included, drawing the signatures not"]
    return Result(rows=rows, goals=goals, tables=tables, notes=notes)


def _row(name: str, run: dict[str, Any]) -> dict[str, Any]:
    counts = {key: run[key] for key in ("documents", "dropped", "rounds", "tasks")}
    steps = run["steps"].values()
    return {
        "band rows": name,
        **counts,
        "CPU s": run["cpu_s"],
        "us/row": 1e6 * run["cpu_s"] / run["rows"],
        "written GB": sum(step["num_bytes"] for step in steps) / 1e9,
        "peak GB": run["peak_bytes"] / 1e9,
    }


NUM_DOCUMENTS = 25e9


def cost_model(run: dict[str, Any], levelled: dict[str, Any]) -> list[dict[str, Any]]:
    """What each step would take for NUM_DOCUMENTS, in proportion to `run`; the second level of mail from `levelled`."""
    from pipelines.dedup_corpus import DOCUMENTS_PER_RANGE, ROWS_PER_PARTITION

    num_keys = math.ceil(NUM_DOCUMENTS * NUM_BANDS / ROWS_PER_PARTITION)
    num_ranges = math.ceil(NUM_DOCUMENTS / DOCUMENTS_PER_RANGE)
    tasks = {"url": math.ceil(NUM_DOCUMENTS / ROWS_PER_PARTITION), "round buckets": num_keys, "bands": num_ranges}
    tasks["text"] = tasks["url"]
    steps = {**run["steps"], "second level": levelled["steps"]["regroup"]}
    documents = {name: levelled["documents"] if name == "second level" else run["documents"] for name in steps}
    return [
        {
            "step": name,
            "us/document": 1e6 * step["cpu_s"] / documents[name],
            "bytes/document": step["num_bytes"] / documents[name],
            "core-hours": NUM_DOCUMENTS * step["cpu_s"] / documents[name] / 3600,
            "TB written": NUM_DOCUMENTS * step["num_bytes"] / documents[name] / 1e12,
            "tasks": tasks.get(name, num_ranges),
        }
        for name, step in steps.items()
        if name != "rest"
    ]


def _run_alone(num_rows: int, *, fanout: int = 0) -> dict[str, Any]:
    """`decide` in a process of its own, whose peak memory is nobody else's."""
    folder = tempfile.mkdtemp(prefix="tercet-scale-")
    try:
        for step in ("draw", "decide"):
            command = [sys.executable, "-m", "benchmarks.dedup_scale", f"--{step}", folder, str(num_rows), str(fanout)]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        found: dict[str, Any] = json.loads(done.stdout)
    finally:
        shutil.rmtree(folder)
    return found


# ------------------------------------------------------------------------------------------------------------- the signatures


def draw(folder: Path, num_rows: int) -> None:
    """SIGNATURES shards of num_rows / NUM_BANDS documents."""
    from corpus import shards

    num_documents = num_rows // NUM_BANDS
    cluster_of = np.random.default_rng(0).permutation(_clusters(num_documents))
    is_best = np.zeros(num_documents, np.bool_)
    is_best[np.unique(cluster_of, return_index=True)[1]] = True
    for first in range(0, num_documents, DOCUMENTS_PER_SHARD):
        documents = np.arange(first, min(first + DOCUMENTS_PER_SHARD, num_documents))
        table = _signatures(documents, cluster_of[documents], is_best[documents])
        shards.write_shard(table, str(folder / f"signatures-{first:09d}.parquet"), row_group_size=1024)


def _clusters(num_documents: int) -> npt.NDArray[np.int64]:
    """The cluster of each document: as many of every size as measured, and one giant one."""
    giant = int(num_documents * GIANT_SHARE)
    sizes = np.repeat([size for size, _ in SIZES], [count for _, count in SIZES])
    times = -(-num_documents // int(sizes.sum()))
    clusters = np.repeat(np.arange(times * sizes.size), np.tile(sizes, times))[: num_documents - giant]
    return np.concatenate([clusters, np.full(giant, times * sizes.size)])


def _signatures(documents: npt.NDArray[np.int64], clusters: npt.NDArray[np.int64], is_best: npt.NDArray[np.bool_]) -> Any:
    """The best document of a cluster has its signature, the others one of the drawn similarity to it."""
    import pyarrow as pa

    from dedup import SIGNATURES
    from dedup.config import DedupConfig
    from dedup.shingles import mix64

    num_hashes = DedupConfig().num_hashes
    place = np.arange(num_hashes, dtype=np.uint64)
    of_cluster = mix64(mix64(clusters.astype(np.uint64))[:, None] + place)
    own = mix64(mix64(documents.astype(np.uint64) + np.uint64(1 << 40))[:, None] + place)
    rng = np.random.default_rng(int(documents[0]))
    similarity = np.interp(rng.random(documents.size), np.linspace(0, 1, len(JACCARDS)), JACCARDS)
    similarity[is_best] = 1.0
    differs = (mix64(own) >> np.uint64(11)) / 2.0**53 >= similarity[:, None]
    values = (np.where(differs, own, of_cluster) >> np.uint64(32)).astype("<u4")
    hashes = [digest.tobytes() for digest in mix64(own[:, :2]).astype(">u8")]
    return pa.table(
        {
            "doc_id": [digest.hex() for digest in hashes],
            "canonical_url": [""] * documents.size,
            "url_hash": hashes,
            "text_hash": hashes,
            "signature": [row.tobytes() for row in values],
            "num_words": np.full(documents.size, 600),
            "num_shingles": np.full(documents.size, 596),
            "quality": pa.array(rng.random(documents.size) + is_best, pa.float32()),
            "fetched_at": pa.nulls(documents.size, SIGNATURES.field("fetched_at").type),
            "num_chars": rng.integers(500, 20_000, documents.size),
        },
        schema=SIGNATURES,
    )


# ------------------------------------------------------------------------------------------------------------- one measurement


def decide(folder: Path, num_rows: int, fanout: int) -> dict[str, Any]:
    import pyarrow as pa

    from corpus import shards
    from dedup.config import DedupConfig
    from pipelines import exchange
    from pipelines.dedup_corpus import DOCUMENTS_PER_RANGE, ROWS_PER_PARTITION, Corpus, Place
    from pipelines.engine import Context
    from pipelines.executors import LocalExecutor
    from pipelines.progress import Progress
    from pipelines.run_dedup import decide as decide_all

    if fanout:
        exchange.FANOUT = fanout
    pa.set_cpu_count(1)
    num_key_ranges = math.ceil(num_rows / ROWS_PER_PARTITION)
    config = DedupConfig(num_partitions=num_key_ranges, documents_per_task=DOCUMENTS_PER_RANGE)  # as large as at 25e9 documents
    places = []
    for path in sorted(folder.glob("signatures-*.parquet")):
        num_documents = len(shards.read_table(str(path), columns=["num_chars"]))
        places.append(Place(name=path.stem, signatures_url=str(path), texts_url="", num_rows=num_documents))
    corpus = Corpus.of_places(tuple(places), config, digest="drawn")
    context = Context(out_url=str(folder / "out"), executor=LocalExecutor(), progress=Progress(quiet=True))
    started = time.process_time()
    decided = decide_all(config, corpus, context)
    cpu_s = time.process_time() - started
    steps: dict[str, dict[str, float]] = {}
    for result in context.finished:
        step = steps.setdefault(_step_of(result.manifest.stage), {"cpu_s": 0.0, "num_bytes": 0.0})
        step["cpu_s"] += result.cpu_s
        step["num_bytes"] += sum(entry.num_bytes for entry in result.manifest.shards)
    return {
        "rows": num_rows,
        "documents": corpus.num_documents,
        "dropped": sum(entry.rows_out for entry in decided.manifest.shards),
        "rounds": sum(result.manifest.stage.endswith("-judge") for result in context.finished),
        "cpu_s": cpu_s,
        "steps": steps,
        "tasks": sum(len(result.manifest.shards) for result in context.finished),
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10,
    }


def _step_of(stage: str) -> str:
    """The step that a stage belongs to: rounds together, and the second level of mail by itself."""
    name = stage.removeprefix("dedup-")
    if name.endswith("-regroup"):
        return "regroup"
    return f"round {name.rsplit('-', 1)[1]}" if name.startswith("round-") else name.split("-")[0]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--draw"]:
        draw(Path(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1:2] == ["--decide"]:
        print(json.dumps(decide(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))))
    else:
        sys.exit(main(__doc__, measure))
