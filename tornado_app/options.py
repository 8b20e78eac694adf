"""Which of its sources decides each option."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tornado_app.command_line import nearest
from tornado_app.config_file import read_config_file
from tornado_app.errors import OptionError
from tornado_app.following import RULES, follow
from tornado_app.option_values import masked, show
from tornado_app.settings import OPTIONS, Option, Settings

_URLS = ("database", "store")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The text of one option, and the name of the place that gave it."""

    text: str
    source: str
    """As an error names it: ``--port``, ``APP_PORT`` or ``app.toml: port``."""
    origin: str
    """As ``--show-config`` names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The settings, and where each option's value came from."""

    settings: Settings
    origins: Mapping[str, str]


def choose(texts: Mapping[str, str], environment: Mapping[str, str]) -> Choice:
    """Settle every option: command line (*texts*), environment, TOML file, default.

    Raises `OptionError` when a value cannot be read, when the options do not fit
    together, or when the TOML file cannot be used.
    """
    given = {**_from_environment(environment), **_from_command_line(texts)}
    if "config" in given:
        given = {**_from_file(Path(given["config"].text)), **given}
    values = {name: _parse(OPTIONS[name], entry) for name, entry in given.items()}
    origins = {name: entry.origin for name, entry in given.items()}
    for name, length, origin in _followers(values):
        values[name], origins[name] = length, origin
    return Choice(settings=_settings(values), origins=origins)


def misspelt_variables(environment: Mapping[str, str]) -> Iterator[str]:
    """Name each ``APP_`` variable that looks like an option's and is none.

    Others are let be: the prefix is not ours alone.
    """
    known = [option.variable.removeprefix("APP_") for option in OPTIONS.values()]
    for variable in sorted(environment):
        name = variable.removeprefix("APP_")
        meant = nearest(name, known) if name not in (variable, *known) else None
        if meant:
            yield f"{variable} is ignored; did you mean APP_{meant}?"


def configuration_lines(choice: Choice) -> Iterator[str]:
    """Write every value as a line of TOML with its origin; passwords are masked."""
    for option in OPTIONS.values():
        text = masked(show(getattr(choice.settings, option.field_name)))
        origin = choice.origins.get(option.name, "default")
        if option.name == "config" or not text:  # nothing that a TOML file could hold
            yield f"# {option.name}: {text or option.default_text}  # {origin}"
        else:
            yield f"{option.name} = {_quoted(text)}  # {origin}"


def _quoted(text: str) -> str:
    # A JSON string is a TOML one too (TOML 1.0, "basic string").
    return json.dumps(text, ensure_ascii=False)


def _from_command_line(texts: Mapping[str, str]) -> dict[str, Given]:
    return {
        name: Given(text=text, source=f"--{name}", origin="command line")
        for name, text in texts.items()
    }


def _from_environment(environment: Mapping[str, str]) -> dict[str, Given]:
    """An empty variable counts as absent: compose files pass on unset ones so."""
    return {
        option.name: Given(
            text=environment[option.variable],
            source=option.variable,
            origin=f"environment {option.variable}",
        )
        for option in OPTIONS.values()
        if environment.get(option.variable)
    }


def _from_file(path: Path) -> dict[str, Given]:
    return {
        name: Given(text=text, source=f"{path}: {name}", origin=f"file {path}")
        for name, text in read_config_file(path).items()
    }


def _parse(option: Option, given: Given) -> object:
    try:
        return option.about.parse(given.text)
    except ValueError as exc:
        # Where in a wrong URL a password stands nobody knows; its error has none in it.
        shown = "" if option.name in _URLS else f"={given.text}"
        raise OptionError(f"{given.source}{shown}", str(exc)) from exc


def _followers(
    values: Mapping[str, object],
) -> Iterator[tuple[str, timedelta, str]]:
    clocks = {name: v for name, v in values.items() if isinstance(v, timedelta)}
    defaults = {rule.name: OPTIONS[rule.name].default for rule in RULES}
    lengths = {n: v for n, v in defaults.items() if isinstance(v, timedelta)}
    for name, followed in follow(clocks, lengths).items():
        if followed.leader:
            yield name, followed.length, f"follows {followed.leader}"


def _settings(values: Mapping[str, object]) -> Settings:
    fields = {OPTIONS[name].field_name: value for name, value in values.items()}
    try:
        return Settings(**fields)  # type: ignore[arg-type]  # each read by its own parser
    except ValueError as exc:
        raise OptionError("the options", str(exc)) from exc
