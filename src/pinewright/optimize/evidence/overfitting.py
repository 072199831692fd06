"""Probability of backtest overfitting: does the best set of one half stay good in the other half?

Bailey, Borwein, Lopez de Prado and Zhu, "The Probability of Backtest Overfitting" (2017): combinatorially symmetric
cross-validation. The periods are cut into S blocks; every choice of S / 2 of them is in sample once, the rest out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from pinewright.errors import SearchError
from pinewright.market import FloatArray, IntArray
from pinewright.optimize.evidence.arrays import matrix, rows_within

_MOST_BLOCKS: Final = 20
_PIECE: Final = 2 * 2**20
"""Bytes of scores that live at once, few enough for a core's cache; more where eight rows of sets are more."""
_LEAST_ROWS: Final = 8
_ONE_THREAD: Final = 2**18
"""Multiplications up to which OpenBLAS keeps a product on one thread. Two threads that wait for each other on shared
cores took ten times the time of one."""
_TINY: Final = 1e-300


@dataclass(frozen=True)
class Overfitting:
    """What becomes of the best set in sample, over C combinations.

    probability: PBO, share of combinations in which it does not beat the median out of sample (logit at most 0); under
    0.05 is strict, under 0.2 tolerable, 0.5 is what choosing at random gives. logits [C]: log of w / (1 - w), w its
    place among the sets out of sample, 0 the worst, 1 the best. inside, outside [C]: its Sharpe ratio a period in and
    out of sample; chosen [C]: which set it was. slope: how outside goes with inside (negative: the better it looked,
    the worse it did). loss: share of combinations that lost out of sample. sets: how many took part. NaN and empty
    where there is no answer.
    """

    probability: float
    logits: FloatArray
    inside: FloatArray
    outside: FloatArray
    chosen: IntArray
    slope: float
    loss: float
    sets: int

    @property
    def degradation(self) -> float:
        """Median Sharpe ratio out of sample minus in sample: what the choice loses on unseen periods."""
        return float(np.median(self.outside) - np.median(self.inside)) if len(self.logits) else math.nan


def usable_blocks(periods: int, most: int = 16, least: int = 4) -> int:
    """The largest even number of blocks up to ``most`` that leaves each ``least`` periods; 0 where two are too many."""
    found = min(most, periods // max(1, least))
    return max(0, found - found % 2)


def probability_of_overfitting(results: FloatArray, blocks: int = 16) -> Overfitting:
    """PBO by CSCV from results [T, P], scored by the Sharpe ratio a period.

    blocks: S, even, at most 20; 16 gives 12,870 combinations. Blocks differ by at most one period. A set with a gap is
    left out, and one that makes the same amount other than 0 in every period of half of the blocks; a set that does
    nothing in a half scores 0 there. Equal scores share their places. NaN with under two sets or under two periods a
    block. The work is combinations times sets: for 100,000 sets 10 blocks (252) will do. Cannot see what happened
    before the matrix was made: sets that were thrown away, or inputs fitted by hand, make the answer too kind.
    SearchError for an odd number of blocks, or one out of range.
    """
    if blocks % 2 or not 2 <= blocks <= _MOST_BLOCKS:
        raise SearchError(f"{blocks} blocks", hint=f"an even number from 2 to {_MOST_BLOCKS}; 16 is the custom")
    table = matrix(results)
    sums, squares, sizes = _block_sums(table, blocks)
    good = _scored(sums, squares, sizes)
    if len(good) < 2 or len(table) < 2 * blocks:
        nothing, nan = np.empty(0), math.nan
        return Overfitting(nan, nothing, nothing, nothing, np.empty(0, np.int64), nan, nan, len(good))
    if len(good) < table.shape[1]:
        sums, squares = sums[:, good], squares[:, good]
    chosen, inside, outside, share = _halves(sums, squares, sizes)
    logits = np.log(share / (1 - share))
    spread = float(np.var(inside))
    covariance = float(np.mean((inside - inside.mean()) * (outside - outside.mean())))
    return Overfitting(
        float(np.mean(logits <= 0)),
        logits,
        inside,
        outside,
        good[chosen],
        covariance / spread if spread > 0 else math.nan,
        float(np.mean(outside < 0)),
        len(good),
    )


def _block_sums(table: FloatArray, blocks: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Sums and sums of squares [S, P] of each block, and its periods [S]; no copy of the table is made."""
    sizes = np.full(blocks, len(table) // blocks)
    sizes[: len(table) % blocks] += 1
    edges = np.concatenate([[0], np.cumsum(sizes)])
    sums, squares = np.empty((blocks, table.shape[1])), np.empty((blocks, table.shape[1]))
    with np.errstate(over="ignore", invalid="ignore"):
        for number in range(blocks):
            block = table[edges[number] : edges[number + 1]]
            sums[number] = block.sum(axis=0)
            squares[number] = np.einsum("tp,tp->p", block, block)
    return sums, squares, sizes.astype(np.float64)


def _scored(sums: FloatArray, squares: FloatArray, sizes: FloatArray) -> IntArray:
    """Sets without a gap whose ratio exists in every half: results that are always the same amount have none."""
    with np.errstate(over="ignore", invalid="ignore"):
        good = np.isfinite(sums).all(axis=0) & np.isfinite(squares).all(axis=0)
        constant = (sums * sums >= sizes[:, None] * squares * (1 - 1e-12)) & (squares > 0)
    return np.flatnonzero(good & (np.count_nonzero(constant, axis=0) < len(sizes) // 2))


def _halves(
    sums: FloatArray, squares: FloatArray, sizes: FloatArray
) -> tuple[IntArray, FloatArray, FloatArray, FloatArray]:
    """Best set in sample, its ratio inside and outside, and its share of places outside, for each combination [C]."""
    blocks, sets = sums.shape
    # A half and its complement are each other's other side: block 0 is in the first, both are scored once.
    picks = np.array([(0, *rest) for rest in combinations(range(1, blocks), blocks // 2 - 1)], dtype=np.int64)
    halves = np.zeros((len(picks), blocks))
    np.put_along_axis(halves, picks, 1.0, axis=1)
    # In units of its own size no set's squares vanish beside the smallest number, which keeps an idle half from 0 / 0.
    scale = np.sqrt(squares.sum(axis=0))
    scale[scale == 0] = 1.0
    sums, squares = sums / scale, squares / (scale * scale) + _TINY
    rows = max(_LEAST_ROWS, rows_within(_PIECE, 4 * sets))
    sides: list[list[_Followed]] = [[], []]
    for first in range(0, len(halves), rows):
        part = halves[first : first + rows]
        left, right = _scores(part, sums, squares), _scores(1 - part, sums, squares)
        sides[0].append(_follow(left, right))
        sides[1].append(_follow(right, left))
    chosen, inside, outside, share = (
        np.concatenate([piece[place] for piece in (*sides[0], *sides[1])]) for place in range(4)
    )
    counts = np.concatenate([halves @ sizes, (1 - halves) @ sizes])
    return chosen.astype(np.int64), _ratio(inside, counts), _ratio(outside, sizes.sum() - counts), share


def _scores(picked: FloatArray, sums: FloatArray, squares: FloatArray) -> FloatArray:
    """sum |sum| / (sum of squares) [R, P]: rises with the Sharpe ratio among sets of the same periods, and is cheaper
    by a root and a difference. 0 for a set that did nothing.
    """
    total, square = np.empty((len(picked), sums.shape[1])), np.empty((len(picked), sums.shape[1]))
    width = max(1, _ONE_THREAD // picked.size)
    for first in range(0, sums.shape[1], width):
        columns = slice(first, first + width)
        np.matmul(picked, sums[:, columns], out=total[:, columns])
        np.matmul(picked, squares[:, columns], out=square[:, columns])
    np.divide(total, square, out=square)
    np.abs(total, out=total)
    square *= total
    return square


def _ratio(scores: FloatArray, counts: FloatArray) -> FloatArray:
    """Sharpe ratio a period from scores and numbers of periods [C]."""
    size = np.abs(scores)
    rest = np.maximum(counts - size, 1e-12 * counts)
    return np.asarray(np.sign(scores) * np.sqrt(size * (counts - 1) / (counts * rest)), dtype=np.float64)


_Followed = tuple[IntArray, FloatArray, FloatArray, FloatArray]


def _follow(inside: FloatArray, outside: FloatArray) -> _Followed:
    """The best set inside [R], its scores, and its relative place outside: rank over P + 1, ties at their middle."""
    rows = np.arange(len(inside))
    best = np.argmax(inside, axis=1)
    mine = outside[rows, best]
    # Sets that are the same differ in the last bits, by where they lie in the matrix product.
    slack = 1e-11 * np.abs(mine) + 1e-14
    # Row by row, because count_nonzero along an axis makes whole numbers of the flags first.
    below = np.array([np.count_nonzero(row) for row in outside < (mine - slack)[:, None]], dtype=np.int64)
    upto = np.array([np.count_nonzero(row) for row in outside <= (mine + slack)[:, None]], dtype=np.int64)
    return best, inside[rows, best], mine, (below + (upto - below + 1) / 2) / (inside.shape[1] + 1)
