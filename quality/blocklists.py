"""Lists of sites and of words, one entry a line, and how often a document names them.

An entry of the first list is a domain, which its subdomains match too, or an address, which everything below it matches; one of
the second a word or a phrase. Case does not count. A word matches whole words only, in any script; where a script has no blanks
between words (Han, kana, Thai, Lao, Khmer, Burmese) an entry matches wherever it stands.
"""

from __future__ import annotations

import functools
import itertools
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from corpus import shards

_LINK = re.compile(
    r"(?:://(?:[^\s/@\"'<>]{0,128}@)?|(?<![\w.@/-])(?=www\.))([\w.-]{1,253}+)(?::[0-9]{1,5})?([/?#][^\s\"'<>)\]]{0,2000})?",
    re.IGNORECASE,
)
_UNSPACED = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\U00020000-\U0003ffff]"
)


@dataclass(frozen=True, kw_only=True)
class Blocklists:
    """Entries in the form that texts are compared in; `of_lines` makes them."""

    domains: frozenset[str] = frozenset()
    addresses: tuple[str, ...] = ()
    """host/path without a scheme."""
    phrases: frozenset[tuple[str, ...]] = frozenset()
    """Words of each entry; most have one."""
    substrings: tuple[str, ...] = ()
    """Entries of scripts without blanks."""

    def hits(self, text: str, *, url: str = "") -> list[dict[str, Any]]:
        """Which entries the text, or its own address, names, and how often: rows of PII.blocklist_hits, sorted."""
        counts = {"url": self._sites(text, url), "word": self._words(text)}
        return [
            {"list": name, "entry": entry, "count": count}
            for name, found in counts.items()
            for entry, count in sorted(found.items())
        ]

    def _sites(self, text: str, url: str) -> Counter[str]:
        found: Counter[str] = Counter()
        if not self.domains and not self.addresses:
            return found
        for link in itertools.chain(_LINK.finditer(url), _LINK.finditer(text) if "://" in text or "www." in text.lower() else ()):
            host = _ascii_host(link[1])
            labels = host.split(".")
            suffixes = [".".join(labels[i:]) for i in range(len(labels))]
            found.update(suffix for suffix in suffixes if suffix in self.domains)
            if self.addresses:
                found.update(entry for entry in self.addresses if _is_below(suffixes, link[2] or "", entry))
        return found

    def _words(self, text: str) -> Counter[str]:
        found: Counter[str] = Counter()
        if not self.phrases and not self.substrings:
            return found
        folded = _folded(text)
        found.update({entry: count for entry in self.substrings if (count := folded.count(entry))})
        if self.phrases:
            words = _word_pattern().findall(folded)
            for phrase in self._starting_with.keys() & set(words) and self._found_phrases(words):
                found[" ".join(phrase)] += 1
        return found

    def _found_phrases(self, words: list[str]) -> Iterable[tuple[str, ...]]:
        starts = self._starting_with
        for i, word in enumerate(words):
            for phrase in starts.get(word, ()):
                if len(phrase) == 1 or tuple(words[i : i + len(phrase)]) == phrase:
                    yield phrase

    @functools.cached_property
    def _starting_with(self) -> dict[str, list[tuple[str, ...]]]:
        starts: dict[str, list[tuple[str, ...]]] = {}
        for phrase in sorted(self.phrases):
            starts.setdefault(phrase[0], []).append(phrase)
        return starts


def of_lines(*, urls: Iterable[str] = (), words: Iterable[str] = ()) -> Blocklists:
    """The lists of these lines; blank lines and what follows ` #` or begins with # are left out."""
    sites = [_site(entry) for entry in _entries(urls)]
    folded = [_folded(entry) for entry in _entries(words)]
    split = (tuple(_word_pattern().findall(entry)) for entry in folded if not _UNSPACED.search(entry))
    return Blocklists(
        domains=frozenset(site for site in sites if site and "/" not in site),
        addresses=tuple(sorted({site for site in sites if "/" in site})),
        phrases=frozenset(phrase for phrase in split if phrase),
        substrings=tuple(sorted({entry for entry in folded if _UNSPACED.search(entry)})),
    )


@functools.lru_cache(maxsize=4)
def load(urls: str | None, words: str | None) -> Blocklists | None:
    """The lists in these files (UTF-8); None without any. Raises InputError for a file that is not there."""
    if urls is None and words is None:
        return None
    return of_lines(urls=_lines(urls), words=_lines(words))


def _lines(url: str | None) -> list[str]:
    if url is None:
        return []
    with shards.open_input(url) as stream:
        return stream.read().decode("utf-8-sig", "replace").splitlines()


def _entries(lines: Iterable[str]) -> Iterable[str]:
    stripped = (re.split(r"(?:^|\s)#", line, maxsplit=1)[0].strip() for line in lines)
    return (entry for entry in stripped if entry)


def _site(entry: str) -> str:
    """host or host/path; `https://`, `www.`, `*.` and a last slash do not count."""
    bare = re.sub(r"^(?:[a-z][a-z0-9+.-]*:)?//", "", entry, flags=re.IGNORECASE)
    host, slash, path = bare.partition("/")
    host = _ascii_host(re.sub(r":[0-9]+$", "", host).lstrip("*").strip("."))
    return f"{host}/{path.rstrip('/')}" if slash and path.strip("/") else host


def _ascii_host(host: str) -> str:
    """Lower case, punycode for names in other scripts, without www."""
    lower = host.lower().strip(".")
    if not lower.isascii():
        try:
            lower = lower.encode("idna").decode("ascii")
        except UnicodeError:
            return lower
    return lower.removeprefix("www.")


def _is_below(suffixes: list[str], path: str, entry: str) -> bool:
    """Whether host (with its parents, `suffixes`) and path lie at or below the address `entry`."""
    host, _, wanted = entry.partition("/")
    below = path.removeprefix("/")
    return host in suffixes and below.startswith(wanted) and below[len(wanted) : len(wanted) + 1] in ("", "/", "?", "#")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text.casefold())


@functools.cache
def _word_pattern() -> re.Pattern[str]:
    r"""Letters, digits and the marks on them: `\w` alone cuts a word of Hindi or Tamil at every vowel sign."""
    marks = "".join(char for char in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(char)[0] == "M")
    return re.compile(f"[\\w{_ranges(marks)}]+")


def _ranges(chars: str) -> str:
    """Sorted characters as ranges of a character class."""
    runs = itertools.groupby(enumerate(map(ord, chars)), key=lambda pair: pair[1] - pair[0])
    spans = [[code for _, code in run] for _, run in runs]
    return "".join(f"\\U{span[0]:08x}-\\U{span[-1]:08x}" for span in spans)
