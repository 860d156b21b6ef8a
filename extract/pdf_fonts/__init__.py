"""Font tables, one family a module: which fonts carry mathematics, in what role, and the LaTeX of their glyphs by name.

The first table whose pattern is found in a font's name holds, so the modules with narrow names come first.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from extract.pdf_fonts import (
    adobe,
    ams,
    computer_modern,
    fourier,
    kpfonts,
    mathabx,
    mathdesign,
    mnsymbol,
    stix,
    text_fonts,
    tx_px,
    unicode_math,
)
from extract.pdf_fonts.private_codes import private_codes
from extract.pdf_fonts.table import FontTable

TABLES: tuple[FontTable, ...] = (
    *computer_modern.TABLES,
    *ams.TABLES,
    *tx_px.TABLES,
    *kpfonts.TABLES,
    *fourier.TABLES,
    *adobe.TABLES,
    *mathdesign.TABLES,
    *mnsymbol.TABLES,
    *mathabx.TABLES,
    *stix.TABLES,
    *unicode_math.TABLES,
    *text_fonts.TABLES,
)


@lru_cache(maxsize=4096)
def font_table(font_name: str) -> FontTable | None:
    """The table of a font; None for a text font."""
    return next((table for table in TABLES if table.pattern.search(font_name)), None)


def math_family(font_name: str) -> str:
    """The role of a font in mathematics: letters, symbols, extension, blackboard, fraktur, script or unicode; empty for text."""
    table = font_table(font_name)
    return table.role if table is not None else ""


def unicode_is_wrong(font_name: str) -> bool:
    """Whether the characters that a font claims for its glyphs mean nothing."""
    table = font_table(font_name)
    return table is not None and table.unicode_is_wrong


def private_characters(font_name: str) -> Mapping[int, str]:
    """Private code -> character, of the glyphs of a font that have no other code."""
    table = font_table(font_name)
    return private_codes(table.private) if table is not None and table.private else {}


@lru_cache(maxsize=4096)
def mathematical_names(font_name: str) -> frozenset[str]:
    """Names of the glyphs of a text font that are mathematics wherever they stand."""
    table = font_table(font_name)
    return frozenset(table.names) if table is not None and not table.role else frozenset()
