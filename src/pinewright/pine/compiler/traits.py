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
from pinewright.pine.compiler.graph import Code, Node
from pinewright.pine.compiler.slicing import is_order_call
from pinewright.pine.walking import walk

if TYPE_CHECKING:
    from pinewright.pine.compiler.calls import Calls


@dataclass(frozen=True)
class Traits:
    """What a function does besides computing: ``plain`` when it is one expression after another.

    ``reads`` are the inputs on which it depends through global variables, not through its arguments.
    """

    plain: bool
    stateful: bool
    remembers: bool
    impure: bool
    orders: bool
    reads: frozenset[int] = frozenset()


def traits_of(function: s.FunctionDeclaration, lowering: Calls) -> Traits:
    """Traits of a function with those of the functions that it calls."""
    plain, stateful, remembers, impure, orders_ = True, False, False, False, False
    reads: frozenset[int] = frozenset()
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
            found = lowering.globals.scopes[0].get(name) if name not in own else None
            impure |= isinstance(found, Cell | Code) or (isinstance(found, Node) and found.live)
            reads |= found.deps if isinstance(found, Node) else frozenset()
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
                reads |= below.reads
    return Traits(plain, stateful, remembers, impure or orders_, orders_, reads)
