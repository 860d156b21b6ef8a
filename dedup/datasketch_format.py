"""Signatures to datasketch and back: its indexes over our columns, and corpora that it signed in our buckets.

A signature is what datasketch 2 calls a MinHash of the scheme affine32: the least values of x -> a x + b mod 2^32 with a odd.
What leaves here keeps its permutations, so that `update(shingle_hash)` and `merge` go on with it, and is compared, merged and
indexed by datasketch like one of its own; `MinHashLSH(num_perm=num_hashes, params=(num_bands, rows_per_band))` has our buckets.

What can come in: MinHash and LeanMinHash of the scheme affine32 with `num_hashes` values and the seed of the settings. What
can't: `legacy` (the only scheme before datasketch 2) and `affine64`, whose permutations are others: their texts have to be
signed again.
Values of a MinHash that datasketch itself has made belong to other permutations and other shingles than ours. They can be
compared with each other but not with ours, and are refused unless all of them are said to be `foreign`. A LeanMinHash names only
its seed: there it is up to the caller to know that the permutations are ours.

The columns are those of SIGNATURES: num_hashes little-endian uint32 a row, empty for a document without a signature, here None.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from corpus.errors import RecipeError, SchemaError, require
from dedup.config import DedupConfig
from dedup.signatures import permutations, signature_column, signature_matrix

SCHEME = "affine32"
SCHEME_CODE = 1
"""What LeanMinHash.serialize writes for it. Source: datasketch 2.0.0, minhash.py."""
HEADER = np.dtype([("seed", "<i8"), ("minus_num_perm", "<i4"), ("scheme", "u1")])
"""Before the values of a serialised LeanMinHash, byte order `<`; a count that is not negative has no scheme byte: legacy."""


def to_minhashes(signatures: pa.ChunkedArray | pa.Array, *, config: DedupConfig) -> list[Any]:
    """One datasketch.MinHash per row, None for an empty one. They can be updated with the 64-bit hashes of further shingles."""
    datasketch = _datasketch()
    matrix, present = signature_matrix(signatures, config=config)
    parameters = np.stack(permutations(config.num_hashes, config.seed))
    made = {"seed": _seed(config), "scheme": SCHEME, "permutations": parameters, "hashfunc": hash_for_datasketch}
    return [datasketch.MinHash(hashvalues=row, **made) if here else None for row, here in zip(matrix, present, strict=True)]


def to_lean_minhashes(signatures: pa.ChunkedArray | pa.Array, *, config: DedupConfig) -> list[Any]:
    """One datasketch.LeanMinHash per row, None for an empty one: values and seed, nothing else."""
    datasketch = _datasketch()
    matrix, present = signature_matrix(signatures, config=config)
    made = {"seed": _seed(config), "scheme": SCHEME}
    return [datasketch.LeanMinHash(hashvalues=row, **made) if here else None for row, here in zip(matrix, present, strict=True)]


def from_minhashes(minhashes: Sequence[Any], *, config: DedupConfig, foreign: bool = False) -> pa.Array:
    """The signature column of MinHash and LeanMinHash objects, empty for None.

    `foreign`: the values are of datasketch's own permutations and shingles, every document's in the corpus. Raises SchemaError
    for another scheme, number of values, seed, or permutations that are not ours (with `foreign`: not the same in all).
    """
    expected = None if foreign else np.stack(permutations(config.num_hashes, config.seed))
    matrix = np.zeros((len(minhashes), config.num_hashes), np.uint32)
    for i, minhash in enumerate(minhashes):
        if minhash is None:
            continue
        _check(i, scheme=minhash.scheme, num_values=len(minhash.hashvalues), seed=minhash.seed, config=config)
        parameters = getattr(minhash, "permutations", None)  # a LeanMinHash has none
        if parameters is not None:
            expected = parameters if expected is None else expected
            if not np.array_equal(parameters, expected):
                raise SchemaError(
                    f"MinHash {i}: its permutations are not those of dedup.signatures.permutations({config.num_hashes}, "
                    f"{config.seed}), so its values agree with ours by chance only. Sign its text here; or pass foreign=True, "
                    "where all signatures come from datasketch with one seed"
                )
        matrix[i] = minhash.hashvalues
    return signature_column(matrix, np.array([minhash is not None for minhash in minhashes], np.bool_))


def to_lean_bytes(signatures: pa.ChunkedArray | pa.Array, *, config: DedupConfig) -> pa.Array:
    """What LeanMinHash.serialize(buffer, "<") writes for every row, as a binary column; null for an empty signature."""
    matrix, present = signature_matrix(signatures, config=config)
    rows = np.zeros(len(matrix), _serialised(config))
    header = rows["header"]
    header["seed"], header["minus_num_perm"], header["scheme"] = _seed(config), -config.num_hashes, SCHEME_CODE
    rows["values"] = matrix
    return pa.array([row.tobytes() if here else None for row, here in zip(rows, present, strict=True)], pa.binary())


def from_lean_bytes(column: pa.ChunkedArray | pa.Array, *, config: DedupConfig) -> pa.Array:
    """The signature column of serialised LeanMinHash objects (byte order `<`), empty for null. Errors as from_minhashes."""
    serialised = _serialised(config)
    matrix = np.zeros((len(column), config.num_hashes), np.uint32)
    present = np.zeros(len(column), np.bool_)
    for i, data in enumerate(column.to_pylist()):
        if data is None:
            continue
        if len(data) < HEADER.itemsize:
            raise SchemaError(f"LeanMinHash {i}: {len(data)} bytes, a header has {HEADER.itemsize}")
        header = np.frombuffer(data, HEADER, 1)[0]
        scheme = {SCHEME_CODE: SCHEME, 2: "affine64"}.get(int(header["scheme"]), f"number {header['scheme']}")
        number = -int(header["minus_num_perm"])
        _check(i, scheme=scheme if number > 0 else "legacy", num_values=abs(number), seed=int(header["seed"]), config=config)
        if len(data) != serialised.itemsize:
            raise SchemaError(f"LeanMinHash {i}: {len(data)} bytes, expected {serialised.itemsize} (packed, byte order <)")
        matrix[i] = np.frombuffer(data, serialised, 1)[0]["values"]
        present[i] = True
    return signature_column(matrix, present)


def hash_for_datasketch(shingle_hash: int) -> int:
    """What a MinHash of datasketch has to be given as the hash of a shingle so that it does what we do with it.

    Its scheme affine32 starts with the finaliser of MurmurHash3 (fmix32); this is its inverse, of the upper half of our hash.
    """
    x = int(shingle_hash) >> 32
    x ^= x >> 16
    x = x * pow(0xC2B2AE35, -1, 1 << 32) % (1 << 32)
    x ^= (x >> 13) ^ (x >> 26)
    x = x * pow(0x85EBCA6B, -1, 1 << 32) % (1 << 32)
    return x ^ (x >> 16)


def _serialised(config: DedupConfig) -> np.dtype[np.void]:
    return np.dtype([("header", HEADER), ("values", "<u4", (config.num_hashes,))])


def _check(i: int, *, scheme: str, num_values: int, seed: int, config: DedupConfig) -> None:
    if scheme != SCHEME:
        raise SchemaError(f"MinHash {i}: scheme {scheme}, expected {SCHEME}: another hash of the shingles. Sign its text again")
    if num_values != config.num_hashes:
        raise SchemaError(f"MinHash {i}: {num_values} values, num_bands x rows_per_band = {config.num_hashes}")
    if seed != config.seed:
        raise SchemaError(f"MinHash {i}: made with seed {seed}, the settings say {config.seed}")


def _seed(config: DedupConfig) -> int:
    if not -(1 << 63) <= config.seed < 1 << 63:
        raise RecipeError(f"seed: datasketch writes 64 bits with a sign, {config.seed} needs more")
    return config.seed


def _datasketch() -> Any:
    return require("datasketch", extra="peers")
