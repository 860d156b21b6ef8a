r"""The atoms of a formula: glyphs joined to what they stand for, before anything is said of how they stand to each other.

Upright letters become words, digits numbers, the pieces of a delimiter or a brace one, and the glyphs that TeX draws over or
close to each other the symbol that they show (\neq, \mapsto, \cong, \iint).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from extract.pdf_glyphs import Face, Glyph
from extract.pdf_symbols import (
    ACCENTS,
    BIG_DELIMITERS,
    BIG_OPERATORS,
    DELIMITER_PIECES,
    FUNCTIONS,
    OPERATORS_WITH_LIMITS,
    WIDE_ACCENTS,
    canonical_name,
    character_latex,
    latex_of,
)

AXIS = 0.25
"""Height of the mathematics axis over the baseline in em. Source: The TeXbook, appendix G, font parameter 22 of cmsy10."""
CLOSING = {
    "(": ")",
    "[": "]",
    r"\{": r"\}",
    "|": "|",
    r"\|": r"\|",
    r"\lfloor": r"\rfloor",
    r"\lceil": r"\rceil",
    r"\langle": r"\rangle",
}
DELIMITERS = frozenset([*CLOSING, *CLOSING.values(), "/", r"\backslash"])
_MERGING = frozenset(["word", "digits", "mathsf", "mathbf", "mathtt", "mathit"])
_SANS = re.compile(r"CMSS|LMSans|SFSS|Heros|Helvetica")


class Unsure(Exception):  # noqa: N818 - not an error: the answer "this is not understood"
    """The formula cannot be rebuilt with confidence."""


@dataclass(frozen=True, slots=True)
class Atom:
    """A glyph or a finished piece of a formula in its place."""

    latex: str
    x0: float
    x1: float
    y: float
    """Baseline; of fractions, matrices and extension glyphs: axis + AXIS em."""
    size: float
    top: float
    bottom: float
    kind: str = "ord"
    """ord, word (upright letters), mathsf, mathbf, mathtt, mathit (letters of one style), digits,
    operator (lim and the like), bigop, delimiter, radical, accent,
    box (a finished two-dimensional piece)."""
    pieces: str = ""
    """Of a delimiter built from pieces: t (top), b (bottom), as far as it has them, and x (extension)."""

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2


def to_atoms(glyphs: Sequence[Glyph]) -> list[Atom]:
    """Atoms of visible glyphs: upright letters become words, digits numbers, stacked pieces one delimiter. Raises Unsure."""
    atoms: list[Atom] = []
    for glyph in glyphs:
        if glyph.text == " ":
            continue
        atom = _atom(glyph)
        last = atoms[-1] if atoms else None
        if last is not None and atom.kind == last.kind and atom.kind in _MERGING and _adjoins(last, atom):
            latex = f"{last.latex[:-1]}{atom.latex[8:]}" if atom.kind.startswith("math") else last.latex + atom.latex
            atoms[-1] = union(last, latex, atom)
        else:
            atoms.append(atom)
    atoms = _overstrikes(atoms)
    if any(atom.latex in _HALVES for atom in atoms):
        raise Unsure("a part of an arrow")
    atoms = [_function(_variables(atom)) for atom in _with_words(atoms)]
    return _whole_braces(_merge_pieces(_two_word_operators(atoms)))


_BRACES = {"⏟": r"\underbrace", "⏞": r"\overbrace"}
_BRACE_ENDS = ("bracehtipdown", "bracehtipup", "bracehext")
"""Names of the four pieces of which TeX makes horizontal braces, with left and right. Source: plain.tex, \\upbracefill."""


def _whole_braces(atoms: Sequence[Atom]) -> list[Atom]:
    """Horizontal braces from their pieces: the outer ends of an overbrace point down, those of an underbrace up."""
    merged: list[Atom] = []
    for atom in atoms:
        last = merged[-1] if merged else None
        if last is None or not atom.kind == last.kind == "brace" or abs(atom.top - last.top) > 0.3 * atom.size:
            merged.append(atom)
        elif last.latex in _BRACES.values():
            if atom.latex == last.latex and atom.x0 < last.x1 + 0.05 * atom.size:
                merged[-1] = union(last, last.latex, atom)
            else:
                merged.append(atom)
        else:
            pieces = last.latex + atom.latex.removeprefix("bracehtip")
            is_whole = len(re.findall("left|right", pieces)) == 4
            whole = r"\underbrace" if re.findall("up|down", pieces)[:1] == ["up"] else r"\overbrace"
            merged[-1] = union(last, whole if is_whole else pieces, atom)
    if any(a.kind == "brace" and a.latex not in _BRACES.values() for a in merged):
        raise Unsure("a part of a brace")
    return merged


def _atom(glyph: Glyph) -> Atom:
    face, text, name = glyph.face, glyph.text, canonical_name(glyph.name)
    top, bottom, y, kind = glyph.top, glyph.bottom, glyph.y, "ord"
    if name.startswith("radical") or text == "√":
        latex, kind = r"\sqrt", "radical"
    elif text in _BRACES or name.startswith(_BRACE_ENDS):
        latex, kind = _BRACES.get(text, name), "brace"
    elif name.rstrip("r") in WIDE_ACCENTS or name == "vec" or text in ACCENTS:
        latex, kind = r"\vec" if name == "vec" else WIDE_ACCENTS.get(name.rstrip("r")) or ACCENTS[text], "accent"
    else:
        found = latex_of(text, glyph.name, face.family, face.name) if face.family else character_latex(text)
        if not found:
            raise Unsure(f"unknown glyph {glyph.name or text!r} of {face.name}")
        latex = found
        if name in BIG_OPERATORS or latex in BIG_OPERATORS.values():
            kind = "bigop"
        elif (face.family == "extension" and name in BIG_DELIMITERS) or text in DELIMITER_PIECES or _is_large(glyph, latex):
            kind = "delimiter"
        elif text.isdigit():
            latex, kind = (rf"\mathbf{{{latex}}}", "mathbf") if face.bold and not face.family else (latex, "digits")
        elif latex == text and text.isascii() and text.isalpha() and face.family in ("", "unicode") and not face.italic:
            kind = "word"
        elif face.family == "letters" and face.bold and (len(latex) == 1 or text.isalpha()) and "{" not in latex:
            latex = rf"\boldsymbol{{{latex}}}"
    if kind in ("bigop", "delimiter", "radical") or (face.family == "extension" and kind != "accent"):
        y = (top + bottom) / 2 + AXIS * glyph.size
    if kind == "ord" and not face.family and face.italic and text.isascii() and text.isalpha():
        latex, kind = rf"\mathit{{{latex}}}", "mathit"
    if kind == "ord" and text.isalpha() and not text.isascii() and not face.family and face.bold and latex.startswith("\\"):
        latex = rf"\boldsymbol{{{latex}}}"
    if kind == "word" and (style := _style(face)):
        latex, kind = rf"\{style}{{{latex}}}", style
    return Atom(latex, glyph.x0, glyph.x1, y, glyph.size, top, bottom, kind, _piece(text, name) if latex in ("[", "]") else "")


_PIECES = {"tp": "t", "bt": "b", "ex": "x", "⎡": "t", "⎢": "x", "⎣": "b", "⎤": "t", "⎥": "x", "⎦": "b"}
_HALF_OPEN = {("[", "b"): r"\lfloor", ("[", "t"): r"\lceil", ("]", "b"): r"\rfloor", ("]", "t"): r"\rceil"}
"""A tall bracket without its top, or without its bottom."""


def _piece(text: str, name: str) -> str:
    return _PIECES.get(name[-2:]) or _PIECES.get(text, "")


def is_sans(font_name: str) -> bool:
    """Whether a text font has no serifs, by its name."""
    return bool(_SANS.search(font_name))


def _style(face: Face) -> str:
    return "mathtt" if face.mono else "mathsf" if is_sans(face.name) else "mathbf" if face.bold else ""


def _is_large(glyph: Glyph, latex: str) -> bool:
    """Whether a delimiter is larger than that of the text: those reach over 1.0 em, the next size over 1.2."""
    return bool(glyph.face.family) and latex in DELIMITERS and glyph.bottom - glyph.top > 1.12 * glyph.size


def _adjoins(left: Atom, right: Atom) -> bool:
    return (
        abs(left.y - right.y) < 0.05 * left.size
        and abs(left.size - right.size) < 0.05 * left.size
        and -0.3 * left.size < right.x0 - left.x1 < 0.14 * left.size
    )


def union(base: Atom, latex: str, *others: Atom, kind: str | None = None) -> Atom:
    """`base` with new LaTeX, grown to hold the others."""
    every = (base, *others)
    return replace(
        base,
        latex=latex,
        x0=min(a.x0 for a in every),
        x1=max(a.x1 for a in every),
        top=min(a.top for a in every),
        bottom=max(a.bottom for a in every),
        kind=kind or base.kind,
    )


def _function(atom: Atom) -> Atom:
    if atom.kind != "word":
        return atom
    if atom.latex in FUNCTIONS:
        return replace(atom, latex="\\" + atom.latex, kind="operator" if atom.latex in OPERATORS_WITH_LIMITS else "ord")
    if len(atom.latex) == 1:
        return replace(atom, latex=rf"\mathrm{{{atom.latex}}}")
    return replace(atom, latex=rf"\text{{{atom.latex}}}")


_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        all and any as at but by each else even every except exists for from has if in is not odd of on or otherwise over since so
        some such that the then there to unless we when where which with
        """,
    )
)
"""Words between the formulas of a display; in a theorem they are set in the italic that variables have in some fonts."""


def _with_words(atoms: Sequence[Atom]) -> list[Atom]:
    """Atoms with italic words as text, which a space sets off from what stands beside them."""
    found: list[Atom] = []
    for place, atom in enumerate(atoms):
        if atom.kind == "mathit" and (word := atom.latex[8:-1]) in _WORDS and len(word) > 1:
            beside = [a for a in atoms[max(0, place - 1) : place + 2] if a is not atom and abs(a.y - atom.y) < 0.3 * atom.size]
            if all(max(atom.x0 - a.x1, a.x0 - atom.x1) > 0.2 * atom.size for a in beside):
                atom = replace(atom, latex=word, kind="word")
        found.append(atom)
    return found


def _variables(atom: Atom) -> Atom:
    r"""One or two letters of the text's italic are variables; more are a word (\mathit)."""
    if atom.kind != "mathit" or len(atom.latex) > len(r"\mathit{xy}"):
        return atom
    return replace(atom, latex=" ".join(atom.latex[8:-1]), kind="ord")


def _two_word_operators(atoms: Sequence[Atom]) -> list[Atom]:
    r"""lim sup and lim inf, which TeX sets as two words."""
    merged: list[Atom] = []
    for atom in atoms:
        if (
            merged
            and merged[-1].latex == r"\lim"
            and atom.latex in (r"\sup", r"\inf")
            and abs(atom.y - merged[-1].y) < 0.1 * atom.size
        ):
            merged[-1] = union(merged[-1], r"\lim" + atom.latex[1:], atom)
        else:
            merged.append(atom)
    return merged


_NEGATED = {
    "=": r"\neq",
    r"\in": r"\notin",
    r"\leq": r"\nleq",
    r"\geq": r"\ngeq",
    "<": r"\nless",
    ">": r"\ngtr",
    r"\mid": r"\nmid",
}


_HALVES = frozenset([r"\lhook", r"\rhook", r"\mapstochar", r"\mapstochar-", r"\dabar"])
"""What is no symbol of its own."""
_COMPOSED = {
    (r"\mapstochar", r"\rightarrow"): r"\mapsto",
    (r"\mapstochar", "-"): r"\mapstochar-",
    (r"\mapstochar-", r"\rightarrow"): r"\longmapsto",
    (r"\mapstochar", r"\longrightarrow"): r"\longmapsto",
    ("-", "-"): "-",
    ("=", "="): "=",
    ("-", r"\rightarrow"): r"\longrightarrow",
    (r"\leftarrow", "-"): r"\longleftarrow",
    (r"\leftarrow", r"\rightarrow"): r"\longleftrightarrow",
    ("=", r"\Rightarrow"): r"\Longrightarrow",
    (r"\Leftarrow", "="): r"\Longleftarrow",
    (r"\Leftarrow", r"\Rightarrow"): r"\Longleftrightarrow",
    (r"\dabar", r"\dabar"): r"\dabar",
    (r"\dabar", r"\dashrightarrow"): r"\dashrightarrow",
    (r"\dashleftarrow", r"\dabar"): r"\dashleftarrow",
    ("|", "="): r"\models",
    (r"\triangleright", r"\triangleleft"): r"\bowtie",
    (r"\lhook", r"\rightarrow"): r"\hookrightarrow",
    (r"\leftarrow", r"\rhook"): r"\hookleftarrow",
}
"""Arrows that plain TeX joins out of two glyphs. Source: plain.tex, \\joinrel; the second glyph overlaps the first."""


def _stands_over(upper: Atom, lower: Atom) -> bool:
    return abs(upper.middle - lower.middle) < 0.15 * lower.size and upper.y < lower.y - 0.02 * lower.size


def _is_centred(colon: Atom, atoms: Sequence[Atom]) -> bool:
    """Whether a colon is raised to the axis (by .035 em): mathtools' \\vcentcolon."""
    beside = [
        a
        for a in atoms
        if a is not colon and abs(a.size - colon.size) < 0.05 * colon.size and abs(a.middle - colon.middle) < 3 * a.size
    ]
    raised = [a.y - colon.y for a in beside if abs(a.y - colon.y) < 0.1 * a.size]
    return bool(raised) and all(0.01 * colon.size < rise < 0.08 * colon.size for rise in raised)


def _follows(first: Atom, second: Atom, *, within: float) -> bool:
    """Whether the second glyph begins before `within` em behind the first."""
    return second.x0 < first.x1 + within * second.size


def _is_joined(left: Atom, right: Atom) -> bool:
    """Whether the second glyph begins in the first, or right at its end; what stands next to a bar must begin in it."""
    return right.x0 < left.x1 + (-0.1 if left.latex == "|" else 0.04) * right.size and left.kind != "delimiter"


def _dots(first: Atom, second: Atom, third: Atom) -> str:
    """The name of three dots: in a row, in a column (the lowest on the baseline) or falling."""
    fall = third.y - first.y
    if fall < 0.5 * third.size:
        return r"\ldots" if third.latex == "." else r"\cdots"
    return r"\vdots" if abs(third.x0 - first.x0) < 0.1 * third.size else r"\ddots"


def _strikes(left: Atom, right: Atom) -> bool:
    """Whether two glyphs are drawn over each other, on one baseline."""
    near = abs(left.middle - right.middle) < 0.3 * max(left.x1 - left.x0, right.x1 - right.x0)
    return near and abs(left.y - right.y) < 0.05 * right.size


_FIRST, _SECOND = 0, 1
_PAIRS: tuple[tuple[dict[tuple[str, str], str], Callable[[Atom, Atom], bool], int], ...] = (
    (_COMPOSED, _is_joined, _FIRST),
    # One more integral begins at -.06 em, one that stands apart at .6 em. Source: amsmath.sty, \\intkern@.
    ({(r"\int", r"\int"): r"\iint", (r"\iint", r"\int"): r"\iiint"}, partial(_follows, within=0.2), _FIRST),
    # The bar of an h that is drawn apart from it stands on the h's baseline; an accent's is raised.
    ({(r"\bar", "h"): r"\hbar", (r"\hbar", "h"): r"\hbar"}, _strikes, _SECOND),
    (
        {(r"\vec", r"\vec"): r"\overrightarrow", (r"\overrightarrow", r"\vec"): r"\overrightarrow"},
        partial(_follows, within=0.05),
        _FIRST,
    ),
    ({("/", r"\in"): r"\notin", (r"\in", "/"): r"\notin"}, _strikes, _FIRST),
    ({(":", "="): ":=", (r"\vcentcolon", "="): r"\coloneqq"}, partial(_follows, within=0.05), _SECOND),
    ({(r"\sim", "="): r"\cong", (".", "="): r"\doteq"}, _stands_over, _SECOND),
    ({("=", r"\sim"): r"\cong", ("=", "."): r"\doteq"}, lambda first, second: _stands_over(second, first), _FIRST),
)
"""Two symbols after each other and the one that they make, how they then stand, and which of them stands on the line."""


def _overstrikes(atoms: Sequence[Atom]) -> list[Atom]:
    r"""Symbols that TeX draws as several glyphs: \neq, \mapsto, \ldots, \cdots, :=."""
    merged: list[Atom] = []
    for atom in atoms:
        last = merged[-1] if merged else None
        if last is not None and last.latex == r"\not":
            merged[-1] = union(atom, _NEGATED.get(atom.latex, rf"\not{atom.latex}"), last)
        elif last is not None and (whole := _made_of(last, atom)) is not None:
            merged[-1] = whole
        elif atom.latex == ":" and _is_centred(atom, atoms):
            merged.append(replace(atom, latex=r"\vcentcolon"))
        elif atom.latex in (".", r"\cdot") and len(merged) > 1 and merged[-1].latex == merged[-2].latex == atom.latex:
            merged[-2:] = [union(atom, _dots(merged[-2], merged[-1], atom), *merged[-2:])]
        else:
            merged.append(atom)
    return merged


def _made_of(first: Atom, second: Atom) -> Atom | None:
    """The one symbol that two make, by the table of pairs."""
    for pairs, holds, on_line in _PAIRS:
        whole = pairs.get((first.latex, second.latex))
        if whole is not None and holds(first, second):
            return union(first, whole, second) if on_line == _FIRST else union(second, whole, first)
    return None


def _merge_pieces(atoms: Sequence[Atom]) -> list[Atom]:
    """Delimiters that are built from stacked pieces (top, extension, middle, bottom) as one."""
    merged = _merged_once(atoms)
    while len(merged) < len(atoms):
        atoms, merged = merged, _merged_once(merged)
    return [
        replace(a, latex=_HALF_OPEN.get((a.latex, a.pieces.replace("x", "")), a.latex)) if "x" in a.pieces else a for a in merged
    ]


def _merged_once(atoms: Sequence[Atom]) -> list[Atom]:
    merged: list[Atom] = []
    delimiters: list[int] = []
    for atom in atoms:
        is_delimiter = atom.latex in DELIMITERS or atom.kind == "radical"
        at = next((i for i in delimiters if _are_pieces(merged[i], atom)), None) if is_delimiter else None
        if at is None:
            delimiters += [len(merged)] if is_delimiter else []
            merged.append(atom)
            continue
        other = merged[at]
        if atom.kind == "radical":
            merged[at] = union(other, other.latex, atom)
            continue
        whole = union(other, other.latex if other.latex != "|" else atom.latex, atom, kind="delimiter")
        pieces = "".join(sorted({*other.pieces, *atom.pieces}))
        merged[at] = replace(whole, y=(whole.top + whole.bottom) / 2 + AXIS * whole.size, pieces=pieces)
    return merged


def _are_pieces(upper: Atom, lower: Atom) -> bool:
    return (
        upper.latex in DELIMITERS | {r"\sqrt"}
        and (upper.kind == "radical") == (lower.kind == "radical")
        and (upper.kind == lower.kind != "ord" or upper.latex == lower.latex in ("|", r"\|"))
        and abs(lower.x0 - upper.x0) < 0.3 * lower.size
        and -0.35 * lower.size < max(lower.top - upper.bottom, upper.top - lower.bottom) < 0.15 * lower.size
    )
