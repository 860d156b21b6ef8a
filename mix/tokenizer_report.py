"""What a tokenizer makes of documents that it was not trained on: bytes per token by domain, beside another tokenizer's.

Documents are held out by their ids, so the same ones always are, on any machine and in any order of shards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mix.tokenizing import tokenizer_from_json

LATEX_PROBES = (r"\alpha", r"{\alpha", r"$x = \mathrm", r"\\ \hline")
"""Text -> whether the command at its end is one piece of it, whatever stands before."""


def share_of_id(doc_id: str) -> float:
    """0 to 1, even over documents: the first 48 bits of the id, which is a hash."""
    return int(doc_id[:12], 16) / float(1 << 48)


@dataclass(frozen=True, kw_only=True)
class DomainReport:
    """One domain's held-out documents under several tokenizers."""

    domain: str
    documents: int
    num_bytes: int
    tokens: Mapping[str, int]
    """Tokenizer -> tokens, without those that end documents."""

    def bytes_per_token(self, name: str) -> float:
        return self.num_bytes / max(1, self.tokens[name])


def report(tokenizers: Mapping[str, str], documents: Iterable[tuple[str, str]]) -> list[DomainReport]:
    """By domain, sorted, and `all` last; `tokenizers` are tokenizer.json by name, `documents` (domain, text)."""
    loaded = {name: tokenizer_from_json(text, where=name) for name, text in tokenizers.items()}
    counts: dict[str, list[int]] = {}
    tokens: dict[str, dict[str, int]] = {}
    for domain, text in documents:
        for key in (domain, ALL):
            count = counts.setdefault(key, [0, 0])
            count[0] += 1
            count[1] += len(text.encode())
        for name, tokenizer in loaded.items():
            made = len(tokenizer.encode([text])[0])
            for key in (domain, ALL):
                by_name = tokens.setdefault(key, dict.fromkeys(loaded, 0))
                by_name[name] += made
    order = [*sorted(set(counts) - {ALL}), *([ALL] if counts else [])]
    return [DomainReport(domain=d, documents=counts[d][0], num_bytes=counts[d][1], tokens=tokens[d]) for d in order]


ALL = "all"


def report_table(rows: Sequence[DomainReport]) -> str:
    """The report for people."""
    names = list(rows[0].tokens) if rows else []
    lines = [["domain", "documents", "MB", *(f"{name}, bytes/token" for name in names)]]
    for row in rows:
        lines.append(
            [row.domain, f"{row.documents:,}", f"{row.num_bytes / 1e6:.2f}", *(f"{row.bytes_per_token(n):.3f}" for n in names)]
        )
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(line, widths, strict=True)))
        for line in lines
    )


def commands_kept_whole(tokenizer_json: str) -> dict[str, bool]:
    """For each of LATEX_PROBES: whether the command at its end is one piece before merging."""
    backend = tokenizer_from_json(tokenizer_json, where="tokenizer").backend
    kept = {}
    for text in LATEX_PROBES:
        command = text[text.rindex("\\") :]
        pieces = [text[start:end] for _, (start, end) in backend.pre_tokenizer.pre_tokenize_str(text)]
        kept[text] = pieces[-1].lstrip(" ") == command
    return kept
