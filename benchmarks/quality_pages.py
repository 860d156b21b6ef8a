"""The pages of examples/corpus, extracted once per process, and junk made from their words: for the benchmark and the tests."""

from __future__ import annotations

import functools
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.junk_pages import made_junk
from corpus.readers import read_pages
from corpus.readers_inputs import Source, list_inputs
from corpus.stage import DocumentLimits
from extract.pages import ExtractConfig, extract_pages

WEB = Path(__file__).parents[1] / "examples" / "corpus" / "web"
MIN_PAGE_CHARS = 200
"""Shorter extractions are stubs (a redirect, `next / previous`), neither clean nor junk."""


@functools.cache
def example_pages(archive: str, *, every: int = 3) -> pa.Table:
    """DOCUMENTS of every third page of `mathematics`, `code` or `prose`."""
    source = Source(name="web", kind="warc", path=str(WEB / f"{archive}.warc.gz"))
    tables = [
        extract_pages(
            batch.table.take(list(range(0, batch.table.num_rows, every))), config=ExtractConfig(), limits=DocumentLimits()
        ).table
        for shard in list_inputs(source)
        for batch in read_pages(shard)
    ]
    table = pa.concat_tables(tables)
    return table.filter(pc.greater_equal(table.column("num_chars"), MIN_PAGE_CHARS))


def documents(texts: list[str], *, kind: str = "html", url: str = "https://example.org/") -> pa.Table:
    """The columns of DOCUMENTS that scoring reads."""
    count = len(texts)
    return pa.table(
        {
            "doc_id": [f"{i:032x}" for i in range(count)],
            "source": ["test"] * count,
            "url": [url] * count,
            "path": [""] * count,
            "record_offset": pa.array(range(count), pa.int64()),
            "kind": [kind] * count,
            "text": pa.array(texts, pa.large_string()),
        }
    )


def junk() -> list[str]:
    """Junk of every kind that is made from words and sentences (benchmarks/junk_pages.py), six texts of each, but for Markov
    chains, which no filter here knows from prose; an empty text and a bare menu."""
    prose = example_pages("prose", every=7).column("text").to_pylist()
    kinds = {kind: texts for kind, texts in made_junk(prose, each=6).items() if not kind.startswith("Markov")}
    return ["", "Next\n\nPrevious\n\nUp", *(text for texts in kinds.values() for text in texts)]
