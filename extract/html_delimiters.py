r"""TeX between delimiters in running text: `\(x\)`, `\[x\]`, `$$x$$`, `$x$`, `\begin{align}...\end{align}` and what a page
declares itself.

Which delimiters count is read from the page's own MathJax or KaTeX configuration; without one, those that nobody uses
for anything else always count, and a single dollar only around something that is TeX beyond doubt: prices and shell
variables are not formulas.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from extract.html_asciimath import asciimath_to_latex
from extract.html_jqmath import jqmath_to_latex
from extract.html_symbols import FUNCTIONS
from extract.html_tree import MATH_TAG, Element, words

MAX_FORMULA_CHARS = 20_000
"""A closing delimiter further away than this does not belong to the opening one."""
MAX_ENDS_IN_BRACES = 100
"""So many closing delimiters are looked past because they stand inside braces of the formula."""
MAX_REREAD = 50
"""How often, on average, a character of a text may be read as part of what turns out to be no formula..."""
MAX_REREAD_CHARS = 500
"""... and the length of the formulas that are still looked for afterwards."""

MATH_ENVIRONMENTS = (
    "equation|align|alignat|aligned|gather|gathered|multline|eqnarray|displaymath|flalign|split|cases|array|matrix|pmatrix|bmatrix|vmatrix"
    "|Bmatrix|Vmatrix|smallmatrix|subequations|math|CD|tikzcd"
)
_ENVIRONMENT = re.compile(rf"\\begin\s*\{{({MATH_ENVIRONMENTS})(\*?)\}}")
_SKIPPED_TAGS = frozenset(["pre", "code", "kbd", "samp", "tt", "script", "textarea", "x-code", MATH_TAG, "button", "select"])
_INLINE_TAGS = words(
    """
    em i b strong sub sup span u wbr font a small mark
    """
)
_IGNORED_CLASSES = frozenset(["tex2jax_ignore", "mathjax_ignore", "MathJax_Preview", "no-mathjax"])
_PROCESSED_CLASSES = frozenset(["tex2jax_process", "mathjax_process"])

# Strings of a JavaScript configuration: ['$', '$'] or ["\\(", "\\)"], {left: "$$", right: "$$", display: true}
_PAIR = re.compile(r"\[\s*(['\"])((?:\\.|(?!\1)[^\\\n]){,40})\1\s*,\s*(['\"])((?:\\.|(?!\3)[^\\\n]){,40})\3\s*\]")
_LEFT_RIGHT = re.compile(
    r"left['\"]?\s*:\s*(['\"])((?:\\.|(?!\1)[^\\\n]){,40})\1\s*,\s*['\"]?right['\"]?\s*:\s*(['\"])"
    r"((?:\\.|(?!\3)[^\\\n]){,40})\3"
    r"(?:\s*,\s*['\"]?display['\"]?\s*:\s*(true|false|!0|!1))?"
)
_TRIGGER = re.compile(r"\$|\\[(\[b]")
# TeX beyond doubt: a command, a script, or an equation of single letters.
_TEX_EVIDENCE = re.compile(
    r"\\[A-Za-z]+|[_^](?:\{|[A-Za-z0-9*+\-])|^[A-Za-z]'?$|^[A-Za-z](?:\([A-Za-z](?:,\s?[A-Za-z])*\))?\s*[=<>+\-*/]\s*[A-Za-z0-9]"
)
_COMMAND = re.compile(r"\\[A-Za-z]{2,}")
_BARE_SCRIPT = re.compile(r"(?:[_^](?:\{[^{}$]*\}|[A-Za-z0-9*+\-]|\\[A-Za-z]+)){1,2}")
"""H$_2$O, 10$^{-5}$: the dollars hold nothing but scripts of the word before them."""
# What other languages write between the same marks.
_CODE = re.compile(
    r"""
    (?:^|\s)-[a-z]{2,}\s | "                       # \( -name "*.c" -o -size +1k \) of find, strings
    | (?:^|[\s(\[,=])'                             # $$('.menu'): a quote that is no prime
    | \.\* | \[\^ | /\^ | \(\?[:=!]                 # regular expressions
    | \\[dwsDWS](?:[+*?]|\{\d) | \[\w-\w(?:\w-\w)*_?\]
    | (?<![\\A-Za-z])(?:[A-Za-z]{2,}_[A-Za-z0-9]{2,}|_[A-Za-z]{2,}|[A-Za-z]_[A-Za-z]{3,})   # first_name, _GET, x_total
    """,
    re.VERBOSE,
)
_CODE_SIGNS = re.compile(r";\s*$|=>|->|&&|\|\||==|::")
"""Signs of programs that a formula with commands in it may hold."""
_ESCAPED_CHARACTERS = re.compile(r"(?:\\[a-z]|[\s,;])+")
_PROSE = re.compile(r"(?<![A-Za-z])[A-Za-z]{3,}\s+[A-Za-z]{3,}\s+[A-Za-z]{2,}")
_WORD = re.compile(r"[A-Za-z]{3,}")
_TEXT_ARGUMENT = re.compile(r"\\(?:text[a-z]*|mathrm|mbox|hbox|operatorname\*?|label|tag)\s*\{[^{}]*\}")
_OPERATOR = re.compile(r"\\[{}]|[=<>+\-−*/()≤≥≠∈×·]|^\s*[A-Za-z]\s*$")
_ENGLISH_ENDING = re.compile(r"(?:th|st|nd|rd|s)(?![A-Za-z])")
_NOT_BEFORE_DOLLAR = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_)]}*+?|^\\@")
"""Before an opening dollar these belong to what the dollar ends (US$, a regular expression, a shell word)."""
_DRIVE = re.compile(r"(?:^|[^A-Za-z])[A-Za-z]:$")
_BINARY = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]")
"""What no formula holds: pages that are no text after all."""
_HAS_CONTENT = re.compile(r"[^\W_]|\\|[^\x00-\x7f]")
"""`$$ - $$$` is a range of prices, not a formula."""
_BREAKS_FORMULA = re.compile(r"\n[ \t\r\f]*\n|\x00")


class Delimiter(NamedTuple):
    left: str
    right: str
    display: bool
    certain: bool
    """Whether the page declares it (or nobody writes it for another reason): no evidence asked of the content."""


@dataclass(frozen=True, kw_only=True)
class DelimiterSet:
    """What counts as mathematics in the text of one page."""

    delimiters: tuple[Delimiter, ...]
    has_engine: bool
    asciimath: frozenset[str] = frozenset()
    """Opening delimiters of AsciiMath."""
    jqmath: bool = False
    """Whether dollars hold jqMath, not TeX."""
    ignored_classes: frozenset[str] = _IGNORED_CLASSES
    """Elements whose text the page's engine leaves alone."""
    processed_classes: frozenset[str] = _PROCESSED_CLASSES
    """Elements whose text it reads, also inside of ignored ones."""

    def to_latex(self, content: str, delimiter: Delimiter) -> str:
        """What stands between delimiters, as LaTeX."""
        if delimiter.left in self.asciimath:
            return asciimath_to_latex(content)
        if delimiter.left == "$" and (match := _WORDPRESS.match(content.rstrip())):
            return match[1]
        return jqmath_to_latex(content) if self.jqmath and delimiter.left in ("$", "$$") else content

    @property
    def trigger(self) -> re.Pattern[str]:
        lefts = {re.escape(delimiter.left) for delimiter in self.delimiters}
        return re.compile("|".join(sorted(lefts | {r"\\begin\s*\{"}, key=len, reverse=True)))


_PARENTHESES = Delimiter("\\(", "\\)", False, False)
_BRACKETS = Delimiter("\\[", "\\]", True, False)
_DOUBLE_DOLLAR = Delimiter("$$", "$$", True, False)
_DOLLAR = Delimiter("$", "$", False, False)
DEFAULTS = (
    _PARENTHESES,
    _BRACKETS,
    _DOUBLE_DOLLAR,
    _DOLLAR,
    *(Delimiter(f"[{tag}]", f"[/{tag}]", False, False) for tag in ("tex", "itex", "latex", "math", "imath")),
)
"""What counts without a configuration; the tags are those of forums and of WordPress."""
_BACKTICK = Delimiter("`", "`", False, True)
"""AsciiMath, where the page's configuration asks for it and names no other delimiters."""
_ASCIIMATH_OBJECT = re.compile(r"asciimath(?:2jax)?['\"]?\s*:\s*\{", re.IGNORECASE)
_CLASSES_OPTION = r"['\"]?{}(?:Html)?Class['\"]?\s*:\s*['\"]([^'\"]*)['\"]"
_WORDPRESS = re.compile(r"latex\s+(?=\S)(.*?)(?:&(?:bg|fg|s)=\w+)*$", re.DOTALL)
"""`$latex x^2&s=1$`"""


def read_delimiters(configs: list[str]) -> DelimiterSet:
    """The delimiters that the page's scripts declare, over the defaults."""
    text = "\n".join(configs)
    found = {delimiter.left: delimiter for delimiter in DEFAULTS} | _declared(text)
    has_engine = bool(re.search(r"mathjax|katex|renderMathInElement", text, re.IGNORECASE))
    if has_engine:
        for default in (_PARENTHESES, _BRACKETS, _DOUBLE_DOLLAR):
            found[default.left] = found[default.left]._replace(certain=True)
    asciimath = _asciimath(text)
    found |= {delimiter.left: delimiter for delimiter in asciimath}
    jqmath = "jqmath" in text.lower()
    if jqmath:
        found |= {pair.left: pair._replace(certain=True) for pair in (_DOLLAR, _DOUBLE_DOLLAR)}
    ordered = sorted(found.values(), key=lambda delimiter: (-len(delimiter.left), delimiter.left))
    return DelimiterSet(
        delimiters=tuple(ordered),
        has_engine=has_engine or jqmath,
        asciimath=frozenset(delimiter.left for delimiter in asciimath),
        jqmath=jqmath,
        ignored_classes=_IGNORED_CLASSES | _class_names(text, "ignore"),
        processed_classes=_PROCESSED_CLASSES | _class_names(text, "process"),
    )


def _declared(text: str) -> dict[str, Delimiter]:
    """The pairs that a configuration of MathJax or KaTeX names, by their left sides."""
    declared: dict[str, Delimiter] = {}
    for key, display in (("inlineMath", False), ("displayMath", True)):
        for left, right in _pairs(text, key):
            declared[left] = Delimiter(left, right, display, True)
    for match in _LEFT_RIGHT.finditer(text):
        left, right = _unescape_js(match[2]), _unescape_js(match[4])
        declared[left] = Delimiter(left, right, match[5] in ("true", "!0") or left == "$$", True)
    # A script that mentions KaTeX may say {left: "10px", right: "20px"} of something else.
    return {
        left: pair for left, pair in declared.items() if left != "`" and pair.right and not left[:1].isalnum() and left.strip()
    }


def _pairs(text: str, key: str) -> Iterator[tuple[str, str]]:
    for body in _arrays(text, key):
        for match in _PAIR.finditer(body):
            yield _unescape_js(match[2]), _unescape_js(match[4])


def _asciimath(text: str) -> list[Delimiter]:
    """The delimiters of AsciiMath on a page that asks for it."""
    if not re.search(r"config=[\w\-]*AM_|asciimath", text, re.IGNORECASE):
        return []
    objects = [text[match.end() : match.end() + 500] for match in _ASCIIMATH_OBJECT.finditer(text)]
    return [
        Delimiter(left, right, False, True) for body in objects for left, right in _pairs(body, "delimiters") if left and right
    ] or [_BACKTICK]


def _class_names(text: str, option: str) -> frozenset[str]:
    """The classes in `ignoreHtmlClass: "a|b"`; a pattern of any other kind says nothing here."""
    found = (name for match in re.finditer(_CLASSES_OPTION.format(option), text) for name in match[1].split("|"))
    return frozenset(name for name in found if re.fullmatch(r"[\w\-]+", name))


def _arrays(text: str, key: str) -> Iterator[str]:
    """The bracketed values of `key: [...]`."""
    end = 0
    for match in re.finditer(rf"{key}['\"]?\s*\]?\s*[:=]\s*(?:\{{\s*['\"]\[\+\]['\"]\s*:\s*)?\[", text):
        if match.start() < end:
            continue  # inside of the last one
        depth, end = 1, match.end()
        while end < len(text) and depth and end - match.end() < MAX_ARRAY_CHARS:
            # Brackets inside strings ("\\[") are delimiters themselves.
            if text[end] in "'\"":
                end = _end_of_string(text, end)
                continue
            depth += (text[end] == "[") - (text[end] == "]")
            end += 1
        yield text[match.end() : end]


MAX_ARRAY_CHARS = 2000
"""Longer lists of delimiters are something else."""


def _end_of_string(text: str, start: int) -> int:
    index = start + 1
    while index < len(text) and text[index] != text[start]:
        index += 2 if text[index] == "\\" else 1
    return index + 1


def _unescape_js(string: str) -> str:
    return re.sub(r"\\(.)", r"\1", string)


class TexSpan(NamedTuple):
    start: int
    end: int
    latex: str
    display: bool
    delimiter: str = ""


def find_tex(text: str, delimiters: DelimiterSet, *, in_engine_zone: bool = False) -> list[TexSpan]:
    """Formulas of `text` in order, delimiters included in the span."""
    spans: list[TexSpan] = []
    trigger = delimiters.trigger
    marks = _Marks(text)
    position = 0
    while match := trigger.search(text, position):
        start = match.start()
        if text[start] == "$" and start and text[start - 1] == "\\":
            position = start + 1
            continue
        span = (
            _environment_at(marks, start)
            if match[0].startswith("\\begin")
            else _delimited_at(marks, start, delimiters, in_engine_zone)
        )
        if span is None:
            position = match.end()
            continue
        spans.append(span)
        position = span.end
    return spans


class _Marks:
    """Where things stand in a text, each found out once: a page may open a hundred thousand formulas that never end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.num_chars_left = MAX_REREAD * len(text)
        """Characters that may still be read in vain."""
        self._closings: dict[str, _Closings] = {}
        self._environments: dict[str, dict[int, int]] = {}

    def closing(self, start: int, right: str) -> int | None:
        """Where `right` stands outside of braces, as MathJax looks for it; None where it does not."""
        if right not in self._closings:
            self._closings[right] = _Closings(self.text, right)
        return self._closings[right].after(start)

    def end_of_environment(self, start: int, name: str) -> int | None:
        """The end of the environment that begins at `start`, those of the same name inside of it looked past."""
        if name not in self._environments:
            self._environments[name] = _ends_of_environments(self.text, name)
        return self._environments[name].get(start)


class _Closings:
    """Where one closing delimiter stands in a text, and how deep in braces."""

    def __init__(self, text: str, right: str) -> None:
        self.is_dollar = right in ("$", "$$")
        self.places: list[int] = []
        self.levels: list[int] = []
        self.braces: list[int] = []
        self.level_after: list[int] = [0]
        self.gaps: list[int] = []
        """What no formula reaches over."""
        if right not in text:
            return
        level = 0
        for match in re.compile(rf"({re.escape(right)})|\\.|[{{}}]|\x00", re.DOTALL).finditer(text):
            if match[1]:
                self.places.append(match.start())
                self.levels.append(level)
            elif match[0] == "\x00":
                self.gaps.append(match.start())
            elif match[0] in "{}":
                level += 1 if match[0] == "{" else -1
                self.braces.append(match.start())
                self.level_after.append(level)

    def after(self, start: int) -> int | None:
        first = bisect_left(self.places, start)
        limit = start + MAX_FORMULA_CHARS
        gap = bisect_left(self.gaps, start)
        if gap < len(self.gaps):
            limit = min(limit, self.gaps[gap])
        if first == len(self.places) or self.places[first] >= limit:
            return None
        level = self.level_after[bisect_left(self.braces, start)]
        for number in range(first, min(first + MAX_ENDS_IN_BRACES, len(self.places))):
            if self.places[number] >= limit:
                break
            if self.levels[number] <= level:
                return self.places[number]
        # Unbalanced braces: TeX that is wrong, but still the formula that the page shows.
        return None if self.is_dollar else self.places[first]


def _ends_of_environments(text: str, name: str) -> dict[int, int]:
    """Beginnings of an environment -> their ends."""
    ends: dict[int, int] = {}
    open_at: list[int] = []
    for mark in re.finditer(rf"\\(begin|end)\s*\{{{re.escape(name)}\}}|\x00", text):
        if not mark[1]:
            open_at.clear()
        elif mark[1] == "begin":
            open_at.append(mark.start())
        elif open_at:
            begin = open_at.pop()
            if mark.end() - begin <= MAX_FORMULA_CHARS:
                ends[begin] = mark.end()
    return ends


def _environment_at(marks: _Marks, start: int) -> TexSpan | None:
    match = _ENVIRONMENT.match(marks.text, start)
    end = marks.end_of_environment(start, match[1] + match[2]) if match else None
    return TexSpan(start, end, marks.text[start:end], True) if end is not None else None


def _delimited_at(marks: _Marks, start: int, delimiters: DelimiterSet, in_engine_zone: bool) -> TexSpan | None:
    text = marks.text
    for delimiter in delimiters.delimiters:
        if not text.startswith(delimiter.left, start):
            continue
        inner = start + len(delimiter.left)
        end = marks.closing(inner, delimiter.right)
        if end is None or (marks.num_chars_left < 0 and end - inner > MAX_REREAD_CHARS):
            continue
        content = text[inner:end]
        after = end + len(delimiter.right)
        if (
            not _HAS_CONTENT.search(content)
            or _BREAKS_FORMULA.search(content)
            or _BINARY.search(content)
            or not _is_tex(content, delimiter, text[max(0, start - 3) : start], text[after : after + 4], in_engine_zone)
        ):
            marks.num_chars_left -= len(content)
            continue
        latex = delimiters.to_latex(content, delimiter)
        return TexSpan(start, after, latex, delimiter.display, delimiter.left)
    return None


def _is_tex(content: str, delimiter: Delimiter, before: str, following: str, in_engine_zone: bool) -> bool:
    """Whether what stands between the delimiters is mathematics. `before` and `following` are a few characters around them."""
    is_dollar = delimiter.left == "$"
    if delimiter.certain or in_engine_zone:
        return not is_dollar or not _looks_like_prices(content, following[:1])
    if is_dollar:
        return _dollar_holds_tex(content, before, following)
    bare = _TEXT_ARGUMENT.sub("", content)
    if re.search(r"(?<!\\)\$", bare) or re.search(rf"(?<!\\){re.escape(delimiter.left)}", bare):
        return False
    if delimiter.left[0] == "\\" and (before.endswith("\\") or _DRIVE.search(before)):
        return False  # C:\(x86)
    if delimiter.left == "\\(" and (content.count("\\|") % 2 or re.match(r"[^(\[]*\)", content)):
        return False
    if delimiter.left == "\\[" and re.fullmatch(r"[\w ,.\-]{1,12}", content):
        return False  # \[12\], \[edit\]: an escaped bracket of Markdown
    return reads_as_mathematics(content)


def _dollar_holds_tex(content: str, before: str, following: str) -> bool:
    """Whether single dollars that nobody declared hold TeX: beyond doubt, or standing free around what may be TeX."""
    if content[0].isspace() or content[-1].isspace() or len(content) > 1000 or _is_code(content):
        return False
    if _BARE_SCRIPT.fullmatch(content) or content.startswith("latex "):
        return True
    if not _TEX_EVIDENCE.search(content) or _PROSE.search(_TEXT_ARGUMENT.sub("", content)):
        return False
    if before[-1:] == "\\" or re.match(r"\{\w+\}[^\\]*$", content):
        return False  # ${name} of a shell or a template
    if _COMMAND.search(content):
        return not (content[0].isdigit() and following[:1].isdigit())
    if following[:1] == "\\" or _ESCAPED_CHARACTERS.fullmatch(content):
        return False  # [$\r,$\n] of Erlang
    is_inside_word = following[:1].isascii() and following[:1].isalnum() and not _ENGLISH_ENDING.match(following)
    return before[-1:] not in _NOT_BEFORE_DOLLAR and not is_inside_word if before else not is_inside_word


def reads_as_mathematics(content: str) -> bool:
    """Whether text that may be TeX is: it holds a command or a script and is no program, or letters and signs without words."""
    if _is_code(content) or not _HAS_CONTENT.search(content):
        return False
    if _COMMAND.search(content):
        return True
    bare = _TEXT_ARGUMENT.sub("", content)
    if _TEX_EVIDENCE.search(content):
        return not _PROSE.search(bare)
    return bool(_OPERATOR.search(bare)) and all(word in FUNCTIONS for word in _WORD.findall(bare))


def _is_code(content: str) -> bool:
    return bool(_CODE.search(content) or (_CODE_SIGNS.search(content) and not _COMMAND.search(content)))


def _looks_like_prices(content: str, following: str) -> bool:
    """`$5 per month and the premium plan costs $12`, also where the page declares the dollar."""
    if re.search(r"[\\^_={}]", content):
        return False
    if content[0].isdigit() and (content[-1].isspace() or following.isdigit() or re.search(r"[A-Za-z]{2,}\s+\S*$", content)):
        return True
    if (content[0].isspace() or content[-1].isspace()) and not re.search(r"[<>+*/-]", content):
        return True  # $HOME and $PATH
    return following.isdigit()


# ---------------------------------------------------------------------------------------------------- on the tree


ENOUGH_FORMULAS = 3
"""So many formulas between the same delimiters, each beyond doubt, show how the page writes mathematics: the rest count too."""


def mark_tex(root: Element, delimiters: DelimiterSet) -> None:
    """Replaces TeX in the text below `root` by formula elements."""
    made = Counter(formula.attrs["delimiter"] for formula in _mark_below(root, delimiters))
    believed = tuple(
        delimiter._replace(certain=delimiter.certain or made[delimiter.left] >= ENOUGH_FORMULAS)
        for delimiter in delimiters.delimiters
    )
    if believed != delimiters.delimiters:
        _mark_below(root, replace(delimiters, delimiters=believed))


def _mark_below(root: Element, delimiters: DelimiterSet) -> list[Element]:
    made: list[Element] = []
    trigger = delimiters.trigger
    stack: list[tuple[Element, bool, bool]] = [(root, False, False)]
    while stack:
        node, zone, ignored = stack.pop()
        if node.tag in _SKIPPED_TAGS:
            continue
        name = node.attrs.get("class")
        if name and (classes := set(name.split())):
            if not classes.isdisjoint(delimiters.processed_classes):
                zone, ignored = True, False
            elif not classes.isdisjoint(delimiters.ignored_classes) and node.tag != "body":
                zone, ignored = False, True
        if not ignored and any(isinstance(child, str) and trigger.search(child) for child in node.children):
            made += _mark_children(node, delimiters, zone)
        stack.extend((child, zone, ignored) for child in node.children if not isinstance(child, str))
    return made


def _mark_children(node: Element, delimiters: DelimiterSet, zone: bool) -> list[Element]:
    pieces = [_flat(child) for child in node.children]
    text = "".join(pieces)
    spans = find_tex(text, delimiters, in_engine_zone=zone)
    if not spans:
        return []
    made: list[Element] = []
    rebuilt: list[Element | str] = []
    offset = 0
    pending = iter([*spans, TexSpan(len(text) + 1, len(text) + 1, "", False)])
    span = next(pending)
    for child, piece in zip(node.children, pieces, strict=True):
        end = offset + len(piece)
        while span.end <= offset:
            span = next(pending)
        if not isinstance(child, str):
            # Inside a formula (a line break, emphasis that Markdown made of underscores) it is gone with it.
            if not (span.start <= offset and end <= span.end and piece):
                rebuilt.append(child)
            offset = end
            continue
        cursor = offset
        while span.start < end:
            if span.start >= cursor:
                rebuilt.append(child[cursor - offset : span.start - offset])
                formula = formula_element(span.latex, span.display, "delimiters", node)
                formula.attrs["delimiter"] = span.delimiter
                rebuilt.append(formula)
                made.append(formula)
            cursor = max(cursor, min(span.end, end))
            if span.end > end:
                break
            span = next(pending)
        rebuilt.append(child[cursor - offset :])
        offset = end
    node.children = [child for child in rebuilt if child != ""]
    return made


def _flat(child: Element | str) -> str:
    """A child as the formula around it would read it; a NUL where no formula reaches over it."""
    if isinstance(child, str):
        return child.replace("\x00", "\ufffd")
    if child.tag == "br":
        return "\n"
    if child.tag == "wbr":
        return ""
    if child.tag in _INLINE_TAGS and all(isinstance(grandchild, str) for grandchild in child.children):
        text = child.text()
        if _TRIGGER.search(text):
            return "\x00"
        return f"_{text}_" if child.tag in ("em", "i") else text
    return "\x00"


def formula_element(latex: str, display: bool, notation: str, parent: Element | None = None) -> Element:
    """A formula as an element of the tree."""
    return Element(MATH_TAG, {"latex": clean_tex(latex), "display": "1" if display else "", "notation": notation}, parent)


_OUTER = (("$$", "$$"), ("\\[", "\\]"), ("\\(", "\\)"), ("$", "$"))
_DOCUMENT = re.compile(r"\\documentclass.*?\\begin\s*\{document\}(.*?)\\end\s*\{document\}", re.DOTALL)
"""Publishers wrap each formula of an article into a document of its own."""
_MATH_WRAPPERS = re.compile(r"^\\begin\{(displaymath|math)\}(.*)\\end\{\1\}$", re.DOTALL)
_DISPLAYSTYLE = re.compile(r"^\{\\(?:displaystyle|textstyle|scriptstyle)(?![A-Za-z])\s*(.*)\}$", re.DOTALL)
_TEXT_WITH_DOLLARS = re.compile(r"(\\(?:text|textrm|textit|textbf|mbox|hbox|mathrm)\s*)\{([^{}$]*\$[^{}]*)\}")
_NBSP = str.maketrans({"\u00a0": " ", "\u200b": "", "\ufeff": "", "\u2009": " ", "\u202f": " ", "\r": "\n", "\x00": ""})


def clean_tex(latex: str) -> str:
    """LaTeX without delimiters around it, blank lines in it, or dollars that would end it early."""
    latex = latex.translate(_NBSP).strip()
    if match := _DOCUMENT.match(latex):
        latex = match[1].strip()
    for left, right in _OUTER:
        if len(latex) >= len(left) + len(right) and latex.startswith(left) and latex.endswith(right):
            inner = latex[len(left) : -len(right)]
            if left not in inner and not inner.endswith("\\"):
                latex = inner.strip()
                break
    if match := _MATH_WRAPPERS.match(latex):
        latex = match[2].strip()
    if (match := _DISPLAYSTYLE.match(latex)) and _is_balanced(match[1]):
        latex = match[1].strip()
    if "$" in latex:
        latex = _TEXT_WITH_DOLLARS.sub(_dollars_out_of_text, latex)
        latex = re.sub(r"(?<!\\)\$", "", latex)
    latex = re.sub(r"(?<!\\)%[^\n]*(\n|$)", r"\1", latex) if "%" in latex else latex
    return re.sub(r"\n\s*\n+", "\n", latex).strip()


def _dollars_out_of_text(match: re.Match[str]) -> str:
    r"""`\text{if $n$ is even}` -> `\text{if }n\text{ is even}`."""
    command, parts = match[1], re.split(r"(?<!\\)\$", match[2])
    return "".join(part if index % 2 else (f"{command}{{{part}}}" if part else "") for index, part in enumerate(parts))


def _is_balanced(latex: str) -> bool:
    depth = 0
    for match in re.finditer(r"\\.|[{}]", latex, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth < 0:
            return False
    return depth == 0


__all__ = ["DelimiterSet", "clean_tex", "find_tex", "formula_element", "mark_tex", "read_delimiters", "reads_as_mathematics"]
