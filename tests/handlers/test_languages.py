"""Which language pages are in, and how they keep a name in its place."""

import re

import pytest

from tests.handlers.visitor import html_tag, text_of


@pytest.mark.parametrize(
    ("accept_language", "tag"),
    [
        ("fr-CA", '<html lang="fr" dir="ltr"'),
        ("ar-EG,en;q=0.5", '<html lang="ar" dir="rtl"'),
        ("pt-BR", '<html lang="en" dir="ltr"'),
        ("zh-CN, ja;q=0.1", '<html lang="ja" dir="ltr"'),
    ],
)
async def test_a_stranger_is_spoken_to_as_the_browser_asks(
    visitor, accept_language, tag
):
    response = await visitor.get("/", Accept_Language=accept_language)

    assert html_tag(response).startswith(tag)


async def test_what_was_chosen_counts_more_than_what_the_browser_asks(visitor):
    await visitor.introduce("Ada")
    await visitor.prefer(language="es")

    response = await visitor.get("/", Accept_Language="ar")

    assert html_tag(response).startswith('<html lang="es" dir="ltr"')
    assert text_of(response, "greeting") == "¡Hola, Ada!"


async def test_no_language_is_stored_for_who_only_has_a_browser(visitor):
    await visitor.get("/", Accept_Language="ar")

    assert "session" not in visitor.cookies


async def test_a_name_that_runs_with_the_page_is_plain_text(visitor):
    greeting = await visitor.introduce("Ada")

    assert text_of(greeting, "greeting") == "Hello, Ada!"


@pytest.mark.parametrize(
    ("name", "language", "greeting"),
    [
        ("عادة", "en", "Hello, <bdi>عادة</bdi>!"),
        ("Ada", "ar", "مرحبًا يا <bdi>Ada</bdi>!"),
        ("<b>عادة</b>", "en", "Hello, <bdi>&lt;b&gt;عادة&lt;/b&gt;</bdi>!"),
    ],
)
async def test_a_name_that_runs_against_the_page_is_set_apart(
    visitor, name, language, greeting
):
    await visitor.introduce(name)

    response = await visitor.get("/", Accept_Language=language)

    found = re.search(r'id="greeting">(.*?)</h1>', response.body.decode())
    assert found[1] == greeting
