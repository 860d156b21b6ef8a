"""Our Markdown: what is a formula, what is code, what is neither; and that finding out takes linear time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.markup import escape_dollars, fence, mask, spans

CASES = [
    ("a $x_1$ b", [("inline", "x_1")]),
    ("$$a\n+b$$", [("display", "a\n+b")]),
    ("$$a\n\nb$$", []),
    ("it costs $5 and $6 each", []),
    ("from $ 5$ to $6 $", []),
    (r"\$5 and $x$", [("inline", "x")]),
    (r"$\$5$", [("inline", r"\$5")]),
    ("$a\n\nb$", []),
    ("$n$-th", [("inline", "n")]),
    ("`$a$`", [("inline_code", "$a$")]),
    ("``a`b``", [("inline_code", "a`b")]),
    ("a ` b $x$", [("inline", "x")]),
    ("```py\nx = '$a$'\n\ny\n```\n$z$", [("code", "x = '$a$'\n\ny\n"), ("inline", "z")]),
    ("````\n```\n````", [("code", "```\n")]),
    ("~~~\na\n~~~", [("code", "a\n")]),
    ("- item\n\n  ```\n  a\n\n    b\n c\n  ```", [("code", "a\n\n  b\nc\n")]),
    ("1.\n   ~~~\n   \ta\n   ~~~\n   $x$", [("code", "\ta\n"), ("inline", "x")]),
    ("```\nnever closed $x$", [("code", "never closed $x$")]),
    ("text $a$ and $$b$$ and $c$", [("inline", "a"), ("display", "b"), ("inline", "c")]),
    ("", []),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_spans(text, expected):
    assert [(span.kind, span.body) for span in spans(text)] == expected


def test_a_fence_names_its_language():
    assert [span.language for span in spans("```python\nx\n```")] == ["python"]


@given(st.text(alphabet="a $`\\\n1~", max_size=60))
def test_spans_lie_in_order_and_hold_their_bodies(text):
    position = 0
    for span in spans(text):
        assert position <= span.start < span.end <= len(text)
        assert "".join(span.body.split()) in "".join(text[span.start : span.end].split())  # but for the fence's indentation
        position = span.end


@given(st.text(alphabet="ab $`\n1", max_size=40))
def test_escaped_prose_holds_no_formula(text):
    assert not [span for span in spans(escape_dollars(text.replace("`", ""))) if span.kind in ("inline", "display")]


@given(st.text(alphabet="ab`\n ", max_size=40))
def test_a_fenced_block_is_read_back(code):
    (span,) = spans(fence(code, "c"))
    assert span.body == code.strip("\n") + "\n"


def test_mask_replaces_formulas_and_code():
    assert mask("a $x$ b `c` d", formula="F", code="C") == "a F b C d"


@pytest.mark.parametrize("piece", ["` ", "$ ", "$a ", "`` ` ", "$$ ", "\\$ $1 ", "```a\n", "~~~ x ` $\n", "$a$1 "])
def test_time_is_linear_in_the_length_whatever_the_marks(piece):
    started = time.process_time()
    for _ in spans(piece * (400_000 // len(piece))):
        pass
    assert time.process_time() - started < 3
