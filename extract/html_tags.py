"""The tags of HTML as numbers, and what each of them means to a parser and to an extractor.

Numbers are places in `NAMES`; 0 stands for every tag that is not in the table. `PROPERTIES[number]` holds bits.
Source of the sets: HTML Living Standard, 13.1.2 (void and raw text elements), 13.2.4.2 (special elements, scopes), 13.2.4.3
(formatting elements, markers), 13.2.6.3 (end tags that may be implied), 13.2.6.4.4-5 (what a head holds), 13.2.6.4.7 (start
tags that close a paragraph, end tags that are looked for in a scope), 13.2.6.4.9-15 (tables), 13.2.6.5 (tags that leave
foreign content).
"""

from __future__ import annotations

import numpy as np

from extract.html_hashes import hash_table


def words(text: str) -> frozenset[str]:
    """A set of names, written as a paragraph."""
    return frozenset(text.split())


# Content that is never text of the page.
SKIPPED_TAGS = words(
    """
    style link base head-noise iframe object embed applet canvas audio video map area track source frame frameset
    template datalist progress meter param colgroup col noframes noembed
    """
)
BLOCK_TAGS = words(
    """
    address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 header hgroup hr html li main menu nav noscript ol p pre search section summary table tbody
    td tfoot th thead tr ul legend caption optgroup option x-code
    """
)
GONE_TAGS = words("script svg select option optgroup input img picture datalist textarea math-field rp style title meta")
"""Never text of the page, once mathematics and code are found."""

_VOID = words("area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr")
_CLOSES_P = words(
    """
    address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer header hgroup
    main menu nav ol p search section summary ul h1 h2 h3 h4 h5 h6 pre listing form table hr xmp plaintext
    """
)
_FORMATTING = words("a b big code em font i nobr s small strike strong tt u")
_SPECIAL = words(
    """
    address applet area article aside base basefont bgsound blockquote body br button caption center col colgroup dd
    details dir div dl dt embed fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header
    hgroup hr html iframe img input keygen li link listing main marquee menu meta nav noembed noframes noscript object
    ol p param plaintext pre script search section select source style summary table tbody td template textarea tfoot
    th thead title tr track ul wbr xmp
    """
)
_SCOPE = words("applet caption html table td th marquee object select template body")
_TABLE_PARTS = words("table tbody thead tfoot tr")
"""Elements in which text and most tags are put before the table."""
_OF_TABLES = words("caption col colgroup tbody td tfoot th thead tr")
"""Tags that mean something in tables alone."""
_OBJECTS = words("applet marquee object")
_MARKERS = _OBJECTS | words("td th caption template")
_IMPLIED = words("dd dt li optgroup option p rb rp rt rtc")
_HEADINGS = words("h1 h2 h3 h4 h5 h6")
_IN_HEAD = words("base basefont bgsound link meta title noscript noframes style script template head html")
_IN_HEAD_NOSCRIPT = words("basefont bgsound link meta noframes style")
_IN_TABLE = words("caption colgroup col tbody thead tfoot tr td th style script template input form")
_RAW = words("script style xmp iframe noembed noframes plaintext")
_RCDATA = words("title textarea")
_BREAKS_OUT = words(
    """
    b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta
    nobr ol p pre ruby s small span strong strike sub sup table tt u ul var font
    """
)
_RULED = (
    _CLOSES_P
    | _OF_TABLES
    | words("html head body frame frameset plaintext li dd dt option optgroup rb rp rt rtc a nobr button input select")
)
"""Start tags in whose place something is done before the element is inserted."""
_ENDS_IN_SCOPE = (
    (_CLOSES_P - words("hr xmp plaintext table")) | _OBJECTS | _FORMATTING | words("li dd dt button select")
)  # fmt: skip
"""End tags that are looked for up to the edge of a scope; most others up to the next special element."""
_INLINE_SHOWN = words("code tt kbd samp var-code sub sup")
"""Inline elements that show in Markdown."""
_OTHERS = words(
    """
    svg math span sub sup var cite dfn kbd samp abbr label time mark q ins del bdi bdo ruby rt rp rb rtc wbr output data
    slot picture foreignobject desc mi mo mn ms mtext mrow mfrac msup msub annotation annotation-xml semantics
    mjx-container mjx-assistive-mml math-renderer d-math tex-math la-tex latex math-inline math-block formula image eq
    x-math x-code math-field legend optgroup option fieldset
    g path rect circle use defs polygon line symbol clippath lineargradient stop
    """
)

(
    VOID,
    BLOCK,
    CLOSES_P,
    FORMATTING,
    SPECIAL,
    SCOPE,
    RAW,
    RCDATA,
    IN_HEAD,
    IN_TABLE,
    HEADING,
    SKIPPED,
    GONE,
    BREAKS_OUT,
    INLINE_SHOWN,
    IN_HEAD_NOSCRIPT,
    TABLE_PART,
    OF_TABLES,
    OBJECT,
    MARKER,
    IMPLIED,
    RULED,
    DESCRIPTION,
    BUTTON_EDGE,
    LIST_EDGE,
    ITEM_EDGE,
    TABLE_EDGE,
) = (1 << number for number in range(27))
_SETS = (
    (VOID, _VOID), (BLOCK, BLOCK_TAGS), (CLOSES_P, _CLOSES_P), (FORMATTING, _FORMATTING), (SPECIAL, _SPECIAL), (SCOPE, _SCOPE),
    (RAW, _RAW), (RCDATA, _RCDATA), (IN_HEAD, _IN_HEAD), (IN_TABLE, _IN_TABLE), (HEADING, _HEADINGS), (SKIPPED, SKIPPED_TAGS),
    (GONE, GONE_TAGS), (BREAKS_OUT, _BREAKS_OUT),
    (INLINE_SHOWN, _INLINE_SHOWN), (IN_HEAD_NOSCRIPT, _IN_HEAD_NOSCRIPT), (TABLE_PART, _TABLE_PARTS), (OF_TABLES, _OF_TABLES),
    (OBJECT, _OBJECTS), (MARKER, _MARKERS), (IMPLIED, _IMPLIED), (RULED, _RULED), (DESCRIPTION, words("dd dt")),
    (BUTTON_EDGE, words("button")), (LIST_EDGE, words("ol ul")), (ITEM_EDGE, _SPECIAL - words("address div p")),
    (TABLE_EDGE, words("table template html")),
)  # fmt: skip

NAMES: tuple[str, ...] = ("", *sorted(frozenset().union(*(names for _, names in _SETS), _OTHERS)))
ID = {name: number for number, name in enumerate(NAMES)}
NUM_TAGS = len(NAMES)
PROPERTIES = np.array([sum(bit for bit, names in _SETS if name in names) for name in NAMES], dtype=np.int64)


def _end_tag_stops(name: str) -> int:
    """Kinds of elements beyond which an end tag ends nothing (13.2.4.2, 13.2.6.4.7)."""
    if name in _TABLE_PARTS or name in _OF_TABLES:
        return TABLE_EDGE
    if name == "p":
        return SCOPE | BUTTON_EDGE
    if name == "li":
        return SCOPE | LIST_EDGE
    return SCOPE if name in _ENDS_IN_SCOPE else SPECIAL


END_TAG_STOPS = np.array([_end_tag_stops(name) for name in NAMES], dtype=np.int64)

MAX_NAME_BYTES = 18
"""No tag of the table has a longer name."""
TAG_TABLE = hash_table({name: float(number) for name, number in ID.items() if name})
