"""What a report tells: frozen values that the run fills and that page, document and table are made from.

Money is in the account currency (the symbol's quote currency), percentages are 0 to 100 and of the initial capital
unless said otherwise, times int64 ms UTC. NaN means "cannot be computed" (no trade, no loss) and is shown as such.
Nothing here computes a result: figures come from ``backtest`` and ``optimize``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, TypeAlias

from pinewright.app.report.evidence_model import HandOff, Rule, Sighting, TradePicture
from pinewright.generate.header import DEMO_WARNING
from pinewright.market import Bars, FloatArray, IntArray, Side, Symbol, Timeframe, Trades
from pinewright.optimize.landscape import Landscape
from pinewright.optimize.proof import Judgement, Proof
from pinewright.program import InputKind

CAUTION: Final = DEMO_WARNING
"""First words of every output made from simulated prices, scripts and reports alike."""

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"


class Part(Enum):
    """The three parts of time: inputs are fitted on SEARCH, chosen on SELECTION, judged on LOCKED."""

    SEARCH = "search"
    SELECTION = "selection"
    LOCKED = "locked"


@dataclass(frozen=True)
class Period:
    """One part in time: [start, end) in ms UTC, with its bars and trading days."""

    start: int
    end: int
    bars: int
    days: int


@dataclass(frozen=True)
class Periods:
    """The three parts, in order of time."""

    search: Period
    selection: Period
    locked: Period

    def of(self, part: Part) -> Period:
        return {Part.SEARCH: self.search, Part.SELECTION: self.selection, Part.LOCKED: self.locked}[part]


@dataclass(frozen=True)
class Metrics:
    """Result of one strategy in one part, after costs.

    win_rate in percent of trades; max_drawdown and max_drawdown_percent positive, from the highest equity before;
    sharpe_daily annualised from daily net results; t_statistic_daily of the mean daily net result; pips_per_trade the
    mean net result of a trade in pips (after costs) and cost_per_trade_pips what a round turn cost it, both weighted
    by size, so that their sign is that of the money.
    """

    net_profit: float
    net_percent: float
    trades: int
    win_rate: float
    profit_factor: float
    max_drawdown: float
    max_drawdown_percent: float
    sharpe_daily: float
    t_statistic_daily: float
    pips_per_trade: float
    cost_per_trade_pips: float

    @property
    def gross_pips_per_trade(self) -> float:
        """Mean result of a trade in pips before costs."""
        return self.pips_per_trade + self.cost_per_trade_pips


@dataclass(frozen=True)
class Results:
    """One strategy in the three parts."""

    search: Metrics
    selection: Metrics
    locked: Metrics

    def of(self, part: Part) -> Metrics:
        return {Part.SEARCH: self.search, Part.SELECTION: self.selection, Part.LOCKED: self.locked}[part]


@dataclass(frozen=True)
class Interval:
    """Range that holds the true net result (money) with ``confidence`` (0 to 1); ``method`` says in words how."""

    low: float
    high: float
    confidence: float
    method: str = ""


@dataclass(frozen=True)
class Curve:
    """Equity at the end of D trading days: time [D] ms UTC, strictly rising; value [D] money."""

    time: IntArray
    value: FloatArray


@dataclass(frozen=True)
class InputValue:
    """One input of a script: its value and, where it was searched, the range [low, high].

    kind: of the input; options: of one whose numbers are places in a list.
    """

    name: str
    value: float | int | bool | str
    title: str = ""
    default: float | int | bool | str | None = None
    low: float | None = None
    high: float | None = None
    kind: InputKind | None = None
    options: tuple[float | str, ...] = ()

    @property
    def searched(self) -> bool:
        """Whether it could have had another value."""
        return self.low is not None and self.high is not None


@dataclass(frozen=True)
class Figure:
    """One named figure, e.g. a commission, with its unit and what it means."""

    name: str
    value: float | int | str
    unit: str = ""
    meaning: str = ""


@dataclass(frozen=True)
class Criterion:
    """One criterion of the ranking: its weight, its score from 0 (worst candidate) to 1 (best), its meaning, and the
    figure that was ranked by, larger is better.
    """

    name: str
    weight: float
    score: float
    meaning: str = ""
    value: float = float("nan")


@dataclass(frozen=True)
class StrategyResult:
    """One strategy: what it is, and what it did in the three parts. rank 0: not ranked.

    interval: of the net result of the locked part. summary: a sentence or two; figures: further ones, each with its
    meaning, e.g. the confidence that the result is more than the best luck of all trials. proof: the evidence;
    judgement: the verdict on this one; landscape: the search that found it; rules: the orders behind the signals of
    its trades (``rules.rules_of``); hand_off: the card for TradingView; sightings: patterns on the chart at entries;
    picture: one trade with them, drawn.
    """

    rank: int
    name: str
    family: str
    file_name: str
    inputs: tuple[InputValue, ...]
    results: Results
    interval: Interval
    equity: Curve
    trades: Trades
    criteria: tuple[Criterion, ...] = ()
    figures: tuple[Figure, ...] = ()
    summary: str = ""
    proof: Proof | None = None
    judgement: Judgement | None = None
    landscape: Landscape | None = None
    rules: tuple[Rule, ...] = ()
    hand_off: HandOff | None = None
    sightings: tuple[Sighting, ...] = ()
    picture: TradePicture | None = None

    @property
    def label(self) -> str:
        """Name under which page and table know it; the rank makes it unique."""
        return f"{self.rank}. {self.name}" if self.rank else self.name


@dataclass(frozen=True)
class Portfolio:
    """All delivered strategies together; ``words`` say how they share the capital."""

    words: str
    results: Results
    interval: Interval
    equity: Curve


@dataclass(frozen=True)
class DataSummary:
    """Which prices were used. start and end: first and last bar's open in the asked window, ms UTC."""

    symbol: Symbol
    timeframe: Timeframe
    side: Side
    feed: str
    invented: bool
    start: int
    end: int
    bars: int
    warmup: int
    quality_line: str
    quality: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, bars: Bars, quality_line: str, quality: Mapping[str, object]) -> DataSummary:
        """Summary of ``bars`` (at least one after the warm-up) with the words of its quality report."""
        return cls(
            symbol=bars.symbol,
            timeframe=bars.timeframe,
            side=bars.side,
            feed=bars.feed,
            invented=bars.invented,
            start=int(bars.time[bars.warmup]),
            end=int(bars.time[-1]),
            bars=len(bars) - bars.warmup,
            warmup=bars.warmup,
            quality_line=quality_line,
            quality=quality,
        )


@dataclass(frozen=True)
class Costs:
    """Costs of trading: pips a round turn, in words, and where the figure came from."""

    pips_round_turn: float
    words: str
    origin: str
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class FamilyTrials:
    """Parameter sets tried in one family."""

    family: str
    trials: int


@dataclass(frozen=True)
class Trials:
    """Parameter sets tried in all by this run; ``earlier`` ones in ``earlier_runs`` runs on days of the same data."""

    total: int
    families: tuple[FamilyTrials, ...] = ()
    earlier: int = 0
    earlier_runs: int = 0


@dataclass(frozen=True)
class Setting:
    """One setting, its value as text, and where it came from (default, file, environment, flag)."""

    name: str
    value: str
    source: str


@dataclass(frozen=True)
class Environment:
    """The computer that made the run."""

    cores: int
    cpu: str
    memory_gigabytes: float | None = None
    platform: str = ""
    python: str = ""


@dataclass(frozen=True)
class Step:
    """Seconds of wall time of one step of the run."""

    name: str
    seconds: float


@dataclass(frozen=True)
class Note:
    """A paragraph with a heading."""

    title: str
    text: str


@dataclass(frozen=True)
class RunFacts:
    """What every report tells, whatever was run.

    verdict: three sentences; they stand on the first screen, so they name no in-sample figure; where there is a
    judgement, its reasons stand there instead. openings: in words, each earlier run that opened days of this locked
    part. ``method`` adds paragraphs to the page's own.
    """

    title: str
    command: str
    version: str
    seed: int
    data: DataSummary
    costs: Costs
    periods: Periods
    trials: Trials
    verdict: tuple[str, ...]
    next_command: str
    initial_capital: float
    settings: tuple[Setting, ...]
    environment: Environment
    timing: tuple[Step, ...]
    method: tuple[Note, ...] = ()
    judgement: Judgement | None = None
    openings: tuple[str, ...] = ()

    @property
    def caution(self) -> str | None:
        """The sentence that must come first, or None for prices of a market."""
        return CAUTION if self.data.invented else None


@dataclass(frozen=True)
class RunReport:
    """Report of ``run``: the delivered strategies, best rank first (none when nothing could be delivered)."""

    facts: RunFacts
    strategies: tuple[StrategyResult, ...]
    portfolio: Portfolio | None = None

    @property
    def kind(self) -> str:
        return "run"

    @property
    def shown(self) -> tuple[StrategyResult, ...]:
        """Strategies in the order in which they are shown; the first one makes the headline."""
        return self.strategies


@dataclass(frozen=True)
class OptimizeReport:
    """Report of ``optimize SCRIPT``: default against found inputs. found is None when no set was worth opening
    the locked part for; ``gain`` is found minus default in the locked part, money, with its interval. landscape: the
    search.
    """

    facts: RunFacts
    script: str
    better: bool
    default: StrategyResult
    found: StrategyResult | None = None
    gain: float | None = None
    gain_interval: Interval | None = None
    landscape: Landscape | None = None

    @property
    def kind(self) -> str:
        return "optimize"

    @property
    def portfolio(self) -> None:
        """One script is no portfolio."""
        return None

    @property
    def shown(self) -> tuple[StrategyResult, ...]:
        """Found before default where found is better, else default first."""
        if self.found is None:
            return (self.default,)
        return (self.found, self.default) if self.better else (self.default, self.found)


Report: TypeAlias = RunReport | OptimizeReport
