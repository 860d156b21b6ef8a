"""What was asked, answered and spent, in one file that only grows; and the budget that is kept by it.

Every line of answers.jsonl is one JSON object with the document's id and what happened to it:

    {"asked": ID, "bound": [3000, 400]}                       a request goes out; so many tokens at most
    {"answered": ID, "question": DIGEST, "answer": {...}, "usage": [2100, 96], "model": ...}
    {"failed": ID, "reason": ..., "detail": ..., "usage": [2100, 400] or null}
    {"rejected": ID, "question": DIGEST, "reason": ..., "detail": ..., "is_final": true}

Answers are on the disk before the next question goes out. A process that is killed loses what was in flight, and at most the last
line is torn: it is cut off when the file is opened again. What was asked and never came back counts as spent with its bound.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from corpus.errors import InputError
from pipelines.label_config import LabelBudget


class Usage(NamedTuple):
    """Tokens of questions and of answers."""

    input: int = 0
    output: int = 0

    def plus(self, other: Usage) -> Usage:
        return Usage(self.input + other.input, self.output + other.output)

    def minus(self, other: Usage) -> Usage:
        return Usage(self.input - other.input, self.output - other.output)


NOTHING = Usage()


@dataclass
class Spent:
    """What all requests so far took."""

    requests: int = 0
    usage: Usage = NOTHING
    """As the server counts."""
    unreported: Usage = NOTHING
    """Upper bounds for requests that the server may have worked on without saying what it took."""
    num_unreported: int = 0

    @property
    def total(self) -> Usage:
        return self.usage.plus(self.unreported)


class Reject(NamedTuple):
    reason: str
    detail: str
    is_final: bool
    """The document's own fault: it is not asked again. Else a later run tries it again."""


@dataclass
class State:
    """What a journal says."""

    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    """doc_id -> its line."""
    rejects: dict[str, tuple[str, Reject]] = field(default_factory=dict)
    """doc_id -> digest of the question, and why."""
    spent: Spent = field(default_factory=Spent)
    models: set[str] = field(default_factory=set)
    """What the server calls itself in its answers."""
    hosts: set[str] = field(default_factory=set)

    def replay(self, line: dict[str, Any], in_flight: dict[str, Usage]) -> None:
        if "asked" in line:
            self.lost(in_flight.pop(line["asked"], None))
            in_flight[line["asked"]] = Usage(*line["bound"])
            self.spent.requests += 1
            self.hosts.add(line["host"])
            return
        doc_id: str = line[next(kind for kind in ("answered", "failed", "rejected") if kind in line)]
        if "rejected" in line:
            reject = Reject(line["reason"], line["detail"], line["is_final"])
            self.rejects[doc_id] = (line["question"], reject)
            return
        bound = in_flight.pop(doc_id, Usage())
        if line["usage"] is None:
            self.lost(bound)
        else:
            self.spent.usage = self.spent.usage.plus(Usage(*line["usage"]))
        if "answered" in line:
            self.answers[doc_id] = line
            self.rejects.pop(doc_id, None)
            self.models.add(line["model"])

    def lost(self, bound: Usage | None) -> None:
        if bound is not None:
            self.spent.unreported = self.spent.unreported.plus(bound)
            self.spent.num_unreported += 1


class Journal:
    """The file, open for appending by one process at a time.

    Raises InputError where another process has it open, or where it holds something else.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = path.open("a+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            raise InputError(f"{path}: another process is labelling into this folder; wait for it, or end it") from error
        self.state = self._read()

    def _read(self) -> State:
        self._file.seek(0)
        content = self._file.read()
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) < len(content):
            self._file.truncate(len(whole))
        state, in_flight = State(), dict[str, Usage]()
        for number, line in enumerate(whole.splitlines(), 1):
            try:
                state.replay(json.loads(line), in_flight)
            except (ValueError, LookupError, TypeError, StopIteration) as error:
                raise InputError(f"{self.path}: line {number} is none of ours ({error}); move the file away") from error
        for bound in in_flight.values():
            state.lost(bound)
        self._in_flight: dict[str, Usage] = {}
        return state

    def write(self, **line: Any) -> None:
        """Appends a line and keeps the state; all but `asked` are on the disk when it returns."""
        self._file.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")
        self._file.flush()
        if "asked" not in line:
            os.fsync(self._file.fileno())
        self.state.replay(line, self._in_flight)

    def give_up(self) -> None:
        """Counts what is in flight as spent: nobody waits for it any more."""
        for bound in self._in_flight.values():
            self.state.lost(bound)
        self._in_flight.clear()

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class BudgetSpentError(Exception):
    """The next request could go over the budget."""


class Ledger:
    """Lets a request go out only if everything under way, at its upper bound, still fits the budget."""

    def __init__(self, budget: LabelBudget, spent: Spent) -> None:
        self.budget, self.spent = budget, spent
        self._reserved, self._num_reserved = Usage(), 0
        self._settled = asyncio.Condition()

    async def reserve(self, bound: Usage) -> None:
        """Waits until the request fits. Raises BudgetSpentError where it does not even with nothing else under way."""
        async with self._settled:
            while why := self._over(bound):
                if not self._num_reserved:
                    raise BudgetSpentError(why)
                await self._settled.wait()
            self._reserved, self._num_reserved = self._reserved.plus(bound), self._num_reserved + 1

    async def settle(self, bound: Usage) -> None:
        """What the request took is in `spent` by now."""
        async with self._settled:
            self._reserved, self._num_reserved = self._reserved.minus(bound), self._num_reserved - 1
            self._settled.notify_all()

    def _over(self, bound: Usage) -> str:
        """Which limit one more request could break; empty: none."""
        budget, spent = self.budget, self.spent
        requests = spent.requests + 1
        usage = spent.total.plus(self._reserved).plus(bound)
        if budget.max_requests is not None and requests > budget.max_requests:
            return f"max_requests {budget.max_requests:,}: all sent"
        if budget.max_tokens is not None and sum(usage) > budget.max_tokens:
            return f"max_tokens {budget.max_tokens:,}: {sum(spent.total):,} taken, the next request may take {sum(bound):,}"
        if budget.max_cost is not None and (price := cost(usage, budget)) > budget.max_cost:
            so_far = cost(spent.total, budget)
            return f"max_cost {budget.max_cost:g}: {so_far:.4f} spent, the next request may take it to {price:.4f}"
        return ""


def cost(usage: Usage, budget: LabelBudget) -> float:
    """In the currency of the budget's prices."""
    return (usage.input * budget.input_price + usage.output * budget.output_price) / 1e6
