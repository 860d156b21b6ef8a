"""How long a PDF page's content is, found without unpacking all of it: a bomb of 1 GB of blanks cost MuPDF 4 s a pass."""

from __future__ import annotations

import re
import zlib
from typing import Any

MAX_RATIO = 1032
"""Deflate's greatest expansion. Source: zlib's technical details, "Maximum Compression Factor"."""


def is_content_longer(document: Any, page: Any, *, limit: int) -> bool:
    """Whether the content streams of a pymupdf page unpack to more than `limit` bytes; only Flate is followed."""
    return sum(_unpacked_bytes(document, xref, limit) for xref in page.get_contents()) > limit


def _unpacked_bytes(document: Any, xref: int, limit: int) -> int:
    """Length of a stream, at most `limit + 1`; 0 where it cannot be more than `limit`."""
    num_layers = len(re.findall("/(?:FlateDecode|Fl)(?![A-Za-z])", document.xref_get_key(xref, "Filter")[1]))
    content = document.xref_stream_raw(xref) or b""
    if len(content) * MAX_RATIO**num_layers <= limit:
        return 0
    for _ in range(num_layers):
        try:
            content = zlib.decompressobj().decompress(content, limit + 1)
        except zlib.error:
            return 0  # what MuPDF makes of it is not known to be long
    return len(content)
