"""A shelf with room for a number of parts."""

from __future__ import annotations


class ShelfFull(Exception):
    """There is no room for what was put down."""


class Shelf:
    def __init__(self, room: int = 10) -> None:
        self.room = room
        self.parts: dict[str, int] = {}

    @property
    def used(self) -> int:
        return sum(self.parts.values())

    def put(self, name: str, count: int = 1) -> int:
        """Adds parts; returns how many of the name are there now."""
        if count < 1:
            raise ValueError("put at least one part")
        if self.used + count > self.room:
            raise ShelfFull(f"{count} more {name} do not fit")
        self.parts[name] = self.parts.get(name, 0) + count
        return self.parts[name]

    def take(self, name: str, count: int = 1) -> int:
        """Takes up to `count` parts and returns how many it got."""
        if name in self.parts:
            got = min(count, self.parts[name])
            self.parts[name] -= got
            if self.parts[name] == 0:
                del self.parts[name]
            return got
        else:
            return 0

    def shortage(self, wanted: dict[str, int]) -> dict[str, int]:
        """What is missing of the wanted parts, without those there are enough of."""
        missing = {}
        for name, count in wanted.items():
            have = self.parts.get(name, 0)
            if have < count:
                missing[name] = count - have
        return missing

    def clear(self, keep=None):
        """Takes everything off the shelf but the names in `keep`."""
        if keep is not None:
            self.parts = {name: count for name, count in self.parts.items() if name in keep}
        else:
            self.parts = {}


def merge(first: Shelf, second: Shelf) -> Shelf:
    """A new shelf with the parts and the room of both."""
    merged = Shelf(first.room + second.room)
    for shelf in (first, second):
        for name, count in shelf.parts.items():
            merged.put(name, count)
    return merged
