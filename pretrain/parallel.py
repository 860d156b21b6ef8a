"""Tensor, sequence and context parallel: what a layer exchanges with the ranks that share it.

Tensor parallel splits the matrices (Shoeybi et al. 2019, arXiv:1909.08053, section 3): those that read the residual stream by
outputs, so that each rank computes some heads or some of the feed-forward width, those that write into it by inputs, so that each
rank has a part of a sum. Sequence parallel splits the tokens in between (Korthikanti et al. 2022, arXiv:2205.05198, section
4.2.2), so that norms and residuals are computed, and kept, once:

    some tokens -> norm -> gather -> all tokens -> some heads, or some of the width -> part of a sum -> scatter_sum -> some tokens

Embedding and head are split by vocabulary. Context parallel splits each row: queries stay, keys and values are gathered (Llama 3,
arXiv:2407.21783, section 3.3.2), which grouped-query attention makes cheap and any mask allows. Of 2n chunks rank i takes chunks
i and 2n - 1 - i: a late token sees more than an early one, and so every rank has the same work to do.

    2 ranks, 8 tokens    rank 0: 0 1 . . . . 6 7    rank 1: . . 2 3 4 5 . .

What is exchanged backwards is the transpose of what was exchanged forwards: DTensor's redistribution knows it.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.distributed.device_mesh import DeviceMesh
from torch.distributed.tensor import DTensor, Partial, Placement, Replicate, Shard, distribute_tensor

SPLIT: dict[str, Placement] = {
    "embed_tokens": Shard(0),
    "lm_head": Shard(0),
    "q_proj": Shard(0),
    "k_proj": Shard(0),
    "v_proj": Shard(0),
    "gate_proj": Shard(0),
    "up_proj": Shard(0),
    "o_proj": Shard(1),
    "down_proj": Shard(1),
}
"""Module -> the dimension of its weight (outputs, inputs) that tensor parallel splits; biases go with the outputs. The others,
norms and the projection into the multi-token-prediction block, stay whole: they work on one token at a time."""


def split_matrices(model: nn.Module, tensor: DeviceMesh) -> None:
    """Leaves each rank its part of every parameter, under the same name, as a DTensor; all ranks must hold the same model."""
    for path, module in model.named_modules():
        placement = SPLIT.get(path.rpartition(".")[-1], Replicate())
        for name, parameter in list(module.named_parameters(recurse=False)):
            part = distribute_tensor(parameter.detach(), tensor, [placement], src_data_rank=None)
            module.register_parameter(name, nn.Parameter(part))


def local(weight: torch.Tensor) -> torch.Tensor:
    """This rank's part of a weight. One that is whole meets other tokens on every rank: its gradients add up."""
    if not isinstance(weight, DTensor):
        return weight
    return weight.to_local(grad_placements=[Partial() if p.is_replicate() else p for p in weight.placements])


def gather(x: torch.Tensor, mesh: DeviceMesh | None, *, dim: int) -> torch.Tensor:
    """The parts of all ranks, joined along `dim`; the gradient is summed over the ranks and split again."""
    if mesh is None:
        return x
    whole = DTensor.from_local(x, mesh, [Shard(dim)], run_check=False).redistribute(placements=[Replicate()])
    return whole.to_local(grad_placements=[Partial()])


def scatter_sum(x: torch.Tensor, mesh: DeviceMesh | None, *, dim: int) -> torch.Tensor:
    """This rank's part along `dim` of the sum over the ranks; the gradient is gathered."""
    if mesh is None:
        return x
    return DTensor.from_local(x, mesh, [Partial()], run_check=False).redistribute(placements=[Shard(dim)]).to_local()


def zigzag(seq_len: int, *, rank: int, size: int, device: torch.device | None = None) -> torch.Tensor:
    """Places in the row of the tokens that a context rank takes: chunks `rank` and 2 size - 1 - rank of 2 size, int64."""
    chunks = torch.arange(seq_len, device=device).chunk(2 * size)
    return torch.cat([chunks[rank], chunks[2 * size - 1 - rank]])
