"""Every option of the program, once."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, get_type_hints

from tornado_app import audit_words, security
from tornado_app import option_values as values
from tornado_app.accounts_url import open_account_store
from tornado_app.hosts import host_names
from tornado_app.sessions import SessionPolicy, open_store


@dataclass(frozen=True, slots=True)
class About:
    """How an option is read and explained."""

    parse: Callable[[str], object]
    placeholder: str
    """Stands for the value in ``--help``."""
    what: str
    why: str
    """The reason for the default."""
    when_absent: str = "none"
    """What happens without a value, where the default has no text of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator decided.

    Raises `ValueError` when the options do not fit together.
    """

    address: Annotated[
        str,
        About(
            values.nonempty,
            "ADDRESS",
            "Listen on this address or host name; 0.0.0.0 is every IPv4 address.",
            "Nobody outside this machine gets in until that is wanted.",
        ),
    ] = "127.0.0.1"
    port: Annotated[
        int,
        About(
            values.port,
            "PORT",
            "Listen on this TCP port; 0 takes any free one.",
            "Tornado's customary port, and it needs no rights.",
        ),
    ] = 8888
    processes: Annotated[
        int,
        About(
            values.processes,
            "NUMBER",
            "Serve with so many processes on one port.",
            "One serves any store; as many as there are cores serve the most.",
        ),
    ] = 1
    store: Annotated[
        str,
        About(
            values.store_url(open_store),
            "URL",
            "Keep the sessions in this store.",
            "A file needs no other program and outlives a restart.",
        ),
    ] = "sqlite:///var/sessions.db"
    database: Annotated[
        str,
        About(
            values.store_url(open_account_store),
            "URL",
            "Keep the accounts in this database.",
            "Beside the sessions, so that those can be thrown away.",
        ),
    ] = "sqlite:///var/accounts.db"
    secret_file: Annotated[
        Path,
        About(
            values.path,
            "FILE",
            "Sign cookies with the secrets in this file; it is made when absent.",
            "The first start works by itself and no secret is in the code.",
        ),
    ] = Path("var/secret")
    idle_timeout: Annotated[
        timedelta,
        About(
            values.duration,
            "DURATION",
            "End a session that was not used for this long.",
            "A visitor who comes once in three weeks is still known.",
        ),
    ] = timedelta(days=30)
    absolute_lifetime: Annotated[
        timedelta,
        About(
            values.duration,
            "DURATION",
            "End a session this long after it began, however busy it is.",
            "Browsers keep no cookie longer (RFC 6265bis).",
        ),
    ] = timedelta(days=400)
    signed_in_idle_timeout: Annotated[
        timedelta,
        About(
            values.duration,
            "DURATION",
            "The idle timeout of a session with a user.",
            "A sign-in forgotten on a borrowed machine ends within the week.",
        ),
    ] = timedelta(days=7)
    signed_in_lifetime: Annotated[
        timedelta,
        About(
            values.duration,
            "DURATION",
            "The absolute lifetime of a session with a user.",
            "The longest that NIST SP 800-63B-4 advises at AAL1.",
        ),
    ] = timedelta(days=30)
    fresh_sign_in: Annotated[
        timedelta,
        About(
            values.duration,
            "DURATION",
            "Ask for the password again, before what matters, after this long.",
            "Who walks up to an open browser cannot sign others out.",
        ),
    ] = timedelta(minutes=10)
    touch_interval: Annotated[
        timedelta | None,
        About(
            values.duration_or_zero,
            "DURATION",
            "Note a session's use at most this often; 0s notes every use.",
            "Reading hardly ever writes, and the idle timeout stays nearly exact.",
            when_absent="1m, or a tenth of the shortest idle timeout if that is less",
        ),
    ] = None
    sweep_interval: Annotated[
        timedelta,
        About(
            values.duration,
            "DURATION",
            "Delete expired sessions this often.",
            "Little is left to delete at each turn.",
        ),
    ] = timedelta(minutes=1)
    hosts: Annotated[
        tuple[str, ...],
        About(
            host_names,
            "NAMES",
            "Answer to these host names, with commas between; *.example.org is every "
            "one below it, * any.",
            "Another site's name could be pointed at a machine that is not public.",
            when_absent="localhost and its addresses alone while --address is one of "
            "them and no proxy is trusted, else any",
        ),
    ] = ()
    hsts: Annotated[
        str,
        About(
            security.hsts,
            "EXTENT",
            "Under https ask browsers to stay with it for a year: host, subdomains "
            "(those below it too) or off.",
            "What else lives below this host is not for the site to decide.",
        ),
    ] = "host"
    trusted_proxies: Annotated[
        tuple[values.Network, ...],
        About(
            values.networks,
            "NETWORKS",
            "Believe X-Forwarded-For and X-Forwarded-Proto from these addresses and "
            "networks, with commas between.",
            "Anybody can send these headers.",
        ),
    ] = ()
    metrics_from: Annotated[
        tuple[values.Network, ...],
        About(
            values.networks,
            "NETWORKS",
            "Show /metrics to these addresses and networks, with commas between.",
            "How busy a site is does not concern its visitors.",
        ),
    ] = (ip_network("127.0.0.0/8"), ip_network("::1"))
    stop_timeout: Annotated[
        timedelta,
        About(
            values.duration,
            "DURATION",
            "Wait this long for requests in flight when told to stop.",
            "Service managers grant 10 seconds at least, most of them more.",
        ),
    ] = timedelta(seconds=8)
    log_level: Annotated[
        str,
        About(
            values.log_level,
            "LEVEL",
            "Log what is at least this grave: debug, info, warning or error.",
            "One line for each request, and whatever needs a look.",
        ),
    ] = "info"
    audit_log: Annotated[
        str,
        About(
            values.nonempty,
            "FILE",
            "Write what happens to accounts and sessions to this file, a line of JSON "
            "each; - is standard output, none is nowhere.",
            "Whoever looks into an incident needs what was written before it.",
        ),
    ] = "var/audit.log"
    audit_addresses: Annotated[
        str,
        About(
            audit_words.addresses,
            "FORM",
            "How the audit log shows addresses: short (a network: /24 of IPv4, /48 of "
            "IPv6) or full.",
            "It tells attackers apart and does not follow people.",
        ),
    ] = "short"
    debug: Annotated[
        bool,
        About(
            values.yes_or_no,
            "YES|NO",
            "Read the templates anew for every page, while they are being written.",
            "A page is made faster from a template that is kept.",
        ),
    ] = False
    config: Annotated[
        Path | None,
        About(
            values.path,
            "FILE",
            "Read options from this TOML file too.",
            "Nothing is read that was not asked for.",
        ),
    ] = None

    def __post_init__(self) -> None:
        self.session_policy()
        if self.processes > 1 and _belongs_to_one_process(self.store):
            raise ValueError(
                "memory:// belongs to one process;"
                " want another --store, or --processes=1"
            )

    def session_policy(self) -> SessionPolicy:
        """The part of the settings that the session engine obeys."""
        return SessionPolicy(
            idle_timeout=self.idle_timeout,
            absolute_lifetime=self.absolute_lifetime,
            signed_in_idle_timeout=self.signed_in_idle_timeout,
            signed_in_lifetime=self.signed_in_lifetime,
            touch_interval=self.touch_interval,
            sweep_interval=self.sweep_interval,
        )


def _belongs_to_one_process(store: str) -> bool:
    scheme, _, stores = store.partition(":")
    urls = stores.split("|") if scheme.lower() == "moving" else [store]
    return any(url.lower().startswith("memory:") for url in urls)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One field of `Settings` as the command line, environment and TOML know it."""

    name: str
    default: object
    about: About

    @property
    def variable(self) -> str:
        """The environment variable that sets it, e.g. ``APP_IDLE_TIMEOUT``."""
        return f"APP_{self.field_name.upper()}"

    @property
    def field_name(self) -> str:
        """The attribute of `Settings` that holds it."""
        return self.name.replace("-", "_")

    @property
    def default_text(self) -> str:
        """The default as an operator would type it, or what happens without."""
        return values.show(self.default) or self.about.when_absent


def _options() -> dict[str, Option]:
    hints = get_type_hints(Settings, include_extras=True)
    names = {field.name.replace("_", "-"): field for field in fields(Settings)}
    return {
        name: Option(
            name=name, default=field.default, about=hints[field.name].__metadata__[0]
        )
        for name, field in names.items()
    }


OPTIONS = _options()
"""Every option by its name on the command line, in the order of ``--help``."""
