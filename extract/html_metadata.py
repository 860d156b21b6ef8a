"""Title, author, date and declared language of a page, from its meta elements, JSON-LD and time elements.

trafilatura's metadata module finds a little more (it searches the text) at 10-20 ms a page: twice our whole extraction.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from extract.html_tree import Page

_TITLE_KEYS = ("og:title", "twitter:title", "citation_title", "dc.title", "dcterms.title", "title", "headline")
_AUTHOR_KEYS = (
    "citation_author",
    "author",
    "article:author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
    "byl",
)
_DATE_KEYS = (
    "article:published_time", "citation_publication_date", "citation_date", "datepublished", "dc.date", "dcterms.date",
    "dcterms.created", "date",
    "pubdate", "publishdate", "parsely-pub-date", "sailthru.date", "og:pubdate", "article:modified_time",
)  # fmt: skip
_LANGUAGE_KEYS = ("content-language", "og:locale")
META_NAMES = (*_TITLE_KEYS, *_AUTHOR_KEYS, *_DATE_KEYS, *_LANGUAGE_KEYS)
"""Names of the meta elements that are read here."""
_LANGUAGE = re.compile(r"^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*$")
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?!\d)")
MAX_JSON_LD_CHARS = 200_000
MAX_FIELD_CHARS = 500


@dataclass(frozen=True, kw_only=True)
class Metadata:
    title: str | None = None
    author: str | None = None
    date: str | None = None
    """ISO 8601 date."""
    language: str | None = None
    """BCP 47."""


def read_metadata(page: Page, url: str) -> Metadata:
    """What the page says about itself."""
    metas = _by_name(page.metas)
    articles = list(_json_ld_articles(page.json_ld))
    title = _first(metas, _TITLE_KEYS) or _field(articles, "headline") or page.title
    author = _author(metas, articles)
    dates = [_first(metas, _DATE_KEYS), _field(articles, "datePublished"), page.time, url]
    language = page.language or _first(metas, _LANGUAGE_KEYS) or ""
    language = language.split(",")[0].strip()
    return Metadata(
        title=_clean(title),
        author=_clean(author),
        date=next((date for value in dates if value and (date := iso_date(value))), None),
        language=language.replace("_", "-") if _LANGUAGE.match(language) else None,
    )


def _by_name(metas: list[dict[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in metas:
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv") or "").lower()
        value = meta.get("content", "").strip()
        if name and value:
            found.setdefault(name, value)
    return found


def _first(values: dict[str, str], keys: tuple[str, ...]) -> str | None:
    return next((values[key] for key in keys if key in values), None)


def _json_ld_articles(scripts: list[str]) -> Iterator[dict[str, Any]]:
    """Objects of JSON-LD that describe a work."""
    for script in scripts:
        if len(script) > MAX_JSON_LD_CHARS or not ("headline" in script or "datePublished" in script or "author" in script):
            continue
        try:
            data = json.loads(script.strip().removeprefix("<!--").removesuffix("-->"), strict=False)
        except (ValueError, RecursionError):
            continue
        stack = [data]
        while stack:
            item = stack.pop()
            if isinstance(item, list):
                stack.extend(reversed(item))
            elif isinstance(item, dict):
                if "headline" in item or "datePublished" in item:
                    yield item
                stack.extend(value for key, value in item.items() if key in ("@graph", "mainEntity", "mainEntityOfPage"))


def _field(articles: list[dict[str, Any]], name: str) -> str | None:
    return next((value for article in articles if isinstance(value := article.get(name), str) and value.strip()), None)


def _author(metas: dict[str, str], articles: list[dict[str, Any]]) -> str | None:
    value = _first(metas, _AUTHOR_KEYS)
    if value and not value.startswith(("http://", "https://")):
        return value
    for article in articles:
        people = article.get("author")
        names = [
            person.get("name") if isinstance(person, dict) else person
            for person in (people if isinstance(people, list) else [people])
            if person
        ]
        texts = [name for name in names if isinstance(name, str) and name.strip() and not name.startswith("http")]
        if texts:
            return "; ".join(texts)
    return None


def _clean(value: str | None) -> str | None:
    return (" ".join(value.replace("\x00", "").split())[:MAX_FIELD_CHARS] or None) if value else None


def iso_date(value: str) -> str | None:
    """The first plausible date in `value` as YYYY-MM-DD or YYYY-MM."""
    match = _DATE.search(value)
    if not match:
        return None
    year, month, day = match[1], int(match[2]), int(match[3] or 0)
    if not 1 <= month <= 12 or not 0 <= day <= 31:
        return None
    return f"{year}-{month:02}-{day:02}" if day else f"{year}-{month:02}"
