"""Scripts of older versions of Pine in v6, and of v6 in v5, as edits that leave the rest of the text alone.

    migrated = migrate(source)
    migrated.source, migrated.changes, migrated.not_carried

A script goes from version to version (``steps``); a step is phases of rules, and a rule reads a ``Stage`` and puts its
changes into the ``Draft`` of that round. Each change has a code with a page: `pinewright rule PW706`.
"""

from pinewright.pine.draft import Change
from pinewright.pine.migrate.migration import NEWEST, TARGETS, Migration, migrate

__all__ = ["NEWEST", "TARGETS", "Change", "Migration", "migrate"]
