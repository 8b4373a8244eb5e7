import pytest

from stock.durations import is_expired
from stock.shelf import Shelf, ShelfFull, merge


@pytest.fixture
def shelf():
    shelf = Shelf(room=5)
    shelf.put("bolt", 2)
    return shelf


def test_put_counts_and_stops_at_the_room(shelf):
    assert shelf.put("bolt") == 3
    assert shelf.used == 3
    with pytest.raises(ShelfFull):
        shelf.put("nut", 3)
    with pytest.raises(ValueError):
        shelf.put("nut", 0)


def test_take_gives_what_there_is(shelf):
    assert shelf.take("bolt", 5) == 2
    assert shelf.parts == {}
    assert shelf.take("bolt") == 0


def test_shortage_names_only_what_is_missing(shelf):
    assert shelf.shortage({"bolt": 2, "nut": 1}) == {"nut": 1}


def test_clear_keeps_what_it_is_told(shelf):
    shelf.put("nut")
    shelf.clear(keep={"nut"})
    assert shelf.parts == {"nut": 1}
    shelf.clear()
    assert shelf.parts == {}


def test_merge_adds_parts_and_room(shelf):
    other = Shelf(room=2)
    other.put("bolt")
    both = merge(shelf, other)
    assert (both.room, both.parts) == (7, {"bolt": 3})


def test_is_expired_knows_endless_lifetimes():
    assert not is_expired(10, 0)
    assert not is_expired(10, 10)
    assert is_expired(11, 10)
    assert not is_expired(11, 10, grace=1)
