"""An index: the documents that earlier runs kept, so that a new dump is compared with all of them without reading them again.

    INDEX/index.json                 settings, and the generations in order: one for each dump
    INDEX/generations/NAME/          signatures of the documents that this dump added; their URL, text and band rows, sorted

A run against an index merges its own sorted rows with those of all generations. What is in the index was kept and stays kept, so
the result is the one that deduplicating old and new documents together gives when the old ones come first. Afterwards the index
has one generation more. A run that is repeated finds its own generation and is compared with the earlier ones only, so it gives
the same result again.

Size: 0.6 KB of signature and, at 14 bands, 0.7 KB of rows for each kept document before compression; in mode `exact` its
text too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus import shards
from corpus.errors import InputError, RecipeError
from corpus.ids import config_digest, content_id
from corpus.schema import DOCUMENTS
from corpus.stage import StageOutput
from dedup.config import DedupConfig
from dedup.resolving import DECISIONS
from dedup.shingles import scheme
from dedup.signatures import SIGNATURES
from pipelines.dedup_corpus import DECIDING, SIGNING, Corpus, OldRows, Place, Range, Segment, Steps, outputs, settings_of
from pipelines.dedup_equal import send_rows
from pipelines.engine import Context, StageResult
from pipelines.exchange import Mail, width_of

FORMAT = 1
KEPT_WITH_TEXT = pa.schema([*SIGNATURES, DOCUMENTS.field("text")])


@dataclass(frozen=True, kw_only=True)
class Generation:
    """What one dump added; paths are relative to the index."""

    name: str
    source: str
    """Digest of the dump and of the settings that decided."""
    places: tuple[tuple[str, int], ...]
    """Files of signatures, and how many documents each holds."""
    segments: dict[str, tuple[tuple[int, int, tuple[str, ...]], ...]]
    """By pass: first and last bucket of a range, and the files that hold its rows."""


@dataclass(frozen=True, kw_only=True)
class Index:
    """The generations that a run is compared with."""

    url: str
    generations: tuple[Generation, ...]
    source: str
    """Digest of this run's documents and settings."""
    is_extended: bool
    """Whether the index holds this run's generation already."""

    def joined(self, corpus: Corpus) -> Corpus:
        """`corpus` with the documents of the index behind it."""
        result = corpus
        for generation in self.generations:
            places = [
                Place(name="", signatures_url=self._at(path), texts_url=self._at(path), num_rows=n)
                for path, n in generation.places
            ]
            rows = {
                name: OldRows(
                    segments=tuple(Segment(first, last, tuple(map(self._at, urls))) for first, last, urls in segments),
                    first_shard=len(result.places),
                )
                for name, segments in generation.segments.items()
            }
            result = result.extended(places, rows, digest=content_id(result.digest, generation.name))
        return result

    def _at(self, path: str) -> str:
        return shards.join(self.url, path)


def check_index(config: DedupConfig) -> dict[str, Any]:
    """index.json of the index that `config.against` names: what a run looks at before hours of work.

    Raises InputError where there is none, RecipeError for one of other settings.
    """
    assert config.against is not None
    found = _read(config.against)
    if found is None:
        if not config.create_index:
            raise InputError(f"{config.against}: no index there; to begin one there, add --create (dedup.create_index=true)")
        return {"format": FORMAT, "settings": _settings(config), "generations": []}
    _check(found["settings"], config)
    return found


def open_index(config: DedupConfig, corpus: Corpus) -> Index:
    """The index that `config.against` names, for these documents. Raises as `check_index`."""
    assert config.against is not None
    found = check_index(config)
    generations = [_generation(value) for value in found["generations"]]
    source = content_id(corpus.digest, config_digest([settings_of(config, DECIDING), config.url_duplicates]))[:12]
    own = [at for at, generation in enumerate(generations) if generation.source == source]
    earlier = generations[: own[0]] if own else generations
    return Index(url=config.against, generations=tuple(earlier), source=source, is_extended=bool(own))


def extend(index: Index, config: DedupConfig, corpus: Corpus, decided: StageResult, context: Context) -> None:
    """Writes this run's generation and then names it in index.json: an interrupted run leaves the index as it was."""
    if index.is_extended:
        return
    name = content_id(index.source, *(generation.name for generation in index.generations))[:12]
    folder = shards.join("generations", name)
    inside = replace(context, out_url=shards.join(index.url, folder), finished=[])
    steps = Steps(config=replace(config, against=None), corpus=corpus, context=inside)
    with_text = config.mode == "exact"
    urls = decided.shard_urls
    tasks = [(at, Decided(range=corpus.range(at), decisions_url=urls[at])) for at in range(corpus.num_new_ranges)]
    schema = KEPT_WITH_TEXT if with_text else SIGNATURES
    kept = steps.run("kept", tasks, read_kept, schema, after=[decided.digest, corpus.digest], with_text=with_text)
    places = [
        Place(name=entry.name, signatures_url=url, texts_url=url, num_rows=entry.rows_out)
        for entry, url in zip(kept.manifest.shards, kept.shard_urls, strict=True)
    ]
    nothing = replace(corpus, places=(), starts=(), num_new=len(places), index_rows={})
    added = nothing.extended(places, {}, digest=kept.digest)
    steps = replace(steps, corpus=added)
    passes = {}
    for name_, rows_per_document in (("url", 1), ("text", 1), ("bands", config.num_bands)):
        if name_ != "url" or config.url_duplicates:
            passes[name_] = send_rows(steps, name_, (), steps.addresses(rows_per_document))
    generation = Generation(
        name=name,
        source=index.source,
        places=tuple((_relative(index.url, place.signatures_url), place.num_rows) for place in places),
        segments={name_: _segments(index.url, mail) for name_, mail in passes.items()},
    )
    _append(index, generation, config)


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A range of documents and the decisions about them."""

    range: Range
    decisions_url: str


def read_kept(payload: Decided, *, with_text: bool) -> Iterator[StageOutput]:
    """The documents of a range that stay."""
    decisions = shards.read_table(payload.decisions_url, columns=["shard", "row", "keep"]).cast(
        pa.schema([DECISIONS.field(name) for name in ("shard", "row", "keep")])
    )
    gone = decisions.filter(pc.invert(decisions.column("keep")))
    for shard, place in payload.range:
        here = gone.column("row").to_numpy()[gone.column("shard").to_numpy() == shard]
        rows = np.setdiff1d(np.arange(place.num_rows), here, assume_unique=True)
        table = shards.read_rows(place.signatures_url, rows)
        if with_text:
            table = table.append_column("text", shards.read_rows(place.texts_url, rows, columns=["text"]).column("text"))
        yield from outputs(table.slice(first, 1024) for first in range(0, table.num_rows, 1024))


def _segments(index_url: str, mail: Mail) -> tuple[tuple[int, int, tuple[str, ...]], ...]:
    """Which files hold which buckets."""
    if not mail.by_range:
        return ((0, (1 << 64) - 1, tuple(_relative(index_url, url) for url in mail.urls)),)
    width = width_of(mail.num_receivers)
    edges = [mail.first_key(min(at * width, mail.num_receivers)) for at in range(len(mail.by_range) + 1)]
    return tuple(
        (edges[at], edges[at + 1] - 1, tuple(_relative(index_url, url) for url in urls)) for at, urls in enumerate(mail.by_range)
    )


def _relative(index_url: str, url: str) -> str:
    return url.removeprefix(index_url).lstrip("/")


def _settings(config: DedupConfig) -> dict[str, Any]:
    """What must be the same in all generations."""
    signing = {**settings_of(config, SIGNING), "scheme": scheme()}
    return {**signing, "url_duplicates": config.url_duplicates, "with_text": config.mode == "exact"}


def _check(settings: dict[str, Any], config: DedupConfig) -> None:
    now = _settings(config)
    differing = [f"{key} {settings.get(key)!r} (now {now[key]!r})" for key in now if settings.get(key) != now[key]]
    if differing:
        raise RecipeError(
            f"{config.against}: this index was made with {', '.join(differing)}; use the same settings, or begin another index"
        )


def _read(url: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = shards.read_json(shards.join(url, "index.json"))
    except InputError:
        return None
    if found.get("format") != FORMAT:
        raise InputError(f"{url}: index of format {found.get('format')}, expected {FORMAT}: begin another index")
    return found


def _generation(value: dict[str, Any]) -> Generation:
    segments = {
        name: tuple((first, last, tuple(urls)) for first, last, urls in listed) for name, listed in value["segments"].items()
    }
    places = tuple((path, count) for path, count in value["places"])
    return Generation(name=value["name"], source=value["source"], places=places, segments=segments)


def _append(index: Index, generation: Generation, config: DedupConfig) -> None:
    found = _read(index.url) or {"format": FORMAT, "settings": _settings(config), "generations": []}
    listed = [value["name"] for value in found["generations"]]
    if listed != [earlier.name for earlier in index.generations]:
        raise InputError(f"{index.url}: another run has extended this index meanwhile; run the same command again")
    found["generations"].append(asdict(generation))
    shards.write_json(found, shards.join(index.url, "index.json"))
