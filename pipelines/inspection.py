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

import pyarrow as pa
import pyarrow.compute as pc

from corpus import shards
from corpus.errors import InputError
from corpus.schema import SIGNALS
from mix.tokenizing import Tokenizer, load_tokenizer
from pipelines.report_run import MIX_PREFIX, DocumentShard, Run, find_equal, find_rows, open_run, read_rejects, read_row

MAX_CANDIDATES = 20
"""Lines of a list of candidates or rejects; the rest is counted."""
MAX_DIFF_LINES = 60
"""Lines shown of the difference between two members of a cluster."""
DIFFED_LINES = 1000
"""Lines of each text that are compared, from the first that differs: the time grows with their square, to 0.3 s."""
COMPARED_WORDS = 400
"""Words of two long lines that are compared, from the first that differs."""
MAX_MEMBERS = 50
"""Members of a cluster that are listed."""
MAX_DIFFS = 10
"""Members of a cluster whose difference from the kept one is shown."""

CLUSTER_COLUMNS = ("doc_id", "keep", "cluster_id", "kept_id", "dedup_reason", "jaccard", "cluster_size")
"""What a member of a cluster is shown with of CLUSTERS."""

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
    judged = find_equal([shard.datatrove], "doc_id", [document["doc_id"]], ["doc_id", "verdicts"]) if shard.datatrove else None
    if judged is not None and judged.num_rows:
        verdicts = judged.column("verdicts")[0].as_py()
        said = {True: "keeps it", False: "rejects it", None: "failed"}
        facts = [(each["block"], ": ".join(filter(None, (said[each["kept"]], each["reason"])))) for each in verdicts]
        parts.append(_facts("filters of datatrove", facts))
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
    """The members of a cluster, by its id or a member's: the kept one, a line for each other, their difference from it.

    Raises InputError for an unknown or ambiguous id, or for a run without deduplication.
    """
    run = open_run(out_url)
    run.stage("dedup")
    cluster_id = _find_cluster(run, id_prefix)
    members = cluster_members(run, cluster_id, limit=MAX_MEMBERS)
    reasons = _reasons(run, cluster_id)
    num_members = sum(reasons.values())
    if num_members == 1 and members[0]["keep"]:
        return f"cluster {cluster_id}: 1 document, nothing like it in this run\n\n{_facts('kept', _member_facts(members[0]))}"
    listed = ", ".join(f"{count:,} {reason}" for reason, count in reasons.items())
    parts = [f"cluster {cluster_id}: {num_members:,} document{'s' if num_members > 1 else ''} ({listed})"]
    kept = members[0] if members[0]["keep"] else None
    if kept is None:
        parts.append(
            _facts("kept", [("doc_id", members[0]["kept_id"]), ("stands in", "an earlier run's index, not in this run")])
        )
    else:
        parts.append(_facts("kept", _member_facts(kept)))
    others = members[1:] if kept else members
    parts.append("\n".join([_member_lines(others), *_more(num_members, len(members))]))
    kept_text = member_text(kept) if kept else ""
    for number, member in enumerate(others[:MAX_DIFFS] if kept else [], 1):
        title = f"{number}: how {member['doc_id'][:12]} differs from the kept one"
        parts.append(f"{title}\n{'-' * len(title)}\n{difference(kept_text, member_text(member))}")
    if kept and num_members - 1 > MAX_DIFFS:
        parts.append(f"The other {num_members - 1 - MAX_DIFFS:,} are not compared here; tercet inspect document shows one.")
    return "\n\n".join(parts)


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


def _find_cluster(run: Run, prefix: str) -> str:
    """The cluster of the document whose id starts with `prefix`, or of documents that one outside this run stands for."""
    shards_ = [shard for shard in run.document_shards if shard.clusters]
    clusters = sorted(shard.clusters for shard in shards_ if shard.clusters)
    known = prefix and any(True for _ in find_rows(clusters, "doc_id", prefix.lower()))
    elsewhere = {value for _, _, value in find_rows(clusters, "cluster_id", prefix.lower())} if prefix and not known else set()
    if len(elsewhere) == 1:
        return elsewhere.pop()
    shard, row = _find_document(run, prefix, shards_)
    assert shard.clusters is not None
    cluster_id: str = read_row(shard.clusters, row, columns=["cluster_id"])["cluster_id"]
    return cluster_id


def _reasons(run: Run, cluster_id: str) -> dict[str, int]:
    """How many documents of a cluster are kept, and how many are not for each reason."""
    clusters = sorted(shard.clusters for shard in run.document_shards if shard.clusters)
    found = find_equal(clusters, "cluster_id", [cluster_id], ["cluster_id", "keep", "dedup_reason"])
    names = pc.if_else(found.column("keep"), "kept", found.column("dedup_reason"))
    counts = {item["values"].as_py() or "not kept": item["counts"].as_py() for item in names.value_counts()}
    return dict(sorted(counts.items(), key=lambda item: (item[0] != "kept", -item[1], item[0])))


def cluster_members(run: Run, cluster_id: str, *, limit: int | None = None) -> list[dict[str, Any]]:
    """CLUSTERS rows of a cluster with url, title, quality and the like, and documents' shard and row.

    The kept one first, then by similarity and URL; only the first `limit` of them are read.
    """
    annotated = {shard.clusters: shard for shard in run.document_shards if shard.clusters}
    columns = [*CLUSTER_COLUMNS, "canonical_url"]
    found = find_equal(sorted(annotated), "cluster_id", [cluster_id], columns)
    # Duplicates by URL or exact text have no similarity and come before the near ones.
    similarity = pc.fill_null(found.column("jaccard"), 2.0)
    order = [("keep", "descending"), ("similarity", "descending"), ("canonical_url", "ascending"), ("doc_id", "ascending")]
    first = pc.sort_indices(found.append_column("similarity", similarity), sort_keys=order)[:limit]
    members: list[dict[str, Any]] = found.take(first).to_pylist()
    by_shard: dict[str, list[dict[str, Any]]] = {}
    for member in members:
        del member["canonical_url"]
        by_shard.setdefault(member.pop("_url"), []).append(member)
    for url, inside in by_shard.items():
        shard = annotated[url]
        rows = pa.array([member["_row"] for member in inside])
        facts = shards.read_table(shard.documents, columns=["url", "title", "source", "num_chars"]).take(rows).to_pylist()
        quality = (
            shards.read_table(shard.scores, columns=["quality"]).take(rows).to_pylist() if shard.scores else [{}] * len(facts)
        )
        for member, known, score in zip(inside, facts, quality, strict=True):
            member |= {"documents": shard.documents, "row": member.pop("_row"), **known, **score}
    return members


def _member_facts(member: Mapping[str, Any]) -> Facts:
    names = ("doc_id", "url", "title", "source", "num_chars", "quality")
    return _known((name, member.get(name)) for name in names)


def _member_lines(members: Sequence[Mapping[str, Any]]) -> str:
    """A table with a line for each member."""
    names = ("dedup_reason", "jaccard", "num_chars", "quality", "doc_id", "url")
    used = [name for name in names if any(member.get(name) is not None for member in members)]
    cells = [["", *used]]
    for number, member in enumerate(members, 1):
        values = ("" if member.get(name) is None else _value(member[name]) for name in used)
        cells.append([str(number), *values])
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    right = {"", "jaccard", "num_chars", "quality"}
    lines = []
    for row in cells:
        aligned = [
            cell.rjust(width) if name in right else cell.ljust(width)
            for name, cell, width in zip(cells[0], row, widths, strict=True)
        ]
        lines.append("  ".join(aligned).rstrip())
    return "\n".join(lines)


def member_text(member: Mapping[str, Any]) -> str:
    text: str = read_row(member["documents"], member["row"], columns=["text"])["text"]
    return text


def difference(kept: str, other: str, *, max_lines: int = MAX_DIFF_LINES, width: int = 160) -> str:
    """Unified diff of two texts from their first difference on; says so where there is none or too much.

    Of lines longer than `width` the words that both have are left out, and what is too long then is cut.
    """
    if kept == other:
        return "the same text"
    if kept.split() == other.split():
        return "the same text but for white space"
    first, second = kept.splitlines(), other.splitlines()
    skipped = max(0, _num_equal(first, second) - 1)
    lines = ["--- kept", "+++ this"]
    last = skipped + DIFFED_LINES
    matcher = difflib.SequenceMatcher(None, first[skipped:last], second[skipped:last])
    for group in matcher.get_grouped_opcodes(1):
        (_, a1, _, b1, _), (_, _, a2, _, b2) = group[0], group[-1]
        lines.append(f"@@ -{skipped + a1 + 1},{a2 - a1} +{skipped + b1 + 1},{b2 - b1} @@")
        for what, i1, i2, j1, j2 in group:
            ours, theirs = first[skipped + i1 : skipped + i2], second[skipped + j1 : skipped + j2]
            lines += _changed(ours, theirs, width) if what != "equal" else [" " + _cut(line, width) for line in ours]
    shown = lines[:max_lines]
    left = [f"... and {len(lines) - max_lines:,} more lines"] if len(lines) > max_lines else []
    unread = [f"... lines after {last:,} are not compared"] if max(len(first), len(second)) > last else []
    return "\n".join([*shown, *left, *unread])


def _changed(ours: Sequence[str], theirs: Sequence[str], width: int) -> list[str]:
    """The lines that go, then the lines that come; of two long ones in each other's place the words they share are left out."""
    gone, come = list(ours), list(theirs)
    for i, (one, other) in enumerate(zip(ours, theirs, strict=False)):
        if max(len(one), len(other)) > width:
            gone[i], come[i] = _without_shared_words(one, other)
    return [*("-" + _cut(line, width) for line in gone), *("+" + _cut(line, width) for line in come)]


def _without_shared_words(one: str, other: str) -> tuple[str, str]:
    """Two lines without the inner words of the long runs of words that both have."""
    first, second = one.split(" "), other.split(" ")
    same = _num_equal(first, second)
    shown: tuple[list[str], list[str]] = (_ends(first[:same]), _ends(first[:same]))
    last = same + COMPARED_WORDS
    matcher = difflib.SequenceMatcher(None, first[same:last], second[same:last], autojunk=False)
    for what, i1, i2, j1, j2 in matcher.get_opcodes():
        for words, kept in ((first[same + i1 : same + i2], shown[0]), (second[same + j1 : same + j2], shown[1])):
            kept += _ends(words) if what == "equal" else words
    shown[0].extend(first[last:])
    shown[1].extend(second[last:])
    return " ".join(shown[0]), " ".join(shown[1])


def _ends(words: list[str], *, each: int = 3) -> list[str]:
    return words if len(words) <= 2 * each + 2 else [*words[:each], "...", *words[-each:]]


def _cut(line: str, width: int) -> str:
    return f"{line[:width]} ..." if len(line) > width else line


def _num_equal(one: Sequence[object], other: Sequence[object]) -> int:
    """Length of the common beginning."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


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
