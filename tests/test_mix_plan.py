"""Plans: the rates are the I-projection, rows are exact, what cannot be is explained, the published recipe is met."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from corpus.config import build
from corpus.errors import RecipeError
from mix.infeasible import diagnose
from mix.inventory import Inventory, from_mapping
from mix.plan import Plan, solve
from mix.projection import F64, Constraint, Problem, cap_factors, project
from mix.recipe import Group, MixConfig, Preference, StageMixture

RECIPES = Path(__file__).parent.parent / "pipelines" / "recipes"


def inventory_of(*buckets: tuple[str, str, float]) -> Inventory:
    """(source, domain, tokens) of each bucket."""
    rows = [{"source": s, "domain": d, "documents": 1, "tokens": t, "synthetic": s == "synth"} for s, d, t in buckets]
    columns = {"source": "string", "domain": "string", "synthetic": "boolean"}
    return from_mapping({"columns": columns, "buckets": rows}, where="inventory")


def stage(name: str = "one", tokens: int = 1000, **settings: Any) -> StageMixture:
    return StageMixture(name=name, tokens=tokens, seq_len=settings.pop("seq_len", 10), **settings)


THREE = inventory_of(("web", "general", 800), ("web", "mathematics", 100), ("papers", "mathematics", 100))


# -------------------------------------------------------------------------------------------------------- projection


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Feasible ones: constraints are read off a random point inside the caps."""
    num_stages, num_buckets = draw(st.integers(1, 3)), draw(st.integers(2, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    caps = np.cumsum(rng.uniform(0.2, 1.0, (num_stages, num_buckets)), axis=0)
    inside = np.diff(np.vstack([np.zeros(num_buckets), caps]), axis=0) * rng.uniform(0.1, 0.9, caps.shape)
    constraints = []
    for s in range(num_stages):
        total = float(inside[s].sum())
        constraints.append(Constraint(f"{s}", s, np.ones(num_buckets, bool), total, total))
        group = rng.random(num_buckets) < 0.5
        if group.any() and not group.all():
            share = float(inside[s][group].sum())
            spread = draw(st.sampled_from([0.0, 0.05]))
            constraints.append(Constraint(f"{s}.group", s, group, share * (1 - spread), share * (1 + spread)))
    reference = rng.uniform(0.05, 1.0, caps.shape)
    reference *= inside.sum(axis=1, keepdims=True) / reference.sum(axis=1, keepdims=True)
    return Problem(reference, caps, tuple(constraints))


@given(problems())
@settings(max_examples=100, deadline=None)
def test_the_projection_is_the_minimum(problem: Problem) -> None:
    """scipy's linear program finds the feasible point that the divergence's gradient promises most of: it promises nothing.

    (The Frank-Wolfe gap: for a convex function it bounds how far the value is above the minimum.)
    """
    solution = project(problem)
    assert solution.converged
    check_constraints(problem, solution.tokens)
    gradient = np.log(solution.tokens / problem.reference)
    best = best_point(problem, gradient)
    assert ((solution.tokens - best) * gradient).sum() <= 1e-8


def check_constraints(problem: Problem, tokens: F64) -> None:
    for c in problem.constraints:
        assert c.least - 1e-9 <= tokens[c.stage][c.buckets].sum() <= c.most + 1e-9
    assert (np.cumsum(tokens, axis=0) <= problem.caps + 1e-9).all()


def best_point(problem: Problem, cost: F64) -> F64:
    """The feasible tokens of least cost."""
    shape = problem.reference.shape
    rows: list[F64] = []
    limits: list[float] = []
    for c in problem.constraints:
        mask = np.zeros(shape)
        mask[c.stage] = c.buckets
        rows += [mask.ravel(), -mask.ravel()]
        limits += [c.most, -c.least]
    for s, b in np.ndindex(*shape):
        mask = np.zeros(shape)
        mask[: s + 1, b] = 1
        rows.append(mask.ravel())
        limits.append(float(problem.caps[s, b]))
    found = linprog(cost.ravel(), A_ub=np.array(rows), b_ub=limits)
    return np.asarray(found.x.reshape(shape))


def test_a_projection_by_hand() -> None:
    """Two buckets of 1/2; the first may give 1/4 in the first stage and 3/4 in all: it gives both."""
    reference = np.full((2, 2), 0.5)
    totals = tuple(Constraint(str(s), s, np.ones(2, bool), 1.0, 1.0) for s in range(2))
    solution = project(Problem(reference, np.array([[0.25, 9.0], [0.75, 9.0]]), totals))
    np.testing.assert_allclose(solution.tokens, [[0.25, 0.75], [0.5, 0.5]], atol=1e-10)


@given(st.integers(0, 10**6), st.integers(1, 4))
def test_cap_factors_keep_every_cap_and_touch_where_they_hold(seed: int, num_stages: int) -> None:
    rng = np.random.default_rng(seed)
    uncapped = rng.uniform(0, 1, (num_stages, 6))
    caps = np.minimum.accumulate(rng.uniform(0.1, 2, (num_stages, 6))[::-1], axis=0)[::-1]
    factors = cap_factors(uncapped, caps)
    so_far = np.cumsum(uncapped * factors, axis=0)
    assert (so_far <= caps + 1e-12).all()
    assert (factors <= 1).all()
    assert (np.diff(factors, axis=0) >= 0).all()
    # The last factor below 1 ends at a cap: otherwise more could be read.
    for bucket in range(6):
        below = np.flatnonzero(factors[:, bucket] < 1 - 1e-12)
        if len(below):
            assert so_far[below[-1], bucket] == pytest.approx(caps[below[-1], bucket])


def test_without_constraints_the_inventory_is_read_evenly() -> None:
    plan = solve(THREE, [stage()])
    assert dict(zip(plan.buckets, plan.stages[0].rows, strict=True)) == {
        "papers/mathematics": 10,
        "web/general": 80,
        "web/mathematics": 10,
    }


def test_groups_raise_their_buckets_in_proportion() -> None:
    plan = solve(THREE, [stage(groups={"math": Group(domains=("mathematics",), token_fraction=0.5)})])
    assert plan.stages[0].rows == (25, 50, 25)
    assert plan.stages[0].groups[0].planned == 0.5


def test_a_range_only_acts_at_its_ends() -> None:
    free = Group(domains=("mathematics",), token_fraction=(0.1, 0.3))
    bound = Group(domains=("mathematics",), token_fraction=(0.4, 1.0))
    assert solve(THREE, [stage(groups={"math": free})]).stages[0].rows == (10, 80, 10)
    assert solve(THREE, [stage(groups={"math": bound})]).stages[0].rows == (20, 60, 20)


def test_preferences_multiply_and_zero_excludes() -> None:
    preferences = (Preference(where="domain == 'general'", weight=0.5), Preference(where="source == 'web'", weight=0.5))
    assert solve(THREE, [stage(preferences=preferences)]).stages[0].rows == (29, 57, 14)
    none = (Preference(where="source == 'papers'", weight=0),)
    assert solve(THREE, [stage(preferences=none)]).stages[0].rows[0] == 0


def test_epochs_are_capped_over_the_whole_run() -> None:
    math = {"math": Group(domains=("mathematics",), token_fraction=0.5)}
    stages = [
        stage("one", groups=math, max_epochs=4),
        stage("two", groups=math, max_epochs=8, max_epochs_by_source={"papers": 3}),
    ]
    plan = solve(THREE, stages)
    epochs = dict(zip(plan.buckets, plan.epochs(1), strict=True))
    assert epochs["papers/mathematics"] <= 3
    assert plan.epochs(0).max() <= 4
    # What papers may not give, web's mathematics gives.
    assert sum(plan.stages[1].rows[b] for b in (0, 2)) == 50


names = st.tuples(st.sampled_from(["web", "papers", "code"]), st.sampled_from(["mathematics", "code", "news"]))
inventories = st.dictionaries(names, st.integers(1, 10**6), min_size=2)


@given(inventories, st.floats(0.05, 0.95))
@settings(max_examples=60, deadline=None)
def test_rows_are_exact_and_groups_off_by_less_than_one(buckets: dict[tuple[str, str], int], fraction: float) -> None:
    if not 0 < sum(domain == "code" for _, domain in buckets) < len(buckets):
        return
    inventory = inventory_of(*((source, domain, tokens) for (source, domain), tokens in buckets.items()))
    groups = {"code": Group(domains=("code",), token_fraction=fraction)}
    one, two = stage("one", tokens=7_770, groups=groups, max_epochs=1e9), stage("two", tokens=3_330, max_epochs=1e9)
    plan = solve(inventory, [one, two])
    assert [planned.num_rows for planned in plan.stages] == [777, 333]
    rows = sum(r for r, domain in zip(plan.stages[0].rows, plan.domains, strict=True) if domain == "code")
    assert abs(rows - fraction * 777) < 1


def test_a_plan_survives_json_and_its_digest_names_it() -> None:
    plan = solve(THREE, [stage(groups={"math": Group(domains=("mathematics",), token_fraction=0.5)})])
    assert Plan.from_mapping(plan.to_mapping()) == plan
    assert solve(THREE, [stage()]).digest != plan.digest == Plan.from_mapping(plan.to_mapping()).digest


# ------------------------------------------------------------------------------------------------------- infeasible


def test_too_little_data_names_shortfall_cap_and_smallest_change() -> None:
    math = {"math": Group(domains=("mathematics",), token_fraction=0.7)}
    with pytest.raises(RecipeError) as error:
        solve(THREE, [stage(groups=math, max_epochs=2)])
    message = str(error.value)
    assert "one.math: asks for at least 700 tokens, 400 can be had together with the rest: short by 300" in message
    assert "lower one's groups.math.token_fraction to 0.4000 (from 0.7)" in message
    # 100 x 2 of papers and 100 x f of web must give 700, or the reverse.
    assert "raise max_epochs of web from 2 to 5" in message
    assert "raise max_epochs of papers from 2 to 5" in message


def test_the_smallest_changes_are_enough() -> None:
    def solved(fraction: float, web: float) -> Plan:
        math = {"math": Group(domains=("mathematics",), token_fraction=fraction)}
        return solve(THREE, [stage(groups=math, max_epochs=2, max_epochs_by_source={"web": web})])

    assert solved(0.4, 2).stages[0].num_rows == 100
    assert solved(0.7, 5).stages[0].num_rows == 100
    with pytest.raises(RecipeError):
        solved(0.7, 4.9)


def test_a_stage_larger_than_everything_there_is() -> None:
    with pytest.raises(RecipeError, match=r"set one's tokens to 2k \(from 5k\)"):
        solve(THREE, [stage(tokens=5000, max_epochs=2)])


def test_groups_that_contradict_each_other_blame_no_cap() -> None:
    groups = {"a": Group(domains=("mathematics",), token_fraction=0.7), "b": Group(sources=("web",), token_fraction=0.2)}
    groups["c"] = Group(domains=("general",), token_fraction=0.25)
    with pytest.raises(RecipeError, match="no epoch cap is in the way"):
        solve(THREE, [stage(groups=groups, max_epochs=100)])


def test_a_feasible_problem_has_no_diagnosis() -> None:
    one = Constraint("one", 0, np.ones(2, bool), 1.0, 1.0)
    assert diagnose(Problem(np.array([[0.5, 0.5]]), np.array([[1.0, 1.0]]), (one,)), ["a", "b"]) is None


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"groups": {"m": Group(domains=("mathematic",), token_fraction=0.5)}}, "did you mean 'mathematics'"),
        ({"groups": {"m": Group(where="qualty > 1", token_fraction=0.5)}}, "one: mixture.groups.m: 'qualty > 1': unknown column"),
        ({"groups": {"m": Group(synthetic=True, token_fraction=0.5)}}, "no bucket of the inventory matches"),
        ({"max_epochs_by_source": {"paper": 3}}, "did you mean 'papers'"),
        ({"only": "source == 'crawl'"}, "no bucket of the inventory is left"),
        ({"preferences": (Preference(where="domain > 3", weight=1),)}, "one: mixture.preferences[0].where"),
    ],
)
def test_mistakes_in_a_recipe(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(RecipeError) as error:
        solve(THREE, [stage(**settings)])
    assert said in str(error.value)


def test_mistakes_in_values_are_met_when_the_recipe_is_built() -> None:
    for mixture, said in (
        ({"name": "s", "tokens": 100, "seq_len": 10, "groups": {"a": {"token_fraction": 1.2}}}, "a share from 0 to 1"),
        ({"name": "s", "tokens": 100, "seq_len": 10, "groups": {"a": {"token_fraction": [0.5, 0.2]}}}, "a share from 0 to 1"),
        ({"name": "s", "tokens": 2, "seq_len": 10}, "less than half a row"),
        ({"name": "s", "tokens": 100, "seq_len": 10, "max_epochs": 0}, "more than 0"),
        ({"name": "s", "tokens": 100, "seq_len": 10, "token_fractions": {}}, "unknown key 'token_fractions'"),
    ):
        with pytest.raises(RecipeError, match=said):
            build(StageMixture, mixture, where="stage.yaml: mixture")
    with pytest.raises(RecipeError, match="column named source"):
        MixConfig(tokenizer="t", bucket_columns={"domain": "domain"})


def test_mistakes_in_an_inventory() -> None:
    good = {"source": "web", "domain": "code", "quality": 1, "documents": 1, "tokens": "1e3"}
    assert from_mapping({"buckets": [good]}, where="i").num_tokens == 1000
    for bad, said in (
        ({**good, "tokens": "many"}, r"buckets\[0\]: tokens: expected a integer"),
        ({**good, "domian": "code"}, "did you mean 'domain'"),
        ({**good, "source": None}, "expected a string"),
    ):
        with pytest.raises(RecipeError, match=said):
            from_mapping({"buckets": [bad]}, where="i")


# -------------------------------------------------------------------------------------------------- shipped recipes


def recipe(name: str) -> list[StageMixture]:
    files = sorted((RECIPES / name).glob("stage*.yaml"))
    return [build(StageMixture, yaml.safe_load(f.read_text())["mixture"], where=f.name) for f in files]


def test_the_published_mixture_is_met_within_a_second() -> None:
    inventory = from_mapping(yaml.safe_load((RECIPES / "mimo-7b" / "inventory.yaml").read_text()), where="inventory.yaml")
    stages = recipe("mimo-7b")
    started = time.perf_counter()
    plan = solve(inventory, stages)
    assert time.perf_counter() - started < 1
    assert [stage.tokens for stage in stages] == [17_784 * 10**9, 4_000 * 10**9, 2_000 * 10**9]
    assert [stage.seq_len for stage in stages] == [8192, 8192, 32768]
    for stage, planned in zip(stages, plan.stages, strict=True):
        assert abs(planned.num_tokens - stage.tokens) <= stage.seq_len / 2
    shares = {(stage.name, group.name): group.planned for stage in plan.stages for group in stage.groups}
    assert shares["stage2", "math_and_code"] == pytest.approx(0.7, abs=1e-8)
    assert shares["stage3", "math_and_code"] == pytest.approx(0.7, abs=1e-7)
    assert shares["stage3", "synthetic_responses"] == pytest.approx(0.1, abs=1e-7)
    synthetic = np.array([source == "synthetic" for source in plan.sources])
    assert not any(np.array(plan.stages[s].rows)[synthetic].any() for s in (0, 1))
    for s, stage in enumerate(stages):
        limits = np.array([stage.epochs_of(source) for source in plan.sources])
        # A bucket's last row of an epoch may be part full: one row of each epoch more than its tokens fill.
        assert (plan.epochs(s) <= limits * (1 + stage.seq_len / np.array(plan.tokens))).all()
        assert plan.order(s).bound < 1.6


def test_the_table_shows_what_is_asked() -> None:
    table = solve(THREE, [stage(groups={"math": Group(domains=("mathematics",), token_fraction=0.5)})]).table()
    lines = [line.split() for line in table.splitlines()]
    assert ["papers", "100", "250", "25.00%", "2.50", "2.50"] in lines
    assert ["one", "math", "50.00%", "50.0000%"] in [line[:4] for line in lines]


def test_the_demos_stages_add_up() -> None:
    stages = recipe("tiny")
    assert [stage.num_rows * stage.seq_len for stage in stages] == [stage.tokens for stage in stages]
