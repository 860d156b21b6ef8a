"""The folder list is the architecture: who may import whom, and that what is imported is this checkout."""

from __future__ import annotations

import ast
import importlib
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent

ARROWS = {
    "corpus": set(),
    "extract": {"corpus"},
    "dedup": {"corpus"},
    "quality": {"corpus"},
    "synth": {"corpus"},
    "mix": {"corpus", "quality"},  # quality.presets: expressions that have a name, as text
    "pretrain": {"corpus"},
    "datatrove_blocks": {"corpus", "extract", "quality", "mix"},
    "pipelines": {"corpus", "extract", "dedup", "quality", "synth", "mix", "pretrain", "datatrove_blocks"},
}
"""Room -> rooms it may import besides itself."""

ONLY_IN = {"ray": {"pipelines"}, "yaml": {"pipelines"}, "torch": {"pretrain", "mix"}, "datatrove": {"datatrove_blocks"}}
"""Library -> the only rooms that may import it."""


def modules(room: str) -> list[Path]:
    return sorted((REPOSITORY / room).rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Top-level packages that a module imports, anywhere in it, also by importlib or `require`."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
        elif isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in (
            "require",
            "import_module",
        ):
            found |= {
                arg.value.split(".")[0] for arg in node.args[:1] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
            }
    return found


@pytest.mark.parametrize("room", ARROWS)
def test_a_room_imports_only_what_its_arrows_allow(room):
    assert modules(room), f"{room}/ has no module"
    forbidden = {other for other in (*ARROWS, "tests", "benchmarks") if other != room} - ARROWS[room]
    forbidden |= {library for library, rooms in ONLY_IN.items() if room not in rooms}
    wrong = {
        str(path.relative_to(REPOSITORY)): sorted(imports(path) & forbidden)
        for path in modules(room)
        if imports(path) & forbidden
    }
    assert not wrong


def test_torch_stays_at_the_doors_of_the_mixture():
    """A reader for training loops and a class of Megatron's: nobody else in mix/ imports torch, or one of these two."""
    doors = {"mix.reader", "mix.exports.megatron_dataset"}
    for path in modules("mix"):
        name = ".".join(path.relative_to(REPOSITORY).with_suffix("").parts)
        if name not in doors:
            assert not imports(path) & {"torch", "megatron", "streaming", "datasets"}, name
            assert not any(
                f"import {door.rsplit('.', 1)[-1]}" in path.read_text() or f"{door} import" in path.read_text() for door in doors
            )


@pytest.mark.parametrize("room", ARROWS)
def test_what_is_imported_is_this_checkout(room):
    file = importlib.import_module(room).__file__
    assert file is not None
    assert Path(file).parent == REPOSITORY / room


def test_no_module_is_named_like_one_of_the_standard_library():
    names = {path.stem for room in ARROWS for path in modules(room)} - {"__init__", "__main__"}
    assert not names & set(sys.stdlib_module_names)


@pytest.mark.parametrize("room", ARROWS)
def test_a_room_is_typed(room):
    assert (REPOSITORY / room / "py.typed").is_file()


def test_the_core_imports_without_any_extra():
    """Rooms and their doors come without ray, torch, PyMuPDF and the like; the library is asked for where it is used."""
    import subprocess

    blocked = ["ray", "torch", "pymupdf", "numba", "tokenizers", "scipy", "matplotlib", "trafilatura", "datatrove", "datasketch"]
    program = (
        f"import sys\nfor name in {blocked!r}: sys.modules[name] = None\n"
        "import corpus.readers, extract.pages, dedup.config, quality.scores, synth.tasks, mix.recipe, pretrain.config\n"
        "import pipelines.cli\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
