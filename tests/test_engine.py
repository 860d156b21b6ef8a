"""The engine in this process: what lands where, what is skipped, what is counted. Kills are in test_engine_faults.py."""

from __future__ import annotations

import json
import os
import random
import signal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpus import shards
from corpus.errors import MissingExtraError, RecipeError, StageError
from corpus.stage import StageOutput, map_documents
from pipelines import interrupts
from pipelines.engine import Context, StageResult, run_stage
from pipelines.executors import LocalExecutor
from pipelines.progress import Progress
from tests.engine_stages import LIMITS, NUM_DOCUMENTS, OUTPUT, make_stage, make_tasks, read, tree


def run(out: Path | str, tasks=None, stage=None, **context) -> StageResult:
    context = Context(out_url=str(out), executor=LocalExecutor(), progress=Progress(quiet=True), **context)
    return run_stage(stage or make_stage(), tasks if tasks is not None else make_tasks(3), context)


def test_every_shard_and_its_counts_are_in_the_manifest(tmp_path):
    result = run(tmp_path, make_tasks(3, special={5: "raises"}))
    manifest = json.loads((Path(result.directory) / "manifest.json").read_text())
    assert [shard["name"] for shard in manifest["shards"]] == ["s00", "s01", "s02"]
    assert manifest["totals"] == {
        "shards": 3,
        "rows_in": 3 * NUM_DOCUMENTS,
        "rows_out": 3 * NUM_DOCUMENTS - 1,
        "rejects": {"crashed": 1},
        "num_bytes": sum(len(Path(url).read_bytes()) for url in result.shard_urls),
    }
    assert [entry.checksum for entry in result.manifest.shards] == [shards.checksum(url) for url in result.shard_urls]
    footer = shards.read_footer(result.shard_urls[1])
    assert (footer["rows_in"], footer["rows_out"], footer["rejects"]) == (NUM_DOCUMENTS, NUM_DOCUMENTS - 1, {"crashed": 1})


def test_a_document_that_raises_becomes_a_reject_row_that_says_why(tmp_path):
    result = run(tmp_path, make_tasks(2, special={5: "raises"}))
    (reject,) = pq.read_table(result.reject_urls[0]).to_pylist()
    assert reject["reason"] == "crashed"
    assert "ZeroDivisionError" in reject["detail"]
    assert reject["record_offset"] == 5
    kept = pq.read_table(result.shard_urls[1]).column("record_offset").to_pylist()
    assert kept == [i for i in range(NUM_DOCUMENTS) if i != 5]


def test_a_document_that_sleeps_forever_is_rejected_for_its_time(tmp_path):
    result = run(tmp_path, make_tasks(2, special={3: "sleeps"}))
    assert result.manifest.counts()["rejects"] == {"time_limit": 1}


def test_a_document_that_eats_memory_is_rejected_for_it(tmp_path):
    result = run(tmp_path, make_tasks(2, special={3: "eats memory"}))
    assert result.manifest.counts()["rejects"] == {"memory_limit": 1}


def test_an_interrupt_waits_for_the_end_of_the_batch_where_no_library_can_swallow_it(tmp_path):
    with interrupts.listening(), pytest.raises(KeyboardInterrupt):
        run(tmp_path, make_tasks(3, special={5: "interrupts"}))
    assert [path.name for path in tmp_path.rglob("*.parquet*")] == ["s00.parquet"]


def test_a_second_interrupt_does_not_wait():
    reached = []

    def task() -> None:
        for number in (1, 2):
            os.kill(os.getpid(), signal.SIGTERM)
            reached.append(number)

    with interrupts.listening(), pytest.raises(KeyboardInterrupt), interrupts.deferred():
        task()
    assert reached == [1]


def test_a_second_run_does_no_work(tmp_path):
    first = run(tmp_path)
    before = tree(tmp_path)
    second = run(tmp_path)
    assert first.did_work
    assert not second.did_work
    assert second.shard_urls == first.shard_urls
    assert tree(tmp_path) == before


def test_only_missing_shards_are_made_again(tmp_path):
    whole = run(tmp_path)
    before = tree(tmp_path)
    Path(whole.shard_urls[1]).unlink()
    assert run(tmp_path).num_resumed == 2
    assert tree(tmp_path) == before


def test_shards_that_an_interrupted_run_left_unlisted_are_counted_and_not_made_again(tmp_path):
    whole = run(tmp_path)
    before = tree(tmp_path)
    (Path(whole.directory) / "manifest.json").unlink()
    assert run(tmp_path).num_resumed == 3
    assert tree(tmp_path) == before


def test_the_progress_line_counts_a_shard_that_was_there_once(tmp_path, capsys):
    whole = run(tmp_path)
    (Path(whole.directory) / "manifest.json").unlink()
    Path(whole.shard_urls[1]).unlink()
    run_stage(make_stage(), make_tasks(3), Context(out_url=str(tmp_path), executor=LocalExecutor(), progress=Progress()))
    assert "3/3 shards" in capsys.readouterr().err


def test_what_a_killed_writer_left_aside_is_swept(tmp_path):
    result = run(tmp_path)
    orphan = Path(result.directory) / "shards" / "s01.parquet.0123456789ab.tmp"
    orphan.write_bytes(b"half a shard")
    run(tmp_path)
    assert not orphan.exists()


def test_another_configuration_has_another_folder(tmp_path):
    assert run(tmp_path).directory != run(tmp_path, stage=make_stage(config={"min_chars": 10})).directory


def test_a_new_input_shard_joins_the_folder_of_a_map_and_changes_that_of_a_reduction(tmp_path):
    assert run(tmp_path, make_tasks(2)).directory == run(tmp_path, make_tasks(3)).directory
    reduction = make_stage(name="reduce", maps_rows=False)
    assert run(tmp_path, make_tasks(2), reduction).directory != run(tmp_path, make_tasks(3), reduction).directory


def test_a_shard_whose_input_changed_is_made_again(tmp_path):
    run(tmp_path)
    changed = [
        task if task.shard != "s01" else type(task)(shard="s01", digest="new", payload={**task.payload}) for task in make_tasks(3)
    ]
    assert run(tmp_path, changed).num_resumed == 2


def test_the_order_of_the_tasks_changes_nothing(tmp_path):
    tasks = make_tasks(6)
    run(tmp_path / "a", tasks)
    random.Random(1).shuffle(tasks)
    run(tmp_path / "b", tasks)
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def test_rows_that_vanish_end_the_stage(tmp_path):
    def step(table):
        output = make_stage().steps[0](table)
        return StageOutput(output.table.slice(1), output.rejects)

    with pytest.raises(StageError, match="rows vanished in 3 shards"):
        run(tmp_path, stage=make_stage(steps=(step,)))


def test_a_mistake_in_the_recipe_ends_the_stage_at_once(tmp_path):
    calls = []

    def step(table):
        calls.append(table)
        raise RecipeError("stage1.yaml: tokens: expected a number")

    with pytest.raises(RecipeError, match="expected a number"):
        run(tmp_path, stage=make_stage(steps=(step,)))
    assert len(calls) == 1


def test_a_shard_that_cannot_be_made_is_named_and_the_others_are_kept(tmp_path):
    def broken_read(payload):
        if payload["shard"] == "s01":
            raise OSError("no route to the disk")
        yield from read(payload)

    with pytest.raises(StageError, match=r"1 of 3 shards are missing:\n  s01: OSError: no route to the disk"):
        run(tmp_path, stage=make_stage(read=broken_read))
    assert run(tmp_path).num_resumed == 2


def test_works_on_an_fsspec_url():
    first = run("memory://engine-test/out")
    assert pq.read_table(shards.open_input(first.shard_urls[0])).num_rows == NUM_DOCUMENTS
    assert not run("memory://engine-test/out").did_work


def test_a_missing_library_ends_the_stage_and_rejects_nothing(tmp_path):
    def measure(_row):
        raise MissingExtraError("pymupdf is not installed; it comes with the extra [pdf]")

    def step(table):
        return map_documents(table, measure, stage="measure", output_schema=OUTPUT, limits=LIMITS)

    with pytest.raises(MissingExtraError, match=r"extra \[pdf\]"):
        run(tmp_path, stage=make_stage(steps=(step,)))
