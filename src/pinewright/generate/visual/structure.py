"""Structure patterns as Pine: the functions of ``structure.pine``, and one with the name of each pattern."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pinewright.generate.spelling import camel
from pinewright.generate.visual.pine_pattern import PineFunction, PinePattern
from pinewright.generate.visual.pine_text import needed, read_functions
from pinewright.patterns.structure import catalogue, scan

_CORES: Final = {
    scan.DOUBLE: "structureDouble",
    scan.TRIPLE: "structureTriple",
    scan.SHOULDERS: "structureShoulders",
    scan.TRIANGLE: "structureTriangle",
    scan.SYMMETRICAL: "structureSymmetrical",
    scan.WEDGE: "structureWedge",
    scan.RECTANGLE: "structureRectangle",
    scan.CHANNEL: "structureChannel",
    scan.FLAG: "structureFlag",
    scan.PENNANT: "structurePennant",
    scan.BREAK: "structureZoneBreak",
    scan.BOUNCE: "structureZoneBounce",
    scan.LINE: "structureLine",
}


def _pattern(rule: catalogue.StructureRule) -> PinePattern:
    pattern = rule.pattern
    name = camel(pattern.name)
    typed = ", ".join(f"{'int' if item.whole else 'float'} {item.name}" for item in pattern.parameters)
    given = ", ".join(item.name for item in pattern.parameters)
    shared = needed(_CORES[rule.kind], read_functions("structure.pine"))
    lines = (
        f"// {pattern.title}: {pattern.meaning[0].lower()}{pattern.meaning[1:]}",
        f"{name}({typed}) =>",
        f"    {_CORES[rule.kind]}({rule.sign:.1f}, {given})",
    )
    return PinePattern(pattern.name, (*shared, PineFunction(name, lines)))


STRUCTURE_PINE: Final[Mapping[str, PinePattern]] = MappingProxyType(
    {name: _pattern(rule) for name, rule in catalogue.RULES.items()}
)
"""All structure patterns as Pine, by name; parameters in the order of the pattern's."""
