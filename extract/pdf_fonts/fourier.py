r"""Fourier-GUTenberg (mathematics for Utopia), with names of its own for arrows' parts and multiple integrals.

Source: the Type 1 fonts' glyph names against fourier.sty, symbol by symbol as typeset
(python -m benchmarks.pdf_families --names).
"""

from __future__ import annotations

from extract.pdf_fonts.computer_modern import LETTERS, SYMBOLS
from extract.pdf_fonts.table import FontTable, pairs

FOURIER_LETTERS = LETTERS | pairs(
    r"harpoonleftup=\leftharpoonup harpoonleftdown=\leftharpoondown harpoonrightup=\rightharpoonup"
    r" harpoonrightdown=\rightharpoondown hookleftchar=\rhook hookrightchar=\lhook"
)
FOURIER_SYMBOLS = SYMBOLS | pairs(r"emptysetstress=\emptyset mapstochar=\mapstochar")

TABLES = (
    FontTable(
        r"Fourier-Math-Ext",
        "extension",
        pairs(
            r"integraldisplaydouble=\iint integraldisplaytriple=\iiint integraltextdouble=\iint integraltexttriple=\iiint"
            r" contintegraldisplaydouble=\oiint contintegraltextdouble=\oiint"
        ),
    ),
    FontTable(r"Fourier-Math-BlackBoard", "blackboard"),
    FontTable(r"Fourier-Math-Sym", "symbols", FOURIER_SYMBOLS),
    FontTable(r"Fourier-Math-Cal", "script"),
    FontTable(r"Fourier-Math", "letters", FOURIER_LETTERS),
)
