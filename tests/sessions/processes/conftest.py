"""The small site in several processes, on every store that they can share."""

import pytest

from tests.sessions.processes import reach
from tests.stores import SHARED


@pytest.fixture(scope="module", params=SHARED)
def port(request, tmp_path_factory):
    """Where eight processes serve one store."""
    folder = tmp_path_factory.mktemp("site")
    with reach.site(request.param, folder) as running:
        yield running.port
