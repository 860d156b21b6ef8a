"""`tercet inspect scores`: the documents and shares that it shows are those of a sort of all of them."""

from __future__ import annotations

import json
import random
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from corpus import schema
from corpus.errors import InputError, RecipeError
from corpus.ids import content_id
from pipelines import cli
from pipelines.inspect_scores import (
    MIN_SAMPLE,
    Found,
    Question,
    Survey,
    kept_rows,
    numbers,
    pulls_of,
    render,
    sample_signals,
    show_scores,
    survey,
    write_score_view,
)
from pipelines.report_run import open_run
from pipelines.report_scores import DIMENSIONS, NUM_CLASSES, Distributions, coarser, mean_of, share_from
from tests.example_run import EVIL, _stage
from tests.score_rows import score_row

DOMAINS = ("mathematics", "code", "news")
Row = dict[str, Any]


def rows_of(number: int) -> tuple[Row, Row, Row]:
    """DOCUMENTS, CLUSTERS and SCORES of a document; scores have two decimals, so that many are equal."""
    rng = random.Random(number)
    doc_id = content_id("document", number)
    text = f"# Document {number}\n\nIt has {EVIL} and $x^{{{number}}}$.\n\n{'word ' * rng.randrange(900)}"
    document = {
        **{field.name: None if field.nullable else 0 for field in schema.DOCUMENTS},
        **{"doc_id": doc_id, "source": "web", "url": f"https://a.example/{number}/{EVIL}", "path": "p", "kind": "html"},
        **{"text": text, "num_chars": len(text), "flags": [], "synthetic": False, "title": f"Number {number} {EVIL}"},
    }
    if number % 7 == 0:
        document |= {"kind": "code", "title": None}
    cluster = {"doc_id": doc_id, "keep": number % 10 != 3, "cluster_id": doc_id, "kept_id": doc_id, "cluster_size": 1}
    cluster |= {"dedup_reason": None, "jaccard": None, "canonical_url": ""}
    depth = 0.7 if number % 12 == 0 else round(rng.random(), 2)
    signals = {name: rng.random() for name, _ in schema.SIGNALS}
    signals |= {"derivation_marker_density": 8 * depth, "link_char_fraction": 1 - depth}
    signals["scored_char_fraction"] = 0.0 if number % 25 == 4 else 1.0
    values = {"domain": rng.choice(DOMAINS), "reasoning_depth": depth, "quality": round(rng.random(), 2), "signals": signals}
    return document, cluster, score_row(0.5, doc_id=doc_id, **values)


def make_run(folder: Path, *, num_documents: int = 240, num_shards: int = 3) -> str:
    """A run of scored documents in so many shards."""
    out = folder / "out"
    lines: dict[str, Any] = {"extract": None, "dedup": None, "score": None}
    schemas = (schema.DOCUMENTS, schema.CLUSTERS, schema.SCORES)
    for shard in range(num_shards):
        made = [rows_of(number) for number in range(shard, num_documents, num_shards)]
        for which, (name, schema_) in enumerate(zip(lines, schemas, strict=True)):
            rows = [row[which] for row in made]
            lines[name] = _stage(out, name, f"web-{shard:05d}", rows, schema_, more=lines[name])
    stages = [{"name": line["name"], "directory": line["directory"], "digest": "d"} for line in lines.values()]
    (out / "run.json").write_text(json.dumps({"recipe": "r", "config": {}, "stages": stages}))
    return str(out)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> str:
    return make_run(tmp_path_factory.mktemp("run"))


def bucket(domain: str | None, num_documents: int = 240) -> list[tuple[float, str, int]]:
    """(reasoning depth, id, characters) of the documents that are kept and scored."""
    found = []
    for number in range(num_documents):
        document, cluster, scores = rows_of(number)
        if cluster["keep"] and scores["signals"]["scored_char_fraction"] and domain in (None, scores["domain"]):
            found.append((scores["reasoning_depth"], document["doc_id"], document["num_chars"]))
    return found


def pairs(found: list[Found]) -> list[tuple[float, str]]:
    return [(round(item.score, 2), item.doc_id) for item in found]


def look(out: str, **question: Any) -> Survey:
    return survey(open_run(out), Question(by="reasoning_depth", **question))


@pytest.mark.parametrize("num_shards", [1, 7])
@pytest.mark.parametrize("domain", [None, "mathematics"])
def test_it_finds_what_sorting_everything_finds(domain: str | None, num_shards: int, tmp_path: Path) -> None:
    """0.7 is not below itself, though the next float32 is."""
    found = look(make_run(tmp_path, num_shards=num_shards), domain=domain, threshold=0.7, num_shown=4)
    everything = bucket(domain)
    upwards = sorted((score, doc_id) for score, doc_id, _ in everything)
    downwards = sorted(upwards, key=lambda item: (-item[0], item[1]))
    assert pairs(found.worst) == upwards[:4]
    assert pairs(found.best) == downwards[:4]
    assert pairs(found.below) == [item for item in downwards if item[0] < 0.7][:4]
    assert pairs(found.over) == [item for item in upwards if item[0] >= 0.7][:4]
    assert found.over[0].score == pytest.approx(0.7)
    assert found.over[0].score < 0.7


@pytest.mark.parametrize("threshold", [0.4, 0.7, 0.705, 0.0, 1.0])
def test_shares_are_exact(threshold: float, out: str) -> None:
    found = look(out, threshold=threshold)
    for row in kept_rows(found):
        inside = bucket(row["domain"])
        over = [item for item in inside if item[0] >= threshold]
        assert (row["documents"], row["chars"]) == (len(inside), sum(item[2] for item in inside))
        (kept,) = row["kept"]
        assert kept["documents"] == len(over) / len(inside)
        assert kept["chars"] == sum(item[2] for item in over) / row["chars"]
    documents, _ = found.distributions.of(None, "reasoning_depth")
    for step in (0.4, 0.7, 0.29):
        assert share_from(documents, step) == sum(item[0] >= step for item in bucket(None)) / len(bucket(None))


def test_duplicates_and_what_could_not_be_scored_are_counted_and_left_out(out: str) -> None:
    found = look(out)
    rows = [rows_of(number) for number in range(240)]
    assert found.num_duplicates == sum(not cluster["keep"] for _, cluster, _ in rows)
    unscored = [row for row in rows if row[1]["keep"] and not row[2]["signals"]["scored_char_fraction"]]
    assert found.num_unscored == len(unscored) > 0


def test_a_part_of_the_shards_is_said(tmp_path: Path) -> None:
    out = make_run(tmp_path, num_shards=6)
    shown = show_scores(out, Question(num_shards=2))
    assert "2 of 6 shards read" in shown
    assert "2 of 6 shards were read" in render(look(out, num_shards=2), out)
    assert "shards read" not in show_scores(out, Question(num_shards=0))


def test_the_signals_that_go_with_the_score_are_named(out: str) -> None:
    """One rises with it, one falls, the others are drawn by lot."""
    found = look(out, domain="code")
    sample = sample_signals(found)
    assert sample.correlation["derivation_marker_density"] == pytest.approx(1)
    assert sample.correlation["link_char_fraction"] == pytest.approx(-1)
    assert max(abs(value) for name, value in sample.correlation.items() if "link" not in name and "derivation" not in name) < 0.5
    high = {name: ordered[len(ordered) // 2] for name, ordered in sample.sorted.items()}
    high = {**high, "derivation_marker_density": 8.0, "link_char_fraction": 0.0}
    for signals, is_high in ((high, True), ({**high, "derivation_marker_density": 0.0, "link_char_fraction": 1.0}, False)):
        first, second, *_ = pulls_of(signals, sample, is_high=is_high)
        assert {first.name, second.name} == {"derivation_marker_density", "link_char_fraction"}
        assert all((pull.pull > 0) == is_high for pull in (first, second))
        assert pulls_of(signals, sample, is_high=not is_high) == ()


def test_of_a_few_documents_no_signals_are_named(tmp_path: Path) -> None:
    out = make_run(tmp_path, num_documents=MIN_SAMPLE // 2, num_shards=1)
    assert sample_signals(look(out)).sorted == {}
    assert "usual" not in re.sub(r"<style>.*?</style>", "", render(look(out), out), flags=re.DOTALL)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ({"by": "reasoning_dept"}, "--by: no score 'reasoning_dept'; did you mean 'reasoning_depth'"),
        ({"by": "signals.num_words"}, "--by: no score 'signals.num_words'"),
        ({"domain": "math"}, "--domain: no domain 'math'; did you mean 'mathematics'"),
        ({"threshold": 40.0}, "--threshold: expected a number from 0 to 1, saw 40"),
        ({"num_shown": 0}, "--num: expected 1 or more"),
        ({"num_shards": -1}, "--shards: expected 0"),
    ],
)
def test_what_does_not_exist_is_answered_with_the_nearest(question: Row, answer: str, out: str) -> None:
    with pytest.raises(RecipeError, match=answer):
        survey(open_run(out), Question(**question))


def test_an_empty_domain_is_answered_with_those_that_are_there(out: str) -> None:
    with pytest.raises(
        InputError, match=r"no scored document of the domain fiction; it has code \(\d+\), mathematics \(\d+\), news"
    ):
        look(out, domain="fiction")


def test_a_run_without_scores_says_what_makes_them(tmp_path: Path) -> None:
    out = Path(make_run(tmp_path))
    record = json.loads((out / "run.json").read_text())
    (out / "run.json").write_text(json.dumps({**record, "stages": record["stages"][:2]}))
    with pytest.raises(InputError, match="has no scores; `tercet score`"):
        look(str(out))


@pytest.mark.parametrize("by", numbers())
def test_every_number_of_scores_can_be_asked_for(by: str, out: str) -> None:
    assert survey(open_run(out), Question(by=by)).best


# -------------------------------------------------------------------------------------------------------------- the page


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))


def test_the_page_shows_both_ends_and_both_sides_and_loads_nothing(out: str, tmp_path: Path) -> None:
    where = tmp_path / "scores.html"
    question = Question(by="reasoning_depth", domain="mathematics", threshold=0.4, num_shown=3)
    assert write_score_view(out, question, out=str(where)) == str(where)
    page = where.read_text(encoding="utf-8")
    found = look(out, domain="mathematics", threshold=0.4, num_shown=3)
    places = [page.index(item.doc_id[:12]) for item in (*found.below, *found.over, *found.worst, *found.best)]
    assert places == sorted(places)
    assert len(places) == page.count('<article class="doc">') == 12
    assert page.count(f"tercet inspect document {out} ") == 12
    assert "<msup>" in page
    assert EVIL not in page
    for tag, attributes in Tags(page).found:
        assert tag not in ("script", "link", "object", "embed", "base", "form", "iframe", "img")
        assert not any(name.startswith("on") for name in attributes)
        assert all((attributes.get(name) or "#").startswith("#") for name in ("src", "href", "xlink:href"))
    assert render(found, out) == page


def test_by_the_command_line(
    out: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["inspect", "scores", out, "--by", "domain_probabilities.code", "--num", "1"]) == 0
    assert capsys.readouterr().out == "scores-all-domain_probabilities-code.html\n"
    assert (tmp_path / "scores-all-domain_probabilities-code.html").is_file()
    assert (
        cli.main(["inspect", "scores", out, "--domain", "code", "--by", "reasoning_depth", "--threshold", "0.4", "--text"]) == 0
    )
    shown = capsys.readouterr().out
    best = look(out, domain="code").best[0]
    for said in ("documents", ">= 0.4 docs", "just below", "highest", f"tercet inspect document {out} {best.doc_id[:12]}"):
        assert said in shown
    assert cli.main(["inspect", "scores", out, "--domain", "cod"]) == 1
    assert "did you mean 'code'" in capsys.readouterr().err
    assert cli.main(["inspect", "scores", out, "--html", str(tmp_path / "no" / "x.html")]) == 1
    assert "no such folder" in capsys.readouterr().err


# ---------------------------------------------------------------------------------------------------------- distributions


def test_distributions_of_parts_add_up_to_those_of_the_whole() -> None:
    rng = np.random.default_rng(1)
    scores = pa.table({name: rng.random(500).astype(np.float32) for name in DIMENSIONS})
    domains = pa.chunked_array([pa.array(rng.choice(DOMAINS, 500))])
    chars = rng.integers(0, 10_000, 500)
    whole, parts = Distributions(), Distributions()
    whole.add(domains, chars, scores)
    for first in range(0, 500, 70):
        parts.add(domains.slice(first, 70), chars[first : first + 70], scores.slice(first, 70))
    for name in DIMENSIONS:
        values = scores.column(name).to_numpy()
        documents, characters = whole.of(None, name)
        assert documents.tolist() == np.histogram(values, NUM_CLASSES, (0, 1))[0].tolist()
        assert characters.sum() == chars.sum()
        assert mean_of(documents) == pytest.approx(values.mean(), abs=0.005)
        assert coarser(documents, 10).tolist() == np.histogram(values, 10, (0, 1))[0].tolist()
        for domain in DOMAINS:
            assert all(np.array_equal(a, b) for a, b in zip(whole.of(domain, name), parts.of(domain, name), strict=True))
    assert whole.domains == sorted(DOMAINS, key=lambda name: -sum(value == name for value in domains.to_pylist()))
