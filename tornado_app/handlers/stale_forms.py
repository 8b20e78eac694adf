"""Owns the answer to a form whose token is not good (any more)."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from tornado.web import HTTPError

from tornado_app.handlers import returning
from tornado_app.handlers.next_page import next_page
from tornado_app.handlers.returned_words import typed_words
from tornado_app.handlers.staying import staying_words
from tornado_app.i18n import mark

if TYPE_CHECKING:
    from tornado_app.handlers.base import BaseHandler

SEND_AGAIN = mark(
    "We could not make sure that this form came from our own page: it may have been "
    "open for too long, or you signed in or out in another tab. This time it did "
    "nothing. If it is not done already, please look it over and send it again."
)
_SIGN_IN = mark(
    "You were signed out before this form arrived, so nothing was changed. Sign in, "
    "and it comes back with what you typed."
)
_SIGN_IN_FIRST = mark(
    "You were signed out before this arrived, so nothing was changed. Sign in, then "
    "try again."
)


class FormRefusedError(HTTPError):
    """The form's token was not made for who sent it."""

    def __init__(self) -> None:
        super().__init__(HTTPStatus.FORBIDDEN, "Form token was refused")


async def give_back(handler: "BaseHandler") -> bool:
    """Show what was typed again; False: there is nothing that could be shown."""
    form = returning.form_in(handler.request, page=handler.form_url)
    ended = handler.ended_sign_in
    if ended is not None:
        _ask_to_sign_in(handler, form, ended.account_id)
    elif form.fields and form.place == handler.request.path:
        await _show_in_its_page(handler, form)
    elif form.can_be_sent_again:
        handler.set_status(HTTPStatus.FORBIDDEN)
        handler.notices = [SEND_AGAIN]
        show_to_send_again(handler, form)
    else:
        return False
    return True


def show_to_send_again(handler: "BaseHandler", form: returning.ReturnedForm) -> None:
    """Show *form* on a page with a button that sends it, under a fresh token."""
    handler.render_page(
        "returned.html",
        page="returned",
        returned=form,
        typed=typed_words(form.fields, handler.language),
    )


def _ask_to_sign_in(
    handler: "BaseHandler", form: returning.ReturnedForm, account_id: str
) -> None:
    handler.set_status(HTTPStatus.FORBIDDEN)
    handler.notices = [_SIGN_IN if form.fields else _SIGN_IN_FIRST]
    handler.render_page(
        "sign_in.html",
        page="sign-in",
        problems={},
        username="",
        next_page=next_page(handler.form_url),
        returned=returning.seal(form, handler.form_tokens, account_id),
        staying=staying_words(handler.site, handler.language),
    )


async def _show_in_its_page(
    handler: "BaseHandler", form: returning.ReturnedForm
) -> None:
    handler.set_status(HTTPStatus.FORBIDDEN)
    handler.notices = [SEND_AGAIN]
    handler.returned_fields = form.fields
    answer = handler.get()
    if answer is not None:
        await answer
