"""Contamination: planted evaluation items found, exact and lightly edited; false hits on clean pages; speed of the scan.

The items are those of examples/evaluation (44, written for this, in the shapes of GSM8K, MATH, MMLU and HumanEval). Each is
planted in the middle of real pages of Debian's documentation (`--quick`: 20 MB): as it is, and edited lightly with several seeds:
upper case, other punctuation, numbers with other spacing (`1,250` as `1250` or `1 250`, `$5` as `$ 5`, `3x` as `3 x`), and about
every 30th word replaced. Whole: question and solution; question: without the solution. Clean pages are those without anything
planted; the harder test takes 4,000 passages of 60 words from half of the packages as items, and the pages of the other half.
"""

from __future__ import annotations

import json
import re
import string
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.harness import Goal, Result, clock, main
from benchmarks.quality_pages import example_pages
from benchmarks.texts import texts
from quality.contamination import (
    PLACED_ITEMS,
    ContaminationConfig,
    EvaluationSet,
    Index,
    build_index,
    document_frequency,
    find_contamination,
    find_hits,
    find_matches,
    items_of,
    letters,
    make_index,
)

EVALUATION = Path(__file__).parents[1] / "examples" / "evaluation"
SETS = ("gsm8k", "math", "mmlu", "humaneval")
CONFIG = ContaminationConfig(sets={name: EvaluationSet(path=str(EVALUATION / f"{name}.jsonl")) for name in SETS})
NUM_SEEDS = 12
PASSAGE_WORDS = 60
NUM_PASSAGES = 4_000


def rows_of(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (EVALUATION / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def evaluation_items() -> pa.Table:
    """ITEMS of the four sets."""
    return pa.concat_tables([items_of(pa.Table.from_pylist(rows_of(name)), name=name) for name in SETS])


SHOWN: dict[str, Callable[[dict[str, Any]], tuple[str, str]]] = {
    "gsm8k": lambda row: (row["question"], row["answer"]),
    "math": lambda row: (row["problem"], row["solution"]),
    "mmlu": lambda row: (row["question"], _lettered(row["choices"])),
    "humaneval": lambda row: (row["prompt"], row["canonical_solution"]),
}
"""Set -> question and solution of a row as a page shows them."""


def _lettered(choices: list[str]) -> str:
    return "\n".join(f"({letter}) {choice}" for letter, choice in zip(string.ascii_uppercase, choices, strict=False))


def planted_items(*, whole: bool) -> Iterator[tuple[str, str, str]]:
    """(set, item, what a page shows of it); a choice of answers belongs to the question."""
    for name in SETS:
        for i, row in enumerate(rows_of(name)):
            question, solution = SHOWN[name](row)
            yield name, str(row.get("task_id", i)), f"{question}\n{solution}" if whole or name == "mmlu" else question


def lightly_edited(text: str, random: np.random.Generator) -> str:
    """Case, punctuation and the spacing of numbers changed, and about every 30th word replaced, the first one anywhere."""
    text = re.sub(r"(\d),(\d{3})\b", random.choice([r"\1\2", r"\1 \2"]), text)
    text = re.sub(r"\b(\d)(\d{3})\b", random.choice([r"\1,\2", r"\1 \2", r"\1\2"]), text)
    text = re.sub(r"\$(\d)", r"$ \1", text) if random.random() < 0.5 else text
    text = re.sub(r"(\d)([a-zA-Z])", r"\1 \2", text) if random.random() < 0.5 else text
    text = re.sub(r"[.,;:](\s)", lambda m: random.choice([" ;", "", " -", "!"]) + m[1], text)
    text = text.upper() if random.random() < 0.3 else text
    parts = re.split(r"(\s+)", text)
    at = int(random.integers(0, 30))
    while 2 * at < len(parts):
        parts[2 * at] = random.choice(["another", "different", "quite", "such"])
        at += int(random.integers(25, 36))
    return "".join(parts)


def as_documents(pages: list[str]) -> pa.Table:
    return pa.table({"doc_id": [f"{i:032x}" for i in range(len(pages))], "text": pa.array(pages, pa.large_string())})


def planted(items: list[tuple[str, str, str]], hosts: list[str]) -> pa.Table:
    """Each item in the middle of a page of its own."""
    pages = []
    for i, (_, _, shown) in enumerate(items):
        host = hosts[i % len(hosts)]
        middle = host.find("\n", len(host) // 2) % (len(host) + 1)
        pages.append(f"{host[:middle]}\n{shown}\n{host[middle:]}")
    return as_documents(pages)


def share_found(items: list[tuple[str, str, str]], hosts: list[str], index: Index) -> dict[str, float]:
    """Of the planted items, by set and together; a document that holds another item too does not count for it."""
    wide = ContaminationConfig(sets=CONFIG.sets, max_documents=1_000_000)  # each is planted NUM_SEEDS times
    hits = find_contamination(planted(items, hosts), index, config=wide).column("hits").to_pylist()
    found = [
        (name, any((h["set"], h["item"]) == (name, item) for h in each))
        for (name, item, _), each in zip(items, hits, strict=True)
    ]
    by_set = {name: float(np.mean([was for one, was in found if one == name])) for name in SETS}
    return {**by_set, "all": float(np.mean([was for _, was in found]))}


def passages_as_items(pages: list[str]) -> pa.Table:
    """ITEMS of passages of real pages: as hard as items with stock phrases get."""
    random = np.random.default_rng(0)
    made: list[dict[str, Any]] = []
    for i in random.integers(0, len(pages), NUM_PASSAGES).tolist():
        words = pages[i].split(" ")
        first = int(random.integers(0, max(1, len(words) - PASSAGE_WORDS)))
        made.append({"item": str(len(made)), "texts": [" ".join(words[first : first + PASSAGE_WORDS])]})
    return items_of(pa.Table.from_pylist(made), name="passages")


def large_index(num_grams: int) -> Index:
    """An index of so many grams that no text has: what a worker holds for many evaluation sets."""
    random = np.random.default_rng(0)
    keys = random.integers(0, 1 << 64, num_grams, dtype=np.uint64)
    keys.sort()
    grams = pa.table({"key": keys, "place": np.zeros(num_grams, np.uint32), "counts": np.ones(num_grams, np.bool_)})
    return make_index(grams, PLACED_ITEMS.empty_table(), gram_words=CONFIG.gram_words)


def speed(documents: pa.Table, index: Index, *, repeats: int = 3) -> float:
    """MB/s of CPU of the scan, one thread, best of some."""
    seconds = []
    for _ in range(repeats):
        with clock() as spent:
            find_matches(documents, index)
        seconds.append(spent.cpu_s)
    return float(pc.sum(pc.binary_length(documents.column("text"))).as_py()) / 1e6 / min(seconds)


def measure(*, quick: bool) -> Result:
    table = pq.read_table(texts(20_000_000 if quick else 60_000_000))
    pages = table.column("text").to_pylist()
    examples = [text for archive in ("mathematics", "code") for text in example_pages(archive).column("text").to_pylist()]
    clean = as_documents(pages + examples)
    hosts = [page for page in pages if 2_000 < len(page) < 20_000]
    with clock() as spent:
        letters()
        index = build_index(evaluation_items(), config=CONFIG)
    random = np.random.default_rng(1)
    shares = {}
    for what, whole in (("whole", True), ("question", False)):
        items = list(planted_items(whole=whole))
        shares[f"{what}, exact"] = share_found(items, hosts, index)
        edited = [(name, item, lightly_edited(shown, random)) for _ in range(NUM_SEEDS) for name, item, shown in items]
        shares[f"{what}, edited"] = share_found(edited, hosts, index)
    false = int(pc.sum(pc.list_value_length(find_contamination(clean, index, config=CONFIG).column("hits"))).as_py())
    packages = [url.split("/")[3] for url in table.column("url").to_pylist()]
    names = sorted(set(packages))
    ours = [page for page, package in zip(pages, packages, strict=True) if names.index(package) % 2]
    others = [page for page, package in zip(pages, packages, strict=True) if not names.index(package) % 2]
    passages = build_index(passages_as_items(ours), config=CONFIG)
    matches = find_matches(as_documents(others), passages)
    hits = find_hits(matches, document_frequency(matches), passages, config=CONFIG)
    stock = int(pc.sum(hits.column("is_stock")).as_py() or 0)
    hard_documents = len(set(hits.filter(pc.invert(hits.column("is_stock"))).column("row").to_pylist()))
    large = large_index(5_000_000 if quick else 50_000_000)
    small_speed, large_speed = speed(clean, index), speed(clean, large)
    rows: list[dict[str, Any]] = [{"": what, **by_set} for what, by_set in shares.items()]
    goals = [
        Goal(what="planted items found, exact", value=min(rows[0]["all"], rows[2]["all"]), limit=1.0),
        Goal(what="planted items found, lightly edited", value=rows[1]["all"], limit=0.95),
        Goal(what="false hits per 10,000 clean pages", value=1e4 * false / clean.num_rows, limit=2, at_least=False),
        Goal(what="scan, MB/s of CPU", value=small_speed, limit=100),
    ]
    not_looked_for = int(pc.sum(pc.equal(index.items.column("num_counted"), 0)).as_py() or 0)
    notes = [
        f"{index.items.num_rows} items, {index.keys.size:,} grams, {not_looked_for} not looked for, built in {spent.cpu_s:.1f} s "
        f"of CPU with compiling; {NUM_SEEDS} edits of each",
        f"clean pages: {len(pages):,} of Debian's documentation, {len(examples)} of examples/corpus; {false} hits",
        f"harder: {NUM_PASSAGES:,} passages of {len(ours):,} pages as items, in {len(others):,} pages of other packages: "
        f"{hard_documents} documents with hits, {stock} stock phrases",
        f"scan with an index of {large.keys.size:,} grams, {large.num_bytes / 1e9:.2f} GB: {large_speed:.0f} MB/s of CPU",
    ]
    return Result(rows=rows, goals=goals, notes=notes)


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
