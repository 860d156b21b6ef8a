r"""Computer Modern and the fonts that took over its glyph names: OML (cmmi), OMS (cmsy) and OMX (cmex).

Source: the encodings of the AMS/BlueSky Type 1 fonts cmmi10, cmsy10 and cmex10, slot by slot against the declarations of
LaTeX's fontmath.ltx. Names come before Unicode because the Adobe Glyph List reads some the other way round (epsilon1 is
\epsilon, epsilon is \varepsilon). The extension font's sizes: The TeXbook, appendix F.
"""

from __future__ import annotations

from extract.pdf_fonts.table import FontTable, pairs

LETTERS = pairs(r"""
    alpha=\alpha beta=\beta gamma=\gamma delta=\delta epsilon1=\epsilon zeta=\zeta eta=\eta theta=\theta iota=\iota
    kappa=\kappa lambda=\lambda mu=\mu nu=\nu xi=\xi pi=\pi rho=\rho sigma=\sigma tau=\tau upsilon=\upsilon phi=\phi chi=\chi
    psi=\psi omega=\omega epsilon=\varepsilon theta1=\vartheta pi1=\varpi rho1=\varrho sigma1=\varsigma phi1=\varphi
    arrowlefttophalf=\leftharpoonup arrowleftbothalf=\leftharpoondown arrowrighttophalf=\rightharpoonup
    arrowrightbothalf=\rightharpoondown arrowhookleft=\lhook arrowhookright=\rhook triangleright=\triangleright
    triangleleft=\triangleleft period=. comma=, less=< slash=/ greater=> star=\star partialdiff=\partial flat=\flat
    natural=\natural sharp=\sharp slurbelow=\smile slurabove=\frown lscript=\ell dotlessi=\imath dotlessj=\jmath
    weierstrass=\wp
    zerooldstyle=0 oneoldstyle=1 twooldstyle=2 threeoldstyle=3 fouroldstyle=4 fiveoldstyle=5 sixoldstyle=6 sevenoldstyle=7
    eightoldstyle=8 nineoldstyle=9
""")
SYMBOLS = pairs(r"""
    minus=- periodcentered=\cdot multiply=\times asteriskmath=* divide=\div diamondmath=\diamond plusminus=\pm minusplus=\mp
    circleplus=\oplus circleminus=\ominus circlemultiply=\otimes circledivide=\oslash circledot=\odot circlecopyrt=\bigcirc
    openbullet=\circ bullet=\bullet equivasymptotic=\asymp equivalence=\equiv reflexsubset=\subseteq reflexsuperset=\supseteq
    lessequal=\leq greaterequal=\geq precedesequal=\preceq followsequal=\succeq similar=\sim approxequal=\approx
    propersubset=\subset propersuperset=\supset lessmuch=\ll greatermuch=\gg precedes=\prec follows=\succ arrowleft=\leftarrow
    arrowright=\rightarrow arrowup=\uparrow arrowdown=\downarrow arrowboth=\leftrightarrow arrownortheast=\nearrow
    arrowsoutheast=\searrow similarequal=\simeq arrowdblleft=\Leftarrow arrowdblright=\Rightarrow arrowdblup=\Uparrow
    arrowdbldown=\Downarrow arrowdblboth=\Leftrightarrow arrownorthwest=\nwarrow arrowsouthwest=\swarrow proportional=\propto
    prime=' infinity=\infty element=\in owner=\ni triangle=\triangle triangleinv=\bigtriangledown
    negationslash=\not mapsto=\mapstochar universal=\forall existential=\exists logicalnot=\neg emptyset=\emptyset
    Rfractur=\Re Ifractur=\Im latticetop=\top perpendicular=\perp aleph=\aleph union=\cup intersection=\cap unionmulti=\uplus
    logicaland=\wedge logicalor=\vee turnstileleft=\vdash turnstileright=\dashv floorleft=\lfloor floorright=\rfloor
    ceilingleft=\lceil ceilingright=\rceil braceleft=\{ braceright=\} angbracketleft=\langle angbracketright=\rangle bar=|
    bardbl=\| arrowbothv=\updownarrow arrowdblbothv=\Updownarrow backslash=\setminus wreathproduct=\wr
    coproduct=\amalg nabla=\nabla integral=\smallint unionsq=\sqcup intersectionsq=\sqcap subsetsqequal=\sqsubseteq
    supersetsqequal=\sqsupseteq section=\S dagger=\dagger daggerdbl=\ddagger paragraph=\P club=\clubsuit
    diamond=\diamondsuit heart=\heartsuit spade=\spadesuit
""")
BIG_OPERATORS: dict[str, str] = {
    name + size: latex
    for name, latex in pairs(
        r"summation=\sum product=\prod coproduct=\coprod integral=\int contintegral=\oint union=\bigcup intersection=\bigcap"
        r" unionmulti=\biguplus logicaland=\bigwedge logicalor=\bigvee circledot=\bigodot circleplus=\bigoplus"
        r" circlemultiply=\bigotimes unionsq=\bigsqcup iinteg=\iint iiinteg=\iiint oiinteg=\oiint oiiinteg=\oiiint"
    ).items()
    for size in ("text", "display")
}
BIG_DELIMITERS: dict[str, str] = {
    name + size: latex
    for name, latex in pairs(
        r"parenleft=( parenright=) bracketleft=[ bracketright=] braceleft=\{ braceright=\} angbracketleft=\langle"
        r" angbracketright=\rangle angleleft=\langle angleright=\rangle"
        r" floorleft=\lfloor floorright=\rfloor ceilingleft=\lceil ceilingright=\rceil"
        r" vextendsingle=| vextenddouble=\| slash=/ backslash=\backslash"
    ).items()
    for size in ("big", "Big", "bigg", "Bigg", "tp", "mid", "bt", "ex", "")
}
BIG_DELIMITERS.update({"arrowvertex": "|", "barex": "|", "bardblex": r"\|", "arrowvertexdbl": r"\|", "braceex": r"\{"})
BIG_DELIMITERS.update(
    # Fourier's and mathdesign's names of pieces; the one that lengthens floors and ceilings serves both.
    pairs(
        r"ceilingfloorleftex=| ceilingfloorrightex=| floorleftbottom=\lfloor floorrightbottom=\rfloor ceilinglefttop=\lceil"
        r" ceilingrighttop=\rceil"
    )
)


def _sizes(stems: str, extents: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    return {stem + suffix: extent for stem in stems.split() for suffix, extent in extents.items()}


EXTENSION_EXTENT: dict[str, tuple[float, float]] = {
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
"""Glyph -> height and depth in em; the same in cmex10, lmex10 and (within a few hundredths) txex and pxex."""

CAPITALS = pairs(
    r"Gamma=\Gamma Delta=\Delta Theta=\Theta Lambda=\Lambda Xi=\Xi Pi=\Pi Sigma=\Sigma Upsilon=\Upsilon Phi=\Phi Psi=\Psi"
    r" Omega=\Omega"
)
"""What OT1 fonts of text have for mathematics: upright Greek capitals."""

TABLES = (
    FontTable(r"CMEX|LMMathExt|HFBREX|yhcmex", "extension"),
    FontTable(r"CMSY|CMBSY|LMMathSym|HFBRSY", "symbols", SYMBOLS),
    FontTable(r"CMMI|LMMathItal|HFBRMI|CMBRMI", "letters", LETTERS),
    FontTable(r"^(?:CM(?:R|BX|SL|SS|TI|B)|HFBR(?!AS|BS)|HFSL|LMRoman|LMSans|rm-lmr)", "", CAPITALS),
)
