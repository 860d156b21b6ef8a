"""Recipes: YAML files into the frozen dataclasses of the rooms. YAML is only a way to write them down.

A recipe is a folder (or a name in pipelines/recipes): `pipeline.yaml` with one section a stage and an `execution:` section, the
files it lists under `stages`, each with a `mixture:` and a `training:` section, and `model`. All of it is one mapping before it
is built, so that an override reaches everything: `dedup.jaccard_threshold=0.7 stages.0.mixture.tokens=1e6 execution.mode=local`.
"""

from __future__ import annotations

import dataclasses
import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from corpus.config import apply_overrides, build
from corpus.errors import InputError, RecipeError
from corpus.readers import Source
from corpus.stage import DocumentLimits
from dedup.config import DedupConfig
from dedup.substrings import SubstringConfig
from extract.pages import ExtractConfig
from mix.recipe import MixConfig, StageMixture
from pipelines.executors import ExecutionConfig
from pipelines.label_config import LabelConfig
from pretrain.config import ModelConfig, TrainConfig, weights_identity
from pretrain.schedule import StageTraining
from quality.contamination import ContaminationConfig
from quality.pii import PiiConfig
from quality.scores import QualityConfig
from synth.tasks import SynthConfig

RECIPES = Path(__file__).parent / "recipes"


@dataclass(frozen=True, kw_only=True)
class StageRecipe:
    """One training stage: `stage1.yaml` and its like."""

    mixture: StageMixture
    training: StageTraining


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """A whole recipe."""

    name: str
    sources: tuple[Source, ...]
    """Where raw pages come from; in YAML a mapping from name to settings."""
    limits: DocumentLimits = field(default_factory=DocumentLimits)
    """What one document may take."""
    extract: ExtractConfig = field(default_factory=ExtractConfig)
    dedup: DedupConfig = field(default_factory=DedupConfig)
    substrings: SubstringConfig | None = None
    """Passages repeated across documents; none: they are not looked for."""
    quality: QualityConfig = field(default_factory=QualityConfig)
    contamination: ContaminationConfig | None = None
    """Evaluation sets whose items are looked for in the documents; none: they are not."""
    synth: SynthConfig | None = None
    """Generated reasoning tasks; none: no synthetic documents."""
    mix: MixConfig
    stages: tuple[StageRecipe, ...]
    """In YAML file names beside pipeline.yaml."""
    model: ModelConfig
    """In YAML a file name beside pipeline.yaml."""
    training: TrainConfig = field(default_factory=TrainConfig)
    """What holds for all stages of the pretraining step."""
    execution: ExecutionConfig = field(default_factory=ExecutionConfig)
    pii: PiiConfig | None = None
    """Private data, secrets and blocklists; none: they are not looked for."""
    datatrove: tuple[dict[str, Any], ...] = ()
    """Filters and formatters of datatrove, in their order: `block:` and the block's own arguments (docs/datatrove.md)."""
    label: LabelConfig | None = None
    """Whom `tercet label` asks about which documents; no other verb reads it."""

    def __post_init__(self) -> None:
        if self.mix.leave_out_repeats_from is not None and self.substrings is None:
            raise RecipeError("mix.leave_out_repeats_from: needs a section `substrings: {}`, which finds the repeats")
        if self.mix.leave_out_contaminated_from is not None and self.contamination is None:
            raise RecipeError("mix.leave_out_contaminated_from: needs a section `contamination:`, which finds evaluation items")
        shortest = min((stage.mixture.seq_len for stage in self.stages), default=0)
        if self.mix.fim and self.mix.fim.max_tokens > shortest:
            raise RecipeError(f"mix.fim.max_tokens: {self.mix.fim.max_tokens} is more than the shortest row, {shortest} tokens")
        if self.mix.masks and self.pii is None:
            raise RecipeError("mix.mask_in_prose, mix.mask_in_code: need a section `pii: {}`, which finds what is to be masked")
        if self.mix.leave_out_rejected_by_datatrove and not self.datatrove:
            raise RecipeError("mix.leave_out_rejected_by_datatrove: needs a section `datatrove:`, whose filters reject documents")


def recipe_path(name: str) -> Path:
    """The pipeline.yaml of a recipe given by file, folder or built-in name. Raises InputError listing the built-in ones."""
    candidates = (Path(name), Path(name) / "pipeline.yaml", RECIPES / name / "pipeline.yaml")
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    built_in = ", ".join(sorted(path.parent.name for path in RECIPES.glob("*/pipeline.yaml")))
    raise InputError(f"{name}: no such recipe; expected a pipeline.yaml, a folder that holds one, or one of: {built_in}")


def load_pipeline(name: str, overrides: Sequence[str] = ()) -> Pipeline:
    """The recipe `name` with `key=value` overrides. Raises RecipeError or InputError naming file, key, what to do."""
    path = recipe_path(name)
    return build_pipeline(apply_overrides(read_recipe(path), parse_overrides(overrides)), path)


def read_recipe(path: Path) -> dict[str, Any]:
    """pipeline.yaml with the files it names put in their place."""
    recipe = read_yaml(path)
    for key in ("model", "synth"):
        if isinstance(recipe.get(key), str):
            recipe[key] = read_yaml(path.parent / recipe[key])
    stages = recipe.get("stages", [])
    if not isinstance(stages, list):
        raise RecipeError(f"{path}: stages: expected a list of file names, saw {stages!r}")
    recipe["stages"] = [read_yaml(path.parent / stage) if isinstance(stage, str) else stage for stage in stages]
    return recipe


def build_pipeline(recipe: Mapping[str, Any], path: Path) -> Pipeline:
    """The dataclasses of a recipe read by read_recipe; relative paths become absolute."""
    recipe = dict(recipe)
    recipe["sources"] = _sources(recipe.get("sources"), path)
    recipe.setdefault("execution", {})
    pipeline = build(Pipeline, recipe, where=str(path))
    mix = dataclasses.replace(pipeline.mix, tokenizer=_beside(pipeline.mix.tokenizer, path.parent))
    checkpoints = pipeline.execution.checkpoints
    execution = dataclasses.replace(
        pipeline.execution,
        out=absolute(pipeline.execution.out),
        checkpoints=absolute(checkpoints) if checkpoints else None,
    )
    sources = tuple(dataclasses.replace(source, path=absolute(source.path)) for source in pipeline.sources)
    against = pipeline.dedup.against
    dedup = dataclasses.replace(pipeline.dedup, against=absolute(against) if against else None)
    taggers = pipeline.quality.taggers
    quality = dataclasses.replace(pipeline.quality, taggers=_beside(taggers, path.parent) if taggers else None)
    pipeline = dataclasses.replace(pipeline, mix=mix, execution=execution, sources=sources, dedup=dedup, quality=quality)
    contamination, pii = _with_paths(pipeline.contamination), _with_lists_beside(pipeline.pii, path.parent)
    training = _with_first_weights(pipeline.training)
    return dataclasses.replace(pipeline, contamination=contamination, pii=pii, training=training)


def _with_first_weights(training: TrainConfig) -> TrainConfig:
    """The checkpoint to start from made absolute. Raises InputError where there is none, before anything is spent."""
    if training.init_from is None:
        return training
    weights_identity(training.init_from)
    return dataclasses.replace(training, init_from=absolute(training.init_from))


def _with_paths(config: ContaminationConfig | None) -> ContaminationConfig | None:
    """The paths of evaluation sets made absolute."""
    if config is None:
        return None
    sets = {name: dataclasses.replace(each, path=absolute(each.path)) for name, each in config.sets.items()}
    return dataclasses.replace(config, sets=sets)


def _with_lists_beside(pii: PiiConfig | None, folder: Path) -> PiiConfig | None:
    if pii is None:
        return None
    urls, words = (_beside(url, folder) if url else None for url in (pii.blocked_urls, pii.blocked_words))
    return dataclasses.replace(pii, blocked_urls=urls, blocked_words=words)


def _sources(value: Any, path: Path) -> list[Any]:
    if not isinstance(value, Mapping) or not value:
        raise RecipeError(f"{path}: sources: expected a name for each source with its kind and path, saw {value!r}")
    return [{"name": name, **settings} if isinstance(settings, Mapping) else settings for name, settings in value.items()]


def absolute(url: str) -> str:
    """A local path made absolute, so that workers with another working directory find it; URLs stay as they are."""
    return url if "://" in url else posixpath.abspath(url)


def _beside(url: str, folder: Path) -> str:
    """A path as it is if something is there, else relative to the recipe's folder."""
    if "://" in url or Path(url).exists():
        return absolute(url)
    return absolute(str(folder / url))


def parse_overrides(overrides: Sequence[str]) -> dict[str, Any]:
    """["dedup.num_bands=20"] -> {"dedup.num_bands": 20}; values are YAML."""
    parsed = {}
    for override in overrides:
        key, equals, value = override.partition("=")
        if not equals or not key:
            raise RecipeError(f"override {override!r}: expected key=value, for example dedup.jaccard_threshold=0.7")
        parsed[key] = yaml.safe_load(value)
    return parsed


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file. Raises InputError where there is none, RecipeError where it is no mapping or repeats a key."""
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    try:
        value = yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)
    except yaml.YAMLError as error:
        raise RecipeError(f"{path}: not valid YAML: {error}") from error
    if not isinstance(value, dict):
        raise RecipeError(f"{path}: expected keys and values, saw {type(value).__name__}")
    return value


class _StrictLoader(yaml.SafeLoader):
    """YAML keeps the last of two equal keys without a word; we don't."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        repeated = sorted({str(key) for key in keys if keys.count(key) > 1})
        if repeated:
            raise yaml.constructor.ConstructorError(None, None, f"the key {repeated[0]!r} stands there twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)
