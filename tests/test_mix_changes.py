"""A change of plan: rows before it stay byte for byte, positions run on, caps and totals hold, what cannot be is explained."""

from __future__ import annotations

import functools
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from corpus import schema, shards
from corpus.config import build
from corpus.errors import RecipeError, StageError
from corpus.ids import content_id
from corpus.sequences import StageRows
from corpus.stage import NO_REJECTS, StageOutput
from mix.changes import follow
from mix.emit import EmitJob, emitter
from mix.inventory import Inventory, from_mapping
from mix.order import ChangedOrder, Order
from mix.plan import Plan
from mix.plan_table import changes_table
from mix.recipe import Change, Group, StageMixture
from mix.tokenizing import train_tokenizer
from mix.where import places
from pipelines import mix_plan, run_mix
from pipelines.engine import Context, Stage, StageResult, Task, run_stage
from pipelines.mix_verify import emit_job, plan_of, verify
from pipelines.report_run import open_run
from tests.mix_corpus import local_context, rows_of, scored_corpus, settings, text_of, three_stages, write_run, write_tokenizer

# ------------------------------------------------------------------------------------------------------------- order


@st.composite
def changed_orders(draw: st.DrawFn) -> ChangedOrder:
    """One to four segments, each cut somewhere by the next one; buckets come and go."""
    segments: list[tuple[int, dict[str, int]]] = []
    first = 0
    for _ in range(draw(st.integers(1, 4))):
        quotas = draw(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 25), min_size=1))
        segments.append((first, quotas))
        first += draw(st.integers(1, sum(quotas.values())))
    return ChangedOrder(segments, first)


@given(changed_orders())
@hypothesis_settings(deadline=None)
def test_a_changed_order_deals_every_bucket_in_sequence_and_finds_rows_back(order: ChangedOrder) -> None:
    seen = dict.fromkeys(order.buckets, 0)
    many = order.buckets_of_rows(np.arange(order.num_rows))
    for row in range(order.num_rows):
        bucket, nth = order.bucket_of_row(row)
        assert nth == seen[bucket]
        assert (order.buckets[many.bucket[row]], many.nth[row]) == (bucket, nth)
        assert order.row_of(bucket, nth) == row
        seen[bucket] += 1
        assert order.counts_before(row + 1) == seen
    assert seen == order.quotas
    assert sum(seen.values()) == order.num_rows


@given(changed_orders())
@hypothesis_settings(deadline=None)
def test_every_prefix_is_within_the_bound_of_its_segment(order: ChangedOrder) -> None:
    dealt = order.buckets_of_rows(np.arange(order.num_rows)).bucket
    rows = np.arange(1, order.num_rows + 1)
    for index, bucket in enumerate(order.buckets):
        share = order.share_of(np.full(len(rows), index), rows)
        assert np.abs(np.cumsum(dealt == index) - share).max() <= order.bound_of(bucket) + 1e-9
        assert order.bound_of(bucket) <= order.bound == max(order.bounds)


def test_rows_before_a_change_are_those_without_it() -> None:
    quotas = {"web": 50, "code": 30, "papers": 7}
    plain, changed = Order(quotas), ChangedOrder([(0, quotas), (40, {"code": 9, "books": 2})], 51)
    for row in range(40):
        assert changed.bucket_of_row(row) == plain.bucket_of_row(row)
    assert changed.bucket_of_row(40)[1] == plain.counts_before(40).get(changed.bucket_of_row(40)[0], 0)
    with pytest.raises(IndexError):
        changed.bucket_of_row(51)


def test_hundreds_of_buckets_changed_at_published_size_stay_within_two_rows() -> None:
    segments = []
    for k in range(3):
        weights = np.random.default_rng(k).dirichlet(np.full(256, 0.5))
        segments.append(
            (k * 700_000_000, {str(i): int(weight * 2_170_898_438) for i, weight in enumerate(weights) if weight > 1e-9})
        )
    order = ChangedOrder(segments, 2_170_000_000)
    assert order.bound < 1.6
    places_ = np.random.default_rng(9).integers(0, order.num_rows, 20_000)
    found = order.buckets_of_rows(places_)
    assert np.abs(found.nth - order.share_of(found.bucket, places_)).max() <= order.bound
    assert np.abs(found.nth + 1 - order.share_of(found.bucket, places_ + 1)).max() <= order.bound
    for place, bucket, nth in zip(places_[:200].tolist(), found.bucket[:200], found.nth[:200].tolist(), strict=True):
        assert order.row_of(order.buckets[bucket], nth) == place


# -------------------------------------------------------------------------------------------------------------- plans


def inventory_of(*buckets: tuple[str, str, float]) -> Inventory:
    rows = [{"source": s, "domain": d, "documents": 1, "tokens": t} for s, d, t in buckets]
    return from_mapping({"columns": {"source": "string", "domain": "string"}, "buckets": rows}, where="inventory")


BUCKETS = (("web", "general", 8000), ("web", "mathematics", 1000), ("papers", "mathematics", 1000))
THREE = inventory_of(*BUCKETS)
FOUR = inventory_of(*BUCKETS, ("books", "general", 3000))
"""With another source, whose bucket sorts before the others."""
MATH = {"math": Group(domains=("mathematics",), token_fraction=0.5)}


def stage(name: str = "one", tokens: int = 5000, **settings: Any) -> StageMixture:
    return StageMixture(name=name, tokens=tokens, seq_len=settings.pop("seq_len", 10), **settings)


def rows_by(plan: Plan, index: int) -> dict[str, int]:
    return {b: n for b, n in zip(plan.buckets, plan.stages[index].rows, strict=True) if n}


def rows_from(plan: Plan, index: int, row: int) -> Counter[str]:
    order = plan.order(index)
    return Counter(order.bucket_of_row(i)[0] for i in range(row, order.num_rows))


def test_new_rates_hold_from_the_row_on_and_the_past_stays() -> None:
    first = follow(THREE, [stage()])
    plan = follow(THREE, [stage(changes=(Change(from_row=200, groups=MATH),))], first)
    order, before = plan.order(0), first.order(0)
    assert [order.bucket_of_row(i) for i in range(200)] == [before.bucket_of_row(i) for i in range(200)]
    assert rows_from(plan, 0, 200) == {"web/general": 150, "web/mathematics": 75, "papers/mathematics": 75}
    assert plan.stages[0].num_rows == 500 == first.stages[0].num_rows
    assert Plan.from_mapping(plan.to_mapping()) == plan
    assert plan.ancestors[0].digest == first.digest == plan.first.digest != plan.digest


def test_a_change_is_the_same_solved_from_the_recipe_alone_and_in_steps() -> None:
    one, two = Change(from_row=200, groups=MATH), Change(from_row=350, groups={}, tokens=7000)
    both = [stage(changes=(one, two)), stage("two")]
    steps = follow(THREE, [stage(), stage("two")])
    steps = follow(THREE, [stage(changes=(one,)), stage("two")], steps)
    steps = follow(THREE, both, steps)
    assert steps == follow(THREE, both)
    assert follow(THREE, both, steps) == steps
    assert [segment.from_row for segment in steps.stages[0].segments] == [0, 200, 350]
    assert steps.stages[0].num_rows == 700
    assert [v.digest for v in steps.versions].index(steps.version_of(0, 349).digest) == 1
    assert steps.version_of(1, 0).digest == steps.digest


def test_what_was_read_counts_towards_the_caps() -> None:
    """500 rows read 1,000 tokens of papers by then; 2 epochs are left to papers and to web's mathematics."""
    first = follow(THREE, [stage(groups=MATH, max_epochs=4)])
    assert first.epochs(0)[0] == 1.25
    plan = follow(
        THREE, [stage(groups=MATH, max_epochs=4, changes=(Change(from_row=500, tokens=10_000, max_epochs=2.5),))], first
    )
    assert plan.stages[0].num_rows == 1000
    assert plan.epochs(0).max() <= 2.5
    assert rows_from(plan, 0, 500)["papers/mathematics"] == 125


def test_a_new_source_is_drawn_from_its_row_on() -> None:
    first = follow(THREE, [stage(), stage("two")])
    changed = [stage(changes=(Change(from_row=250, new_sources=("books",)),)), stage("two")]
    plan = follow(FOUR, changed, first)
    order, before = plan.order(0), first.order(0)
    assert [order.bucket_of_row(i) for i in range(250)] == [before.bucket_of_row(i) for i in range(250)]
    assert rows_from(plan, 0, 250)["books/general"] == pytest.approx(250 * 3000 / 13_000, abs=1)
    assert rows_by(plan, 1)["books/general"] == pytest.approx(500 * 3000 / 13_000, abs=1)
    assert plan == follow(FOUR, changed), "without the first plan the recipe says the same"
    text = changes_table(first, plan, 0, 250)
    assert "rows before row 250 of one stay" in text
    assert [line.split()[0] for line in text.splitlines()[2:]] == ["books", "papers", "web", "all"]


def test_a_stage_can_be_extended_at_its_end_or_cut_short() -> None:
    first = follow(THREE, [stage(), stage("two", tokens=2000, seq_len=20)])
    longer = follow(THREE, [stage(), stage("two", tokens=2000, seq_len=20, changes=(Change(from_row=100, tokens=3000),))], first)
    assert longer.stages[0] == first.stages[0]
    assert longer.stages[1].num_rows == 150
    assert sum(rows_from(longer, 1, 100).values()) == 50
    shorter = follow(THREE, [stage(), stage("two", tokens=2000, seq_len=20, changes=(Change(from_row=60, tokens=1200),))], first)
    assert shorter.stages[1].num_rows == 60
    assert rows_by(shorter, 1) == first.order(1).counts_before(60)


def test_a_later_stage_may_change_from_its_first_row() -> None:
    first = follow(THREE, [stage(), stage("two")])
    plan = follow(THREE, [stage(), stage("two", changes=(Change(from_row=0, groups=MATH),))], first)
    assert plan.stages[0] == first.stages[0]
    assert plan.stages[1].rows == follow(THREE, [stage("two", groups=MATH)]).stages[0].rows


names = st.tuples(st.sampled_from(["web", "papers", "code"]), st.sampled_from(["mathematics", "code", "news"]))
inventories = st.dictionaries(names, st.integers(500, 10**5), min_size=2)


@given(inventories, st.integers(0, 400), st.integers(0, 300), st.floats(0.1, 0.9))
@hypothesis_settings(max_examples=60, deadline=None)
def test_totals_are_exact_and_the_bound_holds_in_each_segment(
    buckets: dict[tuple[str, str], int], row: int, more: int, fraction: float
) -> None:
    if not 0 < sum(domain == "code" for _, domain in buckets) < len(buckets):
        return
    inventory = inventory_of(*((source, domain, tokens) for (source, domain), tokens in buckets.items()))
    groups = {"code": Group(domains=("code",), token_fraction=fraction)}
    one, two = stage(tokens=4000, max_epochs=1e6), stage("two", tokens=2000, max_epochs=1e6)
    change = Change(from_row=row, tokens=4000 + 10 * more, groups=groups)
    plan = follow(inventory, [replace(one, changes=(change,)), two])
    assert [planned.num_rows for planned in plan.stages] == [400 + more, 200]
    order = plan.order(0)
    assert order.num_rows == 400 + more
    assert {b: n for b, n in order.counts_before(order.num_rows).items() if n} == rows_by(plan, 0)
    assert order.bound < 3
    left = rows_from(plan, 0, row)
    code = sum(n for bucket, n in left.items() if bucket.endswith("/code"))
    assert abs(code - fraction * (400 + more - row)) < 1 or row == 400 + more


@pytest.mark.parametrize(
    ("edited", "said"),
    [
        ({"groups": MATH}, "is not the one of plan"),
        ({"seq_len": 20}, "one: mixture.seq_len was 10, is 20"),
        ({"packing": "concatenate"}, "one: mixture.packing was 'best_fit', is 'concatenate'"),
    ],
)
def test_what_was_decided_cannot_be_edited(edited: dict[str, Any], said: str) -> None:
    first = follow(THREE, [stage()])
    with pytest.raises(RecipeError, match=said) as error:
        follow(THREE, [stage(**{**edited, "changes": (Change(from_row=200),)})], first)
    assert "under `changes`" in str(error.value)


def test_documents_of_the_past_cannot_change() -> None:
    first = follow(THREE, [stage()])
    changed = [stage(changes=(Change(from_row=200, groups=MATH),))]
    grown = inventory_of(("web", "general", 8001), *BUCKETS[1:])
    with pytest.raises(RecipeError, match=r"bucket web/general had 8,000 tokens when the plan was made and has 8,001"):
        follow(grown, changed, first)
    with pytest.raises(RecipeError, match="bucket web/general had 8,000 tokens when the plan was made and has none"):
        follow(inventory_of(*BUCKETS[1:]), changed, first)
    with pytest.raises(RecipeError, match="source books is not in plan .*new_sources"):
        follow(FOUR, changed, first)
    with pytest.raises(RecipeError, match="bucket web/news was not there"):
        follow(inventory_of(*BUCKETS, ("web", "news", 5)), changed, first)
    with pytest.raises(RecipeError, match="no source 'book' in the inventory"):
        follow(FOUR, [stage(changes=(Change(from_row=2, new_sources=("book",)),))])


def test_a_change_that_cannot_be_is_explained_with_what_was_read() -> None:
    """Rows to 300 read 300 x 10 x 1/4 of papers and of web's mathematics each; 2 x 1,000 tokens of each is all they may give."""
    first = follow(THREE, [stage(groups=MATH, max_epochs=2)])
    all_math = {"math": Group(domains=("mathematics",), token_fraction=1.0)}
    change = Change(from_row=300, tokens=8000, groups=all_math)
    with pytest.raises(RecipeError) as error:
        follow(THREE, [stage(groups=MATH, max_epochs=2, changes=(change,))], first)
    message = str(error.value)
    assert "one: mixture.changes[0]: from row 300 on, with what was read before it: the mixture cannot be met" in message
    assert "one.math: asks for at least 5k tokens, 2.5k can be had together with the rest: short by 2.5k" in message
    assert "papers, 1k tokens x max_epochs 2 = 2k over all its buckets, 750 of them read before" in message
    assert "lower one's groups.math.token_fraction to 0.5000 (from 1)" in message
    # 750 + 1,250 of papers, and of web's mathematics 4,500, or the reverse.
    assert "raise max_epochs of web from 2 to 4.5" in message
    enough = replace(change, max_epochs_by_source={"web": 4.5})
    assert follow(THREE, [stage(groups=MATH, max_epochs=2, changes=(enough,))], first).epochs(0).max() <= 4.5


def test_mistakes_in_changes() -> None:
    base = {"name": "s", "tokens": 100, "seq_len": 10}
    for changes, said in (
        ([{"from_row": 5, "seq_len": 20}], "seq_len: cannot change inside a stage"),
        ([{"from_row": 5, "packing": "concatenate"}], "packing: cannot change inside a stage"),
        ([{"from_row": -1}], "from_row: expected 0 or more"),
        ([{"from_row": 5}, {"from_row": 5}], "expected each from_row above the one before it, saw 5, 5"),
        ([{"from_row": 11}], r"from_row 11 is beyond the stage's 10 rows"),
        ([{"from_row": 5, "tokens": 40}], r"from_row 5 is beyond the stage's 4 rows"),
        ([{"from_rows": 5}], "unknown key 'from_rows'"),
        ([{"from_row": 5, "groups": {"a": {"token_fraction": 2}}}], "a share from 0 to 1"),
    ):
        with pytest.raises(RecipeError, match=said):
            build(StageMixture, {**base, "changes": changes}, where="stage.yaml: mixture")
    first = follow(THREE, [stage()])
    with pytest.raises(RecipeError, match="beyond the stage's 500 rows"):
        follow(THREE, [stage(changes=(Change(from_row=501, tokens=9000),))], first)


# ------------------------------------------------------------------------------------------------- whole runs, emitted

ROWS_PER_SHARD = 20


def read_more(numbers: range, *, which: int, table_schema: pa.Schema) -> Iterator[StageOutput]:
    """Documents of another source."""
    rows = []
    for number in numbers:
        row = {**rows_of(number)[which]}
        row |= {"source": "books"} if "source" in row else {}
        row |= {"keep": True} if "keep" in row else {}
        filled = {field.name: row.get(field.name, _zero(field)) for field in table_schema}
        rows.append(filled | ({"extraction_quality": 0.9} if "extraction_quality" in row else {}))
    yield StageOutput(pa.Table.from_pylist(rows, schema=table_schema), NO_REJECTS)


def _zero(field: pa.Field) -> Any:
    if field.nullable:
        return None
    if pa.types.is_struct(field.type):
        return {inner.name: 0.0 for inner in field.type}
    if pa.types.is_list(field.type):
        return []
    return pa.scalar(0).cast(field.type).as_py() if not pa.types.is_large_string(field.type) else ""


def with_books(results: tuple[StageResult, ...], context: Context) -> tuple[StageResult, ...]:
    """The stages with a shard of another source more, as a recipe with one source more makes them."""
    made = []
    for which, (result, name) in enumerate(zip(results, ("DOCUMENTS", "CLUSTERS", "SCORES"), strict=True)):
        table_schema = schema.SCHEMAS[name]
        read = functools.partial(read_more, which=which, table_schema=table_schema)
        stage_ = Stage(name=f"{result.manifest.stage}-more", config={}, packages=(), read=read, output_schema=table_schema)
        made.append(run_stage(stage_, [Task(shard="books-0", digest="b", payload=range(1001, 1081, 4))], context))
    return tuple(made)


class Mixture:
    """A run that is mixed again and again, each time with the recipe as it is then."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.config = settings(write_tokenizer(out), rows_per_shard=ROWS_PER_SHARD)

    def mix(self, stages: list[StageMixture], *, books: bool = False, before: str | None = None) -> tuple[Plan, run_mix.Emitted]:
        context = local_context(self.out)
        results = scored_corpus(context)
        more = with_books(results, context) if books else ()
        pairs = [[result, more[i]] if books else [result] for i, result in enumerate(results)]
        counted = run_mix.inventory(self.config, *pairs, context)
        plan, _ = mix_plan.solve(stages, counted.inventory, mix=self.config, out=str(self.out), before=before)
        mix_plan.remember(plan, self.config, str(self.out), before=before)
        emitted = run_mix.emit(self.config, plan, counted, context)
        write_run(context, self.config, plan, stages)
        return plan, emitted

    def files(self) -> dict[str, tuple[int, bytes]]:
        """When each shard of the stages was written, and its bytes."""
        found = sorted(self.out.glob("mix-*/*/shards/*.parquet"))
        return {str(path.relative_to(self.out)): (path.stat().st_mtime_ns, path.read_bytes()) for path in found}


def first_stages(changes: Mapping[str, tuple[Change, ...]] | None = None) -> list[StageMixture]:
    """three_stages, in which only stage `three` draws books."""
    stages = three_stages()
    return [replace(stage_, changes=(changes or {}).get(stage_.name, ())) for stage_ in stages]


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run mixed by first_stages()."""
    out = tmp_path_factory.mktemp("first")
    Mixture(out).mix(first_stages())
    return out


@pytest.fixture
def run(first_run: Path, tmp_path: Path) -> Mixture:
    """The same, to be changed."""
    shutil.copytree(first_run, tmp_path / "run")
    return Mixture(tmp_path / "run")


def job_of(run: Mixture) -> EmitJob:
    opened = open_run(str(run.out))
    return emit_job(opened, plan_of(opened), opened.stages["mix-one"].manifest.config)


def check_whole(run: Mixture, num_rows: list[int]) -> None:
    """verify finds nothing, exactly so many rows are there, each as the plan deals it."""
    verify(str(run.out), remake=True).raise_if_wrong()
    plan = plan_of(open_run(str(run.out)))
    for index, (planned, rows) in enumerate(zip(plan.stages, num_rows, strict=True)):
        urls = sorted(run.out.glob(f"mix-{planned.name}/*/shards/*.parquet"))
        buckets = [bucket for url in urls for bucket in shards.read_table(str(url)).column("bucket").to_pylist()]
        assert len(buckets) == rows == planned.num_rows
        assert Counter(buckets) == {b: n for b, n in zip(plan.buckets, planned.rows, strict=True) if n}
        assert buckets == [plan.order(index).bucket_of_row(i)[0] for i in range(rows)]


CODE = {"code": Group(domains=("code",), token_fraction=0.6)}


def test_files_before_the_change_are_left_and_only_the_rest_is_emitted(run: Mixture) -> None:
    """Row 90 of 200 lies in the fifth file of 20 rows: four stay, that one is written again with the same first ten rows."""
    before = run.files()
    folder = str(next(run.out.glob("mix-one/*")))
    read = StageRows(folder).read(range(200))
    changed = first_stages({"one": (Change(from_row=90, groups=CODE, tokens=64 * 230),)})
    plan, emitted = run.mix(changed)
    assert [planned.num_rows for planned in plan.stages] == [230, 100, 50]
    after = run.files()
    kept = [name for name in before if name.startswith("mix-one") and after[name] == before[name]]
    assert [name[-14:] for name in kept] == [f"{k:06d}.parquet"[-14:] for k in range(4)]
    assert emitted.stages["one"].num_resumed == 4
    assert {name.rsplit("/", 2)[0] for name in after} == {name.rsplit("/", 2)[0] for name in before}, "the same folders"
    old, new = (pa.BufferReader(files[f"{kept[0][:-14]}000004.parquet"][1]) for files in (before, after))
    assert pa.parquet.read_table(old).slice(0, 10).equals(pa.parquet.read_table(new).slice(0, 10))
    # Training that stood at row 90, or before it, goes on in the same folder.
    again_read = StageRows(folder).read(range(230))
    same = [a.tokens.tolist() == b.tokens.tolist() for a, b in zip(read, again_read, strict=False)]
    assert all(same[:90])
    assert not all(same[90:])
    check_whole(run, [230, 100, 50])
    assert run.mix(changed)[0] == plan
    assert run.files() == after, "again: nothing to do"

    # The same plan into an empty folder: every byte the same, the past by itself as well.
    (run.out.parent / "again").mkdir()
    again = Mixture(run.out.parent / "again")
    assert again.mix(changed)[0] == plan
    assert {name: data for name, (_, data) in again.files().items()} == {name: data for name, (_, data) in after.items()}


def test_a_source_added_and_a_stage_extended_with_no_repeat_before_an_epoch_ends(run: Mixture) -> None:
    before = run.files()
    three = (Change(from_row=40, new_sources=("books",), tokens=256 * 90),)
    plan, _ = run.mix(first_stages({"three": three}), books=True)
    after = run.files()
    same = [name for name in before if after[name] == before[name]]
    # All of stages one (10 files) and two (5), and the first two files of stage three.
    assert Counter(name.split("/")[0] for name in same) == {"mix-one": 10, "mix-two": 5, "mix-three": 2}
    check_whole(run, [200, 100, 90])
    drawn = [bucket for bucket in plan.buckets if bucket.startswith("books/")]
    assert drawn
    assert all(plan.order(2).row_of(bucket, 0) >= 40 for bucket in drawn if plan.order(2).quotas.get(bucket))
    assert sum(plan.order(2).quotas.get(bucket, 0) for bucket in drawn) > 0
    # Extended once more, from its end.
    run.mix(first_stages({"three": (*three, Change(from_row=90, tokens=256 * 120))}), books=True)
    longer = run.files()
    assert [name[-14:] for name in after if longer[name] != after[name]] == ["000004.parquet"], "of three: it had ten rows"
    check_whole(run, [200, 100, 120])


def test_where_and_a_seek_agree_with_the_rows_across_a_change(run: Mixture) -> None:
    plan, _ = run.mix(first_stages({"two": (Change(from_row=30, groups=CODE),)}))
    job = job_of(run)
    table = emitter(job).rows(1, range(25, 35)).to_pylist()
    for row in table:
        doc_id = row["doc_ids"][0]
        found = [place for place in places([doc_id], emitter(job), run.config.cell_tokens) if place.stage == "two"]
        assert row["row"] in {place.row for place in found}
    assert plan.order(1).bound < 1.6


def test_a_stage_cut_short_leaves_no_files_behind(run: Mixture) -> None:
    run.mix(first_stages({"three": (Change(from_row=20, tokens=256 * 20),)}))
    assert len(list(run.out.glob("mix-three/*/shards/*.parquet"))) == 1
    check_whole(run, [200, 100, 20])


def test_a_recipe_that_lost_its_changes_and_other_settings_are_refused(run: Mixture) -> None:
    first = plan_of(open_run(str(run.out)))
    changed = first_stages({"one": (Change(from_row=100, groups=CODE),)})
    run.mix(changed)
    with pytest.raises(RecipeError, match="the recipe has lost its `changes`"):
        run.mix(first_stages())
    before = run.files()
    for name, value in (("seed", 6), ("cell_tokens", 5000), ("tokenizer", str(run.out / "other.json"))):
        other = Mixture(run.out)
        if name == "tokenizer":
            found = train_tokenizer(map(text_of, range(200)), vocab_size=290, min_frequency=1)
            (run.out / "other.json").write_text(found)
        other.config = replace(run.config, **{name: value})
        with pytest.raises(RecipeError, match=f"mix.{name}: was"):
            other.mix(changed)
    # Back to the first plan on purpose.
    run.mix(first_stages(), before=str(run.out / "plan" / f"{first.digest}.json"))
    assert {name: data for name, (_, data) in run.files().items() if name.split("/")[0] == "mix-one"}.keys() == {
        name for name in before if name.split("/")[0] == "mix-one"
    }
    check_whole(run, [200, 100, 50])


def test_shards_of_the_past_from_other_documents_stay_and_stop_the_run(run: Mixture) -> None:
    manifest = next(run.out.glob("mix-one/*/manifest.json"))
    record = shards.read_json(str(manifest))
    record["shards"][1]["input_digest"] = content_id("other")[:12]
    shards.write_json(record, str(manifest))
    before = run.files()
    with pytest.raises(StageError, match="shard 000001, and 0 more from before the change"):
        run.mix(first_stages({"one": (Change(from_row=100, groups=CODE),)}))
    assert run.files() == before


def test_the_command_prints_what_changes(run: Mixture) -> None:
    stages = first_stages({"one": (Change(from_row=90, groups=CODE),)})
    context = local_context(run.out)
    counted = run_mix.inventory(run.config, *([result] for result in scored_corpus(context)), context)
    plan, earlier = mix_plan.solve(stages, counted.inventory, mix=run.config, out=str(run.out))
    text = mix_plan.changes_text(plan, earlier, stages, mix=run.config)
    assert "rows before row 90 of one stay" in text
    assert "shard 000004 is written again" in text
    assert "from row 90 code" in plan.table()
