r"""Which formulas come back, by font family: a common list, typeset here once per family and engine and read again.

python -m benchmarks.pdf_families [--families cm lm ...] [--workdir DIR] [--show]

Needs TeX Live with its font collections (Debian: texlive-fonts-extra, texlive-science, texlive-xetex, texlive-luatex, cm-super).
Each formula is a display (some stand in a line too) behind the words "Formula number N is", by which it is found in what was
read. Two formulas are equal if their tokens are, after names of one glyph (\le, \leq), spacing, sizes of delimiters and braces
around one token are taken away. Per family: formulas, those that came back, and with --show what came instead. Glyphs of a
document that no table knows are listed with their font.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import DocumentError, require
from extract.pdf_document import extract_pdf
from extract.pdf_fonts.table import words
from extract.pdf_glyphs import FontShelf, read_page
from extract.pdf_symbols import ACCENTS, latex_of

# --------------------------------------------------------------------------------------------------------------- the formulas

_BINARY = r"""
+ - \pm \mp \times \div * \star \circ \bullet \cdot \cap \cup \uplus \sqcap \sqcup \vee \wedge \setminus \wr \diamond
\bigtriangleup \bigtriangledown \triangleleft \triangleright \oplus \ominus \otimes \oslash \odot \bigcirc \dagger \ddagger
\amalg \dotplus \smallsetminus \Cap \Cup \barwedge \veebar \doublebarwedge \boxminus \boxtimes \boxdot \boxplus
\divideontimes \ltimes \rtimes \leftthreetimes \rightthreetimes \curlywedge \curlyvee \circleddash \circledast \circledcirc
\intercal
"""
_RELATIONS = r"""
= < > : \leq \prec \preceq \ll \subset \subseteq \sqsubset \sqsubseteq \in \vdash \geq \succ \succeq \gg \supset \supseteq
\sqsupset \sqsupseteq \ni \dashv \equiv \sim \simeq \asymp \approx \cong \neq \notin \doteq \propto \models \perp \mid
\parallel \bowtie \smile \frown \leqq \leqslant \eqslantless \lesssim \lessapprox \approxeq \lessdot \lll \lessgtr
\lesseqgtr \lesseqqgtr \doteqdot \risingdotseq \fallingdotseq \backsim \backsimeq \subseteqq \Subset \preccurlyeq
\curlyeqprec \precsim \precapprox \vartriangleleft \trianglelefteq \vDash \Vvdash \bumpeq \Bumpeq \geqq \geqslant
\eqslantgtr \gtrsim \gtrapprox \gtrdot \ggg \gtrless \gtreqless \gtreqqless \eqcirc \circeq \triangleq \supseteqq \Supset
\succcurlyeq \curlyeqsucc \succsim \succapprox \vartriangleright \trianglerighteq \Vdash \between \pitchfork
\blacktriangleleft \therefore \backepsilon \blacktriangleright \because \nless \nleq \nleqslant \nleqq \lneq \lneqq
\lnsim \lnapprox \nprec \npreceq \precnsim \precnapprox \nsim \nmid \nvdash \nvDash \ntriangleleft \ntrianglelefteq
\nsubseteq \subsetneq \subsetneqq \ngtr \ngeq \ngeqslant \ngeqq \gneq \gneqq \gnsim \gnapprox \nsucc \nsucceq \succnsim
\succnapprox \ncong \nparallel \nVdash \nVDash \ntriangleright \ntrianglerighteq \nsupseteq \supsetneq \supsetneqq
\not\equiv \not\subset \not\approx \not\ni
"""
_ARROWS = r"""
\leftarrow \Leftarrow \rightarrow \Rightarrow \leftrightarrow \Leftrightarrow \mapsto \hookleftarrow \leftharpoonup
\leftharpoondown \rightleftharpoons \longleftarrow \Longleftarrow \longrightarrow \Longrightarrow \longleftrightarrow
\Longleftrightarrow \longmapsto \hookrightarrow \rightharpoonup \rightharpoondown \uparrow \Uparrow \downarrow \Downarrow
\updownarrow \Updownarrow \nearrow \searrow \swarrow \nwarrow \dashrightarrow \dashleftarrow \leftleftarrows
\leftrightarrows \Lleftarrow \twoheadleftarrow \leftarrowtail \looparrowleft \leftrightharpoons \curvearrowleft
\circlearrowleft \Lsh \upuparrows \upharpoonleft \downharpoonleft \multimap \leftrightsquigarrow \rightrightarrows
\rightleftarrows \twoheadrightarrow \rightarrowtail \looparrowright \curvearrowright \circlearrowright \Rsh
\downdownarrows \upharpoonright \downharpoonright \rightsquigarrow \Rrightarrow \nleftarrow \nrightarrow \nLeftarrow
\nRightarrow \nleftrightarrow \nLeftrightarrow
"""
_LETTERS = r"""
\alpha \beta \gamma \delta \epsilon \varepsilon \zeta \eta \theta \vartheta \iota \kappa \lambda \mu \nu \xi \pi \varpi \rho
\varrho \sigma \varsigma \tau \upsilon \phi \varphi \chi \psi \omega \Gamma \Delta \Theta \Lambda \Xi \Pi \Sigma \Upsilon
\Phi \Psi \Omega \digamma \varkappa \aleph \beth \gimel \daleth \hbar \hslash \imath \jmath \ell \wp \Re \Im \mho \emptyset
\varnothing \nabla \top \bot \angle \triangle \forall \exists \nexists \neg \flat \natural \sharp \partial \infty \square
\lozenge \circledS \measuredangle \sphericalangle \eth \Finv \Game \Bbbk \backprime \blacktriangle \triangledown
\blacktriangledown \blacksquare \blacklozenge \bigstar \complement \clubsuit \diamondsuit \heartsuit \spadesuit
"""
_OPERATORS = r"""
\sum \prod \coprod \int \oint \bigcup \bigcap \biguplus \bigsqcup \bigvee \bigwedge \bigoplus \bigotimes \bigodot \iint \iiint
"""
_DELIMITERS = r"( ) [ ] \{ \} \lfloor \rfloor \lceil \rceil \langle \rangle | | \| \|"
_ALPHABETS = (
    r"\mathbb{CNQRZ} \mathcal{ABCEFHLMOPX} \mathfrak{abgpABGR} \mathsf{axBQ} \mathtt{axBQ} \mathbf{axBQ012} \mathrm{axBQ}"
)
_ACCENTS = r"\hat \tilde \bar \vec \dot \ddot \check \breve \acute \grave \mathring"

_STRUCTURES = r"""
abcdefghijklm
nopqrstuvwxyz
ABCDEFGHIJKLM
NOPQRSTUVWXYZ
0123456789
\boldsymbol{x} + \boldsymbol{\alpha} = \boldsymbol{\Sigma}
x_i^2 + y_{n_k} + z^{a^b} + {}_pF_q
f'(x) + f''(x) + x'_i + g'^2
\frac{a+b}{c} + \frac{1}{1+\frac{1}{x}}
\frac{\frac{a}{b}}{\frac{c}{d}}
\binom{n}{k} + \binom{n+1}{k}
\sqrt{x} + \sqrt{x+1} + \sqrt[3]{y}
\sqrt{\frac{a}{b}} + \sqrt[n]{\frac{a}{b}}
\sqrt{\frac{\frac{a}{b}}{\frac{c}{d}}}
\sqrt{\frac{1+\frac{a}{b}}{\frac{c}{1+\frac{d}{e}}}}
\sum_{i=1}^n x_i + \prod_{k \in K} y_k
\int_0^1 f(x)\,dx + \oint_C g
\lim_{n \to \infty} a_n + \max_{x \in X} f(x)
\bigcup_{i \in I} A_i + \bigoplus_{i=1}^n V_i
\left( \frac{a}{b} \right)
\left[ \frac{a}{b} \right]
\left\{ \frac{a}{b} \right\}
\left| \frac{a}{b} \right|
\left\| \frac{a}{b} \right\|
\left\lfloor \frac{a}{b} \right\rfloor
\left\lceil \frac{a}{b} \right\rceil
\left\langle \frac{a}{b} \right\rangle
\begin{pmatrix} a & b \\ c & d \end{pmatrix}
\begin{pmatrix} a & b & c \\ d & e & f \\ g & h & i \end{pmatrix}
\begin{bmatrix} a & b & c \\ d & e & f \\ g & h & i \\ j & k & l \\ m & n & o \end{bmatrix}
\begin{pmatrix} a & b & c \\ d & e & f \\ g & h & i \\ j & k & l \\ m & n & o \end{pmatrix}
\begin{vmatrix} a & b \\ c & d \end{vmatrix}
\begin{Vmatrix} a & b \\ c & d \end{Vmatrix}
f(x) = \begin{cases} 1 & x > 0 \\ 0 & x \leq 0 \end{cases}
f(x) = \begin{cases} 1 & x > 0 \\ 2 & x = 0 \\ 3 & x = 1 \\ 4 & x = 2 \\ 5 & x < 0 \end{cases}
\begin{aligned} a &= b + c \\ d &= e + f \end{aligned}
\sum_{\substack{i=1 \\ j=2}} x_{ij}
\underbrace{a+b+c}_{n} + \overbrace{x+y+z}^{m}
\overline{x+y} + \underline{a+b}
\widehat{x+y} + \widetilde{abc}
\overrightarrow{AB}
\overset{*}{=} + \underset{x}{\longrightarrow}
a \xrightarrow{f+g} b
a \xleftarrow{h} b
a \equiv b \pmod{n}
a \bmod b
\sin x + \cos y + \log z + \exp t
\operatorname{rank} A + \operatorname{tr} B
x = 1 \text{ if and only if } y = 2
a, \ldots, b + \cdots + c
\vdots + \ddots
\left. \frac{df}{dx} \right|_{x=0}
\mathbf{x}^T \mathbf{A} \mathbf{y}
\mathrm{d}x + \mathrm{Hom}(A,B)
\big( x \big) + \Big( x \Big) + \bigg( x \bigg) + \Bigg( x \Bigg)
\big[ x \big] + \Big[ x \Big] + \bigg[ x \bigg] + \Bigg[ x \Bigg]
\big\{ x \big\} + \Big\{ x \Big\} + \bigg\{ x \bigg\} + \Bigg\{ x \Bigg\}
\big| x \big| + \Big| x \Big| + \bigg| x \bigg| + \Bigg| x \Bigg|
\big\langle x \big\rangle + \Big\langle x \Big\rangle + \bigg\langle x \bigg\rangle + \Bigg\langle x \Bigg\rangle
\big\lfloor x \big\rfloor + \Big\lfloor x \Big\rfloor + \bigg\lceil x \bigg\rceil + \Bigg\lceil x \Bigg\rceil
\begin{array}{c|c} a & b \\ \hline c & d \end{array}
"""
_INLINE = r"""
x
x + y = z
\alpha\beta
x_i^2
\mathbb{R}^n
\mathcal{A} \subseteq \mathcal{B}
f\colon X \to Y
\sum_{i=1}^n x_i
\int_0^1 f(x)\,dx
\frac{a}{b}
\sqrt{2}
\{ x \in X : x > 0 \}
\|x\| \leq 1
\langle x, y \rangle
\bigcup_{i \in I} A_i
\lim_{n \to \infty} a_n
\hat{x} + \tilde{y} + \bar{z}
f'(x) \neq 0
O(n \log n)
\prod_{k} y_k
A \otimes B
\mathfrak{g}
\varepsilon > 0
\lfloor x \rfloor
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One formula of the list."""

    latex: str
    needs: str = ""
    """The command that a family may lack; then the formula is left out of its document."""
    display: bool = True


def formulas() -> list[Asked]:
    """The list, the same for every family."""
    made = [Asked(f"x {sign} y", sign) for sign in _merged(_BINARY + _RELATIONS + _ARROWS)]
    made += [Asked(f"{letter} + 1", letter) for letter in _LETTERS.split()]
    made += [Asked(f"x^{{{letter}}}", letter) for letter in _LETTERS.split()[:40]]
    made += [Asked(f"{operator} x", operator) for operator in _OPERATORS.split()]
    made += [Asked(f"x^{{{operator} y}}", operator) for operator in _OPERATORS.split()[:10]]
    made += [Asked(f"{alphabet[:-1]}}}") for alphabet in _ALPHABETS.split()]
    made += [Asked(f"{accent}{{x}} + {accent}{{A}}") for accent in _ACCENTS.split()]
    sides = _DELIMITERS.split()
    for left, right in zip(sides[::2], sides[1::2], strict=True):
        made.append(Asked(rf"{left} x {right}"))
        rows = r" \\ ".join("abcdefg")
        made.append(Asked(rf"\left{left} \begin{{matrix}} {rows} \end{{matrix}} \right{right}"))
    made += [Asked(line) for line in _STRUCTURES.strip().splitlines()]
    made += [Asked(line, display=False) for line in _INLINE.strip().splitlines()]
    return made


def _merged(text: str) -> list[str]:
    return re.sub(r"\\not\s*\\", r"\\not\\", text).split()


# --------------------------------------------------------------------------------------------------------------- the families

_AMS = r"\usepackage{amsmath,amssymb}"
_T1 = r"\usepackage[T1]{fontenc}"
_UNICODE = r"\usepackage{{amsmath,unicode-math}}\setmainfont{{{text}}}\setmathfont{{{math}}}"


def _unicode(math: str, text: str = "Latin Modern Roman") -> str:
    return _UNICODE.format(text=text, math=math)


_UNICODE_FONTS = {
    "lm-math": _unicode("latinmodern-math.otf"),
    "stix-two-math": _unicode("STIXTwoMath-Regular.otf", "STIXTwoText-Regular.otf"),
    "libertinus-math": _unicode("LibertinusMath-Regular.otf", "LibertinusSerif-Regular.otf"),
    "pagella-math": _unicode("texgyrepagella-math.otf", "texgyrepagella-regular.otf"),
    "termes-math": _unicode("texgyretermes-math.otf", "texgyretermes-regular.otf"),
    "bonum-math": _unicode("texgyrebonum-math.otf", "texgyrebonum-regular.otf"),
    "schola-math": _unicode("texgyreschola-math.otf", "texgyreschola-regular.otf"),
    "dejavu-math": _unicode("texgyredejavu-math.otf"),
    "xits-math": _unicode("XITSMath-Regular.otf", "XITS-Regular.otf"),
    "asana-math": _unicode("Asana-Math.otf"),
    "fira-math": _unicode("FiraMath-Regular.otf"),
    "gfs-neohellenic": _unicode("GFSNeohellenicMath.otf"),
    "kp-math": _unicode("KpMath-Regular.otf", "KpRoman-Regular.otf"),
    "garamond-math": _unicode("Garamond-Math.otf"),
    "newcm-math": _unicode("NewCMMath-Regular.otf"),
    "erewhon-math": _unicode("Erewhon-Math.otf"),
    "xcharter-math": _unicode("XCharter-Math.otf"),
    "concrete-math": _unicode("Concrete-Math.otf"),
    "euler-math": _unicode("Euler-Math.otf"),
}
_BITMAPS = (
    r"\pdfmapfile{{}}\pdfmapline{{+eufm5 EUFM5 <eufm5.pfb}}\pdfmapline{{+eufm7 EUFM7 <eufm7.pfb}}"
    r"\pdfmapline{{+eufm10 EUFM10 <eufm10.pfb}}\pdfpkresolution={dpi} "
)
"""Bitmaps that Metafont makes, but for the Euler fonts, whose sources TeX Live does not have."""
FAMILIES: dict[str, tuple[str, str]] = {
    "cm": ("pdflatex", _AMS),
    "cm-11pt": ("pdflatex 11pt", _AMS),
    "cm-type3-600": ("pdflatex", _AMS + _BITMAPS.format(dpi=600)),
    "cm-type3-300-11pt": ("pdflatex 11pt", _AMS + _BITMAPS.format(dpi=300)),
    "cm-type3-600-12pt": ("pdflatex 12pt", _AMS + _BITMAPS.format(dpi=600)),
    "lm": ("pdflatex", r"\usepackage{lmodern}" + _T1 + _AMS),
    "cm-super": ("pdflatex", _T1 + _AMS),
    "txfonts": ("pdflatex", _AMS + r"\usepackage{txfonts}"),
    "newtx": ("pdflatex", _T1 + r"\usepackage{amsmath}\usepackage{newtxtext,newtxmath}"),
    "pxfonts": ("pdflatex", _AMS + r"\usepackage{pxfonts}"),
    "newpx": ("pdflatex", _T1 + r"\usepackage{amsmath}\usepackage{newpxtext,newpxmath}"),
    "fourier": ("pdflatex", r"\usepackage{fourier}" + _AMS),
    "kpfonts": ("pdflatex", r"\usepackage{amsmath}\usepackage{kpfonts}"),
    "mathpazo": ("pdflatex", r"\usepackage{mathpazo}" + _AMS),
    "mathptmx": ("pdflatex", r"\usepackage{mathptmx}" + _AMS),
    "stix": ("pdflatex", r"\usepackage{amsmath}" + _T1 + r"\usepackage{stix}"),
    "stix2": ("pdflatex", r"\usepackage{amsmath}" + _T1 + r"\usepackage{stix2}"),
    "eulervm": ("pdflatex", _AMS + r"\usepackage{eulervm}"),
    "euler": ("pdflatex", _AMS + r"\usepackage{euler}"),
    "mathdesign-charter": ("pdflatex", r"\usepackage{amsmath}\usepackage[charter]{mathdesign}"),
    "mathdesign-utopia": ("pdflatex", r"\usepackage{amsmath}\usepackage[utopia]{mathdesign}"),
    "mathdesign-garamond": ("pdflatex", r"\usepackage{amsmath}\usepackage[garamond]{mathdesign}"),
    "libertine": ("pdflatex", _T1 + r"\usepackage{amsmath}\usepackage{libertine}\usepackage[libertine]{newtxmath}"),
    "libertinust1math": ("pdflatex", _T1 + r"\usepackage{amsmath}\usepackage{libertinus}\usepackage{libertinust1math}"),
    "anttor": ("pdflatex", _T1 + _AMS + r"\usepackage[math]{anttor}"),
    "cmbright": ("pdflatex", _AMS + r"\usepackage{cmbright}"),
    "arev": ("pdflatex", _T1 + _AMS + r"\usepackage{arev}"),
    "iwona": ("pdflatex", _T1 + _AMS + r"\usepackage[math]{iwona}"),
    "kurier": ("pdflatex", _T1 + _AMS + r"\usepackage[math]{kurier}"),
    "mnsymbol": ("pdflatex", r"\usepackage{amsmath}\usepackage{MnSymbol}"),
    "concrete": ("pdflatex", _AMS + r"\usepackage{concmath}"),
    "mathabx": ("pdflatex", r"\usepackage{amsmath}\usepackage{mathabx}"),
    "bboldx": ("pdflatex", _AMS + r"\usepackage{dsfont}\let\mathbb\mathds\usepackage{mathrsfs}\let\mathcal\mathscr"),
    "bbm": ("pdflatex", _AMS + r"\usepackage{bbm}\let\mathbb\mathbbm"),
    **{f"{name}-xetex": ("xelatex", preamble) for name, preamble in _UNICODE_FONTS.items()},
    **{f"{name}-luatex": ("lualatex", preamble) for name, preamble in _UNICODE_FONTS.items()},
}
"""Family -> engine (and class option), preamble."""


def document(preamble: str, option: str, asked: list[Asked]) -> str:
    """The TeX source that typesets the list."""
    parts = [rf"\documentclass[{option or '10pt'}]{{article}}", preamble, r"\pagestyle{empty}\setcounter{MaxMatrixCols}{20}"]
    parts += [r"\begin{document}", "The formulas of this document stand in the order of a common list, one after the other."]
    for number, one in enumerate(asked, 1):
        sign = re.sub(r"^\\not", "", one.needs)
        text = f"\\[{one.latex}\\]" if one.display else f"${one.latex}$ and no other."
        text = f"\n\n\\typeout{{Asked {number}.}}Formula number {number} is{'' if one.display else ' now'}\n{text}\n"
        parts.append(rf"\ifdefined{sign}{text}\fi" if re.match(r"\\[A-Za-z]+$", sign) else text)
    return "\n".join([*parts, r"\end{document}"]) + "\n"


def typeset(name: str, workdir: Path, asked: list[Asked]) -> Path:
    """The PDF of one family, made unless its source is unchanged; raises RuntimeError with TeX's words where there is none."""
    engine, _, option = FAMILIES[name][0].partition(" ")
    source, pdf = workdir / f"{name}.tex", workdir / f"{name}.pdf"
    text = document(FAMILIES[name][1], option, asked)
    if pdf.exists() and source.read_text() == text and "Output written on" in _log(pdf):
        return pdf
    pdf.unlink(missing_ok=True)
    source.write_text(text)
    command = [engine, "-interaction=nonstopmode", "-output-directory", str(workdir), str(source)]
    ran = subprocess.run(command, capture_output=True, cwd=workdir, check=False)
    if "Output written on" not in _log(pdf):
        errors = re.findall(r"(?m)^!.*(?:\n.*){2}", ran.stdout.decode("utf-8", "replace"))
        raise RuntimeError(f"{name}: {engine} made no PDF; install its fonts. {errors[0] if errors else ran.stderr[-300:]!r}")
    return pdf


def _log(pdf: Path) -> str:
    log = pdf.with_suffix(".log")
    return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""


def incomplete(pdf: Path) -> set[int]:
    """Numbers of the formulas for which the fonts lack a character, which TeX leaves out with a word in its log."""
    parts = re.split(r"(?m)^Asked (\d+)\.$", _log(pdf))
    return {int(number) for number, rest in zip(parts[1::2], parts[2::2], strict=True) if "Missing character" in rest}


# ------------------------------------------------------------------------------------------------------------ the comparison

_SAME = dict(
    pair.split("=", 1)
    for pair in words(r"""
\le=\leq \ge=\geq \ne=\neq \to=\rightarrow \gets=\leftarrow \dots=\ldots \land=\wedge \lor=\vee \lnot=\neg \owns=\ni \vert=|
\mid=| \lvert=| \rvert=| \Vert=\| \parallel=\| \ast=* \colon=: \iff=\Longleftrightarrow \implies=\Longrightarrow
\leqslant=\leq \geqslant=\geq \nleqslant=\nleq \ngeqslant=\ngeq \Box=\square \smallsetminus=\setminus \backslash=\setminus
\varnothing=\emptyset \leadsto=\rightsquigarrow \restriction=\upharpoonright \bot=\perp \hslash=\hbar \thicksim=\sim
\thickapprox=\approx \varpropto=\propto \gets=\leftarrow \doteqdot=\Doteq \coloneqq=:=
\vartriangle=\triangle \bigtriangleup=\triangle \bigtriangledown=\triangledown
\lhd=\vartriangleleft \rhd=\vartriangleright \unlhd=\trianglelefteq \unrhd=\trianglerighteq \triangleleft=\vartriangleleft
\triangleright=\vartriangleright \dashrightarrow=\dasharrow \widehat=\hat \widetilde=\tilde \overline=\bar
\overrightarrow=\vec \mathscr=\mathcal \stackrel=\overset \longmapsto=\mapsto \longrightarrow=\rightarrow
\longleftarrow=\leftarrow \Longrightarrow=\Rightarrow \Longleftarrow=\Leftarrow \Longleftrightarrow=\Leftrightarrow
\longleftrightarrow=\leftrightarrow \operatorname=\text \mathrm=\text \Diamond=\lozenge
\diamond=\lozenge
\lbrace=\{ \rbrace=\} \coloneqq=:= \centerdot=\cdot \smallsmile=\smile \smallfrown=\frown
\preccurlyeq=\preceq \succcurlyeq=\succeq \models=\vDash
\begin{array}=\begin{matrix} \end{array}=\end{matrix}
""")
)
_IGNORED = frozenset(
    words(r"\left \right \big \Big \bigg \Bigg \bigl \bigr \Bigl \Bigr \limits")
    + words(r"\displaystyle \textstyle \, \; \: \! \quad & \hline .")
) | {"\\ ", "~"}
_TOKEN = re.compile(r"\\(?:begin|end)\{[a-zA-Z]+\*?\}|\\[A-Za-z]+|\\.|\S", re.DOTALL)
_MATRIX = {"p": ("(", ")"), "b": ("[", "]"), "v": ("|", "|"), "V": (r"\|", r"\|"), "B": (r"\{", r"\}")}
_NEGATIONS = {r"\neq": "=", r"\notin": r"\in", r"\nsubset": r"\subset"}
_LETTERS_OF_ALPHABETS = {"Bbbk": r"\mathbb{k}", "Re": r"\mathfrak{R}", "Im": r"\mathfrak{I}"}
_FUNCTIONS = frozenset(["sin", "cos", "log", "exp", "lim", "max", "min"])


def normal(latex: str) -> list[str]:
    """Tokens by which two formulas are compared."""
    latex = re.sub(r"\\begin\{array\}\{[^{}]*\}", r"\\begin{matrix}", latex)
    latex = re.sub(r"\\pmod\s*\{([^{}]*)\}", r"(\\text{mod} \1)", latex)
    latex = re.sub(r"\\(Bbbk|Re|Im)(?![A-Za-z])", lambda match: _LETTERS_OF_ALPHABETS[match[1]], latex)
    latex = re.sub(r"\\bmod(?![A-Za-z])", r"\\text{mod}", latex)
    latex = re.sub(r"\\(?:text|mathrm|operatorname)\s*\{([^{}]*)\}", lambda m: rf"\text{{{re.sub(r'[ ~]', '', m[1])}}}", latex)
    latex = re.sub(r"(\\math(?:bb|cal|scr|frak|sf|tt|bf)|\\boldsymbol)\s*\{(\w+)\}", _one_by_one, latex)
    tokens: list[str] = []
    for token in _TOKEN.findall(latex):
        matrix = re.fullmatch(r"\\(begin|end)\{([pbvVB])matrix\}", token)
        if matrix:
            left, right = _MATRIX[matrix[2]]
            tokens += [left, r"\begin{matrix}"] if matrix[1] == "begin" else [r"\end{matrix}", right]
        elif token == "'":
            tokens += [r"\prime"]
        elif token in _NEGATIONS:
            tokens += [r"\not", _NEGATIONS[token]]
        elif token[1:] in _FUNCTIONS:
            tokens += [r"\text", "{", *token[1:], "}"]
        elif token not in _IGNORED and r"aligned" not in token:
            tokens.append(_SAME.get(token, token))
    return _scripts_in_order([token for token in tokens if token not in "{}"])


def _one_by_one(match: re.Match[str]) -> str:
    return "".join(f"{match[1]}{{{letter}}}" for letter in match[2])


def _scripts_in_order(tokens: list[str]) -> list[str]:
    """Braces are gone, so only the order is left to settle: x^2_i and x_i^2 are one."""
    for place in range(len(tokens) - 3):
        if tokens[place] == "^" and tokens[place + 2] == "_":
            tokens[place : place + 4] = tokens[place + 2 : place + 4] + tokens[place : place + 2]
    return tokens


# ------------------------------------------------------------------------------------------------------------------ the reading

_FOUND = re.compile(r"Formula number\s+(\d+) is(?: now)?\b")
_MATH = re.compile(r"\$\$(.+?)\$\$|\$((?:[^$\\]|\\.)+)\$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked and what came."""

    number: int
    asked: Asked
    came: str

    @property
    def right(self) -> bool:
        return normal(self.asked.latex) == normal(self.came)


def read(pdf: Path, asked: list[Asked]) -> list[Answer]:
    """One answer for each formula that the document has and its fonts can show."""
    text = "\n\n".join(extract_pdf(pdf.read_bytes(), "").pages)
    parts = _FOUND.split(text)
    lacking = incomplete(pdf)
    answers = []
    for number, rest in zip(parts[1::2], parts[2::2], strict=True):
        if int(number) in lacking:
            continue
        came = " ".join(display or inline for display, inline in _MATH.findall(rest))
        answers.append(Answer(int(number), asked[int(number) - 1], came or f"(text) {rest.strip()[:60]!r}"))
    return answers


def unknown_glyphs(pdf: Path) -> Counter[tuple[str, str, str]]:
    """(font, glyph name, Unicode) of the glyphs of mathematics that no table knows."""
    pymupdf = require("pymupdf", extra="pdf")
    unknown: Counter[tuple[str, str, str]] = Counter()
    with pymupdf.open(pdf) as opened:
        shelf = FontShelf(opened, pymupdf.mupdf)
        for page in opened:
            for glyph in read_page(page, shelf).glyphs:
                known = glyph.text in ACCENTS or glyph.name.startswith(("radical", "hatwide", "tildewide"))
                if known or (glyph.text and not glyph.face.family):
                    continue
                if not latex_of(glyph.text, glyph.name, glyph.face.family, glyph.face.name):
                    unknown[glyph.face.name, glyph.name, glyph.text] += 1
    return unknown


def names(pdf: Path, asked: list[Asked]) -> Iterator[tuple[str, str, str]]:
    """(font, glyph name or character, command) of each asked command that is one glyph and is not read as that command.

    This is how the tables of extract.pdf_fonts were made: what the list typesets tells the command of every glyph.
    """
    pymupdf = require("pymupdf", extra="pdf")
    with pymupdf.open(pdf) as opened:
        shelf = FontShelf(opened, pymupdf.mupdf)
        glyphs = [glyph for page in opened for glyph in read_page(page, shelf).glyphs if glyph.text != " "]
    text = "".join((glyph.text or "?")[0] for glyph in glyphs)
    for found in re.finditer(r"Formulanumber(\d+)is", text):
        one = asked[int(found[1]) - 1]
        if not one.needs or f"{one.needs} y" not in one.latex or one.latex.startswith("x^"):
            continue
        _, glyph, after = glyphs[found.end() : found.end() + 3]
        if unicodedata.normalize("NFKC", after.text) == "y":
            read_as = latex_of(glyph.text, glyph.name, glyph.face.family, glyph.face.name) if glyph.face.family else glyph.text
            if normal(read_as or "") != normal(one.needs):
                yield glyph.face.name, glyph.name or glyph.text, one.needs


def report(name: str, workdir: Path, asked: list[Asked], *, show: bool, list_names: bool) -> Iterator[str]:
    """Lines about one family."""
    pdf = typeset(name, workdir, asked)
    started = time.process_time()
    answers = read(pdf, asked)
    seconds = time.process_time() - started
    displays, inlines = ([a for a in answers if a.asked.display == kind] for kind in (True, False))
    counts = " ".join(
        f"{kind} {sum(a.right for a in some)}/{len(some)}" for kind, some in (("display", displays), ("inline", inlines))
    )
    unknown = unknown_glyphs(pdf)
    yield f"{name}: {counts}; {len(unknown)} unknown glyphs; {seconds:.1f} CPU s"
    if show:
        yield from (f"  {answer.number} {answer.asked.latex}  ->  {answer.came}" for answer in answers if not answer.right)
        yield from (f"  unknown {key} x{count}" for key, count in unknown.most_common())
    if list_names:
        yield from (f"  {font}: {glyph}={command}" for font, glyph, command in names(pdf, asked))


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--families", nargs="*", choices=sorted(FAMILIES), default=list(FAMILIES), metavar="FAMILY")
    parser.add_argument("--workdir", type=Path, default=Path("pdf_families"), help="where sources and PDFs go (made if absent)")
    parser.add_argument("--show", action="store_true", help="print each formula that did not come back, and unknown glyphs")
    parser.add_argument("--names", action="store_true", help="print what the font tables lack, in their form")
    options = parser.parse_args(arguments)
    options.workdir.mkdir(parents=True, exist_ok=True)
    asked = formulas()
    for name in options.families:
        try:
            for line in report(name, options.workdir.resolve(), asked, show=options.show, list_names=options.names):
                print(line, flush=True)
        except (RuntimeError, DocumentError) as error:
            print(f"{error}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
