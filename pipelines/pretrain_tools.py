"""`tercet pretrain export | import | generate | extend-mtp`: what can be done with a model that is trained.

Each takes a checkpoint, the folder of a run (its newest checkpoint) or of a pipeline; generate and extend-mtp also a folder of
Hugging Face's. The tokenizer is the one that the run's shards were made with, or the one that lies with the weights.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus import shards
from corpus.errors import InputError, require
from pipelines.recipe_files import absolute
from pipelines.report_run import open_run
from pretrain.config import require_torch

if TYPE_CHECKING:
    from pretrain.mtp import ExtendStep
    from pretrain.weights import Weights

EPILOG = """\
of a trained model: tercet pretrain export | import | generate | extend-mtp (each with --help)"""

SOURCE = "checkpoint, or folder of a run or pipeline (its newest one)"


def add_verbs(verbs: Any) -> None:
    """The four verbs, each of two words, beside those of the command line."""
    export = _add(verbs, "export", "write a checkpoint as a Hugging Face folder with the names of the released MiMo-7B")
    export.add_argument("source", metavar="SOURCE", help=SOURCE)
    export.add_argument("out", metavar="OUT", help="folder to write")
    export.add_argument("--dtype", default="bf16", choices=("bf16", "fp32"), help="of the weights (default: bf16)")
    export.add_argument("--max-file-gb", type=float, default=5.0, metavar="GB", help="of one file of weights (default: 5)")
    _add_places(export)
    import_ = _add(verbs, "import", "make a checkpoint of a Hugging Face folder, for a run to start from (training.init_from)")
    import_.add_argument("source", metavar="FOLDER", help="of a MiMo, a Qwen2 or a Llama: config.json, *.safetensors")
    import_.add_argument("out", metavar="OUT", help="folder to write")
    import_.add_argument("--seed", type=int, default=0, help="of a prediction block, where the folder has none (default: 0)")
    generate = _add(verbs, "generate", "go on from a prompt, with and without the prediction layers as drafters")
    generate.add_argument("source", metavar="SOURCE", help=f"{SOURCE}, or a Hugging Face folder")
    generate.add_argument("--prompt", action="append", required=True, metavar="TEXT", help="may be given several times")
    generate.add_argument("--max-tokens", type=int, default=128, metavar="N", help="after the prompt (default: 128)")
    generate.add_argument("--temperature", type=float, default=0.0, metavar="T", help="default: 0, the likeliest token")
    generate.add_argument("--seed", type=int, default=0, help="of what is drawn (default: 0)")
    generate.add_argument("--dtype", choices=("bf16", "fp32"), help="of the weights (default: bf16 on a GPU, else fp32)")
    _add_device(generate)
    _add_places(generate)
    extend = _add(verbs, "extend-mtp", "copy the trained prediction layer and train the copies alone, to draft more tokens")
    extend.add_argument("source", metavar="SOURCE", help=f"{SOURCE}, or a Hugging Face folder")
    extend.add_argument("out", metavar="OUT", help="checkpoint to write")
    extend.add_argument("--shards", metavar="FOLDER", help="a stage's shards to train on; default: the run's last stage")
    extend.add_argument("--layers", type=int, default=3, metavar="K", help="with the trained one (default: 3)")
    extend.add_argument("--steps", type=int, default=500, metavar="N", help="default: 500")
    extend.add_argument("--batch-rows", type=int, default=16, metavar="ROWS", help="of a step (default: 16)")
    extend.add_argument("--lr", type=float, default=1e-4, help="highest learning rate (default: 1e-4)")
    extend.add_argument("--micro-batch-tokens", type=int, default=8192, metavar="N", help="of one pass (default: 8192)")
    _add_device(extend)
    extend.add_argument("--config", metavar="FILE", help="the run's config.json; default: in the run's folder")


def _add(verbs: Any, name: str, description: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(f"pretrain {name}", description=description)
    return parser


def _add_device(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"), help="default: a GPU where there is one")


def _add_places(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", metavar="FILE", help="the run's config.json; default: in the run's folder")
    parser.add_argument("--tokenizer", metavar="FILE", help="a tokenizer.json; default: the one of the run's shards")


# -------------------------------------------------------------------------------------------------------------- verbs


def export(options: argparse.Namespace) -> None:
    """Prints the folder."""
    require_torch()
    from pretrain import hugging_face

    weights = hugging_face.open_weights(options.source, config=options.config)
    done = hugging_face.export(
        weights,
        options.out,
        dtype=options.dtype,
        tokenizer=options.tokenizer or tokenizer_of(weights, options.config),
        max_file_bytes=options.max_file_gb * 1e9,
    )
    what = "one file" if len(done.files) == 1 else f"{len(done.files)} files"
    _say(f"{weights.where}: {done.num_parameters:,} parameters as {options.dtype} in {what} of weights")
    if not (Path(done.folder) / "tokenizer.json").exists():
        _say("no tokenizer is known, hence none is exported; name it with --tokenizer")
    print(done.folder)


def import_(options: argparse.Namespace) -> None:
    """Prints the checkpoint, and how a run starts from it."""
    require_torch()
    from pretrain import hugging_face

    done = hugging_face.import_folder(options.source, options.out, seed=options.seed)
    for remark in done.remarks:
        _say(remark)
    _say(
        f"weights were trained with rope_base {done.rope_base:g}; to start a run from them: training.init_from={done.checkpoint}"
    )
    print(done.checkpoint)


def generate(options: argparse.Namespace) -> None:
    """Prints each prompt with what follows; speed and acceptance go to standard error."""
    require_torch()
    from pretrain.generate import Sampling, compare
    from pretrain.hugging_face import open_weights
    from pretrain.ranks import start_ranks
    from pretrain.weights import as_dtype, load_model

    weights = open_weights(options.source, config=options.config)
    tokenizer, ends = _load_tokenizer(weights, options)
    sampling = Sampling(
        max_tokens=options.max_tokens,
        temperature=options.temperature,
        seed=options.seed,
        end_token_ids=weights.description.end_token_ids or ends,
    )
    with start_ranks(options.device) as ranks:
        default = "bf16" if ranks.device.type == "cuda" else "fp32"
        model = load_model(weights, device=ranks.device, dtype=as_dtype(options.dtype or default))
        for prompt in options.prompt:
            ids = tokenizer.encode(prompt, add_special_tokens=False).ids
            made = compare(model, ids, sampling, rope_base=weights.description.rope_base)
            print(tokenizer.decode([*ids, *made.plain.tokens], skip_special_tokens=False), flush=True)
            for line in made.lines():
                _say(line)
        if peak := ranks.peak_memory_bytes():
            _say(f"at most {peak / 2**30:.1f} GiB of the GPU")


def extend_mtp(options: argparse.Namespace) -> None:
    """Prints the checkpoint."""
    require_torch()
    from pretrain.hugging_face import open_weights
    from pretrain.mtp import ExtendConfig, extend

    weights = open_weights(options.source, config=options.config)
    stage = options.shards or _last_stage(weights, options.config)
    config = ExtendConfig(
        num_layers=options.layers,
        steps=options.steps,
        batch_rows=options.batch_rows,
        lr=options.lr,
        micro_batch_tokens=options.micro_batch_tokens,
        device=options.device,
    )

    def on_step(line: ExtendStep) -> None:
        if line.step == 1 or line.step % 10 == 0 or line.step == config.steps:
            losses = "  ".join(f"{loss:.4f}" for loss in line.losses)
            _say(f"step {line.step:5d} of {config.steps}  losses of the copies {losses}  lr {line.lr:.2e}")

    extend(weights, stage, options.out, config, on_step=on_step)
    print(options.out)


VERBS: dict[str, Callable[[argparse.Namespace], None]] = {
    "pretrain export": export,
    "pretrain import": import_,
    "pretrain generate": generate,
    "pretrain extend-mtp": extend_mtp,
}


# -------------------------------------------------------------------------------------------------------------- places


def tokenizer_of(weights: Weights, config: str | None) -> str | None:
    """Path of the tokenizer.json of the pipeline that made the run's shards; None where that is not known.

    Also None for weights that have theirs beside them.
    """
    if "tokenizer.json" in weights.files_beside():
        return None
    for stage in _stages(weights, config):
        # OUT/mix-stage1/DIGEST -> OUT, whose run.json names it.
        out = str(Path(stage).parent.parent)
        if not (Path(out) / "run.json").is_file():
            continue
        run = open_run(out)
        path = (run.config.get("mix") or {}).get("tokenizer")
        if path and _is_there(run.resolve(path)):
            return run.resolve(path)
    return None


def _stages(weights: Weights, config: str | None) -> list[str]:
    """The folders of shards that the run was trained on, as its configuration names them; empty without one."""
    file = config or str(Path(weights.where).parent.parent / "config.json")
    if not Path(file).is_file():
        return []
    return [absolute(stage["shards"]) for stage in shards.read_json(file).get("stages", [])]


def _last_stage(weights: Weights, config: str | None) -> str:
    stages = _stages(weights, config)
    if not stages:
        raise InputError(f"{weights.where}: no run that says what it was trained on; name a stage's shards with --shards")
    return stages[-1]


def _is_there(url: str) -> bool:
    fs, path = shards.filesystem(url)
    return bool(fs.exists(path))


def _load_tokenizer(weights: Weights, options: argparse.Namespace) -> tuple[Any, tuple[int, ...]]:
    """The tokenizer, and the ids that end a document by its own account."""
    from pretrain.hugging_face import end_of_document

    path = options.tokenizer or tokenizer_of(weights, options.config)
    if path:
        with shards.open_input(path) as stream:
            text = stream.read()
    else:
        text = weights.files_beside().get("tokenizer.json", b"")
    if not text:
        raise InputError(f"{weights.where}: its tokenizer is not known; name it with --tokenizer FILE")
    return require("tokenizers", extra="mix").Tokenizer.from_str(text.decode()), end_of_document(text)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
