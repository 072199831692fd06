"""`pinewright backtest`: scripts over one file of bars, by TradingView's rules."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pinewright.app.terminal import output, session
from pinewright.app.terminal.options import (
    AccountOption,
    AlsoOption,
    BarsOption,
    BlackoutOption,
    CleanOption,
    DaysOption,
    EquityOption,
    FillOption,
    FillsOption,
    FromOption,
    RulesOption,
    ScriptsArgument,
    SetOption,
    SideOption,
    SymbolOption,
    TermsOption,
    TimeframeOption,
    TimezoneOption,
    ToOption,
    TradesOption,
)
from pinewright.app.terminal.output import JsonOption
from pinewright.app.words import backtest as words
from pinewright.app.words import common as texts
from pinewright.errors import PinewrightError, UsageError

FAILED = 1
"""Exit code where a script failed while it ran, or where one of several could not be tested."""


def backtest(
    scripts: ScriptsArgument,
    bars: BarsOption,
    symbol: SymbolOption = None,
    timeframe: TimeframeOption = None,
    timezone: TimezoneOption = None,
    side: SideOption = None,
    start: FromOption = None,
    end: ToOption = None,
    days: DaysOption = None,
    values: SetOption = None,
    costs: TermsOption = None,
    account: AccountOption = None,
    fills: FillsOption = "bars",
    blackout: BlackoutOption = None,
    also: AlsoOption = None,
    rules_date: RulesOption = None,
    clean: CleanOption = None,
    fill: FillOption = None,
    trades: TradesOption = None,
    equity: EquityOption = None,
    json: JsonOption = False,
) -> int:
    """Test Pine strategies on a file of bars.

    What the script declares of costs and account is used unless --costs or --account say otherwise; the result names
    it. Exit code 1 when a script fails while it runs, or when one of several cannot be tested.
    """
    from pinewright.app.backtests import backtest_output as out
    from pinewright.app.backtests.backtesting import Tested, open_market, run_backtest
    from pinewright.app.given.broker_file import parse_arguments
    from pinewright.app.given.costs import read_costs
    from pinewright.app.given.loading import BarOptions
    from pinewright.app.terminal.columns import require_kind, write_series
    from pinewright.backtest.trades import write_trades

    paths = list(dict.fromkeys(scripts))
    for place, what in ((trades, "trades"), (equity, "equity")):
        _one_place(place, what, len(paths))
    if equity is not None:
        require_kind(equity)
    rules = _date(rules_date)
    terms = parse_arguments(account or []).over(read_costs(costs or []))
    cache_dir = session.load_settings().settings.cache_dir
    options = BarOptions(bars, None, symbol, timeframe, timezone, side, start, end, days, clean=clean or (), fill=fill)
    market = open_market(options, terms, also=also or [], fills=fills, blackout=blackout)
    done: list[Tested | PinewrightError] = []
    for path in paths:
        try:
            tested = run_backtest(path, market, values or [], rules=rules, cache_dir=cache_dir)
            if trades is not None:
                write_trades(tested.trades, market.bars.symbol, _named(trades, path), timezone)
            if equity is not None:
                first = market.bars.warmup
                write_series(market.bars.time[first:], {"equity": tested.equity()[first:]}, _named(equity, path))
            done.append(tested)
        except PinewrightError as problem:
            if len(paths) == 1 and problem.code != "script-failed":
                raise
            done.append(problem)
    good = [found for found in done if isinstance(found, Tested)]
    failed = [(path, found) for path, found in zip(paths, done, strict=True) if isinstance(found, PinewrightError)]
    if json and len(paths) == 1 and failed:
        output.print_error(failed[0][1], as_json=True)
    elif json:
        objects = [
            out.as_json(found, market, bars) if isinstance(found, Tested) else out.failed_json(path, found)
            for path, found in zip(paths, done, strict=True)
        ]
        output.emit_json(objects[0] if len(paths) == 1 else objects)
    else:
        out.emit_market(market)
        if len(paths) > 1:
            out.emit_several(done, paths, market)
        elif good:
            out.emit_single(good[0], market)
        for path, error in failed:
            if len(paths) > 1:
                output.message(f"{path}:")
            output.print_error(error, as_json=False)
    out.emit_notes(good, market)
    for found in good:
        for place, form in ((trades, texts.TRADES_WRITTEN), (equity, words.EQUITY_WRITTEN)):
            if place is not None:
                output.message(form.format(path=_named(place, found.path)))
    return FAILED if failed else 0


def _one_place(place: Path | None, what: str, count: int) -> None:
    """UsageError where several scripts would write one file."""
    if place is not None and count > 1 and "{script}" not in place.name:
        example = f"'{{script}}_{place.name}'"
        hint = words.ONE_FILE_HINT.format(example=example)
        raise UsageError(words.ONE_FILE.format(what=what, count=count), where=f"--{what}", hint=hint)


def _named(place: Path, script: Path) -> Path:
    """The file for one script."""
    return place.with_name(place.name.replace("{script}", script.stem))


def _date(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        what = words.NO_DATE.format(text=text)
        raise UsageError(what, where="--rules-date", hint=words.NO_DATE_HINT) from None
