"""A stage's manifest: every shard it wrote, with rows, bytes and checksum, and how its rows add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from corpus import shards
from corpus.errors import StageError


@dataclass(frozen=True, kw_only=True)
class ShardEntry:
    """One finished shard."""

    name: str
    input_digest: str
    rows_in: int
    rows_out: int
    rejects: dict[str, int]
    """Rejected rows by reason."""
    num_bytes: int
    checksum: str
    """xxh3-128 of the file."""
    counters: dict[str, int] = field(default_factory=dict)
    """What else the stage counted, e.g. pages_geometry."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """`manifest.json` of a stage's folder."""

    stage: str
    digest: str
    """Names the folder: configuration, code and everything upstream."""
    config: dict[str, object]
    versions: dict[str, str]
    shards: tuple[ShardEntry, ...]
    maps_rows: bool = True
    """Whether each input row becomes one output row or one reject, so that the counts must add up."""
    totals: dict[str, object] = field(default_factory=dict)

    def counts(self) -> dict[str, object]:
        rejects: Counter[str] = Counter()
        counters: Counter[str] = Counter()
        for shard in self.shards:
            rejects.update(shard.rejects)
            counters.update(shard.counters)
        return {
            "shards": len(self.shards),
            "rows_in": sum(shard.rows_in for shard in self.shards),
            "rows_out": sum(shard.rows_out for shard in self.shards),
            "rejects": dict(sorted(rejects.items())),
            "num_bytes": sum(shard.num_bytes for shard in self.shards),
            **({"counters": dict(sorted(counters.items()))} if counters else {}),
        }


def check_rows(shards_: Sequence[ShardEntry], *, stage: str) -> None:
    """Raises StageError naming the shards whose rows in are not rows out + rejects."""
    wrong = [s for s in shards_ if s.rows_in != s.rows_out + sum(s.rejects.values())]
    if wrong:
        listed = ", ".join(f"{s.name}: {s.rows_in} in, {s.rows_out} out, {sum(s.rejects.values())} rejected" for s in wrong[:5])
        raise StageError(
            f"{stage}: rows vanished in {len(wrong)} shards ({listed}). This is a bug of the stage; nothing later is run."
        )


def write_manifest(manifest: Manifest, directory: str) -> None:
    shards.write_json({**asdict(manifest), "totals": manifest.counts()}, shards.join(directory, "manifest.json"))


def read_manifest(directory: str) -> Manifest:
    """Raises InputError where the folder has none: the stage did not finish."""
    data = shards.read_json(shards.join(directory, "manifest.json"))
    entries = tuple(ShardEntry(**entry) for entry in data.pop("shards"))
    return Manifest(shards=entries, **data)
