r"""Do the equalities of numbers that a text prints hold? A check of the worked steps, not only of the answer.

Reads every formula of the text; a chain such as `3 \cdot 4 = 12 = 24 / 2` is evaluated with exact fractions, and one with
`\equiv ... \pmod{m}` modulo m. Unknowns whose values are given are put in; sides with other letters are skipped: what it cannot
read is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from corpus.markup import spans

_TOKEN = re.compile(r"\s*(?:(\d+)|(\\frac|\\times|\\cdot|\\binom|[-+*/^(){}!]|[a-z](?![a-z'])))")
_NOISE = re.compile(r"\\(?:left|right|,|;|!|quad|qquad|displaystyle)(?![a-zA-Z])|\\ |&")
_MODULUS = re.compile(r"\\pmod\{(\d+)\}")
MAX_EXPONENT = 64


class _UnreadableError(ValueError):
    """The side is not an expression of plain numbers."""


NO_VALUES: Mapping[str, Fraction] = {}


def false_equalities(text: str, *, values: Mapping[str, Fraction] = NO_VALUES) -> list[str]:
    """The equalities of `text` that are wrong, as printed; `values` are those of its unknowns (single letters)."""
    wrong = []
    for span in spans(text):
        if span.kind in ("display", "inline"):
            for line in re.split(r"\\\\|\\text\{[^{}]*\}|\\begin\{[a-z*]+\}|\\end\{[a-z*]+\}|,(?!\d)", span.body):
                if not holds(line, values=values):
                    wrong.append(line.strip())
    return wrong


def holds(chain: str, *, values: Mapping[str, Fraction] = NO_VALUES) -> bool:
    """Whether all sides of `chain` that are plain numbers are equal (modulo its modulus, if it has one)."""
    modulus = _MODULUS.search(chain)
    sides = re.split(r"=|\\equiv", _MODULUS.sub("", chain))
    if any(sign in chain for sign in ("\\ne", "\\le", "\\ge", "<", ">", "\\approx", "\\mid", "|")):
        return True
    known = [value for side in sides if (value := evaluate(side, values=values)) is not None]
    if modulus:
        return len({value % int(modulus[1]) for value in known}) <= 1
    return len(set(known)) <= 1


def evaluate(latex: str, *, values: Mapping[str, Fraction] = NO_VALUES) -> Fraction | None:
    """The value of an arithmetic expression in LaTeX; None where it is anything else."""
    source = _NOISE.sub(" ", latex).strip()
    tokens, position = [], 0
    while position < len(source):
        match = _TOKEN.match(source, position)
        if match is None:
            return None
        tokens.append(match[1] or match[2])
        position = match.end()
    if not tokens:
        return None
    try:
        reader = _Reader(tokens, values)
        value = reader.sum()
    except (_UnreadableError, ZeroDivisionError):
        return None
    return value if reader.at_end() else None


class _Reader:
    """Recursive descent over sums, products, powers and atoms."""

    def __init__(self, tokens: list[str], values: Mapping[str, Fraction]) -> None:
        self._tokens = tokens
        self._values = values
        self._position = 0

    def at_end(self) -> bool:
        return self._position >= len(self._tokens)

    def _peek(self) -> str:
        return "" if self.at_end() else self._tokens[self._position]

    def _take(self, expected: str = "") -> str:
        token = self._peek()
        if not token or (expected and token != expected):
            raise _UnreadableError(token)
        self._position += 1
        return token

    def sum(self) -> Fraction:
        value = self._product()
        while self._peek() in ("+", "-"):
            value = value + self._product() if self._take() == "+" else value - self._product()
        return value

    def _product(self) -> Fraction:
        value = self._signed()
        while True:
            token = self._peek()
            if token in ("\\times", "\\cdot", "*"):
                self._take()
                value *= self._signed()
            elif token == "/":
                self._take()
                value /= self._signed()
            elif token in ("(", "\\frac", "\\binom") or token.isalpha():
                value *= self._power()
            else:
                return value

    def _signed(self) -> Fraction:
        if self._peek() == "-":
            self._take()
            return -self._signed()
        return self._power()

    def _power(self) -> Fraction:
        base = self._atom()
        if self._peek() == "!":
            self._take()
            return _factorial(base)
        if self._peek() != "^":
            return base
        self._take()
        exponent = self._group() if self._peek() == "{" else self._digit()
        if exponent.denominator != 1 or abs(exponent) > MAX_EXPONENT:
            raise _UnreadableError("exponent")
        return base ** int(exponent)

    def _digit(self) -> Fraction:
        """`2^10` in LaTeX is 2 to the 1, then 0: refuse it rather than guess."""
        token = self._take()
        if not token.isdigit() or len(token) > 1:
            raise _UnreadableError(token)
        return Fraction(int(token))

    def _group(self) -> Fraction:
        self._take("{")
        value = self.sum()
        self._take("}")
        return value

    def _atom(self) -> Fraction:
        token = self._take()
        if token.isdigit():
            return Fraction(int(token))
        if token in self._values:
            return self._values[token]
        if token == "(":
            value = self.sum()
            self._take(")")
            return value
        if token == "\\frac":
            return self._group() / self._group()
        if token == "\\binom":
            return _binomial(self._group(), self._group())
        raise _UnreadableError(token)


def _factorial(value: Fraction) -> Fraction:
    if value.denominator != 1 or not 0 <= value <= 170:
        raise _UnreadableError("factorial")
    product = 1
    for factor in range(2, int(value) + 1):
        product *= factor
    return Fraction(product)


def _binomial(n: Fraction, k: Fraction) -> Fraction:
    if not 0 <= k <= n <= 170:
        raise _UnreadableError("binomial")
    return _factorial(n) / (_factorial(k) * _factorial(n - k))
