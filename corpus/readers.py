"""Readers of raw input: WARC, HTML and PDF files, tar files, source trees, JSON lines, Parquet -> PAGES.

    for shard in list_inputs(Source(name="crawl", kind="warc", path="s3://bucket/crawl/")):
        for pages, rejects, _counters in read_pages(shard):
            ...

A page's bytes stay as they were fetched, only unpacked from transport and container. What cannot be read becomes a REJECTS row
of stage `read`, so that every record of the input is counted; readers_warc says which WARC records are no rows, readers_inputs
which files of a directory are no inputs. Everything streams: memory holds one batch and one record of `max_record_bytes`.

A failing disk or network raises: the task is tried again, nothing is written off as broken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pyarrow as pa

from corpus.readers_code import read_source_tree
from corpus.readers_files import read_files, read_tar
from corpus.readers_inputs import InputShard, Read, Source, SourceFile, list_inputs
from corpus.readers_text import read_jsonl, read_parquet
from corpus.readers_warc import read_warc
from corpus.schema import PAGES, REJECTS
from corpus.stage import StageOutput

__all__ = ["InputShard", "Source", "SourceFile", "list_inputs", "read_pages"]

READERS: Mapping[str, Callable[[InputShard], Iterator[Read]]] = {
    "warc": read_warc,
    "files": read_files,
    "tar": read_tar,
    "source_tree": read_source_tree,
    "jsonl": read_jsonl,
    "parquet": read_parquet,
}


def read_pages(shard: InputShard, *, max_batch_bytes: int = 32 << 20, max_batch_rows: int = 256) -> Iterator[StageOutput]:
    """The records of `shard` in stream order, as batches of PAGES and REJECTS of so many content bytes and rows at most.

    A page larger than a batch is a batch of its own. How the rows are cut into batches changes nothing else about them.
    """
    pages: list[dict[str, object]] = []
    rejects: list[dict[str, object]] = []
    num_bytes = 0
    for is_page, row in READERS[shard.source.kind](shard):
        size = len(row["content"]) if is_page else 0
        if (pages or rejects) and (num_bytes + size > max_batch_bytes or len(pages) + len(rejects) >= max_batch_rows):
            yield _batch(pages, rejects)
            pages, rejects, num_bytes = [], [], 0
        (pages if is_page else rejects).append(row)
        num_bytes += size
    if pages or rejects:
        yield _batch(pages, rejects)


def _batch(pages: list[dict[str, object]], rejects: list[dict[str, object]]) -> StageOutput:
    return StageOutput(pa.Table.from_pylist(pages, schema=PAGES), pa.Table.from_pylist(rejects, schema=REJECTS))
