"""Bytes to text: which encoding a page is really in.

Order of belief (WHATWG Encoding, section 4.2, with one change): byte order mark, then UTF-8 where the bytes are valid
UTF-8 with at least one multi-byte character (a text in another encoding that happens to be valid UTF-8 does not occur
in practice), then what the transport and the page itself declare, then detection.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

SNIFF_BYTES = 4096
"""How far into the page a declaration is looked for; browsers read 1,024 bytes, real pages put it later."""
DETECT_BYTES = 16_384
"""How much is shown to the detector: its verdict does not change with more, its time does."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([a-zA-Z0-9_:.\-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([a-zA-Z0-9_:.\-]{2,40})", re.IGNORECASE)

# What a label means to browsers, where Python takes it literally (WHATWG Encoding, section 4.2).
_LABELS = {
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932",
    "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "big5": "big5hkscs", "x-user-defined": "cp1252",
    "utf-16": "utf-8", "utf-16le": "utf-8", "utf-16be": "utf-8",  # a page that says so in ASCII bytes is not UTF-16
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """A page as text."""

    text: str
    charset: str
    flags: tuple[str, ...] = ()
    """mislabelled_charset, decoded_with_replacement."""


def decode(content: bytes, declared: str | None = None) -> Decoded:
    """`content` as text without its byte order mark; never raises."""
    for bom, charset in _BOMS:
        if content.startswith(bom):
            return _decoded(content[len(bom) if charset == "utf-8" else 0 :], charset, ())
    labels = [label for label in (declared, sniff_charset(content)) if label]
    claimed = next((codec for label in labels if (codec := codec_name(label))), None)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_other(content, claimed)
    mislabelled = claimed not in (None, "utf-8") and not content.isascii()
    return Decoded(text=text, charset="utf-8", flags=("mislabelled_charset",) if mislabelled else ())


def sniff_charset(content: bytes) -> str | None:
    """The encoding the page declares in its own markup."""
    head = content[:SNIFF_BYTES]
    match = _META.search(head) or _XML.search(head)
    return match.group(1).decode("ascii") if match else None


def codec_name(label: str) -> str | None:
    """Python's name of the codec that browsers use for `label`, or None."""
    label = label.strip().strip("\"'").lower()
    try:
        name = codecs.lookup(_LABELS.get(label, label)).name
        return name if isinstance(b"a".decode(name), str) else None
    except (LookupError, UnicodeError, ValueError, TypeError):
        return None


def _decode_other(content: bytes, claimed: str | None) -> Decoded:
    """Bytes that are not valid UTF-8."""
    if claimed and claimed != "utf-8":
        try:
            return Decoded(text=content.decode(claimed), charset=claimed)
        except UnicodeDecodeError:
            return _decoded(content, claimed, ())
    if _num_bad_utf8(content) <= max(3, len(content) // 2000):
        # A few torn characters in a page that is otherwise UTF-8 (cut at a buffer's end, a pasted Latin-1 quote).
        return _decoded(content, "utf-8", ())
    found = detect_charset(content)
    return _decoded(content, found, ("mislabelled_charset",) if claimed else ())


def _num_bad_utf8(content: bytes) -> int:
    sample = content[: 1 << 18]
    return sample.decode("utf-8", "replace").count("\ufffd")


def detect_charset(content: bytes) -> str:
    """The likeliest encoding of bytes that say nothing about it."""
    from resiliparse.parse.encoding import detect_encoding

    high = next((i for i, byte in enumerate(content[: 1 << 16]) if byte > 127), 0)
    start = max(0, high - 1024)
    return codec_name(detect_encoding(content[start : start + DETECT_BYTES]) or "") or "cp1252"


def _decoded(content: bytes, charset: str, flags: tuple[str, ...]) -> Decoded:
    text = content.decode(charset, "replace").removeprefix("\ufeff")
    return Decoded(text=text, charset=charset, flags=(*flags, "decoded_with_replacement") if "\ufffd" in text else flags)
