"""The README's short tables say nothing that is not so."""

from dataclasses import fields

import pytest

from tests.docs.pages import code, page, rows
from tests.docs.test_policy import TABLE
from tornado_app.sessions import Session, SessionPolicy, open_store

README = page("README.md")
DEFAULTS = {code(row[0])[0]: row[1] for row in TABLE}
UNSET = ("`None`", "`False`", "0")
SETTINGS = rows(README, "## Settings")
EXPRESS = rows(README, "### From express-session")
STORES = rows(README, "## Stores")


@pytest.mark.parametrize("row", SETTINGS, ids=lambda row: row[0])
def test_a_setting_is_a_field_with_the_default_that_is_named(row):
    for name in code(row[0]):
        default = DEFAULTS[name].strip("`")
        assert default in row[1] or DEFAULTS[name] in UNSET


@pytest.mark.parametrize("row", EXPRESS, ids=lambda row: row[0])
def test_a_word_of_express_session_has_one_of_ours(row):
    ours = {each.name for each in fields(SessionPolicy)} | set(dir(Session))
    known = ours | {"cookie_secret", "**signing_settings", "open_store"}

    for word in code(row[1]):
        assert word.partition("(")[0].partition("=")[0] in known


@pytest.mark.parametrize("row", STORES, ids=lambda row: row[0])
def test_a_store_opens_by_the_url_that_is_named(row):
    for url in code(row[0]):
        assert open_store(url).name in url.replace("rediss", "redis")
