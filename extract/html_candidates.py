"""Where a page may hold mathematics or code: found in one compiled pass, so that only these parts become trees.

`find_parts` looks at tags, names of classes and attributes (the keys of the tables in extract/html_math.py and
extract/html_code.py), at addresses of images, scripts and signs of TeX in running text. A part is the block-level element
around such a place; the converters have the last word on what it really is. It also notes what the page says about itself:
scripts, meta elements, times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from extract.html_blocks import BLOCK_META_NAMES
from extract.html_code import LAYOUTS, Layout
from extract.html_delimiters import DEFAULTS
from extract.html_hashes import find_slot, hash_bytes, hash_lower, hash_table
from extract.html_kernels import compiled
from extract.html_math import NOTATIONS, Notation
from extract.html_metadata import META_NAMES
from extract.html_scan import (
    ATTRS,
    ATTRS_END,
    CLASS,
    CLASS_END,
    END,
    FLAGS,
    HAS_DATA,
    IS_BLANK,
    IS_RAW,
    PARENT,
    START,
    TAG,
    TEXT,
    next_attribute,
)
from extract.html_tags import BLOCK, ID, NAMES, NUM_TAGS, PROPERTIES, SKIPPED, words
from extract.html_tree import Table

# ---------------------------------------------------------------------------------------------------- what is looked for

_ROWS: tuple[Notation | Layout, ...] = (*NOTATIONS, *LAYOUTS)
_SEEN_BY_TAG = {tag for row in _ROWS for tag in row.tags}
assert frozenset(ID) >= _SEEN_BY_TAG, "extract/html_tags.py must number every tag that a converter asks for"
_CLASSES = {name: 1.0 for row in _ROWS for name in row.classes}
_ATTRIBUTES = {name: 1.0 for row in NOTATIONS for name in row.attributes}
assert all(name.startswith("data-") for name in _ATTRIBUTES), "only elements with HAS_DATA are looked at"
_LOOKED_INTO = words("script img figure textarea code tt samp kbd sub sup")
"""Tags that are candidates only for what they hold."""
_NO_TEX = words("pre code kbd samp tt script textarea x-code x-math button select style title")

_IMAGE_SIGNS = words(
    r"""
    latex math equation codecogs chart tex2 texer /tex tex. tex" tex' form_ formula eqn ee_img eeimg tr_noresize forkosh ql-img
    $ \ """
)
"""What an image's attributes hold where it shows a formula (rows of extract/html_math.py say which, exactly)."""

_IS_CANDIDATE, _IS_LOOKED_INTO, _IS_NO_TEX = 1, 2, 4
_ROLES = np.zeros(NUM_TAGS, dtype=np.int64)
for _number, _name in enumerate(NAMES):
    _ROLES[_number] = (
        _IS_CANDIDATE * (_name in _SEEN_BY_TAG and _name not in _LOOKED_INTO)
        + _IS_LOOKED_INTO * (_name in _LOOKED_INTO)
        + _IS_NO_TEX * (_name in _NO_TEX)
    )
_CLASS_KEYS = hash_table(_CLASSES).keys
_ATTRIBUTE_KEYS = hash_table(_ATTRIBUTES).keys
_META_KEYS = hash_table(dict.fromkeys((*META_NAMES, *BLOCK_META_NAMES), 1.0)).keys


def byte_rows(words: Iterable[str]) -> npt.NDArray[np.uint8]:
    """A row a word, in lower case: its length, then its bytes."""
    encoded = sorted(word.lower().encode() for word in words)
    rows = np.zeros((len(encoded), max(map(len, encoded)) + 1), dtype=np.uint8)
    for row, word in zip(rows, encoded, strict=True):
        row[0] = len(word)
        row[1 : 1 + len(word)] = np.frombuffer(word, dtype=np.uint8)
    return rows


_SIGNS = byte_rows(_IMAGE_SIGNS)
_SIGN_ROWS = np.searchsorted(_SIGNS[:, 1], np.arange(257)).astype(np.int64)
"""First of the rows of `_SIGNS` (they are sorted) that begin with each byte; the next entry is where they end."""
_DEFAULT_STARTS = tuple(delimiter.left for delimiter in DEFAULTS if delimiter.left[0] not in "$\\")
"""Dollars and backslashes are counted."""
_STARTS = byte_rows(_DEFAULT_STARTS)

_TYPE_HASH, _SRC_HASH = (hash_bytes(np.frombuffer(name, dtype=np.uint8), 0, len(name)) for name in (b"type", b"src"))
_BODY, _HTML, _HEAD, _SCRIPT, _META, _TITLE, _TIME, _IMG, _FIGURE, _TEXTAREA, _TABLE, _BR, _A, _SUB, _SUP, _KBD = (
    ID[name]
    for name in [
        "body",
        "html",
        "head",
        "script",
        "meta",
        "title",
        "time",
        "img",
        "figure",
        "textarea",
        "table",
        "br",
        "a",
        "sub",
        "sup",
        "kbd",
    ]
)

# What a note says of its node.
META, TITLE, TIME, JSON_LD, CONFIG, LIBRARY, MAYBE_CONFIG = range(1, 8)
MAX_SCRIPT_BYTES = 30_000
"""Longer scripts are programs, no configuration."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What `find_parts` found."""

    nodes: list[int]
    """Elements that may hold mathematics or code, in document order, none inside of another."""
    notes: list[tuple[int, int]] = field(default_factory=list)
    """(node, what it is) of what the page says about itself."""


def find_parts(table: Table, more_starts: Sequence[str] = ()) -> Parts:
    """The parts of a page. `more_starts`: how formulas begin on this page beside the usual signs."""
    starts = _STARTS if not more_starts else byte_rows([*_DEFAULT_STARTS, *more_starts])
    parts, notes = _find(table.array, table.nodes, starts)
    return Parts(parts.tolist(), [tuple(note) for note in notes.tolist()])


# ---------------------------------------------------------------------------------------------------- the pass


@compiled
def _lower_at(source, i, stop, word):
    """Whether `word` (lower case) stands at `i`."""
    if i + len(word) > stop:
        return False
    for k in range(len(word)):
        byte = source[i + k]
        if 65 <= byte <= 90:
            byte += 32
        if byte != word[k]:
            return False
    return True


_MATH, _KATEX, _JAX = (np.frombuffer(word, dtype=np.uint8) for word in (b"math", b"katex", b"mathjax"))
_BEFORE_MATH = tuple(np.frombuffer(word, dtype=np.uint8) for word in (b"inlinemath", b"asciimath", b"jqmath", b"rendermathin"))
_INLINE, _ASCII, _JQ, _RENDER = _BEFORE_MATH
_DELIMITERS = np.frombuffer(b"delimiters", dtype=np.uint8)
_LD_JSON, _APPLICATION_MATH, _MATH_TYPE, _MATHJAX_CONFIG, _HIGHLIGHTER, _TEXT_HIGHLIGHTER = (
    np.frombuffer(word, dtype=np.uint8)
    for word in (b"application/ld", b"application/mathml", b"math/", b"text/x-mathjax-config", b"syntaxhighlighter",
                 b"text/syntaxhighlighter")
)  # fmt: skip


@compiled
def _speaks_of_mathematics(source, start, stop):
    """Whether a script, or its address, names what extract/html_tree.py takes for a configuration."""
    i = start
    while i < stop:
        byte = source[i] | 32
        if byte == 109:  # m
            if _lower_at(source, i, stop, _MATH):
                if (
                    _lower_at(source, i, stop, _JAX) or _lower_at(source, max(i - 6, start), stop, _INLINE)
                    or _lower_at(source, max(i - 5, start), stop, _ASCII) or _lower_at(source, max(i - 2, start), stop, _JQ)
                    or _lower_at(source, max(i - 6, start), stop, _RENDER)
                ):  # fmt: skip
                    return True
                i += 3
        elif byte == 107:  # k
            if _lower_at(source, i, stop, _KATEX):
                return True
        elif byte == 100 and _lower_at(source, i, stop, _DELIMITERS):
            return True
        i += 1
    return False


@compiled
def _row_at(source, i, stop, rows, first, last):
    """Whether one of the words in `rows[first:last]`, in lower case, stands at `i`."""
    for row in range(first, last):
        length = np.int64(rows[row, 0])
        if i + length > stop:
            continue
        equal = True
        for k in range(1, length):
            byte = source[i + k]
            if 65 <= byte <= 90:
                byte += 32
            if byte != rows[row, 1 + k]:
                equal = False
                break
        if equal:
            return True
    return False


@compiled
def _shows_formula(source, start, stop):
    """Whether an image's attributes hold one of `_IMAGE_SIGNS`."""
    for i in range(start, stop):
        byte = source[i]
        if 65 <= byte <= 90:
            byte += 32
        if _SIGN_ROWS[byte] < _SIGN_ROWS[byte + 1] and _row_at(source, i, stop, _SIGNS, _SIGN_ROWS[byte], _SIGN_ROWS[byte + 1]):
            return True
    return False


@compiled
def _has_class(source, start, stop, keys):
    """Whether one of the names of a class attribute is in the table."""
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
def _holds(nodes, node, wanted):
    """Whether an element holds another with this tag."""
    for below in range(node + 1, nodes[node, END]):
        if nodes[below, TAG] == wanted:
            return True
    return False


@compiled
def _is_broken(source, nodes, node):
    """Whether inline code may be a block: it breaks lines."""
    for below in range(node + 1, nodes[node, END]):
        if nodes[below, TAG] == _BR:
            return True
        if nodes[below, TAG] == TEXT:
            for i in range(nodes[below, ATTRS], nodes[below, ATTRS_END]):
                if source[i] == 10:
                    return True
    return False


@compiled
def _script_kind(source, nodes, node):
    """What a script is: a note, -1 for a candidate, 0 for nothing."""
    start, stop = nodes[node, ATTRS], nodes[node, ATTRS_END]
    has_source = False
    i = start
    while i < stop:
        name, name_end, value, value_end, i = next_attribute(source, i, stop)
        if name_end == name:
            break
        digest = hash_lower(source, name, name_end)
        if digest == _TYPE_HASH:
            if _lower_at(source, value, value_end, _LD_JSON):
                return JSON_LD
            if _lower_at(source, value, value_end, _MATHJAX_CONFIG):
                return CONFIG
            if (
                _lower_at(source, value, value_end, _MATH_TYPE) or _lower_at(source, value, value_end, _APPLICATION_MATH)
                or _lower_at(source, value, value_end, _HIGHLIGHTER) or _lower_at(source, value, value_end, _TEXT_HIGHLIGHTER)
            ):  # fmt: skip
                return -1
        elif digest == _SRC_HASH and value_end > value:
            has_source = True
    if has_source:
        return LIBRARY if _speaks_of_mathematics(source, start, stop) else 0
    text = node + 1
    if text < nodes[node, END] and nodes[text, ATTRS_END] - nodes[text, ATTRS] < MAX_SCRIPT_BYTES:
        return CONFIG if _speaks_of_mathematics(source, nodes[text, ATTRS], nodes[text, ATTRS_END]) else 0
    return 0


@compiled
def _is_told(source, nodes, node):
    """Whether a meta element has one of the names that somebody asks for."""
    i, stop = nodes[node, ATTRS], nodes[node, ATTRS_END]
    while i < stop:
        name, name_end, value, value_end, i = next_attribute(source, i, stop)
        if name_end == name:
            return False
        byte = source[name] | 32
        if (byte == 112 or byte == 110 or byte == 105 or byte == 104) and find_slot(
            _META_KEYS, hash_lower(source, value, value_end)
        ) >= 0:
            return True
    return False


@compiled
def _is_candidate(source, nodes, node, tag, in_link):
    """Whether an element's tag, classes or attributes are keys of the converters' tables."""
    role = _ROLES[tag]
    if role & _IS_CANDIDATE:
        return True
    start, stop = nodes[node, ATTRS], nodes[node, ATTRS_END]
    if role & _IS_LOOKED_INTO:
        if tag == _IMG:
            return _shows_formula(source, start, stop)
        if tag == _FIGURE:
            if _holds(nodes, node, _TABLE):
                return True
        elif tag == _TEXTAREA:
            return nodes[node, END] > node + 1
        elif tag == _SUB or tag == _SUP:
            if not in_link and not _holds(nodes, node, _A):
                return True
        elif tag != _SCRIPT and tag != _KBD and _is_broken(source, nodes, node):
            return True
    elif tag == 0 and start - nodes[node, START] > 6:
        # A prefixed element of MathML: m:math
        if source[start - 5] == 58 and _lower_at(source, start - 4, start, _MATH):
            return True
    if tag == _BODY or tag == _HTML:
        return False
    if nodes[node, CLASS_END] > nodes[node, CLASS] and _has_class(
        source, nodes[node, CLASS], nodes[node, CLASS_END], _CLASS_KEYS
    ):
        return True
    i = start
    while nodes[node, FLAGS] & HAS_DATA and i < stop:
        name, name_end, _, _, i = next_attribute(source, i, stop)
        if name_end == name:
            break
        if source[name] | 32 == 100 and find_slot(_ATTRIBUTE_KEYS, hash_lower(source, name, name_end)) >= 0:
            return True
    return False


@compiled
def _text_starts(source, start, stop, starts, firsts):
    """Dollars of a text, and whether a formula may begin in it otherwise."""
    dollars = 0
    for i in range(start, stop):
        byte = source[i]
        if not firsts[byte]:
            continue
        if byte == 36:
            dollars += 1
        elif byte == 92 and i + 1 < stop and (source[i + 1] == 40 or source[i + 1] == 91 or source[i + 1] == 98):
            return dollars, True
        for row in range(len(starts)):
            if starts[row, 1] == byte and _row_at(source, i, stop, starts, row, row + 1):
                return dollars, True
    return dollars, False


@compiled
def _find(source, nodes, starts):
    count = len(nodes)
    firsts = np.zeros(256, np.bool_)
    for row in range(len(starts)):
        firsts[starts[row, 1]] = True
    firsts[36] = firsts[92] = True  # dollars are counted; backslashes begin most of the rest
    block = np.zeros(count, np.int32)
    dollars = np.zeros(count, np.int32)
    no_tex = np.zeros(count, np.uint8)
    parts = np.empty(count, np.int32)
    num_parts = 0
    notes = np.empty((count, 2), np.int32)
    num_notes = 0
    i = 1
    while i < count:
        tag = nodes[i, TAG]
        parent = nodes[i, PARENT]
        found = False
        if tag == TEXT:
            block[i] = block[parent]
            flags = nodes[i, FLAGS]
            if no_tex[parent] & 1 == 0 and not flags & (IS_RAW | IS_BLANK):
                new, found = _text_starts(source, nodes[i, ATTRS], nodes[i, ATTRS_END], starts, firsts)
                dollars[block[i]] += new
                found = found or (new > 0 and dollars[block[i]] > 1)
        elif tag == _SCRIPT:
            block[i] = block[parent]
            kind = _script_kind(source, nodes, i)
            if kind > 0:
                notes[num_notes, 0], notes[num_notes, 1] = i, kind
                num_notes += 1
            if kind != -1:
                i = nodes[i, END]
                continue
            found = True
            no_tex[i] = 1
        elif tag == _META or tag == _TITLE or tag == _TIME:
            if tag == _TIME or (tag == _META and _is_told(source, nodes, i)) or (tag == _TITLE and nodes[parent, TAG] == _HEAD):
                notes[num_notes, 0], notes[num_notes, 1] = i, META if tag == _META else TITLE if tag == _TITLE else TIME
                num_notes += 1
            block[i] = block[parent]
            no_tex[i] = no_tex[parent]
            if tag != _TIME:
                i = nodes[i, END]
                continue
        elif PROPERTIES[tag] & SKIPPED:
            i = nodes[i, END]
            continue
        else:
            is_block = PROPERTIES[tag] & BLOCK
            block[i] = i if is_block else block[parent]
            no_tex[i] = no_tex[parent] | (_ROLES[tag] & _IS_NO_TEX != 0) | (2 if tag == _A else 0)
            if parent > 0 or tag == _BODY:
                found = _is_candidate(source, nodes, i, tag, no_tex[i] & 2)
        if found:
            part = block[i]
            if num_parts == 0 or part >= nodes[parts[num_parts - 1], END]:
                parts[num_parts] = part
                num_parts += 1
            elif part < parts[num_parts - 1]:
                while num_parts > 0 and parts[num_parts - 1] >= part:
                    num_parts -= 1
                parts[num_parts] = part
                num_parts += 1
        i += 1
    return parts[:num_parts], notes[:num_notes]
