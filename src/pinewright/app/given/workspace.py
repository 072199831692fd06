"""The folder of a run: checked before any work is done, with the state of the search inside."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Collection, Iterator
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

    def refuse_to_replace(self, source: Path) -> None:
        """OutputError where a script of the name of ``source`` in this folder would be ``source`` itself."""
        target = self.folder / source.name
        if target.exists() and target.samefile(source):
            raise OutputError(
                "the script found would take the place of your own",
                where=str(target),
                hint="choose another folder with --out",
            )

    def scripts(self) -> tuple[str, ...]:
        """Names of the scripts that the report in this folder says were delivered with it."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            document = json.loads((self.folder / "report.json").read_text(encoding="utf-8"))
            if document["kind"] == "run" or document["optimize"]["better"]:
                names = {str(one["file"]) for one in document["strategies"]}
                return tuple(sorted(name for name in names if name == Path(name).name and name.endswith(".pine")))
        return ()

    def remove(self, names: Collection[str]) -> tuple[Path, ...]:
        """Delete files of this folder; the paths of those that were there."""
        gone = []
        for path in (self.folder / name for name in names):
            with contextlib.suppress(OSError):
                path.unlink()
                gone.append(path)
        return tuple(gone)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """The folder for one run alone: OutputError while another one writes into it. A killed run leaves no lock."""
        from filelock import FileLock, Timeout

        self.state.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.state / "run.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise OutputError(
                "another run is writing into this folder", where=str(self.folder), hint="choose another one with --out"
            ) from None
        try:
            yield
        finally:
            lock.release()

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
