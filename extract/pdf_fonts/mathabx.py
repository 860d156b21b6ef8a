r"""mathabx: Type 1 fonts whose glyphs carry the names of T1's letters, whatever they show (`a` is \\ominus).

Source: mathabx.sty against the fonts matha10, mathb10 and mathx10, symbol by symbol as typeset; delimiters and
their sizes from mathabx.dcl and the chains of mathx10.tfm
(python -m benchmarks.pdf_families --names).
"""

from __future__ import annotations

from extract.pdf_fonts.table import FontTable, pairs

_MATHA = pairs(r"""
    grave=+ acute=- breve=\pm macron=\mp circumflex=\times tilde=\div ring=* guilsinglleft=\star hungarumlaut=\circ
    quotesinglbase=\bullet dieresis=\cdot X=\cap Y=\cup Z=\uplus bracketleft=\sqcap backslash=\sqcup underscore=\vee
    asciicircum=\wedge z=\setminus ogonek=\diamond quoteleft=\oplus b=\otimes m=\oslash d=\odot colon=\dagger
    semicolon=\ddagger greater=\amalg dotaccent=\ltimes cedilla=\rtimes N=\curlywedge O=\curlyvee f=\circledast e=\circledcirc
    quotedblleft== abreve=< aogonek=> exclam=\ll Abreve=\subset Dcaron=\subseteq P=\in dollar=\vdash quotedbl=\gg
    Aogonek=\supset Ecaron=\supseteq Q=\ni percent=\dashv quotedblright=\equiv quotedblbase=\sim guillemotright=\simeq
    emdash=\asymp guillemotleft=\approx endash=\cong perthousand=\neq R=\notin nine=\propto ohungarumlaut=\leqq
    uhungarumlaut=\eqslantless Agrave=\lesssim AE=\lessapprox Igrave=\lessdot Icircumflex=\lll zcaron=\lessgtr ij=\lesseqgtr
    questiondown=\lesseqqgtr Ncaron=\subseteqq Tcaron=\Subset IJ=\trianglelefteq parenleft=\vDash racute=\geqq
    uring=\eqslantgtr Aacute=\gtrsim Ccedilla=\gtrapprox Iacute=\gtrdot Idieresis=\ggg zdotaccent=\gtrless
    exclamdown=\gtreqless sterling=\gtreqqless Eng=\supseteqq Tcedilla=\Supset Idotaccent=\trianglerighteq comma=\Vdash
    cacute=\nless rcaron=\nleqq ncaron=\lneq scaron=\lneqq Adieresis=\lnsim Ecircumflex=\lnapprox dotlessj=\nsim
    ampersand=\nvdash asterisk=\nvDash Zcaron=\ntriangleleft dcroat=\ntrianglelefteq Eogonek=\nsubseteq Lacute=\subsetneq
    Rcaron=\subsetneqq ccaron=\ngtr sacute=\ngeqq eng=\gneq scedilla=\gneqq Aring=\gnsim Edieresis=\gnapprox period=\nVdash
    Zdotaccent=\ntriangleright section=\ntrianglerighteq Gbreve=\nsupseteq Lcaron=\supsetneq Sacute=\supsetneqq
    dotlessi=\not\equiv Cacute=\not\subset S=\not\ni Eth=\leftarrow eth=\Leftarrow Ntilde=\rightarrow ntilde=\Rightarrow
    Oslash=\leftrightarrow ocircumflex=\Leftrightarrow agrave=\leftharpoonup acircumflex=\leftharpoondown
    eacute=\rightleftharpoons aacute=\rightharpoonup atilde=\rightharpoondown Ograve=\uparrow ograve=\Uparrow
    Oacute=\downarrow oacute=\Downarrow Ugrave=\updownarrow otilde=\Updownarrow Otilde=\nearrow OE=\searrow Odieresis=\swarrow
    Ocircumflex=\nwarrow egrave=\leftrightharpoons adieresis=\upharpoonleft aring=\downharpoonleft ae=\upharpoonright
    ccedilla=\downharpoonright Uacute=\nleftarrow Ucircumflex=\nrightarrow odieresis=\nLeftarrow oe=\nRightarrow
    Udieresis=\nleftrightarrow oslash=\nLeftrightarrow H=\emptyset J=\top at=\forall D=\exists E=\nexists visualspace=\neg
    five=\flat six=\natural seven=\sharp B=\partial eight=\infty F=\Finv G=\Game A=\complement
    Ydieresis=\triangleleft Zacute=\triangleright a=\ominus dcaron=\leq ecaron=\geq K=\perp eogonek=\nleq gbreve=\ngeq
    p=( q=) r=[ s=] t=\{ u=\} v=\llbracket w=\rrbracket x=\langle y=\rangle braceleft=/ bar=| braceright=\|
    fl=\ncong ff=\not\approx one=' two='' Yacute=- ugrave== Thorn=\mapstochar zero=^\circ Lslash=\varsubsetneq
    Nacute=\varsupsetneq Ohungarumlaut=\nsubseteqq Racute=\nsupseteqq Scaron=\varsubsetneqq Scedilla=\varsupsetneqq
    tcaron=\lvertneqq tcedilla=\gvertneqq
""")
_MATHB = pairs(r"""
    grave=\dotplus backslash=\Cap bracketright=\Cup X=\barwedge Y=\veebar Z=\doublebarwedge a=\boxminus b=\boxtimes d=\boxdot
    quoteleft=\boxplus cedilla=\divideontimes dollar=\leftthreetimes percent=\rightthreetimes abreve=\prec lacute=\preceq
    Abreve=\sqsubset Dcaron=\sqsubseteq aogonek=\succ lcaron=\succeq Aogonek=\sqsupset Ecaron=\sqsupseteq quoteright=\bowtie
    exclam=\smile quotedbl=\frown quotedblbase=\doteqdot guillemotleft=\risingdotseq guillemotright=\fallingdotseq
    dcaron=\preccurlyeq uhungarumlaut=\curlyeqprec Agrave=\precsim AE=\precapprox comma=\Vvdash dotlessj=\circeq
    ecaron=\succcurlyeq uring=\curlyeqsucc Aacute=\succsim Ccedilla=\succapprox visualspace=\between ampersand=\pitchfork
    dcroat=\blacktriangleleft six=\therefore section=\blacktriangleright seven=\because cacute=\nprec lslash=\npreceq
    Adieresis=\precnsim Ecircumflex=\precnapprox ccaron=\nsucc nacute=\nsucceq Aring=\succnsim Edieresis=\succnapprox
    asterisk=\nVDash Eth=\leftleftarrows Ocircumflex=\leftrightarrows igrave=\looparrowleft eth=\curvearrowleft
    odieresis=\circlearrowleft egrave=\Lsh Ograve=\upuparrows uacute=\leftrightsquigarrow Ntilde=\rightrightarrows
    Otilde=\rightleftarrows iacute=\looparrowright ntilde=\curvearrowright oe=\circlearrowright eacute=\Rsh
    Oacute=\downdownarrows ugrave=\rightsquigarrow equal=\angle hungarumlaut=\square greater=\measuredangle
    question=\sphericalangle Idotaccent=\blacktriangledown guilsinglleft=\bigstar
    r=\lceil s=\rceil t=\lfloor u=\rfloor asciitilde=\thickvert quotesinglbase=\rmoustache
    endash=\coloneq emdash=\eqcolon ff=\eqcirc fi=\triangleq x=\ulcorner y=\urcorner z=\llcorner braceleft=\lrcorner
    adieresis=\diagup aring=\diagdown l=\Box p=\lgroup q=\rgroup acircumflex=\rhook atilde=\lhook
""")
_MATHX = pairs(r"""
    ydieresis=\sum zacute=\prod zcaron=\coprod zdotaccent=\int questiondown=\oint dcaron=\bigcup ccaron=\bigcap
    ecaron=\biguplus gbreve=\bigsqcup lslash=\bigvee lcaron=\bigwedge agrave=\bigoplus acircumflex=\bigotimes
    adieresis=\bigodot ij=\iint exclamdown=\iiint
    grave=( acute=( circumflex=( tilde=( dieresis=( hungarumlaut=( ring=( breve=) macron=) dotaccent=) cedilla=) ogonek=)
    quotesinglbase=) guilsinglleft=) quotedblleft=[ quotedblright=[ quotedblbase=[ guillemotleft=[ guillemotright=[
    endash=[ emdash=[ perthousand=] dotlessi=] dotlessj=] ff=] fi=] fl=] ffi=] visualspace=\{ exclam=\{ quotedbl=\{
    numbersign=\{ dollar=\{ ampersand=\{ percent=\{ quoteright=\{ parenleft=\} parenright=\} asterisk=\} plus=\} comma=\}
    period=\} hyphen=\} slash=\} zero=\llbracket one=\llbracket two=\llbracket three=\llbracket four=\llbracket
    five=\llbracket six=\llbracket eight=\rrbracket nine=\rrbracket colon=\rrbracket semicolon=\rrbracket less=\rrbracket
    equal=\rrbracket greater=\rrbracket at=\langle A=\langle B=\langle C=\langle D=\rangle E=\rangle F=\rangle G=\rangle
    H=\setminus I=\setminus J=\setminus K=\setminus L=/ M=/ N=/ O=/ caron=| guilsinglright=\| P=\lceil Q=\lceil R=\lceil
    S=\lceil T=\rceil U=\rceil V=\rceil W=\rceil X=\lfloor Y=\lfloor Z=\lfloor bracketleft=\lfloor backslash=\rfloor
    bracketright=\rfloor asciicircum=\rfloor underscore=\rfloor ffl=\thickvert seven=\lfilet question=\rfilet
    rcaron=\sum sacute=\prod scaron=\coprod scedilla=\int Scedilla=\bigcap Tcaron=\bigcup Tcedilla=\biguplus Uring=\bigsqcup
    Zacute=\bigwedge Zcaron=\bigvee Agrave=\bigoplus Acircumflex=\bigotimes Adieresis=\bigodot
""")
_ACCENTS = {"nine": "\u0307", "colon": "\u0308"}
_WIDE = {"p": "\u0302", "r": "\u0303"} | dict.fromkeys(("quoteleft", *"abcdefg"), "√")

TABLES = (
    FontTable(r"TeX-matha\d", "symbols", _MATHA, characters={"question": "√"}, unicode_is_wrong=True),
    FontTable(r"TeX-mathb\d", "symbols", _MATHB, characters=_ACCENTS, unicode_is_wrong=True),
    FontTable(r"TeX-mathx\d", "extension", _MATHX, characters=_WIDE, unicode_is_wrong=True),
    FontTable(r"TeX-math[cu]\d", "symbols", unicode_is_wrong=True),
)
