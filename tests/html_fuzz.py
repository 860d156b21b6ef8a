"""Real pages, and the ways in which tests/test_html_fuzz.py breaks them; `python -m tests.html_fuzz --minutes 10` takes longer.

A mutation is (name, a, b, n): which of MUTATIONS, two places as fractions of the page in 1/10,000, and a number that chooses
among its variants; so a page and a list of tuples say everything, for Hypothesis to shrink and for a loop to count through.
"""

from __future__ import annotations

import argparse
import random
import re
import time
import traceback
from collections.abc import Callable
from functools import cache
from pathlib import Path

import extract
from benchmarks.html_corpus import broken_promises
from corpus.readers import Source, list_inputs, read_pages

REPOSITORY = Path(__file__).resolve().parent.parent
URL = "https://example.org/a/page.html"
MAX_PAGE_BYTES = 40_000
MAX_GROWTH = 60
"""Characters of text for a byte of page: what white space and marks of deep lists and tables may add."""

SLOW_S = 1.0
"""CPU seconds for two extractions above which a page is noted."""

Mutation = tuple[str, int, int, int]

WRAPPERS = (
    *("div", "p", "span", "ul><li", "table><tr><td", "blockquote", "dl><dd", "em", "a href=#", "font", "math><mrow", "svg><g"),
)
CLASSES = (
    *("katex", "katex-html", "katex-mathml", "katex-display", "MathJax", "MathJax_Display", "MathJax_Preview", "mjx-chtml"),
    *("MJX-TEX", "mjx-c1D465", "math inline", "math display", "ltx_Math", "ltx_equation", "mwe-math-element", "latex"),
    *("tex2jax_ignore", "highlight", "language-python", "lang-c hljs", "lineno", "linenos", "gutter", "code", "crayon-line"),
    *("CodeMirror-line", "syntaxhighlighter", "rouge-table", "blob-code", "shiki", "line", "fragment", "prettyprint"),
    *("token keyword", "d2h-code-line", "nav", "footer", "comment", "sidebar", "hidden", "post-body", "infobox", "toc"),
    *("mw-editsection", "note", "tab-pane"),
)
TAGS = (
    *("div", "p", "span", "pre", "code", "table", "tr", "td", "th", "tbody", "caption", "ul", "ol", "li", "dl", "dt", "dd"),
    *("a", "em", "b", "i", "sub", "sup", "h1", "h2", "h6", "blockquote", "br", "hr", "img", "details", "summary", "figure"),
    *("figcaption", "math", "mrow", "mi", "mo", "mn", "mfrac", "msup", "msub", "munderover", "mtable", "mtr", "mtd", "mtext"),
    *("semantics", "annotation", "annotation-xml", "mjx-container", "mjx-math", "mjx-mi", "mjx-c", "svg", "g", "use"),
    *("foreignObject", "desc", "script", "style", "template", "noscript", "plaintext", "textarea", "xmp", "iframe", "noframes"),
    *("noembed", "frameset", "frame", "select", "option", "button", "form", "input", "title", "head", "body", "html", "main"),
    *("article", "nav", "aside", "footer", "video", "object", "marquee", "ruby", "rt", "rp", "kbd", "samp", "tt", "s", "ins"),
    *("del", "applet", "image", "nobr"),
)
TEXTS = (
    *("$", "$$", "\\(", "\\)", "\\[", "\\]", "\\begin{align}", "\\end{align}", "\\begin{equation}", "\\frac{a}{b}", "x^2", "{"),
    *("}", "\\", "\\\\", "&", "&amp;", "&nbsp;", "&lt;b&gt;", "&#x1D465;", "&#0;", "&#xD800;", "&#x110000;", "&amp", "&#"),
    *("&#x", "&notit;", "`", "``", "```", "|", "||", "# ", "- ", "1. ", "> ", "\n", "\n\n", "\t"),
    *(" " * 40, "\u00a0", "\u200b", "\u2028", "\ufeff", "\\def\\a{\\a\\a}"),
    *("\\newcommand{\\x}[1]{#1\\x{#1}}", "\\a", "\\x{y}", "`a*x^2`", "E = mc2", "for (i = 0; i < n; i++) {\n    f();\n}"),
    *("<![CDATA[", "]]>", "<!--", "-->", "--!>", "<!DOCTYPE html>", "<?php echo 1 ?>", "<%", "</", "<", "<a", '<p class="'),
    *("<p x='", "def f(x):\n\treturn x\n", "word ", "A sentence that is long enough to be prose, and so it has a verb. "),
    *("\u0000", "\f", "\u001b", "מתמטיקה ", "数学の文章。", "é", "\U0001d465\U0001d466", "\U000e0001", "\u202e", "&rlm;"),
)
ATTRIBUTES = (
    *("style='display:none'", "hidden", "aria-hidden=true", "id=x", "title='$x$'", "alt='\\frac12'", "alttext='x_1'"),
    *("href='#'", "href='data:text/html,x'", "src='https://latex.codecogs.com/gif.latex?x%5E2'", "data-lang=python"),
    *("type='math/tex'", "type='math/tex; mode=display'", "type='application/x-tex'", "encoding='application/x-tex'"),
    *("colspan=1000000", "rowspan=-1", "start=99999999999999999999", "xmlns='http://www.w3.org/1998/Math/MathML'"),
    *("data-latex='\\sqrt{'", "role=math", "data-c='1D465'", "encoding='text/html'", "mathvariant=bold", "display=block"),
    *("data-mml-node=mi", "lang=''", "style='", 'x="'),
)
BYTES = (
    *(b"\x00", b"\x00" * 50),
    *(b"\xed\xa0\x80", b"\xed\xb0\x80", b"\xc3", b"\xe2\x82", b"\xff\xfe", b"\xef\xbb\xbf", b"\xf8\x88\x80\x80\x80", b"\x80"),
    *(b"\x9f\x92", b"\xf0\x9f", b"\x1b$B", b"\r", b"\x85", b"<meta charset=utf-16>", b"<meta charset=utf-7>"),
    *(b"<meta charset=x>",),
)


@cache
def real_pages() -> tuple[bytes, ...]:
    """The golden pages and those of the example corpus that are not large."""
    golden = [path.read_bytes() for path in sorted((REPOSITORY / "tests" / "golden" / "html").glob("*.html"))]
    source = Source(name="web", kind="warc", path=str(REPOSITORY / "examples" / "corpus" / "web"))
    fetched = [row for shard in list_inputs(source) for output in read_pages(shard) for row in output.table.to_pylist()]
    return tuple(page for page in (*golden, *(row["content"] for row in fetched)) if 0 < len(page) <= MAX_PAGE_BYTES)


def soup(n: int) -> bytes:
    """A piece of markup or text, the n-th of many."""
    kind, n = n % 4, n // 4
    if kind == 0:
        return TEXTS[n % len(TEXTS)].encode()
    tag, n = TAGS[n % len(TAGS)], n // len(TAGS)
    if kind == 1:
        return f"</{tag}>".encode()
    if kind == 2:
        return f"<{tag} class='{CLASSES[n % len(CLASSES)]}'>".encode()
    return f"<{tag} {ATTRIBUTES[n % len(ATTRIBUTES)]}>".encode()


def _deep(n: int) -> bytes:
    wrapper = WRAPPERS[n % len(WRAPPERS)]
    return f"<{wrapper}>".encode() * (1 + n % 700)


def _many(n: int) -> bytes:
    """The same piece over and over: what is quadratic shows."""
    return soup(n) * (n % 3000)


def _huge(n: int) -> bytes:
    attribute = ("class='", "alt='", "style='", "title='$", "href='", "data-x='")[n % 6]
    return f"<img {attribute}{'x y;' * (n % 20_000)}'>".encode()


def _without(content: bytes, start: int, stop: int, wanted: bytes) -> bytes:
    """The bytes `wanted` deleted between start and stop: tags and attributes that are never closed."""
    return content[:start] + content[start:stop].translate(None, wanted) + content[stop:]


def _swap(content: bytes, start: int, stop: int, n: int) -> bytes:
    middle = start + (stop - start) * (n % 97) // 97
    return content[:start] + content[middle:stop] + content[start:middle] + content[stop:]


def _wrap(content: bytes, start: int, stop: int, n: int) -> bytes:
    """A stretch inside an element: svg, template, a hidden div, a pre ..."""
    tag = TAGS[n % len(TAGS)]
    return content[:start] + f"<{tag}>".encode() + content[start:stop] + f"</{tag}>".encode() + content[stop:]


def _reclass(content: bytes, start: int, stop: int, n: int) -> bytes:
    """Class names exchanged for ones that mean something to somebody."""
    name = CLASSES[n % len(CLASSES)].encode()
    return content[:start] + re.sub(rb'class="[^"]*"', b'class="' + name + b'"', content[start:stop]) + content[stop:]


def _retag(content: bytes, start: int, stop: int, n: int) -> bytes:
    """One element name for another one."""
    old, new = TAGS[n % len(TAGS)].encode(), TAGS[n // len(TAGS) % len(TAGS)].encode()
    return content[:start] + re.sub(rb"(</?)" + old + rb"\b", rb"\1" + new, content[start:stop]) + content[stop:]


MUTATIONS: dict[str, Callable[[bytes, int, int, int], bytes]] = {
    "delete": lambda content, start, stop, _: content[:start] + content[stop:],
    "cut": lambda content, start, _stop, _n: content[:start],
    "tail": lambda content, start, _stop, _n: content[start:],
    "duplicate": lambda content, start, stop, _: content[:stop] + content[start:],
    "swap": _swap,
    "wrap": _wrap,
    "reclass": _reclass,
    "retag": _retag,
    "unclose_tags": lambda content, start, stop, _: _without(content, start, stop, b">"),
    "unquote": lambda content, start, stop, _: _without(content, start, stop, b"\"'"),
    "cut_entities": lambda content, start, stop, _: _without(content, start, stop, b";"),
    "bytes": lambda content, start, _, n: content[:start] + BYTES[n % len(BYTES)] + content[start:],
    "soup": lambda content, start, _, n: content[:start] + soup(n) + content[start:],
    "soups": lambda content, start, stop, n: content[:start] + soup(n) + content[start:stop] + soup(n // 7) + content[stop:],
    "deep": lambda content, start, _, n: content[:start] + _deep(n) + content[start:],
    "many": lambda content, start, _, n: content[:start] + _many(n) + content[start:],
    "huge": lambda content, start, _, n: content[:start] + _huge(n) + content[start:],
}


def mutated(content: bytes, mutations: list[Mutation]) -> bytes:
    """The page after all of them, in order."""
    for name, a, b, n in mutations:
        start, stop = sorted((a * len(content) // 10_000, b * len(content) // 10_000))
        content = MUTATIONS[name](content, start, stop, n)
    return content


def faults(content: bytes) -> list[str]:
    """What is wrong with what `extract.html` makes of a page; empty where all is well."""
    try:
        document = extract.html(content, URL)
    except Exception as error:  # noqa: BLE001 (that it raises is the finding)
        place = traceback.extract_tb(error.__traceback__)[-1]
        return [f"raised {type(error).__name__} in {Path(place.filename).name}:{place.name}"]
    found = broken_promises(document)
    if len(document.text) > MAX_GROWTH * len(content) + 10_000:
        found.append("text_too_long")
    if any(not (0.0 <= formula.confidence <= 1.0) or not formula.latex.strip() for formula in document.formulas):
        found.append("empty_formula")
    if not all(block.text.strip() for block in document.code_blocks):
        found.append("empty_code")
    if extract.html(content, URL) != document:
        found.append("not_deterministic")
    return found


def minimised(content: bytes, fault: str) -> bytes:
    """A smaller page with the same fault: pieces are left out, from halves down to bytes, until none can be."""
    size = len(content) // 2
    while size:
        position, is_smaller = 0, False
        while position < len(content):
            shorter = content[:position] + content[position + size :]
            if shorter and fault in faults(shorter):
                content, is_smaller = shorter, True
            else:
                position += size
        size = size if is_smaller and size == 1 else size // 2
    return content


def random_page(chance: random.Random) -> bytes:
    """Tag soup, or a page or a stretch of one after a few mutations."""
    if chance.random() < 0.3:
        return b"".join(soup(chance.randrange(10**6)) for _ in range(chance.randint(1, 80)))
    content = chance.choice(real_pages())
    if chance.random() < 0.6:  # a stretch of it: many more runs in the same time
        start = chance.randrange(len(content))
        content = content[start : start + 4000]
    names = chance.choices(list(MUTATIONS), k=chance.choice((0, 1, 1, 2, 3, 5, 8)))
    return mutated(
        content, [(name, chance.randint(0, 10_000), chance.randint(0, 10_000), chance.randrange(10**6)) for name in names]
    )


def campaign(*, minutes: float, seed: int, out: Path) -> None:
    """Random pages for so long. Of every kind of fault the shortest page that shows it is minimised and written to `out`; pages
    that take longer for each byte than any before are written as they are."""
    out.mkdir(parents=True, exist_ok=True)
    chance, found, count, slowest = random.Random(seed), dict[str, bytes](), 0, 0.0
    end = time.monotonic() + 60 * minutes
    while time.monotonic() < end:
        count += 1
        content = random_page(chance)
        start_s = time.process_time()
        for fault in faults(content):
            if fault not in found or len(content) < len(found[fault]):
                found[fault] = content
        took = time.process_time() - start_s
        if took > SLOW_S and took / len(content) > slowest:
            slowest = took / len(content)
            (out / f"slow_{count}_{took:.1f}s.html").write_bytes(content)
            print(f"{len(content)} bytes took {took:.1f} s", flush=True)
    print(f"{count} pages, {len(found)} kinds of fault", flush=True)
    for number, (fault, content) in enumerate(sorted(found.items())):
        smallest = minimised(content, fault)
        (out / f"fault_{number}.html").write_bytes(smallest)
        print(f"{fault}: {smallest!r}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("out/html_fuzz"))
    campaign(**vars(parser.parse_args()))
