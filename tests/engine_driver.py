"""A driver for the tests to kill: `python -m tests.engine_driver OUT NUM_SHARDS PAUSE_S`."""

import sys

from pipelines.engine import Context, run_stage
from pipelines.executors import ExecutionConfig, make_executor
from pipelines.progress import Progress
from tests.engine_stages import make_stage, make_tasks


def main(out: str, num_shards: str, pause_s: str) -> None:
    executor = make_executor(ExecutionConfig(mode="ray", num_cpus=2))
    try:
        context = Context(out_url=out, executor=executor, progress=Progress(quiet=True))
        run_stage(make_stage(), make_tasks(int(num_shards), pause_s=float(pause_s)), context)
    finally:
        executor.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
