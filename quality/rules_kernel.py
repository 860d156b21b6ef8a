"""The statistics of `quality/rules.py` compiled, straight on the buffer of an Arrow string column: no Python string is ever made.

The same definitions and the same numbers (tests/test_quality_kernel.py compares them over arbitrary Unicode). A document goes
through as an array of code points:

    _decode        UTF-8 to code points
    _find_spans    formulas and code (corpus/markup.py)
    _mask          each of them to one blank
    _bare          the marks of Markdown away, mark by mark, in the order in which `rules.view` takes them
    _fold          lower case and the class of each character
    _measure_lines lines, paragraphs, sentences, words: hashes of 64 bits instead of strings
    _ngrams        repeated n-grams over the words' hashes
    _phrases       words and phrases of the lexicons, found by one look-up per word
    _sample        what the taggers read (quality/taggers.py): words of the prose, of formulas and of code

Every loop is linear in the text: no text takes longer per character than another, as backtracking patterns do.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from corpus.kernels import compiled_by_one, compiler
from quality.rules_tables import (
    AC_BITS,
    AC_BOILERPLATE,
    AC_JAVASCRIPT,
    AC_LOREM,
    AC_POLICY,
    AC_URL,
    ALNUM,
    CLOSES,
    CONTINUES_A_CIRCUMFLEX,
    CONTINUES_A_TILDE,
    CONTINUES_E,
    DAMAGED,
    DECIMAL,
    DIGIT,
    ENDS,
    HASH_PRIME,
    HASH_START,
    LETTER,
    PUNCT,
    SPACE,
    STOPS,
    TERMINAL,
    UNSPACED,
    WORD,
)

_SOURCES = (Path(__file__).parent, "rules_*.py")
_compiled: Callable[..., Any] = compiler(*_SOURCES, extra="quality", borrows=True, nogil=True)

COUNTS = (
    "all_chars", "text_chars", "prose_chars", "tokens", "words", "cores", "core_chars", "alpha_tokens", "letter_words", "sample",
    "sample_distinct", "hashes", "ellipses", "sentences", "lines", "bullets", "ellipsis_lines", "terminal_lines", "short_lines",
    "tables", "navigation", "link_chars", "c4_sentences", "c4_brackets", "lorem", "paragraphs", "repeated_lines",
    "repeated_line_chars", "repeated_paragraphs", "repeated_paragraph_chars", "gram2", "gram3", "gram4", "gram5", "gram6",
    "gram7", "gram8", "gram9", "gram10", "formulas", "formula_chars", "broken_formulas", "code_chars", "block_chars",
    "comment_chars", "code_words", "control_words", "questions", "damaged", "masked_chars", "list_items", "longest_word",
    "few_word_lines", "javascript_lines", "policy_lines", "long_lines", "question_lines", "label_lines", "urls", "newlines",
    "punctuated_lines", "articles", "broken_articles",
)  # fmt: skip
"""What is counted of a document, in this order."""

(
    ALL_CHARS, TEXT_CHARS, PROSE_CHARS, TOKENS, WORDS, CORES, CORE_CHARS, ALPHA_TOKENS, LETTER_WORDS, SAMPLE,
    SAMPLE_DISTINCT, HASHES, ELLIPSES, SENTENCES, LINES, BULLETS, ELLIPSIS_LINES, TERMINAL_LINES, SHORT_LINES,
    TABLES, NAVIGATION, LINK_CHARS, C4_SENTENCES, C4_BRACKETS, LOREM, PARAGRAPHS, REPEATED_LINES,
    REPEATED_LINE_CHARS, REPEATED_PARAGRAPHS, REPEATED_PARAGRAPH_CHARS, GRAM2, _GRAM3, _GRAM4, _GRAM5, _GRAM6,
    _GRAM7, _GRAM8, _GRAM9, _GRAM10, FORMULAS, FORMULA_CHARS, BROKEN_FORMULAS, CODE_CHARS, BLOCK_CHARS,
    COMMENT_CHARS, CODE_WORDS, CONTROL_WORDS, QUESTIONS, DAMAGED_CHARS, MASKED_CHARS, LIST_ITEMS, LONGEST_WORD,
    FEW_WORD_LINES, JAVASCRIPT_LINES, POLICY_LINES, LONG_LINES, QUESTION_LINES, LABEL_LINES, URLS, NEWLINES,
    PUNCTUATED_LINES, ARTICLES, BROKEN_ARTICLES,
) = range(len(COUNTS))  # fmt: skip

OPENING_CHARS, INNER_CHARS, CLOSING_CHARS = 1200, 600, 600
"""Of so many characters of the masked text the taggers see the words: its beginning, its middle and its end. A shorter text is
read whole. The bound keeps a model's time per document the same for a page and for a book."""
FORMULA_CHARS_SEEN, CODE_CHARS_SEEN = 600, 600
"""The same of formulas and of code, from their first ones on."""
MAX_SAMPLED_WORD = 24
"""Longer words are cut."""
MAX_SAMPLE_BYTES = 4 * (OPENING_CHARS + INNER_CHARS + CLOSING_CHARS) + 2 * (FORMULA_CHARS_SEEN + CODE_CHARS_SEEN) + 256
"""No sample is longer: a character gives at most four bytes, and one of ASCII two."""

MAX_LABEL = 500
MAX_TARGET = 2000
MAX_TAG = 200
"""Limits of the patterns in rules.py: characters of a link's label and target, and behind the name of a tag."""
_DISPLAY, _INLINE, _CODE, _INLINE_CODE = 0, 1, 2, 3
_START = np.uint64(HASH_START)
_PRIME = np.uint64(HASH_PRIME)
_SALT = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)


def _packed(word: str) -> int:
    return int.from_bytes(word.encode(), "big")


_TAGS = np.array(
    sorted(
        map(
            _packed,
            "table thead tbody tr td th caption col colgroup br sub sup div span p a em b i".split(),  # noqa: SIM905
        )
    ),
    np.uint64,
)
_BEGIN, _END, _LEFT, _RIGHT, _EDIT, _NEEDED = (
    np.array([ord(char) for char in word], np.uint32) for word in ("begin", "end", "left", "right", "edit]", "citation needed]")
)
_DIRECTIVES = np.zeros((6, 8), np.uint32)
for _i, _word in enumerate(("include", "define", "if", "endif", "else", "pragma")):  # ifdef and ifndef begin with `if`
    _DIRECTIVES[_i, : len(_word)] = [ord(char) for char in _word]


def compiling() -> AbstractContextManager[None]:
    """Around the first call: one process of a machine compiles, the others wait for it."""
    return compiled_by_one(*_SOURCES)


class Workspace(NamedTuple):
    """Arrays that the loops hand to each other; one for all documents of a call."""

    text: npt.NDArray[np.uint32]
    first: npt.NDArray[np.uint32]
    second: npt.NDArray[np.uint32]
    masked: npt.NDArray[np.uint32]
    scratch: npt.NDArray[np.uint32]
    lower: npt.NDArray[np.uint32]
    kinds: npt.NDArray[np.uint16]
    spans: npt.NDArray[np.int32]
    """6 x spans: kind, start, end, first and last of the body, indentation of the fence."""
    marks: npt.NDArray[np.int32]
    """4 x marks: start, end, kind, partner."""
    ticks: npt.NDArray[np.int32]
    """The next run of so many backticks."""
    words: npt.NDArray[np.uint64]
    ends: npt.NDArray[np.int32]
    entries: npt.NDArray[np.int32]
    grams: npt.NDArray[np.uint64]
    starts: npt.NDArray[np.int32]
    slots: npt.NDArray[np.int32]
    keys: npt.NDArray[np.uint64]
    """Hash table; 0 is an empty slot."""
    values: npt.NDArray[np.int32]
    lines: npt.NDArray[np.uint64]
    paragraphs: npt.NDArray[np.uint64]
    sizes: npt.NDArray[np.int32]
    """2 x lines: characters of each line and paragraph."""
    seen: npt.NDArray[np.int32]
    """How often each entry of the dictionary was seen."""
    touched: npt.NDArray[np.int32]
    last: npt.NDArray[np.int32]
    """Where each phrase was seen last."""


def workspace(num_chars: int, num_entries: int, num_phrases: int) -> Workspace:
    """For documents of at most `num_chars` code points, before and after masking."""
    n, half = num_chars + 64, num_chars // 2 + 64
    return Workspace(
        text=np.empty(n, np.uint32),
        first=np.empty(n, np.uint32),
        second=np.empty(n, np.uint32),
        masked=np.empty(n, np.uint32),
        scratch=np.empty(n, np.uint32),
        lower=np.empty(n, np.uint32),
        kinds=np.empty(n, np.uint16),
        spans=np.empty((6, half), np.int32),
        marks=np.empty((4, n), np.int32),
        ticks=np.full(n, -1, np.int32),
        words=np.empty(half, np.uint64),
        ends=np.empty(half, np.int32),
        entries=np.empty(half, np.int32),
        grams=np.empty(half, np.uint64),
        starts=np.empty(half, np.int32),
        slots=np.empty(half, np.int32),
        keys=np.empty(1 << (2 * half).bit_length(), np.uint64),
        values=np.empty(1 << (2 * half).bit_length(), np.int32),
        lines=np.empty(half, np.uint64),
        paragraphs=np.empty(half, np.uint64),
        sizes=np.empty((2, half), np.int32),
        seen=np.zeros(num_entries, np.int32),
        touched=np.empty(num_entries, np.int32),
        last=np.empty(num_phrases, np.int32),
    )


@_compiled
def _decode(data, start, end, limit, out):
    """Code points of data[start:end] to `out`, at most `limit`; their number, and that of all there are."""
    count = 0
    i = start
    while i < end and count < limit:
        lead = np.uint32(data[i])
        if lead < 0x80:
            out[count] = lead
            i += 1
        elif lead < 0xE0:
            out[count] = ((lead & np.uint32(0x1F)) << np.uint32(6)) | (np.uint32(data[i + 1]) & np.uint32(0x3F))
            i += 2
        elif lead < 0xF0:
            high = ((lead & np.uint32(0x0F)) << np.uint32(12)) | ((np.uint32(data[i + 1]) & np.uint32(0x3F)) << np.uint32(6))
            out[count] = high | (np.uint32(data[i + 2]) & np.uint32(0x3F))
            i += 3
        else:
            high = ((lead & np.uint32(0x07)) << np.uint32(18)) | ((np.uint32(data[i + 1]) & np.uint32(0x3F)) << np.uint32(12))
            low = ((np.uint32(data[i + 2]) & np.uint32(0x3F)) << np.uint32(6)) | (np.uint32(data[i + 3]) & np.uint32(0x3F))
            out[count] = high | low
            i += 4
        count += 1
    total = count
    while i < end:
        total += (data[i] & 0xC0) != 0x80
        i += 1
    return count, total


@_compiled
def _blank(char):
    return (char == 32) | (char == 9)


@_compiled
def _line_end(text, start, stop):
    while start < stop and text[start] != 10:
        start += 1
    return start


@_compiled
def _skip_blanks(text, start, stop):
    while start < stop and ((text[start] == 32) | (text[start] == 9)):
        start += 1
    return start


@_compiled
def _run(text, start, stop, char):
    """Where the run of `char` at `start` ends."""
    while start < stop and text[start] == char:
        start += 1
    return start


@_compiled
def _has(text, n, one, other):
    """Whether one of two characters occurs."""
    found = False
    for i in range(n):
        found |= (text[i] == one) | (text[i] == other)
    return found


@_compiled
def _has_marks(text, n):
    """Whether there is anything that can begin a formula or code."""
    found = False
    for i in range(n):
        char = text[i]
        found |= (char == 96) | (char == 36) | (char == 126)
    return found


@_compiled
def _find_spans(text, n, classes, spans, marks, ticks):
    """Formulas and code of text[:n] to `spans`; their number."""
    count = position = line = 0
    while line < n:
        # A line that opens a fence?
        after_indent = _skip_blanks(text, line, n)
        end = _line_end(text, after_indent, n)
        is_fence = False
        mark = after_indent
        if after_indent < end and (text[after_indent] == 96 or text[after_indent] == 126):
            mark = _run(text, after_indent, end, text[after_indent])
            if mark - after_indent >= 3:
                is_fence = True
                for k in range(mark, end):
                    if text[k] == 96:
                        is_fence = False
        if not is_fence:
            line = end + 1
            continue
        count = _inline_spans(text, position, line, n, classes, spans, count, marks, ticks)
        char, width = text[after_indent], mark - after_indent
        body = min(end + 1, n)
        stop = position = n
        at = body
        while at < n:
            begins = _skip_blanks(text, at, n)
            close = _run(text, begins, n, char)
            finish = _line_end(text, close, n)
            if close - begins >= width:
                k = begins + width
                while k < finish and (text[k] == 96 or text[k] == 126):
                    k += 1
                if _skip_blanks(text, k, finish) == finish:
                    stop, position = at, finish
                    break
            at = finish + 1
        spans[0, count], spans[1, count], spans[2, count] = _CODE, line, position
        spans[3, count], spans[4, count], spans[5, count] = body, stop, after_indent - line
        count += 1
        line = position + 1
    return _inline_spans(text, position, n, n, classes, spans, count, marks, ticks)


@_compiled
def _inline_spans(text, start, stop, n, classes, spans, count, marks, ticks):
    """Formulas and inline code of text[start:stop], paragraph by paragraph."""
    while start < stop:
        end = after = stop
        i = start
        while i < stop:
            if text[i] == 10:
                k = i + 1
                while k < stop and ((text[k] == 32) | (text[k] == 9) | (text[k] == 13) | (text[k] == 12) | (text[k] == 11)):
                    k += 1
                if k < stop and text[k] == 10:
                    end, after = i, k + 1
                    break
                i = k
            else:
                i += 1
        count = _paragraph_spans(text, start, end, n, classes, spans, count, marks, ticks)
        start = after
    return count


@_compiled
def _paragraph_spans(text, start, stop, n, classes, spans, count, marks, ticks):
    """Those of one paragraph. A mark's kind is its number of backticks, -1 for a dollar, -2 for two, 0 for an escape."""
    num = 0
    i = start
    while i < stop:
        char = text[i]
        end = i
        kind = 0
        if char == 92 and i + 1 < stop:
            end = i + 2
        elif char == 96:
            end = _run(text, i, stop, char)
            kind = end - i
        elif char == 36:
            end = i + 2 if i + 1 < stop and text[i + 1] == 36 else i + 1
            kind = i - end
        if end == i:
            i += 1
            continue
        marks[0, num], marks[1, num], marks[2, num] = i, end, kind
        num += 1
        i = end
    if num < 2:
        return count
    single = double = -1
    for k in range(num - 1, -1, -1):
        kind = marks[2, k]
        marks[3, k] = -1
        if kind == -1:
            marks[3, k], single, double = single, k, -1
        elif kind == -2:
            marks[3, k], double, single = double, k, -1
        elif kind > 0:
            marks[3, k], ticks[kind] = ticks[kind], k
    for k in range(num):
        if marks[2, k] > 0:
            ticks[marks[2, k]] = -1
    k = 0
    while k < num:
        kind, partner = marks[2, k], marks[3, k]
        if kind != 0 and partner >= 0:
            first, last, after = marks[1, k], marks[0, partner], marks[1, partner]
            holds = first < last
            if holds and kind == -1:
                holds = not (classes[text[first]] & SPACE or classes[text[last - 1]] & SPACE)
                holds = holds and not (after < n and classes[text[after]] & DIGIT)
            if holds:
                spans[0, count] = _INLINE_CODE if kind > 0 else (_INLINE if kind == -1 else _DISPLAY)
                spans[1, count], spans[2, count] = marks[0, k], after
                spans[3, count], spans[4, count], spans[5, count] = first, last, 0
                count += 1
                k = partner
        k += 1
    return count


@_compiled
def _mask(text, n, spans, count, out):
    """`text` with each span as one blank; its length."""
    size = position = 0
    for s in range(count):
        for k in range(position, spans[1, s]):
            out[size] = text[k]
            size += 1
        out[size] = 32
        size += 1
        position = spans[2, s]
    for k in range(position, n):
        out[size] = text[k]
        size += 1
    return size


@_compiled
def _label_end(text, start, n):
    """Where the label after a `[` ends: at its `](`, or -1."""
    i = start
    stop = min(n, start + MAX_LABEL)
    while i < stop and text[i] != 91 and text[i] != 93 and text[i] != 10:
        i += 1
    return i if i + 1 < n and text[i] == 93 and text[i + 1] == 40 else -1


@_compiled
def _link_end(text, i, n, classes):
    """Where the target of a link ends that begins at `i`, behind its closing parenthesis, or -1."""
    for _ in range(MAX_TARGET):
        if i >= n or text[i] == 41 or classes[text[i]] & SPACE:
            break
        if text[i] == 40:
            k = i + 1
            while k < n and text[k] != 40 and text[k] != 41 and not classes[text[k]] & SPACE:
                k += 1
            if k >= n or text[k] != 41:
                return -1
            i = k
        i += 1
    k = _skip_blanks(text, i, n)
    if k > i and k < n and text[k] == 34:
        k += 1
        while k < n and text[k] != 34 and text[k] != 10:
            k += 1
        if k + 1 < n and text[k] == 34 and text[k + 1] == 41:
            return k + 2
    return i + 1 if i < n and text[i] == 41 else -1


@_compiled
def _image_end(text, i, n):
    stop = min(n, i + MAX_TARGET)
    while i < stop and text[i] != 40 and text[i] != 41 and text[i] != 10:
        i += 1
    return i + 1 if i < n and text[i] == 41 else -1


@_compiled
def _without_links(text, n, classes, out, images):
    """`text` with links (images) as their labels; its length, and the characters of the labels."""
    size = chars = i = 0
    while i < n:
        start = i
        if images:
            if text[i] == 33 and i + 1 < n and text[i + 1] == 91:
                start = i + 2
        elif text[i] == 91:
            start = i + 1
        if start > i:
            stop = _label_end(text, start, n)
            if stop >= 0:
                after = _image_end(text, stop + 2, n) if images else _link_end(text, stop + 2, n, classes)
                if after >= 0:
                    chars += stop - start
                    for k in range(start, stop):
                        out[size] = text[k]
                        size += 1
                    i = after
                    continue
        out[size] = text[i]
        size += 1
        i += 1
    return size, chars


@_compiled
def _is_rule(text, start, end):
    """Whether the line text[start:end] is a line of a table's dashes or a rule across the page."""
    i = _skip_blanks(text, start, end)
    if i >= end:
        return False
    k = i
    while k < end and ((text[k] == 45) | (text[k] == 42) | (text[k] == 95) | (text[k] == 61)):
        k += 1
    if k - i >= 3 and _skip_blanks(text, k, end) == end:
        return True
    if text[i] == 124:
        i += 1
    cells = 0
    while True:
        i = _skip_blanks(text, i, end)
        k = i + 1 if i < end and text[i] == 58 else i
        after = _run(text, k, end, 45)
        if after - k < 2:
            return cells > 0 and i == end
        if after < end and text[after] == 58:
            after += 1
        i = _skip_blanks(text, after, end)
        if i == end:
            return cells > 0
        if text[i] != 124:
            return False
        cells += 1
        i += 1


@_compiled
def _without_rules(text, n, out):
    size = start = 0
    while start < n:
        end = _line_end(text, start, n)
        if not _is_rule(text, start, end):
            for k in range(start, end):
                out[size] = text[k]
                size += 1
        if end < n:
            out[size] = 10
            size += 1
        start = end + 1
    return size


@_compiled
def _without_line_marks(text, n, classes, out):
    """Without the marks of quotations, headings and list items, in this order, at the beginning of each line."""
    size = start = 0
    while start < n:
        end = _line_end(text, start, n)
        i = k = _skip_blanks(text, start, end)
        if k < end and text[k] == 62:
            while k < end and text[k] == 62:
                start = k + 1
                k = _skip_blanks(text, start, end)
            if start < end and _blank(text[start]):
                start += 1
            i = k
        if i < end and text[i] == 35:
            k = _run(text, i, end, 35)
            if k - i <= 6 and k < end and _blank(text[k]):
                start = i = _skip_blanks(text, k, end)
        if i < end:
            k = i
            if (text[i] == 45) | (text[i] == 42) | (text[i] == 43) | (text[i] == 0x2022):
                k = i + 1
            else:
                digits = i
                while digits < end and digits < i + 3 and classes[text[digits]] & DECIMAL:
                    digits += 1
                if digits > i and digits < end and ((text[digits] == 46) | (text[digits] == 41)):
                    k = digits + 1
            if k > i and k < end and _blank(text[k]):
                start = _skip_blanks(text, k, end)
        for k in range(start, min(end + 1, n)):
            out[size] = text[k]
            size += 1
        start = end + 1
    return size


@_compiled
def _without_tags(text, n, classes, out):
    size = i = 0
    while i < n:
        if text[i] == 60:
            k = i + 2 if i + 1 < n and text[i + 1] == 47 else i + 1
            name = np.uint64(0)
            start = k
            while k < n and k < start + 9 and 97 <= text[k] <= 122:
                name = (name << np.uint64(8)) | np.uint64(text[k])
                k += 1
            known = False
            if 0 < k - start < 9 and not (k < n and classes[text[k]] & WORD):
                for t in range(_TAGS.size):
                    known |= _TAGS[t] == name
            if known:
                stop = min(n, k + MAX_TAG)
                while k < stop and text[k] != 60 and text[k] != 62:
                    k += 1
                if k < n and text[k] == 62:
                    out[size] = 32
                    size += 1
                    i = k + 1
                    continue
        out[size] = text[i]
        size += 1
        i += 1
    return size


@_compiled
def _without_emphasis(text, n, classes, out):
    size = i = 0
    while i < n:
        char = text[i]
        if char == 42:
            i += 1
            continue
        if char == 95:
            after_word = i > 0 and (classes[text[i - 1]] & WORD) != 0
            stop = i + 1
            while stop < n and stop < i + 3 and text[stop] == 95:
                stop += 1
            while stop > i:
                before_word = stop < n and (classes[text[stop]] & WORD) != 0
                if before_word != after_word:
                    break
                stop -= 1
            if stop > i:
                i = stop
                continue
        out[size] = char
        size += 1
        i += 1
    return size


@_compiled
def _is_escapable(char):
    return (
        (char == 92) | (char == 36) | (char == 96) | (char == 42) | (char == 95) | (char == 91) | (char == 93) | (char == 35)
        | (char == 60) | (char == 62)
    )  # fmt: skip


@_compiled
def _without_escapes(text, n, classes, out):
    """Bars of tables as blanks, escaped characters as themselves, unspaced letters as words."""
    size = i = 0
    while i < n:
        char = text[i]
        if char == 92 and i + 1 < n and _is_escapable(text[i + 1]):
            i += 1
            char = text[i]
        if char < 128:
            out[size] = np.uint32(32) if char == 124 else char
            size += 1
        elif classes[char] & UNSPACED:
            out[size], out[size + 1], out[size + 2] = 32, char, 32
            size += 3
        else:
            out[size] = char
            size += 1
        i += 1
    return size


@_compiled
def _fold(text, n, lowered, classes, scripts, lower, kinds, letters):
    """Lower case, the class of each character, and the letters of each script."""
    for i in range(n):
        char = text[i]
        small = lowered[char]
        lower[i] = small
        kinds[i] = classes[small]
    for i in range(n):
        letters[scripts[text[i]]] += 1


@_compiled
def _finish(total):
    total = (total ^ (total >> np.uint64(30))) * _MIX
    total ^= total >> np.uint64(27)
    return total if total != 0 else np.uint64(1)


@_compiled
def _hash(text, start, end):
    total = _START
    for i in range(start, end):
        total = (total ^ np.uint64(text[i])) * _PRIME
    return _finish(total)


@_compiled
def _clear(keys, count):
    """An empty table for `count` keys, at most half full; its bits."""
    size = 16
    while size < 2 * count:
        size *= 2
    for i in range(size):
        keys[i] = 0
    return np.uint64(size - 1)


@_compiled
def _slot(keys, bits, key):
    """Where `key` is or belongs."""
    slot = (key ^ (key >> np.uint64(32))) & bits
    while keys[slot] != 0 and keys[slot] != key:
        slot = (slot + np.uint64(1)) & bits
    return slot


@_compiled
def _repeats(hashes, sizes, count, keys):
    """How many of the hashes were there before, and their characters."""
    bits = _clear(keys, count)
    number = chars = 0
    for i in range(count):
        slot = _slot(keys, bits, hashes[i])
        if keys[slot] == 0:
            keys[slot] = hashes[i]
        else:
            number += 1
            chars += sizes[i]
    return number, chars


@_compiled
def _sentences(text, start, end, kinds):
    """Sentence ends of text[start:end]; what follows `end` is white space or nothing."""
    count = 0
    i = start
    while i < end:
        kind = kinds[i]
        if kind & ENDS:
            while i < end and kinds[i] & ENDS:
                i += 1
            while i < end and kinds[i] & CLOSES:
                i += 1
            count += i == end or (kinds[i] & SPACE) != 0
        elif kind & STOPS:
            while i < end and kinds[i] & STOPS:
                i += 1
            count += 1
        else:
            i += 1
    return count


@_compiled
def _literals(lower, start, end, symbols, moves, outputs):
    """Which kinds of the automaton's literals are in lower[start:end], and how often lorem ipsum and an address."""
    state = np.uint64(0)
    found = 0
    lorem = urls = 0
    for i in range(start, end):
        char = lower[i]
        state = np.uint64(moves[state + (symbols[char] if char < 256 else np.uint64(0))])
        output = outputs[state >> np.uint64(AC_BITS)]
        if output:
            found |= output
            lorem += (output & AC_LOREM) != 0
            urls += (output & AC_URL) != 0
    return found, lorem, urls


@_compiled
def _is_at(text, start, end, word):
    if start + word.size > end:
        return False
    same = True
    for k in range(word.size):
        same &= text[start + k] == word[k]
    return same


@_compiled
def _citation_end(text, start, end, classes):
    """Behind the citation mark that begins at `start`, or -1."""
    i = start + 1
    while i < end and classes[text[i]] & DECIMAL:
        i += 1
    if i < end and text[i] == 93:
        return i + 1
    if _is_at(text, start + 1, end, _EDIT):
        return start + 1 + _EDIT.size
    return start + 1 + _NEEDED.size if _is_at(text, start + 1, end, _NEEDED) else -1


@_compiled
def _c4_line(text, shift, kinds, start, end, sentences, found, min_words, max_word):
    """Sentences and brackets that C4 keeps of a line whose sentence ends and literals are known; its text is text[k - shift]."""
    if start == end or not kinds[end - 1] & TERMINAL or text[end - 1 - shift] == 0x2026:
        return 0, 0
    at = end - shift
    if end - start >= 3 and text[at - 1] == 46 and text[at - 2] == 46 and text[at - 3] == 46:
        return 0, 0
    words = brackets = longest = 0
    i = start
    while i < end:
        while i < end and kinds[i] & SPACE:
            i += 1
        begin = i
        while i < end and not kinds[i] & SPACE:
            brackets += text[i - shift] == 123
            i += 1
        words += i > begin
        longest = max(longest, i - begin)
    if words < min_words or longest > max_word or found & AC_JAVASCRIPT:
        return 0, 0
    return (0 if found & AC_POLICY else max(1, sentences)), brackets


@_compiled
def _measure_lines(text, lower, kinds, n, limits, t, w, scratch, count, lines_out, line_ends, num_found, owners, d):
    """Everything that goes line by line; fills the words and their entries. Returns their number and that of lines to look at.

    `scratch`: for C4's lines without their citations.
    """
    short_line, long_line, max_boilerplate, max_blanks, max_navigation, min_navigation, sample, min_words, max_word, max_label = (
        limits
    )
    tokens = words = cores = core_chars = alpha = letter_words = 0
    sentences = lines = ellipsis_lines = terminal_lines = short_lines = navigation = c4_sentences = c4_brackets = lorem = 0
    few_word_lines = javascript_lines = policy_lines = long_lines = punctuated_lines = question_lines = label_lines = urls = (
        longest
    ) = 0
    articles = broken_articles = 0
    paragraphs = paragraph_start = paragraph_end = 0
    touched = 0
    w.ends[0] = 0
    line_start = 0
    while line_start < n:
        line_end = _line_end(text, line_start, n)
        start, end = line_start, line_end
        line_start = line_end + 1
        while start < end and kinds[start] & SPACE:
            start += 1
        while end > start and kinds[end - 1] & SPACE:
            end -= 1
        if start == end:
            if paragraph_end > paragraph_start:
                w.paragraphs[paragraphs] = _hash(text, paragraph_start, paragraph_end)
                w.sizes[1, paragraphs] = paragraph_end - paragraph_start
                paragraphs += 1
            paragraph_end = paragraph_start
            continue
        if paragraph_end == paragraph_start:
            paragraph_start = start
        paragraph_end = end
        w.lines[lines] = _hash(text, start, end)
        w.sizes[0, lines] = end - start
        lines += 1
        last = text[end - 1]
        dots = end - start >= 3 and last == 46 and text[end - 2] == 46 and text[end - 3] == 46
        ellipsis_lines += (last == 0x2026) | dots
        terminal_lines += (kinds[end - 1] & TERMINAL) != 0
        short_lines += end - start <= short_line
        long_lines += end - start >= long_line
        punctuated_lines += (kinds[end - 1] & (ENDS | STOPS)) != 0
        question_lines += (last == 63) | (last == 0xFF1F) | (last == 0x61F)
        ends = _sentences(text, start, end, kinds)
        sentences += ends
        found, more, addresses = _literals(lower, start, end, t.symbols, t.moves, t.outputs)
        lorem += more
        urls += addresses
        javascript_lines += (found & AC_JAVASCRIPT) != 0
        policy_lines += (found & AC_POLICY) != 0

        # Words.
        all_known = all_lone = True
        named = blanks = 0
        before = tokens
        label = 0  # characters of the label that the line begins with
        is_marked = is_article = False
        i = start
        while i < end:
            begin = i
            total = _START
            seen, common = np.uint16(0), np.uint16(0xFFFF)
            while i < end and not kinds[i] & SPACE:
                total = (total ^ np.uint64(lower[i])) * _PRIME
                seen |= kinds[i]
                common &= kinds[i]
                i += 1
            word = _finish(total)
            first, after = begin, i
            core = word
            if seen & PUNCT:
                while first < after and kinds[first] & PUNCT:
                    first += 1
                while after > first and kinds[after - 1] & PUNCT:
                    after -= 1
                if after - first < i - begin:
                    core = _hash(lower, first, after)
                    seen, common = np.uint16(0), np.uint16(0xFFFF)
                    for k in range(first, after):
                        seen |= kinds[k]
                        common &= kinds[k]
            entry = -1
            if after > first:
                cores += 1
                core_chars += after - first
                alpha += (seen & LETTER) != 0
                words += (seen & ALNUM) != 0
                letter_words += (common & LETTER) != 0
                slot = _slot(t.keys, t.bits[0], core)
                entry = t.values[slot] if t.keys[slot] == core else -1
                named += 1
                if entry >= 0:
                    if w.seen[entry] == 0:
                        w.touched[touched] = entry
                        touched += 1
                    w.seen[entry] += 1
                    all_known &= (t.roles[entry] & 1) != 0
                    all_lone &= (t.roles[entry] & 2) != 0
                else:
                    all_known = all_lone = False
            if tokens - before < 2:
                if tokens == before and entry >= 0 and t.roles[entry] & 8:
                    label = after - first
                if tokens == before or label > 1:
                    is_marked |= (text[i - 1] == 58) | ((text[i - 1] == 46) & (label > 1))
            longest = max(longest, i - begin)
            if is_article:
                articles += 1
                broken_articles += entry >= 0 and (t.roles[entry] & 32) != 0
            is_article = entry >= 0 and (t.roles[entry] & 16) != 0 and after - first == i - begin
            w.words[tokens] = word
            w.entries[tokens] = entry
            w.ends[tokens + 1] = w.ends[tokens] + (i - begin)
            tokens += 1
            begin = i
            while i < end and kinds[i] & SPACE:
                blanks += text[i] == 32
                i += 1
            is_article &= (i == begin + 1) & (text[begin] == 32)

        few_word_lines += tokens - before < min_words
        label_lines += label > 0 and (is_marked or (label > 1 and tokens - before <= max_label))

        # Boilerplate.
        if end - start <= max_boilerplate and blanks < max_blanks:
            is_known = all_known if named >= min_navigation else all_lone
            if named > 0 and is_known and end - start <= max_navigation:
                navigation += 1
            elif found & AC_BOILERPLATE:
                at = line_ends[num_found]
                for k in range(start, end):
                    lines_out[at + k - start] = lower[k]
                num_found += 1
                line_ends[num_found] = at + end - start
                owners[num_found - 1] = d

        # C4: without citations, where there are any.
        cleaned, size, i = False, 0, start
        has_bracket = False
        for k in range(start, end):
            has_bracket |= text[k] == 91
        if has_bracket:
            while i < end:
                after = _citation_end(text, i, end, t.classes) if text[i] == 91 else -1
                if after >= 0:
                    cleaned = True
                    i = after
                    continue
                scratch[size] = text[i]
                size += 1
                i += 1
        if not cleaned:
            kept, brackets = _c4_line(text, 0, kinds, start, end, ends, found, min_words, max_word)
        else:
            while size > 0 and t.classes[scratch[size - 1]] & SPACE:
                size -= 1
            # The line is done with, so its place in the two arrays is free.
            for k in range(size):
                lower[start + k] = t.lowered[scratch[k]]
                kinds[start + k] = t.classes[lower[start + k]]
            ends = _sentences(scratch, start, start + size, kinds)
            found, more, addresses = _literals(lower, start, start + size, t.symbols, t.moves, t.outputs)
            kept, brackets = _c4_line(scratch, start, kinds, start, start + size, ends, found, min_words, max_word)
        c4_sentences += kept
        c4_brackets += brackets
    if paragraph_end > paragraph_start:
        w.paragraphs[paragraphs] = _hash(text, paragraph_start, paragraph_end)
        w.sizes[1, paragraphs] = paragraph_end - paragraph_start
        paragraphs += 1
    count[TOKENS], count[WORDS], count[CORES], count[CORE_CHARS] = tokens, words, cores, core_chars
    count[ALPHA_TOKENS], count[LETTER_WORDS], count[SENTENCES], count[LINES] = alpha, letter_words, sentences, lines
    count[ELLIPSIS_LINES], count[TERMINAL_LINES], count[SHORT_LINES] = ellipsis_lines, terminal_lines, short_lines
    count[NAVIGATION], count[C4_SENTENCES], count[C4_BRACKETS] = navigation, c4_sentences, c4_brackets
    count[LOREM], count[PARAGRAPHS] = lorem, paragraphs
    count[LONGEST_WORD], count[FEW_WORD_LINES], count[JAVASCRIPT_LINES] = longest, few_word_lines, javascript_lines
    count[POLICY_LINES], count[LONG_LINES], count[QUESTION_LINES] = policy_lines, long_lines, question_lines
    count[ARTICLES], count[BROKEN_ARTICLES] = articles, broken_articles
    count[LABEL_LINES], count[URLS], count[PUNCTUATED_LINES] = label_lines, urls, punctuated_lines
    count[REPEATED_LINES], count[REPEATED_LINE_CHARS] = _repeats(w.lines, w.sizes[0], lines, w.keys)
    count[REPEATED_PARAGRAPHS], count[REPEATED_PARAGRAPH_CHARS] = _repeats(w.paragraphs, w.sizes[1], paragraphs, w.keys)
    number = min(tokens, sample)
    repeated, _ = _repeats(w.words, w.entries, number, w.keys)
    count[SAMPLE], count[SAMPLE_DISTINCT] = number, number - repeated
    return tokens, touched, num_found


@_compiled
def _ngrams(words, ends, tokens, grams, starts, slots, keys, values, count):
    """Characters in the most frequent 2-, 3- and 4-gram and in repeated 5- to 10-grams, as `rules._ngram_repetition`."""
    number = tokens
    for i in range(tokens):
        starts[i] = i
        grams[i] = words[i]
    for n in range(2, 11):
        while number > 0 and starts[number - 1] > tokens - n:
            number -= 1
        if number < 2:
            for m in range(n, 11):
                count[GRAM2 + m - 2] = 0
            return
        bits = _clear(keys, number)
        for i in range(number):
            key = _finish(grams[i] * _PRIME ^ (words[starts[i] + n - 1] * _SALT))
            slot = _slot(keys, bits, key)
            if keys[slot] == 0:
                keys[slot] = key
                values[slot] = 0
            values[slot] += 1
            grams[i] = key
            slots[i] = np.int32(slot)
        kept = 0
        best = 1
        result = 0
        position = 0
        for i in range(number):
            slot = slots[i]
            times = values[slot]
            if times == 1:
                continue
            start = starts[i]
            if n <= 4:
                if times > best:
                    best = times
                    result = (ends[start + n] - ends[start] + n - 1) * times
            elif start >= position:
                if times < 0:
                    result += ends[start + n] - ends[start]
                    position = start + n
                else:
                    values[slot] = -times  # seen
            starts[kept] = start
            grams[kept] = grams[i]
            kept += 1
        number = kept
        count[GRAM2 + n - 2] = result


@_compiled
def _phrases(tokens, touched, t, w, totals, distinct):
    """Adds what words and phrases say to the totals of their groups, and forgets the words."""
    for p in range(t.phrases.shape[0]):
        w.last[p] = -100
    entries = w.entries
    for i in range(tokens):
        entry = entries[i]
        if entry < 0 or t.phrase_bounds[entry] == t.phrase_bounds[entry + 1]:
            continue
        for p in range(t.phrase_bounds[entry], t.phrase_bounds[entry + 1]):
            size = t.phrase_sizes[p]
            if i + size > tokens or i < w.last[p] + size + 1:
                continue
            same = True
            for k in range(1, size):
                same &= entries[i + k] == t.phrases[p, k]
            if same:
                w.last[p] = i
                totals[t.phrase_groups[p]] += 1.0
    for k in range(touched):
        entry = w.touched[k]
        times = w.seen[entry]
        w.seen[entry] = 0
        for m in range(t.member_bounds[entry], t.member_bounds[entry + 1]):
            totals[t.member_groups[m]] += times * t.member_weights[m]
            distinct[t.member_groups[m]] += 1


@_compiled
def _is_balanced(text, start, end, classes, bare):
    """As `rules.is_balanced`, of text[start:end]."""
    size = 0
    i = start
    while i < end:
        if text[i] == 92 and i + 1 < end and ((text[i + 1] == 92) | (text[i + 1] == 123) | (text[i + 1] == 125)):
            i += 2
            continue
        bare[size] = text[i]
        size += 1
        i += 1
    depth = left = environments = 0
    for k in range(size):
        char = bare[k]
        if char == 123:
            depth += 1
        elif char == 125:
            depth -= 1
            if depth < 0:
                return False
        elif char == 92:
            if _is_at(bare, k + 1, size, _LEFT):
                left += not (k + 5 < size and 97 <= bare[k + 5] <= 122)
            elif _is_at(bare, k + 1, size, _RIGHT):
                left -= not (k + 6 < size and 97 <= bare[k + 6] <= 122)
            elif _is_at(bare, k + 1, size, _BEGIN):
                environments += not (k + 6 < size and classes[bare[k + 6]] & WORD)
            elif _is_at(bare, k + 1, size, _END):
                environments -= not (k + 4 < size and classes[bare[k + 4]] & WORD)
    return depth == 0 and left == 0 and environments == 0 and not (size > 0 and bare[size - 1] == 92)


@_compiled
def _is_comment(text, start, end):
    i = _skip_blanks(text, start, end)
    if i >= end:
        return False
    char = text[i]
    second = text[i + 1] if i + 1 < end else np.uint32(10)
    third = text[i + 2] if i + 2 < end else np.uint32(10)
    if char == 35:
        for d in range(6):
            same = True
            for k in range(8):
                if _DIRECTIVES[d, k] != 0:
                    same &= i + 1 + k < end and text[i + 1 + k] == _DIRECTIVES[d, k]
            if same:
                return False
        return True
    if char == 47:
        return (second == 47) | (second == 42)
    if char == 42:
        return (second == 32) | (second == 47)
    if (char == 45) | (char == 59):
        return second == char
    if (char == 34) | (char == 39):
        return (second == char) & (third == char)
    return char == 37


@_compiled
def _measure_code(code, size, t, count):
    """A block of code: its lines of comment, its words and those that steer execution."""
    start = 0
    while start < size:
        end = _line_end(code, start, size)
        if _is_comment(code, start, end):
            count[COMMENT_CHARS] += end - start
        start = end + 1
    i = 0
    while i < size:
        char = code[i]
        if not ((97 <= (char | np.uint32(32)) <= 122 and char < 128) or char == 95):
            i += 1
            continue
        total = _START
        while i < size and t.classes[code[i]] & WORD:
            total = (total ^ np.uint64(code[i])) * _PRIME
            i += 1
        word = _finish(total)
        count[CODE_WORDS] += 1
        slot = _slot(t.keys, t.bits[0], word)
        if t.keys[slot] == word:
            count[CONTROL_WORDS] += (t.roles[t.values[slot]] & 4) != 0


@_compiled
def _measure_spans(text, spans, number, t, scratch, count):
    """Formulas and code."""
    for s in range(number):
        kind, start, end, indent = spans[0, s], spans[3, s], spans[4, s], spans[5, s]
        count[MASKED_CHARS] += spans[2, s] - spans[1, s]
        if kind in (_DISPLAY, _INLINE):
            count[FORMULAS] += 1
            count[FORMULA_CHARS] += end - start
            count[BROKEN_FORMULAS] += not _is_balanced(text, start, end, t.classes, scratch)
        elif kind == _INLINE_CODE:
            count[CODE_CHARS] += end - start
        else:
            size = 0
            while start < end:
                after = min(_line_end(text, start, end) + 1, end)
                skipped = start + min(indent, _skip_blanks(text, start, after) - start)
                for k in range(skipped, after):
                    scratch[size] = text[k]
                    size += 1
                start = after
            count[CODE_CHARS] += size
            count[BLOCK_CHARS] += size
            _measure_code(scratch, size, t, count)


@_compiled
def _damaged(text, n, classes):
    """Characters of decoding damage."""
    count = 0
    i = 0
    while i < n:
        char = text[i]
        size = 1
        if classes[char] & DAMAGED:
            count += 1
        elif char == 0xC3:
            size += i + 1 < n and (classes[text[i + 1]] & CONTINUES_A_TILDE) != 0
        elif char == 0xC2:
            size += i + 1 < n and (classes[text[i + 1]] & CONTINUES_A_CIRCUMFLEX) != 0
        elif char == 0xE2:
            size += 2 * (i + 2 < n and text[i + 1] == 0x20AC and (classes[text[i + 2]] & CONTINUES_E) != 0)
        elif char == 40 and i + 6 < n and text[i + 1] == 99 and text[i + 2] == 105 and text[i + 3] == 100 and text[i + 4] == 58:
            k = i + 5
            while k < n and classes[text[k]] & DECIMAL:
                k += 1
            if k > i + 5 and k < n and text[k] == 41:
                size = k + 1 - i
        if size > 1:
            count += size
        i += size
    return count


@_compiled
def _is_bullet(text, start, end, classes):
    """Whether the line text[start:end] begins with the mark of a list item."""
    while start < end and classes[text[start]] & SPACE:
        start += 1
    if start >= end or not _is_mark(text[start]):
        return False
    k = start + 1
    while k + 1 < end and not classes[text[k]] & SPACE:
        if _is_mark(text[k]) and _is_mark(text[k + 1]):
            return False
        k += 1
    return True


@_compiled
def _is_numbered(text, start, end, classes):
    while start < end and classes[text[start]] & SPACE:
        start += 1
    i = start
    while i < end and i < start + 3 and classes[text[i]] & DECIMAL:
        i += 1
    if i == start or i >= end or not ((text[i] == 46) | (text[i] == 41)):
        return False
    return i + 1 == end or (classes[text[i + 1]] & SPACE) != 0


@_compiled
def _is_mark(char):
    return (char == 45) | (char == 42) | (char == 43) | (char == 0x2022)


@_compiled
def _is_table(text, start, end):
    i = _skip_blanks(text, start, end)
    if i >= end:
        return False
    if text[i] == 124:
        for k in range(i + 1, end):
            if text[k] == 124:
                return True
    if text[i] != 60 or i + 3 >= end or text[i + 1] != 116:
        return False
    letter, after = text[i + 2], text[i + 3]
    return ((letter == 114) | (letter == 100) | (letter == 104)) & ((after == 32) | (after == 62))


@_compiled
def _measure_masked(text, n, classes, count):
    """List items and rows of tables."""
    start = 0
    while start < n:
        end = _line_end(text, start, n)
        is_bullet = _is_bullet(text, start, end, classes)
        count[BULLETS] += is_bullet
        count[LIST_ITEMS] += is_bullet or _is_numbered(text, start, end, classes)
        count[TABLES] += _is_table(text, start, end)
        start = end + 1


@_compiled
def _measure_marks(text, n, count):
    """Single characters of the prose."""
    hashes = questions = ellipses = dots = newlines = 0
    for i in range(n):
        char = text[i]
        hashes += char == 35
        newlines += char == 10
        questions += (char == 63) | (char == 0xFF1F)
        ellipses += char == 0x2026
        dots = dots + 1 if char == 46 else 0
        if dots == 3:
            ellipses += 1
            dots = 0
    count[HASHES], count[QUESTIONS], count[ELLIPSES], count[NEWLINES] = hashes, questions, ellipses, newlines


@_compiled
def _bare(text, n, t, a, b):
    """`text` without the marks of Markdown (`rules._without_markup`), in `a` or `b`: its length, and the array that it is in.

    A pass whose mark does not occur is left out.
    """
    has_links, has_tags = _has(text, n, 91, 91), _has(text, n, 60, 60)
    has_emphasis = _has(text, n, 42, 95)
    n = _without_rules(text, n, a)
    if has_links:
        n, _ = _without_links(a, n, t.classes, b, True)
        n, _ = _without_links(b, n, t.classes, a, False)
    n = _without_line_marks(a, n, t.classes, b)
    if has_tags:
        n = _without_tags(b, n, t.classes, a)
        a, b = b, a
    if has_emphasis:
        n = _without_emphasis(b, n, t.classes, a)
        a, b = b, a
    return _without_escapes(b, n, t.classes, a), a


@_compiled
def _put(char, out, at):
    """`char` in UTF-8 to out[at:]; where it ends."""
    if char < 0x80:
        out[at] = char
        return at + 1
    if char < 0x800:
        out[at], out[at + 1] = 0xC0 | (char >> 6), 0x80 | (char & 0x3F)
        return at + 2
    if char < 0x10000:
        out[at], out[at + 1], out[at + 2] = 0xE0 | (char >> 12), 0x80 | ((char >> 6) & 0x3F), 0x80 | (char & 0x3F)
        return at + 3
    out[at], out[at + 1] = 0xF0 | (char >> 18), 0x80 | ((char >> 12) & 0x3F)
    out[at + 2], out[at + 3] = 0x80 | ((char >> 6) & 0x3F), 0x80 | (char & 0x3F)
    return at + 4


@_compiled
def _is_telling_mark(char):
    """Marks that are words of the sample: of questions, calls, speech, prices and addresses."""
    return (
        (char == 63) | (char == 33) | (char == 34) | (char == 0x201C) | (char == 0xAB) | (char == 36) | (char == 0x20AC)
        | (char == 0xA3) | (char == 64)
    )  # fmt: skip


@_compiled
def _sample_words(lower, kinds, start, stop, out, at):
    """Words of lower[start:stop], each with a blank behind it; a run of digits is one 0."""
    size = 0
    last = np.uint32(0)
    for i in range(start, stop):
        char = lower[i]
        if kinds[i] & WORD:
            if kinds[i] & DECIMAL:
                if last == 48:
                    continue
                char = np.uint32(48)
            if size < MAX_SAMPLED_WORD:
                at = _put(char, out, at)
            size += 1
            last = char
            continue
        last = np.uint32(0)
        is_apostrophe = (char == 39) | (char == 0x2019)
        if is_apostrophe and size > 0 and i + 1 < stop and kinds[i + 1] & LETTER:
            if size < MAX_SAMPLED_WORD:
                out[at] = 39
                at += 1
            size += 1
            continue
        if size > 0:
            out[at] = 32
            at += 1
            size = 0
        if _is_telling_mark(char):
            at = _put(char, out, at)
            out[at] = 32
            at += 1
    if size > 0:
        out[at] = 32
        at += 1
    return at


@_compiled
def _sample_prose(lower, kinds, n, out, at):
    """The words of the beginning, the middle and the end, from one white space to another."""
    if n <= OPENING_CHARS + INNER_CHARS + CLOSING_CHARS:
        return _sample_words(lower, kinds, 0, n, out, at)
    for part in range(3):
        start, stop = 0, OPENING_CHARS
        if part == 1:
            start = max(OPENING_CHARS, n // 2 - INNER_CHARS // 2)
            stop = start + INNER_CHARS
        elif part == 2:
            start, stop = n - CLOSING_CHARS, n
        while part > 0 and start < stop and not kinds[start] & SPACE:
            start += 1
        while part < 2 and stop > start and not kinds[stop] & SPACE:
            stop -= 1
        at = _sample_words(lower, kinds, start, stop, out, at)
    return at


@_compiled
def _sample_formulas(text, spans, number, out, at):
    """The commands of LaTeX in the first formulas."""
    left = FORMULA_CHARS_SEEN
    for s in range(number):
        if spans[0, s] != _DISPLAY and spans[0, s] != _INLINE:
            continue
        start, stop = spans[3, s], min(spans[4, s], spans[3, s] + left)
        left -= stop - start
        i = start
        while i < stop:
            if text[i] != 92:
                i += 1
                continue
            k = i + 1
            while k < stop and 97 <= text[k] | np.uint32(32) <= 122:
                k += 1
            if k > i + 1:
                for c in range(i, min(k, i + MAX_SAMPLED_WORD)):
                    out[at] = text[c]
                    at += 1
                out[at] = 32
                at += 1
            i = max(k, i + 2)
        if left <= 0:
            break
    return at


@_compiled
def _sample_code(text, spans, number, out, at):
    """The words of the first code, each behind a backtick."""
    left = CODE_CHARS_SEEN
    for s in range(number):
        if spans[0, s] != _CODE and spans[0, s] != _INLINE_CODE:
            continue
        start, stop = spans[3, s], min(spans[4, s], spans[3, s] + left)
        left -= stop - start
        i = start
        while i < stop:
            k = i
            while k < stop and ((97 <= text[k] | np.uint32(32) <= 122) | (text[k] == 95)):
                k += 1
            if k > i + 1:
                out[at] = 96
                at += 1
                for c in range(i, min(k, i + MAX_SAMPLED_WORD)):
                    out[at] = text[c] | np.uint32(32) if text[c] != 95 else text[c]
                    at += 1
                out[at] = 32
                at += 1
            i = k + 1
        if left <= 0:
            break
    return at


@_compiled
def measure(
    data, bounds, is_code, max_chars, masks, limits, t, w, counts, totals, distinct, letters, found, found_ends, owners, samples,
    sample_ends
):  # fmt: skip
    """All documents of a column: document d is the UTF-8 data[bounds[d]:bounds[d + 1]].

    Fills, one row a document, `counts` (by COUNTS), `totals` and `distinct` (by the groups of the dictionary) and `letters` (by
    script). Lines that may be boilerplate go to `found`, one after the other, with their ends and documents; returns how many.
    What the taggers read goes to `samples` in UTF-8, that of document d up to sample_ends[d]; a source file has none.
    """
    num_found = sampled = 0
    found_ends[0] = 0
    for d in range(bounds.size - 1):
        count = counts[d]
        n, total = _decode(data, bounds[d], bounds[d + 1], max_chars, w.text)
        count[ALL_CHARS], count[TEXT_CHARS] = total, n
        count[DAMAGED_CHARS] = _damaged(w.text, n, t.classes)
        number = 0
        if is_code[d]:
            if n > 0:
                number = 1
                w.spans[0, 0], w.spans[1, 0], w.spans[2, 0] = _CODE, 0, n
                w.spans[3, 0], w.spans[4, 0], w.spans[5, 0] = 0, n, 0
        elif _has_marks(w.text, n):
            number = _find_spans(w.text, n, t.classes, w.spans, w.marks, w.ticks)
        _measure_spans(w.text, w.spans, number, t, w.first, count)
        prose, size = w.text, n
        if is_code[d]:
            size = 0 if masks else n
        else:
            masked = w.text
            if number > 0:
                masked = w.masked
                size = _mask(w.text, n, w.spans, number, masked)
            if masks:
                _measure_masked(masked, size, t.classes, count)
            else:
                _measure_masked(w.text, n, t.classes, count)
            if _has(masked, size, 91, 91):
                _, count[LINK_CHARS] = _without_links(masked, size, t.classes, w.first, False)
            if masks:
                size, prose = _bare(masked, size, t, w.first, w.second)
            else:
                size = n
        count[PROSE_CHARS] = size
        _fold(prose, size, t.lowered, t.classes, t.scripts, w.lower, w.kinds, letters[d])
        _measure_marks(prose, size, count)
        if not is_code[d]:
            sampled = _sample_formulas(w.text, w.spans, number, samples, sampled)
            sampled = _sample_code(w.text, w.spans, number, samples, sampled)
            sampled = _sample_prose(w.lower, w.kinds, size, samples, sampled)
        sample_ends[d] = sampled
        tokens, touched, num_found = _measure_lines(
            prose, w.lower, w.kinds, size, limits, t, w, w.scratch, count, found, found_ends, num_found, owners, d
        )
        _ngrams(w.words, w.ends, tokens, w.grams, w.starts, w.slots, w.keys, w.values, count)
        _phrases(tokens, touched, t, w, totals[d], distinct[d])
    return num_found
