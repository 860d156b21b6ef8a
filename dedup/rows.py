"""SIGNATURES to ROWS: a document lies in a bucket. The buckets of a pass are found by sorting the rows of all documents.

Three passes, three kinds of bucket: a canonical URL, a text, a band of the MinHash signature. A row is 44 bytes and says all that
finding the best document of a bucket needs: sorted by (bucket, check, rank, tie, shard, row), the best one comes first.

    bucket, check   the 128-bit hash of URL or text; for bands 64 bits, and check is 0
    rank, tie       what makes a document better than another one, packed so that smaller is better (`priorities`)
    shard, row      which document it is: its place in the SIGNATURES shards, sorted by name

Buckets are ranges of a uniform hash, so `num_partitions` equal ranges of `bucket` hold about the same number of rows each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from dedup.config import DedupConfig
from dedup.shingles import UInt64Array, mix64
from dedup.signatures import UInt32Array, signature_matrix

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

ROWS = pa.schema(
    [
        pa.field(name, pa.uint64() if at < 4 else pa.int32(), nullable=False)
        for at, name in enumerate(("bucket", "check", "rank", "tie", "shard", "row"))
    ]
)
ORDER = tuple(ROWS.names)

NEW = np.uint64(1 << 63)
"""Bit of `rank` that a document has unless an index of an earlier run holds it: those come first whatever their quality."""
MAX_31 = (1 << 31) - 1
EPOCH_MS = 946_684_800_000
"""2000-01-01; 31 bits of seconds from there last until 2068."""
BAND_SALT = np.uint64(3 << 56)


def url_rows(signatures: pa.Table, *, shard: int, rows: IntArray) -> pa.Table:
    """ROWS of the documents with a web address; of one page the newest fetch is the best one.

    `signatures`: the documents `rows` of the SIGNATURES shard numbered `shard`, in that order.
    """
    return _hash_rows(signatures, "url_hash", shard, rows, newest=True)


def text_rows(signatures: pa.Table, *, shard: int, rows: IntArray) -> pa.Table:
    """ROWS of documents by their text; arguments as in `url_rows`."""
    return _hash_rows(signatures, "text_hash", shard, rows)


def band_rows(signatures: pa.Table, *, shard: int, rows: IntArray, config: DedupConfig) -> pa.Table:
    """ROWS of documents by the bands of their signatures, num_bands a document; arguments as in `url_rows`."""
    matrix, present = signature_matrix(signatures.column("signature"), config=config)
    at = np.flatnonzero(present)
    keys = band_keys(matrix[at], config=config).ravel()
    rank, tie = (np.repeat(values[at], config.num_bands) for values in priorities(signatures))
    return _table(keys, np.zeros(keys.size, np.uint64), rank, tie, shard, np.repeat(rows[at], config.num_bands))


ROW_MAKERS: dict[str, Callable[..., pa.Table]] = {"url": url_rows, "text": text_rows, "bands": band_rows}
ROW_COLUMNS = {
    "url": ["doc_id", "url_hash", "quality", "fetched_at", "num_chars"],
    "text": ["doc_id", "text_hash", "quality", "num_chars"],
    "bands": ["doc_id", "signature", "quality", "num_chars"],
}
"""What the passes read of SIGNATURES."""


def band_keys(signatures: UInt32Array, *, config: DedupConfig) -> UInt64Array:
    """64-bit bucket of every band (documents x num_bands) of signatures (documents x num_hashes)."""
    values = signatures.reshape(-1, config.num_bands, config.rows_per_band)
    keys = np.broadcast_to(BAND_SALT + np.arange(config.num_bands, dtype=np.uint64), values.shape[:2])
    for i in range(config.rows_per_band):
        keys = mix64(keys ^ values[:, :, i])
    return keys


def priorities(signatures: pa.Table, *, newest: bool = False) -> tuple[UInt64Array, UInt64Array]:
    """(rank, tie) of every document: by quality, then length (`newest`: date, then length), all from high to low with null last,
    then by doc_id. Dates count in seconds, lengths up to 2^31 characters."""
    quality = np.asarray(pc.fill_null(signatures.column("quality"), np.nan), np.float32) + np.float32(0)
    bits = quality.view(np.uint32)
    ascending = np.where(bits >> np.uint32(31), ~bits, bits | np.uint32(1 << 31))
    descending = np.where(np.isnan(quality), np.uint32(0xFFFFFFFF), ~ascending).astype(np.uint64)
    length = MAX_31 - np.minimum(np.asarray(signatures.column("num_chars"), np.int64), MAX_31)
    tie = folded_ids(signatures.column("doc_id"))
    if not newest:
        return NEW | descending << np.uint64(31) | length.astype(np.uint64), tie
    fetched = np.asarray(pc.fill_null(signatures.column("fetched_at").cast(pa.int64()), EPOCH_MS - 1000), np.int64)
    age = MAX_31 - 1 - np.clip((fetched - EPOCH_MS) // 1000, -1, MAX_31 - 1)
    return NEW | descending << np.uint64(31) | age.astype(np.uint64), length.astype(np.uint64) << np.uint64(
        32
    ) | tie >> np.uint64(32)


def folded_ids(doc_ids: pa.ChunkedArray) -> UInt64Array:
    """The two halves of 32 hexadecimal digits, xor-ed; of an id of another form its xxh3-64."""
    ids = doc_ids.to_pylist()
    try:
        halves = np.frombuffer(bytes.fromhex("".join(ids)), ">u8").astype(np.uint64)
    except ValueError:
        halves = np.zeros(0, np.uint64)
    if halves.size == 2 * len(ids) and set(map(len, ids)) <= {32}:
        return halves[0::2] ^ halves[1::2]
    return np.array([_folded(doc_id) for doc_id in ids], np.uint64)


_HEXADECIMAL = re.compile("[0-9a-fA-F]{32}")


def _folded(doc_id: str) -> int:
    if not _HEXADECIMAL.fullmatch(doc_id):
        return xxhash.xxh3_64_intdigest(doc_id.encode())
    number = int(doc_id, 16)
    return number >> 64 ^ number & (1 << 64) - 1


def hash_pairs(column: pa.ChunkedArray) -> tuple[UInt64Array, BoolArray]:
    """16-byte hashes as (rows x 2) words, zero where empty, and which rows have one."""
    present = np.asarray(pc.equal(pc.binary_length(column), 16))
    pairs = np.zeros((len(column), 2), np.uint64)
    if present.any():
        pairs[present] = np.frombuffer(b"".join(column.filter(pa.array(present)).to_pylist()), ">u8").reshape(-1, 2)
    return pairs, present


def partition_of(rows: pa.Table, *, num_partitions: int) -> IntArray:
    """Which of `num_partitions` equal ranges of buckets each row belongs to."""
    upper = rows.column("bucket").to_numpy() >> np.uint64(32)
    ranges: IntArray = (upper * np.uint64(num_partitions) >> np.uint64(32)).astype(np.int64)
    return ranges


def sorted_rows(table: pa.Table, *, by: Sequence[str] = ORDER) -> pa.Table:
    """`table` sorted by the columns `by`; the first one is a hash, so most rows are in place once sorted by it alone."""
    if table.num_rows < 2:
        return table
    first, *others = by
    keys = table.column(first).to_numpy()
    order = np.argsort(keys)
    keys = keys[order]
    tied = np.concatenate([[False], keys[1:] == keys[:-1]])
    tied[:-1] |= tied[1:]
    places = np.flatnonzero(tied)
    if places.size:
        some = order[places]
        columns = [table.column(name).to_numpy()[some] for name in reversed(others)]
        order[places] = some[np.lexsort([*columns, keys[places]])]
    return table.take(pa.array(order))


def keys_of(table: pa.Table, prefix: str = "") -> IntArray:
    """Shard and row of every row of a table as one number."""
    shard, row = (table.column(f"{prefix}{name}").to_numpy().astype(np.int64) for name in ("shard", "row"))
    keys: IntArray = shard << 32 | row
    return keys


def shared_rows(rows: pa.Table) -> pa.Table:
    """ROWS of the buckets of two or more, sorted: what a pass has to look at, of rows that are all in memory."""
    buckets = rows.column("bucket").to_numpy()
    order = np.argsort(buckets)
    ordered = buckets[order]
    same = ordered[1:] == ordered[:-1]
    is_shared = np.concatenate([[False], same]) | np.concatenate([same, [False]]) if order.size else np.zeros(0, np.bool_)
    return sorted_rows(rows.take(pa.array(order[is_shared])))


def _hash_rows(signatures: pa.Table, name: str, shard: int, rows: IntArray, *, newest: bool = False) -> pa.Table:
    hashes, present = hash_pairs(signatures.column(name))
    at = np.flatnonzero(present)
    rank, tie = priorities(signatures.take(pa.array(at)), newest=newest)
    return _table(hashes[at, 0], hashes[at, 1], rank, tie, shard, rows[at])


def _table(
    bucket: UInt64Array, check: UInt64Array, rank: UInt64Array, tie: UInt64Array, shard: int, row: npt.NDArray[np.integer]
) -> pa.Table:
    return pa.table([bucket, check, rank, tie, np.full(row.size, shard, np.int32), row.astype(np.int32)], schema=ROWS)
