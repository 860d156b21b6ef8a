"""The command line: exit codes, what goes where, and the errors a newcomer meets."""

from __future__ import annotations

import functools
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.cli import main, make_parser

REPOSITORY = Path(__file__).resolve().parent.parent
PAPERS = REPOSITORY / "examples" / "corpus" / "papers"


@pytest.mark.parametrize(
    "verb",
    [
        [],
        ["run"],
        ["extract"],
        ["dedup"],
        ["score"],
        ["mix"],
        ["mix", "plan"],
        ["mix", "emit"],
        ["mix", "inventory"],
        ["mix", "verify"],
        ["mix", "where"],
        ["tokenizer", "train"],
        ["pretrain"],
        ["report"],
        ["inspect"],
    ],
)
def test_help_fits_a_screen(verb, capsys):
    with pytest.raises(SystemExit) as leaving:
        make_parser().parse_args([*verb, "--help"])
    assert leaving.value.code == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 120


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (["run", "tinny"], "tinny: no such recipe"),
        (["run", "tiny", "dedup.jacard_threshold=0.5"], "did you mean 'jaccard_threshold'?"),
        (["run", "tiny", "sources.web.path=nowhere", "execution.mode=local"], "nowhere: nothing there"),
        (["run", "tiny", "--dry-run", "sources.web.path=nowhere"], "nowhere: nothing there"),
        (["extract", "nowhere.pdf"], "nowhere.pdf: no such recipe"),
        (["report", "nowhere"], "nowhere"),
        (["inspect", "document", "nowhere", "abc"], "nowhere"),
        (["mix", "verify", "nowhere"], "nowhere"),
        (["mix", "where", "nowhere", "abc"], "nowhere"),
        (["mix", "inventory", "tiny", "--sample", "0"], "expected a number of documents, saw 0"),
        (["tokenizer", "train", "nowhere", "tokenizer.json"], "nowhere"),
        (["tokenizer", "train", "nowhere", "tokenizer.json", "--pattern", "latx"], "none of latex, qwen2, gpt2"),
        (["mix", "plan", "mimo-7b", "--inventory", "nowhere.yaml"], "nowhere.yaml: no such file"),
        (["mix", "plan", "mimo-7b", "stages.0.mixture.tokens=1e16"], "stage1"),
        (["run", "tiny", "--dry-run", "mix.keep=keep and preset.reasonin"], "did you mean"),
        (["run", "tiny", "mix.keep=keep and qualty > 3"], "did you mean 'quality'"),
        (["run", "tiny", 'stages.1.mixture.only=domain == "maths"'], "did you mean 'mathematics'"),
    ],
)
def test_a_mistake_is_one_message_and_exit_code_1(arguments, answer, capsys):
    assert main(arguments) == 1
    printed = capsys.readouterr()
    assert printed.err.startswith("tercet: ")
    assert answer in printed.err
    assert "Traceback" not in printed.err
    assert printed.out == ""


def test_the_address_of_the_job_api_is_no_cluster_to_join(monkeypatch, capsys):
    pytest.importorskip("ray")
    monkeypatch.setenv("RAY_ADDRESS", "http://127.0.0.1:8265")
    assert main(["run", "tiny"]) == 1
    assert "ray job submit --working-dir ." in capsys.readouterr().err


def test_dry_run_lists_what_would_be_read_and_writes_nothing(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(REPOSITORY)
    assert main(["run", "tiny", "--dry-run", f"execution.out={tmp_path}/out"]) == 0
    printed = capsys.readouterr().out
    assert "examples/corpus/papers" in printed
    assert f"{tmp_path}/out" in printed
    assert not (tmp_path / "out").exists()


def test_the_published_mixture_is_printed_from_its_inventory(capsys):
    assert main(["mix", "plan", "mimo-7b"]) == 0
    printed = capsys.readouterr().out
    for expected in ("stage1", "stage2", "stage3", "17.784T", "papers", "epochs"):
        assert expected in printed


def test_extract_of_a_page_prints_its_markdown(tmp_path, capsys):
    page = tmp_path / "page.html"
    body = "<p>Euler found <script type='math/tex'>e^{i\\pi}=-1</script> and wrote it down for everyone to read.</p>" * 3
    page.write_text(
        f"<html><head><title>T</title></head><body><main><h1>T</h1>{body}<pre>for x:\n    y</pre></main></body></html>"
    )
    assert main(["extract", str(page)]) == 0
    printed = capsys.readouterr().out
    assert r"$e^{i\pi}=-1$" in printed
    assert "```\nfor x:\n    y\n```" in printed


def test_extract_of_a_pdf_prints_its_markdown(capsys):
    pytest.importorskip("pymupdf")
    assert main(["extract", str(PAPERS / "mhequ-example.pdf")]) == 0
    assert "$" in capsys.readouterr().out


def test_extract_of_a_truncated_pdf_says_why(tmp_path, capsys):
    pytest.importorskip("pymupdf")
    broken = tmp_path / "broken.pdf"
    broken.write_bytes((PAPERS / "mhequ-example.pdf").read_bytes()[:2000])
    assert main(["extract", str(broken)]) == 1
    assert "truncated_pdf" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["local", pytest.param("ray", marks=pytest.mark.ray)])
def test_an_interrupted_run_goes_on_where_it_was(tmp_path, mode):
    command = [sys.executable, "-m", "pipelines", "extract", "tiny", f"execution.out={tmp_path}/out", f"execution.mode={mode}"]
    # A shell's background jobs ignore SIGINT, and so would their children: this one is to hear it.
    heard = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    first = subprocess.Popen(
        command, cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, preexec_fn=heard
    )
    finished = tmp_path / "out" / "extract"
    deadline = time.monotonic() + 60
    while not list(finished.glob("*/shards/*.parquet")) and time.monotonic() < deadline:
        time.sleep(0.05)
    first.send_signal(signal.SIGINT)
    _, talk = first.communicate(timeout=60)
    assert first.returncode == 130
    assert "interrupted" in talk
    assert "Traceback" not in talk
    second = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=120)
    assert second.returncode == 0
    assert "were there)" in second.stderr
    assert not list(finished.rglob("*.tmp"))
