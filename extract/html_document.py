"""A page's bytes to a Document: the whole HTML method, in order."""

from __future__ import annotations

import contextlib
import gc
import logging
import re
from collections.abc import Iterator

from corpus.errors import require
from extract.charset import Decoded, decode
from extract.document import Document
from extract.html_code import mark_code
from extract.html_content import select_content
from extract.html_delimiters import mark_tex, read_delimiters
from extract.html_macros import expand_macros
from extract.html_markdown import Writer
from extract.html_math import mark_formulas
from extract.html_metadata import read_metadata
from extract.html_subsup import mark_html_formulas
from extract.html_tree import MATH_TAG, Page, parse, release
from extract.html_xhtml import as_html

FALLBACK_CHARS = 500
"""Shorter pages hold nothing that our own method would miss."""


def extract_html(content: bytes, url: str, *, charset: str | None = None) -> Document:
    """The main content of a page as Markdown; empty text where there is none.

    `charset` is what the transport declared. Never raises for what a page holds.
    """
    with _collector_paused():
        page, decoded = marked_page(content, charset)
        try:
            return _extract(page, decoded, url)
        finally:
            release(page)


@contextlib.contextmanager
def _collector_paused() -> Iterator[None]:
    """No garbage collection while the tree grows: it would be walked at every step, for 10 % of the time, to find nothing."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def marked_page(content: bytes, charset: str | None) -> tuple[Page, Decoded]:
    """The page's tree with its mathematics and code found, and how its bytes were read."""
    decoded = decode(content, charset)
    page = parse(as_html(decoded.text))
    delimiters = read_delimiters(page.configs)
    mark_formulas(page, delimiters)
    mark_code(page)
    if page.may_hold_tex or delimiters.has_engine:
        mark_tex(page.root, delimiters)
    expand_macros(page, decoded.text)
    mark_html_formulas(page, decoded.text)
    return page, decoded


def _extract(page: Page, decoded: Decoded, url: str) -> Document:
    metadata = read_metadata(page, url)
    text, writer = _write_content(page, url)
    flags = {*decoded.flags, *page.flags}
    formulas, code_blocks = tuple(writer.formulas), tuple(writer.code_blocks)
    if not text.strip():
        text = _fallback(decoded.text, url)
        formulas, code_blocks = (), ()
        flags |= {"used_fallback"} if text.strip() else set()
    return Document(
        text=text,
        kind="html",
        formulas=formulas,
        code_blocks=code_blocks,
        title=metadata.title,
        author=metadata.author,
        date=metadata.date,
        language_hint=metadata.language,
        flags=tuple(sorted(flags)),
    )


def _write_content(page: Page, url: str) -> tuple[str, Writer]:
    select_content(page, url)
    writer = Writer(has_formulas=any(node.tag == MATH_TAG for node in page.root.all_elements()))
    parts = writer.block(page.root)
    return "\n\n".join(part for part in parts if part.strip()) + "\n" if parts else "", writer


def _fallback(text: str, url: str) -> str:
    """trafilatura's answer where ours is empty."""
    if len(text) < FALLBACK_CHARS:
        return ""
    trafilatura = require("trafilatura", extra="html")
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it reports every page without text as an error of its own

    try:
        found = trafilatura.extract(text, url=url or None, output_format="markdown", include_comments=True, favor_recall=True)
    except (ValueError, RecursionError, re.error):
        return ""
    return f"{found}\n" if found else ""
