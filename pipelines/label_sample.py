"""Which documents of a run are labelled: a sample stratified over source and domain, the same wherever it is drawn.

Within a stratum documents are ordered by a hash of the seed and their id. The sample takes the first of each stratum, then the
second of each, and so on until it is full: equal shares, small strata whole. So a larger sample begins with the smaller one, and
a labelling that is cut short anywhere has labelled a stratified sample.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from corpus import shards
from corpus.errors import InputError
from corpus.ids import content_id
from pipelines.label_config import LabelSample
from pipelines.report_run import DocumentShard, Run

UNSCORED = "(unscored)"
READS = ("doc_id", "source", "url", "path", "record_offset", "kind", "text")
"""Columns of DOCUMENTS that labelling needs."""


class Stratum(NamedTuple):
    source: str
    domain: str


class Place(NamedTuple):
    """Where a sampled document stands."""

    doc_id: str
    shard: str
    """URL of the DOCUMENTS shard."""
    row: int


@dataclass(frozen=True)
class Sample:
    """The documents, in the order in which they are to be labelled."""

    places: tuple[Place, ...]
    sampled: dict[Stratum, int]
    available: dict[Stratum, int]
    """Documents of each stratum that were there to choose from: with `sampled` it gives weights."""
    has_domains: bool


def draw(run: Run, config: LabelSample) -> Sample:
    """The sample of a run's documents: those that dedup keeps (where it ran) and that have text. Raises InputError for none."""
    best: defaultdict[Stratum, list[tuple[int, Place]]] = defaultdict(list)
    available: Counter[Stratum] = Counter()
    looked_at = _some_shards(run, config)
    seen: set[str] = set()
    for shard in looked_at:
        for stratum, place in _candidates(shard):
            available[stratum] += 1
            # Negative, for a heap whose first is the worst.
            entry = (-priority(place.doc_id, config.seed), place)
            heap = best[stratum]
            if len(heap) < config.num_documents:
                heapq.heappush(heap, entry)
            elif entry > heap[0]:
                heapq.heapreplace(heap, entry)
    queue = []
    for stratum, heap in best.items():
        for rank, (negative, place) in enumerate(sorted(heap, reverse=True)):
            queue.append((rank, -negative, place, stratum))
    queue.sort()
    # One id stands in two shards where two inputs hold the same page: one answer will do.
    chosen = [entry for entry in queue if not (entry[2].doc_id in seen or seen.add(entry[2].doc_id))]  # type: ignore[func-returns-value]
    chosen = chosen[: config.num_documents]
    if not chosen:
        raise InputError(f"{run.url}: none of its {len(looked_at)} DOCUMENTS shards holds a document to label")
    sampled = Counter(stratum for *_, stratum in chosen)
    places = tuple(place for _, _, place, _ in chosen)
    return Sample(places, dict(sorted(sampled.items())), dict(sorted(available.items())), any(s.scores for s in looked_at))


def priority(doc_id: str, seed: int) -> int:
    """A number drawn by document and seed; the lowest are sampled."""
    return int(content_id("label", seed, doc_id), 16)


def _some_shards(run: Run, config: LabelSample) -> list[DocumentShard]:
    """All shards, or of each source the first `max_shards` by a hash of their names, which begin with the source's."""
    if config.max_shards is None:
        return run.document_shards
    names = sorted(run.sources(), key=len, reverse=True)
    by_source: defaultdict[str, list[DocumentShard]] = defaultdict(list)
    for shard in sorted(run.document_shards, key=lambda each: content_id("label-shards", config.seed, each.name)):
        source = next((name for name in names if shard.name.startswith(f"{name}-")), "")
        by_source[source].append(shard)
    return [shard for some in by_source.values() for shard in some[: config.max_shards]]


def _candidates(shard: DocumentShard) -> Iterator[tuple[Stratum, Place]]:
    documents = shards.read_table(shard.documents, columns=["doc_id", "source", "num_chars"])
    nothing = pa.nulls(documents.num_rows)
    domains = shards.read_table(shard.scores, columns=["domain"]).column("domain") if shard.scores else nothing
    keeps = shards.read_table(shard.clusters, columns=["keep"]).column("keep") if shard.clusters else nothing
    columns = (
        *(documents.column(name).to_pylist() for name in ("doc_id", "source", "num_chars")),
        domains.to_pylist(),
        keeps.to_pylist(),
    )
    for row, (doc_id, source, num_chars, domain, keep) in enumerate(zip(*columns, strict=True)):
        if num_chars and keep is not False:
            yield Stratum(source, domain or UNSCORED), Place(doc_id, shard.documents, row)


def read_documents(places: Sequence[Place]) -> list[dict[str, Any]]:
    """The rows of DOCUMENTS at `places`, in their order; each shard is opened once."""
    by_shard: defaultdict[str, list[Place]] = defaultdict(list)
    for place in places:
        by_shard[place.shard].append(place)
    found: dict[str, dict[str, Any]] = {}
    for url, some in by_shard.items():
        rows = np.array(sorted(place.row for place in some))
        for row in shards.read_rows(url, rows, columns=list(READS)).to_pylist():
            found[row["doc_id"]] = row
    return [found[place.doc_id] for place in places]
