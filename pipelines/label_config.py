"""The settings of `tercet label`: the `label:` section of a recipe.

    label:
      endpoint: {base_url: "http://localhost:8000/v1", model: Qwen/Qwen3-32B}
      sample: {num_documents: 5000}
      budget: {max_cost: 20, input_price: 0.15, output_price: 0.6}

They stand apart from the code that obeys them because reading a recipe must not take the client's library.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from corpus.errors import RecipeError

Structured = Literal["json_schema", "json_object", "none"]


@dataclass(frozen=True, kw_only=True)
class LabelEndpoint:
    """A model behind an OpenAI-compatible HTTP endpoint (vLLM, SGLang, llama.cpp, a hosted one)."""

    base_url: str
    """Up to and without /chat/completions, e.g. http://localhost:8000/v1."""
    model: str
    api_key_env: str | None = None
    """Name of the environment variable that holds the key; none: no key is sent. Never the key itself: settings are written into
    files."""
    structured: Literal["auto", Structured] = "auto"
    """How the server is asked for JSON: by schema, as some object, or by the prompt alone. `auto` begins with the schema and goes
    on to the next until the server does not refuse."""
    max_tokens: int = 400
    """Of one answer, which takes about 100; a model that reasons before it answers needs some thousands."""
    temperature: float = 0.0
    extra_body: dict[str, Any] = field(default_factory=dict)
    """Added to each request as it is, e.g. {chat_template_kwargs: {enable_thinking: false}}."""
    timeout_s: float = 120.0
    """Seconds for one answer, waiting in the server's queue included."""
    max_in_flight: int = 8
    """Requests under way at a time."""
    max_attempts: int = 5
    """Tries of a document: so many requests that fail (408, 429, 5xx, time-out), so many answers that are not valid."""
    backoff_s: float = 1.0
    """Wait before the second try; doubled before each further one, up to half of it more at random. A Retry-After is obeyed."""
    max_backoff_s: float = 60.0
    max_retry_after_s: float = 600.0
    """Longest Retry-After that is waited for; a longer one ends the command."""

    def __post_init__(self) -> None:
        if not self.base_url.startswith(("http://", "https://")):
            raise RecipeError(f"base_url: expected http://... or https://..., saw {self.base_url!r}")
        if "@" in urlsplit(self.base_url).netloc:
            raise RecipeError("base_url: holds a name or a password, which would be written into files; use api_key_env")
        for name in ("max_tokens", "max_in_flight", "max_attempts", "timeout_s"):
            if getattr(self, name) <= 0:
                raise RecipeError(f"{name}: expected more than 0, saw {getattr(self, name)}")


@dataclass(frozen=True, kw_only=True)
class LabelSample:
    """Which documents are labelled: a function of their ids and the seed, of nothing else."""

    num_documents: int = 2000
    """Each pair of source and domain (source alone where the run is not scored) gets an equal share; what a small one cannot use
    goes to the others. A larger sample contains every smaller one."""
    seed: int = 0
    max_shards: int | None = None
    """Look at only so many DOCUMENTS shards of each source's, drawn by the seed; none: at all of them."""

    def __post_init__(self) -> None:
        for name in ("num_documents", "max_shards"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise RecipeError(f"{name}: expected at least 1, saw {value}")


@dataclass(frozen=True, kw_only=True)
class LabelBudget:
    """What all runs into one folder may take together. No request is sent that could go over."""

    max_requests: int | None = None
    max_tokens: int | None = None
    """Of questions and answers together, by the server's own count."""
    max_cost: float | None = None
    """In the currency of the prices."""
    input_price: float = 0.0
    """Of a million tokens of questions."""
    output_price: float = 0.0
    """Of a million tokens of answers."""

    def __post_init__(self) -> None:
        if self.max_cost is not None and self.input_price <= 0 and self.output_price <= 0:
            raise RecipeError("max_cost: needs input_price and output_price, of a million tokens")
        for name in ("max_requests", "max_tokens", "max_cost", "input_price", "output_price"):
            value = getattr(self, name)
            if value is not None and value < 0:
                raise RecipeError(f"{name}: expected at least 0, saw {value}")


@dataclass(frozen=True, kw_only=True)
class LabelConfig:
    """What is asked of whom about what."""

    endpoint: LabelEndpoint
    sample: LabelSample = field(default_factory=LabelSample)
    budget: LabelBudget = field(default_factory=LabelBudget)
    excerpt_chars: int = 6000
    """Longer documents are shown as their beginning, a piece of their middle and their end."""

    def __post_init__(self) -> None:
        if self.excerpt_chars < 100:
            raise RecipeError(f"excerpt_chars: expected at least 100, saw {self.excerpt_chars}")
