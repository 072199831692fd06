"""The comment at the head of a script: what was tested, on which prices, at what cost, and what to expect."""

from __future__ import annotations

from dataclasses import dataclass

DEMO_WARNING = "Demo on invented prices: nothing here is tradable"


@dataclass(frozen=True)
class Header:
    """What a delivered script says of itself; an empty text or None leaves its line out.

    feed: symbol, time frame, price side and who made the prices. period: first and last day tested. costs: in words.
    invented: the prices are simulated; the warning then comes first. expected_trades and expected_profit (account
    currency, net) are what the strategy tester should show for the dates in the inputs. notes: further lines.
    """

    feed: str = ""
    period: str = ""
    costs: str = ""
    seed: int | None = None
    invented: bool = False
    expected_trades: int | None = None
    expected_profit: float | None = None
    notes: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """The lines of the comment, without slashes."""
        found = [DEMO_WARNING] if self.invented else []
        for label, text in (("Feed", self.feed), ("Period", self.period), ("Costs", self.costs)):
            if text:
                found.append(f"{label}: {text}")
        if self.seed is not None:
            found.append(f"Seed of the search: {self.seed}")
        if self.expected_trades is not None:
            profit = "" if self.expected_profit is None else f", net profit {self.expected_profit:,.2f}"
            found.append(f"Expected in the strategy tester on the same bars: {self.expected_trades:,} trades{profit}")
        found.extend(self.notes)
        return [" ".join(line.split()) for line in found]
