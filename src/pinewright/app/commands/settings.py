"""`pinewright settings`: every setting, its value, and where the value came from."""

from __future__ import annotations

from pinewright.app.terminal import output, session
from pinewright.app.terminal.output import JsonOption
from pinewright.app.words import common as texts


def settings(json: JsonOption = False) -> None:
    """Show every setting and where its value came from.

    Later places win: default, ~/.config/pinewright/pinewright.toml, ./pinewright.toml, environment (PINEWRIGHT_DAYS
    for days), flag. Tables [development], [staging] and [production] of a file win over its own lines in that profile.
    """
    rows = session.load_settings().rows()
    if json:
        output.emit_json(
            [{"name": r.name, "value": r.value, "origin": r.origin, "description": r.description} for r in rows]
        )
        return
    cells = [(r.name, texts.NO_VALUE if r.value is None else str(r.value), r.origin, r.description) for r in rows]
    output.emit_table(texts.SETTINGS_HEAD, cells)
