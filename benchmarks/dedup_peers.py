"""datasketch, rensa and datatrove as benchmarks/dedup.py uses them: the fastest way that each documents, one thread.

All of them get the same 5-word shingles, 14 bands of 8 values. A peer's clusters are connected components of the pairs that share
a band, the first member stays; rensa also has a deduplicator of its own, which keeps what resembles nothing kept before.

    datasketch   MinHash.generator, which reuses the permutations, with xxh32 in the place of SHA-1 (its documentation advises a
                 faster hash); MinHashLSH.insert and query
    rensa        R-MinHash over all shingles: RMinHash.digest_matrix_from_token_sets for signing alone; from_token_sets,
                 RMinHashLSH.insert_many and query_all for the clusters; RMinHashDeduplicator.add_pairs as its README shows it.
                 Its faster `rho` sketch reads a sample of the positions and is no MinHash, so it is not compared
    datatrove    MinhashDedupSignature, MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupFilter on local files, without the
                 executor's own work. Words are split by its default, spaCy, where that is installed (pip install spacy), and
                 with str.split, which is four times as fast (2.0 against 0.47 MB/s)
"""

from __future__ import annotations

import importlib.util
import os
import struct
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple
from unittest import mock

import numpy as np
import numpy.typing as npt
import xxhash

from benchmarks.harness import clock
from dedup import DedupConfig

CONFIG = DedupConfig()


class Kept(NamedTuple):
    """A contender's answer: for every document the one that stays for it (itself where it stays)."""

    stands_for: npt.NDArray[np.int64]
    cpu_s: float


def one_thread() -> None:
    """Before the peers are imported: rensa's threads, tqdm's bars and datatrove's log are off."""
    os.environ.setdefault("RAYON_NUM_THREADS", "1")
    os.environ.setdefault("TQDM_DISABLE", "1")
    from loguru import logger

    logger.disable("datatrove")


def word_shingles(text: str) -> list[str]:
    """Repeated ones included, which change no MinHash: a set costs more than it saves (28 against 19 MB/s)."""
    words = text.lower().split()
    if len(words) < CONFIG.shingle_words:
        return [" ".join(words)]
    return list(map(" ".join, zip(*(words[i:] for i in range(CONFIG.shingle_words)), strict=False)))


class Components:
    """Connected components of documents joined one pair at a time; the first member is the root."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))

    def root(self, i: int) -> int:
        parent = self.parent
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    def join(self, i: int, others: Sequence[int]) -> None:
        for j in others:
            a, b = self.root(i), self.root(j)
            if a != b:
                self.parent[max(a, b)] = min(a, b)

    def roots(self) -> npt.NDArray[np.int64]:
        return np.array([self.root(i) for i in range(len(self.parent))], np.int64)


# ---------------------------------------------------------------------------------------------------------------- datasketch


def sign_with_datasketch(corpus: Sequence[str]) -> list[Any]:
    import datasketch

    shingles = ([shingle.encode() for shingle in word_shingles(text)] for text in corpus)
    return list(datasketch.MinHash.generator(shingles, num_perm=CONFIG.num_hashes, hashfunc=xxhash.xxh32_intdigest))


def datasketch_components(corpus: Sequence[str]) -> Kept:
    import datasketch

    with clock() as spent:
        index = datasketch.MinHashLSH(num_perm=CONFIG.num_hashes, params=(CONFIG.num_bands, CONFIG.rows_per_band))
        components = Components(len(corpus))
        for i, signature in enumerate(sign_with_datasketch(corpus)):
            components.join(i, index.query(signature))
            index.insert(i, signature, check_duplication=False)
        stands_for = components.roots()
    return Kept(stands_for, spent.cpu_s)


# --------------------------------------------------------------------------------------------------------------------- rensa


def sign_with_rensa(corpus: Sequence[str]) -> object:
    import rensa

    return rensa.RMinHash.digest_matrix_from_token_sets(map(word_shingles, corpus), CONFIG.num_hashes, CONFIG.seed)


def sign_with_rensa_c(corpus: Sequence[str]) -> object:
    import rensa

    return rensa.CMinHash.digests_from_token_sets(map(word_shingles, corpus), CONFIG.num_hashes, CONFIG.seed)


def rensa_components(corpus: Sequence[str]) -> Kept:
    import rensa

    with clock() as spent:
        signed = rensa.RMinHash.from_token_sets(map(word_shingles, corpus), CONFIG.num_hashes, CONFIG.seed)
        index = rensa.RMinHashLSH(CONFIG.jaccard_threshold, CONFIG.num_hashes, CONFIG.num_bands)
        index.insert_many(signed)
        components = Components(len(corpus))
        for i, others in enumerate(index.query_all(signed)):
            components.join(i, others)
        stands_for = components.roots()
    return Kept(stands_for, spent.cpu_s)


def rensa_deduplicator(corpus: Sequence[str]) -> Kept:
    import rensa

    with clock() as spent:
        found = rensa.RMinHashDeduplicator(
            CONFIG.jaccard_threshold, CONFIG.num_hashes, use_lsh=True, num_bands=CONFIG.num_bands, seed=CONFIG.seed
        )
        keep = found.add_pairs((str(i), word_shingles(text)) for i, text in enumerate(corpus))
    stands_for = np.arange(len(corpus))
    removed = [i for i, stays in enumerate(keep) if not stays]
    for i, kept in zip(removed, found.get_duplicate_sets(word_shingles(corpus[i]) for i in removed), strict=True):
        stands_for[i] = min(map(int, kept))
    return Kept(stands_for, spent.cpu_s)


# ----------------------------------------------------------------------------------------------------------------- datatrove


Splitter = Literal["spaCy", "str.split"]


def splitters() -> list[Splitter]:
    """Ways to split words that can be measured here, datatrove's default first."""
    return ["spaCy", "str.split"] if importlib.util.find_spec("spacy") else ["str.split"]


class _SplitWords:
    def word_tokenize(self, text: str) -> list[str]:
        return text.split()


def _datatrove_signer(folder: str, splitter: Splitter) -> Any:
    from datatrove.pipeline.dedup import minhash

    if splitter == "spaCy":
        signer = minhash.MinhashDedupSignature(folder, _datatrove_settings())
        signer.word_tokenizer.word_tokenize("loads it")
    else:
        with mock.patch.object(minhash, "load_word_tokenizer", return_value=_SplitWords()):
            signer = minhash.MinhashDedupSignature(folder, _datatrove_settings())
    signer._hash_func = lambda text: xxhash.xxh64_intdigest(text.encode())  # its own passes str, which xxhash 4 refuses
    return signer


def _datatrove_settings() -> Any:
    from datatrove.pipeline.dedup import minhash

    return minhash.MinhashConfig(
        n_grams=CONFIG.shingle_words, num_buckets=CONFIG.num_bands, hashes_per_bucket=CONFIG.rows_per_band
    )


def sign_with_datatrove(corpus: Sequence[str], splitter: Splitter) -> None:
    signer = _datatrove_signer("memory://signatures", splitter)
    for text in corpus:
        shingles = signer.get_shingles(text)
        if shingles.size:
            signer.get_signature(shingles)


def datatrove_steps(corpus: Sequence[str], splitter: Splitter) -> Kept:
    """Signature, buckets, cluster, filter, with files between them as its documentation has it."""
    from datatrove.data import Document
    from datatrove.pipeline.dedup import minhash

    def documents() -> Iterator[Any]:
        return (Document(text=text, id=str(i)) for i, text in enumerate(corpus))

    with tempfile.TemporaryDirectory() as scratch:
        signatures, buckets, removals = (f"{scratch}/{name}" for name in ("signatures", "buckets", "remove"))
        signer = _datatrove_signer(signatures, splitter)
        with clock() as spent:
            signer.run(documents(), rank=0, world_size=1)
            for bucket in range(CONFIG.num_bands):
                step = minhash.MinhashDedupBuckets(signatures, buckets, config=_datatrove_settings())
                step.run(None, rank=bucket, world_size=CONFIG.num_bands)
            minhash.MinhashDedupCluster(buckets, removals, config=_datatrove_settings(), save_cluster_id=True).run(None, 0, 1)
            stays = [int(kept.id) for kept in minhash.MinhashDedupFilter(removals).run(documents(), rank=0, world_size=1)]
        stands_for = np.arange(len(corpus))
        clusters = Path(removals) / "000000.clusters"
        pairs = list(struct.iter_unpack("<2I", clusters.read_bytes())) if clusters.exists() else []
    staying = set(stays)
    kept_of = {cluster: document for document, cluster in pairs if document in staying}
    for document, cluster in pairs:
        stands_for[document] = kept_of[cluster]
    return Kept(stands_for, spent.cpu_s)


Signer = Callable[[Sequence[str]], object]
