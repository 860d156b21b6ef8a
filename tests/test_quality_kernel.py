"""The compiled statistics are those of `quality.rules`, on texts of every kind."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.quality_pages import example_pages, junk
from quality import batches, language, rules, rules_tables
from quality.rules_tables import GROUPS, LEXICONS, STOP_WORDS

pytest.importorskip("numba")

PIECES = (
    *"ab 1.\n\n\t*_-#>|`$~\\[](){}!?\"'<…•“”é中。ßΣİ\u00a0\u2028\ufffd\u0661²",
    *("```", "\n```\n", "\n~~~~\n", "  ```py\n", "$$", "\\$", "\\\\", "![", "](", "[a](b)", "[a](b(c)d \"t\")", "![x](y z)"),
    *("\n- ", "\n1. ", "\n123) ", "\n## ", "\n> ", "\n|---|:-:|\n", "\n***\n", "| a | b |", "<td>", "</colgroup >", "<b", "<tr "),
    *("...", ". ", "[1]", "[edit]", "[citation needed]", "lorem ipsum", "javascript", "privacy policy", "home"),
    *("next", "cookies"),
    *("is a ", "note that ", "if and only if ", "it follows that ", "the ", "de ", "и ", "don't", "copyright 2024", "log in\n"),
    *("\\left(", "\\right)", "\\begin{a}", "\\end{a}", "\\leftarrow", "# c\n", "#include", "// x\n", "return", "Ã©"),
    *("â€™", "(cid:12)"),
    *("Q: ", "\nA: ", "Exercise 3. ", "\nSolution\n", "answer ", "\n12. ", "3) ", "why?\n", "؟", "https://", "www. :", ". "),
    *("the ", "the of ", "an (is) ", "The\n", "the  to "),
    *("same line\n", "same line\n", "theorem", "function", "word " * 12, "terms of use", "__a__", "x_y", "\r\n", "\x1c", "\x85"),
)  # fmt: skip

texts = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(PIECES), max_size=60).map("".join))


def expected(text: str, kind: str, mask: bool) -> tuple[rules.View, dict[str, float]]:
    view = rules.view(text, kind=kind, mask=mask)
    return view, rules.measure(view)


def differences(text: str, kind: str = "html", mask: bool = True) -> dict[str, tuple[float, float]]:
    """Signals and counts of words that are not as the reference has them: name -> (compiled, reference)."""
    view, reference = expected(text, kind, mask)
    batch = batches.measure_texts([text], is_code=[kind == "code"], mask=mask)
    found = {name: (float(batch.signals[name][0]), value) for name, value in reference.items()}
    totals, distinct = group_counts(view)
    for group, name in enumerate(GROUPS):
        if name not in LEXICONS:  # those are in the signals
            found[f"total of {name}"] = float(batch.totals[0, group]), totals[name]
            found[f"distinct of {name}"] = float(batch.distinct[0, group]), distinct[name]
    letters = language.letters_by_script(view.prose)
    for script, name in enumerate(language.SCRIPT_NAMES[1:], 1):
        found[f"letters of {name}"] = float(batch.letters[0, script]), letters.get(name, 0)
    of_letters = re.compile(r"[^\W\d_]+")
    found["words of letters"] = (
        float(batch.letter_words[0]),
        sum(count for word, count in view.word_counts.items() if of_letters.fullmatch(word)),
    )
    return {name: pair for name, pair in found.items() if pair[0] != pytest.approx(pair[1], rel=1e-9, abs=1e-12)}


def group_counts(view: rules.View) -> tuple[Counter[str], Counter[str]]:
    """Weighted and different words of each group, from the document's counted words."""
    totals: Counter[str] = Counter()
    distinct: Counter[str] = Counter()
    groups = [(STOP_WORDS, dict.fromkeys(rules.GOPHER_STOP_WORDS, 1.0))]
    for codes in language.WORD_SCRIPTS.values():
        weights = language.word_weights(codes)
        groups += [(code, {word: by[code] for word, by in weights.items() if code in by}) for code in codes]
    for name, words in groups:
        for word, weight in words.items():
            if count := view.word_counts[word]:
                totals[name] += count * weight  # type: ignore[assignment]
                distinct[name] += 1
    return totals, distinct


@settings(max_examples=1500, deadline=None)
@given(texts, st.sampled_from(["html", "code"]), st.booleans())
@example("", "html", True)
@example("word", "html", True)
@example("~~~\n```\n~~~", "html", True)
@example("a `` b ` c `` d", "html", True)
@example("$$ a $ b $$ $c$", "html", True)
def test_compiled_is_the_reference(text: str, kind: str, mask: bool) -> None:
    assert not differences(text, kind, mask)


@pytest.mark.parametrize("archive", ["mathematics", "code", "prose"])
def test_compiled_is_the_reference_on_real_pages(archive: str) -> None:
    for text in example_pages(archive).column("text").to_pylist()[::3]:
        assert not differences(text)
        assert not differences(text, mask=False)


def test_compiled_is_the_reference_on_junk() -> None:
    for text in junk()[::5]:
        assert not differences(text)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 200_000,
        "word " * 40_000,
        "a\n" * 60_000,
        "中" * 50_000,
        "[" * 50_000,
        "`" * 3 + "a" * 50_000,
        "$x" * 30_000,
        "> " * 50_000,
    ],
    ids=lambda text: text[:4],
)
def test_one_huge_line_or_many(text: str) -> None:
    assert not differences(text)


def test_a_batch_is_its_documents() -> None:
    several = ["One text. It is a text.", "", "Another $x$ `y`.\n\nIt is the second.", "One text. It is a text."]
    together = batches.measure_texts(several, is_code=[False] * 4)
    for i, text in enumerate(several):
        alone = batches.measure_texts([text], is_code=[False])
        assert {name: values[i] for name, values in together.signals.items()} == {n: v[0] for n, v in alone.signals.items()}
        assert (together.totals[i] == alone.totals[0]).all()


def test_every_pattern_of_boilerplate_holds_its_trigger() -> None:
    """The kernel looks for the triggers alone."""
    from quality.lexicon import BOILERPLATE

    for trigger, pattern in BOILERPLATE:
        plain = pattern.replace("\\b", "").replace("\\(", "(").replace("\\)", ")").replace("cookies?", "cookie")
        plain = plain.replace("trademarks?", "trademark")
        assert trigger in plain or trigger in ("doxygen", "sphinx", "skip to", "jump to", "toggle nav", "next:"), trigger


def test_the_dictionary_hashes_as_the_kernel_does() -> None:
    tables = rules_tables.tables()
    assert len(set(tables.keys[tables.keys > 0].tolist())) == len(tables.roles)
