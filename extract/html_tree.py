"""A page as a table of nodes and, of the parts that are worked on, as a light Python tree.

`read_table` gives the table (extract/html_scan.py; 0.25 ms for an average page of 150 kB). `Builder` makes `Element`s of parts
of it: of blocks that may hold mathematics or code, and of what was chosen as content. Copying the whole page took 2-3 ms.
Elements may be read and rewritten freely. Their children are Elements and plain strings in document order."""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html.entities import html5

import numpy as np

from corpus.errors import require
from extract.html_scan import (
    ATTRS,
    ATTRS_END,
    END,
    FLAGS,
    HAS_DATA,
    HAS_ENTITY,
    IRREGULAR,
    MAX_DEPTH,
    MAX_NODES,
    PARENT,
    START,
    STOP,
    TAG,
    TEXT,
    TOO_DEEP,
    TRUNCATED,
    Bytes,
    Nodes,
    scan,
)
from extract.html_tags import BLOCK_TAGS, ID, NAMES, PROPERTIES, SKIPPED_TAGS, VOID, words

__all__ = [
    "BLOCK_TAGS", "CODE_TAG", "LEAF_TAGS", "MATH_TAG", "MAX_DEPTH", "MAX_NODES", "SKIPPED_TAGS", "Builder",
    "Element", "Page", "Table", "parse", "read_table", "words",
]  # fmt: skip

MATH_TAG = "x-math"
"""A formula that was found: attributes latex, display ("1" or ""), notation. Has no children."""
CODE_TAG = "x-code"
"""A block of code that was found: attributes text, language, layout. Has no children."""
LEAF_TAGS = frozenset([MATH_TAG, CODE_TAG])

# ---------------------------------------------------------------------------------------------------- the table


@dataclass(frozen=True, slots=True)
class Table:
    """A page's markup and its nodes in document order."""

    source: bytes
    nodes: Nodes
    is_normalised: bool
    """Whether lexbor wrote the markup out from its tree."""
    state: int
    """TRUNCATED, TOO_DEEP."""

    @property
    def array(self) -> Bytes:
        return np.frombuffer(self.source, dtype=np.uint8)

    @property
    def flags(self) -> set[str]:
        return {name for bit, name in ((TRUNCATED, "truncated_tree"), (TOO_DEEP, "nested_too_deep")) if self.state & bit}

    def name(self, node: int) -> str:
        """The tag of an element, in lower case."""
        tag = int(self.nodes[node, TAG])
        return NAMES[tag] or self.source[self.nodes[node, START] + 1 : self.nodes[node, ATTRS]].decode("utf-8", "replace").lower()

    def attributes(self, node: int) -> dict[str, str]:
        start, stop = self.nodes[node, ATTRS], self.nodes[node, ATTRS_END]
        return read_attributes(self.source[start:stop]) if stop > start else {}

    def text(self, node: int) -> str:
        """The text of a text node."""
        text = self.source[self.nodes[node, ATTRS] : self.nodes[node, ATTRS_END]].decode("utf-8", "replace")
        return html.unescape(text) if self.nodes[node, FLAGS] & HAS_ENTITY else text

    def content(self, node: int) -> str:
        """The text of an element that holds nothing else: a script, a title."""
        following = node + 1
        if following < self.nodes[node, END] and self.nodes[following, TAG] == TEXT:
            return self.text(following)
        return ""

    def spliced(self, parts: Iterable[tuple[int, str]]) -> Table:
        """The table of the page with new markup in the place of elements. `parts`: (element, markup) in document order."""
        pieces: list[bytes] = []
        at = 0
        for node, markup in parts:
            start, stop = self.nodes[node, START], self.nodes[node, STOP]
            pieces += [self.source[at:start], markup.encode("utf-8", "replace")]
            at = stop
        pieces.append(self.source[at:])
        return _table(b"".join(pieces), self.is_normalised)


def read_table(source: bytes) -> Table:
    """The nodes of a page in UTF-8. Never raises: whatever the markup, there is a table."""
    if b"\r" in source:
        source = source.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if b"\x00" in source:
        source = source.replace(b"\x00", "\ufffd".encode())
    table = _table(source, False)
    has_shadow = (table.nodes[:, TAG] == ID["template"]).any() and b"shadowroot" in source
    return _table(_with_open_shadows(source), False) if has_shadow else table


_SHADOW = re.compile(rb"<template\b([^>]*\bshadowroot(?:mode)?\s*=[^>]*)>|<(/?)template\b[^>]*>", re.IGNORECASE)


def _with_open_shadows(source: bytes) -> bytes:
    """Declarative shadow roots as elements: what stands in them is shown."""
    opened: list[bool] = []

    def renamed(match: re.Match[bytes]) -> bytes:
        if match[2]:
            return b"</x-shadow>" if opened and opened.pop() else match[0]
        opened.append(match[1] is not None)
        return b"<x-shadow" + match[1] + b">" if match[1] is not None else match[0]

    return _SHADOW.sub(renamed, source)


def without_frames(table: Table) -> Table:
    """Of a page of frames, what it shows where there are none."""
    tags = table.nodes[:, TAG]
    if not (tags == ID["frameset"]).any():
        return table
    found = (table.content(int(node)) for node in np.flatnonzero(tags == ID["noframes"]))
    return read_table("\n".join(found).encode("utf-8", "replace"))


def _table(source: bytes, is_normalised: bool) -> Table:
    nodes, state = scan(np.frombuffer(source, dtype=np.uint8), is_normalised)  # type: ignore[no-untyped-call]
    if state & IRREGULAR:
        source, is_normalised = _normalised(source), True
        nodes, state = scan(np.frombuffer(source, dtype=np.uint8), is_normalised)  # type: ignore[no-untyped-call]
    return Table(source, nodes, is_normalised, int(state))


def _normalised(source: bytes) -> bytes:
    """The markup as a parser that follows the standard to the letter writes it out."""
    lexbor = require("selectolax.lexbor", extra="html")
    return (lexbor.LexborHTMLParser(source.removeprefix(codecs.BOM_UTF8)).html or "").encode("utf-8", "replace")


_ATTRIBUTE = re.compile(
    rb"[\s/]*([^\s/=][^\s/=]*|=[^\s/=]*)(?:\s*=\s*(?:\"([^\"]*)\"?|'([^']*)'?|([^\s\"'][^\s]*)))?",
)
_REFERENCE = re.compile(r"&(?:#[xX]?[0-9a-fA-F]+;?|[A-Za-z][A-Za-z0-9]*(?:;|(?![A-Za-z0-9=])))")


def read_attributes(markup: bytes) -> dict[str, str]:
    """The attributes of a tag, from what stands between its name and its `>`; the first of several of the same name."""
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(markup):
        key = name.decode("utf-8", "replace").lower()
        if key not in found:
            value = (double or single or bare).decode("utf-8", "replace")
            found[key] = _REFERENCE.sub(_referred, value) if "&" in value else value
    return found


def _referred(match: re.Match[str]) -> str:
    """`html.unescape` would read `&region=` as `&reg` and `ion=`: without its semicolon a name counts only as a whole."""
    text = match[0]
    return html.unescape(text) if text.endswith(";") or text[1] == "#" else html5.get(text[1:], text)


# ---------------------------------------------------------------------------------------------------- the tree


class Element:
    """One element."""

    __slots__ = ("attrs", "children", "parent", "tag")

    def __init__(self, tag: str, attrs: dict[str, str] | None = None, parent: Element | None = None) -> None:
        self.tag = tag
        self.attrs: dict[str, str] = attrs if attrs is not None else {}
        self.parent = parent
        self.children: list[Element | str] = []

    def __repr__(self) -> str:
        return f"<{self.tag} {self.attrs} {len(self.children)} children>"

    @property
    def classes(self) -> list[str]:
        return self.attrs.get("class", "").split()

    def all_elements(self) -> list[Element]:
        """This element and its descendants, parents before their children; not in document order, but three times as fast."""
        found = [self]
        for node in found:
            found += [child for child in node.children if child.__class__ is not str]  # type: ignore[misc]
        return found

    def elements(self) -> Iterator[Element]:
        """This element and its descendants in document order. The subtree may be changed below what was already seen."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            if node.children:
                stack += [child for child in reversed(node.children) if child.__class__ is not str]  # type: ignore[misc]

    def find(self, tag: str) -> Element | None:
        """The first descendant with this tag."""
        return next((node for node in self.elements() if node.tag == tag and node is not self), None)

    def find_class(self, *names: str) -> Element | None:
        """The first descendant that has one of these classes."""
        wanted = set(names)
        return next((node for node in self.elements() if node is not self and not wanted.isdisjoint(node.classes)), None)

    def text(self) -> str:
        """All text of the subtree as it stands, `<br>` as a line break."""
        parts: list[str] = []
        stack: list[Element | str] = [self]
        while stack:
            node = stack.pop()
            if isinstance(node, str):
                parts.append(node)
            elif node.tag == "br":
                parts.append("\n")
            else:
                stack.extend(reversed(node.children))
        return "".join(parts)

    def ancestors(self) -> Iterator[Element]:
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def become(self, tag: str, **attrs: str) -> None:
        """Turns this element into a leaf of another kind, in place; what was in it is no element any more."""
        self.bury()
        self.tag, self.attrs, self.children = tag, attrs, []

    def vanish(self) -> None:
        """Turns this element into an empty leaf. (Taking it out of its parent's children costs the length of that list.)"""
        self.become("x-gone")

    def bury(self) -> None:
        """Empties the tags of all descendants, so that passes over `Page.order` leave them alone."""
        for node in self.all_elements()[1:]:
            node.tag = ""


@dataclass(kw_only=True)
class Page:
    """What the passes over a page work on: parts of its tree, and what the page says about itself."""

    root: Element
    """The body, or the document's root where it has none. Of parts that nobody works on it holds nothing, or empty elements."""
    title: str = ""
    language: str = ""
    metas: list[dict[str, str]] = field(default_factory=list)
    """Attributes of the meta elements, in order."""
    json_ld: list[str] = field(default_factory=list)
    configs: list[str] = field(default_factory=list)
    """Text of scripts that configure MathJax, KaTeX or their kin, and the addresses of the libraries themselves."""
    time: str = ""
    """The first machine-readable time on the page."""
    order: list[Element] = field(default_factory=list)
    """The elements that are worked on in document order, also those that have been taken out of the tree since (`tag` is empty
    inside of what was converted)."""


def release(page: Page) -> None:
    """Takes the tree apart, so that its memory is free at once: parents and children refer to each other."""
    for node in page.order:
        node.parent = None
    page.order = []


_LEFT_OUT = frozenset(ID[name] for name in (*SKIPPED_TAGS, "title", "meta"))
_SCRIPT, _PRE, _SPAN = ID["script"], ID["pre"], ID["span"]
_KEPT_SCRIPT = re.compile(
    rb"type\s*=\s*[\"']?\s*(?:math/|application/mathml|(?:text/)?syntaxhighlighter)|asciimath", re.IGNORECASE
)


def _is_kept(source: bytes, start: int, stop: int) -> bool:
    """Whether a script holds mathematics or code of the page."""
    return _KEPT_SCRIPT.search(source, start, stop) is not None


MAX_STUBS = 6
"""Empty elements that stand for the siblings of a part: nobody counts further."""


class Builder:
    """Elements of parts of a table."""

    def __init__(self, table: Table, is_token: Callable[[bytes], bool] | None = None) -> None:
        """`is_token`: whether a class of a span inside of preformatted text says nothing but how to colour it. Such spans are
        left out, all but the first of each class, and their text kept: highlighters make one for every word."""
        self.table = table
        self._is_token = is_token or (lambda _: False)
        self.order: list[Element] = []
        self._above: dict[int, Element] = {}

    def subtree(self, node: int) -> Element:
        """An element with all that is below it; in its place below `chain` where that was built."""
        table = self.table
        source = table.source
        first, stop = node, int(table.nodes[node, END])
        elements: dict[int, Element] = {}
        columns = table.nodes[first:stop].tolist()
        number = first
        skipped_until = preformatted_until = 0
        colours: set[bytes] = set()
        for tag, parent, end, start, attrs, attrs_end, _, flags, class_at, class_end, _, _ in columns:
            here, number = number, number + 1
            if here < skipped_until:
                continue
            if tag == TEXT:
                text = source[attrs:attrs_end].decode("utf-8", "replace")
                elements[parent].children.append(html.unescape(text) if flags & HAS_ENTITY else text)
                continue
            if here != first and (tag in _LEFT_OUT or (tag == _SCRIPT and not _is_kept(source, attrs, attrs_end))):
                skipped_until = end
                continue
            above = elements.get(parent)
            if tag == _PRE:
                preformatted_until = max(preformatted_until, end)
                colours = {b""}
            elif tag == _SPAN and here < preformatted_until and above is not None and not flags & HAS_DATA:
                colour = source[class_at:class_end]
                if colour in colours and self._is_token(colour):
                    elements[here] = above
                    continue
                colours.add(colour)
            name = NAMES[tag] or source[start + 1 : attrs].decode("utf-8", "replace").lower()
            element = Element(name, read_attributes(source[attrs:attrs_end]) if attrs_end > attrs else None, above)
            elements[here] = element
            self.order.append(element)
            if above is not None:
                above.children.append(element)
        return elements[first]

    def chain(self, node: int) -> Element:
        """The element with those above it, each with a few empty siblings: context of a part, without its content."""
        found = self._above.get(node)
        if found is None:
            parent = int(self.table.nodes[node, PARENT])
            above = self.chain(parent) if parent >= 0 and self.table.nodes[node, TAG] != ID["body"] else None
            found = self._above[node] = Element(self.table.name(node), self.table.attributes(node), above)
            if above is not None:
                above.children.append(found)
        return found

    def part(self, node: int) -> Element:
        """A subtree below its chain."""
        parent = int(self.table.nodes[node, PARENT])
        built = self.subtree(node)
        if parent >= 0 and built.tag != "body":
            above = self.chain(parent)
            if not above.children:
                above.children += [Element("", None, above) for _ in range(self._num_siblings(parent))]
            built.parent = above
            above.children.append(built)
        return built

    def _num_siblings(self, parent: int) -> int:
        """Child elements of an element, less one, up to `MAX_STUBS`."""
        nodes = self.table.nodes
        at, end, count = parent + 1, int(nodes[parent, END]), 0
        while at < end and count <= MAX_STUBS:
            count += nodes[at, TAG] != TEXT
            at = int(nodes[at, END])
        return max(count - 1, 0)


def top_of(node: Element) -> Element:
    """The outermost element above."""
    while node.parent is not None:
        node = node.parent
    return node


_MARKS = LEAF_TAGS | {"x-gone"}


def holds_marks(node: Element) -> bool:
    """Whether a formula or code was found in a part."""
    return any(below.tag in _MARKS for below in node.all_elements())


def to_markup(node: Element) -> str:
    """A subtree as markup that reads back as the same tree. Scripts and styles are left out."""
    parts: list[str] = []
    _write(node, parts)
    return "".join(parts)


_VOID_TAGS = frozenset(name for name in NAMES if PROPERTIES[ID[name]] & VOID)
_UNWRITTEN_TAGS = words("script style textarea title xmp iframe noembed noframes plaintext")


def _write(node: Element, parts: list[str]) -> None:
    if node.tag in _UNWRITTEN_TAGS or not node.tag:
        return
    attributes = "".join(f' {name}="{_quoted(value)}"' for name, value in node.attrs.items())
    parts.append(f"<{node.tag}{attributes}>")
    if node.tag in _VOID_TAGS:
        return
    if node.tag in ("pre", "listing"):
        parts.append("\n")  # the parser drops it again
    for child in node.children:
        if isinstance(child, str):
            parts.append(child.replace("&", "&amp;").replace("<", "&lt;").replace("\x00", "\ufffd"))
        else:
            _write(child, parts)
    parts.append(f"</{node.tag}>")


def _quoted(value: str) -> str:
    return value.replace("&", "&amp;").replace('"', "&quot;").replace("\x00", "\ufffd")


def parse(text: str) -> Page:
    """The whole tree of a page. Raises DocumentError never: whatever the markup, there is a tree."""
    table = read_table(text.encode("utf-8", "replace"))
    builder = Builder(table)
    root = builder.subtree(body_of(table))
    return Page(root=root, order=builder.order)


def body_of(table: Table) -> int:
    """The body element, the root where there is none."""
    nodes = table.nodes
    at = 1
    while at < len(nodes):
        if nodes[at, TAG] == ID["body"]:
            return at
        at = int(nodes[at, END])
    return 0
