"""Substrings: DOCUMENTS -> REPEATS, the passages that stand verbatim in several documents (dedup/substrings.py has the method).

fingerprint (one task a shard) -> shuffle (one task a key range) -> chain (one task a group of shards) -> kept (one task a group
of shards: what the documents that keep passages hold there) -> mark (one task a shard). Between two of them, where there are many
files, rows are routed: brought together in sqrt(files) x sqrt(readers) files. Every task reads what it needs piece by piece: its
memory grows neither with the corpus nor with the number of documents that share a passage.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus import shards
from corpus.errors import InputError
from corpus.ids import content_id
from corpus.schema import REPEATS
from corpus.stage import NO_REJECTS, StageOutput
from dedup.substrings import (
    ANSWERS,
    FINGERPRINTS,
    MATCHES,
    NUMBERED,
    OCCURRENCES,
    REGIONS_AT_ONCE,
    SubstringConfig,
    answer,
    chain,
    distinct_regions,
    fingerprints,
    kept_grams,
    mark,
    occurrences,
    read_passages,
    regions_of,
    repeated_keys,
    sort_fingerprints,
    split_by_key,
    with_number,
)
from pipelines.engine import Context, Stage, StageResult, Task, run_stage, shard_url, shards_of

PACKAGES = ("corpus", "dedup")
LIBRARIES = ("numpy",)
MAX_KEYS_PER_PARTITION = 32_000_000
"""Fingerprints of a key range: 0.8 GB while the repeated ones are found."""
MAX_KEYS_HELD = 4_000_000
"""Fingerprints of a key range that are read once and held: 0.1 GB."""
MIN_PARTITIONS = 8
MAX_ROWS_PER_GROUP = 4_000_000
"""Occurrences that are chained together: 0.8 GB where no two make one match; answers that mark a shard together: 1.2 GB."""
FINGERPRINTS_PER_RUN = 8_000_000
"""Fingerprints sorted together: 0.75 GB, of 0.4 GB of text."""
DIRECT_FILES = 512
"""Files of a step that every task of the next one reads its part of; more are routed."""
ROUTED_BYTES = 300_000_000
"""Size of the rows that one task of routing brings together, in memory; it takes three times as much."""
BATCH_ROWS = 256
"""Documents whose text is in memory together."""


def run(
    config: SubstringConfig, documents: Sequence[StageResult], clusters: Sequence[StageResult], context: Context
) -> StageResult:
    """REPEATS, one shard for each DOCUMENTS shard, row by row; documents that `clusters` (CLUSTERS) drop have no spans.

    Raises InputError where a shard has no CLUSTERS shard of its name.
    """
    sampled = fingerprint(config, documents, clusters, context)
    shared = shuffle(config, sampled, context)
    matched = chain_matches(config, sampled, shared, context)
    answered = ask_kept(config, documents, matched, context)
    return write_repeats(documents, answered, context)


# ---- fingerprint --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Unsampled:
    """One shard and which of its documents take part."""

    documents_url: str
    clusters_url: str


def fingerprint(
    config: SubstringConfig, documents: Sequence[StageResult], clusters: Sequence[StageResult], context: Context
) -> StageResult:
    """DOCUMENTS and CLUSTERS -> FINGERPRINTS, a row group for each of many key ranges."""
    known = {entry.name: (entry.checksum, url) for entry, url in shards_of(clusters)}
    tasks = []
    for entry, url in shards_of(documents):
        if entry.name not in known:
            raise InputError(f"{url}: no CLUSTERS shard of this name; run dedup over all documents first")
        checksum, clusters_url = known[entry.name]
        payload = Unsampled(documents_url=url, clusters_url=clusters_url)
        tasks.append(Task(shard=entry.name, digest=content_id(entry.checksum, checksum), payload=payload))
    num_bytes = sum(entry.num_bytes for entry, _ in shards_of(documents))
    num_partitions = config.num_partitions or auto_partitions(config, num_bytes)
    stage = Stage(
        name="substrings-fingerprint",
        config={**_lengths(config), "num_partitions": num_partitions},
        packages=PACKAGES,
        libraries=LIBRARIES,
        read=functools.partial(read_fingerprints, config=config, num_partitions=num_partitions),
        output_schema=FINGERPRINTS,
        maps_rows=False,
    )
    return run_stage(stage, tasks, context)


def auto_partitions(config: SubstringConfig, num_bytes: int) -> int:
    """Key ranges for that many bytes of DOCUMENTS shards; text is about four times as long as its zstd Parquet."""
    num_fingerprints = 4 * num_bytes * 2 // (config.window + 1)
    return max(MIN_PARTITIONS, -(-num_fingerprints // MAX_KEYS_PER_PARTITION))


def read_fingerprints(payload: Unsampled, *, config: SubstringConfig, num_partitions: int) -> Iterator[StageOutput]:
    keep = shards.read_table(payload.clusters_url, columns=["keep"]).column("keep")
    parts = [FINGERPRINTS.empty_table()]
    row = 0
    for batch in _texts(payload.documents_url):
        parts.append(fingerprints(batch, keep.slice(row, batch.num_rows), config=config, first_row=row))
        row += batch.num_rows
        if sum(part.num_rows for part in parts) >= FINGERPRINTS_PER_RUN:
            yield from _run(parts, num_partitions)
            parts = [FINGERPRINTS.empty_table()]
    yield from _run(parts, num_partitions)


def _run(parts: Sequence[pa.Table], num_partitions: int) -> Iterator[StageOutput]:
    for rows in split_by_key(sort_fingerprints(pa.concat_tables(parts)), num_partitions=num_partitions):
        yield StageOutput(rows, NO_REJECTS)


# ---- shuffle ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class KeyRange:
    """A range of keys and the files with its fingerprints."""

    urls: tuple[str, ...]
    keys: range
    num_groups: int
    """Row groups to write."""
    is_small: bool
    """Whether its rows may be held in memory."""


def shuffle(config: SubstringConfig, sampled: StageResult, context: Context) -> StageResult:
    """FINGERPRINTS of all shards -> OCCURRENCES, one shard for each key range, a row group for each of sqrt(shards) groups."""
    num_shards = len(sampled.manifest.shards)
    num_partitions = int(sampled.manifest.config["num_partitions"])  # type: ignore[call-overload]
    bounds = [(p << 64) // num_partitions for p in range(num_partitions + 1)]
    routed = route(sampled, "key", bounds, NUMBERED, context)
    stage = Stage(
        name="substrings-shuffle",
        config=_lengths(config),
        packages=PACKAGES,
        libraries=LIBRARIES,
        upstream=(routed.digest,),
        read=read_key_range,
        output_schema=OCCURRENCES,
        maps_rows=False,
    )
    is_small = sum(entry.rows_out for entry in sampled.manifest.shards) // num_partitions <= MAX_KEYS_HELD
    tasks = []
    for p, keys in enumerate(itertools.starmap(range, itertools.pairwise(bounds))):
        urls = routed.urls[p]
        num_groups = len(urls) if routed.is_routed else least_groups(num_shards)
        payload = KeyRange(urls=urls, keys=keys, num_groups=num_groups, is_small=is_small)
        tasks.append(Task(shard=f"range-{p:06d}", digest=routed.digest, payload=payload))
    return run_stage(stage, tasks, context)


def read_key_range(payload: KeyRange) -> Iterator[StageOutput]:
    """Which keys repeat, who keeps them, who else has them: three times through the key range of every file, which is read as
    often unless it is small. Memory does not grow with the number of documents that share a key."""
    inside = _within("key", payload.keys)
    held = {url: _read_where(url, inside) for url in payload.urls} if payload.is_small else {}

    def rows(number: int) -> pa.Table:
        url = payload.urls[number]
        return _with_shard(held[url] if held else _read_where(url, inside), number)

    keys = (held[url] if held else _read_where(url, inside, columns=["key"]) for url in payload.urls)
    repeated = repeated_keys(table.column("key").to_numpy() for table in keys)
    kept = kept_grams(map(rows, range(len(payload.urls))), repeated)
    for group in even_groups(len(payload.urls), payload.num_groups):
        yield StageOutput(pa.concat_tables([occurrences(rows(i), kept) for i in group]), NO_REJECTS)


def _with_shard(table: pa.Table, number: int) -> pa.Table:
    """NUMBERED fingerprints of a file that has been routed, or is that of the shard `number`."""
    return table if "shard" in table.column_names else with_number(table, number)


def least_groups(num_shards: int) -> int:
    """Groups of shards, however little they hold."""
    return max(1, math.isqrt(num_shards))


def even_groups(number: int, num_groups: int) -> list[range]:
    """`number` things in order in `num_groups` runs of nearly the same length."""
    cuts = [number * g // num_groups for g in range(num_groups + 1)]
    return [range(first, last) for first, last in itertools.pairwise(cuts)]


# ---- routing ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Routed:
    """Where the rows for each of some readers lie."""

    digest: str
    urls: Sequence[tuple[str, ...]]
    """One tuple for each reader, in the order of the files that the rows come from."""
    is_routed: bool
    """Whether rows were brought together, rather than every reader being given all files."""


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """Rows of some files for some readers."""

    urls: tuple[str, ...]
    first_number: int
    column: str
    bounds: tuple[int, ...]
    """Reader i reads where bounds[i] <= column < bounds[i + 1]."""
    is_numbered: bool


def route(result: StageResult, column: str, bounds: Sequence[int], schema: pa.Schema, context: Context) -> Routed:
    """The files of `result` for readers of ranges of `column`.

    N files for R readers are N R pieces, quadratic in the corpus: 200,000 x 60,000 for 25e9 documents. Above DIRECT_FILES files
    they go by way of sqrt(N) x sqrt(R) files, a row group for each reader, so that a file is read by sqrt(R) tasks and a reader
    reads sqrt(N) files. The order of rows is that of the files they come from.
    """
    all_urls = tuple(result.shard_urls)
    num_readers = len(bounds) - 1
    if len(all_urls) <= DIRECT_FILES:
        return Routed(digest=result.digest, urls=[all_urls] * num_readers, is_routed=False)
    num_rows = sum(entry.rows_out for entry in result.manifest.shards)
    sources = even_groups(len(all_urls), least_groups(len(all_urls)))
    num_targets = max(least_groups(num_readers), -(-num_rows * row_bytes(schema) // (len(sources) * ROUTED_BYTES)))
    targets = even_groups(num_readers, min(num_targets, num_readers))
    stage = Stage(
        name=f"{result.manifest.stage}-routed",
        config={"column": column, "bounds": content_id(*bounds)},
        packages=PACKAGES,
        libraries=LIBRARIES,
        upstream=(result.digest,),
        read=read_crossing,
        output_schema=schema,
        maps_rows=False,
    )
    tasks = [
        Task(
            shard=f"from-{i:06d}-to-{j:06d}",
            digest=result.digest,
            payload=Crossing(
                urls=all_urls[source.start : source.stop],
                first_number=source.start,
                column=column,
                bounds=tuple(bounds[target.start : target.stop + 1]),
                is_numbered=schema.equals(NUMBERED),
            ),
        )
        for i, source in enumerate(sources)
        for j, target in enumerate(targets)
    ]
    routed = run_stage(stage, tasks, context)
    urls = [
        tuple(shard_url(routed.directory, f"from-{i:06d}-to-{j:06d}") for i in range(len(sources)))
        for j, target in enumerate(targets)
        for _ in target
    ]
    return Routed(digest=routed.digest, urls=urls, is_routed=True)


def row_bytes(schema: pa.Schema) -> int:
    """About the size of a row in memory, with 100 bytes for a text."""
    return sum(kind.bit_width // 8 if pa.types.is_primitive(kind) else 100 for kind in schema.types)


def read_crossing(payload: Crossing) -> Iterator[StageOutput]:
    inside = _within(payload.column, range(payload.bounds[0], payload.bounds[-1]))
    tables = []
    for number, url in enumerate(payload.urls, payload.first_number):
        table = _read_where(url, inside)
        tables.append(_with_shard(table, number) if payload.is_numbered else table)
    rows = pa.concat_tables(tables)
    values = rows.column(payload.column).to_numpy()
    order = np.argsort(values, kind="stable")
    rows = rows.take(pa.array(order))
    cuts = np.searchsorted(values[order], np.array(payload.bounds[1:-1], values.dtype)).tolist()
    for first, last in itertools.pairwise([0, *cuts, rows.num_rows]):
        if first < last:
            yield StageOutput(rows.slice(first, last - first), NO_REJECTS)


# ---- chain --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ShardGroup:
    """Some shards, and the files with rows about them."""

    shards: range
    urls: tuple[str, ...]
    document_urls: tuple[str, ...] = ()
    """Of these shards."""


def chain_matches(config: SubstringConfig, sampled: StageResult, shared: StageResult, context: Context) -> StageResult:
    """OCCURRENCES -> MATCHES, one shard for each group of DOCUMENTS shards, by the place where they are kept."""
    groups = shard_groups(len(sampled.manifest.shards), shared, MAX_ROWS_PER_GROUP)
    routed = route(shared, "shard", _bounds(groups), OCCURRENCES, context)
    stage = Stage(
        name="substrings-chain",
        config=_lengths(config),
        packages=PACKAGES,
        libraries=LIBRARIES,
        upstream=(routed.digest,),
        read=functools.partial(read_matches, config=config),
        output_schema=MATCHES,
        maps_rows=False,
        row_group_size=1 << 16,
    )
    return run_stage(stage, _group_tasks(groups, routed), context)


def shard_groups(num_shards: int, rows: StageResult, max_rows: int) -> list[range]:
    """The shards in at least sqrt(shards) groups, of at most `max_rows` rows as far as those lie evenly."""
    num_rows = sum(entry.rows_out for entry in rows.manifest.shards)
    num_groups = max(least_groups(num_shards), -(-num_rows // max_rows))
    return even_groups(num_shards, max(1, min(num_shards, num_groups)))


def read_matches(payload: ShardGroup, *, config: SubstringConfig) -> Iterator[StageOutput]:
    for inside in _bounded(payload.urls, payload.shards, MAX_ROWS_PER_GROUP):
        found = pa.concat_tables([OCCURRENCES.empty_table(), *(_read_where(url, inside.condition) for url in payload.urls)])
        yield StageOutput(chain(found, config=config), NO_REJECTS)


class Documents(NamedTuple):
    """All documents from one to before another; each is a shard and a row, as one number shard << 32 | row."""

    first: int
    last: int

    @property
    def condition(self) -> pc.Expression:
        """On the columns shard and row; on the former also in a form that a row group's statistics can rule out."""
        shard, row = pc.field("shard"), pc.field("row")
        (low, first), (high, last) = divmod(self.first, 1 << 32), divmod(self.last, 1 << 32)
        after = (shard > low) | ((shard == low) & (row >= first))
        before = (shard < high) | ((shard == high) & (row < last))
        return (shard >= low) & (shard <= high) & after & before


def _bounded(urls: Sequence[str], numbers: range, max_rows: int) -> list[Documents]:
    """The documents of the shards `numbers`, cut so that the files hold at most `max_rows` rows of a part, or one document."""
    whole = Documents(numbers.start << 32, numbers.stop << 32)
    inside = _within("shard", numbers)
    places = [_places(_read_where(url, inside, columns=["shard", "row"])) for url in urls]
    if sum(map(len, places)) <= max_rows:
        return [whole]
    documents, counts = np.unique(np.concatenate(places), return_counts=True)
    ends = np.cumsum(counts)
    cuts, done = [whole.first], 0
    while True:
        at = max(np.searchsorted(ends, done + max_rows, side="right"), np.searchsorted(ends, done, side="right") + 1)
        if at >= documents.size:
            break
        cuts.append(int(documents[at]))
        done = ends[at - 1]
    return [Documents(first, last) for first, last in itertools.pairwise([*cuts, whole.last])]


def _places(rows: pa.Table) -> npt.NDArray[np.int64]:
    shard, row = (rows.column(name).to_numpy().astype(np.int64) for name in ("shard", "row"))
    places: npt.NDArray[np.int64] = (shard << 32) | row
    return places


# ---- kept ---------------------------------------------------------------------------------------------------------------


def ask_kept(config: SubstringConfig, documents: Sequence[StageResult], matched: StageResult, context: Context) -> StageResult:
    """MATCHES -> ANSWERS, one shard for each group of DOCUMENTS shards that keep."""
    urls = tuple(url for _, url in shards_of(documents))
    groups = shard_groups(len(urls), matched, 2 * REGIONS_AT_ONCE)
    routed = route(matched, "kept_shard", _bounds(groups), MATCHES, context)
    stage = Stage(
        name="substrings-kept",
        config=_lengths(config),
        packages=PACKAGES,
        libraries=LIBRARIES,
        upstream=(routed.digest,),
        read=functools.partial(read_answers, config=config),
        output_schema=ANSWERS,
        maps_rows=False,
    )
    return run_stage(stage, _group_tasks(groups, routed, document_urls=urls), context)


def read_answers(payload: ShardGroup, *, config: SubstringConfig) -> Iterator[StageOutput]:
    """Memory is that of the different passages asked for, however often they are: questions are read twice, file by file."""
    inside = _within("kept_shard", payload.shards)
    regions = distinct_regions(regions_of(_read_where(url, inside)) for url in payload.urls)
    for first in range(0, regions.size, REGIONS_AT_ONCE):
        part = regions[first : first + REGIONS_AT_ONCE]
        passages = read_passages(part, lambda shard: _texts(payload.document_urls[shard - payload.shards.start]), config=config)
        for url in payload.urls:
            for answers in answer(_read_where(url, inside), part, passages):
                yield StageOutput(answers, NO_REJECTS)


# ---- mark ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Unmarked:
    """One shard whose questions are answered."""

    documents_url: str
    answer_urls: tuple[str, ...]
    shard: int


def write_repeats(documents: Sequence[StageResult], answered: StageResult, context: Context) -> StageResult:
    """DOCUMENTS and ANSWERS -> REPEATS."""
    asking = shards_of(documents)
    routed = route(answered, "shard", range(len(asking) + 1), ANSWERS, context)
    stage = Stage(
        name="substrings",
        config={},
        packages=PACKAGES,
        libraries=LIBRARIES,
        upstream=(routed.digest,),
        read=read_repeats,
        steps=(count_repeats,),
        output_schema=REPEATS,
    )
    tasks = [
        Task(
            shard=entry.name,
            digest=entry.checksum,
            payload=Unmarked(documents_url=url, answer_urls=routed.urls[i], shard=i),
        )
        for i, (entry, url) in enumerate(asking)
    ]
    return run_stage(stage, tasks, context)


def read_repeats(payload: Unmarked) -> Iterator[StageOutput]:
    parts = iter(_bounded(payload.answer_urls, range(payload.shard, payload.shard + 1), MAX_ROWS_PER_GROUP))
    held, answers = Documents(0, 0), ANSWERS.empty_table()
    row = payload.shard << 32
    for batch in _texts(payload.documents_url):
        end = row + batch.num_rows
        while row < end:
            if row >= held.last:
                held = next(parts)
                answers = _answers_to(held, payload.answer_urls)
            rows = batch.slice(batch.num_rows - (end - row), min(held.last, end) - row)
            yield StageOutput(mark(rows, answers, first_row=row & 0xFFFFFFFF), NO_REJECTS)
            row += rows.num_rows


def _answers_to(asked: Documents, urls: Sequence[str]) -> pa.Table:
    """ANSWERS by row."""
    found = pa.concat_tables([ANSWERS.empty_table(), *(_read_where(url, asked.condition) for url in urls)])
    return found.take(pa.array(np.argsort(found.column("row").to_numpy(), kind="stable")))


def count_repeats(repeats: pa.Table) -> StageOutput:
    """Counts what was found."""
    chars = repeats.column("repeated_chars")
    counters = {"documents_with_repeats": pc.sum(pc.greater(chars, 0)).as_py() or 0, "repeated_chars": pc.sum(chars).as_py() or 0}
    return StageOutput(repeats, NO_REJECTS, counters)


# ---- shared -------------------------------------------------------------------------------------------------------------


def _lengths(config: SubstringConfig) -> dict[str, int]:
    return {name: value for name, value in asdict(config).items() if name != "num_partitions"}


def _bounds(groups: Sequence[range]) -> list[int]:
    return [group.start for group in groups] + [groups[-1].stop]


def _group_tasks(groups: Sequence[range], routed: Routed, *, document_urls: tuple[str, ...] = ()) -> list[Task]:
    return [
        Task(
            shard=f"group-{g:06d}",
            digest=content_id(routed.digest, group.start, group.stop),
            payload=ShardGroup(shards=group, urls=routed.urls[g], document_urls=document_urls[group.start : group.stop]),
        )
        for g, group in enumerate(groups)
    ]


def _texts(url: str) -> Iterator[pa.Table]:
    return shards.iterate_batches(url, columns=["doc_id", "text"], max_rows=BATCH_ROWS)


def _within(name: str, numbers: range) -> pc.Expression:
    kind = pa.uint64() if name == "key" else pa.int32()
    return (pc.field(name) >= pa.scalar(numbers.start, kind)) & (pc.field(name) <= pa.scalar(numbers.stop - 1, kind))


def _read_where(url: str, condition: pc.Expression, *, columns: list[str] | None = None) -> pa.Table:
    """The rows that satisfy `condition`; row groups whose statistics rule it out are not read."""
    with shards.open_input(url) as stream:
        return pq.read_table(stream, filters=condition, columns=columns)
