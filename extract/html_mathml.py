r"""Presentation MathML to LaTeX.

    <mrow><msup><mi>x</mi><mn>2</mn></msup><mo>≤</mo><mi>α</mi></mrow>   ->   x^{2} \leq \alpha

One converter per element in a table. Prefixed elements (`m:mi`) are read as their plain names. Written against the output of
MathJax, KaTeX, Temml, LaTeXML, texmath and the W3C test suite.
Source: MathML 3, chapter 3.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from extract.html_mathml_content import CONTENT_TAGS, content_to_latex
from extract.html_symbols import (
    ALPHABETS,
    BINARY,
    FUNCTIONS,
    INVISIBLE,
    LIMIT_OPERATORS,
    RELATIONS,
    SYMBOLS,
    join,
    latex_of,
    text_to_latex,
)
from extract.html_tree import Element

_VARIANTS = {
    "bold": "mathbf", "bold-italic": "boldsymbol", "double-struck": "mathbb", "script": "mathcal", "bold-script": "mathcal",
    "fraktur": "mathfrak", "bold-fraktur": "mathfrak", "sans-serif": "mathsf", "bold-sans-serif": "mathsf",
    "sans-serif-italic": "mathsf", "sans-serif-bold-italic": "mathsf", "monospace": "mathtt", "-tex-calligraphic": "mathcal",
    "-tex-bold-calligraphic": "mathcal", "-tex-caligraphic": "mathcal", "-tex-variant": "", "-tex-mathit": "mathit",
}  # fmt: skip
_ALPHABET_COMMANDS = ("\\math", "\\boldsymbol{")
OVER_ACCENTS = {
    "^": "hat", "ˆ": "hat", "̂": "hat", "~": "tilde", "˜": "tilde", "̃": "tilde", "∼": "tilde", "¯": "bar", "ˉ": "bar", "̄": "bar",
    "-": "bar", "−": "bar", "_": "overline", "‾": "overline", "̅": "overline", "―": "overline", "–": "overline", "—": "overline",
    "→": "vec", "⃗": "vec", "←": "overleftarrow", "↔": "overleftrightarrow", "˙": "dot", "̇": "dot", ".": "dot", "¨": "ddot",
    "̈": "ddot", "⃛": "dddot", "…": "dddot", "⃜": "ddddot", "ˇ": "check", "̌": "check", "˘": "breve", "̆": "breve", "´": "acute",
    "́": "acute", "ˊ": "acute", "`": "grave", "̀": "grave", "ˋ": "grave", "‵": "grave", "˚": "mathring", "̊": "mathring",
    "⏞": "overbrace", "︷": "overbrace", "⏠": "overparen", "⏜": "overparen", "⎴": "overbracket",
}  # fmt: skip
_UNDER_ACCENTS = {
    "_": "underline", "¯": "underline", "̲": "underline", "‾": "underline", "―": "underline", "–": "underline", "—": "underline",
    "−": "underline", "-": "underline", "⏟": "underbrace", "︸": "underbrace", "⏝": "underparen", "⎵": "underbracket",
}  # fmt: skip
_WIDE = {"hat": "widehat", "tilde": "widetilde", "bar": "overline", "vec": "overrightarrow"}
_ARROWS = {"→": "xrightarrow", "⟶": "xrightarrow", "←": "xleftarrow", "⟵": "xleftarrow"}
_MATRIX = {("(", ")"): "pmatrix", ("[", "]"): "bmatrix", ("{", "}"): "Bmatrix", ("|", "|"): "vmatrix", ("‖", "‖"): "Vmatrix",
    ("∥", "∥"): "Vmatrix", ("∣", "∣"): "vmatrix"}  # fmt: skip
_OPEN, _CLOSE = frozenset("([{⟨⌊⌈|‖∣∥〈⟦"), frozenset(")]}⟩⌋⌉|‖∣∥〉⟧")
_TALL = re.compile(r"\\(?:frac|d?binom|sum|prod|int|oint|begin|underbrace|overbrace|big(?:cup|cap|oplus|otimes))(?![a-z])")
_NAMED_SPACES = {
    "thickmathspace": 5 / 18,
    "verythickmathspace": 6 / 18,
    "veryverythickmathspace": 7 / 18,
    "mediummathspace": 4 / 18,
}
_SPACES = ((1.5, r"\qquad "), (0.8, r"\quad "), (0.25, r"\; "), (0.1, r"\,"))


def to_latex(math: Element) -> str:
    """LaTeX of a `<math>` element, from its presentation markup only."""
    latex = re.sub(r"[ \t\n]+", " ", _row(_parts(math))).strip()
    if "{mod}" in latex:
        latex = _BINARY_MOD.sub(r" \\bmod ", _PARENTHESIZED_MOD.sub(r" \\pmod{\1}", latex))
    return latex


_PARENTHESIZED_MOD = re.compile(r"(?:\\quad ?)?\(\\(?:operatorname|mathrm)\{mod\}(?:\\[;:, ] ?)*([^()]*)\)")
_BINARY_MOD = re.compile(r" ?\\(?:operatorname|mathrm)\{mod\} ?")


def embedded_tex(math: Element) -> str | None:
    """The TeX source that a `<math>` element carries in an annotation or in its alttext, or None."""
    for node in math.elements():
        if name_of(node) == "annotation" and "tex" in node.attrs.get("encoding", "").lower():
            text = node.text().strip()
            if text:
                return text
    # MathJax 4 writes data-latex
    return math.attrs.get("data-latex", "").strip() or math.attrs.get("alttext", "").strip() or None


def is_display(math: Element) -> bool:
    """Whether the element is displayed on lines of its own."""
    return math.attrs.get("display") == "block" or math.attrs.get("mode") == "display"


def name_of(node: Element) -> str:
    """The element's name without its namespace prefix."""
    return node.tag.rpartition(":")[2]


def make_node(tag: str, *children: Element | str, **attrs: str) -> Element:
    """A MathML element, for readers that rebuild a formula from what was drawn."""
    node = Element(tag, attrs)
    node.children = list(children)
    return node


def row_of(nodes: list[Element]) -> Element:
    """Elements as one: themselves where there is one, else an mrow."""
    return nodes[0] if len(nodes) == 1 else make_node("mrow", *nodes)


_VARIANT_OF = {
    "mathbf": "bold", "boldsymbol": "bold-italic", "mathcal": "script", "mathbb": "double-struck", "mathfrak": "fraktur",
    "mathsf": "sans-serif", "mathtt": "monospace",
}  # fmt: skip


def styled_token(tag: str, text: str, variant: str = "") -> Element:
    """A token whose letters may be those of Unicode's mathematical alphabets: plain letters and a mathvariant."""
    letters = [ALPHABETS.get(char) for char in text]
    if letters and all(letters):
        commands = {letter[1] for letter in letters if letter}
        if len(commands) == 1:
            text = "".join(letter[0] for letter in letters if letter)
            command = commands.pop()
            variant = _VARIANT_OF.get(command, "italic" if len(text) > 1 and tag == "mi" else "")
    return make_node(tag, text, **({"mathvariant": variant} if variant else {}))


def _parts(node: Element) -> list[Element]:
    """Child elements that typeset something; text between them (legal nowhere) becomes an mtext."""
    parts: list[Element] = []
    for child in node.children:
        if isinstance(child, str):
            if child.strip() and name_of(node) not in ("math", "mrow", "semantics"):
                loose = Element("mtext", {}, node)
                loose.children.append(child)
                parts.append(loose)
            continue
        parts.append(child)
        if ":" in child.tag and name_of(child) in ("mspace", "mprescripts", "none", "malignmark", "maligngroup"):
            # `<m:mspace/>` does not close itself in HTML: what follows it was parsed into it.
            parts.extend(_parts(child))
    return [part for part in parts if name_of(part) not in ("annotation", "annotation-xml")]


def convert(node: Element) -> str:
    """One element as LaTeX."""
    name = name_of(node)
    handler = _HANDLERS.get(name)
    if handler is None and name in CONTENT_TAGS:
        return content_to_latex(node, name, convert)
    return handler(node) if handler else _row(_parts(node))


def _group(node: Element | None) -> str:
    return "{" + (convert(node) if node is not None else "").strip() + "}"


def _string(node: Element) -> str:
    return " ".join(node.text().translate(INVISIBLE).replace("\u00a0", " ").split())


# ---------------------------------------------------------------------------------------------------- rows


def _row(nodes: list[Element]) -> str:
    """Elements side by side: fences become \\left \\right around tall content, tables between fences their matrix."""
    nodes = _with_norms(_unnested(nodes))
    pieces: list[str] = []
    index = 0
    while index < len(nodes):
        node = nodes[index]
        fenced = _fenced_table(nodes, index)
        if fenced:
            latex, index = fenced
            pieces.append(latex)
            continue
        if name_of(node) == "mo":
            pieces.append(_operator_in_row(nodes, index, pieces))
        else:
            pieces.append(convert(node))
        index += 1
    return join(_with_tall_fences(nodes, pieces) if len(pieces) == len(nodes) else pieces)


def _unnested(nodes: list[Element]) -> list[Element]:
    """Invisible wrappers around a whole row taken off."""
    while len(nodes) == 1 and name_of(nodes[0]) in ("mrow", "mstyle", "mpadded", "semantics") and len(_parts(nodes[0])) > 1:
        if nodes[0].attrs.get("mathvariant") in _VARIANTS:
            break
        if name_of(nodes[0]) == "semantics":
            return _parts(nodes[0])[:1]
        nodes = _parts(nodes[0])
    return nodes


def _with_norms(nodes: list[Element]) -> list[Element]:
    """Parallel bars in pairs are norms."""
    bars = {id(node) for node in nodes if name_of(node) == "mo" and _string(node) == "∥"}
    return [make_node("mo", "‖") if id(node) in bars else node for node in nodes] if bars and len(bars) % 2 == 0 else nodes


def _operator_in_row(nodes: list[Element], index: int, before: list[str]) -> str:
    latex = _mo(nodes[index])
    if latex in RELATIONS:
        return f" {latex} "
    if (
        latex in BINARY
        and index > 0
        and before
        and before[-1].strip() not in RELATIONS
        and before[-1] not in ("(", "[", "\\{", ",", ", ")
    ):
        return f" {latex} "
    return ", " if latex == "," and index + 1 < len(nodes) else latex


def _with_tall_fences(nodes: list[Element], pieces: list[str]) -> list[str]:
    if len(nodes) < 3 or name_of(nodes[0]) != "mo" or name_of(nodes[-1]) != "mo":
        return pieces
    first, last = _string(nodes[0]), _string(nodes[-1])
    if first not in _OPEN or last not in _CLOSE or not any(_TALL.search(piece) for piece in pieces[1:-1]):
        return pieces
    # Only a fence that opens and closes here: `( a ) ( b )` starts and ends with fences that are not partners.
    if any(name_of(node) == "mo" and _string(node) in (first, last) for node in nodes[1:-1]):
        return pieces
    return [f"\\left{pieces[0]}", *pieces[1:-1], f"\\right{pieces[-1]}"]


def _fenced_table(nodes: list[Element], index: int) -> tuple[str, int] | None:
    """`(` table `)` at `index` as a matrix, `{` table as cases, a binomial; and the index after it."""
    node = nodes[index]
    if name_of(node) != "mo" or index + 1 >= len(nodes):
        return None
    opening, inner = _string(node), _only(nodes[index + 1])
    closing = _string(nodes[index + 2]) if index + 2 < len(nodes) and name_of(nodes[index + 2]) == "mo" else ""
    if _is_binomial(inner) and (opening, closing) == ("(", ")"):
        return _binomial(inner), index + 3
    if name_of(inner) != "mtable":
        return None
    environment = _MATRIX.get((opening, closing))
    if environment:
        return _table(inner, environment), index + 3
    if opening == "{" and closing not in _CLOSE:
        after = index + 3 if index + 2 < len(nodes) and name_of(nodes[index + 2]) == "mo" and not closing else index + 2
        return _table(inner, "cases"), after
    return None


def _only(node: Element) -> Element:
    """`node`, or the one element that its wrappers hold."""
    while name_of(node) in ("mrow", "mstyle", "mpadded") and node.attrs.get("mathvariant") not in _VARIANTS:
        parts = _parts(node)
        if len(parts) != 1:
            break
        node = parts[0]
    return node


# ---------------------------------------------------------------------------------------------------- tokens


def _mi(node: Element) -> str:
    text = _string(node)
    variant = node.attrs.get("mathvariant", "")
    if len(text) != 1:
        return _identifier(text, variant)
    if variant == "normal":
        return f"\\mathrm{{{text}}}" if text.isascii() and text.isalpha() else latex_of(text)
    return _styled(latex_of(text), variant)


def _identifier(text: str, variant: str) -> str:
    """An identifier of several letters."""
    if not text:
        return ""
    if text in FUNCTIONS:
        return f"\\{text}"
    if text.replace(" ", "") in FUNCTIONS:  # "lim sup"
        return "\\" + text.replace(" ", "")
    latex = text_to_latex(text)
    if variant in _VARIANTS:
        return _styled(latex, variant)
    if variant in ("italic", "normal") and text.isascii() and text.isalpha():
        return f"\\mathit{{{text}}}" if variant == "italic" else f"\\mathrm{{{text}}}"
    if not text.isascii() or not re.fullmatch(r"[A-Za-z][A-Za-z0-9 .*-]*", text):
        return latex
    return f"\\operatorname{{{text}}}" if text.isalpha() else f"\\mathrm{{{text}}}"


def _styled(latex: str, variant: str) -> str:
    command = _VARIANTS.get(variant, "")
    if command == "mathbf" and latex.startswith("\\"):
        command = "boldsymbol"
    if not command or not latex or latex.startswith(_ALPHABET_COMMANDS):
        return latex
    return f"\\{command}{{{latex}}}"


def _mn(node: Element) -> str:
    return _styled(text_to_latex(_string(node).replace(" ", "")), node.attrs.get("mathvariant", ""))


def _mo(node: Element) -> str:
    text = unicodedata.normalize("NFC", _string(node))  # an equals sign and a stroke over it are one sign
    if text.replace(" ", "") in FUNCTIONS:
        return "\\" + text.replace(" ", "")
    if len(text) > 1 and text.isascii() and text.isalpha():
        return f"\\operatorname{{{text}}}" if len(text) > 2 else f" \\text{{{text}}} "
    if len(text) == 2 and text[1] == "\u0338":
        return f"\\not{latex_of(text[0])}"
    return text_to_latex(text)


def _mtext(node: Element) -> str:
    text = node.text().translate(INVISIBLE).replace("\u00a0", " ")
    inner = " ".join(text.split())
    if not inner:
        return r"\ " if text else ""
    lead, trail = (" " if text[0].isspace() else ""), (" " if text[-1].isspace() else "")
    if len(inner) == 1 and inner in SYMBOLS:
        return latex_of(inner)
    command = _VARIANTS.get(node.attrs.get("mathvariant", ""), "")
    text_command = {"mathbf": "textbf", "mathtt": "texttt", "mathsf": "textsf"}.get(command, "text")
    escaped = re.sub(r"([%&#$_{}])", r"\\\1", lead + inner + trail)
    return f"\\{text_command}{{{escaped}}}"


def _ms(node: Element) -> str:
    quote_left, quote_right = node.attrs.get("lquote", '"'), node.attrs.get("rquote", '"')
    return f"\\text{{{quote_left}{_string(node)}{quote_right}}}"


def _mspace(node: Element) -> str:
    if node.attrs.get("linebreak") == "newline":
        return r"\\ "
    named = node.attrs.get("width", "").strip()
    match = re.match(r"(-?[\d.]+)(em|ex|px|pt)?", str(_NAMED_SPACES.get(named, named)))
    if not match:
        return ""
    try:
        width = float(match[1]) * {"ex": 0.5, "px": 1 / 16, "pt": 0.1}.get(match[2] or "em", 1.0)
    except ValueError:
        return ""
    return next((space for least, space in _SPACES if width >= least), "")


# ---------------------------------------------------------------------------------------------------- layout


def _mfrac(node: Element) -> str:
    parts = _parts(node)
    if _is_binomial(node):
        return f"{{{convert(parts[0])} \\atop {convert(parts[1])}}}" if len(parts) > 1 else ""
    return f"\\frac{_group(_nth(parts, 0))}{_group(_nth(parts, 1))}"


def _is_binomial(node: Element) -> bool:
    thickness = node.attrs.get("linethickness", "").strip()
    return name_of(node) == "mfrac" and (thickness == "0" or bool(re.fullmatch(r"0+(\.0+)?(px|pt|em|ex)?", thickness)))


def _binomial(node: Element) -> str:
    parts = _parts(node)
    return f"\\binom{_group(_nth(parts, 0))}{_group(_nth(parts, 1))}"


def _nth(parts: list[Element], index: int) -> Element | None:
    return parts[index] if index < len(parts) else None


def _msqrt(node: Element) -> str:
    return f"\\sqrt{{{_row(_parts(node)).strip()}}}"


def _mroot(node: Element) -> str:
    parts = _parts(node)
    degree = convert(parts[1]).strip() if len(parts) > 1 else ""
    return f"\\sqrt[{degree}]{_group(_nth(parts, 0))}" if degree else f"\\sqrt{_group(_nth(parts, 0))}"


def _base(node: Element | None) -> str:
    """What scripts are attached to: braced where they would bind to a part of it."""
    if node is None:
        return "{}"
    latex = convert(node).strip()
    if not latex:
        return "{}"
    simple = len(latex) == 1 or re.fullmatch(r"\\[A-Za-z]+|\\[A-Za-z]+\{[^{}]*\}|\d+|\\.|\\left.*\\right.{1,8}", latex, re.DOTALL)
    return latex if simple or _only(node).tag.endswith("mo") else f"{{{latex}}}"


def _script(mark: str, node: Element | None) -> str:
    latex = _script_content(node) if node is not None else ""
    if not latex:
        return ""
    if mark == "^" and set(latex) == {"'"}:
        return latex
    return f"{mark}{{{latex}}}"


def _script_content(node: Element) -> str:
    """What stands in a script; lines below each other there are a substack."""
    inner = _only(node)
    if name_of(inner) == "mtable" and len(_parts(inner)) > 1 and all(len(_parts(row)) == 1 for row in _parts(inner)):
        return r"\substack{" + r" \\ ".join(row[0] for row in _rows(inner)) + "}"
    return convert(node).strip()


def _msub(node: Element) -> str:
    parts = _parts(node)
    return _base(_nth(parts, 0)) + _script("_", _nth(parts, 1))


def _msup(node: Element) -> str:
    parts = _parts(node)
    return _base(_nth(parts, 0)) + _script("^", _nth(parts, 1))


def _msubsup(node: Element) -> str:
    parts = _parts(node)
    return _base(_nth(parts, 0)) + _script("_", _nth(parts, 1)) + _script("^", _nth(parts, 2))


def _munder(node: Element) -> str:
    parts = _parts(node)
    return _under(parts[0], parts[1]) if len(parts) > 1 else _row(parts)


def _under(base: Element, under: Element) -> str:
    latex = convert(base).strip()
    accent = _UNDER_ACCENTS.get(_string(under)) if _only(under).tag.endswith("mo") else None
    if accent:
        return f"\\{accent}{{{latex}}}"
    if latex == r"\lim" and (limit := _ARROW_LIMITS.get(_string(under))):
        return limit
    if _carries_limits(latex, base):
        return latex + _script("_", under)
    return f"\\underset{_group(under)}{{{latex}}}"


_ARROW_LIMITS = {"←": r"\varprojlim", "⟵": r"\varprojlim", "→": r"\varinjlim", "⟶": r"\varinjlim"}


def _carries_limits(latex: str, base: Element) -> bool:
    return (
        latex in LIMIT_OPERATORS
        or latex.startswith((r"\underbrace", r"\overbrace", r"\operatorname"))
        or _only(base).attrs.get("movablelimits") == "true"
    )


def _mover(node: Element) -> str:
    parts = _parts(node)
    return _over(parts[0], convert(parts[0]).strip(), parts[1]) if len(parts) > 1 else _row(parts)


def _over(base: Element, latex: str, over: Element) -> str:
    mark = _string(over)
    accent = OVER_ACCENTS.get(mark)
    if accent and name_of(_only(over)) in ("mo", "mi", "mtext"):
        # `→` above letters is a vector; above something long it is stretched.
        wide = len(re.sub(r"\\[a-z]+|[{}]", "x", latex)) > 1 and _only(over).attrs.get("stretchy") != "false"
        return f"\\{_WIDE.get(accent, accent) if wide else accent}{{{latex}}}"
    base_text = _string(base)
    if base_text in _ARROWS and name_of(_only(base)) == "mo":
        return f"\\{_ARROWS[base_text]}{_group(over)}"
    if _carries_limits(latex, base):
        return latex + _script("^", over)
    return f"\\overset{_group(over)}{{{latex}}}"


def _munderover(node: Element) -> str:
    parts = _parts(node)
    if len(parts) < 3:
        return _munder(node)
    latex = convert(parts[0]).strip()
    if _carries_limits(latex, parts[0]):
        return latex + _script("_", parts[1]) + _script("^", parts[2])
    base_text = _string(parts[0])
    if base_text in _ARROWS:
        return f"\\{_ARROWS[base_text]}[{convert(parts[1]).strip()}]{_group(parts[2])}"
    over = _over(parts[0], latex, parts[2])
    accent = _UNDER_ACCENTS.get(_string(parts[1]))
    return f"\\{accent}{{{over}}}" if accent else f"\\underset{_group(parts[1])}{{{over}}}"


def _mmultiscripts(node: Element) -> str:
    parts = _parts(node)
    if not parts:
        return ""
    base, scripts = parts[0], parts[1:]
    split = next((i for i, part in enumerate(scripts) if name_of(part) == "mprescripts"), len(scripts))
    after, before = scripts[:split], scripts[split + 1 :]
    prefix = "{}" + _script_pairs(before) if before else ""
    return prefix + _base(base) + _script_pairs(after)


def _script_pairs(scripts: list[Element]) -> str:
    pairs = [_script("_", _nth(scripts, i)) + _script("^", _nth(scripts, i + 1)) for i in range(0, len(scripts), 2)]
    return "{}".join(pairs)


def _mfenced(node: Element) -> str:
    opening, closing = node.attrs.get("open", "("), node.attrs.get("close", ")")
    separators = node.attrs.get("separators", ",").replace(" ", "")
    parts = _parts(node)
    if len(parts) == 1:
        inner = _only(parts[0])
        if name_of(inner) == "mtable" and (environment := _MATRIX.get((opening, closing))):
            return _table(inner, environment)
        if name_of(inner) == "mtable" and opening == "{" and not closing:
            return _table(inner, "cases")
        if _is_binomial(inner) and (opening, closing) == ("(", ")"):
            return _binomial(inner)
    pieces: list[str] = []
    for index, part in enumerate(parts):
        if index and separators:
            mark = latex_of(separators[min(index - 1, len(separators) - 1)])
            pieces.append(", " if mark == "," else mark)
        pieces.append(convert(part))
    body = join(pieces)
    left, right = text_to_latex(opening.strip()), text_to_latex(closing.strip())
    if _TALL.search(body) or not left or not right:
        return f"\\left{left or '.'}{' ' if left.startswith(chr(92)) else ''}{body}\\right{right or '.'}"
    return join([left, body, right])


def _menclose(node: Element) -> str:
    body = _row(_parts(node))
    notation = set(node.attrs.get("notation", "longdiv").split())
    for names, command in _ENCLOSURES:
        if notation.issuperset(names):
            return f"\\{command}{{{body}}}"
    return f"\\enclose{{{' '.join(sorted(notation))}}}{{{body}}}" if notation else body


_ENCLOSURES = (
    # notations of menclose, the command that draws all of them
    (("box",), "boxed"), (("roundedbox",), "boxed"), (("left", "right", "top", "bottom"), "boxed"),
    (("updiagonalstrike", "downdiagonalstrike"), "xcancel"), (("updiagonalstrike",), "cancel"),
    (("downdiagonalstrike",), "bcancel"), (("horizontalstrike",), "sout"), (("radical",), "sqrt"), (("top",), "overline"),
    (("bottom",), "underline"),
)  # fmt: skip


def _mphantom(node: Element) -> str:
    return f"\\phantom{{{_row(_parts(node))}}}"


def _mstyle(node: Element) -> str:
    return _styled(_row(_parts(node)), node.attrs.get("mathvariant", ""))


def _maction(node: Element) -> str:
    parts = _parts(node)
    selection = node.attrs.get("selection", "1").strip()
    chosen = int(selection) - 1 if re.fullmatch(r"[1-9]\d?", selection) else 0
    return convert(_nth(parts, chosen) or parts[0]) if parts else ""


def _mglyph(node: Element) -> str:
    alt = " ".join(node.attrs.get("alt", "").split())
    return f"\\text{{{alt}}}" if alt and not re.search(r"[\\{}$]", alt) else ""


def _first(node: Element) -> str:
    parts = _parts(node)
    return convert(parts[0]) if parts else ""


def _mtable(node: Element) -> str:
    align = node.attrs.get("columnalign", "").split()
    rows = _rows(node)
    aligned = (
        align[:2] == ["right", "left"] or (align[:1] == ["right"] and len(align) == 1) or node.attrs.get("displaystyle") == "true"
    )
    if len(rows) == 1 and len(rows[0]) == 1:
        return rows[0][0]
    if len(rows) > 1 and not align and all(len(row) == 2 and _STARTS_WITH_RELATION.match(row[1]) for row in rows):
        aligned = True
    return _written(rows, "aligned" if aligned else "matrix")


_STARTS_WITH_RELATION = re.compile(r"(?:=|<|>|\\(?:leq?|geq?|sim|approx|equiv|to|rightarrow|subseteq|in)(?![a-z])|$)")


def _table(node: Element, environment: str) -> str:
    return _written(_rows(node), environment)


def _written(rows: list[list[str]], environment: str) -> str:
    body = r" \\ ".join(" & ".join(row) for row in rows)
    return f"\\begin{{{environment}}} {body} \\end{{{environment}}}"


def _rows(node: Element) -> list[list[str]]:
    rows = []
    for row in _parts(node):
        if name_of(row) not in ("mtr", "mlabeledtr"):
            rows.append([convert(row).strip()])
            continue
        cells = _parts(row)[1 if name_of(row) == "mlabeledtr" else 0 :]
        rows.append([convert(cell).strip() for cell in cells])
    return rows


_HANDLERS: dict[str, Callable[[Element], str]] = {
    "mi": _mi,
    "mn": _mn,
    "mo": _mo,
    "mtext": _mtext,
    "ms": _ms,
    "mspace": _mspace,
    "mfrac": _mfrac,
    "msqrt": _msqrt,
    "mroot": _mroot,
    "msub": _msub,
    "msup": _msup,
    "msubsup": _msubsup,
    "munder": _munder,
    "mover": _mover,
    "munderover": _munderover,
    "mmultiscripts": _mmultiscripts,
    "mfenced": _mfenced,
    "menclose": _menclose,
    "mphantom": _mphantom,
    "mstyle": _mstyle,
    "mtable": _mtable,
    "semantics": _first,
    "maction": _maction,
    "mglyph": _mglyph,
    "mprescripts": lambda node: "",
    "none": lambda node: "",
    "annotation": lambda node: "",
    "annotation-xml": lambda node: "",
    "maligngroup": lambda node: "",
    "malignmark": lambda node: "",
}
