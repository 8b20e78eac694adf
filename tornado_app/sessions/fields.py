"""A session's fields declared once, for type checkers and for old data."""

import copy
import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self, get_origin, get_type_hints

from .errors import SessionError
from .field_types import check_hint, fits, frozen, plain
from .session import Session
from .values import encode

_MISSING = object()


class NewerFieldsError(SessionError):
    """The session was written by a newer version of the program; it is left alone.

    Attributes:
        name: The class that declares the fields.
        found: The version that is stored.
        known: The newest version that this program knows.
    """

    def __init__(self, name: str, found: int, known: int) -> None:
        super().__init__(
            f"{name} in this session is version {found} and this program knows up to"
            f" {known}; nothing of it was read or changed"
        )
        self.name = name
        self.found = found
        self.known = known


class _Field:
    """One attribute of a `SessionFields`: the session's top-level key of its name."""

    def __init__(self, owner: str, name: str, hint: Any, default: object) -> None:
        self._label = f"{owner}.{name}"
        self._name = name
        self._hint = hint
        check_hint(self._label, hint)
        self._check(default)
        self._default = frozen(default)

    def __get__(self, fields: "SessionFields | None", owner: type) -> Any:
        if fields is None:
            return self
        value = fields._current().get(self._name, _MISSING)
        return frozen(value) if fits(value, self._hint) else self._default

    def __set__(self, fields: "SessionFields", value: object) -> None:
        self._check(value)
        fields._write_upgrade()
        fields._session[self._name] = plain(value)

    def __delete__(self, fields: "SessionFields") -> None:
        fields._write_upgrade()
        fields._session.pop(self._name, None)

    def _check(self, value: object) -> None:
        if not fits(value, self._hint):
            wanted = inspect.formatannotation(self._hint)
            raise TypeError(f"want {wanted} as {self._label}, got {value!r}")


class SessionFields:
    """The base of a class whose annotations declare fields of a session.

    Each field is one top-level key, so two requests that change different fields both
    count. It is assigned as a whole: lists come as tuples and objects as read-only
    mappings, which a type checker knows. A value that is missing, or of another type
    than declared, reads as the default; to assign one is a TypeError. `del` brings
    the default back. Keys that are no field stay as they are in the mapping.

    Data is of version 1 unless the key ``NAME.version`` says otherwise; *name* is the
    class's own if none is given. Older data is shown as `upgrade` makes it; that is
    stored with the first field that changes, and not before. Newer data raises
    `NewerFieldsError`.

    Raises TypeError, when the class is made, for a type that JSON does not bring back,
    for a field without a default and for one named as what this class has itself.
    """

    __slots__ = ("_session",)
    _version: ClassVar[int] = 1
    _version_key: ClassVar[str] = ""
    _session: Session

    def __init_subclass__(cls, *, version: int = 1, name: str | None = None) -> None:
        super().__init_subclass__()
        if version < 1:
            raise ValueError(f"want version of at least 1, got {version}")
        cls._version = version
        cls._version_key = f"{name or cls.__name__}.version"
        hints = get_type_hints(cls)
        for key in inspect.get_annotations(cls):
            if ClassVar in (hints[key], get_origin(hints[key])):
                continue
            if hasattr(SessionFields, key):
                raise TypeError(
                    f"want another name for {cls.__name__}.{key}: it is ours"
                )
            default = cls.__dict__.get(key, _MISSING)
            if default is _MISSING:
                raise TypeError(f"want a default for {cls.__name__}.{key}")
            setattr(cls, key, _Field(cls.__name__, key, hints[key], default))

    def __init__(self, session: Session) -> None:
        self._session = session

    if not TYPE_CHECKING:  # to a type checker it would allow any name

        def __setattr__(self, name: str, value: object) -> None:
            if not hasattr(type(self), name):  # a misspelt field would be lost
                raise AttributeError(f"{type(self).__name__} has no field {name!r}")
            super().__setattr__(name, value)

    @classmethod
    def upgrade(cls, data: dict[str, Any], version: int) -> None:
        """Change *data*, all keys of a session of *version*, into the next version.

        Called once for each step that is missing. Any key may be absent. What it
        deletes is deleted from the session when the upgrade is stored.
        """

    async def store_upgrade(self) -> Self:
        """Store the upgrade of older data now, by a transaction; return the fields.

        For versions that rewrite existing fields: two requests at once that are both
        the first to change the session would otherwise both store it, the later over
        what the earlier has changed. Raises as `Session.transaction` does.
        """
        if self._stored_version() < self._version:
            await self._session.transaction(lambda _: self._write_upgrade())
        return self

    def _stored_version(self) -> int:
        if not self._session:
            return self._version  # nothing is there that could be old
        found = self._session.get(self._version_key, 1)
        version = found if fits(found, int) and found > 0 else 1
        if version > self._version:
            raise NewerFieldsError(type(self).__name__, version, self._version)
        return int(version)

    def _current(self) -> Mapping[str, Any]:
        """What the fields are read from; computed each time, for reloads change it."""
        is_old = self._stored_version() < self._version
        return self._upgraded() if is_old else self._session

    def _upgraded(self) -> dict[str, Any]:
        # A copy: what it changed in place would be committed as a change.
        data = copy.deepcopy(dict(self._session))
        for version in range(self._stored_version(), self._version):
            self.upgrade(data, version)
        return data

    def _write_upgrade(self) -> None:
        session, is_old = self._session, self._stored_version() < self._version
        if not is_old and session.get(self._version_key, 1) == self._version:
            return
        data = self._upgraded()
        for key in session.keys() - data.keys():
            del session[key]
        for key, value in data.items():
            # Compared as text, since 1 == True. What is the same stays the same object:
            # the handler may hold it and change it in place.
            if key not in session or encode(key, session[key]) != encode(key, value):
                session[key] = value
        session[self._version_key] = self._version
