"""Readers of raw input: every kind becomes PAGES, everything broken becomes a counted reject."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import pickle
import tarfile
import zlib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import readers_warc, schema, shards
from corpus.errors import DocumentError, InputError, RecipeError
from corpus.readers import InputShard, Source, list_inputs, read_pages
from corpus.readers_code import reason_by_content, reason_by_path
from corpus.readers_inputs import as_time

Row = dict[str, Any]


def record(
    block: bytes,
    *,
    kind: str = "response",
    url: str = "https://example.org/",
    content_type: str = "application/http; msgtype=response",
) -> bytes:
    """One WARC record, not compressed."""
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-05-06T07:08:09Z\r\n"
        f"WARC-Record-ID: <urn:uuid:0>\r\nContent-Type: {content_type}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def http(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", *(headers or ("Content-Type: text/html; charset=UTF-8",))]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


def warc(*records: bytes, compress: bool = True) -> bytes:
    return b"".join(gzip.compress(one, mtime=0) if compress else one for one in records)


def read(source: Source, **options: int) -> tuple[list[Row], list[Row]]:
    """All pages and rejects of a source, each batch checked against its schema."""
    pages: list[Row] = []
    rejects: list[Row] = []
    for shard in list_inputs(source):
        for output in read_pages(shard, **options):
            pages += schema.conform(output.table, schema.PAGES, what=shard.name).to_pylist()
            rejects += schema.conform(output.rejects, schema.REJECTS, what=shard.name).to_pylist()
    return pages, rejects


def read_warc(data: bytes, tmp_path: Path, *, name: str = "a.warc.gz", **options: Any) -> tuple[list[Row], list[Row]]:
    (tmp_path / name).write_bytes(data)
    return read(Source(name="web", kind="warc", path=str(tmp_path / name), **options))


def write(root: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def reasons(rejects: list[Row]) -> dict[str, int]:
    return dict(Counter(row["reason"] for row in rejects))


# --- WARC ---------------------------------------------------------------------------------------------------------------------


def test_a_response_becomes_a_page_with_its_headers(tmp_path: Path) -> None:
    body = b"<p>caf\xc3\xa9</p>"
    info = record(b"software: x", kind="warcinfo", content_type="application/warc-fields")
    pages, rejects = read_warc(warc(info, record(http(body), url="https://example.org/a?b=1")), tmp_path)
    assert rejects == []
    [page] = pages
    assert page["content"] == body
    assert (page["url"], page["path"]) == ("https://example.org/a?b=1", "a.warc.gz")
    assert (page["content_type"], page["charset"], page["http_status"]) == ("text/html", "utf-8", 200)
    assert page["fetched_at"] == datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
    assert page["record_offset"] == len(warc(info))


def test_records_about_other_records_are_no_rows(tmp_path: Path) -> None:
    data = warc(*(record(b"x", kind=kind) for kind in ("warcinfo", "request", "metadata")))
    assert read_warc(data, tmp_path) == ([], [])


def test_resource_and_conversion_records_are_pages_without_http(tmp_path: Path) -> None:
    data = warc(
        record(b"<p>a", kind="resource", content_type="text/html"), record(b"plain", kind="conversion", content_type="text/plain")
    )
    pages, rejects = read_warc(data, tmp_path)
    assert [(page["content"], page["content_type"], page["http_status"]) for page in pages] == [
        (b"<p>a", "text/html", None),
        (b"plain", "text/plain", None),
    ]
    assert rejects == []


@pytest.mark.parametrize(
    ("block", "kind", "reason"),
    [
        (http(b"gone", status="404 Not Found"), "response", "http_error_status"),
        (http(b"", status="301 Moved Permanently"), "response", "http_error_status"),
        (http(b""), "response", "empty_content"),
        (b"", "response", "not_http"),
        (b"not http at all", "response", "not_http"),
        (http(b"\x89PNG", "Content-Type: image/png"), "response", "unwanted_media_type"),
        (http(gzip.compress(b"x" * 5000, mtime=0)[:-12], "Content-Encoding: gzip"), "response", "truncated_body"),
        (http(b"\x1f\x8b\x08 nonsense", "Content-Encoding: gzip"), "response", "bad_content_encoding"),
        (http(b"abc", "Content-Encoding: snappy"), "response", "bad_content_encoding"),
        (http(b"5\r\nhel", "Transfer-Encoding: chunked"), "response", "truncated_body"),
        (b"", "revisit", "revisit_record"),
    ],
)
def test_what_is_no_page_is_a_reject_with_its_place(tmp_path: Path, block: bytes, kind: str, reason: str) -> None:
    good = record(http(b"good"), url="https://example.org/good")
    pages, rejects = read_warc(warc(good, record(block, kind=kind), good), tmp_path)
    assert [page["content"] for page in pages] == [b"good", b"good"]
    [row] = rejects
    assert (row["reason"], row["stage"], row["record_offset"]) == (reason, "read", len(warc(good)))
    assert row["url"] == "https://example.org/"


PAGE = b"<html>" + b"text " * 3000 + b"</html>"


def chunked(body: bytes) -> bytes:
    """Two chunks, the first with an extension."""
    return b"10;name=value\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (body[:16], len(body[16:]), body[16:])


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (("Content-Encoding: gzip",), gzip.compress(PAGE, mtime=0)),
        (("Content-Encoding: x-gzip",), gzip.compress(PAGE[:99], mtime=0) + gzip.compress(PAGE[99:], mtime=0)),
        (("Content-Encoding: deflate",), zlib.compress(PAGE)),
        (("Content-Encoding: deflate",), zlib.compress(PAGE, wbits=-15)),
        (("Content-Encoding: identity",), PAGE),
        (("Transfer-Encoding: chunked",), chunked(PAGE)),
        (("Transfer-Encoding: chunked", "Content-Encoding: gzip"), chunked(gzip.compress(PAGE, mtime=0))),
        (("Content-Encoding: gzip", "X-Note: the crawler decoded it and kept the header"), PAGE),
        (("Transfer-Encoding: chunked", "X-Note: the crawler decoded it and kept the header"), PAGE),
    ],
)  # fmt: skip
def test_bodies_are_unchunked_and_decompressed(tmp_path: Path, headers: tuple[str, ...], body: bytes) -> None:
    [page], rejects = read_warc(warc(record(http(body, *headers))), tmp_path)
    assert page["content"] == PAGE
    assert rejects == []


def test_brotli_bodies_are_decompressed(tmp_path: Path) -> None:
    brotli = pytest.importorskip("brotli")
    [page], _ = read_warc(warc(record(http(brotli.compress(PAGE), "Content-Encoding: br"))), tmp_path)
    assert page["content"] == PAGE
    _, [row] = read_warc(warc(record(http(brotli.compress(PAGE)[:-4], "Content-Encoding: br"))), tmp_path)
    assert row["reason"] == "bad_content_encoding"


@given(st.binary(max_size=3000), st.lists(st.integers(1, 500), min_size=1))
@settings(deadline=None, max_examples=50)
def test_unchunk_undoes_any_chunking(body: bytes, sizes: list[int]) -> None:
    chunks, rest, i = b"", body, 0
    while rest:
        size = sizes[i % len(sizes)]
        chunks += b"%x\r\n" % len(rest[:size]) + rest[:size] + b"\r\n"
        rest, i = rest[size:], i + 1
    assert readers_warc.unchunk(chunks + b"0\r\n\r\n") == body


def test_a_decompression_bomb_is_too_large(tmp_path: Path) -> None:
    bomb = gzip.compress(b"\0" * 3_000_000, mtime=0)
    _, rejects = read_warc(warc(record(http(bomb, "Content-Encoding: gzip"))), tmp_path, max_record_bytes=100_000)
    assert reasons(rejects) == {"too_large": 1}


def test_a_record_over_the_limit_is_rejected_and_the_next_one_read(tmp_path: Path) -> None:
    data = warc(record(http(b"x" * 200_000), url="https://example.org/big"), record(http(b"small")))
    [page], [row] = read_warc(data, tmp_path, max_record_bytes=100_000)
    assert page["content"] == b"small"
    assert (row["reason"], row["url"]) == ("too_large", "https://example.org/big")
    assert row["num_bytes"] > 200_000


@pytest.mark.parametrize("compress", [True, False])
def test_a_file_cut_anywhere_loses_one_record_and_says_so(tmp_path: Path, compress: bool) -> None:
    records = [record(http(b"<p>%d " % i + bytes(range(33, 120)) * 3), url=f"https://example.org/{i}") for i in range(3)]
    whole, before = warc(*records, compress=compress), warc(*records[:2], compress=compress)
    # The blank line that ends an uncompressed record may be missing: nothing of the record is.
    last = len(whole) - (0 if compress else 4)
    for cut in [*range(len(before) + 1, last, 7), last - 1]:
        pages, rejects = read_warc(whole[:cut], tmp_path, name="a.warc.gz" if compress else "a.warc")
        assert [page["url"] for page in pages] == ["https://example.org/0", "https://example.org/1"], cut
        assert len(rejects) == 1, cut
        assert rejects[0]["reason"] in ("truncated_gzip", "truncated_record", "broken_record")
    pages, rejects = read_warc(whole, tmp_path)
    assert (len(pages), rejects) == (3, [])


@pytest.mark.parametrize(("compress", "where"), [(True, 2), (True, 40), (True, 200), (False, 2)])
def test_damage_in_the_middle_costs_one_record(tmp_path: Path, compress: bool, where: int) -> None:
    records = [record(http(bytes(range(33, 120)) * 9 + b"%d" % i), url=f"https://example.org/{i}") for i in range(5)]
    start, end = len(warc(*records[:2], compress=compress)), len(warc(*records[:3], compress=compress))
    data = bytearray(warc(*records, compress=compress))
    data[start + where : start + where + 28] = b"\xff" * 28
    pages, rejects = read_warc(bytes(data), tmp_path, name="a.warc.gz" if compress else "a.warc")
    assert [page["url"][-1] for page in pages] == ["0", "1", "3", "4"]
    assert reasons(rejects) == {"broken_record": 1}
    assert pages[2]["record_offset"] == end


def test_a_file_that_is_no_warc_is_one_reject(tmp_path: Path) -> None:
    for data in (b"<html>not a WARC</html>" * 100, gzip.compress(b"<html>", mtime=0), b"\x1f"):
        pages, rejects = read_warc(data, tmp_path)
        assert pages == []
        assert reasons(rejects) == {"not_warc": 1}
    assert reasons(read_warc(b"", tmp_path)[1]) == {"empty_content": 1}


def test_a_failing_stream_raises_and_is_no_reject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.warc.gz").write_bytes(warc(*(record(http(bytes([i]) * 70_000)) for i in range(9)), compress=False))
    [shard] = list_inputs(Source(name="web", kind="warc", path=str(tmp_path)))

    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 100_000:
                raise OSError("connection reset by peer")
            return super().read(size)

    data = (tmp_path / "a.warc.gz").read_bytes()
    monkeypatch.setattr(shards, "open_input", lambda url: Failing(data))
    with pytest.raises(OSError, match="connection reset"):
        list(read_pages(shard))


# --- files and tar ------------------------------------------------------------------------------------------------------------

SITE = {
    "b/index.html": b"<p>b",
    "a.html": b"<p>a",
    "paper.pdf": b"%PDF-1.4",
    "style.css": b"p {}",
    "b/old.HTM": b"<p>old",
    "empty.html": b"",
}


def test_files_are_pages_in_sorted_order(tmp_path: Path) -> None:
    pages, rejects = read(Source(name="site", kind="files", path=str(write(tmp_path, SITE))))
    assert [(page["path"], page["content_type"]) for page in pages] == [
        ("a.html", "text/html"),
        ("b/index.html", "text/html"),
        ("b/old.HTM", "text/html"),
        ("paper.pdf", "application/pdf"),
    ]
    assert pages[1]["url"] == "file://site/b/index.html"
    assert [(row["reason"], row["path"]) for row in rejects] == [("empty_content", "empty.html")]


def test_include_and_globs_choose_files(tmp_path: Path) -> None:
    write(tmp_path, SITE)
    pages, _ = read(Source(name="site", kind="files", path=str(tmp_path), include=("*.css", "b/*")))
    assert [page["path"] for page in pages] == ["b/index.html", "b/old.HTM", "style.css"]
    pages, _ = read(Source(name="site", kind="files", path=str(tmp_path / "*.css")))
    assert [page["path"] for page in pages] == ["style.css"]


def test_directories_are_cut_into_shards_by_bytes_and_files(tmp_path: Path) -> None:
    write(tmp_path, {f"{i}.html": b"x" * 100 for i in range(10)})
    by_bytes = list_inputs(Source(name="site", kind="files", path=str(tmp_path), shard_bytes=250))
    assert [len(shard.files) for shard in by_bytes] == [2] * 5
    by_files = list_inputs(Source(name="site", kind="files", path=str(tmp_path), shard_files=4))
    assert [len(shard.files) for shard in by_files] == [4, 4, 2]
    assert len({shard.name for shard in by_bytes}) == 5


def tar_of(files: dict[str, bytes], mode: str) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return stream.getvalue()


@pytest.mark.parametrize("suffix", [".tar", ".tar.gz", ".tgz", ".tar.zst"])
def test_tar_members_are_pages(tmp_path: Path, suffix: str) -> None:
    data = tar_of(SITE, "w:gz" if suffix in (".tar.gz", ".tgz") else "w")
    data = pa.compress(data, codec="zstd", asbytes=True) if suffix == ".tar.zst" else data
    write(tmp_path, {f"site{suffix}": data})
    pages, rejects = read(Source(name="site", kind="tar", path=str(tmp_path)))
    assert [page["url"] for page in pages] == [
        f"file://site/site{suffix}/{name}" for name in ("b/index.html", "a.html", "paper.pdf", "b/old.HTM")
    ]
    assert [page["record_offset"] for page in pages[:2]] == [0, 1024]
    assert reasons(rejects) == {"empty_content": 1}


def test_broken_tars_are_counted(tmp_path: Path) -> None:
    files = {f"{i}.html": hashlib.shake_256(bytes([i])).digest(10_000) for i in range(5)}
    cut, cut_gz = tar_of(files, "w")[:23_000], tar_of(files, "w:gz")[:-15_000]
    write(tmp_path, {"cut.tar.gz": cut_gz, "cut.tar": cut, "none.tar": b"nothing" * 200})
    pages, rejects = read(Source(name="site", kind="tar", path=str(tmp_path)))
    assert 3 <= len(pages) < 10
    assert {row["path"] for row in rejects} == {"cut.tar.gz", "cut.tar", "none.tar"}
    assert {row["reason"] for row in rejects} <= {"truncated_gzip", "truncated_record", "unreadable_file"}


def test_files_and_members_over_the_limit_are_rejected(tmp_path: Path) -> None:
    files = {"big.html": b"x" * 2000, "small.html": b"y"}
    write(tmp_path, {**files, "t/a.tar": tar_of(files, "w")})
    for kind, path in (("files", tmp_path), ("tar", tmp_path / "t")):
        pages, rejects = read(Source(name="site", kind=kind, path=str(path), max_record_bytes=1000))  # type: ignore[arg-type]
        assert [page["content"] for page in pages] == [b"y"]
        assert reasons(rejects) == {"too_large": 1}


# --- source trees -------------------------------------------------------------------------------------------------------------


def test_source_files_carry_their_language_and_the_rest_is_counted(tmp_path: Path) -> None:
    tree = {
        "src/main.py": b"print(1)\n",
        "src/lib.RS": b"fn main() {}\n",
        "Makefile": b"all:\n\ttrue\n",
        "CMakeLists.txt": b"project(x)\n",
        "js/app.js": b"let a = 1;\n",
        "js/app.min.js": b"let a=1\n",
        "js/packed.js": b"var a=1;" * 400,
        "node_modules/x/index.js": b"1\n",
        "logo.png": b"\x89PNG\r\n\0",
        "data.c": b"int a[] = {\0};",
        "pb.go": b"// Code generated by protoc-gen-go. DO NOT EDIT.\npackage pb\n",
        "README": b"read me\n",
        "empty.py": b"",
        ".git/config.py": b"x\n",
    }
    pages, rejects = read(Source(name="code", kind="source_tree", path=str(write(tmp_path, tree))))
    assert {page["path"]: page["content_type"] for page in pages} == {
        "src/main.py": "text/x-python",
        "src/lib.RS": "text/x-rust",
        "Makefile": "text/x-makefile",
        "CMakeLists.txt": "text/x-cmake",
        "js/app.js": "text/x-javascript",
    }
    assert {row["path"]: row["reason"] for row in rejects} == {
        "js/app.min.js": "minified",
        "js/packed.js": "minified",
        "node_modules/x/index.js": "vendored",
        "logo.png": "not_source_code",
        "data.c": "binary",
        "pb.go": "generated",
        "README": "not_source_code",
        "empty.py": "empty_content",
    }


def test_rules_of_source_trees_do_not_take_ordinary_files() -> None:
    assert reason_by_path("lib/distance/admin.js") is None
    assert reason_by_path("src/vendors.py") is None
    assert reason_by_content("a.py", b"x = '" + b"y" * 4000 + b"'\n") is None
    assert reason_by_content("gen.py", b"# how code is generated here\n") is None


# --- JSON lines and Parquet ---------------------------------------------------------------------------------------------------


def test_json_lines_are_pages(tmp_path: Path) -> None:
    lines = [
        {"text": "a $x$", "url": "https://example.org/a", "date": "2024-01-02"},
        {"text": "b"},
        {"text": ""},
        {"text": None},
        ["no object"],
    ]
    data = b"\n".join(json.dumps(line).encode() for line in lines) + b'\n{"text": "cut\n\n{"text": "\xff"}\n{"text": "end"}'
    for name, packed in (
        ("a.jsonl", data),
        ("a.jsonl.gz", gzip.compress(data, mtime=0)),
        ("a.jsonl.zst", pa.compress(data, codec="zstd", asbytes=True)),
    ):
        folder = write(tmp_path / name.replace(".", "-"), {name: packed})
        pages, rejects = read(Source(name="notes", kind="jsonl", path=str(folder)))
        assert [page["content"] for page in pages] == [b"a $x$", b"b", b"end"]
        assert [page["url"] for page in pages] == ["https://example.org/a", f"file://notes/{name}/1", f"file://notes/{name}/8"]
        assert pages[0]["fetched_at"] == datetime(2024, 1, 2, tzinfo=UTC)
        assert pages[0]["content_type"] == "text/markdown"
        assert reasons(rejects) == {"empty_content": 1, "missing_text": 1, "bad_json_line": 3}


def test_a_cut_gzip_of_json_lines_keeps_what_comes_before(tmp_path: Path) -> None:
    data = gzip.compress(b"".join(json.dumps({"text": f"{i} " * 50}).encode() + b"\n" for i in range(500)))
    pages, rejects = read(
        Source(name="notes", kind="jsonl", path=str(write(tmp_path, {"a.jsonl.gz": data[:-40]}) / "a.jsonl.gz"))
    )
    assert 0 < len(pages) < 500
    assert reasons(rejects) == {"truncated_gzip": 1}


def test_a_line_over_the_limit_is_passed_over(tmp_path: Path) -> None:
    lines = [json.dumps({"text": text}) for text in ("a", "x" * 5000, "b")]
    write(tmp_path, {"a.jsonl": "\n".join(lines).encode()})
    pages, rejects = read(Source(name="notes", kind="jsonl", path=str(tmp_path), max_record_bytes=1000))
    assert [page["content"] for page in pages] == [b"a", b"b"]
    assert [(row["reason"], row["record_offset"]) for row in rejects] == [("too_large", 1)]


def test_parquet_rows_are_pages(tmp_path: Path) -> None:
    table = pa.table(
        {
            "body": ["a", None, "", "d" * 300],
            "link": ["https://example.org/a", None, None, None],
            "date": pa.array([datetime(2024, 1, 2, 3, 4, 5)] * 4, pa.timestamp("us")),
            "ignored": [1, 2, 3, 4],
        }
    )
    pq.write_table(table, tmp_path / "part.parquet", row_group_size=1)
    source = Source(
        name="reference", kind="parquet", path=str(tmp_path), text_column="body", url_column="link", content_type="text/plain"
    )
    pages, rejects = read(source)
    assert [(page["url"], page["record_offset"]) for page in pages] == [
        ("https://example.org/a", 0),
        ("file://reference/part.parquet/3", 3),
    ]
    assert pages[0]["fetched_at"] == datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert pages[0]["content_type"] == "text/plain"
    assert reasons(rejects) == {"missing_text": 1, "empty_content": 1}


def test_broken_parquet_is_counted_and_a_wrong_column_is_the_recipes_fault(tmp_path: Path) -> None:
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 nothing PAR1")
    assert reasons(read(Source(name="r", kind="parquet", path=str(tmp_path)))[1]) == {"unreadable_file": 1}
    pq.write_table(pa.table({"body": ["a"]}), tmp_path / "bad.parquet")
    with pytest.raises(InputError, match=r"no column 'text'; it has body\. Set text_column"):
        read(Source(name="r", kind="parquet", path=str(tmp_path)))


def test_dates_in_many_forms() -> None:
    assert as_time("2024-01-02T03:04:05+02:00") == datetime(2024, 1, 2, 1, 4, 5, tzinfo=UTC)
    assert as_time("2024-01-02T03:04:05.678Z") == datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert as_time("yesterday") is None
    assert as_time(20240102) is None


# --- what holds for all -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options", [{"max_batch_bytes": 1}, {"max_batch_rows": 1}, {"max_batch_rows": 3, "max_batch_bytes": 700}]
)
def test_batches_change_nothing_but_the_cuts(tmp_path: Path, options: dict[str, int]) -> None:
    records = [record(http(b"y" * 100 * i), url=f"https://example.org/{i}") for i in range(12)]
    records[5] = record(http(b"", status="500 Oops"))
    (tmp_path / "a.warc.gz").write_bytes(warc(*records))
    source = Source(name="web", kind="warc", path=str(tmp_path))
    assert read(source, **options) == read(source)
    for output in read_pages(list_inputs(source)[0], **options):
        num_rows = output.table.num_rows + output.rejects.num_rows
        num_bytes = sum(map(len, output.table["content"].to_pylist()))
        assert 0 < num_rows <= options.get("max_batch_rows", 256)
        assert num_rows == 1 or num_bytes <= options.get("max_batch_bytes", 1 << 25)


def test_reading_from_another_file_system(tmp_path: Path) -> None:
    files = {
        "web/a.warc.gz": warc(record(http(PAGE))),
        "site/b/x.html": b"<p>x",
        "notes/n.jsonl.gz": gzip.compress(b'{"text": "t"}', mtime=0),
    }
    fs = fsspec.filesystem("memory")
    for name, data in files.items():
        fs.pipe(f"/readers/{name}", data)
    write(tmp_path, files)
    kinds = {"web": "warc", "site": "files", "notes": "jsonl"}
    for name, kind in kinds.items():
        there = Source(name=name, kind=kind, path=f"memory://readers/{name}")  # type: ignore[arg-type]
        here = Source(name=name, kind=kind, path=str(tmp_path / name))  # type: ignore[arg-type]
        assert read(there) == read(here)
        assert [(shard.name, shard.digest) for shard in list_inputs(there)] == [
            (shard.name, shard.digest) for shard in list_inputs(here)
        ]


def test_names_digests_and_ids_do_not_depend_on_the_place(tmp_path: Path) -> None:
    shards_of: list[list[InputShard]] = []
    ids = []
    for root in (tmp_path / "one", tmp_path / "somewhere" / "else"):
        source = Source(name="site", kind="files", path=str(write(root, SITE)))
        shards_of.append(list_inputs(source))
        ids.append([page["doc_id"] for page in read(source)[0]])
    first, second = shards_of
    assert [(shard.name, shard.digest) for shard in first] == [(shard.name, shard.digest) for shard in second]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 4
    assert pickle.loads(pickle.dumps(first[0])) == first[0]


def test_digests_follow_content_and_options(tmp_path: Path) -> None:
    def digest(**options: Any) -> str:
        [shard] = list_inputs(Source(name="notes", kind="jsonl", path=str(tmp_path), **options))
        return shard.digest

    write(tmp_path, {"a.jsonl": b'{"text": "a"}'})
    first = digest()
    assert digest() == first
    assert digest(text_column="body") != first
    assert digest(synthetic=True, shard_bytes=1) == first
    write(tmp_path, {"a.jsonl": b'{"text": "b"}'})
    assert digest() != first


def test_one_shard_a_container_sorted_by_name(tmp_path: Path) -> None:
    write(tmp_path, {"2024/b c.warc.gz": b"", "2023/b c.warc.gz": b"", "a.warc": b"", "notes.txt": b""})
    names = [shard.name for shard in list_inputs(Source(name="web", kind="warc", path=str(tmp_path)))]
    assert names == sorted(names)
    assert [name.rsplit("-", 1)[0] for name in names] == ["web-a", "web-b-c", "web-b-c"]
    assert len(set(names)) == 3


def test_errors_say_what_was_seen_and_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"source web: .*nowhere: nothing there; expected a file, a directory or a glob"):
        list_inputs(Source(name="web", kind="warc", path=str(tmp_path / "nowhere")))
    write(tmp_path, SITE)
    with pytest.raises(InputError, match=r"6 files there, none is a warc input \(\*\.warc\.gz"):
        list_inputs(Source(name="web", kind="warc", path=str(tmp_path)))
    with pytest.raises(InputError, match="0 files there"):
        list_inputs(Source(name="web", kind="warc", path=str(tmp_path / "*.warc")))
    with pytest.raises(RecipeError, match="source name 'Web pages': expected lower-case letters"):
        Source(name="Web pages", kind="warc", path="x")
    with pytest.raises(RecipeError, match="must be at least 1"):
        Source(name="web", kind="files", path="x", shard_bytes=0)


def test_file_names_that_are_not_unicode_are_read(tmp_path: Path) -> None:
    (tmp_path / "caf\udce9.html").write_bytes(b"<p>x")
    [page], _ = read(Source(name="site", kind="files", path=str(tmp_path)))
    assert page["path"] == "caf?.html"


def test_decoders_reject_rather_than_guess() -> None:
    with pytest.raises(DocumentError, match="unknown content encoding"):
        readers_warc.decode_body(b"x", transfer="", content="compress", limit=10)
    assert readers_warc.decode_body(gzip.compress(b"abc", mtime=0), transfer="", content="gzip, identity", limit=10) == b"abc"
