"""A row of SCORES for tests that need one and not what it says."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from corpus.schema import SCORES


def score_row(number: float, **values: Any) -> dict[str, Any]:
    """Every number of SCORES is `number`, in its structs, too; English and of no domain unless `values` say otherwise."""
    row = {
        field.name: dict.fromkeys((inner.name for inner in field.type), number) if pa.types.is_struct(field.type) else number
        for field in SCORES
    }
    return row | {"language": "en", "domain": "general"} | values
