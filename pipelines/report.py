"""The run report: OUT/report.html, one file that needs no other, written from run.json, the manifests and the shards.

    write_report("out/tiny")      # -> "out/tiny/report.html"

The numbers are made in report_data (documents), report_mixture (plan and shards), report_drawn (what the plan draws of them) and
report_samples (pages beside their source), the pictures in report_charts and report_mixture_charts, the page in
templates/report.html. The same run gives the same bytes. Titles, addresses and texts are strangers' and are escaped; the page's
own policy forbids it to load anything.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from corpus import shards
from corpus.errors import require
from mix.infeasible import tokens_text
from pipelines import report_charts as charts
from pipelines import report_data as data
from pipelines import report_drawn as drawing
from pipelines import report_mixture as mixing
from pipelines import report_mixture_charts as mixture_charts
from pipelines.report_run import Run, open_run
from pipelines.report_samples import make_samples
from pipelines.report_scores import Distributions

TEMPLATES = Path(__file__).parent / "templates"

Rows = list[dict[str, Any]]


def write_report(out_url: str) -> str:
    """Writes OUT/report.html of the run in `out_url`; returns its URL. Raises InputError where no run ended there."""
    url = shards.join(out_url, "report.html")
    shards.write_bytes(render(open_run(out_url)).encode("utf-8"), url)
    return url


def render(run: Run) -> str:
    """The report as HTML."""
    return make_page("report.html", gather(run, markup=require("markupsafe", extra="report").Markup))


def make_page(template: str, values: Mapping[str, Any]) -> str:
    """A template of ours with its values, as HTML."""
    jinja2 = require("jinja2", extra="report")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= FILTERS
    page: str = environment.get_template(template).render(values)
    return page


def gather(run: Run, *, markup: Any = str) -> dict[str, Any]:
    """Everything the template shows. `markup` marks what is HTML already."""
    census = data.take_census(run)
    mixture = mixing.read_mixture(run)
    rejects = data.read_all_rejects(run)
    log = data.training_log(run)
    read_rejects = [row for stage in ("extract", "synth") for row in rejects.get(stage, ())]
    page = {
        "run": {"wall_s": None, "plan": None, "pretrain": None, "versions": None, **run.record},
        "census": census,
        "inputs": data.inputs(run, census, read_rejects),
        "funnel": data.funnel(run, census, mixture.documents_left_out if mixture else None),
        "reasons": data.reasons(run, rejects),
        "flags": sorted(census.flags.items(), key=_by_count),
        "mixture": _mixture(run, mixture, markup) if mixture else None,
        "clusters": data.largest_clusters(run, census) if "dedup" in run.stages else None,
        "near": data.near_examples(run, census),
        "domains": data.domain_rows(census),
        "languages": sorted(census.languages.items(), key=_by_count)[:12],
        "ridges": [markup(chart) for chart in ridge_charts(census.scores)],
        "verdicts": data.verdict_rows(census, _filters(run)),
        "left_out_rule": (run.config.get("mix") or {}).get("leave_out_rejected_by_datatrove"),
        "samples": make_samples(run),
        "log": log,
        "training": training_rows(log),
        "loss_chart": markup(charts.loss_curves(log)) if log else None,
        "time_chart": markup(charts.time_and_memory([*run.record["stages"], *training_time(log)])),
        "folders": folders(run),
        "recipe": json.dumps(run.config, indent=1, ensure_ascii=False),
    }
    return {**page, "headline": headline(page), "contents": contents(page)}


def ridge_charts(scores: Distributions) -> list[str]:
    """How each dimension is distributed, over all documents and in each domain."""
    return [
        charts.ridges(
            {"all": scores.of(None, name)[0], **{domain: scores.of(domain, name)[0] for domain in scores.domains}},
            title=name.replace("_", " "),
        )
        for name in scores.dimensions
        if scores.of(None, name)[0].any()
    ]


def _filters(run: Run) -> list[str]:
    """Names of datatrove's filters, as the run has them."""
    stage = run.stages.get("datatrove")
    blocks: Any = stage.manifest.config["blocks"] if stage else []
    return [block["name"] for block in blocks]


def _by_count(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def _mixture(run: Run, mixture: mixing.Mixture, markup: Any) -> dict[str, Any]:
    shares = mixing.shares(mixture)
    by_stage = [{share.label: share for share in stage} for stage in shares.values()]
    labels = dict.fromkeys(label for by_label in by_stage for label in by_label)
    plan = mixture.plan
    return {
        "totals": mixing.totals(mixture),
        "stages": list(shares),
        "bucket_columns": list((run.config.get("mix") or {}).get("bucket_columns") or ()),
        "share_rows": [(label, [by_label.get(label) for by_label in by_stage]) for label in labels],
        "chart": markup(charts.mixture_bars(shares)),
        "by_domain": mixing.tokens_by(mixture, plan.domains) if any(plan.domains) else [],
        "by_source": mixing.tokens_by(mixture, plan.sources),
        **_epochs(mixture, markup),
        "along": _along(mixture, markup),
        "drawn": _drawn(run, mixture, markup),
        **_fill(mixture, markup),
    }


def _epochs(mixture: mixing.Mixture, markup: Any) -> dict[str, Any]:
    """Epochs by source, each with its caps, and their chart."""
    stages = [stage.name for stage in mixture.plan.stages]
    rows = mixing.epochs_by_source(mixture)
    caps = {row["label"]: mixing.caps_of(mixture.recipes, stages, row["label"]) for row in rows}
    bars = mixing.epoch_chart_bars(rows, caps)
    return {
        "epochs": [{**row, "cap": caps[row["label"]][-1]} for row in rows],
        "epoch_chart": markup(mixture_charts.epoch_bars(bars, stages)),
        "shades": [(name, mixture_charts.shade(i, len(stages))) for i, name in enumerate(stages)],
    }


def _along(mixture: mixing.Mixture, markup: Any) -> Rows:
    """Shares along the run by domain and by source: chart, key, table."""
    if not any(emitted.rows for emitted in mixture.emitted.values()):
        return []
    plan = mixture.plan
    titles = (("domain", plan.domains if any(plan.domains) else ()), ("source", plan.sources))
    return [along(title, *mixing.emitted_windows(mixture, labels), markup=markup) for title, labels in titles if labels]


def along(title: str, labels: Sequence[str], windows: Sequence[mixture_charts.Window], *, markup: Any) -> dict[str, Any]:
    """A chart of shares along the run with its key and its table."""
    return {
        "title": title,
        "chart": markup(mixture_charts.share_areas(windows, labels, title=f"shares by {title}")),
        "key": [(label, css_colour(mixture_charts.colour_of(i, labels))) for i, label in enumerate(labels)],
        "rows": mixing.window_rows(labels, windows),
    }


def css_colour(colour: str) -> str:
    """A chart's colour as the page's variable."""
    return f"var({charts.VARIABLES[colour]})"


def stage_key(stages: Sequence[str]) -> list[tuple[str, str]]:
    """What the colours of drawn_histogram and class_bars stand for."""
    series = charts.SERIES
    return [("available", css_colour(charts.PALE))] + [
        (name, css_colour(series[i % len(series)])) for i, name in enumerate(stages)
    ]


def _drawn(run: Run, mixture: mixing.Mixture, markup: Any) -> dict[str, Any] | None:
    """Scores and classes of quality over the tokens available and drawn; None where neither is known."""
    drawn, classes = drawing.read_drawn(run, mixture.plan), drawing.class_tables(mixture.plan, mixture.buckets)
    if drawn is None and not classes:
        return None
    stages = [stage.name for stage in mixture.plan.stages]
    names = [] if drawn is None else [name for name, counts in drawn.counts.items() if counts[0].any()]
    histograms = []
    for name in names:
        assert drawn is not None
        before, *after = drawn.coarse(name, charts.RIDGE_CLASSES)
        title = name.replace("_", " ")
        histograms.append(markup(mixture_charts.drawn_histogram(before, dict(zip(stages, after, strict=True)), title=title)))
    return {
        "stages": stages,
        "key": stage_key(stages),
        "charts": [*histograms, *(class_chart(table, markup) for table in classes)],
        "means": [] if drawn is None else [(name.replace("_", " "), drawn.mean(name)) for name in names],
        "classes": classes,
        "sample": (drawn.num_shards_read, drawn.num_shards) if drawn and drawn.num_shards_read < drawn.num_shards else None,
    }


def class_chart(table: drawing.ClassTable, markup: Any) -> Any:
    """The chart of a class table."""
    return markup(mixture_charts.class_bars(table.classes, table.columns, title=f"class of {table.column.replace('_', ' ')}"))


def _fill(mixture: mixing.Mixture, markup: Any) -> dict[str, Any]:
    """How full the rows of each stage are and how many documents are in one."""
    found = {stage.name: mixture.emitted.get(stage.name, mixing.Emitted()) for stage in mixture.plan.stages}
    kinds = (
        ("fill", mixing.FILL_CLASSES, "How full rows are", {name: emitted.fill for name, emitted in found.items()}),
        ("spans", mixing.SPAN_CLASSES, "Documents in a row", {name: emitted.spans_of_rows for name, emitted in found.items()}),
    )
    made: dict[str, Any] = {}
    for key, every, what, counts in kinds:
        used = max((int(np.flatnonzero(rows)[-1]) for rows in counts.values() if rows.any()), default=0)
        classes = every if key == "fill" else every[: used + 1]
        made[f"{key}_charts"] = [
            markup(mixture_charts.row_bars(classes, rows[: len(classes)].tolist(), title=name, what=what))
            for name, rows in counts.items()
            if rows.any()
        ]
        made[f"{key}_rows"] = [
            (label, [(int(rows[i]), float(rows[i] / max(1, rows.sum()))) for rows in counts.values()])
            for i, label in enumerate(classes)
        ]
    return made


def headline(page: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The run in a handful of numbers."""
    inputs, log = page["inputs"], page["log"]
    facts = [
        (size(total(inputs, "bytes")), f"in {number(total(inputs, 'files'))} input files"),
        (number(total(inputs, "pages")), "pages and files read"),
        (number(total(inputs, "documents")), "documents extracted"),
        (number(total(inputs, "formulas")), "formulas kept as LaTeX"),
        (number(total(inputs, "rejected")), "rejected, each with its reason"),
        (number(total(inputs, "duplicates")), "duplicates marked"),
    ]
    if page["mixture"]:
        facts.append((number(total(page["mixture"]["totals"], "tokens")), "tokens in training shards"))
    if log:
        facts.append((" → ".join(f"{mean:.2f}" for mean in _stage_means(log)), f"mean loss by stage, {number(len(log))} steps"))
    return facts


def _stage_means(log: Sequence[Mapping[str, Any]]) -> list[float]:
    """Mean main loss of each training stage, in order; single steps are noisy."""
    stages = dict.fromkeys(line["stage"] for line in log)
    return [statistics.fmean(line["loss"] for line in log if line["stage"] == stage) for stage in stages]


def contents(page: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Anchors and titles of the sections this run has."""
    sections = (
        ("input", "Input", True),
        ("funnel", "Kept and rejected", True),
        ("mixture", "Mixture", page["mixture"]),
        ("along", "Along the run", page["mixture"] and page["mixture"]["along"]),
        ("tokens", "Tokens", page["mixture"]),
        ("drawn", "Drawn", page["mixture"] and page["mixture"]["drawn"]),
        ("fill", "Rows", page["mixture"] and page["mixture"]["fill_charts"]),
        ("duplicates", "Duplicates", page["clusters"] is not None),
        ("quality", "Quality", page["domains"]),
        ("verdicts", "datatrove", page["verdicts"]),
        ("pages", "Pages", page["samples"]),
        ("loss", "Training", page["log"]),
        ("time", "Time", True),
        ("files", "Files", True),
    )
    return [(anchor, title) for anchor, title, there in sections if there]


def training_rows(log: Sequence[Mapping[str, Any]]) -> Rows:
    """For each training stage its steps and its first and last losses."""
    rows = []
    for stage in dict.fromkeys(line["stage"] for line in log):
        lines = [line for line in log if line["stage"] == stage]
        first, last = lines[0], lines[-1]
        rows.append(
            {
                "stage": stage,
                "steps": len(lines),
                "seq_len": last["seq_len"],
                "tokens": last["tokens"],
                "first": first["loss"],
                "last": last["loss"],
                "first_mtp": first["mtp_loss"],
                "last_mtp": last["mtp_loss"],
            }
        )
    return rows


def training_time(log: Sequence[Mapping[str, Any]]) -> Rows:
    """The training step as a line of the time chart: seconds by its log; its memory is not recorded."""
    wall_s = sum(line["batch"] * line["seq_len"] / line["tokens_per_s"] for line in log)
    return [{"name": "pretrain", "wall_s": wall_s, "cpu_s": 0.0, "peak_memory_bytes": 0}] if log else []


def folders(run: Run) -> Rows:
    """Where each stage's shards lie, and how much that is."""
    rows = []
    for name, stage in run.stages.items():
        entries = stage.manifest.shards
        rows.append(
            {
                "name": name,
                "directory": stage.record["directory"],
                "shards": len(entries),
                "resumed": stage.record["num_resumed"],
                "rows": sum(entry.rows_out for entry in entries),
                "bytes": sum(entry.num_bytes for entry in entries),
            }
        )
    return rows


# ------------------------------------------------------------------------------------------------------------------ filters


def number(value: float) -> str:
    return f"{value:,.0f}"


def percent(value: float, digits: int = 1) -> str:
    return f"{value:.{digits}%}"


def size(num_bytes: float) -> str:
    """Bytes in the unit that leaves 1 to 999 of it."""
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if num_bytes < 999.5 or unit == "TB":
            return f"{num_bytes:.0f} {unit}" if unit == "B" or num_bytes >= 99.95 else f"{num_bytes:.1f} {unit}"
        num_bytes /= 1000
    raise AssertionError


def seconds(value: float) -> str:
    if value < 120:
        return f"{value:.1f} s"
    return f"{value // 60:,.0f} min {value % 60:.0f} s" if value < 7200 else f"{value / 3600:,.1f} h"


def cut(text: str, most: int) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= most else text[: most - 1] + "…"


def total(rows: Sequence[Mapping[str, Any]], name: str) -> int:
    """Sum of a column; rows that don't know it count as none."""
    return sum(row[name] or 0 for row in rows)


def diff_class(line: str) -> str:
    """CSS class of a line of a unified diff."""
    if line.startswith("@@"):
        return "at"
    return {"+": "add", "-": "del"}.get(line[:1], "same") if line[:3] not in ("+++", "---") else "at"


FILTERS = {
    "number": number,
    "tokens": tokens_text,
    "percent": percent,
    "size": size,
    "seconds": seconds,
    "cut": cut,
    "sum": total,
    "diff_class": diff_class,
}
