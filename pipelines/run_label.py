"""Label: a sample of a run's DOCUMENTS, a model's answers about them -> a Parquet of labels to train taggers from.

    OUT/label/DIGEST/
        answers.jsonl      every request and answer (label_journal.py): what a later run goes on from
        labels.parquet     quality.train_taggers.LABELS, by doc_id
        rejects.parquet    REJECTS: documents that never got a valid answer, and why
        label.json         model, host, rubric, sample, what it took
        summary.txt        the same for people

The digest is over what an answer depends on: rubric, model, temperature, length of the excerpts. Another sample, budget or
address goes on in the same folder.
"""

from __future__ import annotations

import asyncio
import datetime
import functools
import importlib.metadata
import random
import sys
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from corpus import shards
from corpus.config import apply_overrides, build
from corpus.errors import DocumentError, InputError, RecipeError, StageError
from corpus.ids import config_digest, content_id
from corpus.schema import DOMAIN_LABELS, REJECTS
from corpus.stage import reject_row
from pipelines import label_sample
from pipelines.label_client import ChatClient, Completion, PassingError, RereadError, UnreachableError
from pipelines.label_config import LabelConfig
from pipelines.label_journal import BudgetSpentError, Journal, Ledger, Reject, State, Usage, cost
from pipelines.progress import LINE_EVERY_S
from pipelines.recipe_files import absolute, load_pipeline, parse_overrides
from pipelines.report_run import Run, open_run
from quality.dimensions import QUALITY_WEIGHTS, RUBRIC
from quality.labelling import Answer, InvalidAnswerError, answer_schema, complaint, messages, parse_answer, rubric_digest
from quality.train_taggers import LABELS

STAGE = "label"
MAX_FAILURES_IN_A_ROW = 20
"""Documents without a valid answer, one after the other, after which something else than a document must be wrong."""
MAX_REPEATED_CHARS = 2000
"""Of an answer that was not valid, when the model is shown it again."""
BYTES_PER_TOKEN = 3.8
"""Of questions, for estimates: DeepSeek V4's tokenizer on the prompt and 400 documents of examples/corpus (docs/labelling.md)."""
TOKENS_PER_ANSWER = 75
"""The example's 71, and the end."""


@dataclass(frozen=True)
class Question:
    """One document's."""

    document: Mapping[str, Any]
    messages: Sequence[dict[str, str]]

    @property
    def doc_id(self) -> str:
        doc_id: str = self.document["doc_id"]
        return doc_id

    @functools.cached_property
    def digest(self) -> str:
        """Of the excerpt: a document that was extracted anew may have changed."""
        return content_id(self.messages[-1]["content"])[:12]


@dataclass
class Labelling:
    """A run of `tercet label`."""

    run: Run
    config: LabelConfig
    folder: Path
    sample: label_sample.Sample
    questions: Sequence[Question]
    notes: list[str] = field(default_factory=list)


def settings(name: str, overrides: Sequence[str]) -> tuple[LabelConfig, str]:
    """The `label` section and OUT of a recipe, or of a finished run named by its folder.

    Raises RecipeError where neither the section nor the overrides name an endpoint.
    """
    if _is_run(name):
        out = absolute(name)
        mapping = {"label": open_run(out).config.get("label") or {}}
        changed = apply_overrides(mapping, parse_overrides(overrides))
        if unknown := [key for key in changed if key != "label"]:
            raise RecipeError(f"{name} is a run: only label.* can be set here, saw {', '.join(unknown)}")
        _require_endpoint(changed["label"], name)
        return build(LabelConfig, changed["label"], where=f"{name}: label"), out
    pipeline = load_pipeline(name, overrides)
    if pipeline.label is None:
        _require_endpoint({}, name)
    assert pipeline.label is not None
    return pipeline.label, pipeline.execution.out


def _is_run(name: str) -> bool:
    fs, path = shards.filesystem(shards.join(name, "run.json"))
    return bool(fs.exists(path))


def _require_endpoint(label: Mapping[str, Any], name: str) -> None:
    if not label.get("endpoint"):
        raise RecipeError(
            f"{name}: no section `label:` says whom to ask; give label.endpoint.base_url=http://localhost:8000/v1 "
            "label.endpoint.model=MODEL"
        )


def prepare(config: LabelConfig, out: str, folder: str | None = None) -> Labelling:
    """Draws the sample and reads its documents. Raises InputError where no run ended in `out`."""
    try:
        run = open_run(out)
    except InputError as error:
        raise InputError(f"{error}. Run `tercet score RECIPE` (or extract) first") from error
    sample = label_sample.draw(run, config.sample)
    questions = [
        Question(
            row,
            messages(row["text"], excerpt_chars=config.excerpt_chars, **{name: row[name] for name in ("kind", "url", "doc_id")}),
        )
        for row in label_sample.read_documents(sample.places)
    ]
    return Labelling(run, config, Path(folder) if folder else default_folder(out, config), sample, questions)


def default_folder(out: str, config: LabelConfig) -> Path:
    """OUT/label/DIGEST. Raises InputError for an object store, to which no file can be appended."""
    fs, path = shards.filesystem(out)
    if not shards.is_local(fs):
        raise InputError(f"{out}: answers are appended to a file, which an object store has not: name a local folder with --out")
    return Path(path) / "label" / digest(config)


def digest(config: LabelConfig) -> str:
    """Of all that an answer depends on."""
    endpoint = config.endpoint
    asked = {"model": endpoint.model, "temperature": endpoint.temperature, "extra_body": endpoint.extra_body}
    return config_digest({"rubric": rubric_digest(), "excerpt_chars": config.excerpt_chars, **asked})


def run(labelling: Labelling) -> str:
    """Asks what was not answered yet, writes the files; returns the path of labels.parquet.

    Raises StageError where the budget ended it or nobody could be labelled any more, after writing what there is.
    """
    with Journal(labelling.folder / "answers.jsonl") as journal:
        try:
            stopped = asyncio.run(Asking(labelling, journal).ask_all())
        except (RecipeError, InputError, StageError):
            journal.give_up()
            if journal.state.answers:
                write_files(labelling, journal.state)
            raise
        path = write_files(labelling, journal.state)
        if stopped:
            left = len(labelling.questions) - len(_answered(labelling, journal.state)) - len(_rejected(labelling, journal.state))
            raise StageError(
                f"label: stopped by label.budget.{stopped}. {left:,} documents are left; what is labelled is in {path}. "
                "Raise the limit and run the same command to go on"
            )
    return path


# ------------------------------------------------------------------------------------------------------------- asking


class Asking:
    """The loop: questions without an answer, some at a time, under the budget."""

    def __init__(self, labelling: Labelling, journal: Journal) -> None:
        self.labelling, self.journal = labelling, journal
        self.endpoint = labelling.config.endpoint
        self.ledger = Ledger(labelling.config.budget, journal.state.spent)
        self.schema = answer_schema()
        self.failures_in_a_row: list[Reject] = []
        self.progress = Progress(labelling, journal.state)

    async def ask_all(self) -> str:
        """Returns which limit of the budget ended it; empty: none did."""
        answered, rejected = (
            _answered(self.labelling, self.journal.state),
            _rejected(self.labelling, self.journal.state, final=True),
        )
        waiting = deque(each for each in self.labelling.questions if each.doc_id not in answered | rejected)
        self.progress.begin(num_answered=len(answered), num_rejected=len(rejected))
        if not waiting:
            return ""
        async with ChatClient(self.endpoint, self.labelling.notes) as self.client:
            try:
                # Alone: what the first answer teaches about the server need not be learnt by many at once.
                await self._label(waiting.popleft())
                async with asyncio.TaskGroup() as group:
                    for _ in range(min(self.endpoint.max_in_flight, len(waiting))):
                        group.create_task(self._work(waiting))
            except BudgetSpentError as error:
                return str(error)
            except ExceptionGroup as errors:
                raise_first(errors)
            finally:
                self.progress.show(is_last=True)
        return self._stopped

    _stopped = ""

    async def _work(self, waiting: deque[Question]) -> None:
        while waiting and not self._stopped:
            try:
                await self._label(waiting.popleft())
            except BudgetSpentError as error:
                # The others finish what they have under way.
                self._stopped = self._stopped or str(error)

    async def _label(self, question: Question) -> None:
        """Asks until there is a valid answer, or writes the reject."""
        try:
            answer, completion = await self._ask(question)
        except DocumentError as error:
            # Its own fault, unless the server was: then a later run may fare better.
            is_final = not isinstance(error, _GaveUpError)
            self._reject(question, Reject(error.reason, error.detail, is_final))
            return
        self.failures_in_a_row.clear()
        self.progress.num_answered += 1
        self.journal.write(
            answered=question.doc_id,
            question=question.digest,
            answer={"domains": list(answer.domains), **answer.dimensions},
            usage=completion.usage,
            model=completion.model or self.endpoint.model,
        )
        self.progress.show()

    def _reject(self, question: Question, reject: Reject) -> None:
        self.journal.write(rejected=question.doc_id, question=question.digest, **reject._asdict())
        self.progress.num_rejected += 1
        self.progress.show()
        self.failures_in_a_row.append(reject)
        if len(self.failures_in_a_row) >= MAX_FAILURES_IN_A_ROW:
            reasons = Counter(each.reason for each in self.failures_in_a_row)
            raise StageError(
                f"label: {MAX_FAILURES_IN_A_ROW} documents in a row got no valid answer "
                f"({_listed(reasons)}; the last: {reject.detail}). "
                f"Look at what {self.endpoint.model} answers, or choose another model; the same command goes on"
            )

    async def _ask(self, question: Question) -> tuple[Answer, Completion]:
        """Raises DocumentError where neither patience nor complaint brings a valid answer, BudgetSpentError."""
        asked = question.messages
        num_failed = num_invalid = 0
        while True:
            try:
                completion = await self._request(question, asked)
            except PassingError as error:
                num_failed += 1
                if num_failed >= self.endpoint.max_attempts:
                    if isinstance(error, UnreachableError):
                        raise InputError(f"label.endpoint: {error.detail}, {num_failed} times; start it and run again") from error
                    raise _GaveUpError(error.reason, f"{num_failed} tries; the last: {error.detail}") from error
                await asyncio.sleep(self._wait_s(num_failed) if error.wait_s is None else error.wait_s)
                continue
            try:
                return _answer(completion, self.endpoint.max_tokens), completion
            except InvalidAnswerError as error:
                num_invalid += 1
                self._failed(question, error.reason, error.detail, completion.usage)
                if num_invalid >= self.endpoint.max_attempts or error.reason == "answer_refused":
                    raise InvalidAnswerError(error.reason, f"{num_invalid} answers; the last: {error.detail}") from error
                said = {"role": "assistant", "content": completion.content[:MAX_REPEATED_CHARS]}
                asked = [*question.messages, said, {"role": "user", "content": complaint(error)}]

    async def _request(self, question: Question, asked: Sequence[dict[str, str]]) -> Completion:
        """One request, or more where the server wants another form; each is in the journal, and so is what it took."""
        while True:
            bound = self.client.bound(asked)
            await self.client.turn()
            await self.ledger.reserve(bound)
            try:
                self.journal.write(asked=question.doc_id, bound=bound, host=self.client.host)
                completion = await self.client.complete(asked, schema=self.schema)
                return completion
            except RereadError as error:
                self._failed(question, "form_refused", str(error), Usage())
            except PassingError as error:
                self._failed(question, error.reason, error.detail, None if error.may_be_billed else Usage())
                raise
            except DocumentError as error:
                self._failed(question, error.reason, error.detail, Usage())
                raise
            except (RecipeError, InputError) as error:
                self._failed(question, "endpoint", str(error), Usage())
                raise
            finally:
                await self.ledger.settle(bound)

    def _failed(self, question: Question, reason: str, detail: str, usage: Usage | None) -> None:
        self.journal.write(failed=question.doc_id, reason=reason, detail=detail[:300], usage=usage)

    def _wait_s(self, attempt: int) -> float:
        wait_s: float = self.endpoint.backoff_s * 2 ** (attempt - 1)
        return min(self.endpoint.max_backoff_s, wait_s) * random.uniform(1.0, 1.5)


class _GaveUpError(DocumentError):
    """The server failed each time."""


def raise_first(errors: BaseExceptionGroup[BaseException]) -> None:
    """The first error of a group, as if it had been alone."""
    first = errors.exceptions[0]
    if isinstance(first, BaseExceptionGroup):
        raise_first(first)
    raise first


def _answer(completion: Completion, max_tokens: int) -> Answer:
    if completion.finish == "refusal":
        raise InvalidAnswerError("answer_refused", f"the model refuses: {completion.content[:200]}")
    if completion.finish == "length":
        raise InvalidAnswerError("answer_truncated", f"it was cut off after {max_tokens} tokens (label.endpoint.max_tokens)")
    return parse_answer(completion.content)


class Progress:
    """One line: on a terminal always the same, elsewhere a new one every few seconds."""

    def __init__(self, labelling: Labelling, state: State) -> None:
        self.total, self.budget, self.spent = len(labelling.questions), labelling.config.budget, state.spent
        self.num_answered = self.num_rejected = self._num_before = 0
        self._on_terminal = sys.stderr.isatty()
        self._started = self._last = time.monotonic()

    def begin(self, *, num_answered: int, num_rejected: int) -> None:
        """How many were there before."""
        self.num_answered, self.num_rejected, self._num_before = num_answered, num_rejected, num_answered
        there = num_answered + num_rejected
        if there == self.total:
            print(f"{STAGE:<14} {self.total:,} documents  nothing to ask, all there", file=sys.stderr)
        elif there:
            print(f"{STAGE:<14} {there:,} of {self.total:,} documents were there already", file=sys.stderr)

    def show(self, *, is_last: bool = False) -> None:
        now = time.monotonic()
        if not is_last and now - self._last < (0.2 if self._on_terminal else LINE_EVERY_S):
            return
        self._last = now
        end = "\n" if is_last or not self._on_terminal else "\r"
        print(f"{self.line()}\x1b[K" if self._on_terminal else self.line(), end=end, file=sys.stderr, flush=True)

    def line(self) -> str:
        seconds = time.monotonic() - self._started
        rate = (self.num_answered - self._num_before) / max(1e-9, seconds)
        price = f"  cost {cost(self.spent.total, self.budget):.4f}" if self.budget.input_price or self.budget.output_price else ""
        return (
            f"{STAGE:<14} {self.num_answered:,}/{self.total:,} documents  {rate:.1f}/s  {self.num_rejected:,} rejected  "
            f"{self.spent.requests:,} requests  {sum(self.spent.total):,} tokens{price}  {seconds:.0f} s"
        )


# --------------------------------------------------------------------------------------------------------- what is written


def _answered(labelling: Labelling, state: State) -> set[str]:
    """Documents of the sample whose answer is there, about the text that they have now."""
    found = set()
    for question in labelling.questions:
        line = state.answers.get(question.doc_id)
        if line is not None and line["question"] == question.digest:
            found.add(question.doc_id)
    return found


def _rejected(labelling: Labelling, state: State, *, final: bool = False) -> set[str]:
    """Documents of the sample that got none; those that are not asked again where `final`."""
    found = set()
    for question in labelling.questions:
        digest_, reject = state.rejects.get(question.doc_id, ("", Reject("", "", False)))
        if digest_ == question.digest and (reject.is_final or not final):
            found.add(question.doc_id)
    return found


def write_files(labelling: Labelling, state: State) -> str:
    """labels.parquet, rejects.parquet, label.json, summary.txt; returns the path of the first."""
    answered, rejected = _answered(labelling, state), _rejected(labelling, state)
    by_id = sorted(labelling.questions, key=lambda question: question.doc_id)
    labels = pa.Table.from_pylist(
        [_label_row(question, state.answers[question.doc_id]["answer"]) for question in by_id if question.doc_id in answered],
        schema=LABELS,
    )
    rejects = pa.Table.from_pylist(
        [_reject_row(question, state.rejects[question.doc_id][1]) for question in by_id if question.doc_id in rejected],
        schema=REJECTS,
    )
    path, rejects_path = (str(labelling.folder / name) for name in ("labels.parquet", "rejects.parquet"))
    footer = {"rubric": rubric_digest(), "model": labelling.config.endpoint.model}
    shards.write_shard(labels, path, footer=footer)
    shards.write_shard(rejects, rejects_path)
    record = _record(labelling, state, labels, rejects)
    record["files"] = {Path(each).name: shards.checksum(each) for each in (path, rejects_path)}
    shards.write_json(record, str(labelling.folder / "label.json"))
    summary = summarise(record, labels)
    shards.write_bytes(summary.encode(), str(labelling.folder / "summary.txt"))
    print(f"\n{summary}", end="", file=sys.stderr)
    return path


def _label_row(question: Question, answer: Mapping[str, Any]) -> dict[str, Any]:
    row = question.document
    return {**{name: row[name] for name in ("doc_id", "source", "kind", "url", "text")}, **answer}


def _reject_row(question: Question, reject: Reject) -> dict[str, Any]:
    row: dict[str, Any] = reject_row(
        question.document,
        stage=STAGE,
        reason=reject.reason,
        detail=reject.detail,
        num_bytes=len(question.document["text"].encode()),
    )
    return row


def _record(labelling: Labelling, state: State, labels: pa.Table, rejects: pa.Table) -> dict[str, Any]:
    config, spent, sample = labelling.config, state.spent, labelling.sample
    total = len(labelling.questions)
    return {
        "run": labelling.run.url,
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "versions": {"tercet": importlib.metadata.version("tercet")},
        "rubric": rubric_digest(),
        "model": config.endpoint.model,
        "served_models": sorted(state.models),
        "hosts": sorted(state.hosts),
        "config": asdict(config),
        "strata": [
            {"source": stratum.source, "domain": stratum.domain, "sampled": count, "available": sample.available[stratum]}
            for stratum, count in sample.sampled.items()
        ],
        "counts": {
            "sampled": total,
            "labelled": labels.num_rows,
            "rejected": rejects.num_rows,
            "left": total - labels.num_rows - rejects.num_rows,
            "rejects": dict(sorted(Counter(rejects.column("reason").to_pylist()).items())),
        },
        "usage": {
            "requests": spent.requests,
            "input_tokens": spent.usage.input,
            "output_tokens": spent.usage.output,
            "requests_without_count": spent.num_unreported,
            "tokens_without_count_at_most": sum(spent.unreported),
            "cost": round(cost(spent.total, config.budget), 6),
        },
        "notes": labelling.notes,
    }


def summarise(record: Mapping[str, Any], labels: pa.Table) -> str:
    """For people."""
    counts, usage = record["counts"], record["usage"]
    lines = [
        f"{counts['labelled']:,} of {counts['sampled']:,} documents labelled by {record['model']}, rubric {record['rubric']}",
        f"  {counts['rejected']:,} rejected{_in_brackets(counts['rejects'])}, {counts['left']:,} left",
        f"  {usage['requests']:,} requests, {usage['input_tokens']:,} tokens asked and {usage['output_tokens']:,} answered, "
        f"cost {usage['cost']:g}",
    ]
    if usage["requests_without_count"]:
        lines.append(
            f"  {usage['requests_without_count']:,} requests came back without a count or not at all: "
            f"{usage['tokens_without_count_at_most']:,} tokens at most, counted as spent"
        )
    lines += [f"  {note}" for note in record["notes"]]
    named = Counter(name for domains in labels.column("domains").to_pylist() for name in domains or ())
    nothing = sum(not domains for domains in labels.column("domains").to_pylist())
    lines += ["", f"{'label':<24} {'documents':>9}"]
    lines += [f"{name:<24} {named[name]:>9,}" for name, _ in DOMAIN_LABELS] + [f"{'(none)':<24} {nothing:>9,}"]
    lines += ["", f"{'dimension':<24} {'mean':>9} {'lowest':>7} {'tenth':>7} {'median':>7} {'9th':>7} {'highest':>7}"]
    for name in RUBRIC:
        values = labels.column(name).drop_null().to_numpy()
        if len(values):
            lines.append(f"{name:<24} {values.mean():>9.2f} " + " ".join(f"{value:>7.2f}" for value in _quantiles(values)))
    return "\n".join(lines) + "\n"


def _quantiles(values: Any) -> list[float]:
    import numpy as np

    return [float(value) for value in np.quantile(values, (0, 0.1, 0.5, 0.9, 1))]


def _in_brackets(rejects: Mapping[str, int]) -> str:
    return f" ({_listed(rejects)})" if rejects else ""


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {reason}" for reason, count in counts.items())


def describe(labelling: Labelling) -> str:
    """What would be asked and what it would take (--dry-run)."""
    config, sample = labelling.config, labelling.sample
    bound = sum(len(message["content"].encode()) for question in labelling.questions for message in question.messages)
    usage = Usage(round(bound / BYTES_PER_TOKEN), TOKENS_PER_ANSWER * len(labelling.questions))
    lines = [
        f"{len(labelling.questions):,} documents of {labelling.run.url}",
        f"for {config.endpoint.model} at {config.endpoint.base_url}",
        "",
    ]
    lines += [f"{'source':<24} {'domain':<14} {'sampled':>9} {'of':>12}"]
    lines += [f"{s.source:<24} {s.domain:<14} {count:>9,} {sample.available[s]:>12,}" for s, count in sample.sampled.items()]
    price = f", cost about {cost(usage, config.budget):.4g}" if config.budget.input_price or config.budget.output_price else ""
    lines += ["", f"about {usage.input:,} tokens of questions and {usage.output:,} of answers{price}"]
    return "\n".join([*lines, f"would write {labelling.folder}"])


assert set(RUBRIC) == set(QUALITY_WEIGHTS)
