"""Real pages, broken in every way we could think of: always an answer, and one that keeps its promises.

The promises: no exception; the same answer again; text that can be stored, of a length in proportion; as many fences as code
blocks; every formula and every block of code in the text (benchmarks/html_corpus.py, `broken_promises`). What a longer run found
stands below as a case; `python -m tests.html_fuzz --minutes 10` looks for more.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import extract
from tests.html_fuzz import MUTATIONS, REPOSITORY, Mutation, faults, mutated, real_pages, soup

FRACTIONS = st.integers(0, 10_000)
MUTATION_LISTS = st.lists(st.tuples(st.sampled_from(sorted(MUTATIONS)), FRACTIONS, FRACTIONS, st.integers(0, 10**6)), max_size=8)
PAGES = st.integers(0, len(real_pages()) - 1)
STRETCHES = st.tuples(FRACTIONS, st.integers(100, 5000))
"""Where a piece of a page begins, and its length in bytes."""
SOUPS = st.lists(st.integers(0, 10**6), max_size=80)

QUICK = settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
"""A few seconds, the same pages every time."""
LONG = settings(
    max_examples=1000,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate, Phase.shrink),
    derandomize=not os.environ.get("TERCET_FUZZ"),
)
"""A minute, the same pages every time; with TERCET_FUZZ=1 others at every run."""


def stretch(page: int, place: tuple[int, int]) -> bytes:
    content = real_pages()[page]
    start = place[0] * len(content) // 10_000
    return content[start : start + place[1]]


def check(content: bytes) -> None:
    assert faults(content) == []


@QUICK
@given(PAGES, STRETCHES, MUTATION_LISTS)
def test_a_broken_stretch_of_a_page(page: int, place: tuple[int, int], mutations: list[Mutation]) -> None:
    check(mutated(stretch(page, place), mutations))


@QUICK
@given(SOUPS)
def test_tag_soup(pieces: list[int]) -> None:
    check(b"".join(map(soup, pieces)))


@settings(QUICK, max_examples=25)
@given(PAGES, MUTATION_LISTS)
def test_a_broken_page(page: int, mutations: list[Mutation]) -> None:
    check(mutated(real_pages()[page], mutations))


@pytest.mark.slow
@LONG
@given(PAGES, STRETCHES, MUTATION_LISTS)
def test_many_broken_stretches(page: int, place: tuple[int, int], mutations: list[Mutation]) -> None:
    check(mutated(stretch(page, place), mutations))


@pytest.mark.slow
@LONG
@given(SOUPS)
def test_much_tag_soup(pieces: list[int]) -> None:
    check(b"".join(map(soup, pieces)))


@pytest.mark.slow
@settings(LONG, max_examples=300)
@given(PAGES, MUTATION_LISTS)
def test_many_broken_pages(page: int, mutations: list[Mutation]) -> None:
    check(mutated(real_pages()[page], mutations))


UNCOMPILED = """
import random
import extract
from tests.html_fuzz import real_pages, soup

rng = random.Random(1)
soups = [b"".join(soup(rng.randrange(10**6)) for _ in range(rng.randrange(30))) for _ in range(100)]
for page in [*soups, *[page for page in real_pages() if len(page) < 4000][:10], *%r]:
    extract.html(page)
"""


def test_no_index_is_out_of_bounds() -> None:
    """Compiled code reads whatever lies behind an array; uncompiled, the same code raises."""
    script = UNCOMPILED % [case.values[0] for case in FOUND]
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    ran = subprocess.run([sys.executable, "-W", "ignore", "-c", script], cwd=REPOSITORY, env=environment, stderr=subprocess.PIPE)
    assert ran.returncode == 0, ran.stderr.decode()[-2000:]


def test_code_of_a_page_that_the_fallback_reads_is_listed() -> None:
    check(mutated(real_pages()[23], [("duplicate", 0, 420, 0)]))


@pytest.mark.parametrize("page", range(0, len(real_pages()), 12))
def test_a_page_as_it_is(page: int) -> None:
    check(real_pages()[page])


TORN_NAVIGATION = b"""v-item">
 <a cs="refnal nav-link" href="../../dev/index.html">
  Development
 </a>
</li>

<li class="toctree-l1 nav-item">
 <a class="reference internal nav-link" href="../../release.html"><p><p><p><p><p><p><p><p>    <div class="row"
          \n            \n            <!-- Only show if weebar"lass="pre">
     scipy.datasets
    </span>
   </code>
   )
  </a>
 egrate.html">
   Integration and ODEs (
   <code class="xref py py-mod docutils literal notranslate">
    <span class="pre">
     scipy.i"""

FOUND = [
    pytest.param(b"<blockquote>\\[+\n,\\]", id="formula in a quotation"),
    pytest.param(b"<n>~~~", id="tildes"),
    pytest.param(TORN_NAVIGATION, id="torn navigation"),
    pytest.param(
        b"<script src=MathJax.js></script><table><tr><th>a<th>b<tr><td>\\(|x|\\)<td>the absolute value of x</table>",
        id="bar in a table",
    ),
    pytest.param(b"<p>A word.</p>\x1b", id="control character at the end"),
]
"""The smallest page that showed each fault."""


@pytest.mark.parametrize("content", FOUND)
def test_what_longer_runs_found(content: bytes) -> None:
    check(content)


def test_the_checks_can_fail() -> None:
    """A document whose promises are broken is noticed."""
    from dataclasses import replace

    from benchmarks.html_corpus import broken_promises

    whole = extract.html(b"<p>\\(x^2\\)</p><pre>f(x)</pre><script src=MathJax.js></script>")
    assert (len(whole.formulas), len(whole.code_blocks)) == (1, 1)
    assert broken_promises(whole) == []
    for text, broken in (
        (whole.text.replace("x^2", "x"), ["formula_not_in_text"]),
        (whole.text.replace("f(x)", "f"), ["code_not_in_text"]),
        (whole.text + "```\n", ["fences_differ"]),
        (whole.text + "\ud800", ["not_storable"]),
        (whole.text + "\x00", ["nul_in_text"]),
    ):
        assert broken_promises(replace(whole, text=text)) == broken
