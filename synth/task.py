"""What a family makes and what its checker must say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from synth.dice import Dice
from synth.equalities import false_equalities


class VerificationError(AssertionError):
    """A generated task is wrong: a bug of its family, never to be emitted."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """One problem with its worked solution, in the Markdown of corpus/markup.py."""

    title: str
    question: str
    solution: str
    """Worked steps; ends before the answer is stated."""
    answer: str
    """Markdown of the final answer."""
    result: Any
    """The answer as plain values: what the checker compares with its own."""
    values: Mapping[str, Fraction] = field(default_factory=dict)
    """Values of the unknowns, single letters, for which every printed equality holds."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Plain numbers of the problem: all a checker needs to solve it afresh."""


class Family(NamedTuple):
    """A generator, and a checker that answers the same problem by another route from the facts and the printed text."""

    generate: Callable[[Dice], Task]
    check: Callable[[Task], bool]


def verify(task: Task, family: Family, *, name: str) -> None:
    """Raises VerificationError unless the checker agrees with the answer and every printed equality of numbers holds."""
    wrong = false_equalities(f"{task.question}\n\n{task.solution}\n\n{task.answer}", values=task.values)
    if wrong:
        raise VerificationError(f"{name}: false equality {wrong[0]!r} in {task.title!r}")
    if not family.check(task):
        raise VerificationError(f"{name}: the checker does not confirm {task.answer!r} for {task.question!r}")
