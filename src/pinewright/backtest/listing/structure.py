"""Columns told by what they hold, where no word of a header is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Final

from pinewright.backtest.listing.numbers import Printed
from pinewright.backtest.listing.times import is_time

_SAMPLE: Final = 2_000
"""Rows that are looked at: enough to tell columns apart."""
Row = Sequence[str]
Pair = tuple[Row, Row]


def complete(roles: dict[str, int], rows: Sequence[Row], width: int, decimal: str) -> dict[str, int]:
    """The roles with those added that contents tell: each by a trait that only its column has.

    number: whole numbers that stand twice each; type: two to four words, another one on the two rows of a trade;
    time: all times; price: the first number that differs between the two rows; quantity: a positive number that both
    share; profit: the number nearest to quantity times the move. The signal is the text that is left.
    """
    found = dict(roles)
    rows = [row for row in rows if len(row) == width][:_SAMPLE]
    if not rows:
        return found
    free = [place for place in range(width) if place not in found.values()]

    def take(role: str, fits: Callable[[int], bool]) -> None:
        if role not in found:
            place = next((place for place in free if fits(place)), None)
            if place is not None:
                found[role] = place
                free.remove(place)

    numbers = [[_number(row[place], decimal) for row in rows] for place in range(width)]
    take("number", lambda place: _is_number(numbers[place]))
    if "number" not in found:
        return found
    pairs = _pairs(rows, found["number"])
    take("type", lambda place: _is_type(pairs, rows, place))
    take("time", lambda place: all(is_time(row[place]) for row in rows))
    take("price", lambda place: _is_price(pairs, place, decimal))
    take("quantity", lambda place: _is_shared(pairs, place, decimal))
    if "profit" not in found and "price" in found:
        near = {place: _profit_misfit(pairs, found, place, decimal) for place in free if any(numbers[place])}
        best = min(near, key=lambda place: near[place], default=None)
        if best is not None and near[best] < 0.25:
            found["profit"] = best
            free.remove(best)
    take("signal", lambda place: _is_text(numbers[place], rows, place))
    return found


def _number(cell: str, decimal: str) -> float | None:
    try:
        printed = Printed.parse(cell, decimal)
    except ValueError:
        return None
    return None if printed is None else printed.value


def _pairs(rows: Sequence[Row], number: int) -> list[Pair]:
    trades: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        trades[row[number]].append(row)
    return [(pair[0], pair[1]) for pair in trades.values() if len(pair) == 2]


def _is_number(column: Sequence[float | None]) -> bool:
    counts: dict[float, int] = defaultdict(int)
    for value in column:
        if value is None or value != int(value) or value < 0:
            return False
        counts[value] += 1
    twice = sum(count == 2 for count in counts.values())
    return twice >= 0.9 * len(counts) and max(counts) - min(counts) == len(counts) - 1


def _is_type(pairs: Sequence[Pair], rows: Sequence[Row], place: int) -> bool:
    words = {row[place] for row in rows}
    differ = sum(first[place] != second[place] for first, second in pairs)
    return 2 <= len(words) <= 4 and all(words) and differ >= 0.95 * len(pairs) > 0


def _is_price(pairs: Sequence[Pair], place: int, decimal: str) -> bool:
    values = [(_number(first[place], decimal), _number(second[place], decimal)) for first, second in pairs]
    both = [(a, b) for a, b in values if a is not None and b is not None and a > 0 and b > 0]
    return len(both) >= 0.9 * len(pairs) > 0 and sum(a != b for a, b in both) >= 0.5 * len(both)


def _is_shared(pairs: Sequence[Pair], place: int, decimal: str) -> bool:
    values = [(_number(first[place], decimal), _number(second[place], decimal)) for first, second in pairs]
    return bool(values) and all(a is not None and a > 0 and a == b for a, b in values)


def _profit_misfit(pairs: Sequence[Pair], roles: dict[str, int], place: int, decimal: str) -> float:
    """How far a column is from quantity times the move, either way, as a share of the moves; large where empty."""
    miss = total = 0.0
    for first, second in pairs:
        prices = [_number(row[roles["price"]], decimal) for row in (first, second)]
        size = _number(first[roles["quantity"]], decimal) if "quantity" in roles else 1.0
        profit = _number(second[place], decimal)
        if profit is None:
            profit = _number(first[place], decimal)
        if prices[0] is None or prices[1] is None or size is None or profit is None:
            continue
        move = abs(prices[1] - prices[0]) * size
        miss += abs(abs(profit) - move)
        total += move
    return miss / total if total else float("inf")


def _is_text(column: Sequence[float | None], rows: Sequence[Row], place: int) -> bool:
    filled = [row[place] for row in rows if row[place]]
    return bool(filled) and sum(value is None for value in column) > 0.5 * len(column) and not is_time(filled[0])
