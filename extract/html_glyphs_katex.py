r"""What KaTeX drew, read back: nested spans of glyphs and their places to the MathML they stand for.

    <span class="mord"><span class="mord mathnormal">x</span><span class="msupsub">...2...</span></span>
    ->   <msup><mi>x</mi><mn>2</mn></msup>

Everything that is stacked (scripts, fractions, limits, accents, columns of a table) is a `vlist`, whose items carry their height
in a style; classes say the rest. Source: KaTeX 0.16, src/buildHTML.ts, src/functions, src/stretchy.ts, src/svgGeometry.ts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from extract.html_mathml import make_node, row_of, styled_token
from extract.html_symbols import FUNCTIONS, INVISIBLE
from extract.html_tree import Element, words

_NO_CONTENT = words(
    """
    strut pstrut vlist-s nulldelimiter arraycolsep vertical-separator hline hdashline frac-line overline-line underline-line
    fix tag eqn-num katex-mathml katex-version hide-tail
    """
)
_VARIANTS = {
    "mathbf": "bold", "boldsymbol": "bold-italic", "mathbb": "double-struck", "mathcal": "script", "mathscr": "script",
    "mathfrak": "fraktur", "mathsf": "sans-serif", "mathtt": "monospace", "mathrm": "normal", "textbf": "bold", 
    "textrm": "normal", "texttt": "monospace", "textsf": "sans-serif", "mathit": "italic", "textit": "italic",
}  # fmt: skip
_OPERATORS = words("mbin mrel mopen mclose mpunct minner")
_NOT_SIGN = "\ue020"
"""KaTeX's own glyph: the stroke of `\\neq`, laid over what follows."""

# Shapes instead of glyphs: how the path of the first one starts (a regular expression) -> the character that it draws.
_SHAPES = tuple(
    (re.compile(pattern, re.DOTALL), char)
    for pattern, char in (
        (r"M(529|1181) 0h[25]l", "^"), (r"M(200 55\.|344 55\.|786 5[89])", "~"), (r"M(529,159|1181,\d+)h", "ˇ"),
        (r"M377 20c", "→"),
        (r"M0 241v40h399891", "→"), (r"M400000 241H110", "←"), (r"M399738 392l", "⇒"), (r"M262 157\s*l10", "⇐"),
        (r"M0 241v40h39999", "⇀"), (r"M0 267c\.7", "↼"), (r"M399747 511", "⇁"), (r"M7 241c", "↽"), (r"M400000 281 ?H", "↪"),
        (r"M40 281 V448H0", "↦"), (r"M0 50 h", "="), (r"M400000 167\s*c", "↠"), (r"M6 548l", "⏞"), (r"M0 6l6-6h17", "⏟"),
        (r"M400000 80\s*H4", "⏜"), (r"M400000 262\s*H4", "⏝"), (r"M0 440 ?h", "⎴"), (r"M0 0 h120", "⎵"),
        (r"M863,9c", "("), (r"M76,0c", ")"), (r"M403 1759.*h347", "["), (r"M403 1759", "⌈"), (r"M347 1759.*H0 ?v84", "]"),
        (r"M347 1759", "⌉"), (r"M319 602.*h263", "⌊"), (r"M319 602", "⌋"), (r"M145 15.*M367", "‖"), (r"M145 15", "|"),
    )
)  # fmt: skip
_TWO_HEADED = {("←", "→"): "↔", ("⇐", "⇒"): "⇔", ("↽", "⇀"): "⇌", ("↼", "⇁"): "⇋"}
# Pieces of large delimiters, from below to above.
_PIECES = {
    "⎩⎨⎧": "{", "⎭⎬⎫": "}", "⎩⎧": "(", "⎭⎫": ")", "⎝⎛": "(", "⎠⎞": ")", "⎣⎡": "[", "⎦⎤": "]", "⎣": "⌊", "⎦": "⌋", "⎡": "⌈",
    "⎤": "⌉", "↑": "↑", "↓": "↓", "↓↑": "↕", "⇑": "⇑", "⇓": "⇓", "⇓⇑": "⇕", "": "|",
}  # fmt: skip
_EXTENDERS = str.maketrans(dict.fromkeys("⎜⎟⎢⎥⎪⏐‖∣∥|\u200b"))
_TOP = re.compile(r"(?:^|;)\s*top\s*:\s*(-?[\d.]+)em")
_HEIGHT = re.compile(r"(?:^|;)\s*height\s*:\s*([\d.]+)em")
_MARGIN = re.compile(r"margin-right\s*:\s*([\d.]+)em")


def katex_to_mathml(katex: Element) -> Element | None:
    """The `<math>` that KaTeX drew inside `katex`, or None where it holds no drawing."""
    drawn = katex if "katex-html" in katex.classes else katex.find_class("katex-html")
    return make_node("math", *_sequence(drawn)) if drawn is not None else None


def _children(node: Element) -> list[Element]:
    return [child for child in node.children if not isinstance(child, str)]


def _sequence(node: Element) -> list[Element]:
    """The MathML of an element's children; what stands before a `msupsub` is its base."""
    done: list[Element] = []
    found: list[Element] = []
    for child in _children(node):
        if "msupsub" in child.classes:
            done.append(_with_scripts(row_of(found), child))  # no base of further scripts: it would grow deeper with each
            found = []
        else:
            found += _read(child)
    return _negated([*done, *found])


def _negated(nodes: list[Element]) -> list[Element]:
    """A stroke and the sign it is laid over as one sign."""
    kept: list[Element] = []
    for node in nodes:
        if kept and _is_stroke(kept[-1]) and node.tag == "mspace":
            continue
        if kept and _is_stroke(kept[-1]) and node.tag in ("mo", "mi"):
            kept[-1] = make_node("mo", f"{node.text()}\u0338")
        elif kept and kept[-1].tag == "mo" and _is_stroke(node) and node.text() != _NOT_SIGN:
            kept[-1] = make_node("mo", f"{kept[-1].text()}\u0338")
        else:
            kept.append(node)
    return kept


def _is_stroke(node: Element) -> bool:
    return node.tag == "mo" and node.text() in (_NOT_SIGN, "\u0338")


def _read(node: Element) -> list[Element]:
    """The MathML of one span: none, one, or its content."""
    classes = node.classes
    for name in classes:
        if name in _NO_CONTENT:
            return []
        if name in _READERS:
            return [_READERS[name](node)]
    if any(isinstance(child, str) and child.strip() for child in node.children) or not _children(node):
        token = _token(node.text(), classes)
        return [token] if token is not None else []
    if "mop" in classes and (function := _function_name(node)):
        return [make_node("mi", function)]
    inner = _sequence(node)
    if "minner" in classes and len(inner) > 1:
        return [make_node("mrow", *inner)]  # \left ... \right: its fences belong together
    return inner


def _function_name(node: Element) -> str:
    """The name of a function whose letters have a span each, or "" """
    name = "".join(node.text().translate(INVISIBLE).split())
    return name if name in FUNCTIONS and node.find_class("vlist") is None else ""


_BARS = {"∣": "|", "∥": "‖"}


def _token(text: str, classes: list[str]) -> Element | None:
    text = text.translate(INVISIBLE)
    if not text.strip():
        return make_node("mtext", " ") if text else None
    names = set(classes)
    if names & _OPERATORS:
        return make_node("mo", text if "mrel" in names else _BARS.get(text, text))
    variant = next((_VARIANTS[name] for name in classes if name in _VARIANTS), "")
    if "mop" in names:
        name = "".join(text.split())
        return make_node("mi", name) if name.isalpha() and name.isascii() else make_node("mo", text)
    if text[0].isdigit():
        return styled_token("mn", text, variant if variant != "normal" else "")
    if "mathnormal" in names and len(text) > 1:  # letters side by side, in one span for being set alike
        return row_of([make_node("mi" if char.isalpha() else "mn", char) for char in text])
    if text[0].isalpha():
        return styled_token("mi", text, variant if variant != "italic" or len(text) > 1 else "")
    text = _BARS.get(text, text)
    return styled_token("mo" if not variant else "mi", text, variant if variant != "normal" else "")


# ---------------------------------------------------------------------------------------------------- stacks


_SHAPE_CLASSES = frozenset(["accent-body", "stretchy", "fbox"])


class _Item(NamedTuple):
    """One item of a vlist: how far below the line it stands (em), and its span."""

    depth: float
    node: Element

    @property
    def is_shape(self) -> bool:
        return "svg-align" in self.node.classes or not _SHAPE_CLASSES.isdisjoint(_first_classes(self.node))


def _items(node: Element) -> list[_Item]:
    """The items of the first vlist in an element, from above to below."""
    vlist = node.find_class("vlist")
    if vlist is None:
        return []
    found = []
    for child in _children(vlist):
        top = _TOP.search(child.attrs.get("style", ""))
        strut = next((part for part in _children(child) if "pstrut" in part.classes), None)
        height = _HEIGHT.search(strut.attrs.get("style", "")) if strut is not None else None
        if top:
            found.append(_Item(round(float(top[1]) + (float(height[1]) if height else 0.0), 4), child))
    return sorted(found, key=lambda item: item.depth)


def _content(node: Element) -> Element:
    return row_of(_sequence(node))


def _with_scripts(base: Element, node: Element) -> Element:
    items = _items(node)
    if len(items) >= 2:
        return make_node("msubsup", base, _content(items[-1].node), _content(items[0].node))
    if not items:
        return base
    # One script: below the line it is a subscript. KaTeX writes a subscript alone with a second, empty row.
    is_subscript = items[0].depth > 0
    return make_node("msub" if is_subscript else "msup", base, _content(items[0].node))


def _fraction(node: Element) -> Element:
    items = _items(node)
    has_line = any("frac-line" in _first_classes(item.node) for item in items)
    parts = [_content(item.node) for item in items if "frac-line" not in _first_classes(item.node)]
    if len(parts) < 2:
        return row_of(parts)
    return make_node("mfrac", parts[0], parts[-1], **({} if has_line else {"linethickness": "0"}))


def _root(node: Element) -> Element:
    degree = next((child for child in _children(node) if "root" in child.classes), None)
    stack = next((child for child in _children(node) if "vlist-t" in child.classes), node)
    content = row_of(
        [part for item in _items(stack) if "hide-tail" not in _first_classes(item.node) for part in _sequence(item.node)]
    )
    return (
        make_node("mroot", content, row_of([_content(item.node) for item in _items(degree)]))
        if degree
        else make_node("msqrt", content)
    )


def _stack(node: Element) -> Element:
    """What stands on the line, with what is above and below it: limits, accents, braces, labelled arrows."""
    items = _items(node)
    shapes = [item for item in items if item.is_shape]
    others = [item for item in items if not item.is_shape]
    on_line = [item for item in others if abs(item.depth) < 0.01]
    base = on_line[0] if on_line else next((item for item in others if "sizing" not in _first_classes(item.node)), None)
    if base is None or ("x-arrow" in node.classes and shapes):
        base = shapes[0] if shapes else items[0] if items else None
    if base is None:
        return make_node("mrow")
    # An accent may start on the line too (its glyph is as high as it is drawn): shapes of accents are above.
    under = [item for item in items if item is not base and item.depth > base.depth]
    over = [item for item in items if item is not base and item.depth <= base.depth]
    center = _mark(base)
    if under and over:
        return make_node("munderover", center, _mark(under[0]), _mark(over[-1]))
    if under:
        return make_node("munder", center, _mark(under[0]))
    return make_node("mover", center, _mark(over[-1])) if over else center


def _first_classes(node: Element) -> list[str]:
    return next((child.classes for child in _children(node) if "pstrut" not in child.classes), [])


def _mark(item: _Item) -> Element:
    return make_node("mo", _shape(item.node)) if item.is_shape else _content(item.node)


def _shape(node: Element) -> str:
    """The character that a shape or an accent draws."""
    text = "".join(node.text().split()).translate(INVISIBLE)
    if text:
        return text
    paths = [child.attrs.get("d", "") for child in node.elements() if child.tag == "path"]
    chars = [next((char for pattern, char in _SHAPES if pattern.match(path)), "") for path in paths]
    return _TWO_HEADED.get((chars[0], chars[-1]), "↪" if "↪" in chars else chars[0]) if chars else ""


def _overline(node: Element) -> Element:
    return make_node("mover", _lined(node), make_node("mo", "‾"))


def _underline(node: Element) -> Element:
    return make_node("munder", _lined(node), make_node("mo", "_"))


def _lined(node: Element) -> Element:
    return row_of([part for item in _items(node) for part in _sequence(item.node)])


def _delimiter(node: Element) -> Element:
    text = "".join(node.text().split()).translate(INVISIBLE)
    if len(text) == 1 and "mult" not in node.classes:
        return make_node("mo", _BARS.get(text, text))
    shape = "" if text.translate(_EXTENDERS) else _shape_of_path(node)
    char = shape or _PIECES.get(text.translate(_EXTENDERS), text[:1])
    return make_node("mo", _BARS.get(char, char))


def _shape_of_path(node: Element) -> str:
    path = next((child.attrs.get("d", "") for child in node.elements() if child.tag == "path"), "")
    return next((char for pattern, char in _SHAPES if pattern.match(path)), "")


def _table(node: Element) -> Element:
    columns = [child for child in _children(node) if any(name.startswith("col-align-") for name in child.classes)]
    cells = [{item.depth: item.node for item in _items(column)} for column in columns]
    heights = sorted({height for column in cells for height in column})
    rows = [
        make_node("mtr", *(make_node("mtd", *(_sequence(column[height]) if height in column else ())) for column in cells))
        for height in heights
    ]
    align = {"col-align-l": "left", "col-align-r": "right"}
    sides = " ".join(next((align[name] for name in column.classes if name in align), "center") for column in columns)
    return make_node("mtable", *rows, columnalign=sides)


def _text(node: Element) -> Element:
    bold = any("textbf" in child.classes for child in node.elements())
    return make_node("mtext", node.text(), **({"mathvariant": "bold"} if bold else {}))


def _space(node: Element) -> Element:
    match = _MARGIN.search(node.attrs.get("style", ""))
    if node.text().strip("\u200b"):
        return make_node("mtext", " ")
    # The blanks that TeX puts around operators are below 0.3 em; wider ones were written.
    return make_node("mspace", **({"width": f"{match[1]}em"} if match and float(match[1]) >= 0.9 else {}))


def _vlist(node: Element) -> Element:
    """A stack that no class explains: a box, a strike, something raised."""
    items = _items(node)
    content = row_of([part for item in items if not item.is_shape for part in _sequence(item.node)])
    if node.find_class("fbox"):
        return make_node("menclose", content, notation="box")
    if any(item.is_shape and item.node.find("line") for item in items):
        return make_node("menclose", content, notation="updiagonalstrike")
    return content


def _overlaid(node: Element) -> Element:
    """Something laid over its neighbour: the stroke of a negation."""
    text = node.text().strip()
    return make_node("mo", _NOT_SIGN) if _NOT_SIGN in text else _content(node) if text != "/" else make_node("mo", "\u0338")


_READERS: dict[str, Callable[[Element], Element]] = {
    "mspace": _space,
    "text": _text,
    "mfrac": _fraction,
    "sqrt": _root,
    "accent": _stack,
    "accentunder": _stack,
    "op-limits": _stack,
    "mover": _stack,
    "munder": _stack,
    "x-arrow": _stack,
    "overline": _overline,
    "underline": _underline,
    "delimsizing": _delimiter,
    "mtable": _table,
    "rlap": _overlaid,
    "llap": _overlaid,
    "vlist-t": _vlist,
}
"""Class -> reader; the first class of a span that stands here decides."""
