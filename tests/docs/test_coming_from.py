"""Our names in `docs/coming-from.md` exist."""

import re

import pytest

import tornado_app.sessions
from tests.docs.pages import code, page, rows
from tornado_app.sessions import (
    Session,
    SessionMixin,
    SessionPolicy,
    Sessions,
    SessionStore,
)

PAGE = page("docs/coming-from.md")
# What each library's own documentation and source name (express-session 1.19,
# Django 5.2, scs 2.9, tower-sessions 0.14, torndsession 1.1.5, pycket 0.3).
LIBRARIES = {
    "express-session": """
        genid name proxy resave rolling saveUninitialized secret store unset cookie
        cookie.domain cookie.expires cookie.httpOnly cookie.maxAge
        cookie.originalMaxAge cookie.partitioned cookie.path cookie.priority
        cookie.sameSite cookie.secure req.session req.sessionID req.session.id
        req.sessionStore req.session.cookie req.session.regenerate()
        req.session.destroy() req.session.reload() req.session.save()
        req.session.touch() req.session.resetMaxAge() store.all() store.destroy()
        store.clear() store.length() store.get() store.set() store.touch()
        store.regenerate() store.load() store.createSession() store.generate()
        MemoryStore
    """,
    "Django": """
        SESSION_CACHE_ALIAS SESSION_COOKIE_AGE SESSION_COOKIE_DOMAIN
        SESSION_COOKIE_HTTPONLY SESSION_COOKIE_NAME SESSION_COOKIE_PATH
        SESSION_COOKIE_SAMESITE SESSION_COOKIE_SECURE SESSION_ENGINE
        SESSION_EXPIRE_AT_BROWSER_CLOSE SESSION_FILE_PATH SESSION_SAVE_EVERY_REQUEST
        SESSION_SERIALIZER request.session get pop setdefault update keys values items
        clear in has_key aset flush cycle_key get_expiry_age get_expiry_date
        get_session_cookie_age get_expire_at_browser_close set_expiry(None)
        set_test_cookie test_cookie_worked delete_test_cookie accessed session_key
        is_empty exists create save load delete encode decode key_salt clear_expired
        SessionInterrupted
    """,
    "alexedwards/scs": """
        SessionManager.IdleTimeout SessionManager.Lifetime SessionManager.Store
        SessionManager.Codec SessionManager.ErrorFunc SessionManager.HashTokenInStore
        Cookie.Name Cookie.Domain Cookie.HttpOnly Cookie.Partitioned Cookie.Path
        Cookie.Persist Cookie.SameSite Cookie.Secure LoadAndSave Load Commit Destroy Put
        Get GetString GetBool GetInt GetInt64 GetInt32 GetFloat GetBytes GetTime Pop
        PopString PopBool PopInt PopFloat PopBytes PopTime Remove Clear Exists Keys
        RenewToken MergeSession RememberMe Status Deadline SetDeadline Token Iterate
        WriteSessionCookie Store.Find Store.Commit Store.Delete CtxStore.FindCtx
        CtxStore.CommitCtx CtxStore.DeleteCtx IterableStore.All IterableCtxStore.AllCtx
    """,
    "tower-sessions": """
        SessionManagerLayer::new with_name with_http_only with_same_site with_secure
        with_path with_domain with_expiry with_always_save with_signed with_private
        Expiry::OnInactivity Expiry::AtDateTime Expiry::OnSessionEnd Session::new insert
        insert_value get get_value remove remove_value clear is_empty id expiry
        set_expiry expiry_date expiry_age is_modified save load delete flush cycle_id
        SessionStore::create SessionStore::save SessionStore::load SessionStore::delete
        ExpiredDeletion::delete_expired ExpiredDeletion::continuously_delete_expired
        CachingSessionStore MemoryStore
    """,
    "torndsession": """
        SessionBaseHandler SessionMixin driver driver_settings force_persistence
        cache_driver sid_name session_lifetime cookie_config self.session.flush()
        self.session.id self.session.expires
    """,
    "pycket": """
        SessionMixin NotificationMixin engine storage cookies PYCKET_ID
        self.session.keys()
    """,
}
OWNERS = {
    "session": Session,
    "sessions": Sessions,
    "policy": SessionPolicy,
    "store": SessionStore,
    "handler": SessionMixin,
}
# What Python and Tornado have for it.
OTHERS = {"in", "session[…] = …", "cookie_secret"}
NAME = re.compile(r"(?:(\w+)\.)?(\w+)(\(\))?")


def table(library):
    return rows(PAGE, f"## {library}")


def every_row():
    return [(library, row) for library in LIBRARIES for row in table(library)]


def exists(name):
    """Whether *name* is one of ours, a method written with its parentheses."""
    parts = NAME.fullmatch(name)
    if name in OTHERS or parts is None:
        return name in OTHERS
    owner = OWNERS.get(parts[1], None if parts[1] else tornado_app.sessions)
    found = getattr(owner, parts[2], None)
    is_plain = isinstance(found, type) or not callable(found)
    return hasattr(owner, parts[2]) and is_plain == (parts[3] is None)


@pytest.mark.parametrize(("library", "row"), every_row(), ids=lambda part: part[0])
def test_every_line_names_something_that_exists_or_says_why_there_is_none(library, row):
    theirs, ours, remark = row

    assert code(theirs), f"{library}: no name of theirs"
    assert ours == "none" or code(ours), f"{library}: nothing stands for {theirs}"
    assert [name for name in code(ours) if not exists(name)] == []
    assert remark or ours != "none", f"{library}: no reason why there is no {theirs}"


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_name_of_theirs_has_its_line(library):
    named = {name for theirs, _, _ in table(library) for name in code(theirs)}

    assert set(LIBRARIES[library].split()) - named == set()


def test_names_in_the_remarks_and_in_the_text_exist_too():
    owned = rf"`((?:{'|'.join(OWNERS)})\.\w+(?:\(\))?)`"
    below = PAGE.split("\n## torndsession\n")[1]
    remarks = " ".join(row[2] for _, row in every_row())
    names = re.findall(owned, remarks + below)

    assert len(names) > 20
    assert [name for name in names if not exists(name)] == []


@pytest.mark.parametrize(
    "name",
    [
        "session.cycle_key()",
        "policy.ttl",
        "session.renew",
        "sessions.count",
        "Session()",
    ],
)
def test_the_check_sees_a_name_that_does_not_exist(name):
    assert not exists(name)
