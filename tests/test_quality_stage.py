"""The runners of score and synth: a shard for each shard, the same bytes however they are made, nothing done twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus import shards
from corpus.schema import DOCUMENTS, SCORES
from pipelines import run_score, run_synth
from pipelines.engine import Context, StageResult
from pipelines.executors import ExecutionConfig, make_executor
from pipelines.progress import Progress
from quality.scores import QualityConfig, score_documents
from synth.tasks import SynthConfig, generate

CONFIG = SynthConfig(num_documents=60, documents_per_shard=25, seed=2)


def context(out: Path) -> Context:
    return Context(out_url=str(out), executor=make_executor(ExecutionConfig(mode="local")), progress=Progress(quiet=True))


def bytes_of(result: StageResult) -> list[bytes]:
    return [Path(url).read_bytes() for url in result.shard_urls]


@pytest.fixture
def generated(tmp_path: Path) -> StageResult:
    return run_synth.run(CONFIG, context(tmp_path))


def test_synth_shards_hold_the_whole_run(generated: StageResult, tmp_path: Path) -> None:
    tables = [shards.read_table(url) for url in generated.shard_urls]
    assert [table.num_rows for table in tables] == [25, 25, 10]
    assert all(table.schema.equals(DOCUMENTS) for table in tables)
    assert shards.concat(tables, DOCUMENTS).equals(generate(config=CONFIG))
    assert bytes_of(run_synth.run(CONFIG, context(tmp_path / "elsewhere"))) == bytes_of(generated)


def test_a_larger_run_keeps_the_shards_it_has(generated: StageResult, tmp_path: Path) -> None:
    larger = run_synth.run(SynthConfig(num_documents=80, documents_per_shard=25, seed=2), context(tmp_path))
    assert larger.directory == generated.directory
    assert larger.num_resumed == 2
    assert [entry.rows_out for entry in larger.manifest.shards] == [25, 25, 25, 5]


def test_scores_lie_beside_their_documents(generated: StageResult, tmp_path: Path) -> None:
    scored = run_score.run(QualityConfig(), [generated], context(tmp_path))
    assert [Path(url).name for url in scored.shard_urls] == [Path(url).name for url in generated.shard_urls]
    for documents_url, scores_url in zip(generated.shard_urls, scored.shard_urls, strict=True):
        documents, scores = shards.read_table(documents_url), shards.read_table(scores_url)
        assert scores.schema.equals(SCORES)
        assert scores.column("doc_id").to_pylist() == documents.column("doc_id").to_pylist()
        assert score_documents(documents, config=QualityConfig()).table.equals(scores)
    again = run_score.run(QualityConfig(), [generated], context(tmp_path))
    assert again.num_resumed == 3
    assert not again.did_work


def test_generated_tasks_score_as_what_they_are(generated: StageResult, tmp_path: Path) -> None:
    scored = run_score.run(QualityConfig(), [generated], context(tmp_path))
    rows = [row for url in scored.shard_urls for row in shards.read_table(url).to_pylist()]
    domains = [row["domain"] for row in rows]
    assert domains.count("mathematics") + domains.count("code") > 0.7 * len(rows)
    assert sum(row["reasoning_depth"] for row in rows) / len(rows) > 0.4
    assert {row["language"] for row in rows} <= {"en", None}
