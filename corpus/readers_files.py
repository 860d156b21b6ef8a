"""Documents that are files: below a directory, or inside tar files. Their media type is told by their extension."""

from __future__ import annotations

import posixpath
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from corpus import shards
from corpus.readers_inputs import (
    InputShard,
    Read,
    Source,
    SourceFile,
    file_url,
    include_globs,
    is_stream_failure,
    matches,
    open_decompressed,
    page,
    read_limited,
    reject,
    too_large,
)

MEDIA_TYPES: Mapping[str, str] = {
    ".html": "text/html",
    ".htm": "text/html",
    ".shtml": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".xht": "application/xhtml+xml",
    ".pdf": "application/pdf",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".txt": "text/plain",
}
"""Media type by extension; null for others. Not the mimetypes module: it reads tables of the machine it runs on."""


def read_files(shard: InputShard) -> Iterator[Read]:
    """One page a file, in order."""
    for file in shard.files:
        url = file_url(shard.source, file.path)
        content = read_whole(file, shard.source)
        if content is None:
            yield too_large(shard.source, url=url, path=file.path, offset=0, num_bytes=file.num_bytes)
        else:
            yield page(shard.source, url=url, path=file.path, offset=0, content=content, content_type=media_type_of(file.path))


def read_whole(file: SourceFile, source: Source) -> bytes | None:
    """The file's bytes, or None where they are more than max_record_bytes."""
    if file.num_bytes > source.max_record_bytes:
        return None
    with shards.open_input(file.url) as stream:
        return read_limited(stream, source.max_record_bytes)


def media_type_of(path: str) -> str | None:
    return MEDIA_TYPES.get(posixpath.splitext(path.lower())[1])


def read_tar(shard: InputShard) -> Iterator[Read]:
    """One page for every regular member that matches `include`, in the archive's order; .tar, .tar.gz and .tar.zst."""
    for file in shard.files:
        position = 0
        try:
            with open_decompressed(file) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
                for member in archive:
                    position = member.offset
                    if member.isfile() and matches(member.name, include_globs(shard.source)):
                        yield _read_member(archive, member, file, shard.source)
        except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
            if is_stream_failure(error):
                raise
            url = file_url(shard.source, file.path)
            reason = "truncated_gzip" if isinstance(error, EOFError) else "unreadable_file"
            detail = f"{type(error).__name__}: {error}; nothing was read after the member at byte {position}"
            # One byte on: the member at `position` may be a row already.
            yield reject(
                shard.source, url=url, path=file.path, offset=position + 1, reason=reason, detail=detail, num_bytes=file.num_bytes
            )


def _read_member(archive: tarfile.TarFile, member: tarfile.TarInfo, file: SourceFile, source: Source) -> Read:
    where: dict[str, Any] = {"url": file_url(source, file.path, member.name), "path": file.path, "offset": member.offset}
    if member.size > source.max_record_bytes:
        return too_large(source, **where, num_bytes=member.size)
    stream = archive.extractfile(member)
    assert stream is not None  # a regular file: read_tar asks
    content = stream.read()
    if len(content) < member.size:
        detail = f"{len(content)} bytes of {member.size}"
        return reject(source, **where, reason="truncated_record", detail=detail, num_bytes=member.size)
    return page(source, **where, content=content, content_type=media_type_of(member.name))
