"""Small PDFs made on the spot for the tests of the PDF extractor."""

from __future__ import annotations

import zlib
from typing import Any

import pymupdf

LEADING = 14.0


def _document() -> Any:
    return pymupdf.open()


def _write(page: Any, lines: list[str], *, x: float = 72.0, y: float = 120.0, font: str = "tiro", size: float = 11.0) -> float:
    for line in lines:
        page.insert_text((x, y), line, fontname=font, fontsize=size)
        y += LEADING
    return y


def _bytes(document: Any) -> bytes:
    return bytes(document.tobytes(no_new_id=True))


def paragraph(lines: list[str], *, title: str = "", author: str = "") -> bytes:
    document = _document()
    _write(document.new_page(), lines)
    document.set_metadata({"title": title, "author": author})
    return _bytes(document)


def book(*, num_pages: int) -> bytes:
    """Pages with a running head, a heading, two paragraphs and a page number."""
    document = _document()
    for number in range(1, num_pages + 1):
        page = document.new_page()
        page.insert_text((72, 50), "A Treatise on Testing", fontname="tiro", fontsize=9)
        page.insert_text((300, 810), str(number), fontname="tiro", fontsize=10)
        page.insert_text((72, 100), f"Chapter about matter {chr(96 + number)}", fontname="tibo", fontsize=18)
        y = _write(
            page, ["These lines are the text of the page and they go on", "until the paragraph ends in a full stop."], y=140
        )
        _write(page, ["Another paragraph stands below the first one and is", "told apart by the space between them."], y=y + 10)
    return _bytes(document)


def cut_paragraph() -> bytes:
    document = _document()
    _write(document.new_page(), ["A first line of prose that fills the measure of the page,", "and the sentence goes on"])
    _write(document.new_page(), ["over the page and ends only here, after some more words."])
    return _bytes(document)


def code(
    lines: list[str], *, numbers: bool = False, before: str = "Here is the code:", after: str = "And that was it, in full."
) -> bytes:
    """A listing in Courier between two lines of prose; blank lines leave a gap, as TeX leaves it."""
    document = _document()
    page = document.new_page()
    y = _write(page, [before]) + 6
    for number, line in enumerate(lines, 1):
        if numbers:
            page.insert_text((60, y), f"{number:>2}", fontname="tiro", fontsize=7)
        indent = len(line) - len(line.lstrip())
        if line.strip():
            page.insert_text((80 + indent * 6.0, y), line.lstrip(), fontname="cour", fontsize=10)
        y += 12
    _write(page, [after], y=y + 10)
    return _bytes(document)


def scan() -> bytes:
    document = _document()
    _add_picture(document.new_page())
    return _bytes(document)


def text_and_scan() -> bytes:
    document = _document()
    _write(document.new_page(), ["A page of text before the scan."])
    _add_picture(document.new_page())
    return _bytes(document)


def _add_picture(page: Any) -> None:
    picture = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 8, 8))
    picture.clear_with(200)
    page.insert_image(page.rect, pixmap=picture)


def encrypted() -> bytes:
    document = _document()
    _write(document.new_page(), ["Nobody reads this."])
    return bytes(document.tobytes(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="secret", owner_pw="owner"))


def raw(objects: dict[int, bytes]) -> bytes:
    """A PDF of these objects (1 is the catalogue) with a correct cross-reference table."""
    body = b"%PDF-1.5\n"
    offsets = {}
    for number, content in sorted(objects.items()):
        offsets[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    size = max(objects) + 1
    body += b"xref\n0 %d\n0000000000 65535 f \n" % size
    body += b"".join(b"%010d 00000 n \n" % offsets.get(number, 0) for number in range(1, size))
    return body + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)


def stream(content: bytes, extra: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), extra, content)


_CATALOGUE = {1: b"<< /Type /Catalog /Pages 2 0 R >>"}
_PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R /Resources %s >>"
_FONT = b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"


def _one_page(content: bytes, resources: bytes = _FONT, extra: bytes = b"", more: dict[int, bytes] | None = None) -> bytes:
    objects = {**_CATALOGUE, 2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", 3: _PAGE % resources, 4: stream(content, extra)}
    return raw(objects | (more or {}))


def cyclic_tree() -> bytes:
    return raw(
        {
            **_CATALOGUE,
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 2 >>",
            3: b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 2 >>",
        }
    )


def many_glyphs(count: int) -> bytes:
    return _one_page(b"BT /F1 1 Tf 10 10 Td (" + b"x" * count + b") Tj ET")


def self_reference() -> bytes:
    return _one_page(b"q Q", extra=b"/Filter 4 0 R")


def deep_forms() -> bytes:
    """A form that draws itself."""
    form = stream(b"/X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>")
    return _one_page(b"/X Do", resources=b"<< /XObject << /X 5 0 R >> >>", more={5: form})


def bomb() -> bytes:
    """300 MB of blanks as the content of a page."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 1_000_000) for _ in range(300)) + packer.flush()
    return _one_page(packed, extra=b"/Filter /FlateDecode")
