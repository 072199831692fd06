"""Fuzz the language's text side: python tools/fuzz_pine.py FOLDER... [--seconds 60] [--seed 0] [--atheris].

Scripts in the folders are the seeds. Without --atheris they are mutated by a seeded random generator, so that anyone
can run it; with it the coverage-guided fuzzer drives (pip install atheris). What must hold for any text:

- tokenize and parse never raise, tokens and findings lie in the text
- a text without syntax errors is printed; the print parses to an equal tree, prints the same again, keeps all comments

A text that breaks a law is written beside the report and ends the run with exit code 1.
"""

from __future__ import annotations

import argparse
import importlib
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from pinewright.pine.diagnostics import Severity
from pinewright.pine.lexer import tokenize
from pinewright.pine.parser import parse
from pinewright.pine.printer import print_script

LONGEST = 4_000  # characters of a seed that are mutated at a time
PIECES = (
    *"()[]<>=+-*/%?:,.\"'\\#\n\r\t é",
    *("\n    ", "\n        ", "\n  ", "\r\n", "\ufeff", "//", "//@version=5\n", '"""', "'''", "=>", ":=", "==", "+="),
    *("if ", "else", "else if ", "for ", "in ", "to ", "by ", "while ", "switch ", "var ", "varip ", "once ", "break"),
    *(
        "type T",
        "enum E",
        "method m(",
        "export ",
        "import a/b/1",
        "not ",
        "and ",
        "or ",
        "#region",
        "#FF9800",
        "1e",
        "5.",
    ),
    *("array<float> ", "float[] ", "map.new<string, float>()", "f(x) =>", "[a, b] = ", "series ", "true", "na"),
)


class BrokenLawError(Exception):
    """A text for which something does not hold that must hold for all."""


def check(text: str) -> None:
    """Raise BrokenLawError, or whatever the language raises, for a text that breaks a law."""
    tokens = tokenize(text)
    end = 0
    for token in tokens.tokens:
        if token.kind not in ("newline", "indent", "dedent", "end"):
            if token.start < end or not text.startswith(token.text, token.start):
                raise BrokenLawError(f"token {token} is not in its place")
            end = token.start + len(token.text)
    tree, found = parse(text)
    for finding in found:
        if not 0 <= finding.span.start <= finding.span.end <= len(text):
            raise BrokenLawError(f"finding outside of the text: {finding}")
    if any(finding.severity is Severity.ERROR for finding in found):
        return
    printed = print_script(tree)
    again, more = parse(printed)
    if again != tree or any(finding.severity is Severity.ERROR for finding in more):
        raise BrokenLawError(f"the print has another tree:\n{printed}")
    if print_script(again) != printed:
        raise BrokenLawError(f"the print is not printed alike:\n{printed}")
    if _comments(printed) != _comments(text):
        raise BrokenLawError(f"comments are lost:\n{printed}")


def _comments(text: str) -> Counter[str]:
    return Counter(comment.text for comment in tokenize(text).comments())


def mutate(text: str, others: Sequence[str], random_: random.Random) -> str:
    """The text with a few places changed: pieces put in, characters taken out, lines moved, parts of other seeds."""
    start = random_.randrange(max(1, len(text) - LONGEST))
    text = text[start : start + random_.randrange(1, LONGEST)]
    for _ in range(random_.randint(1, 8)):
        place = random_.randrange(len(text) + 1)
        kind = random_.random()
        if kind < 0.5:
            text = text[:place] + random_.choice(PIECES) + text[place + random_.choice((0, 0, 1, 3)) :]
        elif kind < 0.7:
            text = text[:place] + text[place + random_.randint(1, 12) :]
        elif kind < 0.85:
            lines = text.split("\n")
            at, to = random_.randrange(len(lines)), random_.randrange(len(lines))
            lines.insert(to, random_.choice(("", " ", "    ", "\t")) + lines.pop(at))
            text = "\n".join(lines)
        else:
            other = random_.choice(others)
            at = random_.randrange(len(other) + 1)
            text = text[:place] + other[at : at + random_.randint(1, 80)] + text[place:]
    return text


def run_random(seeds: Sequence[str], seconds: float, seed: int) -> tuple[int, str | None, str]:
    """Mutate and check until the time is over or a law is broken: how many texts, the breaking one, what it broke."""
    random_ = random.Random(seed)
    until = time.monotonic() + seconds
    count = 0
    while time.monotonic() < until:
        text = mutate(random_.choice(seeds), seeds, random_)
        count += 1
        try:
            check(text)
        except Exception as error:
            return count, shrink(text), f"{type(error).__name__}: {error}"
    return count, None, ""


def shrink(text: str) -> str:
    """A shorter text that breaks a law too."""
    size = len(text) // 2
    while size:
        place = 0
        while place < len(text):
            shorter = text[:place] + text[place + size :]
            if _breaks(shorter):
                text = shorter
            else:
                place += size
        size //= 2
    return text


def _breaks(text: str) -> bool:
    try:
        check(text)
    except Exception:
        return True
    return False


def run_atheris(seeds: Sequence[str], seconds: float, seed: int) -> None:
    """Hand the process over to atheris; it ends it."""
    try:
        atheris = importlib.import_module("atheris")  # by name, since it has no types
    except ImportError:
        sys.exit("atheris is not installed: pip install atheris, or leave --atheris out")
    folder = Path("fuzz_seeds")
    folder.mkdir(exist_ok=True)
    for place, text in enumerate(seeds):
        (folder / str(place)).write_bytes(text.encode("utf-8", "replace"))

    def one(data: bytes) -> None:
        check(data.decode("utf-8", "replace"))

    atheris.instrument_all()
    arguments = [sys.argv[0], f"-max_total_time={int(seconds)}", f"-seed={seed + 1}", "-max_len=4000", str(folder)]
    atheris.Setup(arguments, one)
    atheris.Fuzz()


def main(arguments: Sequence[str] | None = None, say: Callable[[str], object] = print) -> int:
    """The tool's front door; its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folders", nargs="+", type=Path, help="folders with .pine files, the seeds")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--atheris", action="store_true", help="let the coverage-guided fuzzer drive")
    parser.add_argument("--out", type=Path, default=Path("fuzz_broken.pine"), help="where a breaking text is written")
    given = parser.parse_args(arguments)
    files = sorted(file for folder in given.folders for file in folder.rglob("*.pine"))
    seeds = [file.read_text(encoding="utf-8", errors="replace") for file in files]
    if not seeds:
        parser.error("no .pine files there")
    if given.atheris:
        run_atheris(seeds, given.seconds, given.seed)
    count, broken, what = run_random(seeds, given.seconds, given.seed)
    if broken is None:
        say(f"{count:,} texts, no law broken")
        return 0
    with given.out.open("w", encoding="utf-8", newline="") as file:
        file.write(broken)
    say(f"text {count:,} breaks a law, written to {given.out}: {what}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
