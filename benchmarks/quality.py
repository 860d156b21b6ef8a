"""What filters keep of clean mathematics, code and prose, what they keep of junk, and how fast they are.

The pages are those of examples/corpus as `extract` writes them (stubs under 200 characters left out) and, not with `--quick`,
some of Debian's documentation packages, those that thresholds were set on and others (index pages, which are junk here, left
out). Junk is that of benchmarks/junk_pages.py: some 550 texts of twelve kinds, the second table. datatrove's filters are run as
they are, with their defaults; their English word splitter needs spaCy, and without it a regular expression stands in, which is
faster than spaCy. Ours are the presets over SCORES, timed with everything else that SCORES holds; `raw` presets see formulas and
code as the published filters do.
"""

from __future__ import annotations

import functools
import importlib.util
import random
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

import extract
from benchmarks.debian_pages import Page, pages
from benchmarks.harness import Clock, Goal, Result, clock, main
from benchmarks.junk_pages import Junk, index_pages, is_index, made_junk, navigation_bars
from benchmarks.quality_pages import MIN_PAGE_CHARS, documents, example_pages
from corpus.schema import SCORES
from mix.expressions import compile_expression
from quality import batches
from quality.presets import PRESETS
from quality.scores import QualityConfig, score_documents

SETS = ("mathematics", "code", "prose")
LOOKED_AT = {
    "documentation of mathematics": (
        "sagemath-doc",
        "python-sympy-doc",
        "gap-doc",
        "pari-doc",
        "fricas-doc",
        "python-mpmath-doc",
        "geographiclib-doc",
    ),
    "documentation of code": (
        "rust-doc",
        "cppreference-doc-en-html",
        "openjdk-17-doc",
        "erlang-doc",
        "nodejs-doc",
        "ghc-doc",
        "libstdc++-12-doc",
    ),
}
"""Documentation packages whose refused pages were looked at when thresholds were set (beside Python, Boost, Qt, SciPy, Maxima,
Octave and the example corpus)."""
UNSEEN = {
    "unseen mathematics": (
        "libeigen3-doc",
        "python-statsmodels-doc",
        "python-sklearn-doc",
        "python-astropy-doc",
        "python-cvxopt-doc",
        "singular-doc",
        "axiom-doc",
    ),
    "unseen code": (
        "llvm-14-doc",
        "libglib2.0-doc",
        "perl-doc",
        "racket-doc",
        "swi-prolog-doc",
        "guile-3.0-doc",
        "sbcl-doc",
    ),
}
"""Documentation packages on which nothing was set. python-pandas-doc is not among them: of a quarter of its pages `extract` gives
the sidebar alone, which the preset rightly refuses (41 of 160)."""
PAGES_OF_A_PACKAGE = 160
NAVIGATION_PACKAGES = ("git-doc", "postgresql-doc-15", "python-django-doc", "sqlite3-doc")
PEERS = ("gopher quality", "gopher repetition", "c4", "fineweb")
GOAL_KEPT = 0.97
GOAL_MB_PER_S = 15.0


def measure(*, quick: bool) -> Result:
    tables = {name: example_pages(name, every=4 if quick else 1) for name in SETS}
    kinds = _junk(quick=quick)
    if not quick:
        tables |= {name: documents(_texts(packages)) for name, packages in {**LOOKED_AT, **UNSEEN}.items()}
    tables |= {"junk": documents([text for texts in kinds.values() for text in texts])}
    filters = {peer: _datatrove_filter(peer) for peer in PEERS}
    rows = _datatrove_rows(tables, filters) + _tercet_rows(tables)
    ours = next(row for row in rows if row["filter"] == "tercet reasoning")
    stock = next(row for row in rows if row["filter"] == "datatrove, all")
    goals = [
        Goal(what=f"{name} kept by the reasoning preset", value=ours[name], limit=GOAL_KEPT)
        for name in tables
        if name not in ("prose", "junk")
    ]
    goals += [
        Goal(what="junk kept, against datatrove's filters together", value=ours["junk"], limit=stock["junk"], at_least=False),
        Goal(what="MB/s of all annotators on one core", value=ours["MB/s"], limit=GOAL_MB_PER_S),
    ]
    sizes = ", ".join(f"{table.num_rows} {name}" for name, table in tables.items())
    notes = [f"share of documents kept; {sizes} documents"]
    if not _has_spacy():
        notes.append("spaCy is not installed: datatrove's filters ran with a regular expression as their word splitter")
    return Result(rows=rows, goals=goals, notes=notes, tables={"junk kept, by kind": _junk_rows(kinds, filters)})


def _junk(*, quick: bool) -> Junk:
    """Without the kinds that need packages where it has to be quick."""
    prose = example_pages("prose", every=3).column("text").to_pylist()
    kinds = made_junk(prose, each=20 if quick else 40)
    if quick:
        return kinds
    sources = [page for package in NAVIGATION_PACKAGES for page in _some(pages(package), 40)]
    return {**kinds, **index_pages(120), **navigation_bars(sources, 60)}


def _some(found: Sequence[Page], number: int) -> list[Page]:
    return random.Random(7).sample(list(found), min(len(found), number))


def _texts(packages: Sequence[str]) -> list[str]:
    """Some pages of each package that are not nothing but index, as `extract` writes them."""
    texts = []
    for package in packages:
        for page in _some([page for page in pages(package) if not is_index(page)], PAGES_OF_A_PACKAGE):
            document = extract.html(page.path.read_bytes(), url=page.url)
            if document is not None and len(document.text) >= MIN_PAGE_CHARS:
                texts.append(document.text)
    return texts


def _junk_rows(kinds: Junk, filters: dict[str, Callable[[str], bool]]) -> list[dict[str, Any]]:
    """One row a kind: what each of the filters keeps of it."""
    rows = []
    for kind, texts in kinds.items():
        scores = score_documents(documents(texts), config=QualityConfig()).table
        verdicts = {peer: [keeps(text) for text in texts] for peer, keeps in filters.items()}
        rows.append(
            {
                "kind": kind,
                "texts": len(texts),
                "tercet reasoning": _share(_kept("reasoning", scores)),
                "datatrove, all": _share([all(kept) for kept in zip(*verdicts.values(), strict=True)]),
                **{peer: _share(kept) for peer, kept in verdicts.items()},
            }
        )
    return rows


def _kept(preset: str, scores: pa.Table) -> list[bool]:
    kept: list[bool] = compile_expression(PRESETS[preset], SCORES, where=preset, kind="condition").evaluate(scores).to_pylist()
    return kept


def _tercet_rows(tables: dict[str, pa.Table]) -> list[dict[str, Any]]:
    batches.prepare()  # compiled once per machine
    rows = []
    for label, config in (("raw ", QualityConfig(mask_markup=False)), ("", QualityConfig())):
        with clock() as times:
            scores = {name: score_documents(table, config=config).table for name, table in tables.items()}
        for preset in PRESETS:
            shares = {name: _share(_kept(preset, table)) for name, table in scores.items()}
            rows.append({"filter": f"tercet {label}{preset}", **shares, "MB/s": _megabytes(tables) / times.cpu_s})
    return rows


def _datatrove_rows(tables: dict[str, pa.Table], filters: dict[str, Callable[[str], bool]]) -> list[dict[str, Any]]:
    verdicts: dict[str, dict[str, list[bool]]] = {}
    rows, total = [], Clock()
    for peer, decide in filters.items():
        with clock() as times:
            verdicts[peer] = {name: [decide(text) for text in table.column("text").to_pylist()] for name, table in tables.items()}
        total.cpu_s += times.cpu_s
        shares = {name: _share(kept) for name, kept in verdicts[peer].items()}
        rows.append({"filter": f"datatrove {peer}", **shares, "MB/s": _megabytes(tables) / times.cpu_s})
    together = {
        name: _share([all(kept) for kept in zip(*(verdicts[peer][name] for peer in PEERS), strict=True)]) for name in tables
    }
    return [*rows, {"filter": "datatrove, all", **together, "MB/s": _megabytes(tables) / total.cpu_s}]


def _datatrove_filter(name: str) -> Callable[[str], bool]:
    """Whether datatrove's filter keeps a text."""
    from datatrove.data import Document
    from datatrove.pipeline.filters import (
        C4QualityFilter,
        FineWebQualityFilter,
        GopherQualityFilter,
        GopherRepetitionFilter,
        c4_filters,
        fineweb_quality_filter,
        gopher_quality_filter,
        gopher_repetition_filter,
    )

    if not _has_spacy():
        for module in (gopher_quality_filter, gopher_repetition_filter, fineweb_quality_filter):
            module.split_into_words = _words
        c4_filters.split_into_sentences = _sentences
    kinds = dict(zip(PEERS, (GopherQualityFilter, GopherRepetitionFilter, C4QualityFilter, FineWebQualityFilter), strict=True))
    instance = kinds[name]()

    def keeps(text: str) -> bool:
        if not text.strip():
            return False
        verdict = instance.filter(Document(text=text, id=""))
        return bool(verdict[0] if isinstance(verdict, tuple) else verdict)

    return keeps


@functools.cache
def _has_spacy() -> bool:
    return importlib.util.find_spec("spacy") is not None


def _words(text: str, _language: str) -> list[str]:
    """As spaCy, roughly: punctuation at the ends of a word is a word of its own, inside it is not."""
    return re.findall(r"\w\S*\w|\w|[^\w\s]", text)


def _sentences(text: str, _language: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?])\s+", text) if part]


def _megabytes(tables: dict[str, pa.Table]) -> float:
    return sum(len(text.encode()) for table in tables.values() for text in table.column("text").to_pylist()) / 1e6


def _share(kept: list[bool]) -> float:
    return sum(kept) / len(kept)


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
