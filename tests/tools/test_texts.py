"""The command that brings the catalogues up to date."""

import pytest

from tools import texts
from tornado_app.i18n import Languages

IN_USE = {"Good morning.", "Dark", ("One day", "Many days")}


@pytest.fixture
def locale(tmp_path, monkeypatch):
    monkeypatch.setattr(texts, "LOCALE", tmp_path)
    monkeypatch.setattr(texts, "texts_in_use", lambda: IN_USE)
    return tmp_path


def translate(path, *pairs):
    """Do a translator's work with an editor."""
    content = path.read_text(encoding="utf-8")
    for text, translation in pairs:
        before = f'msgid "{text}"\nmsgstr ""'
        assert before in content
        content = content.replace(before, f'msgid "{text}"\nmsgstr "{translation}"')
    path.write_text(content, encoding="utf-8")


def test_a_new_language_begins_with_every_text_and_its_own_plural_forms(locale):
    status = texts.main(["pl"])

    catalogue = texts.read(locale / "pl.po")
    assert status == 1
    assert {message.id for message in catalogue if message.id} == IN_USE
    assert catalogue.num_plurals == 4
    # CLDR's "few" in Polish: 2, 3, 4, but not 12.
    polish = Languages(locale)["pl"]
    assert polish.own_name == "Polski"


def test_what_has_no_translation_yet_is_listed_with_its_languages(locale, capsys):
    texts.main(["pl", "he"])
    translate(locale / "pl.po", ("Dark", "Ciemny"))
    capsys.readouterr()

    assert texts.main([]) == 1

    listed = capsys.readouterr().out.splitlines()
    assert listed[0] == "To translate, under locale/:"
    assert "  he: Dark" in listed
    assert "  he, pl: Good morning." in listed
    assert "  he, pl: One day" in listed


def test_a_translation_stays_and_what_is_gone_goes(locale, monkeypatch):
    texts.main(["pl"])
    translate(locale / "pl.po", ("Dark", "Ciemny"), ("Good morning.", "Witaj."))

    monkeypatch.setattr(texts, "texts_in_use", lambda: {"Dark", "Light"})
    texts.main([])

    messages = {m.id: m.string for m in texts.read(locale / "pl.po") if m.id}
    assert messages == {"Dark": "Ciemny", "Light": ""}


def test_a_catalogue_that_is_up_to_date_is_not_changed_by_a_second_run(locale):
    texts.main(["pl"])
    before = (locale / "pl.po").read_bytes()

    texts.main(["pl"])

    assert (locale / "pl.po").read_bytes() == before


def test_with_every_text_translated_nothing_is_to_do(locale, monkeypatch, capsys):
    monkeypatch.setattr(texts, "texts_in_use", lambda: {"Dark"})
    texts.main(["pl"])
    translate(locale / "pl.po", ("Dark", "Ciemny"))
    capsys.readouterr()

    assert texts.main([]) == 0
    assert capsys.readouterr().out == "Nothing to translate.\n"
