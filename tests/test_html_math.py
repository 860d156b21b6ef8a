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
    "plain_html_genitive": ("<i>D</i><sub>1</sub>'s and <em>D<sub>2</sub>'s</em>", ["D_{1}", "D_{2}"]),
    "plain_html_signs": ("<i>n</i> >= <i>k</i><sub>1</sub>", ["n >= k_{1}"]),
    "texhtml_argument": (
        "<b class='texhtml'>erf(arg) < 1</b>, <b class='texhtml'>arg z</b>",
        ["erf(\\mathit{arg}) < 1", "\\arg z"],
    ),
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


ASCIIDOCTOR = (
    '<script type="text/x-mathjax-config">MathJax.Hub.Config({tex2jax: {inlineMath: [["\\\\(", "\\\\)"]], ignoreClass: "nostem|nolatexmath"},'
    'asciimath2jax: {delimiters: [["\\\\$", "\\\\$"]]}})</script>'
)
NBSPHINX = (
    '<script>window.MathJax = {"tex": {"inlineMath": [["$", "$"]]}, "options": {"ignoreHtmlClass": "tex2jax_ignore|document", '
    '"processHtmlClass": "math|output_area"}}</script>'
)
MATHJAX4 = "<script>MathJax = {tex: {inlineMath: {'[+]': [['$', '$']]}}}</script>"
SPRINGER = "<tex-math>\\documentclass[12pt]{minimal}\\usepackage{amsmath}\\begin{document}$$x^2$$\\end{document}</tex-math>"
LAZY = '<img src="data:," data-src="https://s0.wp.com/latex.php?latex=x%5E2" class="latex">'

VARIANTS: dict[str, tuple[str, list[str]]] = {
    "asciidoctor": (ASCIIDOCTOR + r"so \$sqrt(x)/2\$ and \(y\), but `a` not `b`", [r"\frac{\sqrt{x}}{2}", "y"]),
    "ignored_class": (ASCIIDOCTOR + r'<span class="nostem">so \(y\)</span>', []),
    "processed_class": (NBSPHINX + '<span class="document">$x$ <span class="output_area">$n$</span></span>', ["n"]),
    "mathjax4_config": (MATHJAX4 + "let $n$ be", ["n"]),
    "forum_tags": (r"so [tex]x^2[/tex] and [latex]\alpha[/latex] and [itex]n[/itex]", ["x^2", r"\alpha", "n"]),
    "wordpress_shortcode": (r"so $latex n$ and $latex \alpha&s=2$", ["n", r"\alpha"]),
    "abstract": (r"H$_2$O, 10$^{-5}$, 5$\sigma$, $\sim$10 M$_\odot$", ["_2", "^{-5}", r"\sigma", r"\sim", r"_\odot"]),
    "single_letters": ('the $k$th and $n$-th ($m$), "$p$", 设$x_1$为', ["k", "n", "m", "p", "x_1"]),
    "believed_after_three": (r"\(x_1\), \(x_2\), \(x_3\), \(2\), \(x, y\)", ["x_1", "x_2", "x_3", "2", "x, y"]),
    "undeclared": (r"\(f(x)=y\), \(\{0,1\}\), \( x + y \), $$ f'(x) = 3 $$", ["f(x)=y", r"\{0,1\}", "x + y", "$$f'(x) = 3"]),
    "half_open_interval": (r"so \[ x \in ]0,1[ \] and \[a \\[4pt] b_1\]", [r"$$x \in ]0,1[", r"$$a \\[4pt] b_1"]),
    "nested_environment": (
        r"so \begin{cases}a\\\begin{cases}b\end{cases}\end{cases}",
        [r"$$\begin{cases}a\\\begin{cases}b\end{cases}\end{cases}"],
    ),
    "publisher_document": (SPRINGER, ["$$x^2"]),
    "gitlab": ('<code class="code math js-render-math" data-math-style="display">x^2</code>', ["$$x^2"]),
    "markdown_math_code": ('<code class="language-math math-inline">x</code>', ["x"]),
    "gladtex": ('<eq env="math">x^2</eq>', ["x^2"]),
    "katex_error": ('<span class="katex-error" title="ParseError">\\foo{x}</span>', [r"\foo{x}"]),
    "lazy_image": (f"{LAZY}<noscript>{LAZY.replace('data-src', 'src')}</noscript>", ["x^2"]),
    "copy_for_screen_readers": (
        '<img class="equation_image" data-equation-content="x^2"><span class="hidden-readable"><math><mi>x</mi></math></span>',
        ["x^2"],
    ),
    "mathjax4_source": (
        '<mjx-container><mjx-math data-latex="\\frac12"><mjx-mfrac></mjx-mfrac></mjx-math></mjx-container>',
        [r"\frac12"],
    ),
    "mathjax4_source_of_a_part": (
        '<mjx-container><mjx-math><mjx-mi data-latex="x"><mjx-c class="mjx-c1D465 TEX-I"></mjx-c></mjx-mi><mjx-mo><mjx-c class="mjx-c2B">'
        '</mjx-c></mjx-mo><mjx-mn><mjx-c class="mjx-c31"></mjx-c></mjx-mn></mjx-math></mjx-container>',
        ["x + 1"],
    ),
    "mathjax4_assistive": ('<math data-latex="\\tfrac12"><mfrac><mn>1</mn><mn>2</mn></mfrac></math>', [r"\tfrac12"]),
    "raw_math_element": ("<math>x^2</math>", ["x^2"]),
    "tex4ht": ('<span class="cmmi-10">x</span><sub><span class="cmr-7">1</span></sub>', ["x_{1}"]),
    "hevea": ('<span style="font-style:italic">x</span><sup>2</sup>', ["x^{2}"]),
    "plus_in_an_address": (
        r'<img src="/mimetex.cgi?\pi+c"><img src="/mimetex.cgi?m=%20(x+2)"><img src="/mathtex.cgi?%5Cpi+%2B+1">',
        [r"\pi+c", "m= (x+2)", r"\pi + 1"],
    ),
    "short_alternative_text": ('<img class="math" alt="AB" src="_images/math/a.png"> <img class="tex" alt="∀x">', ["AB", "∀x"]),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_variant(name: str) -> None:
    markup, expected = VARIANTS[name]
    formulas = extract.html(f"<p>Before {markup} after.</p>".encode(), "").formulas
    assert [("$$" if formula.display else "") + formula.latex for formula in formulas] == expected


def test_math_blocks_of_markdown() -> None:
    page = b'<p>So</p><pre><code class="language-math">a^2 = b\n</code></pre><p>holds.</p>'
    assert extract.html(page, "").text == "So\n\n$$a^2 = b$$\n\nholds.\n"


NO_MATHEMATICS = {
    "price_ranges": "It costs $5-$10 a month, or $50–$100 a year; $5/month,$50/year; $1,000+$2,000",
    "currencies": "US$ 5 = A$ 7 and NZ$ 8, C$5-C$10, R$5, HK$9; $5=€4,$6=€5",
    "price_levels": "$$ - $$$ • Italian; $$-$$$ and $$ = $10-$15, $$$ = $15-30",
    "tickers": "$F-$T, $X+$Y, $AAPL/$MSFT, $T,$F",
    "artists": "A$AP Rocky and Ke$ha, $uicideboy$, Ca$h_1 Mone$",
    "shell": "Set $HOME/bin:$PATH or ${HOME}_1/${USER} and $1_$2; kill -9 $$ ; echo $$",
    "php": "$a=$b_1; $first_name,$last_name, $_GET['a'].$_POST['b']; $i=0;$i<10;$i++; $a . $b_1 . $c; \"$a$b$c\"; $x_1=$y_1;",
    "perl": "s/^\\s+|\\s+$//g; s/\\s+$// and sort{$a<=>$b}@x",
    "awk_and_make": "{print $1_$2} $NF==$1 and $0~/^a_1$/; $(CC) -o $@ $^ $(LDFLAGS), $(SRC_1:.c=.o) $< $*",
    "assembly": "mov $0x10,%eax; addl $4,$sp; li $t0,$t1_2",
    "spreadsheet": "=$A$1+$B$2 and $A1:$B_2 and SUM($A$1:$A$9), $B$2",
    "jquery": "$$('.x').length = 5; $$('.y') and $('#a').hide(); $('#b_1').show(); $.ajax(); $(this)",
    "templates": "Hello ${user.first_name}, ${a}_${b} costs $${amount} or $${total}; {{ $t('a_b') }} and {{ $t('c_d') }} $emit(x)$",
    "regular_expressions": "/^a$|^b$/ and ^\\d{3}$|^\\w+$ and (foo|bar)$|x^2$; \\(\\d+\\), \\(foo-bar\\), \\([a-z]+\\)",
    "basic_regular_expressions": "\\(a\\|b\\|c\\) and \\(^a\\|b$\\)",
    "escaped_brackets": "\\[see the docs - all\\](x) \\[2+ years\\] \\[+\\] \\[0-9\\] \\[a-zA-Z0-9_\\] \\[TODO: fix=this\\] \\[x\\]",
    "escaped_parentheses": "\\(see below, x=5 there\\) and \\(1\\) or \\(e.g. the-thing\\)",
    "windows_paths": "C:\\(x86)\\foo and D:\\(x86)\\bar\\) or C:\\[temp]\\a\\] or \\\\server\\(share)\\x\\)",
    "talk_about_delimiters": "Use \\( and \\) or \\[ and \\], $ and $, $$ and $$; \\begin{document} and \\end{document}",
    "pictures": '<img class="math" alt="Mathematics logo"><img class="tex" alt="logo"><img src="form_12.png" alt="Form 12">',
    "labels": '<b class="latex">LaTeX</b> <a class="math">Mathematics</a> <b class="equation">Equation 3</b> <formula>Some long prose</formula>',
    "logos": '<b class="tex">T<sub>E</sub>X</b> <b class="texhtml">L<sup>A</sup>T<sub>E</sub>X</b>',
    "attributes": '<b data-formula="=SUM(A1:B2)">1</b> <b data-expr="user.name">J</b> <b data-equation="none">u</b> <b data-tex="Texas Instruments">T</b>',
    "offsets_in_a_script": "<script>katex = 1; move({left:'10px', right:'20px'})</script>Move 10px and then 20px or 10px.",
    "placed_letters": '<span class="MathJax"><span class="math"><span class="mi">x</span><span class="mn">2</span></span></span>',
    "erlang": "[$\\r,$\\n] and <<$a/utf8,$b/utf8>>, lists:member($\\s, X), $a,$_",
    "variables_of_a_build": '${LANGUAGE}_FLAGS_${TYPE} and $GIT_COMMON_DIR is set and "$GIT_DIR_1" is not',
    "names_of_files": '<img class="formula" src="img/form_12.png" alt="form_12">',
    "scripts": "CO<sub>2</sub> m<sup>3</sup> <i>E. coli</i><sup>1</sup> Smith<sup>a</sup>, <i>Jones</i><sup>b</sup> x<sup>TM</sup>",
}


@pytest.mark.parametrize("name", NO_MATHEMATICS)
def test_pages_without_mathematics_have_no_formulas(name: str) -> None:
    assert not extract.html(f"<h1>Title</h1><p>{NO_MATHEMATICS[name]} and more prose.</p>".encode(), "").formulas


@pytest.mark.parametrize(
    "prose", ["costs $5-$10 or $12/month and $20 a year", "US$ 5 and A$ 10", "Set $HOME and $PATH", "$$ - $$$"]
)
def test_prices_where_the_page_declares_the_dollar(prose: str) -> None:
    document = extract.html(f"{DOLLARS}<p>It {prose}, but $x$ is.</p>".encode(), "")
    assert [formula.latex for formula in document.formulas] == ["x"]


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
    "<mstyle mathvariant='bold'><mn>2</mn><mo>+</mo><mi>x</mi></mstyle>": "\\mathbf{2 + x}",
    "<mmultiscripts><mi>R</mi><mi>i</mi><none/><none/><mi>j</mi></mmultiscripts>": "R_{i}{}^{j}",
    "<mmultiscripts><mi>F</mi><mn>3</mn><none/><mprescripts/><mn>2</mn><none/></mmultiscripts>": "{}_{2}F_{3}",
    "<munder><munder><mi>a</mi><mo>⏟</mo></munder><mi>n</mi></munder>": "\\underbrace{a}_{n}",
    "<mi>x</mi><mo>≢</mo><mi>y</mi><mo>⟦</mo><mi>z</mi><mo>⟧</mo>": "x\\not\\equiv y\\llbracket z\\rrbracket",
    "<mn>½</mn><mi>x</mi><mo>²</mo><mtext>if </mtext><mn>10⁻⁵</mn>": "\\frac{1}{2}x^{2}\\text{if }10^{-5}",
    "<menclose notation='updiagonalstrike downdiagonalstrike'><mi>x</mi></menclose>": "\\xcancel{x}",
    "<menclose notation='actuarial'><mi>n</mi></menclose>": "\\enclose{actuarial}{n}",
    "<maction actiontype='toggle' selection='2'><mi>a</mi><mi>b</mi></maction>": "b",
    "<mi>x</mi><mspace width='thickmathspace'/><mi>y</mi>": "x\\; y",
    "<mglyph alt='sign'/><semantics><mi>x</mi><annotation encoding='StarMath 5.0'>y</annotation></semantics>": "\\text{sign}x",
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
    "<apply><plus/><ci>a</ci><apply><minus/><ci>b</ci></apply><cn>-3</cn></apply>": "a - b - 3",
    "<apply><power/><cn>-3</cn><cn>2</cn></apply>": "(-3)^{2}",
    "<apply><power/><apply><sin/><ci>x</ci></apply><cn>2</cn></apply>": "\\sin^{2}(x)",
    "<apply><apply><inverse/><sin/></apply><ci>x</ci></apply>": "\\sin^{-1}(x)",
    "<apply><csymbol cd='arith1'>plus</csymbol><ci>a</ci><ci>b</ci></apply>": "a + b",
    "<apply><partialdiff/><bvar><ci>x</ci></bvar><bvar><ci>y</ci></bvar><ci>f</ci></apply>": "\\frac{\\partial^{2}}{\\partial x \\partial y} f",
    "<set><bvar><ci>x</ci></bvar><condition><apply><gt/><ci>x</ci><cn>0</cn></apply></condition><ci>x</ci></set>": "\\{x \\mid x > 0\\}",
    "<apply><forall/><bvar><ci>x</ci></bvar><condition><apply><in/><ci>x</ci><reals/></apply></condition><ci>p</ci></apply>": (
        "\\forall x \\in \\mathbb{R} : p"
    ),
    "<apply><max/><bvar><ci>x</ci></bvar><ci>y</ci></apply>": "\\max_{x} y",
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


def test_nested_brackets_of_asciimath_are_read_once() -> None:
    assert asciimath_to_latex("((a),(" * 40 + "x").count("a") == 40


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
        ("f(x)/g(x)", "\\frac{f (x)}{g (x)}"),
        ("x^-1 sin^2 x/2", "x^{-1} \\frac{\\sin^{2} x}{2}"),
        ("|[a,b],[c,d]| <= |x|", "\\begin{vmatrix} a & b \\\\ c & d \\end{vmatrix} \\leq | x |"),
        ("{(x, if x ge 0),(y, text(or so)):}", "\\begin{cases} x & \\text{ if } x \\geq 0 \\\\ y & \\text{or so} \\end{cases}"),
        ('bb"x" != color(red)(y) a mod b', "\\mathbf{x} \\neq (y) a \\bmod b"),
        ("lfloor x rfloor f''(x)", "\\lfloor x \\rfloor f'' (x)"),
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
        ("n!/k! + √^3 x", "\\frac{n!}{k!}+\\sqrt[3]{x}"),
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
        (r"\let\old\vec\renewcommand{\vec}[1]{\old{\mathbf{#1}}}", r"\vec{x}", r"\vec{\mathbf{x}}"),
        (
            r"\DeclarePairedDelimiter{\n}{\lVert}{\rVert}",
            r"\n{x}\n*{y}\n[\big]z",
            r"\lVert x \rVert\lVert y \rVert\lVert z \rVert",
        ),
        (r"\renewcommand{\equiv}{\mathrel{\rule{1pt}{1pt}}}", r"a \equiv b", r"a \equiv b"),
        (r"\newcommand{\a}{\a\a}", r"\a", r"\a"),
        (r"\newcommand{\b}[1]{#1", r"\b x", r"\b x"),
    ],
)
def test_macros(definitions: str, latex: str, expanded: str) -> None:
    macros = configured_macros([])
    rest = take_definitions(f"{definitions} {latex}", macros)
    assert expand(latex, macros) == expanded
    assert rest.endswith(latex)


def test_macros_in_template_strings_with_comments() -> None:
    macros = configured_macros(
        ["const macros = {RR: `\\\\mathbb{R}`, // don't }\n N: '\\\\mathbb{N}'}; MathJax = {tex: {macros}}"]
    )
    assert {name: macro.body for name, macro in macros.items()} == {"RR": "\\mathbb{R}", "N": "\\mathbb{N}"}


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
