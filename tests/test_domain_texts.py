"""The readers of the texts that the taggers are trained and measured on, and the table of packages."""

from __future__ import annotations

import zlib
from collections import defaultdict

from benchmarks import domain_texts
from benchmarks.domain_texts import ORIGINS, UNSEEN
from corpus.schema import DOMAIN_LABELS


def test_tagged_words_become_text() -> None:
    tagged = (
        b"\n\n\tThe/at jury/nn said/vbd it/pps was/bedz n't/* so/rb ,/, ``/`` Yes/uh ''/'' ./.\n\n\n\tIt/pps went/vbd on/rp ./.\n"
    )
    (text,) = domain_texts.as_tagged("ca01", tagged * 8)
    assert text.startswith('The jury said it wasn\'t so, " Yes".')
    assert "/" not in text
    assert "It went on." in text


def test_only_mail_of_a_list_is_a_forums() -> None:
    mail = b"Subject: Hello\nFrom: a@b.org\nList-Id: <a.b.org>\n\nDoes it work?\n"
    (text,) = domain_texts.as_list_mail("1.txt", mail)
    assert text.startswith("# Hello")
    assert text.rstrip().endswith("Does it work?")
    assert list(domain_texts.as_list_mail("1.txt", mail.replace(b"List-Id", b"X-Other"))) == []
    assert list(domain_texts.as_list_mail("1.txt", mail.replace(b"List-Id", b"X-Other") + b"\nList-Id: in the body\n")) == []


def test_products_have_names_and_prices_and_variants_are_left_out() -> None:
    rows = b"""\
name   ,description                 ,optionGroups,optionValues,price
Lamp   ,"A lamp, it shines."        ,size        ,"S|L"       ,9.50
       ,                            ,            ,L           ,10.50
"""
    assert list(domain_texts.as_products("products.csv", rows)) == ["# Lamp\n\nA lamp, it shines.\n\nsize S|L\n\n$9.50"]


def test_a_dictionary_of_sword_is_read_over_what_is_between_its_blocks() -> None:
    blocks = [
        zlib.compress(b"\x01\x00" + f'<entryFree n="{n}"><orth>{n}</orth> {"word " * 80}</entryFree>'.encode()) for n in "abc"
    ]
    content = b"\0\0\x78\x9c\x07not one".join([b"", *blocks])
    texts = list(domain_texts.as_sword_dictionary("dict.zdt", content))
    assert [text.split()[0] for text in texts] == ["a", "b", "c"]
    assert not any("<" in text for text in texts)


def test_a_package_is_in_one_part_where_nothing_may_have_seen_it_and_has_known_labels() -> None:
    parts = defaultdict(set)
    for origin in ORIGINS:
        parts[origin.package].add(origin.part)
        assert set(origin.labels.split()) <= {name for name, _ in DOMAIN_LABELS}
    assert [package for package, found in parts.items() if UNSEEN in found and len(found) > 1] == []
    packages = defaultdict(set)
    for origin in ORIGINS:
        if origin.part == UNSEEN:
            for label in origin.labels.split():
                packages[label].add(origin.package)
    assert {label: len(found) for label, found in packages.items() if len(found) < 2} == {}
    # Postings are made.
    assert set(packages) == {name for name, _ in DOMAIN_LABELS} - {"jobs"}
