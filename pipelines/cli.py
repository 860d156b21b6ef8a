"""The command line: `tercet` (= `python -m pipelines`).

The same verbs as the folders, the same grammar in each: a recipe, then `key=value` overrides. Standard output is data, standard
error is talk, the exit code tells the truth: 0 all there, 1 something missing or wrong, 2 the command is wrong, 130 interrupted.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.config import apply_overrides, build
from corpus.errors import DocumentError, InputError, RecipeError, TercetError
from corpus.readers_files import media_type_of
from corpus.stage import DocumentLimits, DocumentTimeoutError, document_limits
from extract.document import Document
from extract.pages import ExtractConfig, extract_content, prepare_for, storable
from pipelines import interrupts, pretrain_tools
from pipelines import pipeline as pipelines_pipeline
from pipelines.recipe_files import Pipeline, absolute, load_pipeline, parse_overrides

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

PRETRAIN_PLAN = "pretrain plan"
"""A verb of two words: `pretrain` itself takes a recipe."""

PAGE_SUFFIXES = (".pdf", ".html", ".htm", ".xhtml", ".md", ".txt")
"""Names with these ends are files to extract, never recipes."""


def make_parser() -> argparse.ArgumentParser:
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="tercet", description=DESCRIPTION, formatter_class=formatter)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, (_, help_) in STAGE_VERBS.items():
        epilog = pretrain_tools.EPILOG if verb == "pretrain" else None
        parser_of_verb = verbs.add_parser(verb, help=help_, description=help_, epilog=epilog)
        _add_recipe_arguments(parser_of_verb)
        if verb == "dedup":
            _add_index(parser_of_verb)
    schedule = verbs.add_parser(PRETRAIN_PLAN, help="print the schedule: learning rate, batch, row length, ...; train nothing")
    schedule.add_argument("recipe", metavar="RECIPE", help="file, folder or built-in name")
    schedule.add_argument("overrides", metavar="key=value", nargs="*", help="settings to override")
    schedule.add_argument("--html", metavar="FILE", help="also draw it over the tokens of the run")
    pretrain_tools.add_verbs(verbs)
    mix = verbs.add_parser("mix", help="count, plan, emit, verify the mixture").add_subparsers(
        dest="mix_verb", required=True, metavar="VERB"
    )
    plan = mix.add_parser(
        "plan", help="print tokens available, asked and epochs per source and stage, and what constraints cost; emit nothing"
    )
    plan.add_argument(
        "--inventory", metavar="FILE", help="inventory, YAML or Parquet; default: inventory.yaml beside the recipe, else counted"
    )
    plan.add_argument("--html", metavar="FILE", help="also draw it: shares, epochs, quality, what the constraints cost")
    _add_before(plan)
    _add_recipe_arguments(plan)
    inventory = mix.add_parser("inventory", help="count documents and tokens per source, domain, quality class, ...")
    inventory.add_argument("--sample", type=int, metavar="N", help="estimate from about N documents, 64 of each bucket at least")
    inventory.add_argument("--to", metavar="FILE", help="FILE.yaml and FILE.parquet to write; default: OUT/inventory")
    _add_recipe_arguments(inventory)
    emit = mix.add_parser("emit", help="everything up to the three stages of shards")
    _add_before(emit)
    _add_recipe_arguments(emit)
    _add_export(mix.add_parser("export", help="a run's emitted stages for Megatron, MosaicML Streaming or Hugging Face datasets"))
    verify = mix.add_parser("verify", help="check a finished mixture against its plan; exit code 1 names what is wrong")
    verify.add_argument("out", metavar="OUT", help="the run's output folder or URL")
    verify.add_argument("--remake", action="store_true", help="make every shard again and compare")
    where = mix.add_parser("where", help="the training rows that hold a document, by its id or URL")
    where.add_argument("out", metavar="OUT", help="the run's output folder or URL")
    where.add_argument("documents", metavar="DOCUMENT", nargs="+", help="id, its first digits, or URL")
    where.add_argument("--json", action="store_true", help="one JSON object a part of a row")
    _add_tokenizer(verbs.add_parser("tokenizer", help="train a tokenizer on a run's documents"))
    report = verbs.add_parser("report", help="write report.html of a run again")
    report.add_argument("out", metavar="OUT", help="the run's output folder or URL")
    _add_labelling(verbs)
    _add_inspect(verbs.add_parser("inspect", help="show a document, a reject, a cluster, a row of a shard, a page of a PDF"))
    return parser


def _add_before(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--before",
        metavar="PLAN",
        help="the plan that a recipe with changes goes on from; default: that of OUT/plan/current.json",
    )


def _add_recipe_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("recipe", metavar="RECIPE", help="file, folder or built-in name")
    parser.add_argument("overrides", metavar="key=value", nargs="*", help="settings to override")
    parser.add_argument(
        "--dry-run", action="store_true", help="check the recipe, list what would be read and written, do nothing"
    )


def _add_index(parser: argparse.ArgumentParser) -> None:
    help_ = "compare with the documents that earlier dumps kept, and add those that stay to them"
    parser.add_argument("--against", metavar="INDEX", help=help_)
    parser.add_argument("--create", action="store_true", help="begin an index where --against names none")


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", metavar="OUT", help="the run's output folder or URL")
    parser.add_argument("--format", required=True, choices=("megatron", "mds", "huggingface"), help="whose files to write")
    parser.add_argument("--to", required=True, metavar="FOLDER", help="folder or URL to write below")
    parser.add_argument("--stage", nargs="+", default=[], metavar="STAGE", help="training stages, e.g. stage1; default: all")
    help_ = "settings below export. and execution., e.g. export.token_dtype=uint16 execution.mode=local"
    parser.add_argument("overrides", metavar="key=value", nargs="*", help=help_)


def _add_labelling(verbs: Any) -> None:
    help_ = "ask a model for domains and quality of a sample of a scored run's documents"
    label = verbs.add_parser("label", help=help_, description=help_)
    label.add_argument("recipe", metavar="RECIPE-or-OUT", help="a recipe, whose run is there, or the run's output folder")
    label.add_argument("overrides", metavar="key=value", nargs="*", help="settings to override: label.endpoint.model=...")
    label.add_argument("--out", metavar="FOLDER", help="where answers go; default: OUT/label/DIGEST")
    label.add_argument("--dry-run", action="store_true", help="show the sample and about what it will take; ask nothing")
    help_ = "train the taggers of domain and quality from labels"
    train = verbs.add_parser("train-quality", help=help_, description=help_)
    train.add_argument("labels", metavar="LABELS", nargs="+", help="labels.parquet, or folders of `tercet label`; then key=value")
    train.add_argument("--out", metavar="FOLDER", required=True, help="folder for the models: quality.taggers of a recipe")
    train.set_defaults(overrides=[])


def _add_tokenizer(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="tokenizer_verb", required=True, metavar="VERB")
    train = verbs.add_parser("train", help="a byte-level BPE from the documents of a run; reports bytes per token by domain")
    train.add_argument("out", metavar="OUT", help="the run's output folder or URL")
    train.add_argument("file", metavar="FILE", help="the tokenizer.json to write")
    train.add_argument("--vocab-size", type=int, default=65_536, help="tokens, special ones included (default: 65536)")
    train.add_argument("--pattern", default="latex", help="latex (default), qwen2 or gpt2: how text is cut into pieces")
    train.add_argument("--reserved", type=int, default=16, metavar="N", help="special tokens for later use (default: 16)")
    train.add_argument("--no-fim", action="store_true", help="without the tokens of fill-in-the-middle")
    train.add_argument("--sample", type=float, default=1.0, metavar="SHARE", help="of the documents, to train on (default: 1)")
    train.add_argument(
        "--held-out", type=float, default=0.02, metavar="SHARE", help="of the documents, to measure (default: .02)"
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
    _add_inspect_scores(kinds)
    pdf = kinds.add_parser("pdf", help="a page of a PDF with the boxes found beside its Markdown, as HTML")
    pdf.add_argument("file", metavar="FILE", help="a PDF")
    pdf.add_argument("--page", type=int, default=1, metavar="N", help="page, from 1 (default: 1)")
    pdf.add_argument("--out", metavar="HTML", help="file to write; default: FILE-pageN.html in the working directory")


def _add_inspect_scores(kinds: Any) -> None:
    scores = kinds.add_parser("scores", help="the best and worst documents side by side, and what a threshold keeps, as HTML")
    scores.add_argument("out", metavar="OUT", help="the run's output folder or URL")
    scores.add_argument("--domain", metavar="DOMAIN", help="only documents of this domain (default: all)")
    scores.add_argument("--by", default="quality", metavar="SCORE", help="dimension, confidence or domain_probabilities.DOMAIN")
    scores.add_argument("--threshold", type=float, metavar="T", help="also the documents just below and just above it")
    scores.add_argument("--num", type=int, default=5, metavar="N", help="documents of each end and side (default: 5)")
    scores.add_argument(
        "--shards", type=int, default=400, metavar="N", help="shards to read, evenly spaced (default: 400; 0: all)"
    )
    scores.add_argument(
        "--html", metavar="FILE", help="file to write; default: scores-DOMAIN-SCORE.html in the working directory"
    )
    scores.add_argument("--text", action="store_true", help="print to the terminal instead")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code."""
    options = parse(arguments)
    try:
        with interrupts.listening():
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
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    if (two_words := " ".join(arguments[:2])) in (PRETRAIN_PLAN, *pretrain_tools.VERBS):
        arguments[:2] = [two_words]
    options, rest = parser.parse_known_args(arguments)
    unknown = [argument for argument in rest if argument.startswith("-") or "overrides" not in options]
    if unknown:
        parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    if rest:
        options.overrides = [*options.overrides, *rest]
    return options


def run_stages(options: argparse.Namespace) -> None:
    """run, extract, dedup, score, pretrain, mix emit: the recipe, up to a stage."""
    until = "mix" if options.verb == "mix" else STAGE_VERBS[options.verb][0]
    if options.verb == "extract" and _is_page(options.recipe):
        print_markdown([options.recipe, *options.overrides])
        return
    pipeline = load_pipeline(options.recipe, [*options.overrides, *_index_overrides(options)])
    if options.dry_run:
        print(pipelines_pipeline.describe(pipeline, recipe=options.recipe))
        return
    pipelines_pipeline.run(pipeline, recipe=options.recipe, until=until, before=getattr(options, "before", None))


def _index_overrides(options: argparse.Namespace) -> list[str]:
    """`--against` and `--create` as the settings that they stand for."""
    if options.verb != "dedup" or not (options.against or options.create):
        return []
    if not options.against:
        raise RecipeError("--create begins an index, and --against says where: tercet dedup RECIPE --against INDEX --create")
    return [f"dedup.against={options.against}", f"dedup.create_index={str(options.create).lower()}"]


def _is_page(path: str) -> bool:
    """A file that is not YAML is a page to extract."""
    if Path(path).suffix in PAGE_SUFFIXES and not Path(path).exists():
        raise InputError(f"{path}: no such recipe, and no such file to extract")
    return Path(path).is_file() and Path(path).suffix not in (".yaml", ".yml")


@dataclass(frozen=True, kw_only=True)
class PageSettings:
    """What can be set of `tercet extract FILE`, named as in a recipe."""

    extract: ExtractConfig = field(default_factory=ExtractConfig)
    limits: DocumentLimits = field(default_factory=DocumentLimits)


def print_markdown(arguments: Sequence[str]) -> None:
    """Each page or PDF as Markdown on standard output; `arguments` are files, and key=value settings as in a recipe.

    Raises TercetError where a file has no text, or not all of it: the others, and what there is, are printed all the same.
    """
    settings = [argument for argument in arguments if "=" in argument and not Path(argument).exists()]
    paths = [argument for argument in arguments if argument not in settings]
    config = build(PageSettings, apply_overrides({}, parse_overrides(settings)), where="extract")
    failures = []
    for path in paths:
        try:
            document = _read_page(path, config)
        except (InputError, DocumentError) as error:
            failures.append(f"{path}: {error}")
            continue
        print(storable(document.text))
        failures += [f"{path}: {remark}" for remark in pages_without_text(document)]
    for failure in failures[:-1]:
        print(f"tercet: {failure}", file=sys.stderr)
    if failures:
        raise InputError(failures[-1])


def _read_page(path: str, config: PageSettings) -> Document:
    if not Path(path).is_file():
        raise InputError("no such file; expected an HTML page, a PDF or a text")
    refuse_too_large(Path(path))
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}") from error
    content_type = "application/pdf" if path.lower().endswith(".pdf") else media_type_of(path)
    url = Path(path).resolve().as_uri()
    prepare_for(content, content_type=content_type, url=url)
    try:
        with document_limits(config.limits):
            return extract_content(content, url, content_type=content_type, config=config.extract)
    except DocumentTimeoutError as error:
        raise DocumentError(error.reason, f"{error.detail}; give it more with limits.timeout_s=600") from error


def refuse_too_large(path: Path) -> None:
    """Raises InputError for a file that no extractor would read, before it is in memory."""
    from extract.pdf_config import PdfConfig

    if (size := path.stat().st_size) > PdfConfig().max_bytes:
        raise InputError(f"too_large: {size:,} bytes, at most {PdfConfig().max_bytes:,} are read")


def pages_without_text(document: Document) -> list[str]:
    """What is missing of a PDF, in sentences."""
    missing: dict[str, list[str]] = {"needs_ocr": [], "unreadable": []}
    for number, route in enumerate(document.page_routes, 1):
        if route in missing:
            missing[route].append(str(number))
    way_out = "OCR failed, see the comments in the text"
    if "ocr_failed" not in document.flags:
        way_out = "name a reader, for example extract.pdf.ocr.tesseract.language=eng"
    cut_off = ["the file is cut off: this is what is left of it"] if "truncated_file" in document.flags else []
    sentences = (("needs_ocr", f"without OCR ({way_out})"), ("unreadable", "not to be read (see the comments in the text)"))
    return cut_off + [
        f"page{'s' if len(missing[route]) > 1 else ''} {', '.join(missing[route])} {what}"
        for route, what in sentences
        if missing[route]
    ]


def mix(options: argparse.Namespace) -> None:
    if options.mix_verb == "emit":
        run_stages(options)
        return
    if options.mix_verb == "export":
        export(options)
        return
    if options.mix_verb == "verify":
        verify_mixture(options)
        return
    if options.mix_verb == "where":
        find_document(options)
        return
    pipeline: Pipeline = load_pipeline(options.recipe, options.overrides)
    if options.dry_run:
        print(pipelines_pipeline.describe(pipeline, recipe=options.recipe))
        return
    if options.mix_verb == "inventory":
        from pipelines import mix_inventory

        print(mix_inventory.command(pipeline, recipe=options.recipe, sample=options.sample, file=options.to))
        return
    from pipelines.report_plan import plan_text, write_plan_page

    solved = pipelines_pipeline.solve_plan(
        pipeline, recipe=options.recipe, inventory_path=options.inventory, before=options.before
    )
    print(plan_text(solved))
    if options.html:
        print(f"charts: {write_plan_page(solved, options.html)}", file=sys.stderr)


def pretrain_plan(options: argparse.Namespace) -> None:
    from pipelines.pretrain_plan import plan_text, write_plan_page

    pipeline = load_pipeline(options.recipe, options.overrides)
    print(plan_text(pipeline))
    if options.html:
        print(f"charts: {write_plan_page(pipeline, options.html)}", file=sys.stderr)


def export(options: argparse.Namespace) -> None:
    """Prints the stages' folders. `--stage a b export.x=1` leaves settings among the stages: what has a `=` is one."""
    from pipelines import run_export

    stages = [value for value in options.stage if "=" not in value]
    overrides = [*options.overrides, *(value for value in options.stage if "=" in value)]
    settings = build(run_export.ExportOptions, apply_overrides({}, parse_overrides(overrides)), where="mix export")
    folders = run_export.run(
        absolute(options.out), format_name=options.format, to_url=absolute(options.to), stages=stages, options=settings
    )
    print("\n".join(folders))


def verify_mixture(options: argparse.Namespace) -> None:
    from pipelines.mix_verify import verify

    verdict = verify(absolute(options.out), remake=options.remake)
    print("\n".join(verdict.lines))
    verdict.raise_if_wrong()


def find_document(options: argparse.Namespace) -> None:
    from pipelines.mix_where import as_text, where

    answer = where(absolute(options.out), options.documents)
    print("\n".join(json.dumps(place._asdict()) for place in answer.places) if options.json else as_text(answer))


def tokenizer(options: argparse.Namespace) -> None:
    from pipelines.mix_tokenizer import TrainingConfig, train

    config = TrainingConfig(
        vocab_size=options.vocab_size,
        pattern=options.pattern,
        num_reserved=options.reserved,
        fim=not options.no_fim,
        sample=options.sample,
        held_out=options.held_out,
    )
    print(train(absolute(options.out), options.file, config))


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
    if options.kind == "scores":
        print(_inspect_scores(out, options))
        return
    if options.kind == "row":
        print(inspection.show_row(out, options.stage, options.row))
        return
    show = {"document": inspection.show_document, "reject": inspection.show_reject, "cluster": inspection.show_cluster}
    print(show[options.kind](out, options.id))


def _inspect_scores(out: str, options: argparse.Namespace) -> str:
    from pipelines.inspect_scores import Question, show_scores, write_score_view

    question = Question(
        by=options.by, domain=options.domain, threshold=options.threshold, num_shown=options.num, num_shards=options.shards
    )
    return show_scores(out, question) if options.text else write_score_view(out, question, out=options.html)


def label(options: argparse.Namespace) -> None:
    from pipelines import run_label

    labelling = run_label.prepare(*run_label.settings(options.recipe, options.overrides), options.out)
    print(run_label.describe(labelling) if options.dry_run else run_label.run(labelling))


def train_quality(options: argparse.Namespace) -> None:
    from pipelines import run_train_quality

    settings = [argument for argument in options.labels if "=" in argument and not Path(argument).exists()]
    paths = [argument for argument in options.labels if argument not in settings]
    settings += options.overrides
    print(run_train_quality.run(paths, out=options.out, overrides=settings))


VERBS: dict[str, Callable[[argparse.Namespace], None]] = {
    **dict.fromkeys(STAGE_VERBS, run_stages),
    PRETRAIN_PLAN: pretrain_plan,
    **pretrain_tools.VERBS,
    "mix": mix,
    "tokenizer": tokenizer,
    "report": report,
    "inspect": inspect,
    "label": label,
    "train-quality": train_quality,
}

if __name__ == "__main__":
    sys.exit(main())
