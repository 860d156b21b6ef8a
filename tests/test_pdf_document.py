"""PDFs in, Markdown out: whole documents, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from corpus.errors import DocumentError
from corpus.markup import spans
from extract.pdf_document import PdfConfig, extract_pdf, iso_date
from tests import pdf_pages as pages

GOLDEN = Path(__file__).parent / "golden" / "pdf"


def golden(name: str) -> bytes:
    return (GOLDEN / f"{name}.pdf").read_bytes()


def reason(content: bytes, **limits: int) -> str:
    with pytest.raises(DocumentError) as caught:
        extract_pdf(content, "", config=PdfConfig(**limits))
    return caught.value.reason


def test_computer_modern_formulas_come_back_as_latex() -> None:
    document = extract_pdf(golden("mhequ-example"), "mhequ-example.pdf")
    latex = [formula.latex for formula in document.formulas]
    assert r"e^{i \pi} + 1 = 0 \tag{1}" in latex
    assert r"f(x) = \sin(x) + 1 \tag{7a}" in latex
    assert r"\begin{aligned} f(x) = \sin(x) + 1, \\ h(x) = f(x) + g(x) - 3. \end{aligned} \tag{6}" in latex
    assert "$$\ne^{i \\pi} + 1 = 0 \\tag{1}\n$$" in document.text
    assert all(0.5 <= formula.confidence <= 1.0 and formula.page and formula.box for formula in document.formulas)


def test_inline_code_and_headings_of_a_tex_document() -> None:
    text = extract_pdf(golden("mhequ-example"), "").text
    assert text.startswith("# Using the `mhequ` package\n")
    assert "`equ` for single-line equations and `equs` for multi-line equations" in text


def test_two_columns_of_unicode_mathematics() -> None:
    document = extract_pdf(golden("topology-hw-1"), "")
    assert r"$\mathbb{R}$" in document.text
    assert r"\mathcal{A} = \{ A_{a, b}: a, b \in \mathbb{Z}" in document.text
    assert "the completion of a basis to a topology" in document.text
    assert len(document.pages) == 3
    assert document.text.index("Topological Spaces") < document.text.index("Problem 1.10") < document.text.index("Problem 1.15")


@pytest.mark.parametrize("name", ["mhequ-example", "topology-hw-1"])
def test_the_same_bytes_every_time(name: str) -> None:
    assert extract_pdf(golden(name), "") == extract_pdf(golden(name), "")


def test_running_heads_and_page_numbers_are_dropped_and_headings_kept() -> None:
    document = extract_pdf(pages.book(num_pages=5), "")
    assert "A Treatise" not in document.text
    assert "running_heads_dropped" in document.flags
    assert document.text.count("## Chapter") + document.text.count("# Chapter") == 5
    assert not any(page.rstrip().endswith(str(number)) for number, page in enumerate(document.pages, 1))


def test_hyphenation_is_undone_unless_the_word_has_its_own_hyphen() -> None:
    lines = ["The well-known rule of mathe-", "matics is a well-", "known one."]
    assert "The well-known rule of mathematics is a well-known one." in extract_pdf(pages.paragraph(lines), "").text


def test_a_paragraph_that_a_page_break_cuts_is_one_again_in_the_text() -> None:
    document = extract_pdf(pages.cut_paragraph(), "")
    assert "the sentence goes on over the page" in document.text.replace("\n", " ")
    assert len(document.pages) == 2
    assert "\n\nover the page" not in document.text


@pytest.mark.parametrize("name", ["mhequ-example", "topology-hw-1"])
def test_the_markdown_holds_exactly_the_formulas_of_the_document(name: str) -> None:
    document = extract_pdf(golden(name), "")
    found = [span.body.strip() for span in spans(document.text) if span.kind in ("display", "inline")]
    assert found == [formula.latex for formula in document.formulas]


def test_metadata() -> None:
    document = extract_pdf(pages.paragraph(["Some text here."], title="A title", author="A. U. Thor"), "")
    assert (document.title, document.author, document.kind) == ("A title", "A. U. Thor", "pdf")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("D:20240131120000+01'00'", "2024-01-31"), ("D:2024", "2024"), ("D:20241399", "2024"), ("yesterday", None), (None, None)],
)
def test_dates(raw: str | None, expected: str | None) -> None:
    assert iso_date(raw) == expected


def test_what_is_refused_and_why() -> None:
    whole = pages.paragraph(["Some text that stays readable."])
    assert reason(b"") == "not_a_pdf"
    assert reason(b"<html><body>not a PDF</body></html>") == "not_a_pdf"
    assert reason(whole[:200]) == "truncated_pdf"
    assert reason(pages.encrypted()) == "encrypted_pdf"
    assert reason(pages.scan()) == "needs_ocr"
    assert reason(pages.book(num_pages=5), max_pages=4) == "too_many_pages"
    assert reason(whole, max_bytes=100) == "too_large"
    assert reason(pages.cyclic_tree()) == "unreadable_pdf"
    assert reason(pages.many_glyphs(300_000)) == "unreadable_pdf"
    assert reason(pages.bomb()) == "unreadable_pdf"
    assert reason(whole, max_page_bytes=10) == "unreadable_pdf"


def test_a_scanned_page_among_text_is_flagged_not_silent() -> None:
    document = extract_pdf(pages.text_and_scan(), "")
    assert "pages_need_ocr" in document.flags
    assert document.page_routes == ("geometry", "needs_ocr")
    assert document.pages[1] == "<!-- page 2 needs OCR: a scan without visible text -->"


def test_pages_that_a_cut_off_file_has_lost_are_marked_not_blank() -> None:
    whole = pages.book(num_pages=6)
    document = extract_pdf(whole[: len(whole) // 2], "")
    assert {"truncated_file", "unreadable_page"} <= set(document.flags)
    assert document.page_routes[0] == "geometry"
    assert document.page_routes[-1] == "unreadable"
    assert document.pages[-1] == "<!-- page 6 unreadable: the file is damaged and nothing is left of the page -->"
    assert all(document.pages)
    assert reason(whole[: len(whole) // 10]) == "truncated_pdf"


def test_a_file_with_a_broken_index_is_read_and_flagged() -> None:
    whole = pages.book(num_pages=3)
    broken = whole.replace(b"startxref", b"startxxxx")
    document = extract_pdf(broken, "")
    assert "repaired_file" in document.flags
    assert document.text == extract_pdf(whole, "").text


@pytest.mark.parametrize("make", ["deep_forms", "self_reference", "bomb"])
def test_hostile_files_end_in_an_answer_or_a_reject_under_limits(make: str, tmp_path: Path) -> None:
    path = tmp_path / "hostile.pdf"
    path.write_bytes(getattr(pages, make)())
    child = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30)); resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
from corpus.errors import DocumentError
from corpus.markup import spans
from extract.pdf_document import extract_pdf
try:
    extract_pdf(open({str(path)!r}, "rb").read(), "")
except DocumentError as error:
    print(error.reason)
"""
    done = subprocess.run([sys.executable, "-c", child], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() in ("", "no_text", "needs_ocr", "unreadable_pdf")


def test_a_display_that_cannot_be_rebuilt_stays_text_and_is_counted() -> None:
    document = extract_pdf(golden("raised"), "")
    assert [formula.latex for formula in document.formulas] == [r"\alpha + \beta = \gamma"]
    assert "α + β = γ" in document.text  # the letter off the baseline: nothing is guessed
    assert document.num_displays_as_text == 1
    assert "displays_as_text" in document.flags
