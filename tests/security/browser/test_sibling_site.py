"""A host beside ours, on the same site for the browser, can do nothing in our name."""

import json

import pytest

from tests.plugins.effort import counts
from tests.security import routes
from tests.security.browser.crossroads import APP, DOMAIN, EVIL

PASSWORD = "correct horse battery staple"
HARM = [route.path for route in routes.UNSAFE]
OF_STRANGERS = ["/sign-in", "/sign-up", "/", "/preferences"]
REFUSED = {400, 403, 405, 413, 415}
ENCTYPES = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"]

# Sends everything that a page can send without being asked, and waits for the answers.
ATTACK = """
async ({paths, app, fields, enctypes}) => {
  const later = []
  const until = (element, ...names) => later.push(new Promise(done =>
    names.forEach(name => element.addEventListener(name, done, {once: true}))))
  const add = (tag, attributes) => {
    const element = document.createElement(tag)
    Object.assign(element, attributes)
    until(element, 'load', 'error')
    document.body.append(element)
    return element
  }
  const form = new URLSearchParams(fields).toString()
  let number = 0
  for (const path of paths) {
    const url = app + path
    for (const enctype of enctypes) {
      for (const method of ['post', 'get']) {
        const frame = add('iframe', {name: 'frame' + number++})
        await later.pop()
        until(frame, 'load')
        const element = document.createElement('form')
        Object.assign(element, {action: url, method, enctype, target: frame.name})
        for (const [name, value] of Object.entries(fields)) {
          const input = document.createElement('input')
          Object.assign(input, {name, value})
          element.append(input)
        }
        document.body.append(element)
        element.submit()
      }
    }
    for (const type of [...enctypes, 'application/json'])
      for (const mode of ['no-cors', 'cors', 'same-origin'])
        later.push(fetch(url, {
          method: 'POST', mode, credentials: 'include', body: form,
          headers: {'Content-Type': type},
        }).catch(() => 0))
    for (const method of ['PUT', 'PATCH', 'DELETE'])
      later.push(fetch(url, {method, credentials: 'include'}).catch(() => 0))
    navigator.sendBeacon(url, new URLSearchParams(fields))
    navigator.sendBeacon(url, new Blob([form], {type: 'text/plain'}))
    later.push(new Promise(done => {
      const asked = new XMLHttpRequest()
      asked.open('POST', url)
      asked.withCredentials = true
      asked.setRequestHeader('Content-Type', enctypes[0])
      asked.onloadend = done
      asked.send(form)
    }))
    add('img', {src: url})
    add('script', {src: url})
    add('iframe', {src: url})
    add('link', {rel: 'stylesheet', href: url})
    add('embed', {src: url})
  }
  await Promise.all(later)
  return [...document.querySelectorAll('iframe')].filter(frame => {
    try { return frame.contentDocument?.body.textContent.includes('Hello again') }
    catch { return false }
  }).length
}
"""


@pytest.fixture
def enter(street, visit):
    """Sign somebody up, or in, with the site's own forms."""

    def one(username, way="sign-up", page=None):
        page = page or visit()
        page.goto(street.url(APP, f"/{way}"))
        page.get_by_label("User name").fill(username)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert is_in(page, username)
        return page

    return one


def is_in(page, username):
    return page.get_by_role("banner").get_by_text(username, exact=True).count() == 1


def own_token(page, street):
    """A form token that the site gave to who sits at *page*."""
    page.goto(street.url(APP, "/preferences"))
    return page.locator('[name="_xsrf"]').first.get_attribute("value")


def attack_from(page, street, fields, paths=HARM):
    street.pages["/attack"] = ([], "<!doctype html><body>")
    page.goto(street.url(EVIL, "/attack"))
    app = street.url(APP, "")
    facts = {"paths": paths, "app": app, "fields": fields, "enctypes": ENCTYPES}
    return page.evaluate(ATTACK, facts)


def accepted(street):
    """The forged requests that could have done something and were not refused."""
    unsafe = [each for each in street.forged if each.method not in routes.SAFE]
    counts["forged requests from a sibling in Chromium (accepted: 0)"] += len(unsafe)
    return [each for each in unsafe if each.status not in REFUSED]


def test_nothing_that_a_sibling_sends_is_accepted(street, enter):
    evil = own_token(enter("evil"), street)
    laptop, phone = enter("ada"), None
    phone = enter("ada", "sign-in")
    street.seen.clear()

    framed = attack_from(laptop, street, {"_xsrf": evil, "name": "EVIL"})

    assert accepted(street) == []
    assert len(street.forged) > 20 * len(HARM)
    cookies = [each.headers.get("cookie", "") for each in street.forged]
    # Lax cookies travel within a site: they are no protection here.
    assert any("__Host-session" in header for header in cookies)
    assert framed == 0
    for page in (laptop, phone):
        page.goto(street.url(APP, "/preferences"))
        assert is_in(page, "ada")
        assert page.get_by_label("Name", exact=True).input_value() == ""


def test_no_page_that_a_sibling_opens_does_anything(street, enter):
    page = enter("bea")
    for path in HARM:
        form = (
            f'<form method="post" action="{street.url(APP, path)}"><button>go</button>'
        )
        link = f'<a href="{street.url(APP, path)}">go</a>'
        street.pages[f"/form{path}"] = ([], form)
        street.pages[f"/link{path}"] = ([], link)
    street.seen.clear()

    for path in HARM:
        open_with(page, street.url(EVIL, f"/form{path}"), "button")
    open_with(page, street.url(EVIL, "/link/sign-out"), "link")

    assert accepted(street) == []
    assert len(street.forged) > len(HARM)
    page.goto(street.url(APP))
    assert is_in(page, "bea")


def open_with(page, url, role):
    page.goto(url)
    with page.expect_navigation():
        page.get_by_role(role, name="go").click()


def test_a_stranger_is_not_signed_in_by_a_sibling(street, visit, enter):
    evil_page = enter("eve")
    cookies = {c["name"]: c["value"] for c in evil_page.context.cookies()}
    evil_page.goto(street.url(APP))
    evil_page.get_by_role("button", name="Sign out").click()
    token = own_token(evil_page, street)
    stranger = visit()
    stranger.goto(street.url(APP, "/sign-in"))
    toss(stranger, street, cookies)
    street.seen.clear()

    fields = {"_xsrf": token, "username": "eve", "password": PASSWORD}
    attack_from(stranger, street, fields, OF_STRANGERS)

    assert accepted(street) == []
    stranger.goto(street.url(APP))
    assert not is_in(stranger, "eve")


def look_alikes(name, value):
    """Set-Cookie lines by which a sibling would pass *value* off as our cookie."""
    attributes = f"; Domain={DOMAIN}; Path=/; Secure"
    plain = name.removeprefix("__Host-")
    names = [name, plain, name.lower(), name.upper(), f"__Secure-{plain}", f"${name}"]
    for blank in ("\xa0", "\x85", "\u2000".encode().decode("latin-1"), "\x0c"):
        names += [blank + name, name + blank, blank + plain]
    lines = [f"{each}={value}{attributes}" for each in names]
    lines += [f"={name}={value}{attributes}", f"{name}{attributes}"]
    lines += [f'"{name}"={value}{attributes}', f'x="; {name}={value}{attributes}']
    return lines


def toss(page, street, cookies):
    """Set every look-alike with the attacker's own values, by header and by script."""
    lines = [line for pair in cookies.items() for line in look_alikes(*pair)]
    street.pages["/toss"] = (
        [("Set-Cookie", line) for line in lines],
        "<title>x</title>",
    )
    page.goto(street.url(EVIL, "/toss"))
    words = json.dumps([line for line in lines if line.isprintable()])
    page.evaluate(f"{words}.forEach(line => document.cookie = line)")
    counts["cookies tossed by a sibling in Chromium (believed: 0)"] += len(lines)


def test_no_cookie_that_a_sibling_tosses_is_believed(street, visit, enter):
    evil = enter("mallory")
    cookies = {c["name"]: c["value"] for c in evil.context.cookies()}
    assert set(cookies) >= {"__Host-session", "__Host-device"}
    stranger = visit()
    toss(stranger, street, cookies)

    for path in ("/", "/preferences", "/sessions", "/sign-in"):
        stranger.goto(street.url(APP, path))
        assert not is_in(stranger, "mallory"), path

    arrived = [e.headers["cookie"] for e in street.seen if "cookie" in e.headers]
    assert any(cookies["__Host-session"] in header for header in arrived)
    # Nor does it keep anybody from our own forms.
    enter("a newcomer", page=stranger)
    toss(stranger, street, cookies)
    stranger.goto(street.url(APP, "/sessions"))
    assert is_in(stranger, "a newcomer")
