r"""The mathematics of mathptmx and mathpazo: Adobe's Symbol (or its clone Standard Symbols L), Zapf Chancery, Pazo Math.

Source: Adobe's Symbol encoding against the virtual fonts of psnfss (zptmcmrm, zplmcmrm), symbol by symbol as typeset
(python -m benchmarks.pdf_families --names).
"""

from __future__ import annotations

from extract.pdf_fonts.computer_modern import LETTERS, SYMBOLS
from extract.pdf_fonts.table import FontTable, pairs

_SYMBOL = pairs(
    r"epsilon=\epsilon rho=\rho theta1=\vartheta omega1=\varpi sigma1=\varsigma phi=\phi phi1=\varphi Upsilon1=\Upsilon bar=|"
    r" circlemultiply=\otimes circleplus=\oplus asteriskmath=* similar=\sim congruent=\cong dotmath=\cdot"
)
TABLES = (
    FontTable(r"StandardSym|^Symbol(?:MT|Set)?$", "symbols", _SYMBOL),
    FontTable(r"URWChanceryL|ZapfChancery", "script"),
    FontTable(r"PazoMathBlackboard", "blackboard"),
    FontTable(r"PazoMath-", "letters", LETTERS),
    FontTable(r"PazoMath", "symbols", SYMBOLS | {"coproduct": r"\coprod"}),
)
