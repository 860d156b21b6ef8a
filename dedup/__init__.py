"""Duplicates across the whole corpus: canonical URL, exact text, near text; found, verified, written as columns, never dropped.

The method reads like a list, and every line is a function on Arrow tables:

    sign_documents      DOCUMENTS -> SIGNATURES   canonical URL, 128-bit text hash, MinHash       dedup/signatures.py
    bucket_rows         SIGNATURES -> BUCKET_ROWS every document under its URL, text and bands    dedup/clusters.py
    shared_buckets      rows of one key range -> those whose bucket holds two or more documents
    decide              best first, verified: which documents stay and which one they stand for -> DECISIONS
    annotate            SIGNATURES + DECISIONS -> CLUSTERS

`deduplicate` does all five in memory: for a REPL, for tests and for the corpora that fit there. `pipelines/run_dedup.py` runs
the same functions over shards and key ranges.
"""

from dedup.clusters import annotate, bucket_rows, decide, deduplicate, shared_buckets
from dedup.config import DedupConfig
from dedup.signatures import SIGNATURES, sign_documents
from dedup.urls import canonical_url

__all__ = [
    "SIGNATURES",
    "DedupConfig",
    "annotate",
    "bucket_rows",
    "canonical_url",
    "decide",
    "deduplicate",
    "shared_buckets",
    "sign_documents",
]
