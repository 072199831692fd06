"""`pinewright data`: what was fetched and stored: shown, checked, taken away."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from pinewright.app.terminal import output, session
from pinewright.app.terminal.output import JsonOption
from pinewright.app.words import common as texts
from pinewright.app.words import data as words
from pinewright.errors import UsageError, unknown_name_hint

if TYPE_CHECKING:
    from pinewright.data.store.kinds import Kind
    from pinewright.data.store.store import Store

FAULTS = 1
"""Exit code of ``verify`` where something is wrong."""


def data(
    action: Annotated[str, typer.Argument(help=words.ACTION_HELP, metavar="ACTION")],
    symbols: Annotated[list[str] | None, typer.Argument(help=words.SYMBOLS_HELP, metavar="[SYMBOL...]")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help=words.KIND_HELP)] = None,
    start: Annotated[str | None, typer.Option("--from", help=words.FROM_HELP, metavar="DATE")] = None,
    end: Annotated[str | None, typer.Option("--to", help=words.TO_HELP, metavar="DATE")] = None,
    repair: Annotated[bool, typer.Option("--repair", help=words.REPAIR_HELP)] = False,
    yes: Annotated[bool, typer.Option("--yes", help=words.YES_HELP)] = False,
    json: JsonOption = False,
) -> int:
    """Show, check or remove stored market data.

    list: what there is. verify: read everything and tell what is wrong (exit code 1). remove: take rows away.
    """
    from pinewright.data.store.kinds import Kind
    from pinewright.data.store.store import Store

    if action not in words.ACTIONS:
        hint = unknown_name_hint(action, words.ACTIONS)
        raise UsageError(words.UNKNOWN_ACTION.format(name=action), where="pinewright data", hint=hint)
    if repair and action != "verify":
        raise UsageError(words.REPAIR_ONLY, where="--repair")
    for flag, given in (("--from", start), ("--to", end), ("--yes", yes or None)):
        if given is not None and action != "remove":
            raise UsageError(words.REMOVE_ONLY.format(flag=flag), where=flag)
    store = Store(session.load_settings().settings.data_dir)
    chosen = None if kind is None else Kind.parse(kind)
    names = _known(store, symbols or [])
    if action == "list":
        _list(store, names, chosen, json)
        return 0
    if action == "verify":
        return _verify(store, names, chosen, repair=repair, json=json)
    return _remove(store, names, chosen, start, end, yes=yes, json=json)


def _known(store: Store, symbols: list[str]) -> list[str]:
    """The names in the store's spelling; DataNotFoundError for one of which nothing is stored."""
    from pinewright.data.store.layout import symbol_name
    from pinewright.errors import DataNotFoundError

    names, stored = [symbol_name(text) for text in symbols], store.symbols()
    for name in names:
        if name not in stored:
            hint = unknown_name_hint(name, stored) if stored else words.NOTHING.format(folder=store.root)
            raise DataNotFoundError(words.NOT_STORED.format(name=name), where=str(store.root), hint=hint)
    return names


def _list(store: Store, symbols: list[str], kind: Kind | None, json: bool) -> None:
    from pinewright.data.zones import iso_text

    held = [
        one for one in store.overview() if (not symbols or one.symbol in symbols) and (kind is None or one.kind is kind)
    ]
    if json:
        output.emit_json([one.as_dict() for one in held])
        return
    if not held:
        output.message(words.NOTHING.format(folder=store.root))
        return
    rows = []
    for one in held:
        states = [f"{count:,} {state.value}" for state, count in one.states.items()]
        if one.damaged:
            states.append(words.DAMAGED.format(count=one.damaged))
        bounds = [texts.NO_VALUE if moment is None else iso_text(moment) for moment in (one.first, one.last)]
        size = output.size(one.bytes)
        sources = ", ".join(one.sources) or texts.NO_VALUE
        rows.append((one.symbol, one.kind.value, *bounds, f"{one.rows:,}", size, ", ".join(states), sources))
    output.emit_table(words.LIST_HEAD, rows)


def _verify(store: Store, symbols: list[str], kind: Kind | None, *, repair: bool, json: bool) -> int:
    names: list[str | None] = [*symbols] if symbols else [None]
    faults = [fault for name in names for fault in store.verify(name, kind, repair=repair)]
    if json:
        output.emit_json(
            [
                {
                    "path": str(fault.path),
                    "what": fault.what,
                    "remedy": fault.remedy,
                    "moved": None if fault.moved is None else str(fault.moved),
                    "gone": fault.gone,
                }
                for fault in faults
            ]
        )
        return FAULTS if faults else 0
    for fault in faults:
        output.emit(words.FAULT.format(path=fault.path, what=fault.what))
        if fault.moved is not None:
            output.emit(words.MOVED.format(path=fault.moved))
        elif fault.gone:
            output.emit(words.GONE)
        else:
            output.emit(words.REMEDY.format(remedy=fault.remedy))
    if faults:
        return FAULTS
    held = store.overview()
    if not held:
        output.message(words.NOTHING.format(folder=store.root))
    else:
        files, rows = sum(one.files for one in held), sum(one.rows for one in held)
        output.emit(words.SOUND.format(files=f"{files:,}", rows=f"{rows:,}"))
    return 0


def _remove(
    store: Store, symbols: list[str], kind: Kind | None, start: str | None, end: str | None, *, yes: bool, json: bool
) -> int:
    from pinewright.data.source import parse_moment
    from pinewright.data.store.removal import Removed
    from pinewright.data.zones import iso_text

    if not symbols:
        raise UsageError(words.NAME_A_SYMBOL, where="pinewright data remove", hint=words.NAME_A_SYMBOL_HINT)
    bounds = [None if text is None else parse_moment(text) for text in (start, end)]
    form = words.ASKED_ALL if kind is None else words.ASKED_KIND
    asked = form.format(symbol=", ".join(symbols), kind="" if kind is None else kind.value)
    if start is not None or end is not None:
        told = [texts.NO_VALUE if moment is None else iso_text(moment) for moment in bounds]
        asked += words.ASKED_RANGE.format(start=told[0], end=told[1])
    if not yes and not _agreed(words.ASK.format(what=asked)):
        output.message(words.KEPT)
        return 0
    total = Removed()
    for symbol in symbols:
        total += store.remove(symbol, kind, *bounds)
    if json:
        output.emit_json({"files": total.files, "cut": total.cut, "bytes": total.bytes})
        return 0
    said = words.REMOVED.format(files=f"{total.files:,}", size=output.size(total.bytes))
    output.emit(said + (words.CUT.format(cut=f"{total.cut:,}") if total.cut else ""))
    return 0


def _agreed(question: str) -> bool:
    """Whether the person at the terminal says yes; UsageError where there is none."""
    if not sys.stdin.isatty():
        raise UsageError(words.NOT_ASKED, where="pinewright data remove")
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
