"""Keep rules by name: expressions over the columns of DOCUMENTS and SCORES, as a recipe would write its own.

They are text, not code: `mix` checks and evaluates them (comparisons, and / or / not, arithmetic, `in`, min, max, dotted names),
wherever a recipe says `preset.NAME`; `python -m quality.presets` prints them.
`gopher`, `c4` and `fineweb` are the published filters with their published thresholds; over masked signals
(QualityConfig.mask_markup, the default) they are already kinder to formulas and code than the originals were.
"""

from __future__ import annotations

GOPHER_QUALITY = (
    "signals.num_words >= 50 and signals.num_words <= 100000"
    " and signals.mean_word_length >= 3 and signals.mean_word_length <= 10"
    " and signals.hash_word_ratio <= 0.1 and signals.ellipsis_word_ratio <= 0.1"
    " and signals.bullet_line_fraction <= 0.9 and signals.ellipsis_line_fraction <= 0.3"
    " and signals.alpha_word_fraction >= 0.8 and signals.stop_word_count >= 2"
)
"""Source: Rae et al. 2021, appendix A.1.1, "quality filtering"."""

GOPHER_REPETITION = (
    "signals.duplicate_line_fraction <= 0.3 and signals.duplicate_paragraph_fraction <= 0.3"
    " and signals.duplicate_line_char_fraction <= 0.2 and signals.duplicate_paragraph_char_fraction <= 0.2"
    " and signals.top_2gram_char_fraction <= 0.2 and signals.top_3gram_char_fraction <= 0.18"
    " and signals.top_4gram_char_fraction <= 0.16"
    " and signals.duplicate_5gram_char_fraction <= 0.15 and signals.duplicate_6gram_char_fraction <= 0.14"
    " and signals.duplicate_7gram_char_fraction <= 0.13 and signals.duplicate_8gram_char_fraction <= 0.12"
    " and signals.duplicate_9gram_char_fraction <= 0.11 and signals.duplicate_10gram_char_fraction <= 0.1"
)
"""Source: Rae et al. 2021, table A1."""

C4 = "signals.c4_sentence_count >= 5 and signals.c4_curly_bracket_count == 0 and signals.lorem_ipsum_count == 0"
"""Source: Raffel et al. 2020, section 2.2, as its published code has it; the word list is not applied."""

FINEWEB = (
    "signals.fineweb_punctuation_fraction >= 0.12 and signals.short_line_fraction <= 0.67"
    " and signals.fineweb_duplicate_line_char_fraction <= 0.01 and signals.newline_word_ratio <= 0.3"
)
"""Source: Penedo et al. 2024, section 3.6 (0.12, 0.1 of duplicated characters refined to 0.01 in datatrove, 0.67)."""

REASONING = (
    # nothing broken: menus, link lists, decoding damage, torn formulas, filler
    "signals.boilerplate_line_fraction <= 0.3 and signals.link_char_fraction <= 0.5"
    " and signals.damaged_char_fraction <= 0.01 and signals.broken_formula_fraction <= 0.5"
    " and signals.lorem_ipsum_count == 0"
    # prose alone is not one sentence told again and again, nor long lines of which none is a sentence
    " and (signals.masked_char_fraction >= 0.02"
    " or ((signals.duplicate_5gram_char_fraction <= 0.45 or signals.terminal_punctuation_fraction <= 0.8)"
    " and (signals.long_line_count == 0 or signals.c4_sentence_count >= 1 or signals.alpha_word_fraction <= 0.9)))"
    # and something there: code, formulas, or running text of some language (or of many symbols: code outside of fences)
    " and (signals.code_char_fraction >= 0.3 or signals.formula_char_fraction >= 0.1"
    " or (signals.num_words >= 16 and (language_confidence > 0 or signals.alpha_word_fraction <= 0.9)"
    " and signals.top_2gram_char_fraction <= 0.6"
    " and signals.duplicate_paragraph_char_fraction <= 0.6 and signals.duplicate_10gram_char_fraction <= 0.5"
    " and (signals.list_line_fraction <= 0.8 or signals.terminal_punctuation_fraction >= 0.05)"
    " and (signals.broken_article_fraction <= 0.05 or signals.num_words < 100)))"
)
"""Ours: refuses what carries nothing, and never a page for being mathematics or code. The thresholds were set on the junk of
benchmarks/junk_pages.py and on the packages named in benchmarks/quality.py as looked at; docs/benchmarks.md has what it keeps of
others. Shuffled words break an article in 6 to 40 %, real pages in 2 % at most; text of a Markov chain of word pairs does not."""

PRESETS: dict[str, str] = {
    "gopher": f"{GOPHER_QUALITY} and {GOPHER_REPETITION}",
    "c4": C4,
    "fineweb": FINEWEB,
    "stock": f"{GOPHER_QUALITY} and {GOPHER_REPETITION} and {C4} and {FINEWEB}",
    "reasoning": REASONING,
}
"""Name in a recipe (`keep: keep and preset.reasoning`) -> expression; true = keep."""

WEIGHTS: dict[str, str] = {
    "worth": "cut(0.4 * reasoning_depth + 0.3 * knowledge_density + 0.2 * educational_value + 0.1 * technical_correctness,"
    " 0.2, 0.35, 0.5)",
}
"""Name -> expression whose value is a class of documents, 0 (least) to 3: a bucket column that stages weigh by
(`bucket_columns: {worth: preset.worth, ...}`, then `preferences: [{where: True, weight: 0.5 + worth}]`)."""


def listing() -> str:
    """Every preset as Markdown: its name, and its text one condition a line."""
    lines = []
    for title, presets in (("keep", PRESETS), ("weigh", WEIGHTS)):
        for name, source in presets.items():
            text = source.replace(" and ", "\n  and ").replace("\n  and (", "\n  and (")
            lines += [f"### `preset.{name}` ({title})", "", "```", text, "```", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    print(listing(), end="")
