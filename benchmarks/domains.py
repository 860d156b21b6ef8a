"""How well the shipped taggers tell domains on texts of packages and sites that they were not trained on.

The goal is measured on the unseen part of benchmarks/domain_texts.py: packages that were chosen when the model was done. A
second table is of its held-out part, packages and sites of the evaluation set, whose score was looked at while the model was
made. A domain is said of a text where its probability is at least quality.taggers.LIKELY; the numbers are those of SCORES, not
of the bare model. `--quick` measures every fourth text.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.domain_texts import HOLD_OUT, UNSEEN, cached_table
from benchmarks.harness import Goal, Result, main
from corpus.schema import DOMAIN_LABELS
from quality.scores import QualityConfig, score_documents
from quality.taggers import LIKELY
from quality.train_taggers import label_report

GOAL_MACRO_F1 = 0.90
NAMES = [name for name, _ in DOMAIN_LABELS]


def measure(*, quick: bool) -> Result:
    table, scores = _scored(UNSEEN, quick=quick)
    rows = label_rows(table, scores)
    packages = {source for source in table.column("source").to_pylist() if not source.startswith("made:")}
    held_out = _scored(HOLD_OUT, quick=quick)
    goal = Goal(what="macro-F1 of the domains on packages unseen in training", value=rows[-1]["F1"], limit=GOAL_MACRO_F1)
    return Result(
        rows=rows,
        goals=[goal],
        notes=[f"{table.num_rows} texts of {len(packages)} packages, job postings made by rule among them"],
        tables={
            "What is said of each package's texts": _by_source(table, scores),
            "Packages and sites that were held out while the model was made": label_rows(*held_out),
        },
    )


def _scored(part: str, *, quick: bool) -> tuple[pa.Table, pa.Table]:
    table = cached_table(part)
    if quick:
        table = table.take(list(range(0, table.num_rows, 4)))
    return table, score_documents(as_documents(table), config=QualityConfig()).table


def label_rows(table: pa.Table, scores: pa.Table) -> list[dict[str, Any]]:
    """Precision, recall and F1 of each label, and the mean of the F1 of those that some text has."""
    found = np.array([[row[name] >= LIKELY for name in NAMES] for row in scores.column("domain_probabilities").to_pylist()])
    truth = np.array([[name in names for name in NAMES] for names in table.column("domains").to_pylist()])
    rows: list[dict[str, Any]] = []
    for k, name in enumerate(NAMES):
        report = label_report(found[:, k], truth[:, k])
        rows.append(
            {"label": name, "precision": report.precision, "recall": report.recall, "F1": report.f1, "texts": report.support}
        )
    macro = float(np.mean([row["F1"] for row in rows if row["texts"]]))
    return [*rows, {"label": "mean", "precision": None, "recall": None, "F1": macro, "texts": table.num_rows}]


def as_documents(table: pa.Table) -> pa.Table:
    """LABELS as the columns of DOCUMENTS that scoring reads."""
    nothing = pa.array([""] * table.num_rows)
    columns = {name: table.column(name) for name in ("doc_id", "source", "url", "kind", "text")}
    return pa.table({**columns, "path": nothing, "record_offset": pa.array(range(table.num_rows), pa.int64())})


def _by_source(table: pa.Table, scores: pa.Table) -> list[dict[str, Any]]:
    """Mean probabilities of the likeliest labels by package; the sites of an evaluation set are one row per label."""
    groups = defaultdict(list)
    columns = (table.column("source").to_pylist(), table.column("domains").to_pylist())
    for i, (source, labels) in enumerate(zip(*columns, strict=True)):
        groups[source.split(":")[0], " ".join(labels)].append(i)
    probabilities = np.array([[row[name] for name in NAMES] for row in scores.column("domain_probabilities").to_pylist()])
    rows = []
    for (source, labels), members in groups.items():
        means = probabilities[members].mean(axis=0)
        said = ", ".join(f"{NAMES[k]} {means[k]:.2f}" for k in np.argsort(-means)[:3] if means[k] >= 0.05)
        rows.append({"package": source, "labels": labels, "texts": len(members), "mean probabilities": said})
    return rows


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
