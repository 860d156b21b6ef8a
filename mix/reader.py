"""The reader for your own training loop: a PyTorch IterableDataset over a finished stage's shards, or over several stages.

    stages = stage_folders("out")
    rows = SequenceDataset([stages["stage1"], stages["stage2"]], global_batch_size=512, micro_batch_size=4)
    for batch in DataLoader(rows, batch_size=None, num_workers=2, pin_memory=True):
        logits = model(batch.tokens.cuda(), cu_seqlens=batch.cu_seqlens.cuda(), max_seqlen=batch.max_seqlen)
        ...                                                   # cross_entropy(..., ignore_index=-100) with batch.labels
        if batch.ends_step:
            optimizer.step()
            save(position=batch.next)                         # SequenceDataset(..., start=position) goes on there

The order is the shards' own: nothing is shuffled here. A step is `global_batch_size` rows that follow each other; a rank takes
one contiguous share of each (corpus/sequences.py), a DataLoader worker every n-th pass of its rank. So the rows of a step do not
depend on the number of ranks or workers, and a run may go on from `next` with another number of either. The one module of this
room that needs torch, which it imports first.
"""

from __future__ import annotations

import copy
import itertools
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from corpus import shards
from corpus.errors import InputError, MissingExtraError
from corpus.sequences import I32, Row, StageRows, micro_batch_rows

try:
    import torch
    from torch.utils.data import IterableDataset, get_worker_info
except ImportError as error:
    raise MissingExtraError(
        "torch is not installed; it comes with the extra [pretrain]: pip install 'tercet[pretrain]'"
    ) from error

IGNORED = -100
"""Label without a loss: torch's default ignore_index."""
PAD_TOKEN = 0
"""What fills a short row; a document of its own in cu_seqlens, never predicted."""

T = TypeVar("T")


class Position(NamedTuple):
    """Where training stands; plain numbers, to be saved with a checkpoint."""

    stage: int
    """Index of the stage in the list of folders."""
    row: int
    """First row of the stage that was not trained on."""


class Batch(NamedTuple):
    """The rows of one forward pass of one rank."""

    tokens: torch.Tensor
    """int64: (rows, seq_len), short rows filled with PAD_TOKEN; packed: (all tokens,)."""
    labels: torch.Tensor
    """int64, same shape: the next token of the same document, else IGNORED."""
    cu_seqlens: torch.Tensor
    """int32: 0 and the end of each document in the flattened tokens, as variable-length attention kernels take it."""
    max_seqlen: int
    """Tokens of the longest of these documents."""
    num_rows: int
    """0 in the pass that a rank makes only because others have one row more: one row of padding."""
    ends_step: bool
    """It is this rank's last pass of the step."""
    position: Position
    """Where the step begins."""
    next: Position
    """Where to go on after this step."""


class SequenceDataset(IterableDataset[Batch]):
    """Batches of the stages' rows, in order; see the module's docstring."""

    def __init__(
        self,
        stages: str | Sequence[str],
        *,
        global_batch_size: int | Sequence[int],
        micro_batch_size: int | Sequence[int],
        rank: int | None = None,
        world_size: int | None = None,
        start: Position | tuple[int, int] = (0, 0),
        layout: Literal["padded", "packed"] = "padded",
        prefetch: int = 2,
        seq_len: int | Sequence[int] | None = None,
        vocab_size: int | None = None,
    ) -> None:
        """`stages` are folders with a manifest (stage_folders lists a run's); sizes are rows, one for all stages or one each.

        `rank` and `world_size` default to torch.distributed's, where that is initialised. `prefetch` batches are made ahead in a
        thread of each process. `seq_len` defaults to what the stage was emitted with; `vocab_size`, if given, is held against the
        token ids. Raises InputError for what is not there or does not fit together.
        """
        super().__init__()
        folders = [stages] if isinstance(stages, str) else list(stages)
        self.global_batch_sizes = _each(global_batch_size, folders, "global_batch_size")
        self.micro_batch_sizes = _each(micro_batch_size, folders, "micro_batch_size")
        self.rank, self.world_size = _ranks(rank, world_size)
        self.start, self.layout, self.prefetch = Position(*start), layout, prefetch
        lengths: list[int | None] = [None] * len(folders) if seq_len is None else [*_each(seq_len, folders, "seq_len")]
        self.stages = [StageRows(f, seq_len=n, vocab_size=vocab_size) for f, n in zip(folders, lengths, strict=True)]
        if layout not in ("padded", "packed"):
            raise InputError(f"layout: expected padded or packed, saw {layout!r}")
        if not (0 <= self.start.stage < len(folders) and 0 <= self.start.row <= self.stages[self.start.stage].num_rows):
            raise InputError(
                f"start: {tuple(self.start)} is no (stage, row) of these stages, which have "
                f"{', '.join(str(rows.num_rows) for rows in self.stages)} rows"
            )

    def __iter__(self) -> Iterator[Batch]:
        worker = get_worker_info()
        index, num_workers = (worker.id, worker.num_workers) if worker else (0, 1)
        mine = itertools.islice(self._passes(), index, None, num_workers)
        # Copies: another iteration, or the process that this worker was forked from, has its own files and places in them.
        stages = [copy.copy(stage) for stage in self.stages]
        return read_ahead((self._read(one, stages[one.position.stage]) for one in mine), self.prefetch)

    def _passes(self) -> Iterator[_Pass]:
        """Every pass of this rank, from the start on."""
        for index in range(self.start.stage, len(self.stages)):
            num_rows = self.stages[index].num_rows
            first = self.start.row if index == self.start.stage else 0
            for begin in range(first, num_rows, self.global_batch_sizes[index]):
                end = min(begin + self.global_batch_sizes[index], num_rows)
                is_last = end == num_rows and index + 1 < len(self.stages)
                after = Position(index + 1, 0) if is_last else Position(index, end)
                ranges = micro_batch_rows(
                    range(begin, end),
                    rank=self.rank,
                    world_size=self.world_size,
                    micro_batch_size=self.micro_batch_sizes[index],
                )
                for i, rows in enumerate(ranges):
                    yield _Pass(rows, i + 1 == len(ranges), Position(index, begin), after)

    def _read(self, one: _Pass, stage: StageRows) -> Batch:
        rows = stage.read(one.rows)
        tokens, labels, ends = padded(rows, stage.seq_len) if self.layout == "padded" else packed(rows)
        return as_batch(tokens, labels, ends, len(rows), one.ends_step, one.position, one.next)


class _Pass(NamedTuple):
    rows: range
    ends_step: bool
    position: Position
    next: Position


I64 = npt.NDArray[np.int64]
Arrays = tuple[I64, I64, I32]
"""tokens, labels and the ends of the documents in the flattened tokens."""


def as_batch(tokens: I64, labels: I64, ends: I32, num_rows: int, ends_step: bool, position: Position, next_: Position) -> Batch:
    """Arrays of `padded` or `packed` as tensors; they share their memory."""
    cu_seqlens = np.concatenate([np.zeros(1, np.int32), ends])
    return Batch(
        tokens=torch.from_numpy(tokens),
        labels=torch.from_numpy(labels),
        cu_seqlens=torch.from_numpy(cu_seqlens),
        max_seqlen=int(np.diff(cu_seqlens).max()),
        num_rows=num_rows,
        ends_step=ends_step,
        position=position,
        next=next_,
    )


def padded(rows: Sequence[Row], seq_len: int) -> Arrays:
    """(tokens, labels, ends): shape (rows, seq_len), and the documents' ends in them flattened; no rows are one row of padding.

    The padding of a row is a document of its own.
    """
    shape = (max(1, len(rows)), seq_len)
    tokens, labels = np.empty(shape, np.int64), np.empty(shape, np.int64)
    ends = []
    for i, row in enumerate(rows):
        n = len(row.tokens)
        _fill(tokens[i], labels[i], row)
        tokens[i, n:], labels[i, n:] = PAD_TOKEN, IGNORED
        ends.append(row.doc_ends + np.int32(i * seq_len))
        if n < seq_len:
            ends.append(np.array([(i + 1) * seq_len], np.int32))
    if not rows:
        tokens[:], labels[:] = PAD_TOKEN, IGNORED
        ends.append(np.array([seq_len], np.int32))
    return tokens, labels, np.concatenate(ends)


def packed(rows: Sequence[Row]) -> Arrays:
    """(tokens, labels, ends): the rows' tokens one after the other, no padding; no rows are one token of padding."""
    if not rows:
        return np.full(1, PAD_TOKEN, np.int64), np.full(1, IGNORED, np.int64), np.ones(1, np.int32)
    starts = np.cumsum([0, *(len(row.tokens) for row in rows)])
    tokens, labels = np.empty(starts[-1], np.int64), np.empty(starts[-1], np.int64)
    for row, start, stop in zip(rows, starts, starts[1:], strict=False):
        _fill(tokens[start:stop], labels[start:stop], row)
    ends = np.concatenate([row.doc_ends + np.int32(start) for row, start in zip(rows, starts, strict=False)])
    return tokens, labels, ends


def _fill(tokens: I64, labels: I64, row: Row) -> None:
    """A row's tokens and labels, as far as it goes."""
    n = len(row.tokens)
    tokens[:n] = row.tokens
    labels[: n - 1] = row.tokens[1:]
    labels[row.doc_ends - 1] = IGNORED


def position_ids(cu_seqlens: torch.Tensor) -> torch.Tensor:
    """int64, (all tokens,): the place of each token in its document; runs where cu_seqlens is, so also on a GPU."""
    lengths = cu_seqlens.diff().long()
    starts = torch.repeat_interleave(cu_seqlens[:-1].long(), lengths)
    return torch.arange(len(starts), device=cu_seqlens.device) - starts


def read_ahead(items: Iterator[T], depth: int) -> Iterator[T]:
    """`items`, made in a thread up to `depth` before they are asked for; an error comes where its item would have."""
    if depth < 1:
        yield from items
        return
    nothing = object()
    with ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as pool:
        waiting = deque(pool.submit(next, items, nothing) for _ in range(depth))
        try:
            while (item := waiting.popleft().result()) is not nothing:
                waiting.append(pool.submit(next, items, nothing))
                yield item  # type: ignore[misc]
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def stage_folders(out_url: str) -> dict[str, str]:
    """Training stage -> folder of its shards, of a finished run. Raises InputError where no run ended, or it emitted none."""
    record = shards.read_json(shards.join(out_url, "run.json"))
    found = {
        stage["name"].removeprefix("mix-"): shards.join(out_url, stage["directory"])
        for stage in record["stages"]
        if stage["name"].startswith("mix-")
    }
    if not found:
        raise InputError(f"{out_url}: the run emitted no stage; `tercet mix emit RECIPE` does")
    return found


def _each(value: int | Sequence[int], folders: Sequence[str], name: str) -> list[int]:
    values = [value] * len(folders) if isinstance(value, int) else list(value)
    if len(values) != len(folders) or min(values, default=1) < 1:
        raise InputError(f"{name}: expected a number of at least 1, or one for each of {len(folders)} stages; saw {value}")
    return values


def _ranks(rank: int | None, world_size: int | None) -> tuple[int, int]:
    distributed = torch.distributed.is_available() and torch.distributed.is_initialized()
    rank = rank if rank is not None else torch.distributed.get_rank() if distributed else 0
    world_size = world_size if world_size is not None else torch.distributed.get_world_size() if distributed else 1
    if not 0 <= rank < world_size:
        raise InputError(f"rank: expected 0 to {world_size - 1}, saw {rank}; say both rank and world_size")
    return rank, world_size
