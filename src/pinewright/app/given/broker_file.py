"""The file behind ``--costs FILE``: what trading costs, the account and the symbol, as a broker has them.

    [costs]                        # all of them: what a script declares of costs does not count beside this table
    commission_type = "percent"    # or cash_per_contract, cash_per_order
    commission_value = 0.005
    slippage = 2                   # ticks
    spread = 0.8                   # pips, for buying and selling together
    swap_long = -6.1               # points for a unit and night
    swap_short = 1.4

    [strategy]                     # arguments of strategy(), by their names there
    initial_capital = 10000
    currency = "EUR"

    [symbol]
    mintick = 0.00001

Each name is checked; an unknown one is refused.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from pinewright.data.zones import find_zone
from pinewright.errors import (
    DataFormatError,
    DataNotFoundError,
    PinewrightError,
    SymbolError,
    UsageError,
    unknown_name_hint,
)
from pinewright.market import SYMBOLS, Symbol

Value = float | bool | str
Check = Callable[[object], Value]


@dataclass(frozen=True)
class Given:
    """A value with the place that it came from."""

    value: Value
    origin: str


@dataclass(frozen=True)
class Terms:
    """What was said of costs, account and symbol beside the script, by name; later places have won already."""

    costs: Mapping[str, Given] = field(default_factory=dict)
    strategy: Mapping[str, Given] = field(default_factory=dict)
    symbol: Mapping[str, Given] = field(default_factory=dict)

    def over(self, earlier: Terms) -> Terms:
        """These terms where they say something, else the earlier ones."""
        return Terms(
            {**earlier.costs, **self.costs},
            {**earlier.strategy, **self.strategy},
            {**earlier.symbol, **self.symbol},
        )

    def number(self, name: str) -> float:
        """A figure of the costs, 0 where nothing was said."""
        found = self.costs.get(name)
        return 0.0 if found is None else float(found.value)

    @property
    def order_limit(self) -> int | None:
        """How many closed trades TradingView would keep; None keeps all."""
        found = self.strategy.get(ORDER_LIMIT)
        return None if found is None else int(float(found.value))

    @property
    def charges(self) -> bool:
        """Whether the script's own costs are replaced."""
        return any(name in self.costs for name in CHARGES)

    def applied(self, symbol: Symbol) -> Symbol:
        """The symbol with what was said of it."""
        said = {name: given.value for name, given in self.symbol.items() if name != "name"}
        changes: dict[str, object] = {FIELDS.get(name, name): value for name, value in said.items()}
        if "session_start" in said:
            changes["day_start_hour"] = int(float(said["session_start"]))
        return replace(symbol, **changes)  # type: ignore[arg-type]  # each value has passed the check of its name

    def new_symbol(self) -> Symbol | None:
        """The symbol that is named in the file: a known one with its changes, or one of its own; None for none.

        SymbolError for one of its own without a tick.
        """
        given = self.symbol.get("name")
        if given is None:
            return None
        name = str(given.value)
        if name in SYMBOLS:
            return self.applied(SYMBOLS[name])
        if "mintick" not in self.symbol:
            hint = unknown_name_hint(name, SYMBOLS) + "; a symbol of your own needs its mintick"
            raise SymbolError(f"unknown symbol {name!r}", where=given.origin, hint=hint)
        tick = float(self.symbol["mintick"].value)
        return self.applied(Symbol(name, name, "USD", tick, 10 * tick, type=""))


def _number(least: float = -math.inf, above: float = -math.inf) -> Check:
    def check(value: object) -> Value:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ValueError("a number")
        if value < least:
            raise ValueError(f"a number, at least {least:g}")
        if value <= above:
            raise ValueError(f"a number above {above:g}")
        return float(value)

    return check


def _whole(least: int, most: float = math.inf) -> Check:
    def check(value: object) -> Value:
        number = _number(least)(value)
        if float(number) % 1.0 != 0.0 or float(number) > most:
            raise ValueError(f"a whole number, {least} or more" if most == math.inf else f"from {least} to {most:g}")
        return number

    return check


def _switch(value: object) -> Value:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _word(*legal: str, prefix: str = "") -> Check:
    def check(value: object) -> Value:
        word = str(value).removeprefix(prefix)
        if word not in legal:
            raise ValueError(" or ".join(legal))
        return prefix + word

    return check


def _currency(value: object) -> Value:
    word = str(value).removeprefix("currency.")
    if not (word.isalpha() and word.isupper() and 3 <= len(word) <= 5):
        raise ValueError('a code in capitals, such as "EUR"')
    return word


def _zone(value: object) -> Value:
    try:
        find_zone(str(value))
    except PinewrightError:
        raise ValueError('a zone such as "America/New_York"') from None
    return str(value)


def _text(value: object) -> Value:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text")
    return value.strip()


def _name(value: object) -> Value:
    return str(_text(value)).rsplit(":", 1)[-1].upper().replace("/", "").replace("-", "").replace("_", "")


def _hour(value: object) -> Value:
    """An hour as a number or as ``"17:00"``."""
    if isinstance(value, str):
        hour, _, minutes = value.partition(":")
        value = int(hour) if hour.isdigit() and minutes in ("", "00") else None
    try:
        return _whole(0, 23)(value)
    except ValueError:
        raise ValueError('a full hour, such as 17 or "17:00"') from None


COSTS: Final[dict[str, Check]] = {
    "commission_type": _word("percent", "cash_per_contract", "cash_per_order", prefix="strategy.commission."),
    "commission_value": _number(0.0),
    "slippage": _whole(0),
    "spread": _number(0.0),
    "swap_long": _number(),
    "swap_short": _number(),
}
CHARGES: Final = ("commission_type", "commission_value", "slippage", "spread")
"""Names of which one is enough to replace all costs of a script."""
ORDER_LIMIT: Final = "order_limit"
"""No argument of ``strategy()`` but a limit of TradingView's servers."""
ARGUMENTS_OF_COSTS: Final = ("commission_type", "commission_value", "slippage")
"""Names among the costs that ``strategy()`` has too."""
STRATEGY: Final[dict[str, Check]] = {
    "initial_capital": _number(above=0.0),
    "currency": _currency,
    "default_qty_type": _word("fixed", "cash", "percent_of_equity", prefix="strategy."),
    "default_qty_value": _number(above=0.0),
    "pyramiding": _whole(0),
    "margin_long": _number(0.0),
    "margin_short": _number(0.0),
    "process_orders_on_close": _switch,
    "calc_on_order_fills": _switch,
    "close_entries_rule": _word("FIFO", "ANY"),
    "backtest_fill_limits_assumption": _whole(0),
    "use_bar_magnifier": _switch,
    "risk_free_rate": _number(),
    "calc_bars_count": _whole(0),
    ORDER_LIMIT: _whole(1),
}
SYMBOL: Final[dict[str, Check]] = {
    "name": _name,
    "base": _text,
    "currency": _currency,
    "mintick": _number(above=0.0),
    "pip": _number(above=0.0),
    "point_value": _number(above=0.0),
    "quantity_step": _number(above=0.0),
    "timezone": _zone,
    "session_start": _hour,
    "type": _text,
}
FIELDS: Final = {"currency": "quote", "session_start": "day_start_hour"}
TABLES: Final[dict[str, dict[str, Check]]] = {"costs": COSTS, "strategy": STRATEGY, "symbol": SYMBOL}


def read_terms(path: Path) -> Terms:
    """The terms of a file. DataNotFoundError where there is none, DataFormatError naming what it holds of wrong."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        hint = "pips a round turn, such as 0.8, or a TOML file"
        raise DataNotFoundError("no such file", where=str(path), hint=hint) from None
    except tomllib.TOMLDecodeError as error:
        raise DataFormatError(f"not TOML: {error}", where=str(path), hint="lines are like: spread = 0.8") from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise DataFormatError(f"cannot be read: {reason}", where=str(path)) from error
    found: dict[str, dict[str, Given]] = {name: {} for name in TABLES}
    for table, entries in tables.items():
        if table not in TABLES:
            raise DataFormatError(f"unknown name {table!r}", where=str(path), hint=_table_hint(table))
        if not isinstance(entries, dict):
            raise DataFormatError(f"{table} is no table", where=str(path), hint=f"write [{table}] on a line of its own")
        for name, value in entries.items():
            found[table][name] = Given(checked_value(table, name, value, f"{path} [{table}]"), path.name)
    return Terms(**found)


def checked_value(table: str, name: str, value: object, where: str) -> Value:
    """A value of a table; DataFormatError for an unknown name and a value that it cannot have."""
    checks = TABLES[table]
    if name not in checks:
        homes = [f"[{other}]" for other in TABLES if other != table and name in TABLES[other]]
        hint = f"it belongs to {' or '.join(homes)}" if homes else unknown_name_hint(name, checks, len(checks))
        raise DataFormatError(f"unknown name {name!r}", where=where, hint=hint)
    try:
        return checks[name](value)
    except ValueError as error:
        raise DataFormatError(f"{name} = {value!r}", where=where, hint=f"{name} is {error}") from None


def parse_arguments(texts: list[str]) -> Terms:
    """``NAME=VALUE`` texts of ``--account`` as terms; UsageError for what is none.

    Any argument of ``strategy()``: its costs too, each alone, where a file's costs take the place of all of them.
    """
    found = {}
    for text in texts:
        name, separator, value = text.partition("=")
        if not separator:
            raise UsageError(f"{text!r} is not NAME=VALUE", where="--account", hint="such as initial_capital=10000")
        try:
            table = "costs" if name.strip() in ARGUMENTS_OF_COSTS else "strategy"
            made = checked_value(table, name.strip(), _plain(value.strip()), "--account")
        except DataFormatError as error:
            raise UsageError(error.what, where=error.where, hint=error.hint) from None
        found[name.strip()] = Given(made, "--account")
    return Terms(strategy=found)


def _plain(text: str) -> object:
    """A number or a switch where the text is one."""
    if text in ("true", "false"):
        return text == "true"
    try:
        return float(text)
    except ValueError:
        return text


def _table_hint(name: str) -> str:
    homes = [f"[{table}]" for table, checks in TABLES.items() if name in checks]
    listed = ", ".join(f"[{table}]" for table in TABLES)
    return f"it belongs to {' or '.join(homes)}" if homes else f"the tables are {listed}"
