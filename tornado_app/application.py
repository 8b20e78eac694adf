"""Owns the route table and Tornado's settings."""

from collections.abc import Sequence
from pathlib import Path

from tornado.web import Application

from tornado_app.accounts import Accounts
from tornado_app.assets import Assets
from tornado_app.body_limit import LimitedApplication
from tornado_app.handlers.greeting import GreetingHandler
from tornado_app.handlers.health import HealthHandler, ReadyHandler
from tornado_app.handlers.metrics import MetricsHandler
from tornado_app.handlers.plain import log_request
from tornado_app.handlers.preferences import PreferencesHandler, ResetHandler
from tornado_app.handlers.refused import RefusedHandler
from tornado_app.handlers.sessions import (
    RevokeHandler,
    RevokeOthersHandler,
    SessionsHandler,
)
from tornado_app.handlers.sign_in import SignInHandler
from tornado_app.handlers.sign_out import SignOutHandler
from tornado_app.handlers.sign_up import SignUpHandler
from tornado_app.handlers.static import AssetHandler, WellKnownAssetHandler
from tornado_app.handlers.xsrf import FormTokens
from tornado_app.i18n import Languages
from tornado_app.metrics import Metrics
from tornado_app.sessions import Sessions, signing_settings
from tornado_app.settings import Settings

_ROOT = Path(__file__).resolve().parent.parent

ROUTES = [
    (r"/", GreetingHandler),
    (r"/preferences", PreferencesHandler),
    (r"/preferences/reset", ResetHandler),
    (r"/sign-up", SignUpHandler),
    (r"/sign-in", SignInHandler),
    (r"/sign-out", SignOutHandler),
    (r"/sessions", SessionsHandler),
    (r"/sessions/revoke-others", RevokeOthersHandler),
    (r"/sessions/([A-Za-z0-9_-]+)/revoke", RevokeHandler),
    (r"/healthz", HealthHandler),
    (r"/readyz", ReadyHandler),
    (r"/metrics", MetricsHandler),
    (r"/static/([^/]+)", AssetHandler),
    (r"/(favicon\.ico|robots\.txt)", WellKnownAssetHandler),
]


def make_app(
    settings: Settings,
    *,
    sessions: Sessions,
    accounts: Accounts,
    secrets: Sequence[str],
    metrics: Metrics | None = None,
) -> Application:
    """The application over open *sessions* and *accounts*.

    *secrets* sign cookies and forms: the first one signs, all of them verify. Whoever
    stops the process sets ``app.settings["draining"]`` to True, and /readyz says so.
    *metrics* are shown on /metrics, to the addresses that the settings name.
    """
    return LimitedApplication(
        ROUTES,
        sessions=sessions,
        accounts=accounts,
        site=settings,
        draining=False,
        metrics=metrics,
        assets=Assets(_ROOT / "static"),
        languages=Languages(_ROOT / "locale"),
        form_tokens=FormTokens(secrets),
        template_path=str(_ROOT / "templates"),
        compiled_template_cache=not settings.debug,
        compress_response=True,
        cross_origin_protection=True,
        default_handler_class=RefusedHandler,
        default_handler_args={"status_code": 404},
        too_large_handler_class=RefusedHandler,
        too_large_handler_args={"status_code": 413},
        log_function=log_request,
        **signing_settings(*secrets),
    )
