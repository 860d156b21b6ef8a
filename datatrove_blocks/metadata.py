"""A row of corpus/schema.py as a datatrove document's metadata: the same keys of the same types on every document.

datatrove's Parquet writer takes its schema from the first document that it sees; a null or an empty list there has no type.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

Value = str | int | float | bool

_ABSENT: tuple[tuple[Any, Value], ...] = (
    (pa.types.is_boolean, False),
    (pa.types.is_integer, 0),
    (pa.types.is_floating, 0.0),
)
"""Type of a column -> what stands for null; of all others the empty string."""


def corpus_metadata(row: Mapping[str, Any], schema: pa.Schema, names: Iterable[str]) -> dict[str, Value]:
    """The columns `names` of `row`; lists as words between blanks, null as 0 or the empty string."""
    return {name: _plain(row[name], schema.field(name).type) for name in names}


def _plain(value: Any, type_: pa.DataType) -> Value:
    if value is None:
        return next((absent for matches, absent in _ABSENT if matches(type_)), "")
    if isinstance(value, list):
        return " ".join(map(str, value))
    return value if isinstance(value, Value) else str(value)
