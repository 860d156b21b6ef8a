"""Content-derived ids and digests: the same content has the same name on every machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ID_BYTES = 16
"""128 bits: at 25e9 documents the chance of any collision is 1e-18 (birthday bound n^2 / 2^129)."""


def content_id(*parts: str | bytes | int) -> str:
    """32 hexadecimal digits of BLAKE2b over `parts`, each preceded by its length so that no two lists of parts run together."""
    digest = hashlib.blake2b(digest_size=ID_BYTES)
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()


def config_digest(config: Any) -> str:
    """12 hexadecimal digits of the JSON of `config` (dataclasses made plain with dataclasses.asdict before)."""
    return content_id(json.dumps(config, sort_keys=True, ensure_ascii=False))[:12]


def code_digest(packages: Iterable[str]) -> str:
    """12 hexadecimal digits of the Python sources of the named top-level packages of this checkout.

    Part of every output's name: changed code never resumes from what the old code wrote.
    """
    root = Path(__file__).resolve().parent.parent
    files = sorted(path for package in packages for path in (root / package).rglob("*.py"))
    return content_id(*(part for path in files for part in (str(path.relative_to(root)), path.read_bytes())))[:12]
