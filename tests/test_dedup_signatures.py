"""Signatures: what a word is, estimates against exact Jaccard, the compiled kernel against the reference bit for bit."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import SchemaError
from dedup import DedupConfig, sign_documents
from dedup.shingles import jaccard, shingle_set, word_hashes
from dedup.signatures import SIGNATURES, estimate_jaccard, permutations, shingle_sets, sign_texts, signature_matrix
from tests.dedup_documents import documents

CONFIG = DedupConfig()


def words_are_equal(one: str, other: str) -> bool:
    return np.array_equal(word_hashes(one), word_hashes(other))


@pytest.mark.parametrize(
    ("text", "num_words"),
    [
        ("", 0),
        (" \n\t ...,;()[]", 0),
        ("one", 1),
        ("two words", 2),
        ("x_1", 1),
        ("x_{1}", 2),
        ("well-known", 2),
        ("- item", 1),
        ("f(-x)", 3),
        ("e^{-1}", 4),
        ("a = b + c", 5),
        ("!done", 2),
        ("done!", 1),
        ("a ≤ b", 3),
        ("漢字かな", 4),
        ("한국어 문장", 2),
        ("ภาษาไทย", 7),
        ("naïve café", 2),
        ("soft\u00adhyphen", 1),
        ("zero\u200bwidth", 2),
        ("| a | b |", 2),
        ("**bold** `code`", 2),
        ("😀😀", 0),
    ],
)
def test_words(text: str, num_words: int) -> None:
    assert word_hashes(text).size == num_words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hello, World", "hello world"),
        ("ﬁne", "ﬁne"),
        ("ＡＢＣ", "abc"),
        ("**a** [b](c)", "a b c"),
        ("don't", "don’t"),
        ("a  b\nc", "a b c"),
    ],
)
def test_case_punctuation_and_markup_do_not_count(one: str, other: str) -> None:
    assert words_are_equal(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x_1", "x_2"),
        ("a + b", "a = b"),
        ("x^2", "x 2"),
        ("f(-x)", "f(x)"),
        ("a <= b", "a < b"),
        ("1 2", "12"),
        ("日本", "本日"),
        ("a ∈ b", "a ∉ b"),
    ],
)
def test_formulas_and_code_that_differ_have_different_words(one: str, other: str) -> None:
    assert not words_are_equal(one, other)


_ALPHABET = st.one_of(
    st.sampled_from(list("abcXYZ_019 \n\t.,-!=+^<>|~{}\\$`\u00ad\u200b\u200d\u3000\u00a0éßİﬁ漢字かไทย한國😀∑≤−ᾳ\u0301")),
    st.characters(exclude_categories=["Cs"]),
)
_TEXT = st.text(_ALPHABET, max_size=120)


@settings(max_examples=150, deadline=None)
@given(st.lists(_TEXT, max_size=8), st.integers(1, 7), st.integers(0, 3))
def test_the_compiled_kernel_is_the_reference_bit_for_bit(texts: list[str], shingle_words: int, skip: int) -> None:
    config = DedupConfig(num_bands=3, rows_per_band=5, shingle_words=shingle_words, seed=skip)
    column = pa.chunked_array([pa.array(texts, pa.string()).slice(min(skip, len(texts)))], pa.string())
    compiled, reference = (sign_texts(column, config=config, kernel=kernel) for kernel in ("numba", "numpy"))
    np.testing.assert_array_equal(compiled.signatures, reference.signatures)
    np.testing.assert_array_equal(compiled.num_words, reference.num_words)
    np.testing.assert_array_equal(compiled.num_shingles, reference.num_shingles)
    assert compiled.text_hashes == reference.text_hashes


def test_the_kernel_agrees_on_every_code_point_and_across_blocks() -> None:
    planes = ["".join(map(chr, range(first, first + 0x800))) for first in range(0, 0x20000, 0x800) if first != 0xD800]
    column = pa.chunked_array([pa.array([*planes, " ".join(map(str, range(5000)))], pa.large_string())])
    compiled, reference = (sign_texts(column, config=CONFIG, kernel=kernel) for kernel in ("numba", "numpy"))
    np.testing.assert_array_equal(compiled.signatures, reference.signatures)
    assert compiled.text_hashes == reference.text_hashes


@given(_TEXT)
def test_the_text_hash_can_be_recomputed_elsewhere(text: str) -> None:
    row = sign_documents(documents([text]), config=CONFIG).to_pylist()[0]
    assert row["text_hash"] == xxhash.xxh3_128_digest(" ".join(text.split()).encode())


def similar_texts(similarity: float, *, num_words: int, rng: np.random.Generator) -> tuple[str, str]:
    """Two texts of distinct words that share a prefix so long that their shingles have about that Jaccard similarity."""
    words = [f"w{n}" for n in rng.choice(10**9, 2 * num_words, replace=False)]
    common = round(num_words * 2 * similarity / (1 + similarity))
    tail = num_words - common
    return " ".join(words[:num_words]), " ".join([*words[:common], *words[num_words : num_words + tail]])


@settings(max_examples=40, deadline=None)
@given(st.floats(0.05, 0.98), st.integers(100, 3000), st.integers(0, 2**32))
def test_estimates_lie_within_five_standard_errors_of_exact_jaccard(similarity: float, num_words: int, seed: int) -> None:
    texts = similar_texts(similarity, num_words=num_words, rng=np.random.default_rng(seed))
    exact = jaccard(*(shingle_set(text, shingle_words=5) for text in texts))
    signed = sign_texts(pa.chunked_array([list(texts)]), config=CONFIG)
    estimate = float(estimate_jaccard(signed.signatures[:1], signed.signatures[1:])[0])
    assert abs(estimate - exact) <= 5 * np.sqrt(exact * (1 - exact) / CONFIG.num_hashes) + 0.01


def test_estimates_are_unbiased_and_their_error_is_the_binomial_one() -> None:
    """300 pairs at one similarity: the mean within 4 standard errors of it, the spread that of independent permutations."""
    rng = np.random.default_rng(7)
    pairs = [similar_texts(0.7, num_words=400, rng=rng) for _ in range(300)]
    sets = shingle_sets(pa.chunked_array([[text for pair in pairs for text in pair]]), config=CONFIG)
    exact = np.array([jaccard(sets[2 * i], sets[2 * i + 1]) for i in range(300)])
    signed = sign_texts(pa.chunked_array([[text for pair in pairs for text in pair]]), config=CONFIG).signatures
    error = estimate_jaccard(signed[0::2], signed[1::2]) - exact
    spread = np.sqrt(0.7 * 0.3 / CONFIG.num_hashes)
    assert abs(error.mean()) < 4 * spread / np.sqrt(300)
    assert 0.85 < error.std() / spread < 1.15


def test_datasketch_is_the_oracle_of_the_estimator() -> None:
    """On the same pairs our root mean square error is datasketch's, within sampling error."""
    datasketch = pytest.importorskip("datasketch")
    rng = np.random.default_rng(3)
    errors: dict[str, list[float]] = {"ours": [], "theirs": []}
    for similarity in np.linspace(0.1, 0.95, 40):
        texts = similar_texts(float(similarity), num_words=300, rng=rng)
        sets = [shingle_set(text, shingle_words=5) for text in texts]
        exact = jaccard(*sets)
        ours = sign_texts(pa.chunked_array([list(texts)]), config=CONFIG).signatures
        theirs = datasketch.MinHash.bulk([[int(x).to_bytes(8, "little") for x in s] for s in sets], num_perm=CONFIG.num_hashes)
        read_by_datasketch = [datasketch.MinHash(scheme="affine32", hashvalues=values) for values in ours]
        assert read_by_datasketch[0].jaccard(read_by_datasketch[1]) == pytest.approx(estimate_jaccard(ours[:1], ours[1:])[0])
        errors["ours"].append(read_by_datasketch[0].jaccard(read_by_datasketch[1]) - exact)
        errors["theirs"].append(theirs[0].jaccard(theirs[1]) - exact)
    root_mean_square = {name: np.sqrt(np.mean(np.square(values))) for name, values in errors.items()}
    assert root_mean_square["ours"] < 1.5 * root_mean_square["theirs"]


def test_datasketch_recomputes_our_signatures_bit_for_bit() -> None:
    """Given our permutations and the upper halves of our shingle hashes, with its own mixing of them undone."""
    datasketch = pytest.importorskip("datasketch", minversion="2.0")
    text = " ".join(f"word{i * i}" for i in range(400))
    ours = sign_texts(pa.chunked_array([[text]]), config=CONFIG).signatures[0]
    values = [int(x) >> 32 for x in shingle_set(text, shingle_words=5)]
    a, b = permutations(CONFIG.num_hashes, CONFIG.seed)
    theirs = datasketch.MinHash(CONFIG.num_hashes, scheme="affine32", permutations=(a, b), hashfunc=undo_murmur_finaliser)
    theirs.update_batch(values)
    np.testing.assert_array_equal(theirs.hashvalues, ours)


def undo_murmur_finaliser(x: int) -> int:
    """The inverse of MurmurHash3's fmix32, which datasketch's scheme affine32 starts with."""
    x ^= x >> 16
    x = x * pow(0xC2B2AE35, -1, 1 << 32) % (1 << 32)
    x ^= (x >> 13) ^ (x >> 26)
    x = x * pow(0x85EBCA6B, -1, 1 << 32) % (1 << 32)
    return x ^ (x >> 16)


def test_rows_of_documents_become_rows_of_signatures() -> None:
    table = documents(["", "one", "a b c d e f g"], urls=["https://www.a.org/", "file:///b", "https://a.org"])
    signed = sign_documents(table, config=CONFIG)
    assert signed.schema.equals(SIGNATURES)
    assert signed.column("doc_id").to_pylist() == table.column("doc_id").to_pylist()
    assert signed.column("canonical_url").to_pylist() == ["https://a.org", "file:///b", "https://a.org"]
    assert [len(h) for h in signed.column("url_hash").to_pylist()] == [16, 0, 16]
    assert [len(s) for s in signed.column("signature").to_pylist()] == [0, 448, 448]
    assert signed.column("num_words").to_pylist() == [0, 1, 7]
    assert signed.column("num_shingles").to_pylist() == [0, 1, 3]


def test_short_documents_below_min_words_have_no_signature() -> None:
    signed = sign_documents(documents(["one two", "one two three"]), config=DedupConfig(min_words=3))
    assert [len(s) for s in signed.column("signature").to_pylist()] == [0, 448]


def test_signatures_of_other_settings_are_refused() -> None:
    signed = sign_documents(documents(["one two three"]), config=DedupConfig(num_bands=9))
    with pytest.raises(SchemaError, match="signed with other settings"):
        signature_matrix(signed.column("signature"), config=CONFIG)
    with pytest.raises(SchemaError, match="expected one each"):
        sign_documents(documents(["a", "b"]), config=CONFIG, quality=pa.array([0.5]))


def test_empty_table() -> None:
    assert sign_documents(documents([]), config=CONFIG).num_rows == 0
