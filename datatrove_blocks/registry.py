"""Which block a recipe means: `{block: GopherRepetitionFilter, dup_line_frac: 0.3}` -> a class and its arguments, checked.

A block is named by its class name, if it is one of datatrove's, or by its dotted path, `my_package.blocks.MyFilter`. It has to
be a filter (`BaseFilter`) or a formatter (`BaseFormatter`): those look at one document at a time. What needs a whole corpus, or
reads and writes files, is refused with the reason, for our own stages do that. Keys that are not ours are the block's own
arguments and are checked against its signature, before anything is run.
"""

from __future__ import annotations

import ast
import difflib
import importlib
import importlib.util
import inspect
import pkgutil
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Union, get_args, get_origin

from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.filters.base_filter import BaseFilter
from datatrove.pipeline.formatters.base import BaseFormatter

from corpus import shards
from corpus.config import convert, unknown_key
from corpus.errors import InputError, MissingExtraError, RecipeError
from corpus.ids import content_id

OUR_KEYS = ("block", "name", "kinds", "rewrite", "spare_markup")
"""Keys of a block in a recipe that are not its arguments."""
KINDS = ("html", "pdf", "text", "code")
"""Values of DOCUMENTS.kind."""

HOSTS = ("datatrove.pipeline.filters", "datatrove.pipeline.formatters", "datatrove.pipeline.decont")
"""Where datatrove has the blocks that a recipe may name."""

REFUSED = {
    "dedup": "it compares all documents of a corpus, and a stage sees one shard at a time; the sections `dedup:` and "
    "`substrings:` of a recipe find duplicates across all shards",
    "readers": "it reads input files; the section `sources:` of a recipe does",
    "writers": "it writes files; every stage writes its shards itself",
    "extractors": "it makes texts of pages; the section `extract:` of a recipe does, before any block is run",
    "tokens": "it tokenises, counts or writes token files; the section `mix:` of a recipe does",
    "stats": "it writes files of statistics over a corpus; report.html and `tercet inspect scores` have those",
    "inference": "it starts inference servers and writes files",
    "media": "it works on pictures and other media; our documents are texts",
    "decont": "it builds an index file; the section `contamination:` of a recipe finds evaluation items",
}
"""Package of datatrove.pipeline -> why its blocks are no stage of a recipe."""


REFUSED_BY_NAME = {
    "LambdaFilter": "it takes a Python function, which a recipe cannot hold; write a subclass of BaseFilter whose `filter` is "
    "that function, and name it by its dotted path",
}


@dataclass(frozen=True, kw_only=True)
class BlockSpec:
    """One block of a recipe, checked: plain values, which are pickled to workers and part of the stage's digest."""

    name: str
    """In annotations and expressions."""
    path: str
    """`module:Class`."""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    """Only documents of these kinds; empty: all."""
    changes_text: bool
    """A formatter, or a filter whose edits are wanted."""
    is_formatter: bool
    spare_markup: bool = False
    """Formulas and code are out of its reach while it changes a text."""
    version: str
    """Of its code and of the files among its arguments, where they are not datatrove's own."""

    def as_config(self) -> dict[str, Any]:
        """What decides the block's output, as plain values."""
        return {
            "name": self.name,
            "path": self.path,
            "arguments": dict(self.arguments),
            "kinds": list(self.kinds),
            **({"spare_markup": True} if self.spare_markup else {}),
            "version": self.version,
        }


def parse_blocks(blocks: Sequence[Mapping[str, Any]], *, where: str = "datatrove") -> tuple[BlockSpec, ...]:
    """The blocks of a recipe. Raises RecipeError naming the block and key, MissingExtraError for a library that is not there."""
    specs: list[BlockSpec] = []
    for i, settings in enumerate(blocks):
        spec = parse_block(settings, where=f"{where}[{i}]")
        if spec.name in {other.name for other in specs}:
            raise RecipeError(
                f"{where}[{i}]: there is a block {spec.name!r} already; give this one a name of its own (name: ...)"
            )
        specs.append(spec)
    return tuple(specs)


def parse_block(settings: Mapping[str, Any], *, where: str) -> BlockSpec:
    """One block of a recipe; raises as `parse_blocks`."""
    if not isinstance(settings.get("block"), str):
        raise RecipeError(f"{where}: expected block: and the name of a datatrove block, saw keys {', '.join(settings) or 'none'}")
    block = settings["block"]
    cls = find_class(block, where=where)
    where = f"{where} ({block})"
    is_formatter = issubclass(cls, BaseFormatter)
    name = settings.get("name", cls.__name__)
    if not isinstance(name, str) or not name.isidentifier():
        raise RecipeError(f"{where}: name: expected letters, digits and underscores, saw {name!r}")
    rewrite = convert(bool, settings.get("rewrite", False), where=f"{where}: rewrite")
    if rewrite and is_formatter:
        raise RecipeError(f"{where}: rewrite: a formatter always changes the text; leave the key out")
    spare_markup = convert(bool, settings.get("spare_markup", False), where=f"{where}: spare_markup")
    if spare_markup and not (is_formatter or rewrite):
        raise RecipeError(f"{where}: spare_markup: only for what changes texts: a formatter, or a filter with rewrite: true")
    kinds = convert(tuple[str, ...], settings.get("kinds", ()), where=f"{where}: kinds")
    for kind in kinds:
        if kind not in KINDS:
            raise RecipeError(f"{where}: kinds: {kind!r} is none of {', '.join(KINDS)}")
    arguments = check_arguments(cls, {key: value for key, value in settings.items() if key not in OUR_KEYS}, where=where)
    return BlockSpec(
        name=name,
        path=f"{cls.__module__}:{cls.__qualname__}",
        arguments=arguments,
        kinds=kinds,
        changes_text=is_formatter or rewrite,
        is_formatter=is_formatter,
        spare_markup=spare_markup,
        version=_version(cls, arguments),
    )


def load_class(path: str) -> Any:
    """The class of a BlockSpec.path."""
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)


# --------------------------------------------------------------------------------------------------------------- the class


def find_class(block: str, *, where: str) -> type[Any]:
    """The class that `block` names. Raises RecipeError for what is not there, or no block for one document at a time."""
    if block.rpartition(".")[2] in REFUSED_BY_NAME:
        raise RecipeError(f"{where}: {block} cannot be a stage of a recipe: {REFUSED_BY_NAME[block.rpartition('.')[2]]}")
    cls = _imported(block, where=where) if "." in block else known_blocks().get(block)
    if cls is None:
        package = next((package for name, package in _other_blocks() if name == block), None)
        if package is not None:
            raise RecipeError(f"{where}: {block} cannot be a stage of a recipe: {REFUSED[package]}")
        near = " or ".join(difflib.get_close_matches(block, known_blocks(), n=3, cutoff=0.4))
        raise RecipeError(
            f"{where}: no block {block!r}{f'; did you mean {near}?' if near else '.'} There are "
            f"{', '.join(sorted(known_blocks()))}; your own are named by their dotted path, package.module.Class"
        )
    if not isinstance(cls, type) or not issubclass(cls, BaseFilter | BaseFormatter):
        raise RecipeError(f"{where}: {block} cannot be a stage of a recipe: {_why_not(cls)}")
    own_run = next(base for base in cls.__mro__ if "run" in vars(base))
    if own_run not in (BaseFilter, BaseFormatter):
        raise RecipeError(
            f"{where}: {block} cannot be a stage of a recipe: {own_run.__name__} has a `run` of its own, which takes a whole "
            "stream of documents; a stage calls `filter` or `format` for one document at a time"
        )
    if inspect.isabstract(cls):
        raise RecipeError(f"{where}: {block} lacks {', '.join(sorted(getattr(cls, '__abstractmethods__', ())))}")
    return cls


def known_blocks() -> dict[str, type[Any]]:
    """Name -> class of datatrove's own filters and formatters."""
    found = {}
    for host in HOSTS:
        folder = importlib.import_module(host)
        for info in pkgutil.iter_modules(folder.__path__, f"{host}."):
            module = importlib.import_module(info.name)
            for name, cls in vars(module).items():
                is_block = isinstance(cls, type) and issubclass(cls, BaseFilter | BaseFormatter) and not inspect.isabstract(cls)
                if is_block and cls.__module__ == info.name and name not in REFUSED_BY_NAME:
                    found[name] = cls
    return found


def _other_blocks() -> Iterator[tuple[str, str]]:
    """(class, package) of datatrove's other steps, found in the sources: importing them needs libraries that may be missing."""
    (root,) = importlib.import_module("datatrove.pipeline").__path__
    for file in sorted(Path(root).rglob("*.py")):
        package = file.relative_to(root).parts[0]
        if package in REFUSED:
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef):
                    yield node.name, package


def _why_not(cls: Any) -> str:
    package = getattr(cls, "__module__", "").removeprefix("datatrove.pipeline.").split(".")[0]
    if package in REFUSED:
        return REFUSED[package]
    if isinstance(cls, type) and issubclass(cls, PipelineStep):
        return "it is a step over a stream of documents; expected a subclass of datatrove's BaseFilter or BaseFormatter"
    return f"{cls!r} is no subclass of datatrove's BaseFilter or BaseFormatter"


def _imported(path: str, *, where: str) -> Any:
    """What a dotted path names. Raises RecipeError where it names nothing."""
    module, _, name = path.rpartition(".")
    try:
        members = vars(importlib.import_module(module))
    except ModuleNotFoundError as error:
        if error.name and (module == error.name or module.startswith(f"{error.name}.")):
            raise RecipeError(
                f"{where}: no module {module!r}; it has to be importable here and on every worker: install it, or put its folder "
                "into PYTHONPATH"
            ) from error
        raise MissingExtraError(
            f"{where}: {path} needs {error.name}, which is not installed: pip install {error.name}"
        ) from error
    if name not in members:
        near = difflib.get_close_matches(name, members, n=1, cutoff=0.5)
        raise RecipeError(f"{where}: {module} has no {name!r}{f'; did you mean {near[0]!r}?' if near else ''}")
    return members[name]


# ----------------------------------------------------------------------------------------------------------- its arguments


def check_arguments(cls: type[Any], arguments: Mapping[str, Any], *, where: str) -> dict[str, Any]:
    """`arguments` as `cls` takes them. Raises RecipeError naming the nearest argument, a missing one, a value of a wrong type."""
    parameters = [p for name, p in inspect.signature(cls.__init__).parameters.items() if name != "self"]
    named = {p.name: p for p in parameters if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)}
    takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters)
    if "exclusion_writer" in arguments:
        raise RecipeError(
            f"{where}: exclusion_writer: a stage writes no files of a block; what it rejects stays a document with its reason "
            "beside it, and mix.leave_out_rejected_by_datatrove leaves it out"
        )
    for key in arguments:
        if key not in named and not takes_any:
            known = [name for name in named if name != "exclusion_writer"]
            raise RecipeError(unknown_key(str(key), [*known, *OUR_KEYS[1:]], where=where))
    missing = [name for name, p in named.items() if p.default is p.empty and name not in arguments]
    if missing:
        raise RecipeError(f"{where}: missing {', '.join(missing)}")
    hints = _hints(cls)
    return {key: _as_python(value, hints.get(key, Any), where=f"{where}: {key}") for key, value in arguments.items()}


def _hints(cls: type[Any]) -> dict[str, Any]:
    try:
        return typing.get_type_hints(cls.__init__)
    except Exception:  # noqa: BLE001 (a hint that names something not imported; then no type is checked)
        return {}


def _as_python(value: Any, hint: Any, *, where: str) -> Any:
    """A value of YAML as the hint wants it: numbers written as text become numbers, lists tuples unless a list is asked for."""
    choices = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    if isinstance(value, list):
        wants_list = any(get_origin(choice) is list or choice is list for choice in choices)
        wants_tuple = any(get_origin(choice) is tuple or choice is tuple for choice in choices)
        if wants_list and (not wants_tuple or any(isinstance(item, list) for item in value)):
            return [_tuples(item) for item in value]
        return _tuples(value)
    if value is None or not all(choice in (int, float, str, bool, type(None)) for choice in choices):
        return value
    return convert(hint, value, where=where)


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _version(cls: type[Any], arguments: Mapping[str, Any]) -> str:
    """Digest of what an installed version does not tell: the source of a class of the user's, files that arguments name."""
    parts = []
    if not cls.__module__.startswith("datatrove."):
        source = inspect.getsourcefile(cls)
        parts.append(Path(source).read_text(encoding="utf-8") if source else "")
    for value in arguments.values():
        if isinstance(value, str) and "://" not in value and Path(value).is_file():
            try:
                parts.append(shards.fingerprint(str(Path(value).resolve())))
            except (InputError, OSError):
                continue
    return content_id(*parts)[:12] if parts else ""
