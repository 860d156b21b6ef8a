"""`ray job submit --working-dir .` on a cluster that has our dependencies and nothing of ours."""

from __future__ import annotations

import os
import shutil
import site
import socket
import subprocess
import sys
import time
import venv
from pathlib import Path

import pytest

from corpus.manifest import read_manifest

pytest.importorskip("ray")
pytestmark = [pytest.mark.ray, pytest.mark.slow]

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def python(tmp_path_factory) -> Path:
    """A Python with our dependencies but without this checkout: a path line in a .pth does not run the .pth of an editable install."""
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


@pytest.fixture(scope="module")
def cluster(python, tmp_path_factory):
    """The address of the job API of `ray start --head`, in processes of its own."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("RAY_", "PYTHON"))}
    environment |= {"PATH": f"{python.parent}:{os.environ['PATH']}", "RAY_DISABLE_IMPORT_WARNING": "1"}
    dashboard, temporary = free_port(), tmp_path_factory.mktemp("r", numbered=False)
    command = [python, "-m", "ray.scripts.scripts", "start", "--head", "--block", "--num-cpus=2", f"--port={free_port()}"]
    command += [f"--dashboard-port={dashboard}", f"--temp-dir={temporary}", "--disable-usage-stats"]
    head = subprocess.Popen(command, env=environment, cwd=temporary, start_new_session=True, stdout=subprocess.DEVNULL)
    yield f"http://127.0.0.1:{dashboard}"
    os.killpg(head.pid, 15)
    head.wait()
    shutil.rmtree(temporary, ignore_errors=True)


def submit(address: str, entrypoint: str) -> tuple[str, str]:
    """Status and log of a job submitted through the job API with this repository as its working directory."""
    from ray.job_submission import JobStatus, JobSubmissionClient

    for _ in range(60):
        try:
            client = JobSubmissionClient(address)
            break
        except (ConnectionError, RuntimeError):
            time.sleep(1)
    working_dir = {"working_dir": str(REPOSITORY), "excludes": [".git", ".venv", "out", "docs", "tests/golden"]}
    job = client.submit_job(entrypoint=entrypoint, runtime_env=working_dir)
    while not (status := client.get_job_status(job)).is_terminal():
        time.sleep(0.5)
    assert isinstance(status, JobStatus)
    return status.value, client.get_job_logs(job)


def test_a_submitted_job_extracts_and_a_second_one_finds_the_work_done(cluster, tmp_path):
    command = f"python -m pipelines extract tiny execution.out={tmp_path}/out"
    status, log = submit(cluster, command)
    assert status == "SUCCEEDED", log
    (directory,) = (tmp_path / "out" / "extract").iterdir()
    manifest = read_manifest(str(directory))
    assert manifest.counts()["rows_out"] > 200
    status, log = submit(cluster, command)
    assert status == "SUCCEEDED", log
    assert "nothing to do, all there" in log


def test_a_job_that_fails_says_so_by_its_exit_code(cluster, tmp_path):
    status, log = submit(cluster, f"python -m pipelines extract tiny sources.web.path=nowhere execution.out={tmp_path}/out")
    assert status == "FAILED"
    assert "nowhere: nothing there; expected a file, a directory or a glob" in log
