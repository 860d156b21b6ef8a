"""Small PDFs that cost a reader much, or lead it astray: cycles, bombs, crowds, damage.

Each is a function of nothing that gives bytes; HOSTILE names them all. They are what benchmarks/pdf_hostile.py measures and
tests/test_pdf_hostile.py asks a clean end of.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable

CATALOGUE = {1: b"<< /Type /Catalog /Pages 2 0 R >>"}
HELVETICA = b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
FLATE = b"/Filter /FlateDecode"


def file_of(objects: dict[int, bytes], *, trailer: bytes = b"") -> bytes:
    """A PDF of these objects (1 is the catalogue) with a correct cross-reference table."""
    body = bytearray(b"%PDF-1.5\n")
    offsets = {}
    for number, content in sorted(objects.items()):
        offsets[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start, size = len(body), max(objects) + 1
    body += b"xref\n0 %d\n0000000000 65535 f \n" % size
    body += b"".join(b"%010d 00000 n \n" % offsets.get(number, 0) for number in range(1, size))
    body += b"trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)
    return bytes(body)


def stream(content: bytes, extra: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), extra, content)


def packed(content: bytes, extra: bytes = b"") -> bytes:
    return stream(zlib.compress(content, 9), FLATE + b" " + extra)


def page_of(
    content: bytes, *, resources: bytes = HELVETICA, more: dict[int, bytes] | None = None, box: bytes = b"0 0 600 800"
) -> bytes:
    """A file of one page that draws the stream object `content`."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R /Resources %s >>" % (box, resources)
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return file_of({**CATALOGUE, 2: pages, 3: page, 4: content} | (more or {}))


TEXT = b"BT /F1 12 Tf 72 700 Td (Some words that stay readable here.) Tj ET\n"


# --------------------------------------------------------------------------------------------------- damage and lies


def empty() -> bytes:
    return b""


def not_a_pdf() -> bytes:
    return b"<html><body>not a PDF at all</body></html>"


def truncated_tail() -> bytes:
    return page_of(stream(TEXT))[:-180]


def no_pages() -> bytes:
    return file_of({**CATALOGUE, 2: b"<< /Type /Pages /Kids [] /Count 0 >>"})


def bad_tounicode() -> bytes:
    """A font whose ToUnicode maps to surrogates, beyond Unicode, backwards, and never ends."""
    ranges = b"".join(b"<%02x> <%02x> <%s>\n" % (i, 255 - i, b"d800" if i % 2 else b"ffffffff") for i in range(200))
    cmap = b"begincmap 1 begincodespacerange <00> <ff> endcodespacerange\n9999 beginbfrange\n" + ranges
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 5 0 R >>"
    return page_of(stream(TEXT), resources=b"<< /Font << /F1 6 0 R >> >>", more={5: stream(cmap), 6: font})


def broken_font_programs() -> bytes:
    """Fonts whose embedded programs are noise behind a right beginning: Type 1, CFF, TrueType."""
    noise = random.Random(4).randbytes(20_000)
    heads = {b"FontFile": b"%!PS-AdobeFont-1.0\n", b"FontFile3": b"\x01\x00\x04\x02", b"FontFile2": b"\x00\x01\x00\x00\x00\x20"}
    more, fonts, text = {}, b"", b""
    for number, (key, head) in enumerate(heads.items()):
        first = 10 + 3 * number
        kind = b"TrueType" if key == b"FontFile2" else b"Type1"
        base = b"ABCDEF+CMEX10" if number == 0 else b"ABCDEF+LMMathItalic10"
        more[first] = b"<< /Type /Font /Subtype /%s /BaseFont /%s /FontDescriptor %d 0 R >>" % (kind, base, first + 1)
        more[first + 1] = b"<< /Type /FontDescriptor /FontName /%s /Flags 4 /%s %d 0 R >>" % (base, key, first + 2)
        extra = b"/Length1 1000 /Length2 18000 /Length3 0" + (b" /Subtype /Type1C" if key == b"FontFile3" else b"")
        more[first + 2] = stream(head + noise, extra)
        fonts += b"/F%d %d 0 R " % (number, first)
        text += b"BT /F%d 12 Tf 72 %d Td (Words in a font that is noise) Tj ET\n" % (number, 700 - 20 * number)
    return page_of(stream(text), resources=b"<< /Font << %s >> >>" % fonts, more=more)


def huge_media_box() -> bytes:
    return page_of(stream(TEXT), box=b"-1e30 -1e30 1e30 1e30")


def encrypted() -> bytes:
    """A file that says it is encrypted with the standard handler, under a key that nobody has."""
    entry = b"/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <%s> /U <%s> >> /ID [<00> <00>]"
    return file_of({**CATALOGUE, 2: b"<< /Type /Pages /Kids [] /Count 0 >>"}, trailer=entry % (b"ab" * 32, b"cd" * 32))


# ------------------------------------------------------------------------------------------------------------- cycles


def cyclic_page_tree() -> bytes:
    inner = b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 2 >>"
    return file_of({**CATALOGUE, 2: b"<< /Type /Pages /Kids [3 0 R] /Count 2 >>", 3: inner})


def cyclic_xref() -> bytes:
    """A cross-reference table whose /Prev is itself."""
    whole = page_of(stream(TEXT))
    start = whole.rindex(b"xref\n0")
    return whole.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % start)


def self_reference() -> bytes:
    """A stream that is its own filter."""
    return page_of(stream(b"q Q", b"/Filter 4 0 R"))


def self_drawing_form() -> bytes:
    resources = b"<< /XObject << /X 5 0 R >> >>"
    form = stream(b"/X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources " + resources)
    return page_of(stream(b"/X Do"), resources=resources, more={5: form})


def doubling_forms() -> bytes:
    """Forms that each draw the next one twice: 2 ** 30 drawings of some words."""
    more = {}
    for number in range(5, 36):
        resources = b"<< /XObject << /X %d 0 R >> %s >>" % (number + 1, HELVETICA[2:-2])
        content = TEXT if number == 35 else b"/X Do /X Do"
        more[number] = stream(content, b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources " + resources)
    return page_of(stream(b"/X Do"), resources=b"<< /XObject << /X 5 0 R >> >>", more=more)


def deep_arrays() -> bytes:
    return page_of(stream(TEXT + b"[" * 200_000 + b"]" * 200_000 + b" TJ"))


def deep_states() -> bytes:
    return page_of(packed(b"q " * 1_000_000 + TEXT))


# -------------------------------------------------------------------------------------------------------------- bombs


def _squeezed(unit: bytes, count: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(unit) for _ in range(count)) + packer.flush()


def flat_bomb() -> bytes:
    """300 MB of blanks as the content of a page."""
    return page_of(stream(_squeezed(b" " * 1_000_000, 300), FLATE))


def nested_bomb() -> bytes:
    """1 GB of blanks, packed twice."""
    content = zlib.compress(_squeezed(b" " * 1_000_000, 1000), 9)
    return page_of(stream(content, b"/Filter [/FlateDecode /FlateDecode]"))


def form_bomb() -> bytes:
    """1 GB of blanks in a form, which no look at the page's own content finds."""
    content = zlib.compress(_squeezed(b" " * 1_000_000, 1000), 9)
    form = stream(content, b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Filter [/FlateDecode /FlateDecode]")
    return page_of(stream(b"/X Do"), resources=b"<< /XObject << /X 5 0 R >> >>", more={5: form})


def tounicode_bomb() -> bytes:
    """A ToUnicode map of 400 MB."""
    unit = b"1 beginbfchar <41> <0041> endbfchar\n" * 30_000
    cmap = stream(_squeezed(unit, 400), FLATE)
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 5 0 R >>"
    return page_of(stream(TEXT), resources=b"<< /Font << /F1 6 0 R >> >>", more={5: cmap, 6: font})


def picture_bomb() -> bytes:
    """A picture of 60,000 x 60,000 pixels."""
    picture = stream(
        _squeezed(bytes(1_000_000), 400),
        b"/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 /ColorSpace /DeviceRGB " + FLATE,
    )
    resources = b"<< /XObject << /X 5 0 R >> " + HELVETICA[2:]
    return page_of(stream(TEXT + b"600 0 0 800 0 0 cm /X Do"), resources=resources, more={5: picture})


# -------------------------------------------------------------------------------------------------------------- crowds


def many_kids() -> bytes:
    """100,000 pages, each of them the same one."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"
    return file_of({**CATALOGUE, 2: b"<< /Type /Pages /Count 100000 /Kids [%s] >>" % (b"3 0 R " * 100_000), 3: page})


def many_slow_pages() -> bytes:
    """1,500 pages that each cost what ten bad ones do."""
    crowd = b"BT /F1 2 Tf 1 800 Td " + b"1 0 Td (abcdefghij) Tj " * 5000 + b"ET"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources %s >>" % HELVETICA
    pages = b"<< /Type /Pages /Count 1500 /Kids [%s] >>" % b"".join(b"%d 0 R " % n for n in range(10, 1510))
    return file_of({**CATALOGUE, 2: pages, 4: packed(crowd), **dict.fromkeys(range(10, 1510), page)})


def many_glyphs() -> bytes:
    return page_of(packed(b"BT /F1 1 Tf 10 10 Td (" + b"x" * 1_000_000 + b") Tj ET"))


def many_glyphs_in_forms() -> bytes:
    """A million glyphs by drawing one form a thousand times, which no look at the page's own content finds."""
    form = stream(
        b"BT /F1 1 Tf 10 10 Td (" + b"x" * 1000 + b") Tj ET", b"/Subtype /Form /BBox [0 0 600 800] /Resources " + HELVETICA
    )
    return page_of(packed(b"/X Do " * 1000), resources=b"<< /XObject << /X 5 0 R >> >>", more={5: form})


def _scattered(count: int, draw: Callable[[float, float], bytes], seed: int = 7) -> bytes:
    place = random.Random(seed)
    return b"".join(draw(place.uniform(10, 590), place.uniform(10, 790)) for _ in range(count))


def many_short_lines() -> bytes:
    """100,000 words, each a line of its own."""
    words = _scattered(100_000, lambda x, y: b"1 0 0 1 %.1f %.1f Tm (a%d) Tj\n" % (x, y, int(x) % 9))
    return page_of(packed(b"BT /F1 4 Tf " + words + b"ET"))


SYMBOL = (
    b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Symbol >> "
    b"/F2 << /Type /Font /Subtype /Type1 /BaseFont /CMMI10 >> >> >>"
)


def many_formula_letters() -> bytes:
    """100,000 letters of mathematics fonts in one row after another, without a word between."""
    rows = b"".join(b"1 0 0 1 10 %.2f Tm /F2 5 Tf (%s) Tj\n" % (790 - row * 0.78, b"abcxyz" * 17) for row in range(1000))
    return page_of(packed(b"BT " + rows + b"ET"), resources=SYMBOL)


def one_formula_of_letters() -> bytes:
    """100,000 letters of a mathematics font on one baseline."""
    return page_of(packed(b"BT /F2 5 Tf 10 400 Td (" + b"abcxyz" * 16_667 + b") Tj ET"), resources=SYMBOL)


def many_tall_delimiters() -> bytes:
    signs = _scattered(50_000, lambda x, y: b"1 0 0 1 %.1f %.1f Tm /F1 9 Tf <e5f2> Tj\n" % (x, y))
    return page_of(packed(b"BT " + signs + b"ET"), resources=SYMBOL)


def many_rules() -> bytes:
    """100,000 short rules, each a drawing of its own, among some words."""
    return page_of(packed(TEXT + _scattered(100_000, lambda x, y: b"%.1f %.1f 9 .4 re f\n" % (x, y))))


def many_rules_and_lines() -> bytes:
    """100,000 rules and 20,000 short lines with letters of mathematics over and under them."""
    rules = _scattered(100_000, lambda x, y: b"%.1f %.1f 9 .4 re f\n" % (x, y))
    words = _scattered(20_000, lambda x, y: b"1 0 0 1 %.1f %.1f Tm /F2 6 Tf (x+y) Tj\n" % (x, y), seed=8)
    return page_of(packed(rules + b"BT " + words + b"ET"), resources=SYMBOL)


def many_table_rules() -> bytes:
    """50,000 rules as wide as a table, no two alike, with numbers in rows."""
    rules = _scattered(50_000, lambda x, y: b"%.2f %.2f %.2f .4 re f\n" % (x / 3, y, 80 + x))
    words = b"".join(
        b"1 0 0 1 %d %.1f Tm (%d) Tj\n" % (60 + 60 * column, 780 - row * 0.7, row) for row in range(1000) for column in range(8)
    )
    return page_of(packed(rules + b"BT /F1 6 Tf " + words + b"ET"))


def megabytes_of_paths() -> bytes:
    """A million strokes: 20 MB of content."""
    strokes = b"".join(b"%d %d m %d %d l S\n" % (i % 600, i % 800, (i * 7) % 600, (i * 3) % 800) for i in range(10_000))
    return page_of(stream(_squeezed(strokes, 100), FLATE))


def one_long_path() -> bytes:
    strokes = b"0 0 m " + b"".join(b"%d %d l\n" % ((i * 7) % 600, (i * 3) % 800) for i in range(1_000_000)) + b"S"
    return page_of(packed(TEXT + strokes))


def many_fonts() -> bytes:
    """20,000 fonts on one page."""
    fonts = b"".join(b"/F%d << /Type /Font /Subtype /Type1 /BaseFont /A%d >> " % (n, n) for n in range(20_000))
    text = b"BT " + b"".join(b"/F%d 9 Tf 1 0 Td (ab) Tj " % n for n in range(20_000)) + b"ET"
    return page_of(packed(text), resources=b"<< /Font << %s >> >>" % fonts)


def long_line_of_hyphens() -> bytes:
    """One word of 150,000 letters and hyphens, and a heading made of digits and dots."""
    return page_of(packed(b"BT /F1 8 Tf 10 700 Td (" + b"ab-" * 50_000 + b") Tj 0 -20 Td (" + b"1." * 20_000 + b") Tj ET"))


HOSTILE: dict[str, Callable[[], bytes]] = {
    made.__name__: made
    for made in (
        *(empty, not_a_pdf, truncated_tail, no_pages, bad_tounicode, broken_font_programs, huge_media_box, encrypted),
        *(cyclic_page_tree, cyclic_xref, self_reference, self_drawing_form, doubling_forms, deep_arrays, deep_states),
        *(flat_bomb, nested_bomb, form_bomb, tounicode_bomb, picture_bomb),
        *(many_kids, many_slow_pages, many_glyphs, many_glyphs_in_forms, many_short_lines, many_formula_letters),
        *(one_formula_of_letters, many_tall_delimiters, many_rules, many_rules_and_lines, many_table_rules),
        *(megabytes_of_paths, one_long_path, many_fonts, long_line_of_hyphens),
    )
}
"""Name -> maker."""
