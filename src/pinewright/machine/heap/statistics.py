"""Statistics of arrays. na is left out, but for percentiles and ranks, where it counts and sorts behind all numbers.

Formulas and special cases are those that PyneCore's authors have measured on TradingView.
"""

from __future__ import annotations

import math

from pinewright.machine.heap.arrays import array_number, array_of
from pinewright.machine.heap.calls import Call
from pinewright.machine.heap.failures import Failure
from pinewright.machine.heap.memory import fail, has_scratch, reference
from pinewright.machine.heap.searching import TOLERANCE
from pinewright.machine.heap.sorting import order_places
from pinewright.machine.heap.state import Element, Heap
from pinewright.machine.kernel import kernel


@kernel(inline=True)
def numbers_in(m: Heap, start: int, count: int) -> int:
    """How many of some cells are not na."""
    found = 0
    for j in range(count):
        if not math.isnan(m.cells[start + j]):
            found += 1
    return found


@kernel(inline=False)
def sum_of(m: Heap, start: int, count: int) -> float:
    """Sum of the numbers in some cells, compensated (Neumaier); na where there are none."""
    total = 0.0
    lost = 0.0
    found = 0
    for j in range(count):
        value = m.cells[start + j]
        if not math.isnan(value):
            found += 1
            following = total + value
            if abs(total) >= abs(value):
                lost += (total - following) + value
            else:
                lost += (value - following) + total
            total = following
    if found == 0:
        return math.nan
    return total + lost if math.isfinite(lost) else total


@kernel(inline=False)
def mean_of(m: Heap, start: int, count: int) -> float:
    """Mean of the numbers in some cells; na where there are none."""
    return sum_of(m, start, count) / numbers_in(m, start, count)


@kernel(inline=False)
def variance_of(m: Heap, start: int, count: int, biased: bool) -> float:
    """Variance of the numbers in some cells, over n or over n - 1; 0 for one number, na for none."""
    found = numbers_in(m, start, count)
    if found < 2:
        return 0.0 if found == 1 else math.nan
    mean = mean_of(m, start, count)
    squares = 0.0
    for j in range(count):
        value = m.cells[start + j] - mean
        if not math.isnan(value):
            squares += value * value
    return squares / (found if biased else found - 1)


@kernel(inline=False)
def sorted_numbers(m: Heap, start: int, count: int) -> int:
    """First cell of the numbers of some cells in ascending order, above the top; -1 where there is no room."""
    if not has_scratch(m, 4 * count):
        return -1
    keys = m.top + count
    for j in range(count):
        m.cells[keys + j] = m.cells[start + j]
    places = order_places(m, keys, count, Element.NUMBER)
    for j in range(count):
        m.cells[m.top + j] = m.cells[keys + int(m.cells[places + j])]
    return m.top


@kernel(inline=False)
def median_of(m: Heap, start: int, count: int) -> float:
    """Median of the numbers in some cells; na where there are none."""
    found = numbers_in(m, start, count)
    ordered = sorted_numbers(m, start, count)
    if found == 0 or ordered < 0:
        return math.nan
    high = m.cells[ordered + found // 2]
    return high if found % 2 == 1 else (m.cells[ordered + found // 2 - 1] + high) / 2.0


@kernel(inline=False)
def mode_of(m: Heap, start: int, count: int) -> float:
    """The most frequent number in some cells, of several the least; na where there are none."""
    found = numbers_in(m, start, count)
    ordered = sorted_numbers(m, start, count)
    best = math.nan
    most = 0
    run = 0
    for j in range(found if ordered >= 0 else 0):
        value = m.cells[ordered + j]
        run = run + 1 if j > 0 and m.cells[ordered + j - 1] == value else 1
        if run > most:
            most = run
            best = value
    return best


@kernel(inline=False)
def extreme_of(m: Heap, start: int, count: int, greatest: bool) -> float:
    """The greatest or least number in some cells; na where there are none."""
    best = math.nan
    for j in range(count):
        value = m.cells[start + j]
        if math.isnan(best) or (value > best if greatest else value < best):
            best = value
    return best


@kernel(inline=False)
def nth_of(m: Heap, k: int, nth: float, greatest: bool) -> float:
    """The greatest or least number of array k but for n of them; na where there are not so many."""
    item = m.objects[k]
    rank = 0 if math.isnan(nth) else int(nth)
    if rank == 0:
        return extreme_of(m, item.start, item.size, greatest)
    found = numbers_in(m, item.start, item.size)
    ordered = sorted_numbers(m, item.start, item.size)
    if rank < 0 or rank >= found or ordered < 0:
        return math.nan
    return m.cells[ordered + (found - 1 - rank if greatest else rank)]


@kernel
def array_sum(m: Heap, a: float) -> float:
    """Sum of the elements."""
    item = m.objects[array_number(m, a, Call.ARRAY_SUM)]
    return sum_of(m, item.start, item.size)


@kernel
def array_avg(m: Heap, a: float) -> float:
    """Mean of the elements."""
    item = m.objects[array_number(m, a, Call.ARRAY_AVG)]
    return mean_of(m, item.start, item.size)


@kernel
def array_min(m: Heap, a: float, nth: float) -> float:
    """The least element, or the least but ``nth``."""
    return nth_of(m, array_number(m, a, Call.ARRAY_MIN), nth, False)


@kernel
def array_max(m: Heap, a: float, nth: float) -> float:
    """The greatest element, or the greatest but ``nth``."""
    return nth_of(m, array_number(m, a, Call.ARRAY_MAX), nth, True)


@kernel
def array_range(m: Heap, a: float) -> float:
    """Greatest less least element."""
    item = m.objects[array_number(m, a, Call.ARRAY_RANGE)]
    return extreme_of(m, item.start, item.size, True) - extreme_of(m, item.start, item.size, False)


@kernel
def array_median(m: Heap, a: float) -> float:
    """Median of the elements."""
    item = m.objects[array_number(m, a, Call.ARRAY_MEDIAN)]
    return median_of(m, item.start, item.size)


@kernel
def array_mode(m: Heap, a: float) -> float:
    """The most frequent element; of several the least."""
    item = m.objects[array_number(m, a, Call.ARRAY_MODE)]
    return mode_of(m, item.start, item.size)


@kernel
def array_variance(m: Heap, a: float, biased: bool) -> float:
    """Variance of the elements."""
    item = m.objects[array_number(m, a, Call.ARRAY_VARIANCE)]
    return variance_of(m, item.start, item.size, biased)


@kernel
def array_stdev(m: Heap, a: float, biased: bool) -> float:
    """Standard deviation of the elements."""
    item = m.objects[array_number(m, a, Call.ARRAY_STDEV)]
    return math.sqrt(variance_of(m, item.start, item.size, biased))


@kernel
def array_covariance(m: Heap, a: float, other: float, biased: bool) -> float:
    """Covariance of two arrays, over the places where both hold numbers."""
    one = m.objects[array_number(m, a, Call.ARRAY_COVARIANCE)]
    two = m.objects[array_number(m, other, Call.ARRAY_COVARIANCE)]
    if one.size != two.size:
        fail(m, Failure.SIZES_DIFFER, Call.ARRAY_COVARIANCE, one.size, two.size)
        return math.nan
    found = 0
    mean_x = 0.0
    mean_y = 0.0
    product = 0.0
    for j in range(one.size):
        x = m.cells[one.start + j]
        y = m.cells[two.start + j]
        if not math.isnan(x) and not math.isnan(y):
            found += 1
            change = x - mean_x
            mean_x += change / found
            mean_y += (y - mean_y) / found
            product += change * (y - mean_y)
    if found == 0:
        return math.nan
    count = found if biased else found - 1
    return product / count if count > 0 else 0.0


@kernel
def array_standardize(m: Heap, a: float) -> float:
    """A new array: the elements less their mean, over their deviation; ones where they are all equal."""
    k = array_number(m, a, Call.ARRAY_STANDARDIZE)
    count = m.objects[k].size
    made = array_of(m, count) if k > 0 else 0
    if made == 0:
        return math.nan
    source = m.objects[k].start
    target = m.objects[made].start
    mean = mean_of(m, source, count)
    deviation = math.sqrt(variance_of(m, source, count, True))
    for j in range(count):
        value = m.cells[source + j]
        scaled = (value - mean) / deviation if deviation != 0.0 else 1.0
        m.cells[target + j] = value if math.isnan(value) else scaled
    return reference(made)


@kernel(inline=False)
def is_percentage(m: Heap, percentage: float, call: int) -> bool:
    """Whether a percentage lies from 0 to 100; a failure where it does not."""
    if percentage >= 0.0 and percentage <= 100.0:
        return True
    fail(m, Failure.PERCENTAGE, call, percentage, 0.0)
    return False


@kernel
def array_percentile_nearest_rank(m: Heap, a: float, percentage: float) -> float:
    """The element at the rank of a percentage; na counts as 0 per cent."""
    item = m.objects[array_number(m, a, Call.ARRAY_PERCENTILE_NEAREST_RANK)]
    count = item.size
    share = 0.0 if math.isnan(percentage) else percentage
    if count == 0 or not is_percentage(m, share, Call.ARRAY_PERCENTILE_NEAREST_RANK):
        return math.nan
    rank = max(1, min(count, math.ceil(share * count / 100.0)))
    ordered = sorted_numbers(m, item.start, count)
    return m.cells[ordered + rank - 1] if ordered >= 0 else math.nan


@kernel
def array_percentile_linear_interpolation(m: Heap, a: float, percentage: float) -> float:
    """A percentile between the two nearest elements, at rank n * percentage / 100 + 1/2; na where there are any na.

    A rank that is whole, or below the first, is an element and does not mind na elsewhere.
    """
    item = m.objects[array_number(m, a, Call.ARRAY_PERCENTILE_LINEAR_INTERPOLATION)]
    count = item.size
    if count == 0 or math.isnan(percentage):
        return math.nan
    if not is_percentage(m, percentage, Call.ARRAY_PERCENTILE_LINEAR_INTERPOLATION):
        return math.nan
    place = count * percentage / 100.0 + 0.5
    if abs(place - round(place)) < 1e-9:
        place = float(round(place))
    ordered = sorted_numbers(m, item.start, count)
    if ordered < 0:
        return math.nan
    if place <= 1.0 or place >= count:
        return m.cells[ordered if place <= 1.0 else ordered + count - 1]
    lower = int(place)
    part = place - lower
    low = m.cells[ordered + lower - 1]
    if part == 0.0:
        return low
    if numbers_in(m, item.start, count) < count:
        return math.nan
    return low * (1.0 - part) + m.cells[ordered + lower] * part


@kernel
def array_percentrank(m: Heap, a: float, index: float) -> float:
    """Percentage of the other elements that are not above the one at a place; index na is the first."""
    item = m.objects[array_number(m, a, Call.ARRAY_PERCENTRANK)]
    if item.size == 0:
        return math.nan
    place = 0.0 if math.isnan(index) else index
    if not (place >= 0.0 and place < item.size):
        fail(m, Failure.OUT_OF_BOUNDS, Call.ARRAY_PERCENTRANK, place, item.size)
        return math.nan
    value = m.cells[item.start + int(place)]
    if item.size == 1 or math.isnan(value):
        return math.nan
    found = 0
    for j in range(item.size):
        other = m.cells[item.start + j]
        if other <= value or other - value <= TOLERANCE:
            found += 1
    return (found - 1) * 100.0 / (item.size - 1)
