"""What a function written in Pine does besides computing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinewright.pine import syntax as s
from pinewright.pine.binding import dotted_name
from pinewright.pine.builtins import Role, functions
from pinewright.pine.compiler.broker import VARIABLES as BROKER
from pinewright.pine.compiler.clock import END_VARIABLES
from pinewright.pine.compiler.columns import WINDOW_SLOTS
from pinewright.pine.compiler.frames import Cell, own_names
from pinewright.pine.compiler.graph import Code, Node
from pinewright.pine.compiler.slicing import is_order_call
from pinewright.pine.walking import walk

if TYPE_CHECKING:
    from pinewright.pine.compiler.invocations import Functions


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
    asks: bool
    """Requests other bars: what it asks depends on the call, so that it is written out at each."""
    reads: frozenset[int] = frozenset()


_NOTHING = Traits(plain=True, stateful=False, remembers=False, impure=False, orders=False, asks=False)


def traits_of(function: s.FunctionDeclaration, lowering: Functions) -> Traits:
    """Traits of a function with those of the functions that it calls."""
    if id(function) not in lowering.known_traits:
        lowering.known_traits[id(function)] = _NOTHING  # an overload that calls another one of its name
        lowering.known_traits[id(function)] = _found(function, lowering)
    return lowering.known_traits[id(function)]


def _found(function: s.FunctionDeclaration, lowering: Functions) -> Traits:
    plain, stateful, remembers, impure, orders_, asks = True, False, False, False, False, False
    reads: frozenset[int] = frozenset()
    own = own_names(function)
    in_prelude = lowering.prelude.get(function.name) is function
    for node in walk(function.body):
        lasting = isinstance(node, s.Declaration) and node.mode is not None
        if lasting or isinstance(node, s.Reassignment | s.If | s.Switch | s.For | s.ForIn | s.While | s.Once):
            plain = False
        stateful |= lasting
        remembers |= isinstance(node, s.Index)
        orders_ |= is_order_call(node)
        if isinstance(node, s.Name | s.Member):
            name = dotted_name(node) or ""
            impure |= name in BROKER or name in END_VARIABLES
            found = lowering.globals.scopes[0].get(name) if name not in own else None
            impure |= isinstance(found, Cell | Code) or (isinstance(found, Node) and found.live)
            reads |= found.deps if isinstance(found, Node) else frozenset()
        if isinstance(node, s.Call):
            name = dotted_name(node.function) or ""
            asks |= name.startswith("request.")
            stateful |= name in WINDOW_SLOTS
            impure |= name == "math.random"  # Each call has numbers of its own.
            for inner in _called(node, name, lowering, in_prelude):
                below = traits_of(inner, lowering)
                stateful |= below.stateful
                remembers |= below.remembers
                impure |= below.impure
                orders_ |= below.orders
                asks |= below.asks
                reads |= below.reads
    return Traits(plain, stateful, remembers, impure or orders_, orders_, asks, reads)


def _called(node: s.Call, name: str, lowering: Functions, in_prelude: bool) -> list[s.FunctionDeclaration]:
    """The functions written in Pine that a call in a function may mean."""
    found: list[s.FunctionDeclaration] = []
    if not in_prelude and isinstance(node.function, s.Member):
        found += (one for one in lowering.overloads.get(node.function.name, ()) if one.method)
    elif not in_prelude:
        found += lowering.overloads.get(name, ())
    known = functions().get(name)
    if known is None or known.role is Role.PRELUDE:
        own = lowering.prelude.get(name.removeprefix("ta.").removeprefix("math."))
        found += [own] if own is not None else []
    return found
