"""Transposing a matrix of bytes on a GPU, tile by tile: both sides in whole lines. Triton comes with torch's CUDA builds.

torch's own copy takes 200 us on average for the operands of MiMo-7B's layers at 8,192 tokens on an H200, byte by byte.
"""

from __future__ import annotations

import torch
import triton  # type: ignore[import-not-found,import-untyped,unused-ignore]
import triton.language as tl  # type: ignore[import-not-found,import-untyped,unused-ignore]

TILE = 128


@triton.jit  # type: ignore[untyped-decorator,unused-ignore]
def _transpose(x, y, rows, columns, TILE: tl.constexpr):  # type: ignore[no-untyped-def]  # Triton reads annotations
    row = tl.program_id(0) * TILE + tl.arange(0, TILE)
    column = tl.program_id(1) * TILE + tl.arange(0, TILE)
    tile = tl.load(x + row[:, None] * columns + column[None, :], mask=(row[:, None] < rows) & (column[None, :] < columns))
    tl.store(y + column[:, None] * rows + row[None, :], tl.trans(tile), mask=(column[:, None] < columns) & (row[None, :] < rows))


def transpose(x: torch.Tensor) -> torch.Tensor:
    """The transpose of a contiguous matrix of uint8, contiguous; of fewer than 2^31 elements."""
    rows, columns = x.shape
    y = x.new_empty(columns, rows)
    _transpose[triton.cdiv(rows, TILE), triton.cdiv(columns, TILE)](x, y, rows, columns, TILE=TILE, num_warps=8)
    return y
