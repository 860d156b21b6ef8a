r"""The mathematics of PDFs: the LaTeX of glyphs, and the classes of LaTeX's symbols that reading them needs.

The tables themselves are extract.pdf_fonts', one font family a module. A glyph that is in none of them is unknown, and a formula
with an unknown glyph is not emitted.
"""

from __future__ import annotations

import re
from functools import lru_cache

from extract.pdf_fonts import font_table, math_family
from extract.pdf_fonts.ams import MSAM, MSBM
from extract.pdf_fonts.characters import ACCENTS, BY_CHARACTER, DELIMITER_PIECES, character_latex
from extract.pdf_fonts.computer_modern import BIG_DELIMITERS, BIG_OPERATORS, EXTENSION_EXTENT, LETTERS, SYMBOLS
from extract.pdf_fonts.table import words
from extract.pdf_fonts.tx_px import TX_FURTHER

__all__ = [
    "ACCENTS", "BIG_DELIMITERS", "BIG_OPERATORS", "BINARY", "BY_CHARACTER", "DELIMITER_PIECES", "EXTENSION_EXTENT", "FUNCTIONS",
    "LARGE_GLYPHS", "OPERATORS_WITH_LIMITS", "QED", "RELATIONS", "WIDE_ACCENTS", "canonical_name", "character_latex",
    "is_mathematical", "latex_of", "math_family",
]  # fmt: skip

_IN_PROSE = frozenset("−∕∙⋅√∞")
"""Characters of Unicode's mathematics that text fonts have and prose uses."""


@lru_cache(maxsize=4096)
def is_mathematical(text: str) -> bool:
    """Whether a character is one of mathematics whatever its font: Unicode's operators, letterlike symbols and alphabets."""
    in_block = "∀" <= text <= "⋿" or "⟀" <= text <= "⟯" or "⨀" <= text <= "⫿" or "\U0001d400" <= text <= "\U0001d7ff"
    return len(text) == 1 and in_block and text not in _IN_PROSE


_RADICALS = words("radicalbig radicalBig radicalbigg radicalBigg radicalbt radicalvertex radicaltp")
_ONLY_LARGE = ("big", "Big", "igg", "tp", "bt", "ex", "mid", "extendsingle", "extenddouble")
LARGE_GLYPHS = frozenset([*BIG_OPERATORS, *_RADICALS, *(name for name in BIG_DELIMITERS if name.endswith(_ONLY_LARGE))])
"""Names that only an extension font has."""
WIDE_ACCENTS = {"hatwide": r"\widehat", "tildewide": r"\widetilde"}

RELATIONS = frozenset(
    words(r"""
    : < = > \Bumpeq \Coloneq \Downarrow \Leftarrow \Leftrightarrow \Lleftarrow \Longleftarrow \Longleftrightarrow
    \Longrightarrow \Lsh \Rightarrow \Rrightarrow \Rsh \Subset \Supset \Uparrow \Updownarrow \Vdash \Vvdash \approx
    \approxeq \asymp \backepsilon \backsim \backsimeq \because \between \blacktriangleleft \blacktriangleright \bowtie
    \bumpeq \circeq \circlearrowleft \circlearrowright \coloneq \coloneqq \cong \curlyeqprec \curlyeqsucc \curvearrowleft
    \curvearrowright \dashleftarrow \dashrightarrow \dashv \doteq \doteqdot \downarrow \downdownarrows
    \downharpoonleft \downharpoonright \eqcirc \eqqcolon \eqsim \eqslantgtr \eqslantless \equiv \fallingdotseq \frown \geq
    \geqq \geqslant \gg \ggg \gnapprox \gneq \gneqq \gnsim \gtrapprox \gtrdot \gtreqless \gtreqqless \gtrless \gtrsim
    \gvertneqq \hookleftarrow \hookrightarrow \imageof \in \leftarrow \leftarrowtail \leftharpoondown \leftharpoonup
    \leftleftarrows \leftrightarrow \leftrightarrows \leftrightharpoons \leftrightsquigarrow \leq \leqq \leqslant
    \lessapprox \lessdot \lesseqgtr \lesseqqgtr \lessgtr \lesssim \ll \lll \lnapprox \lneq \lneqq \lnsim \longleftarrow
    \longleftrightarrow \longmapsto \longrightarrow \looparrowleft \looparrowright \lvertneqq \mapsfrom \mapsto \mapstochar
    \mid \models \multimap \nLeftarrow \nLeftrightarrow \nRightarrow \nVDash \nVdash \ncong \nearrow \neq \ngeq \ngeqq
    \ngeqslant \ngtr \ni \nleftarrow \nleftrightarrow \nleq \nleqq \nleqslant \nless \nmid \not \notin \nparallel \nprec
    \npreceq \nrightarrow \nshortmid \nshortparallel \nsim \nsubseteq \nsubseteqq \nsucc \nsucceq \nsupseteq
    \nsupseteqq \ntriangleleft \ntrianglelefteq \ntriangleright \ntrianglerighteq \nvDash \nvdash \nwarrow \origof \perp
    \pitchfork \prec \precapprox \preccurlyeq \preceq \precnapprox \precneqq \precnsim \precsim \propto \rightarrow
    \rightarrowtail \rightharpoondown \rightharpoonup \rightleftarrows \rightleftharpoons \rightrightarrows \rightsquigarrow
    \risingdotseq \searrow \shortmid \shortparallel \sim \simeq \smallfrown \smallsmile \smile \sqsubset \sqsubseteq
    \sqsupset \sqsupseteq \subset \subseteq \subseteqq \subsetneq \subsetneqq \succ \succapprox \succcurlyeq \succeq
    \succnapprox \succneqq \succnsim \succsim \supset \supseteq \supseteqq \supsetneq \supsetneqq \swarrow \therefore
    \thickapprox \thicksim \trianglelefteq \triangleq \trianglerighteq \twoheadleftarrow \twoheadrightarrow \uparrow
    \updownarrow \upharpoonleft \upharpoonright \upuparrows \vDash \varpropto \varsubsetneq \varsubsetneqq \varsupsetneq
    \varsupsetneqq \vartriangleleft \vartriangleright \vdash \| |
""")
)
"""LaTeX of relations and arrows. Source: classes of fontmath.ltx, amssymb.sty and unicode-math-table.tex."""
BINARY = frozenset(
    words(r"""
    * + - / \Cap \Cup \amalg \barwedge \bigcirc \bigtriangledown \bigtriangleup \boxdot \boxminus \boxplus \boxtimes \bullet
    \cap \cdot \centerdot \circ \circledast \circledcirc \circleddash \cup \curlyvee \curlywedge \dagger \ddagger \diamond
    \div \divideontimes \dotplus \doublebarwedge \intercal \leftthreetimes \ltimes \mp \odot \ominus \oplus \oslash \otimes
    \pm \rightthreetimes \rtimes \setminus \smallsetminus \sqcap \sqcup \star \times \triangleleft \triangleright \uplus
    \vee \veebar \wedge \wr
""")
)
"""LaTeX of binary operators; same source."""
FUNCTIONS = frozenset(
    [
        "sin",
        "cos",
        "tan",
        "cot",
        "sec",
        "csc",
        "sinh",
        "cosh",
        "tanh",
        "coth",
        "arcsin",
        "arccos",
        "arctan",
        "log",
        "ln",
        "lg",
        "exp",
        "lim",
        "sup",
        "inf",
        "max",
        "min",
        "det",
        "dim",
        "ker",
        "deg",
        "gcd",
        "hom",
        "arg",
        "Pr",
        "limsup",
        "liminf",
    ]
)
OPERATORS_WITH_LIMITS = frozenset(["lim", "sup", "inf", "max", "min", "det", "gcd", "Pr", "limsup", "liminf"])
_ALPHABETS = {"blackboard": r"\mathbb", "fraktur": r"\mathfrak", "script": r"\mathcal"}
_SCRIPT_FONTS = re.compile(r"rsfs|stxscr|BOONDOX|scr", re.IGNORECASE)
"""Fonts of \\mathscr; other script fonts are \\mathcal."""
_BY_NAME = MSBM | MSAM | TX_FURTHER | LETTERS | SYMBOLS
"""Names of glyphs in fonts that have no table."""


@lru_cache(maxsize=8192)
def latex_of(text: str, name: str, family: str, font_name: str) -> str | None:
    """LaTeX of a glyph of a mathematics font; None where it is not known."""
    table = font_table(font_name)
    stem = canonical_name(name)
    if found := table.names.get(name) or table.names.get(stem):
        return found
    if family == "extension":
        return BIG_OPERATORS.get(stem) or BIG_DELIMITERS.get(stem) or character_latex(text) or _named_latex(stem)
    if family in _ALPHABETS and text.isascii() and text.isalpha():
        alphabet = r"\mathscr" if _SCRIPT_FONTS.search(font_name) else _ALPHABETS[family]
        return f"{alphabet}{{{text}}}"
    if family == "symbols" and text.isascii() and text.isalpha() and text.isupper():
        return rf"\mathcal{{{text}}}"
    return character_latex(text) or _named_latex(stem)


QED = frozenset(["squaresmallsolid", "square", "squaresolid", "blacksquare"])
"""Names of the box that ends a proof."""


_VARIANT = re.compile(r"(?<=big|Big|igg)[1-9]$|(?<=tp|bt|ex|id)[A-Z]$")
"""Suffixes of further sizes: parenleftbig4 (MathDesign), parenlefttpA (txexs)."""


_WIDE_ACCENT = re.compile(r"(hat|tilde)(?:wide(?:r|st|rr|\d)?|\d|more(?:wide(?:r|st)?))")
"""Wide accents by width: hatwider, hatwidest (cmex), hat1-hat9 (newtx)."""


@lru_cache(maxsize=4096)
def canonical_name(name: str) -> str:
    """A glyph name without the suffix of a variant: summationtext.1, parenleftbig1 (but epsilon1 is another letter)."""
    name = name.split(".")[0] if not name.startswith(".") else name
    if accent := _WIDE_ACCENT.fullmatch(name):
        return f"{accent[1]}wide"
    stem = _VARIANT.sub("", name)
    return stem if stem != name and stem in BIG_DELIMITERS else name


_SUFFIXES = {"cal": r"\mathcal", "bbb": r"\mathbb"}


def _named_latex(name: str) -> str | None:
    """LaTeX of a glyph that only its name identifies: Lcal, u1D465, uni2215, or a name of the tables."""
    if alphabet := re.fullmatch(r"([A-Z])(cal|bbb)", name):
        return rf"{_SUFFIXES[alphabet[2]]}{{{alphabet[1]}}}"
    code = re.fullmatch(r"u(?:ni)?([0-9A-F]{4,5})", name)
    return character_latex(chr(int(code.group(1), 16))) if code else _BY_NAME.get(name)
