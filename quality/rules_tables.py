"""What the compiled rules look up: the class of each character, the dictionary of all lexicons, the literals that are searched.

Everything is made from the definitions in `quality/rules.py`, `lexicon.py` and `language.py`, in half a second, once in a
process.
"""

from __future__ import annotations

import functools
import re
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from quality import language, rules
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
    NAVIGATION_WORDS,
    NEVER_AFTER_ARTICLE,
    QA_LABELS,
    Lexicon,
)

(
    SPACE, WORD, LETTER, ALNUM, PUNCT, DIGIT, DECIMAL, UNSPACED, TERMINAL, ENDS, CLOSES, STOPS, DAMAGED, CONTINUES_A_TILDE,
    CONTINUES_E, CONTINUES_A_CIRCUMFLEX,
) = (1 << i for i in range(16))  # fmt: skip
"""Bits of a character's class."""

AC_BOILERPLATE, AC_POLICY, AC_JAVASCRIPT, AC_LOREM, AC_URL = 1, 2, 4, 8, 16
"""What a literal of the automaton is for."""
AC_BITS = 6
"""So many bits hold one of the characters that the literals have."""
IS_NAVIGATION, IS_LONE_NAVIGATION, IS_CONTROL_FLOW, IS_QA_LABEL, IS_ARTICLE, IS_NEVER_AFTER_ARTICLE = 1, 2, 4, 8, 16, 32
"""What an entry of the dictionary is, beside its groups."""

HASH_START = 0xCBF29CE484222325
HASH_PRIME = 0x100000001B3
"""Source: FNV-1a of 64 bits, here over code points; the result is mixed (`_finish` in rules_kernel.py, `word_hash` here)."""

_NUM_CODE_POINTS = 0x110000
_ASSIGNED = 0x40000
"""Characters with a case, letters, digits, blanks and punctuation all lie below this; Unicode has assigned none above."""
_LOW = 0x3100
"""Those that continue decoding damage lie below this."""

STOP_WORDS = "stop words"
LEXICONS = {"derivation": DERIVATION, "definition": DEFINITION, "instruction": INSTRUCTION}


class Tables(NamedTuple):
    """Arrays that the kernel reads. Those of characters have an element per code point."""

    classes: npt.NDArray[np.uint16]
    lowered: npt.NDArray[np.uint32]
    scripts: npt.NDArray[np.uint8]
    """Index into language.SCRIPT_NAMES."""
    symbols: npt.NDArray[np.uint64]
    """Symbol of each of the first 256 characters; 0 is any that no literal has."""
    moves: npt.NDArray[np.uint16]
    """Aho and Corasick's automaton over the literals: at state << AC_BITS | symbol the next state, shifted alike."""
    outputs: npt.NDArray[np.int64]
    """Which kinds of literals end in each state."""
    keys: npt.NDArray[np.uint64]
    """Open addressing: hashes of words; 0 is an empty slot."""
    values: npt.NDArray[np.int32]
    bits: npt.NDArray[np.uint64]
    """One element: the mask of a slot."""
    roles: npt.NDArray[np.uint8]
    member_bounds: npt.NDArray[np.int32]
    """Entry e is in the groups member_groups[member_bounds[e]:member_bounds[e + 1]], and weighs member_weights there."""
    member_groups: npt.NDArray[np.int32]
    member_weights: npt.NDArray[np.float64]
    phrase_bounds: npt.NDArray[np.int32]
    """The phrases that begin with entry e are phrases[phrase_bounds[e]:phrase_bounds[e + 1]]."""
    phrases: npt.NDArray[np.int32]
    """Phrases x words: entries; -1 behind the last."""
    phrase_sizes: npt.NDArray[np.int32]
    phrase_groups: npt.NDArray[np.int32]


GROUPS: tuple[str, ...] = (
    STOP_WORDS,
    *LEXICONS,
    *(code for codes in language.WORD_SCRIPTS.values() for code in codes),
)
"""What words are counted for: Gopher's stop words, the lexicons, the languages told apart by their words."""


@functools.cache
def tables() -> Tables:
    """Made once."""
    return Tables(_classes(), _lowered(), _scripts(), *_automaton(), *_dictionary())


def _lowered() -> npt.NDArray[np.uint32]:
    lowered = np.arange(_NUM_CODE_POINTS, dtype=np.uint32)
    lowered[:_ASSIGNED] = [ord(rules.lower_case(chr(code))) for code in range(_ASSIGNED)]
    return lowered


def _scripts() -> npt.NDArray[np.uint8]:
    scripts = np.zeros(_NUM_CODE_POINTS, np.uint8)
    for name, first, last in language.SCRIPTS:
        scripts[first : last + 1] = language.SCRIPT_NAMES.index(name)
    return scripts


def _classes() -> npt.NDArray[np.uint16]:
    """The class of each character, asked of the patterns that define it."""
    classes = np.zeros(_NUM_CODE_POINTS, np.uint16)
    chars = "".join(map(chr, range(_ASSIGNED)))
    for bit, holds in _class_tests():
        classes[:_ASSIGNED] |= np.fromiter(map(holds, chars), dtype=bool, count=_ASSIGNED).astype(np.uint16) * np.uint16(bit)
    return classes


def _class_tests() -> Iterable[tuple[int, Callable[[str], object]]]:
    yield SPACE, str.isspace
    yield WORD, re.compile(r"\w").match
    yield LETTER, rules.LETTER.match
    yield ALNUM, rules.LETTER_OR_DIGIT.match
    yield PUNCT, frozenset(rules.PUNCTUATION).__contains__
    yield DIGIT, str.isdigit
    yield DECIMAL, str.isdecimal
    yield UNSPACED, rules.UNSPACED.match
    yield TERMINAL, frozenset(rules.TERMINAL).__contains__
    yield ENDS, frozenset(".!?").__contains__
    yield CLOSES, frozenset("\"'”’)]").__contains__
    yield STOPS, frozenset("。！？।؟").__contains__
    yield DAMAGED, rules.DAMAGE.match
    for bit, before in ((CONTINUES_A_TILDE, "Ã"), (CONTINUES_E, "â€"), (CONTINUES_A_CIRCUMFLEX, "Â")):
        yield bit, functools.partial(_continues_damage, before)


def _continues_damage(before: str, char: str) -> bool:
    return char < chr(_LOW) and rules.DAMAGE.match(before + char) is not None


def word_hash(word: str) -> int:
    """64 bits of a word; never 0."""
    total = HASH_START
    for char in word:
        total = ((total ^ ord(char)) * HASH_PRIME) % (1 << 64)
    total = ((total ^ (total >> 30)) * 0xBF58476D1CE4E5B9) % (1 << 64)
    return (total ^ (total >> 27)) or 1


def _members() -> Iterable[tuple[str, str, float]]:
    """Word, group, weight."""
    for word in GOPHER_STOP_WORDS:
        yield word, STOP_WORDS, 1.0
    for name, lexicon in LEXICONS.items():
        for word in lexicon.words:
            yield word, name, 1.0
    for codes in language.WORD_SCRIPTS.values():
        for word, owners in language.word_weights(codes).items():
            for code, weight in owners.items():
                yield word, code, weight


def _phrases(lexicons: dict[str, Lexicon]) -> list[tuple[list[str], str]]:
    return [(phrase.split(), name) for name, lexicon in lexicons.items() for phrase in lexicon.phrases]


def _dictionary() -> tuple[npt.NDArray[Any], ...]:
    members, phrases = list(_members()), _phrases(LEXICONS)
    words = sorted(
        {word for word, _, _ in members}
        | {word for phrase, _ in phrases for word in phrase}
        | NAVIGATION_WORDS
        | LONE_NAVIGATION_WORDS
        | CONTROL_FLOW
        | QA_LABELS
        | ARTICLES
        | NEVER_AFTER_ARTICLE
    )
    index = {word: i for i, word in enumerate(words)}
    keys, values, bits = _hash_table(words)
    roles = np.array(
        [
            IS_NAVIGATION * (word in NAVIGATION_WORDS)
            + IS_LONE_NAVIGATION * (word in LONE_NAVIGATION_WORDS)
            + IS_CONTROL_FLOW * (word in CONTROL_FLOW)
            + IS_QA_LABEL * (word in QA_LABELS)
            + IS_ARTICLE * (word in ARTICLES)
            + IS_NEVER_AFTER_ARTICLE * (word in NEVER_AFTER_ARTICLE)
            for word in words
        ],
        np.uint8,
    )
    members.sort(key=lambda member: (index[member[0]], GROUPS.index(member[1])))
    phrases.sort(key=lambda phrase: index[phrase[0][0]])
    longest = max(len(phrase) for phrase, _ in phrases)
    return (
        keys,
        values,
        bits,
        roles,
        _bounds([index[word] for word, _, _ in members], len(words)),
        np.array([GROUPS.index(group) for _, group, _ in members], np.int32),
        np.array([weight for _, _, weight in members], np.float64),
        _bounds([index[phrase[0]] for phrase, _ in phrases], len(words)),
        np.array([[index[word] for word in phrase] + [-1] * (longest - len(phrase)) for phrase, _ in phrases], np.int32),
        np.array([len(phrase) for phrase, _ in phrases], np.int32),
        np.array([GROUPS.index(group) for _, group in phrases], np.int32),
    )


def _bounds(entries: Sequence[int], count: int) -> npt.NDArray[np.int32]:
    """Where the rows of each entry begin in the sorted `entries`, and where the last ones end."""
    return np.searchsorted(np.array(entries), np.arange(count + 1)).astype(np.int32)


def _hash_table(words: Sequence[str]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int32], npt.NDArray[np.uint64]]:
    size = 1 << (4 * len(words)).bit_length()
    keys, values = np.zeros(size, np.uint64), np.full(size, -1, np.int32)
    for i, word in enumerate(words):
        key = word_hash(word)
        slot = (key ^ (key >> 32)) & (size - 1)
        while keys[slot]:
            assert keys[slot] != key, word
            slot = (slot + 1) & (size - 1)
        keys[slot], values[slot] = key, i
    return keys, values, np.array([size - 1], np.uint64)


def _automaton() -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint16], npt.NDArray[np.int64]]:
    """Aho and Corasick 1975, with the failures worked into the table of moves."""
    literals = [(trigger, AC_BOILERPLATE) for trigger, _ in BOILERPLATE]
    literals += [(phrase, AC_POLICY) for phrase in C4_POLICY_PHRASES]
    literals += [("javascript", AC_JAVASCRIPT), ("lorem ipsum", AC_LOREM), ("://", AC_URL)]
    chars = sorted({char for literal, _ in literals for char in literal})
    symbols = np.zeros(256, np.uint64)
    symbols[[ord(char) for char in chars]] = np.arange(1, len(chars) + 1)
    nodes: list[dict[int, int]] = [{}]
    outputs = [0]
    for literal, kind in literals:
        state = 0
        for char in literal:
            symbol = int(symbols[ord(char)])
            if symbol not in nodes[state]:
                nodes[state][symbol] = len(nodes)
                nodes.append({})
                outputs.append(0)
            state = nodes[state][symbol]
        outputs[state] |= kind
    moves = np.zeros((len(nodes), 1 << AC_BITS), np.int64)
    failures = [0] * len(nodes)
    queue = deque([0])
    while queue:
        state = queue.popleft()
        outputs[state] |= outputs[failures[state]]
        moves[state] = moves[failures[state]]
        for symbol, child in nodes[state].items():
            failures[child] = int(moves[state, symbol]) if state else 0
            moves[state, symbol] = child
            queue.append(child)
    assert len(chars) < 1 << AC_BITS
    assert len(nodes) <= 1 << (16 - AC_BITS)
    return symbols, (moves << AC_BITS).astype(np.uint16).ravel(), np.array(outputs, np.int64)
