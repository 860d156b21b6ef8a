"""The statistics of many documents at once: what `rules.measure` says of each, from the compiled kernel, as arrays.

In: a string column and which of its rows are source files. Out: `Batch`: signals as one array per name, and the counts that the
classifiers of language and domain start from. `signals_of` has the formulas; the kernel only counts.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from corpus.errors import require
from quality import language, rules
from quality.lexicon import MAX_BOILERPLATE_WORDS, MIN_NAVIGATION_WORDS
from quality.rules_tables import GROUPS, LEXICONS, STOP_WORDS, tables

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Batch:
    """Statistics of documents; each array has one element or row per document."""

    signals: dict[str, FloatArray]
    """By the names of SIGNALS, in its order."""
    is_code: npt.NDArray[np.bool_]
    num_words: IntArray
    """Words with a letter or a digit."""
    letter_words: IntArray
    """Words of letters only."""
    letters: IntArray
    """Documents x language.SCRIPT_NAMES: letters of each script."""
    totals: FloatArray
    """Documents x GROUPS: weighted occurrences of the words of each group."""
    distinct: IntArray
    """Documents x GROUPS: different words of each group."""
    samples: list[str]
    """What the taggers read: words of the masked text and of its formulas and code, with blanks between; empty of source
    files."""
    groups: tuple[str, ...] = GROUPS

    def __len__(self) -> int:
        return len(self.is_code)


@functools.cache
def prepare() -> None:
    """Compile, or load what a machine compiled before (the first time 20 s): outside of what is measured and limited.

    Raises MissingExtraError without numba.
    """
    with kernel().compiling():
        measure_texts(["A first text."], is_code=[False], max_chars=100)


def kernel() -> Any:
    """The compiled module. Raises MissingExtraError without numba."""
    require("numba", extra="quality")
    from quality import rules_kernel

    return rules_kernel


def measure_texts(texts: Sequence[str], *, is_code: Sequence[bool], mask: bool = True, max_chars: int = 1 << 40) -> Batch:
    """Statistics of the first `max_chars` characters of each of `texts`."""
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    bounds = np.cumsum([0, *map(len, encoded)])
    data = np.frombuffer(b"".join(encoded), np.uint8)
    return measure_utf8(data, bounds, is_code=np.array(is_code, dtype=bool), mask=mask, max_chars=max_chars)


def measure(texts: pa.Array, *, is_code: npt.NDArray[np.bool_], mask: bool = True, max_chars: int) -> Batch:
    """Statistics of the first `max_chars` characters of each of `texts` (large_string, no nulls)."""
    _, bounds, data = texts.buffers()
    offsets = np.frombuffer(bounds, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    return measure_utf8(np.frombuffer(data or b"", np.uint8), offsets, is_code=is_code, mask=mask, max_chars=max_chars)


def measure_utf8(
    data: npt.NDArray[np.uint8], bounds: IntArray, *, is_code: npt.NDArray[np.bool_], mask: bool = True, max_chars: int
) -> Batch:
    """The same of documents data[bounds[d]:bounds[d + 1]] in UTF-8, in which single surrogates may stand."""
    compiled, known, number = kernel(), tables(), len(bounds) - 1
    # For numba a read-only array is another type, and the kernel would be compiled once more.
    data, bounds, is_code = data.view(), np.array(bounds), np.array(is_code)
    data.flags.writeable = False
    sizes = np.minimum(np.diff(bounds), 4 * max_chars)
    space = compiled.workspace(int(sizes.max(initial=0)), len(known.roles), len(known.phrases))
    counts = np.zeros((number, len(compiled.COUNTS)), np.int64)
    totals, distinct = np.zeros((number, len(GROUPS))), np.zeros((number, len(GROUPS)), np.int64)
    letters = np.zeros((number, len(language.SCRIPT_NAMES)), np.int64)
    found = np.empty(int(sizes.sum()) + 64, np.uint32)
    found_ends, owners = np.empty(len(found) + 1, np.int64), np.empty(len(found), np.int32)
    samples = np.empty(int(np.minimum(4 * sizes + 64, compiled.MAX_SAMPLE_BYTES).sum()), np.uint8)
    sample_ends = np.empty(number, np.int64)
    limits = (
        rules.SHORT_LINE_CHARS,
        rules.LONG_LINE_CHARS,
        rules.MAX_BOILERPLATE_CHARS,
        MAX_BOILERPLATE_WORDS,
        rules.MAX_NAVIGATION_CHARS,
        MIN_NAVIGATION_WORDS,
        rules.VOCABULARY_SAMPLE_WORDS,
        rules.C4_MIN_WORDS_PER_LINE,
        rules.C4_MAX_WORD_CHARS,
        rules.MAX_LABEL_WORDS,
    )
    counted = (counts, totals, distinct, letters)
    num_found = compiled.measure(
        data, bounds, is_code, max_chars, mask, limits, known, space, *counted, found, found_ends, owners, samples, sample_ends
    )
    columns = dict(zip(compiled.COUNTS, counts.T, strict=True))
    boilerplate = columns["navigation"] + _boilerplate(found, found_ends, owners, num_found, number)
    return Batch(
        signals=signals_of(columns, boilerplate, totals, distinct, max_chars=max_chars),
        is_code=is_code,
        num_words=columns["words"],
        letter_words=columns["letter_words"],
        letters=letters,
        totals=totals,
        distinct=distinct,
        samples=_split(samples, sample_ends),
    )


def _split(data: npt.NDArray[np.uint8], ends: IntArray) -> list[str]:
    start, parts = 0, []
    for end in ends.tolist():
        parts.append(data[start:end].tobytes().decode("utf-8", "replace"))
        start = end
    return parts


def _boilerplate(
    lines: npt.NDArray[np.uint32], ends: IntArray, owners: npt.NDArray[np.int32], num_lines: int, num_documents: int
) -> IntArray:
    """Per document, those of the lines with a trigger that match the trigger's pattern."""
    counts = np.zeros(num_documents, np.int64)
    for i in range(num_lines):
        line = lines[ends[i] : ends[i + 1]].tobytes().decode("utf-32-le", "surrogatepass")
        counts[owners[i]] += rules.is_boilerplate(line)
    return counts


def signals_of(
    counts: dict[str, IntArray], boilerplate: IntArray, totals: FloatArray, distinct: IntArray, *, max_chars: int
) -> dict[str, FloatArray]:
    """Every signal of SIGNALS from the counts of documents, as `rules.measure` computes it."""
    tokens, words, lines, chars = counts["tokens"], counts["words"], counts["lines"], counts["prose_chars"]
    sentences = np.where(words > 0, np.maximum(1, counts["sentences"]), 0)
    densities = {
        f"{name}_marker_density": 100 * _share(totals[:, GROUPS.index(name)], words) for name in LEXICONS
    }  # in the order of the tables
    values = {
        "num_words": words,
        "mean_word_length": _share(counts["core_chars"], counts["cores"]),
        "alpha_word_fraction": _share(counts["alpha_tokens"], tokens),
        "stop_word_count": distinct[:, GROUPS.index(STOP_WORDS)],
        "hash_word_ratio": _share(counts["hashes"], tokens),
        "ellipsis_word_ratio": _share(counts["ellipses"], tokens),
        "longest_word_chars": counts["longest_word"],
        "unique_word_fraction": _share(counts["sample_distinct"], counts["sample"]),
        "mean_sentence_words": _share(words, sentences),
        "bullet_line_fraction": np.minimum(1.0, _share(counts["bullets"], lines)),
        "list_line_fraction": np.minimum(1.0, _share(counts["list_items"], lines)),
        "few_word_line_fraction": _share(counts["few_word_lines"], lines),
        "javascript_line_fraction": _share(counts["javascript_lines"], lines),
        "policy_line_fraction": _share(counts["policy_lines"], lines),
        "long_line_count": counts["long_lines"],
        "question_line_fraction": _share(counts["question_lines"], lines),
        "qa_label_line_fraction": _share(counts["label_lines"], lines),
        "ellipsis_line_fraction": _share(counts["ellipsis_lines"], lines),
        "terminal_punctuation_fraction": _share(counts["terminal_lines"], lines),
        "fineweb_punctuation_fraction": _share(counts["punctuated_lines"], lines),
        "short_line_fraction": _share(counts["short_lines"], lines),
        "newline_word_ratio": _share(np.maximum(0, lines - 1), tokens),
        "table_line_fraction": np.minimum(1.0, _share(counts["tables"], lines)),
        "boilerplate_line_fraction": _share(boilerplate, lines),
        "link_char_fraction": np.minimum(1.0, _share(counts["link_chars"], chars)),
        "c4_sentence_count": counts["c4_sentences"],
        "c4_curly_bracket_count": counts["c4_brackets"],
        "lorem_ipsum_count": counts["lorem"],
        "duplicate_line_fraction": _share(counts["repeated_lines"], lines),
        "duplicate_line_char_fraction": _share(counts["repeated_line_chars"], chars),
        "fineweb_duplicate_line_char_fraction": np.minimum(
            1.0, _share(counts["repeated_line_chars"], chars - counts["newlines"])
        ),
        "duplicate_paragraph_fraction": _share(counts["repeated_paragraphs"], counts["paragraphs"]),
        "duplicate_paragraph_char_fraction": _share(counts["repeated_paragraph_chars"], chars),
        **{f"top_{n}gram_char_fraction": np.minimum(1.0, _share(counts[f"gram{n}"], chars)) for n in range(2, 5)},
        **{f"duplicate_{n}gram_char_fraction": np.minimum(1.0, _share(counts[f"gram{n}"], chars)) for n in range(5, 11)},
        "masked_char_fraction": _share(counts["masked_chars"], counts["text_chars"]),
        "formula_char_fraction": _share(counts["formula_chars"], counts["text_chars"]),
        "code_char_fraction": _share(counts["code_chars"], counts["text_chars"]),
        "comment_char_fraction": _share(counts["comment_chars"], counts["block_chars"]),
        "control_flow_density": 100 * _share(counts["control_words"], counts["code_words"]),
        **densities,
        "broken_article_fraction": _share(counts["broken_articles"], counts["articles"]),
        "url_density": 100 * _share(counts["urls"], words),
        "question_mark_density": 100 * _share(counts["questions"], words),
        "damaged_char_fraction": _share(counts["damaged"], counts["text_chars"]),
        "broken_formula_fraction": _share(counts["broken_formulas"], counts["formulas"]),
        "scored_char_fraction": np.minimum(1.0, max_chars / np.maximum(1, counts["all_chars"])),
    }
    return {name: np.asarray(values[name], np.float64) for name in rules.SIGNAL_NAMES}


def _share(part: npt.NDArray[Any], whole: npt.NDArray[Any]) -> FloatArray:
    return np.where(whole > 0, part / np.maximum(1, whole), 0.0)
