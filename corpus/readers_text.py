"""Tables of text: JSON lines and Parquet files, one page a row."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from corpus import shards
from corpus.errors import InputError
from corpus.readers_inputs import (
    InputShard,
    Read,
    Source,
    SourceFile,
    as_time,
    file_url,
    is_stream_failure,
    open_decompressed,
    page,
    reject,
    too_large,
)

ROWS_AT_ONCE = 64
"""Rows of a Parquet file that are Python objects at a time."""


def read_jsonl(shard: InputShard) -> Iterator[Read]:
    """One page a line that holds text; blank lines are no rows."""
    for file in shard.files:
        number = 0
        try:
            with open_decompressed(file) as stream:
                for number, (line, num_bytes) in enumerate(_lines(stream, shard.source.max_record_bytes)):
                    if line is None or line.strip():
                        yield _read_line(line, num_bytes, number, file, shard.source)
        except (EOFError, zlib.error, OSError) as error:
            if is_stream_failure(error):
                raise
            reason = "truncated_gzip" if isinstance(error, EOFError) else "unreadable_file"
            detail = f"{type(error).__name__}: {error}; nothing was read after line {number + 1}"
            yield _reject_row(shard.source, file, number + 1, reason=reason, detail=detail, num_bytes=file.num_bytes)


def _lines(stream: BinaryIO, limit: int) -> Iterator[tuple[bytes | None, int]]:
    """Every line and its length; None for a line longer than `limit`, which is passed over piece by piece."""
    while piece := stream.readline(limit + 1):
        if len(piece) <= limit or piece.endswith(b"\n"):
            yield piece, len(piece)
            continue
        num_bytes = len(piece)
        while piece and not piece.endswith(b"\n"):
            piece = stream.readline(1 << 20)
            num_bytes += len(piece)
        yield None, num_bytes


def _read_line(line: bytes | None, num_bytes: int, number: int, file: SourceFile, source: Source) -> Read:
    if line is None:
        return too_large(source, url=file_url(source, file.path, number), path=file.path, offset=number, num_bytes=num_bytes)
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:  # ValueError: also UnicodeDecodeError
        return _reject_row(source, file, number, reason="bad_json_line", detail=str(error), num_bytes=num_bytes)
    if not isinstance(value, dict):
        detail = f"expected an object, saw {type(value).__name__}"
        return _reject_row(source, file, number, reason="bad_json_line", detail=detail, num_bytes=num_bytes)
    return _text_page(value, number, file, source, num_bytes=num_bytes)


def read_parquet(shard: InputShard) -> Iterator[Read]:
    """One page a row. Raises InputError where the file has no text column: the recipe is wrong, not the document."""
    for file in shard.files:
        with shards.open_input(file.url) as stream:
            try:
                parquet = pq.ParquetFile(stream)
            except pa.ArrowInvalid as error:
                yield _reject_row(shard.source, file, 0, reason="unreadable_file", detail=str(error), num_bytes=file.num_bytes)
                continue
            yield from _parquet_rows(parquet, file, shard.source)


def _parquet_rows(parquet: pq.ParquetFile, file: SourceFile, source: Source) -> Iterator[Read]:
    names = parquet.schema_arrow.names
    if source.text_column not in names:
        raise InputError(
            f"source {source.name}: {file.path}: no column {source.text_column!r}; it has {', '.join(names)}. Set text_column."
        )
    columns = [name for name in (source.text_column, source.url_column, source.date_column) if name in names]
    number = 0
    try:
        for batch in parquet.iter_batches(batch_size=ROWS_AT_ONCE, columns=columns):
            for row in batch.to_pylist():
                yield _text_page(row, number, file, source, num_bytes=0)
                number += 1
    except (pa.ArrowInvalid, OSError) as error:
        if is_stream_failure(error):
            raise
        detail = f"{error}; nothing was read after row {number}"
        yield _reject_row(source, file, number, reason="unreadable_file", detail=detail, num_bytes=file.num_bytes)


def _text_page(row: Mapping[str, Any], number: int, file: SourceFile, source: Source, *, num_bytes: int) -> Read:
    text = row.get(source.text_column)
    if not isinstance(text, str | bytes):
        detail = f"column {source.text_column!r} is {type(text).__name__}, expected text"
        return _reject_row(source, file, number, reason="missing_text", detail=detail, num_bytes=num_bytes)
    content = text.encode("utf-8", "replace") if isinstance(text, str) else text
    url = row.get(source.url_column)
    url = url if isinstance(url, str) and url else file_url(source, file.path, number)
    if len(content) > source.max_record_bytes:
        return too_large(source, url=url, path=file.path, offset=number, num_bytes=len(content))
    return page(
        source,
        url=url,
        path=file.path,
        offset=number,
        content=content,
        content_type=source.content_type,
        charset="utf-8",
        fetched_at=as_time(row.get(source.date_column)),
    )


def _reject_row(source: Source, file: SourceFile, number: int, *, reason: str, detail: str, num_bytes: int) -> Read:
    url = file_url(source, file.path, number)
    return reject(source, url=url, path=file.path, offset=number, reason=reason, detail=detail, num_bytes=num_bytes)
