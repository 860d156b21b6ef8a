"""AdamW as the report configures it, and a leaner one that keeps 12 bytes a parameter instead of 16 + the bf16 copy.

Lean: the weight that the model computes with is bf16, and 16 further bits in the optimizer complete it to the fp32 master;
moments are bf16 (2 + 2 bytes) or 8 bits (1 + 1); gradients of all passes of a step are summed in fp32 (4 bytes), in `main_grad`
beside each parameter (Megatron-LM's name). One kernel a tensor reads and writes all of it once.

    weight bf16 2 + remainder 2 + main_grad 4 + moments 4 = 12 bytes: 87.5 GiB for MiMo-7B with its prediction block

Any other fp32 number is 65,536 steps of that remainder away from the next bf16 one: an update of 1e-4 of a weight, which bf16
alone would round away, is kept exactly as fp32 keeps it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.tensor import DTensor

from corpus.errors import RecipeError
from pretrain.config import AdamWConfig
from pretrain.pipeline import Pipeline


def build_optimizer(model: nn.Module, config: AdamWConfig) -> torch.optim.Optimizer:
    """Decoupled weight decay (Loshchilov & Hutter 2019, arXiv:1711.05101) on matrices, not on norms and biases.

    The learning rate is set before every step. Lean states need the model in bf16.
    """
    parameters = list(model.named_parameters())
    groups = [
        {"params": [p for _, p in parameters if p.ndim >= 2], "weight_decay": config.weight_decay},
        {"params": [p for _, p in parameters if p.ndim < 2], "weight_decay": 0.0},
    ]
    if config.state == "int8" and any(isinstance(p, DTensor) for _, p in parameters):
        raise RecipeError("optimizer.state int8 is for one rank: the blocks that share a scale are not sharded yet; take bf16")
    betas = (config.beta1, config.beta2)
    if config.state == "fp32":
        return torch.optim.AdamW(groups, lr=0.0, betas=betas, eps=config.eps, fused=True)
    return LeanAdamW(groups, betas=betas, eps=config.eps, moments=config.state)


def set_lr(optimizer: torch.optim.Optimizer, lr: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = lr


def step(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    *,
    lr: float,
    max_norm: float,
    skip: bool = False,
    pipeline: Pipeline | None = None,
) -> float:
    """One update with gradients scaled down to a global L2 norm of `max_norm`; returns the norm before.

    With a pipeline the norm is over all its stages. Nothing is updated, weights and state stay as they are, with `skip` or where
    the norm is no finite number.
    """
    pipeline = pipeline or Pipeline()
    gradients = _gradients(model, optimizer)
    pipeline.sum_shared(gradients)
    norm = float(_norm([gradient for name, gradient in gradients.items() if name not in pipeline.copies]))
    if skip or not math.isfinite(norm):
        if isinstance(optimizer, LeanAdamW):
            optimizer.drop_gradients()
    else:
        set_lr(optimizer, lr)
        clip = min(1.0, max_norm / (norm + 1e-6))  # torch's clip_grad_norm_ has the same 1e-6
        if isinstance(optimizer, LeanAdamW):
            optimizer.gradient_scale = clip
        else:
            torch._foreach_mul_([_local(p.grad) for p in model.parameters() if p.grad is not None], clip)
        optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return norm


def _gradients(model: nn.Module, optimizer: torch.optim.Optimizer) -> dict[str, Any]:
    """By parameter, without those that have none."""
    kind = "main_grad" if isinstance(optimizer, LeanAdamW) else "grad"
    found = ((name, getattr(p, kind)) for name, p in model.named_parameters())
    return {name: gradient for name, gradient in found if gradient is not None}


def _norm(gradients: list[Any]) -> torch.Tensor:
    """Over the parameters of all ranks, each counted once."""
    if not any(isinstance(gradient, DTensor) for gradient in gradients):
        return nn.utils.get_total_norm(gradients)
    norms = torch.stack(torch._foreach_norm([_local(gradient) for gradient in gradients])).double()
    copies = torch.tensor([_num_copies(gradient) for gradient in gradients], dtype=torch.float64).to(norms.device)
    total = (norms**2 / copies).sum()
    dist.all_reduce(total)
    return total.sqrt()


def _num_copies(tensor: DTensor) -> int:
    """How many ranks hold the same part of it."""
    sizes = zip(tensor.device_mesh.shape, tensor.placements, strict=True)
    return math.prod(size for size, placement in sizes if placement.is_replicate())


def _local(tensor: Any) -> torch.Tensor:
    """This rank's part of a sharded tensor, the tensor itself otherwise."""
    return tensor.to_local() if isinstance(tensor, DTensor) else tensor


# ---------------------------------------------------------------------------------------------------------------- lean


class LeanAdamW(torch.optim.Optimizer):
    """AdamW on bf16 weights with the other 16 bits of fp32 in its state."""

    def __init__(self, params: Any, *, betas: tuple[float, float], eps: float, moments: str) -> None:
        super().__init__(params, {"lr": 0.0, "betas": betas, "eps": eps, "weight_decay": 0.0})
        self.gradient_scale = 1.0
        """What gradients are multiplied by: clipping costs no pass of its own."""
        for group in self.param_groups:
            for parameter in group["params"]:
                assert parameter.dtype == torch.bfloat16, "the lean optimizer takes a model in bf16"
                parameter.main_grad = torch.zeros_like(parameter, dtype=torch.float32)
                parameter.register_post_accumulate_grad_hook(_move_gradient)
                self.state[parameter] = _first_state(parameter, moments)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """torch's own gives every state the parameter's dtype, which would round the remainder to bf16."""
        super().load_state_dict(state_dict)
        names = [name for group in state_dict["param_groups"] for name in group["params"]]
        parameters = [parameter for group in self.param_groups for parameter in group["params"]]
        for name, parameter in zip(names, parameters, strict=True):
            for key, value in state_dict["state"].get(name, {}).items():
                self.state[parameter][key] = value if key == "step" else value.to(parameter.device)

    def drop_gradients(self) -> None:
        """Sets the sums to 0 that a step would have used up."""
        for group in self.param_groups:
            for parameter in group["params"]:
                main_grad(parameter).zero_()

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        assert closure is None
        for group in self.param_groups:
            for parameter in group["params"]:
                self._update(parameter, group)

    def _update(self, parameter: nn.Parameter, group: dict[str, Any]) -> None:
        state = self.state[parameter]
        state["step"] += 1
        done = float(state["step"])
        beta1, beta2 = group["betas"]
        constants = (
            self.gradient_scale,
            1 - group["lr"] * group["weight_decay"],
            group["lr"] / (1 - beta1**done),
            (1 - beta2**done) ** -0.5,
        )
        device = parameter.device
        # As tensors, so that a compiler sees no new constants every step.
        scalars = torch.tensor(constants, dtype=torch.float32).to(device, non_blocking=True)
        tensors = [_local(x) for x in (parameter.data, state["remainder"], main_grad(parameter))]
        moments = [
            _local(state[name]) for name in ("exp_avg", "exp_avg_sq", "exp_avg_scale", "exp_avg_sq_scale") if name in state
        ]
        kernel = _kernel(len(moments) > 2, beta1, beta2, group["eps"], device.type == "cuda")
        kernel(*(x.view(-1) for x in (*tensors, *moments)), scalars)


def main_grad(parameter: nn.Parameter) -> torch.Tensor:
    """The fp32 sum of a step's gradients, which the optimizer puts beside the parameter."""
    total: torch.Tensor = parameter.main_grad  # type: ignore[attr-defined]
    return total


def _move_gradient(parameter: nn.Parameter) -> None:
    """Adds a pass's bf16 gradient to the fp32 sum; none where the loss has put it there itself."""
    if parameter.grad is None:
        return
    total, gradient = _local(main_grad(parameter)), _local(parameter.grad)
    _adder(total.is_cuda)(total.view(-1), gradient.reshape(-1))
    parameter.grad = None


def _add(total: torch.Tensor, gradient: torch.Tensor) -> None:
    total.add_(gradient)


@cache
def _adder(compiled: bool) -> Callable[[torch.Tensor, torch.Tensor], None]:
    """torch's own kernel for fp32 += bf16 moves 2.5 TB/s on an H200, a compiled one 4."""
    return torch.compile(_add, dynamic=True) if compiled else _add


def _first_state(parameter: nn.Parameter, moments: str) -> dict[str, torch.Tensor]:
    state = {"step": torch.zeros(()), "remainder": torch.zeros_like(parameter, dtype=torch.int16)}
    if moments == "int8" and parameter.numel() % BLOCK == 0:
        num_blocks = parameter.numel() // BLOCK
        return state | {
            "exp_avg": torch.zeros_like(parameter, dtype=torch.int8),
            "exp_avg_sq": torch.zeros_like(parameter, dtype=torch.uint8),
            "exp_avg_scale": torch.zeros(num_blocks, dtype=torch.float32, device=parameter.device),
            "exp_avg_sq_scale": torch.zeros(num_blocks, dtype=torch.float32, device=parameter.device),
        }
    return state | {name: torch.zeros_like(parameter) for name in ("exp_avg", "exp_avg_sq")}


def join(weight: torch.Tensor, remainder: torch.Tensor) -> torch.Tensor:
    """The fp32 master: the weight's bits above, plus the signed remainder below."""
    bits = (weight.view(torch.int16).to(torch.int32) << 16) + remainder.to(torch.int32)
    return bits.view(torch.float32)


def split(master: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The nearest bf16 (halves away from zero, so that the rest fits 16 signed bits) and the rest, both as int16."""
    bits = master.view(torch.int32)
    top = (bits + 0x8000) >> 16
    return top.to(torch.int16), (bits - (top << 16)).to(torch.int16)


def lean_update(
    weight: torch.Tensor,
    remainder: torch.Tensor,
    gradient: torch.Tensor,
    exp_avg: torch.Tensor,
    exp_avg_sq: torch.Tensor,
    scalars: torch.Tensor,
    *,
    beta1: float,
    beta2: float,
    eps: float,
) -> None:
    """One AdamW step of a flat tensor, in place; the gradient is set to 0."""
    gradient_scale, keep, rate, correction = scalars.unbind()
    g = gradient * gradient_scale
    m = beta1 * exp_avg.float() + (1 - beta1) * g
    v = beta2 * exp_avg_sq.float() + (1 - beta2) * g * g
    master = join(weight, remainder) * keep - rate * m / (v.sqrt() * correction + eps)
    top, rest = split(master)
    weight.view(torch.int16).copy_(top)
    remainder.copy_(rest)
    exp_avg.copy_(m)
    exp_avg_sq.copy_(v)
    gradient.zero_()


BLOCK = 256
"""Elements of 8-bit moments that share a scale. Source: Dettmers et al. 2022 (arXiv:2110.02861) take 2,048 and dynamic codes;
with plain codes a smaller block keeps an outlier from flattening its neighbours."""
OCTAVES = 24
"""Range of the second moment in 8 bits: the block's largest times 2^-24 to 1, in 255 equal steps of its logarithm (6.7 %). A
linear code would send all but the largest to 0, and a root sticks: it never falls by the 5 % that beta2 takes off."""


def lean_update_int8(
    weight: torch.Tensor,
    remainder: torch.Tensor,
    gradient: torch.Tensor,
    exp_avg: torch.Tensor,
    exp_avg_sq: torch.Tensor,
    exp_avg_scale: torch.Tensor,
    exp_avg_sq_scale: torch.Tensor,
    scalars: torch.Tensor,
    *,
    beta1: float,
    beta2: float,
    eps: float,
) -> None:
    """The same with 8-bit moments, relative to their block's largest: the first a signed root, the second a logarithm."""
    gradient_scale, keep, rate, correction = scalars.unbind()
    g = gradient.view(-1, BLOCK) * gradient_scale
    root = exp_avg.view(-1, BLOCK).float() / 127
    m = beta1 * root * root.abs() * exp_avg_scale[:, None] + (1 - beta1) * g
    code = exp_avg_sq.view(-1, BLOCK).float()
    old_v = torch.where(code > 0, ((code - 255) * (OCTAVES / 254)).exp2(), 0.0) * exp_avg_sq_scale[:, None]
    v = beta2 * old_v + (1 - beta2) * g * g
    change = rate * m / (v.sqrt() * correction + eps)
    top, rest = split(join(weight, remainder) * keep - change.view(-1))
    m_scale, v_scale = m.abs().amax(dim=1), v.amax(dim=1)
    tiny = 1e-38
    relative_m = m / m_scale.clamp(min=tiny)[:, None]
    relative_v = (v / v_scale.clamp(min=tiny)[:, None]).clamp(min=2.0**-OCTAVES)
    weight.view(torch.int16).copy_(top)
    remainder.copy_(rest)
    exp_avg.view(-1, BLOCK).copy_((127 * relative_m.sign() * relative_m.abs().sqrt()).round())
    exp_avg_sq.view(-1, BLOCK).copy_(torch.where(v > 0, (255 + relative_v.log2() * (254 / OCTAVES)).round(), 0.0))
    exp_avg_scale.copy_(m_scale)
    exp_avg_sq_scale.copy_(v_scale)
    gradient.zero_()


@cache
def _kernel(is_int8: bool, beta1: float, beta2: float, eps: float, compiled: bool) -> Callable[..., None]:
    function = partial(lean_update_int8 if is_int8 else lean_update, beta1=beta1, beta2=beta2, eps=eps)
    return torch.compile(function, dynamic=True) if compiled else function
