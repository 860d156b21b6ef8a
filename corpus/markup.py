"""The dialect of our Markdown, in one place: what is a formula, what is code, what is prose.

extract/ writes it, quality/ and mix/ read it:

- display mathematics: `$$ ... $$`, LaTeX, may span lines but no blank line;
- inline mathematics: `$...$`, no blank after the opening dollar or before the closing one, no digit after the closing one, one
  paragraph (Pandoc's rule for `tex_math_dollars`);
- a dollar sign that is none of these is written `\\$` wherever it could be read as one;
- code: fences of three or more backticks with an optional language; inline code between backticks. In a list item the fence is
  indented with the item, and so are the lines of the code, which do not have that indentation themselves (CommonMark's rule).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

SpanKind = Literal["code", "inline_code", "display", "inline"]

_FENCE = re.compile(r"^([ \t]*)(`{3,}|~{3,})[ \t]*([^\s`]*)[^\n`]*$", re.MULTILINE)
_BLANK_LINE = re.compile(r"\n[ \t\r\f\v]*\n")
_MARK = re.compile(r"\\.|`+|\$\$?", re.DOTALL)
"""What may begin or end a formula or inline code; an escaped character is neither."""


class Span(NamedTuple):
    """A formula or a piece of code: `text[start:end]` with its delimiters, `body` without them and the indentation of a fence."""

    kind: SpanKind
    start: int
    end: int
    body: str
    language: str


def spans(text: str) -> Iterator[Span]:
    """Formulas and code of `text` in order; they do not overlap. Linear in the length of the text."""
    position = 0
    while opening := _FENCE.search(text, position):
        yield from _inline_spans(text, position, opening.start())
        body = min(opening.end() + 1, len(text))
        closing = re.compile(rf"^[ \t]*{opening[2]}[`~]*[ \t]*$", re.MULTILINE).search(text, body)
        stop, position = (closing.start(), closing.end()) if closing else (len(text), len(text))
        yield Span("code", opening.start(), position, _without_indent(text[body:stop], opening[1]), opening[3])
    yield from _inline_spans(text, position, len(text))


def _without_indent(code: str, indent: str) -> str:
    """Lines of code without the indentation of their fence, as far as they have it."""
    return re.sub(rf"^[ \t]{{1,{len(indent)}}}", "", code, flags=re.MULTILINE) if indent else code


def _inline_spans(text: str, start: int, stop: int) -> Iterator[Span]:
    """Formulas and inline code between two fences, paragraph by paragraph."""
    while start < stop:
        blank = _BLANK_LINE.search(text, start, stop)
        end = blank.start() if blank else stop
        yield from _paragraph_spans(text, start, end)
        start = blank.end() if blank else stop


def _paragraph_spans(text: str, start: int, stop: int) -> Iterator[Span]:
    """One paragraph's: each mark is looked at once, and a mark without a partner is passed over."""
    marks = list(_MARK.finditer(text, start, stop))
    partners = _partners([mark.group() for mark in marks])
    i = 0
    while i < len(marks):
        kind = _kind_of(marks[i].group())
        j = partners[i]
        if kind and j is not None and _holds(kind, text, marks[i].end(), marks[j].start(), marks[j].end()):
            body = text[marks[i].end() : marks[j].start()]
            yield Span(kind, marks[i].start(), marks[j].end(), body, "")
            i = j
        i += 1


def _kind_of(mark: str) -> SpanKind | None:
    """What the mark opens; an escaped character opens nothing."""
    return {"`": "inline_code", "$": "display" if len(mark) == 2 else "inline"}.get(mark[0])


def _partners(marks: list[str]) -> list[int | None]:
    """For each mark the next equal one that could close it: any later one, but for a dollar the next dollar sign of any kind."""
    following: dict[str, int] = {}
    partners: list[int | None] = [None] * len(marks)
    for i in range(len(marks) - 1, -1, -1):
        mark = marks[i]
        if mark[0] == "\\":
            continue
        partners[i] = following.get(mark)
        if mark[0] == "$":
            following.pop("$" if mark == "$$" else "$$", None)
        following[mark] = i
    return partners


def _holds(kind: str, text: str, start: int, stop: int, end: int) -> bool:
    """Whether text[start:stop] between its marks is a span; `end` is where the closing mark ends."""
    if start >= stop:
        return False
    if kind == "inline":
        return not text[start].isspace() and not text[stop - 1].isspace() and not text[end : end + 1].isdigit()
    return True


def mask(text: str, *, formula: str = " ", code: str = " ") -> str:
    """`text` with every formula and every piece of code replaced, for statistics that are about prose."""
    parts, position = [], 0
    for span in spans(text):
        parts += [text[position : span.start], formula if span.kind in ("display", "inline") else code]
        position = span.end
    return "".join([*parts, text[position:]])


def escape_dollars(prose: str) -> str:
    r"""`prose` (holding neither formulas nor code) with its dollars written `\$`, so that no two of them read as a formula."""
    return prose if prose.count("$") < 2 else re.sub(r"(?<!\\)\$", r"\\$", prose)


def fence(code: str, language: str = "") -> str:
    """`code` as a fenced block; the fence is longer than any run of backticks in it."""
    longest = max((len(run) for run in re.findall(r"`{3,}", code)), default=2)
    ticks = "`" * (longest + 1)
    body = code.strip("\n")
    return f"{ticks}{language}\n{body}\n{ticks}"
