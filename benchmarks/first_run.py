"""The first `pinewright run` on a machine beside the second: python -m benchmarks.first_run [--budget small]

``cold`` begins with an empty folder of compiled objects, ``warm`` with the one that the run before it filled. Two
threads let helper processes compile ahead, one thread does not; the last run has two threads and no helper. Each run is
a process of its own with a ledger of its own; CPU counts its helpers. The five scripts of all runs are the same to the
byte.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.support.timing import machine
from pinewright.app.terminal.output import emit, emit_table


class Cost(NamedTuple):
    """Seconds of one run on the clock and of the processor, and its scripts."""

    wall: float
    cpu: float
    scripts: dict[str, bytes]


def run(folder: Path, name: str, threads: int, options: list[str], *, helped: bool = True) -> Cost:
    """One run with the cache of ``folder`` and results in a folder of its own. helped: whether helpers may compile."""
    out = folder / name
    environment = {
        **os.environ,
        "PINEWRIGHT_CACHE_DIR": str(folder / f"cache-{threads}-{helped}"),
        "XDG_DATA_HOME": str(folder / f"data-{name}"),
    }
    alone = "" if helped else "from pinewright.app.search import ahead; ahead.MOST = 0; "
    program = f"{alone}from pinewright.app.cli import main; main()"
    command = [sys.executable, "-c", program, "run", *options, "--threads", str(threads), "--out", str(out)]
    used, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, env=environment, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    wall, now = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    return Cost(wall, cpu, {path.name: path.read_bytes() for path in sorted(out.glob("*.pine"))})


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--budget", default="small")
    options.add_argument("--days", default="10")
    chosen = options.parse_args()
    given = ["--budget", chosen.budget, "--days", chosen.days]
    emit(f"{machine()}; pinewright run {' '.join(given)}, seconds")
    rows, scripts = [], []
    with tempfile.TemporaryDirectory() as name:
        for threads in (1, 2):
            for state in ("cold", "warm"):
                cost = run(Path(name), f"{state}-{threads}", threads, given)
                rows.append((f"{state}, --threads {threads}", f"{cost.wall:.1f}", f"{cost.cpu:.1f}"))
                scripts.append(cost.scripts)
        cost = run(Path(name), "alone", 2, given, helped=False)
        rows.append(("cold, --threads 2, no helper", f"{cost.wall:.1f}", f"{cost.cpu:.1f}"))
        scripts.append(cost.scripts)
    emit_table(("run", "wall", "CPU"), rows, numbers=True)
    if any(one != scripts[0] for one in scripts):
        raise SystemExit("the runs did not give the same scripts")


if __name__ == "__main__":
    main()
