"""Tests of being told that a session is about to end, and of staying."""

import json
import re
from datetime import timedelta

import pytest

from tests.handlers.devices import flashes
from tests.handlers.visitor import Visitor
from tornado_app.settings import Settings

IDLE = timedelta(minutes=30)
SECOND = timedelta(seconds=1)


@pytest.fixture
def site_settings(database):
    return Settings(
        store=f"sqlite:///{database}",
        idle_timeout=IDLE,
        absolute_lifetime=timedelta(hours=3),
        signed_in_idle_timeout=IDLE,
        signed_in_lifetime=timedelta(hours=1),
    )


@pytest.fixture
async def guest(http_client, base_url):
    """Somebody without an account of whom something is remembered."""
    guest = Visitor(http_client, base_url)
    await guest.introduce("Ada")
    return guest


def notice(response):
    """The notice on a page: when it says that the session ends, and its words."""
    page = response.body.decode()
    found = re.search(r'data-ends-at="([^"]+)">.*?<p[^>]*>(.*?)</p>', page, re.DOTALL)
    return (found[1], " ".join(found[2].split())) if found else None


async def extend(person, **fields):
    return await person.post("/session/extend", fields)


async def test_a_page_says_from_the_start_when_its_session_ends(laptop):
    response = await laptop.get("/preferences")

    ends_at, words = notice(response)
    assert ends_at == "2026-11-24T10:00:00Z"
    assert re.match(r"You stay signed in until 10:00\sAM UTC\. ", words)
    assert ">Stay signed in</button>" in response.body.decode()


async def test_the_time_is_that_of_the_visitor_s_zone(laptop):
    await laptop.prefer(time_zone="Asia/Tokyo")

    words = notice(await laptop.get("/"))[1]

    assert re.match(r"You stay signed in until 7:00\sPM\. ", words)


async def test_another_day_is_named(laptop, clock):
    await laptop.prefer(time_zone="Asia/Tokyo")
    clock.now = clock.now.replace(hour=14, minute=45)
    await laptop.signs_in()

    words = notice(await laptop.get("/"))[1]

    assert "until November 25, 2026, 12:15" in words


async def test_a_page_that_is_opened_makes_it_longer(laptop, clock):
    clock.now += IDLE - SECOND

    ends_at, _ = notice(await laptop.get("/preferences"))

    assert ends_at == "2026-11-24T10:29:59Z"
    clock.now += IDLE - SECOND
    assert await laptop.is_signed_in()


async def test_what_is_announced_is_never_too_late(laptop, clock):
    """A use within the touch interval moves nothing, nor does it say so."""
    clock.now += SECOND
    ends_at, _ = notice(await laptop.get("/preferences"))
    assert ends_at == "2026-11-24T10:00:00Z"

    clock.now = clock.now.replace(hour=10, minute=0, second=0)

    assert not await laptop.is_signed_in()


@pytest.mark.logs("its use could not be kept", "is not noted")
@pytest.mark.parametrize("path", ["/preferences", "/sessions"])
async def test_what_cannot_be_kept_is_not_announced(
    laptop, clock, refuses, monkeypatch, path
):
    before = notice(await laptop.get(path))[0]
    clock.now += timedelta(minutes=5)
    refuses()
    assert notice(await laptop.get(path))[0] == before

    monkeypatch.undo()
    assert notice(await laptop.get(path))[0] > before


async def test_the_button_makes_it_longer_within_the_touch_interval_too(laptop, clock):
    clock.now += SECOND
    await laptop.get("/preferences")

    response = await extend(laptop, next="/preferences")

    assert (response.code, response.headers["Location"]) == (303, "/preferences")
    page = await laptop.get("/preferences")
    assert flashes(page) == ["You stay signed in."]
    assert notice(page)[0] == "2026-11-24T10:00:01Z"
    clock.now = clock.now.replace(hour=10, minute=0, second=0)
    assert await laptop.is_signed_in()


async def test_it_can_be_made_longer_ten_times_and_more(guest, clock):
    """WCAG 2.2.1: at least ten times, within the longest lifetime here."""
    for _ in range(12):
        clock.now += timedelta(minutes=14)
        await guest.get("/preferences")
        assert (await extend(guest, next="/")).code == 303

    assert clock.now - IDLE > clock.now.replace(hour=11)
    assert "Hello, Ada!" in (await guest.get("/")).body.decode()


async def test_the_button_leads_back_to_its_page(laptop):
    page = (await laptop.get("/preferences?x=1")).body.decode()

    assert '<input type="hidden" name="next" value="/preferences?x=1">' in page


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", ""])
async def test_it_leads_nowhere_else(laptop, elsewhere):
    await laptop.get("/")

    response = await extend(laptop, next=elsewhere)

    assert response.headers["Location"] == "/"


async def test_a_refused_form_leads_back_to_the_page_it_came_from(laptop):
    await laptop.get("/preferences")

    response = await laptop.post("/preferences", {"theme": "pink"})

    assert response.code == 422
    page = response.body.decode()
    assert '<input type="hidden" name="next" value="/preferences">' in page


async def test_the_longest_lifetime_is_announced_with_what_to_do(laptop, clock):
    clock.now += timedelta(minutes=20)
    await laptop.get("/")
    clock.now += timedelta(minutes=11)

    response = await laptop.get("/preferences")

    ends_at, words = notice(response)
    assert ends_at == "2026-11-24T10:30:00Z"
    assert re.match(r"Your sign-in lasts until 10:30\sAM UTC and cannot", words)
    assert 'href="/sign-in?next=%2Fpreferences">Sign in again' in response.body.decode()


async def test_to_sign_in_again_is_to_stay(laptop, clock):
    clock.now += timedelta(minutes=20)
    await laptop.prefer(name="Ada")
    clock.now += timedelta(minutes=29)

    await laptop.signs_in("ada", next="/preferences")

    assert notice(await laptop.get("/preferences"))[0] == "2026-11-24T10:49:00Z"


async def test_a_guest_is_told_how_long_they_are_remembered(guest):
    response = await guest.get("/preferences")

    ends_at, words = notice(response)
    assert ends_at == "2026-11-24T10:00:00Z"
    assert re.match(r"We remember you here until 10:00\sAM UTC\. ", words)
    assert ">Remember me longer</button>" in response.body.decode()


async def test_a_guest_can_be_remembered_longer(guest, clock):
    clock.now += SECOND
    await guest.get("/preferences")

    await extend(guest, next="/preferences")

    page = await guest.get("/preferences")
    assert flashes(page) == ["We keep remembering you."]
    assert notice(page)[0] == "2026-11-24T10:00:01Z"


async def test_a_guest_is_told_of_the_longest_lifetime(guest, clock):
    for _ in range(7):
        clock.now += timedelta(minutes=24)
        await guest.get("/")

    response = await guest.get("/preferences")

    words = notice(response)[1]
    assert re.match(r"We remember you here until 12:30\sPM UTC and no longer", words)
    assert 'href="/sign-up?next=%2Fpreferences">Sign up' in response.body.decode()


async def test_a_stranger_of_whom_nothing_is_kept_is_told_nothing(visitor):
    assert notice(await visitor.get("/preferences")) is None


async def test_an_error_page_announces_nothing_that_it_does_not_keep(laptop, clock):
    clock.now += timedelta(minutes=20)

    assert notice(await laptop.get("/preferences/nothing-here")) is None
    assert notice(await laptop.get("/session/extend")) is None


async def test_a_script_learns_the_new_end(laptop, clock):
    await laptop.get("/preferences")
    clock.now += timedelta(minutes=10)

    response = await laptop.post("/session/extend", {}, Accept="application/json")

    assert json.loads(response.body) == {"ends_at": "2026-11-24T10:10:00Z"}
    assert flashes(await laptop.get("/")) == []


async def test_who_comes_too_late_signs_in_and_goes_on(laptop, clock):
    await laptop.get("/preferences")
    clock.now += IDLE

    response = await extend(laptop, next="/preferences")

    assert response.code == 303
    assert response.headers["Location"] == "/sign-in?next=%2Fpreferences"
    (told,) = flashes(await laptop.get("/sign-in?next=%2Fpreferences"))
    assert told.startswith("You are no longer signed in here: ")


async def test_a_guest_who_comes_too_late_just_goes_on(guest, clock):
    await guest.get("/preferences")
    clock.now += IDLE

    response = await extend(guest, next="/preferences")

    assert (response.code, response.headers["Location"]) == (303, "/preferences")


async def test_a_script_that_comes_too_late_is_refused(laptop, clock):
    await laptop.get("/preferences")
    clock.now += IDLE

    response = await laptop.post("/session/extend", {}, Accept="application/json")

    assert response.code == 403


@pytest.mark.logs("Form token was refused")
async def test_no_other_site_keeps_a_session_alive(laptop, clock):
    clock.now += SECOND

    assert (await laptop.post("/session/extend", {}, token="")).code == 403

    clock.now = clock.now.replace(hour=10, minute=0, second=0)
    assert not await laptop.is_signed_in()


async def test_no_link_keeps_a_session_alive(laptop):
    assert (await laptop.get("/session/extend")).code == 405


class TestWithLongTimeouts:
    """The exception of WCAG 2.2.1: what is longer than 20 hours is not announced."""

    @pytest.fixture
    def site_settings(self, database):
        return Settings(store=f"sqlite:///{database}")

    async def test_no_page_speaks_of_an_end_that_is_far(self, laptop, guest):
        assert notice(await laptop.get("/preferences")) is None
        assert notice(await guest.get("/preferences")) is None

    async def test_the_last_20_hours_of_the_longest_lifetime_are(self, laptop, clock):
        for _ in range(4):
            clock.now += timedelta(days=6)
            await laptop.get("/")
        clock.now += timedelta(days=5, hours=4) - SECOND
        assert notice(await laptop.get("/preferences")) is None

        clock.now += SECOND

        ends_at, words = notice(await laptop.get("/preferences"))
        assert ends_at == "2026-12-24T09:30:00Z"
        assert words.startswith("Your sign-in lasts until December 24, 2026, 9:30")
