"""The GPU benchmark goes through, at a tiny size on the CPU, and its checks hold there."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys

import pytest

from tests.pretrain_shards import REPOSITORY


@pytest.mark.slow
def test_the_gpu_benchmark_runs_dry():
    command = [
        sys.executable,
        "-m",
        "benchmarks.pretrain_gpu",
        "--dry-run",
        "--json",
        "--check",
        "--only",
        "bf16-8k",
        "fp8-8k-whole",
    ]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert [row["measure"] for row in result["rows"]] == ["bf16-8k", "fp8-8k-whole"]
    assert all(row["tokens/s"] > 0 for row in result["rows"])
    assert len(result["tables"]["loss curves"]) == 5


@pytest.mark.slow
def test_its_part_for_several_gpus_runs_dry():
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node=2", f"--master-port={free_port()}"]
    command += ["-m", "benchmarks.pretrain_gpu", "--parallel", "--dry-run", "--json", "--check", "--only", "bf16-32k"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    meshes = ("data 2", "tensor 2", "context 2", "pipeline 2")
    assert [row["measure"] for row in result["rows"]] == [f"bf16-32k, {mesh}" for mesh in meshes]
    assert [goal["met"] for goal in result["goals"]] == [True] * 6


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
