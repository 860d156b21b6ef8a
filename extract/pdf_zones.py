"""Where the mathematics is: formulas inside lines of prose, and displays."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from extract.document import Formula
from extract.pdf_glyphs import Face, Glyph, Rule
from extract.pdf_lines import Line, plain_text
from extract.pdf_math import Unsure, is_sans, rebuild
from extract.pdf_symbols import ACCENTS, BINARY, FUNCTIONS, QED, RELATIONS, character_latex, latex_of

LIGATURE_LETTERS = frozenset("ﬀﬁﬂﬃﬄ")
"""Text fonts of txfonts and pxfonts go by the name of their mathematics; a ligature tells them apart."""
MIN_CONFIDENCE = 0.5
"""Below it a formula stays text."""
MAX_RUN = 500
"""Tokens of a formula in prose; a longer run is left text, unread: finding its end takes the square of its length."""
_SECOND_ROMAN = re.compile(r"^(CMR|CMBX|LMRoman)\d")
_NEUTRAL = frozenset("()[]{}+=/|!<>,:;.*")
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
_EDGE = frozenset(",.;:!?")
_ANGLES = frozenset("⟨⟩")
_ARROWS = frozenset("→↦⟶⟼↪↠⇒⇉")
_BULLETS = frozenset("•∙●▪■◦‣⋄")


@dataclass(frozen=True, slots=True)
class MathZone:
    """A formula inside a line: its glyphs are line.glyphs[start:end]."""

    start: int
    end: int
    latex: str
    confidence: float
    continues: bool = False
    """Whether it is the rest of the formula that ends the line before; TeX breaks formulas behind relations and operators."""


@dataclass(slots=True)
class _Token:
    start: int
    end: int
    kind: str
    """math, script, digits, sign (neutral punctuation), function or text."""
    text: str
    gap: float
    """Space before it in em."""
    operator: bool
    off: bool = False
    """Whether it stands off the baseline of a row that was joined from pieces: in a fraction, a limit, a matrix."""
    below: bool = False
    """Whether it hangs under the baseline: a subscript. A mark of a footnote never does."""
    before_mod: bool = False
    """Whether `mod` follows: the bracket of a congruence stands far from it."""
    maps: bool = False
    """Whether it is the colon of a function's signature: an arrow follows before the next word."""
    line: int = 0


MAX_SIDE_GAP = 0.42
"""Gap (em) up to which two symbols side by side are factors of one formula: a thin space, the space behind a script and that
around a fraction add up to .4; two formulas with nothing but a space between them are rare."""
_BREAK = 9.0
"""The gap (em) of a line break in prose; behind an operator a line break is no gap."""


def inline_zones(lines: Sequence[Line], rules: Sequence[Rule], *, italic_is_math: bool) -> list[list[MathZone]]:
    """Per line of a paragraph: its formulas that could be rebuilt, left to right.

    `italic_is_math`: mathematics has no italic of its own in this document (mathptmx, mathpazo, ...).
    """
    tokens: list[_Token] = []
    for number, line in enumerate(lines):
        goes_on = bool(tokens) and tokens[-1].line == number - 1 and (tokens[-1].operator or _in_brackets(tokens))
        if not goes_on and not _may_hold_math(line, italic_is_math=italic_is_math):
            tokens.append(_Token(0, 0, "text", "", _BREAK, False, line=number))
            continue
        bars = [r for r in rules if line.y - 0.6 * line.size < r.y < line.y and line.x0 - 1 < r.x0 < line.x1]
        found = _tokens(line, bars, italic_is_math=italic_is_math)
        for token in found:
            token.line = number
        if found and tokens:
            found[0].gap = 0.0 if goes_on else _gap_between(lines[number - 1], line)
        tokens += found
    _mark_signatures(tokens)
    zones: list[list[MathZone]] = [[] for _ in lines]
    for run in _runs(tokens):
        if len(run) > MAX_RUN:
            continue
        run = _trimmed(run)
        if _has_math(run):
            for number, zone in _rebuilt(run, lines, rules):
                zones[number].append(zone)
    return zones


def _gap_between(left: Line, right: Line) -> float:
    """Gap (em) between two pieces of one row; of a line and the next one: a line break's."""
    if abs(left.y - right.y) > 0.1 * right.size or right.x0 < left.x1 - 0.3 * right.size:
        return _BREAK
    return max((right.x0 - left.x1) / right.size, 0.0)


def _in_brackets(tokens: Sequence[_Token]) -> bool:
    """Whether a line ends behind a comma inside the brackets of a formula."""
    if tokens[-1].text != ",":
        return False
    depth = 0
    for token in reversed(tokens):
        if token.kind == "text" or token.line != tokens[-1].line:
            return False
        depth += (token.text in _CLOSE) - (token.text in _OPEN)
        if depth < 0:
            return True
    return False


def _mark_signatures(tokens: Sequence[_Token]) -> None:
    """Mark the colons that an arrow follows: those of f: A -> B."""
    arrow = False
    for token in reversed(tokens):
        if token.kind == "text":
            arrow = False
        elif token.text == ":":
            token.maps, arrow = arrow, False
        elif token.text in _ARROWS:
            arrow = True


def _has_math(run: Sequence[_Token]) -> bool:
    return any(token.kind == "math" for token in run) or any(token.kind == "script" for token in run[1:])


def _may_hold_math(line: Line, *, italic_is_math: bool) -> bool:
    return bool(line.num_math) or any(
        glyph.size < 0.8 * line.size or glyph.text == "=" or (italic_is_math and (glyph.face.italic or glyph.face.bold))
        for glyph in line.glyphs
    )


def _rebuilt(run: Sequence[_Token], lines: Sequence[Line], rules: Sequence[Rule]) -> list[tuple[int, MathZone]]:
    """The zones of a run, one for each line that it runs through; none where a part cannot be rebuilt."""
    zones: list[tuple[int, MathZone]] = []
    for number in sorted({token.line for token in run}):
        part = [token for token in run if token.line == number]
        start, end = part[0].start, part[-1].end
        try:
            formula = rebuild(lines[number].glyphs[start:end], rules, rows=False)
        except Unsure:
            return []
        if formula.confidence < MIN_CONFIDENCE or not formula.latex or "$" in formula.latex.replace(r"\$", ""):
            return []
        zones.append((number, MathZone(start, end, formula.latex, formula.confidence, continues=bool(zones))))
    return zones


def _tokens(line: Line, bars: Sequence[Rule] = (), *, italic_is_math: bool = True) -> list[_Token]:
    """Tokens of a line; `bars`: rules that run through it, which make the small glyphs over and under them a fraction."""
    glyphs = line.glyphs
    upright = _main_face(glyphs)
    italic_line = sum(g.face.italic and not g.face.family for g in glyphs) * 2 > len(glyphs)
    tokens: list[_Token] = []
    end_x: float | None = None
    spaced = False
    for index, glyph in enumerate(glyphs):
        if glyph.text == " ":
            spaced = True
            continue
        kind = _kind(glyph, line, upright)
        bar = next((bar for bar in bars if bar.x0 - 1 < (glyph.x0 + glyph.x1) / 2 < bar.x1 + 1), None)
        if kind == "script" and bar is not None:
            kind = "math"
        # A fraction begins and ends with its bar, not with the shorter of its parts.
        gap = 0.0 if end_x is None else (min(glyph.x0, bar.x0 if bar else glyph.x0) - end_x) / line.size
        if glyph.text in ACCENTS and index + 1 < len(glyphs) and end_x is not None:
            gap = min(gap, (glyphs[index + 1].x0 - end_x) / line.size)
        gap = max(gap, 0.3) if spaced else gap
        last = tokens[-1] if tokens else None
        end_x = glyph.x1 if end_x is None or glyph.x1 > end_x or gap < -1 else end_x
        end_x = max(end_x, bar.x1) if bar else end_x
        spaced = False
        if (
            last is not None
            and kind == last.kind
            and kind in ("text", "digits")
            and gap < 0.15
            and _same_style(glyphs[index - 1], glyph)
        ):
            last.end, last.text = index + 1, last.text + glyph.text
        else:
            tokens.append(
                _Token(index, index + 1, kind, glyph.text, gap, _is_operator(glyph), _is_off(glyph, line), glyph.y > line.y)
            )
    word_space = min((t.gap for t in tokens if t.kind == "text" and t.gap > 0.1), default=0.0)
    for position, token in enumerate(tokens):
        _settle(
            tokens,
            position,
            glyphs[token.start],
            italic_line=italic_line,
            bold_line=line.share_bold > 0.4,
            italic_is_math=italic_is_math,
            main=upright,
            word_space=word_space,
        )
    for bracket, word in itertools.pairwise(tokens):
        bracket.before_mod = word.text == "mod"
    return tokens


def _same_style(left: Glyph, right: Glyph) -> bool:
    return left.face.italic == right.face.italic


def _main_face(glyphs: Sequence[Glyph]) -> Face | None:
    counts: Counter[str] = Counter()
    faces: dict[str, Face] = {}
    for glyph in glyphs:
        if not glyph.face.family:
            counts[glyph.face.name] += 1
            faces[glyph.face.name] = glyph.face
    return faces[max(sorted(counts), key=lambda name: counts[name])] if counts else None


def _kind(glyph: Glyph, line: Line, main: Face | None) -> str:
    face, text = glyph.face, glyph.text
    if face.mono:
        return "text"
    if _is_off(glyph, line):
        return "math"
    if glyph.size < 0.86 * line.size and abs(glyph.y - line.y) > 0.08 * line.size:
        return "script"
    if face.family:
        return "text" if glyph.name in QED or text in LIGATURE_LETTERS else "math"
    if _SECOND_ROMAN.match(face.name) and main is not None and not _SECOND_ROMAN.match(main.name) and not text.isalpha():
        return "math"
    if text.isdigit():
        return "digits"
    return "sign" if text in _NEUTRAL or text in ACCENTS or _is_sign(text) else "text"


def _is_sign(text: str) -> bool:
    return (
        bool(text) and text > "\x7f" and (latex := character_latex(text)) is not None and (latex in RELATIONS or latex in BINARY)
    )


def _is_off(glyph: Glyph, line: Line) -> bool:
    return line.num_parts > 1 and abs(glyph.stands_on - line.y) > 0.55 * line.size


def _is_operator(glyph: Glyph) -> bool:
    if glyph.face.family:
        latex = latex_of(glyph.text, glyph.name, glyph.face.family, glyph.face.name)
        return latex in RELATIONS or latex in BINARY
    return bool(glyph.text) and (glyph.text in "=+<>/|" or _is_sign(glyph.text))


def _settle(
    tokens: list[_Token],
    position: int,
    first: Glyph,
    *,
    italic_line: bool,
    bold_line: bool,
    italic_is_math: bool,
    main: Face | None,
    word_space: float,
) -> None:
    """Decide the tokens that look like text: function names, single italic letters, scripts without a formula."""
    token = tokens[position]
    before = tokens[position - 1] if position else None
    after = tokens[position + 1] if position + 1 < len(tokens) else None
    if token.kind == "text" and token.text in FUNCTIONS and not first.face.italic:
        token.kind = "function"
    elif token.kind == "text" and len(token.text) == 1 and token.text.isalpha() and first.face.italic:
        touches = any(other is not None and other.kind in ("math", "script") for other in (before, after))
        lonely = not (after is not None and after.kind == "text" and after.gap < 0.15) and not (
            before is not None and before.kind == "text" and token.gap < 0.15
        )
        if token.text == "a" and (italic_line or not italic_is_math) and not _is_tied(token, before, after):
            return
        if before is None and after is not None and after.text == ")":
            return  # the label of an item
        if lonely and (touches or (italic_is_math and (not italic_line or _is_letter(token, before)))):
            token.kind = "math"
    elif token.kind == "text" and len(token.text) == 1 and "Α" <= token.text <= "ϖ":
        token.kind = "math"
    elif token.kind == "text" and len(token.text) == 1 and token.text.isalpha() and first.face.bold and not bold_line:
        lonely = (after is None or after.kind != "text" or after.gap > 0.15) and (
            before is None or before.kind != "text" or token.gap > 0.15
        )
        if lonely:
            token.kind = "math"
    elif token.kind == "text" and _is_upright_symbol(token, before, after):
        token.kind = "math"
    elif token.kind == "text" and (
        _is_sans_name(token, before, after, first, main)
        or _is_name(token, after, first, italic_line=italic_line)
        or _is_name_with_scripts(tokens, position)
        or _is_close_name(token, after, first, word_space)
    ):
        token.kind = "function"
    elif token.kind == "text" and italic_is_math and first.face.italic and len(token.text) <= 5 and token.text.isalpha():
        if _is_product(token, before, after, italic_line=italic_line):
            token.kind = "math"
    elif token.text in _ANGLES and _holds_a_word(token, before, after):
        token.kind = "text"
    elif (
        token.kind == "script"
        and before is not None
        and before.kind == "sign"
        and before.text in ".,;"
        and not _is_slashed(tokens, position)
    ):
        token.kind = "text"  # the mark of a footnote
    elif token.kind == "script" and (before is None or before.kind == "text"):
        token.kind = "math" if _is_slashed(tokens, position) else "text"


def _holds_a_word(angle: _Token, before: _Token | None, after: _Token | None) -> bool:
    """Whether an angle bracket stands at a word of text: it marks what is to be put in, as in manuals, and is no product."""
    if angle.text == "⟨":
        return after is not None and after.kind == "text" and len(after.text) > 1 and after.gap < 0.15
    return before is not None and before.kind == "text" and len(before.text) > 1 and angle.gap < 0.15


def _is_slashed(tokens: Sequence[_Token], position: int) -> bool:
    """Whether raised digits begin a slanted fraction: a slash touches them, and something follows it closely."""
    rest = tokens[position + 1 : position + 5]
    for slash, behind in itertools.pairwise(rest):
        if slash.kind != "script" and slash.text in ("/", "⁄", "∕"):
            return slash.gap < 0.05 and behind.gap < 0.05 and behind.kind != "text"
        if slash.kind != "script":
            return False
    return False


def _is_tied(token: _Token, before: _Token | None, after: _Token | None) -> bool:
    """Whether a letter stands beside an operator or close to mathematics: it is no article."""
    return any(
        other is not None and other.kind != "text" and (other.operator or gap < 0.2)
        for other, gap in ((before, token.gap), (after, after.gap if after else 0.0))
    )


def _is_upright_symbol(token: _Token, before: _Token | None, after: _Token | None) -> bool:
    r"""Whether an upright letter is the d of a differential (mathematics on both sides) or a symbol in brackets ([A]^x)."""
    if before is None or after is None or not token.text.isalpha():
        return False
    if token.text == "d":
        return before.kind in ("math", "script", "sign") and token.gap < 0.25 and after.kind == "math" and after.gap < 0.1
    return token.text == "mod" or (
        len(token.text) <= 2 and before.text == "[" and token.gap < 0.05 and after.text == "]" and after.gap < 0.05
    )


def _is_sans_name(token: _Token, before: _Token | None, after: _Token | None, first: Glyph, main: Face | None) -> bool:
    r"""Whether a word is a constant (\mathsf{code} : A \to B): sans serif in a line that is not, beside an operator."""
    if main is None or main.name == first.face.name or not is_sans(first.face.name) or is_sans(main.name):
        return False
    beside = (before is not None and (before.operator or (before.text in _OPEN and token.gap < 0.1))) or (
        after is not None and (after.operator or after.text == ":" or (after.kind == "script" and after.gap < 0.1))
    )
    return beside and token.text.isalpha()


def _is_product(token: _Token, before: _Token | None, after: _Token | None, *, italic_line: bool) -> bool:
    """Whether a few italic letters are variables side by side: a sign of mathematics stands beside them."""
    left = before is not None and (before.operator or (before.kind in ("math", "script", "sign") and token.gap < 0.2))
    right = after is not None and (after.operator or (after.kind in ("math", "script", "sign") and after.gap < 0.1))
    signs = (before is not None and before.text in _OPEN) + (after is not None and after.text in (*_OPEN, *_CLOSE))
    if after is not None and after.text in _EDGE and not after.operator:
        right = False
    if italic_line:
        return (left and right) or signs == 2 or (len(token.text) <= 2 and (left or right))
    return left or right


def _is_letter(token: _Token, before: _Token | None) -> bool:
    """Whether a single letter of an italic line is a variable: it is no word, or a capital one inside a sentence."""
    if token.text in "AI":
        return before is not None and before.text[-1:] not in (".", ":", ")")
    return token.text != "a" or (before is not None and before.text in _OPEN and token.gap < 0.1)


def _is_name(token: _Token, after: _Token | None, first: Glyph, *, italic_line: bool) -> bool:
    """Whether letters are the name of an operator: a bracket or a symbol follows without a space (Gal(, Kurt[)."""
    if after is None or after.gap > 0.1 or not token.text.isalpha() or len(token.text) > 12:
        return False
    if first.face.italic and italic_line:
        return False
    return after.text in _OPEN or (after.kind == "script" and after.below)


def _is_close_name(token: _Token, after: _Token | None, first: Glyph, word_space: float) -> bool:
    """Whether a symbol follows an upright word at a thin space (.17 em) in a line whose words stand farther apart: rank A."""
    if after is None or after.kind != "math" or after.operator or not 0.1 < after.gap < 0.2 or word_space < after.gap + 0.05:
        return False
    if after.text in ("Y", "𝑌"):
        return False  # its origin lies left of its ink: every word stands close to it
    return token.text.isalpha() and len(token.text) < 8 and not first.face.italic and not first.face.mono


def _is_name_with_scripts(tokens: Sequence[_Token], position: int) -> bool:
    r"""Whether one of the scripts right behind a word is a subscript or a letter of mathematics (Hilb^d_{X/S}, Sym^n): no
    mark of a footnote is."""
    token = tokens[position]
    if not token.text.isalpha() or len(token.text) > 12 or (position and tokens[position - 1].kind == "text" and token.gap < 0.1):
        return False
    for script in tokens[position + 1 : position + 7]:
        if script.kind != "script" or script.gap > 0.1:
            return False
        if script.below:
            return True
    return False


def _runs(tokens: Sequence[_Token]) -> list[list[_Token]]:
    """Maximal runs of tokens that may belong to one formula."""
    runs: list[list[_Token]] = []
    run: list[_Token] = []
    for token in tokens:
        if token.kind == "text":
            run = []
            continue
        if run and (len(run) > MAX_RUN or not _connected(run, token)):
            run = []
        if not run:
            runs.append(run)
        run.append(token)
    return runs


def _connected(run: Sequence[_Token], token: _Token) -> bool:
    last = run[-1]
    if token.gap < 0.15 or token.kind == "script":
        return True
    if "mod" in (token.text, last.text):
        return token.gap < 1.2
    if token.text == "(" and token.before_mod:
        return token.gap < 2.2
    if token.gap > (5.0 if token.off or last.off else 1.2):
        return False
    if token.off or last.off:
        return True
    if token.text == "." and last.text in (".", ",") and token.gap < 0.35:
        return True
    if _ends_in_dots(run):
        return token.gap < 0.35
    if last.text == ":" and len(run) > 1 and (last.maps or last.gap > 0.2 or token.gap < 0.2):
        return token.kind != "digits" or last.gap > 0.2
    if last.text == ":" and len(run) > 1 and run[-2].kind == "math" and token.kind in ("math", "function"):
        return True
    if token.text == ":" and (last.kind in ("math", "script") or last.text in _CLOSE or token.maps):
        return True
    if last.kind == "function" and token.kind == "math" and token.gap < 0.5:
        return True
    if last.kind in ("math", "script") and last.text not in _EDGE and token.kind == "function" and token.gap < MAX_SIDE_GAP:
        return True
    if last.operator or token.operator or last.text in _OPEN:
        return True
    if last.text == "," and token.gap < 0.27:
        return True
    if _open_brackets(run) > 0 and token.gap < 0.6:
        return True
    if last.kind in ("math", "script") and token.kind == "math" and last.text not in _EDGE:
        return token.gap < MAX_SIDE_GAP
    return token.gap < 0.27 and last.text not in _EDGE


def _ends_in_dots(run: Sequence[_Token]) -> bool:
    return run[-1].text in ("…", "⋯") or [token.text for token in run[-3:]] in ([".", ".", "."], ["·", "·", "·"], ["⋅", "⋅", "⋅"])


def _open_brackets(run: Sequence[_Token]) -> int:
    return sum((token.text in _OPEN) - (token.text in _CLOSE) for token in run if len(token.text) == 1)


def _trimmed(run: list[_Token]) -> list[_Token]:
    """The run without sentence punctuation, unpaired brackets, and numbers or names that no operator ties to it."""
    changed = True
    while changed and run:
        changed = False
        first, last = run[0], run[-1]
        if [token.text for token in run[-3:]] == [".", ".", "."] and run[0].text not in _EDGE:
            break
        depth = _open_brackets(run)
        if (
            first.text in _EDGE
            or first.text in _BULLETS
            or (first.text in _OPEN and depth > 0)
            or (first.text in _CLOSE)
            or first.text == "/"
        ):
            run, changed = run[1:], True
        elif (last.text in _EDGE and not _is_factorial(run)) or (last.text in _CLOSE and depth < 0) or last.text in _OPEN:
            run, changed = run[:-1], True
        elif (
            len(run) > 1
            and first.kind in ("digits", "function")
            and run[1].gap > 0.2
            and not run[1].operator
            and first.kind == "digits"
        ):
            run, changed = run[1:], True
        elif first.text == "(" and last.text == ")" and len(run) > 2 and _wraps(run) and not _is_tuple(run):
            run, changed = run[1:-1], True
    return run


def _is_factorial(run: Sequence[_Token]) -> bool:
    """Whether a formula ends with an exclamation mark that touches a number, a variable or a bracket."""
    return len(run) > 1 and run[-1].text == "!" and run[-1].gap < 0.05 and (len(run[-2].text) == 1 or run[-2].kind == "digits")


def _wraps(run: Sequence[_Token]) -> bool:
    """Whether the first bracket closes with the last one."""
    depth = 0
    for token in run[:-1]:
        depth += _open_brackets([token])
        if depth <= 0:
            return False
    return True


def _is_tuple(run: Sequence[_Token]) -> bool:
    return any(token.text == "," for token in run) or not any(token.operator for token in run)


# ---------------------------------------------------------------------------------------------------------------- displays

_TAG = re.compile(r"^\((?:[A-Za-z]{0,3}[.-]?\d+(?:[.–-]\d+)*[A-Za-z]?[′']*|[*∗⋆†]{1,3}|[A-Z]{1,3})\)$")
MIN_MATH_SHARE = 0.45
"""Share of glyphs of a display that must be mathematics, digits or signs."""
MAX_DISPLAY_LINES = 100
"""Lines of the stream that are looked at for one display; more are no display, and each is asked for every line before it."""


@dataclass(frozen=True, slots=True)
class Margins:
    """Where (whole pt) two or more lines of prose of a page begin, and where they end."""

    left: frozenset[int]
    right: frozenset[int]
    shares: dict[int, tuple[Line, float]] = field(default_factory=dict, compare=False, repr=False)
    """Id of a line -> the line, which keeps its id from being given to another one, and its share of mathematics."""
    verdicts: dict[int, tuple[Line, bool]] = field(default_factory=dict, compare=False, repr=False)
    """Likewise whether it may belong to a display: the lines of a zone that is none are asked again for the next one."""


def text_margins(lines: Sequence[Line], body_size: float) -> Margins:
    """The margins of a page's columns."""
    long = [line for line in lines if len(line.glyphs) > 25 and abs(line.size - body_size) < 0.12 * body_size]
    shares = {id(line): (line, _math_share(line)) for line in long}
    prose = [line for line in long if shares[id(line)][1] < 0.5]
    return Margins(_frequent([line.x0 for line in prose]), _frequent([line.x1 for line in prose]), shares)


def _frequent(places: Sequence[float]) -> frozenset[int]:
    counts = Counter(round(x) for x in places)
    return frozenset(x for x in counts if counts[x] + counts[x + 1] + counts[x - 1] >= 2)


def display_end(lines: Sequence[Line], start: int, margins: Margins) -> int:
    """Index behind the display that starts at `start`; `start` itself where none does."""
    end, top, bottom = start, math.inf, -math.inf
    for line in lines[start : start + MAX_DISPLAY_LINES]:
        if not _belongs_to_displays(line, margins) or not (end == start or _near(top, bottom, line)):
            break
        end, top, bottom = end + 1, min(top, line.top), max(bottom, line.bottom)
    while (
        end > start
        and not any(g.face.family for g in lines[end - 1].glyphs)
        and not _overlaps(lines[start : end - 1], lines[end - 1])
    ):
        end -= 1
    zone = lines[start:end]
    if not zone or not any(line.num_math for line in zone):
        return start
    return (
        end
        if sum(_share(line, margins) * len(line.glyphs) for line in zone)
        >= MIN_MATH_SHARE * sum(len(other.glyphs) for other in zone)
        else start
    )


_LABEL = re.compile(r"^(?:[•∙●▪■◦‣⋄–]|\(?(?:[a-z]|[ivx]{1,4}|\d{1,2})[.)])\s")
_WORD = re.compile(r"[^\W\d_]{3,}")


def separate_displays(lines: Sequence[Line]) -> list[list[Line]]:
    """The rows of a zone by display: rows stay together where they overlap, go on with an operator or are aligned at one."""
    displays: list[list[Line]] = []
    for line in lines:
        if displays and _belongs(displays[-1], line):
            displays[-1].append(line)
        else:
            displays.append([line])
    return displays


def _belongs(display: Sequence[Line], line: Line) -> bool:
    last = display[-1]
    if line.top < max(other.bottom for other in display) + 0.1 * line.size:
        return True
    here, there = _first_operator(line), _first_operator(last)
    if here is None or there is None or here.x0 < line.x0 + 0.5 * line.size:
        return True
    return abs(here.x0 - there.x0) < 0.25 * line.size or abs(line.x0 - last.x0) < 0.25 * line.size


def _first_operator(line: Line) -> Glyph | None:
    """The leftmost relation on a line's baseline."""
    found = [glyph for glyph in line.glyphs if abs(glyph.y - line.y) < 0.15 * line.size and _is_relation(glyph)]
    return min(found, key=lambda glyph: glyph.x0, default=None)


def _is_relation(glyph: Glyph) -> bool:
    latex = latex_of(glyph.text, glyph.name, glyph.face.family, glyph.face.name) if glyph.face.family else glyph.text
    return latex in RELATIONS and latex not in ("|", r"\|", r"\mid", ":")


def _may_be_display(line: Line, margins: Margins) -> bool:
    if _LABEL.match(_beginning(line)):
        return False
    at_margin = _is_at(line.x0, margins.left)
    if _is_at(line.x1, margins.right) and _ends_in_prose(line):
        return False
    share = _share(line, margins)
    if at_margin:
        return share > 0.9 and line.num_math > 1 and len(line.glyphs) > 6
    return share >= 0.4


def _belongs_to_displays(line: Line, margins: Margins) -> bool:
    """What _may_be_display says, asked once a page."""
    found = margins.verdicts.get(id(line))
    if found is None:
        found = margins.verdicts[id(line)] = line, _may_be_display(line, margins)
    return found[1]


def _share(line: Line, margins: Margins) -> float:
    """What _math_share says, asked once a page."""
    found = margins.shares.get(id(line))
    if found is None:
        found = margins.shares[id(line)] = line, _math_share(line)
    return found[1]


def _is_at(x: float, places: frozenset[int]) -> bool:
    return any(round(x) + d in places for d in (-1, 0, 1))


def _beginning(line: Line) -> str:
    """Text of a line; of a row joined from pieces, what stands leftmost on its baseline."""
    if line.num_parts == 1:
        return line.text
    on_it = sorted((g for g in line.glyphs if abs(g.y - line.y) < 0.1 * line.size and g.text != " "), key=lambda g: g.x0)
    return f"{plain_text(on_it[:5])} "


def _ends_in_prose(line: Line) -> bool:
    """Whether a line ends with a word (a divided one too) at the distance of words."""
    tokens = _tokens(line)
    last = tokens[-1] if tokens else None
    return last is not None and last.kind == "text" and last.gap < 0.7 and len(last.text) > 1


def _math_share(line: Line) -> float:
    visible = [g for g in line.glyphs if g.text != " "]
    if not visible:
        return 0.0
    tokens = _tokens(line)
    return sum(token.end - token.start for token in tokens if token.kind != "text") / len(visible)


def _near(top: float, bottom: float, line: Line) -> bool:
    """Whether a line is within 1.3 em of a zone from `top` to `bottom`."""
    return line.top < bottom + 1.3 * line.size and line.bottom > top - 1.3 * line.size


def _overlaps(zone: Sequence[Line], line: Line) -> bool:
    return bool(zone) and line.top < max(other.bottom for other in zone) + 0.5 * line.size


def display_formula(lines: Sequence[Line], rules: Sequence[Rule]) -> Formula | None:
    r"""The display that `lines` draw; None where it cannot be rebuilt.

    An equation number becomes \tag; several numbers (one a row) are left out, since `aligned` cannot hold them.
    """
    body: list[Glyph] = []
    tags: list[str] = []
    for line in lines:
        glyphs, tag = _without_tag([g for g in line.glyphs if g.text != " " and g.name not in QED], alone=len(lines) > 1)
        body += glyphs
        tags += [tag] if tag else []
    if not body:
        return None
    try:
        formula = rebuild(body, rules, rows=True)
    except Unsure:
        return None
    if formula.confidence < MIN_CONFIDENCE:
        return None
    latex = re.sub(r"\s*[.,;]$", "", formula.latex)
    if not latex:
        return None
    box = (min(g.x0 for g in body), min(g.top for g in body), max(g.x1 for g in body), max(g.bottom for g in body))
    latex = rf"{latex} \tag{{{tags[0]}}}" if len(tags) == 1 else latex
    return Formula(latex=latex, display=True, page=lines[0].page, box=box, confidence=formula.confidence)


def _without_tag(glyphs: list[Glyph], *, alone: bool) -> tuple[list[Glyph], str]:
    """Glyphs of a line without the equation number at its right or left end, and the number.

    A number is a short text in parentheses that a gap of 1.4 em sets off; `alone`: it may be all of the line.
    """
    ordered = sorted(glyphs, key=lambda g: g.x0)
    for side in (ordered[::-1], ordered):
        taken: list[Glyph] = []
        for glyph in side:
            if taken and max(taken[-1].x0 - glyph.x1, glyph.x0 - taken[-1].x1) > 1.4 * glyph.size:
                break
            taken.append(glyph)
            if len(taken) > 9:
                break
        text = "".join(g.text for g in sorted(taken, key=lambda g: g.x0))
        if (alone or len(taken) < len(glyphs)) and _TAG.match(text):
            return [g for g in glyphs if not any(g is t for t in taken)], text[1:-1]
    return glyphs, ""
