"""Lines of a page -> blocks (paragraphs, headings, list items, code, displays) -> Markdown."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from corpus.markup import fence
from extract.document import CodeBlock, Formula
from extract.pdf_code import code_text, is_code_line, is_line_number
from extract.pdf_glyphs import Glyph, Rule
from extract.pdf_lines import Line, is_space, plain_text
from extract.pdf_tables import Table, find_tables
from extract.pdf_zones import MathZone, display_end, display_formula, inline_zones, separate_displays, text_margins

_BULLET = re.compile(r"^\s*[•◦▪▸▶►‣∙●■□–·⋄\uf0b7]\s*(?=\S)")
_NUMBERED = re.compile(r"^\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)]\s")
_SENTENCE_END = (".", ":", "?", "!", ";", "”", '"')
_SECTION = re.compile(r"^(?:(?:chapter|part|section|appendix)\b|(?:\d+|[A-Z])(?:\.\d+)*\.?\s+\S)", re.IGNORECASE)

MAX_WORD = 120
"""Characters before a line's end in which the divided word is looked for; in a page of letters without a space it never ends."""

_ALONE = ("code", "display", "table")
"""Kinds of blocks that take in no further line."""


@dataclass(slots=True)
class Block:
    """One block of a page."""

    kind: str
    """paragraph, heading, item, code, display or table."""
    lines: list[Line]
    level: int = 0
    text: str = ""
    """Markdown of the block; of code, the code itself."""
    formulas: list[Formula] = field(default_factory=list)
    table: Table | None = None
    unsure: bool = False
    """Whether it is a display that could not be rebuilt and stays text."""


@dataclass(frozen=True, slots=True)
class Typography:
    """What is normal in this document."""

    body_size: float
    heading_sizes: tuple[float, ...]
    """Sizes larger than the text's, largest first."""
    words: frozenset[str]
    """Words and hyphenated words that stand inside lines: what decides whether a hyphen at a line's end belongs to the word."""
    italic_is_math: bool = True
    """Whether the text's italic is also that of mathematics (mathptmx, mathpazo): no mathematics font has Latin letters."""


def learn_typography(pages: Sequence[Sequence[Line]], *, body_size: float) -> Typography:
    """Heading sizes and vocabulary of a document."""
    sizes: Counter[float] = Counter()
    words: set[str] = set()
    num_letters = num_touching = 0
    for lines in pages:
        for line in lines:
            if line.num_math:
                num_letters += sum(g.face.family in ("letters", "unicode") and _is_latin(g.text) for g in line.glyphs)
                num_touching += _num_touching(line)
            if line.size > 1.12 * body_size and len(line.glyphs) > 2 and not line.num_math * 2 > len(line.glyphs):
                sizes[round(line.size)] += 1
            words.update(word.lower() for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", line.text)[:-1])
    return Typography(
        body_size, tuple(sorted(sizes, reverse=True)), frozenset(words), num_letters < 3 or num_touching > 0.1 * num_letters
    )


def _num_touching(line: Line) -> int:
    """Single letters of the text's italic that stand next to a sign of a mathematics font or carry a script."""
    visible = [glyph for glyph in line.glyphs if glyph.text != " "]
    found = 0
    for before, glyph, after in zip([None, *visible], visible, [*visible[1:], None], strict=False):
        if glyph.face.family or not glyph.face.italic or not _is_latin(glyph.text):
            continue
        near = [other for other in (before, after) if other is not None and _distance(glyph, other) < 0.3 * glyph.size]
        lonely = not any(other.text.isalpha() and not other.face.family and other.size > 0.86 * glyph.size for other in near)
        found += lonely and any(other.face.family or other.size < 0.86 * glyph.size for other in near)
    return found


def _distance(left: Glyph, right: Glyph) -> float:
    return max(left.x0 - right.x1, right.x0 - left.x1, 0.0)


def _is_latin(text: str) -> bool:
    return (text.isascii() and text.isalpha()) or "\U0001d434" <= text <= "\U0001d467"


def page_blocks(lines: Sequence[Line], rules: Sequence[Rule], typography: Typography) -> list[Block]:
    """Blocks of one page in reading order, each with its Markdown."""
    blocks = _split(lines, rules, typography)
    for block in blocks:
        _write(block, rules, typography)
    return [block for block in blocks if block.text.strip()]


def _split(lines: Sequence[Line], rules: Sequence[Rule], typography: Typography) -> list[Block]:
    leading = _leading(lines, typography)
    margins = text_margins(lines, typography.body_size)
    blocks: list[Block] = []
    tables = {table.start: table for table in find_tables(lines, rules, body_size=typography.body_size)}
    position = 0
    while position < len(lines):
        if position in tables:
            table = tables[position]
            blocks.append(Block("table", list(lines[position : table.end]), table=table))
            position = table.end
            continue
        end = _code_end(lines, position, leading)
        if end > position:
            blocks.append(Block("code", list(lines[position:end])))
            position = end
            continue
        end = display_end(lines, position, margins)
        if end > position:
            blocks += [Block("display", display) for display in separate_displays(lines[position:end])]
            position = end
            continue
        line = lines[position]
        last = blocks[-1] if blocks else None
        if last is not None and last.kind not in _ALONE and not _starts_block(last, line, leading, typography):
            last.lines.append(line)
        else:
            blocks.append(Block(_kind(line), [line]))
        position += 1
    return [_with_heading(block, typography) for block in blocks]


def _leading(lines: Sequence[Line], typography: Typography) -> float:
    steps = Counter(
        round(low.y - high.y, 1)
        for high, low in itertools.pairwise(lines)
        if 0.9 * typography.body_size < low.y - high.y < 2 * typography.body_size
    )
    return max(steps, key=lambda step: (steps[step], -step)) if steps else 1.2 * typography.body_size


def _code_end(lines: Sequence[Line], start: int, leading: float) -> int:
    """Index behind the code block that starts at `start`; `start` itself where none does."""
    if not is_code_line(lines[start]) and not (is_line_number(lines[start]) and _code_follows(lines, start)):
        return start
    end = start + 1
    while end < len(lines):
        previous, line = lines[end - 1], lines[end]
        same_row = abs(line.y - previous.y) < 0.3 * line.size
        if not same_row and not 0 < line.y - previous.y < 4 * leading:
            break
        if not (is_code_line(line) or same_row or (is_line_number(line) and _code_follows(lines, end))):
            break
        end += 1
    return end if end - start > 1 or _stands_alone(lines, start, leading) else start


def _code_follows(lines: Sequence[Line], position: int) -> bool:
    number = lines[position].text
    for line in lines[position + 1 : position + 4]:
        if is_code_line(line):
            return line.text.startswith(str(int(number) + 1)) or not is_line_number(line)
        if not is_line_number(line):
            return False
    return position > 0 and is_code_line(lines[position - 1]) and lines[position - 1].text.startswith(str(int(number) - 1))


def _stands_alone(lines: Sequence[Line], position: int, leading: float) -> bool:
    """Whether a single monospaced line is set off from the text: by space above it, by a new page, or by its indentation.

    Space below is not asked for: a line of code and the prose that goes on after it often stand at the text's own distance.
    """
    line = lines[position]
    far = 1.2 * min(leading, 1.5 * line.size)
    above = lines[position - 1] if position else None
    below = lines[position + 1] if position + 1 < len(lines) else None
    if above is None or abs(line.y - above.y) > far:
        return True
    return all(line.x0 > other.x0 + 0.8 * line.size for other in (above, below) if other is not None)


def _kind(line: Line) -> str:
    return "item" if _BULLET.match(line.text) or _NUMBERED.match(line.text) else "paragraph"


def _starts_block(block: Block, line: Line, leading: float, typography: Typography) -> bool:
    previous = block.lines[-1]
    step = line.y - previous.y
    if abs(line.size - previous.size) > 0.1 * previous.size and len(line.glyphs) > 3 and len(previous.glyphs) > 3:
        return True
    if abs(step) < 0.5 * line.size:
        return False
    if step < 0 or step > 6 * leading:
        return previous.text.endswith(_SENTENCE_END) or _kind(line) == "item"
    if step > 1.35 * max(leading, 1.15 * line.size):
        return True
    if _kind(line) == "item" and (line.x0 < previous.x0 - 1 or block.kind == "item" or previous.text.endswith(_SENTENCE_END)):
        return True
    if (line.share_bold > 0.9) != (previous.share_bold > 0.9):
        return True
    left = min(other.x0 for other in block.lines)
    first = len(block.lines) == 1
    if line.x0 > left + 0.8 * line.size and not (first and block.kind == "item") and previous.text.endswith(_SENTENCE_END):
        return True
    right = max(other.x1 for other in block.lines)
    return previous.text.endswith(_SENTENCE_END) and previous.x1 < right - 0.15 * (right - left) and len(block.lines) > 1


def _with_heading(block: Block, typography: Typography) -> Block:
    """The block as a heading with its level where it looks like one."""
    if block.kind in _ALONE or len(block.lines) > 3:
        return block
    text = " ".join(line.text for line in block.lines)
    size = max(round(line.size) for line in block.lines)
    letters = sum(character.isalpha() for character in text)
    if letters < 3 or len(text) > 160:
        return block
    if size in typography.heading_sizes and min(line.size for line in block.lines) > 1.1 * typography.body_size:
        return replace(block, kind="heading", level=1 + min(3, typography.heading_sizes.index(size)))
    bold = all(line.share_bold > 0.85 for line in block.lines)
    if bold and len(text) < 100 and (_SECTION.match(text) or not text.endswith(_SENTENCE_END)):
        return replace(block, kind="heading", level=2 + min(3, len(typography.heading_sizes)))
    return block


def _write(block: Block, rules: Sequence[Rule], typography: Typography) -> None:
    if block.kind == "code":
        block.text = code_text(block.lines)
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
    text, block.formulas = _paragraph(block.lines, rules, typography)
    if block.kind == "item":
        text = _BULLET.sub("- ", text)
        text = text if text.startswith("- ") else f"- {text}" if not re.match(r"^\d", text) else text
    if block.kind == "heading":
        text = f"{'#' * block.level} {text}"
    block.text = text


def _paragraph(lines: Sequence[Line], rules: Sequence[Rule], typography: Typography) -> tuple[str, list[Formula]]:
    """Markdown of lines of prose, and its formulas."""
    text = ""
    whole: list[Formula] = []
    zones = inline_zones(lines, rules, italic_is_math=typography.italic_is_math)
    for line, found in zip(lines, zones, strict=True):
        markup, formulas = line_markup(line, found)
        if found and found[0].continues:
            last, rest = whole[-1], formulas[0]
            latex = f"{last.latex} {rest.latex}"
            text = f"{text.removesuffix('$')} {markup.removeprefix('$')}"
            whole[-1:] = [replace(last, latex=latex, confidence=min(last.confidence, rest.confidence)), *formulas[1:]]
            continue
        whole += formulas
        text = join(text, markup, typography.words)
    return text, whole


def table_markup(table: Table, rules: Sequence[Rule], typography: Typography) -> tuple[str, list[Formula]]:
    """GFM of a table: its first row is the head. Bars in cells are escaped, in formulas written as \\vert."""
    found: list[Formula] = []
    written: list[str] = []
    for row in table.rows:
        cells = []
        for lines in row:
            text, formulas = _paragraph(lines, rules, typography)
            cells.append(_INLINE.sub(lambda match: _without_bars(match.group()), text))
            found += [replace(formula, latex=_without_bars(formula.latex)) for formula in formulas]
        written.append(f"| {' | '.join(cells)} |")
    return "\n".join([written[0], "|" + "---|" * len(table.rows[0]), *written[1:]]), found


_INLINE = re.compile(r"(?<!\\)\$[^$]+\$|\|")


def _without_bars(text: str) -> str:
    if text == "|":
        return r"\|"
    return text.replace(r"\|", r"\Vert ").replace("|", r"\vert ") if "|" in text else text


def line_markup(line: Line, zones: Sequence[MathZone]) -> tuple[str, list[Formula]]:
    """Markdown of one line of prose: inline formulas between dollars, monospaced words between backticks."""
    pieces: list[tuple[str, Sequence[Glyph]]] = []
    position = 0
    for zone in zones:
        pieces += [(_prose(line.glyphs[position : zone.start]), line.glyphs[position : zone.start])]
        pieces += [(f"${zone.latex}$", line.glyphs[zone.start : zone.end])]
        position = zone.end
    pieces += [(_prose(line.glyphs[position:]), line.glyphs[position:])]
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


def _prose(glyphs: Sequence[Glyph]) -> str:
    """Text of glyphs with monospaced runs as inline code."""
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


def escape(prose: str) -> str:
    r"""Prose with its dollars and backticks escaped, so that they open neither formula nor code."""
    return prose.replace("$", r"\$").replace("`", r"\`") if "$" in prose or "`" in prose else prose


def join(text: str, line: str, words: frozenset[str]) -> str:
    """A paragraph and its next line: a hyphen that only divides the word at the line's end is undone."""
    if not text or not line:
        return text or line
    if text[-1] in "-‐" and len(text) > 1 and text[-2].isalpha() and line[0].islower():
        head = re.search(r"[^\W\d_]+(?:-[^\W\d_]+)*$", text[-MAX_WORD:-1])
        tail = re.match(r"[^\W\d_]+(?:-[^\W\d_]+)*", line)
        if head and tail:
            whole, hyphenated = head.group() + tail.group(), f"{head.group()}-{tail.group()}"
            keep = hyphenated.lower() in words and whole.lower() not in words
            return text + line if keep else text[:-1] + line
    if text[-1] in "—" or text.endswith("-"):
        return text + line
    return f"{text} {line}"


def block_markdown(block: Block) -> str:
    """Markdown of a block by itself."""
    return fence(block.text) if block.kind == "code" else block.text


def join_pages(pages: Sequence[Sequence[Block]], words: frozenset[str]) -> list[Block]:
    """Blocks of the whole document: paragraphs and code that a page break cut are one again."""
    joined: list[Block] = []
    for blocks in pages:
        for rank, block in enumerate(blocks):
            last = joined[-1] if joined else None
            if rank == 0 and last is not None and _is_continued(last, block):
                text = f"{last.text}\n{block.text}" if block.kind == "code" else join(last.text, block.text, words)
                joined[-1] = replace(last, text=text, formulas=[*last.formulas, *block.formulas])
            else:
                joined.append(block)
    return joined


def _is_continued(last: Block, block: Block) -> bool:
    if last.kind == block.kind == "code":
        return abs(last.lines[0].size - block.lines[0].size) < 0.5
    if last.kind not in ("paragraph", "item") or block.kind != "paragraph":
        return False
    return block.text[:1].islower() and not last.text.endswith(_SENTENCE_END)


def code_blocks(blocks: Sequence[Block]) -> tuple[CodeBlock, ...]:
    """The code of `blocks`."""
    return tuple(CodeBlock(text=block.text) for block in blocks if block.kind == "code")
