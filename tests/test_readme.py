"""The README is a contract: its paths exist, its recipes build, its commands are the command line's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.cli import VERBS

REPOSITORY = Path(__file__).resolve().parent.parent
PAGES = ["README.md", "CONTRIBUTING.md", *(f"docs/{path.name}" for path in sorted((REPOSITORY / "docs").glob("*.md")))]


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)\s]+)\)", text) if not target.startswith(("http", "#"))]
    missing = [target for target in targets if not ((REPOSITORY / page).parent / target.split("#")[0]).exists()]
    assert not missing


def test_the_five_files_are_named_and_there():
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    section = text.split("## Read these five files in this order")[1].split("\n##")[0]
    files = re.findall(r"^\d\. \[`([^`]+)`\]", section, re.MULTILINE)
    assert len(files) == 5
    assert all((REPOSITORY / file).is_file() for file in files)


@pytest.mark.parametrize("page", PAGES)
def test_commands_exist(page):
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    verbs = set(re.findall(r"(?:tercet|python -m pipelines) ([a-z]+(?:-[a-z]+)*)\b", text))
    assert verbs <= set(VERBS)


def test_make_targets_of_the_readme_exist():
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^\$ make (\w+)", text, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
