"""Lines of a page -> blocks: paragraphs, headings, list items, code, displays, tables, captions, footnotes, entries of contents.

What decides is where lines stand, their size and face; the order is that of the content stream.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from extract.document import Formula
from extract.pdf_code import has_small_number, is_code_line, is_line_number, is_spread
from extract.pdf_displays import Margins, display_end, separate_displays
from extract.pdf_glyphs import Glyph
from extract.pdf_leaders import entries_end
from extract.pdf_lines import SPACE_GAP, Line, measured
from extract.pdf_tables import Table

BULLET = re.compile(r"^\s*[•◦▪▸▶►‣∙●■□–·⋄\uf0b7]\s*(?=\S)")
_NUMBERED = re.compile(r"^\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)]\s")
FOOTNOTE_SIGNS = frozenset("*∗⋆†‡§¶‖#") | {"**", "∗∗", "††", "‡‡", "∗∗∗"}
MAX_MARGIN_LINES = 60
"""Lines before one that tell a block's margins; of a paragraph of 100,000 lines all of them would take their square."""
MIN_ROOM = 2.5
"""Em left on a line, beside the next word, from which its end is the author's and not the paragraph's."""
MAX_NOTE_GLYPHS = 40
"""Of a line in the margin; the text's lines have more."""
MAX_NESTING = 3
"""Of list items; four blanks more would make code of Markdown."""
SENTENCE_END = (".", ":", "?", "!", ";", "”", '"')
_SECTION = re.compile(r"^(?:(?:chapter|part|section|appendix)\b|(?:\d+|[A-Z])(?:\.\d+)*\.?\s+\S)", re.IGNORECASE)


_CAPTION = re.compile(
    r"^(?:Fig(?:ure|\.|ura)?|Tab(?:le|\.|elle|ella|la|leau)?|Abb(?:ildung|\.)|Listing|Algorithm|Scheme|Plate|Рис(?:унок|\.)|Табл(?:ица|\.)"
    r"|[図图圖表])\s*[A-Z]?\d+(?:[.–-]\d+)*\s?(?:[.:|—–]|\s{2}|$)",
    re.IGNORECASE,
)
_NUMBERED_SECTION = re.compile(r"^(\d+(?:\.\d+)*)\.?\s+[^\W\d_a-z]")
_ALONE = ("code", "display", "table", "entries")
"""Kinds of blocks that take in no further line."""


@dataclass(slots=True)
class Block:
    """One block of a page."""

    kind: str
    """paragraph, heading, item, code, display, table, caption, footnote or entries (of a table of contents or an index)."""
    lines: list[Line]
    level: int = 0
    """Of a heading from 1; of an item how many items it stands in."""
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
    face: str = ""
    """Name of the font that most lines are set in."""
    italic_is_math: bool = True
    """Whether the text's italic is also that of mathematics (mathptmx, mathpazo): no mathematics font has Latin letters."""


def learn_typography(pages: Sequence[Sequence[Line]], *, body_size: float) -> Typography:
    """Heading sizes and vocabulary of a document."""
    sizes: Counter[float] = Counter()
    words: set[str] = set()
    faces: Counter[str] = Counter()
    num_letters = num_touching = 0
    for lines in pages:
        for line in lines:
            faces[line.glyphs[len(line.glyphs) // 2].face.name] += 1
            if line.num_math:
                num_letters += sum(g.face.family in ("letters", "unicode") and _is_latin(g.text) for g in line.glyphs)
                num_touching += _num_touching(line)
            if line.size > 1.12 * body_size and len(line.glyphs) > 2 and not line.num_math * 2 > len(line.glyphs):
                sizes[round(line.size)] += 1
            words.update(word.lower() for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", line.text)[:-1])
    return Typography(
        body_size,
        tuple(sorted(sizes, reverse=True)),
        frozenset(words),
        min((name for name in faces if faces[name] == max(faces.values())), default=""),
        num_letters < 3 or num_touching > 0.1 * num_letters,
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


def notes_apart(lines: Sequence[Line], margins: Margins) -> list[Line]:
    """The lines, with the notes of the margin that share a baseline with the text and its stream as lines of their own."""
    apart: list[Line] = []
    left = min(margins.left, default=0)
    for line in lines:
        end = 0
        if line.x0 < left - 2 < line.x1:
            end = next((i for i, glyph in enumerate(line.glyphs) if glyph.x0 > left - 2), 0)
        note = line.glyphs[:end]
        if len(note) > 3 and any(g.text.isalpha() for g in note) and line.glyphs[end].x0 - note[-1].x1 > 0.5 * line.size:
            apart += [_piece(line, note), _piece(line, line.glyphs[end:])]
        else:
            apart.append(line)
    return apart


def _piece(line: Line, glyphs: list[Glyph]) -> Line:
    visible = [glyph for glyph in glyphs if glyph.text != " "]
    x0, x1 = min(glyph.x0 for glyph in visible), max(glyph.x1 for glyph in visible)
    return measured(replace(line, glyphs=glyphs, size=max(g.size for g in visible), x0=x0, x1=x1, text_cache=None))


def split_blocks(lines: Sequence[Line], tables: Mapping[int, Table], margins: Margins, typography: Typography) -> list[Block]:
    """Blocks of a page in reading order; `tables` by the index of their first line."""
    leading = _leading(lines, typography)
    beside = _beside_the_text(lines, margins)
    blocks: list[Block] = []
    position = 0
    while position < len(lines):
        if position in tables:
            table = tables[position]
            blocks.append(Block("table", list(lines[position : table.end]), table=table))
            position = table.end
            continue
        end = entries_end(lines, position)
        if end > position:
            blocks.append(Block("entries", list(lines[position:end])))
            position = end
            continue
        end = _code_end(lines, position, leading, beside)
        if end > position:
            blocks.append(Block("code", list(lines[position:end])))
            position = end
            continue
        end = display_end(lines, position, margins)
        if end > position:
            blocks += [Block("display", display) for display in separate_displays(lines[position:end])]
            position = end
            continue
        if position in beside:
            position = _put_aside(blocks, lines, position, beside, typography)
            continue
        line = lines[position]
        last = blocks[-1] if blocks else None
        broken = last is not None and _has_room(last.lines[-1], line, margins)
        if (
            last is not None
            and not (last.kind in _ALONE or (broken and _has_ended(last, line)))
            and not _starts_block(last, line, leading, typography)
        ):
            last.lines[-1].is_broken = broken
            last.lines.append(line)
        else:
            blocks.append(Block(_kind(line, typography), [line]))
        position += 1
    return _with_levels([_with_heading(block, typography) for block in _rejoined(blocks)])


def _beside_the_text(lines: Sequence[Line], margins: Margins) -> frozenset[int]:
    """Indices of the short lines in the page's margin: beside a line of the text, and in no column of text themselves."""
    if not margins.left or not margins.right:
        return frozenset()
    left, right = min(margins.left) - 2, max(margins.right) + 2
    found = [i for i, line in enumerate(lines) if (line.x1 < left or line.x0 > right) and len(line.glyphs) <= MAX_NOTE_GLYPHS]
    text = [line for line in lines if len(line.glyphs) > MAX_NOTE_GLYPHS] if found else []
    return frozenset(
        i
        for i in found
        if not any(other.x0 < lines[i].x1 and lines[i].x0 < other.x1 for other in text)
        and any(abs(other.y - lines[i].y) < 1.5 * lines[i].size for other in text)
    )


def _put_aside(blocks: list[Block], lines: Sequence[Line], start: int, beside: frozenset[int], typography: Typography) -> int:
    """Puts the margin's lines from `start` on before the paragraph that they stand beside; the index behind them.

    The stream has a note of the margin where its paragraph's line ends, in the middle of the paragraph.
    """
    end = start + 1
    while end in beside and 0 < lines[end].y - lines[end - 1].y < 2 * lines[end].size:
        end += 1
    note = Block(_kind(lines[start], typography), list(lines[start:end]))
    last = blocks[-1] if blocks else None
    if last is not None and last.kind in ("paragraph", "item") and lines[start].y <= last.lines[-1].y + 1:
        blocks.insert(-1, note)
    else:
        blocks.append(note)
    return end


def _pushes_apart(previous: Line, line: Line) -> bool:
    """Whether two lines stand apart because of what is tall in them: TeX leaves a point between the ink of such lines."""
    is_tall = previous.bottom - previous.y > 0.5 * previous.size or line.y - line.top > 1.1 * line.size
    return is_tall and line.num_math + previous.num_math > 0 and line.top - previous.bottom < 0.25 * line.size


def _has_room(line: Line, following: Line, margins: Margins) -> bool:
    """Whether the first word of `following` would have fitted behind `line`, with room to spare (ragged text ends early too)."""
    right = min((x for x in margins.right if x > line.x1 - 2), default=None)
    if right is None or following.y < line.y + 0.5 * line.size or any(line.x1 < x < right for x in margins.left):
        return False
    word = following.x0
    for glyph in following.glyphs:
        if glyph.text == " " or glyph.x0 > word + SPACE_GAP * glyph.size:
            break
        word = glyph.x1
    return right - line.x1 > word - following.x0 + MIN_ROOM * line.size


def _has_ended(block: Block, line: Line) -> bool:
    """Whether a sentence ends the block before `line`, which is no second paragraph of an item."""
    inside = block.kind == "item" and line.x0 > block.lines[0].x0 - 1
    return block.lines[-1].text.endswith(SENTENCE_END) and not inside


def _leading(lines: Sequence[Line], typography: Typography) -> float:
    steps = Counter(
        round(low.y - high.y, 1)
        for high, low in itertools.pairwise(lines)
        if 0.9 * typography.body_size < low.y - high.y < 2 * typography.body_size
    )
    return max(steps, key=lambda step: (steps[step], -step)) if steps else 1.2 * typography.body_size


def _code_end(lines: Sequence[Line], start: int, leading: float, beside: frozenset[int]) -> int:
    """Index behind the code block that starts at `start`; `start` itself where none does. Notes in the margin are none."""
    if start in beside:
        return start
    if not is_code_line(lines[start]) and not (is_line_number(lines[start]) and _code_follows(lines, start)):
        return start
    end = start + 1
    spread = lines[start].share_mono < 0.5 and is_spread(lines[start])
    while end < len(lines):
        previous, line = lines[end - 1], lines[end]
        same_row = abs(line.y - previous.y) < 0.3 * line.size
        if not same_row and not 0 < line.y - previous.y < 4 * leading:
            break
        in_listing = spread and len(line.glyphs) < 30 and is_spread(line, in_listing=True)
        if not (is_code_line(line) or in_listing or same_row or (is_line_number(line) and _code_follows(lines, end))):
            break
        if end in beside:
            break
        end += 1
    alone = end - start > 1 or has_small_number(lines[start]) or _stands_alone(lines, start, leading)
    return end if alone else start


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


def _kind(line: Line, typography: Typography) -> str:
    if _CAPTION.match(line.text):
        return "caption"
    if line.size < 0.95 * typography.body_size and footnote_label(line):
        return "footnote"
    return "item" if BULLET.match(line.text) or _NUMBERED.match(line.text) else "paragraph"


def _starts_block(block: Block, line: Line, leading: float, typography: Typography) -> bool:
    previous = block.lines[-1]
    step = line.y - previous.y
    if abs(line.size - previous.size) > 0.1 * previous.size and len(line.glyphs) > 3 and len(previous.glyphs) > 3:
        return True
    if abs(step) < 0.5 * line.size:
        return False
    if _kind(line, typography) in ("caption", "footnote"):
        return block.kind == "footnote" or step < 0 or step > 1.1 * leading or _kind(line, typography) == "footnote"
    if block.kind == "caption" and (step < 0 or step > 6 * leading):
        return True
    if len(block.lines) == 1 and _section_depth(previous, typography) and not _is_foreign(line, typography):
        return True
    if step < 0 or step > 6 * leading:
        return previous.text.endswith(SENTENCE_END) or _kind(line, typography) == "item"
    if step > 1.35 * max(leading, 1.15 * line.size) and not _pushes_apart(previous, line):
        return True
    if _kind(line, typography) == "item" and (
        line.x0 < previous.x0 - 1 or block.kind == "item" or previous.text.endswith(SENTENCE_END)
    ):
        return True
    if (line.share_bold > 0.9) != (previous.share_bold > 0.9):
        return True
    if BULLET.match(line.text):
        return True
    left = min(other.x0 for other in block.lines[-MAX_MARGIN_LINES:])
    first = len(block.lines) == 1
    if line.x0 > left + 0.8 * line.size and not (first and block.kind == "item") and previous.text.endswith(SENTENCE_END):
        return True
    right = max(other.x1 for other in block.lines[-MAX_MARGIN_LINES:])
    return previous.text.endswith(SENTENCE_END) and previous.x1 < right - 0.15 * (right - left) and len(block.lines) > 1


def footnote_label(line: Line) -> str:
    """The raised mark that a line begins with; empty where it begins with none."""
    label = ""
    for glyph in line.glyphs[:5]:
        if glyph.text == " ":
            continue
        if glyph.size > 0.85 * line.size or glyph.y > line.y - 0.15 * line.size:
            return label if label.isdigit() or label in FOOTNOTE_SIGNS else ""
        label += glyph.text
    return ""


def _is_foreign(line: Line, typography: Typography) -> bool:
    """Whether a line holds letters and none of them in the face of the text."""
    return any(g.text.isalpha() for g in line.glyphs) and not any(
        g.face.name == typography.face and g.text.isalpha() for g in line.glyphs
    )


def _section_depth(line: Line, typography: Typography) -> int:
    """How many numbers a line begins with that is the heading of a section by its number and its face or capitals alone; else 0.

    A theorem's list is in italics as well: of italic lines only those with two numbers or more (1.2 Title) count.
    """
    match = _NUMBERED_SECTION.match(line.text)
    if match is None or line.share_mono > 0.5 or len(line.text) > 100 or line.text.endswith((".", ",", ";", ":")):
        return 0
    if line.size < 0.95 * typography.body_size or not (_is_foreign(line, typography) or line.text.isupper()):
        return 0
    depth = match.group(1).count(".") + 1
    italic = sum(glyph.face.italic for glyph in line.glyphs) * 2 > len(line.glyphs)
    return 0 if line.num_math * 3 > len(line.glyphs) or (italic and depth < 2) else depth


def _rejoined(blocks: Sequence[Block]) -> list[Block]:
    """A paragraph that a float or footnotes interrupt in the stream (its second half begins in lower case) is one before them."""
    joined: list[Block] = []
    for block in blocks:
        before = len(joined) - 1
        while before >= 0 and joined[before].kind in _FLOATING:
            before -= 1
        if before >= 0 and before < len(joined) - 1 and block.kind == "paragraph" and _goes_on(joined[before], block):
            joined[before].lines += block.lines
        else:
            joined.append(block)
    return joined


_FLOATING = ("caption", "footnote", "table")


def _goes_on(first: Block, second: Block) -> bool:
    last, line = first.lines[-1], second.lines[0]
    return (
        first.kind in ("paragraph", "item")
        and line.text[:1].islower()
        and not last.text.endswith(SENTENCE_END)
        and abs(line.size - last.size) < 0.1 * last.size
        and len(last.glyphs) > 20
    )


def _with_levels(blocks: Sequence[Block]) -> list[Block]:
    """Items that follow one another with the level that their bullets' places say: further right is deeper."""
    places: list[float] = []
    made = []
    above = 0.0
    for block in blocks:
        first = block.lines[0]
        if block.kind == "item":
            while places and (first.x0 < places[-1] - first.size or first.y < above):
                places.pop()
            if not places or first.x0 > places[-1] + first.size:
                places.append(first.x0)
            block = replace(block, level=min(len(places) - 1, MAX_NESTING))
        elif block.kind in ("heading", "paragraph") and places and first.x0 < places[0] + 0.1:
            places = []
        above = block.lines[-1].y
        made.append(block)
    return made


def without_overlays(pages: Sequence[Sequence[Block]]) -> list[Sequence[Block]]:
    """The pages without those that the next shows again, with all their words under the same title: slides shown step by step."""
    kept = []
    words = [Counter(word for block in page for line in block.lines for word in line.text.split()) for page in pages]
    for number, page in enumerate(pages):
        following = pages[number + 1] if number + 1 < len(pages) else ()
        is_shown_again = page and following and _same_place(page[0].lines[:1], following[0].lines[:1])
        if is_shown_again and words[number] <= words[number + 1]:
            continue
        kept.append(page)
    return kept


def _same_place(title: Sequence[Line], other: Sequence[Line]) -> bool:
    """Whether two pages begin with one line at one place; what OCR read has no lines."""
    return any(
        line.text == there.text and abs(line.x0 - there.x0) < 1 and abs(line.y - there.y) < 1
        for line, there in zip(title, other, strict=False)
    )


def _with_heading(block: Block, typography: Typography) -> Block:
    """The block as a heading with its level where it looks like one."""
    if block.kind in (*_ALONE, "caption", "footnote") or len(block.lines) > 3 or BULLET.match(block.lines[0].text):
        return block
    text = " ".join(line.text for line in block.lines)
    size = max(round(line.size) for line in block.lines)
    letters = sum(character.isalpha() for character in text)
    if letters < 3 or len(text) > 160:
        return block
    if size in typography.heading_sizes and min(line.size for line in block.lines) > 1.1 * typography.body_size:
        return replace(block, kind="heading", level=1 + min(3, typography.heading_sizes.index(size)))
    if len(block.lines) <= 2 and (depth := _section_depth(block.lines[0], typography)):
        return replace(block, kind="heading", level=min(1 + depth, 6))
    bold = all(line.share_bold > 0.85 for line in block.lines)
    if bold and len(text) < 100 and not text[0].islower() and (_SECTION.match(text) or not text.endswith(SENTENCE_END)):
        return replace(block, kind="heading", level=2 + min(3, len(typography.heading_sizes)))
    return block
