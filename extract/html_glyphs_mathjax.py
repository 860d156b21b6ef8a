r"""What MathJax drew, read back to the MathML it was drawn from: boxes (CommonHTML of versions 2 and 3) and shapes (SVG of 3).

    <mjx-msup><mjx-mi><mjx-c class="mjx-c1D465 TEX-I"/></mjx-mi><mjx-script>...           ->   <msup><mi>x</mi>...
    <g data-mml-node="msup"><g data-mml-node="mi"><use xlink:href="#MJX-1-TEX-I-1D465"/>... ->   <msup><mi>x</mi>...

Both outputs keep the names of the MathML elements and the code points of the glyphs; what they add are boxes that place them.
Source: MathJax 3.2, output/chtml/Wrappers, output/svg/Wrappers, output/common/fonts/tex/delimiters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from extract.html_mathml import make_node, row_of, styled_token
from extract.html_symbols import INVISIBLE
from extract.html_tree import Element, words

_TOKENS = words("mi mn mo mtext ms")
_ROWS = words("math mrow texatom mstyle mpadded mphantom merror mfenced maction mglyph semantics")
_NO_CONTENT = words(
    """
    annotation annotation-xml mspace labels spacer nstrut dstrut tstrut strut line surd mark assistive-mml speech mstrut linestrut
    """
)

_FONTS = {
    "C": "script", "BC": "bold-script", "CB": "bold-script", "B": "bold", "BI": "bold-italic", "MI": "italic", "SS": "sans-serif",
    "SSB": "sans-serif",
    "SSI": "sans-serif", "T": "monospace", "F": "fraktur", "FB": "fraktur", "FR": "fraktur", "FRB": "fraktur",
    "DS": "double-struck", "mjx-cal": "script", "mjx-scr": "script", "mjx-b": "bold", "mjx-ss": "sans-serif",
    "mjx-tt": "monospace", "mjx-frak": "fraktur", "mjx-ds": "double-struck", "mjx-mit": "italic",
}  # fmt: skip
"""Names of MathJax's fonts, in SVG glyph ids and CommonHTML classes -> mathvariant."""

# Large delimiters are put together of pieces: the character, then the code points that can stand for it.
_ASSEMBLIES = """
( 239B 239C 239D, ) 239E 239F 23A0, ⌈ 23A1 23A2, ⌊ 23A2 23A3, [ 23A1 23A2 23A3, ⌉ 23A4 23A5, ⌋ 23A5 23A6, ] 23A4 23A5 23A6,
{ 23A7 23A8 23A9 23AA, } 23AB 23AC 23AD 23AA, | 2223, ‖ 2225, → 2212 2192, ← 2190 2212, ↔ 2190 2212 2192, ↔ 2190 2192,
⇒ 3D 21D2, ⇐ 21D0 3D, ⇔ 21D0 3D 21D2, ↦ 2223 2212 2192, ↑ 2191 23D0, ↓ 23D0 2193, ↕ 2191 23D0 2193,
⏞ E150 E154 E151 E155, ⏞ E150 E151 E155, ⏟ E152 E154 E153 E156, ⏟ E152 E153 E156, ⏜ E150 E154 E151, ⏝ E152 E154 E153,
√ E001 E000 23B7, ¯ AF, ― 2013, ⎰ 23A7 23AA 23AD, ⎱ 23AB 23AA 23A9
"""
_ASSEMBLED = {
    frozenset(int(code, 16) for code in codes): char for char, *codes in (entry.split() for entry in _ASSEMBLIES.split(","))
}


_BRACE_ENDS = frozenset(range(0xE150, 0xE154))


def _pieces_to_char(codes: list[int]) -> str:
    """The text of a token's glyphs."""
    if len(codes) > 1 and (char := _ASSEMBLED.get(frozenset(codes))):
        return char
    if frozenset(codes) >= _BRACE_ENDS:  # both braces have the same pieces, in another order
        return "⏞" if codes[0] == 0xE150 else "⏟"
    return "".join(map(chr, codes))


def mathjax_to_mathml(container: Element) -> Element | None:
    """The `<math>` that MathJax drew inside `container`, or None where it holds no drawing."""
    for node in container.elements():
        if node.tag == "mjx-math":
            return make_node("math", *_below(node, _CHTML))
        if node.tag == "g" and node.attrs.get("data-mml-node") == "math":
            return make_node("math", *_below(node, _SVG))
        if "mjx-math" in node.classes:
            return make_node("math", *_below(node, _SPANS))
    return None


class _Drawing:
    """How one of the outputs names things."""

    def __init__(self, name: Callable[[Element], str], token: Callable[[Element, str], Element | None]) -> None:
        self.name = name
        self.token = token
        self.handlers: dict[str, Callable[[Element], Element]] = {}


def _below(node: Element, drawing: _Drawing) -> list[Element]:
    """The MathML of an element's children."""
    found: list[Element] = []
    for child in node.children:
        if not isinstance(child, str):
            found += _read(child, drawing)
    return found


def _read(node: Element, drawing: _Drawing) -> list[Element]:
    """The MathML of one element: none, one, or (a box) its content."""
    name = drawing.name(node)
    if name in _TOKENS:
        token = drawing.token(node, name)
        return [token] if token is not None else []
    if name == "mspace":
        return [make_node("mspace", width=_css(node, "width"))]
    if name in _NO_CONTENT:
        return []
    handler = drawing.handlers.get(name)
    if handler is not None:
        return [handler(node)]
    inner = _below(node, drawing)
    return [row_of(inner)] if name in _ROWS else inner


def _css(node: Element, name: str) -> str:
    match = re.search(rf"(?:^|;)\s*{name}\s*:\s*([^;]+)", node.attrs.get("style", ""))
    return match[1].strip() if match else ""


def _is_surd(node: Element) -> bool:
    return node.tag == "mo" and node.text() == "√"


# ---------------------------------------------------------------------------------------------------- CommonHTML

_GLYPH = re.compile(r"(?:^|\s)mjx-c([0-9A-F]{1,6})(?:\s|$)")


def _chtml_name(node: Element) -> str:
    return node.tag.removeprefix("mjx-")


def _chtml_token(node: Element, name: str) -> Element | None:
    text = "".join(_chtml_text(node)).translate(INVISIBLE)
    variant = next((_FONTS[font] for font in node.classes if font in _FONTS and font != "mjx-b"), "")
    if not variant and "mjx-b" in node.classes:
        variant = "bold-italic" if "mjx-i" in node.classes else "bold"
    if not variant and name == "mi" and "mjx-n" in node.classes and len(text) == 1:
        variant = "normal"
    return styled_token(name, text, variant) if text else None


def _chtml_text(node: Element) -> Iterator[str]:
    for child in node.children:
        if isinstance(child, str):
            continue
        match = _GLYPH.search(child.attrs.get("class", ""))
        if child.tag in ("mjx-utext", "mjx-mtext-text"):
            yield child.text()
        elif match:  # a glyph, or a stretched one that names the character its pieces make
            yield chr(int(match[1], 16)) if int(match[1], 16) < 0x110000 else ""
        else:
            yield from _chtml_text(child)


def _slots(node: Element, *names: str, through: frozenset[str]) -> dict[str, Element]:
    """The boxes called `names` inside an element, looked for only in the boxes of `through`."""
    found: dict[str, Element] = {}
    stack = [child for child in node.children if not isinstance(child, str)]
    while stack:
        child = stack.pop(0)
        name = _chtml_name(child)
        if name in names:
            found.setdefault(name, child)
        elif name in through:
            stack = [inner for inner in child.children if not isinstance(inner, str)] + stack
    return found


_FRACTION_BOXES = words("frac dbox dtable row")
_STACK_BOXES = words("row box munder mover table")
_ROOT_BOXES = words("sqrt")


def _content(node: Element | None) -> Element:
    return row_of(_below(node, _CHTML)) if node is not None else make_node("mrow")


def _chtml_fraction(node: Element) -> Element:
    slots = _slots(node, "num", "den", through=_FRACTION_BOXES)
    has_line = any(child.tag == "mjx-frac" and "atop" not in child.attrs for child in node.children if not isinstance(child, str))
    thickness = {} if has_line or "bevelled" in node.attrs else {"linethickness": "0"}
    return make_node("mfrac", _content(slots.get("num")), _content(slots.get("den")), **thickness)


def _chtml_scripts(node: Element) -> Element:
    """msub, msup, msubsup, and operators whose limits stand beside them."""
    script = next((child for child in node.children if not isinstance(child, str) and child.tag == "mjx-script"), None)
    base = row_of(
        [part for child in node.children if not isinstance(child, str) and child is not script for part in _read(child, _CHTML)]
    )
    scripts = [row_of(_read(child, _CHTML)) for child in script.children if not isinstance(child, str)
               and _chtml_name(child) not in _NO_CONTENT] if script is not None else []  # fmt: skip
    if len(scripts) == 2:
        return make_node("msubsup", base, scripts[1], scripts[0])
    if not scripts:
        return base
    return make_node("msub" if _chtml_name(node) in ("msub", "munder") else "msup", base, scripts[0])


def _chtml_limits(node: Element) -> Element:
    slots = _slots(node, "base", "under", "over", "script", through=_STACK_BOXES)
    if "script" in slots:
        return _chtml_scripts(node)
    base = _content(slots.get("base"))
    if "under" in slots and "over" in slots:
        return make_node("munderover", base, _content(slots["under"]), _content(slots["over"]))
    if "under" in slots:
        return make_node("munder", base, _content(slots["under"]))
    return make_node("mover", base, _content(slots.get("over")))


def _chtml_root(node: Element) -> Element:
    slots = _slots(node, "box", "root", through=_ROOT_BOXES)
    content = _content(slots.get("box"))
    return make_node("mroot", content, _content(slots["root"])) if "root" in slots else make_node("msqrt", content)


def _chtml_table(node: Element) -> Element:
    rows = [
        child for child in node.elements() if child.tag in ("mjx-mtr", "mjx-mlabeledtr") and _owner(child, "mjx-mtable") is node
    ]
    made = []
    for row in rows:
        if any(parent.tag == "mjx-labels" for parent in row.ancestors()):
            continue
        cells = [child for child in row.children if not isinstance(child, str) and child.tag == "mjx-mtd"]
        made.append(make_node("mtr", *(make_node("mtd", *_below(cell, _CHTML)) for cell in cells)))
    first = next((row for row in rows if row.children), None)
    cells = (
        [child for child in first.children if not isinstance(child, str) and child.tag == "mjx-mtd"] if first is not None else []
    )
    return make_node("mtable", *made, columnalign=" ".join(_css(cell, "text-align") or "center" for cell in cells))


def _owner(node: Element, tag: str) -> Element | None:
    return next((parent for parent in node.ancestors() if parent.tag == tag), None)


_STRIKES = {"ustrike": "updiagonalstrike", "dstrike": "downdiagonalstrike", "hstrike": "horizontalstrike"}


def _chtml_enclosed(node: Element) -> Element:
    slots = _slots(node, "box", through=frozenset())
    strikes = [
        _STRIKES[name] for child in node.children if not isinstance(child, str) and (name := _chtml_name(child)) in _STRIKES
    ]
    return make_node("menclose", _content(slots.get("box")), notation=" ".join(strikes) or "box")


def _chtml_multiscripts(node: Element) -> Element:
    slots = _slots(node, "prescripts", "scripts", through=frozenset())
    base = [
        part
        for child in node.children
        if not isinstance(child, str) and _chtml_name(child) not in ("prescripts", "scripts")
        for part in _read(child, _CHTML)
    ]
    after, before = _script_cells(slots.get("scripts")), _script_cells(slots.get("prescripts"))
    parts = [row_of(base), *after, *([make_node("mprescripts"), *before] if before else [])]
    return make_node("mmultiscripts", *parts)


def _script_cells(node: Element | None) -> list[Element]:
    """Sub- and superscripts in turn, of rows that hold all superscripts, then a gap, then all subscripts."""
    if node is None:
        return []
    rows = [[cell for cell in row.children if not isinstance(cell, str)] for row in node.children if not isinstance(row, str)]
    if len(rows) < 2:
        return []
    return [_content(cell) for pair in zip(rows[-1], rows[0], strict=False) for cell in pair]


_CHTML = _Drawing(_chtml_name, _chtml_token)
_CHTML.handlers = {
    "mfrac": _chtml_fraction,
    "msub": _chtml_scripts,
    "msup": _chtml_scripts,
    "msubsup": _chtml_scripts,
    "munder": _chtml_limits,
    "mover": _chtml_limits,
    "munderover": _chtml_limits,
    "msqrt": _chtml_root,
    "mroot": _chtml_root,
    "mtable": _chtml_table,
    "menclose": _chtml_enclosed,
    "mmultiscripts": _chtml_multiscripts,
}

# ---------------------------------------------------------------------------------------------------- CommonHTML of MathJax 2

_SPAN_FONTS = (
    # part of the class of a glyph, mathvariant
    ("-cal-", "script"), ("-frak-", "fraktur"), ("-sans-", "sans-serif"), ("-type-", "monospace"), ("-script-", "script"),
    ("-main-B", "bold"), ("-math-BI", "bold-italic"),
)  # fmt: skip
_SPAN_BOXES = words("stack box itable row cell table")


def _span_name(node: Element) -> str:
    return next((name[4:] for name in node.classes if name.startswith("mjx-")), "")


def _span_token(node: Element, name: str) -> Element | None:
    glyphs = [child for child in node.elements() if "mjx-char" in child.classes]
    codes = [ord(char) for glyph in glyphs for char in glyph.text()]
    if name == "mo":  # the pieces of a large bracket, with blanks between
        codes = [code for code in codes if not chr(code).isspace()]
    text = _pieces_to_char(codes).translate(INVISIBLE)
    fonts = " ".join(font for glyph in glyphs for font in glyph.classes)
    variant = next((variant for part, variant in _SPAN_FONTS if part in fonts), "")
    if not variant and name == "mi" and len(text) == 1 and text.isascii():
        variant = "double-struck" if "-ams-" in fonts else "normal" if "-main-R" in fonts else ""
    return styled_token(name, text, variant) if text else None


def _span_slots(node: Element, *names: str) -> dict[str, Element]:
    """Like `_slots`, content read."""
    found: dict[str, Element] = {}
    stack = [child for child in node.children if not isinstance(child, str)]
    while stack:
        child = stack.pop(0)
        name = _span_name(child)
        if name in names:
            found.setdefault(name, row_of(_below(child, _SPANS)))
        elif name in _SPAN_BOXES:
            stack = [inner for inner in child.children if not isinstance(inner, str)] + stack
    return found


def _span_scripts(node: Element) -> Element:
    slots = _span_slots(node, "base", "op", "sub", "sup", "under", "over")
    base = slots.get("base") or slots.get("op") or make_node("mrow")
    below, above = slots.get("sub") or slots.get("under"), slots.get("sup") or slots.get("over")
    names = ("munder", "mover", "munderover") if "under" in slots or "over" in slots else ("msub", "msup", "msubsup")
    if below is not None and above is not None:
        return make_node(names[2], base, below, above)
    if below is not None:
        return make_node(names[0], base, below)
    return make_node(names[1], base, above) if above is not None else base


def _span_fraction(node: Element) -> Element:
    slots = _span_slots(node, "numerator", "denominator")
    thickness = {} if node.find_class("mjx-line") is not None else {"linethickness": "0"}
    empty = make_node("mrow")
    return make_node("mfrac", slots.get("numerator", empty), slots.get("denominator", empty), **thickness)


def _span_root(node: Element) -> Element:
    inner = row_of([part for part in _below(node, _SPANS) if not _is_surd(part)])
    if _span_name(node) == "mroot" and (degree := _span_slots(node, "root").get("root")) is not None:
        return make_node("mroot", inner, degree)
    return make_node("msqrt", inner)


def _span_table(node: Element) -> Element:
    rows = []
    for row in node.elements():
        if _span_name(row) == "mtr":
            cells = [child for child in row.children if not isinstance(child, str) and _span_name(child) == "mtd"]
            rows.append(make_node("mtr", *(make_node("mtd", *_below(cell, _SPANS)) for cell in cells)))
    return make_node("mtable", *rows)


_SPANS = _Drawing(_span_name, _span_token)
_SPANS.handlers = {
    **dict.fromkeys(("msub", "msup", "msubsup", "munder", "mover", "munderover"), _span_scripts),
    "mfrac": _span_fraction,
    "msqrt": _span_root,
    "mroot": _span_root,
    "mtable": _span_table,
    "root": lambda node: make_node("mrow"),
    "menclose": lambda node: make_node("menclose", *_below(node, _SPANS), notation="box"),
}

# ---------------------------------------------------------------------------------------------------- SVG

_GLYPH_ID = re.compile(r"-([A-Z0-9]+)-([0-9A-F]{1,6})$")
_BRACES = {"E155": "⏞", "E156": "⏟"}
"""The middle of a horizontal brace."""
_TRANSLATED = re.compile(r"translate\(\s*-?[\d.]+[\s,]+(-?[\d.]+)")


def _svg_name(node: Element) -> str:
    return node.attrs.get("data-mml-node", "").lower()


def _svg_token(node: Element, name: str) -> Element | None:
    codes: list[int] = []
    fonts: set[str] = set()
    text = ""
    for child in node.elements():
        if child.tag == "text":
            text += child.text()
        elif child.attrs.get("data-c") in _BRACES:
            return make_node(name, _BRACES[child.attrs["data-c"]])
        elif child.tag in ("use", "path"):
            match = _GLYPH_ID.search(child.attrs.get("xlink:href", child.attrs.get("href", "")))
            code = child.attrs.get("data-c", match[2] if match else "")
            if re.fullmatch(r"[0-9A-Fa-f]{1,5}", code):
                codes.append(int(code, 16))
                fonts.add(match[1] if match else "")
    text = (_pieces_to_char(codes) + text).translate(INVISIBLE)
    variant = _FONTS.get(next(iter(fonts)), "") if len(fonts) == 1 else ""
    if not variant and name == "mi" and fonts == {"N"} and len(text) == 1:
        variant = "normal"
    return styled_token(name, text, variant) if text else None


def _svg_parts(node: Element) -> list[Element]:
    """The elements that stand for the MathML children, through groups that only move them."""
    parts: list[Element] = []
    for child in node.children:
        if isinstance(child, str) or _svg_name(child) == "labels":
            continue
        if _svg_name(child):
            parts.append(child)
        elif child.tag in ("g", "svg", "a"):
            parts += _svg_parts(child)
    return parts


def _one(node: Element) -> Element:
    return row_of(_read(node, _SVG))


def _height(node: Element) -> float:
    """How high above its parent's line an element was moved."""
    match = _TRANSLATED.search(node.attrs.get("transform", ""))
    return float(match[1]) if match else 0.0


def _svg_fraction(node: Element) -> Element:
    has_line = any(not isinstance(child, str) and child.tag == "rect" for child in node.children)
    return make_node("mfrac", *map(_one, _svg_parts(node)), **({} if has_line else {"linethickness": "0"}))


def _svg_scripts(node: Element) -> Element:
    name, parts = _svg_name(node), _svg_parts(node)
    if len(parts) == 3:
        # Superscript and limit above come first or last, depending on the element: the place tells.
        below, above = sorted(parts[1:], key=_height)
        parts = [parts[0], below, above]
    return make_node(name, *map(_one, parts)) if len(parts) > 1 else row_of([_one(part) for part in parts])


def _svg_root(node: Element) -> Element:
    # An unnamed group holds the content; the index of a root and the surd stand beside it.
    content = [child for child in node.children if not isinstance(child, str) and child.tag == "g" and not _svg_name(child)]
    inner = row_of([part for child in content for part in _read(child, _SVG)])
    beside = [part for part in (_one(child) for child in node.children if not isinstance(child, str) and _svg_name(child))
              if not _is_surd(part)]  # fmt: skip
    return make_node("mroot", inner, beside[0]) if _svg_name(node) == "mroot" and beside else make_node("msqrt", inner, *beside)


def _svg_table(node: Element) -> Element:
    rows = [_svg_parts(part) for part in _svg_parts(node) if _svg_name(part) in ("mtr", "mlabeledtr")]
    cells = [[make_node("mtd", *_below(cell, _SVG)) for cell in row if _svg_name(cell) == "mtd"] for row in rows]
    return make_node("mtable", *(make_node("mtr", *row) for row in cells))


def _svg_enclosed(node: Element) -> Element:
    shapes = {child.tag for child in node.children if not isinstance(child, str)}
    return make_node("menclose", *map(_one, _svg_parts(node)), notation="updiagonalstrike" if "line" in shapes else "box")


_SVG = _Drawing(_svg_name, _svg_token)
_SVG.handlers = {
    "mfrac": _svg_fraction,
    "msub": _svg_scripts,
    "msup": _svg_scripts,
    "msubsup": _svg_scripts,
    "munder": _svg_scripts,
    "mover": _svg_scripts,
    "munderover": _svg_scripts,
    "msqrt": _svg_root,
    "mroot": _svg_root,
    "mtable": _svg_table,
    "menclose": _svg_enclosed,
}
