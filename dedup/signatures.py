"""DOCUMENTS to SIGNATURES: everything about a document that finding its duplicates needs, in about 600 bytes.

MinHash (Broder 1997): under a random permutation of all shingles, two sets have the same smallest element with probability equal
to their Jaccard similarity; the share of equal values among `num_hashes` permutations estimates it with a standard error of
sqrt(J (1 - J) / num_hashes). A permutation here is x -> a x + b mod 2^32 with a odd, applied to the upper half of the shingle's
64-bit hash (dedup/shingles.py); a and b are the upper halves of a SplitMix64 stream started at the seed (`permutations`).
A signature is its values as little-endian uint32, band after band. This is the construction that datasketch 2 calls affine32:
`datasketch.MinHash(scheme="affine32", hashvalues=values)` reads them.

Long documents: values have 32 bits, so two documents of n shingles each agree by chance in n / 2^33 of them: 0.0012 for 10
million shingles (70 MB of text); measured 0.0123 for 100 million. Short ones are explained at DedupConfig.min_words.
docs/dedup-signatures.md is the scheme for other languages, dedup/datasketch_format.py the bridge to datasketch's objects.
"""

from __future__ import annotations

import importlib.util
import itertools
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import xxhash

from corpus.errors import SchemaError, require
from dedup.config import DedupConfig
from dedup.shingles import alphabet, mix64, shingle_hashes, word_hashes
from dedup.urls import canonical_url, is_web_url

UInt32Array = npt.NDArray[np.uint32]
Kernel = Literal["auto", "numba", "numpy"]


def _field(name: str, type_: pa.DataType, doc: str, *, nullable: bool = False) -> pa.Field:
    return pa.field(name, type_, nullable=nullable, metadata={"doc": doc})


SIGNATURES = pa.schema(
    [
        _field("doc_id", pa.string(), "the document"),
        _field("canonical_url", pa.string(), "canonical form of its URL"),
        _field("url_hash", pa.binary(), "xxh3-128 of it; empty where it names no page on the web"),
        _field("text_hash", pa.binary(), "xxh3-128 of the text with every run of white space as one blank and none at the ends"),
        _field("signature", pa.binary(), "num_hashes little-endian uint32; empty below min_words words"),
        _field(
            "num_words", pa.int64(), "words of the text as dedup/shingles.py counts them; with shingle_unit chars, characters"
        ),
        _field("num_shingles", pa.int64(), "shingles, repeated ones included"),
        _field("quality", pa.float32(), "quality score, where there is one already", nullable=True),
        _field("fetched_at", pa.timestamp("ms", tz="UTC"), "when the page was fetched (Parquet has no seconds)", nullable=True),
        _field("num_chars", pa.int64(), "length of the text in characters"),
    ]
)
"""One row per document, in the order of its DOCUMENTS shard."""

CHUNK_BYTES = 1 << 20
"""Text signed in one call of the kernel. Its copy with collapsed white space has this size, or that of one longer document, and
is still in the second-level cache when it is hashed."""


class SignedTexts(NamedTuple):
    """What the kernel and the reference both make of n texts."""

    signatures: UInt32Array
    """n x num_hashes; a row of ones where a text has no words."""
    num_words: npt.NDArray[np.int64]
    num_shingles: npt.NDArray[np.int64]
    text_hashes: list[bytes]


def sign_documents(
    table: pa.Table, *, config: DedupConfig, quality: pa.Array | pa.ChunkedArray | None = None, kernel: Kernel = "auto"
) -> pa.Table:
    """SIGNATURES of a DOCUMENTS table, row by row.

    `quality`: one score per row, where quality/ has run before; without it the longest copy is the best one.
    `kernel`: `numpy` is the reference, `numba` the same bits compiled, `auto` numba where it is installed.
    """
    if quality is not None and len(quality) != table.num_rows:
        raise SchemaError(f"quality: {len(quality)} scores for {table.num_rows} documents; expected one each, in the same order")
    urls = [canonical_url(url) for url in table.column("url").to_pylist()]
    signed = sign_texts(table.column("text"), config=config, kernel=kernel)
    return pa.table(
        [
            table.column("doc_id"),
            pa.array(urls, pa.string()),
            pa.array([hash_text(url) if is_web_url(url) else b"" for url in urls], pa.binary()),
            pa.array(signed.text_hashes, pa.binary()),
            signature_column(signed.signatures, signed.num_words >= config.min_words),
            pa.array(signed.num_words),
            pa.array(signed.num_shingles),
            pa.nulls(table.num_rows, pa.float32()) if quality is None else quality.cast(pa.float32()),
            table.column("fetched_at").cast(pa.timestamp("ms", tz="UTC")),
            table.column("num_chars"),
        ],
        schema=SIGNATURES,
    )


def sign_texts(texts: pa.ChunkedArray, *, config: DedupConfig, kernel: Kernel = "auto") -> SignedTexts:
    """Signatures, counts and text hashes of a column of strings of any Arrow type. Raises SchemaError for a null."""
    sign = _sign_compiled if _choose(kernel) == "numba" else _sign_reference
    parts = list(sign(_pieces(texts), config))
    if not parts:
        return SignedTexts(np.empty((0, config.num_hashes), np.uint32), np.empty(0, np.int64), np.empty(0, np.int64), [])
    return SignedTexts(
        np.concatenate([part.signatures for part in parts]),
        np.concatenate([part.num_words for part in parts]),
        np.concatenate([part.num_shingles for part in parts]),
        [digest for part in parts for digest in part.text_hashes],
    )


def shingle_sets(texts: pa.ChunkedArray, *, config: DedupConfig) -> list[npt.NDArray[np.uint64]]:
    """The sorted shingle set of every text, empty below min_words words: what mode `exact` verifies with."""
    sets = []
    for text in texts.to_pylist():
        words = word_hashes(text, unit=config.shingle_unit)
        enough = words.size >= config.min_words
        sets.append(np.unique(shingle_hashes(words if enough else words[:0], shingle_words=config.shingle_width)))
    return sets


def hash_text(text: str) -> bytes:
    """xxh3-128 of UTF-8, as 16 big-endian bytes."""
    return xxhash.xxh3_128_digest(text.encode("utf-8"))


@lru_cache(maxsize=8)
def permutations(num_hashes: int, seed: int) -> tuple[UInt32Array, UInt32Array]:
    """Odd multipliers and offsets: value 2i and 2i + 1 of the SplitMix64 stream that starts at `seed`, upper 32 bits."""
    state = np.arange(1, 2 * num_hashes + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(seed % (1 << 64))
    stream = (mix64(state) >> np.uint64(32)).astype(np.uint32)
    return stream[0::2] | np.uint32(1), stream[1::2].copy()


def min_hashes(shingles: npt.NDArray[np.uint64], bounds: npt.NDArray[np.int64], *, config: DedupConfig) -> UInt32Array:
    """Signatures (documents x num_hashes) of concatenated shingles; document d has shingles[bounds[d]:bounds[d + 1]].

    The reference; a document without shingles gets all ones.
    """
    multipliers, offsets = permutations(config.num_hashes, config.seed)
    signatures = np.full((bounds.size - 1, config.num_hashes), 0xFFFFFFFF, np.uint32)
    filled = np.flatnonzero(np.diff(bounds))
    if filled.size:
        upper = (shingles >> np.uint64(32)).astype(np.uint32)
        for i in range(config.num_hashes):
            signatures[filled, i] = np.minimum.reduceat(multipliers[i] * upper + offsets[i], bounds[filled])
    return signatures


def estimate_jaccard(one: UInt32Array, other: UInt32Array) -> npt.NDArray[np.float32]:
    """Share of equal values, row by row, of two arrays (pairs x num_hashes)."""
    share: npt.NDArray[np.float32] = (one == other).mean(axis=1, dtype=np.float32)
    return share


def signature_matrix(column: pa.ChunkedArray, *, config: DedupConfig) -> tuple[UInt32Array, npt.NDArray[np.bool_]]:
    """The signature column as (documents x num_hashes), zero where empty, and which rows have one."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    lengths = np.asarray(pa.compute.binary_length(array)).astype(np.int64)
    size = 4 * config.num_hashes
    wrong = lengths[(lengths != 0) & (lengths != size)]
    if wrong.size:
        raise SchemaError(
            f"signature of {wrong[0] // 4} values, num_bands x rows_per_band = {config.num_hashes}: signed with other settings"
        )
    present = lengths > 0
    matrix = np.zeros((len(array), config.num_hashes), np.uint32)
    if present.any():
        values = np.frombuffer(b"".join(array.filter(pa.array(present)).to_pylist()), "<u4")
        matrix[present] = values.reshape(-1, config.num_hashes)
    return matrix, present


def _choose(kernel: Kernel) -> Kernel:
    if kernel == "auto":
        return "numba" if importlib.util.find_spec("numba") else "numpy"
    if kernel == "numba":
        require("numba", extra="dedup")
    return kernel


def _pieces(texts: pa.ChunkedArray) -> Iterator[pa.Array]:
    """Slices of at most CHUNK_BYTES of text, or of one document that is longer."""
    if texts.null_count:
        raise SchemaError(f"text: {texts.null_count} of {len(texts)} are null; expected a string each, an empty one for no text")
    for chunk in texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts]:
        array = chunk.cast(pa.large_string())
        bounds = _bounds(array)
        first = 0
        while first < len(array):
            last = int(np.searchsorted(bounds, bounds[first] + CHUNK_BYTES, side="right")) - 1
            last = min(max(last, first + 1), len(array))
            yield array.slice(first, last - first)
            first = last


def _bounds(array: pa.Array) -> npt.NDArray[np.int64]:
    """Byte offsets of a large_string array's values, one more than values."""
    offsets = np.frombuffer(array.buffers()[1] or b"", np.int64) if len(array) else np.zeros(1, np.int64)
    return offsets[array.offset : array.offset + len(array) + 1]


def _sign_reference(pieces: Iterable[pa.Array], config: DedupConfig) -> Iterator[SignedTexts]:
    for texts in pieces:
        words = [word_hashes(text, unit=config.shingle_unit) for text in texts.to_pylist()]
        shingles = [shingle_hashes(each, shingle_words=config.shingle_width) for each in words]
        bounds = np.concatenate([[0], np.cumsum([each.size for each in shingles])]).astype(np.int64)
        yield SignedTexts(
            min_hashes(np.concatenate([*shingles, np.zeros(0, np.uint64)]), bounds, config=config),
            np.array([each.size for each in words], np.int64),
            np.diff(bounds),
            [hash_text(" ".join(text.split())) for text in texts.to_pylist()],
        )


def _sign_compiled(pieces: Iterable[pa.Array], config: DedupConfig) -> Iterator[SignedTexts]:
    from dedup import shingles_kernel

    letters = alphabet()
    tables = letters.kinds, letters.encoded, letters.spaces
    joins = int(config.shingle_unit == "words")
    permuted = permutations(config.num_hashes, config.seed)
    space = shingles_kernel.workspace(config.shingle_width)
    collapsed = np.empty(CHUNK_BYTES, np.uint8)
    for texts in pieces:
        bounds = _bounds(texts)
        data = np.frombuffer(texts.buffers()[2] or b"\0", np.uint8)
        if bounds[-1] - bounds[0] > collapsed.size:
            collapsed = np.empty(bounds[-1] - bounds[0], np.uint8)
        signatures = np.empty((len(texts), config.num_hashes), np.uint32)
        counts = np.empty((2, len(texts)), np.int64)
        ends = np.zeros(len(texts) + 1, np.int64)
        shingles_kernel.sign(
            data, bounds, config.shingle_width, joins, *tables, *permuted, space, signatures, counts, collapsed, ends
        )
        view = memoryview(collapsed.data)
        ends_list = ends.tolist()
        hashes = [xxhash.xxh3_128_digest(view[start:end]) for start, end in itertools.pairwise(ends_list)]
        yield SignedTexts(signatures, counts[0], counts[1], hashes)


def signature_column(signatures: UInt32Array, present: npt.NDArray[np.bool_]) -> pa.Array:
    """The rows of a matrix (documents x num_hashes) as the signature column, empty where not `present`."""
    size = 4 * signatures.shape[1]
    bounds = np.concatenate([[0], np.cumsum(np.where(present, size, 0))]).astype(np.int64)
    data = np.ascontiguousarray(signatures[present]).astype("<u4", copy=False)
    large = pa.Array.from_buffers(pa.large_binary(), len(signatures), [None, pa.py_buffer(bounds), pa.py_buffer(data)])
    return large.cast(pa.binary())
