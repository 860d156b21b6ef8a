"""The example corpus: all of it is read, and its README lists what is there."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from corpus.readers import Source, list_inputs, read_pages

CORPUS = Path(__file__).resolve().parent.parent / "examples" / "corpus"
README = (CORPUS / "README.md").read_text(encoding="utf-8")
SOURCES = (
    Source(name="web", kind="warc", path=str(CORPUS / "web")),
    Source(name="papers", kind="files", path=str(CORPUS / "papers")),
    Source(name="code", kind="source_tree", path=str(CORPUS / "code")),
    Source(name="notes", kind="jsonl", path=str(CORPUS / "notes"), content_type="text/plain"),
    Source(name="reference", kind="parquet", path=str(CORPUS / "reference")),
)


def read(source: Source) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Pages, and reason by URL of the rejects."""
    outputs = [output for shard in list_inputs(source) for output in read_pages(shard)]
    pages = [row for output in outputs for row in output.table.to_pylist()]
    return pages, {row["url"]: row["reason"] for output in outputs for row in output.rejects.to_pylist()}


@pytest.fixture(scope="module")
def web() -> list[dict[str, Any]]:
    pages, rejects = read(SOURCES[0])
    assert rejects == {}
    return pages


def test_the_corpus_is_small_and_every_file_is_in_the_readme() -> None:
    files = [path for path in CORPUS.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 15_000_000
    for path in files:
        name = path.relative_to(CORPUS).as_posix()
        shown = "/".join(name.split("/")[:2]) + "/" if name.startswith("code/") else name
        assert f"`{shown}" in README or name == "README.md", name


def test_the_readme_lists_nothing_that_is_not_there() -> None:
    listed = re.findall(r"`((?:web|papers|code|notes|reference|broken)/[^`]+)`", README)
    assert len(listed) > 30
    assert [name for name in listed if not (CORPUS / name).exists()] == []


def test_the_readme_names_package_and_licence_of_everything() -> None:
    rows = [line for line in README.split("## `broken/`")[0].splitlines() if re.match(r"\| (?:\d|`)", line)]
    assert len(rows) > 60
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert len(cells) == 5, row
        assert all(cells), row


def test_the_readme_counts_the_pages(web: list[dict[str, Any]]) -> None:
    counted = dict(re.findall(r"## `web/(\w+)\.warc\.gz`: (\d+) responses", README))
    assert Counter(page["path"].removesuffix(".warc.gz") for page in web) == {name: int(n) for name, n in counted.items()}
    assert len(web) >= 120


def test_all_sources_are_read_and_only_what_nobody_wrote_is_rejected() -> None:
    rows = {source.name: read(source) for source in SOURCES}
    num_pages = {name: len(pages) for name, (pages, _) in rows.items()}
    assert num_pages["papers"] >= 10
    assert min(num_pages["code"], num_pages["notes"]) >= 100
    assert num_pages["reference"] >= 20
    assert set(rows["code"][1].values()) == {"minified", "vendored"}
    ids = [page["doc_id"] for pages, _ in rows.values() for page in pages]
    assert len(set(ids)) == len(ids)


def test_the_code_is_in_many_languages() -> None:
    kinds = Counter(page["content_type"] for page in read(SOURCES[2])[0])
    assert len(kinds) >= 10
    assert min(kinds[f"text/x-{language}"] for language in ("python", "rust", "go", "cpp", "javascript", "lua")) >= 10


def test_responses_are_stored_as_servers_send_them() -> None:
    for path in sorted((CORPUS / "web").glob("*.warc.gz")):
        stored = gzip.decompress(path.read_bytes())
        for header in (b"Content-Encoding: gzip", b"Transfer-Encoding: chunked", b"Content-Length: "):
            assert stored.count(b"\r\n" + header) >= 10, (path.name, header)


def test_the_web_holds_every_kind_of_formula(web: list[dict[str, Any]]) -> None:
    marks = {
        b'class="math notranslate': 60,
        b"<math ": 15,
        b'<img class="math"': 20,
        b'class="formula': 6,
        b"\\[": 60,
        b"<pre": 200,
    }
    for mark, at_least in marks.items():
        assert sum(mark in page["content"] for page in web) >= at_least, mark
    assert {page["charset"] for page in web} == {None, "utf-8"}
    assert all(page["fetched_at"] and page["http_status"] == 200 for page in web)


def test_duplicates_are_real(web: list[dict[str, Any]]) -> None:
    """Exact ones under two addresses, and pages of two versions of a manual."""
    by_content = Counter(page["content"] for page in web)
    assert sum(count - 1 for count in by_content.values()) >= 10
    urls = {page["url"] for page in web}
    assert len(urls) == len(web)
    both = [url for url in urls if "1_74_0" in url and url.replace("1_74_0", "1_81_0") in urls]
    assert len(both) >= 10


def test_what_is_broken_is_found_or_left_to_the_extractor() -> None:
    _, rejects = read(Source(name="broken", kind="warc", path=str(CORPUS / "broken" / "web")))
    assert Counter(rejects.values()) == {
        "not_warc": 1,
        "truncated_gzip": 1,
        "truncated_body": 1,
        "empty_content": 1,
        "http_error_status": 2,
    }
    pages, rejects = read(Source(name="broken", kind="files", path=str(CORPUS / "broken" / "files")))
    assert list(rejects.values()) == ["empty_content"]
    assert [page["path"] for page in pages] == ["latin1.html", "picture.html", "truncated.pdf"]
    _, rejects = read(Source(name="broken", kind="jsonl", path=str(CORPUS / "broken" / "lines.jsonl")))
    assert sorted(rejects.values()) == ["bad_json_line", "missing_text"]


def test_mislabelled_pages_are_not_what_their_header_says() -> None:
    pages, _ = read(Source(name="broken", kind="warc", path=str(CORPUS / "broken" / "web" / "responses.warc.gz")))
    truth = {"fr-FR": "iso-8859-1", "ru-RU": "cp1251", "ja-JP": "shift_jis"}
    found = {page["url"].split("/")[4]: page for page in pages}
    for language, encoding in truth.items():
        assert found[language]["charset"] == "utf-8"
        with pytest.raises(UnicodeDecodeError):
            found[language]["content"].decode("utf-8")
        found[language]["content"].decode(encoding)
