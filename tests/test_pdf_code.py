"""Code in PDFs comes out with its indentation and blank lines."""

from __future__ import annotations

import pytest

from extract.pdf_document import extract_pdf
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
