r"""txfonts, pxfonts and their successors newtx, newpx and newtxmath for other text fonts.

Source: the Type 1 fonts' glyph names against txfonts.sty, newtxmath.sty and newpxmath.sty, symbol by symbol as typeset
(python -m benchmarks.pdf_families --names).
"""

from __future__ import annotations

from extract.pdf_fonts.ams import MSAM, MSBM
from extract.pdf_fonts.computer_modern import LETTERS, SYMBOLS
from extract.pdf_fonts.table import FontTable, pairs

TX_MSBM = MSBM | pairs(r"followsorequal=\precapprox precedesorequal=\succapprox notsimequal=\ncong")
r"""txsyb and pxsyb have \precapprox and \succapprox the other way round."""
TX_FURTHER = pairs(
    r"simequal=\cong doteq=\doteq nsimilar=\nsim nequivalence=\not\equiv npropersubset=\not\subset napproxequal=\not\approx"
    r" nowner=\not\ni dashedarrowright=\dashrightarrow dashedarrowleft=\dashleftarrow nexists=\nexists"
)
"""txsyc: what txfonts adds to the AMS symbols."""
TX_INTEGRALS = pairs(r"iintegdisplay=\iint iintegtext=\iint iiintegdisplay=\iiint iiintegtext=\iiint")
_NEW_LETTERS = LETTERS | pairs(r"uni2605=\star uni22B3=\triangleleft uni22B2=\triangleright uni21AA=\rhook uni21A9=\lhook")
"""newtx goes by Unicode, with the names of two triangles and of the hooks of arrows in places of their own."""

TABLES = (
    FontTable(r"txex|pxex", "extension", TX_INTEGRALS),
    FontTable(r"[tp]xsya|txbsya", "symbols", MSAM),
    FontTable(r"[tp]xsyb|txbsyb", "blackboard", TX_MSBM),
    FontTable(r"[tp]xb?syc", "symbols", TX_FURTHER),
    FontTable(r"txmiaSTbb", "blackboard"),
    FontTable(r"stxscr|NewTXMathScr|txcal", "script"),
    FontTable(r"[tp]xb?sy|zsy", "symbols", SYMBOLS | {"nexists": r"\nexists", "uni21A6.endl": r"\mapstochar"}),
    FontTable(r"NewTX\w*MI|NewPX\w*MI|[tp]xmia|libertinemi|NewTXLib", "letters", _NEW_LETTERS),
    FontTable(r"r[tp]xb?mi|rtxr$|rpxr$|[tp]xb?mi(?!a)", "letters", LETTERS),
)
