"""Owns the words about a session on the page that lists them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import islice

from tornado_app.devices import Device
from tornado_app.i18n import Language, mark
from tornado_app.sessions import SessionInfo
from tornado_app.sign_ins import MEMORY, Ended, SignIn

# Somebody who signs in and out all day has no use for all of it.
_MOST_ENDED = 20

_HOW = {
    Ended.SIGNED_OUT: mark("You signed out there."),
    Ended.REVOKED: mark("You ended it from another device."),
    Ended.BY_ITSELF: mark("It ended by itself, or this site's operator ended it."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One session in the visitor's language; empty texts are left out.

    Attributes:
        handle: The session's.
        device: Its browser and system.
        address: Where it signed in from.
        facts: Pairs of what it is and when.
        how: How it ended.
    """

    handle: str
    device: str
    address: str
    facts: tuple[tuple[str, str], ...]
    how: str = ""


class Cards:
    """Writes cards in one language for one time zone at one instant."""

    def __init__(
        self, language: Language, zone: tzinfo, *, now: datetime, lifetime: timedelta
    ) -> None:
        self._language = language
        self._zone = zone
        self._now = now
        self._lifetime = lifetime

    def living(self, info: SessionInfo, sign_in: SignIn | None) -> Card:
        """The card of a session that can still be used."""
        translate, moment = self._language.translate, self._moment
        signed_in_at = info.signed_in_at or info.started_at
        return Card(
            handle=info.handle,
            device=self._device(sign_in.device if sign_in else Device()),
            address=sign_in.address if sign_in else "",
            facts=(
                (translate("Signed in"), moment(signed_in_at)),
                (translate("Last active"), self._ago(info.last_seen_at)),
                (translate("Ends, unless it is used"), moment(info.expires_at)),
                (
                    translate("Ends at the latest"),
                    moment(signed_in_at + self._lifetime),
                ),
            ),
        )

    def ended(self, sign_in: SignIn) -> Card:
        """The card of a session that is over."""
        translate, moment = self._language.translate, self._moment
        facts = [(translate("Signed in"), moment(sign_in.signed_in_at))]
        if sign_in.ended_at is not None:
            facts.append((translate("Ended"), moment(sign_in.ended_at)))
        return Card(
            handle=sign_in.handle,
            device=self._device(sign_in.device),
            address=sign_in.address,
            facts=tuple(facts),
            how=translate(_HOW[sign_in.ended or Ended.BY_ITSELF]),
        )

    def _device(self, device: Device) -> str:
        if device.browser and device.system:
            text = self._language.translate("%(browser)s on %(system)s")
            return text % {"browser": device.browser, "system": device.system}
        known = device.browser or device.system
        return known or self._language.translate("An unknown device")

    def _ago(self, at: datetime) -> str:
        ago = self._language.ago(at, now=self._now)
        return f"{ago} ({self._moment(at)})"

    def _moment(self, at: datetime) -> str:
        return self._language.moment(at, self._zone)


def ended_lately(
    sign_ins: Iterable[SignIn], living: Mapping[str, SessionInfo], *, now: datetime
) -> list[SignIn]:
    """Those of *sign_ins* that are over, but not for longer than they are remembered.

    When one ended by itself is not known: it counts from its sign-in. Not all, if
    there are very many.
    """
    over = (
        each
        for each in sign_ins
        if each.handle not in living
        and (each.ended_at or each.signed_in_at) > now - MEMORY
    )
    return list(islice(over, _MOST_ENDED))
