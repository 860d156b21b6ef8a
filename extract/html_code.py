"""Code of a page: blocks with their indentation, blank lines and language as shown, and inline code.

`LAYOUTS` is the method: an ordered table of (name, where to look, how the block's lines are laid out). The outermost
element a row applies to becomes one block. Line-number gutters, copy buttons and toolbars are left out wherever they
stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from extract.html_math import is_tried_often
from extract.html_tree import CODE_TAG, LEAF_TAGS, MATH_TAG, Element, Page, words

# ---------------------------------------------------------------------------------------------------- text of a block

_GUTTER_CLASSES = words(
    """
    lineno linenos linenodiv linenumber line-number line-numbers-rows linenumbers line_numbers gutter rouge-gutter gl
    hljs-ln-numbers hljs-ln-n blob-num crayon-nums crayon-num CodeMirror-linenumber CodeMirror-gutter-wrapper
    ace_gutter ace_gutter-cell ace_gutter-layer code-toolbar-item toolbar toolbar-item copy-btn copybtn copy-button
    clipboard-copy line-numbers lnt react-line-number u-lineNum FileContents-lineNum lineNo line-no lno ln-num
    cm-gutters headerlink code-lang lang-label code-header crayon-toolbar crayon-info line-numbers-wrapper
    code__line-number code-block-line-number hljs-button zeroclipboard-container linenum line_number src-line-numbers
    ttc expand cm-lineNumbers gutterwrapper prettyprint-gutter pre-numbering code-copy codecopy copy-code-button
    copy_btn viewcode-back
    """
)
_NOT_GUTTER_TAGS = frozenset(["pre", "code", "body"])
_SKIPPED_TAGS = frozenset(["button", "script", "select", "input", "svg", "clipboard-copy", "noscript"])
_NUMBERS_ONLY = re.compile(r"[\s\d.:|]*")
_ANY_CODE = re.compile(r"code|content", re.IGNORECASE)
_LINE_BLOCKS = frozenset(["div", "li", "tr", "p", "ol", "ul", "table", "tbody", "dd", "dt"])
_SPACES = str.maketrans({"\u00a0": " ", "\u200b": None, "\ufeff": None, "\r": None})


def code_text(node: Element, *, keep_whitespace: bool = True) -> str:
    """Text of a block of code: `<br>` and block elements break lines, gutters are left out.

    `keep_whitespace` is false where the page's source is wrapped at will and only `<br>` and blocks break lines.
    """
    parts: list[str] = []
    _write(node, parts, _line_spans(node), keep_whitespace)
    return trim("".join(parts))


def _write(node: Element, parts: list[str], line_spans: set[int], keep_whitespace: bool) -> None:
    for child in _children(node):
        if isinstance(child, str):
            text = child if keep_whitespace else _collapsed(child, at_line_start=_ends_line(parts))
            if text:
                parts.append(text)
        elif child.tag == "br":
            parts.append("\n")
        elif child.tag in (CODE_TAG, MATH_TAG):
            if text := child.attrs.get("text") or child.attrs.get("latex", ""):
                parts.append(text)
        elif is_gutter(child):
            continue
        elif child.tag in _LINE_BLOCKS or id(child) in line_spans:
            _break_line(parts)
            if _is_blank_line(child):
                parts.append("\n")
                continue
            _write(child, parts, line_spans, keep_whitespace)
            _break_line(parts)
        else:
            _write(child, parts, line_spans, keep_whitespace)


def _children(node: Element) -> list[Element | str]:
    """Children; white space between rows, cells and items is layout of the source, not code."""
    if node.tag in ("table", "tbody", "thead", "tr", "ol", "ul"):
        return [child for child in node.children if not (isinstance(child, str) and not child.strip())]
    return node.children


def _collapsed(text: str, *, at_line_start: bool) -> str:
    """Line ends of the page's source, with the indentation after them, are no part of the code; blanks inside a line are."""
    if at_line_start:
        text = re.sub(r"^[ \t]*[\r\n][ \t\r\n\f]*", "", text)
    return re.sub(r"[ \t]*[\r\n][ \t\r\n\f]*", " ", text)


def _ends_line(parts: list[str]) -> bool:
    return not parts or parts[-1].endswith("\n")


def _break_line(parts: list[str]) -> None:
    """A line ends here, unless one just has."""
    if parts and not parts[-1].endswith("\n"):
        parts.append("\n")


def _is_blank_line(node: Element) -> bool:
    """An empty line: a block that holds nothing, or nothing but a `<br>`."""
    return node.tag != "table" and not _holds_more_than(node, "\n\r")


def _holds_more_than(node: Element, chars: str | None) -> bool:
    """Whether the text of an element has other characters than these; None for white space."""
    return any(isinstance(child, str) and child.strip(chars) for part in node.elements() for child in part.children)


def _line_spans(node: Element) -> set[int]:
    """Ids of inline elements that stand for one line each without any line break between them (Shiki and Prism, minified)."""
    found: set[int] = set()
    for parent in node.elements():
        lines = [
            child for child in parent.children if isinstance(child, Element) and child.tag in ("span", "code") and _is_line(child)
        ]
        if len(lines) < 2:
            continue
        ids = {id(line) for line in lines}
        between = [child for child in parent.children if id(child) not in ids]
        if any("\n" in (child if isinstance(child, str) else child.text()) for child in between):
            continue
        if sum(1 for line in lines if line.text().endswith("\n")) * 2 >= len(lines):
            continue
        found |= ids
    return found


def _is_line(node: Element) -> bool:
    names = node.classes
    return bool(names) and (
        names[0] in ("line", "token-line", "code-line", "view-line", "cl", "code__line", "cm-line")
        or "line" in names
        or "token-line" in names
    )


def is_gutter(node: Element) -> bool:
    """Whether the element shows line numbers or tools beside the code."""
    if node.tag in _SKIPPED_TAGS:
        return True
    attrs = node.attrs
    name = attrs.get("class")
    if name and node.tag not in _NOT_GUTTER_TAGS and not _GUTTER_CLASSES.isdisjoint(name.split()):
        if name in ("line-numbers", "gl") and not _NUMBERS_ONLY.fullmatch(node.text()):
            return False
        return "code" not in name.split() or name == "lineno code"
    if name and node.tag == "pre" and ("lineno" in name.split() or "linenos" in name.split() or "line-numbers" in name.split()):
        return bool(_NUMBERS_ONLY.fullmatch(node.text()))
    if (
        "data-line-number" in attrs
        and not _ANY_CODE.search(name or "")
        and node.tag in ("td", "span", "a", "div")
        and _NUMBERS_ONLY.fullmatch(node.text())
    ):
        return True
    return node.tag == "a" and not _holds_more_than(node, None)


def trim(text: str) -> str:
    """Blank lines at both ends and blanks at the ends of lines taken off, no-break spaces made spaces."""
    text = text.replace("\r\n", "\n").translate(_SPACES)
    lines = [line.rstrip() for line in text.split("\n")]
    start, end = 0, len(lines)
    while start < end and not lines[start]:
        start += 1
    while end > start and not lines[end - 1]:
        end -= 1
    return "\n".join(lines[start:end])


# ---------------------------------------------------------------------------------------------------- language

_ALIASES = {
    "js": "javascript", "jsx": "jsx", "node": "javascript", "mjs": "javascript", "cjs": "javascript",
    "ts": "typescript", "mts": "typescript", "cts": "typescript", "py": "python",
    "py3": "python", "python3": "python", "ipython": "python",
    "ipython3": "python", "ipython2": "python", "python2": "python", "pycon": "python", "pycon3": "python", "sh": "bash",
    "shell": "bash", "zsh": "bash", "console": "bash", "shell-session": "bash", "shellsession": "bash",
    "sh-session": "bash", "bash-session": "bash", "shellscript": "bash", "c++": "cpp", "cc": "cpp", "cxx": "cpp", "hpp": "cpp",
    "h++": "cpp", "c#": "csharp", "cs": "csharp", "rb": "ruby", "rs": "rust", "golang": "go",
    "yml": "yaml", "hs": "haskell", "kt": "kotlin", "objective-c": "objectivec", "objc": "objectivec", "postgresql": "sql",
    "mysql": "sql", "psql": "sql", "plpgsql": "sql", "pgsql": "sql", "tsql": "sql", "md": "markdown",
    "tex": "latex", "make": "makefile", "ps1": "powershell", "posh": "powershell", "pl": "perl", "f90": "fortran",
    "vb": "vbnet", "vb.net": "vbnet", "docker": "dockerfile", "jl": "julia", "rlang": "r", "erl": "erlang", "htm": "html",
    "xhtml": "html", "markup": "html", "html4strict": "html", "html5": "html", "java5": "java", "jscript": "javascript",
    "ecmascript": "javascript", "f#": "fsharp", "ex": "elixir", "clj": "clojure", "text/x-java": "java", "emacs-lisp": "elisp",
}  # fmt: skip
_KNOWN = words(
    """
    abap actionscript ada apache apl applescript arduino asm assembly autohotkey awk bash basic bat batch bibtex
    brainfuck c ceylon clojure cmake cobol coffeescript coldfusion commonlisp cpp crystal csharp css csv cuda cython d
    dart delphi diff django dockerfile dot elisp elixir elm erlang fortran fsharp gherkin glsl go gradle graphql
    groovy haml handlebars haskell haxe hcl hlsl html http idl ini jade java javascript jinja json json5 jsonc jsonnet
    jsp jsx julia kotlin latex less lisp llvm logo lua makefile markdown mathematica matlab maxima mermaid mips ml
    nasm nginx nim nix objectivec ocaml octave opencl openscad pascal perl php plsql postscript powershell prolog
    properties protobuf puppet purescript python qml r racket razor reason rst ruby rust sas sass scala scheme scilab
    scss sed sml smalltalk solidity sparql sql stata stylus svelte svg swift systemverilog tcl terraform toml tsx
    turtle twig typescript vala vbnet vbscript verilog vhdl vim vue wasm webassembly wolfram xml xquery xslt yaml zig
    apacheconf gcode qsharp raku starlark thrift asciidoc plpgsql pseudocode bnf ebnf gdscript singular gap sage pari
    lilypond rd agda coq idris lean isabelle
    """
)
_NO_LANGUAGE = words(
    """
    text plain none plaintext default txt nohighlight no-highlight auto code raw output unknown plain-text literal
    """
)
_PREFIXED = re.compile(
    r"^(?:language|lang|mw-highlight-lang|highlight-source|highlight-text|highlight|source|brush|sourcecode|type|code|sh|example|hljs|hl|src)[-_:](?!lines|highlighted)([\w+#.\-]+)$",
    re.I,
)
_BRUSH = re.compile(r"brush\s*:\s*([\w+#\-]+)", re.I)
_ATTRIBUTES = (
    "data-lang",
    "data-language",
    "data-code-language",
    "data-enlighter-language",
    "data-mode",
    "data-code-lang",
    "lang",
    "data-syntax",
    "syntax",
)
_SCRIBBLE_CLASSES = words("SCodeFlow RktBlk SVerbatim")
_SUFFIXED = re.compile(r"^([a-z]+)(?:High|-code|_code|code)$")


@lru_cache(maxsize=4096)
def known_language(name: str) -> str:
    """`name` as a lower-case language name, empty where it is none."""
    name = name.strip().lower().strip("{}.")
    name = _ALIASES.get(name, name)
    return name if name in _KNOWN else ""


def language_of(node: Element) -> str:
    """The language that the element, what it holds, or its wrappers name."""
    for candidate in _language_candidates(node):
        language = _language_at(candidate)
        if language is not None:
            return language
    return ""


def _language_candidates(node: Element) -> list[Element]:
    inside = islice(
        (
            child
            for child in node.elements()
            if child.tag in ("code", "pre", "script", "table", "div", "ol") and child is not node
        ),
        6,
    )
    above: list[Element] = []
    for ancestor in node.ancestors():
        if len(above) == 4 or ancestor.tag in ("body", "article", "main", "section", "li", "td", "blockquote"):
            break
        above.append(ancestor)
        if len(list(islice((child for child in ancestor.children if isinstance(child, Element)), 5))) > 4:
            break
    return [node, *inside, *above]


def _language_at(node: Element) -> str | None:
    """The language one element names; empty where it says that there is none; None where it says nothing."""
    for attribute in _ATTRIBUTES:
        value = node.attrs.get(attribute, "")
        if value and (language := known_language(value)) and (attribute != "lang" or node.tag in ("pre", "code")):
            return language
    name = node.attrs.get("class", "")
    if not name:
        return None
    if "crayon-syntax" in name and (shown := node.find_class("crayon-language")) is not None:
        return known_language(shown.text())
    if match := _BRUSH.search(name):
        return known_language(match[1])
    tokens = name.split()
    for token in tokens:
        if match := _PREFIXED.match(token):
            value = match[1].lower().removeprefix("source-").removeprefix("text-")
            if language := known_language(value) or known_language(re.split(r"[-+]", value)[0]):
                return language
            if token == "highlight-default":
                return "python" if _is_coloured_as_python(node) else ""
            if value in _NO_LANGUAGE:
                return ""
    return _language_of_tokens(node, tokens)


_PYTHON_CLASSES = words("gp k kc kd kn ow bp nb sd")
_CALL = re.compile(r"\w\([^()]*\)")
_BIBTEX = re.compile(r"\s*@\w+\s*\{")


def _is_coloured_as_python(node: Element) -> bool:
    """Whether Pygments found words of Python, or calls, in a block to which nobody gave a language: Sphinx tries Python then."""
    colours = {child.attrs.get("class", "") for child in node.elements() if child.tag == "span"}
    if colours.isdisjoint(_PYTHON_CLASSES) and "n" not in colours:
        return False
    text = node.text()
    return not _BIBTEX.match(text) and (not colours.isdisjoint(_PYTHON_CLASSES) or bool(_CALL.search(text)))


def _language_of_tokens(node: Element, tokens: list[str]) -> str | None:
    """A bare class such as `python` beside `highlight`; only on elements that show code."""
    if node.find_class("viewcode-block", "viewcode-back") is not None:
        return "python"  # Sphinx links the source of nothing else
    if not _SCRIBBLE_CLASSES.isdisjoint(tokens):
        return "racket" if node.find_class("RktSym", "RktPn", "RktVal") is not None else ""
    shows_code = node.tag in ("pre", "code", "script") or not {
        "highlight",
        "code",
        "source",
        "sourceCode",
        "codehilite",
        "syntax",
        "hljs",
        "syntaxhighlighter",
        "mw-highlight",
        "w3-code",
        "src",
        "example",
    }.isdisjoint(tokens)
    if not shows_code:
        return None
    for token in tokens:
        if token.lower() in ("code", "source", "example"):
            continue
        if language := known_language(token):
            return language
        if (match := _SUFFIXED.match(token)) and (language := known_language(match[1])):
            return language
    return None


# ---------------------------------------------------------------------------------------------------- layouts


Reader = Callable[[Element], str | None]


@dataclass(frozen=True)
class Layout:
    """One way of laying out a block of code in HTML."""

    name: str
    read: Reader
    """The block's text, or None where the element is not this layout after all."""
    tags: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


def _preformatted(node: Element) -> str | None:
    """A `<pre>`; one that holds several is a wrapper around them, and so is one that holds the same in several languages."""
    codes = _codes_with_language(node)
    if len(codes) > 1:
        node.tag = "div"
        for code in codes:
            code.tag = "pre"  # looked at next
        return None
    inner = [child for child in node.elements() if child.tag == "pre" and child is not node and not is_gutter(child)]
    return None if len(inner) > 1 else code_text(node)


def _codes_with_language(node: Element) -> list[Element]:
    """The `<code>` children that name their language."""
    return [
        child
        for child in node.children
        if isinstance(child, Element) and child.tag == "code" and "language-" in child.attrs.get("class", "")
    ]


def _highlight_table(node: Element) -> str | None:
    """A table whose one row holds a gutter and the code (Pygments, Rouge, Hexo), or one row per line (GitHub, Gist, hljs-ln)."""
    blocks = [
        child
        for child in node.elements()
        if child.tag == "pre" and not is_gutter(child) and not any(is_gutter(above) for above in _up_to(child, node))
    ]
    if len(blocks) == 1:
        return code_text(blocks[0])
    rows = [child for child in node.elements() if child.tag == "tr"]
    if not blocks and len(rows) > 1:
        return code_text(node)
    return (
        code_text(blocks[0]) if blocks and len(rows) == 1 else (code_text(node) if blocks and len(blocks) == len(rows) else None)
    )


def _up_to(node: Element, top: Element) -> list[Element]:
    above = []
    for ancestor in node.ancestors():
        if ancestor is top:
            break
        above.append(ancestor)
    return above


def _lines_below(*classes: str) -> Reader:
    """Reader of a block whose lines are the elements of one of these classes."""

    def read(node: Element) -> str | None:
        wanted = set(classes)
        lines = [child for child in node.elements() if not wanted.isdisjoint(child.classes)]
        return trim("\n".join(_line_text(line) for line in lines)) if lines else None

    return read


def _line_text(node: Element) -> str:
    text = code_text_of_line(node)
    return text.rstrip("\n")


def code_text_of_line(node: Element) -> str:
    parts: list[str] = []
    stack: list[Element | str] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            parts.append(item)
        elif item is node or not is_gutter(item):
            stack.extend(reversed(item.children))
    return "".join(parts).replace("\u200b", "")


def _crayon(node: Element) -> str | None:
    plain = node.find_class("crayon-plain")
    if plain is not None and plain.text().strip():
        return trim(plain.text())
    return _lines_below("crayon-line")(node)


def _syntaxhighlighter(node: Element) -> str | None:
    container = node.find_class("container")
    return _lines_below("line")(container or node) if (container or node).find_class("line") else None


def _textarea(node: Element) -> str | None:
    """A text area that shows code: read-only, or said to be code, several lines long."""
    text = node.text()
    says_code = bool(
        re.search(
            r"code|source|prettyprint|highlight|crayon|snippet",
            f"{node.attrs.get('class', '')} {node.attrs.get('id', '')} {node.attrs.get('name', '')}",
            re.I,
        )
    )
    if text.count("\n") < 2 or not (says_code or "readonly" in node.attrs):
        return None
    return trim(text)


_CDATA = re.compile(r"^\s*<!\[CDATA\[(.*?)\]\]>\s*$", re.DOTALL)


def _script(node: Element) -> str | None:
    if not node.attrs.get("type", "").lower().endswith("syntaxhighlighter"):
        return None
    match = _CDATA.match(node.text())
    return trim(match[1] if match else node.text())


def _fragment(node: Element) -> str | None:
    """Doxygen: `div.fragment` with a `div.line` per line and anchors with line numbers."""
    return _lines_below("line")(node) or code_text(node)


def _scribble(node: Element) -> str | None:
    """Racket's Scribble: a table with a row for each line. In a cell of another table it is a piece of a grammar."""
    if node.tag not in ("table", "blockquote") or (node.parent is not None and node.parent.tag in ("td", "th")):
        return None
    return code_text(node, keep_whitespace=False)


def _axiom_command(node: Element) -> str | None:
    """What a form of the Axiom book sends, as the page keeps it beside the form."""
    saved = node.find_class("commSav")
    return trim(saved.text()) if saved is not None else None


def _broken_lines(node: Element) -> str | None:
    """Lines ended by `<br>`, list items or blocks, the source wrapped at will, indentation in no-break spaces."""
    if any(child.tag == "pre" for child in node.elements()):
        return None
    node = _inner_box(node)
    raw = node.text()
    has_breaks = any(child.tag in ("br", "li", "div") for child in node.elements() if child is not node)
    if not has_breaks and "\n" not in raw.strip():
        return None
    return code_text(node, keep_whitespace=_keeps_whitespace(node, has_breaks))


def _inner_box(node: Element) -> Element:
    """The part of a code box that holds the code, where a caption or buttons stand beside it."""
    for tag in ("ol", "code", "dd"):
        found = [child for child in node.elements() if child.tag == tag and child is not node]
        if len(found) == 1 and 2 * len(found[0].text()) > len(node.text()):
            return found[0]
    return node


def _keeps_whitespace(node: Element, has_breaks: bool) -> bool:
    style = "".join(above.attrs.get("style", "") for above in (node, *list(node.ancestors())[:2]))
    return (
        not has_breaks or bool(re.search(r"white-space\s*:\s*pre", style)) or any(child.tag == "li" for child in node.elements())
    )


def _block_of_code(node: Element) -> str | None:
    """A `<code>` that is a block: several lines by `<br>`, or alone in its block over several lines."""
    has_breaks = any(child.tag == "br" for child in node.elements())
    if has_breaks:
        return code_text(node, keep_whitespace=False)
    text = node.text().strip("\n")
    if text.count("\n") >= 1 and re.search(
        r"white-space\s*:\s*pre|display\s*:\s*block",
        node.attrs.get("style", "") + (node.parent.attrs.get("style", "") if node.parent else ""),
    ):
        return code_text(node)
    return None


LAYOUTS: tuple[Layout, ...] = (
    Layout("confluence_script", _script, tags=("script",)),
    Layout("crayon", _crayon, classes=("crayon-syntax",)),
    Layout("syntaxhighlighter", _syntaxhighlighter, classes=("syntaxhighlighter",)),
    Layout("codemirror", _lines_below("CodeMirror-line", "cm-line"), classes=("CodeMirror", "cm-editor")),
    Layout("ace", _lines_below("ace_line"), classes=("ace_editor",)),
    Layout("monaco", _lines_below("view-line"), classes=("monaco-editor",)),
    Layout("doxygen_fragment", _fragment, classes=("fragment",)),
    Layout(
        "github_lines",
        _highlight_table,
        classes=(
            "js-file-line-container",
            "highlighttable",
            "rouge-table",
            "hljs-ln",
            "lntable",
            "FileContents",
            "codehilitetable",
            "syntaxtable",
        ),
    ),
    Layout(
        "github_react",
        _lines_below("react-file-line", "react-code-text"),
        classes=("react-code-lines", "react-code-file-contents"),
    ),
    Layout("hexo", lambda node: _highlight_table(node) if node.find("table") else None, tags=("figure",)),
    Layout("pre", _preformatted, tags=("pre", "listing", "xmp", "plaintext")),
    Layout("scribble", _scribble, classes=("SCodeFlow", "RktBlk", "SVerbatim")),
    Layout("axiom", _axiom_command, classes=("spadComm",)),
    Layout("link_to_source", lambda node: "", classes=("viewcode-link",)),
    Layout("textarea", _textarea, tags=("textarea",)),
    Layout(
        "broken_lines",
        _broken_lines,
        classes=(
            "blockcode",
            "codebox",
            "w3-code",
            "codeblock",
            "code-block",
            "phpcode",
            "bbcode_code",
            "codecontent",
            "code_block",
            "CodeBlock",
            "codeinner",
            "sourceCode",
            "prettyprint",
            "syntax",
            "code",
            "programlisting",
            "screen",
            "source-code",
            "verbatim",
        ),
    ),
    Layout("code_lines", _block_of_code, tags=("code", "tt", "samp")),
)
"""Rows are tried in this order."""

_BY_TAG: dict[str, list[int]] = {}
_BY_CLASS: dict[str, list[int]] = {}
for _number, _layout in enumerate(LAYOUTS):
    for _tag in _layout.tags:
        _BY_TAG.setdefault(_tag, []).append(_number)
    for _name in _layout.classes:
        _BY_CLASS.setdefault(_name, []).append(_number)

_LOOKED_AT_TAGS = frozenset(_BY_TAG)
_WRAPPER_TITLE = re.compile(r"^\s*(?:code|select all|copy|php|html|quote)?\s*:?\s*(?:\[?select all\]?)?\s*$", re.IGNORECASE)


_TOKEN = re.compile(rb"\s*(?:[A-Za-z][A-Za-z0-9]{0,2}|hljs-(?!ln)[\w\-]+|token(?:\s+[\w\-]+)*|pl-[\w\-]+|mtk\d+)?\s*")
"""Pygments and Rouge, highlight.js, Prism, GitHub, Monaco."""
_NO_TOKENS = frozenset([b"gl", b"cl", b"lnt", b"lno", b"ttc"])


@lru_cache(maxsize=4096)
def is_token(name: bytes) -> bool:
    """Whether the class of a span in a block of code only says how to colour it."""
    return _TOKEN.fullmatch(name) is not None and name.strip() not in _NO_TOKENS and b"line" not in name


def mark_code(page: Page) -> None:
    """Replaces blocks of code by code elements. (Inline code is told by its tag: extract/html_markdown.py.)"""
    failed: set[int] = set()
    for node in page.order:
        tag = node.tag
        if tag not in _LOOKED_AT_TAGS and (not tag or "class" not in node.attrs):
            continue
        rows = _rows_for(node)
        if rows and not is_tried_often(node, failed) and not _convert(node, rows):
            failed.add(id(node))


def _rows_for(node: Element) -> Sequence[int]:
    """Numbers of the rows that look at the element, in order."""
    tag = node.tag
    if not tag or tag in LEAF_TAGS:
        return ()
    by_tag = _BY_TAG.get(tag, ())
    by_class = _rows_of_class(node.attrs.get("class", "")) if tag != "body" else ()
    return sorted({*by_tag, *by_class}) if by_tag and by_class else by_tag or by_class


@lru_cache(maxsize=65_536)
def _rows_of_class(name: str) -> tuple[int, ...]:
    """Cached: pages of a site share their names."""
    return tuple(sorted({number for token in name.split() if token in _BY_CLASS for number in _BY_CLASS[token]}))


def _convert(node: Element, rows: Sequence[int]) -> bool:
    """Makes the element a block of code, if the first of `rows` that reads it finds any; an empty one goes. Whether so."""
    for number in rows:
        layout = LAYOUTS[number]
        if layout.name == "broken_lines" and not _is_code_box(node):
            continue
        text = layout.read(node)
        if text is None:
            continue
        if text:
            node.become(CODE_TAG, text=text, language=language_of(node), layout=layout.name)
        else:
            node.vanish()
        return True
    return False


def _is_code_box(node: Element) -> bool:
    """Not a wrapper that holds prose or whole code blocks of other layouts."""
    if node.tag in ("code", "span", "table", "body", "td", "tr") or "inline" in node.attrs.get("class", ""):
        return False
    return not any(
        child.tag in ("pre", "textarea", "h1", "h2", "h3", "article", "form", "script", "table", CODE_TAG, "img", "p")
        for child in node.elements()
        if child is not node
    )
