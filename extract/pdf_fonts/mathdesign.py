r"""Mathdesign (Charter, Utopia, Garamond): Fourier's names, the AMS symbols under names of their own, several fonts of one name.

Source: the Type 1 fonts' glyph names against mathdesign.sty, symbol by symbol as typeset
(python -m benchmarks.pdf_families --names).
"""

from __future__ import annotations

from extract.pdf_fonts.ams import MSAM, MSBM
from extract.pdf_fonts.fourier import FOURIER_LETTERS, FOURIER_SYMBOLS
from extract.pdf_fonts.table import FontTable, pairs

_LETTERS = FOURIER_LETTERS | pairs(r"epsilon=\epsilon epsilon1=\varepsilon digammait=\digamma kappa1it=\varkappa")
_AMS = {**MSBM, **MSAM} | pairs(r"""
""")

TABLES = (
    FontTable(r"MathDesign-\w+-\w+-Ex", "extension"),
    FontTable(r"MathDesign-\w+-\w+-(?:Ma|AMS|MathD)", "symbols", _AMS),
    FontTable(r"MathDesign-\w+-\w+-Sy", "symbols", FOURIER_SYMBOLS),
    FontTable(r"MathDesign-\w+-\w+-(?:It|OT|Math)", "letters", _LETTERS),
)
