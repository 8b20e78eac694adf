"""Owns telling a device that its account was signed in to on a new one.

A sign-in writes nothing into the account's other sessions. Each of them asks, when it
opens a page, what was noted since it was told last; a thief who signs in is told of on
every device of the owner, and cannot take that back by signing out.
"""

from datetime import tzinfo

from tornado_app.handlers.device_words import device_words
from tornado_app.i18n import Language
from tornado_app.sign_ins import SignIn


def news_words(sign_in: SignIn, language: Language, zone: tzinfo) -> str:
    """What its other devices are told of *sign_in*, once each."""
    words = language.translate(
        "Your account was signed in to on a device that is new to it: %(device)s, on"
        " %(when)s. If that was not you, sign that device out under Sessions, and"
        " change your password."
    )
    when = language.moment(sign_in.new_device_at or sign_in.signed_in_at, zone)
    return words % {"device": device_words(sign_in.device, language), "when": when}
