"""OCR by a vision model behind an OpenAI-compatible endpoint: one chat completion a page, its picture as a data URI."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import random
import time
import urllib.error
import urllib.request
from typing import Any

from corpus.errors import InputError, RecipeError
from extract.ocr import EndpointConfig, OcrError

MAX_ANSWER_BYTES = 16 << 20
_MOVED = "it has moved; name its new address (a redirect is not followed: it would lose the picture or give the key away)"
_DENIED = {
    401: "the key is missing or wrong",
    403: "access is denied",
    404: "the address or the model is not known there",
    **dict.fromkeys((301, 302, 303, 307, 308), _MOVED),
}
"""Status -> what it says of the settings: no other page would fare better."""
_PASSING = frozenset({408, 429, 500, 502, 503, 504, 529})


class Endpoint:
    """An OcrReader. Raises RecipeError at once where the address is none or the key's variable is not set."""

    def __init__(self, config: EndpointConfig) -> None:
        if not config.base_url.startswith(("http://", "https://")):
            raise RecipeError(f"ocr.endpoint.base_url: expected http://... or https://..., saw {config.base_url!r}")
        if config.max_attempts < 1:
            raise RecipeError(f"ocr.endpoint.max_attempts: expected at least 1, saw {config.max_attempts}")
        self.config = config
        self.url = f"{config.base_url.rstrip('/')}/chat/completions"
        self.headers = {"Content-Type": "application/json", "User-Agent": "tercet"}
        if config.api_key_env is not None:
            key = os.environ.get(config.api_key_env, "").strip()
            if not key:
                raise RecipeError(f"ocr.endpoint.api_key_env: the environment variable {config.api_key_env} is not set here")
            self.headers["Authorization"] = f"Bearer {key}"

    def __call__(self, png: bytes) -> str:
        body = json.dumps(self._question(png)).encode()
        for attempt in range(1, self.config.max_attempts + 1):
            try:
                return _content(self._ask(body))
            except _PassingError as error:
                if attempt == self.config.max_attempts:
                    raise error.final(self.url, attempt) from error
                time.sleep(error.wait_s if error.wait_s is not None else self._wait_s(attempt))
        raise AssertionError("max_attempts is at least 1")

    def _question(self, png: bytes) -> dict[str, Any]:
        picture = {"url": f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"}
        content = [{"type": "text", "text": self.config.prompt}, {"type": "image_url", "image_url": picture}]
        return {
            "model": self.config.model,
            "messages": [{"role": "user", "content": content}],
            "max_tokens": self.config.max_tokens,
            "temperature": self.config.temperature,
        }

    def _ask(self, body: bytes) -> bytes:
        request = urllib.request.Request(self.url, data=body, headers=self.headers, method="POST")
        try:
            with _OPENER.open(request, timeout=self.config.timeout_s) as response:
                answer = _body(response, time.monotonic() + self.config.timeout_s)
        except urllib.error.HTTPError as error:
            raise self._http_error(error) from error
        except TimeoutError as error:
            raise _PassingError("ocr_timeout", f"no answer in {self.config.timeout_s:g} s") from error
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            if isinstance(reason, TimeoutError):
                raise _PassingError("ocr_timeout", f"no connection in {self.config.timeout_s:g} s") from error
            raise _PassingError("ocr_failed" if _was_there(error) else "", f"{type(reason).__name__}: {reason}") from error
        return answer

    def _http_error(self, error: urllib.error.HTTPError) -> Exception:
        said = ""
        with error, contextlib.suppress(OSError, http.client.HTTPException):
            said = error.read1(2000).decode("utf-8", "replace").strip()[:300]
        if error.code in _DENIED:
            what = f"{self.url} (model {self.config.model!r}) answers {error.code}"
            return RecipeError(f"ocr.endpoint: {what}: {_DENIED[error.code]}. It says: {said}")
        if error.code in _PASSING:
            wait_s = _retry_after_s(error.headers.get("Retry-After"), self.config.max_backoff_s)
            return _PassingError("ocr_failed", f"status {error.code}: {said}", wait_s)
        return OcrError("ocr_failed", f"status {error.code}: {said}")

    def _wait_s(self, attempt: int) -> float:
        wait_s: float = self.config.backoff_s * 2 ** (attempt - 1)
        return min(self.config.max_backoff_s, wait_s) * random.uniform(1.0, 1.5)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)


def _was_there(error: Exception) -> bool:
    """Whether somebody took the request and then hung up, which may be for this page's sake (urllib wraps what fails before)."""
    reason = getattr(error, "reason", error)
    return not isinstance(error, urllib.error.URLError) or isinstance(reason, ConnectionResetError | BrokenPipeError)


def _body(response: Any, deadline: float) -> bytes:
    """The whole answer. Raises TimeoutError at `deadline` (monotonic): the socket's own limit starts anew with every byte."""
    body = bytearray()
    while piece := response.read1(1 << 16):
        body += piece
        if len(body) > MAX_ANSWER_BYTES:
            raise OcrError("ocr_failed", f"the answer is longer than {MAX_ANSWER_BYTES >> 20} MiB")
        if time.monotonic() > deadline:
            raise TimeoutError
    if response.length:
        raise http.client.IncompleteRead(bytes(body), response.length)
    return bytes(body)


class _PassingError(Exception):
    """A failure that may pass; without a reason the endpoint could not be reached at all."""

    def __init__(self, reason: str, detail: str, wait_s: float | None = None) -> None:
        super().__init__(detail)
        self.reason = reason
        self.wait_s = wait_s

    def final(self, url: str, attempts: int) -> Exception:
        """What it is when it has not passed: the page's failure, or everybody's where nobody answers."""
        if self.reason:
            return OcrError(self.reason, f"{attempts} tries; the last: {self}")
        return InputError(f"ocr.endpoint: nobody answers at {url} after {attempts} tries ({self}); start it and run again")


def _retry_after_s(header: str | None, longest: float) -> float | None:
    """Seconds of a Retry-After that names them, at most `longest`; None where it does not (it may be a date)."""
    try:
        wait_s = float(header or "")
    except ValueError:
        return None
    return min(wait_s, longest) if wait_s >= 0 else None


def _content(answer: bytes) -> str:
    """The text of a chat completion. Raises OcrError where it is none, was cut off, or was refused."""
    try:
        choice = json.loads(answer)["choices"][0]
        message = choice["message"]
        content, refusal, finish = message.get("content"), message.get("refusal"), choice.get("finish_reason")
    except (json.JSONDecodeError, UnicodeDecodeError, LookupError, TypeError, AttributeError) as error:
        raise OcrError("ocr_failed", f"no chat completion: {answer[:120]!r} ({type(error).__name__})") from error
    if refusal or finish == "content_filter":
        raise OcrError("ocr_refused", f"the model refuses: {str(refusal or finish)[:200]}")
    if finish == "length":
        raise OcrError("ocr_truncated", "the answer was cut off at max_tokens; raise ocr.endpoint.max_tokens")
    if isinstance(content, list):
        content = "".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    if content is not None and not isinstance(content, str):
        raise OcrError("ocr_failed", f"the completion's content is {type(content).__name__}, not text")
    return content or ""
