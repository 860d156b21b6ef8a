"""The content tree as Markdown, in the dialect of corpus/markup.py.

Blocks are joined by blank lines; links become their text; emphasis is left out (it carries no knowledge and breaks
words apart); images are gone. Formulas and code come from the elements that extract/html_math.py and
extract/html_code.py made, untouched.
"""

from __future__ import annotations

import re

from corpus.markup import fence
from extract.document import CodeBlock, Formula
from extract.html_tree import BLOCK_TAGS, CODE_TAG, MATH_TAG, Element

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_INLINE_CODE_TAGS = frozenset(["code", "tt", "kbd", "samp", "var-code"])
_INVISIBLE = str.maketrans(dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad\x00"), None))
_UNESCAPED_DOLLAR = re.compile(r"(?<!\\)\$")
_UNESCAPED_TICK = re.compile(r"(?<!\\)`")


class Writer:
    """Collects the Markdown of a tree, and the formulas and code blocks in the order they are written."""

    def __init__(self, *, has_formulas: bool = False) -> None:
        """`has_formulas`: every dollar of the prose is escaped, since even a single one could pair with a formula's."""
        self.has_formulas = has_formulas
        self.formulas: list[Formula] = []
        self.code_blocks: list[CodeBlock] = []

    # ------------------------------------------------------------------------------------------------ blocks

    def blocks(self, node: Element) -> list[str]:
        """The blocks of a flow container; runs of inline content between block children are paragraphs."""
        parts: list[str] = []
        run: list[Element | str] = []
        for child in node.children:
            if isinstance(child, str) or not is_block(child):
                run.append(child)
                continue
            self._flush(run, parts)
            parts += self.block(child)
        self._flush(run, parts)
        return parts

    def _flush(self, run: list[Element | str], parts: list[str]) -> None:
        if run:
            paragraph = self.inline(run)
            if paragraph:
                parts.append(paragraph)
            run.clear()

    def block(self, node: Element) -> list[str]:
        tag = node.tag
        if tag == CODE_TAG:
            return [self.code(node)]
        if tag == MATH_TAG:
            return [self.formula(node)]
        if tag in _HEADINGS:
            return self.heading(node)
        if tag in ("ul", "ol", "menu", "dir"):
            return self.listing(node)
        if tag == "dl":
            return self.definitions(node)
        if tag == "table":
            return self.table(node)
        if tag == "blockquote":
            return [_indent(part, "> ", first="> ", blank=">") for part in self.blocks(node)]
        if tag == "hr":
            return []
        return self.blocks(node)

    def code(self, node: Element) -> str:
        block = CodeBlock(text=node.attrs["text"], language=node.attrs["language"])
        self.code_blocks.append(block)
        return fence(block.text, block.language)

    def formula(self, node: Element) -> str:
        latex, display = node.attrs["latex"], bool(node.attrs["display"])
        self.formulas.append(Formula(latex=latex, display=display))
        if display:
            return f"$$\n{latex}\n$$" if "\n" in latex or len(latex) > 80 else f"$${latex}$$"
        return f"${' '.join(latex.split())}$"

    def heading(self, node: Element) -> list[str]:
        code = [child for child in node.elements() if child.tag == CODE_TAG]
        text = " ".join(self.inline(node.children).split()) if not code else ""
        if code:
            return self.blocks(node)
        return [f"{'#' * _HEADINGS[node.tag]} {text}"] if text else []

    # ------------------------------------------------------------------------------------------------ lists

    def listing(self, node: Element) -> list[str]:
        """A list, nested lists indented by the width of the marker."""
        items: list[str] = []
        number = _start(node)
        for child in node.children:
            if isinstance(child, str):
                if child.strip():
                    items.append(f"- {self.inline([child])}")
                continue
            parts = self.blocks(child) if child.tag == "li" else self.block(child) if is_block(child) else [self.inline([child])]
            body = _join_item(parts)
            if not body:
                continue
            if child.tag != "li" and child.tag in ("ul", "ol"):
                items.append(_indent(body, "  ", first="  "))
                continue
            marker = f"{number}. " if node.tag == "ol" else "- "
            number += 1
            items.append(_indent(body, " " * len(marker), first=marker))
        loose = any("\n\n" in item for item in items)
        return [("\n\n" if loose else "\n").join(items)] if items else []

    def definitions(self, node: Element) -> list[str]:
        """Terms on their own lines, short descriptions after `: ` (Pandoc); long ones, as in API pages, are plain blocks."""
        parts: list[str] = []
        for child in _definition_children(node):
            blocks = self.blocks(child)
            if child.tag == "dt" or len(blocks) != 1 or _starts_fence(blocks[0]) or blocks[0].startswith("$$"):
                parts += blocks
            elif parts and not _starts_fence(parts[-1]):
                parts[-1] += "\n" + _indent(blocks[0], "  ", first=": ")
            else:
                parts += blocks
        return parts

    # ------------------------------------------------------------------------------------------------ tables

    def table(self, node: Element) -> list[str]:
        """A GFM table; one that lays out the page as its blocks; one with spans or blocks in its cells as HTML."""
        rows = _rows(node)
        caption = next((child for child in node.children if isinstance(child, Element) and child.tag == "caption"), None)
        head = self.blocks(caption) if caption is not None else []
        if not rows:
            return head + self.blocks(node)
        width = max(len(row) for row in rows)
        if width == 1 or _is_layout(node, rows):
            return head + [part for row in rows for cell in row for part in self.blocks(cell)]
        cells = [[self.cell(cell) for cell in row] for row in rows]
        if not any(any(row) for row in cells):
            return head
        if _has_spans(rows):
            return [*head, _html_table(rows, cells)]
        return [*head, _gfm(cells, width)]

    def cell(self, cell: Element) -> str:
        """A cell on one line."""
        parts = [
            part.replace("\n", " ") if not part.startswith(("- ", "1. ")) else "; ".join(part.split("\n"))
            for part in self.blocks(cell)
        ]
        return " ".join(parts).strip()

    # ------------------------------------------------------------------------------------------------ inline

    def inline(self, nodes: list[Element | str]) -> str:
        """A paragraph. `<br>` is a line break; dollars and backticks of the prose are escaped where they could be misread."""
        if len(nodes) == 1 and isinstance(nodes[0], str) and "$" not in nodes[0] and "`" not in nodes[0]:
            return _tidy(nodes[0])
        pieces: list[tuple[str, bool]] = []
        self._collect(nodes, pieces)
        dollars = sum(piece.count("$") for piece, _ in pieces) + (1 if self.has_formulas else 0)
        ticks = sum(piece.count("`") for piece, _ in pieces)
        if dollars > 1 or ticks > 1:
            pieces = [(piece if literal else _escape(piece, dollars, ticks), literal) for piece, literal in pieces]
        return _tidy("".join(piece for piece, _ in pieces))

    def _collect(self, nodes: list[Element | str], pieces: list[tuple[str, bool]]) -> None:
        """Appends (text, literal): literal pieces are formulas and code, which nothing may touch."""
        for node in nodes:
            if isinstance(node, str):
                text = node
                if text[:1].isdigit() and pieces and pieces[-1][1] and pieces[-1][0].endswith("$"):
                    text = f" {text}"  # Pandoc's rule: a digit right after the closing dollar undoes the formula
                pieces.append((text, False))
            elif node.tag == MATH_TAG:
                self._inline_formula(node, pieces)
            elif node.tag in _INLINE_CODE_TAGS and (code := _code_of(node)) is not None:
                pieces.append((code, True))
            elif node.tag == CODE_TAG:
                pieces.append((f"\n\n{self.code(node)}\n\n", True))
            elif node.tag == "br":
                pieces.append(("\n", True))
            elif node.tag in ("sup", "sub"):
                self._script(node, pieces)
            elif is_block(node):
                pieces.append(("\n\n" + "\n\n".join(self.block(node)) + "\n\n", True))
            else:
                self._collect(node.children, pieces)

    def _inline_formula(self, node: Element, pieces: list[tuple[str, bool]]) -> None:
        text = self.formula(node)
        previous = pieces[-1][0] if pieces else ""
        if previous.endswith("$") and text.startswith("$"):
            pieces.append((" ", True))  # $a$$b$ would read as display mathematics
        if text.startswith("$$"):
            pieces.append((f"\n\n{text}\n\n", True))
            return
        pieces.append((text, True))

    def _script(self, node: Element, pieces: list[tuple[str, bool]]) -> None:
        """A power or an index keeps its mark where leaving it out would change a number: 10^6, but 4th and H2O."""
        inner: list[tuple[str, bool]] = []
        self._collect(node.children, inner)
        text = "".join(piece for piece, _ in inner).strip()
        before = pieces[-1][0][-1:] if pieces and pieces[-1][0] else ""
        if node.tag == "sup" and re.fullmatch(r"[-−+]?\d[\d,]*", text) and (before.isdigit() or before == ")"):
            pieces.append((f"^{text}", False))
        else:
            pieces += inner


def is_block(node: Element) -> bool:
    """Whether the element breaks the paragraph: by its tag, or because it holds something that does."""
    if node.tag in BLOCK_TAGS:
        return True
    return any(child.__class__ is not str and is_block(child) for child in node.children)  # type: ignore[arg-type]


def _escape(text: str, dollars: int, ticks: int) -> str:
    if dollars > 1 and "$" in text:
        text = _UNESCAPED_DOLLAR.sub(r"\\$", text)
    if ticks > 1 and "`" in text:
        text = _UNESCAPED_TICK.sub(r"\\`", text)
    return text


def _code_of(node: Element) -> str | None:
    """An element of inline code as it is written; None where it holds a formula or a block."""
    if any(below.tag in BLOCK_TAGS or below.tag == MATH_TAG for below in node.all_elements()[1:]):
        return None
    text = " ".join(node.text().translate(_INVISIBLE).split())
    return inline_code(text) if text else ""


def inline_code(text: str) -> str:
    """Text between backticks, more of them than it holds in a row."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    ticks = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def _tidy(text: str) -> str:
    """Blanks at line ends and runs of them gone; no digit right after a formula."""
    if "\n" in text:
        if "```" in text or "~~~" in text:
            return text.strip("\n ")
        text = re.sub(r" *\n *", "\n", text)
        text = re.sub(r"\n{3,}", "\n\n", text)
    return re.sub(r"  +", " ", text).strip() if "  " in text else text.strip()


def _start(node: Element) -> int:
    start = node.attrs.get("start", "1")
    return int(start) if re.fullmatch(r"\d{1,6}", start) else 1


def _join_item(parts: list[str]) -> str:
    """The parts of a list item: a nested list follows its paragraph without a blank line."""
    text = ""
    for part in parts:
        tight = re.match(r"(?:- |\d+\. )", part) and "\n\n" not in part
        text += ("\n" if tight else "\n\n") + part if text else part
    return text


def _starts_fence(part: str) -> bool:
    return part.startswith("```")


def _indent(text: str, indent: str, *, first: str, blank: str = "") -> str:
    """`text` with `first` before its first line and `indent` before the others; fenced code stays at the margin, as it is."""
    lines: list[str] = []
    fence_mark = ""
    for number, line in enumerate(text.split("\n")):
        if fence_mark:
            lines.append(line)
            fence_mark = "" if line == fence_mark else fence_mark
        elif match := re.match(r"`{3,}", line):
            lines.append(line)
            fence_mark = match[0]
        else:
            lines.append((indent if number else first) + line if line else blank)
    return "\n".join(lines)


def _definition_children(node: Element) -> list[Element]:
    """dt and dd of a list, also those that are wrapped in a div each."""
    found: list[Element] = []
    for child in node.children:
        if isinstance(child, str):
            continue
        if child.tag == "div":
            found += _definition_children(child) or [child]
        else:
            found.append(child)
    return found


# ---------------------------------------------------------------------------------------------------- tables


def _rows(node: Element) -> list[list[Element]]:
    rows: list[list[Element]] = []
    for child in node.children:
        if isinstance(child, str):
            continue
        if child.tag in ("tbody", "thead", "tfoot"):
            rows += _rows(child)
        elif child.tag == "tr":
            cells = [cell for cell in child.children if isinstance(cell, Element) and cell.tag in ("td", "th")]
            if cells:
                rows.append(cells)
    return rows


def _is_layout(node: Element, rows: list[list[Element]]) -> bool:
    """A table that arranges the page: it nests tables, or its cells hold code, headings or several paragraphs."""
    if node.attrs.get("role") in ("presentation", "none"):
        return True
    has_headers = any(cell.tag == "th" for row in rows for cell in row)
    long_cells = blocks = 0
    for row in rows:
        for cell in row:
            tags = {child.tag for child in cell.all_elements()[1:]}
            if tags & {"table", CODE_TAG, "h1", "h2", "h3", "article", "section"}:
                return True
            blocks += (
                len([child for child in cell.children if isinstance(child, Element) and child.tag in ("p", "div", "ul", "ol")])
                > 2
            )
            long_cells += len(cell.text()) > 500
    return not has_headers and (blocks > 0 or long_cells * 4 > sum(len(row) for row in rows))


def _has_spans(rows: list[list[Element]]) -> bool:
    return (
        any(
            cell.attrs.get(name, "1").strip() not in ("1", "", "0")
            for row in rows
            for cell in row
            for name in ("rowspan", "colspan")
        )
        and len(rows) > 1
    )


def _gfm(cells: list[list[str]], width: int) -> str:
    rows = [
        [cell.replace("|", "\\|") if "$" not in cell else _escape_bars(cell) for cell in row] + [""] * (width - len(row))
        for row in cells
    ]
    rows = [row for row in rows if any(row)]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * width, *lines[1:]])


def _escape_bars(cell: str) -> str:
    r"""Bars of a cell: inside a formula `\vert ` rather than an escape that would change it."""
    parts = re.split(r"((?<!\\)\$[^$]+\$)", cell)
    return "".join(
        part.replace(r"\|", r"\Vert ").replace("|", r"\vert ") if index % 2 else part.replace("|", "\\|")
        for index, part in enumerate(parts)
    )


def _html_table(rows: list[list[Element]], cells: list[list[str]]) -> str:
    lines = ["<table>"]
    for row, texts in zip(rows, cells, strict=True):
        lines.append(
            "<tr>"
            + "".join(f"<{cell.tag}{_spans(cell)}>{text}</{cell.tag}>" for cell, text in zip(row, texts, strict=True))
            + "</tr>"
        )
    return "\n".join([*lines, "</table>"])


def _spans(cell: Element) -> str:
    return "".join(
        f' {name}="{cell.attrs[name]}"'
        for name in ("rowspan", "colspan")
        if re.fullmatch(r"[2-9]|\d{2,3}", cell.attrs.get(name, "").strip())
    )
