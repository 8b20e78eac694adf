"""Ends a response only when its session is committed."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Any

from tornado.concurrent import (
    future_add_done_callback,
    future_set_result_unless_cancelled,
)
from tornado.httputil import HTTPHeaders
from tornado.web import RequestHandler

from .draft import Draft
from .dressing import dress, keep_out_of_caches, send_cookie
from .errors import (
    SessionError,
    SessionGoneError,
    SessionTooLargeError,
    StoreUnavailableError,
)
from .lifecycle import Lifecycle
from .marks import LEAVE
from .sealing import Seal, make_ready, restore, seal
from .under_way import UnderWay

_log = logging.getLogger(__name__)
_STATUS_OF: dict[type, int] = {
    SessionGoneError: 409,
    SessionTooLargeError: 413,
    StoreUnavailableError: 503,
}

Chunk = str | bytes | dict[str, Any] | None
Done = asyncio.Future[None]


class CommittedAnswer(RequestHandler):
    """A handler whose `finish` and `flush` wait for the commit of its session.

    Whoever loads the session sets ``_lifecycle`` and ``_draft``.
    """

    _lifecycle: Lifecycle
    _draft: Draft | None = None
    # What finish() has sealed, for the store's answer.
    _sealed: Seal
    # Whether the handler looked at the session: the answer may depend on it.
    _uses_session = False
    # The headers that keep the answer out of caches already; an error page has others.
    _kept_out: HTTPHeaders | None = None
    # What went wrong: from then on nothing is committed.
    _failure: BaseException | None = None
    # These stand from flush() or finish() until the commit is done and they happen.
    _flushing: Done | None = None
    _ending: Done | None = None
    _committing: "asyncio.Task[None] | None" = None
    # Whether `_finished` is said to Tornado before it is true.
    _finishes_later = False

    def finish(self, chunk: Chunk = None) -> Done:
        """Commit the session, then end the response, as `RequestHandler.finish` does.

        The future is done when both are; it raises what kept the commit from being.
        """
        if self._ending is not None:
            if chunk is not None:
                raise RuntimeError("finish() called twice")
            return self._ending
        if self._finished or not (self._flushing or self._wants_commit()):
            return self._finish_now(chunk)
        if chunk is not None:
            self.write(chunk)
        flushed = self._flushing is not None  # and takes what is written, too
        self._sealed = seal(self, None if flushed else self._write_buffer)
        if not self._asks_to_commit():
            self._commit_then(self._finish_now, self._sealed)
        self._ending = self._sealed.done
        # Tornado goes no further now: no method after prepare(), no write, no error.
        self._finished = self._finishes_later = True
        self._hold_body_back()
        return self._ending

    def flush(self, include_footers: bool = False) -> Done:
        """Commit the session, then send what was written so far.

        The headers leave with the first flush, so the cookie has to be among them.
        """
        if include_footers:  # the end of each answer: Tornado's finish() comes by here
            if self._draft is not None and self._draft.cookie is not LEAVE:
                self._send_cookie(self._draft)
            return super().flush(include_footers=True)
        under_way = self._ending or self._flushing
        if under_way is not None:
            return under_way
        if not self._wants_commit():
            return self._flush_now()
        sealed = seal(self)
        self._commit_then(self._flush_now, sealed)
        self._flushing = sealed.done
        return sealed.done

    def check_etag_header(self) -> bool:
        """Tell whether the client has this very answer: only where it says so."""
        return "If-None-Match" in self.request.headers and super().check_etag_header()

    def redirect(
        self, url: str, permanent: bool = False, status: int | None = None
    ) -> None:
        """Redirect, but not after finish(), even if the commit is still under way."""
        if self._ending is not None:
            raise RuntimeError("Cannot redirect() after finish()")
        super().redirect(url, permanent, status)

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        """Answer with an error page; what the handler changed is not committed."""
        if self._ending is not None:
            return  # the answer is on its way; what was raised has been logged
        error = kwargs.get("exc_info", (None, None))[1]
        loses_changes = self._has_changes()
        self._failure = error or RuntimeError(f"status {status_code}")
        if self._headers_written and loses_changes and not self._finished:
            self._break_off()
        else:
            super().send_error(_STATUS_OF.get(type(error), status_code), **kwargs)

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Log what the engine raised in one line, and nothing twice."""
        if value is not None and value is self._failure:
            return
        if isinstance(value, SessionError):
            _log.warning("%s: %s", self._request_summary(), value)
        else:
            super().log_exception(typ, value, tb)

    def _wants_commit(self) -> bool:
        if self._draft is None or self._failure is not None or self._status_code >= 500:
            return False
        return self._lifecycle.wants_commit(self._draft)

    def _has_changes(self) -> bool:
        try:
            return self._wants_commit()
        except Exception:
            return True  # changed to what cannot be stored

    def _asks_to_commit(self) -> bool:
        """Commit without a task of its own, where one change is all there is to it."""
        if self._flushing is not None or self._prepared_future is not None:
            return False
        if self._draft is None or self._sealed.status_code >= 500:
            return False
        return self._lifecycle.ask_to_commit(self._draft, self)

    def _meanwhile(self) -> None:
        """Make the sealed answer ready, as far as that need not wait for the store."""
        make_ready(self, self._sealed)
        if self._uses_session:
            self._kept_out = self._sealed.headers
            keep_out_of_caches(self._kept_out)

    def _conclude(self, under_way: UnderWay) -> None:
        """End the answer that was sealed, for the store has answered."""
        sealed = self._sealed
        try:
            if not self._is_concluded(under_way):
                self._commit_then(self._finish_now, sealed)
                return
            restore(self, sealed)
            sent = self._finish_now()
        except asyncio.CancelledError:  # the loop is being closed
            sealed.done.cancel()
        except Exception as exc:
            self._answer_failure(exc)
            _fail(sealed.done, exc)
        else:
            future_add_done_callback(sent, partial(_follow, sealed.done))

    def _is_concluded(self, under_way: UnderWay) -> bool:
        try:
            return self._lifecycle.conclude(under_way)
        except SessionGoneError as exc:
            self._note_drop(exc)
            return True

    def _commit_then(self, send: Callable[[], Done], sealed: Seal) -> None:
        """Commit in a task, then *send* what is *sealed*; the handler may go on."""
        before = None if self._flushing is None else self._committing
        self._committing = asyncio.create_task(self._settle(before, send, sealed))
        self._lifecycle.keep(self._committing)

    async def _settle(
        self,
        before: "asyncio.Task[None] | None",
        send: Callable[[], Done],
        sealed: Seal,
    ) -> None:
        if before is not None:
            await asyncio.wait([before])  # a flush comes first
        try:
            await self._commit_and_send(send, sealed)
        except Exception as exc:
            _fail(sealed.done, exc)
        else:
            future_set_result_unless_cancelled(sealed.done, None)

    async def _commit_and_send(self, send: Callable[[], Done], sealed: Seal) -> None:
        try:
            if sealed.status_code < 500:
                await self._commit()
            if self._failure is not None and sealed.done is not self._ending:
                raise self._failure  # an error page took the place of this answer
            restore(self, sealed)
            sent = send()
        except Exception as exc:
            if exc is not self._failure:
                self._answer_failure(exc)
            raise
        await sent

    async def _commit(self) -> None:
        if self._draft is None or self._failure is not None:
            return
        try:
            await self._lifecycle.commit(self._draft)
        except SessionGoneError as exc:
            self._note_drop(exc)

    def _note_drop(self, exc: SessionGoneError) -> None:
        """It ended meanwhile: the change is dropped, the visitor has the answer."""
        _log.info("%s: %s", self._request_summary(), exc)

    def _finish_now(self, chunk: Chunk = None) -> Done:
        if self._finishes_later:
            self._resume()
        if self._finished and self._failure is not None:
            raise self._failure  # that was the answer
        self._dress()
        return super().finish(chunk)

    def _flush_now(self) -> Done:
        self._dress()
        self._flushing = None
        if self._draft is not None:
            self._draft.cookieless = True
            if self._draft.cookie is not LEAVE:
                self._send_cookie(self._draft)
        return super().flush()

    def _answer_failure(self, exc: Exception) -> None:
        """Replace the page that was written by an error, or break the answer off."""
        if self._finishes_later:
            self._resume()
        if not self._finished:
            self._ending = self._flushing = None
        self._handle_request_exception(exc)

    def _resume(self) -> None:
        """Let Tornado know that the answer is still to be sent."""
        self._finished = self._finishes_later = False

    def _hold_body_back(self) -> None:
        """What the client still sends is not for a handler that ended in prepare()."""
        prepared = self._prepared_future
        if prepared is None or prepared.done() or self._committing is None:
            return
        self._prepared_future = asyncio.get_running_loop().create_future()
        self._committing.add_done_callback(lambda _: prepared.set_result(None))

    def _break_off(self) -> None:
        """Close without the last chunk: what was sent must not pass for the whole."""
        connection: Any = self.request.connection
        connection.set_close_callback(None)
        connection.close()
        self._finished = True
        self.application.log_request(self)
        self.on_finish()
        self._break_cycles()

    def _send_cookie(self, draft: Draft) -> None:
        """Now, when nothing can go wrong any more that would clear the headers."""
        if not self._headers_written:
            send_cookie(self, draft)

    def _dress(self) -> None:
        if self._headers_written:
            return
        draft = self._draft
        dress(self, draft, self._failure)
        # The answer may depend on a session that the handler looked at.
        is_private = self._uses_session or (draft and draft.cookie is not LEAVE)
        if is_private and self._kept_out is not self._headers:
            keep_out_of_caches(self._headers)


def _follow(done: Done, sent: Done) -> None:
    error = None if sent.cancelled() else sent.exception()
    if error is not None:
        _fail(done, error)
    else:
        future_set_result_unless_cancelled(done, None)


def _fail(done: Done, exc: BaseException) -> None:
    if not done.done():
        done.set_exception(exc)
        done.exception()  # nobody need look at it
