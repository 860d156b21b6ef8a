"""A page and the formulas it must yield, one row per notation."""

# ruff: noqa: E501 (markup reads better unbroken)

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

import extract
from corpus.markup import spans
from extract.html_asciimath import asciimath_to_latex
from extract.html_delimiters import clean_tex, find_tex, read_delimiters
from extract.html_glyphs_katex import katex_to_mathml
from extract.html_glyphs_mathjax import mathjax_to_mathml
from extract.html_macros import configured_macros, expand, take_definitions
from extract.html_mathml import to_latex
from extract.html_tree import parse
from extract.html_xhtml import as_html

MATHJAX2 = '<script src="https://cdn.example/mathjax/2.7.7/MathJax.js?config=TeX-AMS_CHTML"></script>'
DOLLARS = '<script>MathJax = {tex: {inlineMath: [["$", "$"], ["\\\\(", "\\\\)"]]}};</script>'
HASHES = '<script type="text/x-mathjax-config">MathJax.Hub.Config({tex2jax: {inlineMath: [["##","##"]]}});</script>'
KATEX_RENDER = "<script onload=\"renderMathInElement(document.body,{delimiters:[{left:'@@',right:'@@',display:true}]})\" src=\"katex/auto-render.min.js\"></script>"
MATHML = '<math xmlns="http://www.w3.org/1998/Math/MathML">{}</math>'

NOTATIONS = {
    "tex_script": ('<script type="math/tex">x^2</script>', ["x^2"]),
    "tex_script_display": ('<script type="math/tex; mode=display">x^2</script>', ["$$x^2"]),
    "tex_script_cdata": ('<script type="math/tex">% <![CDATA[\na<b %]]></script>', ["a<b"]),
    "rendered_beside_its_script": (
        '<span class="MathJax_Preview">x</span><span class="MathJax"><nobr>x</nobr></span><script type="math/tex">x</script>',
        ["x"],
    ),
    "mathml_script": ('<script type="math/mml"><math><msup><mi>x</mi><mn>2</mn></msup></math></script>', ["x^{2}"]),
    "assistive_mathml": (
        '<mjx-container class="MathJax" display="true"><mjx-math>?</mjx-math><mjx-assistive-mml><math><mi>y</mi></math>'
        "</mjx-assistive-mml></mjx-container>",
        ["$$y"],
    ),
    "katex": (
        '<span class="katex"><span class="katex-mathml"><math><semantics><mi>x</mi><annotation encoding="application/x-tex">\\bar x'
        '</annotation></semantics></math></span><span class="katex-html" aria-hidden="true">x̄</span></span>',
        ["\\bar x"],
    ),
    "alttext": ('<math alttext="\\mathbb{R}"><mi>R</mi></math>', ["\\mathbb{R}"]),
    "prefixed": ("<m:math><m:mfrac><m:mn>1</m:mn><m:mi>n</m:mi></m:mfrac></m:math>", ["\\frac{1}{n}"]),
    "wikipedia": (
        '<span class="mwe-math-element"><span style="display: none;"><math alttext="{\\displaystyle E=mc^{2}}"><mi>E</mi></math></span>'
        '<img class="mwe-math-fallback-image-display" alt="E"></span>',
        ["$$E=mc^{2}"],
    ),
    "stack_exchange": ('<span class="math-container">$a_n$</span>', ["a_n"]),
    "sphinx": ('<div class="math notranslate">\\[a = b\\]</div>', ["$$a = b"]),
    "discourse": ('<span class="math">\\mathcal O_K</span>', ["\\mathcal O_K"]),
    "data_attribute": ('<span data-latex="\\frac12">½</span>', ["\\frac12"]),
    "wiris": ('<img class="Wirisformula" data-mathml="«math»«mi»a«/mi»«mo»§#x2208;«/mo»«mi»k«/mi»«/math»">', ["a \\in k"]),
    "quill": ('<span class="ql-formula" data-value="X_0"><span class="katex">X0</span></span>', ["X_0"]),
    "wordpress": ('<img src="https://s0.wp.com/latex.php?latex=%5Cpi%5E2&bg=ffffff" alt="" class="latex">', ["\\pi^2"]),
    "codecogs": ('<img src="https://latex.codecogs.com/gif.latex?\\inline&space;v%20%5Cin%20V" alt="">', ["v \\in V"]),
    "google_chart": ('<img src="https://chart.googleapis.com/chart?cht=tx&amp;chl=S%20%5Csubseteq%20M">', ["S \\subseteq M"]),
    "canvas": ('<img class="equation_image" src="/equation_images/f%255Ccolon" alt="LaTeX: f\\colon X">', ["f\\colon"]),
    "doxygen": ('<img class="formulaInl" alt="$F(0) \\neq 0$" src="form_1.png">', ["F(0) \\neq 0"]),
    "sphinx_image": ('<img class="math" src="_images/math/ab.png" alt="d(x,y) = |x-y|">', ["d(x,y) = |x-y|"]),
    "parentheses": ("\\(x_1\\) and \\[y\\]", ["x_1"]),
    "engine_brackets": (MATHJAX2 + "so \\[y\\]", ["$$y"]),
    "declared_dollars": (DOLLARS + "let $n$ be", ["n"]),
    "declared_hashes": (HASHES + "let ##n## be", ["n"]),
    "katex_auto_render": (KATEX_RENDER + "let @@n@@ be", ["$$n"]),
    "undeclared_dollars": ("let $\\alpha_1$ be", ["\\alpha_1"]),
    "environment": ("so \\begin{align}a&=b\\\\c&=d\\end{align}", ["$$\\begin{align}a&=b\\\\c&=d\\end{align}"]),
    "across_line_breaks": ("$$a<br>+ b_1$$", ["$$a\n+ b_1"]),
    "underscores_made_emphasis": ("\\(a<em>1 + b</em>1\\)", ["a_1 + b_1"]),
    "plain_html": ("<i>f</i>(<i>e</i><sub><i>α</i></sub>) = ℚ<sup>×</sup>", ["f(e_{\\alpha}) = \\mathbb{Q}^{\\times}"]),
    "plain_html_label": ("(<i>V</i><sub>max</sub>, 10<sup>−9</sup>)", ["(V_{\\max}, 10^{-9})"]),
    "plain_html_nested": ("<em>x<sub>1</sub></em>, <em>γ̃</em><sub>2</sub>", ["x_{1}, \\tilde{\\gamma}_{2}"]),
    "plain_html_operator": ("mult<sub><i>p</i></sub>(<i>f</i>)", ["\\operatorname{mult}_{p}(f)"]),
    "texhtml": ("<span class='texhtml'>E = mc<sup>2</sup></span> of <span class='texhtml mvar'>x</span>", ["E = mc^{2}", "x"]),
    "chemistry": ("H<sub>2</sub>O, Fe<sup>3+</sup>, <sup>14</sup>C and 5 m<sup>2</sup> of I<sup>2</sup>C", []),
    "ordinals_and_notes": (
        "1<sup>st</sup> <i>n</i><sup>th</sup> <i>Note</i><sup>1</sup> 12<sup><i>a</i></sup> 2010<sup>2</sup>",
        [],
    ),
    "prices": ("costs $5 per month and $12 a year", []),
    "declared_dollars_and_prices": (DOLLARS + "costs $5 per month and the plan $12 a year", []),
    "shell_variables": ("Set $HOME and $PATH first", []),
    "markdown_brackets": ("see \\[12\\] and \\[edit\\]", []),
    "find_and_sed": ("find \\( -name '*.c' -o -size +1k \\) and sed 's/\\(a\\|b\\)/x/' and \\(\"x\"\\)", []),
    "forum_group": ("<span style='display:none'>$\\begingroup$</span>so \\(x_1\\)<span>$\\endgroup$</span>", ["x_1"]),
    "dollars_in_code": ("<pre>echo $a_1 $b_1</pre> or <code>$x^2$</code>", []),
}


@pytest.mark.parametrize("name", NOTATIONS)
def test_notation(name: str) -> None:
    markup, expected = NOTATIONS[name]
    document = extract.html(f"<p>Before {markup} after.</p>".encode(), "https://example.org/")
    assert [("$$" if formula.display else "") + formula.latex for formula in document.formulas] == expected
    written = [span.body.strip() for span in spans(document.text) if span.kind in ("display", "inline")]
    assert written == [" ".join(latex.split()) if not latex.startswith("$$") else latex[2:] for latex in expected]
    assert document.text.startswith("Before")
    assert document.text.rstrip().endswith("after.")


PRESENTATION = {
    "<mo>(</mo><mfrac linethickness='0'><mi>n</mi><mi>k</mi></mfrac><mo>)</mo>": "\\binom{n}{k}",
    "<mo>{</mo><mtable><mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr></mtable>": "\\begin{cases} a & b \\end{cases}",
    "<mo>[</mo><mtable><mtr><mtd><mn>1</mn></mtd></mtr><mtr><mtd><mn>2</mn></mtd></mtr></mtable><mo>]</mo>": "\\begin{bmatrix} 1 \\\\ 2 \\end{bmatrix}",
    "<mover accent='true'><mi>x</mi><mo stretchy='false'>~</mo></mover>": "\\tilde{x}",
    "<mover><mrow><mi>a</mi><mi>b</mi></mrow><mo>¯</mo></mover>": "\\overline{ab}",
    "<mi mathvariant='double-struck'>E</mi><mi mathvariant='script'>O</mi>": "\\mathbb{E}\\mathcal{O}",
    "<mi>𝔼</mi><mi>𝒪</mi><mi>𝑥</mi>": "\\mathbb{E}\\mathcal{O}x",
    "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><mi>i</mi>": "\\sum_{i = 1}^{n}i",
    "<munder><mi>lim</mi><mi>x</mi></munder>": "\\lim_{x}",
    "<mmultiscripts><mi>C</mi><mprescripts/><mn>6</mn><mn>12</mn></mmultiscripts>": "{}_{6}^{12}C",
    "<mo>(</mo><mfrac><mi>a</mi><mi>b</mi></mfrac><mo>)</mo>": "\\left(\\frac{a}{b}\\right)",
    "<msup><mi>f</mi><mo>′</mo></msup><mi>sin</mi><mi>x</mi>": "f'\\sin x",
    "<mroot><mi>x</mi><mn>3</mn></mroot><mo>&lt;</mo><mtext>if odd</mtext>": "\\sqrt[3]{x} < \\text{if odd}",
    "<mfenced open='|' close='|'><mi>x</mi></mfenced>": "|x|",
    "<mi>x</mi><mo>⁢</mo><mi>y</mi><mo>−</mo><mi>α</mi>": "xy - \\alpha",
}


CONTENT = {
    "<apply><divide></divide><apply><plus></plus><ci>a</ci><cn>1</cn></apply><ci>b</ci></apply>": "\\frac{a + 1}{b}",
    "<apply><minus/><ci>x</ci><apply><plus/><ci>y</ci><cn>3</cn></apply></apply>": "x - (y + 3)",
    "<apply><sum/><bvar><ci>i</ci></bvar><lowlimit><cn>1</cn></lowlimit><uplimit><ci>n</ci></uplimit><ci>i</ci></apply>": "\\sum_{i = 1}^{n} i",
    "<apply><diff/><bvar><ci>x</ci></bvar><apply><ci>f</ci><ci>x</ci></apply></apply>": "\\frac{d}{dx} f(x)",
    "<piecewise><piece><ci>x</ci><apply><gt/><ci>x</ci><cn>0</cn></apply></piece><otherwise><cn>0</cn></otherwise></piecewise>": (
        "\\begin{cases} x & x > 0 \\\\ 0 & \\text{otherwise} \\end{cases}"
    ),
    "<apply><in/><ci>x</ci><interval closure='open'><cn>0</cn><infinity/></interval></apply>": "x \\in (0, \\infty)",
    "<apply><root/><degree><cn>3</cn></degree><ci><msub><mi>x</mi><mn>1</mn></msub></ci></apply>": "\\sqrt[3]{x_{1}}",
    "<apply><divide/></apply>": "\\operatorname{divide}()",
    "<apply><not></not>" * 200 + "<ci>p</ci>": "\\neg (" * 39 + "\\neg p" + ")" * 39,
}


@pytest.mark.parametrize("markup", CONTENT)
def test_content_mathml(markup: str) -> None:
    math = parse(MATHML.format(markup)).root.find("math")
    assert math is not None
    assert to_latex(math) == CONTENT[markup]


@pytest.mark.parametrize("markup", PRESENTATION)
def test_presentation_mathml(markup: str) -> None:
    math = parse(MATHML.format(markup)).root.find("math")
    assert math is not None
    assert to_latex(math) == PRESENTATION[markup]


@pytest.mark.parametrize(
    ("latex", "clean"),
    [
        ("$x$", "x"),
        ("\\[ x \\]", "x"),
        ("{\\displaystyle x}", "x"),
        ("a\n\n\nb", "a\nb"),
        ("\\text{if $n$ is even}", "\\text{if }n\\text{ is even}"),
        ("$a$ and $b$", "a and b"),
        ("\\$5", "\\$5"),
    ],
)
def test_clean_tex(latex: str, clean: str) -> None:
    assert clean_tex(latex) == clean


def test_closing_delimiter_inside_braces_does_not_end_the_formula() -> None:
    found = find_tex("$$\\text{all of $$ S $$ here} = 1$$", read_delimiters([]))
    assert [span.latex for span in found] == ["\\text{all of $$ S $$ here} = 1"]


def test_asciimath_where_the_page_asks_for_it() -> None:
    page = '<script src="MathJax.js?config=TeX-MML-AM_CHTML"></script><p>Let `sqrt(x)/2` be.</p>'
    assert [formula.latex for formula in extract.html(page.encode(), "").formulas] == ["\\frac{\\sqrt{x}}{2}"]
    assert not extract.html(b"<p>Run `sqrt(x)/2` now.</p>", "").formulas


@pytest.mark.parametrize(
    ("source", "latex"),
    [
        ("sum_(i=1)^n i^3", "\\sum_{i = 1}^{n} i^{3}"),
        ("[[a,b],[c,d]]", "\\begin{bmatrix} a & b \\\\ c & d \\end{bmatrix}"),
        ("x in RR", "x \\in \\mathbb{R}"),
        ("((((", "(((("),
    ],
)
def test_asciimath(source: str, latex: str) -> None:
    assert asciimath_to_latex(source) == latex


@pytest.mark.parametrize(
    ("source", "latex"),
    [
        ("x={-b±√{b^2-4ac}}/{2a}", "x = \\frac{-b\\pm\\sqrt{b^{2}-4ac}}{2a}"),
        ("∑↙{i=0}↖n i", "\\sum_{i = 0}^{n}i"),
        ('(\\table 1,2; \\bo v,"if")', "\\begin{pmatrix} 1 & 2 \\\\ \\mathbf{v} & \\text{if} \\end{pmatrix}"),
        ("(\\table 1,2", "\\begin{pmatrix} 1 & 2 \\end{pmatrix}"),
        ("sin x/y", "\\sin\\frac{x}{y}"),
    ],
)
def test_jqmath(source: str, latex: str) -> None:
    page = f'<script src="jqmath-0.4.6.min.js"></script><p>So $${source}$$ is.</p>'
    assert [formula.latex for formula in extract.html(page.encode(), "").formulas] == [latex]


def test_neighbouring_formulas_and_prose_dollars_stay_apart() -> None:
    text = extract.html(b"<p>Pay $3 or $4 for \\(a\\)\\(b\\), not <code>$c</code>.</p>", "").text
    assert [span.body for span in spans(text) if span.kind == "inline"] == ["a", "b"]
    assert "$a$ $b$" in text
    assert "\\$3 or \\$4" in text


def test_a_digit_after_a_formula_does_not_undo_it() -> None:
    text = extract.html(b"<p>So \\(a\\)2 holds.</p>", "").text
    assert [span.body for span in spans(text)] == ["a"]


XHTML = (
    '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1 plus MathML 2.0//EN" "math.dtd" [\n'
    "<!-- ]> --><!ENTITY mathml \"http://www.w3.org/1998/Math/MathML\">\n<!ENTITY who 'R &amp; D'>\n]>\n"
    '<html><head><title>T</title></head><body><p>By &who;: <a name="one"/>let <math xmlns="&mathml;"><mi>f</mi><mspace/></math> be.</p>'
    '<script src="a.js"/><p>Line<br/>end &undeclared;</p></body></html>'
)


def test_xhtml_with_an_internal_subset_and_closed_elements() -> None:
    assert extract.html(XHTML.encode(), "").text == "By R & D: let $f$ be.\n\nLine\nend &undeclared;\n"
    assert as_html("<p>a<a/>b</p>") == "<p>a<a/>b</p>"
    assert as_html("<?xml version='1.0'?><!DOCTYPE html [ <!ENTITY a").endswith("[ <!ENTITY a")


def drawn_formulas() -> list[dict[str, Any]]:
    """Formulas as KaTeX 0.16 and MathJax 3.2 draw them, and the LaTeX that is read back."""
    with gzip.open(Path(__file__).parent / "golden" / "glyphs" / "drawn.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.mark.parametrize("output", ["katex", "chtml", "svg", "chtml2"])
def test_formulas_are_read_back_from_what_was_drawn(output: str) -> None:
    read = katex_to_mathml if output == "katex" else mathjax_to_mathml
    for row in drawn_formulas():
        if output not in row:  # MathJax 2 does not know all of the commands
            continue
        math = read(parse(row[output]["html"]).root)
        assert math is not None
        assert to_latex(math) == row[output]["latex"], row["tex"]


def test_a_drawing_without_its_source_is_one_formula_of_the_page() -> None:
    for output in ("katex", "chtml", "svg"):
        html = next(row for row in drawn_formulas() if row["tex"].startswith(r"\sqrt[n]"))[output]["html"]
        document = extract.html(f"<p>We have {html} here.</p>".encode(), "")
        assert document.text == "We have $\\sqrt[n]{\\frac{a}{b}} + \\sqrt{1 + \\sqrt{1 + x}}$ here.\n"


def test_macros_of_the_page_are_expanded() -> None:
    page = (
        "<script>MathJax = {tex: {macros: {RR: '\\\\mathbb{R}', norm: [\"\\\\|#1\\\\|\", 1]}}};</script>"
        "<div>\\(\\newcommand{\\ip}[2]{\\langle #1, #2\\rangle}\\)</div><p>Let \\(\\norm{x} = \\ip x{\\RR}\\) and \\(\\RR a\\) be.</p>"
    )
    document = extract.html(page.encode(), "")
    assert [formula.latex for formula in document.formulas] == ["\\|x\\| = \\langle x, \\mathbb{R}\\rangle", "\\mathbb{R} a"]
    assert document.text.startswith("Let $")


@pytest.mark.parametrize(
    ("definitions", "latex", "expanded"),
    [
        (r"\newcommand{\a}[2][y]{#1_{#2}}", r"\a{1} \a[z]2", r"y_{1} z_{2}"),
        (r"\def\v#1{\mathbf#1}", r"\v x + \v{yz}", r"\mathbf x + \mathbf yz"),
        (r"\DeclareMathOperator*{\am}{arg\,max}", r"\am_x", r"\operatorname*{arg\,max}_x"),
        (r"\let\eps\varepsilon", r"\eps x \\eps", r"\varepsilon x \\eps"),
        (r"\newcommand{\a}{\a\a}", r"\a", r"\a"),
        (r"\newcommand{\b}[1]{#1", r"\b x", r"\b x"),
    ],
)
def test_macros(definitions: str, latex: str, expanded: str) -> None:
    macros = configured_macros([])
    rest = take_definitions(f"{definitions} {latex}", macros)
    assert expand(latex, macros) == expanded
    assert rest.endswith(latex)


def test_macros_of_a_script() -> None:
    script = """katex.render(x, {macros: {"\\\\RR": "\\\\mathbb{R}", '\\\\f': '#1f(#2)', bf: ["{\\\\bf #1}", 1, "a"]}})"""
    macros = configured_macros([script])
    assert {name: (macro.body, macro.num_arguments, macro.default) for name, macro in macros.items()} == {
        "RR": ("\\mathbb{R}", 0, None),
        "f": ("#1f(#2)", 2, None),
        "bf": ("{\\bf #1}", 1, "a"),
    }


@pytest.mark.parametrize(
    "markup",
    [
        "<mjx-container><mjx-math>" + "<mjx-mmultiscripts><mjx-prescripts>" * 60,
        '<span class="katex"><span class="katex-html">' + '<span class="mfrac"><span class="vlist"><span style="top:-1em">' * 60,
        "<math>" + "<mtable><mtr><mtd>" * 60 + "<mi>x</mi>",
        "<math>" + "<apply><divide></divide>" * 150 + "<ci>x</ci>",
        "<math>" + "<msub><mi>x</mi><mtable><mtr>" * 50 + "<mi>x</mi>",
        "\\(\\newcommand{\\a}{\\a\\a}" + "\\a" * 3000 + "\\)",
        "<i>x" + "<sub><i>x</i>" * 170,
    ],
)
def test_nested_formulas_are_read_once(markup: str) -> None:
    """Reading a part twice doubles the time at every level: sixty levels would not end."""
    assert extract.html(f"<p>before {markup}".encode(), "").text.startswith("before")
