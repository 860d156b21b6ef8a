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
    r"simequal=\cong doteq=\doteq nequal=\neq nsimilar=\nsim nequivalence=\not\equiv nequivasymptotic=\not\asymp"
    r" napproxequal=\not\approx nsimilarequal=\not\simeq npropersubset=\not\subset npropersuperset=\not\supset"
    r" nelement=\notin nowner=\not\ni nlessmuch=\not\ll ngreatermuch=\not\gg notlessorsimilar=\not\lesssim"
    r" notgreaterorsimilar=\not\gtrsim"
    r" notprecedesorcurly=\not\preccurlyeq notfollowsorcurly=\not\succcurlyeq nsubsetsqequal=\not\sqsubseteq"
    r" nsupersetsqequal=\not\sqsupseteq notsquareimage=\not\sqsubset notsquareoriginal=\not\sqsupset colonequal=\coloneqq"
    r" equalcolon=\eqqcolon colonbar=\coloneq barcolon=\eqcolon Colonequal=\Coloneqq Equalcolon=\Eqqcolon"
    r" colonapprox=\colonapprox"
    r" colonsim=\colonsim dblbracketleft=\llbracket dblbracketright=\rrbracket leadsto=\leadsto Diamond=\Diamond"
    r" Diamondsolid=\blacklozenge dashedarrowleft=\dashleftarrow dashedarrowright=\dashrightarrow multicloseboth1=\Join"
    r" parallel=\| club1=\clubsuit diamond1=\diamondsuit heart1=\heartsuit spade1=\spadesuit nexists=\nexists"
)
"""txsyc: what txfonts adds to the AMS symbols."""
_NEW_LETTERS = LETTERS | pairs(r"uni2605=\star uni22B3=\triangleleft uni22B2=\triangleright uni21AA=\rhook uni21A9=\lhook")
"""newtx goes by Unicode, with the names of two triangles and of the hooks of arrows in places of their own."""

TABLES = (
    FontTable(r"txex|pxex", "extension"),
    FontTable(r"[tp]xsya|txbsya", "symbols", MSAM),
    FontTable(r"[tp]xsyb|txbsyb", "blackboard", TX_MSBM),
    FontTable(r"[tp]xb?syc", "symbols", TX_FURTHER),
    FontTable(r"txmiaSTbb", "blackboard"),
    FontTable(r"[tp]xb?mia", "fraktur", pairs(r"uni210F.var=\hbar uni210F=\hslash")),
    FontTable(r"stxscr|NewTXMathScr|txcal", "script"),
    FontTable(r"[tp]xb?sy|zsy", "symbols", SYMBOLS | {"nexists": r"\nexists", "uni21A6.endl": r"\mapstochar"}),
    FontTable(r"NewTX\w*MI|NewPX\w*MI|libertinemi|NewTXLib", "letters", _NEW_LETTERS),
    FontTable(r"r[tp]xb?mi|rtxr$|rpxr$|[tp]xb?mi(?!a)", "letters", LETTERS),
)
