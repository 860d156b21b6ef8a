"""`tercet inspect pdf`: the pieces of a page with their boxes, and the HTML that shows them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pymupdf
import pytest

from benchmarks.hostile_pdfs import page_of, stream
from corpus.errors import DocumentError
from extract.pdf_document import extract_pdf
from extract.pdf_view import Box, Kind, picture, view_page
from pipelines import cli, inspect_pdf
from pipelines.inspect_pdf import LOOKS, render, shown_kind
from tests import pdf_pages as pages

GOLDEN = Path(__file__).parent / "golden" / "pdf"


def golden(name: str) -> bytes:
    return (GOLDEN / f"{name}.pdf").read_bytes()


def shown(content: bytes, page: int = 1, *, name: str = "paper.pdf") -> str:
    return render(view_page(content, page), picture(content, page, dpi=40), name=name)


def rectangles(html: str, kind: str) -> list[dict[str, str]]:
    return [dict(re.findall(r'([\w-]+)="([^"]*)"', found)) for found in re.findall(rf'<rect class="{kind}"[^>]*>', html)]


def inside(inner: Box, outer: Box) -> bool:
    return outer[0] - 1 <= inner[0] and outer[1] - 1 <= inner[1] and inner[2] <= outer[2] + 1 and inner[3] <= outer[3] + 1


# ----------------------------------------------------------------------------------------------------------------- the pieces


def test_the_blocks_of_the_view_are_the_markdown_of_the_document() -> None:
    content = golden("mhequ-example")
    document = extract_pdf(content, "")
    for number, markdown in enumerate(document.pages, 1):
        view = view_page(content, number)
        blocks = [piece for piece in view.pieces if piece.block is None and piece.kind not in ("running", "rotated")]
        assert "\n\n".join(piece.markdown for piece in blocks) == view.markdown == markdown
        assert (view.number, view.num_pages) == (number, len(document.pages))


def test_every_formula_has_its_box_inside_of_its_block() -> None:
    name = "topology-hw-1"
    view = view_page(golden(name), 1)
    inline = [piece for piece in view.pieces if piece.kind == "inline"]
    expected = [formula.latex for formula in extract_pdf(golden(name), "").formulas if formula.page == 1 and not formula.display]
    assert [piece.markdown for piece in inline] == expected
    assert len(inline) > 5
    for piece in inline:
        assert piece.block is not None
        assert inside(piece.box, view.pieces[piece.block].box)
        assert piece.confidence is not None


def test_the_box_of_a_word_is_where_the_page_draws_it() -> None:
    content = pages.paragraph(["Unmistakable words"])
    (piece,) = view_page(content, 1).pieces
    with pymupdf.open(stream=content) as document:
        drawn = document[0].search_for("Unmistakable words")[0]
    assert piece.box[0] == pytest.approx(drawn.x0, abs=1)
    assert piece.box[2] == pytest.approx(drawn.x1, abs=1)
    assert drawn.y0 < piece.box[1] < piece.box[3] < drawn.y1


def test_a_page_that_is_turned_has_its_boxes_where_it_shows_the_text() -> None:
    with pymupdf.open(stream=pages.paragraph(["Unmistakable words"])) as document:
        document[0].set_rotation(90)
        content, (width, height) = document.tobytes(), document[0].rect[2:]
    view = view_page(content, 1)
    assert (view.width, view.height) == (width, height)
    box = view.pieces[-1].box
    assert view.pieces[-1].kind == "rotated"
    assert box[3] - box[1] > 3 * (box[2] - box[0]), "the words run down the page"
    assert box[0] > width / 2, "and stand at its right"


def test_dropped_heads_and_page_numbers_are_pieces_too() -> None:
    view = view_page(pages.book(num_pages=5), 2)
    dropped = [piece.markdown for piece in view.pieces if piece.kind == "running"]
    assert dropped == ["A Treatise on Testing", "2"]
    assert [piece.kind for piece in view.pieces if piece.kind == "heading"] == ["heading"]


def test_signs_of_mathematics_that_no_formula_holds_are_shown_as_left_in_the_text() -> None:
    fonts = b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >> /F2 %s >> >>"
    symbol = b"<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>"
    words = b"BT /F1 12 Tf 72 700 Td (Words of prose around a lonely sign) Tj /F2 12 Tf 228 0 Td <d6> Tj ET"  # the radical
    view = view_page(page_of(stream(words), resources=fonts % symbol), 1)
    held = [piece for piece in view.pieces if piece.kind in ("stray", "inline", "display", "unsure")]
    assert ("stray", "√") in [(piece.kind, piece.markdown) for piece in held]
    assert all(piece.markdown == "√" and piece.box[0] == pytest.approx(300, abs=1) for piece in held)


def test_code_is_a_piece_with_its_fence() -> None:
    view = view_page(pages.code(["def f():", "    return 1"]), 1)
    (code,) = [piece for piece in view.pieces if piece.kind == "code"]
    assert code.markdown == "```\ndef f():\n    return 1\n```"


@pytest.mark.parametrize("page", [0, -1, 6])
def test_a_page_that_is_not_there(page: int) -> None:
    with pytest.raises(DocumentError, match=f"page {page} of 5"):
        view_page(pages.book(num_pages=5), page)


# ------------------------------------------------------------------------------------------------------------------- the HTML


def test_the_page_shows_every_piece_as_a_box_with_its_card() -> None:
    view = view_page(golden("mhequ-example"), 1)
    html = shown(golden("mhequ-example"))
    for kind in {shown_kind(piece) for piece in view.pieces}:
        assert kind in LOOKS
        boxes = rectangles(html, kind)
        assert len(boxes) == sum(shown_kind(piece) == kind for piece in view.pieces)
        for box in boxes:
            piece = view.pieces[int(box["data-id"])]
            assert float(box["x"]) < piece.box[0] < piece.box[2] < float(box["x"]) + float(box["width"])
            assert html.count(f'data-id="{box["data-id"]}"') + html.count(f'data-for="{box["data-id"]}"') >= 2


def test_formulas_are_rendered_and_their_source_and_confidence_shown() -> None:
    html = shown(golden("mhequ-example"))
    assert '<math display="block"' in html
    assert r"e^{i \pi} + 1 = 0 \tag{1}" in html
    assert re.search(r'class="meter[^"]*"><i style="width:\d+%"', html)


def test_doubtful_formulas_lead_the_page() -> None:
    html = shown(golden("mhequ-example"))
    view = view_page(golden("mhequ-example"), 1)
    doubts = [piece for piece in view.pieces if LOOKS[shown_kind(piece)].is_problem]
    assert doubts, "the golden page has some"
    assert f"{len(doubts)} place{'s' if len(doubts) != 1 else ''} to look at" in html
    assert html.index("to look at") < html.index('class="card')


def test_a_page_without_doubts_says_so() -> None:
    assert "Nothing doubtful" in shown(pages.paragraph(["A paragraph of plain words."]))


def test_the_file_needs_no_other_and_runs_nothing_of_the_page() -> None:
    html = shown(pages.paragraph(["<script>alert(1)</script> and <img src=x onerror=alert(2)>"]), name="<b>.pdf")
    assert "<script>alert" not in html
    assert "<img" not in html
    assert "&lt;b&gt;.pdf" in html
    assert not re.search(r'(?:src|href)="(?!data:image/png;base64,)', html)
    assert "default-src 'none'" in html


def test_a_page_of_a_picture_among_text_says_that_it_needs_ocr() -> None:
    html = shown(pages.text_and_scan(), 2)
    assert "No text was found on this page, only 1 picture: it needs OCR." in html
    assert html.index("not all read") < html.index("page 2 needs OCR")
    assert "pages_need_ocr" in html
    assert "<rect class=" not in html


def test_a_huge_page_is_drawn_small() -> None:
    with pymupdf.open() as document:
        document.new_page(width=14_000, height=14_000).insert_text((500, 500), "Words on a wall", fontsize=400)
        png = picture(document.tobytes(), 1, dpi=300)
    drawn = pymupdf.Pixmap(png)
    assert 1_000_000 < drawn.width * drawn.height < 5_000_000


# ----------------------------------------------------------------------------------------------------------- the command line


def inspect(*arguments: str) -> int:
    return cli.main(["inspect", "pdf", *arguments])


def test_the_command_writes_the_page_and_prints_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    file = GOLDEN / "topology-hw-1.pdf"
    assert inspect(str(file), "--page", "2") == 0
    assert capsys.readouterr().out == "topology-hw-1-page2.html\n"
    assert "page 2 of 3" in (tmp_path / "topology-hw-1-page2.html").read_text(encoding="utf-8")
    assert inspect(str(file), "--out", str(tmp_path / "first.html")) == 0
    assert "page 1 of 3" in (tmp_path / "first.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "arguments", "said"),
    [
        (None, (), "no such file; expected a PDF"),
        (b"<html>not a PDF</html>", (), "not_a_pdf: no %PDF- header"),
        (pages.book(num_pages=5), ("--page", "9"), "page 9 of 5: the pages are 1 to 5"),
        (pages.book(num_pages=5), ("--page", "0"), "page 0 of 5: the pages are 1 to 5"),
        (pages.scan(), (), "needs_ocr: no page has text: 1 needs_ocr; page 1 needs OCR: a scan without visible text"),
        (pages.encrypted(), (), "encrypted_pdf: a password is needed"),
        (pages.paragraph(["Words."]), ("--out", "no/such/folder/a.html"), "no/such/folder: no such folder"),
    ],
)
def test_what_cannot_be_shown_is_said_in_one_line(
    content: bytes | None,
    arguments: tuple[str, ...],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path("paper.pdf").write_bytes(content)
    assert inspect("paper.pdf", *arguments) == 1
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""
    assert [path.name for path in tmp_path.iterdir()] == (["paper.pdf"] if content is not None else [])


def test_a_page_that_cannot_be_drawn_is_still_shown_with_its_boxes() -> None:
    view = view_page(golden("topology-hw-1"), 1)
    html = render(view, b"", name="paper.pdf", undrawn="time_limit: took too long")
    assert "The page could not be drawn: time_limit: took too long." in html
    assert "<image" not in html
    assert html.count("<rect class=") == len(view.pieces)


def test_a_page_of_thousands_of_pieces_shows_the_first_and_says_so() -> None:
    signs = b"".join(b"1 0 0 1 %d %d Tm (a%d) Tj\n" % (20 + 60 * (n % 9), 790 - 2.2 * (n // 9), n) for n in range(3000))
    view = view_page(page_of(stream(b"BT /F1 2 Tf " + signs + b"ET"), box=b"0 0 600 900"), 1)
    view = replace(view, pieces=view.pieces * (1 + inspect_pdf.MAX_PIECES // len(view.pieces)))
    html = render(view, b"", name="paper.pdf")
    assert html.count("<rect class=") == inspect_pdf.MAX_PIECES
    assert f"Of {len(view.pieces):,} pieces the first {inspect_pdf.MAX_PIECES:,} are shown." in html


def test_what_is_too_long_to_be_rendered_is_shown_as_markdown() -> None:
    view = view_page(golden("topology-hw-1"), 1)
    long = replace(view.pieces[0], markdown="word $x$ " * inspect_pdf.MAX_RENDERED_CHARS)
    html = render(replace(view, pieces=(view.pieces[0], long)), b"", name="paper.pdf")
    assert html.count("Not rendered") == 1
    assert html.count("<math") < 100
    assert "word $x$ word" in html


def test_every_kind_of_piece_has_its_look() -> None:
    assert set(get_args(Kind)) <= set(LOOKS)
