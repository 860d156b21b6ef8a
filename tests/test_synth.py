"""Generated tasks: the same from the same seed, never twice the same, and each confirmed by a second route that can say no."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.config import build
from corpus.errors import RecipeError
from corpus.markup import spans
from corpus.schema import DOCUMENTS, conform
from synth import interpreter, programs
from synth.dice import Dice
from synth.equalities import evaluate, false_equalities
from synth.task import Task, VerificationError, verify
from synth.tasks import BASIC_FAMILIES, FAMILIES, SynthConfig, generate, locate, make_task

SMALL = SynthConfig(num_documents=130, seed=5)


def test_documents_have_the_schema() -> None:
    table = conform(generate(config=SMALL), DOCUMENTS, what="synth")
    assert table.num_rows == 130
    assert set(table.column("synthetic").to_pylist()) == {True}
    for row in table.to_pylist():
        family, index = row["path"], row["record_offset"]
        assert row["url"] == f"synth://{family}/5-{index}"
        assert row["num_chars"] == len(row["text"])
        assert row["num_formulas"] == sum(span.kind in ("display", "inline") for span in spans(row["text"]))


def test_any_range_gives_the_same_bytes() -> None:
    whole = generate(config=SMALL)
    assert generate(config=SMALL).equals(whole)
    assert generate(config=SMALL, start=40, stop=60).equals(whole.slice(40, 20))
    larger = dataclasses.replace(SMALL, num_documents=140)
    assert generate(config=larger).slice(0, 130).equals(whole)
    other = generate(config=dataclasses.replace(SMALL, seed=6))
    assert not set(other.column("text").to_pylist()) & set(whole.column("text").to_pylist())


def test_no_two_documents_are_equal() -> None:
    table = generate(config=SynthConfig(num_documents=13 * 150))
    assert len(set(table.column("text").to_pylist())) == table.num_rows
    assert len(set(table.column("doc_id").to_pylist())) == table.num_rows


@pytest.mark.parametrize("family", sorted(BASIC_FAMILIES))
def test_coded_choices_tell_many_indices_apart(family: str) -> None:
    capacities = []
    for index in range(20):
        dice = Dice(0, family, index)
        BASIC_FAMILIES[family].generate(dice)
        capacities.append(dice.capacity)
    assert min(capacities) >= 100_000


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_coded_choices_are_injective(one: int, other: int) -> None:
    def digits(index: int) -> list[int]:
        dice = Dice(3, "test", index)
        return [dice.coded(n) for n in (64, 7, 300, 40)]

    assert (digits(one) == digits(other)) == (one % 5_376_000 == other % 5_376_000)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(FAMILIES)), st.integers(0, 2**31), st.integers(0, 2**40))
def test_every_task_of_every_family_is_confirmed(family: str, seed: int, index: int) -> None:
    task = make_task(seed=seed, family=family, index=index)
    assert task.question
    assert task.solution
    assert make_task(seed=seed, family=family, index=index) == task


def spoilt(value: Any) -> Any:
    """A wrong answer of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return value + "x"
    if isinstance(value, list):
        return [*value, 1]
    return (spoilt(value[0]), *value[1:])


@pytest.mark.parametrize("family", sorted(FAMILIES))
@pytest.mark.parametrize("index", range(6))
def test_a_wrong_result_is_refused(family: str, index: int) -> None:
    task = make_task(seed=1, family=family, index=index)
    with pytest.raises(VerificationError):
        verify(dataclasses.replace(task, result=spoilt(task.result)), FAMILIES[family], name=family)


@pytest.mark.parametrize("family", sorted(BASIC_FAMILIES))
def test_a_wrong_printed_answer_is_refused(family: str) -> None:
    for index in range(6):
        task = make_task(seed=2, family=family, index=index)
        other = make_task(seed=2, family=family, index=index + 50)
        if other.answer != task.answer:
            with pytest.raises(VerificationError):
                verify(dataclasses.replace(task, answer=other.answer), FAMILIES[family], name=family)


WITH_ARITHMETIC = (
    "word_problem",
    "linear_equation",
    "linear_system",
    "polynomial",
    "euclid",
    "modular_power",
    "congruences",
    "counting",
)


@pytest.mark.parametrize("family", WITH_ARITHMETIC)
def test_a_wrong_step_is_refused(family: str) -> None:
    task = make_task(seed=3, family=family, index=0)
    wrong = task.solution.replace(" = ", " = 1 + ", 1)
    assert wrong != task.solution
    with pytest.raises(VerificationError, match="false equality"):
        verify(dataclasses.replace(task, solution=wrong), FAMILIES[family], name=family)


def test_code_that_does_something_else_is_refused() -> None:
    trace = make_task(seed=4, family="code_trace", index=0)
    name = trace.question.split("def ")[1].split("(")[0]
    spoilt_code = dataclasses.replace(trace, question=trace.question.replace("    return ", "    return 1 and not ", 1))
    assert name
    with pytest.raises((VerificationError, ValueError)):
        verify(spoilt_code, FAMILIES["code_trace"], name="code_trace")
    function = make_task(seed=4, family="code_function", index=0)
    spoilt_loop = dataclasses.replace(function, solution=function.solution.replace("for v in values:", "for v in values[1:]:", 1))
    with pytest.raises(VerificationError):
        verify(spoilt_loop, FAMILIES["code_function"], name="code_function")


@pytest.mark.parametrize(
    ("latex", "value"),
    [
        ("1 + 2 \\cdot 3", 7),
        ("(1 + 2)3", None),
        ("(1 + 2)(3)", 9),
        ("-2^2", -4),
        ("\\left(-2\\right)^{3}", -8),
        ("\\frac{1}{3} + \\frac{1}{6}", Fraction(1, 2)),
        ("\\binom{5}{2}", 10),
        ("4! / 2", 12),
        ("2^{10}", 1024),
        ("2^10", None),
        ("x + 1", None),
        ("\\frac{1}{0}", None),
        ("", None),
    ],
)
def test_arithmetic_in_latex(latex: str, value: Any) -> None:
    assert evaluate(latex) == value


def test_unknowns_with_values_are_put_in() -> None:
    assert evaluate("3x^2 - 2(x + 1)y", values={"x": Fraction(2), "y": Fraction(1, 3)}) == 10
    assert false_equalities("$2x = 6$, $x + 1 = 5$, $p(x) = 9$", values={"x": Fraction(3)}) == ["x + 1 = 5"]


@pytest.mark.parametrize(
    ("text", "num_wrong"),
    [
        ("$1 + 1 = 2$ and $2 = 3$", 1),
        ("$3 \\cdot 4 = 12 = 24 / 2$", 0),
        ("$17 \\equiv 2 \\pmod{5}$, $17 \\equiv 3 \\pmod{5}$", 1),
        ("$x = 3$ and $2x = 7$", 0),
        ("$a + 1 = 4 = 5$", 1),
        ("$$\\begin{aligned} 1 &= 1 \\\\ 2 &= 1 \\end{aligned}$$", 1),
        ("`1 = 2`", 0),
        ("$1 < 2 = 3$", 0),
    ],
)
def test_false_equalities_are_found(text: str, num_wrong: int) -> None:
    assert len(false_equalities(text)) == num_wrong


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**31))
def test_the_interpreter_agrees_with_python(index: int) -> None:
    task = BASIC_FAMILIES["code_trace"].generate(Dice(9, "code_trace", index))
    source, arguments = task.facts["source"], task.facts["arguments"]
    copies = [list(each) if isinstance(each, list) else each for each in arguments]
    assert interpreter.call(source, copies) == programs.execute(source, arguments)


def test_the_interpreter_refuses_what_it_does_not_know() -> None:
    with pytest.raises(interpreter.UnsupportedSyntaxError):
        interpreter.call("def f(n):\n    return [x for x in range(n)]\n", [3])
    with pytest.raises(interpreter.UnsupportedSyntaxError):
        interpreter.call("def f(n):\n    while n > 0:\n        n = n + 1\n    return n\n", [3])


def test_families_come_in_the_shares_asked_for() -> None:
    config = SynthConfig(families={"euclid": 1, "code_trace": 3})
    places = [locate(p, config) for p in range(40)]
    assert sum(name == "code_trace" for name, _ in places) == 30
    assert len(set(places)) == 40
    assert sorted(index for name, index in places if name == "euclid") == list(range(10))


def test_wrong_settings_say_so() -> None:
    with pytest.raises(RecipeError, match="did you mean 'euclid'"):
        build(SynthConfig, {"families": {"eucild": 1}}, where="pipeline.yaml: synth")
    with pytest.raises(RecipeError, match="positive share"):
        SynthConfig(families={"euclid": 0})
    with pytest.raises(RecipeError, match="documents_per_shard"):
        SynthConfig(documents_per_shard=0)


def test_set_holds_whole_problems() -> None:
    task: Task = make_task(seed=0, family="problem_set", index=0)
    assert task.solution.count("**Solution ") == task.question.count("**") // 2 == len(task.result)
