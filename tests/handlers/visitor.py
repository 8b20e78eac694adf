"""Owns a visitor: a client that keeps cookies and fills in forms."""

import re
from http.cookies import SimpleCookie
from urllib.parse import urlencode


class Visitor:
    """Walks through the site as a browser does, without following redirects."""

    def __init__(self, http_client, base_url):
        self.http_client = http_client
        self.base_url = base_url
        self.cookies = {}
        self.page = ""

    async def get(self, path="/", **headers):
        return await self.send("GET", path, headers=headers)

    async def post(self, path, fields, *, token=None, **headers):
        """Send the form on *path* with the token of the page that was seen last."""
        fields = {"_xsrf": self.token() if token is None else token} | fields
        headers = {"Content-Type": "application/x-www-form-urlencoded"} | headers
        return await self.send("POST", path, body=urlencode(fields), headers=headers)

    async def send(self, method, path, *, headers, body=None):
        pairs = [f"{name}={value}" for name, value in self.cookies.items()]
        cookie = {"Cookie": "; ".join(pairs)} if pairs else {}
        response = await self.http_client.fetch(
            self.base_url + path,
            method=method,
            body=body,
            headers=cookie | {key.replace("_", "-"): v for key, v in headers.items()},
            follow_redirects=False,
            raise_error=False,
            allow_nonstandard_methods=True,
        )
        self._keep_cookies(response)
        text = (response.body or b"").decode(errors="replace")
        self.page = text if "_xsrf" in text else self.page
        return response

    async def introduce(self, name="Ada"):
        """Give a name and see the greeting that follows."""
        await self.get("/")
        assert (await self.post("/", {"name": name})).code == 303
        return await self.get("/")

    async def prefer(self, **fields):
        """Save preferences."""
        await self.get("/preferences")
        response = await self.post("/preferences", fields)
        assert response.code == 303, response.body
        return response

    def token(self):
        found = re.search(r'name="_xsrf" value="([^"]+)"', self.page)
        return found[1] if found else ""

    def _keep_cookies(self, response):
        for line in response.headers.get_list("Set-Cookie"):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value


def text_of(response, element_id):
    """The text of an element that holds nothing but text; None when it is absent."""
    found = re.search(rf'id="{element_id}">([^<]*)<', response.body.decode())
    return found[1] if found else None


def html_tag(response):
    return re.search(r"<html[^>]*>", response.body.decode())[0]
