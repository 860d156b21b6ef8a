"""Which natural language a text is in, from its scripts and its function words: no model, no download.

Function words are the most frequent words of a language and the same on every subject, so a page of mathematics or an API page is
recognised by the few words between its formulas; where there are too few of them (code, tables, keyword lists) the answer is
None rather than a guess. Scripts that one language owns (Greek, Hebrew, Hangul, Thai, ...) need no words.

Each word is evidence for the languages that have it, the more the commoner it is in them (naive Bayes over 200 words a language):
what Danish and Norwegian share does not decide between them, what they do not share does. Measured by `benchmarks/languages.py`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from quality.language_words import FUNCTION_WORDS

if TYPE_CHECKING:
    from quality.batches import Batch

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

SCRIPTS: tuple[tuple[str, int, int], ...] = (
    ("latin", 0x41, 0x5A),
    ("latin", 0x61, 0x7A),
    ("latin", 0xC0, 0x24F),
    ("greek", 0x370, 0x3FF),
    ("cyrillic", 0x400, 0x52F),
    ("armenian", 0x530, 0x58F),
    ("hebrew", 0x590, 0x5FF),
    ("arabic", 0x600, 0x6FF),
    ("devanagari", 0x900, 0x97F),
    ("bengali", 0x980, 0x9FF),
    ("tamil", 0xB80, 0xBFF),
    ("telugu", 0xC00, 0xC7F),
    ("thai", 0xE00, 0xE7F),
    ("georgian", 0x10A0, 0x10FF),
    ("hangul", 0x1100, 0x11FF),
    ("latin", 0x1E00, 0x1EFF),
    ("kana", 0x3040, 0x30FF),
    ("han", 0x3400, 0x4DBF),
    ("han", 0x4E00, 0x9FFF),
    ("hangul", 0xAC00, 0xD7AF),
)
"""Name, first and last code point, ascending."""

SCRIPT_LANGUAGE = {
    "greek": "el",
    "armenian": "hy",
    "hebrew": "he",
    "devanagari": "hi",
    "bengali": "bn",
    "tamil": "ta",
    "telugu": "te",
    "thai": "th",
    "georgian": "ka",
    "hangul": "ko",
}
"""Scripts that stand for one language here (Devanagari also writes Marathi and Nepali, which this does not tell apart)."""

WORD_SCRIPTS = {
    "latin": tuple(
        "en de fr es pt it nl sv da nb fi pl cs sk hu ro tr id vi hr ca et lv lt sl eu gl eo".split()  # noqa: SIM905 (a list of codes reads as one line)
    ),
    "cyrillic": ("ru", "uk", "bg", "sr"),
    "arabic": ("ar", "fa"),
}

LANGUAGES = tuple(sorted({*FUNCTION_WORDS, *SCRIPT_LANGUAGE.values(), "ja", "zh"}))


@dataclass(frozen=True, kw_only=True)
class LanguageConfig:
    """When the classifier answers."""

    min_words: int = 10
    """Words of letters only below which it abstains. Not used by scripts that one language owns."""
    min_letters: int = 30
    """Letters below which it abstains in any script."""
    min_evidence: float = 0.5
    """Evidence per word (nats, see `word_weights`) the winner must reach. Prose has 1.5-3, API pages 0.7-2, keyword lists below
    0.3."""
    min_distinct_function_words: int = 3
    """Different function words the winner must show: one that is also a name (`in`, `a`, `la`) proves nothing."""
    min_margin: float = 3.0
    """How much more evidence (nats, of the whole text) the winner must have than the runner-up: 3 is 20 to 1."""
    min_script_fraction: float = 0.3
    """Share of letters a script must have to be looked at when it is not the commonest one: Chinese manuals are half Latin."""


COMMONEST_SHARE = 0.1
FLOOR = 2e-5
"""A language's r-th commonest word is taken to be COMMONEST_SHARE / (r + 1) of a text in it (Zipf's law), and each word that is
not in its list FLOOR."""


def word_weights(codes: tuple[str, ...]) -> dict[str, dict[str, float]]:
    """word -> {language: evidence}: the logarithm of how much likelier the word is in that language than in one that does not
    have it. Summed over a text it is naive Bayes over function words, so what two languages share hardly decides between them."""
    weights: dict[str, dict[str, float]] = {}
    for code in codes:
        for rank, word in enumerate(FUNCTION_WORDS[code].split(), 1):
            weights.setdefault(word, {})[code] = math.log(COMMONEST_SHARE / (rank + 1) / FLOOR)
    return weights


SCRIPT_NAMES = ("other", *dict.fromkeys(name for name, _, _ in SCRIPTS))
_LATIN, _HAN, _KANA = (SCRIPT_NAMES.index(name) for name in ("latin", "han", "kana"))
_STARTS = np.array([edge for _, first, last in SCRIPTS for edge in (first, last + 1)], dtype=np.uint32)
_SCRIPT_OF_INTERVAL = np.array([0, *(i for name, _, _ in SCRIPTS for i in (SCRIPT_NAMES.index(name), 0))])


def identify(batch: Batch, *, config: LanguageConfig) -> tuple[list[str | None], FloatArray]:
    """ISO 639-1 code and confidence of each document; None and 0 where it abstains, as for source files."""
    number = len(batch)
    codes: list[str | None] = [None] * number
    confidence = np.zeros(number)
    total = batch.letters[:, 1:].sum(axis=1)
    dominant, count = _dominant_scripts(batch.letters, total, config)
    answers = ~batch.is_code & (total >= config.min_letters)
    for i in np.flatnonzero(answers).tolist():
        script = SCRIPT_NAMES[dominant[i]]
        if script == "han":
            codes[i], confidence[i] = _chinese_or_japanese(batch.letters[i]), count[i] / total[i]
        elif script in SCRIPT_LANGUAGE:
            codes[i], confidence[i] = SCRIPT_LANGUAGE[script], count[i] / total[i]
    for script in WORD_SCRIPTS:
        rows = np.flatnonzero(answers & (dominant == SCRIPT_NAMES.index(script)))
        for i, code, value in zip(rows.tolist(), *_by_function_words(batch, rows, script, config), strict=True):
            codes[i], confidence[i] = code, value
    return codes, confidence


def letters_by_script(text: str) -> dict[str, int]:
    """Number of letters of each script of `SCRIPTS` in `text`."""
    code_points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    scripts = _SCRIPT_OF_INTERVAL[_interval(code_points)]
    counts = np.bincount(scripts, minlength=len(SCRIPT_NAMES)).tolist()
    return {name: count for name, count in zip(SCRIPT_NAMES[1:], counts[1:], strict=True) if count}


def _interval(code_points: np.ndarray[tuple[int, ...], np.dtype[np.uint32]]) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]]:
    return np.searchsorted(_STARTS, code_points, side="right")


def _dominant_scripts(letters: IntArray, total: IntArray, config: LanguageConfig) -> tuple[IntArray, IntArray]:
    """The commonest script (index into SCRIPT_NAMES; kana counts as Han) and its letters.

    One other than Latin wins where it has its minimal share (Latin names stand in every language).
    """
    merged = letters.copy()
    merged[:, _HAN] += merged[:, _KANA]
    merged[:, [0, _KANA]] = 0
    others = np.where(merged >= config.min_script_fraction * total[:, None], merged, 0)
    others[:, _LATIN] = 0
    candidates = np.where(others.max(axis=1, keepdims=True) > 0, others, merged)
    # Of equally common scripts the last by name.
    by_name = np.array(sorted(range(len(SCRIPT_NAMES)), key=SCRIPT_NAMES.__getitem__, reverse=True))
    dominant = by_name[candidates[:, by_name].argmax(axis=1)]
    return dominant, merged[np.arange(len(merged)), dominant]


def _chinese_or_japanese(letters: IntArray) -> str:
    """Japanese running text is at least a third kana; Chinese has none."""
    return "ja" if letters[_KANA] > 0.1 * (letters[_KANA] + letters[_HAN]) else "zh"


def _by_function_words(batch: Batch, rows: IntArray, script: str, config: LanguageConfig) -> tuple[list[str | None], list[float]]:
    """Code and confidence of the documents `rows`, whose letters are of `script`."""
    codes = sorted(WORD_SCRIPTS[script])
    columns = [batch.groups.index(code) for code in codes]
    num_words = batch.letter_words[rows]
    evidence = batch.totals[rows][:, columns]
    distinct = batch.distinct[rows][:, columns]
    order = np.argsort(evidence, axis=1, kind="stable")
    winner, each = order[:, -1], np.arange(len(rows))
    first, second = evidence[each, winner], evidence[each, order[:, -2]]
    per_word = first / np.maximum(1, num_words)
    answers = (
        (num_words >= config.min_words)
        & (per_word >= config.min_evidence)
        & (distinct[each, winner] >= config.min_distinct_function_words)
        & (first - second >= config.min_margin)
        & (first > 0)
    )
    strength = np.minimum(1.0, per_word / max(1e-9, 2 * config.min_evidence))
    values = (1 - np.exp(second - first)) * strength
    return [codes[k] if yes else None for k, yes in zip(winner.tolist(), answers.tolist(), strict=True)], np.where(
        answers, values, 0.0
    ).tolist()
