"""A new dump against the documents that earlier ones kept: the result of deduplicating both together, the old ones first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import shards
from corpus.errors import InputError, RecipeError
from corpus.schema import DOCUMENTS
from dedup import DedupConfig, deduplicate
from pipelines import run_dedup
from tests.dedup_documents import dump, stage_of
from tests.test_dedup_pipeline import clusters, context_of, small_pieces


def run_dump(number: int, tables: list[pa.Table], config: DedupConfig, folder: Path) -> list[pa.Table]:
    context = context_of(folder / f"dump-{number}")
    stage = stage_of(tables, "documents", DOCUMENTS, folder / f"dump-{number}", context)
    return clusters(run_dedup.run(config, [stage], context))


def together(kept: list[pa.Table], new: list[pa.Table], config: DedupConfig) -> list[pa.Table]:
    """CLUSTERS of `new`, deduplicated in memory with `kept` documents that are better than all of them."""
    best = [pa.array(np.full(table.num_rows, 9.0), pa.float32()) for table in kept]
    quality = [*best, *(pa.nulls(table.num_rows, pa.float32()) for table in new)]
    return deduplicate([*kept, *new], config=config, quality=quality)[len(kept) :]


def those_kept(tables: list[pa.Table], annotated: list[pa.Table]) -> list[pa.Table]:
    return [table.filter(clusters_.column("keep")) for table, clusters_ in zip(tables, annotated, strict=True)]


@pytest.mark.parametrize("mode", ["signature", "exact"])
@pytest.mark.parametrize("is_small", [False, True])
def test_three_dumps_one_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str, is_small: bool) -> None:
    index = str(tmp_path / "index")
    config = DedupConfig(
        mode=mode,  # type: ignore[arg-type]
        against=index,
        create_index=True,
        num_partitions=5 if is_small else None,
        documents_per_task=10 if is_small else 1000,
    )
    if is_small:
        small_pieces(monkeypatch)
    kept: list[pa.Table] = []
    for number in range(3):
        tables = dump(number)
        annotated = run_dump(number, tables, config, tmp_path)
        for written, made in zip(annotated, together(kept, tables, config), strict=True):
            assert written.equals(made)
        kept += those_kept(tables, annotated)
        assert len(shards.read_json(f"{index}/index.json")["generations"]) == number + 1
    reasons = {reason for table in annotated for reason in table.column("dedup_reason").to_pylist()}
    assert reasons == {None, "url", "exact", "near"}


def test_the_same_dump_again_is_compared_with_earlier_ones_only(tmp_path: Path) -> None:
    config = DedupConfig(against=str(tmp_path / "index"), create_index=True)
    first = [run_dump(number, dump(number), config, tmp_path) for number in range(3)]
    before = (tmp_path / "index" / "index.json").read_bytes()
    for number in (0, 1, 2):
        assert run_dump(number, dump(number), config, tmp_path) == first[number]
        assert run_dump(number, dump(number), config, tmp_path / "elsewhere") == first[number]
    assert (tmp_path / "index" / "index.json").read_bytes() == before


def test_an_interrupted_run_leaves_the_index_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = DedupConfig(against=str(tmp_path / "index"), create_index=True)
    run_dump(0, dump(0), config, tmp_path)
    before = (tmp_path / "index" / "index.json").read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr("pipelines.dedup_index._append", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run_dump(1, dump(1), config, tmp_path)
    assert (tmp_path / "index" / "index.json").read_bytes() == before
    again = run_dump(1, dump(1), config, tmp_path)
    other = DedupConfig(against=str(tmp_path / "other"), create_index=True)
    run_dump(0, dump(0), other, tmp_path / "o")
    assert again == run_dump(1, dump(1), other, tmp_path / "o")


def test_an_index_that_is_not_there_is_no_empty_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no index there; to begin one there, add --create"):
        run_dump(0, dump(0), DedupConfig(against=str(tmp_path / "typo")), tmp_path)
    assert not (tmp_path / "typo").exists()


def test_an_index_of_other_settings_is_refused(tmp_path: Path) -> None:
    index = str(tmp_path / "index")
    run_dump(0, dump(0), DedupConfig(against=index, create_index=True), tmp_path)
    with pytest.raises(RecipeError, match="made with shingle_words 5 \\(now 3\\)"):
        run_dump(1, dump(1), DedupConfig(against=index, shingle_words=3), tmp_path)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 25), st.integers(1, 25))
def test_any_two_dumps(tmp_path_factory: pytest.TempPathFactory, seed: int, first: int, second: int) -> None:
    folder = tmp_path_factory.mktemp("dumps")
    config = DedupConfig(against=str(folder / "index"), create_index=True, num_bands=10, rows_per_band=2)
    old, new = dump(seed, first), dump(seed + 1, second)
    kept = those_kept(old, run_dump(0, old, config, folder))
    for written, made in zip(run_dump(1, new, config, folder), together(kept, new, config), strict=True):
        assert written.equals(made)
