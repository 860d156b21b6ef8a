"""Tables of contents and indexes come out as lists of entries, without their dots."""

from __future__ import annotations

import pymupdf

from extract.pdf_document import extract_pdf

RIGHT = 400.0


def _contents(entries: list[tuple[float, str, str, bool]]) -> bytes:
    """A page of entries: indentation, title, page number, whether dots lead to it."""
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((72, 80), "Contents", fontname="tibo", fontsize=16)
    for place, (indent, title, number, dotted) in enumerate(entries):
        y = 120 + 14 * place
        page.insert_text((72 + indent, y), title, fontname="tiro", fontsize=10)
        end = 72 + indent + pymupdf.get_text_length(title, fontname="tiro", fontsize=10)
        start = RIGHT - pymupdf.get_text_length(number, fontname="tiro", fontsize=10)
        x = 90.0
        while dotted and x < start - 6:
            if x > end + 3:
                page.insert_text((x, y), ".", fontname="tiro", fontsize=10)
            x += 5
        page.insert_text((start, y), number, fontname="tiro", fontsize=10)
    return bytes(document.tobytes())


def test_entries_by_level_and_without_dots() -> None:
    """Chapters have no dots: the margin of the other page numbers makes them entries."""
    document = extract_pdf(
        _contents(
            [
                (0, "1 Introduction", "1", False),
                (12, "1.1 What this is about", "2", True),
                (12, "1.2 What it is not about", "12, 14", True),
                (0, "2 Groups", "15", False),
                (12, "2.1 Finite groups", "xvi", True),
            ]
        ),
        "",
    )
    assert document.text.split("\n\n")[-1].split("\n") == [
        "- 1 Introduction … 1",
        "  - 1.1 What this is about … 2",
        "  - 1.2 What it is not about … 12, 14",
        "- 2 Groups … 15",
        "  - 2.1 Finite groups … xvi",
    ]


def test_a_title_of_two_lines_is_one_entry() -> None:
    document = extract_pdf(
        _contents(
            [
                (0, "1 First", "1", True),
                (0, "2 A title that goes on and", "", False),
                (0, "on over a second line", "3", True),
                (0, "3 Last", "9", True),
            ]
        ),
        "",
    )
    assert "- 2 A title that goes on and on over a second line … 3\n- 3 Last … 9" in document.text


def test_dots_that_lead_to_no_page_number_stay() -> None:
    """An ellipsis with its full stop, and dots to be filled in."""
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((72, 80), "And so it goes, and on and on and on it goes . . . .", fontname="tiro", fontsize=10)
    page.insert_text((72, 120), "Name: . . . . . . . . . . of the candidate", fontname="tiro", fontsize=10)
    text = extract_pdf(bytes(document.tobytes()), "").text
    assert "goes . . . ." in text
    assert "Name: . . . . . . . . . . of the candidate" in text
