"""The sockets that the program listens on."""

import socket

import pytest

from tornado_app.errors import ListenError
from tornado_app.listening import bind, bound_port, url


def refusal(address, port):
    with pytest.raises(ListenError) as caught:
        bind(address, port)
    assert (caught.value.address, caught.value.port) == (address, port)
    return caught.value.problem


def test_port_0_takes_any_free_one():
    (listening,) = bind("127.0.0.1", 0)
    with listening:
        assert bound_port([listening]) > 0


def test_every_address_of_a_host_name_gets_the_same_port():
    sockets = bind("localhost", 0)
    ports = {each.getsockname()[1] for each in sockets}
    for each in sockets:
        each.close()

    assert len(ports) == 1


def test_a_port_in_use_is_answered_with_what_to_do():
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert "choose another port with --port" in refusal(
            "127.0.0.1", other.getsockname()[1]
        )


def test_an_address_that_does_not_exist_is_answered_with_what_to_do():
    assert "--address" in refusal("no.such.invalid", 8888)
    assert "--address" in refusal("192.0.2.1", 8888)


def test_a_name_that_is_far_too_long_is_refused():
    assert refusal("x" * 100 + ".example", 8888)


def test_an_ipv6_address_stands_in_brackets():
    assert url("::1", 8888) == "http://[::1]:8888/"
    assert url("127.0.0.1", 80) == "http://127.0.0.1:80/"
