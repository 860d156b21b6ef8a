"""Writes docs/quality-signals.md from the code: `python docs/write_quality_signals.py`."""

from __future__ import annotations

from pathlib import Path

from corpus.schema import SIGNALS
from quality.dimensions import QUALITY_WEIGHTS, RUBRIC
from quality.language import LANGUAGES
from quality.presets import listing

PAGE = Path(__file__).with_name("quality-signals.md")


def page() -> str:
    """The whole page."""
    return f"""# Quality: signals, presets, language, dimensions

`tercet score` writes one SCORES row for each document ([schema](schema.md#scores)) and drops nothing. What is kept, how often,
the recipe says, in expressions over these columns. This page is written from the code by `python docs/write_quality_signals.py`.

## In a recipe

```yaml
mix:
  keep: keep and preset.reasoning and language in ("en", "de")     # `keep` is dedup's column
  bucket_columns:
    source: source
    domain: domain
    maths: domain_probabilities.mathematics >= 0.3
    worth: preset.worth
```

and in a stage, where all expressions are over the bucket columns:

```yaml
mixture:
  preferences:
    - {{where: maths, weight: 3}}
    - {{where: "True", weight: 0.5 + worth}}
```

`preset.NAME` stands for the expression of that name below, in parentheses. A name that does not exist, a value that a column
never has and types that do not go together are errors before the run begins, with the nearest name.

## Presets

`python -m quality.presets` prints them. `gopher`, `c4` and `fineweb` are the published filters; as formulas and code are
masked before counting, they are kinder to them than the originals. `stock` is the three together, `reasoning` ours.

{listing()}
## Signals

Fields of `signals`, all numbers, over the text without formulas, code and the marks of Markdown (`quality.mask_markup: false`
gives what the published filters see; each rule of datatrove's filters then turns exactly at our number). A share of nothing is 0.
Where a paper is named, the definition is its own; `ours` are new.

| signal | meaning |
|---|---|
{_rows(SIGNALS)}

## Language

`language` is one of {", ".join(f"`{code}`" for code in LANGUAGES)}, or null: code, formulas, lists and texts too short. Languages
with a script of their own are known by it, the others by their 200 commonest function words (naive Bayes); nothing is downloaded.
`quality.language` in the recipe says how much evidence an answer needs. [How it compares](benchmarks.md#quality).

## Dimensions

Numbers from 0 to 1, of these definitions. A labeller, a person or a model, gets the same text; a page between two anchors gets a
number between.

{_rubric()}
`quality` is their weighted mean: {", ".join(f"{name} {weight:g}" for name, weight in QUALITY_WEIGHTS.items())}.
"""


def _rows(rows: tuple[tuple[str, str], ...]) -> str:
    return "\n".join(f"| `{name}` | {doc} |" for name, doc in rows)


def _rubric() -> str:
    head = "| dimension | question | 0 | 0.5 | 1 |\n|---|---|---|---|---|\n"
    return head + "".join(
        f"| `{name}` | {each.question} | {each.low} | {each.middle} | {each.high} |\n" for name, each in RUBRIC.items()
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
