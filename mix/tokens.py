"""Scored documents as token ids, each in its bucket: the shards that inventories are counted from and cells are read from.

A shard is sorted by bucket and, inside, by scatter key, so that a cell of a bucket is one run of rows in every shard.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

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
from mix.cells import scatter_keys
from mix.inventory import ANNOTATED, COUNTS, Buckets, bucket_of, bucket_rule, columns_read, join_annotations
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
"""Documents of a row group: what is read of a shard to have one cell's documents."""

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
    yield StageOutput(join_annotations(documents, clusters, scores, what=shard.documents), NO_REJECTS)


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
    return annotated.select([name for name in annotated.column_names if name in ANNOTATED.names])


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


class Run(NamedTuple):
    """Rows of one bucket in one tokenised shard."""

    url: str
    first_row: int
    num_rows: int


def read_cell(runs: Sequence[Run], keys: tuple[int, int]) -> Documents:
    """The documents of a bucket whose scatter keys lie in `keys` (both included), in the order of these keys."""
    names = ["scatter", "doc_id", "tokens"]
    found = [table for run in runs for table in _read_run(run, keys, names)]
    table = pa.concat_tables([pa.schema([TOKENS.field(name) for name in names]).empty_table(), *found])
    table = table.sort_by([("scatter", "ascending"), ("doc_id", "ascending")]).combine_chunks()
    lengths = pc.list_value_length(table.column("tokens")).to_numpy().astype(np.int64)
    values = pc.list_flatten(table.column("tokens")).to_numpy()
    return documents_of(table.column("doc_id").to_pylist(), np.zeros(len(lengths), np.int64), lengths, values)


def _read_run(run: Run, keys: tuple[int, int], columns: list[str]) -> Iterator[pa.Table]:
    """The run's rows inside `keys`; row groups that hold none of them are not read."""
    low, high = (pa.scalar(key, pa.uint64()) for key in keys)
    with shards.open_input(run.url) as stream:
        file = pq.ParquetFile(stream)
        first = 0
        for group in range(file.num_row_groups):
            rows = range(first, first + file.metadata.row_group(group).num_rows)
            first = rows.stop
            start, stop = max(rows.start, run.first_row), min(rows.stop, run.first_row + run.num_rows)
            if start >= stop or not _may_hold(file.metadata.row_group(group), keys):
                continue
            table = file.read_row_group(group, columns=columns).slice(start - rows.start, stop - start)
            scatter = table.column("scatter")
            yield table.filter(pc.and_(pc.greater_equal(scatter, low), pc.less_equal(scatter, high)))


def _may_hold(group: Any, keys: tuple[int, int]) -> bool:
    """Whether the row group's statistics allow a scatter key in the range."""
    column = next(c for i in range(group.num_columns) if (c := group.column(i)).path_in_schema == "scatter")
    statistics = column.statistics
    return statistics is None or not (statistics.max < keys[0] or statistics.min > keys[1])


def shard_digest(parts: Sequence[str]) -> str:
    """Digest of a task's input from the digests of its parts."""
    return content_id(*parts)[:12]
