"""Redis behind TLS, by Debian's redis-server; the wheel's Valkey knows no TLS."""

import shutil
import subprocess

import pytest

from tests.contracts import StoreContract
from tests.servers import valkey
from tornado_app.sessions import StoreUnavailableError, open_store
from tornado_app.sessions.record import Create, Outcome
from tornado_app.sessions.testing import NOW, make_record


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """An authority, with a certificate of it for this machine and one for a client."""
    folder = tmp_path_factory.mktemp("certificates")
    for name in ("ca", "other"):
        openssl(folder, "req -x509", name, "-subj /CN=test -days 2")
    for name in ("server", "client"):
        signing = "-CA ca.pem -CAkey ca.key -addext subjectAltName=IP:127.0.0.1"
        openssl(folder, "req -x509", name, f"-subj /CN={name} -days 2 {signing}")
    return folder


def openssl(folder, command, name, rest):
    words = f"{command} -newkey rsa:2048 -nodes -keyout {name}.key -out {name}.pem"
    subprocess.run(
        ["openssl", *words.split(), *rest.split()],
        cwd=folder,
        check=True,
        capture_output=True,
    )


@pytest.fixture(scope="module")
def server(certificates):
    program = shutil.which("redis-server")
    assert program, "apt-get install redis-server"
    tls_port = valkey.free_port()
    options = {
        "--tls-port": str(tls_port),
        "--tls-cert-file": certificates / "server.pem",
        "--tls-key-file": certificates / "server.key",
        "--tls-ca-cert-file": certificates / "ca.pem",
    }
    words = [str(word) for option in options.items() for word in option]
    with valkey.Server(*words, program=program) as server:
        server.tls_url = f"rediss://127.0.0.1:{tls_port}/0"
        yield server


@pytest.fixture
def url(server, certificates):
    files = {"ca": "ca.pem", "cert": "client.pem", "key": "client.key"}
    options = "&".join(f"{name}={certificates / file}" for name, file in files.items())
    return f"{server.tls_url}?{options}"


@pytest.fixture
async def store(server, url):
    async with open_store(url) as store:
        yield store
    server.call("FLUSHALL")


class TestRedisBehindTLS(StoreContract):
    expires_by_itself = True


@pytest.mark.logs("cannot be reached yet: .*certificate verify failed")
async def test_a_server_that_somebody_else_vouches_for_is_not_believed(
    server, certificates
):
    url = f"{server.tls_url}?ca={certificates / 'other.pem'}"
    async with open_store(url) as store:
        with pytest.raises(StoreUnavailableError):
            await store.apply([Create(make_record())])
    assert server.call("DBSIZE") == 0


@pytest.mark.logs("cannot be reached yet")
async def test_a_server_that_wants_a_certificate_refuses_who_has_none(
    server, certificates
):
    async with open_store(f"{server.tls_url}?ca={certificates / 'ca.pem'}") as store:
        with pytest.raises(StoreUnavailableError):
            await store.find([make_record().handle], now=NOW)


@pytest.mark.logs("cannot be reached yet: .*certificate verify failed")
async def test_the_name_in_the_certificate_is_checked(server, url):
    there = url.replace("127.0.0.1", "localhost")
    async with open_store(url) as store:
        assert await store.apply([Create(make_record())]) == [Outcome.APPLIED]

    async with open_store(there) as store:
        with pytest.raises(StoreUnavailableError):
            await store.count(now=NOW)
