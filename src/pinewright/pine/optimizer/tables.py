"""What is known of built-in functions beyond their types: which may be shared, moved and left out.

A function is *deterministic* when equal arguments on equal bars give equal values and nothing else happens.
"""

from __future__ import annotations

from typing import Final

_DETERMINISTIC_SPACES: Final = frozenset("ta math str color timeframe ticker request".split())
CONVERSIONS: Final = frozenset("na nz int float bool string color".split())
_CLOCK: Final = frozenset(
    "time time_close timestamp year month weekofyear dayofmonth dayofweek hour minute second "
    "syminfo.prefix syminfo.ticker".split()
)
_CHANGING: Final = frozenset(["math.random", "request.seed", "request.security_lower_tf", "request.footprint"])
MOVING_VARIABLES: Final = frozenset(["timenow"])
SAFE_TEXT: Final = frozenset(
    "str.tostring str.length str.lower str.upper str.contains str.startswith str.endswith str.pos str.trim "
    "str.tonumber str.replace_all".split()
)
COSTLY: Final = frozenset(
    "math.pow math.exp math.log math.log10 math.sqrt math.sin math.cos math.tan math.asin math.acos math.atan".split()
)
UNSAFE_TA: Final = frozenset(
    "ta.pivot_point_levels ta.percentile_linear_interpolation ta.percentile_nearest_rank ta.vwap ta.alma".split()
)
FROM_ZERO: Final = frozenset(["occurrence", "offset", "leftbars", "rightbars"])
NEW_ARRAYS: Final = frozenset(
    f"array.new{kind}" for kind in ("", "_int", "_float", "_bool", "_string", "_color", "_line", "_label", "_box")
)
LENGTH_INPUTS: Final = frozenset(["input", "input.int"])


def is_deterministic(name: str) -> bool:
    """Whether equal calls of a built-in function in one place give equal values and do nothing else."""
    if name in _CHANGING:
        return False
    return name.partition(".")[0] in _DETERMINISTIC_SPACES or name in CONVERSIONS or name in _CLOCK or name == "fixnan"
