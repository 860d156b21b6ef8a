"""What stays of a page, and how it is written."""

# ruff: noqa: E501 (markup reads better unbroken)

from __future__ import annotations

import numpy as np
import pytest

import extract
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
    "<ol start=3><li>a</li><li>b</li></ol>": "3. a\n4. b",
    "<ol><li><p>a</p><p>b</p></li></ol>": "1. a\n\n   b",
    "<dl><dt>term</dt><dd>meaning</dd></dl>": "term\n: meaning",
    "<blockquote><p>a</p></blockquote>": "> a",
    "a<br>b": "a\nb",
    "<p>a <a href='/x'>link</a> b</p>": "a link b",
    "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>x|y</td></tr></table>": "| a | b |\n|---|---|\n| 1 | x\\|y |",
    "<table><tr><th colspan=2>a</th></tr><tr><td>1</td><td>2</td></tr></table>": (
        '<table>\n<tr><th colspan="2">a</th></tr>\n<tr><td>1</td><td>2</td></tr>\n</table>'
    ),
    "<p>10<sup>2019</sup></p>": "10^2019",
    "<p>10<sup>6</sup> and H<sub>2</sub>O on the 4<sup>th</sup></p>": "10^6 and H2O on the 4th",
    "<p>a\u200bb&nbsp;c&shy;d</p>": "ab cd",
    "<figure><img src=x><figcaption>caption</figcaption></figure>": "caption",
}


@pytest.mark.parametrize("markup", BLOCKS)
def test_markdown_of_a_block(markup: str) -> None:
    table, page, _ = marked_page(f"<body>{markup}</body>".encode(), None)
    blocks = read_blocks(table, page, lexicon_of({}, {}))
    everything = build(table, blocks, np.ones(len(blocks), dtype=bool))
    assert "\n\n".join(Writer().block(everything)) == BLOCKS[markup]


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
