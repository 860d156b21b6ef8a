"""Mix: scored documents -> token ids -> inventory -> plan -> packed units -> the three stages' SEQUENCES.

tokenize      a task per documents shard: bucket, scatter key and ids of every document, sorted
inventory     documents and tokens per bucket, and where they lie
(plan)        solved on the driver in milliseconds
scatter       every document to its cell: each tokenised shard is read once (pipelines/exchange.py)
pack-1, ...   for each run of stages with equal row length: tasks of about one cell, packed best-fit into rows
layout-1, ... which unit lies where
mix-STAGE     a task per output shard, each a pure function of (plan, seed, stage, shard)
"""

from __future__ import annotations

import functools
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpus import schema, shards
from corpus.errors import InputError, RecipeError, StageError
from corpus.ids import content_id
from corpus.manifest import ShardEntry, read_manifest
from corpus.stage import NO_REJECTS, StageOutput, aligned
from dedup.substrings import without_spans
from mix import cells, tokens, units
from mix import emit as emission
from mix import plan as planning
from mix.changes import follow
from mix.expressions import Expression, compile_expression
from mix.fim import fim_ids
from mix.inventory import ANNOTATED, Inventory, bucket_rule, count
from mix.plan import Plan
from mix.recipe import MixConfig, StageMixture
from mix.tokenizing import load_tokenizer, tokenizer_digest
from pipelines.engine import Context, Stage, StageResult, Task, run_stage, shard_url
from pipelines.exchange import Mail, addressed, cut, deliver, width_of
from quality.pii import PiiSpan, replaced, replacements, shifted

PACKAGES = ("corpus", "mix")
LIBRARIES = ("tokenizers", "numpy")

ENCODED_BY = "documents_encoded_by_"
"""Before a library's name: the counter of documents whose ids it made."""

SCATTER_TOKENS = 64 << 20
"""Tokens that a task brings to their cells: 256 MiB, and a copy of them in order. With 25T tokens and 400,000 cells its file has
633 row groups of 106,000 tokens."""
SHARDS_PER_COUNT = 256
"""Tokenised shards that one inventory task counts; it reads two narrow columns of each."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """The documents as token ids, and what there is of them."""

    tokenized: StageResult
    counts: StageResult
    """INVENTORY rows: bucket by tokenised shard."""
    inventory: Inventory

    @property
    def results(self) -> tuple[StageResult, ...]:
        return self.tokenized, self.counts


@dataclass(frozen=True, kw_only=True)
class Emitted:
    """The finished mixture."""

    packed: tuple[StageResult, ...]
    """pack-1, layout-1, pack-2, ...: what the stages were made from."""
    stages: dict[str, StageResult]
    """Training stage -> its SEQUENCES."""


def inventory(
    config: MixConfig,
    documents: Sequence[StageResult],
    clusters: Sequence[StageResult],
    scores: Sequence[StageResult],
    context: Context,
    *,
    repeats: StageResult | None = None,
    contamination: StageResult | None = None,
    pii: StageResult | None = None,
    datatrove: StageResult | None = None,
) -> Counted:
    """Tokenises every document that `keep` keeps and counts tokens per bucket.

    `clusters`, `scores`, `repeats`, `contamination`, `datatrove` (only read where `leave_out_repeats_from`,
    `leave_out_contaminated_from` or `leave_out_rejected_by_datatrove` is set) and `pii` (only where something is masked) hold one
    shard for each documents shard, of the same name. Raises InputError where one is missing.
    """
    rule = bucket_rule(config)
    check_fim(config)
    shortens = config.leave_out_repeats_from is not None
    decontaminates = config.leave_out_contaminated_from is not None
    read = _reader(config)
    if decontaminates:
        read = functools.partial(read_with_contamination, read=read)
    rejects = bool(config.leave_out_rejected_by_datatrove)
    if rejects:
        names = blocks_of(datatrove)
        read = functools.partial(read_with_datatrove, read=read, names=names)
    stage = Stage(
        name="tokenize",
        config=_tokenize_config(config),
        packages=(*PACKAGES, "quality", *(("dedup",) if shortens else ())),  # quality: `keep` may name its presets
        libraries=LIBRARIES,
        read=functools.partial(read, config=config),
        steps=(
            *((functools.partial(mask_spans, config=config),) if config.masks else ()),
            *((functools.partial(leave_out_repeats, config=config),) if shortens else ()),
            *((leave_out_contaminated,) if decontaminates else ()),
            *((leave_out_rejected,) if rejects else ()),
            functools.partial(tokens.tokenize_documents, config=config),
        ),
        output_schema=tokens.tokens_schema(config),
        row_group_size=tokens.ROW_GROUP_ROWS,
    )
    tasks = annotated = _annotated_tasks(documents, clusters, scores)
    if shortens:
        tasks = _with_repeats(tasks, repeats)
    if config.masks:
        tasks = _with_pii(tasks, pii)
    if decontaminates:
        tasks = _with_contamination(tasks, contamination)
    if rejects:
        tasks = _with_datatrove(tasks, datatrove, {task.shard: task.payload for task in annotated})
    tokenized = run_stage(stage, tasks, context)
    _say_encoders(tokenized, context)
    counts = run_stage(_count_stage(config, tokenized), list(_count_tasks(tokenized)), context)
    return Counted(tokenized=tokenized, counts=counts, inventory=count(map(shards.read_table, counts.shard_urls), rule.schema))


def check_fim(config: MixConfig) -> None:
    """Raises RecipeError where fill-in-the-middle is asked for and the tokenizer has not the special tokens."""
    if config.fim:
        fim_ids(config.fim, load_tokenizer(config.tokenizer), where=config.tokenizer)


def check_expressions(config: MixConfig, stages: Sequence[StageMixture]) -> None:
    """Raises RecipeError where an expression of the recipe does not fit the columns that there will be."""
    planning.check_expressions(stages, bucket_rule(config).schema)


def _say_encoders(tokenized: StageResult, context: Context) -> None:
    """Which libraries made the ids, where they were made just now; the manifest's counters keep it."""
    counters = Counter[str]()
    for entry in tokenized.manifest.shards:
        counters.update(entry.counters)
    found = {name.removeprefix(ENCODED_BY): n for name, n in sorted(counters.items()) if name.startswith(ENCODED_BY) and n}
    if found and tokenized.did_work and not context.progress.quiet:
        listed = ", ".join(f"{n:,} documents by {name}" for name, n in found.items())
        print(f"{'tokenize':<24} ids of {listed}, equal to those of tokenizers on a sample of each shard", file=sys.stderr)
    if lost := counters["documents_not_annotated"]:
        print(f"{'tokenize':<24} {lost:,} documents left out that dedup or score rejected: see their rejects", file=sys.stderr)


def plan(stages: Sequence[StageMixture], inventory: Inventory, before: Plan | None = None) -> Plan:
    """The solved plan; `before`: the one that a run with changes goes on from. Raises RecipeError saying why there is none."""
    return follow(inventory, stages, before)


def emit(config: MixConfig, solved: Plan, counted: Counted, context: Context) -> Emitted:
    """Packs the buckets that the plan draws and writes every stage's shards."""
    packed: list[StageResult] = []
    layouts: list[StageResult] = []
    mail = _scatter(config, solved, counted, context)
    for phase in cells.phases_of(solved):
        packed.append(_pack(config, solved, mail, phase, packed, layouts, context))
        layouts.append(_lay_out(phase, packed[-1], context))
    job = emission.EmitJob(
        plan=solved,
        seed=config.seed,
        rows_per_shard=config.rows_per_shard,
        layouts=tuple(tuple(layout.shard_urls) for layout in layouts),
        packed=tuple(result.directory for result in packed),
    )
    stages = {stage.name: _emit_stage(config, job, s, counted, context) for s, stage in enumerate(solved.stages)}
    return Emitted(packed=tuple(result for pair in zip(packed, layouts, strict=True) for result in pair), stages=stages)


# ---------------------------------------------------------------------------------------------- tokenising, counting


def _tokenize_config(config: MixConfig) -> dict[str, Any]:
    """What decides the ids and the buckets; not where the tokenizer lies."""
    return {
        "keep": config.keep,
        "leave_out_repeats_from": config.leave_out_repeats_from,
        "leave_out_contaminated_from": config.leave_out_contaminated_from,
        "bucket_columns": list(config.bucket_columns.items()),
        "tokenizer": tokenizer_digest(config.tokenizer),
        "seed": config.seed,
        **({"fim": asdict(config.fim)} if config.fim else {}),
        **({"mask": [list(config.mask_in_prose), list(config.mask_in_code)]} if config.masks else {}),
        **({"leave_out_rejected": rejected} if (rejected := config.leave_out_rejected_by_datatrove) else {}),
    }


def _annotated_tasks(
    documents: Sequence[StageResult], clusters: Sequence[StageResult], scores: Sequence[StageResult]
) -> list[Task]:
    """One task for each documents shard, with the CLUSTERS and SCORES shards of its name."""
    cluster_shards, score_shards = _by_name(clusters), _by_name(scores)
    tasks = []
    for name, (entry, url) in _by_name(documents).items():
        for what, found in (("CLUSTERS", cluster_shards), ("SCORES", score_shards)):
            if name not in found:
                raise InputError(f"{url}: no {what} shard of this name; run dedup and score over all documents first")
        (cluster, cluster_url), (score, score_url) = cluster_shards[name], score_shards[name]
        digest = content_id(entry.checksum, cluster.checksum, score.checksum)[:12]
        tasks.append(Task(shard=name, digest=digest, payload=tokens.AnnotatedShard(url, cluster_url, score_url)))
    return tasks


@dataclass(frozen=True, kw_only=True)
class ToShorten:
    """One shard of documents with its annotations, REPEATS among them."""

    shard: tokens.AnnotatedShard
    repeats_url: str


def _with_repeats(tasks: Sequence[Task], repeats: StageResult | None) -> list[Task]:
    """The tasks with the REPEATS shard of their name."""
    known = _by_name([repeats] if repeats else [])
    made = []
    for task in tasks:
        if task.shard not in known:
            raise InputError(f"{task.payload.documents}: no REPEATS shard of this name; expected one for leave_out_repeats_from")
        entry, url = known[task.shard]
        payload = ToShorten(shard=task.payload, repeats_url=url)
        made.append(Task(shard=task.shard, digest=content_id(task.digest, entry.checksum)[:12], payload=payload))
    return made


def read_with_repeats(payload: ToShorten, *, config: MixConfig) -> Iterator[StageOutput]:
    """The shard's documents as `tokens.read_annotated` reads them, with the columns `kind`, `synthetic` and `spans`."""
    repeats = shards.read_table(payload.repeats_url, columns=["doc_id", "spans"])
    facts = shards.read_table(payload.shard.documents, columns=["kind", "synthetic"])
    for output in tokens.read_annotated(payload.shard, config):
        if not repeats.column("doc_id").equals(output.table.column("doc_id")):
            raise InputError(f"{payload.repeats_url}: not the documents of {payload.shard.documents} in their order")
        table = output.table.append_column("spans", repeats.column("spans"))
        for name in set(facts.column_names).difference(table.column_names):
            table = table.append_column(name, facts.column(name))
        yield output._replace(table=table)


def leave_out_repeats(documents: pa.Table, *, config: MixConfig) -> StageOutput:
    """The documents with shorter texts, and without the column `spans`. Generated ones stay whole: each line of a worked solution
    is needed, and what they share are their templates."""
    parts: list[pa.Array] = []
    for first in range(0, documents.num_rows, tokens.BATCH_DOCUMENTS):
        rows = documents.select(["text", "spans", "kind", "synthetic"]).slice(first, tokens.BATCH_DOCUMENTS).to_pylist()
        parts.append(pa.array([_shortened(row, least=config.leave_out_repeats_from or 2) for row in rows], pa.large_string()))
    text = pa.chunked_array(parts, pa.large_string())
    before, after = (pc.sum(pc.utf8_length(column)).as_py() or 0 for column in (documents.column("text"), text))
    at = documents.column_names.index("text")
    shortened = documents.set_column(at, documents.schema.field("text"), text).drop_columns(["spans"])
    return StageOutput(shortened, NO_REJECTS, {"repeated_chars_left_out": before - after})


def _shortened(document: dict[str, Any], *, least: int) -> str:
    text: str = document["text"]
    spans = [(span["start"], span["end"]) for span in document["spans"] if span["num_documents"] >= least]
    if document["synthetic"] or not spans:
        return text
    return without_spans(text, spans, is_markdown=document["kind"] != "code")


@dataclass(frozen=True, kw_only=True)
class ToDecontaminate:
    """One shard of documents with its annotations, CONTAMINATION among them."""

    payload: Any
    """What the shard is read from otherwise."""
    contamination_url: str


def _with_contamination(tasks: Sequence[Task], contamination: StageResult | None) -> list[Task]:
    """The tasks with the CONTAMINATION shard of their name."""
    known = _by_name([contamination] if contamination else [])
    made = []
    for task in tasks:
        if task.shard not in known:
            raise InputError(f"{task.shard}: no CONTAMINATION shard of this name; expected one for leave_out_contaminated_from")
        entry, url = known[task.shard]
        payload = ToDecontaminate(payload=task.payload, contamination_url=url)
        made.append(Task(shard=task.shard, digest=content_id(task.digest, entry.checksum)[:12], payload=payload))
    return made


def read_with_contamination(
    payload: ToDecontaminate, *, config: MixConfig, read: Callable[..., Iterator[StageOutput]]
) -> Iterator[StageOutput]:
    """The shard's documents as `read` reads them, with the column `is_contaminated`."""
    searched = shards.read_table(payload.contamination_url, columns=["doc_id", "hits"])
    least = config.leave_out_contaminated_from or 0.0
    for output in read(payload.payload, config=config):
        found = aligned(searched, output.table.column("doc_id"), what=payload.contamination_url).column("hits").to_pylist()
        # One that was not searched is left out too: nobody knows.
        is_contaminated = [hits is None or any(hit["item_fraction"] >= least for hit in hits) for hits in found]
        yield output._replace(table=output.table.append_column("is_contaminated", pa.array(is_contaminated, pa.bool_())))


def leave_out_contaminated(documents: pa.Table) -> StageOutput:
    """The documents without the column `is_contaminated`; those that are have no text, and so no bucket."""
    is_contaminated = documents.column("is_contaminated")
    at = documents.column_names.index("text")
    text = pc.if_else(is_contaminated, pa.scalar("", pa.large_string()), documents.column("text"))
    left = documents.set_column(at, documents.schema.field("text"), text).drop_columns(["is_contaminated"])
    return StageOutput(left, NO_REJECTS, {"contaminated_documents_left_out": pc.sum(is_contaminated).as_py() or 0})


def check_datatrove(config: MixConfig, blocks: Sequence[Any]) -> None:
    """Raises RecipeError where `leave_out_rejected_by_datatrove` names no column and no filter of `blocks` (BlockSpecs)."""
    if config.leave_out_rejected_by_datatrove:
        names = [block.name for block in blocks if not block.is_formatter]
        if not names:
            raise RecipeError("mix.leave_out_rejected_by_datatrove: the section `datatrove:` has formatters only; none rejects")
        rejection_rule(config, names)


def blocks_of(datatrove: StageResult | None) -> tuple[str, ...]:
    """Names of the filters whose verdicts a DATATROVE stage holds. Raises InputError where there is none."""
    if datatrove is None:
        raise InputError("no DATATROVE shards; expected them for leave_out_rejected_by_datatrove")
    blocks: Any = datatrove.manifest.config["blocks"]
    return tuple(block["name"] for block in blocks)


def rejection_rule(config: MixConfig, names: Sequence[str]) -> Expression:
    """Which documents are left out, given what the filters `names` say. Raises RecipeError for an expression that is wrong."""
    rule = config.leave_out_rejected_by_datatrove
    rejected = pa.field("rejected", pa.struct([pa.field(name, pa.bool_()) for name in names]))
    columns = pa.schema([*ANNOTATED, pa.field("num_rejections", pa.int32()), rejected])
    source = rule if isinstance(rule, str) else "num_rejections > 0"
    return compile_expression(
        source, columns, where="mix.leave_out_rejected_by_datatrove", kind="condition", values={"domain": schema.DOMAINS}
    )


@dataclass(frozen=True, kw_only=True)
class ToReject:
    """One shard of documents with its annotations, DATATROVE among them."""

    payload: Any
    """What the shard is read from otherwise."""
    shard: tokens.AnnotatedShard
    datatrove_url: str


def _with_datatrove(
    tasks: Sequence[Task], datatrove: StageResult | None, annotated: Mapping[str, tokens.AnnotatedShard]
) -> list[Task]:
    """The tasks with the DATATROVE shard of their name."""
    known = _by_name([datatrove] if datatrove else [])
    made = []
    for task in tasks:
        if task.shard not in known:
            raise InputError(f"{task.shard}: no DATATROVE shard of this name; expected one for leave_out_rejected_by_datatrove")
        entry, url = known[task.shard]
        payload = ToReject(payload=task.payload, shard=annotated[task.shard], datatrove_url=url)
        made.append(Task(shard=task.shard, digest=content_id(task.digest, entry.checksum)[:12], payload=payload))
    return made


def read_with_datatrove(
    payload: ToReject, *, config: MixConfig, read: Callable[..., Iterator[StageOutput]], names: Sequence[str]
) -> Iterator[StageOutput]:
    """The shard's documents as `read` reads them, with the column `is_rejected`."""
    verdicts = _aligned(shards.read_table(payload.datatrove_url), payload)
    is_rejected = _is_rejected(verdicts, payload.shard, rejection_rule(config, names), names)
    for output in read(payload.payload, config=config):
        yield output._replace(table=output.table.append_column("is_rejected", is_rejected))


def _aligned(verdicts: pa.Table, payload: ToReject) -> pa.Table:
    """A row for each document of the shard. Those that killed every worker that judged them have none: nothing rejects them."""
    doc_ids = shards.read_table(payload.shard.documents, columns=["doc_id"]).column("doc_id").to_pylist()
    rows = iter(verdicts.to_pylist())
    made, row = [], next(rows, None)
    for doc_id in doc_ids:
        if row is not None and row["doc_id"] == doc_id:
            made.append(row)
            row = next(rows, None)
        else:
            made.append({"doc_id": doc_id, "verdicts": [], "num_rejections": 0, "num_failures": 0, "metadata": ""})
    if row is not None:
        raise InputError(f"{payload.datatrove_url}: not the documents of this shard in their order")
    return pa.Table.from_pylist(made, schema=schema.DATATROVE)


def _is_rejected(verdicts: pa.Table, shard: tokens.AnnotatedShard, rule: Expression, names: Sequence[str]) -> pa.Array:
    """The rule's answer for each document: over the verdicts, and what it reads of the document's other columns."""
    by_name = [
        {verdict["block"]: verdict["kept"] is False for verdict in found} for found in verdicts.column("verdicts").to_pylist()
    ]
    rejected = [{name: row.get(name, False) for name in names} for row in by_name]
    kind = pa.struct([pa.field(name, pa.bool_()) for name in names])
    table = verdicts.select(["doc_id", "num_rejections"]).append_column("rejected", pa.array(rejected, kind))
    for url in shard:
        wanted = [name for name in rule.names if name not in table.column_names and name in shards.read_schema(url).names]
        if wanted:
            more = shards.read_table(url, columns=["doc_id", *wanted])
            if not more.column("doc_id").equals(table.column("doc_id")):
                raise InputError(f"{url}: not the documents of this DATATROVE shard in their order")
            for name in wanted:
                table = table.append_column(name, more.column(name))
    return rule.evaluate(table)


def leave_out_rejected(documents: pa.Table) -> StageOutput:
    """The documents without the column `is_rejected`; those that are have no text, and so no bucket."""
    is_rejected = documents.column("is_rejected")
    text = pc.if_else(is_rejected, pa.scalar("", pa.large_string()), documents.column("text"))
    left = _with_column(documents, "text", text).drop_columns(["is_rejected"])
    return StageOutput(left, NO_REJECTS, {"rejected_documents_left_out": pc.sum(is_rejected).as_py() or 0})


@dataclass(frozen=True, kw_only=True)
class ToMask:
    """What another reader reads, and the PII shard of its documents."""

    payload: tokens.AnnotatedShard | ToShorten
    pii_url: str

    @property
    def documents(self) -> str:
        return (self.payload.shard if isinstance(self.payload, ToShorten) else self.payload).documents


def _with_pii(tasks: Sequence[Task], pii: StageResult | None) -> list[Task]:
    """The tasks with the PII shard of their name."""
    known = _by_name([pii] if pii else [])
    made = []
    for task in tasks:
        if task.shard not in known:
            raise InputError(f"shard {task.shard}: no PII shard of this name; expected one for mask_in_prose, mask_in_code")
        entry, url = known[task.shard]
        digest = content_id(task.digest, entry.checksum)[:12]
        made.append(Task(shard=task.shard, digest=digest, payload=ToMask(payload=task.payload, pii_url=url)))
    return made


def _reader(config: MixConfig) -> Callable[..., Iterator[StageOutput]]:
    """The reader of what `config` asks for."""
    if config.masks:
        return read_with_pii
    return read_with_repeats if config.leave_out_repeats_from is not None else tokens.read_annotated


def read_with_pii(payload: ToMask, *, config: MixConfig) -> Iterator[StageOutput]:
    """What the other readers read, with the columns `kind`, `pii` (spans) and `was_searched`."""
    searched = shards.read_table(payload.pii_url, columns=["doc_id", "spans", "was_searched"])
    kinds = shards.read_table(payload.documents, columns=["kind"])
    read = read_with_repeats if isinstance(payload.payload, ToShorten) else tokens.read_annotated
    for output in read(payload.payload, config=config):  # type: ignore[arg-type]
        found = aligned(searched, output.table.column("doc_id"), what=payload.pii_url)
        table = output.table.append_column("pii", found.column("spans"))
        table = table.append_column("was_searched", found.column("was_searched"))
        yield output._replace(table=table if "kind" in table.column_names else table.append_column("kind", kinds.column("kind")))


def mask_spans(documents: pa.Table, *, config: MixConfig) -> StageOutput:
    """The documents with placeholders in their texts (and repeated passages moved along), without the columns of PII.

    A document that could not be searched has no text left: nobody knows what is in it.
    """
    texts: list[pa.Array] = []
    moved: list[pa.Array] = []
    counters = {"spans_masked": 0, "documents_not_searched": 0}
    repeats = "spans" in documents.column_names
    names = ["text", "kind", "pii", "was_searched", *(["spans"] if repeats else [])]
    for first in range(0, documents.num_rows, tokens.BATCH_DOCUMENTS):
        rows = documents.select(names).slice(first, tokens.BATCH_DOCUMENTS).to_pylist()
        for row in rows:
            counters["documents_not_searched"] += not row["was_searched"]
            counters["spans_masked"] += _mask(row, config)
        texts.append(pa.array([row["text"] for row in rows], pa.large_string()))
        if repeats:
            moved.append(pa.array([row["spans"] for row in rows], documents.schema.field("spans").type))
    masked = _with_column(documents, "text", pa.chunked_array(texts, pa.large_string()))
    if repeats:
        masked = _with_column(masked, "spans", pa.chunked_array(moved, documents.schema.field("spans").type))
    return StageOutput(masked.drop_columns(["pii", "was_searched"]), NO_REJECTS, counters)


def _mask(row: dict[str, Any], config: MixConfig) -> int:
    """Masks a document in place; how many spans."""
    if not row["was_searched"]:
        row["text"], row["spans"] = "", []
        return 0
    text: str = row["text"]
    spans = [PiiSpan(**span) for span in row["pii"]]
    made = replacements(text, spans, kind=row["kind"], in_prose=config.mask_in_prose, in_code=config.mask_in_code)
    row["text"] = replaced(text, made)
    if made and "spans" in row:
        row["spans"] = [
            {**span, "start": shifted(span["start"], made), "end": shifted(span["end"], made)} for span in row["spans"]
        ]
    return len(made)


def _with_column(table: pa.Table, name: str, column: pa.ChunkedArray) -> pa.Table:
    at = table.column_names.index(name)
    return table.set_column(at, table.schema.field(at), column)


def _by_name(results: Sequence[StageResult]) -> dict[str, tuple[ShardEntry, str]]:
    return {
        entry.name: (entry, shard_url(result.directory, entry.name)) for result in results for entry in result.manifest.shards
    }


def _count_stage(config: MixConfig, tokenized: StageResult) -> Stage:
    return Stage(
        name="inventory",
        config={},
        packages=PACKAGES,
        upstream=(tokenized.digest,),
        read=functools.partial(tokens.count_shards, config=config),
        output_schema=tokens.inventory_schema(config),
        maps_rows=False,
    )


def _count_tasks(tokenized: StageResult) -> Iterator[Task]:
    urls, entries = tokenized.shard_urls, tokenized.manifest.shards
    for start in range(0, len(urls), SHARDS_PER_COUNT):
        digest = content_id(*(entry.checksum for entry in entries[start : start + SHARDS_PER_COUNT]))[:12]
        yield Task(shard=f"{start // SHARDS_PER_COUNT:06d}", digest=digest, payload=urls[start : start + SHARDS_PER_COUNT])


# ---------------------------------------------------------------------------------------- documents to their cells


def _first_cells(config: MixConfig, solved: Plan) -> dict[str, tuple[int, int]]:
    """Bucket -> the number of its first cell, of all cells of the plan, and how many it has."""
    found: dict[str, tuple[int, int]] = {}
    first = 0
    for bucket, num_tokens in zip(solved.buckets, solved.tokens, strict=True):
        found[bucket] = first, cells.num_cells(num_tokens, config.cell_tokens)
        first += found[bucket][1]
    return found


def _scatter(config: MixConfig, solved: Plan, counted: Counted, context: Context) -> Mail:
    """Every bucket's documents, addressed to their cells; which rates the plan has does not matter here."""
    first_cells = _first_cells(config, solved)
    num_cells = sum(number for _, number in first_cells.values())
    _check_buckets(solved, counted)
    stage = Stage(
        name="scatter",
        config={"cells": [[bucket, number] for bucket, (_, number) in first_cells.items()]},
        packages=(*PACKAGES, "pipelines"),
        upstream=(counted.tokenized.stage_digest,),
        read=functools.partial(_addressed, first_cells=first_cells, width=width_of(num_cells)),
        output_schema=addressed(tokens.CELLS),
        maps_rows=False,
    )
    sent = run_stage(stage, list(_scatter_tasks(counted)), context)
    return deliver(sent, context, num_receivers=num_cells)


def _addressed(urls: tuple[str, ...], *, first_cells: Mapping[str, tuple[int, int]], width: int) -> Iterator[StageOutput]:
    """The documents of some tokenised shards, a batch for each range of `width` cells."""
    table, cell = tokens.to_cells(urls, first_cells)
    for part in cut(table, cell, addressed(tokens.CELLS), width=width):
        yield StageOutput(part, NO_REJECTS)


def _scatter_tasks(counted: Counted) -> Iterator[Task]:
    """Neighbouring tokenised shards of about SCATTER_TOKENS together."""
    sizes = Counter[str]()
    for url in counted.counts.shard_urls:
        table = shards.read_table(url, columns=["shard", "tokens"])
        for shard, num_tokens in zip(*(table.column(name).to_pylist() for name in ("shard", "tokens")), strict=True):
            sizes[shard] += num_tokens
    entries: list[ShardEntry] = []
    filled = number = 0
    for entry in (*counted.tokenized.manifest.shards, None):
        if entries and (entry is None or filled + sizes[entry.name] > SCATTER_TOKENS):
            digest = content_id(*(one.checksum for one in entries))[:12]
            urls = tuple(shard_url(counted.tokenized.directory, one.name) for one in entries)
            yield Task(shard=f"{number:06d}", digest=digest, payload=urls)
            entries, filled, number = [], 0, number + 1
        if entry is not None:
            entries.append(entry)
            filled += sizes[entry.name]


def _check_buckets(solved: Plan, counted: Counted) -> None:
    """Raises InputError for a bucket that the plan draws from and that is not there."""
    known = set(counted.inventory.keys)
    for b, bucket in enumerate(solved.buckets):
        if bucket not in known and any(stage.rows[b] for stage in solved.stages):
            raise InputError(
                f"the plan draws from {bucket}, which the tokenised documents do not hold; plan with their inventory"
            )


# ---------------------------------------------------------------------------------------------------------- packing


def _pack(
    config: MixConfig,
    solved: Plan,
    mail: Mail,
    phase: cells.Phase,
    packed: Sequence[StageResult],
    layouts: Sequence[StageResult],
    context: Context,
) -> StageResult:
    """All cells, and what earlier phases left of one, of the buckets that the phase draws."""
    settings = units.PackSettings(phase.seq_len, phase.packing, config.seed, config.tokenizer)
    stage = Stage(
        name=f"pack-{phase.index + 1}",
        config={"seq_len": phase.seq_len, "packing": phase.packing, "seed": config.seed, "cell_tokens": config.cell_tokens},
        packages=PACKAGES,
        libraries=LIBRARIES,
        upstream=(mail.digest, *(result.digest for result in packed)),
        read=functools.partial(units.pack_units, settings=settings),
        output_schema=units.PACKED,
        maps_rows=False,
        row_group_size=cells.ROW_GROUP_ROWS,
    )
    loaded = [units.load_layout(map(shards.read_table, layout.shard_urls), i) for i, layout in enumerate(layouts)]
    standings = cells.standings_at(solved, config.seed, loaded)
    first_cells = _first_cells(config, solved)
    tasks: list[units.UnitTask] = []
    sizes: list[int] = []
    for b, bucket in enumerate(solved.buckets):
        if not cells.quota(solved, phase, b):
            continue
        first, number = first_cells[bucket]
        found = [units.UnitTask(bucket, cells.UnitKey(n), number, mail.inbox(first + n)) for n in range(number)]
        rest = standings[bucket].rest
        if rest:
            url = shard_url(packed[rest.unit.phase].directory, rest.unit.shard)
            source = units.RestSource(url, rest.unit, rest.epoch, rest.read)
            found.append(units.UnitTask(bucket, rest.key, number, source))
        tasks += found
        sizes += [-(-solved.tokens[b] // number)] * len(found)
    return run_stage(stage, list(_in_batches(tasks, sizes, config.cell_tokens)), context)


def _in_batches(tasks: Sequence[units.UnitTask], sizes: Sequence[int], target: int) -> Iterator[Task]:
    """Engine tasks of about `target` tokens; small units share one."""
    batch: list[units.UnitTask] = []
    filled = number = 0
    for task, size in zip(tasks, sizes, strict=True):
        if batch and filled + size > target:
            yield _batch_task(number, batch)
            batch, filled, number = [], 0, number + 1
        batch.append(task)
        filled += size
    if batch:
        yield _batch_task(number, batch)


def _batch_task(number: int, batch: Sequence[units.UnitTask]) -> Task:
    rests = [task.source.epoch if isinstance(task.source, units.RestSource) else "" for task in batch]
    names = [f"{task.bucket} {task.key} of {task.num_cells} epoch {epoch}" for task, epoch in zip(batch, rests, strict=True)]
    return Task(shard=f"{number:06d}", digest=content_id(*names)[:12], payload=tuple(batch))


def _lay_out(phase: cells.Phase, packed: StageResult, context: Context) -> StageResult:
    stage = Stage(
        name=f"layout-{phase.index + 1}",
        config={},
        packages=PACKAGES,
        upstream=(packed.digest,),
        read=units.layout_of,
        output_schema=units.LAYOUT,
        maps_rows=False,
    )
    return run_stage(stage, [Task(shard="000000", digest=packed.digest, payload=packed.shard_urls)], context)


# --------------------------------------------------------------------------------------------------------- emission


def _emit_stage(config: MixConfig, job: emission.EmitJob, index: int, counted: Counted, context: Context) -> StageResult:
    """The stage's shards. A change of plan goes on in the same folder: it is named after the first plan, and a shard's task after
    the plan that decided its rows and the documents it draws from, so that shards before the change are there already."""
    planned = job.plan.stages[index]
    stage = Stage(
        name=f"mix-{planned.name}",
        config={
            "training_stage": planned.name,
            "seq_len": planned.seq_len,
            "rows_per_shard": job.rows_per_shard,
            "cell_tokens": config.cell_tokens,
            "seed": job.seed,
            "plan": job.plan.first.digest,
            "recipe": job.plan.first.recipe_digest,
        },
        packages=PACKAGES,
        libraries=LIBRARIES,
        upstream=(counted.tokenized.stage_digest,),
        read=functools.partial(emission.emit_shard, job=job, stage=index),
        output_schema=schema.SEQUENCES,
        row_group_size=emission.BATCH_ROWS,
        footer=functools.partial(emission.shard_footer, job=job, stage=index),
    )
    drawn_from = _drawn_from(job.plan, index, counted)
    tasks, past = [], []
    for k in range(job.num_shards(index)):
        rows = job.rows(index, k)
        made_by = job.plan.version_of(index, rows.stop - 1).digest
        digest = content_id(made_by, index, len(rows), drawn_from[made_by])[:12]
        tasks.append(Task(shard=f"{k:06d}", digest=digest, payload=k))
        if made_by != job.plan.digest:
            past.append(tasks[-1])
    _check_past(stage, past, context)
    result = run_stage(stage, tasks, context)
    _leave_only(result)
    return result


def _check_past(stage: Stage, past: Sequence[Task], context: Context) -> None:
    """Raises StageError where a shard from before the last change was made from something else than it would be now."""
    directory = shards.join(context.out_url, stage.name, stage.digest)
    try:
        made = {entry.name: entry.input_digest for entry in read_manifest(directory).shards}
    except InputError:
        return
    other = [task.shard for task in past if made.get(task.shard, task.digest) != task.digest]
    if other:
        raise StageError(
            f"{stage.name}: shard {other[0]}, and {len(other) - 1} more from before the change, were made by another plan, of "
            "other documents than there are now, or of documents that another version of the code made, and stay as they are. "
            "Give back what they were made of, or write to another folder (execution.out)."
        )


def _drawn_from(solved: Plan, index: int, counted: Counted) -> dict[str, str]:
    """For each plan that decided rows of a stage: a digest of the documents in the buckets drawn up to there."""
    checksums = {entry.name: entry.checksum for entry in counted.tokenized.manifest.shards}
    parts: dict[str, list[str]] = {}
    for url in counted.counts.shard_urls:
        table = shards.read_table(url, columns=["shard", "bucket"])
        for shard, bucket in zip(*(table.column(name).to_pylist() for name in ("shard", "bucket")), strict=True):
            parts.setdefault(bucket, []).append(f"{shard}:{checksums[shard]}")
    documents = {bucket: content_id(*sorted(found)) for bucket, found in parts.items()}
    drawn = {b for stage in solved.stages[:index] for b, n in zip(solved.buckets, stage.rows, strict=True) if n}
    found = {}
    for segment in solved.stages[index].all_segments:
        drawn |= {bucket for bucket, n in zip(solved.buckets, segment.rows, strict=True) if n}
        found[solved.versions[segment.plan].digest] = content_id(*(f"{b}:{documents[b]}" for b in sorted(drawn)))
    return found


def _leave_only(result: StageResult) -> None:
    """Removes shards behind the end of a stage that a change made shorter."""
    fs, path = shards.filesystem(shards.join(result.directory, "shards"))
    names = {f"{entry.name}.parquet" for entry in result.manifest.shards}
    for found in fs.ls(path, detail=False) if fs.isdir(path) else ():
        if found.endswith(".parquet") and found.rsplit("/", 1)[-1] not in names:
            fs.rm_file(found)
