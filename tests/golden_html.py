"""Rewrites tests/golden/html/*.md from the pages beside them: look at the difference before committing it."""

from __future__ import annotations

from pathlib import Path

import extract

FOLDER = Path(__file__).parent / "golden" / "html"


def golden_pages() -> list[Path]:
    return sorted(FOLDER.glob("*.html"))


def rewrite() -> None:
    for page in golden_pages():
        page.with_suffix(".md").write_text(
            extract.html(page.read_bytes(), f"https://example.org/{page.name}").text, encoding="utf-8"
        )


if __name__ == "__main__":
    rewrite()
