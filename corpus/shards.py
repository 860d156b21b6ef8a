"""Reading and writing shards: Parquet files that are there whole or not at all.

Works on local paths and on any fsspec URL. A local file is written aside and renamed; on an object store, where a PUT is
atomic and a rename is a copy, the bytes go up in one PUT under the final name. The footer's key `tercet` says what made the file.
"""

from __future__ import annotations

import contextlib
import json
import os
import posixpath
import uuid
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import fsspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import xxhash

from corpus.errors import InputError

FOOTER_KEY = b"tercet"
TEMPORARY_SUFFIX = ".tmp"
COMPRESSION = {"compression": "zstd", "compression_level": 1}
"""zstd level 1: Parquet of web text 3.6x smaller, decoded at over 500 MB/s a core."""


def filesystem(url: str) -> tuple[Any, str]:
    """The fsspec file system of `url` and the path on it."""
    fs, path = fsspec.core.url_to_fs(url)
    return fs, path


def is_local(fs: Any) -> bool:
    return "file" in (fs.protocol if isinstance(fs.protocol, tuple | list) else (fs.protocol,))


def join(*parts: str) -> str:
    return posixpath.join(*parts)


def list_files(url: str) -> list[str]:
    """Sorted URLs of the files matching a path, a directory (all below it) or a glob. Raises InputError where there is none."""
    fs, path = filesystem(url)
    if any(c in path for c in "*?["):
        found = [name for name, info in fs.glob(path, detail=True).items() if info["type"] == "file"]
    elif fs.isdir(path):
        found = list(fs.find(path))
    elif fs.exists(path):
        found = [path]
    else:
        found = []
    if not found:
        raise InputError(f"{url}: no file there; expected a file, a directory or a glob that matches something")
    return sorted(found if is_local(fs) else map(fs.unstrip_protocol, found))


def open_input(url: str) -> BinaryIO:
    """The file's raw bytes, for reading. Raises InputError where it is not there."""
    try:
        fs, path = filesystem(url)
        stream: BinaryIO = fs.open(path, "rb")
    except (FileNotFoundError, IsADirectoryError) as error:
        raise InputError(f"{url}: {error.strerror or 'no such file'}") from error
    return stream


def fingerprint(url: str) -> str:
    """12 hexadecimal digits that change when the file does, without reading all of it.

    An object store's ETag where there is one; else the size and three 64 KiB samples (first, middle, last), which is the whole
    file up to 192 KiB. Modification times are not used: they differ between two checkouts of the same bytes.
    """
    fs, path = filesystem(url)
    info = fs.info(path)
    digest = xxhash.xxh3_128(str(info["size"]).encode())
    etag = info.get("ETag") or info.get("etag")
    if etag:
        digest.update(str(etag).encode())
        return digest.hexdigest()[:12]
    sample = 64 << 10
    with fs.open(path, "rb") as stream:
        for start in sorted({0, max(0, info["size"] // 2 - sample // 2), max(0, info["size"] - sample)}):
            stream.seek(start)
            digest.update(stream.read(sample))
    return digest.hexdigest()[:12]


def read_table(url: str, *, columns: list[str] | None = None) -> pa.Table:
    with open_input(url) as stream:
        return pq.read_table(stream, columns=columns)


def read_schema(url: str) -> pa.Schema:
    with open_input(url) as stream:
        return pq.read_schema(stream).remove_metadata()


def read_footer(url: str) -> dict[str, Any]:
    """What write_shard put into the footer; empty for a file that is not ours."""
    with open_input(url) as stream:
        metadata = pq.read_metadata(stream).metadata or {}
    footer: dict[str, Any] = json.loads(metadata.get(FOOTER_KEY, b"{}"))
    return footer


def iterate_batches(url: str, *, columns: list[str] | None = None, max_rows: int = 1024) -> Iterator[pa.Table]:
    """The rows of a Parquet file in tables of at most `max_rows`, in order; memory stays at one row group."""
    with open_input(url) as stream:
        for batch in pq.ParquetFile(stream).iter_batches(batch_size=max_rows, columns=columns):
            yield pa.Table.from_batches([batch])


def read_rows(url: str, rows: npt.NDArray[np.integer], *, columns: list[str] | None = None) -> pa.Table:
    """The rows with these numbers (sorted, each once); only row groups that hold one of them are read."""
    with open_input(url) as stream:
        file = pq.ParquetFile(stream)
        sizes = [file.metadata.row_group(i).num_rows for i in range(file.metadata.num_row_groups)]
        starts = np.concatenate([[0], np.cumsum(sizes)])
        groups, first = np.unique(np.searchsorted(starts, rows, side="right") - 1, return_index=True)
        bounds = [*first.tolist(), len(rows)]
        parts = [file.schema_arrow.empty_table() if columns is None else file.schema_arrow.empty_table().select(columns)]
        for at, group in enumerate(groups.tolist()):
            some = rows[bounds[at] : bounds[at + 1]] - starts[group]
            parts.append(file.read_row_group(group, columns=columns).take(pa.array(some)))
        return pa.concat_tables(parts).combine_chunks()


class ShardWriter:
    """Writes one Parquet file that appears under `url` only when everything, footer included, is in it.

        with ShardWriter(url, schema) as writer:
            writer.write(table)
            writer.footer["rows"] = 3

    Leaving the block by an exception leaves nothing behind.
    """

    def __init__(self, url: str, schema: pa.Schema, *, row_group_size: int | None = None) -> None:
        self.url = url
        self.footer: dict[str, Any] = {}
        self.num_rows = 0
        self._row_group_size = row_group_size
        self._stack = contextlib.ExitStack()
        self._stream = self._stack.enter_context(atomic_output(url))
        options: dict[str, Any] = {**COMPRESSION, "write_statistics": True, "store_schema": True}
        options["use_dictionary"] = _with_dictionary(schema)
        if _has_tokens(schema):
            path = TOKENS_PATH if pa.types.is_list(schema.field("tokens").type) else "tokens"
            others = [other for other in _leaf_paths(schema) if other != path]
            options |= {"use_dictionary": others, "write_statistics": others}
            if path != TOKENS_PATH:
                options["compression"] = dict.fromkeys(others, "zstd") | {path: "lz4"}
                options["compression_level"] = dict.fromkeys(others, 1)
            options["column_encoding"] = {TOKENS_PATH: "BYTE_STREAM_SPLIT"} if path == TOKENS_PATH else None
        self._writer = self._stack.enter_context(pq.ParquetWriter(self._stream, schema, **options))

    def write(self, table: pa.Table) -> None:
        """Appends `table` as row groups of its own."""
        self._writer.write_table(table, row_group_size=self._row_group_size)
        self.num_rows += table.num_rows

    def __enter__(self) -> ShardWriter:
        return self

    def __exit__(self, kind: Any, error: Any, traceback: Any) -> None:
        if kind is None:
            self._writer.add_key_value_metadata({FOOTER_KEY: json.dumps(self.footer, sort_keys=True)})
        self._stack.__exit__(kind, error, traceback)


TOKENS_PATH = "tokens.list.element"
"""Token ids: their four bytes apart, zstd makes .72 bytes of an id where a dictionary and zstd made 1.10 (8,192 ids), written 1.6
times and read 1.3 times as fast. Without the least and the greatest of them, which nobody asks for, 1.08 times again."""


def _has_tokens(schema: pa.Schema) -> bool:
    """Whether there is a column `tokens` of lists of int32, or of their bytes."""
    kind = schema.field("tokens").type if "tokens" in schema.names else pa.null()
    return pa.types.is_binary(kind) or bool(
        pa.types.is_list(kind) and pa.types.is_int32(kind.value_type) and kind.value_field.name == "element"
    )


def _leaf_paths(schema: pa.Schema) -> list[str]:
    """Parquet's names of the columns of a schema of plain values and lists of them."""
    return [f"{field.name}.list.element" if pa.types.is_list(field.type) else field.name for field in schema]


def _with_dictionary(schema: pa.Schema) -> bool | list[str]:
    """Columns that a dictionary makes smaller: text. Numbers and hashes take half the time without, and an eighth less space."""
    if any(pa.types.is_nested(field.type) for field in schema):
        return True
    return [field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)] or False


def write_shard(table: pa.Table, url: str, *, footer: dict[str, Any] | None = None, row_group_size: int | None = None) -> None:
    """One table as one whole shard."""
    with ShardWriter(url, table.schema, row_group_size=row_group_size) as writer:
        writer.write(table)
        writer.footer.update(footer or {})


@contextlib.contextmanager
def atomic_output(url: str) -> Iterator[Any]:
    """A stream whose bytes appear under `url` when the block ends well, and nowhere when it does not."""
    fs, path = filesystem(url)
    if not is_local(fs):
        sink = pa.BufferOutputStream()
        yield sink
        fs.pipe_file(path, sink.getvalue().to_pybytes())
        return
    os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120 (fsspec paths are strings)
    aside = f"{path}.{uuid.uuid4().hex[:12]}{TEMPORARY_SUFFIX}"
    try:
        with open(aside, "wb") as stream:  # noqa: PTH123
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(aside, path)  # noqa: PTH105
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(aside)  # noqa: PTH108
        raise


def write_bytes(data: bytes, url: str) -> None:
    with atomic_output(url) as stream:
        stream.write(data)


def write_json(value: Any, url: str) -> None:
    write_bytes((json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode(), url)


def read_json(url: str) -> Any:
    with open_input(url) as stream:
        return json.loads(stream.read())


def checksum(url: str) -> str:
    """xxh3-128 of the file's bytes, hexadecimal."""
    digest = xxhash.xxh3_128()
    with open_input(url) as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def sweep_temporary(directory: str) -> list[str]:
    """Removes what killed writers left aside in `directory`; returns the names. Only call while nobody writes there."""
    fs, path = filesystem(directory)
    if not fs.isdir(path):
        return []
    orphans = sorted(name for name in fs.find(path) if name.endswith(TEMPORARY_SUFFIX))
    for name in orphans:
        fs.rm_file(name)
    return orphans


def concat(tables: Iterable[pa.Table], schema: pa.Schema) -> pa.Table:
    """All rows of `tables`; an empty table of `schema` where there are none."""
    parts = list(tables)
    return pa.concat_tables(parts) if parts else schema.empty_table()
