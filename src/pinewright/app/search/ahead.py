"""Compiling ahead: the first run on a machine shares its compiling with other processes, through the cache on disk.

LLVM works for one thread of a process at a time. So where a run finds scripts that were never compiled, a few helper
processes compile them from the last to the first, and then the kernels that look at charts, while the run itself goes
from the first to the last. Both look into the cache before each; neither waits for the other. A helper that fails or
is ended costs time and nothing else, and what is computed is the same.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from pinewright.backtest.code import is_compiled, script_object
from pinewright.log import StructuredLogger
from pinewright.machine.code_folder import use_folder
from pinewright.program import Program

log = StructuredLogger(__name__)

MOST: Final = 3
"""Helpers at most: each takes about a second to start, all ten families take about ten to compile."""
FEWEST: Final = 3
"""Scripts to compile below which a helper is not worth its start."""
PICTURES: Final = ""
"""Stands for the kernels that draw and read charts, in a list of scripts."""
COMMAND: Final = f"from {__name__} import main; main()"
"""What a helper runs; not ``-m``, and nothing of the program that imports this."""


@dataclass
class Ahead:
    """Helper processes of one run, ended with the ``with`` block. cache_dir: folder of compiled objects, None for the
    user's. helpers: how many processes may help, none where that is below 1."""

    cache_dir: Path | None
    helpers: int
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def begin(self, programs: Sequence[Program], texts: Sequence[str]) -> int:
        """Starts helpers for the programs that are not in the cache; ``texts`` are their Pine. Gives how many."""
        missing = [
            text for program, text in zip(programs, texts, strict=True) if not is_compiled(program, self.cache_dir)
        ]
        if len(missing) < FEWEST or not sys.executable:
            return 0
        tasks = [*reversed(missing), PICTURES]
        count = max(min(self.helpers, MOST), 0)
        for k in range(count):
            self._start(tasks[k::count])
        return len(self._running)

    def _start(self, tasks: Sequence[str]) -> None:
        command = [sys.executable, "-c", COMMAND]
        asked = json.dumps({"cache": None if self.cache_dir is None else str(self.cache_dir), "tasks": tasks})
        # A group of its own: Ctrl-C is for the run, which ends its helpers.
        group: dict[str, Any] = (
            {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
            if sys.platform == "win32"
            else {"start_new_session": True}
        )
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **group
            )
        except OSError as error:
            log.info("no helper compiles ahead", reason=str(error))
            return
        self._running.append(process)
        with contextlib.suppress(OSError):  # it has ended already
            assert process.stdin is not None
            process.stdin.write(asked.encode())
            process.stdin.close()

    def end(self) -> None:
        """Ends the helpers that still run."""
        for process in self._running:
            process.terminate()
        for process in self._running:
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()


def main() -> None:
    """A helper: compiles what standard input names, into the cache."""
    asked = json.load(sys.stdin)
    folder = None if asked["cache"] is None else Path(asked["cache"])
    use_folder(folder)
    for task in asked["tasks"]:
        if task == PICTURES:
            _compile_pictures(folder)
        else:
            _compile_script(task, folder)


def _compile_script(text: str, folder: Path | None) -> None:
    from pinewright.pine.checker import check
    from pinewright.pine.compiler import compile_script

    script_object(compile_script(check(text), "ahead"), folder)


def _compile_pictures(folder: Path | None) -> None:
    """Compiles what looks at the charts of entries, by looking at one."""
    import numpy as np

    from pinewright.data.simulate import simulated_bars
    from pinewright.patterns.picture.opinion import ChartOpinion

    bars = simulated_bars(1, "1h", days=10, warmup=0)
    ChartOpinion(cache_dir=folder).scores(bars, np.array([len(bars) - 1], dtype=np.int64))
