"""The quality dimensions: numbers from 0 to 1 over the raw signals, each defined so that a person could label it: `RUBRIC`.

Every dimension is a weighted mean of ramps (0 below one value, 1 above another, straight between), so it is monotone in every
signal and a score can be taken apart by hand. The constants were set by eye on Debian's documentation packages and are not
fitted to labels. A source file has no prose: there the dimensions read the code (comments, control flow) instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Signals = Mapping[str, Any]
"""Name -> a number, or an array with one number per document: the dimensions are then arrays, too."""


@dataclass(frozen=True)
class Rubric:
    """What a labeller, a person or a model, is asked about a document."""

    question: str
    low: str
    """What a document of 0 is like."""
    middle: str
    """Of 0.5."""
    high: str
    """Of 1."""


RUBRIC: dict[str, Rubric] = {
    "reasoning_depth": Rubric(
        "How much does the text argue?",
        "bare facts, lists, tables, announcements",
        'claims are explained ("because", "so that") or a method is applied once',
        "a long chain of steps in which each follows from those before, as in a proof, a worked solution or a debugged program",
    ),
    "knowledge_density": Rubric(
        "How much is there to know per word?",
        "chatter, slogans, navigation",
        "some terms and facts amid padding",
        "nearly every sentence states a definition, a property, a formula or an interface",
    ),
    "educational_value": Rubric(
        "How much would a learner of the subject get from it?",
        "nothing to learn: sales, navigation, gossip",
        "a reference that answers a question one already has",
        "it teaches: introduces its terms, gives examples or exercises, explains in connected sentences",
    ),
    "technical_correctness": Rubric(
        "How well could what it states be checked, and how little speaks against it?",
        "claims without any support, damaged symbols, formulas that do not parse",
        "technical terms in the right places, nothing to check",
        "precise statements with their conditions, formulas that parse, code that is whole",
    ),
    "writing_quality": Rubric(
        "How well is it written, whatever it says?",
        "word salad, a keyword list, the same line over and over",
        "fragments, notes, terse reference entries",
        "whole, punctuated sentences of readable length that connect and do not repeat themselves",
    ),
    "extraction_quality": Rubric(
        "How cleanly did the page become text?",
        "mostly menus, link lists, cookie banners, decoding damage or torn formulas",
        "the content is there among leftovers",
        "only the content, with formulas that compile and characters that are right",
    ),
}
"""Each dimension's definition, by its name in SCORES: what the documentation prints and what a labelling model is asked."""

QUALITY_WEIGHTS = {
    "reasoning_depth": 0.25,
    "knowledge_density": 0.2,
    "educational_value": 0.15,
    "technical_correctness": 0.1,
    "writing_quality": 0.15,
    "extraction_quality": 0.15,
}
"""Shares of each dimension in `quality`; they sum to 1. Reasoning weighs most because it is what the corpus is for."""

NAMES = (*QUALITY_WEIGHTS, "quality")

CODE_ONLY_FRACTION = 0.999
"""A text with at least this share of code has no prose of its own."""


def ramp(value: Any, low: float, high: float) -> Any:
    """0 up to `low`, 1 from `high` on, straight between; falling where `low` > `high`."""
    return np.minimum(1.0, np.maximum(0.0, (value - low) / (high - low)))


def score(signals: Signals, *, judged: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """All dimensions and `quality`, their weighted mean. `judged`: dimensions that a trained model has given a value already."""
    dimensions = {
        "reasoning_depth": reasoning_depth(signals),
        "knowledge_density": knowledge_density(signals),
        "educational_value": educational_value(signals),
        "technical_correctness": technical_correctness(signals),
        "writing_quality": writing_quality(signals),
        "extraction_quality": extraction_quality(signals),
        **(judged or {}),
    }
    return {**dimensions, "quality": sum(QUALITY_WEIGHTS[name] * value for name, value in dimensions.items())}


def reasoning_depth(signals: Signals) -> Any:
    """How much the text argues."""
    of_code = 0.6 * ramp(signals["control_flow_density"], 0, 12) + 0.4 * ramp(signals["comment_char_fraction"], 0, 0.25)
    technical = signals["formula_char_fraction"] + 0.5 * signals["code_char_fraction"]
    of_prose = (
        0.5 * ramp(signals["derivation_marker_density"], 0.1, 2.5)
        + 0.3 * ramp(technical, 0, 0.25)
        + 0.2 * _length(signals, 30, 600)
    )
    return np.where(_is_code_only(signals), of_code, of_prose)[()]


def knowledge_density(signals: Signals) -> Any:
    """How much there is to know per word."""
    of_code = 0.5 + 0.3 * ramp(signals["control_flow_density"], 0, 8) + 0.2 * ramp(signals["comment_char_fraction"], 0, 0.15)
    technical = signals["formula_char_fraction"] + signals["code_char_fraction"]
    of_prose = (
        0.3 * ramp(signals["definition_marker_density"], 0.3, 4)
        + 0.3 * ramp(technical, 0, 0.25)
        + 0.2 * ramp(signals["unique_word_fraction"], 0.2, 0.5)
        + 0.2 * ramp(signals["mean_word_length"], 3.5, 5.2)
    )
    return np.where(_is_code_only(signals), of_code, of_prose)[()]


def educational_value(signals: Signals) -> Any:
    """How much a learner of the subject would get from it."""
    of_code = 0.3 + 0.7 * ramp(signals["comment_char_fraction"], 0, 0.3)
    shown = np.maximum(signals["formula_char_fraction"], signals["code_char_fraction"])
    taught = (
        0.3 * ramp(signals["instruction_marker_density"], 0.2, 2.5)
        + 0.2 * ramp(signals["definition_marker_density"], 0.3, 3)
        + 0.2 * ramp(shown, 0, 0.15)
        + 0.15 * ramp(signals["derivation_marker_density"], 0, 1.5)
        + 0.15 * _length(signals, 50, 500)
    )
    of_prose = taught * ramp(signals["boilerplate_line_fraction"], 0.6, 0.1)
    return np.where(_is_code_only(signals), of_code, of_prose)[()]


def technical_correctness(signals: Signals) -> Any:
    """How well what it states could be checked, and how little speaks against it."""
    exact = ramp(signals["formula_char_fraction"] + signals["code_char_fraction"], 0, 0.1)
    stated = ramp(signals["definition_marker_density"] + signals["derivation_marker_density"], 0.2, 3)
    whole = ramp(signals["broken_formula_fraction"], 0.3, 0.0) * ramp(signals["damaged_char_fraction"], 0.01, 0.0)
    return whole * (0.2 + 0.45 * exact + 0.35 * np.where(_is_code_only(signals), 1.0, stated))[()]


def writing_quality(signals: Signals) -> Any:
    """How well it is written, whatever it says."""
    of_code = 0.6 + 0.4 * ramp(signals["comment_char_fraction"], 0, 0.15)
    unrepetitive = ramp(signals["duplicate_line_char_fraction"], 0.3, 0.02) * ramp(signals["top_2gram_char_fraction"], 0.2, 0.05)
    sentences = ramp(signals["mean_sentence_words"], 3, 8) * ramp(signals["mean_sentence_words"], 90, 40)
    of_prose = (
        0.35 * sentences
        + 0.25 * ramp(signals["terminal_punctuation_fraction"], 0.02, 0.5)
        + 0.25 * unrepetitive * ramp(signals["num_words"], 5, 40)
        + 0.15 * ramp(signals["short_line_fraction"], 0.9, 0.3) * ramp(signals["num_words"], 5, 40)
    )
    return np.where(_is_code_only(signals), of_code, of_prose)[()]


def extraction_quality(signals: Signals) -> Any:
    """How cleanly the page became text.

    One serious fault is enough for a low score: the factors multiply.
    """
    kept = 0.2 + 0.8 * ramp(signals["num_words"] + 200 * _technical(signals), 0, 40)
    return (
        kept
        * ramp(signals["boilerplate_line_fraction"], 0.7, 0.05)
        * ramp(signals["link_char_fraction"], 0.95, 0.25)
        * (0.3 + 0.7 * ramp(signals["broken_formula_fraction"], 0.5, 0.02))
        * ramp(signals["damaged_char_fraction"], 0.03, 0.001)
    )


def _technical(signals: Signals) -> Any:
    return signals["formula_char_fraction"] + signals["code_char_fraction"]


def _is_code_only(signals: Signals) -> Any:
    return (signals["num_words"] == 0) & (signals["code_char_fraction"] >= CODE_ONLY_FRACTION)


def _length(signals: Signals, low: int, high: int) -> Any:
    """0 at `low` words, 1 at `high`, straight in the logarithm."""
    return ramp(np.log(np.maximum(1.0, signals["num_words"])), np.log(low), np.log(high))
