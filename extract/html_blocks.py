"""A page as a sequence of text blocks, and what a classifier can see of each.

A block is a run of inline content between two block-level elements: a paragraph, a heading, a list item, a table cell.
`read_blocks` walks the table of nodes once, in compiled code: beside the blocks it finds the paths (tag, class and id from the
root down; the blocks of a thread's posts share a few) and the spans (block-level elements as intervals of blocks): 0.4 ms for a
page of 150 kB, where the same in Python took 4 ms. extract/html_features.py makes numbers of them.

Ideas: Boilerpipe (density of text and links, neighbours), jusText, Web2Text (tree and sequence features, neighbours
decide together), trafilatura and readability (names of classes).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html.entities import html5

import numpy as np
import numpy.typing as npt

from extract.html_hashes import FNV_OFFSET, FNV_PRIME, HashTable, find_slot, fnv1a, hash_bytes, hash_lower, hash_table
from extract.html_kernels import compiled
from extract.html_scan import (
    ATTRS,
    ATTRS_END,
    CLASS,
    CLASS_END,
    END,
    FLAGS,
    HAS_STATE,
    ID_AT,
    ID_END,
    IS_BLANK,
    IS_RAW,
    START,
    TAG,
    TEXT,
    next_attribute,
)
from extract.html_tags import BLOCK, GONE, ID, INLINE_SHOWN, PROPERTIES, SKIPPED, words
from extract.html_tree import Page, Table, body_of

Matrix = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int32]

HEAD_CHARS = 80
"""Beginning of a block whose words and signs are looked at."""

_TOOL_CLASSES = words(
    """
    headerlink anchor-link anchorjs-link hash-link permalink mw-editsection sr-only visually-hidden screen-reader-text
    screen-reader-only visuallyhidden srclink copiable-anchor copiable-link viewcode-link viewcode-back selflink self-link
    method-click-advice
    """
)
"""Inline elements inside of content that are tools or said to nobody."""
_HIDING_CLASSES = words("d-none hidden is-hidden visually-hidden sr-only screen-reader-text hide u-hidden display-none")
"""Elements that are not shown, or not on every screen: what they repeat is a copy."""

BLOCK_META_NAMES = ("og:title", "twitter:title", "og:description", "description", "og:type")
"""Meta elements whose content is compared with the blocks' text, or says what kind of page it is."""

# ---------------------------------------------------------------------------------------------------- names and words


KINDS = ("article", "collection", "documentation", "forum", "listing", "product", "service")
"""Of pages; the few others count as articles."""
MOST_UNLIKELY = -8.0
"""Log-probability of a kind of page below which it makes no difference."""


@dataclass(frozen=True, kw_only=True)
class Lexicon:
    """What names and words say, learned from pages with known content."""

    names: HashTable
    """Log-odds of being content, by part of a class or id."""
    words: HashTable
    """The same by word of a block's text."""
    name_kinds: Matrix
    """(slots of `names`, KINDS): what the name says about the kind of page it stands on."""
    word_kinds: Matrix
    page_kinds: Matrix
    """(page features and a one, KINDS)."""

    def kinds(self, blocks: Blocks, page: Matrix) -> Matrix:
        """(KINDS,): log-probabilities of the kinds of page, by a softmax regression on the names and words on it, each counted
        once however often it stands there, and on what the page says about itself."""
        return _kinds(  # type: ignore[no-any-return]
            blocks.seen_names, blocks.seen_words, self.name_kinds, self.word_kinds, page, self.page_kinds
        )


@compiled
def _kinds(seen_names, seen_words, name_kinds, word_kinds, page, page_kinds):
    scores = np.zeros(len(KINDS))
    count = 0
    for slot in range(len(seen_names)):
        if seen_names[slot]:
            count += 1
            for k in range(len(KINDS)):
                scores[k] += name_kinds[slot, k]
    for slot in range(len(seen_words)):
        if seen_words[slot]:
            count += 1
            for k in range(len(KINDS)):
                scores[k] += word_kinds[slot, k]
    scale = one_of(count)
    for k in range(len(KINDS)):
        scores[k] = scores[k] * scale + page_kinds[len(page), k]
        for j in range(len(page)):
            scores[k] += page[j] * page_kinds[j, k]
    scores -= scores.max()
    return np.maximum(scores - math.log(np.exp(scores).sum()), MOST_UNLIKELY).astype(np.float32)


@compiled
def one_of(number):
    """What a name or word of a page counts that has so many of them."""
    return 3.0 / math.sqrt(number + 1)


def lexicon_of(
    names: Mapping[str, float],
    words: Mapping[str, float],
    *,
    kinds: Mapping[str, Sequence[float]] | None = None,
    word_kinds: Mapping[str, Sequence[float]] | None = None,
    page_kinds: Matrix | None = None,
) -> Lexicon:
    """`kinds`, `word_kinds`: what each name and word says about the kind of page (nothing, where left out)."""
    name_table, word_table = hash_table(names), hash_table(words)
    return Lexicon(
        names=name_table,
        words=word_table,
        name_kinds=_rows_by_slot(name_table, kinds or {}),
        word_kinds=_rows_by_slot(word_table, word_kinds or {}),
        page_kinds=np.zeros((1, len(KINDS)), dtype=np.float32) if page_kinds is None else page_kinds,
    )


def _rows_by_slot(table: HashTable, rows: Mapping[str, Sequence[float]]) -> Matrix:
    found = np.zeros((len(table.keys), len(KINDS)), dtype=np.float32)
    for name, row in rows.items():
        found[find_slot(table.keys, np.uint64(fnv1a(name.encode())))] = row
    return found


_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_LETTERS = re.compile(r"[^a-z#]+")
MAX_TOKENS, MAX_PARTS = 12, 6


def name_parts(name: str) -> tuple[str, ...]:
    """What a class attribute and id (`#id`) are made of: whole names and their words, without digits.

    `_score_name` hashes the same.
    """
    found: dict[str, None] = {}
    for token in name.split()[:MAX_TOKENS]:
        found |= dict.fromkeys(_token_parts(token))
    return tuple(found)


@lru_cache(maxsize=65_536)
def _token_parts(token: str) -> tuple[str, ...]:
    parts = [part for part in _NOT_LETTERS.split(_CAMEL.sub("-", token).lower()) if part]
    found = [part.removeprefix("#") for part in parts[:MAX_PARTS]]
    if 1 < len(parts) <= MAX_PARTS:
        found.append("-".join(parts))
    return tuple(part for part in found if part)


_WORD = re.compile(r"[^\W\d_]+")


def block_words(text: str) -> list[str]:
    """The words at the beginning of a block, lower-case."""
    return _WORD.findall(text[:HEAD_CHARS].lower())


# ---------------------------------------------------------------------------------------------------- what the walk writes

STATS = (
    "chars", "words", "link_chars", "links", "protected", "commas", "stops", "ends_sentence", "ends_colon", "upper",
    "upper_first", "digit_first", "currency", "copyright", "bars", "at", "more", "words_capital", "time_like", "inline_tags",
    "digits", "word_mean", "word_min", "word_max", "title_like", "description_like",
)  # fmt: skip
"""One row of these a block; the first 21 are counts, or facts about its first 80 characters."""
(
    CHARS, WORDS, LINK_CHARS, LINKS, PROTECTED, COMMAS, STOPS, ENDS_SENTENCE, ENDS_COLON, UPPER, UPPER_FIRST, DIGIT_FIRST,
    CURRENCY, COPYRIGHT, BARS, AT, MORE, WORDS_CAPITAL, TIME_LIKE, INLINE_TAGS, DIGITS, WORD_MEAN, WORD_MIN, WORD_MAX, TITLE_LIKE,
    DESCRIPTION_LIKE,
) = range(len(STATS))  # fmt: skip

# Columns of the paths, of the blocks' places and of the spans.
PATH_PARENT, PATH_TAG, PATH_FLAGS, PATH_NAME, PATH_NODE = range(5)
PLACE_PATH, PLACE_SPAN, PLACE_ROW, PLACE_NODE, PLACE_TEXT, PLACE_TEXT_END, PLACE_IS_COMPLEX = range(7)
SPAN_PARENT, SPAN_PATH, SPAN_FIRST, SPAN_END, SPAN_CHILDREN, SPAN_NODE = range(6)


@dataclass(frozen=True, slots=True)
class Blocks:
    """What the walk found, in document order."""

    stats: Matrix
    """(blocks, STATS)."""
    hashes: npt.NDArray[np.uint64]
    """Of the blocks' text, white space folded."""
    places: Indices
    """(blocks, 7): path, span, number of the table row (-1 outside of tables), first node, bounds in `text`, and whether more
    than text is to be written: formulas, code, scripts."""
    paths: Indices
    """(paths, 5), parents first: parent, tag, what `_read_state` gives, number in `names`, first node."""
    spans: Indices
    """(spans, 6), parents first: parent, path, first block, end, number of block children, node of every block-level element."""
    names: Matrix
    """(names, 3): mean, lowest and highest log-odds of the parts of a class and id; the first row is that of no name."""
    block_of: Indices
    """(nodes,): the block that a text, a formula, a piece of code or a line break belongs to, -1 for none."""
    text: npt.NDArray[np.uint8]
    """The blocks' text, white space folded, line breaks as newlines."""
    seen_names: npt.NDArray[np.bool_]
    """(slots of the lexicon's table,): the known names of the page."""
    seen_words: npt.NDArray[np.bool_]

    @property
    def path_of(self) -> Indices:
        return self.places[:, PLACE_PATH]

    @property
    def span_of(self) -> Indices:
        return self.places[:, PLACE_SPAN]

    @property
    def row_of(self) -> Indices:
        return self.places[:, PLACE_ROW]

    def texts(self) -> list[str]:
        """Of every block."""
        text = self.text.tobytes()
        bounds = self.places[:, PLACE_TEXT : PLACE_TEXT_END + 1].tolist()
        return [text[start:stop].decode("utf-8", "replace") for start, stop in bounds]

    def __len__(self) -> int:
        return len(self.stats)


_ROLES = {
    "navigation": 1, "banner": 2, "contentinfo": 2, "complementary": 2, "search": 2, "dialog": 2, "menu": 1, "menubar": 1,
    "main": 4, "article": 8, "button": 16, "tablist": 16, "tooltip": 2, "alert": 2, "listitem": 128, "heading": 256,
}  # fmt: skip
_HIDDEN, _ITEM_TEXT, _ITEM, _HIDING_CLASS = 32, 64, 512, 1024
IS_HIDDEN, IS_NAVIGATION = _HIDDEN | _HIDING_CLASS, 1
"""Flags of a path: its element may not be seen; it is called navigation."""
_ITEM_TEXTS = words("articleBody text description reviewBody comment recipeInstructions acceptedAnswer suggestedAnswer")
_ROLE_TABLE = hash_table({name: float(bit) for name, bit in _ROLES.items()})
_ROLE_KEYS, _ROLE_VALUES = _ROLE_TABLE
_ITEM_KEYS = hash_table(dict.fromkeys(_ITEM_TEXTS, 1.0)).keys
_TOOL_KEYS = hash_table(dict.fromkeys(_TOOL_CLASSES, 1.0)).keys
_HIDING_KEYS = hash_table(dict.fromkeys(_HIDING_CLASSES, 1.0)).keys
_ENTITIES = hash_table({name[:-1]: float(ord(value)) for name, value in html5.items() if name.endswith(";") and len(value) == 1})
_ENTITY_KEYS, _ENTITY_VALUES = _ENTITIES
_ROLE, _HIDDEN_NAME, _ARIA_HIDDEN, _ARIA_MODAL, _STYLE, _ITEMPROP, _ITEMTYPE, _LATEX, _TEXT_NAME, _HREF = (
    hash_bytes(np.frombuffer(name.encode(), dtype=np.uint8), 0, len(name))
    for name in ["role", "hidden", "aria-hidden", "aria-modal", "style", "itemprop", "itemtype", "latex", "text", "href"]
)
_DISPLAY, _VISIBILITY, _NONE, _HIDDEN_WORD, _TRUE = (
    np.frombuffer(word, dtype=np.uint8) for word in (b"display", b"visibility", b"none", b"hidden", b"true")
)
_X_MATH, _X_CODE, _BR, _A, _TR, _TABLE, _BODY, _DIV = (
    ID[name] for name in ["x-math", "x-code", "br", "a", "tr", "table", "body", "div"]
)

# State of the run that is being read.
(
    _N_CHARS, _N_WORDS, _PENDING, _N_COMMAS, _N_STOPS, _LAST, _TEXT_START, _TEXT_END, _N_LINK_CHARS, _N_LINKS, _N_PROTECTED,
    _N_INLINE, _IS_OPEN, _RUN_PATH, _RUN_NODE, _IS_COMPLEX, _STATE_SIZE,
) = range(17)  # fmt: skip
_BY_BREAK = 2
"""White space is due because of a line break."""
_HEAD_BYTES = 4 * HEAD_CHARS + 8


@compiled
def _reference(source, i, stop):
    """The character that the `&` at `i` stands for, and where to go on; the `&` itself where it refers to nothing."""
    k = i + 1
    if k < stop and source[k] == 35:
        k += 1
        code = 0
        hexadecimal = k < stop and source[k] | 32 == 120
        k += hexadecimal
        begin = k
        while k < stop and k - begin < 8:
            byte = source[k]
            if 48 <= byte <= 57:
                digit = byte - 48
            elif hexadecimal and 97 <= byte | 32 <= 102:
                digit = (byte | 32) - 87
            else:
                break
            code = code * (16 if hexadecimal else 10) + digit
            k += 1
        if k == begin or code > 0x10FFFF or code == 0:
            return 38, i + 1
        return code, k + (k < stop and source[k] == 59)
    while k < stop and k - i < 32 and (48 <= source[k] <= 57 or 97 <= source[k] | 32 <= 122):
        k += 1
    if k < stop and source[k] == 59:
        slot = find_slot(_ENTITY_KEYS, hash_bytes(source, i + 1, k))
        if slot >= 0:
            return np.int64(_ENTITY_VALUES[slot]), k + 1
    return 38, i + 1


@compiled
def _feed(source, start, stop, is_raw, state, text, digest):
    """Adds a stretch of text to the run: white space folded, references resolved, what nobody sees left out."""
    chars, pending, stops, commas, last, at = (
        state[_N_CHARS], state[_PENDING], state[_N_STOPS], state[_N_COMMAS], state[_LAST], state[_TEXT_END]
    )  # fmt: skip
    words = state[_N_WORDS]
    hashed = digest[0]
    i = start
    while i < stop:
        code = np.int64(source[i])
        if code <= 32:
            if not pending:
                pending = chars > 0
            i += 1
            continue
        if code < 0x80:
            i += 1
            if code == 38 and not is_raw:
                code, i = _reference(source, i - 1, stop)
        elif code < 0xE0 and i + 1 < stop:
            code = (code & 31) << 6 | source[i + 1] & 63
            i += 2
        elif code < 0xF0 and i + 2 < stop:
            code = (code & 15) << 12 | (np.int64(source[i + 1]) & 63) << 6 | source[i + 2] & 63
            i += 3
        elif i + 3 < stop:
            code = (
                (code & 7) << 18 | (np.int64(source[i + 1]) & 63) << 12 | (np.int64(source[i + 2]) & 63) << 6 | source[i + 3] & 63
            )
            i += 4
        else:
            i += 1
        if code <= 32 or (code >= 0xA0 and _is_odd(code)):
            if code == 0xAD or code == 0x200B or code == 0x2060 or code == 0xFEFF:
                continue
            if not pending:
                pending = chars > 0
            continue
        if pending:
            chars += 1
            words += 1
            if last == 46 or last == 63:
                stops += 1
            hashed = (hashed ^ np.uint64(32)) * FNV_PRIME
            text[at] = 10 if pending == _BY_BREAK else 32
            at += 1
            pending = 0
        elif chars == 0:
            words = 1
        chars += 1
        last = code
        hashed = (hashed ^ np.uint64(code)) * FNV_PRIME
        if code < 0x80:
            text[at] = code
            at += 1
            commas += code == 44
        elif code < 0x800:
            text[at], text[at + 1] = 0xC0 | code >> 6, 0x80 | code & 63
            at += 2
        elif code < 0x10000:
            text[at], text[at + 1], text[at + 2] = 0xE0 | code >> 12, 0x80 | code >> 6 & 63, 0x80 | code & 63
            at += 3
            stops += code == 0x3002
        else:
            text[at], text[at + 1], text[at + 2], text[at + 3] = (
                0xF0 | code >> 18 & 7, 0x80 | code >> 12 & 63, 0x80 | code >> 6 & 63, 0x80 | code & 63
            )  # fmt: skip
            at += 4
    state[_N_CHARS], state[_PENDING], state[_N_STOPS], state[_N_COMMAS], state[_LAST], state[_TEXT_END] = (
        chars, pending, stops, commas, last, at
    )  # fmt: skip
    state[_N_WORDS] = words
    digest[0] = hashed


@compiled
def _is_odd(code):
    """White space beyond ASCII (that of `str.split`), and characters without a width."""
    return (
        code == 0xA0 or code == 0xAD or 0x2000 <= code <= 0x200B or code == 0x2028 or code == 0x2029 or code == 0x202F
        or code == 0x205F or code == 0x2060 or code == 0x3000 or code == 0xFEFF
    )  # fmt: skip


@compiled
def _case(head, i, size):
    """Of the character at `i` of UTF-8 text: 1 upper case, -1 lower case, 0 neither; its length; its first two bytes in lower
    case."""
    byte = head[i]
    if byte < 0x80:
        if 65 <= byte <= 90:
            return 1, 1, byte + 32, 0
        return (-1 if 97 <= byte <= 122 else 0), 1, byte, 0
    if byte < 0xE0:
        second = head[i + 1] if i + 1 < size else np.uint8(0)
        if byte == 0xC3:
            if 0x80 <= second <= 0x9E and second != 0x97:
                return 1, 2, byte, second + 32
            return -1, 2, byte, second
        if byte == 0xCE and 0x91 <= second <= 0x9F:
            return 1, 2, byte, second + 32
        if byte == 0xCE and 0xA0 <= second <= 0xA9:
            return 1, 2, 0xCF, second - 32
        if byte == 0xD0 and 0x90 <= second <= 0x9F:
            return 1, 2, byte, second + 32
        if byte == 0xD0 and 0xA0 <= second <= 0xAF:
            return 1, 2, 0xD1, second - 32
        return (-1 if byte > 0xC2 else 0), 2, byte, second
    return 0, (3 if byte < 0xF0 else 4), byte, 0


@compiled
def _is_letter_at(head, i):
    """Whether a letter begins at `i`: ASCII letters, and beyond ASCII all but signs and punctuation, near enough."""
    byte = head[i]
    if byte < 0x80:
        return 97 <= byte <= 122 or 65 <= byte <= 90
    if byte == 0xC2 or byte == 0xE2 or byte >= 0xF0:
        return False
    return not (byte == 0xE3 and head[i + 1] == 0x80) and not (byte == 0xEF and head[i + 1] >= 0xBC)


@compiled
def _contains(text, stop, wanted, begin, size):
    """Whether `wanted[begin:size]` stands in `text[:stop]`."""
    length = size - begin
    for i in range(stop - length + 1):
        if text[i] == wanted[begin]:
            equal = True
            for k in range(1, length):
                if text[i + k] != wanted[begin + k]:
                    equal = False
                    break
            if equal:
                return True
    return False


@compiled
def _read_head(head, size, row, low, titles, description, word_keys, word_values, seen_words):
    """What the beginning of a block shows: writes that part of a row of `STATS`."""
    has_upper = has_lower = False
    is_title, previous_cased = True, False
    digits = 0
    in_digits = False
    i = low_size = 0
    while i < size:
        byte = head[i]
        case, length, first, second = _case(head, i, size)
        if case > 0:
            has_upper = True
            is_title = is_title and not previous_cased
        elif case < 0:
            has_lower = True
            is_title = is_title and previous_cased
        previous_cased = case != 0
        low[low_size] = first
        for k in range(1, length):
            low[low_size + k] = second if length == 2 else head[i + k]
        low_size += length
        is_digit = 48 <= byte <= 57
        if is_digit and not in_digits:
            digits += 1
        in_digits = is_digit
        if byte == 36 or (byte == 0xE2 and head[i + 1] == 0x82 and head[i + 2] == 0xAC) or (byte == 0xC2 and head[i + 1] == 0xA3):
            row[CURRENCY] = 1
        elif byte == 0xC2 and head[i + 1] == 0xA9:
            row[COPYRIGHT] = 1
        elif (
            byte == 124
            or (byte == 0xE2 and head[i + 1] == 0x80 and head[i + 2] == 0xA2)
            or (byte == 0xC2 and head[i + 1] == 0xB7)
        ):
            row[BARS] = 1
        elif byte == 64:
            row[AT] = 1
        elif (
            (byte == 0xC2 and head[i + 1] == 0xBB) or (byte == 0xE2 and head[i + 1] == 0x80 and head[i + 2] == 0xBA)
            or (byte == 0xE2 and head[i + 1] == 0x86 and head[i + 2] == 0x92)
            or (byte == 46 and i + 2 < size and head[i + 1] == 46 and head[i + 2] == 46)
        ):  # fmt: skip
            row[MORE] = 1
        i += length
    row[UPPER] = has_upper and not has_lower
    row[WORDS_CAPITAL] = is_title and (has_upper or has_lower)
    row[UPPER_FIRST] = _case(head, 0, size)[0] > 0
    row[DIGIT_FIRST] = 48 <= head[0] <= 57
    row[DIGITS] = digits
    row[TIME_LIKE] = _is_time_like(low, low_size)
    # Words the lexicon knows.
    total, least, most, known = 0.0, 0.0, 0.0, 0
    i = 0
    while i < low_size:
        if not _is_letter_at(low, i):
            i += 1
            continue
        begin = i
        while i < low_size and _is_letter_at(low, i):
            i += 1 if low[i] < 0x80 else 2 if low[i] < 0xE0 else 3
        i = min(i, low_size)
        slot = find_slot(word_keys, hash_bytes(low, begin, i))
        if slot >= 0:
            seen_words[slot] = True
            value = word_values[slot]
            total += value
            least = value if known == 0 else min(least, value)
            most = value if known == 0 else max(most, value)
            known += 1
    if known:
        row[WORD_MEAN], row[WORD_MIN], row[WORD_MAX] = total / known, least, most
    row[TITLE_LIKE] = low_size > 5 and _contains(titles, len(titles), low, 0, low_size)
    if low_size > 30 and len(description) > 0:
        short, beginning = min(low_size, 60), min(len(description), 60)
        row[DESCRIPTION_LIKE] = _contains(description, len(description), low, 0, short) or _contains(
            low, low_size, description, 0, beginning
        )


@compiled
def _is_digit(byte):
    return 48 <= byte <= 57


@compiled
def _is_time_like(low, size):
    r"""`\d{1,2}[:/.]\d{2}`, a year, or the word ago."""
    for i in range(size):
        byte = low[i]
        if byte == 58 or byte == 47 or byte == 46:
            if i > 0 and i + 2 < size and _is_digit(low[i - 1]) and _is_digit(low[i + 1]) and _is_digit(low[i + 2]):
                return True
        elif i + 3 < size and _is_digit(low[i + 2]) and _is_digit(low[i + 3]):
            if (byte == 49 and low[i + 1] == 57) or (byte == 50 and low[i + 1] == 48):
                return True
        elif byte == 97 and i + 2 < size and low[i + 1] == 103 and low[i + 2] == 111:
            if (i == 0 or low[i - 1] == 32) and (i + 3 >= size or low[i + 3] == 32):
                return True
    return False


# ---------------------------------------------------------------------------------------------------- names of elements


@compiled
def _add_hash(hashes, count, digest):
    for k in range(count):
        if hashes[k] == digest:
            return count
    hashes[count] = digest
    return count + 1


@compiled
def _token_hashes(source, start, stop, is_id, hashes, count):
    """Adds the hashes of a token's parts: what `_token_parts` gives."""
    whole = FNV_OFFSET
    if is_id:
        whole = (whole ^ np.uint64(35)) * FNV_PRIME
    part = FNV_OFFSET
    size = num_parts = 0
    last_lower = False
    for i in range(start, stop + 1):
        byte = np.int64(source[i]) if i < stop else 0
        upper = 65 <= byte <= 90
        letter = upper or 97 <= byte <= 122
        if size and (not letter or (upper and last_lower)):
            if num_parts < MAX_PARTS:
                count = _add_hash(hashes, count, part)
            num_parts += 1
            part, size = FNV_OFFSET, 0
        if letter:
            if upper:
                byte += 32
            if size == 0 and num_parts > 0:
                whole = (whole ^ np.uint64(45)) * FNV_PRIME
            part = (part ^ np.uint64(byte)) * FNV_PRIME
            whole = (whole ^ np.uint64(byte)) * FNV_PRIME
            size += 1
        last_lower = not upper and (letter or 48 <= byte <= 57)
    if 1 < num_parts <= MAX_PARTS:
        count = _add_hash(hashes, count, whole)
    return count


@compiled
def _score_name(source, class_start, class_stop, id_start, id_stop, hashes, keys, values, row, seen):
    """Mean, lowest and highest log-odds of the parts of a class and id."""
    count = tokens = 0
    i = class_start
    while i < class_stop and tokens < MAX_TOKENS:
        while i < class_stop and source[i] <= 32:
            i += 1
        begin = i
        while i < class_stop and source[i] > 32:
            i += 1
        if i > begin:
            count = _token_hashes(source, begin, i, False, hashes, count)
            tokens += 1
    if id_stop > id_start and tokens < MAX_TOKENS:
        count = _token_hashes(source, id_start, id_stop, True, hashes, count)
    known = 0
    total = least = most = 0.0
    for k in range(count):
        slot = find_slot(keys, hashes[k])
        if slot >= 0:
            seen[slot] = True
            value = values[slot]
            total += value
            least = value if known == 0 else min(least, value)
            most = value if known == 0 else max(most, value)
            known += 1
    if known:
        row[0], row[1], row[2] = total / known, least, most
    else:
        row[0] = row[1] = row[2] = 0.0


@compiled
def _word_after(source, start, stop, name, value):
    """Whether `name : value` stands in a style."""
    for i in range(start, stop - len(name)):
        equal = True
        for k in range(len(name)):
            if source[i + k] | 32 != name[k]:
                equal = False
                break
        if not equal:
            continue
        i += len(name)
        while i < stop and source[i] <= 32:
            i += 1
        if i >= stop or source[i] != 58:
            continue
        i += 1
        while i < stop and source[i] <= 32:
            i += 1
        if i + len(value) > stop:
            continue
        for k in range(len(value)):
            if source[i + k] | 32 != value[k]:
                equal = False
                break
        if equal:
            return True
    return False


@compiled
def _is_word(source, start, stop, word):
    if stop - start != len(word):
        return False
    for k in range(len(word)):
        if source[start + k] != word[k]:
            return False
    return True


@compiled
def _read_state(source, start, stop):
    """What attributes other than class and id say of an element, as bits."""
    flags = 0
    i = start
    while i < stop:
        name, name_end, value, value_end, i = next_attribute(source, i, stop)
        if name_end == name:
            break
        first = source[name] | 32
        if first == 105 or first == 114 or first == 104 or first == 97 or first == 115:  # i r h a s
            digest = hash_lower(source, name, name_end)
            if digest == _ROLE:
                slot = find_slot(_ROLE_KEYS, hash_bytes(source, value, value_end))
                if slot >= 0:
                    flags |= np.int64(_ROLE_VALUES[slot])
            elif digest == _HIDDEN_NAME:
                flags |= _HIDDEN
            elif digest == _ARIA_HIDDEN or digest == _ARIA_MODAL:
                if _is_word(source, value, value_end, _TRUE):
                    flags |= _HIDDEN
            elif digest == _STYLE:
                if _word_after(source, value, value_end, _DISPLAY, _NONE) or _word_after(
                    source, value, value_end, _VISIBILITY, _HIDDEN_WORD
                ):
                    flags |= _HIDDEN
            elif digest == _ITEMPROP:
                if find_slot(_ITEM_KEYS, hash_bytes(source, value, value_end)) >= 0:
                    flags |= _ITEM_TEXT
            elif digest == _ITEMTYPE:
                flags |= _ITEM
    return flags


@compiled
def _has_class_of(source, start, stop, keys):
    i = start
    while i < stop:
        while i < stop and source[i] <= 32:
            i += 1
        begin = i
        while i < stop and source[i] > 32:
            i += 1
        if i > begin and find_slot(keys, hash_bytes(source, begin, i)) >= 0:
            return True
    return False


@compiled
def _mix(digest, value):
    return (digest ^ np.uint64(value)) * FNV_PRIME


@compiled
def _number_of(keys, numbers, digest, following):
    """The number under which a hash is known; `following`, which it then has, where it is new."""
    mask = np.uint64(len(keys) - 1)
    digest |= np.uint64(1)  # 0 marks a free slot
    slot = np.int64((digest ^ (digest >> np.uint64(32))) & mask)
    while keys[slot] != 0:
        if keys[slot] == digest:
            return numbers[slot]
        slot = np.int64((np.uint64(slot) + np.uint64(1)) & mask)
    keys[slot] = digest
    numbers[slot] = following
    return following


# ---------------------------------------------------------------------------------------------------- the walk


@compiled
def _attribute_bounds(source, start, stop, wanted):
    """Where the value of an attribute stands."""
    i = start
    while i < stop:
        name, name_end, value, value_end, i = next_attribute(source, i, stop)
        if name_end == name:
            break
        if hash_bytes(source, name, name_end) == wanted:
            return value, value_end
    return stop, stop


_IN_LINK, _LEADS_AWAY = 1, 2
"""Of an open element: whether it stands in a link, and whether that leads to another page."""


@compiled
def _leads_to_itself(source, start, stop):
    """Whether a link leads to another place of its own page, as those of a table of contents do."""
    value, value_end = _attribute_bounds(source, start, stop, _HREF)
    return value < value_end and source[value] == 35


@compiled
def _walk(source, nodes, body, titles, description, name_keys, name_values, word_keys, word_values):
    most = 1
    num_formulas = 0
    count = 2
    k = body
    while k < len(nodes):
        tag = nodes[k, TAG]
        if tag == TEXT:
            most += not nodes[k, FLAGS] & IS_BLANK
        elif PROPERTIES[tag] & (SKIPPED | GONE):
            k = nodes[k, END]
            continue
        else:
            count += 1
            most += tag == _X_MATH or tag == _X_CODE
            num_formulas += tag == _X_MATH
        k += 1
    size = 16
    while size < 2 * count:
        size *= 2
    path_keys, path_numbers = np.zeros(size, np.uint64), np.empty(size, np.int32)
    name_known, name_numbers = np.zeros(size, np.uint64), np.empty(size, np.int32)
    paths = np.empty((count + 1, 5), np.int32)
    spans = np.empty((count + 1, 6), np.int32)
    names = np.zeros((count + 2, 3), np.float32)
    is_tool, is_hiding = np.zeros(count + 2, np.bool_), np.zeros(count + 2, np.bool_)
    stats = np.zeros((most, len(STATS)), np.float32)
    hashes = np.empty(most, np.uint64)
    places = np.empty((most, 7), np.int32)
    block_of = np.full(len(nodes), -1, np.int32)
    # The stack of open elements: end, path, span, whether in a link, whether a block, row before.
    stack = np.empty((256, 6), np.int32)
    state = np.zeros(_STATE_SIZE, np.int64)
    low = np.zeros(_HEAD_BYTES, np.uint8)
    seen_names, unseen = np.zeros(len(name_keys), np.bool_), np.zeros(len(name_keys), np.bool_)
    seen_words = np.zeros(len(word_keys), np.bool_)
    text = np.empty(len(source) + 8, np.uint8)
    digest = np.full(1, FNV_OFFSET, np.uint64)
    found = np.zeros(5, np.int64)
    parts = np.empty(MAX_TOKENS * (MAX_PARTS + 1) + 8, np.uint64)
    num_blocks = num_paths = num_spans = num_rows = 0
    num_names = 1
    row = -1
    depth = 0
    i = body
    while True:
        while depth > 0 and stack[depth - 1, 0] <= i:
            depth -= 1
            if stack[depth, 4]:
                if state[_IS_OPEN]:
                    num_blocks = _flush(
                        state, text, low, digest, stats, hashes, places, num_blocks, stack[depth, 2], row, titles, description,
                        word_keys, word_values, seen_words,
                    )  # fmt: skip
                spans[stack[depth, 2], SPAN_END] = num_blocks
                row = stack[depth, 5]
        if i >= len(nodes) or (depth == 0 and i > body):
            break
        tag = nodes[i, TAG]
        above = depth - 1
        if tag == TEXT:
            flags = nodes[i, FLAGS]
            if state[_IS_OPEN] or not flags & IS_BLANK:
                if not state[_IS_OPEN]:
                    state[_IS_OPEN], state[_RUN_PATH], state[_RUN_NODE] = 1, stack[above, 1], i
                before = state[_N_CHARS]
                _feed(source, nodes[i, ATTRS], nodes[i, ATTRS_END], flags & IS_RAW, state, text, digest)
                if stack[above, 3] & _IN_LINK:
                    state[_N_LINK_CHARS] += state[_N_CHARS] - before
                block_of[i] = num_blocks
            i += 1
            continue
        properties = PROPERTIES[tag]
        if properties & (SKIPPED | GONE):
            i = nodes[i, END]
            continue
        if tag == _BR:
            if state[_IS_OPEN]:
                state[_PENDING] = _BY_BREAK if state[_N_CHARS] > 0 else 0
                block_of[i] = num_blocks
            i += 1
            continue
        is_block = properties & BLOCK != 0
        is_leaf = tag == _X_MATH or tag == _X_CODE
        if not is_block and not is_leaf and nodes[i, END] == i + 1:
            i += 1
            continue
        if is_block and state[_IS_OPEN]:
            # Loose text in an inline element that also holds a block cannot be lifted out of it.
            state[_IS_COMPLEX] |= not stack[above, 4]
            num_blocks = _flush(
                state, text, low, digest, stats, hashes, places, num_blocks, stack[above, 2], row, titles, description, word_keys,
                word_values, seen_words,
            )  # fmt: skip
        in_link = stack[above, 3] if depth else 0
        if is_leaf and tag != _X_CODE:
            if not state[_IS_OPEN]:
                state[_IS_OPEN], state[_RUN_PATH], state[_RUN_NODE] = 1, stack[above, 1], i
            state[_IS_COMPLEX] = 1
            value, value_end = _attribute_bounds(source, nodes[i, ATTRS], nodes[i, ATTRS_END], _LATEX)
            _feed(source, value, value_end, False, state, text, digest)
            state[_N_PROTECTED] += not in_link & _LEADS_AWAY
            block_of[i] = num_blocks
            i = nodes[i, END]
            continue
        # The element's path.
        found[0], found[1], found[2], found[3] = nodes[i, CLASS], nodes[i, CLASS_END], nodes[i, ID_AT], nodes[i, ID_END]
        found[4] = _read_state(source, nodes[i, ATTRS], nodes[i, ATTRS_END]) if nodes[i, FLAGS] & HAS_STATE else 0
        name = 0
        if found[1] > found[0] or found[3] > found[2]:
            key = _mix(hash_bytes(source, found[0], found[1]), 35)
            for k in range(found[2], found[3]):
                key = _mix(key, source[k])
            name = _number_of(name_known, name_numbers, key, num_names)
            if name == num_names:
                num_names += 1
                _score_name(
                    source, found[0], found[1], found[2], found[3], parts, name_keys, name_values, names[name],
                    seen_names if tag != _BODY else unseen,
                )  # fmt: skip
                is_tool[name] = _has_class_of(source, found[0], found[1], _TOOL_KEYS)
                is_hiding[name] = _has_class_of(source, found[0], found[1], _HIDING_KEYS)
        if not is_block and name and is_tool[name]:
            i = nodes[i, END]
            continue
        found[4] |= _HIDING_CLASS if is_hiding[name] else 0
        parent_path = stack[above, 1] if depth else -1
        key = _mix(_mix(_mix(_mix(FNV_OFFSET, parent_path + 1), tag), name), found[4])
        if tag == 0:
            key = _mix(key, np.int64(hash_lower(source, nodes[i, START] + 1, nodes[i, ATTRS]) & np.uint64(0x7FFFFFFFFFFFFFFF)))
        path = _number_of(path_keys, path_numbers, key, num_paths)
        if path == num_paths:
            paths[path, PATH_PARENT], paths[path, PATH_TAG] = parent_path, tag
            paths[path, PATH_FLAGS], paths[path, PATH_NAME] = found[4], name if tag != _BODY else 0
            paths[path, PATH_NODE] = i
            num_paths += 1
        if tag == _X_CODE:
            state[_IS_OPEN], state[_RUN_PATH], state[_RUN_NODE], state[_IS_COMPLEX] = 1, path, i, 1
            value, value_end = _attribute_bounds(source, nodes[i, ATTRS], nodes[i, ATTRS_END], _TEXT_NAME)
            _feed(source, value, value_end, False, state, text, digest)
            state[_N_PROTECTED] += not in_link & _LEADS_AWAY
            block_of[i] = num_blocks
            num_blocks = _flush(
                state, text, low, digest, stats, hashes, places, num_blocks, stack[above, 2], row, titles, description, word_keys,
                word_values, seen_words,
            )  # fmt: skip
            i = nodes[i, END]
            continue
        if depth == len(stack):
            stack = np.concatenate((stack, np.empty_like(stack)))
        stack[depth, 0], stack[depth, 1], stack[depth, 4], stack[depth, 5] = nodes[i, END], path, is_block, row
        if is_block:
            parent_span = stack[above, 2] if depth else -1
            spans[num_spans, SPAN_PARENT], spans[num_spans, SPAN_PATH] = parent_span, path
            spans[num_spans, SPAN_FIRST], spans[num_spans, SPAN_END] = num_blocks, num_blocks
            spans[num_spans, SPAN_CHILDREN], spans[num_spans, SPAN_NODE] = 0, i
            if parent_span >= 0:
                spans[parent_span, SPAN_CHILDREN] += 1
            stack[depth, 2], stack[depth, 3] = num_spans, in_link
            num_spans += 1
            if tag == _TR:
                row = num_rows
                num_rows += 1
            elif tag == _TABLE:
                row = -1
        else:
            stack[depth, 2] = stack[above, 2]
            stack[depth, 3] = in_link
            if tag == _A:
                leads_away = num_formulas == 0 or not _leads_to_itself(source, nodes[i, ATTRS], nodes[i, ATTRS_END])
                stack[depth, 3] |= _IN_LINK | (_LEADS_AWAY if leads_away else 0)
            state[_IS_COMPLEX] |= properties & INLINE_SHOWN != 0
            if tag == _A:
                state[_N_LINKS] += 1
            else:
                state[_N_INLINE] += 1
        depth += 1
        i += 1
    for k in range(len(block_of)):
        if block_of[k] >= num_blocks:  # the page ends in a run of control characters, which is no block
            block_of[k] = -1
    return (
        stats[:num_blocks], hashes[:num_blocks], places[:num_blocks], paths[:num_paths], spans[:num_spans], names[:num_names],
        block_of,
        text[: state[_TEXT_END]], seen_names, seen_words,
    )  # fmt: skip


@compiled
def _head_size(text, start, stop):
    """Bytes of the first `HEAD_CHARS` characters."""
    i = start
    count = 0
    while i < stop:
        if text[i] & 0xC0 != 0x80:
            if count == HEAD_CHARS:
                break
            count += 1
        i += 1
    return i - start


@compiled
def _flush(
    state,
    text,
    low,
    digest,
    stats,
    hashes,
    places,
    number,
    span,
    row_number,
    titles,
    description,
    word_keys,
    word_values,
    seen_words,
):
    """Makes a block of the run, if it has text; gives the number of the next block."""
    if state[_N_CHARS]:
        row = stats[number]
        last = state[_LAST]
        row[CHARS], row[WORDS], row[LINK_CHARS], row[LINKS] = (
            state[_N_CHARS], state[_N_WORDS], min(state[_N_LINK_CHARS], state[_N_CHARS]), state[_N_LINKS]
        )  # fmt: skip
        row[PROTECTED], row[COMMAS], row[STOPS], row[INLINE_TAGS] = (
            state[_N_PROTECTED], state[_N_COMMAS], state[_N_STOPS], state[_N_INLINE]
        )  # fmt: skip
        row[ENDS_SENTENCE] = (
            last == 46 or last == 33 or last == 63 or last == 34 or last == 0x201D or last == 0x3002 or last == 0x2026
            or last == 59 or last == 41
        )  # fmt: skip
        row[ENDS_COLON] = last == 58
        start, stop = state[_TEXT_START], state[_TEXT_END]
        _read_head(
            text[start:stop], _head_size(text, start, stop), row, low, titles, description, word_keys, word_values, seen_words
        )
        hashes[number] = digest[0]
        places[number, PLACE_PATH], places[number, PLACE_SPAN], places[number, PLACE_ROW] = state[_RUN_PATH], span, row_number
        places[number, PLACE_NODE], places[number, PLACE_TEXT], places[number, PLACE_TEXT_END] = state[_RUN_NODE], start, stop
        places[number, PLACE_IS_COMPLEX] = state[_IS_COMPLEX]
        number += 1
    stop = state[_TEXT_END]
    state[:] = 0
    state[_TEXT_START] = state[_TEXT_END] = stop
    digest[0] = FNV_OFFSET
    return number


def read_blocks(table: Table, page: Page, lexicon: Lexicon) -> Blocks:
    """The blocks of a page whose mathematics and code are marked."""
    metas = {meta.get("property") or meta.get("name") or "": meta.get("content", "") for meta in page.metas}
    titles = _folded(f"{page.title} | {metas.get('og:title', '')} | {metas.get('twitter:title', '')}")
    description = _folded(metas.get("og:description") or metas.get("description") or "")
    return Blocks(
        *_walk(
            table.array, table.nodes, body_of(table), titles, description, lexicon.names.keys, lexicon.names.values,
            lexicon.words.keys, lexicon.words.values,
        )
    )  # fmt: skip


def _folded(text: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(" ".join(text.lower().split()).encode("utf-8", "replace"), dtype=np.uint8)
