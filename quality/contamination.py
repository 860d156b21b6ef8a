"""Contamination: which documents hold items of evaluation sets, by word n-grams in common.

    index = build_index(items_of(table, name="gsm8k"), config=config)
    matches = find_matches(documents, index)                      # every gram of the index, with its place
    hits = find_hits(matches, document_frequency(matches, index), index, config=config)
    annotate(documents, hits, index)                              # CONTAMINATION

A word, decided by code points alone, so that case, punctuation, Markdown, spaces and the spacing of numbers hide nothing:

1. Code points are folded: NFKC and lower case, where the result is one code point. Invisible ones are dropped.
2. A maximal run of letters and marks is a word. A digit is a word of its own (`1,000`, `1 000` and `1000` are the same four), and
   so is a character of a script that is written without spaces.
3. Everything else separates: operators, brackets and `_` too. `x_{1}` is `x_1`, `x^{2}` is `x^2` and x².
4. A LaTeX command of layout (`\\left`, `\\quad`, `\\mathrm`, ...) is no word; `\\dfrac` and `\\tfrac` are `frac`.

An item is in a document where `gram_words` (13) consecutive words of one of its texts are. Not all grams count: one with fewer
than `min_distinct_words` different words of prose (two letters or more, no LaTeX command) is a formula, a table or an idiom of
code (but the best grams of a text count if they have 5); one that more than `max_items` items share is the wording of the set;
one that more than `max_documents` documents hold is a stock phrase. A text of 8 to 12 words is looked for as a whole. Formulas
and stock phrases still lengthen a passage that has a gram that counts, so a 16-gram in common is a hit with `num_words >= 16`.

Source: 13-grams are those of Brown et al. 2020 (GPT-3), appendix C.
"""

from __future__ import annotations

import functools
import string
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from corpus.errors import InputError, RecipeError
from corpus.schema import CONTAMINATION

UInt64Array = npt.NDArray[np.uint64]
Int64Array = npt.NDArray[np.int64]
Format = Literal["auto", "gsm8k", "math", "mmlu", "humaneval", "texts"]

MIN_WORDS = 8
"""Words of the shortest text that is looked for. Source: the shortest n-gram of Brown et al. 2020, appendix C."""
SHORT_DISTINCT_WORDS = 6
"""Different words of prose that a text of 8 to 12 words needs."""
BEST_DISTINCT_WORDS = 5
"""Different words of prose that the best grams of a longer text need where none has `min_distinct_words`: a problem that is
mostly formulas (`Simplify ... for angles where it is defined`)."""
GAP_CHARS = 300
"""Passages of one item with at most so many characters between them are one hit: about two lines of changed text."""
BLOCK_WORDS = 4096
"""Words held by the kernel at a time: 132 KB."""
FILTER_BITS = 16
"""Least bits of the filter for each gram: with three set for each, 1 of 100 to 200 foreign grams is looked up for nothing."""


@dataclass(frozen=True, kw_only=True)
class EvaluationSet:
    """One evaluation set."""

    path: str
    """A JSONL (.jsonl, .json, also .gz) or Parquet file, a folder or a glob of them."""
    format: Format = "auto"
    """Which columns are texts: see FORMATS. auto: by the columns that are there."""


@dataclass(frozen=True, kw_only=True)
class ContaminationConfig:
    """Settings of the stage (`contamination:` of pipeline.yaml)."""

    sets: dict[str, EvaluationSet]
    """The evaluation sets by name."""
    gram_words: int = 13
    """Consecutive words in common that make a hit."""
    min_distinct_words: int = 7
    """Different words of prose that a gram needs to count; 13 words of English have 9 to 11."""
    max_items: int = 5
    """A gram that more items hold is the wording of the set (`Choose the correct answer`), and is not looked for."""
    max_documents: int = 10
    """A passage of which every gram stands in more documents (of those that dedup keeps) is a stock phrase and no hit."""

    def __post_init__(self) -> None:
        if not self.sets:
            raise RecipeError("sets: expected at least one evaluation set, for example gsm8k: {path: gsm8k_test.jsonl}")
        if not MIN_WORDS <= self.gram_words <= 64:
            raise RecipeError(f"gram_words: expected {MIN_WORDS} to 64, saw {self.gram_words}")
        if not 1 <= self.min_distinct_words <= self.gram_words:
            raise RecipeError(f"min_distinct_words: expected 1 to gram_words = {self.gram_words}, saw {self.min_distinct_words}")
        for name in ("max_items", "max_documents"):
            if getattr(self, name) < 1:
                raise RecipeError(f"{name}: expected at least 1, saw {getattr(self, name)}")


ITEMS = pa.schema(
    [
        pa.field("set", pa.string(), nullable=False),
        pa.field("item", pa.string(), nullable=False),
        pa.field("texts", pa.list_(pa.field("element", pa.large_string(), nullable=False)), nullable=False),
        pa.field("num_variants", pa.int32(), nullable=False),
    ]
)
"""Evaluation items. No gram goes from one text to the next. The last `num_variants` are other spellings of earlier ones."""

GRAMS = pa.schema(
    [
        pa.field("key", pa.uint64(), nullable=False),
        pa.field("place", pa.uint32(), nullable=False),
        pa.field("counts", pa.bool_(), nullable=False),
    ]
)
"""The index, sorted by key: the place is the number of the gram's first word among the words of all items."""

PLACED_ITEMS = pa.schema(
    [
        *(ITEMS.field(name) for name in ("set", "item", "texts")),
        pa.field("first_place", pa.int64(), nullable=False),
        pa.field("num_grams", pa.int32(), nullable=False),
        pa.field("num_counted", pa.int32(), nullable=False),
        pa.field("short_words", pa.list_(pa.field("element", pa.int32(), nullable=False)), nullable=False),
    ]
)
"""Items with the place of their first word, their grams in the index (variants aside), those that count (0: not looked for), and
the words of each text that is looked for as a whole."""

MATCHES = pa.schema(
    [
        pa.field("row", pa.int64(), nullable=False),
        pa.field("gram", pa.int64(), nullable=False),
        pa.field("num_words", pa.int32(), nullable=False),
        pa.field("word", pa.int64(), nullable=False),
        pa.field("start", pa.int64(), nullable=False),
        pa.field("end", pa.int64(), nullable=False),
    ]
)
"""Grams of the index in documents: row of the shard, first entry of the key, words, number of the first word, characters."""

FREQUENCIES = pa.schema(
    [pa.field("gram", pa.int64(), nullable=False), pa.field("num_documents", pa.int64(), nullable=False)],
)
"""In how many documents each gram stands, sorted by gram."""

FOUND = pa.schema(
    [
        pa.field("row", pa.int64(), nullable=False),
        pa.field("item", pa.int64(), nullable=False),
        pa.field("num_grams", pa.int32(), nullable=False),
        pa.field("num_words", pa.int32(), nullable=False),
        pa.field("item_fraction", pa.float32(), nullable=False),
        pa.field("num_documents", pa.int32(), nullable=False),
        pa.field("start", pa.int64(), nullable=False),
        pa.field("end", pa.int64(), nullable=False),
        pa.field("is_stock", pa.bool_(), nullable=False),
    ]
)
"""Passages of documents with grams of an item; the item is its row in PLACED_ITEMS. Stock phrases are no hits."""


# ---- evaluation sets ----------------------------------------------------------------------------------------------------


def _question_and_choices(row: Mapping[str, Any]) -> tuple[list[str], int]:
    """Question and choices, once plain and once with the letters that prompts put before them."""
    choices = [str(choice) for choice in row["choices"]]
    lettered = [f"{letter}. {choice}" for letter, choice in zip(string.ascii_uppercase, choices, strict=False)]
    return ["\n".join([row["question"], *choices]), "\n".join([row["question"], *lettered])], 1


def _function_and_test(row: Mapping[str, Any]) -> tuple[list[str], int]:
    """The whole function, and its test. A body by itself may be one line (`return [x for x in strings if substring in x]`)."""
    return [f"{row['prompt']}{row['canonical_solution']}", row["test"]], 0


def _columns(*names: str) -> Callable[[Mapping[str, Any]], tuple[list[str], int]]:
    return lambda row: ([str(row[name]) for name in names if row[name]], 0)


FORMATS: dict[str, tuple[tuple[str, ...], Callable[[Mapping[str, Any]], tuple[list[str], int]]]] = {
    "mmlu": (("question", "choices", "answer"), _question_and_choices),
    "humaneval": (("prompt", "canonical_solution", "test"), _function_and_test),
    "math": (("problem", "solution"), _columns("problem", "solution")),
    "gsm8k": (("question", "answer"), _columns("question", "answer")),
    "texts": (("texts",), lambda row: ([str(text) for text in row["texts"]], 0)),
}
"""Format -> the columns it needs and what makes a row's texts of them; auto takes the first one whose columns are all there."""
ID_COLUMNS = ("item", "id", "task_id", "unique_id")
"""Columns that may name an item; without one it is its number."""


def choose_format(columns: Sequence[str], *, asked: Format, where: str) -> str:
    """The format of a table with these columns. Raises InputError naming what is there and what each format needs."""
    known = {name: needed for name, (needed, _) in FORMATS.items() if asked in ("auto", name)}
    for name, needed in known.items():
        if set(needed) <= set(columns):
            return name
    expected = "; ".join(f"{name}: {', '.join(needed)}" for name, needed in known.items())
    raise InputError(f"{where}: columns {', '.join(columns)}; expected those of one of these formats: {expected}")


def items_of(table: pa.Table, *, name: str, format: Format = "auto", first: int = 0) -> pa.Table:
    """ITEMS of a table of an evaluation set; items without a name are numbered from `first`. Raises InputError."""
    chosen = choose_format(table.column_names, asked=format, where=f"evaluation set {name}")
    make_texts = FORMATS[chosen][1]
    named = next((column for column in ID_COLUMNS if column in table.column_names), None)
    rows = []
    for i, row in enumerate(table.to_pylist(), first):
        try:
            texts, num_variants = make_texts(row)
        except (TypeError, ValueError) as error:
            raise InputError(f"evaluation set {name}: row {i} is not of format {chosen}: {error}") from error
        item = str(row[named]) if named and row[named] is not None else str(i)
        rows.append({"set": name, "item": item, "texts": texts, "num_variants": num_variants})
    return pa.Table.from_pylist(rows, schema=ITEMS)


# ---- words --------------------------------------------------------------------------------------------------------------

UNSPACED_RANGES = (
    (0x0E00, 0x0FFF),  # Thai, Lao, Tibetan
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x312F),  # radicals, kana, Bopomofo
    (0x31A0, 0x9FFF),  # the rest of them, ideographs
    (0xF900, 0xFAFF),  # compatibility ideographs
    (0x20000, 0x3FFFF),  # ideographs, extensions B and later
)
"""Scripts written without spaces between words."""
LAYOUT_COMMANDS = (
    "left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr quad qquad displaystyle textstyle "
    "scriptstyle limits nolimits text textrm textbf textit mathrm mathbf mathit mathsf mathtt boldsymbol bm mbox hbox hspace "
    "vspace hfill "
    "phantom nonumber notag label begin end"
)
"""LaTeX commands that do not change what a formula says; `begin` and `end` go, the name of the environment stays."""
SAME_COMMANDS = {"dfrac": "frac", "tfrac": "frac", "le": "leq", "ge": "geq", "ne": "neq", "to": "rightarrow", "operatorname": ""}


class Letters(NamedTuple):
    """What the kernel looks up: by code point, and LaTeX commands by hash."""

    classes: npt.NDArray[np.uint8]
    folded: npt.NDArray[np.uint32]
    commands: UInt64Array
    replaced: UInt64Array
    """What stands for each command; 0: nothing."""


@functools.lru_cache(maxsize=1)
def letters() -> Letters:
    """Built from the running Python's Unicode data (0.3 s)."""
    from quality.contamination_kernel import SINGLE

    classes = np.zeros(0x110000, np.uint8)
    folded = np.arange(0x110000, dtype=np.uint32)
    for code in (*range(0xD800), *range(0xE000, 0x20000), *range(0xE0000, 0xE0200)):
        fold = _fold(chr(code))
        folded[code] = ord(fold)
        classes[code] = _class_of(fold)
    classes[0x20000:0x40000] = SINGLE
    plain = Letters(classes, folded, np.zeros(0, np.uint64), np.zeros(0, np.uint64))
    same = {**dict.fromkeys(LAYOUT_COMMANDS.split(), ""), **SAME_COMMANDS}
    hashes = {name: words_of(name, plain).hashes[0] for name in {*same, *same.values()} if name}
    replaced = {hashes[name]: hashes[other] if other else np.uint64(0) for name, other in same.items()}
    return Letters(classes, folded, np.array(list(replaced), np.uint64), np.array(list(replaced.values()), np.uint64))


def _fold(character: str) -> str:
    compatible = unicodedata.normalize("NFKC", character)
    lower = (compatible if len(compatible) == 1 else character).lower()
    return lower if len(lower) == 1 else character


def _class_of(character: str) -> int:
    from quality.contamination_kernel import INVISIBLE, LETTER, SINGLE

    category = unicodedata.category(character)
    code = ord(character)
    if category == "Cf" or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:
        return INVISIBLE if code != 0x200B else 0
    if category[0] == "N":
        return SINGLE
    if category[0] in "LM":
        return SINGLE if any(first <= code <= last for first, last in UNSPACED_RANGES) else LETTER
    return 0


class Words(NamedTuple):
    """The words of a text: hash, first byte, byte after the last, whether it is a word of prose."""

    hashes: UInt64Array
    starts: Int64Array
    ends: Int64Array
    is_prose: npt.NDArray[np.bool_]


def words_of(text: str, alphabet: Letters | None = None) -> Words:
    """All words of `text`."""
    from quality.contamination_kernel import read_words

    data = np.frombuffer(text.encode(), np.uint8)
    space = _space(data.size)
    count = read_words(data, 0, 0, data.size, *(alphabet or letters()), *space, 0)[1]
    return Words(space.hashes[:count], space.starts[:count], space.ends[:count], space.is_prose[:count])


def _space(size: int) -> Words:
    return Words(np.zeros(size, np.uint64), np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, np.bool_))


def gram_keys(hashes: UInt64Array, num_words: int) -> UInt64Array:
    """The key of every gram of so many words."""
    from quality.contamination_kernel import gram_keys as fill

    keys = np.zeros(max(0, hashes.size - num_words + 1), np.uint64)
    if keys.size:
        fill(hashes, hashes.size, num_words, keys)
    return keys


# ---- index --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Index:
    """All grams of the evaluation sets: 13 bytes each, and 2.7 to 5.4 in the filter; 50 million are 0.8 GB."""

    keys: UInt64Array
    places: npt.NDArray[np.uint32]
    counts: npt.NDArray[np.bool_]
    bits: UInt64Array
    """A Bloom filter of 64-bit blocks: key >> shift chooses the block."""
    shift: np.uint64
    widths: Int64Array
    """Numbers of words of the grams, ascending."""
    items: pa.Table
    """PLACED_ITEMS."""

    @property
    def num_bytes(self) -> int:
        return self.keys.nbytes + self.places.nbytes + self.counts.nbytes + self.bits.nbytes


def grams_of(items: pa.Table, *, config: ContaminationConfig) -> tuple[pa.Table, pa.Table]:
    """ITEMS -> GRAMS sorted by key and PLACED_ITEMS. Grams that too many items share are left out."""
    keys, places, counts, is_variant, owners, firsts, short = [], [], [], [], [], [], []
    place = 0
    for number, (texts, num_variants) in enumerate(
        zip(items.column("texts").to_pylist(), items.column("num_variants").to_pylist(), strict=True)
    ):
        firsts.append(place)
        short.append(list[int]())
        for t, text in enumerate(texts):
            words = words_of(text)
            size = min(config.gram_words, words.hashes.size)
            if size >= MIN_WORDS:
                made = gram_keys(words.hashes, size)
                keys.append(made)
                places.append(np.arange(place, place + made.size))
                counts.append(_that_count(distinct_prose(words, size), is_short=size < config.gram_words, config=config))
                is_variant.append(np.full(made.size, t >= len(texts) - num_variants))
                owners.append(np.full(made.size, number))
                short[-1] += [size] if size < config.gram_words else []
            place += words.hashes.size
    if place >= 1 << 32:
        raise InputError(f"evaluation sets of {place:,} words; an index holds 2^32")
    key = np.concatenate([np.zeros(0, np.uint64), *keys])
    owner = np.concatenate([np.zeros(0, np.int64), *owners])
    order = np.lexsort((owner, key))
    key, owner = key[order], owner[order]
    where, count, variant = (
        np.concatenate([np.zeros(0, kind), *parts])[order]
        for kind, parts in ((np.int64, places), (np.bool_, counts), (np.bool_, is_variant))
    )
    is_new_key = np.concatenate([[True], key[1:] != key[:-1]])[: key.size]
    is_new_owner = is_new_key | np.concatenate([[True], owner[1:] != owner[:-1]])[: key.size]
    group = np.cumsum(is_new_key) - 1
    stays = np.bincount(group, is_new_owner)[group] <= config.max_items if key.size else np.zeros(0, np.bool_)
    grams = pa.table([key[stays], where[stays].astype(np.uint32), count[stays]], schema=GRAMS)
    num_items = items.num_rows
    placed = [
        *(items.column(name) for name in ("set", "item", "texts")),
        pa.array(firsts, pa.int64()),
        pa.array(np.bincount(owner[stays & ~variant], minlength=num_items), pa.int32()),
        pa.array(np.bincount(owner[stays & count], minlength=num_items), pa.int32()),
        pa.array(short, PLACED_ITEMS.field("short_words").type),
    ]
    return grams, pa.table(placed, schema=PLACED_ITEMS)


def _that_count(distinct: Int64Array, *, is_short: bool, config: ContaminationConfig) -> npt.NDArray[np.bool_]:
    """Which grams of a text count, given the different words of prose in each."""
    most = int(distinct.max())
    least = min(SHORT_DISTINCT_WORDS if is_short else max(BEST_DISTINCT_WORDS, most), config.min_distinct_words)
    return distinct >= least


def distinct_prose(words: Words, num_words: int) -> Int64Array:
    """Different words of prose in every gram of so many words."""
    prose = np.where(words.is_prose, words.hashes, np.uint64(0))
    windows = np.sort(np.lib.stride_tricks.sliding_window_view(prose, num_words), axis=1)
    number: Int64Array = (windows[:, 0] != 0) + np.count_nonzero(windows[:, 1:] != windows[:, :-1], axis=1)
    return number


def make_index(grams: pa.Table, placed: pa.Table, *, gram_words: int) -> Index:
    """The index of GRAMS and PLACED_ITEMS made with so many words."""
    from quality.contamination_kernel import fill_filter

    keys, places, counts = (grams.column(name).combine_chunks().to_numpy(zero_copy_only=False) for name in GRAMS.names)
    blocks = max(10, int(np.ceil(np.log2(max(1, keys.size * FILTER_BITS / 64)))))
    bits, shift = np.zeros(1 << blocks, np.uint64), np.uint64(64 - blocks)
    fill_filter(keys, bits, shift)
    widths = sorted({gram_words, *pc.unique(pc.list_flatten(placed.column("short_words"))).to_pylist()})
    return Index(keys=keys, places=places, counts=counts, bits=bits, shift=shift, widths=np.array(widths, np.int64), items=placed)


def build_index(items: pa.Table, *, config: ContaminationConfig) -> Index:
    """The index of ITEMS."""
    return make_index(*grams_of(items, config=config), gram_words=config.gram_words)


# ---- documents ----------------------------------------------------------------------------------------------------------


def find_matches(documents: pa.Table, index: Index, *, first_row: int = 0) -> pa.Table:
    """MATCHES of the column `text`; rows are numbered from `first_row`."""
    from quality.contamination_kernel import scan

    text = documents.column("text").cast(pa.large_string()).combine_chunks()
    arrays = text.chunks if isinstance(text, pa.ChunkedArray) else [text]
    parts = [MATCHES.empty_table()]
    space = (*_space(BLOCK_WORDS), np.zeros(BLOCK_WORDS, np.uint64))
    for array in arrays:
        bounds = np.frombuffer(array.buffers()[1], np.int64)[array.offset : array.offset + len(array) + 1]
        buffer = array.buffers()[2]
        data = np.frombuffer(buffer, np.uint8) if buffer is not None and buffer.size else np.zeros(0, np.uint8)
        capacity = 1 << 12
        while True:
            found = tuple(np.zeros(capacity, np.int64) for _ in range(6))
            count = scan(data, bounds, index.widths, tuple(letters()), space, (index.keys, index.bits, index.shift), found)
            if count <= capacity:
                break
            capacity = count
        row, gram, num_words, word, start, end = (values[:count] for values in found)
        starts, ends = _characters(data, bounds, row, start, end)
        columns = [row + first_row, gram, num_words.astype(np.int32), word, starts, ends]
        parts.append(pa.table([pa.array(values) for values in columns], schema=MATCHES))
        first_row += len(array)
    return pa.concat_tables(parts)


def _characters(
    data: npt.NDArray[np.uint8], bounds: Int64Array, row: Int64Array, start: Int64Array, end: Int64Array
) -> tuple[Int64Array, Int64Array]:
    """Bytes of the data as characters of each document."""
    starts, ends = np.zeros_like(start), np.zeros_like(end)
    for d in np.unique(row).tolist():
        first = bounds[d]
        before = np.concatenate([[0], np.cumsum((data[first : bounds[d + 1]] & 0xC0) != 0x80)])
        some = row == d if row.size < 1 << 12 else slice(*np.searchsorted(row, [d, d + 1]).tolist())
        starts[some], ends[some] = before[start[some] - first], before[end[some] - first]
    return starts, ends


def document_frequency(matches: pa.Table, keep: npt.NDArray[np.bool_] | None = None) -> pa.Table:
    """FREQUENCIES of the grams of one shard's MATCHES, in the rows that `keep` keeps (all, where none)."""
    row, gram = matches.column("row").to_numpy(), matches.column("gram").to_numpy()
    if keep is not None:
        row, gram = row[keep[row]], gram[keep[row]]
    pairs = np.unique(np.stack([gram, row]), axis=1)
    found, number = np.unique(pairs[0], return_counts=True)
    return pa.table([found, number], schema=FREQUENCIES)


def sum_frequencies(tables: Iterable[pa.Table]) -> pa.Table:
    """FREQUENCIES of several shards added up."""
    summed = pa.concat_tables([FREQUENCIES.empty_table(), *tables]).group_by("gram").aggregate([("num_documents", "sum")])
    return (
        summed.rename_columns({"num_documents_sum": "num_documents"}).select(FREQUENCIES.names).sort_by("gram").cast(FREQUENCIES)
    )


def find_hits(matches: pa.Table, frequencies: pa.Table, index: Index, *, config: ContaminationConfig) -> pa.Table:
    """FOUND of one shard: passages by row, place and item, those that are only stock phrases among them, marked."""
    runs = _runs(matches, frequencies, index)
    found: list[dict[str, Any]] = []
    merged: dict[tuple[int, int, bool], dict[str, Any]] = {}
    for run in runs:
        is_stock = run["num_documents"] > config.max_documents
        key = (run["row"], run["item"], is_stock)
        hit = merged.get(key)
        if hit is None or run["start"] > hit["end"] + GAP_CHARS:
            merged[key] = hit = {**run, "is_stock": is_stock, "places": set()}
            found.append(hit)
        hit["end"] = max(hit["end"], run["end"])
        hit["num_words"] = max(hit["num_words"], run["num_words"])
        hit["num_documents"] = min(hit["num_documents"], run["num_documents"])
        hit["places"].update(run["places"])
    sizes = index.items.column("num_grams").to_pylist()
    for hit in found:
        hit["num_grams"] = len(hit["places"])
        hit["item_fraction"] = min(1.0, hit["num_grams"] / max(1, sizes[hit["item"]]))
    return pa.Table.from_pylist(found, schema=FOUND).sort_by([(name, "ascending") for name in ("row", "start", "end", "item")])


def _runs(matches: pa.Table, frequencies: pa.Table, index: Index) -> list[dict[str, Any]]:
    """Consecutive grams of an item in consecutive places of a document, one of which counts; by row and start."""
    row, gram, width, word, start, end = (matches.column(name).to_numpy() for name in MATCHES.names)
    if row.size == 0:
        return []
    after = np.searchsorted(index.keys, index.keys[gram], side="right")
    repeats = after - gram
    entry = np.repeat(gram - np.cumsum(repeats) + repeats, repeats) + np.arange(repeats.sum())
    row, gram, width, word, start, end = (np.repeat(values, repeats) for values in (row, gram, width, word, start, end))
    place = index.places[entry].astype(np.int64)
    item = np.searchsorted(index.items.column("first_place").to_numpy(), place, side="right") - 1
    known, numbers = frequencies.column("gram").to_numpy(), frequencies.column("num_documents").to_numpy()
    at = np.minimum(np.searchsorted(known, gram), max(0, known.size - 1))
    frequency = np.where(known[at] == gram, numbers[at], 0) if known.size else np.zeros(gram.size, np.int64)
    order = np.lexsort((word, word - place, width, item, row))
    row, item, width, word, place, start, end, frequency = (
        values[order] for values in (row, item, width, word, place, start, end, frequency)
    )
    shift = word - place
    goes_on = np.ones(row.size - 1, np.bool_)
    for values in (row, item, width, shift):
        goes_on &= values[1:] == values[:-1]
    goes_on &= word[1:] == word[:-1] + 1
    begins = np.flatnonzero(np.concatenate([[True], ~goes_on]))
    lasts = np.concatenate([begins[1:], [row.size]]) - 1
    counted = np.logical_or.reduceat(index.counts[entry[order]], begins)
    rarest = np.minimum.reduceat(frequency, begins)
    runs = [
        {
            "row": int(row[b]),
            "item": int(item[b]),
            "num_words": int(width[b] + e - b),
            "num_documents": int(rarest[r]),
            "start": int(start[b]),
            "end": int(end[e]),
            "places": range(int(place[b]), int(place[e]) + 1),
        }
        for r, (b, e) in enumerate(zip(begins.tolist(), lasts.tolist(), strict=True))
        if counted[r]
    ]
    return sorted(runs, key=lambda run: (run["row"], run["start"], run["end"], run["item"]))


def annotate(documents: pa.Table, found: pa.Table, index: Index, *, first_row: int = 0) -> pa.Table:
    """CONTAMINATION of the documents (doc_id, num_chars), whose rows are numbered from `first_row` in FOUND."""
    hits: list[list[dict[str, Any]]] = [[] for _ in range(documents.num_rows)]
    sets, items = index.items.column("set"), index.items.column("item")
    rows = found.filter(pc.invert(found.column("is_stock"))).to_pylist()
    for hit in rows:
        if 0 <= hit["row"] - first_row < documents.num_rows:
            kept = {name: hit[name] for name in HIT_FIELDS}
            named = {"set": sets[hit["item"]].as_py(), "item": items[hit["item"]].as_py(), **kept}
            hits[hit["row"] - first_row].append(named)
    fractions = [
        _covered(each) / max(1, chars) for each, chars in zip(hits, documents.column("num_chars").to_pylist(), strict=True)
    ]
    columns = [
        documents.column("doc_id"),
        pa.array(hits, CONTAMINATION.field("hits").type),
        pa.array(fractions, pa.float32()),
    ]
    return pa.table(columns, schema=CONTAMINATION)


HIT_FIELDS = ("num_grams", "num_words", "item_fraction", "num_documents", "start", "end")


def _covered(hits: Sequence[Mapping[str, Any]]) -> int:
    """Characters within hits, each once; hits are sorted by start."""
    total = reached = 0
    for hit in hits:
        total += max(0, hit["end"] - max(reached, hit["start"]))
        reached = max(reached, hit["end"])
    return total


def find_contamination(documents: pa.Table, index: Index, *, config: ContaminationConfig) -> pa.Table:
    """CONTAMINATION of documents (doc_id, text) in memory, every one of which counts for the frequency of grams."""
    matches = find_matches(documents, index)
    found = find_hits(matches, document_frequency(matches), index, config=config)
    if "num_chars" not in documents.column_names:
        documents = documents.append_column("num_chars", pc.utf8_length(documents.column("text")))
    return annotate(documents, found, index)
