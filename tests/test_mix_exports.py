"""Exports of a really emitted run, read by each framework's own reader: tokens, document boundaries and order are equal."""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.reader import import_streaming as imported_streaming
from corpus import shards
from corpus.errors import InputError, RecipeError, StageError
from corpus.sequences import StageRows
from mix.exports import Exported, ExportSettings, flat_rows, formats, new_file
from mix.tokenizing import load_tokenizer
from pipelines import run_export, run_mix
from pipelines.cli import main
from pipelines.executors import ExecutionConfig
from tests.mix_corpus import local_context, scored_corpus, settings, three_stages, write_tokenizer

LOCAL = run_export.ExportOptions(execution=ExecutionConfig(mode="local"))
STAGES = ("one", "two", "three")
FORMATS = ("megatron", "mds", "huggingface")

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")  # the peers' own


def needs(peer: str) -> None:
    """Skips the test without the peer, but in CI, which must have them all."""
    if importlib.util.find_spec(peer) is None:
        assert "CI" not in os.environ, f"{peer} is not installed; the Makefile's line for peers.txt should have done it"
        pytest.skip(f"{peer} is not installed: pip install 'tercet[peers]' and pip install --no-deps -r peers.txt")


def import_streaming() -> Any:
    needs("streaming")
    return imported_streaming()


Rows = list[tuple[list[int], list[int]]]
"""(tokens, doc_ends) of each row."""


def emitted_run(out: Path) -> Path:
    """The small corpus through the mixture, with the run.json that `tercet mix emit` writes."""
    context = local_context(out)
    documents, clusters, scores = scored_corpus(context)
    config = settings(write_tokenizer(out))
    counted = run_mix.inventory(config, [documents], [clusters], [scores], context)
    plan = run_mix.plan(three_stages(), counted.inventory)
    emitted = run_mix.emit(config, plan, counted, context)
    stages = [
        {"name": f"mix-{name}", "directory": str(Path(result.directory).relative_to(out))}
        for name, result in emitted.stages.items()
    ]
    record = {"config": {"stages": [{"mixture": {"name": name}} for name in emitted.stages]}, "stages": stages}
    (out / "run.json").write_text(json.dumps(record))
    return out


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return emitted_run(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def exported(run: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Format -> folder, all three stages."""
    folders = {name: tmp_path_factory.mktemp(name) for name in FORMATS}
    for name, folder in folders.items():
        options = run_export.ExportOptions(
            export=ExportSettings(max_file_bytes=1500, group_tokens=200), execution=ExecutionConfig(mode="local")
        )
        run_export.run(str(run), format_name=name, to_url=str(folder), stages=[], options=options)
    return folders


def emitted_rows(run: Path, stage: str) -> Rows:
    [folder] = run_export.emitted_stages(str(run), [stage])
    table = [row for entry in folder.manifest.shards for row in shards.read_table(_url(folder, entry.name)).to_pylist()]
    assert [row["row"] for row in table] == list(range(len(table)))
    return [(row["tokens"], row["doc_ends"]) for row in table]


def _url(folder: run_export.EmittedStage, shard: str) -> str:
    return f"{folder.directory}/shards/{shard}.parquet"


def files_of(folder: Path) -> dict[str, bytes]:
    """What a reader sees: everything but the engine's records."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".tercet" not in path.parts
    }


# ---------------------------------------------------------------------------------------------------------- Megatron


def megatron_rows(folder: Path) -> Rows:
    """By megatron-core's IndexedDataset, shard by shard in the order of the blend file."""
    needs("megatron")
    from megatron.core.datasets.indexed_dataset import IndexedDataset
    from megatron.core.datasets.utils import get_blend_from_list

    blend = get_blend_from_list((folder / "blend.txt").read_text().split())
    assert blend is not None
    prefixes, weights = blend
    assert weights is not None
    rows: Rows = []
    for prefix, weight in zip(prefixes, weights, strict=True):
        dataset = IndexedDataset(prefix)
        bounds = dataset.document_indices
        assert dataset.sequence_lengths.sum() == weight
        for first, last in pairwise(bounds):
            documents = dataset[int(first) : int(last)]
            rows.append((np.concatenate(documents).tolist(), np.cumsum([len(d) for d in documents]).tolist()))
    return rows


@pytest.mark.parametrize("stage", STAGES)
def test_megatron_reads_every_row(run: Path, exported: dict[str, Path], stage: str) -> None:
    assert megatron_rows(exported["megatron"] / stage) == emitted_rows(run, stage)


def test_the_index_is_the_one_that_megatrons_builder_writes(run: Path, exported: dict[str, Path], tmp_path: Path) -> None:
    needs("megatron")
    import torch
    from megatron.core.datasets.indexed_dataset import IndexedDatasetBuilder

    builder = IndexedDatasetBuilder(str(tmp_path / "peer.bin"), dtype=np.int32)
    for tokens, ends in emitted_rows(run, "three")[:16]:
        builder.add_document(torch.tensor(tokens), np.diff(ends, prepend=0).tolist())
    builder.finalize(str(tmp_path / "peer.idx"))
    for suffix in ("bin", "idx"):
        ours = exported["megatron"] / "three" / f"000000.{suffix}"
        assert ours.read_bytes() == (tmp_path / f"peer.{suffix}").read_bytes()


class SmallTokenizer:
    """What GPTDataset asks of a tokenizer. Its padding is no token of the rows: Megatron takes away the loss wherever it is."""

    vocab_size = 301
    pad = 300
    unique_identifiers: dict[str, str] = {}  # noqa: RUF012 (megatron reads the attribute)

    def __init__(self, path: Path) -> None:
        self.eod = load_tokenizer(str(path)).end_of_document


@pytest.mark.parametrize("stage", ["two", "three"])
def test_rows_in_order_is_a_gpt_dataset_with_our_rows(run: Path, exported: dict[str, Path], tmp_path: Path, stage: str) -> None:
    needs("megatron")
    from megatron.core.datasets.gpt_dataset import GPTDatasetConfig

    from mix.exports.megatron_dataset import rows_in_order

    expected = emitted_rows(run, stage)
    seq_len = {"two": 64, "three": 256}[stage]
    options: dict[str, Any] = {
        "random_seed": 1,
        "sequence_length": seq_len,
        "blend": ([str(tmp_path)], None),
        "split": "1,0,0",
        "reset_position_ids": True,
        "reset_attention_mask": True,
        "eod_mask_loss": True,
        "tokenizer": SmallTokenizer(run / "tokenizer.json"),
        "path_to_cache": str(tmp_path),
    }
    with pytest.raises(InputError, match="add_extra_token_to_sequence"):
        rows_in_order(str(exported["megatron"] / stage), GPTDatasetConfig(**options))
    config = GPTDatasetConfig(**options, add_extra_token_to_sequence=False)
    dataset = rows_in_order(str(exported["megatron"] / stage), config)
    assert len(dataset) == len(expected)
    assert any(len(tokens) < seq_len for tokens, _ in expected), "the test has short rows"
    for index in (0, 1, len(expected) // 2, len(expected) - 1):
        tokens, ends = expected[index]
        sample, length = dataset[index], len(tokens)
        assert sample["tokens"][:length].tolist() == tokens
        trained = sample["loss_mask"].bool()
        assert sample["labels"][: length - 1].tolist() == tokens[1:]
        assert (~trained).nonzero().flatten().tolist() == [*(end - 1 for end in ends), *range(length, seq_len)]
        document = np.searchsorted(ends, np.arange(seq_len), side="right")
        sees = (document[:, None] == document[None, :]) & np.tri(seq_len, dtype=bool)
        assert (~sample["attention_mask"][0].numpy() == sees).all()
        starts = np.array([0, *ends])[document]
        assert sample["position_ids"].tolist() == (np.arange(seq_len) - starts).tolist()


def test_sixteen_bits_are_half_the_size_and_refused_where_they_do_not_fit(
    run: Path, exported: dict[str, Path], tmp_path: Path
) -> None:
    options = ["export.token_dtype=uint16", "execution.mode=local"]
    command = ["mix", "export", str(run), "--format", "megatron", "--to", str(tmp_path), "--stage", "three", *options]
    assert main(command) == 0
    narrow, wide = tmp_path / "three" / "000000.bin", exported["megatron"] / "three" / "000000.bin"
    assert (np.fromfile(narrow, np.uint16) == np.fromfile(wide, np.int32)).all()
    assert not (tmp_path / "one").exists()
    assert megatron_rows(tmp_path / "three") == emitted_rows(run, "three")
    [folder] = run_export.emitted_stages(str(run), ["three"])
    table = shards.read_table(_url(folder, "000000")).slice(0, 1)
    rows = [{**table.to_pylist()[0], "tokens": [1 << 16] * len(table.column("tokens")[0])}]
    large = pa.Table.from_pylist(rows, schema=table.schema)
    with pytest.raises(InputError, match="do not fit uint16"):
        flat_rows(large, "uint16")


# --------------------------------------------------------------------------------------------------------------- MDS


def sample_rows(samples: Any) -> Rows:
    rows = [(sample["tokens"].tolist(), sample["doc_ends"].tolist(), int(sample["row"])) for sample in samples]
    assert [number for _, _, number in rows] == list(range(len(rows)))
    return [(tokens, ends) for tokens, ends, _ in rows]


@pytest.mark.parametrize("stage", STAGES)
def test_streaming_reads_every_row(run: Path, exported: dict[str, Path], stage: str) -> None:
    streaming = import_streaming()
    local = streaming.LocalDataset(str(exported["mds"] / stage))
    assert len(local.shards) > 3
    assert sample_rows(local[i] for i in range(len(local))) == emitted_rows(run, stage)


def test_streaming_dataset_deals_our_order(run: Path, exported: dict[str, Path], tmp_path: Path) -> None:
    """As docs/exports.md says to set it; the hashes of the index are checked on the way."""
    streaming = import_streaming()
    streaming.base.util.clean_stale_shared_memory()
    dataset = streaming.StreamingDataset(
        remote=str(exported["mds"] / "two"),
        local=str(tmp_path / "cache"),
        batch_size=4,
        shuffle=False,
        num_canonical_nodes=1,
        validate_hash="xxh3_128",
    )
    expected = emitted_rows(run, "two")
    found = sample_rows(dataset)
    assert found[: len(expected)] == expected


@pytest.mark.parametrize(("nodes", "ranks", "workers"), [(1, 2, 1), (1, 2, 2), (2, 2, 2)])
def test_steps_of_streaming_are_ours_on_any_number_of_ranks(nodes: int, ranks: int, workers: int) -> None:
    """One canonical node, no shuffling: the samples that Streaming's own partition gives to each step follow each other."""
    import_streaming()
    from streaming.base.partition import get_partitions

    partitions = np.array(get_partitions("relaxed", 64, 1, nodes, ranks, workers, 4, 0))
    size = nodes * ranks * 4
    for step in range(64 // size):
        dealt = partitions[:, :, step % workers, step // workers]
        assert sorted(dealt.flatten().tolist()) == list(range(step * size, (step + 1) * size))


def test_files_are_the_ones_that_streamings_writer_writes(run: Path, exported: dict[str, Path], tmp_path: Path) -> None:
    streaming = import_streaming()
    columns = {"tokens": "ndarray:int32", "doc_ends": "ndarray:int32", "row": "int"}
    hashes = ["xxh3_128"]
    with streaming.MDSWriter(out=str(tmp_path / "peer"), columns=columns, hashes=hashes, size_limit=1500) as writer:
        for number, (tokens, ends) in enumerate(emitted_rows(run, "three")[:16]):
            writer.write({"tokens": np.array(tokens, np.int32), "doc_ends": np.array(ends, np.int32), "row": number})
    peer = json.loads((tmp_path / "peer" / "index.json").read_text())["shards"]
    ours = json.loads((exported["mds"] / "three" / "index.json").read_text())["shards"]
    ours = [one for one in ours if one["raw_data"]["basename"].startswith("000000.")]
    assert len(ours) == len(peer) > 1
    for mine, theirs in zip(ours, peer, strict=True):
        names = mine["raw_data"].pop("basename"), theirs["raw_data"].pop("basename")
        assert mine == theirs
        assert (exported["mds"] / "three" / names[0]).read_bytes() == (tmp_path / "peer" / names[1]).read_bytes()


# ------------------------------------------------------------------------------------------------------ Hugging Face


@pytest.mark.parametrize("stage", STAGES)
def test_datasets_reads_every_row(
    run: Path, exported: dict[str, Path], stage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs("datasets")
    import datasets

    expected = emitted_rows(run, stage)
    folder = str(exported["huggingface"])
    loaded = datasets.load_dataset(folder, stage, split="train", cache_dir=str(tmp_path))
    streamed = datasets.load_dataset(folder, stage, split="train", streaming=True, cache_dir=str(tmp_path))
    for dataset in (loaded, streamed):
        rows = list(dataset)
        assert [row["row"] for row in rows] == list(range(len(expected)))
        assert [(row["tokens"], row["doc_ends"]) for row in rows] == expected


def test_parquet_keeps_every_column_in_row_groups_of_its_own(run: Path, exported: dict[str, Path]) -> None:
    [folder] = run_export.emitted_stages(str(run), ["two"])
    for entry in folder.manifest.shards:
        path = exported["huggingface"] / "two" / f"{entry.name}.parquet"
        assert pq.read_table(path).equals(shards.read_table(_url(folder, entry.name)))
        file = pq.ParquetFile(path)
        groups = [file.read_row_group(i, columns=["tokens"]).column("tokens") for i in range(file.metadata.num_row_groups)]
        tokens = [[len(row) for row in group] for group in groups]
        assert all(sum(group) >= 200 > sum(group[:-1]) for group in tokens[:-1]), "as long as was asked, and no row more"
    card = (exported["huggingface"] / "README.md").read_text()
    assert all(f'config_name: "{stage}"' in card for stage in STAGES)


# --------------------------------------------------------------------------------------------------------- the runner


@pytest.mark.parametrize("name", FORMATS)
def test_a_rerun_writes_nothing_and_mends_what_is_gone(run: Path, tmp_path: Path, name: str) -> None:
    """Another folder has the same bytes; a file that was deleted or cut comes back; what is whole is not touched."""

    def export() -> None:
        run_export.run(str(run), format_name=name, to_url=str(tmp_path), stages=["two"], options=LOCAL)

    export()
    before = files_of(tmp_path)
    shard_files = sorted(path for path in (tmp_path / "two").iterdir() if path.name.startswith("00000"))
    times = {path: path.stat().st_mtime_ns for path in shard_files}
    export()
    assert {path: path.stat().st_mtime_ns for path in shard_files} == times
    shard_files[0].unlink()
    shard_files[-1].write_bytes(shard_files[-1].read_bytes()[:100])
    export()
    assert files_of(tmp_path) == before
    middle = [path for path in shard_files if path.name.startswith("000002")]
    assert {path: path.stat().st_mtime_ns for path in middle} == {path: times[path] for path in middle}


def test_a_folder_is_one_export(run: Path, tmp_path: Path) -> None:
    run_export.run(str(run), format_name="mds", to_url=str(tmp_path), stages=["two"], options=LOCAL)
    with pytest.raises(InputError, match="another folder with --to"):
        run_export.run(str(run), format_name="megatron", to_url=str(tmp_path), stages=["two"], options=LOCAL)
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="no export of ours"):
        run_export.run(str(run), format_name="mds", to_url=str(tmp_path), stages=["one"], options=LOCAL)


def test_what_cannot_be_exported_is_said(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["mix", "export", str(run), "--format", "mds", "--to", str(tmp_path)]
    assert main([*command, "--stage", "four"]) == 1
    assert "stages with shards: one, two, three" in capsys.readouterr().err
    assert main([*command, "export.token_dtyp=uint16"]) == 1
    assert "token_dtype" in capsys.readouterr().err
    assert main(["mix", "export", str(tmp_path), *command[3:]]) == 1
    with pytest.raises(RecipeError, match="less than 2\\^32"):
        ExportSettings(max_file_bytes=1 << 32)


@pytest.mark.parametrize("name", FORMATS)
def test_an_object_store_gets_the_same_bytes(run: Path, tmp_path: Path, name: str) -> None:
    """fsspec's own store in memory: no files, no renames. The blend files name their folder, so they differ in that."""
    run_export.run(str(run), format_name=name, to_url=str(tmp_path), stages=["two"], options=LOCAL)
    fs = fsspec.filesystem("memory")
    for _ in range(2):
        run_export.run(str(run), format_name=name, to_url=f"memory://bucket/{name}", stages=["two"], options=LOCAL)
        stored = {
            path.removeprefix(f"/bucket/{name}/"): fs.cat(path) for path in fs.find(f"/bucket/{name}") if ".tercet" not in path
        }
        here = {
            path: data.replace(str(tmp_path).encode(), f"memory://bucket/{name}".encode())
            for path, data in files_of(tmp_path).items()
        }
        assert stored == here


def test_an_export_that_failed_goes_on(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full at the third shard: nothing half-written stays, no index is there, and the same command does the rest."""
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    run_export.run(str(run), format_name="mds", to_url=str(whole), stages=["two"], options=LOCAL)
    mds = formats()["mds"]

    def full(batches: Iterator[pa.Table], folder: str, shard: str, settings: ExportSettings) -> list[Exported]:
        if shard != "000002":
            return mds.write_shard(batches, folder, shard, settings)
        with new_file(folder, f"{shard}.00000.mds") as sink:
            sink.write(b"half")
            raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(run_export, "formats", lambda: {"mds": mds._replace(write_shard=full)})
        with pytest.raises(StageError, match="No space left"):
            run_export.run(str(run), format_name="mds", to_url=str(broken), stages=["two"], options=LOCAL)
    left = files_of(broken)
    assert left
    assert all(not name.endswith(("index.json", ".tmp")) and "000002" not in name for name in left)
    times = {name: (broken / name).stat().st_mtime_ns for name in left}
    run_export.run(str(run), format_name="mds", to_url=str(broken), stages=["two"], options=LOCAL)
    assert files_of(broken) == files_of(whole)
    assert {name: (broken / name).stat().st_mtime_ns for name in left} == times


@pytest.mark.slow
@pytest.mark.ray
def test_ray_tasks_write_the_same_bytes(run: Path, tmp_path: Path) -> None:
    local, ray = tmp_path / "local", tmp_path / "ray"
    options = run_export.ExportOptions(execution=ExecutionConfig(num_cpus=2))
    run_export.run(str(run), format_name="mds", to_url=str(local), stages=[], options=LOCAL)
    run_export.run(str(run), format_name="mds", to_url=str(ray), stages=[], options=options)
    assert files_of(ray) == files_of(local)


def document_lengths_by_hand(ends: list[list[int]]) -> npt.NDArray[np.int32]:
    return np.concatenate([np.diff(one, prepend=0) for one in ends]).astype(np.int32)


def test_lengths_of_documents(run: Path) -> None:
    [folder] = run_export.emitted_stages(str(run), ["three"])
    table = shards.read_table(_url(folder, "000001")).slice(3, 9)
    rows = flat_rows(table, "int32")
    assert (rows.document_lengths() == document_lengths_by_hand(table.column("doc_ends").to_pylist())).all()
    assert StageRows(folder.directory).read(range(19, 28))[0].tokens.tolist() == table.column("tokens")[0].as_py()
