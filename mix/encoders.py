"""Text to ids by the fastest library that gives the ids of Hugging Face's tokenizers, whose tokenizer.json says what is right.

    gigatoken    160-270 MB/s on one core; knows the patterns of published tokenizers and refuses others
    fastokens    45-200 MB/s; any pattern
    tokenizers   2-3 MB/s; the reference

A faster one is taken only when its ids equal the reference's on `HARD_TEXTS` and on a sample of the texts to be encoded
(`choose_encoder`); else the next one is, and the reason is kept. Measured: benchmarks/tokenizing.py.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

I32 = npt.NDArray[np.int32]
Encode = Callable[[str], I32]

REFERENCE = "tokenizers"
OTHER_IDS = "gives other ids"

SAMPLE_CHARS = 1 << 16
"""Characters of the texts at hand that are compared: 30 ms of the reference."""

GIGATOKEN_CHARS = 1 << 29
"""Its table of seen words grows by about 1 MB with each MB of text, without bound: after so many characters it begins anew."""

_MIXED = " 0Aſé漢\u0301'\\\n\r\t\u00a0\u3000\u180e\u200d\u2028\x00👍"

HARD_TEXTS = (
    "",
    " ",
    "\n",
    "it's IT'S it'ſ 'S 'K 'll 'LL''ve",
    "a" * 5000,
    " " * 3000 + "x" + "\n" * 2000 + "\t" * 300 + "y\r\n\r\n \r z",
    "!?" * 2000 + "-" * 999,
    "1234567890 3.14159e-10 0xFF ٣٤٥ ४५ Ⅷ ½ ²³ 𝟘𝟙",
    "\u0085\u2028\u2029\ufeff\u00a0\u3000\u1680\u180e\u200b\u2060\x1c\x1f\x0b\x0c x",
    "a\u180eb \u180e c\n\u180e\n",
    "👩‍👩‍👧‍👦🏳️‍🌈 e\u0301\u0327 é \u0301x",
    "日本語の文章です。中文 한국어 ภาษาไทย हिन्दी العربية עברית ελληνικά",
    "\x00\x01\x7f \ufffd\ufffe\uffff\U0010ffff\U000e0001",
    "ǅ ǆ İ ı ẞ ß ﬀ K Å",
    r"\frac{\alpha}{\beta} $\sum_{i=1}^{n}x_i$ \\ \hline \, \{a\} \\\hline C:\Users\new",
    "def f(x):\n    if x:\n\t\treturn '\\n' # …\n\n\n        pass\n",
    "<|endoftext|> <|fim_prefix|>a<|fim_suffix|><|im_start|>",
    '<div class="a-b_c">&nbsp;</div> https://example.org/a?b=c&d=%20#e',
    *(a + b + c for a in _MIXED for b in _MIXED for c in " a"),
)
"""What implementations disagree on: case folding ('ſ matches 's), runs, blanks that only some Unicode versions count as such
(U+180E), joiners, digits of other scripts, bytes outside letters, names of special tokens."""


@dataclass(frozen=True)
class Encoder:
    """A library that gives the reference's ids."""

    name: str
    encode: Encode
    refused: dict[str, str] = field(default_factory=dict)
    """Faster libraries that were not taken, and why."""


def choose_encoder(reference: Encode, tokenizer_json: str, sample: Sequence[str]) -> Encoder:
    """The fastest encoder whose ids are `reference`'s on HARD_TEXTS and `sample`."""
    refused: dict[str, str] = {}
    for name, make in FASTER.items():
        try:
            encode = make(tokenizer_json, reference)
        except ImportError:
            refused[name] = "is not installed"
            continue
        except Exception as error:  # noqa: BLE001 (a library may refuse a tokenizer by any exception; the next one is taken)
            refused[name] = f"refuses this tokenizer: {str(error).splitlines()[0][:100]}"
            continue
        different = first_difference(encode, reference, (*HARD_TEXTS, *sample))
        if different is None:
            return Encoder(name, encode, refused)
        refused[name] = f"{OTHER_IDS} than {REFERENCE} for {different[:60]!a}"
    return Encoder(REFERENCE, reference, refused)


def first_difference(encode: Encode, reference: Encode, texts: Sequence[str]) -> str | None:
    """The first of `texts` that `encode` gives other ids than `reference`, or fails at."""
    for text in texts:
        try:
            equal = np.array_equal(encode(text), reference(text))
        except Exception:  # noqa: BLE001 (failing at a text is a difference)
            equal = False
        if not equal:
            return text
    return None


def sample_of(texts: Sequence[str], max_chars: int = SAMPLE_CHARS) -> list[str]:
    """Evenly spread pieces of `texts`, `max_chars` together."""
    step = max(1, len(texts) // 64)
    chosen = texts[::step]
    return [text[: max(1, max_chars // len(chosen))] for text in chosen]


def reference_encode(backend: Any) -> Encode:
    """The ids of a tokenizers.Tokenizer."""

    def encode(text: str) -> I32:
        return np.array(backend.encode_batch_fast([text], add_special_tokens=False)[0].ids, dtype=np.int32)

    return encode


def _gigatoken(tokenizer_json: str, _reference: Encode) -> Encode:
    return _Gigatoken(tokenizer_json).encode


class _Gigatoken:
    """gigatoken, begun anew now and then so that its memory stays bounded."""

    def __init__(self, tokenizer_json: str) -> None:
        self._library = importlib.import_module("gigatoken")
        config = json.loads(tokenizer_json)
        # It would find special tokens in the text; without them in its table their names are text.
        config["added_tokens"] = [token for token in config.get("added_tokens") or [] if not token.get("special")]
        self._json = json.dumps(config)
        self._begin()

    def _begin(self) -> None:
        self._tokenizer = self._library.Tokenizer.from_json(self._json)
        self._chars_left = GIGATOKEN_CHARS

    def encode(self, text: str) -> I32:
        self._chars_left -= len(text)
        if self._chars_left < 0:
            self._begin()
        ids: I32 = self._tokenizer.encode(text).view(np.int32)
        return ids


PCRE2_BLANK = "\u180e"
"""U+180E, the Mongolian vowel separator: a blank for PCRE2, and for everybody else none since Unicode 6.3."""


def _fastokens(tokenizer_json: str, reference: Encode) -> Encode:
    tokenizer = importlib.import_module("fastokens").Tokenizer.from_json_str(tokenizer_json)

    def encode(text: str) -> I32:
        if PCRE2_BLANK in text:
            return reference(text)
        ids, _ = tokenizer.encode_batch_flat([text], add_special_tokens=False, split_special_tokens=True)
        return np.frombuffer(ids, dtype=np.int32)

    return encode


FASTER: dict[str, Callable[[str, Encode], Encode]] = {"gigatoken": _gigatoken, "fastokens": _fastokens}
"""Libraries that may be installed, in the order in which they are tried."""
