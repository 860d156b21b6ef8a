"""POINTERS to DECISIONS: every chain is followed to the document that stays, and clusters are counted.

A page's older fetch stands for its newest one, which may have the text of a third, which may be near a fourth: three steps at
most, since a pass only looks at documents that the passes before it left.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.schema import CLUSTERS
from dedup.buckets import POINTERS, REASONS
from dedup.rows import BoolArray, IntArray, keys_of

MAX_STEPS = 3
"""Pointers in a chain: url, exact, near."""

DECISIONS = pa.schema(
    [
        *(pa.field(name, pa.int32(), nullable=False) for name in ("shard", "row")),
        *(field for field in CLUSTERS if field.name not in ("doc_id", "canonical_url")),
    ]
)
"""Every document of a cluster of two or more, by shard and row; a document that is not here stays and is alone."""


def followed(travellers: pa.Table, pointers: pa.Table) -> pa.Table:
    """POINTERS with each target replaced by what it points at itself, where `pointers` says so."""
    targets = keys_of(travellers, "kept_")
    sources = keys_of(pointers)
    order = np.argsort(sources)
    place = np.searchsorted(sources[order], targets)
    place = np.minimum(place, max(len(sources) - 1, 0))
    goes_on = sources[order][place] == targets if len(sources) else np.zeros(len(targets), np.bool_)
    at = order[place[goes_on]] if len(sources) else order
    table = travellers
    for name in ("kept_shard", "kept_row"):
        values = travellers.column(name).to_numpy().copy()
        values[goes_on] = pointers.column(name).to_numpy()[at]
        table = table.set_column(POINTERS.get_field_index(name), POINTERS.field(name), pa.array(values))
    return table


def decisions(pointers: pa.Table, doc_ids: pa.Array, sizes: IntArray) -> pa.Table:
    """DECISIONS of the documents that POINTERS name; for each the doc_id of the one that stays, and its cluster's size."""
    reasons = pa.array(REASONS).take(pointers.column("reason").combine_chunks())
    values = pointers.column("jaccard").to_numpy()
    return pa.table(
        [
            pointers.column("shard"), pointers.column("row"), pa.array(np.zeros(pointers.num_rows, np.bool_)), doc_ids, doc_ids,
            pa.array(sizes.astype(np.int32)), reasons, pa.array(values, mask=np.isnan(values)),
        ],
        schema=DECISIONS,
    )  # fmt: skip


def kept_decisions(shard: int, rows: IntArray, doc_ids: pa.Array, sizes: IntArray) -> pa.Table:
    """DECISIONS of documents that stay and for which others went."""
    count = rows.size
    places = [pa.array(np.full(count, shard, np.int32)), pa.array(rows.astype(np.int32)), pa.array(np.ones(count, np.bool_))]
    nothing = [pa.nulls(count, pa.string()), pa.nulls(count, pa.float32())]
    return pa.table([*places, doc_ids, doc_ids, pa.array(sizes.astype(np.int32)), *nothing], schema=DECISIONS)


def annotate(signatures: pa.Table, decided: pa.Table) -> pa.Table:
    """CLUSTERS of one shard, in its row order, from its SIGNATURES and its DECISIONS."""
    rows = decided.column("row").to_numpy()
    place = np.full(signatures.num_rows, -1)
    place[rows] = np.arange(rows.size)
    alone = pa.array(place < 0)
    found = decided.take(pa.array(place, mask=place < 0))
    own_id = signatures.column("doc_id")
    defaults = {"keep": pa.scalar(True), "cluster_id": own_id, "kept_id": own_id, "cluster_size": pa.scalar(1, pa.int32())}
    columns = {"doc_id": own_id, "canonical_url": signatures.column("canonical_url")}
    for name in ("dedup_reason", "jaccard"):
        columns[name] = found.column(name)
    for name, default in defaults.items():
        columns[name] = pc.if_else(alone, default, found.column(name))
    return pa.table([columns[name] for name in CLUSTERS.names], schema=CLUSTERS)


def staying(num_rows: int, shard: int, *pointers: pa.Table) -> BoolArray:
    """Which documents of a shard stand for themselves."""
    stays = np.ones(num_rows, np.bool_)
    for table in pointers:
        here = table.column("shard").to_numpy() == shard
        stays[table.column("row").to_numpy()[here]] = False
    return stays
