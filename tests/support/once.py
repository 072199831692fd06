"""What is made once for a whole run of the tests and all its workers: the first to ask makes it, the others wait."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Made = TypeVar("Made")
SECONDS = 600.0
"""How long one waits for another worker."""


def made_once(folder: Path, make: Callable[[Path], Made]) -> Made:
    """What ``make(folder)`` gave, as JSON has it, whoever called it; ``folder`` is new and may be filled.

    Where making fails it fails for the worker that tried; the others try on their own, in folders beside it.
    """
    answer, failed = folder / "made.json", folder / "failed"
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        limit = time.monotonic() + SECONDS
        while not answer.exists():
            if failed.exists() or time.monotonic() > limit:
                return made_once(folder.with_name(f"{folder.name}_"), make)
            time.sleep(0.05)
    else:
        try:
            made = make(folder)
        except BaseException:
            failed.touch()
            raise
        waiting = folder / "made.tmp"
        waiting.write_text(json.dumps(made), encoding="utf-8")
        waiting.replace(answer)
    found: Made = json.loads(answer.read_text(encoding="utf-8"))
    return found
