"""The memory of a search on disk: one file a batch, written whole or not at all, so that a run can go on."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Final

import numpy as np

from pinewright.errors import OutputError
from pinewright.market import FloatArray
from pinewright.optimize.evaluation import Evaluation

_NAME: Final = "batch-{:06d}.npz"


class Journal:
    """Batches of one search under ``folder/key``; other settings have another key, so runs never mix.

    A batch is given back only for exactly the parameters it was written for. A file that cannot be read counts as
    absent: its batch is computed again.
    """

    def __init__(self, folder: Path, key: str):
        self.folder = folder / key
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"cannot make the folder of the search: {error.strerror}", where=str(folder)) from error

    def read(self, number: int, parameters: FloatArray) -> Evaluation | None:
        """Batch ``number`` if it was finished for these parameters [P, K]."""
        try:
            # numpy leaves a file open that it finds broken, so the file is ours.
            with (self.folder / _NAME.format(number)).open("rb") as file, np.load(file, allow_pickle=False) as stored:
                if not np.array_equal(stored["parameters"], parameters):
                    return None
                return Evaluation(tuple(str(name) for name in stored["names"]), stored["values"])
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None

    def write(self, number: int, parameters: FloatArray, evaluation: Evaluation) -> None:
        """Stores a finished batch; the rename makes it appear at once."""
        path = self.folder / _NAME.format(number)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        try:
            with partial.open("wb") as file:
                np.savez(file, parameters=parameters, names=np.array(evaluation.names), values=evaluation.values)
            partial.replace(path)
        except OSError as error:
            raise OutputError(f"cannot write the state of the search: {error.strerror}", where=str(path)) from error
