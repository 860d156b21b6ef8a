"""A page's bytes to a table of nodes, in one compiled pass.

`scan` is the tree construction of HTML for markup that is regular: end tags that may be left out are supplied, tables get their
bodies, raw text is kept raw. Where a page asks for more (misnested formatting, text between the rows of a table, framesets),
lexbor builds the tree and writes it out, and the same pass reads that.
Measured on 150 kB pages: 0.25 ms against lexbor's 0.45 ms, and the table is ready for the kernels of extract/html_blocks.py,
where lexbor's tree would have to be copied node by node (2-3 ms). tests/test_html_scan.py compares the two trees.

Source: HTML Living Standard, 13.2.6 (tree construction), whose sections the functions name; 13.2.5 is extract/html_tokens.py.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from extract.html_kernels import compiled
from extract.html_tags import (
    BREAKS_OUT,
    BUTTON_EDGE,
    CLOSES_P,
    DESCRIPTION,
    END_TAG_STOPS,
    FORMATTING,
    HEADING,
    ID,
    IMPLIED,
    IN_HEAD,
    IN_HEAD_NOSCRIPT,
    IN_TABLE,
    ITEM_EDGE,
    MARKER,
    OBJECT,
    OF_TABLES,
    PROPERTIES,
    RAW,
    RCDATA,
    RULED,
    SCOPE,
    SPECIAL,
    TABLE_PART,
    VOID,
)
from extract.html_tokens import (
    AMP,
    HAS_DATA,
    HAS_ENTITY,
    HAS_STATE,
    IN_QUIRKS,
    IS_BLANK,
    IS_MADE,
    IS_RAW,
    IS_SELF_CLOSED,
    LF,
    LT,
    NO_DOCTYPE,
    NO_QUIRKS,
    NUM_TAG_SLOTS,
    SLASH,
    TAG_CLASS,
    TAG_CLASS_END,
    TAG_CLOSE,
    TAG_FLAGS,
    TAG_ID,
    TAG_ID_END,
    TAG_NAME,
    TAG_NAME_END,
    TAG_NUMBER,
    TAG_START,
    UNKNOWN,
    end_of_cdata,
    end_of_comment,
    end_of_raw_text,
    has_value,
    is_cdata,
    is_letter,
    is_same_name,
    is_space,
    next_attribute,
    part,
    read_doctype,
    read_tag,
    read_text,
    text_flags,
)

__all__ = [
    "ATTRS", "ATTRS_END", "CLASS", "CLASS_END", "END", "FLAGS", "HAS_DATA", "HAS_ENTITY", "HAS_STATE", "ID_AT", "ID_END",
    "IRREGULAR", "IS_BLANK", "IS_MADE", "IS_RAW", "MAX_DEPTH", "MAX_NODES", "NUM_COLUMNS", "PARENT", "REGULAR", "START", "STOP",
    "TAG", "TEXT", "TOO_DEEP", "TRUNCATED", "Bytes", "Nodes", "next_attribute", "scan",
]  # fmt: skip

Bytes = npt.NDArray[np.uint8]
Nodes = npt.NDArray[np.int32]

# Columns of the table of nodes.
TAG, PARENT, END, START, ATTRS, ATTRS_END, STOP, FLAGS, CLASS, CLASS_END, ID_AT, ID_END = range(12)
"""Tag number (TEXT for text); parent; first node after the subtree; byte of the `<`; bytes between the tag's name and its `>`
(of text: the text); first byte after the element; flags (extract/html_tokens.py); of an element, bounds of its class and id."""
NUM_COLUMNS = 12
TEXT = -1

MAX_DEPTH = 180
"""Levels kept; what lies deeper is attached to the last level, as browsers do at 512. Recursive passes stay within the stack."""
MAX_NODES = 1_000_000
"""Nodes read of one page."""
MAX_STEPS = 20_000_000
"""Steps up the stack of open elements before a page counts as irregular: only nonsense nested by the ten thousand takes them."""

REGULAR, IRREGULAR, TRUNCATED, TOO_DEEP = 0, 1, 2, 4

# Slots of the parser's state, after those of the tag that was read last.
COUNT, DEPTH, AT, PHASE, VERDICT, BODY, OPEN_P, FORM, QUIRKS, DROPS_NEWLINE, STEPS = range(NUM_TAG_SLOTS, NUM_TAG_SLOTS + 11)
"""Nodes so far; open elements; next byte; the phase below; REGULAR, IRREGULAR, ...; the body; open paragraphs; the form in which
other forms are left out, -1 for none (13.2.4.4); IN_QUIRKS, NO_QUIRKS, UNKNOWN; whether a newline that comes next is left out;
steps up the stack so far."""
NUM_SLOTS = NUM_TAG_SLOTS + 11

# Phases (13.2.6.4.1 to .7).
INITIAL, IN_HEAD_PHASE, AFTER_HEAD, IN_BODY = range(4)

# Columns of the stack of open elements.
NODE, NAME, MODE = range(3)
"""Node; its tag number; the mode below of what it holds."""
HTML, SVG, MATHML, INTEGRATION, TEMPLATE = range(5)
"""HTML; foreign content; foreign content whose text is HTML's; a template, whose content nobody reads."""


def _ids(names: str) -> list[int]:
    return [ID[name] for name in names.split()]


_HTML, _HEAD, _BODY, _FRAMESET, _FRAME, _NOSCRIPT, _TEMPLATE = _ids("html head body frameset frame noscript template")
_P, _LI, _A, _BR, _HR, _NOBR, _PRE, _LISTING, _PLAINTEXT = _ids("p li a br hr nobr pre listing plaintext")
_TABLE, _TBODY, _THEAD, _TFOOT, _TR, _TD, _TH, _COL, _COLGROUP = _ids("table tbody thead tfoot tr td th col colgroup")
_FORM, _INPUT, _BUTTON, _SELECT, _OPTION, _OPTGROUP, _TEXTAREA = _ids("form input button select option optgroup textarea")
_TITLE, _SCRIPT, _IMAGE, _IMG, _RUBY, _RT, _RP, _RTC = _ids("title script image img ruby rt rp rtc")
_SVG, _DESC, _FOREIGN_OBJECT, _MATH, _MI, _MO, _MN, _MS, _MTEXT = _ids("svg desc foreignobject math mi mo mn ms mtext")
_ANNOTATION_XML = ID["annotation-xml"]

_TYPE_WORD, _HIDDEN_WORD, _ENCODING_WORD, _HTML_TYPE, _XHTML_TYPE = (
    np.frombuffer(word, dtype=np.uint8) for word in (b"type", b"hidden", b"encoding", b"text/html", b"application/xhtml+xml")
)

# ---------------------------------------------------------------------------------------------------- nodes


@part
def _emit(nodes, state, tag, parent, start, attrs, attrs_end, stop, flags):
    """A new node. Its class and id are those of no element."""
    node = state[COUNT]
    nodes[node, TAG] = tag
    nodes[node, PARENT] = parent
    nodes[node, END] = node + 1
    nodes[node, START] = start
    nodes[node, ATTRS] = attrs
    nodes[node, ATTRS_END] = attrs_end
    nodes[node, STOP] = stop
    nodes[node, FLAGS] = flags
    nodes[node, CLASS] = nodes[node, CLASS_END] = nodes[node, ID_AT] = nodes[node, ID_END] = 0
    state[COUNT] = node + 1
    return node


@part
def _emit_text(nodes, stack, state, start, stop, flags):
    _emit(nodes, state, TEXT, _parent(stack, state), start, start, stop, stop, flags)


@part
def _emit_made(nodes, stack, state, tag, start, stop):
    """An element that the markup leaves out."""
    return _emit(nodes, state, tag, _parent(stack, state), start, start, start, stop, IS_MADE)


@part
def _name_element(nodes, state, node):
    """Gives an element the class and the id of the tag that was read."""
    nodes[node, CLASS], nodes[node, CLASS_END] = state[TAG_CLASS], state[TAG_CLASS_END]
    nodes[node, ID_AT], nodes[node, ID_END] = state[TAG_ID], state[TAG_ID_END]


@part
def _name_root(nodes, state, node):
    """Gives the root or the head, which are there before their tags, the attributes of the first of those."""
    if nodes[node, FLAGS] & IS_MADE:
        nodes[node, START], nodes[node, FLAGS] = state[TAG_START], 0
        nodes[node, ATTRS], nodes[node, ATTRS_END] = state[TAG_NAME_END], state[TAG_CLOSE]


@part
def _name_body(nodes, state):
    """Gives the body the attributes of its tag, unless it has some."""
    body = state[BODY]
    if nodes[body, FLAGS] & IS_MADE:
        nodes[body, ATTRS], nodes[body, ATTRS_END] = state[TAG_NAME_END], state[TAG_CLOSE]
        nodes[body, FLAGS] = state[TAG_FLAGS]
        _name_element(nodes, state, body)


# ---------------------------------------------------------------------------------------------------- the open elements


@part
def _give_up(state):
    """Leaves the page to lexbor."""
    state[VERDICT] |= IRREGULAR


@part
def _parent(stack, state):
    """The element that holds what comes next."""
    return stack[min(state[DEPTH], MAX_DEPTH) - 1, NODE]


@part
def _push(stack, state, node, tag, mode):
    depth = state[DEPTH]
    stack[depth, NODE], stack[depth, NAME], stack[depth, MODE] = node, tag, mode
    state[DEPTH] = depth + 1
    if tag == _P and mode == HTML:
        state[OPEN_P] += 1


@part
def _close(nodes, stack, state, level, start, stop):
    """Ends the open elements down to `level`, that one at byte `stop`, those in it at `start`. Returns properties of those."""
    crossed = 0
    depth = state[DEPTH]
    while depth > level:
        depth -= 1
        if depth < MAX_DEPTH:
            node = stack[depth, NODE]
            nodes[node, END] = state[COUNT]
            nodes[node, STOP] = start if depth > level else stop
        if stack[depth, NAME] == _P and stack[depth, MODE] == HTML:
            state[OPEN_P] -= 1
        if depth > level:
            crossed |= PROPERTIES[stack[depth, NAME]]
    state[DEPTH] = depth
    return crossed


@part
def _supply_end(nodes, stack, state, level):
    """Ends the open elements down to `level` before the tag that was read. Formatting in it would be opened again (13.2.4.3)."""
    crossed = _close(nodes, stack, state, level, state[TAG_START], state[TAG_START])
    if crossed & FORMATTING:
        _give_up(state)


@part
def _supply_implied_ends(nodes, stack, state, but):
    """Ends what ends by itself, except elements of the tag `but` (13.2.6.3)."""
    while True:
        here = stack[state[DEPTH] - 1, NAME]
        if here == but or not PROPERTIES[here] & IMPLIED:
            return
        _supply_end(nodes, stack, state, state[DEPTH] - 1)


@part
def _count_steps(state, steps):
    state[STEPS] += steps
    if state[STEPS] > MAX_STEPS:
        _give_up(state)


@part
def _find(stack, state, tag, kind, stops):
    """Level of the innermost open element with this tag or of this kind; 0 where there is none, or one of the kinds `stops` is
    further inside (13.2.4.2)."""
    top = level = state[DEPTH] - 1
    while level > 0:
        other = stack[level, NAME]
        if other == tag or PROPERTIES[other] & (kind | stops):
            break
        level -= 1
    _count_steps(state, top - level)
    other = stack[level, NAME]
    return level if other == tag or PROPERTIES[other] & kind else 0


@part
def _is_named(source, nodes, stack, state, level):
    """Whether the open element has the name of the tag that was read."""
    if stack[level, NAME] != state[TAG_NUMBER]:
        return False
    if state[TAG_NUMBER]:
        return True
    node = stack[level, NODE]
    return is_same_name(source, nodes[node, START] + 1, nodes[node, ATTRS], state[TAG_NAME], state[TAG_NAME_END])


@part
def _find_named(source, nodes, stack, state, top, stops):
    """Level of the innermost open element from `top` down that has the name of the tag that was read; else 0, as in `_find`."""
    level = top
    while level > 0 and not _is_named(source, nodes, stack, state, level):
        if PROPERTIES[stack[level, NAME]] & stops:
            break
        level -= 1
    _count_steps(state, top - level)
    return level if level > 0 and _is_named(source, nodes, stack, state, level) else 0


# ---------------------------------------------------------------------------------------------------- the page


@compiled
def scan(source, normalised):
    """(nodes, state): the table of nodes of a page in UTF-8, and REGULAR, IRREGULAR, or TRUNCATED | TOO_DEEP.

    `normalised`: the markup was written out from a tree, every element has its end tag, nothing is supplied.
    A page that turns out irregular is left at once, its table incomplete.
    """
    size = len(source)
    capacity = _capacity(source)
    nodes = np.empty((capacity, NUM_COLUMNS), np.int32)
    stack = np.empty((capacity + 8, 3), np.int32)
    state = np.zeros(NUM_SLOTS, np.int64)
    _begin(source, nodes, stack, state)
    while state[AT] < size and not state[VERDICT] & IRREGULAR:
        if state[COUNT] + 8 > capacity:
            state[VERDICT] |= TRUNCATED
            break
        _read_text(source, nodes, stack, state, normalised)
        at = state[AT]
        if at >= size:
            break
        if source[at + 1] == SLASH:
            _read_end_tag(source, nodes, stack, state, normalised)
        elif is_letter(source[at + 1]):
            _read_start_tag(source, nodes, stack, state, normalised)
        else:
            _read_comment(source, nodes, stack, state, normalised)
    _finish(nodes, stack, state, size)
    return nodes[: state[COUNT]], state[VERDICT]


@part
def _capacity(source):
    """Nodes that the markup can make: each `<` a text, an element, one that is supplied for it, and its raw text."""
    capacity = 16
    for i in range(len(source)):
        if source[i] == LT:
            capacity += 4
    return min(capacity, MAX_NODES + 16)


@part
def _begin(source, nodes, stack, state):
    """A root and a head, whether or not there are tags for them."""
    state[BODY] = state[FORM] = -1
    state[QUIRKS] = IN_QUIRKS
    _push(stack, state, _emit(nodes, state, _HTML, -1, 0, 0, 0, len(source), IS_MADE), _HTML, HTML)
    _push(stack, state, _emit(nodes, state, _HEAD, 0, 0, 0, 0, 0, IS_MADE), _HEAD, HTML)
    if len(source) >= 3 and source[0] == 0xEF and source[1] == 0xBB and source[2] == 0xBF:
        state[AT] = 3


@part
def _finish(nodes, stack, state, size):
    if state[PHASE] != IN_BODY:
        _open_body(nodes, stack, state, size, size)
    _close(nodes, stack, state, 0, size, size)


@part
def _open_body(nodes, stack, state, at, size):
    """The body, where the markup has no tag for it (13.2.6.4.6)."""
    _close(nodes, stack, state, 1, at, at)
    state[BODY] = _emit_made(nodes, stack, state, _BODY, at, size)
    state[PHASE] = IN_BODY
    _push(stack, state, state[BODY], _BODY, HTML)


# ---------------------------------------------------------------------------------------------------- text and comments


@part
def _read_text(source, nodes, stack, state, normalised):
    """Text up to the next tag or comment."""
    start = state[AT]
    state[AT], flags = read_text(source, start)
    if state[DROPS_NEWLINE]:
        state[DROPS_NEWLINE] = 0
        if start < state[AT] and source[start] == LF:
            start += 1
    if start == state[AT]:
        return
    here, mode = stack[state[DEPTH] - 1, NAME], stack[state[DEPTH] - 1, MODE]
    if mode == HTML and not normalised:
        if state[PHASE] != IN_BODY:
            if flags & IS_BLANK:
                return
            if flags & HAS_ENTITY and _begins_with_entity(source, start):
                _give_up(state)  # it may stand for white space
            _open_body(nodes, stack, state, start, len(source))
        elif PROPERTIES[here] & TABLE_PART or here == _COLGROUP:
            if not flags & IS_BLANK:
                _give_up(state)  # it goes before the table (13.2.6.4.10)
            return
    elif flags & IS_BLANK and (here == _HTML or here == _HEAD) and mode == HTML:
        return
    _emit_text(nodes, stack, state, start, state[AT], flags)


@part
def _begins_with_entity(source, i):
    while is_space(source[i]):
        i += 1
    return source[i] == AMP


@part
def _read_comment(source, nodes, stack, state, normalised):
    """A comment, a processing instruction, a doctype; in foreign content also a CDATA section."""
    start = state[AT]
    mode = stack[state[DEPTH] - 1, MODE]
    is_foreign = mode == SVG or mode == MATHML or mode == INTEGRATION
    if is_foreign and is_cdata(source, start):
        begin = start + len("<![CDATA[")
        stop = end_of_cdata(source, begin)
        flags = text_flags(source, begin, stop) & ~HAS_ENTITY | IS_RAW
        _emit_text(nodes, stack, state, begin, stop, flags)
        state[AT] = min(stop + len("]]>"), len(source))
        return
    state[AT] = end_of_comment(source, start)
    if state[PHASE] == INITIAL:
        quirks = read_doctype(source, start, state[AT])
        if quirks != NO_DOCTYPE:
            state[QUIRKS], state[PHASE] = quirks, IN_HEAD_PHASE
    if is_foreign and not normalised and PROPERTIES[stack[state[DEPTH] - 1, NAME]] & RAW:
        _give_up(state)  # lexbor writes the style of a drawing as raw text


# ---------------------------------------------------------------------------------------------------- end tags


@part
def _read_tag(source, state, name):
    """The tag that comes next, whose name begins at `name`. False where the page ends inside of it."""
    is_whole = read_tag(source, state[AT], name, state)
    state[AT] = state[TAG_CLOSE] + 1 if is_whole else len(source)
    if state[PHASE] == INITIAL:
        state[PHASE] = IN_HEAD_PHASE
    return is_whole


@part
def _read_end_tag(source, nodes, stack, state, normalised):
    """An end tag, or what looks like one (13.2.5.7)."""
    start = state[AT]
    if not is_letter(source[start + 2]):
        state[AT] = end_of_comment(source, start)
        return
    if not _read_tag(source, state, start + 2):
        return
    mode = stack[state[DEPTH] - 1, MODE]
    if normalised:
        _end_as_written(source, nodes, stack, state)
    elif mode == TEMPLATE:
        _end_in_template(source, nodes, stack, state)
    elif mode != HTML:
        _end_in_foreign_content(source, nodes, stack, state)
    elif state[PHASE] == IN_BODY:
        _end_in_body(source, nodes, stack, state)
    else:
        _end_before_body(source, nodes, stack, state)


@part
def _end_as_written(source, nodes, stack, state):
    """The end tag of markup that was written out from a tree."""
    tag = state[TAG_NUMBER]
    if tag == _HEAD and state[PHASE] != IN_BODY and state[DEPTH] == 2:
        _close(nodes, stack, state, 1, state[TAG_START], state[AT])
        return
    level = _find_named(source, nodes, stack, state, state[DEPTH] - 1, 0)
    if level > 0 and tag != _BODY:
        _close(nodes, stack, state, level, state[TAG_START], state[AT])


@part
def _end_before_body(source, nodes, stack, state):
    """13.2.6.4.2 to 13.2.6.4.6."""
    tag = state[TAG_NUMBER]
    is_in_noscript = state[DEPTH] > 2
    if tag == _NOSCRIPT and is_in_noscript:
        _close(nodes, stack, state, 2, state[TAG_START], state[AT])
    elif tag == _HEAD and not is_in_noscript:
        _close(nodes, stack, state, 1, state[TAG_START], state[AT])
        state[PHASE] = AFTER_HEAD
    elif tag == _BR or (not is_in_noscript and (tag == _BODY or tag == _HTML)):
        _open_body(nodes, stack, state, state[TAG_START], len(source))
        _end_in_body(source, nodes, stack, state)


@part
def _end_in_template(source, nodes, stack, state):
    """Nobody reads the content of a template: it matters only where it ends (13.2.6.4.22)."""
    level = _find_named(source, nodes, stack, state, state[DEPTH] - 1, 0)
    if level >= _find(stack, state, _TEMPLATE, 0, 0):
        crossed = _close(nodes, stack, state, level, state[TAG_START], state[AT])
        if crossed & MARKER:
            _give_up(state)  # formatting outside of a cell or an object that is open goes on after the template


@part
def _end_in_foreign_content(source, nodes, stack, state):
    """13.2.6.5, "any other end tag": what is not found in the foreign content is looked for around it."""
    level = state[DEPTH] - 1
    is_ruled = False
    while stack[level, MODE] != HTML and stack[level, MODE] != TEMPLATE:
        if _is_named(source, nodes, stack, state, level):
            _close(nodes, stack, state, level, state[TAG_START], state[AT])
            return
        name = stack[level, NAME]
        if PROPERTIES[name] & (SPECIAL | FORMATTING | IMPLIED) or name == _ANNOTATION_XML or stack[level, MODE] == INTEGRATION:
            is_ruled = True
        level -= 1
        _count_steps(state, 1)
    tag = state[TAG_NUMBER]
    if is_ruled or tag == _P or tag == _BR or (stack[level, MODE] == TEMPLATE and tag != _TEMPLATE):
        _give_up(state)  # rare, and the rules for HTML would take the elements for others
    elif stack[level, MODE] == TEMPLATE:
        _end_in_template(source, nodes, stack, state)
    else:
        _end_in_body(source, nodes, stack, state)


@part
def _end_in_body(source, nodes, stack, state):
    """13.2.6.4.7, and the end tags of tables, whose modes follow from the open elements (13.2.6.4.9 to .15)."""
    tag = state[TAG_NUMBER]
    here = stack[state[DEPTH] - 1, NAME]
    properties = PROPERTIES[tag]
    if tag == _HTML or tag == _HEAD or tag == _BODY or (properties & VOID and tag != _BR):
        return
    if here == _COLGROUP and tag != _COLGROUP and tag != _TABLE:
        _give_up(state)
        return
    if tag == _BR:
        _emit_missed(nodes, stack, state, _BR, here)
        return
    if tag == _FORM:
        _end_form(nodes, stack, state)
        return
    if END_TAG_STOPS[tag] == SPECIAL:
        level = _find_named(source, nodes, stack, state, state[DEPTH] - 1, SPECIAL)
    else:
        level = _find(stack, state, tag, properties & HEADING, END_TAG_STOPS[tag])
    if level > 0:
        _end_element(nodes, stack, state, level, properties)
    elif tag == _P:
        _emit_missed(nodes, stack, state, _P, here)


@part
def _emit_missed(nodes, stack, state, tag, here):
    """The element that browsers make of a `</br>`, and of a `</p>` without a `<p>`."""
    if PROPERTIES[here] & TABLE_PART:
        _give_up(state)
    _emit_made(nodes, stack, state, tag, state[TAG_START], state[AT])


@part
def _end_element(nodes, stack, state, level, properties):
    """Ends the element at `level` by its end tag, and what is open in it."""
    crossed = _close(nodes, stack, state, level, state[TAG_START], state[AT])
    if properties & (OF_TABLES | TABLE_PART):
        # Formatting in a cell or a caption ends for good (13.2.4.3), but for what is around an open object.
        if crossed & OBJECT:
            _give_up(state)
    elif properties & FORMATTING:
        if crossed & (FORMATTING | SPECIAL):
            _give_up(state)  # the adoption agency
    elif crossed & FORMATTING and not properties & OBJECT:
        _give_up(state)


@part
def _end_form(nodes, stack, state):
    """A form ends where its end tag stands only if nothing else is open in it."""
    form = state[FORM]
    state[FORM] = -1
    level = _find(stack, state, _FORM, 0, SCOPE)
    if form < 0 or level == 0:
        return
    _supply_implied_ends(nodes, stack, state, 0)
    if level == state[DEPTH] - 1 and stack[level, NODE] == form:
        _close(nodes, stack, state, level, state[TAG_START], state[AT])
    else:
        _give_up(state)


# ---------------------------------------------------------------------------------------------------- start tags


@part
def _read_start_tag(source, nodes, stack, state, normalised):
    """A start tag: makes way for its element, and inserts that."""
    if not _read_tag(source, state, state[AT] + 1):
        return
    mode = stack[state[DEPTH] - 1, MODE]
    if state[TAG_NUMBER] == _IMAGE and mode != SVG and mode != MATHML:
        state[TAG_NUMBER] = _IMG
    if normalised:
        is_inserted = _make_way_as_written(nodes, stack, state)
    elif mode == TEMPLATE:
        is_inserted = _make_way_in_template(state)
    elif mode != HTML:
        is_inserted = _make_way_in_foreign_content(source, stack, state, mode)
    elif state[PHASE] == IN_BODY:
        is_inserted = _make_way_in_body(source, nodes, stack, state)
    else:
        is_inserted = _make_way_before_body(source, nodes, stack, state)
    if is_inserted:
        _insert_element(source, nodes, stack, state, normalised)


@part
def _make_way_as_written(nodes, stack, state):
    """The start tag of markup that was written out from a tree."""
    tag = state[TAG_NUMBER]
    depth = state[DEPTH]
    if state[PHASE] == IN_BODY or depth > 2:
        return True
    if tag == _HTML:
        _name_root(nodes, state, 0)
    elif tag == _HEAD:
        _name_root(nodes, state, 1)
    elif tag == _BODY:
        _open_body(nodes, stack, state, state[TAG_START], nodes[0, STOP])
        _name_body(nodes, state)
    else:
        if depth == 1:
            _push(stack, state, 1, _HEAD, HTML)
        return True
    return False


@part
def _make_way_before_body(source, nodes, stack, state):
    """13.2.6.4.2 to 13.2.6.4.6."""
    tag = state[TAG_NUMBER]
    properties = PROPERTIES[tag]
    if tag == _HTML:
        _name_root(nodes, state, 0)
        return False
    if state[DEPTH] > 2:
        if properties & IN_HEAD_NOSCRIPT:
            return True
        if tag == _HEAD or tag == _NOSCRIPT:
            return False
        _close(nodes, stack, state, 2, state[TAG_START], state[TAG_START])
    if tag == _HEAD:
        if state[PHASE] != AFTER_HEAD and state[COUNT] == 2:
            _name_root(nodes, state, 1)
        return False
    if tag == _FRAMESET:
        _give_up(state)
        return False
    if properties & IN_HEAD and not (tag == _NOSCRIPT and state[PHASE] == AFTER_HEAD):
        if state[DEPTH] == 1:
            _push(stack, state, 1, _HEAD, HTML)  # what belongs in the head goes there also after its end
        return True
    _open_body(nodes, stack, state, state[TAG_START], len(source))
    return _make_way_in_body(source, nodes, stack, state)


@part
def _make_way_in_template(state):
    """13.2.6.4.22; how the content is nested does not matter."""
    tag = state[TAG_NUMBER]
    if tag == _COL or tag == _PLAINTEXT:
        _give_up(state)  # after a col, what stands for no column is left out
    return not (tag == _HTML or tag == _HEAD or tag == _BODY or tag == _FRAMESET or tag == _FRAME)


@part
def _make_way_in_foreign_content(source, stack, state, mode):
    """13.2.6.5; HTML in foreign content is left to lexbor."""
    tag = state[TAG_NUMBER]
    if mode == INTEGRATION:
        is_regular = tag == _SVG or tag == _MATH
    else:
        is_in_style = PROPERTIES[stack[state[DEPTH] - 1, NAME]] & RAW  # which lexbor writes as raw text
        is_regular = not (PROPERTIES[tag] & BREAKS_OUT or is_in_style or (tag == _ANNOTATION_XML and _holds_html(source, state)))
    if not is_regular:
        _give_up(state)
    return True


@part
def _holds_html(source, state):
    """Whether the annotation is an HTML integration point (13.2.6, after the dispatcher)."""
    start, stop = state[TAG_NAME_END], state[TAG_CLOSE]
    return has_value(source, start, stop, _ENCODING_WORD, _HTML_TYPE) or has_value(
        source, start, stop, _ENCODING_WORD, _XHTML_TYPE
    )


@part
def _make_way_in_body(source, nodes, stack, state):
    """Supplies the end tags, and the parts of a table, that the start tag implies. Says whether its element is inserted."""
    tag = state[TAG_NUMBER]
    properties = PROPERTIES[tag]
    here = stack[state[DEPTH] - 1, NAME]
    if properties & OF_TABLES:
        return _make_way_in_table(nodes, stack, state)
    if PROPERTIES[here] & TABLE_PART:
        if tag == _FORM or not properties & IN_TABLE or (tag == _INPUT and not _is_hidden(source, state)):
            _give_up(state)  # it goes before the table (13.2.6.4.9)
    elif here == _COLGROUP and tag != _TEMPLATE:
        _give_up(state)
    elif properties & RULED:
        return _make_way_by_rule(nodes, stack, state, tag, properties, here)
    return True


@part
def _is_hidden(source, state):
    return has_value(source, state[TAG_NAME_END], state[TAG_CLOSE], _TYPE_WORD, _HIDDEN_WORD)


@part
def _make_way_by_rule(nodes, stack, state, tag, properties, here):
    """13.2.6.4.7, the start tags in its order."""
    if tag == _HTML or tag == _HEAD or tag == _FRAME:
        return False
    if tag == _BODY:
        _name_body(nodes, state)
        return False
    if tag == _FRAMESET or tag == _PLAINTEXT:
        _give_up(state)
    elif tag == _FORM:
        if state[FORM] >= 0:
            return False
        _supply_end_of_p(nodes, stack, state)
        state[FORM] = state[COUNT]
    elif tag == _TABLE and state[QUIRKS] != NO_QUIRKS:
        if state[QUIRKS] == UNKNOWN:
            _give_up_inside(stack, state, _P, SCOPE | BUTTON_EDGE)
    elif properties & CLOSES_P:
        _supply_end_of_p(nodes, stack, state)
        if properties & HEADING:
            if PROPERTIES[stack[state[DEPTH] - 1, NAME]] & HEADING:
                _supply_end(nodes, stack, state, state[DEPTH] - 1)
        elif tag == _HR and _find(stack, state, _SELECT, 0, SCOPE):
            _supply_implied_ends(nodes, stack, state, 0)
    elif tag == _LI or properties & DESCRIPTION:
        level = _find(stack, state, tag, properties & DESCRIPTION, ITEM_EDGE)
        if level > 0:
            _supply_end(nodes, stack, state, level)
        _supply_end_of_p(nodes, stack, state)
    elif tag == _A:
        _give_up_inside(stack, state, _A, MARKER)
    elif tag == _BUTTON or tag == _NOBR:
        _give_up_inside(stack, state, tag, SCOPE)
    elif tag == _INPUT or tag == _SELECT:
        _give_up_inside(stack, state, _SELECT, SCOPE)
    elif tag == _OPTION or tag == _OPTGROUP:
        if _find(stack, state, _SELECT, 0, SCOPE):
            _supply_implied_ends(nodes, stack, state, _OPTGROUP if tag == _OPTION else 0)
        elif here == _OPTION:
            _supply_end(nodes, stack, state, state[DEPTH] - 1)
    elif _find(stack, state, _RUBY, 0, SCOPE):
        _supply_implied_ends(nodes, stack, state, _RTC if tag == _RT or tag == _RP else 0)
    return True


@part
def _give_up_inside(stack, state, tag, stops):
    if _find(stack, state, tag, 0, stops):
        _give_up(state)


@part
def _supply_end_of_p(nodes, stack, state):
    """Ends the paragraph that is open, if any ("close a p element", 13.2.6.4.7)."""
    if state[OPEN_P] > 0:
        level = _find(stack, state, _P, 0, SCOPE | BUTTON_EDGE)
        if level > 0:
            _supply_end(nodes, stack, state, level)


@part
def _make_way_in_table(nodes, stack, state):
    """13.2.6.4.9 to 13.2.6.4.15: the tags of tables. On the stack, a section follows its table, a row its section."""
    tag = state[TAG_NUMBER]
    table = _find(stack, state, _TABLE, 0, 0)
    if table == 0:
        return False  # outside of tables it is left out
    section = stack[table + 1, NAME] if state[DEPTH] > table + 1 else 0
    is_in_rows = section == _TBODY or section == _THEAD or section == _TFOOT
    if tag == _TD or tag == _TH:
        if not is_in_rows or state[DEPTH] == table + 2:
            _give_up(state)  # the row is left out as well: rare
            return False
        level = table + 3
    elif (tag == _TR and is_in_rows) or (tag == _COL and section == _COLGROUP):
        level = table + 2
    elif tag == _COL and section != 0:
        _give_up(state)
        return False
    else:
        level = table + 1
    if _close(nodes, stack, state, level, state[TAG_START], state[TAG_START]) & OBJECT:
        _give_up(state)
    if tag == _TR and not is_in_rows:
        _push(stack, state, _emit_made(nodes, stack, state, _TBODY, state[TAG_START], state[TAG_START]), _TBODY, HTML)
    elif tag == _COL and section == 0:
        _push(stack, state, _emit_made(nodes, stack, state, _COLGROUP, state[TAG_START], state[TAG_START]), _COLGROUP, HTML)
    return True


# ---------------------------------------------------------------------------------------------------- elements


@part
def _insert_element(source, nodes, stack, state, normalised):
    """The element of the tag that was read, and its text if that is raw."""
    depth = state[DEPTH]
    if depth >= MAX_DEPTH:
        state[VERDICT] |= TOO_DEEP
    tag = state[TAG_NUMBER]
    properties = PROPERTIES[tag]
    parent, start, attrs, attrs_end = _parent(stack, state), state[TAG_START], state[TAG_NAME_END], state[TAG_CLOSE]
    node = _emit(nodes, state, tag, parent, start, attrs, attrs_end, state[AT], state[TAG_FLAGS])
    _name_element(nodes, state, node)
    around = stack[depth - 1, MODE]
    is_foreign = around == SVG or around == MATHML
    if is_foreign or tag == _SVG or tag == _MATH:
        if state[IS_SELF_CLOSED]:
            return
    elif properties & VOID:
        return
    if properties & (RAW | RCDATA) and (not is_foreign or (normalised and properties & RAW)):
        _read_raw_text(source, nodes, state, node, normalised)
    else:
        holds_html = tag == _ANNOTATION_XML and around == MATHML and _holds_html(source, state)
        _push(stack, state, node, tag, INTEGRATION if holds_html else _mode_inside(around, stack[depth - 1, NAME], tag))
        if (tag == _PRE or tag == _LISTING) and not normalised:
            state[DROPS_NEWLINE] = 1


@part
def _mode_inside(around, parent, tag):
    """What an element holds, by what is around it (13.2.6, the dispatcher and the integration points)."""
    if around == SVG:
        return INTEGRATION if tag == _TITLE or tag == _DESC or tag == _FOREIGN_OBJECT else SVG
    if around == MATHML and not (tag == _SVG and parent == _ANNOTATION_XML):
        return INTEGRATION if tag == _MI or tag == _MO or tag == _MN or tag == _MS or tag == _MTEXT else MATHML
    if tag == _SVG:
        return SVG
    if tag == _MATH:
        return MATHML
    return TEMPLATE if around == TEMPLATE or tag == _TEMPLATE else HTML


@part
def _read_raw_text(source, nodes, state, node, normalised):
    """The text of an element in which tags are text (13.2.6.2), and the element's end."""
    tag = state[TAG_NUMBER]
    name, name_end = state[TAG_NAME], state[TAG_NAME_END]
    begin = state[AT]
    if tag == _TEXTAREA and not normalised and begin < len(source) and source[begin] == LF:
        begin += 1
    stop = end_of_raw_text(source, begin, name, name_end, tag == _SCRIPT)
    if stop > begin:
        flags = text_flags(source, begin, stop) if PROPERTIES[tag] & RCDATA else IS_RAW
        _emit(nodes, state, TEXT, node, begin, begin, stop, stop, flags)
    state[AT] = stop
    if stop < len(source):
        _read_tag(source, state, stop + 2)
    nodes[node, END], nodes[node, STOP] = state[COUNT], state[AT]
