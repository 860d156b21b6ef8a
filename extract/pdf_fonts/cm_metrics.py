"""Metrics of Computer Modern and its kin, by which bitmap (Type 3) fonts are identified: encodings, ink and widths.

Source: widths from the fonts' TFM files (TeX Live 2022: cm, amsfonts, ec); names and ink from the AMS Type 1 fonts' encodings
and AFM files (T1 and TS1: the encoding files of cm-super, heights of the TFM). Thousandths of an em throughout.
"""

from __future__ import annotations

ENCODINGS: dict[str, str] = {
    # Glyph names by code, from 0.
    "oml": """
Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega alpha beta gamma delta epsilon1 zeta eta theta iota kappa lambda mu
nu xi pi rho sigma tau upsilon phi chi psi omega epsilon theta1 pi1 rho1 sigma1 phi1 arrowlefttophalf arrowleftbothalf
arrowrighttophalf arrowrightbothalf arrowhookleft arrowhookright triangleright triangleleft zerooldstyle oneoldstyle
twooldstyle threeoldstyle fouroldstyle fiveoldstyle sixoldstyle sevenoldstyle eightoldstyle nineoldstyle period comma less
slash greater star partialdiff A B C D E F G H I J K L M N O P Q R S T U V W X Y Z flat natural sharp slurbelow slurabove
lscript a b c d e f g h i j k l m n o p q r s t u v w x y z dotlessi dotlessj weierstrass vector tie
""",
    "oms": """
minus periodcentered multiply asteriskmath divide diamondmath plusminus minusplus circleplus circleminus circlemultiply
circledivide circledot circlecopyrt openbullet bullet equivasymptotic equivalence reflexsubset reflexsuperset lessequal
greaterequal precedesequal followsequal similar approxequal propersubset propersuperset lessmuch greatermuch precedes follows
arrowleft arrowright arrowup arrowdown arrowboth arrownortheast arrowsoutheast similarequal arrowdblleft arrowdblright
arrowdblup arrowdbldown arrowdblboth arrownorthwest arrowsouthwest proportional prime infinity element owner triangle
triangleinv negationslash mapsto universal existential logicalnot emptyset Rfractur Ifractur latticetop perpendicular aleph A
B C D E F G H I J K L M N O P Q R S T U V W X Y Z union intersection unionmulti logicaland logicalor turnstileleft
turnstileright floorleft floorright ceilingleft ceilingright braceleft braceright angbracketleft angbracketright bar bardbl
arrowbothv arrowdblbothv backslash wreathproduct radical coproduct nabla integral unionsq intersectionsq subsetsqequal
supersetsqequal section dagger daggerdbl paragraph club diamond heart spade
""",
    "omx": """
parenleftbig parenrightbig bracketleftbig bracketrightbig floorleftbig floorrightbig ceilingleftbig ceilingrightbig
braceleftbig bracerightbig angbracketleftbig angbracketrightbig vextendsingle vextenddouble slashbig backslashbig parenleftBig
parenrightBig parenleftbigg parenrightbigg bracketleftbigg bracketrightbigg floorleftbigg floorrightbigg ceilingleftbigg
ceilingrightbigg braceleftbigg bracerightbigg angbracketleftbigg angbracketrightbigg slashbigg backslashbigg parenleftBigg
parenrightBigg bracketleftBigg bracketrightBigg floorleftBigg floorrightBigg ceilingleftBigg ceilingrightBigg braceleftBigg
bracerightBigg angbracketleftBigg angbracketrightBigg slashBigg backslashBigg slashBig backslashBig parenlefttp parenrighttp
bracketlefttp bracketrighttp bracketleftbt bracketrightbt bracketleftex bracketrightex bracelefttp bracerighttp braceleftbt
bracerightbt braceleftmid bracerightmid braceex arrowvertex parenleftbt parenrightbt parenleftex parenrightex
angbracketleftBig angbracketrightBig unionsqtext unionsqdisplay contintegraltext contintegraldisplay circledottext
circledotdisplay circleplustext circleplusdisplay circlemultiplytext circlemultiplydisplay summationtext producttext
integraltext uniontext intersectiontext unionmultitext logicalandtext logicalortext summationdisplay productdisplay
integraldisplay uniondisplay intersectiondisplay unionmultidisplay logicalanddisplay logicalordisplay coproducttext
coproductdisplay hatwide hatwider hatwidest tildewide tildewider tildewidest bracketleftBig bracketrightBig floorleftBig
floorrightBig ceilingleftBig ceilingrightBig braceleftBig bracerightBig radicalbig radicalBig radicalbigg radicalBigg
radicalbt radicalvertex radicaltp arrowvertexdbl arrowtp arrowbt bracehtipdownleft bracehtipdownright bracehtipupleft
bracehtipupright arrowdbltp arrowdblbt
""",
    "ot1": """
Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ff fi fl ffi ffl dotlessi dotlessj grave acute caron breve macron
ring cedilla germandbls ae oe oslash AE OE Oslash suppress exclam quotedblright numbersign dollar percent ampersand quoteright
parenleft parenright asterisk plus comma hyphen period slash zero one two three four five six seven eight nine colon semicolon
exclamdown equal questiondown question at A B C D E F G H I J K L M N O P Q R S T U V W X Y Z bracketleft quotedblleft
bracketright circumflex dotaccent quoteleft a b c d e f g h i j k l m n o p q r s t u v w x y z endash emdash hungarumlaut
tilde dieresis
""",
    "ot1i": """
Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ff fi fl ffi ffl dotlessi dotlessj grave acute caron breve macron
ring cedilla germandbls ae oe oslash AE OE Oslash suppress exclam quotedblright numbersign sterling percent ampersand
quoteright parenleft parenright asterisk plus comma hyphen period slash zero one two three four five six seven eight nine
colon semicolon exclamdown equal questiondown question at A B C D E F G H I J K L M N O P Q R S T U V W X Y Z bracketleft
quotedblleft bracketright circumflex dotaccent quoteleft a b c d e f g h i j k l m n o p q r s t u v w x y z endash emdash
hungarumlaut tilde dieresis
""",
    "ot1tt": """
Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega arrowup arrowdown quotesingle exclamdown questiondown dotlessi
dotlessj grave acute caron breve macron ring cedilla germandbls ae oe oslash AE OE Oslash visiblespace exclam quotedbl
numbersign dollar percent ampersand quoteright parenleft parenright asterisk plus comma hyphen period slash zero one two three
four five six seven eight nine colon semicolon less equal greater question at A B C D E F G H I J K L M N O P Q R S T U V W X
Y Z bracketleft backslash bracketright asciicircum underscore quoteleft a b c d e f g h i j k l m n o p q r s t u v w x y z
braceleft bar braceright asciitilde dieresis
""",
    "ot1sc": """
Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega arrowup arrowdown quotesingle exclamdown questiondown dotlessi
dotlessj grave acute caron breve macron ring cedilla germandbls ae oe oslash AE OE Oslash suppress exclam quotedblright
numbersign dollar percent ampersand quoteright parenleft parenright asterisk plus comma hyphen period slash zero one two three
four five six seven eight nine colon semicolon less equal greater question at A B C D E F G H I J K L M N O P Q R S T U V W X
Y Z bracketleft quotedblleft bracketright circumflex dotaccent quoteleft a b c d e f g h i j k l m n o p q r s t u v w x y z
endash emdash hungarumlaut tilde dieresis
""",
    "msam": """
squaredot squareplus squaremultiply square squaresolid squaresmallsolid diamond diamondsolid clockwise anticlockwise
harpoonleftright harpoonrightleft squareminus forces forcesbar satisfies dblarrowheadright dblarrowheadleft dblarrowleft
dblarrowright dblarrowup dblarrowdwn harpoonupright harpoondownright harpoonupleft harpoondownleft arrowtailright
arrowtailleft arrowparrleftright arrowparrrightleft shiftleft shiftright squiggleright squiggleleftright curlyleft curlyright
circleequal followsorequal greaterorsimilar greaterorapproxeql multimap therefore because equalsdots defines precedesorequal
lessorsimilar lessorapproxeql equalorless equalorgreater equalorprecedes equalorfollows precedesorcurly lessdblequal
lessorequalslant lessorgreater primereverse axisshort equaldotrightleft equaldotleftright followsorcurly greaterdblequal
greaterorequalslant greaterorless squareimage squareoriginal triangleright triangleleft trianglerightequal triangleleftequal
star between triangledownsld trianglerightsld triangleleftsld arrowaxisright arrowaxisleft triangle trianglesolid triangleinv
ringinequal lessequalgreater greaterlessequal lessdbleqlgreater greaterdbleqlless Yen arrowtripleright arrowtripleleft check
orunderscore nand perpcorrespond angle measuredangle sphericalangle proportional smile frown subsetdbl supersetdbl uniondbl
intersectiondbl uprise downfall multiopenleft multiopenright subsetdblequal supersetdblequal difference geomequivalent
muchless muchgreater rightanglenw rightanglene circleR circleS fork dotplus revsimilar revasymptequal rightanglesw
rightanglese maltesecross complement intercal circlering circleasterisk circleminus
""",
    "msbm": """
lessornotequal greaterornotequal notlessequal notgreaterequal notless notgreater notprecedes notfollows lessornotdbleql
greaterornotdbleql notlessorslnteql notgreaterorslnteql lessnotequal greaternotequal notprecedesoreql notfollowsoreql
precedeornoteqvlnt followornoteqvlnt lessornotsimilar greaterornotsimilar notlessdblequal notgreaterdblequal precedenotslnteql
follownotslnteql precedenotdbleqv follownotdbleqv lessnotdblequal greaternotdblequal notsimilar notapproxequal upslope
downslope notsubsetoreql notsupersetoreql notsubsetordbleql notsupersetordbleql subsetornotdbleql supersetornotdbleql
subsetornoteql supersetornoteql subsetnoteql supersetnoteql notsubseteql notsuperseteql notparallel notbar notshortbar
notshortparallel notturnstile notforces notsatisfies notforcesextra nottriangeqlright nottriangeqlleft nottriangleleft
nottriangleright notarrowleft notarrowright notdblarrowleft notdblarrowright notdblarrowboth notarrowboth dividemultiply
emptyset notexistential A B C D E F G H I J K L M N O P Q R S T U V W X Y Z hatwide hatwider tildewide tildewider .notdef Finv
Gmir .notdef .notdef .notdef .notdef Omegainv eth equalorsimilar beth gimel daleth lessdot greaterdot multicloseleft
multicloseright barshort parallelshort integerdivide similar approxequal approxorequal followsorequal precedesorequal
archleftdown archrightdown Digamma kappa k planckover2pi planckover2pi1 epsiloninv
""",
    "euf": """
dnos dalt fnos falt galt kalt talt ualt .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef
quoteleft quoteright .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef space
exclam .notdef .notdef .notdef .notdef ampersand quotesingle parenleft parenright asterisk plus comma minus period slash zero
one two three four five six seven eight nine colon semicolon .notdef equal .notdef question .notdef A B C D E F G H I J K L M
N O P Q R S T U V W X Y Z bracketleft .notdef bracketright asciicircum .notdef .notdef a b c d e f g h i j k l m n o p q r s t
u v w x y z .notdef .notdef quotedbl .notdef onealt
""",
    "rsfs": """
.notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef
.notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef
.notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef
.notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef
.notdef .notdef .notdef .notdef .notdef A B C D E F G H I J K L M N O P Q R S T U V W X Y Z .notdef .notdef .notdef .notdef
.notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef
.notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef
.notdef .notdef tie
""",
    "lasy": """
.notdef a1 a2 a3 a4 .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef
.notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef space .notdef
.notdef .notdef .notdef .notdef .notdef .notdef a40 a41 a42 a43 .notdef .notdef .notdef .notdef a48 a49 a50 a51 .notdef
.notdef .notdef .notdef .notdef .notdef a58 a59 a60 a61
""",
    "t1": """
grave acute circumflex tilde dieresis hungarumlaut ring caron breve macron dotaccent cedilla ogonek quotesinglbase
guilsinglleft guilsinglright quotedblleft quotedblright quotedblbase guillemotleft guillemotright endash emdash afii61664
perthousandzero dotlessi dotlessj ff fi fl ffi ffl uni2423 exclam quotedbl numbersign dollar percent ampersand quoteright
parenleft parenright asterisk plus comma hyphen period slash zero one two three four five six seven eight nine colon semicolon
less equal greater question at A B C D E F G H I J K L M N O P Q R S T U V W X Y Z bracketleft backslash bracketright
asciicircum underscore quoteleft a b c d e f g h i j k l m n o p q r s t u v w x y z braceleft bar braceright asciitilde
hyphen.alt Abreve Aogonek Cacute Ccaron Dcaron Ecaron Eogonek Gbreve Lacute Lcaron Lslash Nacute Ncaron Eng Ohungarumlaut
Racute Rcaron Sacute Scaron Scedilla Tcaron Tcommaaccent Uhungarumlaut Uring Ydieresis Zacute Zcaron Zdotaccent IJ Idotaccent
dcroat section abreve aogonek cacute ccaron dcaron ecaron eogonek gbreve lacute lcaron lslash nacute ncaron eng ohungarumlaut
racute rcaron sacute scaron scedilla tcaron tcommaaccent uhungarumlaut uring ydieresis zacute zcaron zdotaccent ij exclamdown
questiondown sterling Agrave Aacute Acircumflex Atilde Adieresis Aring AE Ccedilla Egrave Eacute Ecircumflex Edieresis Igrave
Iacute Icircumflex Idieresis Eth Ntilde Ograve Oacute Ocircumflex Otilde Odieresis OE Oslash Ugrave Uacute Ucircumflex
Udieresis Yacute Thorn SS agrave aacute acircumflex atilde adieresis aring ae ccedilla egrave eacute ecircumflex edieresis
igrave iacute icircumflex idieresis eth ntilde ograve oacute ocircumflex otilde odieresis oe oslash ugrave uacute ucircumflex
udieresis yacute thorn germandbls
""",
    "ts1": """
Grave Acute Circumflex Tilde Dieresis Hungarumlaut Ring Caron Breve Macron Dotaccent cedilla ogonek quotesinglbase.ts1 .notdef
.notdef .notdef .notdef quotedblbase.ts1 .notdef .notdef twelveudash threequartersemdash afii61664.cap arrowleft arrowright
tieaccentlowercase tieaccentcapital tieaccentlowercase.new tieaccentcapital.new .notdef afii61664.asc uni2422 .notdef .notdef
.notdef dollar .notdef .notdef quotesingle .notdef .notdef asteriskmath .notdef comma hyphendbl period fraction zerooldstyle
oneoldstyle twooldstyle threeoldstyle fouroldstyle fiveoldstyle sixoldstyle sevenoldstyle eightoldstyle nineoldstyle .notdef
.notdef angleleft minus angleright .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef
.notdef .notdef .notdef uni2127 .notdef circle .notdef .notdef .notdef .notdef .notdef .notdef .notdef Omega .notdef .notdef
.notdef uni301A .notdef uni301B arrowup arrowdown grave.ts1 .notdef born divorced died .notdef .notdef .notdef .notdef .notdef
.notdef .notdef leaf married musicalnote .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef
.notdef .notdef .notdef .notdef .notdef tildelow hyphendbl.alt breve.ts1 caron.ts1 hungarumlaut.ts1 dblgrave.ts1 dagger
daggerdbl uni2016 perthousand bullet uni2103 dollaroldstyle centoldstyle florin colonmonetary uni20A9 uni20A6 guarani peso
lira recipe uni203D gnaborretni dong trademark uni2031 paragraph.alt uni0E3F afii61352 discount estimated openbullet uni2120
uni2045 uni2046 cent sterling currency yen brokenbar section dieresis.ts1 copyright ordfeminine copyleft logicalnot uni2117
registered macron.ts1 degree plusminus twosuperior threesuperior acute.ts1 mu paragraph periodcentered uni203B onesuperior
ordmasculine radical onequarter onehalf threequarters Euro .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef
.notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef multiply
.notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef
.notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef
.notdef divide .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef .notdef
""",
}
INK: dict[str, str] = {
    # `code:height:depth` of the 10 pt font of the encoding.
    "oml": """
0:680:0 1:716:0 2:705:22 3:716:0 4:677:0 5:680:0 6:683:0 7:705:0 8:683:0 9:683:0 10:705:0 11:442:11 12:706:194 13:442:215
14:711:12 15:431:11 16:697:205 17:442:216 18:705:11 19:442:11 20:442:11 21:694:13 22:442:216 23:442:0 24:697:205 25:431:11
26:442:216 27:431:11 28:431:12 29:442:11 30:694:205 31:442:205 32:694:205 33:442:11 34:453:22 35:705:11 36:431:11 37:442:194
38:442:108 39:442:218 40:511:-230 41:270:11 42:511:-230 43:270:11 44:464:-230 45:464:-230 46:505:5 47:505:5 48:453:22 49:453:0
50:453:0 51:453:216 52:464:194 53:453:216 54:666:22 55:463:216 56:666:22 57:453:216 58:106:0 59:106:193 60:540:40 61:750:250
62:540:40 63:485:-16 64:716:22 65:716:0 66:683:0 67:705:22 68:683:0 69:680:0 70:680:0 71:705:22 72:683:0 73:683:0 74:683:22
75:683:0 76:683:0 77:683:0 78:683:0 79:705:22 80:683:0 81:705:194 82:683:22 83:705:22 84:677:0 85:683:22 86:683:22 87:683:22
88:683:0 89:683:0 90:683:0 91:750:22 92:728:217 93:716:216 94:371:-133 95:381:-130 96:705:12 97:442:11 98:694:11 99:442:11
100:694:11 101:442:11 102:705:205 103:442:205 104:694:11 105:661:11 106:661:205 107:694:11 108:694:11 109:442:11 110:442:11
111:442:11 112:442:194 113:442:194 114:442:11 115:442:11 116:626:11 117:442:11 118:442:11 119:442:11 120:442:11 121:442:205
122:442:11 123:442:11 124:442:205 125:453:216 126:714:-516 127:665:-538
""",
    "oms": """
0:270:-230 1:303:-197 2:491:-9 3:465:-34 4:529:29 5:488:-12 6:666:0 7:500:166 8:583:83 9:583:83 10:583:83 11:583:83 12:583:83
13:716:216 14:444:-56 15:444:-56 16:484:-16 17:464:-36 18:636:137 19:636:137 20:636:137 21:636:137 22:636:137 23:636:137
24:367:-133 25:483:-56 26:540:40 27:540:40 28:566:66 29:566:66 30:539:40 31:539:40 32:511:11 33:511:11 34:693:194 35:694:193
36:511:11 37:719:195 38:695:219 39:464:-36 40:525:25 41:525:25 42:693:194 43:694:193 44:525:25 45:719:195 46:695:219 47:442:11
48:559:-45 49:442:11 50:540:40 51:540:40 52:716:0 53:500:216 54:716:216 55:436:-64 56:694:22 57:694:0 58:356:-89 59:772:78
60:716:22 61:705:11 62:668:0 63:668:0 64:693:0 65:722:50 66:706:22 67:705:24 68:683:0 69:705:22 70:685:32 71:705:119 72:683:49
73:683:0 74:683:119 75:705:22 76:705:22 77:705:50 78:775:50 79:705:22 80:683:50 81:705:124 82:683:22 83:705:22 84:717:68
85:683:28 86:683:45 87:683:45 88:683:0 89:683:135 90:683:0 91:598:22 92:598:22 93:598:22 94:598:22 95:598:22 96:694:0 97:694:0
98:750:250 99:750:250 100:750:250 101:750:250 102:750:250 103:750:250 104:750:250 105:750:250 106:750:250 107:750:250
108:771:271 109:771:271 110:750:250 111:583:83 112:40:960 113:683:0 114:683:33 115:716:216 116:598:0 117:598:0 118:636:137
119:636:137 120:705:205 121:705:216 122:705:205 123:694:194 124:727:130 125:727:163 126:716:33 127:727:130
""",
    "omx": """
0:40:1159 1:40:1159 2:40:1159 3:40:1159 4:40:1159 5:40:1159 6:40:1159 7:40:1159 8:40:1159 9:40:1159 10:40:1160 11:40:1160
12:21:621 13:21:621 14:40:1159 15:40:1159 16:40:1759 17:40:1759 18:40:2359 19:40:2359 20:40:2359 21:40:2359 22:40:2359
23:40:2359 24:40:2359 25:40:2359 26:40:2359 27:40:2359 28:40:2359 29:40:2359 30:40:2359 31:40:2359 32:40:2959 33:40:2959
34:40:2959 35:40:2959 36:40:2959 37:40:2959 38:40:2959 39:40:2959 40:40:2959 41:40:2959 42:40:2960 43:40:2960 44:40:2959
45:40:2959 46:40:1759 47:40:1759 48:39:1770 49:39:1770 50:39:1760 51:39:1760 52:40:1759 53:40:1759 54:1:601 55:1:601 56:-1:910
57:-1:910 58:10:899 59:10:899 60:10:1810 61:10:1810 62:10:310 63:1:601 64:50:1759 65:50:1759 66:10:610 67:10:610 68:40:1759
69:40:1759 70:0:1000 71:0:1400 72:0:1111 73:0:2222 74:0:1000 75:0:1400 76:0:1000 77:0:1400 78:0:1000 79:0:1400 80:0:1000
81:0:1000 82:0:1111 83:0:1000 84:0:1000 85:0:1000 86:0:1000 87:0:1000 88:0:1400 89:0:1400 90:0:2222 91:0:1400 92:0:1400
93:0:1400 94:0:1400 95:0:1400 96:0:1000 97:0:1400 98:744:-562 99:772:-575 100:772:-575 101:722:-608 102:750:-624 103:750:-623
104:40:1759 105:40:1759 106:40:1759 107:40:1759 108:40:1759 109:40:1759 110:40:1759 111:40:1759 112:40:1160 113:40:1760
114:40:2360 115:40:2960 116:20:1800 117:20:620 118:40:580 119:1:601 120:0:600 121:0:600 122:120:214 123:120:214 124:334:0
125:334:0 126:-1:600 127:0:599
""",
    "ot1": """
0:680:0 1:716:0 2:705:22 3:716:0 4:677:0 5:680:0 6:683:0 7:705:0 8:683:0 9:683:0 10:705:0 11:705:0 12:705:0 13:705:0 14:705:0
15:705:0 16:442:0 17:442:205 18:698:-510 19:698:-510 20:638:-516 21:694:-522 22:590:-559 23:716:-541 24:-22:203 25:705:11
26:448:11 27:448:11 28:534:102 29:683:0 30:705:22 31:739:56 32:392:-280 33:716:0 34:694:-395 35:694:194 36:750:56 37:750:56
38:716:22 39:694:-395 40:750:250 41:750:250 42:750:-319 43:583:83 44:106:193 45:245:-187 46:106:0 47:750:250 48:666:22
49:666:0 50:666:0 51:666:22 52:677:0 53:666:22 54:666:22 55:676:22 56:666:22 57:666:22 58:431:0 59:431:193 60:500:216
61:367:-133 62:500:205 63:705:0 64:705:11 65:716:0 66:683:0 67:705:22 68:683:0 69:680:0 70:680:0 71:705:22 72:683:0 73:683:0
74:683:22 75:683:0 76:683:0 77:683:0 78:683:0 79:705:22 80:683:0 81:705:194 82:683:22 83:705:22 84:677:0 85:683:22 86:683:22
87:683:22 88:683:0 89:683:0 90:683:0 91:750:250 92:693:-394 93:750:250 94:694:-540 95:669:-563 96:693:-394 97:448:11 98:694:11
99:448:11 100:694:11 101:448:11 102:705:0 103:453:206 104:694:0 105:669:0 106:669:205 107:694:0 108:694:0 109:442:0 110:442:0
111:448:11 112:442:194 113:442:194 114:442:0 115:448:11 116:615:11 117:442:11 118:431:11 119:431:11 120:431:0 121:431:205
122:431:0 123:277:-255 124:277:-255 125:699:-513 126:668:-575 127:669:-569
""",
    "ot1i": """
0:680:0 1:716:0 2:705:22 3:716:0 4:677:0 5:680:0 6:683:0 7:705:0 8:683:0 9:683:0 10:705:0 11:705:205 12:705:205 13:705:205
14:705:205 15:705:205 16:442:11 17:442:205 18:696:-505 19:696:-505 20:631:-506 21:693:-523 22:589:-559 23:716:-541 24:0:192
25:705:205 26:442:11 27:443:12 28:538:107 29:683:0 30:705:22 31:743:60 32:392:-280 33:716:0 34:694:-395 35:694:194 36:706:11
37:750:56 38:716:22 39:694:-395 40:750:250 41:750:250 42:750:-319 43:557:57 44:106:193 45:243:-187 46:106:0 47:750:250
48:666:22 49:666:0 50:666:22 51:666:22 52:666:194 53:665:22 54:666:22 55:666:22 56:666:22 57:666:22 58:431:0 59:431:193
60:500:216 61:367:-133 62:500:216 63:716:0 64:705:11 65:716:0 66:683:0 67:705:22 68:683:0 69:680:0 70:680:0 71:705:22 72:683:0
73:683:0 74:683:22 75:683:0 76:683:0 77:683:0 78:683:0 79:705:22 80:683:0 81:705:194 82:683:22 83:705:22 84:677:0 85:683:22
86:683:22 87:683:22 88:683:0 89:683:0 90:683:0 91:750:250 92:693:-394 93:750:250 94:693:-536 95:669:-563 96:693:-394 97:442:11
98:694:11 99:442:11 100:694:11 101:442:11 102:705:205 103:442:205 104:694:11 105:656:11 106:656:205 107:694:11 108:694:11
109:442:11 110:442:11 111:442:11 112:442:194 113:442:194 114:442:11 115:442:11 116:626:11 117:442:11 118:442:11 119:442:11
120:442:11 121:442:205 122:442:11 123:277:-255 124:277:-255 125:696:-506 126:668:-567 127:669:-569
""",
    "ot1tt": """
0:611:0 1:623:0 2:622:11 3:623:0 4:611:0 5:611:0 6:611:0 7:622:0 8:611:0 9:611:0 10:622:0 11:611:0 12:611:0 13:622:-328
14:389:233 15:389:228 16:431:0 17:431:228 18:611:-477 19:611:-477 20:572:-454 21:611:-498 22:577:-514 23:619:-499 24:45:208
25:617:6 26:440:6 27:440:6 28:571:140 29:611:0 30:622:11 31:696:85 32:240:132 33:622:0 34:622:-328 35:611:0 36:694:83
37:694:83 38:622:11 39:611:-302 40:694:82 41:694:82 42:521:-90 43:531:-81 44:125:139 45:341:-271 46:125:0 47:694:83 48:622:11
49:622:0 50:622:0 51:622:11 52:623:0 53:611:11 54:622:11 55:627:11 56:622:11 57:622:11 58:431:0 59:431:139 60:556:-56
61:417:-195 62:556:-56 63:617:0 64:617:6 65:623:0 66:611:0 67:622:11 68:611:0 69:611:0 70:611:0 71:622:11 72:611:0 73:611:0
74:611:11 75:611:0 76:611:0 77:611:0 78:611:0 79:622:11 80:611:0 81:622:139 82:611:11 83:622:11 84:611:0 85:611:11 86:611:8
87:611:8 88:611:0 89:611:0 90:611:0 91:694:83 92:694:83 93:694:83 94:611:-471 95:-25:95 96:681:-372 97:440:6 98:611:6 99:440:6
100:611:6 101:440:6 102:617:0 103:442:229 104:611:0 105:612:0 106:612:228 107:611:0 108:611:0 109:437:0 110:437:0 111:440:6
112:437:222 113:437:222 114:437:0 115:440:6 116:554:6 117:431:6 118:431:4 119:431:4 120:431:0 121:431:228 122:431:0 123:694:83
124:694:83 125:694:83 126:611:-491 127:612:-512
""",
    "ot1sc": """
0:680:0 1:716:0 2:705:22 3:716:0 4:677:0 5:680:0 6:683:0 7:705:0 8:683:0 9:683:0 10:705:0 11:694:194 12:694:194 13:711:-347
14:500:216 15:500:205 16:514:0 17:514:14 18:698:-509 19:698:-509 20:638:-516 21:694:-522 22:590:-559 23:716:-541 24:-22:203
25:528:14 26:514:0 27:528:14 28:570:56 29:683:0 30:705:22 31:739:56 32:392:-280 33:716:0 34:694:-395 35:694:194 36:750:56
37:750:56 38:716:22 39:694:-395 40:750:250 41:750:250 42:750:-319 43:600:100 44:106:193 45:245:-187 46:106:0 47:750:250
48:666:22 49:666:0 50:666:0 51:666:22 52:677:0 53:666:22 54:666:22 55:676:22 56:666:22 57:666:22 58:431:0 59:431:193 60:540:39
61:367:-133 62:539:40 63:705:0 64:705:11 65:716:0 66:683:0 67:705:22 68:683:0 69:680:0 70:680:0 71:705:22 72:683:0 73:683:0
74:683:22 75:683:0 76:683:0 77:683:0 78:683:0 79:705:22 80:683:0 81:705:194 82:683:22 83:705:22 84:677:0 85:683:22 86:683:22
87:683:22 88:683:0 89:683:0 90:683:0 91:750:250 92:693:-394 93:750:250 94:694:-540 95:669:-563 96:693:-394 97:531:0 98:514:0
99:528:14 100:514:0 101:511:0 102:511:0 103:528:14 104:514:0 105:514:0 106:514:14 107:514:0 108:514:0 109:514:0 110:514:0
111:528:14 112:514:0 113:528:144 114:514:14 115:528:14 116:508:0 117:514:14 118:514:11 119:514:11 120:514:0 121:514:0
122:514:0 123:277:-255 124:277:-255 125:699:-512 126:668:-574 127:669:-569
""",
    "msam": """
0:687:0 1:687:0 2:687:0 3:687:0 4:687:0 5:187:0 6:716:133 7:716:133 8:655:83 9:655:83 10:514:14 11:514:14 12:687:0 13:694:0
14:694:0 15:694:0 16:417:-83 17:417:-83 18:583:83 19:583:83 20:694:194 21:694:194 22:694:194 23:694:194 24:694:194 25:694:194
26:417:-83 27:417:-83 28:667:0 29:667:0 30:722:0 31:722:0 32:417:-83 33:417:-83 34:576:42 35:576:42 36:721:-133 37:732:226
38:732:226 39:762:287 40:409:-91 41:464:75 42:464:75 43:596:96 44:859:-133 45:732:226 46:732:226 47:762:287 48:636:137
49:636:137 50:733:0 51:733:0 52:579:154 53:753:174 54:636:137 55:681:250 56:559:-45 57:270:-230 58:594:94 59:594:94 60:579:154
61:753:174 62:636:137 63:681:250 64:539:40 65:539:40 66:539:40 67:539:40 68:636:137 69:636:137 70:693:111 71:750:250 72:576:20
73:539:40 74:539:40 75:437:-63 76:437:-63 77:576:20 78:576:20 79:576:20 80:367:-133 81:886:386 82:886:386 83:1003:463
84:1003:463 85:683:0 86:611:111 87:611:111 88:699:27 89:716:0 90:716:0 91:813:97 92:694:0 93:714:20 94:551:51 95:472:-28
96:378:-142 97:378:-122 98:540:40 99:540:40 100:598:22 101:598:22 102:578:22 103:578:22 104:694:22 105:694:22 106:753:214
107:753:214 108:492:-133 109:492:-8 110:566:66 111:566:66 112:694:-306 113:694:-306 114:710:176 115:710:176 116:736:22
117:766:94 118:367:-133 119:464:-36 120:366:22 121:366:22 122:716:22 123:847:22 124:431:213 125:583:83 126:583:83 127:583:83
""",
    "msbm": """
0:753:276 1:753:276 2:803:303 3:803:303 4:706:206 5:706:206 6:706:206 7:706:206 8:753:276 9:753:276 10:803:303 11:803:303
12:636:234 13:636:234 14:803:303 15:803:303 16:732:347 17:732:347 18:732:347 19:732:347 20:920:420 21:920:420 22:753:276
23:753:276 24:762:329 25:762:329 26:762:379 27:762:379 28:468:-32 29:657:157 30:694:194 31:694:194 32:636:248 33:636:248
34:828:328 35:828:328 36:785:375 37:785:375 38:753:325 39:753:325 40:636:234 41:636:234 42:803:303 43:803:303 44:750:250
45:750:250 46:431:22 47:431:22 48:694:0 49:694:0 50:694:0 51:694:0 52:803:303 53:803:303 54:706:206 55:706:206 56:436:-64
57:436:-64 58:533:33 59:533:33 60:533:33 61:436:-64 62:528:28 63:585:2 64:860:166 65:704:0 66:685:0 67:704:19 68:685:0
69:685:0 70:685:0 71:704:19 72:685:0 73:685:0 74:685:75 75:685:0 76:685:0 77:685:0 78:685:19 79:704:19 80:685:0 81:704:179
82:685:0 83:704:12 84:685:0 85:685:19 86:685:19 87:685:19 88:685:0 89:685:0 90:685:0 91:847:-589 92:847:-589 93:825:-634
94:900:-679 96:694:0 97:705:22 102:683:22 103:716:22 104:464:-36 105:763:20 106:763:42 107:763:42 108:539:39 109:539:39
110:491:-9 111:491:-9 112:431:22 113:431:22 114:431:22 115:367:-133 116:483:-56 117:580:33 118:762:287 119:762:287 120:462:-1
121:462:-1 122:605:83 123:436:5 124:685:0 125:694:11 126:694:11 127:442:0
""",
    "euf": """
0:684:34 1:616:30 2:681:257 3:681:242 4:470:214 5:687:20 6:578:21 7:474:26 18:709:-406 19:695:-395 33:690:11 38:698:11
39:695:-436 40:738:187 41:736:189 42:692:-448 43:586:74 44:138:210 45:276:-236 46:119:15 47:720:192 48:493:13 49:469:1
50:474:-1 51:474:182 52:476:192 53:458:184 54:700:13 55:468:181 56:706:10 57:470:182 58:455:12 59:457:190 61:369:-132
63:693:11 65:697:27 66:691:27 67:686:24 68:690:27 69:686:24 70:686:155 71:692:25 72:667:133 73:686:27 74:686:139 75:681:27
76:686:27 77:692:27 78:686:29 79:729:27 80:692:219 81:729:69 82:686:27 83:689:27 84:703:27 85:697:27 86:686:27 87:686:28
88:689:27 89:686:219 90:729:139 91:741:125 93:741:125 94:735:-452 97:471:36 98:686:31 99:466:29 100:612:34 101:467:31
102:679:238 103:470:209 104:689:198 105:675:21 106:673:202 107:686:26 108:686:20 109:475:26 110:475:23 111:481:28 112:538:214
113:480:224 114:474:21 115:479:30 116:641:21 117:474:26 118:533:28 119:533:28 120:473:188 121:524:219 122:471:215 125:695:-432
127:704:10
""",
    "rsfs": """
65:717:8 66:708:14 67:714:19 68:708:31 69:708:8 70:728:22 71:717:22 72:717:22 73:717:17 74:717:300 75:717:22 76:717:17
77:719:36 78:719:22 79:708:8 80:717:22 81:717:17 82:717:17 83:708:22 84:728:22 85:717:17 86:717:17 87:717:17 88:717:17
89:717:17 90:717:17 127:520:-368
""",
    "lasy": """
1:539:38 2:636:135 3:539:38 4:636:135 40:428:-72 41:428:-72 42:0:192 43:193:0 48:683:21 49:637:-47 50:624:-59 51:682:-1
58:383:-118 59:428:-72 60:539:38 61:539:38
""",
    "t1": """
0:642:0 1:642:0 2:642:0 3:642:0 4:663:0 5:642:0 6:642:0 7:642:0 8:642:0 9:663:0 10:663:0 11:0:170 12:0:194 13:106:194 14:483:0
15:483:0 16:689:0 17:689:0 18:106:194 19:483:0 20:483:0 21:430:0 22:430:0 23:430:0 24:750:56 25:430:0 26:430:194 27:689:0
28:689:0 29:689:0 30:689:0 31:689:0 32:430:97 33:689:0 34:689:0 35:689:194 36:750:56 37:750:56 38:689:0 39:689:0 40:750:250
41:750:250 42:750:0 43:583:83 44:106:194 45:430:0 46:106:0 47:750:250 48:642:0 49:642:0 50:642:0 51:642:0 52:642:0 53:642:0
54:642:0 55:642:0 56:642:0 57:642:0 58:430:0 59:430:194 60:533:39 61:367:-133 62:533:39 63:689:0 64:689:0 65:689:0 66:689:0
67:689:0 68:689:0 69:689:0 70:689:0 71:689:0 72:689:0 73:689:0 74:689:0 75:689:0 76:689:0 77:689:0 78:689:0 79:689:0 80:689:0
81:689:194 82:689:0 83:689:0 84:689:0 85:689:0 86:689:0 87:689:0 88:689:0 89:689:0 90:689:0 91:750:250 92:750:250 93:750:250
94:689:0 95:0:233 96:689:0 97:430:0 98:689:0 99:430:0 100:689:0 101:430:0 102:689:0 103:430:194 104:689:0 105:663:0
106:663:194 107:689:0 108:689:0 109:430:0 110:430:0 111:430:0 112:430:194 113:430:194 114:430:0 115:430:0 116:615:0 117:430:0
118:430:0 119:430:0 120:430:0 121:430:194 122:430:0 123:750:250 124:750:250 125:750:250 126:663:0 127:430:0 128:891:0
129:689:194 130:856:0 131:891:0 132:891:0 133:891:0 134:689:194 135:891:0 136:856:0 137:891:0 138:689:0 139:856:0 140:891:0
141:689:0 142:856:0 143:856:0 144:891:0 145:856:0 146:891:0 147:689:170 148:891:0 149:689:170 150:856:0 151:891:0 152:891:0
153:856:0 154:891:0 155:856:0 156:689:0 157:856:0 158:689:0 159:689:194 160:642:0 161:430:194 162:642:0 163:642:0 164:689:0
165:642:0 166:430:194 167:642:194 168:856:0 169:689:0 170:689:0 171:642:0 172:642:0 173:430:194 174:642:0 175:642:0 176:642:0
177:642:0 178:642:0 179:430:170 180:689:0 181:615:170 182:642:0 183:642:0 184:663:194 185:642:0 186:642:0 187:663:0
188:663:194 189:500:194 190:500:194 191:689:0 192:856:0 193:856:0 194:891:0 195:891:0 196:891:0 197:856:0 198:689:0
199:689:170 200:856:0 201:856:0 202:891:0 203:891:0 204:856:0 205:856:0 206:891:0 207:891:0 208:689:0 209:891:0 210:856:0
211:856:0 212:891:0 213:891:0 214:891:0 215:689:0 216:732:49 217:856:0 218:856:0 219:891:0 220:891:0 221:856:0 222:689:0
223:689:0 224:642:0 225:642:0 226:642:0 227:642:0 228:663:0 229:642:0 230:430:0 231:430:170 232:642:0 233:642:0 234:642:0
235:663:0 236:642:0 237:642:0 238:642:0 239:663:0 240:689:0 241:642:0 242:642:0 243:642:0 244:642:0 245:642:0 246:663:0
247:430:0 248:533:97 249:642:0 250:642:0 251:642:0 252:663:0 253:642:194 254:689:194 255:689:0
""",
    "ts1": """
0:606:0 1:606:0 2:642:0 3:642:0 4:642:0 5:606:0 6:642:0 7:642:0 8:642:0 9:642:0 10:606:0 11:0:170 12:0:194 13:106:194
18:106:194 21:437:0 22:437:0 23:689:0 24:367:-133 25:367:-133 26:689:0 27:947:0 28:689:0 29:689:0 31:689:0 32:689:0 36:750:56
39:689:0 42:465:-35 44:106:194 45:367:-133 46:106:0 47:750:250 48:437:0 49:437:0 50:437:0 51:437:194 52:437:194 53:437:194
54:642:0 55:437:194 56:642:0 57:437:194 60:750:250 61:583:83 62:750:250 77:689:0 79:750:250 87:689:0 91:750:250 93:750:250
94:689:194 95:689:194 96:689:0 98:465:-35 99:465:-35 100:606:26 108:689:0 109:465:-35 110:689:0 126:123:0 127:367:-133
128:689:0 129:689:0 130:689:0 131:689:0 132:689:194 133:689:194 134:750:250 135:750:56 136:437:-56 137:689:0 138:750:56
139:523:97 140:689:0 141:750:56 142:689:0 143:689:0 144:750:56 145:689:0 146:689:0 147:689:0 148:689:0 149:500:194 150:750:0
151:750:0 152:750:56 153:689:194 154:750:56 155:689:0 156:750:0 157:689:0 158:437:-56 159:750:0 160:750:250 161:750:250
162:523:97 163:689:0 164:553:0 165:689:0 166:750:250 167:689:194 168:668:0 169:750:250 170:750:0 171:750:250 172:437:0
173:750:250 174:750:250 175:689:0 176:689:0 177:583:83 178:750:0 179:750:0 180:689:0 181:437:194 182:689:194 183:437:0
184:523:0 185:750:0 186:750:0 187:750:210 188:750:194 189:750:194 190:750:194 191:689:0 214:583:83 246:583:83
""",
}
WIDTHS: dict[str, tuple[str, str]] = {
    # Font -> encoding, widths by code from 0; `-` where the font has no glyph. The first of several that fit equally is taken:
    # letters of formulas, then symbols, then text; 10 pt before other sizes.
    "CMMI10": (
        "oml",
        """
615 833 763 694 742 831 780 583 667 612 772 640 566 518 444 406 438 497 469 354 576 583 603 494 438 570 517 571 437 540 596
626 651 622 466 591 828 517 363 654 1000 1000 1000 1000 278 278 500 500 500 500 500 500 500 500 500 500 500 500 278 278 778
500 778 500 531 750 759 715 828 738 643 786 831 440 555 849 681 970 803 763 642 791 759 613 584 683 583 944 828 581 683 389
389 389 1000 1000 417 529 429 433 520 466 490 477 576 345 412 521 298 878 600 485 503 446 451 469 361 572 485 716 572 490 465
322 384 636 500 278
""",
    ),
    "CMMI5": (
        "oml",
        """
833 1153 1048 967 1018 1110 1065 840 944 893 1061 913 791 747 654 614 667 744 677 550 828 840 850 712 667 831 726 815 682 792
842 865 931 886 675 855 1145 726 578 918 1361 1361 1361 1361 458 458 736 736 736 736 736 736 736 736 736 736 736 736 458 458
1083 736 1083 736 749 1036 1037 996 1110 1007 867 1064 1110 627 773 1139 956 1284 1076 1048 875 1082 1030 856 832 944 828 1279
1113 824 943 597 597 597 1361 1361 597 774 633 649 740 677 684 701 828 534 588 758 480 1228 881 703 740 659 671 670 564 846
722 1009 792 731 689 534 553 889 736 458
""",
    ),
    "CMMI6": (
        "oml",
        """
743 1028 934 859 907 1000 952 736 833 781 946 805 698 652 566 523 572 644 590 466 726 736 750 622 572 727 639 717 582 690 742
767 819 780 587 751 1022 639 488 812 1222 1222 1222 1222 380 380 639 639 639 639 639 639 639 639 639 639 639 639 380 380 963
639 963 639 659 924 927 884 998 900 775 953 1000 548 682 1026 846 1162 967 934 780 966 922 757 731 838 730 1151 1001 726 838
509 509 509 1222 1222 519 675 548 559 642 589 601 608 726 446 512 661 402 1094 770 612 642 571 580 584 477 737 625 893 698 633
596 446 479 787 639 380
""",
    ),
    "CMMI7": (
        "oml",
        """
694 954 869 798 844 936 886 678 770 717 880 743 648 600 519 476 520 589 544 423 669 678 695 573 520 668 593 662 527 633 687
714 756 720 540 690 950 593 439 751 1139 1139 1139 1139 339 339 585 585 585 585 585 585 585 585 585 585 585 585 339 339 893
585 893 585 610 859 863 819 934 839 725 889 936 506 632 960 784 1089 905 869 727 900 861 701 675 778 675 1074 937 672 778 462
462 462 1139 1139 478 620 502 511 595 542 557 557 669 404 473 607 361 1014 706 564 589 524 530 539 432 675 571 826 648 579 546
399 442 730 585 339
""",
    ),
    "CMMI8": (
        "oml",
        """
643 885 806 737 783 873 823 620 708 655 817 682 596 547 470 430 467 533 496 376 612 620 639 522 467 610 544 607 472 576 632
660 694 661 491 632 882 544 389 692 1063 1063 1063 1063 295 295 531 531 531 531 531 531 531 531 531 531 531 531 295 295 826
531 826 531 560 796 801 757 872 779 672 828 873 461 580 896 723 1020 843 806 674 836 800 646 619 719 619 1002 874 616 720 413
413 413 1063 1063 434 564 455 460 547 493 510 506 612 362 430 553 317 940 645 514 535 474 479 491 384 615 517 762 598 525 494
350 400 673 531 295
""",
    ),
    "CMMI9": (
        "oml",
        """
628 856 782 714 761 850 799 600 685 631 792 659 579 531 456 416 451 513 481 364 592 600 619 507 451 588 529 588 452 556 612
641 671 639 477 609 853 529 374 671 1028 1028 1028 1028 285 285 514 514 514 514 514 514 514 514 514 514 514 514 285 285 799
514 799 514 544 771 778 734 848 756 656 805 850 449 566 870 699 993 822 782 656 811 778 628 600 699 599 971 849 597 699 400
400 400 1028 1028 424 544 440 445 533 478 499 490 592 352 420 535 307 905 620 498 516 459 464 479 371 591 499 737 583 506 478
334 392 653 514 285
""",
    ),
    "CMMI12": (
        "oml",
        """
607 816 748 680 729 811 766 571 653 598 758 623 553 508 434 395 428 483 456 346 564 571 589 484 428 555 505 557 425 528 580
613 637 610 458 577 809 505 354 641 979 979 979 979 272 272 490 490 490 490 490 490 490 490 490 490 490 490 272 272 762 490
762 490 517 734 744 701 813 725 634 772 811 432 541 833 666 947 784 748 631 776 745 602 574 665 571 924 813 568 670 381 381
381 979 979 411 514 416 421 509 454 483 469 564 334 405 509 292 856 584 471 491 434 441 461 354 557 473 700 556 477 455 312
378 623 490 272
""",
    ),
    "CMSY10": (
        "oms",
        """
778 278 778 500 778 500 778 778 778 778 778 778 778 1000 500 500 778 778 778 778 778 778 778 778 778 778 778 778 1000 1000 778
778 1000 1000 500 500 1000 1000 1000 778 1000 1000 611 611 1000 1000 1000 778 275 1000 667 667 889 889 0 0 556 556 667 500 722
722 778 778 611 798 657 527 771 528 719 595 845 545 678 762 690 1201 820 796 696 817 848 606 545 626 613 988 713 668 725 667
667 667 667 667 611 611 444 444 444 444 500 500 389 389 278 500 500 611 500 278 833 750 833 417 667 667 778 778 444 444 444
611 778 778 778 778
""",
    ),
    "CMSY5": (
        "oms",
        """
1083 458 1083 736 1083 736 1083 1083 1083 1083 1083 1083 1083 1361 736 736 1083 1083 1083 1083 1083 1083 1083 1083 1083 1083
1083 1083 1361 1361 1083 1083 1361 1361 736 736 1361 1361 1361 1083 1361 1361 875 875 1361 1361 1361 1083 441 1361 944 944
1222 1222 0 0 806 806 944 736 1014 1014 1083 1083 875 1113 919 782 1084 771 988 850 1195 820 958 1055 965 1568 1126 1089 998
1132 1196 868 822 874 899 1368 997 929 991 944 944 944 944 944 875 875 667 667 667 667 736 736 597 597 458 736 736 875 736 458
1097 1036 1153 632 944 944 1083 1083 667 667 667 875 1083 1083 1083 1083
""",
    ),
    "CMSY6": (
        "oms",
        """
963 380 963 639 963 639 963 963 963 963 963 963 963 1222 639 639 963 963 963 963 963 963 963 963 963 963 963 963 1222 1222 963
963 1222 1222 639 639 1222 1222 1222 963 1222 1222 769 769 1222 1222 1222 963 366 1222 833 833 1093 1093 0 0 704 704 833 639
898 898 963 963 769 990 813 678 961 671 880 747 1059 709 846 939 855 1427 1006 973 878 1008 1061 762 711 774 785 1223 884 824
884 833 833 833 833 833 769 769 574 574 574 574 639 639 509 509 380 639 639 769 639 380 1000 924 1028 542 833 833 963 963 574
574 574 769 963 963 963 963
""",
    ),
    "CMSY7": (
        "oms",
        """
893 339 893 585 893 585 893 893 893 893 893 893 893 1139 585 585 893 893 893 893 893 893 893 893 893 893 893 893 1139 1139 893
893 1139 1139 585 585 1139 1139 1139 893 1139 1139 708 708 1139 1139 1139 893 329 1139 770 770 1016 1016 0 0 647 647 770 585
831 831 893 893 708 918 753 620 889 616 818 689 979 647 782 872 792 1343 936 906 809 936 981 702 648 718 720 1135 819 764 823
770 770 770 770 770 708 708 524 524 524 524 585 585 462 462 339 585 585 708 585 339 938 859 954 494 770 770 893 893 524 524
524 708 893 893 893 893
""",
    ),
    "CMSY8": (
        "oms",
        """
826 295 826 531 826 531 826 826 826 826 826 826 826 1063 531 531 826 826 826 826 826 826 826 826 826 826 826 826 1063 1063 826
826 1063 1063 531 531 1063 1063 1063 826 1063 1063 649 649 1063 1063 1063 826 288 1063 708 708 944 944 0 0 590 590 708 531 767
767 826 826 649 849 695 563 822 561 758 631 904 585 720 807 731 1265 869 842 743 868 907 643 586 663 656 1055 756 706 764 708
708 708 708 708 649 649 472 472 472 472 531 531 413 413 295 531 531 649 531 295 885 796 885 444 708 708 826 826 472 472 472
649 826 826 826 826
""",
    ),
    "CMSY9": (
        "oms",
        """
799 285 799 514 799 514 799 799 799 799 799 799 799 1028 514 514 799 799 799 799 799 799 799 799 799 799 799 799 1028 1028 799
799 1028 1028 514 514 1028 1028 1028 799 1028 1028 628 628 1028 1028 1028 799 279 1028 685 685 914 914 0 0 571 571 685 514 742
742 799 799 628 821 674 543 794 542 736 611 871 563 697 782 708 1229 842 816 717 839 874 622 563 642 632 1017 732 685 742 685
685 685 685 685 628 628 457 457 457 457 514 514 400 400 285 514 514 628 514 285 856 771 856 428 685 685 799 799 457 457 457
628 799 799 799 799
""",
    ),
    "CMEX10": (
        "omx",
        """
458 458 417 417 472 472 472 472 583 583 472 472 333 556 578 578 597 597 736 736 528 528 583 583 583 583 750 750 750 750 1044
1044 792 792 583 583 639 639 639 639 806 806 806 806 1278 1278 811 811 875 875 667 667 667 667 667 667 889 889 889 889 889 889
889 667 875 875 875 875 611 611 833 1111 472 556 1111 1511 1111 1511 1111 1511 1056 944 472 833 833 833 833 833 1444 1278 556
1111 1111 1111 1111 1111 944 1278 556 1000 1444 556 1000 1444 472 472 528 528 528 528 667 667 1000 1000 1000 1000 1056 1056
1056 778 667 667 450 450 450 450 778 778
""",
    ),
    "CMEX7": (
        "omx",
        """
539 539 493 493 555 555 555 555 678 678 555 555 401 647 640 640 693 693 847 847 616 616 678 678 678 678 862 862 862 862 1156
1156 908 908 678 678 739 739 739 739 924 924 924 924 1415 1415 898 898 1001 1001 770 770 770 770 770 770 1016 1016 1016 1016
1016 1016 1016 770 1001 1001 1001 1001 708 708 954 1262 555 647 1262 1705 1262 1705 1262 1705 1200 1077 555 954 954 954 954
954 1631 1446 647 1262 1262 1262 1262 1262 1077 1446 647 1139 1631 647 1139 1631 555 555 616 616 616 616 770 770 1123 1123
1123 1123 1185 1185 1185 893 770 770 482 482 482 482 893 893
""",
    ),
    "CMEX8": (
        "omx",
        """
487 487 443 443 502 502 502 502 620 620 502 502 354 590 614 614 635 635 782 782 561 561 620 620 620 620 797 797 797 797 1110
1110 841 841 620 620 679 679 679 679 856 856 856 856 1358 1358 862 862 930 930 708 708 708 708 708 708 944 944 944 944 944 944
944 708 930 930 930 930 649 649 885 1181 502 590 1181 1606 1181 1606 1181 1606 1122 1003 502 885 885 885 885 885 1535 1358 590
1181 1181 1181 1181 1181 1003 1358 590 1063 1535 590 1063 1535 502 502 561 561 561 561 708 708 1063 1063 1063 1063 1122 1122
1122 826 708 708 450 450 450 450 826 826
""",
    ),
    "CMEX9": (
        "omx",
        """
471 471 428 428 485 485 485 485 600 600 485 485 343 571 594 594 614 614 757 757 542 542 600 600 600 600 771 771 771 771 1073
1073 814 814 600 600 657 657 657 657 828 828 828 828 1313 1313 834 834 899 899 685 685 685 685 685 685 914 914 914 914 914 914
914 685 899 899 899 899 628 628 856 1142 485 571 1142 1553 1142 1553 1142 1553 1085 971 485 856 856 856 856 856 1485 1313 571
1142 1142 1142 1142 1142 971 1313 571 1028 1485 571 1028 1485 485 485 542 542 542 542 685 685 1028 1028 1028 1028 1085 1085
1085 799 685 685 450 450 450 450 799 799
""",
    ),
    "CMR10": (
        "ot1",
        """
625 833 778 694 667 750 722 778 722 778 722 583 556 556 833 833 278 306 500 500 500 500 500 750 444 500 722 778 500 903 1014
778 278 278 500 833 500 833 778 278 389 389 500 778 278 333 278 500 500 500 500 500 500 500 500 500 500 500 278 278 278 778
472 472 778 750 708 722 764 681 653 785 750 361 514 778 625 917 750 778 681 778 736 556 722 750 750 1028 750 750 611 278 500
278 500 278 278 500 556 444 556 444 306 500 556 278 306 528 278 833 556 500 556 528 392 394 389 556 528 722 528 528 444 500
1000 500 500 500
""",
    ),
    "CMR5": (
        "ot1",
        """
831 1097 1028 911 889 981 958 1028 958 1028 958 681 681 403 403 646 403 438 681 681 681 681 681 981 611 681 958 1028 681 1178
1317 1028 403 403 681 1097 681 1097 1028 403 542 542 681 1028 403 472 403 681 681 681 681 681 681 681 681 681 681 681 403 403
1028 1028 1028 646 1028 981 935 958 1004 900 865 1033 981 494 692 1015 831 1189 981 1028 900 1028 969 750 958 981 981 1328 981
981 819 403 681 403 681 403 403 681 750 611 750 611 438 681 750 403 438 715 403 1097 750 681 750 715 542 549 542 750 715 958
715 715 611 681 1361 681 681 681
""",
    ),
    "CMR6": (
        "ot1",
        """
754 1000 935 831 806 896 870 935 870 935 870 736 704 704 1056 1056 352 384 611 611 611 611 611 896 546 611 870 935 611 1078
1207 935 352 352 611 1000 611 1000 935 352 481 481 611 935 352 417 352 611 611 611 611 611 611 611 611 611 611 611 352 352 352
935 579 579 935 896 851 870 916 819 786 942 896 443 624 929 754 1091 896 935 819 935 883 676 870 896 896 1220 896 896 741 352
611 352 611 352 352 611 676 546 676 546 384 611 676 352 384 644 352 1000 676 611 676 644 481 488 481 676 644 870 644 644 546
611 1222 611 611 611
""",
    ),
    "CMR7": (
        "ot1",
        """
706 938 877 782 754 843 815 877 815 877 815 678 647 647 970 970 323 354 569 569 569 569 569 843 508 569 815 877 569 1014 1137
877 323 323 569 938 569 938 877 323 446 446 569 877 323 385 323 569 569 569 569 569 569 569 569 569 569 569 323 323 323 877
539 539 877 843 799 815 860 768 737 884 843 413 583 874 706 1028 843 877 768 877 829 631 815 843 843 1151 843 843 692 323 569
323 569 323 323 569 631 508 631 508 354 569 631 323 354 600 323 938 631 569 631 600 446 453 446 631 600 815 600 600 508 569
1139 569 569 569
""",
    ),
    "CMR8": (
        "ot1",
        """
664 885 826 737 708 796 767 826 767 826 767 620 590 590 885 885 295 325 531 531 531 531 531 796 472 531 767 826 531 959 1077
826 295 295 531 885 531 885 826 295 413 413 531 826 295 354 295 531 531 531 531 531 531 531 531 531 531 531 295 295 295 826
502 502 826 796 752 767 811 723 693 834 796 383 545 825 664 973 796 826 723 826 782 590 767 796 796 1091 796 796 649 295 531
295 531 295 295 531 590 472 590 472 325 531 590 295 325 561 295 885 590 531 590 561 414 419 413 590 561 767 561 561 472 531
1063 531 531 531
""",
    ),
    "CMR9": (
        "ot1",
        """
642 856 799 714 685 771 742 799 742 799 742 600 571 571 856 856 285 314 514 514 514 514 514 771 457 514 742 799 514 928 1042
799 285 285 514 856 514 856 799 285 400 400 514 799 285 343 285 514 514 514 514 514 514 514 514 514 514 514 285 285 285 799
485 485 799 771 728 742 785 699 671 806 771 371 528 799 642 942 771 799 699 799 756 571 742 771 771 1056 771 771 628 285 514
285 514 285 285 514 571 457 571 457 314 514 571 285 314 542 285 856 571 514 571 542 402 405 400 571 542 742 542 542 457 514
1028 514 514 514
""",
    ),
    "CMR12": (
        "ot1",
        """
612 816 762 680 653 734 707 762 707 762 707 571 544 544 816 816 272 299 490 490 490 490 490 734 435 490 707 762 490 884 993
762 272 272 490 816 490 816 762 272 381 381 490 762 272 326 272 490 490 490 490 490 490 490 490 490 490 490 272 272 272 762
462 462 762 734 693 707 748 666 639 768 734 353 503 761 612 897 734 762 666 762 721 544 707 734 734 1006 734 734 598 272 490
272 490 272 272 490 544 435 544 435 299 490 544 272 299 517 272 816 544 490 544 517 381 386 381 544 517 707 517 517 435 490
979 490 490 490
""",
    ),
    "CMR17": (
        "ot1",
        """
576 772 720 641 615 693 668 720 668 720 668 525 499 499 749 749 250 276 459 459 459 459 459 693 406 459 668 720 459 837 942
720 250 250 459 772 459 772 720 250 354 354 459 720 250 302 250 459 459 459 459 459 459 459 459 459 459 459 250 250 250 720
432 432 720 693 654 668 707 628 602 726 693 328 471 719 576 850 693 720 628 720 680 511 668 693 693 955 693 693 563 250 459
250 459 250 250 459 511 406 511 406 276 459 511 250 276 485 250 772 511 459 511 485 354 359 354 511 485 668 485 485 406 459
917 459 459 459
""",
    ),
    "CMTI10": (
        "ot1i",
        """
627 818 767 692 664 743 716 767 716 767 716 613 562 588 882 894 307 332 511 511 511 511 511 831 460 537 716 716 511 883 985
767 256 307 514 818 769 818 767 307 409 409 511 767 307 358 307 511 511 511 511 511 511 511 511 511 511 511 307 307 307 767
511 511 767 743 704 716 755 678 653 774 743 386 525 769 627 897 743 767 678 767 729 562 716 743 743 999 743 743 613 307 514
307 511 307 307 511 460 460 511 460 307 460 511 307 307 460 256 818 562 511 511 460 422 409 332 537 460 664 464 486 409 511
1022 511 511 511
""",
    ),
    "CMTI7": (
        "ot1i",
        """
735 956 897 807 779 866 838 897 838 897 838 737 678 707 1061 1075 368 398 603 603 603 603 603 954 544 633 838 838 603 1028
1146 897 310 368 603 956 880 956 897 368 486 486 603 897 368 427 368 603 603 603 603 603 603 603 603 603 603 603 368 368 368
897 603 603 897 866 823 838 881 793 764 904 866 455 617 895 735 1042 866 897 793 897 852 662 838 866 866 1160 866 866 721 368
603 368 603 368 368 603 544 544 603 544 368 544 603 368 368 544 310 956 662 603 603 544 500 486 398 633 544 779 544 574 486
603 1206 603 603 603
""",
    ),
    "CMTI8": (
        "ot1i",
        """
673 878 823 742 713 797 768 823 768 823 768 658 603 631 946 960 329 357 549 549 549 549 549 884 494 576 768 768 549 947 1057
823 274 329 550 878 816 878 823 329 439 439 549 823 329 384 329 549 549 549 549 549 549 549 549 549 549 549 329 329 329 823
549 549 823 797 755 768 810 727 700 830 797 413 563 824 673 961 797 823 727 823 782 603 768 797 797 1071 797 797 658 329 550
329 549 329 329 549 494 494 549 494 329 494 549 329 329 494 274 878 603 549 549 494 453 439 357 576 494 713 495 521 439 549
1097 549 549 549
""",
    ),
    "CMTI9": (
        "ot1i",
        """
644 840 787 711 682 763 735 787 735 787 735 630 577 603 905 918 315 341 525 525 525 525 525 851 472 551 735 735 525 906 1011
787 262 315 528 840 786 840 787 315 420 420 525 787 315 367 315 525 525 525 525 525 525 525 525 525 525 525 315 315 315 787
525 525 787 763 723 735 775 696 670 794 763 396 539 789 644 920 763 787 696 787 749 577 735 763 763 1025 763 763 630 315 528
315 525 315 315 525 472 472 525 472 315 472 525 315 315 472 262 840 577 525 525 472 433 420 341 551 472 682 474 498 420 525
1049 525 525 525
""",
    ),
    "CMTI12": (
        "ot1i",
        """
613 800 750 677 650 727 700 750 700 750 700 600 550 575 863 875 300 325 500 500 500 500 500 815 450 525 700 700 500 863 963
750 250 300 500 800 755 800 750 300 400 400 500 750 300 350 300 500 500 500 500 500 500 500 500 500 500 500 300 300 300 750
500 500 750 727 688 700 738 663 638 757 727 377 513 752 613 877 727 750 663 750 713 550 700 727 727 977 727 727 600 300 500
300 500 300 300 500 450 450 500 450 300 450 500 300 300 450 250 800 550 500 500 450 413 400 325 525 450 650 450 475 400 500
1000 500 500 500
""",
    ),
    "CMTT10": (
        "ot1tt",
        """
525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525
525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525
525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525
525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525
525 525 525 525
""",
    ),
    "CMBX10": (
        "ot1",
        """
692 958 894 806 767 900 831 894 831 894 831 671 639 639 958 958 319 351 575 575 575 575 575 869 511 597 831 894 575 1042 1169
894 319 350 603 958 575 958 894 319 447 447 575 894 319 383 319 575 575 575 575 575 575 575 575 575 575 575 319 319 350 894
543 543 894 869 818 831 882 756 724 904 900 436 594 901 692 1092 900 864 786 864 862 639 800 885 869 1189 869 869 703 319 603
319 575 319 319 559 639 511 639 527 351 575 639 319 351 607 319 958 639 575 639 607 474 454 447 639 607 831 607 607 511 575
1150 575 575 575
""",
    ),
    "CMBX5": (
        "ot1",
        """
897 1242 1161 1033 1000 1153 1081 1161 1081 1161 1081 912 872 872 1308 1308 436 476 758 758 758 758 758 1114 678 762 1081 1161
758 1339 1500 1161 436 475 769 1242 758 1242 1161 436 597 597 758 1161 436 517 436 758 758 758 758 758 758 758 758 758 758 758
436 436 475 1161 718 718 1161 1114 1057 1081 1137 978 937 1169 1153 550 775 1154 897 1394 1153 1122 1017 1122 1103 839 1042
1133 1114 1517 1114 1114 919 439 769 439 758 436 436 738 839 678 839 692 476 758 839 436 476 799 436 1242 839 758 839 799 622
605 597 839 799 1081 799 799 678 758 1517 758 758 758
""",
    ),
    "CMBX6": (
        "ot1",
        """
825 1144 1069 954 919 1065 994 1069 994 1069 994 825 787 787 1181 1181 394 431 694 694 694 694 694 1029 619 708 994 1069 694
1236 1386 1069 394 430 710 1144 694 1144 1069 394 544 544 694 1069 394 469 394 694 694 694 694 694 694 694 694 694 694 694 394
394 430 1069 656 656 1069 1029 974 994 1049 900 862 1077 1065 506 711 1066 825 1290 1065 1032 936 1032 1019 769 957 1047 1029
1404 1029 1029 844 395 710 395 694 394 394 675 769 619 769 634 431 694 769 394 431 731 394 1144 769 694 769 731 571 551 544
769 731 994 731 731 619 694 1387 694 694 694
""",
    ),
    "CMBX7": (
        "ot1",
        """
773 1073 1002 897 860 1002 931 1002 931 1002 931 762 726 726 1089 1089 363 399 647 647 647 647 647 968 576 669 931 1002 647
1163 1305 1002 363 397 668 1073 647 1073 1002 363 505 505 647 1002 363 434 363 647 647 647 647 647 647 647 647 647 647 647 363
363 397 1002 612 612 1002 968 914 931 985 844 809 1012 1002 479 665 1003 773 1215 1002 968 879 968 960 718 897 985 968 1323
968 968 789 364 668 364 647 363 363 629 718 576 718 592 399 647 718 363 399 683 363 1073 718 647 718 683 535 512 505 718 683
931 683 683 576 647 1294 647 647 647
""",
    ),
    "CMBX8": (
        "ot1",
        """
735 1021 953 854 817 955 885 953 885 953 885 715 681 681 1021 1021 340 374 613 613 613 613 613 922 544 638 885 953 613 1108
1244 953 340 373 636 1021 613 1021 953 340 476 476 613 953 340 408 340 613 613 613 613 613 613 613 613 613 613 613 340 340 373
953 578 578 953 922 869 885 938 803 769 962 955 459 631 956 735 1159 955 920 835 920 915 681 852 939 922 1263 922 922 749 340
636 340 613 340 340 595 681 544 681 561 374 613 681 340 374 647 340 1021 681 613 681 647 506 483 476 681 647 885 647 647 544
613 1225 613 613 613
""",
    ),
    "CMBX9": (
        "ot1",
        """
711 986 920 827 789 924 855 920 855 920 855 690 657 657 986 986 329 362 592 592 592 592 592 893 526 617 855 920 592 1071 1202
920 329 360 618 986 592 986 920 329 460 460 592 920 329 394 329 592 592 592 592 592 592 592 592 592 592 592 329 329 360 920
559 559 920 893 841 855 907 777 744 930 924 446 611 926 711 1122 924 889 808 889 887 657 823 909 893 1222 893 893 723 329 618
329 592 329 329 575 657 526 657 543 362 592 657 329 362 625 329 986 657 592 657 625 488 467 460 657 625 855 625 625 526 592
1183 592 592 592
""",
    ),
    "CMBX12": (
        "ot1",
        """
676 938 875 787 750 880 812 875 812 875 812 656 625 625 938 938 312 344 562 562 562 562 562 850 500 574 812 875 562 1019 1144
875 312 343 581 938 562 938 875 312 438 438 562 875 312 375 312 562 562 562 562 562 562 562 562 562 562 562 312 312 343 875
531 531 875 850 800 812 862 738 707 884 880 419 581 881 676 1067 880 845 769 845 839 625 782 865 850 1162 850 850 688 312 581
312 562 312 312 547 625 500 625 513 344 562 625 312 344 594 312 938 625 562 625 594 459 444 438 625 594 812 594 594 500 562
1125 562 562 562
""",
    ),
    "MSAM10": (
        "msam",
        """
778 778 778 778 778 278 667 667 778 778 1000 1000 778 722 889 611 1000 1000 1000 1000 833 833 417 417 417 417 1111 1111 1000
1000 500 500 1000 1389 1000 1000 778 778 778 778 1111 667 667 778 778 778 778 778 778 778 778 778 778 778 778 778 275 500 778
778 778 778 778 778 778 778 778 778 778 778 944 500 722 778 778 500 500 722 722 722 778 778 778 778 778 750 1000 1000 833 611
611 611 722 722 722 778 778 778 778 778 667 667 760 760 778 778 778 778 778 778 1333 1333 500 500 947 902 667 778 778 778 500
500 833 500 556 778 778 778
""",
    ),
    "MSAM5": (
        "msam",
        """
1083 1083 1083 1083 1083 458 944 944 1083 1083 1361 1361 1083 1014 1222 875 1361 1361 1361 1361 1153 1153 632 632 632 632 1500
1500 1361 1361 736 736 1361 1847 1361 1361 1083 1083 1083 1083 1500 944 944 1083 972 1083 1083 1083 1083 1083 1083 1083 1083
1083 1083 1083 441 625 1083 1083 1083 1083 1083 1083 1083 1083 1083 1083 1083 1083 1069 736 875 1083 1083 625 625 875 875 875
1083 1083 1083 1083 1083 1036 1361 1361 1153 875 875 875 1014 1014 1014 1083 1083 1083 1083 1083 944 944 1035 1035 1083 1083
1083 1083 1083 1083 1778 1778 736 736 1036 989 944 1083 1083 1083 736 736 1153 736 806 1083 1083 1083
""",
    ),
    "MSAM6": (
        "msam",
        """
963 963 963 963 963 380 833 833 963 963 1222 1222 963 898 1093 769 1222 1222 1222 1222 1028 1028 542 542 542 542 1352 1352
1222 1222 639 639 1222 1676 1222 1222 963 963 963 963 1352 833 833 963 907 963 963 963 963 963 963 963 963 963 963 963 366 583
963 963 963 963 963 963 963 963 963 963 963 963 1009 639 806 963 963 583 583 806 806 806 963 963 963 963 963 924 1222 1222
1028 769 769 769 898 898 898 963 963 963 963 963 833 833 939 939 963 963 963 963 963 963 1611 1611 639 639 1009 963 833 963
963 963 639 639 1028 639 704 963 963 963
""",
    ),
    "MSAM7": (
        "msam",
        """
893 893 893 893 893 339 770 770 893 893 1139 1139 893 831 1016 708 1139 1139 1139 1139 954 954 493 493 493 493 1262 1262 1139
1139 585 585 1139 1569 1139 1139 893 893 893 893 1262 770 770 893 861 893 893 893 893 893 893 893 893 893 893 893 329 554 893
893 893 893 893 893 893 893 893 893 893 893 982 585 772 893 893 554 554 772 772 772 893 893 893 893 893 859 1139 1139 954 708
708 708 831 831 831 893 893 893 893 893 770 770 881 881 893 893 893 893 893 893 1508 1508 585 585 990 944 770 893 893 893 585
585 954 585 647 893 893 893
""",
    ),
    "MSAM8": (
        "msam",
        """
826 826 826 826 826 295 708 708 826 826 1063 1063 826 767 944 649 1063 1063 1063 1063 885 885 443 443 443 443 1181 1181 1063
1063 531 531 1063 1476 1063 1063 826 826 826 826 1181 708 708 826 826 826 826 826 826 826 826 826 826 826 826 826 288 531 826
826 826 826 826 826 826 826 826 826 826 826 948 531 733 826 826 531 531 733 733 733 826 826 826 826 826 796 1063 1063 885 649
649 649 767 767 767 826 826 826 826 826 708 708 817 817 826 826 826 826 826 826 1417 1417 531 531 976 931 708 826 826 826 531
531 885 531 590 826 826 826
""",
    ),
    "MSAM9": (
        "msam",
        """
799 799 799 799 799 285 685 685 799 799 1028 1028 799 742 914 628 1028 1028 1028 1028 856 856 428 428 428 428 1142 1142 1028
1028 514 514 1028 1427 1028 1028 799 799 799 799 1142 685 685 799 799 799 799 799 799 799 799 799 799 799 799 799 279 514 799
799 799 799 799 799 799 799 799 799 799 799 946 514 727 799 799 514 514 727 727 727 799 799 799 799 799 771 1028 1028 856 628
628 628 742 742 742 799 799 799 799 799 685 685 788 788 799 799 799 799 799 799 1370 1370 514 514 961 917 685 799 799 799 514
514 856 514 571 799 799 799
""",
    ),
    "MSBM10": (
        "msbm",
        """
778 778 778 778 778 778 778 778 778 778 778 778 778 778 778 778 778 778 778 778 778 778 778 778 778 778 778 778 778 778 889
889 778 778 778 778 778 778 778 778 778 778 778 778 500 278 222 389 611 722 611 722 778 778 778 778 1000 1000 1000 1000 1000
1000 778 778 556 722 667 722 722 667 611 778 778 389 500 778 667 944 722 778 611 778 722 556 667 722 722 1000 722 722 667 1889
2333 1889 2333 - 556 639 - - - - 722 556 778 667 444 667 778 778 778 778 222 389 778 778 778 778 778 778 1000 1000 778 667 556
540 540 429
""",
    ),
    "MSBM5": (
        "msbm",
        """
1083 1083 1083 1083 1083 1083 1083 1083 1083 1083 1083 1083 1083 1083 1083 1083 1083 1083 1083 1083 1083 1083 1083 1083 1083
1083 1083 1083 1083 1083 1222 1222 1083 1083 1083 1083 1083 1083 1083 1083 1083 1083 1083 1083 736 458 389 597 875 1014 875
1014 1083 1083 1083 1083 1361 1361 1361 1361 1361 1361 1083 1083 806 722 667 722 722 667 611 778 778 389 500 778 667 944 722
778 611 778 722 556 667 722 722 1000 722 722 667 2472 3028 2472 3028 - 806 910 - - - - 1014 806 1083 944 667 944 1083 1083
1083 1083 389 597 1083 1083 1083 1083 1083 1083 1361 1361 1083 944 556 792 792 646
""",
    ),
    "MSBM6": (
        "msbm",
        """
963 963 963 963 963 963 963 963 963 963 963 963 963 963 963 963 963 963 963 963 963 963 963 963 963 963 963 963 963 963 1093
1093 963 963 963 963 963 963 963 963 963 963 963 963 639 380 315 509 769 898 769 898 963 963 963 963 1222 1222 1222 1222 1222
1222 963 963 704 722 667 722 722 667 611 778 778 389 500 778 667 944 722 778 611 778 722 556 667 722 722 1000 722 722 667 2259
2778 2259 2778 - 704 801 - - - - 898 704 963 833 574 833 963 963 963 963 315 509 963 963 963 963 963 963 1222 1222 963 833 556
690 690 556
""",
    ),
    "MSBM7": (
        "msbm",
        """
893 893 893 893 893 893 893 893 893 893 893 893 893 893 893 893 893 893 893 893 893 893 893 893 893 893 893 893 893 893 1016
1016 893 893 893 893 893 893 893 893 893 893 893 893 585 339 278 462 708 831 708 831 893 893 893 893 1139 1139 1139 1139 1139
1139 893 893 647 722 667 722 722 667 611 778 778 389 500 778 667 944 722 778 611 778 722 556 667 722 722 1000 722 722 667 2123
2615 2123 2615 - 647 739 - - - - 831 647 893 770 524 770 893 893 893 893 278 462 893 893 893 893 893 893 1139 1139 893 770 556
633 633 507
""",
    ),
    "MSBM8": (
        "msbm",
        """
826 826 826 826 826 826 826 826 826 826 826 826 826 826 826 826 826 826 826 826 826 826 826 826 826 826 826 826 826 826 944
944 826 826 826 826 826 826 826 826 826 826 826 826 531 295 236 413 649 767 649 767 826 826 826 826 1063 1063 1063 1063 1063
1063 826 826 590 722 667 722 722 667 611 778 778 389 500 778 667 944 722 778 611 778 722 556 667 722 722 1000 722 722 667 2007
2479 2007 2479 - 590 679 - - - - 767 590 826 708 472 708 826 826 826 826 236 413 826 826 826 826 826 826 1063 1063 826 708 556
576 576 457
""",
    ),
    "MSBM9": (
        "msbm",
        """
799 799 799 799 799 799 799 799 799 799 799 799 799 799 799 799 799 799 799 799 799 799 799 799 799 799 799 799 799 799 914
914 799 799 799 799 799 799 799 799 799 799 799 799 514 285 228 400 628 742 628 742 799 799 799 799 1028 1028 1028 1028 1028
1028 799 799 571 722 667 722 722 667 611 778 778 389 500 778 667 944 722 778 611 778 722 556 667 722 722 1000 722 722 667 1941
2398 1941 2398 - 571 657 - - - - 742 571 799 685 457 685 799 799 799 799 228 400 799 799 799 799 799 799 1028 1028 799 685 556
556 556 441
""",
    ),
    "EUFM10": (
        "euf",
        """
497 498 333 329 503 333 334 501 - - - - - - - - - - 215 215 - - - - - - - - - - - - - 296 - - - - 738 212 389 389 278 756 278
756 278 502 502 502 502 502 502 502 502 502 502 502 216 216 - 756 - 362 - 718 884 613 832 663 611 785 720 554 552 668 666 1050
832 827 828 827 828 829 669 646 831 1046 719 833 602 278 - 278 500 - - 500 513 389 499 401 326 504 521 279 281 389 280 767 527
489 500 489 389 443 333 517 512 774 389 499 391 - - 215 - 378
""",
    ),
    "RSFS10": (
        "rsfs",
        """
- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -
- - 803 908 666 774 562 895 610 969 809 1052 914 874 1080 902 738 1013 883 850 868 747 800 622 805 944 710 821 - - - - - - - -
- - - - - - - - - - - - - - - - - - - - - - - - - - - - 278
""",
    ),
    "LASY10": (
        "lasy",
        """
- 778 778 778 778 - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - 333 333 500 500 - - - - 722 722 747
792 - - - - - - 667 1000 778 778
""",
    ),
    "CMMIB10": (
        "oml",
        """
657 958 867 806 841 982 885 671 767 714 879 761 660 590 522 483 508 600 562 412 668 671 708 577 508 682 612 686 521 631 712
718 758 718 529 692 975 612 424 747 1150 1150 1150 1150 319 319 575 575 575 575 575 575 575 575 575 575 575 575 319 319 894
575 894 575 628 869 866 817 938 810 689 887 982 511 631 971 756 1142 950 837 723 869 872 693 637 800 678 1093 947 675 773 447
447 447 1150 1150 474 633 521 513 610 554 568 545 668 405 471 604 348 1032 713 585 601 542 529 531 415 681 567 831 659 590 555
394 439 740 575 319
""",
    ),
    "CMMIB7": (
        "oml",
        """
723 1081 972 905 942 1087 990 762 868 817 986 864 738 667 589 548 585 690 629 475 759 762 798 649 585 780 680 772 609 722 799
807 864 814 595 791 1101 680 493 842 1294 1294 1294 1294 371 371 655 655 655 655 655 655 655 655 655 655 655 655 371 371 1010
655 1010 655 701 976 969 920 1042 903 759 988 1087 560 701 1079 852 1264 1051 938 802 974 969 776 719 894 763 1224 1053 759
865 513 513 513 1294 1294 526 722 586 584 687 625 632 619 759 468 521 688 404 1178 823 657 687 612 606 595 488 787 651 944 737
677 633 468 486 830 655 371
""",
    ),
    "CMBSY10": (
        "oms",
        """
894 319 894 575 894 575 894 894 894 894 894 894 894 1150 575 575 894 894 894 894 894 894 894 894 894 894 894 894 1150 1150 894
894 1150 1150 575 575 1150 1150 1150 894 1150 1150 703 703 1150 1150 1150 894 344 1150 767 767 1022 1022 0 0 639 639 767 575
831 831 894 894 703 921 748 613 892 607 814 682 987 642 779 871 788 1378 937 906 810 939 990 696 644 715 737 1169 817 759 818
767 767 767 767 767 703 703 511 511 511 511 575 575 447 447 319 575 575 703 575 319 958 900 958 569 767 767 894 894 526 511
511 703 894 894 894 894
""",
    ),
    "CMSS10": (
        "ot1",
        """
542 833 778 611 667 708 722 778 722 778 722 583 536 536 814 814 239 267 500 500 500 500 500 667 444 481 722 778 500 861 972
778 239 319 500 833 500 833 758 278 389 389 500 778 278 333 278 500 500 500 500 500 500 500 500 500 500 500 278 278 319 778
472 472 667 667 667 639 722 597 569 667 708 278 472 694 542 875 708 736 639 736 646 556 681 688 667 944 667 667 611 289 500
289 500 278 278 481 517 444 517 444 306 500 517 239 267 489 239 794 517 500 517 517 342 383 361 517 461 683 461 461 435 500
1000 500 500 500
""",
    ),
    "CMSL10": (
        "ot1",
        """
625 833 778 694 667 750 722 778 722 778 722 583 556 556 833 833 278 306 500 500 500 500 500 809 444 500 722 778 500 903 1014
778 278 278 500 833 500 833 778 278 389 389 500 778 278 333 278 500 500 500 500 500 500 500 500 500 500 500 278 278 278 778
472 472 778 750 708 722 764 681 653 785 750 361 514 778 625 917 750 778 681 778 736 556 722 750 750 1028 750 750 611 278 500
278 500 278 278 500 556 444 556 444 306 500 556 278 306 528 278 833 556 500 556 528 392 394 389 556 528 722 528 528 444 500
1000 500 500 500
""",
    ),
    "CMCSC10": (
        "ot1sc",
        """
683 903 844 756 728 814 786 844 786 844 786 553 553 319 319 524 302 424 553 553 553 553 553 814 494 916 736 824 636 975 1092
844 319 319 553 903 553 903 844 319 436 436 553 844 319 378 319 553 553 553 553 553 553 553 553 553 553 553 319 319 844 844
844 524 844 814 771 786 829 742 712 851 814 406 567 843 683 989 814 844 742 844 800 611 786 814 814 1106 814 814 669 319 553
319 553 319 319 613 580 591 624 558 536 641 613 302 424 636 513 747 613 636 558 636 602 458 591 613 613 836 613 613 502 553
1106 553 553 553
""",
    ),
    "CMBXTI10": (
        "ot1i",
        """
698 944 886 807 768 896 827 886 827 886 827 756 674 704 1045 1059 356 385 591 591 591 591 591 949 532 665 827 827 591 1023
1141 886 297 386 621 944 869 944 886 356 473 473 591 886 356 414 356 591 591 591 591 591 591 591 591 591 591 591 356 356 386
886 591 591 886 866 817 827 876 757 727 895 896 472 611 895 698 1073 896 855 787 855 859 650 796 881 866 1160 866 866 709 356
621 356 591 356 356 591 532 532 591 532 400 532 591 356 356 532 297 944 650 591 591 532 502 487 385 621 532 768 561 562 491
591 1182 591 591 591
""",
    ),
    "CMSL8": (
        "ot1",
        """
664 885 826 737 708 796 767 826 767 826 767 620 590 590 885 885 295 325 531 531 531 531 531 854 472 531 767 826 531 959 1077
826 295 295 531 885 531 885 826 295 413 413 531 826 295 354 295 531 531 531 531 531 531 531 531 531 531 531 295 295 295 826
502 502 826 796 752 767 811 723 693 834 796 383 545 825 664 973 796 826 723 826 782 590 767 796 796 1091 796 796 649 295 531
295 531 295 295 531 590 472 590 472 325 531 590 295 325 561 295 885 590 531 590 561 414 419 413 590 561 767 561 561 472 531
1063 531 531 531
""",
    ),
    "CMSL9": (
        "ot1",
        """
642 856 799 714 685 771 742 799 742 799 742 600 571 571 856 856 285 314 514 514 514 514 514 829 457 514 742 799 514 928 1042
799 285 285 514 856 514 856 799 285 400 400 514 799 285 343 285 514 514 514 514 514 514 514 514 514 514 514 285 285 285 799
485 485 799 771 728 742 785 699 671 806 771 371 528 799 642 942 771 799 699 799 756 571 742 771 771 1056 771 771 628 285 514
285 514 285 285 514 571 457 571 457 314 514 571 285 314 542 285 856 571 514 571 542 402 405 400 571 542 742 542 542 457 514
1028 514 514 514
""",
    ),
    "CMSL12": (
        "ot1",
        """
612 816 762 680 653 734 707 762 707 762 707 571 544 544 816 816 272 299 490 490 490 490 490 793 435 490 707 762 490 884 993
762 272 272 490 816 490 816 762 272 381 381 490 762 272 326 272 490 490 490 490 490 490 490 490 490 490 490 272 272 272 762
462 462 762 734 693 707 748 666 639 768 734 353 503 761 612 897 734 762 666 762 721 544 707 734 734 1006 734 734 598 272 490
272 490 272 272 490 544 435 544 435 299 490 544 272 299 517 272 816 544 490 544 517 381 386 381 544 517 707 517 517 435 490
979 490 490 490
""",
    ),
    "CMSS8": (
        "ot1",
        """
578 885 826 649 708 750 767 826 767 826 767 620 569 569 865 865 253 283 531 531 531 531 531 708 472 510 767 826 531 915 1033
826 253 337 531 885 531 885 806 295 413 413 531 826 295 354 295 531 531 531 531 531 531 531 531 531 531 531 295 295 337 826
502 502 708 708 708 679 767 637 608 708 750 295 502 738 578 927 750 785 679 785 688 590 726 729 708 1003 708 708 649 309 531
309 531 295 295 510 549 472 549 472 325 531 549 253 283 519 253 844 549 531 549 549 363 407 384 549 490 726 490 490 462 531
1063 531 531 531
""",
    ),
    "CMSS9": (
        "ot1",
        """
560 856 799 630 685 727 742 799 742 799 742 600 551 551 836 836 245 274 514 514 514 514 514 687 457 494 742 799 514 886 1000
799 245 326 514 856 514 856 779 285 400 400 514 799 285 343 285 514 514 514 514 514 514 514 514 514 514 514 285 285 326 799
485 485 685 687 686 657 743 617 589 685 727 287 486 715 560 898 727 759 657 759 666 571 702 707 687 972 687 687 628 299 514
299 514 285 285 494 531 457 531 457 314 514 531 245 274 502 245 816 531 514 531 531 351 394 371 531 474 702 474 474 447 514
1028 514 514 514
""",
    ),
    "CMSS12": (
        "ot1",
        """
529 816 762 593 653 686 707 762 707 762 707 571 523 523 795 795 230 258 490 490 490 490 490 647 435 469 707 762 490 840 949
762 230 311 490 816 490 816 741 272 381 381 490 762 272 326 272 490 490 490 490 490 490 490 490 490 490 490 272 272 311 762
462 462 653 647 650 626 704 583 556 653 686 266 459 674 529 850 686 722 623 722 630 544 668 667 647 919 647 647 598 283 490
283 490 272 272 469 502 435 502 435 299 490 502 230 258 475 230 774 502 490 502 502 333 375 354 502 448 666 448 448 425 490
979 490 490 490
""",
    ),
    "CMSS17": (
        "ot1",
        """
509 784 731 572 627 663 679 731 679 731 679 549 503 503 764 764 223 249 470 470 470 470 470 625 418 451 679 731 470 809 913
731 223 300 470 784 470 784 712 261 366 366 470 731 261 313 261 470 470 470 470 470 470 470 470 470 470 470 261 261 300 731
444 444 627 625 626 601 678 561 535 627 663 259 443 651 509 820 663 693 600 693 606 522 641 644 625 886 625 625 575 273 470
273 470 261 261 451 484 418 484 418 287 470 484 223 249 458 223 745 484 470 484 484 320 360 340 484 432 641 432 432 408 470
940 470 470 470
""",
    ),
    "CMSSBX10": (
        "ot1",
        """
581 917 856 672 733 794 794 856 794 856 794 642 586 586 892 892 256 286 550 550 550 550 550 733 489 565 794 856 550 947 1069
856 256 367 558 917 550 1029 831 306 428 428 550 856 306 367 306 550 550 550 550 550 550 550 550 550 550 550 306 306 367 856
519 519 733 733 733 703 794 642 611 733 794 331 519 764 581 978 794 794 703 794 703 611 733 764 733 1039 733 733 672 343 558
343 550 306 306 525 561 489 561 511 336 550 561 256 286 531 256 867 561 550 561 561 372 422 404 561 500 744 500 500 476 550
1100 550 550 550
""",
    ),
    "CMSSI10": (
        "ot1",
        """
542 833 778 611 667 708 722 778 722 778 722 583 536 536 814 814 239 267 500 500 500 500 500 738 444 481 722 778 500 861 972
778 239 319 500 833 500 833 758 278 389 389 500 778 278 333 278 500 500 500 500 500 500 500 500 500 500 500 278 278 319 778
472 472 667 667 667 639 722 597 569 667 708 278 472 694 542 875 708 736 639 736 646 556 681 688 667 944 667 667 611 289 500
289 500 278 278 481 517 444 517 444 306 500 517 239 267 489 239 794 517 500 517 517 342 383 361 517 461 683 461 461 435 500
1000 500 500 500
""",
    ),
    "CMB10": (
        "ot1",
        """
600 833 778 700 667 783 722 778 722 778 722 583 556 556 833 833 278 306 500 500 500 500 500 756 444 560 722 778 500 906 1017
778 278 306 544 833 500 833 778 278 389 389 500 778 278 333 278 500 500 500 500 500 500 500 500 500 500 500 278 278 306 778
472 472 778 756 711 722 767 656 628 786 783 397 517 783 600 950 783 750 683 750 760 556 694 769 756 1033 756 756 611 280 544
280 500 278 278 486 556 444 556 467 306 500 556 278 306 528 278 833 556 500 556 528 428 394 390 556 528 722 528 528 444 500
1000 500 500 500
""",
    ),
    "EUFM5": (
        "euf",
        """
790 791 593 588 797 593 594 794 - - - - - - - - - - 451 451 - - - - - - - - - - - - - 548 - - - - 1078 448 660 660 527 1100
527 1100 527 795 795 795 795 795 795 795 795 795 795 795 453 453 - 1100 - 628 - 1054 1253 928 1190 988 926 1135 1057 858 856
995 992 1451 1191 1185 1185 1185 1186 1187 995 968 1190 1447 1056 1192 915 527 - 527 793 - - 794 809 661 791 674 585 797 818
528 531 661 529 1112 825 780 794 780 660 724 593 814 807 1121 660 792 662 - - 451 - 647
""",
    ),
    "EUFM7": (
        "euf",
        """
596 597 419 414 603 419 420 600 - - - - - - - - - - 291 291 - - - - - - - - - - - - - 378 - - - - 856 288 479 479 359 876 359
876 359 601 601 601 601 601 601 601 601 601 601 601 292 292 - 876 - 450 - 835 1014 721 958 775 719 908 837 658 656 781 779
1194 958 953 953 953 954 955 782 757 957 1190 836 959 710 359 - 359 599 - - 600 613 480 598 492 411 603 622 360 362 480 361
888 628 587 600 587 479 537 419 618 612 895 479 598 481 - - 291 - 467
""",
    ),
    "EUFB5": (
        "euf",
        """
- 857 644 637 863 643 648 - 1290 1010 - - - - - - - - 490 490 - - - - - - - - - - - - - 595 - - - - 1169 486 716 716 571 1193
571 1193 571 863 863 863 863 863 863 863 863 863 863 863 491 491 - 851 - 682 - 1143 1359 1007 1291 1072 1005 1231 1147 931 928
1079 1076 1574 1292 1285 1286 1285 1287 1287 1080 1147 1291 1570 1145 1293 993 493 - 493 860 - - 874 860 721 858 730 638 865
888 575 576 721 581 1224 930 881 875 866 716 786 643 858 876 1220 716 859 718 - - 490 - 807
""",
    ),
    "EUFB7": (
        "euf",
        """
- 663 466 460 668 465 470 - 1064 805 - - - - - - - - 323 323 - - - - - - - - - - - - - 421 - - - - 952 320 532 532 399 974 399
974 399 668 668 668 668 668 668 668 668 668 668 668 325 325 - 657 - 501 - 928 1128 802 1065 862 800 1009 931 732 729 869 866
1327 1066 1059 1060 1059 1061 1061 869 931 1065 1323 930 1067 789 326 - 326 666 - - 679 666 537 665 546 461 671 692 402 403
538 408 1003 731 685 680 672 533 597 465 665 680 999 532 665 535 - - 323 - 617
""",
    ),
    "EUFB10": (
        "euf",
        """
- 587 394 387 593 393 398 - 981 727 - - - - - - - - 254 254 - - - - - - - - - - - - - 349 - - - - 871 250 459 459 328 893 328
893 328 593 593 593 593 593 593 593 593 593 593 593 255 255 - 582 - 428 - 847 1044 723 982 783 722 927 851 655 652 789 786
1239 983 976 977 976 978 978 790 851 982 1235 849 984 711 257 - 257 590 - - 603 590 464 589 472 388 595 615 331 332 464 337
921 654 609 604 596 460 523 393 589 604 918 459 589 461 - - 254 - 542
""",
    ),
    "ECRM1000": (
        "t1",
        """
500 500 500 500 500 500 750 500 500 500 278 444 278 278 444 444 333 333 333 555 555 500 1000 0 389 278 305 583 555 555 833 833
500 278 500 833 500 833 778 278 389 389 500 778 278 333 278 500 500 500 500 500 500 500 500 500 500 500 278 278 778 778 778
472 778 750 708 722 764 680 653 785 750 361 514 778 625 916 750 778 680 778 736 555 722 750 750 1028 750 750 611 278 500 278
611 778 278 500 555 444 555 444 305 500 555 278 305 528 278 833 555 500 555 528 392 394 389 555 528 722 528 528 444 500 278
500 611 167 750 750 722 722 764 680 680 785 625 625 625 750 750 791 778 736 736 555 555 555 722 722 750 750 750 611 611 611
861 361 555 444 500 500 444 444 675 444 444 500 278 403 336 555 555 555 500 392 392 394 394 394 389 389 555 555 528 444 444
444 583 278 472 639 750 750 750 750 750 750 903 722 680 680 680 680 361 361 361 361 764 750 778 778 778 778 778 1014 778 750
750 750 750 750 625 1111 500 500 500 500 500 500 722 444 444 444 444 444 278 278 278 333 500 555 500 500 500 500 500 778 500
555 555 555 555 528 555 500
""",
    ),
    "ECBX1000": (
        "t1",
        """
575 575 575 575 575 575 869 575 575 575 319 511 319 319 511 511 411 411 411 639 639 575 1150 0 447 319 351 671 639 639 958 958
575 350 575 958 575 958 894 319 447 447 575 894 319 383 319 575 575 575 575 575 575 575 575 575 575 575 319 319 894 894 894
543 894 869 818 830 882 755 723 904 900 436 594 901 691 1091 900 864 786 864 862 639 800 885 869 1189 869 869 703 319 575 319
703 894 319 559 639 511 639 527 351 575 639 319 351 607 319 958 639 575 639 607 473 454 447 639 607 830 607 607 511 575 319
575 703 192 869 869 830 830 882 755 755 904 691 691 691 900 900 914 864 862 862 639 639 639 800 800 885 885 869 703 703 703
1011 436 639 529 559 559 511 511 810 527 527 575 319 502 386 639 639 639 575 473 473 454 454 454 447 447 639 639 607 511 511
511 671 350 543 735 869 869 869 869 869 869 1041 830 755 755 755 755 436 436 436 436 882 900 864 864 864 864 864 1169 894 885
885 885 885 869 722 1277 559 559 559 559 559 559 830 511 527 527 527 527 319 319 319 383 575 639 575 575 575 575 575 894 575
639 639 639 639 607 639 597
""",
    ),
    "ECTI1000": (
        "t1",
        """
511 511 460 511 511 511 813 460 511 511 307 460 307 307 460 460 361 361 361 562 562 511 1022 0 409 307 332 613 562 588 881 894
511 307 511 818 511 818 766 307 409 409 511 766 307 358 307 511 511 511 511 511 511 511 511 511 511 511 307 307 766 766 766
511 766 743 704 715 755 678 653 773 743 385 525 769 627 896 743 766 678 766 729 562 715 743 743 999 743 743 613 307 511 307
613 766 307 511 460 460 511 460 307 460 511 307 307 460 255 818 562 511 511 460 422 409 332 537 460 664 464 485 409 511 307
511 613 204 743 743 715 715 755 678 678 773 627 627 627 743 743 780 766 729 729 562 562 562 715 715 743 743 743 613 613 613
845 385 511 460 511 511 460 460 511 460 460 460 255 255 319 562 562 562 511 422 422 409 409 409 332 332 537 537 485 409 409
409 562 307 511 769 743 743 743 743 743 743 883 715 678 678 678 678 385 385 385 385 755 743 766 766 766 766 766 985 766 743
743 743 743 743 627 1073 511 511 511 511 511 511 715 460 460 460 460 460 307 307 307 307 511 562 511 511 511 511 511 715 511
537 537 537 537 485 511 537
""",
    ),
    "ECSL1000": (
        "t1",
        """
500 500 500 500 500 500 796 500 500 500 278 444 278 278 444 444 333 333 333 555 555 500 1000 0 389 278 305 583 555 555 833 833
500 278 500 833 500 833 778 278 389 389 500 778 278 333 278 500 500 500 500 500 500 500 500 500 500 500 278 278 778 778 778
472 778 750 708 722 764 680 653 785 750 361 514 778 625 916 750 778 680 778 736 555 722 750 750 1028 750 750 611 278 500 278
611 778 278 500 555 444 555 444 305 500 555 278 305 528 278 833 555 500 555 528 392 394 389 555 528 722 528 528 444 500 278
500 611 167 750 750 722 722 764 680 680 785 625 625 625 750 750 791 778 736 736 555 555 555 722 722 750 750 750 611 611 611
861 361 555 444 500 500 444 444 675 444 444 500 278 403 336 555 555 555 500 392 392 394 394 394 389 389 555 555 528 444 444
444 583 278 472 726 750 750 750 750 750 750 903 722 680 680 680 680 361 361 361 361 764 750 778 778 778 778 778 1014 778 750
750 750 750 750 625 1111 500 500 500 500 500 500 722 444 444 444 444 444 278 278 278 333 500 555 500 500 500 500 500 778 500
555 555 555 555 528 555 500
""",
    ),
    "ECSS1000": (
        "t1",
        """
500 500 500 500 500 500 667 500 500 500 278 444 278 278 444 444 333 333 333 667 667 500 1000 0 444 239 267 583 536 536 814 814
500 319 500 833 500 833 758 278 389 389 500 778 278 333 278 500 500 500 500 500 500 500 500 500 500 500 278 278 778 778 778
472 667 667 667 639 722 597 569 667 708 278 472 694 542 875 708 736 639 736 646 555 680 687 667 944 667 667 611 289 500 289
611 778 278 480 517 444 517 444 305 500 517 239 267 489 239 794 517 500 517 517 342 383 361 517 461 683 461 461 435 500 278
500 611 167 667 667 639 639 722 597 597 667 542 542 625 708 708 750 736 646 646 555 555 555 680 680 687 687 667 611 611 611
722 278 517 444 480 480 444 444 633 444 444 500 239 355 324 517 517 517 500 342 342 383 383 383 361 361 517 517 461 435 435
435 544 319 472 639 667 667 667 667 667 667 861 639 597 597 597 597 278 278 278 278 722 708 736 736 736 736 736 972 778 687
687 687 687 667 583 1111 480 480 480 480 480 480 722 444 444 444 444 444 239 239 239 294 500 517 500 500 500 500 500 778 500
517 517 517 517 461 517 480
""",
    ),
    "ECTT1000": (
        "t1",
        """
525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 0 525 525 525 525 525 525 525 525
525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525
525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525
525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525
525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525
525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525
525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525
525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525 525
525 525 525 525 525 525 525
""",
    ),
    "ECCC1000": (
        "t1",
        """
413 413 413 413 413 413 613 413 413 413 235 369 235 319 494 494 378 378 378 611 611 553 1105 0 436 302 424 1046 802 1024 1313
1535 553 319 553 903 553 903 844 319 436 436 553 844 319 378 319 553 553 553 553 553 553 553 553 553 553 553 319 319 844 844
844 523 844 814 771 786 829 741 712 851 814 405 567 843 683 989 814 844 741 844 800 611 786 814 814 1105 814 814 669 319 553
319 669 844 319 613 580 591 624 558 535 641 613 302 424 635 513 746 613 635 558 635 602 458 591 613 613 835 613 613 502 553
319 553 669 203 814 814 786 786 829 741 741 851 683 683 683 814 814 858 844 800 800 611 611 611 786 786 814 814 814 669 669
669 930 405 624 494 613 613 591 591 624 558 558 641 513 513 513 613 613 647 635 602 602 458 458 458 591 591 613 613 613 502
502 502 702 319 523 698 814 814 814 814 814 814 975 786 741 741 741 741 405 405 405 405 829 814 844 844 844 844 844 1091 844
814 814 814 814 814 683 1194 613 613 613 613 613 613 735 591 558 558 558 558 302 302 302 302 624 613 635 635 635 635 635 824
635 613 613 613 613 613 513 902
""",
    ),
    "ECBI1000": (
        "t1",
        """
591 591 530 591 591 591 935 530 591 591 355 532 355 355 532 532 444 444 444 650 650 591 1182 0 473 355 385 755 674 704 1044
1059 591 386 591 944 591 944 885 355 473 473 591 885 355 414 355 591 591 591 591 591 591 591 591 591 591 591 355 355 885 885
885 591 885 865 816 826 875 756 727 895 896 472 610 895 698 1073 896 855 787 855 859 650 796 881 865 1160 865 865 709 356 591
356 709 885 355 591 532 532 591 532 400 532 591 355 355 532 297 944 650 591 591 532 502 487 385 620 532 768 560 562 490 591
355 591 709 238 865 865 826 826 875 756 756 895 698 698 698 896 896 905 855 859 859 650 650 650 796 796 881 881 865 709 709
709 1001 472 591 549 591 591 532 532 591 532 532 532 297 297 355 650 650 650 591 502 502 487 487 487 385 385 620 620 562 490
490 490 650 386 591 868 865 865 865 865 865 865 1023 826 756 756 756 756 472 472 472 472 875 896 855 855 855 855 855 1140 885
881 881 881 881 865 728 1239 591 591 591 591 591 591 826 532 532 532 532 532 355 355 355 355 591 650 591 591 591 591 591 826
591 620 620 620 620 562 591 665
""",
    ),
    "ECRM1200": (
        "t1",
        """
489 489 489 489 489 489 734 489 489 489 272 435 272 272 435 435 326 326 326 544 544 489 979 0 381 272 299 571 544 544 816 816
489 272 489 816 489 816 761 272 381 381 489 761 272 326 272 489 489 489 489 489 489 489 489 489 489 489 272 272 761 761 761
462 761 734 693 707 748 666 639 768 734 353 503 761 612 897 734 761 666 761 720 544 707 734 734 1006 734 734 598 272 489 272
598 761 272 489 544 435 544 435 299 489 544 272 299 517 272 816 544 489 544 517 381 386 381 544 517 707 517 517 435 489 272
489 598 163 734 734 707 707 748 666 666 768 612 612 612 734 734 775 761 720 720 544 544 544 707 707 734 734 734 598 598 598
843 353 544 435 489 489 435 435 655 435 435 489 272 387 329 544 544 544 489 381 381 386 386 386 381 381 544 544 517 435 435
435 571 272 462 625 734 734 734 734 734 734 884 707 666 666 666 666 353 353 353 353 748 734 761 761 761 761 761 992 761 734
734 734 734 734 612 1088 489 489 489 489 489 489 707 435 435 435 435 435 272 272 272 326 489 544 489 489 489 489 489 761 489
544 544 544 544 517 544 489
""",
    ),
    "ECBX1200": (
        "t1",
        """
562 562 562 562 562 562 849 562 562 562 312 500 312 312 500 500 393 393 393 625 625 562 1125 0 437 312 344 656 625 625 937 937
562 343 562 937 562 937 875 312 437 437 562 875 312 375 312 562 562 562 562 562 562 562 562 562 562 562 312 312 875 875 875
531 875 849 800 812 862 738 707 884 879 419 581 881 676 1067 879 845 768 845 839 625 782 864 849 1162 849 849 687 312 562 312
687 875 312 547 625 500 625 513 344 562 625 312 344 594 312 937 625 562 625 594 459 444 437 625 594 812 594 594 500 562 312
562 687 187 849 849 812 812 862 738 738 884 676 676 676 879 879 893 845 839 839 625 625 625 782 782 864 864 849 687 687 687
981 419 625 515 547 547 500 500 784 513 513 562 312 481 378 625 625 625 562 459 459 444 444 444 437 437 625 625 594 500 500
500 656 343 531 719 849 849 849 849 849 849 1018 812 738 738 738 738 419 419 419 419 862 879 845 845 845 845 845 1143 875 864
864 864 864 849 706 1250 547 547 547 547 547 547 812 500 513 513 513 513 312 312 312 375 562 625 562 562 562 562 562 875 562
625 625 625 625 594 625 574
""",
    ),
    "ECRM0800": (
        "t1",
        """
531 531 531 531 531 531 796 531 531 531 295 472 295 295 472 472 354 354 354 590 590 531 1062 0 413 295 325 620 590 590 885 885
531 295 531 885 531 885 826 295 413 413 531 826 295 354 295 531 531 531 531 531 531 531 531 531 531 531 295 295 826 826 826
502 826 796 752 767 811 722 693 833 796 383 545 825 663 973 796 826 722 826 781 590 767 796 796 1091 796 796 649 295 531 295
649 826 295 531 590 472 590 472 325 531 590 295 325 561 295 885 590 531 590 561 414 419 413 590 561 767 561 561 472 531 295
531 649 177 796 796 767 767 811 722 722 833 663 663 663 796 796 840 826 781 781 590 590 590 767 767 796 796 796 649 649 649
914 383 590 472 531 531 472 472 716 472 472 531 295 428 357 590 590 590 531 414 414 419 419 419 413 413 590 590 561 472 472
472 620 295 502 679 796 796 796 796 796 796 958 767 722 722 722 722 383 383 383 383 811 796 826 826 826 826 826 1076 826 796
796 796 796 796 663 1180 531 531 531 531 531 531 767 472 472 472 472 472 295 295 295 354 531 590 531 531 531 531 531 826 531
590 590 590 590 561 590 531
""",
    ),
    "ECRM1440": (
        "t1",
        """
476 476 476 476 476 476 714 476 476 476 264 423 264 264 423 423 317 317 317 529 529 476 952 0 370 264 291 555 528 528 793 793
476 264 476 794 476 794 741 264 370 370 476 741 264 317 264 476 476 476 476 476 476 476 476 476 476 476 264 264 741 741 741
449 741 714 674 688 727 648 621 747 714 343 489 740 595 873 714 741 648 741 701 529 688 714 714 979 714 714 582 264 476 264
582 741 264 476 529 423 529 423 291 476 529 264 291 502 264 794 529 476 529 502 370 375 370 529 502 688 502 502 423 476 264
476 582 158 714 714 688 688 727 648 648 747 595 595 595 714 714 754 741 701 701 529 529 529 688 688 714 714 714 582 582 582
820 343 529 423 476 476 423 423 631 423 423 476 264 370 320 529 529 529 476 370 370 375 375 375 370 370 529 529 502 423 423
423 555 264 449 608 714 714 714 714 714 714 860 688 648 648 648 648 343 343 343 343 727 714 741 741 741 741 741 965 741 714
714 714 714 714 595 1058 476 476 476 476 476 476 688 423 423 423 423 423 264 264 264 317 476 529 476 476 476 476 476 741 476
529 529 529 529 502 529 476
""",
    ),
    "ECBX1440": (
        "t1",
        """
550 550 550 550 550 550 830 550 550 550 305 489 305 305 489 489 379 379 379 611 611 550 1100 0 428 305 336 642 611 611 916 916
550 335 550 916 550 916 855 305 428 428 550 855 305 367 305 550 550 550 550 550 550 550 550 550 550 550 305 305 855 855 855
519 855 830 782 794 843 722 691 864 860 405 568 861 660 1043 860 826 751 826 817 611 765 845 830 1136 830 830 672 305 550 305
672 855 305 550 611 489 611 500 336 550 611 305 336 580 305 916 611 550 611 580 446 434 428 611 580 794 580 580 489 550 305
550 672 183 830 830 794 794 843 722 722 864 660 660 660 860 860 873 826 817 817 611 611 611 765 765 845 845 830 672 672 672
955 405 611 502 550 550 489 489 761 500 500 550 305 464 370 611 611 611 550 446 446 434 434 434 428 428 611 611 580 489 489
489 642 335 519 703 830 830 830 830 830 830 996 794 722 722 722 722 405 405 405 405 843 860 826 826 826 826 826 1118 855 845
845 845 845 830 690 1222 550 550 550 550 550 550 794 489 500 500 500 500 305 305 305 367 550 611 550 550 550 550 550 855 550
611 611 611 611 580 611 554
""",
    ),
    "ECBX1728": (
        "t1",
        """
539 539 539 539 539 539 814 539 539 539 300 480 300 300 480 480 368 368 368 599 599 539 1079 0 420 300 330 629 599 599 899 899
539 329 539 899 539 899 839 300 420 420 539 839 300 360 300 539 539 539 539 539 539 539 539 539 539 539 300 300 839 839 839
509 839 814 767 779 827 708 678 848 843 395 557 844 648 1023 843 810 737 810 799 599 750 829 814 1114 814 814 659 300 539 300
659 839 300 539 599 480 599 489 330 539 599 300 330 569 300 899 599 539 599 569 435 426 420 599 569 779 569 569 480 539 300
539 659 180 814 814 779 779 827 708 708 848 648 648 648 843 843 857 810 799 799 599 599 599 750 750 829 829 814 659 659 659
934 395 599 491 539 539 480 480 742 489 489 539 300 449 363 599 599 599 539 435 435 426 426 426 420 420 599 599 569 480 480
480 629 329 509 689 814 814 814 814 814 814 977 779 708 708 708 708 395 395 395 395 827 843 810 810 810 810 810 1096 839 829
829 829 829 814 677 1199 539 539 539 539 539 539 779 480 489 489 489 489 300 300 300 360 539 599 539 539 539 539 539 839 539
599 599 599 599 569 599 539
""",
    ),
    "TCRM1000": (
        "ts1",
        """
500 500 500 500 500 500 750 500 500 500 278 444 278 389 - - - - 500 - - 667 750 0 1000 1000 278 333 500 500 - 0 555 - - - 500
- - 278 - - 500 - 278 333 278 500 500 500 500 500 500 500 500 500 500 500 - - 389 778 389 - - - - - - - - - - - - - - 722 -
1111 - - - - - - - 722 - - - 403 - 403 500 500 500 - 500 500 500 - - - - - - - 1000 500 611 - - - - - - - - - - - - - - - 611
167 611 611 500 500 444 444 500 1166 500 944 611 500 305 722 1028 778 785 694 639 736 472 472 555 667 1513 472 708 916 500 676
500 667 361 361 500 639 736 750 167 444 500 1111 444 1111 667 1111 1111 778 333 778 444 444 500 555 611 278 629 444 444 472
444 444 444 778 - - - - - - - - - - - - - - - - - - - - - - 778 - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -
778
""",
    ),
}
