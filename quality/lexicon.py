"""Words and phrases that the rules count: data only.

A word matches a whole word, a phrase a run of words; both are compared in lower case after punctuation is stripped.
English first; the commonest markers of eight other languages are included where they cannot be mistaken for English words.
"""

from __future__ import annotations

from typing import NamedTuple


class Lexicon(NamedTuple):
    """Single words (found in a document's vocabulary) and phrases of several words (found in its running text)."""

    words: frozenset[str]
    phrases: tuple[str, ...] = ()


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _lexicon(words: str, *phrases: str) -> Lexicon:
    return Lexicon(_words(words), phrases)


GOPHER_STOP_WORDS = _words("the be to of and that have with")
"""Source: Rae et al. 2021 (Gopher), appendix A.1.1, "document contains at least two of the following English words"."""

DERIVATION = _lexicon(
    "therefore thus hence because since suppose assume assuming implies implying follows consequently whence proof prove "
    "proves proved qed lemma theorem corollary contradiction wlog substituting substitute simplify simplifying rearranging "
    "deduce conclude otherwise induction then conversely donc puisque ainsi supposons folglich daher deshalb beweis "
    "sei seien entonces porque supongamos demostración quindi dunque portanto logo zatem więc поэтому следовательно пусть "
    "докажем доказательство значит",
    "such that",
    "it follows that",
    "we have",
    "we get",
    "we obtain",
    "if and only if",
    "in other words",
    "for all",
    "there exists",
    "step by step",
    "note that",
    "by definition",
    "as a result",
    "as follows",
    "par conséquent",
    "por lo tanto",
)
"""Words that join the steps of an argument."""

DEFINITION = _lexicon(
    "denotes denote denoted defined defines definition called consists consisting contains represents represent specifies "
    "specify returns refers corresponds means known named equals comprises describes describe provides equivalent property "
    "properties consist includes determines computes calculates",
    "is a",
    "is an",
    "is the",
    "are the",
    "refers to",
    "known as",
    "used to",
    "consists of",
    "depends on",
)
"""Words with which text states what something is or does."""

INSTRUCTION = _lexicon(
    "example examples exercise exercises solution solutions tutorial lesson chapter explain explains explained explanation "
    "introduce introduction learn learning understand consider recall remember hint step steps first second third next "
    "finally show shows shown illustrate illustrates demonstrate demonstrates figure see note similarly beispiel exemple "
    "ejemplo esempio пример",
    "for example",
    "for instance",
    "let us",
    "let s",
    "how to",
    "we will",
    "you can",
    "in this section",
    "in this chapter",
    "that is",
    "note that",
)
"""Words with which text addresses a learner."""

QA_LABELS = _words(
    "q a question answer problem exercise solution frage antwort aufgabe lösung pregunta respuesta ejercicio solución réponse "
    "exercice domanda risposta esercizio soluzione pergunta resposta вопрос ответ задача решение"
)
"""A line that begins with one of these as a label opens a question or its answer."""

ARTICLES = _words("the an")
NEVER_AFTER_ARTICLE = _words(
    "of and to is are was were the an that with by or be from at it but than has have been these those you they we can not"
)
"""What does not follow an article in English; words that are also the names of operators and statements are left out."""

CONTROL_FLOW = _words(
    "if else elif elsif for foreach while do switch case match when return yield try catch except finally raise throw break "
    "continue goto loop until unless then begin end def function fn func fun lambda class struct impl where assert"
)
"""Keywords that steer execution, over the common languages."""

NAVIGATION_WORDS = _words(
    "home index contents toc next previous prev up top down back forward search menu login logout register help about "
    "contact sitemap faq news blog print share download edit source main page modules module overview package class tree "
    "deprecated use frames all account cart subscribe follow twitter facebook linkedin instagram youtube rss skip navigation "
    "summary nested field constr method detail english deutsch français español"
)
"""A line of at least `MIN_NAVIGATION_WORDS` of these and nothing else is navigation."""

LONE_NAVIGATION_WORDS = _words(
    "home toc next previous prev up menu login logout register sitemap search print share subscribe rss twitter facebook"
)
"""A shorter line of nothing but these is navigation, too: `Next`, `Previous | Up`."""

BOILERPLATE: tuple[tuple[str, str], ...] = (
    ("cookie", r"\bcookies?\b.{0,60}\b(?:accept|polic|consent|settings|experience)"),
    ("cookie", r"\b(?:accept|polic|consent|uses?)\w*\b.{0,40}\bcookies?\b"),
    ("privacy policy", r"privacy policy"),
    ("terms of use", r"terms of use"),
    ("terms of service", r"terms of service"),
    ("terms and conditions", r"terms and conditions"),
    ("all rights reserved", r"all rights reserved"),
    ("©", r"©"),
    ("(c) 19", r"\(c\) 19\d\d"),
    ("(c) 20", r"\(c\) 20\d\d"),
    ("copyright (c)", r"copyright \(c\)"),
    ("copyright 19", r"copyright 19\d\d"),
    ("copyright 20", r"copyright 20\d\d"),
    ("skip to", r"skip to (?:main |the )?(?:content|navigation)"),
    ("jump to", r"jump to (?:navigation|search)"),
    ("back to top", r"back to top"),
    ("back to home", r"back to home"),
    ("toggle nav", r"toggle navigation"),
    ("powered by", r"powered by"),
    ("follow us", r"follow us"),
    ("subscribe to", r"subscribe to"),
    ("subscribe now", r"subscribe now"),
    ("newsletter", r"newsletter"),
    ("leave a comment", r"leave a comment"),
    ("leave a reply", r"leave a reply"),
    ("add to cart", r"add to cart"),
    ("add to basket", r"add to basket"),
    ("add to wishlist", r"add to wishlist"),
    ("sign in", r"^sign in\b"),
    ("sign up", r"^sign up\b"),
    ("log in", r"^log in\b"),
    ("login", r"^login\b"),
    ("create an account", r"^create an account\b"),
    ("create account", r"^create account\b"),
    ("share this", r"^share this\b"),
    ("share on", r"^share on\b"),
    ("read more", r"^read more\b"),
    ("click here", r"^click here\b"),
    ("last modified", r"last modified(?: on)?:"),
    ("last updated", r"last updated(?: on)?:"),
    ("doxygen", r"(?:generated|created|built) (?:by|with|using) doxygen"),
    ("sphinx", r"(?:generated|created|built) (?:by|with|using) sphinx"),
    ("enable javascript", r"enable javascript"),
    ("related posts", r"related posts"),
    ("related articles", r"related articles"),
    ("related products", r"related products"),
    ("you may also like", r"you may also like"),
    ("advertisement", r"advertisement"),
    ("sponsored", r"sponsored"),
    ("trademark", r"trademarks?\b.{0,80}\b(?:owners?|registered|countries|affiliates)"),
    ("subject to license", r"subject to license"),
    ("report a bug", r"^report a bug\b"),
    ("page traffic", r"tracks web page traffic"),
    ("free documentation license", r"licensed under the terms of the gnu free documentation license"),
    ("documentation contributions", r"documentation contributions included herein"),
    ("uses of ", r"^uses of "),
    ("packages that use", r"^packages that use"),
    ("hierarchies:", r"^package hierarchies:"),
    (" hierarchy", r"^(?:class|interface|enum|exception) hierarchy$"),
    ("hierarchy for", r"^hierarchy for "),
    ("list of all members", r"^list of all members"),
    ("complete list of members", r"complete list of members"),
    ("index pages by letter", r"^index pages by letter"),
    ("next:", r"^(?:next|previous|up):.*\b(?:next|previous|up):"),
)
"""Words to look for, and the pattern that must then be found in a line (lower case, at most `MAX_BOILERPLATE_WORDS` words) for it
to be boilerplate. The words stand in every line that the pattern matches: one pass over a text finds the lines to try patterns
on, few enough where the words are long (`log in`, not `log`)."""

MIN_NAVIGATION_WORDS = 3
MAX_BOILERPLATE_WORDS = 25

C4_POLICY_PHRASES = ("terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies")
"""Lines with these are removed by C4's published code (tensorflow_datasets/text/c4_utils.py)."""
