"""Writes docs/tour.md from a finished run: `python docs/write_tour.py out/tiny > docs/tour.md` (after `make demo`).

Everything between the sentences is output of the commands shown, cut to length.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from fastwarc.warc import ArchiveIterator, WarcRecordType

PAGE = "reference/generated/scipy.stats.argus.html"
TRAINING_STAGE = "stage1"


def tercet(*arguments: str) -> str:
    return subprocess.run(["tercet", *arguments], check=True, capture_output=True, text=True).stdout


def block(text: str, language: str = "") -> str:
    return f"````{language}\n{text.rstrip()}\n````\n"


def command(line: str, output: str) -> str:
    return block(f"$ {line}\n{output}", "console")


def document(out: Path) -> dict[str, Any]:
    for path in sorted(out.glob("extract/*/shards/web-mathematics-*.parquet")):
        for row in pq.read_table(path).to_pylist():
            if row["url"].endswith(PAGE):
                return row
    raise SystemExit(f"no document {PAGE} in {out}: run make demo first")


def record(doc: dict[str, Any]) -> str:
    """Head of the WARC record, as it lies in the archive, and the line of the page with the formula."""
    with Path("examples/corpus/web", doc["path"]).open("rb") as stream:
        for found in ArchiveIterator(stream, parse_http=True, record_types=WarcRecordType.response):
            if found.headers.get("WARC-Target-URI") == doc["url"]:
                body = found.reader.read().decode()
                start = body.index('<div class="math')
                headers = [
                    f"{name}: {value}" for name, value in found.headers.items() if name in ("WARC-Target-URI", "WARC-Date")
                ]
                http = [f"{name}: {value}" for name, value in found.http_headers.items() if name == "Content-Type"]
                formula = body[start : body.index("</div>", start) + 6]
                return "\n".join([*headers, *http, "", f"... {len(body):,} characters of HTML, among them", formula])
    raise SystemExit(f"no record of {doc['url']}")


def section(text: str, title: str, num_lines: int) -> str:
    """A section of what `tercet inspect` prints."""
    lines = text.split("\n")
    start = lines.index(title)
    end = next((i for i in range(start + 2, len(lines)) if lines[i].startswith("---") and i > start + 1), len(lines) + 1) - 1
    return "\n".join(lines[start : min(end, start + num_lines)]).rstrip()


def row_of(out: Path, doc_id: str) -> dict[str, Any]:
    for path in sorted(out.glob(f"mix-{TRAINING_STAGE}/*/shards/*.parquet")):
        for row in pq.read_table(path).to_pylist():
            if doc_id in row["doc_ids"]:
                return row
    raise SystemExit(f"{doc_id} is in no row of {TRAINING_STAGE}; pick another page")


def step_of(out: Path, row: int) -> dict[str, Any]:
    """The training step that read the row."""
    (log,) = out.glob("pretrain/*/log.jsonl")
    steps = [json.loads(line) for line in log.read_text().splitlines()]
    return next(step for step in steps if step["stage"] == TRAINING_STAGE and step["row"] > row)


def main(out: Path) -> None:
    doc = document(out)
    short = doc["doc_id"][:12]
    shown = tercet("inspect", "document", str(out), short)
    row = row_of(out, doc["doc_id"])
    number = row["row"]
    decoded = tercet("inspect", "row", str(out), TRAINING_STAGE, str(number))
    step = step_of(out, number)
    print(f"""# One document from WARC to loss

`make demo` has run. This follows one page of it, SciPy's description of the ARGUS distribution, through every stage; each
block is the output of the command above it, cut to length. `python docs/write_tour.py out/tiny` writes this page again.

## It comes in

A WARC record in `examples/corpus/web/{doc["path"]}` at byte {doc["record_offset"]:,}. The reader yields one PAGES row:
the bytes untouched, the address, the time of the fetch, and an id that is the hash of source, address and content.
""")
    print(block(record(doc)))
    print("""## Extracted

Markdown with the formulas as LaTeX. The sidebar, the search box and the footer are gone.
""")
    print(command(f"tercet inspect document {out} {short}", section(shown, "text", 22)))
    print("Its provenance leads back to the record:\n")
    print(block(section(shown, "document", 14)))
    print("""## Compared, then scored

Two tables of annotations beside the DOCUMENTS shard, row by row. Nothing is dropped yet.
""")
    print(block(section(shown, "duplicates", 8) + "\n\n" + section(shown, "scores", 14)))
    print(f"""## Mixed

The bucket is `{row["bucket"]}`: source, domain, class of quality. The plan of `{TRAINING_STAGE}` draws buckets at solved rates;
inside a bucket documents are packed into rows, and one longer than a row is cut. A piece of ours is in row {number}:
""")
    lines = decoded.split("\n")
    ours = next(i for i, line in enumerate(lines) if doc["doc_id"] in line) - 3
    print(
        command(f"tercet inspect row {out} {TRAINING_STAGE} {number}", "\n".join([*lines[:10], "...", *lines[ours : ours + 12]]))
    )
    print(f"""## Learned

`pretrain/` reads rows in order and attends within documents only. Row {number} was part of step {step["step"]}, after which

| step | tokens so far | learning rate | loss | multi-token prediction | gradient norm |
|---|---|---|---|---|---|
| {step["step"]} | {step["tokens"]:,} | {step["lr"]:.2e} | {step["loss"]:.3f} | {step["mtp_loss"]:.3f} | {step["grad_norm"]:.2f} |

The whole curve is in the run's `report.html`.""")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "out/tiny"))
