"""The real site on a disk that has no room left: nobody is told what is not so."""

import re
import signal
import subprocess
import urllib.error
import urllib.parse
from contextlib import contextmanager, suppress

import pytest

from tests.programs import SERVER, program
from tests.visitors import Visitor

PASSWORD = "correct horse battery staple"
ACCOUNT = {"username": "ada", "password": PASSWORD}
SIGN_OUTS = 6


class Person(Visitor):
    """A visitor of all pages."""

    def gets(self, running, path):
        """The status and the text of a page."""
        return self._asks(running, path)

    def sends(self, running, path, *, form="", **fields):
        """The status of what the form's answer leads to."""
        page = self._asks(running, form or path)[1]
        token = re.search(r'name="_xsrf" value="([^"]+)"', page)[1]
        data = urllib.parse.urlencode({"_xsrf": token, **fields}).encode()
        return self._asks(running, path, data)[0]

    def is_signed_in(self, running):
        return "Your sessions" in self.gets(running, "/sessions")[1]

    def _asks(self, running, path, data=None):
        url = f"http://127.0.0.1:{running.port}{path}"
        try:
            with self.browser.open(url, data, timeout=10) as page:
                return page.status, page.read().decode()
        except urllib.error.HTTPError as exc:
            return exc.code, exc.read().decode()


@pytest.fixture
def disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder]
    subprocess.run(mount, check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)


@contextmanager
def serving(disk):
    arguments = (
        "--port=0",
        f"--store=sqlite:///{disk / 'sessions.db'}",
        f"--database=sqlite:///{disk / 'accounts.db'}",
        "--touch-interval=0s",
    )
    with program(disk.parent, SERVER, *arguments) as running:
        running.wait_until_it_listens()
        yield running


def fill(disk):
    with open(disk / "others", "wb", buffering=0) as others, suppress(OSError):
        while others.write(bytes(4096)):
            pass


def introduce_people_until_that_fails(running):
    """Each name is kept or refused."""
    for number in range(1000):
        person = Person()
        status = person.sends(running, "/", name=f"Grace {number}")
        if status == 503:
            assert f"Grace {number}" not in person.gets(running, "/preferences")[1]
            return
        assert status == 200
    raise AssertionError("the disk is not full")


@pytest.mark.gen_test(timeout=120)
def test_people_sign_out_where_nothing_new_can_be_stored(disk):
    ada, elsewhere = Person(), Person()
    leaving = [Person() for _ in range(SIGN_OUTS)]
    with serving(disk) as running:
        assert ada.sends(running, "/sign-up", **ACCOUNT) == 200
        for person in (elsewhere, *leaving):
            assert person.sends(running, "/sign-in", **ACCOUNT) == 200
        fill(disk)
        introduce_people_until_that_fails(running)
        assert Person().sends(running, "/sign-in", **ACCOUNT) == 503

        for person in leaving:
            assert person.sends(running, "/sign-out", form="/sessions") == 200
            assert not person.is_signed_in(running)
        assert elsewhere.is_signed_in(running)
        revoke = "/sessions/revoke-others"
        assert ada.sends(running, revoke, form="/sessions") == 200
        running.stop(signal.SIGKILL)

    with serving(disk) as running:  # the disk is still full
        assert not any(p.is_signed_in(running) for p in (elsewhere, *leaving))
        assert ada.is_signed_in(running)

        (disk / "others").unlink()
        assert ada.sends(running, "/preferences", name="Ada") == 200
        assert elsewhere.sends(running, "/sign-in", **ACCOUNT) == 200
        assert running.stop() == 0
