"""Reading and checking scripts, beside pynescript: python -m benchmarks.front_end [FOLDER] [--peer N] [--repeat R].

CPU milliseconds for 400 tokens, warm, one process a side: ``parse`` is text to tree, ``check`` is text to all findings.
Without a FOLDER of .pine files the scripts are those that Pinewright generates and the examples of its rules. The peer
parses N of them (it takes seconds a script), and the ratio is over these. The second table shows the growth: one script
of ever more statements.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.compile import scripts
from benchmarks.support.timing import Contender, machine
from pinewright.app.terminal.output import emit, emit_table
from pinewright.pine.checker import check
from pinewright.pine.lexer import tokenize
from pinewright.pine.parser import parse
from pinewright.pine.rules import rules

WARM = 5
GROWTH = (100, 1_000, 10_000)


def sources(folder: Path | None) -> list[str]:
    """The scripts, shortest first."""
    if folder is None:
        examples = [rule.right for rule in rules().values() if rule.right]
        return sorted([*scripts().values(), *examples], key=len)
    texts = (path.read_bytes().decode("utf-8-sig", "replace") for path in sorted(folder.rglob("*.pine")))
    return sorted((text for text in texts if "//@version=5" in text or "//@version=6" in text), key=len)


def measured(work: Callable[[str], object], texts: list[str], repeat: int) -> list[float]:
    """The least CPU milliseconds of each text."""
    for text in texts[:WARM]:
        work(text)
    found = []
    for text in texts:
        times = []
        for _ in range(repeat):
            start = time.process_time()
            work(text)
            times.append(1000.0 * (time.process_time() - start))
        found.append(min(times))
    return found


def ours(texts: list[str], repeat: int) -> tuple[list[float], list[float]]:
    """Milliseconds of parsing and of checking."""
    return measured(parse, texts, repeat), measured(check, texts, repeat)


def theirs(texts: list[str], repeat: int) -> list[float]:
    """Milliseconds of pynescript's parser; NaN where it refuses."""
    from pynescript import ast

    def work(text: str) -> None:
        try:
            ast.parse(text)
        except Exception:  # what it refuses still took its time
            return

    return measured(work, texts, repeat)


def growing(lines: int) -> str:
    """A script of this many statements."""
    body = "\n".join(f"v{k} = ta.sma(close, {k % 50 + 1}) + {'v' + str(k - 1) if k else 'open'}" for k in range(lines))
    return f'//@version=6\nindicator("growth")\n{body}\nplot(v{lines - 1})\n'


def per_400(milliseconds: list[float], tokens: list[int]) -> list[float]:
    """Milliseconds for 400 tokens, script by script."""
    return [400.0 * time / count for time, count in zip(milliseconds, tokens, strict=True)]


def summary(name: str, values: list[float]) -> tuple[str, str, str, str]:
    """A row: median, 95th percentile, greatest."""
    ordered = sorted(values)
    high = ordered[int(0.95 * (len(ordered) - 1))]
    return name, f"{statistics.median(ordered):.2f}", f"{high:.2f}", f"{ordered[-1]:.2f}"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path, nargs="?")
    options.add_argument("--peer", type=int, default=5)
    options.add_argument("--repeat", type=int, default=3)
    given = options.parse_args()
    texts = sources(given.folder)
    tokens = [len(tokenize(text).tokens) for text in texts]
    with Contender() as contender:
        parsed, checked = contender.run(ours, texts, given.repeat).answer
    emit(f"{machine()}; {len(texts)} scripts, {sum(tokens):,} tokens; CPU milliseconds for 400 tokens")
    rows = [summary("parse", per_400(parsed, tokens)), summary("check", per_400(checked, tokens))]
    if given.peer:
        middle = len(texts) // 2
        chosen = range(max(0, middle - given.peer // 2), min(len(texts), middle + (given.peer + 1) // 2))
        with Contender() as contender:
            peer = contender.run(theirs, [texts[k] for k in chosen], 1).answer
        rows.append(summary(f"pynescript, {len(peer)} scripts", per_400(peer, [tokens[k] for k in chosen])))
        ratio = sum(peer) / sum(parsed[k] for k in chosen)
        emit_table(("work", "median", "95 %", "greatest"), rows)
        emit(f"over the same scripts ours parses {ratio:,.0f} times as fast as pynescript")
    else:
        emit_table(("work", "median", "95 %", "greatest"), rows)
    with Contender() as contender:
        grown = [growing(lines) for lines in GROWTH]
        parsed, checked = contender.run(ours, grown, 1).answer
    rows = [
        (f"{lines:,}", f"{count:,}", f"{400 * one / count:.2f}", f"{400 * two / count:.2f}")
        for lines, count, one, two in zip(
            GROWTH, (len(tokenize(text).tokens) for text in grown), parsed, checked, strict=True
        )
    ]
    emit_table(("statements", "tokens", "parse", "check"), rows)


if __name__ == "__main__":
    main()
