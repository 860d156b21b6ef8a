"""`tercet train-quality`, and the whole way: a model's labels of a sample, taggers from them, a run scored with these."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from corpus import shards
from corpus.errors import InputError, SchemaError
from pipelines.cli import main
from pipelines.report_run import open_run
from pipelines.run_train_quality import by_site, read_labels
from quality.dimensions import RUBRIC
from quality.train_taggers import LABELS
from tests import small_llm
from tests.llm_client import make_recipe, serving


def labels(*doc_ids: str, source: str = "web", url: str = "https://a.example/x", value: float = 0.5) -> pa.Table:
    row = {"source": source, "kind": "html", "url": url, "text": "text", "domains": ["code"], **dict.fromkeys(RUBRIC, value)}
    return pa.Table.from_pylist([{"doc_id": doc_id, **row} for doc_id in doc_ids], schema=LABELS)


def test_labels_of_files_and_folders_are_read_once(tmp_path, capsys):
    shards.write_shard(labels("b", "a"), str(tmp_path / "one" / "x" / "labels.parquet"))
    shards.write_shard(labels("z"), str(tmp_path / "one" / "x" / "rejects.parquet"))
    shards.write_shard(labels("c", "a", value=1.0), str(tmp_path / "other.parquet"))
    table = read_labels([str(tmp_path / "one"), str(tmp_path / "other.parquet")])
    assert table.schema.equals(LABELS)
    assert table.column("doc_id").to_pylist() == ["b", "a", "c"]
    assert table.column("writing_quality").to_pylist() == [0.5, 0.5, 1.0]
    assert "1 documents are labelled more than once: the first file's labels count" in capsys.readouterr().err


def test_what_is_no_labels_says_so(tmp_path):
    with pytest.raises(InputError, match=r"nowhere: no file there"):
        read_labels([str(tmp_path / "nowhere")])
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "x.txt").write_text("x")
    with pytest.raises(InputError, match=r"folder: no labels.parquet below it"):
        read_labels([str(tmp_path / "folder")])
    shards.write_shard(labels("a").drop_columns(["text"]), str(tmp_path / "short.parquet"))
    with pytest.raises(SchemaError, match=r"short.parquet: has no column text; expected labels as `tercet label` writes them"):
        read_labels([str(tmp_path / "short.parquet")])
    (tmp_path / "text.parquet").write_text("no Parquet at all")
    with pytest.raises(SchemaError, match=r"text.parquet: not a Parquet file"):
        read_labels([str(tmp_path / "text.parquet")])


def test_whole_sites_are_held_out():
    table = pa.concat_tables(
        [
            labels("a", url="https://docs.python.org/3/library/atexit.html"),
            labels("b", source="code", url="file://code/mpmath/tests/torture.py"),
            labels("c", source="notes", url="file://notes/lines.jsonl"),
            labels("d", source="synth", url="synth://euclid/0-30"),
        ]
    )
    assert by_site(table).column("source").to_pylist() == ["web/docs.python.org", "code/mpmath", "notes", "synth"]
    assert by_site(table).schema.equals(LABELS)


def test_a_misspelt_setting_is_refused(tmp_path, capsys):
    shards.write_shard(labels("a"), str(tmp_path / "labels.parquet"))
    assert main(["train-quality", str(tmp_path), "--out", str(tmp_path / "models"), "epoch=3"]) == 1
    assert "train-quality: unknown key 'epoch'; did you mean 'epochs'?" in capsys.readouterr().err
    assert not (tmp_path / "models").exists()


def scores_by_url(out: str) -> dict[str, dict[str, Any]]:
    found = {}
    for shard in open_run(out).document_shards:
        documents, scores = shards.read_table(shard.documents), shards.read_table(shard.scores)
        for url, row in zip(documents.column("url").to_pylist(), scores.to_pylist(), strict=True):
            found[url] = row
    return found


@pytest.mark.slow
def test_labels_become_taggers_that_score_a_run(tmp_path, capsys):
    """Agreement above chance at each step: the model's with the truth, the taggers' with the model's and with the truth."""
    recipe = make_recipe(tmp_path)
    assert main(["score", recipe]) == 0
    with serving() as server:
        settings = [f"label.endpoint.base_url={server.base_url}", "label.sample.num_documents=170"]
        capsys.readouterr()
        assert main(["label", recipe, *settings]) == 0
        path = Path(capsys.readouterr().out.strip())
    rows = shards.read_table(str(path)).to_pylist()
    assert len(rows) == 170
    # What the small model was not trained on; always saying the most frequent label is right in half of the cases.
    unseen = [
        (row, set(known)) for row in rows if (known := small_llm.truth(row["url"])) and small_llm.is_held_out(row["doc_id"])
    ]
    right = sum(set(row["domains"]) == known for row, known in unseen)
    most_frequent = max(sum(known == {name} for _, known in unseen) for name in ("mathematics", "code", "stem"))
    assert len(unseen) > 25
    assert right / len(unseen) > 0.8 > most_frequent / len(unseen)

    taggers = tmp_path / "taggers"
    # Few labels, and one dimension that hardly varies in such a corpus: nobody can learn it, and it must not stop the others.
    settings = ["held_out=0.25", "epochs=12", "buckets=10_000", "min_held_out_spearman=-1"]
    assert main(["train-quality", str(path.parent), "--out", str(taggers), *settings]) == 0
    printed = capsys.readouterr()
    report = json.loads((taggers / "report.json").read_text())
    assert "170 labelled documents" in printed.err
    assert f"trained on {report['num_trained']:,} documents, measured on {report['num_held_out']:,} others" in printed.out
    assert f"quality.taggers={taggers}" in printed.out
    assert report["labels"]["mathematics"]["f1"] > 0.7
    assert report["labels"]["code"]["f1"] > 0.7
    better = [name for name, each in report["dimensions"].items() if each["spearman"] > 0.3]
    assert set(report["dimensions"]) == set(RUBRIC)
    assert len(better) >= 3
    assert "170 documents labelled by small-labeller" in (taggers / "README.md").read_text()

    assert main(["score", recipe, f"quality.taggers={taggers}"]) == 0
    scored = scores_by_url(str(tmp_path / "out"))
    # A source file is code whatever a tagger says: what is left to tell apart are texts.
    texts = {url: row for url, row in scored.items() if not url.startswith("file:")}
    judged = {row["url"] for row in rows}
    new = [(row["domain"], small_llm.truth(url)) for url, row in texts.items() if url not in judged and small_llm.truth(url)]
    assert len(new) > 20
    assert sum(domain in known for domain, known in new) / len(new) > 0.8


def test_too_few_labels_train_nothing(tmp_path, capsys):
    folder = tmp_path / "labels"
    shards.write_shard(labels("a", "b", "c"), str(folder / "labels.parquet"))
    assert main(["train-quality", str(folder), "--out", str(tmp_path / "models")]) == 1
    assert "tercet: " in capsys.readouterr().err
    assert not (tmp_path / "models").exists()
    shutil.rmtree(folder)
