r"""OpenType mathematics fonts, whose glyphs Unicode identifies, and what some of them hide in private areas.

Sizes and pieces of large glyphs have no Unicode of their own; XeTeX and LuaTeX mostly write that of the base. KpMath, Erewhon,
XCharter, Concrete, Euler and Asana instead give them codes of private areas, which XeTeX writes.
Source: the names of the fonts of TeX Live 2022 and of Microsoft's, Google's and MathJax's.
"""

from __future__ import annotations

from extract.pdf_fonts.private_codes import glyph_numbers, private_codes
from extract.pdf_fonts.table import FontTable

TABLES = (
    FontTable(
        r"MathJax|LatinModernMath|STIXTwoMath|Libertinus-?Math|XITSMath|STIXMath|TeXGyre\w+Math|Cambria-?Math|FiraMath"
        r"|GFSNeohellenicMath|Garamond-?Math|NewCMMath|NotoSansMath"
        r"|LeteSansMath|NewComputerModernMath|TeXGyre\w+-?Math|DejaVuMath|Lato-?Math|RMathematics|OldStandard-?Math",
        "unicode",
    ),
    *(
        FontTable(rf"{name}-?Math", "unicode", private=private_codes(name))
        for name in ("Erewhon", "XCharter", "Concrete", "Euler")
    ),
    FontTable(r"Asana-?Math", "unicode", private=private_codes("Asana"), numbers=glyph_numbers("Asana")),
    FontTable("KpMath", "unicode", private=private_codes("KpMath")),
)
