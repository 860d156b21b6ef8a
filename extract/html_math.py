r"""Mathematics of a page, found on the tree before anything is pruned.

`NOTATIONS` is the whole method: an ordered table of (name, where to look, converter). The first row that converts an
element wins, and the outermost element it applies to is replaced by a formula, so that a KaTeX box, its hidden MathML
and its fallback image count once. Text between delimiters comes after (extract/html_delimiters.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from extract.html_delimiters import DelimiterSet, clean_tex, formula_element, reads_as_mathematics
from extract.html_glyphs_katex import katex_to_mathml
from extract.html_glyphs_mathjax import mathjax_to_mathml
from extract.html_mathml import embedded_tex, is_display, name_of, to_latex
from extract.html_subsup import html_to_latex
from extract.html_symbols import FUNCTIONS
from extract.html_tree import MATH_TAG, Element, Page, parse, words

MAX_TEX_CHARS = 20_000


class Found(NamedTuple):
    latex: str
    display: bool


REMOVE = Found("", False)
"""The element shows a formula that another element of the page carries."""


@dataclass(frozen=True)
class PageFacts:
    """What converters need to know of the page as a whole."""

    delimiters: DelimiterSet
    has_tex_scripts: bool
    """MathJax 2 left its `<script type="math/tex">` beside every rendered formula."""
    has_rendered: bool


Converter = Callable[[Element, PageFacts], Found | None]


@dataclass(frozen=True)
class Notation:
    """One way of writing mathematics into HTML."""

    name: str
    convert: Converter
    """None where the element is not this notation after all."""
    tags: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    attributes: tuple[str, ...] = field(default=())


# ---------------------------------------------------------------------------------------------------- scripts


def _without_cdata(text: str) -> str:
    """`% <![CDATA[ x % ]]>`, as MathJax hides TeX from parsers of XML, is x."""
    bare = text.strip().removeprefix("%").lstrip()
    if not bare.startswith("<![CDATA[") or not bare.endswith("]]>"):
        return text
    return bare[len("<![CDATA[") : -len("]]>")].strip().removesuffix("%").strip()


def _tex_script(node: Element, facts: PageFacts) -> Found | None:
    kind = node.attrs.get("type", "").lower()
    if not kind.startswith(("math/tex", "math/latex")):
        return None
    return Found(_without_cdata(node.text()), "mode=display" in kind.replace(" ", ""))


def _mathml_script(node: Element, facts: PageFacts) -> Found | None:
    if not node.attrs.get("type", "").lower().startswith(("math/mml", "math/mathml", "application/mathml")):
        return None
    return _from_markup(node.text())


def _asciimath_script(node: Element, facts: PageFacts) -> Found | None:
    from extract.html_asciimath import asciimath_to_latex

    return Found(asciimath_to_latex(node.text()), False) if "asciimath" in node.attrs.get("type", "").lower() else None


def _from_markup(markup: str) -> Found | None:
    """A formula from MathML that stood as text."""
    return _from_math(_math_below(parse(markup).root))


# ---------------------------------------------------------------------------------------------------- MathML


def _math_below(node: Element) -> Element | None:
    return next((child for child in node.elements() if name_of(child) == "math"), None)


def _from_math(math: Element | None) -> Found | None:
    if math is None:
        return None
    tex = embedded_tex(math)
    if not tex and not any(not isinstance(child, str) for child in math.children):
        tex = math.text() if _may_be_tex(math.text()) else None  # <math>x^2</math>, as wikis write it
    latex = clean_tex(tex) if tex else to_latex(math)
    return Found(latex, is_display(math) or bool(tex and tex.lstrip().startswith("{\\displaystyle") and _stands_alone(math)))


def _stands_alone(node: Element) -> bool:
    """Whether the element is the only content of its block."""
    parent = node.parent
    while parent is not None and parent.tag in ("span", "a"):
        node, parent = parent, parent.parent
    return (
        parent is not None
        and parent.tag in ("p", "div", "dd", "td", "center")
        and all((child is node) or (isinstance(child, str) and not child.strip(" \n\t.,;")) for child in parent.children)
    )


def _mathml(node: Element, facts: PageFacts) -> Found | None:
    return _from_math(node)


def _wikipedia(node: Element, facts: PageFacts) -> Found | None:
    found = _from_math(_math_below(node))
    image = node.find("img")
    if found is None and image is not None and image.attrs.get("alt"):
        found = Found(image.attrs["alt"], False)
    if found is None:
        return None
    display = node.find_class("mwe-math-mathml-display", "mwe-math-fallback-image-display") is not None
    return found._replace(display=display or (found.display and _stands_alone(node)))


# ---------------------------------------------------------------------------------------------------- KaTeX, MathJax


def _katex(node: Element, facts: PageFacts) -> Found | None:
    display = any(name in ("katex-display", "katex--display", "katex-block") for name in node.classes)
    display = display or node.find_class("katex-display") is not None
    for holder in ("data-latex", "data-tex", "data-math"):
        if node.attrs.get(holder):
            return Found(node.attrs[holder], display)
    math = _math_below(node)
    if math is not None:
        found = _from_math(math)
        return found and found._replace(display=found.display or display)
    hidden = node if "katex-mathml" in node.classes else node.find_class("katex-mathml")
    if hidden is not None and (latex := _tex_among_symbols(hidden.text())):
        return Found(latex, display)
    drawn = _from_math(katex_to_mathml(node))
    return drawn and drawn._replace(display=display)


def _tex_among_symbols(text: str) -> str:
    """CSDN strips the tags of KaTeX's MathML: what is left is symbols, then the TeX, then symbols, with blank lines between."""
    parts = [part.strip() for part in re.split(r"\n[ \t]*\n", text.strip()) if part.strip()]
    if len(parts) == 3:
        return parts[1]
    return next((part for part in parts if re.search(r"\\[A-Za-z]|[_^]", part)), parts[-1] if parts else "")


def _mathjax_rendered(node: Element, facts: PageFacts) -> Found | None:
    if facts.has_tex_scripts:
        return REMOVE
    display = any("isplay" in name for name in node.classes) or node.attrs.get("display") == "true"
    found = _from_math(_math_below(node))
    if found is None:
        markup = next((child.attrs["data-mathml"] for child in node.elements() if child.attrs.get("data-mathml")), None)
        found = _from_markup(markup) if markup else None
    if found is None:
        # MathJax 4 names the source of every part: the first is the whole formula only at the root of the drawing.
        roots = (child for child in node.elements() if child is node or _draws_whole(child))
        tex = next((root.attrs[name] for root in roots for name in ("data-latex", "data-tex") if root.attrs.get(name)), None)
        found = Found(tex, False) if tex else None
    if found is None:
        labels = (child.attrs.get("aria-label", "") for child in node.elements() if "mjx-math" in child.classes)
        found = next((Found(label, False) for label in labels if re.search(r"\\[A-Za-z]|[_^]", label)), None)
    if found is None:
        found = _from_math(mathjax_to_mathml(node))
    return found and found._replace(display=found.display or display)


def _draws_whole(node: Element) -> bool:
    return node.tag == "mjx-math" or "mjx-math" in node.classes or node.attrs.get("data-mml-node") == "math"


def _mathjax_preview(node: Element, facts: PageFacts) -> Found | None:
    return REMOVE if facts.has_tex_scripts or facts.has_rendered else None


# ------------------------------------------------------------------------------------------------ TeX in attributes and classes


_TEX_ATTRIBUTES = (
    "data-latex", "data-tex", "data-equation-content", "data-formula", "data-katex", "data-latex-formula", "data-math-formula",
    "data-math",
    "data-expr", "data-math-tex", "data-latex-code", "data-equation", "data-mathlatex", "data-asciimath-tex",
)  # fmt: skip
_SHARED_ATTRIBUTES = words("data-formula data-math data-expr data-equation")
"""Spreadsheets and templates write formulas of their own into these."""


def _tex_attribute(node: Element, facts: PageFacts) -> Found | None:
    for name in _TEX_ATTRIBUTES:
        value = node.attrs.get(name, "").strip()
        if not value or value.startswith(("http", "<")) or (name in _SHARED_ATTRIBUTES and value.startswith("=")):
            continue
        if value.startswith("{") and ('":' in value or not re.search(r"\\[A-Za-z]", value)):
            continue  # JSON
        if _may_be_tex(value) if name not in _SHARED_ATTRIBUTES else reads_as_mathematics(value):
            return Found(value, _is_display_box(node))
    return None


_TEX_SIGNS = re.compile(r"\\[A-Za-z]|[_^{}=<>+]|[^\x00-\x7f]")
_LETTERS = re.compile(r"[A-Za-z]+")
_TWO_SMALL_LETTERS = re.compile(r"[a-z]{2}")
MIN_WORD_CHARS = 4
"""Shorter runs of letters may be products or names of operators."""


def _may_be_tex(text: str) -> bool:
    """Whether text in a place that is meant for TeX is: no label, no title, no caption."""
    if _TEX_SIGNS.search(text):
        return (
            not re.search(r"(?<![A-Za-z])[A-Za-z]{3,} [A-Za-z]{3,} [A-Za-z]{2,}", re.sub(r"\\text\s*\{[^}]*\}", "", text))
            or "\\" in text
        )
    long_words = (word for word in _LETTERS.findall(text) if len(word) >= MIN_WORD_CHARS and word not in FUNCTIONS)
    return not text.endswith("TeX") and not any(_TWO_SMALL_LETTERS.search(word) for word in long_words)


def _is_display_box(node: Element) -> bool:
    flags = ("data-display", "data-display-mode", "data-katex-display", "data-math-style", "env")
    if any(node.attrs.get(name) in ("true", "1", "block", "display", "displaymath") for name in flags):
        return True
    names = " ".join(node.classes).lower()
    inner = node.find_class("katex-display", "MathJax_Display")
    return node.tag == "div" or bool(re.search(r"display|block-?math|math-?block", names)) or inner is not None


def _mathml_attribute(node: Element, facts: PageFacts) -> Found | None:
    """Wiris writes MathML into an attribute with its angle brackets and quotes exchanged."""
    markup = node.attrs.get("data-mathml", "") or node.attrs.get("data-mml", "")
    if not markup:
        return None
    if "«" in markup:
        markup = markup.translate(str.maketrans("«»¨§`", "<>\"&'"))
    return _from_markup(markup)


def _quill(node: Element, facts: PageFacts) -> Found | None:
    value = node.attrs.get("data-value", "")
    return Found(value, False) if value else None


def _mathquill(node: Element, facts: PageFacts) -> Found | None:
    source = node.find_class("selectable", "mq-selectable")
    if source is not None and source.text().strip():
        return Found(source.text(), False)
    if node.attrs.get("mathquill-block-id") or node.find_class("mq-root-block"):
        return None
    return _tex_text(node, facts)


_DISPLAY_ENVIRONMENT = re.compile(r"\s*\\begin\s*\{(?:displaymath|equation|align|gather|multline|eqnarray|flalign)\*?\}")
_DELIMITED = re.compile(r"^\s*(?:\\\[(?P<b>.*)\\\]|\\\((?P<p>.*)\\\)|\$\$(?P<d>.*)\$\$|\$(?P<s>[^$]*)\$)\s*$", re.DOTALL)


def _is_placed(node: Element) -> bool:
    """Whether MathJax 2 has put letters into places by their style: without those their text is another formula."""
    return node.find_class("mi", "mn", "mo") is not None


def _tex_text(node: Element, facts: PageFacts) -> Found | None:
    """An element whose text is TeX, with or without delimiters."""
    if any(not isinstance(child, str) and child.tag not in ("br", "span", "p", "em", "nobr", "wbr") for child in node.children):
        return None
    text = node.text()
    if not text.strip() or len(text) > MAX_TEX_CHARS or _is_placed(node):
        return None
    display = _is_display_box(node) or node.attrs.get("type") == "display"
    match = _DELIMITED.match(text)
    if match:
        kind = match.lastgroup or ""
        inner = match[kind]
        if kind in "bp" and f"\\{'[' if kind == 'b' else '('}" in inner:
            return None  # several formulas in one element: the delimiters tell them apart
        return Found(inner, kind in "bd" or (display and kind != "p"))
    display = display or bool(_DISPLAY_ENVIRONMENT.match(text))
    return Found(text, display) if "$" not in text and "\\(" not in text and "\\[" not in text else None


def _tex_text_plain(node: Element, facts: PageFacts) -> Found | None:
    """Classes that pages also use for other things: only text that reads as mathematics."""
    found = _tex_text(node, facts)
    if found is None:
        return None
    return (
        found if _DELIMITED.match(node.text()) or (_may_be_tex(found.latex.strip()) and _is_short_or_tex(found.latex)) else None
    )


def _is_short_or_tex(latex: str) -> bool:
    return bool(re.search(r"\\[A-Za-z]|[_^{}=<>+]", latex) or re.fullmatch(r"[A-Za-z0-9,.()\[\]/*' -]{1,24}", latex.strip()))


_MATH_LANGUAGES = words("language-math language-katex language-latex-math lang-math")


def _math_code(node: Element, facts: PageFacts) -> Found | None:
    """Code whose language is mathematics, as Markdown's ```math blocks become."""
    inner = node
    if node.tag == "pre" and _MATH_LANGUAGES.isdisjoint(node.classes) and node.attrs.get("lang") != "math":
        parts = _content_of(node)
        if len(parts) != 1 or isinstance(parts[0], str) or parts[0].tag != "code" or _MATH_LANGUAGES.isdisjoint(parts[0].classes):
            return None
        inner = parts[0]
    return Found(inner.text(), node.tag == "pre" or _is_display_box(node)) if node.tag in ("code", "pre") else None


def _katex_error(node: Element, facts: PageFacts) -> Found | None:
    """TeX that KaTeX could not draw, and shows as it is."""
    return Found(node.text(), False) if node.text().strip() else None


def _html_text(node: Element, facts: PageFacts) -> Found | None:
    """Letters, signs and scripts in HTML, in an element whose class says that they are mathematics."""
    if _LOGO.fullmatch(node.text().strip()) or _is_placed(node):
        return None
    latex = html_to_latex(node)
    return Found(latex, False) if latex else None


_LOGO = re.compile(r"(?:la|xe|lua|pdf|con|bib|ams)*tex(?:t|mf)?", re.IGNORECASE)
"""T<sub>E</sub>X and its kin."""


# ---------------------------------------------------------------------------------------------------- images


_QUERY_SERVICES = (
    # where, name of the parameter that holds the TeX
    (re.compile(r"latex\.php|/latex2png|wp-content/plugins/.*latex"), "latex"),
    (re.compile(r"zhihu\.com/equation"), "tex"),
    (re.compile(r"chart\.(?:googleapis|apis\.google)\.com|google\.com/chart"), "chl"),
    (re.compile(r"render\.githubusercontent\.com/render/math"), "math"),
    (re.compile(r"math\.now\.sh|math\.vercel\.app"), "from"),
    (re.compile(r"sciweavers\.org/tex2img"), "eq"),
    (re.compile(r"math-api|/math/render|latex2svg|tex2svg|/svg\.latex"), "tex"),
)  # fmt: skip
_WHOLE_QUERY = re.compile(
    r"codecogs\.com/|mathtex\.cgi|mimetex\.cgi|/mathtex|/mimetex|eq\.latex|latex\.cgi|texer\.php|forkosh\.", re.IGNORECASE
)
_PATH_SERVICES = re.compile(r"(?:i\.upmath\.me|tex\.s2cms\.ru)/(?:svg|png)/(.+)|/equation_images/(.+)")
_ALT_SERVICES = re.compile(
    r"latex\.artofproblemsolving|/_images/math/|_images/math|/math/render|upload\.wikimedia\.org/.*/math/|/filter/tex/|/flx/math/"
    r"|ql-cache/quicklatex|form_\d+\.(?:png|svg)|texrender|/cgi-bin/math|latexrender|/tex/pix|/latex/|mathurl\.com|\.latex\.",
    re.IGNORECASE,
)
_ALT_CLASSES = words(
    """
    latex tex math texrender equation_image ql-img-inline-formula ql-img-displayed-equation formulaInl formulaDsp
    x-ck12-math x-ck12-block-math x-ck12-hwpmath mwe-math-fallback-image-inline mwe-math-fallback-image-display
    latexcenter Wirisformula latex_inline latex_display mathjax-img eqn equation texhtml mimetex ee_img tr_noresize
    """
)
_DELIMITED_ALT = re.compile(r"^\s*(?:\$.+\$|\\\(.+\\\)|\\\[.+\\\]|\\begin\s*\{.+\\end\s*\{[^{}]*\})[\s.,]*$", re.DOTALL)


_IMAGE_ADDRESSES = ("src", "data-src", "data-lazy-src", "data-original", "data-lazy")


def _image(node: Element, facts: PageFacts) -> Found | None:
    sources = [source for name in _IMAGE_ADDRESSES if (source := node.attrs.get(name))]
    alt = node.attrs.get("alt", "").strip()
    latex = next((tex for source in sources if (tex := _tex_of_address(source))), None) or _tex_of_alt(
        node, " ".join(sources), alt
    )
    if not latex:
        return None
    return Found(latex, _image_is_display(node, latex))


def _tex_of_address(source: str) -> str | None:
    """The TeX inside an image's address."""
    if "?" in source and _WHOLE_QUERY.search(source):
        query = source.partition("?")[2]
        # urlencode writes blanks as pluses, and escapes backslashes too; a plus beside blanks or backslashes is a plus.
        is_encoded = "%2B" in query or ("%5C" in query and "%20" not in query and "\\" not in query and "codecogs" not in source)
        latex = unquote(query.replace("+", " ") if is_encoded else query)
        latex = re.sub(
            r"^(?:\\(?:inline|dpi\{\d+\}|bg_\w+|fn_\w+|large|small|tiny|huge|Large|LARGE|normalsize)\s*(?:&space;)?)+", "", latex
        )
        latex = latex.replace("&space;", " ").replace("&plus;", "+")
        return latex.removeprefix("tex=").removeprefix("latex=") or None
    for pattern, parameter in _QUERY_SERVICES:
        if pattern.search(source) and (values := parse_qs(urlsplit(source).query).get(parameter)):
            return values[0]
    match = _PATH_SERVICES.search(source)
    if match:
        return unquote(unquote(match[1] or match[2].partition("?")[0]))
    return None


def _tex_of_alt(node: Element, source: str, alt: str) -> str | None:
    """The TeX in an image's alternative text, where something says that it is TeX."""
    if not alt or len(alt) > MAX_TEX_CHARS:
        return None
    if alt.startswith(("LaTeX: ", "LaTeX:")):
        return alt.removeprefix("LaTeX:").strip()
    if _DELIMITED_ALT.match(alt):
        return alt
    marked = (
        bool(_ALT_SERVICES.search(source)) or not _ALT_CLASSES.isdisjoint(node.classes) or node.attrs.get("eeimg") is not None
    )
    if not marked and node.parent is not None:
        marked = not {"math", "equation", "formula", "katex", "latex"}.isdisjoint(node.parent.classes)
    is_file_name = re.search(rf"(?:^|/){re.escape(alt)}\.\w+(?:\s|$)", source) is not None
    return alt if marked and not is_file_name and _may_be_tex(alt) else None


def _image_is_display(node: Element, latex: str) -> bool:
    names = " ".join(node.classes).lower()
    if re.search(r"display|dsp|block|center", names) or latex.lstrip().startswith(
        (r"\[", "$$", r"\begin{displaymath}", r"\begin{equation", r"\begin{eqn", r"\begin{align")
    ):
        return True
    parent_names = " ".join(node.parent.classes) if node.parent is not None else ""
    return bool(re.search(r"formulaDsp|displaymath|equation\b", parent_names)) or node.attrs.get("eeimg") == "2"


# ---------------------------------------------------------------------------------------------------- the table


NOTATIONS: tuple[Notation, ...] = (
    Notation("tex_script", _tex_script, tags=("script",)),
    Notation("mathml_script", _mathml_script, tags=("script",)),
    Notation("asciimath_script", _asciimath_script, tags=("script",)),
    Notation("mathjax_preview", _mathjax_preview, classes=("MathJax_Preview", "MathJax_Previewer")),
    Notation(
        "mathjax2_rendered",
        _mathjax_rendered,
        classes=(
            "MathJax_Display",
            "MathJax",
            "MathJax_SVG",
            "MathJax_SVG_Display",
            "MathJax_CHTML",
            "MJXc-display",
            "mjx-chtml",
            "MathJax_MathML",
            "MathJax_PHTML",
        ),
    ),
    Notation("mathjax3_container", _mathjax_rendered, tags=("mjx-container",)),
    Notation("wikipedia", _wikipedia, classes=("mwe-math-element",)),
    Notation("quill", _quill, classes=("ql-formula",)),
    Notation("wiris", _mathml_attribute, attributes=("data-mathml", "data-mml")),
    Notation("tex_attribute", _tex_attribute, attributes=_TEX_ATTRIBUTES),
    Notation(
        "katex", _katex, classes=("katex-display", "katex--display", "katex--inline", "katex-block", "katex", "katex-mathml")
    ),
    Notation("mathml", _mathml, tags=("math",)),
    Notation(
        "math_element",
        _tex_text,
        tags=("math-renderer", "d-math", "tex-math", "la-tex", "math-inline", "math-block", "eq"),
    ),
    Notation("shared_element", _tex_text_plain, tags=("latex", "formula")),
    Notation(
        "mathquill",
        _mathquill,
        classes=("mathquill-embedded-latex", "mathquill-rendered-math", "mathquill-editable", "mq-math-mode"),
    ),
    Notation(
        "tex_class",
        _tex_text,
        classes=(
            "math-tex",
            "math-container",
            "wp-katex-eq",
            "katex-eq",
            "arithmatex",
            "ztext-math",
            "js-inline-math",
            "js-display-math",
            "mathjax-latex",
            "math-inline",
            "math-display",
            "math-block",
            "latex-formula",
        ),
    ),
    Notation(
        "math_class",
        _tex_text_plain,
        classes=("math", "tex", "latex", "equation", "formula", "mathjax", "MathJax_Source", "texmath", "eqno-math"),
    ),
    Notation("math_code", _math_code, tags=("pre",), classes=tuple(sorted(_MATH_LANGUAGES))),
    Notation("katex_error", _katex_error, classes=("katex-error",)),
    Notation("html_class", _html_text, classes=("texhtml", "math", "tex")),
    Notation("image", _image, tags=("img",)),
)
"""Rows are tried in this order."""


def _index(rows: tuple[Notation, ...]) -> tuple[dict[str, list[int]], dict[str, list[int]], dict[str, list[int]]]:
    by_tag: dict[str, list[int]] = {}
    by_class: dict[str, list[int]] = {}
    by_attribute: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        for keys, table in ((row.tags, by_tag), (row.classes, by_class), (row.attributes, by_attribute)):
            for key in keys:
                table.setdefault(key, []).append(number)
    return by_tag, by_class, by_attribute


_BY_TAG, _BY_CLASS, _BY_ATTRIBUTE = _index(NOTATIONS)


MAX_TRIES = 8
"""An element is looked through as part of so many others in which no formula was found, not more: pages nest a few."""


def mark_formulas(page: Page, delimiters: DelimiterSet) -> None:
    """Replaces every formula that has an element of its own by a formula element."""
    facts = _facts(page, delimiters)
    failed: set[int] = set()
    for node in page.order:
        rows = _rows_for(node)
        if rows and not is_tried_often(node, failed) and not _convert(node, rows, facts):
            failed.add(id(node))


def is_tried_often(node: Element, failed: set[int]) -> bool:
    """Whether an element is inside of `MAX_TRIES` others, ids in `failed`, that were looked through in vain."""
    return len(failed) >= MAX_TRIES and sum(id(above) in failed for above in node.ancestors()) >= MAX_TRIES


def _facts(page: Page, delimiters: DelimiterSet) -> PageFacts:
    has_scripts = has_rendered = False
    for node in page.order:
        if node.tag == "script" and node.attrs.get("type", "").lower().startswith("math/"):
            has_scripts = True
        elif node.tag == "mjx-container" or (
            node.tag in ("span", "div") and "MathJax" in node.attrs.get("class", "") and "Preview" not in node.attrs["class"]
        ):
            has_rendered = True
    return PageFacts(delimiters=delimiters, has_tex_scripts=has_scripts, has_rendered=has_rendered)


def _rows_for(node: Element) -> Sequence[int]:
    """Numbers of the rows that look at the element, in order."""
    if not node.tag:
        return ()
    rows: Sequence[int] = _BY_TAG.get(node.tag, ())
    if ":" in node.tag and node.tag.endswith(":math"):
        rows = _BY_TAG["math"]
    attrs = node.attrs
    if not attrs:
        return rows
    name = attrs.get("class")
    if name:
        for token in name.split():
            if token in _BY_CLASS:
                rows = [*rows, *_BY_CLASS[token]]
    for attribute in attrs:
        if attribute in _BY_ATTRIBUTE:
            rows = [*rows, *_BY_ATTRIBUTE[attribute]]
    return sorted(set(rows)) if len(rows) > 1 else rows


def _convert(node: Element, rows: Sequence[int], facts: PageFacts) -> bool:
    """Replaces the element by the formula that the first of `rows` finds in it; false where none does."""
    for number in rows:
        found = NOTATIONS[number].convert(node, facts)
        if found is None or len(found.latex) > 2 * MAX_TEX_CHARS:
            continue
        if found is REMOVE:
            node.vanish()
            return True
        formula = formula_element(found.latex, found.display, NOTATIONS[number].name)
        if not formula.attrs["latex"] or len(formula.attrs["latex"]) > MAX_TEX_CHARS:
            continue
        if (copy := _copy_around(node, formula.attrs["latex"])) is not None:
            copy.vanish()
        else:
            node.become(formula.tag, **formula.attrs)
        return True
    return False


_HIDDEN_CLASSES = words("hidden-readable sr-only visually-hidden visuallyhidden screenreader-only screen-reader-text")


def _content_of(node: Element) -> list[Element | str]:
    """The children of an element without blanks."""
    return [child for child in node.children if not isinstance(child, str) or child.strip()]


def _is_only_content(node: Element) -> bool:
    """Whether nothing stands beside the element but blanks."""
    return node.parent is not None and all(
        child is node or (isinstance(child, str) and not child.strip()) for child in node.parent.children
    )


def _content_before(node: Element) -> Element | str | None:
    """What stands before an element in its parent, blanks left out."""
    siblings = node.parent.children if node.parent is not None else []
    place = siblings.index(node)
    return next(
        (child for child in reversed(siblings[max(0, place - 5) : place]) if not isinstance(child, str) or child.strip()), None
    )


def _copy_around(node: Element, latex: str) -> Element | None:
    """What holds only this formula, where it repeats the one before for readers without images, scripts or eyes."""
    holder = node
    while holder.parent is not None and _is_only_content(holder):
        holder = holder.parent
        if holder.tag == "noscript" or not _HIDDEN_CLASSES.isdisjoint(holder.classes):
            break
    is_hidden = not _HIDDEN_CLASSES.isdisjoint(holder.classes)
    if (holder.tag != "noscript" and not is_hidden) or holder.parent is None:
        return None
    previous = _content_before(holder)
    is_copy = isinstance(previous, Element) and previous.tag == MATH_TAG and (is_hidden or previous.attrs["latex"] == latex)
    return holder if is_copy else None
