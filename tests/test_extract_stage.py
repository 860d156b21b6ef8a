"""The extraction stage: how pages are routed, what becomes a reject, what the rows say."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from corpus import schema
from corpus.stage import DocumentLimits
from extract.pages import ExtractConfig, extract_pages

LIMITS = DocumentLimits()
PAGE = (
    b"<html lang=en><title>T</title><body><p>Euler: \\(e^{i\\pi} = -1\\), shown by</p>"
    b"<pre><code class='language-c'>int x;</code></pre></body></html>"
)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def page_row(content: bytes, content_type: str | None, **fields: Any) -> dict[str, Any]:
    return {
        "doc_id": f"{abs(len(content)):032x}",
        "source": "web",
        "url": "https://example.org/a",
        "path": "a.warc.gz",
        "record_offset": 7,
        "content": content,
        "content_type": content_type,
        "charset": None,
        "http_status": 200,
        "fetched_at": None,
        **fields,
    }


def extract_rows(*rows: dict[str, Any], config: ExtractConfig | None = None) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    table = pa.Table.from_pylist(list(rows), schema=schema.PAGES)
    output = extract_pages(table, config=config or ExtractConfig(), limits=LIMITS)
    assert output.table.schema.equals(schema.DOCUMENTS)
    assert output.rejects.schema.equals(schema.REJECTS)
    assert output.table.num_rows + output.rejects.num_rows == len(rows)
    return output.table.to_pylist(), output.rejects.to_pylist()


def test_a_page_becomes_a_document_with_its_counts() -> None:
    (row,), rejects = extract_rows(page_row(PAGE, "text/html"))
    assert rejects == []
    assert row["text"] == "Euler: $e^{i\\pi} = -1$, shown by\n\n```c\nint x;\n```\n"
    assert (row["kind"], row["title"], row["language_hint"], row["synthetic"]) == ("html", "T", "en", False)
    assert (row["num_formulas"], row["formula_chars"], row["num_code_blocks"], row["code_chars"]) == (1, 13, 1, 6)
    assert row["num_chars"] == len(row["text"])
    assert (row["num_pages"], row["path"], row["record_offset"]) == (None, "a.warc.gz", 7)


@pytest.mark.parametrize(
    ("content", "content_type", "kind", "code_language"),
    [
        (PAGE, "application/xhtml+xml", "html", None),
        (PAGE, None, "html", None),
        (b"<!DOCTYPE html>" + PAGE, "text/plain", "html", None),
        (PAGE, "application/octet-stream", "html", None),
        (b"# A title\n\nand $x$", "text/markdown", "text", None),
        (b"just words", "text/plain", "text", None),
        (b"just words", None, "text", None),
        (b"<b>not a page</b> but a text", "text/plain", "text", None),
        (b"def f():\n\treturn 1\n", "text/x-python", "code", "python"),
        (b"int main() {}\n", "text/x-csrc", "code", "c"),
        (b"int main() {}\n", "text/x-c++src", "code", "cpp"),
        (b"var x = 1;\n", "application/javascript", "code", "javascript"),
        (b"fn main() {}\n", "text/x-rust", "code", "rust"),
    ],
)
def test_routing(content: bytes, content_type: str | None, kind: str, code_language: str | None) -> None:
    (row,), _ = extract_rows(page_row(content, content_type))
    assert (row["kind"], row["code_language"]) == (kind, code_language)
    if kind == "code":
        assert row["text"] == content.decode()
        assert (row["num_code_blocks"], row["code_chars"]) == (1, len(content))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (page_row(PNG, "text/html"), "image"),
        (page_row(b"\xff\xd8\xff\xe0JFIF", "text/html"), "image"),
        (page_row(b"RIFF\x00\x00\x00\x00WEBPVP8 ", "text/html"), "image"),
        (page_row(b"PK\x03\x04rest", "text/html"), "not_text"),
        (page_row(b"\x01\x02\x03\x04\x05" * 50, "text/html"), "not_text"),
        (page_row(b"moov", "video/mp4"), "unsupported_type"),
        (page_row(b"\n \t", "text/html"), "empty"),
        (page_row(b"", None), "empty"),
        (page_row(b"<html><body><nav>Home</nav><script>x()</script></body></html>", "text/html"), "no_text"),
        (page_row(b"\xef\xbb\xbf \n", "text/plain"), "no_text"),
        (page_row(PAGE, "text/html", http_status=404), "http_error"),
    ],
)
def test_rejects(row: dict[str, Any], reason: str) -> None:
    documents, (reject,) = extract_rows(row)
    assert documents == []
    assert (reject["reason"], reject["stage"], reject["doc_id"], reject["url"]) == (reason, "extract", row["doc_id"], row["url"])
    assert reject["num_bytes"] == len(row["content"])


def test_limits_of_the_config() -> None:
    short, long = page_row(b"words", "text/plain"), page_row(b"words " * 100, "text/plain")
    documents, rejects = extract_rows(short, long, config=ExtractConfig(min_chars=10, max_bytes=200))
    assert documents == []
    assert [reject["reason"] for reject in rejects] == ["too_short", "too_large"]


def test_a_pdf_is_recognised_whatever_it_is_served_as() -> None:
    _, (reject,) = extract_rows(page_row(b"\n%PDF-1.5\nbroken", "text/html"))
    assert reject["reason"] not in ("image", "not_text", "unsupported_type", "no_text")


def test_text_counts_formulas_and_code_of_markdown() -> None:
    (row,), _ = extract_rows(page_row(b"$a$ costs $5\r\n\r\n```py\nx = 1\n```\n", "text/markdown"))
    assert (row["num_formulas"], row["num_code_blocks"], row["code_chars"]) == (1, 1, 5)
    assert "\r" not in row["text"]


def test_rows_keep_their_order_and_output_is_reproducible() -> None:
    rows = [page_row(b"text number %d" % i, "text/plain", doc_id=f"{i:032x}") for i in range(5)]
    first, second = extract_rows(*rows), extract_rows(*rows)
    assert first == second
    assert [row["doc_id"] for row in first[0]] == [f"{i:032x}" for i in range(5)]
