"""What trading costs in a test: from the user, from the script, from the data's own spread, or a plain default."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pinewright.app.given.broker_file import ARGUMENTS_OF_COSTS, ORDER_LIMIT, Given, Terms, read_terms
from pinewright.app.terminal import output
from pinewright.app.words import backtest as words
from pinewright.app.words import common as texts
from pinewright.errors import UsageError
from pinewright.generate.spelling import spell_float
from pinewright.market import Symbol
from pinewright.program import CommissionType, StrategySettings

DEFAULT_PIPS: Final = 1.0
"""Round turn where neither the data nor the script nor the user says anything."""
WIDE_PIPS: Final = {"XAU": 40.0, "XAG": 4.0, "BTC": 40.0, "ETH": 25.0}
"""The same for what is not a currency, by base: a pip of gold is a cent, and its spread was 40 of them in OANDA's hours
of 2006 to 2014; the others are cautious round figures.
"""


@dataclass(frozen=True)
class Costs:
    """Costs of one unit: ``commission`` in quote currency per unit and side; ``pips`` a round turn; how they came.

    ``declared``: the account has them already, and ``pips`` is NaN where they are not a plain distance of prices.
    of_spread: what of the account's commission, per unit and side, stands for the spread.
    """

    pips: float
    commission: float
    words: str
    origin: str
    declared: bool = False
    of_spread: float = 0.0

    def applied(self, settings: StrategySettings) -> StrategySettings:
        """The account with these costs; a script's own stay as they are."""
        if self.declared:
            return settings
        return replace(
            settings, commission_type=CommissionType.CASH_PER_CONTRACT, commission_value=self.commission, slippage=0
        )

    def at_sides(self, account: StrategySettings) -> StrategySettings:
        """An account that has these costs, where fills at bid and ask pay the spread themselves."""
        # A sum of two commissions less one of them is the other but for rounding.
        return replace(account, commission_value=round(max(0.0, account.commission_value - self.of_spread), 12))


def parse_costs(text: str | None) -> float | None:
    """``--costs``: pips a round turn, or None where it was not given; UsageError for anything else."""
    if text is None:
        return None
    try:
        pips = float(text.strip().lower().removesuffix("pips").removesuffix("pip"))
    except ValueError:
        pips = math.nan
    if not (math.isfinite(pips) and pips >= 0.0):
        raise UsageError(f"costs of {text!r}", where="--costs", hint="pips a round turn, such as 0.8; 0 for none")
    return pips


def read_costs(given: Sequence[str]) -> Terms:
    """Files and pips of ``--costs`` as terms; pips win over files, later files over earlier ones.

    Pips are all costs: no commission, no slippage. Errors as of ``parse_costs`` and ``read_terms``.
    """
    files, pips = [], []
    for text in given:
        numeric = text.strip().lower().removesuffix("pips").removesuffix("pip")
        try:
            float(numeric)
        except ValueError:
            files.append(read_terms(Path(text)))
        else:
            pips.append(parse_costs(text))
    terms = Terms()
    for file in files:
        terms = file.over(terms)
    for number in pips:
        plain = {"commission_value": 0.0, "slippage": 0.0, "spread": number or 0.0}
        left = {name: found for name, found in terms.costs.items() if name.startswith("swap")}
        costs = {name: Given(value, "--costs") for name, value in plain.items()}
        terms = Terms({**left, **costs}, terms.strategy, terms.symbol)
    return terms


def charges(terms: Terms, symbol: Symbol, fills: str) -> dict[str, float | bool | str]:
    """Arguments of ``strategy()`` that stand for the terms, words as Pine spells them.

    A spread is half a commission on each side where fills know one price. UsageError where the terms have a commission
    of another kind beside it.
    """
    arguments = {name: given.value for name, given in terms.strategy.items() if name != ORDER_LIMIT}
    if not terms.charges:
        return arguments
    given = terms.costs.get("commission_type")
    kind = "strategy.commission.percent" if given is None else str(given.value)
    value, spread = terms.number("commission_value"), terms.number("spread")
    if spread > 0.0 and fills == "bars":
        per_unit = "strategy.commission.cash_per_contract"
        if value > 0.0 and kind != per_unit:
            what = words.SPREAD_AND_COMMISSION.format(pips=spread, kind=kind.rpartition(".")[2])
            raise UsageError(what, where="--costs", hint=words.SPREAD_AND_COMMISSION_HINT)
        kind, value = per_unit, value + half_spread(symbol, spread)
    return arguments | {"commission_type": kind, "commission_value": value, "slippage": terms.number("slippage")}


def charged_costs(symbol: Symbol, settings: StrategySettings, terms: Terms, fills: str) -> Costs:
    """Costs that a backtest has charged, with their origin; ``settings`` have the terms in them."""
    found = script_costs(symbol, settings, None, None, own=True)
    spread = terms.number("spread")
    changed = [terms.strategy[name].origin for name in ARGUMENTS_OF_COSTS if name in terms.strategy]
    if changed:
        found = replace(found, origin=", ".join((found.origin, *dict.fromkeys(changed))))
    if terms.charges:
        origin = ", ".join(dict.fromkeys(given.origin for given in terms.costs.values()))
        only = terms.number("commission_value") == terms.number("slippage") == 0.0
        said = found.words
        if fills == "bars" and only:
            said = _spread(symbol, spread, origin).words
        elif fills == "bars" and spread > 0.0:
            said = words.COSTS_SPREAD.format(words=said, pips=spread)
        elif only:
            said = texts.COSTS_ZERO_GIVEN
        stands = half_spread(symbol, spread) if fills == "bars" and spread > 0.0 else 0.0
        found = replace(found, words=said, origin=origin, of_spread=stands)
    if fills == "bars":
        return found
    return replace(found, words=words.COSTS_AT_SIDES.format(words=found.words), pips=found.pips + spread)


def half_spread(symbol: Symbol, pips: float) -> float:
    """Commission for a unit and side that stands for a spread; rounded as a script would write it."""
    return float(f"{pips * symbol.pip * symbol.point_value / 2:.8g}")


def market_costs(symbol: Symbol, given: float | None, median_spread: float | None) -> Costs:
    """Costs of a generated script: what was given, else the data's median spread, else one pip in FX."""
    default = WIDE_PIPS.get(symbol.base, DEFAULT_PIPS)
    if given is not None:
        return _spread(symbol, given, texts.COSTS_GIVEN)
    if median_spread is None:
        return _spread(symbol, default, texts.COSTS_DEFAULT)
    if not median_spread > 0.0:
        # Some exports fill the column with zeros, and crossed quotes are no market either: trading is never free.
        return _spread(symbol, default, texts.COSTS_NO_SPREAD.format(pips=median_spread / symbol.pip))
    return _spread(symbol, median_spread / symbol.pip, texts.COSTS_MEDIAN)


def script_costs(
    symbol: Symbol, settings: StrategySettings, given: float | None, median_spread: float | None, *, own: bool
) -> Costs:
    """Costs of somebody's script: what was given, else its own where it declares some (or ``own`` says so), else those
    of the market. A declared zero is no cost: a search that pays nothing finds what trades most.
    """
    if given is not None:
        return _spread(symbol, given, texts.COSTS_GIVEN)
    free = settings.commission_value == 0.0 and settings.slippage == 0
    if not own and free:
        return market_costs(symbol, None, median_spread)
    said = texts.COSTS_ZERO if free else _own_words(settings)
    return Costs(_own_pips(symbol, settings), 0.0, said, texts.COSTS_SCRIPT, declared=True)


def _spread(symbol: Symbol, pips: float, origin: str) -> Costs:
    commission = half_spread(symbol, pips)
    said = texts.COSTS_WORDS.format(pips=pips, commission=spell_float(commission), currency=symbol.quote)
    return Costs(pips, commission, said, origin, of_spread=commission)


def _own_words(settings: StrategySettings) -> str:
    kind = {
        CommissionType.PERCENT: texts.COMMISSION_PERCENT,
        CommissionType.CASH_PER_CONTRACT: texts.COMMISSION_UNIT,
        CommissionType.CASH_PER_ORDER: texts.COMMISSION_ORDER,
    }[settings.commission_type]
    return texts.COSTS_OWN.format(
        commission=kind.format(value=_decimal(settings.commission_value)), slippage=settings.slippage
    )


def _own_pips(symbol: Symbol, settings: StrategySettings) -> float:
    """Round turn in pips, where commission and slippage are a plain distance of prices; else NaN."""
    slippage = 2 * settings.slippage * symbol.mintick
    if settings.commission_value == 0.0:
        return slippage / symbol.pip
    if settings.commission_type is CommissionType.CASH_PER_CONTRACT:
        return (2 * settings.commission_value / symbol.point_value + slippage) / symbol.pip
    return math.nan


def warn_of_currency(settings: StrategySettings, symbol: Symbol) -> None:
    """A word where the script's account is in another currency than prices."""
    if settings.currency not in ("", symbol.quote):
        output.message(texts.CURRENCY.format(asked=settings.currency, symbol=symbol.name, quote=symbol.quote))


def _decimal(value: float) -> str:
    """A small number without an exponent and without needless digits."""
    return f"{value:.10f}".rstrip("0").rstrip(".")
