r"""kpfonts: Computer Modern's and txfonts' names in the fonts Kp--M-*.

Source: the Type 1 fonts' glyph names against kpfonts.sty, symbol by symbol as typeset
(python -m benchmarks.pdf_families --names).
"""

from __future__ import annotations

from extract.pdf_fonts.ams import MSAM
from extract.pdf_fonts.computer_modern import LETTERS, SYMBOLS
from extract.pdf_fonts.table import FontTable
from extract.pdf_fonts.tx_px import TX_FURTHER, TX_MSBM

TABLES = (
    FontTable(r"Kp--M-Ex", "extension"),
    FontTable(r"Kp--M-\w*Sya", "symbols", MSAM),
    FontTable(r"Kp--M-\w*Syb", "blackboard", TX_MSBM),
    FontTable(r"Kp--M-\w*Syc", "symbols", TX_FURTHER),
    FontTable(r"Kp--M-\w*Sy", "symbols", SYMBOLS),
    FontTable(r"Kp--M-(?:Regular|Bold)$", "fraktur", LETTERS),
    FontTable(r"Kp--M-", "letters", LETTERS),
)
