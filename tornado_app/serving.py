"""The running program, from its sockets to its graceful stop."""

import asyncio
import contextlib
import gc
import logging
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from tornado.web import Application

from tornado_app.accounts import Accounts
from tornado_app.accounts_url import open_account_store
from tornado_app.application import make_app
from tornado_app.audit import Audit
from tornado_app.audit_watcher import AuditWatcher
from tornado_app.audit_writer import open_audit
from tornado_app.draining import DrainingServer
from tornado_app.entrance import Entrance, open_entrance
from tornado_app.errors import StartError
from tornado_app.known_devices import KnownDevices
from tornado_app.metrics import Metrics, make_metrics
from tornado_app.proxies import ForwardedRouter
from tornado_app.sessions import SessionError, Sessions, StoreOpenError, open_store
from tornado_app.sessions.manager import utc_now
from tornado_app.settings import Settings
from tornado_app.watchers import Watchers

LARGEST_HEADER_BYTES = 32_768  # one host's cookies may be many
IDLE_TIMEOUT_S = 75  # above the 60 s of nginx, or it meets a connection just closed
BODY_TIMEOUT_S = 30

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """The program while it accepts requests."""

    url: str
    port: int
    _closing: AsyncExitStack

    async def stop(self) -> None:
        """Finish the requests in flight, then close everything; twice is once."""
        await self._closing.aclose()


async def start(settings: Settings, entrance: Entrance | None = None) -> Running:
    """Bring the program up; it accepts requests when this returns.

    Without an *entrance* it opens one. Raises `StartError` when it cannot come up,
    with everything closed again.
    """
    async with AsyncExitStack() as closing:
        # Before the store: a second start by mistake must not touch the database.
        entrance = entrance or open_entrance(settings)
        closing.callback(entrance.close)
        metrics = make_metrics()
        audit = await closing.enter_async_context(
            open_audit(settings, entrance.secrets[0], clock=utc_now)
        )
        sessions = await _open_sessions(settings, metrics, audit, closing)
        accounts = await _open_accounts(settings, sessions, entrance.secrets, closing)

        application = make_app(
            settings,
            sessions=sessions,
            accounts=accounts,
            secrets=entrance.secrets,
            metrics=metrics,
            audit=audit,
        )
        server = _server(application, settings)
        closing.push_async_callback(_drain, server, application, settings)
        server.add_sockets(entrance.sockets)
        return Running(entrance.url, entrance.port, closing.pop_all())


async def serve(
    settings: Settings,
    entrance: Entrance,
    *,
    accepts: Callable[[], None],
    leash: int | None = None,
) -> None:
    """Run until a signal says stop; raises `StartError` when it cannot start.

    *accepts* is called once requests can come. A process that has a parent is given a
    *leash*, a descriptor whose end says stop too; Ctrl-C is the parent's then.
    """
    stopping = asyncio.Event()
    _watch_signals(stopping, ctrl_c=leash is None)
    if leash is not None:
        _watch_leash(leash, stopping)
    running = await start(settings, entrance)
    try:
        _set_aside_what_is_loaded()
        accepts()
        await stopping.wait()
    finally:
        await running.stop()


def _set_aside_what_is_loaded() -> None:
    """Spare visitors the pauses in which the garbage collector looks at all of it."""
    gc.collect()
    gc.freeze()


async def _open_sessions(
    settings: Settings, metrics: Metrics | None, audit: Audit, closing: AsyncExitStack
) -> Sessions:
    """Open the store; aiosqlite hangs the process at exit if it is left open."""
    counting = [] if metrics is None else [metrics.watcher]
    sessions = Sessions(
        open_store(settings.store),
        settings.session_policy(),
        watcher=Watchers([*counting, AuditWatcher(audit)]),
    )
    try:
        return await closing.enter_async_context(sessions)
    except SessionError as exc:
        raise StartError(str(exc)) from exc


async def _open_accounts(
    settings: Settings,
    sessions: Sessions,
    secrets: Sequence[str],
    closing: AsyncExitStack,
) -> Accounts:
    accounts = Accounts(
        open_account_store(settings.database),
        clock=sessions.clock,
        devices=KnownDevices(secrets),
    )
    try:
        return await closing.enter_async_context(accounts)
    except StoreOpenError as exc:
        reason = f"cannot use {exc.place} for accounts: {exc.problem}"
        raise StartError(reason) from exc


def _server(application: Application, settings: Settings) -> DrainingServer:
    """The server; the application itself limits bodies, for it answers with a page."""
    return DrainingServer(
        ForwardedRouter(application, settings.trusted_proxies),
        max_header_size=LARGEST_HEADER_BYTES,
        idle_connection_timeout=IDLE_TIMEOUT_S,
        body_timeout=BODY_TIMEOUT_S,
    )


async def _drain(
    server: DrainingServer, application: Application, settings: Settings
) -> None:
    application.settings["draining"] = True
    await server.stop_accepting()
    log.info("Stopping; requests in flight are being finished")
    limit_s = settings.stop_timeout.total_seconds()
    cut_off = await server.finish_requests(limit_s=limit_s)
    if cut_off:
        log.warning("Cut off %d unfinished requests after %s s", cut_off, limit_s)


def _watch_signals(stopping: asyncio.Event, *, ctrl_c: bool) -> None:
    """Set *stopping* at SIGTERM or Ctrl-C; a Ctrl-C after that ends it all at once."""
    loop = asyncio.get_running_loop()

    def interrupt() -> None:
        if stopping.is_set():
            os._exit(128 + signal.SIGINT)  # nothing may wait: the user did not
        stopping.set()

    # Windows has no handlers; there Ctrl-C cancels `serve`, which cleans up too.
    with contextlib.suppress(NotImplementedError):
        loop.add_signal_handler(signal.SIGTERM, stopping.set)
        if ctrl_c:
            loop.add_signal_handler(signal.SIGINT, interrupt)


def _watch_leash(leash: int, stopping: asyncio.Event) -> None:
    """Set *stopping* when the process that holds the other end of *leash* is gone."""
    loop = asyncio.get_running_loop()

    def orphaned() -> None:
        loop.remove_reader(leash)  # at its end it would be ready for ever
        log.warning("The process that started this one is gone")
        stopping.set()

    loop.add_reader(leash, orphaned)
