"""What is forgotten first."""

import pytest

from tornado_app.sessions.oldest import oldest


@pytest.mark.parametrize(("size", "count"), [(0, 0), (1, 1), (63, 1), (4096, 65)])
def test_it_is_the_first_of_them_and_one_in_64(size, count):
    known = dict.fromkeys(map(str, range(size)))

    assert oldest(known) == [str(number) for number in range(count)]
    assert len(known) == size


def test_what_went_and_came_again_is_not_old():
    known = dict.fromkeys("abc")

    known["a"] = known.pop("a")

    assert oldest(known) == ["b"]
