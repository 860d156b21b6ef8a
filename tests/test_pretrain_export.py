"""Weights to Hugging Face's format and back: the same logits in transformers, the same bits on the way back, clear refusals."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from corpus.errors import InputError, RecipeError
from pipelines.cli import main as command
from pipelines.recipe_files import load_pipeline
from pretrain.attention import document_layout
from pretrain.config import ModelConfig, PretrainConfig
from pretrain.hugging_face import FolderWeights, export, import_folder, is_hugging_face, open_weights
from pretrain.model import MiMo, initialize
from pretrain.train import main
from pretrain.weights import Description, Weights, expected_shapes, load_model, open_checkpoint, write_weights
from tests.pretrain_shards import REPOSITORY, VOCAB_SIZE
from tests.pretrain_trained import LEAN, MODEL, configure, train

torch.set_num_threads(1)
ROPE_BASE = 2e4


@pytest.fixture(scope="module")
def lean_run(tmp_path_factory) -> Path:
    """A run whose checkpoint has bf16 weights and the rest of fp32 in the optimizer's state."""
    return Path(train(configure(tmp_path_factory.mktemp("lean"), num_steps=3, **LEAN)).checkpoint)


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory) -> str:
    """A byte-level tokenizer with the name of the shards' last token."""
    from mix.tokenizing import END_OF_DOCUMENT, train_tokenizer

    path = tmp_path_factory.mktemp("tokenizer") / "any_name.json"
    path.write_text(train_tokenizer(["some text"], vocab_size=VOCAB_SIZE, special=(END_OF_DOCUMENT,)))
    return str(path)


def made(folder: Path, config: ModelConfig = MODEL, *, dtype: torch.dtype = torch.float32) -> Weights:
    """A checkpoint of weights drawn at random, biases and norms too."""
    model = MiMo(config)
    initialize(model, seed=1)
    generator = torch.Generator().manual_seed(0)
    tensors = {
        name: (p + 0.1 * torch.randn(p.shape, generator=generator)).detach().to(dtype) for name, p in model.named_parameters()
    }
    description = Description(model=config, rope_base=ROPE_BASE)
    return open_checkpoint(write_weights(tensors, str(folder), description=description, digest="made", files={}))


def without_learning(config: PretrainConfig) -> PretrainConfig:
    """The same run at a learning rate of 0."""
    stage = config.stages[0]
    lr = (replace(stage.training.lr[0], shape="constant", start=0.0, end=None),)
    return replace(config, stages=(replace(stage, training=replace(stage.training, lr=lr)),))


def our_logits(weights: Weights, tokens: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        model, layout = load_model(weights), document_layout(torch.zeros_like(tokens))
        return model.logits(tokens, layout, rope_base=weights.description.rope_base)[0]


def all_of(weights: Weights) -> dict[str, torch.Tensor]:
    return weights.read(list(weights.shapes))


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    """The same names, dtypes and bits."""
    return one.keys() == other.keys() and all(
        tensor.dtype == other[name].dtype and torch.equal(tensor, other[name]) for name, tensor in one.items()
    )


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# -------------------------------------------------------------------------------------------------------- transformers


@pytest.mark.parametrize("attention_bias", [True, False])
def test_transformers_has_our_logits(tmp_path, attention_bias):
    """As the base class whose shape it is, and by config.json's own account."""
    from transformers import AutoModelForCausalLM, LlamaForCausalLM, Qwen2ForCausalLM

    config = replace(MODEL, attention_bias=attention_bias)
    weights = made(tmp_path / "made", config)
    export(weights, str(tmp_path / "out"), dtype="fp32", max_file_bytes=50_000)
    tokens = torch.randint(0, VOCAB_SIZE, (2, 40), generator=torch.Generator().manual_seed(0))
    expected = our_logits(weights, tokens)
    base = Qwen2ForCausalLM if attention_bias else LlamaForCausalLM
    for load in (
        lambda: base.from_pretrained(tmp_path / "out", dtype=torch.float32),
        lambda: AutoModelForCausalLM.from_pretrained(tmp_path / "out", dtype=torch.float32, trust_remote_code=True),
    ):
        with torch.no_grad():
            torch.testing.assert_close(load()(tokens).logits, expected, atol=1e-5, rtol=0)


def test_a_qwen2_of_transformers_comes_in_with_its_logits_and_a_fresh_prediction_block(tmp_path):
    from transformers import Qwen2Config, Qwen2ForCausalLM

    torch.manual_seed(0)
    settings = {"vocab_size": 90, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "rope_theta": 3e4}
    heads = {"num_attention_heads": 4, "num_key_value_heads": 2, "eos_token_id": 7, "rms_norm_eps": 1e-6}
    theirs = Qwen2ForCausalLM(Qwen2Config(**settings, **heads, tie_word_embeddings=True, max_position_embeddings=64))
    theirs.save_pretrained(tmp_path / "qwen")
    done = import_folder(str(tmp_path / "qwen"), str(tmp_path / "in"))
    assert len(done.remarks) == 2
    assert "embedding and head were one tensor" in done.remarks[0]
    assert "no multi-token-prediction block" in done.remarks[1]
    weights = open_checkpoint(done.checkpoint)
    assert weights.description == Description(model=done.model, rope_base=3e4, end_token_ids=(7,))
    assert done.model.num_nextn_predict_layers == 1
    tokens = torch.randint(0, 90, (2, 30), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        torch.testing.assert_close(our_logits(weights, tokens), theirs(tokens).logits, atol=1e-5, rtol=0)
    fresh = MiMo(done.model)
    initialize(fresh, seed=0)
    block = {name: tensor for name, tensor in fresh.state_dict().items() if ".mtp_layers." in name}
    assert block
    assert same(weights.read(list(block)), block)


def test_the_names_are_those_that_vllm_and_sglang_read(tmp_path):
    """mimo_mtp.py of both: model.mtp_layers.N. and these; embedding and head are not repeated."""
    export(made(tmp_path / "made"), str(tmp_path / "out"))
    names = {name for name in load_file(tmp_path / "out" / "model.safetensors") if "mtp" in name}
    attention = {f"self_attn.{p}_proj.{kind}" for p in "qkv" for kind in ("weight", "bias")} | {"self_attn.o_proj.weight"}
    norms = {f"{n}_layernorm.weight" for n in ("token", "hidden", "input", "post_attention", "final")}
    rest = {"input_proj.weight", "mlp.gate_proj.weight", "mlp.up_proj.weight", "mlp.down_proj.weight"}
    assert names == {f"model.mtp_layers.0.{name}" for name in attention | norms | rest}
    config = json.loads((tmp_path / "out" / "config.json").read_text())
    assert (config["architectures"], config["model_type"]) == (["MiMoForCausalLM"], "mimo")
    assert config["num_nextn_predict_layers"] == 1


# ---------------------------------------------------------------------------------------------------------- to the bit


@pytest.mark.parametrize("dtype", ["bf16", "fp32"])
def test_export_import_export_is_the_same_folder(tmp_path, lean_run, tokenizer, dtype):
    first = export(open_checkpoint(lean_run), str(tmp_path / "a"), dtype=dtype, tokenizer=tokenizer, max_file_bytes=60_000)
    assert len(first.files) > 2
    import_folder(str(tmp_path / "a"), str(tmp_path / "in"))
    export(open_checkpoint(tmp_path / "in"), str(tmp_path / "b"), dtype=dtype, max_file_bytes=60_000)
    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert {"tokenizer.json", "tokenizer_config.json", "config.json"} <= files(tmp_path / "a").keys()


def test_a_lean_checkpoint_is_exported_as_the_fp32_weights_that_it_stands_for(tmp_path, lean_run):
    weights = open_checkpoint(lean_run)
    export(weights, str(tmp_path / "fp32"), dtype="fp32")
    export(weights, str(tmp_path / "bf16"), dtype="bf16")
    fine, coarse = (load_file(tmp_path / name / "model.safetensors") for name in ("fp32", "bf16"))
    assert fine.keys() == coarse.keys() == expected_shapes(MODEL).keys()
    moved = [name for name in fine if not torch.equal(fine[name], coarse[name].float())]
    assert len(moved) > len(fine) / 2  # the other 16 bits are there
    for name, master in fine.items():
        assert ((coarse[name].float() - master).abs() <= (master.bfloat16().float() - master).abs()).all()


@pytest.mark.parametrize("lean", [False, True])
def test_a_run_starts_from_the_imported_weights_to_the_bit(tmp_path, lean):
    """A learning rate of 0 leaves them as they were; step 0, a fresh optimizer, all rows."""
    weights = made(tmp_path / "made")
    export(weights, str(tmp_path / "hf"), dtype="fp32")
    done = import_folder(str(tmp_path / "hf"), str(tmp_path / "in"))
    config = configure(tmp_path, num_steps=2, init_from=done.checkpoint, **(LEAN if lean else {}))
    result = train(without_learning(config))
    assert result.steps_now == 2
    assert same(all_of(open_checkpoint(result.checkpoint)), all_of(weights))


def test_a_run_knows_which_weights_it_started_from(tmp_path, lean_run):
    """Moved weights are the same run; others are another run, and what is no checkpoint is none."""
    shutil.copytree(lean_run, tmp_path / "first")
    config = configure(tmp_path, num_steps=2, init_from=str(tmp_path / "first"))
    main(config, stop_after=1)
    (tmp_path / "first").rename(tmp_path / "moved")
    with_init = replace(config, training=replace(config.training, init_from=str(tmp_path / "moved")))
    assert main(with_init).steps_now == 1
    with pytest.raises(InputError, match="no checkpoint"):
        main(config)
    made(tmp_path / "other")
    with pytest.raises(InputError, match="another"):
        main(replace(config, training=replace(config.training, init_from=str(tmp_path / "other"))))


@pytest.mark.slow
def test_two_ranks_start_from_them_and_what_they_write_is_put_together(tmp_path):
    """FSDP2 over gloo: each rank reads and writes its part of every tensor, bf16 weights and the other 16 bits."""
    weights = made(tmp_path / "made")
    config = without_learning(configure(tmp_path, num_steps=1, init_from=weights.where, **LEAN))
    (tmp_path / "config.json").write_text(json.dumps(asdict(config)))
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", "-m", "pretrain.train"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [*torchrun, str(tmp_path / "config.json")], cwd=REPOSITORY, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found = open_checkpoint(config.out, config=str(tmp_path / "config.json"))
    assert len(list(found.path.glob("*.distcp"))) == 2
    assert same(all_of(found), all_of(weights))


# ------------------------------------------------------------------------------------------------------------ refusals


def change_config(folder: Path, **changes) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def change_tensors(folder: Path, **changes) -> None:
    """By name with _ for . ; None takes one away."""
    tensors = load_file(folder / "model.safetensors")
    for name, tensor in changes.items():
        full = next((known for known in tensors if known.replace(".", "_") == name), name)
        tensors = {known: t for known, t in tensors.items() if known != full} | ({} if tensor is None else {full: tensor})
    save_file(tensors, folder / "model.safetensors")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda f: (f / "config.json").unlink(), "no config.json"),
        (lambda f: (f / "model.safetensors").unlink(), "no .safetensors"),
        (lambda f: change_config(f, model_type="gemma"), "model_type is 'gemma'"),
        (lambda f: change_config(f, rope_scaling={"rope_type": "yarn", "factor": 4.0}), "rope_scaling is 'yarn'"),
        (lambda f: change_config(f, use_sliding_window=True), "use_sliding_window is True"),
        (lambda f: change_config(f, hidden_act="gelu"), "hidden_act is 'gelu'"),
        (lambda f: change_config(f, rope_theta=None), "no rope_theta"),
        (lambda f: change_config(f, num_hidden_layers=3), "lacks model.layers.2.input_layernorm.weight"),
        (lambda f: change_config(f, num_nextn_predict_layers=0), "more tensors that a Qwen2-shaped model does not have"),
        (lambda f: change_config(f, intermediate_size=100), r"gate_proj.weight is \[96, 48\], expected \[100, 48\]"),
        (lambda f: change_tensors(f, lm_head_weight=None), "lacks lm_head.weight"),
        (lambda f: change_tensors(f, model_norm_weight=torch.ones(47)), r"model.norm.weight is \[47\], expected \[48\]"),
        (lambda f: change_tensors(f, model_norm_weight=torch.ones(48).to(torch.float8_e4m3fn)), "F8_E4M3"),
        (lambda f: change_tensors(f, qk_norm=torch.ones(4)), "qk_norm"),
    ],
)
def test_what_cannot_be_imported_is_refused_by_name(tmp_path, spoil, says):
    export(made(tmp_path / "made"), str(tmp_path / "hf"))
    spoil(tmp_path / "hf")
    with pytest.raises(InputError, match=says):
        import_folder(str(tmp_path / "hf"), str(tmp_path / "in"))
    assert not (tmp_path / "in").exists()


def test_a_file_of_the_index_that_is_missing_is_named(tmp_path):
    export(made(tmp_path / "made"), str(tmp_path / "hf"), max_file_bytes=50_000)
    (tmp_path / "hf" / "model-00002-of-00007.safetensors").unlink(missing_ok=True)
    first = sorted((tmp_path / "hf").glob("*.safetensors"))[0]
    first.unlink()
    with pytest.raises(InputError, match="safetensors is missing"):
        FolderWeights(str(tmp_path / "hf"))


def test_a_recipe_names_its_first_weights_and_misses_them_at_once(tmp_path, monkeypatch):
    made(tmp_path / "made")
    monkeypatch.chdir(tmp_path)
    assert load_pipeline("tiny", ["training.init_from=made"]).training.init_from == str(tmp_path / "made")
    with pytest.raises(InputError, match="nowhere, where there is no checkpoint"):
        load_pipeline("tiny", ["training.init_from=nowhere"])


def test_weights_of_another_shape_do_not_start_a_run(tmp_path):
    made(tmp_path / "made", replace(MODEL, intermediate_size=80))
    with pytest.raises(InputError, match=r"is \[80, 48\], expected \[96, 48\]"):
        main(configure(tmp_path, num_steps=1, init_from=str(tmp_path / "made")))


def test_more_prediction_layers_than_one_are_not_trained_in_a_run(tmp_path):
    config = configure(tmp_path, num_steps=1)
    with pytest.raises(RecipeError, match="tercet pretrain extend-mtp"):
        replace(config, model=replace(MODEL, num_nextn_predict_layers=3))


# -------------------------------------------------------------------------------------------------------- command line


def test_the_command_line_exports_and_imports(tmp_path, lean_run, tokenizer, capsys):
    run = lean_run.parent.parent
    assert command(["pretrain", "export", str(run), str(tmp_path / "hf"), "--tokenizer", tokenizer]) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "hf")
    assert is_hugging_face(str(tmp_path / "hf"))
    assert json.loads((tmp_path / "hf" / "config.json").read_text())["eos_token_id"] == 0
    assert command(["pretrain", "import", str(tmp_path / "hf"), str(tmp_path / "in")]) == 0
    said = capsys.readouterr()
    assert said.out.strip() == str(tmp_path / "in")
    assert f"training.init_from={tmp_path / 'in'}" in said.err
    assert same(all_of(open_weights(str(tmp_path / "hf"))), all_of(open_checkpoint(tmp_path / "in")))
    assert command(["pretrain", "import", str(tmp_path / "hf"), str(tmp_path / "in")]) == 1
    assert "is there already" in capsys.readouterr().err
    assert command(["pretrain", "export", str(tmp_path), str(tmp_path / "x")]) == 1
    assert "no checkpoint there" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["export", "import", "generate", "extend-mtp"])
def test_help_fits_a_screen(verb, capsys):
    with pytest.raises(SystemExit) as leaving:
        command(["pretrain", verb, "--help"])
    assert leaving.value.code == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 120


def test_a_verb_that_is_none_is_taken_for_a_recipe_and_said_not_to_be_there(capsys):
    assert command(["pretrain", "exprot"]) == 1
    assert "exprot: no such recipe" in capsys.readouterr().err


def test_the_tokenizer_is_the_one_of_the_pipeline_that_made_the_shards(tmp_path, lean_run, tokenizer):
    """OUT/run.json names it, OUT/mix-stage1/DIGEST are the shards that the run's configuration names."""
    out = tmp_path / "out"
    (out / "pretrain").mkdir(parents=True)
    shutil.copytree(lean_run.parent.parent, out / "pretrain" / "digest")
    shutil.copy(tokenizer, out / "tokenizer.json")
    record = {"stages": [], "config": {"mix": {"tokenizer": "tokenizer.json"}}}
    (out / "run.json").write_text(json.dumps(record))
    config = out / "pretrain" / "digest" / "config.json"
    written = json.loads(config.read_text())
    written["stages"][0]["shards"] = str(out / "mix-stage1" / "digest")
    config.write_text(json.dumps(written))
    assert command(["pretrain", "export", str(out), str(tmp_path / "hf")]) == 0
    assert (tmp_path / "hf" / "tokenizer.json").read_bytes() == Path(tokenizer).read_bytes()
