"""How many scripts of a folder are read and pass the check: python tools/corpus.py FOLDER [--show N] [--migrate].

Every .pine file below the folder counts under the version that it declares. ``--show`` prints the first error of the
scripts that do not pass, so that one can judge whether script or check is wrong. ``--migrate`` brings the scripts below
v6 to v6 first. Nothing is written.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from pinewright.app.terminal.output import emit, emit_table
from pinewright.pine.checker import CheckedScript, check
from pinewright.pine.diagnostics import Severity, frame
from pinewright.pine.migrate import migrate
from pinewright.pine.parser import parse


def scripts(folder: Path) -> Iterator[tuple[Path, str]]:
    """The files and their texts."""
    for path in sorted(folder.rglob("*.pine")):
        if path.is_file():
            yield path, path.read_bytes().decode("utf-8-sig", "replace")


def errors(checked: CheckedScript) -> list[str]:
    """Frames of the errors."""
    return [frame(item, checked.source, "script") for item in checked.diagnostics if item.severity is Severity.ERROR]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--show", type=int, default=0)
    options.add_argument("--migrate", action="store_true")
    given = options.parse_args()
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    shown = 0
    for path, source in scripts(given.folder):
        tree, found = parse(source)
        count = counts[f"v{tree.version}" if tree.version else "none"]
        count["files"] += 1
        count["read"] += not any(item.severity is Severity.ERROR for item in found)
        text = migrate(source).source if given.migrate and tree.version and tree.version < 6 else source
        checked = check(text)
        count["pass"] += checked.ok
        for code in {item.code for item in checked.diagnostics if item.severity is Severity.WARNING}:
            count[code] += 1
        if not checked.ok and shown < given.show:
            shown += 1
            emit(f"{path}\n{errors(checked)[0]}\n")
    rows = [
        (version, f"{one['files']}", f"{one['read']}", f"{one['pass']}", _percent(one["pass"], one["files"]))
        for version, one in sorted(counts.items())
    ]
    emit_table(("version", "scripts", "read", "pass", "share"), rows)
    total: Counter[str] = sum(counts.values(), Counter())
    emit("scripts with a warning: " + ", ".join(f"{code} {total[code]}" for code in sorted(total) if code[:2] == "PW"))


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %"


if __name__ == "__main__":
    main()
