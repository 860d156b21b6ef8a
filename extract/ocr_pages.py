"""Pages of an open PDF, drawn and read by an OcrReader: some at a time, blank ones not at all (a model invents text for them)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from corpus.errors import DocumentError, require
from extract.ocr import OcrConfig, OcrError, OcrReader, checked_answer

MAX_SIDE_PIXELS = 4400
"""Longer side of a drawn page, in pixels: 300 dpi up to the height of A4 and legal paper; larger pages are drawn coarser."""
MAX_BLANK_INK = 2e-5
"""Share of pixels that are dark against the paper on a page without anything on it: 40 of A4 at 150 dpi, half a letter."""
_DARKER = 40
"""Levels (of 256) below the paper's from which a pixel is ink."""


@dataclass(frozen=True, slots=True)
class PageReading:
    """What OCR made of one page."""

    page: int
    """Index, from 0."""
    text: str = ""
    """Markdown; empty where the page was not read or the reader says that it has no text."""
    blank: bool = False
    """Whether there is nothing on the page, so that the reader was not asked."""
    failure: str = ""
    """Why the page was not read: reason and detail."""


def read_pages(document: Any, pages: Sequence[int], reader: OcrReader, config: OcrConfig) -> Iterator[PageReading]:
    """Readings of `pages` (indices) of a pymupdf document, in order; those behind `max_pages` are failures."""
    pool = ThreadPoolExecutor(max_workers=config.num_parallel)
    try:
        within = iter(pages[: config.max_pages])
        while batch := list(itertools.islice(within, config.num_parallel)):
            # MuPDF is used by this thread only: the others wait for the reader.
            drawn = [_drawn(document, page, config.dpi) for page in batch]
            yield from pool.map(lambda page, picture: _read(page, picture, reader), batch, drawn)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    for page in pages[config.max_pages :]:
        yield PageReading(page, failure=f"ocr_too_many_pages: not among the first {config.max_pages} of its kind")


def _drawn(document: Any, page: int, dpi: int) -> bytes | OcrError | None:
    """PNG of a page, None for a blank one."""
    pymupdf = require("pymupdf", extra="pdf")
    try:
        shown = document[page]
        scale = min(dpi / 72, MAX_SIDE_PIXELS / max(shown.rect.width, shown.rect.height, 1.0))
        picture = shown.get_pixmap(matrix=pymupdf.Matrix(scale, scale), colorspace=pymupdf.csGRAY, alpha=False)
        return None if is_blank(picture) else bytes(picture.tobytes("png"))
    except DocumentError:
        raise
    except (RuntimeError, ValueError, pymupdf.mupdf.FzErrorBase) as error:
        return OcrError("ocr_failed", f"the page cannot be drawn: {error}")


def _read(page: int, picture: bytes | OcrError | None, reader: OcrReader) -> PageReading:
    if picture is None:
        return PageReading(page, blank=True)
    try:
        if isinstance(picture, OcrError):
            raise picture
        return PageReading(page, text=checked_answer(reader(picture)))
    except OcrError as error:
        return PageReading(page, failure=str(error))


def is_blank(picture: Any) -> bool:
    """Whether a grey pymupdf picture shows nothing darker than its paper, and nothing lighter (white on black)."""
    levels = np.frombuffer(picture.samples_mv, dtype=np.uint8)
    if levels.size == 0:
        return True
    paper = float(np.median(levels[:: max(1, levels.size // 100_000)]))
    ink = np.count_nonzero(np.abs(levels.astype(np.int16) - paper) > _DARKER)
    return bool(ink <= MAX_BLANK_INK * levels.size)
