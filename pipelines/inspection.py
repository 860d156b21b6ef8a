"""`tercet inspect`: a document, a reject, a cluster, a training row of a finished run, as text.

Pure functions from OUT and an id to text; they read the columns they search and the row groups they show. An id may be given by
its first digits; an unknown one is answered with what there is, an ambiguous one with the candidates.
"""

from __future__ import annotations

import difflib
import heapq
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any

from corpus.errors import InputError
from corpus.schema import SIGNALS
from mix.tokenizing import Tokenizer, load_tokenizer
from pipelines.report_run import MIX_PREFIX, DocumentShard, Run, find_equal, find_rows, open_run, read_rejects, read_row

MAX_CANDIDATES = 20
"""Lines of a list of candidates or rejects; the rest is counted."""
MAX_DIFF_LINES = 60
"""Lines shown of the difference between two members of a cluster."""
DIFFED_LINES = 3000
"""Lines of each text that are compared: the time of a comparison grows with their square."""
MAX_MEMBERS = 50
"""Members of a cluster that are shown."""

PLAIN_NUMBERS = ("record_offset", "row")
"""Numbers to be copied rather than read: without separators."""

Facts = Iterable[tuple[str, object]]


def show_document(out_url: str, doc_id_prefix: str) -> str:
    """Provenance, metadata, scores, cluster and Markdown of one document. Raises InputError for an unknown or ambiguous id."""
    run = open_run(out_url)
    shard, row = _find_document(run, doc_id_prefix)
    document = read_row(shard.documents, row)
    text = document.pop("text")
    parts = [_facts("document", _known(document.items()))]
    parts.append(_facts("stands in", [("shard", _inside(run, shard.documents)), ("row", row)]))
    if shard.clusters:
        parts.append(_facts("duplicates", _known(_without_id(read_row(shard.clusters, row)))))
    if shard.scores:
        scores = read_row(shard.scores, row)
        signals = scores.pop("signals")
        parts.append(_facts("scores", _known(_without_id(scores))))
        parts.append(_facts("signals (those above 0)", [(name, signals[name]) for name, _ in SIGNALS if signals.get(name)]))
    return "\n\n".join([*parts, f"text\n----\n{text}"])


def show_reject(out_url: str, doc_id_prefix_or_reason: str) -> str:
    """One rejected page by id, or the pages rejected for a reason. Raises InputError for what was never rejected."""
    run = open_run(out_url)
    asked = doc_id_prefix_or_reason
    rejects = list(read_rejects([url for stage in run.stages.values() for url in stage.reject_urls]))
    reasons = Counter(row["reason"] for row in rejects)
    matching = [row for row in rejects if row["reason"] == asked] or [row for row in rejects if row["doc_id"].startswith(asked)]
    if not asked or not matching:
        raise InputError(f"{run.url}: no reject with the reason or id {asked!r}; {_list_reasons(reasons)}")
    shown = [_facts("reject", row.items()) for row in matching[:MAX_CANDIDATES]]
    title = [f"{len(matching):,} rejects"] if len(matching) > 1 else []
    return "\n\n".join([*title, *shown, *_more(len(matching))])


def show_cluster(out_url: str, id_prefix: str) -> str:
    """The members of a cluster, by its id or a member's: URL, reason, similarity, difference from the one that is kept.

    Raises InputError for an unknown or ambiguous id, or for a run without deduplication.
    """
    run = open_run(out_url)
    run.stage("dedup")
    shard, row = _find_document(run, id_prefix, [shard for shard in run.document_shards if shard.clusters])
    assert shard.clusters is not None
    cluster_id = read_row(shard.clusters, row, columns=["cluster_id"])["cluster_id"]
    members = cluster_members(run, cluster_id)
    kept = members[0]
    parts = [f"cluster {cluster_id}: {len(members):,} document{'s' if len(members) > 1 else ', nothing like it in this run'}"]
    parts.append(_facts("kept", _member_facts(kept)))
    kept_text = member_text(kept)
    for member in members[1:MAX_MEMBERS]:
        parts.append(_facts(f"duplicate ({member['dedup_reason']})", _member_facts(member)))
        parts.append(difference(kept_text, member_text(member)))
    return "\n\n".join([*parts, *_more(len(members), MAX_MEMBERS)])


def show_row(out_url: str, stage: str, row: int) -> str:
    """A training row decoded: each document's span with its provenance. Raises InputError where there is no such stage or row."""
    run = open_run(out_url)
    name = stage.removeprefix(MIX_PREFIX)
    if name not in run.mix_stages:
        raise InputError(f"{run.url}: no shards of a stage {stage!r}; stages with shards: {', '.join(run.mix_stages) or 'none'}")
    folder = run.mix_stages[name]
    ends = list(accumulate(entry.rows_out for entry in folder.manifest.shards))
    if not 0 <= row < (ends[-1] if ends else 0):
        raise InputError(f"{name}: row {row} was asked for; its rows are 0 to {ends[-1] - 1 if ends else 0}")
    index = bisect_right(ends, row)
    url = folder.shard_urls[index]
    sequence = read_row(url, row - (ends[index - 1] if index else 0))
    summary = [
        ("stage", name),
        ("row", sequence["row"]),
        ("shard", _inside(run, url)),
        ("bucket", sequence["bucket"]),
        ("epoch", sequence["epoch"]),
        ("tokens", len(sequence["tokens"])),
        ("documents", len(sequence["doc_ids"])),
    ]
    return "\n\n".join([_facts("row", summary), *_spans(run, sequence)])


# ---------------------------------------------------------------------------------------------------------- documents by id


def _find_document(run: Run, prefix: str, among: Sequence[DocumentShard] | None = None) -> tuple[DocumentShard, int]:
    """The shard and row of the one document whose id starts with `prefix`."""
    by_url = {shard.documents: shard for shard in (run.document_shards if among is None else among)}
    found = list(find_rows(sorted(by_url), "doc_id", prefix.lower())) if prefix else []
    if not found:
        raise InputError(f"{run.url}: no document whose id starts with {prefix!r}; {_nearest(by_url, prefix)}")
    if len({doc_id for _, _, doc_id in found}) > 1:
        candidates = sorted(found, key=lambda item: item[2])
        lines = [f"  {doc_id}  {read_row(url, row, columns=['url'])['url']}" for url, row, doc_id in candidates[:MAX_CANDIDATES]]
        listed = "\n".join([*lines, *_more(len(found))])
        raise InputError(f"{prefix!r} is the beginning of {len(found):,} ids, expected one; add digits:\n{listed}")
    url, row, _ = found[0]
    return by_url[url], row


def _nearest(by_url: Mapping[str, DocumentShard], prefix: str) -> str:
    """How many documents there are, and the ids next to `prefix` in alphabetical order."""
    count = sum(shard.num_rows for shard in by_url.values())
    urls = sorted(by_url)
    before = heapq.nlargest(2, (doc_id for _, _, doc_id in find_rows(urls, "doc_id", "") if doc_id < prefix))
    after = heapq.nsmallest(2, (doc_id for _, _, doc_id in find_rows(urls, "doc_id", "") if doc_id >= prefix))
    near = ", ".join([*sorted(before), *after])
    return f"the run has {count:,} documents" + (f", the nearest ids are {near}" if near else "")


def _list_reasons(reasons: Counter[str]) -> str:
    if not reasons:
        return "nothing was rejected in this run"
    listed = ", ".join(f"{reason} ({count:,})" for reason, count in sorted(reasons.items()))
    return f"reasons in this run: {listed}"


# ----------------------------------------------------------------------------------------------------------------- clusters


def cluster_members(run: Run, cluster_id: str) -> list[dict[str, Any]]:
    """CLUSTERS rows of a cluster with url, title, documents' shard and row; the kept one first, then by similarity and URL."""
    annotated = {shard.clusters: shard for shard in run.document_shards if shard.clusters}
    columns = ["doc_id", "keep", "cluster_id", "dedup_reason", "jaccard", "cluster_size"]
    found = find_equal(sorted(annotated), "cluster_id", [cluster_id], columns).to_pylist()
    for member in found:
        shard = annotated[member.pop("_url")]
        member |= {"documents": shard.documents, "row": member.pop("_row")}
        member |= read_row(shard.documents, member["row"], columns=["url", "title", "source", "num_chars"])
    return sorted(found, key=lambda m: (not m["keep"], -(m["jaccard"] or 2), m["url"], m["doc_id"]))


def _member_facts(member: Mapping[str, Any]) -> Facts:
    names = ("doc_id", "url", "title", "source", "num_chars", "dedup_reason", "jaccard")
    return _known((name, member[name]) for name in names)


def member_text(member: Mapping[str, Any]) -> str:
    text: str = read_row(member["documents"], member["row"], columns=["text"])["text"]
    return text


def difference(kept: str, other: str, *, max_lines: int = MAX_DIFF_LINES, width: int = 160) -> str:
    """Unified diff of the beginnings of two texts, long lines cut at `width`; says so where there is none or too much."""
    first, second = (text.splitlines() for text in (kept, other))
    lines = list(difflib.unified_diff(first[:DIFFED_LINES], second[:DIFFED_LINES], "kept", "this", n=1, lineterm=""))
    if not lines:
        same = kept == other or max(len(first), len(second)) <= DIFFED_LINES
        return "the same text" if same else f"the same text in the first {DIFFED_LINES:,} lines"
    shown = [line if len(line) <= width else line[:width] + " ..." for line in lines[:max_lines]]
    return "\n".join([*shown, *([f"... and {len(lines) - max_lines:,} more lines"] if len(lines) > max_lines else [])])


# ------------------------------------------------------------------------------------------------------------ training rows


def _spans(run: Run, sequence: Mapping[str, Any]) -> list[str]:
    """One part for each document of the row: where it comes from, then its text."""
    tokenizer = _tokenizer(run)
    columns = ["doc_id", "source", "url", "path", "record_offset", "title"]
    known = find_equal([shard.documents for shard in run.document_shards], "doc_id", sequence["doc_ids"], columns)
    documents = {document["doc_id"]: document for document in known.to_pylist()}
    starts = [0, *sequence["doc_ends"]]
    parts = []
    for number, doc_id in enumerate(sequence["doc_ids"]):
        start, end = starts[number], starts[number + 1]
        offset = sequence["doc_offsets"][number]
        document = documents.get(doc_id, {"url": "not among this run's documents"})
        facts = [
            ("tokens", f"{start} to {end - 1} of the row; {offset} to {offset + end - start - 1} of the document"),
            ("doc_id", doc_id),
            *_known((name, document.get(name)) for name in columns[1:]),
        ]
        text = tokenizer.decode(sequence["tokens"][start:end])
        title = f"document {number + 1} of {len(sequence['doc_ids'])}"
        parts.append(f"{_facts(title, facts)}\n\n{text}")
    return parts


def _tokenizer(run: Run) -> Tokenizer:
    """The tokenizer the shards were made with."""
    path = (run.config.get("mix") or {}).get("tokenizer")
    if not path:
        raise InputError(f"{run.url}/run.json: no config.mix.tokenizer; expected the tokenizer.json the shards were made with")
    return load_tokenizer(run.resolve(path))


# -------------------------------------------------------------------------------------------------------------------- text


def _facts(title: str, facts: Facts) -> str:
    """A heading and aligned `name  value` lines."""
    lines = list(facts)
    width = max((len(name) for name, _ in lines), default=0)
    shown = ((name, str(value) if name in PLAIN_NUMBERS else _value(value)) for name, value in lines)
    return "\n".join([title, "-" * len(title), *(f"{name:{width}}  {value}" for name, value in shown)])


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list | tuple):
        return ", ".join(map(_value, value))
    return str(value)


def _known(facts: Facts) -> list[tuple[str, object]]:
    return [(name, value) for name, value in facts if value is not None and value != [] and value != ""]


def _without_id(row: Mapping[str, Any]) -> Facts:
    return ((name, value) for name, value in row.items() if name != "doc_id")


def _more(count: int, shown: int = MAX_CANDIDATES) -> list[str]:
    return [f"... and {count - shown:,} more"] if count > shown else []


def _inside(run: Run, url: str) -> str:
    """`url` relative to OUT."""
    return url.removeprefix(run.url).lstrip("/")
