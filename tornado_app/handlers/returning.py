"""Owns forms that come back to who sent them, with what was typed but passwords.

A form whose token is not good any more does nothing. What was typed into it is shown
again, to be sent by the visitor once more; who was signed out meanwhile gets it after
the sign-in. Until then it waits, sealed for that account, in the sign-in form.
"""

import base64
import json
import re
from collections.abc import Mapping, MutableMapping
from dataclasses import asdict, dataclass
from typing import Any

from tornado.httputil import HTTPServerRequest
from tornado.web import HTTPError

from tornado_app.handlers import xsrf
from tornado_app.handlers.forms import field_in
from tornado_app.preferences import showable
from tornado_app.tabs import from_text

FIELD = "returned"
"""The hidden field of the sign-in form in which a form waits."""

MAX_TYPED_BYTES = 4_000
"""What is longer does not come back."""

GENERAL_PAGE = "/returned"
"""Shows forms that no page shows in fields of its own."""

_KEY = "returned_form"
_FIELD_NAME = re.compile(r"[a-z_]{1,40}", re.ASCII)
# The pages that show a form that comes back, by where it was sent.
_PAGES = {
    "/": "/preferences",  # the greeting asks for a name only while it knows none
    "/preferences": "/preferences",
    "/account/password": "/account/password",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedForm:
    """What was sent, without the passwords in it.

    Attributes:
        action: The path that it was sent to.
        page: The path of the page that it came from.
        fields: What was typed, by field; only what a page can show.
        whole: Whether it can be sent again as it is: there was no password in it.
    """

    action: str
    page: str
    fields: Mapping[str, str]
    whole: bool

    @property
    def place(self) -> str:
        """The path of the page that shows it again."""
        if self.action in _PAGES:
            return _PAGES[self.action]
        return GENERAL_PAGE if self.can_be_sent_again else self.page

    @property
    def can_be_sent_again(self) -> bool:
        """Whether anything was typed, and all of it is here."""
        return self.whole and bool(self.fields)


def form_in(request: HTTPServerRequest, *, page: str) -> ReturnedForm:
    """What may come back of the form in *request*."""
    names = set(request.body_arguments) - {xsrf.FIELD, FIELD}
    kept = {name for name in names if "password" not in name}
    fields = _fields(request, kept)
    return ReturnedForm(
        action=request.path,
        page=page,
        fields=fields,
        whole=len(fields) == len(names),
    )


def came_from_our_page(request: HTTPServerRequest) -> bool:
    """Whether the browser says so; then nobody else has put words into the form.

    Tornado's cross-origin protection lets pass what says nothing.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    # Sec-Fetch-Site is only sent to sites under https, Origin with every form.
    return request.headers.get("Origin") == f"{request.protocol}://{request.host}"


def seal(form: ReturnedForm, tokens: xsrf.FormTokens, account_id: str) -> str:
    """*form* as a text for a hidden field, which only this account's sign-in opens."""
    body = base64.urlsafe_b64encode(json.dumps(asdict(form)).encode()).decode("ascii")
    return f"{body}.{tokens.make(_subject(body, account_id))}"


def unseal(text: str, tokens: xsrf.FormTokens, account_id: str) -> ReturnedForm | None:
    """The form in *text*; None: we did not seal it, or for somebody else."""
    body, _, token = text.partition(".")
    if not tokens.accepts(token, [_subject(body, account_id)]):
        return None
    return ReturnedForm(**json.loads(base64.urlsafe_b64decode(body)))


def keep(session: MutableMapping[str, Any], form: ReturnedForm) -> None:
    """Let *form* wait for the page that shows it."""
    session[_KEY] = asdict(form)


def waiting_in(session: Mapping[str, Any]) -> ReturnedForm | None:
    """The form that waits, if there is one."""
    kept = session.get(_KEY)
    return ReturnedForm(**kept) if kept else None


def forget(session: MutableMapping[str, Any]) -> None:
    """It was shown."""
    session.pop(_KEY, None)


def laid_over(form: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, str]:
    """The fields of *form* with what was *typed* into them.

    Where the visitor left a field as it was shown, it is as it is stored now.
    """
    shown = from_text(typed.get("shown", ""))
    changed = {field: text for field, text in typed.items() if shown.get(field) != text}
    return {field: changed.get(field, text) for field, text in form.items()}


def _fields(request: HTTPServerRequest, names: set[str]) -> dict[str, str]:
    """What was typed, if all of it can come back; else nothing."""
    if not all(_FIELD_NAME.fullmatch(name) for name in names):
        return {}
    try:
        typed = {name: showable(field_in(request, name) or "") for name in names}
    except HTTPError:  # malformed
        return {}
    size_bytes = sum(len(name) + len(text.encode()) for name, text in typed.items())
    return typed if size_bytes <= MAX_TYPED_BYTES else {}


def _subject(body: str, account_id: str) -> bytes:
    # Begins like no subject of a form's token: neither passes for the other.
    return f"returned:{account_id}:{body}".encode()
