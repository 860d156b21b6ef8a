"""Private data in real text: MB/s, what is found in clean technical pages (to be judged by eye), how many of planted items.

The pages are those of benchmarks/texts.py (Debian's documentation) and of examples/corpus. They do hold private data: authors'
addresses. So e-mail addresses are counted apart, and what else is found is printed with its surroundings: `--examples 50`.
Planted: items of every kind, made from a seed, in sentences and in lines of code put into the pages of examples/corpus.
"""

from __future__ import annotations

import argparse
import base64
import random
import string
import sys
from typing import Any

import pyarrow.parquet as pq

from benchmarks.harness import Goal, Result, clock, main
from benchmarks.quality_pages import example_pages
from benchmarks.texts import texts
from quality.pii import KINDS, PiiSpan, find, masked

GOAL_MB_PER_S = 30.0
GOAL_RECALL = 0.95
GOAL_FALSE_HITS = 20.0
"""Per 10,000 pages, phones, addresses of machines, keys and tokens together."""
ALPHANUMERIC = string.ascii_letters + string.digits

Found = list[tuple[str, PiiSpan]]


def measure(*, quick: bool, examples: int) -> Result:
    corpora = {
        "documentation": [(text, "text") for text in _documentation(20 if quick else 200)],
        **{name: _pages(name, every=4 if quick else 1) for name in ("mathematics", "code", "prose")},
    }
    rows, shown = [], []
    for name, pages in corpora.items():
        row, found = _search(name, pages)
        rows.append(row)
        shown += [_example(name, text, span) for text, span in found if span.kind != "email"]
    recall = _recall(corpora["prose"], num_items=20 if quick else 200)
    worst = min(recall, key=_least)
    others = 1e4 * sum(row["others"] for row in rows) / sum(row["pages"] for row in rows)
    goals = [
        Goal(what="MB/s on one core, documentation", value=rows[0]["MB/s"], limit=GOAL_MB_PER_S),
        Goal(what="hits but for e-mail addresses per 10,000 pages", value=others, limit=GOAL_FALSE_HITS, at_least=False),
        Goal(what=f"planted items found, worst kind ({worst['item']})", value=_least(worst), limit=GOAL_RECALL),
    ]
    return Result(rows=rows, goals=goals, tables={"planted items": recall, "hits, to be judged by eye": _spread(shown, examples)})


def _documentation(megabytes: int) -> list[str]:
    rows: list[str] = pq.read_table(texts(megabytes * 1_000_000), columns=["text"]).column("text").to_pylist()
    return rows


def _pages(archive: str, *, every: int) -> list[tuple[str, str]]:
    table = example_pages(archive, every=every)
    return list(zip(table.column("text").to_pylist(), table.column("kind").to_pylist(), strict=True))


def _search(name: str, pages: list[tuple[str, str]]) -> tuple[dict[str, Any], Found]:
    with clock() as times:
        spans = [find(text, kind=kind) for text, kind in pages]
    found = [(text, span) for (text, _), here in zip(pages, spans, strict=True) for span in here]
    with clock() as masking:
        for (text, kind), here in zip(pages, spans, strict=True):
            masked(text, here, kind=kind)
    megabytes = sum(len(text.encode()) for text, _ in pages) / 1e6
    counts = {kind: sum(span.kind == kind for _, span in found) for kind in KINDS}
    row = {
        "corpus": name,
        "pages": len(pages),
        "MB": megabytes,
        "MB/s": megabytes / times.cpu_s,
        "MB/s masking": megabytes / max(masking.cpu_s, 1e-6),
        **counts,
        "others": sum(count for kind, count in counts.items() if kind != "email"),
    }
    return row, found


def _example(corpus: str, text: str, span: PiiSpan) -> dict[str, Any]:
    before, after = text[max(0, span.start - 40) : span.start], text[span.end : span.end + 20]
    line = f"{before}[[{text[span.start : span.end][:50]}]]{after}"
    return {"corpus": corpus, "kind": span.kind, "in_code": span.in_code, "where": " ".join(line.split())}


def _spread(rows: list[dict[str, Any]], number: int) -> list[dict[str, Any]]:
    """`number` rows from all over the list, each value once."""
    distinct = list({row["where"]: row for row in rows}.values())
    return distinct[:: max(1, len(distinct) // max(1, number))][:number]


# ---- planted items ------------------------------------------------------------------------------------------------------

SENTENCES = (
    "Please write to {} for details.",
    "Contact: {}",
    "We were told ({}) last week.",
    "- {}\n",
    "It says {}, which is wrong.",
)
LINES = ('value = "{}"', "# {}", "    config['x'] = '{}'", "print('{}')", "// see {} for more")
ASSIGNED = ('api_key = "{}"', "export DB_PASSWORD={}", '"client_secret": "{}",', "auth_token: '{}'", "SECRET_KEY = '{}'")
ASSIGNED_IN_PROSE = ("Use api_key: {} for now.", "The password is set by password={} here.", 'With secret: "{}" it works.')


def _items(rng: random.Random) -> dict[str, tuple[str, str]]:
    """One made-up item of every sort: (kind, value)."""

    def some(length: int, alphabet: str = ALPHANUMERIC) -> str:
        return "".join(rng.choices(alphabet, k=length))

    def octet(least: int, most: int) -> int:
        return rng.randint(least, most)

    def number(*lengths: int) -> list[str]:
        return [rng.choice("23456789") + some(length - 1, string.digits) for length in lengths]

    a, b, c = number(3, 3, 4)
    body = "\n".join(some(64) for _ in range(14))
    hexadecimal = "0123456789abcdef"
    claims = base64.urlsafe_b64encode(f'{{"sub":"{some(9)}","exp":17{some(8, string.digits)}}}'.encode()).decode().rstrip("=")
    name = f"{some(5, string.ascii_lowercase)}.{some(7, string.ascii_lowercase)}"
    host = f"{some(8, string.ascii_lowercase)}.{rng.choice(('com', 'org', 'de', 'edu', 'co.uk', 'fr', 'io', 'ac.jp'))}"
    ipv6 = f"2a0{some(1, '0123456789abcdef')}:{some(4, hexadecimal)}:{some(4, hexadecimal)}::{some(4, '123456789abcdef')}"
    return {
        "email": ("email", f"{name}@{host}"),
        "phone, international": ("phone", f"+{rng.choice((33, 44, 49, 81, 91))} {' '.join(number(2, 4, 4))}"),
        "phone, North American": ("phone", f"({a}) {b}-{c}"),
        "IPv4": ("ip", f"{octet(11, 99)}.{octet(10, 255)}.{octet(0, 255)}.{octet(1, 254)}"),
        "IPv6": ("ip", ipv6),
        "private key": ("private_key", f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----"),
        "AWS": ("token", "AKIA" + some(16, string.ascii_uppercase + "234567")),
        "GitHub": ("token", "ghp_" + some(36)),
        "GitLab": ("token", "glpat-" + some(20)),
        "Slack": ("token", f"xoxb-{some(12, string.digits)}-{some(12, string.digits)}-{some(24)}"),
        "Google": ("token", "AIza" + some(35, ALPHANUMERIC + "-_")),
        "OpenAI": ("token", "sk-proj-" + some(48)),
        "JSON web token": ("token", f"eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.{claims}.{some(43, ALPHANUMERIC + '-_')}"),
        "secret, 24 characters": ("secret", some(24)),
        "secret, 40 with symbols": ("secret", some(40, ALPHANUMERIC + "+/")),
        "secret, hexadecimal": ("secret", some(40, hexadecimal)),
    }


def _recall(pages: list[tuple[str, str]], *, num_items: int) -> list[dict[str, Any]]:
    rng = random.Random(5)
    drawn = [_items(rng) for _ in range(num_items)]
    rows = []
    for item in drawn[0]:
        hits: dict[str, list[bool]] = {"in prose": [], "in code": []}
        for i, items in enumerate(drawn):
            kind, value = items[item]
            page = pages[i % len(pages)][0][:3000]
            sentences, lines = (ASSIGNED_IN_PROSE, ASSIGNED) if kind == "secret" else (SENTENCES, LINES)
            hits["in prose"].append(_is_found(kind, value, f"{sentences[i % len(sentences)].format(value)}\n\n{page}"))
            code = lines[i % len(lines)].format(value)
            hits["in code"].append(_is_found(kind, value, f"```python\n{code}\n```\n\n{page}"))
        shares: dict[str, float | None] = {place: sum(verdicts) / len(verdicts) for place, verdicts in hits.items()}
        if item.startswith("phone"):
            shares["in code"] = None  # never looked for there
        rows.append({"item": item, "planted": num_items, **shares})
    return rows


def _is_found(kind: str, value: str, text: str) -> bool:
    """Whether one span of that kind covers the value."""
    at = text.index(value)
    return any(span.kind == kind and span.start <= at and at + len(value) <= span.end for span in find(text))


def _least(row: dict[str, Any]) -> float:
    shares: list[float | None] = [row["in prose"], row["in code"]]
    return min(share for share in shares if share is not None)


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--examples", type=int, default=30, help="how many hits to print with their surroundings")


if __name__ == "__main__":
    sys.exit(main(__doc__, measure, add_options=_add_options))
