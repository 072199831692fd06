"""PW605: hints about the size of a history."""

from __future__ import annotations

import pytest

from .support import after


@pytest.mark.parametrize(
    ("body", "add", "below"),
    [
        ("n = nz(ta.barssince(close > open))\nplot(high[math.min(n, 300)])\n", "max_bars_back(high, 300)", 2),
        ("x = close * 2\nk = bar_index % 50\nplot(x[k] + x[k + 1])\n", "max_bars_back(x, 50)", 3),
        (
            "m = input.int(10, minval = 1, maxval = 90)\nf(s) =>\n    t = 0.0\n    for i = 0 to m\n"
            "        t += volume[i] * s\n    t\nplot(f(close))\n",
            "max_bars_back(volume, 90)",
            2,
        ),
        ("n = close > open ? 3 : 7\nplot(low[n * 2])\n", "max_bars_back(low, 14)", 2),
    ],
)
def test_a_bound_that_the_script_tells(body: str, add: str, below: int) -> None:
    done = after(body)
    (hint,) = done.hints
    assert (hint.code, hint.add, hint.below) == ("PW605", add, below)
    assert add.partition("(")[0] not in done.source


@pytest.mark.parametrize(
    "body",
    [
        "plot(close[5])\n",
        "n = input.int(5, maxval = 90)\nplot(close[n])\n",
        "plot(close[bar_index - 10])\n",
        "n = int(nz(ta.barssince(close > open)))\nplot(close[n])\n",
        "max_bars_back(close, 300)\nplot(close[bar_index % 50])\n",
        "t = 0.0\nfor i = 0 to 20\n    t += close[i + 1]\nplot(t)\n",
        "n = 5\nn := bar_index\nplot(close[n])\n",
        "plot(close[bar_index % 9000])\n",
    ],
)
def test_no_hint(body: str) -> None:
    assert after(body).hints == ()
