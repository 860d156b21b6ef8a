"""How likely each block of a page is content: two small forests of symmetric trees, evaluated with NumPy.

The first looks at a block's features; the second at the same features and at what the first thought of the blocks
around: neighbours, containers, blocks of the same path. Every level of a symmetric tree asks one question of all blocks,
so a forest is a few array operations for the whole page (0.5 ms for 200 blocks).

Weights: extract/models/html_blocks.json, made by `python -m extract.train_blocks`; extract/models/README.md is its data card.
Source of the tree shape: CatBoost (Prokhorenkova et al. 2018). Of the second look: auto-context (Tu 2008).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from extract.html_blocks import Blocks, Lexicon, Matrix, block_features, second_features

WEIGHTS = Path(__file__).parent / "models" / "html_blocks.json"
WEIGHTS_SHA256 = "7d7655248a24ff8e3ec9b46decc73084235bddeed2f7e83e60abda5aba34cda5"
"""Of that file. A stage's digest covers the sources only: with this line it changes whenever the weights do."""
LEAF_SCALE = 1000
"""Leaves are stored as whole thousandths."""


@dataclass(frozen=True, slots=True)
class Forest:
    """Symmetric trees of one depth."""

    columns: npt.NDArray[np.int64]
    """Feature of each question that the trees ask."""
    thresholds: Matrix
    """(questions, 1): the answer is yes above it."""
    questions: npt.NDArray[np.int64]
    """(depth, trees): the question asked at each level of each tree."""
    leaves: Matrix
    """(trees * 2 ** depth,) log-odds."""
    bias: float

    def probabilities(self, features: Matrix) -> Matrix:
        """(blocks,) from (blocks, features)."""
        answers = np.take(np.ascontiguousarray(features.T), self.columns, axis=0) > self.thresholds
        depth, num_trees = self.questions.shape
        leaf = np.zeros((num_trees, len(features)), dtype=np.int32)
        for level in range(depth):
            leaf |= answers[self.questions[level]].astype(np.int32) << level
        leaf += (np.arange(num_trees, dtype=np.int32) << depth)[:, None]
        log_odds = self.bias + np.take(self.leaves, leaf).sum(axis=0)
        return (1.0 / (1.0 + np.exp(-log_odds))).astype(np.float32)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Classifier:
    lexicon: Lexicon
    first: Forest
    second: Forest

    def probabilities(self, blocks: Blocks, page: Mapping[str, float]) -> Matrix:
        """How likely each block is content. `page` is what `page_features` gives."""
        features, layout = block_features(blocks, page, self.lexicon)
        first = self.first.probabilities(features)
        chars = np.array([stat[0] for stat in blocks.stats], dtype=np.float32)
        return self.second.probabilities(np.concatenate([features, second_features(first, chars, layout)], axis=1))


@lru_cache(maxsize=1)
def shipped_classifier() -> Classifier:
    """The classifier whose weights come with the package."""
    return classifier_from(json.loads(WEIGHTS.read_text(encoding="utf-8")))


def classifier_from(weights: Mapping[str, Any]) -> Classifier:
    lexicon = Lexicon(names=weights["names"], words=weights["words"])
    return Classifier(lexicon, _forest(weights["first"]), _forest(weights["second"]))


def _forest(weights: Mapping[str, Any]) -> Forest:
    columns = [column for column, thresholds in weights["thresholds"] for _ in thresholds]
    values = [value for _, thresholds in weights["thresholds"] for value in thresholds]
    return Forest(
        columns=np.array(columns, dtype=np.int64),
        thresholds=np.array(values, dtype=np.float32)[:, None],
        questions=np.array(weights["questions"], dtype=np.int64),
        leaves=(np.array(weights["leaves"]) / LEAF_SCALE).astype(np.float32),
        bias=float(weights["bias"]),
    )
