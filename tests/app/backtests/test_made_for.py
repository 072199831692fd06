"""What the head of a delivered script says of the bars it was made for."""

import pytest

from pinewright.app.backtests.made_for import made_for
from pinewright.app.words.optimize import HEAD_FEED
from pinewright.generate import FAMILIES, ScriptSettings, render
from pinewright.market import Timeframe

OURS = HEAD_FEED.format(symbol="OANDA:EURUSD", timeframe=Timeframe(60), side="bid", feed="a file")


def test_a_family_names_its_bars() -> None:
    plain = render(next(iter(FAMILIES.values())), None, ScriptSettings(Timeframe(240), 0.0, "USDJPY"))
    assert made_for(plain) == ("USDJPY", Timeframe(240))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"//@version=6\n// {OURS}\nstrategy('x')\n", ("OANDA:EURUSD", Timeframe(60))),
        ("//@version=6\n// Feed: EURUSD 15m, bid prices, x.parquet\n", ("EURUSD", Timeframe(15))),
        ("//@version=6\nstrategy('made for 15m bars of EURUSD.')\n", None),
        ("//@version=6\n// Feed: the market, any\nstrategy('x')\n", None),
        ("", None),
    ],
)
def test_only_a_head_of_ours_says_so(text: str, found: tuple[str, Timeframe] | None) -> None:
    assert made_for(text) == found
