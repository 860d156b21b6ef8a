"""What a stage is: a function from a table to the rows it made and the rows it rejected.

`map_documents` is the loop every per-document stage shares: it turns one bad document into one reject row, under a time and a
memory limit, so that a shard survives any document that does not kill the process outright. (Those that do are found by the
engine, which bisects the shard.)
"""

from __future__ import annotations

import contextlib
import faulthandler
import resource
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import FrameType, MappingProxyType
from typing import Any, NamedTuple

import pyarrow as pa

from corpus import schema
from corpus.errors import DocumentError, InputError, TercetError
from corpus.ids import content_id


class StageOutput(NamedTuple):
    """One batch of a stage's work. Rows in = `table.num_rows + rejects.num_rows` wherever a stage maps rows to rows."""

    table: pa.Table
    rejects: pa.Table
    counters: Mapping[str, int] = MappingProxyType({})
    """What else is worth counting; summed into the shard's footer and the manifest."""


NO_REJECTS = schema.REJECTS.empty_table()


@dataclass(frozen=True, kw_only=True)
class DocumentLimits:
    """What one document may take before it becomes a reject."""

    timeout_s: float = 60.0
    """Wall seconds. Python code is interrupted at once; native code that never returns is killed with its process after twice
    this time where `kill_process` is set."""
    max_memory_bytes: int = 2 << 30
    """Private memory beyond what the process held when the document began (RLIMIT_DATA)."""
    kill_process: bool = False
    """Whether the process may be ended for the document: true in a worker, false in somebody's REPL."""


class DocumentTimeoutError(DocumentError):
    """A document took longer than its limit."""


@contextlib.contextmanager
def document_limits(limits: DocumentLimits) -> Iterator[None]:
    """Run one document under `limits`; raises DocumentError("time_limit" | "memory_limit").

    Signals reach only the main thread: in another thread just the process-wide memory limit applies.
    """
    in_main_thread = threading.current_thread() is threading.main_thread()
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    ceiling = _data_bytes() + limits.max_memory_bytes
    previous_handler: Any = None

    def on_alarm(_signum: int, _frame: FrameType | None) -> None:
        raise DocumentTimeoutError("time_limit", f"took longer than {limits.timeout_s:g} s")

    if in_main_thread:
        previous_handler = signal.signal(signal.SIGALRM, on_alarm)
        signal.setitimer(signal.ITIMER_REAL, limits.timeout_s)
    if limits.kill_process:
        faulthandler.dump_traceback_later(2 * limits.timeout_s, exit=True)
    resource.setrlimit(resource.RLIMIT_DATA, (ceiling if hard < 0 else min(ceiling, hard), hard))
    try:
        yield
    except (MemoryError, pa.ArrowMemoryError) as error:
        raise DocumentError("memory_limit", f"needed more than {limits.max_memory_bytes >> 20} MiB") from error
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
        if limits.kill_process:
            faulthandler.cancel_dump_traceback_later()
        if in_main_thread:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, previous_handler)


def _data_bytes() -> int:
    """Private writable memory of this process (VmData): what RLIMIT_DATA counts."""
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 (30 us less than Path.open, once per document)
        return int(statm.read().split()[5]) * resource.getpagesize()


def aligned(annotation: pa.Table, doc_ids: pa.ChunkedArray, *, what: str) -> pa.Table:
    """The row of `annotation` for each of `doc_ids`; all null for a document that a stage lost, as it killed every worker.

    Raises InputError where its rows are not those of such documents in their order.
    """
    if annotation.column("doc_id").equals(doc_ids):
        return annotation
    known = annotation.column("doc_id").to_pylist()
    places: list[int | None] = []
    row = 0
    for doc_id in doc_ids.to_pylist():
        is_known = row < len(known) and known[row] == doc_id
        places.append(row if is_known else None)
        row += is_known
    if row < len(known):
        raise InputError(
            f"{what}: {len(known)} rows, not of the {len(places)} documents beside it in their order; make it of these documents"
        )
    nullable = pa.schema([field.with_nullable(True) for field in annotation.schema])
    return annotation.cast(nullable).take(pa.array(places, pa.int64()))


def reject_row(row: Mapping[str, Any], *, stage: str, reason: str, detail: str, num_bytes: int) -> dict[str, Any]:
    """A REJECTS row for `row`, which has the provenance columns and, where a page was read, `doc_id`."""
    return {
        "doc_id": row.get("doc_id") or content_id(row["source"], row["path"], row["record_offset"]),
        "source": row["source"],
        "url": row["url"],
        "path": row["path"],
        "record_offset": row["record_offset"],
        "stage": stage,
        "reason": reason,
        "detail": detail[:500].encode("utf-8", "replace").decode("utf-8"),
        "num_bytes": num_bytes,
    }


def map_documents(
    table: pa.Table,
    process: Callable[[dict[str, Any]], dict[str, Any]],
    *,
    stage: str,
    output_schema: pa.Schema,
    limits: DocumentLimits,
) -> StageOutput:
    """`process` applied to every row of `table` as a dict; what it cannot process becomes a reject row.

    `process` raises DocumentError with a reason, or anything else, which is rejected as `crashed` with the exception in the
    detail; other errors of corpus.errors are not the document's fault and are raised. Rows keep their order.
    """
    made: list[dict[str, Any]] = []
    rejected: list[dict[str, Any]] = []
    for batch in table.to_batches(max_chunksize=1):
        row = batch.to_pylist()[0]
        try:
            with document_limits(limits):
                made.append(process(row))
        except DocumentError as error:
            reason, detail = error.reason, error.detail
        except TercetError:
            raise  # a missing extra or a wrong setting: no other document would fare better
        except RecursionError as error:
            reason, detail = "nested_too_deep", str(error)
        except Exception as error:  # noqa: BLE001 (one bad document never ends a shard; it is counted under its reason)
            reason, detail = "crashed", f"{type(error).__name__}: {error}"
        else:
            continue
        size = len(row.get("content") or row.get("text") or b"")
        rejected.append(reject_row(row, stage=stage, reason=reason, detail=detail, num_bytes=size))
    return StageOutput(
        pa.Table.from_pylist(made, schema=output_schema),
        pa.Table.from_pylist(rejected, schema=schema.REJECTS),
    )
