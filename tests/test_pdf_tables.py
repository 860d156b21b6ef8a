"""Words in columns in, GFM out; what only looks like a table stays text."""

from __future__ import annotations

from extract.pdf_glyphs import Face, Glyph, Rule
from extract.pdf_layout import Typography
from extract.pdf_lines import Line, group_lines
from extract.pdf_markdown import table_markup
from extract.pdf_tables import find_tables

ROMAN = Face("CMR10", False, False, False, "")
ITALIC = Face("CMMI10", False, False, True, "letters")
TYPOGRAPHY = Typography(10.0, (), frozenset(), italic_is_math=False)


def words(text: str, x: float, y: float, *, size: float = 10.0, face: Face = ROMAN) -> list[Glyph]:
    made = []
    for place, letter in enumerate(text):
        glyph = Glyph(letter, "", x + 0.5 * size * place, x + 0.5 * size * (place + 1), y, size, face)
        glyph.top, glyph.bottom = y - 0.7 * size, y
        made.append(glyph)
    return made


def page(rows: list[list[str]], *, step: float = 14.0, size: float = 10.0) -> list[Line]:
    glyphs = []
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            glyphs += words(text, 100 + 90 * column, 100 + step * number, size=size)
    return group_lines(glyphs, page=1)


def markup(lines: list[Line], rules: list[Rule]) -> list[str]:
    return [table_markup(table, rules, TYPOGRAPHY)[0] for table in find_tables(lines, rules, body_size=10.0)]


RUN = [["Run", "Value", "Error"], ["A", "12.5", "0.3"], ["B", "13.1", ""], ["C", "11.9", "0.4"]]
GFM = "| Run | Value | Error |\n|---|---|---|\n| A | 12.5 | 0.3 |\n| B | 13.1 |  |\n| C | 11.9 | 0.4 |"


def test_a_table_between_rules() -> None:
    rules = [Rule(96, 330, y, 0.4) for y in (88, 104, 146)]
    assert markup(page(RUN), rules) == [GFM]


def test_borders_drawn_cell_by_cell_are_rules() -> None:
    rules = [Rule(96 + 90 * k, 186 + 90 * k, y, 0.5) for y in (88, 104, 118, 132, 146) for k in range(3)]
    assert markup(page(RUN), rules) == [GFM]


def test_a_row_between_two_rules_is_one_row_whatever_its_lines() -> None:
    rows = [["Name", "What"], ["alpha", "first of"], ["", "them"], ["beta", "second"], ["gamma", "third"], ["", "and last"]]
    rules = [Rule(96, 260, y, 0.4) for y in (88, 104, 132, 146, 174)]
    assert markup(page(rows), rules) == [
        "| Name | What |\n|---|---|\n| alpha | first of them |\n| beta | second |\n| gamma | third and last |"
    ]


def test_a_table_without_rules_needs_three_columns_in_three_rows() -> None:
    full = [row if all(row) else [row[0], row[1], "0.2"] for row in RUN]
    assert len(markup(page(full), [])) == 1
    assert markup(page([row[:2] for row in full]), []) == []
    assert markup(page(full[:2]), []) == []


def test_bars_in_cells_are_escaped_and_formulas_kept_whole() -> None:
    lines = page([["a|b", "x"], ["c", "y"]])
    lines += group_lines(words("z", 100, 128, face=ITALIC) + words("w", 190, 128), page=1)
    rules = [Rule(96, 230, y, 0.4) for y in (88, 104, 132)]
    assert markup(lines, rules) == ["| a\\|b | x |\n|---|---|\n| c | y |\n| $z$ | w |"]


def test_algorithms_framed_text_and_the_labels_of_plots_are_no_tables() -> None:
    rules = [Rule(96, 330, y, 0.4) for y in (88, 104, 146)]
    assert markup(page([["1:", "while true"], ["2:", "go on"], ["3:", "end"]]), rules) == []
    assert markup(page([["one line of text"], ["another line"], ["a third"]]), rules) == []
    assert markup(page(RUN, size=5.0), rules) == []


def test_a_double_rule_divides_no_rows() -> None:
    rows = [["Temp", "Density"], ["C", "t"], ["0", "13.8"], ["10", "13.6"], ["50", "13.5"]]
    rules = [Rule(96, 260, y, 0.4) for y in (88, 119, 121, 162)]
    assert markup(page(rows), rules) == ["| Temp | Density |\n|---|---|\n| C | t |\n| 0 | 13.8 |\n| 10 | 13.6 |\n| 50 | 13.5 |"]
