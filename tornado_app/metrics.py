"""Whether the program counts its work, alone or together with other processes."""

import importlib.util
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from tornado_app.errors import StartError
from tornado_app.sessions.watching import Watcher

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

log = logging.getLogger(__name__)

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # prometheus-client's own name for it


class Exposition(NamedTuple):
    """What a scrape is answered with."""

    content_type: str
    body: bytes


class Metrics:
    """Counts what its *watcher* is told."""

    def __init__(self, watcher: Watcher, registry: "CollectorRegistry") -> None:
        self.watcher = watcher
        self._registry = registry

    def expose(self, accept: str) -> Exposition:
        """Return the sums of all processes, in the form that *accept* asks for.

        It may read files: call it in a thread.
        """
        from prometheus_client.exposition import choose_encoder

        encode, content_type = choose_encoder(accept)
        return Exposition(content_type, encode(self._of_all_processes()))

    def _of_all_processes(self) -> "CollectorRegistry":
        from prometheus_client import CollectorRegistry
        from prometheus_client.multiprocess import MultiProcessCollector

        if _FOLDER not in os.environ:
            return self._registry
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # as theirs is
        return registry


def make_metrics() -> Metrics | None:
    """Return metrics, all 0; None without the extra ``[metrics]``, or if they fail.

    prometheus-client is imported here and no earlier: it looks only then whether
    `counted_together` was entered.
    """
    try:
        from prometheus_client import CollectorRegistry, disable_created_metrics

        from tornado_app.sessions.prometheus import PrometheusWatcher
    except ModuleNotFoundError as exc:
        if (exc.name or "").partition(".")[0] != "prometheus_client":
            raise
        return None
    # With several processes there are none, and nothing should change with the number.
    disable_created_metrics()  # type: ignore[no-untyped-call]  # as theirs is
    registry = CollectorRegistry()
    try:
        return Metrics(PrometheusWatcher(registry), registry)
    except OSError as exc:
        # Whoever tidies the folder of temporary files must not end the site.
        log.error("No metrics are counted in this process: %s", exc)
        return None


@contextmanager
def counted_together() -> Iterator[None]:
    """Let the processes that are forked inside count in one folder, removed at the end.

    For the parent, which counts nothing itself. Without the extra there is no folder.

    Raises StartError when it cannot be made.
    """
    if importlib.util.find_spec("prometheus_client") is None:
        yield
        return
    with _temporary_folder() as folder:
        os.environ[_FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[_FOLDER]


def _temporary_folder() -> TemporaryDirectory[str]:
    try:
        return TemporaryDirectory(prefix="metrics-", ignore_cleanup_errors=True)
    except OSError as exc:
        raise StartError(f"several processes count metrics in a folder: {exc}") from exc


def forget_process(pid: int) -> None:
    """Take what a process that has died had open out of the sums; its counts stay."""
    if folder := os.environ.get(_FOLDER):
        for file in Path(folder).glob(f"gauge_live*_{pid}.db"):
            file.unlink(missing_ok=True)
