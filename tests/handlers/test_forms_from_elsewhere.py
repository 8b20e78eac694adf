"""Tests of forms that other sites send: nothing of them is shown."""

import pytest

# What browsers say of a form that another site has sent.
ELSEWHERE = (
    {"Sec_Fetch_Site": "same-site"},
    {"Sec_Fetch_Site": "cross-site"},
    {"Sec_Fetch_Site": "cross-site", "Origin": "ORIGIN"},
    {"Origin": "null"},
    {"Origin": "http://evil.localhost"},
)


@pytest.mark.logs("not allowed")
@pytest.mark.parametrize("headers", ELSEWHERE)
async def test_nothing_of_it_is_shown(visitor, base_url, headers):
    headers = {k: v.replace("ORIGIN", base_url) for k, v in headers.items()}
    typed = {"name": "Planted", "username": "Planted"}

    for path in ("/", "/preferences", "/sign-in", "/sign-up"):
        await visitor.get(path)
        response = await visitor.post(path, typed, **headers)
        assert response.code == 403
        assert "Planted" not in response.body.decode()


async def test_the_page_for_what_comes_back_is_nothing_without_it(visitor):
    response = await visitor.get("/returned?name=Planted")

    assert (response.code, response.headers["Location"]) == (303, "/")
