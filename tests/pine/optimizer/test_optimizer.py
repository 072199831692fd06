"""The optimizer as a whole: errors, lines, order of rewrites."""

from __future__ import annotations

import pytest

from pinewright.errors import PineError
from pinewright.pine.optimizer import Optimized, PerformanceOptimizer, Rewrite, optimize_source

SCRIPT = '//@version=6\nstrategy("s")\nunread = 1\nplot(ta.sma(close, 5))\nplot(ta.sma(close, 5))\nunread2 = 1\n'


def test_rewrites_name_lines_of_the_script_as_it_was_given() -> None:
    done = optimize_source(SCRIPT)
    assert done == Optimized(
        '//@version=6\nstrategy("s")\nsma5 = ta.sma(close, 5)\nplot(sma5)\nplot(sma5)\n',
        (
            Rewrite("PW604", "nothing reads `unread`", 3),
            Rewrite("PW601", "`ta.sma(close, 5)` stands 2 times: computed once, as `sma5`", 4),
            Rewrite("PW604", "nothing reads `unread2`", 6),
        ),
    )
    assert PerformanceOptimizer().optimize(SCRIPT) == done


def test_a_script_with_errors_is_refused_with_its_frames() -> None:
    with pytest.raises(PineError, match=r"1 error in the script\nmy\.pine:3:6: error\[PW101\]") as caught:
        optimize_source('//@version=6\nindicator("s")\nplot(clsoe)\n', "my.pine")
    assert caught.value.where == "my.pine"


def test_older_versions_are_refused() -> None:
    with pytest.raises(PineError, match="v4"):
        optimize_source('//@version=4\nstudy("s")\nplot(close)\n')


LINKS = range(240)


@pytest.mark.parametrize(
    "deep",
    [
        "x = " + " + ".join("close" for _ in LINKS),
        "x = " + "".join(f"close > {place} ? {place} : " for place in LINKS) + "0",
        "x = 0\nif close > 0\n    x := 1" + "".join(f"\nelse if close > {n}\n    x := {n}" for n in LINKS),
    ],
)
def test_deep_scripts_are_read(deep: str) -> None:
    source = f'//@version=6\nindicator("s")\n{deep}\nplot(x)\nplot(ta.sma(x, 2) + ta.sma(x, 2))\n'
    assert "smaX2" in optimize_source(source).source
