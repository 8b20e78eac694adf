"""Owns the words on error pages."""

from dataclasses import dataclass
from enum import StrEnum

from tornado_app.i18n import mark


class Way(StrEnum):
    """Where to go on from an error page."""

    HOME = "home"
    FORM = "form"
    """To the page that the refused form came from."""
    AGAIN = "again"
    """To the same page once more."""


@dataclass(frozen=True, slots=True)
class ErrorText:
    """What happened, and what to do next; both marked for translation."""

    title: str
    advice: str
    way: Way = Way.HOME


_TEXTS = {
    400: ErrorText(
        mark("We could not read that"),
        mark(
            "What your browser sent was damaged or not complete. Nothing was changed. "
            "Open the page again and send the form once more."
        ),
        Way.FORM,
    ),
    403: ErrorText(
        mark("This form needs to be sent again"),
        mark(
            "We could not make sure that it came from our own page: it may have been "
            "open for too long, or cookies are blocked. This time it did nothing. Open "
            "the page again, and if it is not done already, send the form once more; "
            "what you typed is still there when you go back in your browser."
        ),
        Way.FORM,
    ),
    404: ErrorText(
        mark("There is no such page"),
        mark(
            "The address may be mistyped, or what was here is gone. All of our pages "
            "can be reached from the greeting."
        ),
    ),
    405: ErrorText(
        mark("This page works differently"),
        mark(
            "Its address only takes what a form sends. Open the page with the form and "
            "use its button."
        ),
        Way.FORM,
    ),
    413: ErrorText(
        mark("That was too much"),
        mark(
            "What was sent is larger than this site accepts. Nothing was changed. "
            "Please shorten it and try again."
        ),
        Way.FORM,
    ),
    415: ErrorText(
        mark("We could not read that"),
        mark(
            "This site only understands forms that were sent from its own pages. "
            "Nothing was changed. Open the page with the form and use its button."
        ),
        Way.FORM,
    ),
    422: ErrorText(
        mark("Something in the form needs mending"),
        mark(
            "Nothing was changed. Open the page again, look the form over and send it "
            "once more."
        ),
        Way.FORM,
    ),
    429: ErrorText(
        mark("That was too often"),
        mark(
            "To keep people from guessing, this only works so many times in a row. "
            "Nothing is lost: wait a little, then try again."
        ),
        Way.AGAIN,
    ),
    421: ErrorText(
        mark("This is not our address"),
        mark("This site does not answer under this name. Please check the address."),
    ),
    500: ErrorText(
        mark("Something went wrong on our side"),
        mark(
            "It is not your fault. Please try again; if it keeps happening, tell us "
            "the number below."
        ),
        Way.AGAIN,
    ),
    503: ErrorText(
        mark("We cannot reach our memory right now"),
        mark(
            "What you told us before is not lost, we just cannot get at it at the "
            "moment. Please try again in a minute."
        ),
        Way.AGAIN,
    ),
}

_ANY_REFUSAL = ErrorText(
    mark("That did not work"), mark("Please go back and try again.")
)


def error_text(status: int) -> ErrorText:
    """The words for an HTTP *status*, whichever it is."""
    return _TEXTS.get(status, _ANY_REFUSAL if status < 500 else _TEXTS[500])
