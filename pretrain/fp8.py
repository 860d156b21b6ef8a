"""Matrix products in 8-bit floating point, twice as fast as bf16 on Hopper and later.

Each operand has one scale, taken from its largest absolute value just before the product (dynamic tensorwise scaling, the
recipe of torchao's float8 training): weights and activations as e4m3, gradients as e5m2, which has the range that gradients need
(Micikevicius et al. 2022, arXiv:2209.05433). Sums are fp32 in the tensor cores, results bf16. Embedding, head and norms stay
bf16.

Without a GPU that has them the operands are rounded to 8 bits and multiplied in fp32: slow, and the same but for the order of
sums.

Shape suffixes: N tokens, I input features, O output features.
"""

from __future__ import annotations

from typing import Any

import torch

FORWARD, BACKWARD = torch.float8_e4m3fn, torch.float8_e5m2


def linear_fp8(x: torch.Tensor, weight_OI: torch.Tensor, bias_O: torch.Tensor | None = None) -> torch.Tensor:
    """x @ weight^T + bias, x of any leading shape; the result has the weight's dtype."""
    y_NO: torch.Tensor = _Product.apply(x.flatten(0, -2), weight_OI)  # type: ignore[no-untyped-call]
    y = y_NO.view(*x.shape[:-1], -1)
    return y if bias_O is None else y + bias_O


class _Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x_NI: torch.Tensor, weight_OI: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(x_NI, weight_OI)
        x8, x_scale = quantize(x_NI, FORWARD)
        w8, w_scale = quantize(weight_OI, FORWARD)
        # The second operand must lie column by column: a weight's rows are its transpose's columns.
        return multiply(x8, w8.t(), x_scale, w_scale, out_dtype=weight_OI.dtype, fast=True)

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        x_NI, weight_OI = ctx.saved_tensors
        g8, g_scale = quantize(grads[0], BACKWARD)
        x8, x_scale = quantize(x_NI, FORWARD)
        w8, w_scale = quantize(weight_OI, FORWARD)
        out_dtype = weight_OI.dtype
        grad_x_NI = multiply(g8, _by_columns(w8), g_scale, w_scale, out_dtype=out_dtype)
        grad_weight_OI = multiply(transposed(g8), _by_columns(x8), g_scale, x_scale, out_dtype=out_dtype)
        return grad_x_NI, grad_weight_OI


def quantize(x: torch.Tensor, dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    """`x` in 8 bits, and the fp32 factor that gives it back: its largest value becomes the format's."""
    largest = torch.finfo(dtype).max
    scale = x.abs().amax().float().clamp(min=1e-12) / largest
    return (x.float() / scale).clamp(-largest, largest).to(dtype), scale


def multiply(
    a: torch.Tensor, b: torch.Tensor, a_scale: torch.Tensor, b_scale: torch.Tensor, *, out_dtype: torch.dtype, fast: bool = False
) -> torch.Tensor:
    """a @ b of 8-bit operands; `fast` keeps fewer bits of the sums, which forward passes bear (so does torchao)."""
    if a.is_cuda:
        product: torch.Tensor = torch._scaled_mm(a, b, a_scale, b_scale, out_dtype=out_dtype, use_fast_accum=fast)
        return product
    return ((a.float() @ b.float()) * (a_scale * b_scale)).to(out_dtype)


def _by_columns(x: torch.Tensor) -> torch.Tensor:
    """The same matrix with columns contiguous."""
    flipped: torch.Tensor = transposed(x)
    return flipped.t()


@torch.library.custom_op("tercet::transposed", mutates_args=())
def transposed(x: torch.Tensor) -> torch.Tensor:
    """The transpose of a contiguous 8-bit matrix, contiguous.

    An operator of its own, because a compiler that sees it merges it into the kernel before, which then writes byte by byte: the
    backward pass of a norm with two such writes took 594 us instead of 150 at 8,192 x 4,096 on an H200.
    """
    if not x.is_cuda:
        return x.t().clone(memory_format=torch.contiguous_format)
    from pretrain.transpose_kernel import transpose

    return transpose(x.view(torch.uint8)).view(x.dtype)


@transposed.register_fake
def _(x: torch.Tensor) -> torch.Tensor:
    return x.new_empty(x.shape[1], x.shape[0])
