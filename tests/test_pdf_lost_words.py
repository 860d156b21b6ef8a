"""`tercet inspect pdf` shows words that stand on the page and in no block: nothing is dropped silently."""

from __future__ import annotations

import pymupdf
import pytest

from benchmarks.hostile_pdfs import HELVETICA, TEXT, page_of, stream
from extract.pdf_view import view_page
from pipelines.inspect_pdf import render
from tests import pdf_pages as pages

CLIPPING = b"q 7 Tr BT /F1 12 Tf 72 650 Td (two words) Tj 0 -30 Td (more) Tj ET 0 0 1 rg 0 0 600 800 re f 0 Tr Q"


def lost(content: bytes, page: int = 1) -> list[str]:
    return [piece.markdown for piece in view_page(content, page).pieces if piece.kind == "lost"]


def unread() -> bytes:
    """A form whose text is a clipping path, which the reader of glyphs does not see."""
    form = stream(CLIPPING, b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources " + HELVETICA)
    return page_of(stream(TEXT + b"/X Do"), resources=b"<< /XObject << /X 5 0 R >> " + HELVETICA[2:], more={5: form})


def test_words_that_were_not_read_are_shown_where_they_stand() -> None:
    content = unread()
    assert lost(content) == ["two words", "more"]
    (first, _) = [piece for piece in view_page(content, 1).pieces if piece.kind == "lost"]
    assert first.box[0] == pytest.approx(72, abs=1)
    assert first.box[1] < 800 - 650 < first.box[3]
    html = render(view_page(content, 1), b"", name="paper.pdf")
    assert html.index("two words") < html.index("Some words that stay readable")
    assert html.count('<rect class="lost"') == 2


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_book_with_running_heads_loses_nothing(number: int) -> None:
    assert lost(pages.book(num_pages=3), number) == []


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_neither_does_a_turned_page_nor_turned_text(angle: int) -> None:
    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_text((100, 200), "Upright words on the page")
        page.insert_text((300, 400), "Words that climb", rotate=90)
        page.set_rotation(angle)
        content = document.tobytes()
    assert lost(content) == []


def test_invisible_text_over_a_scan_is_not_missed() -> None:
    content = page_of(stream(TEXT + b"BT 3 Tr /F1 12 Tf 72 500 Td (an OCR layer) Tj ET"))
    assert lost(content) == []
