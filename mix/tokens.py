"""Scored documents as token ids, each in its bucket: the shards that inventories are counted from and cells are read from.

A shard is sorted by bucket and, inside, by scatter key. What belongs to one cell lies in every shard, so documents go to their
cells (`to_cells`) before these are packed: each shard is read once, and a cell's documents from as few files as there were tasks
that did it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus import shards
from corpus.ids import content_id
from corpus.schema import ID
from corpus.stage import NO_REJECTS, StageOutput
from mix import fim
from mix.cells import cell_range, scatter_keys
from mix.inventory import (
    ANNOTATED,
    COUNTS,
    IS_ANNOTATED,
    Buckets,
    bucket_of,
    bucket_rule,
    columns_read,
    join_annotations,
)
from mix.recipe import MixConfig
from mix.tokenizing import load_tokenizer

I64 = npt.NDArray[np.int64]

TOKEN_LIST = pa.list_(pa.field("element", pa.int32(), nullable=False))

TOKENS = pa.schema(
    [
        pa.field("bucket", pa.string()),
        pa.field("scatter", pa.uint64(), nullable=False),
        pa.field("doc_id", ID, nullable=False),
        pa.field("num_tokens", pa.int64(), nullable=False),
        pa.field("tokens", TOKEN_LIST, nullable=False),
    ]
)
"""One row a document: its bucket (null: left out, and then without tokens), the key that scatters it over cells, its ids with
the end-of-document token. The bucket columns follow."""

ROW_GROUP_ROWS = 512
"""Documents of a row group."""

BATCH_DOCUMENTS = 256
"""Documents encoded at a time; bounds the memory of the tokenizer's own objects."""


def tokens_schema(config: MixConfig) -> pa.Schema:
    return pa.schema([*TOKENS, *bucket_rule(config).schema])


def inventory_schema(config: MixConfig) -> pa.Schema:
    """Of each tokenised shard, one row a bucket: where its rows begin, how many they are, how many tokens."""
    place = [pa.field("shard", pa.string(), nullable=False), pa.field("bucket", pa.string())]
    counts = [pa.field(name, kind, nullable=False) for name, kind in (("first_row", pa.int64()), *COUNTS)]
    return pa.schema([*place, *bucket_rule(config).schema, *counts])


class AnnotatedShard(NamedTuple):
    """One shard of documents with its annotations."""

    documents: str
    clusters: str
    scores: str


def read_annotated(shard: AnnotatedShard, config: MixConfig) -> Iterator[StageOutput]:
    """The shard's documents with the columns that `config` reads, as one batch."""
    wanted = columns_read(bucket_rule(config)) | {"doc_id"} | ({"kind"} if config.fim else set())
    columns = [[*wanted.intersection(_names(url))] for url in shard]
    documents = shards.read_table(shard.documents, columns=sorted({*columns[0], "text"}))
    clusters, scores = (shards.read_table(url, columns=sorted(names)) for url, names in zip(shard[1:], columns[1:], strict=True))
    joined = join_annotations(documents, clusters, scores, what=shard.documents)
    lost = joined.num_rows - (pc.sum(joined.column(IS_ANNOTATED)).as_py() or 0) if IS_ANNOTATED in joined.column_names else 0
    yield StageOutput(joined, NO_REJECTS, {"documents_not_annotated": lost} if lost else {})


def _names(url: str) -> list[str]:
    with shards.open_input(url) as stream:
        names: list[str] = pq.read_schema(stream).names
    return names


def tokenize_documents(annotated: pa.Table, config: MixConfig) -> StageOutput:
    """Rows of `tokens_schema`, one for each document, sorted by bucket (left-out documents last) and scatter key."""
    rule = bucket_rule(config)
    tokenizer = load_tokenizer(config.tokenizer)
    bucket = bucket_of(_with_all_columns(annotated), rule)
    text = annotated.column("text")
    bucket = pc.if_else(pc.greater(pc.binary_length(text), 0), bucket, pa.scalar(None, pa.string())).combine_chunks()
    end = np.array([tokenizer.end_of_document], dtype=np.int32)
    kept = np.flatnonzero(pc.is_valid(bucket).to_numpy(zero_copy_only=False))
    encoder = tokenizer.check(text.take(pa.array(kept[:: max(1, len(kept) // 64)])).to_pylist())
    lengths = np.zeros(annotated.num_rows, dtype=np.int64)
    parts: list[Any] = []
    fim_tokens = fim.fim_ids(config.fim, tokenizer, where=config.tokenizer) if config.fim else None
    code_ids = _ids_of_code(annotated) if config.fim else None
    rearranged = 0
    for start in range(0, len(kept), BATCH_DOCUMENTS):
        batch = kept[start : start + BATCH_DOCUMENTS]
        texts = text.take(pa.array(batch)).to_pylist()
        if config.fim and fim_tokens and code_ids is not None:
            of_code = code_ids.take(pa.array(batch)).to_pylist()
            encoded, number = fim.encode(texts, of_code, tokenizer, config.fim, ids=fim_tokens, seed=config.seed)
            rearranged += number
        else:
            encoded = tokenizer.encode(texts)
        lengths[batch] = [len(ids) + 1 for ids in encoded]
        parts += [part for ids in encoded for part in (ids, end)]
    table = pa.table(
        {
            "bucket": bucket,
            "scatter": scatter_keys(annotated.column("doc_id"), config.seed),
            "doc_id": annotated.column("doc_id"),
            "num_tokens": lengths,
            "tokens": token_lists(np.concatenate(parts) if parts else np.empty(0, np.int32), lengths),
            **_bucket_columns(annotated, rule),
        },
        schema=tokens_schema(config),
    )
    counters = {f"documents_encoded_by_{encoder.name}": len(kept), **({"documents_rearranged": rearranged} if config.fim else {})}
    table = table.sort_by([("bucket", "ascending"), ("scatter", "ascending"), ("doc_id", "ascending")])
    return StageOutput(table, NO_REJECTS, counters)


def _ids_of_code(annotated: pa.Table) -> pa.ChunkedArray:
    """The ids of documents of kind code; null for others."""
    is_code = pc.equal(annotated.column("kind"), "code")
    return pc.if_else(is_code, annotated.column("doc_id"), pa.scalar(None, pa.string()))


def _with_all_columns(annotated: pa.Table) -> pa.Table:
    return annotated.select([name for name in annotated.column_names if name in (*ANNOTATED.names, IS_ANNOTATED)])


def _bucket_columns(annotated: pa.Table, rule: Buckets) -> dict[str, pa.Array]:
    return {field.name: rule.columns[field.name].evaluate(annotated).cast(field.type) for field in rule.schema}


def token_lists(values: npt.NDArray[np.int32], lengths: I64) -> pa.Array:
    """Lists of `lengths` values each, out of all values in a row."""
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(values, pa.int32()), type=TOKEN_LIST)


def count_shards(urls: Sequence[str], config: MixConfig) -> Iterator[StageOutput]:
    """Rows of `inventory_schema` for each tokenised shard."""
    schema = inventory_schema(config)
    names = bucket_rule(config).schema.names
    for url in urls:
        table = shards.read_table(url, columns=["bucket", "num_tokens", *names])
        rows = pa.array(np.arange(table.num_rows))
        summed = (
            table.append_column("row", rows)
            .group_by(["bucket", *names], use_threads=False)
            .aggregate([("row", "min"), ("row", "count"), ("num_tokens", "sum")])
            .rename_columns({"row_min": "first_row", "row_count": "documents", "num_tokens_sum": "tokens"})
            .sort_by([("first_row", "ascending")])
        )
        stem = url.rsplit("/", 1)[-1].removesuffix(".parquet")
        summed = summed.append_column("shard", pa.array([stem] * summed.num_rows, pa.string()))
        yield StageOutput(summed.select(schema.names).cast(schema), NO_REJECTS)


class Documents(NamedTuple):
    """Documents, or parts of them, in a fixed order, their tokens in one array."""

    doc_ids: list[str]
    offsets: I64
    """Where each begins in its document."""
    starts: I64
    """Where each begins in `tokens`."""
    lengths: I64
    tokens: npt.NDArray[np.int32]


def documents_of(doc_ids: list[str], offsets: I64, lengths: I64, tokens: npt.NDArray[np.int32]) -> Documents:
    """Documents whose tokens follow each other in `tokens`."""
    return Documents(doc_ids, offsets, np.cumsum(lengths) - lengths, lengths, tokens)


TOKEN_BYTES = pa.binary()
"""Token ids as the bytes of little-endian int32, for files between two stages, and those compressed by lz4 (corpus/shards.py).
Read at 951 million tokens a CPU second, with zstd level 1 at 414, as a list with zstd at 270; 1.10 bytes a token of 8,192 ids,
with zstd .71. These files may be deleted when the stages are there: they cost disk rather than time."""

CELLS = pa.schema(
    [
        pa.field("scatter", pa.uint64(), nullable=False),
        pa.field("doc_id", ID, nullable=False),
        pa.field("tokens", TOKEN_BYTES, nullable=False),
    ]
)
"""Documents on their way to their cells."""


def offsets_of(counts: npt.NDArray[np.integer]) -> npt.NDArray[np.int32]:
    """Arrow's offsets of lists of `counts` elements. Raises OverflowError where int32 does not hold them."""
    ends = np.cumsum(counts, dtype=np.int64)
    if len(ends) and ends[-1] > np.iinfo(np.int32).max:
        raise OverflowError(f"{ends[-1]:,} elements in one column of lists; the most are 2^31 - 1")
    return np.concatenate([[0], ends]).astype(np.int32)


def joined(parts: Sequence[npt.NDArray[np.int32]]) -> npt.NDArray[np.int32]:
    """The parts one after the other, in memory of Arrow's pool: it is used again, while fresh pages cost as much as the copy."""
    buffer = pa.allocate_buffer(4 * sum(map(len, parts)))
    values = np.frombuffer(buffer, dtype=np.int32)
    if parts:
        np.concatenate(parts, out=values)
    return values


def one_chunk(column: pa.ChunkedArray) -> pa.Array:
    """The column's values; without the copy that combine_chunks makes of a single chunk."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def token_bytes(tokens: npt.NDArray[np.int32], lengths: npt.NDArray[np.integer]) -> pa.Array:
    """TOKEN_BYTES of `lengths` tokens each, out of all tokens in a row; no copy."""
    offsets = offsets_of(4 * np.asarray(lengths, dtype=np.int64))
    return pa.Array.from_buffers(
        TOKEN_BYTES, len(lengths), [None, pa.py_buffer(offsets), pa.py_buffer(tokens.astype("<i4", copy=False))]
    )


def tokens_of_bytes(column: pa.BinaryArray) -> tuple[npt.NDArray[np.int32], I64]:
    """The tokens of all values and where each value begins and the last ends in them; no copy."""
    _, offsets, data = column.buffers()
    bounds = np.frombuffer(offsets, dtype=np.int32)[column.offset : column.offset + len(column) + 1].astype(np.int64) // 4
    return np.frombuffer(data or b"", dtype="<i4")[: bounds[-1] if len(bounds) else 0], bounds


def to_cells(urls: Sequence[str], cells: Mapping[str, tuple[int, int]]) -> tuple[pa.Table, I64]:
    """CELLS of the documents of some tokenised shards, and the number of each one's cell; sorted by cell, then by scatter key.

    `cells`: bucket -> the number of its first cell, and how many cells it has. Documents of other buckets are left out.
    """
    tables = [_with_cells(shards.read_table(url, columns=["bucket", "scatter", "doc_id", "tokens"]), cells) for url in urls]
    parts = [part for table in tables for part in _token_views(table)]
    keys = pa.concat_tables([table.drop_columns(["tokens"]) for table in tables])
    order = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in ("cell", "scatter", "doc_id")])
    keys = keys.take(order)
    parts = [parts[i] for i in order.to_pylist()]
    tokens = token_bytes(joined(parts), np.array([len(part) for part in parts], dtype=np.int64))
    table = pa.table([keys.column("scatter"), keys.column("doc_id"), tokens], schema=CELLS)
    return table, keys.column("cell").to_numpy()


def _with_cells(table: pa.Table, cells: Mapping[str, tuple[int, int]]) -> pa.Table:
    """The rows of the buckets in `cells`, with the number of their cell instead of the bucket."""
    names = list(cells)
    index = pc.index_in(table.column("bucket"), pa.array(names, pa.string()))
    table, index = table.filter(pc.is_valid(index)), pc.drop_null(index).to_numpy()
    scatter = table.column("scatter").to_numpy()
    cell = np.empty(len(index), np.int64)
    for i in np.unique(index):
        first, number = cells[names[i]]
        begins = np.array([cell_range(nth, number)[0] for nth in range(number)], dtype=np.uint64)
        own = index == i
        cell[own] = first + np.searchsorted(begins, scatter[own], side="right") - 1
    return table.drop_columns(["bucket"]).append_column("cell", pa.array(cell))


def _token_views(table: pa.Table) -> Iterator[npt.NDArray[np.int32]]:
    """The token ids of each row, where they lie."""
    for chunk in table.column("tokens").chunks:
        offsets, values = chunk.offsets.to_pylist(), chunk.values.to_numpy()
        yield from (values[a:b] for a, b in pairwise(offsets))


class CellSource(Protocol):
    """Where a cell's documents lie."""

    def tables(self, schema: pa.Schema) -> Iterator[pa.Table]:
        """All of them, in the columns of `schema` (CELLS)."""


def read_cell(source: CellSource) -> Documents:
    """The documents of a cell, in the order of their scatter keys."""
    table = pa.concat_tables([CELLS.empty_table(), *source.tables(CELLS)])
    parts, bounds = zip(*map(tokens_of_bytes, table.column("tokens").chunks), strict=True)
    tokens = joined([part[at[0] : at[-1]] for part, at in zip(parts, bounds, strict=True)])
    lengths = np.concatenate([np.diff(at) for at in bounds])
    starts = np.cumsum(lengths) - lengths
    order = pc.sort_indices(table.drop_columns(["tokens"]), sort_keys=[("scatter", "ascending"), ("doc_id", "ascending")])
    doc_ids = table.column("doc_id").take(order).to_pylist()
    order = order.to_numpy()
    return Documents(doc_ids, np.zeros(len(doc_ids), np.int64), starts[order], lengths[order], tokens)


def shard_digest(parts: Sequence[str]) -> str:
    """Digest of a task's input from the digests of its parts."""
    return content_id(*parts)[:12]
