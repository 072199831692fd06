"""Bools of v5, which are na at times: random scripts that ask for it, compiled and interpreted."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ..pine.compiler.support import agree, case, compiled, random_account, random_bars
from .scripts import Writer
from .writing import Known

BARS = random_bars(1, 60)
ACCOUNT = random_account(2, 60)


@dataclass
class ThreeWriter(Writer):
    """Writes scripts of v5 that make bools na and ask them for it."""

    def condition(self, size: int) -> str:
        if size <= 0 or not self.chance(45):
            return super().condition(size)
        one, other = self.condition(size - 1), self.condition(size - 1)
        return self.pick((
            f"na({one})", f"nz({one})", f"nz({one}, {other})", f"({one} == {other})", f"({one} != {other})",
            f"({one} == {self.pick(('true', 'false', 'na'))})", f"fixnan({one})", f"ta.change({one})",
            f"ta.valuewhen({other}, {one}, {self.choose(0, 1)})", f"({other} ? {one} : bool(na))",
        ))  # fmt: skip

    def statement(self, size: int) -> None:
        if not self.chance(30):
            super().statement(size)
            return
        name = self.fresh()
        self.line(f"{self.pick(('', 'var '))}bool {name} = {self.pick(('na', 'na', 'true', self.condition(1)))}")
        self.names.append(Known(name, True, True, self.depth == int(self.inside)))
        if self.chance(50):
            self.line(f"{name} := {self.condition(size)} ? true : {self.condition(size)} ? false : na")
        else:
            self.line(f"if {self.condition(size)}")
            self.line(f"    {name} := {self.condition(size)}")

    def watch(self) -> None:
        for item in [item for item in self.names if item.is_bool]:
            self.names.append(Known(f"({item.name} ? 1.0 : na({item.name}) ? -1.0 : 0.0)", False, False, False))
        super().watch()


@st.composite
def scripts_of_five(draw: st.DrawFn) -> str:
    return ThreeWriter(lambda low, high: draw(st.integers(low, high)), 5).script()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(scripts_of_five())
def test_bools_of_three_values(source: str) -> None:
    agree(case(source, BARS, {}, ACCOUNT))


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(scripts_of_five())
def test_bools_of_three_values_as_native_code(source: str) -> None:
    agree(case(source, BARS, {}, ACCOUNT), compiled)
