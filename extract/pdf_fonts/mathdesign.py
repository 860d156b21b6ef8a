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
    circledash=\circleddash circlecirc=\circledcirc equalslantorless=\eqslantless equalslantorgreater=\eqslantgtr
    curlyorprecedes=\curlyeqprec curlyorfollows=\curlyeqsucc precedesorsimilar=\precsim followsorsimilar=\succsim
    precedesorapproxeql=\precapprox followsorapproxeql=\succapprox vartriangleleft=\vartriangleleft
    vartriangleright=\vartriangleright greaterequalless=\gtreqless suchthat=\backepsilon harpoonrightleft=\rightleftharpoons
    harpoonleftright=\leftrightharpoons digammait=\digamma kappa1it=\varkappa triangledown=\triangledown
    lozenge=\lozenge lozengesolid=\blacklozenge bigstar=\bigstar hbar=\hbar hslash=\hslash
    arrowaxishorizex=\dabar kbbb=\mathbb{k} onebbb=\mathbb{1}
   
    notlessorequalslant=\nleqslant notgreaterorequalslant=\ngeqslant lessnotapproxeql=\lnapprox
    greaternotapproxeql=\gnapprox precedesornotsimilar=\precnsim followsornotsimilar=\succnsim
    precedesnotapproxeql=\precnapprox followsnotapproxeql=\succnapprox subsetornoteql=\subsetneqq
    supersetornoteql=\supsetneqq notcongruent=\ncong
""")

TABLES = (
    FontTable(r"MathDesign-\w+-\w+-Ex", "extension"),
    FontTable(r"MathDesign-\w+-\w+-(?:MathDesignSymbol|AMS)", "symbols", _AMS),
    FontTable(r"MathDesign-\w+-\w+-Sy", "symbols", FOURIER_SYMBOLS),
    FontTable(r"MathDesign-\w+-Bold-OT", "unicode", _LETTERS),
    FontTable(r"MathDesign-\w+-\w+-(?:It|OT|Math)", "letters", _LETTERS),
)
