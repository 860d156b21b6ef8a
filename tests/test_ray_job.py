"""`ray job submit --working-dir .` on a cluster that has our dependencies and nothing of ours."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import site
import socket
import subprocess
import sys
import threading
import time
import venv
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
import pytest

from corpus.manifest import read_manifest
from corpus.shards import write_json
from pretrain.checkpoint import list_checkpoints
from pretrain.log import read_log
from tests.pretrain_ranks import make_config
from tests.pretrain_shards import packed, real_documents, write_stage
from tests.test_end_to_end import SMALL

pytest.importorskip("ray")
pytestmark = [pytest.mark.ray, pytest.mark.slow]

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def python(tmp_path_factory) -> Path:
    """A Python with our dependencies and without us: a folder named in a .pth has its own .pth (our editable install) ignored."""
    folder = tmp_path_factory.mktemp("cluster") / "venv"
    venv.create(folder, symlinks=True)
    (target,) = folder.glob("lib/python*/site-packages")
    (target / "dependencies.pth").write_text("\n".join(site.getsitepackages()) + "\n")
    python = folder / "bin" / "python"
    missing = subprocess.run([python, "-c", "import pyarrow, ray; import extract"], cwd=folder, capture_output=True, text=True)
    assert "No module named 'extract'" in missing.stderr
    return python


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Cluster:
    """A running cluster: the address of its job API, and what a process needs to talk to it."""

    address: str
    ray: list[str]
    environment: dict[str, str]

    def submit(self, *entrypoint: str) -> subprocess.CompletedProcess[str]:
        """`ray job submit` of this checkout, waited for: its exit code is the job's, its output the job's log."""
        command = [*self.ray, "job", "submit", "--address", self.address, "--working-dir", ".", "--", *entrypoint]
        return subprocess.run(command, env=self.environment, cwd=REPOSITORY, capture_output=True, text=True, timeout=240)


@pytest.fixture(scope="module")
def cluster(python, tmp_path_factory):
    """`ray start --head`, in processes of its own."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("RAY_", "PYTHON"))}
    environment |= {
        "PATH": f"{python.parent}:{os.environ['PATH']}",
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": secrets.token_hex(32),
    }
    ray = [str(python), "-m", "ray.scripts.scripts"]
    port, temporary = free_port(), tmp_path_factory.mktemp("r", numbered=False)
    start = ["start", "--head", "--block", "--num-cpus=2", f"--port={free_port()}", f"--dashboard-port={port}"]
    command = [*ray, *start, f"--temp-dir={temporary}", "--disable-usage-stats"]
    head = subprocess.Popen(command, env=environment, cwd=temporary, start_new_session=True, stdout=subprocess.PIPE, text=True)
    assert head.stdout is not None
    assert any("Ray runtime started" in line for line in head.stdout)
    yield Cluster(f"http://127.0.0.1:{port}", ray, environment)
    os.killpg(head.pid, signal.SIGTERM)
    head.wait()
    shutil.rmtree(temporary, ignore_errors=True)


def test_a_submitted_job_runs_the_recipe_and_a_second_one_finds_the_work_done(cluster, tmp_path):
    small = [override for override in SMALL if not override.startswith("sources.")]
    command = ["python", "-m", "pipelines", "run", "tiny", *small, f"execution.out={tmp_path}/out"]
    first = cluster.submit(*command)
    assert first.returncode == 0, first.stdout + first.stderr
    assert (tmp_path / "out" / "report.html").is_file()
    (directory,) = (tmp_path / "out" / "extract").iterdir()
    assert read_manifest(str(directory)).counts()["rows_out"] > 200
    second = cluster.submit(*command)
    assert second.returncode == 0, second.stdout + second.stderr
    assert "nothing to do: every shard was there already" in second.stdout + second.stderr


def test_a_job_that_fails_says_so_by_its_exit_code(cluster, tmp_path):
    failed = cluster.submit(
        "python", "-m", "pipelines", "extract", "tiny", "sources.web.path=nowhere", f"execution.out={tmp_path}/out"
    )
    assert failed.returncode != 0
    assert "nowhere: nothing there; expected a file, a directory or a glob" in failed.stdout + failed.stderr


@pytest.mark.timeout(600)  # 30 s on an idle core; each job starts some twenty processes
def test_training_by_ray_train_survives_the_death_of_a_worker_with_the_digits_of_torchrun(cluster, tmp_path):
    """One of two workers is killed: the job fails and says how to go on; what it says then ends as torchrun's run does."""
    rows = packed(real_documents(), seq_len=64, num_rows=320)
    stage = write_stage(tmp_path / "stage", rows, buckets=("web/mathematics/quality2", "web/news/quality1"))
    ray, torchrun = (make_config({stage: 320}, tmp_path / name, checkpoint_every_steps=10) for name in ("ray", "torchrun"))
    for config in (ray, torchrun):
        write_json(asdict(config), f"{config.out}/config.json")
    command = ["python", "-m", "pipelines.run_pretrain", f"{ray.out}/config.json", "--workers", "2"]

    killer = threading.Thread(target=kill_a_train_worker, args=(tmp_path / "ray",))
    killer.start()
    failed = cluster.submit(*command)
    killer.join()
    said = failed.stdout + failed.stderr
    assert failed.returncode != 0, said
    assert re.search(r"error: rank [01]: WorkerHealthCheckFailedError: ", said), said
    assert f"The newest checkpoint is {list_checkpoints(tmp_path / 'ray')[-1]}; to go on from it: {' '.join(command)}" in said

    resumed = cluster.submit(*command)
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    assert f"{ray.out}/summary.json" in resumed.stdout
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", "-m", "pretrain.train"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    subprocess.run([*launch, f"{torchrun.out}/config.json"], cwd=REPOSITORY, env=environment, check=True, capture_output=True)
    assert digits(ray.out) == digits(torchrun.out)


def kill_a_train_worker(out: Path) -> None:
    """One rank of the run in `out`, once that has a checkpoint."""
    until = time.monotonic() + 120
    while not list_checkpoints(out):
        assert time.monotonic() < until
        time.sleep(0.05)
    workers = [p for p in psutil.Process().children(recursive=True) if "TrainWorker" in " ".join(p.cmdline())]
    max(workers, key=lambda worker: worker.pid).send_signal(signal.SIGKILL)


def digits(out: str) -> list[dict]:
    """The log's lines without their clock readings."""
    clock = ("tokens_per_s", "mfu", "data_wait_s")
    return [{k: v for k, v in asdict(line).items() if k not in clock} for line in read_log(Path(out) / "log.jsonl")]
