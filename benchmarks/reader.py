"""Reading a stage's rows: ours against MosaicML Streaming and Hugging Face datasets, on the same rows in one run."""

from __future__ import annotations

import sys
import types
from typing import Any

from corpus.errors import MissingExtraError


def import_streaming() -> Any:
    """mosaicml-streaming without the parts that are no reader.

    Its package imports data sets of pictures and ready-made data sets of text (torchvision, transformers), and a loader for which it
    wants a class of transformers; none takes part in reading MDS. Raises MissingExtraError where it is not installed.
    """
    for name in ("streaming.vision", "streaming.text", "streaming.multimodal", "streaming.base.dataloader"):
        sys.modules.setdefault(name, types.ModuleType(name))
    sys.modules["streaming.base.dataloader"].__dict__.setdefault("StreamingDataLoader", None)
    try:
        import streaming
    except ImportError as error:
        raise MissingExtraError(
            "mosaicml-streaming is not installed: make .venv/.installed-dev does it, or pip install 'tercet[peers]' && "
            "pip install --no-deps mosaicml-streaming"
        ) from error
    return streaming
