"""Which blocks of a page are its content.

1. `read_blocks` takes the page apart, after mathematics and code have been marked (extract/html_blocks.py).
2. The classifier says how likely each block is content (extract/html_classifier.py).
3. `threshold` (extract/html_second_look.py) takes the blocks with which the expected F1 of the page's words is highest. So a
   page on which the classifier is sure gives up what is doubtful, and one on which nothing is sure (a listing, a shop) keeps
   it.
4. `fill_gaps` adds headings over kept blocks, and what stands between formulas or code and is not unlikely: signatures, labels.
5. `content_tree` makes a tree of what was chosen.

A block with a formula or a block of code in it stays, whatever it looks like, unless it is a link to another page or
stands in the navigation.
"""

from __future__ import annotations

import html
import math
import re

import numpy as np
import numpy.typing as npt

from extract.html_blocks import (
    CHARS,
    IS_HIDDEN,
    IS_NAVIGATION,
    KINDS,
    LINK_CHARS,
    PATH_FLAGS,
    PATH_PARENT,
    PATH_TAG,
    PLACE_IS_COMPLEX,
    PLACE_NODE,
    PLACE_SPAN,
    PLACE_TEXT,
    PLACE_TEXT_END,
    PROTECTED,
    SPAN_END,
    SPAN_FIRST,
    SPAN_NODE,
    SPAN_PATH,
    Blocks,
    Indices,
    Lexicon,
    Matrix,
    read_blocks,
)
from extract.html_classifier import shipped_classifier
from extract.html_features import page_features
from extract.html_kernels import compiled
from extract.html_scan import ATTRS, ATTRS_END, FLAGS, HAS_ENTITY, PARENT, START, STOP, TAG, TEXT
from extract.html_second_look import distances, threshold, words_of
from extract.html_tags import BLOCK, HEADING, ID, NAMES, NUM_TAGS, PROPERTIES
from extract.html_tree import Element, Page, Table, body_of, read_attributes

Choice = npt.NDArray[np.bool_]

_H1, _NAV, _ARTICLE, _TR, _TD, _TH, _TABLE, _DT, _SPAN = (
    ID[name] for name in ["h1", "nav", "article", "tr", "td", "th", "table", "dt", "span"]
)
_SURELY_WHOLE, _WHOLE_IN_REFERENCES = np.zeros(NUM_TAGS, dtype=np.bool_), np.zeros(NUM_TAGS, dtype=np.bool_)
_SURELY_WHOLE[ID["dl"]] = True
_WHOLE_IN_REFERENCES[[ID[name] for name in ("dl", "table", "ul", "ol")]] = True

MAX_BLOCKS = 20_000
"""A page of more blocks is a list or a book, and stays whole."""
MAX_CELL_CHARS = 300
"""Cells up to this length make a row that stays or goes as a whole; longer ones are parts of a page laid out as a table."""


GAP = 3
"""Blocks that may lie between a doubtful block and kept ones on either side of it."""
DOUBTFUL_SHARE = 0.35
"""Part of the threshold that a heading over a kept block needs, and what stands between kept blocks below formulas or code."""
GAP_SHARE = 0.1
"""The same for blocks among the formulas and code of a page: signatures, labels and captions of a reference."""
LEAST_BEST = 0.25
"""A page whose likeliest block is less likely than this has no content."""


def content_tree(table: Table, page: Page, url: str) -> Element:
    """The page's content as a tree."""
    classifier = shipped_classifier()
    blocks = read_blocks(table, page, classifier.lexicon)
    if not len(blocks):
        return Element("body")
    if len(blocks) > MAX_BLOCKS:
        return build(table, blocks, np.ones(len(blocks), dtype=np.bool_))
    features = page_features(page, table, url)
    probability = rows_together(classifier.probabilities(blocks, features), blocks)
    kept = choose_blocks(probability, blocks, is_reference=is_documentation(classifier.lexicon, blocks, features))
    return build(table, blocks, kept)


def is_documentation(lexicon: Lexicon, blocks: Blocks, features: Matrix) -> bool:
    """Whether the page is likelier documentation than all other kinds together."""
    return float(lexicon.kinds(blocks, features)[_DOCUMENTATION]) > math.log(0.5)


_DOCUMENTATION = KINDS.index("documentation")


def choose_blocks(probability: Matrix, blocks: Blocks, *, is_reference: bool = False) -> Choice:
    """The likely blocks, the protected ones, and what belongs between them. `is_reference`: the page is documentation."""
    held = protected(blocks)
    if float(probability.max()) < LEAST_BEST:
        return held
    needed = threshold(probability, words_of(blocks.stats))
    kept = fill_gaps((probability >= needed) | held, probability / needed, held, blocks)
    if _in_navigation(blocks.paths)[blocks.path_of][kept].all():
        return held  # a page of nothing but navigation
    spans = lists_to_fill(kept, blocks, is_reference or bool(held.any()))
    return without_hidden_copies(kept | spans, blocks)


def without_hidden_copies(kept: Choice, blocks: Blocks) -> Choice:
    """A hidden block whose text stands in another kept block too is a copy for other screens or readers."""
    hidden = _is_hidden(blocks.paths)[blocks.path_of] & kept
    if not hidden.any():
        return kept
    return kept & ~(hidden & np.isin(blocks.hashes, blocks.hashes[kept & ~hidden]))


MIN_LIST_BLOCKS = 3
LEAST_KEPT = 0.3
"""Part of a list or table, by characters, that is kept: the rest of it then stays too. Five folds: F1 .8775 with and without;
where lists of any kind are filled on pages of any kind, .001 less. Of 20,000 pages of documentation 19 % had torn lists
before."""


def lists_to_fill(kept: Choice, blocks: Blocks, is_reference: bool) -> Choice:
    """Blocks of lists that are partly kept: of definition lists and tables of short cells; of a reference, of lists and tables of
    every kind, outside of the navigation."""
    tags = _SURELY_WHOLE if not is_reference else _WHOLE_IN_REFERENCES
    return _lists_to_fill(  # type: ignore[no-any-return]
        kept, blocks.stats[:, CHARS], blocks.span_of, blocks.spans, blocks.paths, _in_navigation(blocks.paths), tags
    )


@compiled
def _lists_to_fill(kept, chars, span_of, spans, paths, in_navigation, tags):
    count = len(kept)
    filled = np.zeros(count, np.bool_)
    sums = np.zeros((count + 1, 3))
    for b in range(count):
        tag = paths[spans[span_of[b], SPAN_PATH], PATH_TAG]
        is_cell = (tag == _TD or tag == _TH) and chars[b] <= MAX_CELL_CHARS
        sums[b + 1, 0] = sums[b, 0] + chars[b]
        sums[b + 1, 1] = sums[b, 1] + (chars[b] if kept[b] else 0.0)
        sums[b + 1, 2] = sums[b, 2] + is_cell
    for s in range(len(spans)):
        first, end = spans[s, SPAN_FIRST], spans[s, SPAN_END]
        path = spans[s, SPAN_PATH]
        tag = paths[path, PATH_TAG]
        if end - first < MIN_LIST_BLOCKS or in_navigation[path]:
            continue
        if not (tags[tag] or (tag == _TABLE and sums[end, 2] - sums[first, 2] == end - first)):
            continue
        share = (sums[end, 1] - sums[first, 1]) / max(sums[end, 0] - sums[first, 0], 1.0)
        if LEAST_KEPT <= share < 1.0:
            filled[first:end] = True
    return filled


def fill_gaps(kept: Choice, likelihood: Matrix, held: Choice, blocks: Blocks) -> Choice:
    """Adds headings over kept blocks; on a page with formulas or code, from its title on, also what stands between kept blocks.
    `likelihood` is 1 at the threshold.

    Elsewhere gaps are left alone: what lies in them is advertising as often as not (five folds: F1 -0.001 if filled).
    """
    levels = _heading_levels(blocks.paths)[blocks.path_of]
    _, after = distances(kept)
    kept = kept | ((levels > 0) & (after <= 1) & (likelihood >= DOUBTFUL_SHARE))
    if not held.any():
        return kept
    places = np.flatnonzero(held)
    titles = np.flatnonzero((levels[: places[0]] == 1) & (likelihood[: places[0]] >= GAP_SHARE))
    kept[titles[-1:]] = True
    share = np.full(len(kept), np.inf)
    share[titles[-1] if len(titles) else places[0] :] = DOUBTFUL_SHARE
    share[titles[-1] if len(titles) else places[0] : places[-1]] = GAP_SHARE
    before, after = distances(kept)
    is_prose = blocks.stats[:, LINK_CHARS] < 0.5 * blocks.stats[:, CHARS]
    return kept | ((before <= GAP) & (after <= GAP) & (likelihood >= share) & is_prose)


@compiled
def _heading_levels(paths):
    """1 to 6 where a path ends in a heading or in inline elements inside of one, else 0."""
    levels = np.zeros(len(paths), np.int32)
    for path in range(len(paths)):
        tag = paths[path, PATH_TAG]
        if PROPERTIES[tag] & HEADING:
            levels[path] = tag - _H1 + 1
        elif not PROPERTIES[tag] & BLOCK and paths[path, PATH_PARENT] >= 0:
            levels[path] = levels[paths[path, PATH_PARENT]]
    return levels


@compiled
def _is_hidden(paths):
    """Whether a path leads through an element that may not be seen."""
    found = np.zeros(len(paths), np.bool_)
    for path in range(len(paths)):
        parent = paths[path, PATH_PARENT]
        found[path] = paths[path, PATH_FLAGS] & IS_HIDDEN or (parent >= 0 and found[parent])
    return found


@compiled
def _in_navigation(paths):
    """Whether a path leads through navigation; that of an article (its table of contents) is part of it."""
    found, in_article = np.zeros(len(paths), np.bool_), np.zeros(len(paths), np.bool_)
    for path in range(len(paths)):
        parent, tag = paths[path, PATH_PARENT], paths[path, PATH_TAG]
        if parent >= 0:
            found[path], in_article[path] = found[parent], in_article[parent]
        in_article[path] |= tag == _ARTICLE
        found[path] |= (tag == _NAV or paths[path, PATH_FLAGS] & IS_NAVIGATION != 0) and not in_article[path]
    return found


def protected(blocks: Blocks) -> Choice:
    """Blocks with formulas or code outside of links and navigation."""
    held: Choice = blocks.stats[:, PROTECTED] > 0
    return held & ~_in_navigation(blocks.paths)[blocks.path_of] if held.any() else held


def rows_together(probability: Matrix, blocks: Blocks) -> Matrix:
    """Every cell of a row of short cells as likely as the row's average, by length: a table is not torn apart."""
    rows = blocks.row_of
    if rows.max() < 0:
        return probability
    chars = blocks.stats[:, CHARS]
    tags = blocks.paths[blocks.spans[blocks.span_of, SPAN_PATH], PATH_TAG]
    in_cell = (tags == ID["td"]) | (tags == ID["th"])
    torn = np.bincount(rows + 1, weights=~in_cell | (chars > MAX_CELL_CHARS), minlength=2)
    whole = (rows >= 0) & (torn[rows + 1] == 0)
    weights = np.bincount(rows[whole], weights=chars[whole], minlength=len(torn))
    sums = np.bincount(rows[whole], weights=(chars * probability)[whole], minlength=len(torn))
    means = sums / np.maximum(weights, 1e-9)
    return np.where(whole, means[rows], probability).astype(np.float32)


# ---------------------------------------------------------------------------------------------------- the tree of what is kept

_READ_ATTRIBUTES = {ID[name] for name in ["td", "th", "table", "ol", "x-math", "x-code"]}
"""Elements whose attributes say something to the writer of Markdown; span too, in terms of a definition list."""
_CLASSIFIER = b"classifier"
"""The class of a type behind a term (docutils), which a style sheet parts from it with a colon."""


_IS_CONTAINER = np.zeros(NUM_TAGS, np.bool_)
_IS_CONTAINER[
    [ID[name] for name in ["body", "div", "section", "article", "main", "center", "aside", "header", "footer", "form", "hgroup"]]
] = True
"""Elements that only stand around blocks, wherever they stand in one another."""


@compiled
def _kept_nodes(nodes, body, block_of, kept, places, spans):
    """The nodes of kept blocks and of the elements around them, and the other cells of a kept row, empty: (number, parent, block,
    tag, start, attributes, their end, flags) of each; of a block of nothing but text the bounds of that.

    A block that is nothing but text is one node: its first one, right below its block-level element, with the number of the
    block; elsewhere that number is -1. Containers that only stand around other blocks are left out.
    """
    count = len(nodes)
    is_kept, holds_text = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    found = np.empty((count, 8), np.int32)
    # Between two kept blocks of one element, an element that parts them, if it is only as an empty one.
    last_of = np.full(len(spans), -1, np.int32)
    for block in range(len(kept)):
        if not kept[block]:
            continue
        span = places[block, PLACE_SPAN]
        holds_text[spans[span, SPAN_NODE]] = True
        if last_of[span] >= 0:
            for i in range(places[last_of[span], PLACE_NODE] + 1, places[block, PLACE_NODE]):
                if nodes[i, TAG] >= 0 and PROPERTIES[nodes[i, TAG]] & BLOCK:
                    is_kept[i] = holds_text[i] = True
                    break
        last_of[span] = block
    for i in range(count - 1, body - 1, -1):
        block = block_of[i]
        if block >= 0 and kept[block]:
            if places[block, PLACE_IS_COMPLEX]:
                is_kept[i] = True
            elif places[block, PLACE_NODE] == i:
                is_kept[i] = True
                is_kept[spans[places[block, PLACE_SPAN], SPAN_NODE]] = True
                continue
        if is_kept[i] and i > body:
            is_kept[nodes[i, PARENT]] = True
    parents = np.empty(count, np.int32)
    is_kept[body] = True
    size = 0
    for i in range(body, count):
        tag = nodes[i, TAG]
        parent = nodes[i, PARENT]
        parents[i] = i
        if is_kept[i] or ((tag == _TD or tag == _TH) and nodes[parent, TAG] == _TR and is_kept[parent]):
            if tag >= 0 and i > body and not holds_text[i] and _IS_CONTAINER[tag] and _IS_CONTAINER[nodes[parents[parent], TAG]]:
                parents[i] = parents[parent]
                continue
            block = block_of[i]
            found[size, 0], found[size, 1], found[size, 2] = i, parents[parent] if i > body else -1, -1
            if block >= 0 and not places[block, PLACE_IS_COMPLEX]:
                found[size, 1], found[size, 2] = spans[places[block, PLACE_SPAN], SPAN_NODE], block
                found[size, 4], found[size, 5] = places[block, PLACE_TEXT], places[block, PLACE_TEXT_END]
            else:
                found[size, 4], found[size, 5] = nodes[i, START], nodes[i, ATTRS]
            found[size, 3], found[size, 6], found[size, 7] = tag, nodes[i, ATTRS_END], nodes[i, FLAGS]
            size += 1
    return found[:size]


def build(table: Table, blocks: Blocks, kept: Choice) -> Element:
    """The body with what is kept. Elements have attributes only where these say something to the writer of Markdown,
    and no parents, so that the tree is freed at once; white space of the text is folded."""
    source, text = table.source, blocks.text.tobytes()
    places = _with_classifiers(table, blocks)
    found = _kept_nodes(table.nodes, body_of(table), blocks.block_of, kept, places, blocks.spans)
    root = Element("body")
    elements: dict[int, Element] = {int(found[0, 0]): root}
    for number, parent, block, tag, start, attrs, attrs_end, flags in found[1:].tolist():
        above = elements[parent]
        if block >= 0:
            above.children.append(text[start:attrs].decode("utf-8", "replace"))
        elif tag == TEXT:
            shown = source[attrs:attrs_end].decode("utf-8", "replace")
            above.children.append(folded(html.unescape(shown) if flags & HAS_ENTITY else shown))
        else:
            name = NAMES[tag] or source[start + 1 : attrs].decode("utf-8", "replace").lower()
            has_attributes = attrs_end > attrs and (tag in _READ_ATTRIBUTES or (tag == _SPAN and above.tag == "dt"))
            element = Element(name, read_attributes(source[attrs:attrs_end]) if has_attributes else None)
            elements[number] = element
            above.children.append(element)
    return root


def _with_classifiers(table: Table, blocks: Blocks) -> Indices:
    """The places of the blocks, in which a term that holds a classifier is more than text."""
    if _CLASSIFIER not in table.source:
        return blocks.places
    places = blocks.places.copy()
    elements = table.nodes[blocks.spans[blocks.span_of, SPAN_NODE]]
    for block in np.flatnonzero(elements[:, TAG] == _DT).tolist():
        if table.source.find(_CLASSIFIER, elements[block, START], elements[block, STOP]) >= 0:
            places[block, PLACE_IS_COMPLEX] = 1
    return places


_SPACE = re.compile(r"[ \t\r\n\f\v\u00a0\u2028\u2029]+")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad\x00]")


def folded(text: str) -> str:
    """Text with every run of white space as one blank, without characters that nobody sees."""
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    return _SPACE.sub(" ", text)
