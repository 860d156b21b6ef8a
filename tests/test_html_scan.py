"""The compiled tokenizer and tree construction, against lexbor's."""

# ruff: noqa: E501 (markup reads better unbroken)

from __future__ import annotations

import html
import io
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from extract.html_scan import IS_RAW, MAX_DEPTH, PARENT, TAG, TEXT
from extract.html_tree import Table, read_attributes, read_table

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
    "template": "<template><tr><td>a</template><p>b",
    "less than": "a < b <3 <> <a",
    "form in a form": "<form>a<form>b</form>c",
    "preformatted": "<pre>\n\na\n</pre>",
    "blanks": "<table> <tr> <td> a </td> </tr> </table> <p> b </p> ",
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
}


def shape(table: Table) -> list[tuple[int, str, str]]:
    """Depth, tag and text of every node that is not blank, white space aside; what nobody reads is left out."""
    found: list[tuple[int, str, str]] = []
    depth: list[int] = []
    hidden = 0
    for number, row in enumerate(table.nodes.tolist()):
        depth.append(depth[row[PARENT]] + 1 if row[PARENT] >= 0 else 0)
        if number < hidden:
            continue
        if row[TAG] == TEXT:
            text = table.source[row[4] : row[5]].decode("utf-8", "replace")
            text = text if row[7] & IS_RAW else html.unescape(text)
            if text.strip() and found[-1][:2] == (depth[-1], ""):
                found[-1] = (depth[-1], "", found[-1][2] + text)  # a comment or a stray tag between them
            elif text.strip():
                found.append((depth[-1], "", text))
        elif table.name(number) in ("template", "colgroup", "col"):
            hidden = row[2]
        else:
            found.append((depth[-1], table.name(number), ""))
    return [(level, tag, " ".join(text.split())) for level, tag, text in found]


def read_by_lexbor(content: bytes) -> Table:
    """The table of the markup that lexbor writes."""
    from extract.html_scan import scan

    source = (LexborHTMLParser(content).html or "").encode("utf-8", "replace")
    table = Table(source, read_table(b"").nodes, True, 0)
    nodes, state = scan(table.array, True)
    return Table(source, nodes, True, int(state))


@pytest.mark.parametrize("name", REGULAR)
def test_regular_markup_is_read_without_help(name: str) -> None:
    table = read_table(REGULAR[name].encode())
    assert not table.is_normalised
    assert shape(table) == shape(read_by_lexbor(REGULAR[name].encode()))


@pytest.mark.parametrize("name", IRREGULAR)
def test_irregular_markup_is_noticed(name: str) -> None:
    assert read_table(IRREGULAR[name].encode()).is_normalised


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden_pages_have_the_tree_of_lexbor(path: Path) -> None:
    assert shape(read_table(path.read_bytes())) == shape(read_by_lexbor(path.read_bytes()))


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
    differing = [page[:400] for page, table in zip(pages, tables, strict=True) if shape(table) != shape(read_by_lexbor(page))]
    assert differing == []


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not content.startswith(b"\xef\xbb\xbf")


PIECES = st.sampled_from(
    [
        "<div>",
        "</div>",
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<i>",
        "</i>",
        "<a>",
        "</a>",
        "<span>",
        "</span>",
        "<ul>",
        "<li>",
        "</ul>",
        "<table>",
        "<tr>",
        "<td>",
        "</table>",
        "</td>",
        "</tr>",
        "<h1>",
        "</h1>",
        "<br>",
        "</br>",
        "text",
        "<form>",
        "</form>",
        "<select>",
        "<option>",
        "</select>",
        "<button>",
        "</button>",
        "<dl>",
        "<dt>",
        "<dd>",
        "</dl>",
        "<pre>",
        "</pre>",
        "<svg>",
        "</svg>",
        "<math>",
        "</math>",
        "<mi>",
        "</mi>",
        "<caption>",
        "<tbody>",
        "</tbody>",
        "<th>",
        "<em>",
        "</em>",
        "<!--c-->",
        "&amp;",
        "<section>",
        "</section>",
        "<hr>",
        "<img>",
        "<textarea>",
        "</textarea>",
        "<article>",
        "</article>",
        "<code>",
        "</code>",
        "<body>",
        "</body>",
        "<html>",
        "<head>",
        "</head>",
        "<title>",
        "</title>",
        "<script>",
        "</script>",
        "<noscript>",
        "</noscript>",
    ]
)


@given(st.lists(PIECES, max_size=14))
@settings(max_examples=400, deadline=None)
def test_tag_soup_is_read_as_lexbor_reads_it_or_left_to_lexbor(pieces: list[str]) -> None:
    content = "".join(pieces).encode()
    table = read_table(content)
    if not table.is_normalised:
        assert shape(table) == shape(read_by_lexbor(content)), content


def test_subtrees_are_intervals() -> None:
    nodes = read_table(("<div>" * (MAX_DEPTH + 40) + "x" + "</div>" * 90 + "<p>y").encode()).nodes.tolist()
    for number, row in enumerate(nodes):
        assert number < row[2] <= len(nodes)
        if row[PARENT] >= 0:
            assert row[2] <= nodes[row[PARENT]][2]


def test_attributes() -> None:
    assert read_attributes(b" HREF=x/y?a=1&amp;b=2&copy=3 class='c d' id=\"e>f\" hidden data-x = 'z' class=again title='&lt;&eacute;&#65;'") == {
        "href": "x/y?a=1&b=2&copy=3", "class": "c d", "id": "e>f", "hidden": "", "data-x": "z", "title": "<éA",
    }  # fmt: skip


def test_markup_is_spliced_in_the_place_of_elements() -> None:
    table = read_table(b"<div><p>one<p>two</div><p>three")
    paragraphs = [number for number in range(len(table.nodes)) if table.name(number) == "p" and table.nodes[number, TAG] != TEXT]
    spliced = table.spliced([(paragraphs[1], '<x-code text="a"></x-code>'), (paragraphs[2], "<p>3</p>")])
    assert spliced.source == b'<div><p>one<x-code text="a"></x-code></div><p>3</p>'
