"""Names and wordings the families draw from: data only."""

from __future__ import annotations


def _words(words: str) -> tuple[str, ...]:
    return tuple(words.split())


NAMES = _words(
    "Ada Bela Chen Dalia Emre Farah Goran Hana Ines Jonas Kofi Lena Mira Nils Omar Petra Quinn Rosa Sami Tara Ursula Viktor "
    "Wanda Xenia Yusuf Zara Amara Bruno Carla Dmitri Elif Femi Greta Hugo Ivana Jamal Keiko Luca Maya Noor Olga Pablo Rania "
    "Sofia Tomas Uma Vera Wei Yara Zoltan Aisha Boris Celine Diego Esme Fatima Gita Henrik Imani Juno Kamal Leila Marco Nadia"
)
"""64 given names, no two alike."""

PLACES = _words(
    "bakery library farm workshop school museum market orchard nursery warehouse printshop laboratory theatre harbour kitchen "
    "bookshop"
)
"""16 places that count things."""

GOODS: tuple[tuple[str, str], ...] = (
    ("apple", "apples"),
    ("book", "books"),
    ("brick", "bricks"),
    ("candle", "candles"),
    ("ticket", "tickets"),
    ("pencil", "pencils"),
    ("stamp", "stamps"),
    ("tile", "tiles"),
    ("bottle", "bottles"),
    ("seedling", "seedlings"),
    ("postcard", "postcards"),
    ("battery", "batteries"),
    ("notebook", "notebooks"),
    ("lantern", "lanterns"),
    ("marble", "marbles"),
    ("sensor", "sensors"),
)
"""One and many of 16 things."""

SO = ("So", "Hence", "Therefore", "It follows that", "Thus")
NEXT = ("Next,", "Then", "After that,", "In the following step,", "Now")
