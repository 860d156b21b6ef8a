"""Settings of deduplication: one object that every step receives, so that signatures and buckets cannot disagree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from corpus.errors import RecipeError


@dataclass(frozen=True, kw_only=True)
class DedupConfig:
    """How duplicates are found and which of them count."""

    num_bands: int = 14
    """Bands of the signature; two documents are compared when they agree on all rows of one of them. 14 x 8 finds a pair of
    Jaccard similarity J with probability 1 - (1 - J^8)^14: 0.57 at 0.7, 0.92 at 0.8, 0.99 at 0.85, 0.9999 at 0.9.
    Source: FineWeb (Penedo et al. 2024, arXiv:2406.17557, section 3.4)."""
    rows_per_band: int = 8
    """MinHash values per band."""
    shingle_words: int = 5
    """Consecutive words that make one shingle; a character of a script without spaces (Chinese, Japanese, Thai, ...) counts as a
    word, and so does an operator. Source: FineWeb uses 5."""
    shingle_unit: Literal["words", "chars"] = "words"
    """What a shingle is made of. `chars`: of `shingle_chars` consecutive characters of words and operators, white space and
    punctuation left out, for corpora whose spacing is broken (OCR, PDF text layers). A page of which 5 % of the blanks are gone
    and 2 % of the characters are followed by a new one keeps a similarity of 0.997 to itself, 0.40 with `words`. Signing takes
    three times as long, and `min_words` then counts characters."""
    shingle_chars: int = 25
    """Characters of one shingle with shingle_unit `chars`. 25 are about five words: a page with 0.5 % wrong characters has a
    similarity of 0.80 to itself with both, so that `jaccard_threshold` keeps its meaning; the median of unrelated pages is 0.0
    (0.004 with 9, 0.047 with 5)."""
    jaccard_threshold: float = 0.72
    """Similarity from which a compared pair counts as near duplicates. In mode `signature` it is applied to an estimate from 112
    values with a standard error of 0.038 at J = 0.8, so a threshold of 0.8 would miss half of such pairs; 0.72, where the curve
    of the bands turns, misses 0.019 of them. On 200 MB of documentation (benchmarks/dedup.py) 0.70 / 0.72 / 0.75 find
    0.970 / 0.967 / 0.959 of planted pairs with J in 0.8-0.85 and all above 0.9; of what they remove 0.887 / 0.924 / 0.967 has
    J >= 0.7 to the document that stays."""
    mode: Literal["signature", "exact"] = "signature"
    """How a pair is verified: by the share of equal MinHash values, or by the true Jaccard similarity of the shingle sets, which
    reads the texts of all documents that share a bucket once more."""
    min_words: int = 1
    """Documents with fewer words than this are compared by URL and exact text only. Below `shingle_words` words a document is
    one shingle, so that near means: the same words in the same order, whatever the case and punctuation."""
    best_by: Literal["length", "quality"] = "length"
    """Which copy stays: the longest, or the one with the best quality score (then the longest), for which documents are scored
    before they are deduplicated, the dropped ones too. Of one URL the newest stays, after quality."""
    url_duplicates: bool = True
    """Whether pages with the same canonical http(s) URL are duplicates whatever they say (the newest stays)."""
    seed: int = 1
    """Picks the MinHash permutations. Signatures of different seeds cannot be compared."""
    against: str | None = None
    """Folder or URL of an index: documents that earlier dumps kept. This run's are compared with them, and those that stay are
    added to it (pipelines/dedup_index.py). `tercet dedup RECIPE --against INDEX` sets it."""
    create_index: bool = False
    """Whether `against` may name an index that is not there yet."""
    num_partitions: int | None = None
    """Key ranges that buckets are shuffled into; None: one per 4 million rows (0.7 GB while sorted). No influence on the
    result."""
    documents_per_task: int | None = None
    """Documents whose fate one task follows: a shard, or several small ones; None: at most 300,000. No influence on the
    result."""

    def __post_init__(self) -> None:
        for name in ("num_bands", "rows_per_band", "shingle_words", "shingle_chars", "min_words"):
            if getattr(self, name) < 1:
                raise RecipeError(f"{name}: expected at least 1, saw {getattr(self, name)}")
        if self.shingle_unit not in ("words", "chars"):
            raise RecipeError(f"shingle_unit: expected words or chars, saw {self.shingle_unit!r}")
        if not 0 < self.jaccard_threshold <= 1:
            raise RecipeError(f"jaccard_threshold: expected a similarity above 0 and at most 1, saw {self.jaccard_threshold}")
        if self.num_partitions is not None and not 1 <= self.num_partitions <= 1 << 20:
            raise RecipeError(f"num_partitions: expected 1 to {1 << 20}, saw {self.num_partitions}")

        if self.documents_per_task is not None and self.documents_per_task < 1:
            raise RecipeError(f"documents_per_task: expected at least 1, saw {self.documents_per_task}")

    @property
    def num_hashes(self) -> int:
        """MinHash values of a signature."""
        return self.num_bands * self.rows_per_band

    @property
    def shingle_width(self) -> int:
        """Words or characters of one shingle, as `shingle_unit` says."""
        return self.shingle_words if self.shingle_unit == "words" else self.shingle_chars
