"""Rows of SEQUENCES shards (corpus/sequences.py) as padded batches with labels and document layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from corpus.sequences import Row
from pretrain.attention import DocumentLayout, document_layout
from pretrain.loss import IGNORED

PAD_TOKEN = 0
"""What fills a short row; never seen by another token, never predicted."""


@dataclass(frozen=True)
class Batch:
    """The rows of one forward pass, shape BT."""

    tokens_BT: torch.Tensor
    """int64"""
    labels_BT: torch.Tensor
    """int64: the next token of the same document, else IGNORED."""
    mtp_labels_BT: torch.Tensor
    """int64: the token after that, of the same document, else IGNORED."""
    layout: DocumentLayout
    buckets: tuple[str, ...] = ()
    """The mixture's bucket of each row; none of a row of padding."""

    def to(self, device: torch.device) -> Batch:
        return Batch(
            self.tokens_BT.to(device, non_blocking=True),
            self.labels_BT.to(device, non_blocking=True),
            self.mtp_labels_BT.to(device, non_blocking=True),
            self.layout.to(device),
            self.buckets,
        )

    def pin_memory(self) -> Batch:
        """In memory that a GPU can read while the host goes on."""
        return Batch(
            self.tokens_BT.pin_memory(),
            self.labels_BT.pin_memory(),
            self.mtp_labels_BT.pin_memory(),
            self.layout.pin_memory(),
            self.buckets,
        )


def collate(rows: Sequence[Row], *, seq_len: int) -> Batch:
    """Rows padded to seq_len; an empty batch is one row of padding."""
    num_rows = max(1, len(rows))
    tokens_BT = np.full((num_rows, seq_len), PAD_TOKEN, dtype=np.int64)
    document_BT = np.zeros((num_rows, seq_len), dtype=np.int64)
    for i, row in enumerate(rows):
        tokens_BT[i, : len(row.tokens)] = row.tokens
        document_BT[i] = np.searchsorted(row.doc_ends, np.arange(seq_len), side="right")
    lengths_B1 = np.array([len(row.tokens) for row in rows] or [0])[:, None]
    real_BT = np.arange(seq_len) < lengths_B1
    return Batch(
        tokens_BT=torch.from_numpy(tokens_BT),
        labels_BT=torch.from_numpy(shifted_labels(tokens_BT, document_BT, real_BT, shift=1)),
        mtp_labels_BT=torch.from_numpy(shifted_labels(tokens_BT, document_BT, real_BT, shift=2)),
        layout=document_layout(torch.from_numpy(document_BT)),
        buckets=tuple(row.bucket for row in rows),
    )


def shifted_labels(
    tokens_BT: npt.NDArray[np.int64], document_BT: npt.NDArray[np.int64], real_BT: npt.NDArray[np.bool_], *, shift: int
) -> npt.NDArray[np.int64]:
    """The token `shift` places on, IGNORED where that is padding, another document or beyond the row."""
    labels_BT = np.full_like(tokens_BT, IGNORED)
    same_BT = (document_BT[:, shift:] == document_BT[:, :-shift]) & real_BT[:, shift:]
    labels_BT[:, :-shift] = np.where(same_BT, tokens_BT[:, shift:], IGNORED)
    return labels_BT
