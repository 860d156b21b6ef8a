"""The settings of a pretraining run, as JSON or YAML write them down.

They stand apart from the code they configure because reading a recipe must not take torch: `tercet extract` runs without it.
`StageTraining`, the part that changes from stage to stage, is in schedule.py.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from corpus.config import build
from corpus.errors import RecipeError, require
from pretrain.schedule import StageTraining


def require_torch() -> None:
    """Raises MissingExtraError where torch is not installed: to be called before train, model or data is imported."""
    require("torch", extra="pretrain")


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """The model's shape: model.yaml. Names as in Hugging Face's config.json of the released model."""

    vocab_size: int
    """Entries of the embedding and of the head: at least the tokenizer's, usually padded to a multiple of 128."""
    hidden_size: int
    intermediate_size: int
    """Width of the SwiGLU feed-forward layer."""
    num_hidden_layers: int
    num_attention_heads: int
    num_key_value_heads: int
    """Key-value groups of grouped-query attention; divides num_attention_heads."""
    head_dim: int
    """Even: rotary positions turn pairs."""
    max_position_embeddings: int
    """Longest row the model is trained for, in tokens."""
    num_nextn_predict_layers: int = 1
    """Multi-token-prediction blocks: 0 or 1. More gave nothing in pretraining (report 2.2)."""
    rms_norm_eps: float = 1e-5
    """Source: MiMo-7B's released configuration."""
    attention_bias: bool = True
    """Biases on Q, K and V, as Qwen2 has them, never on the output projection."""
    initializer_range: float = 0.02
    """Standard deviation of the initial weights; see pretrain.model.initialize."""

    def __post_init__(self) -> None:
        if self.num_attention_heads % self.num_key_value_heads:
            raise RecipeError(
                f"num_attention_heads {self.num_attention_heads} is not a multiple "
                f"of num_key_value_heads {self.num_key_value_heads}"
            )
        if self.head_dim % 2:
            raise RecipeError(f"head_dim is {self.head_dim}; rotary positions need an even one")
        if self.num_nextn_predict_layers not in (0, 1):
            raise RecipeError(f"num_nextn_predict_layers is {self.num_nextn_predict_layers}; expected 0 or 1")


@dataclass(frozen=True, kw_only=True)
class AdamWConfig:
    """The optimizer's constants. Source: MiMo-7B report 2.3, but for eps, which it does not give."""

    beta1: float = 0.9
    beta2: float = 0.95
    eps: float = 1e-8
    """The value of Kingma & Ba 2015 and torch's default."""
    weight_decay: float = 0.1
    """Per step and unit of learning rate; not applied to norms and biases."""
    max_grad_norm: float = 1.0
    """Gradients are scaled down to this global L2 norm."""
    state: Literal["fp32", "bf16", "int8"] = "fp32"
    """fp32: weights and moments in fp32 (torch's AdamW). bf16: bf16 weights whose other 16 bits are optimizer state, bf16
    moments, gradients summed in fp32 (pretrain.optimizer): 12 bytes a parameter. int8: the same with 8-bit moments, 10 bytes."""


@dataclass(frozen=True, kw_only=True)
class ParallelConfig:
    """Ranks that share each axis of the work. Data parallel (FSDP2) is the rest: world size / (tensor x context x pipeline)."""

    tensor: int = 1
    """Ranks that split every matrix, and the tokens between matrices (sequence parallel)."""
    context: int = 1
    """Ranks that split the tokens of a row."""
    pipeline: int = 1
    """Ranks that split the layers."""
    pipeline_keeps_weights: bool = True
    """Whether the FSDP ranks of a stage of a pipeline gather its weights once a step and keep them, rather than once a pass: a
    whole stage's weights more memory, 2 or 4 bytes a parameter."""

    def __post_init__(self) -> None:
        for name in ("tensor", "context", "pipeline"):
            if getattr(self, name) < 1:
                raise RecipeError(f"parallel.{name} is {getattr(self, name)}; expected at least 1")

    def data(self, world_size: int) -> int:
        """Data-parallel ranks among so many. Raises RecipeError where the other axes do not divide it."""
        others = self.tensor * self.context * self.pipeline
        if world_size % others:
            raise RecipeError(
                f"parallel: tensor {self.tensor} x context {self.context} x pipeline {self.pipeline} = {others} does not divide "
                f"the {world_size} ranks that there are; start a multiple of {others}, or lower one of the three"
            )
        return world_size // others

    def check(self, model: ModelConfig, seq_len: int) -> None:
        """Raises RecipeError where the axes do not divide the model or its rows of `seq_len` tokens, or stages get no layer."""
        if self.pipeline > model.num_hidden_layers:
            raise RecipeError(
                f"parallel.pipeline = {self.pipeline} is more than num_hidden_layers {model.num_hidden_layers}, and every stage "
                "needs a layer; lower it"
            )
        divided = (
            ("tensor", self.tensor, "num_attention_heads", model.num_attention_heads),
            ("tensor", self.tensor, "num_key_value_heads", model.num_key_value_heads),
            ("tensor", self.tensor, "intermediate_size", model.intermediate_size),
            ("tensor", self.tensor, "vocab_size", model.vocab_size),
            ("context: 2 * context", 2 * self.context if self.context > 1 else 1, "seq_len", seq_len),
            ("tensor: context * tensor", self.context * self.tensor, "seq_len", seq_len),
        )
        for axis, size, name, value in divided:
            if value % size:
                raise RecipeError(f"parallel.{axis} = {size} does not divide {name} {value}; take a divisor")


@dataclass(frozen=True, kw_only=True)
class GuardConfig:
    """Which steps are not taken: their gradients are dropped, the data moves on (pretrain.guard)."""

    max_skipped: int = 10
    """So many skipped steps in a row end the run; at least 1. One is an accident of the data or the machine, ten are none:
    weights that give no finite loss stay as they are, so that every later step would be skipped as well."""
    spike_factor: float | None = None
    """A finite loss is skipped where it is above the window's median by more than so many robust standard deviations (1.4826
    median absolute deviations). None: only what is not finite is, as the report trains without such a rule and clipping bounds
    what one step can do. Where spikes are seen, 6 is what OLMo-core's SkipStepAdamW takes (of mean and standard deviation)."""
    window: int = 128
    """Losses of the stage's last steps that were taken; the rule sleeps until half as many are there. Source: SkipStepAdamW."""

    def __post_init__(self) -> None:
        for name, least in (("max_skipped", 1), ("window", 2)):
            if getattr(self, name) < least:
                raise RecipeError(f"guard.{name} is {getattr(self, name)}; expected at least {least}")
        if self.spike_factor is not None and self.spike_factor <= 0:
            raise RecipeError(f"guard.spike_factor is {self.spike_factor:g}; expected more than 0, or null for no such rule")


@dataclass(frozen=True, kw_only=True)
class TrainConfig:
    """What holds for all stages of a run."""

    optimizer: AdamWConfig = field(default_factory=AdamWConfig)
    seed: int = 0
    """Of the initial weights; nothing else is drawn, the order of the rows is the shards'."""
    precision: Literal["fp32", "bf16", "fp8"] = "fp32"
    """Of matrix products. bf16: with optimizer.state fp32 by autocast, weights and residual stream staying fp32, else throughout.
    fp8: the layers' products in 8 bits (pretrain.fp8), the rest as bf16."""
    attention_backend: str = "auto"
    """A key of pretrain.attention.BACKENDS, or auto: the fastest that runs here, by a measurement at the start."""
    recompute: Literal["none", "elementwise", "mlp", "layer"] = "none"
    """What the backward pass computes again instead of keeping it: all but matrix products and attention; that and the wide
    products of the feed-forward part; whole layers."""
    recompute_layers: int | None = None
    """How many layers do so, from the first; default: all."""
    compile: Literal["auto", "on", "off"] = "auto"
    """torch.compile of each layer; auto: on a GPU."""
    micro_batch_tokens: int = 8192
    """Tokens of one forward pass, at least one row; a step accumulates as many passes as its batch needs."""
    parallel: ParallelConfig = field(default_factory=ParallelConfig)
    """How the ranks share the work."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """auto: a CUDA device where there is one."""
    checkpoint_every_steps: int = 1000
    """Beside the checkpoints at the end of each stage."""
    keep_checkpoints: int = 2
    """The newest so many stay; at least 1."""
    guard: GuardConfig = field(default_factory=GuardConfig)
    loss_groups: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {"synthetic": ("synthetic",), "mathematics": ("mathematics",), "code": ("code",)}
    )
    """Groups whose loss is logged on its own: name -> parts of a bucket's key (`web/mathematics/quality2` has three), any of
    which makes a row one of the group. The first that fits counts; rows of none are `general`."""
    tensorboard: bool = False
    """Also logs to OUT/tensorboard; needs the extra [tensorboard]."""

    def __post_init__(self) -> None:
        for name in ("micro_batch_tokens", "checkpoint_every_steps", "keep_checkpoints"):
            if getattr(self, name) < 1:
                raise RecipeError(f"{name} is {getattr(self, name)}; expected at least 1")
        if self.precision == "fp32" and self.optimizer.state != "fp32":
            raise RecipeError(
                f"optimizer.state {self.optimizer.state} keeps the weights in bf16, so that precision fp32 cannot be had; take "
                "precision bf16 or fp8, or state fp32"
            )


@dataclass(frozen=True, kw_only=True)
class StageConfig:
    """One training stage of a run: its shards and how they are trained on."""

    name: str
    shards: str
    """Folder with a manifest.json and shards/*.parquet of SEQUENCES rows."""
    training: StageTraining


@dataclass(frozen=True, kw_only=True)
class PretrainConfig:
    """A whole run: what `python -m pretrain.train config.json` reads."""

    model: ModelConfig
    stages: tuple[StageConfig, ...]
    """In order; at least one."""
    out: str
    """Folder for checkpoints, log and summary: a path that all ranks share."""
    training: TrainConfig = field(default_factory=TrainConfig)

    def __post_init__(self) -> None:
        if not self.stages:
            raise RecipeError("a pretraining run needs at least one stage")
        for stage in self.stages:
            if stage.training.seq_len > self.model.max_position_embeddings:
                raise RecipeError(
                    f"{stage.name}: seq_len {stage.training.seq_len} exceeds the model's max_position_embeddings "
                    f"{self.model.max_position_embeddings}; raise it in model.yaml or shorten the rows"
                )
            self.training.parallel.check(self.model, stage.training.seq_len)


WITHOUT_EFFECT = (
    "attention_backend",
    "recompute",
    "recompute_layers",
    "compile",
    "micro_batch_tokens",
    "parallel",
    "device",
    "checkpoint_every_steps",
    "keep_checkpoints",
    "guard",
    "loss_groups",
    "tensorboard",
)
"""Settings of TrainConfig that change nothing beyond rounding: a run may be resumed with others. The guard does change a run that
it stopped, and is here so that this very run can go on with another one."""


def identity(config: PretrainConfig, shard_digests: tuple[str, ...]) -> dict[str, Any]:
    """What makes two runs the same run, as plain values: a checkpoint of one resumes the other.

    Built once more from plain values, so that `start=2` in Python and the 2.0 that JSON gives back are the same.
    """
    plain = asdict(build(PretrainConfig, asdict(config), where="configuration"))
    training = {name: value for name, value in plain["training"].items() if name not in WITHOUT_EFFECT}
    stages = [stage | {"shards": digest} for stage, digest in zip(plain["stages"], shard_digests, strict=True)]
    return {"model": plain["model"], "training": training, "stages": stages}
