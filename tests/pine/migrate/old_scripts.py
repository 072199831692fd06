"""Random strategies of v5 that use what v6 changed: numbers as conditions, ``when``, levels of both kinds."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

from tests.properties.scripts import Writer
from tests.properties.writing import Known


@dataclass
class OldWriter(Writer):
    """Writes v5 as people wrote it; ``plain`` is the same script without ``when``, which our compiler does not take."""

    plain: list[str] = field(default_factory=list)
    third: list[str] = field(default_factory=list)
    """Bools that are na at times."""

    def line(self, text: str) -> None:
        super().line(text)
        self.plain.append(self.lines[-1])

    def condition(self, size: int) -> str:
        if self.chance(15):
            return self.number(size - 1)
        if self.third and not self.inside and self.chance(25):
            name = self.pick(self.third)
            return self.pick((name, f"{name}[1]", f"(not {name})", f"na({name})", f"nz({name}, {self.condition(0)})"))
        return super().condition(size)

    def statement(self, size: int) -> None:
        if not self.inside and self.chance(20):
            self.conditional_order(size)
        elif not self.inside and self.depth == 0 and self.chance(12):
            self.three_values(size)
        else:
            super().statement(size)

    def three_values(self, size: int) -> None:
        """A bool that is true, false or na."""
        name = self.fresh()
        self.line(f"{self.pick(('', 'var '))}bool {name} = na")
        self.line(f"{name} := {self.condition(size)} ? true : {self.condition(size)} ? false : {name}[1]")
        self.names.append(Known(name, True, True, True))
        self.third.append(name)

    def conditional_order(self, size: int) -> None:
        """An order with ``when``; its arguments are worked out whatever that says."""
        condition, value = self.condition(size), self.number(size)
        start, end = self.pick(
            (
                ('strategy.entry("L", strategy.long, ', ")"),
                ('strategy.entry("S", strategy.short, limit = ', ', comment = "short")'),
                ('strategy.exit("X", "L", loss = 10 / 4, profit = 7, limit = ', ", stop = close)"),
                ('strategy.close("L", qty = ', ")"),
            )
        )
        when = f"when = {condition}"
        text = self.pick(
            (f"{start}{value}, {when}{end}" if start.endswith("= ") else "", f"{start}{value}{end[:-1]}, {when})")
        )
        super().line(text or f"{start}{value}{end[:-1]}, {when})")
        margin = "    " * self.depth
        asked, given = self.fresh(), self.fresh()
        self.plain += [
            f"{margin}float {given} = {value}",
            f"{margin}bool {asked} = {condition}",
            f"{margin}if {asked}",
            f"{margin}    {start}{given}{end}",
        ]


@st.composite
def old_scripts(draw: st.DrawFn) -> tuple[str, str]:
    """A strategy of v5, and the same without ``when``."""
    writer = OldWriter(lambda low, high: draw(st.integers(low, high)), 5)
    writer.line("//@version=5")
    writer.line('strategy("random")')
    writer.line("inputLength = input.int(3)")
    for _ in range(draw(st.integers(0, 2))):
        writer.pair(1) if draw(st.booleans()) else writer.function(2)
    for _ in range(draw(st.integers(1, 6))):
        writer.statement(3)
    writer.watch()
    return "\n".join(writer.lines) + "\n", "\n".join(writer.plain) + "\n"
