"""HTML extraction: quality and speed of ours and of the peers, in one run on the same pages.

    python -m benchmarks.html [--eval DIR] [--json] [--quick] [--check]

The evaluation sets are not part of the repository (their pages belong to their publishers): DIR, or the environment variable
TERCET_EVAL, names a folder that holds `main.jsonl.gz`, `main_sample.jsonl.gz`, `math.jsonl.gz`, `code.jsonl.gz` and the scorer
`score_html.py`, directly or in its subfolder `html`. `--check` fails where one of our numbers is below `FLOORS`.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from corpus.errors import InputError, TercetError, require

FLOORS = {
    "main_f1": 0.83,
    "main_rouge5": 0.78,
    "math_recall90": 0.92,
    "code_exact_dd": 0.97,
    "code_language": 0.95,
}
"""What `--check` asks of our extractor on the full sets. Raise a floor when a number rises; say in the commit why one falls."""

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


def eval_directory(given: str | None) -> Path:
    """The folder with the sets. Raises InputError where there is none."""
    name = given or os.environ.get("TERCET_EVAL", "")
    for folder in (Path(name), Path(name) / "html") if name else ():
        if (folder / "score_html.py").is_file():
            return folder
    raise InputError(
        f"no evaluation sets in {name!r}: expected score_html.py beside main.jsonl.gz, math.jsonl.gz and code.jsonl.gz. "
        "Name their folder with --eval DIR or TERCET_EVAL."
    )


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


def run(folder: Path, *, quick: bool) -> dict[str, dict[str, Any]]:
    """Every number of every extractor."""
    scorer = load_scorer(folder)
    limit = QUICK_PAGES if quick else None
    sets = {"main": "main_sample.jsonl.gz" if quick else "main.jsonl.gz", "math": "math.jsonl.gz", "code": "code.jsonl.gz"}
    report: dict[str, dict[str, Any]] = {}
    for name, extractor in EXTRACTORS.items():
        print(f"{name} ...", file=sys.stderr)
        scores = {kind: score(kind, folder / file, scorer, extractor, limit) for kind, file in sets.items()}
        speed = pages_per_second(folder / "main_sample.jsonl.gz", extractor, 30 if quick else SPEED_PAGES)
        report[name] = {"summary": summary(scores, speed), "scores": scores}
    return report


def summary(scores: dict[str, Any], speed: float) -> dict[str, float]:
    """One row of the table."""
    main, math, code = (scores[kind]["all"] for kind in ("main", "math", "code"))
    return {
        "main_f1": main["F1"] or 0.0,
        "main_rouge5": main["rouge5"] or 0.0,
        "math_recall90": math["recall90"] or 0.0,
        "math_macro": scores["math"]["macro"]["recall90"] or 0.0,
        "math_false": math["false"] or 0.0,
        "code_exact_dd": code["exact_dd"] or 0.0,
        "code_language": code["lang"] or 0.0,
        "code_false": code["false"] or 0.0,
        "pages_per_second": speed,
    }


def print_table(report: dict[str, dict[str, Any]]) -> None:
    columns = list(next(iter(report.values()))["summary"])
    print(f"{'':<12}" + "".join(f"{column:>17}" for column in columns))
    for name, entry in report.items():
        print(f"{name:<12}" + "".join(f"{entry['summary'][column]:>17.3f}" for column in columns))


def below_floors(measured: dict[str, float]) -> list[str]:
    """What fell below its floor, as sentences."""
    return [f"{name} is {measured[name]:.4f}, floor {floor}" for name, floor in FLOORS.items() if measured[name] < floor]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.html", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--eval", metavar="DIR", help="folder with the evaluation sets (default: $TERCET_EVAL)")
    parser.add_argument("--json", action="store_true", help="print everything, by page type, notation and layout, as JSON")
    parser.add_argument("--quick", action="store_true", help=f"the first {QUICK_PAGES} pages of each set")
    parser.add_argument("--check", action="store_true", help="exit 1 where one of our numbers is below its floor")
    options = parser.parse_args(arguments)
    try:
        report = run(eval_directory(options.eval), quick=options.quick)
    except TercetError as error:
        print(error, file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps(report, indent=1, sort_keys=True))
    else:
        print_table(report)
    failures = below_floors(report["tercet"]["summary"]) if options.check and not options.quick else []
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
