"""What the engine survives: dying workers, drivers and nodes, documents that kill, hang or eat memory, a full disk.

Each ends in the bytes of the undisturbed run, or in an error that says what is missing and in these bytes after a rerun.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpus.errors import StageError
from pipelines.engine import Context, run_stage
from pipelines.executors import ExecutionConfig, LocalExecutor, RayExecutor
from pipelines.progress import Progress
from tests.engine_stages import NUM_DOCUMENTS, filling_stage, make_stage, make_tasks, tree

psutil = pytest.importorskip("psutil")
ray = pytest.importorskip("ray")
pytestmark = [pytest.mark.ray, pytest.mark.slow]

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def executor():
    executor = RayExecutor(ExecutionConfig(num_cpus=2))
    yield executor
    ray.shutdown()


def run(out, tasks, executor, stage=None, **context):
    return run_stage(
        stage or make_stage(), tasks, Context(out_url=str(out), executor=executor, progress=Progress(quiet=True), **context)
    )


def undisturbed(out: Path, tasks) -> dict[str, bytes]:
    run(out, tasks, LocalExecutor())
    return tree(out)


def test_one_worker_two_workers_no_workers_same_bytes(tmp_path, executor):
    tasks = make_tasks(6, special={7: "raises"})
    run(tmp_path / "two", tasks, executor)
    executor.window, window = 1, executor.window
    run(tmp_path / "one", list(reversed(tasks)), executor)
    executor.window = window
    assert tree(tmp_path / "two") == tree(tmp_path / "one") == undisturbed(tmp_path / "local", tasks)


@pytest.mark.parametrize("misdeed", ["segfaults", "hangs"])
def test_a_document_that_kills_its_worker_is_quarantined_and_nothing_else(tmp_path, executor, misdeed):
    tasks = make_tasks(3, special={11: misdeed})
    result = run(tmp_path / "disturbed", tasks, executor)
    (reject,) = [row for url in result.reject_urls for row in pq.read_table(url).to_pylist()]
    assert (reject["reason"], reject["url"]) == ("killed_worker", "file:///s01.txt#11")
    kept = pq.read_table(result.shard_urls[1]).column("record_offset").to_pylist()
    assert kept == [i for i in range(NUM_DOCUMENTS) if i != 11]
    others = {name: data for name, data in tree(tmp_path / "disturbed").items() if "s01" not in name and "manifest" not in name}
    expected = {name: data for name, data in undisturbed(tmp_path / "clean", make_tasks(3)).items() if name in others}
    assert others == expected


def test_two_killers_in_one_shard_are_both_found(tmp_path, executor):
    result = run(tmp_path, make_tasks(2, special={0: "segfaults", 39: "segfaults"}), executor)
    assert result.manifest.counts()["rejects"] == {"killed_worker": 2}
    assert result.manifest.shards[1].rows_out == NUM_DOCUMENTS - 2


def test_a_document_that_eats_memory_is_rejected_in_its_worker(tmp_path, executor):
    result = run(tmp_path, make_tasks(2, special={4: "eats memory"}), executor)
    assert result.manifest.counts()["rejects"] == {"memory_limit": 1}


def kill_workers(stop: threading.Event, generator: random.Random, killed: list[int]) -> None:
    """SIGKILL to a random worker of this process's cluster, every now and then."""
    while not stop.wait(generator.uniform(0.3, 0.8)) and len(killed) < 5:
        workers = [p for p in psutil.process_iter(["cmdline"]) if "ray::_call" in " ".join(p.info["cmdline"] or [])]
        if workers:
            victim = generator.choice(workers)
            killed.append(victim.pid)
            victim.send_signal(signal.SIGKILL)


@pytest.mark.parametrize("seed", [1, 2])
def test_workers_killed_at_random_points(tmp_path, executor, seed):
    tasks = make_tasks(12, pause_s=0.1)
    stop, killed = threading.Event(), []
    killer = threading.Thread(target=kill_workers, args=(stop, random.Random(seed), killed))
    killer.start()
    try:
        run(tmp_path / "disturbed", tasks, executor, max_attempts=6)
    finally:
        stop.set()
        killer.join()
    assert killed
    assert tree(tmp_path / "disturbed") == undisturbed(tmp_path / "clean", make_tasks(12))


def test_driver_killed_at_random_points_and_run_again(tmp_path):
    generator = random.Random(3)
    out = tmp_path / "disturbed"
    command = [sys.executable, "-m", "tests.engine_driver", str(out), "10", "0.1"]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    for round_ in range(8):
        driver = subprocess.Popen(command, cwd=REPOSITORY, env=environment, start_new_session=True)
        # Start-up of a cluster is some 5 s; from then on the ten shards take 3 s.
        patience = generator.uniform(5.0, 9.0) if round_ < 3 else 120
        try:
            if driver.wait(patience) == 0:
                break
        except subprocess.TimeoutExpired:
            os.killpg(driver.pid, signal.SIGKILL)
            driver.wait()
    assert driver.returncode == 0
    assert tree(out) == undisturbed(tmp_path / "clean", make_tasks(10))


def test_a_full_disk_is_named_and_mended_by_a_rerun(tmp_path, executor):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("needs the right to mount a small tmpfs")
    try:
        with pytest.raises(
            StageError, match=r"shards are missing:(.|\n)*No space left on device(.|\n)*run the same command again"
        ):
            run(disk, make_tasks(6), executor, filling_stage(400_000))
        assert not [name for name in tree(disk) if name.endswith(".tmp")]
        subprocess.run(["mount", "-o", "remount,size=20m", str(disk)], check=True)
        mended = run(disk, make_tasks(6), executor, filling_stage(400_000))
        assert 0 < mended.num_resumed < 6
        run(tmp_path / "clean", make_tasks(6), executor, filling_stage(400_000))
        assert tree(disk) == tree(tmp_path / "clean")
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_node_that_vanishes(tmp_path):
    """In a process of its own: a ray.cluster_utils.Cluster and the module's cluster don't go together."""
    script = tmp_path / "node_loss.py"
    script.write_text(NODE_LOSS)
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    subprocess.run(
        [sys.executable, str(script), str(tmp_path / "disturbed")], cwd=REPOSITORY, env=environment, check=True, timeout=200
    )
    assert tree(tmp_path / "disturbed") == undisturbed(tmp_path / "clean", make_tasks(12))


NODE_LOSS = """
import sys, threading, time
from ray.cluster_utils import Cluster
import ray
from pipelines.engine import Context, run_stage
from pipelines.executors import ExecutionConfig, RayExecutor
from pipelines.progress import Progress
from tests.engine_stages import make_stage, make_tasks

cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
doomed = cluster.add_node(num_cpus=2)
ray.init(address=cluster.address, log_to_driver=False)
executor = RayExecutor(ExecutionConfig())
gone = threading.Event()
def remove():
    cluster.remove_node(doomed, allow_graceful=False)
    gone.set()
threading.Timer(3.0, remove).start()
context = Context(out_url=sys.argv[1], executor=executor, progress=Progress(quiet=True))
run_stage(make_stage(), make_tasks(12, pause_s=0.3), context)
assert gone.is_set(), "the node should have gone while the stage ran"
ray.shutdown()
cluster.shutdown()
"""
