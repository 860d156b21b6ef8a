"""Raw statistics: the published ones by hand-made and by datatrove's numbers, and what masking does to them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.schema import SIGNALS
from quality import batches, rules

PAGE = """# Heat

Suppose that $u$ solves $$u_t = \\alpha u_{xx}.$$ Then it follows that the energy decays, because the integral is negative.

- one item
- another item

| a | b |
|---|---|
| 1 | 2 |

See [the tutorial](https://example.org/tutorial) for `solve(u)`.

```python
# step
for i in range(n):
    return {i: u[i]}
```

Home | Next | Previous
"""


def signals(text: str, *, kind: str = "html", mask: bool = True) -> dict[str, float]:
    """By the definition; the compiled rules must say the same."""
    measured = rules.measure(rules.view(text, kind=kind, mask=mask))
    compiled = batches.measure_texts([text], is_code=[kind == "code"], mask=mask).signals
    assert {name: compiled[name][0] for name in measured} == pytest.approx(measured)
    return measured


def test_names_are_those_of_the_schema() -> None:
    assert [*signals(PAGE), "scored_char_fraction"] == [name for name, _ in SIGNALS]


def test_prose_is_what_a_reader_reads() -> None:
    prose = rules.view(PAGE).prose
    assert "Heat" in prose
    assert "the tutorial" in prose
    assert not any(mark in prose for mark in ("#", "|", "$", "`", "alpha", "range", "https", "- one"))


def test_formulas_and_code_do_not_touch_the_published_rules() -> None:
    masked, raw = signals(PAGE), signals(PAGE, mask=False)
    assert masked["alpha_word_fraction"] > 0.9 > raw["alpha_word_fraction"]
    assert masked["hash_word_ratio"] == 0 < raw["hash_word_ratio"]
    assert masked["masked_char_fraction"] == raw["masked_char_fraction"] > 0.25
    assert masked["c4_curly_bracket_count"] == 0
    assert signals("Let a set be {1, 2} here. $\\frac{1}{2}$", mask=False)["c4_curly_bracket_count"] == 0
    assert signals("Write it as $\\frac{1}{2}$ here.", mask=False)["c4_curly_bracket_count"] == 2


def test_shares_of_formulas_and_code() -> None:
    text = "ab $xyz$ `pq` c"
    assert signals(text)["formula_char_fraction"] == pytest.approx(3 / len(text))
    assert signals(text)["code_char_fraction"] == pytest.approx(2 / len(text))


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("one two three", "num_words", 3),
        ("one, two -- three!", "mean_word_length", 11 / 3),
        ("the cat and the dog", "stop_word_count", 2),
        ("a1 22 c3 44", "alpha_word_fraction", 0.5),
        ("One.\nTwo\nThree!\nFour", "terminal_punctuation_fraction", 0.5),
        ("- a\n- b\nc\nd", "bullet_line_fraction", 0.5),
        ("wait...\nwait…\nno\nno way", "ellipsis_line_fraction", 0.5),
        ("same\nsame\nother\nsame", "duplicate_line_fraction", 0.5),
        ("same\nsame\nother\nsame", "duplicate_line_char_fraction", 8 / 20),
        ("p one\n\nq\n\np one", "duplicate_paragraph_fraction", 1 / 3),
        ("Good sentence here. Another one!\nno end\nNot three.", "c4_sentence_count", 2),
        ("Please enable JavaScript to go on.\nWe like our privacy policy here.", "c4_sentence_count", 0),
        ("Lorem ipsum dolor sit amet here.", "lorem_ipsum_count", 1),
        ("Why? And how is that possible?", "question_mark_density", 100 * 2 / 6),
        ("therefore we have proved it", "derivation_marker_density", 100 * 3 / 5),
        ("Home | Next\nThe text.", "boilerplate_line_fraction", 0.5),
        ("All rights reserved.\nThe text.", "boilerplate_line_fraction", 0.5),
        ("a module of the package", "boilerplate_line_fraction", 0),
        ("$\\frac{1}{2$ and $x$", "broken_formula_fraction", 0.5),
        ("ok \ufffd\ufffd", "damaged_char_fraction", 0.4),
        ("中文字", "num_words", 3),
        ("short\n" + "long " * 20, "short_line_fraction", 0.5),
    ],
)
def test_one_statistic(text: str, name: str, expected: float) -> None:
    assert signals(text)[name] == pytest.approx(expected)


def slow_ngrams(words: list[str], n: int) -> int:
    """datatrove's find_all_duplicate / find_top_duplicate, spelt out."""
    if n <= 4:
        grams = [" ".join(words[i : i + n]) for i in range(len(words) - n + 1)]
        best = max(grams, key=lambda gram: (grams.count(gram), -grams.index(gram)), default="")
        return len(best) * grams.count(best) if grams.count(best) > 1 else 0
    seen: set[tuple[str, ...]] = set()
    chars = i = 0
    while i < len(words) - n + 1:
        gram = tuple(words[i : i + n])
        if gram in seen:
            chars += sum(map(len, gram))
            i += n
        else:
            seen.add(gram)
            i += 1
    return chars


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(["a", "bb", "ccc", "d"]), max_size=60))
def test_repeated_ngrams_are_those_of_the_plain_algorithm(words: list[str]) -> None:
    text = " ".join(words)
    measured = signals(text, mask=False)
    for n in range(2, 11):
        name = f"top_{n}gram_char_fraction" if n <= 4 else f"duplicate_{n}gram_char_fraction"
        assert measured[name] == pytest.approx(min(1.0, slow_ngrams(words, n) / max(1, len(text))))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400), st.sampled_from(["html", "code"]), st.booleans())
def test_every_statistic_of_every_text_is_a_number(text: str, kind: str, mask: bool) -> None:
    for name, value in signals(text, kind=kind, mask=mask).items():
        assert math.isfinite(value), name
        assert value >= 0, name
        if name.endswith("_fraction"):
            assert value <= 1, name


def test_source_files_are_all_code() -> None:
    measured = signals("# adds\ndef add(a, b):\n    return a + b\n", kind="code")
    assert measured["code_char_fraction"] == 1
    assert measured["num_words"] == 0
    assert measured["comment_char_fraction"] > 0
    assert measured["control_flow_density"] > 0


@pytest.mark.parametrize(
    ("latex", "whole"),
    [
        ("x", True),
        (r"\frac{a}{b}", True),
        (r"\{ a", True),
        (r"\left( a \right)", True),
        (r"\begin{matrix} a \end{matrix}", True),
        (r"\frac{a}{b", False),
        ("}{", False),
        (r"\left( a", False),
        (r"\begin{matrix} a", False),
        ("a \\", False),
        (r"\leftarrow", True),
    ],
)
def test_balance(latex: str, whole: bool) -> None:
    assert rules.is_balanced(latex) is whole
