r"""Raw statistics of a document: what Gopher, C4 and FineWeb count, and what they are blind to.

In: the Markdown of one document. Out: one float per name of `MEASURED`.

The published filters count every character, so a page of clean mathematics fails on its share of words with a letter and a page
of clean code on its curly brackets. Here formulas, code and the marks of Markdown are taken out first (`mask=True`); their share
of the text is a column of its own. With `mask=False` the same columns hold what the published filters would have seen.

A share whose denominator is empty (a page of nothing but formulas has no words) is 0; no value is ever NaN or infinite.

Sources: Gopher: Rae et al. 2021, arXiv:2112.11446, appendix A.1.1 and table A1. C4: Raffel et al. 2020, section 2.2, and its
published code. FineWeb: Penedo et al. 2024, arXiv:2406.17557, section 3.6. The repetition statistics follow datatrove 0.5 where
the papers leave room; words are separated by blanks, not by spaCy (a Han, kana, Thai, Lao, Khmer or Myanmar letter is a word).

This is the definition, readable and one text at a time (`view`, then `measure`: 3 MB/s). `quality/rules_kernel.py` compiles it;
`quality/batches.py` runs that over a column and gives the same numbers (tests/test_quality_kernel.py).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from corpus.markup import Span, spans
from corpus.schema import SIGNALS
from quality.lexicon import (
    ARTICLES,
    BOILERPLATE,
    C4_POLICY_PHRASES,
    CONTROL_FLOW,
    DEFINITION,
    DERIVATION,
    GOPHER_STOP_WORDS,
    INSTRUCTION,
    LONE_NAVIGATION_WORDS,
    MAX_BOILERPLATE_WORDS,
    MIN_NAVIGATION_WORDS,
    NAVIGATION_WORDS,
    NEVER_AFTER_ARTICLE,
    QA_LABELS,
    Lexicon,
)

IntArray = npt.NDArray[np.int64]

SIGNAL_NAMES = tuple(name for name, _ in SIGNALS)
MEASURED = tuple(name for name in SIGNAL_NAMES if name != "scored_char_fraction")
"""What `measure` returns; the last signal is known only to who cut the text."""
SHORT_LINE_CHARS = 30
"""FineWeb: a line of at most this many characters is short."""
MAX_BOILERPLATE_CHARS = 240
MAX_NAVIGATION_CHARS = 120
VOCABULARY_SAMPLE_WORDS = 500
"""Distinct words are counted over this many words: the share falls with length (Heaps' law), so lengths must be alike."""
C4_MIN_WORDS_PER_LINE = 3
C4_MAX_WORD_CHARS = 1000
LONG_LINE_CHARS = 200
"""mC4: a line of at least this many characters is a paragraph."""
MAX_LABEL_WORDS = 3
"""A line of at most this many words may be a label without a mark behind it: `Exercise 3`."""

PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~«»“”‘’„‚–—…·•¿¡。，、；：？！（）「」『』《》؟،؛।"
UNSPACED = re.compile(r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])")
LETTER = re.compile(r"[^\W\d_]")
LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_SENTENCE_END = re.compile(r"[.!?]+[\"'”’)\]]*(?=\s|$)|[。！？।؟]+")
TERMINAL = tuple(".!?\"'”’。！？।؟…")
SENTENCE_MARKS = tuple(".!?。！？।؟")
_ARTICLE = re.compile(rf"(?<!\S)(?:{'|'.join(sorted(ARTICLES))})(?= (\S+))")
_ELLIPSES = ("...", "…")
QUESTION_MARKS = ("?", "？", "؟")
_BULLET = re.compile(r"\s*[-*+•](?!\S*[-*+•]{2})\s?")
_NUMBERED = re.compile(r"\s*\d{1,3}[.)](?!\S)")
_BULLET_MARK = re.compile(r"^[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+", re.MULTILINE)
_HEADING_MARK = re.compile(r"^[ \t]*#{1,6}[ \t]+", re.MULTILINE)
_QUOTE_MARK = re.compile(r"^(?:[ \t]*>)+[ \t]?", re.MULTILINE)
_RULE = re.compile(r"^[ \t]*\|?(?:[ \t]*:?-{2,}:?[ \t]*\|)+(?:[ \t]*:?-{2,}:?)?[ \t]*$|^[ \t]*[-*_=]{3,}[ \t]*$", re.MULTILINE)
_TABLE_LINE = re.compile(r"^[ \t]*(?:\|.*\||<t[rdh][ >])", re.MULTILINE)
_HTML_TAG = re.compile(r"</?(?:table|thead|tbody|tr|td|th|caption|col|colgroup|br|sub|sup|div|span|p|a|em|b|i)\b[^<>]{0,200}>")
_IMAGE = re.compile(r"!\[([^\[\]\n]{0,500})\]\([^()\n]{0,2000}\)")
_LINK = re.compile(r"\[([^\[\]\n]{0,500})\]\((?:[^()\s]|\([^()\s]*\)){0,2000}(?:[ \t]+\"[^\"\n]*\")?\)")
_EMPHASIS = re.compile(r"\*{1,3}|(?<!\w)_{1,3}(?=\w)|(?<=\w)_{1,3}(?!\w)")
_ESCAPE = re.compile(r"\\([\\$`*_\[\]#|<>])")
_BOILERPLATE_PATTERNS = tuple((trigger, re.compile(pattern)) for trigger, pattern in BOILERPLATE)
_CITATION = re.compile(r"\[\d*\]|\[edit\]|\[citation needed\]")
DAMAGE = re.compile("[\ufffd\x00-\x08\x0b\x0c\x0e-\x1f]|(?:Ã[\x80-\xbf©¨¤¶¼Ÿ±³º¡­]|â€[™œ“”˜¦]|Â[ °§«»©])|\\(cid:\\d+\\)")
_COMMENT_LINE = re.compile(
    r"^[ \t]*(?:#(?!include|define|if|endif|ifdef|ifndef|else|pragma)|//|/\*|\*[ /]|--|;;|%|\"\"\"|''').*$", re.MULTILINE
)
_CODE_WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True)
class View:
    """One document as the rules see it; everything derived is computed once."""

    text: str
    """The document's text, untouched."""
    prose: str
    """What is left without formulas, code and Markdown's marks; `text` itself where nothing is masked."""
    formulas: tuple[Span, ...]
    code: tuple[Span, ...]
    is_code: bool
    """The whole text is one source file."""
    link_chars: int
    bullet_lines: int
    list_lines: int
    table_lines: int
    masked_chars: int

    @cached_property
    def lines(self) -> list[str]:
        """Lines with something in them, without the blanks at both ends."""
        return [line for raw in self.prose.split("\n") if (line := raw.strip())]

    @cached_property
    def words(self) -> list[str]:
        """Runs of non-blanks, in lower case, punctuation and all."""
        return lower_case(self.prose).split()

    @cached_property
    def word_ids(self) -> IntArray:
        """Index into `vocabulary` of each word, in order."""
        index = {word: i for i, word in enumerate(self.vocabulary)}
        return np.fromiter(map(index.__getitem__, self.words), dtype=np.int64, count=len(self.words))

    @cached_property
    def vocabulary(self) -> list[str]:
        """Distinct words in order of their first occurrence."""
        return list(dict.fromkeys(self.words))

    @cached_property
    def cores(self) -> list[str]:
        """`vocabulary` without punctuation at both ends; empty for a word of nothing else."""
        return [word.strip(PUNCTUATION) for word in self.vocabulary]

    @cached_property
    def word_counts(self) -> Counter[str]:
        """How often each word occurs, punctuation stripped."""
        counts: Counter[str] = Counter()
        for core, count in zip(self.cores, np.bincount(self.word_ids, minlength=len(self.cores)).tolist(), strict=True):
            if core:
                counts[core] += count
        return counts

    @cached_property
    def num_words(self) -> int:
        """Words with a letter or a digit."""
        return sum(count for core, count in self.word_counts.items() if LETTER_OR_DIGIT.search(core))

    @cached_property
    def running_text(self) -> str:
        """All words, punctuation stripped, one blank between them and at both ends: where phrases are looked for."""
        cores = self.cores
        return f" {' '.join(map(cores.__getitem__, self.word_ids.tolist()))} "

    def count(self, lexicon: Lexicon) -> int:
        """Occurrences of the words and phrases of `lexicon`."""
        singles = sum(self.word_counts[word] for word in lexicon.words.intersection(self.word_counts))
        return singles + sum(self.running_text.count(f" {phrase} ") for phrase in lexicon.phrases)

    def per_100_words(self, count: float) -> float:
        return 100 * count / self.num_words if self.num_words else 0.0


def view(text: str, *, kind: str = "text", mask: bool = True) -> View:
    """`text` prepared for `measure`; `kind` is the DOCUMENTS column: a source file (code) has no prose at all."""
    if kind == "code":
        whole = Span("code", 0, len(text), text, "")
        return View(text, "" if mask else text, (), (whole,) if text else (), True, 0, 0, 0, 0, len(text))
    found = tuple(spans(text))
    formulas = tuple(span for span in found if span.kind in ("display", "inline"))
    code = tuple(span for span in found if span.kind in ("code", "inline_code"))
    masked = _without(text, found)
    seen = masked if mask else text
    bullet_lines = sum(1 for line in seen.split("\n") if _BULLET.match(line) and line.strip())
    list_lines = bullet_lines + sum(1 for line in seen.split("\n") if _NUMBERED.match(line))
    table_lines = sum(1 for _ in _TABLE_LINE.finditer(seen))
    link_chars = sum(len(match[1]) for match in _LINK.finditer(masked))
    masked_chars = sum(span.end - span.start for span in found)
    prose = _without_markup(masked) if mask else text
    return View(text, prose, formulas, code, False, link_chars, bullet_lines, list_lines, table_lines, masked_chars)


def measure(view: View) -> dict[str, float]:
    """Every signal of `MEASURED`, in its order."""
    values = {
        **_word_signals(view),
        **_line_signals(view),
        **_c4_signals(view),
        **_repetition_signals(view),
        **_technical_signals(view),
        **_marker_signals(view),
        **_damage_signals(view),
    }
    return {name: float(values[name]) for name in MEASURED}


def lower_case(text: str) -> str:
    """`str.lower` character by character, so that positions stay: a capital sigma is σ also at a word's end, a dotted I is i.

    Of 8,013 documentation pages (60 MB) two scored otherwise before: mean_word_length 4.8169 is 4.8168, and 4.8246 4.8245.
    """
    return text.translate({0x130: "i", 0x3A3: "σ"}).lower()


def _without(text: str, found: Iterable[Span]) -> str:
    """`text` with each span replaced by one blank (corpus.markup.mask, over spans that are already known)."""
    parts, position = [], 0
    for span in found:
        parts.append(text[position : span.start])
        position = span.end
    return " ".join([*parts, text[position:]])


def _without_markup(masked: str) -> str:
    """Markdown as a reader sees it: no marks of headings, lists, tables, emphasis; a link is its text."""
    prose = _RULE.sub("", masked)
    prose = _IMAGE.sub(r"\1", prose)
    prose = _LINK.sub(r"\1", prose)
    for mark in (_QUOTE_MARK, _HEADING_MARK, _BULLET_MARK):
        prose = mark.sub("", prose)
    if "<" in prose:
        prose = _HTML_TAG.sub(" ", prose)
    prose = _EMPHASIS.sub("", prose)
    prose = _ESCAPE.sub(r"\1", prose.replace("|", " "))
    return UNSPACED.sub(r" \1 ", prose)


def _word_signals(view: View) -> dict[str, float]:
    lengths, letters = _vocabulary_shape(view)
    num_tokens = len(view.words)
    counts = np.bincount(view.word_ids, minlength=len(view.cores)) if num_tokens else np.zeros(0, dtype=np.int64)
    spoken = counts * (lengths > 0)
    sample = view.words[:VOCABULARY_SAMPLE_WORDS]
    hashes = view.prose.count("#")
    ellipses = view.prose.count("...") + view.prose.count("…")
    return {
        "num_words": view.num_words,
        "mean_word_length": _share((lengths * counts).sum(), spoken.sum()),
        "alpha_word_fraction": _share((letters * counts).sum(), num_tokens),
        "stop_word_count": len(GOPHER_STOP_WORDS.intersection(view.word_counts)),
        "hash_word_ratio": _share(hashes, num_tokens),
        "ellipsis_word_ratio": _share(ellipses, num_tokens),
        "longest_word_chars": max(map(len, view.vocabulary), default=0),
        "unique_word_fraction": _share(len(set(sample)), len(sample)),
        "mean_sentence_words": _share(view.num_words, max(1, _count_sentences(view.prose)) if view.num_words else 0),
    }


def _vocabulary_shape(view: View) -> tuple[IntArray, IntArray]:
    """Length of each distinct word without its punctuation, and 1 where it has a letter."""
    lengths = np.fromiter(map(len, view.cores), dtype=np.int64, count=len(view.cores))
    letters = np.fromiter((LETTER.search(core) is not None for core in view.cores), dtype=np.int64, count=len(view.cores))
    return lengths, letters


def _line_signals(view: View) -> dict[str, float]:
    lines = view.lines
    total = len(lines)
    return {
        "bullet_line_fraction": min(1.0, _share(view.bullet_lines, total)),
        "list_line_fraction": min(1.0, _share(view.list_lines, total)),
        "ellipsis_line_fraction": _share(sum(line.endswith(_ELLIPSES) for line in lines), total),
        "terminal_punctuation_fraction": _share(sum(line.endswith(TERMINAL) for line in lines), total),
        "fineweb_punctuation_fraction": _share(sum(line.endswith(SENTENCE_MARKS) for line in lines), total),
        "short_line_fraction": _share(sum(len(line) <= SHORT_LINE_CHARS for line in lines), total),
        "newline_word_ratio": _share(max(0, total - 1), len(view.words)),
        "few_word_line_fraction": _share(sum(len(line.split()) < C4_MIN_WORDS_PER_LINE for line in lines), total),
        "javascript_line_fraction": _share(sum("javascript" in lower_case(line) for line in lines), total),
        "policy_line_fraction": _share(sum(_is_policy(lower_case(line)) for line in lines), total),
        "long_line_count": sum(len(line) >= LONG_LINE_CHARS for line in lines),
        "question_line_fraction": _share(sum(line.endswith(QUESTION_MARKS) for line in lines), total),
        "qa_label_line_fraction": _share(sum(map(_is_labelled, lines)), total),
        "table_line_fraction": min(1.0, _share(view.table_lines, total)),
        "boilerplate_line_fraction": _share(count_boilerplate(lines), total),
        "link_char_fraction": min(1.0, _share(view.link_chars, len(view.prose))),
    }


def _is_policy(line: str) -> bool:
    return any(phrase in line for phrase in C4_POLICY_PHRASES)


def _is_labelled(line: str) -> bool:
    """Whether a line opens a question or its answer: `Q: ...`, `Exercise 2. ...`, `Solution`."""
    words = line.split()
    label = lower_case(words[0]).strip(PUNCTUATION)
    if label not in QA_LABELS:
        return False
    if len(label) == 1:
        return words[0].endswith(":")
    return len(words) <= MAX_LABEL_WORDS or any(word.endswith((":", ".")) for word in words[:2])


def count_boilerplate(lines: list[str]) -> int:
    """Lines that are navigation or legal and social small print."""
    short = [lower_case(line) for line in lines if len(line) <= MAX_BOILERPLATE_CHARS and line.count(" ") < MAX_BOILERPLATE_WORDS]
    return sum(_is_navigation(line) or is_boilerplate(line) for line in short)


def is_boilerplate(line: str) -> bool:
    """Whether a line in lower case matches one of BOILERPLATE."""
    return any(trigger in line and pattern.search(line) for trigger, pattern in _BOILERPLATE_PATTERNS)


def _is_navigation(line: str) -> bool:
    if len(line) > MAX_NAVIGATION_CHARS:
        return False
    words = [core for word in line.split() if (core := word.strip(PUNCTUATION))]
    known = NAVIGATION_WORDS if len(words) >= MIN_NAVIGATION_WORDS else LONE_NAVIGATION_WORDS
    return bool(words) and all(word in known for word in words)


def _c4_signals(view: View) -> dict[str, float]:
    sentences = brackets = 0
    for line in view.lines:
        line = _CITATION.sub("", line).rstrip() if "[" in line else line
        if not line.endswith(TERMINAL) or line.endswith(_ELLIPSES):
            continue
        words = line.split()
        if len(words) < C4_MIN_WORDS_PER_LINE or len(max(words, key=len)) > C4_MAX_WORD_CHARS:
            continue
        lower = lower_case(line)
        if "javascript" in lower:
            continue
        brackets += line.count("{")
        if _is_policy(lower):
            continue
        sentences += max(1, _count_sentences(line))
    return {
        "c4_sentence_count": sentences,
        "c4_curly_bracket_count": brackets,
        "lorem_ipsum_count": lower_case(view.prose).count("lorem ipsum"),
    }


def _count_sentences(text: str) -> int:
    return sum(1 for _ in _SENTENCE_END.finditer(text))


def _repetition_signals(view: View) -> dict[str, float]:
    num_chars = len(view.prose)
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", view.prose) if part.strip()]
    line_count, line_chars = _repeated(view.lines)
    paragraph_count, paragraph_chars = _repeated(paragraphs)
    signals = {
        "fineweb_duplicate_line_char_fraction": min(1.0, _share(line_chars, num_chars - view.prose.count("\n"))),
        "duplicate_line_fraction": _share(line_count, len(view.lines)),
        "duplicate_line_char_fraction": _share(line_chars, num_chars),
        "duplicate_paragraph_fraction": _share(paragraph_count, len(paragraphs)),
        "duplicate_paragraph_char_fraction": _share(paragraph_chars, num_chars),
    }
    for n, chars in _ngram_repetition(view).items():
        name = f"top_{n}gram_char_fraction" if n <= 4 else f"duplicate_{n}gram_char_fraction"
        signals[name] = min(1.0, _share(chars, num_chars))
    return signals


def _repeated(items: list[str]) -> tuple[int, int]:
    """How many of `items` were there before, and their characters."""
    repeats = [(len(item), count - 1) for item, count in Counter(items).items() if count > 1]
    return sum(count for _, count in repeats), sum(length * count for length, count in repeats)


def _ngram_repetition(view: View) -> dict[int, int]:
    """Characters in the most frequent 2-, 3- and 4-gram, and in repeated 5- to 10-grams; 0 where none is there twice.

    An n-gram is known by a 64-bit polynomial hash of its words' indices. Repeats of n + 1 words start only where n words
    repeat, so the arrays shrink quickly from 2 to 10.
    """
    ids = view.word_ids
    lengths = np.fromiter(map(len, view.vocabulary), dtype=np.int64, count=len(view.vocabulary))[ids]
    ends = np.concatenate([[0], np.cumsum(lengths)])
    salted = (ids.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    result, hashes, starts = {}, salted.copy(), np.arange(len(ids))
    for n in range(2, 11):
        starts = starts[starts <= len(ids) - n]
        if not len(starts):
            result[n] = 0
            continue
        hashes = (hashes[: len(starts)] * np.uint64(0x100000001B3)) ^ _mix(salted[starts + n - 1])
        _, inverse, counts = np.unique(hashes, return_inverse=True, return_counts=True)
        occurrences = counts[inverse]
        repeated = occurrences > 1
        starts, hashes, occurrences = starts[repeated], hashes[repeated], occurrences[repeated]
        chars = ends[starts + n] - ends[starts]
        result[n] = _top_ngram_chars(chars, occurrences, n) if n <= 4 else _repeated_ngram_chars(starts, hashes, chars, n)
    return result


def _mix(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    return values ^ (values >> np.uint64(29))


def _top_ngram_chars(chars: IntArray, occurrences: IntArray, n: int) -> int:
    """Length (blanks included) times occurrences of the most frequent n-gram, the first one of equals."""
    if not len(chars):
        return 0
    first = int(np.argmax(occurrences))
    return int((chars[first] + n - 1) * occurrences[first])


def _repeated_ngram_chars(starts: IntArray, hashes: npt.NDArray[np.uint64], chars: IntArray, n: int) -> int:
    """Characters in n-grams that were there before, each word counted once (a counted n-gram is stepped over)."""
    seen: set[int] = set()
    total = position = 0
    for start, key, length in zip(starts.tolist(), hashes.tolist(), chars.tolist(), strict=True):
        if start < position:
            continue
        if key in seen:
            total += length
            position = start + n
        else:
            seen.add(key)
    return total


def _technical_signals(view: View) -> dict[str, float]:
    formula_chars = sum(len(span.body) for span in view.formulas)
    code_chars = sum(len(span.body) for span in view.code)
    blocks = [span.body for span in view.code if span.kind == "code"]
    comment_chars = sum(match.end() - match.start() for body in blocks for match in _COMMENT_LINE.finditer(body))
    code_words = [word for body in blocks for word in _CODE_WORD.findall(body)]
    return {
        "masked_char_fraction": _share(view.masked_chars, len(view.text)),
        "formula_char_fraction": _share(formula_chars, len(view.text)),
        "code_char_fraction": _share(code_chars, len(view.text)),
        "comment_char_fraction": _share(comment_chars, sum(map(len, blocks))),
        "control_flow_density": 100 * _share(sum(word in CONTROL_FLOW for word in code_words), len(code_words)),
    }


def _marker_signals(view: View) -> dict[str, float]:
    return {
        "derivation_marker_density": view.per_100_words(view.count(DERIVATION)),
        "definition_marker_density": view.per_100_words(view.count(DEFINITION)),
        "instruction_marker_density": view.per_100_words(view.count(INSTRUCTION)),
        "question_mark_density": view.per_100_words(view.prose.count("?") + view.prose.count("？")),
        "broken_article_fraction": _broken_articles(view.prose),
        "url_density": view.per_100_words(view.prose.count("://")),
    }


def _broken_articles(prose: str) -> float:
    """Only articles with one blank behind them are looked at: a formula or code that is masked leaves more."""
    behind = [word.strip(PUNCTUATION) for word in _ARTICLE.findall(lower_case(prose))]
    return _share(sum(word in NEVER_AFTER_ARTICLE for word in behind), len(behind))


def _damage_signals(view: View) -> dict[str, float]:
    damage = sum(match.end() - match.start() for match in DAMAGE.finditer(view.text))
    broken = sum(not is_balanced(span.body) for span in view.formulas)
    return {
        "damaged_char_fraction": _share(damage, len(view.text)),
        "broken_formula_fraction": _share(broken, len(view.formulas)),
    }


def is_balanced(latex: str) -> bool:
    r"""Whether braces, `\left`/`\right` and `\begin`/`\end` pair up and no command is cut off at the end."""
    bare = re.sub(r"\\[\\{}]", "", latex)
    depth = 0
    for brace in re.findall(r"[{}]", bare):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    pairs = ((r"\\left(?![a-z])", r"\\right(?![a-z])"), (r"\\begin\b", r"\\end\b"))
    return depth == 0 and not bare.endswith("\\") and all(len(re.findall(a, bare)) == len(re.findall(b, bare)) for a, b in pairs)


def _share(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole else 0.0
