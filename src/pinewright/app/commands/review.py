"""`pinewright review`: delivered scripts on the bars since their report, keep or retire."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pinewright.app.terminal import output, session
from pinewright.app.terminal.options import SideOption, SymbolOption, TimezoneOption, ToOption
from pinewright.app.terminal.output import JsonOption
from pinewright.app.words import review as words

RETIRE = 1
"""Exit code where a script is to retire."""


def review(
    folder: Annotated[Path, typer.Argument(help=words.FOLDER_HELP, metavar="DIR")],
    bars: Annotated[Path, typer.Option("--bars", help=words.NEW_BARS_HELP, metavar="NEW")],
    symbol: SymbolOption = None,
    timezone: TimezoneOption = None,
    side: SideOption = None,
    end: ToOption = None,
    json: JsonOption = False,
) -> int:
    """Say of delivered scripts, on the bars since: keep or retire.

    Each runs over the bars since its report, with the costs inside its strategy(). Exit code 1 when one is to retire.
    """
    from pinewright.app.backtests import review_output as out
    from pinewright.app.backtests import reviewing
    from pinewright.app.backtests.delivered import read_delivered
    from pinewright.app.given.loading import BarOptions

    cache_dir = session.load_settings().settings.cache_dir
    report = read_delivered(folder)
    options = BarOptions(bars, symbol=symbol, timezone=timezone, side=side, end=end)
    new = reviewing.load_since(report, options)
    found = reviewing.review(report, new, timezone=timezone, cache_dir=cache_dir)
    counts = {advice: sum(one.advice is advice for one in found) for advice in reviewing.Advice}
    retired = counts[reviewing.Advice.RETIRE]
    if json:
        output.emit_json(out.as_json(report, new, found))
        return RETIRE if retired else 0
    start, last = (words.day(int(new.bars.time[place])) for place in (new.bars.warmup, -1))
    head = words.HEAD.format(
        title=report.title, symbol=report.symbol.name, timeframe=report.timeframe, start=start, end=last, days=new.days
    )
    output.emit(head)
    for note in new.notes:
        output.message(note)
    output.emit("")
    output.emit_table(words.COLUMNS, list(out.rows(found)), numbers=True)
    output.emit("")
    for one in found:
        output.emit(" ".join((out.sentence(one), *out.notes(one, report))))
    output.emit("")
    kept, little = counts[reviewing.Advice.KEEP], counts[reviewing.Advice.TOO_LITTLE]
    output.emit(words.SUMMARY.format(keep=kept, retire=retired, little=little))
    if retired and len(found) > 1:
        any_of = words.percent(1 - (1 - out.SOUND) ** len(found))
        output.message(words.CHANCE.format(each=words.percent(out.SOUND), count=len(found), any=any_of))
    return RETIRE if retired else 0
