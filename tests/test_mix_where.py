"""`tercet mix where`: the rows that are computed are those that hold the document."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from corpus import shards
from corpus.errors import InputError
from pipelines.cli import main
from pipelines.mix_where import as_text, read_through, where
from pipelines.report_run import open_run
from tests.mix_corpus import emit_run, rows_of, three_stages


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Several epochs, a change of row length inside one, cells of a few documents."""
    out = tmp_path_factory.mktemp("run")
    emit_run(out, three_stages(8))
    return out


STAGES = ["one", "two", "three"]


def test_every_document_is_where_it_is_said_to_be(run: Path) -> None:
    """All documents of the corpus, against the shards read through."""
    doc_ids = [rows_of(number)[0]["doc_id"] for number in range(240)]
    answer = where(str(run), doc_ids)
    assert answer.computed
    expected = sorted(read_through(open_run(str(run)), STAGES, doc_ids))
    assert sorted(answer.places) == expected
    assert len(expected) > 2000
    assert {place.stage for place in expected} == set(STAGES)
    assert max(place.epoch for place in expected) >= 3


def test_a_url_and_the_first_digits_of_an_id(run: Path) -> None:
    document = next(d for d, c, s in map(rows_of, range(40, 240)) if c["keep"] and s["extraction_quality"] > 0.5)
    by_url = where(str(run), [document["url"]])
    assert by_url.places
    assert by_url.doc_ids == {document["url"]: [document["doc_id"]]}
    assert where(str(run), [document["doc_id"][:12]]).places == by_url.places
    for place in by_url.places:
        shard = next(run.glob(f"mix-{place.stage}/*/shards/{place.shard}.parquet"))
        rows = shards.read_table(str(shard), columns=["row", "doc_ids", "doc_ends", "doc_offsets"]).to_pylist()
        row = next(row for row in rows if row["row"] == place.row)
        at = row["doc_ends"].index(place.stop)
        assert (row["doc_ids"][at], row["doc_offsets"][at]) == (document["doc_id"], place.offset)
        assert place.start == (row["doc_ends"][at - 1] if at else 0)


def test_a_document_that_was_left_out_is_nowhere(run: Path) -> None:
    left_out = next(d for d, c, _ in map(rows_of, range(240)) if not c["keep"])
    answer = where(str(run), [left_out["url"]])
    assert answer.places == []
    assert "0 rows, 0 tokens" in as_text(answer)


def test_without_the_units_the_shards_are_read(run: Path, tmp_path: Path) -> None:
    shutil.copytree(run, tmp_path / "run")
    doc_id = rows_of(3)[0]["doc_id"]
    computed = where(str(tmp_path / "run"), [doc_id])
    shutil.rmtree(tmp_path / "run" / "pack-2")
    read = where(str(tmp_path / "run"), [doc_id])
    assert computed.computed
    assert not read.computed
    assert read.places == computed.places


def test_on_the_command_line(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = next(d for d, c, s in map(rows_of, range(240)) if c["keep"] and s["extraction_quality"] > 0.5)
    assert main(["mix", "where", str(run), document["url"], "--json"]) == 0
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["doc_id"] for line in printed} == {document["doc_id"]}
    assert main(["mix", "where", str(run), document["doc_id"]]) == 0
    assert f"{len({(line['stage'], line['row']) for line in printed})} rows" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("what", "words"),
    [("https://example.org/none", "no document with the URL"), ("", "no document whose id begins"), ("zz", "expected one id")],
)
def test_what_is_no_document(what: str, words: str, run: Path) -> None:
    with pytest.raises(InputError, match=words):
        where(str(run), [what])
