"""The command line: `tercet` (= `python -m pipelines`).

The same verbs as the folders, the same grammar in each: a recipe, then `key=value` overrides. Standard output is data, standard
error is talk, the exit code tells the truth: 0 all there, 1 something missing or wrong, 2 the command is wrong, 130 interrupted.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from corpus.errors import DocumentError, InputError, TercetError
from pipelines import pipeline as pipelines_pipeline
from pipelines.recipe_files import Pipeline, absolute, load_pipeline

DESCRIPTION = """\
Raw web pages, PDFs and source code in; the token shards of a reasoning model out.

RECIPE is a pipeline.yaml, a folder that holds one, or the name of a built-in recipe (tiny, mimo-7b).
Any setting can be overridden: tercet run tiny dedup.jaccard_threshold=0.7 execution.mode=local
"""

STAGE_VERBS = {
    "run": (None, "the whole recipe, and a report"),
    "extract": ("extract", "read and extract; of a file that is no recipe, print its Markdown"),
    "dedup": ("dedup", "... and find duplicates"),
    "score": ("score", "... and score quality"),
    "pretrain": ("pretrain", "... and mix, emit the shards, train"),
}


def make_parser() -> argparse.ArgumentParser:
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="tercet", description=DESCRIPTION, formatter_class=formatter)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, (_, help_) in STAGE_VERBS.items():
        _add_recipe_arguments(verbs.add_parser(verb, help=help_, description=help_))
    mix = verbs.add_parser("mix", help="plan or emit the mixture").add_subparsers(dest="mix_verb", required=True, metavar="VERB")
    plan = mix.add_parser("plan", help="print tokens available, asked and epochs per source and stage; emit nothing")
    plan.add_argument(
        "--inventory", metavar="FILE", help="YAML inventory; default: inventory.yaml beside the recipe, else counted"
    )
    _add_recipe_arguments(plan)
    _add_recipe_arguments(mix.add_parser("emit", help="everything up to the three stages of shards"))
    report = verbs.add_parser("report", help="write report.html of a run again")
    report.add_argument("out", metavar="OUT", help="the run's output folder or URL")
    _add_inspect(verbs.add_parser("inspect", help="show a document, a reject, a cluster, a row of a shard, a page of a PDF"))
    return parser


def _add_recipe_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("recipe", metavar="RECIPE", help="file, folder or built-in name")
    parser.add_argument("overrides", metavar="key=value", nargs="*", help="settings to override")
    parser.add_argument(
        "--dry-run", action="store_true", help="check the recipe, list what would be read and written, do nothing"
    )


def _add_inspect(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="WHAT")
    for kind, help_ in (
        ("document", "a document: provenance, scores, cluster, Markdown"),
        ("reject", "rejected pages, by id or by reason"),
        ("cluster", "the members of a cluster of duplicates and how they differ"),
        ("row", "a row of a stage's shards, decoded, with its provenance"),
    ):
        one = kinds.add_parser(kind, help=help_)
        one.add_argument("out", metavar="OUT", help="the run's output folder or URL")
        if kind == "row":
            one.add_argument("stage", metavar="STAGE", help="name of the training stage, e.g. stage1")
            one.add_argument("row", type=int, metavar="ROW", help="position in the stage, from 0")
        else:
            one.add_argument("id", metavar="ID", help="id, or its first digits" + (", or a reason" if kind == "reject" else ""))
    pdf = kinds.add_parser("pdf", help="a page of a PDF with the boxes found beside its Markdown, as HTML")
    pdf.add_argument("file", metavar="FILE", help="a PDF")
    pdf.add_argument("--page", type=int, default=1, metavar="N", help="page, from 1 (default: 1)")
    pdf.add_argument("--out", metavar="HTML", help="file to write; default: FILE-pageN.html in the working directory")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code."""
    signal.signal(signal.SIGTERM, _interrupt)
    options = parse(arguments)
    try:
        VERBS[options.verb](options)
    except TercetError as error:
        print(f"tercet: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ntercet: interrupted. Nothing half-written is left; run the same command to go on.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
    return 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line, with overrides on either side of the options, which argparse alone does not take."""
    parser = make_parser()
    options, rest = parser.parse_known_args(arguments)
    unknown = [argument for argument in rest if argument.startswith("-") or "overrides" not in options]
    if unknown:
        parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    if rest:
        options.overrides = [*options.overrides, *rest]
    return options


def _interrupt(_signum: int, _frame: Any) -> None:
    raise KeyboardInterrupt


def run_stages(options: argparse.Namespace) -> None:
    """run, extract, dedup, score, pretrain, mix emit: the recipe, up to a stage."""
    until = "mix" if options.verb == "mix" else STAGE_VERBS[options.verb][0]
    if options.verb == "extract" and _is_page(options.recipe):
        print_markdown([options.recipe, *options.overrides])
        return
    pipeline = load_pipeline(options.recipe, options.overrides)
    if options.dry_run:
        print(pipelines_pipeline.describe(pipeline, recipe=options.recipe))
        return
    pipelines_pipeline.run(pipeline, recipe=options.recipe, until=until)


def _is_page(path: str) -> bool:
    """A file that is not YAML is a page to extract."""
    return Path(path).is_file() and Path(path).suffix not in (".yaml", ".yml")


def print_markdown(paths: Sequence[str]) -> None:
    """Each page or PDF as Markdown on standard output."""
    import extract
    from extract.pdf_sandbox import apart

    for path in paths:
        if not Path(path).is_file():
            raise InputError(f"{path}: no such file; expected an HTML page or a PDF")
        refuse_too_large(Path(path))
        content, url = Path(path).read_bytes(), Path(path).resolve().as_uri()
        try:
            is_pdf = b"%PDF-" in content[:1024] or Path(path).suffix.lower() == ".pdf"
            document = apart(extract.pdf, content, url) if is_pdf else extract.html(content, url)
        except DocumentError as error:
            raise InputError(f"{path}: {error}") from error
        print(document.text)


def refuse_too_large(path: Path) -> None:
    """Raises InputError for a file that no extractor would read, before it is in memory."""
    from extract.pdf_document import DEFAULT

    if (size := path.stat().st_size) > DEFAULT.max_bytes:
        raise InputError(f"{path}: too_large: {size:,} bytes, at most {DEFAULT.max_bytes:,} are read")


def mix(options: argparse.Namespace) -> None:
    if options.mix_verb == "emit":
        run_stages(options)
        return
    pipeline: Pipeline = load_pipeline(options.recipe, options.overrides)
    if options.dry_run:
        print(pipelines_pipeline.describe(pipeline, recipe=options.recipe))
        return
    print(pipelines_pipeline.plan_table(pipeline, recipe=options.recipe, inventory_path=options.inventory))


def report(options: argparse.Namespace) -> None:
    from pipelines.report import write_report

    print(write_report(absolute(options.out)))


def inspect(options: argparse.Namespace) -> None:
    if options.kind == "pdf":
        from pipelines.inspect_pdf import write_page_view

        if Path(options.file).is_file():
            refuse_too_large(Path(options.file))
        print(write_page_view(options.file, options.page, out=options.out))
        return
    from pipelines import inspection

    out = absolute(options.out)
    if options.kind == "row":
        print(inspection.show_row(out, options.stage, options.row))
        return
    show = {"document": inspection.show_document, "reject": inspection.show_reject, "cluster": inspection.show_cluster}
    print(show[options.kind](out, options.id))


VERBS: dict[str, Callable[[argparse.Namespace], None]] = {
    **dict.fromkeys(STAGE_VERBS, run_stages),
    "mix": mix,
    "report": report,
    "inspect": inspect,
}

if __name__ == "__main__":
    sys.exit(main())
