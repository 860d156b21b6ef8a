"""Every statistic of datatrove's filters is a column: on real pages, each of their rules turns exactly at our unmasked number.

Their words are made by spaCy where ours are separated by blanks, so their splitter is replaced by ours; they keep case and empty
lines, so the pages are in lower case and without empty lines. What they count then is what we count.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.quality_pages import example_pages
from quality import rules

filters = pytest.importorskip("datatrove.pipeline.filters")
data = pytest.importorskip("datatrove.data")

OTHER_BULLETS = ("*", "+", "--")
"""Marks of lists for us and not for datatrove."""


def pages() -> list[str]:
    """Pages of prose, code and mathematics as datatrove and we read them alike."""
    found = []
    for archive in ("prose", "code", "mathematics"):
        for text in example_pages(archive).column("text").to_pylist()[::7]:
            plain = text.encode("ascii", "ignore").decode().lower()
            lines = [line.strip() for line in plain.split("\n")]
            found.append("\n".join(line for line in lines if line and not line.startswith(OTHER_BULLETS)))
    return [page for page in found if len(page) > 500]


PAGES = pages()


def cores(text: str, _language: str) -> list[str]:
    return [word.strip(rules.PUNCTUATION) or word for word in text.split()]


def blanks(text: str, _language: str) -> list[str]:
    return text.split()


def sentences(text: str, _language: str) -> list[str]:
    return [text] * max(1, rules._count_sentences(text))


@pytest.fixture(autouse=True)
def our_words(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, split in (
        ("gopher_quality_filter", cores),
        ("gopher_repetition_filter", blanks),
        ("fineweb_quality_filter", blanks),
    ):
        monkeypatch.setattr(f"datatrove.pipeline.filters.{name}.split_into_words", split)
    monkeypatch.setattr("datatrove.pipeline.filters.c4_filters.split_into_sentences", sentences)


def kept(instance: Any, text: str) -> bool:
    verdict = instance.filter(data.Document(text=text, id=""))
    return bool(verdict[0] if isinstance(verdict, tuple) else verdict)


QUALITY_OFF = dict.fromkeys(
    (
        "min_doc_words",
        "max_doc_words",
        "min_avg_word_length",
        "max_avg_word_length",
        "max_symbol_word_ratio",
        "max_bullet_lines_ratio",
        "max_ellipsis_lines_ratio",
        "max_non_alpha_words_ratio",
        "min_stop_words",
    )
)
REPETITION_OFF = {
    **dict.fromkeys(("dup_line_frac", "dup_para_frac", "dup_line_char_frac", "dup_para_char_frac")),
    "top_n_grams": (),
    "dup_n_grams": (),
}
FINEWEB_OFF = {"line_punct_thr": -1.0, "short_line_thr": 2.0, "char_duplicates_ratio": 2.0, "new_line_ratio": 1e9}
C4_OFF = {
    "filter_no_terminal_punct": False,
    "min_num_sentences": -1,
    "min_words_per_line": -1,
    "max_word_length": -1,
    "filter_lorem_ipsum": False,
    "filter_javascript": False,
    "filter_curly_bracket": False,
    "filter_policy": False,
}


def plain(value: float) -> Any:
    return value


RULES: list[tuple[str, dict[str, Any], str, Callable[[float], Any], str, bool]] = [
    ("GopherQualityFilter", QUALITY_OFF, "min_doc_words", plain, "num_words", True),
    ("GopherQualityFilter", QUALITY_OFF, "max_doc_words", plain, "num_words", False),
    ("GopherQualityFilter", QUALITY_OFF, "min_avg_word_length", plain, "mean_word_length", True),
    ("GopherQualityFilter", QUALITY_OFF, "max_avg_word_length", plain, "mean_word_length", False),
    ("GopherQualityFilter", QUALITY_OFF, "max_symbol_word_ratio", plain, "hash_word_ratio", False),
    ("GopherQualityFilter", QUALITY_OFF, "max_symbol_word_ratio", plain, "ellipsis_word_ratio", False),
    ("GopherQualityFilter", QUALITY_OFF, "max_bullet_lines_ratio", plain, "bullet_line_fraction", False),
    ("GopherQualityFilter", QUALITY_OFF, "max_ellipsis_lines_ratio", plain, "ellipsis_line_fraction", False),
    ("GopherQualityFilter", QUALITY_OFF, "max_non_alpha_words_ratio", plain, "alpha_word_fraction", True),
    ("GopherQualityFilter", QUALITY_OFF, "min_stop_words", plain, "stop_word_count", True),
    ("GopherRepetitionFilter", REPETITION_OFF, "dup_line_frac", plain, "duplicate_line_fraction", False),
    ("GopherRepetitionFilter", REPETITION_OFF, "dup_line_char_frac", plain, "duplicate_line_char_fraction", False),
    *(
        ("GopherRepetitionFilter", REPETITION_OFF, "top_n_grams", lambda v, n=n: ((n, v),), f"top_{n}gram_char_fraction", False)
        for n in (2, 3, 4)
    ),
    *(
        (
            "GopherRepetitionFilter",
            REPETITION_OFF,
            "dup_n_grams",
            lambda v, n=n: ((n, v),),
            f"duplicate_{n}gram_char_fraction",
            False,
        )
        for n in range(5, 11)
    ),
    ("FineWebQualityFilter", FINEWEB_OFF, "line_punct_thr", plain, "fineweb_punctuation_fraction", True),
    ("FineWebQualityFilter", FINEWEB_OFF, "short_line_thr", plain, "short_line_fraction", False),
    ("FineWebQualityFilter", FINEWEB_OFF, "char_duplicates_ratio", plain, "fineweb_duplicate_line_char_fraction", False),
    ("FineWebQualityFilter", FINEWEB_OFF, "new_line_ratio", plain, "newline_word_ratio", False),
]
"""Filter, its settings with every rule off, the one rule that is on, how its threshold is written, our column, whether the
threshold is a minimum."""


@pytest.mark.parametrize(
    ("kind", "off", "rule", "written", "column", "is_minimum"),
    RULES,
    ids=lambda value: getattr(value, "__name__", str(value)[:40]),
)
def test_a_rule_turns_at_our_number(
    kind: str, off: dict[str, Any], rule: str, written: Callable[[float], Any], column: str, is_minimum: bool
) -> None:
    turned = 0
    for text in PAGES:
        value = rules.measure(rules.view(text, mask=False))[column]
        if not value or ("_word_ratio" in column and not _is_the_larger(text, column)):
            continue  # a threshold of 0 is no rule to datatrove
        if rule == "dup_n_grams" and not _joins_apart(text.split(), written(0)[0][0]):
            continue
        below, above = (
            kept(getattr(filters, kind)(**{**off, rule: written(value * factor)}), text) for factor in (0.9999, 1.0001)
        )
        assert (below, above) == ((True, False) if is_minimum else (False, True)), (column, value)
        turned += 1
    assert turned >= 1, column


def _joins_apart(words: list[str], n: int) -> bool:
    """datatrove joins an n-gram's words without a blank: in a table `1 23` is `12 3` again, on one page 6 % of what it counts."""
    grams = {tuple(words[i : i + n]) for i in range(len(words) - n + 1)}
    return len({"".join(gram) for gram in grams}) == len(grams)


def _is_the_larger(text: str, column: str) -> bool:
    """One threshold of datatrove is for hash signs and ellipses."""
    measured = rules.measure(rules.view(text, mask=False))
    others = {"hash_word_ratio": "ellipsis_word_ratio", "ellipsis_word_ratio": "hash_word_ratio"}
    return column not in others or measured[column] > measured[others[column]]


def dropped_lines(text: str, **rule: Any) -> dict[str, int]:
    """How many lines C4's filter drops for each reason with one rule on."""
    instance = filters.C4QualityFilter(**{**C4_OFF, **rule})
    kept(instance, text)
    return {name: value.total for name, value in instance.stats.stats.items()}


@pytest.mark.parametrize(
    ("rule", "reason", "column"),
    [
        ({"filter_no_terminal_punct": True}, "no_terminal_punc", None),
        ({"min_words_per_line": 3}, "too_few_words", "few_word_line_fraction"),
        ({"filter_javascript": True}, "javascript", "javascript_line_fraction"),
        ({"filter_policy": True}, "policy", "policy_line_fraction"),
    ],
    ids=str,
)
def test_lines_that_c4_drops(rule: dict[str, Any], reason: str, column: str | None) -> None:
    """Its terminal punctuation leaves out lines that end in an ellipsis; ours has that as a column of its own."""
    extra = "enable javascript to see it.\nwe use cookies here.\nthe privacy policy of the site\nit goes on ...\nso it is.\n"
    for text in [f"{extra}{page}" for page in PAGES]:
        measured = rules.measure(rules.view(text, mask=False))
        counts = dropped_lines(text, **rule)
        share = counts.get(f"line-filter-{reason}", 0) / counts["line-total"]
        ours = measured[column] if column else 1 - measured["terminal_punctuation_fraction"] + _dotted(text)
        assert ours == pytest.approx(share, abs=1e-9)


def _dotted(text: str) -> float:
    lines = text.split("\n")
    return sum(line.endswith("...") for line in lines) / len(lines)


def test_longest_word_sentences_brackets_and_lorem_ipsum_of_c4() -> None:
    for text in PAGES:
        measured = rules.measure(rules.view(text, mask=False))
        longest = int(measured["longest_word_chars"])
        assert "line-filter-too_long_word" not in dropped_lines(text, max_word_length=longest)
        assert dropped_lines(text, max_word_length=longest - 1)["line-filter-too_long_word"] >= 1
        stock = {"filter_no_terminal_punct": True, "min_words_per_line": 3, "filter_javascript": True, "filter_policy": True}
        number = int(measured["c4_sentence_count"])
        if number and not measured["c4_curly_bracket_count"]:
            assert kept(filters.C4QualityFilter(**{**C4_OFF, **stock, "min_num_sentences": number}), text)
            assert not kept(filters.C4QualityFilter(**{**C4_OFF, **stock, "min_num_sentences": number + 1}), text)
        assert kept(filters.C4QualityFilter(**{**C4_OFF, **stock, "filter_curly_bracket": True}), text) == (
            measured["c4_curly_bracket_count"] == 0
        )
        with_lorem = f"lorem ipsum dolor sit amet.\n{text}"
        assert not kept(filters.C4QualityFilter(**{**C4_OFF, "filter_lorem_ipsum": True}), with_lorem)
        assert rules.measure(rules.view(with_lorem, mask=False))["lorem_ipsum_count"] > 0


@pytest.mark.parametrize("long_lines", [0, 1, 2, 3, 4])
def test_paragraphs_of_mc4(long_lines: int) -> None:
    text = "\n".join(["a line of words " * 20] * long_lines + ["a short one."] * 5)
    count = rules.measure(rules.view(text, mask=False))["long_line_count"]
    assert count == long_lines
    assert kept(filters.C4ParagraphFilter(), text) == (count >= 3)


def test_paragraphs_of_gopher() -> None:
    """Pages of ours have no empty line, so paragraphs are made here."""
    for text in PAGES:
        lines = text.split("\n")
        paragraphs = "\n\n".join([*lines[:40], *lines[:7]])
        measured = rules.measure(rules.view(paragraphs, mask=False))
        for rule, column in (
            ("dup_para_frac", "duplicate_paragraph_fraction"),
            ("dup_para_char_frac", "duplicate_paragraph_char_fraction"),
        ):
            below, above = (
                kept(filters.GopherRepetitionFilter(**{**REPETITION_OFF, rule: measured[column] * factor}), paragraphs)
                for factor in (0.9999, 1.0001)
            )
            assert (below, above) == (False, True), column
