"""Which natural language a text is in, from its scripts and its function words: no model, no download.

Function words are the most frequent words of a language and the same on every subject, so a page of mathematics or an API page is
recognised by the few words between its formulas; where there are too few of them (code, tables, keyword lists) the answer is
None rather than a guess. Scripts that one language owns (Greek, Hebrew, Hangul, Thai, ...) need no words.

A function word counts for 1/k where k of the languages share it (Spanish and Portuguese `que`), so shared words do not decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from quality.batches import Batch

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

FUNCTION_WORDS: dict[str, str] = {
    "en": """the of and to in is that for it as with are on this be by or an from at which not have can if was you we has
        but when""",
    "de": """der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat
        dass sie nach wird bei einer um am sind noch wie einem über oder""",
    "fr": """de la le et les des en un du une que est pour qui dans par plus pas au sur ne se ce il sont avec aux cette ou
        être comme vous nous mais peut""",
    "es": """de la que el en y los del se las por un para con no una su al lo como más pero sus este es son está también
        puede esta cuando""",
    "pt": """de a o que e do da em um para com não uma os no se na por mais as dos como mas ao ele das à seu sua ou são
        você também pode""",
    "it": """di e che la il un a per in è una del non si con le della dei i da al sono come più nel gli alla anche questo
        delle ma può essere""",
    "nl": """de van het een en in is dat op te zijn met voor niet aan er om ook als dan maar bij door naar deze wordt uit
        nog worden kan over""",
    "sv": "och i att det som en på är av för med den till inte om ett han men var jag sig från vi så kan när eller du har de",
    "da": """og i at det en den til er som på de med af for ikke der var mig han har om vi et kan fra eller blive også hvis
        når men""",
    "nb": """og i det som en på er av til for at med den de har om et ikke ble fra kan eller også hvis når skal noe bare
        etter mot å""",
    "fi": """ja on ei että se oli hän joka mutta ovat kun myös tai ole niin sen voi jos tämä ne kuin sitä mukaan käyttää
        tämän voidaan""",
    "pl": "i w na z się nie do to że jest o jak po od za przez dla ale co są czy tym lub oraz tego może być które jego",
    "cs": "a se v na je že s z do o i to k ve pro za by ale si po jako od jsou nebo byl tak které lze jeho není může při",
    "sk": "a sa v na je že s z do o i to k vo pre za by ale si po ako od sú alebo bol tak ktoré môže pri nie jeho",
    "hu": """a az és hogy nem is egy ez van meg csak de ha el mint vagy már még volt ki lehet azt ezt kell ami akkor sem
        minden""",
    "ro": "de și în a la cu pe nu este o un să din care pentru ce mai au fost se prin sau dar sunt ca fi poate această lui",
    "tr": """ve bir bu da de için ile çok olarak daha o en ne gibi olan kadar sonra ancak var veya her değil ki mi
        tarafından olduğu ya""",
    "id": """yang dan di untuk dengan dari ini pada adalah tidak itu dalam akan dapat atau ke anda oleh juga sebagai ada
        bisa karena seperti tersebut""",
    "vi": "là và của có các cho được không trong một với người những đã này để khi đó từ về như thể sẽ bạn cũng tại hoặc nếu",
    "hr": "i je u na se da za su od s o a kao što ne nije ili koji koja koje iz kako bi može prema samo po ali to",
    "ca": "de la i el en a que les per un els amb una del no és al es com més aquest aquesta són també dels pot si seu",
    "ru": "и в не на что с он как по это но из к за от для так же все или его был если может бы при быть является также",
    "uk": "і в не на що з як за до у та це для від але є про його або при може також які якщо бути після цього той",
    "bg": "и на в да се от за не са с по е като че до или това може при ще към който както ако така със но",
    "sr": "и у је на се да за су од са не као о који која које или из би може није што али само по ово",
    "ar": "في من على أن إلى هذا عن التي مع لا ما هذه كان الذي أو بعد كل هو هي بين لم ذلك كما عند قد إذا يمكن",
    "fa": "و در به از که این را با است برای آن یک خود تا کند شود می بر های یا هم نیز اما اگر باید شما کرد",
}
"""About the 30 commonest function words per language, those that are also letters of formulas (a, x) only where unavoidable."""

SCRIPTS: tuple[tuple[str, int, int], ...] = (
    ("latin", 0x41, 0x5A),
    ("latin", 0x61, 0x7A),
    ("latin", 0xC0, 0x24F),
    ("greek", 0x370, 0x3FF),
    ("cyrillic", 0x400, 0x52F),
    ("armenian", 0x530, 0x58F),
    ("hebrew", 0x590, 0x5FF),
    ("arabic", 0x600, 0x6FF),
    ("devanagari", 0x900, 0x97F),
    ("bengali", 0x980, 0x9FF),
    ("tamil", 0xB80, 0xBFF),
    ("telugu", 0xC00, 0xC7F),
    ("thai", 0xE00, 0xE7F),
    ("georgian", 0x10A0, 0x10FF),
    ("hangul", 0x1100, 0x11FF),
    ("latin", 0x1E00, 0x1EFF),
    ("kana", 0x3040, 0x30FF),
    ("han", 0x3400, 0x4DBF),
    ("han", 0x4E00, 0x9FFF),
    ("hangul", 0xAC00, 0xD7AF),
)
"""Name, first and last code point, ascending."""

SCRIPT_LANGUAGE = {
    "greek": "el",
    "armenian": "hy",
    "hebrew": "he",
    "devanagari": "hi",
    "bengali": "bn",
    "tamil": "ta",
    "telugu": "te",
    "thai": "th",
    "georgian": "ka",
    "hangul": "ko",
}
"""Scripts that stand for one language here (Devanagari also writes Marathi and Nepali, which this does not tell apart)."""

WORD_SCRIPTS = {
    "latin": tuple(
        "en de fr es pt it nl sv da nb fi pl cs sk hu ro tr id vi hr ca".split()  # noqa: SIM905 (a list of codes reads as one line)
    ),
    "cyrillic": ("ru", "uk", "bg", "sr"),
    "arabic": ("ar", "fa"),
}

LANGUAGES = tuple(sorted({*FUNCTION_WORDS, *SCRIPT_LANGUAGE.values(), "ja", "zh"}))


@dataclass(frozen=True, kw_only=True)
class LanguageConfig:
    """When the classifier answers."""

    min_words: int = 15
    """Words of letters only below which it abstains. Not used by scripts that one language owns."""
    min_letters: int = 30
    """Letters below which it abstains in any script."""
    min_function_word_fraction: float = 0.06
    """Weighted share of function words the winner must reach. Prose has 0.2-0.4, API pages 0.1-0.3, keyword lists below 0.03."""
    min_distinct_function_words: int = 3
    """Different function words the winner must show: one that is also a name (`in`, `a`, `la`) proves nothing."""
    min_margin: float = 0.15
    """How far the runner-up must lie below the winner, as a share of the winner."""
    min_script_fraction: float = 0.3
    """Share of letters a script must have to be looked at when it is not the commonest one: Chinese manuals are half Latin."""


def word_weights(codes: tuple[str, ...]) -> dict[str, dict[str, float]]:
    """word -> {language: 1 / number of these languages that have the word}."""
    owners: dict[str, list[str]] = {}
    for code in codes:
        for word in sorted(set(FUNCTION_WORDS[code].split())):
            owners.setdefault(word, []).append(code)
    return {word: dict.fromkeys(having, 1 / len(having)) for word, having in owners.items()}


SCRIPT_NAMES = ("other", *dict.fromkeys(name for name, _, _ in SCRIPTS))
_LATIN, _HAN, _KANA = (SCRIPT_NAMES.index(name) for name in ("latin", "han", "kana"))
_STARTS = np.array([edge for _, first, last in SCRIPTS for edge in (first, last + 1)], dtype=np.uint32)
_SCRIPT_OF_INTERVAL = np.array([0, *(i for name, _, _ in SCRIPTS for i in (SCRIPT_NAMES.index(name), 0))])


def identify(batch: Batch, *, config: LanguageConfig) -> tuple[list[str | None], FloatArray]:
    """ISO 639-1 code and confidence of each document; None and 0 where it abstains, as for source files."""
    number = len(batch)
    codes: list[str | None] = [None] * number
    confidence = np.zeros(number)
    total = batch.letters[:, 1:].sum(axis=1)
    dominant, count = _dominant_scripts(batch.letters, total, config)
    answers = ~batch.is_code & (total >= config.min_letters)
    for i in np.flatnonzero(answers).tolist():
        script = SCRIPT_NAMES[dominant[i]]
        if script == "han":
            codes[i], confidence[i] = _chinese_or_japanese(batch.letters[i]), count[i] / total[i]
        elif script in SCRIPT_LANGUAGE:
            codes[i], confidence[i] = SCRIPT_LANGUAGE[script], count[i] / total[i]
    for script in WORD_SCRIPTS:
        rows = np.flatnonzero(answers & (dominant == SCRIPT_NAMES.index(script)))
        for i, code, value in zip(rows.tolist(), *_by_function_words(batch, rows, script, config), strict=True):
            codes[i], confidence[i] = code, value
    return codes, confidence


def letters_by_script(text: str) -> dict[str, int]:
    """Number of letters of each script of `SCRIPTS` in `text`."""
    code_points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    scripts = _SCRIPT_OF_INTERVAL[_interval(code_points)]
    counts = np.bincount(scripts, minlength=len(SCRIPT_NAMES)).tolist()
    return {name: count for name, count in zip(SCRIPT_NAMES[1:], counts[1:], strict=True) if count}


def _interval(code_points: np.ndarray[tuple[int, ...], np.dtype[np.uint32]]) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]]:
    return np.searchsorted(_STARTS, code_points, side="right")


def _dominant_scripts(letters: IntArray, total: IntArray, config: LanguageConfig) -> tuple[IntArray, IntArray]:
    """The commonest script (index into SCRIPT_NAMES; kana counts as Han) and its letters.

    One other than Latin wins where it has its minimal share (Latin names stand in every language).
    """
    merged = letters.copy()
    merged[:, _HAN] += merged[:, _KANA]
    merged[:, [0, _KANA]] = 0
    others = np.where(merged >= config.min_script_fraction * total[:, None], merged, 0)
    others[:, _LATIN] = 0
    candidates = np.where(others.max(axis=1, keepdims=True) > 0, others, merged)
    # Of equally common scripts the last by name.
    by_name = np.array(sorted(range(len(SCRIPT_NAMES)), key=SCRIPT_NAMES.__getitem__, reverse=True))
    dominant = by_name[candidates[:, by_name].argmax(axis=1)]
    return dominant, merged[np.arange(len(merged)), dominant]


def _chinese_or_japanese(letters: IntArray) -> str:
    """Japanese running text is at least a third kana; Chinese has none."""
    return "ja" if letters[_KANA] > 0.1 * (letters[_KANA] + letters[_HAN]) else "zh"


def _by_function_words(batch: Batch, rows: IntArray, script: str, config: LanguageConfig) -> tuple[list[str | None], list[float]]:
    """Code and confidence of the documents `rows`, whose letters are of `script`."""
    codes = sorted(WORD_SCRIPTS[script])
    columns = [batch.groups.index(code) for code in codes]
    num_words = batch.letter_words[rows]
    scores = batch.totals[rows][:, columns] / np.maximum(1, num_words)[:, None]
    distinct = batch.distinct[rows][:, columns]
    order = np.argsort(scores, axis=1, kind="stable")
    winner, each = order[:, -1], np.arange(len(rows))
    first, second = scores[each, winner], scores[each, order[:, -2]]
    answers = (
        (num_words >= config.min_words)
        & (first >= config.min_function_word_fraction)
        & (distinct[each, winner] >= config.min_distinct_function_words)
        & (first - second >= config.min_margin * first)
        & (first > 0)
    )
    strength = np.minimum(1.0, first / (2 * config.min_function_word_fraction))
    values = np.minimum(1.0, (first - second) / np.where(first > 0, first, 1.0) * strength)
    return [codes[k] if yes else None for k, yes in zip(winner.tolist(), answers.tolist(), strict=True)], np.where(
        answers, values, 0.0
    ).tolist()
