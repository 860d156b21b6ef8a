"""One spelling per page: the table of cases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.urls import TRACKING_PARAMETERS, canonical_url, is_web_url

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
    ("https://m.co.uk/a", "https://m.co.uk/a"),
    ("https://www.gov.uk/a", "https://gov.uk/a"),
    ("https://m.example.co.uk/a", "https://example.co.uk/a"),
    ("https://www.B\u00dcCHER.example/a", "https://xn--bcher-kva.example/a"),
    ("https://www\u3002example\u3002org/a", "https://example.org/a"),
    ("https://user@www.example.org.:443/a?", "https://example.org/a"),
    ("https://example.org:0443/a", "https://example.org/a"),
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
    ("https://example.org/a.jsp;JSESSIONID=0A1B?id=5", "https://example.org/a.jsp?id=5"),
    ("https://example.org/(S(lit3py55t21z5v55vlm25s55))/orderform.aspx", "https://example.org/orderform.aspx"),
    ("https://example.org/(4hqa0555fwsecu455xqckv45)/a.aspx", "https://example.org/a.aspx"),
    ("https://example.org/f(x)/(a)", "https://example.org/f(x)/(a)"),
    ("https://example.org/wiki/Group_%28mathematics%29", "https://example.org/wiki/Group_(mathematics)"),
    ("https://example.org/wiki/Talk%3aGroup%2C_etc", "https://example.org/wiki/Talk:Group,_etc"),
    ("https://example.org/wiki/C%2b%2b", "https://example.org/wiki/C%2B%2B"),
    ("https://example.org/a%3Fb%23c", "https://example.org/a%3Fb%23c"),
    ("https://example.org/100%25", "https://example.org/100%25"),
    ("https://example.org/a%252Fb", "https://example.org/a%252Fb"),
    ("https://example.org/two words", "https://example.org/two%20words"),
    ("https://example.org/docs/index.html?utm_source=x", "https://example.org/docs"),
    ("https://example.org/docs/index.html#top", "https://example.org/docs"),
    ("https://example.org/index.html/index.html", "https://example.org"),
    ("https://example.org/index.php/Main_Page", "https://example.org/index.php/Main_Page"),
    ("https://example.org/index.phtml", "https://example.org"),
    # AMP
    ("https://example.org/news/story/amp/", "https://example.org/news/story"),
    ("https://amp.example.org/news/story", "https://example.org/news/story"),
    ("https://example.org/story.amp.html", "https://example.org/story.html"),
    ("https://example.org/story?amp=1", "https://example.org/story"),
    ("https://example.org/amplifiers", "https://example.org/amplifiers"),
    ("https://example.org/story.amp", "https://example.org/story"),
    ("https://example.org/champ/ramp", "https://example.org/champ/ramp"),
    ("https://example.org/amp", "https://example.org"),
    ("https://www.google.com/amp/s/example.org/story", "https://example.org/story"),
    ("https://example-org.cdn.ampproject.org/c/s/example.org/story?x=1", "https://example.org/story?x=1"),
    # queries
    ("https://example.org/a?", "https://example.org/a"),
    ("https://example.org?", "https://example.org"),
    ("https://example.org/a?&&", "https://example.org/a"),
    ("https://example.org/a?#", "https://example.org/a"),
    ("https://example.org?a=1", "https://example.org?a=1"),
    ("https://example.org/?a=1", "https://example.org?a=1"),
    ("https://example.org/a?b", "https://example.org/a?b"),
    ("https://example.org/a?b=", "https://example.org/a?b="),
    ("https://example.org/a?utm_id", "https://example.org/a"),
    ("https://example.org/a?id=5&WT.mc_id=x&at_custom2=y&xtor=z", "https://example.org/a?id=5"),
    ("https://example.org/a?u=http%3a%2f%2fx.example%2f%3Fb", "https://example.org/a?u=http://x.example/?b"),
    ("https://example.org/a?b=1&amp;amp;a=2", "https://example.org/a?a=2&b=1"),
    ("https://example.org/a?q=%c3%a9", "https://example.org/a?q=%C3%A9"),
    ("https://example.org/a?q=\u00e9", "https://example.org/a?q=%C3%A9"),
    ("https://example.org/a?ASPSESSIONIDQQRRSTUV=ABCDEF&id=7", "https://example.org/a?id=7"),
    ("https://example.org/a?CFID=12&CFTOKEN=34&id=7", "https://example.org/a?id=7"),
    ("https://example.org/a?s=tensor", "https://example.org/a?s=tensor"),
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
    ("https://forum.example/viewtopic.php?p=81#p81", "https://forum.example/viewtopic.php?p=81"),
    ("https://forum.example/viewtopic.php?sid=0123456789ABCDEF0123456789abcdef&p=81", "https://forum.example/viewtopic.php?p=81"),
    ("https://forum.example/showthread.php?t=7&page=2", "https://forum.example/showthread.php?page=2&t=7"),
    ("https://forum.example/showthread.php?s=0123456789abcdef0123456789abcdef&t=7", "https://forum.example/showthread.php?t=7"),
    ("https://forum.example/index.php?topic=12.15", "https://forum.example/index.php?topic=12.15"),
    ("https://forum.example/index.php?PHPSESSID=abc&topic=12.15", "https://forum.example/index.php?topic=12.15"),
    ("https://forum.example/index.php?PHPSESSID=abc;topic=12.15", "https://forum.example/index.php?topic=12.15"),
    ("https://forum.example/index.php?topic=12.15;wap2", "https://forum.example/index.php?topic=12.15"),
    ("https://forum.example/index.php?topic=12.msg99;topicseen#msg99", "https://forum.example/index.php?topic=12.msg99"),
    ("https://forum.example/index.php?action=profile;u=3", "https://forum.example/index.php?action=profile;u=3"),
    ("https://discourse.example/t/slug/123/4?u=joe", "https://discourse.example/t/slug/123/4?u=joe"),
    ("https://discourse.example/t/slug/123?page=2", "https://discourse.example/t/slug/123?page=2"),
    ("https://news.ycombinator.com/item?id=1&p=2", "https://news.ycombinator.com/item?id=1&p=2"),
    ("https://en.wikipedia.org/w/index.php?title=Group&oldid=5", "https://en.wikipedia.org/w/index.php?oldid=5&title=Group"),
    ("https://en.wikipedia.org/wiki/Group?useskin=vector#History", "https://en.wikipedia.org/wiki/Group"),
    (
        "https://groups.google.com/forum/?fromgroups#!topic/sage-devel/bHBV9KWAt64",
        "https://groups.google.com/forum?fromgroups#!topic/sage-devel/bHBV9KWAt64",
    ),
    ("http://marc.info/?l=linux-kernel&m=123456789012345&w=2", "https://marc.info?l=linux-kernel&m=123456789012345&w=2"),
    ("https://mail.python.org/pipermail/dev/2020-May/001234.html", "https://mail.python.org/pipermail/dev/2020-May/001234.html"),
    ("https://lists.debian.org/debian-devel/2020/01/", "https://lists.debian.org/debian-devel/2020/01"),
    # rules of single sites
    ("https://stackoverflow.com/questions/123/some-title?answertab=votes#tab-top", "https://stackoverflow.com/questions/123"),
    ("https://stackoverflow.com/questions/123/some-title/456#456", "https://stackoverflow.com/questions/123"),
    ("https://math.stackexchange.com/q/123/99?lq=1", "https://math.stackexchange.com/questions/123"),
    ("https://mathoverflow.net/questions/123", "https://mathoverflow.net/questions/123"),
    ("https://stackoverflow.com/questions/123/a?page=2", "https://stackoverflow.com/questions/123?page=2"),
    ("http://stackoverflow.com/a/6495205/273767", "https://stackoverflow.com/a/6495205"),
    ("https://stackoverflow.com/questions/tagged/python?page=3", "https://stackoverflow.com/questions/tagged/python?page=3"),
    ("https://example.org/questions/123/some-title", "https://example.org/questions/123/some-title"),
    ("https://old.reddit.com/r/math/comments/abc/title/", "https://reddit.com/r/math/comments/abc/title"),
    ("https://np.reddit.com/r/math/comments/abc/title/?ref=x", "https://reddit.com/r/math/comments/abc/title"),
    ("https://old.example.org/a", "https://old.example.org/a"),
    ("https://arxiv.org/abs/1109.2378v1", "https://arxiv.org/abs/1109.2378v1"),
    ("https://arxiv.org/abs/1109.2378", "https://arxiv.org/abs/1109.2378"),
    ("https://arxiv.org/pdf/astro-ph/0401198v3.pdf", "https://arxiv.org/pdf/astro-ph/0401198v3"),
    ("http://export.arxiv.org/abs/1109.2378", "https://arxiv.org/abs/1109.2378"),
    ("http://xxx.lanl.gov/abs/cs/0212008", "https://arxiv.org/abs/cs/0212008"),
    ("https://m.youtube.com/watch?v=aircAruvnKk&t=42s&feature=youtu.be", "https://youtube.com/watch?v=aircAruvnKk"),
    ("https://example.org/a?t=42&feature=x", "https://example.org/a?feature=x&t=42"),
    ("http://terrytao.blogspot.co.uk/2008/01/a.html?m=1", "https://terrytao.blogspot.com/2008/01/a.html"),
    ("http://blogspot.example.org/a?m=1", "https://blogspot.example.org/a?m=1"),
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
    "http://two words.example/a",
    "http://:80/a",
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


DIFFERENT = [
    ("https://forum.example/viewtopic.php?t=1", "https://forum.example/viewtopic.php?t=2"),
    ("https://forum.example/viewtopic.php?t=1", "https://forum.example/viewtopic.php?t=1&start=15"),
    ("https://forum.example/index.php?topic=12.0", "https://forum.example/index.php?topic=12.15"),
    ("https://forum.example/index.php?PHPSESSID=a;topic=1.0", "https://forum.example/index.php?PHPSESSID=a;topic=2.0"),
    ("https://discourse.example/t/slug/123/4", "https://discourse.example/t/slug/124/4"),
    ("https://arxiv.org/abs/1109.2378v1", "https://arxiv.org/abs/1109.2378v2"),
    ("https://arxiv.org/abs/1109.2378", "https://arxiv.org/pdf/1109.2378"),
    ("https://en.wikipedia.org/wiki/C++", "https://en.wikipedia.org/wiki/C"),
    ("https://en.wikipedia.org/wiki/A", "https://de.wikipedia.org/wiki/A"),
    ("https://example.org/a?q=C%2B%2B", "https://example.org/a?q=C++"),
    ("https://example.org/a%2Fb", "https://example.org/a/b"),
    ("https://example.org/A", "https://example.org/a"),
    ("https://example.org:8080/a", "https://example.org/a"),
    ("https://example.org/a?x=1&x=2", "https://example.org/a?x=2&x=1"),
    ("https://example.org/#!/a", "https://example.org/#!/b"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_chooses_the_content_tells_pages_apart(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


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
        "amp;",
        ";",
        "(S(lit3py55t21z5v55vlm25s55))",
        "%28",
        "q/7",
        "questions",
        "pdf/1.pdf",
        ".amp.html",
        "m=1",
        "sid=0123456789abcdef0123456789abcdef",
        "https://www.google.com/amp/s/example.org",
        "\ud800",
    ]
)
_HOSTS = st.sampled_from(
    [
        "example.org",
        "www.m.example.org",
        "a.b:80",
        "EXAMPLE.org:81",
        "math.stackexchange.com",
        "old.reddit.com",
        "xxx.lanl.gov",
        "arxiv.org",
        "x.blogspot.de",
        "www.google.com/amp/s/www.example.org",
        "x-y.cdn.ampproject.org/c/s/m.example.org",
        "m.co.uk.",
        "b\u00fccher.example",
        "user:p@[::1]:443",
        "1.2.3.4",
    ]
)


@given(st.lists(_PIECES, max_size=12), st.sampled_from(["", "/"]), _HOSTS)
def test_canonical_form_is_its_own_canonical_form(pieces: list[str], joint: str, host: str) -> None:
    once = canonical_url(f"http://{host}/" + joint.join(pieces))
    assert canonical_url(once) == once


@given(st.text(st.characters(), max_size=60))
def test_any_text_has_a_form_that_is_its_own(text: str) -> None:
    for url in (text, "https://example.org/" + text, "http://" + text, "https://example.org?" + text):
        once = canonical_url(url)
        assert canonical_url(once) == once


_VALUES = st.text(st.characters(exclude_characters="&#;"), max_size=8).map(str.strip)
_PARAMETERS = st.lists(st.tuples(st.sampled_from(["t", "id", "q", "page", "x y", "\u00e9", "amp"]), _VALUES), max_size=4)
_NOISE = st.sampled_from(
    [*sorted(TRACKING_PARAMETERS), "utm_source", "UTM_anything", "HSA_x", "PHPSESSID", "ASPSESSIONIDABCDEFGH"]
)


@given(
    _PARAMETERS, st.lists(st.tuples(st.integers(0, 4), _NOISE, _VALUES), min_size=1, max_size=3), st.sampled_from("&;"), _HOSTS
)
def test_tracking_and_sessions_do_not_tell_pages_apart(
    parameters: list[tuple[str, str]], noise: list[tuple[int, str, str]], joint: str, host: str
) -> None:
    plain = [f"{name}={value}" for name, value in parameters]
    tracked = list(plain)
    for at, name, value in noise:
        tracked.insert(at, f"{name}={value}")
    page = f"https://{host}/a/b.php?"
    assert canonical_url(page + joint.join(tracked)) == canonical_url(page + joint.join(plain))


def test_caches_inside_caches_end() -> None:
    deep = "https://www.google.com/amp/s/" + "www.google.com/amp/s/" * 20_000 + "example.org/a"
    assert canonical_url(deep).startswith("https://www.google.com/amp/s/")
