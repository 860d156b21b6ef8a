"""One spelling per page: the table of cases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.urls import canonical_url, is_web_url

SAME = [
    # what does not choose the content goes
    ("http://example.org", "https://example.org"),
    ("https://example.org/", "https://example.org"),
    ("HTTPS://WWW.Example.ORG:443/", "https://example.org"),
    ("http://example.org:80/a", "https://example.org/a"),
    ("http://example.org:8080/a", "https://example.org:8080/a"),
    ("https://user:secret@example.org/a", "https://example.org/a"),
    ("https://example.org./a", "https://example.org/a"),
    ("  https://example.org/a\n", "https://example.org/a"),
    ("https://example.org/a#section-2", "https://example.org/a"),
    ("https://example.org/a#:~:text=hello", "https://example.org/a"),
    ("https://example.org/#!/thread/7", "https://example.org#!/thread/7"),
    # hosts
    ("https://www2.example.org/a", "https://example.org/a"),
    ("https://m.example.org/a", "https://example.org/a"),
    ("https://mobile.example.org/a", "https://example.org/a"),
    ("https://en.m.wikipedia.org/wiki/Group", "https://en.wikipedia.org/wiki/Group"),
    ("https://www.m.example.org/", "https://example.org"),
    ("https://m.com/a", "https://m.com/a"),
    ("https://www.com/a", "https://www.com/a"),
    ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
    ("http://192.168.0.1/a", "https://192.168.0.1/a"),
    ("http://[2001:DB8::1]:80/a", "https://[2001:db8::1]/a"),
    # paths
    ("https://example.org/docs/", "https://example.org/docs"),
    ("https://example.org/docs/index.html", "https://example.org/docs"),
    ("https://example.org/Index.PHP", "https://example.org"),
    ("https://example.org/default.aspx", "https://example.org"),
    ("https://example.org/myindex.html", "https://example.org/myindex.html"),
    ("https://example.org/index.php?id=3", "https://example.org/index.php?id=3"),
    ("https://example.org/a/./b/../c", "https://example.org/a/c"),
    ("https://example.org/../a", "https://example.org/a"),
    ("https://example.org//a//b", "https://example.org/a/b"),
    ("https://web.archive.org/web/2019/http://example.org/a", "https://web.archive.org/web/2019/http://example.org/a"),
    ("https://example.org/%7ejoe/%e4", "https://example.org/~joe/%E4"),
    ("https://example.org/caf\u00e9", "https://example.org/caf%C3%A9"),
    ("https://example.org/a%2Fb", "https://example.org/a%2Fb"),
    ("https://example.org/100%", "https://example.org/100%25"),
    ("https://example.org/a;jsessionid=0123ABC.node1", "https://example.org/a"),
    ("https://example.org/a;v=2", "https://example.org/a;v=2"),
    # AMP
    ("https://example.org/news/story/amp/", "https://example.org/news/story"),
    ("https://amp.example.org/news/story", "https://example.org/news/story"),
    ("https://example.org/story.amp.html", "https://example.org/story.html"),
    ("https://example.org/story?amp=1", "https://example.org/story"),
    ("https://example.org/amplifiers", "https://example.org/amplifiers"),
    ("https://www.google.com/amp/s/example.org/story", "https://example.org/story"),
    ("https://example-org.cdn.ampproject.org/c/s/example.org/story?x=1", "https://example.org/story?x=1"),
    # queries
    ("https://example.org/a?", "https://example.org/a"),
    ("https://example.org/a?utm_source=x&UTM_Medium=y&fbclid=z", "https://example.org/a"),
    ("https://example.org/a?b=2&a=1", "https://example.org/a?a=1&b=2"),
    ("https://example.org/a?b=2&a=1&amp;c=3", "https://example.org/a?a=1&b=2&c=3"),
    ("https://example.org/a?x=2&x=1", "https://example.org/a?x=2&x=1"),
    ("https://example.org/a?q=two+words", "https://example.org/a?q=two%20words"),
    ("https://example.org/a?q=C%2B%2B", "https://example.org/a?q=C%2B%2B"),
    ("https://example.org/a?q=a%26b", "https://example.org/a?q=a%26b"),
    ("https://example.org/a?PHPSESSID=abc&id=7", "https://example.org/a?id=7"),
    ("https://example.org/a?sid=0123456789abcdef0123456789abcdef&t=5", "https://example.org/a?t=5"),
    ("https://slashdot.example/article.pl?sid=05/10/11/1420", "https://slashdot.example/article.pl?sid=05/10/11/1420"),
    ("https://example.org/wiki/A?printable=yes", "https://example.org/wiki/A"),
    ("https://example.org/viewtopic.php?t=5&hilit=integral", "https://example.org/viewtopic.php?t=5"),
    # content-bearing queries of forums and Q&A hosts stay
    ("https://forum.example/viewtopic.php?f=2&t=81&start=15", "https://forum.example/viewtopic.php?f=2&start=15&t=81"),
    ("https://forum.example/showthread.php?12345-Title", "https://forum.example/showthread.php?12345-Title"),
    ("https://news.ycombinator.com/item?id=1", "https://news.ycombinator.com/item?id=1"),
    ("https://example.org/questions?page=2&sort=votes", "https://example.org/questions?page=2&sort=votes"),
]

UNTOUCHED = [
    "",
    "file:///Index.html",
    "file://data.jsonl",
    "ftp://Example.org/a",
    "mailto:a@b.example",
    "not a url",
    "http://",
    "http://[oops/a",
]


@pytest.mark.parametrize(("url", "expected"), SAME)
def test_canonical_form(url: str, expected: str) -> None:
    assert canonical_url(url) == expected
    assert canonical_url(expected) == expected
    assert is_web_url(expected)


@pytest.mark.parametrize("url", UNTOUCHED)
def test_what_is_no_web_page_keeps_its_name(url: str) -> None:
    assert canonical_url(url) == url
    assert not is_web_url(canonical_url(url))


_PIECES = st.sampled_from(
    [
        "a",
        "B",
        "index.html",
        "amp",
        "..",
        ".",
        "",
        "%7e",
        "%2f",
        "%",
        "é",
        "utm_x=1",
        "&",
        "?",
        "=",
        "#",
        ";jsessionid=1",
        "+",
        ":",
        "@",
        "//",
    ]
)


@given(st.lists(_PIECES, max_size=12), st.sampled_from(["example.org", "www.m.example.org", "a.b:80", "EXAMPLE.org:81"]))
def test_canonical_form_is_its_own_canonical_form(pieces: list[str], host: str) -> None:
    once = canonical_url(f"http://{host}/" + "/".join(pieces))
    assert canonical_url(once) == once


@given(st.text(max_size=60))
def test_any_text_has_a_form(text: str) -> None:
    assert isinstance(canonical_url(text), str)
    assert canonical_url("https://example.org/" + text)
