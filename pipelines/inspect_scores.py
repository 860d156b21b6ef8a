"""`tercet inspect scores`: the best and the worst documents of a bucket side by side, and what a threshold keeps.

    write_score_view("out/tiny", domain="mathematics", by="reasoning_depth", threshold=0.4)   # -> "scores-mathematics-....html"

A bucket is the documents of a domain, or all, that dedup keeps and that could be scored. One pass over the narrow columns of the
shards (`survey`) holds counts and, of every bucket asked for, a few documents: the best, the worst, the nearest to the threshold
on either side. Only their texts are read. Which signals made a score is told without knowing the formula or model behind it: in a
sample of the bucket, the signals that rise and fall with the score (Spearman's rank correlation), times how far the document is
from the middle of the sample.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from corpus import shards
from corpus.errors import InputError, RecipeError, require
from corpus.schema import DOMAINS, SCORES, SIGNALS
from pipelines import report_charts as charts
from pipelines.report_data import MAX_SHARDS, evenly_spaced
from pipelines.report_pages import excerpt, render_markdown
from pipelines.report_run import DocumentShard, Run, open_run, read_row
from pipelines.report_scores import NUM_CLASSES, Distributions, mean_of, share_from

NUM_SHOWN = 5
"""Documents of each end, and of each side of the threshold."""
SAMPLE_DOCUMENTS = 4000
SAMPLE_SHARDS = 20
"""What signals are compared over: so many documents of so many shards, evenly spaced."""
MIN_SAMPLE = 20
"""With fewer documents ranks say little, and no signals are named."""
NUM_SIGNALS = 5
SHOWN_CHARS = 1500
"""Of a text, as it is rendered."""
SOURCE_CHARS = 6000
"""Of a text, as Markdown."""
TERMINAL_CHARS = 400
DEFAULT_THRESHOLDS = (0.2, 0.4, 0.6, 0.8)

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is looked at."""

    by: str = "quality"
    """A number from 0 to 1 in SCORES: a dimension, a confidence, or `domain_probabilities.NAME`."""
    domain: str | None = None
    """None: documents of every domain."""
    threshold: float | None = None
    num_shown: int = NUM_SHOWN
    num_shards: int = MAX_SHARDS
    """Shards that are read, evenly spaced; 0: all."""

    @property
    def thresholds(self) -> tuple[float, ...]:
        return DEFAULT_THRESHOLDS if self.threshold is None else (self.threshold,)


@dataclass(frozen=True, order=True)
class Found:
    """A document and where it stands."""

    score: float
    doc_id: str
    shard: int
    row: int


@dataclass
class Survey:
    """What a pass over the shards found."""

    question: Question
    shards: list[DocumentShard]
    num_shards: int
    """Of the run; `shards` are those that were read."""
    distributions: Distributions
    above: dict[str, dict[float, tuple[int, int]]] = field(default_factory=dict)
    """Domain -> threshold -> documents and characters at or above it."""
    num_unscored: int = 0
    num_duplicates: int = 0
    worst: list[Found] = field(default_factory=list)
    best: list[Found] = field(default_factory=list)
    below: list[Found] = field(default_factory=list)
    """Nearest to the threshold from below, the nearest first."""
    over: list[Found] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Pull:
    """A signal that goes with the score, and where the document stands."""

    name: str
    value: float
    usual: float
    """Median of the sample."""
    pull: float
    """-1 to 1: how much the signal speaks for a high score or against it."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """A document as it is shown."""

    score: float
    document: Mapping[str, Any]
    """Row of DOCUMENTS."""
    scores: Mapping[str, float]
    language: str | None
    domain: str
    pulls: tuple[Pull, ...]


# ----------------------------------------------------------------------------------------------------------- the question


def check_question(question: Question) -> None:
    """Raises RecipeError for a domain or a score that does not exist, naming the nearest."""
    known = numbers()
    if question.by not in known:
        raise RecipeError(f"--by: no score {question.by!r}{_nearest(question.by, known)} There are {', '.join(known)}")
    if question.domain is not None and question.domain not in DOMAINS:
        raise RecipeError(
            f"--domain: no domain {question.domain!r}{_nearest(question.domain, DOMAINS)} There are {', '.join(DOMAINS)}"
        )
    if question.threshold is not None and not 0 <= question.threshold <= 1:
        raise RecipeError(f"--threshold: expected a number from 0 to 1, saw {question.threshold:g}")
    if question.num_shown < 1 or question.num_shards < 0:
        raise RecipeError("--num: expected 1 or more; --shards: expected 0 (all) or more")


def numbers() -> list[str]:
    """Names of what is a number from 0 to 1 in SCORES."""
    inside = SCORES.field("domain_probabilities").type
    plain = [each.name for each in SCORES if each.type == pa.float32()]
    return [*plain, *(f"domain_probabilities.{each.name}" for each in inside)]


def _nearest(seen: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(seen, known, n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else "."


# --------------------------------------------------------------------------------------------------------------- the pass


def survey(run: Run, question: Question) -> Survey:
    """One pass over the scored shards. Raises InputError for a run without scores, or with none in the bucket."""
    check_question(question)
    scored = [shard for shard in run.document_shards if shard.scores]
    if not scored:
        raise InputError(f"{run.url}: has no scores; `tercet score` or `tercet run` makes them")
    chosen = evenly_spaced(scored, question.num_shards or len(scored))
    found = Survey(question, chosen, len(scored), Distributions(dimensions=(question.by,)))
    for index in range(len(chosen)):
        _survey_shard(found, index)
    if not found.best:
        there = ", ".join(f"{name} ({int(counts.sum()):,})" for name, counts in sorted(found.distributions.documents.items()))
        raise InputError(f"{run.url}: no scored document of the domain {question.domain}; it has {there or 'none at all'}")
    return found


def _survey_shard(found: Survey, index: int) -> None:
    table = read_numbers(found.shards[index], found.question.by)
    found.num_duplicates += pc.sum(pc.invert(table.column("keep"))).as_py() or 0
    table = table.filter(table.column("keep"))
    is_scored = pc.greater(table.column("scored_char_fraction"), 0)
    found.num_unscored += pc.sum(pc.invert(is_scored)).as_py() or 0
    table = table.filter(is_scored)
    if not table.num_rows:
        return
    chars = table.column("num_chars").to_numpy()
    found.distributions.add(table.column("domain"), chars, table.select(["score"]).rename_columns([found.question.by]))
    _count_above(found, table, chars)
    if found.question.domain is not None:
        table = table.filter(pc.equal(table.column("domain"), found.question.domain))
    _keep_ends(found, index, table)


def read_numbers(shard: DocumentShard, by: str) -> pa.Table:
    """doc_id, row, score (float64), domain, num_chars, keep and scored_char_fraction of a shard's documents."""
    assert shard.scores is not None
    column, _, part = by.partition(".")
    known = shards.read_schema(shard.scores)
    if column not in known.names or (part and known.field(column).type.get_field_index(part) < 0):
        raise InputError(f"{shard.scores}: has no column {by}: an earlier version scored it; run the recipe again")
    scores = shards.read_table(shard.scores, columns=["doc_id", "domain", by, "signals.scored_char_fraction"])
    documents = shards.read_table(shard.documents, columns=["num_chars"])
    if shard.clusters:
        keep = shards.read_table(shard.clusters, columns=["keep"]).column("keep")
    else:
        keep = pa.chunked_array([pa.repeat(True, scores.num_rows)])
    return pa.table(
        {
            "doc_id": scores.column("doc_id"),
            "row": np.arange(scores.num_rows),
            "score": scores.column(by.rpartition(".")[2]).cast(pa.float64()),
            "domain": scores.column("domain"),
            "num_chars": documents.column("num_chars"),
            "keep": keep,
            "scored_char_fraction": scores.column("scored_char_fraction"),
        }
    )


def _count_above(found: Survey, table: pa.Table, chars: npt.NDArray[np.int64]) -> None:
    scores = _as_written(table.column("score").to_numpy())
    domains = table.column("domain").to_numpy(zero_copy_only=False)
    for name in np.unique(domains):
        counts = found.above.setdefault(str(name), dict.fromkeys(found.question.thresholds, (0, 0)))
        for threshold, (documents, characters) in counts.items():
            over = (domains == name) & (scores >= threshold)
            counts[threshold] = (documents + int(over.sum()), characters + int(chars[over].sum()))


def _as_written(scores: Floats) -> Floats:
    """float32 numbers at six decimals, so that 0.4 is not below 0.4."""
    return np.round(scores, 6)


def _keep_ends(found: Survey, index: int, table: pa.Table) -> None:
    """The best, the worst and the nearest to the threshold of what was found before and of a shard's documents."""
    low, high = _extremes(table, index, found.question.num_shown)
    found.worst = sorted([*found.worst, *low])[: found.question.num_shown]
    found.best = sorted([*found.best, *high], key=_from_best)[: found.question.num_shown]
    if found.question.threshold is None:
        return
    is_over = pa.array(_as_written(table.column("score").to_numpy()) >= found.question.threshold)
    under, over = table.filter(pc.invert(is_over)), table.filter(is_over)
    found.below = sorted([*found.below, *_extremes(under, index, found.question.num_shown)[1]], key=_from_best)
    found.over = sorted([*found.over, *_extremes(over, index, found.question.num_shown)[0]])
    del found.below[found.question.num_shown :], found.over[found.question.num_shown :]


def _from_best(item: Found) -> tuple[float, str]:
    return -item.score, item.doc_id


def _extremes(table: pa.Table, index: int, number: int) -> tuple[list[Found], list[Found]]:
    """The `number` lowest and highest of a shard; of equal ones those whose ids, which are hashes, come first."""
    ends = []
    for order in ("ascending", "descending"):
        rows = pc.select_k_unstable(table, k=number, sort_keys=[("score", order), ("doc_id", "ascending")])
        some = table.select(["score", "doc_id", "row"]).take(rows).to_pylist()
        ends.append([Found(row["score"], row["doc_id"], index, row["row"]) for row in some])
    return ends[0], ends[1]


# ------------------------------------------------------------------------------------------------------------ the signals


@dataclass(frozen=True)
class Sample:
    """Signals of some documents of the bucket, each column sorted, and how they go with the score."""

    sorted: Mapping[str, Floats]
    correlation: Mapping[str, float]


def sample_signals(found: Survey) -> Sample:
    """A sample of the bucket's documents; empty where it has too few."""
    names = [name for name, _ in SIGNALS if name != "scored_char_fraction"]
    parts = []
    chosen = evenly_spaced(found.shards, SAMPLE_SHARDS)
    for shard in chosen:
        assert shard.scores is not None
        table = read_numbers(shard, found.question.by)
        signals = shards.read_table(shard.scores, columns=["signals"]).column("signals").combine_chunks()
        is_in = pc.and_(table.column("keep"), pc.greater(table.column("scored_char_fraction"), 0))
        if found.question.domain is not None:
            is_in = pc.and_(is_in, pc.equal(table.column("domain"), found.question.domain))
        rows = pc.indices_nonzero(is_in)[: -(-SAMPLE_DOCUMENTS // len(chosen))]
        columns = {name: signals.field(name).take(rows) for name in names if signals.type.get_field_index(name) >= 0}
        parts.append(pa.table({"score": table.column("score").take(rows), **columns}))
    sample = pa.concat_tables(parts)
    if sample.num_rows < MIN_SAMPLE:
        return Sample({}, {})
    ranks = _ranks(sample.column("score").to_numpy())
    values = {name: sample.column(name).to_numpy() for name in sample.column_names[1:]}
    correlations = {name: _correlation(_ranks(column), ranks) for name, column in values.items()}
    return Sample({name: np.sort(column) for name, column in values.items()}, correlations)


def _ranks(values: Floats) -> Floats:
    """Ranks, equal values in the middle of theirs."""
    ordered = np.sort(values)
    return (np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right")) / 2


def _correlation(a: Floats, b: Floats) -> float:
    spread = float(np.std(a) * np.std(b))
    return float(np.mean((a - a.mean()) * (b - b.mean()))) / spread if spread else 0.0


def pulls_of(signals: Mapping[str, float], sample: Sample, *, is_high: bool) -> tuple[Pull, ...]:
    """The signals that speak most for a high score (`is_high`) or for a low one, the strongest first."""
    pulls = []
    for name, ordered in sample.sorted.items():
        value = signals.get(name, 0.0)
        place = (np.searchsorted(ordered, value, "left") + np.searchsorted(ordered, value, "right")) / (2 * len(ordered))
        pull = sample.correlation[name] * (2 * float(place) - 1)
        pulls.append(Pull(name=name, value=value, usual=float(ordered[len(ordered) // 2]), pull=pull))
    sign = 1 if is_high else -1
    speaking = [each for each in pulls if each.pull * sign > 0.05 and each.value != each.usual]
    return tuple(sorted(speaking, key=lambda each: (-each.pull * sign, each.name))[:NUM_SIGNALS])


# --------------------------------------------------------------------------------------------------------------- the cards


def make_card(found: Survey, item: Found, sample: Sample, *, is_high: bool) -> Card:
    """A document with its text and all that is known of its score."""
    shard = found.shards[item.shard]
    assert shard.scores is not None
    scores = read_row(shard.scores, item.row)
    return Card(
        score=item.score,
        document=read_row(shard.documents, item.row),
        scores={each.name: scores[each.name] for each in SCORES if each.type == pa.float32() and each.name in scores},
        language=scores["language"],
        domain=scores["domain"],
        pulls=pulls_of(scores["signals"], sample, is_high=is_high),
    )


def kept_rows(found: Survey) -> list[dict[str, Any]]:
    """A row for each domain, and one for all: documents, characters, mean, and for each threshold the shares that it keeps."""
    rows = []
    for name in (*found.distributions.domains, None):
        documents, chars = found.distributions.of(name, found.question.by)
        above = [found.above[name]] if name is not None else list(found.above.values())
        total, total_chars = int(documents.sum()), int(chars.sum())
        kept = []
        for threshold in found.question.thresholds:
            over = [counts[threshold] for counts in above]
            kept.append(
                {
                    "threshold": threshold,
                    "documents": sum(pair[0] for pair in over) / max(1, total),
                    "chars": sum(pair[1] for pair in over) / max(1, total_chars),
                }
            )
        rows.append({"domain": name, "documents": total, "chars": total_chars, "mean": mean_of(documents), "kept": kept})
    return rows


# ------------------------------------------------------------------------------------------------------------------- HTML


def write_score_view(out_url: str, question: Question, *, out: str | None = None) -> str:
    """Writes the page about the run in `out_url` to the file `out`; returns where it is.

    `out` is by default `scores-DOMAIN-BY.html` in the working directory. Raises InputError for a run without such scores,
    RecipeError for a question about what does not exist.
    """
    target = Path(out) if out else Path(f"scores-{question.domain or 'all'}-{re.sub(r'[^a-z_]', '-', question.by)}.html")
    if not target.parent.is_dir():
        raise InputError(f"{target.parent}: no such folder; --html names a file in a folder that exists")
    found = survey(open_run(out_url), question)
    target.write_text(render(found, out_url), encoding="utf-8")
    return str(target)


def render(found: Survey, out_url: str) -> str:
    """The page as HTML; it loads nothing."""
    from pipelines.report import FILTERS, TEMPLATES

    jinja2 = require("jinja2", extra="report")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= FILTERS
    markup = require("markupsafe", extra="report").Markup
    question = found.question
    sample = sample_signals(found)
    documents, chars = found.distributions.of(question.domain, question.by)
    page: str = environment.get_template("inspect_scores.html").render(
        title=title_of(question),
        question=question,
        out_url=out_url,
        found=found,
        by=words_of(question.by),
        rows=kept_rows(found),
        num_documents=int(documents.sum()),
        ridges=markup(charts.ridges(_by_domain(found), title=words_of(question.by), threshold=question.threshold)),
        curve=markup(charts.kept_curve(shares_kept(documents), shares_kept(chars), threshold=question.threshold)),
        pairs=[
            {
                "title": title,
                "caption": caption,
                "sides": [(name, [_shown(make_card(found, item, sample, is_high=high), markup) for item in items])
                          for name, items, high in sides],
            }
            for title, caption, sides in _pairs(found)
        ],
        has_signals=bool(sample.sorted),
    )  # fmt: skip
    return page


def _pairs(found: Survey) -> list[tuple[str, str, list[tuple[str, list[Found], bool]]]]:
    """Titles, captions and documents of the comparisons."""
    pairs = []
    if found.question.threshold is not None:
        caption = "The documents that a little more or a little less would leave out or let in."
        pairs.append(
            (
                f"Around {found.question.threshold:g}",
                caption,
                [("just below", found.below, False), ("just above", found.over, True)],
            )
        )
    caption = "Of equal scores those whose ids, which are hashes, come first."
    pairs.append(("The ends", caption, [("lowest", found.worst, False), ("highest", found.best, True)]))
    return pairs


def _by_domain(found: Survey) -> dict[str, npt.NDArray[np.int64]]:
    """Domain -> documents by class, all of them first."""
    by = found.question.by
    return {
        "all": found.distributions.of(None, by)[0],
        **{n: found.distributions.of(n, by)[0] for n in found.distributions.domains},
    }


def shares_kept(counts: npt.NDArray[np.int64]) -> list[float]:
    """What a threshold keeps, at 0, .01, .02, ... 1."""
    return [share_from(counts, step / NUM_CLASSES) for step in range(NUM_CLASSES + 1)]


def title_of(question: Question) -> str:
    return f"{words_of(question.by)} of {question.domain or 'all'} documents"


def words_of(name: str) -> str:
    return name.replace("domain_probabilities.", "probability of ").replace("_", " ")


def _shown(card: Card, markup: Any) -> dict[str, Any]:
    text = card.document["text"]
    is_code = card.document["kind"] == "code"
    piece = text[:SHOWN_CHARS] if is_code else excerpt(text, max_chars=SHOWN_CHARS)
    return {
        "card": card,
        "html": None if is_code else markup(render_markdown(piece)),
        "piece": piece,
        "source": text[:SOURCE_CHARS],
        "num_left": max(0, len(text) - len(piece)),
    }


# --------------------------------------------------------------------------------------------------------------- terminal


def show_scores(out_url: str, question: Question) -> str:
    """The same for a terminal. Raises as `write_score_view`."""
    found = survey(open_run(out_url), question)
    sample = sample_signals(found)
    parts = [f"{title_of(question)}: {_counted(found)}", _kept_table(found)]
    for title, _, sides in _pairs(found):
        for name, items, high in sides:
            heading = f"{title}: {name}"
            cards = [_card_text(make_card(found, item, sample, is_high=high), out_url) for item in items]
            parts.append("\n\n".join([f"{heading}\n{'=' * len(heading)}", *(cards or ["none"])]))
    return "\n\n".join(parts)


def _counted(found: Survey) -> str:
    documents, _ = found.distributions.of(found.question.domain, found.question.by)
    more = [f"{int(documents.sum()):,} documents"]
    more += [f"{found.num_duplicates:,} duplicates left out"] if found.num_duplicates else []
    more += [f"{found.num_unscored:,} that could not be scored"] if found.num_unscored else []
    more += [f"{len(found.shards):,} of {found.num_shards:,} shards read"] if len(found.shards) < found.num_shards else []
    return ", ".join(more)


def _kept_table(found: Survey) -> str:
    """Domains with what is kept of their documents and characters."""
    heads = [f">= {threshold:g}" for threshold in found.question.thresholds]
    lines = [["domain", "documents", "characters", "mean", *(f"{head} {what}" for head in heads for what in ("docs", "chars"))]]
    for row in kept_rows(found):
        kept = [f"{each[what]:.1%}" for each in row["kept"] for what in ("documents", "chars")]
        lines.append([row["domain"] or "all", f"{row['documents']:,}", f"{row['chars']:,}", f"{row['mean']:.2f}", *kept])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )


def _card_text(card: Card, out_url: str) -> str:
    document = card.document
    text = re.sub(r"\s+", " ", document["text"][: 2 * TERMINAL_CHARS])[:TERMINAL_CHARS]
    pulls = [f"{pull.name} {pull.value:.3g} (usually {pull.usual:.3g})" for pull in card.pulls]
    lines = [
        f"{card.score:.3f}  {document['title'] or document['url']}",
        f"       {card.domain}, {document['kind']}, {document['num_chars']:,} characters, {document['url']}",
        f"       {', '.join(f'{name} {value:.2f}' for name, value in card.scores.items() if not name.endswith('_confidence'))}",
        *([f"       {'; '.join(pulls)}"] if pulls else []),
        f"       tercet inspect document {out_url} {document['doc_id'][:12]}",
        f"       | {text}{' ...' if len(document['text']) > len(text) else ''}",
    ]
    return "\n".join(lines)
