"""Language, domain and quality dimensions as columns beside the documents: annotates, never drops.

    table = documents                                  # DOCUMENTS
    scores = quality.scores.score_documents(table, config=QualityConfig())   # SCORES, same rows, same order

Read rules.py (raw statistics), dimensions.py (0-1 scores over them), domain.py, language.py, presets.py (keep rules as text).
"""
