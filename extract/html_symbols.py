"""Unicode mathematics to LaTeX: one table of symbols, the mathematical alphabets, the names of functions.

Source: unicode-math's symbol table, cut to what plain LaTeX with amsmath and amssymb typesets.
"""

from __future__ import annotations

import re
import unicodedata

_TABLE = r"""
α\alpha β\beta γ\gamma δ\delta ε\varepsilon ϵ\epsilon ζ\zeta η\eta θ\theta ϑ\vartheta ι\iota κ\kappa ϰ\varkappa λ\lambda
μ\mu µ\mu ν\nu ξ\xi π\pi ϖ\varpi ρ\rho ϱ\varrho σ\sigma ς\varsigma τ\tau υ\upsilon φ\varphi ϕ\phi χ\chi ψ\psi ω\omega
Γ\Gamma Δ\Delta ∆\Delta Θ\Theta Λ\Lambda Ξ\Xi Π\Pi Σ\Sigma Υ\Upsilon Φ\Phi Ψ\Psi Ω\Omega Ω\Omega ∑\sum ∏\prod ∐\coprod ∫\int
∬\iint ∭\iiint ∮\oint ⋃\bigcup ⋂\bigcap ⨁\bigoplus ⨂\bigotimes ⨀\bigodot ⋀\bigwedge ⋁\bigvee ⨆\bigsqcup ⨄\biguplus √\surd
∂\partial ∇\nabla ∞\infty ≤\leq ⩽\leqslant ≥\geq ⩾\geqslant ≠\neq ≈\approx ≡\equiv ≅\cong ≃\simeq ∼\sim ∝\propto ±\pm ∓\mp
×\times ÷\div ·\cdot ⋅\cdot ∙\bullet •\bullet ∗* ⁎* ⋆\star ★\bigstar ∘\circ ⊕\oplus ⊖\ominus ⊗\otimes ⊘\oslash ⊙\odot ∈\in
∉\notin ∋\ni ∌\not\ni ⊂\subset ⊆\subseteq ⊊\subsetneq ⊄\not\subset ⊈\nsubseteq ⊃\supset ⊇\supseteq ⊋\supsetneq ∪\cup ∩\cap
⊎\uplus ⊓\sqcap ⊔\sqcup ⊏\sqsubset ⊑\sqsubseteq ⊐\sqsupset ⊒\sqsupseteq ∖\setminus ∅\emptyset ⌀\varnothing ∀\forall ∃\exists
∄\nexists ¬\neg ∧\wedge ∨\vee ⊻\veebar →\rightarrow ←\leftarrow ↔\leftrightarrow ↑\uparrow ↓\downarrow ↕\updownarrow
⇒\Rightarrow ⇐\Leftarrow ⇔\Leftrightarrow ⇑\Uparrow ⇓\Downarrow ↦\mapsto ⟶\longrightarrow ⟵\longleftarrow
⟷\longleftrightarrow ⟹\Longrightarrow ⟸\Longleftarrow ⟺\Longleftrightarrow ⟼\longmapsto ↪\hookrightarrow ↩\hookleftarrow
↠\twoheadrightarrow ↣\rightarrowtail ⇀\rightharpoonup ⇁\rightharpoondown ↼\leftharpoonup ↽\leftharpoondown
⇌\rightleftharpoons ⇋\leftrightharpoons ↗\nearrow ↘\searrow ↙\swarrow ↖\nwarrow ⇝\rightsquigarrow ↝\leadsto ↛\nrightarrow
↚\nleftarrow ⇏\nRightarrow ↾\upharpoonright ⇄\rightleftarrows ⇉\rightrightarrows ↺\circlearrowleft ↻\circlearrowright
⟨\langle 〈\langle ⟩\rangle 〉\rangle ∥\parallel ‖\| ∦\nparallel ∣\mid ∤\nmid ⌊\lfloor ⌋\rfloor ⌈\lceil ⌉\rceil ⟦\llbracket
⟧\rrbracket …\dots ⋯\cdots ⋮\vdots ⋱\ddots ℓ\ell ℏ\hbar ℎh ℜ\Re ℑ\Im †\dagger ‡\ddagger ⊤\top ⊥\perp ⊢\vdash ⊣\dashv
⊨\models ⊩\Vdash −- ‐- ‑- ′' ″'' ‴''' ⁗'''' ‵\backprime ≪\ll ≫\gg ⋘\lll ⋙\ggg °{}^\circ ℵ\aleph ℶ\beth ℘\wp □\square
◻\square ■\blacksquare ◊\lozenge ⋄\diamond ◇\Diamond △\triangle ▵\triangle ▽\triangledown ▿\triangledown ◁\triangleleft
▷\triangleright ⊲\vartriangleleft ⊳\vartriangleright ⊴\trianglelefteq ⊵\trianglerighteq ▲\blacktriangle ▼\blacktriangledown
∠\angle ∡\measuredangle ∢\sphericalangle ♯\sharp ♭\flat ♮\natural ♠\spadesuit ♡\heartsuit ♢\diamondsuit ♣\clubsuit
≜\triangleq ≔:= ≕=: ≐\doteq ≑\doteqdot ≓\risingdotseq ≒\fallingdotseq ≍\asymp ≎\Bumpeq ≏\bumpeq ≖\eqcirc ≗\circeq
≟\stackrel{?}{=} ≢\not\equiv ≇\ncong ≁\nsim ≄\not\simeq ≉\not\approx ≮\nless ≯\ngtr ≰\nleq ≱\ngeq ≲\lesssim ≳\gtrsim
≶\lessgtr ≷\gtrless ≺\prec ≻\succ ≼\preccurlyeq ≽\succcurlyeq ⪯\preceq ⪰\succeq ≾\precsim ≿\succsim ⪅\lessapprox ⪆\gtrapprox
≦\leqq ≧\geqq ≨\lneqq ≩\gneqq ⋈\bowtie ⋉\ltimes ⋊\rtimes ⋔\pitchfork ⌢\frown ⌣\smile ⊸\multimap ∴\therefore ∵\because
∎\blacksquare ð\eth ı\imath ȷ\jmath 𝚤\imath 𝚥\jmath ƛ\lambdabar £\pounds ¥\yen §\S ¶\P ©\copyright ®\circledR ✓\checkmark
∔\dotplus ⊞\boxplus ⊟\boxminus ⊠\boxtimes ⊡\boxdot ⋓\Cup ⋒\Cap ⊛\circledast ⊚\circledcirc ⊝\circleddash ⋋\leftthreetimes
⋌\rightthreetimes ≀\wr ∁\complement ℧\mho ⅁\Game Ⅎ\Finv ⨿\amalg ∷:: ∶: ⁄/ ∕/ ⟂\perp ⫫\perp\!\!\!\perp ⌜\ulcorner ⌝\urcorner
⌞\llcorner ⌟\lrcorner ϝ\digamma ⟮( ⟯) ︷\overbrace ⁢ ⅋\& ℝ\mathbb{R} ℤ\mathbb{Z} ℕ\mathbb{N} ℚ\mathbb{Q} ℂ\mathbb{C}
ℙ\mathbb{P} ℍ\mathbb{H} ℒ\mathcal{L} ℋ\mathcal{H} ℐ\mathcal{I} ℛ\mathcal{R} ℬ\mathcal{B} ℰ\mathcal{E} ℱ\mathcal{F}
ℳ\mathcal{M} ℯe ℊ\mathcal{g} ℴ\mathcal{o} ℭ\mathfrak{C} ℌ\mathfrak{H} ℨ\mathfrak{Z} ℓ\ell ⅆd ⅅD ⅇe ⅈi ⅉj ⟬[ ⟭]
⟪\langle\!\langle ⟫\rangle\!\rangle ⎰\lmoustache ⎱\rmoustache ‾\overline{} ⇂\downharpoonright ⇃\downharpoonleft
↿\upharpoonleft ⇆\leftrightarrows ⇈\upuparrows ⇊\downdownarrows ⇇\leftleftarrows ⤳\leadsto ↷\curvearrowright
↶\curvearrowleft ⊺\intercal ⊼\barwedge ⌅\barwedge ⇕\Updownarrow ◃\triangleleft
▹\triangleright ◂\blacktriangleleft ▸\blacktriangleright οo
⋖\lessdot ⋗\gtrdot ⋚\lesseqgtr ⋛\gtreqless ⋞\curlyeqprec ⋟\curlyeqsucc
⋎\curlyvee ⋏\curlywedge ⊰\prec ∲\oint ∯\oiint ∰\oiiint
"""

SYMBOLS: dict[str, str] = {entry[0]: entry[1:] for entry in _TABLE.split() if len(entry) > 1}
"""Character -> LaTeX, without surrounding blanks."""
SYMBOLS.update(
    {"%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$", "_": r"\_", "{": r"\{", "}": r"\}", "\\": r"\backslash", "~": r"\sim"}
)

INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u2060\u2061\u2062\u2063\u2064\ufeff\u00ad"))
"""For str.translate: characters that show nothing (invisible times, function application, joiners)."""

FUNCTIONS = frozenset(
    [
        "arccos",
        "arcsin",
        "arctan",
        "arg",
        "cos",
        "cosh",
        "cot",
        "coth",
        "csc",
        "deg",
        "det",
        "dim",
        "exp",
        "gcd",
        "hom",
        "inf",
        "ker",
        "lg",
        "lim",
        "liminf",
        "limsup",
        "ln",
        "log",
        "max",
        "min",
        "Pr",
        "sec",
        "sin",
        "sinh",
        "sup",
        "tan",
        "tanh",
    ]
)
LIMIT_OPERATORS = frozenset(
    [
        r"\lim",
        r"\max",
        r"\min",
        r"\sup",
        r"\inf",
        r"\limsup",
        r"\liminf",
        r"\det",
        r"\gcd",
        r"\Pr",
        r"\sum",
        r"\prod",
        r"\coprod",
        r"\int",
        r"\iint",
        r"\iiint",
        r"\oint",
        r"\bigcup",
        r"\bigcap",
        r"\bigoplus",
        r"\bigotimes",
        r"\bigodot",
        r"\bigwedge",
        r"\bigvee",
        r"\bigsqcup",
        r"\biguplus",
    ]
)
"""Operators that carry limits below and above."""
RELATIONS = frozenset(
    [
        "=",
        "<",
        ">",
        ":=",
        "=:",
        "\\leq",
        "\\leqslant",
        "\\geq",
        "\\geqslant",
        "\\neq",
        "\\approx",
        "\\equiv",
        "\\cong",
        "\\simeq",
        "\\sim",
        "\\propto",
        "\\in",
        "\\notin",
        "\\ni",
        "\\subset",
        "\\subseteq",
        "\\subsetneq",
        "\\supset",
        "\\supseteq",
        "\\rightarrow",
        "\\leftarrow",
        "\\leftrightarrow",
        "\\Rightarrow",
        "\\Leftarrow",
        "\\Leftrightarrow",
        "\\mapsto",
        "\\longrightarrow",
        "\\longmapsto",
        "\\hookrightarrow",
        "\\mid",
        "\\prec",
        "\\succ",
        "\\preceq",
        "\\succeq",
        "\\ll",
        "\\gg",
        "\\vdash",
        "\\models",
        "\\to",
        "\\iff",
    ]
)
BINARY = frozenset(
    [
        "+",
        "-",
        "\\pm",
        "\\mp",
        "\\times",
        "\\div",
        "\\cdot",
        "\\cup",
        "\\cap",
        "\\setminus",
        "\\wedge",
        "\\vee",
        "\\oplus",
        "\\otimes",
        "\\circ",
    ]
)

_ALPHABETS = (
    # name prefix in Unicode, LaTeX command
    ("BOLD ITALIC", "boldsymbol"), ("BOLD SCRIPT", "mathcal"), ("BOLD FRAKTUR", "mathfrak"), ("SANS-SERIF BOLD ITALIC", "mathsf"),
    ("SANS-SERIF BOLD", "mathsf"), ("SANS-SERIF ITALIC", "mathsf"), ("SANS-SERIF", "mathsf"), ("DOUBLE-STRUCK", "mathbb"),
    ("MONOSPACE", "mathtt"), ("SCRIPT", "mathcal"), ("FRAKTUR", "mathfrak"), ("BOLD", "mathbf"), ("ITALIC", ""),
)  # fmt: skip


def _alphabets() -> dict[str, tuple[str, str]]:
    """Mathematical alphanumeric symbol -> (plain character, LaTeX alphabet command or "")."""
    table = {}
    for code in range(0x1D400, 0x1D800):
        name = unicodedata.name(chr(code), "").removeprefix("MATHEMATICAL ")
        # One step only: 𝜗 is an italic ϑ, which NFKC would go on to make a θ.
        plain = chr(int(unicodedata.decomposition(chr(code)).rpartition(" ")[2] or f"{code:X}", 16))
        command = next((command for prefix, command in _ALPHABETS if name.startswith(prefix)), None)
        if command is not None:
            table[chr(code)] = (plain, "boldsymbol" if command == "mathbf" and not plain.isascii() else command)
    for char, latex in SYMBOLS.items():  # the letters of these alphabets that Unicode had before: ℝ, ℋ
        if match := re.fullmatch(r"\\(math[a-z]+)\{([A-Za-z])\}", latex):
            table[char] = (match[2], match[1])
    return table


ALPHABETS = _alphabets()


def latex_of(char: str) -> str:
    """One character as LaTeX."""
    known = SYMBOLS.get(char)
    if known is not None:
        return known
    if char in ALPHABETS:
        plain, command = ALPHABETS[char]
        return f"\\{command}{{{SYMBOLS.get(plain, plain)}}}" if command else SYMBOLS.get(plain, plain)
    if char in _RAISED or char in _LOWERED:
        return _scripts_to_latex(char)
    return _FRACTIONS.get(char, char)


def join(tokens: list[str]) -> str:
    """Pieces of LaTeX one after the other, with a blank where a command would run into a letter."""
    parts: list[str] = []
    for token in tokens:
        if not token:
            continue
        if parts and (token[0].isalpha() or token[0] == "*") and _ends_in_command(parts[-1]):
            parts.append(" ")
        parts.append(token)
    return "".join(parts)


def _ends_in_command(token: str) -> bool:
    index = len(token)
    while index and token[index - 1].isascii() and token[index - 1].isalpha():
        index -= 1
    return index < len(token) and index > 0 and token[index - 1] == "\\" and not (index > 1 and token[index - 2] == "\\")


def text_to_latex(text: str) -> str:
    """A run of Unicode mathematics (no markup) as LaTeX."""
    text = text.translate(INVISIBLE)
    if text.isascii():
        return join([latex_of(char) for char in text])
    return join(
        [_scripts_to_latex(run) if run[0] in _RAISED or run[0] in _LOWERED else latex_of(run) for run in _RUN.findall(text)]
    )


_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ", "0123456789+-=()ni", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₙₘᵢⱼₖ", "0123456789+-=()aeoxnmijk", strict=True))
_RUN = re.compile(f"[{''.join(_RAISED)}]+|[{''.join(_LOWERED)}]+|.", re.DOTALL)
_FRACTIONS = {
    char: "\\frac{{{}}}{{{}}}".format(*unicodedata.normalize("NFKC", char).split("\u2044")) for char in "¼½¾⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
}


def _scripts_to_latex(run: str) -> str:
    """Characters that are raised or lowered in themselves: x², 10⁻⁵, aᵢⱼ."""
    mark, table = ("^", _RAISED) if run[0] in _RAISED else ("_", _LOWERED)
    return f"{mark}{{{''.join(table[char] for char in run)}}}"
