"""Everything of a page that is not mathematics: pages drawn here in, Markdown out."""

from __future__ import annotations

from typing import Any

import pymupdf
import pytest

from extract.pdf_bidi import logical_order
from extract.pdf_document import extract_pdf
from extract.pdf_glyphs import Face, Glyph

ROMAN = Face("CMR10", False, False, False, "")
LETTERS = Face("CMMI10", False, False, True, "letters")
PROSE = "These words fill a line of the page from its left margin to the right one, all of it."


def draw(*pages: list[tuple[float, float, str] | tuple[float, float, str, str] | tuple[float, float, str, str, float]]) -> bytes:
    """Pages of texts: x, y, the text, a font (Times unless named) and a size (10 unless given)."""
    document: Any = pymupdf.open()
    for texts in pages:
        page = document.new_page()
        for x, y, text, *style in texts:
            page.insert_text((x, y), text, fontname=style[0] if style else "tiro", fontsize=style[1] if len(style) > 1 else 10)
    return bytes(document.tobytes(no_new_id=True))


def markdown(*pages: Any) -> str:
    return extract_pdf(draw(*pages), "").text


def prose(y: float, count: int, *, x: float = 100) -> list[Any]:
    return [(x, y + 12 * number, PROSE) for number in range(count)]


def glyphs(text: str, *, face: Face = ROMAN) -> list[Glyph]:
    """Letters from left to right, 5 pt each; a blank is a gap."""
    return [Glyph(c, "", 5.0 * i, 5.0 * i + 5, 100.0, 10.0, face) for i, c in enumerate(text) if c != " "]


# ------------------------------------------------------------------------------------------------------------- other scripts


@pytest.mark.parametrize(
    ("drawn", "read"),
    [
        ("םלוע םולש", "שלום עולם"),
        ("123 םלוע", "עולם 123"),
        ("(םלוע) םולש", "שלום (עולם)"),
        ("TeX םע ביתכמ", "מכתיב עם TeX"),
        ("3.14 ךרע", "ערך 3.14"),
        ("the word םולש here", "the word שלום here"),
    ],
)
def test_right_to_left_text_in_reading_order(drawn: str, read: str) -> None:
    assert "".join(glyph.text for glyph in logical_order(glyphs(drawn))) == read


def test_arabic_presentation_forms_become_letters() -> None:
    assert "".join(g.text for g in logical_order(glyphs("ﻢﻠﻋ"))) == "علم"


def test_the_letters_of_a_ligature_are_in_reading_order_already() -> None:
    ligature = glyphs("ﻻ")[0]
    second = Glyph("ب", "", ligature.x1, ligature.x1, 100.0, 10.0, ROMAN)
    after = Glyph("ت", "", 5.0, 10.0, 100.0, 10.0, ROMAN)
    assert "".join(g.text for g in logical_order([ligature, second, after])) == "تلاب"


def test_a_formula_keeps_its_direction_and_its_brackets_in_a_line_from_right_to_left() -> None:
    line = glyphs("םולש")
    formula = [
        Glyph(c, "", 30.0 + 5 * i, 35.0 + 5 * i, 100.0, 10.0, LETTERS if c in "fx" else ROMAN) for i, c in enumerate("f(x)")
    ]
    assert "".join(g.text for g in logical_order([*line, *formula])) == "f(x) שלום"


def test_chinese_lines_are_joined_without_a_blank() -> None:
    text = markdown([(100, 100, "这里有一些文字，写在两行", "china-s"), (100, 114, "里面没有空格。", "china-s")])
    assert text == "这里有一些文字，写在两行里面没有空格。"


# ------------------------------------------------------------------------------------------------------------------ footnotes


def footnoted(*, y: float = 100) -> list[Any]:
    end = 100 + pymupdf.get_text_length("A statement that needs a note", fontname="tiro", fontsize=10)
    return [
        *prose(y - 36, 3),
        (100, y, "A statement that needs a note"),
        (end, y - 4, "1", "tiro", 6.5),
        (end + 4, y, " goes on to the end of its line, and of the page"),
        (104, 700, "1", "tiro", 5.5),
        (108, 703, "The note stands below.", "tiro", 8),
    ]


def test_a_footnote_and_its_mark() -> None:
    text = markdown(footnoted())
    assert "needs a note[^1] goes on" in text
    assert text.endswith("[^1]: The note stands below.")


def test_a_paragraph_goes_on_over_the_page_past_the_footnotes() -> None:
    text = markdown(footnoted(), [(100, 100, "and over it, where it ends.")])
    assert "and of the page and over it, where it ends.\n\n[^1]: " in text


def test_an_exponent_is_no_mark() -> None:
    page = [*prose(64, 3), (100, 100, "There are 10"), (152, 96, "1", "tiro", 6.5), *footnoted()[-2:]]
    assert "[^1]" not in markdown(page).replace("[^1]: ", "")


# ---------------------------------------------------------------------------------------------------------- blocks of a page


def test_entries_of_a_table_of_contents() -> None:
    leader = " . . . . . . . . . . . . . . "
    text = markdown([(100, 100, "Contents", "tibo", 14), (100, 130, f"1 Rings{leader}7"), (100, 144, f"1.1 Ideals{leader}9")])
    assert text.endswith("- 1 Rings … 7\n- 1.1 Ideals … 9")


def test_items_within_items() -> None:
    rows = [(100, "• First"), (120, "• inner one"), (120, "• inner two"), (100, "• Second")]
    text = markdown([*prose(60, 2), *[(x, 100 + 14 * n, row) for n, (x, row) in enumerate(rows)]])
    assert text.endswith("- First\n\n   - inner one\n\n   - inner two\n\n- Second")


def test_a_caption_is_a_paragraph_and_what_it_interrupts_is_whole() -> None:
    text = markdown([*prose(100, 3), (100, 136, PROSE[:-1]), (150, 170, "Figure 1: A caption."), (100, 200, "and the end.")])
    assert "all of it and the end.\n\nFigure 1: A caption." in text


def test_a_section_is_known_by_its_number_and_its_face() -> None:
    text = markdown([*prose(100, 4), (100, 160, "2.1 The method", "helv"), (100, 173, PROSE), *prose(185, 3)])
    assert "\n\n### 2.1 The method\n\nThese words" in text


@pytest.mark.parametrize("text", ["else", "• dvips/config: what follows", "Figure 2: In bold"])
def test_bold_lines_that_are_no_headings(text: str) -> None:
    assert "#" not in markdown([*prose(100, 3), (100, 160, text, "tibo"), *prose(190, 3)])


def test_lines_that_the_author_broke_stay_lines() -> None:
    broken = ["if the sky is blue then", "go out", "else", "stay at home"]
    text = markdown([*prose(100, 4), *[(110, 160 + 12 * n, line) for n, line in enumerate(broken)], *prose(230, 2)])
    assert "\n".join(broken) in text


def test_a_ragged_paragraph_is_no_list_of_lines() -> None:
    words = ["These words fill a line of the page from its left margin to the right one,", "another would not have fitted"]
    text = markdown([*prose(100, 3), (100, 160, words[0]), (100, 172, words[1])])
    assert " ".join(words) in text


def test_a_note_in_the_margin_stands_before_the_paragraph_that_it_interrupts() -> None:
    page = [*prose(100, 2), (40, 112, "\\option", "cour", 8), *prose(124, 2), *prose(170, 2)]
    assert markdown(page).startswith(f"`\\option`\n\n{PROSE} {PROSE} {PROSE} {PROSE}\n\n")


def test_numbers_of_lines_are_dropped() -> None:
    numbers = [(70, 100 + 12 * n, str(n + 1), "tiro", 6) for n in range(8)]
    document = extract_pdf(draw([*numbers, *prose(100, 8)]), "")
    assert not any(character.isdigit() for character in document.text)
    assert "running_heads_dropped" in document.flags


def test_a_running_foot_on_an_empty_page_is_dropped() -> None:
    pages = [[*prose(100, 4), (250, 800, "[draft of today]", "tiro", 8)] for _ in range(4)]
    pages.insert(2, [(250, 800, "[draft of today]", "tiro", 8)])
    assert "draft" not in markdown(*pages)


def test_slides_shown_step_by_step_are_one() -> None:
    steps = [(60, 60, "A title", "hebo", 18), (60, 120, "The first point, then"), (60, 160, "the second point.")]
    document = extract_pdf(draw(steps[:2], steps, [(60, 60, "Another title", "hebo", 18)]), "")
    assert document.text.count("The first point") == 1
    assert document.pages[0].count("The first point") == 1
    assert "overlays_collapsed" in document.flags


def test_an_address_cut_by_the_end_of_a_line_is_whole() -> None:
    text = markdown(
        [
            *prose(100, 3),
            (100, 136, "It can be found at https://example.org/a/long/"),
            (100, 148, "path/to/it.html and elsewhere."),
        ]
    )
    assert "https://example.org/a/long/path/to/it.html and" in text


def test_entries_whose_numbers_stand_at_one_edge_without_dots() -> None:
    rows = [("I Help", 24), ("19 Tips and tricks", 24), ("20 Errors that occur", 28)]
    page = [(100.0, 100.0, "Contents", "tibo", 14.0)]
    for number, (text, pages) in enumerate(rows):
        page += [(100, 130 + 14 * number, text, "tibo", 10), (400, 130 + 14 * number, str(pages), "tibo", 10)]
    assert markdown(page).endswith("- I Help … 24\n- 19 Tips and tricks … 24\n- 20 Errors that occur … 28")


def test_a_note_of_the_margin_on_the_baseline_of_the_text_is_no_part_of_its_line() -> None:
    page = [*prose(100, 2), (30, 124, "\\option", "cour", 8), *prose(124, 3)]
    assert f"`\\option`\n\n{PROSE}" in markdown(page)


def test_letters_spread_over_a_grid_are_code_with_its_indentation() -> None:
    program = ["while running do the", "  same thing all over", "end", "finally stop it now"]
    page = [*prose(100, 2)]
    for number, line in enumerate(program):
        for column, letter in enumerate(line):
            middle = 120 + 6 * column + 3
            width = pymupdf.get_text_length(letter, fontname="tiro", fontsize=10)
            page += [(middle - width / 2, 160 + 12 * number, letter)] if letter != " " else []
    assert [block.text for block in extract_pdf(draw([*page, *prose(240, 2)]), "").code_blocks] == ["\n".join(program)]
