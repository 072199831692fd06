"""tools/bootstrap.sh on pretended machines: which Python it takes, what it does without ensurepip, what it says.

Nothing is downloaded: a small project that builds itself stands for ours, a folder of links for the registry.
"""

from __future__ import annotations

import ensurepip
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs a POSIX shell")

PROGRAMS = ("dirname", "cksum", "cat", "rm", "head")
BASE = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
PROJECT = """[build-system]
requires = []
build-backend = "builder"
backend-path = ["."]
[project]
name = "pinewright"
version = "0"
[project.optional-dependencies]
test = []
"""
# The least build backend: an editable wheel is a .pth file that names src.
BUILDER = """import pathlib, zipfile
def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "pinewright-0-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as wheel:
        wheel.writestr("pinewright.pth", str(pathlib.Path("src").resolve()))
        info = "pinewright-0.dist-info/"
        about = ["Metadata-Version: 2.1", "Name: pinewright", "Version: 0", "Provides-Extra: test", ""]
        wheel.writestr(info + "METADATA", chr(10).join(about))
        form = ["Wheel-Version: 1.0", "Generator: builder", "Root-Is-Purelib: true", "Tag: py3-none-any", ""]
        wheel.writestr(info + "WHEEL", chr(10).join(form))
        wheel.writestr(info + "RECORD", "")
    return name
"""


class Place:
    """A fresh checkout and a machine whose programs are chosen by the test."""

    def __init__(self, folder: Path, root: Path) -> None:
        # A space in the path, because people have those.
        self.checkout = folder / "a checkout"
        (self.checkout / "src" / "pinewright").mkdir(parents=True)
        (self.checkout / "src" / "pinewright" / "__init__.py").touch()
        (self.checkout / "pyproject.toml").write_text(PROJECT)
        (self.checkout / "builder.py").write_text(BUILDER)
        shutil.copytree(root / "tools", self.checkout / "tools", ignore=shutil.ignore_patterns("__pycache__"))
        self.programs = folder / "bin"
        self.programs.mkdir()
        for name in PROGRAMS:
            found = shutil.which(name)
            if found:
                (self.programs / name).symlink_to(found)
        self.index = folder / "index"
        self.environment = {
            "PATH": str(self.programs),
            "HOME": str(folder),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": self.index.as_uri(),
            "WHEELS": str(folder / "no-wheels"),
        }

    def program(self, name: str, script: str) -> None:
        path = self.programs / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def python(self, name: str, *, ensurepip: bool) -> None:
        """The Python of this test run under another name, with or without ensurepip."""
        hidden = self.programs.parent / "hidden"
        if not ensurepip:
            (hidden / "ensurepip").mkdir(parents=True, exist_ok=True)
            (hidden / "ensurepip" / "__init__.py").write_text("raise ImportError('No module named ensurepip')")
        path = f"PYTHONPATH='{hidden}' " if not ensurepip else ""
        self.program(name, f"{path}exec '{BASE}' \"$@\"")

    def offer(self, wheel: Path, sha256: str | None = None) -> None:
        """Put a wheel of pip into the registry."""
        folder = self.index / "pip"
        folder.mkdir(parents=True)
        shutil.copy(wheel, folder / wheel.name)
        digest = sha256 or hashlib.sha256(wheel.read_bytes()).hexdigest()
        links = f'<a href="pip-999-py3-none-any.whl" data-yanked="">x</a><a href="{wheel.name}#sha256={digest}">x</a>'
        (folder / "index.html").write_text(f"<html>{links}</html>")

    def bootstrap(self, *extras: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = ["/bin/sh", str(self.checkout / "tools" / "bootstrap.sh"), *extras]
        surroundings = self.environment | environment
        return subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False, cwd="/")

    def works(self) -> bool:
        command = [str(self.checkout / ".venv/bin/python"), "-c", "import pinewright, pip"]
        return subprocess.run(command, check=False, capture_output=True).returncode == 0


@pytest.fixture
def place(tmp_path: Path, root: Path) -> Place:
    return Place(tmp_path, root)


@pytest.fixture
def pip_wheel() -> Path:
    bundled = Path(ensurepip.__file__).parent / "_bundled"
    wheels = [*bundled.glob("pip-*.whl"), *Path("/usr/share/python-wheels").glob("pip-*.whl")]
    if not wheels:
        pytest.skip("no wheel of pip on this machine to stand for the registry's")
    return wheels[0]


def test_without_ensurepip_pip_comes_from_the_registry_and_the_next_call_is_quick(
    place: Place, pip_wheel: Path
) -> None:
    place.program("python3.14", "echo 'pyenv: python3.14: command not found' >&2; exit 127")
    place.program("python3.13", "exit 1")
    place.python("python3", ensurepip=False)
    place.offer(pip_wheel)

    first = place.bootstrap("test")
    assert first.returncode == 0, first.stderr
    assert "making .venv with python3 " in first.stderr
    assert "has no ensurepip" in first.stderr
    assert place.works()

    again = place.bootstrap("test")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert place.bootstrap().stderr == "", "the base is part of every installation"

    with (place.checkout / "pyproject.toml").open("a") as file:
        file.write("# changed\n")
    changed = place.bootstrap("test")
    assert "installing pinewright with: test" in changed.stderr
    assert "making" not in changed.stderr

    place.checkout = place.checkout.rename(place.checkout.with_name("moved"))
    moved = place.bootstrap()
    assert "making .venv" in moved.stderr, "programs in it name their Python by the old path"
    assert place.works()


def test_without_ensurepip_pip_comes_from_debians_wheel(place: Place, pip_wheel: Path) -> None:
    place.python("python3.12", ensurepip=False)
    answer = place.bootstrap(WHEELS=str(pip_wheel.parent))
    assert answer.returncode == 0, answer.stderr
    assert place.works()


@pytest.mark.skipif(not (Path(ensurepip.__file__).parent / "_bundled").is_dir(), reason="this Python has no ensurepip")
def test_a_whole_python_makes_a_plain_environment(place: Place) -> None:
    place.python("python", ensurepip=True)
    answer = place.bootstrap()
    assert answer.returncode == 0, answer.stderr
    assert "ensurepip" not in answer.stderr
    assert place.works()


def test_a_wheel_with_another_hash_is_refused(place: Place, pip_wheel: Path) -> None:
    place.python("python3", ensurepip=False)
    place.offer(pip_wheel, sha256="0" * 64)
    answer = place.bootstrap()
    assert answer.returncode == 1
    assert "does not have the hash" in answer.stderr
    assert not (place.checkout / ".venv").exists(), "nothing half-made stays"


def test_where_nothing_works_it_says_why_and_what_to_install(place: Place) -> None:
    place.program("python3.12", "exit 1")
    place.python("python3", ensurepip=False)
    answer = place.bootstrap()
    assert answer.returncode == 1
    assert "python3.12: does not run, or is older than 3.11" in answer.stderr
    assert "python3: has no pip" in answer.stderr
    assert "apt install python3 python3-venv" in answer.stderr


def test_no_python_at_all(place: Place) -> None:
    answer = place.bootstrap()
    assert answer.returncode == 1
    assert "none of these is there: python3.14" in answer.stderr


def test_a_folder_that_is_no_environment_is_left_alone(place: Place) -> None:
    place.python("python3", ensurepip=False)
    (place.checkout / ".venv").mkdir()
    (place.checkout / ".venv" / "precious").touch()
    answer = place.bootstrap()
    assert answer.returncode == 1
    assert "is no virtual environment" in answer.stderr
    assert (place.checkout / ".venv" / "precious").exists()
