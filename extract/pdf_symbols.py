r"""Tables for the mathematics of PDFs: which fonts carry it, and the LaTeX of their glyphs.

Sources: The TeXbook, appendix F (the Computer Modern encodings and their sizes); the AMS Type 1 fonts' glyph names; the Adobe Glyph List.
A glyph that is in no table here is unknown, and a formula with an unknown glyph is not emitted.
"""

from __future__ import annotations

import re
import unicodedata

_FAMILIES: tuple[tuple[str, str], ...] = (
    (
        "letters",
        r"CMMI|LMMathItal|rtxmi|rpxmi|txmi(?!a)|NewTXMI|NewPXMI|PazoMath-|Kp--M-|EUR[MB]\d|MathDesign-\w+-\w+-(?:It|OT)|txbmi|cmmib|Fourier-Math-Letters",
    ),
    (
        "symbols",
        r"CMSY|CMBSY|LMMathSym|txsy|pxsy|txbsy|PazoMath$|Kp--M-Sy|Fourier-Math-Sym|MathDesign-\w+-\w+-Sy|MSAM|StandardSym",
    ),
    ("extension", r"CMEX|LMMathExt|txex|pxex|Kp--M-Ex|EUEX|Fourier-Math-Ext|MathDesign-\w+-\w+-Ex"),
    ("blackboard", r"MSBM|BlackBoard|txmiaSTbb|dsrom|bbm\d"),
    ("fraktur", r"EUF[MB]\d|yfrak"),
    ("script", r"EUS[MB]\d|rsfs|stxscr|STIXMathCallig|BOONDOX"),
    (
        "unicode",
        r"MathJax|LatinModernMath|STIXTwoMath|LibertinusT1Math|Libertinus-?Math|XITSMath|STIXMath|TeXGyre\w+Math|CambriaMath|AsanaMath",
    ),
)
_FAMILY_PATTERNS = tuple((family, re.compile(pattern, re.IGNORECASE)) for family, pattern in _FAMILIES)
_SPECIFIC_FIRST = ("extension", "symbols", "blackboard", "fraktur", "script", "unicode", "letters")


def math_family(font_name: str) -> str:
    """The role of a font in mathematics: letters, symbols, extension, blackboard, fraktur, script, unicode; empty for a text font."""
    for wanted in _SPECIFIC_FIRST:
        for family, pattern in _FAMILY_PATTERNS:
            if family == wanted and pattern.search(font_name):
                return family
    return ""


def _sizes(stems: str, extents: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    return {stem + suffix: extent for stem in stems.split() for suffix, extent in extents.items()}


EXTENSION_EXTENT: dict[str, tuple[float, float]] = {
    # Height and depth in em; the same in cmex10, lmex10 and (within a few hundredths) txex and pxex.
    **_sizes(
        "parenleft parenright bracketleft bracketright floorleft floorright ceilingleft ceilingright braceleft braceright "
        "angbracketleft angbracketright slash backslash radical vextendsingle vextenddouble",
        {"big": (0.04, 1.16), "Big": (0.04, 1.76), "bigg": (0.04, 2.36), "Bigg": (0.04, 2.96)},
    ),
    **_sizes("parenleft parenright bracketleft bracketright", {"tp": (0.04, 1.76), "bt": (0.04, 1.76), "ex": (0.0, 0.6)}),
    **_sizes("braceleft braceright", {"tp": (0.0, 0.9), "bt": (0.0, 0.9), "mid": (0.0, 1.8)}),
    **_sizes(
        "summation product coproduct union intersection unionmulti logicaland logicalor circledot circleplus circlemultiply unionsq",
        {"text": (0.0, 1.0), "display": (0.0, 1.4)},
    ),
    **_sizes("integral contintegral", {"text": (0.0, 1.11), "display": (0.0, 2.22)}),
    **_sizes("hatwide tildewide", {"": (0.72, -0.56), "r": (0.75, -0.56), "rr": (0.75, -0.56)}),
    "braceex": (0.0, 0.3),
    "arrowvertex": (0.0, 0.6),
    "vextendsingle": (0.0, 0.6),
    "vextenddouble": (0.0, 0.6),
    "radicalvertex": (0.0, 0.6),
    "radicaltp": (0.0, 0.6),
    "radicalbt": (0.04, 1.76),
    "bracehtipdownleft": (0.12, 0.0),
    "bracehtipdownright": (0.12, 0.0),
    "bracehtipupleft": (0.12, 0.0),
    "bracehtipupright": (0.12, 0.0),
}
