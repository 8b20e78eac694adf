"""Owns the words about a session on the page that lists them."""

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from tornado_app.devices import Device
from tornado_app.handlers.device_words import device_words
from tornado_app.handlers.session_list import Living
from tornado_app.i18n import Language, mark
from tornado_app.settings import Settings
from tornado_app.sign_ins import Ended, SignIn

_HOW = {
    Ended.SIGNED_OUT: mark("You signed out there."),
    Ended.REVOKED: mark("You ended it from another device."),
    Ended.ONE_TOO_MANY: mark("It was one too many when you signed in somewhere else."),
    Ended.PASSWORD_CHANGED: mark("It ended when the password was changed."),
    Ended.OPERATOR: mark("This site's operator ended it."),
    Ended.BY_ITSELF: mark("It ended by itself, or this site's operator ended it."),
}
_TOO_YOUNG = mark("This site ended it, none of your devices did.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One session in the visitor's language; empty texts are left out.

    Attributes:
        handle: The session's.
        device: Its browser and system.
        is_handheld: Whether that is a telephone or a tablet.
        name: What its owner calls it.
        user_agent: What the browser said of itself.
        address: Where it signed in from.
        facts: Pairs of what it is and when.
        can_be_named: Whether there is a place to keep a name.
        typed: What stands in the field for the name.
        how: How it ended.
    """

    handle: str
    device: str
    is_handheld: bool
    facts: tuple[tuple[str, str], ...]
    name: str = ""
    user_agent: str = ""
    address: str = ""
    can_be_named: bool = False
    typed: str = ""
    how: str = ""


class Cards:
    """Writes cards in one language for one time zone at one instant."""

    def __init__(
        self, language: Language, zone: tzinfo, *, now: datetime, site: Settings
    ) -> None:
        self._language = language
        self._zone = zone
        self._now = now
        self._site = site

    def living(self, session: Living, *, typed: str | None = None) -> Card:
        """The card of a session that can still be used; *typed* was refused as name."""
        info, sign_in = session
        signed_in_at = info.signed_in_at or info.started_at
        latest = signed_in_at + self._site.signed_in_lifetime
        facts = [
            (self._language.translate("Signed in"), self._moment(signed_in_at)),
            (self._language.translate("Last active"), self._ago(info.last_seen_at)),
            *self._ends(info.expires_at, latest),
        ]
        if sign_in is None:
            return self._card(info.handle, Device(), facts)
        card = self._signed_in(sign_in, facts)
        return replace(
            card, can_be_named=True, typed=sign_in.name if typed is None else typed
        )

    def ended(self, sign_in: SignIn) -> Card:
        """The card of a session that is over."""
        translate = self._language.translate
        facts = [(translate("Signed in"), self._moment(sign_in.signed_in_at))]
        if sign_in.ended_at is not None:
            facts.append((translate("Ended"), self._moment(sign_in.ended_at)))
        return replace(self._signed_in(sign_in, facts), how=self._how(sign_in))

    def _signed_in(self, sign_in: SignIn, facts: list[tuple[str, str]]) -> Card:
        card = self._card(sign_in.handle, sign_in.device, facts)
        return replace(
            card,
            name=sign_in.name,
            user_agent=sign_in.user_agent,
            address=sign_in.address,
        )

    def _card(self, handle: str, device: Device, facts: list[tuple[str, str]]) -> Card:
        return Card(
            handle=handle,
            device=device_words(device, self._language),
            is_handheld=device.is_handheld,
            facts=tuple(facts),
        )

    def _how(self, sign_in: SignIn) -> str:
        unused_at = sign_in.signed_in_at + self._site.signed_in_idle_timeout
        if sign_in.ended is None and unused_at > self._now:
            return self._language.translate(_TOO_YOUNG)
        return self._language.translate(_HOW[sign_in.ended or Ended.BY_ITSELF])

    def _ends(self, expires_at: datetime, latest: datetime) -> list[tuple[str, str]]:
        translate = self._language.translate
        at_the_latest = (translate("Ends at the latest"), self._moment(latest))
        if expires_at >= latest:  # no use moves it any more
            return [at_the_latest]
        unused = (translate("Ends, unless it is used"), self._moment(expires_at))
        return [unused, at_the_latest]

    def _ago(self, at: datetime) -> str:
        ago = self._language.ago(at, now=self._now)
        return f"{ago} ({self._moment(at)})"

    def _moment(self, at: datetime) -> str:
        return self._language.moment(at, self._zone)
