"""A tiny model trained for a few seconds on real text, for the tests of what is done with a trained one."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from pretrain.config import AdamWConfig, ModelConfig, PretrainConfig, StageConfig, TrainConfig
from pretrain.schedule import Segment, StageTraining
from pretrain.train import TrainingResult, main
from tests.pretrain_shards import VOCAB_SIZE, packed, real_documents, write_stage

MODEL = ModelConfig(
    vocab_size=VOCAB_SIZE,
    hidden_size=48,
    intermediate_size=96,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    head_dim=16,  # not hidden_size / num_attention_heads
    max_position_embeddings=256,
)
SEQ_LEN = 64


def configure(folder: Path, *, num_steps: int, **training: object) -> PretrainConfig:
    """A run in `folder`/run on shards in `folder`/shards, with its configuration beside the checkpoints."""
    rows = packed(real_documents(), seq_len=SEQ_LEN, num_rows=8 * num_steps)
    stage = StageTraining(
        seq_len=SEQ_LEN,
        rope_base=2e4,
        lr=(Segment(shape="cosine", tokens=len(rows) * SEQ_LEN, start=8e-3, end=1e-3),),
        global_batch_size=(Segment(shape="constant", start=8),),
        mtp_loss_weight=(Segment(shape="constant", start=0.3),),
    )
    directory = write_stage(folder / "shards", rows)
    manifest = Path(directory) / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"config": {"seq_len": SEQ_LEN}}))
    return PretrainConfig(
        model=MODEL,
        stages=(StageConfig(name="stage1", shards=directory, training=stage),),
        out=str(folder / "run"),
        training=TrainConfig(device="cpu", **training),
    )


def train(config: PretrainConfig) -> TrainingResult:
    out = Path(config.out)
    out.mkdir(parents=True, exist_ok=True)
    (out / "config.json").write_text(json.dumps(asdict(config)))
    return main(config)


LEAN = {"precision": "bf16", "optimizer": AdamWConfig(state="bf16")}
