"""From raw pages to falling losses, by the command line, in this process; and the same bytes on a cluster."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpus import schema
from pipelines.cli import main
from tests.engine_stages import tree

REPOSITORY = Path(__file__).resolve().parent.parent
SMALL = [
    f"sources.web.path={REPOSITORY}/examples/corpus/web/mathematics.warc.gz",
    f"sources.papers.path={REPOSITORY}/examples/corpus/papers/t*.pdf",
    *(f"sources.{name}.path={REPOSITORY}/examples/corpus/{name}" for name in ("code", "notes", "reference")),
    *(f"sources.broken_{name}.path={REPOSITORY}/examples/corpus/broken/{name}" for name in ("web", "files")),
    f"sources.broken_lines.path={REPOSITORY}/examples/corpus/broken/lines.jsonl",
    "synth.num_documents=60",
    *(f"stages.{i}.mixture.tokens=20480" for i in range(3)),
    "model.num_hidden_layers=2",
    "model.hidden_size=64",
    "model.intermediate_size=128",
]


def tercet(*arguments: str) -> int:
    return main(list(arguments))


def run(out: Path, verb: str, *overrides: str) -> int:
    verbs = ["mix", "emit"] if verb == "emit" else [verb]
    return tercet(*verbs, "tiny", *SMALL, f"execution.out={out}", *overrides)


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    """A whole run in this process."""
    out = tmp_path_factory.mktemp("run") / "out"
    assert run(out, "run", "execution.mode=local") == 0
    return out


@pytest.mark.slow
def test_losses_fall_from_stage_to_stage(finished):
    pretrain = json.loads((finished / "run.json").read_text())["pretrain"]
    log = [json.loads(line) for line in (finished / pretrain["log"]).read_text().splitlines()]
    assert len(log) >= 10
    for loss in ("loss", "mtp_loss"):
        by_stage = [[line[loss] for line in log if line["stage"] == f"stage{i}"] for i in (1, 2, 3)]
        means = [sum(losses) / len(losses) for losses in by_stage]
        assert all(later < earlier for earlier, later in pairwise(means)), means


@pytest.mark.slow
def test_rows_in_are_rows_out_and_rejects(finished):
    (manifest,) = [json.loads(path.read_text()) for path in finished.glob("extract/*/manifest.json")]
    totals = manifest["totals"]
    assert totals["rows_in"] == totals["rows_out"] + sum(totals["rejects"].values())
    assert {"truncated_gzip", "truncated_pdf", "image", "empty_content"} <= set(totals["rejects"])


@pytest.mark.slow
def test_shards_have_their_schemas(finished):
    for stage, expected in {
        "extract": schema.DOCUMENTS,
        "dedup": schema.CLUSTERS,
        "score": schema.SCORES,
        "mix-stage3": schema.SEQUENCES,
    }.items():
        for path in finished.glob(f"{stage}/*/shards/*.parquet"):
            assert pq.read_schema(path).names == expected.names


@pytest.mark.slow
def test_the_mixture_is_the_one_asked_for(finished):
    rows = [
        row
        for path in finished.glob("mix-stage3/*/shards/*.parquet")
        for row in pq.read_table(path, columns=["bucket"]).to_pylist()
    ]
    shares = [
        sum(test(row["bucket"]) for row in rows) / len(rows) for test in (lambda b: "synth" in b.split("/")[0], lambda b: True)
    ]
    assert shares[0] == pytest.approx(0.10, abs=1 / len(rows))


@pytest.mark.slow
def test_the_report_stands_alone(finished):
    page = (finished / "report.html").read_text()
    assert "<script" not in page
    assert 'src="http' not in page
    for section in ("What came in", "The mixture", "Duplicates", "Quality"):
        assert section in page


@pytest.mark.slow
def test_a_second_run_does_no_work_and_says_so(finished, capsys):
    before = tree(finished)
    assert run(finished, "run", "execution.mode=local") == 0
    assert "nothing to do: every shard was there already" in capsys.readouterr().err
    assert tree(finished) == before


@pytest.mark.slow
def test_a_part_of_a_finished_run_leaves_what_is_known_of_the_whole(finished):
    before = (finished / "run.json").read_bytes()
    assert run(finished, "score", "execution.mode=local") == 0
    assert (finished / "run.json").read_bytes() == before


@pytest.mark.slow
@pytest.mark.ray
def test_a_cluster_writes_the_same_bytes(finished, tmp_path):
    pytest.importorskip("ray")
    assert run(tmp_path / "out", "emit", "execution.num_cpus=2", "execution.window=3") == 0
    here = {name: data for name, data in tree(tmp_path / "out").items() if name.endswith((".parquet", "manifest.json"))}
    there = {name: data for name, data in tree(finished).items() if name in here}
    assert here == there
    assert any(name.startswith("mix-stage3/") for name in here)


@pytest.mark.slow
def test_inspect_shows_what_the_run_holds(finished, capsys):
    (shard,) = list(finished.glob("extract/*/shards/papers-*.parquet"))[:1]
    doc_id = pq.read_table(shard, columns=["doc_id"]).to_pylist()[0]["doc_id"]
    assert tercet("inspect", "document", str(finished), doc_id[:10]) == 0
    assert tercet("inspect", "row", str(finished), "stage3", "0") == 0
    assert tercet("inspect", "reject", str(finished), "truncated_pdf") == 0
    printed = capsys.readouterr().out
    assert doc_id in printed
    assert "truncated.pdf" in printed
    assert tercet("inspect", "document", str(finished), "zzzz") == 1
