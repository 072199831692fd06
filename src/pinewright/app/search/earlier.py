"""What these data have seen before this run: asked of the ledger, and written there, once for each run."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pinewright.app.terminal import output
from pinewright.app.words import optimize as texts_optimize
from pinewright.errors import OutputError
from pinewright.market import Bars
from pinewright.optimize.evaluation import Evaluator
from pinewright.optimize.ledger import Entry, Ledger
from pinewright.optimize.marks import DataKey
from pinewright.optimize.results import Prior
from pinewright.optimize.search import SearchSettings
from pinewright.optimize.space import Space
from pinewright.optimize.split import Split


def run_key(evaluators: Sequence[Evaluator], spaces: Sequence[Space], parts: Split, settings: SearchSettings) -> str:
    """Names the work of a run: the same command again, or gone on with, has the same key on any number of threads."""
    words = (*(one.key for one in evaluators), *(one.key for one in spaces), parts, repr(settings))
    return hashlib.sha256(repr(words).encode()).hexdigest()[:32]


@dataclass(frozen=True, eq=False)
class Earlier:
    """A run in the ledger of ``folder``; None for none. A ledger that cannot be read or written is told, and the run
    goes on without it.
    """

    folder: Path | None
    key: str
    bars: Bars
    parts: Split
    command: str
    names: tuple[str, ...]
    seed: int

    def opening(self, trials: int) -> Prior:
        """What came before; and this run is counted, with its locked part opened."""
        if self.folder is None:
            return Prior()
        data = DataKey.of(self.bars, self.parts)
        try:
            ledger = Ledger(self.folder)
            prior = ledger.prior(data, without=self.key)
            if ledger.damaged:
                output.message(texts_optimize.LEDGER_DAMAGED.format(count=ledger.damaged, path=ledger.path))
            self._record(ledger, data, trials, opened=True)
        except OutputError as error:
            output.message(texts_optimize.NO_LEDGER.format(what=error.what, where=error.where))
            return Prior()
        return prior

    def stopped(self, trials: int) -> None:
        """Counts the trials of a run that was interrupted: they were looked at."""
        if self.folder is not None and trials:
            try:
                self._record(Ledger(self.folder), DataKey.of(self.bars, self.parts), trials, opened=False)
            except OutputError as error:
                output.message(texts_optimize.NO_LEDGER.format(what=error.what, where=error.where))

    def _record(self, ledger: Ledger, data: DataKey, trials: int, *, opened: bool) -> None:
        ledger.record(
            Entry(
                self.key,
                int(time.time() * 1000),
                self.command,
                self.names,
                trials,
                self.seed,
                str(self.bars.timeframe),
                data.searched,
                data.locked,
                opened,
            )
        )
