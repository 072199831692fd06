"""The folder of a run: checked before any work is done, with the state of the search inside."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from pinewright.errors import OutputError

STATE = "search-state"


@dataclass(frozen=True)
class Workspace:
    """``folder`` takes what is delivered, ``state`` what a search needs to go on."""

    folder: Path

    @property
    def state(self) -> Path:
        return self.folder / STATE

    def prepare(self) -> None:
        """Make the folder and prove that it can be written; OutputError else, with nothing left behind."""
        made = not self.folder.exists()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.folder):
                pass
        except OSError as error:
            if made and self.folder.is_dir():
                self.folder.rmdir()
            raise OutputError(
                f"cannot be written: {error.strerror}", where=str(self.folder), hint="choose another folder with --out"
            ) from error
