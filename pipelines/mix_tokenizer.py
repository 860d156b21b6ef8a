"""`tercet tokenizer train OUT FILE`: a byte-level BPE from the documents of a run, and what it makes of documents held out.

Trained on the documents that the run's deduplication kept (all, where it has none), split by their ids into those trained on and
those held out. The same documents, in any order, on any number of cores, give the same bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow.compute as pc

from corpus import shards
from corpus.errors import InputError, RecipeError
from mix.tokenizer_report import LATEX_PROBES, commands_kept_whole, report, report_table, share_of_id
from mix.tokenizing import END_OF_DOCUMENT, PATTERNS, special_tokens, train_tokenizer
from pipelines.report_run import DocumentShard, Run, open_run

COMPARED_WITH = "gpt2"
"""The pattern that a tokenizer of the same size is trained by, on the same text, for comparison."""


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """How a tokenizer is trained."""

    vocab_size: int = 65_536
    """Tokens, special ones included."""
    pattern: str = "latex"
    """Key of mix.tokenizing.PATTERNS."""
    num_reserved: int = 16
    """Special tokens for later use."""
    fim: bool = True
    """Whether there are tokens for fill-in-the-middle."""
    sample: float = 1.0
    """Share of the documents that are trained on; those with the lowest ids."""
    held_out: float = 0.02
    """Share of the documents that are measured and not trained on; those with the highest ids. 0: no report."""
    max_document_chars: int = 200_000
    """Of longer documents the beginning is taken, so that one table of numbers does not decide the vocabulary."""

    def __post_init__(self) -> None:
        if self.pattern not in PATTERNS:
            raise RecipeError(f"--pattern: {self.pattern!r} is none of {', '.join(PATTERNS)}")
        if not (0 < self.sample <= 1 and 0 <= self.held_out < 1):
            raise RecipeError(f"--sample, --held-out: expected shares of the documents, saw {self.sample} and {self.held_out}")
        least = 256 + len(self.special)
        if self.vocab_size <= least:
            raise RecipeError(f"--vocab-size: {self.vocab_size} is not more than the {least} of all bytes and special tokens")

    @property
    def special(self) -> tuple[str, ...]:
        return special_tokens(self.num_reserved) if self.fim else (END_OF_DOCUMENT, *special_tokens(self.num_reserved)[5:])

    def is_trained_on(self, doc_id: str) -> bool:
        return share_of_id(doc_id) < self.sample * (1 - self.held_out)

    def is_held_out(self, doc_id: str) -> bool:
        return share_of_id(doc_id) >= 1 - self.held_out


def train(out_url: str, file: str, config: TrainingConfig) -> str:
    """Writes `file` and, where documents are held out, FILE.report.json; returns the report as text.

    Raises InputError where the run has no documents, RecipeError where their text is too little for the vocabulary.
    """
    run = open_run(out_url)
    if not run.document_shards:
        raise InputError(f"{run.url}: has no documents; expected a run that extracted some (tercet extract RECIPE)")
    trained = _train(run, config, config.pattern)
    shards.write_bytes(trained.encode("utf-8") + b"\n", file)
    print(f"{file}: {config.vocab_size:,} tokens, pattern {config.pattern}", file=sys.stderr)
    if not config.held_out:
        return ""
    tokenizers = {config.pattern: trained}
    if config.pattern != COMPARED_WITH:
        tokenizers[COMPARED_WITH] = _train(run, config, COMPARED_WITH)
    held_out = ((domain, text) for doc_id, domain, text in _documents(run, config) if config.is_held_out(doc_id))
    rows = report(tokenizers, held_out)
    if not rows:
        raise InputError(f"{run.url}: no document was held out; raise --held-out, or say --held-out 0 to have no report")
    written = {
        "config": asdict(config),
        "domains": [asdict(row) for row in rows],
        "latex_commands_in_one_piece": {name: commands_kept_whole(text) for name, text in tokenizers.items()},
    }
    shards.write_json(written, f"{file.removesuffix('.json')}.report.json")
    whole = {name: sum(commands_kept_whole(text).values()) for name, text in tokenizers.items()}
    probes = ", ".join(f"{name} {n} of {len(LATEX_PROBES)}" for name, n in whole.items())
    return f"{report_table(rows)}\n\nLaTeX commands that stay in one piece: {probes}"


def _train(run: Run, config: TrainingConfig, pattern: str) -> str:
    texts = (text for doc_id, _, text in _documents(run, config) if config.is_trained_on(doc_id))
    return train_tokenizer(texts, vocab_size=config.vocab_size, pattern=PATTERNS[pattern], special=config.special)


def _documents(run: Run, config: TrainingConfig) -> Iterator[tuple[str, str, str]]:
    """(doc_id, domain, text) of the documents that the run keeps; of a run without scores the source stands for the domain."""
    for shard in run.document_shards:
        annotations = _annotations(shard)
        first = 0
        for batch in shards.iterate_batches(shard.documents, columns=["doc_id", "source", "text"], max_rows=256):
            rows = zip(*(batch.column(name).to_pylist() for name in ("doc_id", "source", "text")), strict=True)
            for i, (doc_id, source, text) in enumerate(rows, first):
                keep, domain = annotations["keep"], annotations["domain"]
                if text and (keep is None or keep[i]):
                    yield doc_id, domain[i] if domain else source, text[: config.max_document_chars]
            first += batch.num_rows


def _annotations(shard: DocumentShard) -> dict[str, list[Any] | None]:
    keep = shards.read_table(shard.clusters, columns=["keep"]).column("keep") if shard.clusters else None
    domain = shards.read_table(shard.scores, columns=["domain"]).column("domain") if shard.scores else None
    return {
        "keep": pc.fill_null(keep, False).to_pylist() if keep is not None else None,
        "domain": domain.to_pylist() if domain is not None else None,
    }
