"""AdamW as the report configures it: weight decay on matrices, not on norms and biases."""

from __future__ import annotations

import torch
from torch import nn

from pretrain.config import AdamWConfig


def build_optimizer(model: nn.Module, config: AdamWConfig) -> torch.optim.AdamW:
    """Decoupled weight decay (Loshchilov & Hutter 2019, arXiv:1711.05101); the learning rate is set before every step."""
    parameters = list(model.named_parameters())
    groups = [
        {"params": [p for _, p in parameters if p.ndim >= 2], "weight_decay": config.weight_decay},
        {"params": [p for _, p in parameters if p.ndim < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=0.0, betas=(config.beta1, config.beta2), eps=config.eps, fused=True)


def set_lr(optimizer: torch.optim.Optimizer, lr: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = lr


def clip_gradients(model: nn.Module, max_norm: float) -> float:
    """Scales all gradients down to a global L2 norm of `max_norm`; returns the norm before."""
    norm = nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    if isinstance(norm, torch.distributed.tensor.DTensor):
        norm = norm.full_tensor()
    return float(norm)
