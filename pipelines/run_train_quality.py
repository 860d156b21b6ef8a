"""Train-quality: labels of one or more labellings -> the fastText taggers of a folder, and how well they agree with what they
have not seen."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.compute as pc

from corpus import shards
from corpus.config import apply_overrides, build
from corpus.errors import InputError, SchemaError
from pipelines.recipe_files import parse_overrides
from quality.train_taggers import LABELS, TaggerReport, TrainingConfig, train_taggers

FILE = "labels.parquet"


def run(paths: Sequence[str], *, out: str, overrides: Sequence[str] = ()) -> str:
    """Trains on all labels in `paths` and writes the models to the folder `out`; returns the report as text.

    Raises InputError where there are no labels, SchemaError where a file is none of ours, and what `train_taggers` raises where
    the models are not good enough.
    """
    config = build(TrainingConfig, apply_overrides({}, parse_overrides(overrides)), where="train-quality")
    labels = read_labels(paths)
    print(f"{labels.num_rows:,} labelled documents", file=sys.stderr)
    report = train_taggers(by_site(labels), out=Path(out), config=config, sources=provenance(paths))
    return (
        f"{describe(report, config)}\n\nTo score with them: quality.taggers={out}, or in the recipe `quality: {{taggers: {out}}}`"
    )


def describe(report: TaggerReport, config: TrainingConfig) -> str:
    """The held-out agreement as two tables."""
    apart = " that were not trained on" if config.held_out == "source" else ""
    sites = f"{len(report.held_out_sources):,} sites{apart}"
    lines = [f"trained on {report.num_trained:,} documents, measured on {report.num_held_out:,} others of {sites}"]
    if report.labels:
        lines += ["", f"{'label':<24} {'precision':>9} {'recall':>7} {'F1':>7} {'documents':>9}"]
        lines += [
            f"{name:<24} {each.precision:>9.2f} {each.recall:>7.2f} {each.f1:>7.2f} {each.support:>9,}"
            if each.support
            else f"{name:<24} {'-':>9} {'-':>7} {'-':>7} {0:>9}"
            for name, each in report.labels.items()
        ]
        if report.macro_f1 is not None:
            lines.append(f"{'mean of those there':<24} {'':>9} {'':>7} {report.macro_f1:>7.2f}")
    if report.dimensions:
        lines += ["", f"{'dimension':<24} {'error':>9} {'of the mean':>12} {'rank corr.':>10} {'documents':>9}"]
        lines += [
            f"{name:<24} {each.mean_absolute_error:>9.3f} {each.mean_absolute_error_of_mean:>12.3f} {each.spearman:>10.2f} "
            f"{each.support:>9,}"
            for name, each in report.dimensions.items()
        ]
        lines.append("error: mean absolute, of the model and of saying the mean of the trained documents of each")
    lines += ["", "models: " + ", ".join(f"{name} {size:,} bytes" for name, size in sorted(report.num_bytes.items()))]
    return "\n".join(lines)


def provenance(paths: Sequence[str]) -> str:
    """For the data card: who labelled what, from the label.json beside each file."""
    lines = []
    for file in (file for path in paths for file in label_files(path)):
        try:
            record = shards.read_json(shards.join(file.rpartition("/")[0], "label.json"))
        except InputError:
            lines.append(f"- `{file.rpartition('/')[2]}`: without a label.json beside it")
            continue
        lines.append(
            f"- {record['counts']['labelled']:,} documents labelled by {record['model']} on {record['date']}, "
            f"rubric {record['rubric']}"
        )
    return "## Labels\n\n" + "\n".join(lines)


def read_labels(paths: Sequence[str]) -> pa.Table:
    """All rows of the files, and of the labels.parquet below the folders; a document labelled twice keeps its first labels."""
    files = [file for path in paths for file in label_files(path)]
    if not files:
        raise InputError("no labels given; expected labels.parquet files, or folders of `tercet label`")
    tables = [_read(file) for file in files]
    table = pa.concat_tables(tables).combine_chunks()
    rows = table.select(["doc_id"]).append_column("row", pa.array(range(table.num_rows), pa.int64()))
    first = rows.group_by("doc_id").aggregate([("row", "min")]).column("row_min")
    if dropped := table.num_rows - len(first):
        print(f"{dropped:,} documents are labelled more than once: the first file's labels count", file=sys.stderr)
    return table.take(first.take(pc.sort_indices(first)))


def label_files(path: str) -> list[str]:
    """A file, or every labels.parquet below a folder. Raises InputError where there is none."""
    if path.endswith(".parquet") or any(sign in path for sign in "*?["):
        return shards.list_files(path)
    found = [file for file in shards.list_files(path) if file.rpartition("/")[2] == FILE]
    if not found:
        raise InputError(f"{path}: no {FILE} below it; expected a folder that `tercet label` wrote")
    return found


def _read(file: str) -> pa.Table:
    try:
        table = shards.read_table(file)
    except pa.ArrowInvalid as error:
        raise SchemaError(f"{file}: not a Parquet file ({error})") from error
    if missing := [name for name in LABELS.names if name not in table.column_names]:
        raise SchemaError(f"{file}: has no column {', '.join(missing)}; expected labels as `tercet label` writes them")
    try:
        return table.select(LABELS.names).cast(LABELS)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
        raise SchemaError(f"{file}: {error}; expected the columns of quality.train_taggers.LABELS") from error


def by_site(labels: pa.Table) -> pa.Table:
    """`source` made finer: the host of a page, the first folder of a file. What is held out in training is held out by it, and a
    site's pages look alike: held out one by one, they would flatter the models."""
    names = [
        _site(source, url) for source, url in zip(*(labels.column(name).to_pylist() for name in ("source", "url")), strict=True)
    ]
    return labels.set_column(labels.column_names.index("source"), LABELS.field("source"), pa.array(names, pa.string()))


def _site(source: str, url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme in ("http", "https"):
        return f"{source}/{parts.hostname}"
    # file://SOURCE/PATH
    folder = parts.path.lstrip("/").partition("/")
    return f"{source}/{folder[0]}" if folder[1] else source
