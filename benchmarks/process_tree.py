"""CPU and memory of a command with everything it starts, daemons included.

The command runs under a small supervisor that adopts every orphan (Linux's child subreaper) and samples the whole tree fifty
times a second. Sampling, because the kernel's own sums leave out children whose parent ignores SIGCHLD, as Ray's raylet does:
with getrusage the workers of a cluster cost nothing.
"""

import ctypes
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
"""prctl(2)."""
SAMPLE_EVERY_S = 0.02
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, kw_only=True)
class TreeUsage:
    """What a command and its descendants used."""

    cpu_s: float
    peak_bytes: int
    """Largest resident size of any one process."""
    stdout: str


def run(command: list[str]) -> TreeUsage:
    """Runs `command`. Raises CalledProcessError, with what it printed on standard error, where it fails."""
    supervised = subprocess.run([sys.executable, __file__, *command], capture_output=True, text=True)
    if supervised.returncode:
        print(supervised.stderr, file=sys.stderr)
        supervised.check_returncode()
    return TreeUsage(**json.loads(supervised.stdout))


def _supervise(command: list[str]) -> int:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    seconds: dict[tuple[int, str], float] = {}
    peaks: dict[tuple[int, str], int] = {}
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    while _sample(seconds, peaks):
        time.sleep(SAMPLE_EVERY_S)
        child.poll()
        _reap_orphans(child.pid)
    stdout = child.stdout.read() if child.stdout else ""
    print(json.dumps({"cpu_s": sum(seconds.values()), "peak_bytes": max(peaks.values()), "stdout": stdout}))
    return child.wait()


def _sample(seconds: dict[tuple[int, str], float], peaks: dict[tuple[int, str], int]) -> int:
    """Notes CPU and peak memory of every descendant; returns how many there are. Keys are (pid, start time)."""
    pids = _descendants(os.getpid())
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            status = Path(f"/proc/{pid}/status").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue
        peak = next((int(line.split()[1]) << 10 for line in status if line.startswith("VmHWM")), 0)
        key = (pid, fields[19])
        seconds[key] = (int(fields[11]) + int(fields[12])) / TICKS_PER_S
        peaks[key] = max(peak, peaks.get(key, 0))
    return len(pids)


def _descendants(root: int) -> list[int]:
    found, pending = [], [root]
    while pending:
        pid = pending.pop()
        try:
            for thread in Path(f"/proc/{pid}/task").iterdir():
                pending += [int(child) for child in (thread / "children").read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if pid != root:
            found.append(pid)
    return found


def _reap_orphans(child: int) -> None:
    """Waits for adopted processes that have ended, never for the command itself."""
    for pid in _descendants(os.getpid()):
        if pid != child:
            try:
                os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                continue


if __name__ == "__main__":
    sys.exit(_supervise(sys.argv[1:]))
