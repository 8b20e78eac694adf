"""What kind of browser a request came from."""

import time

import pytest

from tornado_app.devices import Device, device_of

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


def test_what_is_too_long_is_cut_before_it_is_read():
    start = time.perf_counter()

    assert device_of("x" * 512 + "Firefox/128 Linux") == Device()
    assert device_of("Firefox/128 Linux" + "x" * 10_000_000).browser == "Firefox"
    assert time.perf_counter() - start < 1
