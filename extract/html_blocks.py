"""A page as a sequence of text blocks, and what a classifier can see of each.

`read_blocks` walks the tree once. A block is a run of inline content between two block-level elements: a paragraph, a
heading, a list item, a table cell. Beside the blocks stand the paths (tag, class and id from the root down; the blocks of a
thread's posts share a few) and the elements (intervals of blocks). `block_features` makes one matrix of all that, a row
a block: the block itself, its path, its neighbours, the containers around it, the blocks that share its path, the page.

Ideas: Boilerpipe (density of text and links, neighbours), jusText, Web2Text (tree and sequence features, neighbours
decide together), trafilatura and readability (names of classes).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from extract.html_tree import BLOCK_TAGS, CODE_TAG, LEAF_TAGS, MATH_TAG, Element, Page, words

Matrix = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]

_GONE_TAGS = words("script svg select option optgroup input img picture datalist textarea math-field rp style")
"""Never text of the page; emptied where they stand."""
HEAD_CHARS = 80
"""Beginning of a block whose words and signs are looked at."""

_TOOL_CLASSES = words(
    """
    headerlink anchor-link anchorjs-link hash-link permalink mw-editsection sr-only visually-hidden screen-reader-text
    screen-reader-only visuallyhidden
    """
)
"""Inline elements inside of content that are tools or said to nobody; emptied as well."""

# ---------------------------------------------------------------------------------------------------- the walk


@dataclass(slots=True)
class Blocks:
    """What the walk found. Lists run in document order."""

    stats: list[tuple[float, ...]] = field(default_factory=list)
    """One row of `STATS` a block."""
    texts: list[str] = field(default_factory=list)
    """The block's text, white space folded."""
    path_of: list[int] = field(default_factory=list)
    element_of: list[int] = field(default_factory=list)
    pieces: list[list[tuple[Element, int]]] = field(default_factory=list)
    """Where the block's content stands: parents and positions among their children."""
    row_of: list[int] = field(default_factory=list)
    """Number of the table row the block stands in, -1 outside of tables."""
    paths: list[tuple[int, str, str, int]] = field(default_factory=list)
    """(parent path, tag, class and id, `_flags`)."""
    spans: list[list[int]] = field(default_factory=list)
    """(parent element, path, first block, end, number of block children) of every block-level element, parents first."""
    nodes: list[Element] = field(default_factory=list)
    """The elements of `spans`."""
    titles: str = ""
    """What the page's head calls it, lower-case."""
    description: str = ""


STATS = [
    "chars",
    "words",
    "link_chars",
    "links",
    "protected",
    "commas",
    "stops",
    "ends_sentence",
    "ends_colon",
    "upper",
    "upper_first",
    "digit_first",
    "currency",
    "copyright",
    "bars",
    "at",
    "more",
    "words_capital",
    "time_like",
    "inline_tags",
    "digits",
]
_TIME = re.compile(r"\d{1,2}[:/.]\d{2}|(?:19|20)\d\d|\bago\b")
_DIGITS = re.compile(r"\d+")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_ROLES = {
    "navigation": 1, "banner": 2, "contentinfo": 2, "complementary": 2, "search": 2, "dialog": 2, "menu": 1, "menubar": 1,
    "main": 4, "article": 8, "button": 16, "tablist": 16, "tooltip": 2, "alert": 2, "listitem": 128, "heading": 256,
}  # fmt: skip
_HIDDEN, _ITEM_TEXT, _ITEM = 32, 64, 512
_ITEM_TEXTS = words("articleBody text description reviewBody comment recipeInstructions acceptedAnswer suggestedAnswer")


_FLAG_ATTRIBUTES = words("role hidden aria-hidden aria-modal style itemprop itemtype")


def _flags(attrs: dict[str, str]) -> int:
    """What attributes other than class and id say, as bits."""
    flags = _ROLES.get(attrs["role"], 0) if "role" in attrs else 0
    if (
        "hidden" in attrs
        or attrs.get("aria-hidden") == "true"
        or attrs.get("aria-modal") == "true"
        or ("style" in attrs and _HIDDEN_STYLE.search(attrs["style"]))
    ):
        flags |= _HIDDEN
    if "itemprop" in attrs:
        flags |= _ITEM_TEXT if attrs["itemprop"] in _ITEM_TEXTS else 0
    if "itemtype" in attrs:
        flags |= _ITEM
    return flags


class _Walk:
    """One pass over the tree. A run of inline content is flushed into a block wherever a block-level element begins or ends."""

    def __init__(self) -> None:
        self.found = Blocks()
        self.path_numbers: dict[tuple[int, str, str, int], int] = {}
        self.texts: list[str] = []
        self.pieces: list[tuple[Element, int]] = []
        self.link_chars = self.links = self.protected = self.inline_tags = 0
        self.run_path = 0
        self.row = -1
        self.num_rows = 0

    def path(self, parent: int, node: Element) -> int:
        attrs = node.attrs
        if attrs:
            name = attrs.get("class", "")
            if "id" in attrs:
                name = f"{name} #{attrs['id']}"
            key = (parent, node.tag, name, 0 if _FLAG_ATTRIBUTES.isdisjoint(attrs) else _flags(attrs))
        else:
            key = (parent, node.tag, "", 0)
        number = self.path_numbers.get(key)
        if number is None:
            number = self.path_numbers[key] = len(self.found.paths)
            self.found.paths.append(key)
        return number

    def block(self, node: Element, path: int, parent: int) -> None:
        """A block-level element: its own run begins and ends with it."""
        found = self.found
        number = len(found.spans)
        first = len(found.texts)
        span = [parent, path, first, first, 0]
        found.spans.append(span)
        found.nodes.append(node)
        if parent >= 0:
            found.spans[parent][4] += 1
        row = self.row
        if node.tag == "tr":
            self.row = self.num_rows
            self.num_rows += 1
        elif node.tag == "table":
            self.row = -1
        self.inside(node, path, number, False)
        if self.texts:
            self.flush(number)
        self.row = row
        span[3] = len(found.texts)

    def inside(self, node: Element, path: int, element: int, in_link: bool) -> None:
        children = node.children
        for position, child in enumerate(children):
            if child.__class__ is str:
                if not self.texts:
                    if child.isspace():
                        continue
                    self.run_path = path
                self.texts.append(child)
                self.pieces.append((node, position))
                if in_link:
                    self.link_chars += len(child)
                continue
            tag = child.tag  # type: ignore[union-attr]
            if tag in BLOCK_TAGS:
                if self.texts:
                    self.flush(element)
                if tag == CODE_TAG:
                    self.run_path = self.path(path, child)  # type: ignore[arg-type]
                    self.leaf(node, position, child.attrs["text"], in_link)  # type: ignore[union-attr]
                    self.flush(element)
                    continue
                self.block(child, self.path(path, child), element)  # type: ignore[arg-type]
            elif tag == "br":
                if self.texts:
                    self.texts.append("\n")
            elif tag in LEAF_TAGS:
                if not self.texts:
                    self.run_path = path
                self.leaf(node, position, child.attrs["latex" if tag == MATH_TAG else "text"], in_link or tag != MATH_TAG)  # type: ignore[union-attr]
            elif tag in _GONE_TAGS:
                children[position] = ""
            elif child.children:  # type: ignore[union-attr]
                if "class" in child.attrs and not _TOOL_CLASSES.isdisjoint(child.attrs["class"].split()):  # type: ignore[union-attr]
                    children[position] = ""
                elif tag == "a":
                    self.links += 1
                    self.inside(child, self.path(path, child), element, True)  # type: ignore[arg-type]
                else:
                    self.inline_tags += 1
                    self.inside(child, self.path(path, child), element, in_link)  # type: ignore[arg-type]

    def leaf(self, node: Element, position: int, text: str, in_link: bool) -> None:
        """A formula or code; protected outside of links (the title of another page is not content for its formulas)."""
        self.texts.append(text)
        self.pieces.append((node, position))
        if not in_link:
            self.protected += 1

    def flush(self, element: int) -> None:
        """Makes a block of the run."""
        parts = "".join(self.texts).split()
        if parts:
            found = self.found
            text = " ".join(parts)
            found.stats.append(_text_stats(text, len(parts), self.link_chars, self.links, self.protected, self.inline_tags))
            found.texts.append(text)
            found.path_of.append(self.run_path)
            found.element_of.append(element)
            found.row_of.append(self.row)
            found.pieces.append(self.pieces)
        self.texts, self.pieces = [], []
        self.link_chars = self.links = self.protected = self.inline_tags = 0


def _text_stats(text: str, num_words: int, link_chars: int, links: int, protected: int, inline_tags: int) -> tuple[float, ...]:
    """A row of `STATS`."""
    chars = len(text)
    head = text if chars < HEAD_CHARS else text[:HEAD_CHARS]
    last = text[-1]
    return (
        chars, num_words, link_chars if link_chars < chars else chars, links, protected, text.count(","),
        text.count(". ") + text.count("? ") + text.count("。"),
        last in '.!?"”。…;)', last == ":", head.isupper(), head[0].isupper(),
        head[0].isdigit(), "$" in head or "€" in head or "£" in head, "©" in head, "|" in head or "•" in head or "·" in head,
        "@" in head, "»" in head or "›" in head or "→" in head or "..." in head, head.istitle(), _TIME.search(head) is not None,
        inline_tags, len(_DIGITS.findall(head)),
    )  # fmt: skip


def read_blocks(page: Page) -> Blocks:
    """The blocks of a page whose mathematics and code are marked."""
    walk = _Walk()
    root = page.root
    walk.block(root, walk.path(-1, root), -1)
    found = walk.found
    metas = {meta.get("property") or meta.get("name") or "": meta.get("content", "") for meta in page.metas}
    found.titles = _folded(f"{page.title} | {metas.get('og:title', '')} | {metas.get('twitter:title', '')}")
    found.description = _folded(metas.get("og:description") or metas.get("description") or "")
    return found


def _folded(text: str) -> str:
    return " ".join(text.lower().split())


# ---------------------------------------------------------------------------------------------------- names and words


MAX_REMEMBERED = 65_536
_NO_NAMES = (0.0,) * 10


@dataclass(frozen=True, kw_only=True)
class Lexicon:
    """Log-odds of being content, learned from pages with known content."""

    names: Mapping[str, float]
    """By part of a class or id."""
    words: Mapping[str, float]
    """By word of a block's text."""
    scores: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    """What was looked up before: pages of a site share their names."""

    def score(self, name: str) -> tuple[float, float, float]:
        """Mean, lowest and highest log-odds of the parts of a class and id."""
        found = self.scores.get(name)
        if found is None:
            values = [self.names[part] for part in name_parts(name) if part in self.names]
            found = (sum(values) / len(values), min(values), max(values)) if values else (0.0, 0.0, 0.0)
            if len(self.scores) < MAX_REMEMBERED:
                self.scores[name] = found
        return found


_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_LETTERS = re.compile(r"[^a-z#]+")


def name_parts(name: str) -> tuple[str, ...]:
    """What a class attribute and id (`#id`) are made of: whole names and their words, without digits."""
    found: dict[str, None] = {}
    for token in name.split()[:12]:
        found |= dict.fromkeys(_token_parts(token))
    return tuple(found)


@lru_cache(maxsize=65_536)
def _token_parts(token: str) -> tuple[str, ...]:
    parts = [part for part in _NOT_LETTERS.split(_CAMEL.sub("-", token).lower()) if part]
    found = [part.removeprefix("#") for part in parts[:6]]
    if 1 < len(parts) <= 6:
        found.append("-".join(parts))
    return tuple(part for part in found if part)


_WORD = re.compile(r"[^\W\d_]+")


def block_words(text: str) -> list[str]:
    """The words at the beginning of a block, lower-case."""
    return _WORD.findall(text[:HEAD_CHARS].lower())


_ANCESTOR_TAGS = (
    "nav", "aside", "footer", "header", "article", "main", "section", "form", "ul", "ol", "li", "table", "td", "th", "dl",
    "dd", "figure", "figcaption", "blockquote", "button", "label", "a", "noscript", "details", "summary", "address", "h1",
    "h2", "h3", "h4", "h5", "h6", "p", "span", "strong", "em", "x-code",
)  # fmt: skip
_ANCESTOR_COLUMN = {tag: number for number, tag in enumerate(_ANCESTOR_TAGS)}
_BITS = (1, 2, 4, 8, 16, _HIDDEN, _ITEM_TEXT, 128, _ITEM)
_NUM_TAGS = len(_ANCESTOR_TAGS)
_NAME_COLUMN = _NUM_TAGS + len(_BITS)
_NAME_COLUMNS = (
    "name_sum", "name_min", "name_max", "name_last", "name_before_last", "named", "depth", "own_name", "own_is_div",
    "own_is_inline",
)  # fmt: skip
PATH_NAMES = (
    *(f"in_{tag}" for tag in _ANCESTOR_TAGS),
    *(f"bit_{bit}" for bit in _BITS),
    *_NAME_COLUMNS,
)


def path_features(paths: Sequence[tuple[int, str, str, int]], lexicon: Lexicon) -> Matrix:
    """A row of `PATH_NAMES` a path: how near the nearest ancestor of each tag stands (1 is the element itself, then 1/2, 1/3,
    ...; 0 where there is none), and what the names from the root down say."""
    at = _NAME_COLUMN
    cells: list[tuple[int, int]] = []
    rows: list[tuple[float, ...]] = [_NO_NAMES]
    for number, (parent, tag, name, flags) in enumerate(paths):
        column = _ANCESTOR_COLUMN.get(tag)
        if column is not None:
            cells.append((number, column))
        if flags:
            cells += [(number, _NUM_TAGS + offset) for offset, bit in enumerate(_BITS) if flags & bit]
        total, low, high, last, before, named, depth, *_ = rows[parent + 1]
        if name and tag != "body":
            mean, lowest, highest = lexicon.score(name)
            low, high = (lowest if lowest < low else low), (highest if highest > high else high)
            row = (total + mean, low, high, mean, last, named + 1, depth + 1, mean, tag == "div", tag not in BLOCK_TAGS)
        else:
            row = (total, low, high, last, before, named, depth + 1, 0.0, tag == "div", tag not in BLOCK_TAGS)
        rows.append(row)
    matrix = np.zeros((len(paths), len(PATH_NAMES)), dtype=np.float32)
    matrix[:, at:] = np.array(rows[1:], dtype=np.float32)
    depths = matrix[:, at + 6]
    where = np.array(cells, dtype=np.int64).reshape(-1, 2)
    nearest = np.zeros((len(paths), at), dtype=np.float32)
    nearest[where[:, 0], where[:, 1]] = depths[where[:, 0]]
    _inherit(nearest, np.array([path[0] for path in paths], dtype=np.int64), depths)
    np.divide(1.0, 1.0 + depths[:, None] - nearest, out=matrix[:, :at], where=nearest > 0)
    return matrix


def _inherit(nearest: Matrix, parents: Indices, depths: Matrix) -> None:
    """Hands every row what stands above it, level by level."""
    order = np.argsort(depths, kind="stable")
    bounds = np.searchsorted(depths[order], np.arange(2, int(depths[order[-1]]) + 2)).tolist()
    for begin, end in pairwise(bounds):
        rows = order[begin:end]
        nearest[rows] = np.maximum(nearest[rows], nearest[parents[rows]])


# ---------------------------------------------------------------------------------------------------- features

NUM_LEVELS = 5
"""Containers looked at around a block: each the nearest one that holds more blocks than the one before."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the blocks stand, as arrays: what the second look at a page needs again."""

    starts: Indices
    """(blocks, NUM_LEVELS): first block of each container around a block."""
    ends: Indices
    paths: Indices
    num_paths: int


def block_features(blocks: Blocks, page: Mapping[str, float], lexicon: Lexicon) -> tuple[Matrix, Layout]:
    """A row of features a block, and the layout. `page` is what `page_features` gives."""
    stats = np.array(blocks.stats, dtype=np.float32)
    num_blocks = len(stats)
    columns: list[Matrix] = []
    paths = np.array(blocks.path_of, dtype=np.int64)
    path_rows = path_features(blocks.paths, lexicon)
    own = _own_features(stats, blocks, lexicon)
    columns += [own, path_rows[paths]]
    layout, containers = _containers(blocks, path_rows, stats, own)
    columns.append(containers)
    columns.append(_neighbours(own, path_rows[paths, PATH_NAMES.index("name_sum")]))
    columns.append(_same_path(layout, own))
    columns.append(_headings(own, path_rows[paths]))
    columns.append(_page_columns(stats, own, page, num_blocks))
    return np.concatenate(columns, axis=1), layout


_LOGS = [STATS.index(name) for name in ("chars", "words", "link_chars", "links", "commas", "stops", "inline_tags", "digits")]
_REST = [number for number in range(len(STATS)) if number not in _LOGS]
OWN_NAMES = (*(f"log_{STATS[i]}" for i in _LOGS), *(STATS[i] for i in _REST), "link_density", "word_chars", "word_mean",
             "word_min", "word_max", "copies", "copy_number", "good_chars", "title_like",
             "description_like")  # fmt: skip
_OWN = {name: number for number, name in enumerate(OWN_NAMES)}
_CHARS, _WORDS, _LINK_CHARS = STATS.index("chars"), STATS.index("words"), STATS.index("link_chars")


def _own_features(stats: Matrix, blocks: Blocks, lexicon: Lexicon) -> Matrix:
    """What a block shows by itself; `OWN_NAMES`."""
    known = lexicon.words
    titles, description = blocks.titles, blocks.description or "-"
    counts: dict[str, int] = {}
    extra: list[tuple[float, ...]] = []
    for text in blocks.texts:
        head = text[:HEAD_CHARS].lower()
        values = [known[word] for word in _WORD.findall(head) if word in known]
        seen = counts[text] = counts.get(text, 0) + 1
        said = (seen, len(head) > 5 and head in titles, len(head) > 30 and (head[:60] in description or description[:60] in head))
        extra.append((sum(values) / len(values), min(values), max(values), *said) if values else (0.0, 0.0, 0.0, *said))
    words_seen = np.array(extra, dtype=np.float32)
    copies = np.array([counts[text] for text in blocks.texts], dtype=np.float32)
    chars, links = stats[:, _CHARS], stats[:, _LINK_CHARS]
    density = links / chars
    good = np.where((chars - links >= 60) & (density <= 0.33), chars - links, 0.0)
    return np.column_stack(
        [np.log1p(stats[:, _LOGS]), stats[:, _REST], density, chars / stats[:, _WORDS], words_seen[:, :3], copies,
         words_seen[:, 3],
         np.log1p(good), words_seen[:, 4:]]
    ).astype(np.float32)  # fmt: skip


def _sums(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Running sums over blocks, a zero row first: the sum over an interval is a difference of two rows."""
    total = np.zeros((len(values) + 1, *values.shape[1:]))
    np.cumsum(values, axis=0, out=total[1:])
    return total


CONTAINER_NAMES = (
    "blocks", "log_chars", "link_density", "good_share", "chars_share", "words_mean", "children", "siblings",
    "sibling_chars", "name_last", "name_sum", "position",
)  # fmt: skip


def _containers(blocks: Blocks, path_rows: Matrix, stats: Matrix, own: Matrix) -> tuple[Layout, Matrix]:
    """What the containers around each block hold, level by level."""
    spans = np.array(blocks.spans, dtype=np.int64)
    parents, span_paths, starts, ends, children = spans.T
    sizes = (ends - starts).tolist()
    wider: list[int] = []
    for number, parent in enumerate(parents.tolist()):
        wider.append(number if parent < 0 else parent if sizes[parent] > sizes[number] else wider[parent])
    up = np.array(wider, dtype=np.int64)
    levels = [np.array(blocks.element_of, dtype=np.int64)]
    for _ in range(NUM_LEVELS - 1):
        levels.append(up[levels[-1]])
    elements = np.stack(levels, axis=1)
    good = np.expm1(own[:, _OWN["good_chars"]])
    sums = _sums(np.column_stack([stats[:, _CHARS], stats[:, _LINK_CHARS], good, own[:, _OWN["word_mean"]]]))
    inside = sums[ends] - sums[starts]
    total = np.maximum(sums[-1], 1.0)
    # Siblings: elements with the same path under the same parent, as posts of a thread or cards of a listing.
    key = parents * (len(path_rows) + 1) + span_paths
    _, kind = np.unique(key, return_inverse=True)
    same = np.bincount(kind)
    same_chars = np.bincount(kind, weights=inside[:, 0])
    num_blocks = np.maximum(ends - starts, 1)
    names = PATH_NAMES.index
    table = np.column_stack(
        [
            np.log1p(ends - starts),
            np.log1p(inside[:, 0]),
            inside[:, 1] / np.maximum(inside[:, 0], 1),
            inside[:, 2] / total[2],
            inside[:, 0] / total[0],
            inside[:, 3] / num_blocks,
            np.log1p(children),
            np.log1p(same[kind]),
            np.log1p(same_chars[kind] / same[kind]),
            path_rows[span_paths, names("own_name")],
            path_rows[span_paths, names("name_sum")],
            starts / max(len(stats), 1),
        ]
    ).astype(np.float32)
    layout = Layout(starts[elements], ends[elements], np.array(blocks.path_of, dtype=np.int64), len(path_rows))
    # The heaviest line of descent: how much of the page's good text the deepest container holds that both the block and the
    # bulk of the text stand in.
    return layout, np.concatenate(
        [table[elements].reshape(len(stats), -1), _on_main_line(parents, starts, ends, inside[:, 2] / total[2], len(stats))],
        axis=1,
    )


def _on_main_line(parents: Indices, starts: Indices, ends: Indices, share: npt.NDArray[np.float64], num_blocks: int) -> Matrix:
    """Share of good text and depth of the deepest element on the line of heaviest descent that holds the block."""
    columns = np.zeros((num_blocks, 3), dtype=np.float32)
    order = np.lexsort((-share, parents))
    first = np.flatnonzero(np.diff(parents[order], prepend=-2))
    heaviest = dict(zip(parents[order[first]].tolist(), order[first].tolist(), strict=True))
    node, depth = 0, 0
    while True:
        start, end = starts[node], ends[node]
        columns[start:end, 0] = share[node]
        columns[start:end, 1] = depth
        columns[start:end, 2] = end - start
        child = heaviest.get(node)
        if child is None or share[child] <= 0.0:
            break
        node, depth = child, depth + 1
    columns[:, 2] = np.log1p(columns[:, 2])
    return columns


def shifted(values: Matrix, by: int) -> Matrix:
    """Rows moved down by `by` (up where negative), zeros where there is no neighbour."""
    moved = np.zeros_like(values)
    if abs(by) < len(values):
        if by > 0:
            moved[by:] = values[:-by]
        else:
            moved[:by] = values[-by:]
    return moved


_NEIGHBOUR_COLUMNS = [_OWN[name] for name in ("log_chars", "link_density", "word_mean", "ends_sentence", "good_chars")]
_WINDOWS = (3, 10)


def _neighbours(own: Matrix, name_sum: Matrix) -> Matrix:
    """The blocks before and after, and averages of windows around."""
    seen = np.concatenate([own[:, _NEIGHBOUR_COLUMNS], name_sum[:, None]], axis=1)
    parts = [shifted(seen, by) for by in (1, -1, 2, -2)]
    parts += [window_means(seen, width) for width in _WINDOWS]
    return np.concatenate(parts, axis=1)


def window_means(values: Matrix, width: int) -> Matrix:
    """Averages over the blocks at most `width` away."""
    sums = _sums(values)
    here = np.arange(len(values))
    low, high = np.maximum(here - width, 0), np.minimum(here + width + 1, len(values))
    means: Matrix = ((sums[high] - sums[low]) / (high - low)[:, None]).astype(np.float32)
    return means


def path_means(layout: Layout, values: Matrix, counts: npt.NDArray[np.float64]) -> Matrix:
    """Averages over the blocks of the same path."""
    found = np.stack(
        [np.bincount(layout.paths, weights=column, minlength=layout.num_paths) / counts for column in values.T], axis=1
    )
    return found[layout.paths].astype(np.float32)


def path_counts(layout: Layout) -> npt.NDArray[np.float64]:
    return np.maximum(np.bincount(layout.paths, minlength=layout.num_paths), 1).astype(np.float64)


def _same_path(layout: Layout, own: Matrix) -> Matrix:
    """How many blocks share the path, and how they look."""
    counts = path_counts(layout)
    means = path_means(layout, own[:, _NEIGHBOUR_COLUMNS], counts)
    return np.column_stack([np.log1p(counts[layout.paths]), means]).astype(np.float32)


_HEADING_COLUMNS = [PATH_NAMES.index(f"in_h{level}") for level in range(1, 7)]


def _headings(own: Matrix, path_rows: Matrix) -> Matrix:
    """The heading above a block: its level, its words, how far above; whether an h1 has been passed."""
    is_heading = path_rows[:, _HEADING_COLUMNS] > 0
    any_heading = is_heading.any(axis=1)
    here = np.arange(len(own))
    last = np.maximum.accumulate(np.where(any_heading, here, -1))
    level = np.argmax(is_heading, axis=1) + 1
    has = last >= 0
    at = np.maximum(last, 0)
    passed = np.cumsum(is_heading[:, 0])
    coming = np.flip(np.minimum.accumulate(np.flip(np.where(any_heading, here, len(own)))))
    return np.column_stack(
        [
            np.where(has, level[at], 0),
            np.where(has, own[at, _OWN["word_mean"]], 0),
            np.where(has, own[at, _OWN["word_min"]], 0),
            np.log1p(np.where(has, here - last, 1000)),
            np.log1p(coming - here),
            passed,
            passed[-1] - passed,
            any_heading,
        ]
    ).astype(np.float32)


def _page_columns(stats: Matrix, own: Matrix, page: Mapping[str, float], num_blocks: int) -> Matrix:
    """Where in the page the block stands, also after what repeats the page's title or description; and what the page is like,
    the same in every row."""
    chars = stats[:, _CHARS]
    before = np.cumsum(chars) - chars
    total = max(float(chars.sum()), 1.0)
    good = np.expm1(own[:, _OWN["good_chars"]])
    good_total = float(good.sum())
    whole = [
        np.log1p(num_blocks),
        np.log1p(total),
        float(stats[:, _LINK_CHARS].sum()) / total,
        good_total / total,
        np.log1p(good_total),
        float((good > 0).mean()),
        float(own[:, _OWN["word_mean"]].mean()),
        float(own[:, _OWN["currency"]].mean()),
        float(own[:, _OWN["time_like"]].mean()),
        float(own[:, _OWN["copies"]].mean()),
        *page.values(),
    ]
    here = np.arange(num_blocks)
    place = [before / total, here / num_blocks, (np.cumsum(good) - good) / max(good_total, 1.0)]
    for name in ("title_like", "description_like"):
        marked = own[:, _OWN[name]] > 0
        passed = np.maximum.accumulate(np.where(marked, here, -1))
        place += [np.where(passed >= 0, np.log1p(here - passed), -1.0), np.full(num_blocks, marked.sum())]
    return np.concatenate(
        [np.column_stack(place).astype(np.float32), np.broadcast_to(np.array(whole, dtype=np.float32), (num_blocks, len(whole)))],
        axis=1,
    )


_KINDS = {
    "article": ('article"', "blogposting"), "product": ('product"', '"offer'), "forum": ("discussionforum", "qapage"),
    "list": ("itemlist", "collectionpage", "searchresults"), "organisation": ("organization", "localbusiness", "service"),
    "faq": ("faqpage",), "breadcrumbs": ("breadcrumblist",), "recipe": ("recipe", "howto"), "website": ('"website"',),
}  # fmt: skip
_PAGE_TAGS = (
    "article", "main", "section", "table", "li", "p", "form", "h1", "h2", "h3", "nav", "aside", "figure", "blockquote",
    "dl", "x-code", "x-math", "time", "details",
)  # fmt: skip
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


def page_features(page: Page, url: str) -> dict[str, float]:
    """What the page says about its kind: structured data, Open Graph, the tags it is made of, its address."""
    structured = "".join(page.json_ld)[:MAX_STRUCTURED_CHARS].lower()
    og_type = next((meta.get("content", "").lower() for meta in page.metas if meta.get("property") == "og:type"), "")
    counts = Counter([node.tag for node in page.order])
    path = url.split("://", 1)[-1].partition("/")[2].lower()
    found: dict[str, float] = {f"kind_{name}": float(any(word in structured for word in words)) for name, words in _KINDS.items()}
    found |= {f"og_{name}": float(name in og_type) for name in ("article", "product", "website")}
    found |= {f"num_{tag}": math.log1p(counts[tag]) for tag in _PAGE_TAGS}
    found |= {f"url_{number}": float(pattern.search("/" + path) is not None) for number, pattern in enumerate(_URL_PATTERNS)}
    found |= {
        "url_depth": float(path.strip("/").count("/")) if path else -1.0,
        "url_root": float(path.strip("/") == ""),
        "url_dashes": float(path.count("-")),
        "url_year": float(_YEAR.search("/" + path) is not None),
        "url_query": float("?" in path),
        "url_none": float(not url),
    }
    return found


def containers_of(layout: Layout, values: Matrix) -> Matrix:
    """Averages of one value over the containers around each block: (blocks, NUM_LEVELS)."""
    sums = _sums(values)
    means: Matrix = ((sums[layout.ends] - sums[layout.starts]) / np.maximum(layout.ends - layout.starts, 1)).astype(np.float32)
    return means


def second_features(first: Matrix, chars: Matrix, layout: Layout) -> Matrix:
    """What the first look thought of a block's neighbours, containers and kin, for the second look."""
    column = first[:, None]
    weight = np.log1p(chars)
    heavy = containers_of(layout, first * weight) / np.maximum(containers_of(layout, weight), 1e-6)
    counts = path_counts(layout)
    return np.concatenate(
        [
            column,
            *(shifted(column, by) for by in (1, -1, 2, -2, 3, -3)),
            *(window_means(column, width) for width in (2, 5, 15)),
            containers_of(layout, first),
            heavy,
            path_means(layout, column, counts),
            np.broadcast_to(np.array([first.mean(), (first * weight).sum() / weight.sum()], dtype=np.float32), (len(first), 2)),
        ],
        axis=1,
    ).astype(np.float32)
