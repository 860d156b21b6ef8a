"""Chat completions from any OpenAI-compatible endpoint: one request at a time, and what each failure means.

The client keeps what it learns about the server: whether it takes a JSON schema, how it calls the limit of an answer, whether it
takes a temperature, until when it wants to be left alone. It never asks twice by itself, but for a request that the server would
not read: whoever calls counts requests and decides.
"""

from __future__ import annotations

import asyncio
import email.utils
import json
import os
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from corpus.errors import DocumentError, InputError, RecipeError, require
from pipelines.label_config import LabelEndpoint, Structured
from pipelines.label_journal import Usage

MAX_ANSWER_BYTES = 4 << 20
TEMPLATE_TOKENS = 64
"""What a chat template adds to two or four messages, generously."""
_MOVED = "it has moved; name its new address (a redirect is not followed: it would give the key away)"
_DENIED = {
    401: "the key is missing or wrong; label.endpoint.api_key_env names the environment variable that holds it",
    402: "the account has no money left",
    403: "access is denied",
    404: "the address or the model is not known there",
    405: "the address takes no such request; base_url ends before /chat/completions",
    **dict.fromkeys((301, 302, 303, 307, 308), _MOVED),
}
"""Status -> what it says of the settings: no other document would fare better."""
_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})
_NEXT: dict[Structured, Structured] = {"json_schema": "json_object", "json_object": "none"}
_STRUCTURED_WORDS = ("response_format", "json_schema", "json_object", "schema", "structured", "guided", "grammar")
_TOO_LONG_WORDS = ("context_length", "context length", "maximum context", "too long", "context window", "context size")


class PassingError(Exception):
    """A failure that may pass. `reason` is a snake_case fact, `wait_s` what the server asks for."""

    def __init__(self, reason: str, detail: str, *, wait_s: float | None = None, may_be_billed: bool = False) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail
        self.wait_s, self.may_be_billed = wait_s, may_be_billed


class UnreachableError(PassingError):
    """Nobody took the request."""


class RereadError(Exception):
    """The server refused the form of the request; the client has another form ready."""


class Completion(NamedTuple):
    """What came back."""

    content: str
    finish: str
    """stop, length, ...; `refusal` where the model refused."""
    usage: Usage | None
    model: str


@dataclass
class ChatClient:
    """`async with ChatClient(config) as client: await client.complete(messages, schema=...)`.

    Raises MissingExtraError without aiohttp, RecipeError where the key's variable is not set.
    """

    config: LabelEndpoint
    notes: list[str] = field(default_factory=list)
    """What the client learned about the server, for people."""

    def __post_init__(self) -> None:
        self._aiohttp = require("aiohttp", extra="label")
        self.url = f"{self.config.base_url.rstrip('/')}/chat/completions"
        self.host = urlsplit(self.url).netloc.rpartition("@")[2]
        self.structured: Structured = "json_schema" if self.config.structured == "auto" else self.config.structured
        self._limit_name, self._sends_temperature = "max_tokens", True
        self._not_before = 0.0
        self._has_answered = self._was_reached = False

    async def __aenter__(self) -> ChatClient:
        headers = {"User-Agent": "tercet"}
        if self.config.api_key_env is not None:
            key = os.environ.get(self.config.api_key_env, "").strip()
            if not key:
                name = self.config.api_key_env
                raise RecipeError(f"label.endpoint.api_key_env: the environment variable {name} is not set here")
            headers["Authorization"] = f"Bearer {key}"
        timeout = self._aiohttp.ClientTimeout(total=self.config.timeout_s)
        connector = self._aiohttp.TCPConnector(limit=self.config.max_in_flight)
        self._session = self._aiohttp.ClientSession(headers=headers, timeout=timeout, connector=connector)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    def bound(self, messages: Sequence[dict[str, str]]) -> Usage:
        """Upper bound of what a request takes: no tokenizer makes more tokens than bytes of a text."""
        size = sum(len(message["content"].encode()) for message in messages)
        return Usage(size + TEMPLATE_TOKENS * len(messages), self.config.max_tokens)

    async def turn(self) -> None:
        """Waits until the server may be asked again after it said when."""
        while (wait_s := self._not_before - time.monotonic()) > 0:
            await asyncio.sleep(wait_s)

    async def complete(self, messages: Sequence[dict[str, str]], *, schema: dict[str, Any]) -> Completion:
        """One request.

        Raises PassingError, DocumentError (this question cannot be answered), RereadError (ask the same again), RecipeError and
        InputError (no question can).
        """
        form = self._form()
        status, headers, body = await self._post(self._body(messages, schema))
        self._was_reached = True
        if status == 200:
            completion = _read(body)
            self._has_answered = True
            return completion
        raise self._refused(status, headers, body.decode("utf-8", "replace"), form)

    def _form(self) -> tuple[object, ...]:
        """What of a request's form may change."""
        return (self.structured, self._limit_name, self._sends_temperature)

    def _body(self, messages: Sequence[dict[str, str]], schema: dict[str, Any]) -> dict[str, Any]:
        body: dict[str, Any] = {"model": self.config.model, "messages": list(messages), self._limit_name: self.config.max_tokens}
        if self._sends_temperature:
            body["temperature"] = self.config.temperature
        if self.structured == "json_schema":
            of_schema = {"name": "labels", "strict": True, "schema": schema}
            body["response_format"] = {"type": "json_schema", "json_schema": of_schema}
        elif self.structured == "json_object":
            body["response_format"] = {"type": "json_object"}
        return {**body, **self.config.extra_body}

    async def _post(self, body: dict[str, Any]) -> tuple[int, Any, bytes]:
        http = self._aiohttp
        try:
            async with self._session.post(self.url, json=body, allow_redirects=False, proxy=_proxy(self.url)) as response:
                content = b""
                async for piece in response.content.iter_chunked(1 << 16):
                    content += piece
                    if len(content) > MAX_ANSWER_BYTES:
                        raise PassingError("no_completion", f"more than {MAX_ANSWER_BYTES >> 20} MiB came back")
                return response.status, response.headers, content
        except http.ClientConnectorError as error:
            if not self._was_reached:
                raise InputError(
                    f"label.endpoint: nobody answers at {self.url} ({error.os_error}); start the server, or name another base_url"
                ) from error
            raise UnreachableError("unreachable", f"nobody answers at {self.url} ({error.os_error})") from error
        except http.InvalidURL as error:
            raise RecipeError(f"label.endpoint.base_url: {self.config.base_url!r} is no address") from error
        except TimeoutError as error:
            raise PassingError("request_timeout", f"no answer in {self.config.timeout_s:g} s", may_be_billed=True) from error
        except http.ClientError as error:
            raise PassingError("disconnected", f"{type(error).__name__}: {error}", may_be_billed=True) from error

    def _refused(self, status: int, headers: Any, text: str, form: tuple[object, ...]) -> Exception:
        said = _error_of(text)
        what = f"{self.url} (model {self.config.model!r}) answers {status}"
        if status in _DENIED or said.code == "insufficient_quota":
            why = _DENIED.get(status, "the account's quota is used up")
            return RecipeError(f"label.endpoint: {what}: {why}. It says: {said.message}")
        if status in _PASSING and not (status == 500 and _is_about_form(said) and self._may_step_down(said)):
            wait_s = _retry_after_s(headers.get("Retry-After"))
            if wait_s is not None and wait_s > self.config.max_retry_after_s:
                limit = f"label.endpoint.max_retry_after_s is {self.config.max_retry_after_s:g}"
                return InputError(
                    f"label.endpoint: {what} and asks for {wait_s:,.0f} s of patience; {limit}. It says: {said.message}"
                )
            if wait_s is not None:
                self._not_before = max(self._not_before, time.monotonic() + wait_s)
            return PassingError(f"status_{status}", f"status {status}: {said.message}", wait_s=wait_s)
        if any(word in f"{said.code} {said.message}".lower() for word in _TOO_LONG_WORDS):
            return DocumentError("too_long_for_model", f"{said.message}; lower label.excerpt_chars")
        if form != self._form() or self._adapt(said):
            return RereadError(f"status {status}: {said.message}")
        return DocumentError("request_refused", f"status {status}: {said.message}")

    def _adapt(self, said: _Said) -> bool:
        """Changes the request's form to what the server's complaint is about; False where nothing is left to change."""
        words = f"{said.param} {said.code} {said.message}".lower()
        if "max_completion_tokens" in words and self._limit_name == "max_tokens":
            self._limit_name = "max_completion_tokens"
        elif "temperature" in words and self._sends_temperature:
            self._sends_temperature = False
            self.notes.append("the server takes no temperature: it answers with its own")
        elif self._may_step_down(said):
            refused, self.structured = self.structured, _NEXT[self.structured]
            self.notes.append(f"the server refuses {refused}: asked with {self.structured}. It says: {said.message}")
        else:
            return False
        return True

    def _may_step_down(self, said: _Said) -> bool:
        """Whether the complaint is, or before the first answer may be, about the way JSON is asked for."""
        if self.config.structured != "auto" or self.structured not in _NEXT:
            return False
        return not self._has_answered or _is_about_form(said)


class _Said(NamedTuple):
    message: str
    code: str
    param: str


def _is_about_form(said: _Said) -> bool:
    return any(word in f"{said.param} {said.code} {said.message}".lower() for word in _STRUCTURED_WORDS)


def _error_of(text: str) -> _Said:
    """The error object of the API, or whatever else came."""
    try:
        error = json.loads(text)
        error = error.get("error", error) if isinstance(error, dict) else error
    except ValueError:
        error = None
    if not isinstance(error, dict):
        return _Said((str(error) if error else text).strip()[:300], "", "")
    message = error.get("message") or error.get("detail") or text
    return _Said(str(message).strip()[:300], str(error.get("code") or ""), str(error.get("param") or ""))


def _proxy(url: str) -> str | None:
    """The proxy that the environment names for this address."""
    parts = urlsplit(url)
    if urllib.request.proxy_bypass(parts.hostname or ""):
        return None
    return urllib.request.getproxies().get(parts.scheme)


def _retry_after_s(header: str | None) -> float | None:
    """Seconds of a Retry-After, which names them or a date; None where it is neither."""
    if not header:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(header).timestamp() - time.time())
    except ValueError:
        return None


def _read(body: bytes) -> Completion:
    """Raises PassingError where the body is no chat completion."""
    try:
        value = json.loads(body)
        choice = value["choices"][0]
        message = choice["message"]
        content, refusal = message.get("content"), message.get("refusal")
        finish, usage = choice.get("finish_reason"), value.get("usage")
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        detail = f"no chat completion: {body[:120]!r} ({type(error).__name__})"
        raise PassingError("no_completion", detail, may_be_billed=True) from error
    if isinstance(content, list):
        content = "".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    if refusal or finish == "content_filter":
        content, finish = str(refusal or finish), "refusal"
    return Completion(content if isinstance(content, str) else "", str(finish), _usage(usage), str(value.get("model") or ""))


def _usage(value: Any) -> Usage | None:
    try:
        return Usage(int(value["prompt_tokens"]), int(value["completion_tokens"]))
    except (TypeError, LookupError, ValueError):
        return None
