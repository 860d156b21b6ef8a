"""Further multi-token-prediction layers for inference: copies of the trained one, fine-tuned with everything else frozen.

Pretraining has one such layer, since more gave it nothing; for inference the report copies it and trains the copies alone (2.2).
They stand in a chain, as in DeepSeek-V3 (arXiv:2412.19437, 2.2): layer k takes the hidden state of layer k - 1 (of the model, for
k = 1) at token t and the embedding of token t + k, and predicts token t + 1 + k. Embedding and head are the model's.

    model   h0(t)                              -> token t + 1
    layer 1 h1(t) = block(h0(t), E(t + 1))     -> token t + 2     the trained one, frozen
    layer 2 h2(t) = block(h1(t), E(t + 2))     -> token t + 3     its copies, trained together, each by a loss of its own
    layer 3 h3(t) = block(h2(t), E(t + 3))     -> token t + 4
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any, Literal

import torch
from torch import nn

from corpus.errors import InputError, RecipeError
from corpus.ids import content_id
from corpus.sequences import StageRows
from pretrain.attention import DocumentLayout, choose_backend
from pretrain.config import AdamWConfig
from pretrain.data import Batch, collate
from pretrain.loss import IGNORED, cross_entropy
from pretrain.model import Execution, MiMo, rotary_table
from pretrain.optimizer import build_optimizer, set_lr
from pretrain.ranks import start_ranks
from pretrain.schedule import Segment, value_at
from pretrain.weights import Weights, load_model, new_folder, write_weights


@dataclass(frozen=True, kw_only=True)
class ExtendConfig:
    """How the copies are trained. The report gives none of these numbers."""

    num_layers: int = 3
    """Prediction layers in the end, the trained one included. Source: MiMo-7B report 2.2, two copies."""
    steps: int = 500
    batch_rows: int = 16
    """Rows of a step."""
    lr: float = 1e-4
    """Highest; reached after a twentieth of the steps, a tenth of it at the end (cosine)."""
    micro_batch_tokens: int = 8192
    """Tokens of one forward pass, at least one row."""
    device: Literal["auto", "cpu", "cuda"] = "auto"

    def __post_init__(self) -> None:
        for name in ("steps", "batch_rows", "micro_batch_tokens"):
            if getattr(self, name) < 1:
                raise RecipeError(f"{name} is {getattr(self, name)}; expected at least 1")
        if self.lr <= 0:
            raise RecipeError(f"lr is {self.lr:g}; expected a number above 0")

    def lr_of(self, step: int) -> float:
        """Learning rate of a step, from 1."""
        warm_up = max(1, self.steps // 20)
        rise = Segment(shape="linear", tokens=warm_up, start=0.0, end=self.lr)
        fall = Segment(shape="cosine", tokens=max(1, self.steps - warm_up), start=self.lr, end=self.lr / 10)
        return value_at((rise, fall), step)


@dataclass(frozen=True, kw_only=True)
class ExtendStep:
    """One step of the copies' training."""

    step: int
    """From 1."""
    lr: float
    losses: tuple[float, ...]
    """Cross-entropy of each copy in nats, mean over the step's tokens that have one so far ahead."""


def extend(
    weights: Weights, shards: str, out: str, config: ExtendConfig, *, on_step: Callable[[ExtendStep], None] | None = None
) -> list[ExtendStep]:
    """Writes a checkpoint of `weights` and trained copies to `out`, trained on rows of the stage of shards in `shards`.

    In one process: of the frozen model a GPU holds bf16 weights alone (14.6 GiB of MiMo-7B's), and nothing is kept for its
    backward pass. Raises InputError where there is no prediction layer to copy.
    """
    new_folder(out)  # says so before anything is trained
    rows = StageRows(shards, vocab_size=weights.description.model.vocab_size)
    with start_ranks(config.device) as ranks:
        if ranks.world_size > 1:
            raise RecipeError(f"{ranks.world_size} processes were started; copies are trained in one")
        model = _load(weights, rows.seq_len, ranks.device)
        copies = add_copies(model, num_layers=config.num_layers)
        lines = []
        for line in train_copies(model, copies, rows, config, rope_base=weights.description.rope_base):
            lines.append(line)
            if on_step:
                on_step(line)
    _write(weights, model, out, config, data=rows.digest)
    return lines


def _load(weights: Weights, seq_len: int, device: torch.device) -> MiMo:
    config, dtype = weights.description.model, torch.bfloat16 if device.type == "cuda" else torch.float32
    backend = choose_backend(
        "auto",
        num_heads=config.num_attention_heads,
        num_key_value_heads=config.num_key_value_heads,
        head_dim=config.head_dim,
        seq_len=seq_len,
        device=device,
        dtype=dtype,
    )
    return load_model(weights, device=device, dtype=dtype, execution=Execution(attention_backend=backend))


def _write(weights: Weights, model: MiMo, out: str, config: ExtendConfig, *, data: str) -> None:
    """All weights as they were, to the bit, and the copies."""
    added = {name: parameter.detach().cpu() for name, parameter in model.named_parameters() if name not in weights.shapes}
    tensors = weights.read(list(weights.shapes)) | added
    description = replace(weights.description, model=model.config)
    settings = replace(config, device="auto", micro_batch_tokens=1)
    digest = content_id("extend-mtp", weights.digest, str(settings), data)[:12]
    write_weights(tensors, out, description=description, digest=digest, files=weights.files_beside())


def add_copies(model: MiMo, *, num_layers: int) -> nn.ModuleList:
    """Appends copies of the first prediction layer up to `num_layers`, freezes the rest, and returns the copies, in fp32."""
    layers = model.model.mtp_layers
    if not layers:
        raise InputError("the model has no multi-token-prediction layer to copy; train it with num_nextn_predict_layers: 1")
    if num_layers <= len(layers):
        raise RecipeError(f"num_layers is {num_layers}, and the model has {len(layers)} prediction layers already; expected more")
    copies = nn.ModuleList(copy.deepcopy(layers[0]).float() for _ in range(num_layers - len(layers)))
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    layers.extend(copies)
    model.config = replace(model.config, num_nextn_predict_layers=num_layers)
    return copies


def train_copies(
    model: MiMo, copies: nn.ModuleList, rows: StageRows, config: ExtendConfig, *, rope_base: float
) -> Iterator[ExtendStep]:
    """Trains the copies on the stage's rows from the first on, again from the first after the last, step by step."""
    n = rows.num_rows
    optimizer = build_optimizer(copies, AdamWConfig())
    device = model.lm_head.weight.device
    rows_a_pass = max(1, config.micro_batch_tokens // rows.seq_len)
    for step in range(1, config.steps + 1):
        first = (step - 1) * config.batch_rows
        read = [row for i in range(first, first + config.batch_rows) for row in rows.read(range(i % n, i % n + 1))]
        parts = [read[i : i + rows_a_pass] for i in range(0, len(read), rows_a_pass)]
        batches = [collate(part, seq_len=rows.seq_len).to(device) for part in parts]
        losses = _step(model, copies, batches, rope_base=rope_base)
        set_lr(optimizer, config.lr_of(step))
        nn.utils.clip_grad_norm_(copies.parameters(), AdamWConfig().max_grad_norm)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        yield ExtendStep(step=step, lr=config.lr_of(step), losses=losses)


def _step(model: MiMo, copies: nn.ModuleList, batches: Sequence[Batch], *, rope_base: float) -> tuple[float, ...]:
    """Gradients of the sum of the copies' mean losses; the losses."""
    places = range(len(model.model.mtp_layers) - len(copies), len(model.model.mtp_layers))
    counts = [max(1, sum(int((labels_of(batch, i + 1) != IGNORED).sum()) for batch in batches)) for i in places]
    losses = torch.zeros(len(copies), dtype=torch.float64)
    for batch in batches:
        states = prediction_states(model, batch, rope_base=rope_base, num_frozen=places.start)[places.start :]
        totals = []
        for state_BTD, i, count in zip(states, places, counts, strict=True):
            labels_N = labels_of(batch, i + 1).flatten()
            scale_N = torch.full(labels_N.shape, 1 / count, device=labels_N.device)
            hidden_ND = state_BTD.flatten(0, 1).to(model.lm_head.weight.dtype)
            total, nll_N = cross_entropy(hidden_ND, model.lm_head.weight, labels_N, scale_N)
            totals.append(total)
            losses[i - places.start] += float(nll_N.sum()) / count
        torch.autograd.backward(totals)
    return tuple(losses.tolist())


def prediction_states(model: MiMo, batch: Batch, *, rope_base: float, num_frozen: int = 0) -> list[torch.Tensor]:
    """What each prediction layer gives to the head, BTD; without gradient of the first `num_frozen`."""
    with torch.no_grad():
        first = model.hidden(batch.tokens_BT, batch.layout, rope_base=rope_base).mtp_BTD
        embedding_BTD = model.model.embed_tokens(batch.tokens_BT)
    assert first is not None
    states = [first]
    table = rotary_table(batch.layout.position_BT, head_dim=model.config.head_dim, base=rope_base)
    for index, layer in enumerate(list(model.model.mtp_layers)[1:], 1):
        frozen = index < num_frozen
        # The copies are fp32 whatever the frozen model is, and so is what goes through them between products.
        kind = states[-1].dtype if frozen else torch.float32
        ahead_BTD = shifted(embedding_BTD, batch.layout, index + 1).to(kind)
        with torch.no_grad() if frozen else _autocast(embedding_BTD):
            states.append(layer(states[-1].to(kind), ahead_BTD, batch.layout, table))
    return states


def _autocast(like: torch.Tensor) -> Any:
    return nullcontext() if like.dtype == torch.float32 else torch.autocast(like.device.type, dtype=like.dtype)


def shifted(x_BTD: torch.Tensor, layout: DocumentLayout, ahead: int) -> torch.Tensor:
    """Each token's vector is that of the token `ahead` places on in its document; zero where that is over."""
    return x_BTD.roll(-ahead, dims=1) * _same_document(layout, ahead)[:, :, None]


def labels_of(batch: Batch, layer: int) -> torch.Tensor:
    """What prediction layer `layer` (from 1) is to say at each token: the token layer + 1 places on, IGNORED past the end."""
    ahead = batch.labels_BT.roll(-layer, dims=1)
    return torch.where(_same_document(batch.layout, layer), ahead, IGNORED)


def _same_document(layout: DocumentLayout, ahead: int) -> torch.Tensor:
    same_BT = layout.document_BT.roll(-ahead, dims=1) == layout.document_BT
    same_BT[:, -ahead:] = False
    return same_BT
