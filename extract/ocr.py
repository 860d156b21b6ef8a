"""OCR of pages that have no usable text layer: the interface, its settings, and what a reader's answer must be.

A reader is a function from the picture of one page (PNG) to its Markdown; whoever has a better one passes it to `extract_pdf`.
Two come with Tercet:

    make_reader(OcrConfig(tesseract=TesseractConfig(language="eng+deu")))      # a program of this machine
    make_reader(OcrConfig(endpoint=EndpointConfig(base_url="http://localhost:8000/v1", model="allenai/olmOCR-2-7B-1025")))

In a recipe: `extract: {pdf: {ocr: {tesseract: {language: eng}}}}`. Nothing a reader returns is believed unseen: an empty answer,
a refusal, an answer cut off or caught in a loop is an OcrError, which the caller counts and shows on the page.
"""

from __future__ import annotations

import functools
import re
import zlib
from dataclasses import dataclass
from typing import Protocol

from corpus.errors import DocumentError, RecipeError
from corpus.markup import spans

PROMPT = """\
Transcribe this page as Markdown, completely and in reading order. Write every formula as LaTeX, $...$ inside text and $$...$$ \
displayed; code in fences with its indentation; tables as Markdown tables; headings with #. Leave out running heads and page \
numbers. Add nothing, explain nothing, translate nothing. If the page shows no text at all, answer only: [no text]"""


@dataclass(frozen=True, kw_only=True)
class TesseractConfig:
    """Tesseract on this machine: plain text, no formulas."""

    program: str = "tesseract"
    """Name on the PATH, or path."""
    language: str = "eng"
    """Tesseract's names of the languages on the pages, joined by +."""
    dpi: int = 300
    """Dots per inch at which pages are drawn. Source: Tesseract's manual, "Improving the quality of the output"."""
    timeout_s: float = 60.0
    """Seconds for one page."""


@dataclass(frozen=True, kw_only=True)
class EndpointConfig:
    """A vision model behind an OpenAI-compatible HTTP endpoint (vLLM, SGLang, llama.cpp, a hosted one)."""

    base_url: str
    """Up to and without /chat/completions, e.g. http://localhost:8000/v1."""
    model: str
    api_key_env: str | None = None
    """Name of the environment variable that holds the key, on every machine of the run; none: no key is sent. Never the key
    itself: settings are written into manifests."""
    prompt: str = PROMPT
    dpi: int = 150
    """Dots per inch at which pages are drawn: an A4 page is 1,240 x 1,754 pixels."""
    max_tokens: int = 8192
    """Of one page's answer; one that needs more is a failure."""
    temperature: float = 0.0
    timeout_s: float = 120.0
    """Seconds until the endpoint begins to answer, and again until it has answered in full."""
    max_attempts: int = 5
    """Tries of a page that was answered with 408, 429 or 5xx, or not at all."""
    backoff_s: float = 1.0
    """Wait before the second try; doubled before each further one, up to half of it more at random. A Retry-After is obeyed."""
    max_backoff_s: float = 60.0


@dataclass(frozen=True, kw_only=True)
class OcrConfig:
    """Who reads the pages that have no usable text layer. Exactly one of `tesseract` and `endpoint`.

    All pages of a document count against its time limit (`limits.timeout_s`): raise it for long scans.
    """

    tesseract: TesseractConfig | None = None
    endpoint: EndpointConfig | None = None
    num_parallel: int = 1
    """Pages of a document that are read at the same time."""
    max_pages: int = 500
    """Pages of a document that are read; further ones stay marked."""

    def __post_init__(self) -> None:
        if (self.tesseract is None) == (self.endpoint is None):
            raise RecipeError("ocr: expected exactly one of tesseract and endpoint, e.g. ocr: {tesseract: {language: eng}}")
        if self.num_parallel < 1:
            raise RecipeError(f"ocr: num_parallel: expected at least 1, saw {self.num_parallel}")

    @property
    def dpi(self) -> int:
        """Dots per inch at which pages are drawn."""
        chosen = self.tesseract or self.endpoint
        assert chosen is not None
        return chosen.dpi


class OcrReader(Protocol):
    """Reads one page; called from several threads where `num_parallel` says so."""

    def __call__(self, png: bytes) -> str:
        """Markdown of the page whose picture is `png`, `[no text]` where it shows none.

        Raises OcrError where this page could not be read, another TercetError where no page could (no program, no access).
        """


class OcrError(DocumentError):
    """One page could not be read; `reason` is ocr_empty, ocr_refused, ocr_truncated, ocr_repeats, ocr_timeout or ocr_failed."""


@functools.lru_cache(maxsize=8)
def make_reader(config: OcrConfig) -> OcrReader:
    """The reader that `config` names, made once. Raises RecipeError where its program, language or key is missing."""
    if config.tesseract is not None:
        from extract.ocr_tesseract import Tesseract

        return Tesseract(config.tesseract)
    assert config.endpoint is not None
    from extract.ocr_endpoint import Endpoint

    return Endpoint(config.endpoint)


NO_TEXT = "[no text]"
"""What the prompt asks a model to answer for a page without text."""
_REFUSAL = re.compile(
    r"(?i)^\W*(?:i(?:['’]m| am) (?:sorry|unable|not able)|sorry\b"
    r"|i (?:can(?:not|['’]t)|won['’]t|do(?:n['’]t| not) see)|as an ai\b)"
)
_MAX_REFUSAL_CHARS = 500
"""A longer answer that begins like a refusal is a page that begins so."""
_MIN_LOOP_CHARS = 2000
_MAX_COMPRESSION = 12.0
"""Factor by which zlib shrinks text: prose 2-3, tables of numbers 4-6, an answer caught in a loop 20 and more."""
_WRAPPED = re.compile(r"^```(?:markdown|md)[ \t]*\n(.*)\n```$", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def checked_answer(answer: str) -> str:
    """A reader's answer in the dialect of corpus/markup.py; empty where it says that the page has no text.

    Raises OcrError for an answer that is empty, a refusal or caught in a loop.
    """
    text = _CONTROL.sub("", answer.replace("\r\n", "\n").replace("\f", "\n")).strip()
    if wrapped := _WRAPPED.match(text):
        text = wrapped[1].strip()
    if text.strip("`*. ").lower() == NO_TEXT:
        return ""
    if not text:
        raise OcrError("ocr_empty", "the answer is empty")
    if len(text) <= _MAX_REFUSAL_CHARS and _REFUSAL.match(text):
        raise OcrError("ocr_refused", f"the answer is {text[:120]!r}")
    if len(text) >= _MIN_LOOP_CHARS and len(text.encode()) > _MAX_COMPRESSION * len(zlib.compress(text.encode())):
        raise OcrError("ocr_repeats", f"the answer repeats itself over {len(text)} characters, ending in {text[-60:]!r}")
    return with_dollars(text)


_BRACKETED = re.compile(r"(?<!\\)\\\((.+?)(?<!\\)\\\)|(?<!\\)\\\[(.+?)(?<!\\)\\\]", re.DOTALL)
r"""\(...\) and \[...\], but not the \\[2pt] of a row."""


def with_dollars(markdown: str) -> str:
    r"""`markdown` with \(...\) and \[...\] written with dollars, code aside."""
    parts, position = [], 0
    for span in [span for span in spans(markdown) if span.kind in ("code", "inline_code")]:
        parts += [_BRACKETED.sub(_dollars, markdown[position : span.start]), markdown[span.start : span.end]]
        position = span.end
    return "".join([*parts, _BRACKETED.sub(_dollars, markdown[position:])])


def _dollars(match: re.Match[str]) -> str:
    if match[1] is not None:
        return f"${match[1].strip()}$"
    body = re.sub(r"\n\s*\n", "\n", match[2].strip())
    return f"$$\n{body}\n$$"
