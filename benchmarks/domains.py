"""How well the shipped taggers tell domains on texts of packages and sites that they were not trained on.

The texts are the held-out part of benchmarks/domain_texts.py: packages fetched by name, sites of the evaluation set. A domain is
said of a text where its probability is at least quality.taggers.LIKELY; the numbers are those of SCORES, not of the bare model.
`--quick` measures every fourth text.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.domain_texts import HOLD_OUT, cached_table
from benchmarks.harness import Goal, Result, main
from corpus.schema import DOMAIN_LABELS
from quality.scores import QualityConfig, score_documents
from quality.taggers import LIKELY
from quality.train_taggers import label_report

GOAL_MACRO_F1 = 0.90
NAMES = [name for name, _ in DOMAIN_LABELS]


def measure(*, quick: bool) -> Result:
    table = cached_table(HOLD_OUT)
    if quick:
        table = table.take(list(range(0, table.num_rows, 4)))
    scores = score_documents(as_documents(table), config=QualityConfig()).table
    found = np.array([[row[name] >= LIKELY for name in NAMES] for row in scores.column("domain_probabilities").to_pylist()])
    truth = np.array([[name in names for name in NAMES] for names in table.column("domains").to_pylist()])
    rows: list[dict[str, Any]] = []
    for k, name in enumerate(NAMES):
        report = label_report(found[:, k], truth[:, k])
        rows.append(
            {"label": name, "precision": report.precision, "recall": report.recall, "F1": report.f1, "texts": report.support}
        )
    macro = float(np.mean([row["F1"] for row in rows]))
    rows.append({"label": "mean", "precision": None, "recall": None, "F1": macro, "texts": table.num_rows})
    return Result(
        rows=rows,
        goals=[Goal(what="macro-F1 of the domains on packages unseen in training", value=macro, limit=GOAL_MACRO_F1)],
        notes=[f"{table.num_rows} texts of {len(set(table.column('source').to_pylist()))} packages and sites"],
        tables={"What is said of each package's texts": _by_source(table, scores)},
    )


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
