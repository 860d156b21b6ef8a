"""Pages for people: our Markdown as HTML with formulas as MathML, and the page it came from, both safe to show.

Everything here comes from strangers. Markdown is rendered with raw HTML switched off; MathML and source pages are rebuilt from an
allow-list of elements without any attribute that could load or run something; so the result refers to nothing outside itself.
"""

from __future__ import annotations

import base64
import html
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from typing import Any

from corpus.errors import require

# ------------------------------------------------------------------------------------------------------ Markdown and MathML


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


MATHML_ELEMENTS = _names(
    """
    math mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle mpadded mphantom menclose msub msup msubsup munder mover
    munderover mmultiscripts mprescripts none mtable mtr mtd mlabeledtr semantics merror
    """
)
MATHML_ATTRIBUTES = _names(
    """
    display displaystyle scriptlevel stretchy fence separator lspace rspace minsize maxsize symmetric largeop movablelimits
    accent accentunder mathvariant width height depth linethickness columnalign rowspacing columnspacing columnlines rowlines
    notation rowspan columnspan form
    """
)
MATHML = "http://www.w3.org/1998/Math/MathML"


def render_markdown(text: str) -> str:
    """`text` in the dialect of corpus/markup.py as HTML: formulas as MathML, code plain, links without their address."""
    return str(_markdown().render(text))


def _markdown() -> Any:
    """The renderer; raw HTML, links and images are shown as what they say."""
    markdown_it = require("markdown_it", extra="report")
    dollarmath = require("mdit_py_plugins.dollarmath", extra="report").dollarmath_plugin
    renderer = markdown_it.MarkdownIt("commonmark", {"html": False}).enable("table")
    renderer.use(dollarmath, allow_space=False, allow_digits=False, double_inline=True, renderer=_math)
    rules: dict[str, Callable[..., str]] = renderer.renderer.rules
    rules["image"] = lambda tokens, index, options, env: html.escape(f"[image: {tokens[index].content}]")
    rules["link_open"] = lambda tokens, index, options, env: '<span class="link">'
    rules["link_close"] = lambda tokens, index, options, env: "</span>"
    return renderer


def _math(latex: str, options: dict[str, Any]) -> str:
    return latex_to_mathml(latex, display=bool(options.get("display_mode")))


def latex_to_mathml(latex: str, *, display: bool) -> str:
    """`latex` as MathML; as code where it cannot be converted or the conversion holds anything but MathML."""
    converter = require("latex2mathml.converter", extra="report")
    try:
        tree = ElementTree.fromstring(converter.convert(latex.strip(), display="block" if display else "inline"))
        return _safe_mathml(tree)
    except Exception:  # noqa: BLE001 (latex2mathml raises a dozen kinds on LaTeX it does not know; the formula is shown as it is)
        return f'<code class="latex">{html.escape(latex.strip())}</code>'


def _safe_mathml(node: ElementTree.Element) -> str:
    name = node.tag.removeprefix(f"{{{MATHML}}}")
    if name not in MATHML_ELEMENTS:
        raise ValueError(f"{name} is not MathML")
    kept = sorted(item for item in node.attrib.items() if item[0] in MATHML_ATTRIBUTES)
    attributes = "".join(f' {key}="{html.escape(value)}"' for key, value in kept)
    inside = html.escape(node.text or "") + "".join(_safe_mathml(child) + html.escape(child.tail or "") for child in node)
    return f"<{name}{attributes}>{inside}</{name}>"


def excerpt(text: str, *, start: int = 0, max_chars: int = 3500) -> str:
    """`text` from `start` up to the last blank line before `max_chars`, with an open fence closed."""
    piece = text[start : start + max_chars]
    if len(text) - start > max_chars:
        piece = piece[: piece.rfind("\n\n")] if "\n\n" in piece else piece
    fences = re.findall(r"^ *(`{3,})", piece, re.MULTILINE)
    return piece + (f"\n{fences[-1]}" if len(fences) % 2 else "")


# ------------------------------------------------------------------------------------------------------------ HTML sources

KEPT = (
    _names(
        """
    h1 h2 h3 h4 h5 h6 p br hr div section article main blockquote ul ol li dl dt dd table caption thead tbody tfoot tr th td
    pre code kbd samp var tt em strong b i u s sub sup small span figure figcaption
    """
    )
    | MATHML_ELEMENTS
)
KEPT_ATTRIBUTES = frozenset({"colspan", "rowspan"}) | MATHML_ATTRIBUTES
SKIPPED = _names(
    """
    script style noscript template svg head iframe object embed audio video canvas nav form select button
    """
)


FRAME_STYLE = (
    "body{font:14px/1.5 system-ui,sans-serif;margin:12px;color:#1f2933;background:#fff}h1{font-size:1.3em}h2{font-size:1.15em}"
    "h3,h4,h5,h6{font-size:1em}pre{background:#f4f5f7;padding:8px;overflow:auto}code,pre,tt{font-size:12px}"
    "table{border-collapse:collapse}td,th{border:1px solid #e1e5ea;padding:2px 6px}"
)
MAX_PARSED_CHARS = 500_000
"""Of a source page; its first heading lies within, and Python's parser takes a second for so many."""
FRAME_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def safe_page(content: bytes, charset: str | None, *, max_chars: int = 10_000) -> str:
    """A page's own HTML without scripts, styles, pictures and links, from its first heading on, as a document for a frame."""
    soup = require("bs4", extra="html").BeautifulSoup(decode_page(content, charset)[:MAX_PARSED_CHARS], "html.parser")
    _keep_what_shows(soup)
    heading = soup.find("h1") or soup.find("h2")
    if heading:
        _drop_siblings(heading, "previous_siblings")
    _cut(soup, max_chars)
    return (
        f'<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{FRAME_POLICY}">'
        f"<style>{FRAME_STYLE}</style>{soup.decode(formatter='html')}"
    )


def _keep_what_shows(soup: Any) -> None:
    """Leaves the elements of KEPT with the attributes of KEPT_ATTRIBUTES, texts, and marks for LaTeX scripts and pictures."""
    for script in soup.find_all("script", type=re.compile("^math/")):
        script.name = "code"
    for skipped in soup(list(SKIPPED)):
        skipped.decompose()
    for image in soup("img"):
        image.replace_with(f"[image: {image.get('alt') or ''}]")
    kinds = _text_kinds()
    for text in soup.find_all(string=lambda string: type(string) not in kinds):
        text.extract()
    for element in soup.find_all(True):
        element.attrs = {name: element.attrs[name] for name in sorted(element.attrs) if name in KEPT_ATTRIBUTES}
        if element.name not in KEPT:
            element.unwrap()


def _text_kinds() -> tuple[type, ...]:
    """Text as BeautifulSoup knows it; comments, declarations and processing instructions are other kinds of string."""
    element = require("bs4.element", extra="html")
    return element.NavigableString, element.Script


def _drop_siblings(element: Any, direction: str) -> None:
    """Removes what stands before or after `element` in the whole page, keeping what it stands in."""
    for inside in [element, *element.parents]:
        for sibling in list(getattr(inside, direction)):
            sibling.extract()


def _cut(soup: Any, max_chars: int) -> None:
    """Drops everything after `max_chars` characters of text."""
    length = 0
    for text in soup.find_all(string=True):
        length += len(text)
        if length > max_chars:
            _drop_siblings(text, "next_siblings")
            return


def decode_page(content: bytes, charset: str | None) -> str:
    """The page's text by its own or the transport's charset; wrong bytes show as replacement characters."""
    declared = re.search(rb"""<meta[^>]{0,200}charset=["']?([\w-]+)""", content[:2048], re.IGNORECASE)
    for name in (charset, declared.group(1).decode("ascii", "replace") if declared else None, "utf-8"):
        try:
            return content.decode(name or "utf-8", "replace")
        except LookupError:
            continue
    return content.decode("utf-8", "replace")


# ------------------------------------------------------------------------------------------------------------- PDF sources


MARGIN = 10
"""Points left around what a page shows."""


def pdf_page_picture(content: bytes, page: int, *, width: int = 640) -> str:
    """Page `page` (from 0) of a PDF, its margins cut off, as a data URL of a grey PNG `width` pixels wide."""
    pymupdf = require("pymupdf", extra="pdf")
    with pymupdf.open(stream=content, filetype="pdf") as document:
        sheet = document[page]
        inked = pymupdf.Rect()
        for _, box in sheet.get_bboxlog():
            inked |= pymupdf.Rect(box)
        clip = pymupdf.Rect(inked.x0 - MARGIN, inked.y0 - MARGIN, inked.x1 + MARGIN, inked.y1 + MARGIN) & sheet.rect
        clip = sheet.rect if clip.is_empty else clip
        scale = width / clip.width
        pixmap = sheet.get_pixmap(matrix=pymupdf.Matrix(scale, scale), clip=clip, colorspace=pymupdf.csGRAY, alpha=False)
        return "data:image/png;base64," + base64.b64encode(pixmap.tobytes("png")).decode()


def pdf_page_of(content: bytes, text: str, *, max_pages: int = 200) -> int:
    """The page (from 0) whose words `text` shares most of: where a piece of extracted text comes from."""
    pymupdf = require("pymupdf", extra="pdf")
    wanted = _long_words(text)
    best, best_shared = 0, -1.0
    with pymupdf.open(stream=content, filetype="pdf") as document:
        for number in range(min(max_pages, document.page_count)):
            words = _long_words(document[number].get_text())
            shared = len(words & wanted) / (len(words | wanted) or 1)
            if shared > best_shared:
                best, best_shared = number, shared
    return best


def _long_words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]{4,}", text.lower()))
