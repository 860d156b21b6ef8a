"""A row of corpus/schema.py as a datatrove document's metadata: the same keys of the same types on every document.

datatrove's Parquet writer takes its schema from the first document that it sees; a null or an empty list there has no type.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

Plain = str | int | float | bool
Value = Plain | dict[str, Plain]

_ABSENT: tuple[tuple[Any, Plain], ...] = (
    (pa.types.is_boolean, False),
    (pa.types.is_integer, 0),
    (pa.types.is_floating, 0.0),
)
"""Type of a column -> what stands for null; of all others the empty string."""


def corpus_metadata(row: Mapping[str, Any], schema: pa.Schema, names: Iterable[str]) -> dict[str, Value]:
    """The columns `names` of `row`; lists as words between blanks, structs as dictionaries, null as 0 or the empty string."""
    return {name: _value(row[name], schema.field(name).type) for name in names}


def _value(value: Any, type_: pa.DataType) -> Value:
    if pa.types.is_struct(type_):
        return {field.name: _plain(value[field.name], field.type) for field in type_}
    return _plain(value, type_)


def _plain(value: Any, type_: pa.DataType) -> Plain:
    if value is None:
        return next((absent for matches, absent in _ABSENT if matches(type_)), "")
    if isinstance(value, list):
        return " ".join(map(str, value))
    return value if isinstance(value, Plain) else str(value)
