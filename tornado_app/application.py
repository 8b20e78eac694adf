"""Owns the route table and Tornado's settings."""

from collections.abc import Sequence
from pathlib import Path

from tornado.web import Application

from tornado_app.accounts import Accounts
from tornado_app.assets import Assets
from tornado_app.audit import Audit
from tornado_app.body_limit import LimitedApplication
from tornado_app.handlers.account import AccountHandler
from tornado_app.handlers.account_delete import (
    DELETED,
    DeleteAccountHandler,
    DeletedHandler,
)
from tornado_app.handlers.account_password import ChangePasswordHandler
from tornado_app.handlers.extend import ExtendHandler
from tornado_app.handlers.forget import FORGOTTEN, ForgetHandler, ForgottenHandler
from tornado_app.handlers.greeting import GreetingHandler
from tornado_app.handlers.health import HealthHandler, ReadyHandler
from tornado_app.handlers.metrics import MetricsHandler
from tornado_app.handlers.misdirected import MisdirectedHandler
from tornado_app.handlers.own_data import OwnDataHandler
from tornado_app.handlers.password import PasswordHandler
from tornado_app.handlers.plain import log_request
from tornado_app.handlers.preferences import PreferencesHandler, ResetHandler
from tornado_app.handlers.privacy import PrivacyHandler
from tornado_app.handlers.refused import RefusedHandler
from tornado_app.handlers.reset import ResetPasswordHandler
from tornado_app.handlers.returned import ReturnedHandler
from tornado_app.handlers.revoking import RevokeHandler, RevokeOthersHandler
from tornado_app.handlers.session_names import NameDeviceHandler
from tornado_app.handlers.sessions import SessionsFileHandler, SessionsHandler
from tornado_app.handlers.sign_in import SignInHandler
from tornado_app.handlers.sign_out import SignOutHandler
from tornado_app.handlers.sign_up import SignUpHandler
from tornado_app.handlers.static import AssetHandler, WellKnownAssetHandler
from tornado_app.handlers.xsrf import FormTokens
from tornado_app.hosts import Hosts, is_loopback
from tornado_app.i18n import Languages
from tornado_app.metrics import Metrics
from tornado_app.sessions import Sessions, signing_settings
from tornado_app.settings import Settings
from tornado_app.slow_forms import SlowFormsInLine

_ROOT = Path(__file__).resolve().parent.parent

ROUTES = [
    (r"/", GreetingHandler),
    (r"/preferences", PreferencesHandler),
    (r"/preferences/reset", ResetHandler),
    (r"/preferences/forget", ForgetHandler),
    (FORGOTTEN, ForgottenHandler),
    (r"/privacy", PrivacyHandler),
    (r"/sign-up", SignUpHandler),
    (r"/sign-in", SignInHandler),
    (r"/sign-out", SignOutHandler),
    (r"/reset/([^/]+)", ResetPasswordHandler),
    (r"/returned", ReturnedHandler),
    (r"/account", AccountHandler),
    (r"/account/password", ChangePasswordHandler),
    (r"/account/delete", DeleteAccountHandler),
    (DELETED, DeletedHandler),
    (r"/data", OwnDataHandler),
    (r"/sessions", SessionsHandler),
    (r"/sessions\.(json|csv)", SessionsFileHandler),
    (r"/sessions/revoke-others", RevokeOthersHandler),
    (r"/sessions/([A-Za-z0-9_-]+)/revoke", RevokeHandler),
    (r"/sessions/([A-Za-z0-9_-]+)/name", NameDeviceHandler),
    (r"/session/extend", ExtendHandler),
    (r"/healthz", HealthHandler),
    (r"/readyz", ReadyHandler),
    (r"/metrics", MetricsHandler),
    (r"/static/([^/]+)", AssetHandler),
    (r"/(favicon\.ico|robots\.txt)", WellKnownAssetHandler),
]


class _Site(LimitedApplication, SlowFormsInLine):
    """What is too much is refused, and what takes long waits in line."""


def make_app(
    settings: Settings,
    *,
    sessions: Sessions,
    accounts: Accounts,
    secrets: Sequence[str],
    metrics: Metrics | None = None,
    audit: Audit | None = None,
) -> Application:
    """The application over open *sessions* and *accounts*.

    *secrets* sign cookies and forms: the first one signs, all of them verify. Whoever
    stops the process sets ``app.settings["draining"]`` to True, and /readyz says so.
    *metrics* are shown on /metrics, to the addresses that the settings name. *audit* is
    told what happens to accounts and sessions.
    """
    return _Site(
        ROUTES,
        sessions=sessions,
        accounts=accounts,
        site=settings,
        draining=False,
        metrics=metrics,
        audit=audit or Audit(None, clock=sessions.clock, key=secrets[0]),
        assets=Assets(_ROOT / "static"),
        languages=Languages(_ROOT / "locale"),
        form_tokens=FormTokens(secrets),
        template_path=str(_ROOT / "templates"),
        compiled_template_cache=not settings.debug,
        compress_response=True,
        cross_origin_protection=True,
        default_handler_class=RefusedHandler,
        default_handler_args={"status_code": 404},
        hosts=_hosts(settings),
        hsts=settings.hsts,
        misdirected_handler_class=MisdirectedHandler,
        slow_handler_class=PasswordHandler,
        too_large_handler_class=RefusedHandler,
        too_large_handler_args={"status_code": 413},
        log_function=log_request,
        **signing_settings(*secrets),
    )


def _hosts(settings: Settings) -> Hosts:
    # A proxy on this machine hands on the names of the site that it stands for.
    private = is_loopback(settings.address) and not settings.trusted_proxies
    return Hosts(settings.hosts, private=private)
