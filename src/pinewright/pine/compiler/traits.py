"""What a function written in Pine does besides computing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinewright.pine import syntax as s
from pinewright.pine.binding import dotted_name
from pinewright.pine.builtins import Role, functions
from pinewright.pine.compiler.columns import WINDOW_SLOTS
from pinewright.pine.compiler.expressions import BROKER
from pinewright.pine.compiler.frames import Cell
from pinewright.pine.compiler.graph import Code
from pinewright.pine.compiler.slicing import is_order_call, walk

if TYPE_CHECKING:
    from pinewright.pine.compiler.calls import Calls


@dataclass(frozen=True)
class Traits:
    """What a function does besides computing: ``plain`` when it is one expression after another."""

    plain: bool
    stateful: bool
    remembers: bool
    impure: bool
    orders: bool


def traits_of(function: s.FunctionDeclaration, lowering: Calls) -> Traits:
    """Traits of a function with those of the functions that it calls."""
    plain, stateful, remembers, impure, orders_ = True, False, False, False, False
    own = {p.name for p in function.parameters}
    own |= {n.name for n in walk(function.body) if isinstance(n, s.Declaration)}
    own |= {name for n in walk(function.body) if isinstance(n, s.TupleDeclaration) for name in n.names}
    for node in walk(function.body):
        if isinstance(node, s.Reassignment | s.If | s.Switch) or (isinstance(node, s.Declaration) and node.mode):
            plain = False
        stateful |= isinstance(node, s.Declaration) and node.mode is not None
        remembers |= isinstance(node, s.Index)
        orders_ |= is_order_call(node)
        if isinstance(node, s.Name | s.Member):
            name = dotted_name(node) or ""
            impure |= name in BROKER
            if name not in own and isinstance(lowering.globals.find(name), Cell | Code):
                impure = True
        if isinstance(node, s.Call):
            name = dotted_name(node.function) or ""
            stateful |= name in WINDOW_SLOTS or name == "window.cross"
            known = functions().get(name)
            inner = lowering.declared.get(name) or lowering.prelude.get(name.removeprefix("ta.").removeprefix("math."))
            if inner is not None and (known is None or known.role is Role.PRELUDE):
                below = traits_of(inner, lowering)
                stateful |= below.stateful
                remembers |= below.remembers
                impure |= below.impure
                orders_ |= below.orders
    return Traits(plain, stateful, remembers, impure or orders_, orders_)
