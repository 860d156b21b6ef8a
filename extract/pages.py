"""The extraction stage: PAGES in, DOCUMENTS and REJECTS out.

What a page is, is read from its first bytes before its declared type is believed: images, archives and PDFs served as
text/html are common. A page that cannot be text becomes a reject with a reason: image, not_text, empty, no_text,
too_large, too_short, http_error, unsupported_type, or whatever the extractor of its kind says.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import pyarrow as pa

import extract
from corpus import schema
from corpus.errors import DocumentError
from corpus.stage import DocumentLimits, StageOutput, map_documents
from extract.document import Document
from extract.source_text import extract_code, extract_text, language_of_type

STAGE = "extract"
SNIFF_BYTES = 1024
"""Where a PDF's header may stand (PDF 32000-1, Annex H, implementation note 13), and how much is looked at for NULs."""


@dataclass(frozen=True, kw_only=True)
class ExtractConfig:
    """Settings of the extraction stage."""

    min_chars: int = 1
    """Characters (white space at the ends aside) below which a document is rejected as too_short; none at all is no_text."""
    max_bytes: int = 64 << 20
    """Bytes above which a page is rejected unread as too_large. 20 MB pages take about 20 s."""
    reject_http_errors: bool = True
    """Whether answers with a status of 400 and above are rejected: error pages repeat on every site."""


Route = Literal["html", "pdf", "text", "code"]

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n", "image"), (b"\xff\xd8\xff", "image"), (b"GIF87a", "image"), (b"GIF89a", "image"), (b"BM", "maybe_bmp"),
    (b"II*\x00", "image"), (b"MM\x00*", "image"), (b"\x00\x00\x01\x00", "image"), (b"8BPS", "image"),
    (b"\x1f\x8b", "not_text"), (b"PK\x03\x04", "not_text"), (b"BZh", "not_text"), (b"\xfd7zXZ", "not_text"), (b"7z\xbc\xaf",
    "not_text"),
    (b"(\xb5/\xfd", "not_text"), (b"Rar!", "not_text"), (b"\x7fELF", "not_text"), (b"OggS", "not_text"), (b"ID3", "not_text"),
    (b"\xd0\xcf\x11\xe0", "not_text"), (b"wOFF", "not_text"), (b"wOF2", "not_text"), (b"\x00asm", "not_text"), (b"fLaC",
    "not_text"),
    (b"%!PS", "not_text"), (b"SQLite format 3", "not_text"), (b"PAR1", "not_text"), (b"\xca\xfe\xba\xbe", "not_text"),
)  # fmt: skip
_HTML_TYPES = frozenset(["text/html", "application/xhtml+xml", "application/xml", "text/xml", "application/vnd.wap.xhtml+xml"])
_TEXT_TYPES = frozenset(["text/plain", "text/markdown", "text/x-markdown", "text/x-web-markdown", "text/x-rst"])
_CODE_TYPES = {
    "application/javascript": "javascript", "application/x-javascript": "javascript", "text/javascript": "javascript",
    "text/ecmascript": "javascript",
    "application/json": "json", "application/typescript": "typescript", "application/x-sh": "bash",
    "application/x-python-code": "python", "application/x-httpd-php": "php",
    "application/sql": "sql", "text/css": "css", "application/x-tex": "latex", "application/x-latex": "latex",
    "application/toml": "toml", "application/yaml": "yaml", "text/yaml": "yaml",
    "application/x-perl": "perl", "application/x-ruby": "ruby", "text/rust": "rust", "application/xslt+xml": "xslt",
}  # fmt: skip
_HTML_START = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|script|meta|!--|div|p|h1|table|a |br|span|\?xml)", re.IGNORECASE
)


def extract_pages(table: pa.Table, *, config: ExtractConfig, limits: DocumentLimits) -> StageOutput:
    """Every page of `table` (PAGES) as a row of DOCUMENTS or of REJECTS, in order."""
    return map_documents(table, partial(extract_page, config=config), stage=STAGE, output_schema=schema.DOCUMENTS, limits=limits)


def extract_page(row: dict[str, Any], *, config: ExtractConfig) -> dict[str, Any]:
    """One row of PAGES as a row of DOCUMENTS. Raises DocumentError."""
    content: bytes = row["content"]
    if len(content) > config.max_bytes:
        raise DocumentError("too_large", f"{len(content)} bytes, at most {config.max_bytes} are read")
    if config.reject_http_errors and (row.get("http_status") or 200) >= 400:
        raise DocumentError("http_error", f"status {row['http_status']}")
    route, language = route_of(content, content_type=row.get("content_type"), url=row["url"])
    document = _EXTRACTORS[route](content, row["url"], row.get("charset"), language)
    stripped = len(document.text.strip())
    if not stripped:
        raise DocumentError("no_text", f"nothing left of {len(content)} bytes of {route}")
    if stripped < config.min_chars:
        raise DocumentError("too_short", f"{stripped} characters, at least {config.min_chars} are kept")
    return document_row(document, row)


def route_of(content: bytes, *, content_type: str | None, url: str) -> tuple[Route, str]:
    """Which extractor reads `content`, and the language of a source file. Raises DocumentError for what is not text."""
    if not content.strip(b"\x00 \t\r\n\f"):
        raise DocumentError("empty", f"{len(content)} bytes, none of them text")
    head = content[:SNIFF_BYTES]
    if b"%PDF-" in head:
        return "pdf", ""
    _refuse_binary(head)
    declared = (content_type or "").partition(";")[0].strip().lower()
    if declared in _CODE_TYPES:
        return "code", _CODE_TYPES[declared]
    if declared in _TEXT_TYPES:
        return ("html", "") if declared == "text/plain" and _is_whole_html(head) else ("text", "")
    if declared in _HTML_TYPES:
        return "html", ""
    if declared.startswith("text/x-"):
        return "code", language_of_type(declared)
    if declared.startswith(("image/", "video/", "audio/", "font/", "model/")):
        raise DocumentError("image" if declared.startswith("image/") else "unsupported_type", f"declared as {declared}")
    if not declared or declared in (
        "application/octet-stream",
        "binary/octet-stream",
        "unknown/unknown",
        "application/unknown",
        "text/unknown",
    ):
        return (
            ("html", "")
            if _HTML_START.match(head.lstrip(b"\xef\xbb\xbf \t\r\n")) or url.endswith((".html", ".htm"))
            else ("text", "")
        )
    if _HTML_START.match(head.lstrip(b"\xef\xbb\xbf \t\r\n")):
        return "html", ""
    if declared.startswith("text/"):
        return "text", ""
    raise DocumentError("unsupported_type", f"declared as {declared}, starts with {head[:16]!r}")


def _refuse_binary(head: bytes) -> None:
    """Raises DocumentError for the magic numbers of images, archives and the like, and for control characters."""
    for magic, reason in _MAGIC:
        if not head.startswith(magic):
            continue
        if reason == "maybe_bmp" and b"\x00" not in head[:32]:
            continue
        reason = "image" if reason == "maybe_bmp" else reason
        raise DocumentError(reason, f"starts with {magic!r}")
    if head[:4] == b"RIFF" or head[4:8] == b"ftyp":
        raise DocumentError("image" if head[8:12] in (b"WEBP", b"avif", b"heic") else "not_text", f"starts with {head[:12]!r}")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return  # UTF-16 and UTF-32
    control = sum(byte < 9 or 13 < byte < 27 for byte in head)
    if control * 10 > len(head):
        raise DocumentError("not_text", f"{control} of the first {len(head)} bytes are control characters")


def _is_whole_html(head: bytes) -> bool:
    """Whether text/plain is really a page: only where it says so in full, since sources in HTML are also text."""
    return bool(re.match(rb"\s*<(?:!doctype\s+html|html)[\s>]", head.removeprefix(b"\xef\xbb\xbf"), re.IGNORECASE))


def _html(content: bytes, url: str, charset: str | None, _language: str) -> Document:
    from extract.html_document import extract_html

    return extract_html(content, url, charset=charset)


_EXTRACTORS: dict[Route, Callable[[bytes, str, str | None, str], Document]] = {
    "html": _html,
    "pdf": lambda content, url, _charset, _language: extract.pdf(content, url),
    "text": lambda content, _url, charset, _language: extract_text(content, charset=charset),
    "code": lambda content, _url, charset, language: extract_code(content, language=language, charset=charset),
}


def document_row(document: Document, page: dict[str, Any]) -> dict[str, Any]:
    """The row of DOCUMENTS for `document`, extracted from `page`."""
    return {
        **{name: page[name] for name in ("doc_id", "source", "url", "path", "record_offset")},
        "kind": document.kind,
        "text": storable(document.text),
        "title": _storable_or_none(document.title),
        "author": _storable_or_none(document.author),
        "date": document.date,
        "language_hint": _storable_or_none(document.language_hint),
        "code_language": document.code_language,
        "fetched_at": page.get("fetched_at"),
        "num_chars": len(document.text),
        "num_formulas": len(document.formulas),
        "formula_chars": sum(len(formula.latex) for formula in document.formulas),
        "num_code_blocks": len(document.code_blocks),
        "code_chars": sum(len(block.text) for block in document.code_blocks),
        "num_pages": len(document.pages) if document.kind == "pdf" else None,
        "flags": list(document.flags),
        "synthetic": False,
    }


def storable(text: str) -> str:
    """`text` as Arrow takes it: lone surrogates replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _storable_or_none(text: str | None) -> str | None:
    return storable(text) if text else None
