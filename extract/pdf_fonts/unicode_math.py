r"""OpenType mathematics fonts, whose glyphs Unicode identifies, and what some of them hide in private areas.

Sizes and pieces of large glyphs have no Unicode of their own; XeTeX and LuaTeX mostly write that of the base. KpMath, Erewhon,
XCharter, Concrete and Euler instead give them codes of the private use area, which reach the PDF.
Source: the MATH tables (variants and assemblies) and GSUB substitutions of those fonts (TeX Live 2022), read with fontTools.
"""

from __future__ import annotations

from extract.pdf_fonts.table import FontTable


def _private(text: str) -> dict[int, str]:
    """`character=code,code,...` as code -> character."""
    rows = (row.split("=") for row in text.split())
    return {int(code, 16): character for character, codes in rows for code in codes.split(",")}


_SIZES = _private("""
    (=E300,E321,E323,E325,E327,E329 )=E301,E322,E324,E326,E328,E32A /=E391,E393,E395,E397 0=E022,E0C0,E0E0 1=E0C1,E0CB,E0E1
    2=E0C2,E0E2 3=E0C3,E0E3 4=E0C4,E0E4 5=E0C5,E0E5 6=E0C6,E0E6 7=E0C7,E0E7 8=E0C8,E0E8 9=E0C9,E0E9
    [=E306,E341,E343,E345,E347 \\=E392,E394,E396,E398 ]=E307,E342,E344,E346,E348 {=E30C,E331,E333,E335,E337,E339
    |=E3D1,E3D2,E3D3 }=E30D,E332,E334,E336,E338,E33A \u0302=E520,E521,E522,E523,E524,E525,E526,E527
    \u0303=E530,E531,E532,E533,E534,E535,E536,E537 \u0305=E50E,E50F \u0306=E500,E501,E502,E503,E504,E505,E506,E507
    \u030c=E510,E511,E512,E513,E514,E515,E516,E517 ‖=E3E1,E3E2,E3E3,E3E9
    \u20d6=E5A0,E5A7,E5A8,E5A9 \u20d7=E5A4,E5A5,E5A6 ℏ=E078 ℰ=E07D
    ⅀=E1D4 ↑=E3B9,E3BA ↓=E3B8 ⇑=E3C9,E3CA ⇓=E3C8 ∂=E030 ∅=E021 ∏=E1E3 ∐=E1F3 ∑=E1D3 √=E3A1,E3A2,E3A3,E3A4 ∣=E0A2 ∤=E0A4
    ∥=E090,E0A3,E3E4 ∦=E091,E0A5 ∫=E103,E143 ∬=E109,E149 ∭=E10B,E14B ∮=E104,E144 ∯=E10A,E14A ∰=E10C,E14C ∲=E107,E147 ≰=E0A8
    ≱=E0A9 ⊊=E0AC ⊋=E0AD ⊓=E22A ⋀=E253 ⋁=E243 ⋂=E233 ⋃=E223 ⋚=E094 ⋛=E095 ⌈=E381,E383,E385,E387 ⌉=E382,E384,E386,E388
    ⌊=E371,E373,E375,E377 ⌋=E372,E374,E376,E378 ⎢=E38A,E38E ⎣=E37C ⎥=E38B,E38F ⎦=E37D ⏐=E3D4,E3D9
    ⏞=E570,E571,E572,E573,E574,E575,E576,E577 ⏟=E578,E579,E57A,E57B,E57C,E57D,E57E,E57F ⟦=E351,E353,E355,E357
    ⟧=E352,E354,E356,E358 ⟨=E361,E363,E365,E367,E369,E36B,E36D ⟩=E362,E364,E366,E368,E36A,E36C,E36E
    ⟪=E311,E313,E315,E317,E319,E31B,E31D ⟫=E312,E314,E316,E318,E31A,E31C,E31E ⨀=E2A3 ⨁=E293 ⨂=E283 ⨄=E22F ⨆=E22B ⪋=E096
    ⪌=E097 ⫋=E09C ⫌=E09D 𝐢=E046 𝐣=E047 𝒊=E066 𝒋=E067 𝒬=E07E 𝒯=E07F 𝓔=E06D 𝓠=E06E 𝓣=E06F 𝖄=E01E 𝖅=E01F 𝖉=E018 𝖋=E019,E01A
    𝖌=E01B 𝖐=E01C 𝖙=E01D 𝛛=E040 𝜕=E070 𝝏=E060 𝟎=E023,E0D0,E0F0 𝟏=E0D1,E0DB,E0F1 𝟐=E0D2,E0F2 𝟑=E0D3,E0F3 𝟒=E0D4,E0F4
    𝟓=E0D5,E0F5 𝟔=E0D6,E0F6 𝟕=E0D7,E0F7 𝟖=E0D8,E0F8 𝟗=E0D9,E0F9
""")
"""Erewhon, XCharter, Concrete, Euler; codes from U+E800 (letters drawn for scripts) differ from font to font and are left out."""
_KP_SIZES = _SIZES | _private("""
    ℂ=E723 ℋ=E7E8 ℍ=E728 ℐ=E7E9 ℑ=E7FE ℒ=E7EC ℕ=E72E ℙ=E730 ℚ=E731 ℛ=E7F2 ℜ=E7FF ℝ=E732 ℤ=E73A ℬ=E7E2 ℰ=E7E5 ℱ=E7E6 ℳ=E7ED
    ⅀=E134 ∏=E143 ∐=E153 ∑=E133 ∫=E123 ∬=E127,E470 ∭=E129,E472 ∮=E124 ∯=E128,E478 ∰=E12A,E47A ∲=E115 ⏐=E3D2 𝒜=E7E1 𝒞=E7E3
    𝒟=E7E4 𝒢=E7E7 𝒥=E7EA 𝒦=E7EB 𝒩=E7EE 𝒪=E7EF 𝒫=E7F0 𝒬=E7F1 𝒮=E7F3 𝒯=E7F4 𝒰=E7F5 𝒱=E7F6 𝒲=E7F7 𝒳=E7F8 𝒴=E7F9 𝒵=E7FA 𝓐=E701
    𝓑=E702 𝓒=E703 𝓓=E704 𝓔=E705 𝓕=E706 𝓖=E707 𝓗=E708 𝓘=E709 𝓙=E70A 𝓛=E70C 𝓜=E70D 𝓝=E70E 𝓞=E70F 𝓟=E710 𝓠=E711 𝓡=E712 𝓢=E713
    𝓣=E714 𝓤=E715 𝓥=E716 𝓦=E717 𝓧=E718 𝓨=E719 𝓩=E71A 𝔸=E721 𝔹=E722 𝔻=E724 𝔼=E725 𝔽=E726 𝔾=E727 𝕀=E729 𝕁=E72A 𝕂=E72B 𝕃=E72C
    𝕄=E72D 𝕆=E72F 𝕊=E733 𝕋=E734 𝕌=E735 𝕍=E736 𝕎=E737 𝕏=E738 𝕐=E739 𝜀=E7B5 𝟢=E0E0 𝟣=E0E1 𝟤=E0E2 𝟥=E0E3 𝟦=E0E4 𝟧=E0E5 𝟨=E0E6
    𝟩=E0E7 𝟪=E0E8 𝟫=E0E9 𝟬=E0F0 𝟭=E0F1 𝟮=E0F2 𝟯=E0F3 𝟰=E0F4 𝟱=E0F5 𝟲=E0F6 𝟳=E0F7 𝟴=E0F8 𝟵=E0F9 𝟶=E100 𝟷=E101 𝟸=E102 𝟹=E103
    𝟺=E104 𝟻=E105 𝟼=E106 𝟽=E107 𝟾=E108 𝟿=E109
""")

TABLES = (
    FontTable(r"KpMath", "unicode", private=_KP_SIZES),
    FontTable(r"Erewhon-?Math|XCharter-?Math|Concrete-?Math|Euler-?Math", "unicode", private=_SIZES),
    FontTable(
        r"MathJax|LatinModernMath|STIXTwoMath|Libertinus-?Math|XITSMath|STIXMath|TeXGyre\w+Math|Cambria-?Math|Asana-?Math|FiraMath"
        r"|GFSNeohellenicMath|Garamond-?Math|NewCMMath|NotoSansMath"
        r"|LeteSansMath|NewComputerModernMath|TeXGyre\w+-?Math|DejaVuMath|Lato-?Math|RMathematics|OldStandard-?Math",
        "unicode",
    ),
)
