"""A billion real tokens through the mixture: three stages emitted, then verified as `tercet mix verify` does.

    python -m benchmarks.mix_billion FOLDER_OR_FILE ... [--tokens 1e9] [--out OUT] [--keep] [--json]

Reads every HTML page (its visible text), text and source file below the folders, and the column `text` of Parquet files; exact
duplicates and texts under 200 characters are left out. What stands between these texts and the mixture in a run (dedup, scores)
is filled in: every document is kept, its domain is `code` for source files and `reference` for others, its quality a hash. From
there on it is what `tercet mix emit` runs: tokenising, inventory, plan, cells, packing in two row lengths, three stages. A source
may be read `MAX_EPOCHS` times, so the texts may hold a quarter of the tokens asked for; the plan says so where they hold less.

About 3 bytes of disk for each token emitted, below OUT (default: a temporary folder), removed at the end but with `--keep`.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.mix import zero
from corpus import schema, shards
from corpus.ids import content_id
from corpus.stage import NO_REJECTS, StageOutput
from mix.inventory import Inventory
from mix.plan import Plan
from mix.recipe import Group, MixConfig, StageMixture
from pipelines import run_mix
from pipelines.engine import Context, Stage, StageResult, Task, run_stage
from pipelines.executors import LocalExecutor
from pipelines.recipe_files import RECIPES

MAX_EPOCHS = 4.0
"""Muennighoff et al. 2023 (arXiv:2305.16264): up to four passes are nearly as good as new text."""
HTML = (".html", ".htm", ".xhtml")
CODE = (".py", ".c", ".h", ".cc", ".cpp", ".hpp", ".rs", ".go", ".js", ".ts", ".java", ".rb", ".sh", ".jl", ".R")
PROSE = (".txt", ".md", ".rst", ".tex")
SHARD_BYTES = 24_000_000
"""Text of a documents shard."""
MIN_CHARS = 200
SHARES = {"one": (0.4, 8192), "two": (0.4, 8192), "three": (0.2, 32768)}
"""Stage -> its share of the tokens, and its row length: the change of length falls into an epoch."""

Document = tuple[str, str, str]
"""Source, URL, text."""


# ------------------------------------------------------------------------------------------------------------ texts


def documents(paths: Sequence[Path]) -> Iterator[Document]:
    """Every text below the paths, in sorted order; the same text once."""
    seen: set[bytes] = set()
    for path in paths:
        files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
        for file in files:
            for document in _texts(file):
                key = hashlib.blake2b(document[2].encode(), digest_size=16).digest()
                if len(document[2]) >= MIN_CHARS and key not in seen:
                    seen.add(key)
                    yield document


def _texts(file: Path) -> Iterator[Document]:
    suffix, url = file.suffix.lower(), f"file://{file}"
    if suffix == ".parquet":
        for batch in pq.ParquetFile(file).iter_batches(512, columns=["text"]):
            yield from (("web", f"{url}#{i}", text) for i, text in enumerate(batch.column(0).to_pylist()) if text)
    elif suffix in HTML:
        yield "web", url, _visible(file.read_bytes())
    elif suffix in CODE + PROSE:
        yield "code" if suffix in CODE else "text", url, file.read_bytes().decode("utf-8", "ignore").replace("\0", "")


def _visible(page: bytes) -> str:
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(page)
    text = tree.body.text(separator=" ", strip=False) if tree.body else ""
    return "\n".join(line for line in (" ".join(line.split()) for line in text.split("\n")) if line)


def write_texts(paths: Sequence[Path], folder: Path, max_bytes: float) -> list[Path]:
    """The documents as Parquet files of about SHARD_BYTES of text each."""
    folder.mkdir(parents=True)
    written: list[Path] = []
    rows: list[Document] = []
    size = total = 0
    for document in documents(paths):
        rows.append(document)
        size += len(document[2].encode())
        if size >= SHARD_BYTES or total + size >= max_bytes:
            written.append(_write(rows, folder / f"{len(written):05d}.parquet"))
            rows, size, total = [], 0, total + size
        if total >= max_bytes:
            break
    return [*written, _write(rows, folder / f"{len(written):05d}.parquet")] if rows else written


def _write(rows: Sequence[Document], path: Path) -> Path:
    columns = dict(zip(("source", "url", "text"), map(list, zip(*rows, strict=True)), strict=True))
    shards.write_shard(pa.table(columns, schema=pa.schema([(name, pa.large_string()) for name in columns])), str(path))
    return path


# ----------------------------------------------------------------------------------------------------------- stages


def finished(name: str, table_schema: pa.Schema, texts: Sequence[Path], context: Context) -> StageResult:
    """The texts as DOCUMENTS, or what later stages would say of them."""
    stage = Stage(name=name, config={}, packages=(), output_schema=table_schema, read=functools.partial(_rows, made=table_schema))
    return run_stage(stage, [Task(shard=path.stem, digest=path.stem, payload=path) for path in texts], context)


def _rows(path: Path, *, made: pa.Schema) -> Iterator[StageOutput]:
    table = pq.read_table(path)
    sources = table.column("source").to_pylist()
    doc_ids = [content_id(text) for text in table.column("text").to_pylist()]
    known = {
        "doc_id": doc_ids,
        "source": sources,
        "url": table.column("url"),
        "text": table.column("text"),
        "num_chars": pc.utf8_length(table.column("text")),
        "kind": ["code" if source == "code" else "page" for source in sources],
        "keep": [True] * len(sources),
        "domain": ["code" if source == "code" else "reference" for source in sources],
        "quality": [int(doc_id[:8], 16) / 2**32 for doc_id in doc_ids],
        "extraction_quality": [1.0] * len(sources),
    }
    columns = [known.get(field.name, [zero(field)] * len(sources)) for field in made]
    cast = [
        column.cast(field.type) if isinstance(column, pa.ChunkedArray) else pa.array(column, field.type)
        for column, field in zip(columns, made, strict=True)
    ]
    yield StageOutput(pa.table(cast, schema=made), NO_REJECTS)


def mixtures(inventory: Inventory, tokens: float) -> list[StageMixture]:
    """Three stages of `tokens` together; more code, and the better half of the rest, towards the end."""
    table = inventory.table
    is_code = pc.equal(table.column("domain"), "code")
    share = (pc.sum(table.filter(is_code).column("tokens")).as_py() or 0) / inventory.num_tokens
    made = []
    for (name, (part, seq_len)), more in zip(SHARES.items(), (0.9, 1.0, 1.2), strict=True):
        groups = {"code": Group(domains=("code",), token_fraction=round(min(1.0, share * more), 6))} if 0 < share < 1 else {}
        made.append(StageMixture(name=name, tokens=int(tokens * part), seq_len=seq_len, groups=groups, max_epochs=MAX_EPOCHS))
    return made


def write_record(out: Path, context: Context, config: MixConfig, stages: Sequence[StageMixture], plan: Plan) -> None:
    """run.json and the plan beside it, as a run leaves them."""
    shards.write_json(plan.to_mapping(), str(out / "plan" / f"{plan.digest}.json"))
    finished_stages = [
        {
            "name": result.manifest.stage,
            "directory": result.directory.removeprefix(f"{out}/"),
            "digest": result.digest,
            "num_shards": len(result.manifest.shards),
            "cpu_s": round(result.cpu_s, 3),
            "wall_s": round(result.wall_s, 3),
        }
        for result in context.finished
    ]
    record = {
        "recipe": "mix_billion",
        "config": {"mix": asdict(config), "stages": [{"mixture": asdict(stage)} for stage in stages]},
        "stages": finished_stages,
        "plan": f"plan/{plan.digest}.json",
    }
    shards.write_json(record, str(out / "run.json"))


def _num_tokens(url: str) -> int:
    """Tokens in the rows of a shard, from its metadata; padding is not stored."""
    metadata = pq.read_metadata(url)
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    columns = [group.column(i) for group in groups for i in range(group.num_columns)]
    return sum(column.num_values for column in columns if column.path_in_schema == shards.TOKENS_PATH)


def verify(out: Path) -> dict[str, Any]:
    """`tercet mix verify OUT`, as a process of its own."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "pipelines", "mix", "verify", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent.parent)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return {
        "exit_code": done.returncode,
        "said": said,
        "cpu_s": round(cpu_s, 1),
        "wall_s": round(time.perf_counter() - started, 1),
        "peak_memory_mb": after.ru_maxrss >> 10,
    }


def measure(paths: Sequence[Path], out: Path, *, tokens: float, max_bytes: float, tokenizer: str) -> dict[str, Any]:
    started = time.perf_counter()
    texts = write_texts(paths, out / "texts", max_bytes)
    text_bytes = sum(pc.sum(pc.binary_length(pq.read_table(path, columns=["text"]).column("text"))).as_py() for path in texts)
    read_s = time.perf_counter() - started
    context = Context(out_url=str(out), executor=LocalExecutor())
    found = [
        finished(name, schema.SCHEMAS[kind], texts, context)
        for name, kind in (("extract", "DOCUMENTS"), ("dedup", "CLUSTERS"), ("score", "SCORES"))
    ]
    config = MixConfig(tokenizer=tokenizer, cell_tokens=16 << 20)
    counted = run_mix.inventory(config, found[:1], found[1:2], found[2:], context)
    stages = mixtures(counted.inventory, tokens)
    plan = run_mix.plan(stages, counted.inventory)
    emitted = run_mix.emit(config, plan, counted, context)
    write_record(out, context, config, stages, plan)
    unique = counted.inventory.num_tokens
    emit_s = sum(result.cpu_s for result in emitted.stages.values())
    by_stage = {name: sum(map(_num_tokens, result.shard_urls)) for name, result in emitted.stages.items()}
    total = sum(by_stage.values())
    return {
        "text_mb": round(text_bytes / 1e6, 1),
        "documents": sum(counted.inventory.table.column("documents").to_pylist()),
        "read_s": round(read_s, 1),
        "unique_tokens": unique,
        "buckets": len(plan.buckets),
        "emitted_tokens": total,
        "tokens_by_stage": by_stage,
        "epochs": round(total / unique, 2),
        "steps": [
            {"step": result.manifest.stage, "cpu_s": round(result.cpu_s, 1), "wall_s": round(result.wall_s, 1)}
            for result in context.finished
            if result.manifest.stage not in ("extract", "dedup", "score")
        ],
        "emission_mtok_per_cpu_s": round(total / emit_s / 1e6, 1),
        "bytes_per_token_emitted": round(
            sum(entry.num_bytes for result in emitted.stages.values() for entry in result.manifest.shards) / total, 3
        ),
        "peak_memory_mb": max(result.peak_memory_bytes for result in context.finished) >> 20,
        "verify": verify(out),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--tokens", type=float, default=1e9, help="of the three stages together")
    parser.add_argument("--max-mb", type=float, default=float("inf"), help="MB of text that are read at most")
    parser.add_argument("--tokenizer", default=str(RECIPES / "tiny" / "tokenizer.json"))
    parser.add_argument("--out", type=Path, help="folder that is made for the run; must not be there yet")
    parser.add_argument("--keep", action="store_true", help="leave the folder")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    missing = [path for path in options.paths if not path.exists()]
    if missing:
        parser.error(f"{missing[0]}: not there; expected a folder of text, HTML or source files, or a Parquet file of texts")
    out = options.out or Path(tempfile.mkdtemp(prefix="tercet-billion-")) / "run"
    out.mkdir(parents=True)
    try:
        made = measure(options.paths, out, tokens=options.tokens, max_bytes=options.max_mb * 1e6, tokenizer=options.tokenizer)
    finally:
        if not options.keep:
            shutil.rmtree(out if options.out else out.parent)
    print(json.dumps(made, indent=1) if options.json else "\n".join(_lines(made)))
    return int(made["verify"]["exit_code"])


def _lines(made: dict[str, Any]) -> Iterator[str]:
    yield f"{made['text_mb']:,} MB of text, {made['documents']:,} documents, read in {made['read_s']} s"
    yield f"{made['unique_tokens']:,} unique tokens in {made['buckets']} buckets, {made['epochs']} epochs of them emitted"
    yield from (f"stage {name}: {tokens:,} tokens" for name, tokens in made["tokens_by_stage"].items())
    yield from (f"{step['step']:<12} {step['cpu_s']:>8} CPU s {step['wall_s']:>8} s" for step in made["steps"])
    yield f"emission {made['emission_mtok_per_cpu_s']} Mtok a CPU s, {made['bytes_per_token_emitted']} bytes a token"
    yield f"peak memory {made['peak_memory_mb']:,} MB"
    check = made["verify"]
    yield f"verify: exit code {check['exit_code']}, {check['cpu_s']} CPU s, {check['wall_s']} s, {check['peak_memory_mb']:,} MB"
    yield from (f"  {line}" for line in check["said"])


if __name__ == "__main__":
    sys.exit(main())
