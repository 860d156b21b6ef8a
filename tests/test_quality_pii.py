"""Private data: what must be found, what must not, what stands there after masking, and that nothing takes long."""

from __future__ import annotations

import base64
import hashlib
import random
import string
import time
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import markup, shards
from corpus.errors import InputError, RecipeError
from corpus.schema import CLUSTERS, DOCUMENTS, PII, SCORES
from dedup.substrings import SubstringConfig
from mix.recipe import MixConfig
from mix.tokenizing import load_tokenizer, train_tokenizer
from pipelines import run_mix, run_pii, run_substrings
from pipelines.engine import Context
from pipelines.executors import ExecutionConfig, make_executor
from pipelines.progress import Progress
from pipelines.recipe_files import load_pipeline
from quality import blocklists
from quality.pii import KINDS, PiiConfig, PiiSpan, annotate, entropy, find, is_random, masked, replacements, shifted
from tests.score_rows import score_row


def made(seed: str, length: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    """A random string; no secret of anybody, and none that stands in the repository as it would be used."""
    return "".join(random.Random(seed).choices(alphabet, k=length))


def found(text: str, kind: str = "text") -> list[tuple[str, str]]:
    return [(span.kind, text[span.start : span.end]) for span in find(text, kind=kind)]


HEX = "0123456789abcdef"
UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
KEY_BODY = "\n".join(made(f"key{i}", 64) for i in range(12))
PEM = f"-----BEGIN RSA PRIVATE KEY-----\n{KEY_BODY}\n-----END RSA PRIVATE KEY-----"
JWT = ".".join(
    base64.urlsafe_b64encode(part.encode()).decode().rstrip("=")
    for part in ('{"alg":"HS256","typ":"JWT"}', '{"sub":"8471","scope":"admin","exp":1735}', made("signature", 32))
)
TOKENS = {
    "aws": "AKIA" + made("aws", 16, UPPER),
    "github": "ghp_" + made("github", 36),
    "github, fine-grained": "github_pat_" + made("fine", 22) + "_" + made("grained", 59),
    "gitlab": "glpat-" + made("gitlab", 20),
    "slack": f"xoxb-{made('s1', 12, string.digits)}-{made('s2', 13, string.digits)}-{made('s3', 24)}",
    "slack webhook": f"hooks.slack.com/services/T{made('t', 8, UPPER)}/B{made('b', 8, UPPER)}/{made('w', 24)}",
    "google": "AIza" + made("google", 35, string.ascii_letters + string.digits + "-_"),
    "openai": "sk-proj-" + made("openai", 48),
    "anthropic": "sk-ant-api03-" + made("anthropic", 60),
    "hugging face": "hf_" + made("hf", 34),
    "stripe": "sk_live_" + made("stripe", 24),
    "npm": "npm_" + made("npm", 36),
    "sendgrid": f"SG.{made('sg', 22)}.{made('sendgrid', 43)}",
    "digitalocean": "dop_v1_" + made("do", 64, HEX),
    "vault": "hvs." + made("vault", 28),
    "json web token": JWT,
}

PROSE_HITS = [
    ("Write to anna.lindqvist@kth.se for the slides.", "email", "anna.lindqvist@kth.se"),
    ("Author: Teodor Sigaev <teodor@sigaev.ru>, Moscow", "email", "teodor@sigaev.ru"),
    ("[mail me](mailto:o'brien+maths@dcu.ie)", "email", "o'brien+maths@dcu.ie"),
    ("请联系zhangwei1987@163.com。", "email", "zhangwei1987@163.com"),
    ("Send it to p.k@uni-bonn.de.Then wait.", "email", "p.k@uni-bonn.de"),
    ("Call +49 228 73-2190 before noon.", "phone", "+49 228 73-2190"),
    ("Office: (617) 253-4791", "phone", "(617) 253-4791"),
    ("Our number is 617-253-4791.", "phone", "617-253-4791"),
    ("Tel.: 030 2093 5555", "phone", "030 2093 5555"),
    ("Fax 0228/732190", "phone", "0228/732190"),
    ("电话：010 6275 1407", "phone", "010 6275 1407"),
    ("телефон: 8 (495) 939-10-00", "phone", "8 (495) 939-10-00"),
    ("Dial +12175550999 to join", "phone", "+12175550999"),
    ("[call](tel:+33145678910)", "phone", "+33145678910"),
    ("Banned 66.249.71.14 for scraping.", "ip", "66.249.71.14"),
    ("by e-mail and/or from 66.249.71.14", "ip", "66.249.71.14"),
    ("connect from 2a02:8108:9640:1c54::7d1b port 22", "ip", "2a02:8108:9640:1c54::7d1b"),
    ("[2001:638:a000:4140::ffff:189]:443", "ip", "2001:638:a000:4140::ffff:189"),
    (f"My key is\n{PEM}\nas you see", "private_key", PEM),
    *((f"I pasted {token} by mistake.", "token", token) for token in TOKENS.values()),
    (f"api_key: {made('prose key', 32)}", "secret", made("prose key", 32)),
    ("git clone https://deploy:k3Jh7xQp2w@git.uni-ulm.de/x.git", "secret", "k3Jh7xQp2w"),
]

CODE_HITS = [
    ("# Author: Marek Majkowski <marek@popcount.org>", "email", "marek@popcount.org"),
    ("__author__ = 'e.young@cryptsoft.com'", "email", "e.young@cryptsoft.com"),
    ("ALLOWED = ['66.249.71.14']", "ip", "66.249.71.14"),
    (f'KEY = """{PEM}"""', "private_key", PEM),
    *((f'token = "{token}"', "token", token) for token in TOKENS.values()),
    (f'client_secret = "{made("oauth", 40)}"', "secret", made("oauth", 40)),
    (f"export DB_PASSWORD={made('env', 24)}", "secret", made("env", 24)),
    (f"aws_secret_access_key = {made('aws secret', 40)}", "secret", made("aws secret", 40)),
    (f'"apiKey": "{made("hex key", 40, HEX)}",', "secret", made("hex key", 40, HEX)),
    (f"curl -H 'Authorization: Bearer {made('bearer', 40)}'", "secret", made("bearer", 40)),
    ("postgres://app:Zq81mvKKt0@db.uni-ulm.de:5432/app", "secret", "Zq81mvKKt0"),
]

NOT_IN_PROSE = [
    "Write to user@example.com, root@localhost or admin@intranet.example.",
    "Replace you@yourdomain.com by your address; bob@mail.example.org too.",
    "ssh git@github.com:torvalds/linux.git",
    "Install lodash@4.17.21, react@next and @babel/core@^7.0.0.",
    "See https://unpkg.com/react@18.2.0/umd/react.js and https://medium.com/@maths/on-primes",
    "the icon logo@2x.png and @property, @app.route('/')",
    "See https://lore.kernel.org/git/7v64clg5u9.fsf@assigned-by-dhcp.cox.net/ or ask you@gmail.com, yourname@web.de.",
    "Message-ID: <20030112190404.GE29873@epoch.metaslash.com>",
    "ftp://anonymous:guest@ftp.gnu.org and https://user:password@host.net/",
    "Listens on 127.0.0.1, 0.0.0.0, 192.168.1.20, 10.12.13.14 and 172.20.33.44.",
    "Documentation uses 192.0.2.44, 198.51.100.23, 203.0.113.77 and 2001:db8::dead:beef.",
    "Version 1.2.3.4, v10.20.30.40, release 12.14.16.18 and driver 31.0.15.37 are out.",
    "libfoo.so.1.12.33.44 and OID 1.3.6.1.4.1.311.21.20",
    "49.16.4.12. Transaction Commit Callback",
    "Ask 8.8.8.8 or 1.1.1.1; the netmask is 255.255.255.0, the network 81.169.0.0/16.",
    "std::vector, dead::beef, 12:34:56, 2024:05:12 and 3a4b::new",
    "ISBN 978-3-16-148410-0, ISBN-10 0-306-40615-2, ISSN 0028-0836",
    "on 2024-11-05, 05.11.2024 or 2024-11-05 12:30:15",
    "between -2147483648 and +2147483647, about +3.14159265 or + 12 345 678",
    "grew by +1 234 567 890 units; 1 000 000 000 in all; 299 792 458 m/s",
    "doi:10.1145/3292500.3330701, arXiv 2112.11446, RFC 2606, PMID 12345678",
    "call 212-555-0123 in a film",
    "pages 123-456-7890-12, serial 617-253-4791",
    "Then $x = 617-253-4791$ and $$y = 66.249.71.14 + a@kth.se$$ follow.",
    "0.1234567890 1234567890 3.141592653589793",
    "| 617-253-4791 | 212-737-8100 |\n|---|---|\n| 415-392-1000 | 312-744-5000 |",
    "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
    "AKIAIOSFODNN7EXAMPLE and ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
    "token: an element of the grammar; the password: whatever you like; secret: keep_this_name_for_later_2",
    "sk-learn, sk-estimator-html-doc-link-icon-2 and hf_transfer_and_other_environment_variables_2024",
]

NOT_IN_CODE = [
    "alice@foo.com, foo@bar.com, john.doe@company.com, test@test.com",
    "setMethod('show', function(x) x@slot.name); obj@model.id; self@data.info()",
    "scp backup.tgz deploy@web.uni-ulm.de:/srv && rsync -a me@host.de:src .",
    "@app.route('/x')\n@pytest.mark.parametrize\n@Override",
    "call(617-253-4791); phone = '617-253-4791'  # (617) 253-4791, +49 228 73 2190",
    "x = 555123456789; matrix = [617 253 4791]; +12345678901",
    "__version__ = '12.34.56.78'; AssemblyVersion(\"10.20.30.40\"); pkg==11.22.33.44; pkg-11.22.33.44.tar.gz",
    "HOST = '127.0.0.1'; PEER = '192.0.2.17'; V6 = '2001:db8::1'; LO = '::1'",
    "password = getpass.getpass(); token = tokenizer.next_token_2(); secret = os.environ['SECRET_KEY_2']",
    "api_key = 'YOUR_API_KEY_GOES_HERE_1'; password: ${DB_PASSWORD_2}; secret = '<your-secret-key-1234>'",
    "token_type = 'urn:ietf:params:oauth:token-type:jwt'; password_file = '/run/secrets/db_password_1'",
    "token_sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'",
    "secret = 'aaaaaaaaaaaaaaaaaaaa1'; key = 'abcdefghijklmnopqrstuvwxyz0123456789'",
    "integrity=\"sha512-oRQiWpT3yZz4Wfq1uHs8TzN6f0sVxk2mJc5BdL7aE9gKyPiRbUoXnYtMqvA3hDjS\"",
    "postgres://user:secret@db.host.com/app, redis://default:password@cache.net:6379",
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "value"), PROSE_HITS, ids=[f"{i}-{hit[1]}" for i, hit in enumerate(PROSE_HITS)])
def test_found_in_prose(text: str, kind: str, value: str) -> None:
    assert (kind, value) in found(text)
    assert not any(span.in_code for span in find(text))


@pytest.mark.parametrize(("text", "kind", "value"), CODE_HITS, ids=[f"{i}-{hit[1]}" for i, hit in enumerate(CODE_HITS)])
def test_found_in_code(text: str, kind: str, value: str) -> None:
    """In a source file, and in a fenced block of a page."""
    assert found(text, kind="code") == [(kind, value)]
    page = f"Some prose.\n\n```python\n{text}\n```\n\nMore of it."
    assert found(page) == [(kind, value)]
    assert all(span.in_code for span in find(page))


@pytest.mark.parametrize("text", NOT_IN_PROSE)
def test_not_found_in_prose(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", NOT_IN_CODE)
def test_not_found_in_code(text: str) -> None:
    assert found(text, kind="code") == []


def test_formulas_are_no_hits_and_stay() -> None:
    text = "Mail a@kth.se. $f(66.249.71.14) = \\mathrm{a@kth.se}$ and $$\\text{Tel. 030 2093 5555}$$"
    assert found(text) == [("email", "a@kth.se")]
    everywhere = [PiiSpan("ip", i, i + 2, False) for i in range(0, len(text) - 2, 2)]
    changed = masked(text, everywhere)
    formulas = [span.body for span in markup.spans(text)]
    assert [span.body for span in markup.spans(changed)] == formulas


# ---- masking ------------------------------------------------------------------------------------------------------------


def test_masking_says_what_was_there_and_who_is_the_same() -> None:
    text = (
        "Ask anna@kth.se or p.k@uni-bonn.de (not ANNA@kth.se), (617) 253-4791 or 617-253-4791, from 66.249.71.14.\n\n"
        f"```\nMAIL = 'anna@kth.se'\nHOST = '66.249.71.14'\nKEY = '{TOKENS['github']}'\n```\n"
    )
    assert masked(text, find(text)) == (
        "Ask <EMAIL> or <EMAIL_2> (not <EMAIL>), <PHONE> or <PHONE>, from <IP>.\n\n"
        "```\nMAIL = 'user1@example.com'\nHOST = '192.0.2.1'\nKEY = 'REDACTED_TOKEN_1'\n```\n"
    )
    only_prose = masked(text, find(text), in_prose=("email",), in_code=())
    assert only_prose == text.replace(
        "Ask anna@kth.se or p.k@uni-bonn.de (not ANNA@kth.se)", "Ask <EMAIL> or <EMAIL_2> (not <EMAIL>)"
    )


def test_many_addresses_in_code_stay_addresses_of_documentation() -> None:
    lines = [f"peer('66.{i // 200 + 20}.{i % 200 + 20}.33')" for i in range(800)]
    text = "\n".join([*lines, *(f"peer('2a02:8108:{i:x}:1c54::7d1b')" for i in range(1, 400))])
    assert len(find(text, kind="code")) == 1199
    changed = masked(text, find(text, kind="code"), kind="code")
    assert find(changed, kind="code") == []
    assert "'203.0.113.254'" in changed


def test_positions_move_with_the_replacements() -> None:
    text = "Ask anna.lindqvist@kth.se and then (617) 253-4791, please."
    made_ = replacements(text, find(text))
    changed = masked(text, find(text))
    for word in ("Ask", "and", "then", "please"):
        assert changed[shifted(text.index(word), made_) :].startswith(word)
    assert shifted(text.index("lindqvist"), made_) == changed.index("<EMAIL>")
    assert shifted(len(text), made_) == len(changed)


PIECES = st.sampled_from(
    [
        *(value for _, _, value in (*PROSE_HITS, *CODE_HITS)),
        *(text for text, _, _ in (*PROSE_HITS, *CODE_HITS)),
        *NOT_IN_PROSE,
        *NOT_IN_CODE,
        *("$", "$$", "`", "```", "\n", "\n\n", "\\", "@", ".", " ", ":", "//", "://", "=", '"', "'", "-", "+", "(", ")", "|"),
        *("password", "token = ", "api_key: ", "tel ", "v", "1", "12", "617-253-4791", "é", "数", "🦆", "user", "kth.se", "a@"),
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(PIECES, max_size=12).map("".join),
    st.lists(PIECES, max_size=12).map(" ".join),
    st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=12).map("".join),
)


@settings(max_examples=600, deadline=None)
@given(TEXTS, st.sampled_from(["text", "code", "html"]))
def test_spans_are_sorted_disjoint_and_in_range(text: str, kind: str) -> None:
    spans = find(text, kind=kind)
    edges = [edge for span in spans for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    assert all(0 <= span.start < span.end <= len(text) and span.kind in KINDS for span in spans)
    formulas = [] if kind == "code" else [piece for piece in markup.spans(text) if piece.kind in ("inline", "display")]
    assert not any(span.start < piece.end and piece.start < span.end for span in spans for piece in formulas)


@settings(max_examples=600, deadline=None, derandomize=True)
@given(TEXTS, st.sampled_from(["text", "code"]))
def test_nothing_is_left_to_find_after_masking(text: str, kind: str) -> None:
    spans = find(text, kind=kind)
    changed = masked(text, spans, kind=kind)
    assert found(changed, kind) == []
    assert masked(changed, find(changed, kind=kind), kind=kind) == changed
    assert masked(text, spans, kind=kind) == changed
    if kind == "text":
        pieces = [(piece.kind, piece.body) for piece in markup.spans(text) if piece.kind in ("inline", "display")]
        assert [(piece.kind, piece.body) for piece in markup.spans(changed) if piece.kind in ("inline", "display")] == pieces


ADVERSARIAL = {
    "at signs": "@",
    "labels": "a.",
    "digits": "7",
    "letters and at signs": "a@",
    "addresses without an end": "a@a.a",
    "digits and dots": "1.",
    "digits and blanks": "12 ",
    "phone prefixes": "+1 (",
    "colons": "2a02:",
    "schemes": "://a:",
    "userinfo": "://a:bcdef",
    "key heads": "-----BEGIN PRIVATE KEY-----",
    "key heads with a body": "-----BEGIN PRIVATE KEY-----\n" + "A1b2" * 20 + "\n-",
    "token prefixes": "ghp_",
    "json web token heads": "eyJ",
    "json web token heads, apart": "eyJ-",
    "json web token parts": "eyJhbGciOiJIUzI1NiJ9.",
    "names of secrets": "password=a1",
    "quoted secrets": "token='a1b2c3d4e5f6g7h8",
    "letters and digits": "a1",
    "hyphens and digits": "sk-1",
    "dollars": "$a@kth.se ",
    "backticks": "`a@kth.se ",
    "hits": "a@kth.se ",
    "hits in code": "`a@kth.se` ",
    "pipes": "| 617-253-4791",
}


@pytest.mark.parametrize("unit", ADVERSARIAL.values(), ids=ADVERSARIAL.keys())
def test_time_is_linear(unit: str) -> None:
    """Eight times the text takes less than thirty times the time (quadratic: 64), and a megabyte less than 20 s."""
    times = []
    for size in (125_000, 1_000_000):
        text = unit * (size // len(unit))
        before = time.process_time()
        spans = find(text)
        masked(text, spans)
        times.append(time.process_time() - before)
    assert times[1] < 30 * max(times[0], 0.02)
    assert times[1] < 20


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (made("any", 32), True),
        (made("hexadecimal", 40, HEX), True),
        ("tokenizer_config_v2_final", False),
        ("org.apache.commons2.lang3", False),
        ("1111111111111111111111a", False),
        ("password1234567890", False),
    ],
)
def test_random_strings_and_names(value: str, expected: bool) -> None:
    assert is_random(value) is expected


def test_entropy_is_shannons() -> None:
    assert entropy("abab") == pytest.approx(1.0)
    assert entropy("abcdefgh") == pytest.approx(3.0)
    assert entropy("aaaa") == 0.0


# ---- blocklists ---------------------------------------------------------------------------------------------------------


def hits_of(lists: blocklists.Blocklists, text: str, url: str = "") -> dict[str, int]:
    return {hit["entry"]: hit["count"] for hit in lists.hits(text, url=url)}


@pytest.mark.parametrize(
    ("text", "url", "expected"),
    [
        ("see https://spam.biz/x and http://www.Spam.biz", "", {"spam.biz": 2}),
        ("see https://a.b.spam.biz:8080/x", "", {"spam.biz": 1}),
        ("see https://notspam.biz and https://spam.biz.org", "", {}),
        ("www.spam.biz", "", {"spam.biz": 1}),
        ("nothing here", "https://shop.spam.biz/page", {"spam.biz": 1}),
        ("https://forum.de/casino/1 https://forum.de/casino https://forum.de/casinos", "", {"forum.de/casino": 2}),
        ("https://bücher.de/x", "", {"xn--bcher-kva.de": 1}),
        ("spam.biz without a scheme is a name, not a link", "", {}),
        ("https://user:pw@spam.biz/", "", {"spam.biz": 1}),
    ],
)
def test_blocked_sites(text: str, url: str, expected: dict[str, int]) -> None:
    lists = blocklists.of_lines(urls=["# sites", "*.spam.biz", "", "https://forum.de/casino/", "bücher.de  # German"])
    assert hits_of(lists, text, url) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Viagra! viagra, VIAGRA", {"viagra": 3}),
        ("viagras and xviagra and via_viagra", {}),
        ("an online-casino and an Online  Casino", {"online casino": 2}),
        ("online gambling, casino", {}),
        ("наркотик и наркотики", {"наркотик": 1}),
        ("यह जुआ है, जुआरी नहीं", {"जुआ": 1}),
        ("澳门赌场在线", {"赌场": 1}),
        ("STRASSE und Straße", {"strasse": 2}),
        ("cafe\u0301 noir et café", {"café": 2}),
    ],
)
def test_blocked_words(text: str, expected: dict[str, int]) -> None:
    lists = blocklists.of_lines(words=["viagra", "online casino", "наркотик", "जुआ", "赌场", "Straße", "café", "# casino"])
    assert hits_of(lists, text) == expected


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300), st.lists(st.text(max_size=20), max_size=5), st.text(max_size=40))
def test_blocklists_take_any_text(text: str, entries: list[str], url: str) -> None:
    for hit in blocklists.of_lines(urls=entries, words=entries).hits(text, url=url):
        assert hit["count"] > 0


@pytest.mark.parametrize("unit", ["://a.b/", "www.", "a.", "://", "://a@", "casino "])
def test_blocklists_are_linear(unit: str) -> None:
    lists = blocklists.of_lines(urls=["spam.biz", "a.b/c"], words=["online casino"])
    times = []
    for size in (125_000, 1_000_000):
        text = unit * (size // len(unit))
        before = time.process_time()
        lists.hits(text)
        times.append(time.process_time() - before)
    assert times[1] < 30 * max(times[0], 0.02)
    assert times[1] < 20


# ---- stages -------------------------------------------------------------------------------------------------------------


def documents(texts: list[str], kinds: list[str] | None = None) -> pa.Table:
    """A DOCUMENTS table of these texts."""
    rows = []
    for i, text in enumerate(texts):
        row = {field.name: None if field.nullable else 0 for field in DOCUMENTS}
        row |= {"doc_id": f"{i:032x}", "source": "web", "url": f"https://notes.org/{i}", "path": "p", "kind": "text"}
        row |= {"text": text, "flags": [], "synthetic": False}
        rows.append(row | ({"kind": kinds[i]} if kinds else {}))
    return pa.Table.from_pylist(rows, schema=DOCUMENTS)


def test_rows_stand_in_the_order_of_the_documents() -> None:
    lists = blocklists.of_lines(urls=["spam.biz"], words=["casino"])
    table = documents(
        ["Mail anna@kth.se", "plain", "casino https://spam.biz casino", "x = '66.249.71.14'"], ["text"] * 3 + ["code"]
    )
    output = annotate(table, config=PiiConfig(), blocklists=lists)
    assert output.table.schema.equals(PII)
    rows = output.table.to_pylist()
    assert [row["doc_id"] for row in rows] == table.column("doc_id").to_pylist()
    assert rows[0]["spans"] == [{"kind": "email", "start": 5, "end": 16, "in_code": False}]
    assert [row["num_email"] for row in rows] == [1, 0, 0, 0]
    assert (rows[3]["num_ip"], rows[3]["spans"][0]["in_code"]) == (1, True)
    assert (rows[2]["num_blocked_urls"], rows[2]["num_blocked_words"]) == (1, 2)
    assert output.counters == {"email_spans": 1, "ip_spans": 1}
    assert annotate(table, config=PiiConfig(kinds=("ip",))).table.column("num_email").to_pylist() == [0] * 4


def test_a_document_that_cannot_be_searched_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(text: str, *, kind: str) -> list[PiiSpan]:
        if "bad" in text:
            raise MemoryError
        return []

    monkeypatch.setattr("quality.pii.find", crash)
    output = annotate(documents(["good", "bad", "good"]), config=PiiConfig())
    assert output.table.column("was_searched").to_pylist() == [True, False, True]
    assert output.counters == {"documents_not_searched": 1}


def stage_of(tables: list[pa.Table], name: str, schema: pa.Schema, context: Context):
    from corpus.stage import NO_REJECTS, StageOutput
    from pipelines.engine import Stage, Task, run_stage

    stage = Stage(
        name=name, config={}, packages=(), read=lambda i: iter([StageOutput(tables[i], NO_REJECTS)]), output_schema=schema
    )
    return run_stage(stage, [Task(shard=f"{i:06d}", digest=str(i), payload=i) for i in range(len(tables))], context)


def annotations(table: pa.Table) -> tuple[pa.Table, pa.Table]:
    """CLUSTERS that keep everything and SCORES that are the best."""
    cluster = {"keep": True, "cluster_size": 1, "dedup_reason": None, "jaccard": None, "canonical_url": ""}
    ids = table.column("doc_id").to_pylist()
    return (
        pa.Table.from_pylist([cluster | {"doc_id": i, "cluster_id": i, "kept_id": i} for i in ids], schema=CLUSTERS),
        pa.Table.from_pylist([score_row(1.0, doc_id=i) for i in ids], schema=SCORES),
    )


def test_the_mixture_masks_what_the_recipe_says(tmp_path: Path) -> None:
    """With and without repeated passages left out: their positions move along."""
    licence = " ".join(f"word{hashlib.md5(str(i).encode()).hexdigest()[:6]}" for i in range(60))
    texts = [
        f"Mail anna.lindqvist@kth.se about number {i}.\n{licence}\nThen `HOST = '66.249.71.14'` of {i}, p.k@uni-bonn.de"
        for i in range(3)
    ]
    table = documents([*texts, "x = '66.249.71.14'  # anna@kth.se"], ["text"] * 3 + ["code"])
    context = Context(out_url=str(tmp_path), executor=make_executor(ExecutionConfig(mode="local")), progress=Progress(quiet=True))
    parts = [table.slice(0, 2), table.slice(2)]
    documents_ = stage_of(parts, "documents", DOCUMENTS, context)
    clusters, scores = (
        stage_of([annotations(part)[i] for part in parts], name, schema, context)
        for i, (name, schema) in enumerate((("clusters", CLUSTERS), ("scores", SCORES)))
    )
    words = tmp_path / "words.txt"
    words.write_text("number\n")
    pii = run_pii.run(PiiConfig(blocked_words=str(words)), [documents_], context)
    annotated = pa.concat_tables(map(shards.read_table, pii.shard_urls))
    assert annotated.column("num_blocked_words").to_pylist() == [1, 1, 1, 0]
    repeats = run_substrings.run(SubstringConfig(), [documents_], [clusters], context)
    tokenizer = tmp_path / "tokenizer.json"
    tokenizer.write_text(train_tokenizer(texts, vocab_size=300, min_frequency=1))
    outside = [text.replace("anna.lindqvist@kth.se", "<EMAIL>").replace("p.k@uni-bonn.de", "<EMAIL_2>") for text in texts]
    inside = [text.replace("66.249.71.14", "192.0.2.1") for text in outside]
    shorter = [inside[0], *(text.replace(licence + "\n", "") for text in inside[1:])]
    both = {"mask_in_prose": ("email", "ip"), "mask_in_code": ("ip",)}
    for settings_, expected in (
        ({"mask_in_prose": ("email", "ip")}, [*outside, "x = '66.249.71.14'  # anna@kth.se"]),
        (both, [*inside, "x = '192.0.2.1'  # anna@kth.se"]),
        ({**both, "leave_out_repeats_from": 2}, [*shorter, "x = '192.0.2.1'  # anna@kth.se"]),
    ):
        config = MixConfig(tokenizer=str(tokenizer), **settings_)
        tokenized = run_mix.inventory(config, [documents_], [clusters], [scores], context, repeats=repeats, pii=pii).tokenized
        loaded = load_tokenizer(str(tokenizer))
        rows = [row for url in tokenized.shard_urls for row in shards.read_table(url).to_pylist()]
        decoded = {row["doc_id"]: loaded.decode(row["tokens"][:-1]) for row in rows}
        assert [decoded[doc_id] for doc_id in table.column("doc_id").to_pylist()] == expected
    with pytest.raises(InputError, match="no PII shard of this name"):
        run_mix.inventory(config, [documents_], [clusters], [scores], context, repeats=repeats)


def test_a_document_that_was_not_searched_is_not_tokenised() -> None:
    table = pa.table(
        {
            "text": pa.array(["Mail anna@kth.se", "unknown"], pa.large_string()),
            "kind": ["text", "text"],
            "pii": pa.array([[{"kind": "email", "start": 5, "end": 16, "in_code": False}], []], PII.field("spans").type),
            "was_searched": [True, False],
        }
    )
    output = run_mix.mask_spans(table, config=MixConfig(tokenizer="t", mask_in_prose=("email",)))
    assert output.table.column("text").to_pylist() == ["Mail <EMAIL>", ""]
    assert output.counters == {"spans_masked": 1, "documents_not_searched": 1}


def test_recipes_say_what_is_looked_for(tmp_path: Path) -> None:
    assert load_pipeline("tiny").pii is None
    assert load_pipeline("tiny", ["pii={}"]).pii == PiiConfig()
    words = tmp_path / "words.txt"
    words.write_text("casino\n")
    named = load_pipeline("tiny", [f"pii.blocked_words={words}", "mix.mask_in_prose=[email]"])
    assert named.pii is not None
    assert named.pii.blocked_words == str(words)
    assert named.mix.mask_in_prose == ("email",)
    with pytest.raises(RecipeError, match="need a section `pii"):
        load_pipeline("tiny", ["mix.mask_in_prose=[email]"])
    with pytest.raises(RecipeError, match="'adress' is none of email, phone"):
        load_pipeline("tiny", ["pii={}", "mix.mask_in_code=[adress]"])
    with pytest.raises(RecipeError, match="'mail' is none of email, phone"):
        load_pipeline("tiny", ["pii.kinds=[mail]"])


def test_a_list_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere.txt"):
        blocklists.load(None, str(tmp_path / "nowhere.txt"))
