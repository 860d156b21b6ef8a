"""Blocks of a page -> Markdown, and pages -> the document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.markup import fence
from extract.document import CodeBlock, Formula
from extract.pdf_code import code_text
from extract.pdf_displays import display_formula, text_margins
from extract.pdf_glyphs import Glyph, Rule
from extract.pdf_layout import BULLET, SENTENCE_END, Block, Typography, footnote_label, notes_apart, split_blocks
from extract.pdf_leaders import entries, with_leaders
from extract.pdf_lines import Line, in_reading_order, is_cjk, is_space, plain_text
from extract.pdf_tables import Table, find_tables
from extract.pdf_zones import MathZone, inline_zones


def page_blocks(lines: Sequence[Line], rules: Sequence[Rule], typography: Typography) -> list[Block]:
    """Blocks of one page in reading order, each with its Markdown."""
    margins = text_margins(lines, typography.body_size)
    lines = notes_apart(with_leaders(lines), margins)
    tables = find_tables(lines, rules, body_size=typography.body_size)
    blocks = split_blocks(in_reading_order(lines), {table.start: table for table in tables}, margins, typography)
    notes = frozenset(footnote_label(block.lines[0]) for block in blocks if block.kind == "footnote")
    for block in blocks:
        _write(block, rules, typography, notes)
    return [block for block in blocks if block.text.strip()]


def _write(block: Block, rules: Sequence[Rule], typography: Typography, notes: frozenset[str]) -> None:
    if block.kind == "code":
        block.text = code_text(block.lines)
        return
    if block.kind == "entries":
        written = [(level, _paragraph(lines, rules, typography)) for level, lines in entries(block.lines)]
        block.text = "\n".join(f"{'  ' * level}- {text}" for level, (text, _) in written)
        block.formulas = [formula for _, (_, formulas) in written for formula in formulas]
        return
    if block.table is not None:
        block.text, block.formulas = table_markup(block.table, rules, typography)
        return
    if block.kind == "display":
        formula = display_formula(block.lines, rules)
        if formula is not None:
            block.formulas.append(formula)
            block.text = f"$$\n{formula.latex}\n$$"
            return
        block.kind, block.unsure = "paragraph", True
    text, block.formulas = _paragraph(block.lines, rules, typography, notes)
    if block.kind == "footnote":
        text = _FOOTNOTE.sub(r"[^\1]: ", text, count=1)
    if block.kind == "item":
        text = BULLET.sub("- ", text)
        text = text if text.startswith("- ") else f"- {text}" if not re.match(r"^\d", text) else text
        text = f"{'   ' * block.level}{text}"
    if block.kind == "heading":
        text = f"{'#' * block.level} {text}"
    block.text = text


MAX_WORD = 120
"""Characters before a line's end in which the divided word is looked for; in a page of letters without a space it never ends."""
_FOOTNOTE = re.compile(r"^\[\^(\S+?)\]\s*")


def _paragraph(
    lines: Sequence[Line], rules: Sequence[Rule], typography: Typography, notes: frozenset[str] = frozenset()
) -> tuple[str, list[Formula]]:
    """Markdown of lines of prose, and its formulas. `notes`: labels of the page's footnotes, whose marks become references."""
    text = ""
    broken = False
    whole: list[Formula] = []
    zones = inline_zones(lines, rules, italic_is_math=typography.italic_is_math)
    for line, found in zip(lines, zones, strict=True):
        markup, formulas = line_markup(line, found, notes)
        if found and found[0].continues:
            last, rest = whole[-1], formulas[0]
            latex = f"{last.latex} {rest.latex}"
            text = f"{text.removesuffix('$')} {markup.removeprefix('$')}"
            broken = line.is_broken
            whole[-1:] = [replace(last, latex=latex, confidence=min(last.confidence, rest.confidence)), *formulas[1:]]
            continue
        whole += formulas
        cut = not text or text[-1] in "-‐" or not markup or _is_cut_address(text, markup)
        text = f"{text}\n{markup}" if broken and not cut else join(text, markup, typography.words)
        broken = line.is_broken
    return text, whole


def table_markup(table: Table, rules: Sequence[Rule], typography: Typography) -> tuple[str, list[Formula]]:
    """GFM of a table: its first row is the head. Bars in cells are escaped, in formulas written as \\vert."""
    found: list[Formula] = []
    written: list[str] = []
    for row in table.rows:
        cells = []
        for lines in row:
            text, formulas = _paragraph(in_reading_order(lines), rules, typography)
            cells.append(_INLINE.sub(lambda match: _without_bars(match.group()), text))
            found += [replace(formula, latex=_without_bars(formula.latex)) for formula in formulas]
        written.append(f"| {' | '.join(cells)} |")
    return "\n".join([written[0], "|" + "---|" * len(table.rows[0]), *written[1:]]), found


_INLINE = re.compile(r"(?<!\\)\$[^$]+\$|\|")


def _without_bars(text: str) -> str:
    if text == "|":
        return r"\|"
    return text.replace(r"\|", r"\Vert ").replace("|", r"\vert ") if "|" in text else text


def line_markup(line: Line, zones: Sequence[MathZone], notes: frozenset[str] = frozenset()) -> tuple[str, list[Formula]]:
    """Markdown of one line of prose: inline formulas between dollars, monospaced words between backticks."""
    pieces: list[tuple[str, Sequence[Glyph]]] = []
    position = 0
    for zone in zones:
        pieces += [(_prose(line.glyphs[position : zone.start], notes), line.glyphs[position : zone.start])]
        pieces += [(f"${zone.latex}$", line.glyphs[zone.start : zone.end])]
        position = zone.end
    pieces += [(_prose(line.glyphs[position:], notes), line.glyphs[position:])]
    return _glued([piece for piece in pieces if piece[0]]), [_formula(zone, line) for zone in zones]


def _formula(zone: MathZone, line: Line) -> Formula:
    glyphs = line.glyphs[zone.start : zone.end]
    box = (min(g.x0 for g in glyphs), min(g.top for g in glyphs), max(g.x1 for g in glyphs), max(g.bottom for g in glyphs))
    return Formula(latex=zone.latex, display=False, page=line.page, box=box, confidence=zone.confidence)


def _glued(pieces: Sequence[tuple[str, Sequence[Glyph]]]) -> str:
    """Pieces of one line with a space between where there is one on the page."""
    text = ""
    last: Glyph | None = None
    for piece, glyphs in pieces:
        visible = [glyph for glyph in glyphs if glyph.text != " "]
        gap = last is not None and bool(visible) and (is_space(last, visible[0]) or glyphs[0].text == " ")
        if text.endswith("$") and not gap and piece[:1].isdigit():
            gap = True
        text += (" " if gap and text and not text.endswith(" ") else "") + piece
        if visible:
            last = visible[-1] if glyphs[-1].text != " " else None
            if last is None:
                text += " "
                last = None
    return text.rstrip()


def _prose(glyphs: Sequence[Glyph], notes: frozenset[str]) -> str:
    """Text of glyphs with monospaced runs as inline code, and references to the footnotes `notes`."""
    if notes and (mark := _footnote_mark(glyphs, notes)) is not None:
        start, end, label = mark
        before, after = glyphs[:start], glyphs[end:]
        references = "".join(f"[^{one}]" for one in label.split(","))
        pieces = [(_prose(before, frozenset()), before), (_prose(after, notes), after)]
        spaced = bool(after) and (after[0].text == " " or is_space(glyphs[end - 1], after[0]))
        return f"{pieces[0][0]}{references}{' ' if spaced else ''}{pieces[1][0]}"
    if not any(glyph.face.mono for glyph in glyphs):
        return escape(plain_text(glyphs))
    runs: list[tuple[bool, list[Glyph]]] = []
    for glyph in glyphs:
        mono = glyph.face.mono if glyph.text != " " else bool(runs) and runs[-1][0]
        if runs and runs[-1][0] == mono:
            runs[-1][1].append(glyph)
        else:
            runs.append((mono, [glyph]))
    pieces = []
    for mono, run in runs:
        text = plain_text(run)
        if text:
            pieces.append((f"`{text}`" if mono and "`" not in text and len(text) > 1 else escape(text), run))
    return _glued(pieces)


def _footnote_mark(glyphs: Sequence[Glyph], notes: frozenset[str]) -> tuple[int, int, str] | None:
    """Start, end and label of the first small raised glyphs that are marks of footnotes; a number's exponent is none."""
    start = 0
    while start < len(glyphs):
        end = start
        main = glyphs[start - 1] if start else next((g for g in glyphs if g.size > 1.15 * glyphs[0].size), None)
        while main is not None and end < len(glyphs) and _is_raised(glyphs[end], main):
            end += 1
        label = "".join(glyph.text for glyph in glyphs[start:end]).strip()
        if label and main is not None and not (start and main.text.isdigit()) and notes.issuperset(label.split(",")):
            return start, end, label
        start = max(end, start + 1)
    return None


def _is_raised(glyph: Glyph, main: Glyph) -> bool:
    return glyph.size < 0.85 * main.size and glyph.y < main.y - 0.15 * main.size and glyph.text != " "


def escape(prose: str) -> str:
    r"""Prose with its dollars and backticks escaped, so that they open neither formula nor code."""
    return prose.replace("$", r"\$").replace("`", r"\`") if "$" in prose or "`" in prose else prose


def join(text: str, line: str, words: frozenset[str]) -> str:
    """A paragraph and its next line: a hyphen that only divides the word at the line's end is undone."""
    if not text or not line:
        return text or line
    if _is_cut_address(text, line):
        return text[:-1] + line[1:] if text[-1] == "`" else text + line
    if text[-1] in "-‐" and len(text) > 1 and text[-2].isalpha() and line[0].islower():
        head = re.search(r"[^\W\d_]+(?:-[^\W\d_]+)*$", text[-MAX_WORD:-1])
        tail = re.match(r"[^\W\d_]+(?:-[^\W\d_]+)*", line)
        if head and tail:
            whole, hyphenated = head.group() + tail.group(), f"{head.group()}-{tail.group()}"
            keep = hyphenated.lower() in words and whole.lower() not in words
            return text + line if keep else text[:-1] + line
    if text[-1] in "—" or text.endswith("-") or (line[0] > "\u2e7f" and is_cjk(line[0]) and is_cjk(text[-1])):
        return text + line
    return f"{text} {line}"


_ADDRESS = re.compile(r"(?:https?://|www\.|ftp://)[^\s`]*$")
_REST = re.compile(r"^[\w-]*[./_=?&%~#-]\w")


def _is_cut_address(text: str, line: str) -> bool:
    """Whether a line goes on with the address that the text ends with, both in one kind of type."""
    if "/" not in text[-200:] and "www." not in text[-200:]:
        return False
    quoted = text[-1] == "`" and line[0] == "`"
    found = _ADDRESS.search(text[-200:-1] if quoted else text[-200:])
    if found is None or found.group()[-1] in ",;:)!?":
        return False
    return bool(_REST.match(line[1:] if quoted else line)) and (quoted or text[-1] != "`")


def block_markdown(block: Block) -> str:
    """Markdown of a block by itself."""
    return fence(block.text) if block.kind == "code" else block.text


def join_pages(pages: Sequence[Sequence[Block]], words: frozenset[str]) -> list[Block]:
    """Blocks of the whole document: paragraphs and code that a page break cut are one again."""
    joined: list[Block] = []
    for blocks in pages:
        for rank, block in enumerate(blocks):
            place = len(joined) - 1
            while place > 0 and joined[place].kind == "footnote":
                place -= 1
            last = joined[place] if joined else None
            if rank == 0 and last is not None and _is_continued(last, block):
                text = f"{last.text}\n{block.text}" if block.kind == "code" else join(last.text, block.text, words)
                joined[place] = replace(last, text=text, formulas=[*last.formulas, *block.formulas])
            else:
                joined.append(block)
    return joined


def _is_continued(last: Block, block: Block) -> bool:
    if last.kind == block.kind == "code":
        return abs(last.lines[0].size - block.lines[0].size) < 0.5
    if last.kind not in ("paragraph", "item") or block.kind != "paragraph":
        return False
    return block.text[:1].islower() and not last.text.endswith(SENTENCE_END)


def code_blocks(blocks: Sequence[Block]) -> tuple[CodeBlock, ...]:
    """The code of `blocks`."""
    return tuple(CodeBlock(text=block.text) for block in blocks if block.kind == "code")
