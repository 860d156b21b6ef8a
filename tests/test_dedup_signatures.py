"""Signatures: what a word is, estimates against exact Jaccard, the compiled kernel against the reference bit for bit."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import RecipeError, SchemaError
from dedup import DedupConfig, sign_documents
from dedup.shingles import jaccard, shingle_set, word_hashes
from dedup.signatures import SIGNATURES, estimate_jaccard, shingle_sets, sign_texts, signature_matrix
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
_SHORT = st.text(_ALPHABET, max_size=120)
_PIECES = st.sampled_from(
    ["word ", "  ", "\n", "x_1=", "-", "\u00ad", "漢字", "ü", "\u2028", "“quoted” ", "a" * 70, " " * 70, "\u00a0", "😀"]
)
_LONG = st.builds(
    lambda pieces, times, text: "".join(pieces) * times + text, st.lists(_PIECES, max_size=6), st.integers(0, 90), _SHORT
)
"""Up to many blocks of the kernel, whose steps of 64 and 2048 bytes fall on every kind of place."""
_TEXT = st.one_of(_SHORT, _LONG)
_TYPES = st.sampled_from([pa.string(), pa.large_string(), pa.string_view()])


def assert_kernels_agree(column: pa.ChunkedArray, config: DedupConfig) -> None:
    compiled, reference = (sign_texts(column, config=config, kernel=kernel) for kernel in ("numba", "numpy"))
    np.testing.assert_array_equal(compiled.signatures, reference.signatures)
    np.testing.assert_array_equal(compiled.num_words, reference.num_words)
    np.testing.assert_array_equal(compiled.num_shingles, reference.num_shingles)
    assert compiled.text_hashes == reference.text_hashes


@settings(max_examples=200, deadline=None)
@given(st.lists(_TEXT, max_size=6), st.integers(1, 30), st.sampled_from(["words", "chars"]), _TYPES, st.integers(0, 3), st.data())
def test_the_compiled_kernel_is_the_reference_bit_for_bit(
    texts: list[str], width: int, unit: Literal["words", "chars"], type_: pa.DataType, skip: int, data: st.DataObject
) -> None:
    """On columns of every string type, in chunks, sliced at both ends."""
    config = DedupConfig(num_bands=3, rows_per_band=5, shingle_unit=unit, shingle_words=width, shingle_chars=width, seed=skip)
    kept = data.draw(st.integers(0, len(texts)))
    chunks = [pa.array(texts, type_).slice(min(skip, len(texts)), kept), pa.array(texts[::-1], type_)]
    assert_kernels_agree(pa.chunked_array(chunks, type_), config)


@pytest.mark.parametrize("unit", ["words", "chars"])
def test_the_kernel_agrees_on_every_code_point(unit: Literal["words", "chars"]) -> None:
    """Each with a neighbour before and after it that is a letter, a digit, an operator, a blank or the next code point."""
    codes = [chr(code) for code in (*range(0xD800), *range(0xE000, 0x20200), *range(0xE0000, 0xE0200))]
    texts = ["".join(f"{c}a{c}-{c}1 {c}" for c in codes[first : first + 0x400]) for first in range(0, len(codes), 0x400)]
    column = pa.chunked_array([pa.array(["".join(codes), *texts], pa.large_string())])
    assert_kernels_agree(column, DedupConfig(shingle_unit=unit))


@pytest.mark.parametrize("unit", ["words", "chars"])
@pytest.mark.parametrize(
    "length", [1, 8, 9, 16, 17, 63, 64, 65, 66, 128, 1920, 1921, 1922, 1984, 1985, 2047, 2048, 2049, 5000, 70_000]
)
def test_the_kernel_agrees_at_the_borders_of_its_blocks(unit: Literal["words", "chars"], length: int) -> None:
    texts = [
        "a" * length,
        " " * length,
        "é" * length,
        "a " * length,
        "漢" * length,
        "-a" * length,
        "=" * length,
        "\u00ad" * length,
    ]
    texts += [(" ".join(map(str, range(length))))[:length], "x" * (length - 1) + " y", "x" * (length - 1) + "\u3000\u3000y"]
    assert_kernels_agree(pa.chunked_array([texts]), DedupConfig(shingle_unit=unit, num_bands=2))


def test_a_null_is_refused_and_an_empty_text_is_not() -> None:
    with pytest.raises(SchemaError, match="1 of 2 are null"):
        sign_texts(pa.chunked_array([["a", None]]), config=CONFIG)
    signed = sign_texts(pa.chunked_array([["", " \n", "..."]]), config=CONFIG)
    assert signed.num_words.tolist() == signed.num_shingles.tolist() == [0, 0, 0]
    assert (signed.signatures == 0xFFFFFFFF).all()


@pytest.mark.parametrize("text", ["one", "1", "漢", "é", "e\u0301", "="])
def test_a_text_of_one_word_has_one_shingle(text: str) -> None:
    signed = sign_texts(pa.chunked_array([[text]]), config=CONFIG)
    assert (signed.num_words.tolist(), signed.num_shingles.tolist()) == ([1], [1])


def test_a_document_is_signed_alike_whatever_stands_beside_it() -> None:
    """Open words, blocks and collected shingles of one document do not reach the next; nor do the borders of calls."""
    rng = np.random.default_rng(5)
    texts = [" ".join(f"w{n}" for n in rng.integers(0, 10**6, n)) for n in (0, 1, 3, 400, 9000, 2, 300_000, 5, 1)]
    together = sign_texts(pa.chunked_array([texts]), config=CONFIG)
    for i, text in enumerate(texts):
        alone = sign_texts(pa.chunked_array([[text]]), config=CONFIG)
        np.testing.assert_array_equal(alone.signatures[0], together.signatures[i])
        assert alone.text_hashes[0] == together.text_hashes[i]


# ---------------------------------------------------------------------------------------------------------------- characters


def test_with_shingles_of_characters_spacing_does_not_count() -> None:
    one, other = "The quick brown fox jumps over it.", "The qu ick bro wn\nfox jumpsover i t."
    assert not words_are_equal(one, other)
    assert np.array_equal(word_hashes(one, unit="chars"), word_hashes(other, unit="chars"))
    assert word_hashes(one, unit="chars").size == 27


def test_with_shingles_of_characters_order_and_formulas_still_count() -> None:
    for one, other in (("abc", "acb"), ("x_1", "x_2"), ("a = b", "a + b"), ("日本", "本日")):
        assert not np.array_equal(word_hashes(one, unit="chars"), word_hashes(other, unit="chars"))


def test_broken_spacing_is_near_with_characters_and_not_with_words() -> None:
    rng = np.random.default_rng(2)
    words = ["".join(map(chr, rng.integers(97, 123, rng.integers(2, 9)))) for _ in range(600)]
    broken = "".join(word + (" " if rng.random() < 0.8 else "") for word in words)
    column = pa.chunked_array([[" ".join(words), broken]])
    estimates = {}
    for unit in ("words", "chars"):
        signed = sign_texts(column, config=DedupConfig(shingle_unit=unit)).signatures  # type: ignore[arg-type]
        estimates[unit] = float(estimate_jaccard(signed[:1], signed[1:])[0])
    assert estimates["chars"] == 1.0
    assert estimates["words"] < 0.35


def test_exact_mode_compares_the_same_shingles() -> None:
    config = DedupConfig(shingle_unit="chars", shingle_chars=4, min_words=3)
    sets = shingle_sets(pa.chunked_array([["ab cd e", "abcde", "ab"]]), config=config)
    assert np.array_equal(sets[0], sets[1])
    assert [each.size for each in sets] == [2, 2, 0]


@pytest.mark.parametrize(
    ("setting", "message"), [({"shingle_unit": "char"}, "words or chars"), ({"shingle_chars": 0}, "at least 1")]
)
def test_settings_of_shingles_are_checked(setting: dict[str, Any], message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        DedupConfig(**setting)


# ------------------------------------------------------------------------------------------------------ text hash, estimates


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


@pytest.mark.parametrize("unit", ["words", "chars"])
def test_estimates_are_unbiased_and_their_error_is_the_binomial_one(unit: Literal["words", "chars"]) -> None:
    """600 pairs from 0.3 to 0.99: none off by more than 5 standard errors, the mean off by less than 4 of its own, and the errors
    as large as those of independent permutations (each in units of its standard error: spread 1, +-0.03 from 600 pairs)."""
    config = DedupConfig(shingle_unit=unit)
    rng = np.random.default_rng(7)
    pairs = [similar_texts(similarity, num_words=400, rng=rng) for similarity in np.linspace(0.3, 0.99, 600)]
    column = pa.chunked_array([[text for pair in pairs for text in pair]])
    sets = shingle_sets(column, config=config)
    exact = np.array([jaccard(sets[2 * i], sets[2 * i + 1]) for i in range(600)])
    assert exact.min() < 0.35
    assert exact.max() > 0.97
    signed = sign_texts(column, config=config).signatures
    errors = (estimate_jaccard(signed[0::2], signed[1::2]) - exact) / np.sqrt(exact * (1 - exact) / config.num_hashes)
    assert np.abs(errors).max() < 5
    assert abs(errors.mean()) < 4 / np.sqrt(600)
    assert 0.88 < errors.std() < 1.12


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
