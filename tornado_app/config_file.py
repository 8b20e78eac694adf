"""The TOML file of options."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from tornado_app.command_line import nearest
from tornado_app.errors import OptionError
from tornado_app.settings import OPTIONS


def read_config_file(path: Path) -> dict[str, str]:
    """Return the options in *path*, each by its name with the text of its value.

    A name may be written with ``-`` or ``_``. Raises `OptionError` when the file
    cannot be read, is not TOML, or holds something that is no option.
    """
    texts: dict[str, str] = {}
    for key, value in _load(path).items():
        name = key.replace("_", "-")
        _check_name(path, key, already=name in texts)
        texts[name] = _text(path, key, value)
    return texts


def _load(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise OptionError(f"config file {path}", exc.strerror or str(exc)) from exc
    except ValueError as exc:  # TOMLDecodeError and UnicodeDecodeError are both
        raise OptionError(f"config file {path}", f"not TOML: {exc}") from exc


def _check_name(path: Path, key: str, *, already: bool) -> None:
    name = key.replace("_", "-")
    if already:
        raise OptionError(f"{path}: {key}", "this option stands there twice")
    known = [option for option in OPTIONS if option != "config"]
    if name not in known:
        meant = nearest(name, known)
        hint = f"; did you mean {meant}?" if meant else ""
        raise OptionError(f"{path}: {key}", f"there is no such option{hint}")


def _text(path: Path, key: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ",".join(value)
    raise OptionError(f"{path}: {key}", "want a text, a whole number or true or false")
