"""The compiled tokenizer and tree construction, against lexbor's."""

# ruff: noqa: E501 (markup reads better unbroken)

from __future__ import annotations

import html
import io
from pathlib import Path

import numpy as np
import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from extract.html_scan import ATTRS, ATTRS_END, END, FLAGS, IS_RAW, MAX_DEPTH, PARENT, START, STOP, TAG, TEXT, scan
from extract.html_tree import Table, read_attributes, read_table, words

GOLDEN = sorted((Path(__file__).parent / "golden" / "html").glob("*.html"))
EXAMPLES = Path(__file__).parent.parent / "examples" / "corpus" / "web"

REGULAR = {
    "end tags left out": "<ul><li>a<li>b<p>c<li>d</ul><dl><dt>x<dd>y<dt>z</dl><p>one<p>two<div>three</div>",
    "table without bodies": "<table><caption>t</caption><tr><td>a<td>b<tr><th>c</table>",
    "tables in cells": "<table><tr><td><table><tr><td>in</table>out<td>next</table>after",
    "sections of a table": "<table><thead><tr><th>a<tbody><tr><td>b<tfoot><tr><td>c</table>",
    "headings": "<h1>a<h2>b</h3>c",
    "options": "<select><option>a<option>b<optgroup label=x><option>c</select>d",
    "raw text": "<title>a &amp; <b></title><script>if (a<b) { '</div>' }</script><style>p > a</style><textarea>\n<p>&lt;</textarea>x",
    "script in a script": "<script><!-- <script> </script> --></script><p>x",
    "head of its own": "a<p>b",
    "image in the head's noscript": "<head><noscript><img src=x></noscript><title>t</title></head><body class=c>x",
    "attributes": "<a href=x/y?a=1&b=2 CLASS='c d' id=\"e>f\" hidden data-x = 'z' =odd>t</a><br/><img src=a/>",
    "comments": "a<!-- b --!>c<!-->d<!---->e<!doctype x>f<?php g ?>h</ i>j<!-- k",
    "stray end tags": "a</p>b</br>c</span>d</div>e</li>f</td>g</h1>h",
    "foreign": "<svg viewBox='0 0 1 1'><g><path d='M0'/><title>t</title><a>u</a></g></svg><math><mi>x</mi><mo>&lt;</mo></math>y",
    "data of foreign content": "<svg><desc>a</desc><![CDATA[ <b> ]]></svg>",
    "template": "<template><tr><td>a</td></tr></template><p>b",
    "less than": "a < b <3 <> <a",
    "form in a form": "<form>a<form>b</form>c",
    "preformatted": "<pre>\n\na\n</pre>",
    "blanks": "<table> <tr> <td> a </td> </tr> </table> <p> b </p> ",
    "end tags before the body": "</p></div><title>t</title></br>a",
    "a body's end before its beginning": "</body><title>t</title>",
    "noscript after the head": "<head></head><noscript><link></noscript><title>t</title>",
    "end of the head in its noscript": "<noscript></head><meta></noscript><title>t</title>a",
    "table in a paragraph of a page with quirks": "<p>a<table><tr><td>b</table>c",
    "table after a paragraph": "<!doctype html><p>a<table><tr><td>b</table>c",
    "table after a paragraph of an older page": '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><p>a<table></table>',
    "frame without frames": "a<frame>b",
    "noscript that does not end": "<body><noscript><div>a</noscript>b",
    "dialog": "<dialog><div>a</dialog>b",
    "form that was closed around": "<div><form>a</div><form>b</form><form>c",
    "form that ends in a table": "<form><table><tr></form><td><form>a</table>",
    "paragraph before a form in a form": "<form><p>a<form>b",
    "columns without a group": "<table><col></col><col><tr><td>a</table>",
    "block that ends in a select": "<div><select>a</div>b</select>c",
    "rule in a select": "<select><option>a<hr>b</select>",
    "nested options": "<select><option>a<span>b<option>c</select><optgroup>d<optgroup>e",
    "ruby": "<ruby>a<rt>b<rp>c<rtc>d<rt>e</ruby><rt>f<rt>g",
    "hidden input in a table": "<table><input type=HIDDEN><tr><td>a</table>",
    "title of a drawing": "<svg><title><![CDATA[a]]></title><style><![CDATA[b < c]]></style></svg>d",
    "mathematics is no drawing": "<math><title>a<mrow>b</math><svg><mi>a<g>b</svg>",
    "annotation": "<math><annotation-xml encoding=MathML-Content><apply>a</annotation-xml></math><annotation-xml encoding='text/html'>b",
    "drawing in a template": "<template><svg><title>a</title></svg></template><p>b",
    "drawing that does not end": "<div><a><svg><path></a>b</div>c",
    "no slash before the end": "<svg / ><g>a",
    "page that ends in a tag": "<p>a</p></p",
    "page that ends in an end tag of raw text": "<title>a</title",
    "comment at once closed in a script": "<script><!--><script></script>a",
}
IRREGULAR = {
    "formatting closed by a block": "<p><b>a<div>b</div>c",
    "misnested": "<b>a<i>b</b>c</i>",
    "link in a link": "<a href=x>a<a href=y>b</a>",
    "text in a table": "<table>a<tr><td>b</table>",
    "cell without a row": "<table><td>a</table>",
    "block in a table": "<table><tr><div>a</div><td>b</table>",
    "frames": "<frameset><frame src=x></frameset>",
    "plain text": "a<plaintext><b>c",
    "paragraph in foreign content": "<svg><g><p>a</svg>b",
    "form that ends in another place": "<form><div></form>a</div>",
    "object that its cell ends": "<table><tr><td><object>a</td><td>b</table>",
    "break in a table": "<table></br><tr><td>a</table>",
    "shown input in a table": "<table><input><tr><td>a</table>",
    "text between columns": "<table><colgroup>a",
    "columns in a cell": "<table><tr><td>a<col>b</table>",
    "link in a link around a select": "<a>a<select><a>b",
    "formatting in an object in a cell": "<table><tr><td><b><object></td></table>a",
    "cell open at the end of a template": "<template><tr><td></template>a",
    "column in a template": "<template><col><title></template>a</title>",
    "body in a drawing": "<svg><body>a",
    "tags in the style of a drawing": "<svg><style><g>a</g></style></svg>",
    "annotation that does not end": "<a><math><annotation-xml>b</a>c",
    "HTML in an annotation": "<math><annotation-xml encoding='text/html'><p>a",
    "white space that is written as an entity": "&#32;<title>t</title>a",
    "table in a paragraph, doctype unknown": '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN"><p>a<table>',
}


Shape = list[tuple[int, str, str]]
"""Depth, tag and text of every node that is not blank, white space aside; what nobody reads is left out."""
UNREAD_TAGS = ("template", "colgroup", "col")


def shape(table: Table) -> Shape:
    found: Shape = []
    depth: list[int] = []
    hidden = 0
    for number, row in enumerate(table.nodes.tolist()):
        depth.append(depth[row[PARENT]] + 1 if row[PARENT] >= 0 else 0)
        if number < hidden:
            continue
        if row[TAG] == TEXT:
            text = table.source[row[ATTRS] : row[ATTRS_END]].decode("utf-8", "replace")
            _add_text(found, depth[-1], text if row[FLAGS] & IS_RAW else html.unescape(text))
        elif table.name(number) in UNREAD_TAGS:
            hidden = row[END]
        else:
            found.append((depth[-1], table.name(number), ""))
    return _folded(found)


def shape_by_lexbor(content: bytes) -> Shape:
    """The same of lexbor's tree, node by node."""
    found: Shape = []
    todo = [(LexborHTMLParser(content).root, 0)]
    while todo:
        node, depth = todo.pop()
        while node is not None:
            tag = (node.tag or "").lower()
            if tag == "-text":
                _add_text(found, depth, node.text_content or "")
            elif tag[:1].isalpha() and tag not in UNREAD_TAGS:
                found.append((depth, tag, ""))
                if node.first_child is not None:
                    todo.append((node.next, depth))
                    node, depth = node.first_child, depth + 1
                    continue
            node = node.next
    return _folded(found)


def _add_text(found: Shape, depth: int, text: str) -> None:
    if found and found[-1][:2] == (depth, ""):
        found[-1] = (depth, "", found[-1][2] + text)  # a comment or a stray tag is between them
    elif text.strip():
        found.append((depth, "", text))


def _folded(found: Shape) -> Shape:
    return [(depth, tag, " ".join(text.split())) for depth, tag, text in found]


@pytest.mark.parametrize("name", REGULAR)
def test_regular_markup_is_read_without_help(name: str) -> None:
    table = read_table(REGULAR[name].encode())
    assert not table.is_normalised
    assert shape(table) == shape_by_lexbor(REGULAR[name].encode())


@pytest.mark.parametrize("name", IRREGULAR)
def test_irregular_markup_is_noticed(name: str) -> None:
    assert read_table(IRREGULAR[name].encode()).is_normalised


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden_pages_have_the_tree_of_lexbor(path: Path) -> None:
    assert shape(read_table(path.read_bytes())) == shape_by_lexbor(path.read_bytes())


def test_pages_of_a_crawl_have_the_tree_of_lexbor() -> None:
    pages = [
        record.reader.read()
        for archive in sorted(EXAMPLES.glob("*.warc.gz"))
        for record in ArchiveIterator(io.BytesIO(archive.read_bytes()), record_types=WarcRecordType.response)
    ]
    pages = [
        page.replace(b"\r\n", b"\n").replace(b"\r", b"\n") for page in pages if b"<html" in page[:2000].lower() and _is_utf8(page)
    ]
    tables = [read_table(page) for page in pages]
    assert sum(not table.is_normalised for table in tables) > 0.8 * len(tables) > 100
    differing = [page[:400] for page, table in zip(pages, tables, strict=True) if shape(table) != shape_by_lexbor(page)]
    assert differing == []


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not content.startswith(b"\xef\xbb\xbf")


TAGS = sorted(
    words(
        """
    a abbr-x address annotation-xml applet article b body br button caption center code col colgroup dd desc details dialog div dl dt em
    fieldset font foreignObject form frame frameset g h1 h2 head hr html i iframe image img input label li link listing marquee math
    meta mi mo mrow mtext nobr noembed noframes noscript object ol optgroup option p path plaintext pre rb rp rt rtc ruby script search
    section select small span style summary svg table tbody td template textarea tfoot th thead title tr tt ul var wbr xmp
    """
    )
)
OTHERS = [
    "text", "text", "text", " ", "\n", "\f", "&amp;", "&#32;", "&nbsp;", "<!--c-->", "<!-->", "<!", "<", "</", "<>", "</>", "</ x>",
    "<?x?>", "<![CDATA[x<y]]>", "<![CDATA[", "<!doctype html>", "<!doctype html public 'x'>", "<svg/>", "<g/>", "<mi />", "<p/ >",
    "<svg / >", "<script/>", "<!-- <script>", "-->", "<input type=hidden>", "<font color=x>", "<annotation-xml encoding='text/html'>",
    "<a href='>'>", "<DIV CLASS=x =y>", "<ABBR-X>", "<tr><td>", "<table><tr><td>", "</td></tr></table>", "<select><option>", "<svg><g>",
]  # fmt: skip
PIECES = st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS] + OTHERS)


# Of a few kinds only, so that they meet.
SOUPS = st.lists(PIECES, min_size=1, max_size=8).flatmap(lambda pieces: st.lists(st.sampled_from([*pieces, "text"]), max_size=16))


@given(SOUPS | st.lists(PIECES, max_size=14))
@settings(max_examples=600, deadline=None)
def test_tag_soup_is_read_as_lexbor_reads_it_or_left_to_lexbor(pieces: list[str]) -> None:
    content = "".join(pieces).encode()
    table = read_table(content)
    if not table.is_normalised:
        assert shape(table) == shape_by_lexbor(content), content


def check_table(source: bytes, normalised: bool = False) -> None:
    """Subtrees are intervals of nodes, and all bounds lie within the source."""
    table, _ = scan(np.frombuffer(source, dtype=np.uint8), normalised)
    nodes = table.tolist()
    for number, row in enumerate(nodes):
        assert number < row[END] <= len(nodes)
        assert 0 <= row[START] <= row[ATTRS] <= row[ATTRS_END] <= len(source)
        assert row[START] <= row[STOP] <= len(source)
        if row[PARENT] >= 0:
            assert row[PARENT] < number < row[END] <= nodes[row[PARENT]][END]


def test_subtrees_are_intervals() -> None:
    check_table(("<div>" * (MAX_DEPTH + 40) + "x" + "</div>" * 90 + "<p>y").encode())


@pytest.mark.parametrize("name", [*REGULAR, *IRREGULAR])
def test_a_page_may_end_anywhere(name: str) -> None:
    page = (REGULAR | IRREGULAR)[name].encode()
    for stop in range(len(page)):
        check_table(page[:stop])
        check_table(page[stop:], normalised=True)


@given(st.lists(PIECES.map(str.encode) | st.binary(max_size=3), max_size=20).map(b"".join), st.booleans())
@settings(max_examples=400, deadline=None)
def test_bytes_of_any_kind_have_a_table(source: bytes, normalised: bool) -> None:
    check_table(source, normalised)


def test_attributes() -> None:
    assert read_attributes(b" HREF=x/y?a=1&amp;b=2&copy=3&region=4&notx class='c d' id=\"e>f\" hidden data-x = 'z' class=again title='&lt;&eacute;&#65;'") == {
        "href": "x/y?a=1&b=2&copy=3&region=4&notx", "class": "c d", "id": "e>f", "hidden": "", "data-x": "z", "title": "<éA",
    }  # fmt: skip


def test_markup_is_spliced_in_the_place_of_elements() -> None:
    table = read_table(b"<div><p>one<p>two</div><p>three")
    paragraphs = [number for number in range(len(table.nodes)) if table.name(number) == "p" and table.nodes[number, TAG] != TEXT]
    spliced = table.spliced([(paragraphs[1], '<x-code text="a"></x-code>'), (paragraphs[2], "<p>3</p>")])
    assert spliced.source == b'<div><p>one<x-code text="a"></x-code></div><p>3</p>'
