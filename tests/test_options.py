"""Which source decides an option."""

import re
import tomllib
from datetime import timedelta
from ipaddress import ip_network

import pytest

from tornado_app.command_line import parse_command_line
from tornado_app.errors import OptionError
from tornado_app.options import choose, configuration_lines, misspelt_variables
from tornado_app.settings import OPTIONS


def settings(*arguments, **environment):
    return choose(parse_command_line(arguments).texts, environment).settings


def refusal(*arguments, **environment):
    with pytest.raises(OptionError) as caught:
        settings(*arguments, **environment)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.fixture
def config(tmp_path):
    """Write a TOML file; return the option that names it."""

    def write(text):
        path = tmp_path / "app.toml"
        path.write_text(text, encoding="utf-8")
        return f"--config={path}"

    return write


def test_with_no_option_at_all_the_defaults_hold():
    chosen = settings()

    assert (chosen.address, chosen.port) == ("127.0.0.1", 8888)
    assert chosen.store == "sqlite:///var/sessions.db"


def test_the_command_line_beats_the_environment():
    assert settings("--port=1", APP_PORT="2").port == 1


def test_the_environment_beats_the_file(config):
    assert settings(config("port = 3"), APP_PORT="2").port == 2


def test_the_file_beats_the_default(config):
    assert settings(config("port = 3")).port == 3


def test_an_option_and_its_value_may_stand_apart():
    assert settings("--port", "9000").port == 9000


def test_the_environment_may_name_the_file(config):
    path = config("port = 3").removeprefix("--config=")

    assert settings(APP_CONFIG=path).port == 3


def test_an_empty_variable_counts_as_absent():
    assert settings(APP_PORT="").port == 8888


def test_a_flag_needs_no_value():
    assert settings("--debug").debug is True
    assert settings("--debug=no").debug is False
    assert settings().debug is False


def test_a_file_holds_texts_numbers_truths_and_lists(config):
    chosen = settings(
        config(
            'address = "::1"\nport = 9000\ndebug = true\n'
            'trusted_proxies = ["10.0.0.0/8", "::1"]\nidle-timeout = "2h"\n'
        )
    )

    assert (chosen.address, chosen.port, chosen.debug) == ("::1", 9000, True)
    assert chosen.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("::1"))
    assert chosen.idle_timeout == timedelta(hours=2)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("prot = 1", r"app\.toml: prot: there is no such option; did you mean port\?"),
        ("[server]\nport = 1", r"app\.toml: server: there is no such option"),
        (
            "port = 1.5",
            r"app\.toml: port: want a text, a whole number or true or false",
        ),
        ("port = 70000", r"app\.toml: port=70000: want a port"),
        ("idle-timeout = 90", r"app\.toml: idle-timeout=90: want a duration"),
        ('idle-timeout = "1h"\nidle_timeout = "2h"', "stands there twice"),
        ('config = "other.toml"', r"app\.toml: config: there is no such option"),
        ("port = ", r"app\.toml: not TOML"),
    ],
)
def test_a_file_with_a_mistake_is_refused(config, text, problem):
    assert re.search(problem, refusal(config(text)))


def test_a_file_that_is_no_text_or_not_there_is_refused(tmp_path):
    (tmp_path / "app.toml").write_bytes(b"\xff")

    assert "not TOML" in refusal(f"--config={tmp_path / 'app.toml'}")
    assert "No such file" in refusal(f"--config={tmp_path / 'none.toml'}")


def test_an_unknown_option_is_answered_with_the_nearest_one():
    assert (
        refusal("--prot=1") == "--prot: there is no such option; did you mean --port?"
    )
    assert "--help lists them all" in refusal("--xyzzy")
    assert "--help lists them all" in refusal("9000")


def test_an_option_cannot_be_shortened():
    assert "did you mean --address?" in refusal("--addres=::1")


def test_an_option_without_its_value_is_refused():
    assert refusal("--port") == "command line: --port: expected one argument"


def test_a_bad_value_is_refused_with_the_place_that_gave_it():
    assert refusal("--port=x").startswith("--port=x: want a port")
    assert refusal(APP_PORT="x").startswith("APP_PORT=x: want a port")


def test_a_wrong_store_url_is_refused_without_its_password():
    problem = refusal("--store=mysql://joe:word@host/db")

    assert problem.startswith("--store: unknown store 'mysql'")
    assert "word" not in problem


def test_session_options_that_contradict_each_other_are_refused():
    problem = refusal("--touch-interval=5d", "--idle-timeout=7d")

    assert "touch_interval at most a tenth" in problem


def test_an_idle_timeout_brings_the_other_clocks_with_it():
    policy = settings("--idle-timeout=2s").session_policy()

    assert policy.signed_in_idle_timeout == timedelta(seconds=2)
    assert policy.touch_interval == timedelta(seconds=0.2)


def test_only_variables_that_look_like_an_option_are_reported():
    environment = {"APP_PROT": "1", "APP_HOME": "/", "PORT": "2", "APP_PORT": "3"}

    assert list(misspelt_variables(environment)) == [
        "APP_PROT is ignored; did you mean APP_PORT?"
    ]


def test_show_config_writes_every_value_with_its_origin(config):
    option = config("log-level = 'debug'")
    line = parse_command_line([option, "--port=0", "--idle-timeout=1h"])
    lines = list(configuration_lines(choose(line.texts, {"APP_ADDRESS": "::1"})))

    assert [re.findall(r"[a-z-]+", each)[0] for each in lines] == list(OPTIONS)
    assert 'port = "0"  # command line' in lines
    assert 'address = "::1"  # environment APP_ADDRESS' in lines
    assert f'log-level = "debug"  # file {option.removeprefix("--config=")}' in lines
    assert 'signed-in-idle-timeout = "1h"  # follows idle-timeout' in lines
    assert 'absolute-lifetime = "400d"  # default' in lines


def test_what_show_config_writes_is_a_config_file(config):
    chosen = choose({"port": "9000", "trusted-proxies": "::1,10.0.0.0/8"}, {})
    text = "\n".join(configuration_lines(chosen))

    assert tomllib.loads(text)["port"] == "9000"
    written = settings(config(text))
    assert written.trusted_proxies == chosen.settings.trusted_proxies


def test_show_config_masks_passwords():
    chosen = choose({"address": "redis://joe:word@host"}, {})

    assert "word" not in "\n".join(configuration_lines(chosen))


def test_help_lists_every_option_with_its_default(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "1000")
    with pytest.raises(SystemExit) as left:
        parse_command_line(["--help"])

    assert left.value.code == 0
    text = capsys.readouterr().out
    for option in OPTIONS.values():
        assert re.search(
            rf"--{option.name} \S+\s+{re.escape(option.about.what)}.*"
            rf"\(default: {re.escape(option.default_text)}\)",
            text,
        )
