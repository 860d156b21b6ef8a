"""Why a mixture cannot be: linear programs with slacks that name the shortfall, the caps that bind and the smallest change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from corpus.errors import require
from mix.projection import F64, Bool, Constraint, Problem

SLACK = 1e-9
"""Shortfalls below this share of all tokens are rounding."""


@dataclass(frozen=True)
class Diagnosis:
    """What stands in a problem's way."""

    shortfalls: tuple[tuple[Constraint, float], ...]
    """Constraints that cannot be met together with the others, and by how many tokens; above 0: too few, below: too many."""
    binding: tuple[str, ...]
    """Sources whose caps stand in the way, sorted; empty: the groups contradict each other, whatever the caps."""
    raises: tuple[tuple[str, float], ...]
    """(source, factor): raising this source's caps alone by the factor is enough."""


def diagnose(problem: Problem, sources: Sequence[str]) -> Diagnosis | None:
    """None where the constraints can be met. `sources` names each bucket's source."""
    names = sorted(set(sources))
    result, slacks = _least_slack(problem)
    shortfalls = tuple((c, s) for c, s in zip(problem.constraints, slacks, strict=True) if abs(s) > SLACK * problem.tokens)
    if not shortfalls:
        return None
    prices = -np.asarray(result.ineqlin.marginals)[: problem.caps.size].reshape(problem.caps.shape)
    tight = prices.sum(axis=0) > 1e-9
    binding = tuple(name for name in names if any(t and s == name for t, s in zip(tight, sources, strict=True)))
    raises = []
    for name in binding:
        factor = _smallest_raise(problem, np.array([source == name for source in sources]))
        if factor is not None:
            raises.append((name, factor))
    return Diagnosis(shortfalls, binding, tuple(raises))


def _least_slack(problem: Problem) -> tuple[Any, F64]:
    """The linear program with the least total slack, and the slack of each constraint in tokens."""
    program = _program(problem)
    num_constraints = len(problem.constraints)
    both = _sparse().hstack([_sparse().identity(num_constraints), -_sparse().identity(num_constraints)])
    cost = np.concatenate([np.zeros(program.num_pairs), np.ones(2 * num_constraints)])
    result = _solve(program, cost, in_sums=both, in_caps=None)
    slack = result.x[program.num_pairs :]
    return result, (slack[:num_constraints] - slack[num_constraints:]) * problem.tokens


def _smallest_raise(problem: Problem, buckets: Bool) -> float | None:
    """The least factor on the caps of `buckets`, what was read before counted, with which everything can be met, or None."""
    program = _program(problem)
    whole = problem.caps + np.asarray(problem.read)
    raised = np.where(np.tile(buckets, len(problem.caps)), whole.ravel() / problem.tokens, 0.0)
    cost = np.concatenate([np.zeros(program.num_pairs), [1.0]])
    # caps + (factor - 1) raised, with the factor - 1 as the one extra variable.
    result = _solve(program, cost, in_sums=None, in_caps=_sparse().csr_matrix(-raised[:, None]))
    return 1.0 + float(result.x[-1]) if result.status == 0 else None


class _Program(NamedTuple):
    """lower <= sums x <= upper and so_far x <= caps, in shares of all tokens; x: the stage-bucket pairs that may be drawn."""

    num_pairs: int
    sums: Any
    lower: F64
    upper: F64
    so_far: Any
    caps: F64


def _program(problem: Problem) -> _Program:
    scale = problem.tokens
    num_stages, num_buckets = problem.caps.shape
    stage, bucket = np.nonzero(problem.reference > 0)
    sums = np.array([(stage == c.stage) & c.buckets[bucket] for c in problem.constraints], dtype=float)
    pairs = [np.flatnonzero(stage <= last) for last in range(num_stages)]
    rows = np.concatenate([last * num_buckets + bucket[earlier] for last, earlier in enumerate(pairs)])
    columns = np.concatenate(pairs)
    shape = (num_stages * num_buckets, len(stage))
    return _Program(
        num_pairs=len(stage),
        sums=_sparse().csr_matrix(sums),
        lower=np.array([c.least for c in problem.constraints]) / scale,
        upper=np.array([c.most for c in problem.constraints]) / scale,
        so_far=_sparse().csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape),
        caps=problem.caps.ravel() / scale,
    )


def _solve(program: _Program, cost: F64, *, in_sums: Any, in_caps: Any) -> Any:
    """scipy's linprog; the extra variables after the pairs appear in the sums, in the caps or in neither. Caps come first."""
    num_extra = len(cost) - program.num_pairs
    nothing = [_sparse().csr_matrix((rows, num_extra)) for rows in (len(program.lower), len(program.caps))]
    sums = _sparse().hstack([program.sums, nothing[0] if in_sums is None else in_sums])
    caps = _sparse().hstack([program.so_far, nothing[1] if in_caps is None else in_caps])
    matrix = _sparse().vstack([caps, sums, -sums])
    limits = np.concatenate([program.caps, program.upper, -program.lower])
    return require("scipy.optimize", extra="mix").linprog(cost, A_ub=matrix, b_ub=limits, bounds=(0.0, None))


def _sparse() -> Any:
    return require("scipy.sparse", extra="mix")


def tokens_text(tokens: float) -> str:
    """1.23e12 as 1.23T: the unit people use for corpora."""
    units: Mapping[str, float] = {"T": 1e12, "B": 1e9, "M": 1e6, "k": 1e3}
    for unit, size in units.items():
        if abs(tokens) >= size * 0.9995:
            return f"{tokens / size:.5g}{unit}"
    return f"{tokens:.4g}"
