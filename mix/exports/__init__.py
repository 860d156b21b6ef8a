"""A stage's SEQUENCES shards in the formats of other training frameworks.

One shard becomes one or a few files, on its own, so that any worker may write any of them; when all are there, the format's index
is made from what the workers said of their files. Each format is a module with two functions:

    write_shard(batches, folder, shard, settings)   tables of consecutive SEQUENCES rows -> the files it wrote (rows of EXPORTS)
    index_files(exported, folder, stage, settings)  rows of EXPORTS of the whole stage, in order -> name -> bytes

Files are written whole or not at all, in the order in which a reader needs them, and the same rows give the same bytes. Rows keep
their order and documents their boundaries in every format; what else a row knows of itself is found by its number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import xxhash

from corpus import shards
from corpus.errors import InputError, RecipeError
from corpus.sequences import lists_of

EXPORTS = pa.schema(
    [
        pa.field("name", pa.string(), nullable=False),
        pa.field("num_bytes", pa.int64(), nullable=False),
        pa.field("checksum", pa.string(), nullable=False),
        pa.field("num_rows", pa.int64(), nullable=False),
        pa.field("num_documents", pa.int64(), nullable=False),
        pa.field("num_tokens", pa.int64(), nullable=False),
    ]
)
"""Written files: name below the stage's folder, size, xxh3-128, and the rows, documents and tokens in them (0 of an index)."""

TOKEN_DTYPES: dict[str, np.dtype[Any]] = {"int32": np.dtype(np.int32), "uint16": np.dtype(np.uint16)}


@dataclass(frozen=True, kw_only=True)
class ExportSettings:
    """What may be chosen of an export (`export.` on the command line)."""

    token_dtype: Literal["int32", "uint16"] = "int32"
    """Of the token ids in Megatron's and Streaming's files; uint16 halves them, for vocabularies of at most 65,536."""
    max_file_bytes: int = 64 << 20
    """Size at which Streaming's files end. Source: MDSWriter's default."""
    group_tokens: int = 1 << 19
    """Tokens of a row group in Parquet: 2 MiB, so that a rank which needs a few rows reads little else."""

    def __post_init__(self) -> None:
        for name in ("max_file_bytes", "group_tokens"):
            if getattr(self, name) < 1:
                raise RecipeError(f"{name}: expected at least 1, saw {getattr(self, name)}")
        if self.max_file_bytes >= 1 << 32:
            raise RecipeError(f"max_file_bytes: expected less than 2^32 (offsets are 32 bits wide), saw {self.max_file_bytes}")


class Exported(NamedTuple):
    """A row of EXPORTS."""

    name: str
    num_bytes: int
    checksum: str
    num_rows: int = 0
    num_documents: int = 0
    num_tokens: int = 0


class Rows(NamedTuple):
    """Consecutive rows, flat."""

    tokens: npt.NDArray[Any]
    """Of all rows, in the dtype of the export."""
    row_ends: npt.NDArray[np.int64]
    """End of each row in tokens."""
    doc_ends: npt.NDArray[np.int32]
    """End of each document in its row."""
    doc_counts: npt.NDArray[np.int64]
    """Documents of each row."""
    numbers: npt.NDArray[np.int64]
    """Position of each row in the stage."""

    def document_lengths(self) -> npt.NDArray[np.int32]:
        """Tokens of every document."""
        lengths = np.diff(self.doc_ends, prepend=np.int32(0))
        first = np.cumsum(self.doc_counts) - self.doc_counts
        lengths[first] = self.doc_ends[first]
        return lengths.astype(np.int32)


def flat_rows(table: pa.Table, token_dtype: str) -> Rows:
    """A table of SEQUENCES as numbers. Raises InputError for token ids that the dtype does not hold."""
    batch = table.combine_chunks().to_batches()[0]
    tokens, offsets = lists_of(batch.column("tokens"))
    doc_ends, doc_offsets = lists_of(batch.column("doc_ends"))
    dtype = TOKEN_DTYPES[token_dtype]
    numbers = batch.column("row").to_numpy()
    if dtype != np.int32 and len(tokens) and (tokens.min() < 0 or tokens.max() > np.iinfo(dtype).max):
        raise InputError(
            f"rows {numbers[0]} to {numbers[-1]}: token ids from {tokens.min()} to {tokens.max()} do not fit {token_dtype}; "
            "leave export.token_dtype at int32"
        )
    return Rows(
        tokens=tokens.astype(dtype, copy=False),
        row_ends=offsets[1:].astype(np.int64),
        doc_ends=doc_ends,
        doc_counts=np.diff(doc_offsets).astype(np.int64),
        numbers=numbers,
    )


class Sink:
    """A file being written, counted and hashed on the way."""

    def __init__(self, stream: Any) -> None:
        self._stream, self._hash, self.num_bytes = stream, xxhash.xxh3_128(), 0

    def write(self, data: bytes | memoryview) -> None:
        self._stream.write(data)
        self._hash.update(data)
        self.num_bytes += len(data)

    def write_array(self, values: npt.NDArray[Any]) -> None:
        if values.size:
            self.write(np.ascontiguousarray(values).data.cast("B"))

    def exported(self, name: str, **counts: int) -> Exported:
        return Exported(name, self.num_bytes, self._hash.hexdigest(), **counts)


@contextmanager
def new_file(folder: str, name: str) -> Iterator[Sink]:
    """The file `name` in `folder`, there only when the block ends well."""
    with shards.atomic_output(shards.join(folder, name)) as stream:
        yield Sink(stream)


class Format(NamedTuple):
    """What a format can do."""

    write_shard: Callable[[Iterator[pa.Table], str, str, ExportSettings], list[Exported]]
    index_files: Callable[[Sequence[Exported], str, str, ExportSettings], Mapping[str, bytes]]
    columns: tuple[str, ...]
    """Of SEQUENCES, those it reads."""


def formats() -> dict[str, Format]:
    """Name on the command line -> format."""
    from mix.exports import huggingface, mds, megatron

    return {"megatron": megatron.FORMAT, "mds": mds.FORMAT, "huggingface": huggingface.FORMAT}
