r"""Macros that a page defines for its formulas, expanded: elsewhere nobody knows what `\RR` is.

Definitions stand in the configuration of MathJax or KaTeX (`macros: {RR: "\\mathbb{R}", norm: ["\\|#1\\|", 1]}`) and in formulas
(`\newcommand`, `\def`, `\DeclareMathOperator`), often in one that shows nothing else. As in MathJax, a definition holds for the
page; formulas before it are expanded too, because some pages keep their definitions in the footer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from extract.html_symbols import SYMBOLS
from extract.html_tree import MATH_TAG, Page

MAX_EXPANSIONS = 500
"""Per formula: definitions that name themselves end here, and the formula stays as it was written."""
MAX_CHARS = 20_000
"""A formula that expands beyond this stays as it was written."""

MAX_MACROS_OBJECTS = 20
"""Of one script."""

_DEFINITION = re.compile(
    r"\\(?:(?P<new>newcommand|renewcommand|providecommand|DeclareRobustCommand)\*?\s*(?:\{\s*\\(?P<braced>[A-Za-z]+)\s*\}|\\(?P<bare>[A-Za-z]+))"
    r"(?:\s*\[(?P<count>\d)\])?(?:\s*\[(?P<default>[^\]]*)\])?\s*"
    r"|(?P<def>[gex]?def)\s*\\(?P<defined>[A-Za-z]+)\s*(?P<parameters>(?:#\d)*)\s*"
    r"|DeclareMathOperator(?P<star>\*?)\s*(?:\{\s*\\(?P<operator>[A-Za-z]+)\s*\}|\\(?P<bareoperator>[A-Za-z]+))\s*"
    r"|DeclarePairedDelimiter\s*(?:\{\s*\\(?P<paired>[A-Za-z]+)\s*\}|\\(?P<barepaired>[A-Za-z]+))\s*)(?=\{)"
)
_LET = re.compile(r"\\let\s*\\(?P<name>[A-Za-z]+)\s*=?\s*(?P<other>\\[A-Za-z]+|[^\s\\{}])")
_NO_CONTENT = re.compile(r"\\require\s*\{[^{}]*\}|\\(?:begingroup|endgroup)(?![A-Za-z])|\\(?:definecolor)(?:\s*\{[^{}]*\}){3}")
_WORTH_A_LOOK = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|[gex]?def|let|Declare(?:RobustCommand|MathOperator|PairedDelimiter)|require|begingroup|endgroup"
    r"|definecolor)(?![A-Za-z])"
)
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_ENDS_IN_COMMAND = re.compile(r"\\[A-Za-z]+\Z")

# In a script: macros: {RR: "...", "\\RR": '...', bold: ["...", 1], operator: ["...", 1, "default"]}
_MACROS_OBJECT = re.compile(r"[\"']?\b[mM]acros[\"']?\s*[:=]\s*\{")
_JS_STRING = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`"
_JS_MARK = re.compile(
    r"\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?|`(?:\\.|[^`\\])*`?|//[^\n]*|/\*.*?(?:\*/|\Z)|[{}]", re.DOTALL
)
"""Strings and comments, also ones that do not end (looking for an end that is not there from every beginning takes forever), and
braces."""
_JS_MACRO = re.compile(
    rf"(?P<name>(?<![A-Za-z])[A-Za-z]+|{_JS_STRING})\s*:\s*(?:(?P<plain>{_JS_STRING})"
    rf"|\[\s*(?P<body>{_JS_STRING})\s*(?:,\s*(?P<count>\d))?\s*(?:,\s*(?P<default>{_JS_STRING}))?\s*\])"
)


@dataclass(frozen=True, kw_only=True)
class Macro:
    """What a command stands for."""

    body: str
    num_arguments: int = 0
    default: str | None = None
    """Of the first argument, where it is optional."""
    is_final: bool = False
    """Stands for LaTeX's own command, also where the page gives that command another meaning later."""
    is_paired_delimiter: bool = False
    """Takes a star or a size in brackets, which change how large the delimiters are drawn."""


def expand_macros(page: Page, text: str) -> None:
    """Expands the formulas of a page, whose markup is `text`; formulas that only define something are taken out."""
    formulas = [node for node in page.root.elements() if node.tag == MATH_TAG]
    macros = configured_macros(page.configs) if formulas else {}
    if not formulas or (not macros and not _WORTH_A_LOOK.search(text)):
        return
    for node in formulas:
        node.attrs["latex"] = take_definitions(node.attrs["latex"], macros)
        if not node.attrs["latex"]:
            node.vanish()
    for node in formulas if macros else ():
        if node.tag == MATH_TAG and "\\" in node.attrs["latex"]:
            node.attrs["latex"] = expand(node.attrs["latex"], macros)


def configured_macros(configs: Iterable[str]) -> dict[str, Macro]:
    """The macros that the page's scripts declare."""
    macros: dict[str, Macro] = {}
    for config in configs:
        for match in islice(_MACROS_OBJECT.finditer(config), MAX_MACROS_OBJECTS):
            for entry in _JS_MACRO.finditer(_braced(config, match.end() - 1)):
                name = _js_string(entry["name"]).lstrip("\\")
                body = _js_string(entry["plain"] or entry["body"])
                if re.fullmatch(r"[A-Za-z]+", name) and not _is_drawing(name, body):
                    default = _js_string(entry["default"]) if entry["default"] else None
                    count = int(entry["count"] or max((int(n) for n in re.findall(r"#(\d)", body)), default=0))
                    macros[name] = Macro(body=body, num_arguments=count, default=default)
    return macros


_DRAWS = re.compile(r"\\(?:unicode|rule|mathrlap|mathllap|rlap|llap|raise|lower|raisebox|hspace)(?![A-Za-z])")
_KNOWN = frozenset(latex[1:] for latex in SYMBOLS.values() if latex.startswith("\\"))


def _is_drawing(name: str, body: str) -> bool:
    """Whether a macro draws by hand a sign that LaTeX has already: the sign's name says more than the rules it is drawn of."""
    return "\\unicode" in body or (name in _KNOWN and bool(_DRAWS.search(body)))


def _braced(text: str, start: int) -> str:
    """From the brace at `start` to its partner, strings not looked into."""
    depth = 0
    for match in _JS_MARK.finditer(text, start, start + 50_000):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0:
            return text[start : match.end()]
    return ""


def _js_string(literal: str) -> str:
    if literal[:1] not in ('"', "'", "`"):
        return literal
    inner = literal[1:-1]
    try:
        return str(json.loads('"' + inner.replace("\\'", "'").replace('"', '\\"').replace('\\\\"', '\\"') + '"'))
    except ValueError:
        return re.sub(r"\\(.)", r"\1", inner)


def take_definitions(latex: str, macros: dict[str, Macro]) -> str:
    """`latex` without the definitions in it, which go into `macros`, and without commands that show nothing."""
    if not _WORTH_A_LOOK.search(latex):
        return latex
    kept: list[str] = []
    position = 0
    for start, end, name, macro in _definitions(latex):
        # In order: \let\old\vec \renewcommand{\vec}... keeps the old meaning.
        kept.append(_without_aliases(latex[position:start], macros))
        if not _is_drawing(name, macro.body):
            macros[name] = macro
        position = end
    kept.append(_without_aliases(latex[position:], macros))
    return _NO_CONTENT.sub("", "".join(kept)).strip()


def _without_aliases(latex: str, macros: dict[str, Macro]) -> str:
    return _LET.sub(lambda match: _keep_alias(match, macros), latex)


def _definitions(latex: str) -> Iterator[tuple[int, int, str, Macro]]:
    """Where each definition stands, and what it defines."""
    last = 0
    for match in _DEFINITION.finditer(latex):
        if match.start() < last:
            continue  # inside of the last one
        end = end_of_group(latex, match.end())
        if end is None:
            return
        body = latex[match.end() + 1 : end - 1]
        if match["new"]:
            macro = Macro(body=body, num_arguments=int(match["count"] or 0), default=match["default"])
        elif match["paired"] or match["barepaired"]:
            right = end_of_group(latex, end) if latex[end : end + 1] == "{" else None
            if right is None:
                return
            macro = Macro(body=f"{body} #1 {latex[end + 1 : right - 1]}", num_arguments=1, is_paired_delimiter=True)
            end = right
        elif match["def"]:
            macro = Macro(body=body, num_arguments=match["parameters"].count("#"))
        else:
            macro = Macro(body=f"\\operatorname{match['star']}{{{body}}}")
        names = ("braced", "bare", "defined", "operator", "bareoperator", "paired", "barepaired")
        last = end
        yield match.start(), end, next(match[name] for name in names if match[name]), macro


def _keep_alias(match: re.Match[str], macros: dict[str, Macro]) -> str:
    if match["other"] != f"\\{match['name']}":
        macros[match["name"]] = macros.get(match["other"][1:], Macro(body=match["other"], is_final=True))
    return ""


def end_of_group(latex: str, start: int) -> int | None:
    """The index after the group that opens at `start`, or None where it never closes."""
    depth = 0
    for match in re.compile(r"\\.|[{}]", re.DOTALL).finditer(latex, start):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0:
            return match.end()
    return None


def expand(latex: str, macros: dict[str, Macro]) -> str:
    """`latex` with the page's macros replaced by what they stand for; as it was where that never ends."""
    position = num_expansions = 0
    expanded = latex
    while match := _COMMAND.search(expanded, position):
        macro = macros.get(match[1])
        if macro is None:
            # Not a command where the backslash belongs to a line break: \\RR
            position = match.end()
            continue
        if _is_escaped(expanded, match.start()):
            position = match.start() + 1
            continue
        found = _arguments(expanded, match.end(), macro)
        num_expansions += 1
        if found is None or num_expansions > MAX_EXPANSIONS or len(expanded) > MAX_CHARS:
            return latex
        arguments, end = found
        body = _filled(macro.body, arguments).replace("\\xspace", "")
        separator = " " if expanded[end : end + 1].isalpha() and _ENDS_IN_COMMAND.search(body) else ""
        expanded = f"{expanded[: match.start()]}{body}{separator}{expanded[end:]}"
        position = match.start() + (len(body) if macro.is_final else 0)
    return expanded


def _is_escaped(latex: str, index: int) -> bool:
    backslashes = 0
    while index - backslashes > 0 and latex[index - backslashes - 1] == "\\":
        backslashes += 1
    return backslashes % 2 == 1


def _arguments(latex: str, start: int, macro: Macro) -> tuple[list[str], int] | None:
    """The arguments after a command, and the index after them; None where a brace never closes."""
    arguments: list[str] = []
    index = start
    if macro.is_paired_delimiter and (size := re.compile(r"\s*(?:\*|\[\s*\\[A-Za-z]+\s*\])").match(latex, index)):
        index = size.end()
    if macro.default is not None:
        optional = re.compile(r"\s*\[([^\]]*)\]").match(latex, index)
        arguments.append(optional[1] if optional else macro.default)
        index = optional.end() if optional else index
    while len(arguments) < macro.num_arguments:
        token = re.compile(r"\s*(\\[A-Za-z]+|\\.|[^\s])", re.DOTALL).match(latex, index)
        if token is None:
            arguments.append("")
            continue
        end = end_of_group(latex, token.start(1)) if token[1] == "{" else token.end()
        if end is None:
            return None
        arguments.append(latex[token.start(1) + 1 : end - 1] if token[1] == "{" else token[1])
        index = end
    return arguments, index


def _filled(body: str, arguments: list[str]) -> str:
    """The body with its arguments; a blank where a command would run into a letter."""

    def argument(match: re.Match[str]) -> str:
        number = int(match[1])
        value = arguments[number - 1] if 0 < number <= len(arguments) else ""
        return f" {value}" if value[:1].isalpha() and _ENDS_IN_COMMAND.search(body, 0, match.start()) else value

    return re.sub(r"#(\d)", argument, body)
