"""Documents that are text already: Markdown and plain text (kind text), source files (kind code)."""

from __future__ import annotations

from corpus.markup import spans
from extract.charset import decode
from extract.document import CodeBlock, Document, Formula

LANGUAGE_OF_TYPE = {
    "c++": "cpp", "c++src": "cpp", "c++hdr": "cpp", "csrc": "c", "chdr": "c", "c#": "csharp", "csharp": "csharp",
    "script.python": "python", "script.sh": "bash", "sh": "bash", "shellscript": "bash",
    "objcsrc": "objectivec", "java-source": "java", "rustsrc": "rust", "rustlang": "rust", "golang": "go", "gosrc": "go",
    "ecmascript": "javascript", "x-javascript": "javascript", "tex": "latex", "web-markdown": "markdown",
    "haskell-src": "haskell",
    "literate-haskell": "haskell", "perl-script": "perl", "python3": "python", "rsrc": "r", "r-source": "r",
    "ocaml-src": "ocaml", "makefile-gnu": "makefile",
}  # fmt: skip
"""Names that media types use, where they are not the language's own."""


def extract_text(content: bytes, *, charset: str | None = None) -> Document:
    """Markdown or plain text as it stands, with line ends made one and its formulas and fenced code counted."""
    decoded = decode(content, charset)
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    found = list(spans(text))
    return Document(
        text=text,
        kind="text",
        formulas=tuple(
            Formula(latex=span.body.strip(), display=span.kind == "display")
            for span in found
            if span.kind in ("display", "inline")
        ),
        code_blocks=tuple(
            CodeBlock(text=span.body.rstrip("\n"), language=span.language.lower()) for span in found if span.kind == "code"
        ),
        flags=decoded.flags,
    )


def extract_code(content: bytes, *, language: str, charset: str | None = None) -> Document:
    """A source file: the text is the file."""
    decoded = decode(content, charset)
    text = decoded.text.replace("\x00", "")
    return Document(
        text=text,
        kind="code",
        code_blocks=(CodeBlock(text=text, language=language),) if text.strip() else (),
        code_language=language or None,
        flags=decoded.flags,
    )


def language_of_type(content_type: str) -> str:
    """The language of `text/x-python` and the like."""
    name = content_type.partition("/")[2].removeprefix("x-").removesuffix("-source").lower()
    return LANGUAGE_OF_TYPE.get(name, name)
