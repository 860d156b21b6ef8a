"""Reading a stage's rows: ours against MosaicML Streaming, Megatron-Core and Hugging Face datasets, on the same rows in one run.

The rows are made up: 8,192 tokens of a Zipf law over 151,000 ids, documents of 100 to 8,192 tokens. Our exports write them for
the peers, which measures those too. Every reader ends in the same batches, four rows as int64 tensors with labels and cu_seqlens,
made of the peers' arrays by our own functions. Rounds take turns, the best of each counts, in CPU seconds of the process with all
its threads (walls are the machine's and its other users'). Streaming's LocalDataset and Megatron's IndexedDataset take a row by
its number out of raw files, 2.6 times the size of ours: ranks, workers, resuming and remote files are what the classes above them
add.
"""

from __future__ import annotations

import copy
import functools
import gc
import itertools
import os
import sys
import tempfile
import time
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.harness import Goal, Result, main
from corpus import shards
from corpus.errors import MissingExtraError, require
from corpus.manifest import Manifest, ShardEntry, write_manifest
from corpus.schema import SEQUENCES
from corpus.sequences import Row as SequenceRow
from mix.exports import Exported, ExportSettings, formats
from mix.reader import Batch, Position, SequenceDataset, as_batch, padded

SEQ_LEN = 8192
MICRO_BATCH = 4
VOCAB_SIZE = 151_000
ZIPF = 1.15
ROWS_PER_SHARD = 2048
"""Source: mix.recipe.MixConfig.rows_per_shard."""
STAGE_TOKENS = 17_784_000_000_000
"""Source: the first stage of the mimo-7b recipe."""

Row = dict[str, Any]


def import_streaming() -> Any:
    """mosaicml-streaming without the parts that are no reader.

    Its package imports data sets of pictures and ready-made ones of text (torchvision, transformers), and a loader that wants a
    class of transformers; none takes part in reading MDS. Raises MissingExtraError where it is not installed.
    """
    for name in ("streaming.vision", "streaming.text", "streaming.multimodal", "streaming.base.dataloader"):
        sys.modules.setdefault(name, types.ModuleType(name))
    sys.modules["streaming.base.dataloader"].__dict__.setdefault("StreamingDataLoader", None)
    try:
        import streaming
    except ImportError as error:
        raise MissingExtraError(
            "mosaicml-streaming is not installed: make .venv/.installed-dev does it, or pip install 'tercet[peers]' and "
            "pip install --no-deps mosaicml-streaming"
        ) from error
    return streaming


def made_up_rows(first: int, num_rows: int) -> pa.Table:
    """SEQUENCES with full rows of whole documents."""
    rng = np.random.default_rng(first)
    tokens = np.minimum(rng.zipf(ZIPF, size=num_rows * SEQ_LEN), VOCAB_SIZE - 1).astype(np.int32)
    ends = [np.append(np.flatnonzero(rng.random(SEQ_LEN - 100) < 1 / 1200) + 100, SEQ_LEN) for _ in range(num_rows)]
    doc_ends = pa.array([one.tolist() for one in ends], SEQUENCES.field("doc_ends").type)
    ids = pa.array([[f"{first + i:024x}{j:08x}" for j in range(len(one))] for i, one in enumerate(ends)])
    zeros = pa.array([[0] * len(one) for one in ends])
    offsets = pa.array(np.arange(0, (num_rows + 1) * SEQ_LEN, SEQ_LEN, dtype=np.int32))
    columns = [
        pa.ListArray.from_arrays(offsets, pa.array(tokens), type=SEQUENCES.field("tokens").type),
        doc_ends,
        ids.cast(SEQUENCES.field("doc_ids").type),
        zeros.cast(SEQUENCES.field("doc_offsets").type),
        pa.array(["web"] * num_rows),
        pa.array(np.zeros(num_rows, np.int32)),
        pa.array(np.arange(first, first + num_rows)),
    ]
    return pa.table(columns, schema=SEQUENCES)


def write_stage(folder: Path, num_shards: int, rows_per_shard: int) -> None:
    """The rows as `tercet mix emit` leaves them: one row group a shard."""
    entries = []
    for number in range(num_shards):
        name = f"{number:06d}"
        url = str(folder / "shards" / f"{name}.parquet")
        shards.write_shard(made_up_rows(number * rows_per_shard, rows_per_shard), url)
        entries.append(_entry(name, rows_per_shard, checksum=shards.checksum(url)))
    _write_manifest(folder, entries)


def _entry(name: str, num_rows: int, *, checksum: str) -> ShardEntry:
    return ShardEntry(
        name=name, input_digest="0" * 12, rows_in=num_rows, rows_out=num_rows, rejects={}, num_bytes=0, checksum=checksum
    )


def _write_manifest(folder: Path, entries: Iterable[ShardEntry]) -> None:
    manifest = Manifest(
        stage="mix-one", digest="0" * 12, config={"seq_len": SEQ_LEN}, versions={}, shards=tuple(entries), maps_rows=False
    )
    write_manifest(manifest, str(folder))


# ---------------------------------------------------------------------------------------------------------- readers


Arrays = tuple[Any, Any]
"""tokens and doc_ends of a row."""

Open = Callable[[int], Iterator[Batch]]
"""A row to begin at -> the batches from there on."""


def readers(folder: Path, exported: Path) -> dict[str, Open]:
    ours, theirs = (
        functools.partial(_ours, folder),
        {
            "streaming StreamingDataset": functools.partial(_streaming, exported / "mds"),
            "streaming LocalDataset": functools.partial(_local, exported / "mds"),
            "datasets, streaming=True": functools.partial(_datasets, exported / "huggingface"),
            "datasets, memory-mapped Arrow": functools.partial(_arrow, exported),
            "megatron-core IndexedDataset": functools.partial(_megatron, exported / "megatron"),
        },
    )
    return {
        "tercet, packed": functools.partial(ours, layout="packed"),
        "tercet, padded": functools.partial(ours, layout="padded"),
        "tercet, padded, read ahead": functools.partial(ours, layout="padded", prefetch=2),
        **{name: functools.partial(_batches, rows) for name, rows in theirs.items()},
    }


def _ours(folder: Path, first: int, *, layout: Any, prefetch: int = 0) -> Iterator[Batch]:
    sizes = {"global_batch_size": 64, "micro_batch_size": MICRO_BATCH, "rank": 0, "world_size": 1}
    return iter(SequenceDataset(str(folder), layout=layout, prefetch=prefetch, start=(0, first), **sizes))


def _batches(rows: Callable[[int], Iterator[Arrays]], first: int) -> Iterator[Batch]:
    """A peer's rows as the batches that ours are."""
    arrays = rows(first)
    while some := list(itertools.islice(arrays, MICRO_BATCH)):
        made = [SequenceRow(np.asarray(tokens, np.int32), np.asarray(ends, np.int32)) for tokens, ends in some]
        tokens, labels, ends = padded(made, SEQ_LEN)
        yield as_batch(tokens, labels, ends, len(made), True, Position(0, 0), Position(0, 0))


def _streaming(folder: Path, first: int) -> Iterator[Arrays]:
    streaming = import_streaming()
    streaming.base.util.clean_stale_shared_memory()
    dataset = streaming.StreamingDataset(local=str(folder), batch_size=MICRO_BATCH, shuffle=False, num_canonical_nodes=1)
    if first:
        dataset.load_state_dict(dataset.state_dict(first, True))
    for sample in dataset:
        yield sample["tokens"], sample["doc_ends"]
    del dataset
    gc.collect()


def _local(folder: Path, first: int) -> Iterator[Arrays]:
    dataset = import_streaming().LocalDataset(str(folder))
    for index in range(first, len(dataset)):
        sample = dataset[index]
        yield sample["tokens"], sample["doc_ends"]


def _datasets(folder: Path, first: int) -> Iterator[Arrays]:
    datasets = require("datasets", extra="peers")
    dataset = datasets.load_dataset("parquet", data_files=f"{folder}/*.parquet", split="train", streaming=True)
    for sample in dataset.select_columns(["tokens", "doc_ends"]).with_format("numpy").skip(first):
        yield sample["tokens"], sample["doc_ends"]


def _arrow(exported: Path, first: int) -> Iterator[Arrays]:
    """Converted from Parquet in the first round, which is thrown away."""
    datasets = require("datasets", extra="peers")
    files, cache = f"{exported}/huggingface/*.parquet", str(exported / "cache")
    dataset = datasets.load_dataset("parquet", data_files=files, split="train", cache_dir=cache)
    dataset = dataset.select_columns(["tokens", "doc_ends"]).with_format("numpy")
    for index in range(first, len(dataset)):
        sample = dataset[index]
        yield sample["tokens"], sample["doc_ends"]


def _megatron(folder: Path, first: int) -> Iterator[Arrays]:
    """Row by row, each joined of its documents."""
    from megatron.core.datasets.indexed_dataset import IndexedDataset

    before = 0
    for path in sorted(folder.glob("*.idx")):
        dataset = IndexedDataset(str(path.with_suffix("")))
        bounds = dataset.document_indices
        for row in range(max(0, first - before), len(bounds) - 1):
            documents = dataset[int(bounds[row]) : int(bounds[row + 1])]
            yield np.concatenate(documents), np.cumsum([len(one) for one in documents])
        before += len(bounds) - 1


# ---------------------------------------------------------------------------------------------------------- measuring


def measure(*, quick: bool) -> Result:
    num_shards, rows_per_shard, rounds = (1, 512, 2) if quick else (2, ROWS_PER_SHARD, 3)
    num_rows = num_shards * rows_per_shard
    with tempfile.TemporaryDirectory(prefix="tercet-reader-") as name:
        work = Path(name)
        os.environ["HF_DATASETS_CACHE"] = str(work / "hf")
        stage, exported = work / "stage", work / "exported"
        write_stage(stage, num_shards, rows_per_shard)
        exports = [_export(stage, exported, name, num_rows * SEQ_LEN) for name in formats()]
        rows, speeds, resumes = _read(readers(stage, exported), num_rows, rounds)
        at_scale = [_resume_at_scale(work, rows_per_shard) for rows_per_shard in ((16384,) if quick else (16384, ROWS_PER_SHARD))]
    ours = [name for name in speeds if name.startswith("tercet")]
    slower = min(speeds[name] for name in ours[:2])
    goals = [
        Goal(what="Mtok/s, one process, the slower layout", value=slower, limit=50),
        Goal(what="times StreamingDataset's", value=slower / speeds["streaming StreamingDataset"], limit=4),
        Goal(what="times datasets' streaming=True", value=slower / speeds["datasets, streaming=True"], limit=1.5),
        Goal(what="seconds to the first batch at row 90 %", value=max(resumes[name] for name in ours), limit=1, at_least=False),
        Goal(what="the same in a stage of 17.8T tokens", value=at_scale[0]["seconds"], limit=1, at_least=False),
    ]
    notes = [f"{num_rows:,} rows of {SEQ_LEN:,} tokens in {num_shards} shards; best of {rounds} rounds in turns, one thread"]
    tables = {"exports, one core": exports, f"opening a stage of {STAGE_TOKENS:.4g} tokens in its middle": at_scale}
    return Result(rows=rows, goals=goals, notes=notes, tables=tables)


def _export(stage: Path, exported: Path, name: str, num_tokens: int) -> Row:
    export_format, settings = formats()[name], ExportSettings()
    files: list[Exported] = []
    started = time.process_time()
    for path in sorted((stage / "shards").iterdir()):
        batches = shards.iterate_batches(str(path), columns=list(export_format.columns), max_rows=64)
        files += export_format.write_shard(batches, str(exported / name), path.stem, settings)
    for file, data in export_format.index_files(files, str(exported / name), "one", settings).items():
        shards.write_bytes(data, str(exported / name / file))
    spent = time.process_time() - started
    written = sum(one.num_bytes for one in files)
    source = sum(path.stat().st_size for path in (stage / "shards").iterdir())
    return {
        "format": name,
        "Mtok/s": num_tokens / 1e6 / spent,
        "bytes a token": written / num_tokens,
        "of ours": written / source,
        "files": len(files),
    }


def _read(ways: Mapping[str, Open], num_rows: int, rounds: int) -> tuple[list[Row], dict[str, float], dict[str, float]]:
    """The table, Mtok/s of CPU and seconds to the first batch at 90 % by reader. The first round warms up."""
    million = num_rows * SEQ_LEN / 1e6
    cpu: dict[str, list[float]] = {name: [] for name in ways}
    wall, resume = copy.deepcopy(cpu), copy.deepcopy(cpu)
    totals = set()
    for _, (name, begin) in itertools.product(range(rounds + 1), ways.items()):
        started = time.perf_counter()
        batches = begin(num_rows * 9 // 10)
        next(batches)
        resume[name].append(time.perf_counter() - started)
        started, cpu_started = time.perf_counter(), time.process_time()
        totals.add(_totals(begin(0)))
        cpu[name].append(time.process_time() - cpu_started)
        wall[name].append(time.perf_counter() - started)
    assert len(totals) == 1, f"the readers differ in what they found: {totals}"
    speeds = {name: million / min(times[1:]) for name, times in cpu.items()}
    resumes = {name: min(times[1:]) for name, times in resume.items()}
    table = [
        {
            "reader": name,
            "Mtok/s of CPU": speeds[name],
            "Mtok/s of wall": million / min(wall[name][1:]),
            "first batch at 90 %, s": resumes[name],
        }
        for name in ways
    ]
    return table, speeds, resumes


def _totals(batches: Iterator[Batch]) -> tuple[int, int, int]:
    """Tokens, documents, and the sum of each batch's first label, which shows that they are the same."""
    counts = [
        (b.tokens.numel(), len(b.cu_seqlens) - 1, int(b.labels[0, 0]) if b.labels.ndim > 1 else int(b.labels[0])) for b in batches
    ]
    tokens, documents, labels = np.array(counts).sum(axis=0).tolist()
    return tokens, documents, labels


def _resume_at_scale(work: Path, rows_per_shard: int) -> Row:
    """A manifest as large as the first stage's, with the one shard in its middle, in row groups of 2,048 rows."""
    num_shards = -(-STAGE_TOKENS // (SEQ_LEN * rows_per_shard))
    folder, middle = work / f"scale-{rows_per_shard}", num_shards // 2
    _write_manifest(folder, (_entry(f"{k:06d}", rows_per_shard, checksum="0" * 32) for k in range(num_shards)))
    url = str(folder / "shards" / f"{middle:06d}.parquet")
    table = made_up_rows(middle * rows_per_shard, ROWS_PER_SHARD)
    with shards.ShardWriter(url, SEQUENCES) as writer:
        for first in range(middle * rows_per_shard, (middle + 1) * rows_per_shard, ROWS_PER_SHARD):
            numbers = pa.array(np.arange(first, first + ROWS_PER_SHARD))
            writer.write(table.set_column(6, SEQUENCES.field("row"), numbers))
    started = time.process_time()
    start = (0, middle * rows_per_shard + rows_per_shard // 2)
    dataset = SequenceDataset(str(folder), global_batch_size=64, micro_batch_size=4, rank=0, world_size=1, start=start)
    opened = time.process_time() - started
    next(iter(dataset))
    return {
        "rows a shard": rows_per_shard,
        "shards": num_shards,
        "manifest, MB": (folder / "manifest.json").stat().st_size / 1e6,
        "manifest read, s": opened,
        "seconds": time.process_time() - started,
    }


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
