"""An exported stage as a dataset of Megatron-Core that keeps its rows: same rows, same order, same document boundaries.

GPTDataset shuffles sequences, joins them and cuts them into samples anew, and no setting of its configuration stops it; a blend
deals several datasets out in turn. Both undo packing, order and the bound on every prefix. RowsInOrder is a GPTDataset whose
sample i is row i. In Megatron-LM's pretrain_gpt.py it takes one line in train_valid_test_datasets_provider:

    train_ds = rows_in_order("export/stage1", config)        # instead of BlendedMegatronDatasetBuilder(...).build()

with --dataloader-type single, which reads samples in order from consumed_samples on: the row to go on from. The configuration
must say add_extra_token_to_sequence=False, since a row has no token of the next one. Only this module imports megatron-core.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from megatron.core.datasets.gpt_dataset import GPTDataset, GPTDatasetConfig
from megatron.core.datasets.utils import Split
from torch.utils.data import ConcatDataset

from corpus import shards
from corpus.errors import InputError


class RowsInOrder(GPTDataset):
    """One shard's rows. Sample i is row i, short ones padded at the end.

    Where reset_position_ids, reset_attention_mask or eod_mask_loss is set, documents end where the index says, also those that
    were cut and so have no end-of-document token.
    """

    def _build_document_sample_shuffle_indices(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Sequences as they are; sample i from row i's first sequence up to row i + 1's, of which no token is read."""
        first = self.dataset.document_indices
        sequences = np.arange(first[-1] + 1, dtype=np.int32)
        sequences[-1] = 0
        return sequences, np.stack([first, np.zeros_like(first)], axis=1), np.arange(len(first) - 1)

    def __getitem__(self, idx: int | None) -> dict[str, torch.Tensor]:
        sample: dict[str, torch.Tensor] = super().__getitem__(idx)
        first, last = self.dataset.document_indices[(idx or 0) : (idx or 0) + 2]
        ends = np.cumsum(self.dataset.sequence_lengths[first:last]).tolist()
        if self.config.reset_position_ids:
            sample["position_ids"] = torch.cat([torch.arange(end - start) for start, end in _spans(ends, self.config)])
        if self.config.reset_attention_mask and "attention_mask" in sample:
            blocks = [torch.ones(end - start, end - start, dtype=torch.bool).tril() for start, end in _spans(ends, self.config)]
            sample["attention_mask"] = ~torch.block_diag(*blocks).unsqueeze(0)  # type: ignore[no-untyped-call]
        if self.config.eod_mask_loss:
            sample["loss_mask"] = sample["loss_mask"].clone()
            sample["loss_mask"][torch.tensor(ends) - 1] = 0.0
        return sample


def _spans(ends: list[int], config: Any) -> list[tuple[int, int]]:
    """Start and end of each document, the padding as the last one."""
    bounds = [0, *ends, *([config.sequence_length] if ends[-1] < config.sequence_length else [])]
    return list(pairwise(bounds))


def rows_in_order(folder: str, config: GPTDatasetConfig) -> ConcatDataset[dict[str, torch.Tensor]]:
    """All rows of an exported stage, in order; `folder` is the stage's, with its blend.json.

    Raises InputError for a configuration that would read beyond a row.
    """
    if config.add_extra_token_to_sequence:
        raise InputError("add_extra_token_to_sequence: must be False, a row ends where the stage's packing ended it")
    pairs = json.loads(shards.open_input(shards.join(folder, "blend.json")).read())["train"]
    names = [prefix.rsplit("/", 1)[-1] for prefix in pairs[1::2]]
    return ConcatDataset([_shard(shards.join(folder, name), config) for name in names])


def _shard(prefix: str, config: GPTDatasetConfig) -> RowsInOrder:
    indexed = GPTDataset.build_low_level_dataset(prefix, config)
    return RowsInOrder(indexed, prefix, np.arange(len(indexed), dtype=np.int32), None, Split.train, config)
