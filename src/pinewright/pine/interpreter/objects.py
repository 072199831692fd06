"""Objects of an interpreted script: arrays and windows on them, maps, records, members of enums; and how it fails."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

MOST_ELEMENTS: Final = 100_000
MOST_PAIRS: Final = 50_000
MOST_CHARACTERS: Final = 40_960
_NO_KEY: Final = object()


class Failed(Exception):  # noqa: N818 - the script's failure, not one of this program
    """A script that ended itself, or was ended: what happened, by the name of the heap's ``Failure``, and where.

    line: 1-based, 0 where it is not known; bar: number of the bar.
    """

    def __init__(self, what: str, text: str = ""):
        super().__init__(text or what)
        self.what = what
        self.line = 0
        self.bar = 0


class Array:
    """An array; ``is_bool`` where its elements are bools, so that a missing one is false and not na."""

    def __init__(self, items: list[Any], is_bool: bool = False):
        self.items = items
        self.is_bool = is_bool

    def elements(self) -> list[Any]:
        """All elements, a copy."""
        return list(self.items)

    def size(self) -> int:
        return len(self.elements())

    def put(self, place: int, value: Any) -> None:
        self.items[place] = value

    def insert(self, place: int, value: Any) -> None:
        if len(self.items) >= MOST_ELEMENTS:
            raise Failed("TOO_LARGE")
        self.items.insert(place, value)

    def take(self, place: int) -> Any:
        return self.items.pop(place)


class Slice(Array):
    """A window on an array: what is changed, added or removed here is there too."""

    def __init__(self, parent: Array, begin: int, count: int):
        super().__init__([], parent.is_bool)
        self.parent, self.begin, self.count = parent, begin, count

    def elements(self) -> list[Any]:
        whole = self.parent.elements()
        if self.begin + self.count > len(whole):
            raise Failed("SLICE_OUTSIDE")
        return whole[self.begin : self.begin + self.count]

    def put(self, place: int, value: Any) -> None:
        self.parent.put(self.begin + place, value)

    def insert(self, place: int, value: Any) -> None:
        self.parent.insert(self.begin + place, value)
        self.count += 1

    def take(self, place: int) -> Any:
        self.count -= 1
        return self.parent.take(self.begin + place)


class Map:
    """Pairs in the order in which their keys came; na is a key like others."""

    def __init__(self, is_bool: bool):
        self.pairs: dict[Any, tuple[Any, Any]] = {}
        self.is_bool = is_bool

    def get(self, key: Any) -> Any:
        return self.pairs.get(_hashed(key), (key, self.missing))[1]

    def put(self, key: Any, value: Any) -> Any:
        former = self.get(key)
        if _hashed(key) not in self.pairs and len(self.pairs) >= MOST_PAIRS:
            raise Failed("TOO_MANY_PAIRS")
        known = self.pairs.get(_hashed(key), (key, None))[0]
        self.pairs[_hashed(key)] = known, value
        return former

    def remove(self, key: Any) -> Any:
        return self.pairs.pop(_hashed(key), (key, self.missing))[1]

    def contains(self, key: Any) -> bool:
        return _hashed(key) in self.pairs

    @property
    def missing(self) -> Any:
        """What a key that is not there gives."""
        return False if self.is_bool else math.nan


class Record:
    """An object of a type that the script declares."""

    def __init__(self, type_name: str, fields: dict[str, Any]):
        self.type_name = type_name
        self.fields = fields


@dataclass(frozen=True)
class Member:
    """A member of an enum, and the title that it shows."""

    name: str
    title: str


def known(text: str) -> str:
    """A text that is not too long."""
    if len(text) > MOST_CHARACTERS:
        raise Failed("TOO_LONG")
    return text


def _hashed(key: Any) -> Any:
    return _NO_KEY if isinstance(key, float) and math.isnan(key) else key
