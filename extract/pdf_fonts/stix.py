r"""STIX fonts as Type 1 (packages stix, stix2) and Libertinus for pdfTeX: glyphs go by Unicode, negations by private codes.

Source: STIX Fonts 1.1 and 2.0 glyph lists (uniE22D is the calligraphic A, uniE010 U+2A7D struck through); stix.sty, stix2.sty.
"""

from __future__ import annotations

from extract.pdf_fonts.table import FontTable, pairs

_NEGATED = pairs(
    r"uniE010=\nleqslant uniE011=\nleqq uniE04B=\npreceq uniE00F=\ngeqslant uniE00E=\ngeqq uniE04F=\nsucceq uniE037=\nsubseteqq"
    r" uniE038=\nsupseteqq primequad.var=\backprime horizontal.x=- uni2190.x=-"
)
_CALLIGRAPHIC = {f"uniE{0x22D + i:03X}": rf"\mathcal{{{chr(ord('A') + i)}}}" for i in range(26)}

TABLES = (
    FontTable(r"STIXMath|STIXTwoMath(?!-)|stix2", "unicode", _NEGATED | _CALLIGRAPHIC),
    FontTable(r"LibertinusT1Math|LibertinusT1MTH", "unicode", pairs(r"circle=\bigcirc diamond=\diamondsuit heart=\heartsuit")),
)
