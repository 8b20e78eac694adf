"""Which types a declared field may have, with what a value of each looks like."""

import types
from collections.abc import Mapping
from typing import Any, Literal, Union, get_args, get_origin

_SCALARS = (str, int, float, bool, types.NoneType)
_UNIONS = (Union, types.UnionType)
_WANTED = (
    "want str, int, float, bool, None, a Literal or a union of them,"
    " tuple[T, ...] for a list, Mapping[str, T] for an object"
)


def check_hint(label: str, hint: Any) -> None:
    """Raise TypeError, which names *label*, unless JSON brings such values back."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in _SCALARS or origin is Literal:
        return
    if origin in _UNIONS:
        parts = arguments
    elif origin is tuple and arguments[1:] == (...,):
        parts = arguments[:1]
    elif origin is Mapping and arguments[0] is str:
        parts = arguments[1:]
    else:
        raise TypeError(f"{_WANTED}; got {hint!r} for {label}")
    for part in parts:
        check_hint(label, part)


def fits(value: object, hint: Any) -> bool:
    """Tell whether *value*, set just now or read from JSON, is what *hint* says.

    An int is a float, as type checkers have it; a bool is no number.
    """
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return any(value == one and type(value) is type(one) for one in arguments)
    if origin in _UNIONS:
        return any(fits(value, one) for one in arguments)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            return False
        return all(fits(item, arguments[0]) for item in value)
    if origin is Mapping:
        if not isinstance(value, Mapping):
            return False
        keys, items = value.keys(), value.values()
        return all(fits(key, str) for key in keys) and all(
            fits(item, arguments[1]) for item in items
        )
    if isinstance(value, bool):
        return hint is bool
    return isinstance(value, int | float if hint is float else hint)


def frozen(value: Any) -> Any:
    """Return *value* so that nobody changes in place what would not be noticed."""
    if isinstance(value, list | tuple):
        return tuple(map(frozen, value))
    if isinstance(value, Mapping):
        items = {key: frozen(item) for key, item in value.items()}
        return types.MappingProxyType(items)
    return value


def plain(value: Any) -> Any:
    """Return *value* as a session takes it."""
    if isinstance(value, list | tuple):
        return list(map(plain, value))
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return value
