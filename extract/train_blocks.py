"""Trains the classifier of blocks (extract/html_classifier.py) on pages with known content.

    python -m extract.train_blocks --eval DIR [--out FILE] [--validate]

DIR holds `main.jsonl.gz`: records with `html`, `url` and either `gold_text` (the page's content) or `must_have` and
`must_not_have` (snippets). Needs catboost and rapidfuzz, which nothing else does. About two minutes on two cores;
`--validate` first measures five folds by site (seven minutes) and prints what a page of an unknown site can expect.

1. Label: the share of a block's words that runs of three words shared with the gold text cover. Of several copies of the
   same text, those that the alignment of the two word sequences matched.
2. Lexicon: log-odds of every part of a class or id, and of every word, one vote a site; and what they say about the kind of
   page they stand on.
3. First forest, from features whose lexicon never saw the page's site; second forest, from what first forests that never
   saw the page's site say about its blocks. So neither learns to trust a memory.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import math
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from corpus.errors import InputError, TercetError, require
from extract.html_blocks import (
    KINDS,
    PATH_NODE,
    PATH_PARENT,
    Blocks,
    Lexicon,
    Matrix,
    block_words,
    lexicon_of,
    name_parts,
    one_of,
    read_blocks,
)
from extract.html_classifier import DEPTH, KIND_SCALE, LEAF_SCALE, WEIGHTS
from extract.html_content import choose_blocks, is_documentation, rows_together
from extract.html_document import marked_page
from extract.html_features import Standing, block_features, page_features
from extract.html_second_look import second_features
from extract.html_tree import Page, Table

NUM_FOLDS = 5
NO_LEXICON = lexicon_of({}, {})
Values = npt.NDArray[np.float64]
Words = list[str]

# ---------------------------------------------------------------------------------------------------- pages and labels

_CJK = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af"
_WORD = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")
_MARKUP = re.compile(r"^ {0,3}(?:#{1,6}|>|[-*+]|\d{1,3}\.)\s+|\]\([^()\s]*\)", re.MULTILINE)
MAX_ALIGNED = 600_000_000
"""Words of the page times words of the gold text up to which the two are aligned."""


@dataclass(frozen=True, slots=True)
class Example:
    """A page and what of it is content."""

    site: str
    kind: str
    table: Table
    page: Page
    features: Matrix
    """Of the page as a whole."""
    blocks: Blocks
    """As a lexicon that knows nothing sees them."""
    words: list[Words]
    """Of each block."""
    gold: Words
    """Empty where only snippets are known."""
    label: Values
    """Share of each block that is content; NaN where unknown."""

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        return ~np.isnan(self.label)

    @property
    def num_words(self) -> Values:
        return np.array([len(block) for block in self.words], dtype=np.float64)

    @property
    def weight(self) -> Values:
        """A page weighs the same whatever its length, a block by its words; snippets half."""
        of = max(len(self.gold), 60) if self.gold else 300
        return np.where(self.known, np.minimum((self.num_words + 2) / (of + 60), 0.5), 0.0) * (1.0 if self.gold else 0.5)


def words_in(text: str) -> Words:
    return _WORD.findall(unicodedata.normalize("NFKC", text).lower())


def site_of(url: str, otherwise: str) -> str:
    """The registered domain, near enough: two labels, three under a country's second level."""
    labels = (urlsplit(url).hostname or otherwise).split(".")
    return ".".join(labels[-3:] if len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3 else labels[-2:])


def read_examples(path: Path) -> Iterator[Example]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            record = json.loads(line)
            example = make_example(record)
            if len(example.label):
                yield example


def make_example(record: dict[str, Any]) -> Example:
    url = record.get("url") or ""
    table, page, _ = marked_page(record["html"].encode("utf-8", "replace"), None)
    blocks = read_blocks(table, page, NO_LEXICON)
    words = [words_in(text) for text in blocks.texts()]
    gold = words_in(_MARKUP.sub(" ", record.get("gold_text") or record.get("gold_markdown") or ""))
    label = label_by_text(words, gold) if gold else label_by_snippets(words, record)
    label[np.array([not block for block in words], dtype=bool)] = np.nan
    features = page_features(page, table, url)
    return Example(site_of(url, record["id"]), record["page_type"], table, page, features, blocks, words, gold, label)


def label_by_snippets(words: Sequence[Words], record: dict[str, Any]) -> Values:
    """1 for the block that holds a required snippet, 0 for those that hold a forbidden one."""
    label = np.full(len(words), np.nan)
    texts = [f" {' '.join(block)} " for block in words]
    for name, value in (("must_have", 1.0), ("must_not_have", 0.0)):
        for snippet in record.get(name) or ():
            wanted = f" {' '.join(words_in(snippet))} "
            holding = [number for number, text in enumerate(texts) if wanted in text]
            if len(holding) == 1 or value == 0.0:
                label[holding] = value
    return label


def label_by_text(words: Sequence[Words], gold: Words) -> Values:
    """Share of each block's words that stands in the gold text."""
    triples = set(zip(gold, gold[1:], gold[2:], strict=False))
    text = f" {' '.join(gold)} "
    copies = Counter(tuple(block) for block in words)
    aligned = _aligned_shares(words, gold)
    label = np.zeros(len(words))
    for number, block in enumerate(words):
        if not block:
            continue
        phrase = f" {' '.join(block)} "
        share = _covered(block, triples) if len(block) > 2 else float(phrase in text)
        times = text.count(phrase) if len(block) < 40 else 1
        if share and (len(block) < 3 or copies[tuple(block)] > max(times, 1)):
            share = min(share, aligned[number])
        label[number] = share
    return label


def _covered(block: Words, triples: set[tuple[str, str, str]]) -> float:
    covered = bytearray(len(block))
    for at, triple in enumerate(zip(block, block[1:], block[2:], strict=False)):
        if triple in triples:
            covered[at : at + 3] = b"\x01\x01\x01"
    return sum(covered) / len(block)


def _aligned_shares(words: Sequence[Words], gold: Words) -> Values:
    """Share of each block's words in the longest common subsequence of page and gold text."""
    distance = require("rapidfuzz.distance", extra="train-blocks")
    flat = [word for block in words for word in block]
    matched = np.zeros(len(flat) + 1)
    if len(flat) * len(gold) < MAX_ALIGNED:
        numbers: dict[str, int] = {}
        page, other = ([numbers.setdefault(word, len(numbers)) for word in side] for side in (flat, gold))
        for step in distance.Indel.opcodes(page, other):
            if step.tag == "equal":
                matched[step.src_start : step.src_end] = 1
    lengths = np.array([len(block) for block in words], dtype=np.int64)
    ends = np.cumsum(lengths)
    sums = np.concatenate([[0.0], np.cumsum(matched)])
    return (sums[ends] - sums[ends - lengths]) / np.maximum(lengths, 1)  # type: ignore[no-any-return]


# ---------------------------------------------------------------------------------------------------- lexicon

MIN_NAME_SITES, MIN_WORD_SITES = 4, 6
"""Sites that must use a name or a word before it says anything."""
Votes = dict[str, float]


def name_votes(example: Example) -> Votes:
    """Share of content in the elements that carry each part of a name."""
    weight = np.where(example.known, np.minimum(example.num_words, 60), 0.0)
    paths = example.blocks.paths
    content = np.bincount(example.blocks.path_of, weights=weight * np.nan_to_num(example.label), minlength=len(paths))
    total = np.bincount(example.blocks.path_of, weights=weight, minlength=len(paths))
    for number in range(len(paths) - 1, 0, -1):
        content[paths[number, PATH_PARENT]] += content[number]
        total[paths[number, PATH_PARENT]] += total[number]
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for number in np.flatnonzero(total > 0).tolist():
        for part in name_parts(_name_of(example.table, int(paths[number, PATH_NODE]))):
            sums[part][0] += content[number]
            sums[part][1] += total[number]
    return {part: held / of for part, (held, of) in sums.items()}


def _name_of(table: Table, node: int) -> str:
    """Class and id of an element, as `name_parts` takes them; of the body nothing."""
    if table.name(node) == "body":
        return ""
    attributes = table.attributes(node)
    return f"{attributes.get('class', '')} #{attributes['id']}" if "id" in attributes else attributes.get("class", "")


def word_votes(example: Example) -> Votes:
    """Average label of the blocks that begin with each word."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    texts = example.blocks.texts()
    for number in np.flatnonzero(example.known).tolist():
        for word in dict.fromkeys(block_words(texts[number])):
            sums[word][0] += float(example.label[number])
            sums[word][1] += 1
    return {word: held / of for word, (held, of) in sums.items() if word}


@dataclass(frozen=True, slots=True)
class Entries:
    """A lexicon in words."""

    names: dict[str, float]
    words: dict[str, float]
    kinds: Matrix
    """(names, then words, in the order of the alphabet; KINDS)."""
    page_kinds: Matrix

    @property
    def lexicon(self) -> Lexicon:
        rows = self.kinds.tolist()
        return lexicon_of(
            self.names,
            self.words,
            kinds=dict(zip(sorted(self.names), rows[: len(self.names)], strict=True)),
            word_kinds=dict(zip(sorted(self.words), rows[len(self.names) :], strict=True)),
            page_kinds=self.page_kinds,
        )


NUM_STEPS = 300
RIDGE = 1 / 0.3
"""Inverse variance of the weights of names and words."""
PAGE_SCALE = 0.3
"""What a deviation of a page's own features counts beside a name."""
LEAST_SPREAD = 0.01
"""A page feature that is the same on nearly all pages says nothing."""
SNIPPETS_WEIGHT = 0.3
"""Of a page of which only snippets are known: all are articles."""


@dataclass(frozen=True, slots=True)
class PageWords:
    """What the kind of a page is told by."""

    kind: int
    weight: float
    names: set[str]
    words: set[str]
    page: list[float]

    @classmethod
    def of(cls, example: Example) -> PageWords:
        kind = KINDS.index(example.kind) if example.kind in KINDS else 0
        weight = 1.0 if example.gold else SNIPPETS_WEIGHT
        nodes = example.blocks.paths[:, PATH_NODE].tolist()
        names = {part for node in nodes for part in name_parts(_name_of(example.table, node))}
        words = {word for text in example.blocks.texts() for word in block_words(text)}
        return cls(kind, weight, names, words, example.features.tolist())


def fit_kinds(pages: Sequence[PageWords], names: Sequence[str], words: Sequence[str]) -> tuple[Matrix, Matrix]:
    """What names, then words, and the page's features say about its kind: softmax regression with a ridge penalty, by accelerated
    gradient steps; the weights are sums of pages, so that the steps need only how alike the pages are."""
    name_rows = {name: number for number, name in enumerate(names)}
    word_rows = {word: len(names) + number for number, word in enumerate(words)}
    seen = np.zeros((len(pages), len(names) + len(words)), dtype=np.float32)
    for number, page in enumerate(pages):
        rows = [name_rows[name] for name in page.names if name in name_rows]
        rows += [word_rows[word] for word in page.words if word in word_rows]
        seen[number, rows] = one_of(len(rows))  # type: ignore[no-untyped-call]
    own = np.array([page.page for page in pages], dtype=np.float64)
    mean, spread = own.mean(axis=0), own.std(axis=0)
    scale = np.where(spread > LEAST_SPREAD, PAGE_SCALE / np.maximum(spread, LEAST_SPREAD), 0.0)
    said = np.column_stack([(own - mean) * scale, np.ones(len(pages))])
    alike = (seen @ seen.T).astype(np.float64) + said @ said.T
    wanted = np.eye(len(KINDS))[[page.kind for page in pages]]
    weight = np.array([page.weight for page in pages])[:, None]
    step = 1.0 / (0.5 * float(np.linalg.norm(alike, 2)) + RIDGE)
    shares = before = np.zeros_like(wanted)
    for number in range(NUM_STEPS):
        ahead = shares + number / (number + 3) * (shares - before)
        scores = alike @ ahead
        chance = np.exp(scores - scores.max(axis=1, keepdims=True))
        chance /= chance.sum(axis=1, keepdims=True)
        before, shares = shares, ahead - step * (weight * (chance - wanted) + RIDGE * ahead)
    page_kinds = said.T @ shares
    page_kinds[:-1] *= scale[:, None]
    page_kinds[-1] -= mean @ page_kinds[:-1]
    return (seen.T @ shares).astype(np.float32), page_kinds.astype(np.float32)


def log_odds(votes: Iterable[tuple[str, Votes]], min_sites: int) -> dict[str, float]:
    """Of (site, votes): smoothed log-odds of what at least `min_sites` sites use."""
    by_site: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for site, entries in votes:
        for name, share in entries.items():
            by_site[name][site].append(share)
    found = {}
    for name in sorted(by_site):
        shares = [sum(values) / len(values) for values in by_site[name].values()]
        if len(shares) >= min_sites:
            found[name] = round(math.log((sum(shares) + 1) / (len(shares) - sum(shares) + 1)), 2)
    return found


class Votings:
    """What every example votes for, counted once; lexicons of any part of them."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.sites = [example.site for example in examples]
        self.usable = [bool(example.known.sum() >= 3) for example in examples]
        self.names = [name_votes(example) for example in examples]
        self.words = [word_votes(example) for example in examples]
        self.pages = [PageWords.of(example) for example in examples]

    def entries(self, numbers: Iterable[int]) -> Entries:
        used = [number for number in numbers if self.usable[number]]
        names = log_odds(((self.sites[number], self.names[number]) for number in used), MIN_NAME_SITES)
        words = log_odds(((self.sites[number], self.words[number]) for number in used), MIN_WORD_SITES)
        return Entries(names, words, *fit_kinds([self.pages[number] for number in used], sorted(names), sorted(words)))


# ---------------------------------------------------------------------------------------------------- forests


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Of one forest. Chosen by five folds by site."""

    iterations: int
    depth: int
    learning_rate: float
    min_leaf_penalty: float = 5.0


FIRST = Settings(iterations=200, depth=6, learning_rate=0.08)
SECOND = Settings(iterations=75, depth=4, learning_rate=0.06)
"""Small: deeper or longer it learns pages by heart."""
NUM_SAMPLED = 100_000
"""Blocks that a forest learns from. A block is drawn with a chance in proportion to its weight, so that thousands of short links
of a page cost no time (five folds: all blocks are no better)."""


def sample_rows(weight: Values, num_rows: int) -> tuple[npt.NDArray[np.int64], Values]:
    """Rows drawn in proportion to their weight, those heavier than a common weight all, and what the drawn ones weigh."""
    low, high = 0.0, float(weight.max())
    if np.count_nonzero(weight) > num_rows:
        for _ in range(50):
            common = (low + high) / 2
            low, high = (common, high) if np.minimum(weight / common, 1.0).sum() > num_rows else (low, common)
    chance = np.minimum(weight / high, 1.0) if low else (weight > 0).astype(np.float64)
    drawn = np.flatnonzero(np.random.default_rng(0).random(len(weight)) < chance)
    return drawn, weight[drawn] / chance[drawn]


def train_forest(features: Matrix, label: Values, weight: Values, settings: Settings) -> Any:
    catboost = require("catboost", extra="train-blocks")
    model = catboost.CatBoost(
        {
            "loss_function": "CrossEntropy",
            "iterations": settings.iterations,
            "depth": settings.depth,
            "learning_rate": settings.learning_rate,
            "l2_leaf_reg": settings.min_leaf_penalty,
            "border_count": 64,
            "bootstrap_type": "Bernoulli",
            "subsample": 0.7,
            "rsm": 0.3,
            "random_seed": 0,
            "thread_count": 2,
            "verbose": 0,
            "allow_writing_files": False,
        }
    )
    rows, weight = sample_rows(weight, NUM_SAMPLED)
    model.fit(catboost.Pool(features[rows], label[rows], weight=weight))
    return model


def probabilities(model: Any, features: Matrix) -> Matrix:
    """(blocks,) from (features, blocks)."""
    return (1.0 / (1.0 + np.exp(-model.predict(features.T)))).astype(np.float32)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Trained:
    entries: Entries
    first: Any
    second: Any


def train(examples: Sequence[Example], votings: Votings, numbers: Sequence[int]) -> Trained:
    """Both forests from the examples with these numbers, cross-fitted over the folds of their sites."""
    folds = {number: fold_of(examples[number].site) for number in numbers}
    features: dict[int, Matrix] = {}
    standings: dict[int, Standing] = {}
    for fold in sorted(set(folds.values())):
        lexicon = votings.entries(number for number in numbers if folds[number] != fold).lexicon
        for number in numbers:
            if folds[number] == fold:
                features[number], standings[number] = look_at(examples[number], lexicon)
    seconds: dict[int, Matrix] = {}
    for fold in sorted(set(folds.values())):
        model = _fit(examples, [number for number in numbers if folds[number] != fold], features, FIRST)
        for number in numbers:
            if folds[number] == fold:
                seconds[number] = _second(examples[number], probabilities(model, features[number]), standings[number])
    return Trained(
        entries=votings.entries(numbers),
        first=_fit(examples, numbers, features, FIRST),
        second=_fit(examples, numbers, seconds, SECOND),
    )


def look_at(example: Example, lexicon: Lexicon) -> tuple[Matrix, Standing]:
    """The features of a page's blocks, by a lexicon, and where they stand."""
    return block_features(read_blocks(example.table, example.page, lexicon), example.features, lexicon)


def _second(example: Example, guess: Matrix, standing: Standing) -> Matrix:
    return second_features(guess, example.blocks.stats, standing)


def _fit(examples: Sequence[Example], numbers: Sequence[int], features: dict[int, Matrix], settings: Settings) -> Any:
    rows, labels, weights = [], [], []
    for number in numbers:
        example = examples[number]
        rows.append(features[number].T[example.known])
        labels.append(example.label[example.known])
        weights.append(example.weight[example.known])
    return train_forest(np.concatenate(rows), np.concatenate(labels), np.concatenate(weights), settings)


def fold_of(site: str) -> int:
    return int(hashlib.sha1(site.encode()).hexdigest(), 16) % NUM_FOLDS


def predict(trained: Trained, example: Example) -> Matrix:
    features, standing = look_at(example, trained.entries.lexicon)
    guess = probabilities(trained.first, features)
    return probabilities(trained.second, _second(example, guess, standing))


# ---------------------------------------------------------------------------------------------------- validation


def validate(examples: Sequence[Example], votings: Votings) -> dict[str, list[float]]:
    """F1 of the words of every page, by kind of page, each page judged by forests that never saw its site."""
    found: dict[str, list[float]] = defaultdict(list)
    for fold in range(NUM_FOLDS):
        inside = [number for number, example in enumerate(examples) if fold_of(example.site) != fold]
        trained = train(examples, votings, inside)
        for example in examples:
            if fold_of(example.site) == fold and example.gold:
                found[example.kind].append(words_f1(example, _chosen(trained, example)))
        everything = [value for values in found.values() for value in values]
        print(f"after fold {fold + 1}: F1 {np.mean(everything):.4f} of {len(everything)} pages", file=sys.stderr)
    return found


def _chosen(trained: Trained, example: Example) -> npt.NDArray[np.bool_]:
    """The blocks that the page would keep."""
    lexicon = trained.entries.lexicon
    blocks = read_blocks(example.table, example.page, lexicon)
    probability = rows_together(predict(trained, example), blocks)
    return choose_blocks(probability, blocks, is_reference=is_documentation(lexicon, blocks, example.features))


def words_f1(example: Example, kept: npt.NDArray[np.bool_]) -> float:
    chosen = Counter(word for number in np.flatnonzero(kept).tolist() for word in example.words[number])
    gold = Counter(example.gold)
    hits = sum((chosen & gold).values())
    return 2 * hits / (sum(chosen.values()) + sum(gold.values()))


# ---------------------------------------------------------------------------------------------------- weights


def export(trained: Trained) -> dict[str, Any]:
    """The weights as plain lists."""
    return {
        "names": trained.entries.names,
        "words": trained.entries.words,
        "kinds": np.rint(trained.entries.kinds * KIND_SCALE).astype(int).tolist(),
        "page_kinds": [[float(f"{value:.5g}") for value in row] for row in trained.entries.page_kinds.tolist()],
        "first": export_forest(trained.first),
        "second": export_forest(trained.second),
    }


def export_forest(model: Any) -> dict[str, Any]:
    """Questions by feature, each once; trees as question numbers level by level; leaves in thousandths."""
    trees, bias = _trees(model)
    asked = sorted({(split["float_feature_index"], split["border"]) for tree in trees for split in tree["splits"]})
    number_of = {question: number for number, question in enumerate(asked)}
    thresholds: dict[int, list[float]] = {}
    for column, border in asked:
        thresholds.setdefault(column, []).append(float(np.float32(border)))
    questions = [
        [number_of[split["float_feature_index"], split["border"]] for split in _full(tree["splits"], DEPTH)] for tree in trees
    ]
    leaves = [round(value * LEAF_SCALE) for tree in trees for value in _spread(tree["leaf_values"], 1 << DEPTH)]
    return {
        "bias": bias,
        "thresholds": [[column, values] for column, values in thresholds.items()],
        "questions": [list(level) for level in zip(*questions, strict=True)],
        "leaves": leaves,
    }


def _trees(model: Any) -> tuple[list[dict[str, Any]], float]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save_model(str(path), format="json")
        dump = json.loads(path.read_text(encoding="utf-8"))
    scale, bias = dump["scale_and_bias"]
    assert scale == 1
    return dump["oblivious_trees"], float(bias[0] if isinstance(bias, list) else bias)


def _full(splits: list[dict[str, Any]], depth: int) -> list[dict[str, Any]]:
    """A shallower tree asks its first question again, and `_spread` gives both answers the same leaf."""
    return splits + splits[:1] * (depth - len(splits))


def _spread(leaves: list[float], size: int) -> list[float]:
    return [leaves[number % len(leaves)] for number in range(size)]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m extract.train_blocks", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--eval", metavar="DIR", type=Path, required=True, help="folder with main.jsonl.gz")
    parser.add_argument("--out", metavar="FILE", type=Path, default=WEIGHTS, help="where the weights go")
    parser.add_argument("--validate", action="store_true", help="measure five folds by site first")
    options = parser.parse_args(arguments)
    try:
        path = next((place for place in (options.eval, options.eval / "html") if (place / "main.jsonl.gz").is_file()), None)
        if path is None:
            raise InputError(f"no main.jsonl.gz in {options.eval}: name the folder of the evaluation sets with --eval")
        examples = list(read_examples(path / "main.jsonl.gz"))
        votings = Votings(examples)
        if options.validate:
            for kind, values in sorted(validate(examples, votings).items()):
                print(f"{kind:<16}{len(values):>5}{np.mean(values):>8.3f}")
        weights = export(train(examples, votings, range(len(examples))))
    except TercetError as error:
        print(error, file=sys.stderr)
        return 2
    content = (json.dumps(weights, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n").encode()
    options.out.write_bytes(content)
    print(f'extract/html_classifier.py must say: WEIGHTS_SHA256 = "{hashlib.sha256(content).hexdigest()}"')
    return 0


if __name__ == "__main__":
    sys.exit(main())
