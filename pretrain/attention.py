"""Causal attention inside documents: a row packs several, and no token sees another's.

`attend` is the one door; what computes it is a row of `BACKENDS`. Today that is torch's scaled_dot_product_attention with an
explicit mask: slow in memory (T x T booleans a row), right on every device, and the oracle for faster kernels.

Shape suffixes: B rows, T tokens of a row, H query heads, G key-value heads, K head dimension.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import torch
import torch.nn.functional as F  # noqa: N812 (torch's own name for it)

from corpus.errors import RecipeError


@dataclass(frozen=True)
class DocumentLayout:
    """Where the documents of a batch lie. Padding counts as a last document of its own row."""

    document_BT: torch.Tensor
    """int32: index of the token's document in its row; never falls along a row."""
    position_BT: torch.Tensor
    """int32: index of the token in its document: positions restart with every document."""
    cu_seqlens: torch.Tensor
    """int32: starts of all documents in the batch flattened to B*T tokens, then B*T: what varlen kernels take."""
    max_document_len: int
    """Tokens of the longest of them."""

    @cached_property
    def mask_B1TT(self) -> torch.Tensor:
        """bool: whether query t (third axis) may see key s (fourth): same document, not later."""
        same_BTT = self.document_BT[:, :, None] == self.document_BT[:, None, :]
        return same_BTT.tril()[:, None]

    @cached_property
    def next_is_same_BT(self) -> torch.Tensor:
        """bool: whether the token's successor belongs to the same document; False at the end of a row."""
        same = torch.zeros_like(self.document_BT, dtype=torch.bool)
        same[:, :-1] = self.document_BT[:, 1:] == self.document_BT[:, :-1]
        return same

    def to(self, device: torch.device) -> DocumentLayout:
        return DocumentLayout(
            self.document_BT.to(device, non_blocking=True),
            self.position_BT.to(device, non_blocking=True),
            self.cu_seqlens.to(device, non_blocking=True),
            self.max_document_len,
        )


def document_layout(document_BT: torch.Tensor) -> DocumentLayout:
    """The layout that follows from the documents' indices."""
    B, T = document_BT.shape
    starts_BT = torch.ones(B, T, dtype=torch.bool)
    starts_BT[:, 1:] = document_BT[:, 1:] != document_BT[:, :-1]
    index_BT = torch.arange(T).expand(B, T)
    position_BT = index_BT - torch.where(starts_BT, index_BT, 0).cummax(dim=1).values
    cu_seqlens = torch.cat([starts_BT.flatten().nonzero()[:, 0], torch.tensor([B * T])])
    return DocumentLayout(document_BT.int(), position_BT.int(), cu_seqlens.int(), int(cu_seqlens.diff().max()))


def masked_sdpa(q_BTHK: torch.Tensor, k_BTGK: torch.Tensor, v_BTGK: torch.Tensor, layout: DocumentLayout) -> torch.Tensor:
    """torch's scaled_dot_product_attention under the full boolean mask."""
    q, k, v = (x.transpose(1, 2) for x in (q_BTHK, k_BTGK, v_BTGK))
    return F.scaled_dot_product_attention(q, k, v, attn_mask=layout.mask_B1TT, enable_gqa=True).transpose(1, 2)


Backend = Callable[[torch.Tensor, torch.Tensor, torch.Tensor, DocumentLayout], torch.Tensor]

BACKENDS: dict[str, Backend] = {
    "sdpa": masked_sdpa,
}
"""Name -> function of (q_BTHK, k_BTGK, v_BTGK, layout). To add one, add a row; the tests compare every row with `sdpa`."""


def find_backend(name: str) -> Backend:
    """Raises RecipeError where there is none of that name."""
    if name not in BACKENDS:
        raise RecipeError(f"attention backend {name!r} does not exist; there are {', '.join(BACKENDS)}")
    return BACKENDS[name]


def attend(
    q_BTHK: torch.Tensor, k_BTGK: torch.Tensor, v_BTGK: torch.Tensor, layout: DocumentLayout, *, backend: str = "sdpa"
) -> torch.Tensor:
    """Softmax attention of scale K^-1/2 over the earlier tokens of the same document, as BTHK.

    Query head h reads key-value head h // (H / G) (grouped-query attention, Ainslie et al. 2023, arXiv:2305.13245).
    """
    return find_backend(backend)(q_BTHK, k_BTGK, v_BTGK, layout)
