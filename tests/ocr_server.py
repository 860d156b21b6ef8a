"""An OpenAI-compatible vision endpoint for tests: a process of its own that reads the picture it is sent.

    python tests/ocr_server.py        # prints its port

The name of the model says what it does, `MODE/ANYTHING`. Mode `bars` reads the bars of `draw_bars`, `tesseract` asks Tesseract;
the others fail in one way each. Statuses before the mode come first: `429,503,bars` answers 429, then 503, then reads.
GET /log/MODEL lists a model's requests.
"""

from __future__ import annotations

import base64
import contextlib
import json
import subprocess
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pymupdf

BITS = 8
CELL = 18.0
"""Side of a cell of bars in pt."""
LEFT, TOP = 72.0, 72.0
ROWS = 36
KEY = "open-sesame"


def draw_bars(page: Any, text: str) -> None:
    """`text` on a pymupdf page, a row of black and white cells for each character (ISO 8859-1): needs no OCR to be read."""
    for row, byte in enumerate(text.encode("latin-1")):
        for bit in range(BITS):
            if byte >> bit & 1:
                x, y = LEFT + bit * CELL, TOP + row * CELL
                page.draw_rect(pymupdf.Rect(x, y, x + CELL, y + CELL), color=None, fill=(0, 0, 0))


def read_bars(png: bytes, *, page_width: float = 595.0) -> str:
    """The text of bars on the picture of a page that is `page_width` pt wide."""
    picture = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.Pixmap(png))
    scale = picture.width / page_width
    found = bytearray()
    for row in range(ROWS):
        centres = [(int((LEFT + (bit + 0.5) * CELL) * scale), int((TOP + (row + 0.5) * CELL) * scale)) for bit in range(BITS)]
        found.append(sum((picture.pixel(x, y)[0] < 128) << bit for bit, (x, y) in enumerate(centres)))
    return bytes(found).rstrip(b"\x00").decode("latin-1")


def read_with_tesseract(png: bytes) -> str:
    command = ["tesseract", "stdin", "stdout", "-l", "eng", "--dpi", "150"]
    return subprocess.run(command, input=png, capture_output=True, timeout=60, check=True).stdout.decode()


def completion(content: Any, *, finish: str = "stop", **message: Any) -> bytes:
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content, **message}}
    return json.dumps({"object": "chat.completion", "choices": [choice]}).encode()


def answer(mode: str, png: bytes) -> bytes:
    if mode == "bars":
        return completion(read_bars(png))
    if mode == "tesseract":
        return completion(read_with_tesseract(png))
    if mode == "slow":
        time.sleep(3)
    answers = {
        "slow": completion("too late"),
        "empty": completion("  \n"),
        "null": completion(None),
        "parts": completion([{"type": "text", "text": "in "}, {"type": "text", "text": "parts"}]),
        "refusal": completion(None, refusal="I can't help with that."),
        "apology": completion("I'm sorry, but I can't read this image."),
        "filtered": completion("", finish="content_filter"),
        "cut": completion("The beginning of a very long", finish="length"),
        "loop": completion("and so on and so on " * 500),
        "no-text": completion("[no text]"),
        "html": b"<html>a proxy's page</html>",
        "other-json": b'{"error": "model is loading"}',
    }
    return answers[mode]


LOG: dict[str, list[dict[str, Any]]] = {}
"""Model -> its requests."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.reply(200, json.dumps(LOG.get(self.path.removeprefix("/log/"), [])).encode())

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        requests = LOG.setdefault(question["model"], [])
        *statuses, mode = question["model"].partition("/")[0].split(",")
        status = int(statuses[len(requests)]) if len(requests) < len(statuses) else 200
        requests.append({"status": status, "at": time.monotonic()})
        if self.path != "/v1/chat/completions":
            self.reply(404, b'{"error": "no such path"}')
        elif mode == "locked" and self.headers.get("Authorization") != f"Bearer {KEY}":
            self.reply(401, b'{"error": "Incorrect API key provided"}')
        elif status != 200:
            self.reply(status, b'{"error": "not now"}')
        elif mode == "hang-up":
            self.close_connection = True
        elif mode == "trickle":
            self.trickle()
        else:
            (message,) = question["messages"]
            text, picture = message["content"]
            assert (text["type"], picture["type"]) == ("text", "image_url")
            assert "Markdown" in text["text"]
            head, _, data = picture["image_url"]["url"].partition(",")
            assert head == "data:image/png;base64"
            self.reply(200, answer("bars" if mode == "locked" else mode, base64.b64decode(data, validate=True)))

    def trickle(self) -> None:
        """An answer that goes on and on, a byte at a time."""
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # who asked has given up
            for _ in range(100):
                self.wfile.write(b" ")
                time.sleep(0.1)

    def reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status == 429:
            self.send_header("Retry-After", "0.5")
        if status in (302, 307):
            self.send_header("Location", "/v1/elsewhere")
        with contextlib.suppress(ConnectionError):  # who asked has given up
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()
