"""Tables for extract/html_markdown.py: what a table is for, and how its written cells become Markdown or HTML.

A table is data, the layout of a page, or a signature of Doxygen's that is set in columns. Data are a GFM table; cells that span
others can only be said in HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from extract.html_tree import MATH_TAG, Element

Rows = list[list[Element]]

MAX_CELL_CHARS = 500
"""Cells longer than this, in a quarter of a table without headers, are parts of a page."""
MAX_CELL_BLOCKS = 2
"""Paragraphs and lists of a cell of data."""

TABLE, CODE, TITLE, HEADING, LIST, BLOCK, MATH, DEFINITIONS = (1 << number for number in range(8))
"""What a subtree holds; extract/html_markdown.py finds out."""
_PARTS_OF_PAGE = TABLE | CODE | TITLE
_CELL_BLOCKS = frozenset(["p", "div", "ul", "ol"])
_SPANS = ("rowspan", "colspan")


def rows_of(table: Element) -> Rows:
    """The cells of each row that has any."""
    rows: Rows = []
    for child in table.children:
        if isinstance(child, str):
            continue
        if child.tag in ("tbody", "thead", "tfoot"):
            rows += rows_of(child)
        elif child.tag == "tr":
            cells = [cell for cell in child.children if isinstance(cell, Element) and cell.tag in ("td", "th")]
            if cells:
                rows.append(cells)
    return rows


def without_icon(rows: Rows) -> Rows:
    """The rows without an empty cell beside all of them: the picture that says note or warning."""
    first = rows[0] if rows else []
    if len(rows) < 2 or len(first) < 2 or first[0].attrs.get("rowspan") != str(len(rows)) or first[0].children:
        return rows
    return [first[1:], *rows[1:]]


def is_layout(table: Element, rows: Rows, holds: Callable[[Element], int]) -> bool:
    """Whether a table arranges the page: it nests tables, or its cells hold code, headings, lists or several paragraphs."""
    if table.attrs.get("role") in ("presentation", "none"):
        return True
    cells = [cell for row in rows for cell in row]
    held = [holds(cell) for cell in cells]
    if any(bits & _PARTS_OF_PAGE for bits in held):
        return True
    if any(cell.tag == "th" for cell in cells):
        return False
    if any(bits & LIST for bits in held) or any(_num_blocks(cell) > MAX_CELL_BLOCKS for cell in cells):
        return True
    return sum(len(cell.text()) > MAX_CELL_CHARS for cell in cells) * 4 > len(cells)


def _num_blocks(cell: Element) -> int:
    return sum(isinstance(child, Element) and child.tag in _CELL_BLOCKS for child in cell.children)


# ---------------------------------------------------------------------------------------------------- data


def needs_html(rows: Rows) -> bool:
    """Whether cells span others, or hold a formula with a bar that no command could stand for."""
    return len(rows) > 1 and (
        any(cell.attrs.get(name, "1").strip() not in ("1", "", "0") for row in rows for cell in row for name in _SPANS)
        or any(
            _BAR_AS_LETTER.search(node.attrs["latex"])
            for row in rows
            for cell in row
            for node in cell.all_elements()
            if node.tag == MATH_TAG and "|" in node.attrs["latex"]
        )
    )


_BAR_AS_LETTER = re.compile(r"\\begin\{(?:array|tabular)|\\(?:text|mbox|hbox|verb)")
_BAR = re.compile(r"\\.|\|", re.DOTALL)
_BAR_COMMANDS = {"|": r"\vert ", r"\|": r"\Vert "}


def without_bars(latex: str) -> str:
    r"""A formula for a cell of a GFM table, where `|` ends the cell and `\|`, its escape, means a norm."""
    if "|" not in latex:
        return latex
    return _BAR.sub(lambda match: _BAR_COMMANDS.get(match[0], match[0]), latex).strip()


def gfm_table(_rows: Rows, cells: list[list[str]]) -> str:
    """A table whose first row is its header. `cells` hold no line break, their formulas no bar; bars of prose and of code are
    escaped (GFM undoes it in code too)."""
    width = max(len(row) for row in cells)
    rows = [[cell.replace("|", "\\|") for cell in row] + [""] * (width - len(row)) for row in cells if any(row)]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * width, *lines[1:]])


def html_table(rows: Rows, cells: list[list[str]]) -> str:
    lines = ["<table>"]
    for row, texts in zip(rows, cells, strict=True):
        written = (f"<{cell.tag}{_spans_of(cell)}>{text}</{cell.tag}>" for cell, text in zip(row, texts, strict=True))
        lines.append(f"<tr>{''.join(written)}</tr>")
    return "\n".join([*lines, "</table>"])


def _spans_of(cell: Element) -> str:
    return "".join(
        f' {name}="{cell.attrs[name]}"' for name in _SPANS if re.fullmatch(r"[2-9]|\d{2,3}", cell.attrs.get(name, "").strip())
    )


# ---------------------------------------------------------------------------------------------------- signatures of Doxygen

_MEMBER_CELLS = frozenset(["memItemLeft", "memTemplItemLeft"])
_TEMPLATE_CELL, _DESCRIPTION_CELL = "memTemplParams", "mdescLeft"
_LABEL = re.compile(
    "inline|static|explicit|virtual|pure|delete|default|noexcept|override|final|protected|private|package|inherited|mutable|constexpr"
)
_MORE = re.compile(r"\s*More\.\.\.$")


def is_signature(table: Element) -> bool:
    """Whether the table sets one declaration in columns: type, name, bracket, arguments."""
    return "memname" in table.classes


def is_member_list(table: Element) -> bool:
    """Whether the rows of a table are declarations, in two cells each, and what they are for."""
    return "memberdecls" in table.classes


def is_labelled(table: Element, rows: Rows) -> bool:
    """Whether a signature stands beside what else is true of it: that it is static, or inherited."""
    return "mlabels" in table.classes and len(rows) == 1 and len(rows[0]) == 2


def labels_of(cell: Element) -> str:
    """The labels as Doxygen writes them where it has no colours; only its style sheet keeps them apart."""
    text = cell.text().strip()
    found = _LABEL.findall(text)
    labels = found if "".join(found) == "".join(text.split()) else [text]
    return ", ".join(f"[{label}]" for label in labels if label)


def signature_of(cells: Sequence[Element]) -> str:
    """The declaration whose parts stand in `cells`, as it would be written in a program."""
    text = " ".join(" ".join(cell.text() for cell in cells).split())
    return re.sub(r" (?=[,)])|(?<=\() | (?=\((?!\())", "", text)


def member_list(rows: Rows, blocks: Callable[[Element], list[str]], code: Callable[[str], str]) -> list[str]:
    """Every declaration on one line as code, what it is for after `: `; other rows as they are."""
    parts: list[str] = []
    template: list[Element] = []
    for row in rows:
        kind = row[0].classes[:1]
        if kind == [_TEMPLATE_CELL]:
            template = row
        elif _MEMBER_CELLS.intersection(kind):
            signature = signature_of([*template, *row])
            parts += [code(signature)] if signature else []
            template = []
        elif kind == [_DESCRIPTION_CELL] and parts:
            description = _MORE.sub("", " ".join(part for cell in row for part in blocks(cell)))
            parts[-1] += f"\n: {description}" if description else ""
        else:
            parts += [part for cell in row for part in blocks(cell)]
    return parts
