"""Counting problems: the solution argues with products and binomials, the checker enumerates every case."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, pairwise, permutations, product
from math import comb, factorial
from typing import Any

from synth.dice import Dice
from synth.phrases import NAMES, PLACES
from synth.task import Family, Task


def generate(dice: Dice) -> Task:
    """One of four kinds of counting."""
    return dice.choice((_committee, _arrangement, _word, _walk))(dice)


def check(task: Task) -> bool:
    """Enumerates, up to about 5,000 cases."""
    counted = _ENUMERATE[task.facts["kind"]](task.facts)
    return counted == task.result and task.answer.split()[0] == f"${task.result}$"


def _people(dice: Dice) -> tuple[str, str, str]:
    """Two different people and a place, all coded."""
    first, step = dice.coded(len(NAMES)), dice.coded_between(1, len(NAMES) - 1)
    return NAMES[first], NAMES[(first + step) % len(NAMES)], dice.coded_choice(PLACES)


def _committee(dice: Dice) -> Task:
    one, other, place = _people(dice)
    n, k = dice.coded_between(7, 13), dice.coded_between(3, 5)
    apart = dice.chance(0.5)
    everything, both, neither = comb(n, k), comb(n - 2, k - 2), comb(n - 2, k)
    if apart:
        rule, value = f"{one} and {other} refuse to serve together", everything - both
        argument = (
            f"Without the rule there are $\\binom{{{n}}}{{{k}}} = {everything}$ groups. The forbidden ones contain both "
            f"{one} and "
            f"{other}; the other {k - 2} come from the remaining {n - 2} people: $\\binom{{{n - 2}}}{{{k - 2}}} = {both}$.\n\n"
            f"Taking these away leaves ${everything} - {both} = {value}$."
        )
    else:
        rule, value = f"at least one of {one} and {other} must be in it", everything - neither
        argument = (
            f"It is easier to count what is not allowed: groups with neither {one} nor {other}. They are chosen from "
            f"{n - 2} people: $\\binom{{{n - 2}}}{{{k}}} = {neither}$.\n\n"
            f"Of all $\\binom{{{n}}}{{{k}}} = {everything}$ groups, ${everything} - {neither} = {value}$ are allowed."
        )
    return Task(
        title=dice.choice(("A group with a condition", "Choosing people", f"Duty at the {place}")),
        question=f"The {place} has {n} employees, {one} and {other} among them. A group of {k} is to be chosen, but {rule}. "
        + dice.choice(("In how many ways can this be done?", "How many groups are possible?")),
        solution=argument,
        answer=f"${value}$ groups",
        result=value,
        facts={"kind": "committee", "n": n, "k": k, "apart": apart},
    )


def _arrangement(dice: Dice) -> Task:
    one, other, place = _people(dice)
    n = dice.coded_between(4, 7)
    together = dice.chance(0.5)
    blocks, total = factorial(n - 1), factorial(n)
    glue = (
        f"Treat {one} and {other} as one block. The block and the other {n - 2} people can stand in ${n - 1}! = {blocks}$ "
        f"orders, "
        f"and inside the block there are 2: $2 \\cdot {blocks} = {2 * blocks}$."
    )
    value = 2 * blocks if together else total - 2 * blocks
    rest = f"All orders: ${n}! = {total}$.\n\n{glue}\n\nIn the others they are apart: ${total} - {2 * blocks} = {value}$."
    wish = "want to stand next to each other" if together else "do not want to stand next to each other"
    return Task(
        title=dice.choice(("A queue with a wish", "Orders in a line", f"In front of the {place}")),
        question=f"{n} people, among them {one} and {other}, queue in front of the {place}. {one} and {other} {wish}. "
        + dice.choice(("How many orders of the queue are there?", "In how many ways can they line up?")),
        solution=glue if together else rest,
        answer=f"${value}$ orders",
        result=value,
        facts={"kind": "arrangement", "n": n, "together": together},
    )


def _word(dice: Dice) -> Task:
    one, other, place = _people(dice)
    symbols, length = dice.coded_between(3, 5), dice.coded_between(4, 6)
    value = symbols * (symbols - 1) ** (length - 1)
    factors = " \\cdot ".join([str(symbols), *[str(symbols - 1)] * (length - 1)])
    return Task(
        title=dice.choice(("Codes without twins", "A lock", f"The lock of the {place}")),
        question=f"{one} tells {other} that the door code of the {place} has {length} signs, each one of {symbols} colours, "
        f"and that "
        "no two neighbouring signs have the same colour. "
        + dice.choice(("How many codes are possible?", "How many codes must be tried at most?")),
        solution=f"Choose the signs from left to right. The first has {symbols} choices; each later one has all colours but "
        f"that of "
        f"its left neighbour, {symbols - 1}. The choices multiply: "
        f"${factors} = {symbols} \\cdot {symbols - 1}^{{{length - 1}}} = {value}$.",
        answer=f"${value}$ codes",
        result=value,
        facts={"kind": "word", "symbols": symbols, "length": length},
    )


def _walk(dice: Dice) -> Task:
    one, other, place = _people(dice)
    width, height = dice.coded_between(3, 7), dice.coded_between(3, 7)
    x, y = dice.between(1, width - 1), dice.between(1, height - 1)
    total, reach = comb(width + height, width), comb(x + y, x)
    east, north = width - x, height - y
    onwards = comb(east + north, east)
    closed = reach * onwards
    value = total - closed
    return Task(
        title=dice.choice(("Walks on a grid", "A detour", f"From {one} to {other}")),
        question=f"{one} lives {width} blocks west and {height} blocks south of {other} and walks there along the streets, "
        f"always "
        f"east or north. The crossing {x} blocks east and {y} blocks north of {one}'s home, in front of the {place}, is closed. "
        + dice.choice(("How many routes remain?", "How many different walks avoid it?")),
        solution=f"A walk is an order of {width} steps east and {height} steps north: "
        f"$\\binom{{{width + height}}}{{{width}}} = {total}$.\n\n"
        f"Walks over the closed crossing consist of one that ends there, $\\binom{{{x + y}}}{{{x}}} = {reach}$, and one that "
        f"starts there, $\\binom{{{east + north}}}{{{east}}} = {onwards}$; together ${reach} \\cdot {onwards} = {closed}$.\n\n"
        f"What remains is ${total} - {closed} = {value}$.",
        answer=f"${value}$ routes",
        result=value,
        facts={"kind": "walk", "width": width, "height": height, "x": x, "y": y},
    )


def _count_committees(facts: Any) -> int:
    groups = combinations(range(facts["n"]), facts["k"])
    if facts["apart"]:
        return sum(not (0 in group and 1 in group) for group in groups)
    return sum(0 in group or 1 in group for group in groups)


def _count_arrangements(facts: Any) -> int:
    orders = permutations(range(facts["n"]))
    return sum((abs(order.index(0) - order.index(1)) == 1) == facts["together"] for order in orders)


def _count_words(facts: Any) -> int:
    words = product(range(facts["symbols"]), repeat=facts["length"])
    return sum(all(a != b for a, b in pairwise(word)) for word in words)


def _count_walks(facts: Any) -> int:
    """Dynamic programming from corner to corner, with the closed crossing at zero."""
    routes = {(0, 0): 1}
    for east, north in product(range(facts["width"] + 1), range(facts["height"] + 1)):
        if (east, north) == (facts["x"], facts["y"]):
            routes[east, north] = 0
        elif (east, north) != (0, 0):
            routes[east, north] = routes.get((east - 1, north), 0) + routes.get((east, north - 1), 0)
    return routes[facts["width"], facts["height"]]


_ENUMERATE: dict[str, Callable[[Any], int]] = {
    "committee": _count_committees,
    "arrangement": _count_arrangements,
    "word": _count_words,
    "walk": _count_walks,
}

COUNTING = Family(generate, check)
