"""The engine against datatrove's: CPU of the same five stages over the same text.

read -> normalise -> heuristics -> MinHash signature -> filter and write, 200 MB of real text in 40 shards (`--quick`: 20 MB).
The functions that touch a document are the same in every contender (below), so that the difference is the engines'. CPU is that
of every process a contender started, daemons included; memory is the largest resident size of one process.
"""

from __future__ import annotations

import re
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import xxhash

from benchmarks import process_tree
from benchmarks.harness import Goal, Result, main
from benchmarks.texts import SCHEMA, split, texts
from corpus import shards
from corpus.ids import content_id
from corpus.stage import StageOutput, reject_row

NUM_HASHES = 64
MIN_WORDS = 30
STOP_WORDS = frozenset(("the", "be", "to", "of", "and", "that", "have", "with"))
MULTIPLIERS = np.random.default_rng(0).integers(1, 2**61, size=(2, NUM_HASHES), dtype=np.uint64) | np.uint64(1)
PROVENANCE = [("doc_id", pa.string()), ("source", pa.string()), ("path", pa.string()), ("record_offset", pa.int64())]
INPUT = pa.schema([*PROVENANCE, *SCHEMA])
OUTPUT = pa.schema(
    [*INPUT, ("num_words", pa.int64()), ("mean_length", pa.float64()), ("alpha", pa.float64()), ("signature", pa.binary())]
)

# ------------------------------------------------------------------------------- what is done to a document, in all contenders


def normalise(text: str) -> str:
    return re.sub(r"[ \t]+", " ", unicodedata.normalize("NFC", text)).strip()


def heuristics(text: str) -> dict[str, Any]:
    words = text.split()
    alpha = sum(any(c.isalpha() for c in word) for word in words)
    return {
        "num_words": len(words),
        "mean_length": sum(map(len, words)) / max(1, len(words)),
        "alpha": alpha / max(1, len(words)),
        "stop_words": len(STOP_WORDS.intersection(words)),
    }


def signature(text: str) -> bytes:
    words = text.lower().split()
    shingles = {" ".join(words[i : i + 5]) for i in range(max(1, len(words) - 4))}
    hashes = np.fromiter((xxhash.xxh64_intdigest(shingle.encode()) for shingle in shingles), np.uint64, len(shingles))
    minima = np.full(NUM_HASHES, np.iinfo(np.uint64).max, np.uint64)
    for start in range(0, len(hashes), 4096):
        block = hashes[start : start + 4096, None] * MULTIPLIERS[0] + MULTIPLIERS[1]
        np.minimum(minima, block.min(axis=0), out=minima)
    return minima.tobytes()


# ------------------------------------------------------------------------------------------------------------------- contenders


def read(path: str) -> Iterator[StageOutput]:
    from corpus.stage import NO_REJECTS

    for table in shards.iterate_batches(path, max_rows=512):
        ids = table.column("id")
        constant = [pa.array([value] * table.num_rows) for value in ("text", path.rsplit("/", 1)[-1])]
        offsets = pa.array(range(table.num_rows))
        columns = [ids, *constant, offsets, *(table.column(name) for name in SCHEMA.names)]
        yield StageOutput(pa.table(columns, schema=INPUT), NO_REJECTS)


def process(table: pa.Table) -> StageOutput:
    """The three middle stages and the filter, as one pass over the rows."""
    from corpus import schema

    made, rejected = [], []
    for row in table.to_pylist():
        row["text"] = normalise(row["text"])
        facts = heuristics(row["text"])
        row |= {name: facts[name] for name in ("num_words", "mean_length", "alpha")}
        row["signature"] = signature(row["text"])
        if facts["num_words"] >= MIN_WORDS and facts["stop_words"] >= 2:
            made.append(row)
        else:
            rejected.append(reject_row(row, stage="filter", reason="too_short", detail="", num_bytes=len(row["text"])))
    return StageOutput(pa.Table.from_pylist(made, schema=OUTPUT), pa.Table.from_pylist(rejected, schema=schema.REJECTS))


def run_tercet(mode: str, data: Path, out: Path) -> None:
    from pipelines.engine import Context, Stage, Task, run_stage
    from pipelines.executors import ExecutionConfig, make_executor
    from pipelines.progress import Progress

    executor = make_executor(ExecutionConfig(mode=mode, num_cpus=2))  # type: ignore[arg-type]
    stage = Stage(name="text", config={}, packages=("corpus",), read=read, steps=(process,), output_schema=OUTPUT)
    tasks = [Task(shard=path.stem, digest=content_id(path.name), payload=str(path)) for path in sorted(data.glob("*.parquet"))]
    result = run_stage(stage, tasks, Context(out_url=str(out), executor=executor, progress=Progress(quiet=True)))
    executor.close()
    print(result.manifest.counts()["rows_out"])


def run_datatrove(executor_name: str, data: Path, out: Path) -> None:
    from datatrove.data import Document, DocumentsPipeline
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.base import PipelineStep
    from datatrove.pipeline.filters.base_filter import BaseFilter
    from datatrove.pipeline.readers import ParquetReader
    from datatrove.pipeline.writers import ParquetWriter

    class Normalise(PipelineStep):
        def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
            for document in data:
                document.text = normalise(document.text)
                yield document

    class Heuristics(PipelineStep):
        def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
            for document in data:
                document.metadata |= heuristics(document.text)
                yield document

    class Signature(PipelineStep):
        def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
            for document in data:
                document.metadata["signature"] = signature(document.text)
                yield document

    class Long(BaseFilter):
        def filter(self, doc: Document) -> bool:
            return bool(doc.metadata["num_words"] >= MIN_WORDS and doc.metadata["stop_words"] >= 2)

    LocalPipelineExecutor(
        pipeline=[
            ParquetReader(str(data), batch_size=512),
            Normalise(),
            Heuristics(),
            Signature(),
            Long(),
            ParquetWriter(str(out / "data"), compression="zstd"),
        ],
        tasks=len(list(data.glob("*.parquet"))),
        workers=2,
        logging_dir=str(out / "logs"),
    ).run()
    print(sum(shards.read_table(str(path), columns=["id"]).num_rows for path in sorted((out / "data").glob("*.parquet"))))


CONTENDERS = {
    "datatrove LocalPipelineExecutor": ("datatrove", "local"),
    "tercet, Ray tasks": ("tercet", "ray"),
    "tercet, in process": ("tercet", "local"),
}

# ------------------------------------------------------------------------------------------------------------------ measurement


def measure(*, quick: bool) -> Result:
    num_bytes, num_shards, repeats = (20_000_000, 8, 1) if quick else (200_000_000, 40, 3)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        split(texts(num_bytes), data, num_shards)
        rows: list[dict[str, Any]] = []
        for name, (engine, mode) in CONTENDERS.items():
            runs = [_run(engine, mode, data, Path(folder) / f"{engine}-{mode}-{i}") for i in range(repeats)]
            rows.append({"engine": name, **sorted(runs, key=lambda run: run["CPU s"])[len(runs) // 2]})
    base = rows[0]["CPU s"]
    for row in rows:
        row["against datatrove"] = row["CPU s"] / base
    assert len({row["rows out"] for row in rows}) == 1, "the contenders kept different documents"
    goal = Goal(what="CPU, Ray tasks / datatrove local", value=rows[1]["against datatrove"], limit=1.15, at_least=False)
    notes = [f"{num_bytes / 1e6:.0f} MB of text in {num_shards} shards, 2 workers, median of {repeats} by CPU"]
    return Result(rows=rows, goals=[] if quick else [goal], notes=notes)


def _run(engine: str, mode: str, data: Path, out: Path) -> dict[str, Any]:
    """One contender in processes of its own."""
    contender = ["--contender", engine, mode, str(data), str(out)]
    usage = process_tree.run([sys.executable, "-m", "benchmarks.engine", *contender])
    rows_out = int(usage.stdout.split()[-1])
    return {"CPU s": usage.cpu_s, "peak MB of a process": usage.peak_bytes >> 20, "rows out": rows_out}


if __name__ == "__main__":
    if sys.argv[1:2] == ["--contender"]:
        engine, mode, data, out = sys.argv[2:]
        {"tercet": run_tercet, "datatrove": run_datatrove}[engine](mode, Path(data), Path(out))
        sys.exit(0)
    sys.exit(main(__doc__, measure))
