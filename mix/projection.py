"""The I-projection: the rates nearest to a reference, in Kullback-Leibler divergence, that satisfy a recipe's constraints.

minimise    sum_sb x log(x / q) - x + q             x[s, b]: tokens of bucket b in stage s, q the reference
subject to  least <= sum of some buckets of a stage <= most     (stage totals, groups)
            x[1, b] + ... + x[s, b] <= cap[s, b]                (epochs up to the end of stage s)

All coefficients are 0 or 1, so the optimum is a product: x = q exp(sum of the multipliers of its constraints) m, where m <= 1
keeps the bucket's caps. Given the multipliers of totals and groups (a dozen or two), m has a closed form per bucket: the
slopes, at most 1, of the greatest convex minorant of the points (cumulative uncapped tokens, cap). So only the small dual
problem is searched, by Newton steps with a line search; its minimum is unique in x and independent of any order.

S stages, B buckets, K constraints.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]

TOLERANCE = 1e-11
"""Largest deviation of a constraint, as a share of all tokens."""
MAX_STEPS = 200
MAX_DUAL = 100.0
"""A factor of e^100 on a rate: beyond it the multipliers run away, because no rates satisfy the constraints."""
MAX_STEP_SIZE = 4.0
"""Of a multiplier's logarithm in one Newton step: the quadratic model of an exponential is good for little more."""


@dataclass(frozen=True)
class Constraint:
    """least <= tokens of `buckets` in stage `stage` <= most."""

    name: str
    stage: int
    buckets: Bool
    least: float
    most: float


@dataclass(frozen=True)
class Problem:
    """What to project, and onto what. Tokens throughout."""

    reference: F64
    """[S, B]; 0 where a stage may not draw a bucket."""
    caps: F64
    """[S, B]: most tokens of a bucket from the first stage to the end of stage s; positive."""
    constraints: tuple[Constraint, ...]
    read: F64 | float = 0.0
    """[B]: tokens of a bucket that were read before the first stage; `caps` are what is left beside them."""

    @property
    def tokens(self) -> float:
        """All tokens of the run."""
        return float(self.reference.sum())


class Solution(NamedTuple):
    """The projection."""

    tokens: F64
    """[S, B]"""
    duals: dict[str, float]
    """Logarithm of each constraint's multiplier: what a bucket's rate gains (above 0) or loses by it."""
    cap_factors: F64
    """[S, B]: the factor by which caps hold a rate down; 1 where none binds."""
    residual: float
    """Largest deviation of a constraint, as a share of all tokens."""

    @property
    def converged(self) -> bool:
        return self.residual <= TOLERANCE


class _Sides(NamedTuple):
    """One row for each side of each constraint; an equation has one row of either sign."""

    names: list[str]
    masks: F64
    """[K, S, B], 0 or 1."""
    bounds: F64
    lowest: F64
    """Of the multiplier: 0 for a lower bound, -inf otherwise."""
    highest: F64
    """Of the multiplier: 0 for an upper bound, inf otherwise."""


def project(problem: Problem) -> Solution:
    """The I-projection; `converged` is false where the constraints contradict each other (see infeasible.py)."""
    scale = problem.tokens
    reference, caps = problem.reference / scale, _monotone(problem.caps / scale)
    sides = _sides(problem, scale)
    duals = np.zeros(len(sides.names))
    tokens, factors, value = _primal(duals, reference, caps, sides)
    residual = np.inf
    for _ in range(MAX_STEPS):
        gradient = np.tensordot(sides.masks, tokens, 2) - sides.bounds
        held = ((duals <= sides.lowest) & (gradient >= 0)) | ((duals >= sides.highest) & (gradient <= 0))
        residual = float(np.abs(gradient[~held]).max(initial=0.0))
        if residual <= TOLERANCE * 0.1 or np.abs(duals).max() > MAX_DUAL:
            break
        step = _newton_step(gradient, ~held, tokens, caps, factors, sides)
        improved = _line_search(duals, step, gradient, value, reference, caps, sides)
        if improved is None:
            break
        duals, (tokens, factors, value) = improved
    named: dict[str, float] = {}
    for name, dual in zip(sides.names, duals, strict=True):
        named[name] = named.get(name, 0.0) + float(dual)
    return Solution(tokens * scale, named, factors, residual)


def _sides(problem: Problem, scale: float) -> _Sides:
    names, masks, bounds, lowest, highest = [], [], [], [], []
    for constraint in problem.constraints:
        equation = constraint.least == constraint.most
        total = problem.reference[constraint.stage].sum()
        for bound, low, high, needed in (
            (constraint.least, -np.inf if equation else 0.0, np.inf, equation or constraint.least > 0),
            (constraint.most, -np.inf, 0.0, not equation and constraint.most < total),
        ):
            if not needed:
                continue
            mask = np.zeros(problem.reference.shape)
            mask[constraint.stage] = constraint.buckets
            names.append(constraint.name)
            masks.append(mask)
            bounds.append(bound / scale)
            lowest.append(low)
            highest.append(high)
    return _Sides(names, np.array(masks), np.array(bounds), np.array(lowest), np.array(highest))


def _monotone(caps: F64) -> F64:
    """A later, lower cap holds earlier too, since what was read stays read."""
    return np.asarray(np.minimum.accumulate(caps[::-1], axis=0)[::-1])


def _primal(duals: F64, reference: F64, caps: F64, sides: _Sides) -> tuple[F64, F64, float]:
    """Tokens, cap factors and the dual function's value (to be minimised) at the given multipliers."""
    uncapped = reference * np.exp(np.tensordot(duals, sides.masks, 1))
    factors = cap_factors(uncapped, caps)
    tokens = uncapped * factors
    value = tokens.sum() - np.where(tokens > 0, tokens * np.log(factors), 0.0).sum() - duals @ sides.bounds
    return tokens, factors, float(value)


def cap_factors(uncapped: F64, caps: F64) -> F64:
    """Factors [S, B], at most 1 and rising from stage to stage, that bring `uncapped` tokens under cumulative caps.

    They are the slopes of the greatest convex minorant of the origin and the points (tokens so far, cap), found from the left:
    the slope at a point is the smallest one to any point further right.
    """
    num_stages = len(uncapped)
    factors = np.ones_like(uncapped)
    given = np.zeros(uncapped.shape[1])
    for stage in range(num_stages):
        ahead = np.cumsum(uncapped[stage:], axis=0)
        slopes = np.divide(caps[stage:] - given, ahead, out=np.full_like(ahead, np.inf), where=ahead > 0)
        slope = np.minimum(slopes.min(axis=0), 1.0)
        factors[stage] = np.maximum(slope, factors[stage - 1] if stage else 0.0)
        given = given + factors[stage] * uncapped[stage]
    return factors


def _newton_step(gradient: F64, free: Bool, tokens: F64, caps: F64, factors: F64, sides: _Sides) -> F64:
    """The step of the free multipliers that solves the second-order model."""
    num_sides, num_stages = len(gradient), len(tokens)
    masked = sides.masks * tokens
    hessian = masked.reshape(num_sides, -1) @ sides.masks.reshape(num_sides, -1).T
    # Stages between two caps that bind share a fixed sum: what one gains the others lose.
    segment = _segments(tokens, caps, factors)
    for last in range(num_stages):
        inside = segment == last
        total = (tokens * inside).sum(axis=0)
        parts = (masked * inside).sum(axis=1)
        hessian -= (parts / np.where(total > 0, total, 1.0)) @ parts.T
    kept = np.flatnonzero(free)
    matrix = hessian[np.ix_(kept, kept)]
    matrix[np.diag_indices_from(matrix)] += 1e-13 + 1e-9 * np.abs(gradient[kept]).max()
    step: F64 = np.zeros(num_sides)
    step[kept] = -np.linalg.solve(matrix, gradient[kept])
    step *= min(1.0, MAX_STEP_SIZE / max(float(np.abs(step).max(initial=0.0)), 1e-300))
    return step


def _segments(tokens: F64, caps: F64, factors: F64) -> npt.NDArray[np.int64]:
    """[S, B]: for a rate held down by a cap the stage whose cap it is, else -1."""
    binds = np.cumsum(tokens, axis=0) >= caps * (1 - 1e-12)
    segment = np.full(tokens.shape, -1)
    following = np.full(tokens.shape[1], -1)
    for stage in range(len(tokens) - 1, -1, -1):
        following = np.where(binds[stage], stage, following)
        segment[stage] = np.where(factors[stage] < 1, following, -1)
    return segment


def _line_search(
    duals: F64, step: F64, gradient: F64, value: float, reference: F64, caps: F64, sides: _Sides
) -> tuple[F64, tuple[F64, F64, float]] | None:
    """The first point on the projected step, halved again and again, that lowers the dual function enough."""
    length = 1.0
    for _ in range(50):
        moved = np.clip(duals + length * step, sides.lowest, sides.highest)
        result = _primal(moved, reference, caps, sides)
        # 1e-15: near the minimum the decrease is below what the value can resolve.
        if result[2] <= value + 1e-4 * float(gradient @ (moved - duals)) + 1e-15:
            return moved, result
        length /= 2
    return None
