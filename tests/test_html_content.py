"""What stays of a page, and how it is written."""

# ruff: noqa: E501 (markup reads better unbroken)

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

import extract
from corpus.markup import spans
from extract.html_blocks import lexicon_of, read_blocks
from extract.html_content import build
from extract.html_document import marked_page
from extract.html_markdown import Writer
from tests.golden_html import golden_pages

PARAGRAPH = "Every finite group of prime order is cyclic, and its only subgroups are the trivial one and the whole group. "
CHROME = """<header><a href="/">Site name</a></header><nav><ul><li><a href="/a">Home</a></li><li><a href="/b">News</a></li></ul></nav>
{}<aside class="sidebar"><h3>Recent posts</h3><ul><li><a href="/c">Ten tips</a></li></ul></aside>
<div class="cookie-banner">We use cookies to improve your experience on this site, and so do our partners, all of them.</div>
<footer>Copyright 2020 by the publisher</footer>"""


def markdown(body: str) -> str:
    return extract.html(f"<html><body>{body}</body></html>".encode(), "https://example.org/").text


def test_chrome_goes_and_the_article_stays() -> None:
    text = markdown(CHROME.format(f"<div id=main><h1>On groups</h1><p>{PARAGRAPH}</p><p>{PARAGRAPH}</p></div>"))
    assert text.startswith("# On groups\n\nEvery finite group")
    for chrome in ("Home", "Recent posts", "Ten tips", "cookies", "Copyright"):
        assert chrome not in text


def test_every_post_of_a_thread_stays_in_order() -> None:
    posts = "".join(f'<div class="post"><b>user{i}</b><p>{PARAGRAPH} Post {i}.</p></div>' for i in range(12))
    text = markdown(CHROME.format(f"<div class=thread><h1>A question</h1>{posts}</div>"))
    assert [text.find(f"Post {i}.") > 0 for i in range(12)] == [True] * 12
    assert sorted(range(12), key=lambda i: text.find(f"Post {i}.")) == list(range(12))


def test_short_blocks_with_formulas_or_code_are_never_dropped() -> None:
    body = (
        f'<div id=main><p>{PARAGRAPH * 5}</p><div class="related"><p>\\(x^2\\)</p></div><aside><pre>print(1)</pre></aside></div>'
    )
    text = markdown(CHROME.format(body))
    assert "$x^2$" in text
    assert "print(1)" in text


def test_a_page_wrapped_in_a_misnamed_element_is_kept() -> None:
    assert "prime order" in markdown(f'<div class="sidebar menu"><p>{PARAGRAPH * 3}</p></div>')


def test_folded_answers_stay_and_hidden_dialogs_go() -> None:
    fold = f'<div class="accordion-panel" style="display:none"><p>{PARAGRAPH}</p></div>'
    dialog = '<div class="modal popup" style="display:none"><p>Sign here. We use cookies to improve your experience.</p></div>'
    text = markdown(f"<div><p>{PARAGRAPH * 4}</p>{fold}{dialog}</div>")
    assert text.count("Every finite") == 5
    assert "Sign here" not in text


BLOCKS = {
    "<h2>A <em>title</em></h2>": "## A title",
    "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>": "- a\n  - b\n- c",
    "<ol><li>a</li><ul><li>b</li></ul><li>c</li></ol>": "1. a\n   - b\n2. c",
    "<ol start=3><li>a</li><li>b</li></ol>": "3. a\n4. b",
    "<ol><li><p>a</p><p>b</p></li></ol>": "1. a\n\n   b",
    "<ul><li><ul><li><ul><li>5.4.1</li></ul></li><li>5.5</li></ul></li></ul>": "- 5.4.1\n- 5.5",
    "<ul><li><ul><li></li></ul></li><li>a</li></ul>": "- a",
    "<dl><dt>term</dt><dd>meaning</dd></dl>": "term\n: meaning",
    "<dl><dt>-a</dt><dt>--all</dt><dd><p>x</p><p>y</p></dd><dt>-b</dt><dd>z</dd></dl>": "-a\n--all\n: x\n\n  y\n\n-b\n: z",
    "<dl><dt>a</dt><dd><p>x</p><h4>y</h4></dd><dt>b</dt><dd>z</dd></dl>": "a\n\nx\n\n#### y\n\nb\n\nz",
    "<dl><dt>a</dt><dd><dl><dt>x</dt><dd>y</dd></dl></dd><dt>b</dt><dd>z</dd></dl>": "a\n\nx\n: y\n\nb\n\nz",
    "<dl><dt>a</dt><dd><ul><li>x</li></ul></dd><dt>b</dt><dd>z</dd></dl>": "a\n\n- x\n\nb\n\nz",
    "<dl><dd>indented</dd></dl>": "indented",
    "<dl><dt><b>x</b><span class=classifier>int</span></dt><dd>a</dd></dl>": "x : int\n: a",
    "<dl><dt>x <span class=classifier-delimiter>:</span> <span class=classifier>int</span></dt><dd>a</dd></dl>": "x : int\n: a",
    "<blockquote><p>a</p></blockquote>": "> a",
    "<blockquote><p>a</p><ul><li>b</li></ul></blockquote>": "> a\n>\n> - b",
    "a<br>b": "a\nb",
    "<p>a <a href='/x'>link</a> b</p>": "a link b",
    "<p>10<sup>2019</sup></p>": "10^2019",
    "<p>10<sup>6</sup> and H<sub>2</sub>O on the 4<sup>th</sup></p>": "10^6 and H2O on the 4th",
    "<p>at 3 m s<sup>-1</sup>, in m<sup>2</sup></p>": "at 3 m s^-1, in m2",
    "<p>a\u200bb&nbsp;c&shy;d</p>": "ab cd",
    "<figure><img src=x><figcaption>caption</figcaption></figure>": "caption",
    "<ul><li><h2>a</h2><p>b</p></li><li><h2>c</h2><p>d</p></li></ul>": "## a\n\nb\n\n## c\n\nd",
    "<ol><li><h2>a</h2><p>b</p></li></ol>": "1. ## a\n\n   b",
    "<h2>3.1<tt>&nbsp;</tt>Sets <code>x </code>and y</h2>": "## 3.1 Sets `x` and y",
    "<p>so-called ``sets''</p>": "so-called ``sets''",
    "<p>``sets'' and ``bags''</p>": "\\`\\`sets'' and \\`\\`bags''",
    # Prose that begins like a block of Markdown.
    "<p># 1 in the charts</p>": "\\# 1 in the charts",
    "<p>#1 in the charts</p>": "#1 in the charts",
    "<p>&gt; 5</p>": "\\> 5",
    "<p>~~~</p>": "\\~~~",
    "<p>~<i>~</i>~<code>x</code></p>": "\\~~~`x`",
    "<p>```</p>": "\\`\\`\\`",
    "<p>$$ a</p>": "\\$\\$ a",
    "<p>|a| is even</p>": "\\|a| is even",
    "<p>Title<br>---</p>": "Title\n\\---",
    "<p>---</p>": "\\---",
    "<dl><dt>--</dt><dd>ends the options</dd></dl>": "--\n: ends the options",
    "<p>Title<br><b>===</b></p>": "Title\n\\===",
    "<p>- 30,8 %</p>": "\\- 30,8 %",
    "<p>1986. A great year</p>": "1986\\. A great year",
    "<p>1. Introduction</p>": "1. Introduction",
    "<p>- and so on</p>": "- and so on",
    "<p>5 # 6 &gt; 5</p>": "5 # 6 > 5",
    "<h2># and &gt;</h2>": "## # and >",
    # Tables.
    "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>x|y</td></tr></table>": "| a | b |\n|---|---|\n| 1 | x\\|y |",
    "<table><tr><th>a</th><th>b</th></tr><tr><td>-</td><td><code>x|y</code></td></tr></table>": (
        "| a | b |\n|---|---|\n| - | `x\\|y` |"
    ),
    "<table><tr><th colspan=2>a</th></tr><tr><td>1</td><td>2</td></tr></table>": (
        '<table>\n<tr><th colspan="2">a</th></tr>\n<tr><td>1</td><td>2</td></tr>\n</table>'
    ),
    "<table><tr><td><ul><li>A</li><li>B</li></ul></td><td><ul><li>C</li></ul></td></tr></table>": "- A\n- B\n\n- C",
    "<table><tr><th>a</th><th>b</th></tr><tr><td><ul><li>A</li><li>B</li></ul></td><td>c</td></tr></table>": (
        "| a | b |\n|---|---|\n| A; B | c |"
    ),
    "<table><tr><td rowspan=2><img src=x></td><th>Note</th></tr><tr><td>Take care.</td></tr></table>": "Note\n\nTake care.",
    "<table><tr><td><code>f</code>(x)</td><td>(function)</td></tr></table>": "`f`(x) (function)",
    "<table class=memname><tr><td class=memname>int f</td><td>(</td><td class=paramtype>int </td><td class=paramname><em>x</em>, </td>"
    "</tr><tr><td></td><td></td><td class=paramtype>bool </td><td class=paramname><em>y</em></td></tr><tr><td></td><td>)</td></tr>"
    "</table>": "`int f(int x, bool y)`",
    "<table class=mlabels><tr><td class=mlabels-left><table class=memname><tr><td>int x</td></tr></table></td><td class=mlabels-right>"
    "<span class=mlabel>static</span><span class=mlabel>private</span></td></tr></table>": "`int x` [static], [private]",
    "<table class=memberdecls><tr class=heading><td colspan=2><h2>Functions</h2></td></tr><tr><td class=memItemLeft>int </td>"
    "<td class=memItemRight><a href=x>f</a> (int x)</td></tr><tr><td class=mdescLeft>&nbsp;</td><td class=mdescRight>Says it. "
    "<a href=x>More...</a></td></tr></table>": "## Functions\n\n`int f(int x)`\n: Says it.",
}  # fmt: skip


@pytest.mark.parametrize("markup", BLOCKS)
def test_markdown_of_a_block(markup: str) -> None:
    table, page, _ = marked_page(f"<body>{markup}</body>".encode(), None)
    blocks = read_blocks(table, page, lexicon_of({}, {}))
    everything = build(table, blocks, np.ones(len(blocks), dtype=bool))
    assert "\n\n".join(Writer().block(everything)) == BLOCKS[markup]


@dataclass(frozen=True)
class Case:
    """A page, what it becomes, and what is read back from that."""

    markup: str
    text: str
    read: list[str]


CASES = {
    "code in a list": Case(
        "<ol><li>Say it:<pre>if x:\n    y\n\n  z</pre>and again</li><li>Done</li></ol>",
        "1. Say it:\n\n   ```\n   if x:\n       y\n\n     z\n   ```\n\n   and again\n\n2. Done",
        ["if x:\n    y\n\n  z\n"],
    ),
    "an item of code": Case("<ul><li><pre>\ta\n b</pre></li></ul>", "-\n  ```\n  \ta\n   b\n  ```", ["\ta\n b\n"]),
    "code in a quotation": Case(
        "<blockquote><p>a</p><pre>&gt; x\ny</pre><p>b</p><p>c</p></blockquote>",
        "> a\n\n```\n> x\ny\n```\n\n> b\n>\n> c",
        ["> x\ny\n"],
    ),
    "code in a list in a quotation": Case(
        "<blockquote><ul><li>a<pre>x\n  y</pre></li></ul></blockquote>",
        "> - a\n>\n  ```\n  x\n    y\n  ```",
        ["x\n  y\n"],
    ),
    "a formula in a quotation": Case("<blockquote>\\[a\n+ b\\]</blockquote>", "> $$a + b$$", ["a + b"]),
    "a formula in a list": Case(
        "<ul><li>so \\[a\\\\\n% no\n+ b\\] holds</li></ul>", "- so\n\n  $$a\\\\ + b$$\n\n  holds", ["a\\\\ + b"]
    ),
    "bars in a table": Case(
        "<table><tr><th>a<th>b<tr><td>\\(\\|x\\| \\le |y|\\)<td>costs $5</table>",
        "| a | b |\n|---|---|\n| $\\Vert x\\Vert \\le \\vert y\\vert$ | costs \\$5 |",
        ["\\Vert x\\Vert \\le \\vert y\\vert"],
    ),
    "bars of an array": Case(
        "<table><tr><th>a<th>b<tr><td>c<td>\\(\\begin{array}{c|c}1&amp;2\\end{array}\\)</table>",
        "<table>\n<tr><th>a</th><th>b</th></tr>\n<tr><td>c</td><td>$\\begin{array}{c|c}1&2\\end{array}$</td></tr>\n</table>",
        ["\\begin{array}{c|c}1&2\\end{array}"],
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_formulas_and_code_are_read_back_as_they_were(case: Case) -> None:
    table, page, _ = marked_page(f"<script src=MathJax.js></script><body>{case.markup}</body>".encode(), None)
    blocks = read_blocks(table, page, lexicon_of({}, {}))
    writer = Writer(has_formulas=True)
    text = "\n\n".join(writer.block(build(table, blocks, np.ones(len(blocks), dtype=bool))))
    assert text == case.text
    assert [span.body for span in spans(text)] == case.read
    found = [" ".join(formula.latex.split()) for formula in writer.formulas]
    assert found + [f"{block.text}\n" for block in writer.code_blocks] == case.read


def test_metadata() -> None:
    page = """<html lang="en-GB"><head><title>Groups | Site</title><meta property="og:title" content="On groups">
    <meta name="author" content="E. Galois"><meta property="article:published_time" content="1832-05-29T10:00:00Z"></head>
    <body><p>Text.</p></body></html>"""
    document = extract.html(page.replace("1832", "2032").encode(), "https://example.org/")
    assert (document.title, document.author, document.date, document.language_hint) == (
        "On groups",
        "E. Galois",
        "2032-05-29",
        "en-GB",
    )


@pytest.mark.parametrize("page", golden_pages(), ids=lambda page: page.stem)
def test_golden_page(page) -> None:  # type: ignore[no-untyped-def]
    assert extract.html(page.read_bytes(), f"https://example.org/{page.name}").text == page.with_suffix(".md").read_text(
        encoding="utf-8"
    )
