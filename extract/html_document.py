"""A page's bytes to a Document: the whole HTML method, in order."""

from __future__ import annotations

import logging
import re

from corpus.errors import require
from extract.charset import decode
from extract.document import Document
from extract.html_code import mark_code
from extract.html_content import content_root, prune_blocks, prune_chrome
from extract.html_delimiters import mark_tex, read_delimiters
from extract.html_markdown import Writer
from extract.html_math import mark_formulas
from extract.html_metadata import read_metadata
from extract.html_tree import Element, Page, parse


FALLBACK_CHARS = 500
"""Shorter pages hold nothing that our own method would miss."""


def extract_html(content: bytes, url: str, *, charset: str | None = None) -> Document:
    """The main content of a page as Markdown; empty text where there is none.

    `charset` is what the transport declared. Never raises for what a page holds.
    """
    decoded = decode(content, charset)
    page = parse(decoded.text)
    delimiters = read_delimiters(page.configs)
    mark_formulas(page, delimiters)
    mark_code(page.root)
    mark_tex(page.root, delimiters)
    metadata = read_metadata(page, url)
    writer = _write_content(page)
    text, flags = writer[0], {*decoded.flags, *page.flags}
    formulas, code_blocks = tuple(writer[1].formulas), tuple(writer[1].code_blocks)
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


def _write_content(page: Page) -> tuple[str, Writer]:
    prune_chrome(page)
    root = content_root(page)
    prune_blocks(root)
    title = _title_before(page.root, root)
    writer = Writer()
    parts = (writer.heading(title) if title is not None else []) + writer.block(root)
    return "\n\n".join(part for part in parts if part.strip()) + "\n" if parts else "", writer


def _title_before(body: Element, root: Element) -> Element | None:
    """The page's own heading, where it stands outside the content that was chosen."""
    if root.find("h1") is not None or root is body:
        return None
    headings = [node for node in body.elements() if node.tag == "h1" and node.text().strip()]
    if len(headings) != 1:
        return None
    words = headings[0].text().split()
    return headings[0] if root.text()[: 2 * len(headings[0].text()) + 200].split()[: len(words)] != words else None


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
