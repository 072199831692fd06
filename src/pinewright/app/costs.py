"""What trading costs in a test: from the user, from the script, from the data's own spread, or a plain default."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

from pinewright.app import output, texts
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

    ``declared``: they are the script's own and ``pips`` is NaN where they are not a plain spread.
    """

    pips: float
    commission: float
    words: str
    origin: str
    declared: bool = False

    def applied(self, settings: StrategySettings) -> StrategySettings:
        """The account with these costs; a script's own stay as they are."""
        if self.declared:
            return settings
        return replace(
            settings, commission_type=CommissionType.CASH_PER_CONTRACT, commission_value=self.commission, slippage=0
        )


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
    words = texts.COSTS_ZERO if free else _own_words(settings)
    return Costs(_own_pips(symbol, settings), 0.0, words, texts.COSTS_SCRIPT, declared=True)


def _spread(symbol: Symbol, pips: float, origin: str) -> Costs:
    # Rounded, so that the script that says it is the script that was tested.
    commission = float(f"{pips * symbol.pip / 2:.8g}")
    words = texts.COSTS_WORDS.format(pips=pips, commission=spell_float(commission), currency=symbol.quote)
    return Costs(pips, commission, words, origin)


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
    """A word where the script's account is in a currency that the test does not convert to."""
    if settings.currency not in ("", symbol.quote):
        output.message(texts.CURRENCY.format(asked=settings.currency, symbol=symbol.name, quote=symbol.quote))


def _decimal(value: float) -> str:
    """A small number without an exponent and without needless digits."""
    return f"{value:.10f}".rstrip("0").rstrip(".")
