"""What a user asks of the search space, by flags and by a file, before the script's inputs are known.

``--vary fast`` over its own range, ``--vary fast=5:50:1`` (a step is optional), ``--vary kind=SMA,EMA`` these values;
``--fix slow`` at its default, ``--fix slow=40`` at that value; ``--where "fast + 5 <= slow"``. Where anything is asked
to vary, nothing else does. Flags stand above the file: they replace what it says of the same input, and ``--vary`` adds
to what varies in it.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pinewright.errors import SearchError
from pinewright.optimize.ranges import Fixed, Range, Values, resolve
from pinewright.optimize.space import Space
from pinewright.optimize.space_entries import read_entries
from pinewright.program import InputKind, ProgramInput


@dataclass(frozen=True)
class Asked:
    """vary: names of the inputs that vary, None for all that can; ranges: values for some of them. fixed: inputs that
    do not vary. where: conditions. by_name: whether pairs of names such as fast and slow are kept in order as well.
    """

    vary: tuple[str, ...] | None = None
    ranges: tuple[Range | Values, ...] = ()
    fixed: tuple[Fixed, ...] = ()
    where: tuple[str, ...] = ()
    by_name: bool = True

    def space(self, inputs: Sequence[ProgramInput]) -> Space:
        """The space of these inputs. An input that is fixed at a value has it in ``Space.defaults``, and the script's
        own default in ``Space.own``. SearchError as by ``Space.of``, and for an input that is to vary and is fixed.
        """
        still = {resolve(one.name, inputs, one.where) for one in self.fixed}
        wheres = {one.name: one.where for one in self.ranges}
        for name in self.vary or ():
            if resolve(name, inputs, wheres.get(name, "--vary")) in still:
                raise SearchError(f"input {name!r} is to vary and is fixed", hint="take out --vary or --fix")
        return Space.of(
            inputs,
            vary=self.vary,
            ranges=self.ranges,
            held=self.fixed,
            where=self.where,
            ordered=None if self.by_name else (),
        )

    def compiled_in(self, inputs: Sequence[ProgramInput]) -> tuple[Values, ...]:
        """Texts that were asked for of inputs without options (a time frame, a session, a symbol).

        A program knows the texts that it was compiled with: it has to be compiled again, with these in place of the
        input's own, before ``space`` can give its space.
        """
        lone = {one.name: one for one in inputs if one.kind is InputKind.STRING and len(one.options) == 1}
        found = [one for one in self.ranges if isinstance(one, Values)]
        found += [Values(one.name, (one.text,), one.where) for one in self.fixed if one.text is not None]
        named = [Values(resolve(one.name, inputs, one.where), one.texts, one.where) for one in found]
        return tuple(one for one in named if one.name in lone and one.texts != lone[one.name].options)


def parse_asked(vary: Sequence[str], fix: Sequence[str], where: Sequence[str], file: Path | None = None) -> Asked:
    """What the flags and the file ask for; SearchError for a text that is none of the forms, and a broken file."""
    varied = [_varied(text) for text in vary]
    fixed = tuple(_fixed(text) for text in fix)
    _distinct([name for name, _ in dict.fromkeys(varied)], "--vary")
    _distinct([one.name for one in dict.fromkeys(fixed)], "--fix")
    names = tuple(dict.fromkeys(name for name, _ in varied))
    ranges = tuple(dict.fromkeys(found for _, found in varied if found is not None))
    if file is None:
        return Asked(names or None, ranges, fixed, tuple(where))
    said = read_entries(file)
    taken = {*names, *(one.name for one in fixed)}
    base = None if said.vary is None else [name for name in said.vary if name not in taken]
    return Asked(
        tuple(base + list(names)) if base is not None else names or None,
        (*(one for one in said.ranges if one.name not in taken), *ranges),
        (*(one for one in said.fixed if one.name not in taken), *fixed),
        (*(said.where or ()), *where),
        by_name=said.where is None,
    )


def _varied(text: str) -> tuple[str, Range | Values | None]:
    name, equals, value = (part.strip() for part in text.partition("="))
    hint = "NAME, NAME=LOW:HIGH:STEP, NAME=LOW:HIGH or NAME=a,b,c"
    if not name or (equals and not value):
        raise SearchError(f"{text!r} names no input and values", where="--vary", hint=hint)
    if not equals:
        return name, None
    where = f"--vary {text}"
    numbers = _numbers(value)
    if numbers is not None and len(numbers) > 3:
        raise SearchError(f"{value!r} is no range", where=where, hint=hint)
    if numbers is not None:
        return name, Range(name, numbers[0], numbers[1], numbers[2] if len(numbers) == 3 else None, where)
    # Texts may hold a comma of their own: --vary 'kind="a, b",c'.
    texts = tuple(one.strip() for one in next(csv.reader([value], skipinitialspace=True)))
    if not all(texts):
        raise SearchError(f"an empty value in {value!r}", where=where, hint=hint)
    return name, Values(name, texts, where)


def _numbers(value: str) -> tuple[float, ...] | None:
    """The numbers between colons, None where there is no colon or something else."""
    try:
        found = tuple(float(part) for part in value.split(":"))
    except ValueError:
        return None
    return found if len(found) > 1 else None


def _fixed(text: str) -> Fixed:
    name, equals, value = (part.strip() for part in text.partition("="))
    if not name or (equals and not value):
        raise SearchError(f"{text!r} names no input", where="--fix", hint="NAME or NAME=VALUE")
    return Fixed(name, value if equals else None, f"--fix {text}")


def _distinct(names: Sequence[str], where: str) -> None:
    twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
    if twice is not None:
        raise SearchError(f"input {twice!r} stands there twice", where=where, hint="name each input once")
