"""Computer Modern by its widths: what a bitmap (Type 3) font of a TeX document is, of which the PDF tells only the widths.

Old TeX installations embed bitmaps without names; the glyphs' codes are TeX's own (OT1, OML, OMS, OMX). The vector of widths
identifies the font, since no two of these six have proportional ones, and with it every glyph's name, Unicode and ink. The other
sizes of a font (CMMI7, CMMI12) are recognised by the metrics of 10 pt: their widths differ by a nearly constant factor.
Source: AFM files of the AMS/BlueSky Computer Modern fonts, as matplotlib distributes them.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass

MAX_SPREAD = 0.07
"""Relative spread of the factors between measured and tabled widths up to which a font counts as that one."""
FACTORS = (0.85, 1.4)
"""What the mean factor may be: CMR5's digits are 1.36 times as wide (in em) as CMR10's."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One glyph: name, width, height and depth in em."""

    name: str
    width: float
    height: float
    depth: float


def identify(widths: Mapping[int, float]) -> tuple[str, float]:
    """Name (CMR10, CMMI10, ...) of the font whose glyphs have these widths (code -> em) and the factor; empty where none fits.

    Where several fit equally (a font of which one glyph is used) the first of the table is taken: letters of formulas.
    """
    fits = [(*_fit(widths, metrics), place, name) for place, (name, metrics) in enumerate(METRICS.items())]
    misfit, factor, _, name = min(((round(misfit, 2), factor, place, name) for misfit, factor, place, name in fits), key=_rank)
    return (name, factor) if misfit < MAX_SPREAD else ("", 1.0)


def _rank(fit: tuple[float, float, int, str]) -> tuple[float, int]:
    return fit[0], fit[2]


def _fit(widths: Mapping[int, float], metrics: Mapping[int, Metric]) -> tuple[float, float]:
    """Spread of the factors, with a small part for how far their mean is from 1, and the mean; infinite where codes miss."""
    known = {code: width for code, width in widths.items() if width > 0 and code in metrics and metrics[code].width > 0}
    if not known or len(known) < 0.9 * sum(width > 0 for width in widths.values()):
        return float("inf"), 1.0
    factors = [width / metrics[code].width for code, width in sorted(known.items())]
    mean = statistics.fmean(factors)
    if not FACTORS[0] < mean < FACTORS[1]:
        return float("inf"), mean
    return statistics.pstdev(factors) / mean + 0.05 * abs(mean - 1), mean


def _table(rows: str) -> dict[int, Metric]:
    """`code:name:width:height:depth`, the last three in thousandths of an em."""
    fields = (row.split(":") for row in rows.split())
    return {int(c): Metric(name, int(w) / 1000, int(h) / 1000, int(d) / 1000) for c, name, w, h, d in fields}


METRICS: dict[str, dict[int, Metric]] = {
    "CMMI10": _table("""
0:Gamma:615:680:0 1:Delta:833:716:0 2:Theta:763:705:22 3:Lambda:694:716:0 4:Xi:742:677:0 5:Pi:831:680:0 6:Sigma:780:683:0
7:Upsilon:583:705:0 8:Phi:667:683:0 9:Psi:612:683:0 10:Omega:772:705:0 11:alpha:640:442:11 12:beta:566:705:194
13:gamma:518:442:215 14:delta:444:705:12 15:epsilon1:406:431:11 16:zeta:438:697:205 17:eta:497:442:216 18:theta:469:705:11
19:iota:354:442:11 20:kappa:576:442:11 21:lambda:583:694:13 22:mu:603:442:216 23:nu:494:442:0 24:xi:438:697:205
25:pi:570:431:11 26:rho:517:442:216 27:sigma:571:431:11 28:tau:437:431:12 29:upsilon:540:443:11 30:phi:596:694:205
31:chi:626:442:205 32:psi:651:694:205 33:omega:622:443:11 34:epsilon:466:453:22 35:theta1:591:705:11 36:pi1:828:431:11
37:rho1:517:442:194 38:sigma1:363:442:108 39:phi1:654:442:218 40:arrowlefttophalf:1000:428:-230
41:arrowleftbothalf:1000:270:-72 42:arrowrighttophalf:1000:428:-230 43:arrowrightbothalf:1000:270:-72
44:arrowhookleft:278:464:-230 45:arrowhookright:278:464:-230 46:triangleright:500:504:4 47:triangleleft:500:504:4
48:zerooldstyle:500:453:22 49:oneoldstyle:500:453:0 50:twooldstyle:500:453:0 51:threeoldstyle:500:453:216
52:fouroldstyle:500:464:194 53:fiveoldstyle:500:453:216 54:sixoldstyle:500:666:22 55:sevenoldstyle:500:463:216
56:eightoldstyle:500:666:22 57:nineoldstyle:500:453:216 58:period:278:106:0 59:comma:278:106:193 60:less:778:539:39
61:slash:500:750:250 62:greater:778:539:39 63:star:500:486:-16 64:partialdiff:531:716:22 65:A:750:716:0 66:B:759:683:0
67:C:715:705:22 68:D:828:683:0 69:E:738:680:0 70:F:643:680:0 71:G:786:705:22 72:H:831:683:0 73:I:440:683:0 74:J:555:683:22
75:K:849:683:0 76:L:681:683:0 77:M:970:683:0 78:N:803:683:0 79:O:763:705:22 80:P:642:683:0 81:Q:791:705:194 82:R:759:683:22
83:S:613:705:22 84:T:584:677:0 85:U:683:683:22 86:V:583:683:22 87:W:944:683:22 88:X:828:683:0 89:Y:581:683:0 90:Z:683:683:0
91:flat:389:750:22 92:natural:389:728:217 93:sharp:389:716:216 94:slurbelow:1000:371:-133 95:slurabove:1000:381:-130
96:lscript:417:705:12 97:a:529:442:11 98:b:429:694:11 99:c:433:442:11 100:d:520:694:11 101:e:466:442:11 102:f:490:705:205
103:g:477:442:205 104:h:576:694:11 105:i:345:661:11 106:j:412:661:205 107:k:521:694:11 108:l:298:694:11 109:m:878:442:11
110:n:600:442:11 111:o:485:442:11 112:p:503:442:194 113:q:446:442:194 114:r:451:442:11 115:s:469:442:11 116:t:361:626:11
117:u:572:442:11 118:v:485:443:11 119:w:716:443:11 120:x:572:442:11 121:y:490:442:205 122:z:465:442:11
123:dotlessi:322:442:11 124:dotlessj:384:442:205 125:weierstrass:636:453:216 126:vector:500:714:-516 127:tie:278:665:-538
"""),
    "CMSY10": _table("""
0:minus:778:270:-230 1:periodcentered:278:303:-197 2:multiply:778:491:-9 3:asteriskmath:500:465:-34 4:divide:778:530:30
5:diamondmath:500:489:-11 6:plusminus:778:666:0 7:minusplus:778:500:166 8:circleplus:778:583:83 9:circleminus:778:583:83
10:circlemultiply:778:583:83 11:circledivide:778:583:83 12:circledot:778:583:83 13:circlecopyrt:1000:716:216
14:openbullet:500:444:-56 15:bullet:500:444:-56 16:equivasymptotic:778:484:-16 17:equivalence:778:464:-36
18:reflexsubset:778:636:137 19:reflexsuperset:778:636:137 20:lessequal:778:636:137 21:greaterequal:778:636:137
22:precedesequal:778:636:137 23:followsequal:778:636:137 24:similar:778:367:-133 25:approxequal:778:483:-56
26:propersubset:778:540:40 27:propersuperset:778:540:40 28:lessmuch:1000:566:66 29:greatermuch:1000:566:66
30:precedes:778:539:40 31:follows:778:539:40 32:arrowleft:1000:428:-72 33:arrowright:1000:428:-72 34:arrowup:500:693:194
35:arrowdown:500:694:193 36:arrowboth:1000:428:-72 37:arrownortheast:1000:697:193 38:arrowsoutheast:1000:693:197
39:similarequal:778:464:-36 40:arrowdblleft:1000:525:25 41:arrowdblright:1000:525:25 42:arrowdblup:611:694:194
43:arrowdbldown:611:694:194 44:arrowdblboth:1000:525:25 45:arrownorthwest:1000:697:193 46:arrowsouthwest:1000:693:197
47:proportional:778:442:11 48:prime:275:559:-45 49:infinity:1000:442:11 50:element:667:540:40 51:owner:667:540:40
52:triangle:889:716:0 53:triangleinv:889:500:216 54:negationslash:0:716:216 55:mapsto:0:436:-64 56:universal:556:694:22
57:existential:556:694:0 58:logicalnot:667:356:-89 59:emptyset:500:772:78 60:Rfractur:722:716:22 61:Ifractur:722:705:11
62:latticetop:778:666:0 63:perpendicular:778:666:0 64:aleph:611:693:0 65:A:798:722:50 66:B:657:706:22 67:C:527:705:24
68:D:771:683:0 69:E:528:705:22 70:F:719:683:33 71:G:595:705:119 72:H:845:683:47 73:I:545:683:0 74:J:678:683:119
75:K:762:705:22 76:L:690:705:22 77:M:1201:705:50 78:N:820:775:50 79:O:796:705:22 80:P:696:683:50 81:Q:817:705:124
82:R:848:683:22 83:S:606:705:22 84:T:545:717:0 85:U:626:683:28 86:V:613:683:45 87:W:988:683:45 88:X:713:683:0
89:Y:668:683:135 90:Z:725:683:0 91:union:667:598:22 92:intersection:667:598:22 93:unionmulti:667:598:22
94:logicaland:667:598:22 95:logicalor:667:598:22 96:turnstileleft:611:694:0 97:turnstileright:611:694:0
98:floorleft:444:750:250 99:floorright:444:750:250 100:ceilingleft:444:750:250 101:ceilingright:444:750:250
102:braceleft:500:750:250 103:braceright:500:750:250 104:angbracketleft:389:750:250 105:angbracketright:389:750:250
106:bar:278:750:250 107:bardbl:500:750:250 108:arrowbothv:500:772:272 109:arrowdblbothv:611:772:272 110:backslash:500:750:250
111:wreathproduct:278:583:83 112:radical:833:40:960 113:coproduct:750:683:0 114:nabla:833:683:33 115:integral:417:716:216
116:unionsq:667:598:0 117:intersectionsq:667:598:0 118:subsetsqequal:778:636:137 119:supersetsqequal:778:636:137
120:section:444:705:205 121:dagger:444:705:216 122:daggerdbl:444:705:205 123:paragraph:611:694:194 124:club:778:727:130
125:diamond:778:727:163 126:heart:778:716:33 127:spade:778:727:130
"""),
    "CMEX10": _table("""
0:parenleftbig:458:40:1159 1:parenrightbig:458:40:1159 2:bracketleftbig:417:40:1159 3:bracketrightbig:417:40:1159
4:floorleftbig:472:40:1159 5:floorrightbig:472:40:1159 6:ceilingleftbig:472:40:1159 7:ceilingrightbig:472:40:1159
8:braceleftbig:583:40:1159 9:bracerightbig:583:40:1159 10:angbracketleftbig:472:40:1160 11:angbracketrightbig:472:40:1160
12:vextendsingle:333:21:621 13:vextenddouble:556:21:621 14:slashbig:578:40:1159 15:backslashbig:578:40:1159
16:parenleftBig:597:40:1759 17:parenrightBig:597:40:1759 18:parenleftbigg:736:40:2359 19:parenrightbigg:736:40:2359
20:bracketleftbigg:528:40:2359 21:bracketrightbigg:528:40:2359 22:floorleftbigg:583:40:2359 23:floorrightbigg:583:40:2359
24:ceilingleftbigg:583:40:2359 25:ceilingrightbigg:583:40:2359 26:braceleftbigg:750:40:2359 27:bracerightbigg:750:40:2359
28:angbracketleftbigg:750:40:2359 29:angbracketrightbigg:750:40:2359 30:slashbigg:1044:40:2359 31:backslashbigg:1044:40:2359
32:parenleftBigg:792:40:2959 33:parenrightBigg:792:40:2959 34:bracketleftBigg:583:40:2959 35:bracketrightBigg:583:40:2959
36:floorleftBigg:639:40:2959 37:floorrightBigg:639:40:2959 38:ceilingleftBigg:639:40:2959 39:ceilingrightBigg:639:40:2959
40:braceleftBigg:806:40:2959 41:bracerightBigg:806:40:2959 42:angbracketleftBigg:806:40:2960
43:angbracketrightBigg:806:40:2960 44:slashBigg:1278:40:2959 45:backslashBigg:1278:40:2959 46:slashBig:811:40:1759
47:backslashBig:811:40:1759 48:parenlefttp:875:39:1770 49:parenrighttp:875:39:1770 50:bracketlefttp:667:39:1760
51:bracketrighttp:667:39:1760 52:bracketleftbt:667:40:1759 53:bracketrightbt:667:40:1759 54:bracketleftex:667:1:601
55:bracketrightex:667:1:601 56:bracelefttp:889:-1:910 57:bracerighttp:889:-1:910 58:braceleftbt:889:10:899
59:bracerightbt:889:10:899 60:braceleftmid:889:10:1810 61:bracerightmid:889:10:1810 62:braceex:889:10:310
63:arrowvertex:667:1:601 64:parenleftbt:875:50:1759 65:parenrightbt:875:50:1759 66:parenleftex:875:10:610
67:parenrightex:875:10:610 68:angbracketleftBig:611:40:1759 69:angbracketrightBig:611:40:1759 70:unionsqtext:833:0:1000
71:unionsqdisplay:1111:0:1400 72:contintegraltext:472:0:1111 73:contintegraldisplay:556:0:2222 74:circledottext:1111:0:1000
75:circledotdisplay:1511:0:1400 76:circleplustext:1111:0:1000 77:circleplusdisplay:1511:0:1400
78:circlemultiplytext:1111:0:1000 79:circlemultiplydisplay:1511:0:1400 80:summationtext:1056:0:1000 81:producttext:944:0:1000
82:integraltext:472:0:1111 83:uniontext:833:0:1000 84:intersectiontext:833:0:1000 85:unionmultitext:833:0:1000
86:logicalandtext:833:0:1000 87:logicalortext:833:0:1000 88:summationdisplay:1444:0:1400 89:productdisplay:1278:0:1400
90:integraldisplay:556:0:2222 91:uniondisplay:1111:0:1400 92:intersectiondisplay:1111:0:1400 93:unionmultidisplay:1111:0:1400
94:logicalanddisplay:1111:0:1400 95:logicalordisplay:1111:0:1400 96:coproducttext:944:0:1000 97:coproductdisplay:1278:0:1400
98:hatwide:556:744:-562 99:hatwider:1000:772:-575 100:hatwidest:1444:772:-575 101:tildewide:556:722:-608
102:tildewider:1000:750:-624 103:tildewidest:1444:750:-623 104:bracketleftBig:472:40:1759 105:bracketrightBig:472:40:1759
106:floorleftBig:528:40:1759 107:floorrightBig:528:40:1759 108:ceilingleftBig:528:40:1759 109:ceilingrightBig:528:40:1759
110:braceleftBig:667:40:1759 111:bracerightBig:667:40:1759 112:radicalbig:1000:40:1160 113:radicalBig:1000:40:1760
114:radicalbigg:1000:40:2360 115:radicalBigg:1000:40:2960 116:radicalbt:1056:20:1800 117:radicalvertex:1056:20:620
118:radicaltp:1056:40:580 119:arrowvertexdbl:778:1:601 120:arrowtp:667:0:600 121:arrowbt:667:0:600
122:bracehtipdownleft:450:120:214 123:bracehtipdownright:450:120:214 124:bracehtipupleft:450:334:0
125:bracehtipupright:450:334:0 126:arrowdbltp:778:-1:600 127:arrowdblbt:778:0:599
"""),
    "CMR10": _table("""
0:Gamma:625:680:0 1:Delta:833:716:0 2:Theta:778:705:22 3:Lambda:694:716:0 4:Xi:667:677:0 5:Pi:750:680:0 6:Sigma:722:683:0
7:Upsilon:778:705:0 8:Phi:722:683:0 9:Psi:778:683:0 10:Omega:722:705:0 11:ff:583:705:0 12:fi:556:705:0 13:fl:556:705:0
14:ffi:833:705:0 15:ffl:833:705:0 16:dotlessi:278:442:0 17:dotlessj:306:442:205 18:grave:500:698:-510 19:acute:500:698:-510
20:caron:500:638:-516 21:breve:500:694:-522 22:macron:500:590:-559 23:ring:750:716:-541 24:cedilla:444:-22:203
25:germandbls:500:705:11 26:ae:722:448:11 27:oe:778:448:11 28:oslash:500:534:102 29:AE:903:683:0 30:OE:1014:705:22
31:Oslash:778:739:56 32:suppress:278:392:-280 33:exclam:278:716:0 34:quotedblright:500:694:-395 35:numbersign:833:694:194
36:dollar:500:750:56 37:percent:833:750:56 38:ampersand:778:716:22 39:quoteright:278:694:-395 40:parenleft:389:750:250
41:parenright:389:750:250 42:asterisk:500:750:-319 43:plus:778:583:83 44:comma:278:106:193 45:hyphen:333:245:-187
46:period:278:106:0 47:slash:500:750:250 48:zero:500:666:22 49:one:500:666:0 50:two:500:666:0 51:three:500:666:22
52:four:500:677:0 53:five:500:666:22 54:six:500:666:22 55:seven:500:676:22 56:eight:500:666:22 57:nine:500:666:22
58:colon:278:431:0 59:semicolon:278:431:193 60:exclamdown:278:500:216 61:equal:778:367:-133 62:questiondown:472:500:205
63:question:472:705:0 64:at:778:705:11 65:A:750:716:0 66:B:708:683:0 67:C:722:705:22 68:D:764:683:0 69:E:681:680:0
70:F:653:680:0 71:G:785:705:22 72:H:750:683:0 73:I:361:683:0 74:J:514:683:22 75:K:778:683:0 76:L:625:683:0 77:M:917:683:0
78:N:750:683:0 79:O:778:705:22 80:P:681:683:0 81:Q:778:705:194 82:R:736:683:22 83:S:556:705:22 84:T:722:677:0 85:U:750:683:22
86:V:750:683:22 87:W:1028:683:22 88:X:750:683:0 89:Y:750:683:0 90:Z:611:683:0 91:bracketleft:278:750:250
92:quotedblleft:500:693:-394 93:bracketright:278:750:250 94:circumflex:500:694:-540 95:dotaccent:278:669:-563
96:quoteleft:278:693:-394 97:a:500:448:11 98:b:556:694:11 99:c:444:448:11 100:d:556:694:11 101:e:444:448:11 102:f:306:705:0
103:g:500:453:206 104:h:556:694:0 105:i:278:669:0 106:j:306:669:205 107:k:528:694:0 108:l:278:694:0 109:m:833:442:0
110:n:556:442:0 111:o:500:448:11 112:p:556:442:194 113:q:528:442:194 114:r:392:442:0 115:s:394:448:11 116:t:389:615:11
117:u:556:442:11 118:v:528:431:11 119:w:722:431:11 120:x:528:431:0 121:y:528:431:205 122:z:444:431:0 123:endash:500:277:-255
124:emdash:1000:277:-255 125:hungarumlaut:500:699:-513 126:tilde:500:668:-575 127:dieresis:500:669:-569
"""),
    "CMTI10": _table("""
0:Gamma:627:683:0 1:Delta:818:716:0 2:Theta:767:705:22 3:Lambda:692:716:0 4:Xi:664:683:0 5:Pi:743:683:0 6:Sigma:716:683:0
7:Upsilon:767:705:0 8:Phi:716:683:0 9:Psi:767:683:0 10:Omega:716:705:0 11:ff:613:705:205 12:fi:562:705:205 13:fl:588:705:205
14:ffi:882:705:205 15:ffl:894:705:205 16:dotlessi:307:442:11 17:dotlessj:332:442:205 18:grave:511:696:-503
19:acute:511:696:-503 20:caron:511:633:-505 21:breve:511:694:-521 22:macron:511:589:-555 23:ring:831:716:-541
24:cedilla:460:0:194 25:germandbls:537:705:205 26:ae:716:442:11 27:oe:716:446:15 28:oslash:511:540:109 29:AE:883:683:0
30:OE:985:705:22 31:Oslash:767:745:62 32:polishlcross:256:393:-280 33:exclam:307:716:0 34:quotedblright:514:694:-390
35:numbersign:818:694:194 36:dollar:769:709:11 37:percent:818:750:56 38:ampersand:767:716:22 39:quoteright:307:694:-390
40:parenleft:409:750:250 41:parenright:409:750:250 42:asterisk:511:750:-319 43:plus:767:557:57 44:comma:307:110:194
45:hyphen:358:245:-185 46:period:307:110:0 47:slash:511:750:250 48:zero:511:666:22 49:one:511:666:0 50:two:511:666:22
51:three:511:666:22 52:four:511:666:194 53:five:511:666:22 54:six:511:666:22 55:seven:511:666:22 56:eight:511:666:22
57:nine:511:666:22 58:colon:307:431:0 59:semicolon:307:431:194 60:exclamdown:307:500:216 61:equal:767:367:-133
62:questiondown:511:500:216 63:question:511:716:0 64:at:767:705:11 65:A:743:716:0 66:B:704:683:0 67:C:716:705:22
68:D:755:683:0 69:E:678:683:0 70:F:653:683:0 71:G:774:705:22 72:H:743:683:0 73:I:386:683:0 74:J:525:683:22 75:K:769:683:0
76:L:627:683:0 77:M:897:683:0 78:N:743:683:0 79:O:767:705:22 80:P:678:683:0 81:Q:767:705:194 82:R:729:683:22 83:S:562:705:22
84:T:716:683:0 85:U:743:683:22 86:V:743:683:22 87:W:999:683:22 88:X:743:683:0 89:Y:743:683:0 90:Z:613:683:0
91:bracketleft:307:750:250 92:quotedblleft:514:694:-390 93:bracketright:307:750:250 94:circumflex:511:694:-533
95:dotaccent:307:669:-559 96:quoteleft:307:694:-390 97:a:511:442:11 98:b:460:694:11 99:c:460:442:11 100:d:511:694:11
101:e:460:442:11 102:f:307:705:205 103:g:460:442:205 104:h:511:694:11 105:i:307:656:11 106:j:307:656:205 107:k:460:694:11
108:l:256:694:11 109:m:818:442:11 110:n:562:442:11 111:o:511:442:11 112:p:511:442:194 113:q:460:442:194 114:r:422:442:11
115:s:409:442:11 116:t:332:626:11 117:u:537:442:11 118:v:460:443:11 119:w:664:443:11 120:x:464:442:11 121:y:486:442:205
122:z:409:442:11 123:endash:511:279:-253 124:emdash:1022:279:-253 125:hungarumlaut:511:697:-505 126:tilde:511:668:-565
127:dieresis:511:669:-565
"""),
    "CMTT10": _table("""
0:Gamma:525:611:0 1:Delta:525:623:0 2:Theta:525:622:11 3:Lambda:525:623:0 4:Xi:525:611:0 5:Pi:525:611:0 6:Sigma:525:611:0
7:Upsilon:525:622:0 8:Phi:525:611:0 9:Psi:525:611:0 10:Omega:525:622:0 11:arrowup:525:611:0 12:arrowdown:525:611:0
13:quotesingle:525:622:-328 14:exclamdown:525:389:233 15:questiondown:525:389:228 16:dotlessi:525:431:0
17:dotlessj:525:431:228 18:grave:525:611:-477 19:acute:525:611:-477 20:caron:525:572:-454 21:breve:525:611:-498
22:macron:525:577:-514 23:ring:525:619:-499 24:cedilla:525:45:208 25:germandbls:525:617:6 26:ae:525:440:6 27:oe:525:440:6
28:oslash:525:571:140 29:AE:525:611:0 30:OE:525:622:11 31:Oslash:525:696:85 32:visiblespace:525:240:132 33:exclam:525:622:0
34:quotedbl:525:622:-328 35:numbersign:525:611:0 36:dollar:525:694:83 37:percent:525:694:83 38:ampersand:525:622:11
39:quoteright:525:611:-302 40:parenleft:525:694:82 41:parenright:525:694:82 42:asterisk:525:521:-90 43:plus:525:531:-81
44:comma:525:125:139 45:hyphen:525:341:-271 46:period:525:125:0 47:slash:525:694:83 48:zero:525:622:11 49:one:525:622:0
50:two:525:622:0 51:three:525:622:11 52:four:525:623:0 53:five:525:611:11 54:six:525:622:11 55:seven:525:627:11
56:eight:525:622:11 57:nine:525:622:11 58:colon:525:431:0 59:semicolon:525:431:139 60:less:525:556:-56 61:equal:525:417:-195
62:greater:525:556:-56 63:question:525:617:0 64:at:525:617:6 65:A:525:623:0 66:B:525:611:0 67:C:525:622:11 68:D:525:611:0
69:E:525:611:0 70:F:525:611:0 71:G:525:622:11 72:H:525:611:0 73:I:525:611:0 74:J:525:611:11 75:K:525:611:0 76:L:525:611:0
77:M:525:611:0 78:N:525:611:0 79:O:525:622:11 80:P:525:611:0 81:Q:525:622:139 82:R:525:611:11 83:S:525:622:11 84:T:525:611:0
85:U:525:611:11 86:V:525:611:8 87:W:525:611:8 88:X:525:611:0 89:Y:525:611:0 90:Z:525:611:0 91:bracketleft:525:694:83
92:backslash:525:694:83 93:bracketright:525:694:83 94:asciicircum:525:611:-471 95:underscore:525:-25:95
96:quoteleft:525:681:-372 97:a:525:440:6 98:b:525:611:6 99:c:525:440:6 100:d:525:611:6 101:e:525:440:6 102:f:525:617:0
103:g:525:442:229 104:h:525:611:0 105:i:525:612:0 106:j:525:612:228 107:k:525:611:0 108:l:525:611:0 109:m:525:437:0
110:n:525:437:0 111:o:525:440:6 112:p:525:437:222 113:q:525:437:222 114:r:525:437:0 115:s:525:440:6 116:t:525:554:6
117:u:525:431:6 118:v:525:431:4 119:w:525:431:4 120:x:525:431:0 121:y:525:431:228 122:z:525:431:0 123:braceleft:525:694:83
124:bar:525:694:83 125:braceright:525:694:83 126:asciitilde:525:611:-491 127:dieresis:525:612:-512
"""),
}
