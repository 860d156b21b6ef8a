r"""Text fonts whose own glyphs are the mathematics too: Antykwa Torunska, Iwona, Kurier, Arev.

The glyphs named here are mathematics; the rest of the font is text.
Source: the Type 1 fonts' glyph names against anttor.sty, iwona.sty and arev.sty, symbol by symbol as typeset
(python -m benchmarks.pdf_families --names).
"""

from __future__ import annotations

from string import ascii_letters

from extract.pdf_fonts.computer_modern import CAPITALS, LETTERS, SYMBOLS
from extract.pdf_fonts.table import FontTable, pairs, words

_ALSO_TEXT = frozenset(
    words(
        """
        minus multiply divide plusminus periodcentered bullet dagger daggerdbl section paragraph period comma less greater slash
        bar backslash braceleft braceright mu logicalnot A B C D E F G H I J K L M N O P Q R S T U V W X Y Z
        """
    )
)
"""Names that prose uses as well."""
_POLISH = {name: latex for name, latex in {**CAPITALS, **LETTERS, **SYMBOLS}.items() if name not in _ALSO_TEXT} | pairs(
    r"epsilon.alt=\epsilon theta.alt=\vartheta pi.alt=\varpi rho.alt=\varrho phi.alt=\varphi arrowleftjmn=\leftarrow"
    r" radical=\surd arrowrightjmn=\rightarrow arrowdblrightjmn=\Rightarrow arrowdblleftjmn=\Leftarrow"
)
_AREV = pairs(
    r"uniEF13=\Gamma uni0394=\Delta Theta=\Theta Lambda=\Lambda uniEF1E=\Xi uniEF20=\Pi uniEF23=\Sigma Upsilon1=\Upsilon"
    r" uniEF26=\Phi Psi=\Psi Omega=\Omega aleph=\aleph Rfraktur=\Re Ifraktur=\Im uni2127=\mho infinity=\infty club=\clubsuit"
    r" uni2662=\diamondsuit uni2661=\heartsuit spade=\spadesuit uni03F6=\backepsilon alpha=\alpha beta=\beta gamma=\gamma"
    r" delta=\delta epsilon=\epsilon uni03F5=\varepsilon zeta=\zeta eta=\eta theta=\theta theta1=\vartheta iota=\iota"
    r" kappa=\kappa lambda=\lambda uni03BC=\mu nu=\nu xi=\xi pi=\pi omega1=\varpi rho=\rho uni03F1=\varrho sigma=\sigma"
    r" sigma1=\varsigma tau=\tau upsilon=\upsilon phi1=\phi phi=\varphi chi=\chi psi=\psi omega=\omega uni03DD=\digamma"
    r" uni03F0=\varkappa uni210F=\hbar uniEC28=\hslash afii61289=\ell weierstrass=\wp uni266D=\flat uni266E=\natural"
    r" uni266F=\sharp"
)
r"""Arev has \epsilon and \varepsilon the other way round, as typeset."""

_AREV_LETTERS = {0xEB80 + ord(letter): letter for letter in ascii_letters}
"""Letters that Arev draws anew for mathematics, in the private area."""

TABLES = (
    FontTable(r"AntykwaTorunska|Iwona|Kurier", "", _POLISH),
    FontTable(r"ArevSans", "", _AREV, private=_AREV_LETTERS),
)
