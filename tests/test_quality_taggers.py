"""The taggers: what they read, how they are trained, accepted, refused and loaded, and what the shipped one says."""

from __future__ import annotations

import dataclasses
import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from benchmarks.quality_pages import documents, example_pages
from corpus.errors import InputError, SchemaError
from corpus.schema import DOMAIN_LABELS
from quality import batches, taggers, train_taggers
from quality.scores import QualityConfig, score_document, score_documents
from quality.train_taggers import LABELS, TaggerError, TrainingConfig, dimension_report, labelled

QUICK = TrainingConfig(epochs=10, dim=8, buckets=1 << 10, word_ngrams=1, min_count=1)
VOCABULARY = {
    "fiction": "castle whispered lantern daughter horse midnight smiled garden letter sighed",
    "news": "minister election police officials monday parliament reported spokesman arrested vote",
    "commerce": "discount shipping cart price warranty order stock gift coupon sale",
    "jobs": "salary applicants vacancy candidate employer resume hiring interview position benefits",
}
FILLER = ["the", "of", "and", "to", "in", "that", "was", "for", "with", "on"]


def toy_text(chance: random.Random, names: list[str], *, num_words: int = 60) -> str:
    words = [
        chance.choice(VOCABULARY[chance.choice(names)].split() if names and chance.random() < 0.5 else FILLER)
        for _ in range(num_words)
    ]
    return " ".join(words).capitalize() + "."


def toy_labels(num_texts: int = 400, *, seed: int = 0) -> pa.Table:
    """Texts of ten sources with words of one domain, of two, or of none; the more of them, the better the writing."""
    chance = random.Random(seed)
    names = [*VOCABULARY]
    rows: list[dict[str, Any]] = []
    for i in range(num_texts):
        domains = chance.sample(names, i % 3)
        rows.append(
            {
                "doc_id": f"{i:032x}",
                "source": f"source{i % 10}",
                "kind": "html",
                "url": "",
                "text": toy_text(chance, domains),
                "domains": domains,
                "writing_quality": (i % 3) / 2,
            }
        )
    return labelled(rows)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, train_taggers.TaggerReport]:
    out = tmp_path_factory.mktemp("models")
    return out, train_taggers.train_taggers(toy_labels(), out=out, config=QUICK)


def test_a_model_is_good_on_sources_it_never_saw(trained: tuple[Path, train_taggers.TaggerReport]) -> None:
    out, report = trained
    assert report.macro_f1 is not None
    assert report.macro_f1 >= 0.9
    assert {name for name, each in report.labels.items() if each.support} == set(VOCABULARY)
    assert 0 < len(report.held_out_sources) < 10
    assert report.num_trained + report.num_held_out == 400
    assert json.loads((out / "report.json").read_text())["macro_f1"] == report.macro_f1
    card = (out / "README.md").read_text()
    assert all(f"| {name} |" in card for name in VOCABULARY)
    assert (out / "domain.ftz").stat().st_size == report.num_bytes["domain.ftz"] <= QUICK.max_bytes


def test_a_text_may_be_several_things_or_none(trained: tuple[Path, train_taggers.TaggerReport]) -> None:
    config = QualityConfig(taggers=str(trained[0]))
    chance = random.Random(5)
    both = score_document(toy_text(chance, ["news", "jobs"], num_words=120), config=config)
    assert {name for name, value in both["domain_probabilities"].items() if value >= taggers.LIKELY} == {"news", "jobs"}
    assert both["domain"] in ("news", "jobs")
    none = score_document(toy_text(chance, []), config=config)
    assert none["domain"] == "general"
    assert none["domain_confidence"] >= 0.5


def test_a_dimension_follows_its_labels_and_replaces_the_ramp(trained: tuple[Path, train_taggers.TaggerReport]) -> None:
    out, report = trained
    measured = report.dimensions["writing_quality"]
    assert measured.spearman > 0.6
    assert measured.mean_absolute_error < 0.7 * measured.mean_absolute_error_of_mean
    chance = random.Random(7)
    texts = [toy_text(chance, names) for names in ([], ["news"], ["news", "fiction"]) for _ in range(20)]
    table = documents(texts)
    ours = score_documents(table, config=QualityConfig(taggers=str(out))).table.to_pylist()
    means = [np.mean([row["writing_quality"] for row in ours[k : k + 20]]) for k in (0, 20, 40)]
    assert means[0] < means[1] < means[2]
    ramps = score_documents(table, config=QualityConfig()).table.to_pylist()
    assert [row["writing_quality"] for row in ours] != [row["writing_quality"] for row in ramps]
    assert [row["reasoning_depth"] for row in ours] == [row["reasoning_depth"] for row in ramps]
    assert ours[0]["quality"] - ramps[0]["quality"] == pytest.approx(
        0.15 * (ours[0]["writing_quality"] - ramps[0]["writing_quality"]), abs=1e-6
    )


def test_the_same_seed_trains_the_same_bytes(trained: tuple[Path, train_taggers.TaggerReport], tmp_path: Path) -> None:
    train_taggers.train_taggers(toy_labels(), out=tmp_path, config=QUICK)
    for name in ("domain.ftz", "writing_quality.ftz"):
        assert (tmp_path / name).read_bytes() == (trained[0] / name).read_bytes()


def test_a_folder_of_dimensions_keeps_the_shipped_domains(tmp_path: Path) -> None:
    labels = toy_labels()
    labels = labels.set_column(
        labels.schema.get_field_index("domains"), LABELS.field("domains"), pa.nulls(400, pa.list_(pa.string()))
    )
    report = train_taggers.train_taggers(labels, out=tmp_path, config=QUICK)
    assert report.macro_f1 is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["README.md", "report.json", "writing_quality.ftz"]
    text = example_pages("mathematics", every=7).column("text")[0].as_py()
    ours, shipped = score_document(text, config=QualityConfig(taggers=str(tmp_path))), score_document(text)
    assert ours["domain_probabilities"] == shipped["domain_probabilities"]


def test_models_below_the_minimum_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    chance = random.Random(1)
    labels = toy_labels(200)
    shuffled = labels.column("domains").to_pylist()
    chance.shuffle(shuffled)
    noise = labels.set_column(
        labels.schema.get_field_index("domains"), LABELS.field("domains"), pa.array(shuffled, pa.list_(pa.string()))
    )
    with pytest.raises(TaggerError, match="macro-F1 .* at least 0.8"):
        train_taggers.train_taggers(noise, out=tmp_path / "models", config=dataclasses.replace(QUICK, min_held_out_f1=0.8))
    config = dataclasses.replace(QUICK, min_held_out_f1=0, min_held_out_spearman=0.999)
    with pytest.raises(TaggerError, match="writing_quality has a rank correlation"):
        train_taggers.train_taggers(labels, out=tmp_path / "models", config=config)
    assert not (tmp_path / "models").exists()


def test_a_fraction_may_be_held_out(tmp_path: Path) -> None:
    report = train_taggers.train_taggers(toy_labels(), out=tmp_path, config=dataclasses.replace(QUICK, held_out=0.25))
    assert 60 <= report.num_held_out <= 140


def test_training_that_runs_into_nan_is_tried_with_the_next_seed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seeds = []

    def fails_twice(data: str, file: str, loss: str, cutoff: int, config: TrainingConfig) -> None:
        seeds.append(config.seed)
        if config.seed < 9:
            raise RuntimeError("Encountered NaN.")
        fit(data, file, loss, cutoff, config)

    fit = train_taggers._fit
    monkeypatch.setattr(train_taggers, "_alone", lambda function, *arguments: fails_twice(*arguments))
    train_taggers.train_taggers(toy_labels(), out=tmp_path, config=dataclasses.replace(QUICK, seed=7))
    assert seeds == [7, 8, 9]
    with pytest.raises(TaggerError, match="seeds 1 to 2"):
        train_taggers.train_taggers(toy_labels(), out=tmp_path, config=dataclasses.replace(QUICK, seed=1, num_tries=2))


def test_wrong_labels_are_refused(tmp_path: Path) -> None:
    row = {"doc_id": "0" * 32, "source": "a", "kind": "html", "url": "", "text": "Some text."}
    with pytest.raises(TaggerError, match="'sports' is none of"):
        train_taggers.train_taggers(labelled([{**row, "domains": ["sports"]}]), out=tmp_path, config=QUICK)
    with pytest.raises(TaggerError, match="writing_quality has labels outside"):
        train_taggers.train_taggers(labelled([{**row, "writing_quality": 3.0}]), out=tmp_path, config=QUICK)
    with pytest.raises(TaggerError, match="several sources"):
        train_taggers.train_taggers(labelled([{**row, "domains": ["news"]}]), out=tmp_path, config=QUICK)
    with pytest.raises(SchemaError):
        train_taggers.train_taggers(labelled([row]).drop_columns(["url"]), out=tmp_path, config=QUICK)
    with pytest.raises(InputError, match="holds no model"):
        taggers.load(str(tmp_path / "nothing"))


def test_scores_against_labels() -> None:
    truth = np.array([0.0, 0.5, 1.0, 1.0])
    perfect = dimension_report(truth, truth, mean=0.5)
    assert (perfect.mean_absolute_error, perfect.spearman, perfect.mean_absolute_error_of_mean) == (0, pytest.approx(1), 0.375)
    assert dimension_report(1 - truth, truth, mean=0.5).spearman == pytest.approx(-1)
    assert dimension_report(np.full(4, 0.3), truth, mean=0.5).spearman == 0


def sample_of(text: str) -> list[str]:
    (sample,) = batches.measure_texts([text], is_code=[False]).samples
    return sample.split()


def test_the_sample_masks_formulas_and_code_and_keeps_their_words() -> None:
    sample = sample_of(
        "Don't *wait*: it costs $ 1,234.50! Let $\\frac{a}{2}$ be `MAX_x1`.\n\n```py\ndef foo(bar):\n```\n\n“Ärger” 中文?"
    )
    assert sample == [
        "\\frac", "`max_x", "`def", "`foo", "`bar",
        "don't", "wait", "it", "costs", "$", "0", "0", "0", "!", "let", "be", "“", "ärger", "中", "文", "?",
    ]  # fmt: skip


def test_the_sample_of_a_long_text_is_of_its_beginning_middle_and_end() -> None:
    sample = sample_of(" ".join(f"{word}{'x' * 5}" for part in "abc" for word in [part] * 3000))
    assert [sample.count(f"{part}{'x' * 5}") for part in "abc"] == pytest.approx([171, 85, 85], abs=2)
    assert len(sample) == sum(sample.count(f"{part}{'x' * 5}") for part in "abc")


def test_any_text_has_a_sample_of_bounded_size() -> None:
    hostile = [
        "\\a" * 9000,
        "`" + "a b " * 9000 + "`",
        "?" * 9000,
        "𝔸 " * 9000,
        "中" * 9000,
        "\ud800" * 50,
        "a" * 9000,
        "$\\alpha$ " * 5000,
        "",
    ]
    for sample in batches.measure_texts(hostile, is_code=[False] * len(hostile)).samples:
        assert len(sample.encode()) <= batches.kernel().MAX_SAMPLE_BYTES


def test_source_files_have_no_sample_and_are_code() -> None:
    assert batches.measure_texts(["def f(): pass"], is_code=[True]).samples == [""]
    scored = score_document("Once upon a time there was a king.", kind="code")
    assert scored["domain"] == "code"
    assert {name for name, value in scored["domain_probabilities"].items() if value} == {"code"}


@pytest.mark.parametrize("archive", ["mathematics", "code"])
def test_pages_of_the_example_corpus_keep_their_domain(archive: str) -> None:
    scores = score_documents(example_pages(archive), config=QualityConfig()).table
    said = [
        row["mathematics"] >= taggers.LIKELY or row["code"] >= taggers.LIKELY
        for row in scores.column("domain_probabilities").to_pylist()
    ]
    assert sum(said) / len(said) >= 0.9


def test_the_shipped_model_is_small_and_knows_every_domain() -> None:
    assert sum(path.stat().st_size for path in taggers.SHIPPED.rglob("*") if path.is_file()) <= 10 << 20
    model = taggers.load(None).domain
    assert {name.removeprefix("__label__") for name in model.labels} == {*(name for name, _ in DOMAIN_LABELS), "general"}
