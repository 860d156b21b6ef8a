"""The dedup runner over shards: the same columns as in memory, whatever the partition; what is finished is not done again."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from corpus import shards
from corpus.schema import CLUSTERS, DOCUMENTS, SCORES
from dedup import DedupConfig, deduplicate
from pipelines import run_dedup
from pipelines.dedup_corpus import range_starts
from pipelines.engine import Context, StageResult
from pipelines.executors import LocalExecutor
from pipelines.progress import Progress
from tests.dedup_documents import documents, stage_of

WORDS = [f"w{i}" for i in range(3000)]


def some_tables() -> list[pa.Table]:
    """Three shards with duplicates of every kind inside and across them, and an empty one."""
    texts = [" ".join(WORDS[i * 9 : i * 9 + 150]) for i in range(60)]
    texts += [" ".join(WORDS[2000 + i * 100 : 2090 + i * 100]) for i in range(8)] + texts[5:8] + ["", "one", "One."]
    urls = [f"https://example.org/{i // 2 if i % 7 == 0 else i}" for i in range(len(texts))]
    table = documents(texts, urls=urls, days=[i % 5 for i in range(len(texts))])
    return [table.slice(0, 20), table.slice(20, 0), table.slice(20, 33), table.slice(53)]


def context_of(folder: Path) -> Context:
    return Context(out_url=str(folder / "out"), executor=LocalExecutor(), progress=Progress(quiet=True))


def clusters(result: StageResult) -> list[pa.Table]:
    return [shards.read_table(url) for url in result.shard_urls]


@pytest.mark.parametrize("mode", ["signature", "exact"])
def test_shards_and_memory_agree(tmp_path: Path, mode: str) -> None:
    config = DedupConfig(num_partitions=3, mode=mode)  # type: ignore[arg-type]
    context = context_of(tmp_path)
    result = run_dedup.run(config, [stage_of(some_tables(), "documents", DOCUMENTS, tmp_path, context)], context)
    expected = deduplicate(some_tables(), config=config)
    reasons = {reason for table in expected for reason in table.column("dedup_reason").to_pylist()}
    assert reasons == {None, "url", "exact", "near"}
    assert [entry.name for entry in result.manifest.shards] == [f"source-{i:03d}" for i in range(4)]
    for written, made in zip(clusters(result), expected, strict=True):
        assert written.schema.equals(CLUSTERS)
        assert written.equals(made)


def test_the_number_of_partitions_changes_no_row(tmp_path: Path) -> None:
    checksums = []
    for num_partitions in (1, 2, 13, None):
        folder = tmp_path / str(num_partitions)
        context = context_of(folder)
        documents_ = stage_of(some_tables(), "documents", DOCUMENTS, folder, context)
        result = run_dedup.run(DedupConfig(num_partitions=num_partitions), [documents_], context)
        checksums.append([shards.read_table(url) for url in result.shard_urls])
    assert all(tables == checksums[0] for tables in checksums)


def test_another_threshold_keeps_the_signatures_and_a_rerun_keeps_everything(tmp_path: Path) -> None:
    context = context_of(tmp_path)
    documents_ = stage_of(some_tables(), "documents", DOCUMENTS, tmp_path, context)
    first = run_dedup.run(DedupConfig(), [documents_], context)
    assert first.did_work
    assert not run_dedup.run(DedupConfig(), [documents_], context).did_work
    strict = DedupConfig(jaccard_threshold=0.95)
    assert not run_dedup.sign(strict, [documents_], context).did_work
    assert run_dedup.run(strict, [documents_], context).did_work
    assert run_dedup.sign(DedupConfig(seed=2), [documents_], context).did_work


def test_scores_decide_which_copy_stays(tmp_path: Path) -> None:
    context = context_of(tmp_path)
    table = documents(["a longer copy of the text", "A longer copy of the text!"])
    scores = [pa.table({"quality": pa.array([0.1, 0.9], pa.float32())})]
    schema = pa.schema([SCORES.field("quality")])
    documents_ = stage_of([table], "documents", DOCUMENTS, tmp_path, context)
    scored = stage_of([scores[0].cast(schema)], "scores", schema, tmp_path, context)
    (by_length,) = clusters(run_dedup.run(DedupConfig(), [documents_], context))
    (by_quality,) = clusters(run_dedup.run(DedupConfig(), [documents_], context, scores=scored))
    assert by_quality.column("keep").to_pylist() == [False, True]
    assert by_length.column("keep").to_pylist() == [False, True]
    reversed_ = [pa.table({"quality": pa.array([0.9, 0.1], pa.float32())}).cast(schema)]
    scored = stage_of(reversed_, "scores-2", schema, tmp_path, context)
    (by_other,) = clusters(run_dedup.run(DedupConfig(), [documents_], context, scores=scored))
    assert by_other.column("keep").to_pylist() == [True, False]


def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that is large at scale, small: two levels of mail, merged streams, rounds to the end."""
    monkeypatch.setattr("pipelines.exchange.FANOUT", 2)
    monkeypatch.setattr("pipelines.exchange.ROWS_IN_MEMORY", 64)
    monkeypatch.setattr("pipelines.dedup_rounds.LAST_ROWS", 0)
    monkeypatch.setattr("pipelines.dedup_rounds.PAIRS_IN_MEMORY", {"signature": 8, "exact": 8})


@pytest.mark.parametrize("mode", ["signature", "exact"])
@pytest.mark.parametrize("documents_per_task", [1, 30, 1000])
def test_streams_rounds_and_levels_change_no_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str, documents_per_task: int
) -> None:
    config = DedupConfig(mode=mode, num_partitions=7, documents_per_task=documents_per_task)  # type: ignore[arg-type]
    context = context_of(tmp_path)
    tables = some_tables()
    documents_ = stage_of(tables, "documents", DOCUMENTS, tmp_path, context)
    small_pieces(monkeypatch)
    result = run_dedup.run(config, [documents_], context)
    names = [finished.manifest.stage for finished in context.finished]
    assert any(name.endswith("-regroup") for name in names)
    assert "dedup-round-004-buckets" in names
    for written, made in zip(clusters(result), deduplicate(tables, config=config), strict=True):
        assert written.equals(made)


def test_ranges_grow_with_the_corpus() -> None:
    assert range_starts([10, 10, 10], 20) == (0, 2)
    assert range_starts([100, 10, 10, 100], 20) == (0, 1, 3)
    assert range_starts([], 20) == (0,)
