r"""MnSymbol (mathematics for Minion), MdSymbol and FdSymbol: Unicode where it has the symbol, else names of their own.

Source: MnSymbol.sty against the Type 1 font MnSymbol10, symbol by symbol as typeset
(python -m benchmarks.pdf_families --names).
"""

from __future__ import annotations

from string import ascii_uppercase

from extract.pdf_fonts.table import FontTable, pairs

_NAMES = pairs(r"""
    circle=\circ blackcircle=\bullet uni2210.small=\amalg logicalor=\veebar minuscircle=\circleddash bowtie=\bowtie
    uni22660338=\nleqq uni2274=\lnsim uni2AAF0338=\npreceq uni22670338=\ngeqq uni2275=\gnsim uni2AB00338=\nsucceq uni22BA=\top
    bot=\bot uni2600=\bigstar uni228E.big.disp=\biguplus uni2294.big.disp=\bigsqcup uni2295.big.disp=\bigoplus
    uni2297.big.disp=\bigotimes uni2299.big.disp=\bigodot
    arrowvert=| Arrowvert=\| udcurlymod=\{ leftrightline=- Leftrightline== leftfootline=\mapstochar-
""") | {letter: rf"\mathcal{{{letter}}}" for letter in ascii_uppercase}

_ROOTS = dict.fromkeys(("roottop", "rootmod", "rootbot"), "√")

TABLES = (FontTable(r"MnSymbol|MdSymbol|FdSymbol", "unicode", _NAMES, characters=_ROOTS),)
