"""What the tests of the rules share: a script before and after, as short as it can be."""

from __future__ import annotations

from pinewright.pine.checker import check
from pinewright.pine.optimizer import Optimized, optimize_source

from ..compiler.support import case, compiled_as_python, random_bars

BARS = random_bars(3, 120)


def after(body: str, *, version: int = 6, kind: str = "indicator") -> Optimized:
    """What becomes of the lines of a script below its declaration."""
    done = optimize_source(f'//@version={version}\n{kind}("t")\n{body}')
    assert check(done.source).ok
    again = optimize_source(done.source)
    assert (again.source, again.rewrites) == (done.source, ())
    return done


def lines(body: str, *, version: int = 6, kind: str = "indicator") -> str:
    """The same, as text without the head."""
    return "".join(after(body, version=version, kind=kind).source.splitlines(keepends=True)[2:])


def stays(body: str, *, version: int = 6, kind: str = "indicator") -> None:
    """Nothing is rewritten."""
    done = after(body, version=version, kind=kind)
    assert done.rewrites == (), done.source


def same_orders(body: str, *, version: int = 6) -> str:
    """What becomes of a strategy; it must give the same orders on all bars."""
    source = f'//@version={version}\nstrategy("t")\n{body}'
    done = after(body, version=version, kind="strategy")
    before, now = (compiled_as_python(case(text, BARS)) for text in (source, done.source))
    assert repr(now) == repr(before), done.source
    assert before
    return "".join(done.source.splitlines(keepends=True)[2:])
