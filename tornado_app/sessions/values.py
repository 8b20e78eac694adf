"""What a session may hold, as JSON text.

RFC 8259 in UTF-8, stricter than Python's own `json` where that would surprise: keys
are text and stay text, numbers are finite, every text can be encoded.
"""

import functools
import json
from collections.abc import Iterable, Mapping
from typing import Any

MAX_DEPTH = 64
"""How deeply lists and objects may lie in each other, the value itself included."""

_encode = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":")
).encode
# Numbers and constants are most of what changes; the encoder is slow to begin.
_CONSTANTS = {None: "null", True: "true", False: "false"}
_PLAIN = 10**18
_CONTAINERS = (list, tuple, dict)
_SCALARS = (str, int, float, bool, type(None))


def encode(key: str, value: object) -> str:
    """Return *value* as JSON text; *key* is named in what is raised.

    Raises:
        TypeError: JSON has no such type (bytes, datetime, a key that is no text).
        ValueError: JSON has no such value (NaN, infinity, a lone surrogate, more than
            `MAX_DEPTH` levels).
    """
    if type(value) is int and -_PLAIN < value < _PLAIN:
        return str(value)
    if value is None or value is True or value is False:
        return _CONSTANTS[value]
    try:
        _check(value, MAX_DEPTH)
        text = _encode(value)
        text.encode()
    except (TypeError, ValueError) as exc:
        kind = TypeError if isinstance(exc, TypeError) else ValueError
        raise kind(f"cannot keep session[{key!r}]: {_reason(exc)}") from exc
    return text


@functools.lru_cache(1024)
def encode_key(key: str) -> str:
    """Return an already checked *key* as JSON text; there are few in a program."""
    return _encode(key)


def encode_object(values: Mapping[str, Any]) -> str:
    """Return already checked *values* as the text of one JSON object."""
    return _encode(values)


def check_key(key: object) -> None:
    """Refuse what cannot be a key of a JSON object.

    Raises:
        TypeError: *key* is no text.
        ValueError: *key* holds a lone surrogate.
    """
    if not isinstance(key, str):
        raise TypeError(f"want text as a session key, got {key!r}")
    try:
        key.encode()
    except UnicodeEncodeError as exc:
        raise ValueError(f"session key {key!r} holds a lone surrogate") from exc


def without_tuples(value: Any) -> Any:
    """Return *value* with every tuple as the list that it will be when read back.

    What holds no tuple is returned itself, not a copy.
    """
    if not isinstance(value, _CONTAINERS):
        return value
    if isinstance(value, tuple):
        return [without_tuples(item) for item in value]
    if isinstance(value, list):
        items = [without_tuples(item) for item in value]
        return items if _differ(items, value) else value
    plain = {key: without_tuples(item) for key, item in value.items()}
    return plain if _differ(plain.values(), value.values()) else value


def _differ(ours: Iterable[object], theirs: Iterable[object]) -> bool:
    return any(our is not their for our, their in zip(ours, theirs, strict=True))


def _check(value: object, depth: int) -> None:
    if isinstance(value, _SCALARS):
        return
    if not isinstance(value, _CONTAINERS):
        raise TypeError(f"JSON has no {type(value).__name__}")
    if depth == 0:
        raise ValueError(f"more than {MAX_DEPTH} levels of lists and objects")
    if isinstance(value, dict):
        _check_keys(value)
        value = value.values()
    for item in value:
        _check(item, depth - 1)


def _check_keys(value: dict[Any, Any]) -> None:
    for key in value:
        if not isinstance(key, str):
            raise TypeError(f"the key {key!r} inside is no text")


def _reason(exc: Exception) -> str:
    if isinstance(exc, UnicodeEncodeError):
        return "it holds a lone surrogate, which UTF-8 cannot say"
    return str(exc)
