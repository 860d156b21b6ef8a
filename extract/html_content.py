"""Which part of a page is its content.

Three steps on the tree, after mathematics and code have been marked:

1. `prune_chrome` takes off what names itself as navigation, advertising, cookie banner, sidebar, footer, share bar: by
   tag, role, class and id. A subtree that holds most of the page's text is never chrome, whatever it is called.
2. `content_root` descends from the body towards the text: into the one child that holds nearly all of the good text
   (text outside links in blocks that read as prose, code or mathematics), as long as there is one. Pages made of many
   equal parts (threads, listings, documentation) end high in the tree, articles low.
3. `prune_blocks` removes link lists and short blocks of links inside what is left.

A block with a formula or code in it is never removed for its looks. Ideas: readability (scores by class names and text
density), trafilatura (names of chrome), jusText (link density, neighbours).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from extract.html_tree import BLOCK_TAGS, CODE_TAG, INLINE_CODE_TAG, LEAF_TAGS, MATH_TAG, Element, Page, words

# ---------------------------------------------------------------------------------------------------- measures


@dataclass(slots=True)
class Weights:
    """What a subtree holds."""

    chars: int = 0
    """Characters of text, runs of white space as one."""
    link_chars: int = 0
    good_chars: int = 0
    """Characters outside links in paragraphs long enough to be prose, and all of protected blocks."""
    protected: int = 0
    """Formulas and code blocks outside links."""
    code_chars: int = 0
    links: int = 0

    @property
    def plain_chars(self) -> int:
        """Characters outside links."""
        return self.chars - self.link_chars

    @property
    def link_density(self) -> float:
        return self.link_chars / self.chars if self.chars else 0.0


GOOD_BLOCK_CHARS = 60
"""Text of a block, outside links, from which it counts as prose: shorter ones are captions, labels and menu entries."""
GOOD_LINK_DENSITY = 0.33
"""Above it a block is a list of links, whatever its length (jusText: 0.2; documentation links every third word)."""


def weigh(root: Element) -> None:
    """Fills in `weights` for every element below `root`."""
    order = root.all_elements()
    for node in reversed(order):
        node.weights = _weigh_node(node)


def weights_of(node: Element) -> Weights:
    weights = node.weights
    assert isinstance(weights, Weights)
    return weights


def _weigh_node(node: Element) -> Weights:
    """The sum of a node's descendants, which are done, and its own text."""
    weights, tag = Weights(), node.tag
    if tag in LEAF_TAGS:
        return _weigh_leaf(node, weights)
    own = inline_chars = inline_links = 0
    for child in node.children:
        if child.__class__ is str:
            own += _text_length(child)
            continue
        below: Weights = child.weights  # type: ignore[union-attr, assignment]
        weights.chars += below.chars
        weights.link_chars += below.link_chars
        weights.good_chars += below.good_chars
        weights.protected += below.protected
        weights.code_chars += below.code_chars
        weights.links += below.links
        if child.tag not in BLOCK_TAGS:  # type: ignore[union-attr]
            inline_chars += below.chars
            inline_links += below.link_chars
    weights.chars += own
    if tag == "a":
        # The title of another page does not make a list of links content, whatever formulas stand in it.
        weights.link_chars, weights.protected = weights.chars, 0
        weights.links += 1
    run = own + inline_chars
    if run - inline_links >= GOOD_BLOCK_CHARS and inline_links <= GOOD_LINK_DENSITY * run and tag in BLOCK_TAGS:
        weights.good_chars += run - inline_links
    return weights


def _weigh_leaf(node: Element, weights: Weights) -> Weights:
    if node.tag == MATH_TAG:
        weights.chars, weights.protected = len(node.attrs["latex"]), 1
        return weights
    weights.chars = len(node.attrs["text"])
    if node.tag == CODE_TAG:
        weights.good_chars = weights.code_chars = weights.chars
        weights.protected = 1
    return weights


def _text_length(text: str) -> int:
    """Characters of a text, runs of white space as one."""
    if "\n" not in text and "  " not in text:
        return 0 if text.isspace() else len(text)
    words = text.split()
    return len(" ".join(words)) + 1 if words else 0


# ---------------------------------------------------------------------------------------------------- chrome by name


_CHROME_TAGS = words(
    """
    nav aside button select input option optgroup dialog menu svg label textarea noscript script img search picture
    math-field head rp marquee-ad ins-ad slot-ad amp-ad amp-sidebar fieldset-nav legend
    """
)
_CHROME_ROLES = words(
    """
    navigation banner contentinfo complementary search dialog menu menubar toolbar alertdialog tablist tooltip alert
    status button listbox
    """
)
# Tokens of class and id, split at every hyphen, underscore and capital; two-word entries match neighbours.
_CHROME_WORDS = words(
    """
    nav navbar navigation navi navigator menu menus submenu megamenu breadcrumb breadcrumbs crumb crumbs sidebar
    sidebars sidenav side-bar footer foot masthead cookie cookies consent gdpr ccpa onetrust popup modal overlay
    lightbox tooltip toast banner advert adverts advertisement advertisements advertising ads adsense adbox adslot
    sponsor sponsored promo promos promotion share sharing shares sharebar sharebox sharedaddy social socials addthis
    addtoany sociable newsletter subscribe subscription signup signin login register related relatedposts recommend
    recommended recommendations recommendation similar popular trending tagcloud tags pagination pager paging
    paginator pagenav widget widgets toolbar skip skiplink copyright colophon disclaimer hidden invisible offscreen
    screenreader noprint outbrain taboola comments-form respond replyform search searchbox searchform searchbar
    dropdown flyout rss feedback rating-form print printfriendly jumplinks backtotop totop scrolltop ticker
    teaser-list mostread readmore morelinks prevnext mw-editsection editsection catlinks navbox vertical-navbox
    noexcerpt jump-to-nav siteSub printfooter mw-jump-link reflist-nav headerlink permalink byline-share author-social
    livechat
    signature signatures postprofile userextras flair badges notice actions buttons
    chat-widget preloader loader loading spinner notification notifications translate wishlist minicart
    mini-cart basket
    """
)
_CHROME_PHRASES = re.compile(
    r"""\b(?:side[ -]?(?:bar|nav|menu|col(?:umn)?)|site[ -](?:header|footer|nav\w*|banner|info|branding)
    |page[ -](?:footer|nav\w*)|global[ -](?:header|nav\w*|footer)
    |top[ -]?(?:bar|nav|menu|header)|main[ -](?:nav\w*|menu|header)|header[ -](?:nav|menu|top|links|bar)
    |bottom[ -](?:bar|nav|links|menu)|foot(?:er)?[ -]\w+|footnav
    |back[ -]to[ -]top|skip[ -](?:link|to|nav)\w*|screen[ -]reader(?:[ -]text|[ -]only)?|visually[ -]hidden|sr[ -]only
    |read[ -]?(?:more|next)|see[ -]also[ -]links|more[ -](?:stories|articles|posts|news|links|from|like)
    |also[ -]?(?:like|read|viewed)|you[ -](?:may|might)|recent[ -](?:posts?|articles?|comments?|entries)
    |latest[ -](?:posts?|news|articles?)|related[ -]\w+|post[ -](?:nav\w*|tags|share|sharing|meta[ -]share|pagination)
    |(?:prev|previous)[ -]next|next[ -]prev\w*|author[ -](?:bio|box|info[ -]box)|comment[ -](?:form|respond|reply)
    |reply[ -](?:form|link)|leave[ -](?:a[ -])?(?:comment|reply)
    |add[ -]to[ -](?:cart|any)|sign[ -](?:up|in)|log[ -]in|user[ -](?:menu|nav|bar)
    |language[ -](?:switch\w*|select\w*|menu)|lang[ -]switch\w*|cart[ -]\w+|mail(?:ing)?[ -]?list[ -]\w+
    |social[ -]\w+|share[ -]\w+|ad[ -](?:container|wrapper|slot|unit|banner|block|box|label|zone|space)|google[ -]ad\w*
    |dfp[ -]\w+|cookie[ -]\w+|call[ -]to[ -]action|tag[ -](?:cloud|list|links)|meta[ -]nav
    |table[ -]of[ -]contents|toc|sphinxsidebar|wy[ -]nav[ -]side|wy[ -]breadcrumbs|rst[ -]versions
    |md[ -](?:nav|header|footer|sidebar|tabs|search|source)|bd[ -](?:sidebar\w*|header|toc)|navheader|navfooter|page[ -]toc
    |on[ -]this[ -]page
    |(?:post|user|message)[ -](?:signature|user[ -](?:extras|details|title)|extras|last[ -]edit)|s[ -]anchors
    |bottom[ -]notice|add[ -]answer
    |answers[ -](?:sub)?header
    |print[ -](?:only|link)|entry[ -](?:utility|nav)|widget[ -]area|article[ -](?:tools|share|actions|footer[ -]links)
    |view[ -]count)\b""",
    re.X,
)
# Words that make the name of a content container, whatever else stands in it.
_CONTENT_WORDS = words(
    """
    article body content main post entry thread topic story page root wrapper container layout text has with no hentry
    document section
    """
)
_SPLIT = re.compile(r"[^a-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

_FOLDED = re.compile(r"accordion|collaps|panel|tab-?pane|tab-?content|faq|toggle|expand|answer|spoiler|details", re.IGNORECASE)

MAX_CHROME_SHARE = 0.4
"""A subtree with more of the page's good text than this is not chrome because of its name."""
MAX_COMMENT_SHARE = 0.25
"""Comments under an article go with the chrome; where they hold more of the text than this they are what the page is about."""
_COMMENT_NAMES = re.compile(
    r"\b(?:comments?-?(?:list|area|section|container|wrapper|thread|block|form)|comments|disqus_thread)\b", re.IGNORECASE
)
MAX_CHROME_TAG_SHARE = 0.6
"""The same for elements whose tag or role says it."""


def prune_chrome(page: Page) -> None:
    """Removes what calls itself something other than content."""
    weigh(page.root)
    total = weights_of(page.root)
    stack = [page.root]
    while stack:
        node = stack.pop()
        kept: list[Element | str] = []
        for child in node.children:
            if isinstance(child, str):
                kept.append(child)
                continue
            if _is_chrome(child, total):
                if child.tag not in BLOCK_TAGS:
                    kept.append(" ")
                continue
            kept.append(child)
            stack.append(child)
        node.children = kept


def _is_chrome(node: Element, total: Weights) -> bool:
    tag = node.tag
    if tag in (MATH_TAG, CODE_TAG, INLINE_CODE_TAG, "br", "p", "em", "b", "strong", "i"):
        return False
    weights = weights_of(node)
    if tag in ("img", "svg", "input", "script", "picture"):
        return True
    good, protected = weights.good_chars, weights.protected
    if node.attrs and not protected and _is_hidden(node) and good < MAX_CHROME_TAG_SHARE * total.good_chars:
        return True
    if protected and tag != "nav":
        return False
    if tag in _CHROME_TAGS or node.attrs.get("role", "") in _CHROME_ROLES:
        return good <= MAX_CHROME_TAG_SHARE * total.good_chars
    if tag in ("footer", "header"):
        return _is_chrome_section(node, weights, total)
    if tag == "form":
        return weights.good_chars < 200 and weights.chars < 0.3 * total.chars
    if tag in ("body", "html", "main", "article", "tbody", "h1", "tr", "td"):
        return False
    name = _name(node)
    if name and good <= MAX_COMMENT_SHARE * total.good_chars and _COMMENT_NAMES.search(name):
        return True
    return bool(name) and has_chrome_name(name) and good <= MAX_CHROME_SHARE * total.good_chars


def _is_chrome_section(node: Element, weights: Weights, total: Weights) -> bool:
    """A header or footer: of the page, not of an article or a section in it; and without much text of its own."""
    inside = any(above.tag in ("article", "section", "main") for above in node.ancestors())
    if node.tag == "header" and (inside or node.find("h1") is not None):
        return False
    if node.tag == "footer" and inside and weights.good_chars > 200:
        return False
    return weights.good_chars <= MAX_CHROME_SHARE * total.good_chars


def _is_hidden(node: Element) -> bool:
    """Not shown to anybody; what folds out on a click is."""
    attrs = node.attrs
    if not ("hidden" in attrs or attrs.get("aria-hidden") == "true" or attrs.get("aria-modal") == "true"):
        style = attrs.get("style")
        if not style or not _HIDDEN_STYLE.search(style):
            return False
    return attrs.get("role") not in ("tabpanel", "region") and not _FOLDED.search(_name(node))


def _name(node: Element) -> str:
    name, identity = node.attrs.get("class", ""), node.attrs.get("id", "")
    return f"{name} {identity}" if identity else name


@lru_cache(maxsize=65_536)
def has_chrome_name(name: str) -> bool:
    """Whether a class and id say navigation, advertising and the like. Cached: pages of a site share their names."""
    for token in name.split():
        lowered = _CAMEL.sub("-", token).lower()
        if lowered in _CHROME_WORDS:
            return True
        words = [word for word in _SPLIT.split(lowered) if word]
        if not words or len(words) > 6:
            continue
        if _CHROME_PHRASES.search(" ".join(words)) and not (
            words[0] in ("has", "with", "no", "is") or words[-1] in ("content", "wrapper", "container", "open", "layout")
        ):
            return True
        if not _CONTENT_WORDS.isdisjoint(words):
            continue
        if any(word in _CHROME_WORDS for word in (words[0], words[-1])):
            return True
    return False


# ---------------------------------------------------------------------------------------------------- root


DESCEND_SHARE = 0.8
"""The child must hold this much of the good text to be descended into."""

DESCEND_PLAIN_SHARE = 0.5
"""And this much of all text outside links: on a service's front page most text stands in short blocks."""

MIN_ROOT_CHARS = 250
"""Good text below which a container is not believed whatever it is called."""

_ARTICLE_NAMES = re.compile(
    r"\b(?:entry-content|post-content|article-content|article-body|articlebody|article__body|post-body|story-body|single-content|post__content|mw-parser-output|markdown-body|theiaStickySidebar|td-post-content|blog-post-content|node-content|field-name-body|entry__content|article-text|article__content|articleContent|postcontent|post_content|entry_content|article_content|story-content|articleBody)\b"
)


def content_root(page: Page) -> Element:
    """The smallest subtree that holds nearly all of the page's good text."""
    weigh(page.root)
    node = _semantic_root(page.root)
    while True:
        weights = weights_of(node)
        if not weights.good_chars:
            return node
        child = _dominant_child(node, weights)
        if child is None:
            return node
        node = child


def _semantic_root(body: Element) -> Element:
    """What is named as the article's text, the one `<article>`, or `<main>`, where it holds enough of the good text."""
    total = weights_of(body)
    texts: list[Element] = []
    articles: list[Element] = []
    mains: list[Element] = []
    for node in body.all_elements():
        attrs = node.attrs
        if node.tag == "article":
            articles.append(node)
        elif node.tag == "main" or (attrs and attrs.get("role") == "main"):
            mains.append(node)
        if attrs and (attrs.get("itemprop") in ("articleBody", "text") or is_article_name(attrs.get("class", ""))):
            texts.append(node)
    for found, share in ((texts, 0.4), (articles, 0.4), (mains, 0.5)):
        outer = [node for node in found if not any(above in found for above in node.ancestors())] if len(found) < 500 else []
        if len(outer) == 1 and weights_of(outer[0]).good_chars >= max(share * total.good_chars, MIN_ROOT_CHARS):
            return outer[0]
    return body


@lru_cache(maxsize=65_536)
def is_article_name(name: str) -> bool:
    """Whether a class attribute names the container of an article's text in one of the common themes."""
    return bool(name and _ARTICLE_NAMES.search(name))


def _dominant_child(node: Element, weights: Weights) -> Element | None:
    # A page that is all code and signatures (an API reference) has no prose to follow: what stands around the code belongs to it.
    least_plain = DESCEND_PLAIN_SHARE if weights.good_chars > weights.code_chars else 0.9
    for child in node.children:
        if (
            isinstance(child, str)
            or child.tag not in BLOCK_TAGS
            or child.tag in ("p", "table", "ul", "ol", "dl", "blockquote", "tbody", "tr", CODE_TAG)
        ):
            continue
        below = weights_of(child)
        if (
            below.good_chars >= DESCEND_SHARE * weights.good_chars
            and below.protected >= DESCEND_SHARE * weights.protected
            and below.plain_chars >= least_plain * weights.plain_chars
        ):
            return child
    return None


# ---------------------------------------------------------------------------------------------------- blocks


LINK_LIST_DENSITY = 0.75
"""Share of link text from which a list or a box is navigation."""


def prune_blocks(root: Element) -> None:
    """Removes link lists and link boxes below `root`, which `content_root` has weighed."""
    total = weights_of(root)
    stack = [root]
    while stack:
        node = stack.pop()
        kept: list[Element | str] = []
        for child in node.children:
            if not isinstance(child, str):
                if _is_link_box(child, total):
                    continue
                stack.append(child)
            kept.append(child)
        node.children = kept


def _is_link_box(node: Element, total: Weights) -> bool:
    if node.tag not in ("ul", "ol", "div", "section", "table", "p", "dl", "header", "footer"):
        return False
    weights = weights_of(node)
    if weights.protected or not weights.links or weights.chars > 0.5 * total.chars:
        return False
    density = weights.link_density
    if node.tag == "p":
        return density > 0.95 and weights.links >= 2 and weights.chars < 120
    return (
        density > LINK_LIST_DENSITY and weights.links >= 2 and weights.good_chars == 0 and (node.tag != "table" or density > 0.9)
    )
