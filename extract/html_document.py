"""A page's bytes to a Document: the whole HTML method, in order."""

from __future__ import annotations

import contextlib
import gc
import logging
import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from corpus.errors import require
from extract.charset import Decoded, decode
from extract.document import Document, code_in
from extract.html_candidates import CONFIG, JSON_LD, LIBRARY, META, TIME, TITLE, find_parts
from extract.html_code import is_token, mark_code
from extract.html_content import content_tree
from extract.html_delimiters import DEFAULTS, mark_tex, read_delimiters
from extract.html_kernels import compiling
from extract.html_macros import expand_macros
from extract.html_markdown import Writer
from extract.html_math import mark_formulas
from extract.html_metadata import read_metadata
from extract.html_scan import TAG
from extract.html_subsup import mark_html_formulas
from extract.html_tags import ID
from extract.html_tree import (
    MATH_TAG,
    Builder,
    Element,
    Page,
    Table,
    holds_marks,
    read_table,
    release,
    to_markup,
    top_of,
    without_frames,
)
from extract.html_xhtml import as_html

FALLBACK_CHARS, MAX_FALLBACK_CHARS = 500, 1_000_000
"""Shorter pages hold nothing that our own method would miss; longer ones are lists of links, over which it takes seconds."""


def extract_html(content: bytes, url: str, *, charset: str | None = None) -> Document:
    """The main content of a page as Markdown; empty text where there is none.

    `charset` is what the transport declared. Never raises for what a page holds.
    """
    with _collector_paused():
        table, page, decoded = marked_page(content, charset)
        return _extract(table, page, decoded, url)


@lru_cache(maxsize=1)
def prepare() -> None:
    """Loads what is compiled, once a process. The first time on a machine it compiles: up to a minute, no document's."""
    with compiling():
        extract_html(b"<title>t</title><p>Formulas such as \\(x\\) are kept.</p><pre>code</pre>", "")


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


def marked_page(content: bytes, charset: str | None) -> tuple[Table, Page, Decoded]:
    """The page with its mathematics and code marked, what it says about itself, and how its bytes were read."""
    decoded = decode(content, charset)
    text = as_html(decoded.text)
    is_same = text is decoded.text and decoded.charset == "utf-8" and "decoded_with_replacement" not in decoded.flags
    table = without_frames(read_table(content if is_same else text.encode("utf-8", "replace")))
    page, parts = read_facts(table)
    if parts:
        table = _mark(table, page, parts, text)
    return table, page, decoded


def read_facts(table: Table) -> tuple[Page, list[int]]:
    """What a page says about itself, and the parts of it that may hold mathematics or code."""
    found = find_parts(table)
    page = Page(root=Element("body"), language=_language(table))
    for node, note in found.notes:
        _READERS[note](page, table, node)
    delimiters = read_delimiters(page.configs)
    starts = [delimiter.left for delimiter in delimiters.delimiters if delimiter.left not in _USUAL]
    return page, find_parts(table, starts).nodes if starts else found.nodes


_USUAL = frozenset(delimiter.left for delimiter in DEFAULTS)


def _mark(table: Table, page: Page, parts: list[int], text: str) -> Table:
    """The table with formulas and blocks of code as elements of their own."""
    builder = Builder(table, is_token)
    built = [builder.part(node) for node in parts]
    page.root, page.order = top_of(built[0]), builder.order
    delimiters = read_delimiters(page.configs)
    mark_formulas(page, delimiters)
    mark_code(page)
    mark_tex(page.root, delimiters)
    expand_macros(page, text)
    mark_html_formulas(page)
    changed = [(node, to_markup(part)) for node, part in zip(parts, built, strict=True) if holds_marks(part)]
    release(page)
    page.root = Element("body")
    return table.spliced(changed) if changed else table


def _language(table: Table) -> str:
    attributes = table.attributes(0)
    return attributes.get("lang") or attributes.get("xml:lang", "")


def _read_meta(page: Page, table: Table, node: int) -> None:
    page.metas.append(table.attributes(node))


def _read_title(page: Page, table: Table, node: int) -> None:
    page.title = page.title or " ".join(table.content(node).split())


def _read_time(page: Page, table: Table, node: int) -> None:
    page.time = page.time or table.attributes(node).get("datetime", "")


def _read_json_ld(page: Page, table: Table, node: int) -> None:
    page.json_ld.append(table.content(node))


def _read_config(page: Page, table: Table, node: int) -> None:
    page.configs.append(table.content(node))


def _read_library(page: Page, table: Table, node: int) -> None:
    attributes = table.attributes(node)
    page.configs.append(f"{attributes.get('src', '')} {attributes.get('onload', '')}")


_READERS: dict[int, Callable[[Page, Table, int], None]] = {
    META: _read_meta, TITLE: _read_title, TIME: _read_time, JSON_LD: _read_json_ld, CONFIG: _read_config, LIBRARY: _read_library,
}  # fmt: skip


def _extract(table: Table, page: Page, decoded: Decoded, url: str) -> Document:
    metadata = read_metadata(page, url)
    writer = Writer(has_formulas=bool((table.nodes[:, TAG] == ID[MATH_TAG]).any()))
    parts = writer.block(content_tree(table, page, url))
    text = "\n\n".join(part for part in parts if part.strip()) + "\n" if parts else ""
    flags = {*decoded.flags, *table.flags}
    formulas, code_blocks = tuple(writer.formulas), tuple(writer.code_blocks)
    if not text.strip():
        text = _fallback(decoded.text, url)
        formulas, code_blocks = (), code_in(text)
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


def _fallback(text: str, url: str) -> str:
    """trafilatura's answer where ours is empty."""
    if not FALLBACK_CHARS <= len(text) <= MAX_FALLBACK_CHARS:
        return ""
    trafilatura = require("trafilatura", extra="html")
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it reports every page without text as an error of its own

    try:
        found = trafilatura.extract(text, url=url or None, output_format="markdown", include_comments=True, favor_recall=True)
    except (ValueError, RecursionError, re.error):
        return ""
    return f"{found}\n" if found else ""
