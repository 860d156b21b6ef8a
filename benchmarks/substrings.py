"""Repeated passages against a suffix array, datatrove's three-line spans and CCNet's lines: what is found, how fast.

Real text of Debian's documentation (`--quick`: 20 MB). What is there is known on a part of it, in which every passage of L bytes
is compared with every other one by prefix doubling, as a suffix array does (Lee et al. 2022): a byte is repeated if a document of
smaller id holds a passage of `guaranteed_bytes` around it. Recall: share of these bytes that is marked. Missed: share of these
passages without any mark. True: share of the marked bytes that are within a passage of `min_bytes` that such a document holds.
datatrove takes three lines in a row here (C4, Raffel et al. 2020; `split_sentences=False`), CCNet (Wenzek et al. 2019) single
ones, digits and punctuation aside; both keep what the document of smallest id has, as we do. Seconds are CPU, one thread.
"""

from __future__ import annotations

import functools
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xxhash

from benchmarks.harness import Goal, Result, clock, main
from benchmarks.texts import texts
from corpus import shards
from corpus.schema import CLUSTERS, DOCUMENTS
from corpus.stage import NO_REJECTS, StageOutput
from dedup.substrings import SubstringConfig, find_repeats, fingerprints, without_spans
from pipelines import run_substrings
from pipelines.engine import Context, Stage, StageResult, Task, run_stage
from pipelines.executors import LocalExecutor
from pipelines.progress import Progress

CONFIG = SubstringConfig()
OTHER_CONFIGS = (SubstringConfig(min_bytes=100, guaranteed_bytes=199), SubstringConfig(min_bytes=200, guaranteed_bytes=300))
NUM_SHOWN = 20
LICENCE = "Permission is granted to copy, distribute and modify this text under the terms of the licence that comes with it. " * 3

Marks = npt.NDArray[np.bool_]
"""For every byte of all documents after each other: whether it is marked."""
Spans = list[list[tuple[int, int]]]
"""For every document, in characters."""


def as_documents(table: pa.Table, num_bytes: int | None = None) -> pa.Table:
    """doc_id and text of the first pages of together `num_bytes`, sorted by doc_id."""
    text = table.column("text").cast(pa.large_string())
    if num_bytes:
        count = int(np.searchsorted(np.cumsum(pc.binary_length(text).to_numpy()), num_bytes)) + 1
        table, text = table.slice(0, count), text.slice(0, count)
    return pa.table({"doc_id": table.column("id"), "text": text}).sort_by("doc_id").combine_chunks()


def size_of(documents: pa.Table) -> int:
    return int(pc.sum(pc.binary_length(documents.column("text"))).as_py())


# ------------------------------------------------------------------------------------------------------------ the contenders


def ours(documents: pa.Table, config: SubstringConfig = CONFIG) -> Spans:
    (repeats,) = find_repeats([documents], config=config)
    return spans_of(repeats)


def spans_of(repeats: pa.Table) -> Spans:
    return [[(span["start"], span["end"]) for span in each] for each in repeats.column("spans").to_pylist()]


def marks_of(documents: pa.Table, spans: Spans) -> Marks:
    parts = []
    for text, each in zip(documents.column("text").to_pylist(), spans, strict=True):
        marked = np.zeros(len(text), np.bool_)
        for start, end in each:
            marked[start:end] = True
        sizes = np.ones(len(text), np.int64) if text.isascii() else np.array([len(c.encode()) for c in text])
        parts.append(np.repeat(marked, sizes))
    return np.concatenate(parts)


class Repeats(NamedTuple):
    """What is there."""

    begins: npt.NDArray[np.int64]
    """First bytes of the passages that a document further up holds too."""
    num_bytes: int
    """Their length."""
    marks: Marks


def all_repeats(documents: pa.Table, *, num_bytes: int) -> Repeats:
    """By prefix doubling: the passages of `num_bytes` (128 to 256) that a document further up holds too."""
    texts_ = [text.encode() for text in documents.column("text").to_pylist()]
    document = np.repeat(np.arange(len(texts_)), [len(text) for text in texts_])
    rank = np.frombuffer(b"".join(texts_), np.uint8).astype(np.int64)
    width = 1
    while width < 128:
        rank = _same_pairs(rank, width)
        width *= 2
    rank = _same_pairs(rank, num_bytes - width)  # the two halves overlap
    inside = np.flatnonzero(document[: document.size - num_bytes + 1] == document[num_bytes - 1 :])
    first = np.full(int(rank.max()) + 1, len(texts_))
    np.minimum.at(first, rank[inside], document[inside])
    begins = inside[first[rank[inside]] < document[inside]]
    steps = np.zeros(document.size + 1, np.int64)
    np.add.at(steps, begins, 1)
    np.add.at(steps, begins + num_bytes, -1)
    return Repeats(begins, num_bytes, np.cumsum(steps)[:-1] > 0)


def _same_pairs(rank: npt.NDArray[np.int64], distance: int) -> npt.NDArray[np.int64]:
    """Equal numbers for equal pairs of a rank and the one `distance` further on."""
    later = np.concatenate([rank[distance:], np.zeros(distance, np.int64)])
    return np.unique(rank * (int(rank.max()) + 1) + later, return_inverse=True)[1].astype(np.int64)


def datatrove_lines(documents: pa.Table) -> Spans:
    """Spans of three lines by datatrove's hashes; marked where a document further up has the hash."""
    hashes_of = _datatrove_hashes()
    seen: dict[int, int] = {}
    spans: Spans = []
    for d, text in enumerate(documents.column("text").to_pylist()):
        places = _line_places(text)
        spans.append([(places[at], places[at + 3]) for key, at in hashes_of(text) if seen.setdefault(key, d) != d])
    return spans


def _line_places(text: str) -> list[int]:
    """Where each line begins, and the end."""
    return [0, *np.cumsum([len(line) for line in text.splitlines(keepends=True)]).tolist()]


def _datatrove_hashes() -> Callable[[str], Iterator[tuple[int, int]]]:
    from unittest import mock

    from datatrove.data import Document
    from datatrove.pipeline.dedup import sentence_dedup

    with mock.patch.object(sentence_dedup, "load_word_tokenizer", return_value=None):
        signer = sentence_dedup.SentenceDedupSignature(
            "memory://sentences", config=sentence_dedup.SentDedupConfig(split_sentences=False)
        )
    signer.hash_fc = lambda text: xxhash.xxh64_intdigest(text.encode())  # its own passes str, which xxhash 4 refuses
    return lambda text: ((key, at) for key, _, at in signer.get_hashes(Document(text=text, id=""), 0))


def ccnet_lines(documents: pa.Table) -> Spans:
    """Lines whose normal form a document further up has; lines of no letter stay."""
    seen: dict[bytes, int] = {}
    spans: Spans = []
    for d, text in enumerate(documents.column("text").to_pylist()):
        places = _line_places(text)
        keys = [_normal(line) for line in text.splitlines()]
        spans.append([(places[i], places[i + 1]) for i, key in enumerate(keys) if key and seen.setdefault(key, d) != d])
    return spans


def _normal(line: str) -> bytes:
    plain = re.sub(r"[\W_]+", "", re.sub(r"\d", "0", line.lower()))
    return xxhash.xxh64_digest(plain.encode()) if plain else b""


# --------------------------------------------------------------------------------------------------------------- measurement


def stage_speed(documents: pa.Table) -> tuple[float, float]:
    """MB/s of CPU of the five steps over 16 shards on disk, Parquet and checksums included; and the largest share of one step."""
    num_bytes = size_of(documents)
    with tempfile.TemporaryDirectory() as folder:
        context = Context(out_url=f"{folder}/out", executor=LocalExecutor(), progress=Progress(quiet=True))
        size = -(-documents.num_rows // 16)
        parts = [documents.slice(first, size) for first in range(0, documents.num_rows, size)]
        read = _finished(parts, "documents", pa.schema([DOCUMENTS.field("doc_id"), DOCUMENTS.field("text")]), folder, context)
        keep = [pa.table({"keep": pa.array([True] * part.num_rows)}) for part in parts]
        clusters = _finished(keep, "clusters", pa.schema([CLUSTERS.field("keep")]), folder, context)
        with clock() as spent:
            run_substrings.run(CONFIG, [read], [clusters], context)
        steps = [result.cpu_s for result in context.finished[2:]]
    return num_bytes / 1e6 / spent.cpu_s, max(steps) / sum(steps)


def _finished(parts: Sequence[pa.Table], name: str, schema: pa.Schema, folder: str, context: Context) -> StageResult:
    """A stage whose shards hold `parts`."""
    tasks = []
    for i, part in enumerate(parts):
        url = f"{folder}/{name}-{i}.parquet"
        shards.write_shard(part.cast(schema), url, row_group_size=512)
        tasks.append(Task(shard=f"text-{i:03d}", digest=str(i), payload=url))
    return run_stage(Stage(name=name, config={}, packages=(), read=_read, output_schema=schema), tasks, context)


def _read(url: str) -> Iterator[StageOutput]:
    yield from (StageOutput(batch, NO_REJECTS) for batch in shards.iterate_batches(url, max_rows=512))


def licence_seconds(number: int) -> float:
    """CPU of finding one licence in so many documents."""
    ids = [xxhash.xxh3_128_hexdigest(str(i).encode()) for i in range(number)]
    table = pa.table({"doc_id": ids, "text": pa.array([f"{name}\n{LICENCE}\n{name[::-1]}" for name in ids], pa.large_string())})
    with clock() as spent:
        find_repeats([table])
    return spent.cpu_s


def speed(run: Callable[[], object], num_bytes: int, *, repeats: int = 1) -> float:
    """MB/s of CPU, best of `repeats`."""
    seconds = []
    for _ in range(repeats):
        with clock() as spent:
            run()
        seconds.append(spent.cpu_s)
    return num_bytes / 1e6 / min(seconds)


def examples(documents: pa.Table, repeats: pa.Table) -> dict[str, list[dict[str, Any]]]:
    """The most frequent passages (of those that end alike one), and some taken at random."""
    found: dict[str, int] = {}
    for text, spans in zip(documents.column("text").to_pylist(), repeats.column("spans").to_pylist(), strict=True):
        for span in spans:
            passage = text[span["start"] : span["end"]]
            found[passage] = max(found.get(passage, 0), span["num_documents"])
    by_number = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    by_end = {passage[-60:]: (passage, number) for passage, number in reversed(by_number)}
    frequent = sorted(by_end.values(), key=lambda pair: (-pair[1], pair[0]))
    chosen = np.random.default_rng(0).choice(len(by_number), min(NUM_SHOWN, len(by_number)), replace=False)
    return {
        "the most frequent passages": [_shown(*pair) for pair in frequent[:NUM_SHOWN]],
        "passages at random": [_shown(*by_number[i]) for i in sorted(chosen)],
    }


def _shown(passage: str, number: int) -> dict[str, Any]:
    return {"documents": number, "characters": len(passage), "begins": " ".join(passage.split())[:90].replace("[", r"\[")}


def quality(part: pa.Table) -> list[dict[str, Any]]:
    """What each contender marks of what is there, and its speed; ours first."""
    with clock() as spent:
        there = all_repeats(part, num_bytes=CONFIG.guaranteed_bytes)
    short = all_repeats(part, num_bytes=CONFIG.min_bytes)
    contenders: dict[str, Callable[[pa.Table], Spans]] = {
        "tercet 150, 250 bytes": ours,
        **{f"tercet {c.min_bytes}, {c.guaranteed_bytes} bytes": functools.partial(ours, config=c) for c in OTHER_CONFIGS},
        "datatrove, three lines": datatrove_lines,
        "CCNet, lines": ccnet_lines,
    }
    rows = []
    for name, find in contenders.items():
        seconds = []
        for _ in range(3 if find is not datatrove_lines else 1):
            with clock() as taken:
                spans = find(part)
            seconds.append(taken.cpu_s)
        rows.append(_row(name, marks_of(part, spans), there, short, min(seconds)))
    return [*rows, _row("suffix array, 250 bytes", there.marks, there, short, spent.cpu_s)]


def _row(name: str, marks: Marks, there: Repeats, short: Repeats, cpu_s: float) -> dict[str, Any]:
    before = np.concatenate([[0], np.cumsum(marks)])
    touched = before[there.begins + there.num_bytes] > before[there.begins]
    return {
        "": name,
        "MB/s": marks.size / 1e6 / cpu_s,
        "marked": float(marks.mean()),
        "recall": float(np.mean(marks[there.marks])),
        "missed": float(1 - np.mean(touched)),
        "true": float(np.mean(short.marks[marks])),
    }


def measure(*, quick: bool) -> Result:
    path = texts(20_000_000 if quick else 60_000_000)
    table = pq.read_table(path)
    documents, part = as_documents(table), as_documents(table, 2_500_000 if quick else 8_000_000)
    num_bytes = size_of(documents)
    find_repeats([documents.slice(0, 20)])  # compiles
    everything = pa.chunked_array([np.ones(documents.num_rows, np.bool_)])
    reading = speed(lambda: pq.read_table(path, columns=["text"], use_threads=False), num_bytes, repeats=3)
    sampling = speed(lambda: fingerprints(documents, everything, config=CONFIG), num_bytes, repeats=3)
    finding = speed(lambda: find_repeats([documents]), num_bytes, repeats=3)
    over_shards, largest = stage_speed(documents)
    rows = quality(part)
    (repeats,) = find_repeats([documents])
    chars = pc.sum(pc.utf8_length(documents.column("text"))).as_py()
    marked = pc.sum(repeats.column("repeated_chars")).as_py() / chars
    left_out = _left_out(documents, repeats) / chars
    seconds = [licence_seconds(number) for number in (10_000, 100_000)]
    goals = [
        Goal(
            what="passages of 250 bytes that another document keeps, without a mark",
            value=rows[0]["missed"],
            limit=0,
            at_least=False,
        ),
        Goal(what="recall, bytes", value=rows[0]["recall"], limit=0.99),
        Goal(what="marked bytes within a passage of 150 bytes that another document keeps", value=rows[0]["true"], limit=1.0),
        Goal(what="fingerprints, MB/s of CPU", value=sampling, limit=100),
        Goal(what="all steps, MB/s of CPU / suffix array", value=rows[0]["MB/s"] / rows[-1]["MB/s"], limit=20),
        Goal(what="a licence in 100,000 documents / in 10,000, CPU", value=seconds[1] / seconds[0], limit=20, at_least=False),
    ]
    notes = [
        f"contenders: {part.num_rows:,} pages, {size_of(part) / 1e6:.1f} MB",
        f"all else: {documents.num_rows:,} pages, {num_bytes / 1e6:.0f} MB; MB/s of CPU: reading (zstd Parquet) {reading:.0f}, "
        f"fingerprints {sampling:.0f}, all steps in memory {finding:.0f}, over 16 shards on disk {over_shards:.0f} "
        f"(largest step {largest:.0%})",
        f"of the characters {marked:.1%} are marked, and {left_out:.1%} left out by whole lines",
        f"CPU seconds for a licence in 10,000 / 100,000 documents: {seconds[0]:.2f} / {seconds[1]:.2f}",
    ]
    return Result(rows=rows, goals=goals, notes=notes, tables=examples(documents, repeats))


def _left_out(documents: pa.Table, repeats: pa.Table) -> int:
    """Characters that `without_spans` leaves out."""
    pairs = zip(documents.column("text").to_pylist(), spans_of(repeats), strict=True)
    return sum(len(text) - len(without_spans(text, spans, is_markdown=False)) for text, spans in pairs)


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
