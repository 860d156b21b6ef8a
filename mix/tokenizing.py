"""Text to token ids, behind one interface, and the training of a tokenizer.

A tokenizer is a Hugging Face tokenizer.json. The ones trained here are byte-level BPE, pre-tokenised by Qwen2's pattern, which is
MiMo's: digits one by one, so that numbers of any length look alike; one symbol with the letters after it in one piece, so that
LaTeX commands can become tokens; runs of blanks together, for the indentation of code. Text that happens to read
`<|endoftext|>` is text: special tokens are only ever added by us, one at the end of each document.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus import shards
from corpus.errors import InputError, RecipeError, require
from mix.encoders import OTHER_IDS, Encoder, choose_encoder, first_difference, reference_encode, sample_of

LOG = logging.getLogger(__name__)

END_OF_DOCUMENT = "<|endoftext|>"
"""Of the released tokenizer (Qwen2's: id 151643)."""

PATTERNS = {
    "latex": (
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)| ?\\\p{L}+|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?\\[^\s\p{L}\p{N}][\r\n]*"
        r"| ?[^\s\p{L}\p{N}\\]+[\r\n]*| ?\\+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    ),
    "qwen2": r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    "gpt2": r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
}
"""How text is cut before pairs are merged.

qwen2: pre_tokenizer of Qwen2's tokenizer.json, which MiMo-7B's configuration uses. gpt2: encoder.py of openai/gpt-2, for
comparison: runs of digits stay together. latex: qwen2's, and a command is one piece wherever it stands. In qwen2's the backslash
goes to the signs before it, so that `{\\alpha` is cut into `{\\` and `alpha`, and `$x = \\alpha$` has ` \\` and `alpha`."""

FIM_TOKENS = ("<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>", "<|fim_pad|>")
"""For fill-in-the-middle, by the names that Qwen2.5-Coder's tokenizer.json has for them."""

I32 = npt.NDArray[np.int32]


class Tokenizer:
    """A loaded tokenizer; ids come from the fastest library that gives the right ones (encoders.py)."""

    def __init__(self, tokenizer_json: str, backend: Any, end_of_document: int) -> None:
        self.backend = backend
        """tokenizers.Tokenizer, the reference."""
        self.end_of_document = end_of_document
        """Id of END_OF_DOCUMENT."""
        self.vocab_size: int = backend.get_vocab_size(with_added_tokens=True)
        """Ids are below this."""
        self._json = tokenizer_json
        self._reference = reference_encode(backend)
        self.encoder: Encoder | None = None
        """None until the first text."""

    def encode(self, texts: Sequence[str]) -> list[I32]:
        """Ids of each text, without the end-of-document token."""
        if self.encoder is None:
            self.check(texts)
        assert self.encoder is not None
        return [self.encoder.encode(text) for text in texts]

    def check(self, texts: Sequence[str]) -> Encoder:
        """Chooses the encoder, or finds that the chosen one gives the reference's ids for a sample of these texts too.

        Where it does not, the next one is taken from here on; a warning says so.
        """
        sample = sample_of(texts)
        if self.encoder is None or first_difference(self.encoder.encode, self._reference, sample) is not None:
            self.encoder = choose_encoder(self._reference, self._json, sample)
            for name, why in self.encoder.refused.items():
                level = logging.WARNING if why.startswith(OTHER_IDS) else logging.INFO
                LOG.log(level, "tokenising with %s: %s %s", self.encoder.name, name, why)
        return self.encoder

    def special_id(self, token: str) -> int | None:
        """Id of a special token; None where the tokenizer has none of this name."""
        index: int | None = self.backend.token_to_id(token)
        return index

    def decode(self, ids: Sequence[int]) -> str:
        """The text; special tokens show as they are named."""
        text: str = self.backend.decode([int(i) for i in ids], skip_special_tokens=False)
        return text

    @functools.cached_property
    def line_ends(self) -> npt.NDArray[np.int8]:
        """For each id: 1 where its text ends a line, 2 where it ends a blank line, else 0."""
        newline = "\u010a"
        ends = np.zeros(self.vocab_size, dtype=np.int8)
        for token, index in self.backend.get_vocab().items():
            ends[index] = 2 if token.endswith(newline * 2) else int(token.endswith(newline))
        return ends


@functools.lru_cache(maxsize=4)
def load_tokenizer(url: str) -> Tokenizer:
    """The tokenizer.json at a path or URL. Raises InputError or, without END_OF_DOCUMENT, RecipeError."""
    with shards.open_input(url) as stream:
        data = stream.read()
    return tokenizer_from_json(data.decode("utf-8", "replace"), where=url)


def tokenizer_from_json(text: str, *, where: str) -> Tokenizer:
    """The tokenizer of a tokenizer.json's contents; `where` is the place to name in errors, as load_tokenizer raises them."""
    tokenizers = require("tokenizers", extra="mix")
    try:
        backend = tokenizers.Tokenizer.from_str(text)
    except Exception as error:
        raise InputError(f"{where}: not a Hugging Face tokenizer.json: {error}") from error
    end = backend.token_to_id(END_OF_DOCUMENT)
    if end is None:
        raise RecipeError(f"{where}: has no token {END_OF_DOCUMENT!r}, which ends every document; add it as a special token")
    backend.encode_special_tokens = True
    backend.no_padding()
    backend.no_truncation()
    return Tokenizer(text, backend, end)


def tokenizer_digest(url: str) -> str:
    """What a stage's digest says of the tokenizer: 32 hexadecimal digits over the file's bytes."""
    return shards.checksum(url)


def special_tokens(num_reserved: int) -> tuple[str, ...]:
    """END_OF_DOCUMENT, those of fill-in-the-middle, and some that a later use may name."""
    return (END_OF_DOCUMENT, *FIM_TOKENS, *(f"<|reserved_{i}|>" for i in range(num_reserved)))


def train_tokenizer(
    texts: Iterable[str],
    *,
    vocab_size: int,
    min_frequency: int = 2,
    pattern: str = PATTERNS["qwen2"],
    special: Sequence[str] = (END_OF_DOCUMENT,),
) -> str:
    """The tokenizer.json of a byte-level BPE trained on `texts`; the same texts in any order give the same bytes.

    `vocab_size` counts the special tokens, which have the first ids. Any text can be encoded, and decoding gives it back exactly.
    Raises RecipeError where the texts hold too few pairs.
    """
    tokenizers = require("tokenizers", extra="mix")
    split = tokenizers.pre_tokenizers.Split(tokenizers.Regex(pattern), behavior="isolated")
    byte_level = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Sequence([split, byte_level])
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=vocab_size,
        min_frequency=min_frequency,
        special_tokens=list(special),
        initial_alphabet=sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    if tokenizer.get_vocab_size() < vocab_size:
        raise RecipeError(
            f"the texts gave {tokenizer.get_vocab_size()} tokens of {vocab_size} asked for; train on more text or ask for fewer"
        )
    trained: str = tokenizer.to_str(pretty=False)
    return trained
