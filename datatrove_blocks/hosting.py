"""datatrove's filters and formatters over our rows: verdicts beside documents, texts that formatters change.

In: DOCUMENTS, with the columns of SCORES where they are known. Out: DATATROVE, a verdict of every filter on every document, or
DOCUMENTS with other texts. A block sees a datatrove `Document` with the text, the id and our columns as metadata (`url`,
`language`, `quality`, `signals`, ...; nulls left out). Nothing is dropped here.

A verdict is a function of the document and the block alone: blocks that count or draw lots as they go (`PIIFormatter` takes its
replacements in turn, `SamplerFilter` draws) begin anew with each document, so that shards, workers and restarts change nothing.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from datatrove.data import Document
from datatrove.pipeline.filters.base_filter import get_filter_result
from datatrove.pipeline.filters.c4_filters import C4BadWordsFilter
from datatrove.pipeline.filters.sampler_filter import SamplerFilter
from datatrove.pipeline.formatters.pii import PIIFormatter

from corpus import markup
from corpus.errors import MissingExtraError, RecipeError
from corpus.schema import DATATROVE, DOCUMENTS, REJECTS, SCORES
from corpus.stage import NO_REJECTS, DocumentLimits, StageOutput, document_limits, reject_row
from datatrove_blocks.registry import BlockSpec, load_class

STAGE = "datatrove-format"
"""Of reject rows."""
MAX_REASON_CHARS = 300
"""Of an exception that a block raised."""
FAILED_FLAG = "datatrove_failed"
"""In DOCUMENTS.flags: a formatter raised, the text is as it was."""

PROBES = (
    "A number is even if it is twice another number. Write to jane@example.org, or to 8.8.8.8.\n\n"
    "So 2 + 2 = 4 is even, and the sum of two even numbers is even, because 2a + 2b = 2(a + b).",
    "The second text has two lines.\nIts author, john.smith@example.com, wrote nothing more, but for this sentence.",
)
"""What a block is tried on before a run."""


class Made(NamedTuple):
    """A block, made from its spec."""

    spec: BlockSpec
    block: Any


def make_block(spec: BlockSpec, *, where: str) -> Any:
    """An instance of the block. Raises MissingExtraError for a library that is not there, RecipeError for anything else."""
    try:
        return load_class(spec.path)(**spec.arguments)
    except ImportError as error:
        raise MissingExtraError(f"{where}: {error}") from error
    except OSError as error:
        raise RecipeError(_unreachable(spec, where, error)) from error
    except Exception as error:
        raise RecipeError(f"{where}: {spec.name} could not be made: {type(error).__name__}: {error}") from error


def _unreachable(spec: BlockSpec, where: str, error: Exception) -> str:
    return (
        f"{where}: {spec.name} needs a file or a download that is not to be had here: {type(error).__name__}: {error}. "
        "Give it a local file, or run it once where there is a network, with the same HF_HOME"
    )


def check_blocks(specs: Sequence[BlockSpec], *, where: str = "datatrove") -> None:
    """Makes every block and tries it on two short texts, one of them twice.

    Raises MissingExtraError or RecipeError where a block cannot work here: a missing library or model, an argument of a wrong
    type, or answers that depend on the documents before.
    """
    for i, spec in enumerate(specs):
        here = f"{where}[{i}]"
        block = make_block(spec, where=here)
        first, _, again = (_probe(Made(spec, block), text, here) for text in (*PROBES, PROBES[0]))
        if first != again:
            raise RecipeError(
                f"{here}: {spec.name} answers {first!r}, then {again!r} about the same text: a stage needs a block whose answer "
                "depends on nothing but the document"
            )


def _probe(made: Made, text: str, where: str) -> Any:
    row: dict[str, Any] = {field.name: _nothing(field.type) for field in (*DOCUMENTS, *SCORES)}
    row |= {"doc_id": "0" * 32, "text": text, "url": "https://example.org/page.html", "kind": "html", "language": "en"}
    row["num_chars"] = len(text)
    document = Document(text=text, id=row["doc_id"], metadata=metadata_of(row))
    try:
        forget(made, document)
        if made.spec.is_formatter:
            return made.block.format(text)
        (answer,) = made.block.filter_batch([document])
    except ImportError as error:
        raise MissingExtraError(f"{where}: {made.spec.name}: {error}") from error
    except OSError as error:
        raise RecipeError(_unreachable(made.spec, where, error)) from error
    except Exception as error:
        raise RecipeError(
            f"{where}: {made.spec.name} raised {type(error).__name__}: {error} on a short text in plain English; "
            "check its arguments"
        ) from error
    return bool(get_filter_result(answer)[0]), document.text


def _nothing(type_: pa.DataType) -> Any:
    """A value of a type that says nothing."""
    if pa.types.is_struct(type_):
        return {field.name: _nothing(field.type) for field in type_}
    if pa.types.is_list(type_):
        return []
    if pa.types.is_boolean(type_):
        return False
    if pa.types.is_timestamp(type_):
        return None
    if pa.types.is_integer(type_) or pa.types.is_floating(type_):
        return pa.scalar(0).cast(type_).as_py()
    return ""


_BLOCKS: dict[str, Any] = {}
"""The blocks of this process by what decides them."""


def load_blocks(specs: Sequence[BlockSpec]) -> list[Made]:
    """The blocks, each made once in a process: models are read once."""
    made = []
    for spec in specs:
        key = json.dumps(spec.as_config(), sort_keys=True, default=str)
        if key not in _BLOCKS:
            _BLOCKS[key] = make_block(spec, where="datatrove")
        made.append(Made(spec, _BLOCKS[key]))
    return made


# --------------------------------------------------------------------------------------------------- one document at a time


def forget(made: Made, document: Document) -> None:
    """Takes back what the block remembers of the documents before."""
    block = made.block
    if isinstance(block, PIIFormatter):
        block.emails_replacer._replace_i = block.ip_replacer._replace_i = 0
    elif isinstance(block, SamplerFilter | C4BadWordsFilter):
        seed = made.spec.arguments.get("seed") or 0
        block.uniform = np.random.default_rng([seed, *document.id.encode()]).uniform


def metadata_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Our columns as a block sees them: all but id and text, nulls left out, dates as ISO 8601."""
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in row.items()
        if value is not None and name not in ("doc_id", "text")
    }


def judge_documents(table: pa.Table, *, specs: Sequence[BlockSpec], limits: DocumentLimits) -> StageOutput:
    """DATATROVE of the documents in `table`, row by row: what every filter of `specs` says of them.

    `table` has columns of DOCUMENTS, `text` and `kind` among them, and those of SCORES where they are known. A filter that
    raises, or goes over a limit, has no verdict on that document, and the exception as its reason. What filters change in a text
    is not kept (`rewrite_documents` keeps it). Raises MissingExtraError where a library is missing.
    """
    rows = table.to_pylist()
    found: list[list[dict[str, Any]]] = [[] for _ in rows]
    written: list[dict[str, Any]] = [{} for _ in rows]
    counters: Counter[str] = Counter()
    metadata = [metadata_of(row) for row in rows]
    for made in load_blocks(specs):
        mine = [i for i, row in enumerate(rows) if not made.spec.kinds or row["kind"] in made.spec.kinds]
        documents = [Document(text=rows[i]["text"], id=rows[i]["doc_id"], metadata=dict(metadata[i])) for i in mine]
        for i, document, verdict in zip(mine, documents, _verdicts(made, documents, limits), strict=True):
            found[i].append(verdict)
            counters[f"{made.spec.name}_{_OUTCOME[verdict['kept']]}"] += 1
            new = {key: value for key, value in document.metadata.items() if metadata[i].get(key, _ABSENT) != value}
            if new:
                written[i][made.spec.name] = new
    made_rows = [
        {
            "doc_id": row["doc_id"],
            "verdicts": verdicts,
            "num_rejections": sum(verdict["kept"] is False for verdict in verdicts),
            "num_failures": sum(verdict["kept"] is None for verdict in verdicts),
            "metadata": json.dumps(notes, ensure_ascii=False, sort_keys=True, default=str) if notes else "",
        }
        for row, verdicts, notes in zip(rows, found, written, strict=True)
    ]
    return StageOutput(pa.Table.from_pylist(made_rows, schema=DATATROVE), NO_REJECTS, dict(counters))


_ABSENT = object()
_OUTCOME = {True: "kept", False: "rejected", None: "failed"}


def _verdicts(made: Made, documents: Sequence[Document], limits: DocumentLimits) -> Iterator[dict[str, Any]]:
    """One verdict a document, in batches as large as the block says; where one raises, each of its documents is tried alone."""
    size = max(1, int(getattr(made.block, "batch_size", 1)))
    for first in range(0, len(documents), size):
        batch = list(documents[first : first + size])
        before = [(document.text, dict(document.metadata)) for document in batch]
        try:
            if len(batch) > 1:
                yield from [_verdict(made, answer) for answer in _within(limits, _asked, made, batch)]
                continue
        except ImportError as error:
            raise MissingExtraError(f"datatrove: {made.spec.name}: {error}") from error
        except Exception:  # noqa: BLE001 (one of the batch; which one is found below)
            pass
        for document, (text, metadata) in zip(batch, before, strict=True):
            document.text, document.metadata = text, metadata
            try:
                (answer,) = _within(limits, _asked, made, [document])
                yield _verdict(made, answer)
            except ImportError as error:
                raise MissingExtraError(f"datatrove: {made.spec.name}: {error}") from error
            except Exception as error:  # noqa: BLE001 (a block that raises on a document is counted, the document is not lost)
                yield {"block": made.spec.name, "kept": None, "reason": _said(error)}


def _asked(made: Made, batch: list[Document]) -> list[Any]:
    if len(batch) == 1:
        forget(made, batch[0])
    answers = list(made.block.filter_batch(batch))
    if len(answers) != len(batch):
        raise ValueError(f"filter_batch gave {len(answers)} answers for {len(batch)} documents")
    return answers


def _verdict(made: Made, answer: Any) -> dict[str, Any]:
    kept, reason = get_filter_result(answer)
    return {"block": made.spec.name, "kept": bool(kept), "reason": None if kept or reason is None else str(reason)}


def _within(limits: DocumentLimits, work: Callable[..., Any], *arguments: Any) -> Any:
    with document_limits(limits):
        return work(*arguments)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:MAX_REASON_CHARS].encode("utf-8", "replace").decode("utf-8")


# ------------------------------------------------------------------------------------------------------------ other texts


def rewrite_documents(table: pa.Table, *, specs: Sequence[BlockSpec], limits: DocumentLimits) -> StageOutput:
    """DOCUMENTS with the texts that the blocks of `specs` make of them, one after the other.

    Of a filter it is what it makes of the documents that it keeps; those that it rejects stay as they are. A block that raises,
    or goes over a limit, leaves the text, too, and the document gets the flag `datatrove_failed`. What has no text left becomes a
    reject. Counted: texts changed, characters gone, formulas and code blocks lost, and each block's failures.
    """
    blocks = load_blocks(specs)
    counters: Counter[str] = Counter()
    rows, rejects = [], []
    for row in table.to_pylist():
        before = row["text"]
        text, failed = _rewritten(row, blocks, limits, counters)
        if failed:
            row["flags"] = [*row["flags"], FAILED_FLAG]
        if text != before:
            counters["texts_changed"] += 1
            _measure_again(row, text, counters)
        if text.strip():
            rows.append(row)
        else:
            detail = f"nothing was left by {', '.join(spec.name for spec in specs)}"
            size = len(before.encode("utf-8"))
            rejects.append(reject_row(row, stage=STAGE, reason="no_text_left", detail=detail, num_bytes=size))
    return StageOutput(
        pa.Table.from_pylist(rows, schema=DOCUMENTS), pa.Table.from_pylist(rejects, schema=REJECTS), dict(counters)
    )


def _rewritten(
    row: Mapping[str, Any], blocks: Sequence[Made], limits: DocumentLimits, counters: Counter[str]
) -> tuple[str, bool]:
    """The text after all blocks, and whether one failed."""
    text: str = row["text"]
    failed = False
    for made in blocks:
        if made.spec.kinds and row["kind"] not in made.spec.kinds:
            continue
        document = Document(text=text, id=row["doc_id"], metadata=metadata_of(row))
        try:
            forget(made, document)
            work = _changed_but_for_markup if made.spec.spare_markup and row["kind"] != "code" else _changed
            changed = _within(limits, work, made, document)
            changed.encode("utf-8")
        except ImportError as error:
            raise MissingExtraError(f"datatrove: {made.spec.name}: {error}") from error
        except Exception:  # noqa: BLE001 (a block that raises on a document is counted, the document stays)
            counters[f"{made.spec.name}_failed"] += 1
            failed = True
            continue
        counters[f"{made.spec.name}_changed"] += changed != text
        text = changed
    return text, failed


def _changed(made: Made, document: Document) -> str:
    if made.spec.is_formatter:
        text: str = made.block.format(document.text)
        return text
    before: str = document.text
    (answer,) = made.block.filter_batch([document])
    after: str = document.text
    return after if get_filter_result(answer)[0] else before


_FIRST_PRIVATE, _LAST_PRIVATE = "\ue000", "\uf8ff"


def _changed_but_for_markup(made: Made, document: Document) -> str:
    """As `_changed`, over the text with a private character and a number for each formula and piece of code.

    Raises ValueError where one of these is gone afterwards, or where the text has private characters of its own.
    """
    if any(_FIRST_PRIVATE <= character <= _LAST_PRIVATE for character in document.text):
        raise ValueError("the text has characters of the private use area, which stand for formulas and code")
    text: str = document.text
    position = 0
    parts: list[str] = []
    spared: list[str] = []
    for span in markup.spans(text):
        parts += [text[position : span.start], f"{_FIRST_PRIVATE}{len(spared)}{_LAST_PRIVATE}"]
        spared.append(text[span.start : span.end])
        position = span.end
    document.text = "".join([*parts, text[position:]])
    pieces = re.split(f"{_FIRST_PRIVATE}([0-9]+){_LAST_PRIVATE}", _changed(made, document))
    if pieces[1::2] != list(map(str, range(len(spared)))):
        raise ValueError("formulas or code went missing")
    pieces[1::2] = spared
    return "".join(pieces)


def _measure_again(row: dict[str, Any], text: str, counters: Counter[str]) -> None:
    """Puts the new text into a row of DOCUMENTS, with what the row says of its formulas and code."""
    before, after = measures_of(row["text"], row["kind"]), measures_of(text, row["kind"])
    counters["chars_removed"] += max(0, len(row["text"]) - len(text))
    counters["formulas_lost"] += max(0, before["num_formulas"] - after["num_formulas"])
    counters["code_blocks_lost"] += max(0, before["num_code_blocks"] - after["num_code_blocks"])
    row |= {"text": text, "num_chars": len(text), **after}


def measures_of(text: str, kind: str) -> dict[str, int]:
    """num_formulas, formula_chars, num_code_blocks and code_chars of a text."""
    if kind == "code":
        return {"num_formulas": 0, "formula_chars": 0, "num_code_blocks": 1, "code_chars": len(text)}
    spans = list(markup.spans(text))
    formulas = [span.body for span in spans if span.kind in ("inline", "display")]
    code = [span.body for span in spans if span.kind == "code"]
    return {
        "num_formulas": len(formulas),
        "formula_chars": sum(map(len, formulas)),
        "num_code_blocks": len(code),
        "code_chars": sum(map(len, code)),
    }
