"""A MiMo-7B-shaped decoder and its multi-token-prediction block.

Pre-norm decoder as Qwen2's: RMSNorm, grouped-query attention with biases on Q, K and V only, rotary positions, SwiGLU, untied
head. On top, one block that predicts the token after the next (MiMo-7B report 2.2 and Figure 2):

    hidden state of token t      -> hidden_layernorm ┐
                                                     concatenate -> input_proj (2D -> D) -> transformer block -> final_layernorm
    embedding of token t+1       -> token_layernorm  ┘                                      -> the main head -> token t+2

Parameters carry the names of the released checkpoints (`model.layers.0.self_attn.q_proj.weight`, `model.mtp_layers.0.input_proj.
weight`), so that an export is a copy. There the concatenation is [hidden, embedding], the reverse of DeepSeek-V3's, and the
hidden state is taken after `model.norm`: both as vLLM's and SGLang's registrations of the released model read it.

Shape suffixes: B rows, T tokens of a row, N = B*T, D hidden size, F feed-forward size, H query heads, G key-value heads, K head
dimension, V vocabulary.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 (torch's own name for it)
from torch import nn

from corpus.ids import content_id
from pretrain.attention import DocumentLayout, attend
from pretrain.config import ModelConfig
from pretrain.loss import summed_cross_entropy


class RotaryTable(NamedTuple):
    """Cosines and sines of every token's rotation, fp32."""

    cos_BT1K: torch.Tensor
    sin_BT1K: torch.Tensor


def rotary_table(position_BT: torch.Tensor, *, head_dim: int, base: float) -> RotaryTable:
    """Angles position * base^(-2i/K) for pair i. Source: RoFormer (Su et al. 2021, arXiv:2104.09864), section 3.2.2."""
    exponent = torch.arange(0, head_dim, 2, device=position_BT.device, dtype=torch.float32) / head_dim
    angle = position_BT[:, :, None, None].float() * base**-exponent
    angle = torch.cat([angle, angle], dim=-1)
    return RotaryTable(angle.cos(), angle.sin())


def rotate(x_BTHK: torch.Tensor, table: RotaryTable) -> torch.Tensor:
    """Each head's vector with its pairs turned. Pair i is (i, i + K/2), as in the released checkpoints, not (2i, 2i + 1)."""
    first, second = x_BTHK.float().chunk(2, dim=-1)
    turned = torch.cat([-second, first], dim=-1)
    return (x_BTHK.float() * table.cos_BT1K + turned * table.sin_BT1K).to(x_BTHK.dtype)


class Attention(nn.Module):
    """Grouped-query attention inside documents."""

    def __init__(self, config: ModelConfig, *, backend: str) -> None:
        super().__init__()
        D, K = config.hidden_size, config.head_dim
        self.head_dim, self.backend = K, backend
        self.q_proj = nn.Linear(D, config.num_attention_heads * K, bias=config.attention_bias)
        self.k_proj = nn.Linear(D, config.num_key_value_heads * K, bias=config.attention_bias)
        self.v_proj = nn.Linear(D, config.num_key_value_heads * K, bias=config.attention_bias)
        self.o_proj = nn.Linear(config.num_attention_heads * K, D, bias=False)

    def forward(self, x_BTD: torch.Tensor, layout: DocumentLayout, table: RotaryTable) -> torch.Tensor:
        q_BTHK = rotate(self.q_proj(x_BTD).unflatten(-1, (-1, self.head_dim)), table)
        k_BTGK = rotate(self.k_proj(x_BTD).unflatten(-1, (-1, self.head_dim)), table)
        v_BTGK = self.v_proj(x_BTD).unflatten(-1, (-1, self.head_dim))
        mixed: torch.Tensor = self.o_proj(attend(q_BTHK, k_BTGK, v_BTGK, layout, backend=self.backend).flatten(-2))
        return mixed


class FeedForward(nn.Module):
    """SwiGLU (Shazeer 2020, arXiv:2002.05202)."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.up_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.down_proj = nn.Linear(config.intermediate_size, config.hidden_size, bias=False)

    def forward(self, x_BTD: torch.Tensor) -> torch.Tensor:
        y_BTD: torch.Tensor = self.down_proj(F.silu(self.gate_proj(x_BTD)) * self.up_proj(x_BTD))
        return y_BTD


class Block(nn.Module):
    """One pre-norm transformer layer."""

    def __init__(self, config: ModelConfig, *, backend: str) -> None:
        super().__init__()
        self.input_layernorm = nn.RMSNorm(config.hidden_size, eps=config.rms_norm_eps)
        self.self_attn = Attention(config, backend=backend)
        self.post_attention_layernorm = nn.RMSNorm(config.hidden_size, eps=config.rms_norm_eps)
        self.mlp = FeedForward(config)

    def forward(self, x_BTD: torch.Tensor, layout: DocumentLayout, table: RotaryTable) -> torch.Tensor:
        x_BTD = x_BTD + self.self_attn(self.input_layernorm(x_BTD), layout, table)
        x_BTD = x_BTD + self.mlp(self.post_attention_layernorm(x_BTD))
        return x_BTD


class MultiTokenPrediction(Block):
    """The block that looks one token further; a Block by inheritance so that its tensors are named as released."""

    def __init__(self, config: ModelConfig, *, backend: str) -> None:
        super().__init__(config, backend=backend)
        self.token_layernorm = nn.RMSNorm(config.hidden_size, eps=config.rms_norm_eps)
        self.hidden_layernorm = nn.RMSNorm(config.hidden_size, eps=config.rms_norm_eps)
        self.input_proj = nn.Linear(2 * config.hidden_size, config.hidden_size, bias=False)
        self.final_layernorm = nn.RMSNorm(config.hidden_size, eps=config.rms_norm_eps)

    def forward(  # type: ignore[override]
        self, hidden_BTD: torch.Tensor, next_embedding_BTD: torch.Tensor, layout: DocumentLayout, table: RotaryTable
    ) -> torch.Tensor:
        """Hidden states that the head turns into token t+2, from those of t and the embeddings of t+1."""
        joined = torch.cat([self.hidden_layernorm(hidden_BTD), self.token_layernorm(next_embedding_BTD)], dim=-1)
        # Back to the residual stream's own precision, which autocast takes from a projection's output.
        x_BTD = self.input_proj(joined).to(hidden_BTD.dtype)
        y_BTD: torch.Tensor = self.final_layernorm(super().forward(x_BTD, layout, table))
        return y_BTD


class Trunk(nn.Module):
    """Embedding, layers, norm, and the multi-token-prediction block: what checkpoints call `model.`"""

    def __init__(self, config: ModelConfig, *, backend: str) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(Block(config, backend=backend) for _ in range(config.num_hidden_layers))
        self.norm = nn.RMSNorm(config.hidden_size, eps=config.rms_norm_eps)
        self.mtp_layers = nn.ModuleList(
            MultiTokenPrediction(config, backend=backend) for _ in range(config.num_nextn_predict_layers)
        )


class Hidden(NamedTuple):
    """What goes into the head."""

    main_BTD: torch.Tensor
    """For token t+1."""
    mtp_BTD: torch.Tensor | None
    """For token t+2; None without a multi-token-prediction block."""


class Losses(NamedTuple):
    """Cross-entropies summed over the tokens that have something to predict, in nats."""

    main: torch.Tensor
    mtp: torch.Tensor


class MiMo(nn.Module):
    """The whole model. `forward` gives losses, `logits` predictions."""

    def __init__(self, config: ModelConfig, *, attention_backend: str = "sdpa") -> None:
        super().__init__()
        self.config = config
        self.model = Trunk(config, backend=attention_backend)
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)

    def hidden(self, tokens_BT: torch.Tensor, layout: DocumentLayout, *, rope_base: float) -> Hidden:
        table = rotary_table(layout.position_BT, head_dim=self.config.head_dim, base=rope_base)
        embedding_BTD = self.model.embed_tokens(tokens_BT)
        x_BTD = embedding_BTD
        for layer in self.model.layers:
            x_BTD = layer(x_BTD, layout, table)
        main_BTD = self.model.norm(x_BTD)
        if not self.model.mtp_layers:
            return Hidden(main_BTD, None)
        # The last token of a document has no successor: it gets a zero embedding rather than the next document's first.
        next_embedding_BTD = embedding_BTD.roll(-1, dims=1) * layout.next_is_same_BT[:, :, None]
        return Hidden(main_BTD, self.model.mtp_layers[0](main_BTD, next_embedding_BTD, layout, table))

    def forward(
        self,
        tokens_BT: torch.Tensor,
        layout: DocumentLayout,
        labels_BT: torch.Tensor,
        mtp_labels_BT: torch.Tensor,
        *,
        rope_base: float,
    ) -> Losses:
        """Summed losses. Both heads are inside, so that FSDP gathers the embedding and the head once for all four uses."""
        hidden = self.hidden(tokens_BT, layout, rope_base=rope_base)
        main = summed_cross_entropy(hidden.main_BTD.flatten(0, 1), self.lm_head.weight, labels_BT.flatten())
        if hidden.mtp_BTD is None:
            return Losses(main, torch.zeros_like(main))
        return Losses(main, summed_cross_entropy(hidden.mtp_BTD.flatten(0, 1), self.lm_head.weight, mtp_labels_BT.flatten()))

    def logits(
        self, tokens_BT: torch.Tensor, layout: DocumentLayout, *, rope_base: float
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Logits of token t+1 and of token t+2, each BTV."""
        hidden = self.hidden(tokens_BT, layout, rope_base=rope_base)
        return self.lm_head(hidden.main_BTD), None if hidden.mtp_BTD is None else self.lm_head(hidden.mtp_BTD)


@torch.no_grad()
def initialize(model: MiMo, *, seed: int) -> None:
    """Normal weights, zero biases, unit norms; what writes into the residual stream is scaled by (2 layers)^-1/2.

    Every tensor draws from a generator of its own, seeded by its name: the same weights whatever the order or the sharding.
    Source: GPT-2 (Radford et al. 2019, section 2.3) as in Megatron-LM's scaled_init_method_normal; 0.02 is the released
    configuration's initializer_range. The MiMo report gives no initialisation.
    """
    std = model.config.initializer_range
    residual_std = std / math.sqrt(2 * model.config.num_hidden_layers)
    for name, parameter in model.named_parameters():
        if parameter.ndim == 1:
            parameter.fill_(0.0 if name.endswith(".bias") else 1.0)
            continue
        generator = torch.Generator().manual_seed(int(content_id("initialize", seed, name)[:15], 16))
        writes_residual = name.endswith(("o_proj.weight", "down_proj.weight"))
        weight = torch.empty(parameter.shape).normal_(0.0, residual_std if writes_residual else std, generator=generator)
        parameter.copy_(weight)


def num_parameters(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())
