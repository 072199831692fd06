"""Rules to Pine: strategy families with their search ranges, written out as whole scripts."""

from __future__ import annotations

from pinewright.generate.defaults import with_defaults
from pinewright.generate.families import FAMILIES, Family, FamilyInput, family
from pinewright.generate.header import Header
from pinewright.generate.indicators import IndicatorCodeBuilder
from pinewright.generate.logic import StrategyLogic, StrategyLogicGenerator
from pinewright.generate.script import PineScriptGenerator, ScriptSettings, render

__all__ = [
    "FAMILIES",
    "Family",
    "FamilyInput",
    "Header",
    "IndicatorCodeBuilder",
    "PineScriptGenerator",
    "ScriptSettings",
    "StrategyLogic",
    "StrategyLogicGenerator",
    "family",
    "render",
    "with_defaults",
]
