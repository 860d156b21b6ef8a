"""HTML pages of Debian's documentation packages, as files: fetched with `apt-get download`, unpacked, never installed.

    for page in pages("gap-doc"): page.path, page.url

A package's pages stay in ~/.cache/tercet/html/PACKAGE (or below $TERCET_CACHE) with the paths that they have in the package.
"""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from corpus.errors import InputError

SUFFIXES = (".html", ".htm", ".xhtml", ".html.gz")


class Page(NamedTuple):
    """One HTML file of a package."""

    package: str
    path: Path
    url: str


def cache_folder() -> Path:
    return Path(os.environ.get("TERCET_CACHE", Path.home() / ".cache" / "tercet"))


def pages(package: str) -> list[Page]:
    """Every page of `package`, sorted by path; fetched if it is not in the cache yet. Raises InputError."""
    folder = cache_folder() / "html" / package
    if not folder.exists():
        _fetch(package, folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [Page(package, path, f"https://doc.invalid/{package}/{path.relative_to(folder)}") for path in files]


def _fetch(package: str, folder: Path) -> None:
    """The package's pages below `folder`, written aside and renamed."""
    aside = folder.with_name(f"{folder.name}.tmp")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        for path in unpacked(package, Path(scratch)):
            target = aside / path.relative_to(scratch)
            target.parent.mkdir(parents=True, exist_ok=True)
            if path.suffix == ".gz":
                target.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
            else:
                shutil.copyfile(path, target)
    aside.rename(folder)


def unpacked(package: str, folder: Path, *, suffixes: tuple[str, ...] = SUFFIXES) -> Iterator[Path]:
    """The HTML files of `package` (or those that end in `suffixes`), unpacked below `folder`, sorted; links left out.

    Raises InputError.
    """
    print(f"fetching {package}", file=sys.stderr)
    fetched = subprocess.run(["apt-get", "download", package], cwd=folder, capture_output=True, text=True)
    if fetched.returncode:
        raise InputError(
            f"apt-get download {package}: {fetched.stderr.strip()}; the benchmarks' pages come from Debian's packages "
            "(after apt-get update)"
        )
    (archive,) = folder.glob("*.deb")
    subprocess.run(["dpkg-deb", "-x", str(archive), str(folder)], check=True)
    archive.unlink()
    for path in sorted(folder.rglob("*")):
        if path.name.endswith(suffixes) and path.is_file() and not path.is_symlink():
            yield path


def even_quotas(sizes: Sequence[int], total: int) -> list[int]:
    """The same quota for everybody, what the small cannot give dealt to the larger ones."""
    quotas = [0] * len(sizes)
    left = total
    by_size = sorted(range(len(sizes)), key=lambda i: sizes[i])
    for position, i in enumerate(by_size):
        quotas[i] = min(sizes[i], left // (len(sizes) - position))
        left -= quotas[i]
    return quotas
