"""Causal attention inside documents: a row packs several, and no token sees another's.

`attend` is the one door; what computes it is a row of `BACKENDS`:

    sdpa    torch's scaled_dot_product_attention under the full mask: slow (T x T booleans a row), right everywhere, the oracle
    flex    torch's flex_attention: skips blocks of the mask that are empty; compiled where there is a GPU
    flash   the varlen kernels of FlashAttention 2 that torch ships, 3 where the package flash_attn_interface is installed
    cudnn   cuDNN's ragged kernels, where the package nvidia-cudnn-frontend is installed (pretrain.cudnn_attention)

`choose_backend` times those that run on the machine on a layout of the run's own shape; `docs/pretrain.md` has what it measured.

Shape suffixes: B rows, T tokens of a row, N = B*T, H query heads, G key-value heads, K head dimension.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 (torch's own name for it)
from torch.nn.attention.flex_attention import BlockMask, create_block_mask, flex_attention

from corpus.errors import RecipeError
from pretrain import cudnn_attention


@dataclass(frozen=True)
class DocumentLayout:
    """Where the documents of a batch lie. Padding counts as a last document of its own row."""

    document_BT: torch.Tensor
    """int32: index of the token's document in its row; never falls along a row."""
    position_BT: torch.Tensor
    """int32: index of the token in its document: positions restart with every document."""
    cu_seqlens: torch.Tensor
    """int32: starts of all documents in the batch flattened to B*T tokens, then B*T."""
    padded_cu_seqlens: torch.Tensor
    """The same, its end repeated up to a power of two of documents: what varlen kernels take. cuDNN and torch.compile build a
    kernel for each number of documents, which thus takes few values."""

    @cached_property
    def mask_B1TT(self) -> torch.Tensor:
        """bool: whether query t (third axis) may see key s (fourth): same document, not later."""
        same_BTT = self.document_BT[:, :, None] == self.document_BT[:, None, :]
        return same_BTT.tril()[:, None]

    @cached_property
    def block_mask(self) -> BlockMask:
        """The same for flex_attention."""
        document_BT = self.document_BT

        def may_see(b: Any, h: Any, t: Any, s: Any) -> Any:
            return (t >= s) & (document_BT[b, t] == document_BT[b, s])

        B, T = document_BT.shape
        return create_block_mask(may_see, B, None, T, T, device=str(document_BT.device))

    @cached_property
    def next_is_same_BT(self) -> torch.Tensor:
        """bool: whether the token's successor belongs to the same document; False at the end of a row."""
        same = torch.zeros_like(self.document_BT, dtype=torch.bool)
        same[:, :-1] = self.document_BT[:, 1:] == self.document_BT[:, :-1]
        return same

    def to(self, device: torch.device) -> DocumentLayout:
        return DocumentLayout(*(x.to(device, non_blocking=True) for x in self._tensors()))

    def pin_memory(self) -> DocumentLayout:
        """In memory that a GPU can read while the host goes on."""
        return DocumentLayout(*(x.pin_memory() for x in self._tensors()))

    def _tensors(self) -> tuple[torch.Tensor, ...]:
        return self.document_BT, self.position_BT, self.cu_seqlens, self.padded_cu_seqlens


def document_layout(document_BT: torch.Tensor) -> DocumentLayout:
    """The layout that follows from the documents' indices."""
    B, T = document_BT.shape
    starts_BT = torch.ones(B, T, dtype=torch.bool)
    starts_BT[:, 1:] = document_BT[:, 1:] != document_BT[:, :-1]
    index_BT = torch.arange(T).expand(B, T)
    position_BT = index_BT - torch.where(starts_BT, index_BT, 0).cummax(dim=1).values
    cu_seqlens = torch.cat([starts_BT.flatten().nonzero()[:, 0], torch.tensor([B * T])]).int()
    num_padded = 1 << (len(cu_seqlens) - 2).bit_length()
    padded = F.pad(cu_seqlens, (0, num_padded + 1 - len(cu_seqlens)), value=B * T)
    return DocumentLayout(document_BT.int(), position_BT.int(), cu_seqlens, padded)


# ------------------------------------------------------------------------------------------------------------ backends


def masked_sdpa(q_BTHK: torch.Tensor, k_BTGK: torch.Tensor, v_BTGK: torch.Tensor, layout: DocumentLayout) -> torch.Tensor:
    """torch's scaled_dot_product_attention under the full boolean mask."""
    q, k, v = (x.transpose(1, 2) for x in (q_BTHK, k_BTGK, v_BTGK))
    return F.scaled_dot_product_attention(q, k, v, attn_mask=layout.mask_B1TT, enable_gqa=True).transpose(1, 2)


@torch.compiler.disable  # type: ignore[untyped-decorator,unused-ignore]
def flex(q_BTHK: torch.Tensor, k_BTGK: torch.Tensor, v_BTGK: torch.Tensor, layout: DocumentLayout) -> torch.Tensor:
    """torch's flex_attention under a block mask."""
    q, k, v = (x.transpose(1, 2) for x in (q_BTHK, k_BTGK, v_BTGK))
    mixed: torch.Tensor = _flex(q.is_cuda)(q, k, v, block_mask=layout.block_mask, enable_gqa=True)
    return mixed.transpose(1, 2)


@cache
def _flex(compiled: bool) -> Callable[..., Any]:
    attention: Any = flex_attention
    return torch.compile(attention, dynamic=False) if compiled else attention


def flash(q_BTHK: torch.Tensor, k_BTGK: torch.Tensor, v_BTGK: torch.Tensor, layout: DocumentLayout) -> torch.Tensor:
    return _varlen("flash", q_BTHK, k_BTGK, v_BTGK, layout)


def cudnn(q_BTHK: torch.Tensor, k_BTGK: torch.Tensor, v_BTGK: torch.Tensor, layout: DocumentLayout) -> torch.Tensor:
    return _varlen("cudnn", q_BTHK, k_BTGK, v_BTGK, layout)


def _varlen(kernel: str, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, layout: DocumentLayout) -> torch.Tensor:
    # max_len is the row's, not the longest document's: another number would be another kernel, and no kernel is slower for it.
    q_NHK, k_NGK, v_NGK = (x.flatten(0, 1) for x in (q, k, v))
    mixed_NHK: torch.Tensor = _varlen_forward(q_NHK, k_NGK, v_NGK, layout.padded_cu_seqlens, q.shape[1], kernel)[0]
    return mixed_NHK.view(q.shape)


@torch.library.custom_op("tercet::varlen_attention", mutates_args=())
def _varlen_forward(
    q_NHK: torch.Tensor, k_NGK: torch.Tensor, v_NGK: torch.Tensor, cu_seqlens: torch.Tensor, max_len: int, kernel: str
) -> tuple[torch.Tensor, torch.Tensor]:
    """Attention inside the documents that `cu_seqlens` delimits, and the logarithms of the softmax's sums, fp32."""
    if kernel == "cudnn":
        return cudnn_attention.forward(q_NHK, k_NGK, v_NGK, cu_seqlens, max_len)
    bounds = (cu_seqlens, cu_seqlens, max_len, max_len)
    mixed_NHK, log_sums, *_ = torch.ops.aten._flash_attention_forward(q_NHK, k_NGK, v_NGK, *bounds, 0.0, True, False)
    return mixed_NHK, log_sums


@_varlen_forward.register_fake
def _(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, cu: torch.Tensor, max_len: int, kernel: str) -> Any:
    N, H, _ = q.shape
    return torch.empty_like(q), q.new_empty((N, H, 1) if kernel == "cudnn" else (H, N), dtype=torch.float32)


@torch.library.custom_op("tercet::varlen_attention_backward", mutates_args=())
def _varlen_backward(
    grad_NHK: torch.Tensor,
    q_NHK: torch.Tensor,
    k_NGK: torch.Tensor,
    v_NGK: torch.Tensor,
    mixed_NHK: torch.Tensor,
    log_sums: torch.Tensor,
    cu_seqlens: torch.Tensor,
    max_len: int,
    kernel: str,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Gradients of q, k and v."""
    saved = (grad_NHK.contiguous(), q_NHK, k_NGK, v_NGK, mixed_NHK, log_sums)
    if kernel == "cudnn":
        return cudnn_attention.backward(*saved, cu_seqlens, max_len)
    bounds = (cu_seqlens, cu_seqlens, max_len, max_len)
    seed = torch.zeros(2, dtype=torch.uint64, device=q_NHK.device)  # of dropout, which is none
    grad_q, grad_k, grad_v = torch.ops.aten._flash_attention_backward(*saved, *bounds, 0.0, True, seed, seed)
    return grad_q, grad_k, grad_v


@_varlen_backward.register_fake
def _(grad: torch.Tensor, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, *rest: Any) -> Any:
    return torch.empty_like(q), torch.empty_like(k), torch.empty_like(v)


def _save_for_backward(ctx: Any, inputs: tuple[Any, ...], output: tuple[torch.Tensor, torch.Tensor]) -> None:
    q, k, v, cu_seqlens, ctx.max_len, ctx.kernel = inputs
    ctx.save_for_backward(q, k, v, *output, cu_seqlens)


def _differentiate(ctx: Any, grad_NHK: torch.Tensor, grad_log_sums: torch.Tensor) -> tuple[Any, ...]:
    grads = _varlen_backward(grad_NHK, *ctx.saved_tensors, ctx.max_len, ctx.kernel)
    return *grads, None, None, None


_varlen_forward.register_autograd(_differentiate, setup_context=_save_for_backward)

Backend = Callable[[torch.Tensor, torch.Tensor, torch.Tensor, DocumentLayout], torch.Tensor]

BACKENDS: dict[str, Backend] = {"sdpa": masked_sdpa, "flex": flex, "flash": flash, "cudnn": cudnn}
"""Name -> function of (q_BTHK, k_BTGK, v_BTGK, layout). To add one, add a row; the tests compare every row with `sdpa`."""


def attend(
    q_BTHK: torch.Tensor, k_BTGK: torch.Tensor, v_BTGK: torch.Tensor, layout: DocumentLayout, *, backend: str = "sdpa"
) -> torch.Tensor:
    """Softmax attention of scale K^-1/2 over the earlier tokens of the same document, as BTHK.

    Query head h reads key-value head h // (H / G) (grouped-query attention, Ainslie et al. 2023, arXiv:2305.13245).
    """
    return BACKENDS[backend](q_BTHK, k_BTGK, v_BTGK, layout)


# -------------------------------------------------------------------------------------------------------------- choice


def runs_here(backend: str, device: torch.device, dtype: torch.dtype) -> bool:
    """Whether the machine has what the backend needs."""
    if backend not in ("flash", "cudnn"):
        return True
    if device.type != "cuda" or dtype not in (torch.bfloat16, torch.float16):
        return False
    if backend == "flash":
        _activate_flash_3()
    if backend == "cudnn" and not cudnn_attention.is_installed():
        return False
    # cuDNN has ragged kernels from Hopper on.
    return torch.cuda.get_device_capability(device) >= ((9, 0) if backend == "cudnn" else (8, 0))


@cache
def _activate_flash_3() -> None:
    """Puts FlashAttention 3 behind torch's flash operators where it is installed."""
    activate = getattr(torch.nn.attention, "activate_flash_attention_impl", None)
    if activate and importlib.util.find_spec("flash_attn_interface"):
        activate("FA3")


def choose_backend(
    wanted: str,
    *,
    num_heads: int,
    num_key_value_heads: int,
    head_dim: int,
    seq_len: int,
    device: torch.device,
    dtype: torch.dtype,
) -> str:
    """`wanted` itself, or for `auto` the fastest of those that run here, timed forward and backward on one row.

    Raises RecipeError where there is none of that name, or the machine lacks what it needs.
    """
    if wanted != "auto" and wanted not in BACKENDS:
        raise RecipeError(f"attention backend {wanted!r} does not exist; there are auto, {', '.join(BACKENDS)}")
    able = [name for name in BACKENDS if runs_here(name, device, dtype)]
    if wanted != "auto":
        if wanted not in able:
            raise RecipeError(
                f"attention backend {wanted!r} needs bf16 and a GPU from Hopper (cudnn, and the "
                f"package nvidia-cudnn-frontend) or Ampere (flash) on; here are {device.type} and {dtype}. "
                f"Use auto, or one of {', '.join(able)}"
            )
        return wanted
    candidates = [name for name in able if name in ("flash", "cudnn")]
    if len(candidates) < 2:
        return candidates[0] if candidates else "sdpa"
    shapes = [(1, seq_len, heads, head_dim) for heads in (num_heads, num_key_value_heads, num_key_value_heads)]
    # Four documents a row, the longest half of it.
    ends = torch.tensor([seq_len // 8, seq_len // 4, seq_len // 2])
    layout = document_layout(torch.searchsorted(ends, torch.arange(seq_len), right=True)[None]).to(device)
    q, k, v = (torch.randn(shape, device=device, dtype=dtype, requires_grad=True) for shape in shapes)
    return min(candidates, key=lambda name: time_backend(name, q, k, v, layout=layout))


def time_backend(name: str, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, *, layout: DocumentLayout) -> float:
    """Seconds of one forward and backward pass: the best of five after two to warm up."""
    seconds = []
    for _ in range(7):
        torch.cuda.synchronize()
        started = time.perf_counter()
        torch.autograd.backward(attend(q, k, v, layout, backend=name), torch.ones_like(q))
        torch.cuda.synchronize()
        seconds.append(time.perf_counter() - started)
    return min(seconds[2:])
