"""What kind of browser a request came from."""

import pytest

from tornado_app.devices import MAX_LENGTH, Device, device_of, shown_user_agent

CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)"


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (f"{WINDOWS} {CHROME} Safari/537.36", Device("Chrome", "Windows")),
        (f"{WINDOWS} {CHROME} Safari/537.36 Edg/139.0", Device("Edge", "Windows")),
        (f"{WINDOWS} {CHROME} Safari/537.36 OPR/120.0", Device("Opera", "Windows")),
        (f"{MAC} AppleWebKit/605 Version/18 Safari/605", Device("Safari", "macOS")),
        (f"{PHONE} AppleWebKit/605 CriOS/139 Safari/604", Device("Chrome", "iPhone")),
        (f"{PHONE} AppleWebKit/605 FxiOS/140 Safari/604", Device("Firefox", "iPhone")),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
            Device("Firefox", "Linux"),
        ),
        (
            f"Mozilla/5.0 (Linux; Android 10; K) {CHROME} Mobile Safari/537.36",
            Device("Chrome", "Android"),
        ),
        (f"Mozilla/5.0 (X11; CrOS x86_64 1) {CHROME}", Device("Chrome", "ChromeOS")),
        ("curl/8.0", Device("curl", "")),
        ("", Device()),
        ("<script>alert(1)</script>", Device()),
    ],
)
def test_a_browser_is_known_by_what_it_says(user_agent, device):
    assert device_of(user_agent) == device


def test_a_client_hint_knows_the_system_better():
    user_agent = f"Mozilla/5.0 (X11; Linux x86_64) {CHROME}"

    assert device_of(user_agent, '"Windows"') == Device("Chrome", "Windows")


@pytest.mark.parametrize("hint", ["", "Windows", '"Unknown"', '"<b>"', '"' * 9_999])
def test_a_hint_that_says_nothing_known_is_left_out(hint):
    assert device_of("Firefox/1 (Linux)", hint) == Device("Firefox", "Linux")


@pytest.mark.parametrize(
    ("brands", "browser"),
    [
        ('"Not;A=Brand";v="99", "Brave";v="139", "Chromium";v="139"', "Brave"),
        ('"Chromium";v="139", "Opera";v="123"', "Opera"),
        ('"Google Chrome";v="139", "Chromium";v="139"', "Chrome"),
        ('"Chromium";v="139", "Not)A;Brand";v="8"', "Chromium"),
        ('"Vivaldi";v="7"', "Vivaldi"),
        ("", "Chrome"),
        ('"Somebody New";v="1"', "Chrome"),
        ("Brave", "Chrome"),
        ('"<b>";v="1"', "Chrome"),
        ('"' * 9_999, "Chrome"),
        ('"Brave\x00";v="1"', "Chrome"),
        (" " * 600 + '"Brave";v="1"', "Chrome"),
    ],
)
def test_the_brands_tell_who_calls_itself_chrome(brands, browser):
    user_agent = f"{WINDOWS} {CHROME} Safari/537.36"

    assert device_of(user_agent, "", brands) == Device(browser, "Windows")


def test_the_brands_change_nothing_for_who_does_not():
    brands = '"Brave";v="1", "Chromium";v="1"'

    assert device_of("Firefox/1 (Linux)", "", brands).browser == "Firefox"
    assert device_of(f"{WINDOWS} {CHROME} Edg/1", "", brands).browser == "Edge"
    assert device_of("", "", brands) == Device()


@pytest.mark.parametrize(
    ("system", "is_handheld"),
    [
        *[("iPhone", True), ("iPad", True), ("iOS", True), ("Android", True)],
        *[("Linux", False), ("Windows", False), ("", False)],
    ],
)
def test_a_telephone_is_told_from_a_computer(system, is_handheld):
    assert Device("Firefox", system).is_handheld is is_handheld


HOSTILE = [
    "\x00\x1b[31mFirefox/1 Linux\r\nSet-Cookie: a=b",
    "Firefox/1\u202e Linux\u2066",
    "Firefox/1 <script>alert('Linux')</script>",
    "Firefox/1 {{1+1}} Linux %s %(x)s",
    "\ud800Firefox/1 Linux",
    "Firefox/1 Linux " + "x" * 65_536,
    "\x85\xa0\x9bFirefox/1 Linux",
]


@pytest.mark.parametrize("user_agent", HOSTILE)
def test_nothing_of_a_hostile_header_gets_into_the_name_of_a_device(user_agent):
    device = device_of(user_agent, user_agent, user_agent)

    assert device == Device("Firefox", "Linux")


@pytest.mark.parametrize("user_agent", HOSTILE)
def test_what_a_browser_says_is_shown_cut_and_without_what_no_page_can_hold(user_agent):
    shown = shown_user_agent(user_agent)

    assert len(shown) <= MAX_LENGTH
    assert "Firefox/1" in shown
    assert not [c for c in shown if ord(c) < 32 or 0x7F <= ord(c) < 0xA0]
    assert not set("\u202e\u2066\ud800") & set(shown)
    assert shown.encode()


def test_what_is_too_long_is_cut_before_it_is_read():
    assert device_of("x" * 512 + "Firefox/128 Linux") == Device()
    assert device_of("Firefox/128 Linux" + "x" * 10_000_000).browser == "Firefox"
