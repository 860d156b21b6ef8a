"""A page's bytes to a table of nodes, in one compiled pass.

`scan` is the tokenizer and the tree construction of HTML for markup that is regular: end tags that may be left out are
supplied, tables get their bodies, raw text is kept raw. Where a page asks for more (misnested formatting, text inside of
tables, framesets: see `Irregular` below), lexbor builds the tree and writes it out, and the same pass reads that.
Measured on 150 kB pages: 0.3 ms against lexbor's 0.45 ms, and the table is ready for the kernels of extract/html_blocks.py,
where lexbor's tree would have to be copied node by node (2-3 ms). tests/test_html_scan.py compares the two trees.

Source: HTML Living Standard, 13.2.5 (tokenization) and 13.2.6 (tree construction).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from extract.html_hashes import find_slot, hash_lower
from extract.html_kernels import compiled
from extract.html_tags import (
    BREAKS_OUT,
    CLOSES_P,
    FORMATTING,
    HEADING,
    ID,
    IN_HEAD,
    IN_TABLE,
    MAX_NAME_BYTES,
    PROPERTIES,
    RAW,
    RCDATA,
    SCOPE,
    SPECIAL,
    TAG_TABLE,
    VOID,
)

_TAG_KEYS, _TAG_VALUES = TAG_TABLE

Bytes = npt.NDArray[np.uint8]
Nodes = npt.NDArray[np.int32]

# Columns of the table of nodes.
TAG, PARENT, END, START, ATTRS, ATTRS_END, STOP, FLAGS, CLASS, CLASS_END, ID_AT, ID_END = range(12)
"""Tag number (TEXT for text); parent; first node after the subtree; byte of the `<`; bytes between the tag's name and its `>`
(of text: the text); first byte after the element; what the flags below say; of an element, bounds of its class and its id."""
NUM_COLUMNS = 12
TEXT = -1

# Flags of text nodes, and of elements.
HAS_ENTITY, IS_BLANK, IS_RAW, IS_MADE, HAS_STATE, HAS_DATA = 1, 2, 4, 8, 16, 32
"""A `&`; white space only; text of a script or style, where `&` is no entity; an element that the
markup leaves out; one with an attribute that says what it is for (role, hidden, style, ...), or with a `data-` attribute."""

MAX_DEPTH = 180
"""Levels kept; what lies deeper is attached to the last level, as browsers do at 512. Recursive passes stay within the stack."""
MAX_NODES = 1_000_000
"""Nodes read of one page."""
MAX_STEPS = 20_000_000
"""Steps up the stack of open elements before a page counts as irregular: only nonsense nested by the ten thousand takes them."""

REGULAR, IRREGULAR, TRUNCATED, TOO_DEEP = 0, 1, 2, 4

_LT, _GT, _SLASH, _BANG, _QUESTION, _AMP, _EQUALS, _DASH, _QUOTE, _APOSTROPHE = b"<>/!?&=-\"'"
_SPACE, _TAB, _LF, _FF, _CR = b" \t\n\f\r"

_HTML, _HEAD, _BODY, _P, _LI, _DD, _DT, _A, _TABLE, _TBODY, _THEAD, _TFOOT, _TR, _TD, _TH, _CAPTION, _COLGROUP = (
    ID[name]
    for name in ["html", "head", "body", "p", "li", "dd", "dt", "a", "table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption", "colgroup"]
)  # fmt: skip
_SELECT, _OPTION, _OPTGROUP, _BUTTON, _FORM, _SVG, _MATH, _TEMPLATE, _NOSCRIPT, _BR, _PRE, _LISTING, _TEXTAREA, _SCRIPT = (
    ID[name]
    for name in ["select", "option", "optgroup", "button", "form", "svg", "math", "template", "noscript", "br", "pre", "listing", "textarea", "script"]
)  # fmt: skip
_FRAMESET, _PLAINTEXT, _NOBR, _DIV, _ADDRESS, _TITLE, _COL, _INPUT, _IMAGE, _IMG, _RT, _RP, _FOREIGN_OBJECT, _DESC = (
    ID[name]
    for name in ["frameset", "plaintext", "nobr", "div", "address", "title", "col", "input", "image", "img", "rt", "rp", "foreignobject", "desc"]
)  # fmt: skip
_MI, _MO, _MN, _MS, _MTEXT, _ANNOTATION_XML, _STYLE, _OL, _UL, _RB, _RTC = (
    ID[name] for name in ["mi", "mo", "mn", "ms", "mtext", "annotation-xml", "style", "ol", "ul", "rb", "rtc"]
)


@compiled
def _is_space(byte):
    return byte == _SPACE or byte == _LF or byte == _TAB or byte == _CR or byte == _FF


@compiled
def _is_letter(byte):
    byte |= 32
    return 97 <= byte <= 122


@compiled
def tag_number(source, start, stop):
    """Number of the tag with this name; 0 for one that is not in the table."""
    if stop - start > MAX_NAME_BYTES:
        return 0
    slot = find_slot(_TAG_KEYS, hash_lower(source, start, stop))
    return np.int64(_TAG_VALUES[slot]) if slot >= 0 else 0


@compiled
def _is_word(source, start, word):
    """Whether `word`, in lower case, stands at `start`."""
    for k in range(len(word)):
        if source[start + k] | 32 != word[k]:
            return False
    return True


_CLASS_WORD, _ROLE_WORD, _STYLE_WORD, _HIDDEN_WORD, _ITEM_WORD, _ARIA_WORD, _DATA_WORD = (
    np.frombuffer(word, dtype=np.uint8) for word in (b"class", b"role", b"style", b"hidden", b"item", b"aria", b"data")
)


@compiled
def _end_of_tag(source, i, size, names):
    """Index of the `>` that ends a tag whose attributes begin at `i`, `size` where there is none; whether a slash is before it;
    HAS_STATE, HAS_DATA. Writes the bounds of class and id into `names`."""
    slash = False
    flags = 0
    names[:] = 0
    while i < size:
        byte = source[i]
        if byte == _GT:
            return i, slash, flags
        if byte == _SLASH:
            slash = True
            i += 1
            continue
        if _is_space(byte):
            i += 1
            continue
        slash = False
        # An attribute's name; a `=` may begin it.
        name = i
        i += 1
        while i < size:
            byte = source[i]
            if byte == _EQUALS or byte == _GT or byte == _SLASH or _is_space(byte):
                break
            i += 1
        length = i - name
        kind = 0
        byte = source[name] | 32
        if byte == 99:  # c
            kind = 1 if length == 5 and _is_word(source, name, _CLASS_WORD) else 0
        elif byte == 105:  # i
            if length == 2:
                kind = 3 if source[name + 1] | 32 == 100 else 0
            elif length == 8 and _is_word(source, name, _ITEM_WORD):
                flags |= HAS_STATE
        elif byte == 100:  # d
            if length > 5 and _is_word(source, name, _DATA_WORD):
                flags |= HAS_DATA
        elif (
            (byte == 114 and length == 4 and _is_word(source, name, _ROLE_WORD))
            or (byte == 115 and length == 5 and _is_word(source, name, _STYLE_WORD))
            or (byte == 104 and length == 6 and _is_word(source, name, _HIDDEN_WORD))
            or (byte == 97 and length > 9 and _is_word(source, name, _ARIA_WORD))
        ):
            flags |= HAS_STATE
        while i < size and _is_space(source[i]):
            i += 1
        if i >= size or source[i] != _EQUALS:
            continue
        i += 1
        while i < size and _is_space(source[i]):
            i += 1
        if i >= size:
            break
        byte = source[i]
        if byte == _QUOTE or byte == _APOSTROPHE:
            i += 1
            value = i
            while i < size and source[i] != byte:
                i += 1
            value_end = i
            i += 1
        else:
            value = i
            while i < size and source[i] != _GT and not _is_space(source[i]):
                i += 1
            value_end = i
        if kind and names[kind] == 0:
            names[kind - 1], names[kind] = value, value_end
    return size, slash, flags


@compiled
def next_attribute(source, i, stop):
    """The next attribute from `i` on: bounds of its name and value, and where to go on; a name of no length at the end."""
    while i < stop and (_is_space(source[i]) or source[i] == _SLASH):
        i += 1
    if i >= stop:
        return i, i, i, i, stop
    name = i
    i += 1
    while i < stop and source[i] != _EQUALS and source[i] != _SLASH and not _is_space(source[i]):
        i += 1
    name_end = i
    while i < stop and _is_space(source[i]):
        i += 1
    if i >= stop or source[i] != _EQUALS:
        return name, name_end, i, i, i
    i += 1
    while i < stop and _is_space(source[i]):
        i += 1
    if i < stop and (source[i] == _QUOTE or source[i] == _APOSTROPHE):
        quote = source[i]
        value = i + 1
        i = value
        while i < stop and source[i] != quote:
            i += 1
        return name, name_end, value, i, i + 1
    value = i
    while i < stop and not _is_space(source[i]):
        i += 1
    return name, name_end, value, i, i


@compiled
def _ends_raw(source, i, size, name, name_end):
    """Whether the end tag of the raw text element with this name stands at `i`, a `<`."""
    length = name_end - name
    if i + 2 + length > size or source[i + 1] != _SLASH:
        return False
    for k in range(length):
        if (source[i + 2 + k] | 32) != (source[name + k] | 32):
            return False
    if i + 2 + length == size:
        return True
    byte = source[i + 2 + length]
    return byte == _GT or byte == _SLASH or _is_space(byte)


@compiled
def _end_of_comment(source, i, size):
    """First byte after the comment, doctype or processing instruction that begins at `i`, a `<`."""
    if i + 3 < size and source[i + 1] == _BANG and source[i + 2] == _DASH and source[i + 3] == _DASH:
        k = i + 4
        if k < size and source[k] == _GT:
            return k + 1
        if k + 1 < size and source[k] == _DASH and source[k + 1] == _GT:
            return k + 2
        while k + 2 < size:
            if source[k] == _DASH and source[k + 1] == _DASH:
                if source[k + 2] == _GT:
                    return k + 3
                if source[k + 2] == _BANG and k + 3 < size and source[k + 3] == _GT:
                    return k + 4
            k += 1
        return size
    k = i + 2
    while k < size and source[k] != _GT:
        k += 1
    return min(k + 1, size)


@compiled
def _is_cdata(source, i, size):
    return (
        i + 8 < size and source[i + 1] == _BANG and source[i + 2] == 91 and source[i + 3] == 67 and source[i + 4] == 68
        and source[i + 5] == 65 and source[i + 6] == 84 and source[i + 7] == 65 and source[i + 8] == 91
    )  # fmt: skip


@compiled
def _text_flags(source, start, stop):
    flags = IS_BLANK
    for i in range(start, stop):
        byte = source[i]
        if not _is_space(byte):
            flags &= ~IS_BLANK
            if byte == _AMP:
                flags |= HAS_ENTITY
    return flags


@compiled
def _emit(nodes, count, tag, parent, start, attrs, attrs_end, stop, flags):
    nodes[count, TAG] = tag
    nodes[count, PARENT] = parent
    nodes[count, END] = count + 1
    nodes[count, START] = start
    nodes[count, ATTRS] = attrs
    nodes[count, ATTRS_END] = attrs_end
    nodes[count, STOP] = stop
    nodes[count, FLAGS] = flags
    nodes[count, CLASS] = nodes[count, CLASS_END] = nodes[count, ID_AT] = nodes[count, ID_END] = 0
    return count + 1


@compiled
def _name_body(nodes, body, attrs, attrs_end, seen, names):
    """Gives the body the attributes of its tag."""
    nodes[body, ATTRS], nodes[body, ATTRS_END], nodes[body, FLAGS] = attrs, attrs_end, seen
    nodes[body, CLASS], nodes[body, CLASS_END], nodes[body, ID_AT], nodes[body, ID_END] = names[0], names[1], names[2], names[3]


@compiled
def _close(nodes, stack, depth, to, count, start, stop):
    """Ends the elements from the top of the stack down to level `to`, that one at `stop`, those in it at `start`. Says whether
    formatting was among the latter."""
    formatting = False
    while depth > to:
        depth -= 1
        node = stack[depth]
        if depth < MAX_DEPTH:
            nodes[node, END] = count
            nodes[node, STOP] = start if depth > to else stop
        if depth > to and PROPERTIES[nodes[node, TAG]] & FORMATTING:
            formatting = True
    return formatting


@compiled
def _is_table_part(tag):
    return tag == _TABLE or tag == _TBODY or tag == _THEAD or tag == _TFOOT or tag == _TR


@compiled
def _is_integration_point(tag):
    """Foreign elements whose content is HTML (13.2.6: MathML text and HTML integration points)."""
    return (
        tag == _FOREIGN_OBJECT or tag == _DESC or tag == _TITLE or tag == _MI or tag == _MO or tag == _MN or tag == _MS
        or tag == _MTEXT or tag == _ANNOTATION_XML
    )  # fmt: skip


@compiled
def _same_name(source, start, stop, other, other_stop):
    """Whether two tags of the markup have the same name."""
    if stop - start != other_stop - other:
        return False
    for k in range(stop - start):
        if source[start + k] != source[other + k] and (
            not _is_letter(source[start + k]) or (source[start + k] | 32) != (source[other + k] | 32)
        ):
            return False
    return True


@compiled
def _is_table_holder(tag):
    return tag == _TABLE or tag == _TEMPLATE


@compiled
def _is_table_inner(tag):
    return tag == _TD or tag == _TH or tag == _CAPTION


@compiled
def _only_implied(nodes, stack, start, stop):
    """Whether only elements whose end tags may be left out are open between two levels."""
    for level in range(start, stop):
        tag = nodes[stack[level], TAG]
        if not (
            tag == _P or tag == _LI or tag == _DD or tag == _DT or tag == _OPTION or tag == _OPTGROUP or tag == _RT or tag == _RP
            or tag == _RB or tag == _RTC
        ):  # fmt: skip
            return False
    return True


@compiled
def _is_name(source, i, size, name):
    """Whether the tag name `name`, in lower case, stands at `i`, and ends there."""
    if i + len(name) >= size:
        return False
    for k in range(len(name)):
        if (source[i + k] | 32) != name[k]:
            return False
    byte = source[i + len(name)]
    return byte == _GT or byte == _SLASH or _is_space(byte)


_SCRIPT_NAME = np.frombuffer(b"script", dtype=np.uint8)


@compiled
def _is_escape(source, i, size):
    return i + 3 < size and source[i + 1] == _BANG and source[i + 2] == _DASH and source[i + 3] == _DASH


@compiled
def _end_of_escape(source, i, size):
    """Where a script goes on after the `<!--` at `i`: a `</script>` between `<!-- <script>` and `-->` does not end it."""
    double = False
    k = i + 4
    while k < size:
        if source[k] == _DASH and k + 2 < size and source[k + 1] == _DASH and source[k + 2] == _GT:
            return k + 3
        if source[k] == _LT and k + 1 < size:
            if source[k + 1] == _SLASH:
                if _is_name(source, k + 2, size, _SCRIPT_NAME):
                    if not double:
                        return k
                    double = False
            elif _is_name(source, k + 1, size, _SCRIPT_NAME):
                double = True
        k += 1
    return size


@compiled
def scan(source, normalised):
    """(nodes, state): the table of nodes of a page in UTF-8, and REGULAR, IRREGULAR, or TRUNCATED | TOO_DEEP.

    `normalised`: the markup was written out from a tree, every element has its end tag, nothing is supplied.
    A page that turns out irregular is left at once, its table incomplete.
    """
    size = len(source)
    capacity = 16
    for i in range(size):
        if source[i] == _LT:
            capacity += 4
    capacity = min(capacity, MAX_NODES + 16)
    nodes = np.empty((capacity, NUM_COLUMNS), np.int32)
    stack = np.empty(capacity + 8, np.int32)
    foreign = np.zeros(capacity + 8, np.uint8)
    # 0: HTML; 1: foreign; 2: foreign, with HTML inside; 3: inside a template, whose content nobody reads
    names = np.zeros(4, np.int64)
    state = REGULAR
    steps = 0
    open_p = 0
    open_form = -1
    count = _emit(nodes, 0, _HTML, -1, 0, 0, 0, size, IS_MADE)
    count = _emit(nodes, count, _HEAD, 0, 0, 0, 0, 0, IS_MADE)
    stack[0], stack[1] = 0, 1
    depth = 2
    body = -1
    i = 0
    if size >= 3 and source[0] == 0xEF and source[1] == 0xBB and source[2] == 0xBF:
        i = 3
    drop_newline = False
    while i < size:
        if count + 8 > capacity:
            state |= TRUNCATED
            break
        # ---------------------------------------------------------------------------------------- text
        start = i
        flags = IS_BLANK
        while i < size:
            byte = source[i]
            if byte == _LT:
                if i + 1 < size:
                    following = source[i + 1]
                    if _is_letter(following) or following == _SLASH or following == _BANG or following == _QUESTION:
                        if not (following == _SLASH and i + 2 >= size):
                            break
                flags &= ~IS_BLANK
            elif byte > 32:
                flags &= ~IS_BLANK
                if byte == _AMP:
                    flags |= HAS_ENTITY
            elif not _is_space(byte):
                flags &= ~IS_BLANK
            i += 1
        if drop_newline:
            if start < i and source[start] == _LF:
                start += 1
            drop_newline = False
        if start < i:
            parent = stack[min(depth, MAX_DEPTH) - 1]
            here = nodes[parent, TAG]
            if body < 0 and (here == _HEAD or here == _HTML or (here == _NOSCRIPT and not normalised)):
                if not flags & IS_BLANK:
                    _close(nodes, stack, depth, 1, count, start, start)
                    body = count
                    count = _emit(nodes, count, _BODY, 0, start, start, start, size, IS_MADE)
                    stack[1] = body
                    depth = 2
                    count = _emit(nodes, count, TEXT, body, start, start, i, i, flags)
            elif foreign[depth - 1] != 1 and _is_table_part(here) and not normalised:
                if not flags & IS_BLANK and foreign[depth - 1] != 3:
                    return nodes[:count], IRREGULAR
            else:
                count = _emit(nodes, count, TEXT, parent, start, start, i, i, flags)
        if i >= size:
            break
        # ---------------------------------------------------------------------------------------- comments
        start = i
        following = source[i + 1]
        if following == _BANG or following == _QUESTION:
            if following == _BANG and foreign[depth - 1] == 1 and _is_cdata(source, i, size):
                i += 9
                begin = i
                while i < size and not (source[i] == _GT and i >= begin + 2 and source[i - 1] == 93 and source[i - 2] == 93):
                    i += 1
                stop = max(i - 2, begin)
                flags = _text_flags(source, begin, stop) & ~HAS_ENTITY | IS_RAW
                count = _emit(nodes, count, TEXT, stack[min(depth, MAX_DEPTH) - 1], begin, begin, stop, stop, flags)
                i += 1
                continue
            i = _end_of_comment(source, i, size)
            continue
        # ---------------------------------------------------------------------------------------- end tags
        if following == _SLASH:
            if not _is_letter(source[i + 2]):
                i = i + 3 if source[i + 2] == _GT else _end_of_comment(source, i, size)
                continue
            name = i + 2
            k = name
            while k < size and source[k] != _GT and source[k] != _SLASH and not _is_space(source[k]):
                k += 1
            tag = tag_number(source, name, k)
            i, _, _ = _end_of_tag(source, k, size, names)
            i = min(i + 1, size)
            if tag == _HTML or tag == _BODY:
                continue
            if tag == _HEAD:
                if body < 0:
                    _close(nodes, stack, depth, 1, count, start, i)
                    depth = 1
                continue
            # Search for the element it ends.
            if tag == 0 or normalised or foreign[depth - 1]:
                level = depth - 1
                found = False
                while level > 0:
                    node = stack[level]
                    other = nodes[node, TAG]
                    if other == tag and (tag != 0 or _same_name(source, nodes[node, START] + 1, nodes[node, ATTRS], name, k)):
                        found = True
                        break
                    if not normalised and not foreign[level] and PROPERTIES[other] & SPECIAL:
                        break
                    if foreign[level] == 3 and other == _TEMPLATE and tag != _TEMPLATE:
                        break
                    level -= 1
                    steps += 1
                if steps > MAX_STEPS:
                    return nodes[:count], IRREGULAR
                if not found or nodes[stack[level], TAG] == _BODY:
                    if foreign[depth - 1] == 1 and (tag == _P or tag == _BR):
                        return nodes[:count], IRREGULAR
                    continue
                for above in range(level, depth):
                    if nodes[stack[above], TAG] == _P and not foreign[above]:
                        open_p -= 1
                crossed = _close(nodes, stack, depth, level, count, start, i)
                if crossed and not normalised and not foreign[level]:
                    return nodes[:count], IRREGULAR
                depth = level
                continue
            if tag == _BR:
                count = _emit(nodes, count, _BR, stack[min(depth, MAX_DEPTH) - 1], start, start, start, i, IS_MADE)
                continue
            properties = PROPERTIES[tag]
            if properties & VOID:
                continue
            level = depth - 1
            found = False
            while level > 0:
                other = nodes[stack[level], TAG]
                if other == tag or (properties & HEADING and PROPERTIES[other] & HEADING):
                    found = True
                    break
                if properties & (FORMATTING | SPECIAL):
                    if PROPERTIES[other] & SCOPE and not (_is_table_part(tag) and _is_table_inner(other)):
                        break
                    if tag == _P and other == _BUTTON:
                        break
                    if tag == _LI and (other == _OL or other == _UL):
                        break
                    if properties & FORMATTING and PROPERTIES[other] & SPECIAL:
                        # Formatting closed across a block: the adoption agency, if it is open at all.
                        break
                elif PROPERTIES[other] & SPECIAL:
                    break
                level -= 1
                steps += 1
            if steps > MAX_STEPS:
                return nodes[:count], IRREGULAR
            if not found:
                if properties & FORMATTING:
                    while level > 0:
                        other = nodes[stack[level], TAG]
                        if other == tag:
                            return nodes[:count], IRREGULAR
                        if PROPERTIES[other] & SCOPE:
                            break
                        level -= 1
                elif tag == _P:
                    if _is_table_part(nodes[stack[depth - 1], TAG]):
                        return nodes[:count], IRREGULAR
                    count = _emit(nodes, count, _P, stack[min(depth, MAX_DEPTH) - 1], start, start, start, i, IS_MADE)
                continue
            if tag == _FORM:
                open_form = -1
                if level != depth - 1 and not _only_implied(nodes, stack, level + 1, depth):
                    return nodes[:count], IRREGULAR
            for above in range(level, depth):
                if nodes[stack[above], TAG] == _P:
                    open_p -= 1
            # Cells and captions end the formatting inside of them for good; elsewhere it would be opened again.
            crossed = _close(nodes, stack, depth, level, count, start, i)
            depth = level
            if crossed and not (tag == _TD or tag == _TH or tag == _CAPTION or tag == _TABLE or tag == _TR or tag == _TBODY):
                return nodes[:count], IRREGULAR
            continue
        # ---------------------------------------------------------------------------------------- start tags
        name = i + 1
        k = name
        while k < size and source[k] != _GT and source[k] != _SLASH and not _is_space(source[k]):
            k += 1
        tag = tag_number(source, name, k)
        close, self_closed, seen = _end_of_tag(source, k, size, names)
        if close >= size:
            break  # the markup ends inside of a tag: nobody shows it
        i = close + 1
        properties = PROPERTIES[tag]
        if body < 0:
            if tag == _HTML:
                nodes[0, START], nodes[0, ATTRS], nodes[0, ATTRS_END] = start, k, close
                continue
            if tag == _HEAD:
                nodes[1, START], nodes[1, ATTRS], nodes[1, ATTRS_END] = start, k, close
                continue
            if tag == _FRAMESET and not normalised:
                return nodes[:count], IRREGULAR
            here = nodes[stack[depth - 1], TAG]
            inside_head_element = depth > 2 and here != _NOSCRIPT
            if not normalised and not inside_head_element and (not properties & IN_HEAD or tag == _BODY):
                _close(nodes, stack, depth, 1, count, start, start)
                body = count
                count = _emit(nodes, count, _BODY, 0, start, start, start, size, IS_MADE)
                stack[1] = body
                depth = 2
                if tag == _BODY:
                    _name_body(nodes, body, k, close, seen, names)
                    continue
            elif normalised and tag == _BODY and depth <= 2:
                _close(nodes, stack, depth, 1, count, start, start)
                body = count
                count = _emit(nodes, count, _BODY, 0, start, k, close, size, 0)
                _name_body(nodes, body, k, close, seen, names)
                stack[1] = body
                depth = 2
                continue
            elif depth == 1:
                # After </head>: what belongs there goes there.
                stack[1] = 1
                depth = 2
        elif tag == _HTML or tag == _HEAD:
            continue
        elif tag == _BODY:
            if nodes[body, FLAGS] & IS_MADE:
                _name_body(nodes, body, k, close, seen, names)
            continue
        if tag == _IMAGE and foreign[depth - 1] != 1:
            tag = _IMG
            properties = PROPERTIES[tag]
        mode = foreign[depth - 1]
        if mode == 1 and not normalised:
            if PROPERTIES[tag] & BREAKS_OUT:
                return nodes[:count], IRREGULAR
        if mode == 0 and not normalised:
            here = nodes[stack[depth - 1], TAG]
            if _is_table_part(here):
                # ---------------------------------------------------------------------------------- inside tables
                if not properties & IN_TABLE or (tag == _FORM):
                    return nodes[:count], IRREGULAR
            if (
                tag == _TR
                or tag == _TD
                or tag == _TH
                or tag == _TBODY
                or tag == _THEAD
                or tag == _TFOOT
                or tag == _CAPTION
                or tag == _COLGROUP
                or tag == _COL
            ):
                level = depth - 1
                while level > 0 and not _is_table_holder(nodes[stack[level], TAG]):
                    level -= 1
                    steps += 1
                if steps > MAX_STEPS:
                    return nodes[:count], IRREGULAR
                if level == 0 or nodes[stack[level], TAG] != _TABLE:
                    continue  # a row or a cell outside of tables: browsers leave the tag out
                table_level = level
                # What of the table is open: body, row, cell.
                section = row = cell = -1
                for above in range(table_level + 1, depth):
                    other = nodes[stack[above], TAG]
                    if other == _TBODY or other == _THEAD or other == _TFOOT or other == _CAPTION or other == _COLGROUP:
                        if section < 0:
                            section = above
                    elif other == _TR:
                        if row < 0:
                            row = above
                    elif (other == _TD or other == _TH) and cell < 0:
                        cell = above
                if tag == _TD or tag == _TH:
                    if row < 0:
                        return nodes[:count], IRREGULAR
                    to = row + 1
                elif tag == _TR:
                    if section >= 0 and (nodes[stack[section], TAG] == _CAPTION or nodes[stack[section], TAG] == _COLGROUP):
                        to = section
                        section = -1
                    else:
                        to = section + 1 if section >= 0 else table_level + 1
                elif tag == _COL:
                    if section >= 0 and nodes[stack[section], TAG] == _COLGROUP:
                        to = section + 1
                    else:
                        continue  # columns hold no text
                else:
                    to = table_level + 1
                for above in range(to, depth):
                    if nodes[stack[above], TAG] == _P:
                        open_p -= 1
                if to < depth:
                    _close(nodes, stack, depth, to, count, start, start)
                    depth = to
                if tag == _TR and section < 0:
                    node = count
                    count = _emit(nodes, count, _TBODY, stack[min(depth, MAX_DEPTH) - 1], start, start, start, start, IS_MADE)
                    stack[depth] = node
                    foreign[depth] = 0
                    depth += 1
            else:
                # ---------------------------------------------------------------------------------- end tags left out
                if properties & CLOSES_P and open_p > 0:
                    level = depth - 1
                    while level > 0:
                        other = nodes[stack[level], TAG]
                        if other == _P or PROPERTIES[other] & SCOPE or other == _BUTTON:
                            break
                        level -= 1
                        steps += 1
                    if nodes[stack[level], TAG] == _P:
                        open_p -= 1
                        if _close(nodes, stack, depth, level, count, start, start):
                            return nodes[:count], IRREGULAR
                        depth = level
                if tag == _LI or tag == _DD or tag == _DT:
                    level = depth - 1
                    while level > 0:
                        other = nodes[stack[level], TAG]
                        if (tag == _LI and other == _LI) or (tag != _LI and (other == _DD or other == _DT)):
                            for above in range(level, depth):
                                if nodes[stack[above], TAG] == _P:
                                    open_p -= 1
                            if _close(nodes, stack, depth, level, count, start, start):
                                return nodes[:count], IRREGULAR
                            depth = level
                            break
                        if PROPERTIES[other] & SPECIAL and other != _ADDRESS and other != _DIV and other != _P:
                            break
                        level -= 1
                        steps += 1
                    if open_p > 0:
                        level = depth - 1
                        while level > 0:
                            other = nodes[stack[level], TAG]
                            if other == _P or PROPERTIES[other] & SCOPE or other == _BUTTON:
                                break
                            level -= 1
                            steps += 1
                        if nodes[stack[level], TAG] == _P:
                            open_p -= 1
                            if _close(nodes, stack, depth, level, count, start, start):
                                return nodes[:count], IRREGULAR
                            depth = level
                elif properties & HEADING:
                    if PROPERTIES[nodes[stack[depth - 1], TAG]] & HEADING:
                        _close(nodes, stack, depth, depth - 1, count, start, start)
                        depth -= 1
                elif tag == _OPTION or tag == _OPTGROUP:
                    if nodes[stack[depth - 1], TAG] == _OPTION:
                        _close(nodes, stack, depth, depth - 1, count, start, start)
                        depth -= 1
                    if tag == _OPTGROUP and nodes[stack[depth - 1], TAG] == _OPTGROUP:
                        _close(nodes, stack, depth, depth - 1, count, start, start)
                        depth -= 1
                elif tag == _RT or tag == _RP:
                    other = nodes[stack[depth - 1], TAG]
                    if other == _RT or other == _RP:
                        _close(nodes, stack, depth, depth - 1, count, start, start)
                        depth -= 1
                elif tag == _A or tag == _NOBR or tag == _BUTTON:
                    level = depth - 1
                    while level > 0:
                        other = nodes[stack[level], TAG]
                        if other == tag:
                            return nodes[:count], IRREGULAR
                        if PROPERTIES[other] & SCOPE:
                            break
                        level -= 1
                        steps += 1
                elif tag == _FORM:
                    if open_form >= 0:
                        continue
                    open_form = count
                elif tag == _INPUT or tag == _SELECT or tag == _TEXTAREA:
                    level = depth - 1
                    while level > 0 and not PROPERTIES[nodes[stack[level], TAG]] & SCOPE:
                        if nodes[stack[level], TAG] == _SELECT:
                            return nodes[:count], IRREGULAR
                        level -= 1
                        steps += 1
                elif tag == _PLAINTEXT or tag == _FRAMESET:
                    return nodes[:count], IRREGULAR
                if steps > MAX_STEPS:
                    return nodes[:count], IRREGULAR
        # ---------------------------------------------------------------------------------------- the element
        if depth >= MAX_DEPTH:
            state |= TOO_DEEP
        node = count
        count = _emit(nodes, count, tag, stack[min(depth, MAX_DEPTH) - 1], start, k, close, i, seen)
        nodes[node, CLASS], nodes[node, CLASS_END], nodes[node, ID_AT], nodes[node, ID_END] = (
            names[0],
            names[1],
            names[2],
            names[3],
        )
        if properties & VOID and mode != 1:
            continue
        if self_closed and (mode == 1 or tag == _SVG or tag == _MATH):
            continue
        if (properties & (RAW | RCDATA)) and (mode != 1 or tag == _SCRIPT or tag == _STYLE):
            begin = i
            if not normalised and tag == _TEXTAREA and begin < size and source[begin] == _LF:
                begin += 1
            i = begin
            while i < size and not (source[i] == _LT and _ends_raw(source, i, size, name, k)):
                if tag == _SCRIPT and source[i] == _LT and _is_escape(source, i, size):
                    i = _end_of_escape(source, i, size)
                    continue
                i += 1
            if i > begin:
                flags = _text_flags(source, begin, i) if properties & RCDATA else 0
                if not properties & RCDATA or mode == 1:
                    flags = (flags & ~HAS_ENTITY) | IS_RAW
                count = _emit(nodes, count, TEXT, node, begin, begin, i, i, flags)
            if i < size:
                i, _, _ = _end_of_tag(source, i + 2 + (k - name), size, names)
                i = min(i + 1, size)
            nodes[node, END] = count
            nodes[node, STOP] = i
            continue
        stack[depth] = node
        if mode == 3 or tag == _TEMPLATE:
            foreign[depth] = 3
        elif mode == 1:
            foreign[depth] = 2 if _is_integration_point(tag) else 1
        elif tag == _SVG or tag == _MATH:
            foreign[depth] = 1
        else:
            foreign[depth] = 0
        if mode == 2 and not normalised and foreign[depth] == 0:
            # HTML inside of foreign content is rare: the elements' namespaces matter there.
            return nodes[:count], IRREGULAR
        depth += 1
        if tag == _P and mode != 1 and mode != 3:
            open_p += 1
        drop_newline = not normalised and (tag == _PRE or tag == _LISTING)
    if body < 0:
        _close(nodes, stack, depth, 1, count, size, size)
        depth = 1
        count = _emit(nodes, count, _BODY, 0, size, size, size, size, IS_MADE)
    _close(nodes, stack, depth, 0, count, size, size)
    return nodes[:count], state
