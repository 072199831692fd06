"""`pinewright rule`: what a code of `check` means, why it matters, and an example wrong and right."""

from __future__ import annotations

from typing import Annotated

import typer

from pinewright.app.terminal import output
from pinewright.app.terminal.output import JsonOption
from pinewright.app.words import common as texts


def rule(
    code: Annotated[str | None, typer.Argument(help=texts.CODE_HELP, metavar="[CODE]", show_default=False)] = None,
    json: JsonOption = False,
) -> None:
    """Explain a code that check reports, with an example.

    A code (PW201) or its name (argument-type); without one: the list of all.
    """
    from pinewright.pine.rules import find_rule, rules

    if code is not None:
        found = find_rule(code)
        if json:
            output.emit_json(found.as_dict())
        else:
            output.emit(found.page.rstrip("\n"))
        return
    if json:
        output.emit_json([row.as_dict() for row in rules().values()])
        return
    cells = [(row.code, row.severity.value, row.name, row.title, row.fixed_by.value) for row in rules().values()]
    output.emit_table(texts.RULE_HEAD, cells)
