"""The numbers behind the report's pictures of the mixture, and the page of `tercet mix plan`."""

from __future__ import annotations

import html
import itertools
import re
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import yaml

from corpus import schema
from mix.inventory import from_mapping
from mix.plan import Plan, solve
from mix.recipe import Group, StageMixture
from pipelines import report_mixture as mixing
from pipelines import report_mixture_charts as charts
from pipelines.cli import main
from pipelines.report import write_report
from pipelines.report_drawn import Drawn, add_shard, class_tables, readings
from pipelines.report_plan import SolvedPlan, costs, plan_text, write_plan_page
from pipelines.report_run import StageFolder, open_run
from pipelines.report_scores import NUM_CLASSES
from tests.example_run import _stage, make_run
from tests.test_report import Elements


def make_plan(rows: dict[str, list[int]], *, seq_len: int = 8, tokens: int = 1000) -> Plan:
    """Stages of rows of two buckets, a and b, of two sources and domains."""
    stages = [
        {"name": name, "seq_len": seq_len, "packing": "best_fit", "rows": drawn, "groups": []} for name, drawn in rows.items()
    ]
    columns = {"buckets": ["a/maths", "b/news"], "sources": ["a", "b"], "domains": ["maths", "news"], "tokens": [tokens, tokens]}
    return Plan.from_mapping({**columns, "stages": stages, "recipe_digest": "r"})


def sequences(buckets: list[str], ends: list[list[int]], *, first_row: int = 0) -> list[dict[str, Any]]:
    return [
        {
            "tokens": [1] * end[-1],
            "doc_ends": end,
            "doc_ids": ["0" * 32] * len(end),
            "doc_offsets": [0] * len(end),
            "bucket": bucket,
            "epoch": 0,
            "row": first_row + i,
        }
        for i, (bucket, end) in enumerate(zip(buckets, ends, strict=True))
    ]


# ------------------------------------------------------------------------------------------------------------- along the run


def count(folder: Path, rows: list[dict[str, Any]], *, num_rows: int, seq_len: int) -> mixing.Emitted:
    half = len(rows) // 2
    _stage(
        folder,
        "mix-s",
        "000001",
        rows[half:],
        schema.SEQUENCES,
        more=_stage(folder, "mix-s", "000000", rows[:half], schema.SEQUENCES),
    )
    return mixing.count_emitted(StageFolder("mix-s", str(folder / "mix-s/abc123"), {}), num_rows=num_rows, seq_len=seq_len)


def test_shares_along_the_run_follow_the_positions_of_the_rows(tmp_path: Path) -> None:
    buckets = ["a/maths"] * 40 + ["b/news"] * 40 + ["a/maths", "b/news"] * 20
    emitted = count(tmp_path, sequences(buckets, [[8]] * 120), num_rows=120, seq_len=8)
    plan = make_plan({"one": [60, 60], "two": [1, 3]})
    labels, windows = mixing.emitted_windows(mixing.Mixture(plan, {"one": emitted}, {}, None, None), plan.sources)
    assert labels == ["a", "b"]
    assert [window.shares for window in windows] == [(1, 0), (1, 0), (0, 1), (0, 1), (0.5, 0.5), (0.5, 0.5), (0, 0)]
    assert [window.tokens for window in windows] == [160] * 6 + [32]
    a, _ = mixing.window_rows(labels, windows)
    assert a["stages"] == [{"mean": 0.5, "least": 0, "most": 1}, {"mean": 0, "least": 0, "most": 0}]


def test_windows_are_never_of_a_few_rows() -> None:
    assert [mixing.window_count(n) for n in (1, 39, 40, 480, 10**9)] == [1, 1, 2, 24, 24]


def test_a_plan_keeps_its_shares_through_a_stage() -> None:
    _, windows = mixing.planned_windows(make_plan({"one": [30, 10], "two": [0, 5]}), ["x", "y"])
    assert [(window.stage, window.tokens) for window in windows] == [("one", 320), ("two", 40)]
    assert windows[0].shares == pytest.approx((0.75, 0.25))
    assert windows[1].shares == pytest.approx((0, 1))


def test_the_smallest_of_many_labels_are_summed() -> None:
    weights = np.array([[float(i) for i in range(60)], [1.0] * 60])
    labels, kept = charts.keep_largest([f"s{i:02d}" for i in range(60)], weights)
    assert labels == ["s59", "s58", "s57", "s56", "s55", "s54", "s53", "53 others"]
    assert kept.sum(axis=1) == pytest.approx(weights.sum(axis=1))
    labels, kept = charts.keep_largest(["a", "nothing", "b"], np.array([[1.0, 0.0, 2.0]]))
    assert (labels, kept.tolist()) == (["b", "a"], [[2.0, 1.0]])


@pytest.mark.parametrize("shares", [(17.784, 4, 2), (1, 1, 1), (98, 1, 1), (1,), (1,) * 12])
@pytest.mark.parametrize("name", ["stage{}", "a_long_name_of_a_stage_{}"])
def test_names_of_stages_do_not_overlap(shares: tuple[float, ...], name: str) -> None:
    ends = np.cumsum([0, *shares])
    figure, axis = charts.make_figure(size=(charts.WIDE, 2.7))
    spans = [(name.format(i), float(a), float(b)) for i, (a, b) in enumerate(itertools.pairwise(ends))]
    charts.name_stages(axis, spans, width=4.4, height=2.05)
    assert axis.texts
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in axis.texts]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


# ------------------------------------------------------------------------------------------------------------- rows, epochs


def test_rows_by_fill_and_by_documents(tmp_path: Path) -> None:
    ends = [[1000], [3, 1000], [1, 2, 999], [1, 2, 3, 990], [1, 2, 3, 4, 960], [500], [499], [10]]
    emitted = count(tmp_path, sequences(["a/maths"] * 8, ends), num_rows=8, seq_len=1000)
    assert dict(zip(mixing.FILL_CLASSES, emitted.fill.tolist(), strict=True)) == {
        **dict.fromkeys(mixing.FILL_CLASSES, 0),
        **{"full": 2, "over 99.9 %": 1, "99 to 99.9 %": 1, "95 to 99 %": 1, "50 to 80 %": 1, "under 50 %": 2},
    }
    assert emitted.spans_of_rows.tolist() == [4, 1, 2, 1, 0, 0, 0, 0]
    assert mixing.span_class(np.array([1, 2, 3, 4, 5, 8, 9, 64, 65, 9999])).tolist() == [0, 1, 2, 2, 3, 3, 4, 6, 7, 7]


def test_epochs_of_a_plan_and_its_caps() -> None:
    plan = make_plan({"one": [25, 50], "two": [25, 0]}, tokens=200)
    rows = {row["label"]: row for row in mixing.planned_epochs(plan)}
    assert (rows["a"]["epochs"], rows["b"]["epochs"], rows["b"]["most"]) == ([1, 2], [2, 2], 2)
    recipes = {"one": StageMixture(name="one", tokens=600, seq_len=8, max_epochs=3, max_epochs_by_source={"a": 9})}
    assert mixing.caps_of(recipes, ["one", "two"], "a") == [9, None]
    assert mixing.caps_of(recipes, ["one"], "b") == [3]


def test_a_cap_out_of_reach_does_not_squeeze_the_bars() -> None:
    def width(cap: float) -> float:
        bars = [charts.EpochBar(label="a", epochs=(0.5,), most=0.5, cap=cap)]
        (bar,) = re.findall(r'<path d="([^"]*)"[^>]*style="fill: var\(--blue', charts.epoch_bars(bars, ["one"]))
        xs = [float(x) for x in re.findall(r"[ML] ([\d.]+) ", bar)]
        return max(xs) - min(xs)

    assert "0.50 of 20" in charts.epoch_bars([charts.EpochBar(label="a", epochs=(0.5,), most=0.5, cap=20)], ["one"])
    assert width(20) > 1.5 * width(0.9)


# ------------------------------------------------------------------------------------------------------------ what is drawn


def test_a_document_weighs_its_tokens_and_the_readings_of_its_bucket() -> None:
    plan = make_plan({"one": [100, 0], "two": [25, 50]}, tokens=400)
    assert readings(plan).tolist() == [[1, 1], [2, 0], [0.5, 1]]
    ids = [str(i) for i in range(4)]
    tokens = pa.table({"doc_id": ids, "bucket": ["a/maths", "b/news", None, "b/news"], "num_tokens": [400, 300, 50, 100]})
    scores = pa.table({"doc_id": ids[::-1], "quality": pa.array([0.1, 0.5, 0.3, 0.9], pa.float32())})
    drawn = Drawn(("one", "two"), {})
    add_shard(drawn, tokens, scores, factors=readings(plan), buckets=pa.array(plan.buckets))
    counts = drawn.counts["quality"]
    assert {i: counts[:, i].tolist() for i in range(NUM_CLASSES) if counts[:, i].any()} == {
        90: [400, 800, 200],
        30: [300, 0, 300],
        10: [100, 0, 100],
    }
    assert drawn.mean("quality")[1] == pytest.approx(0.905)


def test_classes_of_the_inventory_before_and_after() -> None:
    plan = make_plan({"one": [30, 10]}, tokens=500)
    buckets = pa.table({"bucket": ["b/news", "a/maths"], "source": ["b", "a"], "quality": [0, 2], "tokens": [500, 500]})
    (table,) = class_tables(plan, buckets)
    assert (table.column, table.rows()) == ("quality", [("0", [0.5, 0.25]), ("2", [0.5, 0.75])])
    assert class_tables(plan, None) == []


# -------------------------------------------------------------------------------------------------------- the plan's own page


def solved(names: list[str], **stage: Any) -> SolvedPlan:
    rows = [
        {"source": name, "domain": domain, "quality": q, "documents": 9, "tokens": 1_000_000}
        for name in names
        for q, domain in enumerate(("general", "mathematics"))
    ]
    inventory = from_mapping({"buckets": rows}, where="test")
    stages = (StageMixture(**{"name": "one", "tokens": 1_600_000, "seq_len": 16, **stage}),)
    return SolvedPlan(recipe="test", inventory=inventory, stages=stages, plan=solve(inventory, stages))


def test_costs_are_what_rates_change_by() -> None:
    made = solved(["web", "books"], max_epochs_by_source={"web": 0.1})
    (cost,) = costs(made)
    assert (cost.what, cost.buckets, cost.tokens) == ("one caps on web", "2 of 2", 2_000_000)
    web, books = (
        sum(n for n, s in zip(made.plan.stages[0].rows, made.plan.sources, strict=True) if s == name) for name in ("web", "books")
    )
    assert cost.factor == pytest.approx(web / books, rel=1e-4)  # equal sizes: without the cap the rates would be equal
    assert "one caps on web" in plan_text(made)

    (group,) = costs(solved(["web"], groups={"maths": Group(token_fraction=0.8, domains=("mathematics",))}))
    assert group.what == "one group maths"
    assert group.factor > 1


@pytest.mark.parametrize("num_sources", [1, 60])
def test_the_page_of_a_plan_loads_nothing_and_says_all(tmp_path: Path, num_sources: int) -> None:
    names = [f"source{i:02d}<&" for i in range(num_sources)]
    path = write_plan_page(solved(names), str(tmp_path / "plan.html"))
    page = Path(path).read_text(encoding="utf-8")
    elements = Elements(page).found
    assert not [tag for tag, _ in elements if tag in ("script", "link", "img", "iframe")]
    assert "source00<&" not in page
    for tag, attributes in elements:
        if tag == "svg":
            assert attributes["role"] == "img"
            assert len(attributes["aria-label"] or "") > 30
    for name in names:
        assert html.escape(name) in page


def test_mix_plan_draws_on_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inventory = tmp_path / "inventory.yaml"
    names = ("web", "synthetic")
    rows = [
        {"source": name, "domain": domain, "synthetic": name == "synthetic", "documents": 1, "tokens": 20_000_000_000_000}
        for name in names
        for domain in ("mathematics", "general")
    ]
    columns = {"source": "string", "domain": "string", "synthetic": "boolean", "quality": "integer"}
    inventory.write_text(yaml.safe_dump({"columns": columns, "buckets": [{**row, "quality": 1} for row in rows]}))
    page = tmp_path / "plan.html"
    assert main(["mix", "plan", "mimo-7b", "--inventory", str(inventory), "--html", str(page)]) == 0
    printed = capsys.readouterr()
    assert "epochs by the end of the run" in printed.out
    assert str(page) in printed.err
    assert "<svg" in page.read_text()
    assert main(["mix", "plan", "mimo-7b", "--inventory", str(inventory), "--html", str(tmp_path / "no" / "plan.html")]) == 1
    assert "cannot be written" in capsys.readouterr().err


# ---------------------------------------------------------------------------------------------------------------- the report


def test_every_colour_of_a_picture_has_its_value_in_the_dark(tmp_path: Path) -> None:
    page = Path(write_report(make_run(tmp_path)["out"])).read_text(encoding="utf-8")
    style = page[: page.index("</style>")]
    light, dark = style.split("@media (prefers-color-scheme: dark)")
    used = set(re.findall(r"var\((--[a-z0-9]+)", page))
    assert used
    for name in used:
        assert f"{name}:" in light, name
        assert f"{name}:" in dark[: dark.index("* {")], name
    for picture in re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL):
        for text in re.findall(r"<text[^>]*>", picture):
            assert "fill: var(" in text  # what names no colour is black
        bare = re.sub(r"var\([^)]*\)", "", picture)
        assert not re.findall(r"(?:fill|stroke): (#[0-9a-f]{6})", bare), bare[:200]


def test_the_report_shows_the_mixture_along_the_run(tmp_path: Path) -> None:
    out = make_run(tmp_path)["out"]
    page = Path(write_report(out)).read_text(encoding="utf-8")
    assert '<section id="along">' in page
    assert '<section id="fill">' in page
    labels = " ".join(attributes.get("aria-label") or "" for tag, attributes in Elements(page).found if tag == "svg")
    assert "stage1: mathematics 75%, general 25%" in labels
    assert "Documents in a row, stage1. 1: 75.0%, 2: 25.0%" in labels
    mixture = mixing.read_mixture(open_run(out))
    assert mixture is not None
    assert mixture.emitted["stage1"].fill.tolist() == [4, 0, 0, 0, 0, 0, 0]
