"""What a finished run left behind, found through OUT/run.json: the stages' folders, their manifests and their shards.

The report and `tercet inspect` read a run only through here. A run that stopped early has fewer stages; nothing here minds.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus import shards
from corpus.errors import InputError
from corpus.manifest import Manifest, read_manifest
from pipelines.engine import reject_url, shard_url

DOCUMENT_STAGES = ("extract", "synth")
"""Stages whose shards are DOCUMENTS."""
FORMAT_STAGE = "datatrove-format"
"""Where a run has it: the DOCUMENTS of `extract` with other texts, which all later stages read instead."""
MIX_PREFIX = "mix-"
"""Before a training stage's name: the stage that emitted its SEQUENCES."""


@dataclass(frozen=True)
class StageFolder:
    """One stage of the run: its line in run.json and its folder."""

    name: str
    directory: str
    record: Mapping[str, Any]

    @functools.cached_property
    def manifest(self) -> Manifest:
        return read_manifest(self.directory)

    @property
    def shard_urls(self) -> list[str]:
        return [shard_url(self.directory, entry.name) for entry in self.manifest.shards]

    @property
    def reject_urls(self) -> list[str]:
        return [reject_url(self.directory, entry.name) for entry in self.manifest.shards if entry.rejects]


@dataclass(frozen=True)
class DocumentShard:
    """A DOCUMENTS shard and its annotations, row by row the same documents."""

    name: str
    documents: str
    clusters: str | None
    scores: str | None
    num_rows: int
    datatrove: str | None = None
    """Verdicts of datatrove's filters."""


@dataclass(frozen=True)
class Run:
    """A run by its run.json."""

    url: str
    record: Mapping[str, Any]
    stages: Mapping[str, StageFolder]

    @property
    def config(self) -> Mapping[str, Any]:
        config: Mapping[str, Any] = self.record.get("config") or {}
        return config

    @property
    def mix_stages(self) -> dict[str, StageFolder]:
        """Training stage -> its SEQUENCES, in the order of the run."""
        names = [stage["mixture"]["name"] for stage in self.config.get("stages") or ()]
        return {name: self.stages[MIX_PREFIX + name] for name in names if MIX_PREFIX + name in self.stages}

    @functools.cached_property
    def document_shards(self) -> list[DocumentShard]:
        """Every DOCUMENTS shard with its CLUSTERS and SCORES where the run has them."""
        clusters, scores, verdicts = (self._by_stem(name) for name in ("dedup", "score", "datatrove"))
        made = []
        for stage in (self.stages[name] for name in self.document_stages):
            for entry in stage.manifest.shards:
                url, name = shard_url(stage.directory, entry.name), entry.name
                found = (clusters.get(name), scores.get(name), entry.rows_out, verdicts.get(name))
                made.append(DocumentShard(name, url, *found))
        return made

    @property
    def document_stages(self) -> list[str]:
        """Stages whose shards are the DOCUMENTS that all later stages read."""
        read = FORMAT_STAGE if FORMAT_STAGE in self.stages else DOCUMENT_STAGES[0]
        return [name for name in (read, *DOCUMENT_STAGES[1:]) if name in self.stages]

    def _by_stem(self, name: str) -> dict[str, str]:
        stage = self.stages.get(name)
        return {} if stage is None else {e.name: shard_url(stage.directory, e.name) for e in stage.manifest.shards}

    def resolve(self, path: str) -> str:
        """A path of run.json, which is relative to OUT, as a URL."""
        return path if "://" in path or path.startswith("/") else shards.join(self.url, path)

    def sources(self) -> dict[str, Mapping[str, Any]]:
        """Settings of each source by name, as the recipe gives them."""
        sources = self.config.get("sources") or {}
        if isinstance(sources, Mapping):
            return {name: {"name": name, **settings} for name, settings in sources.items()}
        return {source["name"]: source for source in sources}

    def stage(self, name: str) -> StageFolder:
        """Raises InputError where the run did not get so far."""
        if name not in self.stages:
            raise InputError(f"{self.url}: has no stage {name}; its run.json lists {', '.join(self.stages) or 'none'}")
        return self.stages[name]


def open_run(out_url: str) -> Run:
    """The run in the folder `out_url`. Raises InputError where no run ended there."""
    url = shards.join(out_url, "run.json")
    try:
        record = shards.read_json(url)
    except InputError as error:
        raise InputError(f"{url}: not there; expected the output folder of `tercet run`, which writes it when it ends") from error
    run = Run(out_url, record, {})
    stages = {stage["name"]: StageFolder(stage["name"], run.resolve(stage["directory"]), stage) for stage in record["stages"]}
    return Run(out_url, record, stages)


def find_rows(urls: Sequence[str], column: str, prefix: str) -> Iterator[tuple[str, int, str]]:
    """(file, row, value) wherever `column` starts with `prefix`; reads nothing but that column."""
    for url in urls:
        values = shards.read_table(url, columns=[column]).column(column)
        for row in pc.indices_nonzero(pc.starts_with(values, prefix)).to_pylist():
            yield url, row, values[row].as_py()


def find_equal(urls: Sequence[str], column: str, values: Sequence[str], columns: list[str]) -> pa.Table:
    """The rows of all files whose `column` is one of `values`, plus `_url` and `_row`: where they stand."""
    wanted = pa.array(sorted(set(values)), pa.string())
    found = []
    for url in urls:
        table = shards.read_table(url, columns=columns)
        rows = pc.indices_nonzero(pc.is_in(table.column(column), wanted))
        part = table.take(rows).append_column("_row", rows.cast(pa.int64()))
        found.append(part.append_column("_url", pa.array([url] * part.num_rows, pa.string())))
    return (
        pa.concat_tables(found) if found else pa.table({name: pa.array([], pa.string()) for name in [*columns, "_row", "_url"]})
    )


def read_row(url: str, row: int, *, columns: list[str] | None = None) -> dict[str, Any]:
    """One row of a Parquet file; reads the row group it stands in."""
    with shards.open_input(url) as stream:
        file = pq.ParquetFile(stream)
        start = 0
        for group in range(file.metadata.num_row_groups):
            size = file.metadata.row_group(group).num_rows
            if row < start + size:
                found: dict[str, Any] = file.read_row_group(group, columns=columns).slice(row - start, 1).to_pylist()[0]
                return found
            start += size
    raise InputError(f"{url}: has {start} rows, row {row} was asked for")


def read_rejects(urls: Sequence[str]) -> Iterator[dict[str, Any]]:
    """All REJECTS rows, file by file."""
    for url in urls:
        yield from shards.read_table(url).to_pylist()
