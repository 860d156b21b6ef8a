"""The pages of examples/corpus, extracted once per process, and junk made from their words: for the benchmark and the tests."""

from __future__ import annotations

import functools
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

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
    """Navigation, link lists, keyword lists, one sentence over and over, a word salad, decoding damage: from real pages' "
    "words."""
    prose = example_pages("prose", every=7).column("text").to_pylist()
    words = [word for text in prose for word in text.split() if word.isalpha() and len(word) > 5]
    links = "\n".join(f"- [{words[i]} {words[i + 1]}](https://example.org/{i})" for i in range(0, 400, 2))
    menu = "\n".join(
        ["Home | Products | News | Contact | Login", "Skip to main content", "Previous | Next", "© 2024", "Privacy policy"]
    )
    return [
        f"# {words[0]}\n\n{menu}\n\nAll rights reserved.\n\nWe use cookies to improve your experience.\n\nSubscribe to our "
        f"newsletter",
        links,
        " ".join(words[:600]),
        ", ".join(words[100:180] * 4),
        f"The best {words[5]} is here and you can buy it now with a discount. " * 60,
        "\n\n".join([f"Buy the cheap {words[7]} that you want to have with the best price."] * 30),
        "\ufffd".join(prose[0][:2000]),
        f"Lorem ipsum dolor sit amet. {prose[1][:500]}",
        "",
        "Next\n\nPrevious\n\nUp",
    ]
