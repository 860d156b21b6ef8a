"""A process of a run that ends before its time says how to go on.

When a rank dies, the others hear of it in one of two ways: a collective fails (gloo: at once), or torchrun tells them to stop
(SIGTERM), which a rank that waits for a GPU inside NCCL would never get to read. Hence a thread that does.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch.distributed as dist

LOCAL_RANKS_THAT_SPEAK = 2
"""Of each node, of an error that is another rank's: one of them is alive unless the node is gone."""


@contextmanager
def notices(how_to_resume: Callable[[], str]) -> Iterator[Callable[[str], None]]:
    """Inside, SIGTERM ends the process with a line that says how to resume; yields what prints that line for other reasons.

    The line is printed once. Only for the main thread of a program of its own: signal handlers are the process's.
    """
    spoken = threading.Lock()

    def say(what: str) -> None:
        if spoken.acquire(blocking=False):
            print(f"error: rank {os.environ.get('RANK', '0')}: {what}. {how_to_resume()}", file=sys.stderr, flush=True)

    reader, writer = os.pipe()
    os.set_blocking(writer, False)

    def listen() -> None:
        while True:
            number = os.read(reader, 1)
            if number in (b"", b"\0"):
                return
            if number[0] == signal.SIGTERM:
                if int(os.environ.get("LOCAL_RANK", "0")) < LOCAL_RANKS_THAT_SPEAK:
                    say("told to stop (SIGTERM), as torchrun does when another rank has died, and schedulers do")
                os._exit(128 + signal.SIGTERM)

    listener = threading.Thread(target=listen, name="sigterm", daemon=True)
    # C writes the number to the pipe at once, whatever the main thread waits for; nothing is left to do for a handler in Python.
    before = signal.signal(signal.SIGTERM, lambda number, frame: None)
    old_writer = signal.set_wakeup_fd(writer)
    listener.start()
    try:
        yield say
    finally:
        signal.set_wakeup_fd(old_writer)
        signal.signal(signal.SIGTERM, before)
        os.write(writer, b"\0")
        listener.join()
        os.close(reader)
        os.close(writer)


def is_of_a_lost_rank(error: Exception) -> bool:
    """Whether a collective failed because another rank is gone."""
    return isinstance(error, dist.DistError) or (
        isinstance(error, RuntimeError) and any(text in str(error) for text in ("gloo/transport", "Connection closed by peer"))
    )


def command_of_this_run(config_path: str) -> str:
    """What started this process, as far as torchrun's variables tell."""
    ranks = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    nodes = int(os.environ.get("WORLD_SIZE", "1")) // max(1, ranks)
    if ranks * nodes == 1:
        return f"python -m pretrain.train {config_path}"
    several = f"--nnodes {nodes} --rdzv-backend c10d --rdzv-endpoint HOST:PORT " if nodes > 1 else ""
    return f"torchrun {several}--nproc-per-node {ranks} -m pretrain.train {config_path}"
