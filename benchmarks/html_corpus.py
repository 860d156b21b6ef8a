"""HTML extraction over tens of thousands of real pages without gold: what crashes, comes back empty or torn, what is slow.

The pages are those of Debian's documentation packages (benchmarks/debian_pages.py fetches them), sampled evenly: API
documentation of a dozen generators, mathematics in MathJax, MathML and images, manuals and books in 25 languages. One process,
one page after the other. `--show 30 --out DIR` writes thirty outputs as Markdown beside their pages, to be read.
"""

from __future__ import annotations

import argparse
import re
import resource
import shutil
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import extract
from benchmarks.debian_pages import Page, even_quotas, pages
from benchmarks.harness import Goal, Result, main
from corpus.errors import DocumentError
from corpus.markup import spans
from corpus.stage import DocumentLimits, document_limits
from extract.document import Document

PACKAGES = (
    # API and code: rustdoc, javadoc, haddock, doxygen, Sphinx, MediaWiki, qdoc, BoostBook, edoc, scribble, gtk-doc
    *("rust-doc", "openjdk-17-doc", "ghc-doc", "libstdc++-12-doc", "python3.11-doc", "cppreference-doc-en-html"),
    *("qtbase5-doc-html", "libboost1.74-doc", "erlang-doc", "python-pandas-doc", "nodejs-doc", "llvm-14-doc"),
    *("racket-doc", "sbcl-doc", "swi-prolog-doc", "haskell98-report", "agda-stdlib-doc"),
    *("libgtk-3-doc", "libglib2.0-doc", "python-sqlalchemy-doc", "asciidoctor-doc"),
    # Mathematics: MathJax, MathML, images, plain text
    *("sagemath-doc", "python-sympy-doc", "python-scipy-doc", "gap-doc", "python-sklearn-doc", "python-statsmodels-doc"),
    *("python-mpmath-doc", "python-astropy-doc", "python-cvxopt-doc", "libeigen3-doc", "geographiclib-doc", "maxima-doc"),
    *("octave-doc", "singular-doc", "fricas-doc", "axiom-doc", "r-doc-html"),
    # Prose, reference, manuals
    *("debian-handbook", "lilypond-doc-html", "postgresql-doc-15", "python-django-doc", "git-doc", "sqlite3-doc", "vim-doc"),
    *("gnuplot-doc", "debian-reference-en", "apache2-doc", "installation-guide-amd64", "debian-policy", "developers-reference"),
)
DEFAULT_PAGES = 20_000
QUICK_PAGES = 500
QUICK_PACKAGES = ("gap-doc", "git-doc", "libeigen3-doc", "python3.11-doc", "python-mpmath-doc", "octave-doc")
"""Small ones: `--quick` has to fetch them first."""
LIMITS = DocumentLimits()
NUM_SLOWEST = 10
NUM_EXAMPLES = 3
"""Pages that are named for each reason."""
LOST_CHARS = 200
"""Characters of visible text above which a page that gives none counts as lost, not as empty."""

MIN_ROW_CHARS, MAX_ROW_CHARS = 4, 400
"""Letters of the rows of a list that are looked for in the text."""

_QUOTE_MARK = re.compile(r"^[> ]+", re.MULTILINE)
_NO_LETTERS = re.compile(r"[\W_]+")
_HIDDEN = re.compile(rb"<!--.*?-->|<(script|style|head|template|noscript)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(rb"<[^>]*>")
_REDIRECT = re.compile(rb"<meta[^>]+http-equiv=[\"']?refresh|location\.(?:replace|href)\b", re.IGNORECASE)
_FRAMESET = re.compile(rb"<frameset\b", re.IGNORECASE)


@dataclass(kw_only=True)
class Tally:
    """What came of the pages of one package."""

    num_pages: int = 0
    num_bytes: int = 0
    cpu_s: float = 0.0
    num_formulas: int = 0
    num_code_blocks: int = 0
    num_chars: int = 0
    num_lists: int = 0
    num_torn_lists: int = 0
    torn_pages: list[tuple[int, str]] = field(default_factory=list)
    """Torn lists and path of each page that has some."""
    failed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Reason -> the pages, by path. `crashed`, `time_limit` and the like, the reasons of `reason_for_nothing`, and the broken
    promises of documents that have text."""
    times: list[tuple[float, str]] = field(default_factory=list)
    """Seconds and path of each page."""


COUNTS = ("num_pages", "num_bytes", "cpu_s", "num_formulas", "num_code_blocks", "num_chars", "num_lists", "num_torn_lists")
"""Fields of a tally that add up."""
REJECT_REASONS = ("empty_file", "redirect", "frameset", "no_visible_text", "little_text", "lost")
LIMIT_REASONS = ("time_limit", "memory_limit")


def broken_promises(document: Document) -> list[str]:
    """What a Document's text promises about its formulas and code and does not keep; tests/test_html_fuzz.py asks the same."""
    broken = []
    found = Counter(span.kind for span in spans(document.text))
    if found["code"] != len(document.code_blocks):
        broken.append("fences_differ")
    texts = ["".join(text.split()) for text in (document.text, _QUOTE_MARK.sub("", document.text))]
    if not all(_stands_in(formula.latex, texts) for formula in document.formulas):
        broken.append("formula_not_in_text")
    if not all(_stands_in(block.text, texts) for block in document.code_blocks):
        broken.append("code_not_in_text")
    if document.text != document.text.encode("utf-8", "replace").decode("utf-8"):
        broken.append("not_storable")
    if "\x00" in document.text:
        broken.append("nul_in_text")
    return broken


def _stands_in(piece: str, texts: Sequence[str]) -> bool:
    """Whether a piece stands in the text as written or without the marks of quotations, white space aside."""
    squeezed = "".join(piece.split())
    return any(squeezed in text for text in texts)


def torn_lists(content: bytes, text: str) -> tuple[int, int]:
    """How many definition lists and tables of a page are in the text, and how many of these only in part.

    Letters and digits are compared. A list is content or it is not: one of which some terms are gone and others are there lost
    them to the choice of the content. Navigation whose words occur elsewhere in the text is counted with the others, so that a
    small share is normal; lists of fewer than three rows and those with formulas, whose letters differ, are passed over.
    """
    from selectolax.lexbor import LexborHTMLParser

    written = _letters(text)
    num_lists = num_torn = 0
    for node in LexborHTMLParser(content).css("dl, table"):
        if node.css_first("dl dl, table table, math") is not None:
            continue
        rows = [_letters(row.text()) for row in node.css("dt, dd, tr")]
        present = [row in written for row in rows if MIN_ROW_CHARS <= len(row) <= MAX_ROW_CHARS and "\\" not in row]
        if len(present) > 2 and any(present):
            num_lists += 1
            num_torn += not all(present)
    return num_lists, num_torn


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text).lower()


def reason_for_nothing(content: bytes) -> str:
    """Why a page may have given no text, as far as its bytes say."""
    if not content.strip():
        return "empty_file"
    if _FRAMESET.search(content):
        return "frameset"
    visible = len(b" ".join(_TAG.sub(b" ", _HIDDEN.sub(b" ", content)).split()))
    if visible <= LOST_CHARS and _REDIRECT.search(content):
        return "redirect"
    return "no_visible_text" if not visible else "little_text" if visible <= LOST_CHARS else "lost"


def sample(names: Sequence[str], num_pages: int) -> list[list[Page]]:
    """`num_pages` pages, packages filled evenly (a small one gives all it has), each package's taken at even distances."""
    available = [pages(name) for name in names]
    quotas = even_quotas([len(found) for found in available], num_pages)
    return [[found[i * len(found) // quota] for i in range(quota)] for found, quota in zip(available, quotas, strict=True)]


def read(page: Page, tally: Tally) -> Document | None:
    """One page into the tally; None where there is no text."""
    content = page.path.read_bytes()
    tally.num_pages += 1
    tally.num_bytes += len(content)
    start = time.process_time()
    reason, document = "", None
    try:
        with document_limits(LIMITS):
            document = extract.html(content, page.url)
    except DocumentError as error:
        reason = error.reason
    except Exception as error:  # noqa: BLE001 (what is counted here)
        reason = f"crashed: {type(error).__name__}: {str(error)[:80]}"
    seconds = time.process_time() - start
    tally.cpu_s += seconds
    tally.times.append((seconds, str(page.path)))
    if document is not None and not document.text.strip():
        reason, document = reason_for_nothing(content), None
    for fact in [reason] if document is None else broken_promises(document):
        tally.failed[fact].append(str(page.path))
    if document is not None:
        tally.num_formulas += len(document.formulas)
        tally.num_code_blocks += len(document.code_blocks)
        tally.num_chars += len(document.text)
        num_lists, num_torn = torn_lists(content, document.text)
        tally.num_lists += num_lists
        tally.num_torn_lists += num_torn
        if num_torn:
            tally.torn_pages.append((num_torn, str(page.path)))
    return document


def row(name: str, tally: Tally) -> dict[str, Any]:
    """One line of the table."""
    counts = {reason: len(paths) for reason, paths in tally.failed.items()}
    crashes = sum(count for reason, count in counts.items() if reason.startswith("crashed") or reason in LIMIT_REASONS)
    rejects = sum(counts.get(reason, 0) for reason in REJECT_REASONS)
    seconds = max(tally.cpu_s, 1e-9)
    return {
        "package": name,
        "pages": tally.num_pages,
        "MB": tally.num_bytes / 1e6,
        "crashes": crashes,
        "rejects": rejects,
        "broken": sum(counts.values()) - crashes - rejects,
        "pages/CPU s": tally.num_pages / seconds,
        "MB/CPU s": tally.num_bytes / 1e6 / seconds,
        "formulas": tally.num_formulas,
        "code blocks": tally.num_code_blocks,
        "text MB": tally.num_chars / 1e6,
        "torn lists": tally.num_torn_lists / max(1, tally.num_lists),
    }


def whole(tallies: Sequence[Tally]) -> Tally:
    """All packages as one."""
    total = Tally()
    for tally in tallies:
        for name in COUNTS:
            setattr(total, name, getattr(total, name) + getattr(tally, name))
        total.times += tally.times
        total.torn_pages += tally.torn_pages
        for reason, paths in tally.failed.items():
            total.failed[reason] += paths
    return total


def notes(total: Tally) -> Iterator[str]:
    """Reasons with examples, the slowest pages, memory."""
    for reason, paths in sorted(total.failed.items()):
        yield f"{reason}: {len(paths)}, e.g. {', '.join(paths[:NUM_EXAMPLES])}"
    for seconds, path in sorted(total.times, reverse=True)[:NUM_SLOWEST]:
        yield f"{seconds:.2f} s: {path} ({Path(path).stat().st_size / 1e6:.2f} MB)"
    for num_torn, path in sorted(total.torn_pages, reverse=True)[:NUM_SLOWEST]:
        yield f"{num_torn} torn lists: {path}"
    yield f"largest resident size {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"


def write_example(folder: Path, number: int, page: Page, document: Document | None) -> None:
    """A page and what was made of it, side by side."""
    name = f"{number:04d}_{page.package}_{page.path.stem[:60]}"
    shutil.copyfile(page.path, folder / f"{name}.html")
    (folder / f"{name}.md").write_text(document.text if document else "", encoding="utf-8", errors="replace")


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pages", type=int, metavar="N", help=f"how many; default {DEFAULT_PAGES:,}")
    parser.add_argument("--packages", nargs="+", metavar="NAME", help="instead of all")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="write N outputs, evenly sampled, into --out")
    parser.add_argument("--out", type=Path, metavar="DIR", default=Path("out/html_corpus"), help="where; default %(default)s")


def measure(*, quick: bool, pages: int | None, packages: list[str] | None, show: int, out: Path) -> Result:
    """Every page once."""
    names = packages or (QUICK_PACKAGES if quick else PACKAGES)
    chosen = sample(names, pages or (QUICK_PAGES if quick else DEFAULT_PAGES))
    num_chosen = sum(map(len, chosen))
    shown = {i * num_chosen // show for i in range(min(show, num_chosen))} if show else set()
    if shown:
        out.mkdir(parents=True, exist_ok=True)
    for warm_up in (b"<p>Imports and tables are not timed.</p>", b"<!-- those of the fallback neither" + b" " * 1000 + b"-->"):
        extract.html(warm_up)
    tallies: list[Tally] = []
    number = 0
    for name, of_package in zip(names, chosen, strict=True):
        tallies.append(Tally())
        for page in of_package:
            document = read(page, tallies[-1])
            if number in shown:
                write_example(out, number, page, document)
            number += 1
        print(f"{number:,} of {num_chosen:,} pages: {name}", file=sys.stderr)
    total = whole(tallies)
    summary = row("all", total)
    return Result(
        rows=[*(row(name, tally) for name, tally in zip(names, tallies, strict=True)), summary],
        goals=[
            Goal(what="crashes", value=summary["crashes"], limit=0, at_least=False),
            Goal(what="pages with text that give none", value=len(total.failed.get("lost", ())), limit=0, at_least=False),
            Goal(what="documents that break a promise", value=summary["broken"], limit=0, at_least=False),
        ],
        notes=list(notes(total)),
    )


if __name__ == "__main__":
    sys.exit(main(__doc__, measure, add_options=add_options))
