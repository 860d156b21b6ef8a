"""Extracted pages beside their source: chosen for formulas and code, one from each source, read again from the input."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from corpus import markup, shards
from corpus.config import build
from corpus.errors import TercetError
from corpus.readers import InputShard, Source, SourceFile, read_pages
from pipelines.report_data import MAX_SHARDS, evenly_spaced, input_files
from pipelines.report_pages import excerpt, pdf_page_of, pdf_page_picture, render_markdown, safe_page
from pipelines.report_run import Run, read_row

NUM_SAMPLES = 6
NUM_CANDIDATES = 4
"""Documents of a source and kind whose text is looked at before one is chosen."""
EXCERPT_CHARS = 3000
MAX_REREAD_BYTES = 1 << 30
"""Input files above this are not read again for a picture."""
GONE = "the input file is no longer where this run read it"

COLUMNS = ["doc_id", "source", "kind", "num_chars", "num_formulas", "num_code_blocks"]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A document that may be shown."""

    documents: str
    row: int
    source: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One page for the report, every field safe to be put into HTML as it says."""

    document: Mapping[str, Any]
    """Its DOCUMENTS row without the text: to be escaped."""
    num_formulas: int
    """In the excerpt."""
    num_code_blocks: int
    rendered: str
    """HTML of the Markdown excerpt."""
    markdown: str
    """The excerpt itself: to be escaped."""
    frame: str | None = None
    """A document for <iframe srcdoc>: to be escaped as an attribute."""
    picture: str | None = None
    """Data URL of a page's picture."""
    plain: str | None = None
    """The source as text: to be escaped."""
    note: str = ""
    """What to know about the left side, or why it is empty: to be escaped."""


def choose(run: Run) -> list[Candidate]:
    """The document of each source and kind that shows most formulas and code, the richest first; at most NUM_SAMPLES."""
    heaps: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)
    for shard in evenly_spaced(run.document_shards, MAX_SHARDS):
        for row, document in enumerate(shards.read_table(shard.documents, columns=COLUMNS).to_pylist()):
            score = richness(document["num_formulas"], document["num_code_blocks"])
            if document["kind"] not in ("html", "pdf") or not score:
                continue
            heap = heaps[document["source"], document["kind"]]
            heapq.heappush(heap, (score, document["doc_id"], shard.documents, row))
            if len(heap) > NUM_CANDIDATES:
                heapq.heappop(heap)
    ranked: list[tuple[int, float, str, Candidate]] = []
    for (source, kind), heap in heaps.items():
        looked = sorted((-_text_score(url, row), doc_id, url, row) for _, doc_id, url, row in heap)
        for place, (negative, doc_id, url, row) in enumerate(looked):
            ranked.append((place, negative, doc_id, Candidate(documents=url, row=row, source=source, kind=kind)))
    ranked.sort(key=lambda item: item[:3])
    return [candidate for *_, candidate in ranked[:NUM_SAMPLES]]


def richness(num_formulas: int, num_code_blocks: int) -> float:
    """How much there is to see: both formulas and code count, each with falling returns."""
    return math.sqrt(min(num_formulas, 60)) + 1.5 * math.sqrt(min(num_code_blocks, 12))


def _text_score(url: str, row: int) -> float:
    text = read_row(url, row, columns=["text"])["text"]
    return richness(*_counts(text[best_start(text) :][:EXCERPT_CHARS]))


def _counts(text: str) -> tuple[int, int]:
    kinds = [span.kind for span in markup.spans(text)]
    return sum(kind in ("inline", "display") for kind in kinds), kinds.count("code")


def best_start(text: str) -> int:
    """Where the piece of EXCERPT_CHARS that shows most begins: at the document's start or at a heading."""
    starts = [0, *(i + 2 for i in _positions(text, "\n\n#"))][:60]
    return max(starts, key=lambda start: (richness(*_counts(text[start : start + EXCERPT_CHARS])), -start))


def _positions(text: str, needle: str) -> list[int]:
    found, position = [], text.find(needle)
    while position >= 0:
        found.append(position)
        position = text.find(needle, position + 1)
    return found


def make_samples(run: Run) -> list[Sample]:
    """The chosen documents with both sides."""
    return [_sample(run, candidate) for candidate in choose(run)]


def _sample(run: Run, candidate: Candidate) -> Sample:
    document = read_row(candidate.documents, candidate.row)
    text = document.pop("text")
    # A page is shown from its beginning, as its frame is; a PDF where there is most to see, beside the page that comes from.
    piece = excerpt(text, start=best_start(text) if candidate.kind == "pdf" else 0, max_chars=EXCERPT_CHARS)
    num_formulas, num_code_blocks = _counts(piece)
    return Sample(
        document=document,
        num_formulas=num_formulas,
        num_code_blocks=num_code_blocks,
        rendered=render_markdown(piece),
        markdown=piece,
        **_left_side(run, document, piece),
    )


def _left_side(run: Run, document: Mapping[str, Any], piece: str) -> dict[str, str]:
    """The fields of a Sample that show the source."""
    page = reread(run, document)
    if isinstance(page, str):
        return {"note": page}
    try:
        return SHOW[document["kind"]](page, piece)
    except Exception as error:  # noqa: BLE001 (a picture that cannot be drawn must not cost the report)
        return {"note": f"the source cannot be shown: {type(error).__name__}: {error}"}


def _show_html(page: Mapping[str, Any], piece: str) -> dict[str, str]:
    note = "the page's own HTML from its first heading on, without scripts, styles and pictures"
    return {"frame": safe_page(page["content"], page["charset"]), "note": note}


def _show_pdf(page: Mapping[str, Any], piece: str) -> dict[str, str]:
    number = pdf_page_of(page["content"], piece)
    return {"picture": pdf_page_picture(page["content"], number), "note": f"page {number + 1} of the PDF"}


SHOW: dict[str, Callable[[Mapping[str, Any], str], dict[str, str]]] = {"html": _show_html, "pdf": _show_pdf}


def reread(run: Run, document: Mapping[str, Any]) -> dict[str, Any] | str:
    """The PAGES row of a document, read from the input again, or a sentence that says why it cannot be."""
    settings = run.sources().get(document["source"])
    if settings is None:
        return "generated: there is no source page"
    file = input_files(settings).get(document["path"])
    if file is None:
        return GONE
    if file.num_bytes > MAX_REREAD_BYTES:
        return f"{document['path']} is larger than 1 GiB and was not read again for this report"
    return _find_page(build(Source, settings, where="run.json"), file, document)


def _find_page(source: Source, file: SourceFile, document: Mapping[str, Any]) -> dict[str, Any] | str:
    shard = InputShard(name="report", digest="", source=source, files=(file,))
    try:
        for pages, _ in read_pages(shard):
            for row, doc_id in enumerate(pages.column("doc_id").to_pylist()):
                if doc_id == document["doc_id"]:
                    found: dict[str, Any] = pages.slice(row, 1).to_pylist()[0]
                    return found
    except (TercetError, OSError) as error:
        return f"{document['path']} cannot be read any more: {error}"
    return f"{document['path']} has changed since: this page is no longer in it"
