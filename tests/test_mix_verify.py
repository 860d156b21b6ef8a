"""`tercet mix verify`: a whole mixture passes, and each kind of damage is found and named."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus import schema, shards
from corpus.errors import InputError, StageError
from mix import verify as checks
from mix.plan import Plan
from pipelines.cli import main
from pipelines.mix_verify import verify
from tests.mix_corpus import emit_run, three_stages

Damage = Callable[["Run"], None]


@dataclasses.dataclass
class Run:
    out: Path
    plan: Plan

    def shard(self, stage: str, k: int) -> Path:
        return sorted((self.out / f"mix-{stage}").glob("*/shards/*.parquet"))[k]

    def rewrite(self, stage: str, k: int, change: Callable[[pa.Table], pa.Table], *, hide: bool = False) -> None:
        """Changes the rows of a shard; `hide` brings the manifest's checksum into line."""
        path = self.shard(stage, k)
        footer = shards.read_footer(str(path))
        shards.write_shard(change(pq.read_table(path)).cast(schema.SEQUENCES), str(path), footer=footer)
        if hide:
            manifest = path.parent.parent / "manifest.json"
            written = shards.read_json(str(manifest))
            for entry in written["shards"]:
                if entry["name"] == path.stem:
                    entry["checksum"] = shards.checksum(str(path))
            shards.write_json(written, str(manifest))

    def problems(self, **options: Any) -> list[str]:
        return verify(str(self.out), **options).problems


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Several epochs of the larger buckets."""
    out = tmp_path_factory.mktemp("whole")
    return Run(out, emit_run(out, three_stages(6)))


@pytest.fixture
def run(whole: Run, tmp_path: Path) -> Run:
    shutil.copytree(whole.out, tmp_path / "run")
    return Run(tmp_path / "run", whole.plan)


def edit(column: str, row: int, value: Callable[[Any], Any]) -> Callable[[pa.Table], pa.Table]:
    def change(table: pa.Table) -> pa.Table:
        rows = table.to_pylist()
        rows[row][column] = value(rows[row][column])
        return pa.Table.from_pylist(rows, schema=schema.SEQUENCES)

    return change


def swap(table: pa.Table, first: int, second: int, *, renumber: bool) -> pa.Table:
    rows = table.to_pylist()
    rows[first], rows[second] = rows[second], rows[first]
    if renumber:
        rows[first]["row"], rows[second]["row"] = rows[second]["row"], rows[first]["row"]
    return pa.Table.from_pylist(rows, schema=schema.SEQUENCES)


def two_of_one_bucket(run: Run, stage: str, k: int) -> tuple[int, int]:
    rows = pq.read_table(run.shard(stage, k), columns=["bucket", "epoch"]).to_pylist()
    return next((i, j) for j in range(len(rows)) for i in range(j) if rows[i] == rows[j])


def test_a_whole_mixture_passes(whole: Run) -> None:
    verdict = verify(str(whole.out), remake=True)
    assert verdict.problems == []
    assert len(verdict.lines) == 4
    assert main(["mix", "verify", str(whole.out)]) == 0


def test_the_spans_are_compared_in_parts_too(whole: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "SPANS_AT_ONCE", 500)
    assert whole.problems() == []


def test_a_flipped_byte(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    path = run.shard("two", 1)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert main(["mix", "verify", str(run.out)]) == 1
    error = capsys.readouterr().err
    assert "two: shard 000001: is damaged" in error
    assert "shard 000000" not in error


def test_a_truncated_file(run: Run) -> None:
    path = run.shard("one", 0)
    path.write_bytes(path.read_bytes()[:-100])
    (problem,) = run.problems()
    assert problem.startswith("one: shard 000000: is damaged")


def test_a_missing_shard(run: Run) -> None:
    run.shard("one", 2).unlink()
    assert run.problems() == ["one: shard 000002: is missing (rows 200 to 299)"]


def test_a_missing_stage(run: Run) -> None:
    record = shards.read_json(str(run.out / "run.json"))
    record["stages"] = [stage for stage in record["stages"] if stage["name"] != "mix-two"]
    shards.write_json(record, str(run.out / "run.json"))
    assert run.problems() == ["two: is in the plan and was not emitted"]


def test_a_shard_too_many(run: Run) -> None:
    shutil.copy(run.shard("one", 0), run.shard("one", 0).with_name("000099.parquet"))
    assert run.problems() == ["one: shard 000099: is not of this plan"]


def test_an_edited_row_is_named(run: Run) -> None:
    run.rewrite("one", 1, edit("tokens", 7, lambda ids: [(ids[0] + 1) % 256, *ids[1:]]))
    problems = run.problems()
    assert "one: shard 000001: is damaged or was edited: another checksum than the manifest's" in problems
    assert "one: shard 000001: row 107 is not what the plan makes: tokens differ" in problems
    assert len(problems) == 2


def test_an_edited_row_whose_checksum_was_edited_too(run: Run) -> None:
    run.rewrite("one", 1, edit("tokens", 7, lambda ids: [(ids[0] + 1) % 256, *ids[1:]]), hide=True)
    assert run.problems() == []
    assert run.problems(remake=True) == ["one: shard 000001: row 107 is not what the plan makes: tokens differ"]


def test_an_edited_row_without_the_units(run: Run) -> None:
    shutil.rmtree(run.out / "pack-1")
    run.rewrite("one", 1, edit("tokens", 7, lambda ids: [(ids[0] + 1) % 256, *ids[1:]]))
    assert any("can not be made again" in problem for problem in run.problems())


def test_rows_of_other_buckets_swapped(run: Run) -> None:
    rows = pq.read_table(run.shard("one", 0), columns=["bucket"]).column("bucket").to_pylist()
    other = next(i for i in range(100) if rows[i] != rows[0])
    run.rewrite("one", 0, lambda table: swap(table, 0, other, renumber=True), hide=True)
    problems = run.problems()
    assert f"one: shard 000000: row 0 is of {rows[other]}, the plan has {rows[0]} there" in problems
    assert not any("says that it is row" in problem for problem in problems)


def test_rows_out_of_their_numbers(run: Run) -> None:
    first, second = two_of_one_bucket(run, "one", 0)
    run.rewrite("one", 0, lambda table: swap(table, first, second, renumber=False), hide=True)
    assert run.problems() == [
        f"one: shard 000000: row {first} says that it is row {second}",
        f"one: shard 000000: row {second} says that it is row {first}",
    ]


def test_rows_of_one_bucket_swapped_are_found_by_making_them_again(run: Run) -> None:
    first, second = two_of_one_bucket(run, "one", 0)
    run.rewrite("one", 0, lambda table: swap(table, first, second, renumber=True), hide=True)
    assert run.problems() == []
    assert any(f"row {first} is not what the plan makes" in problem for problem in run.problems(remake=True))


def test_shards_that_changed_places(run: Run) -> None:
    first, second = run.shard("one", 0), run.shard("one", 1)
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(content)
    problems = run.problems()
    assert any(p.startswith("one: shard 000000: its footer says row 100") for p in problems)
    assert any(p.startswith("one: shard 000000: row 0 says that it is row 100") for p in problems)


def test_a_row_twice_in_an_epoch(run: Run) -> None:
    first, second = two_of_one_bucket(run, "one", 0)

    def copied(table: pa.Table) -> pa.Table:
        rows = table.to_pylist()
        rows[second] = {**rows[first], "row": rows[second]["row"]}
        return pa.Table.from_pylist(rows, schema=schema.SEQUENCES)

    run.rewrite("one", 0, copied, hide=True)
    assert any("twice" in problem for problem in run.problems())


def test_an_epoch_that_goes_back_and_one_too_many(run: Run) -> None:
    table = pq.read_table(run.shard("two", 5))
    last = table.num_rows - 1
    bucket = table.column("bucket")[last].as_py()
    run.rewrite("two", 5, edit("epoch", last, lambda epoch: 60), hide=True)
    problems = run.problems()
    assert any("goes back to epoch" in problem and bucket in problem for problem in problems)
    run.rewrite("three", 2, edit("epoch", 99, lambda epoch: 60), hide=True)
    assert any("epoch 60 was begun, max_epochs is 50" in problem for problem in run.problems())


def test_spans_that_do_not_cover_their_row(run: Run) -> None:
    run.rewrite("one", 0, edit("doc_ends", 3, lambda ends: [*ends[:-1], ends[-1] - 1]), hide=True)
    assert any("row 3 has" in problem and "do not fit" in problem for problem in run.problems())


def test_another_plan_and_no_plan(run: Run) -> None:
    record = shards.read_json(str(run.out / "run.json"))
    changed = dataclasses.replace(run.plan, recipe_digest="0" * 12)
    shards.write_json(changed.to_mapping(), str(run.out / "plan" / "other.json"))
    shards.write_json({**record, "plan": "plan/other.json"}, str(run.out / "run.json"))
    assert any("was made by plan" in problem for problem in run.problems())
    shards.write_json({**record, "plan": None}, str(run.out / "run.json"))
    with pytest.raises(InputError, match="has no plan"):
        run.problems()


def test_the_error_lists_and_counts(run: Run) -> None:
    for k in range(3):
        run.shard("one", k).unlink()
    with pytest.raises(StageError, match="3 problems"):
        verify(str(run.out)).raise_if_wrong()
