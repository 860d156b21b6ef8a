r"""The same formulas in many fonts: what a page shows is the same LaTeX, whichever glyph names and encodings it comes from.

`golden/pdf_families` has a page for each family, typeset from the .tex beside it with the engine that its first line or
benchmarks.pdf_families names (cm-dvips-ghostscript: latex, dvips -V -D600, ps2pdf). Their fonts are under LPPL, GUST or OFL
(Utopia: its own free licence) and embedded as subsets.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from extract.pdf_computer_modern import METRICS, identify
from extract.pdf_document import extract_pdf
from extract.pdf_fonts import TABLES, font_table
from extract.pdf_glyphs import FontShelf, read_page, type3_widths
from extract.pdf_symbols import canonical_name, latex_of, math_family

GOLDEN = Path(__file__).parent / "golden" / "pdf_families"
RELATIONS = r"x \leqslant y \subsetneqq z \nleqslant w \npreceq v"
GREEK = r"\epsilon + \varepsilon + \phi + \varphi + \theta + \vartheta"
ALPHABETS = r"\mathcal{A} + \mathbb{R} + \mathfrak{g}"
OPERATORS = r"\sum_{i = 1}^{n} x_{i} = \int_{0}^{1} f (x) d x + \prod_{k} y_{k}"
DELIMITERS = r"\left(\frac{a}{b} \right) + \left[\frac{c}{d} \right]"
ACCENTS = r"\hat{x} + \tilde{y} + \dot{z} + \mathring{w}"
ARROWS = r"a \rightsquigarrow b \hookrightarrow c \upharpoonright d"
RADICAL = r"\sqrt{x + 1} + \hbar + \ell"
ALL = [RELATIONS, GREEK, ALPHABETS, OPERATORS, DELIMITERS, ACCENTS, ARROWS, RADICAL]
PAGES = {
    "cm": ALL,
    "cm-type3-600": ALL,
    "cm-dvips-ghostscript": [RELATIONS, GREEK, OPERATORS, ACCENTS, ARROWS],
    "newtx": ALL,
    "fourier": ALL,
    "anttor": [RELATIONS, GREEK, OPERATORS, DELIMITERS, ACCENTS],
    "mathabx": [GREEK, OPERATORS],
    "libertinus-math-luatex": ALL[1:],
    "erewhon-math-xetex": ALL[1:],
}


@pytest.mark.parametrize("family", sorted(PAGES))
def test_a_page_gives_the_formulas_that_it_shows(family: str) -> None:
    document = extract_pdf((GOLDEN / f"{family}.pdf").read_bytes(), "")
    found = ["".join(formula.latex.split()) for formula in document.formulas]
    assert found == ["".join(latex.split()) for latex in PAGES[family]]


LIST = [
    r"\epsilon + \varepsilon + \theta + \vartheta + \pi + \varpi + \rho + \varrho + \sigma + \varsigma + \phi + \varphi",
    r"\alpha + \beta + \gamma + \xi + \omega = \Gamma + \Delta + \Omega",
    r"x \leq y \prec z \simeq u \approx v \equiv w",
    r"A \subseteq B \cup C \cap D \in E \supset F",
    r"x \lesssim y \succcurlyeq z \nmid u \ll v \neq w",
    r"x \rightarrow y \Leftrightarrow z \rightrightarrows u \hookrightarrow v \mapsto w",
    r"x \oplus y \otimes z \boxtimes u \ltimes v \pm w",
    r"\aleph + \ell + \infty + \partial + \nabla + \emptyset + \forall",
    r"\mathbb{R} + \mathbb{Z} = \mathcal{A} + \mathcal{L} = \mathfrak{g}",
    r"\hat{x} + \tilde{y} + \bar{z} + \vec{v} + \dot{u}",
    r"\sum_{i=1}^{n} x_{i} + \prod_{k} y_{k} + \bigoplus_{j} z_{j} + \int_{0}^{1} f",
    r"\left(\frac{a}{b}\right)+\left[\frac{a}{b}\right]+\left\{\frac{a}{b}\right\}+\left\langle\frac{a}{b}\right\rangle",
    r"\sqrt{x} + \sqrt[3]{\frac{a}{b}}",
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix} + \begin{bmatrix} a & b \\ c & d \end{bmatrix}",
    r"\begin{pmatrix} a \\ b \\ c \\ d \\ e \\ f \end{pmatrix}",
]
"""What golden/pdf_families/formulas.tex typesets."""
DRAWN_THE_SAME = {"eulervm": {r"\varrho": r"\rho", r"\varsigma": r"\sigma", r"\leq": r"\leqslant"}}
"""What a family draws with the glyph of another command."""


@pytest.mark.parametrize("family", ["asana-math-luatex", "eulervm", "kp-math-xetex", "mnsymbol", "stix-two-math-luatex"])
def test_a_list_comes_back_from_codes_names_and_numbers(family: str) -> None:
    """Asana: glyph numbers; KpMath: private codes; MnSymbol: names of its own; a delimiter of each kind, and one from pieces."""
    document = extract_pdf((GOLDEN / f"{family}.pdf").read_bytes(), "")
    same = DRAWN_THE_SAME.get(family, {})
    expected = [re.sub(r"\\[A-Za-z]+", lambda command: same.get(command[0], command[0]), latex) for latex in LIST]
    assert ["".join(formula.latex.split()) for formula in document.formulas] == ["".join(latex.split()) for latex in expected]


def test_calligraphic_and_greek_of_times() -> None:
    """mathptmx: Adobe's Symbol has one epsilon, and its \\mathcal is the font of \\mathscr elsewhere."""
    document = extract_pdf((GOLDEN / "mathptmx.pdf").read_bytes(), "")
    assert [formula.latex for formula in document.formulas][:3] == [
        RELATIONS,
        GREEK.replace(r"\varepsilon", r"\epsilon"),
        ALPHABETS.replace("mathcal", "mathscr"),
    ]


@pytest.mark.parametrize(
    ("text", "name", "font", "expected"),
    [
        ("≾", "precedesorequal", "MSBM10", r"\precapprox"),
        ("≾", "precedesorequal", "MSAM10", r"\precsim"),
        ("≾", "precedesorequal", "txsyb", r"\succapprox"),
        ("⇒", "dblarrowright", "MSAM10", r"\rightrightarrows"),
        ("⇔", "dblarrowleft", "HFBRAS10", r"\leftleftarrows"),
        ("♢", "diamond", "CMSY10", r"\diamondsuit"),
        ("♢", "diamond", "MSAM10", r"\lozenge"),
        ("★", "uni2605", "NewTXMI", r"\star"),
        ("★", "", "STIXTwoMath-Regular", r"\bigstar"),
        ("", "uniE22D", "STIXMathCalligraphy-Regular", r"\mathcal{A}"),
        ("", "uniE010.nu", "STIXTwoMath", r"\nleqslant"),
        ("", "Rbbb", "MathDesign-CH-Regular-MathDesignSymbolA-10", r"\mathbb{R}"),
        ("m", "m", "txmia", r"\mathfrak{m}"),
        ("", "a", "TeX-matha10", r"\ominus"),
        ("ϵ", "epsilon.alt", "AntykwaTorunska-Italic", r"\epsilon"),
        ("𝜖", "", "LatinModernMath-Regular", r"\epsilon"),
        ("𝜀", "", "LatinModernMath-Regular", r"\varepsilon"),
        ("𝚺", "", "LatinModernMath-Regular", r"\boldsymbol{\Sigma}"),
        ("⩽\u0338", "unheardof", "MSBM10", r"\not\leqslant"),
    ],
)
def test_names_mean_what_their_font_says(text: str, name: str, font: str, expected: str) -> None:
    assert latex_of(text, name, math_family(font), font) == expected


def test_variants_of_a_name() -> None:
    assert canonical_name("hatwidest") == canonical_name("hat4") == "hatwide"
    assert canonical_name("parenleftbig7") == "parenleftbig"
    assert canonical_name("epsilon1") == "epsilon1"


def test_two_subsets_of_one_name_on_a_page_are_told_apart_by_their_glyphs() -> None:
    """A figure brings its own subset of a font; MuPDF gives both the same name, and their glyphs other numbers."""
    pymupdf = pytest.importorskip("pymupdf")

    def symbols(document: Any) -> Counter[tuple[str, str]]:
        glyphs = read_page(document[0], FontShelf(document, pymupdf.mupdf)).glyphs
        return Counter((glyph.face.name, glyph.name) for glyph in glyphs if glyph.face.family and glyph.name)

    with pymupdf.open(GOLDEN / "cm.pdf") as first, pymupdf.open(GOLDEN / "mathptmx.pdf") as second, pymupdf.open() as both:
        page = both.new_page(width=2 * first[0].rect.width, height=first[0].rect.height)
        for number, part in enumerate((first, second)):
            page.show_pdf_page(first[0].rect + (number * first[0].rect.width, 0) * 2, part)
        assert symbols(both) == symbols(first) + symbols(second)
        assert {name for name, _ in symbols(first)} & {name for name, _ in symbols(second)} >= {"CMEX10", "MSBM10"}


def test_bitmaps_are_named_by_their_widths() -> None:
    pymupdf = pytest.importorskip("pymupdf")
    with pymupdf.open(GOLDEN / "cm-type3-600.pdf") as document:
        xrefs = [font[0] for font in document[0].get_fonts() if font[2] == "Type3"]
        named = {identify(type3_widths(document, xref))[0] for xref in xrefs}
    assert {"CMR10", "CMMI10", "CMMI7", "CMSY10", "CMEX10", "MSAM10", "MSBM10"} <= named


@pytest.mark.parametrize("name", ["CMR17", "CMBX12", "CMMI5", "CMSY7", "MSAM10", "MSBM7", "EUFM10", "CMSS10", "ECRM1000"])
def test_every_size_is_known_by_its_own_widths(name: str) -> None:
    found, factor = identify({code: metric.width for code, metric in METRICS[name].items() if code % 2})
    assert found == name
    assert factor == pytest.approx(1.0)


def test_a_stroke_and_an_l_are_one_letter() -> None:
    """OT1 has no ł: plain TeX draws the stroke, then the letter."""
    text = extract_pdf((GOLDEN / "cm-stroke.pdf").read_bytes(), "").text
    assert "Paweł Łukasik lives in Łódź" in text


def test_a_single_glyph_is_named_by_the_font_that_has_exactly_its_width() -> None:
    """The index of a root is often the only glyph of its size: CMR5's three, which CMSY9's owner is within 1 % as wide as."""
    assert identify({51: 0.68078})[0] == "CMR5"
    assert identify({51: 0.6852})[0] == "CMSY9"


def test_tables_are_complete_and_apart() -> None:
    assert all(latex and not latex.isspace() for table in TABLES for latex in table.names.values())
    for table in (table for table in TABLES if table.private and table.role):
        assert set(table.private.values()) >= set("()[]{}⟨⟩⌊⌋⌈⌉|√∑∏∫⋃⋂⨁⨂⏞⏟\u0302\u0303"), table.fonts
    assert font_table("Helvetica").role == font_table("SFRM1000").role == font_table("TimesNewRomanPSMT").role == ""
