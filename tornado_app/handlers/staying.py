"""Owns the words for how long somebody stays signed in."""

from tornado_app.i18n import Language
from tornado_app.settings import Settings


def staying_words(site: Settings, language: Language) -> str:
    """For how long, unused and at the most."""
    words = language.translate(
        "You stay signed in on this device for %(idle)s after your last visit, and for "
        "%(lifetime)s at most. On a device that is not yours, sign out when you leave."
    )
    return words % {
        "idle": language.span(site.signed_in_idle_timeout),
        "lifetime": language.span(site.signed_in_lifetime),
    }
