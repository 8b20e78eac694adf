"""Owns browsers that say what they are, and what people do with their sessions."""

import re

from tests.handlers.signing import Person

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


class Device(Person):
    """A person's browser that says what it is."""

    user_agent = FIREFOX

    async def send(self, method, path, *, headers, body=None):
        headers = {"User-Agent": self.user_agent} | headers
        return await super().send(method, path, headers=headers, body=body)


async def sessions_page(device):
    return (await device.get("/sessions")).body.decode()


def part(page, heading):
    """What stands under a heading, as text."""
    found = re.search(rf"<h2[^>]*>{heading}</h2>(.*?)</section>", page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", found[1]).split()) if found else ""


def flashes(response):
    """The messages on a page."""
    found = re.findall(r'<p class="flash [^>]*>([^<]*)</p>', response.body.decode())
    return [" ".join(text.split()) for text in found]


async def handle_of(device, *, seen_by):
    """The handle that the page of another device shows."""
    return re.findall(r'"/sessions/([^/"]+)/revoke"', await sessions_page(seen_by))[0]


async def own_handle(device):
    """The handle that a device's own page shows first."""
    return re.findall(r'"/sessions/([^/"]+)/name"', await sessions_page(device))[0]


async def revoke(device, handle, **fields):
    await device.get("/sessions")
    return await device.post(f"/sessions/{handle}/revoke", fields)


async def revoke_others(device, **fields):
    await device.get("/sessions")
    return await device.post("/sessions/revoke-others", fields)


async def name(device, handle, text):
    await device.get("/sessions")
    return await device.post(f"/sessions/{handle}/name", {"name": text})
