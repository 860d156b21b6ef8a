"""One spelling per page: the canonical form of a URL.

What does not choose the content goes: scheme (http and https serve the same page), `www.`, `m.` and AMP variants, user, default
port, fragment, tracking parameters, session ids, index pages, the trailing slash, parameter order. Everything else stays, above
all the parameters that choose a thread, a question or a page of one. The rules are the tables below, a few of them for single
sites; `tests/test_dedup_urls.py` is the table of cases.

Most URLs of a crawl need no more than another scheme or host: `_CANONICAL_PATH` recognises them (370,000 per second, 100,000 of
those with a query, on the links of Debian's documentation).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, urlsplit

# fmt: off
TRACKING_PARAMETERS = frozenset((
    "__hsfp", "__hssc", "__hstc", "__s", "__twitter_impression", "_branch_match_id", "_branch_referrer", "_ga", "_gl", "_hsenc",
    "_hsmi", "_ke", "_kx", "_openstat", "action_object_map", "action_ref_map", "action_type_map", "adgroupid", "admitad_uid",
    "at_campaign", "at_custom1", "at_custom2", "at_custom3", "at_custom4", "at_link_id", "at_link_origin", "at_link_type",
    "at_medium", "at_ptr_name", "campaign_id", "campaignid", "cmpid", "cvid", "dclid", "ef_id", "epik", "fb_action_ids",
    "fb_action_types", "fb_ref", "fb_source", "fbclid", "gad_campaignid", "gad_source", "gbraid", "gclid", "gclsrc", "gdftrk",
    "gdfms", "guccounter", "guce_referrer", "guce_referrer_sig", "hsctatracking", "icid", "igsh", "igshid", "ito", "li_fat_id",
    "mc_cid", "mc_eid", "mibextid", "mkcid", "mkevt", "mkt_tok", "mkwid", "ml_subscriber", "ml_subscriber_hash", "msclkid",
    "ncid", "ns_campaign", "ns_fee", "ns_linkname", "ns_mchannel", "ns_source", "oly_anon_id", "oly_enc_id", "pcrid",
    "piwik_campaign", "piwik_keyword", "piwik_kwd", "pk_campaign", "pk_cid", "pk_content", "pk_keyword", "pk_kwd", "pk_medium",
    "pk_source", "rb_clickid", "rdt_cid", "ref_src", "ref_url", "s_cid", "s_kwcid", "sc_campaign", "sc_channel", "sc_content",
    "sc_country", "sc_geo", "sc_medium", "sc_outcome", "scid", "share_id", "sharetype", "si_src", "smid", "soc_src", "soc_trk",
    "spm", "spref", "srsltid", "trk", "trkcampaign", "ttclid", "twclid", "vero_conv", "vero_id", "wbraid", "wickedid", "wt.mc_id",
    "wt_mc", "wt_zmc", "xtor", "yclid", "ysclid", "zanpid",
))
# fmt: on
"""Parameters that only say where the reader came from. Source: the lists of ClearURLs and of Firefox's query stripping."""
TRACKING_PREFIXES = ("utm_", "hsa_", "itm_", "matomo_", "mtm_", "stm_", "vero_")
SESSION_PARAMETERS = frozenset(
    (
        "phpsessid",
        "phpsessionid",
        "jsessionid",
        "asp.net_sessionid",
        "sessid",
        "sessionid",
        "session_id",
        "zenid",
        "oscsid",
        "xtcsid",
        "cfid",
        "cftoken",
    )
)
SESSION_PREFIXES = ("aspsessionid",)
"""ASP appends eight letters to the name. Source, also of the two patterns below: Heritrix, StripSessionIDs and
StripSessionCFIDs."""
VIEW_PARAMETERS = {
    "amp": ("", "1", "true"),
    "outputtype": ("amp",),
    "printable": ("yes", "1", "true"),
    "print": ("1", "true", "yes"),
    "hilit": None,
    "highlight": None,
    "mobileaction": None,
    "useformat": None,
    "useskin": None,
    "veaction": None,
    "wap": ("",),
    "wap2": ("",),
    "imode": ("",),
    "topicseen": ("",),
}
"""Parameters that show the same content differently, with the values that do (None: any): of CMSs, phpBB, MediaWiki, SMF."""
INDEX_PAGES = re.compile(r"/(?:index|default)\.(?:html?|xhtml|shtml|phtml|php\d?|aspx?|jspx?|cgi|cfm)$", re.IGNORECASE)
PATH_SESSION = re.compile(
    r";(?:jsessionid|phpsessid|sid)=[^/;]*|(?<=/)\((?:[a-z]\([0-9a-z]{24}\))+\)(?:/|$)|(?<=/)\([0-9a-z]{24}\)(?:/|$)",
    re.IGNORECASE,
)
HEX_SESSION = re.compile(r"[0-9a-fA-F]{32}")
DEVICE_LABELS = frozenset(("www", "www1", "www2", "www3", "m", "mobile", "amp", "wap"))
SECOND_LEVEL = frozenset(("ac", "co", "com", "edu", "gov", "net", "or", "org"))
"""Labels below a country under which names are given: m.co.uk is a site of its own."""
DEFAULT_PORTS = (80, 443)
AMP_CACHES = (
    re.compile(r"^(?:www\.)?google\.[a-z.]+/amp/(?:s/)?(?P<inner>.+)$"),
    re.compile(r"^[a-z0-9-]+\.cdn\.ampproject\.org/[cv]/(?:s/)?(?P<inner>.+)$"),
    re.compile(r"^[a-z0-9-]+\.cdn\.ampproject\.org/(?:wp/)?s/(?P<inner>.+)$"),
)
"""host/path of AMP caches that carry the address of the page they serve."""
MAX_NESTED = 4
"""Caches inside caches that are looked into."""
AMP_PATHS = ((re.compile(r"/amp/?$"), ""), (re.compile(r"\.amp(\.html?)?$"), r"\1"), (re.compile(r"^/amp(?=/.)"), ""))


class Site(NamedTuple):
    """What is known of the URLs of one site, or of many that run the same software under one name."""

    name: str
    """What a host equals, or ends in after a dot; `name.` is a name under any country (`blogspot.`)."""
    same_hosts: tuple[str, ...] = ()
    """Hosts that serve what `name` serves."""
    noise: tuple[str, ...] = ()
    """Parameters that do not choose the content there."""
    paths: tuple[tuple[re.Pattern[str], str], ...] = ()


_QUESTION = (
    (re.compile(r"^/(?:questions|q)/(\d+)(?:/.*)?$"), r"/questions/\1"),
    (re.compile(r"^/a/(\d+)/\d+$"), r"/a/\1"),
)
"""A question's page has its title, or an answer's number, or who shared it, behind the question's number."""
_STACK_EXCHANGE = ("answertab", "cb", "lq", "newreg", "noredirect", "rq")
SITES = (
    *(
        Site(name, noise=_STACK_EXCHANGE, paths=_QUESTION)
        for name in (
            "stackexchange.com",
            "stackoverflow.com",
            "superuser.com",
            "serverfault.com",
            "askubuntu.com",
            "mathoverflow.net",
        )
    ),
    Site(
        "reddit.com",
        same_hosts=("old.reddit.com", "np.reddit.com", "new.reddit.com", "sh.reddit.com", "i.reddit.com"),
        noise=("ref", "ref_source", "rdt", "st", "sh"),
    ),
    Site(
        "arxiv.org",
        same_hosts=("export.arxiv.org", "lanl.arxiv.org", "xxx.lanl.gov"),
        paths=((re.compile(r"^(/pdf/.+)\.pdf$"), r"\1"),),
    ),
    Site("youtube.com", noise=("ab_channel", "app", "feature", "pp", "si", "t")),
    Site("blogspot.", noise=("m",)),
)
"""Rules that hold on one site only."""

_BLANK = re.compile(r"[\s\x00-\x20]")
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"


def _escapes(plain: str) -> dict[str, str]:
    """What every escape, in upper case, becomes: a character that means itself, or the escape."""
    return {f"%{code:02X}": chr(code) if chr(code) in plain else f"%{code:02X}" for code in range(256)}


_PATH_ESCAPES = _escapes(_UNRESERVED + "!'()*,:@")
"""Also these mean nothing else in a path: Group_%28mathematics%29 and Group_(mathematics) are one page."""
_QUERY_ESCAPES = _escapes(_UNRESERVED + "!'()*,:@/?")
_PATH_SAFE = "/:@!$&'()*+,;=~-._%"
_QUERY_SAFE = _PATH_SAFE + "?"
_COMMON = re.compile(r"https?://([A-Za-z0-9.-]+)((?:/[^?#\s]*)?)(?:\?([^#\s]*))?(?:#(\S*))?")
"""host, path, query, fragment of a URL without user, port, blanks and letters outside ASCII in its host."""
_CANONICAL_PATH = re.compile(r"(?:/[A-Za-z0-9_~:@!$'()*,=-][A-Za-z0-9_~:@!$'()*,=.+-]*)*/?")
"""A path in which nothing is to be done, unless it holds one of the next."""
_SUSPECT = re.compile(r"/amp(?:/|$)|\.amp|/index\.|/default\.|/\(", re.IGNORECASE)


def canonical_url(url: str) -> str:
    """The one spelling of `url`; anything but a well-formed http(s) URL comes back as it is, without surrounding blanks."""
    if url[:4] not in ("http", "HTTP") and url.strip()[:4].lower() != "http":
        return url.strip()
    common = _COMMON.fullmatch(url)
    if common is not None and not common[3]:
        _, path, _, fragment = common.groups()
        host, site = _host_and_site(common[1])
        plain = _CANONICAL_PATH.fullmatch(path) and not _SUSPECT.search(path)
        if plain and host and not (site and site.paths) and not (fragment and fragment[0] == "!") and "ampproject" not in host:
            return f"https://{host}{path.rstrip('/')}"
    inner: str | None = url.strip()
    for _ in range(MAX_NESTED):
        canonical, inner = _canonical_or_inside(inner or "")
        if inner is None:
            return canonical
    return inner or ""


def _canonical_or_inside(url: str) -> tuple[str, str | None]:
    """The canonical form; or, for an address in an AMP cache, the address of the page that it serves."""
    split = _split(url)
    if split is None:
        return url, None
    host, port, path, query, fragment = split
    inner = _inside_amp_cache(host, path, query)
    if inner is not None:
        return "", inner
    host, site = _host_and_site(host)
    if not host or _BLANK.search(host):
        return url, None
    authority = host + (f":{port}" if port and port not in DEFAULT_PORTS else "")
    query = canonical_query(query, noise=site.noise if site else ())
    path = canonical_path(path, has_query=bool(query), rules=site.paths if site else ())
    fragment = f"#{fragment}" if fragment.startswith("!") else ""
    return f"https://{authority}{path}{'?' + query if query else ''}{fragment}", None


def _split(url: str) -> tuple[str, int | None, str, str, str] | None:
    """host, port, path, query, fragment of an http(s) URL."""
    common = _COMMON.fullmatch(url)
    if common is not None:
        return common[1].lower(), None, common[2], common[3] or "", common[4] or ""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    return host, port, parts.path, parts.query, parts.fragment


def is_web_url(canonical: str) -> bool:
    """Whether a canonical URL names a page on the web; others (file://) name a place in one source and prove nothing."""
    return canonical.startswith("https://")


def canonical_host(host: str) -> str:
    """Lower case, punycode, no trailing dot, no `www.`, `m.`, `amp.` label; two labels always stay (`m.com`)."""
    host = host.lower().rstrip(".")
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii").rstrip(".")
        except UnicodeError:
            return host
    if ":" in host:
        return f"[{host}]"
    labels = host.split(".")
    if labels[-1].isdigit():
        return host
    for position in (0, 0, 1):
        if len(labels) > position + 2 and labels[position] in DEVICE_LABELS and not _is_registered(labels[position:]):
            del labels[position]
    return ".".join(labels)


def _is_registered(labels: list[str]) -> bool:
    """Whether the first label is the name itself, right below a country's `co` or `com`; `www` never is."""
    return len(labels) == 3 and labels[1] in SECOND_LEVEL and len(labels[2]) == 2 and not labels[0].startswith("www")


@lru_cache(maxsize=1 << 16)
def _host_and_site(host: str) -> tuple[str, Site | None]:
    """The canonical host, and the rules of its site if it has any."""
    host = canonical_host(host)
    for site in SITES:
        if host in site.same_hosts:
            return site.name, site
        if site.name.endswith("."):
            before, found, country = f".{host}".rpartition(f".{site.name}")
            if found and before and re.fullmatch(r"com|[a-z]{2}|com?\.[a-z]{2}", country):
                return f"{before[1:]}.{site.name}com", site
        elif host == site.name or host.endswith(f".{site.name}"):
            return host, site
    return host, None


def canonical_path(path: str, *, has_query: bool, rules: tuple[tuple[re.Pattern[str], str], ...] = ()) -> str:
    """Path with one way of escaping and without session ids, dot segments, index page, AMP suffix and trailing slash.

    `rules`: patterns of the site and what they become.
    """
    path = _one_escaping(path, escapes=_PATH_ESCAPES, safe=_PATH_SAFE)
    shorter = _without_variant(path, has_query=has_query)
    while shorter != path:
        path, shorter = shorter, _without_variant(shorter, has_query=has_query)
    for pattern, replacement in rules:
        path = pattern.sub(replacement, path)
    return path


def _without_variant(path: str, *, has_query: bool) -> str:
    if ";" in path or "(" in path:
        path = PATH_SESSION.sub("", path)
    path = _without_dot_segments(path).rstrip("/")
    for pattern, replacement in AMP_PATHS if "amp" in path else ():
        path = pattern.sub(replacement, path)
    return (path if has_query else INDEX_PAGES.sub("/", path)).rstrip("/")


def canonical_query(query: str, *, noise: tuple[str, ...] = ()) -> str:
    """Parameters that choose content, sorted by name; several of one name keep their order.

    Parameters joined by semicolons (SMF: `topic=12.15;wap2`) stay together in their order. `noise`: names that choose nothing on
    this site.
    """
    if not query:
        return ""
    while "&amp;" in query:
        query = query.replace("&amp;", "&")
    text = _one_escaping(query.replace("+", "%20"), escapes=_QUERY_ESCAPES, safe=_QUERY_SAFE)
    kept = []
    for joined in text.split("&"):
        parameters = [part for part in joined.split(";") if part and not _is_noise(part, noise)]
        if parameters:
            kept.append(";".join(parameters))
    return "&".join(sorted(kept, key=_name))


def _name(parameter: str) -> str:
    return parameter.partition("=")[0]


def _is_noise(parameter: str, site_noise: tuple[str, ...]) -> bool:
    name, _, value = parameter.partition("=")
    name = name.lower()
    if name in TRACKING_PARAMETERS or name in SESSION_PARAMETERS or name in site_noise:
        return True
    if name.startswith(TRACKING_PREFIXES) or name.startswith(SESSION_PREFIXES):
        return True
    if name in VIEW_PARAMETERS:
        values = VIEW_PARAMETERS[name]
        return values is None or value.lower() in values
    # `sid` is a session in phpBB (32 hexadecimal digits) and a story in Slash: the value tells.
    return name in ("sid", "s") and HEX_SESSION.fullmatch(value) is not None


def _inside_amp_cache(host: str, path: str, query: str) -> str | None:
    if "ampproject" not in host and not (path.startswith("/amp/") and "google." in host):
        return None
    for pattern in AMP_CACHES:
        match = pattern.match(host + path)
        if match and "." in match["inner"].split("/")[0]:
            return f"https://{match['inner']}{'?' + query if query else ''}"
    return None


def _one_escaping(text: str, *, escapes: dict[str, str], safe: str) -> str:
    """Characters that mean themselves plain, everything else that needs it escaped in upper case (RFC 3986, section 6.2.2)."""
    if "%" in text:
        text = _ESCAPE.sub(lambda match: escapes[match[0].upper()], text)
        text = re.sub(r"%(?![0-9A-F]{2})", "%25", text)
    return text if _needs_no_quoting(text) else quote(text, safe=safe, errors="replace")


_PLAIN_TEXT = re.compile(r"[A-Za-z0-9/:@!$&'()*+,;=~\-._%?]*")


def _needs_no_quoting(text: str) -> bool:
    return _PLAIN_TEXT.fullmatch(text) is not None


def _without_dot_segments(path: str) -> str:
    if "/." not in path and "//" not in path:
        return path
    kept: list[str] = []
    for segment in path.split("/")[1:]:
        if segment == "..":
            del kept[-1:]
        elif segment == "" and not (kept and kept[-1].endswith(":")):
            continue
        elif segment != ".":
            kept.append(segment)
    return "/" + "/".join(kept)
