r"""Content MathML to LaTeX: what an expression means, set the usual way.

    <apply><divide/><apply><plus/><ci>a</ci><cn>1</cn></apply><ci>b</ci></apply>   ->   \frac{a + 1}{b}

Tables: operator -> how it is written and how strongly it binds; constants and functions -> their names.
Source: MathML 3, chapter 4.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from extract.html_tree import Element, words

Read = Callable[[Element], str]
"""Presentation markup (inside ci, csymbol) as LaTeX."""


class _Infix(NamedTuple):
    latex: str
    strength: int
    """Operands that bind less strongly are put into parentheses."""


_INFIX = {
    "implies": _Infix(r" \Rightarrow ", 1), "equivalent": _Infix(r" \equiv ", 2), "or": _Infix(r" \lor ", 2),
    "xor": _Infix(r" \oplus ", 2), "and": _Infix(r" \land ", 3), "eq": _Infix(" = ", 4), "neq": _Infix(r" \neq ", 4),
    "lt": _Infix(" < ", 4), "gt": _Infix(" > ", 4), "leq": _Infix(r" \leq ", 4), "geq": _Infix(r" \geq ", 4),
    "approx": _Infix(r" \approx ", 4), "factorof": _Infix(r" \mid ", 4), "tendsto": _Infix(r" \to ", 4),
    "in": _Infix(r" \in ", 4), "notin": _Infix(r" \notin ", 4), "subset": _Infix(r" \subseteq ", 4),
    "prsubset": _Infix(r" \subset ", 4), "notsubset": _Infix(r" \nsubseteq ", 4), "notprsubset": _Infix(r" \not\subset ", 4),
    "union": _Infix(r" \cup ", 5), "intersect": _Infix(r" \cap ", 6), "setdiff": _Infix(r" \setminus ", 6),
    "cartesianproduct": _Infix(r" \times ", 6), "plus": _Infix(" + ", 6), "minus": _Infix(" - ", 6), "rem": _Infix(r" \bmod ", 7),
    "times": _Infix(" ", 7), "scalarproduct": _Infix(r" \cdot ", 7), "vectorproduct": _Infix(r" \times ", 7),
    "outerproduct": _Infix(r" \otimes ", 7), "compose": _Infix(r" \circ ", 8),
}  # fmt: skip
_FENCED = {"abs": ("|", "|"), "floor": (r"\lfloor ", r" \rfloor"), "ceiling": (r"\lceil ", r" \rceil"), "card": ("|", "|")}
_CONSTANTS = {
    "pi": r"\pi", "infinity": r"\infty", "exponentiale": "e", "imaginaryi": "i", "eulergamma": r"\gamma",
    "emptyset": r"\emptyset",
    "integers": r"\mathbb{Z}", "reals": r"\mathbb{R}", "rationals": r"\mathbb{Q}", "naturalnumbers": r"\mathbb{N}",
    "complexes": r"\mathbb{C}", "primes": r"\mathbb{P}", "true": r"\text{true}", "false": r"\text{false}",
    "notanumber": r"\text{NaN}",
}  # fmt: skip
_FUNCTION_NAMES = {
    "real": r"\Re", "imaginary": r"\Im", "determinant": r"\det", "grad": r"\nabla", "divergence": r"\nabla\cdot",
    "curl": r"\nabla\times", "ident": r"\operatorname{id}", "laplacian": r"\nabla^{2}",
}  # fmt: skip
_FUNCTIONS = words("sin cos tan sec csc cot sinh cosh tanh coth arcsin arccos arctan exp ln arg max min gcd det ker")
_BIG = {"sum": r"\sum", "product": r"\prod", "int": r"\int", "limit": r"\lim"}
_QUANTIFIERS = {"forall": r"\forall", "exists": r"\exists"}
_QUALIFIERS = words("bvar lowlimit uplimit interval condition domainofapplication degree logbase momentabout")
CONTENT_TAGS = words("apply bind reln ci cn csymbol lambda set list vector matrix matrixrow piecewise interval fn") | frozenset(
    _CONSTANTS
)
"""Elements that make a formula content markup."""
_ATOM = 10
MAX_DEPTH = 40
"""Expressions inside of each other; what lies deeper is shown as its text. Python's own stack ends at 180 or so."""


def content_to_latex(node: Element, name: str, read: Read) -> str:
    """One element of content markup."""
    return _Reader(read).expression(node, name)[0]


class _Reader:
    def __init__(self, read: Read) -> None:
        self.read = read
        self.depth = 0

    def expression(self, node: Element, name: str) -> tuple[str, int]:
        """The LaTeX of an element, and how strongly it holds together."""
        if self.depth >= MAX_DEPTH:
            return self.read(_token(node)), _ATOM
        self.depth += 1
        try:
            return self.shallow(node, name)
        finally:
            self.depth -= 1

    def shallow(self, node: Element, name: str) -> tuple[str, int]:
        children = _elements(node)
        if name in ("apply", "bind", "reln"):
            return self.application(children)
        if name in _CONSTANTS:
            return _CONSTANTS[name], _ATOM
        if name == "cn":
            number = self.number(node)
            return number, 6 if number.startswith("-") else _ATOM
        if name == "ci" and node.attrs.get("type") == "vector":
            return f"\\mathbf{{{self.read_inside(node)}}}", _ATOM
        if name in ("set", "list"):
            opening, closing = (r"\{", r"\}") if name == "set" else ("(", ")")
            condition = next((child for child in children if _name(child) == "condition"), None)
            if condition is not None and _name(children[-1]) not in _QUALIFIERS:
                return f"{opening}{self.bare(children[-1])} \\mid {self.joined(condition)}{closing}", _ATOM
            return f"{opening}{', '.join(map(self.bare, children))}{closing}", _ATOM
        if name == "interval":
            fences = {"open": "()", "open-closed": "(]", "closed-open": "[)"}.get(node.attrs.get("closure", ""), "[]")
            return f"{fences[0]}{', '.join(map(self.bare, children))}{fences[1]}", _ATOM
        if name in ("vector", "matrix"):
            rows = [[child] for child in children] if name == "vector" else [_elements(row) for row in children]
            body = r" \\ ".join(" & ".join(map(self.bare, row)) for row in rows)
            return f"\\begin{{pmatrix}} {body} \\end{{pmatrix}}", _ATOM
        if name == "piecewise":
            return self.cases(children), _ATOM
        if name == "lambda":
            variables = ", ".join(self.bare(child) for child in children if _name(child) == "bvar")
            return f"{variables} \\mapsto {self.bare(children[-1])}" if children else "", 1
        return self.read_inside(node), _ATOM

    def read_inside(self, node: Element) -> str:
        """An identifier: text, or presentation markup."""
        return " ".join(self.read(child) for child in _elements(node)) or self.read(_token(node))

    def bare(self, node: Element) -> str:
        name = _name(node)
        return (
            self.expression(node, name)[0]
            if name in CONTENT_TAGS
            else self.joined(node)
            if name == "bvar"
            else _named(name)
            if _is_operator(node)
            else self.read(node)
        )

    def joined(self, node: Element) -> str:
        return "".join(self.bare(child) for child in _elements(node) if _name(child) != "degree")

    def within(self, node: Element, strength: int) -> str:
        """An operand, in parentheses where the operator around it binds more strongly."""
        name = _name(node)
        latex, own = self.expression(node, name) if name in CONTENT_TAGS else (self.bare(node), _ATOM)
        return f"({latex})" if own < strength else latex

    def number(self, node: Element) -> str:
        parts = [child.strip() for child in node.children if isinstance(child, str) and child.strip()]
        kind = node.attrs.get("type", "")
        if len(parts) == 2 and kind == "rational":
            return f"\\frac{{{parts[0]}}}{{{parts[1]}}}"
        if len(parts) == 2 and kind == "e-notation":
            return f"{parts[0]} \\times 10^{{{parts[1]}}}"
        if len(parts) == 2 and kind == "complex-polar":
            return f"{parts[0]} e^{{{parts[1]} i}}"
        if len(parts) == 2 and kind.startswith("complex"):
            return f"{parts[0]} + {parts[1]}i"
        base = node.attrs.get("base", "10").strip()
        number = parts[0] if parts else self.read_inside(node)
        return number if base == "10" else f"{number}_{{{base}}}"

    def cases(self, children: list[Element]) -> str:
        rows = []
        for child in children:
            parts = [self.bare(part) for part in _elements(child)]
            rows.append(" & ".join(parts) if _name(child) == "piece" else f"{' '.join(parts)} & \\text{{otherwise}}")
        return "\\begin{cases} " + r" \\ ".join(rows) + " \\end{cases}"

    def application(self, children: list[Element]) -> tuple[str, int]:
        if not children:
            return "", _ATOM
        operator, name = children[0], _name(children[0])
        if name == "csymbol" and (meaning := _SYMBOL_NAMES.get(symbol := operator.text().strip(), symbol)) in _OPERATORS:
            operator, name = Element(meaning), meaning  # strict content markup names its operators
        qualifiers: dict[str, Element] = {}
        for child in children[1:]:
            if _name(child) in _QUALIFIERS and not (name in ("in", "notin", *_INFIX) and _name(child) == "interval"):
                qualifiers.setdefault(_name(child), child)
        arguments = [child for child in children[1:] if not any(child is qualifier for qualifier in qualifiers.values())]
        special = getattr(self, f"apply_{name}", None)
        # A fraction of one argument would be read twice, and one inside of it four times.
        if special is not None and len(arguments) > (name in ("divide", "power")):
            return special(arguments, qualifiers)  # type: ignore[no-any-return]
        if name in _INFIX:
            return self.infix(name, arguments)
        if name in _FENCED:
            left, right = _FENCED[name]
            return f"{left}{', '.join(map(self.bare, arguments))}{right}", _ATOM
        if name in _BIG:
            return self.big(_BIG[name], arguments, qualifiers), 6
        if name in ("max", "min") and "bvar" in qualifiers:
            return self.big(f"\\{name}", arguments, qualifiers), 6
        if name in _QUANTIFIERS and arguments:
            variable = self.joined(qualifiers.get("condition", qualifiers["bvar"])) if "bvar" in qualifiers else ""
            return f"{_QUANTIFIERS[name]} {variable} : {self.bare(arguments[-1])}", 1
        return self.function(operator, name, arguments), 9

    def infix(self, name: str, arguments: list[Element]) -> tuple[str, int]:
        latex, strength = _INFIX[name]
        if len(arguments) == 1:
            return f"{latex.strip()}{self.within(arguments[0], strength + 1)}", strength
        # a - (b - c), but a + b + c
        operands = [
            self.within(argument, strength + (name in ("minus", "rem") and index > 0)) for index, argument in enumerate(arguments)
        ]
        if name == "plus":  # a + (-b) is a - b
            return operands[0] + "".join(f" - {op[1:]}" if op[:1] == "-" else f" + {op}" for op in operands[1:]), strength
        if name == "times" and any(operand[:1].isdigit() for operand in operands[1:]):
            latex = r" \cdot "
        return latex.join(operands), strength

    def big(self, sign: str, arguments: list[Element], qualifiers: dict[str, Element]) -> str:
        variable = self.joined(qualifiers["bvar"]) if "bvar" in qualifiers else ""
        lower = self.joined(qualifiers["lowlimit"]) if "lowlimit" in qualifiers else ""
        upper = self.joined(qualifiers["uplimit"]) if "uplimit" in qualifiers else ""
        if "interval" in qualifiers and len(ends := _elements(qualifiers["interval"])) == 2:
            lower, upper = self.bare(ends[0]), self.bare(ends[1])
        condition = self.joined(qualifiers["condition"]) if "condition" in qualifiers else ""
        if sign in (r"\sum", r"\prod") and variable and lower:
            lower = f"{variable} = {lower}"
        elif sign == r"\lim":
            lower = f"{variable} \\to {lower}" if lower else ""
        below = lower or condition or (variable if sign != r"\int" else "")
        body = " ".join(self.within(argument, 7 if sign != r"\int" else 0) for argument in arguments)
        scripts = (f"_{{{below}}}" if below else "") + (f"^{{{upper}}}" if upper else "")
        return f"{sign}{scripts} {body}" + (f"\\, d{variable}" if sign == r"\int" and variable else "")

    def function(self, operator: Element, name: str, arguments: list[Element]) -> str:
        latex = _named(name) if _is_operator(operator) or name in _FUNCTIONS else self.within(operator, 9)
        return f"{latex}({', '.join(map(self.bare, arguments))})"

    def apply_divide(self, arguments: list[Element], _: dict[str, Element]) -> tuple[str, int]:
        return f"\\frac{{{self.bare(arguments[0])}}}{{{self.bare(arguments[-1])}}}", 8

    def apply_power(self, arguments: list[Element], _: dict[str, Element]) -> tuple[str, int]:
        inner = _elements(arguments[0])
        if _name(arguments[0]) == "apply" and len(inner) == 2 and _name(inner[0]) in _FUNCTIONS:
            return f"\\{_name(inner[0])}^{{{self.bare(arguments[-1])}}}({self.bare(inner[1])})", 9
        return f"{self.within(arguments[0], _ATOM)}^{{{self.bare(arguments[-1])}}}", 9

    def apply_root(self, arguments: list[Element], qualifiers: dict[str, Element]) -> tuple[str, int]:
        degree = self.joined(qualifiers["degree"]) if "degree" in qualifiers else "2"
        return f"\\sqrt{'' if degree == '2' else f'[{degree}]'}{{{self.bare(arguments[-1])}}}", _ATOM

    def apply_log(self, arguments: list[Element], qualifiers: dict[str, Element]) -> tuple[str, int]:
        base = f"_{{{self.joined(qualifiers['logbase'])}}}" if "logbase" in qualifiers else ""
        return f"\\log{base}({self.bare(arguments[0])})", 9

    def apply_factorial(self, arguments: list[Element], _: dict[str, Element]) -> tuple[str, int]:
        return f"{self.within(arguments[0], _ATOM)}!", 9

    def apply_not(self, arguments: list[Element], _: dict[str, Element]) -> tuple[str, int]:
        return f"\\neg {self.within(arguments[0], _ATOM)}", 9

    def apply_inverse(self, arguments: list[Element], _: dict[str, Element]) -> tuple[str, int]:
        return f"{self.within(arguments[0], _ATOM)}^{{-1}}", 9

    def apply_transpose(self, arguments: list[Element], _: dict[str, Element]) -> tuple[str, int]:
        return f"{self.within(arguments[0], _ATOM)}^{{T}}", 9

    def apply_conjugate(self, arguments: list[Element], _: dict[str, Element]) -> tuple[str, int]:
        return f"\\overline{{{self.bare(arguments[0])}}}", _ATOM

    def apply_selector(self, arguments: list[Element], _: dict[str, Element]) -> tuple[str, int]:
        return f"{self.within(arguments[0], _ATOM)}_{{{', '.join(map(self.bare, arguments[1:]))}}}", 9

    def apply_diff(self, arguments: list[Element], qualifiers: dict[str, Element]) -> tuple[str, int]:
        return self.derivative("d", arguments, qualifiers)

    def apply_mean(self, arguments: list[Element], _: dict[str, Element]) -> tuple[str, int]:
        return f"\\langle {', '.join(map(self.bare, arguments))}\\rangle", _ATOM

    def apply_sdev(self, arguments: list[Element], _: dict[str, Element]) -> tuple[str, int]:
        return f"\\sigma({', '.join(map(self.bare, arguments))})", 9

    def apply_variance(self, arguments: list[Element], _: dict[str, Element]) -> tuple[str, int]:
        return f"\\sigma({', '.join(map(self.bare, arguments))})^{{2}}", 9

    def apply_quotient(self, arguments: list[Element], _: dict[str, Element]) -> tuple[str, int]:
        return f"\\lfloor {self.within(arguments[0], 7)} / {self.within(arguments[-1], 8)}\\rfloor", _ATOM

    def apply_partialdiff(self, arguments: list[Element], qualifiers: dict[str, Element]) -> tuple[str, int]:
        if arguments and _name(arguments[0]) == "bvar":  # more variables than one, and the function last
            variables = "".join(rf" \partial {self.joined(node)}" for node in [qualifiers["bvar"], *arguments[:-1]])
            return f"\\frac{{\\partial^{{{len(arguments)}}}}}{{{variables.strip()}}} {self.within(arguments[-1], 7)}", 7
        return self.derivative(r"\partial ", arguments, qualifiers)

    def derivative(self, sign: str, arguments: list[Element], qualifiers: dict[str, Element]) -> tuple[str, int]:
        if "bvar" not in qualifiers:
            return f"{self.within(arguments[0], _ATOM)}'", 9
        variable = qualifiers["bvar"]
        degree = next((self.joined(child) for child in _elements(variable) if _name(child) == "degree"), "")
        power = f"^{{{degree}}}" if degree else ""
        return f"\\frac{{{sign.strip()}{power}}}{{{sign}{self.joined(variable)}{power}}} {self.within(arguments[0], 7)}", 7


_SYMBOL_NAMES = {"unary_minus": "minus", "rational": "divide", "suchthat": "set"}
"""OpenMath's names for what content markup calls otherwise."""
_OPERATORS = frozenset([*_INFIX, *_FENCED, *_FUNCTIONS, *_QUANTIFIERS, *_BIG]) | words(
    "divide power root log factorial not inverse transpose conjugate selector diff partialdiff mean sdev variance quotient"
)


_PRESENTATION = words(
    """
    mi mn mo mtext ms mspace mglyph mrow mfrac msqrt mroot mstyle merror mpadded mphantom mfenced menclose msub msup msubsup
    munder mover munderover mmultiscripts mprescripts none mtable mtr mtd maction semantics
    """
)


def _is_operator(node: Element) -> bool:
    """Whether an element is the name of a function: empty, and no presentation markup."""
    name = _name(node)
    return not node.children and name not in CONTENT_TAGS and name not in _PRESENTATION


def _named(name: str) -> str:
    return f"\\{name}" if name in _FUNCTIONS else _FUNCTION_NAMES.get(name, f"\\operatorname{{{name}}}")


def _elements(node: Element) -> list[Element]:
    return [child for child in node.children if not isinstance(child, str) and not _name(child).startswith("annotation")]


def _name(node: Element) -> str:
    return node.tag.rpartition(":")[2]


def _token(node: Element) -> Element:
    token = Element("mi", {})
    token.children = [" ".join(node.text().split())]
    return token
