"""A watcher that keeps what it is told."""

from tornado_app.sessions.watching import Watcher


class NotingWatcher(Watcher):
    """Keeps every event in ``told``, calls of the store in ``calls``."""

    def __init__(self):
        self.told = []
        self.calls = []

    def called(self, operation, *, duration_s, size, failed):
        assert duration_s >= 0
        self.calls.append((operation, size, failed))

    def committed(self, count, *, created):
        self.told.append(("committed", count, created))

    def conflicted(self, count):
        self.told.append(("conflicted", count))

    def refused(self, count):
        self.told.append(("refused", count))

    def ended(self, end, count):
        self.told.append((end.value, count))

    def cookie_rejected(self, rejection):
        self.told.append(rejection.name)

    def swept(self):
        self.told.append("swept")

    def socket_opened(self):
        self.told.append("opened")

    def socket_closed(self):
        self.told.append("closed")
