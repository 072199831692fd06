"""``timestamp("…")``: the forms of a date that Pine reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from pinewright.errors import PineUnsupportedError
from pinewright.pine.compiler.graph import Const
from pinewright.pine.types import Kind

_DATES = ("%Y-%m-%d", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y")
_FORMS = tuple(f"{date}{time}" for date in _DATES for time in ("", " %H:%M", " %H:%M:%S"))


def parse_timestamp(text: str, unsupported: Callable[[str], PineUnsupportedError]) -> Const:
    """Milliseconds UTC of ``2024-01-31 17:00``, ``31 Jan 2024 17:00 +0000`` and their kin; no zone means UTC."""
    plain = text.strip().replace(",", "").replace("T", " ") if re.match(r"\d{4}-", text.strip()) else text.strip()
    plain = re.sub(r"\s*(Z|UTC|GMT)$", " +0000", plain.replace(",", ""))
    plain = re.sub(r"([+-]\d\d):(\d\d)$", r"\1\2", plain)
    zoned = re.search(r"\s*[+-]\d{4}$", plain) if plain.count("-") != 2 or " " in plain else None
    for form in _FORMS:
        try:
            if zoned:
                moment = datetime.strptime(re.sub(r"\s*([+-]\d{4})$", r" \1", plain), f"{form} %z")
            else:
                moment = datetime.strptime(plain, form).replace(tzinfo=UTC)
        except ValueError:
            continue
        return Const(float(round(moment.timestamp() * 1000)), Kind.INT)
    raise unsupported(f'the date "{text}"')
