"""Linear equations, systems of them, and polynomials, with every line of the derivation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations

from synth.dice import Dice
from synth.phrases import SO
from synth.task import Family, Task

Row = list[int]
"""Coefficients of an equation, its right side last; of a polynomial, the constant first."""

LETTERS = ("x", "y", "z", "t", "u", "n", "k", "m")


def term(coefficient: int, symbol: str) -> str:
    """3x, -x, x; a bare number where `symbol` is empty."""
    if not symbol:
        return str(coefficient)
    return {1: symbol, -1: f"-{symbol}"}.get(coefficient, f"{coefficient}{symbol}")


def sum_of_terms(terms: Sequence[tuple[int, str]]) -> str:
    """Terms joined by their signs; those with coefficient 0 are left out; 0 where none is left."""
    text = ""
    for coefficient, symbol in terms:
        if coefficient == 0:
            continue
        if not text:
            text = term(coefficient, symbol)
        else:
            text += f" {'+' if coefficient > 0 else '-'} {term(abs(coefficient), symbol)}"
    return text or "0"


def number(value: Fraction | int) -> str:
    """A fraction in LaTeX, a whole number plain."""
    value = Fraction(value)
    if value.denominator == 1:
        return str(value.numerator)
    return f"{'-' if value < 0 else ''}\\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"


def in_brackets(value: Fraction | int) -> str:
    """(-3) where a sign would collide with an operator."""
    return f"\\left({number(value)}\\right)" if value < 0 or Fraction(value).denominator > 1 else number(value)


def generate_equation(dice: Dice) -> Task:
    """a(x + b) + c = dx + e"""
    x = dice.coded_choice(LETTERS)
    a, b, c = dice.coded_between(2, 25), dice.coded_between(1, 60), dice.coded_between(1, 90)
    d, e = dice.coded_between(-40, 1), dice.coded_between(-200, 200)
    b *= dice.choice((1, -1))
    c *= dice.choice((1, -1))
    value = Fraction(e - a * b - c, a - d)
    steps = [
        f"Expand the bracket: ${sum_of_terms([(a, x), (a * b, ''), (c, '')])} = {sum_of_terms([(d, x), (e, '')])}$.",
        f"Collect the numbers on the left: ${sum_of_terms([(a, x), (a * b + c, '')])} = {sum_of_terms([(d, x), (e, '')])}$.",
        f"Bring the terms with ${x}$ to one side: ${sum_of_terms([(a - d, x), (a * b + c, '')])} = {e}$.",
        f"Bring the numbers to the other: ${term(a - d, x)} = {sum_of_terms([(e, ''), (-a * b - c, '')])} = {e - a * b - c}$.",
    ]
    if a - d != 1:
        steps.append(f"Divide by ${a - d}$: ${x} = \\frac{{{e - a * b - c}}}{{{a - d}}} = {number(value)}$.")
    left = f"{a} \\cdot \\left({number(value)} {'+' if b > 0 else '-'} {abs(b)}\\right) {'+' if c > 0 else '-'} {abs(c)}"
    right = f"{d} \\cdot {in_brackets(value)} {'+' if e >= 0 else '-'} {abs(e)}"
    steps.append(f"Check: ${left} = {number(a * (value + b) + c)}$ and ${right} = {number(d * value + e)}$.")
    equation = f"{a}({sum_of_terms([(1, x), (b, '')])}) {'+' if c > 0 else '-'} {abs(c)} = {sum_of_terms([(d, x), (e, '')])}"
    ask = dice.choice(("Solve for ${x}$:", "Find the number ${x}$ that satisfies", "Which ${x}$ makes the two sides equal?"))
    return Task(
        title=dice.choice(("A linear equation", f"Solving for {x}", "One unknown on both sides")),
        question=f"{ask.format(x=x)}\n\n$${equation}$$",
        solution="\n\n".join(steps),
        answer=f"${x} = {number(value)}$",
        result=(value.numerator, value.denominator),
        values={x: value},
        facts={"a": a, "b": b, "c": c, "d": d, "e": e},
    )


def check_equation(task: Task) -> bool:
    """Puts the answer into both sides; two different slopes make it the only one."""
    x, f = Fraction(*task.result), task.facts
    return f["a"] != f["d"] and f["a"] * (x + f["b"]) + f["c"] == f["d"] * x + f["e"] and f"= {number(x)}$" in task.answer


def generate_system(dice: Dice) -> Task:
    """Two or three equations with a whole solution, by elimination."""
    size = dice.choice((2, 2, 3))
    symbols = [f"{letter}" for letter in ("x", "y", "z")[:size]]
    solution = [dice.coded_between(-30, 30), dice.coded_between(-30, 30), dice.between(-12, 12)][:size]
    coded = [dice.coded_between(2, 12), dice.coded_between(2, 12), dice.coded_between(1, 12)]
    while True:
        matrix = [[dice.nonzero(-9, 9) for _ in range(size)] for _ in range(size)]
        matrix[0][0], matrix[1][0], matrix[0][1] = coded
        if determinant(matrix) and _pivots_without_swaps(matrix):
            break
    rows = [[*row, sum(c * s for c, s in zip(row, solution, strict=True))] for row in matrix]
    steps = _eliminate(rows, symbols)
    values = ", ".join(f"{symbol} = {value}" for symbol, value in zip(symbols, solution, strict=True))
    ask = dice.choice(("Solve the system of equations.", "Find all numbers that satisfy these equations together.", "Solve:"))
    return Task(
        title=dice.choice((f"{size} equations, {size} unknowns", "A system of linear equations", "Elimination")),
        question=f"{ask}\n\n{_display(rows, symbols)}",
        solution="\n\n".join(steps),
        answer=f"${values}$",
        result=tuple(solution),
        values=dict(zip(symbols, map(Fraction, solution), strict=True)),
        facts={"rows": rows},
    )


def check_system(task: Task) -> bool:
    """The values satisfy every equation, and the determinant says that nothing else does."""
    rows = task.facts["rows"]
    fits = all(sum(c * v for c, v in zip(row, task.result, strict=False)) == row[-1] for row in rows)
    printed = [int(value) for value in re.findall(r"= (-?\d+)", task.answer)] == list(task.result)
    return fits and printed and determinant([row[:-1] for row in rows]) != 0


def determinant(matrix: Sequence[Sequence[int]]) -> int:
    """By Leibniz's sum over permutations."""
    total = 0
    for order in permutations(range(len(matrix))):
        sign = 1
        for i in range(len(order)):
            sign *= -1 if sum(order[j] > order[i] for j in range(i)) % 2 else 1
        product = sign
        for row, column in zip(matrix, order, strict=True):
            product *= row[column]
        total += product
    return total


def _pivots_without_swaps(matrix: list[Row]) -> bool:
    return all(determinant([row[:k] for row in matrix[:k]]) for k in range(1, len(matrix) + 1))


def _equation(row: Row, symbols: Sequence[str]) -> str:
    return f"{sum_of_terms(list(zip(row[:-1], symbols, strict=True)))} = {row[-1]}"


def _display(rows: Sequence[Row], symbols: Sequence[str]) -> str:
    lines = " \\\\\n".join(f"{_equation(row, symbols)} & \\quad \\text{{({i})}}" for i, row in enumerate(rows, 1))
    return f"$$\\begin{{aligned}}\n{lines}\n\\end{{aligned}}$$"


def _eliminate(rows: Sequence[Row], symbols: Sequence[str]) -> list[str]:
    """The printed steps of Gaussian elimination in whole numbers, then of back substitution."""
    work, steps, size = [list(row) for row in rows], [], len(rows)
    for k in range(size):
        for i in range(k + 1, size):
            p, q = work[k][k], work[i][k]
            if q == 0:
                continue
            work[i] = [p * lower - q * upper for upper, lower in zip(work[k], work[i], strict=True)]
            steps.append(
                f"Eliminate ${symbols[k]}$ from equation ({i + 1}): ${p}$ times ({i + 1}) minus ${in_brackets(q)}$ times "
                f"({k + 1}) gives ${_equation(work[i], symbols)}$; call this ({i + 1}) from now on."
            )
    values: list[Fraction] = [Fraction(0)] * size
    for k in reversed(range(size)):
        known = sum((work[k][j] * values[j] for j in range(k + 1, size)), Fraction(0))
        values[k] = (work[k][-1] - known) / work[k][k]
        inserted = " ".join(f"- {in_brackets(work[k][j])} \\cdot {in_brackets(values[j])}" for j in range(k + 1, size))
        right = f"{work[k][-1]} {inserted}".strip()
        shown = f"{right} = {number(work[k][-1] - known)}" if inserted else right
        last = f", so ${symbols[k]} = {number(values[k])}$" if work[k][k] != 1 else ""
        steps.append(f"{SO[k % len(SO)]} from ({k + 1}): ${term(work[k][k], symbols[k])} = {shown}${last}.")
    return steps


def generate_polynomial(dice: Dice) -> Task:
    """Expand a product, differentiate it, evaluate the derivative."""
    x = dice.coded_choice(("x", "t", "u", "s"))
    factors = [
        [dice.coded_between(1, 30), dice.coded_between(2, 12)],
        [dice.coded_between(1, 30), dice.between(-6, 6), dice.coded_between(1, 9)],
    ]
    factors[0][0] *= dice.choice((1, -1))
    factors[1][0] *= dice.choice((1, -1))
    if dice.chance(0.4):
        factors.append([dice.nonzero(-9, 9), dice.nonzero(-5, 5)])
    point = dice.nonzero(-5, 5)
    product, steps = factors[0], []
    for factor in factors[1:]:
        steps.append(_expansion(product, factor, x))
        product = multiply(product, factor)
    slope = [power * coefficient for power, coefficient in enumerate(product)][1:]
    value = sum(coefficient * point**power for power, coefficient in enumerate(slope))
    steps.append(
        f"Differentiate term by term with $({x}^n)' = n{x}^{{n-1}}$: $p'({x}) = {polynomial(slope, x)}$."
        if dice.chance(0.5)
        else f"By the power rule, $p'({x}) = {polynomial(slope, x)}$."
    )
    terms = " + ".join(
        f"{in_brackets(c)} \\cdot {in_brackets(point)}^{{{n}}}" if n else in_brackets(c)
        for n, c in reversed(list(enumerate(slope)))
        if c
    )
    steps.append(f"At ${x} = {point}$ this is ${terms} = {value}$.")
    shown = "".join(f"({polynomial(factor, x)})" for factor in factors)
    return Task(
        title=dice.choice(("Expand and differentiate", "A product and its slope", "The derivative of a polynomial")),
        question=f"Let $p({x}) = {shown}$. "
        + dice.choice(("Expand $p$, and find", "Write $p$ as a sum of powers and compute", "Expand the product; then determine"))
        + f" $p'({x})$ and its value at ${x} = {point}$.",
        solution="\n\n".join(steps),
        answer=f"$p({x}) = {polynomial(product, x)}$ and $p'({point}) = {value}$",
        result=(tuple(product), value),
        values={x: Fraction(point)},
        facts={"factors": factors, "point": point, "symbol": x},
    )


def check_polynomial(task: Task) -> bool:
    """Compares values at degree + 1 points, and the slope by dual numbers through the factors."""
    coefficients, slope = task.result
    factors, point = task.facts["factors"], task.facts["point"]
    same = all(sum(c * at**n for n, c in enumerate(coefficients)) == _dual(factors, at)[0] for at in range(-1, len(coefficients)))
    printed = f"= {polynomial(coefficients, task.facts['symbol'])}$" in task.answer and task.answer.endswith(f"= {slope}$")
    return same and printed and _dual(factors, point)[1] == slope


def multiply(left: Sequence[int], right: Sequence[int]) -> list[int]:
    result = [0] * (len(left) + len(right) - 1)
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            result[i + j] += a * b
    return result


def polynomial(coefficients: Sequence[int], x: str) -> str:
    """Highest power first."""
    symbols = ["", x, *(f"{x}^{n}" for n in range(2, len(coefficients)))][: len(coefficients)]
    return sum_of_terms(list(zip(coefficients, symbols, strict=True))[::-1])


def _expansion(left: Sequence[int], right: Sequence[int], x: str) -> str:
    parts = []
    for power, coefficient in reversed(list(enumerate(left))):
        if coefficient:
            piece = multiply([0] * power + [coefficient], right)
            symbol = {0: "", 1: x}.get(power, f"{x}^{power}")
            parts.append(f"- ${term(coefficient, symbol)} \\cdot ({polynomial(right, x)}) = {polynomial(piece, x)}$")
    whole = polynomial(multiply(left, right), x)
    return (
        f"Multiply $({polynomial(left, x)})({polynomial(right, x)})$ out:\n\n" + "\n".join(parts) + f"\n\nThe sum is ${whole}$."
    )


def _dual(factors: Sequence[Sequence[int]], at: int) -> tuple[int, int]:
    """Value and derivative of the product at `at`: (a + b e)(c + d e) = ac + (ad + bc) e."""
    value, slope = 1, 0
    for factor in factors:
        here, there = 0, 0
        for coefficient in reversed(factor):
            here, there = here * at + coefficient, there * at + here
        value, slope = value * here, slope * here + value * there
    return value, slope


LINEAR_EQUATION = Family(generate_equation, check_equation)
LINEAR_SYSTEM = Family(generate_system, check_system)
POLYNOMIAL = Family(generate_polynomial, check_polynomial)
