"""Write the generated pages of docs/reference from the code: python tools/reference.py (or make docs)."""

from __future__ import annotations

import sys
from pathlib import Path

from pinewright.app.cli import MainApplication
from pinewright.settings import Settings

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"
WIDTH = 100
HEAD = """# Command line

Written by `make docs` from the program's own help; a test fails when they differ.

Every command takes `--json`: one JSON document on standard output and nothing else there, messages on standard error.
`--verbose` and `--debug` may stand before or after the command. Exit codes: 0 done; 1 findings (`check`, `doctor`);
2 a wrong call or wrong input, told as `error[code]: what`, where, and a hint (with `--json`: an object `error` with
`code`, `what`, `where`, `hint`); 70 a defect in Pinewright; 130 stopped by Ctrl-C.
"""


SETTINGS_HEAD = """# Settings

Written by `make docs` from the code; a test fails when they differ. `pinewright settings` shows each value and where it
came from. Later places win:

1. the default below
2. `~/.config/pinewright/pinewright.toml` (or under `$XDG_CONFIG_HOME`)
3. `pinewright.toml` in the current folder
4. the environment: `PINEWRIGHT_DAYS` for `days`
5. the flag, where a command has it: `--days`

A settings file is TOML, for instance `days = 60`. Tables `[development]`, `[staging]` and `[production]` win over the
file's own lines in that profile. Relative paths are taken from the current folder. An unknown name anywhere is an
error that tells the nearest legal one.
"""


def pages() -> dict[str, str]:
    """File name and text of every generated page."""
    return {"cli.md": cli_page(), "settings.md": settings_page()}


def settings_page() -> str:
    """Every setting with its default and meaning."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = "`~/.cache/pinewright`" if name == "cache_dir" else f"`{field.default}`"
        rows.append(f"| `{name}` | {default} | {field.description} |")
    return "\n".join([SETTINGS_HEAD, "| name | default | meaning |", "|---|---|---|", *rows, ""])


def cli_page() -> str:
    """Every command with its help."""
    group = MainApplication().group()
    sections = [HEAD]
    with group.make_context("pinewright", ["--help"], resilient_parsing=True, max_content_width=WIDTH) as context:
        context.terminal_width = WIDTH
        sections.append(_section("pinewright", context.get_help()))
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            assert command is not None
            inner = type(context)(command, info_name=name, parent=context, terminal_width=WIDTH)
            sections.append(_section(f"pinewright {name}", inner.get_help()))
    return "\n".join(sections)


def _section(title: str, text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return f"## {title}\n\n```text\n{lines}\n```\n"


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(f"wrote docs/reference/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
