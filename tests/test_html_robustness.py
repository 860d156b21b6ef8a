"""Broken, hostile and oversized pages: an answer, never a crash."""

# ruff: noqa: RUF005 (markup reads better unbroken)

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import extract
from corpus.markup import spans
from extract.charset import decode
from extract.html_tree import MAX_DEPTH, parse

SENTENCE = "Ein Satz über Größe und Übung, lang genug für eine Vermutung über seine Kodierung. "


@pytest.mark.parametrize(
    ("content", "declared", "charset", "flags"),
    [
        (SENTENCE.encode(), None, "utf-8", ()),
        (SENTENCE.encode(), "iso-8859-1", "utf-8", ("mislabelled_charset",)),
        (SENTENCE.encode("latin-1"), "iso-8859-1", "cp1252", ()),
        (SENTENCE.encode("latin-1"), None, "cp1252", ()),
        (b'<meta charset="shift_jis">' + "日本語の文章です。".encode("shift_jis"), None, "cp932", ()),
        (b"\xef\xbb\xbf" + SENTENCE.encode(), "latin-1", "utf-8", ()),
        (SENTENCE.encode("utf-16"), None, "utf-16", ()),
        (SENTENCE.encode() * 40 + b"\xc3", "utf-8", "utf-8", ("decoded_with_replacement",)),
        (b"plain", "no-such-charset", "utf-8", ()),
    ],
)
def test_charset(content: bytes, declared: str | None, charset: str, flags: tuple[str, ...]) -> None:
    decoded = decode(content, declared)
    assert (decoded.charset, decoded.flags) == (charset, flags)
    assert "Größe" in decoded.text or "日本語" in decoded.text or decoded.text == "plain"


def test_nul_bytes_and_lone_surrogates() -> None:
    assert extract.html("<p>a\x00b \ud800 c</p>".encode("utf-8", "surrogatepass"), "").text.startswith("a")


@pytest.mark.parametrize("tag", ["div", "span", "ul><li", "table><tr><td", "blockquote", "em", "math><mrow", "dl><dd"])
def test_deep_nesting(tag: str) -> None:
    document = extract.html(f"<p>start</p>{f'<{tag}>' * 5000}deep enough".encode(), "")
    assert "deep enough" in document.text
    assert max(len(list(node.ancestors())) for node in parse(f"<{tag}>" * 5000).root.elements()) <= MAX_DEPTH + 1


@pytest.mark.slow
def test_fifty_thousand_levels_and_twenty_megabytes() -> None:
    assert "bottom" in extract.html(b"<div>" * 50_000 + b"bottom", "").text
    assert extract.html(b"<p>one more paragraph of this page</p>\n" * 500_000, "").text.count("paragraph") > 300_000


@pytest.mark.parametrize(
    "content",
    [b"", b" ", b"<", b"<!--", b"<script>", b"<table><tr>", b"<frameset><frame></frameset>", b"&#xFFFFFFFF;", b"\xff\xfe"],
)
def test_next_to_nothing(content: bytes) -> None:
    assert extract.html(content, "").kind == "html"


PIECES = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<div class='code'>",
        "</div>",
        "<pre>",
        "</pre>",
        "<code>",
        "</code>",
        "<table>",
        "<tr>",
        "<td colspan=9>",
        "<ul>",
        "<li>",
        "<math>",
    ]
    + [
        "<mfrac>",
        "<mtable>",
        "</math>",
        "<msup>",
        "$",
        "$$",
        "\\(",
        "\\)",
        "\\[",
        "\\]",
        "\\begin{align}",
        "\\end{align}",
        "`",
        "```",
        "x_1",
        "text ",
        "\n\n",
        "<br>",
    ]
    + [
        "<em>",
        "</em>",
        "<a href=x>",
        "</a>",
        "<script type='math/tex'>",
        "</script>",
        "<img alt='$x$' class=latex>",
        "<dl><dt>",
        "<dd>",
        "\x00",
        "{",
        "}",
        "\\",
        "&nbsp;",
        "<h1>",
    ]
    + [
        "<div class='fragment'><div class='line'>",
        "<span class='katex'>",
        "<span class='math'>",
        "<textarea readonly>",
        "<!--",
        "-->",
        "<svg>",
        "<blockquote>",
        "|",
        "#",
        "- ",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=60))
def test_any_markup_gives_an_answer(pieces: list[str]) -> None:
    document = extract.html("".join(pieces).encode(), "https://example.org/")
    again = extract.html("".join(pieces).encode(), "https://example.org/")
    assert document == again
    assert "\x00" not in document.text
    assert all(block.text for block in document.code_blocks)
    written = sum(1 for span in spans(document.text) if span.kind == "code")
    assert written == len(document.code_blocks)
