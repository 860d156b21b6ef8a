"""What the tests of labelling share: the server process of tests/llm_server.py and its controls, and a recipe to label."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from pipelines.recipe_files import RECIPES

REPOSITORY = Path(__file__).resolve().parent.parent
MODEL = "small-labeller"


class LlmServer:
    """A server process and its controls."""

    def __init__(self, port: int) -> None:
        self.host = f"127.0.0.1:{port}"
        self.base_url = f"http://{self.host}/v1"

    def control(self, *faults: str) -> None:
        """Spoils the next requests, one each, and empties the log."""
        body = json.dumps({"faults": faults}).encode()
        urllib.request.urlopen(f"http://{self.host}/control", data=body, timeout=10).close()

    @property
    def log(self) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"http://{self.host}/log", timeout=10) as response:
            found: list[dict[str, Any]] = json.load(response)
        return found


@contextmanager
def serving(*arguments: str) -> Iterator[LlmServer]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "tests.llm_server", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY, env=environment)
    try:
        assert process.stdout is not None
        yield LlmServer(int(process.stdout.readline()))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def make_recipe(folder: Path) -> str:
    """A recipe of examples/corpus without its pages and papers: 92 texts about mathematics, 200 of code, 40 of git."""
    recipe = shutil.copytree(RECIPES / "tiny", folder / "recipe")
    content = yaml.safe_load((recipe / "pipeline.yaml").read_text())
    content["sources"] = {
        name: {**settings, "path": str(REPOSITORY / settings["path"])}
        for name, settings in content["sources"].items()
        if name in ("code", "notes", "reference")
    }
    content["execution"] = {"mode": "local", "out": str(folder / "out")}
    content["label"] = {
        "endpoint": {"base_url": "http://127.0.0.1:1/v1", "model": MODEL, "max_in_flight": 4, "backoff_s": 0.05},
        "sample": {"num_documents": 24},
        "excerpt_chars": 500,
    }
    content.pop("synth")
    (recipe / "pipeline.yaml").write_text(yaml.safe_dump(content))
    return str(recipe)
