"""Word problems: a quantity goes through several changes; the solution works forwards, the checker backwards."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from synth.dice import Dice
from synth.phrases import GOODS, NAMES, NEXT, PLACES
from synth.task import Family, Task

MAX_QUANTITY = 500_000
"""Beyond this the story stops growing."""


class _Change(NamedTuple):
    """One event of the story: `operation` with `operand` (the percentage for percent changes)."""

    operation: str
    operand: int


def generate(dice: Dice) -> Task:
    name, place = dice.coded_choice(NAMES), dice.coded_choice(PLACES)
    _one, many = dice.coded_choice(GOODS)
    boxes, per_box = dice.coded_between(12, 75), dice.coded_between(6, 69)
    quantity = boxes * per_box
    changes, sentences, steps = [], [_opening(dice, name, place, many, boxes, per_box)], []
    steps.append(
        dice.choice(
            (
                f"At the start there are ${boxes} \\times {per_box} = {quantity}$ {many}.",
                f"We first count what {name} begins with: ${boxes} \\times {per_box} = {quantity}$.",
                f"{boxes} boxes of {per_box} make ${boxes} \\cdot {per_box} = {quantity}$ {many}.",
            )
        )
    )
    for _ in range(dice.between(2, 5)):
        change = _possible_change(dice, quantity)
        after = _forwards(quantity, change)
        sentences.append(_tell(dice, change, many))
        steps.append(_explain(dice, change, quantity, after))
        changes.append(change)
        quantity = after
    question = dice.choice((f"How many {many} are there in the end?", f"How many {many} does {name} have now?"))
    return Task(
        title=dice.choice((f"{name} and the {many}", f"Counting {many}", f"{many.capitalize()} at the {place}")),
        question=" ".join([*sentences, question]),
        solution=_numbered(dice, steps),
        answer=f"{quantity} {many}",
        result=quantity,
        facts={"boxes": boxes, "per_box": per_box, "changes": [tuple(change) for change in changes]},
    )


def check(task: Task) -> bool:
    """Undoes the changes one by one, from the answer back to the start."""
    quantity = Fraction(task.result)
    for operation, operand in reversed(task.facts["changes"]):
        quantity = _UNDO[operation](quantity, operand)
    start = sum(task.facts["per_box"] for _ in range(task.facts["boxes"]))
    return quantity == start and task.answer.split()[0] == str(task.result)


FAMILY = Family(generate, check)

_UNDO: dict[str, Callable[[Fraction, int], Fraction]] = {
    "add": lambda quantity, n: quantity - n,
    "remove": lambda quantity, n: quantity + n,
    "multiply": lambda quantity, n: quantity / n,
    "share": lambda quantity, n: quantity * n,
    "raise": lambda quantity, n: quantity / (1 + Fraction(n, 100)),
    "cut": lambda quantity, n: quantity / (1 - Fraction(n, 100)),
}


def _possible_change(dice: Dice, quantity: int) -> _Change:
    """A change that leaves a positive whole number."""
    options = [_Change("add", dice.between(7, 400))]
    if quantity > 30:
        options.append(_Change("remove", dice.between(3, quantity * 2 // 3)))
    if quantity < MAX_QUANTITY:
        options.append(_Change("multiply", dice.between(2, 6)))
    options += [_Change("share", n) for n in range(2, 10) if quantity % n == 0 and quantity > 3 * n]
    percentages = [p for p in (5, 10, 15, 20, 25, 30, 40, 50, 60, 75) if quantity * p % 100 == 0]
    if percentages:
        options += [_Change("raise", dice.choice(percentages)), _Change("cut", dice.choice(percentages))]
    return dice.choice(options)


def _forwards(quantity: int, change: _Change) -> int:
    operation, operand = change
    part = quantity * operand // 100
    return {
        "add": quantity + operand,
        "remove": quantity - operand,
        "multiply": quantity * operand,
        "share": quantity // operand,
        "raise": quantity + part,
        "cut": quantity - part,
    }[operation]


def _opening(dice: Dice, name: str, place: str, many: str, boxes: int, per_box: int) -> str:
    return dice.choice(
        (
            f"{name} works at the {place} and begins the week with {boxes} boxes of {per_box} {many} each.",
            f"At the {place}, {name} unpacks {boxes} boxes; every box holds {per_box} {many}.",
            f"{name} keeps the store of the {place}: {boxes} boxes with {per_box} {many} in each.",
        )
    )


def _tell(dice: Dice, change: _Change, many: str) -> str:
    n = change.operand
    options = {
        "add": (f"Then {n} more {many} arrive.", f"A neighbour brings another {n}.", f"Later {n} {many} are found in a drawer."),
        "remove": (f"On the next day {n} of them are sold.", f"{n} {many} turn out to be damaged and are thrown away."),
        "multiply": (
            f"A delivery makes the stock {n} times as large as it was.",
            f"By the end of the month there are {n} times as many.",
        ),
        "share": (
            f"The {many} are divided equally among {n} shelves, and only one shelf stays here.",
            f"They are split into {n} equal parts, and all parts but one are given to other towns.",
        ),
        "raise": (f"The stock then grows by {n}%.", f"An order adds {n}% of what is there."),
        "cut": (f"After that, {n}% of them are given away.", f"A customer takes {n}% of the stock."),
    }
    return dice.choice(options[change.operation])


def _explain(dice: Dice, change: _Change, before: int, after: int) -> str:
    operation, n = change
    lead = dice.choice(NEXT)
    part = before * n // 100
    return {
        "add": f"{lead} {n} are added: ${before} + {n} = {after}$.",
        "remove": f"{lead} {n} are taken away: ${before} - {n} = {after}$.",
        "multiply": f"{lead} the number is multiplied by {n}: ${before} \\times {n} = {after}$.",
        "share": f"{lead} one of {n} equal parts is $\\frac{{{before}}}{{{n}}} = {after}$.",
        "raise": f"{lead} {n}% of {before} is $\\frac{{{before} \\cdot {n}}}{{100}} = {part}$, so there are "
        f"${before} + {part} = {after}$.",
        "cut": f"{lead} {n}% of {before} is $\\frac{{{before} \\cdot {n}}}{{100}} = {part}$, which leaves "
        f"${before} - {part} = {after}$.",
    }[operation]


def _numbered(dice: Dice, steps: list[str]) -> str:
    if dice.chance(0.5):
        return "\n".join(f"{i}. {step}" for i, step in enumerate(steps, 1))
    return "\n\n".join(steps)
