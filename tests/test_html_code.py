"""A page and the code blocks it must yield, one row per layout."""

# ruff: noqa: E501 (markup reads better unbroken)

from __future__ import annotations

import pytest

import extract
from corpus.markup import spans

CODE = "def f(x):\n    if x:\n\n        return 1"
LINES = CODE.split("\n")


def _rows(cell: str) -> str:
    return "".join(
        f'<tr><td class="blob-num" data-line-number="{i}"></td><td class="{cell}">{line}</td></tr>'
        for i, line in enumerate(LINES, 1)
    )


NUMBERS = "\n".join(str(i) for i in range(1, len(LINES) + 1))
LAYOUTS = {
    "pre": (f"<pre>{CODE}\n</pre>", ""),
    "pre_code_language": (f'<pre><code class="language-python">{CODE}</code></pre>', "python"),
    "pygments": (
        f'<div class="highlight-py notranslate"><div class="highlight"><pre><span></span>{CODE}\n</pre></div></div>',
        "python",
    ),
    "pygments_line_numbers": (
        f'<table class="highlighttable"><tr><td class="linenos"><div class="linenodiv"><pre>{NUMBERS}</pre></div></td>'
        f'<td class="code"><div class="highlight"><pre>{CODE}</pre></div></td></tr></table>',
        "",
    ),
    "pygments_inline_numbers": (
        '<div class="highlight"><pre>'
        + "\n".join(f'<span class="lineno">{i} </span>{line}' for i, line in enumerate(LINES))
        + "</pre></div>",
        "",
    ),
    "github_blob": (
        f'<div class="blob-wrapper type-python"><table class="highlight js-file-line-container">{_rows("blob-code")}</table></div>',
        "python",
    ),
    "line_breaks": ("<pre>" + "<br>".join(LINES) + "</pre>", ""),
    "no_break_spaces": (
        '<div class="code"><code>'
        + "<br />\n".join(line.replace("    ", "&nbsp;&nbsp;&nbsp; ") for line in LINES)
        + "</code></div>",
        "",
    ),
    "list_of_lines": (
        '<pre class="prettyprint linenums"><ol>' + "".join(f"<li>{line}</li>" for line in LINES) + "</ol></pre>",
        "",
    ),
    "doxygen": (
        '<div class="fragment">'
        + "".join(f'<div class="line"><span class="lineno">{i}</span>{line}</div>' for i, line in enumerate(LINES))
        + "</div>",
        "",
    ),
    "spans_without_breaks": (
        "<pre><code>" + "".join(f'<span class="line">{line}</span>' for line in LINES) + "</code></pre>",
        "",
    ),
    "spans_with_breaks": ("<pre><code>" + "\n".join(f'<span class="line">{line}</span>' for line in LINES) + "</code></pre>", ""),
    "brush": (f'<pre class="brush: py; gutter: true">{CODE}</pre>', "python"),
    "textarea": (f'<textarea readonly class="code">{CODE}</textarea>', ""),
    "confluence": (
        f'<script type="syntaxhighlighter" class="brush: python; gutter: false"><![CDATA[{CODE}]]></script>',
        "python",
    ),
    "codemirror": (
        '<div class="CodeMirror">'
        + "".join(
            f'<div><div class="CodeMirror-linenumber">{i}</div><pre class="CodeMirror-line">{line or "&#8203;"}</pre></div>'
            for i, line in enumerate(LINES)
        )
        + "</div>",
        "",
    ),
    "copy_button": (f'<div class="highlight"><button>Copy</button><pre>{CODE}</pre></div>', ""),
    "highlighted_numbers": (
        f'<pre><code class="hljs language-python">{CODE.replace("1", "<span class=number>1</span>")}</code></pre>',
        "python",
    ),
    "forum_box": (
        f'<dl class="codebox"><dt>Code: <a href="#">Select all</a></dt><dd><code>{"<br />".join(line.replace("  ", "&nbsp; ") for line in LINES)}</code></dd></dl>',
        "",
    ),
    "link_to_documentation": (
        f'<div class="highlight"><pre><span></span><div class="viewcode-block" id="f"><a class="viewcode-back" href="x.html#f">[docs]</a>{CODE}</div>\n</pre></div>',
        "python",
    ),
    "sphinx_default": (
        f'<div class="highlight-default notranslate"><div class="highlight"><pre><span></span><span class="k">def</span>{CODE[3:]}\n</pre></div></div>',
        "python",
    ),
    "sphinx_default_that_is_none": (
        f'<div class="highlight-default notranslate"><div class="highlight"><pre><span></span>{CODE}\n</pre></div></div>',
        "",
    ),
    "sphinx_two_lexers": (
        f'<div class="highlight-python+sql notranslate"><div class="highlight"><pre>{CODE}</pre></div></div>',
        "python",
    ),
    "scribble": (
        '<blockquote class="SCodeFlow"><table class="RktBlk">'
        + "".join(f'<tr><td><span class="RktSym">{line.replace(" ", "&nbsp;") or "&nbsp;"}</span></td></tr>' for line in LINES)
        + "</table></blockquote>",
        "racket",
    ),
    "scribble_verbatim": (
        '<table class="SVerbatim">'
        + "".join(f"<tr><td><p>{line.replace(' ', '&nbsp;') or '&nbsp;'}</p></td></tr>" for line in LINES)
        + "</table>",
        "",
    ),
    "axiom_command": (
        f'<div class="spadComm"><form><input class="command" value="x"></form><span class="commSav">{CODE}</span><div></div></div>',
        "",
    ),
    "verbatim_with_breaks": (
        '<div class="verbatim"><br />\n' + "<br />\n".join(line.replace(" ", "&nbsp;") for line in LINES) + "<br />\n</div>",
        "",
    ),
    "texinfo": (f'<div class="example lisp">\n<pre class="example-preformatted">{CODE}\n</pre></div>', "lisp"),
    "agda": (f'<pre class="Agda">{CODE}</pre>', "agda"),
    "common_js": (f'<pre><code class="language-cjs">{CODE}</code></pre>', "javascript"),
    "in_a_list": (f"<ol><li>First:<pre>{CODE}</pre></li><li>Then.</li></ol>", ""),
    "in_a_quotation": (f"<blockquote><pre>{CODE}</pre></blockquote>", ""),
    "in_a_table": (f"<table><tr><th>a</th><th>b</th></tr><tr><td><pre>{CODE}</pre></td><td>x</td></tr></table>", ""),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layout(name: str) -> None:
    markup, language = LAYOUTS[name]
    document = extract.html(f"<p>Before the listing.</p>{markup}<p>After the listing.</p>".encode(), "https://example.org/")
    assert [(block.text, block.language) for block in document.code_blocks] == [(CODE, language)]
    written = [(span.body.rstrip("\n"), span.language) for span in spans(document.text) if span.kind == "code"]
    assert written == [(CODE, language)]


def test_the_same_in_two_languages() -> None:
    page = b"<p>So:</p><pre><code class='language-mjs'>import x;\ny();</code><code class='language-sh'>echo 1</code><button>copy</button></pre><p>And.</p>"
    blocks = extract.html(page).code_blocks
    assert [(block.text, block.language) for block in blocks] == [("import x;\ny();", "javascript"), ("echo 1", "bash")]


def test_a_link_to_the_source_is_no_part_of_a_signature() -> None:
    page = (
        b"<dl><dt><code>f</code>(x)<a class='reference internal' href='m.html#f'><span class='viewcode-link'><span class='pre'>[source]</span>"
        b"</span></a></dt><dd>Returns the value of the function at x.</dd></dl>"
    )
    assert "source" not in extract.html(page).text


def test_a_piece_of_a_grammar_is_no_block_of_code() -> None:
    cell = "<td><table class=RktBlk><tr><td><span class=RktSym>x</span></td></tr></table></td>"
    assert not extract.html(f"<p>A term is:</p><table><tr><td>t</td><td>=</td>{cell}</tr></table>".encode()).code_blocks


def test_tabs_and_trailing_blank_lines() -> None:
    document = extract.html(b"<pre>\n\tif x:\n\t\ty  \n\n\n</pre>", "")
    assert document.code_blocks[0].text == "\tif x:\n\t\ty"


def test_inline_code_stays_inline() -> None:
    document = extract.html(b"<p>Call <code>f(`x`)</code> or <tt>a  b</tt>.</p>", "")
    assert document.code_blocks == ()
    assert document.text == "Call ``f(`x`)`` or `a b`.\n"


def test_fence_is_longer_than_backticks_in_the_code() -> None:
    document = extract.html(b"<p>Text.</p><pre>```\nx\n```</pre>", "")
    assert [span.body for span in spans(document.text) if span.kind == "code"] == ["```\nx\n```\n"]
