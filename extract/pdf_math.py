r"""Formulas rebuilt from glyphs and rules: identity and place of every glyph -> LaTeX.

The page is read the way TeX set it (The TeXbook, appendix G): rules make fractions and radicals, baselines and sizes make
scripts, what stands above or below an operator is a limit, delimiters from the extension font hold matrices and cases, rows
make `aligned`. Anything that is not understood (a glyph without identity, full-size glyphs off every baseline) raises Unsure:
a formula that cannot be rebuilt stays text; nothing is guessed.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extract.pdf_atoms import AXIS, CLOSING, DELIMITERS, Atom, Unsure, to_atoms, union
from extract.pdf_glyphs import Glyph, Rule
from extract.pdf_symbols import BINARY, FUNCTIONS, RELATIONS

MAX_DEPTH = 12
MAX_ATOMS = 1500
_LOOSE = RELATIONS | BINARY | {":=", r"\vcentcolon", "{}", ",", "("}
"""What a raised numerator may follow: none of these carries a superscript."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """LaTeX and how sure it is (0-1)."""

    latex: str
    confidence: float


def rebuild(glyphs: Sequence[Glyph], rules: Sequence[Rule], *, rows: bool) -> Rebuilt:
    """LaTeX of the formula that `glyphs` and those of `rules` that lie among them draw; several lines only with `rows`.

    Raises Unsure.
    """
    atoms = to_atoms(glyphs)
    if not atoms or len(atoms) > MAX_ATOMS:
        raise Unsure("nothing, or too much")
    near = _rules_among(atoms, rules)
    latex = _layout(atoms, near, depth=0, rows=rows)
    if not _balanced(latex):
        raise Unsure("unbalanced braces")
    return Rebuilt(_tidy(latex), 0.6 if r"\begin" in latex else 0.8 if near else 0.9)


def _rules_among(atoms: Sequence[Atom], rules: Sequence[Rule]) -> list[Rule]:
    x0, x1 = min(a.x0 for a in atoms) - 2, max(a.x1 for a in atoms) + 4
    top, bottom = min(a.top for a in atoms) - 3, max(a.bottom for a in atoms) + 3
    return [rule for rule in rules if rule.x0 >= x0 and rule.x1 <= x1 and top <= rule.y <= bottom and rule.thickness < 1.5]


def _layout(atoms: Sequence[Atom], rules: Sequence[Rule], *, depth: int, rows: bool = False) -> str:
    """LaTeX of atoms on one line (with `rows`: on one or more)."""
    if depth > MAX_DEPTH:
        raise Unsure("nested too deeply")
    if not atoms:
        return ""
    atoms, rules = _take_braces(list(atoms), rules, depth=depth)
    atoms = _take_rules(atoms, rules, depth=depth)
    atoms = _take_over_arrows(atoms, depth=depth)
    atoms = _take_arrays(atoms, depth=depth)
    size = _main_size(atoms)
    if rows:
        lines = _rows(atoms, size)
        if len(lines) > 1:
            body = r" \\ ".join(_row_start(_layout(line, (), depth=depth + 1)) for line in lines)
            return rf"\begin{{aligned}} {body} \end{{aligned}}"
    return _line(atoms, size, depth=depth)


def _take_braces(atoms: list[Atom], rules: Sequence[Rule], *, depth: int) -> tuple[list[Atom], Sequence[Rule]]:
    r"""What lies over or under a horizontal brace, and the small label on its other side, become \underbrace or \overbrace."""
    braces = [a for a in atoms if a.kind == "brace"]
    for brace in sorted(braces, key=lambda a: a.x1 - a.x0):
        under = brace.latex == r"\underbrace"
        inside = [a for a in atoms if brace.x0 - 1 < a.middle < brace.x1 + 1 and a is not brace]
        covered = [a for a in inside if (a.bottom < brace.bottom if under else a.top > brace.top)]
        side = [a for a in inside if not any(a is b for b in covered)]
        label = [a for a in side if a.size < 0.86 * brace.size and abs(a.y - brace.y) < 2 * brace.size]
        if not covered:
            raise Unsure("a brace over nothing")
        label = _whole_label(atoms, label, brace)
        drawn = [rule for rule in rules if brace.top - 1 < rule.y < brace.bottom + 1 and brace.x0 - 1 < rule.x0 < brace.x1]
        rules = [rule for rule in rules if not any(rule is other for other in drawn)]
        inner = [rule for rule in rules if brace.x0 - 1 <= rule.x0 and rule.x1 <= brace.x1 + 1]
        rules = [rule for rule in rules if not any(rule is other for other in inner)]
        latex = f"{brace.latex}{{{_layout(covered, inner, depth=depth + 1)}}}"
        if label:
            latex += f"{'_' if under else '^'}{{{_layout(label, (), depth=depth + 1)}}}"
        letters = [a for a in covered if a.kind not in ("bigop", "delimiter", "accent", "radical")] or covered
        base = max(letters, key=lambda a: (a.size, a.y if under else -a.y))
        gone = [*covered, *label, brace]
        whole = union(base, latex, *gone, kind="ord")
        atoms = [whole if a is brace else a for a in atoms if a is brace or not any(a is b for b in gone)]
    return atoms, rules


_OVER_ARROWS = {
    r"\rightarrow": r"\overrightarrow",
    r"\longrightarrow": r"\overrightarrow",
    r"\leftarrow": r"\overleftarrow",
    r"\longleftarrow": r"\overleftarrow",
    r"\longleftrightarrow": r"\overleftrightarrow",
}


def _take_over_arrows(atoms: list[Atom], *, depth: int) -> list[Atom]:
    r"""Arrows as wide as what stands right under them become \overrightarrow and the like."""
    for arrow in [a for a in atoms if a.latex in _OVER_ARROWS]:
        under = [
            a
            for a in atoms
            if a is not arrow
            and arrow.x0 - 0.2 * a.size < a.middle < arrow.x1 + 0.2 * a.size
            and arrow.bottom - 0.1 * a.size < a.top < arrow.bottom + 0.4 * a.size
        ]
        if not under or any(a.latex in RELATIONS for a in under) or abs(min(a.x0 for a in under) - arrow.x0) > 0.3 * arrow.size:
            continue
        if abs(max(a.x1 for a in under) - arrow.x1) > 0.3 * arrow.size:
            continue
        base = max(under, key=lambda a: a.size)
        latex = f"{_OVER_ARROWS[arrow.latex]}{{{_layout(under, (), depth=depth + 1)}}}"
        whole = union(base, latex, *under, arrow, kind="ord")
        gone = [arrow, *under]
        atoms = [whole if a is base else a for a in atoms if a is base or not any(a is b for b in gone)]
    return atoms


def _whole_label(atoms: Sequence[Atom], label: list[Atom], brace: Atom) -> list[Atom]:
    """A label that is wider than its brace: with the small atoms that adjoin it on the same side."""
    grown = True
    while grown and label:
        x0, x1 = min(a.x0 for a in label), max(a.x1 for a in label)
        more = [
            a
            for a in atoms
            if a.size < 0.86 * brace.size
            and not any(a is b for b in label)
            and (a.y > brace.bottom) == (label[0].y > brace.bottom)
            and abs(a.y - label[0].y) < 0.5 * brace.size
            and x0 - 0.4 * a.size < a.x1
            and a.x0 < x1 + 0.4 * a.size
            and a is not brace
        ]
        grown, label = bool(more), [*label, *more]
    return label


def _row_start(latex: str) -> str:
    r"""A row whose first bracket is not taken for the option of the \\ before it."""
    return "{[}" + latex[1:] if latex.startswith("[") else latex


def _main_size(atoms: Sequence[Atom]) -> float:
    """Size of the formula's own letters: large operators and delimiters come from a font of its own size."""
    letters = [a for a in atoms if a.kind not in ("delimiter", "accent", "bigop")]
    operators = [a for a in atoms if a.kind == "bigop"]
    if operators and all(abs(a.y - b.y) > 0.2 * b.size and a.size < 0.86 * b.size for a in letters for b in operators):
        return max(a.size for a in operators)  # an operator with nothing but its limits
    return max((a.size for a in letters), default=max(a.size for a in atoms))


def _take_rules(atoms: list[Atom], rules: Sequence[Rule], *, depth: int) -> list[Atom]:
    """Fractions, radicals and overlines become boxes, the widest rule first."""
    todo = sorted(rules, key=lambda rule: (rule.x0 - rule.x1, rule.y, rule.x0))
    spent: set[int] = set()
    for position, rule in enumerate(todo):
        if id(rule) in spent:
            continue
        inner = [other for other in todo[position + 1 :] if rule.x0 - 1 <= other.x0 and other.x1 <= rule.x1 + 1]
        radical = next((a for a in atoms if a.kind == "radical" and _roofs(a, rule)), None)
        above = [] if radical else _stack(atoms, rule, inner, up=True)
        limit = None if radical is None else radical.bottom
        below = [a for a in _stack(atoms, rule, inner, up=False, limit=limit) if a is not radical]
        if radical is not None and below:
            atoms = _radical(atoms, radical, below, rule, inner, depth=depth)
            bottom = max(a.bottom for a in below)
            spent.update(id(other) for other in inner if rule.y + 0.5 < other.y < bottom)
            continue
        if above and below:
            up = [other for other in inner if other.y < rule.y - 0.5 and other.y > min(a.top for a in above) - 4]
            down = [other for other in inner if other.y > rule.y + 0.5 and other.y < max(a.bottom for a in below) + 4]
            latex = rf"\frac{{{_layout(above, up, depth=depth + 1)}}}{{{_layout(below, down, depth=depth + 1)}}}"
            atoms = _boxed(atoms, [*above, *below], latex, axis=rule.y, x0=rule.x0, x1=rule.x1)
            spent.update(map(id, [*up, *down]))
        elif not below and (word := _underlined(atoms, rule)):
            whole = union(
                max(word, key=lambda a: a.size), rf"\underline{{{_layout(word, (), depth=depth + 1)}}}", *word, kind="ord"
            )
            atoms = [whole if a is word[0] else a for a in atoms if a is word[0] or not any(a is b for b in word)]
        elif below and rule.x1 - rule.x0 < 6 * below[0].size:
            latex = rf"\overline{{{_layout(below, inner, depth=depth + 1)}}}"
            base = max(below, key=lambda a: a.size)
            whole = union(base, latex, *below, kind="ord")
            atoms = [whole if a is below[0] else a for a in atoms if a is below[0] or not any(a is b for b in below)]
    return atoms


def _roofs(radical: Atom, rule: Rule) -> bool:
    return abs(rule.x0 - radical.x1) < 0.2 * radical.size and radical.top - radical.size < rule.y < radical.bottom


def _stack(atoms: Sequence[Atom], rule: Rule, inner: Sequence[Rule], *, up: bool, limit: float | None = None) -> list[Atom]:
    """The atoms that stand on (or hang under) a rule: within its width, the first at most .62 em away, the next close to it
    or to one of the rules `inner` of a fraction in the fraction."""
    wide = [a for a in atoms if rule.x0 - 0.12 * a.size <= a.middle <= rule.x1 + 0.12 * a.size]
    side = [a for a in wide if ((a.top + a.bottom) / 2 < rule.y) == up]
    if limit is not None:
        return [a for a in side if (a.top + a.bottom) / 2 < limit + 0.2 * a.size]
    side.sort(key=lambda a: -a.bottom if up else a.top)
    edge, reach = rule.y, 0.62
    taken: list[Atom] = []
    for atom in side:
        for bar in inner:
            if taken and (0 < edge - bar.y < 0.4 * atom.size if up else 0 < bar.y - edge < 0.4 * atom.size):
                edge = bar.y
        gap = edge - atom.bottom if up else atom.top - edge
        if gap > reach * max(atom.size, 5.0):
            break
        taken.append(atom)
        edge = min(edge, atom.top) if up else max(edge, atom.bottom)
        reach = 0.32
    order = {id(a): i for i, a in enumerate(atoms)}
    return sorted(taken, key=lambda a: order[id(a)])


def _underlined(atoms: Sequence[Atom], rule: Rule) -> list[Atom]:
    """The atoms that a rule underlines: over its whole width and close to it."""
    word = [a for a in atoms if rule.x0 - 1 <= a.middle <= rule.x1 + 1 and -0.1 * a.size < rule.y - a.y < 0.5 * a.size]
    if not word:
        over = [a for a in atoms if rule.x0 - 1 <= a.middle <= rule.x1 + 1 and a.bottom < rule.y]
        nearest = min((a for a in over if a.kind == "bigop"), key=lambda a: rule.y - a.bottom, default=None)
        if nearest is not None and rule.y - nearest.bottom < 0.7 * nearest.size:
            word = [a for a in over if (a.top + a.bottom) / 2 > nearest.top - 0.3 * a.size]
    if any(a.kind == "box" and a.top < rule.y < a.bottom for a in word):
        return []
    if not word or min(a.x0 for a in word) > rule.x0 + 2 or max(a.x1 for a in word) < rule.x1 - 3:
        return []
    return word


def _boxed(atoms: Sequence[Atom], parts: Sequence[Atom], latex: str, *, axis: float, x0: float, x1: float) -> list[Atom]:
    """`atoms` with `parts` replaced by one box on its axis."""
    outside = [a for a in atoms if not any(a is b for b in parts)]
    size = max(a.size for a in parts)
    letters = [a for a in outside if a.kind not in ("delimiter", "bigop", "radical", "accent")]
    full = [a.size for a in letters if abs(a.y - AXIS * a.size - axis) < 0.12 * a.size]
    size = max(full, default=size)
    top, bottom = min(a.top for a in parts), max(a.bottom for a in parts)
    return [*outside, Atom(latex, x0, x1, axis + AXIS * size, size, top, bottom, "box")]


def _radical(
    atoms: Sequence[Atom], radical: Atom, below: Sequence[Atom], rule: Rule, inner: Sequence[Rule], *, depth: int
) -> list[Atom]:
    inside = [other for other in inner if other.y > rule.y + 0.5]
    root = [
        a
        for a in atoms
        if a.size < 0.75 * max(b.size for b in below)
        and radical.x0 - 0.7 * radical.size < a.x0 < a.x1 < radical.x1
        and radical.top - 0.3 * radical.size < a.y < radical.bottom
        and a is not radical
        and a.middle > radical.x0 - 0.1 * radical.size
    ]
    index = f"[{_layout(root, (), depth=depth + 1)}]" if root else ""
    latex = rf"\sqrt{index}{{{_layout(below, inside, depth=depth + 1)}}}"
    gone = [radical, *below, *root]
    content = _take_rules(list(below), inside, depth=depth + 1)
    base = max(content, key=lambda a: (a.size, -a.x0))
    if base.kind == "box":
        boxed = _boxed(atoms, gone, latex, axis=base.y - AXIS * base.size, x0=radical.x0, x1=max(rule.x1, radical.x1))
        return boxed
    return [*(a for a in atoms if not any(a is b for b in gone)), union(base, latex, *below, *root, radical, kind="ord")]


# ---------------------------------------------------------------------------------------------------------------- arrays and rows

_ENVIRONMENTS = {"(": "pmatrix", "[": "bmatrix", "|": "vmatrix", r"\|": "Vmatrix", r"\{": "Bmatrix"}


def _take_arrays(atoms: list[Atom], *, depth: int) -> list[Atom]:
    """What stands in several rows between two delimiters, or right of a large left brace, becomes a matrix or cases."""
    size = _main_size(atoms)
    for left in sorted((a for a in atoms if a.latex in CLOSING), key=lambda a: -a.x0):
        if not any(a is left for a in atoms):
            continue
        tall = left.kind == "delimiter" and left.bottom - left.top > 1.7 * left.size
        right = _partner(atoms, left)
        if right is None and not (tall and left.latex == r"\{"):
            continue
        inside = _between(atoms, left, right)
        small = bool(inside) and right is not None and left.size > 0.86 * size and all(a.size < 0.8 * size for a in inside)
        if not inside or not (tall or small) or len(_rows(inside, _main_size(inside))) < 2:
            continue
        latex = _array(inside, left, right, depth=depth)
        parts = [*inside, left, *([right] if right is not None else [])]
        x1 = max(a.x1 for a in parts)
        atoms = _boxed(atoms, parts, latex, axis=(left.top + left.bottom) / 2, x0=left.x0, x1=x1)
    return atoms


def _partner(atoms: Sequence[Atom], left: Atom) -> Atom | None:
    """The next closing delimiter of the same kind and height."""
    closing = CLOSING[left.latex]
    fitting = [a for a in atoms if a.latex == closing and a.kind == left.kind and a.x0 > left.x0 and _level(a, left)]
    return min(fitting, key=lambda a: a.x0, default=None)


def _between(atoms: Sequence[Atom], left: Atom, right: Atom | None) -> list[Atom]:
    end = right.x0 if right is not None else float("inf")
    return [
        a
        for a in atoms
        if left.x1 - 0.1 * a.size <= a.middle <= end
        and left.top - 0.3 * a.size < (a.top + a.bottom) / 2 < left.bottom + 0.3 * a.size
        and a is not left
        and a is not right
    ]


def _level(a: Atom, b: Atom) -> bool:
    return abs(a.top - b.top) < 0.3 * a.size and abs(a.bottom - b.bottom) < 0.3 * a.size


def _array(inside: Sequence[Atom], left: Atom, right: Atom | None, *, depth: int) -> str:
    size = _main_size(inside)
    rows = _rows(inside, size)
    bounds = _columns(inside, size, gap=0.3 if size < 0.86 * left.size else 0.7)
    lines = []
    for row in rows:
        cells: list[list[Atom]] = [[] for _ in range(len(bounds) + 1)]
        for atom in row:
            cells[sum(atom.middle > bound for bound in bounds)].append(atom)
        lines.append(_row_start(" & ".join(_layout(cell, (), depth=depth + 1) for cell in cells)))
    if left.latex == "(" and not bounds and len(rows) == 2 and _is_binomial(rows, size):
        return rf"\binom{{{_layout(rows[0], (), depth=depth + 1)}}}{{{_layout(rows[1], (), depth=depth + 1)}}}"
    environment = "cases" if right is None else _ENVIRONMENTS.get(left.latex, "matrix")
    body = rf"\begin{{{environment}}} " + r" \\ ".join(lines) + rf" \end{{{environment}}}"
    if environment == "matrix" and right is not None:
        return rf"\left{left.latex} {body} \right{right.latex}"
    return body


def _is_binomial(rows: Sequence[Sequence[Atom]], size: float) -> bool:
    """Whether two rows are those of a binomial coefficient, which TeX sets wider apart than a matrix's (1.2 em; small: .86).

    Source: The TeXbook, appendix G, rule 15c: 1.36 em in displays; 1.1 em of the scripts' size in text.
    """
    distance = max(a.y for a in rows[1]) - max(a.y for a in rows[0])
    return distance > 1.28 * size or (distance > 0.98 * size and size < 8.5)


def _columns(atoms: Sequence[Atom], size: float, *, gap: float) -> list[float]:
    """x of the gaps (wider than `gap` em; smallmatrix has .4, matrix 1.0) that run through all rows."""
    bounds, end = [], float("-inf")
    for atom in sorted(atoms, key=lambda a: a.x0):
        if atom.x0 - end > gap * size and end > float("-inf"):
            bounds.append((end + atom.x0) / 2)
        end = max(end, atom.x1)
    return bounds


def _rows(atoms: Sequence[Atom], size: float) -> list[list[Atom]]:
    """Atoms by row, top to bottom: full-size atoms by their baselines, the others to the row they touch or are nearest to."""
    full = sorted(
        (a for a in atoms if a.size > 0.86 * size and a.kind not in ("accent", "radical", "delimiter")), key=lambda a: a.y
    )
    if not full:
        return [list(atoms)]
    baselines: list[float] = []
    for atom in full:
        if not baselines or atom.y - baselines[-1] > 0.62 * size:
            baselines.append(atom.y)
    if len(baselines) == 1:
        return [list(atoms)]
    extents = [_extent(full, y, size) for y in baselines]
    rows: list[list[Atom]] = [[] for _ in baselines]
    for atom in atoms:
        centre = (atom.top + atom.bottom) / 2
        distances = [max(top - centre, centre - bottom, 0.0) for top, bottom in extents]
        offsets = [abs(atom.y - AXIS * atom.size - (y - AXIS * size)) for y in baselines]
        best = min(range(len(rows)), key=lambda i: (round(distances[i], 1), offsets[i]))
        rows[best].append(atom)
    return rows


def _extent(full: Sequence[Atom], baseline: float, size: float) -> tuple[float, float]:
    row = [a for a in full if abs(a.y - baseline) < 0.3 * size]
    return min(a.top for a in row), max(a.bottom for a in row)


# ---------------------------------------------------------------------------------------------------------------- one line


@dataclass(slots=True)
class _Node:
    atom: Atom
    sub: list[Atom]
    sup: list[Atom]


def _line(atoms: Sequence[Atom], size: float, *, depth: int) -> str:
    if any(a.kind == "radical" for a in atoms):
        raise Unsure("a radical over nothing")
    atoms = _accented(sorted(atoms, key=lambda a: (a.x0, a.x1)))
    base = _baseline(atoms, size)
    nodes: list[_Node] = [_Node(a, [], []) for a in atoms if _is_main(a, base, size)]
    rest = [a for a in atoms if not _is_main(a, base, size)]
    rest = _take_limits(nodes, rest, base, size)
    rest = _take_labels(nodes, rest, size)
    _attach_scripts(nodes, rest, base, size)
    return _emit(nodes, depth=depth)


def _baseline(atoms: Sequence[Atom], size: float) -> float:
    weights: Counter[float] = Counter()
    for atom in atoms:
        if atom.size > 0.86 * size and atom.kind not in ("delimiter", "radical", "bigop"):
            weights[round(atom.y * 2) / 2] += 1
    if not weights:
        return max(atoms, key=lambda a: a.x1 - a.x0).y
    near = max(weights, key=lambda y: (weights[y], y))
    close = [a.y for a in atoms if abs(a.y - near) <= 0.5 and a.size > 0.86 * size]
    return sorted(close)[len(close) // 2] if close else near


def _is_main(atom: Atom, base: float, size: float) -> bool:
    offset = abs(atom.y - base)
    if atom.kind == "box" and abs(atom.y - AXIS * atom.size - base + AXIS * size) < 0.15 * size:
        return True
    if atom.kind == "bigop" and atom.size > 0.62 * size:
        return offset < 0.25 * size
    if atom.kind in ("delimiter", "box") and atom.size > 0.86 * size:
        if offset < 0.5 * size:
            return True
    elif atom.size > 0.86 * size:
        if offset < 0.12 * size:
            return True
        raise Unsure("a full-size glyph off the baseline")
    return offset < 0.06 * size and atom.size > 0.62 * size and atom.latex not in _PRIMES


def _take_limits(nodes: Sequence[_Node], rest: list[Atom], base: float, size: float) -> list[Atom]:
    """Move what stands above and below an operator into its scripts; the remaining atoms."""
    operators = [node for node in nodes if node.atom.kind in ("operator", "bigop")]
    middles = [node.atom.middle for node in operators]
    bounds = {}
    for up in (False, True):
        far = [a for a in rest if _is_far(a, base, size, up=up)]
        inner = [_boundary(far, left, right) for left, right in itertools.pairwise(middles)]
        bounds[up] = [float("-inf"), *inner, float("inf")]
    for position, node in enumerate(operators):
        operator = node.atom
        for up, slot in ((False, node.sub), (True, node.sup)):
            start, end = bounds[up][position : position + 2]
            far = [a for a in rest if _is_far(a, base, size, up=up) and start <= a.middle < end]
            x0, x1 = operator.x0 - 0.1 * size, operator.x1 + 0.1 * size
            taken: list[Atom] = []
            grown = True
            while grown:
                more = [a for a in far if a.x1 >= x0 and a.x0 <= x1 and not any(a is b for b in taken)]
                grown = bool(more)
                taken += more
                x0 = min([x0, *(a.x0 - 0.3 * size for a in more)])
                x1 = max([x1, *(a.x1 + 0.3 * size for a in more)])
            slot += taken
            rest = [a for a in rest if not any(a is b for b in taken)]
    return rest


def _is_far(atom: Atom, base: float, size: float, *, up: bool) -> bool:
    """Whether an atom stands as far over (under) the line as a limit does."""
    return base - atom.y > 0.85 * size if up else atom.y - base > 0.5 * size


def _boundary(atoms: Sequence[Atom], left: float, right: float) -> float:
    """Where the limits of one operator end and those of the next begin: each centred on its operator, as far as it has any."""
    reach = 0.6 * (right - left)
    beside = sorted((a for a in atoms if left - reach < a.middle < right + reach), key=lambda a: a.x0)
    if not beside:
        return (left + right) / 2

    def off_centre(cut: int) -> float:
        groups = ((beside[:cut], left), (beside[cut:], right))
        return sum(abs((group[0].x0 + max(a.x1 for a in group)) / 2 - middle) for group, middle in groups if group)

    cut = min(range(len(beside) + 1), key=off_centre)
    edges = [a.middle for a in beside]
    return (edges[cut - 1] + edges[cut]) / 2 if 0 < cut < len(edges) else edges[0] - 1 if cut == 0 else edges[-1] + 1


_ARROWS = {
    r"\longrightarrow": r"\xrightarrow",
    r"\rightarrow": r"\xrightarrow",
    r"\longleftarrow": r"\xleftarrow",
    r"\leftarrow": r"\xleftarrow",
    r"\Longrightarrow": r"\xRightarrow",
    r"\Longleftarrow": r"\xLeftarrow",
    r"\longmapsto": r"\xmapsto",
    r"\mapsto": r"\xmapsto",
}
"""Arrows that grow with their label. Source: amsmath.sty and extarrows.sty; KaTeX has them all."""


_LABELLED = RELATIONS | _ARROWS.keys()


def _take_labels(nodes: Sequence[_Node], rest: list[Atom], size: float) -> list[Atom]:
    r"""Small atoms centred over or under a relation become \stackrel or \underset, at an arrow that is longer than the plain
    one \xrightarrow; the remaining atoms."""
    for node in nodes:
        relation = node.atom
        if relation.latex not in _LABELLED or relation.latex in DELIMITERS or relation.x1 - relation.x0 < 0.4 * size:
            continue
        over = _centred(rest, relation, size, up=True)
        under = _centred(rest, relation, size, up=False)
        if not over and not under:
            continue
        above, below = _layout(over, (), depth=1), _layout(under, (), depth=1)
        if above and relation.latex in _ARROWS and (relation.x1 - relation.x0 > 1.3 * size or r"\long" in relation.latex.lower()):
            latex = f"{_ARROWS[relation.latex]}{f'[{below}]' if below else ''}{{{above}}}"
        else:
            latex = rf"\stackrel{{{above}}}{{{relation.latex}}}" if above else relation.latex
            latex = rf"\underset{{{below}}}{{{latex}}}" if below else latex
        node.atom = replace(relation, latex=latex)
        rest = [a for a in rest if not any(a is b for b in (*over, *under))]
    return rest


def _centred(atoms: Sequence[Atom], relation: Atom, size: float, *, up: bool) -> list[Atom]:
    """The atoms that stand together over (or under) the middle of a relation."""
    near = [
        a
        for a in atoms
        if relation.x0 - 0.15 * size < a.middle < relation.x1 + 0.15 * size
        and (a.bottom < relation.y if up else a.top > relation.y + 0.05 * size)
    ]
    if not near:
        return []
    middle = (min(a.x0 for a in near) + max(a.x1 for a in near)) / 2
    return near if abs(middle - relation.middle) <= 0.2 * size else []


def _attach_scripts(nodes: list[_Node], rest: Sequence[Atom], base: float, size: float) -> None:
    """Small atoms off the baseline become scripts of the node to their left; a leading script gets an empty base."""
    for atom in rest:
        left = [node for node in nodes if node.atom.x0 <= atom.x0 + 0.05 * size]
        if not left:
            empty = replace(atom, latex="{}", kind="ord", x1=atom.x0, y=base, size=size)
            nodes.insert(0, _Node(empty, [], []))
            left = nodes[:1]
        node = left[-1]
        up = base - atom.y
        if atom.size < 0.62 * size and (node.sub or node.sup):
            last = max([*node.sub, *node.sup], key=lambda a: (a.x1 <= atom.x0 + 0.1 * size, -abs(a.y - atom.y), a.x1))
            (node.sub if any(a is last for a in node.sub) else node.sup).append(atom)
        elif up > 0.12 * size:
            node.sup.append(atom)
        else:
            node.sub.append(atom)


_WIDE = frozenset([r"\widehat", r"\widetilde", r"\overrightarrow"])


def _accented(atoms: Sequence[Atom]) -> list[Atom]:
    """Letters with the accents that stand over them."""
    accents = [a for a in atoms if a.kind == "accent"]
    others = [a for a in atoms if a.kind != "accent"]
    for accent in accents:
        under = [
            a
            for a in others
            if a.x0 - 0.1 * a.size <= accent.middle <= a.x1 + 0.2 * a.size and abs(a.y - accent.y) < 0.6 * a.size
        ]
        if not under:
            raise Unsure("an accent over nothing")
        covered = [a for a in others if accent.x0 < a.middle < accent.x1 and a.top > accent.top]
        if accent.latex in _WIDE and sum(a.size > 0.86 * accent.size for a in covered) > 1:
            whole = union(
                max(covered, key=lambda a: a.size),
                f"{accent.latex}{{{_layout(covered, (), depth=1)}}}",
                *covered,
                accent,
                kind="ord",
            )
            others = [whole if a is covered[0] else a for a in others if a is covered[0] or not any(a is b for b in covered)]
            continue
        letter = min(under, key=lambda a: (a.latex in DELIMITERS, abs(a.middle - accent.middle)))
        wrapped = replace(letter, latex=f"{accent.latex}{{{letter.latex}}}", top=min(letter.top, accent.top))
        others = [wrapped if a is letter else a for a in others]
    return others


def _emit(nodes: Sequence[_Node], *, depth: int) -> str:
    if nodes[0].atom.latex == "{}" and len(nodes[0].sub) + len(nodes[0].sup) > 4:
        raise Unsure("a long script with nothing to stand on")
    nodes = _slashed(nodes)
    delimiters = _paired(nodes)
    parts: list[str] = []
    previous: Atom | None = None
    for position, node in enumerate(nodes):
        atom = node.atom
        latex = delimiters.get(position, "") + atom.latex
        if atom.kind == "word" and previous is not None and previous.kind == "word" and parts[-1].startswith(r"\text{"):
            gap = atom.x0 - previous.x1 > 0.14 * atom.size
            parts[-1] = parts[-1][:-1] + (" " if gap else "") + re.sub(r"^\\(?:text|mathrm)\{", "", latex)
        else:
            parts.append(latex)
        parts[-1] += _scripts(node, depth=depth)
        previous = atom if not (node.sub or node.sup) else None
    return " ".join(parts)


def _slashed(nodes: Sequence[_Node]) -> list[_Node]:
    r"""Fractions set as a small numerator, a slash and a small denominator (\nicefrac): the numerator is no superscript."""
    made: list[_Node] = []
    for position, node in enumerate(nodes):
        after = nodes[position + 1].atom if position + 1 < len(nodes) else None
        free = node.atom.latex in _LOOSE or node.atom.latex in CLOSING
        if after is not None and after.latex == "/" and node.sup and not node.sub and free:
            raised = sorted(node.sup, key=lambda a: a.x0)
            made += [_Node(node.atom, [], [])] if node.atom.latex != "{}" else []
            made += [_Node(replace(a, kind="ord"), [], []) for a in raised]
        else:
            made.append(node)
    return made


_PRIMES = {"'": "'", "''": "''", "'''": "'''", r"\prime": "'"}


def _scripts(node: _Node, *, depth: int) -> str:
    sub = f"_{{{_limit(node, depth=depth)}}}" if node.sub else ""
    if not node.sup:
        return sub
    first = min((a.x0 for a in node.sup if a.latex not in _PRIMES), default=float("inf"))
    primes = [a for a in node.sup if a.latex in _PRIMES and a.x0 < first]
    others = [a for a in node.sup if not any(a is prime for prime in primes)]
    marks = "".join(_PRIMES[a.latex] for a in primes)
    sup = f"^{{{_layout(others, (), depth=depth + 1)}}}" if others else ""
    return marks + sup + sub if marks else sub + sup


def _limit(node: _Node, *, depth: int) -> str:
    r"""What stands under an operator, in several rows as \substack; a subscript."""
    if node.atom.kind in ("operator", "bigop"):
        rows = _rows(node.sub, _main_size(node.sub))
        if len(rows) > 1:
            return r"\substack{" + r" \\ ".join(_layout(row, (), depth=depth + 1) for row in rows) + "}"
    return _layout(node.sub, (), depth=depth + 1)


def _paired(nodes: Sequence[_Node]) -> dict[int, str]:
    r"""\left or \right for the large delimiters that have a partner on their level."""
    pairs: dict[int, str] = {}
    opened: list[int] = []
    for position, node in enumerate(nodes):
        if node.atom.kind != "delimiter":
            continue
        latex = node.atom.latex
        partner = next((p for p in reversed(opened) if CLOSING.get(nodes[p].atom.latex) == latex), None)
        if partner is not None:
            pairs[partner], pairs[position] = r"\left", r"\right"
            opened = opened[: opened.index(partner)]
        elif latex in CLOSING:
            opened.append(position)
    return pairs


def _balanced(latex: str) -> bool:
    depth = 0
    for character in re.sub(r"\\[{}\\]", "", latex):
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0


def _tidy(latex: str) -> str:
    """The same LaTeX with the spaces that only separate tokens dropped where nothing needs them."""
    latex = re.sub(r"(?<![A-Za-z]) (?=[^A-Za-z\\])|(?<=[A-Za-z0-9}]) (?=[,;.!)\]])|(?<=[(\[]) ", "", latex)
    latex = re.sub(r"(?<=[=<>+]) ?|(?<=[^ ]) ?(?=[=<>+])", " ", latex)
    latex = re.sub(r"\( ?\\text\{mod\} ?([^()]*?)\)", r"\\pmod{\1}", latex)
    latex = re.sub(r"(?<=\{) (\S) (?=\})", r"\1", latex)
    parts = [part if part.startswith(r"\text{") else _spaced(part) for part in re.split(r"(\\text\{[^{}]*\})", latex)]
    return re.sub(r" {2,}", " ", "".join(parts)).strip()


_SPACES = (
    (r"(?<=[A-Za-z0-9})\]!']) ?- ?", " - "),
    (r"(?<![\\A-Za-z])([A-Za-z0-9]) \(", r"\1("),
    (rf"(\\(?:{'|'.join(sorted(FUNCTIONS))})) \(", r"\1("),
    (r" ?: ?= ?", " := "),
    (r":\(", ": ("),
    (r"(?<!\\) ?(?<!\\)& ?", " & "),
    (r"\\\\(?=[^ ])", r"\\\\ "),
    (r"(\\begin\{\w+\})(?=[^ ])", r"\1 "),
)
"""Pattern, what stands for it: spaces around binary signs, none between a name and its argument."""


def _spaced(latex: str) -> str:
    for pattern, replacement in _SPACES:
        latex = re.sub(pattern, replacement, latex)
    return latex
