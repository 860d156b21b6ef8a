r"""Mathematics written in HTML alone: `<i>x</i><sup>2</sup> ≤ <i>α</i><sub>1</sub>` to `x^{2} \leq \alpha_{1}`.

A run of text counts as a formula only if everything in it is mathematics (single italic letters, numbers, signs, names of
functions, scripts made of the same) and a letter that stands for a quantity carries a script. So H<sub>2</sub>O, 1<sup>st</sup>,
m<sup>2</sup> and footnote marks stay text. Pages that typeset their formulas are left alone: what they write in plain HTML beside
them is text to their author.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import zip_longest
from typing import NamedTuple

from extract.html_delimiters import formula_element
from extract.html_mathml import OVER_ACCENTS
from extract.html_symbols import ALPHABETS, BINARY, FUNCTIONS, INVISIBLE, RELATIONS, SYMBOLS, join, latex_of
from extract.html_tree import MATH_TAG, Element, Page, words

MAX_RUN_CHARS = 600
"""Longer runs of mathematics without a word are tables of numbers or the like."""
MAX_LETTERS = 3
"""`mc` in an element of mathematics is m times c; longer runs of letters are words."""

MAX_WRAPPERS = 8
"""Elements inside of each other in which a formula is looked for."""

_ITALIC = words("i em var cite dfn")
_WRAPPERS = words("i em var span b strong font small nobr big cite dfn")
_NEVER_INSIDE = words("a pre code kbd samp tt script textarea button select title x-code")
# A number, a run of Latin letters, blanks, or one other character with the accents on it.
_TEXT_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[A-Za-zÀ-ɏ]+[\u0300-\u036f]*|\s+|[^\sA-Za-z0-9][\u0300-\u036f]*", re.DOTALL)
_SIGNS = frozenset("+-−–*/=<>()[]{}|,;:!'’′″.…·⋅∙×÷±∓%∗")
_OPENING, _CLOSING = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "⌊": "⌋", "⌈": "⌉"}, frozenset(")]}⟩⌋⌉")
_PARTNER = {closing: opening for opening, closing in _OPENING.items()}
_APOSTROPHES = frozenset("'’")
_TRIMMED_START = frozenset(",;:.!)…%'’*/–-")
_TRIMMED_END = frozenset(",;:.(–-")


class _Token(NamedTuple):
    """A piece of a line: what it is in LaTeX, and where it stands among the children of its element."""

    child: int
    start: int
    end: int
    """Characters of a text child; 0 and 1 for an element."""
    text: str
    latex: str
    kind: str
    """letter (stands for a quantity), number, sign, name (of a function), space, script, word (ends the run)."""


def mark_html_formulas(page: Page) -> None:
    """Replaces mathematics of letters, signs and scripts by formula elements."""
    scripts = [
        node for node in page.order if node.tag in ("sub", "sup") and node.parent is not None and _may_be_mathematics(node)
    ]
    if not scripts or any(node.tag == MATH_TAG for node in page.root.all_elements()):
        return
    seen: set[int] = set()
    for node in scripts:
        holders: list[Element] = [node.parent] if node.parent is not None else []
        while holders[-1].tag in _WRAPPERS and len(holders) < MAX_WRAPPERS and (above := holders[-1].parent) is not None:
            holders.append(above)
        for holder in reversed(holders):  # from outside, so that a formula is found whole
            if id(holder) not in seen and holder.tag and holder.tag not in _NEVER_INSIDE:
                seen.add(id(holder))
                _mark_children(holder)


def _may_be_mathematics(node: Element) -> bool:
    """Whether a script is no footnote mark: those hold a link, or stand in one."""
    return not any(child.__class__ is not str and child.tag == "a" for child in node.children)  # type: ignore[union-attr]


def html_to_latex(node: Element) -> str | None:
    """All of an element that its page calls mathematics as one formula, or None where something in it is none.

    Upright letters count too, side by side where there are up to `MAX_LETTERS`.
    """
    tokens = _tokens(node, italic=True, marked=True)
    return None if not tokens or any(token.kind == "word" for token in tokens) else _latex(tokens)


def _mark_children(holder: Element) -> None:
    tokens = _tokens(holder, italic=_is_italic(holder))
    for run in reversed(_runs(tokens)):  # from the end, so that the places of earlier runs stay right
        _replace(holder, run)


# ---------------------------------------------------------------------------------------------------- tokens


def _tokens(node: Element, *, italic: bool, marked: bool = False, depth: int = 0) -> list[_Token]:
    found: list[_Token] = []
    for index, child in enumerate(node.children):
        if isinstance(child, str):
            for match in _TEXT_TOKEN.finditer(child):
                latex, kind = _read_text(match[0], italic)
                if marked and kind == "word" and len(latex) <= MAX_LETTERS and latex.isascii() and latex.isalpha():
                    kind = "letter"
                found.append(_Token(index, match.start(), match.end(), match[0], latex, kind))
        else:
            latex, kind = _read_element(child, found, italic, marked, depth) if depth < MAX_WRAPPERS else ("", "word")
            found.append(_Token(index, 0, 1, "", latex, kind))
    return found


def _read_text(text: str, italic: bool) -> tuple[str, str]:
    """One token of text: its LaTeX and its kind."""
    if text.isspace():
        return " ", "space"
    if text[0].isdigit():
        return text, "number"
    text = text.translate(INVISIBLE)
    bare = unicodedata.normalize("NFD", text)
    accents = [OVER_ACCENTS[char] for char in bare[1:] if char in OVER_ACCENTS]
    if len(bare) > 1 and len(accents) == len(bare) - 1:
        latex, kind = _read_text(bare[0], italic)
        return "".join(f"\\{accent}{{" for accent in accents) + latex + "}" * len(accents), kind
    if text in FUNCTIONS:
        return f"\\{text}", "name"
    if len(text) != 1:
        return text, "word" if text else "space"
    if text.isascii() and text.isalpha():
        return text, "letter" if italic else "word"
    if text == ".":
        return text, "word"  # the end of a sentence: decimal points are inside of numbers
    if text in ALPHABETS or text in SYMBOLS or text in _SIGNS:
        latex = latex_of("'" if text == "’" else text)
        return latex, "letter" if text.isalpha() else "sign"
    return text, "word"


def _read_element(node: Element, before: list[_Token], italic: bool, marked: bool, depth: int) -> tuple[str, str]:
    if node.tag in ("sub", "sup"):
        return _read_script(node, before, marked, depth)
    if node.tag not in _WRAPPERS:
        return "", "word"
    inner = _tokens(node, italic=italic or _is_italic(node), marked=marked, depth=depth + 1)
    if not inner or any(token.kind == "word" for token in inner):
        return "", "word"
    if len(inner) > 2 and inner[-1].text == "s" and inner[-2].text in _APOSTROPHES:
        return "", "word"  # part of it is a formula
    latex = _latex(inner)
    if node.tag in ("b", "strong"):
        return (f"\\mathbf{{{latex}}}", "letter") if len(latex) == 1 and latex.isalpha() else ("", "word")
    kinds = {token.kind for token in inner}
    return latex, "script" if "script" in kinds else "letter" if "letter" in kinds else "sign"


def _is_italic(node: Element) -> bool:
    """Whether letters of an element stand for quantities: by its tag, by its style (HeVeA), by the name of its font (tex4ht)."""
    if node.tag in _ITALIC:
        return True
    return node.tag == "span" and bool(
        node.attrs and (_ITALIC_STYLE.search(node.attrs.get("style", "")) or node.attrs.get("class", "").startswith("cmmi"))
    )


_ITALIC_STYLE = re.compile(r"font-style\s*:\s*italic")


def _read_script(node: Element, before: list[_Token], marked: bool, depth: int) -> tuple[str, str]:
    """`_{...}` or `^{...}`, where the content is mathematics (or, below, a short label) and something carries it."""
    mark = "_" if node.tag == "sub" else "^"
    if not before or before[-1].kind not in ("letter", "script", "name", "sign", "number", "word") or before[-1].text in _OPENING:
        return "", "word"
    inner = _tokens(node, italic=marked, marked=marked, depth=depth + 1)
    if inner and all(token.kind != "word" for token in inner):
        return f"{mark}{{{_latex(inner)}}}", "script"
    label = _label(node)
    if mark == "_" and re.fullmatch(r"[A-Za-z]{1,8}", label):
        return f"_{{{label}}}" if len(label) == 1 else f"_{{\\text{{{label}}}}}", "script"
    return "", "word"


def _label(node: Element) -> str:
    """The text of a script whose few elements hold a word."""
    parts: list[str] = []
    stack: list[Element | str] = [node]
    for _ in range(MAX_WRAPPERS):
        if not stack:
            return "".join(parts).strip()
        child = stack.pop()
        if isinstance(child, str):
            parts.append(child)
        else:
            stack.extend(reversed(child.children))
    return ""


def _latex(tokens: list[_Token]) -> str:
    pieces: list[str] = []
    shown = [token for token in tokens if token.kind != "space"]
    for token, after in zip_longest(shown, shown[1:]):
        latex = token.latex
        if latex == r"\arg" and (after is None or (after.kind not in ("letter", "number") and after.text not in _OPENING)):
            latex = r"\mathit{arg}"  # what the function is given, not the argument of a complex number
        if latex in RELATIONS or (latex in BINARY and pieces):
            latex = f" {latex} "
        elif latex in ("{", "}"):
            latex = f"\\{latex}"
        elif latex == ",":
            latex = ", "
        pieces.append(latex)
    return join(pieces).strip().replace("<  =", "<=").replace(">  =", ">=")


# ---------------------------------------------------------------------------------------------------- runs


def _runs(tokens: list[_Token]) -> list[list[_Token]]:
    """The formulas among the tokens of a line."""
    runs: list[list[_Token]] = []
    run: list[_Token] = []
    for index, token in enumerate(tokens):
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.text == "s" and token.kind == "word" and run and run[-1].text in _APOSTROPHES:
            run.pop()  # x<sub>1</sub>'s
        if token.kind == "word" and not (following is not None and _names_operator(token, following)):
            runs.append(run)
            run = []
        elif token.kind != "script" or run or token.latex[0] not in "_^":  # a script on a word of the text is none
            run.append(token if token.kind != "word" else token._replace(latex=f"\\operatorname{{{token.text}}}", kind="name"))
    runs.append(run)
    return [trimmed for run in runs if 0 < len(run) <= 2 * MAX_RUN_CHARS and (trimmed := _trimmed(run)) and _is_formula(trimmed)]


def _names_operator(token: _Token, following: _Token) -> bool:
    """`mult<sub>p</sub>`: a short name with a subscript that holds a quantity."""
    return bool(
        following.kind == "script" and following.latex.startswith("_{")
        and re.fullmatch(r"[A-Za-z]{3,5}", token.text) and not following.latex.startswith(("_{\\text", "_{1", "_{2"))
    )  # fmt: skip


def _trimmed(run: list[_Token]) -> list[_Token]:
    """The run without what belongs to the sentence: blanks, punctuation, brackets whose partner stands outside."""
    partners = _partners(run)
    start, end = 0, len(run)

    def is_alone(place: int) -> bool:
        return not start <= partners.get(place, place) < end

    while start < end:
        first, last = run[start], run[end - 1]
        if first.kind == "space" or first.text in _TRIMMED_START or first.latex in RELATIONS or is_alone(start):
            start += 1
        elif end - start > 2 and run[end - 2].text in _APOSTROPHES and last.text == "s":
            end -= 2  # D<sub>1</sub>'s
        elif last.kind in ("space", "name") or last.text in _TRIMMED_END or last.latex in RELATIONS or is_alone(end - 1):
            end -= 1
        elif end - start > 2 and first.kind == "number" and run[start + 1].kind == "space" and run[start + 2].kind != "sign":
            start += 2  # "of the 3 x_i": the number counts the words before
        elif middle := next((place for place in range(start, end) if is_alone(place)), 0):
            # A bracket in the middle without its partner: the part after it, which holds the rest of the sentence, goes.
            if any(token.kind == "script" for token in run[start:middle]):
                end = middle
            else:
                start = middle + 1
        else:
            return run[start:end]
    return []


def _partners(run: list[_Token]) -> dict[int, int]:
    """Places of brackets -> those of their partners, -1 without one; in intervals a square one may pair with a round one."""
    waiting: list[int] = []
    partners: dict[int, int] = {}
    for index, token in enumerate(run):
        if token.text in _OPENING:
            waiting.append(index)
            partners[index] = -1
        elif token.text in _CLOSING:
            partners[index] = -1
            if waiting and (_OPENING[run[waiting[-1]].text] == token.text or {token.text, run[waiting[-1]].text} <= set("()[]")):
                partners[index] = waiting.pop()
                partners[partners[index]] = index
    return partners


# 2^{n} is mathematics; 10^{6} is a number of the sentence and 12^{a} has a footnote
_SCRIPTED_NUMBER = re.compile(r"(?<!\d)\d{1,2}\^\{[^}]*(?:\\[A-Za-z]+|[k-z])[^}]*\}")


def _is_formula(run: list[_Token]) -> bool:
    """Whether a quantity carries a script in the run."""
    if not any(token.kind == "script" for token in run) or sum(len(token.latex) for token in run) > MAX_RUN_CHARS:
        return False
    if any(token.kind == "letter" or (token.kind == "script" and token.latex[0] not in "_^") for token in run):
        return True
    return bool(_SCRIPTED_NUMBER.search(_latex(run)))


def _replace(holder: Element, run: list[_Token]) -> None:
    """Puts one formula in the place of a run."""
    first, last = run[0], run[-1]
    formula = formula_element(_latex(run), False, "html", holder)
    before, after = holder.children[first.child], holder.children[last.child]
    rebuilt: list[Element | str] = []
    if isinstance(before, str) and first.start:
        rebuilt.append(before[: first.start])
    rebuilt.append(formula)
    if isinstance(after, str) and last.end < len(after):
        rebuilt.append(after[last.end :])
    for child in holder.children[first.child : last.child + 1]:
        if not isinstance(child, str):
            child.bury()
            child.tag = ""
    holder.children[first.child : last.child + 1] = rebuilt


__all__ = ["html_to_latex", "mark_html_formulas"]
