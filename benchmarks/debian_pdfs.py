"""PDF extraction over hundreds of real documents without gold: what crashes, is rejected, is slow, or gives no valid LaTeX.

The documents are the PDFs of Debian's documentation packages, fetched with `apt-get download` and unpacked below
~/.cache/tercet/pdf (or $TERCET_CACHE): papers and manuals of TeX, reference manuals of computer algebra systems, slides,
books in Arabic, Chinese, Japanese. A package's documents are taken at even distances, of long ones the beginning and the middle.
Each is read in a child that may die, under a limit of CPU seconds and of memory.

`--katex DIR` (a folder with node's package katex) counts the formulas that KaTeX refuses; without it only braces and environments
are counted. `--show 30 --out DIR` writes thirty single pages as pictures beside their Markdown, to be read.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import multiprocessing
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.debian_pages import cache_folder, even_quotas, unpacked
from benchmarks.harness import Goal, Result, main
from corpus.errors import DocumentError, InputError, require
from extract.document import Formula
from extract.pdf_document import extract_pdf

PACKAGES = (
    # Manuals and papers of TeX's packages: two columns, beamer, tables, listings, many fonts
    *("texlive-latex-base-doc", "texlive-latex-recommended-doc", "texlive-science-doc", "texlive-publishers-doc"),
    *("texlive-pictures-doc", "texlive-humanities-doc", "texlive-metapost-doc"),
    # Other scripts and directions
    *("texlive-lang-arabic", "texlive-lang-chinese", "texlive-lang-japanese", "texlive-lang-other"),
    # Computer algebra and statistics
    *("pari-doc", "maxima-doc", "gap-doc", "octave-doc", "r-doc-pdf", "gnuplot-doc", "freefem-doc"),
    # Not TeX: DocBook, LibreOffice
    "debian-refcard",
)
QUICK_PACKAGES = ("pari-doc", "gap-doc", "gnuplot-doc", "freefem-doc", "debian-refcard")
NUM_DOCUMENTS, QUICK_DOCUMENTS = 400, 12
MAX_PAGES = 40
"""Pages that are read of one document: the first and as many from its middle where it is longer."""
LIMIT_S = 60
"""CPU seconds for one document."""
LIMIT_BYTES = 2 * 2**30
"""Address space of the child; its libraries take .3 GiB of it."""
NUM_SLOWEST = 8
NUM_EXAMPLES = 3
SUFFIXES = (".pdf", ".pdf.gz")
_ENVIRONMENT = re.compile(r"\\(begin|end)\{(\w+\*?)\}")


# ---------------------------------------------------------------------------------------------------------------- documents


def documents(package: str) -> list[Path]:
    """Every PDF of a package, sorted by path; fetched if it is not in the cache yet. Raises InputError."""
    folder = cache_folder() / "pdf" / package
    if not folder.exists():
        _fetch(package, folder)
    return sorted(path for path in folder.rglob("*.pdf") if path.stat().st_size)


def _fetch(package: str, folder: Path) -> None:
    """The package's PDFs below `folder`, written aside and renamed; of two that are equal in bytes the first."""
    aside = folder.with_name(f"{folder.name}.tmp")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    seen: set[bytes] = set()
    with tempfile.TemporaryDirectory() as scratch:
        for path in unpacked(package, Path(scratch), suffixes=SUFFIXES):
            content = path.read_bytes()
            content = gzip.decompress(content) if path.suffix == ".gz" else content
            digest = hashlib.sha256(content).digest()
            if digest in seen:
                continue
            seen.add(digest)
            target = aside / path.relative_to(scratch).with_name(path.name.removesuffix(".gz"))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    aside.rename(folder)


def chosen_documents(names: Sequence[str], num_documents: int) -> list[tuple[str, Path]]:
    """`num_documents` documents with their package: packages filled evenly, each one's taken at even distances."""
    available = [documents(name) for name in names]
    quotas = even_quotas([len(found) for found in available], num_documents)
    return [
        (name, found[i * len(found) // quota])
        for name, found, quota in zip(names, available, quotas, strict=True)
        for i in range(quota)
    ]


def beginning_and_middle(content: bytes, *, max_pages: int) -> bytes:
    """The document with at most `max_pages` pages: the first half of them from its start, the others from its middle.

    What cannot be opened, or needs no cut, comes back as it is: whatever is wrong with it is the extractor's to find.
    """
    pymupdf = require("pymupdf", extra="pdf")
    try:
        with pymupdf.open(stream=content, filetype="pdf") as document:
            total = document.page_count
            if total <= max_pages or document.needs_pass:
                return content
            half, middle = max_pages // 2, total // 2
            document.select([*range(half), *range(max(half, middle), max(half, middle) + max_pages - half)])
            return bytes(document.tobytes(garbage=1))
    except (RuntimeError, ValueError):
        return content


# ------------------------------------------------------------------------------------------------------------ in the child


@dataclass
class Reading:
    """What came of one document."""

    reason: str = ""
    """Of a reject; `crashed: ...`, `died` and `time_limit` are none of the extractor's."""
    num_pages: int = 0
    seconds: float = 0.0
    flags: tuple[str, ...] = ()
    num_code_blocks: int = 0
    formulas: tuple[Formula, ...] = ()
    num_displays_as_text: int = 0
    num_tables: int = 0
    num_headings: int = 0
    num_chars: int = 0


def read(path: Path) -> Reading:
    """One document, cut to MAX_PAGES pages."""
    content = beginning_and_middle(path.read_bytes(), max_pages=MAX_PAGES)
    start = time.process_time()
    try:
        document = extract_pdf(content, path.name)
    except DocumentError as error:
        return Reading(reason=error.reason, seconds=time.process_time() - start)
    except Exception as error:  # noqa: BLE001 (what is counted here)
        return Reading(reason=f"crashed: {type(error).__name__}: {str(error)[:80]}", seconds=time.process_time() - start)
    return Reading(
        num_pages=len(document.pages),
        seconds=time.process_time() - start,
        flags=document.flags,
        num_code_blocks=len(document.code_blocks),
        formulas=document.formulas,
        num_displays_as_text=document.num_displays_as_text,
        num_tables=len(re.findall(r"^\|(?:-+\|)+$", document.text, re.MULTILINE)),
        num_headings=len(re.findall(r"^#{1,6} ", document.text, re.MULTILINE)),
        num_chars=len(document.text),
    )


def _serve(connection: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, LIMIT_BYTES))
    while (path := connection.recv()) is not None:
        connection.send(read(path))


class Child:
    """A process that reads documents one after the other and is replaced when it dies."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, other = context.Pipe()
        self.process = context.Process(target=_serve, args=(other,), daemon=True)
        self.process.start()
        other.close()

    def read(self, path: Path) -> Reading:
        self.connection.send(path)
        start = _cpu_s(self.process.pid)
        while not self.connection.poll(1.0):
            if not self.process.is_alive():
                return self._replaced("died")
            if _cpu_s(self.process.pid) - start > LIMIT_S:
                return self._replaced("time_limit")
        try:
            return self.connection.recv()  # type: ignore[no-any-return]
        except EOFError:
            return self._replaced("died")

    def _replaced(self, reason: str) -> Reading:
        self.close()
        self._start()
        return Reading(reason=reason, seconds=float(LIMIT_S) if reason == "time_limit" else 0.0)

    def close(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


def _cpu_s(pid: int | None) -> float:
    """CPU seconds of a process so far; Linux."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / 100


# --------------------------------------------------------------------------------------------------------------- formulas


def is_balanced(latex: str) -> bool:
    r"""Whether braces, environments and \left ... \right pair up."""
    depth = 0
    for brace in re.findall(r"\\.|[{}]", latex):
        depth += (brace == "{") - (brace == "}")
        if depth < 0:
            return False
    opened: list[str] = []
    for kind, name in _ENVIRONMENT.findall(latex):
        if kind == "begin":
            opened.append(name)
        elif not opened or opened.pop() != name:
            return False
    return depth == 0 and not opened and len(re.findall(r"\\left\b", latex)) == len(re.findall(r"\\right\b", latex))


_KATEX = """
const katex = require(process.argv[1] + '/katex');
const errors = {};
for (const [latex, display] of JSON.parse(require('fs').readFileSync(0, 'utf8'))) {
  try { katex.renderToString(latex, {displayMode: display, strict: false}); }
  catch (error) { errors[latex] = String(error.message).slice(0, 120); }
}
console.log(JSON.stringify(errors));
"""


def katex_errors(formulas: Sequence[Formula], folder: Path) -> dict[str, str]:
    """LaTeX that KaTeX refuses -> why. Raises InputError where node or katex is missing."""
    asked = sorted({(formula.latex, formula.display) for formula in formulas})
    try:
        done = subprocess.run(
            ["node", "-e", _KATEX, str(folder.resolve())], input=json.dumps(asked), capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        detail = getattr(error, "stderr", "") or str(error)
        raise InputError(f"KaTeX does not run: {detail.strip()[-200:]}; --katex names a folder with katex in it") from error
    return dict(json.loads(done.stdout))


# ----------------------------------------------------------------------------------------------------------------- report


@dataclass(kw_only=True)
class Tally:
    """What came of the documents of one package."""

    readings: list[tuple[Path, Reading]] = field(default_factory=list)

    def row(self, name: str, refused: frozenset[str]) -> dict[str, Any]:
        read_ones = [reading for _, reading in self.readings]
        formulas = [formula for reading in read_ones for formula in reading.formulas]
        seconds = sum(reading.seconds for reading in read_ones)
        pages = sum(reading.num_pages for reading in read_ones)
        return {
            "package": name,
            "documents": len(read_ones),
            "pages": pages,
            "crashes": sum(is_crash(reading.reason) for reading in read_ones),
            "rejects": sum(bool(reading.reason) and not is_crash(reading.reason) for reading in read_ones),
            "pages/CPU s": pages / max(seconds, 1e-9),
            "formulas": len(formulas),
            "refused": sum(is_refused(formula, refused) for formula in formulas) / max(1, len(formulas)),
            "code blocks": sum(reading.num_code_blocks for reading in read_ones),
            "tables": sum(reading.num_tables for reading in read_ones),
            "headings": sum(reading.num_headings for reading in read_ones),
            "text MB": sum(reading.num_chars for reading in read_ones) / 1e6,
        }


def is_crash(reason: str) -> bool:
    return reason.startswith("crashed") or reason in ("died", "time_limit")


def is_refused(formula: Formula, refused: frozenset[str]) -> bool:
    """Whether a formula's LaTeX does not parse."""
    return formula.latex in refused or not is_balanced(formula.latex)


def notes(readings: Sequence[tuple[Path, Reading]], errors: dict[str, str]) -> Iterator[str]:
    """Reasons and flags with examples, confidences, the slowest documents."""
    reasons: dict[str, list[str]] = {}
    flags: Counter[str] = Counter()
    for path, reading in readings:
        flags.update(reading.flags)
        if reading.reason:
            reasons.setdefault(reading.reason, []).append(str(path))
    for reason, paths in sorted(reasons.items()):
        yield f"{reason}: {len(paths)}, e.g. {', '.join(paths[:NUM_EXAMPLES])}"
    yield "flags: " + ", ".join(f"{flag} {count}" for flag, count in sorted(flags.items()))
    formulas = [formula for _, reading in readings for formula in reading.formulas]
    bins = Counter(min(int(formula.confidence * 10), 9) for formula in formulas)
    yield "confidence: " + ", ".join(f"{low / 10:.1f} {bins[low] / max(1, len(formulas)):.3f}" for low in sorted(bins))
    display = sum(formula.display for formula in formulas)
    as_text = sum(reading.num_displays_as_text for _, reading in readings)
    yield f"formulas: {display:,} display, {len(formulas) - display:,} inline; {as_text:,} displays stay text"
    kinds = Counter(re.sub(r" at position.*|'[^']*'", "", message) for message in errors.values())
    for kind, count in kinds.most_common(NUM_SLOWEST):
        example = next(latex for latex, message in errors.items() if re.sub(r" at position.*|'[^']*'", "", message) == kind)
        yield f"KaTeX, {count}: {kind}, e.g. {example[:100]}"
    for path, reading in sorted(readings, key=lambda item: -item[1].seconds)[:NUM_SLOWEST]:
        yield f"{reading.seconds:.2f} s: {path} ({reading.num_pages} pages)"


def write_example(folder: Path, number: int, path: Path) -> None:
    """One page of a document as picture and Markdown; which page goes by the number, so that every part of documents is seen."""
    pymupdf = require("pymupdf", extra="pdf")
    content = beginning_and_middle(path.read_bytes(), max_pages=MAX_PAGES)
    try:
        pages = extract_pdf(content, path.name).pages
    except DocumentError:
        return
    page = number * 7 % len(pages)
    name = f"{number:03d}_{path.stem[:50]}_{page + 1}"
    with pymupdf.open(stream=content, filetype="pdf") as document:
        document[page].get_pixmap(dpi=100).save(str(folder / f"{name}.png"))
    (folder / f"{name}.md").write_text(pages[page], encoding="utf-8")


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--documents", type=int, metavar="N", help=f"how many; default {NUM_DOCUMENTS}")
    parser.add_argument("--packages", nargs="+", metavar="NAME", help="instead of all")
    parser.add_argument("--katex", type=Path, metavar="DIR", help="folder with node's katex (a node_modules)")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="write N pages, evenly sampled, into --out")
    parser.add_argument("--out", type=Path, metavar="DIR", default=Path("out/debian_pdfs"), help="where; default %(default)s")


def measure(
    *, quick: bool, documents: int | None, packages: list[str] | None, katex: Path | None, show: int, out: Path
) -> Result:
    """Every chosen document once."""
    names = packages or (QUICK_PACKAGES if quick else PACKAGES)
    chosen = chosen_documents(names, documents or (QUICK_DOCUMENTS if quick else NUM_DOCUMENTS))
    tallies = {name: Tally() for name in names}
    child = Child()
    for number, (name, path) in enumerate(chosen, 1):
        tallies[name].readings.append((path, child.read(path)))
        if number % 50 == 0:
            print(f"{number} of {len(chosen)} documents", file=sys.stderr)
    child.close()
    if show:
        out.mkdir(parents=True, exist_ok=True)
        for number in range(min(show, len(chosen))):
            write_example(out, number, chosen[number * len(chosen) // show][1])
    whole = Tally(readings=[item for tally in tallies.values() for item in tally.readings])
    formulas = [formula for _, reading in whole.readings for formula in reading.formulas]
    errors = katex_errors(formulas, katex) if katex else {}
    refused = frozenset(errors)
    summary = whole.row("all", refused)
    return Result(
        rows=[*(tally.row(name, refused) for name, tally in tallies.items()), summary],
        goals=[
            Goal(what="crashes", value=summary["crashes"], limit=0, at_least=False),
            Goal(what="share of formulas that do not parse", value=summary["refused"], limit=0.01, at_least=False),
        ],
        notes=[f"at most {MAX_PAGES} pages of a document, {LIMIT_S} CPU seconds", *notes(whole.readings, errors)],
    )


if __name__ == "__main__":
    sys.exit(main(__doc__, measure, add_options=add_options))
