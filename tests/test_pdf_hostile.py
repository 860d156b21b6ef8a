"""Hostile PDFs: each ends in a text or in a reject with a reason, in little time and memory, and the next document is read."""

from __future__ import annotations

import os
import re
import resource
import signal
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

import extract
from benchmarks.hostile_pdfs import HOSTILE, TEXT, page_of, stream
from benchmarks.pdf_hostile import MAX_CPU_S, MAX_RSS_MB, answered
from corpus import schema
from corpus.errors import DocumentError, MissingExtraError
from corpus.stage import DocumentLimits
from extract import pdf_sandbox
from extract.pages import ExtractConfig, extract_pages
from extract.pdf_document import PdfConfig, extract_pdf
from extract.pdf_sandbox import SandboxLimits, apart, apart_within
from pipelines import cli
from tests import pdf_pages
from tests.sandbox_calls import (
    busy_in_a_library,
    busy_in_python,
    chatter,
    die,
    greedy,
    leave,
    missing,
    nested,
    pages_of,
    process_id,
    wrong,
)

LIMITED = ("time_limit", "memory_limit", "killed_process", "unreadable_pdf")
"""How a file may end that asks for more than it may have; which of them depends on the machine."""
ENDS: dict[str, tuple[str, ...]] = {
    "empty": ("empty",),
    "not_a_pdf": ("ok", "not_a_pdf"),
    "truncated_tail": ("ok",),
    "no_pages": ("no_pages",),
    "bad_tounicode": ("ok",),
    "broken_font_programs": ("ok",),
    "huge_media_box": ("ok",),
    "encrypted": ("encrypted_pdf",),
    "cyclic_page_tree": ("unreadable_pdf",),
    "cyclic_xref": ("ok",),
    "self_reference": ("no_text",),
    "self_drawing_form": ("no_text",),
    "doubling_forms": LIMITED,
    "deep_arrays": ("unreadable_pdf",),
    "deep_states": ("unreadable_pdf",),
    "flat_bomb": ("unreadable_pdf",),
    "nested_bomb": ("unreadable_pdf",),
    "form_bomb": ("time_limit", "needs_ocr"),
    "tounicode_bomb": ("ok", *LIMITED),
    "picture_bomb": ("ok", "needs_ocr"),  # whether the picture can be unpacked depends on the memory that is left
    "many_kids": ("unreadable_pdf", "too_many_pages"),
    "many_slow_pages": ("time_limit",),
    "many_glyphs": ("unreadable_pdf",),
    "many_glyphs_in_forms": LIMITED,
    "megabytes_of_paths": ("no_text", "needs_ocr", *LIMITED),
}
"""Name -> how it may end in the stage; what is not here gives a text, or asks for more than it may have."""
QUICK = (
    *("empty", "truncated_tail", "no_pages", "bad_tounicode", "broken_font_programs", "huge_media_box", "encrypted"),
    *("cyclic_page_tree", "cyclic_xref", "self_reference", "self_drawing_form", "deep_arrays", "deep_states", "many_kids"),
    *("many_glyphs", "many_rules"),
)
"""Those that cost less than a second each, and are no HTML."""


def stage(*contents: bytes, limits: DocumentLimits | None = None) -> tuple[list[str], list[tuple[str, str]]]:
    """Texts and (path, reason) of the rejects that the extraction stage makes of PDFs named 0, 1, 2, ..."""
    rows = [
        {"doc_id": f"{n:032d}", "source": "s", "url": "", "path": str(n), "record_offset": 0, "content": content}
        | {"content_type": "application/pdf", "charset": None, "http_status": 200, "fetched_at": None}
        for n, content in enumerate(contents)
    ]
    table = pa.Table.from_pylist(rows, schema=schema.PAGES)
    output = extract_pages(table, config=ExtractConfig(), limits=limits or DocumentLimits())
    rejects = [(row["path"], row["reason"]) for row in output.rejects.to_pylist()]
    assert output.table.num_rows + len(rejects) == len(contents)
    return output.table.column("text").to_pylist(), rejects


def reason_of(function: Callable[..., object], *arguments: object, limits: SandboxLimits | None = None) -> str:
    with pytest.raises(DocumentError) as caught:
        apart_within(limits or SandboxLimits(), function, *arguments)
    return caught.value.reason


# ----------------------------------------------------------------------------------------------------------------- the files


def test_a_shard_of_hostile_files_keeps_the_good_ones() -> None:
    good = pdf_pages.paragraph(["A paragraph that has to stay readable."])
    contents = [content for name in QUICK for content in (HOSTILE[name](), good)]
    texts, rejects = stage(*contents)
    assert texts.count("A paragraph that has to stay readable.") == len(QUICK)
    ended = dict(rejects)
    for place, name in enumerate(QUICK):
        assert ended.get(str(2 * place), "ok") in ENDS.get(name, ("ok", *LIMITED)), name


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in HOSTILE if name not in QUICK])
def test_a_file_that_asks_for_much_ends_as_it_should(name: str) -> None:
    good = pdf_pages.paragraph(["A paragraph that has to stay readable."])
    texts, rejects = stage(HOSTILE[name](), good)
    assert texts[-1] == "A paragraph that has to stay readable."
    assert dict(rejects).get("0", "ok") in ENDS.get(name, ("ok", *LIMITED))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["empty", "doubling_forms", "form_bomb", "many_glyphs_in_forms"])
@pytest.mark.parametrize("verb", [("extract",), ("inspect", "pdf")])
def test_the_commands_end_in_time_and_memory_with_an_answer_or_one_line(verb: tuple[str, ...], name: str, tmp_path: Path) -> None:
    path = tmp_path / "hostile.pdf"
    path.write_bytes(HOSTILE[name]())
    row = answered(path, *verb)
    assert row["exit"] in (0, 1), row
    assert "Traceback" not in row["answer"]
    assert row["CPU s"] <= MAX_CPU_S
    assert row["peak MB"] <= MAX_RSS_MB


@pytest.mark.parametrize("verb", [("extract",), ("inspect", "pdf")])
def test_the_commands_say_in_one_line_what_is_wrong(
    verb: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "hostile.pdf"
    path.write_bytes(HOSTILE["deep_states"]())
    assert cli.main([*verb, str(path)]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert re.fullmatch(r"tercet: .*hostile\.pdf: unreadable_pdf: .*page 1 unreadable: .*nested.*\n", captured.err)


def test_a_page_that_cannot_be_read_costs_only_itself() -> None:
    with pytest.raises(DocumentError, match="unpacks to more than 1000 bytes"):
        extract_pdf(page_of(stream(TEXT + b" " * 1000)), "", config=PdfConfig(max_page_bytes=1000))
    document = extract_pdf(page_of(stream(TEXT + b" " * 1000)), "", config=PdfConfig(max_page_bytes=1200))
    assert document.text == "Some words that stay readable here."


def test_rules_beyond_the_limit_are_left_out_and_it_is_said() -> None:
    content = page_of(stream(TEXT + b"72 600 50 .4 re f\n" * 12))
    assert extract_pdf(content, "").flags == ()
    assert extract_pdf(content, "", config=PdfConfig(max_rules=10)).flags == ("rules_left_out",)
    assert extract_pdf(content, "", config=PdfConfig(max_rules=10)).text == "Some words that stay readable here."


def test_paths_are_counted_before_they_are_read() -> None:
    content = page_of(stream(TEXT + b"72 600 50 .4 re f\n" * 20_000))
    assert extract_pdf(content, "", config=PdfConfig(max_drawings=10_000)).flags == ("rules_left_out",)
    assert extract_pdf(content, "", config=PdfConfig(max_rules=30_000)).flags == ()


# ---------------------------------------------------------------------------------------------------------------- the sandbox


SHORT = SandboxLimits(first_s=0.3)


def test_values_and_errors_come_back() -> None:
    assert apart(len, b"four") == 4
    assert apart(chatter) == "value"
    assert apart(process_id) == apart(process_id) != os.getpid()
    assert reason_of(wrong) == "crashed"
    assert reason_of(nested) == "nested_too_deep"
    with pytest.raises(MissingExtraError):
        apart(missing)


def test_the_sandbox_gives_what_the_function_gives() -> None:
    content = (Path(__file__).parent / "golden" / "pdf" / "topology-hw-1.pdf").read_bytes()
    assert apart(extract.pdf, content, "") == extract.pdf(content, "")


@pytest.mark.parametrize(
    ("function", "arguments", "limits", "reason"),
    [
        (die, (signal.SIGSEGV,), None, "killed_process"),
        (die, (signal.SIGKILL,), None, "killed_process"),
        (leave, (), None, "killed_process"),
        (busy_in_python, (), SHORT, "time_limit"),
        (busy_in_a_library, (), SHORT, "time_limit"),
        (greedy, (400 << 20,), SandboxLimits(max_memory_bytes=200 << 20), "memory_limit"),
    ],
)
def test_a_child_that_ends_costs_one_document(
    function: Callable[..., object], arguments: tuple[object, ...], limits: SandboxLimits | None, reason: str
) -> None:
    assert reason_of(function, *arguments, limits=limits) == reason
    assert apart(len, b"four") == 4


def test_memory_within_the_limit_is_given_and_a_child_that_keeps_it_is_replaced() -> None:
    assert apart_within(SandboxLimits(max_memory_bytes=200 << 20), greedy, 100 << 20) == 100 << 20


def test_pages_read_add_to_the_time() -> None:
    limits = SandboxLimits(first_s=0.5, page_s=0.3)
    assert apart_within(limits, pages_of, 6, 0.2) == 6
    with pytest.raises(DocumentError, match="time_limit: took more than the .* with [1-9] pages read"):
        apart_within(limits, pages_of, 40, 0.4)


def test_a_stage_s_own_time_limit_ends_the_child() -> None:
    child = apart(process_id)

    def on_alarm(_signum: int, _frame: object) -> None:
        raise DocumentError("time_limit", "of the stage")

    before = signal.signal(signal.SIGALRM, on_alarm)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        with pytest.raises(DocumentError, match="of the stage"):
            apart(busy_in_python)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert apart(process_id) != child
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_a_fork_starts_a_child_of_its_own() -> None:
    child = apart(process_id)
    read, write = os.pipe()
    fork = os.fork()
    if fork == 0:
        os.write(write, str(apart(process_id)).encode())
        pdf_sandbox.end_child()
        os._exit(0)
    os.waitpid(fork, 0)
    assert int(os.read(read, 20)) != child
    assert apart(process_id) == child


@pytest.mark.parametrize("verb", [("extract",), ("inspect", "pdf")])
def test_a_file_of_gigabytes_is_refused_before_it_is_read(
    verb: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "huge.pdf"
    with path.open("wb") as file:
        file.write(b"%PDF-1.5\n")
        file.truncate(4 << 30)  # sparse: it takes no room on the disk
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert cli.main([*verb, str(path)]) == 1
    assert "too_large: 4,294,967,296 bytes" in capsys.readouterr().err
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < before + (1 << 20)
