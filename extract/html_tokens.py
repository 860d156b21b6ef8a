"""Where tags, attributes, comments and runs of text end in the bytes of a page.

A loop over bytes begins with `i = max(i, 0)`: where the compiler cannot see that an index is not below zero, it asks at each byte
whether to count from the end, and the loop takes twice as long.
Source: HTML Living Standard, 13.2.5 (tokenization), whose sections the functions name.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.kernels import compiler
from extract.html_hashes import find_slot, hash_lower
from extract.html_tags import MAX_NAME_BYTES, TAG_TABLE

part = compiler(Path(__file__).parent, "html_*.py", extra="html", borrows=True)
"""Decorates the functions that `scan` is made of."""

# Flags of text nodes, and of elements.
HAS_ENTITY, IS_BLANK, IS_RAW, IS_MADE, HAS_STATE, HAS_DATA = 1, 2, 4, 8, 16, 32
"""A `&`; white space only; text of a script or style, where `&` is no entity; an element that the
markup leaves out; one with an attribute that says what it is for (role, hidden, style, ...), or with a `data-` attribute."""

# Slots of the parser's state: the tag that was read last.
TAG_START, TAG_NAME, TAG_NAME_END, TAG_CLOSE, TAG_NUMBER, TAG_FLAGS, IS_SELF_CLOSED = range(7)
"""Byte of its `<`; bounds of its name; byte of its `>`; number of the name; HAS_STATE, HAS_DATA; a slash before the `>`."""
TAG_CLASS, TAG_CLASS_END, TAG_ID, TAG_ID_END = range(7, 11)
"""Bounds of the values of class and id."""
NUM_TAG_SLOTS = 11

NO_QUIRKS, IN_QUIRKS, UNKNOWN, NO_DOCTYPE = range(4)
"""Whether a table may stand in a paragraph."""

LT, GT, SLASH, BANG, QUESTION, AMP, EQUALS, DASH, QUOTE, APOSTROPHE, BRACKET_END = b"<>/!?&=-\"']"
SPACE, TAB, LF, FF, CR = b" \t\n\f\r"

_TAG_KEYS, _TAG_VALUES = TAG_TABLE


def _words(text: str) -> list[npt.NDArray[np.uint8]]:
    return [np.frombuffer(word.encode(), dtype=np.uint8) for word in text.split()]


_CLASS, _ID, _ROLE, _STYLE, _HIDDEN, _ITEM, _ARIA, _DATA = _words("class id role style hidden item aria data")
_SCRIPT, _CDATA, _DOCTYPE, _HTML, _PUBLIC = _words("script [CDATA[ doctype html public")
_XHTML_1, _HTML_4_01 = (np.frombuffer(name, dtype=np.uint8) for name in (b"-//w3c//dtd xhtml 1.", b"-//w3c//dtd html 4.01"))


@part
def is_space(byte):
    return byte == SPACE or byte == LF or byte == TAB or byte == CR or byte == FF


@part
def is_letter(byte):
    byte |= 32
    return 97 <= byte <= 122


@part
def find_byte(source, i, stop, byte):
    """Where the byte stands next from `i` on; `stop` if nowhere."""
    i = max(i, 0)
    while i < stop and source[i] != byte:
        i += 1
    return i


@part
def is_word(source, start, word):
    """Whether `word`, in lower case, stands at `start`."""
    if start + len(word) > len(source):
        return False
    for k in range(len(word)):
        if source[start + k] | 32 != word[k]:
            return False
    return True


@part
def is_same_name(source, start, stop, other, other_stop):
    """Whether two tags of the markup have the same name."""
    if stop - start != other_stop - other:
        return False
    for k in range(stop - start):
        byte = source[start + k]
        if byte != source[other + k] and (not is_letter(byte) or byte | 32 != source[other + k] | 32):
            return False
    return True


# ---------------------------------------------------------------------------------------------------- text


@part
def begins_markup(source, i):
    """Whether the `<` at `i` begins a tag or a comment (13.2.5.6-7)."""
    if i + 1 >= len(source):
        return False
    following = source[i + 1]
    if following == SLASH:
        return i + 2 < len(source)
    return is_letter(following) or following == BANG or following == QUESTION


@part
def read_text(source, i):
    """The end of the run of text that begins at `i`; HAS_ENTITY, IS_BLANK (13.2.5.1)."""
    size = len(source)
    i = max(i, 0)
    while i < size and is_space(source[i]):
        i += 1
    if i >= size:
        return i, IS_BLANK
    flags = 0
    if source[i] == LT and begins_markup(source, i):
        flags = IS_BLANK
    while i < size:
        byte = source[i]
        if byte == LT:
            if begins_markup(source, i):
                break
        elif byte == AMP:
            flags |= HAS_ENTITY
        i += 1
    return i, flags


@part
def text_flags(source, start, stop):
    """HAS_ENTITY, IS_BLANK of text whose bounds are known."""
    flags = IS_BLANK
    for i in range(start, stop):
        byte = source[i]
        if not is_space(byte):
            flags &= ~IS_BLANK
            if byte == AMP:
                flags |= HAS_ENTITY
    return flags


@part
def is_cdata(source, i):
    """Whether a CDATA section begins at `i`, a `<` (13.2.5.42)."""
    if i + 2 + len(_CDATA) > len(source) or source[i + 1] != BANG:
        return False
    for k in range(len(_CDATA)):
        if source[i + 2 + k] != _CDATA[k]:
            return False
    return True


@part
def end_of_cdata(source, i):
    """Where the `]]>` after `i` stands (13.2.5.69-71)."""
    size = len(source)
    while i < size and not (
        source[i] == BRACKET_END and i + 2 < size and source[i + 1] == BRACKET_END and source[i + 2] == GT
    ):  # fmt: skip
        i += 1
    return i


# ---------------------------------------------------------------------------------------------------- tags


@part
def tag_number(source, start, stop):
    """Number of the tag with this name; 0 for one that is not in the table."""
    if stop - start > MAX_NAME_BYTES:
        return 0
    slot = find_slot(_TAG_KEYS, hash_lower(source, start, stop))
    return np.int64(_TAG_VALUES[slot]) if slot >= 0 else 0


@part
def read_tag(source, start, name, state):
    """Writes the tag whose `<` is at `start` and whose name begins at `name` into the state. False where the markup ends inside
    of it: such a tag is left out (13.2.5.8, 13.2.5.32-40)."""
    size = len(source)
    i = name = max(name, 0)
    while i < size and source[i] != GT and source[i] != SLASH and not is_space(source[i]):
        i += 1
    state[TAG_START], state[TAG_NAME], state[TAG_NAME_END] = start, name, i
    state[TAG_NUMBER] = tag_number(source, name, i)
    state[TAG_CLASS] = state[TAG_CLASS_END] = state[TAG_ID] = state[TAG_ID_END] = 0
    flags = 0
    is_self_closed = False
    while i < size:
        byte = source[i]
        if byte == GT:
            state[TAG_CLOSE], state[TAG_FLAGS], state[IS_SELF_CLOSED] = i, flags, is_self_closed
            return True
        if byte == SLASH or is_space(byte):
            is_self_closed = byte == SLASH
            i += 1
            continue
        is_self_closed = False
        attribute = i
        i = _end_of_attribute_name(source, i, size)
        slot = _slot_of_attribute(source, attribute, i)
        if slot < 0:
            flags |= -slot
        value, value_end, i = _read_value(source, i, size)
        if slot > 0 and state[slot + 1] == 0:
            state[slot], state[slot + 1] = value, value_end
    return False


@part
def _end_of_attribute_name(source, i, stop):
    """(13.2.5.33); a `=` may begin it."""
    i = max(i, 0) + 1
    while i < stop:
        byte = source[i]
        if byte == EQUALS or byte == GT or byte == SLASH or is_space(byte):
            break
        i += 1
    return i


@part
def _slot_of_attribute(source, start, stop):
    """The slot for an attribute's value, for a flag the flag below zero, 0 for all others."""
    length = stop - start
    first = source[start] | 32
    if first == _CLASS[0]:
        return TAG_CLASS if length == 5 and is_word(source, start, _CLASS) else 0
    if first == _ID[0]:
        if length == 2 and is_word(source, start, _ID):
            return TAG_ID
        return -HAS_STATE if length == 8 and is_word(source, start, _ITEM) else 0  # itemprop, itemtype
    if first == _DATA[0]:
        return -HAS_DATA if length > 5 and is_word(source, start, _DATA) else 0
    if (
        (first == _ROLE[0] and length == 4 and is_word(source, start, _ROLE))
        or (first == _STYLE[0] and length == 5 and is_word(source, start, _STYLE))
        or (first == _HIDDEN[0] and length == 6 and is_word(source, start, _HIDDEN))
        or (first == _ARIA[0] and length > 9 and is_word(source, start, _ARIA))
    ):
        return -HAS_STATE
    return 0


@part
def _read_value(source, i, stop):
    """Bounds of the value of the attribute whose name ends at `i`, and where to go on; 0, 0 without a `=` (13.2.5.34-39)."""
    i = max(i, 0)
    while i < stop and is_space(source[i]):
        i += 1
    if i >= stop or source[i] != EQUALS:
        return 0, 0, i
    i += 1
    while i < stop and is_space(source[i]):
        i += 1
    if i < stop and (source[i] == QUOTE or source[i] == APOSTROPHE):
        quote = source[i]
        value = i + 1
        i = find_byte(source, value, stop, quote)
        return value, i, i + 1
    value = i
    while i < stop and source[i] != GT and not is_space(source[i]):
        i += 1
    return value, i, i


@part
def next_attribute(source, i, stop):
    """The next attribute from `i` on: bounds of its name and value, and where to go on; a name of no length at the end."""
    while i < stop and (is_space(source[i]) or source[i] == SLASH):
        i += 1
    if i >= stop:
        return i, i, i, i, stop
    name = i
    name_end = _end_of_attribute_name(source, i, stop)
    value, value_end, i = _read_value(source, name_end, stop)
    if value == 0:
        return name, name_end, i, i, i
    return name, name_end, value, value_end, i


@part
def has_value(source, start, stop, name, value):
    """Whether the attribute `name` between two bytes has this value; both in lower case."""
    i = start
    while i < stop:
        at, at_end, found, found_end, i = next_attribute(source, i, stop)
        if at_end - at == len(name) and is_word(source, at, name):
            return found_end - found == len(value) and is_word(source, found, value)
    return False


# ---------------------------------------------------------------------------------------------------- comments


@part
def end_of_comment(source, i):
    """First byte after the comment, doctype or processing instruction that begins at `i`, a `<` (13.2.5.41-53)."""
    size = len(source)
    i = max(i, 0)
    if not _opens_comment(source, i):
        return min(find_byte(source, i + 2, size, GT) + 1, size)
    k = i + 4
    if k < size and source[k] == GT:
        return k + 1
    if k + 1 < size and source[k] == DASH and source[k + 1] == GT:
        return k + 2
    while k + 2 < size:
        if source[k] == DASH and source[k + 1] == DASH:
            if source[k + 2] == GT:
                return k + 3
            if source[k + 2] == BANG and k + 3 < size and source[k + 3] == GT:
                return k + 4
        k += 1
    return size


@part
def _opens_comment(source, i):
    """Whether `<!--` stands at `i`, a `<`."""
    return i + 3 < len(source) and source[i + 1] == BANG and source[i + 2] == DASH and source[i + 3] == DASH


@part
def read_doctype(source, start, stop):
    """What a comment says about quirks: NO_QUIRKS or UNKNOWN if it is a doctype, else NO_DOCTYPE (13.2.5.53-68, 13.2.6.4.1).

    Which doctypes mean quirks is a list of sixty identifiers. Only those that pages have are told apart; of others a page is left
    to lexbor where it matters.
    """
    if source[start + 1] != BANG or not is_word(source, start + 2, _DOCTYPE):
        return NO_DOCTYPE
    i = _after_spaces(source, start + 2 + len(_DOCTYPE), stop)
    if not is_word(source, i, _HTML):
        return UNKNOWN
    i = _after_spaces(source, i + len(_HTML), stop)
    if not is_word(source, i, _PUBLIC):
        return NO_QUIRKS if i == stop - 1 else UNKNOWN
    public = _after_spaces(source, i + len(_PUBLIC), stop)
    system = _after_spaces(source, _after_quoted(source, public, stop), stop)
    after = _after_spaces(source, _after_quoted(source, system, stop), stop)
    is_modern = is_word(source, public + 1, _XHTML_1) or is_word(source, public + 1, _HTML_4_01)
    return NO_QUIRKS if is_modern and system > public and after > system and after == stop - 1 else UNKNOWN


@part
def _after_spaces(source, i, stop):
    while i < stop and is_space(source[i]):
        i += 1
    return i


@part
def _after_quoted(source, i, stop):
    """First byte after the quoted identifier at `i`; `i` where there is none."""
    if i >= stop or (source[i] != QUOTE and source[i] != APOSTROPHE):
        return i
    end = find_byte(source, i + 1, stop, source[i])
    return end + 1 if end < stop else i


# ---------------------------------------------------------------------------------------------------- raw text


@part
def end_of_raw_text(source, i, name, name_end, is_script):
    """Where the end tag of the element with this name stands, whose text begins at `i` (13.2.5.2-4, 13.2.5.9-17)."""
    size = len(source)
    i = find_byte(source, i, size, LT)
    while i + 1 < size:
        if source[i + 1] == SLASH and _is_tag(source, i + 2, source[name:name_end]):
            return i
        after = _end_of_escape(source, i) if is_script and _opens_comment(source, i) else i + 1
        i = find_byte(source, after, size, LT)
    return size


@part
def _is_tag(source, i, name):
    """Whether a tag's name at `i` is `name`."""
    stop = i + len(name)
    if stop >= len(source):
        return False
    for k in range(len(name)):
        if source[i + k] | 32 != name[k] | 32:
            return False
    return source[stop] == GT or source[stop] == SLASH or is_space(source[stop])


@part
def _end_of_escape(source, i):
    """Where a script goes on after the `<!--` at `i`: a `</script>` between `<!-- <script>` and `-->` does not end it
    (13.2.5.18-31)."""
    size = len(source)
    is_doubled = False
    i += 2  # the dashes that open it may close it
    while i < size:
        if source[i] == DASH:
            if i + 2 < size and source[i + 1] == DASH and source[i + 2] == GT:
                return i + 3
        elif source[i] == LT and i + 1 < size:
            if source[i + 1] == SLASH:
                if _is_tag(source, i + 2, _SCRIPT):
                    if not is_doubled:
                        return i
                    is_doubled = False
            elif _is_tag(source, i + 1, _SCRIPT):
                is_doubled = True
        i += 1
    return size
