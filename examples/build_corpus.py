"""Builds `examples/corpus/` from Debian's documentation packages: real input that nobody here wrote.

    python examples/build_corpus.py --scratch SCRATCH [--output examples/corpus]

Needs Debian 12 (bookworm) with `apt-get update` done, `apt-get` and `dpkg-deb`, about 2.5 GB below SCRATCH, and this project's
environment (pyarrow). Downloads about 470 MB once (`apt-get download`, nothing is installed) and unpacks it with `dpkg-deb -x`;
what lies in SCRATCH already is used again. Everything is chosen by sorted path from the tables below, so the same package
versions give the same bytes.

The tables are the whole story: WEB (pages that become HTTP responses in WARC files), PAPERS (PDFs out of TeX), CODE (source
files), NOTES and REFERENCE (text and Markdown that become JSONL and Parquet). What is broken on purpose is made from real pages
at the end. README.md beside the corpus is printed from the same tables: file, project, package, version, licence, pages.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import lzma
import re
import shutil
import subprocess
import tarfile
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


@dataclass(frozen=True, kw_only=True)
class Web:
    """Pages of one package that are written as HTTP responses."""

    package: str
    warc: str
    """Which WARC of web/ they go to."""
    project: str
    licence: str
    """As the package's copyright file gives it for the documentation."""
    folder: str
    """Root of the site inside the package."""
    url: str
    """Where upstream publishes this folder."""
    pages: int
    """How many are taken, spread evenly over the sorted matches."""
    files: tuple[str, ...] = ("*.html",)
    """Globs on the path below `folder`; * crosses slashes."""
    skip: tuple[str, ...] = ("*genindex*", "*search.html", "*modindex*", "*copyright.html")
    needs: str = ""
    """Regular expression that a page must contain."""
    min_bytes: int = 15_000
    max_bytes: int = 200_000
    same_as: str = ""
    """Take the paths that were chosen for this other package, where this one has them too: another version of the page."""
    also_at: tuple[str, int] = ("", 0)
    """Another address, and how many of the pages were fetched there as well: exact duplicates."""
    content_type: str = "text/html; charset=utf-8"
    server: str = "nginx"


MATH = r'class="math|<div class="math|class="formula|\\\(|\\\['
DOC = "usr/share/doc"

HELD_OUT = frozenset(
    (
        "reference/generated/scipy.spatial.transform.Rotation.as_euler.html", "reference/generated/scipy.special.exp1.html",
        "reference/generated/scipy.special.jnyn_zeros.html", "reference/generated/scipy.stats.bernoulli.html",
        "reference/generated/scipy.stats.binom.html",
        "auto_examples/inspection/plot_linear_model_coefficient_interpretation.html",
        "modules/permutation_importance.html", "examples/notebooks/generated/kernel_density.html",
        "examples/notebooks/generated/regression_plots.html", "examples/notebooks/generated/statespace_chandrasekhar.html",
        "calculus/approximation.html", "calculus/differentiation.html", "functions/qfunctions.html", "matrices.html",
        "classEigen_1_1CompleteOrthogonalDecomposition.html", "classEigen_1_1ComplexEigenSolver.html",
        "classEigen_1_1HessenbergDecomposition.html", "classEigen_1_1RealSchur.html", "classEigen_1_1Tridiagonalization.html",
        "group__TutorialReductionsVisitorsBroadcasting.html", "unsupported/classEigen_1_1Spline.html",
        "classGeographicLib_1_1EllipticFunction.html", "classGeographicLib_1_1JacobiConformal.html", "greatellipse.html",
        "md_Singular_dyn_modules_systhreads_README.html", "ref/chap4_mj.html", "ref/chap57_mj.html", "ref/chap69_mj.html",
        "ref/chap4.html", "ref/chap57.html", "ref/chap69.html", "tut/chap6.html", "ref/chap26_mj.html",
        "tut/chap6_mj.html", "ref/chap26.html", "library/asyncio-protocol.html", "library/csv.html",
        "library/email.headerregistry.html", "library/functools.html", "library/importlib.resources.html", "library/signal.html",
        "tutorial/venv.html", "reference/subtyping.html", "reference/types/inferred.html",
        "rust-by-example/hello/print/print_display.html", "std/num/struct.ParseIntError.html", "debugger.html", "globals.html",
        "single-executable-applications.html", "wasi.html", "worker_threads.html", "typeof/tuto.html", "Breakpoints.html",
        "error-message-reporting.html", "rules-views.html", "flextypegood.html", "vtab.html", "debugger.md.gz", "globals.md.gz",
        "single-executable-applications.md.gz", "wasi.md.gz", "worker_threads.md.gz",
    )
)  # fmt: skip
"""Pages that extraction quality is measured on: never in what the examples train on."""


WEB = (
    Web(
        package="python-scipy-doc",
        warc="mathematics",
        project="SciPy (MathJax, numpydoc)",
        licence="BSD-3-Clause",
        folder=f"{DOC}/python-scipy-doc/html",
        url="https://docs.scipy.org/doc/scipy-1.10.1/",
        files=("tutorial/*.html", "reference/generated/scipy.s[pt]*.html", "reference/generated/scipy.[ilo]*.html"),
        needs=MATH,
        pages=28,
        min_bytes=20_000,
        server="GitHub.com",
    ),
    Web(
        package="python-sympy-doc",
        warc="mathematics",
        project="SymPy (formulas as images with LaTeX in alt)",
        licence="BSD-3-Clause",
        folder=f"{DOC}/python-sympy-doc/html",
        url="https://docs.sympy.org/1.11/",
        needs=r'<img[^>]*class="math|<div class="math',
        pages=26,
        max_bytes=160_000,
        server="GitHub.com",
    ),
    Web(
        package="python-sklearn-doc",
        warc="mathematics",
        project="scikit-learn (MathJax)",
        licence="BSD-3-Clause",
        folder=f"{DOC}/python-sklearn-doc/html",
        url="https://scikit-learn.org/1.2/",
        files=("modules/*.html", "auto_examples/*.html"),
        skip=("modules/generated/*", "*index.html", "*sg_execution*"),
        needs='class="math',
        pages=18,
        server="GitHub.com",
    ),
    Web(
        package="python-statsmodels-doc",
        warc="mathematics",
        project="statsmodels (MathJax, notebooks)",
        licence="BSD-3-Clause",
        folder=f"{DOC}/python-statsmodels-doc/html",
        url="https://www.statsmodels.org/v0.13.5/",
        files=("*.html",),
        skip=("generated/*", "dev/*", "release/*", "*index.html", "*search.html"),
        needs='class="math|MathJax',
        pages=16,
        server="GitHub.com",
        content_type="text/html",
    ),
    Web(
        package="python-mpmath-doc",
        warc="mathematics",
        project="mpmath (MathJax)",
        licence="BSD-3-Clause",
        folder=f"{DOC}/python-mpmath-doc/html",
        url="https://mpmath.org/doc/1.2.0/",
        needs=MATH,
        pages=16,
        server="Apache/2.4",
        content_type="text/html",
    ),
    Web(
        package="libflint-doc",
        warc="mathematics",
        project="FLINT (MathJax)",
        licence="LGPL-2.1+",
        folder=f"{DOC}/libflint-dev/html",
        url="https://flintlib.org/doc/",
        needs=MATH,
        pages=14,
        server="Apache",
    ),
    Web(
        package="libflint-arb-doc",
        warc="mathematics",
        project="Arb (MathJax)",
        licence="LGPL-2.1+",
        folder=f"{DOC}/libflint-arb-dev/html",
        url="https://arblib.org/",
        needs=MATH,
        pages=14,
        server="GitHub.com",
    ),
    Web(
        package="libeigen3-doc",
        warc="mathematics",
        project="Eigen (doxygen, MathJax)",
        licence="MPL-2.0",
        folder=f"{DOC}/libeigen3-dev/html",
        url="https://eigen.tuxfamily.org/dox-3.4/",
        skip=("search/*", "*-members.html", "unsupported/search/*"),
        needs=r"formulaInl|formulaDsp|\\\[",
        pages=12,
        server="Apache/2.4.41",
        content_type="text/html",
    ),
    Web(
        package="geographiclib-doc",
        warc="mathematics",
        project="GeographicLib (doxygen, MathJax)",
        licence="Expat",
        folder=f"{DOC}/geographiclib/html",
        url="https://geographiclib.sourceforge.io/C++/2.1.2/",
        needs=r"formulaInl|formulaDsp|\\\[",
        pages=8,
        server="Apache/2.4",
        content_type="text/html",
    ),
    Web(
        package="singular-doc",
        warc="mathematics",
        project="Singular (doxygen, formulas as images)",
        licence="GPL-2 or GPL-3",
        folder=f"{DOC}/singular/html",
        url="https://www.singular.uni-kl.de/doxygen/4.3.1/",
        needs=r'class="formula',
        pages=6,
        min_bytes=8_000,
        server="Apache",
        content_type="text/html",
    ),
    Web(
        package="axiom-doc",
        warc="mathematics",
        project="Axiom (XHTML with MathML)",
        licence="BSD-3-Clause",
        folder=f"{DOC}/axiom-doc/axbook",
        url="http://axiom-developer.org/axiom-website/axbook/",
        files=("section-*.xhtml",),
        needs="<math ",
        pages=20,
        min_bytes=8_000,
        max_bytes=120_000,
        server="Apache/2.2",
        content_type="application/xhtml+xml",
    ),
    Web(
        package="gap-doc",
        warc="mathematics",
        project="GAP (GAPDoc, MathJax edition)",
        licence="GPL-2+",
        folder="usr/share/gap/doc",
        url="https://docs.gap-system.org/doc/",
        files=("ref/chap*_mj.html", "tut/chap*_mj.html"),
        skip=("*chap0*", "*Ind*", "*Bib*"),
        needs=r"\\\(",
        pages=12,
        max_bytes=150_000,
        server="GitHub.com",
    ),
    Web(
        package="gap-doc",
        warc="mathematics",
        project="GAP (the same chapters, edition without MathJax)",
        licence="GPL-2+",
        folder="usr/share/gap/doc",
        url="https://docs.gap-system.org/doc/",
        files=("ref/chap2?.html", "tut/chap[2-6].html"),
        pages=6,
        max_bytes=150_000,
        server="GitHub.com",
    ),
    Web(
        package="maxima-doc",
        warc="mathematics",
        project="Maxima 5.46 manual (texinfo)",
        licence="GPL-2+",
        folder=f"{DOC}/maxima-doc/html",
        url="https://maxima.sourceforge.io/docs/manual/",
        files=("maxima_[0-9]*.html",),
        pages=8,
        server="Apache",
        content_type="text/html",
    ),
    Web(
        package="maxima-sage-doc",
        warc="mathematics",
        project="Maxima 5.45 manual (older version of the same pages)",
        licence="GPL-2+",
        folder=f"{DOC}/maxima-sage-doc/html",
        url="https://maxima.sourceforge.io/docs/manual/5.45.1/",
        same_as="maxima-doc",
        pages=8,
        server="Apache",
        content_type="text/html",
    ),
    Web(
        package="python3.11-doc",
        warc="code",
        project="Python 3.11",
        licence="PSF-2.0",
        folder=f"{DOC}/python3.11/html",
        url="https://docs.python.org/3.11/",
        files=("library/*.html", "howto/*.html", "tutorial/*.html"),
        pages=34,
        min_bytes=20_000,
        also_at=("https://docs.python.org/3/", 6),
        content_type="text/html",
    ),
    Web(
        package="rust-doc",
        warc="code",
        project="Rust: standard library, reference, the book, by example",
        licence="MIT or Apache-2.0",
        folder=f"{DOC}/rust-doc/html",
        url="https://doc.rust-lang.org/1.63.0/",
        files=("book/*.html", "reference/*.html", "nomicon/*.html", "rust-by-example/*.html", "std/*/*.html"),
        skip=("*print.html", "std/arch/*", "*/index.html"),
        pages=30,
        max_bytes=150_000,
        server="AmazonS3",
        content_type="text/html",
    ),
    Web(
        package="nodejs-doc",
        warc="code",
        project="Node.js",
        licence="Expat",
        folder=f"{DOC}/nodejs/api",
        url="https://nodejs.org/docs/latest-v18.x/api/",
        pages=8,
        max_bytes=160_000,
        skip=("all.html", "index.html"),
    ),
    Web(
        package="cppreference-doc-en-html",
        warc="code",
        project="cppreference.com (MediaWiki, GeSHi)",
        licence="GFDL-NIV or CC-BY-SA-3.0",
        folder="usr/share/cppreference/doc/html/en",
        url="https://en.cppreference.com/w/",
        pages=24,
        min_bytes=18_000,
        max_bytes=120_000,
        server="Apache",
    ),
    Web(
        package="libboost1.74-doc",
        warc="code",
        project="Boost 1.74",
        licence="BSL-1.0",
        folder=f"{DOC}/libboost1.74-doc/doc/html",
        url="https://www.boost.org/doc/libs/1_74_0/doc/html/",
        pages=14,
        max_bytes=100_000,
        content_type="text/html",
        also_at=("http://www.boost.org/doc/libs/1_74_0/doc/html/", 3),
    ),
    Web(
        package="libboost1.81-doc",
        warc="code",
        project="Boost 1.81 (newer version of the same pages)",
        licence="BSL-1.0",
        folder=f"{DOC}/libboost1.81-doc/doc/html",
        url="https://www.boost.org/doc/libs/1_81_0/doc/html/",
        same_as="libboost1.74-doc",
        pages=14,
        content_type="text/html",
    ),
    Web(
        package="openjdk-17-doc",
        warc="code",
        project="OpenJDK 17 (javadoc)",
        licence="GPL-2 with Classpath exception",
        folder=f"{DOC}/openjdk-17-jre-headless/api",
        url="https://docs.oracle.com/en/java/javase/17/docs/api/",
        files=("java.base/java/util/*.html", "java.base/java/text/*.html"),
        skip=("*package-use*",),
        pages=16,
        max_bytes=150_000,
        server="Oracle-HTTP-Server",
        content_type="text/html",
    ),
    Web(
        package="octave-doc",
        warc="code",
        project="GNU Octave 7 (texinfo)",
        licence="GPL-3+",
        folder=f"{DOC}/octave/octave.html",
        url="https://docs.octave.org/v7.3.0/",
        skip=("*Index.html", "index.html", "Copying.html"),
        pages=14,
        min_bytes=10_000,
        server="Apache",
        content_type="text/html",
    ),
    Web(
        package="debian-handbook",
        warc="prose",
        project="The Debian Administrator's Handbook",
        licence="GPL-2+ or CC-BY-SA-3.0",
        folder=f"{DOC}/debian-handbook/html",
        url="https://debian-handbook.info/browse/",
        files=("en-US/*.html",),
        skip=("*index.html", "*ix01.html"),
        pages=22,
        content_type="text/html; charset=UTF-8",
        server="Apache",
        also_at=("https://debian-handbook.info/browse/stable/", 3),
    ),
    Web(
        package="debian-handbook",
        warc="prose",
        project="The Debian Administrator's Handbook (translations: other words around the same commands)",
        licence="GPL-2+ or CC-BY-SA-3.0",
        folder=f"{DOC}/debian-handbook/html",
        url="https://debian-handbook.info/browse/",
        files=("de-DE/sect.*.html", "es-ES/sect.*.html"),
        pages=4,
        content_type="text/html; charset=UTF-8",
        server="Apache",
    ),
    Web(
        package="debian-reference-en",
        warc="prose",
        project="Debian Reference",
        licence="GPL-2+",
        folder="usr/share/debian-reference",
        url="https://www.debian.org/doc/manuals/debian-reference/",
        files=("ch*.en.html",),
        pages=5,
        max_bytes=260_000,
        server="Apache",
    ),
    Web(
        package="postgresql-doc-15",
        warc="prose",
        project="PostgreSQL 15",
        licence="PostgreSQL",
        folder=f"{DOC}/postgresql-doc-15/html",
        url="https://www.postgresql.org/docs/15/",
        pages=24,
    ),
    Web(
        package="git-doc",
        warc="prose",
        project="Git",
        licence="GPL-2",
        folder=f"{DOC}/git-doc",
        url="https://git-scm.com/docs/",
        files=("git[a-z]*.html", "howto/*.html", "technical/*.html", "user-manual.html"),
        pages=14,
    ),
    Web(
        package="sqlite3-doc",
        warc="prose",
        project="SQLite",
        licence="public domain",
        folder=f"{DOC}/sqlite3",
        url="https://www.sqlite.org/",
        files=("[a-z]*.html",),
        skip=("releaselog/*", "syntax/*", "c3ref/*", "*keyword*", "doclist*", "session/*", "images/*"),
        pages=10,
        server="althttpd 2.0",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One PDF."""

    package: str
    path: str
    project: str
    licence: str
    pages: int

    @property
    def name(self) -> str:
        return Path(self.path).name


TEX = f"{DOC}/texlive-doc/latex"
LPPL = "LPPL-1.3c"

PAPERS = tuple(
    Paper(package=package, path=path, project=project, licence=licence, pages=pages)
    for package, path, project, licence, pages in (
        ("texlive-latex-base-doc", f"{TEX}/amsmath/testmath.pdf", "amsmath: sample paper", LPPL, 41),
        (
            "texlive-latex-recommended-doc",
            f"{TEX}/lineno/linenoamsmathdemo.pdf",
            "lineno: amsmath demonstration",
            "LPPL-1.3a",
            11,
        ),
        (
            "texlive-science-doc",
            f"{TEX}/rbt-mathnotes/examples/multivar.pdf",
            "rbt-mathnotes: multivariable calculus notes",
            LPPL,
            14,
        ),
        ("texlive-science-doc", f"{TEX}/rbt-mathnotes/examples/topology-hw-1.pdf", "rbt-mathnotes: topology homework", LPPL, 3),
        ("texlive-science-doc", f"{TEX}/physics/physics.pdf", "physics package", "LPPL", 8),
        ("texlive-science-doc", f"{TEX}/tensor/tensor.pdf", "tensor package", "LPPL", 9),
        ("texlive-science-doc", f"{TEX}/mattens/mattens_sample.pdf", "mattens: matrices and tensors", LPPL, 17),
        ("texlive-science-doc", f"{TEX}/membranecomputing/membranecomputing.pdf", "membrane computing", "LPPL-1.3", 9),
        ("texlive-science-doc", f"{TEX}/nath/nathguide.pdf", "nath: natural mathematics", "GPL", 21),
        ("texlive-science-doc", f"{TEX}/algorithms/algorithms.pdf", "algorithms bundle (pseudocode)", "LGPL-2.1", 18),
        ("texlive-science-doc", f"{TEX}/pseudocode/pseudocode.pdf", "pseudocode environment", "LPPL", 14),
        ("texlive-science-doc", f"{TEX}/clrscode3e/clrscode3e.pdf", "clrscode3e (algorithms)", "LPPL", 15),
        ("texlive-science-doc", f"{TEX}/statex/statex-example.pdf", "StatEx: statistics", "LPPL", 6),
        ("texlive-science-doc", f"{TEX}/mhequ/mhequ-example.pdf", "mhequ: equations", "public domain", 2),
        ("octave-doc", f"{DOC}/octave/refcard-a4.pdf", "GNU Octave reference card", "GPL-3+", 3),
        ("pari-doc", "usr/share/pari/doc/refcard-mf.pdf", "PARI/GP modular forms card", "GPL-2+", 2),
        ("pari-doc", "usr/share/pari/doc/tutorial-mf.pdf", "PARI/GP modular forms tutorial", "GPL-2+", 43),
    )
)


@dataclass(frozen=True, kw_only=True)
class Code:
    """Source files of one package, kept below code/<name>/ as they lie in the package."""

    package: str
    name: str
    project: str
    licence: str
    folder: str
    files: tuple[str, ...]
    count: int
    min_bytes: int = 400
    max_bytes: int = 160_000


GO = "usr/share/gocode/src"

CODE = tuple(
    Code(package=package, name=name, project=project, licence=licence, folder=folder, files=files, count=count)
    for package, name, project, licence, folder, files, count in (
        ("python3-mpmath", "mpmath", "mpmath", "BSD-3-Clause", "usr/lib/python3/dist-packages/mpmath", ("*.py",), 34),
        ("golang-github-google-btree-dev", "btree", "google/btree", "Apache-2.0", f"{GO}/github.com/google/btree", ("*.go",), 4),
        ("golang-golang-x-exp-dev", "x-exp", "golang.org/x/exp", "BSD-3-Clause", f"{GO}/golang.org/x/exp", ("*.go",), 18),
        ("librust-num-integer-dev", "num-integer", "num-integer", "MIT or Apache-2.0", "usr/share/cargo/registry", ("*.rs",), 6),
        ("librust-itertools-dev", "itertools", "itertools", "MIT or Apache-2.0", "usr/share/cargo/registry", ("*.rs",), 26),
        ("uthash-dev", "uthash", "uthash", "BSD-1-Clause", "usr/include", ("*.h",), 6),
        ("libglm-dev", "glm", "OpenGL Mathematics", "Expat", "usr/include/glm", ("*.hpp", "*.inl"), 26),
        (
            "node-big-integer",
            "big-integer",
            "BigInteger.js",
            "Unlicense (public domain)",
            "usr/share/nodejs/big-integer",
            ("*.js", "*.ts"),
            4,
        ),
        ("node-d3-array", "d3-array", "d3-array", "ISC", "usr/share/nodejs/d3-array", ("*.js",), 24),
        ("libjs-underscore", "underscore", "Underscore.js", "Expat", "usr/share/javascript/underscore", ("*.js",), 3),
        (
            "octave-linear-algebra",
            "linear-algebra",
            "Octave linear-algebra",
            "GPL-3+, LGPL-3+ and BSD-2-Clause",
            "usr/share/octave/packages",
            ("*.m",),
            12,
        ),
        ("lua-penlight", "penlight", "Penlight", "Expat", "usr/share/lua/5.1/pl", ("*.lua",), 14),
        ("gap-polycyclic", "polycyclic", "GAP Polycyclic", "GPL-2+", "usr/share/gap/pkg", ("*.gi", "*.gd"), 10),
        ("libmath-bigint-perl", "bigint", "Math::BigInt", "Artistic or GPL-1+", "usr/share/perl5/Math", ("BigInt/*.pm",), 6),
        ("elpa-dash", "dash", "dash.el", "GPL-3+", "usr/share/emacs/site-lisp/elpa-src", ("*/dash.el",), 1),
        ("bash-completion", "bash-completion", "bash-completion", "GPL-2+", "etc", ("*.sh",), 2),
    )
)


@dataclass(frozen=True, kw_only=True)
class Texts:
    """Plain text or Markdown files of one package: one row each."""

    package: str
    output: str
    project: str
    licence: str
    folder: str
    url: str
    files: tuple[str, ...]
    count: int
    min_bytes: int = 1_500
    max_bytes: int = 60_000


NOTES = (
    Texts(
        package="axiom-doc",
        output="notes/axiom-help.jsonl.gz",
        project="Axiom: worked examples of computer algebra, plain text",
        licence="BSD-3-Clause",
        folder=f"{DOC}/axiom-doc/spadhelp",
        url="http://axiom-developer.org/axiom-website/spadhelp/",
        files=("*.help",),
        count=90,
    ),
    Texts(
        package="git-doc",
        output="notes/git-manual.jsonl.gz",
        project="Git manual, plain text (AsciiDoc)",
        licence="GPL-2",
        folder=f"{DOC}/git-doc",
        url="https://git-scm.com/docs/",
        files=("git-[a-r]*.txt", "howto/*.txt"),
        count=40,
    ),
)
REFERENCE = Texts(
    package="nodejs-doc",
    output="reference/nodejs-api.parquet",
    project="Node.js API reference, Markdown",
    licence="Expat",
    folder=f"{DOC}/nodejs/api",
    url="https://nodejs.org/docs/latest-v18.x/api/",
    files=("*.md.gz",),
    count=30,
    max_bytes=20_000,
)


# --- packages -----------------------------------------------------------------------------------------------------------------


class Packages:
    """Unpacked Debian packages below a scratch folder, downloaded when first asked for."""

    def __init__(self, scratch: Path) -> None:
        self.debs = scratch / "debs"
        self.unpacked = scratch / "x"
        self.debs.mkdir(parents=True, exist_ok=True)
        self.unpacked.mkdir(parents=True, exist_ok=True)

    def deb(self, package: str) -> Path:
        found = sorted(self.debs.glob(f"{package}_*.deb"))
        if not found:
            subprocess.run(
                ["apt-get", "-o", "APT::Sandbox::User=root", "download", package],
                cwd=self.debs,
                check=True,
                stdout=subprocess.DEVNULL,
            )
            found = sorted(self.debs.glob(f"{package}_*.deb"))
        return found[-1]

    def root(self, package: str) -> Path:
        root = self.unpacked / package
        if not root.is_dir():
            aside = root.with_suffix(".unpacking")
            shutil.rmtree(aside, ignore_errors=True)
            subprocess.run(["dpkg-deb", "-x", str(self.deb(package)), str(aside)], check=True)
            aside.rename(root)
        return root

    def version(self, package: str) -> str:
        command = ["dpkg-deb", "-f", str(self.deb(package)), "Version"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def matching(root: Path, files: tuple[str, ...], skip: tuple[str, ...], *, min_bytes: int, max_bytes: int) -> list[str]:
    """Sorted relative paths of the real files below `root` that match and have the right size. Links are left out."""
    found = []
    for path in root.rglob("*"):
        name = path.relative_to(root).as_posix()
        if any(fnmatch(name, glob) for glob in files) and not any(fnmatch(name, glob) for glob in skip) and name not in HELD_OUT:
            linked = path.is_symlink() or not path.is_file()
            if not linked and min_bytes <= path.stat().st_size <= max_bytes:
                found.append(name)
    return sorted(found)


def spread(items: list[str], count: int) -> list[str]:
    """`count` of `items`, evenly spaced, in order."""
    if len(items) <= count:
        return items
    return [items[i * len(items) // count] for i in range(count)]


def modified(path: Path) -> datetime:
    """Time stamp of the file in its package (the build's SOURCE_DATE_EPOCH: the same wherever the package is unpacked)."""
    return datetime.fromtimestamp(int(path.stat().st_mtime), tz=UTC)


# --- WARC ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Response:
    """One HTTP exchange."""

    url: str
    body: bytes
    date: datetime
    content_type: str = "text/html; charset=utf-8"
    server: str = "nginx"
    status: str = "200 OK"
    encoding: str = "identity"
    """identity, gzip or chunked: how the body went over the wire."""
    extra: tuple[tuple[str, str], ...] = field(default=())


def http_message(response: Response) -> bytes:
    """Status line, headers and the body as sent."""
    headers = [("Date", format_datetime(response.date, usegmt=True)), ("Server", response.server)]
    headers += [("Content-Type", response.content_type)] if response.content_type else []
    headers += [("Last-Modified", format_datetime(response.date, usegmt=True)), *response.extra]
    body = response.body
    if response.encoding == "gzip":
        body = gzip.compress(body, 9, mtime=0)
        headers += [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]
    if response.encoding == "chunked":
        body = chunked(body)
        headers.append(("Transfer-Encoding", "chunked"))
    else:
        headers.append(("Content-Length", str(len(body))))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"HTTP/1.1 {response.status}\r\n{head}\r\n".encode("ascii") + body


def chunked(body: bytes, *, size: int = 8192) -> bytes:
    parts = [body[i : i + size] for i in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def warc_record(kind: str, url: str, date: datetime, content_type: str, block: bytes) -> bytes:
    """One record as one gzip member, as crawlers write them."""
    seed = f"{kind} {url} {date.isoformat()}"
    headers = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, seed)}>"),
        ("WARC-Date", date.strftime("%Y-%m-%dT%H:%M:%SZ")),
        *([("WARC-Target-URI", url)] if kind != "warcinfo" else []),
        ("Content-Type", content_type),
        ("Content-Length", str(len(block))),
    ]
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return gzip.compress(f"WARC/1.1\r\n{head}\r\n".encode() + block + b"\r\n\r\n", 9, mtime=0)


def warc_members(responses: Iterable[Response], name: str) -> Iterator[bytes]:
    """warcinfo, then request and response of each exchange."""
    items = list(responses)
    info = f"software: examples/build_corpus.py\r\nformat: WARC File Format 1.1\r\nisPartOf: {name}\r\n".encode()
    yield warc_record("warcinfo", name, items[0].date, "application/warc-fields", info)
    for item in items:
        host, _, path = item.url.split("://", 1)[1].partition("/")
        request = f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\nAccept-Encoding: gzip\r\n\r\n".encode()
        yield warc_record("request", item.url, item.date, "application/http; msgtype=request", request)
        yield warc_record("response", item.url, item.date, "application/http; msgtype=response", http_message(item))


def choose_pages(web: Web, packages: Packages, chosen: dict[str, list[str]]) -> list[str]:
    """Relative paths of the pages of `web`."""
    root = packages.root(web.package) / web.folder
    if web.same_as:
        return [name for name in chosen[web.same_as] if (root / name).is_file()]
    names = matching(root, web.files, web.skip, min_bytes=web.min_bytes, max_bytes=web.max_bytes)
    if web.needs:
        pattern = re.compile(web.needs.encode())
        names = [name for name in names if pattern.search((root / name).read_bytes())]
    return spread(names, web.pages)


WIRE = ("gzip", "identity", "chunked", "identity", "gzip", "identity", "identity")
"""How the pages of a WARC went over the wire, in turn."""


def web_responses(packages: Packages) -> tuple[dict[str, list[Response]], dict[Web, int]]:
    """The responses of each WARC by name, sorted by URL, and how many pages each row of WEB gave."""
    chosen: dict[str, list[str]] = {}
    warcs: dict[str, list[Response]] = {}
    counts: dict[Web, int] = {}
    for web in WEB:
        names = choose_pages(web, packages, chosen)
        chosen.setdefault(web.package, names)
        root = packages.root(web.package) / web.folder
        other_url, num_other = web.also_at
        places = [(web.url, name) for name in names] + [(other_url, name) for name in names[:num_other]]
        counts[web] = len(places)
        for url, name in places:
            path = root / name
            warcs.setdefault(web.warc, []).append(
                Response(
                    url=url + name,
                    body=path.read_bytes(),
                    date=modified(path),
                    content_type=web.content_type,
                    server=web.server,
                )
            )
    for name, responses in warcs.items():
        ordered = sorted(responses, key=lambda response: response.url)
        warcs[name] = [with_encoding(response, WIRE[i % len(WIRE)]) for i, response in enumerate(ordered)]
    return warcs, counts


def with_encoding(response: Response, encoding: str) -> Response:
    return Response(**{**response.__dict__, "encoding": encoding})


# --- everything else ----------------------------------------------------------------------------------------------------------


def write_papers(packages: Packages, output: Path) -> None:
    for paper in PAPERS:
        copy(packages.root(paper.package) / paper.path, output / "papers" / paper.name)


def write_code(packages: Packages, output: Path) -> dict[Code, int]:
    counts = {}
    for code in CODE:
        root = packages.root(code.package) / code.folder
        names = spread(matching(root, code.files, (), min_bytes=code.min_bytes, max_bytes=code.max_bytes), code.count)
        counts[code] = len(names)
        for name in names:
            copy(root / name, output / "code" / code.name / name)
    return counts


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(source.read_bytes())


def rows(texts: Texts, packages: Packages) -> list[dict[str, str]]:
    root = packages.root(texts.package) / texts.folder
    names = spread(matching(root, texts.files, (), min_bytes=texts.min_bytes, max_bytes=texts.max_bytes), texts.count)
    return [
        {
            "id": name.removesuffix(".gz"),
            "url": texts.url + name.removesuffix(".gz"),
            "text": plain(root / name),
            "date": modified(root / name).date().isoformat(),
        }
        for name in names
    ]


def plain(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8", "replace")


def write_texts(packages: Packages, output: Path) -> dict[str, int]:
    counts = {}
    for texts in NOTES:
        made = rows(texts, packages)
        counts[texts.output] = len(made)
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made)
        write(output / texts.output, gzip.compress(lines.encode(), 9, mtime=0))
    made = rows(REFERENCE, packages)
    counts[REFERENCE.output] = len(made)
    target = output / REFERENCE.output
    target.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(made), target, compression="zstd", compression_level=19, row_group_size=10)
    return counts


def write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def write_broken(packages: Packages, output: Path, warcs: dict[str, list[Response]]) -> None:
    """What crawls really contain: each file is made from a real page or paper, cut or mislabelled."""
    broken = output / "broken"
    few = warcs["prose"][:6]
    whole = b"".join(warc_members(few, "truncated.warc.gz"))
    last = len(b"".join(warc_members(few[-1:], "truncated.warc.gz"))) // 3
    write(broken / "web" / "truncated.warc.gz", whole[:-last])
    write(broken / "web" / "responses.warc.gz", b"".join(warc_members(odd_responses(packages), "responses.warc.gz")))
    write(broken / "web" / "not-a-warc.warc.gz", few[0].body[:2000])
    paper = packages.root(PAPERS[0].package) / PAPERS[0].path
    write(broken / "files" / "truncated.pdf", paper.read_bytes()[:100_000])
    write(broken / "files" / "empty.html", b"")
    write(broken / "files" / "picture.html", picture(packages))
    write(broken / "files" / "latin1.html", translated(packages, "fr-FR", "iso-8859-1"))
    good = json.dumps({"id": "git.txt", "url": "https://git-scm.com/docs/git", "text": git_text(packages)}, ensure_ascii=False)
    lines = [good, good[:300], json.dumps({"id": "2", "url": "https://git-scm.com/docs/none"}), ""]
    write(broken / "lines.jsonl", "\n".join(lines).encode())


def odd_responses(packages: Packages) -> list[Response]:
    date = modified(packages.root("debian-handbook") / f"{DOC}/debian-handbook/html/fr-FR/apt.html")
    base = "https://debian-handbook.info/browse/"

    def odd(name: str, body: bytes, **changes: Any) -> Response:
        return Response(url=base + name, body=body, date=date, **changes)

    not_found = b"<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>"
    cut = gzip.compress(translated(packages, "en-US", "utf-8"), mtime=0)[:1200]
    return [
        odd("fr-FR/apt.html", translated(packages, "fr-FR", "iso-8859-1")),
        odd("ru-RU/apt.html", translated(packages, "ru-RU", "cp1251")),
        odd("ja-JP/apt.html", translated(packages, "ja-JP", "shift_jis")),
        odd("logo.html", picture(packages)),
        odd("empty.html", b""),
        odd("gone.html", not_found, status="404 Not Found"),
        odd("old.html", b"", status="301 Moved Permanently"),
        odd("cut.html", cut, extra=(("Content-Encoding", "gzip"),)),
        odd("untyped.html", translated(packages, "it-IT", "utf-8"), content_type=""),
    ]


def translated(packages: Packages, language: str, encoding: str) -> bytes:
    """A chapter in another language and encoding; the page itself still says utf-8."""
    root = packages.root("debian-handbook") / f"{DOC}/debian-handbook/html/{language}"
    text = (root / "case-study.html").read_text(encoding="utf-8")
    return text.encode(encoding, "xmlcharrefreplace")


def picture(packages: Packages) -> bytes:
    images = packages.root("debian-handbook") / f"{DOC}/debian-handbook/html/en-US"
    small = [path for path in sorted(images.rglob("*.png")) if 1_000 <= path.stat().st_size <= 40_000 and not path.is_symlink()]
    return small[0].read_bytes()


def git_text(packages: Packages) -> str:
    return (packages.root("git-doc") / f"{DOC}/git-doc/gitglossary.txt").read_text(encoding="utf-8")[:4000]


def write_copyrights(packages: Packages, output: Path) -> None:
    """Every package's copyright file, and which licence TeX Live records for each of its parts, in one archive."""
    with lzma.open(output / "copyright.tar.xz", "wb") as stream, tarfile.open(fileobj=stream, mode="w") as archive:
        tables: tuple[Iterable[Web | Paper | Code | Texts], ...] = (WEB, PAPERS, CODE, NOTES, (REFERENCE,))
        for package in sorted({item.package for table in tables for item in table}):
            for name in ("copyright", "Licenses.gz"):
                for path in sorted(packages.root(package).glob(f"{DOC}/*/{name}")):
                    member = tarfile.TarInfo(f"copyright/{package}/{name.removesuffix('.gz')}")
                    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
                    member.size = len(data)
                    archive.addfile(member, io.BytesIO(data))


# --- README -------------------------------------------------------------------------------------------------------------------

BROKEN = (
    ("broken/web/truncated.warc.gz", "ends in the middle of a gzip member", "debian-handbook"),
    (
        "broken/web/responses.warc.gz",
        "French in ISO 8859-1, Russian in Windows-1251, Japanese in Shift JIS, each labelled utf-8; a PNG as text/html; an empty "
        "body; a 404; a 301; a gzip body cut short; no Content-Type at all",
        "debian-handbook",
    ),
    ("broken/web/not-a-warc.warc.gz", "an HTML page under a WARC's name", "debian-handbook"),
    ("broken/files/truncated.pdf", "the first 100 kB of testmath.pdf", "texlive-latex-base-doc"),
    ("broken/files/empty.html", "no bytes", ""),
    ("broken/files/picture.html", "a PNG under an HTML name", "debian-handbook"),
    ("broken/files/latin1.html", "French in ISO 8859-1 that says it is utf-8", "debian-handbook"),
    ("broken/lines.jsonl", "a good line, a line cut short, a line without text, an empty line", "git-doc"),
)


def readme(packages: Packages, output: Path, counts: dict[Web, int], code: dict[Code, int], texts: dict[str, int]) -> str:
    def row(*cells: object) -> str:
        return "| " + " | ".join(str(cell) for cell in cells) + " |"

    def package(name: str) -> str:
        return f"{name} {packages.version(name)}"

    parts = [README_HEAD]
    for warc in dict.fromkeys(web.warc for web in WEB):
        total = sum(count for web, count in counts.items() if web.warc == warc)
        parts += [
            f"\n## `web/{warc}.warc.gz`: {total} responses\n",
            row("pages", "project", "Debian package", "licence", "address"),
            "|---|---|---|---|---|",
        ]
        parts += [
            row(n, web.project, package(web.package), web.licence, web.url) for web, n in counts.items() if web.warc == warc
        ]
    pages = sum(paper.pages for paper in PAPERS)
    parts += [
        f"\n## `papers/`: {len(PAPERS)} PDFs out of TeX, {pages} pages\n",
        row("file", "pages", "project", "Debian package", "licence"),
        "|---|---|---|---|---|",
    ]
    parts += [row(f"`papers/{p.name}`", p.pages, p.project, package(p.package), p.licence) for p in PAPERS]
    parts += [
        f"\n## `code/`: {sum(code.values())} source files\n",
        row("folder", "files", "project", "Debian package", "licence"),
        "|---|---|---|---|---|",
    ]
    parts += [row(f"`code/{c.name}/`", n, c.project, package(c.package), c.licence) for c, n in code.items()]
    parts += [
        "\n## `notes/` and `reference/`: text in JSONL and Parquet\n",
        row("file", "rows", "project", "Debian package", "licence"),
        "|---|---|---|---|---|",
    ]
    parts += [row(f"`{t.output}`", texts[t.output], t.project, package(t.package), t.licence) for t in (*NOTES, REFERENCE)]
    parts += ["\n## `broken/`: what crawls contain as well\n", row("file", "what is wrong", "made from"), "|---|---|---|"]
    parts += [row(f"`{name}`", what, package(origin) if origin else "") for name, what, origin in BROKEN]
    size = sum(path.stat().st_size for path in output.rglob("*") if path.is_file() and path.name != "README.md")
    parts.append(f"\n{size / 1e6:.1f} MB in all.\n")
    return "\n".join(parts)


README_HEAD = """# The example corpus

Real input that nobody of this project wrote, for `make demo` and the tests: pages, papers and source files from Debian 12's
documentation packages, each under the free licence of its package (Debian main holds nothing else). `copyright.tar.xz` has each
package's copyright file with all notices, and the licence TeX Live records for each of its parts. `examples/build_corpus.py`
makes all of it; nothing here is edited by hand.

The pages are the packages' own bytes. Their addresses are where upstream publishes them; the HTTP headers around them (server,
date of the file, media type, gzip or chunked transfer) are written by the script as such servers send them."""


def build(scratch: Path, output: Path) -> None:
    packages = Packages(scratch)
    shutil.rmtree(output, ignore_errors=True)
    warcs, counts = web_responses(packages)
    for name, responses in warcs.items():
        write(output / "web" / f"{name}.warc.gz", b"".join(warc_members(responses, f"{name}.warc.gz")))
    write_papers(packages, output)
    code = write_code(packages, output)
    texts = write_texts(packages, output)
    write_broken(packages, output, warcs)
    write_copyrights(packages, output)
    write(output / "README.md", readme(packages, output, counts, code, texts).encode())


def main() -> None:
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description="Build examples/corpus from Debian packages.")
    parser.add_argument("--scratch", type=Path, required=True, help="folder for downloads (2.5 GB); kept for the next run")
    parser.add_argument("--output", type=Path, default=here / "corpus", help="folder to write, emptied first")
    arguments = parser.parse_args()
    build(arguments.scratch, arguments.output)
    size = sum(path.stat().st_size for path in arguments.output.rglob("*") if path.is_file())
    print(f"{arguments.output}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
