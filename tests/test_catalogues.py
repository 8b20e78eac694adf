"""Owns the promise that every language can say every text."""

import re
import unicodedata
from gettext import c2py

import babel
import pytest

from tools.texts import (
    catalogues,
    open_texts,
    read,
    singular,
    strings_of,
    texts_in,
    texts_in_use,
)

MEND = (
    "python dev.py texts adds what is new, takes out what is gone, lists what is open"
)

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[^(]")
MARKUP = re.compile(r"</?\w[^>]*>|&#?\w+;")
# The order in which gettext's forms of a language are numbered.
CATEGORIES = ("zero", "one", "two", "few", "many", "other")
NUMBERS = (*range(1_000), 10_000, 1_000_000, 1_000_001, 2_000_000)

every_catalogue = pytest.mark.parametrize(
    "path", catalogues(), ids=lambda path: path.stem
)


def translations(path):
    """Pairs of an English text and one translation of it."""
    catalogue = read(path)
    for message in catalogue:
        strings = strings_of(message, catalogue) if message.id else []
        yield from ((singular(message.id), string) for string in strings if string)


def test_the_extractor_finds_texts_of_templates_and_of_code():
    found = texts_in_use()

    assert "Skip to the content" in found  # a template
    assert "Good morning." in found  # marked in code
    assert ("Something needs mending", "Some things need mending") in found


def test_the_extractor_finds_a_text_wherever_it_is_marked():
    code = b"""
a = _("One" " text")
b = [mark("two"), language.translate("three", "four", n) % {"n": n}]
c = translate(words)
"""

    assert [*texts_in(code)] == ["One text", "two", ("three", "four")]


def test_no_language_lacks_a_text():
    assert open_texts() == {}, MEND


@every_catalogue
def test_a_catalogue_holds_every_text_and_none_that_is_gone(path):
    catalogue = read(path)
    in_catalogue = {message.id for message in catalogue if message.id}

    assert in_catalogue == texts_in_use(), MEND
    assert not catalogue.obsolete


@every_catalogue
def test_no_translation_is_only_a_guess(path):
    assert [message.id for message in read(path) if message.id and message.fuzzy] == []


@every_catalogue
def test_a_translation_has_the_placeholders_of_its_text(path):
    for text, translation in translations(path):
        wanted = sorted(PLACEHOLDER.findall(text))
        assert sorted(PLACEHOLDER.findall(translation)) == wanted, text


@every_catalogue
def test_a_translation_has_no_markup_that_its_text_does_not_have(path):
    for text, translation in translations(path):
        assert MARKUP.findall(translation) == MARKUP.findall(text), text


@every_catalogue
def test_a_translation_begins_and_ends_as_its_text_does(path):
    for text, translation in translations(path):
        assert translation.strip() == translation, text
        assert is_punctuation(translation[-1]) == is_punctuation(text[-1]), text


def is_punctuation(character):
    return unicodedata.category(character)[0] == "P"


@every_catalogue
def test_a_translation_turns_nothing_round_with_invisible_characters(path):
    for text, translation in translations(path):
        kinds = {unicodedata.bidirectional(each) for each in translation}
        assert not kinds & {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI"}, (
            text
        )


@pytest.mark.parametrize("code", ["ar", "ja"])
def test_a_translation_is_written_in_its_own_script(code):
    (path,) = (each for each in catalogues() if each.stem == code)

    for text, translation in translations(path):
        words = PLACEHOLDER.sub("", translation)
        assert not words.isascii(), f"{text!r} is still English"


@every_catalogue
def test_the_plural_forms_are_those_of_cldr(path):
    catalogue = read(path)
    rule = babel.Locale.parse(path.stem).plural_form
    forms = [name for name in CATEGORIES if name in {*rule.tags, "other"}]
    index = plural_index(catalogue)

    assert catalogue.num_plurals == len(forms)
    assert [index(n) for n in NUMBERS] == [forms.index(rule(n)) for n in NUMBERS]


def plural_index(catalogue):
    """What gettext makes of the catalogue's own formula."""
    return c2py(catalogue.plural_expr)
