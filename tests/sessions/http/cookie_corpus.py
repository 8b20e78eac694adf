"""Cookie headers, good and bad; MINE and EVIL stand for the values of two visitors."""

from itertools import product

LATIN_BLANKS = ["\xa0", "\x85"]
# As their UTF-8 bytes, which is how they travel.
WIDE_BLANKS = [
    blank.encode().decode("latin-1")
    for blank in ("\u00a0", "\u0085", "\u1680", "\u2003", "\u2028", "\u3000", "\ufeff")
]
BLANKS = [*LATIN_BLANKS, *WIDE_BLANKS]

OTHERS = [
    "a=1",
    "Session=EVIL",
    "SESSION=EVIL",
    "sessions=EVIL",
    "xsession=EVIL",
    "session2=EVIL",
    "session.x=EVIL",
    "__Host-session=EVIL",
    "__Secure-session=EVIL",
    "__host-session=EVIL",
    "=EVIL",
    "=EVIL; x=session",
    "EVIL",
    "session",
    "session x",
    "session =EVIL",
    "session\t=EVIL",
    '"session"=EVIL',
    "'session'=EVIL",
    "$session=EVIL",
    "%73ession=EVIL",
    "session%3DEVIL",
    "session:EVIL",
    "$Version=1",
    "",
    " ",
    *[f"{blank}session=EVIL" for blank in BLANKS],
    *[f"session{blank}=EVIL" for blank in BLANKS],
]
"""Cookies that are not ours, whatever they look like."""

FOUND = [
    "session=MINE",
    'session="MINE"',
    "  session=MINE  ",
    "\tsession=MINE\t",
    "session=MINE;",
    ";;session=MINE;;",
    *[f"{other}; session=MINE" for other in OTHERS],
    *[f"session=MINE;{other}" for other in OTHERS],
]
"""Headers in which MINE is found."""

VALUES = [
    "",
    '"',
    '""',
    '"MINE',
    'MINE"',
    '""MINE""',
    "'MINE'",
    "%22MINE%22",
    "MINEx",
    "xMINE",
    "MINE,",
    "MINE, session=EVIL",
    "MINE EVIL",
    "MINE|",
    "|MINE",
    "MINE MINE",
    " MINE",
    " \t MINE",
    "=MINE",
    "MINE=",
    "MINE\\",
    '\\"MINE\\"',
    "x",
    "1",
    "2|",
    "2|1:0",
    "2|||||",
    "||||||",
    "null",
    "undefined",
    "None",
    "{}",
    "\xe9\xff",
    "x" * 4096,
    "x" * 60_000,
    "2|1:0|" * 8_000,
    "1" * 5_000,
    *[f"{blank}MINE" for blank in BLANKS],
    *[f"MINE{blank}" for blank in BLANKS],
]
"""Values that are no cookie of ours."""

DOUBLES = [
    joint.join(pair)
    for joint, pair in product(
        [";", "; ", " ;\t", "; x=1; ", ";;"],
        [
            ("session=MINE", "session=EVIL"),
            ("session=EVIL", "session=MINE"),
            ("session=MINE", "session=MINE"),
            ("session=MINE", "session="),
            ("session=MINE", 'session="EVIL"'),
            ("session=x", "session=MINE"),
            ('a="', 'session=EVIL; session=MINE"'),
        ],
    )
]

NOT_FOUND = [
    *OTHERS,
    *[f"session={value}" for value in VALUES],
    *[f"a=1; session={value}; b=2" for value in VALUES],
    *DOUBLES,
]
"""Headers in which nobody is found."""

CONTROLS = [chr(code) for code in (*range(9), 11, 12, *range(14, 32), 127)]
REFUSED = [
    line
    for control in CONTROLS
    for line in (f"{control}session=MINE", f"session=MI{control}NE")
]
"""Headers that hold a control character, which HTTP forbids (RFC 9110 §5.5)."""
