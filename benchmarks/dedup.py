"""Dedup against datasketch, rensa and datatrove: speed, recall of planted near-duplicates, what is removed and which copy stays.

At least 400 MB of real text of Debian's documentation (`--quick`: 20 MB). Near-duplicates are planted: a page with words replaced
at random places, its exact Jaccard similarity to the page computed. All contenders use 5-word shingles and 14 bands of 8 values,
one thread, CPU seconds; how the peers are called is told in benchmarks/dedup_peers.py. A planted pair is found when not both of
it stay; a removed document should resemble the one that stays for it; every document has a random quality score, and of each
cluster the best should stay. Contenders that are compared with each other sign the same evenly spread pages in turns, the best of
their rounds counts. datatrove deduplicates a slice only: evenly spread pages with their copies.

Two cores against one: the dedup stages on Ray over DOCUMENTS shards, wall time of the stages, workers warm; beside it a plain
pool of processes that signs the same shards: what the machine can do at all.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.dedup_peers import (
    CONFIG,
    Kept,
    Signer,
    datasketch_components,
    datatrove_steps,
    one_thread,
    rensa_components,
    rensa_deduplicator,
    sign_with_datasketch,
    sign_with_datatrove,
    sign_with_rensa,
    sign_with_rensa_c,
    splitters,
)
from benchmarks.harness import Goal, Result, clock, main
from benchmarks.texts import texts
from corpus import shards
from corpus.schema import DOCUMENTS
from corpus.stage import NO_REJECTS, StageOutput
from dedup import DedupConfig, deduplicate
from dedup.shingles import jaccard, shingle_set
from dedup.signatures import Kernel, sign_texts

NUM_PLANTED = 600
MIN_WORDS, MAX_WORDS = 200, 5000
"""Words of a page that gets a planted copy."""
BANDS = ((0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.85), (0.85, 0.9), (0.9, 1.0))
SAMPLE_BYTES = {"fast": 20_000_000, "numpy": 4_000_000, "datatrove": 6_000_000, "datatrove steps": 12_000_000}
"""Text that contenders sign in turns; the slow ones get less."""
ROUNDS = 3
"""Turns of the contenders that sign the same pages; the best counts."""
NUM_SHARDS = 24
NOT_MEASURED = float("nan")


class Planted(NamedTuple):
    """A page and its altered copy, as positions in the corpus, and their exact similarity."""

    original: int
    copy: int
    similarity: float


# ---------------------------------------------------------------------------------------------------------------- the corpus


def plant(pages: list[str], *, count: int, seed: int = 0) -> tuple[list[str], list[Planted]]:
    """The pages followed by `count` altered copies of some of them, their similarity spread over 0.5 to 1."""
    rng = np.random.default_rng(seed)
    eligible = [i for i, page in enumerate(pages) if MIN_WORDS <= len(page.split()) <= MAX_WORDS]
    corpus, planted = list(pages), []
    for original in rng.choice(eligible, min(count, len(eligible)), replace=False).tolist():
        copy = altered(pages[original], similarity=rng.uniform(0.5, 0.995), rng=rng)
        sets = [shingle_set(text, shingle_words=CONFIG.shingle_words) for text in (pages[original], copy)]
        planted.append(Planted(original, len(corpus), jaccard(*sets)))
        corpus.append(copy)
    return corpus, planted


def altered(page: str, *, similarity: float, rng: np.random.Generator) -> str:
    """`page` with words replaced until about that Jaccard similarity is left: a replaced word changes shingle_words shingles."""
    words = page.split(" ")
    untouched = 2 * similarity / (1 + similarity)
    share = 1 - untouched ** (1 / CONFIG.shingle_words)
    for i in rng.choice(len(words), max(1, round(share * len(words))), replace=False).tolist():
        words[i] = f"q{rng.integers(10**9)}"
    return " ".join(words)


def slice_of(corpus: Sequence[str], planted: Sequence[Planted], num_bytes: int) -> tuple[list[str], list[Planted]]:
    """About `num_bytes` of the corpus as one of its own: evenly spread pages, then their planted copies."""
    first_copy = planted[0].copy
    step = max(1, round(sum(map(len, corpus)) / num_bytes))
    originals = range(0, first_copy, step)
    chosen = [pair for pair in planted if pair.original % step == 0]
    slice_ = [corpus[i] for i in originals] + [corpus[pair.copy] for pair in chosen]
    pairs = [Planted(pair.original // step, len(originals) + i, pair.similarity) for i, pair in enumerate(chosen)]
    return slice_, pairs


def as_documents(corpus: Sequence[str]) -> pa.Table:
    nothing: dict[str, Any] = {"source": "bench", "path": "", "kind": "html", "flags": [], "synthetic": False}
    counts = dict.fromkeys(("num_formulas", "formula_chars", "num_code_blocks", "code_chars"), 0)
    rows = [
        {
            **nothing,
            **counts,
            "doc_id": f"{i:032x}",
            "url": f"https://doc.invalid/{i}",
            "record_offset": i,
            "text": text,
            "num_chars": len(text),
        }
        for i, text in enumerate(corpus)
    ]
    return pa.Table.from_pylist(rows, schema=DOCUMENTS)


def evenly_spread(pages: Sequence[str], num_bytes: int) -> list[str]:
    """Every k-th page, so that the sample is like the whole, about `num_bytes` of them."""
    total = sum(map(len, pages))
    return list(pages[:: max(1, round(total / num_bytes))])


def utf8_bytes(corpus: Sequence[str]) -> int:
    return sum(len(text.encode()) for text in corpus)


# ---------------------------------------------------------------------------------------------------------------------- ours


def ours(documents: pa.Table, quality: pa.Array, mode: str) -> Kept:
    with clock() as spent:
        config = DedupConfig(mode=mode)  # type: ignore[arg-type]
        (annotated,) = deduplicate([documents], config=config, quality=[quality])
    return Kept(np.array([int(i, 16) for i in annotated.column("kept_id").to_pylist()]), spent.cpu_s)


def sign_with(kernel: Kernel) -> Signer:
    return lambda corpus: sign_texts(pa.chunked_array([pa.array(corpus, pa.large_string())]), config=CONFIG, kernel=kernel)


# ------------------------------------------------------------------------------------------------------------- how it is scored


def in_turns(work: Mapping[str, Callable[[], object]], *, rounds: int = ROUNDS) -> dict[str, float]:
    """CPU seconds of each, best of `rounds`; they take turns, so that a slow minute of the machine hits all of them."""
    seconds: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, call in work.items():
            with clock() as spent:
                call()
            seconds[name].append(spent.cpu_s)
    return {name: min(each) for name, each in seconds.items()}


def recall(planted: Sequence[Planted], kept: Kept, low: float, high: float) -> float:
    pairs = [p for p in planted if low <= p.similarity < high]
    found = [kept.stands_for[p.original] != p.original or kept.stands_for[p.copy] != p.copy for p in pairs]
    return float(np.mean(found)) if found else NOT_MEASURED


class Shingles:
    """The shingle sets of a corpus, each made once."""

    def __init__(self, corpus: Sequence[str]) -> None:
        self.corpus = corpus
        self._sets: dict[int, npt.NDArray[np.uint64]] = {}

    def similarity(self, one: int, other: int) -> float:
        """Exact; 1 for equal words even where there is no shingle."""
        if self.corpus[one].split() == self.corpus[other].split():
            return 1.0
        return jaccard(self._of(one), self._of(other))

    def _of(self, i: int) -> npt.NDArray[np.uint64]:
        if i not in self._sets:
            self._sets[i] = shingle_set(self.corpus[i], shingle_words=CONFIG.shingle_words)
        return self._sets[i]


def precision(shingles: Shingles, kept: Kept, threshold: float = 0.7) -> tuple[float, int]:
    """Share of the removed documents whose exact similarity to the one that stays is at least `threshold`; their number."""
    removed = np.flatnonzero(kept.stands_for != np.arange(len(kept.stands_for)))
    similar = [shingles.similarity(i, int(kept.stands_for[i])) >= threshold for i in removed.tolist()]
    return (float(np.mean(similar)) if similar else NOT_MEASURED), len(removed)


def best_stays(kept: Kept, quality: npt.NDArray[np.float32]) -> float:
    """Share of the clusters of two and more whose best member by quality is the one that stays."""
    size = np.bincount(kept.stands_for, minlength=quality.size)
    best = np.full(quality.size, -np.inf, np.float32)
    np.maximum.at(best, kept.stands_for, quality)
    clusters = np.flatnonzero(size > 1)
    return float((quality[clusters] == best[clusters]).mean()) if clusters.size else NOT_MEASURED


# -------------------------------------------------------------------------------------------------------------- two cores


def two_cores(documents: pa.Table, *, rounds: int) -> list[dict[str, Any]]:
    """Wall seconds on one core and on two: the dedup stages on Ray, and a pool that only signs."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        rows = np.arange(documents.num_rows)
        urls = [str(folder / "data" / f"documents-{i:05d}.parquet") for i in range(NUM_SHARDS)]
        for i, url in enumerate(urls):
            shards.write_shard(documents.take(pa.array(rows[i::NUM_SHARDS])), url, row_group_size=512)
        measured = {
            "dedup stages on Ray": _on_ray(urls, folder, rounds=rounds),
            "a pool that signs": _in_pools(urls, rounds=rounds),
        }
    return [
        {"wall s": name, "1 core": one, "2 cores": two, "times as fast": one / two, "shards": NUM_SHARDS}
        for name, (one, two) in measured.items()
    ]


def _on_ray(urls: Sequence[str], folder: Path, *, rounds: int) -> tuple[float, float]:
    """Best of `rounds` for each, without Ray's start and the workers' first shards, which load modules and compiled code."""
    from pipelines import run_dedup
    from pipelines.engine import Context, Stage, Task, run_stage
    from pipelines.executors import ExecutionConfig, LocalExecutor, make_executor
    from pipelines.progress import Progress

    quiet = Progress(quiet=True)
    stage = Stage(name="documents", config={}, packages=(), read=read_documents, output_schema=DOCUMENTS)
    tasks = [Task(shard=Path(url).stem, digest=shards.checksum(url), payload=url) for url in urls]
    local = Context(out_url=str(folder / "in"), executor=LocalExecutor(), progress=quiet)
    whole = run_stage(stage, tasks, local)
    first = [Task(shard=f"{name}-{i}", digest=name, payload=urls[0]) for i, name in enumerate("abcdefgh")]
    warming = run_stage(stage, first, Context(out_url=str(folder / "warm-in"), executor=LocalExecutor(), progress=quiet))
    seconds: dict[int, list[float]] = {1: [], 2: []}
    for i in range(rounds):
        for num_cpus, measured in seconds.items():
            executor = make_executor(ExecutionConfig(mode="ray", num_cpus=num_cpus))
            try:
                context = Context(out_url=str(folder / f"warm-{num_cpus}-{i}"), executor=executor, progress=quiet)
                run_dedup.run(CONFIG, [warming], context)
                context = Context(out_url=str(folder / f"out-{num_cpus}-{i}"), executor=executor, progress=quiet)
                started = time.perf_counter()
                run_dedup.run(CONFIG, [whole], context)
                measured.append(time.perf_counter() - started)
            finally:
                executor.close()
    return min(seconds[1]), min(seconds[2])


def read_documents(url: str) -> Iterator[StageOutput]:
    yield StageOutput(shards.read_table(url), NO_REJECTS)


def _in_pools(urls: Sequence[str], *, rounds: int) -> tuple[float, float]:
    seconds: dict[int, list[float]] = {1: [], 2: []}
    for num_processes, measured in seconds.items():
        with multiprocessing.get_context("spawn").Pool(num_processes) as pool:
            pool.map(sign_shard, [urls[0]] * 2 * num_processes, chunksize=1)
            for _ in range(rounds):
                started = time.perf_counter()
                pool.map(sign_shard, urls, chunksize=1)
                measured.append(time.perf_counter() - started)
    return min(seconds[1]), min(seconds[2])


def sign_shard(url: str) -> int:
    signed = sign_texts(shards.read_table(url, columns=["text"]).column("text"), config=CONFIG)
    return len(signed.signatures)


# --------------------------------------------------------------------------------------------------------------- measurement


def measure(*, quick: bool) -> Result:
    one_thread()
    source = texts(20_000_000 if quick else 400_000_000)
    pages = pq.read_table(source, columns=["text"]).column("text").to_pylist()
    corpus, planted = plant(pages, count=NUM_PLANTED if quick else 10 * NUM_PLANTED)
    sign_with("numba")(corpus[:10])
    speeds = signing_speeds(pages, quick=quick)
    against_parquet = signing_against_parquet(pages)
    quality = np.random.default_rng(1).random(len(corpus), np.float32)
    documents = as_documents(corpus)
    contenders: dict[str, Callable[[], Kept]] = {
        "tercet": lambda: ours(documents, pa.array(quality), "signature"),
        "rensa LSH": lambda: rensa_components(corpus),
        "tercet exact": lambda: ours(documents, pa.array(quality), "exact"),
        "rensa dedup": lambda: rensa_deduplicator(corpus),
        "datasketch": lambda: datasketch_components(corpus),
    }
    answers = {name: answer() for name, answer in contenders.items()}
    # The two whose ratio is a goal have a second turn.
    again = {name: min(contenders[name](), answers[name], key=lambda kept: kept.cpu_s) for name in ("tercet", "rensa LSH")}
    shingles = Shingles(corpus)
    rows = [_row(name, speeds.get(name), again.get(name, kept), shingles, planted, quality) for name, kept in answers.items()]
    slice_, slice_planted = slice_of(corpus, planted, SAMPLE_BYTES["datatrove steps"] // (3 if quick else 1))
    slice_quality = np.random.default_rng(2).random(len(slice_), np.float32)
    for splitter in splitters():
        name = f"datatrove, {splitter}"
        answer = datatrove_steps(slice_, splitter)
        rows.append(_row(name, speeds[name], answer, Shingles(slice_), slice_planted, slice_quality))
    cores = two_cores(documents, rounds=1 if quick else 2)
    num_bytes, num_cpus = utf8_bytes(pages), len(os.sched_getaffinity(0))
    versions = ", ".join(f"{name} {version(name)}" for name in ("datasketch", "rensa", "datatrove", "pyarrow", "numpy", "ray"))
    notes = [
        f"{num_bytes / 1e6:.0f} MB, {len(pages):,} pages, {len(planted):,} planted copies; CPU seconds, one thread; datatrove: "
        f"{utf8_bytes(slice_) / 1e6:.1f} MB, {len(slice_):,} documents, {len(slice_planted):,} planted",
        f"{versions}; Python {platform.python_version()}, {num_cpus} cores, load {os.getloadavg()[0]:.1f}",
    ]
    recalls = [name for name in rows[0] if name.startswith("recall")]
    tables = {
        "Recall of planted pairs by their Jaccard similarity": [
            {"": row[""], **{name.removeprefix("recall "): row[name] for name in recalls}} for row in rows
        ],
        "Signing alone, MB of text per CPU second": [{"": name, "MB/s": speed} for name, speed in speeds.items()],
        "Signing and decoding the same column, MB per CPU second": [
            {"": name, "MB/s": speed} for name, speed in against_parquet.items()
        ],
        "Two cores": cores,
    }
    goals = _goals(rows, speeds, against_parquet, cores, quick=quick)
    shown = [{name: value for name, value in row.items() if name not in recalls} for row in rows]
    return Result(rows=shown, goals=goals, notes=notes, tables=tables)


def signing_speeds(pages: Sequence[str], *, quick: bool) -> dict[str, float]:
    """MB of text per CPU second; contenders of the same sample in turns."""
    shrink = 3 if quick else 1
    groups: list[tuple[int, dict[str, Signer]]] = [
        (
            SAMPLE_BYTES["fast"],
            {
                "tercet": sign_with("numba"),
                "datasketch": sign_with_datasketch,
                "rensa LSH": sign_with_rensa,
                "rensa, C-MinHash": sign_with_rensa_c,
            },
        ),
        (SAMPLE_BYTES["numpy"], {"tercet, NumPy reference": sign_with("numpy")}),
        (
            SAMPLE_BYTES["datatrove"],
            {f"datatrove, {splitter}": functools.partial(sign_with_datatrove, splitter=splitter) for splitter in splitters()},
        ),
    ]
    speeds: dict[str, float] = {}
    for size, signers in groups:
        sample = evenly_spread(pages, size // shrink)
        megabytes = utf8_bytes(sample) / 1e6
        work = {name: functools.partial(sign, sample) for name, sign in signers.items()}
        seconds = in_turns(work, rounds=ROUNDS if len(signers) > 1 else 1)
        speeds |= {name: megabytes / spent for name, spent in seconds.items()}
    return speeds


def signing_against_parquet(pages: Sequence[str]) -> dict[str, float]:
    """MB per CPU second over the whole column: decoded from zstd Parquet in memory, written as shards are, and signed.

    Documentation is easy to decode: zstd makes 5.6 times less of it.
    """
    column = pa.chunked_array([pa.array(pages, pa.large_string())])
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/text.parquet"
        shards.write_shard(pa.table({"text": column}), path, row_group_size=512)
        data = pa.py_buffer(Path(path).read_bytes())
    work: dict[str, Callable[[], object]] = {
        "tercet": lambda: sign_texts(column, config=CONFIG),
        "zstd Parquet decode": lambda: pq.read_table(pa.BufferReader(data), use_threads=False),
    }
    megabytes = pc.sum(pc.binary_length(column)).as_py() / 1e6
    return {name: megabytes / spent for name, spent in in_turns(work).items()}


def _row(
    name: str,
    speed: float | None,
    kept: Kept,
    shingles: Shingles,
    planted: Sequence[Planted],
    quality: npt.NDArray[np.float32],
) -> dict[str, Any]:
    megabytes = utf8_bytes(shingles.corpus) / 1e6
    row: dict[str, Any] = {
        "": name,
        "sign MB/s": speed,
        "end to end CPU s": kept.cpu_s,
        "end to end MB/s": megabytes / kept.cpu_s,
    }
    share, removed = precision(shingles, kept)
    for low, high in BANDS:
        row[f"recall {low:g}-{high:g}"] = recall(planted, kept, low, high)
    return {**row, "removed": removed, "of these J >= 0.7": share, "clusters whose best stays": best_stays(kept, quality)}


def _goals(
    rows: list[dict[str, Any]],
    speeds: Mapping[str, float],
    against_parquet: Mapping[str, float],
    cores: list[dict[str, Any]],
    *,
    quick: bool,
) -> list[Goal]:
    by_name = {row[""]: row for row in rows}
    fast, exact = by_name["tercet"], by_name["tercet exact"]
    datatrove = f"datatrove, {splitters()[0]}"
    times = {name: fast["end to end MB/s"] / row["end to end MB/s"] for name, row in by_name.items()}
    goals = [
        Goal(what="signature speed / datasketch",
             value=speeds["tercet"] / speeds["datasketch"], limit=25),
        Goal(what="signature speed / zstd Parquet decode of the column",
             value=against_parquet["tercet"] / against_parquet["zstd Parquet decode"], limit=0.5),
        Goal(what="end to end / rensa's LSH", value=times["rensa LSH"], limit=10),
        Goal(what=f"end to end / {datatrove}, by MB", value=times[datatrove], limit=200),
        Goal(what="recall of planted pairs, J 0.8-0.85", value=fast["recall 0.8-0.85"], limit=0.97),
        Goal(what="recall of planted pairs, J >= 0.9", value=fast["recall 0.9-1"], limit=0.999),
        Goal(what="removed with J >= 0.7 to the kept one, signature", value=fast["of these J >= 0.7"], limit=0.9),
        Goal(what="removed with J >= 0.7 to the kept one, exact", value=exact["of these J >= 0.7"], limit=1.0),
        Goal(what="clusters whose best member stays, both modes",
             value=min(fast["clusters whose best stays"], exact["clusters whose best stays"]), limit=1.0),
    ]  # fmt: skip
    # 20 MB are signed in less than Ray needs for its tasks, so a quick run only shows the numbers.
    return goals if quick else [*goals, Goal(what="two cores / one, wall", value=cores[0]["times as fast"], limit=1.8)]


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
