"""Glyphs with places in, LaTeX out: each case is set the way TeX sets it."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.pdf_atoms import Unsure
from extract.pdf_computer_modern import METRICS, identify
from extract.pdf_document import extract_pdf
from extract.pdf_glyphs import Face, FontShelf, Glyph, Rule, _ink, read_page
from extract.pdf_math import rebuild
from extract.pdf_symbols import latex_of, math_family

GOLDEN = Path(__file__).parent / "golden" / "pdf"
ROMAN = Face("CMR10", False, False, False, "")
ITALIC = Face("CMMI10", False, False, True, "letters")
SYMBOLS = Face("CMSY10", False, False, False, "symbols")
EXTENSION = Face("CMEX10", False, False, False, "extension")


def put(
    text: str, x: float, y: float = 100.0, *, size: float = 10.0, face: Face = ITALIC, name: str = "", width: float = 0.0
) -> Glyph:
    glyph = Glyph(text, name, x, x + (width or 0.5 * size), y, size, face)
    glyph.top, glyph.bottom = _ink(glyph)
    return glyph


def latex(*glyphs: Glyph, rules: tuple[Rule, ...] = (), rows: bool = False) -> str:
    return rebuild(glyphs, rules, rows=rows).latex


def test_scripts() -> None:
    assert latex(put("x", 0), put("2", 5, 96, size=7, face=ROMAN)) == "x^{2}"
    assert latex(put("x", 0), put("i", 5, 101.5, size=7)) == "x_{i}"
    assert latex(put("x", 0), put("2", 5, 96, size=7, face=ROMAN), put("i", 5, 102.5, size=7)) == "x_{i}^{2}"
    assert latex(put("x", 0), put("n", 5, 101.5, size=7), put("k", 8.5, 103, size=5)) == "x_{n_{k}}"
    assert latex(put("f", 0), put("′", 5, 96, size=7, face=SYMBOLS)) == "f'"


def test_fraction_from_its_rule() -> None:
    glyphs = [put("a", 2, 93), put("b", 1, 107), put("+", 6, 107, face=ROMAN), put("1", 11, 107, face=ROMAN)]
    assert latex(*glyphs, rules=(Rule(0, 17, 97.5, 0.4),)) == r"\frac{a}{b + 1}"


def test_radical_from_its_glyph_and_rule() -> None:
    glyphs = [put("√", 0, 92, face=SYMBOLS, width=8.3), put("x", 8.5), put("+", 16, face=ROMAN), put("1", 24, face=ROMAN)]
    assert latex(*glyphs, rules=(Rule(8.3, 30, 91.8, 0.4),)) == r"\sqrt{x + 1}"


def test_limits_of_a_sum() -> None:
    sum_sign = put("", 2, 90.5, face=EXTENSION, name="summationdisplay", width=14)
    below = [put("i", 1, 111, size=7), put("=", 5, 111, size=7, face=ROMAN), put("1", 11, 111, size=7, face=ROMAN)]
    above = [put("n", 7, 87, size=7)]
    assert latex(*above, sum_sign, *below, put("i", 19)) == r"\sum_{i = 1}^{n} i"


def test_matrix_between_large_delimiters() -> None:
    left = put("", 0, 86, face=EXTENSION, name="parenleftBigg", width=7)
    right = put("", 42, 86, face=EXTENSION, name="parenrightBigg", width=7)
    cells = [put("a", 10, 94), put("b", 30, 94), put("c", 10, 106), put("d", 30, 106)]
    assert latex(left, *cells, right) == r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}"


def test_rows_become_aligned() -> None:
    first = [put("x", 0), put("=", 8, face=ROMAN), put("1", 16, face=ROMAN)]
    second = [put("y", 0, 118), put("=", 8, 118, face=ROMAN), put("2", 16, 118, face=ROMAN)]
    assert latex(*first, *second, rows=True) == r"\begin{aligned} x = 1 \\ y = 2 \end{aligned}"
    with pytest.raises(Unsure):
        latex(*first, *second)


def test_names_of_functions_and_words() -> None:
    sin = [put(letter, 5 * i, face=ROMAN) for i, letter in enumerate("sin")]
    assert latex(*sin, put("x", 17)) == r"\sin x"


def test_an_unknown_glyph_is_never_guessed() -> None:
    with pytest.raises(Unsure):
        latex(put("x", 0), put("", 6, face=EXTENSION, name="g47"))


@pytest.mark.parametrize(
    ("text", "name", "font", "expected"),
    [
        ("ε", "epsilon1", "CMMI10", r"\epsilon"),
        ("ε", "epsilon", "CMMI10", r"\varepsilon"),
        ("A", "A", "CMSY10", r"\mathcal{A}"),
        ("R", "R", "MSBM10", r"\mathbb{R}"),
        ("g", "g", "EUFM10", r"\mathfrak{g}"),
        ("𝐱", "", "STIXTwoMath-Regular", r"\mathbf{x}"),
        ("ℝ", "", "LatinModernMath-Regular", r"\mathbb{R}"),
        ("", "Lcal", "MathDesign-CH-Regular-Sy", r"\mathcal{L}"),
        ("", "summationtext.1", "txexs", r"\sum"),
        ("", "g12", "txexs", None),
    ],
)
def test_identity_of_glyphs(text: str, name: str, font: str, expected: str | None) -> None:
    assert latex_of(text, name, math_family(font), font) == expected


def test_text_fonts_are_not_mathematics() -> None:
    assert not any(
        math_family(name) for name in ("CMR10", "SFRM1200", "URWPalladioL-Roma", "LMRoman10-Regular", "Helvetica", "CMTT10")
    )


@pytest.mark.parametrize("name", ["CMR10", "CMMI10", "CMSY10", "CMEX10", "CMTI10", "CMTT10"])
@pytest.mark.parametrize("factor", [1.0, 1.14])
def test_bitmap_fonts_are_identified_by_their_widths(name: str, factor: float) -> None:
    widths = {code: factor * metric.width for code, metric in METRICS[name].items() if code % 3 == 1}
    assert identify(widths)[0] == name
    assert identify(widths)[1] == pytest.approx(factor)


def test_widths_of_another_font_identify_nothing() -> None:
    helvetica = {97: 0.556, 98: 0.556, 99: 0.5, 105: 0.222, 109: 0.833, 119: 0.722, 77: 0.833, 73: 0.278}
    assert identify(helvetica) == ("", 1.0)
    assert identify({}) == ("", 1.0)


def test_limits_go_to_the_nearest_operator() -> None:
    lim = [put(letter, 4 * i, face=ROMAN, width=4) for i, letter in enumerate("lim")]
    under_lim = [
        put("n", -1, 107, size=7),
        put("→", 3, 107, size=7, face=SYMBOLS, width=7),
        put("0", 10, 107, size=7, face=ROMAN),
    ]
    sum_sign = put("", 15, 90.5, face=EXTENSION, name="summationdisplay", width=14)
    under_sum = [put("i", 18, 111, size=7), put("=", 21, 111, size=7, face=ROMAN), put("1", 25, 111, size=7, face=ROMAN)]
    assert latex(*lim, *under_lim, sum_sign, *under_sum, put("i", 32)) == r"\lim_{n \rightarrow 0} \sum_{i = 1} i"


def test_labels_over_relations_and_arrows() -> None:
    assert latex(put("x", 0), put("=", 8, face=ROMAN, width=8), put("d", 10.5, 92, size=7, width=3), put("y", 18)) == (
        r"x \stackrel{d}{=} y"
    )


def test_names_and_ink_come_from_the_embedded_font_program() -> None:
    pymupdf = pytest.importorskip("pymupdf")
    with pymupdf.open(GOLDEN / "mhequ-example.pdf") as document:
        ink = read_page(document[0], FontShelf(document, pymupdf.mupdf))
    plus = next(glyph for glyph in ink.glyphs if glyph.text == "+")
    pi = next(glyph for glyph in ink.glyphs if glyph.name == "pi")
    assert plus.y - plus.top == pytest.approx(0.583 * plus.size, abs=0.01)
    assert plus.bottom - plus.y == pytest.approx(0.083 * plus.size, abs=0.01)
    assert (pi.text, pi.face.name) == ("π", "CMMI7")


def test_bars_of_successive_rows_are_not_pieces_of_one() -> None:
    rows = [
        glyph
        for y in (100.0, 112.0)
        for glyph in (put("|", 0, y, face=SYMBOLS, width=3), put("x", 3, y), put("|", 8, y, face=SYMBOLS, width=3))
    ]
    assert latex(*rows, rows=True) == r"\begin{aligned} | x | \\ | x | \end{aligned}"


def test_binomial_coefficients_and_small_matrices() -> None:
    left, right = (
        put("", x, 90.9, face=EXTENSION, name=f"paren{side}big", width=4.6) for x, side in ((0, "left"), (10.4, "right"))
    )
    binomial = [put("n", 5, 95, size=7), put("k", 5, 103, size=7)]
    assert latex(put("x", -8), left, *binomial, right) == r"x \binom{n}{k}"


FORMULAS = (
    r"f : (a, b) \rightarrow \mathbb{R}",
    r"i_{x}: X \rightarrow Y",
    r"x_{n} := \lim_{n \rightarrow \infty} a_{n}",
    r"[\mathbf{C}: \mathbf{R}] = 2",
    r"X = \bigcup_{i \in I} X_{i}",
    r"R^{1} f_{*} \mathbf{G}_{m}",
    r"\text{Hilb}_{X / S}^{d}",
    r"\vec{g} = M^{-1} \vec{f}",
    r"G(z) = \frac{z}{1 - G(z)}",
    r"k!",
    r"V_{B} = k_{B} T \ln P",
    r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}",
    r"x \notin C",
    r"A \cong B",
    r"\sum_{k = 1}^{n} k^{3}",
    r"\underbrace{a + b + c}_{n} + \overbrace{x + y}^{m}",
    r"\sqrt{\frac{\frac{a}{b}}{\frac{c}{d}}} + \widehat{x + y} + \overrightarrow{A B}",
    r"A \xrightarrow{f} B \xleftarrow{g} C",
    r"f(x) = \begin{cases} 1 & x > 0 \\ 2 & x = 0 \\ 3 & x = 1 \\ 4 & x = 2 \\ 5 & x < 0 \end{cases}",
    r"\left\lfloor \begin{matrix} a \\ b \\ c \\ d \\ e \\ f \\ g \end{matrix} \right\rfloor + \iint x",
    r"M = \begin{pmatrix} a_{1} & \cdots & a_{n} \\ \vdots & \ddots & \vdots \\ z_{1} & \cdots & z_{n} \end{pmatrix}",
    r"e^{\sum y} + \lim_{x \rightarrow 0} \lim_{y \rightarrow 0} f = \overline{\int_{a}^{b}} f",
)
"""What golden/pdf/formulas.tex sets, in its order."""


def test_constructs_that_tex_sets() -> None:
    document = extract_pdf((GOLDEN / "formulas.pdf").read_bytes(), "")
    assert tuple(formula.latex for formula in document.formulas) == FORMULAS
    assert r"$V_{B} = k_{B} T \ln P$ follows. The matrix" in document.text  # lines that tall formulas push apart
