"""An OpenAI-compatible endpoint for tests: a process of its own that serves a real small model (tests/small_llm.py).

    python -m tests.llm_server [--key KEY] [--refuse json_schema ...]        # prints its port

GET /v1/models and POST /v1/chat/completions as the API has them: token counts, finish reasons, JSON schemas, errors in its words.
For tests only: POST /control with {"faults": [...]} spoils the next requests, one each, by the rows of FAULTS, and empties the
log; GET /log lists the requests, in the order of their arrival, and what became of them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import torch
from aiohttp import web

from tests import small_llm

MODEL = "small-labeller"
RETRY_AFTER_S = 0.4
FORMATS = ("json_schema", "json_object")


def error(
    status: int, message: str, *, code: str | None = None, param: str | None = None, kind: str = "invalid_request_error"
) -> web.Response:
    body = {"error": {"message": message, "type": kind, "param": param, "code": code}}
    return web.json_response(body, status=status, headers={"Retry-After": f"{RETRY_AFTER_S}"} if status == 429 else None)


def rate_limited() -> web.Response:
    return error(429, "Rate limit reached for requests", code="rate_limit_exceeded", kind="requests")


def out_of_quota() -> web.Response:
    said = "You exceeded your current quota, please check your plan and billing details."
    return error(429, said, code="insufficient_quota", kind="insufficient_quota")


def failing() -> web.Response:
    return error(500, "The server had an error while processing your request. Sorry about that!", kind="server_error")


def overloaded() -> web.Response:
    return error(503, "That model is currently overloaded with other requests.", kind="server_error")


REFUSALS: dict[str, Callable[[], web.Response]] = {"429": rate_limited, "quota": out_of_quota, "500": failing, "503": overloaded}
"""Faults that answer before the model is asked."""


def renamed(answer: str) -> str:
    return answer.replace("reasoning_depth", "reasoning")


def too_large(answer: str) -> str:
    return json.dumps({**json.loads(answer), "writing_quality": 7})


def unknown_label(answer: str) -> str:
    return json.dumps({**json.loads(answer), "domains": ["maths"]})


SPOILERS: dict[str, Callable[[str], str]] = {
    "wrong_keys": renamed,
    "out_of_range": too_large,
    "unknown_label": unknown_label,
    "prose": lambda answer: f"I would say it is about {answer[13:24]}.",
    "fenced": lambda answer: f"<think>Is it {{code}}?</think>Here you are:\n\n```json\n{answer}\n```\nAnything else?",
    "cut": lambda answer: answer[:40],
}
"""Faults that change what the model said."""
FAULTS = (*REFUSALS, *SPOILERS, "hang", "disconnect", "no_usage")


class Server:
    """State of the process."""

    def __init__(self, *, key: str | None, refuse: list[str], renamed_limit: bool) -> None:
        torch.set_num_threads(1)
        self.llm = small_llm.load()
        self.key, self.refuse, self.renamed_limit = key, refuse, renamed_limit
        self.faults: list[str] = []
        self.log: list[dict[str, Any]] = []
        self.in_flight = 0
        self.thread = ThreadPoolExecutor(1)

    async def models(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "tests"}]}
        )

    async def control(self, request: web.Request) -> web.Response:
        said = await request.json()
        unknown = set(said.get("faults", ())) - {*FAULTS, "none"}
        assert not unknown, unknown
        self.faults = said.get("faults", [])
        self.log.clear()
        return web.json_response({})

    async def read_log(self, _request: web.Request) -> web.Response:
        return web.json_response(self.log)

    async def complete(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        content = asked["messages"][1]["content"]
        entry = {
            "document": content.partition("<<<")[2][:12],
            "num_messages": len(asked["messages"]),
            "format": asked.get("response_format", {}).get("type"),
            "at": time.monotonic(),
            "fault": self.faults.pop(0) if self.faults else "none",
            "status": 0,
        }
        self.log.append(entry)
        self.in_flight += 1
        entry["in_flight"] = self.in_flight
        try:
            response = await self.answer(request, asked, str(entry["fault"]))
        finally:
            self.in_flight -= 1
        entry["status"] = response.status
        return response

    async def answer(self, request: web.Request, asked: dict[str, Any], fault: str) -> web.StreamResponse:
        if self.key and request.headers.get("Authorization") != f"Bearer {self.key}":
            return error(401, "Incorrect API key provided. You can find your API key in your account.", code="invalid_api_key")
        if asked["model"] != MODEL:
            said = f"The model `{asked['model']}` does not exist or you do not have access to it."
            return error(404, said, code="model_not_found")
        if fault in REFUSALS:
            return REFUSALS[fault]()
        if fault == "hang":
            await asyncio.sleep(3600)
        if fault == "disconnect":
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        return await self.generate(asked, fault)

    async def generate(self, asked: dict[str, Any], fault: str) -> web.Response:
        form = asked.get("response_format", {})
        if form.get("type") in self.refuse:
            said = f"Invalid parameter: 'response_format' of type '{form['type']}' is not supported with this model."
            return error(400, said, param="response_format")
        if self.renamed_limit and "max_tokens" in asked:
            said = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
            return error(400, said, code="unsupported_parameter", param="max_tokens")
        if "rubric" in asked:  # what extra_body may add; a real server refuses what it does not know, too
            return error(400, "Unrecognized request argument supplied: rubric")
        prompt = self.llm.tokenizer.encode(small_llm.prompt_text(asked["messages"])).ids
        if len(prompt) >= small_llm.CONTEXT:
            said = f"This model's maximum context length is {small_llm.CONTEXT} tokens. However, your messages resulted in "
            said += f"{len(prompt)} tokens."
            return error(400, said, code="context_length_exceeded", param="messages")
        schema = form["json_schema"]["schema"] if form.get("type") == "json_schema" else None
        limit = asked.get("max_completion_tokens", asked.get("max_tokens", small_llm.CONTEXT))
        loop = asyncio.get_running_loop()
        tokens, finish = await loop.run_in_executor(
            self.thread, lambda: self.llm.generate(prompt, max_tokens=limit, schema=schema)
        )
        content = self.llm.tokenizer.decode(tokens)
        if fault in SPOILERS:
            content, finish = SPOILERS[fault](content), "length" if fault == "cut" else finish
        usage = {"prompt_tokens": len(prompt), "completion_tokens": len(tokens), "total_tokens": len(prompt) + len(tokens)}
        choice = {"index": 0, "message": {"role": "assistant", "content": content, "refusal": None}, "finish_reason": finish}
        body = {"id": f"chatcmpl-{len(self.log)}", "object": "chat.completion", "created": int(time.time()), "model": MODEL}
        return web.json_response({**body, "choices": [choice], **({} if fault == "no_usage" else {"usage": usage})})


async def main(options: argparse.Namespace) -> None:
    server = Server(key=options.key, refuse=options.refuse, renamed_limit=options.renamed_limit)
    app = web.Application(client_max_size=8 << 20)
    app.router.add_get("/v1/models", server.models)
    app.router.add_post("/v1/chat/completions", server.complete)
    app.router.add_post("/control", server.control)
    app.router.add_get("/log", server.read_log)
    runner = web.AppRunner(app, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--key")
    parser.add_argument("--refuse", nargs="*", default=[], choices=FORMATS)
    parser.add_argument("--renamed-limit", action="store_true", help="take max_completion_tokens only")
    asyncio.run(main(parser.parse_args()))
