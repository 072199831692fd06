"""Names for values that had none: by the function and its simple arguments, free in the whole script."""

from __future__ import annotations

import re

from pinewright.pine import syntax as s
from pinewright.pine.binding import bind
from pinewright.pine.optimizer.facts import Facts
from pinewright.pine.walking import bare

_LONGEST_NAME = 32


def free_name(facts: Facts, call: s.Call, names: set[str], ending: str = "") -> str:
    """``sma20`` for ``ta.sma(close, 20)``, ``emaVolume20`` for ``ta.ema(volume, 20)``; a number where that is taken.

    ``names`` are those given in this round; the new one is added.
    """
    plain = _plain(facts, call)
    name = plain
    for word in map(_word, _arguments(facts, call)):
        if word != "Close":
            name += f"_{word}" if name[-1].isdigit() and word[:1].isdigit() else word
    name += ending
    if len(name) > _LONGEST_NAME:
        name = plain + ending
    made, number = name, 2
    while facts.taken(made) or made in names:
        made, number = f"{name}_{number}", number + 1
    names.add(made)
    return made


def _plain(facts: Facts, call: s.Call) -> str:
    """The name of the function as that of a variable: ``rsi`` for ``ta.rsi`` and for ``f_rsi``."""
    full = facts.builtin(call) or (call.function.name if isinstance(call.function, s.Name) else "")
    last = full.rpartition(".")[2]
    plain = re.sub(r"_+(\w)", lambda match: match[1].upper(), re.sub(r"^(f_|_)(?=[A-Za-z])", "", last))
    return plain[:1].lower() + plain[1:]


def _arguments(facts: Facts, call: s.Call) -> tuple[s.Expression, ...]:
    full = facts.builtin(call)
    if not full:
        return tuple(argument.value for argument in call.arguments)
    binding = bind(facts.builtin_functions[full], call)
    return (*binding.arguments.values(), *binding.extra)


def _word(node: s.Expression) -> str:
    """A simple argument as part of a name."""
    node = bare(node)
    if isinstance(node, s.Literal) and node.kind is s.LiteralKind.INT:
        return str(node.value)
    name = node.name if isinstance(node, (s.Name, s.Member)) else ""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))
