"""Strict configuration: plain mappings (as YAML gives them) into frozen dataclasses.

Every setting is a keyword-only frozen dataclass beside the code it configures. Unknown keys are errors that suggest the nearest
name; values of the wrong type say where, what was seen, what was expected. Nothing here reads YAML: `pipelines` does.
"""

from __future__ import annotations

import dataclasses
import difflib
import types
import typing
from collections.abc import Mapping
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

from corpus.errors import RecipeError

T = TypeVar("T")


def build(cls: type[T], value: Any, *, where: str) -> T:
    """An instance of the dataclass `cls` from the mapping `value`.

    `where` is the place to name in errors: `recipe.yaml` or `recipe.yaml: mix.stages`. Raises RecipeError.
    Fields may be str, int, float, bool, Literal, X | None, tuple[X, ...], dict[str, X], and dataclasses of these.
    """
    if not isinstance(value, Mapping):
        raise RecipeError(f"{where}: expected keys ({_field_names(cls)}), saw {_show(value)}")
    hints = typing.get_type_hints(cls)
    fields = {field.name: field for field in dataclasses.fields(cls) if field.init}  # type: ignore[arg-type]
    for key in value:
        if key not in fields:
            raise RecipeError(unknown_key(str(key), fields, where=where))
    arguments = {key: convert(hints[key], item, where=f"{where}: {key}") for key, item in value.items()}
    missing = [
        name
        for name, field in fields.items()
        if name not in arguments and field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    ]
    if missing:
        raise RecipeError(f"{where}: missing {', '.join(missing)}; expected keys: {_field_names(cls)}")
    try:
        return cls(**arguments)
    except RecipeError as error:
        raise RecipeError(f"{where}: {error}") from None


def convert(hint: Any, value: Any, *, where: str) -> Any:
    """`value` as the annotated type `hint`, or RecipeError."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any:
        return value
    if origin in (Union, types.UnionType):
        return _convert_union(arguments, value, where=where)
    if origin is Literal:
        if value in arguments:
            return value
        raise RecipeError(
            f"{where}: {_show(value)} is not one of {', '.join(map(str, arguments))}{_hint(str(value), map(str, arguments))}"
        )
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise RecipeError(f"{where}: expected a list, saw {_show(value)}")
        kinds = [arguments[0]] * len(value) if arguments[-1] is Ellipsis else list(arguments)
        if len(kinds) != len(value):
            raise RecipeError(f"{where}: expected {len(kinds)} values, saw {len(value)}")
        return tuple(convert(kind, item, where=f"{where}[{i}]") for i, (kind, item) in enumerate(zip(kinds, value, strict=True)))
    if origin in (dict, Mapping) or origin is typing.get_origin(Mapping[str, int]):
        if not isinstance(value, Mapping):
            raise RecipeError(f"{where}: expected keys and values, saw {_show(value)}")
        return {str(key): convert(arguments[1], item, where=f"{where}: {key}") for key, item in value.items()}
    if dataclasses.is_dataclass(hint):
        return value if isinstance(value, typing.cast(type, hint)) else build(typing.cast(type[Any], hint), value, where=where)
    return _convert_scalar(hint, value, where=where)


def _convert_union(choices: tuple[Any, ...], value: Any, *, where: str) -> Any:
    if value is None and type(None) in choices:
        return None
    errors = []
    for choice in choices:
        if choice is type(None):
            continue
        try:
            return convert(choice, value, where=where)
        except RecipeError as error:
            errors.append(error)
    raise errors[0]


def _convert_scalar(kind: type, value: Any, *, where: str) -> Any:
    if kind is bool and isinstance(value, bool):
        return value
    if kind is int and not isinstance(value, bool) and (number := as_number(value)) is not None and number == int(number):
        return int(number)
    if kind is float and not isinstance(value, bool) and (number := as_number(value)) is not None:
        return float(number)
    if kind is str and isinstance(value, str):
        return value
    expected = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}.get(kind, kind.__name__)
    raise RecipeError(f"{where}: expected {expected}, saw {_show(value)}")


def as_number(value: Any) -> float | int | None:
    """A number, also from text such as 1.5e9 or 20_000 (YAML reads `1e9` as text), or None."""
    if isinstance(value, int | float):
        return value
    if isinstance(value, str):
        for kind in (int, float):
            try:
                return kind(value)
            except ValueError:
                continue
    return None


def apply_overrides(mapping: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """`mapping` with dotted keys set: {"dedup.jaccard_threshold": 0.8}. Lists take an index: {"mix.stages.0.tokens": 1e6}."""
    result: dict[str, Any] = _deep_copy(mapping)
    for dotted, value in overrides.items():
        node: Any = result
        *parents, last = dotted.split(".")
        for i, part in enumerate(parents):
            here = ".".join(parents[: i + 1])
            if isinstance(node, list):
                node = node[_index(part, node, where=here)]
                continue
            node = node.setdefault(part, {})
            if not isinstance(node, dict | list):
                raise RecipeError(f"override {dotted}={value}: {here} is {_show(node)}, it has no keys")
        if isinstance(node, list):
            node[_index(last, node, where=dotted)] = value
        else:
            node[last] = value
    return result


def unknown_key(key: str, known: typing.Iterable[str], *, where: str) -> str:
    """The sentence for a key that does not exist."""
    names = list(known)
    return f"{where}: unknown key {key!r}{_hint(key, names)} Known keys: {', '.join(names)}."


def _hint(seen: str, known: typing.Iterable[str]) -> str:
    near = difflib.get_close_matches(seen, list(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else "."


def _index(part: str, items: list[Any], *, where: str) -> int:
    if part.isdigit() and int(part) < len(items):
        return int(part)
    raise RecipeError(f"override {where}: expected an index below {len(items)}, saw {part!r}")


def _deep_copy(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _deep_copy(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_deep_copy(item) for item in value]
    return value


def _field_names(cls: type[Any]) -> str:
    return ", ".join(field.name for field in dataclasses.fields(cls))


def _show(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
