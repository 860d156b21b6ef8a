r"""Tables for the mathematics of PDFs: which fonts carry it, and the LaTeX of their glyphs.

Sources: The TeXbook, appendix F (the Computer Modern encodings and their sizes); the AMS Type 1 fonts' glyph names; the Adobe
Glyph List. A glyph that is in no table here is unknown, and a formula with an unknown glyph is not emitted.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from extract import html_symbols

_FAMILIES: tuple[tuple[str, str], ...] = (
    (
        "letters",
        r"CMMI|LMMathItal|rtxmi|rpxmi|rtxb?mi|rtxr$|rpxr$|txmi(?!a)|NewTXMI|NewPXMI|PazoMath-|Kp--M-|EUR[MB]\d|MathDesign-\w+-\w+-(?:It|OT)|txbmi|cmmib|Fourier-Math-Letters",
    ),
    (
        "symbols",
        r"CMSY|CMBSY|LMMathSym|txsy|pxsy|txbsy|PazoMath$|Kp--M-Sy|Fourier-Math-Sym|MathDesign-\w+-\w+-Sy|MSAM|StandardSym",
    ),
    ("extension", r"CMEX|LMMathExt|txex|pxex|Kp--M-Ex|EUEX|Fourier-Math-Ext|MathDesign-\w+-\w+-Ex"),
    ("blackboard", r"MSBM|BlackBoard|txmiaSTbb|txsyb|Kp--M-Syb|dsrom|bbm\d"),
    ("fraktur", r"EUF[MB]\d|yfrak"),
    ("script", r"EUS[MB]\d|rsfs|stxscr|STIXMathCallig|BOONDOX"),
    (
        "unicode",
        r"MathJax|LatinModernMath|STIXTwoMath|LibertinusT1Math|Libertinus-?Math|XITSMath|STIXMath|TeXGyre\w+Math|CambriaMath|AsanaMath",
    ),
)
_FAMILY_PATTERNS = tuple((family, re.compile(pattern, re.IGNORECASE)) for family, pattern in _FAMILIES)
_SPECIFIC_FIRST = ("extension", "blackboard", "fraktur", "script", "symbols", "unicode", "letters")


def math_family(font_name: str) -> str:
    """The role of a font in mathematics: letters, symbols, extension, blackboard, fraktur, script or unicode; empty for text."""
    for wanted in _SPECIFIC_FIRST:
        for family, pattern in _FAMILY_PATTERNS:
            if family == wanted and pattern.search(font_name):
                return family
    return ""


_IN_PROSE = frozenset("−∕∙⋅√∞")
"""Characters of Unicode's mathematics that text fonts have and prose uses."""


@lru_cache(maxsize=4096)
def is_mathematical(text: str) -> bool:
    """Whether a character is one of mathematics whatever its font: Unicode's operators, letterlike symbols and alphabets."""
    in_block = "∀" <= text <= "⋿" or "⟀" <= text <= "⟯" or "⨀" <= text <= "⫿" or "\U0001d400" <= text <= "\U0001d7ff"
    return len(text) == 1 and in_block and text not in _IN_PROSE


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
        "summation product coproduct union intersection unionmulti logicaland logicalor circledot circleplus circlemultiply "
        "unionsq",
        {"text": (0.0, 1.0), "display": (0.0, 1.4)},
    ),
    **_sizes("integral contintegral", {"text": (0.0, 1.11), "display": (0.0, 2.22)}),
    **_sizes("hatwide tildewide", {"": (0.72, -0.56), "r": (0.75, -0.56), "rr": (0.75, -0.56)}),
    "braceex": (0.0, 0.3),
    "arrowvertex": (0.0, 0.6),
    "barex": (0.0, 0.6),
    "bardblex": (0.0, 0.6),
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


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in text.split())


BY_NAME: dict[str, str] = {
    # Computer Modern's variants carry names that the Adobe Glyph List reads the other way round (cmmi: epsilon1 is \epsilon).
    **_pairs(
        r"epsilon1=\epsilon epsilon=\varepsilon theta1=\vartheta rho1=\varrho sigma1=\varsigma pi1=\varpi phi=\phi phi1=\varphi"
    ),
    **_pairs(
        r"arrowright=\rightarrow arrowleft=\leftarrow arrowboth=\leftrightarrow arrowdblright=\Rightarrow arrowdblleft=\Leftarrow"
        r" arrowdblboth=\Leftrightarrow similar=\sim similarequal=\simeq approxequal=\approx equivalence=\equiv element=\in"
        r" negationslash=\not mapsto=\mapstochar prime=\prime lscript=\ell weierstrass=\wp dotlessi=\imath dotlessj=\jmath"
        r" colonequal=:= nequal=\neq leadsto=\rightsquigarrow diamondmath=\diamond mapstochar=\mapstochar lessdot=\lessdot"
        r" greaterdot=\gtrdot notsubseteql=\nsubseteq diamond=\lozenge square=\square squaresmallsolid=\blacksquare"
        r" arrowhookleft=\lhook arrowhookright=\rhook bardbl=\| bar=|"
        r" asteriskmath=* periodcentered=\cdot openbullet=\circ bullet=\bullet"
        r" simequal=\simeq nelement=\notin intercal=\intercal coproduct=\amalg dblarrowheadright=\twoheadrightarrow"
        r" lessdblequal=\leqq greaterdblequal=\geqq"
    ),
}
"""STIX calligraphy is in the private area: uniE22D is A. Source: STIX Fonts 1.1, glyph list."""
BIG_OPERATORS: dict[str, str] = {
    name + size: latex
    for name, latex in _pairs(
        r"summation=\sum product=\prod coproduct=\coprod integral=\int contintegral=\oint union=\bigcup intersection=\bigcap"
        r" unionmulti=\biguplus logicaland=\bigwedge logicalor=\bigvee circledot=\bigodot circleplus=\bigoplus"
        r" circlemultiply=\bigotimes unionsq=\bigsqcup"
    ).items()
    for size in ("text", "display")
}
BIG_DELIMITERS: dict[str, str] = {
    name + size: latex
    for name, latex in _pairs(
        r"parenleft=( parenright=) bracketleft=[ bracketright=] braceleft=\{ braceright=\} angbracketleft=\langle"
        r" angbracketright=\rangle floorleft=\lfloor floorright=\rfloor ceilingleft=\lceil ceilingright=\rceil"
        r" vextendsingle=| vextenddouble=\| slash=/ backslash=\backslash"
    ).items()
    for size in ("big", "Big", "bigg", "Bigg", "tp", "mid", "bt", "ex", "")
}
BIG_DELIMITERS.update({"arrowvertex": "|", "barex": "|", "bardblex": r"\|", "braceex": r"\{"})
LARGE_GLYPHS = frozenset([*BIG_OPERATORS, *(name for name in BIG_DELIMITERS if name.endswith(("big", "Big", "igg", "tp", "bt")))])
"""Names that only an extension font has."""
WIDE_ACCENTS = {"hatwide": r"\widehat", "tildewide": r"\widetilde"}

DELIMITER_PIECES = _pairs(r"⎛=( ⎜=( ⎝=( ⎞=) ⎟=) ⎠=) ⎡=[ ⎢=[ ⎣=[ ⎤=] ⎥=] ⎦=] ⎧=\{ ⎨=\{ ⎩=\{ ⎪=\{ ⎫=\} ⎬=\} ⎭=\} ⏐=| ⎸=| ⎹=|")
"""Unicode's pieces of delimiters (U+239B-U+23AD); the brace extension serves both sides, and its neighbours decide."""

BY_CHARACTER: dict[str, str] = {
    **html_symbols.SYMBOLS,
    **_pairs(
        r"α=\alpha β=\beta γ=\gamma δ=\delta ϵ=\epsilon ε=\varepsilon ζ=\zeta η=\eta θ=\theta ϑ=\vartheta ι=\iota κ=\kappa"
        r" λ=\lambda μ=\mu µ=\mu ν=\nu ξ=\xi π=\pi ϖ=\varpi ρ=\rho ϱ=\varrho σ=\sigma ς=\varsigma τ=\tau υ=\upsilon"
        r" φ=\varphi ϕ=\phi χ=\chi ψ=\psi ω=\omega Γ=\Gamma Δ=\Delta ∆=\Delta Θ=\Theta Λ=\Lambda Ξ=\Xi Π=\Pi Σ=\Sigma"
        r" Υ=\Upsilon Φ=\Phi Ψ=\Psi Ω=\Omega Ω=\Omega"
    ),
    **_pairs(
        r"∑=\sum ∏=\prod ∐=\coprod ∫=\int ∬=\iint ∭=\iiint ∮=\oint ⋃=\bigcup ⋂=\bigcap"
        r" ⨁=\bigoplus ⨂=\bigotimes ⋁=\bigvee ⋀=\bigwedge"
        r" ∞=\infty ∂=\partial ∇=\nabla ≤=\leq ≥=\geq ⩽=\leq ⩾=\geq ≠=\neq ≡=\equiv ≈=\approx ∼=\sim ≃=\simeq ≅=\cong ∝=\propto"
        r" ±=\pm ∓=\mp ×=\times ÷=\div ·=\cdot ⋅=\cdot ∗=* ∘=\circ ◦=\circ •=\bullet ⊕=\oplus ⊗=\otimes ⊙=\odot ⊖=\ominus"
        r" ∧=\wedge ∨=\vee ∩=\cap ∪=\cup ⊂=\subset ⊃=\supset ⊆=\subseteq ⊇=\supseteq ⊊=\subsetneq ∈=\in ∉=\notin ∋=\ni"
        r" ∀=\forall ∃=\exists ∄=\nexists ¬=\neg ∅=\emptyset →=\rightarrow ←=\leftarrow ↔=\leftrightarrow ⇒=\Rightarrow"
        r" ⇐=\Leftarrow ⇔=\Leftrightarrow ↦=\mapsto ↪=\hookrightarrow ↑=\uparrow ↓=\downarrow"
        r" ⟶=\longrightarrow ⟹=\Longrightarrow"
        r" ⟺=\Longleftrightarrow ⇝=\rightsquigarrow ⟨=\langle ⟩=\rangle 〈=\langle 〉=\rangle ⌊=\lfloor ⌋=\rfloor ⌈=\lceil "
        r" ⌉=\rceil"
        r" ∥=\| ‖=\| ∣=| |=| …=\ldots ⋯=\cdots ⋮=\vdots ⋱=\ddots ℓ=\ell ℏ=\hbar ℜ=\Re ℑ=\Im ℵ=\aleph ℘=\wp"
        r" −=- –=- ∖=\setminus ⧵=\setminus ∕=/ ⊥=\perp ∠=\angle △=\triangle □=\square ■=\blacksquare ⊢=\vdash ⊨=\models"
        r" ⊩=\Vdash ⋆=\star"
        r" †=\dagger ‡=\ddagger ≪=\ll ≫=\gg ≲=\lesssim ≳=\gtrsim ⊤=\top ≜=\triangleq ∶=: ≔=\coloneqq ≺=\prec ≻=\succ ≼=\preceq"
        r" ≽=\succeq ⊎=\uplus ⊔=\sqcup ⊓=\sqcap ⊑=\sqsubseteq ⋊=\rtimes ⋉=\ltimes ◁=\triangleleft ▷=\triangleright ≍=\asymp"
        r" ∤=\nmid ∦=\nparallel ≮=\nless ≯=\ngtr ↾=\upharpoonright ⇀=\rightharpoonup ⇌=\rightleftharpoons ♯=\sharp ♭=\flat"
        r" ı=\imath ȷ=\jmath §=\S ¶=\P °=^\circ {=\{ }=\} %=\% #=\# &=\& $=\$ _=\_"
    ),
    **DELIMITER_PIECES,
    "\\": r"\setminus",
    "′": "'",
    "″": "''",
    "‴": "'''",
    "’": "'",
}
RELATIONS = frozenset(
    [
        r"=",
        r"<",
        r">",
        r"\leq",
        r"\geq",
        r"\neq",
        r"\equiv",
        r"\approx",
        r"\sim",
        r"\simeq",
        r"\cong",
        r"\propto",
        r"\subset",
        r"\supset",
        r"\subseteq",
        r"\supseteq",
        r"\subsetneq",
        r"\in",
        r"\notin",
        r"\ni",
        r"\rightarrow",
        r"\leftarrow",
        r"\leftrightarrow",
        r"\Rightarrow",
        r"\Leftarrow",
        r"\Leftrightarrow",
        r"\mapsto",
        r"\hookrightarrow",
        r"\longrightarrow",
        r"\Longrightarrow",
        r"\Longleftrightarrow",
        r"\ll",
        r"\gg",
        r"\perp",
        r"\vdash",
        r"\models",
        r":",
        r"\coloneqq",
        r"\prec",
        r"\succ",
        r"\preceq",
        r"\succeq",
        r"\triangleq",
        r"\lesssim",
        r"\gtrsim",
        r"\sqsubseteq",
        r"\asymp",
        r"\mapstochar",
        r"\not",
        r"|",
        r"\mid",
        r"\|",
    ]
)
BINARY = frozenset(
    [
        r"+",
        r"-",
        r"\pm",
        r"\mp",
        r"\times",
        r"\div",
        r"\cdot",
        r"*",
        r"\circ",
        r"\bullet",
        r"\oplus",
        r"\otimes",
        r"\odot",
        r"\ominus",
        r"\wedge",
        r"\vee",
        r"\cap",
        r"\cup",
        r"\setminus",
        r"/",
        r"\star",
        r"\uplus",
        r"\sqcup",
        r"\sqcap",
        r"\rtimes",
        r"\ltimes",
    ]
)
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
ACCENTS = {
    "ˆ": r"\hat", "^": r"\hat", "˜": r"\tilde", "~": r"\tilde", "¯": r"\bar", "ˉ": r"\bar", "˙": r"\dot", "¨": r"\ddot",
    "ˇ": r"\check", "˘": r"\breve", "´": r"\acute", "`": r"\grave", "⃗": r"\vec", "\u0302": r"\hat", "\u0303": r"\tilde",
    "\u0304": r"\bar", "\u0307": r"\dot", "\u0308": r"\ddot",
}  # fmt: skip
_ALPHABETS = {"blackboard": r"\mathbb", "fraktur": r"\mathfrak", "script": r"\mathcal"}
_STYLES = (
    ("BOLD SCRIPT", r"\mathcal"),
    ("BOLD FRAKTUR", r"\mathfrak"),
    ("DOUBLE-STRUCK", r"\mathbb"),
    ("SCRIPT", r"\mathcal"),
    ("FRAKTUR", r"\mathfrak"),
    ("SANS-SERIF", r"\mathsf"),
    ("MONOSPACE", r"\mathtt"),
    ("BOLD ITALIC", r"\boldsymbol"),
    ("BOLD", r"\mathbf"),
)


@lru_cache(maxsize=8192)
def latex_of(text: str, name: str, family: str, font_name: str) -> str | None:
    """LaTeX of a glyph of a mathematics font; None where it is not known."""
    name = canonical_name(name)
    if family == "extension":
        return BIG_OPERATORS.get(name) or BIG_DELIMITERS.get(name) or BY_CHARACTER.get(text)
    if name in BY_NAME and ("CMMI" in font_name or "CMSY" in font_name or "LMMath" in font_name):
        return BY_NAME[name]
    if family in _ALPHABETS and text.isascii() and text.isalpha():
        alphabet = r"\mathscr" if "rsfs" in font_name.lower() else _ALPHABETS[family]
        return f"{alphabet}{{{text}}}"
    if family == "symbols" and text.isascii() and text.isalpha() and text.isupper():
        return rf"\mathcal{{{text}}}"
    return character_latex(text) or _named_latex(name)


QED = frozenset(["squaresmallsolid", "square", "squaresolid", "blacksquare"])
"""Names of the box that ends a proof."""


_VARIANT = re.compile(r"(?<=big|Big|igg)[1-5]$|(?<=tp|bt|ex|id)[A-Z]$")
"""Suffixes of further sizes: parenleftbig4 (MathDesign), parenlefttpA (txexs)."""


@lru_cache(maxsize=4096)
def canonical_name(name: str) -> str:
    """A glyph name without the suffix of a variant: summationtext.1, parenleftbig1 (but epsilon1 is another letter)."""
    name = name.split(".")[0] if not name.startswith(".") else name
    stem = _VARIANT.sub("", name)
    return stem if stem != name and stem in BIG_DELIMITERS else name


def _named_latex(name: str) -> str | None:
    """LaTeX of a glyph that only its name identifies: Lcal, u1D465, uni2215, or a name of the tables."""
    if re.fullmatch(r"[A-Z]cal", name):
        return rf"\mathcal{{{name[0]}}}"
    if re.fullmatch(r"uniE2(2[D-F]|3[0-9A-F]|4[0-6])", name):
        return rf"\mathcal{{{chr(int(name[3:], 16) - 0xE22D + ord('A'))}}}"
    code = re.fullmatch(r"u(?:ni)?([0-9A-F]{4,5})", name)
    return character_latex(chr(int(code.group(1), 16))) if code else BY_NAME.get(name)


@lru_cache(maxsize=8192)
def character_latex(text: str) -> str | None:
    """LaTeX of a Unicode character in mathematics; None where it is not known."""
    if text in BY_CHARACTER:
        return BY_CHARACTER[text]
    if len(text) == 1 and text.isascii() and text.isprintable():
        return text
    plain = unicodedata.normalize("NFKC", text)
    if len(plain) == 1 and plain != text:
        latex = BY_CHARACTER.get(plain, plain if plain.isascii() else None)
        title = unicodedata.name(text, "")
        command = next((command for style, command in _STYLES if style in title), "")
        return f"{command}{{{latex}}}" if latex and command else latex
    return None
