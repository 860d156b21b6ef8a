"""What a classifier can see of the blocks of a page: one row a feature, one column a block.

`FEATURE_NAMES` names the rows. Features lie row by row because a question of a tree is then one comparison of two stretches of
memory (extract/html_classifier.py).
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

import numpy as np

from extract.html_blocks import (
    CHARS,
    COMMAS,
    CURRENCY,
    DESCRIPTION_LIKE,
    DIGITS,
    INLINE_TAGS,
    KINDS,
    LINK_CHARS,
    LINKS,
    PATH_FLAGS,
    PATH_NAME,
    PATH_PARENT,
    PATH_TAG,
    SPAN_CHILDREN,
    SPAN_END,
    SPAN_FIRST,
    SPAN_PARENT,
    SPAN_PATH,
    STATS,
    STOPS,
    TIME_LIKE,
    TITLE_LIKE,
    WORD_MEAN,
    WORDS,
    Blocks,
    Indices,
    Lexicon,
    Matrix,
)
from extract.html_kernels import compiled
from extract.html_scan import TAG
from extract.html_tags import BLOCK, ID, NUM_TAGS, PROPERTIES
from extract.html_tree import Page, Table

# ---------------------------------------------------------------------------------------------------- the page


_KINDS = {
    "article": ('article"', "blogposting"), "product": ('product"', '"offer'), "forum": ("discussionforum", "qapage"),
    "list": ("itemlist", "collectionpage", "searchresults"), "organisation": ("organization", "localbusiness", "service"),
    "faq": ("faqpage",), "breadcrumbs": ("breadcrumblist",), "recipe": ("recipe", "howto"), "website": ('"website"',),
}  # fmt: skip
_PAGE_TAGS = (
    "article", "main", "section", "table", "li", "p", "form", "h1", "h2", "h3", "nav", "aside", "figure", "blockquote",
    "dl", "x-code", "x-math", "time", "details",
)  # fmt: skip
_PAGE_TAG_IDS = np.array([ID[tag] for tag in _PAGE_TAGS])
_URL_WORDS = (
    "thread|topic|forum|viewtopic|showthread|discussion|comments|questions",
    "product|shop|item|dp|store", "blog|news|article|story",
    "docs|doc|wiki|reference|manual|api|guide",
    "category|tag|collections?|search|list|browse|archive",
    "services?|about|solutions|features",
)  # fmt: skip
_URL_PATTERNS = tuple(re.compile(rf"[/.?=_-](?:{alternatives})(?:[/.?=&_-]|$)") for alternatives in _URL_WORDS)
_YEAR = re.compile(r"/(?:19|20)\d\d/")
MAX_STRUCTURED_CHARS = 50_000
"""Of JSON-LD."""
PAGE_NAMES = (
    *(f"kind_{name}" for name in _KINDS),
    *(f"og_{name}" for name in ("article", "product", "website")),
    *(f"num_{tag}" for tag in _PAGE_TAGS),
    *(f"url_{number}" for number in range(len(_URL_WORDS))),
    "url_depth", "url_root", "url_dashes", "url_year", "url_query", "url_none",
)  # fmt: skip


def page_features(page: Page, table: Table, url: str) -> Matrix:
    """What the page says about its kind: structured data, Open Graph, the tags it is made of, its address; `PAGE_NAMES`."""
    structured = "".join(page.json_ld)[:MAX_STRUCTURED_CHARS].lower()
    og_type = next((meta.get("content", "").lower() for meta in page.metas if meta.get("property") == "og:type"), "")
    counts = np.bincount(table.nodes[:, TAG] + 1, minlength=NUM_TAGS + 1)[_PAGE_TAG_IDS + 1]
    path = url.split("://", 1)[-1].partition("/")[2].lower()
    return np.array(
        [
            *(any(word in structured for word in words) if structured else False for words in _KINDS.values()),
            *(name in og_type for name in ("article", "product", "website")),
            *np.log1p(counts).tolist(),
            *(pattern.search("/" + path) is not None for pattern in _URL_PATTERNS),
            path.strip("/").count("/") if path else -1,
            path.strip("/") == "",
            path.count("-"),
            _YEAR.search("/" + path) is not None,
            "?" in path,
            not url,
        ],
        dtype=np.float32,
    )


# ---------------------------------------------------------------------------------------------------- rows of the matrix

_LOGS = (CHARS, WORDS, LINK_CHARS, LINKS, COMMAS, STOPS, INLINE_TAGS, DIGITS)
_PLAIN = tuple(number for number in range(WORD_MEAN) if number not in _LOGS)
_OWN_NAMES = (
    *(f"log_{STATS[i]}" for i in _LOGS), *(STATS[i] for i in _PLAIN), "link_density", "word_chars", "word_mean", "word_min",
    "word_max", "copies", "copy_number", "log_good_chars", "title_like", "description_like",
)  # fmt: skip
_OWN = {name: number for number, name in enumerate(_OWN_NAMES)}
_ANCESTOR_TAGS = (
    "nav", "aside", "footer", "header", "article", "main", "section", "form", "ul", "ol", "li", "table", "td", "th", "dl",
    "dd", "figure", "figcaption", "blockquote", "button", "label", "a", "noscript", "details", "summary", "address", "h1",
    "h2", "h3", "h4", "h5", "h6", "p", "span", "strong", "em", "x-code",
)  # fmt: skip
_BITS = (1, 2, 4, 8, 16, 32, 64, 128, 512)
_NEAR_NAMES = (*(f"in_{tag}" for tag in _ANCESTOR_TAGS), *(f"bit_{bit}" for bit in _BITS))
_NAME_NAMES = (
    "name_sum", "name_min", "name_max", "name_last", "name_before_last", "named", "depth", "own_name", "own_is_div",
    "own_is_inline",
)  # fmt: skip
NUM_LEVELS = 5
"""Containers looked at around a block: each the nearest one that holds more blocks than the one before."""
_CONTAINER_NAMES = (
    "blocks", "log_chars", "link_density", "good_share", "chars_share", "words_mean", "children", "siblings",
    "sibling_chars", "name_last", "name_sum", "position",
)  # fmt: skip
NUM_ITEMS = 3
"""Items looked at around a block: the innermost, the outermost and that of the weightiest group."""
LEAST_SIBLINGS = 3
"""Elements of the same path under the same parent that make a group of items: posts, cards, rows."""
_GROUP_NAMES = (
    "log_items", "log_index", "index_share", "chars_share", "chars_of_largest", "link_density", "good_share", "log_item_chars",
    "item_spread", "own_size", "offset", "words_mean", "log_item_blocks", "prices", "position",
)  # fmt: skip
_LINE_NAMES = ("main_line_share", "main_line_depth", "main_line_blocks")
_SEEN_NAMES = ("log_chars", "link_density", "word_mean", "ends_sentence", "log_good_chars", "name_sum")
"""What is looked at in neighbours."""
_SHIFTS = (-1, 1, -2, 2)
_WINDOWS = (3, 10)
_HEADING_NAMES = (
    "heading_level", "heading_word_mean", "heading_word_min", "heading_above", "heading_below", "titles_above", "titles_below",
    "is_heading",
)  # fmt: skip
_PLACE_NAMES = (
    "chars_before", "place", "good_before", "after_title_like", "num_title_like", "after_description_like",
    "num_description_like",
)  # fmt: skip
_WHOLE_NAMES = (
    "page_blocks", "page_chars", "page_link_density", "page_good_share", "page_good", "page_good_blocks", "page_word_mean",
    "page_currency", "page_time_like", "page_copies",
)  # fmt: skip
FEATURE_NAMES: tuple[str, ...] = (
    *_OWN_NAMES,
    *_NEAR_NAMES,
    *_NAME_NAMES,
    *(f"level{level}_{name}" for level in range(NUM_LEVELS) for name in _CONTAINER_NAMES),
    *_LINE_NAMES,
    *(f"{name}_at_{by}" for by in _SHIFTS for name in _SEEN_NAMES),
    *(f"{name}_within_{width}" for width in _WINDOWS for name in _SEEN_NAMES),
    "path_blocks",
    *(f"path_{name}" for name in _SEEN_NAMES[:-1]),
    *_HEADING_NAMES,
    *_PLACE_NAMES,
    *_WHOLE_NAMES,
    *PAGE_NAMES,
    *(f"{item}_item_{name}" for item in ("inner", "outer", "weightiest") for name in _GROUP_NAMES),
    *(f"page_is_{kind}" for kind in KINDS),
)
NUM_FEATURES = len(FEATURE_NAMES)
_AT = {name: number for number, name in enumerate(FEATURE_NAMES)}
_NEAR_AT, _NAME_AT, _LEVEL_AT, _LINE_AT = _AT["in_nav"], _AT["name_sum"], _AT["level0_blocks"], _AT["main_line_share"]
_SHIFT_AT, _WINDOW_AT, _PATH_AT, _HEADING_AT = (
    _AT[f"log_chars_at_{_SHIFTS[0]}"], _AT[f"log_chars_within_{_WINDOWS[0]}"], _AT["path_blocks"], _AT["heading_level"]
)  # fmt: skip
_PLACE_AT, _WHOLE_AT, _PAGE_AT, _GROUP_AT = (
    _AT["chars_before"],
    _AT["page_blocks"],
    _AT[PAGE_NAMES[0]],
    _AT["inner_item_log_items"],
)  # fmt: skip
_KIND_AT = _AT[f"page_is_{KINDS[0]}"]
_SEEN_ROWS = np.array([_AT[name] for name in _SEEN_NAMES])
_LOGS_ARRAY, _PLAIN_ARRAY = np.array(_LOGS), np.array(_PLAIN)
_DENSITY, _GOOD, _COPIES = _OWN["link_density"], _OWN["log_good_chars"], _OWN["copies"]
_OFFSET = _GROUP_NAMES.index("offset")
_IN_H1 = _AT["in_h1"]
_NUM_NEAR, _NUM_CONTAINER, _NUM_GROUP = len(_NEAR_NAMES), len(_CONTAINER_NAMES), len(_GROUP_NAMES)
_ANCESTOR_ROW = np.full(NUM_TAGS, -1)
for _row, _tag in enumerate(_ANCESTOR_TAGS):
    _ANCESTOR_ROW[ID[_tag]] = _row
_BITS_ARRAY = np.array(_BITS)
_DIV = ID["div"]
_DEPTH_ROW = _NAME_NAMES.index("depth")


class Standing(NamedTuple):
    """Where the blocks stand, as the second look needs it."""

    starts: Indices
    """(NUM_LEVELS, blocks): first block of each container around a block."""
    ends: Indices
    path_of: Indices
    num_paths: int
    items: Indices
    """(NUM_ITEMS, 3, blocks): number of the group (0 for none), first block and end of each item around a block."""
    num_groups: int
    is_heading: Matrix


# ---------------------------------------------------------------------------------------------------- kernels


def block_features(blocks: Blocks, page: Matrix, lexicon: Lexicon) -> tuple[Matrix, Standing]:
    """`FEATURE_NAMES` of every block. `page`: what `page_features` gives; `lexicon`: the one that the blocks were read with."""
    kinds = lexicon.kinds(blocks, page)
    return _features(  # type: ignore[no-any-return]
        blocks.stats, blocks.hashes, blocks.path_of, blocks.span_of, blocks.paths, blocks.spans, blocks.names, page, kinds
    )


@compiled
def running_sums(values):
    """Running sums, 0 first: the sum over an interval is a difference of two."""
    total = np.zeros(len(values) + 1)
    for i in range(len(values)):
        total[i + 1] = total[i] + values[i]
    return total


@compiled
def _path_rows(paths, names):
    """(paths, near + name columns): how near the nearest ancestor of each tag and each flag is (1 is the element itself, then
    1/2, 1/3, ...; 0 where there is none), and what the names from the root down say."""
    count = len(paths)
    near = np.zeros((count, _NUM_NEAR), np.float32)
    found = np.zeros((count, len(_NAME_NAMES)), np.float32)
    for path in range(count):
        parent, tag = paths[path, PATH_PARENT], paths[path, PATH_TAG]
        row = found[path]
        if parent >= 0:
            near[path] = near[parent]
            row[:] = found[parent]
        row[_DEPTH_ROW] += 1
        depth = row[_DEPTH_ROW]
        column = _ANCESTOR_ROW[tag]
        if column >= 0:
            near[path, column] = depth
        flags = paths[path, PATH_FLAGS]
        if flags:
            for k in range(len(_BITS_ARRAY)):
                if flags & _BITS_ARRAY[k]:
                    near[path, len(_ANCESTOR_TAGS) + k] = depth
        name = paths[path, PATH_NAME]
        row[7] = 0.0
        if name:
            mean = names[name, 0]
            row[0] += mean
            row[1] = min(row[1], names[name, 1])
            row[2] = max(row[2], names[name, 2])
            row[4] = row[3]
            row[3] = mean
            row[5] += 1
            row[7] = mean
        row[8] = tag == _DIV
        row[9] = not PROPERTIES[tag] & BLOCK
    for path in range(count):
        depth = found[path, _DEPTH_ROW]
        for column in range(_NUM_NEAR):
            if near[path, column] > 0:
                near[path, column] = 1.0 / (1.0 + depth - near[path, column])
    return near, found


@compiled
def _write_own(stats, hashes, out):
    count = len(stats)
    for k in range(len(_LOGS_ARRAY)):
        for b in range(count):
            out[k, b] = math.log1p(stats[b, _LOGS_ARRAY[k]])
    at = len(_LOGS_ARRAY)
    for k in range(len(_PLAIN_ARRAY)):
        for b in range(count):
            out[at + k, b] = stats[b, _PLAIN_ARRAY[k]]
    size = 16
    while size < 2 * count:
        size *= 2
    keys, copies = np.zeros(size, np.uint64), np.zeros(size, np.int32)
    slots = np.empty(count, np.int64)
    for b in range(count):
        digest = hashes[b] | np.uint64(1)
        slot = np.int64((digest ^ (digest >> np.uint64(32))) & np.uint64(size - 1))
        while keys[slot] != 0 and keys[slot] != digest:
            slot = (slot + 1) & (size - 1)
        keys[slot] = digest
        copies[slot] += 1
        slots[b] = slot
        out[_COPIES + 1, b] = copies[slot]
    for b in range(count):
        chars, links = stats[b, CHARS], stats[b, LINK_CHARS]
        density = links / chars
        out[_DENSITY, b] = density
        out[_DENSITY + 1, b] = chars / stats[b, WORDS]
        for k in range(3):
            out[_DENSITY + 2 + k, b] = stats[b, WORD_MEAN + k]
        out[_COPIES, b] = copies[slots[b]]
        out[_GOOD, b] = math.log1p(chars - links) if chars - links >= 60 and density <= 0.33 else 0.0
        out[_GOOD + 1, b], out[_GOOD + 2, b] = stats[b, TITLE_LIKE], stats[b, DESCRIPTION_LIKE]


@compiled
def _groups_of(spans):
    """The group of every span: siblings of the same path, as posts of a thread or cards of a listing; and how many groups there
    are."""
    num_spans = len(spans)
    size = 16
    while size < 2 * num_spans:
        size *= 2
    keys, numbers = np.zeros(size, np.int64), np.empty(size, np.int32)
    group = np.empty(num_spans, np.int32)
    following = 0
    for s in range(num_spans):
        key = (np.int64(spans[s, SPAN_PARENT] + 1) << 32 | spans[s, SPAN_PATH]) + 1
        slot = (key ^ key >> 29 ^ key >> 32) * 0x9E3779B1 >> 7 & (size - 1)
        while keys[slot] != 0 and keys[slot] != key:
            slot = (slot + 1) & (size - 1)
        if keys[slot] == 0:
            keys[slot], numbers[slot] = key, following
            following += 1
        group[s] = numbers[slot]
    return group, following


@compiled
def _write_groups(spans, span_of, stats, good, out):
    """The items that each block stands in: the group as a whole, the item's place in it, the block's place in the item; zeros
    where there is none. Gives (items, 3, blocks): number of the group (0 for none), first block and end of each item."""
    count, num_spans = len(stats), len(spans)
    group, num_groups = _groups_of(spans)
    chars, links, goods = running_sums(stats[:, CHARS]), running_sums(stats[:, LINK_CHARS]), running_sums(good)
    means, prices = running_sums(stats[:, WORD_MEAN]), running_sums(stats[:, CURRENCY])
    # Of every group: items, characters and their squares, link characters, good characters, word means, blocks, prices.
    whole = np.zeros((num_groups, 8))
    index = np.zeros(num_spans, np.int64)
    for s in range(num_spans):
        first, end = spans[s, SPAN_FIRST], spans[s, SPAN_END]
        if end == first:
            continue
        row = whole[group[s]]
        index[s] = row[0]
        inside = chars[end] - chars[first]
        row[0] += 1
        row[1] += inside
        row[2] += inside * inside
        row[3] += links[end] - links[first]
        row[4] += goods[end] - goods[first]
        row[5] += means[end] - means[first]
        row[6] += end - first
        row[7] += prices[end] - prices[first]
    total_chars, total_good = max(chars[count], 1.0), max(goods[count], 1.0)
    largest = 1e-9
    for g in range(num_groups):
        if whole[g, 0] >= LEAST_SIBLINGS:
            largest = max(largest, whole[g, 1] / total_chars)
    around = np.full((num_spans, NUM_ITEMS), -1, np.int32)
    for s in range(num_spans):
        parent = spans[s, SPAN_PARENT]
        if parent >= 0:
            around[s] = around[parent]
        row = whole[group[s]]
        if spans[s, SPAN_END] > spans[s, SPAN_FIRST] and row[0] >= LEAST_SIBLINGS:
            around[s, 0] = s
            if around[s, 1] < 0:
                around[s, 1] = s
            heaviest = around[s, 2]
            if heaviest < 0 or row[1] * math.sqrt(row[0]) > whole[group[heaviest], 1] * math.sqrt(whole[group[heaviest], 0]):
                around[s, 2] = s
    # One row an element, the first one for blocks that stand in no item.
    table = np.zeros((num_spans + 1, _NUM_GROUP), np.float32)
    for s in range(num_spans):
        row = whole[group[s]]
        first, end = spans[s, SPAN_FIRST], spans[s, SPAN_END]
        if end == first or row[0] < LEAST_SIBLINGS:
            continue
        number, mean = row[0], row[1] / row[0]
        share = row[1] / total_chars
        values = table[s + 1]
        values[0], values[1], values[2] = math.log1p(number), math.log1p(index[s]), index[s] / number
        values[3], values[4], values[5] = share, share / largest, row[3] / max(row[1], 1.0)
        values[6], values[7] = row[4] / total_good, math.log1p(mean)
        values[8] = math.sqrt(max(row[2] / number - mean * mean, 0.0)) / max(mean, 1.0)
        values[9] = (chars[end] - chars[first]) / max(mean, 1.0)
        values[11], values[12] = row[5] / max(row[6], 1.0), math.log1p(row[6] / number)
        values[13], values[14] = row[7] / number, first / count
    items = np.zeros((NUM_ITEMS, 3, count), np.int32)
    for item in range(NUM_ITEMS):
        at = _GROUP_AT + item * _NUM_GROUP
        for k in range(_NUM_GROUP):
            values = out[at + k]
            for b in range(count):
                values[b] = table[around[span_of[b], item] + 1, k]
        for b in range(count):
            s = around[span_of[b], item]
            items[item, 1, b], items[item, 2, b] = b, b + 1
            if s >= 0:
                first = spans[s, SPAN_FIRST]
                out[at + _OFFSET, b] = b - first
                items[item, 0, b], items[item, 1, b], items[item, 2, b] = group[s] + 1, first, spans[s, SPAN_END]
    return items, num_groups + 1


@compiled
def _write_containers(spans, span_of, stats, found, good, word_mean, out):
    """What the containers around each block hold, level by level; gives the bounds of each."""
    count, num_spans = len(stats), len(spans)
    chars, links = running_sums(stats[:, CHARS]), running_sums(stats[:, LINK_CHARS])
    goods, means = running_sums(good), running_sums(word_mean)
    total_chars, total_good = max(chars[count], 1.0), max(goods[count], 1.0)
    group, num_groups = _groups_of(spans)
    same, same_chars = np.zeros(num_groups, np.int64), np.zeros(num_groups)
    wider = np.empty(num_spans, np.int32)
    table = np.empty((num_spans, _NUM_CONTAINER), np.float32)
    share = np.empty(num_spans)
    for s in range(num_spans):
        parent, first, end = spans[s, SPAN_PARENT], spans[s, SPAN_FIRST], spans[s, SPAN_END]
        same[group[s]] += 1
        same_chars[group[s]] += chars[end] - chars[first]
        if parent < 0:
            wider[s] = s
        else:
            wider[s] = parent if spans[parent, SPAN_END] - spans[parent, SPAN_FIRST] > end - first else wider[parent]
    for s in range(num_spans):
        first, end = spans[s, SPAN_FIRST], spans[s, SPAN_END]
        inside = chars[end] - chars[first]
        share[s] = (goods[end] - goods[first]) / total_good
        path = spans[s, SPAN_PATH]
        row = table[s]
        row[0], row[1] = math.log1p(end - first), math.log1p(inside)
        row[2] = (links[end] - links[first]) / max(inside, 1.0)
        row[3], row[4] = share[s], inside / total_chars
        row[5] = (means[end] - means[first]) / max(end - first, 1)
        row[6] = math.log1p(spans[s, SPAN_CHILDREN])
        row[7] = math.log1p(same[group[s]])
        row[8] = math.log1p(same_chars[group[s]] / same[group[s]])
        row[9], row[10] = found[path, 7], found[path, 0]
        row[11] = first / max(count, 1)
    starts, ends = np.empty((NUM_LEVELS, count), np.int32), np.empty((NUM_LEVELS, count), np.int32)
    here = span_of.copy()
    for level in range(NUM_LEVELS):
        for b in range(count):
            starts[level, b], ends[level, b] = spans[here[b], SPAN_FIRST], spans[here[b], SPAN_END]
        for k in range(_NUM_CONTAINER):
            row = out[_LEVEL_AT + level * _NUM_CONTAINER + k]
            for b in range(count):
                row[b] = table[here[b], k]
        for b in range(count):
            here[b] = wider[here[b]]
    # The line of heaviest descent: how much of the page's good text the deepest container holds in which both the block and the
    # bulk of the text stand.
    heaviest = np.full(num_spans, -1, np.int32)
    for s in range(1, num_spans):
        parent = spans[s, SPAN_PARENT]
        if heaviest[parent] < 0 or share[s] > share[heaviest[parent]]:
            heaviest[parent] = s
    s = depth = 0
    while True:
        first, end = spans[s, SPAN_FIRST], spans[s, SPAN_END]
        for b in range(first, end):
            out[_LINE_AT, b], out[_LINE_AT + 1, b], out[_LINE_AT + 2, b] = share[s], depth, math.log1p(end - first)
        s = heaviest[s]
        depth += 1
        if s < 0 or share[s] <= 0.0:
            break
    return starts, ends


@compiled
def shift(values, by, out):
    """Values moved down by `by` (up where negative), 0 where there is no neighbour."""
    count = len(values)
    for b in range(count):
        other = b + by
        out[b] = values[other] if 0 <= other < count else 0.0


@compiled
def window(values, width, out):
    """Averages over the blocks at most `width` away."""
    sums = running_sums(values)
    count = len(values)
    for b in range(count):
        low, high = max(b - width, 0), min(b + width + 1, count)
        out[b] = (sums[high] - sums[low]) / (high - low)


@compiled
def _path_means(values, path_of, counts, out):
    """Averages over the blocks of the same path."""
    totals = np.zeros(len(counts))
    for b in range(len(values)):
        totals[path_of[b]] += values[b]
    for b in range(len(values)):
        out[b] = totals[path_of[b]] / counts[path_of[b]]


@compiled
def _write_headings(out):
    """The heading above a block: its level, its words, how far above; how far the next is; what h1 have been and will be
    passed."""
    count = out.shape[1]
    last = -1
    passed = 0
    for b in range(count):
        level = 0
        for k in range(6):
            if out[_IN_H1 + k, b] > 0:
                level = k + 1
                break
        if level:
            last = b
            passed += level == 1
        out[_HEADING_AT + 7, b] = level
        out[_HEADING_AT, b] = out[_HEADING_AT + 7, last] if last >= 0 else 0
        out[_HEADING_AT + 1, b] = out[_DENSITY + 2, last] if last >= 0 else 0
        out[_HEADING_AT + 2, b] = out[_DENSITY + 3, last] if last >= 0 else 0
        out[_HEADING_AT + 3, b] = math.log1p(b - last if last >= 0 else 1000)
        out[_HEADING_AT + 5, b] = passed
    coming = count
    for b in range(count - 1, -1, -1):
        if out[_HEADING_AT + 7, b] > 0:
            coming = b
            out[_HEADING_AT + 7, b] = 1
        out[_HEADING_AT + 4, b] = math.log1p(coming - b)
        out[_HEADING_AT + 6, b] = passed - out[_HEADING_AT + 5, b]


@compiled
def _write_page(stats, good, page, out):
    """Where in the page the block stands, also after what repeats the page's title or description; and what the page is like."""
    count = len(stats)
    chars, links, goods = running_sums(stats[:, CHARS]), running_sums(stats[:, LINK_CHARS]), running_sums(good)
    total, good_total = max(chars[count], 1.0), goods[count]
    for b in range(count):
        out[_PLACE_AT, b], out[_PLACE_AT + 1, b] = chars[b] / total, b / count
        out[_PLACE_AT + 2, b] = goods[b] / max(good_total, 1.0)
    for k in range(2):
        marked = stats[:, TITLE_LIKE + k]
        number = marked.sum()
        last = -1
        for b in range(count):
            if marked[b] > 0:
                last = b
            out[_PLACE_AT + 3 + 2 * k, b] = math.log1p(b - last) if last >= 0 else -1.0
            out[_PLACE_AT + 4 + 2 * k, b] = number
    good_blocks = 0
    for b in range(count):
        good_blocks += good[b] > 0
    whole = np.empty(len(_WHOLE_NAMES), np.float32)
    whole[0], whole[1], whole[2] = math.log1p(count), math.log1p(total), links[count] / total
    whole[3], whole[4], whole[5] = good_total / total, math.log1p(good_total), good_blocks / count
    whole[6], whole[7] = stats[:, WORD_MEAN].mean(), stats[:, CURRENCY].mean()
    whole[8], whole[9] = stats[:, TIME_LIKE].mean(), out[_COPIES].mean()
    for k in range(len(whole)):
        out[_WHOLE_AT + k] = whole[k]
    for k in range(len(page)):
        out[_PAGE_AT + k] = page[k]


@compiled
def _features(stats, hashes, path_of, span_of, paths, spans, names, page, kinds):
    count = len(stats)
    out = np.empty((NUM_FEATURES, count), np.float32)
    near, found = _path_rows(paths, names)
    _write_own(stats, hashes, out)
    for k in range(_NUM_NEAR):
        row = out[_NEAR_AT + k]
        for b in range(count):
            row[b] = near[path_of[b], k]
    for k in range(len(_NAME_NAMES)):
        row = out[_NAME_AT + k]
        for b in range(count):
            row[b] = found[path_of[b], k]
    good = np.empty(count)
    for b in range(count):
        good[b] = math.expm1(out[_GOOD, b])
    starts, ends = _write_containers(spans, span_of, stats, found, good, out[_DENSITY + 2], out)
    counts = np.zeros(len(paths))
    for b in range(count):
        counts[path_of[b]] += 1
    num_seen = len(_SEEN_ROWS)
    for k in range(num_seen):
        seen = out[_SEEN_ROWS[k]]
        for j in range(len(_SHIFTS)):
            shift(seen, _SHIFTS[j], out[_SHIFT_AT + j * num_seen + k])
        for j in range(len(_WINDOWS)):
            window(seen, _WINDOWS[j], out[_WINDOW_AT + j * num_seen + k])
        if k < num_seen - 1:
            _path_means(seen, path_of, counts, out[_PATH_AT + 1 + k])
    for b in range(count):
        out[_PATH_AT, b] = math.log1p(counts[path_of[b]])
    _write_headings(out)
    _write_page(stats, good, page, out)
    items, num_groups = _write_groups(spans, span_of, stats, good, out)
    for k in range(len(kinds)):
        out[_KIND_AT + k] = kinds[k]
    return out, Standing(starts, ends, path_of, len(paths), items, num_groups, out[_HEADING_AT + 7])
