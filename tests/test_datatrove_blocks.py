"""Our extractor in a datatrove pipeline: datatrove's reader, executor, sandbox and writer, over a real WARC."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from datatrove.data import Document, Media, MediaType
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.writers.disk_base import DiskWriter

import extract
from corpus.errors import MissingExtraError
from corpus.readers import Source, list_inputs, read_pages
from datatrove_blocks import TercetExtractor
from extract.pages import ExtractConfig
from tests import pdf_pages

REPOSITORY = Path(__file__).resolve().parent.parent
WARCS = REPOSITORY / "examples" / "corpus" / "web"
PAGE = b"""<html lang="en"><head><title>Euler</title><meta name="author" content="L. Euler"></head><body><main><h1>Euler</h1>
<p>He found \\(e^{i\\pi}=-1\\), which everybody knows by now, and it still surprises.</p><pre><code class="language-python">
print(1)</code></pre></main><script src="mathjax/MathJax.js"></script></body></html>""".decode()


def document(text: str = "", **options: Any) -> Document:
    return Document(text=text, id="1", metadata={"url": "https://example.org/", "date": "2024-05-06"}, **options)


def run(*documents: Document, block: TercetExtractor | None = None) -> tuple[list[Document], dict[str, int]]:
    """What comes out of the block, and its counters."""
    block = block or TercetExtractor()
    found = list(block.run(iter(documents)))
    counters = block.stats.to_dict()["stats"]
    return found, {name: counter if isinstance(counter, int) else counter["total"] for name, counter in counters.items()}


def test_the_text_is_markdown_and_the_facts_are_metadata() -> None:
    (found,), counted = run(document(PAGE))
    assert found.text == extract.html(PAGE.encode(), "https://example.org/").text
    assert found.metadata == {
        "url": "https://example.org/",
        "date": "2024-05-06",
        "kind": "html",
        "title": "Euler",
        "author": "L. Euler",
        "published": "",
        "language_hint": "en",
        "num_formulas": 1,
        "formula_chars": 11,
        "num_code_blocks": 1,
        "code_chars": 8,
        "num_pages": 0,
        "flags": "",
    }
    assert {name: counted[name] for name in ("total", "forwarded", "num_formulas", "num_code_blocks")} == dict.fromkeys(
        ("total", "forwarded", "num_formulas", "num_code_blocks"), 1
    )


def test_what_gives_no_text_is_counted_by_reason() -> None:
    found, counted = run(
        document("<p></p>"),
        document(PAGE),
        document(),
        document("<p>short"),
        block=TercetExtractor(config=ExtractConfig(min_chars=20)),
    )
    assert len(found) == 1
    assert {name: n for name, n in counted.items() if "drop" in name} == {
        "dropped": 3,
        "dropped_no_text": 1,
        "dropped_empty": 1,
        "dropped_too_short": 1,
    }


def test_a_pdf_comes_as_media() -> None:
    pytest.importorskip("pymupdf")
    pdf = pdf_pages.paragraph(["A paragraph of a paper, with some words in it."])
    media = Media(id="m", type=MediaType.DOCUMENT, url="https://example.org/a.pdf", media_bytes=pdf)
    (found,), _ = run(document(media=[media]))
    assert found.text == extract.pdf(pdf).text
    assert found.metadata["kind"] == "pdf"
    assert found.metadata["num_pages"] == 1


def test_pdfs_go_through_a_pipeline_end_to_end(tmp_path: Path) -> None:
    """Formulas arrive as LaTeX, and files that cannot be read are counted under their reason without ending anything."""
    pytest.importorskip("pymupdf")
    pytest.importorskip("orjson")
    from datatrove.pipeline.writers import JsonlWriter

    paper = (Path(__file__).parent / "golden" / "pdf" / "mhequ-example.pdf").read_bytes()
    contents = {"paper": paper, "scan": pdf_pages.scan(), "locked": pdf_pages.encrypted(), "again": paper}
    documents = [
        Document(text="", id=name, media=[Media(id=name, type=MediaType.DOCUMENT, url=f"{name}.pdf", media_bytes=content)])
        for name, content in contents.items()
    ]
    writer = JsonlWriter(str(tmp_path / "out"), output_filename="${rank}.jsonl", compression=None)
    executor = LocalPipelineExecutor(pipeline=[documents, TercetExtractor(timeout=60), writer], logging_dir=str(tmp_path / "log"))
    counted = [step.to_dict() for step in executor.run().stats]
    written = [json.loads(line) for line in (tmp_path / "out" / "00000.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in written] == ["paper", "again"]
    assert {row["text"] for row in written} == {extract.pdf(paper).text}
    assert r"e^{i \pi} + 1 = 0 \tag{1}" in written[0]["text"]
    assert written[0]["metadata"]["num_formulas"] == len(extract.pdf(paper).formulas)
    stats = next(step["stats"] for step in counted if "Tercet" in step["name"])
    assert stats["dropped_needs_ocr"] == stats["dropped_encrypted_pdf"] == 1


class Slow(TercetExtractor):
    """Hangs, dies or raises on the pages that say so."""

    def extract_row(self, content: bytes, url: str, content_type: str) -> Any:
        if b"hang" in content:
            time.sleep(60)
        if b"die" in content:
            sys.exit(1)
        if b"extra" in content:
            return MissingExtraError("pymupdf is not installed")
        return super().extract_row(content, url, content_type)


def test_a_document_that_hangs_or_kills_its_process_is_dropped_and_the_next_one_read() -> None:
    found, counted = run(*map(document, ("hang", PAGE, "die", PAGE)), block=Slow(timeout=1))
    assert len(found) == 2
    assert counted["dropped_time_limit"] == counted["dropped_killed_process"] == 1


def test_a_missing_extra_ends_the_run() -> None:
    with pytest.raises(MissingExtraError):
        run(document("extra"), block=Slow())


def test_any_page_gives_the_same_keys_of_the_same_types() -> None:
    """So that datatrove's Parquet writer can take its schema from the first one."""
    found, _ = run(document(PAGE), document("<p>bare words, no head, no title, no language"))
    first, second = ({key: type(value) for key, value in one.metadata.items()} for one in found)
    assert first == second
    assert set(first.values()) == {str, int}


class Collector(DiskWriter):
    """Keeps what is written."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), "${rank}.txt", compression=None)

    def _write(self, document: Any, file_handler: Any, _filename: str) -> None:
        file_handler.write(f"{document['metadata']['filter_reason']} {document['text']}\n")


def test_dropped_documents_go_to_the_exclusion_writer(tmp_path: Path) -> None:
    run(document("<p></p>"), document(PAGE), block=TercetExtractor(exclusion_writer=Collector(tmp_path)))
    assert (tmp_path / "00000.txt").read_text() == "no_text <p></p>\n"


@pytest.mark.parametrize("name", ["mathematics"])
def test_a_warc_through_datatrove_gives_what_our_own_stage_gives(name: str, tmp_path: Path) -> None:
    for library in ("warcio", "cchardet", "magic", "orjson"):
        pytest.importorskip(library)
    from datatrove.pipeline.readers import WarcReader
    from datatrove.pipeline.writers import JsonlWriter

    steps: list[PipelineStep] = [
        WarcReader(str(WARCS), glob_pattern=f"{name}.warc.gz", limit=40),
        TercetExtractor(exclusion_writer=JsonlWriter(str(tmp_path / "dropped"))),
        JsonlWriter(str(tmp_path / "out")),
    ]
    LocalPipelineExecutor(steps, logging_dir=str(tmp_path / "logs")).run()
    (out,) = (tmp_path / "out").glob("*")
    written = [json.loads(line) for line in gzip.decompress(out.read_bytes()).splitlines()]
    pages = {page["url"]: page["content"] for page in warc_pages(WARCS / f"{name}.warc.gz")}
    assert len(written) >= 35
    for row in written:
        ours = extract.html(pages[row["metadata"]["url"]], row["metadata"]["url"])
        assert row["text"] == ours.text
        assert row["metadata"]["num_formulas"] == len(ours.formulas)
    assert sum(row["metadata"]["num_formulas"] for row in written) > 100
    (stats,) = json.loads((tmp_path / "logs" / "stats.json").read_text())[1:2]
    assert stats["stats"]["forwarded"] == len(written)


def warc_pages(path: Path) -> list[dict[str, Any]]:
    source = Source(name="web", kind="warc", path=str(path))
    return [row for shard in list_inputs(source) for output in read_pages(shard) for row in output.table.to_pylist()]


def test_without_datatrove_the_extra_is_named() -> None:
    program = "import sys\nsys.modules['datatrove'] = None\nimport datatrove_blocks"
    done = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True)
    assert "pip install 'tercet[datatrove]'" in done.stderr
