"""Code tasks: what does this function return, and write a function that does this.

Traces come from really running the printed code; the checker walks its syntax tree with another interpreter. The expected values
of unit tests come from a specification in another style; the checker runs the code it reads back from the text against it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from types import CodeType, FrameType
from typing import Any, NamedTuple

from corpus.markup import fence, spans
from synth import interpreter
from synth.dice import Dice
from synth.task import Family, Task

NAMES = ("mystery", "compute", "process", "transform", "f", "evaluate", "run", "fold")
BUILTINS: dict[str, Any] = {"range": range, "len": len, "abs": abs, "min": min, "max": max, "sum": sum, "set": set}
"""All that printed code may call."""

State = tuple[int, dict[str, Any]]
"""A line that bound something, and all variables after it."""


def generate_trace(dice: Dice) -> Task:
    """A small function, a call, and a table of what happens."""
    source, arguments = dice.choice((_fold_program, _while_program, _grid_program, _stack_program))(dice)
    value, states = execute(source, arguments)
    name = source[4 : source.index("(")]
    shown = f"{name}({', '.join(map(repr, arguments))})"
    lines = source.rstrip("\n").split("\n")
    asks = (f"What does `{shown}` return?", f"Trace the call `{shown}` by hand. What is its value?")
    return Task(
        title=dice.choice((f"Tracing {name}", "What does this return?", "Reading a function")),
        question=f"Consider this Python function:\n\n{fence(source, 'python')}\n\n{dice.choice(asks)}",
        solution=f"Follow the lines that change something; the call starts with {_variables(_initial(source, arguments))}.\n\n"
        + _trace_table(states, lines)
        + f"\n\nThe last line, `{lines[-1].strip()}`, then gives {value!r}.",
        answer=f"`{value!r}`",
        result=value,
        facts={"source": source, "arguments": arguments, "states": states},
    )


def check_trace(task: Task) -> bool:
    """The printed code, walked by `synth.interpreter`: same value, same variables after every line of the trace."""
    (source,) = [span.body for span in spans(task.question) if span.kind == "code"]
    arguments = [list(each) if isinstance(each, list) else each for each in task.facts["arguments"]]
    value, states = interpreter.call(source, arguments)
    rows = [row for row in task.solution.split("\n") if row.startswith("| ") and row[2].isdigit()]
    shown = all(_variables(variables) in row for row, (_, variables) in zip(rows, states, strict=False))
    return value == task.result and states == task.facts["states"] and shown and task.answer == f"`{value!r}`"


def execute(source: str, arguments: Sequence[Any]) -> tuple[Any, list[State]]:
    """Runs the one function of `source`; its value, and the variables after each line that bound or changed one."""
    namespace: dict[str, Any] = {"__builtins__": BUILTINS}
    code = compile(source, "<task>", "exec")
    exec(code, namespace)
    (function,) = [value for name, value in namespace.items() if name != "__builtins__"]
    lines = source.split("\n")
    recorder = _Recorder(function.__code__, loops={i for i, line in enumerate(lines, 1) if line.strip().startswith("for ")})
    previous = sys.gettrace()
    sys.settrace(recorder.on_event)
    try:
        value = function(*[list(each) if isinstance(each, list) else each for each in arguments])
    finally:
        sys.settrace(previous)
    binding = {number for number, line in enumerate(lines, 1) if _binds(line)}
    return value, [(line, variables) for line, variables in recorder.states if line in binding]


class _Recorder:
    """Variables after every line of one function: what is there when the next line is about to run.

    A `for` line counts only when its body, the line below it, comes next: when it ends the loop it binds nothing.
    """

    def __init__(self, code: CodeType, *, loops: set[int]) -> None:
        self.states: list[State] = []
        self._code = code
        self._loops = loops
        self._line: int | None = None

    def on_event(self, frame: FrameType, event: str, _argument: Any) -> Any:
        if frame.f_code is not self._code:
            return None
        ends_loop = self._line in self._loops and frame.f_lineno != (self._line or 0) + 1
        if event in ("line", "return") and self._line is not None and not ends_loop:
            self.states.append((self._line, {k: list(v) if isinstance(v, list) else v for k, v in frame.f_locals.items()}))
        self._line = frame.f_lineno if event == "line" else None
        return self.on_event


def _binds(line: str) -> bool:
    """Whether a printed line binds or changes a variable: assignments, loops over items, method calls."""
    text = line.strip()
    return (
        text.startswith("for ")
        or " = " in text
        or any(f" {op}= " in text for op in ("+", "-", "*", "//", "%"))
        or ".append(" in text
    )


def _initial(source: str, arguments: Sequence[Any]) -> dict[str, Any]:
    names = source[source.index("(") + 1 : source.index(")")].split(", ")
    return dict(zip(names, arguments, strict=True))


def _variables(variables: dict[str, Any]) -> str:
    return ", ".join(f"`{name} = {value!r}`" for name, value in variables.items())


def _trace_table(states: Sequence[State], lines: Sequence[str]) -> str:
    rows = [f"| {i} | `{lines[line - 1].strip()}` | {_variables(variables)} |" for i, (line, variables) in enumerate(states, 1)]
    return "\n".join(["| step | line | variables |", "|---|---|---|", *rows])


def _condition(dice: Dice, name: str) -> str:
    return dice.choice(
        (
            f"{name} % {dice.between(2, 5)} == {dice.between(0, 1)}",
            f"{name} > {dice.between(2, 15)}",
            f"{name} < {dice.between(3, 18)}",
            f"{name} % 2 != 0",
        )
    )


def _update(dice: Dice, name: str, item: str) -> str:
    n = dice.between(2, 7)
    return dice.choice(
        (f"{name} += {item}", f"{name} -= {item}", f"{name} += {item} * {n}", f"{name} = {name} * 2 + {item}", f"{name} += {n}")
    )


def _fold_program(dice: Dice) -> tuple[str, list[Any]]:
    """One pass over a list with two accumulators."""
    name, start, other = dice.coded_choice(NAMES), dice.coded_between(0, 40), dice.coded_between(1, 40)
    values = [dice.coded_between(1, 20), dice.coded_between(1, 20), *(dice.between(1, 25) for _ in range(dice.between(1, 4)))]
    body = [
        f"def {name}(values):",
        f"    total = {start}",
        f"    extra = {other}",
        "    for v in values:",
        f"        if {_condition(dice, 'v')}:",
        f"            {_update(dice, 'total', 'v')}",
        "        else:",
        f"            {_update(dice, 'extra', dice.choice(('v', 'total')))}",
        f"    return {dice.choice(('total + extra', 'total - extra', 'total * 2 - extra', 'max(total, extra)'))}",
    ]
    return "\n".join(body) + "\n", [values]


def _while_program(dice: Dice) -> tuple[str, list[Any]]:
    """A number that shrinks until the loop ends."""
    name, n, start = dice.coded_choice(NAMES), dice.coded_between(150, 9_999), dice.coded_between(0, 40)
    divisor = dice.coded_between(2, 10)
    body = [
        f"def {name}(n):",
        f"    result = {start}",
        "    while n > 0:",
        f"        digit = n % {divisor}",
        f"        if {_condition(dice, 'digit')}:",
        f"            {_update(dice, 'result', 'digit')}",
        f"        n = n // {divisor}",
        f"    return {dice.choice(('result', 'result - n', 'abs(result)'))}",
    ]
    return "\n".join(body) + "\n", [n]


def _grid_program(dice: Dice) -> tuple[str, list[Any]]:
    """Two nested loops."""
    name, rows, columns = dice.coded_choice(NAMES), dice.coded_between(2, 4), dice.coded_between(2, 4)
    factor, start = dice.coded_between(2, 40), dice.coded_between(0, 60)
    body = [
        f"def {name}(rows, columns):",
        f"    total = {start}",
        "    for i in range(rows):",
        "        for j in range(columns):",
        f"            if (i * {factor} + j) % {dice.between(2, 4)} == {dice.between(0, 1)}:",
        f"                {_update(dice, 'total', dice.choice(('i', 'j')))}",
        "    return total",
    ]
    return "\n".join(body) + "\n", [rows, columns]


def _stack_program(dice: Dice) -> tuple[str, list[Any]]:
    """A list that grows and shrinks."""
    name, limit = dice.coded_choice(NAMES), dice.coded_between(2, 30)
    values = [dice.coded_between(1, 30), dice.coded_between(1, 30), *(dice.between(1, 30) for _ in range(dice.between(2, 4)))]
    drop = dice.choice((f"len(kept) > 0 and kept[-1] > v + {dice.between(0, 3)}", "len(kept) > 0 and kept[-1] < v"))
    body = [
        f"def {name}(values):",
        "    kept = []",
        "    lost = 0",
        "    for v in values:",
        f"        if {drop}:",
        "            lost = lost + kept.pop()",
        f"        if v < {limit}:",
        f"            kept.append({dice.choice(('v', 'v + 1', 'v * 2'))})",
        f"    return {dice.choice(('kept', 'len(kept) + lost', 'lost'))}",
    ]
    return "\n".join(body) + "\n", [values]


class _Part(NamedTuple):
    """A piece of a specification: in words, in code, and as a function that the checker composes."""

    words: str
    code: str
    meaning: Callable[..., Any]


def _keeps(n: int) -> tuple[_Part, ...]:
    multiples = frozenset(n * i for i in range(-1000, 1001))
    return (
        _Part(f"that are divisible by {n}", f"v % {n} == 0", lambda v: v in multiples),
        _Part(f"that are not divisible by {n}", f"v % {n} != 0", lambda v: v not in multiples),
        _Part(f"that are greater than {n}", f"v > {n}", lambda v: not v <= n),
        _Part(f"that are at most {n}", f"v <= {n}", lambda v: v - n < 1),
        _Part(f"whose distance from {n} is less than 20", f"abs(v - {n}) < 20", lambda v: v in range(n - 19, n + 20)),
    )


def _maps(n: int) -> tuple[_Part, ...]:
    return (
        _Part(f"square it and subtract {n}", f"v * v - {n}", lambda v: v**2 + -n),
        _Part(f"multiply it by {n}", f"v * {n}", lambda v: sum([v] * n)),
        _Part(f"take its remainder modulo {n}", f"v % {n}", lambda v: v - n * (v // n)),
        _Part(f"take its distance from {n}", f"abs(v - {n})", lambda v: max(v, n) - min(v, n)),
        _Part(f"add {n} to it", f"v + {n}", lambda v: v - -n),
    )


class _Reduction(NamedTuple):
    words: str
    initial: str
    update: tuple[str, ...]
    result: str
    meaning: Callable[[list[int]], int]


def _reductions(n: int) -> tuple[_Reduction, ...]:
    return (
        _Reduction(
            f"return {n} plus the sum of the results", f"total = {n}", ("total += w",), "total", lambda items: sum(items, n)
        ),
        _Reduction(
            f"return the largest of the results, or {n} if there are none or all are smaller",
            f"best = {n}",
            ("if w > best:", "    best = w"),
            "best",
            lambda items: max([n, *items]),
        ),
        _Reduction(
            f"return how many different remainders modulo {n} the results have",
            "seen = []",
            (f"if w % {n} not in seen:", f"    seen.append(w % {n})"),
            "len(seen)",
            lambda items: len({w % n for w in items}),
        ),
        _Reduction(
            f"return {n} plus the alternating sum of the results (the first minus the second plus the third, and so on)",
            f"total, sign = {n}, 1",
            ("total += sign * w", "sign = -sign"),
            "total",
            lambda items: n + sum(items[::2]) - sum(items[1::2]),
        ),
        _Reduction(
            f"return how many results are larger than {n}",
            "count = 0",
            (f"if w > {n}:", "    count += 1"),
            "count",
            lambda items: len([w for w in items if w > n]),
        ),
    )


def generate_function(dice: Dice) -> Task:
    """A specification, a function that meets it, and unit tests that pass."""
    constants = dice.coded_between(2, 60), dice.coded_between(2, 40), dice.coded_between(1, 50)
    name = dice.choice(("solve", "summarise", "answer", "reduce_values", "score"))
    first = [dice.coded_between(-9, 99), dice.coded_between(-9, 99), *(dice.between(-9, 99) for _ in range(dice.between(2, 5)))]
    inputs = [first, [], *([dice.between(-9, 99) for _ in range(dice.between(3, 7))] for _ in range(2))]
    while True:
        numbers = dice.between(0, 4), dice.between(0, 4), dice.between(0, 4)
        keep, change, reduction = _parts(constants, numbers)
        expected = [_specified(keep, change, reduction, values) for values in inputs]
        if len(set(expected)) > 1:
            break
    source = _function_source(name, keep, change, reduction)
    tests = "\n".join(f"assert {name}({values!r}) == {value!r}" for values, value in zip(inputs, expected, strict=True))
    return Task(
        title=dice.choice(("Write a function", f"Implement {name}", "From words to code")),
        question=f"Write a Python function `{name}(values)`: from a list of whole numbers take those {keep.words}, in order; "
        f"for each of them, {change.words}; then {reduction.words}.",
        solution="\n\n".join(
            (
                dice.choice(
                    ("Go through the numbers once and keep a running result.", "One loop is enough; filter, change, combine.")
                ),
                fence(source, "python"),
                _worked_example(first, keep, change, expected[0]),
                dice.choice(("These tests pass:", "Tests, the empty list among them:")),
                fence(tests, "python"),
            )
        ),
        answer=f"`{name}` as above; it returns `{expected[0]!r}` for `{first!r}`",
        result=tuple(expected),
        facts={"constants": constants, "parts": numbers, "inputs": inputs},
    )


def check_function(task: Task) -> bool:
    """Runs the printed code: its own tests pass, and on 200 more lists it agrees with the specification's functional form."""
    blocks = [span.body for span in spans(task.solution) if span.kind == "code"]
    namespace: dict[str, Any] = {"__builtins__": BUILTINS}
    exec(blocks[0], namespace)
    (function,) = [value for name, value in namespace.items() if name != "__builtins__"]
    try:
        exec(blocks[1], namespace)
    except AssertionError:
        return False
    parts = _parts(task.facts["constants"], task.facts["parts"])
    extra = [[(a * 37 + b * 101) % 140 - 30 for b in range(a % 9)] for a in range(60)] + [[v] for v in range(-30, 110)]
    agrees = all(function(values) == _specified(*parts, values) for values in [*task.facts["inputs"], *extra])
    results = tuple(_specified(*parts, values) for values in task.facts["inputs"])
    printed = task.answer.endswith(f"returns `{results[0]!r}` for `{task.facts['inputs'][0]!r}`")
    return agrees and results == task.result and printed and blocks[1].count("assert") == len(results)


def _parts(constants: tuple[int, int, int], numbers: tuple[int, int, int]) -> tuple[_Part, _Part, _Reduction]:
    return _keeps(constants[0])[numbers[0]], _maps(constants[1])[numbers[1]], _reductions(constants[2])[numbers[2]]


def _specified(keep: _Part, change: _Part, reduction: _Reduction, values: list[int]) -> int:
    return reduction.meaning([change.meaning(v) for v in values if keep.meaning(v)])


def _function_source(name: str, keep: _Part, change: _Part, reduction: _Reduction) -> str:
    lines = [
        f"def {name}(values):",
        f"    {reduction.initial}",
        "    for v in values:",
        f"        if {keep.code}:",
        f"            w = {change.code}",
        *(f"            {line}" for line in reduction.update),
        f"    return {reduction.result}",
    ]
    return "\n".join(lines)


def _worked_example(values: list[int], keep: _Part, change: _Part, expected: int) -> str:
    kept = [v for v in values if keep.meaning(v)]
    changed = [change.meaning(v) for v in kept]
    if not kept:
        return f"For `{values}` no number qualifies, so the result is `{expected}`."
    return f"For `{values}` the numbers {keep.words} are `{kept}`; they become `{changed}`, and the result is `{expected}`."


CODE_TRACE = Family(generate_trace, check_trace)
CODE_FUNCTION = Family(generate_function, check_function)
