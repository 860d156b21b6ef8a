"""From scored documents to three stages of rows: exact shares, no repeats before an epoch ends, any shard on its own."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import schema, shards
from corpus.errors import InputError
from corpus.ids import content_id
from mix import emit as emission
from mix.cells import (
    ROW_GROUP_ROWS,
    Reading,
    Standing,
    Unit,
    UnitKey,
    begin,
    cell_range,
    num_cells,
    phases_of,
    quota,
    reading_positions,
    scatter_keys,
    stored_rows,
)
from mix.inventory import Inventory, from_mapping, join_annotations
from mix.plan import Plan
from mix.recipe import MixConfig
from mix.tokenizing import load_tokenizer
from pipelines import run_mix
from pipelines.engine import StageResult
from pipelines.exchange import Inbox
from tests.mix_corpus import (
    DOCUMENTS_PER_SHARD,
    NUM_SHARDS,
    finished,
    local_context,
    rows_of,
    scored_corpus,
    settings,
    text_of,
    three_stages,
    write_tokenizer,
)

NUM_DOCUMENTS = 240


@dataclasses.dataclass
class Mixed:
    """A finished mixture and what it was made from."""

    config: MixConfig
    counted: run_mix.Counted
    plan: Plan
    emitted: run_mix.Emitted

    def rows(self, stage: str) -> list[dict[str, Any]]:
        return [row for url in self.emitted.stages[stage].shard_urls for row in shards.read_table(url).to_pylist()]

    def all_rows(self) -> Iterator[dict[str, Any]]:
        for stage in self.plan.stages:
            yield from self.rows(stage.name)


def mixed(out: Path, scale: int = 1, **changes: Any) -> Mixed:
    context = local_context(out)
    documents, clusters, scores = scored_corpus(context)
    config = settings(write_tokenizer(out), **changes)
    counted = run_mix.inventory(config, [documents], [clusters], [scores], context)
    plan = run_mix.plan(three_stages(scale), counted.inventory)
    return Mixed(config, counted, plan, run_mix.emit(config, plan, counted, context))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Mixed:
    return mixed(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Mixed:
    """Several epochs, the change of length inside one of them."""
    return mixed(tmp_path_factory.mktemp("large"), scale=8, rows_per_shard=400)


def kept_documents() -> dict[str, str]:
    """doc_id -> text of every document that the rule keeps, by hand."""
    rows = [rows_of(number) for number in range(NUM_DOCUMENTS)]
    return {d["doc_id"]: d["text"] for d, c, s in rows if c["keep"] and np.float32(s["extraction_quality"]) > 0.3}


def test_the_inventory_counts_every_kept_document_once(small: Mixed) -> None:
    kept = kept_documents()
    inventory = small.counted.inventory
    assert sum(inventory.table.column("documents").to_pylist()) == len(kept)
    assert inventory.documents_left_out == NUM_DOCUMENTS - len(kept)
    tokenizer = load_tokenizer(small.config.tokenizer)
    assert inventory.num_tokens == sum(len(ids) + 1 for ids in tokenizer.encode(list(kept.values())))


def test_an_inventory_survives_being_written_down(small: Mixed) -> None:
    inventory: Inventory = small.counted.inventory
    again = from_mapping(inventory.to_mapping(), where="written")
    assert again.table.equals(inventory.table)
    assert again.documents_left_out == inventory.documents_left_out


@pytest.mark.parametrize("which", ["small", "large"])
def test_every_stage_has_exactly_its_rows(which: str, request: pytest.FixtureRequest) -> None:
    mix: Mixed = request.getfixturevalue(which)
    for s, stage in enumerate(mix.plan.stages):
        rows = mix.rows(stage.name)
        assert [row["row"] for row in rows] == list(range(stage.num_rows))
        dealt = Counter(row["bucket"] for row in rows)
        assert {bucket: n for bucket, n in zip(mix.plan.buckets, stage.rows, strict=True) if n} == dealt
        order = mix.plan.order(s)
        assert [row["bucket"] for row in rows] == [order.bucket_of_row(i)[0] for i in range(stage.num_rows)]


def test_rows_are_pieces_of_their_documents(small: Mixed) -> None:
    tokenizer = load_tokenizer(small.config.tokenizer)
    encoded = {doc_id: [*tokenizer.encode([text])[0], tokenizer.end_of_document] for doc_id, text in kept_documents().items()}
    lengths = {stage.name: stage.seq_len for stage in small.plan.stages}
    for stage, seq_len in lengths.items():
        for row in small.rows(stage):
            assert len(row["tokens"]) == row["doc_ends"][-1] <= seq_len
            starts = [0, *row["doc_ends"][:-1]]
            for start, end, doc_id, offset in zip(starts, row["doc_ends"], row["doc_ids"], row["doc_offsets"], strict=True):
                assert row["tokens"][start:end] == encoded[doc_id][offset : offset + end - start]
                assert end > start


def test_nothing_repeats_before_its_buckets_epoch_ends(large: Mixed) -> None:
    """Token by token, over all three stages, the change of row length included."""
    seen: dict[tuple[str, int], Counter[tuple[str, int]]] = defaultdict(Counter)
    last_epoch: dict[str, int] = {}
    for row in large.all_rows():
        bucket, epoch = row["bucket"], row["epoch"]
        assert epoch >= last_epoch.get(bucket, 0), "epochs go forward"
        last_epoch[bucket] = epoch
        starts = [0, *row["doc_ends"][:-1]]
        for start, end, doc_id, offset in zip(starts, row["doc_ends"], row["doc_ids"], row["doc_offsets"], strict=True):
            seen[bucket, epoch].update((doc_id, offset + i) for i in range(end - start))
    assert max(last_epoch.values()) >= 3, "the test reads its data several times"
    available = dict(zip(large.plan.buckets, large.plan.tokens, strict=True))
    for (bucket, epoch), tokens in seen.items():
        assert max(tokens.values()) == 1
        if epoch < last_epoch[bucket]:
            assert len(tokens) == available[bucket], f"{bucket}: epoch {epoch} ended before all of it was read"


def test_epochs_are_in_another_order(large: Mixed) -> None:
    by_epoch: dict[tuple[str, int], list[tuple[str, int]]] = defaultdict(list)
    for row in [*large.rows("one"), *large.rows("two")]:
        by_epoch[row["bucket"], row["epoch"]].append((row["doc_ids"][0], row["doc_offsets"][0]))
    orders = [(ids, by_epoch.get((bucket, 1), [])) for (bucket, epoch), ids in by_epoch.items() if epoch == 0 and len(ids) > 5]
    assert any(len(first) == len(second) for first, second in orders)
    assert all(first != second for first, second in orders)


def test_shard_k_alone_is_shard_k_of_the_whole(small: Mixed) -> None:
    layouts = tuple(tuple(result.shard_urls) for result in small.emitted.packed[1::2])
    packed = tuple(result.directory for result in small.emitted.packed[::2])
    job = emission.EmitJob(small.plan, small.config.seed, small.config.rows_per_shard, layouts, packed)
    for s, stage in enumerate(small.plan.stages):
        urls = small.emitted.stages[stage.name].shard_urls
        assert len(urls) == job.num_shards(s)
        for k in reversed(range(len(urls))):
            alone = emission.Emitter(job).rows(s, job.rows(s, k))
            assert alone.equals(shards.read_table(urls[k]))


def test_shards_say_what_they_hold(small: Mixed) -> None:
    url = small.emitted.stages["two"].shard_urls[1]
    footer, table = shards.read_footer(url), shards.read_table(url)
    assert footer["rows_by_bucket"] == dict(Counter(table.column("bucket").to_pylist()))
    assert (footer["training_stage"], footer["first_row"], footer["seq_len"]) == ("two", 16, 64)
    assert footer["plan_digest"] == small.plan.digest
    assert table.schema.equals(schema.SEQUENCES)


def test_the_same_bytes_twice_and_no_work_the_second_time(small: Mixed, tmp_path: Path) -> None:
    again = mixed(tmp_path)
    for name, result in small.emitted.stages.items():
        assert checksums(result) == checksums(again.emitted.stages[name])
    rerun = run_mix.emit(again.config, again.plan, again.counted, local_context(tmp_path))
    assert not any(result.did_work for result in (*rerun.packed, *rerun.stages.values()))


def checksums(result: StageResult) -> list[str]:
    return [entry.checksum for entry in result.manifest.shards]


def test_rows_per_shard_does_not_change_the_rows(small: Mixed, tmp_path: Path) -> None:
    other = mixed(tmp_path, rows_per_shard=1000)
    assert [row["tokens"] for row in other.all_rows()] == [row["tokens"] for row in small.all_rows()]


def test_missing_and_misaligned_annotations_are_refused(tmp_path: Path) -> None:
    context = local_context(tmp_path)
    documents, clusters, _ = scored_corpus(context)
    config = settings(write_tokenizer(tmp_path))
    with pytest.raises(InputError, match="no SCORES shard of this name"):
        run_mix.inventory(config, [documents], [clusters], [], context)
    table = pa.table({"doc_id": ["a", "b"]})
    with pytest.raises(InputError, match="SCORES: 2 rows, not of the 2 documents beside it in their order"):
        join_annotations(table, table, pa.table({"doc_id": ["b", "a"]}), what="shard")


def test_a_document_that_a_stage_lost_is_left_out_and_counted(tmp_path: Path) -> None:
    context = local_context(tmp_path)
    config = settings(write_tokenizer(tmp_path))
    documents, clusters, scores = scored_corpus(context)
    kept = tokens_of_documents(run_mix.inventory(config, [documents], [clusters], [scores], context))
    lost = [sorted(kept, key=int)[3], sorted(kept, key=int)[100]]
    part = finished("score-lost", 2, schema.SCORES, context, lost=[int(number) for number in lost])
    counted = run_mix.inventory(config, [documents], [clusters], [part], context)
    assert tokens_of_documents(counted) == {number: n for number, n in kept.items() if number not in lost}
    assert sum(entry.counters.get("documents_not_annotated", 0) for entry in counted.tokenized.manifest.shards) == 2


def tokens_of_documents(counted: run_mix.Counted) -> dict[str, int]:
    """Tokens of each document that is in a bucket, by its number."""
    numbers = {content_id("document", n): str(n) for n in range(NUM_SHARDS * DOCUMENTS_PER_SHARD)}
    rows = [row for url in counted.tokenized.shard_urls for row in shards.read_table(url).to_pylist()]
    return {numbers[row["doc_id"]]: row["num_tokens"] for row in rows if row["bucket"] is not None}


def test_a_plan_for_other_documents_is_refused(small: Mixed, tmp_path: Path) -> None:
    written = small.counted.inventory.to_mapping()
    written["buckets"][0]["source"] = "elsewhere"
    plan = run_mix.plan(three_stages(), from_mapping(written, where="written"))
    with pytest.raises(InputError, match="the plan draws from elsewhere"):
        run_mix.emit(small.config, plan, small.counted, local_context(tmp_path))


def test_text_that_reads_like_a_special_token_is_text(small: Mixed) -> None:
    tokenizer = load_tokenizer(small.config.tokenizer)
    text = f"a {'<|endoftext|>'} b\n    indented \\frac{{1}}{{2}} üñ€"
    ids = tokenizer.encode([text])[0]
    assert tokenizer.end_of_document not in ids
    assert tokenizer.decode(ids.tolist()) == text
    assert tokenizer.line_ends[ids].any()


def test_training_does_not_depend_on_the_order_of_the_texts(small: Mixed) -> None:
    from mix.tokenizing import train_tokenizer

    texts = [text_of(number) for number in range(60)]
    assert train_tokenizer(texts, vocab_size=290) == train_tokenizer(texts[::-1], vocab_size=290)


# ------------------------------------------------------------------------------------------------------------- cells


def test_a_cells_documents_are_read_from_few_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On their way to the cells each tokenised shard is opened once, however many cells there are; and of what the tasks that do
    so wrote, a cell reads one row group of each file, which holds its documents and no others."""
    context = local_context(tmp_path)
    documents, clusters, scores = scored_corpus(context)
    config = settings(write_tokenizer(tmp_path), cell_tokens=2000)
    counted = run_mix.inventory(config, [documents], [clusters], [scores], context)
    plan = run_mix.plan(three_stages(), counted.inventory)
    monkeypatch.setattr(run_mix, "SCATTER_TOKENS", counted.inventory.num_tokens * 3 // 4)
    opened: Counter[str] = Counter()

    def counting(url: str, open_input: Any = shards.open_input) -> Any:
        opened[url] += 1
        return open_input(url)

    monkeypatch.setattr(shards, "open_input", counting)
    emitted = run_mix.emit(config, plan, counted, context)
    assert [opened[url] for url in counted.tokenized.shard_urls] == [1, 1, 1]
    (scattered,) = [result for result in context.finished if result.manifest.stage == "scatter"]
    files = scattered.shard_urls
    assert 1 < len(files) < len(counted.tokenized.shard_urls)
    cells = [num_cells(tokens, config.cell_tokens) for tokens in plan.tokens]
    packed = sum(cells[b] for phase in phases_of(plan) for b in range(len(cells)) if quota(plan, phase, b))
    assert packed > 40
    # Twice more the engine reads a file that it wrote, for its footer and its checksum.
    assert {opened[url] for url in files} == {packed + 2}
    pieces = [Inbox(urls=tuple(files), first=cell, last=cell).pieces() for cell in range(sum(cells))]
    assert max(map(len, pieces)) <= len(files)
    num_documents = sum(counted.inventory.table.column("documents").to_pylist())
    assert sum(piece.num_rows for found in pieces for piece in found) == num_documents, "no piece is read for two cells"
    assert emitted.stages.keys() == {"one", "two", "three"}


@pytest.mark.parametrize("fanout", [2, 300])
def test_how_documents_go_to_their_cells_does_not_change_the_rows(
    fanout: int, small: Mixed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One task, or one a shard with a level between, which cuts what it gathers into several pieces for a cell."""
    monkeypatch.setattr(run_mix, "SCATTER_TOKENS", 1)
    monkeypatch.setattr("pipelines.exchange.FANOUT", fanout)
    monkeypatch.setattr("pipelines.exchange.BYTES_IN_MEMORY", 2000)
    other = mixed(tmp_path)
    assert (tmp_path / "scatter-regroup").is_dir() == (fanout == 2)
    for stage, result in small.emitted.stages.items():
        ours = [shards.read_table(url) for url in other.emitted.stages[stage].shard_urls]
        assert pa.concat_tables(ours).equals(pa.concat_tables([shards.read_table(url) for url in result.shard_urls]))


@given(st.integers(1, 200), st.integers(0, 200), st.integers(1, 60))
def test_a_stretch_of_a_later_epoch_lies_in_few_row_groups(rows: int, start: int, length: int) -> None:
    unit = Unit(UnitKey(3), 0, "", 0, rows)
    stored = stored_rows(unit, "web", 5, 2, np.arange(rows))
    assert sorted(stored.tolist()) == list(range(rows))
    assert reading_positions(unit, "web", 5, 2, stored).tolist() == list(range(rows))
    part = stored_rows(unit, "web", 5, 2, np.arange(rows)[start : start + length])
    assert part.tolist() == stored[start : start + length].tolist()
    groups = len({row // ROW_GROUP_ROWS for row in part.tolist()})
    assert groups <= len(part) // ROW_GROUP_ROWS + 3, "a short group in the middle may be one more"
    if rows > 20:
        assert stored.tolist() != list(range(rows))
        assert stored.tolist() != stored_rows(unit, "web", 5, 3, np.arange(rows)).tolist()


@given(st.integers(1, 50))
def test_cells_part_the_keys(cells: int) -> None:
    ranges = [cell_range(cell, cells) for cell in range(cells)]
    assert ranges[0][0] == 0
    assert ranges[-1][1] == 2**64 - 1
    assert all(after[0] == before[1] + 1 for before, after in pairwise(ranges))
    assert num_cells(10**6, 10**5) == 10
    assert num_cells(1, 10**5) == 1


def test_scattering_is_even_and_keyed() -> None:
    ids = pa.array([f"{number:032x}" for number in range(4000)])
    keys = scatter_keys(ids, 0)
    counts, _ = np.histogram(keys.astype(float), bins=10, range=(0, 2.0**64))
    assert counts.min() > 330
    assert (keys != scatter_keys(ids, 1)).all()


@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.lists(st.integers(1, 25), min_size=1, max_size=6))
def test_a_reading_stopped_and_resumed_at_any_row_goes_on_where_it_was(rows: list[int], stops: list[int]) -> None:
    """One long phase, against the same rows read in phases of `stops` rows whose units are packed with the same rows."""
    whole = {UnitKey(cell): Unit(UnitKey(cell), 0, "", 0, n) for cell, n in enumerate(rows)}
    reading = begin("web", 3, Standing(), whole)
    one_by_one = [(s.epoch, s.unit.key.cell, i) for s in reading.stretches(0, sum(stops)) for i in range(s.start, s.stop)]
    standing, again = Standing(), []
    for length in stops:
        units = dict(whole)
        if standing.rest:
            rest = standing.rest
            units[rest.key] = Unit(rest.key, 1, "", 0, rest.unit.num_rows - rest.read)
        phase: Reading = begin("web", 3, standing, units)
        for s in phase.stretches(0, length):
            again += [(s.epoch, s.unit.key.cell, s.unit.key.skipped + i) for i in range(s.start, s.stop)]
        standing = phase.standing_after(length)
    assert again == one_by_one
