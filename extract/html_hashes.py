"""Tables of names that compiled code can look into: open addressing over 64-bit FNV-1a hashes.

Source: Fowler, Noll, Vo (IETF draft-eastlake-fnv, section 2). A collision of two 64-bit hashes would make one name pass for
another; among the 20,000 names known here its chance is 1e-11.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from extract.html_kernels import compiled

_OFFSET, _PRIME, _MASK = 0xCBF29CE484222325, 0x100000001B3, (1 << 64) - 1
FNV_OFFSET, FNV_PRIME = np.uint64(_OFFSET), np.uint64(_PRIME)
_SHIFT = np.uint64(32)


def fnv1a(name: bytes) -> int:
    """The hash of a name."""
    digest = _OFFSET
    for byte in name:
        digest = ((digest ^ byte) * _PRIME) & _MASK
    return digest


class HashTable(NamedTuple):
    """Values by hash. A slot is free where its key is 0."""

    keys: npt.NDArray[np.uint64]
    values: npt.NDArray[np.float32]


def hash_table(values: Mapping[str, float]) -> HashTable:
    """A table of names, at most half full."""
    size = 16
    while size < 2 * len(values):
        size *= 2
    keys, numbers = np.zeros(size, dtype=np.uint64), np.zeros(size, dtype=np.float32)
    for name in sorted(values):
        digest = fnv1a(name.encode())
        slot = (digest ^ (digest >> 32)) % size
        while keys[slot]:
            slot = (slot + 1) % size
        keys[slot], numbers[slot] = digest, values[name]
    return HashTable(keys, numbers)


@compiled
def find_slot(keys, digest):
    """The slot of a hash, -1 where the table does not hold it."""
    mask = np.uint64(len(keys) - 1)
    slot = np.int64((digest ^ (digest >> _SHIFT)) & mask)
    while keys[slot] != 0:
        if keys[slot] == digest:
            return slot
        slot = np.int64((np.uint64(slot) + np.uint64(1)) & mask)
    return -1


@compiled
def hash_bytes(source, start, stop):
    """The hash of a stretch of bytes."""
    digest = FNV_OFFSET
    for i in range(start, stop):
        digest = (digest ^ np.uint64(source[i])) * FNV_PRIME
    return digest


@compiled
def hash_lower(source, start, stop):
    """The hash of a stretch of bytes, ASCII letters in lower case."""
    digest = FNV_OFFSET
    for i in range(start, stop):
        byte = source[i]
        if 65 <= byte <= 90:
            byte += 32
        digest = (digest ^ np.uint64(byte)) * FNV_PRIME
    return digest
