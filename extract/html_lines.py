r"""The lines of Markdown that extract/html_markdown.py writes: what is escaped, indented, quoted.

Prose that begins like a block of Markdown is escaped where it would be taken for something that it does not look like: `\# 1`,
`\> 5`, `\- 3`; not `1. Introduction` or `- and so on`, which are lists typed by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_UNESCAPED_DOLLAR = re.compile(r"(?<!\\)\$")
_UNESCAPED_TICK = re.compile(r"(?<!\\)`")
_TICKS = re.compile(r"`+")
_OPENING_FENCE = re.compile(r" *(`{3,})[^`]*$")
_FIRST_OF_BLOCKS = frozenset("#>|~-+*=0123456789")
_LIKE_A_BLOCK = re.compile(
    r"^(?=[#]{1,6}(?:\s|$)|>|\||~~~|[-+*](?:\ \d|$)|(?:-\ ?){3,}$|(?<=[^\n]\n)[-=]+$) | ^\d{4,9}(?=[.)]\s)",
    re.MULTILINE | re.VERBOSE,
)
"""Where a backslash belongs: before a heading, a quotation, a table, a fence, the sign of a number, a bullet of nothing, a line
under a heading; behind a year that would number an item."""


class Listing(str):
    """A list as it is written."""

    __slots__ = ()


class Fenced(str):
    """A block of code as it is written."""

    __slots__ = ()


def shielded(text: str) -> str:
    """Prose with a backslash where a line begins like a block that it is not."""
    if text[:1] in _FIRST_OF_BLOCKS or "\n" in text:
        return _LIKE_A_BLOCK.sub(r"\g<0>\\", text)
    return text


def can_pair(texts: Iterable[str]) -> bool:
    """Whether some of the runs of backticks in a paragraph could be read as code, or as a fence."""
    ticks = [run for text in texts if "`" in text for run in _TICKS.findall(text)]
    return len(set(ticks)) < len(ticks) or any(len(run) > 2 for run in ticks)


def escaped(text: str, *, dollars: bool, ticks: bool) -> str:
    """Prose with its dollars and backticks escaped."""
    if dollars and "$" in text:
        text = _UNESCAPED_DOLLAR.sub(r"\\$", text)
    if ticks and "`" in text:
        text = _UNESCAPED_TICK.sub(r"\\`", text)
    return text


def inline_code(text: str) -> str:
    """Text between backticks, more of them than it holds in a row."""
    longest = max((len(run) for run in _TICKS.findall(text)), default=0)
    ticks = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def tidy(text: str) -> str:
    """Blanks at line ends and runs of them gone."""
    if "\n" in text:
        text = re.sub(r" *\n *", "\n", text)
        text = re.sub(r"\n{3,}", "\n\n", text)
    return re.sub(r"  +", " ", text).strip() if "  " in text else text.strip()


def item(marker: str, parts: list[str], indent: str) -> str:
    """The parts of a list item behind its marker; a nested list follows its paragraph without a blank line, code its marker on a
    line of its own."""
    text = ""
    for part in parts:
        is_tight = isinstance(part, Listing) and "\n\n" not in part
        text += ("\n" if is_tight else "\n\n") + part if text else part
    text = indented(text, indent)
    return f"{marker.rstrip()}\n{text}" if isinstance(parts[0], Fenced) else marker + text[len(indent) :]


def indented(text: str, indent: str) -> str:
    """Every line but empty ones behind `indent`."""
    if not indent:
        return text
    if "\n\n" not in text:
        return indent + text.replace("\n", f"\n{indent}")
    return "\n".join(indent + line if line else line for line in text.split("\n"))


def quotation(parts: list[str]) -> str:
    """One quotation; code in it, below a list, stays without the marks."""
    lines: list[str] = []
    fence_mark = ""
    for line in "\n\n".join(parts).split("\n"):
        if fence_mark:
            lines.append(line)
            fence_mark = "" if line.strip() == fence_mark else fence_mark
        elif opening := _OPENING_FENCE.match(line):
            lines.append(line)
            fence_mark = opening[1]
        else:
            lines.append(f"> {line}" if line else ">")
    return "\n".join(lines)


def flat(listing: str) -> str:
    """A list on one line."""
    return "; ".join(line.strip().removeprefix("- ") for line in listing.split("\n") if line)
