"""docs/datatrove.md does what it says: its recipe runs with its block, and its pipeline prints what it prints."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from corpus import shards
from pipelines.cli import main

REPOSITORY = Path(__file__).resolve().parent.parent
PAGE = (REPOSITORY / "docs" / "datatrove.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_pipeline_prints_what_the_page_says(tmp_path: Path) -> None:
    pytest.importorskip("orjson")
    (program,) = [block for block in blocks("python") if "LocalPipelineExecutor(" in block]
    expected = [line.removeprefix("# ") for line in program.splitlines() if line.startswith("# ")]
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(REPOSITORY), "PATH": "", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == expected


def test_the_recipe_runs_with_the_block_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both examples in one section, over four lines: each verdict has its reason, and what the rule names is left out."""
    (code,) = [block for block in blocks("python") if "class ShortProse" in block]
    (tmp_path / "my_blocks.py").write_text(code)
    monkeypatch.syspath_prepend(str(tmp_path))
    recipe, own = map(yaml.safe_load, blocks("yaml"))
    texts = {
        "lorem": "Lorem ipsum dolor sit amet, as they say: lorem ipsum. " * 12,
        "short": "A short text.",
        "mail": "Write to anna@kth.se about the words of this text, which is long enough for everybody. " * 12,
        "proof": "Suppose $n = 2k$. Then $n^2 = 4k^2$ is even, as was to be proved. " * 4,
    }
    lines = [json.dumps({"text": text, "url": f"https://a.example/{name}"}) for name, text in texts.items()]
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    overrides = [
        "execution.mode=local",
        f"execution.out={tmp_path}/out",
        "synth=null",
        "mix.keep=keep",
        f"sources={{notes: {{kind: jsonl, path: {tmp_path}/in.jsonl, content_type: text/plain}}}}",
        f"datatrove={json.dumps([*recipe['datatrove'], *own['datatrove']])}",
        f"mix.leave_out_rejected_by_datatrove={json.dumps(recipe['mix']['leave_out_rejected_by_datatrove'])}",
    ]
    assert main(["mix", "plan", "tiny", *overrides]) in (0, 1)  # four documents are too few for the mixture of the recipe
    out = tmp_path / "out"
    documents, verdicts, tokens = (read(out, stage) for stage in ("datatrove-format", "datatrove", "tokenize"))
    names = {row["doc_id"]: row["url"].rpartition("/")[2] for row in documents}
    found = {names[row["doc_id"]]: {each["block"]: each for each in row["verdicts"]} for row in verdicts}
    assert [name for name, each in found.items() if each["Lorem"]["kept"] is False] == ["lorem"]
    assert {name for name, each in found.items() if each["ShortProse"]["reason"] == "short"} == {"short"}
    assert all("C4QualityFilter" not in each for each in found.values())  # kinds: [html], and these are plain text
    assert "anna@kth.se" not in "".join(row["text"] for row in documents)
    assert {names[row["doc_id"]] for row in tokens if not row["tokens"]} == {"lorem"}


def read(out: Path, stage: str) -> list[dict[str, object]]:
    (file,) = (out / stage).glob("*/shards/*.parquet")
    rows: list[dict[str, object]] = shards.read_table(str(file)).to_pylist()
    return rows


def test_the_error_of_the_page_is_the_error() -> None:
    from corpus.errors import RecipeError
    from datatrove_blocks.registry import parse_blocks

    (shown,) = re.findall(r"^    (datatrove\[1\].*)$", PAGE, re.MULTILINE)
    with pytest.raises(RecipeError) as error:
        parse_blocks([{"block": "C4ParagraphFilter"}, {"block": "GopherRepetitionFilter", "dup_lin_frac": 0.3}])
    assert str(error.value).startswith(shown)
