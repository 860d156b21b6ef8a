"""How likely each block of a page is content: two small forests of symmetric trees.

The first looks at a block's features; the second only at what the first thought of the block and of the blocks around it
(extract/html_second_look.py). Every level of a symmetric tree asks one question of all blocks, which is
one comparison of a row of features with a number: 0.1 ms for both forests and the 210 blocks of an average page.

Weights: extract/models/html_blocks.json, made by `python -m extract.train_blocks`; extract/models/README.md is its data card.
Source of the tree shape: CatBoost (Prokhorenkova et al. 2018). Of the second look: auto-context (Tu 2008).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from extract.html_blocks import Blocks, Lexicon, Matrix, lexicon_of
from extract.html_features import block_features
from extract.html_kernels import compiled
from extract.html_second_look import second_features

WEIGHTS = Path(__file__).parent / "models" / "html_blocks.json"
WEIGHTS_SHA256 = "e88aa1b9339d6b6fd9b76b6574629f5b8f878b1a7ac00a26b75834249c8e69d4"
"""Of that file. A stage's digest covers the sources only: with this line it changes whenever the weights do."""
DEPTH = 6
"""Of every tree."""
LEAF_SCALE = 1000
"""Leaves are stored as whole thousandths."""
KIND_SCALE = 1000
"""So is what names and words say about the kind of a page."""


@dataclass(frozen=True, slots=True)
class Forest:
    """Symmetric trees of one depth."""

    columns: npt.NDArray[np.int32]
    """(trees, depth): the feature asked about at each level of each tree."""
    thresholds: Matrix
    """(trees, depth): the answer is yes above it."""
    leaves: Matrix
    """(trees, 2 ** depth) log-odds."""
    bias: float

    def probabilities(self, features: Matrix) -> Matrix:
        """(blocks,) from (features, blocks)."""
        return _probabilities(features, self.columns, self.thresholds, self.leaves, self.bias)  # type: ignore[no-any-return]


@compiled
def _probabilities(features, columns, thresholds, leaves, bias):
    count = features.shape[1]
    total = np.full(count, np.float32(bias), np.float32)
    leaf = np.empty(count, np.int32)
    for tree in range(len(columns)):
        for half in range(0, DEPTH, 3):
            one, two, three = features[columns[tree, half]], features[columns[tree, half + 1]], features[columns[tree, half + 2]]
            above_one, above_two, above_three = thresholds[tree, half], thresholds[tree, half + 1], thresholds[tree, half + 2]
            if half == 0:
                for b in range(count):
                    leaf[b] = (one[b] > above_one) + 2 * (two[b] > above_two) + 4 * (three[b] > above_three)
            else:
                for b in range(count):
                    leaf[b] += 8 * (one[b] > above_one) + 16 * (two[b] > above_two) + 32 * (three[b] > above_three)
        values = leaves[tree]
        for b in range(count):
            total[b] += values[leaf[b]]
    for b in range(count):
        total[b] = 1.0 / (1.0 + math.exp(-total[b]))
    return total


@dataclass(frozen=True, slots=True)
class Classifier:
    lexicon: Lexicon
    first: Forest
    second: Forest

    def probabilities(self, blocks: Blocks, page: Matrix) -> Matrix:
        """How likely each block is content. `page` is what `page_features` gives."""
        features, standing = block_features(blocks, page, self.lexicon)
        first = self.first.probabilities(features)
        return self.second.probabilities(second_features(first, blocks.stats, standing))


@lru_cache(maxsize=1)
def shipped_classifier() -> Classifier:
    """The classifier whose weights come with the package."""
    return classifier_from(json.loads(WEIGHTS.read_text(encoding="utf-8")))


def classifier_from(weights: Mapping[str, Any]) -> Classifier:
    names, words = weights["names"], weights["words"]
    rows = (np.array(weights["kinds"]) / KIND_SCALE).tolist()
    lexicon = lexicon_of(
        names,
        words,
        kinds=dict(zip(sorted(names), rows[: len(names)], strict=True)),
        word_kinds=dict(zip(sorted(words), rows[len(names) :], strict=True)),
        page_kinds=np.array(weights["page_kinds"], dtype=np.float32),
    )
    return Classifier(lexicon, _forest(weights["first"]), _forest(weights["second"]))


def _forest(weights: Mapping[str, Any]) -> Forest:
    columns = np.array([column for column, values in weights["thresholds"] for _ in values], dtype=np.int32)
    thresholds = np.array([value for _, values in weights["thresholds"] for value in values], dtype=np.float32)
    questions = np.array(weights["questions"], dtype=np.int64).T
    leaves = (np.array(weights["leaves"]) / LEAF_SCALE).astype(np.float32)
    return Forest(
        columns=np.ascontiguousarray(columns[questions]),
        thresholds=np.ascontiguousarray(thresholds[questions]),
        leaves=leaves.reshape(len(questions), -1),
        bias=float(weights["bias"]),
    )
