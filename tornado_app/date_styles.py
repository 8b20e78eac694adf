"""How a visitor wants dates to be written."""

import functools
from datetime import datetime, tzinfo

from babel import dates

from tornado_app.i18n import Language


class DatedLanguage(Language):
    """A language in all but its dates, which are short or as ISO 8601 has them."""

    def __init__(self, plain: Language, style: str) -> None:
        self.__dict__.update(vars(plain))
        self._date_style = style

    def day(self, at: datetime, zone: tzinfo) -> str:
        """The date, e.g. ``11/24/26`` or ``2026-11-24``."""
        local = at.astimezone(zone)
        if self._date_style == "iso":
            return local.date().isoformat()
        return dates.format_date(local, "short", self._cldr)


@functools.cache
def with_dates(language: Language, style: str) -> Language:
    """*language* with its dates in this style, one of `DATE_STYLES`."""
    return language if style == "long" else DatedLanguage(language, style)
