"""Where compiled code is kept where nobody names a folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_program_folder: Path | None = None


def use_folder(folder: Path | None) -> None:
    """Makes ``folder`` that of this process wherever nobody names another; None for the rule of ``default_folder``."""
    global _program_folder
    _program_folder = folder


def default_folder() -> Path:
    """What ``use_folder`` chose, else ``kernels`` below ``PINEWRIGHT_CACHE_DIR`` or pinewright's folder in the user's
    cache.
    """
    if _program_folder is not None:
        return _program_folder
    chosen = os.environ.get("PINEWRIGHT_CACHE_DIR")
    if chosen:
        return Path(chosen) / "kernels"
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "pinewright" / "kernels"
