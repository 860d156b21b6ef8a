"""WARC files: HTTP responses as pages.

Pages are the `response` records, and `resource` and `conversion` records, which hold a file or its text without HTTP around it.
`warcinfo`, `request` and `metadata` records describe other records: they are no rows. Everything else is a reject, and so is a
response that is not 200, not HTTP, empty, of a media type that is never text, or damaged.

fastwarc parses; what it passes over in silence is checked here, because a crawl's last file is often cut short: a body shorter
than its record says, a record whose header ends with the file (fastwarc yields it as empty), a gzip member without its end. After
damage in the middle the next gzip member that begins a record is looked for, so that one flipped bit costs one record.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, NamedTuple

from corpus import shards
from corpus.errors import DocumentError, require
from corpus.readers_inputs import InputShard, Read, Source, SourceFile, as_time, file_url, page, reject, too_large

NO_ROWS = ("warcinfo", "request", "metadata")
PAGES_WITHOUT_HTTP = ("resource", "conversion")

NEVER_TEXT = re.compile(r"(?:image|video|audio|font)/")
"""Media types whose bodies are not read: `unwanted_media_type`. Anything else is for the extractor to judge."""

BLOCK_BYTES = 1 << 20


def read_warc(shard: InputShard) -> Iterator[Read]:
    """Every page and reject of the shard's WARC files in record order."""
    for file in shard.files:
        with shards.open_input(file.url) as stream:
            yield from _read_file(_Watched(stream), file, shard.source)


class _Watched(io.RawIOBase):
    """Passes reads on and remembers a failure of the stream itself: no fault of the WARC, never a reject."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.failure: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            return self.stream.read(size)
        except BaseException as error:
            self.failure = error
            raise

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.stream.seek(offset, whence)

    def tell(self) -> int:
        return self.stream.tell()


def _read_file(stream: _Watched, file: SourceFile, source: Source) -> Iterator[Read]:
    """The rows of one WARC file. Each stretch that cannot be parsed is one reject, and reading goes on behind it."""
    size = stream.seek(0, io.SEEK_END)
    if size == 0:
        yield _broken(source, file, 0, "empty_content", "an empty file", 0)
        return
    start: int | None = 0
    damage: tuple[int, str] | None = None  # where the unreadable stretch begins, and why
    found_any = False
    while start is not None:
        last = _Position(start, found=False)
        try:
            for row in _read_until_damage(stream, start, size, file, source, last):
                if damage:
                    yield _broken(source, file, damage[0], "broken_record", damage[1], start - damage[0])
                    damage = None
                yield row
            return
        except OSError as error:
            if stream.failure:
                raise
            problem = str(error)
        found_any = found_any or last.found
        if last.found:
            damage = (last.offset + 1, f"behind the record at byte {last.offset}: {problem}")
        damage = damage or (start, problem)
        start = _next_record(stream, last.offset + 1, size)
    if damage:
        yield _broken(source, file, damage[0], "broken_record" if found_any else "not_warc", damage[1], size - damage[0])


class _Position:
    """Where the last record began, shared between the loop over records and the loop over damage."""

    def __init__(self, offset: int, *, found: bool) -> None:
        self.offset = offset
        self.found = found


def _read_until_damage(
    stream: _Watched, start: int, size: int, file: SourceFile, source: Source, last: _Position
) -> Iterator[Read]:
    """Rows from byte `start` on. The newest row is held back until it is known that the file does not end inside it."""
    held: Read | None = None
    stream.seek(start)
    try:
        for record in require("fastwarc.warc", extra="html").ArchiveIterator(stream, parse_http=False):
            if held:
                yield held
            last.offset, last.found = record.stream_pos, True
            held = _read_record(record, file, source)
    except OSError:
        if held and not stream.failure:
            yield held
        raise
    cut = _cut_at(stream, last.offset, size)
    if not last.found and not cut:
        raise OSError("no WARC record")
    if held and (cut is None or held.row["record_offset"] != cut.offset):
        yield held
    if cut:
        row = held.row if held and held.row["record_offset"] == cut.offset else {}
        url = row.get("url") or file_url(source, file.path, cut.offset)
        yield _broken(source, file, cut.offset, cut.reason, "the file ends inside the record", size - cut.offset, url=url)


def _broken(source: Source, file: SourceFile, offset: int, reason: str, detail: str, num_bytes: int, *, url: str = "") -> Read:
    url = url or file_url(source, file.path, offset)
    return reject(source, url=url, path=file.path, offset=offset, reason=reason, detail=detail, num_bytes=num_bytes)


# --- one record ---------------------------------------------------------------------------------------------------------------


def _read_record(record: Any, file: SourceFile, source: Source) -> Read | None:
    """The row of one record, or None for the kinds that are no rows."""
    kind = str(record.record_type)
    if kind in NO_ROWS:
        return None
    url = (record.headers.get("WARC-Target-URI") or "").strip().strip("<>") or file_url(source, file.path, record.stream_pos)
    where: dict[str, Any] = {"url": url, "path": file.path, "offset": record.stream_pos}
    num_bytes = record.content_length
    if num_bytes > source.max_record_bytes:
        return too_large(source, **where, num_bytes=num_bytes)
    try:
        if kind in PAGES_WITHOUT_HTTP:
            media, charset = media_type(record.headers.get("Content-Type"))
            return page(
                source,
                **where,
                content=_payload(record),
                content_type=media,
                charset=charset,
                fetched_at=as_time(record.record_date),
            )
        if kind != "response":
            raise DocumentError(f"{kind}_record", f"a {kind} record holds no page of its own")
        return _read_response(record, source, where)
    except DocumentError as error:
        return reject(source, **where, reason=error.reason, detail=error.detail, num_bytes=num_bytes)


def _read_response(record: Any, source: Source, where: Mapping[str, Any]) -> Read:
    record.parse_http()
    headers = record.http_headers
    status = headers.status_code if headers else None
    if status is None:
        raise DocumentError("not_http", "a response without an HTTP status line")
    if status != 200:
        raise DocumentError("http_error_status", headers.status_line)
    media, charset = media_type(headers.get("Content-Type"))
    if media and NEVER_TEXT.match(media):
        raise DocumentError("unwanted_media_type", media)
    body = decode_body(
        _payload(record),
        transfer=headers.get("Transfer-Encoding") or "",
        content=headers.get("Content-Encoding") or "",
        limit=source.max_record_bytes,
    )
    return page(
        source,
        **where,
        content=body,
        content_type=media,
        charset=charset,
        http_status=status,
        fetched_at=as_time(record.record_date),
    )


def _payload(record: Any) -> bytes:
    expected = record.content_length
    data: bytes = record.reader.read()
    if len(data) < expected:
        raise DocumentError("truncated_record", f"{len(data)} bytes of {expected}")
    return data


def media_type(header: str | None) -> tuple[str | None, str | None]:
    """Media type and character set of a Content-Type header in lower case: 'text/html; charset="UTF-8"' -> text/html, utf-8."""
    if not header:
        return None, None
    charset = re.search(r"charset\s*=\s*[\"']?([^\s\"';,]+)", header, re.IGNORECASE)
    return header.split(";")[0].split(",")[0].strip().lower() or None, charset[1].lower() if charset else None


# --- HTTP bodies --------------------------------------------------------------------------------------------------------------


def decode_body(data: bytes, *, transfer: str, content: str, limit: int) -> bytes:
    """A body as the server meant it: unchunked, decompressed, at most `limit` bytes.

    Crawlers differ: some store the body as it was sent, some decoded with the old headers. So a body that is not chunked or not
    compressed as its header says is taken as it is. Raises DocumentError truncated_body, bad_content_encoding or too_large.
    """
    if "chunked" in transfer.lower():
        data = unchunk(data)
    for name in reversed([part.strip().lower() for part in content.split(",")]):
        if decoder := DECODERS.get(name):
            data = decoder(data, limit)
        elif name not in ("", "identity", "utf-8"):
            raise DocumentError("bad_content_encoding", f"unknown content encoding {name}")
    return data


_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?\r?\n")


def unchunk(data: bytes) -> bytes:
    """The body inside chunked transfer coding (RFC 9112, section 7.1); `data` itself where it is not chunked."""
    head = _CHUNK_SIZE.match(data)
    if not head:
        return data
    parts: list[bytes] = []
    while head:
        size = int(head[1], 16)
        if size == 0:
            return b"".join(parts)
        parts.append(data[head.end() : head.end() + size])
        head = _CHUNK_SIZE.match(data, head.end() + size + (2 if data.startswith(b"\r\n", head.end() + size) else 1))
    raise DocumentError("truncated_body", f"the chunks end after {sum(map(len, parts))} bytes")


def _inflate(data: bytes, limit: int, *, wbits: int) -> bytes:
    parts: list[bytes] = []
    left = limit + 1
    while data:
        engine = zlib.decompressobj(wbits)
        try:
            part = engine.decompress(data, left)
        except zlib.error as error:
            raise DocumentError("bad_content_encoding", str(error)) from None
        parts.append(part)
        left -= len(part)
        if left <= 0:
            raise DocumentError("too_large", f"the body decompresses to more than {limit} bytes")
        if not engine.eof:
            raise DocumentError("truncated_body", "the compressed body ends early")
        data = engine.unused_data if engine.unused_data.startswith(b"\x1f\x8b") else b""
    return b"".join(parts)


def _decode_gzip(data: bytes, limit: int) -> bytes:
    return _inflate(data, limit, wbits=31) if data.startswith(b"\x1f\x8b") else data


def _decode_deflate(data: bytes, limit: int) -> bytes:
    """With or without the zlib header: servers send both (RFC 9110, section 8.4.1.2)."""
    has_header = len(data) > 1 and data[0] & 15 == 8 and int.from_bytes(data[:2], "big") % 31 == 0
    return _inflate(data, limit, wbits=15 if has_header else -15)


def _decode_with(reader: str) -> Callable[[bytes, int], bytes]:
    def decode(data: bytes, limit: int) -> bytes:
        if data.lstrip()[:1] == b"<":
            return data
        try:
            decoded: bytes = getattr(require("fastwarc.stream_io", extra="html"), reader)(io.BytesIO(data)).read(limit + 1)
        except OSError as error:
            raise DocumentError("bad_content_encoding", str(error)) from None
        if len(decoded) > limit:
            raise DocumentError("too_large", f"the body decompresses to more than {limit} bytes")
        return decoded

    return decode


DECODERS: Mapping[str, Callable[[bytes, int], bytes]] = {
    "gzip": _decode_gzip,
    "x-gzip": _decode_gzip,
    "deflate": _decode_deflate,
    "br": _decode_with("BrotliReader"),
    "zstd": _decode_with("ZstdReader"),
}
"""Content encodings by their name in the header."""


# --- damage -------------------------------------------------------------------------------------------------------------------


class _Cut(NamedTuple):
    """Where the record begins that the end of the file cuts short, and how that shows."""

    offset: int
    reason: str


def _cut_at(stream: _Watched, last_record: int, size: int) -> _Cut | None:
    """The record at or behind `last_record` that the file's end cuts short, if any."""
    stream.seek(last_record)
    magic = stream.read(6)
    if magic.startswith(b"\x1f\x8b"):
        return _cut_member(stream, last_record)
    if magic.startswith(b"WARC/"):
        return _cut_plain(stream, last_record, size)
    return None


def _cut_member(stream: _Watched, offset: int) -> _Cut | None:
    """Decompresses from `offset` to the end of the file, member by member, keeping nothing."""
    stream.seek(offset)
    engine = zlib.decompressobj(31)
    begin = position = offset
    data = b""
    while data or (data := stream.read(BLOCK_BYTES)):
        position += len(data)
        try:
            engine.decompress(engine.unconsumed_tail + data, BLOCK_BYTES)
            while engine.unconsumed_tail:
                engine.decompress(engine.unconsumed_tail, BLOCK_BYTES)
        except zlib.error:
            return _Cut(begin, "broken_record")
        data = b""
        if engine.eof:
            data = engine.unused_data
            position -= len(data)
            begin = position
            engine = zlib.decompressobj(31)
            data = data.lstrip(b"\0\r\n")
    return _Cut(begin, "truncated_gzip") if begin < position else None


def _cut_plain(stream: _Watched, offset: int, size: int) -> _Cut | None:
    stream.seek(offset)
    head, end_of_head, _ = stream.read(1 << 16).partition(b"\r\n\r\n")
    length = re.search(rb"(?mi)^content-length:\s*(\d+)", head)
    end = offset + len(head) + 4 + int(length[1]) if length and end_of_head else size + 1
    return _Cut(offset, "truncated_record") if end > size else None


def _next_record(stream: _Watched, start: int, size: int) -> int | None:
    """Offset of the next gzip member or plain header from byte `start` on that begins a WARC record."""
    position = start
    while position < size:
        stream.seek(position)
        block = stream.read(BLOCK_BYTES)
        for found in re.finditer(rb"\x1f\x8b\x08|(?<=\n)WARC/\d", block):
            if found[0].startswith(b"WARC") or _begins_record(stream, position + found.start()):
                return position + found.start()
        # Blocks overlap, so that a mark on their border is seen.
        position += len(block) - 8 if len(block) == BLOCK_BYTES else len(block)
    return None


def _begins_record(stream: _Watched, offset: int) -> bool:
    """Whether the gzip member at `offset` begins with a whole WARC header."""
    stream.seek(offset)
    try:
        head = zlib.decompressobj(31).decompress(stream.read(1 << 16), 1 << 16)
    except zlib.error:
        return False
    return head.startswith(b"WARC/") and b"\r\n\r\n" in head
