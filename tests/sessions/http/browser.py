"""A client with a cookie jar."""

from http.cookies import SimpleCookie


class Browser:
    """Keeps cookies as a browser does; follows no redirect and raises for no status."""

    def __init__(self, http_client, base_url, cookies=()):
        self.http_client = http_client
        self.base_url = base_url
        self.cookies = dict(cookies)

    @property
    def cookie(self):
        """The session cookie, or None."""
        return self.cookies.get("session")

    async def get(self, path="/", **headers):
        return await self.send("GET", path, **headers)

    async def post(self, path="/", body="", **headers):
        return await self.send("POST", path, body=body, **headers)

    async def text(self, path="/"):
        """Get *path*, which has to be there; return its text."""
        response = await self.get(path)
        assert response.code == 200, (response.code, response.body)
        return response.body.decode()

    async def send(self, method, path, body=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        response = await self.http_client.fetch(
            self.base_url + path,
            method=method,
            body=body,
            headers=self._cookie_header() | headers,
            follow_redirects=False,
            raise_error=False,
            allow_nonstandard_methods=True,
            decompress_response=False,
        )
        self._keep_cookies(response)
        return response

    def twin(self):
        """Another browser with the same cookies, as a thief has it."""
        return Browser(self.http_client, self.base_url, self.cookies)

    def _cookie_header(self):
        pairs = [f"{name}={value}" for name, value in self.cookies.items()]
        return {"Cookie": "; ".join(pairs)} if pairs else {}

    def _keep_cookies(self, response):
        for name, morsel in set_cookies(response).items():
            if morsel["expires"] and not morsel["max-age"]:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value


def set_cookies(response):
    """The cookies that *response* sets, by name."""
    found = {}
    for line in response.headers.get_list("Set-Cookie"):
        line = line.replace("; Partitioned", "")
        found.update(SimpleCookie(line).items())
    return found


def session_cookie(response):
    """What *response* says of the session cookie: a line, or None."""
    lines = [
        line
        for line in response.headers.get_list("Set-Cookie")
        if line.startswith(("session=", "__Host-session=", "__Secure-session="))
    ]
    assert len(lines) < 2, lines
    return lines[0] if lines else None
