"""The pictures of the documentation: small, all there, and each drawn by a command that its page shows."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from pinewright.app.cli import MainApplication
from pinewright.data.simulate import simulated_bars
from pinewright.patterns.detector import detect, pattern
from pinewright.patterns.pattern import PatternKind


@pytest.fixture(scope="module")
def tool(root: Path) -> ModuleType:
    return loaded(root, "pictures")


def loaded(root: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, root / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_picture_of_the_page_has_its_command(tool: ModuleType, root: Path) -> None:
    names = [words[words.index("--out") + 1] for words in tool.commands()]
    text = tool.PAGE.read_text(encoding="utf-8")
    assert len(names) >= 4
    assert len(set(names)) == len(names)
    for name in names:
        assert f"../images/{name})" in text
        with Image.open(root / "docs" / "images" / name) as image:
            assert image.format == "PNG"
            assert image.width >= 800


def test_pictures_are_small_files(root: Path) -> None:
    for path in (root / "docs" / "images").glob("*.png"):
        assert path.stat().st_size < 60_000, path.name


def test_the_words_of_a_command_are_drawn(tool: ModuleType, tmp_path: Path) -> None:
    words = next(iter(tool.commands()))
    words[words.index("--out") + 1] = str(tmp_path / "again.png")
    assert MainApplication().run([*words, "--json"]) == 0
    assert (tmp_path / "again.png").stat().st_size > 5_000


def test_an_example_is_drawn_where_its_pattern_fires(root: Path) -> None:
    gallery = loaded(root, "gallery")
    bars = simulated_bars(7, "15m", days=60)
    for name in ("bullish_engulfing", "double_top"):
        kind = pattern(name).kind
        mark = gallery.example(bars, name, kind)
        assert mark in detect(bars, [name])
        drawn = gallery.tile(bars, mark, kind)
        height = gallery.TITLE + (gallery.CANDLE_HEIGHT if kind is PatternKind.CANDLE else gallery.STRUCTURE_HEIGHT)
        assert drawn.shape == (height, gallery.WIDTH, 3)
        assert len(np.unique(drawn.reshape(-1, 3), axis=0)) > 10
