"""A real language model of 0.4 million parameters that labels documents: tokenizer, chat template, generation.

The model is `pretrain.model`'s, its weights tests/small_llm.safetensors, which `python -m tests.train_small_llm OUT` makes from
the documents of examples/corpus. It generates token by token with a key-value cache, greedily; with a JSON schema it takes the
likeliest token after which the text can still become a document of the schema.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from tokenizers import Tokenizer

from pretrain.config import ModelConfig
from pretrain.model import MiMo, RotaryTable, rotary_table, rotate

WEIGHTS = Path(__file__).with_name("small_llm.safetensors")
TOKENIZER = Path(__file__).with_name("small_llm_tokenizer.json")
CONTEXT = 768
VOCABULARY = 1024
USER, ASSISTANT, END = "<|user|>", "<|assistant|>", "<|end|>"
ROPE_BASE = 10_000.0
CONFIG = ModelConfig(
    vocab_size=VOCABULARY,
    hidden_size=96,
    intermediate_size=256,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=4,
    head_dim=24,
    max_position_embeddings=CONTEXT,
    num_nextn_predict_layers=0,
)

TRUTH = {
    **dict.fromkeys(("arblib.org", "flintlib.org", "axiom-developer.org", "www.singular.uni-kl.de"), ("mathematics",)),
    **dict.fromkeys(("docs.gap-system.org", "maxima.sourceforge.io", "geographiclib.sourceforge.io"), ("mathematics",)),
    **dict.fromkeys(("docs.sympy.org", "mpmath.org", "docs.scipy.org", "eigen.tuxfamily.org"), ("mathematics", "code")),
    **dict.fromkeys(("docs.python.org", "doc.rust-lang.org", "docs.oracle.com", "nodejs.org", "www.boost.org"), ("code",)),
    **dict.fromkeys(("en.cppreference.com", "docs.octave.org", "file:code"), ("code",)),
    **dict.fromkeys(("debian-handbook.info", "www.debian.org", "www.postgresql.org"), ("stem",)),
    **dict.fromkeys(("git-scm.com", "www.sqlite.org"), ("stem",)),
    "file:papers": ("mathematics",),
}
"""Where a document of examples/corpus comes from -> the labels it has by that; a person's, coarse, and easy to learn."""


def truth(url: str) -> tuple[str, ...] | None:
    """Labels by origin; None where the table is silent."""
    scheme, _, rest = url.partition("://")
    host = rest.split("/")[0]
    return TRUTH.get(f"file:{host}" if scheme == "file" else host)


def is_held_out(doc_id: str) -> bool:
    """A quarter of the documents, which the model has not seen."""
    return doc_id[0] in "cdef"


def load_tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(TOKENIZER))


def prompt_text(messages: list[dict[str, str]]) -> str:
    """The chat template. It knows no system role: so small a model is trained for one task and needs no instructions."""
    said = [message for message in messages if message["role"] != "system"]
    return "".join({"user": USER, "assistant": ASSISTANT}[each["role"]] + each["content"] for each in said) + ASSISTANT


class Step(NamedTuple):
    """Keys and values of the tokens so far, one pair a layer, each (1, T, heads, head_dim)."""

    cache: list[tuple[torch.Tensor, torch.Tensor]]
    logits_V: torch.Tensor


class SmallLlm:
    """The model with its tokenizer."""

    def __init__(self, model: MiMo, tokenizer: Tokenizer) -> None:
        self.model, self.tokenizer = model.eval(), tokenizer
        self.end = tokenizer.token_to_id(END)
        self.pieces = [tokenizer.decode([index], skip_special_tokens=False) for index in range(tokenizer.get_vocab_size())]
        positions = torch.arange(CONTEXT)[None]
        self.table = rotary_table(positions, head_dim=CONFIG.head_dim, base=ROPE_BASE)

    @torch.no_grad()
    def read(self, tokens: list[int], before: Step | None = None) -> Step:
        """The state after `tokens`, which follow those of `before`."""
        start = before.cache[0][0].shape[1] if before else 0
        table = RotaryTable(*(part[:, start : start + len(tokens)] for part in self.table))
        x_BTD = self.model.model.embed_tokens(torch.tensor([tokens]))
        cache = []
        for index, block in enumerate(self.model.model.layers):
            attention, y_BTD = block.self_attn, block.input_layernorm(x_BTD)
            q, k, v = (
                each(y_BTD).unflatten(-1, (-1, CONFIG.head_dim))
                for each in (attention.q_proj, attention.k_proj, attention.v_proj)
            )
            q, k = rotate(q, table), rotate(k, table)
            if before:
                k, v = torch.cat([before.cache[index][0], k], dim=1), torch.cat([before.cache[index][1], v], dim=1)
            cache.append((k, v))
            mask = torch.ones(len(tokens), k.shape[1], dtype=torch.bool).tril(start)
            mixed = F.scaled_dot_product_attention(*(each.transpose(1, 2) for each in (q, k, v)), attn_mask=mask)
            x_BTD = x_BTD + attention.o_proj(mixed.transpose(1, 2).flatten(-2))
            x_BTD = x_BTD + block.mlp(block.post_attention_layernorm(x_BTD))
        return Step(cache, self.model.lm_head(self.model.model.norm(x_BTD[:, -1]))[0])

    def generate(self, tokens: list[int], *, max_tokens: int, schema: dict[str, Any] | None = None) -> tuple[list[int], str]:
        """Tokens after `tokens`, without the end mark, and the reason they end: stop or length."""
        step, out, text = self.read(tokens), [], ""
        while len(out) < max_tokens and len(tokens) + len(out) < CONTEXT:
            token = self._choose(step.logits_V, text, schema)
            if token == self.end:
                return out, "stop"
            out.append(token)
            text += self.pieces[token]
            step = self.read([token], step)
        return out, "length"

    def _choose(self, logits_V: torch.Tensor, text: str, schema: dict[str, Any] | None) -> int:
        if schema is None:
            return int(logits_V.argmax())
        for token in logits_V.argsort(descending=True).tolist():
            if token == self.end:
                if any(end == len(text) for end in matches(schema, text, 0)):
                    return int(token)
            elif self.pieces[token] and any(True for _ in matches(schema, text + self.pieces[token], 0)):
                return int(token)
        raise AssertionError("no token continues the text")


def matches(schema: dict[str, Any], text: str, at: int) -> Iterator[int]:
    """Where a value of `schema` that begins at `at` may end in `text`; len(text) + 1 where the text ends inside of it."""
    if "enum" in schema:
        for value in schema["enum"]:
            yield from _literal(json.dumps(value), text, at)
    elif schema["type"] == "object":
        parts = [
            (("{" if i == 0 else ", ") + json.dumps(key) + ": ", value)
            for i, (key, value) in enumerate(schema["properties"].items())
        ]
        yield from _sequence(parts, text, at)
    elif schema["type"] == "array":
        for opened in _literal("[", text, at):
            yield from _items(schema["items"], text, opened, first=True)
    else:
        raise ValueError(f"this engine knows enumerations, objects and arrays, not {schema}")


def _literal(literal: str, text: str, at: int) -> Iterator[int]:
    if at > len(text):
        yield at
    elif text.startswith(literal, at):
        yield at + len(literal)
    elif literal.startswith(text[at:]):
        yield len(text) + 1


def _sequence(parts: list[tuple[str, dict[str, Any]]], text: str, at: int) -> Iterator[int]:
    if not parts:
        yield from _literal("}", text, at)
        return
    (key, value), *rest = parts
    for start in _literal(key, text, at):
        for end in [start] if start > len(text) else matches(value, text, start):
            yield from [end] if end > len(text) else _sequence(rest, text, end)


def _items(schema: dict[str, Any], text: str, at: int, *, first: bool = False) -> Iterator[int]:
    yield from _literal("]", text, at)
    for start in [at] if first else _literal(", ", text, at):
        for end in [start] if start > len(text) else matches(schema, text, start):
            yield from [end] if end > len(text) else _items(schema, text, end)


# ------------------------------------------------------------------------------------------------------------- the file


def save(model: MiMo, path: Path) -> None:
    """Half-precision weights in the safetensors format: a JSON header before the bytes."""
    header, data = {}, b""
    for name, tensor in model.state_dict().items():
        array = tensor.detach().half().numpy()
        header[name] = {"dtype": "F16", "shape": list(array.shape), "data_offsets": [len(data), len(data) + array.nbytes]}
        data += array.tobytes()
    head = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(head)) + head + data)


def load() -> SmallLlm:
    content = WEIGHTS.read_bytes()
    (size,) = struct.unpack("<Q", content[:8])
    state = {}
    for name, entry in json.loads(content[8 : 8 + size]).items():
        start, end = (8 + size + offset for offset in entry["data_offsets"])
        array = np.frombuffer(content[start:end], np.float16).reshape(entry["shape"])
        state[name] = torch.from_numpy(array.astype(np.float32))
    model = MiMo(CONFIG)
    model.load_state_dict(state)
    return SmallLlm(model, load_tokenizer())
