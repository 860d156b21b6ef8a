"""Fill-in-the-middle: source files cut in three and rearranged, so that a model learns to write what stands between two texts.

    PSM  <|fim_prefix|> prefix <|fim_suffix|> suffix <|fim_middle|> middle
    SPM  <|fim_prefix|> <|fim_suffix|> suffix <|fim_middle|> prefix middle

Cuts are two characters drawn evenly (Bavarian et al. 2022, arXiv:2207.14255, section 3); in SPM prefix and middle are encoded
as one text. Whether and how a document is rearranged is a function of its id and the seed, so it is the same in every epoch, on
every machine. Documents that do not fit `max_tokens` stay as they are: cut at a row's end, their middle would have no prefix or
suffix.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from corpus.errors import RecipeError
from mix.tokenizing import I32, Tokenizer

Ids = tuple[int, int, int]
"""Of the tokens before prefix, suffix and middle."""


@dataclass(frozen=True, kw_only=True)
class FimConfig:
    """How much of the source code is rearranged.

    Source of the rates: half of the documents, cut between characters, SPM and PSM together, in SantaCoder (arXiv:2301.03988),
    half of them SPM in StarCoder (arXiv:2305.06161); 0.9, half SPM, whole documents only, in Code Llama (arXiv:2308.12950,
    section 2.3); half, all PSM, before packing, in DeepSeek-Coder (arXiv:2401.14196, section 3.1); half of the repositories and
    half of their files, so a quarter, in StarCoder2 (arXiv:2402.19173). Qwen2.5-Coder (arXiv:2409.12186) publishes none.
    What it costs left to right: nothing up to 0.9, any rate from 0.5 on being reasonable (Bavarian et al.); 2 to 4 % of pass@100
    at 0.5 (SantaCoder); at 1 the weakest completion of 0, 0.5 and 1 (DeepSeek-Coder).
    """

    rate: float = 0.5
    """Share of the documents of kind code."""
    spm_rate: float = 0.5
    """Share of these with the suffix first."""
    max_tokens: int = 8192
    """Longest document, with its special tokens, that is rearranged; at most the shortest row of the stages."""
    tokens: tuple[str, str, str] = ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>")
    """Names of the special tokens before prefix, suffix and middle."""

    def __post_init__(self) -> None:
        for name in ("rate", "spm_rate"):
            if not 0 <= getattr(self, name) <= 1:
                raise RecipeError(f"{name}: expected a share from 0 to 1, saw {getattr(self, name):g}")
        if self.max_tokens < 8:
            raise RecipeError(f"max_tokens: expected at least 8, saw {self.max_tokens}")
        if len(set(self.tokens)) != 3:
            raise RecipeError(f"tokens: expected three different names, saw {', '.join(self.tokens)}")


class Split(NamedTuple):
    """A document in three parts."""

    prefix: str
    middle: str
    suffix: str
    suffix_first: bool


def fim_ids(config: FimConfig, tokenizer: Tokenizer, *, where: str) -> Ids:
    """Ids of the tokens before prefix, suffix and middle. Raises RecipeError where the tokenizer has not all of them."""
    special = {token.content: index for index, token in tokenizer.backend.get_added_tokens_decoder().items() if token.special}
    missing = [name for name in config.tokens if name not in special]
    if missing:
        raise RecipeError(
            f"mix.fim: {where} has no special token {', '.join(missing)}; name those it has in mix.fim.tokens (prefix, suffix, "
            f"middle), or train a tokenizer with them (tercet tokenizer train). It has: {', '.join(sorted(special)) or 'none'}"
        )
    prefix, suffix, middle = (special[name] for name in config.tokens)
    return prefix, suffix, middle


def split(text: str, doc_id: str, seed: int, config: FimConfig) -> Split | None:
    """The parts of a document that is rearranged; None for one that stays as it is."""
    digest = hashlib.blake2b(f"{seed}\x1ffim\x1f{doc_id}".encode(), digest_size=32).digest()
    drawn, first_format, *cuts = (int.from_bytes(digest[i : i + 8], "little") for i in range(0, 32, 8))
    if not _below(drawn, config.rate):
        return None
    start, stop = sorted(cut % (len(text) + 1) for cut in cuts)
    return Split(text[:start], text[start:stop], text[stop:], _below(first_format, config.spm_rate))


def _below(drawn: int, share: float) -> bool:
    """Whether 64 bits, as a share of all of them, are below `share`."""
    return drawn < share * 2.0**64


def encode(
    texts: Sequence[str],
    doc_ids: Sequence[str | None],
    tokenizer: Tokenizer,
    config: FimConfig,
    *,
    ids: tuple[int, int, int],
    seed: int,
) -> tuple[list[I32], int]:
    """Ids of each text, without the end-of-document token, and how many were rearranged; None as id: never rearranged."""
    made: list[I32] = []
    rearranged = 0
    for text, doc_id in zip(texts, doc_ids, strict=True):
        parts = split(text, doc_id, seed, config) if doc_id is not None else None
        found = _arrange(parts, tokenizer, ids) if parts else None
        if found is None or len(found) + 1 > config.max_tokens:
            made += tokenizer.encode([text])
            continue
        made.append(found)
        rearranged += 1
    return made, rearranged


def _arrange(parts: Split, tokenizer: Tokenizer, ids: Ids) -> I32:
    prefix, suffix, middle = (np.array([index], dtype=np.int32) for index in ids)
    if parts.suffix_first:
        after, whole = tokenizer.encode([parts.suffix, parts.prefix + parts.middle])
        return np.concatenate([prefix, suffix, after, middle, whole])
    before, between, after = tokenizer.encode([parts.prefix, parts.middle, parts.suffix])
    return np.concatenate([prefix, before, suffix, after, middle, between])
