"""The door of this room: reasoning tasks as DOCUMENTS.

Document p of a run is a function of (seed, p) and the families' shares alone, so that any worker can make any range of them:

    p  ->  family = cycle[p mod len(cycle)], index = how often the family came before  ->  task  ->  verified  ->  Markdown
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import pyarrow as pa

from corpus.config import unknown_key
from corpus.errors import RecipeError
from corpus.ids import content_id
from corpus.markup import spans
from corpus.schema import DOCUMENTS
from synth import algebra, arithmetic, counting, logic, number_theory, programs
from synth.dice import Dice
from synth.task import Family, Task, VerificationError, verify

SOURCE = "synth"

BASIC_FAMILIES: dict[str, Family] = {
    "word_problem": arithmetic.FAMILY,
    "linear_equation": algebra.LINEAR_EQUATION,
    "linear_system": algebra.LINEAR_SYSTEM,
    "polynomial": algebra.POLYNOMIAL,
    "euclid": number_theory.EUCLID,
    "modular_power": number_theory.MODULAR_POWER,
    "congruences": number_theory.CONGRUENCES,
    "counting": counting.COUNTING,
    "order_puzzle": logic.ORDER,
    "knights": logic.KNIGHTS,
    "code_trace": programs.CODE_TRACE,
    "code_function": programs.CODE_FUNCTION,
}


def generate_set(dice: Dice) -> Task:
    """Three to six problems of different families in one document, with their solutions."""
    names = dice.sample(sorted(BASIC_FAMILIES), dice.between(3, 6))
    seed = dice.between(0, 2**62)
    parts = [BASIC_FAMILIES[name].generate(Dice(seed + i, name, dice.index)) for i, name in enumerate(names)]
    return Task(
        title=dice.choice(("Problem set", "Mixed exercises", "A sheet of problems with solutions")),
        question="\n\n".join(f"**{i}.** {part.question}" for i, part in enumerate(parts, 1)),
        solution="\n\n".join(f"**Solution {i}.** {part.solution}\n\nResult: {part.answer}." for i, part in enumerate(parts, 1)),
        answer=f"all {len(parts)} results are stated above",
        result=tuple(part.result for part in parts),
        facts={"names": tuple(names), "parts": tuple(parts)},
    )


def check_set(task: Task) -> bool:
    """Every part verified as if it stood alone, and the text holds every part."""
    for name, part, result in zip(task.facts["names"], task.facts["parts"], task.result, strict=True):
        try:
            verify(replace(part, result=result), BASIC_FAMILIES[name], name=name)
        except VerificationError:
            return False
        if part.question not in task.question or part.solution not in task.solution or part.answer not in task.solution:
            return False
    return True


FAMILIES: dict[str, Family] = {**BASIC_FAMILIES, "problem_set": Family(generate_set, check_set)}
"""Name in a recipe -> generator and checker. To add a family, add a line."""


@dataclass(frozen=True, kw_only=True)
class SynthConfig:
    """How many tasks, of which families."""

    num_documents: int = 1000
    """Documents in all; about 350 tokens each."""
    seed: int = 0
    """Another seed gives other tasks."""
    families: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FAMILIES, 1))
    """Family -> its share, as whole numbers: {euclid: 1, code_trace: 3} makes three traces for one gcd."""
    documents_per_shard: int = 5000
    """Rows of an output shard, about 10 MB of text."""

    def __post_init__(self) -> None:
        for name, share in self.families.items():
            if name not in FAMILIES:
                raise RecipeError(unknown_key(name, FAMILIES, where="families"))
            if share < 0:
                raise RecipeError(f"families: {name}: expected a share of at least 0, saw {share}")
        if not any(self.families.values()):
            raise RecipeError("families: expected at least one family with a positive share")
        if self.num_documents < 0 or self.documents_per_shard < 1:
            raise RecipeError(
                f"expected num_documents >= 0 and documents_per_shard >= 1, "
                f"saw {self.num_documents} and {self.documents_per_shard}"
            )


def generate(*, config: SynthConfig, start: int = 0, stop: int | None = None) -> pa.Table:
    """Documents start <= p < stop of the run (default: all of it), as DOCUMENTS. Raises VerificationError if a task is wrong."""
    stop = config.num_documents if stop is None else stop
    rows = [_document(position, config) for position in range(start, stop)]
    return pa.Table.from_pylist(rows, schema=DOCUMENTS)


def make_task(*, seed: int, family: str, index: int) -> Task:
    """One verified task."""
    task = FAMILIES[family].generate(Dice(seed, family, index))
    verify(task, FAMILIES[family], name=f"synth://{family}/{seed}-{index}")
    return task


def render(task: Task, dice: Dice) -> str:
    """The task as a Markdown document, laid out in one of several ways."""
    layout = dice.choice(_LAYOUTS)
    return layout.format(title=task.title, question=task.question, solution=task.solution, answer=task.answer)


_LAYOUTS = (
    "# {title}\n\n{question}\n\n## Solution\n\n{solution}\n\n**Answer:** {answer}.\n",
    "**Problem.** {question}\n\n**Solution.** {solution}\n\nThe answer is {answer}.\n",
    "## {title}\n\n{question}\n\n### Step by step\n\n{solution}\n\nAnswer: {answer}.\n",
    "Question: {question}\n\nLet us work it out.\n\n{solution}\n\nFinal answer: {answer}.\n",
    "# {title}\n\n**Question**\n\n{question}\n\n**Reasoning**\n\n{solution}\n\n**Result**\n\n{answer}.\n",
)


def locate(position: int, config: SynthConfig) -> tuple[str, int]:
    """Family and index of document `position`."""
    cycle, earlier = _cycle(tuple(sorted(config.families.items())))
    rounds, place = divmod(position, len(cycle))
    name = cycle[place]
    return name, rounds * cycle.count(name) + earlier[place]


@lru_cache(maxsize=8)
def _cycle(shares: tuple[tuple[str, int], ...]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """One round of families, each as often as its share, spread evenly; and how often each came before in the round."""
    slots = sorted(((i + 0.5) / share, name) for name, share in shares for i in range(share))
    cycle = tuple(name for _, name in slots)
    return cycle, tuple(cycle[:i].count(name) for i, name in enumerate(cycle))


def _document(position: int, config: SynthConfig) -> dict[str, Any]:
    family, index = locate(position, config)
    task = make_task(seed=config.seed, family=family, index=index)
    text = render(task, Dice(config.seed, f"layout of {family}", index))
    url = f"synth://{family}/{config.seed}-{index}"
    return {
        "doc_id": content_id(SOURCE, url, text),
        "source": SOURCE,
        "url": url,
        "path": family,
        "record_offset": index,
        "kind": "text",
        "text": text,
        "title": task.title,
        "author": None,
        "date": None,
        "language_hint": "en",
        "code_language": None,
        "fetched_at": None,
        "flags": [],
        "num_pages": None,
        "synthetic": True,
        **_counts(text),
    }


def _counts(text: str) -> Mapping[str, int]:
    found = list(spans(text))
    formulas = [span.body for span in found if span.kind in ("display", "inline")]
    blocks = [span.body for span in found if span.kind == "code"]
    return {
        "num_chars": len(text),
        "num_formulas": len(formulas),
        "formula_chars": sum(map(len, formulas)),
        "num_code_blocks": len(blocks),
        "code_chars": sum(map(len, blocks)),
    }


__all__ = ["FAMILIES", "SynthConfig", "VerificationError", "generate", "make_task", "render"]
