"""Cross-entropy over a large vocabulary without ever holding all logits.

At 32,768 tokens and MiMo's 151,680 entries the logits are 9.3 GiB in bf16, twice with the multi-token-prediction loss. Here the
tokens go through the head in chunks, and the gradients are formed in the same pass, as in Liger-Kernel's fused linear
cross-entropy (Hsu et al. 2024, arXiv:2410.10989): three matrix products, nothing recomputed, one chunk of logits alive.

Shape suffixes: N tokens, D hidden size, V vocabulary, C tokens of a chunk.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 (torch's own name for it)

IGNORED = -100
"""Label of a token that has nothing to predict."""

CHUNK_TOKENS = 2048
"""64 MiB of fp32 logits at a vocabulary of 8,192; 1.2 GiB at 151,680."""


class _ChunkedCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, hidden_ND: torch.Tensor, weight_VD: torch.Tensor, labels_N: torch.Tensor) -> torch.Tensor:
        need_hidden, need_weight = ctx.needs_input_grad[:2]
        grad_hidden_ND = torch.zeros_like(hidden_ND) if need_hidden else None
        # Summed over chunks, hence in fp32 whatever the weight is.
        grad_weight_VD = torch.zeros_like(weight_VD, dtype=torch.float32) if need_weight else None
        total = torch.zeros((), dtype=torch.float32, device=hidden_ND.device)
        head_VD = weight_VD.to(hidden_ND.dtype)
        for start in range(0, hidden_ND.shape[0], CHUNK_TOKENS):
            chunk = slice(start, start + CHUNK_TOKENS)
            keep_C = labels_N[chunk] != IGNORED
            target_C1 = labels_N[chunk].clamp(min=0)[:, None]
            log_probs_CV = F.log_softmax((hidden_ND[chunk] @ head_VD.T).float(), dim=-1)
            total -= (log_probs_CV.gather(1, target_C1)[:, 0] * keep_C).sum()
            if not (need_hidden or need_weight):
                continue
            # d(-log softmax)/d logits = softmax - one-hot, 0 where ignored
            grad_CV = log_probs_CV.exp_()
            grad_CV.scatter_add_(1, target_C1, torch.full_like(target_C1, -1, dtype=grad_CV.dtype))
            grad_CV = grad_CV.mul_(keep_C[:, None]).to(hidden_ND.dtype)
            if grad_hidden_ND is not None:
                grad_hidden_ND[chunk] = grad_CV @ head_VD
            if grad_weight_VD is not None:
                grad_weight_VD += grad_CV.T @ hidden_ND[chunk]
        ctx.weight_dtype = weight_VD.dtype
        ctx.save_for_backward(grad_hidden_ND, grad_weight_VD)
        return total

    @staticmethod
    def backward(ctx: Any, *grad_outputs: torch.Tensor) -> tuple[torch.Tensor | None, torch.Tensor | None, None]:
        grad_hidden_ND, grad_weight_VD = ctx.saved_tensors
        scale = grad_outputs[0]
        return (
            None if grad_hidden_ND is None else grad_hidden_ND * scale.to(grad_hidden_ND.dtype),
            None if grad_weight_VD is None else (grad_weight_VD * scale).to(ctx.weight_dtype),
            None,
        )


def summed_cross_entropy(hidden_ND: torch.Tensor, weight_VD: torch.Tensor, labels_N: torch.Tensor) -> torch.Tensor:
    """Sum over tokens of -log softmax(hidden @ weight^T)[label], in nats, fp32; labels of IGNORED count nothing."""
    device = hidden_ND.device.type
    if torch.is_autocast_enabled(device):
        hidden_ND = hidden_ND.to(torch.get_autocast_dtype(device))
    with torch.autocast(device, enabled=False):
        total: torch.Tensor = _ChunkedCrossEntropy.apply(hidden_ND, weight_VD, labels_N)  # type: ignore[no-untyped-call]
    return total
