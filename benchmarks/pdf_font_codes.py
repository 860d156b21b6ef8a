r"""Private codes of OpenType mathematics fonts, from the fonts themselves: what extract.pdf_fonts.private_codes holds.

python -m benchmarks.pdf_font_codes KpMath-Regular.otf Erewhon-Math.otf ...
python -m benchmarks.pdf_font_codes --numbers Asana-Math.otf

A size, a piece or a script form of a glyph may have no Unicode but a code of a private area in the font's cmap; XeTeX writes that
code into the PDF. The MATH table (variants and assemblies) and the substitutions of scripts and styles tell whose form it is.
Prints one table a font: runs of codes and the characters they stand for. LuaTeX writes no code where it finds none: `--numbers`
prints the numbers of the glyphs in the font instead, which the PDF keeps, with their advances, by which another version of the
font is noticed.
"""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from corpus.errors import require

_PREFERRED = "⟨⟩|∥⋃⋂⨄⨆⨅⨃⋁⋀⨁⨂⨀∑∏∐∫∮√←→↔⇐⇒⏞⏟"
"""Characters that are taken where a glyph stands for several."""
_FORMS = r"ssty|dtls|flac|salt|zero|(?:ss|cv)\d\d"
"""Features that give another form of the same character. Source: OpenType 1.9, feature registry."""
EXTENSION = "⏐"
"""What a piece stands for that extends several delimiters (a bracket, a floor and a ceiling): only its neighbours tell which."""


def forms(font: Any) -> Iterator[tuple[str, str, bool]]:
    """(glyph, glyph whose form it is, whether it is a piece that repeats)."""
    variants = font["MATH"].table.MathVariants
    for coverage, constructions in (
        (variants.VertGlyphCoverage, variants.VertGlyphConstruction),
        (variants.HorizGlyphCoverage, variants.HorizGlyphConstruction),
    ):
        for base, made in zip(coverage.glyphs if coverage else (), constructions or (), strict=True):
            yield from ((record.VariantGlyph, base, False) for record in made.MathGlyphVariantRecord)
            parts = made.GlyphAssembly.PartRecords if made.GlyphAssembly else ()
            yield from ((part.glyph, base, bool(part.PartFlags & 1)) for part in parts)
    table = font["GSUB"].table
    for record in table.FeatureList.FeatureRecord:
        if re.fullmatch(_FORMS, record.FeatureTag):
            for subtable in (one for index in record.Feature.LookupListIndex for one in table.LookupList.Lookup[index].SubTable):
                subtable = subtable.ExtSubTable if subtable.LookupType == 7 else subtable
                for base, form in getattr(subtable, "mapping", {}).items():
                    yield form, base, False
                for base, several in getattr(subtable, "alternates", {}).items():
                    yield from ((form, base, False) for form in several)


def shown_by_forms(font: Any) -> dict[str, str]:
    """Glyph -> the character whose form it is, of the glyphs that have no code of their own but a private one."""
    characters: dict[str, set[str]] = defaultdict(set)
    for code, glyph in font.getBestCmap().items():
        if not _is_private(code):
            characters[glyph].add(chr(code))
    shown: dict[str, set[str]] = defaultdict(set)
    repeated = set()
    for form, base, repeats in forms(font):
        shown[form] |= characters.get(base, set())
        repeated |= {form} if repeats else set()
    return {form: _one(bases, form in repeated) for form, bases in shown.items() if bases and form not in characters}


def private_codes(font: Any) -> list[str]:
    """Private codes and the characters whose forms they show, as runs."""
    shown = shown_by_forms(font)
    return runs(
        {code: shown[glyph] for code, glyph in sorted(font.getBestCmap().items()) if _is_private(code) and glyph in shown}
    )


def numbered(font: Any) -> list[str]:
    """`number:character:advance` for each form of a glyph; the advance in thousandths of an em."""
    units = font["head"].unitsPerEm
    return [
        f"{font.getGlyphID(glyph)}:{_written(character)}:{round(1000 * font['hmtx'][glyph][0] / units)}"
        for glyph, character in sorted(shown_by_forms(font).items(), key=lambda pair: font.getGlyphID(pair[0]))
    ]


def _is_private(code: int) -> bool:
    return 0xE000 <= code <= 0xF8FF or code >= 0xF0000


def _one(characters: set[str], repeats: bool) -> str:
    if repeats and (characters & set("|∣") or len(characters & set("[]⌊⌋⌈⌉")) > 1):
        return EXTENSION
    return min(characters, key=lambda c: (_PREFERRED.find(c) if c in _PREFERRED else len(_PREFERRED), c))


def _written(character: str) -> str:
    """A character as a string literal holds it: combining ones by their number."""
    return f"\\u{ord(character):04x}" if unicodedata.combining(character) or character == "\\" else character


def runs(codes: dict[int, str]) -> list[str]:
    """`E133:∑∑` for each run of consecutive codes, no run longer than the rest of a line."""
    made: list[str] = []
    last = -2
    for code, character in codes.items():
        goes_on = code == last + 1 and len(made[-1]) < 110
        made = [*made[:-1], made[-1] + _written(character)] if goes_on else [*made, f"{code:X}:{_written(character)}"]
        last = code
    return made


def _filled(words: list[str], width: int = 126) -> str:
    lines = [""]
    for word in words:
        fits = len(lines[-1]) + len(word) < width
        lines = [*lines[:-1], f"{lines[-1]} {word}".strip()] if fits else [*lines, word]
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    tt_lib = require("fontTools.ttLib", extra="dev")
    rows = numbered if arguments[0] == "--numbers" else private_codes
    for name in arguments:
        if not name.startswith("--"):
            path = subprocess.run(["kpsewhich", name], capture_output=True, text=True, check=True).stdout.strip()
            print(f'    "{name.split("-")[0]}": """\n{_filled(rows(tt_lib.TTFont(path)))}\n""",')


if __name__ == "__main__":
    main(sys.argv[1:])
