"""A small finished run, written by hand: what `tercet run` leaves, without running it.

Two sources (a folder of pages and a PDF), generated tasks, one cluster of duplicates, rejects, two training stages and a log.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa

from corpus import schema, shards
from corpus.ids import content_id
from corpus.manifest import Manifest, ShardEntry, write_manifest
from corpus.readers import Source, list_inputs, read_pages
from corpus.stage import reject_row
from tests.score_rows import score_row

EVIL = "<script>alert('x')</script>"
PAGES = {
    "euler.html": (
        "<html><head><title>Euler</title><script>steal()</script></head><body><nav>menu</nav><h1>Euler's identity</h1>"
        "<p onclick='steal()'>We have \\(e^{i\\pi} = -1\\).</p><img src='http://tracker.example/x.png' alt='$x^2$'>"
        "<pre>print(1)\n  print(2)</pre><a href='javascript:steal()'>go</a></body></html>"
    ),
    "euler2.html": "<html><body><h1>Euler's identity</h1><p>We have the second version of it here.</p></body></html>",
    "news.html": "<html><body><h1>News</h1><p>Nothing of it is mathematics.</p></body></html>",
}
TEXTS = {
    "euler.html": (
        f"# Euler's identity\n\nWe have $e^{{i\\pi}} = -1$ and {EVIL}.\n\n$$\n\\int_0^1 \\frac{{x}}{{2}}\\,dx < 1\n$$\n\n"
        "```python\nprint(1)\n  print(2)\n```\n"
    ),
    "euler2.html": "# Euler's identity\n\nWe have $e^{i\\pi} = -1$ and more.\n\nA new line.\n",
    "news.html": "# News\n\nNothing of it is mathematics.\n",
}
LOSSES = (6.0, 5.2, 4.9, 4.1)


def make_run(folder: Path) -> dict[str, Any]:
    """Writes inputs and outputs below `folder`; returns OUT's URL and the ids by page."""
    site = folder / "site"
    site.mkdir(parents=True)
    for name, page in PAGES.items():
        (site / name).write_text(page, encoding="utf-8")
    source = Source(name="web", kind="files", path=str(site))
    (pages,) = [batch.table for batch in read_pages(list_inputs(source)[0])]
    out = folder / "out"
    documents = [_document(row) for row in pages.to_pylist()]
    task = {
        **documents[-1],
        "doc_id": content_id("task"),
        "source": "synth",
        "url": "synth:1",
        "path": "tasks",
        "text": "2 + 2 = 4",
    }
    task |= {"kind": "text", "synthetic": True, "num_formulas": 0, "num_code_blocks": 0, "title": None}
    ids = {row["path"]: row["doc_id"] for row in documents}
    reject = reject_row(
        {"source": "web", "url": f"http://x.example/{EVIL}", "path": "empty.html", "record_offset": 0},
        stage="read",
        reason="empty_content",
        detail=f"no bytes {EVIL}",
        num_bytes=0,
    )
    stages = [
        _stage(out, "extract", "web-00000", documents, schema.DOCUMENTS, [reject]),
        _stage(out, "synth", "synth-00000", [task], schema.DOCUMENTS),
        _stage(out, "dedup", "web-00000", _clusters(documents), schema.CLUSTERS),
    ]
    scores = _stage(out, "score", "web-00000", [_score(row) for row in documents], schema.SCORES)
    _stage(out, "score", "synth-00000", [_score(task)], schema.SCORES, more=scores)
    stages.append(scores)
    stages += [
        _stage(out, "mix-stage1", "000000", _rows([ids["euler.html"], ids["news.html"]], num=4), schema.SEQUENCES),
        _stage(out, "mix-stage2", "000000", _rows([ids["euler.html"], task["doc_id"]], num=2), schema.SEQUENCES),
    ]
    _write_rest(out, stages, source, folder)
    return {"out": str(out), "task": task["doc_id"], **ids}


def _document(page: dict[str, Any]) -> dict[str, Any]:
    text = TEXTS[page["path"]]
    return {
        **{name: page[name] for name in ("doc_id", "source", "url", "path", "record_offset", "fetched_at")},
        "kind": "html",
        "text": text,
        "title": f"Title {EVIL}",
        "author": None,
        "date": None,
        "language_hint": "en",
        "code_language": None,
        "num_chars": len(text),
        "num_formulas": text.count("$") // 2,
        "formula_chars": 10,
        "num_code_blocks": text.count("```") // 2,
        "code_chars": 10,
        "num_pages": None,
        "flags": ["used_fallback"],
        "synthetic": False,
    }


def _clusters(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kept = next(row["doc_id"] for row in documents if row["path"] == "euler.html")
    rows = []
    for row in documents:
        near, alone = row["path"] == "euler2.html", row["path"] == "news.html"
        rows.append(
            {
                "doc_id": row["doc_id"],
                "keep": not near,
                "cluster_id": row["doc_id"] if alone else kept,
                "kept_id": row["doc_id"] if alone else kept,
                "cluster_size": 1 if alone else 2,
                "dedup_reason": "near" if near else None,
                "jaccard": 0.8125 if near else None,
                "canonical_url": row["url"],
            }
        )
    return rows


def _score(document: dict[str, Any]) -> dict[str, Any]:
    domain = "general" if document["path"] == "news.html" else "mathematics"
    signals = {name: 0.25 for name, _ in schema.SIGNALS}
    return score_row(0.5, doc_id=document["doc_id"], language=None, domain=domain, signals=signals)


def _rows(doc_ids: list[str], *, num: int) -> list[dict[str, Any]]:
    """SEQUENCES rows of 8 tokens: all but the last from the first document, alone; the last from both."""
    buckets = ("web/mathematics", "web/general" if num == 4 else "synth/mathematics/synthetic")
    rows = []
    for number in range(num):
        last = number == num - 1
        rows.append(
            {
                "tokens": [(number + i) % 16 for i in range(8)],
                "doc_ends": [3, 8] if last else [8],
                "doc_ids": doc_ids if last else doc_ids[:1],
                "doc_offsets": [0, 5] if last else [8 * number],
                "bucket": buckets[last],
                "epoch": 0,
                "row": number,
            }
        )
    return rows


def _stage(
    out: Path,
    name: str,
    shard: str,
    rows: list[dict[str, Any]],
    schema_: pa.Schema,
    rejects: list[dict[str, Any]] | None = None,
    more: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Writes one shard and the manifest; `more` is the stage's line in run.json when it has shards already."""
    directory = f"{name}/abc123"
    url = str(out / directory / "shards" / f"{shard}.parquet")
    shards.write_shard(pa.Table.from_pylist(rows, schema=schema_), url)
    reasons: dict[str, int] = {}
    if rejects:
        shards.write_shard(
            pa.Table.from_pylist(rejects, schema=schema.REJECTS), str(out / directory / "rejects" / f"{shard}.parquet")
        )
        reasons = {row["reason"]: 1 for row in rejects}
    size = Path(url).stat().st_size
    rows_in = len(rows) + len(rejects or [])
    entry = ShardEntry(
        name=shard, input_digest="d", rows_in=rows_in, rows_out=len(rows), rejects=reasons, num_bytes=size, checksum="c"
    )
    line = more or {"name": name, "directory": directory, "entries": []}
    line["entries"] = sorted([*line["entries"], entry], key=lambda e: e.name)
    manifest = Manifest(stage=name, digest="abc123", config={}, versions={}, shards=tuple(line["entries"]))
    write_manifest(manifest, str(out / directory))
    return line


def _write_rest(out: Path, stages: list[dict[str, Any]], source: Source, folder: Path) -> None:
    """run.json, plan.json, the training log and a tokenizer of sixteen letters."""
    plan = {
        "buckets": ["synth/mathematics/synthetic", "web/general", "web/mathematics"],
        "sources": ["synth", "web", "web"],
        "domains": ["mathematics", "general", "mathematics"],
        "tokens": [8, 16, 32],
        "stages": [_planned("stage1", [0, 1, 3], "maths", 0.75), _planned("stage2", [1, 0, 1], "generated", 0.5)],
        "recipe_digest": "r",
    }
    shards.write_json(plan, str(out / "plan.json"))
    log = [
        {
            "step": i + 1,
            "stage": f"stage{i // 2 + 1}",
            "tokens": 16 * (i + 1),
            "lr": 1e-3,
            "batch": 2,
            "tokens_per_s": 8.0,
            "seq_len": 8,
            "loss": loss,
            "mtp_loss": loss + 1,
        }
        for i, loss in enumerate(LOSSES)
    ]
    shards.write_bytes("".join(json.dumps(line) + "\n" for line in log).encode(), str(out / "pretrain/p/log.jsonl"))
    _write_tokenizer(folder / "tokenizer.json")
    record = {
        "recipe": "small",
        "recipe_path": "small/pipeline.yaml",
        "config": {
            "sources": [{"name": "web", "kind": "files", "path": source.path}],
            "mix": {"tokenizer": str(folder / "tokenizer.json"), "keep": "keep"},
            "stages": [
                {"mixture": {"name": "stage1", "groups": {"maths": {"token_fraction": 0.75, "domains": ["mathematics"]}}}},
                {"mixture": {"name": "stage2", "groups": {"generated": {"token_fraction": 0.5, "synthetic": True}}}},
            ],
        },
        "versions": {"tercet": "0"},
        "stages": [
            {"name": s["name"], "directory": s["directory"], "digest": "d", "num_resumed": 0, "num_shards": len(s["entries"])}
            | {"cpu_s": 1.5, "wall_s": 1.0, "peak_memory_bytes": 200 << 20}
            for s in stages
        ],
        "plan": "plan.json",
        "pretrain": {"directory": "pretrain/p", "log": "pretrain/p/log.jsonl", "summary": {}},
        "wall_s": 93.1,
    }
    shards.write_json(record, str(out / "run.json"))


def _planned(name: str, rows: list[int], group: str, share: float) -> dict[str, Any]:
    groups = [{"name": group, "least": share, "most": share, "planned": share, "dual": 0.0}]
    return {"name": name, "seq_len": 8, "packing": "best_fit", "rows": rows, "groups": groups}


def _write_tokenizer(path: Path) -> None:
    import tokenizers

    vocabulary = {"<|endoftext|>": 0, **{chr(ord("a") + i): i + 1 for i in range(15)}}
    tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, unk_token="<|endoftext|>")).save(str(path))
