"""How likely each block of a page is content: two small forests of symmetric trees.

The first looks at a block's features; the second at the same features and at what the first thought of the blocks
around: neighbours, containers, blocks of the same path. Every level of a symmetric tree asks one question of all blocks, which is
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
from extract.html_features import Look
from extract.html_kernels import compiled

WEIGHTS = Path(__file__).parent / "models" / "html_blocks.json"
WEIGHTS_SHA256 = "7d7655248a24ff8e3ec9b46decc73084235bddeed2f7e83e60abda5aba34cda5"
"""Of that file. A stage's digest covers the sources only: with this line it changes whenever the weights do."""
DEPTH = 6
"""Of every tree."""
LEAF_SCALE = 1000
"""Leaves are stored as whole thousandths."""


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

    def probabilities(self, features: Matrix, more: Matrix) -> Matrix:
        """(blocks,) from features (features, blocks), those of `more` numbered after them."""
        return _probabilities(features, more, self.columns, self.thresholds, self.leaves, self.bias)  # type: ignore[no-any-return]


@compiled
def _probabilities(features, more, columns, thresholds, leaves, bias):
    count, num_first = features.shape[1], features.shape[0]
    num_trees = len(columns)
    total = np.full(count, np.float32(bias), np.float32)
    leaf = np.empty(count, np.int32)
    for tree in range(num_trees):
        for half in range(0, DEPTH, 3):
            first, second, third = columns[tree, half], columns[tree, half + 1], columns[tree, half + 2]
            one = features[first] if first < num_first else more[first - num_first]
            two = features[second] if second < num_first else more[second - num_first]
            three = features[third] if third < num_first else more[third - num_first]
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


_NOTHING = np.empty((0, 0), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Classifier:
    lexicon: Lexicon
    first: Forest
    second: Forest

    def probabilities(self, blocks: Blocks, page: Matrix) -> Matrix:
        """How likely each block is content. `page` is what `page_features` gives."""
        look = Look(blocks, page)
        first = self.first.probabilities(look.features, _NOTHING)
        return self.second.probabilities(look.features, look.second(first))


@lru_cache(maxsize=1)
def shipped_classifier() -> Classifier:
    """The classifier whose weights come with the package."""
    return classifier_from(json.loads(WEIGHTS.read_text(encoding="utf-8")))


def classifier_from(weights: Mapping[str, Any]) -> Classifier:
    lexicon = lexicon_of(names=weights["names"], words=weights["words"])
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
