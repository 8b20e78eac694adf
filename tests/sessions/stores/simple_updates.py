"""Updates that a store may make without reading what they change, or may not."""

from datetime import timedelta

from tornado_app.sessions.merging import merge
from tornado_app.sessions.record import Whole
from tornado_app.sessions.testing import NOW, make_digest, make_update


def simple_update(chance, record):
    """An update of values alone that says what becomes of them all, or is late."""
    now, late = NOW + timedelta(microseconds=chance.randrange(10**9)), chance.random()
    texts = ["1", "[]", '{"z":[1.0,{}]}', '"3:é😀"', "12345678901234567890", None]
    keys = chance.sample(["a", "b", 'say "hé"', "", "new"], 2)
    update = make_update(
        record,
        now=record.expires_at if late < 0.1 else now,
        generation=record.generation - (0.1 < late < 0.2),
        id_digest=make_digest("old") if 0.2 < late < 0.3 else record.id_digest,
        values={key: chance.choice(texts) for key in keys},
        touch=0.3 < late < 0.4,
        version=record.version - 1 if 0.4 < late < 0.5 else None,
    )
    _, after = merge(record, update)
    loaded = record._replace() if late > 0.7 else record
    data = after.data if after else "{}"
    return update._replace(whole=Whole(record.version, data, loaded=loaded))
