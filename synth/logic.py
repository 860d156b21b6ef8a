"""Puzzles with exactly one solution: who came in which place, and who tells the truth.

The solution reasons by elimination, clue by clue or case by case, and shows what is left each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import permutations, product
from typing import NamedTuple

from synth.dice import Dice
from synth.phrases import NAMES, PLACES
from synth.task import Family, Task

ORDINALS = ("first", "second", "third", "fourth", "fifth")


class Clue(NamedTuple):
    """A statement about an order of people; `number` is a place from 0 or a distance."""

    kind: str
    one: str
    other: str
    number: int


def generate_order(dice: Dice) -> Task:
    """A race with clues that leave one order."""
    people = _different_names(dice, 3) + [""] * dice.choice((1, 2))
    spare = [name for name in NAMES if name not in people]
    drawn = dice.sample(spare, people.count(""))
    people = [name or drawn.pop() for name in people]
    place = dice.coded_choice(PLACES)
    order = dice.shuffled(people)
    clues = _enough_clues(dice, order)
    question = (
        f"{_listed(people)} took part in a race at the {place}; no two finished together. Afterwards they report:\n\n"
        + "\n".join(f"{i}. {say(clue, dice)}" for i, clue in enumerate(clues, 1))
        + "\n\n"
        + dice.choice(("In which order did they finish?", "Find the order, from the first to the last."))
    )
    return Task(
        title=dice.choice(("A race", "Who came first?", f"The race at the {place}")),
        question=question,
        solution=_elimination(people, clues),
        answer=", ".join(order),
        result=tuple(order),
        facts={"people": tuple(people), "clues": clues},
    )


def check_order(task: Task) -> bool:
    """Places one person after the other and backs up at the first clue that breaks; there must be one solution, the answer."""
    solutions: list[tuple[str, ...]] = []
    people, clues = task.facts["people"], task.facts["clues"]

    def place_next(placed: dict[str, int]) -> None:
        if not all(_may_hold(clue, placed) for clue in clues):
            return
        if len(placed) == len(people):
            solutions.append(tuple(sorted(placed, key=placed.__getitem__)))
            return
        for person in people:
            if person not in placed:
                place_next({**placed, person: len(placed)})

    place_next({})
    return solutions == [task.result] and task.answer == ", ".join(task.result)


def say(clue: Clue, dice: Dice) -> str:
    """The clue as a sentence."""
    one, other, n = clue.one, clue.other, clue.number
    options = {
        "before": (f"{one} finished before {other}.", f"{other} came in after {one}.", f"{one} was faster than {other}."),
        "next": (f"{one} finished immediately before {other}.", f"{other} came in right behind {one}."),
        "apart": (f"Exactly {n} of the others finished between {one} and {other}.",)
        if n != 1
        else (f"Exactly one of the others finished between {one} and {other}.",),
        "not_at": (f"{one} was not {ORDINALS[n]}.", f"{one} did not finish {ORDINALS[n]}."),
        "at_end": (f"{one} was either first or last.",),
    }
    return dice.choice(options[clue.kind])


def clue_holds(clue: Clue, order: Sequence[str]) -> bool:
    """Whether the clue is true of a whole order."""
    one = order.index(clue.one)
    other = order.index(clue.other) if clue.other else -1
    return {
        "before": one < other,
        "next": one + 1 == other,
        "apart": abs(one - other) == clue.number + 1,
        "not_at": one != clue.number,
        "at_end": one in (0, len(order) - 1),
    }[clue.kind]


def _may_hold(clue: Clue, placed: dict[str, int]) -> bool:
    """Whether people placed so far (from the front) leave the clue possible; written apart from `clue_holds`."""
    kind, one, other, number = clue
    if kind == "not_at":
        return placed.get(one) != number
    if kind == "at_end":
        return one not in placed or placed[one] == 0 or placed[one] == len(placed) - 1
    if kind == "before":
        return not (other in placed and (one not in placed or placed[one] > placed[other]))
    if one not in placed or other not in placed:
        return kind != "next" or other not in placed
    distance = placed[other] - placed[one]
    return distance == 1 if kind == "next" else distance in (number + 1, -number - 1)


def _enough_clues(dice: Dice, order: Sequence[str]) -> tuple[Clue, ...]:
    """True clues in random order until one order is left, then without those that are not needed."""
    pool = dice.shuffled([clue for clue in _all_clues(order) if clue_holds(clue, order)])
    chosen: list[Clue] = []
    left = list(permutations(order))
    for clue in pool:
        narrowed = [each for each in left if clue_holds(clue, each)]
        if len(narrowed) < len(left):
            chosen.append(clue)
            left = narrowed
        if len(left) == 1:
            break
    for clue in list(chosen):
        others = [each for each in chosen if each is not clue]
        if sum(all(clue_holds(each, candidate) for each in others) for candidate in permutations(order)) == 1:
            chosen = others
    return tuple(chosen)


def _all_clues(people: Sequence[str]) -> Iterable[Clue]:
    for one in people:
        yield Clue("at_end", one, "", 0)
        yield from (Clue("not_at", one, "", place) for place in range(len(people)))
        for other in people:
            if one != other:
                yield Clue("before", one, other, 0)
                yield Clue("next", one, other, 0)
        for other in people[people.index(one) + 1 :]:
            yield from (Clue("apart", one, other, n) for n in range(1, len(people) - 1))


def _elimination(people: Sequence[str], clues: Sequence[Clue]) -> str:
    left = list(permutations(people))
    lines = [f"{len(people)} people can finish in ${len(people)}! = {len(left)}$ orders. Take the clues one at a time."]
    for i, clue in enumerate(clues, 1):
        before = {person: _places(person, left) for person in people}
        left = [order for order in left if clue_holds(clue, order)]
        orders = "one order remains" if len(left) == 1 else f"{len(left)} orders remain"
        line = f"Clue {i}: {orders}."
        news = [
            f"{person} can only be {_listed([ORDINALS[place] for place in places], 'or')}"
            for person in people
            if (places := _places(person, left)) != before[person]
        ]
        if news:
            line += f" Now {'; '.join(news)}."
        if 1 < len(left) <= 4:
            line += " Left are " + "; ".join(", ".join(order) for order in left) + "."
        lines.append(line)
    return "\n\n".join(lines)


def _places(person: str, orders: Sequence[Sequence[str]]) -> list[int]:
    return sorted({order.index(person) for order in orders})


class Claim(NamedTuple):
    """What `speaker` says about the set of knights."""

    speaker: str
    kind: str
    one: str
    other: str
    number: int


def generate_knights(dice: Dice) -> Task:
    """Three people, each a knight (always truthful) or a knave (always lying), and one way to make sense of what they say."""
    people = _different_names(dice, 3)
    place = dice.coded_choice(PLACES)
    while True:
        claims = tuple(_random_claim(dice, speaker, people) for speaker in people)
        solutions = [knights for knights in _worlds(people) if _consistent(claims, knights)]
        if len(solutions) == 1:
            break
    knights = solutions[0]
    roles = [f"{name} is a {_role(name in knights)}" for name in people]
    said = "\n".join(f"- {claim.speaker} says: “{_claim_text(claim)}”" for claim in claims)
    rules = dice.choice(
        (
            "Everyone here is a knight, who always tells the truth, or a knave, who always lies.",
            "Knights only say true things, knaves only false ones, and everybody is one or the other.",
        )
    )
    return Task(
        title=dice.choice(("Knights and knaves", "Who tells the truth?", f"Three people at the {place}")),
        question=f"{rules} At the {place} you meet {_listed(people)}.\n\n{said}\n\n"
        + dice.choice(("Who is what?", "Who is a knight, and who is a knave?")),
        solution=_cases(people, claims),
        answer="; ".join(roles),
        result=tuple(name in knights for name in people),
        facts={"people": tuple(people), "claims": claims},
    )


def check_knights(task: Task) -> bool:
    """Every world as the bits of a number, every claim evaluated on those bits; exactly one world fits, the answer."""
    people, claims = task.facts["people"], task.facts["claims"]
    bit = {name: i for i, name in enumerate(people)}
    fitting = []
    for world in range(2 ** len(people)):
        honest = [bool(world >> i & 1) for i in range(len(people))]
        said = [_CLAIM_ON_BITS[c.kind](honest, bit.get(c.one, 0), bit.get(c.other, 0), c.number) for c in claims]
        if all(truth is honest[bit[claim.speaker]] for truth, claim in zip(said, claims, strict=True)):
            fitting.append(tuple(honest))
    printed = task.answer == "; ".join(
        f"{name} is a {'knight' if honest else 'knave'}" for name, honest in zip(people, task.result, strict=True)
    )
    return fitting == [task.result] and printed


_CLAIM_ON_BITS: dict[str, Callable[[list[bool], int, int, int], bool]] = {
    "knight": lambda honest, one, other, number: honest[one],
    "knave": lambda honest, one, other, number: not honest[one],
    "same": lambda honest, one, other, number: honest[one] == honest[other],
    "different": lambda honest, one, other, number: honest[one] != honest[other],
    "count": lambda honest, one, other, number: sum(honest) == number,
    "either": lambda honest, one, other, number: honest[one] or not honest[other],
}


def _random_claim(dice: Dice, speaker: str, people: Sequence[str]) -> Claim:
    one, other = dice.sample([name for name in people if name != speaker], 2)
    kind = dice.choice(("knight", "knave", "same", "different", "count", "either"))
    if kind in ("same", "different") and dice.chance(0.5):
        other = speaker
    return Claim(speaker, kind, one, other, dice.between(0, len(people)))


def _claim_text(claim: Claim) -> str:
    one, other, n = claim.one, claim.other, claim.number
    pair = f"{one} and I" if other == claim.speaker else f"{one} and {other}"
    return {
        "knight": f"{one} is a knight.",
        "knave": f"{one} is a knave.",
        "same": f"{pair} are of the same kind.",
        "different": f"{pair} are of different kinds.",
        "count": f"Among the three of us there {'is exactly one knight' if n == 1 else f'are exactly {n} knights'}."
        if n
        else "None of us three is a knight.",
        "either": f"{one} is a knight or {other} is a knave.",
    }[claim.kind]


def _claim_holds(claim: Claim, knights: frozenset[str]) -> bool:
    one, other = claim.one in knights, claim.other in knights
    return {
        "knight": one,
        "knave": not one,
        "same": one == other,
        "different": one != other,
        "count": len(knights) == claim.number,
        "either": one or not other,
    }[claim.kind]


def _consistent(claims: Sequence[Claim], knights: frozenset[str]) -> bool:
    return all(_claim_holds(claim, knights) == (claim.speaker in knights) for claim in claims)


def _worlds(people: Sequence[str]) -> list[frozenset[str]]:
    return [
        frozenset(name for name, honest in zip(people, kinds, strict=True) if honest)
        for kinds in product((True, False), repeat=len(people))
    ]


def _cases(people: Sequence[str], claims: Sequence[Claim]) -> str:
    lines = [f"There are $2^{len(people)} = {2 ** len(people)}$ cases. In each, compare what is said with who says it."]
    for i, knights in enumerate(_worlds(people), 1):
        names = [name for name in people if name in knights]
        assumed = (
            f"only {_listed(names)} {'is a knight' if len(names) == 1 else 'are knights'}" if names else "all three are knaves"
        )
        if len(names) == len(people):
            assumed = "all three are knights"
        broken = next((claim for claim in claims if _claim_holds(claim, knights) != (claim.speaker in knights)), None)
        if broken is None:
            verdict = "every claim fits: knights said true things and knaves false ones. This case is possible."
        else:
            truth = "true" if _claim_holds(broken, knights) else "false"
            role = _role(broken.speaker in knights)
            verdict = f"what {broken.speaker} says would be {truth}, but {broken.speaker} is a {role}: impossible."
        lines.append(f"{i}. Suppose {assumed}. Then {verdict}")
    return "\n".join([lines[0], "", *lines[1:]]) + "\n\nOnly one case survives."


def _role(honest: bool) -> str:
    return "knight" if honest else "knave"


def _different_names(dice: Dice, count: int) -> list[str]:
    """Names in an order that is coded: no name twice."""
    left = list(NAMES)
    return [left.pop(dice.coded(len(left))) for _ in range(count)]


def _listed(items: Sequence[str], word: str = "and") -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {word} {items[-1]}"


ORDER = Family(generate_order, check_order)
KNIGHTS = Family(generate_knights, check_knights)
