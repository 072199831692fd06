"""Renames by the tables: constants of v3, functions and variables of v4, and names that v5 takes for itself."""

from __future__ import annotations

from pinewright.pine import syntax as s
from pinewright.pine.builtins import variables
from pinewright.pine.draft import Edits
from pinewright.pine.lexer import tokenize
from pinewright.pine.migrate.old_names import (
    CONSTANTS_3,
    FUNCTIONS_4,
    INPUT_TYPES,
    MEMBERS_4,
    NEW_WORDS,
    RESERVED_5,
    VARIABLES_4,
)
from pinewright.pine.migrate.stage import Stage
from pinewright.pine.migrate.tree import dotted, fresh, named


def rename_constants(stage: Stage) -> None:
    """v3 to v4: ``red`` to ``color.red``, ``integer`` to ``input.integer``, ``linebr`` to ``plot.style_linebr``."""
    for node in _free_names(stage):
        new = CONSTANTS_3.get(node.name)
        parent = stage.parents.get(id(node))
        if isinstance(parent, s.Argument) and parent.name == "type":
            new = INPUT_TYPES.get(node.name, new)
        elif isinstance(parent, s.Argument) and parent.name == "linestyle" and node.name == "line":
            new = "hline.style_solid"
        elif node.name in INPUT_TYPES and new is None and _third_of_input(stage, parent):
            new = INPUT_TYPES[node.name]
        if new is not None:
            _rename(stage, "PW741", node, new)


def _third_of_input(stage: Stage, parent: s.Node | None) -> bool:
    if not isinstance(parent, s.Argument) or parent.name is not None:
        return False
    call = stage.parents.get(id(parent))
    return isinstance(call, s.Call) and stage.builtin(call) == "input"


def rename_functions(stage: Stage) -> None:
    """v4 to v5: ``sma(...)`` to ``ta.sma(...)``, ``tr`` to ``ta.tr``."""
    for call in stage.calls:
        new = FUNCTIONS_4.get(stage.builtin(call))
        if new == "indicator":
            edits = Edits().replace(call.function.span, new)
            stage.change("PW722", "`study()` became `indicator()`", call.function, edits)
        elif new is not None:
            _rename(stage, "PW721", call.function, new)
    for node in _free_names(stage):
        if new := VARIABLES_4.get(node.name):
            _rename(stage, "PW721", node, new)
    for member in stage.nodes:
        if isinstance(member, s.Member) and (new := MEMBERS_4.get(dotted(member))):
            _rename(stage, "PW721", member, new)


def _free_names(stage: Stage) -> list[s.Name]:
    """Names of values that the script does not declare."""
    called = {id(call.function) for call in stage.calls}
    own = stage.names.variables
    nodes = [node for node in stage.nodes if isinstance(node, s.Name)]
    return [node for node in nodes if id(node) not in called and id(node) not in own]


def _rename(stage: Stage, code: str, node: s.Expression, new: str) -> None:
    old = stage.text(node)
    stage.change(code, f"`{old}` became `{new}`", node, Edits().replace(node.span, new))


def rename_reserved(stage: Stage) -> None:
    """v4 to v5: the script's own names that v5 reserves get a number, wherever they stand."""
    names = stage.names
    own = set(names.declared) | set(names.functions)
    for old in sorted(own & (RESERVED_5 | _meant_both_ways(stage))):
        new = fresh(old, stage.taken)
        edits = Edits()
        places = list(names.declared.get(old, ()))
        for span in places:
            edits.replace(span, new)
        for declaration in names.functions.get(old, ()):
            edits.replace(declaration.name_span, new)
            places.append(declaration.name_span)
        for node in stage.nodes:
            if isinstance(node, s.Name) and node.name == old and id(node) in names.variables:
                edits.replace(node.span, new)
            elif isinstance(node, s.Call) and id(node) in names.calls:
                if isinstance(node.function, s.Name) and node.function.name == old:
                    edits.replace(node.function.span, new)
                if (given := named(node, old)) is not None:
                    edits.replace(given.name_span, new)
        stage.draft.change("PW726", f"the name `{old}` means something else in v5: `{new}`", places[0], edits)


def _meant_both_ways(stage: Stage) -> set[str]:
    """Names that stand for a built-in variable first and for the script's own below: v5 has one meaning a script."""
    return {node.name for node in _free_names(stage) if node.name in variables(5)} & set(stage.names.declared)


def rename_new_words(stage: Stage) -> None:
    """Up to v4 ``switch`` and ``while`` are names like any other; the lexer, which knows later versions, is asked."""
    spans: dict[str, list[s.Span]] = {}
    for token in tokenize(stage.source).tokens:
        if token.kind in NEW_WORDS:
            spans.setdefault(token.text, []).append(token.span)
    for old, places in spans.items():
        new, edits = fresh(old, stage.taken), Edits()
        for span in places:
            edits.replace(span, new)
        stage.draft.change("PW726", f"the name `{old}` means something else in v5: `{new}`", places[0], edits)
