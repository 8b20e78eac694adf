"""When a process that died is started again."""

from tornado_app.children import Child
from tornado_app.places import MOST_FAILURES, STEADY_S, Place


def child(accepts=True):
    return Child(pid=0, report=0, accepts=accepts)


def test_a_new_place_is_due_at_once():
    assert Place().is_due(now_s=0.0)


def test_a_place_with_a_living_child_is_not_due():
    place = Place()
    place.bear(child(), now_s=0.0)

    assert not place.is_due(now_s=1_000_000.0)


def test_who_lived_long_is_replaced_at_once():
    place = Place()
    place.bear(child(), now_s=0.0)

    assert place.lose(now_s=STEADY_S) == 0.0
    assert place.is_due(now_s=STEADY_S)


def test_who_lived_a_little_less_is_replaced_after_a_pause():
    place = Place()
    place.bear(child(), now_s=0.0)
    end_s = STEADY_S - 0.001

    assert place.lose(now_s=end_s) == 0.1
    assert not place.is_due(now_s=end_s + 0.099)
    assert place.is_due(now_s=end_s + 0.1)


def test_who_never_accepted_did_not_live_well_however_long():
    place = Place()
    place.bear(child(accepts=False), now_s=0.0)

    assert place.lose(now_s=STEADY_S * 2) == 0.1


def test_the_pause_doubles_to_half_a_minute():
    place = Place()

    pauses = [place.lose(now_s=0.0) for _ in range(11)]

    assert pauses[:4] == [0.1, 0.2, 0.4, 0.8]
    assert pauses[-2:] == [30.0, 30.0]


def test_a_long_life_makes_the_pauses_short_again():
    place = Place()
    for _ in range(5):
        place.lose(now_s=0.0)
    place.bear(child(), now_s=0.0)
    place.lose(now_s=STEADY_S)

    assert place.lose(now_s=STEADY_S) == 0.1


def test_a_place_is_hopeless_after_many_failures_in_a_row():
    place = Place()
    for _ in range(MOST_FAILURES - 1):
        place.lose(now_s=0.0)
    assert not place.is_hopeless

    place.lose(now_s=0.0)

    assert place.is_hopeless
