"""The engine's work as metrics of prometheus-client."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from .ids import Rejection
from .watching import OPERATIONS, End, Watcher

# Up to a second as fast stores differ, beyond it as deadlines do.
_DURATIONS_S = (
    *(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5),
    *(1.0, 2.5, 5.0, 10.0),
)
_SIZES = (1, 2, 5, 10, 20, 50, 100)
_BATCHED = ("find", "apply")


class PrometheusWatcher(Watcher):
    """Counts into metrics that it registers with *registry*.

    Every metric with every label is there from the beginning, at 0. In the
    multiprocess mode of prometheus-client the sums are those of all processes.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._created = Counter(
            "sessions_created", "Sessions that began to be stored.", registry=registry
        )
        self._commits = Counter(
            "sessions_commits",
            "Changes made durable; those that began a session are among them.",
            registry=registry,
        )
        self._conflicts = Counter(
            "sessions_transaction_conflicts",
            "Transactions begun anew, for another change came between.",
            registry=registry,
        )
        self._refused = Counter(
            "sessions_refused_changes",
            "Changes dropped: their session had ended, or somebody signed in to it.",
            registry=registry,
        )
        ended = Counter(
            "sessions_ended",
            "Sessions that ended; those that a store forgets by itself are missing.",
            ["reason"],
            registry=registry,
        )
        self._ended = {end: ended.labels(end.value) for end in End}
        rejected = Counter(
            "sessions_rejected_cookies",
            "Requests with a cookie that opened no session.",
            ["reason"],
            registry=registry,
        )
        self._rejected = {why: rejected.labels(why.name.lower()) for why in Rejection}
        self._watch_store(registry)
        self._swept_at = Gauge(
            "sessions_sweep_finished_timestamp_seconds",
            "When the last sweep finished; until one has, when this program started.",
            registry=registry,
            multiprocess_mode="max",
        )
        self._swept_at.set_to_current_time()
        self._sockets = Gauge(
            "sessions_open_sockets",
            "Open WebSockets that belong to a session.",
            registry=registry,
            multiprocess_mode="livesum",
        )

    def _watch_store(self, registry: CollectorRegistry) -> None:
        latency = Histogram(
            "sessions_store_duration_seconds",
            "How long calls of the store took, those that failed too.",
            ["operation"],
            registry=registry,
            buckets=_DURATIONS_S,
        )
        failures = Counter(
            "sessions_store_failures",
            "Calls of the store that failed or took too long.",
            ["operation"],
            registry=registry,
        )
        sizes = Histogram(
            "sessions_store_batch_size",
            "How many questions or changes shared one call of the store.",
            ["operation"],
            registry=registry,
            buckets=_SIZES,
        )
        self._latency = {name: latency.labels(name) for name in OPERATIONS}
        self._failures = {name: failures.labels(name) for name in OPERATIONS}
        self._sizes = {name: sizes.labels(name) for name in _BATCHED}

    def called(
        self, operation: str, *, duration_s: float, size: int | None, failed: bool
    ) -> None:
        self._latency[operation].observe(duration_s)
        if size is not None:
            self._sizes[operation].observe(size)
        if failed:
            self._failures[operation].inc()

    def committed(self, count: int, *, created: int) -> None:
        self._commits.inc(count)
        self._created.inc(created)

    def conflicted(self, count: int) -> None:
        self._conflicts.inc(count)

    def refused(self, count: int) -> None:
        self._refused.inc(count)

    def ended(self, end: End, count: int) -> None:
        self._ended[end].inc(count)

    def cookie_rejected(self, rejection: Rejection) -> None:
        self._rejected[rejection].inc()

    def swept(self) -> None:
        self._swept_at.set_to_current_time()

    def socket_opened(self) -> None:
        self._sockets.inc()

    def socket_closed(self) -> None:
        self._sockets.dec()
