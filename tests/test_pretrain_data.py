"""Rows of shards into batches: labels, layout, who reads what, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from corpus import shards
from corpus.errors import InputError
from corpus.sequences import Row, StageRows, micro_batch_rows
from pretrain.data import collate
from pretrain.loss import IGNORED
from tests.pretrain_shards import VOCAB_SIZE, packed, real_documents, sequences, write_stage


@pytest.fixture
def stage(tmp_path) -> str:
    """50 rows in three shards of three, three and two row groups."""
    return write_stage(tmp_path / "stage", packed(real_documents(), seq_len=64, num_rows=50))


def open_stage(directory: str, *, seq_len: int = 64, vocab_size: int = VOCAB_SIZE) -> StageRows:
    rows = StageRows(directory, seq_len=seq_len, vocab_size=vocab_size)
    rows.check_presence()
    return rows


# ---------------------------------------------------------------------------------------------------------- collating


def test_labels_stop_at_the_end_of_a_document_and_at_padding():
    row = Row(np.array([11, 12, 13, 21, 22, 31, 32, 33, 34], np.int32), np.array([3, 5, 9], np.int32))
    batch = collate([row], seq_len=12)
    x = IGNORED
    assert batch.tokens_BT.tolist() == [[11, 12, 13, 21, 22, 31, 32, 33, 34, 0, 0, 0]]
    assert batch.labels_BT.tolist() == [[12, 13, x, 22, x, 32, 33, 34, x, x, x, x]]
    assert batch.mtp_labels_BT.tolist() == [[13, x, x, x, x, 33, 34, x, x, x, x, x]]
    assert batch.layout.document_BT.tolist() == [[0, 0, 0, 1, 1, 2, 2, 2, 2, 3, 3, 3]]
    assert batch.layout.cu_seqlens.tolist() == [0, 3, 5, 9, 12]


def test_an_empty_batch_predicts_nothing():
    batch = collate([], seq_len=5)
    assert batch.tokens_BT.shape == (1, 5)
    assert bool((batch.labels_BT == IGNORED).all())


@given(lengths=st.lists(st.integers(1, 9), min_size=1, max_size=8), padding=st.integers(0, 5))
def test_every_label_is_the_token_that_far_on_in_the_same_document(lengths, padding):
    ends = np.cumsum(lengths, dtype=np.int32)
    tokens = np.arange(1, ends[-1] + 1, dtype=np.int32)
    batch = collate([Row(tokens, ends)], seq_len=max(3, int(ends[-1]) + padding))
    document = np.searchsorted(ends, np.arange(len(tokens)), side="right")
    for shift, labels in ((1, batch.labels_BT[0]), (2, batch.mtp_labels_BT[0])):
        for t in range(batch.tokens_BT.shape[1]):
            has_target = t + shift < len(tokens) and document[t] == document[t + shift]
            assert labels[t] == (tokens[t + shift] if has_target else IGNORED)


# ------------------------------------------------------------------------------------------------------------ reading


def test_rows_come_back_in_order_from_any_position(stage):
    data, expected = open_stage(stage), packed(real_documents(), seq_len=64, num_rows=50)
    assert data.num_rows == 50
    for rows in (range(50), range(18, 23), range(49, 50), range(3, 3), range(0, 1)):
        found = [(row.tokens.tolist(), row.doc_ends.tolist()) for row in data.read(rows)]
        assert found == expected[rows.start : rows.stop]


@given(num_rows=st.integers(1, 60), world_size=st.integers(1, 8), size=st.integers(1, 9), start=st.integers(0, 1000))
def test_the_ranks_share_a_step_and_make_equally_many_passes(num_rows, world_size, size, start):
    rows = range(start, start + num_rows)
    shares = [micro_batch_rows(rows, rank=r, world_size=world_size, micro_batch_size=size) for r in range(world_size)]
    assert [i for share in shares for part in share for i in part] == list(rows)
    assert len({len(share) for share in shares}) == 1
    assert all(len(part) <= size for share in shares for part in share)


def test_the_digest_is_of_the_rows_not_of_the_folder(stage, tmp_path):
    again = write_stage(tmp_path / "elsewhere", packed(real_documents(), seq_len=64, num_rows=50))
    other = write_stage(tmp_path / "other", packed(real_documents(), seq_len=64, num_rows=49))
    assert open_stage(stage).digest == open_stage(again).digest != open_stage(other).digest


# ------------------------------------------------------------------------------------------------------------ refusals


def test_a_folder_that_no_stage_finished_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"manifest\.json"):
        open_stage(str(tmp_path))


def test_a_missing_shard_is_named(stage):
    (Path(stage) / "shards" / "00001.parquet").unlink()
    with pytest.raises(InputError, match=r"00001\.parquet: missing"):
        open_stage(stage)


def test_a_shard_with_other_rows_than_the_manifest_says_is_refused(stage):
    rows = packed(real_documents(), seq_len=64, num_rows=19)
    shards.write_shard(sequences(rows, first_row=20), str(Path(stage) / "shards" / "00001.parquet"))
    with pytest.raises(InputError, match="has 19 rows, the manifest says 20"):
        open_stage(stage).read(range(20, 21))


def test_shards_out_of_order_are_refused(stage):
    folder = Path(stage) / "shards"
    (folder / "00000.parquet").rename(folder / "x")
    (folder / "00001.parquet").rename(folder / "00000.parquet")
    (folder / "x").rename(folder / "00001.parquet")
    with pytest.raises(InputError, match="row 20 stands at position 0"):
        open_stage(stage).read(range(0, 5))


@pytest.mark.parametrize(
    ("settings", "says"),
    [({"seq_len": 32}, "expected 1 to 32"), ({"vocab_size": 200}, "vocab_size is 200")],
)
def test_rows_that_do_not_fit_the_model_are_refused(stage, settings, says):
    with pytest.raises(InputError, match=says):
        open_stage(stage, **settings).read(range(50))


def test_document_ends_that_do_not_divide_the_row_are_refused(tmp_path):
    stage = write_stage(tmp_path, [([1, 2, 3], [2])])
    with pytest.raises(InputError, match=r"doc_ends \[2\] do not divide its 3 tokens"):
        open_stage(stage).read(range(1))


def test_padding_and_other_documents_never_reach_the_loss(stage):
    """The number of labels is the number of tokens that have a successor in their document."""
    rows = open_stage(stage).read(range(50))
    batch = collate(rows, seq_len=64)
    assert int((batch.labels_BT != IGNORED).sum()) == sum(len(row.tokens) - len(row.doc_ends) for row in rows)
    assert batch.tokens_BT.dtype == torch.int64
