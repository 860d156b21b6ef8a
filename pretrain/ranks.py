"""The processes that train one model together: who they are, how they add numbers up, how they share the weights.

They form a mesh of four axes, outer to inner: ranks that talk most are neighbours, on one machine.

    pipeline    each holds some layers                  (passes activations on once a stage)
    data        each reads its own rows                 (FSDP2: weights gathered, gradients summed once a layer)
    context     each holds some tokens of a row         (keys and values gathered once a layer)
    tensor      each holds a part of every matrix       (tokens gathered and summed four times a layer)

Ranks that differ only in context, tensor or pipeline read the same rows. Weights, gradients and optimizer state are sharded over
data x context.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import torch
import torch.distributed as dist
from torch.distributed.device_mesh import DeviceMesh, init_device_mesh
from torch.distributed.fsdp import fully_shard

from corpus.errors import RecipeError
from pretrain.config import ParallelConfig
from pretrain.model import MiMo
from pretrain.parallel import split_matrices

PEAK_FLOPS = {"H100": 989e12, "H200": 989e12, "H800": 989e12, "A100": 312e12, "B200": 2250e12}
"""Dense bf16 of a card, by what its name contains. Source: NVIDIA's data sheets, SXM parts."""

Axis = Literal["pipeline", "data", "context", "tensor"]
AXES: tuple[Axis, ...] = ("pipeline", "data", "context", "tensor")


@dataclass(frozen=True, kw_only=True)
class Ranks:
    """This process among the others."""

    rank: int
    world_size: int
    device: torch.device
    mesh: DeviceMesh | None = None
    """Of AXES; None alone."""

    @property
    def is_first(self) -> bool:
        return self.rank == 0

    @property
    def data_rank(self) -> int:
        """Which share of a step's rows is this rank's, of `data_size`."""
        return self.index("data")

    @property
    def data_size(self) -> int:
        return self.size("data")

    def index(self, axis: Axis) -> int:
        """This rank's place on an axis."""
        return self.mesh.get_local_rank(axis) if self.mesh else 0

    def size(self, axis: Axis) -> int:
        """Ranks along an axis."""
        return self.mesh[axis].size() if self.mesh else 1

    def axis(self, axis: Axis) -> DeviceMesh | None:
        """The ranks along an axis through this one; None where it is alone on it."""
        return self.mesh[axis] if self.mesh and self.size(axis) > 1 else None

    @property
    def peak_flops(self) -> float:
        """Of this rank's device; infinite where unknown."""
        name = torch.cuda.get_device_name(self.device) if self.device.type == "cuda" else ""
        return next((peak for part, peak in PEAK_FLOPS.items() if part in name), float("inf"))

    def peak_memory_bytes(self) -> int:
        """The most that tensors ever took of this rank's GPU; 0 on a CPU."""
        return torch.cuda.max_memory_allocated(self.device) if self.device.type == "cuda" else 0

    def summed(self, *values: float, over: Sequence[Axis] = ("data",)) -> list[float]:
        """Each value added up along the axes `over`, in fp64: the same digits on every one of those ranks."""
        total = torch.tensor(values, dtype=torch.float64, device=self.device)
        for axis in over:
            if (mesh := self.axis(axis)) is not None:
                dist.all_reduce(total, group=mesh.get_group())
        return [float(value) for value in total]


@contextmanager
def start_ranks(device: Literal["auto", "cpu", "cuda"], parallel: ParallelConfig | None = None) -> Iterator[Ranks]:
    """Joins the process group that torchrun's environment variables or the caller (Ray Train) set up; alone without either.

    Raises RecipeError where the axes of `parallel` (default: data alone) do not divide the ranks.
    """
    parallel = parallel or ParallelConfig()
    world_size = dist.get_world_size() if dist.is_initialized() else int(os.environ.get("WORLD_SIZE", "1"))
    data = parallel.data(world_size)
    chosen = _choose_device(device)
    ours = world_size > 1 and not dist.is_initialized()
    if ours:
        dist.init_process_group("nccl" if chosen.type == "cuda" else "gloo")
    try:
        if world_size == 1:
            yield Ranks(rank=0, world_size=1, device=chosen)
        else:
            shape = (parallel.pipeline, data, parallel.context, parallel.tensor)
            mesh = init_device_mesh(chosen.type, shape, mesh_dim_names=AXES)
            yield Ranks(rank=dist.get_rank(), world_size=world_size, device=chosen, mesh=mesh)
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
    """Tensor parallel where ranks share matrices, and FSDP2 over data x context, also where that is one rank.

    FSDP2: each rank keeps its part of every tensor, gathers a layer's weights when it runs, and sums gradients.

    Embedding, head and final norm stay together in the root's group: the head and the multi-token-prediction block both use
    them in one pass.
    """
    if ranks.mesh is None:
        return
    if (tensor := ranks.axis("tensor")) is not None:
        split_matrices(model, tensor)
    mesh = ranks.mesh["data", "context"]._flatten("data_context")
    for module in (*model.model.layers, *model.model.mtp_layers, model):
        # Losses are divided by the tokens of all ranks before backward, so gradients add up; FSDP's default is the mean.
        shard = fully_shard(module, mesh=mesh)
        shard.set_gradient_divide_factor(1.0)
        shard.set_force_sum_reduction_for_comms(True)
