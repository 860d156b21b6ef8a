"""Euclid's algorithm, powers modulo m, simultaneous congruences."""

from __future__ import annotations

from math import gcd

from synth.dice import Dice
from synth.phrases import NAMES, NEXT, PLACES
from synth.task import Family, Task


def generate_euclid(dice: Dice) -> Task:
    """gcd, Bezout coefficients and lcm of two numbers."""
    name, a = dice.coded_choice(NAMES), dice.coded_between(2_000, 99_999)
    common = dice.choice([d for d in range(1, 60) if a % d == 0])
    b = common * dice.between(17, min(2_000, a // common - 1))
    divisions = _divisions(a, b)
    divisor = divisions[-1][1]
    s, t, trail = _bezout(divisions)
    steps = ["Divide with remainder until nothing is left:"]
    steps += [f"$${x} = {q} \\cdot {y} + {r}$$" for x, y, q, r in divisions]
    steps.append(f"The last remainder that is not zero is {divisor}, so $\\gcd({a}, {b}) = {divisor}$.")
    if trail:
        steps.append("Going back through the divisions writes it as a combination of the two numbers:")
        steps += [f"$${line}$$" for line in trail]
    steps.append(f"Finally, $\\operatorname{{lcm}} = \\frac{{{a} \\cdot {b}}}{{{divisor}}} = {a * b // divisor}$.")
    ask = dice.choice(
        (
            f"{name} uses Euclid's algorithm to find $\\gcd({a}, {b})$, and writes it as $s \\cdot {a} + t \\cdot {b}$ with "
            f"whole "
            "$s$ and $t$. Show how, and find the least common multiple.",
            f"{name} looks for whole numbers $s$ and $t$ with $s \\cdot {a} + t \\cdot {b} = \\gcd({a}, {b})$. Find them, "
            f"and give "
            "the least common multiple.",
        )
    )
    return Task(
        title=dice.choice(("The greatest common divisor", "Euclid's algorithm", f"Common divisors of {a} and {b}")),
        question=ask,
        solution="\n\n".join(steps),
        answer=f"$\\gcd = {divisor}$ with $s = {s}$ and $t = {t}$; the least common multiple is ${a * b // divisor}$",
        result=(divisor, s, t, a * b // divisor),
        facts={"a": a, "b": b},
    )


def check_euclid(task: Task) -> bool:
    """Any common divisor divides s a + t b; so a common divisor of that form is the greatest."""
    a, b = task.facts["a"], task.facts["b"]
    divisor, s, t, multiple = task.result
    greatest = divisor > 0 and a % divisor == 0 and b % divisor == 0 and s * a + t * b == divisor
    least = multiple == next(m for m in range(a, a * b + 1, a) if m % b == 0)
    printed = task.answer.startswith(f"$\\gcd = {divisor}$ with $s = {s}$ and $t = {t}$") and task.answer.endswith(
        f"${multiple}$"
    )
    return greatest and least and printed


def _divisions(a: int, b: int) -> list[tuple[int, int, int, int]]:
    """(dividend, divisor, quotient, remainder) of each step."""
    steps = []
    while b:
        steps.append((a, b, a // b, a % b))
        a, b = b, a % b
    return steps


def _bezout(divisions: list[tuple[int, int, int, int]]) -> tuple[int, int, list[str]]:
    """s and t, and the lines of the substitution backwards."""
    if len(divisions) == 1:
        return 0, 1, []
    s, t, lines = 0, 1, []
    divisor = divisions[-1][1]
    for x, y, quotient, _ in reversed(divisions[:-1]):
        s, t = t, s - quotient * t
        lines.append(f"{divisor} = {_signed(s)} \\cdot {x} + {_signed(t)} \\cdot {y}")
    return s, t, lines


def _signed(value: int) -> str:
    return f"({value})" if value < 0 else str(value)


def generate_power(dice: Dice) -> Task:
    """a^e mod m by repeated squaring."""
    base, exponent, modulus = dice.coded_between(2, 199), dice.coded_between(20, 999), dice.coded_between(11, 499)
    powers = [(1, base % modulus)]
    steps = [f"Square again and again, modulo {modulus}, starting from ${base} \\equiv {base % modulus} \\pmod{{{modulus}}}$:"]
    lines = []
    while 2 * powers[-1][0] <= exponent:
        n, residue = powers[-1]
        powers.append((2 * n, residue * residue % modulus))
        lines.append(f"- ${base}^{{{2 * n}}} \\equiv {residue}^2 = {residue**2} \\equiv {powers[-1][1]} \\pmod{{{modulus}}}$")
    steps.append("\n".join(lines))
    chosen = [(n, residue) for n, residue in reversed(powers) if exponent & n]
    steps.append(f"In powers of two, ${exponent} = {' + '.join(str(n) for n, _ in chosen)}$.")
    value = chosen[0][1]
    for n, residue in chosen[1:]:
        product = value * residue
        steps.append(
            f"{dice.choice(NEXT)} take in ${base}^{{{n}}}$: ${value} \\cdot {residue} = {product}"
            f" \\equiv {product % modulus} \\pmod{{{modulus}}}$."
        )
        value = product % modulus
    ask = dice.choice(("What is the remainder of ${a}^{{{e}}}$ on division by {m}?", "Compute ${a}^{{{e}}} \\bmod {m}$."))
    return Task(
        title=dice.choice(("A large power, a small remainder", "Repeated squaring", f"Powers modulo {modulus}")),
        question=ask.format(a=base, e=exponent, m=modulus),
        solution="\n\n".join(steps),
        answer=f"${value}$",
        result=value,
        facts={"base": base, "exponent": exponent, "modulus": modulus},
    )


def check_power(task: Task) -> bool:
    """Multiplies one factor after the other."""
    value = 1
    for _ in range(task.facts["exponent"]):
        value = value * task.facts["base"] % task.facts["modulus"]
    return value % task.facts["modulus"] == task.result and task.answer == f"${task.result}$"


def generate_congruences(dice: Dice) -> Task:
    """Two or three remainders, one number."""
    name, place = dice.coded_choice(NAMES), dice.coded_choice(PLACES)
    unit = dice.coded_choice(("coins", "cards", "beads", "stones", "seeds", "tiles", "pages", "eggs"))
    first = dice.coded_between(3, 60)
    second = dice.choice([m for m in range(3, 61) if gcd(m, first) == 1])
    moduli = [first, second]
    if dice.chance(0.5):
        moduli.append(dice.choice([m for m in range(3, 200) if gcd(m, first * second) == 1][:12]))
    remainders = [dice.coded(m) for m in moduli]
    value, step, lines = remainders[0], moduli[0], []
    for modulus, remainder in zip(moduli[1:], remainders[1:], strict=True):
        lines.append(
            f"Numbers that fit so far are ${value} + {step}k$. We need "
            f"${value} + {step}k \\equiv {remainder} \\pmod{{{modulus}}}$, that is ${step % modulus}k \\equiv "
            f"{(remainder - value) % modulus} \\pmod{{{modulus}}}$."
        )
        inverse = pow(step, -1, modulus)
        k = (remainder - value) * inverse % modulus
        lines.append(
            f"Since ${step % modulus} \\cdot {inverse} = {step % modulus * inverse} \\equiv 1 \\pmod{{{modulus}}}$, "
            f"multiplying by {inverse} gives $k \\equiv {(remainder - value) % modulus * inverse} \\equiv {k} "
            f"\\pmod{{{modulus}}}$. "
            f"With $k = {k}$ we reach ${value} + {step} \\cdot {k} = {value + step * k}$."
        )
        value, step = value + step * k, step * modulus
    conditions = " and ".join(
        f"{r} are left over when they are counted in groups of {m}" for m, r in zip(moduli, remainders, strict=True)
    )
    return Task(
        title=dice.choice(("Counting in groups", "Remainders that determine a number", "Simultaneous congruences")),
        question=f"At the {place}, {name} has fewer than {step} {unit}: {conditions}. "
        + dice.choice((f"How many {unit} are there?", f"Find the number of {unit}.")),
        solution="\n\n".join([*lines, f"All solutions differ by multiples of {step}, so below {step} this is the only one."]),
        answer=f"{value} {unit}",
        result=value,
        facts={"moduli": moduli, "remainders": remainders},
    )


def check_congruences(task: Task) -> bool:
    """Tries every number below the product of the moduli."""
    moduli, remainders = task.facts["moduli"], task.facts["remainders"]
    limit = 1
    for modulus in moduli:
        limit *= modulus
    fits = [
        n
        for n in range(remainders[0], limit, moduli[0])
        if all(n % m == r for m, r in zip(moduli[1:], remainders[1:], strict=True))
    ]
    return fits == [task.result] and task.answer.split()[0] == str(task.result)


EUCLID = Family(generate_euclid, check_euclid)
MODULAR_POWER = Family(generate_power, check_power)
CONGRUENCES = Family(generate_congruences, check_congruences)
