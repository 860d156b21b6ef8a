"""The reader for training loops: every row once, the same steps on any number of ranks and workers, exact resuming."""

from __future__ import annotations

import copy
import json
import pickle
import threading
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from torch.utils.data import DataLoader

from corpus import sequences, shards
from corpus.errors import InputError
from corpus.sequences import Row, StageRows
from mix.reader import IGNORED, Batch, Position, SequenceDataset, position_ids, read_ahead, stage_folders
from pretrain.data import collate
from tests.pretrain_shards import Rows, packed, real_documents, write_stage

SEQ_LEN = 96
NUM_ROWS = 50


@pytest.fixture(scope="module")
def rows() -> Rows:
    return packed(real_documents(), seq_len=SEQ_LEN, num_rows=NUM_ROWS)


@pytest.fixture(scope="module")
def stage(rows: Rows, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Three shards of 20 rows in row groups of 7."""
    return write_stage(tmp_path_factory.mktemp("stage"), rows)


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Another stage, of longer rows."""
    return write_stage(tmp_path_factory.mktemp("second"), packed(real_documents(), seq_len=2 * SEQ_LEN, num_rows=11))


def dataset(folders: str | list[str], **options: Any) -> SequenceDataset:
    lengths = SEQ_LEN if isinstance(folders, str) else [SEQ_LEN, 2 * SEQ_LEN]
    return SequenceDataset(folders, **{"global_batch_size": 8, "micro_batch_size": 2, "seq_len": lengths, **options})


def rows_in(batch: Batch) -> list[list[int]]:
    """The rows of a padded batch, their padding taken away by cu_seqlens."""
    if not batch.num_rows:
        return []
    ends, length = batch.cu_seqlens[1:].tolist(), batch.tokens.shape[1]
    found = []
    for i, tokens in enumerate(batch.tokens.tolist()):
        inside = [end - i * length for end in ends if i * length < end <= (i + 1) * length]
        padded = len(inside) > 1 and all(label == IGNORED for label in batch.labels[i, inside[-2] :].tolist())
        found.append(tokens[: inside[-2] if padded else inside[-1]])
    return found


def as_lists(batches: Iterable[Batch]) -> list[Any]:
    return [
        (b.tokens.tolist(), b.labels.tolist(), b.cu_seqlens.tolist(), b.max_seqlen, b.num_rows, b.ends_step, b.position, b.next)
        for b in batches
    ]


def steps_of(ranks: list[Iterator[Batch]]) -> Iterator[tuple[Position, Position, list[list[int]]]]:
    """(position, next, rows) of every step, all ranks run in lockstep; they must agree on every pass."""
    for first in ranks[0]:
        passes = [[first, *(next(rank) for rank in ranks[1:])]]
        while not passes[-1][0].ends_step:
            passes.append([next(rank) for rank in ranks])
        assert all(len({(b.position, b.next, b.ends_step) for b in one}) == 1 for one in passes)
        rows = [row for rank in range(len(ranks)) for one in passes for row in rows_in(one[rank])]
        yield first.position, first.next, rows
    assert all(next(rank, None) is None for rank in ranks)


# ------------------------------------------------------------------------------------------------------------- batches


def test_labels_and_documents_are_those_of_our_own_training(stage: str, rows: Rows) -> None:
    for number, batch in enumerate(dataset(stage)):
        pass_rows = [Row(np.array(t, np.int32), np.array(e, np.int32)) for t, e in rows[2 * number : 2 * number + 2]]
        theirs = collate(pass_rows, seq_len=SEQ_LEN)
        assert batch.tokens.tolist() == theirs.tokens_BT.tolist()
        assert batch.labels.tolist() == theirs.labels_BT.tolist()
    assert number == NUM_ROWS // 2 - 1


def test_padded_and_packed_hold_the_same_documents(stage: str, rows: Rows) -> None:
    assert min(len(tokens) for tokens, _ in rows) < SEQ_LEN, "the test has short rows"
    for padded, flat in zip(dataset(stage), dataset(stage, layout="packed"), strict=True):
        assert flat.tokens.tolist() == [token for row in rows_in(padded) for token in row]
        assert flat.cu_seqlens[-1] == len(flat.tokens)
        assert padded.cu_seqlens[-1] == padded.tokens.numel()
        assert flat.labels[flat.labels != IGNORED].tolist() == padded.labels[padded.labels != IGNORED].tolist()
        assert int(flat.cu_seqlens.diff().min()) > 0
        assert flat.max_seqlen == int(flat.cu_seqlens.diff().max())
        ends = (flat.cu_seqlens[1:] - 1).long()
        assert (flat.labels[ends] == IGNORED).all()
        inner = torch.ones(len(flat.tokens), dtype=torch.bool)
        inner[ends] = False
        assert (flat.labels[inner] == flat.tokens.roll(-1)[inner]).all()


def test_position_ids_begin_at_each_document(stage: str, rows: Rows) -> None:
    batch = next(iter(dataset(stage, layout="packed", micro_batch_size=3)))
    by_hand = [i for _, ends in rows[:3] for start, end in zip([0, *ends], ends, strict=False) for i in range(end - start)]
    assert position_ids(batch.cu_seqlens).tolist() == by_hand


# ----------------------------------------------------------------------------------------- ranks, workers, resuming


@pytest.mark.parametrize("world_size", [1, 2, 3, 5])
@pytest.mark.parametrize("micro_batch_size", [1, 3])
def test_a_step_has_the_same_rows_on_any_number_of_ranks(
    stage: str, second: str, rows: Rows, world_size: int, micro_batch_size: int
) -> None:
    options = {"global_batch_size": [8, 4], "micro_batch_size": micro_batch_size, "world_size": world_size}
    ranks = [iter(dataset([stage, second], rank=rank, **options)) for rank in range(world_size)]
    steps = list(steps_of(ranks))
    assert [row for position, _, step in steps if position.stage == 0 for row in step] == [tokens for tokens, _ in rows]
    assert [position for position, _, _ in steps] == [(0, r) for r in range(0, 50, 8)] + [(1, r) for r in range(0, 11, 4)]
    assert [after for _, after, _ in steps] == [*(position for position, _, _ in steps[1:]), (1, 11)]


def test_going_on_from_any_step_with_another_number_of_ranks(stage: str, second: str) -> None:
    sizes = {"global_batch_size": [8, 4]}
    whole = list(steps_of([iter(dataset([stage, second], rank=0, world_size=1, **sizes))]))
    for stop, (_, after, _) in enumerate(whole):
        world_size = 1 + stop % 4
        ranks = [
            iter(dataset([stage, second], rank=rank, world_size=world_size, start=after, **sizes)) for rank in range(world_size)
        ]
        assert list(steps_of(ranks)) == whole[stop + 1 :]


@pytest.mark.filterwarnings("ignore:This DataLoader will create")
@pytest.mark.parametrize("num_workers", [1, 3])
def test_workers_change_nothing(stage: str, second: str, num_workers: int) -> None:
    """The dataset was read from before the workers are forked: they must not share its file's position."""
    made = dataset([stage, second], rank=1, world_size=2)
    list(islice(made, 2))
    assert made.stages[0].read(range(3)), "a shard is open when the workers start"
    expected = as_lists(made)
    assert as_lists(DataLoader(made, batch_size=None, num_workers=num_workers)) == expected
    assert as_lists(DataLoader(made, batch_size=None)) == expected


def test_two_iterations_at_once(stage: str) -> None:
    made = dataset(stage)
    alone = as_lists(made)
    pairs = list(zip(made, made, strict=True))
    assert as_lists(a for a, _ in pairs) == as_lists(b for _, b in pairs) == alone


# -------------------------------------------------------------------------------------------------------- random access


@given(st.lists(st.tuples(st.integers(0, NUM_ROWS), st.integers(0, NUM_ROWS)), max_size=8), st.integers(1, 400))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_rows_at_any_place_in_any_order(
    stage: str, rows: Rows, monkeypatch: pytest.MonkeyPatch, bounds: list[tuple[int, int]], batch_tokens: int
) -> None:
    """Whatever piece of a row group is decoded at a time."""
    monkeypatch.setattr(sequences, "BATCH_TOKENS", batch_tokens)
    reader = StageRows(stage, seq_len=SEQ_LEN)
    for a, b in bounds:
        found = reader.read(range(min(a, b), max(a, b)))
        assert [(row.tokens.tolist(), row.doc_ends.tolist()) for row in found] == list(rows[min(a, b) : max(a, b)])
    for twin in (copy.copy(reader), pickle.loads(pickle.dumps(reader))):
        assert twin.read(range(1))[0].tokens.tolist() == rows[0][0]


def test_reading_ahead_gives_what_was_made_and_ends_its_thread() -> None:
    before = threading.active_count()

    def broken() -> Iterator[int]:
        yield from range(5)
        raise InputError("row 5 is malformed")

    for depth in (0, 1, 3, 10):
        items = read_ahead(broken(), depth)
        assert list(islice(items, 5)) == [0, 1, 2, 3, 4]
        with pytest.raises(InputError, match="row 5"):
            next(items)
        assert list(read_ahead(iter(range(20)), depth)) == list(range(20))
        stopped = read_ahead(iter(range(20)), depth)
        assert next(stopped) == 0
        stopped.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before


# ---------------------------------------------------------------------------------------------------------------- errors


def test_what_does_not_fit_is_said(stage: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="manifest"):
        dataset(str(tmp_path))
    with pytest.raises(InputError, match="no seq_len; say seq_len="):
        dataset(stage, seq_len=None)
    with pytest.raises(InputError, match="is no \\(stage, row\\)"):
        dataset(stage, start=(0, NUM_ROWS + 1))
    with pytest.raises(InputError, match="rank: expected 0 to 1"):
        dataset(stage, rank=2, world_size=2)
    with pytest.raises(InputError, match="global_batch_size: expected"):
        dataset(stage, global_batch_size=[8, 8])
    with pytest.raises(InputError, match="padded or packed"):
        dataset(stage, layout="flat")
    with pytest.raises(InputError, match="row 0: .. tokens, expected 1 to 50"):
        next(iter(dataset(stage, seq_len=50)))
    with pytest.raises(InputError, match="vocab_size is 256; raise it"):
        list(dataset(stage, vocab_size=256))
    assert list(dataset(stage, start=(0, NUM_ROWS))) == []


def test_damaged_stages_are_refused(rows: Rows, tmp_path: Path) -> None:
    damaged = [*rows[:2], (rows[2][0], [5, 3, len(rows[2][0])]), *rows[3:40]]
    folder = write_stage(tmp_path / "ends", damaged)
    with pytest.raises(InputError, match="row 2: doc_ends \\[5, 3"):
        list(dataset(folder))
    folder = write_stage(tmp_path / "short", [*rows[:2], (rows[2][0], rows[2][1][:-1] or [1]), *rows[3:40]])
    with pytest.raises(InputError, match="row 2: doc_ends"):
        list(dataset(folder))
    folder = write_stage(tmp_path / "gone", rows)
    second = tmp_path / "gone" / "shards" / "00001.parquet"
    StageRows(folder, seq_len=SEQ_LEN).check_presence()
    second.rename(tmp_path / "aside.parquet")
    assert len(list(islice(dataset(folder, prefetch=0), 8))) == 8
    with pytest.raises(InputError, match=r"00001.parquet: missing, and 0 more of the 3 shards"):
        StageRows(folder, seq_len=SEQ_LEN).check_presence()
    with pytest.raises(InputError, match=r"00001.parquet: missing, .* emit the stage again"):
        list(dataset(folder))
    shards.write_bytes((tmp_path / "gone" / "shards" / "00002.parquet").read_bytes(), str(second))
    with pytest.raises(InputError, match="has 10 rows, the manifest says 20"):
        list(dataset(folder))
    shards.write_bytes((tmp_path / "gone" / "shards" / "00000.parquet").read_bytes(), str(second))
    with pytest.raises(InputError, match="row 0 stands at position 20"):
        list(dataset(folder))


def test_the_stages_of_a_run(stage: str, tmp_path: Path) -> None:
    record = {"stages": [{"name": "score", "directory": "score/1"}, {"name": "mix-stage1", "directory": "mix-stage1/2"}]}
    (tmp_path / "run.json").write_text(json.dumps(record))
    assert stage_folders(str(tmp_path)) == {"stage1": str(tmp_path / "mix-stage1" / "2")}
    (tmp_path / "run.json").write_text(json.dumps({"stages": []}))
    with pytest.raises(InputError, match="emitted no stage"):
        stage_folders(str(tmp_path))
