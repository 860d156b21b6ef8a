"""HTML and PDF to Markdown as a datatrove extractor, in the place of its `Trafilatura`.

In: documents whose `text` is a page's HTML (what datatrove's WarcReader yields), or that carry a page or a PDF as `media_bytes`.
Out: the same documents with Markdown as `text` and, in `metadata`, what the page says of itself and how many formulas and code
blocks the text has. Documents run in datatrove's own sandbox: a child process that it ends at `timeout` and starts again.
"""

from __future__ import annotations

import contextlib
from typing import Any

from datatrove.data import Document, DocumentsPipeline
from datatrove.pipeline.extractors.base import BaseExtractor, ExtractorSandbox
from datatrove.pipeline.writers.disk_base import DiskWriter
from datatrove.utils.logging import logger
from datatrove.utils.typeshelper import StatHints

import extract
from corpus import schema
from corpus.errors import DocumentError, TercetError
from datatrove_blocks.metadata import corpus_metadata
from extract.pages import ExtractConfig, extract_page

METADATA = (
    *("kind", "title", "author", "language_hint", "num_formulas", "formula_chars", "num_code_blocks", "code_chars"),
    *("num_pages", "flags"),
)
"""Columns of DOCUMENTS that become metadata, under their names. The publication date becomes `published`, for `date` is the
crawl's."""
COUNTED = ("num_formulas", "num_code_blocks")
"""Of these, what the stats add up."""


class TercetExtractor(BaseExtractor):
    """`extract.html` and `extract.pdf` as a block.

    What gives no text is dropped and counted as `dropped_<reason>`, with the reasons of the extraction stage (extract/pages.py)
    and `time_limit`, `killed_process` for what the sandbox ended.

    Args:
        timeout: seconds that one document may take. Trafilatura's block has 1; 10 MB of HTML take about 10
        config: limits of the extraction stage
        exclusion_writer: writes the dropped documents, unchanged but for `filter_reason` in their metadata
    """

    name = "⛏ Tercet"

    def __init__(
        self, timeout: float = 10, *, config: ExtractConfig | None = None, exclusion_writer: DiskWriter | None = None
    ) -> None:
        super().__init__(timeout)
        self.config = config or ExtractConfig()
        self.exclusion_writer = exclusion_writer

    def extract(self, text: str) -> str:
        """The Markdown of a page; empty where there is none. For a REPL: `run` asks `extract_row`."""
        row = self.extract_row(text.encode("utf-8", "replace"), "", "text/html")
        return "" if isinstance(row, TercetError) else str(row["text"])

    def extract_row(self, content: bytes, url: str, content_type: str) -> dict[str, Any] | TercetError:
        """A page as a row of DOCUMENTS, or why it is none: returned, because what is raised would end the sandbox's process."""
        page = {**_NO_PROVENANCE, "url": url, "content": content, "content_type": content_type, "charset": _CHARSET[content_type]}
        try:
            return extract_page(page, config=self.config)
        except TercetError as error:
            return error
        except RecursionError as error:
            return DocumentError("nested_too_deep", str(error))
        except Exception as error:  # noqa: BLE001 (one bad document never ends a shard; it is counted under its reason)
            return DocumentError("crashed", f"{type(error).__name__}: {error}")

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        """Every document that has text, in order."""
        extract.html(b"<p>imported before the sandbox forks, for its first seconds count as a document's</p>")
        excluded = self.exclusion_writer or contextlib.nullcontext()
        with ExtractorSandbox(timeout=self.timeout, warmup_text=(b"<p></p>", "", "text/html")) as sandbox, excluded as writer:
            for document in data or ():
                self.stat_update(StatHints.total)
                try:
                    with self.track_time():
                        row = sandbox.process_document(page_of(document), self.extract_row)
                except TimeoutError:
                    row = DocumentError("time_limit", f"took longer than {self.timeout:g} s")
                except EOFError:
                    row = DocumentError("killed_process", "the process that read it died")
                except DocumentError as error:
                    row = error
                if isinstance(row, DocumentError):
                    self._drop(document, row, writer, rank)
                    continue
                self.stat_update("extracted", StatHints.forwarded)
                for name in COUNTED:
                    self.stat_update(name, value=row[name], unit="doc")
                document.text = row["text"]
                document.metadata |= metadata_of(row)
                self.update_doc_stats(document)
                yield document

    def _drop(self, document: Document, error: DocumentError, writer: DiskWriter | None, rank: int) -> None:
        self.stat_update(StatHints.dropped, f"dropped_{error.reason}")
        logger.debug(f"{document.id}: {error}")
        if writer is not None:
            document.metadata["filter_reason"] = error.reason
            writer.write(document, rank)


_NO_PROVENANCE = {"doc_id": "", "source": "", "path": "", "record_offset": 0}
_CHARSET = {"text/html": "utf-8", "": None}
"""What we declare: a document's text was text before we wrote it as UTF-8, whatever its page says."""


def page_of(document: Document) -> tuple[bytes, str, str]:
    """Content, URL and media type of what is to be extracted: the text, else the first media with bytes."""
    url = str(document.metadata.get("url") or "")
    if not document.text:
        for media in document.media:
            if media.media_bytes:
                return media.media_bytes, url or media.url or "", ""
    return document.text.encode("utf-8", "replace"), url, "text/html"


def metadata_of(row: dict[str, Any]) -> dict[str, Any]:
    """What a row of DOCUMENTS adds to a document's metadata."""
    facts = corpus_metadata(row, schema.DOCUMENTS, (*METADATA, "date"))
    facts["published"] = facts.pop("date")
    return facts
