"""A second opinion on what a small Python function does: its syntax tree, walked by hand.

Knows whole numbers, booleans, lists and the statements the code families print; anything else raises UnsupportedSyntaxError.
Shares nothing with the interpreter that runs us, so the two can check each other.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

MAX_STEPS = 20_000
"""Assignments and tests before a program counts as endless."""


class UnsupportedSyntaxError(ValueError):
    """The program uses something this interpreter does not know."""


class _Return(Exception):  # noqa: N818 (control flow, not an error)
    def __init__(self, value: Any) -> None:
        self.value = value


def call(source: str, arguments: list[Any]) -> tuple[Any, list[tuple[int, dict[str, Any]]]]:
    """Calls the one function that `source` defines.

    Returns its value and, for each statement that bound names, (line from 1, all variables after it).
    """
    (function,) = ast.parse(source).body
    if not isinstance(function, ast.FunctionDef):
        raise UnsupportedSyntaxError(type(function).__name__)
    names = [argument.arg for argument in function.args.args]
    machine = _Machine(dict(zip(names, arguments, strict=True)))
    try:
        machine.run(function.body)
    except _Return as finished:
        return finished.value, machine.states
    return None, machine.states


class _Machine:
    def __init__(self, variables: dict[str, Any]) -> None:
        self.variables = variables
        self.states: list[tuple[int, dict[str, Any]]] = []
        self._steps = 0

    def run(self, body: list[ast.stmt]) -> None:
        for statement in body:
            self._steps += 1
            if self._steps > MAX_STEPS:
                raise UnsupportedSyntaxError("endless")
            self._execute(statement)

    def _execute(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Assign):
            self._bind(node.targets[0], self._value(node.value), node.lineno)
        elif isinstance(node, ast.AugAssign):
            target = ast.Name(node.target.id, ast.Load()) if isinstance(node.target, ast.Name) else node.target
            self._bind(node.target, _OPERATIONS[type(node.op)](self._value(target), self._value(node.value)), node.lineno)
        elif isinstance(node, ast.For):
            for item in list(self._value(node.iter)):
                self._bind(node.target, item, node.lineno)
                self.run(node.body)
        elif isinstance(node, ast.While):
            while self._value(node.test):
                self.run(node.body)
        elif isinstance(node, ast.If):
            self.run(node.body if self._value(node.test) else node.orelse)
        elif isinstance(node, ast.Return) and node.value is not None:
            raise _Return(self._value(node.value))
        elif isinstance(node, ast.Expr):
            self._value(node.value)
            self._record(node.lineno)
        else:
            raise UnsupportedSyntaxError(type(node).__name__)

    def _bind(self, target: ast.expr, value: Any, line: int) -> None:
        if not isinstance(target, ast.Name):
            raise UnsupportedSyntaxError(type(target).__name__)
        self.variables[target.id] = value
        self._record(line)

    def _record(self, line: int) -> None:
        self.states.append((line, {name: list(v) if isinstance(v, list) else v for name, v in self.variables.items()}))

    def _value(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            return self.variables[node.id]
        if isinstance(node, ast.List):
            return [self._value(item) for item in node.elts]
        if isinstance(node, ast.BinOp):
            return _OPERATIONS[type(node.op)](self._value(node.left), self._value(node.right))
        if isinstance(node, ast.UnaryOp):
            return -self._value(node.operand) if isinstance(node.op, ast.USub) else not self._value(node.operand)
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            return _OPERATIONS[type(node.ops[0])](self._value(node.left), self._value(node.comparators[0]))
        if isinstance(node, ast.BoolOp):
            wanted = isinstance(node.op, ast.Or)
            return wanted if any(bool(self._value(item)) is wanted for item in node.values) else not wanted
        if isinstance(node, ast.Subscript):
            return self._value(node.value)[self._value(node.slice)]
        if isinstance(node, ast.Call):
            return self._call(node)
        raise UnsupportedSyntaxError(type(node).__name__)

    def _call(self, node: ast.Call) -> Any:
        arguments = [self._value(argument) for argument in node.args]
        if isinstance(node.func, ast.Attribute):
            receiver, name = self._value(node.func.value), node.func.attr
            if name == "append":
                receiver.extend(arguments)
                return None
            if name == "pop" and not arguments:
                item = receiver[-1]
                del receiver[-1]
                return item
        if isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS:
            return _FUNCTIONS[node.func.id](*arguments)
        raise UnsupportedSyntaxError(ast.unparse(node.func))


def _count_up(*arguments: int) -> list[int]:
    """range, by counting."""
    start, stop = (0, arguments[0]) if len(arguments) == 1 else arguments
    numbers = []
    while start < stop:
        numbers.append(start)
        start = start + 1
    return numbers


def _length(items: list[Any]) -> int:
    total = 0
    for _ in items:
        total = total + 1
    return total


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "range": _count_up,
    "len": _length,
    "abs": lambda n: -n if n < 0 else n,
    "min": lambda a, b: a if a < b else b,
    "max": lambda a, b: b if a < b else a,
}

_OPERATIONS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.FloorDiv: lambda a, b: a // b,
    ast.Mod: lambda a, b: a % b,
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
}
