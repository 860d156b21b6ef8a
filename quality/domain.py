"""What a document is about: log-odds of the domains from its densities, its words and its address.

    log-odds(domain) = prior + densities of formulas and code + KEYWORD_SCALE * log(1 + keywords per 100 words) + hints of the URL

and a softmax over them. The tables below are the whole model: a person can read off why a page was called what.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from corpus.schema import DOMAIN_LABELS, DOMAINS

if TYPE_CHECKING:
    from quality.batches import Batch

FloatArray = npt.NDArray[np.float64]

KEYWORDS: dict[str, str] = {
    "mathematics": """theorem lemma proof corollary proposition integral derivative polynomial polynomials equation equations
        matrix matrices vector eigenvalue eigenvalues finite infinite prime integer integers modulo modular
        coefficient coefficients coordinates algebra algebraic algebraically geometry geometric topology convergence
        converges continuous differentiable sum product series sequence permutation permutations subgroup
        homomorphism isomorphism ring ideal modules field fields lattice combinatorial combinatorics probability
        distribution variance estimator symmetric orthogonal determinant logarithm logarithmic exponential
        trigonometric sine cosine real complex quadratic linear nonlinear divisor divisors remainder denominator
        numerator fraction multiply divide subtract graph vertices dimension dimensional bounded infinity
        interpolation quadrature curve curves elliptic factorization hypergeometric asymptotic roots root manifold
        conjugacy conjugate automorphism kernel generators group groups theory finitely generated numbers precision
        numerically formula formulas inequality sets""",
    "code": """function functions method methods class classes parameter parameters argument arguments returns return
        returned string strings integer boolean null array arrays object objects pointer pointers type types
        template templates constructor destructor exception exceptions throws raise raised interface module package
        library compiler compile compiled runtime api callback iterator iterators async thread threads buffer bytes
        byte flag syntax variable variables instance instances attribute attributes header namespace struct enum
        const override overload keyword loop stack heap memory allocator debug http json xml script python java
        javascript rust haskell""",
    "science": """experiment experiments experimental energy temperature pressure particle particles electron electrons atom
        atoms molecule molecules molecular cell cells protein proteins gene genes species evolution chemical chemistry
        reaction physics physical quantum relativity gravitational velocity acceleration mass force wavelength
        frequency spectrum radiation star stars galaxy planet earth solar climate ecological organism bacteria virus
        clinical patients disease treatment hypothesis laboratory measurement measurements sample samples observed
        isotope magnetic electric laser optics thermal entropy kinetic fluid geodesic ellipsoid latitude longitude
        neural biological""",
    "reference": """license licence licensed copyright pursuant hereby herein section article clause liability warranty
        agreement parties distribution terms glossary encyclopedia appendix bibliography edition volume published
        publisher isbn index manual handbook statute regulation amendment court plaintiff defendant jurisdiction
        provisions permission modified redistribute install installed installation configuration configure
        configured command commands option options directory file files server client user users administrator
        system systems database default documentation package packages kernel network settings""",
    "forum": """posted reply replies answered asked asks votes upvote downvote accepted comment comments thread threads poster
        thanks thank edited question questions op moderator joined posts forum hi hello anyone tried wondering
        stackoverflow""",
    "news": """said says told reported reporters president minister government police spokesman spokeswoman spokesperson
        officials announced yesterday monday tuesday wednesday thursday friday saturday sunday election campaign
        parliament senator mayor arrested according reuters afp correspondent headlines breaking percent million
        billion war troops""",
    "commerce": """price prices shipping cart checkout buy discount discounts sale sales order orders warranty customers customer
        product products delivery delivered stock refund refunds returns offer offers deal deals shop store usd eur
        brand size colour color wishlist coupon cheap best exclusive gift premium review reviews rated""",
    "jobs": """job jobs salary candidate candidates recruiter recruitment hiring hire apply applicant applicants resume cv
        responsibilities qualifications qualification position positions employer employment employee employees
        benefits fulltime full-time part-time remote internship vacancy vacancies career careers team skills
        experience""",
}
"""Words per domain; a word may speak for several. Manuals of systems (install, configure, administer) are reference, manuals of
programming interfaces are code."""

DISTINCT_FOR_FULL_WEIGHT = 8
"""So many different keywords make the count of a domain trusted; one word repeated is a topic, not a domain."""
KEYWORD_SCALE = 2.0
"""Log-odds per e-fold of keyword density. Set by eye on Debian's documentation, not fitted."""
FORMULA_LOG_ODDS = 8.0
FULL_FORMULA_FRACTION = 0.08
"""Log-odds that formulas give mathematics where they are at least this share of the text. More than code gets: a page that shows
formulas and code (a library of special functions, a computer algebra system) is about the formulas. The root
of the share counts: few pages that are not about mathematics show any formula at all."""
CODE_LOG_ODDS = 5.0
FULL_CODE_FRACTION = 0.3
"""The same for code."""
QUESTION_LOG_ODDS = 1.5
"""Log-odds for forum at four question marks per 100 words."""

PRIOR = {"general": 1.8, "mathematics": -0.3, "code": -0.3, "reference": -0.6, "stem": -20, "humanities": -20, "fiction": -20}
"""Log-odds before anything is seen, 0 where not named: `general` is the answer where no domain's words reach a density of 1.5 %.
Mathematics and code share many words with other technical prose; reference is what manuals' small print is made of."""

URL_HINTS: tuple[tuple[str, str, float], ...] = (
    (
        r"stackoverflow|stackexchange|/(?:questions|forums?|threads?|discuss|topic)/|mathoverflow|quora|reddit|/viewtopic",
        "forum",
        3.0,
    ),
    (
        r"mathoverflow|math\.stackexchange|arxiv\.org/\w+/math|/math|mathworld|proofwiki|nlab|dlmf|sagemath|/gap|/pari",
        "mathematics",
        1.5,
    ),
    (
        r"github|gitlab|docs\.rs|readthedocs|/api/|/apidocs?/|javadoc|/doc/|cppreference|developer\.|stackoverflow|/src/",
        "code",
        1.0,
    ),
    (r"arxiv\.org|pubmed|nature\.com|sciencedirect|/physics|/chemistry|/biology|astro", "science", 1.5),
    (r"wikipedia|britannica|/wiki/|wiktionary|dictionary|encyclopedia|/legal|/law/|/licen[sc]e|/copyright", "reference", 1.5),
    (r"(?://|\.)news\.|/news/|bbc\.|cnn\.|reuters|nytimes|guardian|/20\d\d/\d\d/\d\d/", "news", 1.5),
    (r"/(?:shop|store|products?|cart|item|dp)/|(?://|\.)shop\.|amazon\.|ebay\.", "commerce", 2.0),
    (r"/(?:jobs?|careers?|vacanc\w+)[/-]|(?://|\.)(?:jobs|careers)\.|indeed\.|glassdoor", "jobs", 3.0),
)
"""Pattern in the URL, domain, log-odds."""

_URL_HINTS = tuple((re.compile(pattern), name, weight) for pattern, name, weight in URL_HINTS)


def classify(batch: Batch, urls: Sequence[str]) -> tuple[list[str], FloatArray, FloatArray]:
    """The likeliest domain of each document, its probability, and documents x DOMAIN_LABELS. A source file is code."""
    odds = log_odds(batch, urls)
    odds[batch.is_code] = -np.inf
    odds[batch.is_code, DOMAINS.index("code")] = 0.0
    probabilities = np.exp(odds - odds.max(axis=1, keepdims=True))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    names = [DOMAINS[k] for k in probabilities.argmax(axis=1).tolist()]
    return names, probabilities.max(axis=1, initial=0.0), probabilities[:, : len(DOMAIN_LABELS)]


def log_odds(batch: Batch, urls: Sequence[str]) -> FloatArray:
    """Documents x DOMAINS: log-odds, up to a common constant for each document."""
    odds = np.tile([PRIOR.get(name, 0.0) for name in DOMAINS], (len(batch), 1))
    signals, column = batch.signals, DOMAINS.index
    for name in KEYWORDS:
        odds[:, column(name)] += keyword_log_odds(batch, name)
    formulas = np.minimum(1.0, signals["formula_char_fraction"] / FULL_FORMULA_FRACTION)
    odds[:, column("mathematics")] += FORMULA_LOG_ODDS * np.sqrt(formulas)
    odds[:, column("code")] += CODE_LOG_ODDS * np.minimum(1.0, signals["code_char_fraction"] / FULL_CODE_FRACTION)
    odds[:, column("forum")] += QUESTION_LOG_ODDS * np.minimum(1.0, signals["question_mark_density"] / 4)
    for i, url in enumerate(urls):
        address = url.lower()
        for pattern, name, weight in _URL_HINTS:
            if pattern.search(address):
                odds[i, column(name)] += weight
    return odds


def keyword_log_odds(batch: Batch, name: str) -> FloatArray:
    """What the words say for the domain `name`: 0 without its keywords, rising with their density and variety."""
    group = batch.groups.index(name)
    density = 100 * batch.totals[:, group] / np.maximum(1, batch.num_words)
    return KEYWORD_SCALE * np.log1p(density) * np.minimum(1.0, batch.distinct[:, group] / DISTINCT_FOR_FULL_WEIGHT)
