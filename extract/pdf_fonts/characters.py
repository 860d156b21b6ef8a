r"""Unicode -> LaTeX for the glyphs of formulas, whatever font they come from.

Source: unicode-math's symbol table (unicode-math-table.tex), cut to the commands that KaTeX accepts; extract.html_symbols for
the rest.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from extract import html_symbols
from extract.pdf_fonts.table import pairs

DELIMITER_PIECES = pairs(r"⎛=( ⎜=( ⎝=( ⎞=) ⎟=) ⎠=) ⎡=[ ⎢=[ ⎣=[ ⎤=] ⎥=] ⎦=] ⎧=\{ ⎨=\{ ⎩=\{ ⎪=\{ ⎫=\} ⎬=\} ⎭=\} ⏐=| ⎸=| ⎹=|")
"""Unicode's pieces of delimiters (U+239B-U+23AD); the brace extension serves both sides, and its neighbours decide."""

BY_CHARACTER: dict[str, str] = {
    **html_symbols.SYMBOLS,
    **pairs(
        r"α=\alpha β=\beta γ=\gamma δ=\delta ϵ=\epsilon ε=\varepsilon ζ=\zeta η=\eta θ=\theta ϑ=\vartheta ι=\iota κ=\kappa"
        r" λ=\lambda μ=\mu µ=\mu ν=\nu ξ=\xi π=\pi ϖ=\varpi ρ=\rho ϱ=\varrho σ=\sigma ς=\varsigma τ=\tau υ=\upsilon"
        r" φ=\varphi ϕ=\phi χ=\chi ψ=\psi ω=\omega Γ=\Gamma Δ=\Delta ∆=\Delta Θ=\Theta Λ=\Lambda Ξ=\Xi Π=\Pi Σ=\Sigma"
        r" Υ=\Upsilon Φ=\Phi Ψ=\Psi Ω=\Omega Ω=\Omega"
    ),
    **pairs(
        r"∑=\sum ∏=\prod ∐=\coprod ∫=\int ∬=\iint ∭=\iiint ∮=\oint ⋃=\bigcup ⋂=\bigcap"
        r" ⨁=\bigoplus ⨂=\bigotimes ⋁=\bigvee ⋀=\bigwedge"
        r" ∞=\infty ∂=\partial ∇=\nabla ≤=\leq ≥=\geq ≠=\neq ≡=\equiv ≈=\approx ∼=\sim ≃=\simeq ≅=\cong ∝=\propto"
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
        r" †=\dagger ‡=\ddagger ≪=\ll ≫=\gg ≲=\lesssim ≳=\gtrsim ⊤=\top ≜=\triangleq ∶=: ≔=\coloneqq ≺=\prec ≻=\succ"
        r" ⊎=\uplus ⊔=\sqcup ⊓=\sqcap ⊑=\sqsubseteq ⋊=\rtimes ⋉=\ltimes ◁=\triangleleft ▷=\triangleright ≍=\asymp"
        r" ∤=\nmid ∦=\nparallel ≮=\nless ≯=\ngtr ↾=\upharpoonright ⇀=\rightharpoonup ⇌=\rightleftharpoons ♯=\sharp ♭=\flat"
        r" ı=\imath ȷ=\jmath §=\S ¶=\P °=^\circ {=\{ }=\} %=\% #=\# &=\& $=\$ _=\_"
    ),
    **DELIMITER_PIECES,
    "\\": r"\setminus",
    "′": "'",
    "″": "''",
    "‴": "'''",
    "’": "'",
    **pairs(
        r"ℷ=\gimel ℸ=\daleth ↞=\twoheadleftarrow ↢=\leftarrowtail ↤=\mapsfrom ↫=\looparrowleft ↬=\looparrowright"
        r" ↭=\leftrightsquigarrow ↮=\nleftrightarrow ↰=\Lsh ↱=\Rsh ⇍=\nLeftarrow ⇎=\nLeftrightarrow ⇚=\Lleftarrow"
        r" ⇛=\Rrightarrow ∽=\backsim ≂=\eqsim ≊=\approxeq ≬=\between ⊀=\nprec ⊁=\nsucc ⊉=\nsupseteq ⊧=\models ⊪=\Vvdash"
        r" ⊬=\nvdash ⊭=\nvDash ⊮=\nVdash ⊯=\nVDash ⊶=\origof ⊷=\imageof ⋇=\divideontimes ⋍=\backsimeq ⋐=\Subset ⋑=\Supset"
        r" ⋦=\lnsim ⋧=\gnsim ⋨=\precnsim ⋩=\succnsim ⋬=\ntrianglelefteq ⋭=\ntrianglerighteq ▴=\blacktriangle"
        r" ▶=\blacktriangleright ▾=\blacktriangledown ◀=\blacktriangleleft ✠=\maltese ⦃=\lBrace ⦄=\rBrace ⨝=\Join"
        r" ⩞=\doublebarwedge ⩴=\Coloneq ⪇=\lneq ⪈=\gneq ⪉=\lnapprox ⪊=\gnapprox ⪋=\lesseqqgtr ⪌=\gtreqqless ⪕=\eqslantless"
        r" ⪖=\eqslantgtr ⪵=\precneqq ⪶=\succneqq ⪷=\precapprox ⪸=\succapprox ⪹=\precnapprox ⪺=\succnapprox ⫅=\subseteqq"
        r" ⫆=\supseteqq ⫋=\subsetneqq ⫌=\supsetneqq ⒧=( ⒭=)"
        r" ⋪=\ntriangleleft ⋫=\ntriangleright ○=\bigcirc ◯=\bigcirc ⧫=\blacklozenge ❘=| ϶=\backepsilon ⩽=\leqslant"
        r" ⩾=\geqslant ⦆=) ⌶=\intercal ⇠=\dashleftarrow ⇢=\dashrightarrow ⤎=\dashleftarrow ⤏=\dashrightarrow Ⓢ=\circledS"
        r" ⟲=\circlearrowleft ⟳=\circlearrowright ♦=\diamondsuit ♥=\heartsuit 𝓁=\ell 𝚤=\imath 𝚥=\jmath"
        r" 𭟋=\digamma 𝟋=\digamma 𝟊=\digamma ⊜=\circeq ⬩=\diamond ◻=\square ☆=\star ⪰=\succeq"
        r" ⪯=\preceq ≼=\preccurlyeq ≽=\succcurlyeq ⌢=\frown ⌣=\smile ⊺=\intercal ⨆=\bigsqcup ⨄=\biguplus ⨀=\bigodot ∯=\oiint"
        r" ∰=\oiiint ⟵=\longleftarrow ⟷=\longleftrightarrow ⟸=\Longleftarrow ⟼=\longmapsto ϒ=\Upsilon"
    ),
}
ACCENTS = {
    "ˆ": r"\hat", "^": r"\hat", "˜": r"\tilde", "~": r"\tilde", "¯": r"\bar", "ˉ": r"\bar", "˙": r"\dot", "¨": r"\ddot",
    "ˇ": r"\check", "˘": r"\breve", "´": r"\acute", "`": r"\grave", "˚": r"\mathring", "\u0300": r"\grave", "\u0301": r"\acute",
    "\u0302": r"\hat", "\u0303": r"\tilde", "\u0304": r"\bar", "\u0305": r"\bar", "\u0306": r"\breve", "\u0307": r"\dot",
    "\u0308": r"\ddot", "\u030a": r"\mathring", "\u030c": r"\check", "\u20d6": r"\overleftarrow", "\u20d7": r"\vec",
    "\u20db": r"\dddot",
}  # fmt: skip
"""Accents as characters of their own and as combining ones."""

_NEGATION = "\u0338"
"""Combining long solidus overlay: struck through the character before it."""
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
def character_latex(text: str) -> str | None:
    """LaTeX of a Unicode character in mathematics; None where it is not known."""
    if text in BY_CHARACTER:
        return BY_CHARACTER[text]
    if len(text) == 1 and text.isascii() and text.isprintable():
        return text
    if len(text) == 2 and text[1] == _NEGATION:
        whole = unicodedata.normalize("NFC", text)
        positive = character_latex(text[0])
        return character_latex(whole) if len(whole) == 1 else positive and rf"\not{positive}"
    plain = _without_style(text)
    if plain == text:
        return None
    latex = BY_CHARACTER.get(plain, plain if plain.isascii() else None)
    title = unicodedata.name(text, "") if len(text) == 1 else ""
    command = next((command for style, command in _STYLES if style in title), "")
    if command == r"\mathbf" and not plain.isascii():
        command = r"\boldsymbol"
    return f"{command}{{{latex}}}" if latex and command else latex


_LIKE_LATIN = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧο", "ABEZHIKMNOPTXo", strict=True))
"""Greek letters that are Latin ones to the eye, and so to LaTeX."""


def _without_style(text: str) -> str:
    """The letter that a mathematical letter is a style of: one step, for ϵ itself decomposes into ε."""
    kind, _, code = unicodedata.decomposition(text).rpartition(" ") if len(text) == 1 else ("", "", "")
    plain = chr(int(code, 16)) if kind == "<font>" else unicodedata.normalize("NFKC", text)
    return _LIKE_LATIN.get(plain, plain) if len(plain) == 1 else text
