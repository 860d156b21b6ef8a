"""Weights to and from Hugging Face folders: safetensors and config.json with the names of the released MiMo-7B.

The model names its tensors as released, so that an export is a copy: `model.layers.*` and `lm_head` are Qwen2's, which
transformers loads as Qwen2ForCausalLM, and `model.mtp_layers.N.*` what the registrations of MiMo in vLLM and SGLang (mimo_mtp.py
of each) read. Without biases on Q, K and V the shape is Llama's, and config.json says so.

    FOLDER/model.safetensors, or model-00001-of-00003.safetensors, ... and model.safetensors.index.json
    FOLDER/config.json, the two small modules that config.json's auto_map names, tokenizer files
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

import torch
from torch import nn

from corpus import shards
from corpus.errors import InputError, require
from corpus.ids import content_id
from corpus.shards import TEMPORARY_SUFFIX
from pretrain.config import ModelConfig
from pretrain.model import MiMo, initialize
from pretrain.weights import (
    Description,
    Shape,
    Weights,
    as_dtype,
    check_shapes,
    expected_shapes,
    groups,
    new_folder,
    open_checkpoint,
    read_tokenizer_files,
    write_weights,
)

INDEX = "model.safetensors.index.json"
FILE_BYTES = 5e9
"""Of one safetensors file at most, unless a tensor is larger. Source: save_pretrained of transformers 4."""

END_OF_DOCUMENT = "<|endoftext|>"
"""The token after each document of the shards (mix.tokenizing)."""

DTYPES = {"BF16": torch.bfloat16, "F32": torch.float32, "F16": torch.float16}
"""safetensors' names of what can be read."""

CONFIGURATION = '''\
"""The configuration of MiMo: Qwen2's, and num_nextn_predict_layers, the number of layers that predict further tokens."""

from transformers.models.qwen2.configuration_qwen2 import Qwen2Config


class MiMoConfig(Qwen2Config):
    model_type = "mimo"
'''
MODELING = '''\
"""MiMo as a Qwen2: the layers that predict further tokens (model.mtp_layers) are left to programs that decode with them."""

from transformers.models.qwen2.modeling_qwen2 import Qwen2ForCausalLM

from .configuration_mimo import MiMoConfig


class MiMoForCausalLM(Qwen2ForCausalLM):
    config_class = MiMoConfig
    _keys_to_ignore_on_load_unexpected = [r"model\\.mtp_layers\\."]
'''


# -------------------------------------------------------------------------------------------------------------- export


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What an export wrote."""

    folder: str
    files: tuple[str, ...]
    """Of weights."""
    num_parameters: int
    end_token_ids: tuple[int, ...]
    """Empty where no tokenizer is known: then there are no tokenizer files either."""


def export(
    weights: Weights, out: str, *, dtype: str = "bf16", tokenizer: str | None = None, max_file_bytes: float = FILE_BYTES
) -> Exported:
    """Writes the folder, one file of weights in memory at a time; there whole or not at all.

    `tokenizer` is the path of the tokenizer.json that the shards were made with. Raises InputError where the weights are not
    those of the model that they are said to be.
    """
    kind = as_dtype(dtype)
    config = weights.description.model
    expected = expected_shapes(config)
    check_shapes(weights, expected)
    copied = _tokenizer_files(weights, tokenizer)
    end_token_ids = weights.description.end_token_ids or end_of_document(copied.get("tokenizer.json", b"{}"))
    path = new_folder(out)
    aside = path.with_name(path.name + TEMPORARY_SUFFIX)
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    shape = hugging_face_config(replace(weights.description, end_token_ids=end_token_ids), dtype=kind)
    _write_json(aside / "config.json", shape)
    files = _write_tensors(weights, expected, aside, kind, max_file_bytes)
    if "auto_map" in shape:
        (aside / "configuration_mimo.py").write_text(CONFIGURATION)
        (aside / "modeling_mimo.py").write_text(MODELING)
    for name, content in copied.items():
        (aside / name).write_bytes(content)
    if "tokenizer.json" in copied and "tokenizer_config.json" not in copied:
        _write_json(aside / "tokenizer_config.json", _tokenizer_config(config, copied["tokenizer.json"]))
    aside.rename(path)
    num_parameters = sum(torch.Size(shape).numel() for shape in expected.values())
    return Exported(folder=str(path), files=files, num_parameters=num_parameters, end_token_ids=end_token_ids)


def _write_tensors(
    weights: Weights, expected: Mapping[str, Shape], folder: Path, dtype: torch.dtype, max_file_bytes: float
) -> tuple[str, ...]:
    save_file = require("safetensors.torch", extra="pretrain").save_file
    parts = list(groups(list(expected), expected, max_bytes=max_file_bytes, itemsize=dtype.itemsize))
    several = [f"model-{i:05d}-of-{len(parts):05d}.safetensors" for i in range(1, len(parts) + 1)]
    files = several if len(parts) > 1 else ["model.safetensors"]
    for file, names in zip(files, parts, strict=True):
        save_file(weights.read(names, dtype=dtype), folder / file, metadata={"format": "pt"})
        # safetensors makes files that nobody else can read.
        (folder / file).chmod((folder / "config.json").stat().st_mode)
    if len(files) > 1:
        total = sum(torch.Size(shape).numel() for shape in expected.values()) * dtype.itemsize
        places = {name: file for file, names in zip(files, parts, strict=True) for name in names}
        _write_json(folder / INDEX, {"metadata": {"total_size": total}, "weight_map": places})
    return tuple(files)


def hugging_face_config(description: Description, *, dtype: torch.dtype) -> dict[str, Any]:
    """config.json. Keys and values as released, so far as this model's are the same.

    There is no bos_token_id: in training nothing stands before a document's first token.
    """
    config = description.model
    ends = list(description.end_token_ids)
    values: dict[str, Any] = {
        "architectures": ["MiMoForCausalLM" if config.attention_bias else "LlamaForCausalLM"],
        "attention_bias": config.attention_bias,
        "attention_dropout": 0.0,
        "bos_token_id": None,
        "eos_token_id": ends[0] if len(ends) == 1 else ends or None,
        "head_dim": config.head_dim,
        "hidden_act": "silu",
        "hidden_size": config.hidden_size,
        "initializer_range": config.initializer_range,
        "intermediate_size": config.intermediate_size,
        "max_position_embeddings": config.max_position_embeddings,
        "model_type": "mimo" if config.attention_bias else "llama",
        "num_attention_heads": config.num_attention_heads,
        "num_hidden_layers": config.num_hidden_layers,
        "num_key_value_heads": config.num_key_value_heads,
        "num_nextn_predict_layers": config.num_nextn_predict_layers,
        "rms_norm_eps": config.rms_norm_eps,
        "rope_theta": description.rope_base,
        "tie_word_embeddings": False,
        "torch_dtype": str(dtype).removeprefix("torch."),
        "use_cache": True,
        "use_sliding_window": False,
        "vocab_size": config.vocab_size,
    }
    if config.attention_bias:
        values["auto_map"] = {
            "AutoConfig": "configuration_mimo.MiMoConfig",
            "AutoModelForCausalLM": "modeling_mimo.MiMoForCausalLM",
        }
    return values


def _tokenizer_files(weights: Weights, tokenizer: str | None) -> dict[str, bytes]:
    """The tokenizer's files by the names they go by in an export; `tokenizer` itself may be named otherwise."""
    if tokenizer is None:
        return weights.files_beside()
    with shards.open_input(tokenizer) as stream:
        return read_tokenizer_files(Path(tokenizer).parent) | {"tokenizer.json": stream.read()}


def end_of_document(tokenizer: bytes) -> tuple[int, ...]:
    """Id of the token after each document by a tokenizer.json, where it has one of that name."""
    added = json.loads(tokenizer).get("added_tokens", [])
    return tuple(token["id"] for token in added if token["content"] == END_OF_DOCUMENT)


def _tokenizer_config(config: ModelConfig, tokenizer: bytes) -> dict[str, Any]:
    """tokenizer_config.json of a tokenizer that has none."""
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": config.max_position_embeddings,
        "clean_up_tokenization_spaces": False,
        **({"eos_token": END_OF_DOCUMENT} if end_of_document(tokenizer) else {}),
    }


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n")


# -------------------------------------------------------------------------------------------------------------- import


def is_hugging_face(path: str) -> bool:
    """Whether it is a folder with a config.json that names an architecture."""
    file = Path(path) / "config.json"
    return file.is_file() and "model_type" in json.loads(file.read_text())


class FolderWeights:
    """The weights in a Hugging Face folder of a MiMo, a Qwen2 or a Llama without extras."""

    def __init__(self, folder: str) -> None:
        """Raises InputError for a folder without safetensors, or of a model that is not one of these."""
        self.where = folder
        self.config = _read_config(Path(folder))
        self.files = _safetensors(Path(folder))
        self.shapes: dict[str, Shape] = {}
        self._places: dict[str, tuple[str, str]] = {}
        for file in self.files:
            self._list_tensors(file)
        self.is_tied = "lm_head.weight" not in self.shapes and bool(self.config.get("tie_word_embeddings"))
        if self.is_tied and "model.embed_tokens.weight" in self.shapes:
            self.shapes["lm_head.weight"] = self.shapes["model.embed_tokens.weight"]
            self._places["lm_head.weight"] = self._places["model.embed_tokens.weight"]
        self.description = Description(
            model=model_config(self.config, self.shapes, where=folder),
            rope_base=_rope_base(self.config, where=folder),
            end_token_ids=_as_ids(self.config.get("eos_token_id")),
        )
        expected = expected_shapes(self.description.model)
        check_shapes(self, expected)
        if unknown := [name for name in self.shapes if name not in expected]:
            raise InputError(
                f"{folder}: has {unknown[0]} and {len(unknown) - 1} more tensors that a Qwen2-shaped model does not have; "
                "its architecture is another one"
            )

    def _list_tensors(self, file: str) -> None:
        with require("safetensors", extra="pretrain").safe_open(file, framework="pt") as opened:
            for name in opened.keys():  # noqa: SIM118 (it is no mapping)
                part = opened.get_slice(name)
                if "rotary_emb.inv_freq" in name:  # which older versions of transformers wrote; it follows from rope_theta
                    continue
                if part.get_dtype() not in DTYPES:
                    raise InputError(f"{file}: {name} is {part.get_dtype()}; expected {', '.join(DTYPES)}, not quantized weights")
                self.shapes[name], self._places[name] = tuple(part.get_shape()), (file, name)

    @cached_property
    def digest(self) -> str:
        return content_id(str(self.description), *(shards.checksum(file) for file in self.files))[:12]

    def files_beside(self) -> dict[str, bytes]:
        return read_tokenizer_files(Path(self.where))

    def read(self, names: Sequence[str], *, dtype: torch.dtype | None = None) -> dict[str, torch.Tensor]:
        safe_open = require("safetensors", extra="pretrain").safe_open
        found = {}
        for file, group in groupby(sorted(names, key=lambda name: self._places[name][0]), lambda name: self._places[name][0]):
            with safe_open(file, framework="pt") as opened:
                for name in group:
                    tensor = opened.get_tensor(self._places[name][1])
                    found[name] = tensor if dtype is None else tensor.to(dtype)
        return {name: found[name] for name in names}


def _read_config(folder: Path) -> dict[str, Any]:
    """config.json. Raises InputError where there is none, or where it asks for something that the model here does not have."""
    if not (folder / "config.json").is_file():
        raise InputError(f"{folder}: no config.json; expected a folder as save_pretrained of transformers writes it")
    config: dict[str, Any] = json.loads((folder / "config.json").read_text())
    rope = config.get("rope_scaling") or config.get("rope_parameters") or {}
    facts = (
        ("model_type", config.get("model_type"), ("mimo", "qwen2", "llama")),
        ("hidden_act", config.get("hidden_act", "silu"), ("silu",)),
        ("rope_scaling", rope.get("rope_type", rope.get("type", "default")), ("default",)),
        ("use_sliding_window", bool(config.get("use_sliding_window")), (False,)),
        ("mlp_bias", bool(config.get("mlp_bias")), (False,)),
        ("quantization_config", config.get("quantization_config"), (None,)),
    )
    for name, value, able in facts:
        if value not in able:
            raise InputError(
                f"{folder}/config.json: {name} is {value!r}; what can be imported has {' or '.join(map(repr, able))}"
            )
    return config


def _safetensors(folder: Path) -> list[str]:
    """The folder's files of weights. Raises InputError where one is missing."""
    if (folder / INDEX).is_file():
        names = sorted(set(json.loads((folder / INDEX).read_text())["weight_map"].values()))
    else:
        names = sorted(path.name for path in folder.glob("*.safetensors"))
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise InputError(f"{folder}: {missing[0]} is missing, which {INDEX} names, and {len(missing) - 1} more; copy them too")
    if not names:
        raise InputError(f"{folder}: no .safetensors; of other formats, save_pretrained of transformers makes them")
    return [str(folder / name) for name in names]


def model_config(config: Mapping[str, Any], shapes: Mapping[str, Shape], *, where: str) -> ModelConfig:
    """The model's shape by config.json, with transformers' defaults; by the tensors its biases, and layers where it is silent."""
    needed = ("vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads")
    if missing := [name for name in needed if name not in config]:
        raise InputError(f"{where}/config.json: has no {', '.join(missing)}")
    heads = config["num_attention_heads"]
    blocks = {name.split(".")[2] for name in shapes if name.startswith("model.mtp_layers.")}
    return ModelConfig(
        **{name: config[name] for name in needed},
        num_key_value_heads=config.get("num_key_value_heads") or heads,
        head_dim=config.get("head_dim") or config["hidden_size"] // heads,
        max_position_embeddings=config.get("max_position_embeddings", 32_768),
        num_nextn_predict_layers=config.get("num_nextn_predict_layers", len(blocks)),
        rms_norm_eps=config.get("rms_norm_eps", 1e-6),
        attention_bias="model.layers.0.self_attn.q_proj.bias" in shapes,
        initializer_range=config.get("initializer_range", 0.02),
    )


def _rope_base(config: Mapping[str, Any], *, where: str) -> float:
    base = config.get("rope_theta") or (config.get("rope_parameters") or {}).get("rope_theta")
    if base is None:
        raise InputError(f"{where}/config.json: has no rope_theta, the base of the rotary position embedding")
    return float(base)


def _as_ids(value: int | Sequence[int] | None) -> tuple[int, ...]:
    return () if value is None else (value,) if isinstance(value, int) else tuple(value)


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import wrote."""

    checkpoint: str
    model: ModelConfig
    rope_base: float
    remarks: tuple[str, ...]
    """What the checkpoint has that the folder had not, in sentences."""


def import_folder(folder: str, out: str, *, seed: int = 0) -> Imported:
    """A checkpoint of the folder's weights, in the precision they have there, which a run starts from (`training.init_from`).

    A folder whose config.json says nothing of prediction layers gets one with first weights, drawn by `seed`; tied embeddings
    become two equal tensors.
    """
    weights = FolderWeights(folder)
    description = weights.description
    tensors = weights.read(list(expected_shapes(description.model)))
    remarks = []
    if weights.is_tied:
        remarks.append("embedding and head were one tensor; here they are two, equal at first")
    if not description.model.num_nextn_predict_layers and "num_nextn_predict_layers" not in weights.config:
        model = replace(description.model, num_nextn_predict_layers=1)
        description = replace(description, model=model)
        tensors |= fresh_prediction_block(model, seed=seed, dtype=tensors["lm_head.weight"].dtype)
        remarks.append(
            f"there was no multi-token-prediction block; this one has first weights, of seed {seed}, and is to be trained"
        )
    digest = content_id("import", weights.digest, str(description), seed)[:12]
    path = write_weights(tensors, out, description=description, digest=digest, files=weights.files_beside())
    return Imported(checkpoint=str(path), model=description.model, rope_base=description.rope_base, remarks=tuple(remarks))


def fresh_prediction_block(config: ModelConfig, *, seed: int, dtype: torch.dtype) -> dict[str, torch.Tensor]:
    """First weights of the model's multi-token-prediction block alone, the same that a run of that seed begins with."""
    with torch.device("meta"):
        model = MiMo(config)
    model.model.layers, model.model.embed_tokens, model.model.norm, model.lm_head = (nn.Module() for _ in range(4))  # type: ignore[assignment]
    model.to_empty(device="cpu")
    initialize(model, seed=seed)
    return {name: parameter.detach().to(dtype) for name, parameter in model.named_parameters()}


def open_weights(path: str, *, config: str | None = None) -> Weights:
    """The weights of a checkpoint, of a run's newest one, or of a Hugging Face folder."""
    return FolderWeights(path) if is_hugging_face(path) else open_checkpoint(path, config=config)
