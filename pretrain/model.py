"""A MiMo-7B-shaped decoder and its multi-token-prediction block.

Pre-norm decoder as Qwen2's: RMSNorm, grouped-query attention with biases on Q, K and V only, rotary positions, SwiGLU, untied
head. On top, one block that predicts the token after the next (MiMo-7B report 2.2 and Figure 2):

    hidden state of token t      -> hidden_layernorm ┐
                                                     concatenate -> input_proj (2D -> D) -> transformer block -> final_layernorm
    embedding of token t+1       -> token_layernorm  ┘                                      -> the main head -> token t+2

Parameters carry the names of the released checkpoints (`model.layers.0.self_attn.q_proj.weight`, `model.mtp_layers.0.input_proj.
weight`), so that an export is a copy. There the concatenation is [hidden, embedding], the reverse of DeepSeek-V3's, and the
hidden state is taken after `model.norm`: both as vLLM's and SGLang's registrations of the released model read it.

Under tensor, sequence and context parallel (pretrain.parallel) T, F, H, G, V are what this rank has of them.

Shape suffixes: B rows, T tokens of a row, N = B*T, D hidden size, F feed-forward size, H query heads, G key-value heads, K head
dimension, V vocabulary.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 (torch's own name for it)
from torch import nn
from torch.distributed.device_mesh import DeviceMesh
from torch.utils.checkpoint import CheckpointPolicy, checkpoint, create_selective_checkpoint_contexts

from corpus.ids import content_id
from pretrain.attention import DocumentLayout, attend
from pretrain.config import ModelConfig
from pretrain.fp8 import linear_fp8
from pretrain.loss import cross_entropy
from pretrain.parallel import gather, local, scatter_sum

Recompute = Literal["none", "elementwise", "mlp", "layer"]


@dataclass(frozen=True, kw_only=True)
class Execution:
    """How a model computes, not what."""

    attention_backend: str = "sdpa"
    fp8: bool = False
    recompute: Recompute = "none"
    recompute_layers: int | None = None
    tensor: DeviceMesh | None = None
    """The ranks that share the matrices; the model's parameters must be split over them (pretrain.parallel.split_matrices)."""
    context: DeviceMesh | None = None
    """The ranks that share the rows."""


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


class RMSNorm(nn.RMSNorm):
    """torch's, with a weight that tensor-parallel ranks share."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.rms_norm(x, self.normalized_shape, local(self.weight), self.eps)


class Attention(nn.Module):
    """Grouped-query attention inside documents."""

    def __init__(self, config: ModelConfig, execution: Execution) -> None:
        super().__init__()
        D, K = config.hidden_size, config.head_dim
        self.head_dim, self.backend = K, execution.attention_backend
        self.tensor, self.context = execution.tensor, execution.context
        self.linear = linear_fp8 if execution.fp8 else F.linear
        self.q_proj = nn.Linear(D, config.num_attention_heads * K, bias=config.attention_bias)
        self.k_proj = nn.Linear(D, config.num_key_value_heads * K, bias=config.attention_bias)
        self.v_proj = nn.Linear(D, config.num_key_value_heads * K, bias=config.attention_bias)
        self.o_proj = nn.Linear(config.num_attention_heads * K, D, bias=False)

    def forward(self, x_BTD: torch.Tensor, layout: DocumentLayout, table: RotaryTable) -> torch.Tensor:
        # One product for all three: those of k and v alone are too small to fill a GPU.
        weights = [local(p.weight) for p in (self.q_proj, self.k_proj, self.v_proj)]
        biases = [local(p.bias) for p in (self.q_proj, self.k_proj, self.v_proj) if p.bias is not None]
        joined = self.linear(gather(x_BTD, self.tensor, dim=1), torch.cat(weights), torch.cat(biases) if biases else None)
        joined = joined.view(*joined.shape[:-1], -1, self.head_dim)
        q_BTHK, k_BTGK, v_BTGK = torch.split(joined, [len(weight) // self.head_dim for weight in weights], dim=-2)
        q_BTHK, k_BTGK = rotate(q_BTHK, table), rotate(k_BTGK, table)
        if self.context is not None:
            both = gather(torch.cat([k_BTGK, v_BTGK], dim=-2), self.context, dim=1)
            k_BTGK, v_BTGK = layout.restored(both).chunk(2, dim=-2)
        mixed_BTHK = attend(q_BTHK, k_BTGK.contiguous(), v_BTGK.contiguous(), layout, backend=self.backend)
        return scatter_sum(self.linear(mixed_BTHK.flatten(-2), local(self.o_proj.weight)), self.tensor, dim=1)


class FeedForward(nn.Module):
    """SwiGLU (Shazeer 2020, arXiv:2002.05202)."""

    def __init__(self, config: ModelConfig, execution: Execution) -> None:
        super().__init__()
        self.linear, self.tensor = linear_fp8 if execution.fp8 else F.linear, execution.tensor
        self.gate_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.up_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.down_proj = nn.Linear(config.intermediate_size, config.hidden_size, bias=False)

    def forward(self, x_BTD: torch.Tensor) -> torch.Tensor:
        x_BTD = gather(x_BTD, self.tensor, dim=1)
        gate_BTF, up_BTF = (self.linear(x_BTD, local(p.weight)) for p in (self.gate_proj, self.up_proj))
        return scatter_sum(self.linear(F.silu(gate_BTF) * up_BTF, local(self.down_proj.weight)), self.tensor, dim=1)


class Block(nn.Module):
    """One pre-norm transformer layer."""

    def __init__(self, config: ModelConfig, execution: Execution) -> None:
        super().__init__()
        self.input_layernorm = RMSNorm(config.hidden_size, eps=config.rms_norm_eps)
        self.self_attn = Attention(config, execution)
        self.post_attention_layernorm = RMSNorm(config.hidden_size, eps=config.rms_norm_eps)
        self.mlp = FeedForward(config, execution)
        self.recompute: Recompute = "none"
        num_parts = execution.tensor.size() if execution.tensor is not None else 1
        dropped_width = {"elementwise": 0, "mlp": config.intermediate_size // num_parts}
        partial_width = config.hidden_size if num_parts > 1 else 0
        self.keep = {
            level: partial(
                create_selective_checkpoint_contexts,
                partial(keep_products, dropped_width=width, partial_width=partial_width),
            )
            for level, width in dropped_width.items()
        }

    def forward(self, *inputs: Any) -> torch.Tensor:
        """`compute` of the same arguments; `recompute` says what is kept for the backward pass."""
        if self.recompute == "none" or not torch.is_grad_enabled():
            return self.compute(*inputs)
        options: dict[str, Any] = {} if self.recompute == "layer" else {"context_fn": self.keep[self.recompute]}
        result: torch.Tensor = checkpoint(self.compute, *inputs, use_reentrant=False, preserve_rng_state=False, **options)
        return result

    def compute(self, x_BTD: torch.Tensor, layout: DocumentLayout, table: RotaryTable) -> torch.Tensor:
        x_BTD = x_BTD + self.self_attn(self.input_layernorm(x_BTD), layout, table)
        x_BTD = x_BTD + self.mlp(self.post_attention_layernorm(x_BTD))
        return x_BTD


def keep_products(
    ctx: Any, operator: Any, *args: Any, dropped_width: int, partial_width: int = 0, **kwargs: Any
) -> CheckpointPolicy:
    """Which results stay for the backward pass: those of attention and of matrix products, but of none `dropped_width` wide.

    Of products with `partial_width` outputs, which ranks sum up, this rank's part of the sum stays. What was gathered does not.
    """
    name = operator.name().split("::")[-1].split(".")[0]
    if name in ("mm", "addmm", "_scaled_mm"):
        second = args[2] if name == "addmm" else args[1]
        keep = dropped_width not in second.shape and second.shape[-1] != partial_width
    else:
        keep = name in ("varlen_attention", "reduce_scatter_tensor") or "scaled_dot_product" in name
    return CheckpointPolicy.MUST_SAVE if keep else CheckpointPolicy.PREFER_RECOMPUTE


class MultiTokenPrediction(Block):
    """The block that looks one token further; a Block by inheritance so that its tensors are named as released."""

    def __init__(self, config: ModelConfig, execution: Execution) -> None:
        super().__init__(config, execution)
        self.token_layernorm = RMSNorm(config.hidden_size, eps=config.rms_norm_eps)
        self.hidden_layernorm = RMSNorm(config.hidden_size, eps=config.rms_norm_eps)
        self.input_proj = nn.Linear(2 * config.hidden_size, config.hidden_size, bias=False)
        self.final_layernorm = RMSNorm(config.hidden_size, eps=config.rms_norm_eps)

    def compute(  # type: ignore[override]
        self, hidden_BTD: torch.Tensor, next_embedding_BTD: torch.Tensor, layout: DocumentLayout, table: RotaryTable
    ) -> torch.Tensor:
        """Hidden states that the head turns into token t+2, from those of t and the embeddings of t+1."""
        joined = torch.cat([self.hidden_layernorm(hidden_BTD), self.token_layernorm(next_embedding_BTD)], dim=-1)
        # Back to the residual stream's own precision, which autocast takes from a projection's output.
        x_BTD = self.mlp.linear(joined, local(self.input_proj.weight)).to(hidden_BTD.dtype)
        y_BTD: torch.Tensor = self.final_layernorm(super().compute(x_BTD, layout, table))
        return y_BTD


class Part(NamedTuple):
    """What a stage of a pipeline (pretrain.pipeline) has of the model."""

    layers: range
    is_first: bool
    """Has the embedding. The last stage has it too where the multi-token-prediction block needs it."""
    is_last: bool
    """Has the final norm, the multi-token-prediction block and the head."""


class Trunk(nn.Module):
    """Embedding, layers, norm, and the multi-token-prediction block: what checkpoints call `model.`"""

    def __init__(self, config: ModelConfig, execution: Execution) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(Block(config, execution) for _ in range(config.num_hidden_layers))
        self.norm = RMSNorm(config.hidden_size, eps=config.rms_norm_eps)
        self.mtp_layers = nn.ModuleList(MultiTokenPrediction(config, execution) for _ in range(config.num_nextn_predict_layers))


class Hidden(NamedTuple):
    """What goes into the head."""

    main_BTD: torch.Tensor
    """For token t+1."""
    mtp_BTD: torch.Tensor | None
    """For token t+2; None without a multi-token-prediction block."""


class Losses(NamedTuple):
    """Of one forward pass, in nats."""

    total: torch.Tensor
    """What is minimised: each token's cross-entropies times their scales, summed."""
    main: torch.Tensor
    """Cross-entropy of the next token, summed over those that have one; without gradient, as the next."""
    mtp: torch.Tensor
    """Of the token after next."""
    rows_B: torch.Tensor
    """`main` by row."""


class MiMo(nn.Module):
    """The whole model, or `part` of it with the names of the whole. `forward` gives losses, `logits` predictions."""

    def __init__(self, config: ModelConfig, execution: Execution | None = None, part: Part | None = None) -> None:
        super().__init__()
        self.config, self.execution = config, execution or Execution()
        self.part = part or Part(range(config.num_hidden_layers), is_first=True, is_last=True)
        self.model = Trunk(config, self.execution)
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        for block in self.blocks()[: self.execution.recompute_layers]:
            block.recompute = self.execution.recompute
        self._drop_other_parts()

    def _drop_other_parts(self) -> None:
        for index in set(range(self.config.num_hidden_layers)) - set(self.part.layers):
            delattr(self.model.layers, str(index))  # unlike del layers[index], leaves the others their names
        has_mtp = self.part.is_last and self.config.num_nextn_predict_layers > 0
        if not (self.part.is_first or has_mtp):
            del self.model.embed_tokens
        if not self.part.is_last:
            del self.model.norm, self.lm_head
            self.model.mtp_layers = nn.ModuleList()

    def blocks(self) -> list[Block]:
        """All transformer layers, the multi-token-prediction block last."""
        return [*self.model.layers, *self.model.mtp_layers]

    def compile_layers(self) -> None:
        """One compilation for all layers, one for the multi-token-prediction block."""
        for block in self.blocks():
            block.compile()

    def embed(self, tokens_BT: torch.Tensor) -> torch.Tensor:
        """Embeddings, zero for negative tokens; under sequence parallel those of this rank's tokens, of entries of all ranks."""
        tensor, weight_VD = self.execution.tensor, local(self.model.embed_tokens.weight)
        entry_BT = tokens_BT if tensor is None else tokens_BT - tensor.get_local_rank() * len(weight_VD)
        is_here_BT = (entry_BT >= 0) & (entry_BT < len(weight_VD))
        embedding_BTD = F.embedding(entry_BT.where(is_here_BT, 0), weight_VD) * is_here_BT[:, :, None]
        return scatter_sum(embedding_BTD, tensor, dim=1)

    def hidden(self, tokens_BT: torch.Tensor, layout: DocumentLayout, *, rope_base: float) -> Hidden:
        """States of the tokens that `layout` makes this rank's; `tokens_BT` are whole rows. Of the whole model."""
        hidden = self.pass_on(tokens_BT, layout, None, rope_base=rope_base)
        assert isinstance(hidden, Hidden)
        return hidden

    def pass_on(
        self, tokens_BT: torch.Tensor, layout: DocumentLayout, received_BTD: torch.Tensor | None, *, rope_base: float
    ) -> Hidden | torch.Tensor:
        """The same of a part, from what the one before it passed on; of one that is not the last, what it passes on."""
        table = rotary_table(layout.take(layout.position_BT), head_dim=self.config.head_dim, base=rope_base)
        # The last token of a document has no successor: it gets a zero embedding rather than the next document's first.
        next_BT = tokens_BT.roll(-1, dims=1).where(layout.next_is_same_BT, -1)
        # Looked up at once, so that the embedding has one gradient.
        lookups = [tokens_BT] * self.part.is_first + [next_BT] * bool(self.model.mtp_layers)
        embeddings = self.embed(torch.cat([layout.take(x) for x in lookups])).chunk(len(lookups)) if lookups else ()
        x_BTD = embeddings[0] if received_BTD is None else received_BTD
        for layer in self.model.layers:
            x_BTD = layer(x_BTD, layout, table)
        if not self.part.is_last:
            return x_BTD
        main_BTD = self.model.norm(x_BTD)
        if not self.model.mtp_layers:
            return Hidden(main_BTD, None)
        return Hidden(main_BTD, self.model.mtp_layers[0](main_BTD, embeddings[-1], layout, table))

    def forward(
        self,
        tokens_BT: torch.Tensor,
        layout: DocumentLayout,
        labels_BT: torch.Tensor,
        mtp_labels_BT: torch.Tensor,
        *,
        rope_base: float,
        scale: float = 1.0,
        mtp_scale: float = 1.0,
        received_BTD: torch.Tensor | None = None,
    ) -> Losses | torch.Tensor:
        """Losses, the cross-entropies of the two heads scaled by `scale` and `mtp_scale`; of whole rows, over this rank's tokens.

        Both heads are inside, and one call, so that FSDP gathers the embedding and the head once for all four uses. A part that
        is not the last gives the hidden states that the next one receives.
        """
        if self.execution.context is not None:
            layout = layout.of_rank(self.execution.context.get_local_rank(), self.execution.context.size())
        hidden = self.pass_on(tokens_BT, layout, received_BTD, rope_base=rope_base)
        if isinstance(hidden, torch.Tensor):
            return hidden
        states, labels = [hidden.main_BTD], [labels_BT]
        if hidden.mtp_BTD is not None:
            states, labels = [*states, hidden.mtp_BTD], [*labels, mtp_labels_BT]
        labels_N = torch.cat([layout.take(x).flatten() for x in labels])
        num_main = len(labels_N) // len(labels)
        scale_N = torch.full(labels_N.shape, scale, dtype=torch.float32, device=labels_N.device)
        scale_N[num_main:] = mtp_scale
        tensor = self.execution.tensor
        hidden_ND = gather(torch.cat(states), tensor, dim=1).flatten(0, 1)
        total, nll_N = cross_entropy(hidden_ND, local(self.lm_head.weight), labels_N, scale_N, vocabulary=tensor)
        main_N, mtp_N = nll_N[:num_main], nll_N[num_main:]
        return Losses(total, main_N.sum(), mtp_N.sum(), main_N.view(len(labels_BT), -1).sum(dim=1))

    def logits(
        self, tokens_BT: torch.Tensor, layout: DocumentLayout, *, rope_base: float
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Logits of token t+1 and of token t+2, each BTV; by a model that no ranks share."""
        hidden = self.hidden(tokens_BT, layout, rope_base=rope_base)
        return self.lm_head(hidden.main_BTD), None if hidden.mtp_BTD is None else self.lm_head(hidden.mtp_BTD)


@torch.no_grad()
def initialize(model: MiMo, *, seed: int) -> None:
    """Normal weights, zero biases, unit norms; what writes into the residual stream is scaled by (2 layers)^-1/2.

    Every tensor draws from a generator of its own, seeded by its name, on its own device: the same weights whatever the order or
    the sharding, but a GPU's differ from a CPU's (which needs minutes for 8 billion).
    Source: GPT-2 (Radford et al. 2019, section 2.3) as in Megatron-LM's scaled_init_method_normal; 0.02 is the released
    configuration's initializer_range. The MiMo report gives no initialisation.
    """
    std = model.config.initializer_range
    residual_std = std / math.sqrt(2 * model.config.num_hidden_layers)
    for name, parameter in model.named_parameters():
        if parameter.ndim == 1:
            parameter.fill_(0.0 if name.endswith(".bias") else 1.0)
            continue
        generator = torch.Generator(parameter.device).manual_seed(int(content_id("initialize", seed, name)[:15], 16))
        writes_residual = name.endswith(("o_proj.weight", "down_proj.weight"))
        weight = torch.empty(parameter.shape, device=parameter.device, dtype=torch.float32)
        parameter.copy_(weight.normal_(0.0, residual_std if writes_residual else std, generator=generator))


def num_parameters(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def flops_per_token(config: ModelConfig, *, seq_len: int) -> float:
    """Floating-point operations of a training step per token, by the usual convention (PaLM, arXiv:2204.02311, appendix B).

    6 for every weight of a matrix product, counted as often as it is used (the head twice with multi-token prediction), and
    causal attention over the whole row: rows of several documents are counted as if they were one, recomputation not at all.
    """
    D, K = config.hidden_size, config.head_dim
    num_layers = config.num_hidden_layers + config.num_nextn_predict_layers
    attention = D * K * (2 * config.num_attention_heads + 2 * config.num_key_value_heads)
    layer = attention + 3 * D * config.intermediate_size
    heads = (1 + config.num_nextn_predict_layers) * D * config.vocab_size
    weights = num_layers * layer + heads + config.num_nextn_predict_layers * 2 * D * D
    return 6.0 * weights + 6.0 * num_layers * config.num_attention_heads * K * seq_len
