"""Tokenising on one core: every library against Hugging Face's tokenizers in the same run, ids compared on every document.

Texts come from benchmarks.texts. Each library begins with empty tables and sees every document once (`first reading`), as a
worker does; `again` repeats the first documents with warm tables. CPU seconds of this process, threads switched off. Tokenizers:
the demo's, and two of 64,000 tokens (32,000 with --quick) trained here on every second document, cut by Qwen2's pattern and by
ours for LaTeX.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from benchmarks.harness import Goal, Result, main
from benchmarks.texts import texts
from mix.encoders import FASTER, HARD_TEXTS, REFERENCE, Encode, choose_encoder, first_difference, reference_encode, sample_of
from mix.tokenizing import PATTERNS, train_tokenizer
from pipelines.recipe_files import RECIPES

GOAL = 15.0
"""Times the speed of Hugging Face's tokenizers."""
Row = dict[str, Any]


def _tokie(tokenizer_json: str, _reference: Encode) -> Encode:
    """Not one of ours: it finds special tokens in the text, so they are taken out of its table."""
    config = {**json.loads(tokenizer_json), "added_tokens": []}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(json.dumps(config))
        file.flush()
        tokenizer = importlib.import_module("tokie").Tokenizer.from_json(file.name)
    return lambda text: np.array(tokenizer.encode(text, False).ids, dtype=np.int32)


PEERS: dict[str, Callable[[str, Encode], Encode]] = {**FASTER, "tokie": _tokie}


def tokenizers_to_measure(documents: Sequence[str], vocab_size: int) -> dict[str, str]:
    """Name -> tokenizer.json."""
    made = {"demo, 8,192, qwen2": (RECIPES / "tiny" / "tokenizer.json").read_text(encoding="utf-8")}
    for pattern in ("qwen2", "latex"):
        name = f"trained, {vocab_size:,}, {pattern}"
        made[name] = train_tokenizer(documents[::2], vocab_size=vocab_size, pattern=PATTERNS[pattern])
    return made


def measure_tokenizer(name: str, tokenizer_json: str, documents: Sequence[str]) -> tuple[list[Row], list[Goal]]:
    library = importlib.import_module("tokenizers")
    backend = library.Tokenizer.from_str(tokenizer_json)
    backend.encode_special_tokens = True
    reference = reference_encode(backend)
    megabytes = sum(len(text.encode()) for text in documents) / 1e6
    expected, reference_s = timed(reference, documents)
    chosen = choose_encoder(reference, tokenizer_json, sample_of(documents)).name
    rows = [row(name, REFERENCE, megabytes / reference_s, None, 1.0, 0, chosen)]
    goals = []
    for peer, make in PEERS.items():
        try:
            encode = make(tokenizer_json, reference)
        except ImportError:
            continue
        except Exception:  # noqa: BLE001 (what a library raises for a tokenizer it does not know is its own)
            rows.append(row(name, peer, None, None, None, None, chosen))
            continue
        ids, seconds = timed(encode, documents)
        again = documents[: max(1, len(documents) // 4)]
        _, again_s = timed(encode, again)
        different = sum(not np.array_equal(a, b) for a, b in zip(expected, ids, strict=True))
        different += first_difference(encode, reference, HARD_TEXTS) is not None
        speed, warm = megabytes / seconds, sum(len(text.encode()) for text in again) / 1e6 / again_s
        rows.append(row(name, peer, speed, warm, reference_s / seconds, different, chosen))
        if peer == chosen:
            goals.append(Goal(what=f"{name}: {chosen}, times tokenizers", value=reference_s / seconds, limit=GOAL))
            goals.append(Goal(what=f"{name}: documents with other ids", value=different, limit=0, at_least=False))
    return rows, goals


def row(
    name: str, library: str, speed: float | None, warm: float | None, times: float | None, different: int | None, chosen: str
) -> Row:
    return {
        "tokenizer": name,
        "library": library + (" (taken)" if library == chosen else "") + (": refuses it" if speed is None else ""),
        "first reading, MB/s": speed,
        "again, MB/s": warm,
        "times tokenizers": times,
        "documents with other ids": different,
    }


def timed(encode: Encode, documents: Sequence[str]) -> tuple[list[Any], float]:
    """Ids of all documents and the CPU seconds that they took."""
    started = time.process_time()
    ids = [encode(text) for text in documents]
    return ids, time.process_time() - started


def measure(*, quick: bool) -> Result:
    os.environ["RAYON_NUM_THREADS"] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    path: Path = texts((20 if quick else 200) * 1_000_000)
    documents = pq.read_table(path, columns=["text"]).column("text").to_pylist()
    parts = [
        measure_tokenizer(name, made, documents)
        for name, made in tokenizers_to_measure(documents, 32_000 if quick else 64_000).items()
    ]
    return Result(
        rows=[one for rows, _ in parts for one in rows],
        goals=[goal for _, goals in parts for goal in goals],
        notes=[f"{len(documents):,} documents, {sum(len(text.encode()) for text in documents) / 1e6:.0f} MB, one thread."],
    )


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
