"""The file of costs, account and symbol: what it may say, who wins, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from pinewright.app.given.broker_file import Terms, parse_arguments, read_terms
from pinewright.app.given.costs import charged_costs, charges, read_costs
from pinewright.errors import DataFormatError, DataNotFoundError, SymbolError, UsageError
from pinewright.market import Symbol
from pinewright.program import CommissionType, StrategySettings

EURUSD = Symbol.get("EURUSD")


def terms(tmp_path: Path, text: str, name: str = "broker.toml") -> Terms:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_terms(path)


def test_all_tables_are_read(tmp_path: Path) -> None:
    found = terms(
        tmp_path,
        '[costs]\ncommission_type = "percent"\ncommission_value = 0.01\nslippage = 2\nswap_long = -6.1\n'
        '[strategy]\ninitial_capital = 10_000\ncurrency = "EUR"\nuse_bar_magnifier = true\n'
        '[symbol]\nmintick = 0.0001\nsession_start = "18:00"\ntimezone = "Etc/UTC"\ncurrency = "CHF"\n',
    )
    assert found.number("swap_long") == -6.1
    assert charges(found, EURUSD, "bars") == {
        "initial_capital": 10_000.0,
        "currency": "EUR",
        "use_bar_magnifier": True,
        "commission_type": "strategy.commission.percent",
        "commission_value": 0.01,
        "slippage": 2.0,
    }
    symbol = found.applied(EURUSD)
    assert (symbol.mintick, symbol.day_start_hour, symbol.timezone, symbol.quote) == (0.0001, 18, "Etc/UTC", "CHF")
    assert symbol.base == "EUR"


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("spread = 1", "unknown name 'spread'", "belongs to [costs]"),
        ("[costs]\nspred = 1", "unknown name 'spred'", "did you mean 'spread'?"),
        ("[strategy]\nslippage = 2", "unknown name 'slippage'", "belongs to [costs]"),
        ("[cost]\nspread = 1", "unknown name 'cost'", "[costs], [strategy], [symbol]"),
        ("[costs]\nspread = -1", "spread = -1", "at least 0"),
        ("[costs]\nspread = nan", "spread = nan", "a number"),
        ('[costs]\nswap_long = "x"', "swap_long = 'x'", "a number"),
        ("[costs]\nslippage = 1.5", "slippage = 1.5", "whole number"),
        ("[costs]\nslippage = true", "slippage = True", "a number"),
        ('[costs]\ncommission_type = "pips"', "commission_type = 'pips'", "cash_per_contract"),
        ("[strategy]\ninitial_capital = 0", "initial_capital = 0", "above 0"),
        ('[strategy]\ncurrency = "euro"', "currency = 'euro'", "EUR"),
        ("[strategy]\nuse_bar_magnifier = 1", "use_bar_magnifier = 1", "true or false"),
        ('[symbol]\ntimezone = "Mars/Base"', "timezone = 'Mars/Base'", "America/New_York"),
        ('[symbol]\nsession_start = "17:30"', "session_start = '17:30'", "full hour"),
        ("costs = 3", "costs is no table", "[costs]"),
        ("x x", "not TOML", "spread = 0.8"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, text: str, what: str, hint: str) -> None:
    with pytest.raises(DataFormatError) as caught:
        terms(tmp_path, text)
    assert what in caught.value.what
    assert hint in (caught.value.hint or "")


def test_a_missing_file_is_told() -> None:
    with pytest.raises(DataNotFoundError, match="no such file"):
        read_costs(["cheap"])


def test_the_command_line_wins_over_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text("[costs]\ncommission_value = 0.1\nswap_long = -1\n[strategy]\ninitial_capital = 10\n")
    both = parse_arguments(["initial_capital=20"]).over(read_costs(["0.8", str(path)]))
    declared = charges(both, EURUSD, "bars")
    assert declared["initial_capital"] == 20.0
    assert declared["commission_type"] == "strategy.commission.cash_per_contract"
    assert declared["commission_value"] == 0.00004
    assert both.number("swap_long") == -1.0
    assert both.strategy["initial_capital"].origin == "--account"


def test_later_files_win(tmp_path: Path) -> None:
    for name, value in (("a.toml", 1), ("b.toml", 2)):
        (tmp_path / name).write_text(f"[costs]\nslippage = {value}\n")
    assert read_costs([str(tmp_path / "a.toml"), str(tmp_path / "b.toml")]).number("slippage") == 2.0


def test_swap_alone_leaves_the_script_its_costs(tmp_path: Path) -> None:
    found = terms(tmp_path, "[costs]\nswap_short = 1\n")
    assert charges(found, EURUSD, "bars") == {}
    own = StrategySettings(commission_type=CommissionType.CASH_PER_ORDER, commission_value=2.0)
    assert charged_costs(EURUSD, own, found, "bars").origin == "declared by the script"


def test_a_spread_is_a_commission_or_stands_between_the_sides(tmp_path: Path) -> None:
    found = terms(
        tmp_path, '[costs]\nspread = 0.8\ncommission_type = "cash_per_contract"\ncommission_value = 0.00001\n'
    )
    assert charges(found, EURUSD, "bars")["commission_value"] == pytest.approx(0.00005)
    assert charges(found, EURUSD, "bid-ask")["commission_value"] == 0.00001
    other = terms(tmp_path, "[costs]\nspread = 0.8\ncommission_value = 0.1\n")
    with pytest.raises(UsageError, match="beside a commission percent"):
        charges(other, EURUSD, "bars")
    assert charges(other, EURUSD, "bid-ask")["commission_type"] == "strategy.commission.percent"
    yen = terms(tmp_path, "[costs]\nspread = 1\n[symbol]\npoint_value = 10\n").applied(Symbol.get("USDJPY"))
    assert charges(terms(tmp_path, "[costs]\nspread = 1\n"), yen, "bars")["commission_value"] == pytest.approx(0.05)


def test_a_symbol_of_ones_own(tmp_path: Path) -> None:
    text = '[symbol]\nname = "nas100"\nmintick = 0.25\npoint_value = 20\ncurrency = "USD"\n'
    symbol = terms(tmp_path, text).new_symbol()
    assert symbol is not None
    assert (symbol.name, symbol.mintick, symbol.pip, symbol.point_value) == ("NAS100", 0.25, 2.5, 20.0)
    known = terms(tmp_path, '[symbol]\nname = "EUR/USD"\nmintick = 0.0001\n').new_symbol()
    assert known is not None
    assert (known.name, known.mintick, known.pip) == ("EURUSD", 0.0001, EURUSD.pip)
    with pytest.raises(SymbolError, match="unknown symbol 'NAS100'") as caught:
        terms(tmp_path, '[symbol]\nname = "NAS100"\n').new_symbol()
    assert "mintick" in (caught.value.hint or "")
    assert terms(tmp_path, "").new_symbol() is None


@pytest.mark.parametrize("text", ["initial_capital", "initial_capitel=3", "spread=1", "slippage=0.5", "currency=12"])
def test_arguments_that_cannot_be_meant(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_arguments([text])
    assert caught.value.where == "--account"
    assert caught.value.hint


def test_each_cost_alone_is_an_argument_too() -> None:
    found = parse_arguments(["slippage=2"])
    assert charges(found, EURUSD, "bars") == {"slippage": 2}
    told = charged_costs(EURUSD, StrategySettings(slippage=2), found, "bars")
    assert told.origin == "declared by the script, --account"


def test_costs_are_told_with_their_origin(tmp_path: Path) -> None:
    free = terms(tmp_path, "[costs]\nslippage = 0\n")
    told = charged_costs(EURUSD, StrategySettings(), free, "bid-ask")
    assert told.words == "no commission and no slippage; the spread is paid at bid and ask"
    assert told.origin == "broker.toml"
    plain = charged_costs(
        EURUSD,
        StrategySettings(commission_type=CommissionType.CASH_PER_CONTRACT, commission_value=0.00004),
        read_costs(["0.8"]),
        "bars",
    )
    assert plain.pips == pytest.approx(0.8)
    assert plain.origin == "--costs"
    assert plain.words.startswith("0.80 pips a round turn")
