"""The run report: one page that loads nothing, says what the run's files say, and can be made again byte for byte."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from corpus import schema, shards
from corpus.errors import InputError
from corpus.manifest import read_manifest, write_manifest
from pipelines import report_mixture
from pipelines.inspection import show_document
from pipelines.report import cut, render, seconds, size, write_report
from pipelines.report_charts import stage_starts
from pipelines.report_data import funnel, inputs, read_all_rejects, reasons, take_census, verdict_rows
from pipelines.report_pages import excerpt, latex_to_mathml, render_markdown, safe_page
from pipelines.report_run import open_run
from pipelines.report_scores import DIMENSIONS
from tests.example_run import EVIL, LOSSES, _stage, make_run


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    make_run(folder)
    return folder


@pytest.fixture(scope="module")
def page(run_folder: Path) -> str:
    return Path(write_report(str(run_folder / "out"))).read_text(encoding="utf-8")


class Elements(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))


def documents_in(page: str) -> list[Elements]:
    """The page and the documents of its frames."""
    outer = Elements(page)
    return [outer, *(Elements(attributes["srcdoc"] or "") for tag, attributes in outer.found if tag == "iframe")]


def test_it_loads_and_runs_nothing(page: str) -> None:
    documents = documents_in(page)
    assert len(documents) > 1
    for document in documents:
        for tag, attributes in document.found:
            assert tag not in ("script", "link", "object", "embed", "base", "form")
            assert not any(name.startswith("on") for name in attributes)
            for name in ("src", "href", "xlink:href", "action", "data"):
                assert (attributes.get(name) or "#").startswith(("#", "data:image/png")), (tag, attributes)
    assert all("sandbox" in attributes for tag, attributes in documents[0].found if tag == "iframe")
    assert "url(http" not in page
    assert "@import" not in page


def test_what_strangers_wrote_is_escaped(page: str) -> None:
    assert EVIL not in page
    assert "&lt;script&gt;alert" in page


def test_it_says_what_the_run_did(page: str) -> None:
    text = re.sub(r"<[^>]+>", " ", page)
    for said in ("Run of the recipe small", "empty_content", "tercet inspect reject", "5.60 → 4.50", "0.812", "used_fallback"):
        assert said in text, said
    for anchor in ("input", "funnel", "mixture", "tokens", "duplicates", "quality", "pages", "loss", "time", "files"):
        assert f'<section id="{anchor}">' in page


def test_formulas_are_rendered_beside_their_source(page: str) -> None:
    assert "<mfrac>" in page
    assert "e^{i\\pi}" in page
    assert "x^2" in "".join(attributes.get("srcdoc") or "" for _, attributes in Elements(page).found)


def test_the_same_run_gives_the_same_bytes(run_folder: Path, page: str) -> None:
    assert render(open_run(str(run_folder / "out"))) == page


def test_a_source_that_is_gone_is_said_not_fatal(tmp_path: Path) -> None:
    out = make_run(tmp_path)["out"]
    shutil.rmtree(tmp_path / "site")
    page = Path(write_report(out)).read_text(encoding="utf-8")
    assert "the input file is no longer where this run read it" in page


def test_a_run_that_stopped_early_has_a_report(tmp_path: Path) -> None:
    out = Path(make_run(tmp_path)["out"])
    record = json.loads((out / "run.json").read_text())
    record |= {"stages": record["stages"][:1], "plan": None, "pretrain": None}
    (out / "run.json").write_text(json.dumps(record))
    page = Path(write_report(str(out))).read_text(encoding="utf-8")
    assert '<section id="input">' in page
    assert '<section id="mixture">' not in page
    assert '<section id="duplicates">' not in page


def test_a_folder_without_a_run_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"run\.json"):
        write_report(str(tmp_path))


def test_each_dimension_has_its_distribution_by_domain(page: str) -> None:
    labels = [attributes.get("aria-label") or "" for tag, attributes in Elements(page).found if tag == "svg"]
    for name in DIMENSIONS:
        assert f"Distribution of {name.replace('_', ' ')} in each domain" in labels
    assert "mathematics  3" in page
    assert "general  1" in page


def test_filters_of_datatrove_are_shown_by_domain(tmp_path: Path) -> None:
    made = make_run(tmp_path)
    out = Path(made["out"])
    assert '<section id="verdicts">' not in Path(write_report(str(out))).read_text(encoding="utf-8")
    record = json.loads((out / "run.json").read_text())
    documents = shards.read_table(str(out / "extract/abc123/shards/web-00000.parquet"))
    verdicts = {
        "euler.html": [("First", True, None), ("Second", False, f"why {EVIL}")],
        "euler2.html": [("First", None, "KeyError: 1"), ("Second", False, f"why {EVIL}")],
        "news.html": [("First", False, None)],
    }
    rows = [
        {
            "doc_id": row["doc_id"],
            "verdicts": [dict(zip(("block", "kept", "reason"), verdict, strict=True)) for verdict in verdicts[row["path"]]],
            **{"num_rejections": 1, "num_failures": 0, "metadata": ""},
        }
        for row in documents.select(["doc_id", "path"]).to_pylist()
    ]
    _stage(out, "datatrove", "web-00000", rows, schema.DATATROVE)
    manifest = read_manifest(str(out / "datatrove/abc123"))
    config = {"blocks": [{"name": "First"}, {"name": "Second"}]}
    write_manifest(dataclasses.replace(manifest, config=config), str(out / "datatrove/abc123"))
    line = {**record["stages"][0], "name": "datatrove", "directory": "datatrove/abc123"}
    (out / "run.json").write_text(json.dumps({**record, "stages": [*record["stages"], line]}))
    run = open_run(str(out))
    first, second = verdict_rows(take_census(run), ["First", "Second"])
    assert (first["judged"], first["kept"], first["rejected"], first["failed"]) == (3, 1, 1, 1)
    assert first["domains"] == [("mathematics", 0.0, 2), ("general", 1.0, 1)]
    assert first["reasons"] == [("no reason given", 1)]
    assert (second["judged"], second["rejected"], second["reasons"]) == (2, 2, [(f"why {EVIL}", 2)])
    page = Path(write_report(str(out))).read_text(encoding="utf-8")
    assert '<section id="verdicts">' in page
    assert EVIL not in page
    shown = show_document(str(out), made["euler2.html"])
    assert "First   failed: KeyError: 1" in shown
    assert f"Second  rejects it: why {EVIL}" in shown


def test_texts_that_formatters_changed_are_the_documents_of_the_run(tmp_path: Path) -> None:
    made = make_run(tmp_path)
    out = Path(made["out"])
    url = str(out / "extract/abc123/shards/web-00000.parquet")
    rows = [{**row, "text": row["text"].upper()} for row in shards.read_table(url).to_pylist()]
    _stage(out, "datatrove-format", "web-00000", rows, schema.DOCUMENTS)
    record = json.loads((out / "run.json").read_text())
    line = {**record["stages"][0], "name": "datatrove-format", "directory": "datatrove-format/abc123"}
    (out / "run.json").write_text(json.dumps({**record, "stages": [*record["stages"], line]}))
    assert "NOTHING OF IT IS MATHEMATICS" in show_document(str(out), made["news.html"])
    run = open_run(str(out))
    assert sorted(shard.num_rows for shard in run.document_shards) == [1, 3]
    (row,) = [row for row in funnel(run, take_census(run), 1) if row["stage"] == "mix"]
    assert row["in"] == 4
    assert "texts changed by blocks of datatrove" in Path(write_report(str(out))).read_text(encoding="utf-8")


# ------------------------------------------------------------------------------------------------------------- the numbers


def test_inputs_add_up(run_folder: Path) -> None:
    run = open_run(str(run_folder / "out"))
    rejects = read_all_rejects(run)
    rows = {row["source"]: row for row in inputs(run, take_census(run), rejects["extract"])}
    web = rows["web"]
    assert (web["pages"], web["documents"], web["rejected"], web["duplicates"]) == (4, 3, 1, 1)
    assert web["kinds"] == {"html": 3}
    assert rows["synth"]["reader"] == "generated"
    (reason,) = reasons(run, rejects)
    assert (reason["stage"], reason["reason"], reason["count"]) == ("read", "empty_content", 1)


def test_emitted_shares_are_counted_in_the_shards(run_folder: Path) -> None:
    mixture = report_mixture.read_mixture(open_run(str(run_folder / "out")))
    assert mixture is not None
    shares = {name: {share.label: share for share in stage} for name, stage in report_mixture.shares(mixture).items()}
    assert shares["stage1"]["mathematics"].emitted == 0.75
    assert shares["stage1"]["group maths"].bounds == (0.75, 0.75)
    assert shares["stage2"]["synthetic"].emitted == 0.5
    assert shares["stage2"]["group generated"].emitted == 0.5
    assert [row["tokens"] for row in report_mixture.totals(mixture)] == [32, 16]


def test_epochs_are_tokens_read_over_tokens_there(run_folder: Path) -> None:
    mixture = report_mixture.read_mixture(open_run(str(run_folder / "out")))
    assert mixture is not None
    epochs = {row["label"]: row["epochs"] for row in report_mixture.epochs_by_source(mixture)}
    assert epochs["web"] == [32 / 48, 40 / 48]
    assert epochs["synth"] == [0, 1]


def test_stage_boundaries_stand_where_the_tokens_before_end() -> None:
    log = [{"stage": f"s{i // 2}", "tokens": 10 * (i + 1)} for i in range(len(LOSSES))]
    assert stage_starts(log) == [("s0", 0), ("s1", 20)]


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0 B"), (999, "999 B"), (10_100_000, "10.1 MB"), (999_600, "1.0 MB"), (5e15, "5000 TB")]
)
def test_sizes_read_well(value: float, text: str) -> None:
    assert size(value) == text


def test_short_texts() -> None:
    assert (seconds(3.04), seconds(130), seconds(7200)) == ("3.0 s", "2 min 10 s", "2.0 h")
    assert (cut("abc", 3), cut("abcd", 3)) == ("abc", "ab…")


# -------------------------------------------------------------------------------------------------------- pages for people


@pytest.mark.parametrize("latex", [r"\text{<script>alert(1)</script>}", r"\href{javascript:x}{y}", r"\frac{a}{", "\\foo{<b>"])
def test_hostile_latex_shows_and_does_nothing(latex: str) -> None:
    for tag, attributes in Elements(latex_to_mathml(latex, display=True)).found:
        assert tag not in ("script", "a", "b")
        assert "href" not in attributes


def test_markdown_links_and_html_are_text() -> None:
    tags = {
        tag for tag, _ in Elements(render_markdown("[a](http://x.example) ![b](http://y.example/p.png) <b onclick=x>c</b>")).found
    }
    assert tags == {"p", "span"}


def test_an_excerpt_closes_its_fence() -> None:
    text = "a\n\n```python\n" + "x = 1\n\n" * 100 + "```\n"
    piece = excerpt(text, max_chars=60)
    assert piece.endswith("\n```")
    assert len(piece) < 70


def test_a_page_begins_at_its_first_heading() -> None:
    shown = safe_page(b"<body><div>menu <ul><li>x</ul></div><div><h2>T</h2><p>text<p>more", None)
    assert "menu" not in shown
    assert "<h2>T</h2><p>text" in shown
