"""From version to version: the steps, their rounds, and the places of it all in the script as it was given."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import count

from pinewright.errors import UsageError
from pinewright.pine.diagnostics import Diagnostic, Severity
from pinewright.pine.draft import Change, Draft, Trace
from pinewright.pine.migrate.stage import Stage
from pinewright.pine.migrate.steps import STEPS, WORDS, Phase
from pinewright.pine.parser import parse

NEWEST = 6
TARGETS = (6, 5)
_MOST_ROUNDS = 40
_UNREAD = "a statement with an error of syntax is left as it is"
_MODERN = re.compile(r"^indicator\(|\bta\.\w+\(|\binput\.(?:int|float|bool|string|source|timeframe)\(", re.MULTILINE)


@dataclass(frozen=True)
class Migration:
    """A script in another version.

    ``source`` is the new text, ``changes`` what was done, in the order of the script as it was given, ``not_carried``
    what was left as it is because no text of the new version is known to mean the same: lines are those of the script
    as given. ``source`` may have errors where something was not carried over: check it.
    """

    source: str
    from_version: int
    to_version: int
    changes: tuple[Change, ...]
    not_carried: tuple[Diagnostic, ...]


def migrate(source: str, to: int = NEWEST) -> Migration:
    """The script in version ``to``, 6 or 5, as edits of its text: what no rule touches stays as it is written.

    A script without a version comment is of v1, as TradingView reads it, unless it calls functions of v5. Raises
    UsageError for another ``to``, or for a script of a version that is not known.
    """
    if to not in TARGETS:
        raise UsageError(f"no migration to version {to}", hint=f"legal: {', '.join(map(str, TARGETS))}")
    version = version_in(source)
    if not 1 <= version <= NEWEST:
        raise UsageError(f"Pine v{version} is not known", hint=f"versions 1 to {NEWEST} are read")
    run = _Run(source, version)
    if version < 5:
        run.phase(WORDS)
    while run.version != to:
        run.step(run.version - 1 if run.version > to else run.version + 1)
    changes = sorted(run.changes, key=lambda item: (item.span.start, item.code))
    refused = sorted(run.refused, key=lambda item: (item.span.start, item.code))
    return Migration(run.text, version, to, _joined(changes), tuple(refused))


def version_in(source: str) -> int:
    """The version that a script is of."""
    told = parse(source)[0].version
    if told is not None:
        return told
    return 5 if _MODERN.search(source) else 1


class _Run:
    """A script on its way through the steps."""

    def __init__(self, source: str, version: int):
        self.text = source
        self.version = self.first = version
        self.trace = Trace(source)
        self.changes: list[Change] = []
        self.refused: list[Diagnostic] = []
        self.last: Stage | None = None

    def step(self, to: int) -> None:
        """One version on, or back."""
        self.unread()
        for phase in STEPS[self.version, to]:
            self.phase(phase)
        self.version = to

    def unread(self) -> None:
        """What the parser cannot read is not carried over."""
        for finding in parse(self.text)[1]:
            if finding.severity is Severity.ERROR:
                span = self.trace.back(finding.span)
                self.refuse(Diagnostic("PW790", _UNREAD, span, finding.message, Severity.WARNING))

    def refuse(self, finding: Diagnostic) -> None:
        """Note what is not carried over, once a line, whatever the round."""
        if not any(
            (one.code, one.message, one.span.line) == (finding.code, finding.message, finding.span.line)
            for one in self.refused
        ):
            self.refused.append(finding)

    def phase(self, phase: Phase) -> None:
        """Rounds of some rules, until no change has to wait for the next one."""
        for number in count(1):
            stage = self.stage_of(phase.version)
            for rule in phase.rules:
                rule(stage)
            draft = stage.draft
            self.changes += [replace(item, span=self.trace.back(item.span)) for item in draft.changes]
            again = draft.postponed and bool(draft.changes) and number < _MOST_ROUNDS
            for item in draft.refused:
                self.refuse(replace(item, span=self.trace.back(item.span)))
            if draft.changes:
                self.trace = self.trace.then(draft.edits())
                self.text = draft.apply()
            if not again:
                return

    def stage_of(self, version: int) -> Stage:
        """A stage with a new draft; that of the phase before where the text is still the same."""
        last = self.last
        if last is not None and last.source == self.text and last.version == version:
            last.draft = Draft(self.text)
            return last
        self.last = Stage(self.text, version, self.first)
        return self.last


def _joined(changes: list[Change]) -> tuple[Change, ...]:
    """Version comments are changed once, whatever the number of steps; equal lines are told once."""
    versions = [item for item in changes if item.code == "PW701"]
    kept = [item for item in changes if item.code != "PW701"]
    return tuple(dict.fromkeys([*versions[-1:], *kept]))
