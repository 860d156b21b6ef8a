r"""XHTML as text that an HTML parser reads as its author meant it.

An HTML parser ends a doctype at the first `>`: of `<!DOCTYPE html [<!ENTITY mathml "...">]>` it shows `]>` and drops `<html>` and
what follows. It does not know the entities declared there, and it leaves `<a name="x"/>` open. Pages without an XML declaration
and without an internal subset are returned as they are.

Source: XML 1.0, sections 2.8 and 4.2; HTML, section 13.2.5.56 (DOCTYPE name state).
"""

from __future__ import annotations

import re

from extract.html_tree import words

HEAD_CHARS = 2_000
"""How far into the page the XML declaration and the doctype are looked for."""
MAX_ENTITY_CHARS = 1_000
"""Longer replacement texts stay unexpanded."""

_INTERNAL_SUBSET = re.compile(r"<!DOCTYPE\s[^\[>]*\[", re.IGNORECASE)
_SUBSET_PART = re.compile(r"<!--.*?-->|<\?.*?\?>|\"[^\"]*\"|'[^']*'|\]\s*>", re.DOTALL)
_ENTITY = re.compile(r"<!ENTITY\s+([A-Za-z_][\w.\-]*)\s+(?:\"([^\"]*)\"|'([^']*)')\s*>")
_REFERENCE = re.compile(r"&([A-Za-z_][\w.\-]*);")
_SELF_CLOSED = re.compile(r"<([A-Za-z][\w.:\-]*)((?:\s+[\w.:\-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*/>")
_VOID_TAGS = words(
    """
    area base br col embed hr img input link meta param source track wbr
    """
)
_PREDEFINED = words("amp lt gt quot apos")


def as_html(text: str) -> str:
    """`text`, rewritten where it is XML beyond doubt."""
    head = text[:HEAD_CHARS]
    subset = _INTERNAL_SUBSET.search(head)
    if subset is None and not head.lstrip("\ufeff \t\r\n").startswith("<?xml"):
        return text
    if subset is not None:
        text = _without_subset(text, subset)
    return _SELF_CLOSED.sub(_closed, text)


def _without_subset(text: str, opening: re.Match[str]) -> str:
    """The page without its internal subset, the entities that it declares replaced by their text."""
    end = next((part for part in _SUBSET_PART.finditer(text, opening.end()) if part[0].startswith("]")), None)
    if end is None:
        return text
    entities = {
        name: double or single
        for name, double, single in _ENTITY.findall(text[opening.end() : end.start()])
        if name not in _PREDEFINED and len(double or single) <= MAX_ENTITY_CHARS
    }
    rest = text[end.end() :]
    if entities:
        # Once, not again inside of what was inserted: entities that name each other a hundred times stay small.
        rest = _REFERENCE.sub(lambda match: entities.get(match[1], match[0]), rest)
    return f"{text[: opening.start()]}<!DOCTYPE html>{rest}"


def _closed(match: re.Match[str]) -> str:
    name, attributes = match[1], match[2]
    return match[0] if name.lower() in _VOID_TAGS else f"<{name}{attributes}></{name}>"
