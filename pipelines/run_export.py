"""Export: a run's emitted stages in the formats of other training frameworks, one task per shard.

    FOLDER/STAGE/...               the exported files and, at the end, the format's index of them
    FOLDER/README.md               (huggingface) the stages as configurations
    FOLDER/.tercet/STAGE.json      what the folder is an export of
    FOLDER/.tercet/FORMAT-STAGE/   the engine's: for each shard the files that it became

A shard counts as done when its files are all there; the same command goes on after any interruption and writes nothing twice.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field

import pyarrow as pa

from corpus import shards
from corpus.errors import InputError
from corpus.ids import content_id
from corpus.manifest import Manifest
from corpus.stage import NO_REJECTS, StageOutput
from mix.exports import EXPORTS, Exported, ExportSettings, formats
from mix.exports.huggingface import dataset_card
from pipelines.engine import Context, Stage, StageResult, Task, run_stage, shard_url
from pipelines.executors import ExecutionConfig, make_executor
from pipelines.report_run import MIX_PREFIX, open_run

PACKAGES = ("corpus", "mix")
RECORDS = ".tercet"
"""Folder of the engine's records; hidden, so that no reader takes its Parquet for rows."""
READ_ROWS = 64
"""Rows that are in memory at a time: 2 MiB of tokens at 8,192 a row."""
MAX_PASSES = 3
"""Passes over the shards whose files were recorded and are gone; after that something else removes them."""


@dataclass(frozen=True, kw_only=True)
class ExportOptions:
    """What can be set on the command line, named as in a recipe."""

    export: ExportSettings = field(default_factory=ExportSettings)
    execution: ExecutionConfig = field(default_factory=ExecutionConfig)


@dataclass(frozen=True, kw_only=True)
class EmittedStage:
    """A training stage of a finished run."""

    name: str
    directory: str
    manifest: Manifest


@dataclass(frozen=True, kw_only=True)
class ExportJob:
    """What every task of one stage's export needs; picklable."""

    format: str
    folder: str
    settings: ExportSettings


def run(out_url: str, *, format_name: str, to_url: str, stages: Sequence[str], options: ExportOptions) -> list[str]:
    """Exports the named stages (all where none is named); returns their folders.

    Raises InputError for a run without them, and for a folder that holds something else.
    """
    chosen = emitted_stages(out_url, stages)
    for stage in chosen:
        claim(to_url, stage, format_name, options.export)
    executor = make_executor(options.execution)
    context = Context(out_url=shards.join(to_url, RECORDS), executor=executor, max_attempts=options.execution.max_attempts)
    try:
        for stage in chosen:
            export_stage(stage, format_name, to_url, options.export, context)
    finally:
        executor.close()
    return [shards.join(to_url, stage.name) for stage in chosen]


def emitted_stages(out_url: str, names: Sequence[str]) -> list[EmittedStage]:
    """The run's stages with these names, in the order of the run; all where none is given."""
    found = open_run(out_url).mix_stages
    if not found:
        raise InputError(f"{out_url}: the run emitted no stage; `tercet mix emit RECIPE` does")
    unknown = [name for name in names if name.removeprefix(MIX_PREFIX) not in found]
    if unknown:
        raise InputError(f"{out_url}: no shards of a stage {unknown[0]!r}; stages with shards: {', '.join(found)}")
    wanted = [name.removeprefix(MIX_PREFIX) for name in names] or list(found)
    return [
        EmittedStage(name=name, directory=folder.directory, manifest=folder.manifest)
        for name, folder in found.items()
        if name in wanted
    ]


def claim(to_url: str, stage: EmittedStage, format_name: str, settings: ExportSettings) -> None:
    """Notes what FOLDER/STAGE is an export of. Raises InputError where it holds another one, or files of somebody else."""
    rows = content_id(*(f"{entry.name}:{entry.rows_out}:{entry.checksum}" for entry in stage.manifest.shards))
    ours = {"format": format_name, "stage": stage.name, "rows": rows, "settings": asdict(settings)}
    url, folder = shards.join(to_url, RECORDS, f"{stage.name}.json"), shards.join(to_url, stage.name)
    try:
        theirs = shards.read_json(url)
    except InputError:
        if sizes_in(folder):
            raise InputError(f"{folder}: holds files that are no export of ours; name another folder with --to") from None
        shards.write_json(ours, url)
        return
    differing = [name for name in ours if ours[name] != theirs.get(name)]
    if differing:
        raise InputError(
            f"{folder}: holds an export with other {', '.join(differing)}; delete it together with {url}, "
            "or name another folder with --to"
        )


def export_stage(stage: EmittedStage, format_name: str, to_url: str, settings: ExportSettings, context: Context) -> StageResult:
    """Writes what is not there yet of one stage, then the format's index."""
    folder = shards.join(to_url, stage.name)
    engine_stage = Stage(
        name=f"{format_name}-{stage.name}",
        config={"format": format_name, **asdict(settings)},
        packages=PACKAGES,
        upstream=(stage.manifest.digest,),
        read=functools.partial(export_shard, job=ExportJob(format=format_name, folder=folder, settings=settings)),
        output_schema=EXPORTS,
        maps_rows=False,
    )
    tasks = [
        Task(
            shard=entry.name, digest=content_id(entry.checksum)[:12], payload=(entry.name, shard_url(stage.directory, entry.name))
        )
        for entry in stage.manifest.shards
    ]
    for _ in range(MAX_PASSES):
        result = run_stage(engine_stage, tasks, context)
        exported, incomplete = _what_was_written(result, folder)
        if not incomplete:
            break
        _forget(result, incomplete)
    else:
        raise InputError(f"{folder}: files of {len(incomplete)} shards vanish after they are written, e.g. of {incomplete[0]}")
    for name, data in formats()[format_name].index_files(exported, folder, stage.name, settings).items():
        _write_if_new(data, shards.join(folder, name))
    if format_name == "huggingface":
        _write_card(to_url, stage, exported)
    return result


def export_shard(payload: tuple[str, str], job: ExportJob) -> Iterator[StageOutput]:
    """One shard's files, as rows of EXPORTS."""
    name, url = payload
    export_format = formats()[job.format]
    batches = shards.iterate_batches(url, columns=list(export_format.columns), max_rows=READ_ROWS)
    written = export_format.write_shard(batches, job.folder, name, job.settings)
    table = pa.Table.from_pylist([one._asdict() for one in written], schema=EXPORTS)
    counts = {key: sum(getattr(one, key) for one in written) for key in ("num_rows", "num_documents", "num_tokens", "num_bytes")}
    yield StageOutput(table, NO_REJECTS, counts)


def _what_was_written(result: StageResult, folder: str) -> tuple[list[Exported], list[str]]:
    """The files of all shards, in order, and the shards of which one is not there or has another size."""
    sizes = sizes_in(folder)
    exported: list[Exported] = []
    incomplete = []
    for entry, url in zip(result.manifest.shards, result.shard_urls, strict=True):
        files = [Exported(**row) for row in shards.read_table(url).to_pylist()]
        if any(sizes.get(one.name) != one.num_bytes for one in files):
            incomplete.append(entry.name)
        exported += files
    return exported, incomplete


def _forget(result: StageResult, names: Sequence[str]) -> None:
    """Removes the records of these shards, so that the engine makes them again."""
    for name in names:
        fs, path = shards.filesystem(shard_url(result.directory, name))
        fs.rm_file(path)


def sizes_in(folder: str) -> Mapping[str, int]:
    """Size of every file in the folder, by name; none where there is no folder."""
    fs, path = shards.filesystem(folder)
    fs.invalidate_cache()
    if not fs.isdir(path):
        return {}
    return {info["name"].rsplit("/", 1)[-1]: info["size"] for info in fs.ls(path, detail=True) if info["type"] == "file"}


def _write_card(to_url: str, stage: EmittedStage, exported: Sequence[Exported]) -> None:
    """README.md over this stage and those that were exported to the folder before."""
    totals = Exported(
        "", 0, "", *(sum(getattr(one, key) for one in exported) for key in ("num_rows", "num_documents", "num_tokens"))
    )
    shards.write_json(totals._asdict(), shards.join(to_url, RECORDS, f"{stage.name}.totals.json"))
    names = sorted(name.removesuffix(".totals.json") for name in sizes_in(shards.join(to_url, RECORDS)) if "totals" in name)
    stages = {name: [Exported(**shards.read_json(shards.join(to_url, RECORDS, f"{name}.totals.json")))] for name in names}
    _write_if_new(dataset_card(stages), shards.join(to_url, "README.md"))


def _write_if_new(data: bytes, url: str) -> None:
    """Leaves a file that is the same already as it is, modification time included."""
    try:
        with shards.open_input(url) as stream:
            if stream.read() == data:
                return
    except InputError:
        pass
    shards.write_bytes(data, url)
