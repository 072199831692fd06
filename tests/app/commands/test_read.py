"""`pinewright read`: what is told of a picture, the marked picture, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pinewright.app.cli import MainApplication
from pinewright.charts.pictures.contents import Picture
from pinewright.charts.pictures.picture import draw
from pinewright.charts.renderer import ChartRenderer
from pinewright.charts.spec import ChartSpec
from tests.support.walks import walk_bars


def run(*words: str) -> int:
    return MainApplication().run(["read", *words])


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    bars = walk_bars(80, 3)
    path = tmp_path / "chart.png"
    Image.fromarray(ChartRenderer(ChartSpec(640, 512, 80)).render(bars, [80])[0]).save(path)
    return path


def test_tells_of_a_picture(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(picture)) == 0
    told = capsys.readouterr().out
    assert told.startswith("80 candles, 8.00 pixels apart")
    assert "rising #0072b2, falling #e67e00" in told
    assert "doji" in told
    assert "under the price" in told or "over the price" in told


def test_prices_and_json(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bars = walk_bars(80, 3)
    top, bottom = f"{bars.high.max()}@2", f"{bars.low.min()}@509"
    assert run(str(picture), "--top", top, "--bottom", bottom, "--pattern", "doji", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["candles"] == 80
    step = (bars.high.max() - bars.low.min()) / 507
    assert np.allclose(answer["prices"]["close"], bars.close, atol=step)
    assert {item["pattern"] for item in answer["patterns"]} == {"doji"}
    assert len(answer["rows"]["open"]) == len(answer["columns"]) == 80


def test_the_price_axis_is_read_from_labels(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bars = walk_bars(70, 31)
    path = tmp_path / "chart.png"
    path.write_bytes(draw(Picture(bars), width=1000, height=500))
    assert run(str(path)) == 0
    assert "price axis read from 4 labels, 5 decimals, 0.00100 apart" in capsys.readouterr().out
    assert run(str(path), "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["axis"]["from"], answer["axis"]["agree"], answer["axis"]["decimals"]) == ("labels", 4, 5)
    assert np.allclose(answer["prices"]["close"], bars.close, atol=2e-5)
    assert run(str(path), "--top", "2@10", "--bottom", "1@400", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["axis"] == {"from": "given", "rows": [10.0, 400.0], "prices": [2.0, 1.0]}


def test_a_picture_without_labels_has_no_prices(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(picture), "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["prices"] is None
    assert answer["axis"] == {"from": "none", "reason": "no_labels"}
    assert run(str(picture)) == 0
    assert "no price axis: no numbers were seen beside the plot" in capsys.readouterr().out


def test_draws_what_was_found(picture: Path, tmp_path: Path) -> None:
    out = tmp_path / "marked.png"
    assert run(str(picture), "--out", str(out)) == 0
    with Image.open(picture) as before, Image.open(out) as after:
        assert before.size == after.size
        changed = (np.asarray(before.convert("RGB")) != np.asarray(after.convert("RGB"))).any(axis=2)
    assert 500 < changed.sum() < 0.2 * changed.size


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--top", "1.2@5"], "one price makes no axis"),
        (["--top", "1.2", "--bottom", "1.1@9"], "no price at a row"),
        (["--pattern", "dojo"], "unknown pattern 'dojo'"),
        (["--out", "marked.txt"], "is no PNG file"),
    ],
)
def test_refuses(picture: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(picture), *words) == 2
    assert said in capsys.readouterr().err


def test_refuses_what_is_no_chart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blank = tmp_path / "blank.png"
    Image.new("RGB", (300, 200), "white").save(blank)
    assert run(str(blank)) == 2
    assert "one colour only" in capsys.readouterr().err
    assert run(str(blank), "--out", str(blank)) == 2
    assert "names the picture itself" in capsys.readouterr().err
    assert run(str(tmp_path / "none.png")) == 2
