r"""The fonts of the American Mathematical Society: MSAM and MSBM, whose names txfonts and others took over, and the alphabets.

Source: the encodings of the AMS Type 1 fonts msam10 and msbm10, slot by slot against the declarations of amssymb.sty and
amsfonts.sty.
"""

from __future__ import annotations

from extract.pdf_fonts.table import FontTable, pairs

MSAM = pairs(r"""
    squaredot=\boxdot squareplus=\boxplus squaremultiply=\boxtimes square=\square squaresolid=\blacksquare
    squaresmallsolid=\centerdot diamond=\lozenge diamondsolid=\blacklozenge clockwise=\circlearrowright
    anticlockwise=\circlearrowleft harpoonleftright=\rightleftharpoons harpoonrightleft=\leftrightharpoons
    squareminus=\boxminus forces=\Vdash forcesbar=\Vvdash satisfies=\vDash dblarrowheadright=\twoheadrightarrow
    dblarrowheadleft=\twoheadleftarrow dblarrowleft=\leftleftarrows dblarrowright=\rightrightarrows dblarrowup=\upuparrows
    dblarrowdwn=\downdownarrows harpoonupright=\upharpoonright harpoondownright=\downharpoonright harpoonupleft=\upharpoonleft
    harpoondownleft=\downharpoonleft arrowtailright=\rightarrowtail arrowtailleft=\leftarrowtail
    arrowparrleftright=\leftrightarrows arrowparrrightleft=\rightleftarrows shiftleft=\Lsh shiftright=\Rsh
    squiggleright=\rightsquigarrow squiggleleftright=\leftrightsquigarrow curlyleft=\looparrowleft curlyright=\looparrowright
    circleequal=\circeq followsorequal=\succsim greaterorsimilar=\gtrsim greaterorapproxeql=\gtrapprox multimap=\multimap
    therefore=\therefore because=\because equalsdots=\doteqdot defines=\triangleq precedesorequal=\precsim
    lessorsimilar=\lesssim lessorapproxeql=\lessapprox equalorless=\eqslantless equalorgreater=\eqslantgtr
    equalorprecedes=\curlyeqprec equalorfollows=\curlyeqsucc precedesorcurly=\preccurlyeq lessdblequal=\leqq
    lessorequalslant=\leqslant lessorgreater=\lessgtr primereverse=\backprime equaldotrightleft=\risingdotseq
    equaldotleftright=\fallingdotseq followsorcurly=\succcurlyeq greaterdblequal=\geqq greaterorequalslant=\geqslant
    greaterorless=\gtrless squareimage=\sqsubset squareoriginal=\sqsupset triangleright=\vartriangleright
    triangleleft=\vartriangleleft trianglerightequal=\trianglerighteq triangleleftequal=\trianglelefteq star=\bigstar
    between=\between triangledownsld=\blacktriangledown trianglerightsld=\blacktriangleright
    triangleleftsld=\blacktriangleleft triangle=\vartriangle trianglesolid=\blacktriangle triangleinv=\triangledown
    ringinequal=\eqcirc lessequalgreater=\lesseqgtr greaterlessequal=\gtreqless lessdbleqlgreater=\lesseqqgtr
    greaterdbleqlless=\gtreqqless arrowtripleright=\Rrightarrow arrowtripleleft=\Lleftarrow orunderscore=\veebar
    nand=\barwedge perpcorrespond=\doublebarwedge angle=\angle measuredangle=\measuredangle sphericalangle=\sphericalangle
    proportional=\varpropto smile=\smallsmile frown=\smallfrown subsetdbl=\Subset supersetdbl=\Supset uniondbl=\Cup
    intersectiondbl=\Cap uprise=\curlywedge downfall=\curlyvee multiopenleft=\leftthreetimes multiopenright=\rightthreetimes
    subsetdblequal=\subseteqq supersetdblequal=\supseteqq difference=\bumpeq geomequivalent=\Bumpeq muchless=\lll
    muchgreater=\ggg circleS=\circledS fork=\pitchfork dotplus=\dotplus revsimilar=\backsim revasymptequal=\backsimeq
    complement=\complement intercal=\intercal circlering=\circledcirc circleasterisk=\circledast circleminus=\circleddash
    dblarrowdown=\downdownarrows Yen=\yen check=\checkmark rightanglenw=\ulcorner rightanglene=\urcorner rightanglesw=\llcorner
    rightanglese=\lrcorner circleR=\circledR maltesecross=\maltese axisshort=\dabar arrowaxisright=\dashrightarrow
    arrowaxisleft=\dashleftarrow
""")
MSBM = pairs(r"""
    lessornotequal=\lvertneqq greaterornotequal=\gvertneqq notlessequal=\nleq notgreaterequal=\ngeq notless=\nless
    notgreater=\ngtr notprecedes=\nprec notfollows=\nsucc lessornotdbleql=\lneqq greaterornotdbleql=\gneqq
    notlessorslnteql=\nleqslant notgreaterorslnteql=\ngeqslant lessnotequal=\lneq greaternotequal=\gneq
    notprecedesoreql=\npreceq notfollowsoreql=\nsucceq precedeornoteqvlnt=\precnsim followornoteqvlnt=\succnsim
    lessornotsimilar=\lnsim greaterornotsimilar=\gnsim notlessdblequal=\nleqq notgreaterdblequal=\ngeqq
    precedenotslnteql=\precneqq follownotslnteql=\succneqq precedenotdbleqv=\precnapprox follownotdbleqv=\succnapprox
    lessnotdblequal=\lnapprox greaternotdblequal=\gnapprox notsimilar=\nsim notapproxequal=\ncong upslope=\diagup
    downslope=\diagdown notsubsetoreql=\varsubsetneq notsupersetoreql=\varsupsetneq notsubsetordbleql=\nsubseteqq
    notsupersetordbleql=\nsupseteqq subsetornotdbleql=\subsetneqq supersetornotdbleql=\supsetneqq
    subsetornoteql=\varsubsetneqq supersetornoteql=\varsupsetneqq subsetnoteql=\subsetneq supersetnoteql=\supsetneq
    notsubseteql=\nsubseteq notsuperseteql=\nsupseteq notparallel=\nparallel notbar=\nmid notshortbar=\nshortmid
    notshortparallel=\nshortparallel notturnstile=\nvdash notforces=\nVdash notsatisfies=\nvDash notforcesextra=\nVDash
    nottriangeqlright=\ntrianglerighteq nottriangeqlleft=\ntrianglelefteq nottriangleleft=\ntriangleleft
    nottriangleright=\ntriangleright notarrowleft=\nleftarrow notarrowright=\nrightarrow notdblarrowleft=\nLeftarrow
    notdblarrowright=\nRightarrow notdblarrowboth=\nLeftrightarrow notarrowboth=\nleftrightarrow dividemultiply=\divideontimes
    emptyset=\varnothing notexistential=\nexists Finv=\Finv Gmir=\Game Omegainv=\mho eth=\eth equalorsimilar=\eqsim beth=\beth
    gimel=\gimel daleth=\daleth lessdot=\lessdot greaterdot=\gtrdot multicloseleft=\ltimes multicloseright=\rtimes
    barshort=\shortmid parallelshort=\shortparallel integerdivide=\smallsetminus similar=\thicksim approxequal=\thickapprox
    approxorequal=\approxeq followsorequal=\succapprox precedesorequal=\precapprox archleftdown=\curvearrowleft
    archrightdown=\curvearrowright Digamma=\digamma kappa=\varkappa planckover2pi=\hslash planckover2pi1=\hbar
    epsiloninv=\backepsilon
""")

TABLES = (
    FontTable(r"MSAM|HFBRAS", "symbols", MSAM),
    FontTable(r"MSBM|HFBRBS", "blackboard", MSBM),
    FontTable(r"dsrom|dsss|bbm\d|bbmss|bbold", "blackboard"),
    FontTable(r"EUF[MB]\d|yfrak", "fraktur"),
    FontTable(r"EUS[MB]\d|rsfs|BOONDOX|dutchcal|pzcmi|ZapfChan", "script"),
    FontTable(r"EUEX", "extension"),
    FontTable(r"EUR[MB]\d", "letters", {"epsilon1": r"\epsilon", "epsilon": r"\varepsilon"}),
)
