"""Pages without a text layer: how they are told, how they are read by OCR, and what becomes of them where they are not."""

from __future__ import annotations

import atexit
import contextlib
import functools
import itertools
import json
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pymupdf
import pytest

from corpus.config import build
from corpus.errors import DocumentError, InputError, RecipeError
from corpus.markup import spans
from corpus.stage import DocumentLimits, document_limits
from extract.ocr import EndpointConfig, OcrConfig, OcrError, TesseractConfig, checked_answer, make_reader
from extract.pages import ExtractConfig
from extract.pdf_document import PdfConfig, extract_pdf
from extract.pdf_pictures import PLACEHOLDER
from tests import ocr_server, pdf_pages

needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not on this machine")

PROSE = [
    "The harmonic series diverges, although its terms",
    "tend to zero: every block of terms between two",
    "powers of two adds at least one half to the sum.",
]


# ------------------------------------------------------------------------------------------------------------- pages made here


def page_of_bars(text: str) -> Any:
    document = pymupdf.open()
    ocr_server.draw_bars(document.new_page(width=595, height=842), text)
    return document


def page_of_prose(lines: list[str] = PROSE) -> Any:
    document = pymupdf.open()
    page = document.new_page(width=595, height=842)
    for number, line in enumerate(lines):
        page.insert_text((72, 120 + 20 * number), line, fontname="tiro", fontsize=14)
    return document


def scanned(*documents: Any, dpi: int = 200) -> Any:
    """A document whose pages are pictures of the pages of others."""
    scan = pymupdf.open()
    for document in documents:
        for page in document:
            picture = page.get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY)
            scan.new_page(width=page.rect.width, height=page.rect.height).insert_image(page.rect, pixmap=picture)
    return scan


def joined(*documents: Any) -> bytes:
    whole = pymupdf.open()
    for document in documents:
        whole.insert_pdf(document)
    return bytes(whole.tobytes(no_new_id=True))


def why_not(content: bytes, **settings: Any) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        extract_pdf(content, "", **settings)
    return caught.value


def no_reader(_png: bytes) -> str:
    raise AssertionError("nothing here needs OCR")


# ------------------------------------------------------------------------------------------------------------------ the routes


def test_a_scan_needs_ocr_and_the_reject_says_what_was_seen_and_what_to_do() -> None:
    error = why_not(joined(scanned(page_of_prose())))
    assert error.reason == "needs_ocr"
    assert "page 1 needs OCR: a scan without visible text" in error.detail
    assert "extract.pdf.ocr" in error.detail


def test_an_invisible_layer_of_somebodys_ocr_is_no_text() -> None:
    scan = scanned(page_of_prose())
    scan[0].insert_text((72, 120), "Tbe harmonic scries divcrges, altbough", render_mode=3)
    error = why_not(joined(scan))
    assert error.reason == "needs_ocr"
    assert "invisible text layer" in error.detail


def test_text_under_a_picture_that_fills_the_page_is_no_text() -> None:
    page = pymupdf.open()
    page.new_page(width=595, height=842).insert_text((72, 120), "Tbe harmonic scries divcrges " * 3)
    picture = page_of_prose()[0].get_pixmap(dpi=100)
    page[0].insert_image(page[0].rect, pixmap=picture, overlay=True)
    assert "hidden under a picture" in why_not(joined(page)).detail


def test_a_stamp_on_a_scan_stays_and_the_page_still_needs_ocr() -> None:
    scan = scanned(page_of_prose())
    scan[0].insert_text((72, 820), "Downloaded on a Tuesday by the reading room")
    document = extract_pdf(joined(scan), "")
    assert document.page_routes == ("needs_ocr",)
    assert "Downloaded on a Tuesday by the reading room" in document.text
    assert "<!-- page 1 needs OCR: only" in document.text


def test_the_same_notice_on_every_page_makes_no_text_of_scans() -> None:
    scan = scanned(*[page_of_prose([f"Part {number} of it.", *PROSE]) for number in range(3)])
    for number in range(3):
        scan[number].insert_text((72, 820), f"Downloaded on 1 May 2020, page {number + 1} of 3")
    error = why_not(joined(scan))
    assert error.reason == "needs_ocr"
    assert "3 needs_ocr" in error.detail
    scan[1].insert_text((72, 780), "A remark that somebody typed")
    assert "A remark that somebody typed" in extract_pdf(joined(scan), "").text


def test_text_over_a_background_that_all_pages_share_is_text() -> None:
    slides = pymupdf.open()
    ground = page_of_prose([])[0].get_pixmap(dpi=40)
    ground.clear_with(220)
    xref = 0
    for title in ("First things first", "Second thoughts", "Third parties"):
        page = slides.new_page(width=595, height=842)
        xref = page.insert_image(page.rect, pixmap=None if xref else ground, xref=xref)
        page.insert_text((72, 200), title, fontsize=24)
    document = extract_pdf(joined(slides), "", ocr=no_reader)
    assert document.page_routes == ("geometry",) * 3
    assert "pages_need_ocr" not in document.flags


def test_a_dense_page_beside_a_large_figure_is_text() -> None:
    page = page_of_prose(PROSE * 8)
    page[0].insert_image(page[0].rect, pixmap=page_of_bars("figure")[0].get_pixmap(dpi=40), overlay=False)
    assert extract_pdf(joined(page), "", ocr=no_reader).page_routes == ("geometry",)


def test_letters_drawn_as_outlines_need_ocr() -> None:
    page = pymupdf.open()
    sheet = page.new_page()
    for number in range(80):
        x, y = 72 + number % 20 * 9, 100 + number // 20 * 16
        sheet.draw_rect(pymupdf.Rect(x, y, x + 6, y + 9), color=None, fill=(0, 0, 0))
    assert "outlines in place of text" in why_not(joined(page)).detail


def test_glyphs_that_nothing_identifies_are_no_text_layer() -> None:
    """A Type 3 font whose codes mean private characters: what a broken export leaves."""
    box = b"500 0 0 0 400 700 d1 0 0 400 700 re f"
    # No font of Computer Modern has these; equal ones are CMTT10's.
    widths = b" ".join(b"%d" % (300 + 211 * code % 500) for code in range(65, 91))
    names = b" ".join(b"/g%d" % code for code in range(65, 91))
    procedures = b" ".join(b"/g%d 6 0 R" % code for code in range(65, 91))
    to_unicode = b"1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <41> <5a> <e041> endbfrange"
    cmap = b"/CIDInit /ProcSet findresource begin begincmap /CMapName /X def %s endcmap end" % to_unicode
    font = (
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 500 700] /FontMatrix [.001 0 0 .001 0 0] /FirstChar 65 /LastChar 90"
        b" /Widths [%s] /Encoding << /Type /Encoding /Differences [65 %s] >> /CharProcs << %s >> /ToUnicode 7 0 R"
        b" /Resources << >> >>"
    ) % (widths, names, procedures)
    content = pdf_pages.raw(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
            4: pdf_pages.stream(b"BT /F1 12 Tf 20 200 Td (THEQUICKBROWNFOXJUMPSOVERTHELAZYDOG) Tj ET"),
            5: font,
            6: pdf_pages.stream(box),
            7: pdf_pages.stream(cmap),
        }
    )
    error = why_not(content)
    assert error.reason == "needs_ocr"
    assert "35 of 35 glyphs have neither Unicode nor a name" in error.detail


def test_a_mixed_document_keeps_its_text_and_marks_the_page_in_its_place() -> None:
    document = extract_pdf(joined(page_of_prose(), scanned(page_of_prose()), page_of_prose()), "")
    assert document.page_routes == ("geometry", "needs_ocr", "geometry")
    assert "pages_need_ocr" in document.flags
    assert document.pages[1] == "<!-- page 2 needs OCR: a scan without visible text -->"
    before, comment, after = document.text.partition(document.pages[1])
    assert comment
    assert "harmonic series diverges" in before
    assert "harmonic series diverges" in after


def test_a_blank_page_needs_nothing() -> None:
    blank = pymupdf.open()
    blank.new_page()
    document = extract_pdf(joined(page_of_prose(), blank), "", ocr=no_reader)
    assert document.page_routes == ("geometry", "blank")
    assert document.pages[1] == ""
    assert why_not(joined(blank)).reason == "no_text"


# --------------------------------------------------------------------------------------------------------- what a reader gives


def test_what_a_reader_says_takes_the_place_of_the_scan() -> None:
    said = "# Series\n\nThe sum \\(\\sum 1/n\\) diverges:\n\n\\[\\sum_{n} \\frac1n = \\infty\\]\n\n```python\nx = '\\(no\\)'\n```"
    document = extract_pdf(joined(page_of_prose(), scanned(page_of_prose())), "", ocr=lambda png: said)
    assert document.page_routes == ("geometry", "ocr")
    assert "used_ocr" in document.flags
    assert "pages_need_ocr" not in document.flags
    assert [(formula.latex, formula.display, formula.page) for formula in document.formulas] == [
        ("\\sum 1/n", False, 2),
        ("\\sum_{n} \\frac1n = \\infty", True, 2),
    ]
    assert [(block.text.strip(), block.language) for block in document.code_blocks] == [("x = '\\(no\\)'", "python")]
    bodies = [span.body.strip() for span in spans(document.text) if span.kind in ("display", "inline")]
    assert bodies == [formula.latex for formula in document.formulas]


def test_a_page_that_fails_is_counted_and_shown_and_the_others_are_read() -> None:
    asked = []

    def second_fails(png: bytes) -> str:
        asked.append(png)
        if len(asked) == 2:
            raise OcrError("ocr_failed", "the --> machine `is` on $fire$")
        return f"Page number {len(asked)} of the scan."

    document = extract_pdf(joined(scanned(*[page_of_prose()] * 3)), "", ocr=second_fails)
    assert document.page_routes == ("ocr", "needs_ocr", "ocr")
    assert {"used_ocr", "ocr_failed", "pages_need_ocr"} <= set(document.flags)
    assert document.pages[1].startswith("<!-- page 2 needs OCR: a scan without visible text; ocr_failed: the")
    assert document.pages[1].count("-->") == 1
    assert not list(spans(document.pages[1]))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("", "ocr_empty"),
        (" \n\f ", "ocr_empty"),
        ("```markdown\n\n```", "ocr_empty"),
        ("I'm sorry, but I can't assist with that.", "ocr_refused"),
        ("I cannot read the text in this image.", "ocr_refused"),
        ("the same line\n" * 300, "ocr_repeats"),
    ],
)
def test_answers_that_are_no_page(answer: str, reason: str) -> None:
    with pytest.raises(OcrError) as caught:
        checked_answer(answer)
    assert caught.value.reason == reason
    error = why_not(joined(scanned(page_of_prose())), ocr=lambda png: answer)
    assert error.reason == "ocr_failed"
    assert reason in error.detail


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("```markdown\n# A title\n```", "# A title"),
        ("A line\r\nand one more\x00", "A line\nand one more"),
        ("[no text]", ""),
        ("I cannot but admire the proof. " + "It goes on for pages and says much. " * 20, None),
        ("| a | b |\n|---|---|\n" + "".join(f"| {n} | {n * n} |\n" for n in range(300)), None),
        (r"\begin{pmatrix} 1 \\[2pt] 2 \\[2pt] 3 \end{pmatrix}", None),
    ],
)
def test_answers_that_are_a_page(answer: str, text: str | None) -> None:
    assert checked_answer(answer) == (answer.strip() if text is None else text)


def test_a_blank_scan_is_not_shown_to_a_reader_that_would_invent_its_text() -> None:
    white = pymupdf.open()
    white.new_page(width=595, height=842)
    document = extract_pdf(joined(page_of_prose(), scanned(white)), "", ocr=no_reader)
    assert document.page_routes == ("geometry", "blank")
    assert why_not(joined(scanned(white)), ocr=no_reader).reason == "no_text"


def test_a_page_number_alone_is_not_blank() -> None:
    document = extract_pdf(joined(scanned(page_of_prose(["7"]))), "", ocr=lambda png: "7")
    assert document.pages == ("7",)


def test_a_picture_without_text_says_so() -> None:
    document = extract_pdf(joined(page_of_prose(), scanned(page_of_bars("photo"))), "", ocr=lambda png: "[no text]")
    assert document.page_routes == ("geometry", "ocr")
    assert document.pages[1] == "<!-- page 2 OCR found no text -->"


def test_pages_behind_the_limit_stay_marked() -> None:
    config = PdfConfig(ocr=OcrConfig(tesseract=TesseractConfig(), max_pages=1))
    document = extract_pdf(joined(scanned(*[page_of_prose()] * 2)), "", config=config, ocr=lambda png: "Some text.")
    assert document.page_routes == ("ocr", "needs_ocr")
    assert "ocr_too_many_pages" in document.pages[1]


def test_pages_are_read_at_the_same_time_and_stay_in_order() -> None:
    together = threading.Barrier(3, timeout=20)

    def reader(png: bytes) -> str:
        together.wait()
        return ocr_server.read_bars(png)

    config = PdfConfig(ocr=OcrConfig(tesseract=TesseractConfig(), num_parallel=3))
    content = joined(scanned(*[page_of_bars(f"page {number}") for number in range(6)]))
    assert extract_pdf(content, "", config=config, ocr=reader).pages == tuple(f"page {number}" for number in range(6))


def test_the_document_time_limit_ends_the_waiting() -> None:
    def sleeps(_png: bytes) -> str:
        time.sleep(2)
        return "too late"

    started = time.monotonic()
    with pytest.raises(DocumentError) as caught, document_limits(DocumentLimits(timeout_s=0.5)):
        extract_pdf(joined(scanned(page_of_prose())), "", ocr=sleeps)
    assert caught.value.reason == "time_limit"
    assert time.monotonic() - started < 1.9


# -------------------------------------------------------------------------------------------------------------------- settings


def test_a_recipe_names_the_reader() -> None:
    recipe = {"pdf": {"ocr": {"endpoint": {"base_url": "http://localhost:1/v1", "model": "m"}, "num_parallel": 4}}}
    config = build(ExtractConfig, recipe, where="recipe.yaml: extract")
    assert config.pdf.ocr == OcrConfig(endpoint=EndpointConfig(base_url="http://localhost:1/v1", model="m"), num_parallel=4)


@pytest.mark.parametrize(
    ("ocr", "says"),
    [
        ({}, "exactly one of tesseract and endpoint"),
        ({"tesseract": {}, "endpoint": {"base_url": "http://x", "model": "m"}}, "exactly one of tesseract and endpoint"),
        ({"tesseract": {"langauge": "eng"}}, "did you mean 'language'?"),
        ({"tesseract": {}, "num_parallel": 0}, "at least 1"),
        ({"endpoint": {"base_url": "http://x"}}, "missing model"),
    ],
)
def test_wrong_settings_name_the_place_and_the_way_out(ocr: dict[str, Any], says: str) -> None:
    with pytest.raises(RecipeError) as caught:
        build(ExtractConfig, {"pdf": {"ocr": ocr}}, where="recipe.yaml: extract")
    assert says in str(caught.value)
    assert "recipe.yaml: extract: pdf: ocr" in str(caught.value)


def test_what_is_not_there_is_said_before_any_page_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RecipeError, match="apt install tesseract-ocr"):
        make_reader(OcrConfig(tesseract=TesseractConfig(program="tesseract-of-another-machine")))
    monkeypatch.delenv("OCR_KEY_OF_A_TEST", raising=False)
    with pytest.raises(RecipeError, match="OCR_KEY_OF_A_TEST is not set"):
        make_reader(OcrConfig(endpoint=EndpointConfig(base_url="http://x/v1", model="m", api_key_env="OCR_KEY_OF_A_TEST")))
    with pytest.raises(RecipeError, match="expected http://"):
        make_reader(OcrConfig(endpoint=EndpointConfig(base_url="localhost:8000", model="m")))


def test_a_run_stops_at_once_where_its_reader_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from pipelines.cli import main

    setting = "extract.pdf.ocr.tesseract.program=tesseract-of-another-machine"
    assert main(["extract", "tiny", f"execution.out={tmp_path}/out", "execution.mode=local", setting]) == 1
    assert "'tesseract-of-another-machine' is not on this machine" in capsys.readouterr().err
    assert not (tmp_path / "out" / "extract").exists()


# ------------------------------------------------------------------------------------------------------------------- Tesseract


@needs_tesseract
def test_tesseract_reads_a_scan() -> None:
    config = PdfConfig(ocr=OcrConfig(tesseract=TesseractConfig()))
    lines = [*PROSE[:-1], "powers of two adds at least one half: $5 a mathe-", "matician, as mathematicians say."]
    document = extract_pdf(joined(page_of_prose(), scanned(page_of_prose(lines))), "", config=config)
    assert document.page_routes == ("geometry", "ocr")
    assert "used_ocr" in document.flags
    assert "The harmonic series diverges, although its terms tend to zero: every block" in document.pages[1]
    assert r"\$5 a mathematician, as mathematicians say." in document.pages[1]


@needs_tesseract
def test_a_run_with_tesseract_reads_scans_and_names_its_version(tmp_path: Path) -> None:
    from corpus.manifest import read_manifest
    from corpus.readers import Source
    from pipelines.engine import Context
    from pipelines.executors import LocalExecutor
    from pipelines.run_extract import run

    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "scan.pdf").write_bytes(joined(scanned(page_of_prose())))
    config = build(ExtractConfig, {"pdf": {"ocr": {"tesseract": {"language": "eng"}}}}, where="recipe.yaml: extract")
    source = Source(name="papers", kind="files", path=str(tmp_path / "papers"))
    manifest = read_manifest(run(config, [source], Context(out_url=str(tmp_path / "out"), executor=LocalExecutor())).directory)
    assert manifest.totals["counters"] == {"pages_ocr": 1}
    assert str(manifest.config["ocr_program"]).startswith("tesseract ")


@needs_tesseract
def test_tesseract_without_the_language_says_how_to_get_it() -> None:
    with pytest.raises(RecipeError, match="apt install tesseract-ocr-xyz"):
        make_reader(OcrConfig(tesseract=TesseractConfig(language="eng+xyz")))


@needs_tesseract
def test_tesseract_has_a_time_limit_and_its_failures_are_the_pages() -> None:
    hurried = make_reader(OcrConfig(tesseract=TesseractConfig(timeout_s=0.001)))
    with pytest.raises(OcrError) as caught:
        hurried(page_of_prose()[0].get_pixmap(dpi=72).tobytes("png"))
    assert caught.value.reason == "ocr_timeout"
    with pytest.raises(OcrError) as caught:
        make_reader(OcrConfig(tesseract=TesseractConfig()))(b"not a picture")
    assert caught.value.reason == "ocr_failed"


def test_the_manifest_counts_pages_by_what_became_of_them(tmp_path: Path) -> None:
    from corpus.manifest import read_manifest
    from corpus.readers import Source
    from pipelines.engine import Context
    from pipelines.executors import LocalExecutor
    from pipelines.run_extract import run

    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "mixed.pdf").write_bytes(joined(page_of_prose(), scanned(page_of_prose()), page_of_prose()))
    (folder / "scan.pdf").write_bytes(joined(scanned(*[page_of_prose()] * 2)))
    source = Source(name="papers", kind="files", path=str(folder), shard_files=1)
    result = run(ExtractConfig(), [source], Context(out_url=str(tmp_path / "out"), executor=LocalExecutor()))
    totals = read_manifest(result.directory).totals
    assert totals["counters"] == {"pages_geometry": 2, "pages_needs_ocr": 3}
    assert totals["rejects"] == {"needs_ocr": 1}


# ---------------------------------------------------------------------------------------------------------------- the endpoint


@functools.cache
def server_url() -> str:
    """Address of a process of tests/ocr_server.py that lives as long as this one."""
    server = subprocess.Popen([sys.executable, ocr_server.__file__], stdout=subprocess.PIPE, text=True)
    atexit.register(server.terminate)
    assert server.stdout is not None
    return f"http://127.0.0.1:{int(server.stdout.readline())}"


_NUMBERS = itertools.count()


@contextlib.contextmanager
def serving(mode: str) -> Iterator[tuple[EndpointConfig, list[dict[str, Any]]]]:
    """A model of the server that behaves as `mode` says; the log of its requests is there when the block ends."""
    model = f"{mode}/{next(_NUMBERS)}"
    log: list[dict[str, Any]] = []
    yield EndpointConfig(base_url=f"{server_url()}/v1", model=model, max_attempts=3, backoff_s=0.05, timeout_s=20), log
    with urllib.request.urlopen(f"{server_url()}/log/{model}", timeout=20) as answer:
        log += json.load(answer)


def read_bars_over(endpoint: EndpointConfig, *texts: str) -> Any:
    config = PdfConfig(ocr=OcrConfig(endpoint=endpoint, num_parallel=2))
    return extract_pdf(joined(scanned(*[page_of_bars(text) for text in texts])), "", config=config)


def test_an_endpoint_reads_the_pages_it_is_sent() -> None:
    with serving("bars") as (endpoint, log):
        document = read_bars_over(endpoint, "Euler: $e^{i\\pi}=-1$.", "the second page", "and the third")
    assert document.pages == ("Euler: $e^{i\\pi}=-1$.", "the second page", "and the third")
    assert document.page_routes == ("ocr",) * 3
    assert document.flags == ("used_ocr",)
    assert [formula.latex for formula in document.formulas] == ["e^{i\\pi}=-1"]
    assert [request["status"] for request in log] == [200] * 3


@needs_tesseract
def test_an_endpoint_that_really_reads() -> None:
    with serving("tesseract") as (endpoint, _):
        config = PdfConfig(ocr=OcrConfig(endpoint=endpoint))
        document = extract_pdf(joined(scanned(page_of_prose())), "", config=config)
    assert "every block of terms between two" in document.text


@pytest.mark.parametrize("statuses", ["429", "503,500", "429,502"])
def test_an_endpoint_that_is_busy_is_asked_again(statuses: str) -> None:
    with serving(f"{statuses},bars") as (endpoint, log):
        assert read_bars_over(endpoint, "in the end").text == "in the end"
    assert [request["status"] for request in log] == [*map(int, statuses.split(",")), 200]
    if statuses == "429":
        assert log[1]["at"] - log[0]["at"] >= 0.5, "Retry-After is obeyed"


def test_an_endpoint_that_stays_busy_fails_the_page_not_the_run() -> None:
    with serving("503,503,503,bars") as (endpoint, log):
        config = PdfConfig(ocr=OcrConfig(endpoint=endpoint))
        content = joined(page_of_prose(), scanned(page_of_bars("unread")), scanned(page_of_bars("read")))
        document = extract_pdf(content, "", config=config)
    assert document.page_routes == ("geometry", "needs_ocr", "ocr")
    assert "status 503" in document.pages[1]
    assert document.pages[2] == "read"
    assert len(log) == 4


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("empty", "ocr_empty"),
        ("null", "ocr_empty"),
        ("refusal", "ocr_refused"),
        ("apology", "ocr_refused"),
        ("filtered", "ocr_refused"),
        ("cut", "ocr_truncated"),
        ("loop", "ocr_repeats"),
        ("html", "no chat completion"),
        ("other-json", "no chat completion"),
        ("400,bars", "status 400"),
        ("413,bars", "status 413"),
    ],
)
def test_a_bad_answer_is_a_failure_with_its_reason_and_is_not_asked_for_again(mode: str, reason: str) -> None:
    with serving(mode) as (endpoint, log):
        error = why_not(joined(scanned(page_of_bars("x"))), config=PdfConfig(ocr=OcrConfig(endpoint=endpoint)))
    assert error.reason == "ocr_failed"
    assert reason in error.detail
    assert len(log) == 1


def test_answers_in_parts_and_pages_without_text() -> None:
    with serving("parts") as (endpoint, _):
        assert read_bars_over(endpoint, "x").text == "in parts"
    with serving("no-text") as (endpoint, _):
        assert why_not(joined(scanned(page_of_bars("x"))), config=PdfConfig(ocr=OcrConfig(endpoint=endpoint))).reason == "no_text"


@pytest.mark.parametrize("mode", ["slow", "trickle"])
def test_an_endpoint_that_does_not_come_to_an_end_is_given_up(mode: str) -> None:
    with serving(mode) as (endpoint, _):
        silent = replace(endpoint, timeout_s=0.3, max_attempts=2)
        started = time.monotonic()
        error = why_not(joined(scanned(page_of_bars("x"))), config=PdfConfig(ocr=OcrConfig(endpoint=silent)))
        assert time.monotonic() - started < 5
    assert error.reason == "ocr_failed"
    assert "ocr_timeout" in error.detail


@pytest.mark.parametrize("status", [302, 307])
def test_a_redirect_is_not_followed(status: int) -> None:
    with serving(f"{status},bars") as (endpoint, log), pytest.raises(RecipeError, match=f"answers {status}: it has moved"):
        read_bars_over(endpoint, "x")
    assert len(log) == 1


def test_a_key_comes_from_the_environment_and_a_wrong_one_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving("locked") as (endpoint, _):
        monkeypatch.setenv("OCR_KEY_OF_A_TEST", ocr_server.KEY)
        assert read_bars_over(replace(endpoint, api_key_env="OCR_KEY_OF_A_TEST"), "came in").text == "came in"
        with pytest.raises(RecipeError, match="answers 401: the key is missing or wrong"):
            read_bars_over(endpoint, "stays out")
        wrong_path = replace(endpoint, base_url=endpoint.base_url + "/v2")
        with pytest.raises(RecipeError, match="answers 404"):
            read_bars_over(wrong_path, "lost")


def test_an_endpoint_that_is_not_there_ends_the_run() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and nobody listens
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        endpoint = EndpointConfig(base_url=url, model="m", max_attempts=2, backoff_s=0.05)
        with pytest.raises(InputError, match="nobody answers at .* after 2 tries"):
            read_bars_over(endpoint, "x")


def test_an_endpoint_that_hangs_up_is_asked_again_before_the_page_is_given_up() -> None:
    with serving("hang-up") as (endpoint, log):
        content = joined(page_of_prose(), scanned(page_of_bars("x")))
        document = extract_pdf(content, "", config=PdfConfig(ocr=OcrConfig(endpoint=endpoint)))
    assert document.page_routes == ("geometry", "needs_ocr")
    assert "ocr_failed" in document.flags
    assert "RemoteDisconnected" in document.pages[1]
    assert len(log) == 3


# ------------------------------------------------------------------------------------------------------- pictures of formulas


def formula_picture(letters: str, *, width: float, height: float, colour: tuple[float, ...] = (0, 0, 0)) -> Any:
    """Letters on white, as office programs export a formula."""
    document = pymupdf.open()
    page = document.new_page(width=width, height=height)
    page.insert_text((2, 0.75 * height), letters, fontname="tiit", fontsize=0.7 * height, color=colour)
    return page.get_pixmap(dpi=300)


def page_with_pictures(*pictures: tuple[tuple[float, float, float, float], Any]) -> bytes:
    """Three lines with a gap in the second (140-230 pt), a gap of 50 pt, two lines."""
    document = pymupdf.open()
    page = document.new_page(width=595, height=842)
    for x, y, text in (
        (72, 120, "The force on a body of mass m that is at rest in the frame"),
        (72, 134, "is written as"),
        (235, 134, "in the units of the table below, and so"),
        (72, 148, "the work that is done on it is given by the equation"),
        (72, 212, "where the integral is taken along the path of the body, as"),
        (72, 226, "was shown in the last chapter."),
    ):
        page.insert_text((x, y), text, fontname="tiro", fontsize=11)
    for box, picture in pictures:
        page.insert_image(pymupdf.Rect(box), pixmap=picture, keep_proportion=False)
    return bytes(document.tobytes(no_new_id=True))


IN_THE_LINE = (140.0, 123.0, 230.0, 138.0)
BETWEEN_LINES = (220.0, 160.0, 380.0, 192.0)


def test_a_formula_that_is_a_picture_in_a_line_leaves_a_placeholder_there() -> None:
    document = extract_pdf(page_with_pictures((IN_THE_LINE, formula_picture("F = m a + b", width=90, height=15))), "")
    assert "picture_formulas" in document.flags
    assert f"is written as {PLACEHOLDER} in the units of the table" in document.text
    assert document.formulas == ()
    assert not list(spans(PLACEHOLDER))


def test_a_formula_that_is_a_picture_between_lines_leaves_a_placeholder_between_them() -> None:
    document = extract_pdf(page_with_pictures((BETWEEN_LINES, formula_picture("W = F s", width=160, height=32))), "")
    assert "picture_formulas" in document.flags
    before, found, after = document.text.partition(PLACEHOLDER)
    assert found
    assert before.rstrip().endswith("given by the equation")
    assert after.lstrip().startswith("where the integral")


def test_pictures_that_are_no_formulas_leave_nothing() -> None:
    photo = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 40, 8))
    photo.clear_with(90)
    bullet = ((58.0, 112.0, 68.0, 122.0), formula_picture("o", width=10, height=10))
    coloured = (BETWEEN_LINES, formula_picture("Company name", width=160, height=32, colour=(0.8, 0, 0)))
    far_below = ((100.0, 500.0, 300.0, 540.0), formula_picture("a signature", width=200, height=40))
    for pictures in ([(IN_THE_LINE, photo)], [(BETWEEN_LINES, photo)], [bullet], [coloured], [far_below]):
        document = extract_pdf(page_with_pictures(*pictures), "")
        assert "picture_formulas" not in document.flags
        assert document.text == extract_pdf(page_with_pictures(), "").text


def test_a_picture_at_the_same_place_of_other_pages_is_no_formula() -> None:
    twice = joined(*[pymupdf.open(stream=page_with_pictures((IN_THE_LINE, formula_picture("x + y", width=90, height=15))))] * 2)
    assert "picture_formulas" not in extract_pdf(twice, "").flags


# ---------------------------------------------------------------------------------------------------------- tercet extract FILE


def extract_file(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    from pipelines.cli import main

    code = main(["extract", *arguments])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_the_command_prints_what_there_is_and_says_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole, mixed, scan = (tmp_path / name for name in ("whole.pdf", "mixed.pdf", "scan.pdf"))
    whole.write_bytes(joined(page_of_prose()))
    mixed.write_bytes(joined(page_of_prose(), scanned(page_of_bars("the scanned page"))))
    scan.write_bytes(joined(scanned(page_of_bars("only a scan"))))

    code, out, err = extract_file(capsys, str(whole))
    assert (code, err) == (0, "")
    assert "harmonic series" in out

    code, out, err = extract_file(capsys, str(mixed))
    assert code == 1
    assert "harmonic series" in out
    assert "<!-- page 2 needs OCR" in out
    assert f"tercet: {mixed}: page 2 " in err
    assert "extract.pdf.ocr.tesseract.language=eng" in err

    code, out, err = extract_file(capsys, str(scan), str(whole))
    assert code == 1
    assert f"tercet: {scan}: needs_ocr: " in err
    assert "harmonic series" in out, "the other file is printed all the same"

    with serving("bars") as (endpoint, _):
        settings = [f"extract.pdf.ocr.endpoint.{key}={getattr(endpoint, key)}" for key in ("base_url", "model")]
        code, out, err = extract_file(capsys, str(mixed), str(scan), *settings)
    assert (code, err) == (0, "")
    assert "the scanned page" in out
    assert "only a scan" in out


def test_the_command_tells_wrong_files_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = joined(page_of_prose())
    cases = {
        "cut.pdf": (whole[:300], "truncated_pdf"),
        "locked.pdf": (pdf_pages.encrypted(), "encrypted_pdf: a password is needed"),
        "words.pdf": (b"these are just words", "not_a_pdf"),
        "nothing.pdf": (b"", "empty"),
        "picture.pdf": (page_of_prose()[0].get_pixmap(dpi=20).tobytes("png"), "image"),
    }
    for name, (content, says) in cases.items():
        (tmp_path / name).write_bytes(content)
        code, out, err = extract_file(capsys, str(tmp_path / name))
        assert (code, out) == (1, ""), name
        assert err.startswith(f"tercet: {tmp_path / name}: {says}"), err
    code, _, err = extract_file(capsys, str(tmp_path / "missing.pdf"))
    assert code == 1
    assert "no such file" in err
    (tmp_path / "whole.pdf").write_bytes(whole)
    code, _, err = extract_file(capsys, str(tmp_path / "whole.pdf"), "extract.pdf.max_page=3")
    assert code == 1
    assert "did you mean 'max_pages'?" in err
