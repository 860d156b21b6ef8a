r"""AsciiMath to LaTeX: `sum_(i=1)^n i^3=((n(n+1))/2)^2`.

A recursive-descent parser over the grammar of asciimath.org: simple expressions, scripts, fractions, matrices.
"""

from __future__ import annotations

import re

from extract.html_tree import words

_SYMBOLS = {
    "+-": r"\pm", "-+": r"\mp", "*": r"\cdot", "**": "*", "***": r"\star", "//": "/", "\\\\": r"\setminus", "xx": r"\times",
    "-:": r"\div", "divide": r"\div", "|><": r"\ltimes", "><|": r"\rtimes", "|><|": r"\bowtie", "@": r"\circ", "o+": r"\oplus",
    "ox": r"\otimes", "o.": r"\odot",
    "^^": r"\wedge", "vv": r"\vee", "nn": r"\cap", "uu": r"\cup", "!=": r"\neq", "ne": r"\neq", "<=": r"\leq", ">=": r"\geq",
    "le": r"\leq", "ge": r"\geq", "lt": "<", "gt": ">", "mlt": r"\ll", "mgt": r"\gg",
    "-<": r"\prec", ">-": r"\succ", "-<=": r"\preceq", ">-=": r"\succeq", "in": r"\in", "!in": r"\notin",
    "sub": r"\subset", "sup": r"\supset", "sube": r"\subseteq", "supe": r"\supseteq", "!sub": r"\not\subset",
    "!sube": r"\nsubseteq",
    "-=": r"\equiv", "~=": r"\cong", "~~": r"\approx", "~": r"\sim", "prop": r"\propto", "and": r"\text{ and }",
    "or": r"\text{ or }", "not": r"\neg", "=>": r"\Rightarrow", "<=>": r"\Leftrightarrow", "AA": r"\forall", "EE": r"\exists",
    "_|_": r"\perp", "TT": r"\top", "|--": r"\vdash", "|==": r"\models", "del": r"\partial", "grad": r"\nabla",
    "O/": r"\emptyset",
    "oo": r"\infty", "...": r"\dots", "/_": r"\angle", "/_\\": r"\triangle", ":.": r"\therefore", ":'": r"\because", "->": r"\to",
    ">->": r"\rightarrowtail", "->>": r"\twoheadrightarrow", "uarr": r"\uparrow", "darr": r"\downarrow",
    "rarr": r"\to", "larr": r"\leftarrow", "harr": r"\leftrightarrow", "rArr": r"\Rightarrow", "lArr": r"\Leftarrow",
    "hArr": r"\Leftrightarrow", "|->": r"\mapsto", "CC": r"\mathbb{C}", "NN": r"\mathbb{N}", "QQ": r"\mathbb{Q}",
    "RR": r"\mathbb{R}",
    "ZZ": r"\mathbb{Z}", "nnn": r"\bigcap", "uuu": r"\bigcup", "^^^": r"\bigwedge", "vvv": r"\bigvee", "if": r"\text{ if }",
    "ast": "*", "lamda": r"\lambda", "mod": r"\bmod", "||": r"\|", "prime": "'", "dx": "dx", "dy": "dy", "dz": "dz", "dt": "dt",
}  # fmt: skip
_SAME_IN_LATEX = words(
    """
    alpha beta gamma Gamma delta Delta epsilon varepsilon zeta eta theta Theta vartheta iota kappa lambda Lambda mu nu xi Xi
    pi Pi rho sigma Sigma tau upsilon phi Phi varphi chi psi Psi omega Omega setminus cdot star times ltimes rtimes bowtie
    div circ oplus otimes odot sum prod wedge bigwedge vee bigvee cap bigcap cup bigcup leq geq prec succ preceq succeq
    notin subset supset subseteq supseteq equiv cong approx sim propto neg implies iff forall exists bot top vdash models
    int oint partial nabla pm emptyset infty aleph ldots cdots vdots ddots quad qquad angle triangle diamond square
    therefore because frown hbar to mapsto uparrow downarrow rightarrow leftarrow leftrightarrow Rightarrow Leftarrow
    Leftrightarrow twoheadrightarrow rightarrowtail lim
    """
)
_FUNCTIONS = words("sin cos tan sec csc cot arcsin arccos arctan sinh cosh tanh coth exp log ln det dim gcd min max ker Pr")
_NAMED = words("lcm lub glb sech csch Lim")
"""Functions without a command of their own in LaTeX."""
_UNARY = {
    "sqrt": "sqrt", "hat": "hat", "bar": "overline", "overline": "overline", "vec": "vec", "dot": "dot", "ddot": "ddot",
    "tilde": "tilde", "ul": "underline", "underline": "underline", "ubrace": "underbrace", "underbrace": "underbrace",
    "obrace": "overbrace", "overbrace": "overbrace", "bb": "mathbf", "mathbf": "mathbf", "bbb": "mathbb", "mathbb": "mathbb",
    "cc": "mathcal", "mathcal": "mathcal", "tt": "mathtt", "mathtt": "mathtt", "fr": "mathfrak", "mathfrak": "mathfrak",
    "sf": "mathsf", "mathsf": "mathsf", "cancel": "cancel",
}  # fmt: skip
_AROUND = {"abs": ("|", "|"), "norm": (r"\|", r"\|"), "floor": (r"\lfloor ", r" \rfloor"), "ceil": (r"\lceil ", r" \rceil")}
_BINARY = {"frac": r"\frac", "root": r"\sqrt", "stackrel": r"\stackrel", "overset": r"\overset", "underset": r"\underset"}
_STYLED = words("color class id")
"""Commands whose first argument shows nothing."""
_OPEN = {
    "(": "(", "[": "[", "{": r"\{", "(:": r"\langle ", "<<": r"\langle ", "langle": r"\langle ", "{:": ".", "|__": r"\lfloor ",
    "lfloor": r"\lfloor ", "|~": r"\lceil ", "lceil": r"\lceil ",
}  # fmt: skip
_CLOSE = {
    ")": ")", "]": "]", "}": r"\}", ":)": r" \rangle", ">>": r" \rangle", "rangle": r" \rangle", ":}": ".", "__|": r" \rfloor",
    "rfloor": r" \rfloor", "~|": r" \rceil", "rceil": r" \rceil",
}  # fmt: skip
_MATRICES = {"(": "pmatrix", "[": "bmatrix", "{": "cases", "|": "vmatrix"}
_WORDS = sorted(
    {
        *_SYMBOLS, *_SAME_IN_LATEX, *_FUNCTIONS, *_NAMED, *_UNARY, *_AROUND, *_BINARY, *_STYLED, *_OPEN, *_CLOSE,
        "_", "^", "/", "|", ",",
    },
    key=lambda word: (-len(word), word),
)  # fmt: skip
_TOKEN = re.compile(
    r'\s*(?:("[^"]*")|(?:text|mbox)(?:\(([^()]*)\)|\{([^{}]*)\}|\[([^\[\]]*)\])|(\d+(?:\.\d+)?)|(\\[A-Za-z]+)|('
    + "|".join(map(re.escape, _WORDS))
    + r")|(\\.|.))",
    re.DOTALL,
)
_INFIX = frozenset("_^/")
MAX_DEPTH = 60


def asciimath_to_latex(source: str) -> str:
    """LaTeX of an AsciiMath expression; never raises."""
    return re.sub(r" +'", "'", _Parser(source).expression(0).strip())


def _tokens(source: str) -> list[str]:
    """Tokens; quoted text, whatever it was quoted with, stands between double quotes."""
    tokens = []
    for match in _TOKEN.finditer(source.strip()):
        text = next((match[number] for number in (2, 3, 4) if match[number] is not None), None)
        tokens.append(f'"{text}"' if text is not None else next(group for group in match.groups() if group is not None))
    return tokens


class _Parser:
    def __init__(self, source: str) -> None:
        self.tokens = _tokens(source)
        self.position = 0
        self.no_matrices: set[int] = set()
        """Where a matrix was looked for in vain: looking again at every level around would double the time with each."""

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
        """An expression with its scripts and, of a function, its argument; and, of a bare bracket, what it holds."""
        name = self.peek()
        latex, group = self.signed(depth) if self.position and self.tokens[self.position - 1] == "/" else self.simple(depth)
        for mark in ("_", "^"):
            if self.peek() == mark:
                self.take()
                script, inner = self.signed(depth)
                latex, group = f"{latex}{mark}{{{inner or script}}}", ""
        if self.takes_argument(name) and depth < MAX_DEPTH:
            latex, group = f"{latex} {self.scripted(depth + 1)[0]}", ""
        return latex, group

    def takes_argument(self, name: str) -> bool:
        """Whether what follows is the argument of the function just read: sin x, f(x)."""
        following = self.peek()
        if not following or following in _INFIX or following in _CLOSE or following == ",":
            return False
        return name in _FUNCTIONS or name in _NAMED or (name in ("f", "g") and following == "(")

    def signed(self, depth: int) -> tuple[str, str]:
        """What follows `^`, `_` or `/`: there a minus belongs to the number after it."""
        if self.peek() != "-" or depth > MAX_DEPTH:
            return self.simple(depth)
        self.take()
        latex, group = self.simple(depth + 1)
        return f"-{group or latex}", ""

    def simple(self, depth: int) -> tuple[str, str]:
        token = self.take()
        if depth > MAX_DEPTH:
            return token, ""
        if token in _OPEN or (token == "|" and self.peek() in ("[", "(")):
            return self.bracket(token, depth)
        if token.startswith('"'):
            return f"\\text{{{token[1:-1]}}}", ""
        if token in _UNARY:
            latex, group = self.simple(depth + 1)
            return f"\\{_UNARY[token]}{{{_unquoted(group or latex) if 'math' in _UNARY[token] else group or latex}}}", ""
        if token in _AROUND:
            latex, group = self.simple(depth + 1)
            return f"{_AROUND[token][0]}{group or latex}{_AROUND[token][1]}", ""
        if token in _BINARY:
            return self.binary(token, depth)
        if token in _STYLED:
            self.simple(depth + 1)
            return self.simple(depth + 1)
        if token in _SAME_IN_LATEX or token in _FUNCTIONS:
            return f"\\{token}", ""
        return f"\\operatorname{{{token}}}" if token in _NAMED else _SYMBOLS.get(token, token), ""

    def binary(self, token: str, depth: int) -> tuple[str, str]:
        (first, first_group), (second, second_group) = self.simple(depth + 1), self.simple(depth + 1)
        first, second = first_group or first, second_group or second
        return (f"\\sqrt[{first}]{{{second}}}" if token == "root" else f"{_BINARY[token]}{{{first}}}{{{second}}}"), ""

    def bracket(self, opening: str, depth: int) -> tuple[str, str]:
        """`(...)` and its content; `[[a,b],[c,d]]` as a matrix."""
        start = self.position
        is_bar = opening == "|"
        may_be_matrix = opening in _MATRICES and self.peek() in ("[", "(") and start not in self.no_matrices
        rows = self.matrix_rows(depth, "|" if is_bar else "") if may_be_matrix else None
        if rows:
            closing = self.take()
            environment = _MATRICES[opening] if is_bar or closing in _CLOSE else "matrix"
            body = r" \\ ".join(" & ".join(row) for row in rows)
            return f"\\begin{{{environment}}} {body} \\end{{{environment}}}", ""
        self.position = start
        self.no_matrices.add(start)
        if is_bar:
            return "|", ""
        content = self.expression(depth + 1, closing=True)
        closing = self.take() if self.peek() in _CLOSE else ""
        left, right = _OPEN[opening], _CLOSE.get(closing, "")
        if "." in (left, right) or "\\frac" in content:
            return f"\\left{left} {content} \\right{right.strip() or '.'}", content
        return f"{left}{content}{right}", content

    def matrix_rows(self, depth: int, end: str) -> list[list[str]] | None:
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
        is_closed = self.peek() == end if end else self.peek() in _CLOSE
        return rows if len(rows) > 1 and len({len(row) for row in rows}) == 1 and is_closed else None


def _unquoted(latex: str) -> str:
    r"""`bb"x"` is a bold x, not a bold text."""
    return latex[6:-1] if re.fullmatch(r"\\text\{[A-Za-z]+\}", latex) else latex
