"""Blocks that a user might write, for the tests of datatrove's blocks as stages of a recipe."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from datatrove.data import Document, DocumentsPipeline
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.filters.base_filter import BaseFilter
from datatrove.pipeline.formatters.base import BaseFormatter


class Particular(BaseFilter):
    """Rejects low quality by our scores, notes what it saw; raises, hangs or dies on texts that say so."""

    name = "particular"

    def __init__(self, min_quality: float = 0.5, *, word: str = "reject") -> None:
        super().__init__()
        self.min_quality = min_quality
        self.word = word

    def filter(self, doc: Document) -> bool | tuple[bool, str]:
        if "raise" in doc.text:
            raise KeyError("no such luck")
        if "hang" in doc.text:
            time.sleep(60)
        if "die" in doc.text:
            os._exit(1)
        doc.metadata["seen"] = [doc.metadata["url"], doc.metadata.get("language"), "author" in doc.metadata]
        if self.word in doc.text:
            return False, "word"
        return bool(doc.metadata["quality"] >= self.min_quality) or (False, f"below {self.min_quality:g}")


class Batched(BaseFilter):
    """Decides about four documents at a time."""

    name = "batched"

    def __init__(self) -> None:
        super().__init__(batch_size=4)

    def filter(self, doc: Document) -> bool:
        raise AssertionError("filter_batch is asked")

    def filter_batch(self, batch: list[Document]) -> list[bool]:
        assert len(batch) <= 4
        if any("raise" in doc.text for doc in batch):
            raise RuntimeError("one of them")
        return ["reject" not in doc.text for doc in batch]


class Counting(BaseFilter):
    """Its answer depends on what came before."""

    name = "counting"
    count = 0

    def filter(self, doc: Document) -> bool:
        self.count += 1
        return self.count < 3


class Shouting(BaseFormatter):
    """Upper case; raises on texts that say so."""

    name = "shouting"

    def format(self, text: str) -> str:
        if "raise" in text:
            raise ValueError("no")
        return "" if "nothing" in text else text.upper()


class Lines(BaseFilter):
    """Cuts the second line of what it keeps, as C4's filter cuts lines."""

    name = "lines"

    def filter(self, doc: Document) -> bool:
        doc.text = doc.text.splitlines()[0]
        return "reject" not in doc.text


class Stream(BaseFilter):
    """A filter that wants the whole stream."""

    name = "stream"

    def filter(self, doc: Document) -> bool:
        return True

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        yield from sorted(data, key=lambda doc: doc.id)


class Step(PipelineStep):
    """Neither filter nor formatter."""

    def run(self, data: Any = None, rank: int = 0, world_size: int = 1) -> Any:
        yield from data


class NeedsLibrary(BaseFilter):
    """Its library is missing, which shows when it is used."""

    name = "library"

    def filter(self, doc: Document) -> bool:
        import a_library_that_nobody_has  # type: ignore[import-not-found]

        return bool(a_library_that_nobody_has)


class NeedsFile(BaseFilter):
    """Its model is not there, which shows when it is used."""

    name = "file"

    def filter(self, doc: Document) -> bool:
        return bool(Path("/nowhere/model.bin").read_bytes())
