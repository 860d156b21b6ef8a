"""The weights in a checkpoint, for everybody but the run that wrote it: export, samples, copies of its layers, a new run.

A checkpoint holds each tensor by name and global shape, in as many pieces as ranks wrote it; torch.distributed.checkpoint puts
them together in one process. Where the optimizer kept the other 16 bits of fp32 for bf16 weights (pretrain.optimizer), `read`
joins the two. Only what is asked for is ever in memory.

    RUN/config.json, RUN/checkpoints/step-00000042/    what a run writes: its configuration says what the model is
    FOLDER/model.json, FOLDER/progress.json, ...       what `write_weights` makes: weights alone, at step 0, `training.init_from`
"""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

import torch
from torch import nn
from torch.distributed.checkpoint.filesystem import FileSystemReader
from torch.distributed.checkpoint.metadata import TensorStorageMetadata
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import save
from torch.distributed.tensor import DTensor

from corpus import shards
from corpus.config import build
from corpus.errors import InputError, RecipeError
from corpus.shards import TEMPORARY_SUFFIX
from pretrain.config import ModelConfig, PretrainConfig
from pretrain.model import Execution, MiMo
from pretrain.optimizer import LeanAdamW, join, split

Shape = tuple[int, ...]

GROUP_BYTES = 1 << 30
"""Tensors are read so many bytes at a time where all of them are wanted: what loading takes beside the model itself."""


@dataclass(frozen=True, kw_only=True)
class Description:
    """What a model is beside its weights: model.json."""

    model: ModelConfig
    rope_base: float
    """Base of the rotary position embedding that the weights were last trained with."""
    end_token_ids: tuple[int, ...] = ()
    """Tokens after which a document is over; empty where the tokenizer is not known."""


TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "chat_template.jinja",
    "generation_config.json",
)
"""What travels with weights where it lies beside them."""


class Weights(Protocol):
    """Tensors by the released checkpoints' names, somewhere on disk."""

    @property
    def where(self) -> str:
        """Path."""

    @property
    def shapes(self) -> Mapping[str, Shape]:
        """Of every tensor, by name."""

    @property
    def description(self) -> Description:
        """Raises InputError where it is not known."""

    @property
    def digest(self) -> str:
        """The same for the same weights, wherever they lie."""

    def files_beside(self) -> dict[str, bytes]:
        """The tokenizer's files that lie with the weights, by name."""

    def read(self, names: Sequence[str], *, dtype: torch.dtype | None = None) -> dict[str, torch.Tensor]:
        """These tensors on the CPU, in `dtype`; default: all the bits that are stored."""


class CheckpointWeights:
    """The weights in a checkpoint folder."""

    def __init__(self, path: Path, *, config: str | None = None) -> None:
        """`config` is the run's configuration if that is not in its folder. Raises InputError where tensors cannot be listed."""
        self.path, self.where, self._config = path, str(path), config
        try:
            stored = FileSystemReader(path).read_metadata().state_dict_metadata
        except Exception as error:
            raise InputError(f"{path}: this checkpoint's list of tensors cannot be read ({error}); take another one") from error
        tensors = {key: value for key, value in stored.items() if isinstance(value, TensorStorageMetadata)}
        self._dtypes = {_name(key): value.properties.dtype for key, value in tensors.items() if key.startswith("model.")}
        self.shapes = {_name(key): tuple(value.size) for key, value in tensors.items() if key.startswith("model.")}
        ends = ".remainder"
        self._remainders = {
            key.removeprefix("optimizer.").removeprefix("state.").removesuffix(ends): key
            for key in tensors
            if key.startswith("optimizer.") and key.endswith(ends)
        }

    @cached_property
    def description(self) -> Description:
        return describe(self.path, config=self._config)

    @property
    def digest(self) -> str:
        progress = shards.read_json(str(self.path / "progress.json"))
        return f"{progress['run']}-{progress['step']}"

    def files_beside(self) -> dict[str, bytes]:
        return read_tokenizer_files(self.path)

    def read(self, names: Sequence[str], *, dtype: torch.dtype | None = None) -> dict[str, torch.Tensor]:
        empty = {name: torch.empty(self.shapes[name], dtype=self._dtypes[name]) for name in names}
        # A bf16 weight is the nearest to its master as it is, so that no other bits are needed for it.
        joined = names if dtype != torch.bfloat16 else ()
        filled = self.fill(empty, joined=joined)
        return {name: tensor if dtype is None else tensor.to(dtype) for name, tensor in filled.items()}

    def fill(self, tensors: Mapping[str, torch.Tensor], *, joined: Sequence[str]) -> dict[str, torch.Tensor]:
        """The stored weights in tensors of their shape and dtype, which may be sharded: each rank reads its own part.

        Those in `joined` come back in fp32 where the checkpoint has their other 16 bits.
        """
        lean = [name for name in joined if name in self._remainders]
        rests = {name: torch.empty_like(tensors[name], dtype=torch.int16) for name in lean}
        state = {f"model.{name}": tensor for name, tensor in tensors.items()}
        state |= {self._remainders[name]: rest for name, rest in rests.items()}
        with _quiet():
            load(state, checkpoint_id=self.path, no_dist=True)
        return dict(tensors) | {name: join(local_part(tensors[name]), local_part(rests[name])) for name in lean}

    def empty_like(self, name: str, tensor: torch.Tensor) -> torch.Tensor:
        """Room for a stored weight, sharded as `tensor` is."""
        return torch.empty_like(tensor, dtype=self._dtypes[name], requires_grad=False)


def _name(key: str) -> str:
    return key.removeprefix("model.")


def local_part(tensor: torch.Tensor) -> torch.Tensor:
    """This rank's part of a sharded tensor, the tensor itself otherwise."""
    return tensor.to_local() if isinstance(tensor, DTensor) else tensor


def read_tokenizer_files(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in TOKENIZER_FILES if (folder / name).is_file()}


def open_checkpoint(path: str | Path, *, config: str | None = None) -> CheckpointWeights:
    """The weights of a checkpoint, or of the newest one of a run. Raises InputError where there is none."""
    return CheckpointWeights(find_checkpoint(Path(path)), config=config)


def find_checkpoint(path: Path) -> Path:
    """The checkpoint folder itself, the newest checkpoint of a run's folder, or that of a pipeline's folder with one run."""
    if (path / ".metadata").is_file():
        return path
    runs = [path, *sorted((path / "pretrain").glob("*"))]
    newest = {run: max(finished) for run in runs if (finished := _finished(run))}
    if len(newest) == 1:
        return next(iter(newest.values()))
    if newest:
        raise InputError(f"{path}: has {len(newest)} runs with checkpoints; name one of {', '.join(map(str, newest))}")
    raise InputError(
        f"{path}: no checkpoint there; expected RUN/checkpoints/step-..., a run's folder with checkpoints, or what "
        f"`tercet pretrain import` wrote{'' if path.exists() else ' (there is no such folder)'}"
    )


def _finished(run: Path) -> list[Path]:
    return [step for step in (run / "checkpoints").glob("step-*") if step.suffix != TEMPORARY_SUFFIX]


def describe(checkpoint: Path, *, config: str | None = None) -> Description:
    """What model is in the checkpoint: by its own model.json, else by the configuration of its run."""
    if config is None and (checkpoint / "model.json").is_file():
        where = str(checkpoint / "model.json")
        return build(Description, shards.read_json(where), where=where)
    where = config or str(checkpoint.parent.parent / "config.json")
    if config is None and not Path(where).is_file():
        raise InputError(f"{checkpoint}: the run's configuration is not at {where}; name it with --config")
    run = build(PretrainConfig, shards.read_json(where), where=where)
    stage = shards.read_json(str(checkpoint / "progress.json"))["stage"]
    return Description(model=run.model, rope_base=run.stages[stage].training.rope_base)


def expected_shapes(config: ModelConfig) -> dict[str, Shape]:
    """Every tensor of the model by name, in its own order."""
    with torch.device("meta"):
        model = MiMo(config)
    return {name: tuple(parameter.shape) for name, parameter in model.named_parameters()}


def check_shapes(weights: Weights, expected: Mapping[str, Shape]) -> None:
    """Raises InputError naming tensors that are missing or of another shape than the model's."""
    missing = [name for name in expected if name not in weights.shapes]
    wrong = [name for name in expected if name in weights.shapes and weights.shapes[name] != expected[name]]
    if missing:
        raise InputError(f"{weights.where}: lacks {_listed(missing)}, which a model of this configuration has")
    if wrong:
        shown = [f"{name} is {list(weights.shapes[name])}, expected {list(expected[name])}" for name in wrong]
        raise InputError(
            f"{weights.where}: {_listed(shown, '; ')}. The model's configuration is of another size than the weights"
        )


def _listed(names: Sequence[str], separator: str = ", ") -> str:
    more = [f"and {len(names) - 3} more"] if len(names) > 3 else []
    return separator.join([*names[:3], *more])


def groups(names: Sequence[str], shapes: Mapping[str, Shape], *, max_bytes: float, itemsize: int) -> Iterator[list[str]]:
    """The names in order, in groups of at most `max_bytes`; a tensor that is larger stands alone."""
    group: list[str] = []
    size = 0
    for name in names:
        num_bytes = torch.Size(shapes[name]).numel() * itemsize
        if group and size + num_bytes > max_bytes:
            yield group
            group, size = [], 0
        group.append(name)
        size += num_bytes
    if group:
        yield group


def load_model(
    weights: Weights,
    *,
    device: torch.device | str = "cpu",
    dtype: torch.dtype = torch.float32,
    execution: Execution | None = None,
) -> MiMo:
    """The whole model on one device. Raises InputError where weights and description do not agree."""
    expected = expected_shapes(weights.description.model)
    check_shapes(weights, expected)
    with torch.device("meta"):
        model = MiMo(weights.description.model, execution)
    model.to(dtype).to_empty(device=device)
    parameters = dict(model.named_parameters())
    with torch.no_grad():
        for names in groups(list(expected), expected, max_bytes=GROUP_BYTES, itemsize=4):
            for name, tensor in weights.read(names, dtype=dtype).items():
                parameters[name].copy_(tensor)
    return model


@torch.no_grad()
def initialize_from(path: str, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    """Puts a checkpoint's weights into the model, and into a lean optimizer the bits that its bf16 weights leave out.

    For a model sharded in any way. Raises InputError where the checkpoint lacks a tensor, or has it in another shape.
    """
    weights = open_checkpoint(path)
    parameters = dict(model.named_parameters())
    check_shapes(weights, {name: tuple(parameter.shape) for name, parameter in parameters.items()})
    for names in groups(list(parameters), weights.shapes, max_bytes=GROUP_BYTES, itemsize=4):
        room = {name: weights.empty_like(name, parameters[name]) for name in names}
        for name, tensor in weights.fill(room, joined=names).items():
            parameter, master = parameters[name], local_part(tensor).float()
            if isinstance(optimizer, LeanAdamW):
                top, rest = split(master)
                local_part(parameter.data).view(torch.int16).copy_(top)
                local_part(optimizer.state[parameter]["remainder"]).copy_(rest)
            else:
                local_part(parameter.data).copy_(master)


def write_weights(
    tensors: Mapping[str, torch.Tensor], out: str, *, description: Description, digest: str, files: Mapping[str, bytes]
) -> Path:
    """A checkpoint of weights alone, at step 0, with `files` beside them; there whole or not at all.

    `digest` names the weights: a run that starts from others is another run. Raises InputError where something is there.
    """
    path = new_folder(out)
    aside = path.with_name(path.name + TEMPORARY_SUFFIX)
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    with _quiet():
        save({"model": dict(tensors)}, checkpoint_id=aside, no_dist=True)
    for name, content in files.items():
        (aside / name).write_bytes(content)
    (aside / "model.json").write_text(json.dumps(asdict(description), indent=1))
    (aside / "progress.json").write_text(json.dumps({"step": 0, "stage": 0, "row": 0, "tokens": 0, "run": digest}))
    aside.rename(path)
    return path


def new_folder(out: str) -> Path:
    """Raises InputError where there is something at `out` already, or where it is no place for folders."""
    if not shards.is_local(shards.filesystem(out)[0]):
        raise InputError(f"{out}: written aside and renamed, which only a file system can do; choose a path")
    path = Path(out)
    if path.exists():
        raise InputError(f"{path}: is there already; name another folder, or delete it")
    return path


def as_dtype(name: str) -> torch.dtype:
    """Raises RecipeError for a name that is none of bf16 and fp32."""
    known = {"bf16": torch.bfloat16, "fp32": torch.float32}
    if name not in known:
        raise RecipeError(f"dtype is {name!r}; expected {' or '.join(known)}")
    return known[name]


def _quiet() -> warnings.catch_warnings[None]:
    """torch's note that one process works without others, which is what no_dist asks for."""
    return warnings.catch_warnings(action="ignore", category=UserWarning)
