"""Another origin can read nothing, embed nothing and talk to nothing of ours."""

from itertools import product

from tests.plugins.effort import counts
from tests.security import routes
from tools.environment import ROOT

ORIGINS = [
    "https://evil.example",
    "null",
    "http://localhost.evil.example",
    "http://evil.localhost",
    "http://localhost",
    "file://",
    "*",
]
ASKS = [
    ("Access-Control-Request-Method", "POST"),
    ("Access-Control-Request-Headers", "x-any, content-type"),
    ("Access-Control-Request-Private-Network", "true"),
]
# What would let text become code, or messages and data come in past the server.
DANGERS = ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("]
DANGERS += ["Function(", "postMessage", '"message"', "localStorage", "sessionStorage"]
DANGERS += [
    "document.cookie",
    "window.name",
    "location.hash",
    "import(",
    "http:",
    "//\\",
]


async def test_no_answer_says_that_another_origin_may_read_it(wire, ada):
    await ada.signs_up()
    paths = [route.path for route in routes.EVERY]

    for path, origin in product([*paths, "/nowhere"], ORIGINS):
        for method, asks in (("GET", []), ("OPTIONS", ASKS)):
            headers = [("Origin", origin), *asks]
            answer = await wire.send(method, path, cookies=ada.cookies, headers=headers)
            allowed = [name for name in answer.headers if name.startswith("Access-")]
            assert allowed == [], (method, path, origin)
            assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
            counts["answers to foreign origins (readable: 0)"] += 1


async def test_no_answer_becomes_a_script_that_calls_back(wire, ada):
    await ada.signs_up()

    for route in routes.EVERY:
        path = f"{route.path}?callback=evil&jsonp=evil&cb=evil"
        answer = await wire.get(path, cookies=ada.cookies)
        assert "evil(" not in answer.text
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_scripts_are_the_same_for_everybody(wire, ada, visitor):
    await ada.signs_up("a name to look for")
    sources = set((await ada.get("/")).body.decode().split('src="')[1:])
    paths = {source.partition('"')[0] for source in sources}

    for path in paths:
        own = await wire.get(path, cookies=ada.cookies)
        assert own.body == (await wire.get(path)).body
        assert "name to look for" not in own.text


def test_the_script_makes_no_code_of_text_and_listens_to_nobody():
    for path in (ROOT / "static").rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert [danger for danger in DANGERS if danger in text] == [], path.name


def test_no_page_holds_a_script_of_its_own():
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8").lower()
        assert "javascript:" not in text
        assert "style=" not in text, path.name
        assert ' on"' not in text
        for part in text.split("<script")[1:]:
            assert part.split("</script>")[0].rstrip().endswith(">"), path.name
