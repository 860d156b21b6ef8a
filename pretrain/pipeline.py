"""Pipeline parallelism: each rank holds some of the layers, and the passes of a step flow through them one behind the other.

    stage 0   F0 F1 F2 F3 B0 F4 B1 ...      F: forward pass of a micro-batch, B: its backward pass
    stage 1      F0 F1 F2 B0 F3 B1 ...      embedding on the first stage; norm, heads and the
    stage 2         F0 F1 B0 F2 B1 ...      multi-token-prediction block on the last
    stage 3            F0 B0 F1 B1 ...

The order is 1F1B (PipeDream-flush, Narayanan et al. 2021, arXiv:2006.09503): stage s keeps the activations of P - s passes at
most, however many a step has. A stage idles while its first pass is on the way and its last gradient comes back: (P - 1) / (M + P
- 1) of a step of M passes where stages take equally long; `idle_share` has it for those that do not.

Only hidden states travel, and their gradients back. Tokens, labels and document layouts are read by every stage from its own copy
of the rows, which is why this is not torch.distributed.pipelining: there micro-batches are chunks of one tensor, all of one
shape, and as many in every step; ours end in a shorter one, and a step's number of them grows with the batch.

The multi-token-prediction block needs the embedding, so the last stage has a copy of it under the same name. Both start equal,
get the sum of both gradients and so stay equal (Megatron-LM ties its embedding and head so); the norm counts it once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, NamedTuple

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.fsdp import FSDPModule
from torch.distributed.tensor import DTensor

from pretrain.config import ModelConfig, ParallelConfig
from pretrain.data import Batch
from pretrain.model import Losses, Part, flops_per_token
from pretrain.ranks import Ranks

EMBEDDING = "model.embed_tokens.weight"

# ------------------------------------------------------------------------------------------------------ who has which layers


def split_layers(config: ModelConfig, num_stages: int, *, seq_len: int) -> tuple[Part, ...]:
    """Consecutive layers for each stage, so that the slowest is as fast as can be, then the next slowest, and so on.

    Every stage gets a layer, but for the last where head and multi-token-prediction block are work enough.
    """
    num_layers = config.num_hidden_layers
    assert num_layers >= num_stages, "ParallelConfig.check has not been called"
    layer, ends = _costs(config, seq_len)

    @cache
    def best(stage: int, first: int) -> tuple[list[float], tuple[int, ...]]:
        """Costs of this and the later stages, highest first, and where each begins."""
        if stage == num_stages - 1:
            return [(num_layers - first) * layer + ends], (first,)
        candidates = []
        for end in range(first + 1, num_layers + 1 - max(0, num_stages - stage - 2)):
            costs, begins = best(stage + 1, end)
            candidates.append((sorted([(end - first) * layer, *costs], reverse=True), (first, *begins)))
        return min(candidates)

    begins = best(0, 0)[1]
    return tuple(
        Part(range(begin, end), is_first=begin == 0, is_last=stage == num_stages - 1)
        for stage, (begin, end) in enumerate(zip(begins, (*begins[1:], num_layers), strict=True))
    )


def stage_costs(config: ModelConfig, parts: Sequence[Part], *, seq_len: int) -> list[float]:
    """Floating-point operations per token of each stage, by the convention of flops_per_token."""
    layer, ends = _costs(config, seq_len)
    return [len(part.layers) * layer + part.is_last * ends for part in parts]


def _costs(config: ModelConfig, seq_len: int) -> tuple[float, float]:
    """Of a layer, and of what comes after the last: the heads and the multi-token-prediction block."""
    none, one = (flops_per_token(replace(config, num_hidden_layers=n), seq_len=seq_len) for n in (0, 1))
    return one - none, none


# -------------------------------------------------------------------------------------------------------------- schedule


class Move(NamedTuple):
    is_forward: bool
    micro_batch: int
    """Its place in the step."""


def one_forward_one_backward(stage: int, num_stages: int, num_passes: int) -> list[Move]:
    """What a stage does in a step: forward passes until the first one's gradient can be there, then one backward for each."""
    ahead = min(num_stages - stage - 1, num_passes)
    moves = [Move(True, i) for i in range(ahead)]
    for i in range(num_passes):
        if i + ahead < num_passes:
            moves.append(Move(True, i + ahead))
        moves.append(Move(False, i))
    return moves


def idle_share(costs: Sequence[float], num_passes: int) -> float:
    """Share of its stages' time that a step of so many passes waits, if a stage's pass takes as long as its cost says.

    A backward pass counts as two forward ones, transfers as nothing.
    """
    num_stages = len(costs)
    moves = [deque(one_forward_one_backward(stage, num_stages, num_passes)) for stage in range(num_stages)]
    clock = [0.0] * num_stages
    done: dict[tuple[int, Move], float] = {}
    while any(moves):
        for stage, waiting in enumerate(moves):
            while waiting:
                move = waiting[0]
                before = stage - 1 if move.is_forward else stage + 1
                is_fed_by_another = 0 <= before < num_stages
                if is_fed_by_another and (before, move) not in done:
                    break
                begin = max(clock[stage], done[before, move] if is_fed_by_another else 0.0)
                clock[stage] = done[stage, move] = begin + costs[stage] * (1 if move.is_forward else 2) / 3
                waiting.popleft()
    return 1 - num_passes * sum(costs) / (num_stages * max(clock))


# ------------------------------------------------------------------------------------------------------------- execution

Forward = Callable[[Batch, torch.Tensor | None], Losses | torch.Tensor]
"""(micro-batch, hidden states from the stage before, None on the first) -> hidden states, or on the last stage losses."""


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """This rank among those that hold the other layers; one stage where a rank holds them all."""

    stage: int = 0
    num_stages: int = 1
    ranks: tuple[int, ...] = (0,)
    """Global rank of each stage."""
    onward: Any = None
    """Process group in which hidden states travel."""
    back: Any = None
    """The one of their gradients: NCCL does what two ranks send each other in one group in order, and both would send first."""
    ends: Any = None
    """The one of first and last stage; None on the others, and where the last needs no embedding."""

    @property
    def is_first(self) -> bool:
        return self.stage == 0

    @property
    def is_last(self) -> bool:
        return self.stage == self.num_stages - 1

    def run(self, batches: Sequence[Batch], forward: Forward, *, hidden: Callable[[Batch], torch.Tensor]) -> Iterator[Losses]:
        """Forward and backward passes of a step; gradients add up in the parameters. Yields the losses that this stage has.

        `hidden` makes an empty tensor for a micro-batch's hidden states.
        """
        batches = list(batches)
        moves = one_forward_one_backward(self.stage, self.num_stages, len(batches))
        # What a move waits for is asked for one move ahead, so that it travels while this stage computes.
        asked = deque(self._ask(move, batches, hidden) for move in moves[:1])
        sent: deque[tuple[torch.Tensor, dist.Work]] = deque()
        unfinished: deque[tuple[torch.Tensor | None, torch.Tensor]] = deque()
        for move, following in zip(moves, [*moves[1:], None], strict=True):
            if following is not None:
                asked.append(self._ask(following, batches, hidden))
            incoming = asked.popleft()()
            if move.is_forward:
                received = None if incoming is None else incoming.requires_grad_()
                result = forward(batches[move.micro_batch], received)
                if isinstance(result, Losses):
                    yield result
                    result = result.total
                else:
                    sent.append(self._send(result.detach(), self.stage + 1, self.onward))
                unfinished.append((received, result))
            else:
                received, result = unfinished.popleft()
                torch.autograd.backward(result, incoming)
                if received is not None:
                    assert received.grad is not None
                    sent.append(self._send(received.grad, self.stage - 1, self.back))
            # By now the older ones have been taken: the other side has asked for them before what it has sent since.
            while len(sent) > 2 * self.num_stages:
                sent.popleft()[1].wait()
        for _, work in sent:
            work.wait()

    def _ask(
        self, move: Move, batches: Sequence[Batch], hidden: Callable[[Batch], torch.Tensor]
    ) -> Callable[[], torch.Tensor | None]:
        """Starts receiving what the move needs; what it returns waits for that."""
        if self.is_first if move.is_forward else self.is_last:
            return lambda: None
        source, group = (self.stage - 1, self.onward) if move.is_forward else (self.stage + 1, self.back)
        tensor = hidden(batches[move.micro_batch])
        work = dist.irecv(tensor, src=self.ranks[source], group=group)
        assert work is not None

        def received() -> torch.Tensor:
            work.wait()
            return tensor

        return received

    def _send(self, tensor: torch.Tensor, stage: int, group: Any) -> tuple[torch.Tensor, dist.Work]:
        """The tensor with the transfer that reads it: it must live as long."""
        tensor = tensor.contiguous()
        work = dist.isend(tensor, dst=self.ranks[stage], group=group)
        assert work is not None
        return tensor, work

    def sum_shared(self, gradients: Mapping[str, torch.Tensor]) -> None:
        """Gives both copies of the embedding the sum of their gradients, in place."""
        if self.ends is not None:
            gradient = gradients[EMBEDDING]
            dist.all_reduce(gradient.to_local() if isinstance(gradient, DTensor) else gradient, group=self.ends)

    @property
    def copies(self) -> tuple[str, ...]:
        """Parameters of this stage that another one has too and counts."""
        return (EMBEDDING,) if self.ends is not None and self.is_last else ()


def join_pipeline(ranks: Ranks, config: ModelConfig) -> Pipeline:
    """This rank's place, with the process groups made; all ranks must call it together."""
    num_stages = ranks.size("pipeline")
    if ranks.mesh is None or num_stages == 1:
        return Pipeline()
    stages = ranks.mesh.mesh.reshape(num_stages, -1)
    mine = stages[:, (stages == ranks.rank).any(dim=0)].flatten().tolist()
    stage = ranks.index("pipeline")
    new_groups: Any = dist.new_subgroups_by_enumeration
    onward, back, ends = (new_groups(members.T.tolist())[0] for members in (stages, stages, stages[[0, -1]]))
    shares_embedding = config.num_nextn_predict_layers > 0 and stage in (0, num_stages - 1)
    return Pipeline(
        stage=stage,
        num_stages=num_stages,
        ranks=tuple(mine),
        onward=onward,
        back=back,
        ends=ends if shares_embedding else None,
    )


@contextmanager
def weights_kept(model: nn.Module, parallel: ParallelConfig) -> Iterator[None]:
    """Within it FSDP gathers a weight when it is first used, and not again for each pass; gradients are summed as ever.

    For a stage of two layers of four passes a step: 4 gathers a step instead of 28.
    """
    keeps = parallel.pipeline > 1 and parallel.pipeline_keeps_weights
    shards = [module for module in model.modules() if isinstance(module, FSDPModule)] if keeps else []
    for shard in shards:
        shard.set_reshard_after_forward(False, recurse=False)
        shard.set_reshard_after_backward(False, recurse=False)
    yield
    for shard in shards:
        shard.reshard()
