"""`tercet mix inventory`: counted, or estimated with an error that is right; what is written is what `mix plan` reads."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus.errors import InputError, RecipeError
from mix import estimate as estimating
from mix.estimate import rates_for, ratio_estimate, sample_rows, sizes_of
from mix.inventory import STANDARD_ERROR, Inventory, bucket_rule, join_annotations
from mix.recipe import MixConfig
from pipelines import mix_inventory, run_mix
from pipelines.engine import StageResult
from pipelines.mix_inventory import Found, estimate, read, write
from tests.mix_corpus import local_context, scored_corpus, settings, three_stages, write_tokenizer


class Corpus:
    def __init__(self, out: Path) -> None:
        context = local_context(out / "run")
        self.results = scored_corpus(context)
        self.config: MixConfig = settings(write_tokenizer(out))
        documents, clusters, scores = self.results
        self.exact: Inventory = run_mix.inventory(self.config, [documents], [clusters], [scores], context).inventory

    @property
    def finished(self) -> dict[str, StageResult]:
        return {result.manifest.stage: result for result in self.results}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return Corpus(tmp_path_factory.mktemp("corpus"))


def test_a_sample_of_everything_is_the_count(corpus: Corpus, tmp_path: Path) -> None:
    found = estimate(corpus.config, corpus.finished, local_context(tmp_path), sample=10_000)
    assert found.inventory.table.equals(corpus.exact.table)
    assert found.inventory.documents_left_out == corpus.exact.documents_left_out
    assert set(found.standard_errors.values()) == {0.0}  # type: ignore[union-attr]


def test_a_small_sample_is_near_and_says_how_near(corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimating, "LEAST_PER_BUCKET", 15)
    config = dataclasses.replace(corpus.config, bucket_columns={"source": "source"})
    documents, clusters, scores = corpus.results
    exact = run_mix.inventory(config, [documents], [clusters], [scores], local_context(tmp_path / "all")).inventory
    found = estimate(config, corpus.finished, local_context(tmp_path), sample=70)
    assert found.num_sampled is not None
    assert 40 < found.num_sampled < 110
    assert found.standard_errors is not None
    assert found.inventory.table.drop_columns(["tokens"]).equals(exact.table.drop_columns(["tokens"]))
    error = float(np.sqrt(sum(e**2 for e in found.standard_errors.values())))
    assert 0 < error < 0.1 * exact.num_tokens
    assert 0 < abs(found.inventory.num_tokens - exact.num_tokens) < 4 * error


def test_the_error_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    chars = rng.lognormal(7, 1, 3000)
    tokens = chars / 4 * rng.lognormal(0, 0.2, 3000) + 1
    inside = 0
    for _ in range(400):
        chosen = rng.random(3000) < 0.05
        found = ratio_estimate(tokens[chosen], chars[chosen], 3000, int(chars.sum()))
        inside += abs(found.tokens - tokens.sum()) < 1.96 * found.standard_error
    assert 0.91 < inside / 400 < 0.98


def test_edges_of_the_estimate() -> None:
    assert ratio_estimate([], [], 0, 0) == (0.0, 0.0)
    assert ratio_estimate([5], [10], 4, 40) == (20.0, float("inf"))
    assert ratio_estimate([5, 6], [10, 12], 2, 22) == (11.0, 0.0)


def test_rates_reach_small_buckets() -> None:
    rates = rates_for({"large": 10**9, "small": 160, "tiny": 3}, 10_000)
    assert rates["large"] == pytest.approx(1e-5, rel=1e-3)
    assert rates["small"] == 0.5
    assert rates["tiny"] == 1


def test_the_sample_does_not_depend_on_how_shards_are_cut(corpus: Corpus) -> None:
    rule = bucket_rule(corpus.config)
    tables = [[pq.read_table(url) for url in result.shard_urls] for result in corpus.results]
    joined = [join_annotations(*shard, what="test") for shard in zip(*tables, strict=True)]
    rates = dict.fromkeys(corpus.exact.keys, 0.4)
    apart = [row for table in joined for row in sample_rows(table, rule, rates, 5).column("doc_id").to_pylist()]
    together = sample_rows(pa.concat_tables(joined).combine_chunks(), rule, rates, 5)
    assert together.column("doc_id").to_pylist() == apart
    assert 40 < len(apart) < 120
    sizes = pa.concat_tables([sizes_of(table, rule) for table in joined])
    documents = sum(row["documents"] for row in sizes.to_pylist() if row["bucket"] is not None)
    assert documents == sum(corpus.exact.table.column("documents").to_pylist())


@pytest.mark.parametrize("suffix", ["yaml", "parquet"])
def test_what_is_written_is_read_back_and_plans_the_same(suffix: str, corpus: Corpus, tmp_path: Path) -> None:
    errors = dict.fromkeys(corpus.exact.keys, 1.5)
    write(Found(inventory=corpus.exact, standard_errors=errors, num_sampled=7), str(tmp_path / "there"))
    again = read(tmp_path / f"there.{suffix}")
    assert again.table.equals(corpus.exact.table)
    assert again.documents_left_out == corpus.exact.documents_left_out
    assert run_mix.plan(three_stages(), again).digest == run_mix.plan(three_stages(), corpus.exact).digest


def test_the_files_are_for_people_too(corpus: Corpus, tmp_path: Path) -> None:
    found = Found(inventory=corpus.exact, standard_errors=dict.fromkeys(corpus.exact.keys, 2.0), num_sampled=7)
    yaml_file, parquet_file = write(found, str(tmp_path / "there.yaml"))
    lines = Path(yaml_file).read_text().splitlines()
    assert sum(line.startswith("  - {source: ") for line in lines) == len(corpus.exact.keys)
    assert "Estimated from 7 documents" in lines[1]
    assert pq.read_table(parquet_file).column(STANDARD_ERROR).to_pylist() == [2.0] * len(corpus.exact.keys)
    assert "web" in mix_inventory.table_of(found)


def test_mistakes(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read(tmp_path / "nowhere.parquet")
    pq.write_table(pa.table({"source": ["web"], "documents": [1]}), tmp_path / "bad.parquet")
    with pytest.raises(RecipeError, match="no column tokens"):
        read(tmp_path / "bad.parquet")
    (tmp_path / "not.parquet").write_text("text")
    with pytest.raises(InputError, match="not a Parquet file"):
        read(tmp_path / "not.parquet")
