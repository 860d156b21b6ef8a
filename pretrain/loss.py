"""Cross-entropy over a large vocabulary without ever holding all logits.

At 32,768 tokens and MiMo's 151,680 entries the logits are 9.3 GiB in bf16, twice with the multi-token-prediction loss. Here the
tokens of both go through the head in chunks, and the gradients are formed in the same pass, as in Liger-Kernel's fused linear
cross-entropy (Hsu et al. 2024, arXiv:2410.10989): three matrix products, nothing recomputed, one chunk of logits alive.

Where ranks share the vocabulary, each has the logits of its entries, and three numbers a token are exchanged: the largest logit,
the sum of exponentials and the label's logit (Megatron-LM's vocab_parallel_cross_entropy).

Shape suffixes: N tokens, D hidden size, V vocabulary, C tokens of a chunk.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import torch
import torch.distributed as dist
from torch.distributed.device_mesh import DeviceMesh

IGNORED = -100
"""Label of a token that has nothing to predict."""

CHUNK_TOKENS = {"cuda": 4096, "cpu": 256}
"""By device. GPU: 1.2 GiB of bf16 logits at a vocabulary of 151,680, and as much for their gradient. CPU: little enough for its
caches; of the demo's head 4,096 tokens take .39 s so, .48 s at once."""


def cross_entropy(
    hidden_ND: torch.Tensor,
    weight_VD: torch.Tensor,
    labels_N: torch.Tensor,
    scale_N: torch.Tensor,
    *,
    vocabulary: DeviceMesh | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Sum over tokens of scale * -log softmax(hidden @ weight^T)[label], and the unscaled terms N, fp32, in nats.

    Labels of IGNORED count nothing. Only the sum has a gradient, and what is computed of it is a gradient of the loss itself:
    nothing may multiply it afterwards. A weight with a `main_grad` (pretrain.optimizer) gets its gradient there.

    `vocabulary`: the ranks that each hold an equal part of the weight, in their order. Hidden, labels and results are equal on
    all of them; the gradient of hidden is a part of the ranks' sum.
    """
    device = hidden_ND.device.type
    if torch.is_autocast_enabled(device):
        hidden_ND = hidden_ND.to(torch.get_autocast_dtype(device))
    with torch.autocast(device, enabled=False):
        if not torch.is_grad_enabled():
            hidden_ND, weight_VD = hidden_ND.detach(), weight_VD.detach()
        total, nll_N = _FusedCrossEntropy.apply(hidden_ND, weight_VD, labels_N, scale_N, vocabulary)  # type: ignore[no-untyped-call]
    return total, nll_N


class _FusedCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        hidden_ND: torch.Tensor,
        weight_VD: torch.Tensor,
        labels_N: torch.Tensor,
        scale_N: torch.Tensor,
        vocabulary: DeviceMesh | None,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        needs_hidden, needs_weight = ctx.needs_input_grad[:2]
        grad_hidden_ND = torch.empty_like(hidden_ND) if needs_hidden else None
        main_grad = getattr(weight_VD, "main_grad", None)
        # Summed over chunks, hence in fp32 whatever the weight is.
        grad_weight_VD = main_grad if main_grad is not None else _zeros(weight_VD) if needs_weight else None
        head_VD = weight_VD.to(hidden_ND.dtype)
        nll_N = torch.empty(len(labels_N), dtype=torch.float32, device=hidden_ND.device)
        step = CHUNK_TOKENS[hidden_ND.device.type]
        softmax_and_gradient = _compiled() if hidden_ND.is_cuda else softmax_and_gradient_in_place
        if vocabulary is not None:
            softmax_and_gradient = partial(softmax_and_gradient_of_part, vocabulary=vocabulary)
        for start in range(0, len(labels_N), step):
            chunk = slice(start, start + step)
            logits_CV = hidden_ND[chunk] @ head_VD.T
            nll_N[chunk], grad_CV = softmax_and_gradient(logits_CV, labels_N[chunk], scale_N[chunk])
            if grad_hidden_ND is not None:
                torch.mm(grad_CV, head_VD, out=grad_hidden_ND[chunk])
            if needs_weight and grad_weight_VD is not None:
                add_product(grad_weight_VD, grad_CV.T, hidden_ND[chunk])
        ctx.weight_dtype = weight_VD.dtype
        ctx.save_for_backward(grad_hidden_ND, None if main_grad is not None else grad_weight_VD)
        ctx.mark_non_differentiable(nll_N)
        return (nll_N * scale_N).sum(), nll_N

    @staticmethod
    def backward(ctx: Any, *grad_outputs: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        grad_hidden_ND, grad_weight_VD = ctx.saved_tensors
        return grad_hidden_ND, None if grad_weight_VD is None else grad_weight_VD.to(ctx.weight_dtype), None, None, None


def _zeros(weight_VD: torch.Tensor) -> torch.Tensor:
    return torch.zeros_like(weight_VD, dtype=torch.float32)


def softmax_and_gradient_to_fuse(
    logits_CV: torch.Tensor, labels_C: torch.Tensor, scale_C: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """-log softmax at the label, 0 where ignored, and the gradient of scale * that, in the logits' dtype.

    Element by element, for a compiler to fuse.
    """
    logits = logits_CV.float()
    keep_C = labels_C != IGNORED
    target_C1 = labels_C.clamp(min=0)[:, None]
    log_sum_C = logits.logsumexp(dim=-1)
    nll_C = (log_sum_C - logits.gather(1, target_C1)[:, 0]) * keep_C
    # d(-log softmax)/d logits = softmax - one-hot
    is_target_CV = torch.arange(logits.shape[1], device=logits.device) == target_C1
    grad_CV = ((logits - log_sum_C[:, None]).exp() - is_target_CV.float()) * (scale_C * keep_C)[:, None]
    return nll_C, grad_CV.to(logits_CV.dtype)


def softmax_and_gradient_in_place(
    logits_CV: torch.Tensor, labels_C: torch.Tensor, scale_C: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """The same where nothing is fused: each operation writes over what the last one left."""
    keep_C = labels_C != IGNORED
    target_C1 = labels_C.clamp(min=0)[:, None]
    log_probs_CV = torch.log_softmax(logits_CV.float(), dim=-1)
    nll_C = -log_probs_CV.gather(1, target_C1)[:, 0] * keep_C
    grad_CV = log_probs_CV.exp_()
    grad_CV.scatter_add_(1, target_C1, torch.full_like(target_C1, -1, dtype=grad_CV.dtype))
    grad_CV.mul_((scale_C * keep_C)[:, None])
    return nll_C, grad_CV.to(logits_CV.dtype)


def softmax_and_gradient_of_part(
    logits_CV: torch.Tensor, labels_C: torch.Tensor, scale_C: torch.Tensor, *, vocabulary: DeviceMesh
) -> tuple[torch.Tensor, torch.Tensor]:
    """The same of this rank's entries of the vocabulary; the first result is equal on all ranks that share it.

    Writes over the logits.
    """
    V = logits_CV.shape[1]
    entry_C = labels_C - vocabulary.get_local_rank() * V  # IGNORED stays negative
    is_here_C = (entry_C >= 0) & (entry_C < V)
    entry_C1 = entry_C.where(is_here_C, 0)[:, None]
    logits = logits_CV.float()
    largest_C = logits.amax(dim=-1)
    dist.all_reduce(largest_C, dist.ReduceOp.MAX, group=vocabulary.get_group())
    grad_CV = logits.sub_(largest_C[:, None])
    label_logit_C = grad_CV.gather(1, entry_C1)[:, 0] * is_here_C
    sums_2C = torch.stack([grad_CV.exp_().sum(dim=-1), label_logit_C])
    dist.all_reduce(sums_2C, group=vocabulary.get_group())
    keep_C = labels_C != IGNORED
    nll_C = (sums_2C[0].log() - sums_2C[1]) * keep_C
    grad_CV /= sums_2C[0][:, None]
    grad_CV.scatter_add_(1, entry_C1, -is_here_C[:, None].to(grad_CV.dtype))
    grad_CV.mul_((scale_C * keep_C)[:, None])
    return nll_C, grad_CV.to(logits_CV.dtype)


@cache
def _compiled() -> Callable[..., tuple[torch.Tensor, torch.Tensor]]:
    """Two reads and one write of the logits instead of a dozen."""
    return torch.compile(softmax_and_gradient_to_fuse)


def add_product(total_fp32: torch.Tensor, a: torch.Tensor, b: torch.Tensor) -> None:
    """total += a @ b without a rounded product in between, where the device can (cuBLAS adds in its epilogue)."""
    if total_fp32.is_cuda and a.dtype != torch.float32:
        torch.addmm(total_fp32, a, b, out_dtype=torch.float32, out=total_fp32)
    else:
        total_fp32 += a @ b
