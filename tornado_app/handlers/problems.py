"""Owns the words for refused values."""

from tornado_app.i18n import Language, mark
from tornado_app.preferences import MAX_NAME_LENGTH, Problem

_WORDS = {
    Problem.NAME_MISSING: mark("Enter a name, any name you like."),
    Problem.NAME_NOT_SHOWABLE: mark(
        "This name has characters that cannot be shown. Type it in again."
    ),
    Problem.THEME_UNKNOWN: mark("Choose one of the themes in the list."),
    Problem.LANGUAGE_UNKNOWN: mark("Choose one of the languages in the list."),
    Problem.TIME_ZONE_UNKNOWN: mark("Choose one of the time zones in the list."),
    Problem.TEXT_SIZE_UNKNOWN: mark("Choose one of the text sizes in the list."),
    Problem.DATE_STYLE_UNKNOWN: mark("Choose one of the ways to write dates."),
    Problem.MOTION_UNKNOWN: mark("Choose whether things may move on the pages."),
}


def problem_words(problem: Problem, language: Language) -> str:
    """What is wrong and how to mend it, in *language*."""
    if problem is Problem.NAME_TOO_LONG:
        return language.translate(
            "The name is too long: it can have %(limit)d character.",
            "The name is too long: it can have at most %(limit)d characters.",
            MAX_NAME_LENGTH,
        ) % {"limit": MAX_NAME_LENGTH}
    return language.translate(_WORDS[problem])
