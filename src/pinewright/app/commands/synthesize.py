"""`pinewright synthesize`: windows of invented bars with known shapes in them, for training."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pinewright.app.terminal import output, session
from pinewright.app.terminal.options import SeedOption
from pinewright.app.terminal.output import JsonOption
from pinewright.app.words import mine as words


def synthesize(
    count: Annotated[int, typer.Argument(help=words.COUNT_HELP, metavar="WINDOWS")],
    out: Annotated[Path, typer.Option("--out", help=words.SYNTHETIC_OUT_HELP, metavar="FILE")],
    bars: Annotated[int, typer.Option("--length", help=words.BARS_HELP)] = 60,
    labels: Annotated[str | None, typer.Option("--labels", help=words.LABELS_HELP, metavar="NAME,...")] = None,
    like: Annotated[Path | None, typer.Option("--bars", help=words.LIKE_HELP, metavar="FILE")] = None,
    seed: SeedOption = None,
    json: JsonOption = False,
) -> None:
    """Make invented bars with a known shape in each window.

    For training: each label equally often, and `none` for windows without a shape. Each row holds open, high, low and
    close, the label, and where the shape's corners are. A shape ends in the last 5 % of its window.
    """
    from collections import Counter

    from pinewright.app.given.lists import parts
    from pinewright.app.given.loading import BarOptions
    from pinewright.errors import OutputError
    from pinewright.patterns.mining.synthetic import SyntheticPatternGenerator

    if out.suffix.lower() != ".parquet":
        raise OutputError(words.NO_PARQUET, where=str(out), hint=words.NO_PARQUET_HINT)
    settings = session.load_settings(seed=seed).settings
    background = None if like is None else BarOptions(like).load().bars
    names = None if labels is None else parts(labels)
    made = SyntheticPatternGenerator(bars, labels=names, background=background).make(count, settings.seed)
    made.write(out)
    counts = Counter(one.label for one in made.truth)
    if json:
        output.emit_json(
            {"file": str(out), "windows": len(made), "bars": bars, "seed": settings.seed, "labels": dict(counts)}
        )
        return
    output.emit_table(words.MADE_HEAD, [(name, str(counts[name])) for name in made.names])
    said = words.MADE.format(count=len(made), bars=bars, labels=len(counts), path=out, seed=settings.seed)
    output.message(said)
