"""Compiling, joining sources, the cache on disk, and calls from many threads."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from pinewright.errors import KernelError
from pinewright.machine.code_folder import default_folder, use_folder
from pinewright.machine.kernel import (
    Floats,
    Ints,
    Module,
    Struct,
    address,
    addresses,
    compile_module,
    compile_object,
    compile_text,
    declare,
    kernel,
    kernel_source,
    link,
    native,
    peek,
    source_key,
)
from pinewright.machine.kernel.object_cache import Object, ObjectCache

SCALE = 3


class State(Struct):
    total: float
    count: int


step = declare("step", (int, Floats, State), None)


@kernel(inline=True)
def _add(s: State, x: float) -> None:
    s.total += SCALE * x
    s.count += 1


@kernel(noalias=True)
def _run(n: int, x: Floats, s: State) -> float:
    for i in range(n):
        step(i, x, s)
    return s.total


STEP = """
@kernel(inline=True)
def step(i: int, x: Floats, s: State) -> None:
    if x[i] > LIMIT:
        add(s, x[i])
"""


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    native.forget()


def _build() -> Module:
    module = Module("joined").add(_run)
    module.add_source(STEP, {"add": _add, "State": State, "LIMIT": 0.5})
    return module


def _never() -> Module:
    raise AssertionError("the module was built although the cache has it")


def _call(compiled: native.Native, values: list[float]) -> tuple[float, int]:
    x, state = np.array(values), np.zeros(1, State.dtype())
    result = compiled.function("_run")(len(values), address(x), address(state))
    assert result == state["total"][0]
    return float(result), int(state["count"][0])


def test_a_declared_function_is_joined_with_its_definition(monkeypatch: pytest.MonkeyPatch) -> None:
    module = _build()
    assert _call(compile_module(module, ["_run"], cache=False), [0.0, 1.0, 2.0]) == (9.0, 2)
    monkeypatch.setattr(step, "python", module.functions["step"])
    assert _run(3, [0.0, 1.0, 2.0], State()) == 9.0


def test_only_exports_are_visible() -> None:
    text = _build().ir(["_run"])
    assert "define double @_run(" in text
    assert "define internal void @step(" in text
    assert text.count("define void") == 0


def test_equal_names_of_different_functions_do_not_meet() -> None:
    first = kernel_source("def f() -> int:\n    return 1")["f"]
    text = "def g() -> int:\n    return 10 * other() + f()\ndef f() -> int:\n    return 2"
    module = Module("names")
    module.add_source(text, {"other": first})
    assert compile_module(module, ["g"], cache=False).function("g")() == 12


def test_second_time_nothing_is_built(tmp_path: Path) -> None:
    first = compile_module(_build, ["_run"], key="a", cache=tmp_path)
    native.forget()
    second = compile_module(_never, ["_run"], key="a", cache=tmp_path)
    assert (first.cached, second.cached) == (False, True)
    assert _call(first, [1.0]) == _call(second, [1.0]) == (3.0, 1)
    with pytest.raises(AssertionError):
        compile_module(_never, ["_run"], key="b", cache=tmp_path)
    with pytest.raises(AssertionError):
        compile_module(_never, ["_run", "step"], key="a", cache=tmp_path)


def test_the_process_remembers_the_objects_used_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "_RECENT", 2)
    compile_module(_build, ["_run"], key="a", cache=tmp_path / "one")
    assert compile_module(_never, ["_run"], key="a", cache=tmp_path / "two").cached
    for key in ("b", "c"):
        compile_module(_build, ["_run"], key=key, cache=tmp_path / "two")
    with pytest.raises(AssertionError):
        compile_module(_never, ["_run"], key="a", cache=tmp_path / "two")
    with pytest.raises(AssertionError):
        compile_module(_never, ["_run"], key="c", cache=False)


def test_without_a_key_the_code_itself_is_the_key(tmp_path: Path) -> None:
    assert not compile_module(_build, ["_run"], cache=tmp_path).cached
    assert compile_module(_build(), ["_run"], cache=tmp_path).cached


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "head"])
def test_a_damaged_object_is_made_again(tmp_path: Path, damage: str, capsys: pytest.CaptureFixture[str]) -> None:
    compile_module(_build, ["_run"], key="a", cache=tmp_path)
    (path,) = tmp_path.glob("*.kernel")
    data = path.read_bytes()
    broken = {"cut": data[:-9], "flip": data[:-1] + bytes([data[-1] ^ 1]), "empty": b"", "head": b"x" + data[1:]}
    path.write_bytes(broken[damage])
    native.forget()
    again = compile_module(_build, ["_run"], key="a", cache=tmp_path)
    assert not again.cached
    assert _call(again, [1.0]) == (3.0, 1)
    native.forget()
    assert compile_module(_never, ["_run"], key="a", cache=tmp_path).cached
    assert "damaged" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    compiled = compile_module(_build, ["_run"], key="a", cache=tmp_path / "file" / "kernels")
    assert _call(compiled, [1.0]) == (3.0, 1)


def test_the_oldest_objects_go_first(tmp_path: Path) -> None:
    store = ObjectCache(tmp_path, limit=3200)
    for number in range(6):
        store.write(str(number), Object("", {}, {}, bytes(900)))
        os.utime(store.path(str(number)), (number, number))
    kept = sorted(path.stem for path in tmp_path.glob("*.kernel"))
    assert kept == ["3", "4", "5"]
    assert not list(tmp_path.glob(".*"))


def test_default_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINEWRIGHT_CACHE_DIR", str(tmp_path))
    assert default_folder() == tmp_path / "kernels"
    compile_module(_build, ["_run"], key="a")
    assert len(list((tmp_path / "kernels").iterdir())) == 1
    monkeypatch.delenv("PINEWRIGHT_CACHE_DIR")
    assert default_folder().parts[-2:] == ("pinewright", "kernels")


def test_a_program_may_choose_the_folder(tmp_path: Path) -> None:
    try:
        use_folder(tmp_path / "chosen")
        compile_module(_build, ["_run"], key="b")
        assert len(list((tmp_path / "chosen").iterdir())) == 1
    finally:
        use_folder(None)


def test_objects_hold_no_absolute_address() -> None:
    """The same text gives the same bytes, wherever the C library happens to lie."""
    source = "def f(x: float) -> float:\n    return math.exp(x) + math.tan(x) + x % 3"
    code = compile_text(Module("m").add(kernel_source(source)["f"]).ir())
    assert code == compile_text(Module("m").add(kernel_source(source)["f"]).ir())
    assert b"exp" in code
    assert b"tan" in code


def test_source_key_follows_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = 1")
    before = source_key(path)
    path.write_text("x = 2")
    assert source_key(path) != before == source_key(_written(path, "x = 1"))
    assert source_key(native) != source_key(native, path)


def _written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_threads_compile_and_call_together(tmp_path: Path) -> None:
    def work(number: int) -> tuple[float, int]:
        compiled = compile_module(_build, ["_run"], key=str(number % 3), cache=tmp_path)
        return _call(compiled, [float(number)] * 2000)

    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(work, range(1, 25)))
    assert results == [(3.0 * number * 2000, 2000) for number in range(1, 25)]


def test_one_function_runs_in_several_threads_without_the_gil() -> None:
    """The calls wait for each other: with the GIL held the first would never end."""
    source = """
def meet(flags: Ints, own: int, other: int) -> int:
    flags[own] = 1
    rounds = 0
    while peek(flags, other) == 0:
        rounds += 1
        if rounds > 100000000000:
            return -1
    return 1
"""
    module = Module("meet")
    module.add_source(source)
    meet = compile_module(module, ["meet"], cache=False).function("meet")
    flags = np.zeros(2, dtype=np.int64)
    results: list[int] = []
    threads = [
        threading.Thread(target=lambda own=own: results.append(meet(address(flags), own, 1 - own))) for own in (0, 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [1, 1]


def test_the_function_keeps_its_code() -> None:
    function = compile_module(_build, ["_run"], cache=False).function("_run")
    for _ in range(3):
        compile_module(_build, ["_run"], cache=False)
    state = np.zeros(1, State.dtype())
    assert function(1, address(np.ones(1)), address(state)) == 3.0


def test_bad_arrays_and_bad_ir() -> None:
    with pytest.raises(KernelError, match="contiguous"):
        address(np.zeros((4, 4))[:, 1])
    with pytest.raises(KernelError, match="float64, not int64"):
        addresses([np.zeros(3, dtype=np.int64)])
    with pytest.raises(KernelError, match="LLVM refuses"):
        compile_text("define nonsense")


def test_peek_in_plain_python() -> None:
    flags: Ints = [4, 5]
    assert peek(flags, 1) == 5


ENGINE = """
def run(n: int, x: Floats, s: State) -> float:
    for i in range(n):
        step(i, x, s)
    return s.total

def positive(x: float) -> bool:
    return x > 0.0
"""


def _engine() -> Module:
    module = Module("engine").add(_kept)
    module.add_source(ENGINE, {"step": step, "State": State})
    return module


@kernel
def _kept(s: State, x: float, really: bool) -> bool:
    if really:
        s.total += x
    return really


def _script(text: str = "if kept(s, x[i], x[i] > 1.0):\n        s.count += 1") -> Module:
    module = Module("script").use(_kept)
    module.add_source(f"def step(i: int, x: Floats, s: State) -> None:\n    {text}", {"kept": _kept, "State": State})
    return module


def test_modules_compiled_apart_call_each_other(tmp_path: Path) -> None:
    for cached in (False, True):
        engine = compile_object(_engine, ["run", "_kept"], key="engine", cache=tmp_path)
        joined = compile_module(_script, ["step"], key="script", cache=tmp_path, libraries=[engine])
        assert joined.cached == cached
        x, state = np.array([1.0, 2.0, 3.0]), np.zeros(1, State.dtype())
        assert joined.function("run")(3, address(x), address(state)) == 5.0
        assert state["count"][0] == 2
    assert "define" not in _script().ir().replace("define void @step", "")


def test_objects_that_do_not_fit_are_refused() -> None:
    engine = compile_object(_engine, ["run", "_kept"], cache=False)
    with pytest.raises(KernelError, match="'step' is called but defined nowhere"):
        link(engine)
    other = kernel_source("def step(i: int, x: Floats) -> None:\n    pass")["step"]
    with pytest.raises(KernelError, match=r"'step' is called as \(int, Floats, State@\w+\) -> None but defined as"):
        compile_module(Module("script").add(other), ["step"], cache=False, libraries=[engine])
    with pytest.raises(KernelError, match="'step' is defined twice"):
        link(engine, *[compile_object(_script, ["step"], cache=False)] * 2)
    with pytest.raises(KernelError, match="in the module already"):
        _script().add(_kept)


def test_the_layout_of_structs_is_compared() -> None:
    class Changed(Struct):
        total: float
        count: float

    Changed.__name__ = "State"
    text = "def step(i: int, x: Floats, s: State) -> None:\n    pass"
    module = Module("script")
    module.add_source(text, {"State": Changed})
    engine = compile_object(_engine, ["run", "_kept"], cache=False)
    with pytest.raises(KernelError, match="is called as"):
        compile_module(module, ["step"], cache=False, libraries=[engine])
