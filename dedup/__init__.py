"""Duplicates across the whole corpus: canonical URL, exact text, near text; found, verified, written as columns, never dropped.

The method reads like a list, and every line is a function on Arrow tables:

    sign_documents        DOCUMENTS -> SIGNATURES   canonical URL, 128-bit text hash, MinHash      dedup/signatures.py
    url_rows, text_rows   SIGNATURES -> ROWS        a document lies in a bucket                    dedup/rows.py
    equal_pointers        ROWS -> POINTERS          the best of each bucket stays                  dedup/buckets.py
    band_rows             SIGNATURES -> ROWS        the same for the bands of those that stay
    first_pass, next_pass ROWS -> MESSAGES          who leads each bucket, told to its members
    similar_pairs, judge  MESSAGES -> POINTERS      verified near a kept leader: gone              dedup/judging.py
    followed, annotate    POINTERS -> CLUSTERS      chains followed, clusters counted              dedup/resolving.py

`deduplicate` does all of it in memory: for a REPL, for tests and for the corpora that fit there. `pipelines/run_dedup.py` runs
the same functions over shards, key ranges and ranges of documents.
"""

from dedup.clusters import deduplicate
from dedup.config import DedupConfig
from dedup.signatures import SIGNATURES, sign_documents
from dedup.urls import canonical_url

__all__ = ["SIGNATURES", "DedupConfig", "canonical_url", "deduplicate", "sign_documents"]
