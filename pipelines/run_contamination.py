"""Contamination: DOCUMENTS -> CONTAMINATION, the evaluation items that documents hold (quality/contamination.py has the method).

items (one task a set) -> places and grams (one task: the index) -> scan (one task a shard) -> frequency (one task: in how many
documents each gram stands) -> contamination and report (one task a shard). The text is read once, and that of documents with hits
once more. Every worker holds the index; what the frequencies take grows with the grams that were found, not with the corpus.
"""

from __future__ import annotations

import functools
import gzip
import itertools
import json
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import shards
from corpus.errors import InputError
from corpus.ids import content_id
from corpus.schema import CONTAMINATION, DOCUMENTS, ID
from corpus.stage import NO_REJECTS, StageOutput
from pipelines.engine import Context, Stage, StageResult, Task, run_stage, shard_url, shards_of
from quality.contamination import (
    FREQUENCIES,
    GRAMS,
    ITEMS,
    MATCHES,
    PLACED_ITEMS,
    ContaminationConfig,
    EvaluationSet,
    Format,
    Index,
    annotate,
    choose_format,
    document_frequency,
    find_hits,
    find_matches,
    grams_of,
    items_of,
    make_index,
    sum_frequencies,
)

PACKAGES = ("corpus", "quality")
LIBRARIES = ("numpy",)
BATCH_ROWS = 256
"""Documents whose text is in memory together."""
CONTEXT_CHARS = 80
"""Characters of the document before and after a passage in the report."""
SHOWN_HITS = 500
"""Passages that report.md shows; the shards beside it have all of them."""
ROW_GROUP_ROWS = 1 << 20
MAX_FREQUENCIES = 8_000_000
"""Frequencies of single shards that are added up together: 0.13 GB."""

HITS = pa.schema(
    [
        pa.field("doc_id", ID, nullable=False),
        pa.field("url", pa.string(), nullable=False),
        pa.field("set", pa.string(), nullable=False),
        pa.field("item", pa.string(), nullable=False),
        pa.field("is_stock", pa.bool_(), nullable=False),
        pa.field("num_grams", pa.int32(), nullable=False),
        pa.field("num_words", pa.int32(), nullable=False),
        pa.field("item_fraction", pa.float32(), nullable=False),
        pa.field("num_documents", pa.int32(), nullable=False),
        pa.field("start", pa.int64(), nullable=False),
        pa.field("end", pa.int64(), nullable=False),
        pa.field("document_text", pa.large_string(), nullable=False),
        pa.field("item_text", pa.large_string(), nullable=False),
    ]
)
"""Every hit with both texts, and every stock phrase (`is_stock`), which is no hit."""


def run(
    config: ContaminationConfig, documents: Sequence[StageResult], clusters: Sequence[StageResult], context: Context
) -> StageResult:
    """CONTAMINATION of every shard of `documents`, row by row; the report beside it.

    All documents are scanned; those that `clusters` (CLUSTERS) keep count for the frequency of grams. Raises InputError where an
    evaluation file is missing or unreadable, or a shard has no CLUSTERS shard of its name.
    """
    items = read_items(config, context)
    index = write_index(config, items, context)
    scanned = scan(index, documents, context)
    frequencies = count_documents(scanned, clusters, context)
    result = mark(config, index, documents, scanned, frequencies, context)
    write_report(config, index, documents, scanned, frequencies, context)
    return result


# ---- evaluation files ---------------------------------------------------------------------------------------------------


def check_sets(config: ContaminationConfig) -> None:
    """Raises InputError where a set's file is not there or has columns of no known format: before anything is run."""
    for name, evaluation in config.sets.items():
        try:
            urls = shards.list_files(evaluation.path)
        except InputError as error:
            raise InputError(f"contamination.sets.{name}: {error}") from error
        for url in urls:
            _check_columns(next(_rows(url), pa.table({})), name, evaluation, url)


def _check_columns(table: pa.Table, name: str, evaluation: EvaluationSet, url: str) -> str:
    if not table.num_rows:
        raise InputError(f"contamination.sets.{name}: {url}: holds no row")
    return choose_format(table.column_names, asked=evaluation.format, where=f"contamination.sets.{name}: {url}")


def _rows(url: str, max_rows: int = 1024) -> Iterator[pa.Table]:
    """The rows of a JSONL or Parquet file. Raises InputError naming the line that is none."""
    if url.endswith(".parquet"):
        try:
            yield from shards.iterate_batches(url, max_rows=max_rows)
        except pa.ArrowInvalid as error:
            raise InputError(f"{url}: not Parquet: {error}") from error
        return
    with shards.open_input(url) as stream:
        lines = enumerate(gzip.GzipFile(fileobj=stream) if url.endswith(".gz") else stream, 1)
        while some := list(itertools.islice(lines, max_rows)):
            rows = [_row(line, f"{url}: line {number}") for number, line in some if line.strip()]
            try:
                yield pa.Table.from_pylist(rows)
            except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
                raise InputError(
                    f"{url}: lines {some[0][0]} to {some[-1][0]}: a column holds different types: {error}"
                ) from error


def _row(line: bytes, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise InputError(f"{where}: not JSON: {error}") from error
    if not isinstance(row, dict):
        raise InputError(f"{where}: expected an object, saw {type(row).__name__}")
    return row


@dataclass(frozen=True, kw_only=True)
class SetFiles:
    """The files of one evaluation set."""

    name: str
    format: Format
    urls: tuple[str, ...]


def read_items(config: ContaminationConfig, context: Context) -> StageResult:
    """Evaluation files -> ITEMS, one shard a set."""
    tasks = []
    for name, evaluation in config.sets.items():
        urls = tuple(shards.list_files(evaluation.path))
        digest = content_id(name, evaluation.format, *(shards.fingerprint(url) for url in urls))
        tasks.append(Task(shard=name, digest=digest, payload=SetFiles(name=name, format=evaluation.format, urls=urls)))
    stage = Stage(
        name="contamination-items",
        config={},
        packages=PACKAGES,
        libraries=LIBRARIES,
        read=read_set,
        output_schema=ITEMS,
        maps_rows=False,
    )
    return run_stage(stage, tasks, context)


def read_set(payload: SetFiles) -> Iterator[StageOutput]:
    first = 0
    for url in payload.urls:
        for table in _rows(url):
            _check_columns(table, payload.name, EvaluationSet(path=url, format=payload.format), url)
            yield StageOutput(items_of(table, name=payload.name, format=payload.format, first=first), NO_REJECTS)
            first += table.num_rows


# ---- index --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class IndexFiles:
    """Where the index lies."""

    grams_url: str
    items_url: str
    gram_words: int
    digest: str


def write_index(config: ContaminationConfig, items: StageResult, context: Context) -> IndexFiles:
    """ITEMS -> GRAMS and PLACED_ITEMS, one shard each."""
    settings = asdict(config)
    decides = ("gram_words", "min_distinct_words", "max_items")
    results = []
    for part, schema in enumerate((GRAMS, PLACED_ITEMS)):
        stage = Stage(
            name=("contamination-grams", "contamination-places")[part],
            config={**{name: settings[name] for name in decides}, "unicode": unicodedata.unidata_version},
            packages=PACKAGES,
            libraries=LIBRARIES,
            upstream=(items.digest,),
            read=functools.partial(read_index, config=config, part=part),
            output_schema=schema,
            maps_rows=False,
            row_group_size=ROW_GROUP_ROWS,
        )
        task = Task(shard="index", digest=items.digest, payload=tuple(items.shard_urls))
        results.append(run_stage(stage, [task], context))
    grams, placed = results
    digest = content_id(grams.digest, placed.digest)
    return IndexFiles(grams_url=grams.shard_urls[0], items_url=placed.shard_urls[0], gram_words=config.gram_words, digest=digest)


def read_index(payload: tuple[str, ...], *, config: ContaminationConfig, part: int) -> Iterator[StageOutput]:
    items = shards.concat([shards.read_table(url) for url in payload], ITEMS)
    yield StageOutput(grams_of(items, config=config)[part], NO_REJECTS)


@functools.lru_cache(maxsize=1)
def load_index(files: IndexFiles) -> Index:
    """Once per worker."""
    return make_index(shards.read_table(files.grams_url), shards.read_table(files.items_url), gram_words=files.gram_words)


# ---- documents ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ShardFiles:
    """One shard of documents, and what is known about it."""

    documents_url: str
    index: IndexFiles
    matches_url: str = ""
    frequencies_url: str = ""


def scan(index: IndexFiles, documents: Sequence[StageResult], context: Context) -> StageResult:
    """DOCUMENTS -> MATCHES, shard by shard."""
    stage = Stage(
        name="contamination-scan",
        config={"index": index.digest},
        packages=PACKAGES,
        libraries=LIBRARIES,
        read=read_matches,
        output_schema=MATCHES,
        maps_rows=False,
        row_group_size=ROW_GROUP_ROWS,
    )
    tasks = [
        Task(shard=entry.name, digest=entry.checksum, payload=ShardFiles(documents_url=url, index=index))
        for entry, url in shards_of(documents)
    ]
    return run_stage(stage, tasks, context)


def read_matches(payload: ShardFiles) -> Iterator[StageOutput]:
    index = load_index(payload.index)
    row = 0
    for batch in shards.iterate_batches(payload.documents_url, columns=["text"], max_rows=BATCH_ROWS):
        yield StageOutput(find_matches(batch, index, first_row=row), NO_REJECTS)
        row += batch.num_rows


def count_documents(scanned: StageResult, clusters: Sequence[StageResult], context: Context) -> StageResult:
    """MATCHES of all shards -> FREQUENCIES, one shard."""
    known = {entry.name: (entry.checksum, url) for entry, url in shards_of(clusters)}
    pairs, checksums = [], []
    for entry, url in shards_of([scanned]):
        if entry.name not in known:
            raise InputError(f"{url}: no CLUSTERS shard named {entry.name}; run dedup over all documents first")
        checksum, clusters_url = known[entry.name]
        checksums.append(checksum)
        pairs.append((url, clusters_url, entry.rows_out))
    digest = content_id(scanned.digest, *checksums)
    stage = Stage(
        name="contamination-frequency",
        config={},
        packages=PACKAGES,
        libraries=LIBRARIES,
        upstream=(digest,),
        read=read_frequencies,
        output_schema=FREQUENCIES,
        maps_rows=False,
    )
    return run_stage(stage, [Task(shard="frequencies", digest=digest, payload=tuple(pairs))], context)


def read_frequencies(payload: tuple[tuple[str, str, int], ...]) -> Iterator[StageOutput]:
    parts = [FREQUENCIES.empty_table()]
    for matches_url, clusters_url, num_matches in payload:
        if num_matches:
            keep = shards.read_table(clusters_url, columns=["keep"]).column("keep").to_numpy()
            matches = shards.read_table(matches_url, columns=["row", "gram"])
            parts.append(document_frequency(matches, keep))
            if sum(part.num_rows for part in parts[1:]) > MAX_FREQUENCIES:
                parts = [sum_frequencies(parts)]
    yield StageOutput(sum_frequencies(parts), NO_REJECTS)


def mark(
    config: ContaminationConfig,
    index: IndexFiles,
    documents: Sequence[StageResult],
    scanned: StageResult,
    frequencies: StageResult,
    context: Context,
) -> StageResult:
    """DOCUMENTS and MATCHES -> CONTAMINATION, shard by shard."""
    stage = Stage(
        name="contamination",
        config={"max_documents": config.max_documents, "index": index.digest},
        packages=PACKAGES,
        libraries=LIBRARIES,
        read=functools.partial(read_marked, config=config),
        output_schema=CONTAMINATION,
    )
    return run_stage(stage, _tasks(index, documents, scanned, frequencies), context)


def _tasks(index: IndexFiles, documents: Sequence[StageResult], scanned: StageResult, frequencies: StageResult) -> list[Task]:
    return [
        Task(
            shard=entry.name,
            digest=content_id(entry.checksum, frequencies.digest),
            payload=ShardFiles(
                documents_url=url,
                index=index,
                matches_url=shard_url(scanned.directory, entry.name),
                frequencies_url=frequencies.shard_urls[0],
            ),
        )
        for entry, url in shards_of(documents)
    ]


def _found(payload: ShardFiles, config: ContaminationConfig) -> pa.Table:
    """FOUND of a shard."""
    matches, frequencies = shards.read_table(payload.matches_url), shards.read_table(payload.frequencies_url)
    return find_hits(matches, frequencies, load_index(payload.index), config=config)


def read_marked(payload: ShardFiles, *, config: ContaminationConfig) -> Iterator[StageOutput]:
    found, index = _found(payload, config), load_index(payload.index)
    row = 0
    for batch in shards.iterate_batches(payload.documents_url, columns=["doc_id", "num_chars"]):
        here = found.filter(pc.is_in(found.column("row"), pa.array(range(row, row + batch.num_rows), pa.int64())))
        table = annotate(batch, here, index, first_row=row)
        counters = {"contaminated_documents": int(np.count_nonzero(pc.list_value_length(table.column("hits")).to_numpy()))}
        counters |= {"stock_phrases": pc.sum(here.column("is_stock")).as_py() or 0}
        yield StageOutput(table, NO_REJECTS, counters)
        row += batch.num_rows


# ---- report -------------------------------------------------------------------------------------------------------------


def write_report(
    config: ContaminationConfig,
    index: IndexFiles,
    documents: Sequence[StageResult],
    scanned: StageResult,
    frequencies: StageResult,
    context: Context,
) -> StageResult:
    """MATCHES -> HITS, shard by shard, and report.md beside them."""
    stage = Stage(
        name="contamination-report",
        config={"max_documents": config.max_documents, "index": index.digest},
        packages=PACKAGES,
        libraries=LIBRARIES,
        read=functools.partial(read_hits, config=config),
        output_schema=HITS,
        maps_rows=False,
    )
    result = run_stage(stage, _tasks(index, documents, scanned, frequencies), context)
    shards.write_bytes(_as_markdown(config, index, result).encode("utf-8"), shards.join(result.directory, "report.md"))
    return result


def read_hits(payload: ShardFiles, *, config: ContaminationConfig) -> Iterator[StageOutput]:
    """Both texts of everything that was found; a shard without hits is not read."""
    found, items = _found(payload, config), load_index(payload.index).items
    numbers = np.unique(found.column("row").to_numpy())
    for first in range(0, numbers.size, BATCH_ROWS):
        some = numbers[first : first + BATCH_ROWS]
        texts = dict(zip(some.tolist(), _read_texts(payload.documents_url, some), strict=True))
        here = found.filter(pc.is_in(found.column("row"), pa.array(some))).to_pylist()
        rows = [_with_texts(hit, texts[hit["row"]], items.slice(hit["item"], 1).to_pylist()[0]) for hit in here]
        yield StageOutput(pa.Table.from_pylist(rows, schema=HITS), NO_REJECTS)


def _read_texts(url: str, rows: Any) -> list[dict[str, Any]]:
    wanted = [DOCUMENTS.field(name).name for name in ("doc_id", "url", "text")]
    texts: list[dict[str, Any]] = shards.read_rows(url, rows, columns=wanted).to_pylist()
    return texts


def _with_texts(hit: dict[str, Any], document: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    around = slice(max(0, hit["start"] - CONTEXT_CHARS), hit["end"] + CONTEXT_CHARS)
    row = {name: hit[name] for name in HITS.names if name in hit and name != "item"}
    named = {"set": item["set"], "item": item["item"], "item_text": "\n\n".join(item["texts"])}
    return {**row, **named, "doc_id": document["doc_id"], "url": document["url"], "document_text": document["text"][around]}


def _as_markdown(config: ContaminationConfig, index: IndexFiles, hits: StageResult) -> str:
    """How many items of each set were found, and passages with both texts: hits by the share of the item, then stock phrases."""
    items = shards.read_table(index.items_url, columns=["set", "num_counted"])
    totals: dict[str, tuple[set[str], set[str]]] = {name: (set(), set()) for name in config.sets}
    shown: list[dict[str, Any]] = []
    num_stock = 0
    for url in hits.shard_urls:
        rows = shards.read_table(url).to_pylist()
        for row in rows:
            if row["is_stock"]:
                num_stock += 1
            else:
                totals[row["set"]][0].add(row["item"])
                totals[row["set"]][1].add(row["doc_id"])
        shown = sorted([*shown, *rows], key=_importance)[: 2 * SHOWN_HITS]
    lines = [
        "# Contamination",
        "",
        "| set | items | not looked for | items found | documents with hits |",
        "|---|---|---|---|---|",
    ]
    for name, (found, documents) in totals.items():
        counted = items.filter(pc.equal(items.column("set"), name)).column("num_counted").to_numpy()
        lines.append(f"| {name} | {counted.size:,} | {int((counted == 0).sum()):,} | {len(found):,} | {len(documents):,} |")
    real = [row for row in shown if not row["is_stock"]][:SHOWN_HITS]
    stock = [row for row in shown if row["is_stock"]][: SHOWN_HITS // 10]
    lines += ["", f"All passages: the Parquet files in `shards` beside this page; {len(real):,} hits are below."]
    lines += itertools.chain.from_iterable(map(_passage, real))
    lines += ["", f"## Stock phrases: {num_stock:,} passages, no hits", ""]
    lines += [f"Each of their n-grams stands in more than {config.max_documents} documents; `max_documents` decides."]
    lines += itertools.chain.from_iterable(map(_passage, stock))
    return "\n".join(lines) + "\n"


def _importance(row: dict[str, Any]) -> tuple[Any, ...]:
    return (row["is_stock"], -row["item_fraction"], row["set"], row["item"], row["doc_id"], row["start"])


def _passage(row: dict[str, Any]) -> list[str]:
    """Both texts, indented as code: they are strangers'."""
    return [
        "",
        f"## {row['set']} {row['item']} in {row['doc_id']}",
        "",
        f"`{row['url'].replace('`', '')}`, characters {row['start']:,} to {row['end']:,}; {row['item_fraction']:.0%} of the "
        f"item, {row['num_words']:,} words in a row, in {row['num_documents']:,} documents",
        "",
        "Document:",
        "",
        *(f"    {line}" for line in row["document_text"].splitlines()),
        "",
        "Item:",
        "",
        *(f"    {line}" for line in row["item_text"].splitlines()),
    ]
