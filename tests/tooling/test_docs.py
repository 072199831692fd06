"""What the documents say is so: links lead somewhere, commands and options exist, scripts check, figures are tested."""

from __future__ import annotations

import importlib.util
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from pinewright.app.cli import MainApplication
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script, uncompiled
from pinewright.pine.diagnostics import Severity
from tests.golden.lists import COUNTS
from tests.golden.probes import NAMES
from tests.golden.test_probes import IN_FIVE, PROBES

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted(ROOT.glob("docs/**/*.md")),
]
TUTORIAL = ROOT / "docs" / "tutorial" / "bring-your-own-strategy.md"


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks(page: Path, language: str) -> list[str]:
    """Code blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```", text_of(page), re.DOTALL | re.MULTILINE)


def without_blocks(page: Path) -> str:
    return re.sub(r"^```.*?^```", "", text_of(page), flags=re.DOTALL | re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """Headings as GitHub makes anchors of them."""
    heads = re.findall(r"^#+ (.*)$", without_blocks(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_to_pages_and_headings(page: Path) -> None:
    for link in re.findall(r"\]\(([^)]+)\)", without_blocks(page)):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, heading = link.partition("#")
        there = page if not target else (page.parent / target).resolve()
        assert there.exists(), f"{named(page)} links to {link}"
        assert not heading or heading in anchors(there), f"{named(page)} links to {link}: no such heading"


def test_the_index_names_every_page() -> None:
    index = ROOT / "docs" / "README.md"
    linked = {(index.parent / link).resolve() for link in re.findall(r"\]\(([^)#]+)", text_of(index))}
    decisions = {page for page in PAGES if page.parent.name == "decisions" and page.name != "README.md"}
    assert sorted(named(page) for page in {*(ROOT.glob("docs/**/*.md"))} - linked - decisions - {index}) == []


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent.name != "reference"], ids=named)
def test_lines_are_short(page: Path) -> None:
    long = [line for line in text_of(page).splitlines() if len(line) > 120 and not line.startswith("|")]
    assert long == []


def calls(page: Path) -> Iterator[list[str]]:
    """Words of every command in a shell block or in a line of text."""
    shown = [*blocks(page, "sh"), *(code.replace("\n", " ") for code in re.findall(r"`([^`]+)`", without_blocks(page)))]
    for block in shown:
        for line in block.replace("\\\n", " ").splitlines():
            if re.match(r"(\S*/)?(pinewright|make|python|pytest|pipx|uvx)( |$)", line.strip()):
                yield shlex.split(line, comments=True)


def options() -> dict[str, set[str]]:
    """Options of every command."""
    group = MainApplication().group()
    with group.make_context("pinewright", ["--help"], resilient_parsing=True) as context:
        found = {name: group.get_command(context, name) for name in group.list_commands(context)}
    return {
        name: {
            "--help",
            "--verbose",
            "--debug",
            *(word for one in command.params for word in (*one.opts, *one.secondary_opts)),
        }
        for name, command in found.items()
        if command is not None
    }


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_commands_and_options_exist(page: Path) -> None:
    known = options()
    targets = re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.MULTILINE)
    for words in calls(page):
        program = words[0].rsplit("/", 1)[-1]
        if program in ("pipx", "uvx"):
            words = words[words.index("pinewright") :]
            program = "pinewright"
        if program == "pinewright" and len(words) > 1 and words[1][0].islower():
            assert words[1] in known, f"no command {words[1]}: {words}"
            for word in words[2:]:
                assert not word.startswith("--") or word in known[words[1]], f"{words[1]} has no {word}: {words}"
        elif program == "make":
            assert len(words) == 1 or words[1] in targets, words
        elif program in ("python", "pytest"):
            files = [word for word in words if "/" in word and word.endswith(".py")]
            assert all((ROOT / file).exists() for file in files), words


def test_some_commands_were_found() -> None:
    found = [words for page in PAGES for words in calls(page)]
    assert len(found) > 30
    assert ["pinewright", "run", "--bars", "EURUSD.csv"] in found


def test_whole_scripts_check() -> None:
    scripts = [script for page in PAGES for script in blocks(page, "pine") if script.startswith("//@version")]
    assert scripts
    for script in scripts:
        checked = check(script)
        errors = [str(item) for item in checked.diagnostics if item.severity is Severity.ERROR]
        assert [*errors, *map(str, uncompiled(checked))] == []


def pine_page() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pine_page", ROOT / "tools" / "pine_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def script(body: str) -> str:
    return f'//@version=6\nstrategy("t")\n{body}\nif close > v\n    strategy.entry("L", strategy.long)\n'


def test_what_is_said_to_be_read_is_compiled() -> None:
    for words, body in pine_page().LANGUAGE:
        checked = check(script(body))
        assert checked.ok, f"{words}: {checked.diagnostics}"
        assert compile_script(checked).text, words


def test_what_is_said_not_to_run_is_named() -> None:
    for words, body in pine_page().OUTSIDE:
        checked = check(script(body))
        assert checked.ok, f"{words}: {checked.diagnostics}"
        found = [item.code for item in uncompiled(checked)]
        assert found, f"{words} runs now: take it from the list in tools/pine_page.py"
        assert found == ["PW902"], f"{words}: {found}"


def test_arguments_without_effect_are_arguments() -> None:
    from pinewright.pine.builtins import functions

    names = {parameter.name for parameter in functions()["strategy"].parameters}
    assert set(pine_page().NO_EFFECT) <= names


def test_figures_of_parity_are_those_of_the_tests() -> None:
    page = text_of(ROOT / "docs" / "explanation" / "parity.md")
    for count in COUNTS.values():
        assert f"{count:,} of {count:,} trades" in page
    assert f"{len(PROBES)} of {len(PROBES)} lists" in page
    assert f"{len(IN_FIVE)} of {len(IN_FIVE)} alike" in page
    figures = text_of(ROOT / "docs" / "parity.md")
    assert f"| **all** | {len(NAMES)} |" in figures
    columns = re.search(r"\| \*\*all\*\* \| (\d+) \| ([\d,]+) \| 0 \| \2 \| \2 \|", figures)
    assert columns is not None, "a value differs from TradingView's"
    assert f"{columns[1]} of {columns[1]} |" in page
    assert f"{sum(COUNTS.values()):,} in all" in text_of(ROOT / "README.md")


def test_the_tutorial_can_be_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    bars, comparison = (compile(code, "tutorial", "exec") for code in blocks(TUTORIAL, "python"))
    exec(bars, {})
    (tmp_path / "cross.pine").write_text(blocks(TUTORIAL, "pine")[0], encoding="utf-8")
    for words in (shlex.split(line) for block in blocks(TUTORIAL, "sh") for line in block.splitlines()):
        assert words[0] == "pinewright"
        assert MainApplication().run(words[1:]) == 0, words
    assert (tmp_path / "tuned" / "cross.pine").exists(), "the tutorial tells of new defaults"
    assert not (tmp_path / "two" / "cross.pine").exists(), "the tutorial tells that nothing better was found"
    (tmp_path / "ours.csv").rename("list_of_trades.csv")
    said: list[str] = []
    exec(comparison, {"print": lambda *words: said.append(" ".join(str(word) for word in words))})
    assert said[-1] == "no difference"
