"""A page as a light Python tree.

lexbor parses (0.4 ms for an average page of 150 kB); one walk copies what matters into `Element`s (2-3 ms), which the
passes after it (mathematics, code, content, Markdown) may read and rewrite freely: no cursors into freed memory, no
cost per access. Children are Elements and plain strings in document order. Scripts, styles and comments stay outside,
except scripts that hold mathematics, code, JSON-LD or a MathJax / KaTeX configuration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from corpus.errors import require

MAX_DEPTH = 180
"""Levels kept; what lies deeper is attached to the last level, as browsers do at 512. Recursive passes stay within the stack."""
MAX_NODES = 1_000_000
"""Nodes read of one page; the rest is left out and the page flagged `truncated_tree`."""


def words(text: str) -> frozenset[str]:
    """A set of names, written as a paragraph."""
    return frozenset(text.split())


# Content that is never text of the page.
SKIPPED_TAGS = words(
    """
    style link base head-noise iframe object embed applet canvas audio video map area track source frame frameset
    template datalist progress meter param colgroup col
    """
)
BLOCK_TAGS = words(
    """
    address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 header hgroup hr html li main menu nav noscript ol p pre search section summary table tbody
    td tfoot th thead tr ul legend caption optgroup option x-code
    """
)
MATH_TAG = "x-math"
"""A formula that was found: attributes latex, display ("1" or ""), notation. Has no children."""
CODE_TAG = "x-code"
"""A block of code that was found: attributes text, language, layout. Has no children."""
INLINE_CODE_TAG = "x-inline-code"
"""Inline code: attribute text. Has no children."""
LEAF_TAGS = frozenset([MATH_TAG, CODE_TAG, INLINE_CODE_TAG])

_KEPT_SCRIPT_TYPE = re.compile(
    r"^(math/|application/ld\+json|text/x-mathjax-config|syntaxhighlighter|text/syntaxhighlighter)", re.I
)
_CONFIG_WORDS = ("mathjax", "rendermathinelement", "katex", "delimiters", "inlinemath", "asciimath", "jqmath")


def _configures(text: str) -> bool:
    """Whether a script's text or address speaks of mathematics. (A search per word is ten times as fast as one pattern.)"""
    lowered = text.lower()
    return any(word in lowered for word in _CONFIG_WORDS)


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
            stack.extend(child for child in reversed(node.children) if not isinstance(child, str))

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


def release(page: Page) -> None:
    """Takes the tree apart, so that its memory is free at once: parents and children refer to each other."""
    for node in page.order:
        node.parent = None
    page.order = []


@dataclass(kw_only=True)
class Page:
    """A parsed page."""

    root: Element
    """The body, or the document's root where it has none."""
    title: str = ""
    language: str = ""
    metas: list[dict[str, str]] = field(default_factory=list)
    """Attributes of the meta elements, in order."""
    json_ld: list[str] = field(default_factory=list)
    configs: list[str] = field(default_factory=list)
    """Text of scripts that configure MathJax, KaTeX or their kin, and the addresses of the libraries themselves."""
    flags: set[str] = field(default_factory=set)
    order: list[Element] = field(default_factory=list)
    """Every element in document order, also those that have been taken out of the tree since (`tag` is empty inside of what was
    converted)."""
    may_hold_tex: bool = False
    """Whether a dollar sign or a backslash stands in the page's text."""


def parse(text: str) -> Page:
    """The tree of a page. Raises DocumentError never: whatever the markup, there is a tree."""
    lexbor = require("selectolax.lexbor", extra="html")
    parser = lexbor.LexborHTMLParser(text.replace("\x00", "\ufffd").encode("utf-8", "replace"))
    page = Page(root=Element("html"))
    if parser.root is None:
        return page
    _copy(parser.root, page)
    body = page.root.find("body")
    if body is not None:
        body.parent = None
        page.root = body
    return page


def _copy(source: Any, page: Page) -> None:
    """Copies lexbor's tree under `page.root`, which stands for the html element."""
    page.root.attrs = _attributes(source)
    page.language = page.root.attrs.get("lang") or page.root.attrs.get("xml:lang", "")
    order = page.order
    num_nodes = 0
    parent = page.root
    node = source.first_child
    above: list[tuple[Any, Element]] = []
    while True:
        if node is None:
            if not above:
                return
            node, parent = above.pop()
            continue
        num_nodes += 1
        if num_nodes > MAX_NODES:
            page.flags.add("truncated_tree")
            return
        tag = node.tag
        if tag == "-text":
            if string := node.text_content:
                parent.children.append(string)
                if "$" in string or "\\" in string:
                    page.may_hold_tex = True
        elif tag in _SPECIAL_TAGS or tag is None or tag[0] in "-!":
            _read_special(node, tag, parent, page)
        else:
            attrs = node.attributes
            if None in attrs.values():
                attrs = {name: value or "" for name, value in attrs.items()}
            element = Element(tag, attrs, parent)
            parent.children.append(element)
            order.append(element)
            below = node.first_child
            if below is not None:
                above.append((node.next, parent))
                node = below
                # What lies deeper is attached to the last level.
                if len(above) < MAX_DEPTH:
                    parent = element
                else:
                    page.flags.add("nested_too_deep")
                continue
        node = node.next


_SPECIAL_TAGS = SKIPPED_TAGS | {"script", "meta", "title"}


def _read_special(node: Any, tag: str | None, parent: Element, page: Page) -> None:
    """What is no text of the page, though it may say something about it."""
    if tag == "script":
        _keep_script(node, _attributes(node), parent, page)
    elif tag == "meta":
        page.metas.append(_attributes(node))
    elif tag == "title" and parent.tag == "head" and not page.title:
        # An svg has titles too; the page's own stands in its head.
        page.title = " ".join(node.text().split())


def _attributes(node: Any) -> dict[str, str]:
    attrs: dict[str, str] = node.attributes
    return {name: value or "" for name, value in attrs.items()} if None in attrs.values() else attrs


def _keep_script(node: object, attrs: dict[str, str], parent: Element, page: Page) -> None:
    """Scripts that say something about the page's text."""
    kind = attrs.get("type", "")
    source = attrs.get("src", "")
    if source:
        if _configures(source):
            page.configs.append(f"{source} {attrs.get('onload', '')}")
        return
    text: str = node.text() or ""  # type: ignore[attr-defined]
    if _KEPT_SCRIPT_TYPE.match(kind):
        if kind.startswith("application/ld"):
            page.json_ld.append(text)
        elif "config" in kind.lower():
            page.configs.append(text)
        else:
            element = Element("script", attrs, parent)
            element.children.append(text)
            parent.children.append(element)
            page.order.append(element)
    elif len(text) < 100_000 and _configures(text):
        page.configs.append(text)
