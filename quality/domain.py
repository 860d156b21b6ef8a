"""What a document is about: the labels of a fastText model (quality/taggers.py), each with a probability of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from corpus.schema import DOMAIN_LABELS
from quality.taggers import LIKELY, Taggers

if TYPE_CHECKING:
    from quality.batches import Batch

FloatArray = npt.NDArray[np.float64]

_NAMES = np.array([name for name, _ in DOMAIN_LABELS], dtype=object)


def classify(batch: Batch, lines: Sequence[str], taggers: Taggers) -> tuple[list[str], FloatArray, FloatArray]:
    """The domain of each document, how sure that is, and documents x DOMAIN_LABELS: what the labels' probabilities are.

    The domain is the likeliest label where its probability is at least LIKELY, else `general`, which is as sure as that label is
    unlikely. A source file is code and nothing else.
    """
    probabilities = taggers.domains(lines)
    probabilities[batch.is_code] = _NAMES == "code"
    likeliest = probabilities.max(axis=1, initial=0.0)
    is_likely = likeliest >= LIKELY
    names = np.where(is_likely, _NAMES[probabilities.argmax(axis=1)], "general").tolist()
    return names, np.where(is_likely, likeliest, 1.0 - likeliest), probabilities
