r"""What should not be learned by heart: e-mail addresses, phone numbers, IP addresses, keys, tokens, passwords.

In: the Markdown (or source file) of one document. Out: spans of characters with their kind, and whether they lie in code;
`masked` puts placeholders in their place. Nothing is deleted here, and nothing inside a formula is ever a hit.

A technical corpus is full of what only looks private: `user@example.com`, 192.0.2.1, `lodash@4.17.21`, version 1.2.33.44, section
numbers, ISBNs. So numbers must follow a numbering plan, addresses be routable, names registrable, and secrets random; what a
standard reserves for documentation is no hit. Code is held to stricter rules than prose: no phone numbers, and
neither slots (`object@name`), `user@host:path` nor the stock characters of examples (`alice@`, `foo@`).

A document is scanned once by cheap means (one byte a character; runs of digits, of sixteen letters and digits, `@`, `://`), and
regular expressions look only at what they find. Every one of them is bounded or possessive: time is linear in the text.

Sources: addresses RFC 5321/5322; reserved names RFC 2606 and 6761; reserved networks RFC 6890, 5737, 3849, 9637, 6598, 2544;
phone numbers ITU E.164 and its list of country codes, the North American Numbering Plan (555-0100 to 0199 are for fiction);
shapes of tokens: the rules that gitleaks (MIT) and detect-secrets (Apache-2.0) document;
entropy limits: gitleaks' generic rule (3.5 bits a character) and detect-secrets' for hexadecimal strings (3.0).
"""

from __future__ import annotations

import base64
import binascii
import bisect
import ipaddress
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pyarrow as pa

from corpus import markup
from corpus.errors import RecipeError
from corpus.schema import PII, PII_KINDS
from corpus.stage import NO_REJECTS, DocumentLimits, StageOutput, document_limits
from quality.blocklists import Blocklists

KINDS = PII_KINDS
READS = ("doc_id", "url", "kind", "text")
"""Columns of DOCUMENTS that are read."""


@dataclass(frozen=True, kw_only=True)
class PiiConfig:
    """What is looked for (`pii:` of pipeline.yaml)."""

    kinds: tuple[str, ...] = KINDS
    """Kinds of spans to look for."""
    blocked_urls: str | None = None
    """Path or URL of a list of domains (their subdomains match too) or addresses, one a line; # begins a comment."""
    blocked_words: str | None = None
    """Path or URL of a list of words and phrases of any script, one a line; # begins a comment."""

    def __post_init__(self) -> None:
        for kind in self.kinds:
            if kind not in KINDS:
                raise RecipeError(f"kinds: {kind!r} is none of {', '.join(KINDS)}")


def _words(names: str) -> frozenset[str]:
    return frozenset(names.split())


class PiiSpan(NamedTuple):
    """`text[start:end]` is of that kind."""

    kind: str
    start: int
    end: int
    in_code: bool


DEFAULT_LIMITS = DocumentLimits()


def annotate(
    table: pa.Table, *, config: PiiConfig, blocklists: Blocklists | None = None, limits: DocumentLimits = DEFAULT_LIMITS
) -> StageOutput:
    """PII rows of the DOCUMENTS in `table` (of their columns `READS`), row by row, and never a row less.

    A document that goes over a limit, or that the search crashes on, has no spans and `was_searched` false.
    """
    rows: list[dict[str, Any]] = []
    counted: Counter[str] = Counter()
    for batch in table.select(READS).to_batches(max_chunksize=1):
        (row,) = batch.to_pylist()
        try:
            with document_limits(limits):
                rows.append(_row_of(row, config, blocklists))
        except Exception:  # noqa: BLE001 (one bad document never ends a shard; it is counted as not searched)
            rows.append(_row(row["doc_id"], (), [], was_searched=False))
            counted["documents_not_searched"] += 1
        counted.update(f"{span['kind']}_spans" for span in rows[-1]["spans"])
    return StageOutput(pa.Table.from_pylist(rows, schema=PII), NO_REJECTS, dict(counted))


def _row_of(document: dict[str, Any], config: PiiConfig, blocklists: Blocklists | None) -> dict[str, Any]:
    found = [span for span in find(document["text"], kind=document["kind"]) if span.kind in config.kinds]
    hits = blocklists.hits(document["text"], url=document["url"]) if blocklists else []
    return _row(document["doc_id"], found, hits, was_searched=True)


def _row(doc_id: str, found: Iterable[PiiSpan], hits: list[dict[str, Any]], *, was_searched: bool) -> dict[str, Any]:
    spans = [span._asdict() for span in found]
    counts = Counter(span["kind"] for span in spans)
    return {
        "doc_id": doc_id,
        "spans": spans,
        **{f"num_{kind}": counts[kind] for kind in KINDS},
        "blocklist_hits": hits,
        **{f"num_blocked_{what}s": sum(hit["count"] for hit in hits if hit["list"] == what) for what in ("url", "word")},
        "was_searched": was_searched,
    }


def find(text: str, *, kind: str = "text") -> list[PiiSpan]:
    """The spans of `text`, sorted and disjoint; `kind` is that of DOCUMENTS (`code`: all of it is code)."""
    places: _Places | None = None
    found: list[PiiSpan] = []
    rest = text
    for _ in range(MAX_ROUNDS):
        candidates = _candidates(rest)
        if not candidates:
            break
        places = places or _Places(text, is_code=kind == "code")
        more = _taken(candidates, places)
        if not more:
            break
        found += more
        rest = _blanked(rest, more)  # what stood against a hit, and is none beside it, may be one beside a placeholder
    return sorted(found, key=lambda span: span.start)


MAX_ROUNDS = 4
"""Texts glued together from 6,000 pairs of cases took two; only a text made for it takes more than four."""


def _candidates(text: str) -> list[_Candidate]:
    """Everything that may be a hit, in any order; they may overlap."""
    bytes_ = text.encode("latin-1", "replace")  # one byte a character, so that offsets are those of `text`
    candidates = [*_private_keys(text), *_random_runs(text, bytes_), *_passwords_of_urls(text), *_emails(text)]
    return [*candidates, *_numbers(text), *_ipv6(text)]


def _taken(candidates: Iterable[_Candidate], places: _Places) -> list[PiiSpan]:
    """The first of those that overlap, where it lies in prose or holds in code too."""
    found: list[PiiSpan] = []
    for candidate in sorted(candidates, key=lambda one: (one.start, PRIORITY[one.kind], -one.end)):
        if found and candidate.start < found[-1].end:
            continue
        place = places.of(candidate.start, candidate.end)
        if place == "formula" or (place == "code" and not candidate.holds_in_code):
            continue
        found.append(PiiSpan(candidate.kind, candidate.start, candidate.end, place == "code"))
    return found


def _blanked(text: str, spans: Iterable[PiiSpan]) -> str:
    """`text` with each of the sorted spans as long as it was, but nothing to find in it, between the edges of a placeholder."""
    parts, position = [], 0
    for span in spans:
        parts += [text[position : span.start], "<", "\0" * (span.end - span.start - 2), ">"]
        position = span.end
    return "".join([*parts, text[position:]])


class _Candidate(NamedTuple):
    kind: str
    start: int
    end: int
    holds_in_code: bool


PRIORITY = {kind: i for i, kind in enumerate(("private_key", "token", "secret", "email", "ip", "phone"))}
"""Which of two candidates that begin at one place is taken."""


class _Places:
    """Which parts of a document are formulas, which are code."""

    def __init__(self, text: str, *, is_code: bool) -> None:
        self._is_code = is_code
        self._pieces = [] if is_code else list(markup.spans(text))
        self._ends = [piece.end for piece in self._pieces]

    def of(self, start: int, end: int) -> str:
        """formula, code or prose; whatever touches a formula lies in it."""
        if self._is_code:
            return "code"
        first = bisect.bisect_right(self._ends, start)
        kinds = set()
        while first < len(self._pieces) and self._pieces[first].start < end:
            kinds.add(self._pieces[first].kind)
            first += 1
        if kinds & {"display", "inline"}:
            return "formula"
        return "code" if kinds else "prose"


# ---- e-mail addresses ---------------------------------------------------------------------------------------------------

_AT = re.compile(r"@(?=[A-Za-z0-9])")
_LOCAL_BACKWARDS = re.compile(r"[A-Za-z0-9._%+'-]{1,65}+")
_DOMAIN = re.compile(r"[A-Za-z0-9]++(?:-{1,2}+[A-Za-z0-9]++)*+(?:\.[A-Za-z0-9]++(?:-{1,2}+[A-Za-z0-9]++)*+)++")
_VERSION_LABEL = re.compile(r"v?\d+(?:[-x]\w*)?")
_MESSAGE_ID = re.compile(r"[0-9]{8,14}\..*|[0-9A-F]{8,}(?:\.[0-9A-F]{5,})+", re.IGNORECASE)
MAX_LOCAL_CHARS = 64
"""RFC 5321, section 4.5.3.1.1."""
MAX_DOMAIN_CHARS = 253
"""RFC 1035, section 2.3.4, as text."""

COUNTRY_DOMAINS = _words(
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd "
    "cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge "
    "gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh "
    "ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw "
    "mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb "
    "sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk "
    "us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw"
)
GENERIC_DOMAINS = _words(
    "com org net edu gov mil int info biz name pro aero coop museum jobs mobi travel tel cat asia post xxx app dev page "
    "blog cloud online site website tech store shop xyz club live email mail media news agency digital design studio "
    "solutions systems company group team world life today center network academy education university school science "
    "software foundation institute international global consulting services support ventures capital finance health care "
    "legal law press wiki space science berlin hamburg koeln wien paris london amsterdam brussels nyc tokyo swiss eus "
    "gal bzh scot wales bayern ruhr saarland"
)
"""Source: IANA's root zone; of the thousand generic ones those that mail is sent from. Names in punycode (xn--) are taken too."""
IDENTIFIER_DOMAINS = _words(
    "name info id to in is it py pl rs sh md cc so do my me at as ml mm post mail page site store shop team group email "
    "support design media digital network software space services app dev"
)
"""Top-level domains that are also names of fields or of files: after an @ in code they are slots and paths."""
_PLACEHOLDER_DOMAIN = re.compile(
    r"(?:^|[.-])(?:example\d*|your[a-z-]*|my-?(?:domain|company|site|server|host|org)|somedomain|localhost)(?:[.-]|$)|"
    r"(?:^|\.)(?:foo|bar|baz|foobar|acme|domain|somewhere|test|[abcxyz])\.(?:com|org|net)$"
)
_PLACEHOLDER_DOMAIN_IN_CODE = re.compile(
    r"(?:^|\.)(?:domain|company|foo|bar|baz|foobar|acme|test\w*|somewhere|server|host\w*|site|xyz|abc|x|y|a|b|c|"
    r"email|address|corp|fabrikam|contoso)\.[a-z]+$"
)
NOBODY = _words("you your yourname your.name your-name yourmail user username password pass example someone somebody anonymous")
"""Who writes mail in examples of prose."""
STOCK_NAMES = _words(
    "user username user1 user2 name foo bar baz me you test tester testuser john jane john.doe jane.doe johndoe jdoe "
    "alice bob eve carol mallory joe someone somebody nobody noreply no-reply donotreply anonymous email address mail "
    "myname first.last firstname.lastname example sample demo dummy root postmaster git hg svn"
)
"""Who writes mail in examples of code."""


def _emails(text: str) -> Iterator[_Candidate]:
    for at in _AT.finditer(text) if "@" in text else ():
        domain = _DOMAIN.match(text, at.end())
        if not domain:
            continue
        before = _LOCAL_BACKWARDS.match(text[max(0, at.start() - MAX_LOCAL_CHARS - 1) : at.start()][::-1])
        if not before or before.end() > MAX_LOCAL_CHARS:
            continue
        local = before.group()[::-1].lstrip(".'%-")
        host = _registrable(domain.group()) if domain.end() - domain.start() <= MAX_DOMAIN_CHARS + 64 else ""
        start, end = at.start() - len(local), at.end() + len(host)
        if (
            not host
            or not local
            or "REDACTED_" in local
            or local.endswith(".")
            or ".." in local
            or text[start - 1 : start] in ("@", "$", "\\")
        ):
            continue
        following = text[end : end + 2]
        if following[:1] in ("@", "_", "(") or _is_user_of_url(text, start) or _PLACEHOLDER_DOMAIN.search(host.lower()):
            continue
        if local.lower() in NOBODY or (text[start - 1 : start] in ("/", "=") and sum(map(str.isdigit, local)) >= 4):
            continue  # the second: a message's id in the address of an archive
        if _MESSAGE_ID.fullmatch(local) or (len(local) >= 30 and any(map(str.isdigit, local)) and any(map(str.isupper, local))):
            continue
        if local in ("git", "hg", "svn") or (following[:1] == ":" and following[1:2] in ("/", "~")):
            continue
        yield _Candidate("email", start, end, _is_person_in_code(local.lower(), host.lower(), following))


def _registrable(domain: str) -> str:
    """The domain, without a next sentence that follows its dot at once; empty where it is none that mail could be sent to."""
    labels = domain.split(".")
    while len(labels) > 2 and not _is_top_level(labels[-1]) and labels[-1][0].isupper():
        labels.pop()
    if not _is_top_level(labels[-1]) or max(map(len, labels)) > 63:
        return ""
    inner = labels[:-1]
    is_version = all(_VERSION_LABEL.fullmatch(label) for label in inner) and (
        len(inner) > 1 or labels[-1].lower() in ("dev", "pre")
    )
    return "" if is_version else ".".join(labels)


def _is_top_level(label: str) -> bool:
    lower = label.lower()
    return lower in COUNTRY_DOMAINS or lower in GENERIC_DOMAINS or lower.startswith("xn--")


def _is_user_of_url(text: str, start: int) -> bool:
    """Whether what stands before `start` opens the authority of a URL: scheme://user@host, scheme://user:password@host."""
    before = text[max(0, start - 80) : start]
    scheme = before.rfind("://")
    return scheme >= 0 and not re.search(r"[\s/?#\"'<>]", before[scheme + 3 :])


def _is_person_in_code(local: str, host: str, following: str) -> bool:
    if host.rsplit(".", 1)[1] in IDENTIFIER_DOMAINS or local in STOCK_NAMES or _PLACEHOLDER_DOMAIN_IN_CODE.search(host):
        return False
    return not (following[:1] == ":" and following[1:2].isalnum())


# ---- numbers: phones and IPv4 addresses ---------------------------------------------------------------------------------

_DIGITS = re.compile(r"[0-9](?=[-0-9./() ]{6})[0-9]*+(?:(?:[-./ ]|\)[- ]?| \(|[- ]\()[0-9]++){0,15}+")
"""Groups of digits with one separator between them, of seven characters or more."""
MAX_DIGITS_CHARS = 120
_IPV4 = re.compile(r"(?<![\w.$])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\w]|\.[0-9])")
_NORTH_AMERICAN = re.compile(r"(?:1[-. ])?(?:\(([2-9][0-9]{2})\)[ -]?|([2-9][0-9]{2})([-. ]))([2-9][0-9]{2})([-. ])([0-9]{4})")
_STOCK_ADDRESS = re.compile(r"(\d+)(?:\.\1){3}|111\.222\..*|12\.34\..*|123\.45\..*|.*(?:123|231)\.(?:123|231)")
"""123.45.67.89, 123.231.231.123 and alike: whoever writes them means any address."""
_VERSION_BEFORE = re.compile(
    r"\b(?:v|version|ver|releases?|released|revision|rev|build|firmware|driver|patch|upgraded?|section|sec|chapter|clause|table|figure|"
    r"fig|appendix|theorem|lemma|oid)\b[^\n0-9]{0,12}\Z|version\W{1,4}\Z|§[^\n0-9]{0,4}\Z|(?:[=<>~^]=|[A-Za-z][-/])\s?\Z",
    re.IGNORECASE,
)
_PHONE_BEFORE = re.compile(
    r"(?:(?<!<)\b(?:tele?(?:phone)?s?|tel[eé]fono|t[eé]l[eé]phone|telefon[eo]?|phones?|fax|mobile|cell(?:ular)?|handy|"
    r"call(?: us)?(?: at)?|whatsapp|"
    r"hotline|dial|text us(?: at)?|toll[- ]free|тел(?:ефон)?|факс)\b|电话|電話|手机|携帯|전화|هاتف|"
    r"tel:)[^\w\n]{0,6}(?:(?:number|no|us|at|is)\b[^\w\n]{0,4}){0,2}\(?\+?\Z",
    re.IGNORECASE,
)
_NO_PHONE_BEFORE = re.compile(
    r"(?:isbn|issn|doi|rfc|patent|arxiv|pmid|serial|order|invoice|part|item|id|ticket|bug|issue|#)[^\w\n]{0,4}[^\n\w]{0,4}\Z",
    re.IGNORECASE,
)
_COUNTRY_CODE = re.compile(
    r"1|7|2(?:0|7|[1-6]\d|9\d)|3(?:[0-469]|[578]\d)|4(?:[013-9]|2\d)|5(?:[1-8]|[09]\d)|6(?:[0-6]|[789]\d)|"
    r"8(?:[1246]|[0578]\d)|9(?:[0-58]|[679]\d)"
)
_DATE = re.compile(r"\d+-[01]\d-[0-3]\d$|(?:19|20)\d\d([-./])\d{1,2}\1\d{1,2}(?!\d)|\d{1,2}([-./])\d{1,2}\2(?:19|20)\d\d(?!\d)")
LIMITS_OF_INTEGERS = frozenset(("2147483647", "2147483648", "4294967295", "4294967296"))
MIN_PHONE_DIGITS, MAX_PHONE_DIGITS = 7, 15
"""E.164 allows fifteen; shorter than seven are extensions and service numbers."""
RESOLVERS = _words(
    "93.184.216.34 1.1.1.1 1.0.0.1 8.8.8.8 8.8.4.4 9.9.9.9 149.112.112.112 208.67.222.222 208.67.220.220 4.2.2.1 4.2.2.2 "
    "64.6.64.6 64.6.65.6"
)
"""Public name servers, and example.com's own, which every manual names: nobody's address."""
SPECIAL_NETWORKS = tuple(
    map(
        ipaddress.IPv4Network,
        _words(
            "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 "
            "192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
        ),
    )
)
"""RFC 6890: not on the public network."""


def _numbers(text: str) -> Iterator[_Candidate]:
    for run in _DIGITS.finditer(text):
        start, end = run.span()
        if end - start > MAX_DIGITS_CHARS or text[start - 1 : start].isdigit():
            continue
        digits = run.group()
        if digits.count(".") >= 3:
            yield from _ipv4(text, start, end)
        if phone := _phone(text, start, end, digits):
            yield phone


def _ipv4(text: str, start: int, end: int) -> Iterator[_Candidate]:
    for address in _IPV4.finditer(text, start, end):
        octets = address.group().split(".")
        if any(len(octet) > 1 and octet[0] == "0" for octet in octets) or not _is_host([int(octet) for octet in octets]):
            continue
        if _STOCK_ADDRESS.fullmatch(address.group()):
            continue
        following = text[address.end() : address.end() + 3]
        if re.match(r"/[0-9]|[\w.]?\w|-[A-Za-z]", following) and not re.match(r"\.(?!\w)", following):
            continue
        before = text[max(0, address.start() - 28) : address.start()]
        if before[-1:] in (".", "$", "_", "+") or before[-1:].isalnum() or _VERSION_BEFORE.search(before):
            continue
        yield _Candidate("ip", address.start(), address.end(), True)


def _is_host(octets: list[int]) -> bool:
    """Whether somebody's machine can have it. Sections, versions and object identifiers are small numbers; of public
    addresses one in 250 has no number of 64 or more."""
    if max(octets) > 255 or octets[3] in (0, 255) or max(octets) < 64:
        return False
    address = ipaddress.IPv4Address(bytes(octets))
    return str(address) not in RESOLVERS and not any(address in network for network in SPECIAL_NETWORKS)


def _phone(text: str, start: int, end: int, digits: str) -> _Candidate | None:
    count = sum(map(str.isdigit, digits))
    if not MIN_PHONE_DIGITS <= count <= MAX_PHONE_DIGITS:
        return None
    end, digits = (end, digits) if digits[-1].isdigit() else (end - 1, digits[:-1])
    lead = text[max(0, start - 48) : start]
    following = text[end : end + 2]
    if following[:1].isalnum() or following[:1] in ("_", "%", "$", "€", "°") or re.match(r"[.,:/-]\d", following):
        return None
    if digits in LIMITS_OF_INTEGERS or _DATE.match(digits) or _NO_PHONE_BEFORE.search(lead):
        return None
    opening = len(lead) - len(lead.rstrip("+("))
    first = start - opening
    if (
        opening > 2
        or (before := text[first - 1 : first]).isalnum()
        or before in ("$", "_", ".", "/", "=", "*", "^", "-", "\\", "\u2212")
    ):
        is_named = bool(re.search(r"tel:\Z", lead[: len(lead) - opening]))
        if not is_named:
            return None
    if not (_PHONE_BEFORE.search(lead) or _has_form_of_phone(text, start, digits, count, lead[len(lead) - opening :])):
        return None
    if re.search(r"555[-. ]?01\d\d$", digits):
        return None
    return _Candidate("phone", first, end, False)


def _has_form_of_phone(text: str, start: int, digits: str, count: int, opening: str) -> bool:
    """Whether a number is a phone number by its form alone; in the row of a table only with its country code."""
    if "+" in opening:
        groups = re.split(r"\D+", digits)
        is_thousands = (
            len(groups[0]) <= 3 and len(groups) > 1 and all(len(group) == 3 for group in groups[1:]) and "-" not in digits
        )
        is_decimal = digits.count(".") == 1 and len(groups) == 2
        return bool(
            count >= 8
            and _COUNTRY_CODE.match(digits)
            and not is_thousands
            and not is_decimal
            and (len(groups) > 1 or count >= 11)
        )
    form = _NORTH_AMERICAN.fullmatch(("(" if "(" in opening else "") + digits)
    if not form or _is_table_row(text, start):
        return False
    return bool(form[1]) or (form[3] == form[5] == "-")


def _is_table_row(text: str, position: int) -> bool:
    line = text[max(text.rfind("\n", max(0, position - 1000), position) + 1, position - 1000) : position].lstrip()
    return line.startswith(("|", "<t")) or "\t" in line


# ---- IPv6 ---------------------------------------------------------------------------------------------------------------

_IPV6 = re.compile(r":(?<=[23][0-9A-Fa-f]{3}:)(?:[0-9A-Fa-f]{0,4}:){1,6}+[0-9A-Fa-f]{0,4}(?![\w:])")
"""From the first colon on: a pattern that begins with one character is searched for six times as fast."""
DOCUMENTATION_NETWORKS = (ipaddress.IPv6Network("2001:db8::/32"), ipaddress.IPv6Network("3fff::/20"))
"""RFC 3849 and RFC 9637."""
RESOLVERS_V6 = _words(
    "2606:2800:220:1:248:1893:25c8:1946 2001:4860:4860::8888 2001:4860:4860::8844 2606:4700:4700::1111 "
    "2606:4700:4700::1001 2620:fe::fe"
)


def _ipv6(text: str) -> Iterator[_Candidate]:
    """Addresses of 2000::/3, all that is public (RFC 4291, section 2.4); a::b of C++ and Rust and times of day are none."""
    for match in _IPV6.finditer(text) if ":" in text else ():
        start, written = match.start() - 4, match.group()
        if re.match(r"[\w:.$]", text[max(0, start - 1) : start]) or written.count(":") < 2:
            continue
        end = match.end() - (written[-1] == ":" and written[-2] != ":")
        try:
            address = ipaddress.IPv6Address(text[start:end])
        except ValueError:
            continue
        is_reserved = any(address in network for network in DOCUMENTATION_NETWORKS) or str(address) in RESOLVERS_V6
        if (
            is_reserved
            or sum(len(group) > 2 for group in written.split(":")) < 1
            or re.match(r"/[0-9A-Fa-f]", text[end : end + 2])
        ):
            continue
        yield _Candidate("ip", start, end, True)


# ---- keys, tokens, secrets ----------------------------------------------------------------------------------------------

_PRIVATE_KEY = re.compile(
    r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----((?:[A-Za-z0-9+/=\s\\\"',:;.>|()]|"
    r"-(?!-))*+)(?:-----END (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----)?"
)
_BASE64 = re.compile(r"[A-Za-z0-9+/]{40,}+")
MIN_KEY_CHARS = 60
"""Base64 characters of a private key: the shortest, Ed25519 in PKCS#8, has 64; a manual's `...` has none."""


def _private_keys(text: str) -> Iterator[_Candidate]:
    for block in _PRIVATE_KEY.finditer(text) if "PRIVATE KEY" in text else ():
        runs = _BASE64.findall(block[1])
        if sum(map(len, runs)) >= MIN_KEY_CHARS and entropy(runs[0]) >= 3.0:
            end = block.end() if block.group().endswith("-----") else block.start(1) + len(block[1].rstrip())
            yield _Candidate("private_key", block.start(), end, True)


RUN_CHARS = 16
"""Shorter strings are not random enough to be told from names."""
_IN_RUNS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+/.-"
_CLASSES = bytes(ord("a") if byte in _IN_RUNS else ord(" ") for byte in range(256))
_DIGIT = re.compile(rb"[0-9]")

TOKENS = (
    ("AWS access key", r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])"),
    ("GitHub", r"gh[pousr]_[A-Za-z0-9]{36,255}+|github_pat_[A-Za-z0-9_]{60,255}+"),
    ("GitLab", r"gl(?:pat|dt|ptt|rt|cbt|ft|soat|oas|agent|imt)-[A-Za-z0-9_=-]{20,300}+"),
    ("Slack", r"xox[abeoprs]-[A-Za-z0-9-]{20,255}+|xapp-[0-9]-[A-Za-z0-9-]{20,255}+"),
    ("Slack webhook", r"hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/]{40,60}+"),
    ("Google", r"AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])|ya29\.[A-Za-z0-9_-]{30,512}+|GOCSPX-[A-Za-z0-9_-]{28}"),
    ("OpenAI, Anthropic and alike", r"sk-(?:proj-|svcacct-|admin-|ant-[a-z0-9]{3,8}-|or-v1-)?[A-Za-z0-9_-]{20,255}+"),
    ("Hugging Face", r"hf_[A-Za-z0-9]{34}(?![A-Za-z0-9])"),
    ("Stripe", r"(?:sk|rk|whsec)_(?:live_|test_|prod_)?[A-Za-z0-9]{16,255}+"),
    ("npm, PyPI, RubyGems", r"npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])|pypi-AgE[A-Za-z0-9_-]{50,1000}+|rubygems_[0-9a-f]{48}"),
    ("SendGrid", r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    ("Twilio", r"SK[0-9a-f]{32}(?![A-Za-z0-9])"),
    ("DigitalOcean", r"do[opr]_v1_[0-9a-f]{64}"),
    ("Databricks", r"dapi[0-9a-f]{32}(?![A-Za-z0-9])"),
    ("Shopify", r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    ("HashiCorp Vault", r"hv[sb]\.[A-Za-z0-9_-]{24,300}+"),
    ("age", r"AGE-SECRET-KEY-1[0-9A-Z]{58}"),
    ("JSON web token", r"eyJ[A-Za-z0-9_-]{12,}+\.eyJ[A-Za-z0-9_-]{12,}+\.[A-Za-z0-9_-]{16,}+"),
)
"""Whose tokens, and their form; what follows a prefix must also be random."""
WITHOUT_DIGITS = ("AKIA", "ASIA", "glpat-", "AIza", "hf_", "ghp_")
"""Prefixes that tell enough: one in thirty of these keys has no digit."""
_TOKEN = re.compile("(?<![A-Za-z0-9_-])(?:" + "|".join(pattern for _, pattern in TOKENS) + ")")
_TOKEN_PREFIX = re.compile(
    r"A[KSBC][IC]A|gh[pousr]_|github_pat_|gl[a-z]{2,5}-|xox[abeoprs]-|xapp-|hooks\.slack|AIza|ya29\.|GOCSPX-|sk[-_]|"
    r"hf_|rk_|whsec_|npm_|pypi-A|rubygems_|SG\.|SK[0-9a-f]|do[opr]_v1|dapi|shp[a-z]{2}_|hv[sb]\.|AGE-S|eyJ"
)
_SAMPLE_TOKEN = "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6Ikpv"
"""Of the JSON web token that jwt.io and every tutorial shows: {"sub":"1234567890","name":"Jo..."""
_PLACEHOLDER = re.compile(
    r"example|placeholder|redacted|x{4,}|\*{3}|your|chang|dummy|sample|insert|replace|fake|foobar|0{6,}|12345678|"
    r"abcdefgh|\.\.\.|secret|"
    r"passw|token|test",
    re.IGNORECASE,
)
_PLACEHOLDER_TOKEN = re.compile(
    r"example|placeholder|redacted|x{4,}|your|dummy|sample|fake|0{8,}|123456789|abcdefghij|\.\.\.", re.IGNORECASE
)
_NAME_BEFORE = re.compile(
    r"(?<!<)(?<!REDACTED_)(passw(?:or)?d|passwd|passphrase|\bpwd|secret|token|api[_ -]?key|access[_ -]?key|auth[_ -]?key|"
    r"account[_ -]?key|private[_ -]?key|"
    r"encryption[_ -]?key|signing[_ -]?key|credentials?|bearer)([A-Za-z0-9_.-]{0,20})[\"'\]]{0,2}[ \t]{0,4}(:=|=>|=|"
    r":|[ ](?=\Z))[ \t]{0,4}[bru]{0,2}([\"']?)\Z",
    re.IGNORECASE,
)
_PUBLIC_NAME = re.compile(
    r"sha\d|md5|hash|digest|checksum|public|fingerprint|integrity|url|uri|path|file|type|class|name|_id$|page", re.IGNORECASE
)
_WORDS_ONLY = re.compile(r"(?:[A-Za-z]+[0-9]{0,4}|[0-9]+)?")
_HEX = re.compile(r"[0-9a-fA-F-]+")
MAX_SECRET_CHARS = 256
MIN_ENTROPY = 3.5
MIN_HEX_ENTROPY, MIN_HEX_CHARS = 3.0, 32


def _random_runs(text: str, bytes_: bytes) -> Iterator[_Candidate]:
    """Tokens, and what is assigned to a password's name: both hold a run of sixteen letters and digits."""
    classes = bytes_.translate(_CLASSES)
    needle = b"a" * RUN_CHARS
    position = classes.find(needle)
    while position >= 0:
        end = classes.find(b" ", position)
        end = len(classes) if end < 0 else end
        if not _DIGIT.search(bytes_, position, end) and not text.startswith(
            WITHOUT_DIGITS, position
        ):  # nine of ten: long names, rules of tables
            position = classes.find(needle, end)
            continue
        tokens = list(_tokens(text, position, end)) if _TOKEN_PREFIX.search(text, position, end) else []
        yield from tokens
        if not tokens and end - position <= MAX_SECRET_CHARS and (secret := _secret(text, position, end)):
            yield secret
        position = classes.find(needle, end)


def _tokens(text: str, start: int, end: int) -> Iterator[_Candidate]:
    for token in _TOKEN.finditer(text, start, end):
        written = token.group()
        if (
            _PLACEHOLDER_TOKEN.search(written)
            or _SAMPLE_TOKEN in written
            or not (has_digit(written) or written.startswith(WITHOUT_DIGITS))
        ):
            continue
        if written.startswith("eyJ") and not _is_json_web_token(written):
            continue
        body = written[4:]
        if entropy(body) < 3.0 or all(_WORDS_ONLY.fullmatch(part) for part in re.split(r"[-_]", body) if len(part) < 20) > (
            max(map(len, re.split(r"[-_]", body))) >= 12
        ):
            continue
        yield _Candidate("token", token.start(), token.end(), True)


def _is_json_web_token(written: str) -> bool:
    """Whether the first part is a header that names an algorithm (RFC 7515, section 4.1.1)."""
    header = written.split(".", 1)[0]
    try:
        return b'"alg"' in base64.urlsafe_b64decode(header + "=" * (-len(header) % 4))
    except (binascii.Error, ValueError):
        return False


def _secret(text: str, start: int, end: int) -> _Candidate | None:
    """The value that is assigned to a name such as api_key, if it is random."""
    before = text[max(0, start - 64) : start]
    if before[-1:] not in ('"', "'", "=", ":", ">", " ", "\t"):
        return None
    name = _NAME_BEFORE.search(before)
    if not name or _PUBLIC_NAME.search(name[2]) or (name[3] == " " and name[1].lower() != "bearer"):
        return None
    end += len(re.match("={0,2}", text[end : end + 2]).group())  # type: ignore[union-attr]
    if name[4]:
        closing = text.find(name[4], start, start + MAX_SECRET_CHARS + 1)
        if closing < 0 or re.search(r"[\s$`{}<>()\\\"']", text[start:closing]):
            return None
        end = closing
    else:
        end = start + len(text[start:end].rstrip(".-"))
        if text[end : end + 1] in ("(", "[", "$", "{", "<", "`", "*", ":"):
            return None
    return _Candidate("secret", start, end, True) if is_random(text[start:end]) else None


def is_random(value: str) -> bool:
    """Whether a string is made by a machine rather than of words; placeholders are not."""
    if len(value) < RUN_CHARS or _PLACEHOLDER.search(value) or "//" in value:
        return False
    if not has_digit(value) or not any(map(str.isalpha, value)):
        return False
    if all(_WORDS_ONLY.fullmatch(piece) for piece in re.split(r"[._/+-]", value)):
        return False
    if _HEX.fullmatch(value):
        return len(value) >= MIN_HEX_CHARS and entropy(value) >= MIN_HEX_ENTROPY
    return entropy(value) >= MIN_ENTROPY


def has_digit(value: str) -> bool:
    return any(map(str.isdigit, value))


def entropy(value: str) -> float:
    """Bits a character, by the string's own frequencies (Shannon)."""
    return -sum(count / len(value) * math.log2(count / len(value)) for count in Counter(value).values())


_USERINFO = re.compile(r"://[^\s/?#@:\"'<>\[\]{}$`|]{1,64}+:([^\s/?#@\"'<>\[\]{}$`|\\()*]{4,128}+)@[A-Za-z0-9]")
_STOCK_PASSWORD = re.compile(
    r"(?:your|my)?[-_]?(?:pass|pwd|pw|secret|token|key|user|test)[\w-]*|guest|anonymous|foo|bar|x+|\w*example\w*|\.+|redacted\w*|"
    r"hunter2|tiger",
    re.IGNORECASE,
)


def _passwords_of_urls(text: str) -> Iterator[_Candidate]:
    """scheme://user:password@host; the stock passwords of manuals are none."""
    if "@" not in text:
        return
    position = text.find("://")
    while position >= 0:
        match = _USERINFO.match(text, position)
        if match and not _STOCK_PASSWORD.fullmatch(match[1]):
            yield _Candidate("secret", match.start(1), match.end(1), True)
        position = text.find("://", position + 3)


# ---- masking ------------------------------------------------------------------------------------------------------------


class Replacement(NamedTuple):
    """`text[start:end]` becomes `placeholder`."""

    start: int
    end: int
    placeholder: str


def masked(
    text: str, spans: Iterable[PiiSpan], *, kind: str = "text", in_prose: Sequence[str] = KINDS, in_code: Sequence[str] = KINDS
) -> str:
    """`text` with placeholders for the spans of the kinds `in_prose` and, for those in code, `in_code`.

    The first value of a kind becomes `<EMAIL>`, the next other one `<EMAIL_2>`, ...; in code, where that would not parse,
    `user1@example.com`, `192.0.2.1`, `2001:db8::1` and `REDACTED_TOKEN_1`, which `find` passes over. Equal values (addresses in
    any case, phone numbers in any spacing) get equal placeholders. Spans that touch a formula stay.
    """
    return replaced(text, replacements(text, spans, kind=kind, in_prose=in_prose, in_code=in_code))


def replaced(text: str, made: Iterable[Replacement]) -> str:
    """`text` with these replacements, which are sorted and disjoint."""
    parts, position = [], 0
    for start, end, placeholder in made:
        parts += [text[position:start], placeholder]
        position = end
    return "".join([*parts, text[position:]])


def replacements(
    text: str, spans: Iterable[PiiSpan], *, kind: str = "text", in_prose: Sequence[str] = KINDS, in_code: Sequence[str] = KINDS
) -> list[Replacement]:
    """What `masked` puts where, sorted and disjoint."""
    asked = [span for span in sorted(spans, key=lambda one: one.start) if span.kind in (in_code if span.in_code else in_prose)]
    if not asked:
        return []
    places = _Places(text, is_code=kind == "code")
    numbers: dict[str, dict[str, int]] = {kind: {} for kind in KINDS}
    found: list[Replacement] = []
    for span in asked:
        if (found and span.start < found[-1].end) or places.of(span.start, span.end) == "formula":
            continue
        value = text[span.start : span.end]
        known = numbers[span.kind]
        number = known.setdefault(_canonical(span.kind, value), len(known) + 1)
        found.append(Replacement(span.start, span.end, _placeholder(span, value, number)))
    return found


def _canonical(kind: str, value: str) -> str:
    if kind == "phone":
        return re.sub(r"\D", "", value)
    return value.lower() if kind in ("email", "ip") else value


DOCUMENTATION_PREFIXES = ("192.0.2", "198.51.100", "203.0.113")
"""RFC 5737: 762 addresses; a document with more of them in its code uses them again."""


def _placeholder(span: PiiSpan, value: str, number: int) -> str:
    if not span.in_code:
        return f"<{span.kind.upper()}>" if number == 1 else f"<{span.kind.upper()}_{number}>"
    if span.kind == "email":
        return f"user{number}@example.com"
    if span.kind == "ip" and ":" in value:
        return f"2001:db8::{number:x}" if number < 0x10000 else f"2001:db8::{number >> 16:x}:{number & 0xFFFF:x}"
    if span.kind == "ip":
        prefix, host = divmod((number - 1) % 762, 254)
        return f"{DOCUMENTATION_PREFIXES[prefix]}.{host + 1}"
    return f"REDACTED_{span.kind.upper()}_{number}"


def shifted(position: int, made: Sequence[Replacement]) -> int:
    """Where a position of the text lies after the replacements; inside of one, at its beginning."""
    moved = 0
    for start, end, placeholder in made:
        if end > position:
            return min(position, start) + moved
        moved += len(placeholder) - (end - start)
    return position + moved
