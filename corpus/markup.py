"""The dialect of our Markdown, in one place: what is a formula, what is code, what is prose.

extract/ writes it, quality/ and mix/ read it:

- display mathematics: `$$ ... $$`, LaTeX, may span lines but no blank line;
- inline mathematics: `$...$`, no blank after the opening dollar or before the closing one, no digit after the closing one, one
  paragraph (Pandoc's rule for `tex_math_dollars`);
- a dollar sign that is none of these is written `\\$` wherever it could be read as one;
- code: fences of three or more backticks with an optional language; inline code between backticks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

SpanKind = Literal["code", "inline_code", "display", "inline"]

_SPAN = re.compile(
    r"(?P<code>^(?P<fence>[ \t]*(?P<ticks>`{3,}|~{3,}))[ \t]*(?P<language>[^\s`]*)[^\n`]*\n(?P<code_body>.*?)(?:^[ \t]*(?P=ticks)[`~]*[ \t]*$|\Z))"
    r"|(?P<inline_code>(?<!`)(?P<run>`+)(?!`)(?P<inline_code_body>(?:(?!\n\s*\n).)+?)(?<!`)(?P=run)(?!`))"
    r"|(?P<escape>\\[\\$`])"
    r"|(?P<display>\$\$(?P<display_body>(?:\\.|(?!\n\s*\n|\$\$).)+?)\$\$)"
    r"|(?P<inline>\$(?=[^\s$])(?P<inline_body>(?:\\.|(?!\n\s*\n)[^$\\])*?)(?<![\s])\$(?!\d))",
    re.MULTILINE | re.DOTALL,
)


class Span(NamedTuple):
    """A formula or a piece of code: `text[start:end]` with its delimiters, `body` without them."""

    kind: SpanKind
    start: int
    end: int
    body: str
    language: str


def spans(text: str) -> Iterator[Span]:
    """Formulas and code of `text` in order; they do not overlap."""
    for match in _SPAN.finditer(text):
        kind = match.lastgroup if match.lastgroup != "escape" else None
        for name in ("code", "inline_code", "display", "inline"):
            if match.group(name) is not None:
                kind = name
        if kind in ("code", "inline_code", "display", "inline"):
            yield Span(kind, match.start(), match.end(), match.group(f"{kind}_body"), match.group("language") or "")  # type: ignore[arg-type]


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
