"""Causal attention inside documents: a row packs several, and no token sees another's.

`attend` is the one door; what computes it is a row of `BACKENDS`:

    sdpa    torch's scaled_dot_product_attention under the full mask: slow (T x T booleans a row), right everywhere, the oracle
    flex    torch's flex_attention: skips blocks of the mask that are empty; compiled where there is a GPU
    flash   the varlen kernels of FlashAttention 2 that torch ships, 3 where the package flash_attn_interface is installed
    cudnn   cuDNN's ragged kernels, where the package nvidia-cudnn-frontend is installed (pretrain.cudnn_attention)

Under context parallel the queries are those of one rank, keys and values the whole row's: `DocumentLayout.of_rank`.

`choose_backend` times those that run on the machine on a layout of the run's own shape; `docs/pretrain.md` has what it measured.

Shape suffixes: B rows, T tokens of a row, Q of them queries, N = B*T, H query heads, G key-value heads, K head dimension.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 (torch's own name for it)
from torch.nn.attention.flex_attention import BlockMask, create_block_mask, flex_attention

from corpus.errors import RecipeError
from pretrain import cudnn_attention
from pretrain.parallel import zigzag


@dataclass(frozen=True)
class Queries:
    """Which tokens of every row are this context rank's, in two chunks that each follow the row."""

    place_Q: torch.Tensor
    """int64: the queries' places in the row, ascending."""
    restore_T: torch.Tensor
    """int64: where the ranks' tokens, joined, have each token of the row."""
    bounds: tuple[tuple[torch.Tensor, torch.Tensor], ...]
    """Of each chunk, for varlen kernels: int32 bounds of segments of the queries and of the keys, B rows flattened. A segment's
    queries are the last tokens of its keys, or none: so it is with documents, or parts of one, before and after the chunk."""


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
    queries: Queries | None = None
    """None: all tokens."""

    def of_rank(self, rank: int, size: int) -> DocumentLayout:
        """The same rows with the queries of one context rank of `size`."""
        if size == 1:
            return self
        B, T = self.document_BT.shape
        length, device = T // (2 * size), self.document_BT.device
        places = [zigzag(T, rank=r, size=size, device=device) for r in range(size)]
        row_B = torch.arange(B, device=device, dtype=torch.int32) * T
        bounds = []
        for start in (rank * length, (2 * size - 1 - rank) * length):
            keys = torch.cat([self.padded_cu_seqlens, row_B + start + length]).sort().values
            queries = keys // T * length + (keys % T - start).clamp(0, length)
            bounds.append((queries.int(), keys.int()))
        return replace(self, queries=Queries(places[rank], torch.cat(places).argsort(), tuple(bounds)))

    def take(self, x_BT: torch.Tensor) -> torch.Tensor:
        """Of something that each token has, that of the queries."""
        return x_BT if self.queries is None else x_BT[:, self.queries.place_Q]

    def restored(self, x_BT: torch.Tensor) -> torch.Tensor:
        """What was gathered from all context ranks, in the row's order."""
        return x_BT if self.queries is None else x_BT[:, self.queries.restore_T]

    @cached_property
    def mask_B1QT(self) -> torch.Tensor:
        """bool: whether query t (third axis) may see key s (fourth): same document, not later."""
        same_BTT = self.document_BT[:, :, None] == self.document_BT[:, None, :]
        return self.take(same_BTT.tril())[:, None]

    @cached_property
    def block_mask(self) -> BlockMask:
        """The same for flex_attention."""
        document_BT = self.document_BT
        B, T = document_BT.shape
        place_Q = torch.arange(T, device=document_BT.device) if self.queries is None else self.queries.place_Q

        def may_see(b: Any, h: Any, q: Any, s: Any) -> Any:
            return (place_Q[q] >= s) & (document_BT[b, place_Q[q]] == document_BT[b, s])

        return create_block_mask(may_see, B, None, len(place_Q), T, device=str(document_BT.device))

    @cached_property
    def next_is_same_BT(self) -> torch.Tensor:
        """bool: whether the token's successor belongs to the same document; False at the end of a row."""
        same = torch.zeros_like(self.document_BT, dtype=torch.bool)
        same[:, :-1] = self.document_BT[:, 1:] == self.document_BT[:, :-1]
        return same

    def to(self, device: torch.device) -> DocumentLayout:
        return self._each(lambda x: x.to(device, non_blocking=True))

    def pin_memory(self) -> DocumentLayout:
        """In memory that a GPU can read while the host goes on."""
        return self._each(torch.Tensor.pin_memory)

    def _each(self, change: Callable[[torch.Tensor], torch.Tensor]) -> DocumentLayout:
        assert self.queries is None, "ranks choose their queries where they compute"
        tensors = (self.document_BT, self.position_BT, self.cu_seqlens, self.padded_cu_seqlens)
        document_BT, position_BT, cu_seqlens, padded = (change(x) for x in tensors)
        return DocumentLayout(document_BT, position_BT, cu_seqlens, padded)


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
    return F.scaled_dot_product_attention(q, k, v, attn_mask=layout.mask_B1QT, enable_gqa=True).transpose(1, 2)


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
    k_NGK, v_NGK, max_k = k.flatten(0, 1), v.flatten(0, 1), k.shape[1]
    bounds = ((layout.padded_cu_seqlens, layout.padded_cu_seqlens),) if layout.queries is None else layout.queries.bounds
    mixed = []
    for chunk, (cu_q, cu_k) in zip(q.chunk(len(bounds), dim=1), bounds, strict=True):
        mixed_NHK, _ = _varlen_forward(chunk.flatten(0, 1), k_NGK, v_NGK, cu_q, cu_k, chunk.shape[1], max_k, kernel)
        mixed.append(mixed_NHK.view(chunk.shape))
    return torch.cat(mixed, dim=1) if len(mixed) > 1 else mixed[0]


@torch.library.custom_op("tercet::varlen_attention", mutates_args=())
def _varlen_forward(
    q_NHK: torch.Tensor,
    k_NGK: torch.Tensor,
    v_NGK: torch.Tensor,
    cu_q: torch.Tensor,
    cu_k: torch.Tensor,
    max_q: int,
    max_k: int,
    kernel: str,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Attention inside the segments that `cu_q` and `cu_k` delimit, and the logarithms of the softmax's sums, fp32.

    A segment's last query sees all of its keys, each one before it one key less.
    """
    bounds = (cu_q, cu_k, max_q, max_k)
    if kernel == "cudnn":
        return cudnn_attention.forward(q_NHK, k_NGK, v_NGK, *bounds)
    mixed_NHK, log_sums, *_ = torch.ops.aten._flash_attention_forward(q_NHK, k_NGK, v_NGK, *bounds, 0.0, True, False)
    return mixed_NHK, log_sums


@_varlen_forward.register_fake
def _(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, cu_q: Any, cu_k: Any, max_q: int, max_k: int, kernel: str) -> Any:
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
    cu_q: torch.Tensor,
    cu_k: torch.Tensor,
    max_q: int,
    max_k: int,
    kernel: str,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Gradients of q, k and v."""
    saved = (grad_NHK.contiguous(), q_NHK, k_NGK, v_NGK, mixed_NHK, log_sums)
    bounds = (cu_q, cu_k, max_q, max_k)
    if kernel == "cudnn":
        return cudnn_attention.backward(*saved, *bounds)
    seed = torch.zeros(2, dtype=torch.uint64, device=q_NHK.device)  # of dropout, which is none
    grad_q, grad_k, grad_v = torch.ops.aten._flash_attention_backward(*saved, *bounds, 0.0, True, seed, seed)
    return grad_q, grad_k, grad_v


@_varlen_backward.register_fake
def _(grad: torch.Tensor, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, *rest: Any) -> Any:
    return torch.empty_like(q), torch.empty_like(k), torch.empty_like(v)


def _save_for_backward(ctx: Any, inputs: tuple[Any, ...], output: tuple[torch.Tensor, torch.Tensor]) -> None:
    q, k, v, cu_q, cu_k, ctx.max_q, ctx.max_k, ctx.kernel = inputs
    ctx.save_for_backward(q, k, v, *output, cu_q, cu_k)


def _differentiate(ctx: Any, grad_NHK: torch.Tensor, grad_log_sums: torch.Tensor) -> tuple[Any, ...]:
    grads = _varlen_backward(grad_NHK, *ctx.saved_tensors, ctx.max_q, ctx.max_k, ctx.kernel)
    return *grads, None, None, None, None, None


_varlen_forward.register_autograd(_differentiate, setup_context=_save_for_backward)

Backend = Callable[[torch.Tensor, torch.Tensor, torch.Tensor, DocumentLayout], torch.Tensor]

BACKENDS: dict[str, Backend] = {"sdpa": masked_sdpa, "flex": flex, "flash": flash, "cudnn": cudnn}
"""Name -> function of (q_BTHK, k_BTGK, v_BTGK, layout). To add one, add a row; the tests compare every row with `sdpa`."""


def attend(
    q_BTHK: torch.Tensor, k_BTGK: torch.Tensor, v_BTGK: torch.Tensor, layout: DocumentLayout, *, backend: str = "sdpa"
) -> torch.Tensor:
    """Softmax attention of scale K^-1/2 over the earlier tokens of the same document, as BTHK.

    Where the layout has queries of its own, q and the result have their number of tokens instead of T.

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
    context: int = 1,
) -> str:
    """`wanted` itself, or for `auto` the fastest of those that run here, timed forward and backward on one row.

    Under context parallel auto takes flash: cudnn has not been run with fewer queries than keys.

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
    candidates = [name for name in able if name == "flash" or (name == "cudnn" and context == 1)]
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
