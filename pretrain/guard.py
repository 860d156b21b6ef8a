"""Steps that are not taken because their loss or gradient is none: not finite, or far above the losses before.

A spike of the loss, once followed, can cost thousands of steps; PaLM went back to a checkpoint and left out the batches around
it (arXiv:2204.02311, section 5.1), OLMo-core's SkipStepAdamW leaves them out as they come. Here the gradient of such a step is
dropped, weights and optimizer state stay, the data and the schedule move on. The losses are sums over all ranks, so that all
decide alike; the state is part of a checkpoint's progress, so that a resumed run decides as one that was never interrupted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import median

from pretrain.config import GuardConfig

LEAST_SPREAD = 1e-3
"""Of the median: below it, losses are equal for the rule, and a hair above them is no spike."""


@dataclass(frozen=True, kw_only=True)
class GuardState:
    """What the guard remembers."""

    losses: tuple[float, ...] = ()
    """Of the stage's newest steps that were taken, oldest first; kept where there is a spike_factor."""
    in_a_row: int = 0
    """Steps skipped since the last one that was taken."""
    skipped: int = 0
    """Of the whole run."""

    def entering_stage(self) -> GuardState:
        """Another mixture or row length has other losses."""
        return replace(self, losses=())

    def after(self, config: GuardConfig, *, loss: float, skipped: bool) -> GuardState:
        if skipped:
            return replace(self, in_a_row=self.in_a_row + 1, skipped=self.skipped + 1)
        losses = (*self.losses, loss)[-config.window :] if config.spike_factor is not None else ()
        return replace(self, losses=losses, in_a_row=0)


def objection(config: GuardConfig, state: GuardState, *, loss: float, mtp_loss: float = 0.0) -> str | None:
    """Why a step with these losses must not be taken; None where it may."""
    for name, value in (("loss", loss), ("mtp_loss", mtp_loss)):
        if not math.isfinite(value):
            return f"{name} {value}, expected a finite number"
    if config.spike_factor is None or len(state.losses) < max(2, config.window // 2):
        return None
    centre = median(state.losses)
    # 1.4826: the median absolute deviation of a normal distribution is its standard deviation / 1.4826.
    spread = max(1.4826 * median(abs(x - centre) for x in state.losses), LEAST_SPREAD * centre)
    highest = centre + config.spike_factor * spread
    if loss <= highest:
        return None
    return (
        f"loss {loss:.4f}, expected at most {highest:.4f} (median {centre:.4f} of the last {len(state.losses)} steps, "
        f"robust standard deviation {spread:.4f}, guard.spike_factor {config.spike_factor:g})"
    )


def gradient_objection(grad_norm: float) -> str | None:
    """The same of the global gradient norm."""
    return None if math.isfinite(grad_norm) else f"gradient norm {grad_norm}, expected a finite number"


def advice(state: GuardState, reason: str, *, checkpoints: str) -> str:
    """What to do once a run was stopped; `checkpoints` is their folder."""
    return (
        f"{reason}; that makes {state.in_a_row} steps skipped in a row (guard.max_skipped). None of them changed a weight, the "
        f"newest of {checkpoints} is from before or between them. Look at these rows; to go past them, resume with a larger "
        "guard.max_skipped or guard.spike_factor; if the weights have diverged (every later loss is high or no number), start a "
        "run with a lower learning rate"
    )
