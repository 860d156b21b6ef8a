"""Sources of raw input, the shards they fall into, and the rows that readers make.

A WARC, tar, JSONL or Parquet file is one shard. The files of a directory or source tree are sorted by their path below the
source's root and cut into shards of about `shard_bytes`. Names, order and digests come from relative paths and content alone, so
two machines with copies of the same files list the same shards.
"""

from __future__ import annotations

import gzip
import io
import json
import posixpath
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from fnmatch import fnmatch
from typing import Any, BinaryIO, Literal, NamedTuple, cast

import pyarrow as pa

from corpus import shards
from corpus.errors import InputError, RecipeError
from corpus.ids import content_id
from corpus.stage import reject_row

SourceKind = Literal["warc", "files", "tar", "source_tree", "jsonl", "parquet"]

CONTAINERS: Mapping[str, tuple[str, ...]] = {
    "warc": (".warc.gz", ".warc.zst", ".warc", ".wet.gz", ".wet"),
    "tar": (".tar.gz", ".tgz", ".tar.zst", ".tar"),
    "jsonl": (".jsonl.gz", ".jsonl.zst", ".jsonl", ".ndjson.gz", ".ndjson", ".json.gz"),
    "parquet": (".parquet",),
}
"""Kinds whose files hold many records each, and what those files are called; looked for where `path` is a directory."""

INCLUDE: Mapping[str, tuple[str, ...]] = {
    "files": ("*.html", "*.htm", "*.xhtml", "*.pdf"),
    "tar": ("*.html", "*.htm", "*.xhtml", "*.pdf"),
    "source_tree": ("*",),
}
"""Default globs of the documents that `files`, `tar` and `source_tree` take."""

NOT_READ = ("path", "synthetic", "shard_bytes", "shard_files")
"""Fields of a Source that do not change what is read from a shard's files: not part of its digest."""

VERSION_CONTROL = (".git", ".hg", ".svn")
"""Folders of a source tree that hold no sources; not listed."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where raw pages come from: one entry under `sources:` of a recipe."""

    name: str
    """Lower-case letters, digits, - and _: the `source` column, and part of shard names."""
    kind: SourceKind
    """What lies there: WARC files, a directory of HTML and PDF files, tar files of such, a tree of source code, JSON lines
    (also .gz, .zst), Parquet."""
    path: str
    """A file, a directory or a glob; local or any fsspec URL (s3://..., gs://..., memory://...)."""
    include: tuple[str, ...] = ()
    """Globs on the path below the root (or inside the tar) that a document must match; * crosses slashes. Empty: HTML and PDF by
    extension for `files` and `tar`, everything for `source_tree`. Other kinds take every record."""
    text_column: str = "text"
    """jsonl, parquet: column with the text."""
    url_column: str = "url"
    """jsonl, parquet: column with the address; rows without one get file://SOURCE/FILE/ROW."""
    date_column: str = "date"
    """jsonl, parquet: column with the day or time it was fetched, ISO 8601 or a Parquet date; ignored where there is none."""
    content_type: Literal["text/markdown", "text/plain", "text/html"] = "text/markdown"
    """jsonl, parquet: what the text is."""
    synthetic: bool = False
    """Whether a model wrote it."""
    shard_bytes: int = 64 << 20
    """files, source_tree: bytes of raw input in one shard."""
    shard_files: int = 4096
    """files, source_tree: most files in one shard."""
    max_record_bytes: int = 64 << 20
    """Bytes of one page, decompressed; larger ones are rejected as too_large without being held in memory."""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", self.name):
            raise RecipeError(f"source name {self.name!r}: expected lower-case letters, digits, - and _")
        if min(self.shard_bytes, self.shard_files, self.max_record_bytes) < 1:
            raise RecipeError(f"source {self.name}: shard_bytes, shard_files and max_record_bytes must be at least 1")


class SourceFile(NamedTuple):
    """One input file."""

    url: str
    path: str
    """Relative to the source's root."""
    num_bytes: int


@dataclass(frozen=True, kw_only=True)
class InputShard:
    """What one read task reads: a WARC, tar, JSONL or Parquet file, or a run of files of a directory."""

    name: str
    """SOURCE-STEM-HASH: unique, the same on every machine."""
    digest: str
    """Of the reading options and of every file's path and fingerprint; 12 hexadecimal digits."""
    source: Source
    files: tuple[SourceFile, ...]

    @property
    def num_bytes(self) -> int:
        return sum(file.num_bytes for file in self.files)


def list_inputs(source: Source) -> list[InputShard]:
    """The shards of `source`, sorted by name. Raises InputError where nothing matches."""
    files = list_source_files(source)
    if source.kind in CONTAINERS:
        made = [_input_shard(source, [file], stem=_stem(file.path, source.kind)) for file in files]
    else:
        made = [_input_shard(source, run, stem=f"{i:05d}") for i, run in enumerate(_runs(files, source))]
    return sorted(made, key=lambda shard: shard.name)


def list_source_files(source: Source) -> list[SourceFile]:
    """The files of `source`, sorted by path below its root: the directory, or what stands before a glob's first wildcard.

    A file named outright or by a glob is taken whatever its extension; below a directory, the extensions of the kind decide.
    """
    fs, path = shards.filesystem(source.path)
    if has_wildcard := any(c in path for c in "*?["):
        root = path[: re.search(r"[*?\[]", path).start()].rpartition("/")[0]  # type: ignore[union-attr]
        found = fs.glob(path, detail=True)
    elif fs.isdir(path):
        root, found = path, fs.find(path, detail=True)
    elif fs.exists(path):
        root, found = posixpath.dirname(path), {path: fs.info(path)}
    else:
        raise InputError(f"source {source.name}: {source.path}: nothing there; expected a file, a directory or a glob")
    below_directory = not has_wildcard and fs.isdir(path)
    files = [
        SourceFile(name if shards.is_local(fs) else fs.unstrip_protocol(name), posixpath.relpath(name, root or "/"), info["size"])
        for name, info in found.items()
        if info["type"] == "file"
    ]
    chosen = sorted((file for file in files if not below_directory or _is_wanted(file.path, source)), key=lambda file: file.path)
    if not chosen:
        globs = ", ".join(f"*{suffix}" for suffix in CONTAINERS.get(source.kind, ())) or ", ".join(include_globs(source))
        raise InputError(
            f"source {source.name}: {source.path}: {len(files)} files there, none is a {source.kind} input ({globs}); "
            "give a directory that holds some, or a glob"
        )
    return chosen


def include_globs(source: Source) -> tuple[str, ...]:
    return source.include or INCLUDE.get(source.kind, ("*",))


def matches(path: str, globs: tuple[str, ...]) -> bool:
    """Whether any of the globs matches the path or its last part, upper and lower case alike."""
    lowered = path.lower()
    return any(fnmatch(lowered, glob.lower()) for glob in globs)


def _is_wanted(path: str, source: Source) -> bool:
    if source.kind in CONTAINERS:
        return path.lower().endswith(CONTAINERS[source.kind])
    if source.kind == "source_tree" and any(part in VERSION_CONTROL for part in path.split("/")):
        return False
    return matches(path, include_globs(source))


def _runs(files: list[SourceFile], source: Source) -> list[list[SourceFile]]:
    """`files` cut into runs of at most shard_files and, but for single larger files, shard_bytes."""
    runs: list[list[SourceFile]] = []
    size = 0
    for file in files:
        if not runs or size + file.num_bytes > source.shard_bytes or len(runs[-1]) == source.shard_files:
            runs.append([])
            size = 0
        runs[-1].append(file)
        size += file.num_bytes
    return runs


def _input_shard(source: Source, files: list[SourceFile], *, stem: str) -> InputShard:
    options = {
        key: value for key, value in asdict(source).items() if key not in ("path", "synthetic", "shard_bytes", "shard_files")
    }
    parts = [part for file in files for part in (file.path, shards.fingerprint(file.url))]
    return InputShard(
        name=f"{source.name}-{stem}-{content_id(source.name, *(file.path for file in files))[:8]}",
        digest=content_id(json.dumps(options, sort_keys=True), *parts)[:12],
        source=source,
        files=tuple(files),
    )


def _stem(path: str, kind: str) -> str:
    """The file's name without its container extension, in characters that every file system takes."""
    name = posixpath.basename(path)
    suffix = next((suffix for suffix in CONTAINERS[kind] if name.lower().endswith(suffix)), "")
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name[: len(name) - len(suffix)])[:80]


# --- rows ---------------------------------------------------------------------------------------------------------------------


class Read(NamedTuple):
    """One record: a PAGES row, or a REJECTS row where `is_page` is false."""

    is_page: bool
    row: dict[str, Any]


def page(
    source: Source,
    *,
    url: str,
    path: str,
    offset: int,
    content: bytes,
    content_type: str | None,
    charset: str | None = None,
    http_status: int | None = None,
    fetched_at: datetime | None = None,
) -> Read:
    """A page, or the reject `empty_content`."""
    url = clean(url)
    if not content:
        return reject(source, url=url, path=path, offset=offset, reason="empty_content", detail="no bytes", num_bytes=0)
    row = {
        "doc_id": content_id(source.name, url, content),
        "source": source.name,
        "url": url,
        "path": clean(path),
        "record_offset": offset,
        "content": content,
        "content_type": content_type,
        "charset": charset,
        "http_status": http_status,
        "fetched_at": fetched_at,
    }
    return Read(True, row)


def reject(source: Source, *, url: str, path: str, offset: int, reason: str, detail: str, num_bytes: int) -> Read:
    row = {"source": source.name, "url": clean(url), "path": clean(path), "record_offset": offset}
    return Read(False, reject_row(row, stage="read", reason=reason, detail=detail, num_bytes=num_bytes))


def too_large(source: Source, *, url: str, path: str, offset: int, num_bytes: int) -> Read:
    detail = f"more than max_record_bytes = {source.max_record_bytes}"
    return reject(source, url=url, path=path, offset=offset, reason="too_large", detail=detail, num_bytes=num_bytes)


def file_url(source: Source, *parts: str | int) -> str:
    """file://SOURCE/PATH: the address of what has none; unlike a bare path it differs between sources."""
    return f"file://{source.name}/" + "/".join(map(str, parts))


def clean(text: str) -> str:
    """`text` without what is not valid Unicode (file names, headers): Arrow takes nothing else."""
    return text.encode("utf-8", "replace").decode("utf-8")


def as_time(value: Any) -> datetime | None:
    """A date, a time or ISO 8601 text as a time in UTC, whole seconds; None for anything else."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if not isinstance(value, datetime):
        return None
    try:
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
    except OverflowError:  # year 1 or 9999 in another time zone
        return None


def open_decompressed(file: SourceFile) -> BinaryIO:
    """The bytes of a file that may end in .gz, .tgz or .zst, as a stream."""
    stream = shards.open_input(file.url)
    if file.path.lower().endswith((".gz", ".tgz")):
        return cast(BinaryIO, gzip.GzipFile(fileobj=stream))
    if file.path.lower().endswith(".zst"):
        return io.BufferedReader(cast(io.RawIOBase, pa.CompressedInputStream(pa.PythonFile(stream, mode="r"), "zstd")))
    return stream


def read_limited(stream: BinaryIO, limit: int) -> bytes | None:
    """All that is left of `stream`, or None where it is more than `limit` bytes."""
    data = stream.read(limit + 1)
    return data if len(data) <= limit else None


def is_stream_failure(error: BaseException) -> bool:
    """Whether a disk or network failed rather than the file's content: the task is to be tried again, nothing is a reject.

    Decompressors complain by OSError without an errno (gzip.BadGzipFile, Arrow's zstd).
    """
    return isinstance(error, OSError) and (error.errno is not None or type(error) not in (OSError, gzip.BadGzipFile))
