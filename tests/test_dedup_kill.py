"""Killed anywhere and run again: the same bytes, in the run's folder and in the index."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow


def start(out: Path, mode: str = "small", die_at: int = 0) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.dedup_driver", str(out), mode, str(die_at)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    return subprocess.Popen(command, cwd=REPOSITORY, env=environment, start_new_session=True)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("undisturbed")
    assert start(out).wait(300) == 0
    found = files(out)
    assert sum(name.startswith("index/") for name in found) > 20
    return found


def test_the_driver_is_killed_every_few_files(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    """About twenty kills, before and after a file got its name, through all steps and both dumps."""
    num_kills = 0
    step = len(undisturbed) // 20
    while (code := start(tmp_path, die_at=step + num_kills % 5).wait(300)) == -signal.SIGKILL:
        num_kills += 1
        assert num_kills < 100
    assert code == 0
    assert num_kills >= 10
    assert files(tmp_path) == undisturbed


@pytest.mark.ray
def test_workers_are_killed(tmp_path: Path) -> None:
    """A worker that is at a task, six times at most; the engine tries again, and the bytes are those of one process."""
    num_kills = 0
    driver = start(tmp_path / "killed", mode="ray")
    deadline = time.monotonic() + 300
    while driver.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
        if num_kills < 6 and kill_a_worker(driver.pid):
            num_kills += 1
            time.sleep(1.5)
    assert driver.wait(10) == 0
    assert num_kills >= 1
    assert start(tmp_path / "undisturbed", mode="local").wait(300) == 0
    assert files(tmp_path / "killed") == files(tmp_path / "undisturbed")


def kill_a_worker(session: int) -> bool:
    """Ends one process of the session that runs a task."""
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            pid = int(path.name)
            if b"ray::_call" in (path / "cmdline").read_bytes() and _is_below(pid, session):
                os.kill(pid, signal.SIGKILL)
                return True
    return False


def _is_below(pid: int, ancestor: int) -> bool:
    while pid > 1:
        if pid == ancestor:
            return True
        pid = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    return False
