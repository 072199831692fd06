"""What is done to rows on request before bars are made of them: cleaning by named rules, then filling of gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pinewright.data.clean import Removal, clean_bars
from pinewright.data.cleaning_rules import BAR_RULES
from pinewright.data.fill import FILL_METHODS, fill_gaps
from pinewright.errors import UsageError, unknown_name_hint
from pinewright.market import Bars

ALL = "all"


@dataclass(frozen=True)
class Treatment:
    """rules: names of ``BAR_RULES``. fill: a name of ``FILL_METHODS``, None for no filling."""

    rules: tuple[str, ...] = ()
    fill: str | None = None

    @classmethod
    def parse(cls, rules: Sequence[str], fill: str | None) -> Treatment:
        """From the words of a user, ``all`` for every rule; UsageError for an unknown one, before anything is read."""
        for name in rules:
            if name != ALL and name not in BAR_RULES:
                raise UsageError(f"unknown rule {name!r}", where="--clean", hint=unknown_name_hint(name, BAR_RULES, 12))
        if fill is not None and fill not in FILL_METHODS:
            hint = unknown_name_hint(fill, FILL_METHODS)
            raise UsageError(f"unknown way to fill gaps {fill!r}", where="--fill", hint=hint)
        return cls(tuple(BAR_RULES) if ALL in rules else tuple(dict.fromkeys(rules)), fill)

    def apply(self, rows: Bars) -> Treated:
        """Rows without what the rules take away, with stand-ins for what is missing then."""
        removals: tuple[Removal, ...] = ()
        if self.rules:
            cleaned = clean_bars(rows, self.rules)
            rows, removals = cleaned.kept, cleaned.removals
        if self.fill is None:
            return Treated(rows, removals)
        filled = fill_gaps(rows, self.fill)
        return Treated(filled, removals, len(filled) - len(rows), self.fill)


@dataclass(frozen=True)
class Treated:
    """Rows after a treatment: what each rule took away, and how many stand-ins were put in, by which method."""

    rows: Bars
    removals: tuple[Removal, ...] = ()
    filled: int = 0
    method: str | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """What was done, a line for the cleaning with its first examples and one for the filling."""
        said = []
        if self.removals:
            count = sum(one.count for one in self.removals)
            by_rule = ", ".join(f"{one.rule} {one.count:,}" for one in self.removals if one.count)
            said.append(f"cleaned: {count:,} rows removed" + (f" ({by_rule})" if by_rule else ""))
            said += [f"  {one.rule}: {example}" for one in self.removals for example in one.examples]
        if self.method is not None:
            said.append(f"filled: {self.filled:,} rows by {self.method}; no order fills on bars made of them alone")
        return tuple(said)

    def as_dict(self) -> dict[str, object]:
        """Every removal with its times, and the stand-ins counted, ready for JSON."""
        removed = [one.as_dict() for one in self.removals]
        return {"removed": removed, "filled": self.filled, "fill_method": self.method}
