"""Trains the taggers: LABELS in, fastText models, a report and a data card out.

    python -m quality.train_taggers labels.parquet --out models [--test held_out.parquet]

Domains become one model of independent probabilities: a logistic regression over the words a text has, in a fastText model. Each
labelled dimension becomes a fastText model of five ordered classes. A model is written when it has shown on texts of sources it
never saw (`TrainingConfig.held_out`) that it is worth it.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, fields, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from corpus.errors import TercetError, require
from corpus.ids import content_id
from corpus.schema import DOMAIN_LABELS, conform
from quality import batches
from quality.dimensions import QUALITY_WEIGHTS
from quality.taggers import DOMAIN_MODEL, LIKELY, NO_DOMAIN, NUM_CLASSES, Taggers, features, open_model, probabilities

MAX_CHARS = 1_000_000
"""As QualityConfig.max_chars."""

LABELS = pa.schema(
    [
        pa.field("doc_id", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("url", pa.string(), nullable=False),
        pa.field("text", pa.large_string(), nullable=False),
        pa.field("domains", pa.list_(pa.string())),
        *(pa.field(name, pa.float32()) for name in QUALITY_WEIGHTS),
    ]
)
"""A labelled text: names of DOMAIN_LABELS (empty: it is about none; null: nobody said), dimensions from 0 to 1 (null: nobody
said). `source` is where it comes from (a package, a site): what is held out is held out by it."""


def labelled(rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """LABELS of rows in which what nobody said may be missing."""
    return pa.Table.from_pylist([{name: row.get(name) for name in LABELS.names} for row in rows], schema=LABELS)


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """How the taggers are trained and when they are accepted. Chosen on the validation packages of benchmarks/domain_texts.py."""

    seed: int = 0
    """Of fastText and of the split. A training that runs into NaN is tried again with the next seed."""
    held_out: str | float = "source"
    """What the report is measured on: "source", about a fifth of the texts by whole sources; or a fraction of the texts, 0-1."""
    min_held_out_f1: float = 0.5
    """Macro-F1 over the domains with held-out texts below which nothing is written."""
    min_held_out_spearman: float = 0.0
    """Rank correlation of a dimension's scores with its labels below which nothing is written."""
    max_bytes: int = 3 << 20
    """Size of a model. The least telling words of a dimension's model are left out until it fits."""
    epochs: int = 15
    """Passes over the texts."""
    lr: float = 1.0
    """Learning rate of the first step, falling to 0."""
    dim: int = 16
    """Size of the vector of a word; the quantised model holds half as many bytes for each."""
    min_count: int = 3
    """Words seen more rarely are left out."""
    word_ngrams: int = 1
    """Longest run of words that has a vector of its own."""
    buckets: int = 1 << 18
    """Vectors that the runs of words share."""
    penalty: float = 3e-6
    """Of the domain model: half of it times the squared weights is added to its mean loss."""
    steps: int = 60
    """Of the domain model's optimiser (L-BFGS)."""
    source_texts: int = 50
    """The domain model weighs the texts of a source as this many at most."""
    rarity: float = 0.4
    """The domain model weighs what a label is said of (all texts / those of the label) ** rarity."""
    num_tries: int = 4
    """Seeds that are tried."""


class TaggerError(TercetError, ValueError):
    """The labels train no tagger that is worth it."""


@dataclass(frozen=True, kw_only=True)
class LabelReport:
    """A domain on the held-out texts."""

    precision: float
    recall: float
    f1: float
    support: int
    """Held-out texts that are labelled with it."""


@dataclass(frozen=True, kw_only=True)
class DimensionReport:
    """A dimension on the held-out texts."""

    mean_absolute_error: float
    spearman: float
    """Rank correlation with the labels."""
    mean_absolute_error_of_mean: float
    """Of calling every text as good as the mean of the texts trained on."""
    support: int


@dataclass(frozen=True, kw_only=True)
class TaggerReport:
    """What was trained, and how well it does on what it has not seen."""

    num_trained: int
    num_held_out: int
    macro_f1: float | None
    """Mean F1 of the labels with held-out texts; None where no domains were labelled."""
    labels: dict[str, LabelReport]
    dimensions: dict[str, DimensionReport]
    num_bytes: dict[str, int]
    """Of each model."""
    held_out_sources: list[str]


@dataclass(frozen=True)
class _Texts:
    """Labelled texts as the models see them."""

    lines: list[str]
    sources: list[str]
    domains: list[list[str] | None]
    dimensions: dict[str, npt.NDArray[np.float64]]
    """NaN where nobody said."""

    def __len__(self) -> int:
        return len(self.lines)

    def take(self, chosen: npt.NDArray[np.bool_]) -> _Texts:
        rows = np.flatnonzero(chosen).tolist()
        return _Texts(
            [self.lines[i] for i in rows],
            [self.sources[i] for i in rows],
            [self.domains[i] for i in rows],
            {name: values[chosen] for name, values in self.dimensions.items()},
        )


def train_taggers(
    labels: pa.Table, *, out: Path, config: TrainingConfig, test: pa.Table | None = None, sources: str = ""
) -> TaggerReport:
    """Trains on LABELS and writes to the folder `out`: domain.ftz and a model per labelled dimension, report.json, README.md.

    Everything is measured on texts that are held out of `labels`, or on `test` (LABELS) where it is given: then all of
    `labels` is trained on. `sources` (Markdown) tells the data card about the texts.

    Raises TaggerError, with nothing written, when a model falls short of the config's minimum or the labels are too few;
    SchemaError of columns; MissingExtraError without fastText.
    """
    texts = _read(labels, what="labels")
    if test is None:
        held_out = _held_out(texts, config)
        trained, tested = texts.take(~held_out), texts.take(held_out)
    else:
        trained, tested = texts, _read(test, what="test")
    models: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as folder:
        of_labels = _train_domains(trained, tested, models, Path(folder), config)
        of_dimensions = _train_dimensions(trained, tested, models, Path(folder), config)
    if not models:
        raise TaggerError("train_taggers: no text is labelled with a domain or a dimension")
    supported = [each.f1 for each in of_labels.values() if each.support]
    report = TaggerReport(
        num_trained=len(trained),
        num_held_out=len(tested),
        macro_f1=float(np.mean(supported)) if supported else None,
        labels=of_labels,
        dimensions=of_dimensions,
        num_bytes={name: len(content) for name, content in models.items()},
        held_out_sources=sorted(set(tested.sources)),
    )
    _accept(report, config)
    out.mkdir(parents=True, exist_ok=True)
    for name, content in models.items():
        (out / name).write_bytes(content)
    (out / "report.json").write_text(json.dumps({"config": asdict(config), **asdict(report)}, indent=2) + "\n")
    (out / "README.md").write_text(data_card(report, config, sources=sources))
    return report


def _read(table: pa.Table, *, what: str) -> _Texts:
    table = conform(table, LABELS, what=what).combine_chunks()
    known = {name for name, _ in DOMAIN_LABELS}
    domains = table.column("domains").to_pylist()
    for names in domains:
        for name in names or ():
            if name not in known:
                raise TaggerError(f"{what}: domains: {name!r} is none of {', '.join(sorted(known))}")
    dimensions = {name: table.column(name).to_numpy(zero_copy_only=False).astype(np.float64) for name in QUALITY_WEIGHTS}
    for name, values in dimensions.items():
        if np.any((values < 0) | (values > 1)):
            raise TaggerError(f"{what}: {name} has labels outside of 0 to 1")
    return _Texts(feature_lines(table), table.column("source").to_pylist(), domains, dimensions)


def feature_lines(table: pa.Table) -> list[str]:
    """What the models read of the rows of a table with kind, url and text."""
    lines = []
    for start in range(0, table.num_rows, 256):
        rows = table.slice(start, 256)
        is_code = [kind == "code" for kind in rows.column("kind").to_pylist()]
        batch = batches.measure_texts(rows.column("text").to_pylist(), is_code=is_code, max_chars=MAX_CHARS)
        lines += features(batch, rows.column("url").to_pylist())
    return lines


def _held_out(texts: _Texts, config: TrainingConfig) -> npt.NDArray[np.bool_]:
    """Which texts are held out."""
    if isinstance(config.held_out, float):
        if not 0 < config.held_out < 1:
            raise TaggerError(f"held_out: {config.held_out} is no fraction between 0 and 1")
        ranks = [int(content_id(config.seed, i)[:8], 16) / (1 << 32) for i in range(len(texts))]
        return np.array(ranks) < config.held_out
    if config.held_out != "source":
        raise TaggerError(f'held_out: {config.held_out!r}; expected "source" or a fraction such as 0.2')
    labels = [set(names or ()) for names in texts.domains]
    total = Counter(name for names in labels for name in names)
    held, chosen = Counter[str](), set[str]()
    in_order = sorted(set(texts.sources), key=lambda source: content_id(config.seed, source))
    of_source = {source: [i for i, each in enumerate(texts.sources) if each == source] for source in in_order}
    for source in in_order:
        rows = of_source[source]
        counts = Counter(name for i in rows for name in labels[i])
        # A source may go as long as no label loses half of its texts to what is held out.
        fits = all(held[name] + count <= total[name] / 2 for name, count in counts.items())
        wanted = not held_enough(held, total, counts)
        if fits and (wanted or not counts) and sum(map(len, map(of_source.__getitem__, chosen))) + len(rows) <= len(texts) / 3:
            chosen.add(source)
            held.update(counts)
    if not chosen or len(chosen) == len(in_order):
        raise TaggerError(
            f'held_out: "source" needs several sources that share labels, there are {len(in_order)}; hold out a fraction instead'
        )
    return np.array([source in chosen for source in texts.sources])


def held_enough(held: Counter[str], total: Counter[str], counts: Counter[str]) -> bool:
    """Whether a fifth of the texts of each of these labels is held out already."""
    return bool(counts) and all(held[name] >= total[name] / 5 for name in counts)


def _train_domains(
    trained: _Texts, tested: _Texts, models: dict[str, bytes], folder: Path, config: TrainingConfig
) -> dict[str, LabelReport]:
    rows = [i for i, names in enumerate(trained.domains) if names is not None]
    if not rows:
        return {}
    said = [trained.domains[i] or [NO_DOMAIN] for i in rows]
    sources = [trained.sources[i] for i in rows]
    model, models[DOMAIN_MODEL] = fit_domains([trained.lines[i] for i in rows], said, sources, folder, config)
    known = [i for i, names in enumerate(tested.domains) if names is not None]
    names = [name for name, _ in DOMAIN_LABELS]
    found = probabilities(model, [tested.lines[i] for i in known], names) >= LIKELY
    truth = np.array([[name in (tested.domains[i] or ()) for name in names] for i in known]).reshape(len(known), len(names))
    return {name: label_report(found[:, k], truth[:, k]) for k, name in enumerate(names)}


def label_report(found: npt.NDArray[np.bool_], truth: npt.NDArray[np.bool_]) -> LabelReport:
    """Precision, recall and F1 of one label."""
    hits, said, there = int((found & truth).sum()), int(found.sum()), int(truth.sum())
    precision, recall = hits / max(1, said), hits / max(1, there)
    f1 = 2 * hits / max(1, said + there)
    return LabelReport(precision=precision, recall=recall, f1=f1, support=there)


def _train_dimensions(
    trained: _Texts, tested: _Texts, models: dict[str, bytes], folder: Path, config: TrainingConfig
) -> dict[str, DimensionReport]:
    reports = {}
    for name, values in trained.dimensions.items():
        rows = np.flatnonzero(~np.isnan(values))
        if not len(rows):
            continue
        classes = np.rint(values[rows] * (NUM_CLASSES - 1)).astype(int)
        lines = [f"__label__{k} {trained.lines[i]}" for i, k in zip(rows.tolist(), classes.tolist(), strict=True)]
        model, models[f"{name}.ftz"] = fit(lines, "softmax", folder, config)
        truth = tested.dimensions[name]
        known = np.flatnonzero(~np.isnan(truth))
        scores = Taggers(None, {name: model}).scores([tested.lines[i] for i in known.tolist()])[name]
        reports[name] = dimension_report(scores, truth[known], mean=float(values[rows].mean()))
    return reports


def dimension_report(scores: npt.NDArray[np.float64], truth: npt.NDArray[np.float64], *, mean: float) -> DimensionReport:
    """Scores against labels; `mean` is what one would say of every text without a model."""
    ranks = [_ranks(values) - (len(values) - 1) / 2 for values in (scores, truth)]
    spread = float(np.sqrt((ranks[0] ** 2).sum() * (ranks[1] ** 2).sum()))
    return DimensionReport(
        mean_absolute_error=float(np.abs(scores - truth).mean()) if len(truth) else 0.0,
        spearman=float((ranks[0] * ranks[1]).sum()) / spread if spread else 0.0,
        mean_absolute_error_of_mean=float(np.abs(mean - truth).mean()) if len(truth) else 0.0,
        support=len(truth),
    )


def _ranks(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Ranks from 0; equal values share the mean of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    shared: npt.NDArray[np.float64] = (ends - (counts + 1) / 2)[inverse]
    return shared


def fit_domains(
    lines: Sequence[str], labels: Sequence[Sequence[str]], sources: Sequence[str], folder: Path, config: TrainingConfig
) -> tuple[Any, bytes]:
    """A quantised model of independent probabilities, and its bytes. Raises TaggerError where it does not fit `max_bytes`.

    The score of a label is the mean over a text's words of weights that are learned, times log(texts / texts with the word).
    fastText computes the same: a word's vector holds its weights, the output matrix is the identity. Learned by fastText's own
    descent, which has no penalty, the mean average precision on the validation packages is .78 (each word once: .81); so, .90.
    """
    fasttext = require("fasttext", extra="quality")
    data, file = folder / "domains.txt", folder / DOMAIN_MODEL
    in_order = sorted(range(len(lines)), key=lambda i: content_id(lines[i]))
    prefixes = [" ".join(f"__label__{name}" for name in names) for names in labels]
    data.write_text("\n".join(f"{prefixes[i]} {lines[i]}" for i in in_order) + "\n", encoding="utf-8")
    # No pass over the texts: fastText counts words and labels, the weights come from here.
    names = len({name for each in labels for name in each})
    model = fasttext.train_supervised(
        input=str(data), loss="ova", dim=names, minCount=config.min_count, wordNgrams=1, bucket=0, epoch=0, thread=1, verbose=0
    )
    known = [label.removeprefix("__label__") for label in model.labels]
    truth = np.array([[name in each for name in known] for each in labels], dtype=np.float32)
    weights = _domain_weights(_word_sets(lines, model.words), truth, sources, config)
    model.set_matrices(weights, np.eye(names, dtype=np.float32))
    if len(model.words) >= _MIN_QUANTISED_ROWS:
        # Each weight on its own: macro-F1 .838 on the validation packages, as unquantised; norms apart: .81.
        model.quantize(input=str(data), cutoff=0, qnorm=False, dsub=1, thread=1)
    model.save_model(str(file))
    if (size := file.stat().st_size) > config.max_bytes:
        raise TaggerError(
            f"max_bytes: the domain model has {size} bytes, not {config.max_bytes}; raise min_count ({config.min_count})"
        )
    return open_model(file), file.read_bytes()


def _word_sets(lines: Sequence[str], words: Sequence[str]) -> Any:
    """Lines x words as a sparse matrix: 1 where the line has the word. Every line has fastText's word for its end."""
    sparse = require("scipy.sparse", extra="quality")
    column = {word: k for k, word in enumerate(words)}
    found = [sorted({column[word] for word in (*line.split(), "</s>") if word in column}) for line in lines]
    ends = np.cumsum([0, *map(len, found)])
    columns = np.array([k for each in found for k in each])
    return sparse.csr_matrix((np.ones(len(columns), np.float32), columns, ends), (len(lines), len(words)))


def _domain_weights(
    has_word: Any, truth: npt.NDArray[np.float32], sources: Sequence[str], config: TrainingConfig
) -> npt.NDArray[np.float32]:
    """Words x labels: what the regression learned; a text's scores are the mean over its words."""
    sparse, optimize = (require(f"scipy.{name}", extra="quality") for name in ("sparse", "optimize"))
    num_words, num_labels = has_word.shape[1], truth.shape[1]
    idf = _SCALE * np.log(len(truth) / np.maximum(1, np.asarray(has_word.sum(axis=0)).ravel())).astype(np.float32)
    shares = (1 / np.maximum(1, np.asarray(has_word.sum(axis=1)).ravel())).astype(np.float32)
    inputs = (sparse.diags(shares) @ has_word @ sparse.diags(idf)).tocsr()
    transposed = inputs.T.tocsr()
    counts = Counter(sources)
    of_text = np.array([min(1.0, config.source_texts / counts[source]) for source in sources], dtype=np.float32)[:, None]
    of_label = (len(truth) / truth.sum(axis=0)) ** config.rarity
    importance = np.where(truth > 0, of_label, 1.0).astype(np.float32) * of_text / of_text.mean()

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        weights = flat.reshape(-1, num_labels).astype(np.float32)
        scores = inputs @ weights[:-1] + weights[-1]
        losses = importance * (np.logaddexp(0, scores) - truth * scores)
        slope = importance * (0.5 + 0.5 * np.tanh(scores / 2) - truth) / len(truth)
        gradient = np.vstack([transposed @ slope + config.penalty * weights[:-1], slope.sum(axis=0)])
        value = losses.mean(axis=0).sum() + config.penalty / 2 * (weights[:-1] ** 2).sum()
        return float(value), gradient.ravel().astype(np.float64)

    start = np.zeros((num_words + 1) * num_labels)
    found = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": config.steps})
    weights = found.x.reshape(-1, num_labels).astype(np.float32)
    # The constant in every word's weights is in every mean.
    learned: npt.NDArray[np.float32] = idf[:, None] * weights[:-1] + weights[-1]
    return learned


def fit(lines: Sequence[str], loss: str, folder: Path, config: TrainingConfig) -> tuple[Any, bytes]:
    """A quantised model of at most `max_bytes`, and its bytes. Raises TaggerError where every seed runs into NaN."""
    require("fasttext", extra="quality")
    data, file = folder / "lines.txt", folder / "model.ftz"
    # In an order that has nothing to do with the sources: fastText reads the lines as they come.
    data.write_text("\n".join(sorted(lines, key=content_id)) + "\n", encoding="utf-8")
    cutoff = config.max_bytes // (config.dim // 2 + 12)
    for _ in range(6):
        _fit_seed_by_seed(data, file, loss, cutoff, config)
        size = file.stat().st_size
        if size <= config.max_bytes:
            return open_model(file), file.read_bytes()
        cutoff = cutoff * config.max_bytes // size * 9 // 10
    raise TaggerError(f"max_bytes: no model fits in {config.max_bytes} bytes; the last one had {size}")


def _fit_seed_by_seed(data: Path, file: Path, loss: str, cutoff: int, config: TrainingConfig) -> None:
    for seed in range(config.seed, config.seed + config.num_tries):
        try:
            _alone(_fit, str(data), str(file), loss, cutoff, replace(config, seed=seed))
            return
        except RuntimeError as error:
            if "NaN" not in str(error):
                raise
    raise TaggerError(f"lr: training ran into NaN with each of the seeds {config.seed} to {seed}; lower lr ({config.lr})")


def _alone(function: Callable[..., None], *arguments: Any) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        pool.submit(function, *arguments).result()


def _fit(data: str, file: str, loss: str, cutoff: int, config: TrainingConfig) -> None:
    """Trains and quantises, in a process of its own.

    With one thread, without which the result depends on which thread is faster, fastText 0.9.2 makes random only the first tenth
    of its input matrix and leaves the rest as the memory came (DenseMatrix::uniform): 9 of 60 trainings ended in NaN. Here memory
    comes as zeros, so that the rest begins at 0, as the output matrix does; none of 25 did.
    """
    import fasttext

    with contextlib.suppress(AttributeError):  # other C libraries: there a training that ran into NaN is tried again
        ctypes.CDLL(None).mallopt(_M_PERTURB, 0xFF)
    model = fasttext.train_supervised(
        input=data,
        loss=loss,
        seed=config.seed,
        epoch=config.epochs,
        lr=config.lr,
        dim=config.dim,
        minCount=config.min_count,
        wordNgrams=config.word_ngrams,
        bucket=config.buckets,
        thread=1,
        verbose=0,
    )
    if len(model.words) >= _MIN_QUANTISED_ROWS:
        model.quantize(input=data, cutoff=cutoff, qnorm=True, thread=1)
    model.save_model(file)


_SCALE = 3.0
"""Of the regression's inputs, which are small as they are means: with 6 the mean average precision is .88."""
_MIN_QUANTISED_ROWS = 256
"""fastText quantises no smaller matrix: it looks for so many centroids."""
_M_PERTURB = -6
"""mallopt(3): memory comes filled with the complement of the value."""


def _accept(report: TaggerReport, config: TrainingConfig) -> None:
    if report.macro_f1 is None and report.labels:
        raise TaggerError("train_taggers: no held-out text has a domain, so nothing says whether the model is worth it")
    if report.macro_f1 is not None and report.macro_f1 < config.min_held_out_f1:
        worst = sorted((name for name, each in report.labels.items() if each.support), key=lambda name: report.labels[name].f1)
        raise TaggerError(
            f"train_taggers: macro-F1 {report.macro_f1:.3f} on {report.num_held_out} held-out texts, at least "
            f"{config.min_held_out_f1} is asked (worst: {', '.join(worst[:3])}). Label more texts, or lower min_held_out_f1; "
            "nothing was written"
        )
    for name, each in report.dimensions.items():
        if each.spearman < config.min_held_out_spearman:
            raise TaggerError(
                f"train_taggers: {name} has a rank correlation of {each.spearman:.3f} with the labels of {each.support} held-out "
                f"texts, at least {config.min_held_out_spearman} is asked. Label more texts, or lower min_held_out_spearman; "
                "nothing was written"
            )


def data_card(report: TaggerReport, config: TrainingConfig, *, sources: str) -> str:
    """README.md of a folder of models."""
    parts = [
        "# Taggers",
        "fastText models (quantised) that `quality/taggers.py` reads. They see masked text: words of the beginning, the middle "
        "and the end of a document, LaTeX commands, words of code, buckets of a few signals, pieces of the address.",
        f"Trained on {report.num_trained:,} texts, measured on {report.num_held_out:,} that it never saw, from "
        f"{len(report.held_out_sources)} sources. A label is said of a text from a probability of {LIKELY} on.",
        "Settings: " + ", ".join(f"{name} {value}" for name, value in asdict(config).items()) + ".",
    ]
    if report.labels:
        rows = [
            f"| {name} | {each.precision:.3f} | {each.recall:.3f} | {each.f1:.3f} | {each.support:,} |"
            for name, each in report.labels.items()
        ]
        macro = f"| mean | | | {report.macro_f1:.3f} | |"
        parts += ["## Domains on held-out texts", _table("label | precision | recall | F1 | texts", [*rows, macro])]
    if report.dimensions:
        rows = [
            f"| {name} | {each.mean_absolute_error:.3f} | {each.mean_absolute_error_of_mean:.3f} | {each.spearman:.3f} | "
            f"{each.support:,} |"
            for name, each in report.dimensions.items()
        ]
        head = "dimension | mean absolute error | the same of the mean | rank correlation | texts"
        parts += ["## Dimensions on held-out texts", _table(head, rows)]
    sizes = [f"| `{name}` | {size:,} |" for name, size in report.num_bytes.items()]
    parts += ["## Files", _table("file | bytes", sizes), *([sources.strip()] if sources.strip() else [])]
    return "\n\n".join(parts) + "\n"


def _table(head: str, rows: Sequence[str]) -> str:
    return "\n".join([f"| {head} |", "|" + "---|" * (head.count("|") + 1), *rows])


def main(arguments: list[str] | None = None) -> int:
    """The command line; exit code 2 with a sentence where nothing was accepted."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("labels", nargs="+", help="Parquet of LABELS, several files if you like")
    parser.add_argument("--out", type=Path, required=True, help="folder of the models")
    parser.add_argument("--test", help="Parquet of LABELS to measure on, instead of a part of the first")
    parser.add_argument("--sources", type=Path, help="Markdown about the texts, for the data card")
    for field in fields(TrainingConfig):
        kind = {"int": int, "float": float}.get(str(field.type), _fraction_or_name)
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=kind, default=field.default)
    options = vars(parser.parse_args(arguments))
    config = TrainingConfig(**{field.name: options[field.name] for field in fields(TrainingConfig)})
    labels = pa.concat_tables([pq.read_table(path).cast(LABELS) for path in options["labels"]])
    test = pq.read_table(options["test"]).cast(LABELS) if options["test"] else None
    sources = options["sources"].read_text() if options["sources"] else ""
    try:
        report = train_taggers(labels, out=options["out"], config=config, test=test, sources=sources)
    except TercetError as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(asdict(report), indent=2))
    return 0


def _fraction_or_name(value: str) -> str | float:
    try:
        return float(value)
    except ValueError:
        return value


if __name__ == "__main__":
    sys.exit(main())
