"""Real text for the benchmarks, from Debian's documentation packages: `python -m benchmarks.texts [--mb 200]`.

An HTML page of a package (benchmarks/debian_pages.py, which keeps the pages) gives its text: 400 MB take a minute once the
packages are there.
The result is one Parquet file of (id, url, text) in ~/.cache/tercet (or $TERCET_CACHE), reused by every benchmark.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.debian_pages import cache_folder, pages
from corpus.shards import write_shard

PACKAGES = (
    "python3.11-doc",
    "postgresql-doc-15",
    "git-doc",
    "python-scipy-doc",
    "python-sympy-doc",
    "python-django-doc",
    "libstdc++-12-doc",
    "rust-doc",
    "openjdk-17-doc",
    "sagemath-doc",
    "ghc-doc",
    "debian-handbook",
    "lilypond-doc-html",
    "cppreference-doc-en-html",
    "qtbase5-doc-html",
    "python-sklearn-doc",
    "libboost1.74-doc",
    "erlang-doc",
    "libeigen3-doc",
    "python-pandas-doc",
    "gap-doc",
    "nodejs-doc",
    "sqlite3-doc",
    "apache2-doc",
    "racket-doc",
)
"""API, mathematics and prose; in this order until there is enough. About 610 MB of text together."""

SCHEMA = pa.schema([("id", pa.string()), ("url", pa.string()), ("text", pa.string())])


def texts(num_bytes: int) -> Path:
    """A Parquet file of at least `num_bytes` of text (all packages may give less), made if it is not there yet."""
    path = cache_folder() / f"texts-{num_bytes // 1_000_000}mb.parquet"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_shard(_collect(num_bytes), str(path), row_group_size=2048)
    return path


def _collect(num_bytes: int) -> pa.Table:
    rows: dict[str, dict[str, str]] = {}
    total = 0
    for package in PACKAGES:
        for url, text in package_texts(package):
            key = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
            if key not in rows:
                rows[key] = {"id": key, "url": url, "text": text}
                total += len(text.encode())
            if total >= num_bytes:
                return pa.Table.from_pylist(list(rows.values()), schema=SCHEMA)
    return pa.Table.from_pylist(list(rows.values()), schema=SCHEMA)


def package_texts(package: str) -> Iterator[tuple[str, str]]:
    """(url, visible text) of every HTML page of a Debian package, sorted by path; pages under 200 characters left out."""
    from selectolax.lexbor import LexborHTMLParser

    for page in pages(package):
        if page.path.suffix != ".html":
            continue
        tree = LexborHTMLParser(page.path.read_bytes())
        text = tree.body.text(separator=" ", strip=False) if tree.body else ""
        text = "\n".join(line for line in (" ".join(line.split()) for line in text.split("\n")) if line)
        if len(text) >= 200:
            yield page.url, text


def split(source: Path, folder: Path, num_shards: int) -> list[Path]:
    """The rows of `source` dealt over `num_shards` Parquet files below `folder`."""
    table = pq.read_table(source)
    paths = []
    for i in range(num_shards):
        path = folder / f"text-{i:04d}.parquet"
        write_shard(table.take(pa.array(range(i, table.num_rows, num_shards))), str(path), row_group_size=512)
        paths.append(path)
    return paths


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--mb", type=int, default=200)
    print(texts(parser.parse_args().mb * 1_000_000))
