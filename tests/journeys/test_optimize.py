"""Bring a script: it comes back byte for byte but for better defaults, or not at all."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from pinewright.generate.handed_back import BEGIN, END
from pinewright.market import Bars, Side, Symbol, Timeframe
from tests.journeys.conftest import Pinewright, write_csv

# Comments, odd spacing and line ends must survive.
SCRIPT = (
    "//@version=6\r\n"
    'strategy("Waves",  overlay=true) // mine\r\n'
    "\r\n"
    'wait  =  input.int( 3, "Bars to wait", minval = 1, maxval = 40) // tune me\r\n'
    "level = input.float(defval=0.0, minval=-1.0, maxval=1.0, step=0.5)\r\n"
    "if bar_index % 40 == wait\r\n"
    '    strategy.entry("L", strategy.long, qty=10000)\r\n'
    "if bar_index % 40 == (wait + 20) % 40\r\n"
    '    strategy.close("L")\r\n'
    "plot(close * level)\r\n"
)


def waves(size: int = 40 * 300, noise: float = 2e-4) -> Bars:
    """Bars with a wave of 40 bars: buying at its bottom is better than anywhere else, on every part of the data."""
    random = np.random.default_rng(7)
    index = np.arange(size)
    price = 1.1 - 0.002 * np.cos(2 * np.pi * (index - 9) / 40) + random.normal(0, noise, size)
    close = np.round(price, 5)
    open_ = np.concatenate([[close[0]], close[:-1]])
    time = 1_577_836_800_000 + index * 900_000
    high, low = np.maximum(open_, close), np.minimum(open_, close)
    return Bars(
        Symbol.get("BTCUSD"),
        Timeframe(15),
        time.astype(np.int64),
        open_,
        high,
        low,
        close,
        np.zeros(size),
        Side.BID,
        "waves",
    )


def test_better_defaults_come_back_in_the_same_script(pinewright: Pinewright, tmp_path: Path) -> None:
    script, out = tmp_path / "waves.pine", tmp_path / "out"
    script.write_bytes(SCRIPT.encode())
    bars = write_csv(waves(), tmp_path / "EURUSD.csv")
    answer = pinewright(
        "optimize", script, "--bars", bars, "--out", out, "--budget", "small", "--costs", "0.2", "--json"
    )
    assert answer.code == 0, answer.err
    document: Any = answer.json
    assert document["report"]["optimize"]["better"] is True
    found = {item["name"]: item["value"] for item in document["report"]["strategies"][0]["inputs"]}
    assert 5 <= found["wait"] <= 13
    returned = (out / "waves.pine").read_bytes().decode()
    wanted = SCRIPT.replace("input.int( 3,", f"input.int( {found['wait']},")
    head, body = returned.split(f"{END}\r\n")
    assert head.startswith(f"//@version=6\r\n{BEGIN}\r\n")
    assert all(line.startswith("//") for line in head.splitlines())
    assert "EURUSD 15m" in head
    assert "wait 3 -> " in head
    # All but the head and the costs inside strategy() is the script's own, byte for byte.
    lines = body.splitlines(keepends=True)
    rest = wanted.splitlines(keepends=True)[2:]
    assert "".join(lines[-len(rest) :]) == "".join(rest)
    account = "".join(lines[: -len(rest)])
    assert account.startswith('strategy("Waves",  overlay=true, ')
    assert "commission_type = strategy.commission.cash_per_contract" in account
    assert account.endswith(" // mine\r\n")
    again = pinewright("backtest", out / "waves.pine", "--bars", bars, "--json")
    assert again.code == 0
    assert pinewright("check", out / "waves.pine").code == 0


def test_the_space_is_written_out_edited_and_given_back(pinewright: Pinewright, tmp_path: Path) -> None:
    script, space, out = tmp_path / "waves.pine", tmp_path / "space.toml", tmp_path / "out"
    script.write_bytes(SCRIPT.encode())
    bars = write_csv(waves(40 * 100), tmp_path / "EURUSD.csv")
    assert pinewright("optimize", script, "--bars", bars, "--space-out", space).code == 0
    text = space.read_text()
    assert "wait" in text
    assert not out.exists()
    flags = ("--vary", "wait=2:20:2", "--where", "wait != 8", "--objective", "net_profit")
    answer = pinewright("optimize", script, "--bars", bars, *flags, "--out", out, "--costs", "0.2", "--json")
    assert answer.code == 0, answer.err
    document: Any = answer.json
    # The grid of ten without eight, and the script's own default beside it.
    assert 9 <= document["report"]["trials"]["total"] <= 10
    given = pinewright("optimize", script, "--bars", bars, "--space", space, "--out", out, "--trials", "20", "--json")
    assert given.code == 0, given.err


def test_an_indicator_comes_back_twice(pinewright: Pinewright, tmp_path: Path) -> None:
    source = SCRIPT.replace('strategy("Waves",  overlay=true) // mine', 'indicator("Waves", overlay = true)')
    source = source.replace(
        '    strategy.entry("L", strategy.long, qty=10000)\r\n', '    label.new(bar_index, high, "up")\r\n'
    )
    source = source.replace('    strategy.close("L")\r\n', '    label.new(bar_index, low, "down")\r\n')
    script, out = tmp_path / "waves.pine", tmp_path / "out"
    script.write_bytes(source.encode())
    bars = write_csv(waves(), tmp_path / "EURUSD.csv")
    alone = pinewright("optimize", script, "--bars", bars, "--out", out)
    assert alone.code == 2
    assert "--long" in alone.err
    sides = ("--long", "bar_index % 40 == wait", "--short", "bar_index % 40 == (wait + 20) % 40")
    flags = (*sides, "--objective", "net_profit", "--budget", "small", "--costs", "0.2")
    answer = pinewright("optimize", script, "--bars", bars, *flags, "--out", out)
    assert answer.code == 0, answer.err
    assert (out / "waves.pine").exists(), answer.out
    strategy, indicator = (out / name for name in ("waves_strategy.pine", "waves.pine"))
    assert "indicator(" in indicator.read_text()
    assert "strategy(" in strategy.read_text()
    for path in (strategy, indicator):
        assert pinewright("check", path).code == 0
    returned = indicator.read_bytes().decode()
    assert returned.count("\n") == returned.count("\r\n")
    body = returned.split(f"{END}\r\n")[1]
    assert re.sub(r"input.int\( \d+,", "input.int( 3,", f"//@version=6\r\n{body}") == source


def test_nothing_better_is_an_answer(pinewright: Pinewright, tmp_path: Path) -> None:
    script, out = tmp_path / "waves.pine", tmp_path / "out"
    script.write_bytes(SCRIPT.replace("input.int( 3,", "input.int( 9,").encode())
    bars = write_csv(waves(), tmp_path / "EURUSD.csv")
    answer = pinewright("optimize", script, "--bars", bars, "--out", out, "--budget", "small", "--costs", "0.2")
    assert answer.code == 0, answer.err
    # The word alone would read as a judgement of the script: the sentence says what was done.
    assert "verdict: worse than the default" in answer.out
    assert "The default is better, and the script is left as it was: " in answer.out
    assert "more for the evidence" not in answer.err  # the whole grid is tried
    assert not (out / "waves.pine").exists()
    assert (out / "report.html").exists()


def test_a_script_without_inputs_cannot_be_optimised(pinewright: Pinewright, tmp_path: Path, bars_file: Path) -> None:
    script = tmp_path / "plain.pine"
    script.write_text('//@version=6\nstrategy("p")\nif close > open\n    strategy.entry("L", strategy.long)\n')
    answer = pinewright("optimize", script, "--bars", bars_file)
    assert answer.code == 2
    assert "no input that could vary" in answer.err
    assert not (tmp_path / "runs").exists()


def test_vary_and_fix_name_inputs(pinewright: Pinewright, tmp_path: Path, bars_file: Path) -> None:
    script = tmp_path / "waves.pine"
    script.write_bytes(SCRIPT.encode())
    answer = pinewright("optimize", script, "--bars", bars_file, "--vary", "wiat")
    assert answer.code == 2
    assert "wait" in answer.err


def test_a_search_never_takes_the_place_of_the_script_it_was_given(pinewright: Pinewright, tmp_path: Path) -> None:
    script = tmp_path / "waves.pine"
    script.write_bytes(SCRIPT.encode())
    bars = write_csv(waves(40 * 100), tmp_path / "EURUSD.csv")
    answer = pinewright("optimize", script, "--bars", bars, "--out", tmp_path, "--budget", "small")
    assert answer.code == 2
    assert "your own" in answer.err
    assert script.read_bytes() == SCRIPT.encode()
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["EURUSD.csv", "waves.pine"]


def test_a_default_that_is_a_formula_is_told_before_the_search(
    pinewright: Pinewright, tmp_path: Path, bars_file: Path
) -> None:
    script, out = tmp_path / "waves.pine", tmp_path / "out"
    script.write_bytes(SCRIPT.replace("input.int( 3,", "input.int( 1 + 2,").encode())
    answer = pinewright("optimize", script, "--bars", bars_file, "--out", out)
    assert answer.code == 2
    assert "'wait' is an expression" in answer.err
    assert not out.exists()
    answer = pinewright("optimize", script, "--bars", bars_file, "--out", out, "--budget", "small", "--fix", "wait")
    assert answer.code == 2
    assert "no input that could vary" in answer.err


def test_a_better_script_of_an_earlier_search_does_not_stay(pinewright: Pinewright, tmp_path: Path) -> None:
    script, out = tmp_path / "waves.pine", tmp_path / "out"
    script.write_bytes(SCRIPT.encode())
    bars = write_csv(waves(), tmp_path / "EURUSD.csv")
    call = ("optimize", script, "--bars", bars, "--out", out, "--budget", "small", "--costs")
    assert pinewright(*call, "0.2").code == 0
    assert (out / "waves.pine").exists()
    # So dear that nothing earns money.
    answer = pinewright(*call, "90")
    assert answer.code == 0
    assert "The default is better" in answer.out
    assert not (out / "waves.pine").exists()
    assert "removed" in answer.err
