"""The processes that train one model together: who they are, how they add numbers up, how they share the weights."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import torch
import torch.distributed as dist
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard

from corpus.errors import RecipeError
from pretrain.model import MiMo

PEAK_FLOPS = {"H100": 989e12, "H200": 989e12, "H800": 989e12, "A100": 312e12, "B200": 2250e12}
"""Dense bf16 of a card, by what its name contains. Source: NVIDIA's data sheets, SXM parts."""


@dataclass(frozen=True, kw_only=True)
class Ranks:
    """This process among the others."""

    rank: int
    world_size: int
    device: torch.device

    @property
    def is_first(self) -> bool:
        return self.rank == 0

    @property
    def peak_flops(self) -> float:
        """Of this rank's device; infinite where unknown."""
        name = torch.cuda.get_device_name(self.device) if self.device.type == "cuda" else ""
        return next((peak for part, peak in PEAK_FLOPS.items() if part in name), float("inf"))

    def peak_memory_bytes(self) -> int:
        """The most that tensors ever took of this rank's GPU; 0 on a CPU."""
        return torch.cuda.max_memory_allocated(self.device) if self.device.type == "cuda" else 0

    def summed(self, *values: float) -> list[float]:
        """Each value added up over all ranks, in fp64: the same digits on every rank."""
        total = torch.tensor(values, dtype=torch.float64, device=self.device)
        if self.world_size > 1:
            dist.all_reduce(total)
        return [float(value) for value in total]


@contextmanager
def start_ranks(device: Literal["auto", "cpu", "cuda"]) -> Iterator[Ranks]:
    """Joins the process group that torchrun's environment variables or the caller (Ray Train) set up; alone without either."""
    world_size = dist.get_world_size() if dist.is_initialized() else int(os.environ.get("WORLD_SIZE", "1"))
    chosen = _choose_device(device)
    ours = world_size > 1 and not dist.is_initialized()
    if ours:
        dist.init_process_group("nccl" if chosen.type == "cuda" else "gloo")
    try:
        yield Ranks(rank=dist.get_rank() if world_size > 1 else 0, world_size=world_size, device=chosen)
    finally:
        if ours:
            dist.destroy_process_group()


def _choose_device(wanted: Literal["auto", "cpu", "cuda"]) -> torch.device:
    has_cuda = torch.cuda.is_available()
    if wanted == "cuda" and not has_cuda:
        raise RecipeError(
            "device is cuda, but torch sees no CUDA device here; use auto or cpu, or a torch built for this machine"
        )
    if wanted == "cpu" or not has_cuda:
        return torch.device("cpu")
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
    torch.cuda.set_device(device)
    return device


def shard_model(model: MiMo, ranks: Ranks) -> None:
    """FSDP2: each rank keeps its part of every tensor, gathers a layer's weights when it runs, and sums gradients.

    Embedding, head and final norm stay together in the root's group: the head and the multi-token-prediction block both use
    them in one pass.
    """
    if ranks.world_size == 1:
        return
    mesh = init_device_mesh(ranks.device.type, (ranks.world_size,))
    for module in (*model.model.layers, *model.model.mtp_layers, model):
        # Losses are divided by the tokens of all ranks before backward, so gradients add up; FSDP's default is the mean.
        shard = fully_shard(module, mesh=mesh)
        shard.set_gradient_divide_factor(1.0)
        shard.set_force_sum_reduction_for_comms(True)
