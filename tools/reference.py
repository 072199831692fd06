"""Write the generated pages of docs/reference from the code: python tools/reference.py (or make docs)."""

from __future__ import annotations

import sys
from pathlib import Path

from pinewright.app.cli import MainApplication
from pinewright.backtest.metrics import METRICS
from pinewright.backtest.tester import ROWS
from pinewright.pine.rules import Rule, RuleSeverity, rules
from pinewright.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "reference"
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


DIAGNOSTICS_HEAD = """# Findings of `pinewright check`

Written by `make docs` from the code; a test fails when they differ. Codes are stable: a code never changes its meaning.

`pinewright check SCRIPT... --json` prints a list of objects:

| key | value |
|---|---|
| `file` | the script as it was named |
| `code` | a code of the tables below |
| `severity` | `error`, `warning` or `note` |
| `line`, `column` | where it begins, counted from 1 |
| `end_line`, `end_column` | where it ends; the end column is exclusive |
| `message` | what is wrong, in TradingView's words where they are known |
| `hint` | what to do, or null |
| `fix` | what `--fix` would do, or null |
| `fix_is_safe` | false where it needs `--unsafe-fixes`; null without a fix |

Exit code: 0 when nothing is an error, 1 when something is, 2 when a file cannot be read or the call is wrong.
`pinewright rule CODE` prints one of the pages below. A note is worth knowing and nothing to mend; a rewrite finds
nothing wrong and changes a script for the better: its examples are before and after.
"""

DIAGNOSTICS_CLASSES = {
    "0": "Text",
    "1": "Names",
    "2": "Arguments",
    "3": "Types",
    "4": "Structure",
    "5": "Legal, and dangerous",
    "6": "Rewrites",
    "7": "Between versions",
    "9": "What Pinewright does not run",
}
"""Title of each class of codes by their first digit."""

METRICS_HEAD = """# Figures of a backtest

Written by `make docs` from the code; a test fails when they differ. Money is in the account's currency. A figure that
is not defined is null in JSON.

`pinewright backtest SCRIPT --bars FILE --json` prints one object, a list of them for several scripts: `script`;
`title`; `inputs` (value by name); `bars` (`file`, `symbol`, `timeframe`, `side`, `feed`, `bars`, `warmup`, `from`,
`to`, `quality`, `also`); `costs` (`pips_round_turn`, `words`, `origin`, `fills`); `account` (`initial_capital`,
`currency`); `overridden` (what counts in place of the script's own: `name`, `value`, `origin`, `script`); `notes`;
`strategy_tester` and `metrics`, with the names below. A script that could not be tested has `script` and `error`.

## As TradingView's Strategy Tester names them

`strategy_tester` holds an object a row: `name`, `unit`, `all`, and where TradingView has them `all_percent`, `long`,
`long_percent`, `short`, `short_percent`. Losses are positive numbers. The percentage of a trade is of its entry's value
with the commission of the entry.
"""

METRICS_SECOND = """
## Of every run

`metrics` are what searches see too, by names of ours; those that begin with "Classic" are not TradingView's.
"""


def pages() -> dict[str, str]:
    """File name and text of every generated page."""
    # The folder of this file is on the path when it is run, its parent is not.
    if str(ROOT) not in sys.path:
        sys.path.append(str(ROOT))
    from tools.builtins_page import builtins_page
    from tools.pine_page import pine_page

    return {
        "cli.md": cli_page(),
        "settings.md": settings_page(),
        "diagnostics.md": diagnostics_page(),
        "metrics.md": metrics_page(),
        "builtins.md": builtins_page(),
        "pine-subset.md": pine_page(),
    }


def diagnostics_page() -> str:
    """Every rule: a table of all, then their pages."""
    parts = [DIAGNOSTICS_HEAD]
    for digit, title in DIAGNOSTICS_CLASSES.items():
        group = [rule for rule in rules().values() if rule.code[2] == digit]
        if group:
            rows = [
                f"| [`{rule.code}`](#{rule.code.lower()}-{rule.name}) | {rule.severity.value} | {rule.title} |"
                for rule in group
            ]
            parts += [f"## {title}\n", "| code | severity | what it finds |", "|---|---|---|", *rows, ""]
    return "\n".join([*parts, "## Pages\n", *map(_rule_section, rules().values())])


def _rule_section(rule: Rule) -> str:
    """A page below a heading that a link can name; the blocks say which example is which."""
    versions = "" if len(rule.versions) > 1 else f", v{rule.versions[0]} only"
    wrong, right = ("before", "after") if rule.severity is RuleSeverity.REWRITE else ("wrong", "right")
    return "\n\n".join(
        [
            f"### {rule.code} {rule.name}",
            f"{rule.title[:1].upper()}{rule.title[1:]} ({rule.severity.value}{versions}).",
            rule.what,
            rule.why,
            f"{wrong.capitalize()}:",
            f"```pine {wrong}\n{rule.wrong}```",
            f"{right.capitalize()}:",
            f"```pine {right}\n{rule.right}```",
            f"Fix. {rule.fix}\n",
        ]
    )


def metrics_page() -> str:
    """Every figure of a backtest with its unit and meaning."""
    rows = [f"| `{metric.name}` | {metric.unit} | {metric.meaning} |" for metric in METRICS]
    tester = [f"| {row.name} | `{row.key}` | {row.unit} | {row.formula} |" for row in ROWS]
    head = "| TradingView | key | unit | formula |"
    return "\n".join(
        [
            *(METRICS_HEAD, head, "|---|---|---|---|", *tester),
            *(METRICS_SECOND, "| name | unit | meaning |", "|---|---|---|", *rows, ""),
        ]
    )


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
