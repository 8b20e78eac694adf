"""How long a session lives, what it may hold, how its cookie looks."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from .cookie_rules import check_cookie
from .record import PAST, Clocks, SessionRecord

LONGEST_COOKIE = timedelta(days=400)
"""Browsers keep no cookie longer (RFC 6265bis §5.5)."""

LONGEST = timedelta(days=36_500)
"""A century: an instant far beyond it has no date."""

_ZERO = timedelta(0)
_MAY_BE_NONE = {
    "absolute_lifetime",
    "signed_in_idle_timeout",
    "signed_in_lifetime",
    "touch_interval",
    "renew_every",
    "max_sessions_per_user",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPolicy:
    """The rules for every session of one `Sessions`; checked at birth.

    Raises:
        ValueError: A field is out of its range, or two of them contradict each other.
    """

    idle_timeout: timedelta = timedelta(days=14)
    """Unused for this long, a session is over (OWASP "idle timeout")."""

    absolute_lifetime: timedelta | None = timedelta(days=90)
    """Over this long after it starts, however busy; None: no such end."""

    signed_in_idle_timeout: timedelta | None = None
    """The idle timeout of sessions with a user; None: the same."""

    signed_in_lifetime: timedelta | None = None
    """The absolute lifetime of sessions with a user, from the sign-in; None: the same.
    A new authentication starts both clocks anew (NIST SP 800-63B-4 §5.2)."""

    touch_interval: timedelta | None = None
    """A use is noted at most this often. 0: always; else at most a tenth of the
    shortest idle timeout. Not given: a minute, or that tenth if it is less."""

    renew_every: timedelta | None = None
    """Give a session a new id this often; wants a ``renewal_grace``."""

    renewal_grace: timedelta = _ZERO
    """How long requests may still come with the old id after a renewal."""

    resave: bool = False
    """Note every use, whatever the touch interval; no data is rewritten."""

    save_uninitialized: bool = False
    """Keep new sessions in which nothing was stored. Off: strangers cost nothing."""

    store_timeout: timedelta = timedelta(seconds=2)
    """How long one call to the store may take before the visitor is told (503)."""

    sweep_interval: timedelta = timedelta(minutes=1)
    """The pause between two sweeps."""

    sweep_batch: int = 12
    """Expired records that go in one step; small, so that no writer waits long."""

    max_session_bytes: int = 65_536
    """The largest session, as UTF-8 JSON."""

    max_flashes: int = 20
    """More messages than this push out the oldest."""

    max_sessions_per_user: int | None = 20
    """More than this end the least recently used one (ASVS 5.0, 7.1.2)."""

    cookie_name: str = "session"
    """A secure one gets ``__Host-``: this host, path ``/`` (RFC 6265bis §4.1.3)."""

    cookie_path: str = "/"
    cookie_domain: str | None = None
    cookie_secure: bool | Literal["auto"] = "auto"
    """``"auto"``: by the scheme of the request."""

    cookie_httponly: bool = True
    cookie_samesite: Literal["Lax", "Strict", "None"] = "Lax"
    cookie_partitioned: bool = False
    cookie_persistent: bool = True
    """Survives the end of the browser; off: gone with it (no Max-Age)."""

    rolling: bool = False
    """Send the cookie again with each touch."""

    _shortest_lifetime: timedelta = field(init=False, repr=False, compare=False)
    """With a user or without."""

    _cookie_names: tuple[str, str] = field(init=False, repr=False, compare=False)
    """What `cookie_name_for` answers to False and to True."""

    def __post_init__(self) -> None:
        self._check_durations()
        self._check_limits()
        check_cookie(self)
        if self.touch_interval is None:
            interval = min(timedelta(minutes=1), self._shortest_idle() / 10)
            object.__setattr__(self, "touch_interval", interval)
        longest = self.absolute_lifetime or LONGEST
        shortest = min(longest, self.signed_in_lifetime or longest)
        object.__setattr__(self, "_shortest_lifetime", shortest)
        names = self.cookie_name, f"{self._cookie_prefix()}{self.cookie_name}"
        object.__setattr__(self, "_cookie_names", names)

    def cookie_name_for(self, secure: bool) -> str:
        """Return the cookie's name: with what browsers make of a *secure* one."""
        return self._cookie_names[secure]

    def clocks(
        self, *, user: str | None, started_at: datetime, signed_in_at: datetime | None
    ) -> Clocks:
        """Return the two clocks of a session that is as the arguments say."""
        begin, idle_timeout = started_at, self.idle_timeout
        lifetime = self.absolute_lifetime
        if user is not None and signed_in_at is not None:
            begin = signed_in_at
            idle_timeout = self.signed_in_idle_timeout or idle_timeout
            lifetime = self.signed_in_lifetime or lifetime
        return Clocks(idle_timeout, None if lifetime is None else begin + lifetime)

    def clocks_of(self, record: SessionRecord) -> Clocks:
        """Return the two clocks of *record*."""
        return self.clocks(
            user=record.user,
            started_at=record.started_at,
            signed_in_at=record.signed_in_at,
        )

    def expires_at(self, record: SessionRecord) -> datetime:
        """When *record* ends: as was stored, or earlier if the policy says so now."""
        clocks = self.clocks_of(record)
        ends_at = clocks.expires_at(record.last_seen_at, record.idle_timeout)
        return ends_at if ends_at < record.expires_at else record.expires_at

    def has_expired(self, record: SessionRecord, now: datetime) -> bool:
        """Tell whether *record* has ended at *now*, as `expires_at` says."""
        return self.expires_at(record) <= now

    def quiet_until(self, record: SessionRecord) -> datetime:
        """Until when *record* surely has not ended, and no use of it is to be noted.

        One look instead of three: a touch is due before any end by idleness.
        """
        begin = record.signed_in_at or record.started_at
        ends_at = min(record.expires_at, begin + self._shortest_lifetime)
        until = min(self._touch_due_at(record), ends_at)
        if self.renew_every is not None:
            until = min(until, record.renewed_at + self.renew_every)
        return until

    def touch_is_due(self, record: SessionRecord, now: datetime) -> bool:
        """Tell whether a use at *now* is to be noted in *record*."""
        return now >= self._touch_due_at(record)

    def renewal_is_due(self, record: SessionRecord, now: datetime) -> bool:
        """Tell whether the clock asks for a new id at *now*."""
        return (
            self.renew_every is not None and now - record.renewed_at >= self.renew_every
        )

    def _touch_due_at(self, record: SessionRecord) -> datetime:
        interval = self.touch_interval
        if self.resave or not interval:
            return PAST
        if record.idle_timeout is not None:
            interval = min(interval, record.idle_timeout / 10)
        return record.last_seen_at + interval

    def _cookie_prefix(self) -> str:
        is_of_one_host = self.cookie_domain is None and self.cookie_path == "/"
        return "__Host-" if is_of_one_host else "__Secure-"

    def _shortest_idle(self) -> timedelta:
        return min(self.idle_timeout, self.signed_in_idle_timeout or self.idle_timeout)

    def _check_durations(self) -> None:
        for name in (
            "idle_timeout",
            "absolute_lifetime",
            "signed_in_idle_timeout",
            "signed_in_lifetime",
            "renew_every",
            "store_timeout",
            "sweep_interval",
        ):
            _check_range(name, getattr(self, name), above_zero=True)
        _check_range("renewal_grace", self.renewal_grace, above_zero=False)
        _check_range("touch_interval", self.touch_interval, above_zero=False)
        if (self.touch_interval or _ZERO) > self._shortest_idle() / 10:
            raise ValueError(
                "want touch_interval at most a tenth of the shortest idle timeout,"
                f" {self._shortest_idle() / 10}; got {self.touch_interval}"
            )
        if self.renew_every is not None and not self.renewal_grace:
            raise ValueError("renew_every wants a renewal_grace above 0")

    def _check_limits(self) -> None:
        for name in (
            "sweep_batch",
            "max_session_bytes",
            "max_flashes",
            "max_sessions_per_user",
        ):
            value = getattr(self, name)
            if value is None and name in _MAY_BE_NONE:
                continue
            if not isinstance(value, int):
                raise ValueError(f"want {name} as a whole number, got {value!r}")
            if value < 1:
                raise ValueError(f"want {name} of at least 1, got {value}")


def _check_range(name: str, value: timedelta | None, *, above_zero: bool) -> None:
    if value is None and name in _MAY_BE_NONE:
        return
    if not isinstance(value, timedelta):
        raise ValueError(f"want {name} as a timedelta, got {value!r}")
    if value < _ZERO or (above_zero and not value):
        raise ValueError(f"want {name} {'> 0' if above_zero else '>= 0'}, got {value}")
    if value > LONGEST:
        raise ValueError(f"want {name} at most {LONGEST.days} days, got {value}")
