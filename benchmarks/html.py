"""HTML extraction: quality and speed of ours and of the peers, in one run on the same pages.

The environment variable TERCET_EVAL names the folder with `html/`: `main.jsonl.gz`, `main_sample.jsonl.gz`, `math.jsonl.gz`,
`code.jsonl.gz` and their scorer `score_html.py`. `--quick` takes the first pages of each set.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.harness import Goal, Result, evaluation_folder, main
from corpus.errors import require

GOALS = {
    "main F1": 0.83,
    "main ROUGE-5": 0.78,
    "math recall": 0.92,
    "code exact": 0.97,
    "code language": 0.95,
}
"""What `--check` asks of our extractor on the full sets. Raise one when its number rises; say in the commit why one falls."""

QUICK_PAGES = 60
SPEED_PAGES = 100
"""Pages of the sample that are timed, 150 kB on average."""


def extract_ours(page: str, url: str) -> str:
    import extract

    return extract.html(page.encode("utf-8", "replace"), url).text


def extract_trafilatura(page: str, url: str) -> str:
    import trafilatura

    return trafilatura.extract(page, url=url or None, output_format="markdown") or ""


def extract_resiliparse(page: str, url: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    text: str = extract_plain_text(page, main_content=True, alt_texts=False)
    return text


EXTRACTORS: dict[str, Callable[[str, str], str]] = {
    "tercet": extract_ours,
    "trafilatura": extract_trafilatura,
    "resiliparse": extract_resiliparse,
}


def load_scorer(folder: Path) -> ModuleType:
    """The scorer that comes with the sets."""
    require("rapidfuzz", extra="dev")
    spec = importlib.util.spec_from_file_location("score_html", folder / "score_html.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def records(path: Path, limit: int | None = None) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for number, line in enumerate(stream):
            if limit is not None and number >= limit:
                return
            yield json.loads(line)


def score(kind: str, path: Path, scorer: ModuleType, extractor: Callable[[str, str], str], limit: int | None) -> dict[str, Any]:
    """Metrics of one extractor on one set."""
    gold = list(records(path, limit))
    predictions = {}
    for record in gold:
        predictions[record["id"]] = {"id": record["id"], "text": _answer(extractor, record)}
    result: dict[str, Any] = scorer.score_set(kind, gold, predictions, "page_type" if kind == "main" else None)
    return {"all": result["all"], "macro": result["macro"], "by": result["by"]}


def _answer(extractor: Callable[[str, str], str], record: dict[str, Any]) -> str:
    """An extractor's answer; a crash is an empty one, as it would be in a crawl."""
    try:
        return extractor(record["html"], record.get("url") or "")
    except Exception as error:  # noqa: BLE001 (peers crash on real pages; that is part of what is measured)
        print(f"{record['id']}: {type(error).__name__}: {error}", file=sys.stderr)
        return ""


def pages_per_second(path: Path, extractor: Callable[[str, str], str], num_pages: int) -> float:
    """Pages per CPU second on one core, first page (imports, tables) not counted."""
    pages = [(record["html"], record.get("url") or "") for record in records(path, num_pages)]
    extractor(*pages[0])
    start = time.process_time()
    for page, url in pages:
        try:
            extractor(page, url)
        except Exception:  # noqa: BLE001 (counted as crashed above)
            continue
    return len(pages) / (time.process_time() - start)


def measure(*, quick: bool) -> Result:
    """Every number of every extractor."""
    folder = evaluation_folder("html", needs="score_html.py")
    scorer = load_scorer(folder)
    limit = QUICK_PAGES if quick else None
    sets = {"main": "main_sample.jsonl.gz" if quick else "main.jsonl.gz", "math": "math.jsonl.gz", "code": "code.jsonl.gz"}
    rows: list[dict[str, Any]] = []
    for name, extractor in EXTRACTORS.items():
        scores = {kind: score(kind, folder / file, scorer, extractor, limit) for kind, file in sets.items()}
        speed = pages_per_second(folder / "main_sample.jsonl.gz", extractor, 30 if quick else SPEED_PAGES)
        rows.append({"extractor": name, **summary(scores, speed)})
        types = {page_type: round(row["F1"], 3) for page_type, row in scores["main"]["by"].items() if row.get("F1")}
        print(f"{name}: main F1 by page type {types}", file=sys.stderr)
    ours = rows[0]
    goals = [] if quick else [Goal(what=name, value=ours[name], limit=limit) for name, limit in GOALS.items()]
    return Result(
        rows=rows,
        goals=goals,
        notes=[
            "first pages of each set" if quick else "whole development sets, one thread",
            "tercet's main-content numbers are a fit: its block classifier was trained on these pages (extract/models/README.md)",
        ],
    )


def summary(scores: dict[str, Any], speed: float) -> dict[str, float]:
    """One row of the table."""
    main, math, code = (scores[kind]["all"] for kind in ("main", "math", "code"))
    return {
        "main F1": main["F1"] or 0.0,
        "main ROUGE-5": main["rouge5"] or 0.0,
        "math recall": math["recall90"] or 0.0,
        "math macro": scores["math"]["macro"]["recall90"] or 0.0,
        "math false": math["false"] or 0.0,
        "code exact": code["exact_dd"] or 0.0,
        "code language": code["lang"] or 0.0,
        "code false": code["false"] or 0.0,
        "pages/CPU s": speed,
    }


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
