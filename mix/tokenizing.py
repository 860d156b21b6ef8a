"""Text to token ids, behind one interface, and the training of a tokenizer.

A tokenizer is a Hugging Face tokenizer.json. The ones trained here are byte-level BPE, pre-tokenised by Qwen2's pattern, which is
MiMo's: digits one by one, so that numbers of any length look alike; one symbol with the letters after it in one piece, so that
LaTeX commands can become tokens; runs of blanks together, for the indentation of code. Text that happens to read
`<|endoftext|>` is text: special tokens are only ever added by us, one at the end of each document.

    python -m mix.tokenizing tokenizer.json --vocab-size 8192 DOCUMENTS.parquet ...    trains one
"""

from __future__ import annotations

import argparse
import functools
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus import shards
from corpus.errors import InputError, RecipeError, require

END_OF_DOCUMENT = "<|endoftext|>"
"""Of the released tokenizer (Qwen2's: id 151643)."""

PATTERN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
"""Source: pre_tokenizer of Qwen2's tokenizer.json, which MiMo-7B's configuration uses."""

I32 = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Tokenizer:
    """A loaded tokenizer."""

    backend: Any
    """tokenizers.Tokenizer"""
    end_of_document: int
    """Id of END_OF_DOCUMENT."""
    vocab_size: int
    """Ids are below this."""

    def encode(self, texts: Sequence[str]) -> list[I32]:
        """Ids of each text, without the end-of-document token."""
        encodings = self.backend.encode_batch_fast(list(texts), add_special_tokens=False)
        return [np.array(encoding.ids, dtype=np.int32) for encoding in encodings]

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
    tokenizers = require("tokenizers", extra="mix")
    with shards.open_input(url) as stream:
        data = stream.read()
    try:
        backend = tokenizers.Tokenizer.from_str(data.decode("utf-8"))
    except Exception as error:
        raise InputError(f"{url}: not a Hugging Face tokenizer.json: {error}") from error
    end = backend.token_to_id(END_OF_DOCUMENT)
    if end is None:
        raise RecipeError(f"{url}: has no token {END_OF_DOCUMENT!r}, which ends every document; add it as a special token")
    backend.encode_special_tokens = True
    backend.no_padding()
    backend.no_truncation()
    return Tokenizer(backend, end, backend.get_vocab_size(with_added_tokens=True))


def tokenizer_digest(url: str) -> str:
    """What a stage's digest says of the tokenizer: 32 hexadecimal digits over the file's bytes."""
    return shards.checksum(url)


def train_tokenizer(texts: Iterable[str], *, vocab_size: int, min_frequency: int = 2) -> str:
    """The tokenizer.json of a byte-level BPE trained on `texts`; the same texts in any order give the same bytes.

    Any text can be encoded, and decoding gives it back exactly. Raises RecipeError where the texts hold too few pairs.
    """
    tokenizers = require("tokenizers", extra="mix")
    split = tokenizers.pre_tokenizers.Split(tokenizers.Regex(PATTERN), behavior="isolated")
    byte_level = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Sequence([split, byte_level])
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=vocab_size,
        min_frequency=min_frequency,
        special_tokens=[END_OF_DOCUMENT],
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


def main(arguments: Sequence[str] | None = None) -> None:
    """Trains a tokenizer on the texts of DOCUMENTS shards."""
    parser = argparse.ArgumentParser(prog="python -m mix.tokenizing", description=main.__doc__)
    parser.add_argument("output", help="the tokenizer.json to write")
    parser.add_argument("documents", nargs="+", help="DOCUMENTS shards, folders of them or globs")
    parser.add_argument("--vocab-size", type=int, default=8192)
    parser.add_argument("--max-document-chars", type=int, default=200_000, help="take only the beginning of longer documents")
    options = parser.parse_args(arguments)
    texts = _texts(options.documents, options.max_document_chars)
    shards.write_bytes(train_tokenizer(texts, vocab_size=options.vocab_size).encode("utf-8") + b"\n", options.output)
    print(f"{options.output}: {options.vocab_size} tokens", file=sys.stderr)


def _texts(urls: Sequence[str], max_chars: int) -> Iterator[str]:
    for url in urls:
        for file in shards.list_files(url):
            if file.endswith(".parquet"):
                for batch in shards.iterate_batches(file, columns=["text"]):
                    yield from (text[:max_chars] for text in batch.column("text").to_pylist())


if __name__ == "__main__":
    main()
