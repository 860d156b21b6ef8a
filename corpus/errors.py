"""Everything Tercet raises on purpose.

    TercetError
    ├── RecipeError (ValueError)      a recipe or an override is wrong: names the file, the key, what to do
    ├── InputError (ValueError)       an input path, URL or file is wrong
    ├── SchemaError (ValueError)      a table's columns are not the ones its schema names
    ├── DocumentError (ValueError)    one document cannot be processed: becomes a reject row, never ends a run
    ├── StageError (RuntimeError)     a stage could not finish: shards missing, rows unaccounted for
    └── MissingExtraError (ImportError)   an optional library is not installed: names the extra

An error is the first line of a conversation: what we saw, what we expected, what to do.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class TercetError(Exception):
    """Base of all errors that a user can act on; the command line prints them without a traceback."""


class RecipeError(TercetError, ValueError):
    """A recipe, a key in it or a `key=value` override is wrong."""


class InputError(TercetError, ValueError):
    """An input path or URL does not exist, or is not what its source kind says."""


class SchemaError(TercetError, ValueError):
    """A table does not have the columns or types of the schema it must have."""


class DocumentError(TercetError, ValueError):
    """One document cannot be processed.

    `reason` is a stable snake_case fact that is counted (`truncated_pdf`), `detail` a sentence for people.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail

    def __reduce__(self) -> tuple[type[DocumentError], tuple[str, str], dict[str, object]]:
        return (type(self), (self.reason, self.detail), self.__dict__)


class StageError(TercetError, RuntimeError):
    """A stage ended without all of its shards, or its rows do not add up."""


class MissingExtraError(TercetError, ImportError):
    """A library of an optional extra is not installed."""


def require(module: str, *, extra: str) -> Any:
    """Import `module`, or say which extra of tercet brings it."""
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f"{module} is not installed; it comes with the extra [{extra}]: pip install 'tercet[{extra}]'"
        ) from error
