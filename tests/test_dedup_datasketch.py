"""Signatures as datasketch's objects and back: the same values, the same estimates, the same pairs."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import RecipeError, SchemaError
from dedup import DedupConfig, sign_documents
from dedup.datasketch_format import (
    from_lean_bytes,
    from_minhashes,
    hash_for_datasketch,
    to_lean_bytes,
    to_lean_minhashes,
    to_minhashes,
)
from dedup.shingles import shingle_set
from dedup.signatures import estimate_jaccard, sign_texts, signature_column, signature_matrix
from tests.dedup_documents import documents

datasketch = pytest.importorskip("datasketch", minversion="2.0")
CONFIG = DedupConfig()


def families(*, num_families: int = 40, copies: int = 4, num_words: int = 120) -> list[str]:
    """Texts of random words, each in copies of which 0 to 6 % of the words are others."""
    rng = np.random.default_rng(11)
    texts = []
    for _ in range(num_families):
        words = rng.integers(0, 10**6, num_words)
        for _ in range(copies):
            changed = np.where(rng.random(num_words) < rng.uniform(0, 0.06), rng.integers(0, 10**6, num_words), words)
            texts.append(" ".join(f"w{n}" for n in changed))
    return texts


@pytest.fixture(scope="module")
def signatures() -> pa.ChunkedArray:
    return sign_documents(documents(["", *families()]), config=CONFIG).column("signature")


def test_estimates_are_datasketchs_own(signatures: pa.ChunkedArray) -> None:
    matrix, _ = signature_matrix(signatures, config=CONFIG)
    for convert in (to_minhashes, to_lean_minhashes):
        made = convert(signatures, config=CONFIG)
        assert made[0] is None
        ours = estimate_jaccard(matrix[1:-1], matrix[2:])
        theirs = [one.jaccard(other) for one, other in itertools.pairwise(made[1:])]
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)
        assert any(0 < estimate < 1 for estimate in theirs)


def test_an_lsh_of_datasketch_finds_the_pairs_that_share_a_band(signatures: pa.ChunkedArray) -> None:
    matrix, _ = signature_matrix(signatures, config=CONFIG)
    bands = matrix.reshape(-1, CONFIG.num_bands, CONFIG.rows_per_band)
    ours = {
        (i, j)
        for i in range(1, len(bands))
        for j in range(i + 1, len(bands))
        if (bands[i] == bands[j]).all(axis=1).any()
    }  # fmt: skip
    index = datasketch.MinHashLSH(num_perm=CONFIG.num_hashes, params=(CONFIG.num_bands, CONFIG.rows_per_band))
    made = to_minhashes(signatures, config=CONFIG)
    for i, minhash in enumerate(made):
        if minhash is not None:
            index.insert(i, minhash)
    theirs = {(i, j) for i, minhash in enumerate(made) if minhash is not None for j in index.query(minhash) if i < j}
    assert ours == theirs
    assert 50 < len(ours) < 40 * 6  # of the pairs of copies some, but not all


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.lists(st.integers(0, 2**32 - 1), min_size=6, max_size=6)), max_size=5), st.integers(0, 2**40)
)
def test_columns_come_back_as_they_left(rows: list[list[int] | None], seed: int) -> None:
    config = DedupConfig(num_bands=2, rows_per_band=3, seed=seed)
    matrix = np.array([row or [0] * 6 for row in rows], np.uint32).reshape(-1, 6)
    column = signature_column(matrix, np.array([row is not None for row in rows], np.bool_))
    assert from_minhashes(to_minhashes(column, config=config), config=config).equals(column)
    assert from_minhashes(to_lean_minhashes(column, config=config), config=config).equals(column)
    assert from_lean_bytes(to_lean_bytes(column, config=config), config=config).equals(column)


def test_lean_bytes_are_what_datasketch_writes_and_reads(signatures: pa.ChunkedArray) -> None:
    ours = to_lean_bytes(signatures, config=CONFIG).to_pylist()
    assert ours[0] is None
    for data, minhash in zip(ours[1:], to_lean_minhashes(signatures, config=CONFIG)[1:], strict=True):
        buffer = bytearray(minhash.bytesize("<"))
        minhash.serialize(buffer, "<")
        assert bytes(buffer) == data
        assert datasketch.LeanMinHash.deserialize(data, "<") == minhash


def test_datasketch_goes_on_with_a_signature_and_recomputes_it_from_nothing() -> None:
    """With our permutations, its own hash of a shingle replaced by `hash_for_datasketch`."""
    config = DedupConfig(seed=5)
    beginning, whole = (" ".join(f"word{i * i}" for i in range(number)) for number in (300, 400))
    column = signature_column(sign_texts(pa.chunked_array([[beginning, whole]]), config=config).signatures, np.ones(2, np.bool_))
    updated, expected = to_minhashes(column, config=config)
    recomputed = datasketch.MinHash(
        config.num_hashes, seed=5, scheme="affine32", permutations=updated.permutations, hashfunc=hash_for_datasketch
    )
    for minhash in (updated, recomputed):
        minhash.update_batch(shingle_set(whole, shingle_words=5))
        assert minhash == expected


def made_by_datasketch(**settings: Any) -> Any:
    minhash = datasketch.MinHash(**{"num_perm": CONFIG.num_hashes, **settings})
    minhash.update_batch([b"a", b"b"])
    return minhash


@pytest.mark.parametrize(
    ("minhash", "message"),
    [
        (made_by_datasketch(scheme="legacy"), "scheme legacy, expected affine32"),
        (made_by_datasketch(scheme="affine64"), "scheme affine64, expected affine32"),
        (made_by_datasketch(num_perm=128), "128 values"),
        (made_by_datasketch(seed=2), "seed 2"),
        (made_by_datasketch(), "its permutations are not"),
    ],
)
def test_what_cannot_be_compared_is_refused(minhash: Any, message: str) -> None:
    with pytest.raises(SchemaError, match=f"MinHash 1: .*{message}"):
        from_minhashes([None, minhash], config=CONFIG)
    if "permutations" in message:  # a LeanMinHash has forgotten them
        return
    lean = datasketch.LeanMinHash(minhash)
    with pytest.raises(SchemaError, match=f"MinHash 0: .*{message}"):
        from_minhashes([lean], config=CONFIG)
    buffer = bytearray(lean.bytesize("<"))
    lean.serialize(buffer, "<")
    with pytest.raises(SchemaError, match=f"MinHash 0: .*{message}"):
        from_lean_bytes(pa.array([bytes(buffer)]), config=CONFIG)


def test_truncated_bytes_and_seeds_without_room_are_refused() -> None:
    column = signature_column(np.ones((1, CONFIG.num_hashes), np.uint32), np.ones(1, np.bool_))
    (data,) = to_lean_bytes(column, config=CONFIG).to_pylist()
    for length in (5, len(data) - 1):
        with pytest.raises(SchemaError, match=f"{length} bytes"):
            from_lean_bytes(pa.array([data[:length]]), config=CONFIG)
    with pytest.raises(RecipeError, match="64 bits"):
        to_lean_bytes(column, config=DedupConfig(seed=1 << 63))


def test_a_corpus_that_datasketch_signed_comes_in_as_foreign() -> None:
    one, other = made_by_datasketch(), made_by_datasketch()
    other.update(b"c")
    matrix, present = signature_matrix(from_minhashes([one, None, other], config=CONFIG, foreign=True), config=CONFIG)
    assert present.tolist() == [True, False, True]
    assert estimate_jaccard(matrix[:1], matrix[2:])[0] == pytest.approx(one.jaccard(other))
    ours = to_minhashes(signature_column(matrix[:1], present[:1]), config=CONFIG)
    with pytest.raises(SchemaError, match="MinHash 1: its permutations"):
        from_minhashes([one, *ours], config=CONFIG, foreign=True)
