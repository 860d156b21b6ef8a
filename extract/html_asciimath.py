"""AsciiMath to LaTeX: `sum_(i=1)^n i^3=((n(n+1))/2)^2`.

A recursive-descent parser over the grammar of asciimath.org: simple expressions, scripts, fractions, matrices.
"""

from __future__ import annotations

import re

_SYMBOLS = {
    "+-": r"\pm", "-+": r"\mp", "*": r"\cdot", "**": "*", "***": r"\star", "//": "/", "xx": r"\times", "-:": r"\div",
    "@": r"\circ", "o+": r"\oplus", "ox": r"\otimes",
    "^^": r"\wedge", "vv": r"\vee", "nn": r"\cap", "uu": r"\cup", "!=": r"\neq", "<=": r"\leq", ">=": r"\geq", "-<": r"\prec",
    ">-": r"\succ", "in": r"\in", "!in": r"\notin",
    "sub": r"\subset", "sup": r"\supset", "sube": r"\subseteq", "supe": r"\supseteq", "-=": r"\equiv", "~=": r"\cong",
    "~~": r"\approx", "prop": r"\propto", "and": r"\text{ and }",
    "or": r"\text{ or }", "not": r"\neg", "=>": r"\Rightarrow", "<=>": r"\Leftrightarrow", "AA": r"\forall", "EE": r"\exists",
    "_|_": r"\perp", "TT": r"\top", "|--": r"\vdash",
    "|==": r"\models", "int": r"\int", "oint": r"\oint", "del": r"\partial", "grad": r"\nabla", "O/": r"\emptyset",
    "oo": r"\infty", "aleph": r"\aleph", "...": r"\dots", "cdots": r"\cdots",
    "/_": r"\angle", ":.": r"\therefore", "->": r"\to", "rarr": r"\to", "larr": r"\leftarrow", "harr": r"\leftrightarrow",
    "rArr": r"\Rightarrow", "lArr": r"\Leftarrow", "hArr": r"\Leftrightarrow",
    "|->": r"\mapsto", "quad": r"\quad", "CC": r"\mathbb{C}", "NN": r"\mathbb{N}", "QQ": r"\mathbb{Q}", "RR": r"\mathbb{R}",
    "ZZ": r"\mathbb{Z}", "lim": r"\lim", "sum": r"\sum", "prod": r"\prod",
    "nnn": r"\bigcap", "uuu": r"\bigcup", "^^^": r"\bigwedge", "vvv": r"\bigvee", "<": "<", ">": ">", "if": r"\text{ if }",
    "diamond": r"\diamond", "square": r"\square", "setminus": r"\setminus",
    "|__": r"\lfloor", "__|": r"\rfloor", "|~": r"\lceil", "~|": r"\rceil", "dx": "dx", "dy": "dy", "dz": "dz", "dt": "dt",
}  # fmt: skip
_GREEK = [
    "alpha",
    "beta",
    "gamma",
    "Gamma",
    "delta",
    "Delta",
    "epsilon",
    "varepsilon",
    "zeta",
    "eta",
    "theta",
    "Theta",
    "vartheta",
    "iota",
    "kappa",
    "lambda",
    "Lambda",
    "mu",
    "nu",
    "xi",
    "Xi",
    "pi",
    "Pi",
    "rho",
    "sigma",
    "Sigma",
    "tau",
    "upsilon",
    "phi",
    "Phi",
    "varphi",
    "chi",
    "psi",
    "Psi",
    "omega",
    "Omega",
]
_FUNCTIONS = [
    "sin",
    "cos",
    "tan",
    "sec",
    "csc",
    "cot",
    "arcsin",
    "arccos",
    "arctan",
    "sinh",
    "cosh",
    "tanh",
    "exp",
    "log",
    "ln",
    "det",
    "dim",
    "gcd",
    "min",
    "max",
    "ker",
    "Pr",
]
_UNARY = {
    "sqrt": "sqrt", "hat": "hat", "bar": "overline", "overline": "overline", "vec": "vec", "dot": "dot", "ddot": "ddot",
    "tilde": "tilde", "ul": "underline", "underline": "underline",
    "ubrace": "underbrace", "obrace": "overbrace", "bb": "mathbf", "bbb": "mathbb", "cc": "mathcal", "tt": "mathtt",
    "fr": "mathfrak", "sf": "mathsf", "cancel": "cancel",
}  # fmt: skip
_BINARY = {"frac": r"\frac", "root": r"\sqrt", "stackrel": r"\stackrel", "overset": r"\overset", "underset": r"\underset"}
_OPEN = {"(": "(", "[": "[", "{": r"\{", "(:": r"\langle", "<<": r"\langle", "{:": "."}
_CLOSE = {")": ")", "]": "]", "}": r"\}", ":)": r"\rangle", ">>": r"\rangle", ":}": "."}
_WORDS = sorted(
    [
        *_SYMBOLS,
        *_GREEK,
        *_FUNCTIONS,
        *_UNARY,
        *_BINARY,
        *_OPEN,
        *_CLOSE,
        "text",
        "mbox",
        "abs",
        "norm",
        "floor",
        "ceil",
        "_",
        "^",
        "/",
        "|",
        ",",
    ],
    key=lambda word: (-len(word), word),
)
_TOKEN = re.compile(r'\s*(?:("[^"]*")|(\d+(?:\.\d+)?)|(' + "|".join(map(re.escape, _WORDS)) + r")|(\\.|.))", re.DOTALL)
MAX_DEPTH = 60


def asciimath_to_latex(source: str) -> str:
    """LaTeX of an AsciiMath expression; never raises."""
    return _Parser(source).expression(0).strip()


class _Parser:
    def __init__(self, source: str) -> None:
        self.tokens = [next(group for group in match.groups() if group is not None) for match in _TOKEN.finditer(source.strip())]
        self.position = 0

    def peek(self) -> str:
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.position += 1
        return token

    def expression(self, depth: int, closing: bool = False) -> str:
        """Terms until the end, or until a bracket closes."""
        parts: list[str] = []
        while self.peek() and not (closing and self.peek() in _CLOSE):
            parts.append(self.term(depth))
        return " ".join(part for part in parts if part)

    def term(self, depth: int) -> str:
        """A scripted expression, or a fraction of two."""
        numerator, group = self.scripted(depth)
        if self.peek() == "/":
            self.take()
            denominator, below = self.scripted(depth)
            return f"\\frac{{{group or numerator}}}{{{below or denominator}}}"
        return numerator

    def scripted(self, depth: int) -> tuple[str, str]:
        """An expression with its scripts; and, of a bare bracket, what it holds."""
        latex, group = self.simple(depth)
        for mark in ("_", "^"):
            if self.peek() == mark:
                self.take()
                script, inner = self.simple(depth)
                latex, group = f"{latex}{mark}{{{inner or script}}}", ""
        return latex, group

    def simple(self, depth: int) -> tuple[str, str]:
        token = self.take()
        if depth > MAX_DEPTH:
            return token, ""
        if token in _OPEN:
            return self.bracket(token, depth)
        if token == "|":
            return "|", ""
        if token.startswith('"'):
            return f"\\text{{{token[1:-1]}}}", ""
        if token in ("text", "mbox"):
            return f"\\text{{{self.raw_group()}}}", ""
        if token in _UNARY:
            latex, group = self.simple(depth + 1)
            return f"\\{_UNARY[token]}{{{group or latex}}}", ""
        if token in ("abs", "norm", "floor", "ceil"):
            latex, group = self.simple(depth + 1)
            left, right = {
                "abs": ("|", "|"),
                "norm": (r"\|", r"\|"),
                "floor": (r"\lfloor ", r" \rfloor"),
                "ceil": (r"\lceil ", r" \rceil"),
            }[token]
            return f"{left}{group or latex}{right}", ""
        if token in _BINARY:
            return self.binary(token, depth)
        if token in _GREEK or token in _FUNCTIONS:
            return f"\\{token}", ""
        return _SYMBOLS.get(token, token), ""

    def binary(self, token: str, depth: int) -> tuple[str, str]:
        (first, first_group), (second, second_group) = self.simple(depth + 1), self.simple(depth + 1)
        first, second = first_group or first, second_group or second
        return (f"\\sqrt[{first}]{{{second}}}" if token == "root" else f"{_BINARY[token]}{{{first}}}{{{second}}}"), ""

    def bracket(self, opening: str, depth: int) -> tuple[str, str]:
        """`(...)` and its content; `[[a,b],[c,d]]` as a matrix."""
        start = self.position
        rows = self.matrix_rows(depth) if opening in "([{" and self.peek() in ("[", "(") else None
        if rows:
            closing = self.take()
            environment = {"(": "pmatrix", "[": "bmatrix", "{": "cases"}[opening] if closing in _CLOSE else "matrix"
            body = r" \\ ".join(" & ".join(row) for row in rows)
            return f"\\begin{{{environment}}} {body} \\end{{{environment}}}", ""
        self.position = start
        content = self.expression(depth + 1, closing=True)
        closing = self.take() if self.peek() in _CLOSE else ""
        left, right = _OPEN[opening], _CLOSE.get(closing, "")
        if "." in (left, right) or "\\frac" in content:
            return f"\\left{left} {content} \\right{right or '.'}", content
        return f"{left}{content}{right}", content

    def matrix_rows(self, depth: int) -> list[list[str]] | None:
        """Rows of equal length in brackets, separated by commas; None where it is something else."""
        rows: list[list[str]] = []
        while self.peek() in ("[", "("):
            self.take()
            cells: list[str] = []
            cell: list[str] = []
            while self.peek() and self.peek() not in _CLOSE:
                if self.peek() == ",":
                    self.take()
                    cells.append(" ".join(cell))
                    cell = []
                else:
                    cell.append(self.term(depth + 1))
            self.take()
            rows.append([*cells, " ".join(cell)])
            if self.peek() != ",":
                break
            self.take()
        regular = len(rows) > 1 and len({len(row) for row in rows}) == 1 and self.peek() in _CLOSE
        return rows if regular else None

    def raw_group(self) -> str:
        if self.peek() not in _OPEN:
            return self.take()
        self.take()
        words = []
        while self.peek() and self.peek() not in _CLOSE:
            words.append(self.take())
        self.take()
        return " ".join(words)
