"""One backtest after the other over the same market: bars and all beside them once, then script by script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np

from pinewright.app.backtests.made_for import made_for
from pinewright.app.given.broker_file import ORDER_LIMIT, Terms
from pinewright.app.given.costs import Costs, charged_costs, charges
from pinewright.app.given.inputs import Chosen, InputText, choose, input_text
from pinewright.app.given.loading import BarOptions, other_side, two_sided
from pinewright.app.given.scripts import read_script
from pinewright.app.words import backtest as words
from pinewright.backtest.blackout import read_blackout
from pinewright.backtest.engine import Engine
from pinewright.backtest.execution import FILLS, Execution, Fills, Swap
from pinewright.backtest.tester import Line, report_lines
from pinewright.data.files import FileSource, file_symbol
from pinewright.data.grid import OFF_GRID_TOLD, off_grid_share, price_step
from pinewright.data.source import BarRequest, Loaded
from pinewright.errors import DataNotFoundError, SymbolError, UsageError, unknown_name_hint
from pinewright.market import SYMBOLS, Bars, FloatArray, Side, Symbol, Timeframe, Trades
from pinewright.pine import syntax as s
from pinewright.pine.binding import bind, dotted_name
from pinewright.pine.builtins import functions
from pinewright.pine.checker import CheckedScript, check
from pinewright.pine.compiler import compile_script
from pinewright.program import Program, StrategySettings


@dataclass(frozen=True)
class Market:
    """What all scripts are tested on: bars, further bars, how orders are carried out, and what was said of costs."""

    loaded: Loaded
    others: tuple[Bars, ...]
    execution: Execution
    terms: Terms
    timezone: str | None = None
    blackout: Path | None = None

    @property
    def bars(self) -> Bars:
        return self.loaded.bars

    @property
    def off_grid(self) -> float:
        """Share of closes that no tick has and no step either, so that fills are rounded; else 0."""
        tick = self.bars.symbol.mintick
        if self.execution.fills != "bars" or price_step(self.bars.close, tick) < tick:
            return 0.0
        share = off_grid_share(self.bars.close, tick)
        return share if share > OFF_GRID_TOLD else 0.0


@dataclass(frozen=True)
class Said:
    """A value that stands for what the script says; ``script`` is the script's own text, None where it says nothing."""

    name: str
    value: object
    origin: str
    script: str | None = None


@dataclass(frozen=True)
class Tested:
    """One script tested: its program, the values of its inputs [K], figures and trades.

    made_for: the symbol and time frame of which the script's head speaks, None where it speaks of none.
    """

    path: Path
    program: Program
    row: FloatArray
    engine: Engine
    metrics: dict[str, float]
    trades: Trades
    costs: Costs
    said: tuple[Said, ...]
    idle: tuple[str, ...]
    made_for: tuple[str, Timeframe] | None = None

    @property
    def title(self) -> str:
        return self.program.settings.title or self.path.name

    @property
    def settings(self) -> StrategySettings:
        return self.program.settings

    @property
    def currency(self) -> str:
        return self.settings.currency or self.engine.bars.symbol.quote

    @property
    def inputs(self) -> dict[str, InputText]:
        pairs = zip(self.program.inputs, self.row, strict=True)
        return {item.name: input_text(item, value) for item, value in pairs}

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The rows of TradingView's Strategy Tester."""
        return report_lines(self.metrics, self.trades, float(self.engine.bars.close[-1]))

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know: from the compiler, from the engine, and of other bars than the script's own."""
        return (*self.program.warnings, *filter(None, (self.engine.note, self._other_bars)))

    @property
    def _other_bars(self) -> str:
        bars = self.engine.bars
        if self.made_for is None or self.made_for == (bars.symbol.name, bars.timeframe):
            return ""
        symbol, timeframe = self.made_for
        made, given = f"{symbol} {timeframe}", f"{bars.symbol.name} {bars.timeframe}"
        said = words.OTHER_BARS.format(script=self.path.name, made=made, given=given)
        coarser = timeframe.milliseconds > bars.timeframe.milliseconds
        return said + (words.AS_MADE.format(timeframe=timeframe) if coarser else "")

    def equity(self) -> FloatArray:
        """Account value at each close [N]."""
        return self.engine.equity(self.row)


def open_market(
    options: BarOptions, terms: Terms, *, also: Sequence[str] = (), fills: str = "bars", blackout: Path | None = None
) -> Market:
    """Loads everything once. Errors of loading, of ``read_blackout``, and UsageError where things do not go together.

    also: ``FILE`` or ``SYMBOL=FILE``.
    """
    if fills not in FILLS:
        raise UsageError(f"unknown kind of fills {fills!r}", where="--fills", hint=unknown_name_hint(fills, FILLS))
    options = replace(options, symbol=_asked_symbol(options, terms))
    loaded = options.load()
    others = [_further(text, loaded.bars, options) for text in also]
    opposite = None
    if fills == "bid-ask":
        found = [bars for bars in others if _is_opposite(bars, loaded.bars)]
        opposite = found[0] if found else other_side(loaded, options)
        others = [bars for bars in others if bars is not opposite]
        loaded, opposite = _with_spread(loaded, opposite, terms)
    swap = None
    if "swap_long" in terms.costs or "swap_short" in terms.costs:
        swap = Swap(terms.number("swap_long"), terms.number("swap_short"))
    kind: Fills = "bid-ask" if fills == "bid-ask" else "bars"
    hours = None if blackout is None else read_blackout(blackout)
    execution = Execution(kind, opposite, swap, hours)
    return Market(loaded, tuple(others), execution, terms, options.timezone, blackout)


def run_backtest(
    path: Path, market: Market, settings: Sequence[str], *, rules: date | None = None, cache_dir: Path | None = None
) -> Tested:
    """One script over the market; PineError, UsageError and BacktestError as of its steps.

    settings: ``NAME=VALUE`` for inputs. rules: date of the defaults of ``strategy()``. A script that fails while it
    runs raises BacktestError with the code ``script-failed``.
    """
    text = read_script(path)
    checked = check(text)
    fills = market.execution.fills
    declared = charges(market.terms, market.bars.symbol, fills)
    chosen = _chosen(checked, path, market, settings, rules)
    engine = Engine(
        chosen.program,
        market.bars,
        cache_dir=cache_dir,
        timezone=market.timezone,
        others=market.others,
        execution=market.execution,
    )
    results = engine.run(chosen.row)
    if results.errors:
        raise results.errors[0].raised(market.bars)
    costs = charged_costs(market.bars.symbol, chosen.program.settings, market.terms, fills)
    said = tuple(_said(checked, market.terms, declared))
    trades, made = engine.trades(chosen.row), made_for(text)
    return Tested(path, chosen.program, chosen.row, engine, results.row(0), trades, costs, said, chosen.idle, made)


def choose_program(path: Path, market: Market, settings: Sequence[str], rules: date | None = None) -> Chosen:
    """The program of a script under the market's terms, with values for its inputs; errors as of ``choose``."""
    return _chosen(check(read_script(path)), path, market, settings, rules)


def _chosen(checked: CheckedScript, path: Path, market: Market, settings: Sequence[str], rules: date | None) -> Chosen:
    declared = charges(market.terms, market.bars.symbol, market.execution.fills)

    def compiled(overrides: Mapping[str, object]) -> Program:
        program = compile_script(checked, str(path), rules=rules, overrides=overrides, declared=declared)
        return replace(program, settings=replace(program.settings, order_limit=market.terms.order_limit))

    return choose(checked, compiled, settings)


def _asked_symbol(options: BarOptions, terms: Terms) -> str | Symbol | None:
    """The symbol of the bars with what a file of costs says of it; None leaves it to the name of the bars' file."""
    named = terms.new_symbol()
    asked = Symbol.get(options.symbol) if isinstance(options.symbol, str) else options.symbol
    if asked is not None and named is not None and asked.name != named.name:
        raise UsageError(words.TWO_SYMBOLS.format(asked=asked.name, name=named.name), where="--symbol")
    if named is not None or not terms.symbol:
        return named or asked
    assert options.bars is not None
    return terms.applied(file_symbol(options.bars, asked)[0])


def _further(text: str, bars: Bars, options: BarOptions) -> Bars:
    """All bars of ``--also``, up to the end of the asked window; those of the bars' symbol have that very symbol."""
    name, separator, rest = text.partition("=")
    named = bool(separator) and not Path(text).exists()
    path = Path(rest if named else text)
    if not path.is_file():
        raise DataNotFoundError("no such file", where=f"--also {path}", hint="name a file of bars")
    try:
        symbol = Symbol.get(name) if named and name.upper() != bars.symbol.name else None
        symbol = bars.symbol if named and symbol is None else file_symbol(path, symbol)[0]
    except SymbolError as error:
        hint = words.ALSO_UNKNOWN.format(path=path, known=", ".join(SYMBOLS)) if not named else error.hint
        raise SymbolError(error.what, where=error.where or "--also", hint=hint) from None
    if symbol.name == bars.symbol.name:
        symbol = bars.symbol
    found = FileSource(path, options.timezone).load(BarRequest(symbol=symbol, warmup=0))
    if symbol is bars.symbol and found.bars.side is not bars.side and two_sided(found):
        found = FileSource(path, options.timezone, bars.side).load(BarRequest(symbol=symbol, warmup=0))
    end = int(bars.time[-1]) + bars.timeframe.milliseconds
    return found.bars.slice(0, int(np.searchsorted(found.bars.time, end)))


def _is_opposite(bars: Bars, own: Bars) -> bool:
    """Whether bars are the ask of ours, or the bid."""
    alike = bars.symbol.name == own.symbol.name and bars.timeframe == own.timeframe
    return alike and {bars.side, own.side} == {Side.BID, Side.ASK}


def _with_spread(loaded: Loaded, opposite: Bars | None, terms: Terms) -> tuple[Loaded, Bars | None]:
    """The bars with the spread that was given, where one was; the other side cut to their stamps."""
    bars = loaded.bars
    pips = terms.number("spread")
    if pips > 0.0 and opposite is not None:
        hint = words.SPREAD_AND_SIDES_HINT
        raise UsageError(words.SPREAD_AND_SIDES, where=terms.costs["spread"].origin, hint=hint)
    if pips > 0.0:
        loaded = replace(loaded, bars=replace(bars, spread=np.full(len(bars), pips * bars.symbol.pip)))
    if opposite is not None:
        first = int(np.searchsorted(opposite.time, bars.time[0]))
        opposite = opposite.slice(first, int(np.searchsorted(opposite.time, bars.time[-1], side="right")))
    return loaded, opposite


def _said(checked: CheckedScript, terms: Terms, declared: dict[str, float | bool | str]) -> Iterator[Said]:
    """The arguments of ``strategy()`` that count in place of the script's own."""
    own = dict(_own_arguments(checked))
    for name, value in declared.items():
        if name in terms.strategy:
            yield Said(name, terms.strategy[name].value, terms.strategy[name].origin, own.get(name))
        elif name in own:
            origin = next(iter(terms.costs.values())).origin
            yield Said(name, value, origin, own[name])
    if ORDER_LIMIT in terms.strategy:
        yield Said(ORDER_LIMIT, terms.order_limit, terms.strategy[ORDER_LIMIT].origin)


def _own_arguments(checked: CheckedScript) -> Iterator[tuple[str, str]]:
    """The arguments of the script's ``strategy()`` with their texts."""
    for statement in checked.tree.statements:
        call = statement.value if isinstance(statement, s.ExpressionStatement) else None
        if isinstance(call, s.Call) and dotted_name(call.function) == "strategy":
            for name, node in bind(functions()["strategy"], call).arguments.items():
                yield name, checked.source[node.span.start : node.span.end]
