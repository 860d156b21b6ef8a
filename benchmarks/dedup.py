"""Dedup against datasketch and datatrove: signature speed, recall of planted near-duplicates, and what the removed ones resemble.

Real text of Debian's documentation (`--quick`: 20 MB). Near-duplicates are planted: a page with words replaced at random places,
its exact Jaccard similarity to the page computed. All contenders use 5-word shingles and 14 bands of 8 values, one thread. A
planted pair is found when not both of it stay; a removed document should resemble the one that stays for it.
datasketch's clusters are connected components of its LSH pairs, the first member stays. datatrove splits words with str.split
here: spaCy, its default, is slower still.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xxhash

from benchmarks.harness import Goal, Result, clock, main
from benchmarks.texts import texts
from corpus.schema import DOCUMENTS
from dedup import DedupConfig, deduplicate
from dedup.shingles import jaccard, shingle_set
from dedup.signatures import Kernel, sign_texts

CONFIG = DedupConfig()
NUM_PLANTED = 600
MIN_WORDS, MAX_WORDS = 200, 5000
"""Words of a page that gets a planted copy."""
BANDS = ((0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.85), (0.85, 0.9), (0.9, 1.0))
PEER_BYTES = {"datatrove": 1_500_000, "numpy": 8_000_000}
"""Slow contenders are timed on this much of the text."""


class Planted(NamedTuple):
    """A page and its altered copy, as positions in the corpus, and their exact similarity."""

    original: int
    copy: int
    similarity: float


class Kept(NamedTuple):
    """A contender's answer: for every document the one that stays for it (itself where it stays)."""

    stands_for: np.ndarray[Any, np.dtype[np.int64]]
    cpu_s: float


# ---------------------------------------------------------------------------------------------------------------- the corpus


def plant(pages: list[str], *, count: int, seed: int = 0) -> tuple[list[str], list[Planted]]:
    """The pages followed by `count` altered copies of some of them, their similarity spread over 0.5 to 1."""
    rng = np.random.default_rng(seed)
    eligible = [i for i, page in enumerate(pages) if MIN_WORDS <= len(page.split()) <= MAX_WORDS]
    corpus, planted = list(pages), []
    for original in rng.choice(eligible, min(count, len(eligible)), replace=False).tolist():
        copy = altered(pages[original], similarity=rng.uniform(0.5, 0.995), rng=rng)
        sets = [shingle_set(text, shingle_words=CONFIG.shingle_words) for text in (pages[original], copy)]
        planted.append(Planted(original, len(corpus), jaccard(*sets)))
        corpus.append(copy)
    return corpus, planted


def altered(page: str, *, similarity: float, rng: np.random.Generator) -> str:
    """`page` with words replaced until about that Jaccard similarity is left: a replaced word changes shingle_words shingles."""
    words = page.split(" ")
    untouched = 2 * similarity / (1 + similarity)
    share = 1 - untouched ** (1 / CONFIG.shingle_words)
    for i in rng.choice(len(words), max(1, round(share * len(words))), replace=False).tolist():
        words[i] = f"q{rng.integers(10**9)}"
    return " ".join(words)


def as_documents(corpus: Sequence[str]) -> pa.Table:
    nothing: dict[str, Any] = {"source": "bench", "path": "", "kind": "html", "flags": [], "synthetic": False}
    counts = dict.fromkeys(("num_formulas", "formula_chars", "num_code_blocks", "code_chars"), 0)
    rows = [
        {
            **nothing,
            **counts,
            "doc_id": f"{i:032x}",
            "url": f"file:///{i}",
            "record_offset": i,
            "text": text,
            "num_chars": len(text),
        }
        for i, text in enumerate(corpus)
    ]
    return pa.Table.from_pylist(rows, schema=DOCUMENTS)


# ---------------------------------------------------------------------------------------------------------------- contenders


def ours(corpus: Sequence[str], mode: str) -> Kept:
    table = as_documents(corpus)
    with clock() as spent:
        annotated = deduplicate([table], config=DedupConfig(mode=mode))[0]  # type: ignore[arg-type]
    return Kept(np.array([int(i, 16) for i in annotated.column("cluster_id").to_pylist()]), spent.cpu_s)


def word_shingles(text: str) -> list[bytes]:
    words = text.lower().split()
    width = CONFIG.shingle_words
    return [shingle.encode() for shingle in {" ".join(words[i : i + width]) for i in range(max(1, len(words) - width + 1))}]


def sign_with_datasketch(corpus: Sequence[str]) -> list[Any]:
    import datasketch

    signed = []
    for text in corpus:
        signature = datasketch.MinHash(CONFIG.num_hashes, hashfunc=xxhash.xxh32_intdigest)
        signature.update_batch(word_shingles(text))
        signed.append(signature)
    return signed


def datasketch_components(corpus: Sequence[str]) -> Kept:
    import datasketch

    with clock() as spent:
        signed = sign_with_datasketch(corpus)
        index = datasketch.MinHashLSH(num_perm=CONFIG.num_hashes, params=(CONFIG.num_bands, CONFIG.rows_per_band))
        parent = list(range(len(corpus)))

        def root(i: int) -> int:
            while parent[i] != i:
                parent[i] = parent[parent[i]]
                i = parent[i]
            return i

        for i, signature in enumerate(signed):
            for j in index.query(signature):
                a, b = root(i), root(j)
                parent[max(a, b)] = min(a, b)
            index.insert(i, signature)
        stands_for = np.array([root(i) for i in range(len(corpus))])
    return Kept(stands_for, spent.cpu_s)


def sign_with_datatrove(corpus: Sequence[str]) -> None:
    from unittest import mock

    from datatrove.pipeline.dedup import minhash

    class SplitWords:
        def word_tokenize(self, text: str) -> list[str]:
            return text.split()

    with mock.patch.object(minhash, "load_word_tokenizer", return_value=SplitWords()):
        settings = minhash.MinhashConfig(
            n_grams=CONFIG.shingle_words, num_buckets=CONFIG.num_bands, hashes_per_bucket=CONFIG.rows_per_band
        )
        signer = minhash.MinhashDedupSignature("memory://signatures", settings)
    signer._hash_func = lambda text: xxhash.xxh64_intdigest(text.encode())  # its own passes str, which xxhash 4 refuses
    for text in corpus:
        shingles = signer.get_shingles(text)
        if shingles.size:
            signer.get_signature(shingles)


def sign_with(kernel: Kernel) -> Callable[[Sequence[str]], object]:
    return lambda corpus: sign_texts(pa.chunked_array([pa.array(corpus, pa.large_string())]), config=CONFIG, kernel=kernel)


# --------------------------------------------------------------------------------------------------------------- measurement


def megabytes_per_second(sign: Callable[[Sequence[str]], object], corpus: Sequence[str], *, repeats: int = 1) -> float:
    """Of CPU time, best of `repeats`."""
    num_bytes = sum(len(text.encode()) for text in corpus)
    seconds = []
    for _ in range(repeats):
        started = time.process_time()
        sign(corpus)
        seconds.append(time.process_time() - started)
    return num_bytes / 1e6 / min(seconds)


def first_bytes(corpus: Sequence[str], num_bytes: int) -> list[str]:
    sizes = np.cumsum([len(text.encode()) for text in corpus])
    return list(corpus[: int(np.searchsorted(sizes, num_bytes)) + 1])


def recall(planted: Sequence[Planted], kept: Kept, low: float, high: float) -> float:
    pairs = [p for p in planted if low <= p.similarity < high]
    found = [kept.stands_for[p.original] != p.original or kept.stands_for[p.copy] != p.copy for p in pairs]
    return float(np.mean(found)) if found else float("nan")


def precision(corpus: Sequence[str], kept: Kept, threshold: float = 0.7) -> tuple[float, int]:
    """Share of the removed documents whose exact similarity to the one that stays is at least `threshold`; their number."""
    removed = np.flatnonzero(kept.stands_for != np.arange(len(corpus)))
    sets = {i: shingle_set(corpus[i], shingle_words=5) for i in {*removed.tolist(), *kept.stands_for[removed].tolist()}}
    similar = [same_text(corpus, i, j) or jaccard(sets[i], sets[j]) >= threshold for i, j in _pairs(removed, kept)]
    return (float(np.mean(similar)) if similar else float("nan")), len(removed)


def same_text(corpus: Sequence[str], one: int, other: int) -> bool:
    return corpus[one].split() == corpus[other].split()


def _pairs(removed: np.ndarray[Any, np.dtype[np.int64]], kept: Kept) -> list[tuple[int, int]]:
    return [(int(i), int(kept.stands_for[i])) for i in removed]


def measure(*, quick: bool) -> Result:
    table = pq.read_table(texts(20_000_000 if quick else 200_000_000))
    pages = table.column("text").to_pylist()
    corpus, planted = plant(pages, count=NUM_PLANTED if quick else 10 * NUM_PLANTED)
    sign_with("numba")(corpus[:10])
    speeds = {
        "tercet signature": megabytes_per_second(sign_with("numba"), pages, repeats=5),
        "tercet exact": float("nan"),
        "tercet NumPy reference": megabytes_per_second(sign_with("numpy"), first_bytes(pages, PEER_BYTES["numpy"])),
        "datasketch + components": megabytes_per_second(sign_with_datasketch, first_bytes(pages, 20_000_000)),
        "datatrove": megabytes_per_second(sign_with_datatrove, first_bytes(pages, PEER_BYTES["datatrove"])),
    }
    answers = {
        "tercet signature": ours(corpus, "signature"),
        "tercet exact": ours(corpus, "exact"),
        "datasketch + components": datasketch_components(corpus),
    }
    rows = [_row(name, speed, answers.get(name), corpus, planted) for name, speed in speeds.items()]
    num_bytes = pc.sum(pc.binary_length(table.column("text"))).as_py()
    notes = [f"{num_bytes / 1e6:.0f} MB, {len(pages):,} pages, {len(planted):,} planted copies; CPU seconds, one thread"]
    return Result(rows=rows, goals=_goals(rows), notes=notes)


def _row(name: str, speed: float, kept: Kept | None, corpus: Sequence[str], planted: Sequence[Planted]) -> dict[str, Any]:
    row: dict[str, Any] = {"": name, "sign MB/s": speed, "all CPU s": kept.cpu_s if kept else float("nan")}
    share, removed = precision(corpus, kept) if kept else (float("nan"), 0)
    for low, high in BANDS:
        row[f"recall {low:g}-{high:g}"] = recall(planted, kept, low, high) if kept else float("nan")
    return {**row, "removed": removed, "of these J >= 0.7": share}


def _goals(rows: list[dict[str, Any]]) -> list[Goal]:
    by_name = {row[""]: row for row in rows}
    fast, exact, peer = (by_name[name] for name in ("tercet signature", "tercet exact", "datasketch + components"))
    return [
        Goal(what="signature speed / datasketch", value=fast["sign MB/s"] / peer["sign MB/s"], limit=25),
        Goal(what="recall of planted pairs, J 0.8-0.85, minus datasketch's",
             value=fast["recall 0.8-0.85"] - peer["recall 0.8-0.85"], limit=-0.03),
        Goal(what="recall of planted pairs, J >= 0.9", value=fast["recall 0.9-1"], limit=0.999),
        Goal(what="removed with J >= 0.7 to the kept one, signature", value=fast["of these J >= 0.7"], limit=0.9),
        Goal(what="removed with J >= 0.7 to the kept one, exact", value=exact["of these J >= 0.7"], limit=1.0),
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
