"""One spelling per page: the canonical form of a URL.

What does not choose the content goes: scheme (http and https serve the same page), `www.`, `m.` and AMP variants, user, default
port, fragment, tracking parameters, session ids, index pages, the trailing slash, parameter order. Everything else stays, above
all the parameters that choose a thread, a question or a page of one. The rules are the tables below; `tests/test_dedup_urls.py`
is the table of cases.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlsplit

# fmt: off
TRACKING_PARAMETERS = frozenset((
    "__hsfp", "__hssc", "__hstc", "_ga", "_gl", "_hsenc", "_hsmi", "_openstat", "action_object_map", "action_ref_map",
    "action_type_map", "adgroupid", "admitad_uid", "at_campaign", "at_medium", "campaign_id", "campaignid", "cmpid", "cvid",
    "dclid", "ef_id", "epik", "fb_action_ids", "fb_action_types", "fb_ref", "fb_source", "fbclid", "gad_source", "gbraid",
    "gclid", "gclsrc", "guccounter", "guce_referrer", "guce_referrer_sig", "hsctatracking", "icid", "igshid", "ito",
    "li_fat_id", "mc_cid", "mc_eid", "mkt_tok", "mkwid", "msclkid", "ncid", "oly_anon_id", "oly_enc_id", "pcrid",
    "piwik_campaign", "piwik_kwd", "pk_campaign", "pk_kwd", "rb_clickid", "ref_src", "ref_url", "s_cid", "s_kwcid", "scid",
    "share_id", "sharetype", "si_src", "smid", "soc_src", "soc_trk", "spm", "spref", "srsltid", "trk", "trkcampaign", "ttclid",
    "twclid", "vero_conv", "vero_id", "wbraid", "wickedid", "wt_mc", "yclid", "ysclid", "zanpid",
))
# fmt: on
"""Parameters that only say where the reader came from. Source: the lists of ClearURLs and of Firefox's query stripping."""
TRACKING_PREFIXES = ("utm_", "hsa_", "itm_", "mtm_", "stm_", "vero_")
SESSION_PARAMETERS = frozenset(
    (
        "phpsessid",
        "jsessionid",
        "aspsessionid",
        "asp.net_sessionid",
        "sessionid",
        "session_id",
        "zenid",
        "oscsid",
        "cfid",
        "cftoken",
    )
)
VIEW_PARAMETERS = {
    "amp": ("", "1", "true"),
    "outputtype": ("amp",),
    "printable": ("yes", "1", "true"),
    "print": ("1", "true", "yes"),
    "hilit": None,
    "highlight": None,
}
"""Parameters that show the same content differently, with the values that do (None: any)."""
INDEX_PAGES = re.compile(r"/(?:index|default)\.(?:html?|xhtml|shtml|php\d?|aspx?|jsp|cgi|cfm)$", re.IGNORECASE)
PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;]*", re.IGNORECASE)
HEX_SESSION = re.compile(r"[0-9a-f]{32}")
DEVICE_LABELS = frozenset(("www", "www1", "www2", "www3", "m", "mobile", "amp", "wap"))
DEFAULT_PORTS = (80, 443)
AMP_CACHES = (
    re.compile(r"^(?:www\.)?google\.[a-z.]+/amp/(?:s/)?(?P<inner>.+)$"),
    re.compile(r"^[a-z0-9-]+\.cdn\.ampproject\.org/[cv]/(?:s/)?(?P<inner>.+)$"),
    re.compile(r"^[a-z0-9-]+\.cdn\.ampproject\.org/(?:wp/)?s/(?P<inner>.+)$"),
)
"""host/path of AMP caches that carry the address of the page they serve."""
AMP_PATHS = ((re.compile(r"/amp/?$"), ""), (re.compile(r"\.amp(\.html?)$"), r"\1"), (re.compile(r"^/amp(?=/.)"), ""))

_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_SAFE = "/:@!$&'()*+,;=~-._%"
_QUERY_SAFE = _PATH_SAFE + "?"


def canonical_url(url: str) -> str:
    """The one spelling of `url`; anything but a well-formed http(s) URL comes back as it is, without surrounding blanks."""
    stripped = url.strip()
    try:
        parts = urlsplit(stripped)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return stripped
    if parts.scheme.lower() not in ("http", "https") or not host:
        return stripped
    inner = _inside_amp_cache(host, parts.path, parts.query)
    if inner is not None:
        return canonical_url(inner)
    authority = canonical_host(host) + (f":{port}" if port and port not in DEFAULT_PORTS else "")
    query = canonical_query(parts.query)
    path = canonical_path(parts.path, has_query=bool(query))
    fragment = f"#{parts.fragment}" if parts.fragment.startswith("!") else ""
    return f"https://{authority}{path}{'?' + query if query else ''}{fragment}"


def is_web_url(canonical: str) -> bool:
    """Whether a canonical URL names a page on the web; others (file://) name a place in one source and prove nothing."""
    return canonical.startswith("https://")


def canonical_host(host: str) -> str:
    """Lower case, punycode, no trailing dot, no `www.`, `m.`, `amp.` label; two labels always stay (`m.com`)."""
    host = host.lower().rstrip(".")
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return host
    if ":" in host:
        return f"[{host}]"
    labels = host.split(".")
    if labels[-1].isdigit():
        return host
    for position in (0, 0, 1):
        if len(labels) > position + 2 and labels[position] in DEVICE_LABELS:
            del labels[position]
    return ".".join(labels)


def canonical_path(path: str, *, has_query: bool) -> str:
    """Path with one way of escaping and without session ids, dot segments, index page, AMP suffix and trailing slash."""
    path = _one_escaping(path, safe=_PATH_SAFE)
    if ";" in path:
        path = PATH_SESSION.sub("", path)
    path = _without_dot_segments(path).rstrip("/")
    shorter = _without_variant(path, has_query=has_query)
    while shorter != path:
        path, shorter = shorter, _without_variant(shorter, has_query=has_query)
    return path


def _without_variant(path: str, *, has_query: bool) -> str:
    for pattern, replacement in AMP_PATHS if "amp" in path else ():
        path = pattern.sub(replacement, path)
    return (path if has_query else INDEX_PAGES.sub("/", path)).rstrip("/")


def canonical_query(query: str) -> str:
    """Parameters that choose content, sorted by name; several of one name keep their order."""
    if not query:
        return ""
    text = query.replace("&amp;", "&").replace("+", "%20")
    pairs = [_one_escaping(part, safe=_QUERY_SAFE).partition("=") for part in text.split("&") if part]
    kept = [(name, equals, value) for name, equals, value in pairs if not _is_noise(name.lower(), value)]
    return "&".join(name + equals + value for name, equals, value in sorted(kept, key=lambda item: item[0]))


def _is_noise(name: str, value: str) -> bool:
    if name in TRACKING_PARAMETERS or name in SESSION_PARAMETERS or name.startswith(TRACKING_PREFIXES):
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


def _one_escaping(text: str, *, safe: str) -> str:
    """Unreserved characters plain, everything else that needs it escaped in upper case (RFC 3986, section 6.2.2)."""
    if "%" in text:
        text = _ESCAPE.sub(_plain_or_upper, text)
        text = re.sub(r"%(?![0-9A-F]{2})", "%25", text)
    return text if _needs_no_quoting(text) else quote(text, safe=safe)


def _plain_or_upper(match: re.Match[str]) -> str:
    character = unquote(match[0], errors="strict") if match[0][1] in "234567" else ""
    return character if character in _UNRESERVED and character else match[0].upper()


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
