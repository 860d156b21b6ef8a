"""Which blocks of a page are its content.

1. `read_blocks` takes the page apart, after mathematics and code have been marked (extract/html_blocks.py).
2. The classifier says how likely each block is content (extract/html_classifier.py).
3. `threshold` takes the blocks with which the expected F1 of the page's words is highest. So a page on which the classifier
   is sure gives up what is doubtful, and a page on which nothing is sure (a listing, a shop) keeps it.
4. `fill_gaps` adds headings over kept blocks, and what stands between formulas or code and is not unlikely: signatures, labels.
5. What was not chosen is emptied in the tree.

A block with a formula or a block of code in it stays, whatever it looks like, unless it is a link to another page or
stands in the navigation.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from extract.html_blocks import STATS, Blocks, Indices, Matrix, page_features, read_blocks
from extract.html_classifier import shipped_classifier
from extract.html_tree import BLOCK_TAGS, Page, words

Choice = npt.NDArray[np.bool_]

_CHARS, _WORDS, _LINK_CHARS, _PROTECTED = (STATS.index(name) for name in ("chars", "words", "link_chars", "protected"))
HEADING_TAGS = words("h1 h2 h3 h4 h5 h6")
CHARS_PER_WORD = 8.0
"""A block counts at least one word for so many characters: Chinese and Japanese have no blanks to count by."""
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


def select_content(page: Page, url: str) -> None:
    """Empties everything that is not the page's content."""
    blocks = read_blocks(page)
    if not blocks.texts or len(blocks.texts) > MAX_BLOCKS:
        return
    stats = np.array(blocks.stats, dtype=np.float32)
    probability = shipped_classifier().probabilities(blocks, page_features(page, url))
    empty(blocks, choose_blocks(rows_together(probability, blocks, stats), blocks, stats))


def choose_blocks(probability: Matrix, blocks: Blocks, stats: Matrix) -> Choice:
    """The likely blocks, the protected ones, and what belongs between them."""
    held = protected(blocks, stats)
    if float(probability.max()) < LEAST_BEST:
        return held
    needed = threshold(probability, words_of(stats))
    return fill_gaps((probability >= needed) | held, probability / needed, held, blocks, stats)


def fill_gaps(kept: Choice, likelihood: Matrix, held: Choice, blocks: Blocks, stats: Matrix) -> Choice:
    """Adds headings over kept blocks; on a page with formulas or code, from its title on, also what stands between kept blocks.
    `likelihood` is 1 at the threshold.

    Elsewhere gaps are left alone: what lies in them is advertising as often as not (five folds: F1 -0.001 if filled).
    """
    levels = np.array([_heading_level(blocks, path) for path in range(len(blocks.paths))])[blocks.path_of]
    _, after = _distances(kept)
    kept = kept | ((levels > 0) & (after <= 1) & (likelihood >= DOUBTFUL_SHARE))
    if not held.any():
        return kept
    places = np.flatnonzero(held)
    titles = np.flatnonzero((levels[: places[0]] == 1) & (likelihood[: places[0]] >= GAP_SHARE))
    kept[titles[-1:]] = True
    share = np.full(len(kept), np.inf)
    share[titles[-1] if len(titles) else places[0] :] = DOUBTFUL_SHARE
    share[titles[-1] if len(titles) else places[0] : places[-1]] = GAP_SHARE
    before, after = _distances(kept)
    is_prose = stats[:, _LINK_CHARS] < 0.5 * stats[:, _CHARS]
    return kept | ((before <= GAP) & (after <= GAP) & (likelihood >= share) & is_prose)


def _distances(kept: Choice) -> tuple[Indices, Indices]:
    """How many blocks above and below each block the nearest kept one stands."""
    here, far = np.arange(len(kept)), 2 * len(kept)
    above = np.maximum.accumulate(np.where(kept, here, -far))
    below = np.flip(np.minimum.accumulate(np.flip(np.where(kept, here, far + here[-1]))))
    return here - above, below - here


def _heading_level(blocks: Blocks, path: int) -> int:
    """1 to 6 where the path ends in a heading or in inline elements inside of one, else 0."""
    while path >= 0:
        parent, tag, _, _ = blocks.paths[path]
        if tag in HEADING_TAGS:
            return int(tag[1])
        if tag in BLOCK_TAGS:
            return 0
        path = parent
    return 0


def words_of(stats: Matrix) -> Matrix:
    """Words of each block."""
    return np.maximum(stats[:, _WORDS], stats[:, _CHARS] / CHARS_PER_WORD)  # type: ignore[no-any-return]


def threshold(probability: Matrix, num_words: Matrix) -> float:
    """The probability from which blocks are taken so that the expected F1 of the words is highest: half that F1.

    Source: Lipton, Elkan, Narayanaswamy 2014, Optimal thresholding of classifiers to maximize F1 measure.
    """
    order = np.argsort(-probability, kind="stable")
    hits = np.cumsum((probability * num_words)[order])
    f1 = 2.0 * hits / np.maximum(np.cumsum(num_words[order]) + hits[-1], 1e-9)
    return float(f1.max()) / 2.0


def protected(blocks: Blocks, stats: Matrix) -> Choice:
    """Blocks with formulas or code outside of links and navigation."""
    held = stats[:, _PROTECTED] > 0
    if held.any():
        for number in np.flatnonzero(held).tolist():
            held[number] = not _in_navigation(blocks, blocks.path_of[number])
    return held


def _in_navigation(blocks: Blocks, path: int) -> bool:
    while path >= 0:
        parent, tag, _, _ = blocks.paths[path]
        if tag == "nav":
            return True
        path = parent
    return False


def rows_together(probability: Matrix, blocks: Blocks, stats: Matrix) -> Matrix:
    """Every cell of a row of short cells as likely as the row's average, by length: a table is not torn apart."""
    rows = np.array(blocks.row_of, dtype=np.int64)
    if rows.max() < 0:
        return probability
    chars = stats[:, _CHARS]
    in_cell = np.array([blocks.paths[blocks.spans[element][1]][1] in ("td", "th") for element in blocks.element_of])
    torn = np.bincount(rows + 1, weights=~in_cell | (chars > MAX_CELL_CHARS), minlength=2)
    whole = (rows >= 0) & (torn[rows + 1] == 0)
    weights = np.bincount(rows[whole], weights=chars[whole], minlength=len(torn))
    sums = np.bincount(rows[whole], weights=(chars * probability)[whole], minlength=len(torn))
    means = sums / np.maximum(weights, 1e-9)
    return np.where(whole, means[rows], probability).astype(np.float32)


def empty(blocks: Blocks, kept: Choice) -> None:
    """Takes the text of blocks that are not kept out of the tree: whole elements where they keep nothing."""
    num_kept = np.concatenate([[0], np.cumsum(kept)])
    spans = np.array(blocks.spans, dtype=np.int64)
    is_bare = num_kept[spans[:, 3]] == num_kept[spans[:, 2]]
    in_bare = is_bare[spans[:, 0]] & (spans[:, 0] >= 0)
    for number in np.flatnonzero(is_bare & ~in_bare).tolist():
        blocks.nodes[number].children = []
    for number in np.flatnonzero(~kept & ~is_bare[blocks.element_of]).tolist():
        for parent, position in blocks.pieces[number]:
            parent.children[position] = ""
