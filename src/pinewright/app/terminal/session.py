"""What one call of the command line shares: its global flags, its settings, its logging."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinewright import log

if TYPE_CHECKING:
    from pinewright.settings import ConfigurationManager


@dataclass(frozen=True)
class Flags:
    """The flags that every command understands. ``debug`` also shows the tracebacks of errors."""

    verbose: bool = False
    debug: bool = False


_flags = Flags()


def start(flags: Flags) -> None:
    """Remember the flags of this call and start logging with them; settings are not read yet."""
    global _flags
    _flags = flags
    log.configure(level="debug" if flags.debug else "info" if flags.verbose else "warning")


def load_settings(**flags: object) -> ConfigurationManager:
    """Settings of this call: files, environment, then ``flags`` (None: not given); logging and the folder of compiled
    code follow them.

    Raises SettingsError for an unknown name or an illegal value anywhere.
    """
    from pinewright.machine.code_folder import use_folder
    from pinewright.settings import ConfigurationManager

    labels = {}
    if _flags.debug or _flags.verbose:
        flags["log_level"] = "debug" if _flags.debug else "info"
        labels["log_level"] = "--debug" if _flags.debug else "--verbose"
    manager = ConfigurationManager(flags=flags, labels=labels)
    log.configure(level=manager.settings.log_level, format=manager.settings.log_format)
    use_folder(manager.settings.cache_dir)
    return manager
