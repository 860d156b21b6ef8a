"""`tercet mix where OUT WHAT ...`: the training rows that hold a document, so that a request to remove it can be answered.

WHAT is a document's id, or its first digits, or a URL. The rows are computed from the packed units (mix.where), in seconds and
with no index; where the units are gone, the id columns of all shards are read instead. A URL is looked up in the run's documents,
which reads their column of URLs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow.compute as pc

from corpus import shards
from corpus.errors import InputError
from mix.emit import Emitter
from mix.where import Place, parts_of, places
from pipelines.mix_verify import emit_job, plan_of
from pipelines.report_run import MIX_PREFIX, Run, find_rows, open_run

FULL_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Answer:
    """Where documents are."""

    doc_ids: dict[str, list[str]]
    """What was asked -> documents."""
    places: list[Place]
    """By stage in the order of the run, then by row."""
    computed: bool
    """False where the shards were read through."""


def where(out_url: str, asked: Sequence[str]) -> Answer:
    """The rows of all stages. Raises InputError for what is no document of the run, and for a run without a mixture."""
    run = open_run(out_url)
    plan = plan_of(run)
    doc_ids = {what: _documents(run, what) for what in asked}
    wanted = sorted({doc_id for found in doc_ids.values() for doc_id in found})
    names = [stage.name for stage in plan.stages]
    folder = next((run.stages[MIX_PREFIX + name] for name in names if MIX_PREFIX + name in run.stages), None)
    if folder is None:
        raise InputError(f"{run.url}: has no training rows; expected the output folder of tercet mix emit or tercet run")
    try:
        emitter = Emitter(emit_job(run, plan, folder.manifest.config))
        cell_tokens = int(run.stages["pack-1"].manifest.config["cell_tokens"])  # type: ignore[call-overload]
        found = [place for place in places(wanted, emitter, cell_tokens) if MIX_PREFIX + place.stage in run.stages]
        computed = True
    except (InputError, FileNotFoundError):
        found, computed = list(read_through(run, names, wanted)), False
    found.sort(key=lambda place: (names.index(place.stage), place.row, place.start))
    return Answer(doc_ids, found, computed)


def _documents(run: Run, what: str) -> list[str]:
    """The ids of the documents that are meant: all of a URL, the one whose id begins so."""
    urls = [shard.documents for shard in run.document_shards]
    if FULL_ID.fullmatch(what.lower()):
        return [what.lower()]
    if "/" in what or ":" in what:
        found = sorted({doc_id for url in urls for doc_id in _with_url(url, what)})
        if not found:
            raise InputError(f"{run.url}: no document with the URL {what!r} among {len(urls):,} shards of documents")
        return found
    found = sorted({doc_id for _, _, doc_id in find_rows(urls, "doc_id", what.lower())}) if what else []
    if len(found) != 1:
        seen = f"{len(found):,} documents whose ids begin" if found else "no document whose id begins"
        raise InputError(f"{run.url}: {seen} with {what!r}; expected one id, its first digits, or a URL")
    return found


def _with_url(documents: str, wanted: str) -> Iterator[str]:
    table = shards.read_table(documents, columns=["url", "doc_id"])
    yield from table.filter(pc.equal(table.column("url"), wanted)).column("doc_id").to_pylist()


def read_through(run: Run, stages: Sequence[str], doc_ids: Sequence[str]) -> Iterator[Place]:
    """The same from the shards themselves: the columns of ids of every row."""
    columns = ["doc_ids", "doc_offsets", "doc_ends", "bucket", "epoch", "row"]
    for name in stages:
        folder = run.stages.get(MIX_PREFIX + name)
        for url in folder.shard_urls if folder else ():
            table = shards.read_table(url, columns=columns)
            for part in parts_of(table, list(doc_ids)):
                at = {column: table.column(column)[part.stored_row].as_py() for column in ("bucket", "epoch", "row")}
                shard = url.rsplit("/", 1)[-1].removesuffix(".parquet")
                yield Place(part.doc_id, name, at["row"], shard, at["bucket"], at["epoch"], part.start, part.stop, part.offset)


def as_text(answer: Answer) -> str:
    """One line a row."""
    lines = []
    for what, doc_ids in answer.doc_ids.items():
        for doc_id in doc_ids:
            own = [place for place in answer.places if place.doc_id == doc_id]
            tokens = sum(place.stop - place.start for place in own)
            name = f"{doc_id} ({what})" if what != doc_id else doc_id
            lines.append(f"{name}: {len({(p.stage, p.row) for p in own}):,} rows, {tokens:,} tokens")
            for p in own:
                document = f"document's tokens {p.offset} to {p.offset + p.stop - p.start - 1}"
                place = f"  {p.stage}  row {p.row}  shard {p.shard}  tokens {p.start} to {p.stop - 1}"
                lines.append(f"{place}  ({document}; epoch {p.epoch} of {p.bucket})")
    how = "computed from the packed units" if answer.computed else "read from all shards: the packed units are gone"
    return "\n".join([*lines, f"({how}; tercet inspect row OUT STAGE ROW shows one)"])
