"""The house as README shows it is the house on the disk, and its documents are complete."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

import pinewright


def tree_in_readme(root: Path) -> dict[str, str]:
    """Entries of README's tree: path below src/pinewright (folders end in a slash) and what is said of it."""
    block = re.search(r"```text\n(src/pinewright/.*?)```", (root / "README.md").read_text(), re.DOTALL)
    assert block is not None, "README has no tree that begins with src/pinewright/"
    entries, path = {}, [""]
    for line in block[1].splitlines()[1:]:
        match = re.fullmatch(r"( +)(\S+) +(\S.*)", line)
        assert match is not None, f"a line of the tree is not `  name   what it is`: {line!r}"
        depth = len(match[1]) // 2
        assert depth <= len(path), f"a line of the tree is indented too far: {line!r}"
        path[depth:] = [path[depth - 1] + match[2]]
        assert path[depth] not in entries, f"{path[depth]} stands twice in README's tree"
        entries[path[depth]] = match[3]
    return entries


def rooms_on_disk(root: Path) -> set[str]:
    """Folders at any depth that hold something, and the files that lie in no room."""
    house = root / "src" / "pinewright"
    files = [file for file in house.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    folders = {f"{parent.relative_to(house)}/" for file in files for parent in file.parents if house in parent.parents}
    top = {file.name for file in house.glob("*.py") if file.name != "__init__.py"}
    return folders | top


def sources(root: Path) -> list[Path]:
    return sorted((root / "src" / "pinewright").rglob("*.py"))


def test_readme_shows_every_room_and_no_other(root: Path) -> None:
    said, there = set(tree_in_readme(root)), rooms_on_disk(root)
    assert sorted(there - said) == [], "on the disk, not in README's tree"
    assert sorted(said - there) == [], "in README's tree, not on the disk"


def test_every_file_says_its_idea_in_its_first_line(root: Path) -> None:
    silent = []
    for file in sources(root):
        docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
        if not docstring or len(docstring.splitlines()[0]) < 15:
            silent.append(str(file.relative_to(root)))
    assert silent == []


def test_every_room_is_a_package(root: Path) -> None:
    folders = {file.parent for file in sources(root)}
    assert sorted(str(folder) for folder in folders if not (folder / "__init__.py").exists()) == []


def reference(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", root / "tools" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_pages_are_what_the_code_says(root: Path) -> None:
    for name, text in reference(root).pages().items():
        file = root / "docs" / "reference" / name
        assert file.read_text(encoding="utf-8") == text, f"run `make docs`: {name} differs from the code"


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs"])
def test_links_between_documents_lead_somewhere(root: Path, page: str) -> None:
    place = root / page
    for file in [place] if place.is_file() else sorted(place.rglob("*.md")):
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", file.read_text(encoding="utf-8")):
            if not re.match(r"[a-z]+:", target):
                assert (file.parent / target).exists(), f"{file.relative_to(root)} links to {target}"


def test_the_changelog_knows_this_version(root: Path) -> None:
    text = (root / "CHANGELOG.md").read_text()
    assert "## [Unreleased]" in text or f"## [{pinewright.__version__}]" in text


def test_the_base_install_is_small(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    names = {re.split(r"[<>=!~\[; ]", line)[0].lower() for line in project["dependencies"]}
    assert names.isdisjoint({"torch", "transformers", "ray", "pandas", "vectorbt", "numba", "psutil"})


def test_importing_the_package_is_cheap() -> None:
    code = (
        "import sys, pinewright, pinewright.errors; print([n for n in ('numpy', 'polars', 'rich') if n in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
