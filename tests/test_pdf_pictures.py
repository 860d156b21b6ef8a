"""Formulas that are pictures leave a placeholder where they stood; other pictures leave nothing."""

from __future__ import annotations

from typing import Any

import pymupdf

from extract.pdf_document import extract_pdf
from extract.pdf_pictures import PLACEHOLDER

Box = tuple[float, float, float, float]


def formula(text: str, box: Box) -> bytes:
    """PNG of a formula, black on white, with the proportions of its box."""
    width, height = box[2] - box[0], box[3] - box[1]
    document = pymupdf.open()
    document.new_page(width=width, height=height).insert_text((1, 0.75 * height), text, fontname="tiit", fontsize=0.7 * height)
    return bytes(document[0].get_pixmap(dpi=300).tobytes("png"))


def page_with(lines: dict[tuple[float, float], str], pictures: dict[Box, bytes], *, document: Any = None) -> Any:
    """A page of text (origin -> line) and pictures (box -> PNG)."""
    document = pymupdf.open() if document is None else document
    page = document.new_page(width=595, height=842)
    for origin, text in lines.items():
        page.insert_text(origin, text, fontname="tiro", fontsize=11)
    for box, png in pictures.items():
        page.insert_image(pymupdf.Rect(box), stream=png)
    return document


def extracted(document: Any) -> Any:
    return extract_pdf(bytes(document.tobytes(no_new_id=True)), "")


INLINE, DISPLAY = (178.0, 109.0, 228.0, 123.0), (210.0, 146.0, 360.0, 168.0)
PROSE = {
    (72.0, 120.0): "The energy is given by",
    (232.0, 120.0): "where the mass is at rest and the light is in vacuum.",
    (72.0, 134.0): "For a body that moves the formula is the longer one that stands here:",
    (72.0, 188.0): "in which the momentum is zero for a body that is at rest.",
}


def test_in_a_line_and_between_lines() -> None:
    pictures = {INLINE: formula("E = mc²", INLINE), DISPLAY: formula("E² = (pc)² + (mc²)²", DISPLAY)}
    document = extracted(page_with(PROSE, pictures))
    assert document.text.split("\n\n") == [
        f"The energy is given by {PLACEHOLDER} where the mass is at rest and the light is in vacuum. "
        "For a body that moves the formula is the longer one that stands here:",
        PLACEHOLDER,
        "in which the momentum is zero for a body that is at rest.",
    ]
    assert "picture_formulas" in document.flags
    assert document.formulas == ()


def test_a_line_that_begins_with_a_formula() -> None:
    box = (72.0, 123.0, 132.0, 137.0)
    lines = {(72.0, 120.0): "The longer one of the two formulas is the one that holds always:", (136.0, 134.0): "and no other."}
    assert f"always: {PLACEHOLDER} and no other." in extracted(page_with(lines, {box: formula("E = mc² + T", box)})).text


def test_without_pictures_there_is_no_flag() -> None:
    document = extracted(page_with(PROSE, {}))
    assert PLACEHOLDER not in document.text
    assert "picture_formulas" not in document.flags


def test_a_figure_with_its_caption_is_none() -> None:
    lines = {
        (72.0, 120.0): "The curve rises, as everybody can see in the figure below:",
        (100.0, 190.0): "Figure 1: The curve that rises.",
    }
    low, high = (100.0, 140.0, 480.0, 172.0), (100.0, 220.0, 480.0, 420.0)
    document = extracted(page_with(lines, {low: formula("a figure", low), high: formula("another", high)}))
    assert PLACEHOLDER not in document.text
    assert "picture_formulas" not in document.flags


def test_a_coloured_logo_in_a_line_is_none() -> None:
    logo = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 60, 14))
    logo.clear_with(255)
    logo.set_rect(pymupdf.IRect(5, 2, 50, 12), (200, 30, 30))
    assert PLACEHOLDER not in extracted(page_with(PROSE, {INLINE: logo.tobytes("png")})).text


def test_a_photograph_in_a_line_is_none() -> None:
    grey = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 60, 14))
    grey.clear_with(90)
    assert PLACEHOLDER not in extracted(page_with(PROSE, {INLINE: grey.tobytes("png")})).text


def test_an_icon_before_its_text_is_none() -> None:
    box = (72.0, 123.0, 84.0, 135.0)
    lines = {(72.0, 120.0): "A first line of text that is followed by a line with an icon.", (88.0, 134.0): "Mind the gap."}
    assert PLACEHOLDER not in extracted(page_with(lines, {box: formula("i", box)})).text


def test_pictures_in_running_heads_are_dropped_with_them_and_not_counted() -> None:
    document = pymupdf.open()
    box = (240.0, 39.0, 300.0, 52.0)
    for number in range(1, 6):
        head = {(72.0, 50.0): "A Treatise on Testing, set with", (304.0, 50.0): f"page {number}"}
        text = {(72.0, 120.0 + 14 * line): "These lines are the text of the page and they go on and on." for line in range(8)}
        page_with({**head, **text}, {box: formula("logo", box)}, document=document)
    read = extracted(document)
    assert "running_heads_dropped" in read.flags
    assert PLACEHOLDER not in read.text
    assert "picture_formulas" not in read.flags
