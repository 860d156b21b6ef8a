"""Text that is only a clipping path is as visible as any: hyperref's ocgcolorlinks draws links that way."""

from __future__ import annotations

from benchmarks.hostile_pdfs import page_of, stream
from extract.pdf_document import extract_pdf

LINK = b"""BT /F1 12 Tf 72 700 Td (By) Tj ET
q 7 Tr BT /F1 12 Tf 90 700 Td (Proposition 1.1.8) Tj ET 0 0 1 rg 0 0 600 800 re f 0 Tr Q
BT /F1 12 Tf 190 700 Td (it follows.) Tj ET
"""


def test_a_link_that_is_seen_through_its_letters_is_read() -> None:
    assert extract_pdf(page_of(stream(LINK)), "").text == "By Proposition 1.1.8 it follows."


def test_text_that_is_drawn_invisibly_is_still_not_read() -> None:
    assert extract_pdf(page_of(stream(LINK.replace(b"7 Tr", b"3 Tr"))), "").text == "By it follows."


def test_a_page_that_is_read_twice_gives_the_same() -> None:
    content = page_of(stream(LINK))
    assert extract_pdf(content, "") == extract_pdf(content, "")
