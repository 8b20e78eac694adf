"""Owns reading the fields of a form.

Tornado's own argument reader replaces control characters and strips; here a field
arrives as it was sent, so that the checks see it.
"""

from tornado.httputil import HTTPServerRequest
from tornado.web import HTTPError, MissingArgumentError

FORM_CONTENT_TYPE = "application/x-www-form-urlencoded"


def field_in(request: HTTPServerRequest, name: str) -> str | None:
    """The text of a field in the body, never in the URL; None when it was not sent.

    Raises `HTTPError` 400 when it was sent twice or is not UTF-8.
    """
    values = request.body_arguments.get(name, [])
    if len(values) > 1:
        raise HTTPError(400, "Field %s was sent %d times", name, len(values))
    try:
        return values[0].decode("utf-8") if values else None
    except UnicodeDecodeError:
        raise HTTPError(400, "Field %s is not UTF-8", name) from None


def required_field_in(request: HTTPServerRequest, name: str) -> str:
    """As `field_in`, but a field that was not sent is an `HTTPError` 400."""
    text = field_in(request, name)
    if text is None:
        raise MissingArgumentError(name)
    return text


def is_form(request: HTTPServerRequest) -> bool:
    """Whether the body is a form, or is empty."""
    content_type = request.headers.get("Content-Type", "").partition(";")[0]
    return not request.body or content_type.strip().lower() == FORM_CONTENT_TYPE
