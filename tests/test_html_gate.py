"""The gate: extraction quality on the evaluation sets does not fall below the floors of benchmarks/html.py, in full.

TERCET_EVAL names the folder of the sets; without it nothing is asked, for their pages are not in the repository.
"""

from __future__ import annotations

import os

import pytest

from benchmarks import html

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.skipif("TERCET_EVAL" not in os.environ, reason="TERCET_EVAL names no folder with the evaluation sets"),
]


@pytest.fixture(scope="module")
def numbers() -> dict[str, float]:
    return html.quality("tercet")


@pytest.mark.parametrize("goal", html.GOALS, ids=[goal.what for goal in html.GOALS])
def test_nothing_falls_below_its_floor(goal: html.Limit, numbers: dict[str, float]) -> None:
    value = numbers[goal.what]
    assert value >= goal.limit if goal.at_least else value <= goal.limit, f"{value:.4f}, the floor is {goal.limit:g}"
