r"""jqMath to LaTeX: `x={-b±√{b^2-4ac}}/{2a}`, `∑↙{i=0}↖n i`, `(\table 1,2; 3,4)`.

A recursive-descent parser: braces group, `/` makes a fraction of its two neighbours, `↙` and `↖` put limits below and above.
Source: mathscribe.com/author/jqmath.html.
"""

from __future__ import annotations

import re

from extract.html_symbols import FUNCTIONS, RELATIONS, join, latex_of

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\"[^\"]*\"|\d+(?:\.\d+)?|[A-Za-z]+|\S", re.DOTALL)
_STYLES = {"bo": "mathbf", "it": "mathit", "bi": "boldsymbol", "sc": "mathcal", "fr": "mathfrak", "ov": "overline"}
_SCRIPTS = {"_": "_", "^": "^", "↙": "_", "↖": "^"}
_CLOSING = {"(": ")", "[": "]", "{": "}"}
MAX_DEPTH = 60
"""Groups inside of each other; deeper ones are read as plain text."""


def jqmath_to_latex(source: str) -> str:
    """`source` as LaTeX; what cannot be parsed stays as it stands."""
    return _Parser(_TOKEN.findall(source)).sequence("")


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        # A run of letters is one name where TeX has a function of that name, else letters side by side.
        self.tokens = [part for token in tokens for part in ([token] if token in FUNCTIONS or not token.isalpha() else token)]
        self.position = 0
        self.depth = 0

    def peek(self) -> str:
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def next(self) -> str:
        self.position += 1
        return self.tokens[self.position - 1]

    def sequence(self, closing: str, stops: str = "") -> str:
        """Everything up to `closing`, which is consumed, or to one of `stops`, which is not."""
        pieces: list[str] = []
        while (token := self.peek()) and token != closing and not (stops and token in stops):
            piece = self.fraction()
            pieces.append(f" {piece} " if piece in RELATIONS else piece)
        if closing and self.peek() == closing:
            self.next()
        return join(pieces).strip()

    def fraction(self) -> str:
        latex = self.factorial()
        while self.peek() == "/":
            self.next()
            latex = f"\\frac{{{_bare(latex)}}}{{{_bare(self.factorial())}}}"
        return latex

    def factorial(self) -> str:
        latex = self.scripted()
        while self.peek() == "!":
            latex += self.next()
        return latex

    def scripted(self) -> str:
        latex = self.primary()
        while (mark := self.peek()) in _SCRIPTS:
            self.next()
            latex += f"{_SCRIPTS[mark]}{{{_bare(self.primary())}}}"
        return latex

    def primary(self) -> str:
        if not self.peek():
            return ""
        token = self.next()
        if token in _CLOSING and self.depth < MAX_DEPTH:
            return self.group(token)
        if token == "√":
            degree = ""
            if self.peek() == "^":
                self.next()
                degree = f"[{_bare(self.primary())}]"
            return f"\\sqrt{degree}{{{_bare(self.scripted())}}}"
        if token.startswith('"'):
            return f"\\text{{{token[1:-1]}}}"
        if token.startswith("\\"):
            return self.command(token[1:])
        return f"\\{token}" if token in FUNCTIONS else token if token.isascii() else latex_of(token)

    def group(self, opening: str) -> str:
        self.depth += 1
        if self.peek() == "\\table":
            self.next()
            latex = self.table(opening)
        else:
            inner = self.sequence(_CLOSING[opening])
            latex = f"{{{inner}}}" if opening == "{" else f"{opening}{inner}{_CLOSING[opening]}"
        self.depth -= 1
        return latex

    def table(self, opening: str) -> str:
        """Cells between commas, rows between semicolons."""
        closing = _CLOSING[opening]
        rows: list[list[str]] = [[]]
        separator = ","
        while separator in (",", ";"):
            if separator == ";":
                rows.append([])
            rows[-1].append(self.sequence("", stops=f",;{closing}"))
            separator = self.next() if self.peek() else closing
        environment = {"(": "pmatrix", "[": "bmatrix"}.get(opening, "matrix")
        body = r" \\ ".join(" & ".join(row) for row in rows)
        return f"\\begin{{{environment}}} {body} \\end{{{environment}}}"

    def command(self, name: str) -> str:
        if name in _STYLES:
            return f"\\{_STYLES[name]}{{{_bare(self.primary())}}}"
        if name == "text" and self.peek().startswith('"'):
            return self.primary()
        return f"\\{name}"


def _bare(latex: str) -> str:
    """A group's content without its braces."""
    if not latex.startswith("{") or not latex.endswith("}"):
        return latex
    depth = 0
    for index, char in enumerate(latex):
        depth += {"{": 1, "}": -1}.get(char, 0)
        if depth == 0:
            return latex[1:-1] if index == len(latex) - 1 else latex
    return latex
