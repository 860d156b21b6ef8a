"""What changes while a model trains, by tokens: learning rate, global batch, weight of the multi-token-prediction loss.

Every quantity is a list of segments, each so many tokens long, constant, linear or cosine from a start to an end value. Counting
tokens rather than steps makes a schedule independent of the batch, which itself is scheduled. A stage's tokens are its row slots:
rows x seq_len, padding included, because that is what the published counts are made of (2,560 x 8,192 a step).

`StageTraining` is the `training:` section of a stage's recipe. Needs no torch.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from corpus.errors import InputError, RecipeError

Shape = Literal["constant", "linear", "cosine"]


@dataclass(frozen=True, kw_only=True)
class Segment:
    """One piece of a schedule."""

    shape: Shape
    """constant, linear, or cosine (half a period, from start to end)."""
    start: float
    """Value where the segment begins."""
    end: float | None = None
    """Value where it ends; needed unless constant."""
    tokens: int | None = None
    """Length in tokens; None, only in the last segment: as long as the stage goes on."""

    def __post_init__(self) -> None:
        if self.shape == "constant" and self.end not in (None, self.start):
            raise RecipeError(f"a constant segment has start {self.start:g}, end {self.end:g}; drop end, or use linear or cosine")
        if self.shape != "constant" and self.end is None:
            raise RecipeError(f"a {self.shape} segment needs its end value")
        if self.shape != "constant" and self.tokens is None:
            raise RecipeError(f"a {self.shape} segment needs its length in tokens")
        if self.tokens is not None and self.tokens <= 0:
            raise RecipeError(f"a segment of {self.tokens} tokens; expected at least 1")

    def value(self, fraction: float) -> float:
        """The value after `fraction` (0-1) of the segment."""
        if self.shape == "constant" or self.end is None:
            return self.start
        if self.shape == "linear":
            return self.start + (self.end - self.start) * fraction
        return self.end + (self.start - self.end) * 0.5 * (1 + math.cos(math.pi * fraction))


def value_at(segments: Sequence[Segment], tokens: float) -> float:
    """The scheduled value after `tokens` tokens of the stage. On a boundary the later segment speaks; past the end, the last."""
    begin = 0
    for segment in segments:
        if segment.tokens is None or tokens < begin + segment.tokens:
            return segment.value((tokens - begin) / segment.tokens if segment.tokens else 0.0)
        begin += segment.tokens
    return segments[-1].value(1.0)


def length(segments: Sequence[Segment]) -> int | None:
    """Tokens of all segments together; None where the last one is open."""
    lengths = [segment.tokens for segment in segments]
    return None if None in lengths else sum(n for n in lengths if n is not None)


@dataclass(frozen=True, kw_only=True)
class StageTraining:
    """How one stage trains: the `training:` section of stage1.yaml, stage2.yaml, stage3.yaml.

    The learning rate's segments give the stage's length in tokens.
    """

    seq_len: int
    """Tokens of a row; shorter rows are padded."""
    rope_base: float
    """Base of the rotary position embedding; raising it stretches the wavelengths for a longer context."""
    lr: tuple[Segment, ...]
    """Learning rate."""
    global_batch_size: tuple[Segment, ...]
    """Rows of one optimizer step, over all ranks."""
    mtp_loss_weight: tuple[Segment, ...]
    """Weight of the multi-token-prediction loss beside the main loss, which weighs 1."""
    global_batch_multiple: int = 1
    """A ramping batch is rounded to a multiple of this many rows, and is at least one multiple."""
    fit_to_data: bool = False
    """Stretch or shrink every length by one factor so that the stage ends with its last row. Otherwise a difference of more than
    one global batch between the schedule and the shards is an error."""

    def __post_init__(self) -> None:
        if length(self.lr) is None or not self.lr:
            raise RecipeError("every segment of lr needs its tokens: they give the stage's length")
        for name in ("lr", "global_batch_size", "mtp_loss_weight"):
            self._check_lengths(name, getattr(self, name))
        if self.seq_len < 3:
            raise RecipeError(f"seq_len is {self.seq_len}; predicting two tokens ahead takes rows of at least 3")

    def _check_lengths(self, name: str, segments: tuple[Segment, ...]) -> None:
        if not segments:
            raise RecipeError(f"{name} has no segments; expected at least {{shape: constant, start: ...}}")
        if any(segment.tokens is None for segment in segments[:-1]):
            raise RecipeError(f"{name}: only the last segment may leave out its tokens")
        total = length(segments)
        if total is not None and total != self.tokens:
            raise RecipeError(
                f"{name} covers {total:,} tokens, lr covers {self.tokens:,}; they describe one stage and must agree "
                f"(leave out the last segment's tokens to let it run to the end)"
            )

    @property
    def tokens(self) -> int:
        """Length of the stage in tokens."""
        return sum(segment.tokens or 0 for segment in self.lr)

    def lr_at(self, tokens: float) -> float:
        return value_at(self.lr, tokens)

    def mtp_loss_weight_at(self, tokens: float) -> float:
        return value_at(self.mtp_loss_weight, tokens)

    def global_batch_size_at(self, tokens: float) -> int:
        """Rows of the step that begins after `tokens` tokens."""
        multiple = self.global_batch_multiple
        return max(1, round(value_at(self.global_batch_size, tokens) / multiple)) * multiple

    def scaled_to(self, tokens: int) -> StageTraining:
        """The same curves over `tokens` tokens; every segment keeps its share, to within a token."""
        factor = tokens / self.tokens
        return replace(
            self,
            lr=_scaled(self.lr, factor, total=tokens),
            global_batch_size=_scaled(self.global_batch_size, factor, total=tokens),
            mtp_loss_weight=_scaled(self.mtp_loss_weight, factor, total=tokens),
        )


def _scaled(segments: tuple[Segment, ...], factor: float, *, total: int) -> tuple[Segment, ...]:
    """Every length times `factor`; the last segment takes what rounding leaves of `total`, or stays open."""
    *first, last = segments
    scaled = [replace(segment, tokens=max(1, round((segment.tokens or 0) * factor))) for segment in first]
    rest = total - sum(segment.tokens or 0 for segment in scaled)
    return (*scaled, replace(last, tokens=None if last.tokens is None else max(1, rest)))


@dataclass(frozen=True, kw_only=True)
class Step:
    """One optimizer step of a stage."""

    rows: range
    """Positions of its rows in the stage."""
    tokens: int
    """Tokens of the stage once the step is done."""
    lr: float
    """At the end of the step: the first step moves, and the last one has the schedule's end value."""
    mtp_loss_weight: float


def plan_steps(training: StageTraining, *, num_rows: int, first_row: int = 0) -> Iterator[Step]:
    """The steps of a stage from row `first_row` on. A pure function of its arguments: resuming is asking for the rest.

    The last step takes what is left, between half a batch and one and a half, so that none is made of a few stray rows.
    """
    while first_row < num_rows:
        begin = first_row * training.seq_len
        size = training.global_batch_size_at(begin)
        left = num_rows - first_row
        rows = range(first_row, num_rows if 2 * left < 3 * size else first_row + size)
        tokens = rows.stop * training.seq_len
        yield Step(rows=rows, tokens=tokens, lr=training.lr_at(tokens), mtp_loss_weight=training.mtp_loss_weight_at(begin))
        first_row = rows.stop


def for_data(training: StageTraining, *, num_rows: int, where: str) -> StageTraining:
    """`training` over the rows there are. Raises InputError where schedule and data differ and `fit_to_data` is false."""
    tokens = num_rows * training.seq_len
    if training.fit_to_data:
        return training.scaled_to(tokens)
    batch_tokens = training.global_batch_size_at(training.tokens) * training.seq_len
    if abs(tokens - training.tokens) <= batch_tokens:
        return training
    raise InputError(
        f"{where}: the shards hold {num_rows:,} rows x {training.seq_len:,} = {tokens:,} tokens, the schedule (lr) is "
        f"{training.tokens:,} tokens long. Emit that many tokens, change the segments' tokens, or set fit_to_data: true "
        f"in the stage's training section to stretch the schedule over the shards."
    )
