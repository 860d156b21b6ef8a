"""Junk made from real pages, by kind: what a filter must refuse.

    kinds = made_junk(prose, seed=0)          # from the words and sentences of real texts
    kinds |= index_pages(120)                 # pages of Debian's documentation packages that are nothing but index

Nothing in it is worth a token: navigation and index pages, lists of keywords, shuffled words, text of Markov chains over real
prose, sentences spun over one template, offers over and over, cookie and legal walls, decoding damage, placeholder text. Every
text is different; the same seed makes the same.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from benchmarks.debian_pages import Page, pages

INDEX_PACKAGES = (
    "python3.11-doc",
    "openjdk-17-doc",
    "sagemath-doc",
    "qtbase5-doc-html",
    "rust-doc",
    "ghc-doc",
    "libstdc++-12-doc",
    "erlang-doc",
    "python-sympy-doc",
)
IS_INDEX = re.compile(
    r"(?:/genindex[^/]*|/allclasses[^/]*|/allpackages[^/]*|/(?:package|overview)-(?:tree|use)|/doc-index[^/]*|/all|-members|/index-\d+"
    r"|/class-use/[^/]+|/functions_\w+|/globals_\w+|/namespacemembers\w*|/py-modindex)\.html$"
)
"""Addresses of pages that documentation generators fill with names and links only."""

Junk = dict[str, list[str]]


def is_index(page: Page) -> bool:
    return IS_INDEX.search(page.url) is not None


def index_pages(number: int) -> Junk:
    """Index pages as `extract` writes them, evenly over the packages that have some."""
    import extract

    texts = []
    for package in INDEX_PACKAGES:
        found = [page for page in pages(package) if is_index(page)]
        for page in random.Random(0).sample(found, min(len(found), number // len(INDEX_PACKAGES) + 1)):
            document = extract.html(page.path.read_bytes(), url=page.url)
            if document is not None and document.text.strip():
                texts.append(document.text)
    return {"index pages": texts}


def navigation_bars(sources: Iterable[Page], number: int) -> Junk:
    """The links of real pages without the page: their labels one a line, or between bars, or as Markdown links."""
    from selectolax.lexbor import LexborHTMLParser

    texts = []
    for i, page in enumerate(sources):
        links = LexborHTMLParser(page.path.read_bytes()).css("a[href]")[:60]
        labels = [(" ".join(link.text().split()), link.attributes.get("href") or "") for link in links]
        labels = [(label, target) for label, target in labels if 1 < len(label) < 60]
        if len(labels) < 8:
            continue
        texts.append(
            (
                "\n\n".join(label for label, _ in labels),
                " | ".join(label for label, _ in labels),
                "\n".join(f"- [{label}]({target})" for label, target in labels),
            )[i % 3]
        )
        if len(texts) == number:
            break
    return {"navigation bars": texts}


def made_junk(prose: Sequence[str], *, each: int = 40, seed: int = 0) -> Junk:
    """`each` texts of every kind that is made from words and sentences of `prose`."""
    rng = random.Random(seed)
    words = [word for text in prose for word in re.findall(r"[A-Za-z]{2,}", text)]
    content = sorted({word.lower() for word in words if len(word) > 5})
    sentences = [
        s for text in prose for s in re.split(r"(?<=[.!?])\s+", text) if 40 < len(s) < 300 and s.isascii() and s[0].isupper()
    ]
    chains = {order: _chain(words_of(prose), order) for order in (1, 2)}
    makers: dict[str, Callable[[int], str]] = {
        "keyword lists": lambda i: _keywords(content, rng, i),
        "word salad": lambda _: _salad(words, rng),
        "Markov chains, order 1": lambda _: _babble(chains[1], rng, 1),
        "Markov chains, order 2": lambda _: _babble(chains[2], rng, 2),
        "spun sentences": lambda _: _spun(content, rng),
        "repeated offers": lambda i: _offers(content, rng, i),
        "cookie and legal walls": lambda _: _wall(content, rng),
        "decoding damage": lambda i: _damaged(rng.choice(sentences), sentences, rng, i),
        "placeholders": lambda i: _placeholder(content, rng, i),
        "error and login pages": lambda i: _error_page(content, rng, i),
    }
    return {name: [make(i) for i in range(each)] for name, make in makers.items()}


def words_of(prose: Sequence[str]) -> list[str]:
    """Words with their punctuation, in order."""
    return [word for text in prose for word in text.split() if re.fullmatch(r"[A-Za-z'’-]+[.,;:?!]?", word)]


def _keywords(content: Sequence[str], rng: random.Random, i: int) -> str:
    chosen = rng.sample(content, 150)
    if i % 4 == 0:
        return ", ".join(chosen)
    if i % 4 == 1:
        return "\n".join(chosen)
    if i % 4 == 2:
        seed = rng.sample(chosen, 5)
        return ", ".join(f"{rng.choice(('best', 'cheap', 'buy', 'free', 'online'))} {a} {b}" for a in seed for b in chosen[:25])
    return " ".join(word.title() for word in chosen)


def _salad(words: Sequence[str], rng: random.Random) -> str:
    """Real words at their real frequency, in no order, between full stops."""
    paragraphs = []
    for _ in range(rng.randrange(3, 8)):
        found = [" ".join(rng.choices(words, k=rng.randrange(6, 22))).capitalize() + "." for _ in range(rng.randrange(3, 7))]
        paragraphs.append(" ".join(found))
    return "\n\n".join(paragraphs)


def _chain(words: Sequence[str], order: int) -> dict[tuple[str, ...], list[str]]:
    follows: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for i in range(len(words) - order):
        follows[tuple(words[i : i + order])].append(words[i + order])
    return dict(follows)


def _babble(chain: dict[tuple[str, ...], list[str]], rng: random.Random, order: int) -> str:
    starts = [key for key in chain if key[0][:1].isupper()]
    state = rng.choice(starts)
    said = list(state)
    for _ in range(rng.randrange(200, 500)):
        state = state if state in chain else rng.choice(starts)
        said.append(rng.choice(chain[state]))
        state = tuple(said[-order:])
        if said[-1].endswith(".") and rng.random() < 0.2:
            said.append("\n\n")
            state = rng.choice(starts)
            said += state
    return " ".join(said).replace(" \n\n ", "\n\n")


def _spun(content: Sequence[str], rng: random.Random) -> str:
    """One advertisement told again and again with other words in the same places."""
    slots = [
        ("great", "amazing", "fantastic", "wonderful", "superb"),
        ("offers", "provides", "gives", "delivers", "brings"),
        ("customers", "clients", "visitors", "buyers", "people"),
        ("best", "finest", "greatest", "top", "leading"),
        ("price", "cost", "rate", "deal", "value"),
        ("today", "now", "right away", "at once", "this week"),
    ]
    name, thing = rng.choice(content).title(), rng.choice(content)
    lines = []
    for _ in range(rng.randrange(20, 40)):
        a, b, c, d, e, f = (rng.choice(slot) for slot in slots)
        lines.append(f"{name} is a {a} company that {b} its {c} the {d} {thing} at the {d} {e}, so order your {thing} {f}.")
    return " ".join(lines)


def _offers(content: Sequence[str], rng: random.Random, i: int) -> str:
    a, b = rng.sample(content, 2)
    line = f"Buy the cheap {a} that you want to have with the best price and free shipping to your {b}."
    if i % 2:
        return "\n\n".join([line] * rng.randrange(15, 40))
    return f"The best {a} is here and you can buy it now with a discount on every {b}. " * rng.randrange(20, 60)


_WALL = (
    "We use cookies to improve your experience on {name}.",
    "By continuing to use this site you accept our use of cookies.",
    "Our partners and we store and access information on a device, such as cookies.",
    "You can change your cookie settings at any time.",
    "Please read our privacy policy and our terms of use.",
    "This website uses cookies to analyse traffic.",
    "Accept all cookies",
    "Reject all",
    "Manage cookie preferences",
    "© {year} {name}. All rights reserved.",
    "Subscribe to our newsletter",
    "Sign in to continue",
    "Follow us on social media",
    "Terms of service",
    "Privacy policy",
    "Cookie policy",
    "Do not sell my personal information",
    "Contact us",
    "Share this",
    "Powered by {name}",
)


def _wall(content: Sequence[str], rng: random.Random) -> str:
    name, year = rng.choice(content).title(), str(rng.randrange(2005, 2025))
    lines = rng.sample(_WALL, rng.randrange(8, len(_WALL) + 1))
    return "\n\n".join(line.format(name=name, year=year) for line in lines)


def _damaged(sentence: str, sentences: Sequence[str], rng: random.Random, i: int) -> str:
    text = " ".join([sentence, *rng.sample(sentences, 12)])
    accented = text.translate(str.maketrans("aeiou", "äéíöü"))
    if i % 4 == 0:
        return accented.encode().decode("latin-1")
    if i % 4 == 1:
        return "".join(char if rng.random() > 0.12 else "\ufffd" for char in text)
    if i % 4 == 2:
        return "".join(f"(cid:{ord(char) - 29})" if char.isalpha() else char for char in text[:600])
    return accented.encode().decode("cp1252", "replace").encode().decode("cp1252", "replace")


_LATIN = (  # noqa: SIM905
    "dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore magna aliqua enim ad minim "
    "veniam quis nostrud exercitation ullamco laboris nisi aliquip ex ea commodo consequat duis aute irure in reprehenderit"
).split()


def _placeholder(content: Sequence[str], rng: random.Random, i: int) -> str:
    if i % 3 == 0:
        return f"# {rng.choice(content).title()}\n\nLorem ipsum {' '.join(rng.choices(_LATIN, k=120))}."
    if i % 3 == 1:
        title = rng.choice(content).title()
        return f"# {title}\n\nThis page is under construction. Coming soon!\n\nContent goes here.\n\nTODO\n\nTBD"
    filler = ["Your text here.", "Insert text here.", "Sample text.", "Heading", "Subheading", "Click to edit.", "Image caption"]
    return "\n\n".join(rng.choices(filler, k=25))


def _error_page(content: Sequence[str], rng: random.Random, i: int) -> str:
    name = rng.choice(content).title()
    return (
        f"# 404 Not Found\n\nThe requested page /{name.lower()}/ was not found on this server.\n\nHome\n\nBack",
        f"Please enable JavaScript to use {name}.\n\nLoading...\n\nLog in\n\nSign up\n\nForgot your password?",
        f"# Access denied\n\nYou must log in to see {name}.\n\nLogin\n\nRegister\n\nHelp\n\nContact",
        f"{name}\n\nNext\n\nPrevious\n\nUp\n\nHome\n\n[Contents](index.html) [Index](genindex.html)",
    )[i % 4]
