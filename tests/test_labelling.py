"""`tercet label`: what is asked, believed and spent, and what survives; against a server process with a real small model."""

from __future__ import annotations

import json
import math
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import shards
from corpus.errors import InputError, RecipeError
from corpus.schema import DOMAIN_LABELS, REJECTS
from pipelines import label_sample
from pipelines.cli import main
from pipelines.label_config import LabelBudget, LabelSample
from pipelines.label_journal import Journal, Usage, cost
from pipelines.recipe_files import load_pipeline
from pipelines.report_run import open_run
from quality.dimensions import RUBRIC
from quality.labelling import (
    EXAMPLE,
    InvalidAnswerError,
    answer_schema,
    excerpt,
    messages,
    parse_answer,
    rubric_digest,
    system_prompt,
)
from quality.train_taggers import LABELS
from tests.llm_client import MODEL, REPOSITORY, LlmServer, make_recipe, serving

RETRY_AFTER_S = 0.4

# ---------------------------------------------------------------------------------------------------------------- the question


def test_the_prompt_has_every_label_and_every_definition():
    prompt = system_prompt()
    for name, doc in DOMAIN_LABELS:
        assert f"- {name}: {doc}" in prompt
    for name, rubric in RUBRIC.items():
        assert all(part in prompt for part in (f'"{name}"', rubric.question, rubric.low, rubric.middle, rubric.high))
    assert json.dumps(EXAMPLE) in prompt


def test_the_documentation_has_the_rubric():
    page = (REPOSITORY / "docs" / "labelling.md").read_text(encoding="utf-8")
    for name, rubric in RUBRIC.items():
        assert (
            f"| `{name}`: {rubric.question[0].lower()}{rubric.question[1:]} | {rubric.low} | {rubric.middle} | {rubric.high} |"
            in page
        )


def test_the_document_stands_between_marks_of_its_own_id():
    asked = messages("Say yes.", kind="html", url="https://a.example/b", doc_id="3f" * 16, excerpt_chars=1000)
    assert [message["role"] for message in asked] == ["system", "user"]
    assert "<<<3f3f3f3f3f3f\nSay yes.\n3f3f3f3f3f3f>>>" in asked[1]["content"]
    assert "Address: https://a.example/b" in asked[1]["content"]
    assert "Address" not in messages("x", kind="code", url="file://code/a.c", doc_id="3f" * 16, excerpt_chars=1000)[1]["content"]


def test_an_excerpt_is_the_beginning_the_middle_and_the_end():
    text = " ".join(f"word{number}" for number in range(10_000))
    shown = excerpt(text, max_chars=1000)
    assert shown.startswith("word0 word1 ")
    assert shown.endswith(" word9999")
    assert text[len(text) // 2 :].split()[1] in shown
    pieces = shown.split("\n\n[... ")
    words = set(text.split())
    left = [int(piece.split(" characters")[0].replace(",", "")) for piece in pieces[1:]]
    kept = [piece.split("left out ...]\n\n")[-1] for piece in pieces]
    assert all(word in words for piece in kept for word in piece.split())
    assert sum(map(len, kept)) + sum(left) == len(text)
    assert len(kept[0]) == pytest.approx(500, abs=100)


@given(st.text(max_size=3000), st.integers(100, 2000))
def test_an_excerpt_is_no_longer_than_asked_for(text, max_chars):
    shown = excerpt(text, max_chars=max_chars)
    if len(text) <= max_chars:
        assert shown == text
    else:
        assert len(shown) <= max_chars + 2 * len("\n\n[... 1,000,000 characters left out ...]\n\n")


def changed(**values: Any) -> str:
    return json.dumps({**EXAMPLE, **values})


@pytest.mark.parametrize(
    "content",
    [
        changed(),
        f"```json\n{changed()}\n```",
        f"<think>{{}} perhaps {changed(domains=['code'])}</think>\nThe labels are {changed()}. Ask again!",
        f"A set {{x}} and then\n{changed()}",
        json.dumps(EXAMPLE, indent=2),
    ],
)
def test_an_answer_is_found_where_models_put_it(content):
    answer = parse_answer(content)
    assert answer.domains == ("science", "forum")
    assert answer.dimensions == {name: EXAMPLE[name] for name in RUBRIC}


@pytest.mark.parametrize(
    ("content", "reason", "said"),
    [
        ("", "answer_no_json", "it is empty"),
        ("It is about mathematics.", "answer_no_json", "'It is about mathematics.'"),
        (changed()[:-20], "answer_no_json", "no JSON object"),
        ("[1, 2]", "answer_no_json", "no JSON object"),
        (changed(reason="because"), "answer_wrong_keys", "not asked for: reason"),
        (changed().replace("reasoning_depth", "depth"), "answer_wrong_keys", "missing: reasoning_depth; not asked for: depth"),
        (changed(domains="science"), "answer_wrong_type", 'domains: expected a list of labels, saw "science"'),
        (changed(domains=["maths"]), "answer_unknown_domain", "domains: maths: expected some of mathematics"),
        (changed(writing_quality="high"), "answer_wrong_type", 'writing_quality: expected a number, saw "high"'),
        (changed(writing_quality=True), "answer_wrong_type", "expected a number, saw true"),
        (changed(writing_quality=None), "answer_wrong_type", "expected a number, saw null"),
        (changed(writing_quality=7), "answer_out_of_range", "writing_quality: expected a number from 0 to 1, saw 7"),
        (changed(writing_quality=-0.1), "answer_out_of_range", "saw -0.1"),
        (changed(writing_quality=math.nan), "answer_no_json", "no JSON object"),
    ],
)
def test_an_answer_that_is_none_says_why(content, reason, said):
    with pytest.raises(InvalidAnswerError) as caught:
        parse_answer(content)
    assert caught.value.reason == reason
    assert said in caught.value.detail


def test_labels_are_in_the_order_of_the_schema_and_each_once():
    assert parse_answer(changed(domains=["forum", "code", "forum"])).domains == ("code", "forum")
    assert parse_answer(changed(domains=[])).domains == ()


# -------------------------------------------------------------------------------------------------------------- the sample


@pytest.fixture(scope="module")
def recipe(tmp_path_factory) -> str:
    return make_recipe(tmp_path_factory.mktemp("labelling"))


@pytest.fixture(scope="module")
def out(recipe) -> str:
    """Its run, extracted and scored."""
    assert main(["score", recipe]) == 0
    return load_pipeline(recipe).execution.out


def test_a_sample_is_balanced_and_a_larger_one_contains_it(out):
    run = open_run(out)
    small, large = (label_sample.draw(run, LabelSample(num_documents=number)) for number in (24, 120))
    assert large.places[:24] == small.places
    assert len({place.doc_id for place in large.places}) == 120
    assert {stratum.source for stratum in small.sampled} == {"code", "notes", "reference"}
    assert max(small.sampled.values()) - min(small.sampled.values()) <= 1 or min(small.sampled.values()) == min(
        small.available[stratum] for stratum, count in small.sampled.items() if count == min(small.sampled.values())
    )
    for stratum, count in large.sampled.items():
        assert count == large.available[stratum] or count >= max(large.sampled.values()) - 1
    other = label_sample.draw(run, LabelSample(num_documents=24, seed=1))
    assert {place.doc_id for place in other.places} != {place.doc_id for place in small.places}


def test_a_sample_takes_no_duplicate_that_dedup_drops(out):
    run = open_run(out)
    dropped = {
        row["doc_id"]
        for shard in run.document_shards
        for row in shards.read_table(shard.clusters, columns=["doc_id", "keep"]).to_pylist()
        if not row["keep"]
    }
    sampled = {place.doc_id for place in label_sample.draw(run, LabelSample(num_documents=10_000)).places}
    assert dropped
    assert not sampled & dropped


def test_the_documents_of_a_sample_are_read_in_its_order(out):
    sample = label_sample.draw(open_run(out), LabelSample(num_documents=50))
    assert [row["doc_id"] for row in label_sample.read_documents(sample.places)] == [place.doc_id for place in sample.places]


def test_some_shards_of_each_source_are_enough(out):
    run = open_run(out)
    sample = label_sample.draw(run, LabelSample(num_documents=30, max_shards=1))
    assert len({place.shard for place in sample.places}) == len({stratum.source for stratum in sample.sampled}) == 3


# -------------------------------------------------------------------------------------------------- the journal, the budget


def answered(doc_id: str, *usage: int) -> dict[str, Any]:
    return {"answered": doc_id, "question": "q", "answer": EXAMPLE, "usage": list(usage), "model": "m"}


def test_a_journal_is_what_was_written(tmp_path):
    path = tmp_path / "answers.jsonl"
    with Journal(path) as journal:
        journal.write(asked="a", bound=[100, 10], host="h")
        journal.write(**answered("a", 60, 5))
        journal.write(asked="b", bound=[100, 10], host="h")
        journal.write(failed="b", reason="request_timeout", detail="", usage=None)
        journal.write(asked="b", bound=[100, 10], host="h")
        written = journal.state.spent
    with Journal(path) as journal:
        spent = journal.state.spent
        assert set(journal.state.answers) == {"a"}
        assert (spent.requests, spent.usage) == (3, Usage(60, 5)) == (written.requests, written.usage)
        # The second request for b never came back: it may have cost as much as it could.
        assert (spent.num_unreported, spent.unreported) == (2, Usage(200, 20))


def test_a_torn_line_is_cut_off(tmp_path):
    path = tmp_path / "answers.jsonl"
    with Journal(path) as journal:
        journal.write(asked="a", bound=[100, 10], host="h")
        journal.write(**answered("a", 60, 5))
    whole = path.read_bytes()
    last = json.dumps(answered("b", 60, 5)).encode()
    for size in (1, 20, len(last)):
        path.write_bytes(whole + last[:size])
        with Journal(path) as journal:
            assert set(journal.state.answers) == {"a"}
        assert path.read_bytes() == whole


def test_two_processes_do_not_write_one_journal(tmp_path):
    with Journal(tmp_path / "answers.jsonl"), pytest.raises(InputError, match="another process is labelling into this folder"):
        Journal(tmp_path / "answers.jsonl")
    with Journal(tmp_path / "answers.jsonl"):
        pass


def test_another_file_is_refused(tmp_path):
    (tmp_path / "answers.jsonl").write_text('{"text": "hello"}\n')
    with pytest.raises(InputError, match=r"answers.jsonl: line 1 is none of ours"):
        Journal(tmp_path / "answers.jsonl")


def test_cost_is_by_the_million():
    assert cost(Usage(2_000_000, 500_000), LabelBudget(input_price=0.5, output_price=2.0)) == 2.0


@pytest.mark.parametrize(
    ("override", "answer"),
    [
        ("label.endpont.model=x", r"label: unknown key 'endpont'; did you mean 'endpoint'\?"),
        ("label.budget.max_costs=1", r"label: budget: unknown key 'max_costs'; did you mean 'max_cost'\?"),
        ("label.budget.max_cost=1", "max_cost: needs input_price and output_price"),
        ("label.endpoint.structured=xml", "structured: 'xml' is not one of auto, json_schema, json_object, none"),
        ("label.endpoint.base_url=localhost:8000", "base_url: expected http://... or https://..., saw 'localhost:8000'"),
        ("label.endpoint.base_url=http://me:secret@localhost/v1", "base_url: holds a name or a password"),
        ("label.sample.num_documents=0", "num_documents: expected at least 1, saw 0"),
        ("label.excerpt_chars=5", "excerpt_chars: expected at least 100, saw 5"),
    ],
)
def test_settings_that_are_wrong_say_so(recipe, override, answer):
    with pytest.raises(RecipeError, match=answer):
        load_pipeline(recipe, [override])


# ---------------------------------------------------------------------------------------------------------------- the model


def test_the_small_model_is_the_one_of_pretraining():
    """The cached generation computes what `pretrain.model` computes."""
    import torch

    from pretrain.attention import document_layout
    from tests import small_llm

    llm = small_llm.load()
    tokens = llm.tokenizer.encode("Let $x$ be a real number, and let f(x) = x + 1.").ids
    step = None
    stepwise = []
    for some in (tokens[:5], *([token] for token in tokens[5:])):
        step = llm.read(some, step)
        stepwise.append(step.logits_V)
    layout = document_layout(torch.zeros(1, len(tokens), dtype=torch.int64))
    whole, _ = llm.model.logits(torch.tensor([tokens]), layout, rope_base=small_llm.ROPE_BASE)
    torch.testing.assert_close(torch.stack(stepwise), whole[0, 4:], atol=1e-3, rtol=1e-3)


def test_a_schema_forces_the_answer():
    from tests import small_llm

    llm = small_llm.load()
    prompt = llm.tokenizer.encode(small_llm.prompt_text([{"role": "user", "content": "?!" * 40}])).ids
    tokens, finish = llm.generate(prompt, max_tokens=300, schema=answer_schema())
    assert finish == "stop"
    assert parse_answer(llm.tokenizer.decode(tokens))
    text = json.dumps(EXAMPLE)
    assert list(small_llm.matches(answer_schema(), text, 0)) == [len(text)]
    assert not list(small_llm.matches(answer_schema(), text.replace("forum", "fora"), 0))


@pytest.fixture(scope="module")
def shared_server() -> Iterator[LlmServer]:
    with serving() as server:
        yield server


@pytest.fixture
def server(shared_server) -> LlmServer:
    shared_server.control()
    return shared_server


def label(recipe: str, server: LlmServer | None, folder: Path, *settings: str) -> int:
    whom = [f"label.endpoint.base_url={server.base_url}"] if server else []
    return main(["label", recipe, "--out", str(folder), *whom, *settings])


def labels_of(folder: Path) -> dict[str, dict[str, Any]]:
    return {row["doc_id"]: row for row in shards.read_table(str(folder / "labels.parquet")).to_pylist()}


def record_of(folder: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((folder / "label.json").read_text())
    return record


# --------------------------------------------------------------------------------------------------------- asked and answered


def test_a_sample_is_labelled(recipe, out, server, tmp_path, capsys):
    assert label(recipe, server, tmp_path) == 0
    printed = capsys.readouterr()
    assert printed.out.strip() == str(tmp_path / "labels.parquet")
    table = shards.read_table(str(tmp_path / "labels.parquet"))
    assert table.schema.equals(LABELS)
    assert table.num_rows == 24
    assert table.column("doc_id").to_pylist() == sorted(table.column("doc_id").to_pylist())
    documents = {
        row["doc_id"]: row for shard in open_run(out).document_shards for row in shards.read_table(shard.documents).to_pylist()
    }
    for row in table.to_pylist():
        assert all(row[name] == documents[row["doc_id"]][name] for name in ("source", "kind", "url", "text"))
        assert all(0 <= row[name] <= 1 for name in RUBRIC)
    log = server.log
    assert len(log) == 24
    assert {entry["document"] for entry in log} == {doc_id[:12] for doc_id in labels_of(tmp_path)}
    assert {entry["format"] for entry in log} == {"json_schema"}
    assert 2 <= max(entry["in_flight"] for entry in log) <= 4
    record = record_of(tmp_path)
    assert (record["model"], record["hosts"], record["rubric"]) == (MODEL, [server.host], rubric_digest())
    assert record["counts"] == {"sampled": 24, "labelled": 24, "rejected": 0, "left": 0, "rejects": {}}
    assert sum(stratum["sampled"] for stratum in record["strata"]) == 24
    assert record["usage"]["requests"] == 24
    assert record["usage"]["input_tokens"] > 24 * 50
    assert record["usage"]["output_tokens"] > 24 * 20
    assert "24 of 24 documents labelled by small-labeller" in (tmp_path / "summary.txt").read_text()


def test_a_second_run_asks_nothing_and_a_larger_sample_the_rest(recipe, out, server, tmp_path, capsys):
    assert label(recipe, server, tmp_path) == 0
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.name != "label.json"}
    assert label(recipe, None, tmp_path) == 0
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.name != "label.json"} == first
    assert label(recipe, server, tmp_path, "label.sample.num_documents=30") == 0
    asked = Counter(entry["document"] for entry in server.log)
    assert len(asked) == 30
    assert set(asked.values()) == {1}
    assert len(labels_of(tmp_path)) == 30


def test_a_run_is_labelled_by_its_folder(recipe, out, server, capsys):
    settings = [f"label.endpoint.base_url={server.base_url}", "label.sample.num_documents=3"]
    assert main(["label", out, *settings]) == 0
    path = Path(capsys.readouterr().out.strip())
    assert path.parent.parent == Path(out) / "label"
    assert len(labels_of(path.parent)) == 3
    assert main(["label", recipe, *settings]) == 0
    assert capsys.readouterr().out.strip() == str(path)
    assert len(server.log) == 3
    assert main(["label", out, "dedup.num_bands=3"]) == 1
    assert "only label.* can be set here" in capsys.readouterr().err


def test_a_dry_run_asks_nothing(recipe, out, server, tmp_path, capsys):
    assert label(recipe, server, tmp_path / "labels", "--dry-run") == 0
    said = capsys.readouterr().out
    assert "24 documents of" in said
    assert "tokens of questions" in said
    assert not server.log
    assert not (tmp_path / "labels").exists()


TRANSPORT = ("429", "500", "503", "disconnect", "hang")


def test_what_passes_is_waited_for(recipe, out, server, tmp_path):
    """Busy, failing, silent and vanishing servers change nothing but the number of requests."""
    assert label(recipe, server, tmp_path / "calm", "label.sample.num_documents=8") == 0
    server.control("none", *TRANSPORT, *TRANSPORT)
    settings = ("label.sample.num_documents=8", "label.endpoint.timeout_s=2.0")
    assert label(recipe, server, tmp_path / "stormy", *settings) == 0
    assert labels_of(tmp_path / "stormy") == labels_of(tmp_path / "calm")
    log, usage = server.log, record_of(tmp_path / "stormy")["usage"]
    assert len(log) == 18 == usage["requests"]
    # Two hung and two hung up: what they took nobody knows.
    assert usage["requests_without_count"] == 4
    assert usage["tokens_without_count_at_most"] > 4 * 3000
    assert usage["input_tokens"] == record_of(tmp_path / "calm")["usage"]["input_tokens"]


def test_a_retry_after_is_obeyed_by_all(recipe, out, server, tmp_path):
    server.control("none", "429")
    assert label(recipe, server, tmp_path, "label.endpoint.max_in_flight=1", "label.sample.num_documents=4") == 0
    log = server.log
    (busy,) = [at for at, entry in enumerate(log) if entry["status"] == 429]
    assert log[busy + 1]["at"] - log[busy]["at"] >= RETRY_AFTER_S
    assert log[busy + 1]["document"] == log[busy]["document"]


def test_an_invalid_answer_is_answered_with_its_fault(recipe, out, server, tmp_path):
    faults = ("wrong_keys", "out_of_range", "unknown_label", "prose", "cut")
    server.control(*faults)
    settings = ("label.endpoint.max_in_flight=1", "label.endpoint.max_attempts=6", "label.sample.num_documents=5")
    assert label(recipe, server, tmp_path, *settings) == 0
    log = server.log
    assert len(labels_of(tmp_path)) == 5
    assert len(log) == 5 + len(faults) == record_of(tmp_path)["usage"]["requests"]
    # All on the first document: the question, then five times with the last answer and what is wrong with it.
    assert [entry["num_messages"] for entry in log] == [2, 4, 4, 4, 4, 4, 2, 2, 2, 2]
    lines = [json.loads(line) for line in (tmp_path / "answers.jsonl").read_text().splitlines()]
    reasons = [line["reason"] for line in lines if "failed" in line]
    assert reasons == [
        "answer_wrong_keys",
        "answer_out_of_range",
        "answer_unknown_domain",
        "answer_no_json",
        "answer_truncated",
    ]


def test_json_among_other_text_is_an_answer(recipe, out, server, tmp_path):
    server.control("fenced", "fenced", "no_usage")
    assert label(recipe, server, tmp_path, "label.sample.num_documents=3") == 0
    assert len(server.log) == 3
    assert record_of(tmp_path)["usage"]["requests_without_count"] == 1


def test_a_document_without_a_valid_answer_is_a_reject(recipe, out, server, tmp_path):
    """What the model got wrong is final, what the server got wrong is tried again by the next run."""
    server.control("prose", "prose", "500", "500")
    settings = ("label.endpoint.max_in_flight=1", "label.endpoint.max_attempts=2", "label.sample.num_documents=4")
    assert label(recipe, server, tmp_path, *settings) == 0
    rejects = shards.read_table(str(tmp_path / "rejects.parquet"))
    assert rejects.schema.equals(REJECTS)
    assert sorted(rejects.column("reason").to_pylist()) == ["answer_no_json", "status_500"]
    assert set(rejects.column("stage").to_pylist()) == {"label"}
    assert len(labels_of(tmp_path)) == 2
    assert record_of(tmp_path)["counts"]["rejects"] == {"answer_no_json": 1, "status_500": 1}
    server.control()
    assert label(recipe, server, tmp_path, *settings) == 0
    assert len(server.log) == 1
    assert shards.read_table(str(tmp_path / "rejects.parquet")).column("reason").to_pylist() == ["answer_no_json"]
    assert len(labels_of(tmp_path)) == 3


def test_a_document_that_is_too_long_for_the_model_is_a_reject(recipe, out, server, tmp_path):
    settings = ("label.excerpt_chars=4000", "label.sample.num_documents=12")
    assert label(recipe, server, tmp_path, *settings) == 0
    rejects = shards.read_table(str(tmp_path / "rejects.parquet")).to_pylist()
    assert rejects
    assert {row["reason"] for row in rejects} == {"too_long_for_model"}
    assert all("maximum context length is 768 tokens" in row["detail"] for row in rejects)
    assert len(labels_of(tmp_path)) + len(rejects) == 12
    assert {entry["format"] for entry in server.log} == {"json_schema"}


def test_many_failures_in_a_row_end_it(recipe, out, server, tmp_path, capsys):
    assert label(recipe, server, tmp_path, "label.endpoint.max_tokens=5", "label.endpoint.max_attempts=1") == 1
    assert "20 documents in a row got no valid answer (20 answer_truncated" in capsys.readouterr().err
    assert 20 <= len(server.log) <= 23


# ------------------------------------------------------------------------------------------------------ servers of other kinds


@pytest.mark.slow
@pytest.mark.parametrize(
    ("refused", "used"),
    [
        (["--refuse", "json_schema"], "json_object"),
        (["--refuse", "json_schema", "json_object"], None),
        (["--renamed-limit"], "json_schema"),
    ],
)
def test_a_server_is_asked_as_it_can_be(recipe, out, tmp_path, refused, used):
    with serving(*refused) as server:
        assert label(recipe, server, tmp_path, "label.sample.num_documents=12") == 0
        log = server.log
    # Only the first document's question meets the refusals: the others are asked as that one was answered.
    num_refused = sum(entry["status"] == 400 for entry in log)
    assert 1 <= num_refused <= 2
    assert all(entry["status"] == 400 for entry in log[:num_refused])
    assert {entry["format"] for entry in log[num_refused:]} == {used}
    assert len(labels_of(tmp_path)) + record_of(tmp_path)["counts"]["rejected"] == 12
    assert len(labels_of(tmp_path)) >= 10
    if used != "json_schema":
        assert "the server refuses json_schema" in (tmp_path / "summary.txt").read_text()


def test_a_wrong_key_is_said_at_once(recipe, out, tmp_path, capsys, monkeypatch):
    settings = ("label.endpoint.api_key_env=KEY_OF_A_TEST", "label.sample.num_documents=2")
    with serving("--key", "open-sesame") as server:
        monkeypatch.delenv("KEY_OF_A_TEST", raising=False)
        assert label(recipe, server, tmp_path, *settings) == 1
        assert "the environment variable KEY_OF_A_TEST is not set here" in capsys.readouterr().err
        assert not server.log
        monkeypatch.setenv("KEY_OF_A_TEST", "wrong")
        assert label(recipe, server, tmp_path, *settings) == 1
        assert "answers 401: the key is missing or wrong" in capsys.readouterr().err
        assert len(server.log) == 1
        monkeypatch.setenv("KEY_OF_A_TEST", "open-sesame")
        assert label(recipe, server, tmp_path, *settings) == 0
    assert len(labels_of(tmp_path)) == 2
    assert all(b"open-sesame" not in path.read_bytes() for path in tmp_path.iterdir())


def test_what_no_document_could_change_ends_it(recipe, out, server, tmp_path, capsys):
    assert label(recipe, server, tmp_path / "a", "label.endpoint.model=gpt-x") == 1
    assert "answers 404: the address or the model is not known there. It says: The model `gpt-x`" in capsys.readouterr().err
    assert len(server.log) == 1
    server.control("none", "quota")
    assert label(recipe, server, tmp_path / "b", "label.endpoint.max_in_flight=1") == 1
    assert "the account's quota is used up" in capsys.readouterr().err
    assert len(server.log) == 2
    # What was answered before is there, and is not asked again.
    assert len(labels_of(tmp_path / "b")) == 1
    assert label(recipe, server, tmp_path / "b", "label.endpoint.max_in_flight=1", "label.sample.num_documents=2") == 0
    assert len(server.log) == 3


def test_nobody_there(recipe, out, tmp_path, capsys):
    started = time.monotonic()
    assert label(recipe, None, tmp_path) == 1
    said = capsys.readouterr().err
    assert "nobody answers at http://127.0.0.1:1/v1/chat/completions" in said
    assert "start the server, or name another base_url" in said
    assert time.monotonic() - started < 5


def test_no_run_there(recipe, tmp_path, capsys):
    assert label(recipe, None, tmp_path, f"execution.out={tmp_path / 'nothing'}") == 1
    assert "Run `tercet score RECIPE` (or extract) first" in capsys.readouterr().err


# -------------------------------------------------------------------------------------------------------------- the budget


@pytest.mark.parametrize("cap", ["max_requests=7", "max_tokens=12000", "max_cost=0.02"])
def test_a_cap_is_never_passed_and_can_be_raised(recipe, out, server, tmp_path, capsys, cap):
    prices = ("label.budget.input_price=1", "label.budget.output_price=10")
    assert label(recipe, server, tmp_path, f"label.budget.{cap}", *prices) == 1
    name, _, limit = cap.partition("=")
    said = capsys.readouterr().err
    assert (
        f"stopped by label.budget.{name} {int(limit):,}"
        if name != "max_cost"
        else "stopped by label.budget.max_cost 0.02" in said
    )
    assert "Raise the limit and run the same command to go on" in said
    usage = record_of(tmp_path)["usage"]
    tokens = usage["input_tokens"] + usage["output_tokens"]
    taken = {"max_requests": usage["requests"], "max_tokens": tokens, "max_cost": usage["cost"]}[name]
    assert 0 < taken <= float(limit)
    num_labelled = len(labels_of(tmp_path))
    assert 0 < num_labelled < 24
    # It stopped because the next request could have gone over, not long before.
    largest = {"max_requests": 1, "max_tokens": 5500, "max_cost": (5100 + 4000) / 1e6}[name]
    assert taken > float(limit) - largest
    assert label(recipe, server, tmp_path, *prices) == 0
    assert len(labels_of(tmp_path)) == 24
    assert set(Counter(entry["document"] for entry in server.log).values()) == {1}


def test_a_cap_below_one_request_asks_nothing(recipe, out, server, tmp_path, capsys):
    assert label(recipe, server, tmp_path, "label.budget.max_tokens=500") == 1
    assert "max_tokens 500: 0 taken, the next request may take" in capsys.readouterr().err
    assert not server.log


# ---------------------------------------------------------------------------------------------------------------- the kill


@pytest.mark.slow
def test_a_killed_run_goes_on_where_it_was(recipe, out, server, tmp_path):
    """kill -9 in the middle: what was answered is not asked again, and the labels are those of a run that nobody killed."""
    command = [sys.executable, "-m", "pipelines", "label", recipe, "--out", str(tmp_path / "killed")]
    command += [f"label.endpoint.base_url={server.base_url}", "label.sample.num_documents=30"]
    for _ in range(2):
        before = len(server.log)
        process = subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while len(server.log) < before + 9 and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert not (tmp_path / "killed" / "labels.parquet").exists()
    lines = (tmp_path / "killed" / "answers.jsonl").read_text().splitlines()
    num_answered = sum('"answered"' in line for line in lines)
    assert 9 <= num_answered < 30
    assert subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=True).returncode == 0
    asked = Counter(entry["document"] for entry in server.log)
    assert len(asked) == 30
    assert max(asked.values()) <= 3
    # Twice four requests were in flight.
    assert sum(asked.values()) <= 30 + 2 * 4
    assert label(recipe, server, tmp_path / "calm", "label.sample.num_documents=30") == 0
    assert (tmp_path / "killed" / "labels.parquet").read_bytes() == (tmp_path / "calm" / "labels.parquet").read_bytes()
    usage = record_of(tmp_path / "killed")["usage"]
    assert usage["requests"] == sum(asked.values())
    assert usage["requests_without_count"] == sum(asked.values()) - 30


@pytest.mark.slow
def test_a_server_that_dies_loses_no_answer(recipe, out, tmp_path):
    command = [sys.executable, "-m", "pipelines", "label", recipe, "--out", str(tmp_path), "label.sample.num_documents=60"]
    with serving() as server:
        command += [f"label.endpoint.base_url={server.base_url}", "label.endpoint.max_attempts=3"]
        process = subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        deadline = time.monotonic() + 60
        while len(server.log) < 15 and time.monotonic() < deadline:
            time.sleep(0.02)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"nobody answers at {server.base_url}/chat/completions" in said
    assert 8 <= len(labels_of(tmp_path)) < 60
    assert record_of(tmp_path)["counts"]["rejected"] == 0


def test_rows_that_are_read_back_are_the_schema():
    assert pa.types.is_list(LABELS.field("domains").type)
    assert [name for name in LABELS.names if name in RUBRIC] == list(RUBRIC)
