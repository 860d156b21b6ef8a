"""How scores are distributed: documents and characters by domain, dimension and class, added up shard by shard.

Memory is that of the counts, whatever the size of the corpus: domains x dimensions x 100 classes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from corpus.schema import SCORES

NUM_CLASSES = 100
"""Equal classes of 0-1: shares above a threshold are exact at two decimals."""

DIMENSIONS = (
    "quality",
    *(f.name for f in SCORES if f.type == pa.float32() and not f.name.endswith("_confidence") and f.name != "quality"),
)
"""The numbers of SCORES from 0 to 1 that say how good a document is, the summary first."""

Counts = npt.NDArray[np.int64]


@dataclass
class Distributions:
    """Documents and characters of every domain in each class of each dimension."""

    dimensions: tuple[str, ...] = DIMENSIONS
    documents: dict[str, Counts] = field(default_factory=dict)
    """Domain -> (dimensions, NUM_CLASSES)."""
    chars: dict[str, Counts] = field(default_factory=dict)

    def add(self, domains: pa.ChunkedArray, chars: npt.NDArray[np.int64], scores: pa.Table) -> None:
        """Counts documents with these domains and numbers of characters, whose scores are columns of `scores`."""
        names = domains.combine_chunks().dictionary_encode()
        codes = names.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        values = names.dictionary.to_pylist()
        for d, dimension in enumerate(self.dimensions):
            if dimension not in scores.column_names:
                continue  # made by an earlier version
            at = codes * NUM_CLASSES + class_of(scores.column(dimension).to_numpy())
            for into, weights in ((self.documents, None), (self.chars, chars)):
                found = np.bincount(at, weights, len(values) * NUM_CLASSES).astype(np.int64).reshape(-1, NUM_CLASSES)
                for i, name in enumerate(values):
                    into.setdefault(name, np.zeros((len(self.dimensions), NUM_CLASSES), dtype=np.int64))[d] += found[i]

    @property
    def domains(self) -> list[str]:
        """Those that occur, the largest first."""
        return sorted(self.documents, key=lambda name: (-int(self.documents[name][0].sum()), name))

    def of(self, domain: str | None, dimension: str) -> tuple[Counts, Counts]:
        """Documents and characters in each class, of a domain or of all."""
        d = self.dimensions.index(dimension)
        empty = np.zeros(NUM_CLASSES, dtype=np.int64)
        names = self.documents if domain is None else [domain] if domain in self.documents else []
        return (
            sum((self.documents[name][d] for name in names), empty),
            sum((self.chars[name][d] for name in names), empty),
        )


def class_of(values: npt.NDArray[np.floating]) -> Counts:
    """The class of each value; what lies outside of 0-1 is in the first or the last.

    At six decimals, because the float32 next to 0.7 is below it.
    """
    return np.clip(np.floor(np.round(values.astype(np.float64) * NUM_CLASSES, 4)), 0, NUM_CLASSES - 1).astype(np.int64)


def coarser(counts: Counts, num_classes: int) -> Counts:
    """The counts in fewer classes, which divide NUM_CLASSES."""
    fewer: Counts = counts.reshape(num_classes, -1).sum(axis=1)
    return fewer


def mean_of(counts: Counts) -> float:
    """Mean of the classes' middles."""
    return float((counts * (np.arange(len(counts)) + 0.5)).sum() / len(counts) / max(1, counts.sum()))


def share_from(counts: Counts, threshold: float) -> float:
    """Share in the classes that begin at `threshold` or above."""
    return float(counts[round(threshold * len(counts)) :].sum() / max(1, counts.sum()))
