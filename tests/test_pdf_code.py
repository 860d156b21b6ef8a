"""Code in PDFs comes out with its indentation and blank lines."""

from __future__ import annotations

import pytest

from extract.pdf_code import code_text, is_code_line, mark_monospaced
from extract.pdf_document import extract_pdf
from extract.pdf_glyphs import Face, Glyph
from extract.pdf_lines import Line, measured
from tests import pdf_pages as pages
from tests.test_pdf_layout import draw

PROGRAM = [
    "def sieve(n):",
    "    prime = [True] * n",
    "    for i in range(2, n):",
    "        if prime[i]:",
    "            yield i",
    "",
    "            for j in range(i * i, n, i):",
    "                prime[j] = False",
    "",
    "",
    "print(list(sieve(30)))",
]


@pytest.mark.parametrize("numbers", [False, True])
def test_indentation_blank_lines_and_line_numbers(numbers: bool) -> None:
    document = extract_pdf(pages.code(PROGRAM, numbers=numbers), "")
    assert [block.text for block in document.code_blocks] == ["\n".join(PROGRAM)]
    assert "```\ndef sieve(n):\n" in document.text
    assert document.text.startswith("Here is the code:\n\n```")
    assert document.text.endswith("```\n\nAnd that was it, in full.")


def test_a_single_line_set_apart_is_a_block() -> None:
    document = extract_pdf(pages.code(["pip install tercet"]), "")
    assert [block.text for block in document.code_blocks] == ["pip install tercet"]


def test_dollars_and_backticks_of_prose_open_nothing() -> None:
    text = extract_pdf(pages.paragraph(["It costs $5 or $6, and a ` is a backtick."]), "").text
    assert r"\$5 or \$6" in text
    assert r"\`" in text


def test_a_small_number_close_to_its_line_is_dropped_from_a_block_of_one_line() -> None:
    page = [(100.0, 100.0, "Some prose goes before it.", "tiro", 10.0), (90.0, 130.0, "26", "tiro", 6.0)]
    page += [(98.0, 130.0, "\\let\\ifpdfoutput\\relax", "cour", 9.0), (100.0, 160.0, "And some follows.", "tiro", 10.0)]
    document = extract_pdf(draw(page), "")
    assert [block.text for block in document.code_blocks] == ["\\let\\ifpdfoutput\\relax"]


def test_chinese_in_code_is_code() -> None:
    page: list[tuple[float, float, str, str, float]] = [(100, 100, "\\title{", "cour", 10), (142, 100, "你好", "china-s", 10)]
    page += [(162, 100, "}", "cour", 10), (100, 112, "\\maketitle", "cour", 10)]
    assert [block.text for block in extract_pdf(draw(page), "").code_blocks] == ["\\title{你好}\n\\maketitle"]


def _glyphs(text: str, *, face: Face, x: float, widths: dict[str, float] | None = None, size: float = 10.0) -> list[Glyph]:
    """Text set from x on, every letter .5 em wide or as `widths` says."""
    found = []
    for letter in text:
        advance = size * (widths or {}).get(letter, 0.5)
        if letter != " ":
            found.append(Glyph(letter, "", x, x + advance, 100.0, size, face))
        x += advance
    return found


def _line(glyphs: list[Glyph], y: float = 100.0) -> Line:
    for glyph in glyphs:
        glyph.y = y
    return measured(Line(glyphs, y, glyphs[-1].size, glyphs[0].x0, glyphs[-1].x1))


TEXT, MONO = (Face(name, mono=name == "CMTT10", bold=False, italic=False, family="") for name in ("CMR7", "CMTT10"))


def test_numbers_that_touch_the_code() -> None:
    """As the package doc sets them: small roman numbers, no gap before the code's first column."""
    rows = ["\\ifpdf{%", "  \\stop", "}"]
    lines = [
        _line(_glyphs(f"{266 + place}", face=TEXT, x=60, size=6.0) + _glyphs(row, face=MONO, x=69.5), y=100 + 12 * place)
        for place, row in enumerate(rows)
    ]
    assert all(is_code_line(line) for line in lines)
    assert code_text(lines) == "\n".join(rows)


def test_monospaced_by_its_widths() -> None:
    hidden = Face("NimbusMonL-Regu", mono=False, bold=False, italic=False, family="")
    roman = Face("NimbusRomNo9L-Regu", mono=False, bold=False, italic=False, family="")
    code = _line(_glyphs("width, million = 1, 60", face=hidden, x=72))
    prose = _line(_glyphs("width, million = 1, 60", face=roman, x=72, widths={"i": 0.28, "w": 0.72}))
    few = _line(_glyphs("ii", face=Face("Roman", mono=False, bold=False, italic=False, family=""), x=72))
    mark_monospaced([[code, prose, few]])
    assert (is_code_line(code), is_code_line(prose), is_code_line(few)) == (True, False, False)
    assert code.share_mono == 1.0
