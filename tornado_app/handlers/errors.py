"""Owns the words on error pages."""

from dataclasses import dataclass

from tornado_app.i18n import mark


@dataclass(frozen=True, slots=True)
class ErrorText:
    """What happened, and what to do next; both marked for translation."""

    title: str
    advice: str


_TEXTS = {
    400: ErrorText(
        mark("We could not read that"),
        mark("The request was damaged on its way. Please go back and try again."),
    ),
    403: ErrorText(
        mark("This form needs to be sent again"),
        mark(
            "We could not make sure that it came from our own page: it may have been "
            "open for too long, or cookies are blocked. Nothing was changed. Open the "
            "page again and send the form once more; what you typed is still there "
            "when you go back in your browser."
        ),
    ),
    404: ErrorText(
        mark("There is no such page"),
        mark("The address may be mistyped, or the page has moved."),
    ),
    405: ErrorText(
        mark("This page works differently"),
        mark("It cannot be used this way. Please start from one of our pages."),
    ),
    413: ErrorText(
        mark("That was too much"),
        mark(
            "What was sent is larger than this site accepts. Nothing was changed. "
            "Please shorten it and try again."
        ),
    ),
    415: ErrorText(
        mark("We could not read that"),
        mark("This site only understands forms that were sent from its own pages."),
    ),
    500: ErrorText(
        mark("Something went wrong on our side"),
        mark(
            "It is not your fault. Please try again; if it keeps happening, tell us "
            "the number below."
        ),
    ),
    503: ErrorText(
        mark("We cannot reach our memory right now"),
        mark(
            "What you told us before is not lost, we just cannot get at it at the "
            "moment. Please try again in a minute."
        ),
    ),
}

_ANY_REFUSAL = ErrorText(
    mark("That did not work"), mark("Please go back and try again.")
)


def error_text(status: int) -> ErrorText:
    """The words for an HTTP *status*, whichever it is."""
    return _TEXTS.get(status, _ANY_REFUSAL if status < 500 else _TEXTS[500])
