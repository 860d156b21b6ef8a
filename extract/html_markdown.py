r"""The content tree as Markdown, in the dialect of corpus/markup.py.

Blocks are joined by blank lines; links become their text; emphasis is left out (it carries no knowledge and breaks words apart);
images are gone. Formulas and code come from the elements that extract/html_math.py and extract/html_code.py made, untouched.

What stands in a list item is indented by the width of its marker, code too: reading takes the indentation of a fence from its
lines again. Quotations mark their lines with `> `, except for code, whose own lines may begin so. In both a formula is one line.
extract/html_lines.py has the rules for lines, extract/html_tables.py those for tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from corpus.markup import fence
from extract import html_lines as lines
from extract import html_tables as tables
from extract.document import CodeBlock, Formula
from extract.html_tree import BLOCK_TAGS, CODE_TAG, MATH_TAG, Element

MAX_LEVELS = 12
"""Lists and quotations that show as such inside of one another; what lies deeper goes on at the last level. (Every level marks
each line once more: 50,000 nested quotations of 0.7 MB made 18 MB.)"""
MAX_DISPLAY_CHARS = 80
"""A longer formula has its dollars on lines of their own."""
MAX_SCRIPT_PIECES = 4
"""A superscript of more pieces of text is no number."""

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset(["ul", "ol", "menu", "dir"])
_INLINE_CODE_TAGS = frozenset(["code", "tt", "kbd", "samp", "var-code"])
_SECTION_OPENINGS = frozenset(["dl", "table", CODE_TAG, *_LISTS])
"""Blocks with which no description after `: ` begins."""

_BITS: dict[str, int] = dict.fromkeys(BLOCK_TAGS, tables.BLOCK)
for _bit, _tags in (
    (tables.MATH, [MATH_TAG]), (tables.CODE, [CODE_TAG]), (tables.TABLE, ["table"]), (tables.DEFINITIONS, ["dl"]),
    (tables.LIST, _LISTS), (tables.HEADING, _HEADINGS), (tables.TITLE, ["h1", "h2", "h3", "article", "section"]),
):  # fmt: skip
    _BITS |= {tag: _BITS.get(tag, 0) | _bit for tag in _tags}
"""What an element of each tag is, in the bits of extract/html_tables.py."""

Piece = tuple[str, int]
"""A piece of a run of inline content: prose; a formula or code, which nothing may touch; a block that parts the run."""
_PROSE, _LITERAL, _BLOCK = range(3)
_PLACE = "\x00"
"""Stands for a literal in the prose; no text of a page holds it."""

_INVISIBLE = str.maketrans(dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad\x00"), None))
_COMMENT = re.compile(r"(?<!\\)%.*")
_NUMBER = re.compile(r"[-−+]?\d[\d,]*")
_NEGATIVE = re.compile(r"[-−]\d+")


class Writer:
    """Collects the Markdown of a tree, and the formulas and code blocks in the order they are written."""

    def __init__(self, *, has_formulas: bool = False) -> None:
        """`has_formulas`: every dollar of the prose is escaped, since even a single one could pair with a formula's."""
        self.has_formulas = has_formulas
        self.formulas: list[Formula] = []
        self.code_blocks: list[CodeBlock] = []
        self._num_levels = 0
        """Lists, quotations and descriptions around what is being written."""
        self._num_lines = 0
        """Headings and cells around it: all of it goes on one line."""
        self._is_gfm = False
        """Whether it goes into a cell of a GFM table, where no formula may have a bar."""
        self._held: dict[int, int] = {}

    def holds(self, node: Element) -> int:
        """What the element and those below it are, in the bits of extract/html_tables.py; each is looked at once."""
        if not node.children:
            return _BITS.get(node.tag, 0)
        held = self._held.get(id(node))
        if held is None:
            held = _BITS.get(node.tag, 0)
            for child in node.children:
                if child.__class__ is not str:
                    held |= self.holds(child)  # type: ignore[arg-type]
            self._held[id(node)] = held
        return held

    def is_block(self, node: Element) -> bool:
        """Whether the element breaks the paragraph: by its tag, or because it holds something that does."""
        return node.tag in BLOCK_TAGS or bool(node.children and self.holds(node) & tables.BLOCK)

    # ------------------------------------------------------------------------------------------------ blocks

    def blocks(self, node: Element) -> list[str]:
        """The blocks of a flow container; runs of inline content between block children are paragraphs."""
        if len(node.children) == 1 and isinstance(node.children[0], str):
            return self.paragraphs(node.children)
        parts: list[str] = []
        run: list[Element | str] = []
        for child in node.children:
            if isinstance(child, str) or not (child.tag in BLOCK_TAGS or self.is_block(child)):
                run.append(child)
                continue
            if run:
                parts += self.paragraphs(run)
                run.clear()
            parts += self.block(child)
        return parts + self.paragraphs(run) if run else parts

    def block(self, node: Element) -> list[str]:
        write = _WRITERS.get(node.tag)
        return write(self, node) if write else self.blocks(node)

    def flow(self, node: Element | str) -> list[str]:
        """Whatever stands where a list has its items."""
        return self.block(node) if isinstance(node, Element) and self.is_block(node) else self.paragraphs([node])

    def code(self, node: Element) -> list[str]:
        block = CodeBlock(text=node.attrs["text"], language=node.attrs["language"])
        self.code_blocks.append(block)
        return [lines.Fenced(fence(block.text, block.language))]

    def formula(self, node: Element) -> str:
        latex, display = node.attrs["latex"], bool(node.attrs["display"])
        is_one_line = not display or self._num_levels > 0 or self._num_lines > 0
        if self._is_gfm:
            latex = tables.without_bars(latex)
        if is_one_line and "\n" in latex and "%" in latex:
            latex = _COMMENT.sub("", latex)  # it would go on to the end of the formula
        self.formulas.append(Formula(latex=latex, display=display))
        if is_one_line:
            latex = " ".join(latex.split())
        elif "\n" in latex or len(latex) > MAX_DISPLAY_CHARS:
            return f"$$\n{latex}\n$$"
        return f"$${latex}$$" if display else f"${latex}$"

    def heading(self, node: Element) -> list[str]:
        if self._num_lines or self.holds(node) & (tables.CODE | tables.TABLE):
            return self.blocks(node)
        text = self.on_one_line(node)
        return [f"{'#' * _HEADINGS[node.tag]} {text}"] if text else []

    def on_one_line(self, node: Element) -> str:
        """What a heading or a cell holds; the items of a list parted by semicolons."""
        self._num_lines += 1
        parts = self.blocks(node)
        self._num_lines -= 1
        return " ".join(" ".join(lines.flat(part) if isinstance(part, lines.Listing) else part for part in parts).split())

    def quotation(self, node: Element) -> list[str]:
        if self._num_levels >= MAX_LEVELS or self._num_lines:
            return self.blocks(node)
        quoted: list[str] = []
        prose: list[str] = []
        for part in self.blocks_inside(node):
            if isinstance(part, lines.Fenced):
                quoted += [lines.quotation(prose), part] if prose else [part]
                prose = []
            else:
                prose.append(part)
        return [*quoted, lines.quotation(prose)] if prose else quoted

    def blocks_inside(self, node: Element) -> list[str]:
        """The blocks of a quotation or a description."""
        self._num_levels += 1
        parts = self.blocks(node)
        self._num_levels -= 1
        return parts

    # ------------------------------------------------------------------------------------------------ lists

    def listing(self, node: Element) -> list[str]:
        """A list, what its items hold indented by the width of the marker. A list at the beginning of an item takes its place;
        bullets of sections, headings with what follows, are left out."""
        if node.tag != "ol" and _opening(node) in _HEADINGS:
            return [part for child in node.children for part in self.flow(child)]
        items: list[str] = []
        number = _start(node)
        is_deep = self._num_levels >= MAX_LEVELS
        self._num_levels += 1
        for child in node.children:
            marker = f"{number}. " if node.tag == "ol" else "- "
            indent = "" if is_deep else " " * len(marker)
            parts = self.flow(child)
            if isinstance(child, Element) and child.tag in _LISTS and items:
                items += [lines.indented(part, indent) for part in parts]
                continue
            while parts and isinstance(parts[0], lines.Listing):
                items.append(parts.pop(0))
            if parts:
                items.append(lines.item(marker, parts, indent))
                number += 1
        self._num_levels -= 1
        loose = any("\n\n" in item for item in items)
        return [lines.Listing(("\n\n" if loose else "\n").join(items))] if items else []

    def definitions(self, node: Element) -> list[str]:
        """Terms, and what they mean after `: ` (Pandoc); plain blocks where the whole list is made of longer descriptions."""
        children = _definition_children(node)
        if self._num_levels >= MAX_LEVELS or self._num_lines or self._is_reference(children):
            return [part for child in children for part in self.flow(child)]
        parts: list[str] = []
        terms: list[str] = []
        for child in children:
            if isinstance(child, Element) and child.tag == "dt":
                terms += self.flow(child)
                continue
            if isinstance(child, Element) and child.tag == "dd":
                parts += self._described(terms, self.blocks_inside(child), parts)
            else:
                parts += [*terms, *self.flow(child)]
            terms = []
        return parts + terms

    def _described(self, terms: list[str], meaning: list[str], parts: list[str]) -> list[str]:
        """Terms with what they mean; a further meaning goes to the terms before, the last of `parts`."""
        if not meaning or not (terms or parts):
            return terms + meaning
        described = lines.item(": ", meaning, "  ")
        if terms:
            return ["\n".join([*terms, described])]
        before = parts.pop()
        return [f"{before}\n\n{described}" if "\n\n" in before else f"{before}\n{described}"]

    def _is_reference(self, children: list[Element | str]) -> bool:
        """Whether the descriptions of a list are sections: they begin with a list or a table, or the only one holds such or code.
        Without terms or descriptions there is nothing to tell apart either."""
        found = {"dt": [0], "dd": [0]}
        for child in children:
            if isinstance(child, Element) and child.tag in found:
                found[child.tag].append(self.holds(child))
                if child.tag == "dd" and _opening(child) in _SECTION_OPENINGS:
                    return True
        terms, meanings = found["dt"], found["dd"]
        return (
            len(terms) == 1
            or len(meanings) == 1
            or any(held & (tables.HEADING | tables.CODE | tables.TABLE | tables.LIST) for held in terms)
            or any(held & tables.HEADING for held in meanings)
            or (len(meanings) == 2 and bool(meanings[1] & (tables.CODE | tables.TABLE | tables.DEFINITIONS)))
        )

    # ------------------------------------------------------------------------------------------------ tables

    def table(self, node: Element) -> list[str]:
        """A GFM table; one that lays out the page as its blocks; one with cells that span others as HTML."""
        rows = tables.without_icon(tables.rows_of(node))
        if not rows:
            return self.blocks(node)
        head = [
            part
            for child in node.children
            if isinstance(child, Element) and child.tag == "caption"
            for part in self.blocks(child)
        ]
        if not self.holds(node) & (tables.CODE | tables.MATH):
            if tables.is_signature(node):
                signature = tables.signature_of([cell for row in rows for cell in row])
                return [*head, lines.inline_code(signature)] if signature else head
            if tables.is_labelled(node, rows):
                *parts, signature = self.blocks(rows[0][0]) or [""]
                return [*head, *parts, f"{signature} {tables.labels_of(rows[0][1])}".strip()]
            if tables.is_member_list(node):
                return head + tables.member_list(rows, self.blocks, lines.inline_code)
        if max(len(row) for row in rows) == 1 or tables.is_layout(node, rows, self.holds):
            return head + [part for row in rows for cell in row for part in self.blocks(cell)]
        if len(rows) == 1 and not self.holds(node) & (tables.MATH | tables.LIST):
            line = lines.shielded(" ".join(text for cell in rows[0] if (text := self.on_one_line(cell))))
            return [*head, line] if line else head
        self._is_gfm = not tables.needs_html(rows)
        write = tables.gfm_table if self._is_gfm else tables.html_table
        cells = [[self.on_one_line(cell) for cell in row] for row in rows]
        self._is_gfm = False
        return [*head, write(rows, cells)] if any(any(row) for row in cells) else head

    # ------------------------------------------------------------------------------------------------ inline

    def paragraphs(self, nodes: Sequence[Element | str]) -> list[str]:
        """A run of inline content, and the formulas and blocks that part it. `<br>` is a line break; dollars and backticks of the
        prose are escaped where they could be misread."""
        if len(nodes) == 1 and isinstance(nodes[0], str) and "$" not in nodes[0] and "`" not in nodes[0]:
            text = lines.tidy(nodes[0]) if self._num_lines else lines.shielded(lines.tidy(nodes[0]))
            return [text] if text else []
        pieces: list[Piece] = []
        self._collect(nodes, pieces)
        dollars = sum(text.count("$") for text, kind in pieces if kind != _BLOCK) + self.has_formulas
        ticks = lines.can_pair(text for text, kind in pieces if kind != _BLOCK)
        is_escaped = dollars > 1 or ticks
        parts: list[str] = []
        prose: list[str] = []
        literals: list[str] = []
        for text, kind in [*pieces, ("", _BLOCK)]:
            if kind == _PROSE:
                prose.append(lines.escaped(text, dollars=dollars > 1, ticks=ticks) if is_escaped else text)
            elif kind == _LITERAL:
                prose.append(_PLACE)
                literals.append(text)
            else:
                parts += [self._paragraph("".join(prose), literals), text]
                prose, literals = [], []
        return [part for part in parts if part]

    def _paragraph(self, prose: str, literals: list[str]) -> str:
        """The prose with each literal in its place; only the prose is tidied and escaped."""
        text = lines.tidy(prose) if self._num_lines else lines.shielded(lines.tidy(prose))
        if not literals:
            return text
        around = text.split(_PLACE)
        return "".join([around[0], *(literal + after for literal, after in zip(literals, around[1:], strict=True))])

    def _collect(self, nodes: Iterable[Element | str], pieces: list[Piece]) -> None:
        for node in nodes:
            if isinstance(node, str):
                is_digit = node[:1].isdigit() and pieces and pieces[-1][1] == _LITERAL and pieces[-1][0].endswith("$")
                # Pandoc's rule: a digit right after the closing dollar undoes the formula.
                pieces.append((f" {node}" if is_digit else node, _PROSE))
            elif node.tag == MATH_TAG:
                self._inline_formula(node, pieces)
            elif node.tag in _INLINE_CODE_TAGS and not self.holds(node) & (tables.BLOCK | tables.MATH):
                self._inline_code(node, pieces)
            elif node.tag == "br":
                pieces.append(("\n", _PROSE))
            elif node.tag in ("sup", "sub"):
                self._script(node, pieces)
            elif self.is_block(node):
                pieces += [(part, _BLOCK) for part in self.block(node)]
            else:
                if node.attrs and "classifier" in node.classes and not _ends_with_colon(pieces):
                    pieces.append((" : ", _PROSE))  # as its style sheet has it
                self._collect(node.children, pieces)

    def _inline_code(self, node: Element, pieces: list[Piece]) -> None:
        """Code between blanks where those stand inside of its element."""
        text = node.text().translate(_INVISIBLE)
        code = " ".join(text.split())
        before, after = (" " * edge.isspace() for edge in (text[:1], text[-1:]))
        pieces += [(before, _PROSE), (lines.inline_code(code), _LITERAL), (after, _PROSE)] if code else [(before, _PROSE)]

    def _inline_formula(self, node: Element, pieces: list[Piece]) -> None:
        text = self.formula(node)
        if text.startswith("$$") and not self._num_lines:
            pieces.append((text, _BLOCK))
            return
        if pieces and pieces[-1][1] != _BLOCK and pieces[-1][0].endswith("$"):
            pieces.append((" ", _PROSE))  # $a$$b$ would read as display mathematics
        pieces.append((text, _LITERAL))

    def _script(self, node: Element, pieces: list[Piece]) -> None:
        """A power keeps its mark where leaving it out would change a number or a unit: 10^6 and s^-1, but 4th and H2O."""
        before = pieces[-1][0][-1:] if pieces else ""
        first = len(pieces)
        self._collect(node.children, pieces)
        if node.tag == "sub" or len(pieces) - first > MAX_SCRIPT_PIECES:
            return
        text = "".join(piece for piece, _ in pieces[first:]).strip()
        is_power = _NUMBER.fullmatch(text) and (before.isdigit() or before == ")")
        if is_power or (_NEGATIVE.fullmatch(text) and before.isalpha()):
            pieces[first:] = [(f"^{text}", _PROSE)]


_WRITERS: dict[str, Callable[[Writer, Element], list[str]]] = {
    CODE_TAG: Writer.code, "dl": Writer.definitions, "table": Writer.table, "blockquote": Writer.quotation,
    "hr": lambda _writer, _node: [],
    **dict.fromkeys(_LISTS, Writer.listing), **dict.fromkeys(_HEADINGS, Writer.heading),
}  # fmt: skip
"""Who writes the block-level elements that are more than their blocks."""


def _ends_with_colon(pieces: list[Piece]) -> bool:
    return next((text.rstrip().endswith(":") for text, _ in reversed(pieces) if text.strip()), False)


def _start(node: Element) -> int:
    start = node.attrs.get("start", "1")
    return int(start) if re.fullmatch(r"\d{1,6}", start) else 1


def _definition_children(node: Element) -> list[Element | str]:
    """dt and dd of a list, also those that are wrapped in a div each, and what else stands between them."""
    found: list[Element | str] = []
    for child in node.children:
        if isinstance(child, Element) and child.tag == "div":
            found += _definition_children(child)
        elif isinstance(child, Element) or child.strip():
            found.append(child)
    return found


_OPENED = frozenset(["li", "div", "section", "article", "header", "p"])
"""Elements of which the first block is asked for."""


def _opening(node: Element) -> str:
    """The tag of the first block in an element, "" where that is a paragraph."""
    first: Element | str = node
    while isinstance(first, Element) and (first is node or first.tag in _OPENED):
        first = next((child for child in first.children if isinstance(child, Element) or child.strip()), "")
    return first.tag if isinstance(first, Element) else ""
