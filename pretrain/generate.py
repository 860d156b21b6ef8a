"""Text from a model, token by token, with and without its multi-token-prediction layers as drafters.

Plain decoding makes one token a pass of the model. With K prediction layers a pass checks K drafts at once (speculative sampling,
Leviathan et al. 2023, arXiv:2211.17192; the drafter is the model itself):

    known: t0 .. t(n-1), hidden states h of the positions 0 .. n-2
    layer 1 at n-2:  h(n-2) of the model,    embedding of t(n-1)  ->  draft of t(n)
    layer 2 at n-2:  h(n-2) of layer 1,      embedding of t(n)    ->  draft of t(n+1)      (a draft in, a draft out)
    the model over t(n-1), and the drafts    ->  what it would have said itself at each of these places

A draft is kept with probability min(1, p/q), p the model's and q the drafter's; the first that is not is replaced by a token
drawn from max(0, p - q), and a token after the last comes free. What comes out is distributed as the model's own; greedily it is
the same text, unless two logits are equal to within rounding.

Shape suffixes: T new tokens, S tokens so far, D hidden size, H query heads, G key-value heads, K head dimension, V vocabulary.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 (torch's own name for it)

from corpus.errors import InputError, RecipeError
from pretrain.model import Attention, Block, MiMo, MultiTokenPrediction, RotaryTable, rotary_table, rotate


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """How tokens are chosen."""

    max_tokens: int = 128
    temperature: float = 0.0
    """Of the softmax; 0: the likeliest token."""
    seed: int = 0
    end_token_ids: tuple[int, ...] = ()
    """Generation stops after one of these."""

    def __post_init__(self) -> None:
        if self.max_tokens < 1:
            raise RecipeError(f"max_tokens is {self.max_tokens}; expected at least 1")
        if self.temperature < 0:
            raise RecipeError(f"temperature is {self.temperature:g}; expected 0 (the likeliest token) or more")


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What came out, and what it took."""

    tokens: tuple[int, ...]
    """After the prompt, an end token included."""
    seconds: float
    """Without the pass over the prompt."""
    num_passes: int
    """Of the model, that over the prompt not counted."""
    kept: tuple[int, ...]
    """Of each prediction layer: how many of its drafts came out. It makes one a pass."""

    @property
    def tokens_per_s(self) -> float:
        """The first token is the prompt's."""
        return (len(self.tokens) - 1) / self.seconds if self.seconds else 0.0

    @property
    def acceptance(self) -> tuple[float, ...]:
        """Of each prediction layer: the share of its drafts that came out. A draft behind one that did not counts as not."""
        return tuple(kept / max(1, self.num_passes) for kept in self.kept)


@torch.no_grad()
def generate(model: MiMo, prompt: Sequence[int], sampling: Sampling, *, rope_base: float, speculate: bool = True) -> Sample:
    """Tokens after the prompt, at most `max_tokens` and what the model's longest row leaves.

    Raises InputError for a prompt that is empty, too long, or has ids that the model does not know.
    """
    config = model.config
    _check_prompt(prompt, model)
    num_layers = config.num_nextn_predict_layers if speculate else 0
    max_tokens = min(sampling.max_tokens, config.max_position_embeddings - len(prompt))
    decoder = Decoder(model, len(prompt) + max_tokens + num_layers, num_layers=num_layers, rope_base=rope_base)
    choose = Chooser(sampling, decoder.device)
    tokens, kept, num_passes = list(prompt), [0] * num_layers, 0
    tokens.append(choose.draw(choose.probabilities(decoder.read(tokens)[-1])))
    started = time.perf_counter()
    while not _is_over(tokens, len(prompt), max_tokens, sampling):
        drafts, drafted_V = decoder.draft(tokens, choose)
        wanted_TV = choose.probabilities(decoder.read([tokens[-1], *drafts], start=len(tokens) - 1))
        checked = choose.check(drafts, drafted_V, wanted_TV)
        num_passes += 1
        for place, token in enumerate(checked):
            if _is_over(tokens, len(prompt), max_tokens, sampling):
                break
            tokens.append(token)
            if place < len(checked) - 1:
                kept[place] += 1
    return Sample(
        tokens=tuple(tokens[len(prompt) :]), seconds=time.perf_counter() - started, num_passes=num_passes, kept=tuple(kept)
    )


def _check_prompt(prompt: Sequence[int], model: MiMo) -> None:
    longest = model.config.max_position_embeddings
    if not prompt:
        raise InputError("the prompt has no token; give it some text")
    if len(prompt) >= longest:
        raise InputError(f"the prompt has {len(prompt):,} tokens, and the model's longest row is {longest:,}; shorten it")
    if max(prompt) >= model.config.vocab_size:
        raise InputError(
            f"the prompt has id {max(prompt)}, the model has {model.config.vocab_size:,}: the tokenizer is another's"
        )


def _is_over(tokens: Sequence[int], num_prompt: int, max_tokens: int, sampling: Sampling) -> bool:
    num_new = len(tokens) - num_prompt
    return num_new >= max_tokens or (num_new > 0 and tokens[-1] in sampling.end_token_ids)


# -------------------------------------------------------------------------------------------------------------- choosing


class Chooser:
    """Draws tokens, and keeps or replaces drafts so that what comes out is distributed as the model's."""

    def __init__(self, sampling: Sampling, device: torch.device) -> None:
        self.temperature = sampling.temperature
        self.generator = torch.Generator(device).manual_seed(sampling.seed)

    def probabilities(self, logits: torch.Tensor) -> torch.Tensor:
        """Over the last axis; all on the likeliest token at temperature 0."""
        if self.temperature == 0:
            return F.one_hot(logits.argmax(dim=-1), logits.shape[-1]).float()
        return torch.softmax(logits.float() / self.temperature, dim=-1)

    def draw(self, probability_V: torch.Tensor) -> int:
        if self.temperature == 0:
            return int(probability_V.argmax())
        return int(torch.multinomial(probability_V, 1, generator=self.generator))

    def check(self, drafts: Sequence[int], drafted_V: Sequence[torch.Tensor], wanted_TV: torch.Tensor) -> list[int]:
        """The drafts that are kept, and one token more. `wanted_TV` has a row for each draft and one for the token after them."""
        for place, draft in enumerate(drafts):
            wanted_V, offered_V = wanted_TV[place], drafted_V[place]
            if self._uniform() * float(offered_V[draft]) >= float(wanted_V[draft]):
                return [*drafts[:place], self.draw(self._rest(wanted_V, offered_V))]
        return [*drafts, self.draw(wanted_TV[-1])]

    def _uniform(self) -> float:
        """In [0, 1). At temperature 0, where a draft has all the probability or none, any number between does."""
        if self.temperature == 0:
            return 0.5
        return float(torch.rand((), device=self.generator.device, generator=self.generator))

    @staticmethod
    def _rest(wanted_V: torch.Tensor, offered_V: torch.Tensor) -> torch.Tensor:
        rest_V = (wanted_V - offered_V).clamp(min=0)
        # Equal to within rounding: the draft was refused by no more than that.
        return rest_V / rest_V.sum() if rest_V.sum() > 0 else wanted_V


# -------------------------------------------------------------------------------------------------------------- decoding


class Decoder:
    """A model with what it remembers of the tokens so far: keys and values of each layer, hidden states for its drafters."""

    def __init__(self, model: MiMo, capacity: int, *, num_layers: int, rope_base: float) -> None:
        """`capacity` is the most tokens that will ever be read; `num_layers` how many prediction layers draft."""
        config, weight = model.config, model.lm_head.weight
        self.model, self.device = model, weight.device
        position_BT = torch.arange(capacity, device=self.device)[None]
        self.table = rotary_table(position_BT, head_dim=config.head_dim, base=rope_base)
        self.drafters = [layer for layer in model.model.mtp_layers if isinstance(layer, MultiTokenPrediction)][:num_layers]
        shape = (2, 1, capacity, config.num_key_value_heads, config.head_dim)
        self.caches = [weight.new_zeros(shape) for _ in range(config.num_hidden_layers + num_layers)]
        """Keys and values of each layer, the drafters' last."""
        self.hidden = [weight.new_zeros(capacity, config.hidden_size) for _ in range(num_layers + 1)]
        """What comes out of the model and of each drafter at every position."""
        self.settled = [0] * num_layers
        """Positions from the first on that each drafter has worked out from tokens that came out, not from drafts."""

    def read(self, tokens: Sequence[int], *, start: int = 0) -> torch.Tensor:
        """Logits TV after each of the tokens, which stand from position `start` on; what stood there before is forgotten."""
        stop = start + len(tokens)
        x_1TD = self.model.model.embed_tokens(torch.tensor([tokens], device=self.device))
        for layer, cache in zip(self.model.model.layers, self.caches, strict=False):
            x_1TD = run_block(layer, x_1TD, self._turns(start, stop), cache, start)  # type: ignore[arg-type]
        y_TD = self.model.model.norm(x_1TD)[0]
        self.hidden[0][start:stop] = y_TD
        # Of a prompt only the last token is followed by one that is asked for.
        return self.model.lm_head(y_TD if start else y_TD[-1:])  # type: ignore[no-any-return]

    def draft(self, tokens: Sequence[int], choose: Chooser) -> tuple[list[int], list[torch.Tensor]]:
        """One token a drafter, and the probabilities that each was drawn from. All `tokens` but the last have been read.

        Layer k takes position i's hidden state and token i + k. Where that was a draft when it did so before, it does so again.
        """
        said, probabilities = list(tokens), []
        stop = len(tokens) - 1
        for index, layer in enumerate(self.drafters):
            start, ahead = self.settled[index], index + 1
            seen = torch.tensor(said[start + ahead : stop + ahead], device=self.device)
            y_TD = self._predict(index, layer, self.hidden[index][start:stop], self.model.model.embed_tokens(seen), start)
            self.hidden[index + 1][start:stop] = y_TD
            self.settled[index] = max(0, len(tokens) - ahead)
            probabilities.append(choose.probabilities(self.model.lm_head(y_TD[-1])))
            said.append(choose.draw(probabilities[-1]))
        return said[len(tokens) :], probabilities

    def _predict(
        self, index: int, layer: MultiTokenPrediction, hidden_TD: torch.Tensor, embedding_TD: torch.Tensor, start: int
    ) -> torch.Tensor:
        joined = torch.cat([layer.hidden_layernorm(hidden_TD), layer.token_layernorm(embedding_TD)], dim=-1)
        cache = self.caches[self.model.config.num_hidden_layers + index]
        turns = self._turns(start, start + len(hidden_TD))
        y_TD: torch.Tensor = layer.final_layernorm(run_block(layer, layer.input_proj(joined)[None], turns, cache, start))[0]
        return y_TD

    def _turns(self, start: int, stop: int) -> RotaryTable:
        return RotaryTable(*(part[:, start:stop] for part in self.table))


def run_block(block: Block, x_1TD: torch.Tensor, table: RotaryTable, cache: torch.Tensor, start: int) -> torch.Tensor:
    """`Block.compute` of the tokens from position `start` on, the earlier ones being in the cache."""
    x_1TD = x_1TD + attend_to_cache(block.self_attn, block.input_layernorm(x_1TD), table, cache, start)
    y_1TD: torch.Tensor = x_1TD + block.mlp(block.post_attention_layernorm(x_1TD))
    return y_1TD


def attend_to_cache(
    attention: Attention, x_1TD: torch.Tensor, table: RotaryTable, cache: torch.Tensor, start: int
) -> torch.Tensor:
    """Attention over all tokens so far; puts the keys and values of the new ones into the cache."""
    stop = start + x_1TD.shape[1]
    projections = (attention.q_proj, attention.k_proj, attention.v_proj)
    q_1THK, k_1TGK, v_1TGK = (projection(x_1TD).unflatten(-1, (-1, attention.head_dim)) for projection in projections)
    cache[0, :, start:stop], cache[1, :, start:stop] = rotate(k_1TGK, table), v_1TGK
    q, k, v = (each.transpose(1, 2) for each in (rotate(q_1THK, table), cache[0, :, :stop], cache[1, :, :stop]))
    may_see_TS = torch.ones(stop - start, stop, dtype=torch.bool, device=x_1TD.device).tril(start)
    mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=may_see_TS, enable_gqa=True)
    return attention.o_proj(mixed.transpose(1, 2).flatten(-2))  # type: ignore[no-any-return]


# ------------------------------------------------------------------------------------------------------------ comparison


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The same prompt decoded with drafts and without."""

    plain: Sample
    speculative: Sample | None
    """None where the model has no prediction layer."""
    is_greedy: bool

    def lines(self) -> Iterator[str]:
        """In words."""
        yield _in_words("one token a pass", self.plain)
        if self.speculative is None:
            yield "no multi-token-prediction layer to draft with"
            return
        yield _in_words("with drafts", self.speculative)
        rates = [f"layer {i} {rate:.1%}" for i, rate in enumerate(self.speculative.acceptance, 1)]
        yield f"drafts kept: {', '.join(rates)}"
        if self.is_greedy and self.speculative.tokens != self.plain.tokens:
            pairs = zip(self.plain.tokens, self.speculative.tokens, strict=False)
            place = next(i for i, (one, other) in enumerate(pairs) if one != other)
            yield f"the two texts part at token {place + 1}, where two logits are equal to within rounding"


def _in_words(how: str, sample: Sample) -> str:
    passes = max(1, sample.num_passes)
    return (
        f"{how}: {len(sample.tokens)} tokens, {sample.num_passes} passes, {(len(sample.tokens) - 1) / passes:.2f} tokens a pass, "
        f"{sample.tokens_per_s:,.1f} tokens/s"
    )


def compare(model: MiMo, prompt: Sequence[int], sampling: Sampling, *, rope_base: float) -> Comparison:
    """Decodes plainly and with drafts. Not the same text where temperature is above 0: the same distribution."""
    warm_up = Sampling(max_tokens=4)
    for speculate in (False, True):
        generate(model, prompt, warm_up, rope_base=rope_base, speculate=speculate)
    plain = generate(model, prompt, sampling, rope_base=rope_base, speculate=False)
    can_draft = model.config.num_nextn_predict_layers > 0
    drafted = generate(model, prompt, sampling, rope_base=rope_base) if can_draft else None
    return Comparison(plain=plain, speculative=drafted, is_greedy=sampling.temperature == 0)
