"""The report's numbers about documents: what came in, what each stage kept and rejected, duplicates, domains, quality.

Counts of rows come from the manifests and are exact. What needs a look into the shards is read in one pass over at most
MAX_SHARDS of them, evenly spaced, a few columns each and never the text; the report says where it looked at a part only.
"""

from __future__ import annotations

import heapq
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpus import shards
from corpus.config import build
from corpus.errors import InputError, TercetError
from corpus.readers import Source, SourceFile
from corpus.readers_inputs import list_source_files
from pipelines.inspection import cluster_members, difference, member_text
from pipelines.report_run import FORMAT_STAGE, DocumentShard, Run, StageFolder, read_rejects
from pipelines.report_scores import DIMENSIONS, Distributions

MAX_SHARDS = 400
"""Shards that are looked into; 400 of 10,000 documents are read in about a minute."""
NUM_CLUSTERS_LISTED = 8
NUM_CLUSTERS_SHOWN = 4
"""Near-duplicate clusters with their members' differences."""
NUM_NEAR_CANDIDATES = 60
MAX_REASONS = 200
"""Reasons of a filter of datatrove that are counted apart."""
NUM_MEMBERS_SHOWN = 6
KINDS = ("html", "pdf", "text", "code")

DOCUMENT_COLUMNS = ["source", "path", "kind", "num_chars", "num_formulas", "num_code_blocks", "num_pages", "synthetic", "flags"]
CLUSTER_COLUMNS = ["keep", "cluster_id", "cluster_size", "dedup_reason", "jaccard"]
SCORE_COLUMNS = ["domain", "language", *DIMENSIONS]

Rows = list[dict[str, Any]]


@dataclass
class Census:
    """Sums over documents."""

    num_shards: int = 0
    num_shards_read: int = 0
    by_source: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Source -> documents, html, pdf, ..., chars, formulas, code_blocks, pages, kept, url, exact, near."""
    files: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Source -> input files that gave a document or a reject."""
    flags: Counter[str] = field(default_factory=Counter)
    domains: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Domain -> documents, chars, and millionths of quality."""
    languages: Counter[str] = field(default_factory=Counter)
    scores: Distributions = field(default_factory=Distributions)
    verdicts: defaultdict[str, defaultdict[str, Counter[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Counter))
    )
    """Filter of datatrove -> domain -> kept, rejected, failed documents."""
    verdict_reasons: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Filter of datatrove -> its reasons for rejecting."""
    largest: list[tuple[int, str]] = field(default_factory=list)
    """(size, cluster) of the largest clusters, a heap."""
    near: dict[str, float] = field(default_factory=dict)
    """Some clusters with near duplicates, and the least similarity in each."""

    @property
    def is_partial(self) -> bool:
        return self.num_shards_read < self.num_shards

    def total(self, name: str) -> int:
        return sum(counts[name] for counts in self.by_source.values())


def take_census(run: Run) -> Census:
    """One pass over the DOCUMENTS shards and their annotations."""
    chosen = evenly_spaced(run.document_shards, MAX_SHARDS)
    census = Census(num_shards=len(run.document_shards), num_shards_read=len(chosen))
    for shard in chosen:
        documents = shards.read_table(shard.documents, columns=DOCUMENT_COLUMNS)
        _count_documents(census, documents)
        if shard.clusters:
            _count_duplicates(census, documents, shards.read_table(shard.clusters, columns=CLUSTER_COLUMNS))
        if shard.scores:
            known = shards.read_schema(shard.scores).names
            scores = shards.read_table(shard.scores, columns=[name for name in SCORE_COLUMNS if name in known])
            _count_scores(census, documents, scores)
        if shard.datatrove:
            verdicts = shards.read_table(shard.datatrove, columns=["verdicts"])
            # A document that killed its worker has no verdicts; then which row is whose is not worth finding out.
            is_aligned = shard.scores and verdicts.num_rows == scores.num_rows
            _count_verdicts(census, scores.column("domain") if is_aligned else None, verdicts)
    return census


def evenly_spaced(items: Sequence[DocumentShard], most: int) -> list[DocumentShard]:
    """All of `items`, or `most` of them with equal steps between."""
    if len(items) <= most:
        return list(items)
    return [items[i * len(items) // most] for i in range(most)]


def _count_documents(census: Census, documents: pa.Table) -> None:
    names = {"num_chars": "chars", "num_formulas": "formulas", "num_code_blocks": "code_blocks", "num_pages": "pages"}
    grouped = documents.group_by(["source", "kind"]).aggregate([("kind", "count"), *((name, "sum") for name in names)])
    for row in grouped.to_pylist():
        counts = census.by_source[row["source"]]
        counts["documents"] += row["kind_count"]
        counts[row["kind"]] += row["kind_count"]
        for column, name in names.items():
            counts[name] += row[f"{column}_sum"] or 0
    for row in documents.group_by(["source", "path"]).aggregate([]).to_pylist():
        census.files[row["source"]].add(row["path"])
    for row in documents.filter(documents.column("synthetic")).group_by("source").aggregate([("kind", "count")]).to_pylist():
        census.by_source[row["source"]]["synthetic"] += row["kind_count"]
    flags = pc.value_counts(pc.list_flatten(documents.column("flags"))).to_pylist()
    census.flags.update({row["values"]: row["counts"] for row in flags})


def _count_duplicates(census: Census, documents: pa.Table, clusters: pa.Table) -> None:
    reason = pc.fill_null(clusters.column("dedup_reason"), "kept")
    grouped = pa.table({"source": documents.column("source"), "reason": reason}).group_by(["source", "reason"])
    for row in grouped.aggregate([([], "count_all")]).to_pylist():
        census.by_source[row["source"]][row["reason"]] += row["count_all"]
    kept = clusters.filter(pc.and_(clusters.column("keep"), pc.greater(clusters.column("cluster_size"), 1)))
    for row in kept.select(["cluster_id", "cluster_size"]).to_pylist():
        _push(census.largest, (row["cluster_size"], row["cluster_id"]), NUM_CLUSTERS_LISTED)
    near = clusters.filter(pc.equal(pc.fill_null(clusters.column("dedup_reason"), ""), "near"))
    for row in near.select(["cluster_id", "jaccard"]).to_pylist():
        census.near[row["cluster_id"]] = min(row["jaccard"] or 0.0, census.near.get(row["cluster_id"], 1.0))
    # Ids are hashes: those that come first are as good as drawn by lot, in any order of the shards.
    census.near = dict(sorted(census.near.items())[:NUM_NEAR_CANDIDATES])


def _push(heap: list[Any], item: tuple[Any, str], size: int) -> None:
    if len(heap) < size:
        heapq.heappush(heap, item)
    else:
        heapq.heappushpop(heap, item)


def _count_scores(census: Census, documents: pa.Table, scores: pa.Table) -> None:
    chars = documents.column("num_chars")
    table = pa.table({"domain": scores.column("domain"), "quality": scores.column("quality"), "chars": chars})
    for row in table.group_by("domain").aggregate([([], "count_all"), ("chars", "sum"), ("quality", "sum")]).to_pylist():
        counts = census.domains[row["domain"]]
        counts["documents"] += row["count_all"]
        counts["chars"] += row["chars_sum"]
        counts["quality_millionths"] += round(row["quality_sum"] * 1e6)
    for row in pc.value_counts(pc.fill_null(scores.column("language"), "none (abstained)")).to_pylist():
        census.languages[row["values"]] += row["counts"]
    census.scores.add(scores.column("domain"), chars.to_numpy(), scores)


def _count_verdicts(census: Census, domains: pa.ChunkedArray | None, verdicts: pa.Table) -> None:
    names_of = pa.repeat("", verdicts.num_rows) if domains is None else domains
    rows = pa.table({"domain": names_of, "verdict": verdicts.column("verdicts")})
    flat = pc.list_flatten(rows.column("verdict"))
    if not len(flat):
        return
    domain = rows.column("domain").take(pc.list_parent_indices(rows.column("verdict")))
    names = ("block", "kept", "reason")
    found = pa.table({"domain": domain, **{name: pc.struct_field(flat, name) for name in names}})
    for row in found.group_by(["block", "domain", "kept"]).aggregate([([], "count_all")]).to_pylist():
        outcome = {True: "kept", False: "rejected", None: "failed"}[row["kept"]]
        census.verdicts[row["block"]][row["domain"]][outcome] += row["count_all"]
    rejected = found.filter(pc.equal(found.column("kept"), False))
    for row in rejected.group_by(["block", "reason"]).aggregate([([], "count_all")]).to_pylist():
        reasons = census.verdict_reasons[row["block"]]
        known = row["reason"] in reasons or len(reasons) < MAX_REASONS
        reasons[(row["reason"] or "no reason given") if known else "other reasons"] += row["count_all"]


def verdict_rows(census: Census, blocks: Sequence[str]) -> Rows:
    """Each filter of datatrove, in the order of the recipe: what it says of all documents and of each domain, and why."""
    rows = []
    for block in blocks:
        by_domain = census.verdicts[block]
        total = sum(by_domain.values(), Counter())
        judged = sum(total.values())
        shares = [
            (domain, counts["rejected"] / sum(counts.values()), sum(counts.values()))
            for domain, counts in sorted(by_domain.items(), key=lambda item: (-sum(item[1].values()), item[0]))
            if domain
        ]
        reasons = sorted(census.verdict_reasons[block].items(), key=lambda item: (-item[1], item[0]))
        rows.append({"block": block, "judged": judged, **dict(total), "domains": shares, "reasons": reasons[:4]})
    return [{"kept": 0, "rejected": 0, "failed": 0, **row} for row in rows]


# ------------------------------------------------------------------------------------------------------------- what came in


def inputs(run: Run, census: Census, rejected: Rows) -> Rows:
    """A row for each source: files, bytes, pages and what they became. `rejected` are the rejects of reading and extracting."""
    rejects: Counter[str] = Counter(row["source"] for row in rejected)
    files = {source: set(paths) for source, paths in census.files.items()}
    for row in rejected:
        files.setdefault(row["source"], set()).add(row["path"])
    settings = run.sources()
    rows = []
    for source in sorted({*census.by_source, *rejects, *settings}):
        counts = census.by_source[source]
        synthetic = source not in settings
        rows.append(
            {
                "source": source,
                "reader": "generated" if synthetic else settings[source].get("kind", ""),
                "files": 0 if synthetic else len(files.get(source, ())),
                "bytes": 0 if synthetic else input_bytes(settings[source], files.get(source, set())),
                "pages": counts["documents"] + rejects[source],
                "kinds": {kind: counts[kind] for kind in KINDS if counts[kind]},
                "documents": counts["documents"],
                "rejected": rejects[source],
                "chars": counts["chars"],
                "formulas": counts["formulas"],
                "code_blocks": counts["code_blocks"],
                "pdf_pages": counts["pages"],
                "duplicates": counts["url"] + counts["exact"] + counts["near"],
            }
        )
    return rows


def input_files(settings: Mapping[str, Any]) -> dict[str, SourceFile]:
    """The files of a source as they lie there now, by the path that provenance gives; none where they are gone."""
    try:
        return {file.path: file for file in list_source_files(build(Source, settings, where=f"source {settings.get('name')}"))}
    except (TercetError, OSError):
        return {}


def input_bytes(settings: Mapping[str, Any], paths: set[str]) -> int | None:
    """Size of the input files a source gave rows from; None where one is no longer there."""
    files = input_files(settings)
    return sum(files[path].num_bytes for path in paths) if paths <= files.keys() else None


# --------------------------------------------------------------------------------------------------------------- the funnel


def read_all_rejects(run: Run) -> dict[str, Rows]:
    """Stage -> its reject rows, of at most MAX_SHARDS files each."""
    return {name: list(read_rejects(stage.reject_urls[:MAX_SHARDS])) for name, stage in run.stages.items() if stage.reject_urls}


def funnel(run: Run, census: Census, left_out: int | None) -> Rows:
    """What each stage of the main path took, kept and set aside. `left_out`: documents that the mixture's `keep` refuses."""
    rows = []
    for name, what in (
        ("extract", "pages read and extracted"),
        (FORMAT_STAGE, "texts changed by blocks of datatrove"),
        ("synth", "reasoning tasks generated"),
        ("dedup", "documents compared"),
        ("score", "documents scored"),
    ):
        stage = run.stages.get(name)
        if stage is None:
            continue
        totals = _totals(stage)
        row = {"stage": name, "what": what, **totals, "aside": {}}
        if name == FORMAT_STAGE:
            row["aside"] = format_counts(stage)
        if name == "dedup":
            row["aside"] = {f"{r} duplicate": census.total(r) for r in ("url", "exact", "near") if census.total(r)}
        rows.append(row)
    if left_out is not None:
        taken = sum(_totals(run.stages[name])["kept"] for name in run.document_stages)
        rule = f"the mixture's rule: {(run.config.get('mix') or {}).get('keep', 'keep')}"
        rows.append(
            {"stage": "mix", "what": rule, "in": taken, "kept": taken - left_out, "rejected": 0, "aside": {"left out": left_out}}
        )
    return rows


def format_counts(stage: StageFolder) -> dict[str, int]:
    """What the formatters did, by its name; what they did not do is left out."""
    counts: Counter[str] = Counter()
    for entry in stage.manifest.shards:
        counts.update(entry.counters)
    shown = {name.replace("_", " "): counts[name] for name in ("texts_changed", "formulas_lost", "code_blocks_lost")}
    failed = sum(count for name, count in counts.items() if name.endswith("_failed"))
    return {name: count for name, count in {**shown, "failures": failed}.items() if count}


def _totals(stage: StageFolder) -> dict[str, int]:
    entries = stage.manifest.shards
    rejected = sum(sum(entry.rejects.values()) for entry in entries)
    rows_in = sum(entry.rows_in for entry in entries)
    return {"in": rows_in, "kept": sum(entry.rows_out for entry in entries), "rejected": rejected, "shards": len(entries)}


def reasons(run: Run, rejects: Mapping[str, Rows]) -> Rows:
    """Every reason of every stage with its exact count and one example."""
    rows = []
    for name, stage in run.stages.items():
        counts: Counter[str] = Counter()
        for entry in stage.manifest.shards:
            counts.update(entry.rejects)
        for reason, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            example = next((row for row in rejects.get(name, ()) if row["reason"] == reason), None)
            rows.append({"stage": (example or {}).get("stage", name), "reason": reason, "count": count, "example": example})
    return rows


# --------------------------------------------------------------------------------------------------------------- duplicates


def largest_clusters(run: Run, census: Census) -> Rows:
    """The largest clusters: size, kept document, how the others were recognised."""
    rows = []
    for size, cluster_id in sorted(census.largest, key=lambda item: (-item[0], item[1])):
        members = cluster_members(run, cluster_id)
        why: Counter[str] = Counter(member["dedup_reason"] for member in members if not member["keep"])
        rows.append({"size": size, "kept": members[0], "why": dict(sorted(why.items()))})
    return rows


def near_examples(run: Run, census: Census) -> Rows:
    """A few near-duplicate clusters of different sites, from the least to the most alike, with a difference of two members."""
    chosen = [cluster for cluster, _ in sorted(census.near.items(), key=lambda item: (item[1], item[0]))]
    clusters = [cluster_members(run, cluster) for cluster in chosen]
    by_site: dict[str, list[Rows]] = {}
    for members in clusters:
        by_site.setdefault(site_of(members[0]["url"]), []).append(members)
    firsts = [found[len(found) // 2] for found in by_site.values()]
    spread = [firsts[i * len(firsts) // NUM_CLUSTERS_SHOWN] for i in range(NUM_CLUSTERS_SHOWN)] if firsts else []
    return [_near_example(members) for members in unique(spread)]


def _near_example(members: Rows) -> dict[str, Any]:
    other = next(member for member in members if member["dedup_reason"] == "near")
    diff = difference(member_text(members[0]), member_text(other), max_lines=16, width=110)
    return {"members": members[:NUM_MEMBERS_SHOWN], "size": len(members), "other": other, "diff": diff}


def unique(items: Sequence[Any]) -> list[Any]:
    """`items` without repetitions of the same object, in order."""
    return list({id(item): item for item in items}.values())


def site_of(url: str) -> str:
    """Scheme and host: what tells sites apart."""
    return url.split("/", 3)[2] if "://" in url and url.count("/") > 2 else url


def domain_rows(census: Census) -> Rows:
    """Domains with documents, characters and mean quality, largest first."""
    rows = []
    for name, counts in census.domains.items():
        quality = counts["quality_millionths"] / 1e6 / counts["documents"]
        rows.append({"domain": name, "documents": counts["documents"], "chars": counts["chars"], "quality": quality})
    return sorted(rows, key=lambda row: (-row["chars"], row["domain"]))


# -------------------------------------------------------------------------------------------------------------- pretraining


def training_log(run: Run) -> Rows:
    """Lines of the pretraining step's log but for steps that its guard skipped; empty where there was none."""
    pretrain = run.record.get("pretrain")
    if not pretrain:
        return []
    try:
        with shards.open_input(run.resolve(pretrain["log"])) as stream:
            lines = [json.loads(line) for line in stream.read().decode("utf-8").splitlines() if line.strip()]
            return [line for line in lines if not line.get("skipped")]
    except InputError:
        return []
