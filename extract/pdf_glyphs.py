"""The glyphs and rules of one PDF page, with the identity of every glyph.

MuPDF's text trace gives Unicode, the glyph's index in the font program, its origin and advance, in the order of the content
stream. The embedded font program gives the rest by that index: the glyph's name (all that identifies a glyph of Computer
Modern's extension font) and the box of its ink (all that says how far a radical or a delimiter reaches).

Coordinates are in pt from the upper left corner of the page, y downwards; a glyph's y is its baseline.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from extract.pdf_computer_modern import METRICS, Metric, identify
from extract.pdf_config import PdfConfig
from extract.pdf_fonts import TEXT, font_table
from extract.pdf_fonts.table import FontTable
from extract.pdf_symbols import EXTENSION_EXTENT, LARGE_GLYPHS, canonical_name, is_mathematical, math_family

DEFAULT = PdfConfig()
COMBINING = frozenset("\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u030a\u030c\u20d6\u20d7\u20db")
"""Accents that are drawn beside their origin."""
STRUCK = "\u0338"
"""What Unicode negates a character with; where one glyph is both, MuPDF gives it as a second character without a glyph."""
INVISIBLE = 3
"""Text trace type of text that is drawn invisibly: the OCR layer of a scan."""

NAME_LENGTH = 24
"""Characters of a font's name that MuPDF keeps: 31, of which a subset's tag takes 7."""

Char = tuple[int, int, tuple[float, float], tuple[float, float, float, float]]
"""A character of the text trace: code, glyph, origin, box."""

_NO_XREF = (0,)
_NAMELESS = re.compile(r"Type3 \((\d+) 0 R\)")
"""What MuPDF calls a Type 3 font without a name (dvips, then Ghostscript): by its xref."""
LOW = 0.7
"""Height in em under which a delimiter is none: whole ones reach 1.0, the pieces that lengthen them .6 (TeX Gyre's, measured)."""
_EXTENSIONS = {"{": "⎪", "}": "⎪", "(": "⎜", ")": "⎟", "[": "⎢", "]": "⎥"}
"""Piece that lengthens a delimiter, where the PDF names it by the whole."""
_ACCENT_NAMES = {"dotacc": "\u0307", "ddotacc": "\u0308", "ringfitted": "\u030a", "vec": "\u20d7", "vector": "\u20d7"}
"""Accents that have a name but no Unicode (newtx, mathdesign)."""
_STROKED = {"l": "ł", "L": "Ł"}
"""Letters that TeX's old text encoding draws as a stroke (`suppress`) and the letter after it. Source: plain.tex, \\l."""
_MONO_NAME = re.compile(
    r"(?i)mono|courier|consol|typewriter|inconsolata|menlo|^(cm|sf)?(sl|v|i)?tt\d|^(sf)(tt|it|st)\d|cmtcsc|t1x?b?tt|txtt|^tcxtt"
)
_BOLD_NAME = re.compile(
    r"(?i)bold|black|heavy|medium(?!ital)|(?<!urb)medi$|^(cm|sf)(b|bx|bxti|bi|ssbx)\d|^cmbx|demi|^cm(mib|bsy)\d|rtxb|txb"
)
_ITALIC_NAME = re.compile(r"(?i)ital|obliq|slant|^(cm|sf)(ti|sl|bi|bxti|ssi)\d")


@dataclass(slots=True)
class Program:
    """An embedded font program, asked for one glyph at a time."""

    font: Any
    """A fz_font of MuPDF."""
    mupdf: Any
    has_names: bool
    names: dict[int, str] = field(default_factory=dict)
    boxes: dict[int, tuple[float, float, float, float] | None] = field(default_factory=dict)
    identities: dict[int, tuple[float, int]] = field(default_factory=dict)

    def name(self, index: int) -> str:
        """Name of a glyph; empty where the program gives none."""
        if not self.has_names or index < 0:
            return ""
        found = self.names.get(index)
        if found is None:
            found = self.names[index] = str(self.mupdf.ll_fz_get_glyph_name2(self.font.m_internal, index))
        return found

    def identity(self, index: int) -> tuple[float, int]:
        """Advance of a glyph in em, and the character that its name means; 0 where it has none that means one."""
        found = self.identities.get(index)
        if found is None:
            name = self.name(index)
            meant = max(self.mupdf.ll_fz_unicode_from_glyph_name(name), 0) if name else 0
            found = self.identities[index] = (float(self.mupdf.fz_advance_glyph(self.font, index, 0)), meant)
        return found

    def reach(self, index: int) -> tuple[float, float, float, float] | None:
        """Height and depth of a glyph's ink and its left and right ends in em; None where it has none."""
        if index not in self.boxes:
            box = self.mupdf.fz_bound_glyph(self.font, index, self.mupdf.FzMatrix()) if index >= 0 else None
            self.boxes[index] = (box.y1, -box.y0, box.x0, box.x1) if box is not None and box.y1 > box.y0 else None
        return self.boxes[index]


@dataclass(frozen=True, slots=True)
class Bitmaps:
    """A Type 3 font that its widths identified as one of Computer Modern; glyphs go by their code."""

    metrics: Mapping[int, Metric]
    mupdf: Any

    def name(self, code: int) -> str:
        return self.metrics[code].name if code in self.metrics else ""

    def reach(self, code: int) -> tuple[float, float, float, float] | None:
        metric = self.metrics.get(code)
        return (
            (metric.height, metric.depth, 0.0, metric.width) if metric is not None and metric.height + metric.depth > 0 else None
        )

    def identity(self, code: int) -> tuple[float, int]:
        """Advance of a glyph in em, and the character that its name means."""
        if code not in self.metrics:
            return 0.0, 0
        return self.metrics[code].width, max(self.mupdf.ll_fz_unicode_from_glyph_name(self.name(code)), 0)

    def text(self, code: int) -> str:
        """Unicode of a glyph by its name."""
        _, meant = self.identity(code)
        return _character(meant) if meant else ""


@dataclass(frozen=True, slots=True)
class Face:
    """A font of the document as far as reading it goes."""

    name: str
    mono: bool
    bold: bool
    italic: bool
    family: str
    """Mathematics role: letters, symbols, extension, blackboard, fraktur, script, or empty for a text font."""
    program: Program | Bitmaps | None = field(default=None, compare=False, repr=False)
    """The embedded font program; None where there is none or it cannot be read."""
    table: FontTable = field(default=TEXT, compare=False, repr=False)
    """What the names of its glyphs mean."""


@dataclass(slots=True)
class Glyph:
    """One drawn character."""

    text: str
    """Unicode; empty where the font gives none."""
    name: str
    """Glyph name where the font program was read, else empty."""
    x0: float
    """Origin."""
    x1: float
    """Origin + advance."""
    y: float
    """Baseline."""
    size: float
    face: Face
    top: float = 0.0
    """Top of the ink: of the font program's glyph, else as near as the letter's class tells."""
    bottom: float = 0.0

    @property
    def stands_on(self) -> float:
        """The baseline of the line that the glyph belongs to: what is tall is centred on the axis, .25 em above it."""
        if self.face.family and (self.face.family == "extension" or self.bottom - self.top > 0.97 * self.size):
            return (self.top + self.bottom) / 2 + 0.25 * self.size
        return self.y


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin filled rectangle or stroked line, horizontal."""

    x0: float
    x1: float
    y: float
    thickness: float


@dataclass(slots=True)
class PageInk:
    """What is drawn on one page."""

    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    """Horizontal, visible text in the order of the content stream."""
    rotated: list[Glyph] = field(default_factory=list)
    """Text in other directions."""
    rules: list[Rule] = field(default_factory=list)
    num_invisible: int = 0
    num_images: int = 0
    num_without_unicode: int = 0
    rules_left_out: bool = False
    """Whether it paints more paths than are looked at for rules."""


@dataclass(slots=True)
class FontShelf:
    """Faces by name for one document; font programs are read once and only for mathematics."""

    document: Any
    mupdf: Any
    faces: dict[tuple[str, int, int], Face] = field(default_factory=dict)
    programs: dict[int, Program | Bitmaps | None] = field(default_factory=dict)
    """Font's xref -> program."""
    bitmaps: dict[int, tuple[str, float]] = field(default_factory=dict)
    """Xref of a Type 3 font -> what its widths say it is (empty where they say nothing), and how much wider it is."""
    xrefs: dict[str, list[int]] = field(default_factory=dict)
    """Font name as MuPDF cuts it -> xrefs of the fonts of that name; a later page's fonts of the same name replace them."""
    full_names: dict[int, str] = field(default_factory=dict)
    """Xref -> font name without its subset tag."""

    def learn(self, page: Any) -> None:
        """Take note of the fonts that `page` names."""
        here: dict[str, list[int]] = {}
        for xref, _extension, kind, basename, *_ in page.get_fonts():
            if not xref:
                continue  # written out in the page's resources, as several may be: nothing but MuPDF's name tells them apart
            name = self.full_names[xref] = _bare(basename)
            here.setdefault(name[:NAME_LENGTH], []).append(xref)
            if kind == "Type3" and xref not in self.bitmaps:
                self.bitmaps[xref] = identify(type3_widths(self.document, xref))
        self.xrefs.update(here)

    def mathematical(self, face: Face, name: str) -> Face:
        """The same font in the role of mathematics: for its symbols, where one font holds both text and mathematics (Antykwa)."""
        large = canonical_name(name) in LARGE_GLYPHS
        family = "extension" if large else "letters" if name in face.table.names and name.isalpha() else "unicode"
        key = (face.name + family, -1, 0)
        if key not in self.faces:
            self.faces[key] = replace(face, family=family, mono=False)
        return self.faces[key]

    def face(self, name: str, flags: int, chars: Sequence[Char] = (), size: float = 1.0) -> Face:
        """The face that MuPDF calls `name`; `flags` as in span dictionaries (2 italic, 8 mono, 16 bold).

        `chars`, set at `size`, tell apart several fonts of a page whose names are the same as far as MuPDF gives them.
        """
        nameless = _NAMELESS.fullmatch(name)
        xrefs = [int(nameless[1])] if nameless else self.xrefs.get(name[:NAME_LENGTH], _NO_XREF)
        xref = xrefs[0] if len(xrefs) == 1 else self._fitting(xrefs, chars, size)
        bitmap, _ = self.bitmaps.get(xref, ("", 1.0))
        key = (bitmap or name, flags, xref)
        found = self.faces.get(key)
        if found is None:
            name = bitmap or self.full_names.get(xref, name)
            family = math_family(name)
            found = self.faces[key] = Face(
                name=name,
                mono=_is_mono(name, flags) and not family,
                bold=bool(flags & 16) or bool(_BOLD_NAME.search(name)),
                italic=bool(flags & 2) or bool(_ITALIC_NAME.search(name)),
                family=family,
                program=self._program(xref),
                table=font_table(name),
            )
        return found

    def _fitting(self, xrefs: Sequence[int], chars: Sequence[Char], size: float) -> int:
        """The font whose glyphs have the widths and names of `chars`; the last where several do."""

        best, least = xrefs[-1], math.inf
        for xref in reversed(xrefs):
            program = self._program(xref)
            wrong = float(len(chars)) if program is None else _misfit(program, chars, size)
            if wrong < least:
                best, least = xref, wrong
            if not wrong:
                break
        return best

    def _program(self, xref: int) -> Program | Bitmaps | None:
        bitmap, _ = self.bitmaps.get(xref, ("", 1.0))
        if bitmap:
            return Bitmaps(METRICS[bitmap], self.mupdf)
        if xref not in self.programs:
            self.programs[xref] = self._opened(xref) if xref else None
        return self.programs[xref]

    def _opened(self, xref: int) -> Program | None:
        try:
            _, extension, _, content = self.document.extract_font(xref)
            if not content:
                return None
            buffer = self.mupdf.fz_new_buffer_from_copied_data(bytes(content))
            font = self.mupdf.fz_new_font_from_buffer("", buffer, 0, 1)
        except (RuntimeError, ValueError, self.mupdf.FzErrorBase):
            return None
        return Program(font, self.mupdf, has_names=extension != "cid")


def _misfit(program: Program | Bitmaps, chars: Sequence[Char], size: float) -> float:
    """For how many of `chars` the program has another width, and half of those for which it has another name."""
    wrong = 0.0
    for code, index, _origin, box in chars:
        if index >= 0:
            advance, meant = program.identity(index)
            wrong += abs(advance - (box[2] - box[0]) / size) > 0.004
            wrong += 0.5 * (meant > 0 and meant != code)
    return wrong


def type3_widths(document: Any, xref: int) -> dict[int, float]:
    """Code -> width in em of a Type 3 font's glyphs; empty where its dictionary does not say."""
    try:
        first = int(document.xref_get_key(xref, "FirstChar")[1])
        kind, widths = document.xref_get_key(xref, "Widths")
        if kind == "xref":
            widths = document.xref_object(int(widths.split()[0]), compressed=True)
        scale = abs(float(document.xref_get_key(xref, "FontMatrix")[1].strip("[] ").split()[0]))
        values = [float(value) for value in widths.strip("[] ").split()]
    except (ValueError, IndexError, RuntimeError):
        return {}
    return {first + place: value * scale for place, value in enumerate(values) if value > 0}


class TooManyGlyphsError(ValueError):
    """A page draws more text than is read of one page."""


class TooMuchContentError(ValueError):
    """A page's content unpacks to more bytes than are read of one page."""


def read_page(page: Any, shelf: FontShelf, *, config: PdfConfig = DEFAULT) -> PageInk:
    """Glyphs and rules of a pymupdf page; without its rules (`rules_left_out`) where it paints too many paths.

    Raises TooManyGlyphsError and TooMuchContentError where its content is more than `config` allows, for MuPDF's trace has no
    bound of its own. A page of 1.7 million characters cost it 1 GiB and nine seconds, one of 1 GB of blanks nine seconds, one of
    a million strokes 1.6 GiB.
    """
    content = page_content(shelf.document, page, limit=config.max_page_bytes)
    if shown_bytes(content, enough=config.max_page_chars) > config.max_page_chars:
        raise TooManyGlyphsError(f"its content shows more than {config.max_page_chars} characters")
    if any(b"7 Tr" in stream for stream in content):
        fill_clipping_text(shelf.document, page)
    shelf.learn(page)
    ink = PageInk(width=page.rect.width, height=page.rect.height, num_images=len(page.get_images()))
    matrix = tuple(page.rotation_matrix) if page.rotation else None
    for span in page.get_texttrace():
        if span["type"] == INVISIBLE or span["opacity"] == 0:
            ink.num_invisible += len(span["chars"])
            continue
        _add_span(ink, span, shelf, matrix)
    ink.rules_left_out = painted_paths(content, enough=config.max_drawings) > config.max_drawings
    ink.rules = [] if matrix or ink.rules_left_out else _rules(page)
    return ink


_STRING = re.compile(rb"\((?:[^\\()]|\\.)*\)|<[0-9A-Fa-f\s]*>", re.DOTALL)
_PAINTED = re.compile(rb"\b(?:[SsFfBb]\*?)\s")
_SHORT = 200_000
"""Bytes of content that are not looked at: they hold neither many characters nor many paths."""


def page_content(document: Any, page: Any, *, limit: int) -> list[bytes]:
    """A page's own content streams, unpacked. Raises TooMuchContentError where they have more than `limit` bytes together."""
    streams = []
    for xref in page.get_contents():
        filters = re.findall(r"/(\w+)", document.xref_get_key(xref, "Filter")[1])
        streams.append(_unpacked(document.xref_stream_raw(xref) or b"", filters, limit=limit))
        if sum(map(len, streams)) > limit:
            raise TooMuchContentError(f"its content unpacks to more than {limit} bytes")
    return streams


def _unpacked(packed: bytes, filters: Sequence[str], *, limit: int) -> bytes:
    """At most `limit` + 1 bytes of a stream; as it is from the first filter on that is not Flate or meets what it cannot read."""
    for name in filters:
        if name not in ("FlateDecode", "Fl"):
            break
        try:
            packed = zlib.decompressobj().decompress(packed, limit + 1)
        except zlib.error:
            break
    return packed


_CLIPPING = re.compile(rb"(?<![^\s])7 Tr(?=\s)")
"""The text rendering mode that adds text to the clipping path. Source: ISO 32000-1, table 106."""


def fill_clipping_text(document: Any, page: Any) -> None:
    """Makes text that only clips what is painted next into filled text, in memory: MuPDF's trace leaves it out.

    hyperref's ocgcolorlinks sets every link so: a coloured rectangle over the page, seen through the letters.
    """
    for xref in page.get_contents():
        content = document.xref_stream(xref) or b""
        if _CLIPPING.search(content):
            document.update_stream(xref, _CLIPPING.sub(b"0 Tr", content))


def shown_bytes(content: Sequence[bytes], *, enough: int) -> int:
    """Bytes of the strings in content streams, counted until there are more than `enough`."""
    shown = 0
    for stream in content:
        if len(stream) <= _SHORT:
            shown += len(stream) // 3
            continue
        for match in _STRING.finditer(stream):
            shown += len(match.group()) - 2
            if shown > enough:
                break
    return shown


def painted_paths(content: Sequence[bytes], *, enough: int) -> int:
    """Operators in content streams that paint a path, counted until there are more than `enough`."""
    found = (match for stream in content if len(stream) > _SHORT for match in _PAINTED.finditer(stream))
    return sum(1 for _ in itertools.islice(found, enough + 1))


def _add_span(ink: PageInk, span: dict[str, Any], shelf: FontShelf, matrix: tuple[float, ...] | None) -> None:
    size = span["size"]
    face = shelf.face(span["font"], span["flags"], span["chars"], size)
    direction = span["dir"]
    if matrix:
        a, b, c, d, _, _ = matrix
        direction = (direction[0] * a + direction[1] * c, direction[0] * b + direction[1] * d)
    target = ink.glyphs if direction[0] > 0.99 else ink.rotated
    program = face.program
    for code, index, (x, y), box in span["chars"]:
        advance = box[2] - box[0]
        if matrix:
            x, y = x * a + y * c + matrix[4], x * b + y * d + matrix[5]
            advance = max(advance, 0.0) if direction[0] < 0.99 else box[3] - box[1] if abs(b) > 0.5 else advance
        if 0xFE00 <= code <= 0xFE0F:
            continue
        text = "" if face.table.unicode_is_wrong else face.table.private.get(code) or _character(code)
        name, role = "", face
        if isinstance(program, Bitmaps):
            index = index if index > 0 else code if code < 128 else index
            text = program.text(index) if program.name(index) else text
        if program is not None and (face.family or not text or text > "ʯ"):
            name = program.name(index)
            if not face.family and (is_mathematical(text) or name in face.table.names or canonical_name(name) in LARGE_GLYPHS):
                role = shelf.mathematical(face, name)
        if index < 0 and target:
            if text == STRUCK:
                target[-1].text += text
                continue
            x, advance = target[-1].x1, 0.0
        if not text and face.table.numbers and program is not None:
            text = face.table.numbers.get((index, round(1000 * program.identity(index)[0])), "")
        text = text or face.table.characters.get(name) or _ACCENT_NAMES.get(name, "")
        if text in _STROKED and target and target[-1].name == "suppress":
            text = _STROKED[text]
            del target[-1]
        if not text:
            ink.num_without_unicode += 1
        glyph = Glyph(text, name, x, x + advance, y, size, role)
        reach = program.reach(index) if program is not None else None
        if face.family == "unicode" and reach and reach[0] + reach[1] < LOW and text in _EXTENSIONS:
            glyph.text = _EXTENSIONS[text]
        glyph.top, glyph.bottom = (y - reach[0] * size, y + reach[1] * size) if reach else _ink(glyph)
        if reach and text in COMBINING:
            glyph.x0, glyph.x1 = x + reach[2] * size, x + reach[3] * size
        target.append(glyph)


@functools.lru_cache(maxsize=4096)
def _character(code: int) -> str:
    if code == 0xFFFD or code < 32 or 0xD800 <= code <= 0xF8FF or code >= 0xF0000:
        return ""
    return chr(code)


_TALL = frozenset("bdfhklt0123456789()[]{}|/ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def _ink(glyph: Glyph) -> tuple[float, float]:
    """Top and bottom of the ink without a font program: by the tables for the extension font, else by the letter's class."""
    y, size = glyph.y, glyph.size
    if glyph.face.family == "extension":
        extent = EXTENSION_EXTENT.get(canonical_name(glyph.name))
        if extent:
            return y - extent[0] * size, y + extent[1] * size
    text = glyph.text
    if text == "√" and glyph.face.family == "symbols":
        return y - 0.04 * size, y + 0.96 * size
    if text in "()[]{}|":
        return y - 0.75 * size, y + 0.25 * size
    if text in _TALL:
        return y - 0.69 * size, y
    return y - 0.45 * size, y + (0.2 * size if text in "gjpqy" else 0.0)


def _rules(page: Any) -> list[Rule]:
    """Horizontal rules: fraction bars, radicals' overlines, table lines."""
    rules: list[Rule] = []
    for drawing in page.get_cdrawings():
        if len(drawing["items"]) > 40:
            continue
        for item in drawing["items"]:
            rule = _as_rule(item, drawing.get("width"))
            if rule:
                rules.append(rule)
    return rules


def _as_rule(item: tuple[Any, ...], width: float | None) -> Rule | None:
    if item[0] == "re":
        x0, y0, x1, y1 = item[1]
        if 0 < y1 - y0 <= 2.0 < x1 - x0:
            return Rule(x0, x1, (y0 + y1) / 2, y1 - y0)
    if item[0] == "l":
        (x0, y0), (x1, y1) = item[1], item[2]
        if abs(y1 - y0) < 0.1 and abs(x1 - x0) > 2.0 and (width or 1.0) <= 2.0:
            return Rule(min(x0, x1), max(x0, x1), y0, width or 1.0)
    return None


def _is_mono(name: str, flags: int) -> bool:
    return bool(flags & 8) or bool(_MONO_NAME.search(name))


def _bare(name: str) -> str:
    """A font's name as the text trace gives it: without the tag of a subset and the name of a composite font's encoding."""
    return re.sub(r"^[A-Z]{6}\+|-Identity-[HV]$", "", name)
