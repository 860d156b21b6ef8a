"""The run report: OUT/report.html, one file that needs no other, written from run.json, the manifests and the shards.

    write_report("out/tiny")      # -> "out/tiny/report.html"

The numbers are made in report_data (documents), report_mixture (plan and shards) and report_samples (pages beside their source),
the pictures in report_charts, the page in templates/report.html. The same run gives the same bytes. Titles, addresses and texts
are strangers' and are escaped; the page's own policy forbids it to load anything.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus import shards
from corpus.errors import require
from pipelines import report_charts as charts
from pipelines import report_data as data
from pipelines import report_mixture as mixing
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
    jinja2 = require("jinja2", extra="report")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= FILTERS
    page: str = environment.get_template("report.html").render(gather(run, markup=require("markupsafe", extra="report").Markup))
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
        "epochs": mixing.epochs_by_source(mixture),
    }


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
        ("tokens", "Tokens", page["mixture"]),
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
    "percent": percent,
    "size": size,
    "seconds": seconds,
    "cut": cut,
    "sum": total,
    "diff_class": diff_class,
}
