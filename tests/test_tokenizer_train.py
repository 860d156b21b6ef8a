"""`tercet tokenizer train`: the same bytes from the same documents, pieces that fit code and LaTeX, a report on held-out text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus import schema, shards
from corpus.errors import InputError, RecipeError
from mix.tokenizer_report import ALL, commands_kept_whole, report, share_of_id
from mix.tokenizing import (
    END_OF_DOCUMENT,
    FIM_TOKENS,
    PATTERNS,
    load_tokenizer,
    special_tokens,
    tokenizer_from_json,
    train_tokenizer,
)
from pipelines.cli import main
from pipelines.mix_tokenizer import TrainingConfig, train
from tests.mix_corpus import finished, local_context, rows_of, scored_corpus, text_of, write_run

SMALL = TrainingConfig(vocab_size=330, num_reserved=4, held_out=0.3)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run")
    context = local_context(out)
    scored_corpus(context)
    write_run(context)
    return out


def pieces(text: str, pattern: str) -> list[str]:
    made = train_tokenizer([text_of(n) for n in range(20)], vocab_size=270, min_frequency=1, pattern=PATTERNS[pattern])
    cut = tokenizer_from_json(made, where="test").backend.pre_tokenizer.pre_tokenize_str(text)
    return [text[start:end] for _, (start, end) in cut]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\frac{\alpha}{2}", [r"\frac", "{", r"\alpha", "}{", "2", "}"]),
        (r" $x=\alpha_{\mathrm{max}}$", [" $", "x", "=", r"\alpha", "_{", r"\mathrm", "{max", "}}$"]),
        (r"\\ \hline \, \{", [r"\\", r" \hline", r" \,", r" \{"]),
        ("12345 x", ["1", "2", "3", "4", "5", " x"]),
        ("def f():\n        return 1", ["def", " f", "():\n", "       ", " return", " ", "1"]),
        ("a\t\t\tb", ["a", "\t\t", "\tb"]),
        ("don't", ["don", "'t"]),
    ],
)
def test_latex_pieces(text: str, expected: list[str]) -> None:
    assert pieces(text, "latex") == expected


def test_latex_keeps_commands_that_other_patterns_tear() -> None:
    texts = [text_of(n) for n in range(20)]
    whole = {
        name: sum(commands_kept_whole(train_tokenizer(texts, vocab_size=270, min_frequency=1, pattern=p)).values())
        for name, p in PATTERNS.items()
    }
    assert whole == {"latex": 4, "qwen2": 1, "gpt2": 0}


def test_trained_from_a_run(run: Path, tmp_path: Path) -> None:
    file = tmp_path / "tokenizer.json"
    text = train(str(run), str(file), SMALL)
    tokenizer = load_tokenizer(str(file))
    assert tokenizer.vocab_size == 330
    assert [tokenizer.special_id(token) for token in special_tokens(4)] == list(range(9))
    sample = "  def f(x): return '\\n'\r\n\\frac{1}{2} üñ€ 漢字 \x00"
    assert tokenizer.decode(tokenizer.encode([sample])[0].tolist()) == sample
    written = json.loads((tmp_path / "tokenizer.report.json").read_text())
    assert written["config"]["vocab_size"] == 330
    held_out = {d["doc_id"] for d, c, _ in map(rows_of, range(240)) if c["keep"] and share_of_id(d["doc_id"]) >= 0.7}
    assert written["domains"][-1]["domain"] == ALL
    assert written["domains"][-1]["documents"] == len(held_out)
    assert "latex, bytes/token" in text


def test_the_same_bytes_again_and_only_from_documents_that_are_kept(run: Path, tmp_path: Path) -> None:
    train(str(run), str(tmp_path / "a.json"), SMALL)
    kept = [d["text"] for d, c, _ in map(rows_of, range(239, -1, -1)) if c["keep"] and SMALL.is_trained_on(d["doc_id"])]
    assert 0 < len(kept) < 240 * 0.7
    by_hand = train_tokenizer(kept, vocab_size=330, pattern=PATTERNS["latex"], special=SMALL.special)
    assert (tmp_path / "a.json").read_text() == by_hand + "\n"


def test_without_fim_and_without_holding_out(run: Path, tmp_path: Path) -> None:
    file = tmp_path / "tokenizer.json"
    arguments = ["--vocab-size", "300", "--pattern", "qwen2", "--reserved", "0", "--no-fim", "--held-out", "0"]
    assert main(["tokenizer", "train", str(run), str(file), *arguments]) == 0
    tokenizer = load_tokenizer(str(file))
    assert tokenizer.special_id(END_OF_DOCUMENT) == 0
    assert tokenizer.special_id(FIM_TOKENS[0]) is None
    assert not (tmp_path / "tokenizer.report.json").exists()


def test_documents_without_scores_are_reported_by_source(tmp_path: Path) -> None:
    context = local_context(tmp_path)
    finished("extract", 0, schema.DOCUMENTS, context)
    write_run(context)
    train(str(tmp_path), str(tmp_path / "t.json"), SMALL)
    domains = [row["domain"] for row in shards.read_json(str(tmp_path / "t.report.json"))["domains"]]
    assert domains == ["code", "papers", "synth", "web", ALL]


def test_counts_of_the_report() -> None:
    made = train_tokenizer([text_of(n) for n in range(20)], vocab_size=300, min_frequency=1)
    rows = report({"a": made}, [("x", "abc é"), ("y", "let x")])
    tokenizer = tokenizer_from_json(made, where="test")
    assert [(row.domain, row.documents, row.num_bytes) for row in rows] == [("x", 1, 6), ("y", 1, 5), (ALL, 2, 11)]
    assert rows[0].tokens["a"] == len(tokenizer.encode(["abc é"])[0])
    assert rows[2].bytes_per_token("a") == 11 / (rows[0].tokens["a"] + rows[1].tokens["a"])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"pattern": "latx"}, "none of latex, qwen2, gpt2"),
        ({"vocab_size": 265}, "not more than the 277"),
        ({"held_out": 1.0}, "expected shares"),
        ({"sample": 0.0}, "expected shares"),
    ],
)
def test_mistakes_are_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(RecipeError, match=words):
        TrainingConfig(**changes)  # type: ignore[arg-type]


def test_too_little_text_and_no_run(run: Path, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="train on more text"):
        train(str(run), str(tmp_path / "t.json"), TrainingConfig(vocab_size=60_000))
    with pytest.raises(InputError, match="run.json"):
        train(str(tmp_path), str(tmp_path / "t.json"), SMALL)
