"""What a mixture asks for, as frozen dataclasses: `mix:` of pipeline.yaml and `mixture:` of each stage's file.

Everything a stage says is about buckets: sets of documents with equal values of `MixConfig.bucket_columns` (source, domain,
quality class, ...). A rule that needs another column of DOCUMENTS, CLUSTERS or SCORES adds it there, for instance
`shallow: knowledge_density < 0.2` or `copies: cut(cluster_size, 2, 5)`, and every stage can then use it by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from corpus.errors import RecipeError
from corpus.schema import PII_KINDS
from mix.fim import FimConfig

DEFAULT_BUCKET_COLUMNS = {
    "source": "source",
    "domain": "domain",
    "quality": "cut(quality, 0.4, 0.6)",
    "synthetic": "synthetic",
}


@dataclass(frozen=True, kw_only=True)
class MixConfig:
    """Settings that the three stages share (`mix:` of pipeline.yaml)."""

    tokenizer: str
    """Path or URL of a Hugging Face tokenizer.json."""
    keep: str = "keep and extraction_quality > 0.3"
    """Expression over the columns of DOCUMENTS, CLUSTERS and SCORES: which documents take part at all. `preset.NAME` in it is one
    of quality/presets.py: `keep and preset.reasoning and language in ("en", "de")` (`keep` alone is dedup's column)."""
    leave_out_repeats_from: int | None = None
    """Lines that lie whole within passages which at least so many documents hold are not tokenised, but for the document that
    keeps them and for generated documents (2: every repeat; needs a section `substrings:`). None: texts as they are."""
    leave_out_contaminated_from: float | None = None
    """Documents that hold at least this share of the n-grams of an evaluation item are left out (0: any hit;
    needs a section `contamination:`). None: none are."""
    leave_out_rejected_by_datatrove: bool | str = False
    """Documents that a filter of the section `datatrove:` rejects are left out (true), or those of an expression over the columns
    of DOCUMENTS, CLUSTERS and SCORES, `num_rejections` and `rejected.NAME` of each filter:
    `rejected.C4QualityFilter and domain not in ("mathematics", "code")`."""
    bucket_columns: dict[str, str] = field(default_factory=lambda: dict(DEFAULT_BUCKET_COLUMNS))
    """Name to expression over the same columns; documents with equal values form a bucket. Must hold `source`. A preset that a
    stage weighs or picks by is a column here: `clean: preset.gopher`, then `where: clean`."""
    cell_tokens: int = 64 << 20
    """Tokens of one cell: the unit that is shuffled and packed at a time; in cells of this size .003 to
    .013 % of rows of 8,192 is padding (benchmarks/mix.py)."""
    rows_per_shard: int = 2048
    """Rows of an output shard; 2,048 x 8,192 tokens are 64 MiB of int32."""
    seed: int = 0
    """Of the scattering over cells and of every permutation."""
    mask_in_prose: tuple[str, ...] = ()
    """Kinds (corpus.schema.PII_KINDS) whose spans outside code are tokenised as placeholders; needs a section `pii:`."""
    mask_in_code: tuple[str, ...] = ()
    """The same inside code, where placeholders parse."""
    fim: FimConfig | None = None
    """Fill-in-the-middle for source code; none: files as they are."""

    @property
    def masks(self) -> bool:
        return bool(self.mask_in_prose or self.mask_in_code)

    def __post_init__(self) -> None:
        for name in ("mask_in_prose", "mask_in_code"):
            for kind in getattr(self, name):
                if kind not in PII_KINDS:
                    raise RecipeError(f"{name}: {kind!r} is none of {', '.join(PII_KINDS)}")
        if "source" not in self.bucket_columns:
            raise RecipeError("bucket_columns: needs a column named source, because max_epochs is given per source")
        if self.leave_out_repeats_from is not None and self.leave_out_repeats_from < 2:
            raise RecipeError(f"leave_out_repeats_from: expected at least 2 documents, saw {self.leave_out_repeats_from}")
        if self.leave_out_contaminated_from is not None and not 0 <= self.leave_out_contaminated_from <= 1:
            raise RecipeError(f"leave_out_contaminated_from: expected a share, 0 to 1, saw {self.leave_out_contaminated_from}")
        for name in ("cell_tokens", "rows_per_shard"):
            if getattr(self, name) < 1:
                raise RecipeError(f"{name}: expected at least 1, saw {getattr(self, name)}")


@dataclass(frozen=True, kw_only=True)
class Group:
    """A set of buckets whose share of the stage is fixed or bounded. Groups may overlap."""

    token_fraction: float | tuple[float, float]
    """Share of the stage's tokens, 0-1: one number, or [least, most]."""
    where: str = "True"
    """Expression over the bucket columns."""
    domains: tuple[str, ...] = ()
    """Only these domains; empty: any."""
    sources: tuple[str, ...] = ()
    """Only these sources; empty: any."""
    synthetic: bool | None = None
    """Only generated (true) or only found (false) documents."""

    def __post_init__(self) -> None:
        least, most = self.bounds()
        if not 0 <= least <= most <= 1:
            raise RecipeError(
                f"token_fraction: expected a share from 0 to 1, or [least, most] of two such shares, saw {self.token_fraction}"
            )

    def bounds(self) -> tuple[float, float]:
        """Least and most share of the stage."""
        if isinstance(self.token_fraction, tuple):
            return self.token_fraction
        return self.token_fraction, self.token_fraction

    def expression(self) -> str:
        """All conditions as one expression over the bucket columns."""
        conditions = [self.where] if self.where != "True" else []
        conditions += [f"domain in {list(self.domains)!r}"] if self.domains else []
        conditions += [f"source in {list(self.sources)!r}"] if self.sources else []
        conditions += [] if self.synthetic is None else ["synthetic" if self.synthetic else "not synthetic"]
        return (
            " and ".join(f"({condition})" for condition in conditions) if len(conditions) > 1 else "".join(conditions) or "True"
        )


@dataclass(frozen=True, kw_only=True)
class Preference:
    """How much more or less often than its size says a bucket is drawn, before groups and caps; preferences multiply."""

    where: str
    """Expression over the bucket columns."""
    weight: float | str
    """Factor; 1 changes nothing, 0 excludes. Or an expression over the bucket columns: `1 + worth`."""

    def __post_init__(self) -> None:
        if not isinstance(self.weight, str) and self.weight < 0:
            raise RecipeError(f"weight: expected 0 or more, saw {self.weight:g}")


@dataclass(frozen=True, kw_only=True)
class Change:
    """What holds in a stage from a row on, while the run is going (mix/changes.py). What is left away stays as it was."""

    from_row: int
    """First row of the stage that is drawn by the new rates; the rows before it stay as they are, byte for byte. Any row will do;
    at a multiple of `rows_per_shard` no file is written again."""
    tokens: int | None = None
    """Tokens of the whole stage, those before from_row counted."""
    only: str | None = None
    groups: dict[str, Group] | None = None
    """Shares of the rows from from_row on."""
    preferences: tuple[Preference, ...] | None = None
    max_epochs: float | None = None
    """What was read before from_row counts towards it."""
    max_epochs_by_source: dict[str, float] | None = None
    new_sources: tuple[str, ...] = ()
    """Sources that were added to the recipe for the rows from here on, in this stage and in later ones."""
    seq_len: int | None = None
    """Not to be set: it says why."""
    packing: str | None = None
    """Not to be set: it says why."""

    def __post_init__(self) -> None:
        if self.from_row < 0:
            raise RecipeError(f"from_row: expected 0 or more, saw {self.from_row}")
        for name in ("seq_len", "packing"):
            if getattr(self, name) is not None:
                raise RecipeError(
                    f"{name}: cannot change inside a stage; its rows before from_row have another. Begin a new stage."
                )

    def settings(self) -> dict[str, object]:
        """The settings of StageMixture that it replaces."""
        same = ("from_row", "new_sources")
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in same and getattr(self, f.name) is not None}


@dataclass(frozen=True, kw_only=True)
class StageMixture:
    """One training stage (`mixture:` of stage1.yaml, stage2.yaml, stage3.yaml)."""

    name: str
    """Names the stage's folder of shards: mix-NAME."""
    tokens: int
    """Tokens of the stage; rows = tokens / seq_len, rounded."""
    seq_len: int
    """Tokens of a full row."""
    only: str = "True"
    """Expression over the bucket columns: buckets that may be drawn at all."""
    groups: dict[str, Group] = field(default_factory=dict)
    """Shares that are asked for. Buckets in no group share the rest by size and preference."""
    preferences: tuple[Preference, ...] = ()
    """Up- and down-sampling of buckets."""
    max_epochs: float = 4.0
    """How often a document may have been read when the stage ends, all stages so far counted. Source of 4: repeated up to four
    times, data is nearly as good as new (Muennighoff et al. 2023, arXiv:2305.16264, section 5)."""
    max_epochs_by_source: dict[str, float] = field(default_factory=dict)
    """The same for single sources."""
    packing: Literal["best_fit", "concatenate"] = "best_fit"
    """best_fit cuts only documents longer than a row (mix/packing.py); concatenate cuts wherever a row is full."""
    changes: tuple[Change, ...] = ()
    """What was decided while the run was going, in the order of the rows. All above is what held from row 0 on: leave it be."""

    def __post_init__(self) -> None:
        if self.seq_len < 2:
            raise RecipeError(f"seq_len: expected at least 2, saw {self.seq_len}")
        if self.num_rows < 1:
            raise RecipeError(f"tokens: {self.tokens} is less than half a row of seq_len {self.seq_len}")
        for name, epochs in {"max_epochs": self.max_epochs, **self.max_epochs_by_source}.items():
            if epochs <= 0:
                raise RecipeError(f"max_epochs of {name}: expected more than 0, saw {epochs:g}")
        first_rows = [change.from_row for change in self.changes]
        if first_rows != sorted(set(first_rows)):
            raise RecipeError(f"changes: expected each from_row above the one before it, saw {', '.join(map(str, first_rows))}")
        for i, change in enumerate(self.changes):
            if self.changed(i + 1).num_rows < change.from_row:
                rows = self.changed(i + 1).num_rows
                raise RecipeError(f"changes[{i}]: from_row {change.from_row} is beyond the stage's {rows} rows; raise its tokens")

    def changed(self, num_changes: int) -> StageMixture:
        """The settings after the first changes, as a stage without any."""
        settings: dict[str, Any] = {}
        for change in self.changes[:num_changes]:
            settings |= change.settings()
        return replace(self, **settings, changes=())

    def until(self, num_changes: int) -> StageMixture:
        """The stage with only its first changes."""
        return replace(self, changes=self.changes[:num_changes])

    @property
    def num_rows(self) -> int:
        return round(self.tokens / self.seq_len)

    def epochs_of(self, source: str) -> float:
        return self.max_epochs_by_source.get(source, self.max_epochs)


def check_stages(stages: Mapping[str, StageMixture]) -> None:
    """Raises RecipeError where two stage files have the same name in them; keys are the files, for the message."""
    seen: dict[str, str] = {}
    for file, stage in stages.items():
        if stage.name in seen:
            raise RecipeError(f"{file}: mixture.name: {stage.name!r} is also the name in {seen[stage.name]}; give each its own")
        seen[stage.name] = file
