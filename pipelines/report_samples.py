"""Extracted pages beside their source: chosen for formulas and code, one from each source, read again from the input."""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from corpus import markup, shards
from corpus.config import build
from corpus.errors import TercetError
from corpus.readers import InputShard, Source, SourceFile, read_pages
from extract.pdf_sandbox import apart
from pipelines.report_data import MAX_SHARDS, evenly_spaced, input_files, site_of
from pipelines.report_pages import excerpt, pdf_page_of, pdf_page_picture, render_markdown, safe_page
from pipelines.report_run import Run, read_row

NUM_SAMPLES = 6
PER_SOURCE = {"html": 4, "pdf": 2}
"""Most samples of a source, by kind; other kinds need no comparison."""
NUM_CANDIDATES = 40
"""Documents of a source and kind whose text is looked at before one is chosen."""
EXCERPT_CHARS = 3000
MIN_FORMULA_CHARS = 4
"""Shorter ones, a letter or an arrow, show nothing."""
MAX_SPANS = 5000
"""Formulas and code blocks of a document that are looked at."""
MAX_WINDOWS = 200
MAX_REREAD_BYTES = 1 << 30
"""Input files above this are not read again for a picture."""
GONE = "the input file is no longer where this run read it"

COLUMNS = ["doc_id", "source", "url", "kind", "num_chars", "num_formulas", "num_code_blocks"]


class Candidate(NamedTuple):
    """A document that may be shown."""

    doc_id: str
    documents: str
    """DOCUMENTS shard."""
    row: int
    source: str
    kind: str
    site: str
    score: float


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One page for the report, every field safe to be put into HTML as it says."""

    document: Mapping[str, Any]
    """Its DOCUMENTS row without the text: to be escaped."""
    num_formulas: int
    """In the excerpt, those of one to three characters left out."""
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
    """Documents that show most formulas and code: of each source and kind a few, of different sites."""
    ranked = sorted(_candidates(run), key=lambda candidate: (-candidate.score, candidate.doc_id))
    best = {(c.source, c.kind): c for c in reversed(ranked)}.values()
    of_sites = {(c.source, c.site): c for c in reversed(ranked)}.values()
    taken: Counter[tuple[str, str]] = Counter()
    chosen: dict[str, Candidate] = {}
    for candidate in [*_by_score(best), *_by_score(of_sites)]:
        if candidate.doc_id not in chosen and taken[candidate.source, candidate.kind] < PER_SOURCE[candidate.kind]:
            taken[candidate.source, candidate.kind] += 1
            chosen[candidate.doc_id] = candidate
    return _by_score(list(chosen.values())[:NUM_SAMPLES])


def _by_score(candidates: Iterable[Candidate]) -> list[Candidate]:
    return sorted(candidates, key=lambda candidate: (-candidate.score, candidate.doc_id))


def _candidates(run: Run) -> Iterator[Candidate]:
    """The documents of each source and kind that have most formulas and code, scored by what an excerpt of them would show."""
    heaps: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)
    for shard in evenly_spaced(run.document_shards, MAX_SHARDS):
        for row, document in enumerate(shards.read_table(shard.documents, columns=COLUMNS).to_pylist()):
            rank = richness(document["num_formulas"], document["num_code_blocks"])
            if document["kind"] not in PER_SOURCE or not rank:
                continue
            heap = heaps[document["source"], document["kind"]]
            heapq.heappush(heap, (rank, document["doc_id"], document["url"], shard.documents, row))
            if len(heap) > NUM_CANDIDATES:
                heapq.heappop(heap)
    for (source, kind), heap in sorted(heaps.items()):
        for _, doc_id, url, documents, row in sorted(heap):
            _, shown = window_of(kind, read_row(documents, row, columns=["text"])["text"])
            if any(shown):
                site = url if kind == "pdf" else site_of(url)
                yield Candidate(doc_id, documents, row, source, kind, site, richness(*shown))


def richness(num_formulas: int, num_code_blocks: int) -> float:
    """How much there is to see: both formulas and code count, each with falling returns."""
    return math.sqrt(min(num_formulas, 60)) + 1.5 * math.sqrt(min(num_code_blocks, 12))


def windows(text: str) -> list[tuple[int, tuple[int, int]]]:
    """Where an excerpt may begin, at the document's start or at a heading, and the formulas and code blocks it then shows."""
    spans = [span for span in islice(markup.spans(text), MAX_SPANS) if span.kind == "code" or len(span.body) >= MIN_FORMULA_CHARS]
    spans = [span for span in spans if span.kind != "inline_code"]
    starts = [span.start for span in spans]
    found = []
    for begin in [0, *(i + 2 for i in _positions(text, "\n\n#"))][:MAX_WINDOWS]:
        inside = spans[bisect_left(starts, begin) : bisect_left(starts, begin + EXCERPT_CHARS)]
        num_code = sum(span.kind == "code" for span in inside)
        found.append((begin, (len(inside) - num_code, num_code)))
    return found


def window_of(kind: str, text: str) -> tuple[int, tuple[int, int]]:
    """The excerpt to show: a page from its beginning, as its frame is; a PDF where most is to be seen."""
    if kind != "pdf":
        return windows(text)[0]
    return max(windows(text), key=lambda window: (richness(*window[1]), -window[0]))


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
    start, (num_formulas, num_code_blocks) = window_of(candidate.kind, text)
    piece = excerpt(text, start=start, max_chars=EXCERPT_CHARS)
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
    number = apart(pdf_page_of, page["content"], piece)
    return {"picture": apart(pdf_page_picture, page["content"], number), "note": f"page {number + 1} of the PDF"}


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
        for output in read_pages(shard):
            pages = output.table
            for row, doc_id in enumerate(pages.column("doc_id").to_pylist()):
                if doc_id == document["doc_id"]:
                    found: dict[str, Any] = pages.slice(row, 1).to_pylist()[0]
                    return found
    except (TercetError, OSError) as error:
        return f"{document['path']} cannot be read any more: {error}"
    return f"{document['path']} has changed since: this page is no longer in it"
