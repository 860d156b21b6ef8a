"""A small, safe expression language over table columns: `keep and quality > 0.3 and domain in ("mathematics", "code")`.

Python's syntax, read with `ast` and walked over a whitelist: comparisons, and / or / not, + - * /, `in`, `is None`,
`a if condition else b`, struct fields by a dot (`signals.num_words`) and the functions below. Nothing else can be said in it, so
a recipe from anywhere is safe to run. An expression is checked against the columns it will meet before a run begins.

    min(a, b, ...)  max(a, b, ...)     row by row
    cut(x, 0.3, 0.6)                   0 below 0.3, 1 below 0.6, else 2
    log(x), abs(x)                     natural logarithm, magnitude
    preset.NAME                        an expression that has a name (quality/presets.py), as if it stood there in parentheses

Missing values follow Kleene's logic, and a condition that comes out unknown is false.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from corpus.errors import RecipeError

Kind = Literal["condition", "number", "any"]

_COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: pc.equal,
    ast.NotEq: pc.not_equal,
    ast.Lt: pc.less,
    ast.LtE: pc.less_equal,
    ast.Gt: pc.greater,
    ast.GtE: pc.greater_equal,
}
_ARITHMETIC: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: pc.add,
    ast.Sub: pc.subtract,
    ast.Mult: pc.multiply,
    # Division of whole numbers is the usual one, not Arrow's integer division.
    ast.Div: lambda a, b: pc.divide(pc.cast(a, pa.float64()), b),
}


def _cut(x: Any, *edges: Any) -> Any:
    steps = [pc.cast(pc.greater_equal(x, edge), pa.int64()) for edge in edges]
    total = steps[0]
    for step in steps[1:]:
        total = pc.add(total, step)
    return total


_FUNCTIONS: Mapping[str, tuple[Callable[..., Any], int]] = {
    "min": (pc.min_element_wise, 2),
    "max": (pc.max_element_wise, 2),
    "cut": (_cut, 2),
    "log": (pc.ln, 1),
    "abs": (pc.abs, 1),
}
"""Name -> function on Arrow values, least number of arguments."""


@dataclass(frozen=True)
class Expression:
    """A checked expression; `evaluate` gives one value a row."""

    source: str
    """Presets spelt out."""
    kind: Kind
    names: tuple[str, ...]
    """Columns it reads, sorted; of a struct the column, not the field."""

    def evaluate(self, table: pa.Table) -> pa.Array:
        """One value for each row of `table`: a boolean without nulls for conditions, float64 for numbers."""
        value = _evaluate(ast.parse(self.source, mode="eval").body, table, self.source)
        if not isinstance(value, pa.Array | pa.ChunkedArray):
            value = pa.repeat(value, table.num_rows)
        if isinstance(value, pa.ChunkedArray):
            value = value.combine_chunks()
        if self.kind == "condition":
            return pc.fill_null(value, False)
        return pc.cast(value, pa.float64()) if self.kind == "number" else value


def compile_expression(
    source: str,
    schema: pa.Schema,
    *,
    where: str,
    kind: Kind = "any",
    values: Mapping[str, Sequence[str]] | None = None,
    presets: Mapping[str, str] | None = None,
) -> Expression:
    """`source` checked against the columns of `schema`; `where` is the place to name in errors.

    `values` lists, per column, the only strings it can hold, so that a comparison with another one is an error and not silently
    false; `presets` what `preset.NAME` stands for. Raises RecipeError for what is not in the language, for unknown columns,
    values and presets (naming the nearest) and for types that do not go together.
    """
    try:
        tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError) as error:
        raise RecipeError(f"{where}: {source!r} is not an expression: {error}") from error
    spelt_out = ast.unparse(_Presets(presets, source, where).visit(tree))
    if spelt_out != ast.unparse(ast.parse(source, mode="eval")):
        return compile_expression(spelt_out, schema, where=where, kind=kind, values=values)
    paths = dict.fromkeys(_columns(tree, schema, source, where))
    for column, text in _compared_strings(tree):
        if values and column in values and text not in values[column]:
            raise RecipeError(f"{where}: {source!r}: {column} is never {text!r}{_nearest(text, values[column])}")
    expression = Expression(source, kind, tuple(sorted({path.split(".")[0] for path in paths})))
    _check_type(expression, schema, where)
    return expression


def _check_type(expression: Expression, schema: pa.Schema, where: str) -> None:
    """Tries the expression on no rows at all: types that do not go together show at once."""
    empty = schema.empty_table()
    try:
        value = Expression(expression.source, "any", expression.names).evaluate(empty)
    except pa.ArrowException as error:
        blamed = _blamed(ast.parse(expression.source, mode="eval").body, empty, expression.source)
        raise RecipeError(f"{where}: {expression.source!r}: {blamed}") from error
    wanted = {"condition": pa.types.is_boolean, "number": _is_number, "any": lambda _: True}[expression.kind]
    if not wanted(value.type):
        raise RecipeError(f"{where}: {expression.source!r} is of type {value.type}, expected a {expression.kind}")


def _blamed(node: ast.expr, empty: pa.Table, source: str) -> str:
    """What does not go together in the innermost operation of a checked `node` that cannot be evaluated."""
    kinds = []
    for child in [] if _dotted(node) else _operands(node, source, ""):
        try:
            kinds.append(f"{ast.unparse(child)} is {_kind_name(_evaluate(child, empty, source).type)}")
        except pa.ArrowException:
            return _blamed(child, empty, source)
    if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
        kinds.append(f"the list is {ast.unparse(node.comparators[0])}")
    return f"{ast.unparse(node)!r} does not go together: {', '.join(dict.fromkeys(kinds))}"


def _kind_name(kind: pa.DataType) -> str:
    if pa.types.is_boolean(kind):
        return "true or false"
    return "text" if pa.types.is_string(kind) or pa.types.is_large_string(kind) else "a number" if _is_number(kind) else str(kind)


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


# --------------------------------------------------------------------------------------------------------- checking


PRESET = "preset"
"""`preset.NAME` is no column: it stands for an expression."""


class _Presets(ast.NodeTransformer):
    """Puts the expressions of presets where their names are."""

    def __init__(self, presets: Mapping[str, str] | None, source: str, where: str) -> None:
        self._presets, self._place = presets, f"{where}: {source!r}"

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        path = _dotted(node)
        if path is None or not path.startswith(f"{PRESET}."):
            return node
        name = path.removeprefix(f"{PRESET}.")
        if self._presets is None:
            raise RecipeError(
                f"{self._place}: {path} is about documents, and here are buckets: give them the column, "
                f"mix.bucket_columns.{name}: {path}, and say {name} here"
            )
        if name not in self._presets:
            raise RecipeError(
                f"{self._place}: no preset {name!r}{_nearest(name, self._presets)} There are: {', '.join(self._presets)} "
                "(docs/quality-signals.md has their text)."
            )
        return ast.parse(self._presets[name], mode="eval").body


def _columns(node: ast.AST, schema: pa.Schema, source: str, where: str) -> Iterator[str]:
    """Dotted names of the columns below `node`; raises RecipeError at anything outside the language."""
    path = _dotted(node)
    if path is not None:
        _check_column(path, schema, source, where)
        yield path
        return
    for child in _operands(node, source, where):
        yield from _columns(child, schema, source, where)


def _dotted(node: ast.AST) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        parent = _dotted(node.value)
        return f"{parent}.{node.attr}" if parent else None
    return None


def _operands(node: ast.AST, source: str, where: str) -> list[ast.expr]:
    """The operands of a permitted operation."""
    match node:
        case ast.BoolOp(values=values):
            return values
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            return [operand]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
            return [left, right]
        case ast.Compare(left=left, ops=ops, comparators=rights):
            return [left, *_compared(ops, rights, source, where)]
        case ast.IfExp(test=test, body=body, orelse=other):
            return [test, body, other]
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS:
            if len(args) < _FUNCTIONS[name][1]:
                raise RecipeError(f"{where}: {source!r}: {name} needs at least {_FUNCTIONS[name][1]} values, saw {len(args)}")
            return args
        case ast.Constant(value=bool() | int() | float() | str() | None):
            return []
        case ast.Call(func=ast.Name(id=name)):
            raise RecipeError(
                f"{where}: {source!r}: no function {name!r}{_nearest(name, _FUNCTIONS)} There are: {', '.join(_FUNCTIONS)}."
            )
    text = ast.get_source_segment(source, node) if isinstance(node, ast.expr) else None
    raise RecipeError(
        f"{where}: {source!r}: {text or type(node).__name__!r} is not part of the expression language "
        "(comparisons, and, or, not, + - * /, in, is None, if else, min, max, cut, log, abs)"
    )


def _compared(ops: list[ast.cmpop], rights: list[ast.expr], source: str, where: str) -> list[ast.expr]:
    """The right sides that are values; `in` needs a list of constants, `is` needs None."""
    values = []
    for op, right in zip(ops, rights, strict=True):
        items = right.elts if isinstance(right, ast.Tuple | ast.List) else []
        if isinstance(op, ast.In | ast.NotIn) and not (items and all(isinstance(item, ast.Constant) for item in items)):
            raise RecipeError(f"{where}: {source!r}: `in` needs a list of values on its right, for example in ('web', 'papers')")
        if isinstance(op, ast.Is | ast.IsNot) and not (isinstance(right, ast.Constant) and right.value is None):
            raise RecipeError(f"{where}: {source!r}: `is` compares with None only")
        if not isinstance(op, ast.In | ast.NotIn):
            values.append(right)
    return values


def _check_column(path: str, schema: pa.Schema, source: str, where: str) -> None:
    known: Sequence[str] = schema.names
    name, *fields = path.split(".")
    if name not in known:
        raise RecipeError(
            f"{where}: {source!r}: unknown column {name!r}{_nearest(name, known)} Known columns: {', '.join(sorted(known))}."
        )
    kind = schema.field(name).type
    for part in fields:
        names = [field.name for field in kind] if pa.types.is_struct(kind) else []
        if part not in names:
            raise RecipeError(f"{where}: {source!r}: {name!r} has no field {part!r}{_nearest(part, names)}")
        kind = kind.field(part).type


def _compared_strings(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """(column, text) for every comparison of a column with a string, or with a list of them."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare):
            continue
        sides = [node.left, *node.comparators]
        columns = [path for side in sides if (path := _dotted(side))]
        constants = [item for side in sides for item in ast.walk(side) if isinstance(item, ast.Constant)]
        yield from ((column, item.value) for column in columns for item in constants if isinstance(item.value, str))


def _nearest(seen: str, known: Sequence[str] | Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(seen, list(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else "."


# ------------------------------------------------------------------------------------------------------- evaluation


def _evaluate(node: ast.expr, table: pa.Table, source: str) -> Any:
    """The value of a checked `node`: an Arrow array, or a scalar where no column is involved."""
    path = _dotted(node)
    if path is not None:
        return _column(path, table)
    match node:
        case ast.Constant(value=value):
            return pa.scalar(value)
        case ast.BoolOp(op=op, values=values):
            combine = pc.and_kleene if isinstance(op, ast.And) else pc.or_kleene
            result, *rest = (_evaluate(value, table, source) for value in values)
            for value in rest:
                result = combine(result, value)
            return result
        case ast.UnaryOp(op=op, operand=operand):
            value = _evaluate(operand, table, source)
            return pc.invert(value) if isinstance(op, ast.Not) else pc.negate(value)
        case ast.BinOp(left=left, op=op, right=right):
            return _ARITHMETIC[type(op)](_evaluate(left, table, source), _evaluate(right, table, source))
        case ast.IfExp(test=test, body=body, orelse=other):
            return pc.if_else(*(_evaluate(part, table, source) for part in (test, body, other)))
        case ast.Call(func=ast.Name(id=name), args=args):
            return _FUNCTIONS[name][0](*(_evaluate(argument, table, source) for argument in args))
        case ast.Compare(left=left, ops=ops, comparators=rights):
            return _comparison(left, ops, rights, table, source)
    raise AssertionError(f"{source!r} was not checked: {ast.dump(node)}")


def _column(path: str, table: pa.Table) -> Any:
    name, *fields = path.split(".")
    column = table.column(name)
    return pc.struct_field(column, fields) if fields else column


def _comparison(left: ast.expr, ops: list[ast.cmpop], rights: list[ast.expr], table: pa.Table, source: str) -> Any:
    """a < b < c is a < b and b < c, as in Python."""
    result: Any = None
    for op, right in zip(ops, rights, strict=True):
        value = _compare(op, left, right, table, source)
        result = value if result is None else pc.and_kleene(result, value)
        left = right
    return result


def _compare(op: ast.cmpop, left: ast.expr, right: ast.expr, table: pa.Table, source: str) -> Any:
    value = _evaluate(left, table, source)
    if isinstance(op, ast.In | ast.NotIn):
        items = pa.array([item.value for item in getattr(right, "elts", ()) if isinstance(item, ast.Constant)])
        found = pc.is_in(value, value_set=items.cast(value.type))
        return found if isinstance(op, ast.In) else pc.and_(pc.invert(found), pc.is_valid(value))
    if isinstance(op, ast.Is | ast.IsNot):
        return pc.is_null(value) if isinstance(op, ast.Is) else pc.is_valid(value)
    return _COMPARE[type(op)](value, _evaluate(right, table, source))
