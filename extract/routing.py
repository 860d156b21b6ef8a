"""Which extractor reads a page: its first bytes are believed before its declared type, because images, archives and PDFs served
as text/html are common.

    route_of(content, content_type="text/html", url=url)     # -> Route("html")
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from corpus.errors import DocumentError
from extract.source_text import language_of_type

Kind = Literal["html", "pdf", "text", "code"]

SNIFF_BYTES = 1024
"""Where a PDF's header may stand (PDF 32000-1, Annex H, implementation note 13), and how much is looked at for NULs."""

MAGIC_NUMBERS: tuple[tuple[str, tuple[bytes, ...]], ...] = (
    ("image", (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*", b"\x00\x00\x01\x00", b"8BPS")),
    # Archives and compressed files.
    ("not_text", (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"(\xb5/\xfd", b"Rar!")),
    # Programs, fonts, sound, databases, older office files, PostScript.
    ("not_text", (b"\x7fELF", b"\xca\xfe\xba\xbe", b"\x00asm", b"wOFF", b"wOF2", b"OggS", b"ID3", b"fLaC")),
    ("not_text", (b"SQLite format 3", b"PAR1", b"\xd0\xcf\x11\xe0", b"%!PS")),
)
"""Reason, beginnings of such files."""
IMAGE_BRANDS = (b"WEBP", b"avif", b"heic")
"""Bytes 8-12 of RIFF and ISO media files that are images."""
MAX_CONTROL_FRACTION = 0.1
"""Share of control characters in the first bytes above which a page is no text."""

HTML_TYPES = ("text/html", "application/xhtml+xml", "application/xml", "text/xml", "application/vnd.wap.xhtml+xml")
TEXT_TYPES = ("text/plain", "text/markdown", "text/x-markdown", "text/x-web-markdown", "text/x-rst")
UNKNOWN_TYPES = ("", "application/octet-stream", "binary/octet-stream", "unknown/unknown", "application/unknown", "text/unknown")
CODE_TYPES = {
    "application/javascript": "javascript",
    "application/x-javascript": "javascript",
    "text/javascript": "javascript",
    "text/ecmascript": "javascript",
    "application/typescript": "typescript",
    "application/json": "json",
    "application/toml": "toml",
    "application/yaml": "yaml",
    "text/yaml": "yaml",
    "application/sql": "sql",
    "application/x-sh": "bash",
    "application/x-perl": "perl",
    "application/x-ruby": "ruby",
    "application/x-python-code": "python",
    "application/x-httpd-php": "php",
    "application/x-tex": "latex",
    "application/x-latex": "latex",
    "application/xslt+xml": "xslt",
    "text/css": "css",
    "text/rust": "rust",
}
"""Media types of source text that do not begin with text/x-, and their language."""
OTHER_MEDIA = ("image/", "video/", "audio/", "font/", "model/")

_BLANKS = b"\xef\xbb\xbf \t\r\n"
_HTML_START = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|script|meta|!--|div|p|h1|table|a |br|span|\?xml)", re.IGNORECASE
)
_WHOLE_HTML_START = re.compile(rb"<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE)


class Route(NamedTuple):
    """An extractor, and for source files their language."""

    kind: Kind
    language: str = ""


def route_of(content: bytes, *, content_type: str | None, url: str) -> Route:
    """The extractor for `content`. Raises DocumentError("empty" | "image" | "not_text" | "not_a_pdf" | "unsupported_type")."""
    if not content.strip(b"\x00 \t\r\n\f"):
        raise DocumentError("empty", f"{len(content)} bytes, none of them text")
    head = content[:SNIFF_BYTES]
    if b"%PDF-" in head:
        return Route("pdf")
    refuse_binary(head)
    declared = (content_type or "").partition(";")[0].strip().lower()
    start = head.lstrip(_BLANKS)
    if declared in CODE_TYPES:
        return Route("code", CODE_TYPES[declared])
    if declared in TEXT_TYPES:
        # Only a page that says so in full: sources that speak of HTML are text.
        return Route("html" if declared == "text/plain" and _WHOLE_HTML_START.match(start) else "text")
    if declared in HTML_TYPES:
        return Route("html")
    if declared.startswith("text/x-"):
        return Route("code", language_of_type(declared))
    if declared.startswith(OTHER_MEDIA):
        raise DocumentError("image" if declared.startswith("image/") else "unsupported_type", f"declared as {declared}")
    if _HTML_START.match(start):
        return Route("html")
    if declared in UNKNOWN_TYPES:
        return Route("html" if url.endswith((".html", ".htm")) else "text")
    if declared.startswith("text/"):
        return Route("text")
    if declared == "application/pdf":
        raise DocumentError("not_a_pdf", f"declared as {declared}, but no %PDF- header; starts with {head[:16]!r}")
    raise DocumentError("unsupported_type", f"declared as {declared}, starts with {head[:16]!r}")


def refuse_binary(head: bytes) -> None:
    """Raises DocumentError for the beginnings of images, archives and the like, and for many control characters."""
    for reason, magic_numbers in MAGIC_NUMBERS:
        if head.startswith(magic_numbers):
            raise DocumentError(reason, f"starts with {head[:8]!r}")
    if head.startswith(b"BM") and b"\x00" in head[:32]:
        raise DocumentError("image", f"starts with {head[:8]!r}")
    if head.startswith(b"RIFF") or head[4:8] == b"ftyp":
        raise DocumentError("image" if head[8:12] in IMAGE_BRANDS else "not_text", f"starts with {head[:12]!r}")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return  # UTF-16 and UTF-32
    control = sum(byte < 9 or 13 < byte < 27 for byte in head)
    if control > MAX_CONTROL_FRACTION * len(head):
        raise DocumentError("not_text", f"{control} of the first {len(head)} bytes are control characters")
