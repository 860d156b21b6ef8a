"""Small fastText models over documents: domains as independent probabilities, and dimensions where somebody trained them.

    features(batch, urls)   what a model reads of each document, one line each
    load(folder)            the models of a folder; the shipped one has the domains only
    Taggers.domains         documents x labels
    Taggers.dimensions      name -> one score per document

A line holds, in this order: buckets of signals (how much is formula, code, table, question), telling pieces of the address, LaTeX
commands, words of code behind a backtick, words of the prose (`rules_kernel._sample_*`), each once.
Trained by quality/train_taggers.py; what on, and how well it does, is in quality/models/README.md.

Source: Joulin et al. 2017, Bag of tricks for efficient text classification; Joulin et al. 2016, FastText.zip.
"""

from __future__ import annotations

import functools
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fsspec
import numpy as np
import numpy.typing as npt

from corpus.errors import InputError, require
from corpus.ids import content_id
from corpus.schema import DOMAIN_LABELS
from quality.dimensions import QUALITY_WEIGHTS

if TYPE_CHECKING:
    from quality.batches import Batch

FloatArray = npt.NDArray[np.float64]

SHIPPED = Path(__file__).parent / "models"
DOMAIN_MODEL = "domain.ftz"
LIKELY = 0.3
"""A domain is said of a text from this probability on: on the validation packages the macro-F1 is
.830 at .25, .838 here, .825 at .35."""
NUM_CLASSES = 5
"""Classes of a dimension's model, in order: class k stands for the score k / (NUM_CLASSES - 1)."""
NO_DOMAIN = "general"
"""What a text is labelled in training that is about none of the domains: fastText leaves texts without any label out."""

BUCKETS: dict[str, tuple[float, ...]] = {
    "formula_char_fraction": (1e-6, 0.01, 0.03, 0.08, 0.2),
    "code_char_fraction": (1e-6, 0.01, 0.05, 0.15, 0.35, 0.7),
    "table_line_fraction": (1e-6, 0.05, 0.3),
    "link_char_fraction": (0.02, 0.1, 0.3, 0.6),
    "question_mark_density": (1e-6, 0.2, 0.6, 1.5),
    "mean_sentence_words": (6, 12, 18, 26),
    "num_words": (30, 100, 300, 1000, 3000),
}
"""Signals that become words of the line, with the edges of their buckets."""

URL_PIECES: tuple[tuple[str, str], ...] = (
    (
        "forum",
        r"stackoverflow|stackexchange|/(?:questions|forums?|threads?|discuss|topic|t)/|mathoverflow|quora|reddit|/viewtopic|forums?\.",
    ),
    ("math", r"mathoverflow|math\.stackexchange|arxiv\.org/\w+/math|/math|mathworld|proofwiki|nlab|dlmf|sagemath"),
    ("code", r"github|gitlab|docs\.rs|readthedocs|/api/|/apidocs?/|javadoc|cppreference|developer\.|stackoverflow|/src/"),
    ("science", r"arxiv\.org|pubmed|nature\.com|sciencedirect|/physics|/chemistry|/biology|astro|/science/"),
    ("reference", r"wikipedia|britannica|/wiki/|wiktionary|dictionary|encyclopedia|/legal|/law/|/licen[sc]e|/copyright"),
    ("news", r"(?://|\.)news\.|/news/|bbc\.|cnn\.|reuters|nytimes|guardian|/20\d\d/\d\d/\d\d/"),
    ("shop", r"/(?:shop|store|products?|cart|item|dp|collections?)/|(?://|\.)(?:shop|store)\.|amazon\.|ebay\."),
    ("jobs", r"/(?:[\w-]*jobs?|careers?|vacanc\w+)(?:[/?-]|$)|(?://|\.)(?:jobs|careers)\.|indeed\.|glassdoor"),
    ("blog", r"/blog/|(?://|\.)blog\.|substack|medium\.com|wordpress"),
)
"""Words that addresses give, and the patterns that give them."""

_URL_PIECES = tuple((f"url:{name}", re.compile(pattern)) for name, pattern in URL_PIECES)
_BUCKETS = tuple(
    (name, np.array(edges), [f"={name[:3]}{name[-3:]}{k}" for k in range(len(edges) + 1)]) for name, edges in BUCKETS.items()
)


def features(batch: Batch, urls: Sequence[str]) -> list[str]:
    """The line of each document, without a line end. Each word once: what a text has tells more of it than how often."""
    words = [[names[k] for k in np.searchsorted(edges, batch.signals[name], side="right")] for name, edges, names in _BUCKETS]
    buckets = [" ".join(row) for row in zip(*words, strict=True)]
    samples = [" ".join(dict.fromkeys(sample.split(" "))) for sample in batch.samples]
    return [f"{bucket}{_url_words(url)} {text}" for bucket, url, text in zip(buckets, urls, samples, strict=True)]


def _url_words(url: str) -> str:
    """Each with a blank in front; addresses of files have none."""
    if not url.startswith("http"):
        return ""
    address = url.lower()
    return "".join(f" {word}" for word, pattern in _URL_PIECES if pattern.search(address))


@dataclass(frozen=True)
class Taggers:
    """Models of a folder."""

    domain: Any
    """A fastText model with one label per domain, or None."""
    dimensions: dict[str, Any]

    def domains(self, lines: Sequence[str]) -> FloatArray:
        """Documents x DOMAIN_LABELS: probabilities, each on its own."""
        return probabilities(self.domain, lines, [name for name, _ in DOMAIN_LABELS])

    def scores(self, lines: Sequence[str]) -> dict[str, FloatArray]:
        """Name of a dimension -> score of each document: the mean of the classes' values, weighted by their probabilities."""
        classes = [str(k) for k in range(NUM_CLASSES)]
        values = np.arange(NUM_CLASSES) / (NUM_CLASSES - 1)
        scored = {}
        for name, model in self.dimensions.items():
            shares = probabilities(model, lines, classes)
            scored[name] = np.clip(shares @ values / np.maximum(shares.sum(axis=1), 1e-9), 0.0, 1.0)
        return scored


def probabilities(model: Any, lines: Sequence[str], labels: Sequence[str]) -> FloatArray:
    """Lines x labels; one call for all lines. 0 for a label that the model does not know."""
    column = {f"__label__{label}": k for k, label in enumerate(labels)}
    found = np.zeros((len(lines), len(labels) + 1))
    if lines:
        names, values = model.predict(list(lines), k=-1)
        rows = np.repeat(np.arange(len(lines)), [len(each) for each in names])
        columns = [column.get(name, len(labels)) for each in names for name in each]
        found[rows, columns] = np.concatenate(values) if len(rows) else 0.0
    # fastText adds 1e-5 to what it takes the logarithm of.
    return np.clip(found[:, :-1], 0.0, 1.0)


@functools.cache
def load(folder: str | None) -> Taggers:
    """The models of a folder (path or URL); None: the shipped ones. Once in a process.

    The shipped domain model serves where the folder has none. Raises InputError without any model in the folder,
    MissingExtraError without fastText.
    """
    if folder is None:
        return Taggers(open_model(SHIPPED / DOMAIN_MODEL), {})
    files = model_files(folder)
    with tempfile.TemporaryDirectory() as scratch:
        models = {}
        for name, content in files.items():
            path = Path(scratch) / name
            path.write_bytes(content)
            models[name] = open_model(path)
    domain = models.pop(DOMAIN_MODEL, None) or load(None).domain
    return Taggers(domain, {name.removesuffix(".ftz"): model for name, model in models.items()})


def model_files(folder: str) -> dict[str, bytes]:
    """Name -> content of the models of a folder. Raises InputError where there is none."""
    system, root = fsspec.core.url_to_fs(folder)
    known = (DOMAIN_MODEL, *(f"{name}.ftz" for name in QUALITY_WEIGHTS))
    files = {name: system.cat_file(f"{root}/{name}") for name in known if system.exists(f"{root}/{name}")}
    if not files:
        raise InputError(f"taggers: {folder} holds no model ({', '.join(known[:2])}, ...); `tercet train-quality` writes them")
    return files


def digest(folder: str | None) -> str:
    """Changes with the bytes of the models, so that a stage whose models were trained anew is run anew."""
    files = {DOMAIN_MODEL: (SHIPPED / DOMAIN_MODEL).read_bytes()} if folder is None else model_files(folder)
    return content_id(*(part for name in sorted(files) for part in (name, files[name])))[:12]


def open_model(path: Path) -> Any:
    """A fastText model. Raises MissingExtraError without fastText."""
    fasttext = require("fasttext", extra="quality")
    # Without this the wrapper warns on stderr at every load.
    fasttext.FastText.eprint = lambda *_, **__: None
    return fasttext.load_model(str(path))
