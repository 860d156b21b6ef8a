"""What the PDF benchmarks write: parts of the set, tables of the documentation."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.harness import Goal, Result
from benchmarks.pdf import GOALS, goals_of
from benchmarks.pdf_scores import ALL, BENCH, OTHER, TYPE3, VECTOR, Scores, part_of
from benchmarks.pdf_tables import markdown, write
from corpus.errors import InputError

RESULT = Result(
    rows=[{"tool": "one", "inline": 0.8749, "displays": 1234, "pages/CPU s": 0.5}, {"tool": "two", "inline": None}],
    tables={"by class": [{"class": "book", "inline": 1.0, "display": 0.0}]},
    goals=[Goal(what="inline", value=0.87, limit=0.88), Goal(what="false", value=0.05, limit=0.06, at_least=False)],
    notes=["3 documents", "left out: four"],
)


@pytest.mark.parametrize(
    ("family", "part"),
    [
        ("newpx", VECTOR),
        ("beamer-cm", VECTOR),
        ("cm-type3", TYPE3),
        ("ppb-lm", BENCH),
        ("scan", OTHER),
        ("libreoffice-odt", OTHER),
    ],
)
def test_every_family_belongs_to_a_part(family: str, part: str) -> None:
    assert part_of(family) == part


def test_tables_are_written_as_the_documentation_shows_numbers() -> None:
    text = markdown(RESULT)
    assert text.startswith("3 documents; left out: four.\n\n| tool | inline | displays | pages/CPU s |\n")
    assert "| one | .875 | 1,234 | 0.5 |\n| two |  |" in text
    assert "By class:\n\n| class | inline | display |\n| --- | --- | --- |\n| book | 1 | 0 |" in text
    assert "| inline | .870 | ≥ .880 | missed |\n| false | .050 | ≤ .060 | met |" in text


def test_only_what_stands_between_the_marks_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "doc.md"
    marks = "<!-- tables of benchmarks/pdf.py: begin -->\nold\n<!-- tables of benchmarks/pdf.py: end -->"
    file.write_text(f"before\n{marks}\nafter\n", encoding="utf-8")
    for _ in range(2):
        write(file, "pdf", "new")
    assert (
        file.read_text(encoding="utf-8")
        == f"before\n{marks.replace(chr(10) + 'old' + chr(10), chr(10) * 2 + 'new' + chr(10) * 2)}\nafter\n"
    )


@pytest.mark.parametrize(
    "text", ["", "<!-- tables of benchmarks/pdf.py: begin -->", "<!-- tables of benchmarks/pdf_hostile.py: begin -->"]
)
def test_a_file_without_the_marks_is_refused_and_left_alone(text: str, tmp_path: Path) -> None:
    file = tmp_path / "doc.md"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="go between the lines"):
        write(file, "pdf", "new")
    assert file.read_text(encoding="utf-8") == text


def test_goals_name_their_part_and_leave_out_what_was_not_measured() -> None:
    scores = Scores(groups={"part": {ALL: {"w_f1": 0.96, "present": float("nan")}, VECTOR: {"disp_recall": 0.5}}})
    goals = goals_of(scores, [*GOALS, (VECTOR, "disp_recall", 0.88, True)])
    assert [(goal.what, goal.met) for goal in goals] == [("word F1", True), (f"display ({VECTOR})", False)]
