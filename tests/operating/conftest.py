"""Files of accounts and sessions as a site leaves them, and the commands on them."""

import pytest

from tests.operating.site_files import Commands, Files


@pytest.fixture(autouse=True)
def audit_log(tmp_path_factory, monkeypatch):
    """The site's audit log, or the commands would find one of the developer's."""
    path = tmp_path_factory.mktemp("audit") / "audit.log"
    path.touch()
    monkeypatch.setenv("APP_AUDIT_LOG", str(path))
    return path


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


@pytest.fixture
def command(files, capsys):
    return Commands(files, capsys)
