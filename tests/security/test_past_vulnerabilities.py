"""Every hole that others have had is answered by a test, or by a reason."""

import pytest

from tests.docs.pages import page, rows
from tests.plugins.effort import counts
from tests.security.proofs import is_there, named_in

PAGE = page("docs/past-vulnerabilities.md")
PARTS = {
    "## Life cycle and races": 13,
    "## Connections, cancellation, other people's data": 7,
    "## Ids, cookies, parsing": 22,
}
ROWS = [row for heading in PARTS for row in rows(PAGE, heading)]
# What has no test of its own has to say why it needs none.
REASON = "**Cannot happen here**"

CASES = """
CVE-2025-46336 CVE-2025-32441 dalli~#1040 vertx-web~#2771 jetty~#228
express-session~#632 connect-redis~#328 redistore~#2 session-file-store~#55
express~#957 aspnet/Session~#60 connect-redis~#75 Symfony~2012 jetty~#2671
jetty~#2646 blitz~#1209 CVE-2018-1000519 CVE-2018-1000814 CVE-2024-31999
CVE-2024-35220 CVE-2022-25896 CVE-2023-29019 CVE-2011-4718 flask-session~#173
tower-sessions~0.4.3 tower-sessions~0.12.0 rack~#1406 CVE-2014-0482 CVE-2015-3982
CVE-2022-24895 backups failovers CVE-2023-28858 CVE-2023-28859 asyncmy~#103
asyncpg~#784 asyncpg~#490 aiosqlite~#259 CVE-2023-30861 CVE-2026-35192
CVE-2026-6907 CVE-2014-1418 CVE-2014-0473 CVE-2020-13254 CVE-2011-4136
CVE-2023-20866 Redis~as~a~cache CVE-2019-16782 activerecord-session_store~#151
redis-session-store~#145 CVE-2026-39324 cookie-signature~1.0.6 CVE-2013-0263
CVE-2025-47278 CVE-2023-27524 CVE-2013-7489 flask-session~#29 CVE-2021-33026
pyramid_redis_sessions~#53 CVE-2022-31629 CVE-2020-7070 CVE-2023-23934
Cookie~Chaos $Version CVE-2016-7401 Tornado~#1851 Tornado~#1852 CVE-2024-52804
CVE-2024-7592 CVE-2026-35536 CVE-2026-0672 CVE-2026-3644 CVE-2025-67724
CVE-2025-67725 CVE-2025-67726 CVE-2025-47287 Tornado~6.3.3 Tornado~6.4.1
CVE-2008-0252 CVE-2015-5143 CVE-2015-5963 CVE-2015-5964 CherryPy~#874
CVE-2016-4423 CVE-2026-40864 CVE-2025-46721 CVE-2025-24358 Tornado~#214
CVE-2016-2513 CVE-2018-6188 CVE-2013-1443 Tornado~6.5.3 CVE-2017-7233
CVE-2018-14574 WAL~reset fsync~on~Linux CVE-2025-49844 CVE-2026-23479
""".replace("~", "\N{NO-BREAK SPACE}").split()
CASES = [case.replace("\N{NO-BREAK SPACE}", " ") for case in CASES]


def test_no_row_is_missing():
    assert {heading: len(rows(PAGE, heading)) for heading in PARTS} == PARTS
    text = " ".join(row[0] for row in ROWS)
    assert [case for case in CASES if case not in text] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].split(",")[0])
def test_the_proof_of_a_row_is_there(row):
    proofs = named_in(row[2])

    assert [proof for proof in proofs if not is_there(proof)] == []
    assert proofs or row[2].startswith(REASON)
    counts["past vulnerabilities answered"] += 1


def test_a_proof_that_is_not_there_would_be_noticed():
    here = "tests/security/test_past_vulnerabilities.py"
    store = "tests/sessions/stores/test_memory.py::TestMemoryStore"

    assert is_there(f"{here}::test_no_row_is_missing")
    assert is_there(f"{store}::test_changing_what_never_was_creates_nothing")
    for named in (
        f"{here}::test_that_nobody_wrote",
        f"{store}::test_that_nobody_wrote",
        f"{here}::named_in",
        "tests/security/test_nothing.py::test_a",
    ):
        assert not is_there(named), named
