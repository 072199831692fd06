"""Functions of arrays and maps in plain Python, by Pine's names, with Pine's names of their parameters.

``from_end``: whether negative indices count from the end (v6). An index na reads, writes and removes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cmp_to_key
from typing import Any, Final

from pinewright.pine.interpreter.objects import MOST_ELEMENTS, Array, Failed, Map, Slice
from pinewright.pine.interpreter.texts import spelled
from pinewright.pine.interpreter.values import CLOSE, NA

FROM_END: Final = frozenset({"array.get", "array.set", "array.insert", "array.remove"})
"""Functions that are told ``from_end``."""


def array_of(value: Any) -> Array:
    """The array that a value is."""
    if not isinstance(value, Array):
        raise Failed("NO_ARRAY")
    return value


def map_of(value: Any) -> Map:
    """The map that a value is."""
    if not isinstance(value, Map):
        raise Failed("NO_MAP")
    return value


def new_array(size: float, value: Any, is_bool: bool) -> Array:
    """``size`` elements, all ``value``."""
    count = 0 if math.isnan(size) else math.trunc(size)
    if count < 0:
        raise Failed("SIZE")
    if count > MOST_ELEMENTS:
        raise Failed("TOO_LARGE")
    return Array([value] * count, is_bool)


def _whole(index: float) -> float:
    return float(math.trunc(index)) if math.isfinite(index) else index


def _place(index: float, size: int, from_end: bool) -> int | None:
    """The place that an index means, None for na."""
    if math.isnan(index):
        return None
    index = _whole(index)
    if from_end and -size <= index < 0:
        index += size
    if not 0 <= index < size:
        raise Failed("OUT_OF_BOUNDS")
    return int(index)


def _first(index: float, size: int) -> int:
    index = 0.0 if math.isnan(index) else _whole(index)
    if not 0 <= index < size:
        raise Failed("OUT_OF_BOUNDS")
    return int(index)


def _last(index: float, size: int) -> int:
    index = float(size) if math.isnan(index) else _whole(index)
    if not 0 <= index <= size:
        raise Failed("OUT_OF_BOUNDS")
    return int(index)


def _missing(array: Array) -> Any:
    return False if array.is_bool else NA


def _get(id: Any, index: float, from_end: bool) -> Any:
    array = array_of(id)
    found = array.elements()
    place = _place(index, len(found), from_end)
    return _missing(array) if place is None else found[place]


def _set(id: Any, index: float, value: Any, from_end: bool) -> None:
    array = array_of(id)
    place = _place(index, array.size(), from_end)
    if place is not None:
        array.put(place, value)


def _insert(id: Any, index: float, value: Any, from_end: bool) -> None:
    array = array_of(id)
    size = array.size()
    place = size if math.isnan(index) or _whole(index) == size else _place(index, size, from_end)
    assert place is not None
    array.insert(place, value)


def _remove(id: Any, index: float, from_end: bool) -> Any:
    array = array_of(id)
    place = _place(index, array.size(), from_end)
    return _missing(array) if place is None else array.take(place)


def _end(last: bool, remove: bool) -> Callable[[Any], Any]:
    """The first or last element."""

    def call(id: Any) -> Any:
        array = array_of(id)
        found = array.elements()
        if not found:
            raise Failed("EMPTY")
        place = len(found) - 1 if last else 0
        return array.take(place) if remove else found[place]

    return call


def _push(id: Any, value: Any) -> None:
    array = array_of(id)
    array.insert(array.size(), value)


def _unshift(id: Any, value: Any) -> None:
    array = array_of(id)
    array.size()  # a window that lies outside its array is told
    array.insert(0, value)


def _clear(id: Any) -> None:
    array = array_of(id)
    for _ in range(array.size()):
        array.take(array.size() - 1)


def _fill(id: Any, value: Any, index_from: float = 0.0, index_to: float = NA) -> None:
    array = array_of(id)
    size = array.size()
    for place in range(_first(index_from, size), _last(index_to, size)):
        array.put(place, value)


def _slice(id: Any, index_from: float = NA, index_to: float = NA) -> Array:
    array = array_of(id)
    begin, end = _first(index_from, array.size()), _last(index_to, array.size())
    if end < begin:
        raise Failed("RANGE")
    return Slice(array, begin, end - begin)


def _concat(id1: Any, id2: Any) -> Array:
    array, other = array_of(id1), array_of(id2)
    array.size()
    count = other.size()
    if array.size() + count > MOST_ELEMENTS:
        raise Failed("TOO_LARGE")
    for place in range(count):
        array.insert(array.size(), other.elements()[place])
    return array


def _replace(array: Array, values: list[Any]) -> None:
    for place, value in enumerate(values):
        array.put(place, value)


def _before(a: Any, b: Any) -> int:
    """Order of two elements: na behind all numbers and in front of all texts."""
    if isinstance(a, str) or isinstance(b, str):
        one, two = (x if isinstance(x, str) else "" for x in (a, b))
        if one == two:
            return int(not isinstance(b, str)) - int(not isinstance(a, str))
        return -1 if one < two else 1
    if math.isnan(a) or math.isnan(b):
        return int(math.isnan(a)) - int(math.isnan(b))
    return int(a > b) - int(a < b)


def _order(values: list[Any], order: str) -> list[int]:
    places = sorted(range(len(values)), key=lambda k: cmp_to_key(_before)(values[k]))
    return places[::-1] if order == "order.descending" else places


def _sort(id: Any, order: str = "order.ascending") -> None:
    array = array_of(id)
    found = array.elements()
    _replace(array, [found[place] for place in _order(found, order)])


def _sort_indices(id: Any, order: str = "order.ascending") -> Array:
    return Array([float(place) for place in _order(array_of(id).elements(), order)])


def _alike(a: Any, b: Any) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return a == b or abs(a - b) <= CLOSE
    return a is b or bool(a == b)


def _found(places: list[int]) -> float:
    return float(places[0]) if places else -1.0


def _places(id: Any, value: Any) -> list[int]:
    return [place for place, one in enumerate(array_of(id).elements()) if _alike(one, value)]


def _search(id: Any, val: float) -> float:
    found = array_of(id).elements()
    low, high = 0, len(found) - 1
    while low <= high:
        middle = (low + high) // 2
        if found[middle] == val:
            return float(middle)
        low, high = (low, middle - 1) if val < found[middle] else (middle + 1, high)
    return -1.0


def _leftmost(id: Any, val: float) -> float:
    found = array_of(id).elements()
    below = sum(one < val for one in found)
    here = below < len(found) and found[below] == val
    return float(below if here else max(below - 1, 0))


def _rightmost(id: Any, val: float) -> float:
    found = array_of(id).elements()
    below = sum(one <= val for one in found)
    return float(below - 1 if below > 0 and found[below - 1] == val else below)


def _true(value: Any) -> bool:
    return bool(value != 0 and not math.isnan(value))


# Statistics ----------------------------------------------------------------------------------------------------------


def _numbers(id: Any) -> list[float]:
    return [one for one in array_of(id).elements() if not math.isnan(one)]


def _total(numbers: list[float]) -> float:
    """The sum with the error of each step carried along (Neumaier); na of nothing."""
    total = lost = 0.0
    for one in numbers:
        larger = total + one
        lost += (total - larger) + one if abs(total) >= abs(one) else (one - larger) + total
        total = larger
    return NA if not numbers else total + lost if math.isfinite(lost) else total


def _avg(id: Any) -> float:
    numbers = _numbers(id)
    return _total(numbers) / len(numbers) if numbers else NA


def _variance(id: Any, biased: bool = True) -> float:
    numbers = _numbers(id)
    if len(numbers) < 2:
        return 0.0 if numbers else NA
    mean, squares = _avg(id), 0.0
    for one in numbers:
        squares += (one - mean) * (one - mean)
    return squares / (len(numbers) if biased else len(numbers) - 1)


def _median(id: Any) -> float:
    numbers = sorted(_numbers(id))
    if not numbers:
        return NA
    middle = len(numbers) // 2
    return numbers[middle] if len(numbers) % 2 else (numbers[middle - 1] + numbers[middle]) / 2.0


def _mode(id: Any) -> float:
    numbers = sorted(_numbers(id))
    return max(numbers, key=numbers.count) if numbers else NA


def _nth(greatest: bool) -> Callable[..., float]:
    def call(id: Any, nth: float = 0.0) -> float:
        numbers = sorted(_numbers(id), reverse=greatest)
        rank = 0 if math.isnan(nth) else math.trunc(nth)
        return numbers[rank] if 0 <= rank < len(numbers) else NA

    return call


def _range(id: Any) -> float:
    numbers = _numbers(id)
    return max(numbers) - min(numbers) if numbers else NA


def _put_all(id: Any, id2: Any) -> None:
    one, other = map_of(id), map_of(id2)
    for key, value in list(other.pairs.values()):
        one.put(key, value)


def _copied(id: Any) -> Map:
    made = Map(map_of(id).is_bool)
    made.pairs = dict(map_of(id).pairs)
    return made


COLLECTIONS: Final[dict[str, Callable[..., Any]]] = {
    "array.get": _get,
    "array.set": _set,
    "array.insert": _insert,
    "array.remove": _remove,
    "array.first": _end(last=False, remove=False),
    "array.last": _end(last=True, remove=False),
    "array.shift": _end(last=False, remove=True),
    "array.pop": _end(last=True, remove=True),
    "array.push": _push,
    "array.unshift": _unshift,
    "array.size": lambda id: float(array_of(id).size()),
    "array.clear": _clear,
    "array.fill": _fill,
    "array.slice": _slice,
    "array.concat": _concat,
    "array.copy": lambda id: Array(array_of(id).elements(), array_of(id).is_bool),
    "array.reverse": lambda id: _replace(array_of(id), array_of(id).elements()[::-1]),
    "array.sort": _sort,
    "array.sort_indices": _sort_indices,
    "array.join": lambda id, separator=NA: (separator if isinstance(separator, str) else "").join(
        spelled(one) for one in array_of(id).elements()
    ),
    "array.includes": lambda id, value: bool(_places(id, value)),
    "array.indexof": lambda id, value: _found(_places(id, value)),
    "array.lastindexof": lambda id, value: _found(_places(id, value)[::-1]),
    "array.binary_search": _search,
    "array.binary_search_leftmost": _leftmost,
    "array.binary_search_rightmost": _rightmost,
    "array.every": lambda id: array_of(id).size() > 0 and all(map(_true, array_of(id).elements())),
    "array.some": lambda id: any(map(_true, array_of(id).elements())),
    "array.abs": lambda id: Array([abs(one) for one in array_of(id).elements()]),
    "array.sum": lambda id: _total(_numbers(id)),
    "array.avg": _avg,
    "array.max": _nth(greatest=True),
    "array.min": _nth(greatest=False),
    "array.median": _median,
    "array.mode": _mode,
    "array.range": _range,
    "array.variance": _variance,
    "array.stdev": lambda id, biased=True: math.sqrt(_variance(id, biased)),
    "map.put": lambda id, key, value: map_of(id).put(key, value),
    "map.get": lambda id, key: map_of(id).get(key),
    "map.remove": lambda id, key: map_of(id).remove(key),
    "map.contains": lambda id, key: map_of(id).contains(key),
    "map.size": lambda id: float(len(map_of(id).pairs)),
    "map.clear": lambda id: map_of(id).pairs.clear(),
    "map.copy": _copied,
    "map.put_all": _put_all,
    "map.keys": lambda id: Array([key for key, _ in map_of(id).pairs.values()]),
    "map.values": lambda id: Array([value for _, value in map_of(id).pairs.values()], map_of(id).is_bool),
}
