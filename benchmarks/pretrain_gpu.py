"""The training step on one GPU: MiMo-7B with its prediction block, in bf16 and fp8, at 8,192 and 32,768 tokens a row.

Checks come first: attention backends against the oracle, the fused loss and the lean optimizer against plain ones, 8-bit
products, compiled layers against uncompiled, and the loss curves of every optimizer state and precision beside fp32 AdamW's on
real text.
Then speed: each row of the table is a process of its own that trains on shards written here by our packing, through the same
functions as `pretrain.train.main`, checkpoints left out. MFU counts a row of several documents as one (causal convention).

`--dry-run` goes through all of it at a tiny size on the CPU. `--only NAME` (several) picks measurements. Several GPUs are another
run, with weights, matrices, rows or layers split over all of them; each must have the loss of weights alone:

    torchrun --nproc-per-node 2 -m benchmarks.pretrain_gpu --parallel
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import torch
import torch.nn.functional as F  # noqa: N812 (torch's own name for it)

from benchmarks.harness import Goal, Result, main
from corpus import shards
from corpus.config import build
from corpus.manifest import Manifest, ShardEntry, write_manifest
from corpus.schema import SEQUENCES
from mix.packing import pack_best_fit
from pretrain import train
from pretrain.attention import BACKENDS, DocumentLayout, attend, document_layout, runs_here, time_backend
from pretrain.config import AdamWConfig, ModelConfig, ParallelConfig, PretrainConfig, StageConfig, TrainConfig
from pretrain.fp8 import linear_fp8
from pretrain.guard import GuardState
from pretrain.loss import IGNORED, cross_entropy
from pretrain.model import Execution, MiMo, flops_per_token, initialize
from pretrain.optimizer import LeanAdamW, build_optimizer, join
from pretrain.pipeline import join_pipeline
from pretrain.ranks import start_ranks
from pretrain.schedule import Segment, StageTraining, plan_steps

REPOSITORY = Path(__file__).resolve().parent.parent
MIMO_7B = REPOSITORY / "pipelines" / "recipes" / "mimo-7b" / "model.yaml"
TINY = ModelConfig(
    vocab_size=257,
    hidden_size=256,
    intermediate_size=768,
    num_hidden_layers=4,
    num_attention_heads=4,
    num_key_value_heads=2,
    head_dim=64,
    max_position_embeddings=512,
)
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One row of the table of speeds."""

    name: str
    seq_len: int
    precision: str
    rows_per_step: int
    """Each a forward pass of its own."""
    median_document: int
    """Tokens; lengths are log-normal with sigma 1.2, and cut to rows by our packing. 0: one document fills a row."""
    goal: float
    """Tokens a second to reach."""
    memory_gib: float
    """What docs/pretrain.md says that it takes."""
    state: str = "bf16"
    recompute: str = "none"
    recompute_layers: int | None = None
    micro_batch_tokens: int = 0
    """0: one row."""
    timed_steps: int = 2


BF16 = Measurement(
    name="bf16-8k", seq_len=8192, precision="bf16", rows_per_step=8, median_document=800, goal=10_000, memory_gib=127.2
)
LONG = Measurement(
    name="bf16-32k",
    seq_len=32_768,
    precision="bf16",
    rows_per_step=2,
    median_document=2500,
    goal=7_000,
    memory_gib=134.9,
    recompute="mlp",
)
FP8 = replace(BF16, name="fp8-8k", precision="fp8", goal=13_000, memory_gib=127.3)
MEASUREMENTS = tuple(variant for m in (BF16, LONG, FP8) for variant in (m, replace(m, name=f"{m.name}-whole", median_document=0)))


# -------------------------------------------------------------------------------------------------------------- checks


def relative(ours: torch.Tensor, exact: torch.Tensor) -> float:
    """Distance over length; a NaN never passes a limit."""
    return float((ours.detach().double() - exact.detach().double()).norm() / exact.detach().double().norm())


def document_indices(seq_len: int, median: int, *, seed: int = 0) -> torch.Tensor:
    """One row's, 1T; median 0: a single document."""
    if not median:
        return torch.zeros(1, seq_len, dtype=torch.int64)
    lengths = np.maximum(1, np.random.default_rng(seed).lognormal(np.log(median), 1.2, seq_len)).astype(np.int64)
    return torch.from_numpy(np.searchsorted(np.cumsum(lengths), np.arange(seq_len), side="right"))[None]


Tensors3 = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


def attention_inputs(seq_len: int, shape: ModelConfig, device: torch.device, dtype: torch.dtype) -> Tensors3:
    def random(heads: int) -> torch.Tensor:
        return torch.randn(1, seq_len, heads, shape.head_dim, device=device, dtype=dtype, requires_grad=True)

    return random(shape.num_attention_heads), random(shape.num_key_value_heads), random(shape.num_key_value_heads)


def check_attention(device: torch.device, dtype: torch.dtype, shape: ModelConfig, seq_len: int) -> Iterator[Row]:
    whole = document_layout(document_indices(seq_len, seq_len // 10)).to(device)
    inputs = attention_inputs(seq_len, shape, device, dtype)
    for layout, which in ((whole, ""), (whole.of_rank(0, 2), ", queries of one of two context ranks")):
        grad = layout.take(torch.randn_like(inputs[0]))
        q, k, v = (x.detach().float().requires_grad_() for x in inputs)
        exact = attend(layout.take(q), k, v, layout, backend="sdpa")
        expected = [exact, *torch.autograd.grad(exact, (q, k, v), grad.float())]
        for name in BACKENDS:
            if name == "flex" and device.type == "cpu":
                continue  # no backward pass there
            if runs_here(name, device, dtype):
                error = attention_error(name, inputs, grad, layout, expected)
                yield {"check": f"attention {name}{which}: output and gradients", "error": error, "limit": 1e-2}


def attention_error(
    name: str, inputs: Tensors3, grad: torch.Tensor, layout: DocumentLayout, expected: Sequence[torch.Tensor]
) -> float:
    """The largest of output and gradients; NaN, which passes no limit, where the kernel refuses."""
    try:
        found = attend(layout.take(inputs[0]), inputs[1], inputs[2], layout, backend=name)
        return max(relative(x, y) for x, y in zip([found, *torch.autograd.grad(found, inputs, grad)], expected, strict=True))
    except Exception as error:  # noqa: BLE001 (cuDNN raises kinds of its own)
        say(f"attention {name}: {error}")
        return math.nan


def check_loss(device: torch.device, dtype: torch.dtype, shape: ModelConfig, num_tokens: int) -> Iterator[Row]:
    hidden = torch.randn(num_tokens, shape.hidden_size, device=device).to(dtype).requires_grad_()
    weight = (torch.randn(shape.vocab_size, shape.hidden_size, device=device) / 50).to(dtype).requires_grad_()
    labels = torch.randint(0, shape.vocab_size, (num_tokens,), device=device)
    labels[::7] = IGNORED
    scale = torch.rand(num_tokens, device=device)
    exact_hidden, exact_weight = (x.detach().float().requires_grad_() for x in (hidden, weight))
    exact = (F.cross_entropy(exact_hidden @ exact_weight.T, labels, ignore_index=IGNORED, reduction="none") * scale).sum()
    expected = torch.autograd.grad(exact, (exact_hidden, exact_weight))
    weight.main_grad = torch.zeros(weight.shape, device=device)  # type: ignore[attr-defined]
    total, _ = cross_entropy(hidden, weight, labels, scale)
    total.backward()  # type: ignore[no-untyped-call]
    assert hidden.grad is not None
    yield {"check": "fused cross-entropy: loss", "error": relative(total, exact), "limit": 1e-3}
    yield {"check": "fused cross-entropy: gradient of states", "error": relative(hidden.grad, expected[0]), "limit": 1e-2}
    yield {"check": "fused cross-entropy: gradient of weights", "error": relative(weight.main_grad, expected[1]), "limit": 1e-2}  # type: ignore[attr-defined]


def check_optimizer(device: torch.device) -> Iterator[Row]:
    """Distance of the weights' movement from that of torch's fp32 AdamW, over the movement, after 20 steps of equal gradients."""
    for moments, limit in (("bf16", 1e-2), ("int8", 1e-1)):
        start = torch.randn(512, 512, device=device).bfloat16()
        lean, plain = torch.nn.Parameter(start.clone()), torch.nn.Parameter(start.float())
        ours = LeanAdamW([{"params": [lean], "weight_decay": 0.1}], betas=(0.9, 0.95), eps=1e-8, moments=moments)
        theirs = torch.optim.AdamW([plain], lr=1e-3, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.1)
        ours.param_groups[0]["lr"] = 1e-3
        for _ in range(20):
            gradient = torch.randn(512, 512, device=device) + 0.3
            lean.main_grad.copy_(gradient)  # type: ignore[attr-defined]
            plain.grad = gradient
            ours.step()
            theirs.step()
        master = join(lean.data, ours.state[lean]["remainder"])
        error = relative(master - start.float(), plain.data - start.float())
        yield {"check": f"lean optimizer, {moments} moments: movement", "error": error, "limit": limit}
        yield {
            "check": f"lean optimizer, {moments}: bf16 weight is the master rounded",
            "error": relative(lean.data, master),
            "limit": 3e-3,
        }


def check_fp8(device: torch.device) -> Iterator[Row]:
    x, weight = (torch.randn(n, 512, device=device, dtype=torch.bfloat16, requires_grad=True) for n in (1024, 768))
    grad = torch.randn(1024, 768, device=device, dtype=torch.bfloat16)
    exact = x.float() @ weight.float().T
    expected = [exact, *torch.autograd.grad(exact, (x, weight), grad.float())]
    found = linear_fp8(x, weight)
    # 3 bits of mantissa: 2^-4 / sqrt(3) rms of rounding each operand; gradients have 2 bits.
    for what, ours, theirs in zip(
        ("result", "gradient of x", "gradient of the weight"),
        [found, *torch.autograd.grad(found, (x, weight), grad)],
        expected,
        strict=True,
    ):
        yield {"check": f"fp8 product: {what}", "error": relative(ours, theirs), "limit": 8e-2}


def check_compiled(device: torch.device) -> Iterator[Row]:
    """Loss and gradient of a small compiled model beside the same uncompiled; on the CPU there is nothing to compile."""
    for fp8 in (False, True) if device.type == "cuda" else ():
        gradients = []
        for compiled in (False, True):
            with device:
                model = MiMo(TINY, Execution(attention_backend="flash", fp8=fp8)).bfloat16()
            initialize(model, seed=0)
            if compiled:
                model.compile_layers()
            tokens = torch.randint(0, 257, (2, 512), generator=torch.Generator().manual_seed(0)).to(device)
            layout = document_layout(document_indices(512, 100).expand(2, -1)).to(device)
            model(tokens, layout, tokens, tokens, rope_base=1e4, scale=1e-3, mtp_scale=1e-3).total.backward()
            gradients.append(torch.cat([p.grad.flatten() for p in model.parameters() if p.grad is not None]))
        kind = "fp8" if fp8 else "bf16"
        yield {"check": f"compiled layers, {kind}: gradient", "error": relative(gradients[1], gradients[0]), "limit": 0.1}


CURVES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("fp32, AdamW fp32", {"precision": "fp32"}),
    ("bf16 autocast, AdamW fp32", {"precision": "bf16"}),
    ("bf16, lean bf16", {"precision": "bf16", "optimizer": AdamWConfig(state="bf16")}),
    ("bf16, lean int8", {"precision": "bf16", "optimizer": AdamWConfig(state="int8")}),
    ("fp8, lean bf16", {"precision": "fp8", "optimizer": AdamWConfig(state="bf16")}),
)


def loss_curves(device: torch.device, folder: Path, *, seq_len: int, steps: int) -> list[Row]:
    """Loss of a small model on this repository's own sources, byte by byte, at three points of each run."""
    stage = text_stage(folder / "text", seq_len=seq_len, num_rows=16 * steps)
    training = stage_training(seq_len, 16 * steps, 16, lr=1e-3)
    rows: list[Row] = []
    for name, settings in CURVES:
        config = PretrainConfig(
            model=TINY,
            stages=(StageConfig(name="text", shards=stage, training=training),),
            out=str(folder / name.replace(" ", "-")),
            training=TrainConfig(device=device.type, compile="off", **settings),  # type: ignore[arg-type]
        )
        losses: list[float] = []
        train.main(config, on_step=lambda line, losses=losses: losses.append(line.loss))  # type: ignore[misc]
        tenth = max(1, steps // 10)
        points = {f"step {n}": round(fmean(losses[n - tenth : n]), 4) for n in (max(tenth, steps // 5), steps // 2, steps)}
        rows.append(
            {
                "run": name,
                **points,
                "last tenth / fp32": round(points[f"step {steps}"] / (rows[0] if rows else points)[f"step {steps}"], 4),
            }
        )
        said(rows[-1])
    return rows


def curve_goals(curves: Sequence[Row]) -> list[Goal]:
    return [
        Goal(what=f"loss after training, {row['run']}: over fp32's", value=row["last tenth / fp32"], limit=1.02, at_least=False)
        for row in curves[1:]
    ]


def measure_curves(device: torch.device, *, steps: int) -> Result:
    """The loss curves alone: what an optimizer state or a precision does to the loss is much the same on a CPU, only slower."""
    with tempfile.TemporaryDirectory() as folder:
        rows = loss_curves(device, Path(folder), seq_len=512 if device.type == "cuda" else 128, steps=steps)
    return Result(rows=rows, goals=curve_goals(rows), notes=[f"{device.type}, torch {torch.__version__}"])


# -------------------------------------------------------------------------------------------------------------- shards


def text_stage(directory: Path, *, seq_len: int, num_rows: int) -> str:
    """This repository's Python sources as bytes, packed."""
    files = sorted(
        path for package in ("corpus", "mix", "pretrain", "benchmarks") for path in (REPOSITORY / package).glob("*.py")
    )
    documents = [np.frombuffer(part.encode(), np.uint8) for path in files for part in path.read_text().split("\n\n\n")]
    total = sum(len(document) for document in documents)
    documents *= -(-num_rows * seq_len // total) + 1
    return write_stage(directory, documents, seq_len=seq_len, num_rows=num_rows)


def synthetic_stage(directory: Path, *, seq_len: int, num_rows: int, median: int, vocab_size: int) -> str:
    """Documents of log-normal length and tokens of a Zipf-like frequency, packed; median 0: one a row."""
    rng = np.random.default_rng(0)
    count = num_rows if not median else 4 * num_rows * seq_len // median
    lengths = (
        np.full(num_rows, seq_len) if not median else np.maximum(2, rng.lognormal(np.log(median), 1.2, count)).astype(np.int64)
    )
    lengths = lengths[: int(np.searchsorted(np.cumsum(lengths), (num_rows + 2) * seq_len)) + 1]
    documents = [(vocab_size ** rng.random(length)).astype(np.int32) % vocab_size for length in lengths]
    return write_stage(directory, documents, seq_len=seq_len, num_rows=num_rows)


def write_stage(directory: Path, documents: Sequence[npt.NDArray[Any]], *, seq_len: int, num_rows: int) -> str:
    """A finished stage of `num_rows` rows, as mix emits them."""
    packing = pack_best_fit(np.array([len(document) for document in documents], np.int64), seq_len)
    pieces = packing.pieces
    order = np.argsort(packing.row, kind="stable")
    # Rows come longest pieces first; shuffled, the first few are like the rest.
    shuffled = np.random.default_rng(1).permutation(packing.num_rows)[:num_rows]
    assert len(shuffled) == num_rows, f"{packing.num_rows} rows packed, {num_rows} wanted"
    bounds = np.searchsorted(packing.row[order], np.arange(packing.num_rows + 1))
    rows = []
    for position, row in enumerate(shuffled):
        members = order[bounds[row] : bounds[row + 1]]
        parts = [documents[pieces.document[i]][pieces.start[i] : pieces.start[i] + pieces.length[i]] for i in members]
        rows.append(
            {
                "tokens": np.concatenate(parts).astype(np.int32),
                "doc_ends": np.cumsum([len(part) for part in parts]).astype(np.int32),
                "doc_ids": [f"{pieces.document[i]:032x}" for i in members],
                "doc_offsets": [int(pieces.start[i]) for i in members],
                "bucket": "synthetic",
                "epoch": 0,
                "row": position,
            }
        )
    url = str(directory / "shards" / "00000.parquet")
    shards.write_shard(pa.Table.from_pylist(rows, schema=SEQUENCES), url, row_group_size=64)
    entry = ShardEntry(
        name="00000",
        input_digest="",
        rows_in=num_rows,
        rows_out=num_rows,
        rejects={},
        num_bytes=Path(url).stat().st_size,
        checksum=shards.checksum(url),
    )
    manifest = Manifest(stage="mix", digest="0" * 12, config={}, versions={}, shards=(entry,), maps_rows=False)
    write_manifest(manifest, str(directory))
    return str(directory)


def stage_training(seq_len: int, num_rows: int, rows_per_step: int, *, lr: float) -> StageTraining:
    return StageTraining(
        seq_len=seq_len,
        rope_base=1e4 if seq_len <= 8192 else 6.4e5,
        lr=(Segment(shape="constant", start=lr, tokens=num_rows * seq_len),),
        global_batch_size=(Segment(shape="constant", start=rows_per_step),),
        mtp_loss_weight=(Segment(shape="constant", start=0.3),),
    )


# --------------------------------------------------------------------------------------------------------------- speed


def train_steps(
    measurement: Measurement, shape: ModelConfig, folder: Path, profile: str | None, parallel: ParallelConfig | None = None
) -> Row:
    """Trains in this process, and those it is joined with, and says how fast, after one step to warm up."""
    m = measurement
    num_rows = (1 + m.timed_steps + bool(profile)) * m.rows_per_step
    stage = StageConfig(
        name=m.name,
        shards=synthetic_stage(
            folder, seq_len=m.seq_len, num_rows=num_rows, median=m.median_document, vocab_size=shape.vocab_size
        ),
        training=stage_training(m.seq_len, num_rows, m.rows_per_step, lr=1e-6),
    )
    training = TrainConfig(
        precision=m.precision,  # type: ignore[arg-type]
        optimizer=AdamWConfig(state=m.state),  # type: ignore[arg-type]
        recompute=m.recompute,  # type: ignore[arg-type]
        recompute_layers=m.recompute_layers,
        micro_batch_tokens=m.micro_batch_tokens or m.seq_len,
        parallel=parallel or ParallelConfig(),
    )
    config = PretrainConfig(model=shape, stages=(stage,), out=str(folder), training=training)
    with start_ranks("auto", training.parallel) as ranks:
        begun = time.perf_counter()
        pipeline = join_pipeline(ranks, shape)
        model = train.build_model(config, ranks)
        optimizer = build_optimizer(model, training.optimizer)
        data = train.open_rows(stage, config)
        seconds, waited, losses, norms = [], [], [], []
        for number, (step, batches, timer) in enumerate(
            train.prefetched(plan_steps(stage.training, num_rows=num_rows, first_row=0), data, training, ranks)
        ):
            run = partial(
                train.train_step,
                model,
                optimizer,
                step,
                batches,
                stage=stage,
                config=training,
                ranks=ranks,
                guard=GuardState(),
                pipeline=pipeline,
            )
            outcome = profiled(run, profile) if profile and number == 1 else run()
            seconds.append(timer.seconds())
            waited.append(timer.wait_s)
            losses.append(outcome.loss)
            norms.append(outcome.grad_norm)
            say(f"{m.name}: step {number} {seconds[-1]:.2f} s, loss {losses[-1]:.3f}")
        timed = slice(1 if not profile else 2, None)
        rate = m.rows_per_step * m.seq_len / fmean(seconds[timed])
        return {
            "measure": m.name,
            "tokens/s": round(rate, 1),
            "MFU": round(rate * flops_per_token(shape, seq_len=m.seq_len) / (ranks.world_size * ranks.peak_flops), 4),
            "peak GiB": round(ranks.peak_memory_bytes() / 2**30, 2),
            "data wait": round(fmean(waited[timed]) / fmean(seconds[timed]), 5),
            "attention": model.execution.attention_backend,
            "first loss": round(losses[0], 3),
            "last loss": round(losses[-1], 3),
            "gradient norm": round(norms[0], 4),
            "start s": round(seconds[0], 1),
            "whole s": round(time.perf_counter() - begun, 1),
        }


def profiled(run: Callable[[], train.StepOutcome], path: str) -> train.StepOutcome:
    """The same, with a table of the kernels' times in a file."""
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CUDA]) as profiler:
        outcome = run()
        torch.cuda.synchronize()
    table = profiler.key_averages().table(sort_by="self_device_time_total", row_limit=60, max_name_column_width=110)
    Path(path).write_text(table)
    return outcome


def meshes(num_ranks: int, shape: ModelConfig) -> dict[str, ParallelConfig]:
    """Each axis over all ranks, tensor as far as there are key-value heads; two axes from four ranks on."""
    tensor = math.gcd(num_ranks, shape.num_key_value_heads)
    found = {
        f"data {num_ranks}": ParallelConfig(),
        f"tensor {tensor}": ParallelConfig(tensor=tensor),
        f"context {num_ranks}": ParallelConfig(context=num_ranks),
        f"pipeline {num_ranks}": ParallelConfig(pipeline=num_ranks),
    }
    if num_ranks % 4 == 0:
        found["tensor 2 x context 2"] = ParallelConfig(tensor=2, context=2)
    return found


def measure_parallel(shape: ModelConfig, *, dry_run: bool, only: list[str] | None) -> Result:
    """Every mesh on the ranks that torchrun started; the first returns, the others end here."""
    rows: list[Row] = []
    goals: list[Goal] = []
    with tempfile.TemporaryDirectory() as folder, start_ranks("auto") as ranks:
        for m in (replace(BF16, recompute="mlp"), LONG):
            m = replace(tiny(m) if dry_run else m, rows_per_step=(2 if dry_run else 4) * ranks.world_size)
            first: Row = {}
            for mesh, parallel in meshes(ranks.world_size, shape).items():
                name = f"{m.name}, {mesh}"
                if only is not None and m.name not in only and mesh not in only:
                    continue
                rows.append(train_steps(replace(m, name=name), shape, Path(folder) / name, None, parallel))
                say(json.dumps(rows[-1]))
                for what, limit in (("first loss", 1e-3), ("gradient norm", 1e-2)) if first else ():
                    ratio = abs(rows[-1][what] / first[what] - 1)
                    goals.append(Goal(what=f"{name}: {what} beside {first['measure']}", value=ratio, limit=limit, at_least=False))
                first = first or rows[-1]
                torch._dynamo.reset()
                gc.collect()
                if ranks.device.type == "cuda":
                    torch.cuda.empty_cache()
                    torch.cuda.reset_peak_memory_stats()
        card = f"{ranks.world_size} x {torch.cuda.get_device_name() if ranks.device.type == 'cuda' else 'CPU, dry run'}"
    if not ranks.is_first:
        sys.exit(0)
    return Result(rows=rows, goals=goals, notes=[f"{card}, torch {torch.__version__}; tokens/s of all together"])


FIELDS = (
    "measure",
    "tokens/s",
    "MFU",
    "peak GiB",
    "data wait",
    "attention",
    "first loss",
    "last loss",
    "gradient norm",
    "start s",
    "whole s",
)


def in_a_process(measurement: Measurement, *, dry_run: bool, profile: str | None) -> Row:
    """The row of one measurement; its last line of output. A failure is a row too."""
    command = [sys.executable, "-m", "benchmarks.pretrain_gpu", "--one", json.dumps(asdict(measurement))]
    command += ["--dry-run"] if dry_run else []
    command += ["--profile", profile] if profile else []
    environment = {**os.environ, "PYTORCH_CUDA_ALLOC_CONF": "expandable_segments:True"}
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        say(f"{measurement.name} ended with exit code {done.returncode}; its error is above")
        return dict.fromkeys(FIELDS, float("nan")) | {"measure": measurement.name}
    row: Row = json.loads(done.stdout.splitlines()[-1])
    return row


def said(row: Row) -> Row:
    """The row itself, printed: a benchmark that ends early has told what it knew."""
    say(json.dumps(row))
    return row


def say(text: str) -> None:
    if int(os.environ.get("RANK", "0")) == 0:
        print(text, file=sys.stderr, flush=True)


def attention_times(device: torch.device, shape: ModelConfig) -> Iterator[Row]:
    """Forward and backward of each backend, TFLOP/s by the causal convention."""
    for seq_len in (8192, 32_768):
        for median in (0, 800 if seq_len == 8192 else 2500):
            layout = document_layout(document_indices(seq_len, median)).to(device)
            row: Row = {"row": f"{seq_len:,}, {len(layout.cu_seqlens) - 1} documents"}
            inputs = attention_inputs(seq_len, shape, device, torch.bfloat16)
            for name in BACKENDS:
                if name != "sdpa" and runs_here(name, device, torch.bfloat16):
                    elapsed = time_backend(name, *inputs, layout=layout)
                    flops = 7 * seq_len**2 * shape.num_attention_heads * shape.head_dim
                    row |= {f"{name} ms": round(1e3 * elapsed, 2), f"{name} TFLOP/s": round(flops / elapsed / 1e12)}
            yield row


def measure(
    *,
    quick: bool,
    dry_run: bool,
    only: list[str] | None,
    no_checks: bool,
    profile: str | None,
    one: str | None,
    parallel: bool = False,
    curves_alone: bool = False,
) -> Result:
    device = torch.device("cpu" if dry_run or not torch.cuda.is_available() else "cuda")
    if curves_alone:
        return measure_curves(device, steps=4 if dry_run else 300)
    if device.type == "cpu" and not dry_run:
        raise SystemExit("torch sees no GPU here; --dry-run goes through everything at a tiny size on the CPU")
    shape = replace(TINY, max_position_embeddings=32_768) if dry_run else build(ModelConfig, _yaml(MIMO_7B), where=str(MIMO_7B))
    if parallel:
        return measure_parallel(replace(shape, vocab_size=264) if dry_run else shape, dry_run=dry_run, only=only)
    with tempfile.TemporaryDirectory() as folder:
        if one:
            print(json.dumps(train_steps(Measurement(**json.loads(one)), shape, Path(folder), profile)))
            sys.exit(0)
        chosen = [m for m in MEASUREMENTS if only is None or m.name in only]
        if dry_run:
            chosen = [tiny(m) for m in chosen]
        checks, curves, times = [], [], []
        if not no_checks:
            dtype = torch.float32 if dry_run else torch.bfloat16
            tokens = 256 if dry_run else 2048
            for check in (
                check_attention(device, dtype, shape, tokens),
                check_loss(device, dtype, shape, 3 * tokens),
                check_optimizer(device),
                check_fp8(device),
                check_compiled(device),
            ):
                checks += [said(row) for row in check]
            steps = 4 if dry_run else 100 if quick else 300
            curves = loss_curves(device, Path(folder), seq_len=32 if dry_run else 512, steps=steps)
            times = [said(row) for row in attention_times(device, shape)] if device.type == "cuda" else []
        torch.cuda.empty_cache()
        rows = [said(in_a_process(m, dry_run=dry_run, profile=profile and f"{profile}-{m.name}.txt")) for m in chosen]
    goals = [Goal(what=row["check"], value=row["error"], limit=row["limit"], at_least=False) for row in checks]
    goals += curve_goals(curves)
    if not dry_run:
        for m, row in zip(chosen, rows, strict=True):
            goals += [
                Goal(what=f"{m.name}: tokens/s", value=row["tokens/s"], limit=m.goal),
                Goal(what=f"{m.name}: data wait", value=row["data wait"], limit=0.01, at_least=False),
                Goal(what=f"{m.name}: GiB", value=row["peak GiB"], limit=1.05 * m.memory_gib, at_least=False),
            ]
    card = torch.cuda.get_device_name() if device.type == "cuda" else "CPU, dry run"
    return Result(
        rows=rows,
        goals=goals,
        notes=[f"{card}, torch {torch.__version__}; {shape.num_hidden_layers} + 1 layers of {shape.hidden_size}"],
        tables={"checks": checks, "loss curves": curves, "attention, forward and backward": times},
    )


def tiny(measurement: Measurement) -> Measurement:
    """The same on rows 256 times as short."""
    m = measurement
    return replace(m, seq_len=m.seq_len // 256, median_document=m.median_document // 256, timed_steps=1)


def _yaml(path: Path) -> Any:
    import yaml

    return yaml.safe_load(path.read_text())


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="everything at a tiny size on the CPU")
    parser.add_argument("--only", nargs="*", help=f"measurements: {', '.join(m.name for m in MEASUREMENTS)}")
    parser.add_argument("--parallel", action="store_true", help="several GPUs, under torchrun: each way to share the work")
    parser.add_argument(
        "--curves", dest="curves_alone", action="store_true", help="only the loss of each precision and state, on a CPU too"
    )
    parser.add_argument("--no-checks", action="store_true", help="speed alone")
    parser.add_argument("--profile", help="write a table of kernels to files of this prefix")
    parser.add_argument("--one", help=argparse.SUPPRESS)


if __name__ == "__main__":
    sys.exit(main(__doc__, measure, add_options=add_options))
