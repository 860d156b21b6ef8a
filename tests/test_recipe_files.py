"""Recipes: what builds, and what each mistake answers."""

from __future__ import annotations

import shutil

import pytest

from corpus.errors import InputError, RecipeError
from pipelines.recipe_files import RECIPES, load_pipeline


@pytest.fixture
def tiny(tmp_path):
    """A copy of the tiny recipe to spoil."""
    return shutil.copytree(RECIPES / "tiny", tmp_path / "tiny")


def spoil(tiny, old: str, new: str, file: str = "pipeline.yaml"):
    path = tiny / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    return str(tiny)


@pytest.mark.parametrize("name", ["tiny", "mimo-7b"])
def test_the_built_in_recipes_build(name):
    pipeline = load_pipeline(name)
    assert pipeline.name == name
    assert [stage.mixture.name for stage in pipeline.stages] == ["stage1", "stage2", "stage3"]
    assert [stage.mixture.seq_len for stage in pipeline.stages] == [stage.training.seq_len for stage in pipeline.stages]


def test_a_folder_and_a_file_and_a_name_are_the_same_recipe(tiny):
    by_name, by_folder, by_file = (load_pipeline(str(where)) for where in ("tiny", tiny, tiny / "pipeline.yaml"))
    assert by_name.stages == by_folder.stages == by_file.stages
    assert by_name.sources == by_file.sources


def test_overrides_reach_every_file():
    overrides = [
        "dedup.jaccard_threshold=0.5",
        "stages.1.mixture.tokens=1e6",
        "model.num_hidden_layers=1",
        "execution.mode=local",
    ]
    pipeline = load_pipeline("tiny", overrides)
    assert pipeline.dedup.jaccard_threshold == 0.5
    assert pipeline.stages[1].mixture.tokens == 1_000_000
    assert pipeline.model.num_hidden_layers == 1
    assert pipeline.execution.mode == "local"


@pytest.mark.parametrize(
    ("override", "answer"),
    [
        ("dedup.jacard_threshold=0.5", r"dedup: unknown key 'jacard_threshold'; did you mean 'jaccard_threshold'\?"),
        ("dedup.num_bands=many", "dedup: num_bands: expected a whole number, saw 'many'"),
        ("execution.mode=locl", r"execution: mode: 'locl' is not one of ray, local; did you mean 'local'\?"),
        ("stages.7.mixture.tokens=1", "expected an index below 3, saw '7'"),
        ("dedup.num_bands.x=1", "dedup.num_bands is"),
        ("dedup", "expected key=value"),
        ("sources.web.kind=wark", "'wark' is not one of warc"),
    ],
)
def test_a_wrong_override_says_what_was_expected(override, answer, tiny):
    spoil(tiny, "mix:\n", "dedup:\n  num_bands: 14\n\nmix:\n")
    with pytest.raises(RecipeError, match=answer):
        load_pipeline(str(tiny), [override])


def test_a_misspelt_key_names_the_file_and_the_nearest_key(tiny):
    with pytest.raises(RecipeError, match=r"pipeline.yaml: mix: unknown key 'tokeniser'; did you mean 'tokenizer'\?"):
        load_pipeline(spoil(tiny, "  tokenizer:", "  tokeniser:"))


def test_a_key_that_stands_there_twice_is_an_error(tiny):
    with pytest.raises(RecipeError, match="the key 'name' stands there twice"):
        load_pipeline(spoil(tiny, "name: tiny", "name: tiny\nname: small"))


def test_a_missing_stage_file_is_named(tiny):
    with pytest.raises(InputError, match="stage9.yaml: no such file"):
        load_pipeline(spoil(tiny, "stage3.yaml", "stage9.yaml"))


def test_a_recipe_that_is_not_there_lists_those_that_are():
    with pytest.raises(InputError, match="expected a pipeline.yaml, a folder that holds one, or one of: mimo-7b, tiny"):
        load_pipeline("tinny")


def test_yaml_that_is_no_yaml_is_an_error(tiny):
    with pytest.raises(RecipeError, match="not valid YAML"):
        load_pipeline(spoil(tiny, "sources:", "sources: ["))
