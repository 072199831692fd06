"""Parameters of v3 and v4 functions in their order, where v5 has another order, other names, or fewer of them."""

from __future__ import annotations

from typing import Final

_INPUT: Final = "defval title type minval maxval confirm step options tooltip inline group"
_STRATEGY: Final = (
    "pyramiding calc_on_order_fills calc_on_every_tick max_bars_back backtest_fill_limits_assumption default_qty_type "
    "default_qty_value initial_capital currency slippage commission_type commission_value process_orders_on_close "
    "close_entries_rule max_lines_count max_labels_count max_boxes_count"
)
_SECURITY: Final = "symbol resolution expression gaps lookahead"

SIGNATURES_4: Final[dict[str, tuple[str, ...]]] = {
    name: tuple(parameters.split())
    for name, parameters in {
        "input": _INPUT,
        "study": "title shorttitle overlay format precision scale max_bars_back max_lines_count max_labels_count "
        "resolution resolution_gaps max_boxes_count",
        "strategy": f"title shorttitle overlay format precision scale {_STRATEGY}",
        "plot": "series title color linewidth style trackprice transp histbase offset join editable show_last display",
        "plotshape": "series title style location color transp offset text textcolor editable size show_last display",
        "plotchar": "series title char location color transp offset text textcolor editable size show_last display",
        "plotarrow": "series title colorup colordown transp offset minheight maxheight editable show_last display",
        "fill": "plot1 plot2 color transp title editable show_last fillgaps",
        "bgcolor": "color transp offset editable show_last title",
        "security": f"{_SECURITY} ignore_invalid_symbol currency",
        "time": "resolution session",
        "time_close": "resolution session",
        "strategy.entry": "id long qty limit stop oca_name oca_type comment when alert_message",
        "strategy.order": "id long qty limit stop oca_name oca_type comment when alert_message",
        "strategy.exit": "id from_entry qty qty_percent profit limit loss stop trail_price trail_points trail_offset "
        "oca_name comment when alert_message",
        "strategy.close": "id when comment qty qty_percent alert_message",
        "strategy.close_all": "when comment alert_message",
        "strategy.cancel": "id when",
        "strategy.cancel_all": "when",
    }.items()
}

SIGNATURES_3: Final[dict[str, tuple[str, ...]]] = {
    "study": tuple("title shorttitle overlay precision scale max_bars_back linktoseries".split()),
    "strategy": tuple(
        (
            "title shorttitle overlay precision scale pyramiding calc_on_order_fills calc_on_every_tick max_bars_back "
            "backtest_fill_limits_assumption default_qty_type default_qty_value currency linktoseries slippage "
            "commission_type commission_value"
        ).split()
    ),
}

RENAMED_PARAMETERS: Final[dict[str, str]] = {
    "resolution": "timeframe",
    "resolution_gaps": "timeframe_gaps",
    "long": "direction",
}
"""Parameters of any function by their names in v5."""

POSITIONS: Final[dict[str, int]] = {
    "x": 0,
    "number": 0,
    "angle": 0,
    "value": 0,
    "source_a": 0,
    "series": 0,
    "source": 0,
    "y": 1,
    "source_b": 1,
}
"""Old names of parameters that v5 calls otherwise, by their place in the call."""
