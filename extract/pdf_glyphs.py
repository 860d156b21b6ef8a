"""The glyphs and rules of one PDF page, with the identity of every glyph.

MuPDF's text trace gives Unicode, the glyph's index in the font program, its origin and advance, in the order of the content
stream. Glyphs that have no Unicode (all of Computer Modern's extension font) get the name that the embedded Type 1 program
gives them: order of CharStrings = glyph index, `.notdef` swapped to 0 (FreeType's rule, which MuPDF follows).

Coordinates are in pt from the upper left corner of the page, y downwards; a glyph's y is its baseline.
"""

from __future__ import annotations

import functools
import re
import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from extract.pdf_symbols import EXTENSION_EXTENT, canonical_name, math_family

INVISIBLE = 3
"""Text trace type of text that is drawn invisibly: the OCR layer of a scan."""

_MONO_NAME = re.compile(
    r"(?i)mono|courier|consol|typewriter|inconsolata|menlo|^(cm|sf)?(sl|v|i)?tt\d|^(sf)(tt|it|st)\d|cmtcsc|t1x?b?tt|txtt|^tcxtt"
)
_BOLD_NAME = re.compile(
    r"(?i)bold|black|heavy|medium(?!ital)|(?<!urb)medi$|^(cm|sf)(b|bx|bxti|bi|ssbx)\d|^cmbx|demi|^cm(mib|bsy)\d|rtxb|txb"
)
_ITALIC_NAME = re.compile(r"(?i)ital|obliq|slant|^(cm|sf)(ti|sl|bi|bxti|ssi)\d")


@dataclass(frozen=True, slots=True)
class Face:
    """A font of the document as far as reading it goes."""

    name: str
    mono: bool
    bold: bool
    italic: bool
    family: str
    """Mathematics role: letters, symbols, extension, blackboard, fraktur, script, or empty for a text font."""
    names: tuple[str, ...] = ()
    """Glyph index -> glyph name, of math fonts with an embedded Type 1 program; else empty."""


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
    """Top of the ink, as near as the font's class tells."""
    bottom: float = 0.0


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


@dataclass(slots=True)
class FontShelf:
    """Faces by name for one document; font programs are read once and only for mathematics."""

    document: Any
    faces: dict[tuple[str, int], Face] = field(default_factory=dict)
    programs: dict[str, int] = field(default_factory=dict)
    """Font name without its subset tag -> xref of the font."""

    def learn(self, page: Any) -> None:
        """Take note of the fonts that `page` names."""
        for xref, _extension, _kind, basename, *_ in page.get_fonts():
            self.programs.setdefault(_bare(basename)[:24], xref)

    def face(self, name: str, flags: int) -> Face:
        """The face that MuPDF calls `name`; `flags` as in span dictionaries (2 italic, 8 mono, 16 bold)."""
        key = (name, flags)
        found = self.faces.get(key)
        if found is None:
            family = math_family(name)
            found = self.faces[key] = Face(
                name=name,
                mono=_is_mono(name, flags) and not family,
                bold=bool(flags & 16) or bool(_BOLD_NAME.search(name)),
                italic=bool(flags & 2) or bool(_ITALIC_NAME.search(name)),
                family=family,
                names=self._names(name) if family else (),
            )
        return found

    def _names(self, name: str) -> tuple[str, ...]:
        xref = self.programs.get(name[:24])
        if not xref:
            return ()
        try:
            _, extension, _, program = self.document.extract_font(xref)
        except (RuntimeError, ValueError):
            return ()
        return type1_glyph_names(bytes(program)) if extension in ("pfa", "pfb") else ()


class TooManyGlyphsError(ValueError):
    """A page draws more text than is read of one page."""


def read_page(page: Any, shelf: FontShelf, *, max_glyphs: int) -> PageInk:
    """Glyphs and rules of a pymupdf page. Raises TooManyGlyphsError where its content stream shows more than `max_glyphs`."""
    if (shown := shown_bytes(shelf.document, page, limit=40 * max_glyphs)) > max_glyphs:
        raise TooManyGlyphsError(f"its content shows {shown} characters, more than {max_glyphs}")
    shelf.learn(page)
    ink = PageInk(width=page.rect.width, height=page.rect.height, num_images=len(page.get_images()))
    matrix = tuple(page.rotation_matrix) if page.rotation else None
    for span in page.get_texttrace():
        if span["type"] == INVISIBLE or span["opacity"] == 0:
            ink.num_invisible += len(span["chars"])
            continue
        _add_span(ink, span, shelf, matrix)
    ink.rules = [] if matrix else _rules(page)
    return ink


_STRING = re.compile(rb"\((?:[^\\()]|\\.)*\)|<[0-9A-Fa-f\s]*>", re.DOTALL)


def shown_bytes(document: Any, page: Any, *, limit: int) -> int:
    """Bytes of the strings in a page's own content streams, of which `limit` bytes are read.

    MuPDF's trace has no bound of its own: a page of 1.7 million characters cost it 1 GiB and nine seconds.
    """
    shown = 0
    for xref in page.get_contents():
        raw = document.xref_stream_raw(xref) or b""
        if document.xref_get_key(xref, "Filter")[1] in ("/FlateDecode", "[/FlateDecode]"):
            try:
                raw = zlib.decompressobj().decompress(raw, limit)
            except zlib.error:
                continue
        if len(raw) > limit // 40:
            shown += sum(len(match.group()) - 2 for match in _STRING.finditer(raw[:limit]))
        else:
            shown += len(raw) // 3
    return shown


def _add_span(ink: PageInk, span: dict[str, Any], shelf: FontShelf, matrix: tuple[float, ...] | None) -> None:
    face = shelf.face(span["font"], span["flags"])
    size = span["size"]
    direction = span["dir"]
    if matrix:
        a, b, c, d, _, _ = matrix
        direction = (direction[0] * a + direction[1] * c, direction[0] * b + direction[1] * d)
    target = ink.glyphs if direction[0] > 0.99 else ink.rotated
    names = face.names
    named = len(names)
    for code, index, (x, y), box in span["chars"]:
        advance = box[2] - box[0]
        if matrix:
            x, y = x * a + y * c + matrix[4], x * b + y * d + matrix[5]
            advance = max(advance, 0.0) if direction[0] < 0.99 else box[3] - box[1] if abs(b) > 0.5 else advance
        if 0xFE00 <= code <= 0xFE0F:
            continue
        text = _character(code)
        name = names[index] if 0 <= index < named else ""
        if index < 0 and target:
            x, advance = target[-1].x1, 0.0
        if not text:
            ink.num_without_unicode += 1
        glyph = Glyph(text, name, x, x + advance, y, size, face)
        glyph.top, glyph.bottom = _ink(glyph)
        target.append(glyph)


@functools.lru_cache(maxsize=4096)
def _character(code: int) -> str:
    if code == 0xFFFD or code < 32 or 0xE000 <= code <= 0xF8FF or 0xD800 <= code <= 0xDFFF:
        return ""
    return chr(code)


_TALL = frozenset("bdfhklt0123456789()[]{}|/ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def _ink(glyph: Glyph) -> tuple[float, float]:
    """Top and bottom of the ink: exact for the extension font, by the class of the letter for the rest."""
    y, size = glyph.y, glyph.size
    if glyph.face.family == "extension":
        extent = EXTENSION_EXTENT.get(canonical_name(glyph.name))
        if extent:
            return y - extent[0] * size, y + extent[1] * size
    text = glyph.text
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
    return name.split("+", 1)[1] if re.match(r"[A-Z]{6}\+", name) else name


_CHARSTRING = re.compile(rb"/([^\s/{}\[\]()<>]+)\s+(\d+)\s+(?:RD|-\||\S{1,3})\s")


def type1_glyph_names(program: bytes) -> tuple[str, ...]:
    """Glyph index -> name of a Type 1 font program (PFA or PFB, binary or hexadecimal); empty if it cannot be read."""
    start = program.find(b"eexec")
    if start < 0:
        return ()
    clear = _decrypt(_binary(program[start + 5 :].lstrip(b"\r\n \t")))
    at = clear.find(b"/CharStrings")
    if at < 0:
        return ()
    names: list[str] = []
    position = clear.find(b"begin", at)
    while (match := _CHARSTRING.search(clear, position, position + 200)) is not None:
        names.append(match.group(1).decode("latin-1"))
        position = match.end() + int(match.group(2))
    if ".notdef" in names:
        at = names.index(".notdef")
        names[0], names[at] = names[at], names[0]
    return tuple(names)


def _binary(data: bytes) -> bytes:
    if data[:1] == b"\x80":
        data = data[6:]
    if re.fullmatch(rb"[0-9A-Fa-f\s]{8}", data[:8]):
        digits = re.sub(rb"[^0-9A-Fa-f]", b"", data)
        return bytes.fromhex(digits[: len(digits) // 2 * 2].decode())
    return data


def _decrypt(cipher: bytes, *, key: int = 55665, skip: int = 4) -> bytes:
    """eexec decryption. Source: Adobe Type 1 Font Format, section 7.1 (c1 = 52845, c2 = 22719, modulo 65536).

    The recurrence r' = (c + r) * c1 + c2 is linear, so with inverse powers of c1 it is one running sum modulo 2^16.
    """
    codes = np.frombuffer(cipher, dtype=np.uint8).astype(np.uint16)
    n = len(codes)
    c1, inverse = 52845, pow(52845, -1, 65536)
    with np.errstate(over="ignore"):
        powers = np.cumprod(np.full(n, c1, dtype=np.uint16), dtype=np.uint16)
        inverses = np.cumprod(np.full(n, inverse, dtype=np.uint16), dtype=np.uint16)
        terms = (codes * np.uint16(c1) + np.uint16(22719)) * inverses
        state = (np.cumsum(terms, dtype=np.uint16) + np.uint16(key)) * powers
    before = np.concatenate([np.array([key], dtype=np.uint16), state[:-1]]) if n else state
    return bytes((codes ^ (before >> 8)).astype(np.uint8).tobytes()[skip:])
