"""What the first look at a page thought of a block's surroundings: all that the second look sees.

Nothing of the blocks themselves is in it, so the second forest learns how guesses hang together (an item of a list is as
likely as its siblings, a heading as what stands below it) and cannot learn single pages by heart: with the blocks' own
features beside the guesses it was worse than no second look (five folds: F1 .863 against .868 without and .875 as it is).

Source: auto-context (Tu 2008); of the threshold, Lipton, Elkan, Narayanaswamy 2014.
"""

from __future__ import annotations

import math

import numpy as np

from extract.html_blocks import CHARS, WORDS, Matrix
from extract.html_features import NUM_ITEMS, NUM_LEVELS, Standing, running_sums, shift, window
from extract.html_kernels import compiled

CHARS_PER_WORD = 8.0
"""A block counts at least one word for so many characters: Chinese and Japanese have no blanks to count by."""
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
"""Of the page's words, from the likeliest on."""
_SHIFTS = (-1, 1, -2, 2, -3, 3)
_WINDOWS, _HEAVY_WINDOWS = (2, 5, 15), (3, 10, 30)
"""Blocks on either side. Heavy averages weigh a block by the logarithm of its length."""
FAR = 1000
"""Blocks; what is further away is nowhere."""
SECOND_NAMES = (
    "first",
    *(f"first_at_{by}" for by in _SHIFTS),
    *(f"first_within_{width}" for width in _WINDOWS),
    *(f"heavy_within_{width}" for width in _HEAVY_WINDOWS),
    *(f"level{level}_{name}" for name in ("first", "heavy") for level in range(NUM_LEVELS)),
    "path_first", "path_heavy", "path_others",
    *(f"{item}_item_{name}" for item in ("inner", "outer", "weightiest") for name in ("group_heavy", "group_spread", "heavy")),
    "heading_above", "heading_below", "section_heavy",
    "rank", "over_threshold", "less_threshold", "page_first", "page_heavy", *(f"page_quantile_{share}" for share in QUANTILES),
    "page_highest", "page_threshold", "page_over_half", "page_over_quarter", "page_kept", "page_log_kept", "page_runs",
    "page_doubt", "kept_above", "kept_below", "kept_before",
)  # fmt: skip
_AT = {name: number for number, name in enumerate(SECOND_NAMES)}
_WINDOW_AT, _HEAVY_AT, _LEVEL_AT, _PATH_AT, _ITEM_AT, _HEADING_AT, _PAGE_AT, _KEPT_AT = (
    _AT[name]
    for name in ("first_within_2", "heavy_within_3", "level0_first", "path_first", "inner_item_group_heavy", "heading_above",
                 "rank", "kept_above")
)  # fmt: skip


@compiled
def words_of(stats):
    """Words of each block."""
    return np.maximum(stats[:, WORDS], stats[:, CHARS] / np.float32(CHARS_PER_WORD))


@compiled
def threshold(probability, num_words):
    """The probability from which blocks are taken so that the expected F1 of the words is highest: half that F1.

    Source: Lipton, Elkan, Narayanaswamy 2014, Optimal thresholding of classifiers to maximize F1 measure.
    """
    total = hits = taken = best = 0.0
    for b in range(len(probability)):
        total += probability[b] * num_words[b]
    for b in np.argsort(-probability, kind="mergesort"):
        hits += probability[b] * num_words[b]
        taken += num_words[b]
        best = max(best, 2.0 * hits / max(taken + total, 1e-9))
    return best / 2.0


@compiled
def distances(kept):
    """How many blocks above and below each block the nearest kept one stands; very many where there is none."""
    count = len(kept)
    above, below = np.empty(count, np.int64), np.empty(count, np.int64)
    nowhere = 2 * max(count, FAR)
    last = -nowhere
    for b in range(count):
        if kept[b]:
            last = b
        above[b] = b - last
    last = count + nowhere
    for b in range(count - 1, -1, -1):
        if kept[b]:
            last = b
        below[b] = last - b
    return above, below


def second_features(first: Matrix, stats: Matrix, standing: Standing) -> Matrix:
    """`SECOND_NAMES` of every block, from the first look's probabilities."""
    return _second(first, stats, standing)  # type: ignore[no-any-return]


@compiled
def _second(first, stats, standing):
    count = len(first)
    out = np.empty((len(SECOND_NAMES), count), np.float32)
    weight = np.log1p(stats[:, CHARS]).astype(np.float64)
    firsts, weights, heavies = running_sums(first), running_sums(weight), running_sums(first * weight)
    _write_around(first, weights, heavies, out)
    for level in range(NUM_LEVELS):
        for b in range(count):
            low, high = standing.starts[level, b], standing.ends[level, b]
            out[_LEVEL_AT + level, b] = (firsts[high] - firsts[low]) / max(high - low, 1)
            out[_LEVEL_AT + NUM_LEVELS + level, b] = (heavies[high] - heavies[low]) / max(weights[high] - weights[low], 1e-6)
    _write_kin(first, weight, weights, heavies, standing, out)
    _write_sections(first, weights, heavies, standing.is_heading, out)
    _write_page(first, weight, words_of(stats), out)
    return out


@compiled
def _write_around(first, weights, heavies, out):
    """The block's own guess, its neighbours', averages and heavy averages of windows around it."""
    count = len(first)
    out[0] = first
    for k in range(len(_SHIFTS)):
        shift(first, _SHIFTS[k], out[1 + k])
    for k in range(len(_WINDOWS)):
        window(first, _WINDOWS[k], out[_WINDOW_AT + k])
    for k in range(len(_HEAVY_WINDOWS)):
        width = _HEAVY_WINDOWS[k]
        for b in range(count):
            low, high = max(b - width, 0), min(b + width + 1, count)
            out[_HEAVY_AT + k, b] = (heavies[high] - heavies[low]) / max(weights[high] - weights[low], 1e-6)


@compiled
def _write_kin(first, weight, weights, heavies, standing, out):
    """The blocks of the same path: average, heavy average, average of the others. Of each item around the block: heavy average
    and deviation over all items of its group, heavy average of the item."""
    count = len(first)
    sums = np.zeros((standing.num_paths, 4))
    for b in range(count):
        row = sums[standing.path_of[b]]
        row[0] += 1
        row[1] += first[b]
        row[2] += weight[b]
        row[3] += first[b] * weight[b]
    for b in range(count):
        row = sums[standing.path_of[b]]
        out[_PATH_AT, b], out[_PATH_AT + 1, b] = row[1] / row[0], row[3] / max(row[2], 1e-6)
        out[_PATH_AT + 2, b] = (row[1] - first[b]) / max(row[0] - 1, 1.0)
    for item in range(NUM_ITEMS):
        groups = np.zeros((standing.num_groups, 3))
        numbers, starts, ends = standing.items[item, 0], standing.items[item, 1], standing.items[item, 2]
        for b in range(count):
            row = groups[numbers[b]]
            row[0] += weight[b]
            row[1] += first[b] * weight[b]
            row[2] += first[b] * first[b] * weight[b]
        for b in range(count):
            row = groups[numbers[b]]
            mean = row[1] / max(row[0], 1e-6)
            at = _ITEM_AT + 3 * item
            out[at, b], out[at + 1, b] = mean, math.sqrt(max(row[2] / max(row[0], 1e-6) - mean * mean, 0.0))
            out[at + 2, b] = (heavies[ends[b]] - heavies[starts[b]]) / max(weights[ends[b]] - weights[starts[b]], 1e-6)


@compiled
def _write_sections(first, weights, heavies, is_heading, out):
    """The guess of the last heading down to the block (-1 where there is none), of the next one from it on (0), and the heavy
    average of what stands between them, the last heading included."""
    count = len(first)
    last = -1
    for b in range(count):
        if is_heading[b] > 0:
            last = b
        out[_HEADING_AT, b] = first[last] if last >= 0 else -1.0
        out[_HEADING_AT + 2, b] = max(last, 0)
    coming = count
    for b in range(count - 1, -1, -1):
        if is_heading[b] > 0:
            coming = b
        out[_HEADING_AT + 1, b] = first[coming] if coming < count else 0.0
        begin = np.int64(out[_HEADING_AT + 2, b])
        out[_HEADING_AT + 2, b] = (heavies[coming] - heavies[begin]) / max(weights[coming] - weights[begin], 1e-6)


@compiled
def _write_page(first, weight, num_words, out):
    """Share of the page's words that are at least as likely; the guess over and less the threshold; and the same for every
    block: averages, quantiles, highest guess, threshold, shares of the words that are likely, number of kept runs, doubt. Then
    how many blocks above and below the nearest one over the threshold stands, and what share of the words over the threshold
    before."""
    count = len(first)
    needed = threshold(first, num_words)
    kept = first >= needed
    whole = np.zeros(15)
    total = num_words.sum()
    counted = 0.0
    quantile = 0
    for b in np.argsort(-first, kind="mergesort"):
        counted += num_words[b]
        out[_PAGE_AT, b] = counted / total
        while quantile < len(QUANTILES) and counted >= QUANTILES[quantile] * total:
            whole[2 + quantile] = first[b]
            quantile += 1
    num_kept = runs = 0
    before = False
    for b in range(count):
        probability, words = first[b], num_words[b]
        out[_PAGE_AT + 1, b], out[_PAGE_AT + 2, b] = probability / needed, probability - needed
        whole[0] += probability / count
        whole[1] += probability * weight[b]
        whole[9] += words / total if probability > 0.5 else 0.0
        whole[10] += words / total if probability > 0.25 else 0.0
        whole[14] += 4.0 * words * probability * (1.0 - probability) / total
        if kept[b]:
            whole[12] += words
            num_kept += 1
            runs += not before
        before = kept[b]
    whole[1] /= max(weight.sum(), 1e-6)
    whole[7], whole[8], whole[11] = first.max(), needed, whole[12] / total
    num_kept_words = whole[12]
    whole[12], whole[13] = math.log1p(num_kept_words), runs / max(num_kept, 1)
    for k in range(len(whole)):
        out[_PAGE_AT + 3 + k] = whole[k]
    above, below = distances(kept)
    passed = 0.0
    for b in range(count):
        out[_KEPT_AT, b], out[_KEPT_AT + 1, b] = math.log1p(min(above[b], FAR)), math.log1p(min(below[b], FAR))
        out[_KEPT_AT + 2, b] = passed / max(num_kept_words, 1.0)
        passed += num_words[b] if kept[b] else 0.0
