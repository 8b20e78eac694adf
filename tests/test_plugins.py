"""The tests of what every test relies on."""

import asyncio
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tornado.httpclient import HTTPClientError
from tornado.web import Application, RequestHandler

from tests.html_check import parse_errors
from tests.plugins import async_tests, logs

GOOD_PAGE = "<!doctype html><html lang=en><title>Good</title><p>Fine.</html>"
BROKEN_PAGE = "<!doctype html><html lang=en><title>Bad</title><p><b>Broken</i>"


class Broken(RequestHandler):
    def get(self, status):
        self.set_status(int(status))
        self.finish(BROKEN_PAGE)


class Text(RequestHandler):
    def get(self):
        self.finish("Hello")


@pytest.fixture
def app():
    return Application([(r"/broken/(\d+)", Broken), ("/text", Text)])


@pytest.fixture
async def loop_of_a_fixture():
    return asyncio.get_running_loop()


@pytest.fixture
async def loop_of_a_generator_fixture():
    yield asyncio.get_running_loop()
    await asyncio.sleep(0)


async def test_an_async_test_shares_its_loop_with_its_async_fixtures(
    loop_of_a_fixture, loop_of_a_generator_fixture
):
    running = asyncio.get_running_loop()

    assert loop_of_a_fixture is running
    assert loop_of_a_generator_fixture is running


@given(number=st.integers())
async def test_hypothesis_runs_async_tests(number):
    await asyncio.sleep(0)

    assert asyncio.get_running_loop().is_running()
    assert isinstance(number, int)


def test_what_hypothesis_runs_is_awaited_to_its_end():
    async def answer(number):
        await asyncio.sleep(0)
        return number + 1

    assert async_tests.in_its_own_loop(answer)(41) == 42


async def test_what_a_test_leaves_running_is_cancelled():
    forgotten = asyncio.ensure_future(asyncio.sleep(3600))

    await async_tests.cancel_all_others()

    assert forgotten.cancelled()


async def test_a_broken_page_fails_the_test_that_fetches_it(http_client, base_url):
    with pytest.raises(AssertionError, match="broken HTML"):
        await http_client.fetch(f"{base_url}/broken/200")


async def test_a_broken_error_page_fails_the_test_too(http_client, base_url):
    with pytest.raises(AssertionError, match="broken HTML"):
        await http_client.fetch(f"{base_url}/broken/404")


async def test_tornados_own_error_page_and_bare_text_are_let_through(
    http_client, base_url
):
    text = await http_client.fetch(f"{base_url}/text")

    assert text.body == b"Hello"
    with pytest.raises(HTTPClientError, match="404"):
        await http_client.fetch(f"{base_url}/nothing-here")


def test_a_correct_page_has_no_parse_errors():
    assert parse_errors(GOOD_PAGE) == ()


def test_a_parse_error_is_told_with_its_place():
    assert parse_errors(BROKEN_PAGE)[0].startswith("1:")


@pytest.mark.logs("the disk is full", "the disk is slow")
def test_a_warning_that_a_test_names_is_expected():
    logging.getLogger("tornado_app.sessions").warning("the disk is full")
    logging.getLogger("tornado.general").error("the disk is slow")


@pytest.mark.logs("^tornado_app: a$", "^tornado.access: 500 GET /$")
def test_warnings_of_tornado_and_the_app_are_collected_but_refusals_are_not():
    with logs.collected() as lines:
        logging.getLogger("tornado_app").warning("a")
        logging.getLogger("tornado.access").warning("404 GET /")
        logging.getLogger("elsewhere").error("b")
        logging.getLogger("tornado.access").error("500 GET /")
        logging.getLogger("tornado_app").info("c")

    assert lines == ["tornado_app: a", "tornado.access: 500 GET /"]


def test_a_line_nobody_expects_and_an_expected_one_that_is_missing_are_told():
    assert logs.unexpected(["known line", "odd line"], ["known"]) == ["odd line"]
    assert logs.missing(["known line"], ["known", "never"]) == ["never"]
