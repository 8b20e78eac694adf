"""The options and their documentation."""

from datetime import timedelta
from pathlib import Path

import pytest

from tornado_app import option_values as values
from tornado_app.settings import OPTIONS, Settings

CONFIGURATION = Path(__file__).parent.parent / "docs" / "configuration.md"


def test_a_session_without_a_user_lives_30_days_idle_and_400_at_most():
    policy = Settings().session_policy()

    assert policy.idle_timeout == timedelta(days=30)
    assert policy.absolute_lifetime == timedelta(days=400)


def test_a_session_with_a_user_lives_7_days_idle_and_30_at_most():
    policy = Settings().session_policy()

    assert policy.signed_in_idle_timeout == timedelta(days=7)
    assert policy.signed_in_lifetime == timedelta(days=30)


def test_settings_that_make_no_policy_cannot_be_made():
    with pytest.raises(ValueError, match="touch_interval"):
        Settings(touch_interval=timedelta(days=5))


@pytest.mark.parametrize("option", OPTIONS.values(), ids=list(OPTIONS))
def test_every_default_reads_back_as_itself(option):
    text = values.show(option.default)

    assert option.default is None or option.about.parse(text) == option.default


@pytest.mark.parametrize("option", OPTIONS.values(), ids=list(OPTIONS))
def test_the_documentation_explains_every_option(option):
    about = option.about
    default = option.default_text
    shown = default if default == about.when_absent else f"`{default}`"
    row = f"| `--{option.name}` | {shown} | {about.what} | {about.why} |"

    assert row in CONFIGURATION.read_text(encoding="utf-8").splitlines()


def test_the_documentation_explains_no_option_that_does_not_exist():
    lines = CONFIGURATION.read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| `--")]

    assert len(rows) == len(OPTIONS)
